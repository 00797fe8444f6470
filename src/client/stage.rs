use core::fmt;

use crate::name::named;

/// The stage of a connection.
///
/// ```
/// use embedded_ami::client::{IdKey, Session, Slot, Stage};
///
/// let mut session = Session::new([Slot::FREE; 2]);
/// assert_eq!(session.stage(), Stage::Closed);
/// session.on_connected(IdKey([0; 16]), 0);
/// assert_eq!(session.stage(), Stage::Connecting);
/// assert_eq!(session.stage().to_string(), "waiting for the banner");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Stage {
    /// The banner has not arrived.
    Connecting,
    /// The login is not complete.
    LoggingIn,
    /// The session is logged in: actions can be submitted.
    Ready,
    /// [`Session::log_off`](super::Session::log_off) was called.
    LoggingOff,
    /// The session has no connection, or the connection is no longer usable.
    Closed,
}

named! { Stage { Connecting LoggingIn Ready LoggingOff Closed } }

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connecting => "waiting for the banner",
            Self::LoggingIn => "logging in",
            Self::Ready => "ready",
            Self::LoggingOff => "logging off",
            Self::Closed => "closed",
        })
    }
}
