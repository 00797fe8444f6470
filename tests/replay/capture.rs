//! Turns the requests of a recorded client into actions for a session, and puts the session's
//! ActionIDs into the recorded server's stream.

use std::collections::{HashMap, HashSet};

use embedded_ami::action::{self, Action};
use embedded_ami::client::{Credentials, IdKey, Incoming, Session, Slot, Ticket, Timing};
use embedded_ami::wire::{Decoder, Dialect, EncodeError, HeaderWriter, Outbox, Step};

use crate::common::{self, Role};

/// Both directions of a recorded connection.
pub struct Pair {
    /// The version and the scenario, as in `1.4/agents`.
    pub name: String,
    /// The bytes the client sent; empty if they were not recorded.
    pub client: Vec<u8>,
    pub server: Vec<u8>,
}

/// Returns the recorded connections, each once: the folder of `AMI_CAPTURES` may hold copies of
/// those in `tests/data`.
pub fn pairs() -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    let mut client = ("".to_string(), Vec::new());
    let mut seen = HashSet::new();
    for capture in common::captures() {
        let (name, _) = capture.name.rsplit_once('.').expect("an extension");
        if capture.role == Role::Server {
            client = (name.to_string(), capture.bytes);
            continue;
        }
        // The captures are sorted, so the client's side, if there is one, comes just before.
        let sent = std::mem::take(&mut client);
        let sent = if sent.0 == name { sent.1 } else { Vec::new() };
        if seen.insert((name.to_string(), sent.clone(), capture.bytes.len())) {
            pairs.push(Pair { name: name.to_string(), client: sent, server: capture.bytes });
        }
    }
    pairs
}

/// An action that a client sent.
#[derive(Debug, Clone)]
pub struct Request {
    pub name: String,
    /// `None` if the request had no ActionID or an empty one, which is the same to Asterisk.
    pub id: Option<Vec<u8>>,
    /// The headers other than `Action` and `ActionID`.
    pub headers: Vec<(String, Vec<u8>)>,
}

impl Action for Request {
    fn name(&self) -> &str {
        &self.name
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        self.headers.iter().try_for_each(|(name, value)| out.header(name, value))
    }
}

impl Request {
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let found = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| &value[..])
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The reason not to submit a recorded action to a session. The answer to it is replayed all the
/// same, and must have no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LeftOut {
    /// No encoder writes it: not one `Action`, more than one `ActionID`, or a line other than
    /// `Name: value` with CR LF.
    Malformed,
    /// The encoder refuses it: too many lines, an ActionID that is too long, a NUL.
    Refused,
    /// It came before the login was accepted, or without a login; sessions do not send that.
    NotLoggedIn,
}

/// Returns the actions that a client sent, in order, and a reason for each message that cannot be
/// sent again.
fn requests(bytes: &[u8], dialect: Dialect) -> (Vec<Request>, Vec<LeftOut>) {
    let mut requests = Vec::new();
    let mut left_out = Vec::new();
    let mut decoder = Decoder::for_server(vec![0; bytes.len() + 64]).unwrap();
    decoder.space()[..bytes.len()].copy_from_slice(bytes);
    decoder.advance(bytes.len());
    decoder.finish();
    while decoder.poll() == Step::Message {
        let message = decoder.message();
        let mut written = Vec::new();
        let mut headers = Vec::new();
        let mut names = Vec::new();
        let mut ids = Vec::new();
        for header in message.headers() {
            let Some(Ok(name)) = header.name().map(|name| String::from_utf8(name.to_vec())) else { continue };
            let value = header.value().as_bytes().to_vec();
            written.extend_from_slice(&[name.as_bytes(), b": ", &value, b"\r\n"].concat());
            match &*name.to_ascii_lowercase() {
                "action" => names.push(value),
                "actionid" => ids.push(value),
                _ => headers.push((name, value)),
            }
        }
        written.extend_from_slice(b"\r\n");
        let name = names.pop().and_then(|name| String::from_utf8(name).ok());
        let (Some(name), true, true) = (name, names.is_empty(), ids.len() < 2) else {
            left_out.push(LeftOut::Malformed);
            continue;
        };
        if written != message.as_bytes() {
            left_out.push(LeftOut::Malformed);
            continue;
        }
        let id = ids.pop().filter(|id| !id.is_empty());
        let request = Request { name, id, headers };
        let mut outbox = Outbox::for_client(vec![0; bytes.len() + 256], dialect);
        match action::write(&request, request.id.as_deref().unwrap_or(b"none"), &mut outbox) {
            Ok(()) => requests.push(request),
            Err(_) => left_out.push(LeftOut::Refused),
        }
    }
    (requests, left_out)
}

/// A recorded connection, prepared for a replay.
#[derive(Clone)]
pub struct Plan {
    pub name: String,
    pub dialect: Dialect,
    /// The login of the recorded client, if it sent one. The session logs in with its credentials.
    pub login: Option<Request>,
    /// The actions to submit, with the ActionIDs and tickets that the session gives them.
    pub requests: Vec<Request>,
    pub ids: Vec<String>,
    pub tickets: HashMap<Ticket, usize>,
    /// The ActionIDs of the session's own requests: of the challenge, if it asks for one, and of
    /// the login.
    pub own: Vec<String>,
    /// The server's stream, with these ActionIDs.
    pub stream: Vec<u8>,
    pub left_out: Vec<LeftOut>,
    /// The size of an outbox for everything that is written.
    pub outbox: usize,
}

/// The prefix of the ActionIDs in replayed connections.
pub const PREFIX: u64 = 0x0123_4567_89ab_cdef;

/// Returns the key whose ActionIDs begin with this prefix.
pub fn id_key(prefix: u64) -> IdKey {
    IdKey((u128::from(prefix) << 64).to_be_bytes())
}

pub const TIMING: Timing = Timing::DEFAULT.keepalive(0);

impl Plan {
    pub fn new(pair: &Pair) -> Self {
        let dialect = match pair.server.starts_with(b"Asterisk Call Manager/1.0\r\n") {
            true => Dialect::V1_4,
            false => Dialect::Current,
        };
        let (mut before, mut left_out) = requests(&pair.client, dialect);
        let mut later = Vec::new();
        let mut login = None;
        let mut challenge = None;
        if let Some(at) = before.iter().position(|request| request.is("Login")) {
            later = before.split_off(at + 1);
            login = before.pop();
            let is_md5 = |request: &Request| {
                let md5 = request.get("AuthType").is_some_and(|value| value.eq_ignore_ascii_case(b"MD5"));
                request.is("Challenge") && md5
            };
            // The session asks for one challenge itself. It gets the answer to the last recorded
            // one that the key can be based on.
            if login.as_ref().is_some_and(|login| login.get("Key").is_some()) {
                let last = before.iter().rposition(is_md5).expect("a challenge");
                challenge = before.remove(last).id;
            }
        }
        left_out.extend(before.iter().map(|_| LeftOut::NotLoggedIn));
        if let Some(id) = first_id(&pair.server).filter(|_| pair.client.is_empty()) {
            // The client's side was not recorded. If anything was answered, the first answer is to
            // a login.
            let headers = [("Username", "admin"), ("Secret", "adminsecret")];
            let headers = headers.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
            login = Some(Request { name: "Login".to_string(), id: Some(id), headers: headers.to_vec() });
        }
        let mut plan = Self {
            name: pair.name.clone(),
            dialect,
            login,
            requests: later,
            ids: Vec::new(),
            tickets: HashMap::new(),
            own: Vec::new(),
            stream: Vec::new(),
            left_out,
            outbox: 2 * pair.client.len() + 1024,
        };
        plan.rehearse();
        plan.rewrite(&pair.server, challenge);
        plan
    }

    pub fn credentials(&self) -> Option<Credentials<'_>> {
        let login = self.login.as_ref()?;
        // A login without a user is answered like one of an unknown user.
        let user = login.get("Username").unwrap_or(b"nobody");
        let secret = login.get("Secret").unwrap_or(b"");
        let credentials = match login.get("Key") {
            Some(_) => Credentials::from_bytes(user, secret, Some(|_| [0; 16])),
            None => Credentials::from_bytes(user, secret, None),
        };
        let mask = login.get("Events").map(|mask| std::str::from_utf8(mask).expect("a mask"));
        Some(match mask {
            Some(mask) => credentials.events(mask),
            None => credentials.events("on"),
        })
    }

    /// Submits all actions and compares the bytes written with those of the recorded client.
    fn rehearse(&mut self) {
        let Some(credentials) = self.credentials() else { return };
        let mut session = Session::new(vec![Slot::FREE; self.requests.len()]).timing(TIMING);
        let mut outbox = Outbox::for_client(vec![0; self.outbox], self.dialect);
        let mut decoder = Decoder::for_client(vec![0; 512]).unwrap();
        session.on_connected(id_key(PREFIX), 0);
        let mut bytes = b"Asterisk Call Manager/1.0\r\n".to_vec();
        let mut own = Vec::new();
        while !bytes.is_empty() {
            decoder.space()[..bytes.len()].copy_from_slice(&bytes);
            decoder.advance(std::mem::take(&mut bytes).len());
            assert_eq!(decoder.poll(), Step::Message);
            let message = decoder.message();
            if session.on_message(&message, 0).unwrap() == Incoming::LogIn {
                session.log_in(&credentials, &message, 0, &mut outbox).unwrap();
                let id = first_id(outbox.pending()).expect("an ActionID");
                own.push(String::from_utf8(id).unwrap());
                bytes =
                    format!("Response: Success\r\nActionID: {}\r\nChallenge: 1\r\n\r\n", own.last().unwrap())
                        .into_bytes();
                outbox.clear();
            }
        }
        for request in &self.requests {
            let ticket = session.submit(request, 0, &mut outbox).unwrap_or_else(|error| {
                panic!("{}: {error} for {request:?}", self.name);
            });
            let id = session.action_id(ticket).as_str().to_string();
            let mut wanted = format!("Action: {}\r\nActionID: {id}\r\n", request.name).into_bytes();
            for (name, value) in &request.headers {
                wanted.extend_from_slice(&[name.as_bytes(), b": ", value, b"\r\n"].concat());
            }
            wanted.extend_from_slice(b"\r\n");
            assert_eq!(outbox.pending(), wanted, "{}", self.name);
            outbox.clear();
            self.tickets.insert(ticket, self.ids.len());
            self.ids.push(id);
        }
        self.own = own;
    }

    fn rewrite(&mut self, server: &[u8], challenge: Option<Vec<u8>>) {
        let mut map: HashMap<Vec<u8>, &str> = HashMap::new();
        let own = challenge.into_iter().map(|id| (id, &*self.own[0]));
        let login = self.login.iter().filter_map(|login| Some((login.id.clone()?, &**self.own.last()?)));
        let requests = self.requests.iter().zip(&self.ids);
        let requests = requests.filter_map(|(request, id)| Some((request.id.clone()?, &**id)));
        for (from, to) in own.chain(login).chain(requests) {
            let twice = map.insert(from, to);
            assert_eq!(twice, None, "{}: two actions have the same ActionID", self.name);
        }
        self.stream = rewritten(server, |id| map.get(id).copied());
        if self.login.as_ref().is_some_and(|login| login.id.is_none()) {
            // The session's login has an ActionID, so the first response must have one.
            let head = self.stream.iter().position(|&byte| byte == b'\n').expect("a banner") + 1;
            let line = self.stream[head..].iter().position(|&byte| byte == b'\n').expect("an answer") + 1;
            let id = format!("ActionID: {}\r\n", self.own.last().unwrap());
            self.stream.splice(head + line..head + line, id.into_bytes());
        }
    }
}

/// Returns the bytes with the value of each line `ActionID: value` replaced, if `id` returns
/// another.
pub fn rewritten<'a>(bytes: &[u8], id: impl Fn(&[u8]) -> Option<&'a str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(2 * bytes.len());
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        match id_of(line).and_then(|old| Some((old, id(old)?))) {
            Some((old, new)) => {
                out.extend_from_slice(b"ActionID: ");
                out.extend_from_slice(new.as_bytes());
                out.extend_from_slice(&line[b"ActionID: ".len() + old.len()..]);
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}

/// Returns the value if the line, with or without its line end, is an ActionID.
pub fn id_of(line: &[u8]) -> Option<&[u8]> {
    let value = line.strip_prefix(b"ActionID: ")?;
    let value = value.strip_suffix(b"\n").unwrap_or(value);
    Some(value.strip_suffix(b"\r").unwrap_or(value))
}

/// Returns the first ActionID in these bytes.
pub fn first_id(bytes: &[u8]) -> Option<Vec<u8>> {
    Some(bytes.split(|&byte| byte == b'\n').find_map(id_of)?.to_vec())
}
