use std::io::{Read, Write};
use std::time::{Duration, Instant};

use super::{Followed, Follower};
use crate::client::{Backoff, LoginRefused, SessionError, Stage};
use crate::io::blocking::{Client, Disconnect, Error};

/// The parts of the outside world that a follower needs. Tests have their own.
pub(in crate::io::blocking) trait Surroundings<T: Read + Write> {
    fn now(&self) -> Instant;

    fn sleep(&mut self, time: Duration);

    /// Returns a random number, uniformly distributed.
    fn random(&mut self) -> u32;

    /// Begins an attempt to connect and to log in.
    fn begin(&mut self);

    /// Waits up to `time` for the result of the attempt that was begun last. Returns `None` only
    /// while it is under way. Panics if the attempt has panicked.
    fn wait(&mut self, time: Duration) -> Option<Result<Client<T>, Error>>;
}

/// The state of a follower and the rules by which it changes.
pub(in crate::io::blocking) struct Machine<S, T: Read + Write> {
    surroundings: S,
    state: State<T>,
    /// Whether a login has succeeded. The address is right then.
    has_logged_in: bool,
    pub(in crate::io::blocking) backoff: Backoff,
    pub(in crate::io::blocking) stable_after: Duration,
}

enum State<T: Read + Write> {
    /// No connection. The next attempt begins at this time, or at once.
    Waiting {
        until: Option<Instant>,
    },
    Connecting,
    Connected(Connected<T>),
    /// The connection was lost in the last call. The application can still use the client.
    Lost {
        client: Client<T>,
        until: Instant,
    },
    /// The follower has ended with an error or a panic.
    Over,
}

struct Connected<T: Read + Write> {
    client: Client<T>,
    since: Instant,
    /// The number of dropped events that have been reported.
    dropped: u64,
}

impl<S: Surroundings<T>, T: Read + Write> Machine<S, T> {
    pub(in crate::io::blocking) fn next_within(&mut self, time: Duration) -> Result<Option<Followed>, Error> {
        let deadline = self.surroundings.now().checked_add(time);
        loop {
            let now = self.surroundings.now();
            let rest = deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(now));
            match &mut self.state {
                State::Over => return Err(SessionError::Stage(Stage::Closed).into()),
                State::Lost { until, .. } => self.state = State::Waiting { until: Some(*until) },
                State::Waiting { until } => {
                    let left = until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
                    if left.is_zero() {
                        self.surroundings.begin();
                        self.state = State::Connecting;
                    } else if rest.is_zero() {
                        return Ok(None);
                    } else {
                        self.surroundings.sleep(left.min(rest));
                    }
                }
                State::Connecting => {
                    // A panic of the attempt is passed on by `wait`, and ends the follower.
                    self.state = State::Over;
                    match self.surroundings.wait(rest) {
                        None => {
                            self.state = State::Connecting;
                            if deadline.is_some() {
                                return Ok(None);
                            }
                        }
                        Some(Ok(client)) => {
                            let since = self.surroundings.now();
                            self.has_logged_in = true;
                            self.state = State::Connected(Connected { client, since, dropped: 0 });
                            return Ok(Some(Followed::Connected));
                        }
                        Some(Err(error)) => return self.failed(error).map(Some),
                    }
                }
                State::Connected(connected) => {
                    let next = connected.next(rest);
                    return match next {
                        Err(Error::Disconnected(disconnect)) => Ok(Some(self.lost(disconnect))),
                        Err(error) => self.failed(error).map(Some),
                        Ok(next) => Ok(next),
                    };
                }
            }
        }
    }

    /// Handles the error of an attempt. Returns the error if the follower ends with it.
    fn failed(&mut self, error: Error) -> Result<Followed, Error> {
        if is_final(&error, self.has_logged_in) {
            self.state = State::Over;
            return Err(error);
        }
        let (wait, until) = self.next_wait();
        self.state = State::Waiting { until: Some(until) };
        Ok(Followed::Retry { error, wait })
    }

    /// Handles the end of the connection.
    fn lost(&mut self, disconnect: Disconnect) -> Followed {
        let state = core::mem::replace(&mut self.state, State::Waiting { until: None });
        if let State::Connected(Connected { since, .. }) = &state {
            if self.surroundings.now().saturating_duration_since(*since) >= self.stable_after {
                self.backoff.reset();
            }
        }
        let (wait, until) = self.next_wait();
        self.state = match state {
            State::Connected(Connected { client, .. }) => State::Lost { client, until },
            _ => State::Waiting { until: Some(until) },
        };
        Followed::Gap { disconnect, wait }
    }

    /// Returns the wait before the next attempt, and its end.
    fn next_wait(&mut self) -> (Duration, Instant) {
        let random = self.surroundings.random();
        let wait = Duration::from_millis(self.backoff.next(random).into());
        let now = self.surroundings.now();
        (wait, now.checked_add(wait).unwrap_or(now))
    }
}

impl<S, T: Read + Write> Machine<S, T> {
    pub(in crate::io::blocking) fn new(surroundings: S) -> Self {
        Self {
            surroundings,
            state: State::Waiting { until: None },
            has_logged_in: false,
            backoff: Follower::BACKOFF,
            stable_after: Follower::STABLE_AFTER,
        }
    }

    pub(in crate::io::blocking) fn client(&mut self) -> Option<&mut Client<T>> {
        match &mut self.state {
            State::Connected(Connected { client, .. }) | State::Lost { client, .. } => Some(client),
            State::Waiting { .. } | State::Connecting | State::Over => None,
        }
    }

    pub(in crate::io::blocking) fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    pub(super) fn state_name(&self) -> &'static str {
        match self.state {
            State::Waiting { .. } | State::Lost { .. } => "waiting",
            State::Connecting => "connecting",
            State::Connected(_) => "connected",
            State::Over => "over",
        }
    }
}

impl<T: Read + Write> Connected<T> {
    fn next(&mut self, time: Duration) -> Result<Option<Followed>, Error> {
        // The oldest events are dropped first, so those in the buffer are younger.
        let event = self.client.next_event_unless_dropped(time, self.dropped)?;
        let dropped = self.client.dropped_events();
        let events = dropped.saturating_sub(self.dropped);
        match event {
            None if events > 0 => {
                self.dropped = dropped;
                Ok(Some(Followed::Dropped { events }))
            }
            event => Ok(event.map(Followed::Event)),
        }
    }
}

/// Returns whether another attempt would only end with the same error. Once a login has succeeded,
/// another service at the address may pass, for example a proxy that reports that its server is
/// down.
fn is_final(error: &Error, has_logged_in: bool) -> bool {
    match error {
        Error::Refused { reason, .. } => {
            !matches!(reason, LoginRefused::ShuttingDown | LoginRefused::AlreadyInUse)
        }
        Error::Connect(error) => error.kind() == std::io::ErrorKind::InvalidInput,
        Error::NotAsterisk { .. } => !has_logged_in,
        Error::NoEvents | Error::Session(_) => true,
        Error::Silent { .. }
        | Error::Response { .. }
        | Error::Lost { .. }
        | Error::Disconnected(_)
        | Error::TooLarge { .. } => false,
    }
}
