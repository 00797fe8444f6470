//! Names of what a program without `core::fmt` logs. Which are not asked for take no flash.

use crate::client::{Answer, Incoming, Loss, Refusal, SessionError, Stage};
use crate::server;
use crate::wire::{EncodeError, Kind, Part, Recipient, Role, Step};

macro_rules! names {
    ($(#[$example:meta])* $Type:ty { $($Variant:ident)* } $($rest:tt)*) => {
        impl $Type {
            /// The name, as in `Debug`, without what else it holds: for logs without `core::fmt`.
            $(#[$example])*
            pub const fn name(self) -> &'static str {
                match self { $(Self::$Variant { .. } => stringify!($Variant)),* }
            }
        }

        names! { $($rest)* }
    };
    () => {};
}

names! {
    Kind { Banner Response Event Action Other }
    Part { Whole First Middle Last }
    Role { Client Server }
    Step { NeedInput Message End }
    Recipient { Asterisk Asterisk1_6 Asterisk1_4 Asterisk1_0 Client }
    EncodeError {
        NoHeaders EmptyName NameByte ValueByte LineTooLong TooManyLines ActionIdTooLong ActionIdByte VariableByte Reserved
        Follows Full TooLarge
    }
    Incoming {
        LogIn Ready Refused Event Shutdown Reply Item Done Aborted Lost Goodbye Silent Unmatched Own
    }
    Answer { Success Error PermissionDenied UnknownAction AlreadyInUse ShuttingDown Other Text }
    ///
    /// ```
    /// use embedded_ami::client::Refusal;
    /// assert_eq!(Refusal::Authentication.name(), "Authentication");
    /// ```
    Refusal { NotAsterisk Authentication AlreadyInUse ShuttingDown NoChallenge }
    ///
    /// ```
    /// use embedded_ami::client::Loss;
    /// assert_eq!(Loss::CutShort { items: 7 }.name(), "CutShort");
    /// ```
    Loss { NotSent OutcomeUnknown TimedOut CutShort }
    Stage { Connecting LoggingIn Ready LoggingOff Over }
    SessionError { Stage SlotsFull Busy NotOutstanding NoChallenge Encode StorageTooSmall }
    server::Incoming<'_> { LogIn Request Nothing }
    server::Stage { Anonymous LoggedIn Over }
    server::SessionError { Unanswered NothingToAnswer ListBegun Encode }
}

#[cfg(feature = "embedded-io")]
impl<E> crate::io::embedded::Error<E> {
    /// The name, as in `Debug`, without what else it holds: for logs without `core::fmt`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Transport(_) => "Transport",
            Self::Stalled => "Stalled",
            Self::Closed => "Closed",
            Self::Session(_) => "Session",
        }
    }
}
