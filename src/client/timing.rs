/// The time limits of a session, in milliseconds.
///
/// ```
/// use embedded_ami::client::{Session, Slot, Timing};
///
/// let timing = Timing::DEFAULT.login(5_000).keepalive(60_000); // the others keep their defaults
/// let session = Session::new([Slot::FREE; 4]).timing(timing);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Timing {
    /// The limit from the connection to the banner, and again from the first request of the login
    /// to its end, with the wait for [`boot`](Timing#structfield.boot). While the session waits for
    /// the caller to log in, no time counts. A server takes a second to refuse a login.
    pub login: u32,
    /// The limit from the response to the login to `FullyBooted`, which Asterisk 1.8 and later send
    /// once their modules are loaded. It never extends the limit of the login. If it is 0, or if no
    /// events of the class system are requested, the session does not wait for this event.
    pub boot: u32,
    /// The limit from an action to the end of its answer, unless the action was given its own.
    /// Asterisk answers one action after the other, and an `Originate` without `Async` takes as
    /// long as it rings. It is also the limit from a `Logoff` to its response.
    pub action: u32,
    /// The time without any message after which the session sends a Ping, while no action is
    /// outstanding. If it is 0, no Pings are sent.
    pub keepalive: u32,
    /// The limit from that Ping to the next message of any kind.
    pub pong: u32,
}

impl Timing {
    /// The default: 10 s for the login, 1 s to boot, 30 s for an action, and after 30 s of silence
    /// a Ping that must be answered within 10 s.
    pub const DEFAULT: Self =
        Self { login: 10_000, boot: 1_000, action: 30_000, keepalive: 30_000, pong: 10_000 };

    /// Sets [`login`](Timing#structfield.login), in milliseconds.
    #[must_use]
    pub const fn login(mut self, milliseconds: u32) -> Self {
        self.login = milliseconds;
        self
    }

    /// Sets [`boot`](Timing#structfield.boot), in milliseconds.
    #[must_use]
    pub const fn boot(mut self, milliseconds: u32) -> Self {
        self.boot = milliseconds;
        self
    }

    /// Sets [`action`](Timing#structfield.action), in milliseconds.
    #[must_use]
    pub const fn action(mut self, milliseconds: u32) -> Self {
        self.action = milliseconds;
        self
    }

    /// Sets [`keepalive`](Timing#structfield.keepalive), in milliseconds.
    #[must_use]
    pub const fn keepalive(mut self, milliseconds: u32) -> Self {
        self.keepalive = milliseconds;
        self
    }

    /// Sets [`pong`](Timing#structfield.pong), in milliseconds.
    #[must_use]
    pub const fn pong(mut self, milliseconds: u32) -> Self {
        self.pong = milliseconds;
        self
    }
}

impl Default for Timing {
    /// Returns [`Timing::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}
