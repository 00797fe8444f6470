//! The loop of a session, which waits for the server, standard input, standard output and signals
//! at the same time.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use embedded_ami::client::{IdKey, Stage};
use embedded_ami::io::blocking::{Disconnect, Error};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::stdio;

use super::engine::Engine;
use super::input::Input;
use crate::connection::{Opened, Settings, Stream, is_closed};
use crate::failure::Failure;
use crate::output::Printer;
use crate::signals;

/// The most bytes that a write to a pipe takes without waiting, once the pipe is ready.
const PIECE: usize = 4096;
/// The number of reads from the server after which something else has its turn.
const READS: usize = 64;
/// The number of bytes that have been written after which they are removed from the output.
const WRITTEN: usize = 1 << 20;
/// The time for which output is written at a signal.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn run(settings: &Settings, classes: &str, printer: &mut Printer) -> Result<(), Failure> {
    let Opened { stream, received, credentials, secret } = settings.open(classes, printer)?;
    let local = |error: io::Error| Failure::Local(format!("cannot wait for signals: {error}"));
    let (signals, sender) = UnixStream::pair().map_err(local)?;
    let caught = Arc::new(AtomicUsize::new(0));
    for signal in signals::ending() {
        // The number first, so that it is known once the pipe wakes the loop up.
        let number = usize::try_from(signal).unwrap_or_default();
        signal_hook::flag::register_usize(signal, Arc::clone(&caught), number).map_err(local)?;
        let sender = sender.try_clone().map_err(local)?;
        signal_hook::low_level::pipe::register(signal, sender).map_err(local)?;
    }
    stream
        .set_nonblocking()
        .map_err(|error| Failure::from(Error::Disconnected(Disconnect::Io(error.kind()))))?;
    let mut engine = Engine::new(credentials, secret, settings.timeout, id_key())?;
    // There is room for the first bytes.
    let _ = engine.decoder.feed(&received);
    let mut run = Run {
        stream,
        engine,
        input: Input::default(),
        signals,
        start: Instant::now(),
        needs_flush: false,
        can_write: true,
        has_ended: false,
        is_logging_off: false,
        // The banner has been received.
        has_more: true,
        written: 0,
    };
    let ended = run.run_and_report();
    match i32::try_from(caught.load(Ordering::Relaxed)) {
        // Everything that could be printed has been, and the session has logged off.
        Ok(signal @ 1..) => Err(signals::end_by(signal)),
        _ => ended,
    }
}

struct Run<'a> {
    stream: Stream,
    engine: Engine<'a>,
    input: Input,
    /// The pipe into which signals write.
    signals: UnixStream,
    start: Instant,
    /// Whether bytes have been written to the stream since it was last flushed.
    needs_flush: bool,
    can_write: bool,
    /// Whether the stream has ended.
    has_ended: bool,
    is_logging_off: bool,
    /// Whether something may be left to do that no wait reports.
    has_more: bool,
    /// The number of bytes of the output that have been written.
    written: usize,
}

/// The things that are ready, after a wait.
#[derive(Default)]
struct Ready {
    input: bool,
    output: bool,
    signal: bool,
}

impl Run<'_> {
    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Runs the session to its end, and reports what has not been answered.
    fn run_and_report(&mut self) -> Result<(), Failure> {
        let ended = self.until_end();
        if let Err(failure @ (Failure::Client(_) | Failure::Connection(_))) = &ended {
            let why = match failure {
                Failure::Client(error) => error.to_string(),
                _ => "the connection was lost".into(),
            };
            self.engine.close(&why, &mut self.input);
        }
        if matches!(&ended, Err(Failure::OutputClosed | Failure::Local(_) | Failure::Usage(_))) {
            // This machine or standard input has failed, not the connection.
            let now = self.now();
            let _ = self.engine.log_off(now);
            let _ = self.write_stream();
            return ended;
        }
        self.write_output(None)?;
        ended
    }

    /// Runs the session until something ends it.
    fn until_end(&mut self) -> Result<(), Failure> {
        loop {
            let ready = self.wait()?;
            if ready.signal {
                return self.interrupt();
            }
            if ready.output && self.has_output() {
                self.write_some()?;
            }
            if ready.input {
                self.read_input()?;
            }
            if self.engine.is_full() {
                continue;
            }
            self.read_stream()?;
            let now = self.now();
            if self.has_ended || self.engine.stage() == Stage::Closed {
                return match (self.is_logging_off, self.engine.stage()) {
                    (true, _) => Ok(()),
                    (_, Stage::Connecting) => Err(Error::Disconnected(Disconnect::Rejected).into()),
                    _ => Err(Error::Disconnected(Disconnect::Closed).into()),
                };
            }
            match self.engine.on_timeout(now) {
                // Everything has been answered.
                Err(_) if self.is_logging_off => return Ok(()),
                result => result?,
            }
            self.has_more |= self.engine.take(&mut self.input, now);
            if self.input.is_over() && self.engine.is_idle() {
                if self.engine.log_off(now).is_err() {
                    return Ok(());
                }
                self.is_logging_off = true;
            }
            self.write_stream()?;
            // Most output finds room at once.
            self.write_output(Some(Duration::ZERO))?;
        }
    }

    /// Waits until there is something to do.
    fn wait(&mut self) -> Result<Ready, Failure> {
        let is_full = self.engine.is_full();
        let mut wanted = PollFlags::empty();
        if !is_full {
            wanted |= PollFlags::IN;
        }
        if !self.engine.outbox.pending().is_empty() || self.needs_flush {
            wanted |= PollFlags::OUT;
        }
        // An end that is not waited for is left out, because poll would return at once if it is
        // closed. Only standard output is always there.
        let output = if self.has_output() { PollFlags::OUT } else { PollFlags::empty() };
        let (stdin, stdout) = (stdio::stdin(), stdio::stdout());
        let mut list = vec![
            PollFd::from_borrowed_fd(stdout, output),
            PollFd::from_borrowed_fd(self.signals.as_fd(), PollFlags::IN),
        ];
        if !is_full {
            list.push(PollFd::from_borrowed_fd(self.stream.as_fd(), wanted));
        }
        let reads_input = self.engine.wants_input() && self.input.has_room();
        if reads_input {
            list.push(PollFd::from_borrowed_fd(stdin, PollFlags::IN));
        }
        let deadline = self.engine.deadline().filter(|_| !is_full);
        let mut left = deadline.map(|deadline| Duration::from_millis(deadline.saturating_sub(self.now())));
        if std::mem::take(&mut self.has_more) && !is_full {
            left = Some(Duration::ZERO);
        }
        let mut ready = Ready::default();
        if poll_for(&mut list, left)? {
            let is_ready = |at: usize| list.get(at).is_some_and(|fd| !fd.revents().is_empty());
            ready.signal = is_ready(1);
            ready.input = reads_input && is_ready(list.len() - 1);
            ready.output = is_ready(0);
            // A closed output is reported even if there is nothing to write.
            let is_closed = list[0].revents().intersects(PollFlags::ERR | PollFlags::HUP);
            if is_closed && !list[0].revents().contains(PollFlags::OUT) {
                return Err(Failure::OutputClosed);
            }
        }
        Ok(ready)
    }

    /// Reads standard input, which is ready.
    fn read_input(&mut self) -> Result<(), Failure> {
        let mut bytes = [0; 64 * 1024];
        match rustix::io::read(stdio::stdin(), &mut bytes) {
            Ok(0) => self.input.end(),
            Ok(n) => self.input.push(&bytes[..n]),
            Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
            Err(error) => {
                return Err(Failure::Usage(format!(
                    "cannot read standard input: {}",
                    io::Error::from(error)
                )));
            }
        }
        Ok(())
    }

    /// Reads what the server has sent, and handles it.
    fn read_stream(&mut self) -> Result<(), Failure> {
        // With TLS, bytes can be left that the system does not know of.
        self.has_more = true;
        for _ in 0..READS {
            let n = match self.stream.read(self.engine.decoder.space()) {
                Ok(n) => n,
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                        self.has_more = false;
                        break;
                    }
                    ErrorKind::Interrupted => continue,
                    kind if is_closed(kind) => 0,
                    kind => return Err(Error::Disconnected(Disconnect::Io(kind)).into()),
                },
            };
            match n {
                0 => self.engine.decoder.finish(),
                n => self.engine.decoder.advance(n),
            }
            let now = self.now();
            self.has_ended = !self.engine.on_received(now)?;
            if self.has_ended {
                return Ok(());
            }
            if self.engine.is_full() {
                break;
            }
        }
        // Nothing has arrived, but an unfinished message can be overdue.
        let now = self.now();
        self.engine.on_received(now)?;
        Ok(())
    }

    /// Sends as much as the connection takes.
    fn write_stream(&mut self) -> Result<(), Failure> {
        while self.can_write && (self.needs_flush || !self.engine.outbox.pending().is_empty()) {
            let written = match self.engine.outbox.pending() {
                [] => self.stream.flush().map(|()| None),
                pending => self.stream.write(pending).map(Some),
            };
            match written {
                Ok(None) => self.needs_flush = false,
                Ok(Some(0)) => return Err(Error::Disconnected(Disconnect::Io(ErrorKind::WriteZero)).into()),
                Ok(Some(n)) => {
                    self.engine.outbox.advance(n);
                    self.needs_flush = true;
                }
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock | ErrorKind::TimedOut => return Ok(()),
                    ErrorKind::Interrupted => {}
                    // The server may have sent something before.
                    kind if is_closed(kind) => self.can_write = false,
                    kind => return Err(Error::Disconnected(Disconnect::Io(kind)).into()),
                },
            }
        }
        Ok(())
    }

    /// Ends the session because of a signal.
    fn interrupt(&mut self) -> Result<(), Failure> {
        let now = self.now();
        // Without a login there is nothing to log off from.
        let _ = self.engine.log_off(now);
        let _ = self.write_stream();
        self.engine.close("a signal ended the session", &mut self.input);
        self.write_output(Some(PATIENCE))
    }

    fn has_output(&self) -> bool {
        self.written < self.engine.output.len()
    }

    /// Writes a piece of the output, for which standard output is ready.
    fn write_some(&mut self) -> Result<(), Failure> {
        let output = &mut self.engine.output;
        let rest = output.get(self.written..).unwrap_or_default();
        match rustix::io::write(stdio::stdout(), &rest[..rest.len().min(PIECE)]) {
            Ok(n) => self.written += n,
            Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
            Err(error) => return Err(io::Error::from(error).into()),
        }
        if self.written >= output.len() || self.written >= WRITTEN {
            output.drain(..self.written);
            self.written = 0;
        }
        Ok(())
    }

    /// Writes the output, waiting up to this time for standard output, or up to a signal.
    fn write_output(&mut self, time: Option<Duration>) -> Result<(), Failure> {
        let begin = Instant::now();
        while self.has_output() {
            let stdout = stdio::stdout();
            let left = time.map(|time| time.saturating_sub(begin.elapsed()));
            let mut list = vec![PollFd::from_borrowed_fd(stdout, PollFlags::OUT)];
            if time.is_none() {
                list.push(PollFd::from_borrowed_fd(self.signals.as_fd(), PollFlags::IN));
            }
            let is_ready = poll_for(&mut list, left)?;
            match (is_ready, list.first().is_some_and(|fd| !fd.revents().is_empty())) {
                (true, true) => self.write_some()?,
                // A signal.
                (true, false) => break,
                (false, _) if left == Some(Duration::ZERO) => break,
                (false, _) => {}
            }
        }
        Ok(())
    }
}

/// Waits up to this time. Returns whether something is ready.
fn poll_for(list: &mut [PollFd<'_>], time: Option<Duration>) -> Result<bool, Failure> {
    // The time of a poll has a limit, and waking up early does no harm.
    let time = time.map(|time| Timespec {
        tv_sec: time.as_secs().min(1 << 20).try_into().unwrap_or(1),
        // Less than 2^30, and of 32 bits on some machines.
        tv_nsec: time.subsec_nanos() as _,
    });
    match poll(list, time.as_ref()) {
        Ok(ready) => Ok(ready > 0),
        Err(error) if error.kind() == ErrorKind::Interrupted => Ok(false),
        Err(error) => Err(Failure::Local(format!("cannot wait for input: {}", io::Error::from(error)))),
    }
}

/// Returns random bits for the ActionIDs of the connection.
fn id_key() -> IdKey {
    let random = || u128::from(RandomState::new().build_hasher().finish());
    IdKey(((random() << 64) | random()).to_be_bytes())
}
