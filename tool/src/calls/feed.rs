//! The sources of events: a connection, a connection that is made again, and a recorded stream.
//! Each feeds the tracker and prints its records.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use embedded_ami::action::Raw;
use embedded_ami::io::blocking::{Error, Followed, Follower};
use embedded_ami::wire::{Decoder, Message, OwnedMessage, Step};

use super::Options;
use super::record::State;
use super::tracker::Tracker;
use crate::connection::follow::BOOT_WAIT;
use crate::connection::secret::Secret;
use crate::connection::{Client, Login, Settings, Stream};
use crate::failure::{Failure, warn};
use crate::output::Printer;
use crate::output::escape::escape;
use crate::permission;
use crate::queue::{Item, Queue, TURN, too_slow};

/// The size of the decoder's storage for a recorded stream.
const STORAGE: usize = 64 * 1024;

/// The place that records and gaps go to.
pub(super) trait Sink {
    fn text(&mut self, line: String) -> io::Result<()>;
    fn message(&mut self, record: OwnedMessage) -> io::Result<()>;
    fn gap(&mut self, reason: &str) -> io::Result<()>;
}

impl Sink for &mut Printer {
    fn text(&mut self, line: String) -> io::Result<()> {
        self.stamped(&line)?;
        self.flush()
    }

    fn message(&mut self, record: OwnedMessage) -> io::Result<()> {
        Printer::message(self, &record.message())?;
        self.flush()
    }

    fn gap(&mut self, reason: &str) -> io::Result<()> {
        Printer::gap(self, reason)?;
        self.flush()
    }
}

/// The queue of the thread that prints, so that a slow reader of standard output does not keep the
/// other thread from reading: a server closes the connection of a client that does not read.
impl Sink for Arc<Queue> {
    fn text(&mut self, line: String) -> io::Result<()> {
        self.push(Item::Text(line, SystemTime::now()));
        Ok(())
    }

    fn message(&mut self, record: OwnedMessage) -> io::Result<()> {
        self.push(Item::Event(record, SystemTime::now()));
        Ok(())
    }

    fn gap(&mut self, reason: &str) -> io::Result<()> {
        self.push(Item::Gap(reason.into()));
        Ok(())
    }
}

/// The tracker, and the output of its records.
pub(super) struct Output<S> {
    tracker: Tracker,
    sink: S,
    has_changes: bool,
    is_text: bool,
    left: u64,
    clock: Clock,
    /// The secret of the user, which errors of the server must not show.
    pub(super) secret: Option<Secret>,
}

impl<S: Sink> Output<S> {
    /// Creates the output, which ends after `left` lines.
    pub(super) fn new(options: &Options, sink: S, left: u64) -> Self {
        Self {
            tracker: Tracker::default(),
            sink,
            has_changes: options.changes,
            is_text: options.format.is_text(),
            left,
            clock: Clock::new(),
            secret: None,
        }
    }

    /// Processes an event that arrived at this time, and prints the records. Returns whether to go
    /// on.
    fn event(&mut self, message: &Message<'_>, arrival: Option<Duration>) -> io::Result<bool> {
        let own = message.get("Timestamp").and_then(|time| time.to_seconds());
        self.tracker.feed(message, own.or(arrival));
        self.print()
    }

    fn arrived(&mut self, message: &Message<'_>) -> io::Result<bool> {
        let now = self.clock.now();
        self.event(message, Some(now))
    }

    /// Prints the records that are ready. Returns whether to go on.
    fn print(&mut self) -> io::Result<bool> {
        while let Some(record) = self.tracker.next_record() {
            if self.left == 0 || (record.state != State::Ended && !self.has_changes) {
                continue;
            }
            match self.is_text {
                true => self.sink.text(record.to_text(self.has_changes))?,
                false => self.sink.message(record.to_message())?,
            }
            self.left -= 1;
        }
        Ok(self.left > 0)
    }

    /// Marks a place where events may be missing.
    fn gap(&mut self, reason: &str) -> io::Result<()> {
        self.tracker.mark_gap();
        self.sink.gap(reason)
    }
}

impl Output<Arc<Queue>> {
    /// Reports that calls can be seen from now on. Returns whether they could before.
    fn connected(&self) -> bool {
        let before = self.sink.has_connected();
        self.sink.connected();
        before
    }

    /// Asks for the channels that are alive, and takes them over. Returns whether to go on.
    fn take_over(&mut self, client: &mut Client) -> Result<bool, Failure> {
        let mut list = match client.list(&Raw::without_headers("Status")) {
            Ok(list) => list,
            Err(error @ Error::Response { .. }) => {
                let hint = permission::hint(&error, "Status");
                let Error::Response { response, .. } = error else { return Ok(true) };
                let reason = response.get("Message").unwrap_or_default().as_bytes().trim_ascii_end();
                let reason = self.secret.as_ref().map_or(reason.into(), |secret| secret.hide(reason));
                let reason = escape(&reason);
                warn(&format!(
                    "calls that are in progress now are not known: the server answered {reason}{hint}"
                ));
                self.tracker.mark_gap();
                return Ok(true);
            }
            Err(error) => return Err(error.into()),
        };
        self.tracker.begin_list();
        for entry in list.by_ref() {
            self.tracker.feed(&entry?.message(), Some(self.clock.now()));
        }
        self.tracker.end_list();
        Ok(self.print()?)
    }

    /// Like [`take_over`](Output::take_over), with the present connection. If it is lost, the
    /// follower tells of that next.
    fn take_over_again(&mut self, follower: &mut Follower<Stream>) -> Result<bool, Failure> {
        let Some(client) = follower.client() else { return Ok(true) };
        match self.take_over(client) {
            Err(Failure::Client(_)) => {
                self.tracker.mark_gap();
                Ok(true)
            }
            result => result,
        }
    }
}

/// A clock that never goes back.
struct Clock {
    start: Instant,
    epoch: Duration,
}

impl Clock {
    fn new() -> Self {
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { start: Instant::now(), epoch }
    }

    /// Returns the time since the epoch of Unix.
    fn now(&self) -> Duration {
        self.epoch.saturating_add(self.start.elapsed())
    }
}

/// Logs in, and follows the calls of one connection.
pub(super) fn live(
    login: &Login,
    settings: &Settings,
    mut output: Output<Arc<Queue>>,
) -> Result<(), Failure> {
    let mut client = login.perform()?;
    client.set_timeout(settings.timeout);
    if output.sink.is_stopped() {
        return Ok(());
    }
    let mut known = 0;
    output.connected();
    let mut goes_on = output.take_over(&mut client)?;
    while goes_on && !output.sink.is_stopped() {
        // Silence is not an error: the session pings the server.
        if let Some(event) = client.next_event(TURN)? {
            goes_on = output.arrived(&event.message())?;
        }
        let dropped = client.dropped_events();
        if dropped > known {
            output.gap(&too_slow(dropped - known))?;
            known = dropped;
            goes_on = output.take_over(&mut client)?;
        }
    }
    Ok(())
}

/// Follows the calls, and connects again if the connection is lost.
pub(super) fn followed(
    mut follower: Follower<Stream>,
    settings: &Settings,
    mut output: Output<Arc<Queue>>,
) -> Result<(), Failure> {
    let mut goes_on = true;
    let mut is_logged_in = false;
    while goes_on && !output.sink.is_stopped() {
        match follower.next_within(TURN)? {
            Some(Followed::Event(event)) => goes_on = output.arrived(&event.message())?,
            Some(Followed::Connected) => {
                is_logged_in = true;
                if output.connected() {
                    warn(&format!("{}: connected again", settings.server()));
                }
                goes_on = output.take_over_again(&mut follower)?;
            }
            Some(Followed::Gap { disconnect, wait }) => {
                is_logged_in = false;
                settings.warn_of(Error::Disconnected(disconnect), Some(wait));
                output.gap(&disconnect.to_string())?;
            }
            Some(Followed::Dropped { events }) => {
                output.gap(&too_slow(events))?;
                goes_on = output.take_over_again(&mut follower)?;
            }
            Some(Followed::Retry { error, wait }) => settings.warn_of(error, Some(wait)),
            Some(_) | None => {}
        }
    }
    if !is_logged_in {
        // A login can be under way. If it succeeds, the follower logs off when it is dropped.
        let _ = follower.next_within(BOOT_WAIT);
    }
    Ok(())
}

/// Prints the calls of a recorded stream.
pub(super) fn recorded(file: &Path, output: &mut Output<impl Sink>) -> Result<(), Failure> {
    let is_standard = file.as_os_str() == "-";
    let name = if is_standard { "standard input".into() } else { file.display().to_string() };
    let unreadable = |error: io::Error| Failure::Usage(format!("{name}: {error}"));
    let mut input: Box<dyn Read> = match is_standard {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(file).map_err(unreadable)?),
    };
    let mut decoder =
        Decoder::for_client(vec![0; STORAGE]).map_err(|error| Failure::Local(error.to_string()))?;
    let mut message = OwnedMessage::default();
    loop {
        match decoder.poll() {
            Step::Message => {
                // A vector has room for every part.
                if message.push(&decoder.message()).unwrap_or(false)
                    && !output.event(&message.message(), None)?
                {
                    return Ok(());
                }
            }
            Step::NeedInput => match input.read(decoder.space()) {
                Ok(0) => decoder.finish(),
                Ok(n) => decoder.advance(n),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(unreadable(error)),
            },
            Step::End => return Ok(()),
        }
    }
}
