use core::fmt;

use crate::name::named;

/// The stage of a connection.
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
    /// There is no connection, or it is no longer usable.
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
