//! Typed views of events, and of responses that carry data.
//!
//! A view borrows a [`Message`], whole or in part, and has an accessor for each header. Nothing is
//! parsed before an accessor is called, and a view that a program does not use takes no flash.
//!
//! An accessor returns `None` if the message has none of its headers, or if the value is not of its
//! kind: not a number, not a number of seconds, or none of the words for yes and no that
//! [`Value::to_bool`] knows. It finds headers as [`Message::get`] does, and knows the names that a
//! header has had since Asterisk 1.4. If a message has several of these names, the first that the
//! documentation mentions wins.
//!
//! Accessors return texts as the server sent them, including those that replace a missing value,
//! such as `<unknown>`. [`Value::known`] turns these into `None`, as in
//! `channel.caller_id_name().and_then(Value::known)`.
//!
//! Events have no time of their own. If `manager.conf` has `timestampevents = yes`, each has a
//! `Timestamp` in seconds, which [`Value::to_seconds`] reads.
//!
//! Headers without an accessor are found with `message().get(name)`, and events without a view are
//! read as plain messages.
//!
//! ```
//! use embedded_ami::event::{Event, Hangup, HangupCause};
//! # let message = embedded_ami::wire::Message::parse(
//! #     b"Event: Hangup\r\nPrivilege: call,all\r\nChannel: PJSIP/7-1\r\n\
//! #     Cause: 16\r\n\r\n").unwrap();
//! if let Some(hangup) = message.event::<Hangup>() {
//!     assert_eq!(hangup.cause(), Some(HangupCause::NormalClearing));
//!     assert!(hangup.channel().name().is_some_and(|name| name == "PJSIP/7-1"));
//!     assert!(hangup.message().get("Privilege").is_some());
//! }
//! ```

#[macro_use]
mod glossary;
#[macro_use]
mod macros;
mod caller_presentation;
pub mod response;
mod rtcp;
mod sets;
mod snapshot;
pub(crate) mod table;
#[cfg(test)]
mod tests;

pub use caller_presentation::CallerPresentation;
pub use rtcp::{RtcpReport, RtcpReports};
pub use sets::{
    AmaFlags, ChannelState, ContactState, DeviceState, DialStatus, Disposition, ExtensionState, HangupCause,
    OriginateReason, PeerState, PresenceState,
};
pub use snapshot::{Bridge, Channel};

use crate::wire::{Buffer, Message, MessageBuf, Value};

table::events_table!(events);

/// A view of an event, by which [`Message::event`] selects a type.
///
/// Implement it for events of your own, such as those of a module that this crate does not know:
///
/// ```
/// use embedded_ami::event::Event;
/// use embedded_ami::wire::{Message, Value};
///
/// struct DoorOpened<'a>(Message<'a>);
///
/// impl<'a> Event<'a> for DoorOpened<'a> {
///     const NAMES: &'static [&'static str] = &["DoorOpened"];
///
///     fn view(message: Message<'a>) -> Self {
///         Self(message)
///     }
///
///     fn message(&self) -> Message<'a> {
///         self.0
///     }
/// }
///
/// impl<'a> DoorOpened<'a> {
///     fn door(&self) -> Option<Value<'a>> {
///         self.0.get("Door")
///     }
/// }
///
/// # let message = embedded_ami::wire::Message::parse(
/// #     b"Event: DoorOpened\r\nPrivilege: system,all\r\nDoor: front\r\n\r\n",
/// # ).unwrap();
/// let opened = message.event::<DoorOpened>().unwrap();
/// assert!(opened.door().is_some_and(|door| door == "front"));
/// ```
pub trait Event<'a>: Sized {
    /// The names of the events that this type is a view of, the newest first. ASCII case is
    /// ignored.
    const NAMES: &'static [&'static str];

    /// Makes a view of a message whose event has one of the names.
    fn view(message: Message<'a>) -> Self;

    /// Returns the message.
    fn message(&self) -> Message<'a>;
}

impl<'a> Message<'a> {
    /// Returns a view of the message, or `None` if it is not an event of that type.
    ///
    /// ```
    /// use embedded_ami::event::{DialEnd, DialStatus, Hangup};
    /// # let message = embedded_ami::wire::Message::parse(
    /// #     b"Event: DialEnd\r\nPrivilege: call,all\r\nDialStatus: BUSY\r\n\r\n",
    /// # ).unwrap();
    /// assert!(message.event::<Hangup>().is_none());
    /// let end = message.event::<DialEnd>().unwrap();
    /// assert_eq!(end.dial_status(), Some(DialStatus::Busy));
    /// ```
    pub fn event<E: Event<'a>>(&self) -> Option<E> {
        let name = self.event_name()?;
        E::NAMES.iter().any(|own| name.eq_ignore_ascii_case(own)).then(|| E::view(*self))
    }
}

impl<V: Buffer> MessageBuf<V> {
    /// Returns a view of the whole message, or `None` if it is not an event of that type:
    /// [`Message::event`] of [`message`](MessageBuf::message).
    pub fn event<'a, E: Event<'a>>(&'a self) -> Option<E> {
        self.message().event()
    }
}

/// A row of the table of events.
#[cfg(test)]
pub(crate) struct Row {
    pub(crate) view: &'static str,
    pub(crate) names: &'static [&'static str],
    pub(crate) classes: crate::classes::Classes,
    /// Each field with its kind and the headers it may be read from; of a snapshot, the prefix.
    pub(crate) fields: &'static [(&'static str, &'static str, &'static [&'static str])],
    /// Returns the value of each field as `Debug` prints it.
    pub(crate) read: fn(Message<'_>) -> std::vec::Vec<std::string::String>,
}

/// Returns the value of the first of these headers that the message has. The order of `names`
/// decides, not that of the message.
fn first<'a>(message: Message<'a>, names: &[&str]) -> Option<Value<'a>> {
    names.iter().find_map(|name| message.get(name))
}
