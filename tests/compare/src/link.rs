//! A connection to a server, with a simple reader of its messages.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::session::{self, Request};

/// The time limit for an answer. A synchronous Originate and WaitEvent take seconds.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(12);

/// Longer than the time within which a client must log in.
const AUTH_TIMEOUT: Duration = Duration::from_secs(8);

/// The time limit for the next response to requests sent in one write.
const NEXT_TIMEOUT: Duration = Duration::from_secs(2);

/// The time to wait for messages after the last expected response.
const TRAILING_TIMEOUT: Duration = Duration::from_millis(300);

const NOTHING: &str = "nothing";

/// All messages that a server sent for one request.
#[derive(Default)]
pub struct Answer {
    /// The form that is compared: responses as `Error: No such channel`, the end of a list by its
    /// event, `closed` if the server then closed the connection.
    pub text: String,
    /// The lines as received.
    raw: String,
}

impl Answer {
    pub fn nothing() -> Self {
        Self { text: NOTHING.to_string(), raw: String::new() }
    }

    fn add(&mut self, part: &str) {
        let plus = if self.text.is_empty() { "" } else { " + " };
        self.text.push_str(&format!("{plus}{part}"));
    }

    /// Returns the lines as received and the form that is compared, each preceded by `name`.
    pub fn show(&self, name: &str) -> String {
        let raw = self.raw.lines().map(|line| format!("    {name:<9} | {line}\n"));
        raw.chain([format!("    {name:<9} = {}\n", self.text)]).collect()
    }
}

/// The lines of a message without their line ends. Empty for an empty line that does not end a
/// message.
struct Message(Vec<Vec<u8>>);

impl Message {
    fn first(&self) -> String {
        self.0.first().map(|line| String::from_utf8_lossy(line).into_owned()).unwrap_or_default()
    }

    fn get(&self, name: &str) -> Option<&[u8]> {
        let start = [name.as_bytes(), b": "].concat();
        self.0.iter().find_map(|line| line.strip_prefix(&start[..]))
    }

    /// Returns whether the message is the event of a `UserEvent` request with this ActionID.
    fn is_relayed(&self, id: Option<&[u8]>) -> bool {
        self.first() == "Event: UserEvent" && id.is_some() && self.get("ActionID") == id
    }

    /// Returns whether the message is an event, or one that an extension of tests/asterisk/conf
    /// forges inside an event.
    fn is_event(&self) -> bool {
        self.first().starts_with("Event: ") || self.get("ActionID") == Some(b"forged")
    }

    /// Returns the form that is compared, or `None` if the message is not compared. It contains the
    /// ActionID only if that differs from the request's.
    fn text(&self, id: Option<&[u8]>) -> Option<String> {
        let action_id = self.get("ActionID");
        let show = |name| self.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
        let mut text = match (show("Response"), show("Event")) {
            _ if self.0.is_empty() => return None,
            _ if self.is_event() => {
                // The name shows the end of a list, since WaitEvent's has no `EventList: Complete`.
                return show("Event").filter(|name| action_id == id && name.ends_with("Complete"));
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
        match action_id {
            _ if action_id == id => {}
            Some(action_id) => text.push_str(&format!(" #{}", String::from_utf8_lossy(action_id))),
            None => text.push_str(" #none"),
        }
        Some(text)
    }
}

/// The reason for the end of the messages.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Closed,
    Silent,
}

pub struct Link {
    stream: TcpStream,
    received: Vec<u8>,
    /// The number of bytes of `received` that were searched for a line end.
    searched: usize,
    /// The last challenge that the server sent.
    challenge: Vec<u8>,
    /// The text that replaces `@RUN@`.
    unique: String,
    /// The number of Pings sent by [`Link::fence`].
    fences: usize,
    /// Whether the events of `UserEvent` requests are waited for and compared, line by line.
    pub compares_user_events: bool,
    is_over: bool,
}

impl Link {
    pub fn connect(address: &str, unique: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(ANSWER_TIMEOUT))?;
        let unique = unique.to_string();
        Ok(Self {
            stream,
            received: Vec::new(),
            searched: 0,
            challenge: Vec::new(),
            unique,
            fences: 0,
            compares_user_events: false,
            is_over: false,
        })
    }

    /// Returns whether the connection has ended or the server no longer answers.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Reads the banner.
    pub fn banner(&mut self) -> Answer {
        let mut answer = Answer::default();
        match self.line(Instant::now() + ANSWER_TIMEOUT) {
            Ok(line) => answer.add(&String::from_utf8_lossy(&line)),
            Err(end) => self.end(end, &mut answer),
        }
        answer
    }

    /// Sends nothing and reads until the server closes the connection.
    pub fn wait_for_end(&mut self) -> Answer {
        let mut answer = Answer::default();
        let until = Instant::now() + AUTH_TIMEOUT;
        loop {
            match self.next(until) {
                Ok(message) => self.add(&message, None, &mut answer),
                Err(end) => {
                    self.end(end, &mut answer);
                    return answer;
                }
            }
        }
    }

    /// Sends a request and waits for a response as a client would. Then sends a Ping: servers
    /// handle one request at a time, so everything before the response to the Ping (a list, a
    /// second response, a closed connection) belongs to the answer, too.
    pub fn ask(&mut self, request: &Request, secret: &str) -> Answer {
        let mut bytes = request.bytes.clone();
        session::replace(&mut bytes, "@RUN@", &self.unique);
        session::replace(&mut bytes, "@KEY@", &session::key(&self.challenge, secret));
        // An error here shows when reading.
        let _ = self.stream.write_all(&bytes);
        let mut messages = Vec::new();
        let mut end = None;
        let until = Instant::now() + ANSWER_TIMEOUT;
        while end.is_none() && messages.last().is_none_or(Message::is_event) {
            match self.next(until) {
                Ok(message) => messages.push(message),
                Err(reason) => end = Some(reason),
            }
        }
        // The event of a UserEvent may follow the response to the Ping.
        let is_sent = |message: &Message| message.get("Message") == Some(b"Event Sent");
        if self.compares_user_events && messages.last().is_some_and(is_sent) {
            while end.is_none() && !messages.iter().any(|message| message.is_relayed(request.id.as_deref())) {
                match self.next(until) {
                    Ok(message) => messages.push(message),
                    Err(reason) => end = Some(reason),
                }
            }
        }
        if end.is_none() {
            end = self.fence(&mut messages);
        }
        let mut answer = Answer::default();
        for message in messages {
            self.add(&message, request.id.as_deref(), &mut answer);
        }
        if let Some(end) = end {
            self.end(end, &mut answer);
        }
        if answer.text.is_empty() {
            answer.add(NOTHING);
        }
        answer
    }

    /// Sends all requests in one write. Returns the responses, each with its ActionID; the last
    /// entry tells whether the connection is open, closed or silent.
    pub fn ask_all(&mut self, bytes: &[u8], requests: usize) -> Vec<(Option<Vec<u8>>, Answer)> {
        let _ = self.stream.write_all(bytes);
        let mut messages = Vec::new();
        // Nothing is sent to a server that closes the connection, since its last bytes could then
        // be lost.
        let mut left = requests;
        let mut until = Instant::now() + NEXT_TIMEOUT;
        let mut end = loop {
            match self.next(until) {
                Ok(message) if message.is_event() => messages.push(message),
                Ok(message) => {
                    left = left.saturating_sub(1);
                    until = Instant::now() + if left > 0 { NEXT_TIMEOUT } else { TRAILING_TIMEOUT };
                    messages.push(message);
                }
                Err(end) => break Some(end),
            }
        };
        if end != Some(End::Closed) {
            // The empty lines end a request that may be incomplete.
            let _ = self.stream.write_all(if bytes.is_empty() { b"" } else { b"\r\n\r\n" });
            end = self.fence(&mut messages);
        }
        let mut answers = Vec::new();
        for message in messages {
            let id = message.get("ActionID");
            let mut answer = Answer::default();
            self.add(&message, id, &mut answer);
            if !answer.text.is_empty() {
                let shown = id.map_or("none".into(), String::from_utf8_lossy);
                answer.text.push_str(&format!(" #{}", shown.replace('\r', "\\r")));
                answers.push((id.map(<[u8]>::to_vec), answer));
            }
        }
        let mut last = Answer::default();
        match end {
            Some(end) => self.end(end, &mut last),
            None => last.add("open"),
        }
        answers.push((None, last));
        answers
    }

    /// Sends a Ping and reads the messages before its response. Returns the reason if there is no
    /// response.
    fn fence(&mut self, messages: &mut Vec<Message>) -> Option<End> {
        self.fences += 1;
        let id = format!("fence-{}-{}", self.unique, self.fences);
        let _ = self.stream.write_all(format!("Action: Ping\r\nActionID: {id}\r\n\r\n").as_bytes());
        let until = Instant::now() + ANSWER_TIMEOUT;
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

    /// Adds a message to an answer.
    fn add(&mut self, message: &Message, id: Option<&[u8]>, answer: &mut Answer) {
        if let Some(challenge) = message.get("Challenge").filter(|_| !message.is_event()) {
            self.challenge = challenge.to_vec();
        }
        // Show responses, and of the events only those with the request's ActionID: the entries of
        // its list.
        if !message.is_event() || id.is_some() && message.get("ActionID") == id {
            for line in &message.0 {
                answer.raw.push_str(&String::from_utf8_lossy(line));
                answer.raw.push('\n');
            }
        }
        if self.compares_user_events && message.is_relayed(id) {
            let lines = message.0.iter().map(|line| line.escape_ascii().to_string());
            answer.add(&lines.collect::<Vec<_>>().join(" | "));
        }
        if let Some(text) = message.text(id) {
            answer.add(&text.replace(&self.unique, "@RUN@").replace('\r', "\\r"));
        }
    }

    fn end(&mut self, end: End, answer: &mut Answer) {
        self.is_over = true;
        answer.add(match end {
            End::Closed => "closed",
            End::Silent => "silent",
        });
    }

    /// Reads a message: lines up to an empty one.
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
            if let Some(end) = self.received[self.searched..].iter().position(|&byte| byte == b'\n') {
                let mut line: Vec<u8> = self.received.drain(..self.searched + end + 1).collect();
                self.searched = 0;
                line.pop();
                line.pop_if(|last| *last == b'\r');
                return Ok(line);
            }
            self.searched = self.received.len();
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(End::Silent);
            }
            let mut bytes = [0; 16 * 1024];
            self.stream.set_read_timeout(Some(left)).expect("not zero");
            match self.stream.read(&mut bytes) {
                // A server that closes the connection before it has read all our bytes resets it,
                // which is an error here.
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
