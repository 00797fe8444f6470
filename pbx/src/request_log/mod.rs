//! A record of the requests that the clients have sent: in memory, and as lines of JSON.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use embedded_ami::server::Request;
use embedded_ami::wire::{Decoder, Header, Message, OwnedMessage, Part, Step, Value};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::Formatter;

use crate::stream::lock;

/// The most bytes of requests in memory. The latest request is kept whatever its size.
const MEMORY: usize = 1024 * 1024;
/// The memory that a request takes beyond its bytes.
const OVERHEAD: usize = size_of::<ReceivedRequest>() + 32;
/// The text that replaces a secret, as in the `Debug` output of the library.
const REDACTED: &[u8] = b"[redacted]";

/// A request that a client has sent, as [`Pbx::requests`](crate::Pbx::requests) returns it.
///
/// It has every byte that was received, also those of a malformed line. `Debug` prints the line of
/// JSON that [`Builder::log`](crate::Builder::log) describes, in which secrets are redacted.
#[derive(Clone)]
pub struct ReceivedRequest {
    time: SystemTime,
    connection: u64,
    peer: SocketAddr,
    message: OwnedMessage,
    is_truncated: bool,
}

impl ReceivedRequest {
    /// Returns the time at which the end of the request was received.
    #[must_use]
    pub fn time(&self) -> SystemTime {
        self.time
    }

    /// Returns the number of the connection. The first connection to the PBX has number 1.
    #[must_use]
    pub fn connection(&self) -> u64 {
        self.connection
    }

    /// Returns the address of the client.
    #[must_use]
    pub fn peer_addr(&self) -> SocketAddr {
        self.peer
    }

    /// Returns the request as it was received.
    #[must_use]
    pub fn message(&self) -> Message<'_> {
        self.message.message()
    }

    /// Returns whether the action has this name. ASCII case is ignored.
    #[must_use]
    pub fn is(&self, action: &str) -> bool {
        Request::from_message(&self.message()).is(action)
    }

    /// Returns the value of the first header with this name as Asterisk reads it: see
    /// [`Request::get`].
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        Request::from_message(&self.message()).get(name)
    }

    /// Returns whether the connection ended before the request did.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.message().is_incomplete() && !self.is_truncated
    }

    /// Returns whether only the beginning of the request was kept, because it is longer than
    /// [`Limits::request`](embedded_ami::io::blocking::server::Limits::request). The last line may
    /// be cut, too. The PBX refuses such a request.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    fn memory(&self) -> usize {
        self.message.len() + OVERHEAD
    }

    /// Writes the request as a line of JSON.
    fn write_json(&self, out: impl Write) -> io::Result<()> {
        let mut serializer = serde_json::Serializer::with_formatter(out, Escaping);
        Json(self).serialize(&mut serializer)?;
        serializer.into_inner().write_all(b"\n")
    }
}

impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Vec::new();
        self.write_json(&mut line).map_err(|_| fmt::Error)?;
        f.write_str(String::from_utf8_lossy(&line).trim_end())
    }
}

/// A request as a JSON object.
struct Json<'a>(&'a ReceivedRequest);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let request = self.0;
        let message = request.message();
        let of_database = Request::from_message(&message).action().is_some_and(is_of_database);
        // The header that names the action may be malformed and have a secret in it.
        let action =
            message.headers().find(|header| message.name().is_some_and(|name| header.value() == name));
        let headers: Vec<_> = message.headers().map(|header| redacted(header, of_database)).collect();

        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("time", &humantime::format_rfc3339_millis(request.time).to_string())?;
        map.serialize_entry("connection", &request.connection)?;
        map.serialize_entry("peer", &request.peer.to_string())?;
        map.serialize_entry("kind", &message.kind().name().to_ascii_lowercase())?;
        map.serialize_entry("name", &action.map(|header| redacted(header, of_database).1))?;
        map.serialize_entry("headers", &headers)?;
        if request.is_incomplete() {
            map.serialize_entry("incomplete", &true)?;
        }
        if request.is_truncated {
            map.serialize_entry("truncated", &true)?;
        }
        map.end()
    }
}

/// Returns the name and the value of a header, without a secret.
fn redacted<'a>(header: Header<'a>, of_database: bool) -> (Option<Text<'a>>, Text<'a>) {
    if header.is_secret() && !(of_database && is_plain_key(&header)) {
        (secret_name(&header), Text(REDACTED.into()))
    } else {
        (header.name().map(|name| Text(name.into())), Text(header.value().as_bytes().into()))
    }
}

/// Returns whether the header `Key` of this action is the name of a database entry, and not the
/// answer to the challenge of a login.
fn is_of_database(action: Value<'_>) -> bool {
    action.as_bytes().get(..2).is_some_and(|start| start.eq_ignore_ascii_case(b"DB"))
}

/// Returns whether the line is a header `Key` and nothing else could hide in it.
fn is_plain_key(header: &Header<'_>) -> bool {
    header.is("Key") && !header.as_bytes().iter().any(|byte| matches!(byte, 0 | b'\r' | b'\\'))
}

/// Returns the name of a secret header, unless a secret may have got into the name.
fn secret_name<'a>(header: &Header<'a>) -> Option<Text<'a>> {
    let name = header.name()?.split(|&byte| byte == b':').next()?;
    let is_word = |&byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'=' | b'\\');
    name.iter().all(is_word).then_some(Text(name.into()))
}

/// A JSON string, or `{"hex":"..."}` for bytes that are not UTF-8.
struct Text<'a>(Cow<'a, [u8]>);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Ok(text) = std::str::from_utf8(&self.0) {
            return serializer.serialize_str(text);
        }
        let hex: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("hex", &hex)?;
        map.end()
    }
}

/// The compact format. Characters that could control a terminal that shows the line, or reorder its
/// text, are escaped.
///
/// The `ami` tool writes JSON in the same form. A test of the tool compares the two, since neither
/// crate offers the form to the other.
struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        for char in text.chars() {
            let is_unsafe = char.is_control()
                || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}');
            // Each of them is a single unit of UTF-16.
            match is_unsafe {
                true => write!(out, "\\u{:04x}", u32::from(char))?,
                false => out.write_all(char.encode_utf8(&mut [0; 4]).as_bytes())?,
            }
        }
        Ok(())
    }
}

/// A writer for the log of requests, which the copies of a [`Builder`](crate::Builder) share. It is
/// gone after an error.
#[derive(Clone)]
pub(crate) struct Log(Arc<Mutex<Option<Box<dyn Write + Send>>>>);

impl Log {
    pub(crate) fn new(writer: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Some(Box::new(writer)))))
    }

    fn write(&self, request: &ReceivedRequest) {
        let mut line = Vec::new();
        // A vector accepts every byte.
        let _ = request.write_json(&mut line);
        let mut writer = lock(&self.0);
        let written = writer.as_mut().map(|writer| writer.write_all(&line).and_then(|()| writer.flush()));
        if let Some(Err(error)) = written {
            *writer = None;
            eprintln!("embedded-ami-pbx: cannot write the log of requests, which ends here: {error}");
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Log")
    }
}

/// The requests of all connections.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    log: Option<Log>,
    kept: Mutex<Kept>,
}

/// The latest requests.
#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<ReceivedRequest>,
    /// The memory that they take.
    memory: usize,
}

impl Recorder {
    pub(crate) fn new(log: Option<Log>) -> Self {
        Self { log, ..Self::default() }
    }

    /// Returns the requests in memory, in the order of their arrival.
    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        lock(&self.kept).requests.iter().cloned().collect()
    }

    fn record(&self, request: ReceivedRequest) {
        if let Some(log) = &self.log {
            log.write(&request);
        }
        let mut kept = lock(&self.kept);
        kept.memory += request.memory();
        kept.requests.push_back(request);
        while kept.memory > MEMORY && kept.requests.len() > 1 {
            kept.memory -= kept.requests.pop_front().map_or(0, |first| first.memory());
        }
    }
}

/// The decoder that finds the requests in the bytes of one connection.
pub(crate) struct Requests {
    recorder: Arc<Recorder>,
    connection: u64,
    peer: SocketAddr,
    decoder: Decoder<Vec<u8>>,
}

impl Requests {
    /// Creates the decoder for a connection, with the limit of the server for a request in bytes.
    ///
    /// # Errors
    ///
    /// The limit is too small for any request.
    pub(crate) fn new(
        recorder: Arc<Recorder>,
        connection: u64,
        peer: SocketAddr,
        longest: usize,
    ) -> io::Result<Self> {
        let decoder = Decoder::for_server(vec![0; longest]).map_err(io::Error::other)?;
        Ok(Self { recorder, connection, peer, decoder })
    }

    /// Records the requests that end in these bytes, which the client has sent.
    pub(crate) fn received(&mut self, mut bytes: &[u8]) {
        loop {
            match self.decoder.poll() {
                Step::Message => self.record(),
                Step::End => return,
                Step::NeedInput if bytes.is_empty() => return,
                Step::NeedInput => bytes = bytes.get(self.decoder.feed(bytes)..).unwrap_or_default(),
            }
        }
    }

    /// Records the message, or the first part of one that is too long.
    fn record(&self) {
        let part = self.decoder.message();
        let (message, is_truncated) = match part.part() {
            Part::Whole => (owned(&part), false),
            Part::First => (incomplete(part.as_bytes()), true),
            Part::Middle | Part::Last => return,
        };
        if message.is_empty() {
            return; // line ends at the end of the stream
        }
        let (time, connection, peer) = (SystemTime::now(), self.connection, self.peer);
        self.recorder.record(ReceivedRequest { time, connection, peer, message, is_truncated });
    }
}

impl Drop for Requests {
    /// Records the request that the end of the connection cut off.
    fn drop(&mut self) {
        self.decoder.finish();
        self.received(&[]);
    }
}

fn owned(message: &Message<'_>) -> OwnedMessage {
    let mut owned = OwnedMessage::default();
    // A vector has room for every part.
    let _ = owned.push(message);
    owned
}

/// Returns a message that consists of its first bytes.
fn incomplete(bytes: &[u8]) -> OwnedMessage {
    let Ok(mut decoder) = Decoder::for_server(vec![0; bytes.len() + Decoder::MIN]) else {
        return OwnedMessage::default();
    };
    // All of it fits.
    let _ = decoder.feed(bytes);
    decoder.finish();
    let _ = decoder.poll();
    owned(&decoder.message())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the headers whose values must not be logged, in any case and with any ending.
    const NAMES: &str = "Secret Key Password NewPassword PasswordDigest Md5Cred MD5Secret RemoteSecret OauthSecret \
        RefreshToken Challenge ReceivedChallenge ReceivedHash ExpectedResponse ExpectedHash Pin \
        Line-000000-000001 Value-000000 Match-000000 Options-000000 JSON";
    /// Not a byte of this may be logged. No other text of the tests has this character.
    const SECRET: &str = "~~~~~~~~~~~~~~~~~~~~~~~~";

    /// Returns the lines of the log for a stream that arrives in random pieces, and the requests.
    fn log(stream: &[u8], longest: usize, random: &mut fastrand::Rng) -> (String, Vec<ReceivedRequest>) {
        #[derive(Clone, Default)]
        struct Shared(Arc<Mutex<Vec<u8>>>);
        impl Write for Shared {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                lock(&self.0).extend_from_slice(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let written = Shared::default();
        let recorder = Arc::new(Recorder::new(Some(Log::new(written.clone()))));
        let peer = ([127, 0, 0, 1], 5000).into();
        let mut requests = Requests::new(Arc::clone(&recorder), 7, peer, longest).unwrap();
        let mut rest = stream;
        while !rest.is_empty() {
            let (piece, others) = rest.split_at(random.usize(1..=rest.len().min(40)));
            requests.received(piece);
            rest = others;
        }
        drop(requests);
        let lines = lock(&written.0).clone();
        (String::from_utf8(lines).expect("UTF-8"), recorder.requests())
    }

    #[test]
    fn no_secret_is_logged_however_it_is_written_or_cut() {
        let mut random = fastrand::Rng::with_seed(14);
        for name in NAMES.split(' ') {
            for _ in 0..60 {
                let name = match random.u8(..3) {
                    0 => name.to_ascii_lowercase(),
                    1 => name.to_ascii_uppercase(),
                    _ => name.into(),
                };
                let choose = |random: &mut fastrand::Rng, choices: &[&'static str]| {
                    choices[random.usize(..choices.len())]
                };
                let before = choose(
                    &mut random,
                    &["", "", " ", "\t ", "x\r", "Events: off\r", "Events: off\\r\\n", "\0"],
                );
                let colon = choose(&mut random, &[":", ": ", " : ", "\t:", "=", " ", ":a: ", " = "]);
                let end = choose(&mut random, &["\r\n", "\n", "\r", "\r\n\r\n", ""]);
                let action = choose(&mut random, &["Login", "Challenge", "", "Action: DBPut\rLogin"]);
                let fill = "x".repeat(random.usize(..60));
                let line_end = choose(&mut random, &["\r\n", "\r\n", "\n", "\r", "\\r\\n"]);
                let stream = format!(
                    "Action: {action}\r\nA: {fill}\r\n{before}{name}{colon}{SECRET}{end}Events: off\r\n\r\n"
                )
                .replace("\r\n", line_end);
                let longest = if random.bool() { random.usize(32..100) } else { 1024 };
                let (lines, requests) = log(stream.as_bytes(), longest, &mut random);
                assert!(!lines.contains('~'), "{stream:?}, storage {longest}: {lines}");
                assert!(!format!("{requests:?} {requests:#?}").contains('~'));
                assert!(!requests.is_empty() && lines.lines().count() == requests.len());
            }
        }
    }

    #[test]
    fn harmless_headers_are_logged_and_lines_have_the_documented_form() {
        let mut random = fastrand::Rng::with_seed(1);
        let stream = b"Action: DBPut\r\nFamily: f\r\nKey: k\r\nno colon\r\nVal: \x1b\xc2\x9b\"\xe2\x80\xae\r\nX: \xff\r\n\r\n\
            action: Login\nKEY: k\nSecret x: k\n\nActionID: 1\r\n\r\n\r\nAction: Pi";
        let (lines, requests) = log(stream, 1024, &mut random);
        let time = humantime::format_rfc3339_millis(requests[0].time()).to_string();
        let begin = format!(r#"{{"time":"{time}","connection":7,"peer":"127.0.0.1:5000","kind":"#);
        let expected = [
            r#""action","name":"DBPut","headers":[["Action","DBPut"],["Family","f"],["Key","k"],[null,"no colon"],["Val","\u001b\u009b\"\u202e"],["X",{"hex":"ff"}]]}"#,
            r#""action","name":"Login","headers":[["action","Login"],["KEY","[redacted]"],[null,"[redacted]"]]}"#,
            r#""other","name":null,"headers":[["ActionID","1"]]}"#,
            r#""action","name":"Pi","headers":[["Action","Pi"]],"incomplete":true}"#,
        ];
        for (line, expected) in lines.lines().zip(expected) {
            let _: serde_json::Value = serde_json::from_str(line).expect("JSON");
            assert_eq!(&line[begin.len()..], expected);
        }
        assert!(lines.starts_with(&begin) && lines.lines().count() == expected.len(), "{lines}");
        assert!(requests[0].is("dbput") && requests[3].is_incomplete() && !requests[3].is_truncated());
        assert_eq!(
            format!("{:?}\n", requests[0]),
            lines.split_inclusive('\n').next().unwrap().to_owned().replace("\n", "") + "\n"
        );
    }

    #[test]
    fn requests_do_not_depend_on_the_reads_and_long_ones_are_marked() {
        let mut random = fastrand::Rng::with_seed(2);
        for _ in 0..200 {
            let longest = random.usize(40..200);
            let requests: Vec<String> = (0..random.usize(1..6))
                .map(|at| {
                    format!("Action: A{at}\r\nX: {}\r\nY: {at}\r\n\r\n", "x".repeat(random.usize(..200)))
                })
                .collect();
            let (_, found) = log(requests.concat().as_bytes(), longest, &mut random);
            assert_eq!(found.len(), requests.len());
            for (found, request) in found.iter().zip(&requests) {
                assert_eq!(found.is_truncated(), request.len() > longest, "{request:?}, storage {longest}");
                let is_whole = found.message().as_bytes() == request.as_bytes();
                assert!(request.as_bytes().starts_with(found.message().as_bytes()));
                assert_eq!(is_whole, !found.is_truncated());
                assert!(
                    found.get("X").is_none()
                        || !found.message().as_bytes().is_empty() && !found.is_incomplete()
                );
            }
        }
    }

    #[test]
    fn the_latest_requests_are_kept_within_the_limit() {
        let recorder = Arc::new(Recorder::default());
        let peer = ([127, 0, 0, 1], 5000).into();
        let mut requests = Requests::new(Arc::clone(&recorder), 1, peer, 2 * MEMORY).unwrap();
        for at in 0..3000 {
            requests
                .received(format!("Action: A\r\nNumber: {at}\r\nX: {}\r\n\r\n", "x".repeat(1000)).as_bytes());
        }
        let kept = recorder.requests();
        let memory: usize = kept.iter().map(|request| request.message().as_bytes().len()).sum();
        assert!((MEMORY / 2..=MEMORY).contains(&memory), "{memory}");
        let numbers: Vec<_> =
            kept.iter().map(|request| request.get("Number").unwrap().to_u32().unwrap()).collect();
        assert!(numbers.ends_with(&[2998, 2999]) && numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]));
        requests.received(format!("Action: A\r\nX: {}\r\n\r\n", "x".repeat(MEMORY + 1)).as_bytes());
        assert_eq!(recorder.requests().len(), 1);
    }
}
