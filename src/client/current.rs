use super::id::{LENGTH, Ticket};
use super::{Answer, SessionError};
use crate::wire::{Header, Kind, Message, Part};

/// The length of a line with an ActionID of ours.
const LINE: usize = "ActionID: ".len() + LENGTH;

/// What the message, or the parts of it so far, have said.
#[derive(Debug, Clone, Copy)]
pub(super) struct Current {
    /// The action of ours that it names.
    pub(super) ticket: Option<Ticket>,
    /// Some action is named, ours or not.
    pub(super) has_id: bool,
    pub(super) answer: Answer,
    pub(super) list: ListMark,
    pub(super) has_privilege: bool,
    /// This part has it, so that it can be answered.
    pub(super) has_challenge: bool,
    has_message: bool,
    /// Header lines so far, the first three of which count for `EventList`.
    lines: u8,
    /// The action whose answer an event of this name ends.
    pub(super) ends: Option<Ticket>,
    pub(super) event: Known,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListMark {
    None,
    Start,
    Complete,
}

/// Events that mean something to the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    None,
    FullyBooted,
    Shutdown,
}

impl Current {
    pub(super) const fn new() -> Self {
        Self {
            ticket: None,
            has_id: false,
            answer: Answer::Text,
            list: ListMark::None,
            has_privilege: false,
            has_challenge: false,
            has_message: false,
            lines: 0,
            ends: None,
            event: Known::None,
        }
    }

    /// Adds what this message, or part, says.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn read(&mut self, message: &Message<'_>, prefix: u64) -> Result<(), SessionError> {
        if matches!(message.part(), Part::Whole | Part::First) {
            *self = Self::new();
        }
        self.has_challenge = false;
        let kind = message.kind();
        if let Some(name) = message.name() {
            match kind {
                Kind::Response => self.answer = Answer::of_word(name),
                Kind::Event if name == "FullyBooted" => self.event = Known::FullyBooted,
                Kind::Event if name == "Shutdown" => self.event = Known::Shutdown,
                _ => {}
            }
        }
        message.headers().try_for_each(|header| self.read_header(&header, prefix))
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn read_header(&mut self, header: &Header<'_>, prefix: u64) -> Result<(), SessionError> {
        const NAMES: [&str; 5] = ["ActionID", "EventList", "Privilege", "Challenge", "Message"];
        if header.is_continuation() {
            return Ok(());
        }
        let line = self.lines;
        self.lines = line.saturating_add(1);
        let value = header.value();
        match NAMES.iter().position(|name| header.is(name)) {
            Some(0) => {
                // Cut, it is longer than ours, or our own limit is at fault.
                if header.is_cut() && header.as_bytes().len() <= LINE {
                    return Err(SessionError::StorageTooSmall);
                }
                self.has_id = true;
                // Any of them: before our own there may be one out of somebody's value.
                if !header.is_cut() && self.ticket.is_none() {
                    self.ticket = Ticket::parse(value.as_bytes(), prefix);
                }
            }
            // Further behind it is out of somebody's value.
            Some(1) if line < 3 => {
                if value.eq_ignore_ascii_case("start") {
                    self.list = ListMark::Start;
                } else if value.eq_ignore_ascii_case("Complete") {
                    self.list = ListMark::Complete;
                }
            }
            Some(2) => self.has_privilege = true,
            Some(3) => self.has_challenge |= !header.is_cut(),
            Some(4) if self.answer == Answer::Error && !self.has_message => {
                self.has_message = true;
                self.answer = Answer::of_error(value);
            }
            _ => {}
        }
        Ok(())
    }
}
