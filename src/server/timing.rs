/// The time limits of a session, in milliseconds.
///
/// ```
/// use embedded_ami::server::{Session, Timing};
///
/// let session = Session::without_md5("11.0.0").timing(Timing::DEFAULT.authentication(5_000));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Timing {
    /// The longest time that a connection may stay open without a login.
    pub authentication: u32,
    /// The time between a failed login and its response, after which the connection is closed.
    pub penalty: u32,
}

impl Timing {
    /// Asterisk's values: 30 s to log in, and 1 s for a wrong secret.
    pub const DEFAULT: Self = Self { authentication: 30_000, penalty: 1_000 };

    /// Sets [`authentication`](Timing#structfield.authentication), in milliseconds.
    #[must_use]
    pub const fn authentication(mut self, milliseconds: u32) -> Self {
        self.authentication = milliseconds;
        self
    }

    /// Sets [`penalty`](Timing#structfield.penalty), in milliseconds.
    #[must_use]
    pub const fn penalty(mut self, milliseconds: u32) -> Self {
        self.penalty = milliseconds;
        self
    }
}

impl Default for Timing {
    /// Returns [`Timing::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}
