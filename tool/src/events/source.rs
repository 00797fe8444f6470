//! The thread that reads events from the server.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use embedded_ami::client::LossReason;
use embedded_ami::io::blocking::{Error, Followed, Follower};

use super::filter::{self, Filter};
use super::select::Selection;
use crate::connection::follow::BOOT_WAIT;
use crate::connection::secret::Secret;
use crate::connection::{Client, Login, Recorder, Settings, Stream};
use crate::failure::{Failure, warn};
use crate::queue::{Item, Queue, TURN, too_slow};

/// The origin of the events.
#[allow(clippy::large_enum_variant, reason = "there is one value, which is moved once")]
pub(super) enum Source {
    /// One connection. Its end is a failure.
    Once(Login),
    /// One connection after the other.
    Following(Follower<Stream>),
}

/// The reading thread.
pub(super) struct Reader {
    pub(super) queue: Arc<Queue>,
    pub(super) selection: Selection,
    /// The filters to add to each session. If there are any, the source logs in without events.
    pub(super) filters: Vec<Filter>,
    pub(super) classes: String,
    /// The secret, for errors.
    pub(super) secret: Option<Secret>,
    pub(super) settings: Settings,
}

/// The time after the login within which a user who may read the class system has received an
/// event.
const SILENCE: Duration = Duration::from_secs(3);

/// The wait for the first event, whose absence can be a missing permission. Asterisk does not
/// report which classes a user may read.
struct Silence(Option<Instant>);

impl Silence {
    /// Begins the wait, if the server sends `FullyBooted` to each user who may read it: Asterisk
    /// 1.8 and later do, unless a filter or the classes leave it out.
    fn new(reader: &Reader, client: &Client) -> Self {
        let has_system = reader.classes.split(',').any(|class| matches!(class, "on" | "all" | "system"));
        let sends_boot = client.banner().banner().is_some_and(|banner| banner.version != "1.0");
        let is_due = has_system && sends_boot && reader.filters.is_empty();
        Self(is_due.then(Instant::now))
    }

    /// Warns once if no event has arrived in time.
    fn look(&mut self, has_event: bool) {
        if has_event {
            self.0 = None;
        } else if self.0.take_if(|begin| begin.elapsed() >= SILENCE).is_some() {
            warn(
                "no event has arrived, not even FullyBooted after the login: the server is still starting, or \
                 the user lacks the class system, and maybe others, in read of manager.conf",
            );
        }
    }
}

impl Reader {
    /// Starts the thread, which logs in. When it ends, its client logs off.
    pub(super) fn start(self, source: Source) -> Result<(), Failure> {
        let queue = Arc::clone(&self.queue);
        queue.start_reader(move || {
            let result = match source {
                Source::Once(login) => self.read(&login),
                Source::Following(follower) => self.follow(follower),
            };
            // A full disk can also be why the tool read too slowly.
            self.check_recorder().and(result)
        })
    }

    fn read(&self, login: &Login) -> Result<(), Failure> {
        let mut client = login.perform()?;
        client.set_timeout(self.settings.timeout);
        if self.queue.is_stopped() {
            return Ok(());
        }
        if !self.filters.is_empty() {
            filter::install(&mut client, &self.filters, &self.classes, self.secret.as_ref())?;
        }
        self.queue.connected();
        let mut silence = Silence::new(self, &client);
        let mut known = client.dropped_events();
        while !self.queue.is_stopped() {
            let event = client.next_event(TURN)?;
            let dropped = client.dropped_events();
            if dropped > known {
                self.queue.push(Item::Gap(too_slow(dropped - known)));
                known = dropped;
            }
            silence.look(event.is_some());
            if let Some(event) = event {
                self.push(event);
            }
            self.check_recorder()?;
        }
        Ok(())
    }

    fn follow(&self, mut follower: Follower<Stream>) -> Result<(), Failure> {
        let mut is_logged_in = false;
        // Whether events arrive on the present connection.
        let mut is_receiving = false;
        let mut silence = Silence(None);
        while !self.queue.is_stopped() {
            match follower.next_within(TURN)? {
                None => silence.look(false),
                Some(Followed::Connected) => {
                    is_logged_in = true;
                    is_receiving = self.filters.is_empty() || self.install(&mut follower)?;
                    if let Some(client) = follower.client().filter(|_| !self.queue.has_connected()) {
                        silence = Silence::new(self, client);
                    }
                    if is_receiving && self.queue.has_connected() {
                        warn(&format!("{}: connected again", self.settings.server()));
                    }
                    if is_receiving {
                        self.queue.connected();
                    }
                }
                Some(Followed::Event(event)) => {
                    silence.look(true);
                    self.push(event);
                }
                Some(Followed::Dropped { events }) => self.queue.push(Item::Gap(too_slow(events))),
                Some(Followed::Gap { disconnect, wait }) => {
                    is_logged_in = false;
                    self.settings.warn_of(Error::Disconnected(disconnect), Some(wait));
                    // Without events since the last gap, this is a part of that gap.
                    if std::mem::take(&mut is_receiving) {
                        self.queue.push(Item::Gap(disconnect.to_string()));
                    }
                }
                Some(Followed::Retry { error, wait }) => {
                    self.settings.warn_of(error, Some(wait));
                }
                Some(_) => {}
            }
            self.check_recorder()?;
        }
        if !is_logged_in {
            // A login can be under way. If it succeeds, the follower logs off when it is dropped.
            let _ = follower.next_within(BOOT_WAIT);
        }
        Ok(())
    }

    /// Adds the filters to a new connection. Returns whether events arrive then; if not, the
    /// connection has been lost.
    fn install(&self, follower: &mut Follower<Stream>) -> Result<bool, Failure> {
        while !self.queue.is_stopped() {
            let Some(client) = follower.client() else { return Ok(false) };
            match filter::install(client, &self.filters, &self.classes, self.secret.as_ref()) {
                // The server may only be slow. A filter that it has twice does no harm.
                Err(Failure::Client(error @ Error::Lost { reason: LossReason::TimedOut, .. })) => {
                    self.settings.warn_of(error, None);
                }
                Err(Failure::Client(Error::Lost { .. } | Error::Disconnected(_))) => return Ok(false),
                result => return result.map(|()| true),
            }
        }
        Ok(false)
    }

    fn push(&self, event: embedded_ami::wire::OwnedMessage) {
        if self.selection.accepts(&event.message()) {
            self.queue.push(Item::Event(event, SystemTime::now()));
        }
    }

    fn check_recorder(&self) -> Result<(), Failure> {
        let failure = self.settings.recorder.as_ref().and_then(Recorder::failure);
        failure.map_or(Ok(()), |text| Err(Failure::Local(text)))
    }
}
