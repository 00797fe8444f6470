use super::ResponseStatus;
use super::id::{Cipher, LENGTH, Ticket};
use crate::action::is_challenge;
use crate::size::IS_SMALL;
use crate::wire::{Header, Kind, Message, Part};

/// The length of a header line with an ActionID of the session.
const LINE: usize = "ActionID: ".len() + LENGTH;

/// Facts collected from the parts of the current message seen so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Current {
    /// The action of this session that the message names.
    pub(super) ticket: Option<Ticket>,
    /// Whether the message names any action, of this session or not.
    pub(super) has_id: bool,
    pub(super) status: ResponseStatus,
    /// The value of `EventList`.
    pub(super) list: ListMark,
    /// The value of `ListItems`, or the largest number if it is missing or not a number.
    pub(super) items: u32,
    pub(super) has_privilege: bool,
    /// The challenge in the latest part.
    pub(super) challenge: Challenge,
    /// Whether the text of an error has been read.
    has_message: bool,
    /// The number of header lines so far. `EventList` counts only in the first three.
    lines: u8,
    /// The action whose answer ends with an event of this name.
    pub(super) ends: Option<Ticket>,
    pub(super) event: Known,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListMark {
    None,
    Start,
    Complete,
}

/// The challenge of a login in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Challenge {
    None,
    /// There is one, and the caller can answer it.
    Valid,
    /// There is one that must not be answered.
    Invalid,
}

/// Events that the session itself handles.
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
            status: ResponseStatus::Text,
            list: ListMark::None,
            items: u32::MAX,
            has_privilege: false,
            challenge: Challenge::None,
            has_message: false,
            lines: 0,
            ends: None,
            event: Known::None,
        }
    }

    /// Forgets the message.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn reset(&mut self) {
        *self = Self::new();
    }

    /// Collects the facts of a message, or adds those of another part. `is_open` tells whether an
    /// event can belong to an action that it does not name. Returns false if the decoder's storage
    /// cuts off ActionIDs.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn read(&mut self, message: &Message<'_>, key: &Cipher, is_open: bool) -> bool {
        if matches!(message.part(), Part::Whole | Part::First) {
            self.reset();
        }
        self.challenge = Challenge::None;
        let kind = message.kind();
        if let Some(name) = message.name() {
            match kind {
                Kind::Response => self.status = ResponseStatus::from_word(name),
                Kind::Event if name == "FullyBooted" => self.event = Known::FullyBooted,
                Kind::Event if name == "Shutdown" => self.event = Known::Shutdown,
                _ => {}
            }
        }
        // If an event belongs to no action, only its name matters. Nearly all events are of that
        // sort, and a search for one header takes less time than reading all.
        if !IS_SMALL
            && !is_open
            && (kind, message.part()) == (Kind::Event, Part::Whole)
            && message.get("ActionID").is_none()
        {
            return true;
        }
        message.headers().all(|header| self.read_header(&header, key))
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn read_header(&mut self, header: &Header<'_>, key: &Cipher) -> bool {
        const NAMES: [&str; 6] = ["ActionID", "EventList", "Privilege", "Challenge", "Message", "ListItems"];
        if header.is_continuation() {
            return true;
        }
        let line = self.lines;
        self.lines = line.saturating_add(1);
        let value = header.value();
        match NAMES.iter().position(|name| header.is(name)) {
            Some(0) => {
                // A cut ActionID is longer than those of the session, unless the storage is too
                // small.
                if header.is_cut() && header.as_bytes().len() <= LINE {
                    return false;
                }
                self.has_id = true;
                // The first ActionID of this session counts. Another one can come before it, if a
                // value contains line ends.
                if !header.is_cut() && self.ticket.is_none() {
                    self.ticket = Ticket::parse(value.as_bytes(), key);
                }
            }
            // In a later line it belongs to a value that contains line ends.
            Some(1) if line < 3 => {
                if value.eq_ignore_ascii_case("start") {
                    self.list = ListMark::Start;
                } else if value.eq_ignore_ascii_case("Complete") {
                    self.list = ListMark::Complete;
                }
            }
            Some(2) => self.has_privilege = true,
            Some(3) if !header.is_cut() => {
                let is_valid = is_challenge(value.as_bytes());
                self.challenge =
                    self.challenge.max(if is_valid { Challenge::Valid } else { Challenge::Invalid });
            }
            Some(4) if self.status == ResponseStatus::Error && !self.has_message => {
                self.has_message = true;
                self.status = ResponseStatus::from_error(value);
            }
            Some(5) if self.items == u32::MAX && !header.is_cut() => {
                self.items = value.to_u32().unwrap_or(u32::MAX);
            }
            _ => {}
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::String;

    use super::*;
    use crate::client::IdKey;

    /// The ActionID is found in any line and in any spelling, whether or not the event can belong
    /// to an open action.
    #[test]
    fn an_action_id_is_found_wherever_it_is() {
        let key = Cipher::new(IdKey([7; 16]));
        let ticket = Ticket::new(1, 1).unwrap();
        let id = ticket.id(&key);
        for name in ["ActionID", "actionid", "ACTIONID", "ActionID ", "ActionID\t"] {
            for (before, padding) in (0..6).flat_map(|before| (0..40).map(move |length| (before, length))) {
                let others = "AccountCode: 1\r\nApplication: x\r\n".repeat(before);
                let pad = format!("ActionIDs: {}\r\n", "x".repeat(padding));
                for after in ["", "\r\nPrivilege: call,all", "\r\nActionID: 2"] {
                    let bytes: String = format!(
                        "Event: OriginateResponse\r\n{others}{pad}{name}: {}{after}\r\n\r\n",
                        id.as_str()
                    );
                    let message = Message::parse(bytes.as_bytes()).unwrap();
                    for is_open in [false, true] {
                        let mut current = Current::new();
                        assert!(current.read(&message, &key, is_open));
                        assert_eq!((current.ticket, current.has_id), (Some(ticket), true), "{bytes}");
                        assert_eq!(current.has_privilege, after.contains("Privilege"), "{bytes}");
                    }
                }
            }
        }
    }
}
