use crate::bytes::eq_ignore_case;
use crate::name::named;

/// The kind of a message, determined by its first header named `Response`, `Event` or `Action`.
///
/// ```
/// use embedded_ami::wire::{Kind, Message};
///
/// let response = Message::parse(b"Response: Goodbye\r\n\r\n").unwrap();
/// assert_eq!(response.kind(), Kind::Response);
/// assert_eq!(response.kind().name(), "Response"); // for logs without `core::fmt`
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Kind {
    /// The line with which a server greets: see [`Message::banner`](super::Message::banner).
    Banner,
    /// The response to an action.
    Response,
    /// An event, or an entry of a list.
    Event,
    /// A request of a client.
    Action,
    /// Any other message: junk, or text that some actions send instead of a response (`Queues` up
    /// to Asterisk 14, `IAXnetstats` to this day).
    Other,
}

named! { Kind { Banner Response Event Action Other } }

impl Kind {
    /// Returns the kind of a message whose first header has this name, if the name determines one.
    pub(super) fn from_name(name: &[u8]) -> Option<Self> {
        let (word, kind) = match name.len() {
            8 => ("Response", Kind::Response),
            5 => ("Event", Kind::Event),
            6 => ("Action", Kind::Action),
            _ => return None,
        };
        eq_ignore_case(name, word.as_bytes()).then_some(kind)
    }
}

/// The part of a message that is lent: all of it, or a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Part {
    /// The whole message.
    Whole,
    /// The beginning of a message that is larger than the storage.
    First,
    /// A part that is neither the beginning nor the end.
    Middle,
    /// The end of the message, which may have no header lines.
    Last,
}

named! { Part { Whole First Middle Last } }

impl Part {
    /// Returns whether the message ends with this part.
    #[must_use]
    pub const fn is_end(self) -> bool {
        matches!(self, Part::Whole | Part::Last)
    }
}
