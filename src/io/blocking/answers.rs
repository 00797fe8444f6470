use std::boxed::Box;
use std::vec::Vec;

use super::message_queue::MessageQueue;
use super::{Disconnect, Error};
use crate::client::{Incoming, ResponseStatus, SessionError, Ticket};
use crate::wire::OwnedMessage;

/// The answers to the actions that the application has not waited for yet, as far as they have
/// arrived.
pub(super) struct Answers {
    list: Vec<Pending>,
    /// The most memory, in bytes, that they and the message being received may take.
    limit: usize,
    /// The memory that they take beside the list, in bytes.
    size: usize,
}

/// One of them.
struct Pending {
    ticket: Ticket,
    response: Option<Result<OwnedMessage, Error>>,
    entries: MessageQueue,
    /// The end of the answer: the event that ended a list, `None` for another end, or an error.
    end: Option<Result<Option<OwnedMessage>, Error>>,
}

/// The part of an answer that follows the response.
pub(super) enum Next {
    Entry(OwnedMessage),
    /// The end, with the event that ended the list if there was one.
    End(Option<OwnedMessage>),
}

impl Answers {
    pub(super) fn new(limit: usize) -> Self {
        Self { list: Vec::new(), limit, size: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns the memory that the answers take, in bytes.
    pub(super) fn memory(&self) -> usize {
        let list = self.list.capacity().saturating_mul(size_of::<Pending>());
        self.size.saturating_add(OwnedMessage::allocated(list))
    }

    /// Returns the memory that is left for the message being received, in bytes.
    pub(super) fn room(&self) -> usize {
        self.limit.saturating_sub(self.memory())
    }

    pub(super) fn expect(&mut self, ticket: Ticket) {
        // Doubling would leave up to half of the table empty, and all of it counts.
        if self.list.len() == self.list.capacity() {
            self.list.reserve_exact(spare(self.list.len()));
        }
        self.list.push(Pending { ticket, response: None, entries: MessageQueue::default(), end: None });
    }

    pub(super) fn forget(&mut self, ticket: Ticket) {
        if let Some(at) = self.list.iter().position(|pending| pending.ticket == ticket) {
            let pending = self.list.remove(at);
            self.size = self.size.saturating_sub(pending.memory());
            // A table that many actions have made large must not take memory from the next answers.
            let length = self.list.len();
            if self.list.capacity() > length.saturating_mul(2).saturating_add(8) {
                self.list.shrink_to(length.saturating_add(spare(length)));
            }
        }
    }

    /// Stores a message that belongs to an answer. `None` is a message that was too large.
    pub(super) fn file(
        &mut self,
        incoming: Incoming,
        message: Option<OwnedMessage>,
        disconnect: Option<Disconnect>,
    ) {
        let (Incoming::Response { ticket, .. }
        | Incoming::ListEntry { ticket, .. }
        | Incoming::ListComplete { ticket, .. }
        | Incoming::ListAborted { ticket, .. }
        | Incoming::Lost { ticket, .. }) = incoming
        else {
            return;
        };
        let (all, limit) = (self.memory(), self.limit);
        let Some(pending) = self.list.iter_mut().find(|pending| pending.ticket == ticket) else { return };
        let before = pending.memory();
        let others = all.saturating_sub(before);
        let fits = |message: &OwnedMessage| others.saturating_add(pending.memory_with(message)) <= limit;
        let message = message.filter(fits);
        pending.file(incoming, message.ok_or(Error::TooLarge { limit }), disconnect);
        self.size = self.size.saturating_sub(before).saturating_add(pending.memory());
    }

    /// Returns the response once it has arrived, or the reason why it will not arrive.
    pub(super) fn response(&mut self, ticket: Ticket) -> Option<Result<OwnedMessage, Error>> {
        self.take(ticket, Pending::response)
    }

    /// Returns the next entry or the end once it has arrived.
    pub(super) fn next(&mut self, ticket: Ticket) -> Option<Result<Next, Error>> {
        let next = self.take(ticket, Pending::next);
        if let Some(Ok(Next::End(_)) | Err(_)) = next {
            self.forget(ticket);
        }
        next
    }

    /// Takes a part of an answer out.
    fn take<R>(
        &mut self,
        ticket: Ticket,
        take: impl FnOnce(&mut Pending) -> Option<Result<R, Error>>,
    ) -> Option<Result<R, Error>> {
        let Some(pending) = self.list.iter_mut().find(|pending| pending.ticket == ticket) else {
            return Some(Err(SessionError::NotOutstanding.into()));
        };
        let before = pending.memory();
        let taken = take(pending);
        self.size = self.size.saturating_sub(before).saturating_add(pending.memory());
        taken
    }
}

/// Returns the number of places by which a full table of this length grows.
fn spare(length: usize) -> usize {
    (length / 4).saturating_add(4)
}

impl Pending {
    /// Returns the memory of the messages, in bytes.
    fn memory(&self) -> usize {
        let response = match &self.response {
            Some(Ok(response)) => response.memory(),
            Some(Err(error)) => error.memory(),
            None => 0,
        };
        let end = match &self.end {
            Some(Ok(Some(event))) => event.memory(),
            Some(Err(error)) => error.memory(),
            _ => 0,
        };
        self.entries.memory().saturating_add(response).saturating_add(end)
    }

    /// Returns the most memory that the messages take once this one has been added.
    fn memory_with(&self, message: &OwnedMessage) -> usize {
        let other = self.memory().saturating_sub(self.entries.memory());
        self.entries.memory_with(message).saturating_add(other)
    }

    /// Stores a message, or the error for one that was too large.
    fn file(
        &mut self,
        incoming: Incoming,
        message: Result<OwnedMessage, Error>,
        disconnect: Option<Disconnect>,
    ) {
        match incoming {
            Incoming::Response { status, is_end, .. } => {
                self.response = Some(checked(status, message));
                if is_end {
                    self.end = Some(Ok(None));
                }
            }
            Incoming::ListEntry { is_end, .. } if self.end.is_none() => {
                match message {
                    Ok(message) => self.entries.push(message),
                    Err(error) => self.end = Some(Err(error)),
                }
                if is_end && self.end.is_none() {
                    self.end = Some(Ok(None));
                }
            }
            Incoming::ListComplete { .. } if self.end.is_none() => self.end = Some(Ok(message.ok())),
            Incoming::ListAborted { .. } => {
                self.end = Some(checked(ResponseStatus::Error, message).map(Some));
            }
            Incoming::Lost { reason, .. } => self.end = Some(Err(Error::Lost { reason, disconnect })),
            _ => {}
        }
    }

    fn response(&mut self) -> Option<Result<OwnedMessage, Error>> {
        match self.response.take() {
            Some(response) => Some(response),
            None => match self.end.take()? {
                Err(error) => Some(Err(error)),
                // The answer was an event without a response.
                Ok(end) => {
                    self.end = Some(Ok(end));
                    self.entries.front().cloned().map(Ok)
                }
            },
        }
    }

    fn next(&mut self) -> Option<Result<Next, Error>> {
        match self.entries.pop() {
            Some(entry) => Some(Ok(Next::Entry(entry))),
            None => Some(self.end.take()?.map(Next::End)),
        }
    }
}

/// Turns a response into a result: a response with an error status is an error.
fn checked(status: ResponseStatus, message: Result<OwnedMessage, Error>) -> Result<OwnedMessage, Error> {
    match message? {
        response if status.is_error() => Err(Error::Response { status, response: Box::new(response) }),
        response => Ok(response),
    }
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::vec::Vec;

    use super::{Answers, Next, Pending};
    use crate::client::{Incoming, Ticket};
    use crate::io::blocking::Error;
    use crate::io::blocking::event_buffer::EventBuffer;
    use crate::wire::{Message, OwnedMessage};

    const LIMIT: usize = 64 << 20;

    fn message(length: usize) -> OwnedMessage {
        let text = format!("Event: {}\r\n\r\n", "a".repeat(length));
        let mut message = OwnedMessage::default();
        message.push(&Message::parse(text.as_bytes()).unwrap()).unwrap();
        message.shrink();
        message
    }

    /// Returns the memory that an allocation takes in the GNU C library: one word more, rounded up
    /// to an even number of words, and at least four words.
    fn chunk(size: usize) -> usize {
        if size == 0 { 0 } else { ((size + 8 + 15) & !15).max(32) }
    }

    fn ticket(slot: u32) -> Ticket {
        Ticket::new(slot + 1, 1).unwrap()
    }

    #[test]
    fn answers_with_all_that_it_takes_to_keep_them_stay_below_the_limit() {
        for (length, least) in
            [(1, LIMIT / 2), (100, LIMIT / 2), (5_000, LIMIT * 9 / 10), (20 << 20, LIMIT / 2)]
        {
            let mut answers = Answers::new(LIMIT);
            answers.expect(ticket(0));
            answers.expect(ticket(1));
            let entry = message(length);
            let mut kept = 0;
            loop {
                let at = kept % 2;
                let ticket = ticket(at as u32);
                answers.file(Incoming::ListEntry { ticket, is_end: false }, Some(entry.clone()), None);
                if answers.list[at].end.is_some() {
                    break;
                }
                kept += 1;
            }
            let tables = |pending: &Pending| chunk(pending.entries.capacity() * size_of::<OwnedMessage>());
            let tables: usize = answers.list.iter().map(tables).sum();
            let list = chunk(answers.list.capacity() * size_of::<Pending>());
            let real = kept * chunk(entry.len()) + tables + list;
            assert!(real <= LIMIT && answers.memory() <= LIMIT && real <= answers.memory());
            assert!(real >= least, "{length}: only {real} bytes are kept");
            // An answer ends with an error where an entry is missing, and gives its memory back.
            let ends: Vec<_> = [0, 1]
                .map(|slot| {
                    loop {
                        match answers.next(ticket(slot)) {
                            Some(Ok(Next::Entry(_))) => kept -= 1,
                            other => break other.map(|end| end.is_err()),
                        }
                    }
                })
                .into();
            assert_eq!(kept, 0);
            assert!(ends.contains(&Some(true)));
            answers.forget(ticket(0));
            answers.forget(ticket(1));
            assert_eq!(answers.size, 0);
        }
    }

    /// A table that many actions have made large does not stay so, and seldom changes its size.
    #[test]
    fn the_table_takes_what_its_actions_need() {
        let mut random = fastrand::Rng::with_seed(5);
        let mut answers = Answers::new(LIMIT);
        let (mut tickets, mut steps, mut changes) = (Vec::new(), 0, 0);
        for _ in 0..100 {
            let wanted = random.u32(0..500) as usize;
            while tickets.len() != wanted {
                let capacity = answers.list.capacity();
                if tickets.len() < wanted {
                    tickets.push(ticket(steps));
                    answers.expect(ticket(steps));
                } else {
                    answers.forget(tickets.swap_remove(random.usize(..tickets.len())));
                }
                steps += 1;
                changes += u32::from(answers.list.capacity() != capacity);
                assert!(answers.list.capacity() <= 2 * answers.len() + 12);
            }
        }
        assert!(changes < steps / 10, "{changes} changes in {steps} steps");
    }

    /// Returns the memory that a message takes.
    fn kept(message: &OwnedMessage) -> usize {
        chunk(message.len())
    }

    #[test]
    fn whatever_is_kept_counts_with_its_memory_and_no_more() {
        let mut random = fastrand::Rng::with_seed(3);
        let success = crate::client::ResponseStatus::Success;
        let error = crate::client::ResponseStatus::Error;
        for _ in 0..2_000 {
            let mut answers = Answers::new(usize::MAX);
            answers.expect(ticket(0));
            answers.expect(ticket(1));
            for _ in 0..random.usize(1..6) {
                let (ticket, is_end) = (ticket(random.u32(0..2)), random.bool());
                let incoming = match random.u32(0..5) {
                    0 => Incoming::Response { ticket, status: success, is_end },
                    1 => Incoming::Response { ticket, status: error, is_end },
                    2 => Incoming::ListEntry { ticket, is_end },
                    3 => Incoming::ListComplete { ticket, entries: 0 },
                    _ => Incoming::ListAborted { ticket, entries: 0 },
                };
                answers.file(incoming, Some(message(random.usize(1..300))), None);
                let mut real = chunk(answers.list.capacity() * size_of::<Pending>());
                let mut count = 1;
                let mut add = |size: usize| {
                    real += size;
                    count += 1;
                };
                for pending in &answers.list {
                    add(chunk(pending.entries.capacity() * size_of::<OwnedMessage>()));
                    pending.entries.iter().for_each(|entry| add(kept(entry)));
                    let end = match &pending.end {
                        Some(Ok(Some(event))) => Some(Ok(event)),
                        Some(Err(error)) => Some(Err(error)),
                        _ => None,
                    };
                    for part in pending.response.iter().map(Result::as_ref).chain(end) {
                        match part {
                            Ok(message) => add(kept(message)),
                            Err(Error::Response { response, .. }) => {
                                add(chunk(size_of::<OwnedMessage>()));
                                add(kept(response));
                            }
                            Err(error) => panic!("{error}"),
                        }
                    }
                }
                assert!(
                    (real..=real + 32 * count).contains(&answers.memory()),
                    "{real}, {}",
                    answers.memory()
                );
            }
            answers.forget(ticket(0));
            answers.forget(ticket(1));
            assert_eq!((answers.len(), answers.size), (0, 0));
        }
    }

    /// Some actions are answered by an event alone, such as `DataGet`. It is both the response and
    /// the only entry.
    #[test]
    fn an_event_without_a_response_is_the_response_and_an_entry() {
        let mut answers = Answers::new(LIMIT);
        answers.expect(ticket(0));
        assert!(answers.response(ticket(0)).is_none());
        answers.file(Incoming::ListEntry { ticket: ticket(0), is_end: true }, Some(message(3)), None);
        let is_event = |one: &OwnedMessage| one.len() == message(3).len();
        for _ in 0..2 {
            assert!(matches!(answers.response(ticket(0)), Some(Ok(response)) if is_event(&response)));
        }
        assert!(matches!(answers.next(ticket(0)), Some(Ok(Next::Entry(entry))) if is_event(&entry)));
        assert!(matches!(answers.next(ticket(0)), Some(Ok(Next::End(None)))));
        assert_eq!((answers.len(), answers.size), (0, 0));
    }

    #[test]
    fn nothing_follows_the_first_end_of_an_answer() {
        let ticket = ticket(0);
        let entry = || Incoming::ListEntry { ticket, is_end: false };
        let complete = || Incoming::ListComplete { ticket, entries: 1 };
        let aborted = || Incoming::ListAborted { ticket, entries: 1 };
        // An entry that was too large, the completion, an error of the server.
        for (end, has_message) in [(entry(), false), (complete(), true), (aborted(), true)] {
            let is_complete = matches!(end, Incoming::ListComplete { .. });
            let is_aborted = matches!(end, Incoming::ListAborted { .. });
            let mut answers = Answers::new(LIMIT);
            answers.expect(ticket);
            assert_eq!(answers.len(), 1);
            answers.file(entry(), Some(message(1)), None);
            answers.file(end, has_message.then(|| message(2)), None);
            answers.file(entry(), Some(message(3)), None);
            answers.file(complete(), Some(message(4)), None);
            assert!(
                matches!(answers.next(ticket), Some(Ok(Next::Entry(one))) if one.len() == message(1).len())
            );
            match answers.next(ticket) {
                Some(Ok(Next::End(Some(end)))) => assert!(is_complete && end.len() == message(2).len()),
                Some(Err(Error::TooLarge { limit: LIMIT })) => assert!(!is_complete && !is_aborted),
                Some(Err(Error::Response { response, .. })) => {
                    assert!(is_aborted && response.len() == message(2).len());
                }
                _ => panic!("no end"),
            }
            assert_eq!(answers.len(), 0);
        }
    }

    #[test]
    fn a_response_counts_too() {
        let mut answers = Answers::new(LIMIT);
        answers.expect(ticket(0));
        let (large, status) = (message(LIMIT), crate::client::ResponseStatus::Success);
        answers.file(Incoming::Response { ticket: ticket(0), status, is_end: true }, Some(large), None);
        assert!(matches!(answers.response(ticket(0)), Some(Err(Error::TooLarge { limit: LIMIT }))));
    }

    #[test]
    fn events_with_all_that_it_takes_to_keep_them_stay_below_the_limit() {
        for limit in [1_000, 100_000, 8 << 20] {
            for length in [1, 100, limit / 3] {
                let mut events = EventBuffer::new(limit);
                let event = message(length);
                let pushed = 3 * limit / event.len() + 10;
                (0..pushed).for_each(|_| events.push(Some(event.clone())));
                assert!(events.contents().1 <= limit);
                let most = events.contents().0 * chunk(event.len());
                assert!(most <= limit && events.contents().0 + events.dropped() as usize == pushed);
                assert!(events.contents().1 >= limit / 4);
                // One that does not fit costs only itself.
                let kept = events.contents().0;
                events.push(Some(message(limit)));
                assert_eq!(events.contents().0, kept);
                events.set_limit(limit / 2);
                assert!(events.contents().1 <= limit / 2 && events.contents().0 >= kept / 4);
                events.push(Some(event.clone()));
                assert!(events.contents().1 <= limit / 2 && events.contents().0 > 0);
                while events.pop().is_some() {}
                events.set_limit(0);
                assert_eq!(events.contents().1, 0);
            }
        }
    }
}
