//! Events, and responses with a payload, as views: nothing is parsed until it is asked for, and an unused view costs nothing.
//!
//! A view is over a whole message, or a part; each accessor finds its header as [`Message::get`] does, under the names that it has had since
//! Asterisk 1.4. A header that no accessor knows is found by `message().get(name)`, and an event that no view knows is a message as any other.
//!
//! ```
//! use embedded_ami::event::{Event, Hangup, HangupCause};
//! # let message = embedded_ami::wire::Message::parse(b"Event: Hangup\r\nPrivilege: call,all\r\nChannel: PJSIP/7-1\r\nUniqueid: 1.1\r\nCause: 16\r\n\r\n").unwrap();
//! if let Some(hangup) = message.event::<Hangup>() {
//!     assert_eq!(hangup.cause(), Some(HangupCause::NormalClearing));
//!     assert!(hangup.channel().name().is_some_and(|name| name == "PJSIP/7-1"));
//!     assert!(hangup.message().get("Privilege").is_some());
//! }
//! ```

#[macro_use]
mod macros;
pub mod response;
mod sets;
mod snapshot;
pub(crate) mod table;
#[cfg(test)]
mod tests;

pub use sets::{
    AmaFlags, ChannelState, ContactState, DeviceState, DialStatus, Disposition, ExtensionState, HangupCause,
    OriginateReason, PeerState, PresenceState,
};
pub use snapshot::{Bridge, Channel};

use crate::wire::{Message, Value};

table::events_table!(events);

/// A view of an event. Implement it for events of your own.
pub trait Event<'a>: Sized {
    /// The names of the events it is a view of, the newest first. ASCII case is ignored.
    const NAMES: &'static [&'static str];

    /// The view of a message that has one of the names.
    fn view(message: Message<'a>) -> Self;

    /// The message it is a view of.
    fn message(&self) -> Message<'a>;
}

impl<'a> Message<'a> {
    /// The message as an event of that type, if it is one.
    pub fn event<E: Event<'a>>(&self) -> Option<E> {
        let name = self.event_name()?;
        E::NAMES.iter().any(|own| name.eq_ignore_ascii_case(own)).then(|| E::view(*self))
    }
}

/// A row of the table of events.
#[cfg(test)]
pub(crate) struct Row {
    pub(crate) view: &'static str,
    pub(crate) names: &'static [&'static str],
    pub(crate) classes: crate::classes::Classes,
    /// Field, kind, and the headers it may be read from, or the prefix.
    pub(crate) fields: &'static [(&'static str, &'static str, &'static [&'static str])],
    /// What each field gives.
    pub(crate) read: fn(Message<'_>) -> std::vec::Vec<std::string::String>,
}

/// The value of the first of these headers that the message has, in the order of the names.
fn first<'a>(message: Message<'a>, names: &[&str]) -> Option<Value<'a>> {
    names.iter().find_map(|name| message.get(name))
}
