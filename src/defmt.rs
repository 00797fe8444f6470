//! Implementations of `defmt::Format` for the public types that firmware logs. Secrets are redacted
//! as in `Debug`: in messages, the values of the headers that hold one.

use defmt::{Format, Formatter, write};

use crate::action::{
    AckCall, Action, AocBillingId, AocChargeType, AocChargedItem, AocChargingType, AocMessageType,
    AocMultiplier, AocRateType, AocTimeScale, AocTotalType, AocVolumeUnit, Challenge, Change, Control,
    DebugLevel, Direction, Filter, FromFn, Info, Key, LoadType, Login, OnOff, Originate, Raw, Redirect, Side,
    Tone, UpdateConfig, UserEvent, YesNo,
};
use crate::classes::Classes;
use crate::client::{ActionId, Credentials, IdKey, Session, Slot};
use crate::event::response::{Category, Entry, ListedAction, RuleList};
use crate::event::{
    AmaFlags, Bridge, Channel, ChannelState, ContactState, DeviceState, DialStatus, Disposition, Event,
    ExtensionState, HangupCause, OriginateReason, PeerState, PresenceState,
};
use crate::server;
use crate::wire::redact::{REDACTED, redacted_name};
use crate::wire::{
    Buffer, Decoder, EncodeError, Header, HeaderWriter, Message, MessageBuf, Outbox, OutputLine, Value,
};

/// Formats the sets of words that parameters accept.
macro_rules! words {
    ($($Set:ident)*) => {$(
        impl Format for $Set {
            fn format(&self, f: Formatter<'_>) {
                write!(f, "{=str}", self.as_str());
            }
        }
    )*};
}

words! {
    AckCall AocBillingId AocChargeType AocChargedItem AocChargingType AocMessageType AocMultiplier AocRateType AocTimeScale
    AocTotalType AocVolumeUnit Control DebugLevel Direction LoadType OnOff Side Tone YesNo
}

/// Formats the closed sets of values in events.
macro_rules! sets {
    ($($Set:ident)*) => {$(
        impl Format for $Set<'_> {
            fn format(&self, f: Formatter<'_>) {
                match (self.name(), self) {
                    (None, Self::Other(value)) => write!(f, "Other({})", value),
                    (name, _) => write!(f, "{=str}", name.unwrap_or_default()),
                }
            }
        }
    )*};
}

sets! {
    AmaFlags ChannelState ContactState DeviceState DialStatus Disposition ExtensionState HangupCause OriginateReason PeerState
    PresenceState
}

/// Formats types whose contents are never printed.
macro_rules! redacted {
    ($($Type:ty)*) => {$(
        impl Format for $Type {
            fn format(&self, f: Formatter<'_>) {
                write!(f, "{=str}", REDACTED);
            }
        }
    )*};
}

redacted! { Key Credentials<'_> IdKey server::Secret<'_> }

/// Formats actions by their names only, because their values may be secrets.
macro_rules! actions {
    ($(
        $(#[$doc:meta])*
        $Name:ident $(= $wire:literal)? [$($class:tt)*] $versions:literal $(=> $answer:tt)?
        ($($required:tt)*) {$($optional:tt)*}
    )*) => {
        named_actions! { $([] crate::action::$Name<'_>,)* }
    };
}

macro_rules! named_actions {
    ($([$($param:tt)*] $Type:ty,)*) => {$(
        impl<$($param)*> Format for $Type {
            fn format(&self, f: Formatter<'_>) {
                write!(f, "{=str}", self.name());
            }
        }
    )*};
}

crate::action::table::actions_table!(actions);

named_actions! {
    [] Challenge,
    [] Filter<'_>,
    [] Login<'_>,
    [] Originate<'_>,
    [] Redirect<'_>,
    [] UpdateConfig<'_>,
    [V: AsRef<[u8]>] Raw<'_, V>,
    [V: AsRef<[u8]>] UserEvent<'_, V>,
    [F: Fn(&mut HeaderWriter<'_>) -> Result<(), EncodeError>] FromFn<'_, F>,
}

/// Formats views as their messages.
macro_rules! events {
    ($($(#[$doc:meta])* $View:ident = $($name:literal)|+ [$($class:tt)*] $versions:literal {$($field:tt)*})*) => {
        views! { $(crate::event::$View<'_>)* }
    };
}

macro_rules! responses {
    ($($(#[$doc:meta])* $View:ident $versions:literal {$($field:tt)*} $(=> $is:ident)?)*) => {
        views! { $(crate::event::response::$View<'_>)* }
    };
}

macro_rules! views {
    ($($View:ty)*) => {$(
        impl Format for $View {
            fn format(&self, f: Formatter<'_>) {
                self.message().format(f);
            }
        }
    )*};
}

crate::event::table::events_table!(events);
crate::event::response::table::responses_table!(responses);

/// Prints text as it is. Bytes that are not UTF-8, and text with control characters, are escaped.
impl Format for Value<'_> {
    fn format(&self, f: Formatter<'_>) {
        match self.to_str() {
            Ok(text) if !text.chars().any(char::is_control) => write!(f, "{=str}", text),
            _ => write!(f, "{=[u8]:a}", self.as_bytes()),
        }
    }
}

impl Format for Header<'_> {
    fn format(&self, f: Formatter<'_>) {
        if self.is_continuation() {
            return write!(f, "continuation of {} bytes", self.as_bytes().len());
        }
        match (redacted_name(self.as_bytes()), self.name()) {
            (Some(name), _) => write!(f, "{}: {=str}", Value::new(name), REDACTED),
            _ if self.is_secret() => write!(f, "{=str}", REDACTED),
            (None, Some(name)) => write!(f, "{}: {}", Value::new(name), self.value()),
            (None, None) => self.value().format(f),
        }
    }
}

impl Format for Message<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{}, {}", self.kind(), self.part());
        for header in self.headers() {
            write!(f, "; {}", header);
        }
    }
}

impl<V: Buffer> Format for MessageBuf<V> {
    fn format(&self, f: Formatter<'_>) {
        self.message().format(f);
    }
}

impl Format for OutputLine<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{}", Value::new(self.as_bytes()));
    }
}

impl Format for Channel<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{}", self.name().unwrap_or_default());
    }
}

impl Format for Bridge<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{}", self.uniqueid().unwrap_or_default());
    }
}

impl Format for Entry<'_> {
    fn format(&self, f: Formatter<'_>) {
        match *self {
            Entry::Category { category, name } => write!(f, "Category {}: {}", category, name),
            Entry::IsTemplate { category, is } => write!(f, "IsTemplate {}: {}", category, is),
            Entry::Templates { category, names } => write!(f, "Templates {}: {}", category, names),
            Entry::Line { category, line, .. } => write!(f, "Line {}-{}: {=str}", category, line, REDACTED),
        }
    }
}

impl Format for Category<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Category {}: {}", self.number(), self.name());
    }
}

impl Format for RuleList<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "RuleList {}", self.name);
    }
}

impl Format for ListedAction<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{} [{}] {}", self.name, self.classes, self.synopsis);
    }
}

impl Format for Change<'_> {
    fn format(&self, f: Formatter<'_>) {
        let [action, category, variable, ..] = self.texts();
        write!(f, "{=str}, category {}", action, Value::from(category));
        if !variable.is_empty() {
            write!(f, ", variable {}", Value::from(variable));
        }
    }
}

impl Format for Classes {
    fn format(&self, f: Formatter<'_>) {
        if self.is_empty() {
            return write!(f, "<none>");
        }
        for (at, label) in self.labels().enumerate() {
            write!(f, "{=str}{=str}", if at == 0 { "" } else { "," }, label);
        }
    }
}

impl Format for Info {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=str} [{}] {}", self.name, self.classes, self.completion);
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> Format for Decoder<B> {
    fn format(&self, f: Formatter<'_>) {
        let (role, storage, unreleased) = self.printed();
        write!(f, "Decoder, {}, {} of {} bytes unreleased", role, unreleased, storage);
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> Format for Outbox<B> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Outbox, {} bytes pending", self.pending().len());
    }
}

impl<S: AsRef<[Slot]> + AsMut<[Slot]>> Format for Session<S> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Session {}, {} outstanding", self.stage(), self.outstanding());
    }
}

impl Format for Slot {
    fn format(&self, f: Formatter<'_>) {
        match self.deadline() {
            Some(deadline) => write!(f, "Slot, {}, deadline {}", self.completion(), deadline),
            None => write!(f, "Slot, free"),
        }
    }
}

impl Format for ActionId {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=str}", self.as_str());
    }
}

impl<V> Format for server::Session<V> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Session {}, busy {}", self.stage(), self.is_busy());
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> Format for server::EncodedEvent<B> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Event of {} bytes, classes {}", self.as_bytes().len(), self.classes());
    }
}

impl Format for server::Request<'_> {
    fn format(&self, f: Formatter<'_>) {
        self.message().format(f);
    }
}

impl Format for server::Attempt<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Attempt of {}", self.username());
    }
}

impl Format for server::Account<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Account, read {}, write {}", self.read, self.write);
    }
}

#[cfg(feature = "heapless")]
impl<const N: usize, const EVENTS: usize> Format for crate::heapless::EventQueue<N, EVENTS> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "EventQueue, {} events, {} dropped", self.len(), self.dropped());
    }
}

#[cfg(feature = "embedded-io")]
impl<T, C, D, O, S: AsRef<[Slot]> + AsMut<[Slot]>> Format for crate::io::embedded::Client<'_, T, C, D, O, S> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Client, {}", self.session);
    }
}
