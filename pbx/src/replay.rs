//! Recorded streams of servers, which are sent again to each client that logs in.

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;

use embedded_ami::wire::{Decoder, Kind, Step};

/// The storage for the messages of a stream, in bytes. Longer messages are decoded in parts.
const STORAGE: usize = 2048;
/// The most bytes that are sent before other connections have their turn.
const TURN: usize = 128 * 1024;

/// The bytes that a server has sent on a connection, to be sent again by [`Builder::replay`].
///
/// A recording is, for example, one side of a captured TCP connection. The part that the PBX sends
/// anyway is left out: everything up to and including the first response whose `Message` is
/// `Authentication accepted`. If there is none, only the banner is left out, if the recording
/// begins with one. A message at the end that is not complete is left out as well.
///
/// ```
/// use embedded_ami_pbx::{Pbx, Recording};
///
/// # fn main() -> std::io::Result<()> {
/// let recording = Recording::new(b"Event: Hangup\r\nChannel: SIP/7-1\r\nCause: 16\r\n\r\n")?;
/// let pbx = Pbx::builder().user("admin", "secret").replay(recording).start("127.0.0.1:0")?;
/// # drop(pbx);
/// # Ok(())
/// # }
/// ```
///
/// [`Builder::replay`]: crate::Builder::replay
#[derive(Clone)]
pub struct Recording(Arc<Content>);

struct Content {
    bytes: Vec<u8>,
    /// The offsets at which the messages end.
    ends: Vec<usize>,
}

impl Recording {
    /// Takes the bytes of a recording.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidData`] if nothing is left to send, because no complete message follows
    /// the login or the banner; if the bytes are not those of a server, because they have neither
    /// a response nor an event.
    pub fn new(bytes: impl Into<Vec<u8>>) -> io::Result<Self> {
        let mut bytes = bytes.into();
        let (mut banner, mut login, mut ends) = (0, 0, Vec::new());
        let (mut is_of_server, mut is_of_client) = (false, false);
        Messages::new().feed(&bytes, |end, message| {
            match message {
                Found::Banner if ends.is_empty() => banner = end,
                Found::Login if login == 0 => login = end,
                _ => {}
            }
            is_of_server |= matches!(message, Found::Login | Found::Answer);
            is_of_client |= message == Found::Action;
            ends.push(end);
        });
        let begin = if login > 0 { login } else { banner };
        let Some(&end) = ends.last().filter(|&&end| end > begin) else {
            let reason = match bytes.is_empty() {
                true => "the recording is empty",
                false => "the recording has no complete message after the banner and the login",
            };
            return Err(io::Error::new(ErrorKind::InvalidData, reason));
        };
        if !is_of_server {
            let reason = match is_of_client {
                true => {
                    "the recording has the requests of a client; it must have the bytes that the server sent"
                }
                false => "the recording has neither a response nor an event, so a server did not send it",
            };
            return Err(io::Error::new(ErrorKind::InvalidData, reason));
        }
        bytes.truncate(end);
        bytes.drain(..begin);
        ends.retain(|&end| end > begin);
        ends.iter_mut().for_each(|end| *end = end.saturating_sub(begin));
        Ok(Self(Arc::new(Content { bytes, ends })))
    }

    /// Reads a recording from a file.
    ///
    /// # Errors
    ///
    /// Those of the system and of [`Recording::new`]. The text names the file.
    pub fn from_file(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        std::fs::read(path).and_then(Self::new).map_err(named)
    }
}

impl fmt::Debug for Recording {
    /// Prints the sizes of the recording, but not its content, which may have secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("bytes", &self.0.bytes.len())
            .field("messages", &self.0.ends.len())
            .finish()
    }
}

/// A message in the stream of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Banner,
    /// The response to a login that succeeded.
    Login,
    /// Another response, or an event.
    Answer,
    /// A request, which a client sends.
    Action,
    Other,
}

/// The decoder that finds the ends of the messages in the stream of a server.
struct Messages {
    decoder: Decoder<[u8; STORAGE]>,
    /// Whether the message so far is the response to a login that succeeded.
    is_login: bool,
    /// Whether the last byte is the end of a message.
    is_between: bool,
}

impl Messages {
    fn new() -> Self {
        let decoder = Decoder::for_client_array([0; STORAGE]);
        Self { decoder, is_login: false, is_between: false }
    }

    /// Takes the next bytes of the stream. Calls `found` for each message that ends in them, with
    /// the offset of its end.
    fn feed(&mut self, bytes: &[u8], mut found: impl FnMut(usize, Found)) {
        let mut offset = 0_usize;
        // Each message ends with a line, so that this finds the exact end.
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            offset = offset.saturating_add(line.len());
            self.is_between &= matches!(line, b"\n" | b"\r\n");
            let mut rest = line;
            loop {
                match self.decoder.poll() {
                    Step::Message => {
                        let part = self.decoder.message();
                        self.is_login |= part.kind() == Kind::Response
                            && part.get("Message").is_some_and(|text| text == "Authentication accepted");
                        if part.part().is_end() {
                            let message = match part.kind() {
                                Kind::Banner => Found::Banner,
                                _ if self.is_login => Found::Login,
                                Kind::Response | Kind::Event => Found::Answer,
                                Kind::Action => Found::Action,
                                _ => Found::Other,
                            };
                            (self.is_login, self.is_between) = (false, true);
                            found(offset, message);
                        }
                    }
                    Step::NeedInput if !rest.is_empty() => {
                        rest = rest.get(self.decoder.feed(rest)..).unwrap_or_default();
                    }
                    Step::NeedInput | Step::End => break,
                }
            }
        }
    }
}

/// The replay of a recording on one connection. It begins after the response to the login, and the
/// messages of the recording and those of the server do not interrupt each other.
pub(crate) struct Replay {
    recording: Recording,
    /// The number of bytes of the recording that have been sent.
    at: usize,
    /// The number of messages of the recording that have been sent.
    sent: usize,
    /// The messages of the server.
    messages: Messages,
    has_begun: bool,
    /// Whether a message of the server waits for the next end of a message of the recording.
    must_pause: bool,
    /// Whether the client has accepted bytes since a message of the server was last refused.
    has_progress: bool,
    /// Whether the client did not accept the last bytes.
    is_blocked: bool,
}

impl Replay {
    pub(crate) fn new(recording: Recording) -> Self {
        let messages = Messages::new();
        Self {
            recording,
            at: 0,
            sent: 0,
            messages,
            has_begun: false,
            must_pause: false,
            has_progress: false,
            is_blocked: false,
        }
    }

    /// Returns whether the whole recording has been sent.
    pub(crate) fn is_over(&self) -> bool {
        self.at >= self.recording.0.bytes.len()
    }

    /// Returns whether [`send`](Replay::send) may send bytes although the client has accepted none
    /// in the meantime.
    pub(crate) fn can_go_on(&self) -> bool {
        self.has_begun && self.messages.is_between && !self.is_blocked && !self.is_over()
    }

    /// Sends bytes of the recording, as many as the client accepts now.
    pub(crate) fn send(&mut self, to: &mut impl Write) -> io::Result<()> {
        if self.has_begun && self.messages.is_between {
            let end = if self.must_pause { self.message_end() } else { self.at.saturating_add(TURN) };
            self.send_until(end, to)?;
        }
        Ok(())
    }

    /// Sends bytes of the server, at a point where no message of the recording is interrupted. Like
    /// [`Write::write`], but returns `Interrupted` if none of these bytes can be sent now and the
    /// client has accepted some of the recording.
    pub(crate) fn write(&mut self, from: &[u8], to: &mut impl Write) -> io::Result<usize> {
        let mut bytes = from;
        if self.has_begun {
            if self.messages.is_between {
                let end = self.message_end();
                self.must_pause = true;
                if !self.send_until(end, to)? {
                    let is_slow = std::mem::take(&mut self.has_progress);
                    let kind = if is_slow { ErrorKind::Interrupted } else { ErrorKind::WouldBlock };
                    return Err(kind.into());
                }
            }
            // One message, so that the recording and the server take turns.
            bytes = first_message(from);
        }
        let result = to.write(bytes);
        self.is_blocked = matches!(&result, Err(error) if error.kind() == ErrorKind::WouldBlock);
        let written = result?;
        let has_begun = &mut self.has_begun;
        let bytes = bytes.get(..written).unwrap_or(bytes);
        self.messages.feed(bytes, |_, message| *has_begun |= message == Found::Login);
        self.must_pause &= !self.messages.is_between;
        Ok(written)
    }

    /// Returns the end of the message of the recording that has been sent in part, or the present
    /// position if none has.
    fn message_end(&self) -> usize {
        let ends = &self.recording.0.ends;
        let previous = self.sent.checked_sub(1).and_then(|last| ends.get(last)).copied().unwrap_or(0);
        match ends.get(self.sent) {
            Some(&end) if previous < self.at => end,
            _ => self.at,
        }
    }

    /// Sends the recording up to this offset, as far as the client accepts it. Returns whether it
    /// has accepted all of that.
    fn send_until(&mut self, end: usize, to: &mut impl Write) -> io::Result<bool> {
        let Content { bytes, ends } = &*self.recording.0;
        let end = end.min(bytes.len());
        self.is_blocked = false;
        while let Some(rest) = bytes.get(self.at..end).filter(|rest| !rest.is_empty()) {
            match to.write(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => {
                    self.at = self.at.saturating_add(written);
                    self.has_progress = true;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.is_blocked = true;
                    return Ok(false);
                }
                Err(error) => return Err(error),
            }
            let rest = ends.get(self.sent..).unwrap_or_default();
            let ended = rest.iter().take_while(|&&end| end <= self.at).count();
            self.sent = self.sent.saturating_add(ended);
        }
        Ok(true)
    }
}

/// Returns the bytes up to the first empty line and including it, or all of them if there is none.
fn first_message(bytes: &[u8]) -> &[u8] {
    let mut length = 0_usize;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        length = length.saturating_add(line.len());
        if matches!(line, b"\n" | b"\r\n") {
            break;
        }
    }
    bytes.get(..length).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: &str = "Response: Success\r\nActionID: 1\r\nMessage: Authentication accepted\r\n\r\n";

    /// A client that accepts a random number of bytes, or none.
    struct Client {
        random: fastrand::Rng,
        received: Vec<u8>,
    }

    impl Write for Client {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match self.random.u8(..4) {
                0 => Err(ErrorKind::WouldBlock.into()),
                1 if self.random.bool() => Err(ErrorKind::Interrupted.into()),
                _ => {
                    let n = self.random.usize(1..=bytes.len().min(60));
                    self.received.extend_from_slice(&bytes[..n]);
                    Ok(n)
                }
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Returns the messages of a stream.
    fn split(stream: &[u8]) -> Vec<String> {
        let (mut messages, mut begin) = (Vec::new(), 0);
        Messages::new().feed(stream, |end, _| {
            messages.push(String::from_utf8(stream[begin..end].into()).unwrap());
            begin = end;
        });
        assert_eq!(begin, stream.len(), "the end of the last message");
        messages
    }

    fn message(random: &mut fastrand::Rng, who: &str, at: usize) -> String {
        match random.u8(..3) {
            // Larger than the storage of the decoder, and with an empty line that ends nothing.
            0 => format!(
                "Response: Follows\r\n{who}: {at}\r\nx\n\n{}\n--END COMMAND--\r\n\r\n",
                "x\n".repeat(random.usize(..2000))
            ),
            1 => format!("Event: {who}\nNumber: {at}\n\n"),
            _ => format!("Event: {who}\r\nNumber: {at}\r\nX: {}\r\n\r\n", "x".repeat(random.usize(..3000))),
        }
    }

    #[test]
    fn messages_of_both_streams_arrive_whole_in_order_and_in_turns() {
        for seed in 0..150 {
            let mut random = fastrand::Rng::with_seed(seed);
            let count = random.usize(1..40);
            let recorded: Vec<_> = (0..count).map(|at| message(&mut random, "Recorded", at)).collect();
            let count = random.usize(..40);
            let own: Vec<_> = (0..count).map(|at| message(&mut random, "Own", at)).collect();
            let start = format!(
                "Asterisk Call Manager/11.0.0\r\nResponse: Error\r\nMessage: Authentication\r\n\r\n{LOGIN}"
            );
            let server = start.clone() + &own.concat();

            let mut replay = Replay::new(Recording::new(recorded.concat()).unwrap());
            let mut client = Client { random: random.fork(), received: Vec::new() };
            let (mut rest, mut unsent) = (server.as_bytes(), 0);
            while !rest.is_empty() || !replay.is_over() {
                if random.bool() {
                    let before = client.received.len();
                    replay.send(&mut client).unwrap();
                    assert!(before > 0 || client.received.is_empty(), "not before the login");
                }
                if rest.is_empty() {
                    continue;
                }
                let piece = &rest[..random.usize(1..=rest.len().min(500))];
                match replay.write(piece, &mut client) {
                    Ok(written) => (rest, unsent) = (&rest[written..], 0),
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::WouldBlock);
                        // The server is not kept waiting for more than a message of the recording.
                        unsent += 1;
                        assert!(unsent < 2000, "seed {seed}");
                    }
                }
            }
            let received = split(&client.received);
            assert!(client.received.starts_with(start.as_bytes()), "seed {seed}");
            let (own_received, recorded_received): (Vec<_>, Vec<_>) =
                received[3..].iter().cloned().partition(|message| message.contains("Own"));
            assert_eq!((own_received, recorded_received), (own, recorded), "seed {seed}");
        }
    }

    #[test]
    fn the_login_of_the_recording_and_an_unfinished_message_are_left_out() {
        let event = "Event: A\r\n\r\n";
        let banner = "Asterisk Call Manager/2.10.6\r\n";
        let challenge = "Response: Success\r\nChallenge: 1\r\n\r\n";
        for (recording, sent) in [
            (format!("{banner}{challenge}{LOGIN}{event}{event}"), format!("{event}{event}")),
            (format!("{challenge}{LOGIN}{event}{LOGIN}{event}"), format!("{event}{LOGIN}{event}")),
            (format!("{banner}{event}{LOGIN}\r\n\r\n{event}"), format!("\r\n\r\n{event}")),
            (format!("{banner}{challenge}{event}"), format!("{challenge}{event}")),
            (format!("{event}{banner}{event}"), format!("{event}{banner}{event}")),
            (format!("{event}Event: B\r\nX: 1\r\n"), event.into()),
            (format!("{event}\r\n\n"), event.into()),
        ] {
            assert_eq!(Recording::new(recording.clone()).unwrap().0.bytes, sent.as_bytes(), "{recording:?}");
        }
        for (recording, reason) in [
            ("Action: Login\r\nUsername: a\r\n\r\n", "the recording has the requests of a client"),
            ("# AMI\n\nSome text.\n\n", "the recording has neither a response nor an event"),
        ] {
            let error = Recording::new(recording).unwrap_err();
            assert!(error.to_string().starts_with(reason), "{error}");
        }
        for recording in
            ["".into(), "\r\n".into(), banner.into(), format!("{banner}{LOGIN}"), "Event: A\r\n".into()]
        {
            let error = Recording::new(recording.clone()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidData, "{recording:?}");
            assert_eq!(error.to_string().ends_with("is empty"), recording.is_empty());
        }
    }
}
