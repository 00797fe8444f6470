use crate::name::named;

/// The stage of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Stage {
    /// No user has logged in.
    Anonymous,
    /// A user is logged in.
    LoggedIn,
    /// There is no connection, or it must be closed once the pending bytes have been sent.
    Closed,
}

named! { Stage { Anonymous LoggedIn Closed } }
