//! The protocol of a session: from bytes of the server and lines of input to lines of output.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use embedded_ami::client::{
    Credentials, IdKey, Incoming, LoginRefused, ResponseStatus, Session, SessionError, Slot, Stage, Ticket,
    Timing,
};
use embedded_ami::io::blocking::{Disconnect, Error};
use embedded_ami::wire::{Decoder, Dialect, EncodeError, Kind, Message, Outbox, OwnedMessage, Part, Step};
use serde_json::Value as Json;

use super::input::{Input, Line};
use super::line::{self, Executed, Mark};
use super::request::{Malformed, Request};
use crate::connection::secret::Secret;
use crate::failure::Failure;
use crate::permission;

/// The most actions that are outstanding.
const SLOTS: usize = 256;
/// The storage for bytes to be sent, in bytes. The largest action that a server reads has 128 lines
/// of 1,022 bytes.
const OUTBOX: usize = 192 * 1024;
/// The storage for bytes that have been received, in bytes. Messages can be larger.
const DECODER: usize = 16 * 1024;
/// The size of the largest message that is printed, in bytes.
const MESSAGE_LIMIT: usize = 64 << 20;
/// The number of bytes of output from which on no more is produced.
const OUTPUT_LIMIT: usize = 8 << 20;
/// The number of answered actions whose ids are kept for events that name them.
const ANSWERED: usize = 4096;

/// The state of a session. Times are in milliseconds.
pub(super) struct Engine<'a> {
    session: Session<Vec<Slot>>,
    pub(super) decoder: Decoder<Vec<u8>>,
    pub(super) outbox: Outbox<Vec<u8>>,
    credentials: Credentials<'a>,
    secret: &'a Secret,
    timeout: Duration,
    /// The message being received.
    message: OwnedMessage,
    is_too_large: bool,
    /// The ids and the names of the actions outstanding.
    ids: HashMap<Ticket, (Json, String)>,
    /// The ids of the last actions that have been answered.
    answered: VecDeque<(Ticket, Json)>,
    /// An action that waits for a slot or for room.
    held: Option<Request>,
    is_ready: bool,
    has_banner: bool,
    /// The lines that have not been written.
    pub(super) output: Vec<u8>,
}

impl<'a> Engine<'a> {
    pub(super) fn new(
        credentials: Credentials<'a>,
        secret: &'a Secret,
        timeout: Duration,
        key: IdKey,
    ) -> Result<Self, Failure> {
        let decoder = Decoder::for_client(vec![0; DECODER]);
        let decoder = decoder.map_err(|_| Error::Session(SessionError::StorageTooSmall))?;
        let limit = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX);
        let timing = Timing::DEFAULT.login(limit).action(limit).pong(limit);
        let mut session = Session::new(vec![Slot::FREE; SLOTS]).timing(timing);
        session.on_connected(key, 0);
        Ok(Self {
            session,
            decoder,
            outbox: Outbox::for_client(vec![0; OUTBOX], Dialect::Current),
            credentials,
            secret,
            timeout,
            message: OwnedMessage::default(),
            is_too_large: false,
            ids: HashMap::new(),
            answered: VecDeque::new(),
            held: None,
            is_ready: false,
            has_banner: false,
            output: Vec::new(),
        })
    }

    /// Returns whether so much output waits that nothing may add to it.
    pub(super) fn is_full(&self) -> bool {
        self.output.len() >= OUTPUT_LIMIT
    }

    /// Returns whether more input can be handled than has been read.
    pub(super) fn wants_input(&self) -> bool {
        self.is_ready && self.held.is_none() && !self.is_full() && self.session.outstanding() < SLOTS
    }

    /// Returns whether no action is outstanding and none waits.
    pub(super) fn is_idle(&self) -> bool {
        self.is_ready && self.held.is_none() && self.session.outstanding() == 0
    }

    pub(super) fn stage(&self) -> Stage {
        self.session.stage()
    }

    /// Returns the time at which [`on_timeout`](Engine::on_timeout) has something to do.
    pub(super) fn deadline(&self) -> Option<u64> {
        self.session.deadline()
    }

    /// Begins the log-off.
    pub(super) fn log_off(&mut self, now: u64) -> Result<(), SessionError> {
        self.is_ready = false;
        self.session.log_off(now, &mut self.outbox)
    }

    /// Handles the messages that the decoder has. Returns false at the end of the stream.
    pub(super) fn on_received(&mut self, now: u64) -> Result<bool, Failure> {
        loop {
            match self.decoder.poll() {
                Step::Message => {}
                Step::NeedInput if self.session.is_overdue(self.decoder.unfinished(), now) => {
                    self.decoder.abandon();
                    continue;
                }
                Step::NeedInput => return Ok(true),
                Step::End => return Ok(false),
            }
            let part = self.decoder.message();
            let incoming = self.session.on_message(&part, now).map_err(Error::Session)?;
            if matches!(part.part(), Part::Whole | Part::First) || part.is_incomplete() {
                self.message = OwnedMessage::default();
                self.is_too_large = false;
            }
            if part.is_incomplete() {
                continue;
            }
            self.is_too_large |= self.message.len().saturating_add(part.as_bytes().len()) > MESSAGE_LIMIT;
            if !self.is_too_large {
                // A vector has room.
                let _ = self.message.push(&part);
            }
            if matches!(part.part(), Part::Whole | Part::Last) {
                let message = std::mem::take(&mut self.message);
                let is_too_large = self.is_too_large;
                self.report(incoming, (!is_too_large).then(|| message.message()).as_ref(), now)?;
            }
        }
    }

    /// Looks at the deadlines, after everything that was received has been handled.
    pub(super) fn on_timeout(&mut self, now: u64) -> Result<(), Failure> {
        while let Some(incoming) = self.session.on_timeout(now, &mut self.outbox).map_err(Error::Session)? {
            self.report(incoming, None, now)?;
        }
        Ok(())
    }

    /// Handles a report of the session. The message is missing for a deadline, and if it is too
    /// large.
    fn report(&mut self, incoming: Incoming, message: Option<&Message<'_>>, now: u64) -> Result<(), Failure> {
        match incoming {
            Incoming::LogIn => return self.log_in(message, now),
            Incoming::Ready => {
                self.is_ready = true;
                // Otherwise this is the response to the login.
                if let Some(event) = message.filter(|message| message.kind() == Kind::Event) {
                    self.print(Some(event), None, None, None);
                }
            }
            Incoming::Refused(reason) => return Err(self.refused(reason, message)),
            Incoming::Event { ticket } => {
                // Any user can send a `UserEvent` with any ActionID.
                let is_own = |event: &&Message<'_>| {
                    event.get("Privilege").is_some() && event.name().is_some_and(|name| name != "UserEvent")
                };
                self.print(message, ticket.filter(|_| message.as_ref().is_some_and(is_own)), None, None);
            }
            Incoming::Shutdown => self.print(message, None, None, None),
            Incoming::Response { ticket, is_end, status } => {
                let is_denied = status == ResponseStatus::PermissionDenied;
                let name = self.ids.get(&ticket).map(|(_, name)| name.as_str()).filter(|_| is_denied);
                let hint = name.map(permission::needed);
                self.print(message, Some(ticket), Some(is_end), hint.as_deref());
            }
            Incoming::ListEntry { ticket, is_end } => self.print(message, Some(ticket), Some(is_end), None),
            Incoming::ListComplete { ticket, .. } | Incoming::ListAborted { ticket, .. } => {
                self.print(message, Some(ticket), Some(true), None);
            }
            Incoming::Lost { ticket, reason } => {
                let id = self.end(ticket);
                line::write_error(&id, &reason.to_string(), reason.into(), &mut self.output);
            }
            Incoming::ServerTimedOut(Stage::Connecting) => {
                return Err(Error::Silent { timeout: self.timeout }.into());
            }
            Incoming::ServerTimedOut(stage) => {
                return Err(Error::Disconnected(Disconnect::ServerTimedOut(stage)).into());
            }
            Incoming::Unmatched if self.is_ready => {
                if let Some(message) = message {
                    let mark = Mark { is_unmatched: true, ..Mark::default() };
                    line::write(message, &mark, Some(self.secret), &mut self.output);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Prints a message with the id of its action. An answer ends with it if `end` is true. The hint
    /// is the continuation of an error.
    fn print(
        &mut self,
        message: Option<&Message<'_>>,
        ticket: Option<Ticket>,
        end: Option<bool>,
        hint: Option<&str>,
    ) {
        let id = match (ticket, end) {
            (Some(ticket), Some(true)) => Some(self.end(ticket)),
            (Some(ticket), _) => self.id(ticket),
            (None, _) => None,
        };
        let Some(message) = message else {
            let error = format!("a message larger than {MESSAGE_LIMIT} bytes was dropped");
            match (id, end) {
                (Some(id), Some(true)) => {
                    line::write_error(&id, &error, Executed::Yes, &mut self.output);
                }
                (id, end) => line::write_note(id.as_ref(), end, &error, &mut self.output),
            }
            return;
        };
        let hint = hint.map(|hint| hint.trim_start_matches("; "));
        let mark = Mark { id: id.as_ref(), end, hint, is_unmatched: false };
        line::write(message, &mark, Some(self.secret), &mut self.output);
    }

    /// Returns the id of an action, which may have been answered.
    fn id(&self, ticket: Ticket) -> Option<Json> {
        let answered = || self.answered.iter().rev().find(|(own, _)| *own == ticket).map(|(_, id)| id);
        self.ids.get(&ticket).map(|(id, _)| id).or_else(answered).cloned()
    }

    /// Records that an action has been answered. Returns its id.
    fn end(&mut self, ticket: Ticket) -> Json {
        let (id, _) = self.ids.remove(&ticket).unwrap_or_default();
        if !id.is_null() {
            if self.answered.len() >= ANSWERED {
                self.answered.pop_front();
            }
            self.answered.push_back((ticket, id.clone()));
        }
        id
    }

    /// Sends the next request of the login.
    fn log_in(&mut self, message: Option<&Message<'_>>, now: u64) -> Result<(), Failure> {
        let Some(message) = message else { return Ok(()) };
        if !std::mem::replace(&mut self.has_banner, true) {
            let version = message.banner().map(|banner| banner.version).unwrap_or_default();
            // Asterisk 1.4 and earlier separate variables with a bar.
            if version == "1.0" {
                self.outbox = Outbox::for_client(vec![0; OUTBOX], Dialect::V1_4);
            }
            // Up to Asterisk 1.8, some responses have no ActionID.
            self.session.set_one_at_a_time(version == "1.0" || version == "1.1");
        }
        match self.session.log_in(&self.credentials, message, now, &mut self.outbox) {
            Ok(()) => Ok(()),
            Err(SessionError::NoChallenge) => Err(self.refused(LoginRefused::NoChallenge, None)),
            Err(error) => Err(Error::Session(error).into()),
        }
    }

    /// Returns the failure of a refused login, without the secret and its digest.
    fn refused(&self, reason: LoginRefused, message: Option<&Message<'_>>) -> Failure {
        let text = |bytes: &[u8]| String::from_utf8_lossy(&self.secret.hide(bytes)).into_owned();
        if reason == LoginRefused::NotAsterisk {
            let line = message.map(|message| message.as_bytes()).unwrap_or_default();
            let line = line.get(..80).unwrap_or(line).escape_ascii().to_string();
            return Error::NotAsterisk { protocol: None, line: text(line.as_bytes()) }.into();
        }
        let message = message.and_then(|message| message.get("Message")).unwrap_or_default();
        let message = message.as_bytes().trim_ascii_end();
        let has_digest = message.split(|byte| !byte.is_ascii_hexdigit()).any(|run| run.len() >= 32);
        let message = if has_digest { String::new() } else { text(message) };
        Error::Refused { reason, message }.into()
    }

    /// Sends the actions of the input, as many as may be outstanding. Returns whether it stopped
    /// because of the size of the output.
    pub(super) fn take(&mut self, input: &mut Input, now: u64) -> bool {
        while self.is_ready && !self.is_full() {
            let request = match self.held.take() {
                Some(request) => request,
                None if self.session.outstanding() >= SLOTS => return false,
                None => match self.next_request(input) {
                    Some(request) => request,
                    None => break,
                },
            };
            match self.session.submit(&request, now, &mut self.outbox) {
                Ok(ticket) => {
                    self.ids.insert(ticket, (request.id, request.name));
                }
                Err(
                    SessionError::SlotsFull | SessionError::Busy | SessionError::Encode(EncodeError::Full),
                ) => {
                    self.held = Some(request);
                    return false;
                }
                Err(error) => {
                    let why = match error {
                        SessionError::Encode(error) => request.explain(error),
                        error => error.to_string(),
                    };
                    line::write_error(&request.id, &why, Executed::No, &mut self.output);
                }
            }
        }
        self.is_ready && self.is_full()
    }

    /// Returns the next action of the input. Reports lines that are none.
    fn next_request(&mut self, input: &mut Input) -> Option<Request> {
        while !self.is_full() {
            let malformed = match input.next_line()? {
                Line::Text(text) if text.trim_ascii().is_empty() => continue,
                Line::Text(text) => match Request::parse(&text) {
                    Ok(request) => return Some(request),
                    Err(malformed) => malformed,
                },
                Line::TooLong => Malformed { id: Json::Null, why: "the line is too long".into() },
            };
            line::write_error(&malformed.id, &malformed.why, Executed::No, &mut self.output);
        }
        None
    }

    /// Ends the session. Reports the actions outstanding, and those of the input, as errors.
    pub(super) fn close(&mut self, why: &str, input: &mut Input) {
        while let Some(Incoming::Lost { ticket, reason }) = self.session.on_closed(&self.outbox) {
            let id = self.end(ticket);
            line::write_error(&id, &format!("{reason}: {why}"), reason.into(), &mut self.output);
        }
        while let Some(request) = self.held.take().or_else(|| self.next_request(input)) {
            let error = format!("the action was not sent: {why}");
            line::write_error(&request.id, &error, Executed::No, &mut self.output);
        }
    }
}
