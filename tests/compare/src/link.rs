//! A connection to a server, and a plain reader of what it says.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::session::{self, Request};

/// For an answer. A synchronous Originate and WaitEvent take seconds.
const PATIENCE: Duration = Duration::from_secs(12);

/// Longer than the time that a server gives a client to log in.
const AUTH_TIMEOUT: Duration = Duration::from_secs(8);

/// For the next of the answers to requests in one write, and for what may come after them.
const SLOW: Duration = Duration::from_secs(2);
const QUICK: Duration = Duration::from_millis(300);

const NOTHING: &str = "nothing";

/// What came for one request.
#[derive(Default)]
pub struct ResponseStatus {
    /// As it is compared: responses as `Error: No such channel`, the end of a list by its event, `closed` if the
    /// server closed the connection then.
    pub text: String,
    /// The lines.
    raw: String,
}

impl ResponseStatus {
    pub fn nothing() -> Self {
        Self { text: NOTHING.to_string(), raw: String::new() }
    }

    fn add(&mut self, part: &str) {
        let plus = if self.text.is_empty() { "" } else { " + " };
        self.text.push_str(&format!("{plus}{part}"));
    }

    /// To the byte, and as it is compared, each line with a name before it.
    pub fn show(&self, name: &str) -> String {
        let raw = self.raw.lines().map(|line| format!("    {name:<9} | {line}\n"));
        raw.chain([format!("    {name:<9} = {}\n", self.text)]).collect()
    }
}

/// The lines of a message without their ends; none for an empty line that ends no message.
struct Message(Vec<Vec<u8>>);

impl Message {
    fn first(&self) -> String {
        self.0.first().map(|line| String::from_utf8_lossy(line).into_owned()).unwrap_or_default()
    }

    fn get(&self, name: &str) -> Option<&[u8]> {
        let start = [name.as_bytes(), b": "].concat();
        self.0.iter().find_map(|line| line.strip_prefix(&start[..]))
    }

    /// An event, or what an extension of tests/asterisk/conf forges in one.
    fn is_event(&self) -> bool {
        self.first().starts_with("Event: ") || self.get("ActionID") == Some(b"forged")
    }

    /// What is compared of it, if anything is. An ActionID that is the request's goes without saying.
    fn text(&self, id: Option<&[u8]>) -> Option<String> {
        let own = self.get("ActionID");
        let show = |name| self.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
        let mut text = match (show("Response"), show("Event")) {
            _ if self.0.is_empty() => return None,
            _ if self.is_event() => {
                // Most say so with `EventList: Complete`, WaitEvent's does not.
                return show("Event").filter(|name| own == id && name.ends_with("Complete"));
            }
            (Some(kind), _) => match show("Message") {
                Some(message) => format!("{kind}: {message}"),
                None => kind,
            },
            (None, _) => format!("no response: {}", self.first()),
        };
        if show("EventList").is_some() {
            text.push_str(" (list)");
        }
        match own {
            _ if own == id => {}
            Some(own) => text.push_str(&format!(" #{}", String::from_utf8_lossy(own))),
            None => text.push_str(" #none"),
        }
        Some(text)
    }
}

/// Why there is no message.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Closed,
    Silent,
}

pub struct Link {
    stream: TcpStream,
    received: Vec<u8>,
    /// So much of it has no line end.
    seen: usize,
    /// What the server sent last when asked for a challenge.
    challenge: Vec<u8>,
    /// Stands for `@RUN@`.
    unique: String,
    fences: usize,
    over: bool,
}

impl Link {
    pub fn connect(address: &str, unique: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let unique = unique.to_string();
        Ok(Self {
            stream,
            received: Vec::new(),
            seen: 0,
            challenge: Vec::new(),
            unique,
            fences: 0,
            over: false,
        })
    }

    /// Nothing more can be had from it.
    pub fn is_over(&self) -> bool {
        self.over
    }

    pub fn banner(&mut self) -> ResponseStatus {
        let mut answer = ResponseStatus::default();
        match self.line(Instant::now() + PATIENCE) {
            Ok(line) => answer.add(&String::from_utf8_lossy(&line)),
            Err(end) => self.end(end, &mut answer),
        }
        answer
    }

    /// Says nothing until the server closes the connection.
    pub fn wait_for_end(&mut self) -> ResponseStatus {
        let mut answer = ResponseStatus::default();
        let until = Instant::now() + AUTH_TIMEOUT;
        loop {
            match self.next(until) {
                Ok(message) => self.take(&message, None, &mut answer),
                Err(end) => {
                    self.end(end, &mut answer);
                    return answer;
                }
            }
        }
    }

    /// Sends a request and waits for an answer as a client would. What else belongs to it (a list, a second
    /// response, a closed connection) is all that comes before the answer to a Ping behind it: servers do one
    /// thing at a time.
    pub fn ask(&mut self, request: &Request, secret: &str) -> ResponseStatus {
        let mut bytes = request.bytes.clone();
        session::replace(&mut bytes, "@RUN@", &self.unique);
        session::replace(&mut bytes, "@KEY@", &session::key(&self.challenge, secret));
        // What goes wrong here is seen when reading.
        let _ = self.stream.write_all(&bytes);
        let mut messages = Vec::new();
        let mut end = None;
        let until = Instant::now() + PATIENCE;
        while end.is_none() && messages.last().is_none_or(Message::is_event) {
            match self.next(until) {
                Ok(message) => messages.push(message),
                Err(why) => end = Some(why),
            }
        }
        if end.is_none() {
            end = self.fence(&mut messages);
        }
        let mut answer = ResponseStatus::default();
        for message in messages {
            self.take(&message, request.id.as_deref(), &mut answer);
        }
        if let Some(end) = end {
            self.end(end, &mut answer);
        }
        if answer.text.is_empty() {
            answer.add(NOTHING);
        }
        answer
    }

    /// Sends all in one write. The responses, each with its ActionID; the last says what became of the
    /// connection.
    pub fn ask_all(&mut self, bytes: &[u8], requests: usize) -> Vec<(Option<Vec<u8>>, ResponseStatus)> {
        let _ = self.stream.write_all(bytes);
        let mut messages = Vec::new();
        // To a server that closes the connection nothing more is sent: what it said last could be lost.
        let mut left = requests;
        let mut until = Instant::now() + SLOW;
        let mut end = loop {
            match self.next(until) {
                Ok(message) if message.is_event() => messages.push(message),
                Ok(message) => {
                    left = left.saturating_sub(1);
                    until = Instant::now() + if left > 0 { SLOW } else { QUICK };
                    messages.push(message);
                }
                Err(end) => break Some(end),
            }
        };
        if end != Some(End::Closed) {
            // The empty lines end what may be open.
            let _ = self.stream.write_all(if bytes.is_empty() { b"" } else { b"\r\n\r\n" });
            end = self.fence(&mut messages);
        }
        let mut answers = Vec::new();
        for message in messages {
            let id = message.get("ActionID");
            let mut answer = ResponseStatus::default();
            self.take(&message, id, &mut answer);
            if !answer.text.is_empty() {
                let shown = id.map_or("none".into(), String::from_utf8_lossy);
                answer.text.push_str(&format!(" #{}", shown.replace('\r', "\\r")));
                answers.push((id.map(<[u8]>::to_vec), answer));
            }
        }
        let mut last = ResponseStatus::default();
        match end {
            Some(end) => self.end(end, &mut last),
            None => last.add("open"),
        }
        answers.push((None, last));
        answers
    }

    /// What comes before the answer to a Ping, and why there is none, if so.
    fn fence(&mut self, messages: &mut Vec<Message>) -> Option<End> {
        self.fences += 1;
        let id = format!("fence-{}-{}", self.unique, self.fences);
        let _ = self.stream.write_all(format!("Action: Ping\r\nActionID: {id}\r\n\r\n").as_bytes());
        let until = Instant::now() + PATIENCE;
        loop {
            match self.next(until) {
                Ok(message) if !message.is_event() && message.get("ActionID") == Some(id.as_bytes()) => {
                    return None;
                }
                Ok(message) => messages.push(message),
                Err(end) => return Some(end),
            }
        }
    }

    fn take(&mut self, message: &Message, id: Option<&[u8]>, answer: &mut ResponseStatus) {
        if let Some(challenge) = message.get("Challenge").filter(|_| !message.is_event()) {
            self.challenge = challenge.to_vec();
        }
        // Of the events only the items of the request's list are shown.
        if !message.is_event() || id.is_some() && message.get("ActionID") == id {
            for line in &message.0 {
                answer.raw.push_str(&String::from_utf8_lossy(line));
                answer.raw.push('\n');
            }
        }
        if let Some(text) = message.text(id) {
            answer.add(&text.replace(&self.unique, "@RUN@").replace('\r', "\\r"));
        }
    }

    fn end(&mut self, end: End, answer: &mut ResponseStatus) {
        self.over = true;
        answer.add(match end {
            End::Closed => "closed",
            End::Silent => "silent",
        });
    }

    /// Lines up to an empty one.
    fn next(&mut self, until: Instant) -> Result<Message, End> {
        let mut lines = Vec::new();
        loop {
            let line = self.line(until)?;
            if line.is_empty() {
                return Ok(Message(lines));
            }
            lines.push(line);
        }
    }

    fn line(&mut self, until: Instant) -> Result<Vec<u8>, End> {
        loop {
            if let Some(end) = self.received[self.seen..].iter().position(|&byte| byte == b'\n') {
                let mut line: Vec<u8> = self.received.drain(..self.seen + end + 1).collect();
                self.seen = 0;
                line.pop();
                line.pop_if(|last| *last == b'\r');
                return Ok(line);
            }
            self.seen = self.received.len();
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(End::Silent);
            }
            let mut bytes = [0; 16 * 1024];
            self.stream.set_read_timeout(Some(left)).expect("not zero");
            match self.stream.read(&mut bytes) {
                // A server that closes with something of ours unread resets the connection.
                Ok(0) => return Err(End::Closed),
                Ok(n) => self.received.extend_from_slice(&bytes[..n]),
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted => {}
                    _ => return Err(End::Closed),
                },
            }
        }
    }
}
