//! The sources of events: a connection, a connection that is made again, and a recorded stream.
//! Each feeds the tracker and prints its records.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use embedded_ami::action::Raw;
use embedded_ami::io::blocking::{Error, Followed, Follower};
use embedded_ami::wire::{Decoder, Message, OwnedMessage, Step};

use super::Options;
use super::record::State;
use super::tracker::Tracker;
use crate::connection::{Client, Stream};
use crate::failure::{Failure, warn};
use crate::output::Printer;

/// The longest wait for an event. After it, the command looks whether it has to end.
const WAIT: Duration = Duration::from_millis(500);
/// The size of the decoder's storage for a recorded stream.
const STORAGE: usize = 64 * 1024;

/// The tracker, and the printing of its records.
pub(super) struct Output<'a> {
    tracker: Tracker,
    printer: &'a mut Printer,
    has_changes: bool,
    is_text: bool,
    left: u64,
    clock: Clock,
}

impl<'a> Output<'a> {
    /// Creates the output, which ends after `left` lines.
    pub(super) fn new(options: &Options, printer: &'a mut Printer, left: u64) -> Self {
        Self {
            tracker: Tracker::default(),
            printer,
            has_changes: options.changes,
            is_text: options.format.is_text(),
            left,
            clock: Clock::new(),
        }
    }

    /// Processes an event that arrived at this time, and prints the records. Returns whether to go
    /// on.
    fn event(&mut self, message: &Message<'_>, arrival: Option<Duration>) -> io::Result<bool> {
        let own = message.get("Timestamp").and_then(|time| time.to_seconds());
        self.tracker.feed(message, own.or(arrival));
        self.print()
    }

    fn arrived(&mut self, message: &Message<'_>) -> io::Result<bool> {
        let now = self.clock.now();
        self.event(message, Some(now))
    }

    /// Prints the records that are ready. Returns whether to go on.
    fn print(&mut self) -> io::Result<bool> {
        while let Some(record) = self.tracker.next_record() {
            if self.left == 0 || (record.state != State::Ended && !self.has_changes) {
                continue;
            }
            match self.is_text {
                true => self.printer.stamped(&record.to_text(self.has_changes))?,
                false => self.printer.message(&record.to_message().message())?,
            }
            self.printer.flush()?;
            self.left -= 1;
        }
        Ok(self.left > 0)
    }

    /// Marks a place where events may be missing.
    fn gap(&mut self, reason: &str) -> io::Result<()> {
        self.tracker.mark_gap();
        self.printer.gap(reason)?;
        self.printer.flush()
    }

    /// Asks for the channels that are alive, and takes them over. Returns whether to go on.
    fn take_over(&mut self, client: &mut Client) -> Result<bool, Failure> {
        let mut list = match client.list(&Raw::without_headers("Status")) {
            Ok(list) => list,
            Err(Error::Response { response, .. }) => {
                let reason = self.printer.for_error(response.message().get("Message").unwrap_or_default());
                warn(&format!("calls that are in progress now are not known: the server answered {reason}"));
                self.tracker.mark_gap();
                return Ok(true);
            }
            Err(error) => return Err(error.into()),
        };
        self.tracker.begin_list();
        for entry in list.by_ref() {
            self.tracker.feed(&entry?.message(), Some(self.clock.now()));
        }
        self.tracker.end_list();
        Ok(self.print()?)
    }

    /// Like [`take_over`](Output::take_over), with the present connection. If it is lost, the
    /// follower tells of that next.
    fn take_over_again(&mut self, follower: &mut Follower<Stream>) -> Result<bool, Failure> {
        let Some(client) = follower.client() else { return Ok(true) };
        match self.take_over(client) {
            Err(Failure::Client(_)) => {
                self.tracker.mark_gap();
                Ok(true)
            }
            result => result,
        }
    }
}

/// A clock that never goes back.
struct Clock {
    start: Instant,
    epoch: Duration,
}

impl Clock {
    fn new() -> Self {
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { start: Instant::now(), epoch }
    }

    /// Returns the time since the epoch of Unix.
    fn now(&self) -> Duration {
        self.epoch.saturating_add(self.start.elapsed())
    }
}

/// Returns the time that is left of a limit.
fn left(limit: Option<Duration>, begin: Instant) -> Duration {
    limit.map_or(WAIT, |limit| limit.saturating_sub(begin.elapsed()).min(WAIT))
}

/// Fails if the reader of standard output has closed it, even if there is nothing to print. Only a
/// pipe or a socket has such a reader.
#[cfg(unix)]
fn check_output() -> Result<(), Failure> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    let mut output = [PollFd::from_borrowed_fd(rustix::stdio::stdout(), PollFlags::empty())];
    // Errors are reported without being asked for. If the question fails, the next write finds out.
    match poll(&mut output, Some(&Timespec::default())) {
        Ok(1..) if output.iter().any(|fd| fd.revents().intersects(PollFlags::ERR | PollFlags::HUP)) => {
            Err(Failure::OutputClosed)
        }
        _ => Ok(()),
    }
}

/// On other systems only a write finds out.
#[cfg(not(unix))]
fn check_output() -> Result<(), Failure> {
    Ok(())
}

/// Prints the calls of one connection.
pub(super) fn live(
    mut client: Client,
    timeout: Duration,
    limit: Option<Duration>,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let begin = Instant::now();
    client.set_timeout(timeout);
    let mut known = 0;
    let mut goes_on = output.take_over(&mut client)?;
    while goes_on {
        let time = left(limit, begin);
        if time.is_zero() {
            break;
        }
        // Silence is not an error: the session pings the server.
        if let Some(event) = client.next_event(time)? {
            goes_on = output.arrived(&event.message())?;
        }
        check_output()?;
        let dropped = client.dropped_events();
        if dropped > known {
            output.gap(&format!("{} events were dropped", dropped - known))?;
            known = dropped;
            goes_on = output.take_over(&mut client)?;
        }
    }
    Ok(())
}

/// Prints the calls, and connects again if the connection is lost.
pub(super) fn followed(
    mut follower: Follower<Stream>,
    limit: Option<Duration>,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let begin = Instant::now();
    let mut goes_on = true;
    while goes_on {
        let time = left(limit, begin);
        if time.is_zero() {
            break;
        }
        match follower.next_within(time)? {
            Some(Followed::Event(event)) => goes_on = output.arrived(&event.message())?,
            Some(Followed::Connected) => goes_on = output.take_over_again(&mut follower)?,
            Some(Followed::Gap { disconnect, .. }) => output.gap(&disconnect.to_string())?,
            Some(Followed::Dropped { events }) => {
                output.gap(&format!("{events} events were dropped"))?;
                goes_on = output.take_over_again(&mut follower)?;
            }
            Some(Followed::Retry { error, wait }) => {
                warn(&format!("{error}; next attempt in {wait:.1?}"));
            }
            Some(_) | None => {}
        }
        check_output()?;
    }
    Ok(())
}

/// Prints the calls of a recorded stream.
pub(super) fn recorded(file: &Path, output: &mut Output<'_>) -> Result<(), Failure> {
    let is_standard = file.as_os_str() == "-";
    let name = if is_standard { "standard input".into() } else { file.display().to_string() };
    let unreadable = |error: io::Error| Failure::Usage(format!("{name}: {error}"));
    let mut input: Box<dyn Read> = match is_standard {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(file).map_err(unreadable)?),
    };
    let mut decoder =
        Decoder::for_client(vec![0; STORAGE]).map_err(|error| Failure::Local(error.to_string()))?;
    let mut message = OwnedMessage::default();
    loop {
        match decoder.poll() {
            Step::Message => {
                // A vector has room for every part.
                if message.push(&decoder.message()).unwrap_or(false)
                    && !output.event(&message.message(), None)?
                {
                    return Ok(());
                }
            }
            Step::NeedInput => match input.read(decoder.space()) {
                Ok(0) => decoder.finish(),
                Ok(n) => decoder.advance(n),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(unreadable(error)),
            },
            Step::End => return Ok(()),
        }
    }
}
