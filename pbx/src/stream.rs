//! A layer between the server and its connections, which sees each request before the server does
//! and changes the bytes of answers.
//!
//! A [`Director`] decides about each new connection and each request, and returns a [`Plan`]. The
//! stream carries the plan out: it passes the request on to the server or keeps it, and sends the
//! answer of the server, bytes of its own, or nothing.
//!
//! Bytes that do not come from the server are inserted only between two messages of the server, and
//! only after the answers to all earlier requests. The stream knows that point without reading the
//! messages: the server reads only when it has answered everything, and after a read that finds
//! nothing it sends all that is queued before it reads again. So when the server reads for the
//! second time in a row, and its last write was not refused, nothing is left in its queue but
//! events that arrived since, of which nothing has been sent.

use std::io::{self, ErrorKind, Read, Write};
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use embedded_ami::io::blocking::server::{Limits, ServerStream};
use embedded_ami::server::Request;
use embedded_ami::wire::{Decoder, Part, Step};

use crate::answer_span::answer_span;
use crate::lock::lock;
use crate::plan::{Answer, Director, Link, Plan};

/// The time that a connection that a plan has closed stays open, so that the client can read the
/// last bytes. Closing at once would discard them if the client has sent more than was read.
const LINGER: Duration = Duration::from_millis(500);

/// The time after which the server reads again while a plan is carried out.
const RETRY: Duration = Duration::from_millis(1);
/// The time after which the server tries again to send the bytes of this layer.
const RETRY_SENDING: Duration = Duration::from_millis(5);

/// A connection whose requests and answers a [`Director`] decides about.
pub(crate) struct Stream<T, D> {
    inner: T,
    director: Arc<Mutex<D>>,
    link: Arc<Link>,
    decoder: Decoder<Vec<u8>>,
    /// The request that the server reads, or that waits for its plan to be carried out.
    request: Vec<u8>,
    /// The number of its bytes that the server has read.
    handed: usize,
    /// Bytes that must be sent before the next ones of the server.
    own: Vec<u8>,
    /// The number of them that have been sent.
    sent: usize,
    state: State,
    /// The time since which the client has accepted none of them, or not the end of the output.
    stuck: Option<Instant>,
    /// The longest time for which a client may accept nothing.
    stall: Duration,
    /// Whether the client has accepted bytes since the server was last told to wait.
    has_progress: bool,
    /// Whether the last read found nothing.
    has_paused: bool,
    /// Whether the last write was refused, so that the server still has bytes to send.
    is_blocked: bool,
}

enum State {
    /// The server has neither read nor written. It may have refused the connection.
    New,
    /// Requests go to the server, and its output to the client.
    Open,
    /// A request waits for the time at which its plan is carried out, and until the server has sent
    /// all that it had.
    Held { plan: Plan, until: Instant },
    /// The server has the request, or has yet to send its banner, and its output is collected. It
    /// is sent at the given time, if there is one.
    Answering { plan: Plan, output: Vec<u8>, until: Option<Instant> },
    /// The server has ended its output. The client has been told at this time, if there is one.
    Ended { told: Option<Instant> },
    /// The plan has closed the connection, and the client has been told at this time, if there is
    /// one. It may still read the last bytes.
    Closing { told: Option<Instant> },
    /// The connection is over. The next read or write tells the server, which drops it.
    Closed,
}

impl<T: ServerStream, D: Director> Stream<T, D> {
    pub(crate) fn new(
        inner: T,
        director: Arc<Mutex<D>>,
        link: Arc<Link>,
        limits: &Limits,
    ) -> io::Result<Self> {
        let decoder = Decoder::for_server(vec![0; limits.request]).map_err(io::Error::other)?;
        Ok(Self {
            inner,
            director,
            link,
            decoder,
            request: Vec::new(),
            handed: 0,
            own: Vec::new(),
            sent: 0,
            stuck: None,
            stall: limits.stall,
            has_progress: false,
            state: State::New,
            has_paused: false,
            is_blocked: false,
        })
    }

    pub(crate) fn inner(&mut self) -> &mut T {
        &mut self.inner
    }

    /// Asks the director about the connection, once the server serves it.
    fn begin(&mut self) {
        if !matches!(self.state, State::New) {
            return;
        }
        let plan = lock(&self.director).connected(&self.link);
        self.state = if plan.is_plain() {
            State::Open
        } else {
            let until = Some(after(plan.delay));
            State::Answering { plan, output: Vec::new(), until }
        };
    }

    /// Sends bytes of this layer, and then tells the client of the end of the output if it has
    /// come. Bytes that the client does not accept now stay. Fails if it accepts nothing for too
    /// long.
    fn flush_own(&mut self) -> io::Result<()> {
        while let Some(rest) = self.own.get(self.sent..).filter(|rest| !rest.is_empty()) {
            match self.inner.write(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(sent) => {
                    self.sent = self.sent.saturating_add(sent);
                    (self.has_progress, self.stuck) = (true, None);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {
                    (self.has_progress, self.stuck) = (true, None);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return self.wait(),
                Err(error) => return Err(error),
            }
        }
        self.own.clear();
        self.sent = 0;
        if let State::Ended { told: told @ None } | State::Closing { told: told @ None } = &mut self.state {
            match self.inner.end_output() {
                Err(error) if error.kind() == ErrorKind::WouldBlock => return self.wait(),
                Err(error) if error.kind() == ErrorKind::Interrupted => self.has_progress = true,
                // The server ignores other errors as well.
                _ => *told = Some(Instant::now()),
            }
        }
        self.stuck = None;
        Ok(())
    }

    /// Remembers that the client accepts nothing now. Fails if that has lasted too long.
    fn wait(&mut self) -> io::Result<()> {
        let since = *self.stuck.get_or_insert_with(Instant::now);
        if since.elapsed() > self.stall { Err(ErrorKind::TimedOut.into()) } else { Ok(()) }
    }

    /// Returns whether the server has sent everything up to its latest answer.
    fn is_drained(&self) -> bool {
        self.has_paused && !self.is_blocked && self.own.is_empty()
    }

    /// Hands the next bytes of the request to the server. Returns `None` if there are none.
    fn hand_over(&mut self, to: &mut [u8]) -> Option<usize> {
        let rest = self.request.get(self.handed..).filter(|rest| !rest.is_empty())?;
        let n = rest.len().min(to.len());
        to.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.handed = self.handed.saturating_add(n);
        Some(n)
    }

    /// Finds what the server can read.
    fn find(&mut self, to: &mut [u8]) -> io::Result<usize> {
        match &self.state {
            State::New | State::Open => self.find_request(to),
            State::Held { until, .. } => {
                if Instant::now() < *until || !self.is_drained() {
                    self.listen()?;
                    return Err(ErrorKind::WouldBlock.into());
                }
                // The state is always `Held` here, so that the default is not used.
                let plan = match std::mem::replace(&mut self.state, State::Open) {
                    State::Held { plan, .. } => plan,
                    _ => Plan::default(),
                };
                if matches!(plan.answer, Answer::Pass) {
                    if !plan.needs_no_answer() {
                        self.state = State::Answering { plan, output: Vec::new(), until: None };
                    }
                    return Ok(self.hand_over(to).unwrap_or_default());
                }
                self.request.clear();
                self.answer(plan, &[], 0..0)?;
                Err(ErrorKind::Interrupted.into())
            }
            State::Answering { until, .. } => {
                let until = *until;
                if let Some(n) = self.hand_over(to) {
                    return Ok(n);
                }
                if until.is_some_and(|until| Instant::now() < until) {
                    self.listen()?;
                } else if self.has_paused {
                    self.release()?;
                    return Err(ErrorKind::Interrupted.into());
                }
                Err(ErrorKind::WouldBlock.into())
            }
            State::Ended { .. } => self.inner.read(to),
            State::Closing { told } => {
                let told = *told;
                // One read per call: a client that goes on to send does not keep the server.
                let is_over = match self.inner.read(&mut [0; 4096]) {
                    // The client may read although it sends nothing more.
                    Ok(n) => n == 0 && told.is_some(),
                    Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted),
                };
                let is_late = told.is_some_and(|told| told.elapsed() >= LINGER);
                if !is_over && !is_late {
                    return Err(ErrorKind::WouldBlock.into());
                }
                self.state = State::Closed;
                Err(ErrorKind::ConnectionAborted.into())
            }
            State::Closed => Err(ErrorKind::ConnectionAborted.into()),
        }
    }

    /// Finds a request for the server in what the client has sent. Reads once at most: a client
    /// that sends empty lines, which are not requests, does not keep the server from the others.
    fn find_request(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if let Some(n) = self.hand_over(to) {
            return Ok(n);
        }
        // A client that does not read its answers gets no further ones.
        if !self.own.is_empty() {
            self.listen()?;
            return Err(ErrorKind::WouldBlock.into());
        }
        let mut has_read = false;
        loop {
            match self.decoder.poll() {
                Step::Message => {
                    let message = self.decoder.message();
                    self.request.clear();
                    self.request.extend_from_slice(message.as_bytes());
                    self.handed = 0;
                    if message.part() == Part::Whole && !message.is_incomplete() {
                        let request = Request::from_message(&message);
                        let plan = lock(&self.director).request(&self.link, &request);
                        if !plan.is_plain() {
                            let until = after(plan.delay);
                            self.state = State::Held { plan, until };
                            return Err(ErrorKind::WouldBlock.into());
                        }
                    }
                    if let Some(n) = self.hand_over(to) {
                        return Ok(n);
                    }
                }
                Step::NeedInput if has_read => return Err(ErrorKind::Interrupted.into()),
                Step::NeedInput => {
                    match self.inner.read(self.decoder.space())? {
                        0 => self.decoder.finish(),
                        n => self.decoder.advance(n),
                    }
                    has_read = true;
                }
                Step::End => return Ok(0),
            }
        }
    }

    /// Reads more of the client while a request is held, to notice that the connection is broken.
    fn listen(&mut self) -> io::Result<()> {
        let space = self.decoder.space();
        if space.is_empty() {
            return Ok(());
        }
        match self.inner.read(space) {
            Ok(0) => self.decoder.finish(),
            Ok(n) => self.decoder.advance(n),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Sends the output of the server that was collected, changed as planned.
    fn release(&mut self) -> io::Result<()> {
        let (plan, output, until) = match std::mem::replace(&mut self.state, State::Open) {
            State::Answering { plan, output, until } => (plan, output, until),
            other => {
                self.state = other;
                return Ok(());
            }
        };
        // Only the output of a new connection has a time; it is the banner.
        let span = if until.is_some() { 0..output.len() } else { answer_span(&output) };
        self.answer(plan, &output, span)
    }

    /// Sends the answer of a plan, instead of the part `span` of the output of the server.
    fn answer(&mut self, plan: Plan, output: &[u8], span: Range<usize>) -> io::Result<()> {
        let (start, end) = (span.start, span.end);
        let mut answer = match plan.answer {
            Answer::Pass => output.get(span).unwrap_or_default().to_vec(),
            Answer::Bytes(bytes) => bytes,
            Answer::Nothing => Vec::new(),
        };
        for at in plan.garble {
            let last = answer.len().saturating_sub(1);
            if let Some(byte) = answer.get_mut(at.min(last)) {
                *byte = !*byte;
            }
        }
        if let Some(length) = plan.cut {
            answer.truncate(length);
        }
        self.own.extend_from_slice(output.get(..start).unwrap_or_default());
        self.own.extend(answer);
        if plan.close || plan.cut.is_some() {
            self.state = State::Closing { told: None };
        } else {
            self.own.extend_from_slice(output.get(end..).unwrap_or_default());
        }
        let flushed = self.flush_own();
        if let Some(done) = plan.done {
            done();
        }
        flushed
    }
}

impl<T: ServerStream, D: Director> Read for Stream<T, D> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.begin();
        self.flush_own()?;
        let found = self.find(to);
        let is_nothing = |kind| matches!(kind, ErrorKind::WouldBlock | ErrorKind::Interrupted);
        self.has_paused = matches!(&found, Err(error) if is_nothing(error.kind()));
        found
    }
}

impl<T: ServerStream, D: Director> Write for Stream<T, D> {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.begin();
        self.flush_own()?;
        match &mut self.state {
            State::Answering { output, .. } => {
                output.extend_from_slice(from);
                self.is_blocked = false;
                return Ok(from.len());
            }
            State::Closing { .. } => return Ok(from.len()),
            State::Closed => return Err(ErrorKind::ConnectionAborted.into()),
            _ => {}
        }
        let written = match (self.own.is_empty(), std::mem::take(&mut self.has_progress)) {
            (true, _) => self.inner.write(from),
            // The server tries again at once, and knows that the client reads.
            (false, true) => Err(ErrorKind::Interrupted.into()),
            (false, false) => Err(ErrorKind::WouldBlock.into()),
        };
        self.is_blocked = written.is_err();
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: ServerStream, D: Director> ServerStream for Stream<T, D> {
    fn has_input(&mut self) -> bool {
        // Errors are reported by the next read or write.
        let _ = self.flush_own();
        self.inner.has_input()
    }

    fn end_output(&mut self) -> io::Result<()> {
        self.release()?;
        if !matches!(self.state, State::Ended { .. } | State::Closing { .. } | State::Closed) {
            self.state = State::Ended { told: None };
        }
        self.flush_own()?;
        match (&self.state, std::mem::take(&mut self.has_progress)) {
            (State::Ended { told: None } | State::Closing { told: None }, true) => {
                Err(ErrorKind::Interrupted.into())
            }
            (State::Ended { told: None } | State::Closing { told: None }, false) => {
                Err(ErrorKind::WouldBlock.into())
            }
            _ => Ok(()),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        let own = match &self.state {
            State::Held { until, .. } | State::Answering { until: Some(until), .. } => {
                Some(until.saturating_duration_since(Instant::now()).max(RETRY))
            }
            State::Answering { until: None, .. } => Some(RETRY),
            State::Closing { .. } => Some(RETRY_SENDING),
            State::New | State::Open | State::Ended { .. } | State::Closed => {
                (!self.own.is_empty()).then_some(RETRY_SENDING)
            }
        };
        own.into_iter().chain(self.inner.retry_after()).min()
    }
}

/// Returns the time after a delay, or the present if there is no such time.
fn after(delay: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(delay).unwrap_or(now)
}
