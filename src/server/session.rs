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

/// The server's side of one connection.
///
/// Calls are legal in any order. Time is in milliseconds since the server was started, and does not go back. The [module](super)
/// has an example.
///
/// One request is answered after the other, as Asterisk does: while one is not, the decoder is to be left alone
/// ([`is_busy`](Session::is_busy)), so that the request stays lent.
#[derive(Clone)]
pub struct Session<'v> {
    version: &'v str,
    md5: Option<Md5>,
    timing: Timing,
    challenge: Challenge,
    /// Of the authentication, or of the penalty.
    deadline: u64,
    read: Classes,
    write: Classes,
    mask: Classes,
    stage: Stage,
    turn: Turn,
    /// The client has been told the challenge.
    is_challenged: bool,
}

/// What a session costs.
const _: () = assert!(size_of::<Session<'_>>() <= if usize::BITS == 64 { 88 } else { 64 });

impl<'v> Session<'v> {
    /// As [`with_md5`](Session::with_md5), with the crate's own.
    #[cfg(feature = "md5")]
    pub const fn new(version: &'v str) -> Self {
        Self::with_md5(version, crate::action::md5)
    }

    /// A session without a connection, with an implementation of MD5. The banner will announce this version of AMI, as in `11.0.0`;
    /// up to 2.10 the output of commands comes in the form of Asterisk 13 and before.
    pub const fn with_md5(version: &'v str, md5: Md5) -> Self {
        let mut session = Self::without_md5(version);
        session.md5 = Some(md5);
        session
    }

    /// As [`with_md5`](Session::with_md5), for logins with the secret in the clear only.
    pub const fn without_md5(version: &'v str) -> Self {
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

    /// The same, with other times.
    #[must_use]
    pub const fn timing(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }

    /// There is a new connection: writes the banner. `challenge` should be random, and another for each connection.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] if the version cannot be written; then the session is over.
    pub fn on_connected<B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        challenge: u32,
        now: u64,
        outbox: &mut Outbox<B>,
    ) -> Result<(), EncodeError> {
        self.disconnect();
        outbox.banner(&[b"Asterisk Call Manager/", self.version.as_bytes()])?;
        self.challenge = Challenge::new(challenge);
        self.deadline = after(now, self.timing.authentication);
        self.read = Classes::NONE;
        self.write = Classes::NONE;
        self.mask = Classes::ALL;
        self.stage = Stage::Anonymous;
        self.is_challenged = false;
        Ok(())
    }

    /// What a message, or a part of one, asks for. What the session answers itself it has answered then.
    ///
    /// A request that comes in parts, since it is larger than the decoder's storage, is refused: Asterisk's answer for that speaks of an
    /// allocation failure.
    ///
    /// # Errors
    ///
    /// [`SessionError::Unanswered`] if the request before has not been answered; [`SessionError::Encode`] if there is no room for an answer:
    /// then send what is pending, and call it again.
    pub fn on_message<'m, B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        message: &Message<'m>,
        outbox: &mut Outbox<B>,
    ) -> Result<Incoming<'m>, SessionError> {
        if self.is_busy() {
            return Err(SessionError::Unanswered);
        }
        // Of a request in parts, the first was answered.
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

    /// Decides an attempt to log in: with the account of that name, or none. Says whether it is logged in now; then the answer
    /// is written, and `FullyBooted` if it reads the class system. A wrong secret and a name without an account are one to the client: the same answer,
    /// [a second](Timing::penalty) later.
    ///
    /// # Errors
    ///
    /// [`SessionError::NothingToAnswer`] if there is no attempt; [`SessionError::Encode`] if there is no room.
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
        outbox.all_or_nothing(|outbox| {
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
        })?;
        self.mask = mask;
        self.read = account.read;
        self.write = account.write;
        self.stage = Stage::LoggedIn;
        self.turn = Turn::Client;
        Ok(true)
    }

    /// Decides an attempt to log in: the user is logged in already, and may be so only once. Asterisk says so without looking at the secret.
    ///
    /// # Errors
    ///
    /// [`SessionError::NothingToAnswer`] if there is no attempt.
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

    /// When [`tick`](Session::on_timeout) is to be called next, at the latest; none if there is nothing to wait for.
    pub fn deadline(&self) -> Option<u64> {
        (self.stage == Stage::Anonymous).then_some(self.deadline)
    }

    /// What the passing of time means, with the message that the decoder lends: a login is refused when its penalty is over, and who has not logged in
    /// in time is closed without a word.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] if there is no room for the answer.
    pub fn on_timeout<B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        message: &Message<'_>,
        now: u64,
        outbox: &mut Outbox<B>,
    ) -> Result<(), EncodeError> {
        if self.deadline().is_none_or(|deadline| deadline > now) {
            return Ok(());
        }
        if let Turn::Refuse { is_in_use } = self.turn {
            let text = if is_in_use { "Login Already In Use" } else { "Authentication failed" };
            respond(&Request::from_message(message), "Error", outbox, |out| out.header("Message", text))?;
        }
        self.disconnect();
        Ok(())
    }

    /// What answers the request, which is the message that the decoder lends.
    ///
    /// # Errors
    ///
    /// [`SessionError::NothingToAnswer`] if no request, or list, waits for an answer.
    pub fn answer<'a, B: AsRef<[u8]> + AsMut<[u8]>>(
        &'a mut self,
        request: &Request<'a>,
        outbox: &'a mut Outbox<B>,
    ) -> Result<Responder<'a, B>, SessionError> {
        match self.turn {
            Turn::Request | Turn::List { .. } => {
                Ok(Responder::new(*request, outbox, &mut self.turn, is_old(self.version)))
            }
            _ => Err(SessionError::NothingToAnswer),
        }
    }

    /// A request, list or attempt to log in waits for its answer: the decoder is to be left alone, that it stays lent.
    pub fn is_busy(&self) -> bool {
        self.turn != Turn::Client
    }

    /// The session is to get an event of these classes: all of them are among those that its user may read, and among those that it asked for.
    pub fn wants(&self, classes: Classes) -> bool {
        self.stage == Stage::LoggedIn && self.read.contains(classes) && self.mask.contains(classes)
    }

    /// The user may do an action of these classes: any of them is among his, or there are none.
    pub fn permits(&self, classes: Classes) -> bool {
        self.stage == Stage::LoggedIn && (classes.is_empty() || self.write.intersects(classes))
    }

    /// How far the connection has come.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// Ends the session without a word, as when somebody kicks it: [`Stage::Closed`].
    pub fn disconnect(&mut self) {
        self.stage = Stage::Closed;
        // What waits for an answer gets none: least of all a login.
        self.turn = Turn::Client;
    }

    /// Ends the session since the server stops: says so, if it reads the class system.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] if there is no room to say it; the session has ended all the same.
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

impl fmt::Debug for Session<'_> {
    /// Without the challenge.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("version", &self.version)
            .field("stage", &self.stage)
            .field("turn", &self.turn)
            .field("read", &self.read)
            .field("write", &self.write)
            .field("mask", &self.mask)
            .finish_non_exhaustive()
    }
}

/// Servers that announce this version send the output of a command behind `Response: Follows`: Asterisk up to 13. 2.8.0 was
/// announced by 13 and by 14, which does not.
fn is_old(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or_default());
    numbers.next().unwrap_or_default() < 3
}

fn after(now: u64, time: u32) -> u64 {
    now.saturating_add(u64::from(time))
}
