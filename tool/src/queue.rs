//! The queue between the thread that reads events or follows calls and the one that prints.
//!
//! Reading must not wait for a slow reader of standard output or for a program of `--exec`: a
//! server closes the connection of a client that does not read.

use std::collections::VecDeque;
use std::io;
use std::process::ExitStatus;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use embedded_ami::wire::OwnedMessage;

use crate::failure::Failure;

/// The most memory, in bytes, for events that wait.
const LIMIT: usize = 8 << 20;
/// The memory, in bytes, that an item takes beside its text.
const OVERHEAD: usize = 160;
/// The longest time that a full queue waits for room before it drops events. It is half of the time
/// after which Asterisk closes the connection of a client that does not read.
const PATIENCE: Duration = Duration::from_millis(50);

/// The longest time for which a command waits at its end until the client has logged off.
pub(crate) const LOGOFF: Duration = Duration::from_millis(500);
/// The longest time for which a reading thread waits before it looks whether it is to end.
pub(crate) const TURN: Duration = Duration::from_millis(100);

/// A part of the stream of events.
pub(crate) enum Item {
    /// An event and its time of arrival.
    Event(OwnedMessage, SystemTime),
    /// A line of text, and the time to print with it.
    #[cfg_attr(not(feature = "calls"), allow(dead_code, reason = "only calls prints such lines"))]
    Text(String, SystemTime),
    /// Events are missing here, for this reason.
    Gap(String),
}

impl Item {
    fn size(&self) -> usize {
        OVERHEAD
            + match self {
                Self::Event(event, _) => event.len(),
                Self::Text(text, _) => text.len(),
                Self::Gap(reason) => reason.len(),
            }
    }
}

/// The reason for which the command ends before its work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(unix), allow(dead_code, reason = "only Unix reports one"))]
pub(crate) enum Interruption {
    /// A signal that ends programs.
    Signal(i32),
    /// The reader of standard output has closed it.
    OutputClosed,
}

/// The next thing that the printing thread has to deal with.
pub(crate) enum Next {
    Item(Item),
    /// The reading thread has ended, and everything before that has been returned.
    End(Failure),
    TimeUp,
    Interrupted(Interruption),
}

#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    items: VecDeque<Item>,
    bytes: usize,
    /// Whether an item was taken since the queue last waited for room in vain.
    is_moving: bool,
    /// The numbers of events and gaps that were dropped from the front and not reported yet.
    dropped_events: u64,
    dropped_gaps: u64,
    /// Whether the reading thread is to end.
    is_stopped: bool,
    has_reader_ended: bool,
    /// The first time at which events could arrive.
    connected_at: Option<Instant>,
    failure: Option<Failure>,
    interruption: Option<Interruption>,
    /// The end of the program of `--exec`.
    ended: Option<io::Result<ExitStatus>>,
}

impl Queue {
    /// Appends an item. If the queue is full, waits for a moment, and then drops the oldest items.
    pub(crate) fn push(&self, item: Item) {
        let size = item.size();
        let is_full = |state: &mut State| state.bytes + size > LIMIT && !state.is_stopped;
        let mut state = self.lock();
        if is_full(&mut state) && state.is_moving {
            let waited = self.changed.wait_timeout_while(state, PATIENCE, is_full);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            state.is_moving = !is_full(&mut state);
        }
        while is_full(&mut state) {
            let Some(oldest) = state.items.pop_front() else { break };
            state.bytes -= oldest.size();
            match oldest {
                Item::Event(..) | Item::Text(..) => state.dropped_events += 1,
                Item::Gap(_) => state.dropped_gaps += 1,
            }
        }
        state.bytes += size;
        state.items.push_back(item);
        self.changed.notify_all();
    }

    /// Waits for the next thing to do, until the time if one is given.
    pub(crate) fn next(&self, until: Option<Instant>) -> Next {
        let mut state = self.lock();
        loop {
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            if let Some(interruption) = state.interruption {
                return Next::Interrupted(interruption);
            }
            if left == Some(Duration::ZERO) {
                return Next::TimeUp;
            }
            if let Some(reason) = state.take_dropped() {
                return Next::Item(Item::Gap(reason));
            }
            if let Some(item) = state.items.pop_front() {
                state.bytes -= item.size();
                state.is_moving = true;
                self.changed.notify_all();
                return Next::Item(item);
            }
            if state.has_reader_ended {
                return Next::End(state.take_failure());
            }
            state = self.wait(state, left);
        }
    }

    /// Returns the next item that has arrived, without waiting, or the interruption of the command.
    pub(crate) fn take(&self) -> Result<Option<Item>, Interruption> {
        let mut state = self.lock();
        if let Some(interruption) = state.interruption {
            return Err(interruption);
        }
        if let Some(reason) = state.take_dropped() {
            return Ok(Some(Item::Gap(reason)));
        }
        let item = state.items.pop_front();
        state.bytes -= item.as_ref().map_or(0, Item::size);
        Ok(item)
    }

    /// Waits until the program of `--exec` has ended.
    pub(crate) fn wait_for_program(&self) -> Result<io::Result<ExitStatus>, Interruption> {
        let mut state = self.lock();
        loop {
            if let Some(interruption) = state.interruption {
                return Err(interruption);
            }
            if let Some(ended) = state.ended.take() {
                return Ok(ended);
            }
            state = self.wait(state, None);
        }
    }

    /// Reports the end of the program of `--exec`.
    pub(crate) fn program_has_ended(&self, result: io::Result<ExitStatus>) {
        self.change(|state| state.ended = Some(result));
    }

    /// Interrupts the printing thread. Returns whether it has been interrupted before.
    #[cfg_attr(not(unix), allow(dead_code, reason = "only Unix reports one"))]
    pub(crate) fn interrupt(&self, interruption: Interruption) -> bool {
        self.change(|state| state.interruption.replace(interruption).is_some())
    }

    /// Reports that events can arrive.
    pub(crate) fn connected(&self) {
        self.change(|state| {
            state.connected_at.get_or_insert_with(Instant::now);
        });
    }

    /// Returns whether events could arrive at any time so far.
    pub(crate) fn has_connected(&self) -> bool {
        self.lock().connected_at.is_some()
    }

    /// Waits until events can arrive, and returns the time at which they first could.
    ///
    /// # Errors
    ///
    /// The command ends before: [`Next::End`] or [`Next::Interrupted`].
    pub(crate) fn wait_until_connected(&self) -> Result<Instant, Next> {
        let mut state = self.lock();
        loop {
            if let Some(interruption) = state.interruption {
                return Err(Next::Interrupted(interruption));
            }
            if let Some(time) = state.connected_at {
                return Ok(time);
            }
            if state.has_reader_ended {
                return Err(Next::End(state.take_failure()));
            }
            state = self.wait(state, None);
        }
    }

    /// Returns the interruption, if there was one.
    pub(crate) fn interruption(&self) -> Option<Interruption> {
        self.lock().interruption
    }

    /// Returns whether the reading thread is to end.
    pub(crate) fn is_stopped(&self) -> bool {
        self.lock().is_stopped
    }

    /// Tells the reading thread to end, and waits up to `time` until it has.
    pub(crate) fn stop_reader(&self, time: Duration) {
        self.change(|state| state.is_stopped = true);
        drop(self.changed.wait_timeout_while(self.lock(), time, |state| !state.has_reader_ended));
    }

    /// Starts the reading thread. Its client logs off when it ends.
    pub(crate) fn start_reader(
        self: &Arc<Self>,
        read: impl FnOnce() -> Result<(), Failure> + Send + 'static,
    ) -> Result<(), Failure> {
        let end = End { queue: Arc::clone(self), failure: None };
        let cannot = |error| Failure::Local(format!("cannot start a thread: {error}"));
        let thread = thread::Builder::new().name("ami-events".into());
        let run = move || {
            // As a whole, so that it is dropped when the thread ends.
            let mut end = end;
            end.failure = read().err();
        };
        thread.spawn(run).map(drop).map_err(cannot)
    }

    /// Reports the end of the reading thread.
    fn reader_has_ended(&self, failure: Option<Failure>) {
        self.change(|state| {
            state.has_reader_ended = true;
            state.failure = failure;
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let result = change(&mut self.lock());
        self.changed.notify_all();
        result
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>, time: Option<Duration>) -> MutexGuard<'s, State> {
        match time {
            Some(time) => self.changed.wait_timeout(state, time).unwrap_or_else(PoisonError::into_inner).0,
            None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
        }
    }
}

impl State {
    /// Returns the failure with which the reading thread has ended.
    fn take_failure(&mut self) -> Failure {
        let unknown = || Failure::Local("the thread that reads events has ended".into());
        self.failure.take().unwrap_or_else(unknown)
    }

    /// Returns the reason of the gap that dropped events have left at the front.
    fn take_dropped(&mut self) -> Option<String> {
        let (events, gaps) =
            (std::mem::take(&mut self.dropped_events), std::mem::take(&mut self.dropped_gaps));
        match (events, gaps) {
            (0, 0) => None,
            (events, 0) => Some(too_slow(events)),
            (events, gaps) => Some(format!("{}, and the connection was lost {gaps} times", too_slow(events))),
        }
    }
}

/// Reports the end of the reading thread when it is dropped, also after a panic.
struct End {
    queue: Arc<Queue>,
    failure: Option<Failure>,
}

impl Drop for End {
    fn drop(&mut self) {
        self.queue.reader_has_ended(self.failure.take());
    }
}

/// Returns the reason of a gap that dropped events have left.
pub(crate) fn too_slow(events: u64) -> String {
    format!("{events} events were dropped, because they arrived faster than they were handled")
}

#[cfg(test)]
mod tests {
    use embedded_ami::wire::Message;

    use super::*;

    fn event(number: usize, size: usize) -> Item {
        let text = format!("Event: E\r\nNumber: {number}\r\nPad: {}\r\n\r\n", "x".repeat(size));
        let mut event = OwnedMessage::default();
        assert!(event.push(&Message::parse(text.as_bytes()).unwrap()).unwrap());
        Item::Event(event, SystemTime::UNIX_EPOCH)
    }

    /// Takes all items. Returns the numbers of the events, and the reasons of the gaps.
    fn take(queue: &Queue) -> Vec<String> {
        let mut taken = Vec::new();
        while let Next::Item(item) = queue.next(Some(Instant::now() + Duration::from_millis(1))) {
            taken.push(match item {
                Item::Event(event, _) => event.text("Number").into_owned(),
                Item::Gap(reason) => reason,
                Item::Text(text, _) => text,
            });
        }
        taken
    }

    #[test]
    fn a_full_queue_drops_the_oldest_and_reports_a_gap_in_their_place() {
        let queue = Queue::default();
        let size = 1 << 20;
        queue.push(event(0, size));
        assert_eq!(take(&queue), ["0"]);
        (1..=3).for_each(|number| queue.push(event(number, size)));
        queue.push(Item::Gap("restart".into()));
        (4..=12).for_each(|number| queue.push(event(number, size)));
        let taken = take(&queue);
        assert_eq!(taken[0], format!("{}, and the connection was lost 1 times", too_slow(5)));
        assert_eq!(taken[1..], ["6", "7", "8", "9", "10", "11", "12"]);
        // An event that is larger than the limit is kept alone.
        queue.push(event(13, size));
        queue.push(event(14, LIMIT));
        queue.push(event(15, size));
        assert_eq!(take(&queue), [too_slow(2), "15".into()]);
        assert_eq!(queue.lock().bytes, 0);
    }

    #[test]
    fn a_full_queue_waits_for_a_thread_that_takes_items() {
        let queue = Queue::default();
        std::thread::scope(|scope| {
            scope.spawn(|| (0..400).for_each(|number| queue.push(event(number, 100_000))));
            let mut expected = 0;
            while expected < 400 {
                match queue.next(None) {
                    Next::Item(Item::Event(event, _)) => {
                        assert_eq!(event.text("Number"), expected.to_string())
                    }
                    _ => panic!("a gap before {expected}"),
                }
                expected += 1;
            }
        });
    }
}
