use core::fmt;

use super::challenge::Challenge;
use super::encoded_event::put_privilege;
use super::responder::Responder;
use super::response::respond;
use super::turn::Turn;
use super::{Account, Attempt, Incoming, Request, SessionError, Stage, Timing};
use crate::action::Md5;
use crate::classes::Classes;
use crate::wire::{EncodeError, Message, Outbox, Part};

/// The server's side of one connection, or of several, one after the other.
///
/// The version of AMI that the session announces is any type that lends a string: `&str`, `String`,
/// `Arc<str>`.
///
/// The application owns the run loop, and this is a complete one for a blocking transport whose
/// reads time out:
///
/// ```
/// use embedded_ami::classes::Classes;
/// use embedded_ami::server::{Account, Incoming, Session, Stage};
/// use embedded_ami::wire::{Decoder, Outbox, Step};
/// # use std::error::Error;
/// # use std::io::{ErrorKind, Read, Write};
///
/// /// Serves a client until the connection ends.
/// fn serve(
///     mut transport: impl Read + Write,
///     challenge: u32,          // random, another for each connection
///     clock: impl Fn() -> u64, // milliseconds that never go back
/// ) -> Result<(), Box<dyn Error>> {
///     let mut decoder = Decoder::for_server([0; 1024])?;
///     let mut outbox = Outbox::for_server([0; 1280]);
///     let mut session = Session::without_md5("11.0.0");
///     session.on_connected(challenge, clock(), &mut outbox)?;
///     loop {
///         // 1. Tell the session the time.
///         session.on_timeout(&decoder.message(), clock(), &mut outbox)?;
///         // 2. Send what is pending.
///         transport.write_all(outbox.pending())?;
///         outbox.advance(usize::MAX);
///         if session.stage() == Stage::Closed {
///             return Ok(()); // close the connection
///         }
///         // 3. Leave the decoder alone while a failed login waits for its penalty.
///         if session.is_busy() {
///             std::thread::sleep(std::time::Duration::from_millis(10));
///             continue;
///         }
///         match decoder.poll() {
///             // 4. Hand each message to the session, and do what it asks for.
///             Step::Message => match session.on_message(&decoder.message(), &mut outbox)? {
///                 Incoming::LogIn(attempt) => {
///                     let is_admin = attempt.username() == "admin";
///                     let account = is_admin.then(|| Account::new("secret"));
///                     session.log_in(&attempt, account, clock(), &mut outbox)?;
///                 }
///                 Incoming::Request(request) => {
///                     let may_open = session.permits(Classes::SYSTEM);
///                     let responder = session.answer(&request, &mut outbox)?;
///                     if !request.is("OpenDoor") {
///                         responder.unknown()?;
///                     } else if may_open {
///                         responder.success("The door is open")?;
///                     } else {
///                         responder.denied()?;
///                     }
///                 }
///                 _ => {} // the session has answered the message itself
///             },
///             Step::NeedInput => match transport.read(decoder.space()) {
///                 Ok(0) => decoder.finish(),
///                 Ok(n) => decoder.advance(n),
///                 Err(error) => match error.kind() {
///                     // The time of the read is over.
///                     ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {}
///                     _ => return Err(error.into()),
///                 },
///             },
///             Step::End => return Ok(()),
///         }
///     }
/// }
/// # struct Script<'a>(&'static [u8], &'a mut Vec<u8>);
/// # impl Read for Script<'_> {
/// #     fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> { self.0.read(to) }
/// # }
/// # impl Write for Script<'_> {
/// #     fn write(&mut self, from: &[u8]) -> std::io::Result<usize> { self.1.write(from) }
/// #     fn flush(&mut self) -> std::io::Result<()> { Ok(()) }
/// # }
/// # let mut sent = Vec::new();
/// # let login = b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: off\r\n\r\n\
/// #     Action: OpenDoor\r\nActionID: 7\r\n\r\nAction: Logoff\r\n\r\nAction: Ping\r\n\r\n";
/// # serve(Script(login, &mut sent), 0x243f_6a88, || 0).unwrap();
/// # assert!(sent.ends_with(b"Response: Success\r\nActionID: 7\r\n\
/// #     Message: The door is open\r\n\r\n\
/// #     Response: Goodbye\r\nMessage: Thanks for all the fish.\r\n\r\n"));
/// # sent.clear();
/// # let wrong = b"Action: Login\r\nUsername: admin\r\nSecret: wrong\r\n\r\n";
/// # let time = std::cell::Cell::new(0);
/// # serve(Script(wrong, &mut sent), 0, || time.replace(time.get() + 100)).unwrap();
/// # assert!(sent.ends_with(b"Response: Error\r\nMessage: Authentication failed\r\n\r\n"));
/// ```
///
/// Calls are valid in any order: one that does not fit the state is an error and changes nothing.
/// Times are milliseconds since the server was started and never go back.
///
/// Like Asterisk, a session answers one request after the other. Until a request is answered,
/// [`is_busy`](Session::is_busy) returns true: do not poll the decoder then, so that the request
/// stays lent.
#[derive(Clone)]
pub struct Session<V> {
    version: V,
    md5: Option<Md5>,
    timing: Timing,
    challenge: Challenge,
    /// The end of the time to log in or, once a login has failed, of the penalty.
    deadline: u64,
    read: Classes,
    write: Classes,
    mask: Classes,
    stage: Stage,
    turn: Turn,
    /// Whether the client has been told the challenge.
    is_challenged: bool,
}

/// The size of a session.
const _: () = assert!(size_of::<Session<&str>>() <= if usize::BITS == 64 { 88 } else { 64 });

impl<V> Session<V> {
    /// Creates a session without a connection that offers MD5 challenge logins. See
    /// [`with_md5`](Session::with_md5).
    #[cfg(feature = "md5")]
    #[must_use]
    pub const fn new(version: V) -> Self {
        Self::with_md5(version, crate::action::md5)
    }

    /// Creates a session without a connection that offers challenge logins with an MD5
    /// implementation of the application.
    ///
    /// The banner announces `version`, for example `11.0.0`. Up to version 2.10 the output of
    /// commands has the form of Asterisk 13 and earlier.
    #[must_use]
    pub const fn with_md5(version: V, md5: Md5) -> Self {
        let mut session = Self::without_md5(version);
        session.md5 = Some(md5);
        session
    }

    /// Creates a session without a connection that accepts only logins with the secret in the
    /// clear. See [`with_md5`](Session::with_md5).
    #[must_use]
    pub const fn without_md5(version: V) -> Self {
        Self {
            version,
            md5: None,
            timing: Timing::DEFAULT,
            challenge: Challenge::NONE,
            deadline: 0,
            read: Classes::NONE,
            write: Classes::NONE,
            mask: Classes::ALL,
            stage: Stage::Closed,
            turn: Turn::Client,
            is_challenged: false,
        }
    }

    /// Sets the time limits.
    #[must_use]
    pub const fn timing(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }

    /// Returns a session without a connection that has the same settings and the converted version.
    #[cfg(feature = "std")]
    pub(crate) fn map_version<W>(self, convert: impl FnOnce(V) -> W) -> Session<W> {
        let mut session = Session::without_md5(convert(self.version));
        session.md5 = self.md5;
        session.timing = self.timing;
        session
    }

    /// Returns the latest time at which to call [`on_timeout`](Session::on_timeout), or `None` if
    /// the session waits for no point in time.
    #[must_use]
    pub fn deadline(&self) -> Option<u64> {
        (self.stage == Stage::Anonymous).then_some(self.deadline)
    }

    /// Returns whether a request, list or attempt to log in waits for its answer. Do not poll the
    /// decoder then, so that the message stays lent.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.turn != Turn::Client
    }

    /// Returns whether the session should receive an event of these classes. The user must be
    /// allowed to read all of them, and the client must have subscribed to all of them.
    #[must_use]
    pub fn wants(&self, classes: Classes) -> bool {
        self.stage == Stage::LoggedIn && self.read.contains(classes) && self.mask.contains(classes)
    }

    /// Returns whether the user may send an action of these classes, for which one of them is
    /// enough. An action without classes is open to every user that is logged in.
    #[must_use]
    pub fn permits(&self, classes: Classes) -> bool {
        self.stage == Stage::LoggedIn && (classes.is_empty() || self.write.intersects(classes))
    }

    /// Returns the stage of the connection.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// Ends the session without a message to the client, for example to kick a user. The stage is
    /// then [`Stage::Closed`].
    pub fn disconnect(&mut self) {
        self.stage = Stage::Closed;
        // A request or login that waits for its answer must not get one now.
        self.turn = Turn::Client;
    }
}

impl<V: AsRef<str>> Session<V> {
    /// Begins a session on a new connection: discards the bytes pending in the outbox and writes
    /// the banner.
    ///
    /// Before this call, [reset](crate::wire::Decoder::reset) the decoder: otherwise the new client
    /// completes a request of the previous one. `challenge` should be random, and different for
    /// each connection. `now` is in milliseconds.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] if the version cannot be written. The session is closed then.
    pub fn on_connected<B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        challenge: u32,
        now: u64,
        outbox: &mut Outbox<B>,
    ) -> Result<(), EncodeError> {
        self.disconnect();
        outbox.clear();
        outbox.banner(&[b"Asterisk Call Manager/", self.version.as_ref().as_bytes()])?;
        self.challenge = Challenge::new(challenge);
        self.deadline = after(now, self.timing.authentication);
        self.read = Classes::NONE;
        self.write = Classes::NONE;
        self.mask = Classes::ALL;
        self.stage = Stage::Anonymous;
        self.is_challenged = false;
        Ok(())
    }

    /// Processes a message, or one part of a message, and returns what the application must do.
    ///
    /// The session itself answers `Challenge`, `Events`, `Logoff` and a second `Login`, and refuses
    /// a request that is malformed or that arrives before the login. Those have been answered when
    /// this returns. A request that arrives in parts, because it is larger than the decoder's
    /// storage, is refused with the text that Asterisk has for a failed allocation.
    ///
    /// # Errors
    ///
    /// - [`SessionError::Unanswered`] if the previous request has not been answered.
    /// - [`SessionError::Encode`] with [`EncodeError::Full`] if the outbox has no room now: send
    ///   the pending bytes, and call this again with the same message.
    /// - [`SessionError::Encode`] with [`EncodeError::TooLarge`] if the answer never fits: the
    ///   session has ended.
    pub fn on_message<'m, B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        message: &Message<'m>,
        outbox: &mut Outbox<B>,
    ) -> Result<Incoming<'m>, SessionError> {
        if self.is_busy() {
            return Err(SessionError::Unanswered);
        }
        let incoming = self.process(message, outbox);
        self.check(incoming)
    }

    fn process<'m, B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        message: &Message<'m>,
        outbox: &mut Outbox<B>,
    ) -> Result<Incoming<'m>, EncodeError> {
        // The first part of the request was answered.
        let is_rest = matches!(message.part(), Part::Middle | Part::Last);
        if self.stage == Stage::Closed || message.is_incomplete() || is_rest {
            return Ok(Incoming::Nothing);
        }
        let request = Request::from_message(message);
        let is_logged_in = self.stage == Stage::LoggedIn;
        let error = if let Some(fault) = request.fault() {
            fault.text()
        } else if request.action().is_none() {
            "Missing action in request"
        } else if request.is("Login") && !is_logged_in {
            self.turn = Turn::LogIn;
            let challenge = self.is_challenged.then_some(self.challenge);
            return Ok(Incoming::LogIn(Attempt::new(request, challenge, self.md5)));
        } else if request.is("Login") {
            respond(&request, "Success", outbox, |out| out.header("Message", "Already authenticated"))?;
            return Ok(Incoming::Nothing);
        } else if request.is("Challenge") {
            let asks = request.get("AuthType").is_some_and(|kind| kind.eq_ignore_ascii_case("MD5"));
            if asks && self.md5.is_some() {
                respond(&request, "Success", outbox, |out| {
                    out.header("Challenge", self.challenge.as_bytes())
                })?;
                self.is_challenged = true;
                return Ok(Incoming::Nothing);
            }
            "Must specify AuthType"
        } else if request.is("Logoff") {
            respond(&request, "Goodbye", outbox, |out| out.header("Message", "Thanks for all the fish."))?;
            self.disconnect();
            return Ok(Incoming::Nothing);
        } else if !is_logged_in {
            "Permission denied"
        } else if request.is("Events") {
            match Classes::from_mask(request.get("EventMask").unwrap_or_default()) {
                Some(mask) => {
                    let is = if mask.is_empty() { "Off" } else { "On" };
                    respond(&request, "Success", outbox, |out| out.header("Events", is))?;
                    self.mask = mask;
                    return Ok(Incoming::Nothing);
                }
                None => "Invalid event mask",
            }
        } else {
            self.turn = Turn::Request;
            return Ok(Incoming::Request(request));
        };
        respond(&request, "Error", outbox, |out| out.header("Message", error))?;
        Ok(Incoming::Nothing)
    }

    /// Accepts or rejects an attempt to log in. Pass the account that has the user name of the
    /// attempt, or `None` if the user does not exist.
    ///
    /// Returns whether the user is now logged in. If so, the response has been written, followed by
    /// the event `FullyBooted` if the user may read the class system and the `Events` header of the
    /// login does not exclude it. The client cannot distinguish a wrong secret from an unknown
    /// user: both get the same response after [`Timing::penalty`].
    ///
    /// # Errors
    ///
    /// - [`SessionError::NothingToAnswer`] if no attempt waits for an answer.
    /// - [`SessionError::Encode`] with [`EncodeError::Full`] if the outbox has no room now: send
    ///   the pending bytes, and call this again.
    /// - [`SessionError::Encode`] with [`EncodeError::TooLarge`] if the answer never fits: the
    ///   session has ended.
    pub fn log_in<B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        attempt: &Attempt<'_>,
        account: Option<Account<'_>>,
        now: u64,
        outbox: &mut Outbox<B>,
    ) -> Result<bool, SessionError> {
        if self.turn != Turn::LogIn {
            return Err(SessionError::NothingToAnswer);
        }
        let Some(account) = account.filter(|account| attempt.proves(&account.secret)) else {
            self.refuse(false, now);
            return Ok(false);
        };
        let request = attempt.request();
        let mask = request.get("Events").and_then(Classes::from_mask).unwrap_or(Classes::ALL);
        let boots = mask.contains(Classes::SYSTEM) && account.read.contains(Classes::SYSTEM);
        let written = outbox.all_or_nothing(|outbox| {
            respond(request, "Success", outbox, |out| out.header("Message", "Authentication accepted"))?;
            if !boots {
                return Ok(());
            }
            let uptime = i64::try_from(now.checked_div(1000).unwrap_or_default()).unwrap_or(i64::MAX);
            outbox.write(|out| {
                out.header("Event", "FullyBooted")?;
                put_privilege(Classes::SYSTEM, out)?;
                out.header_int("Uptime", uptime)?;
                out.header_int("LastReload", uptime)?;
                out.header("Status", "Fully Booted")
            })
        });
        self.check(written)?;
        self.mask = mask;
        self.read = account.read;
        self.write = account.write;
        self.stage = Stage::LoggedIn;
        self.turn = Turn::Client;
        Ok(true)
    }

    /// Rejects an attempt to log in because the user is already logged in and may be logged in only
    /// once. The client gets the response after [`Timing::penalty`]. Like Asterisk, this does not
    /// look at the secret.
    ///
    /// # Errors
    ///
    /// [`SessionError::NothingToAnswer`] if no attempt waits for an answer.
    pub fn refuse_already_logged_in(&mut self, now: u64) -> Result<(), SessionError> {
        if self.turn != Turn::LogIn {
            return Err(SessionError::NothingToAnswer);
        }
        self.refuse(true, now);
        Ok(())
    }

    fn refuse(&mut self, is_in_use: bool, now: u64) {
        self.turn = Turn::Refuse { is_in_use };
        self.deadline = after(now, self.timing.penalty);
    }

    /// Handles timeouts. Call this once [`deadline`](Session::deadline) has passed, with the
    /// message that the decoder lends. Calling it earlier is harmless.
    ///
    /// If the penalty for a failed login is over, writes the response and ends the session. If the
    /// client did not log in in time, ends the session without a message.
    ///
    /// # Errors
    ///
    /// [`EncodeError::Full`] if the outbox has no room now: send the pending bytes, and call this
    /// again. [`EncodeError::TooLarge`] if the response never fits: the session has ended.
    pub fn on_timeout<B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        message: &Message<'_>,
        now: u64,
        outbox: &mut Outbox<B>,
    ) -> Result<(), EncodeError> {
        if self.deadline().is_none_or(|deadline| deadline > now) {
            return Ok(());
        }
        let mut written = Ok(());
        if let Turn::Refuse { is_in_use } = self.turn {
            let text = if is_in_use { "Login Already In Use" } else { "Authentication failed" };
            let request = Request::from_message(message);
            written = respond(&request, "Error", outbox, |out| out.header("Message", text));
        }
        if written != Err(EncodeError::Full) {
            self.disconnect();
        }
        written
    }

    /// Ends the session if an answer of its own can never be written. Another call would fail, too,
    /// and the client would wait.
    fn check<T>(&mut self, result: Result<T, EncodeError>) -> Result<T, SessionError> {
        if result.as_ref().is_err_and(|&error| error != EncodeError::Full) {
            self.disconnect();
        }
        Ok(result?)
    }

    /// Returns the [`Responder`] that answers the request, which is the message that the decoder
    /// lends.
    ///
    /// # Errors
    ///
    /// [`SessionError::NothingToAnswer`] if no request or list waits for an answer.
    pub fn answer<'a, B: AsRef<[u8]> + AsMut<[u8]>>(
        &'a mut self,
        request: &Request<'a>,
        outbox: &'a mut Outbox<B>,
    ) -> Result<Responder<'a, B>, SessionError> {
        match self.turn {
            Turn::Request | Turn::List { .. } => {
                Ok(Responder::new(*request, outbox, &mut self.turn, is_old(self.version.as_ref())))
            }
            _ => Err(SessionError::NothingToAnswer),
        }
    }

    /// Ends the session because the server stops, or restarts. Writes the event `Shutdown` if the
    /// session receives events of the class system.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] if the outbox has no room for the event. The session has ended all the same.
    pub fn shut_down<B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        restart: bool,
        outbox: &mut Outbox<B>,
    ) -> Result<(), EncodeError> {
        let wants = self.wants(Classes::SYSTEM);
        self.disconnect();
        if !wants {
            return Ok(());
        }
        outbox.write(|out| {
            out.header("Event", "Shutdown")?;
            put_privilege(Classes::SYSTEM, out)?;
            out.header("Shutdown", "Cleanly")?;
            out.header("Restart", if restart { "True" } else { "False" })
        })
    }
}

impl<V: AsRef<str>> fmt::Debug for Session<V> {
    /// Leaves out the challenge.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("version", &self.version.as_ref())
            .field("stage", &self.stage)
            .field("turn", &self.turn)
            .field("read", &self.read)
            .field("write", &self.write)
            .field("mask", &self.mask)
            .finish_non_exhaustive()
    }
}

/// Returns whether servers of this version send the output of a command after `Response: Follows`,
/// as Asterisk up to 13 does. Both Asterisk 13 and 14 announced 2.8.0, and 14 does not do it.
fn is_old(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or_default());
    numbers.next().unwrap_or_default() < 3
}

/// Returns the time that is `time` milliseconds after `now`.
fn after(now: u64, time: u32) -> u64 {
    now.saturating_add(u64::from(time))
}
