use embedded_ami::classes::Classes;
use embedded_ami::server::{
    Account, EncodedEvent, Incoming, Request, Secret, Session, SessionError, Stage, Timing,
};
use embedded_ami::wire::{Decoder, EncodeError, Outbox, Part, Step, Value};

use super::common::{self, Role, naive};
use super::input::Input;

const STORAGE: [usize; 4] = [32, 100, 512, 2048];
const OUTBOX: [usize; 4] = [96, 200, 600, 4096];
const SECRET: &[u8] = b"secret";
const CHALLENGE: u32 = 0x243f_6a88;
/// The digits of the challenge, the last first.
const DIGITS: &str = "618531806";
const TIMING: Timing = Timing::DEFAULT.authentication(3000).penalty(500);

type Headers = Vec<(Vec<u8>, Vec<u8>)>;

/// Checks a server session against a client that sends anything and an application that does
/// anything in any order: each request is answered at most once, the written bytes have the
/// intended meaning, no client gets in without the secret, and none stays without having logged in.
///
/// Input: options (bit 0: an old server; bit 1: without MD5; bits 2 and 3: storage; bits 4 and 5:
/// outbox; bit 6: few classes to read and write), number of bytes read at once (0: all), then
/// operations of a byte each:
/// - 0 to 5 answer,
/// - 6 to 8 begin, continue and complete a list,
/// - 9 decides a login late,
/// - 10 ends the session or begins another,
/// - 11 lets time pass (times 97 ms),
/// - 12 is an event,
/// - 13 sends bytes,
/// - 14 and 15 pass the current message to the session again;
/// - 16 and above, minus 15, are the length of the client's next bytes. If these are a login, the
///   byte after them decides it.
pub fn server_session(data: &[u8]) {
    let mut input = Input(data);
    let options = input.byte();
    let read = match input.byte() {
        0 => usize::MAX,
        read => read.into(),
    };
    let is_old = options & 1 != 0;
    let version = if is_old { "2.10.6" } else { "11.0.0" };
    let md5: fn(&[&[u8]]) -> [u8; 16] = |_| [7; 16];
    let has_md5 = options & 2 == 0;
    let session = if has_md5 { Session::with_md5(version, md5) } else { Session::without_md5(version) };
    let classes = if options & 64 == 0 { Classes::ALL } else { Classes::CALL | Classes::USER };
    let storage = STORAGE[usize::from(options >> 2 & 3)];
    let mut run = Run {
        session: session.timing(TIMING),
        decoder: Decoder::for_server(vec![0; storage]).expect("storage"),
        outbox: Outbox::for_server(vec![0; OUTBOX[usize::from(options >> 4 & 3)]]),
        input,
        backlog: Vec::new(),
        read,
        is_old,
        has_md5,
        account: Account::from_secret(Secret::Plain(SECRET)).read(classes).write(classes),
        now: 0,
        stage: Stage::Closed,
        turn: Turn::Client,
        deadline: 0,
        mask: Classes::ALL,
        is_challenged: false,
        sent: Vec::new(),
        meant: Vec::new(),
    };
    run.connect();
    while !run.input.0.is_empty() {
        run.operation();
        run.pump();
        run.check();
    }
    // Time alone ends sessions that have not logged in.
    while let Some(deadline) = run.session.deadline() {
        run.now = run.now.max(deadline);
        run.outbox.advance(usize::MAX);
        run.on_timeout();
        assert_eq!(run.session.stage(), Stage::Closed);
    }
    run.read_back(storage);
}

/// The side that acts next, as the test sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Client,
    LogIn,
    Refuse(&'static str),
    Request,
    List(u32),
}

struct Run<'a> {
    session: Session<&'static str>,
    decoder: Decoder<Vec<u8>>,
    outbox: Outbox<Vec<u8>>,
    input: Input<'a>,
    /// The bytes that the client has sent and the session has not read.
    backlog: Vec<u8>,
    read: usize,
    is_old: bool,
    has_md5: bool,
    account: Account<'static>,
    now: u64,
    stage: Stage,
    turn: Turn,
    deadline: u64,
    mask: Classes,
    is_challenged: bool,
    /// All bytes written on this connection, and the messages that they must be.
    sent: Vec<u8>,
    meant: Vec<Headers>,
}

impl Run<'_> {
    fn operation(&mut self) {
        match self.input.byte() {
            way @ 0..=5 => self.answer(way),
            step @ 6..=8 => self.list(step),
            9 => self.decide_late(),
            10 => self.end(),
            11 => {
                self.now += u64::from(self.input.byte()) * 97;
                self.on_timeout();
            }
            12 => self.event(),
            13 => {
                let n = self.input.byte().into();
                self.outbox.advance(n);
            }
            14 | 15 if self.turn == Turn::Client => {}
            14 | 15 => {
                let before = self.outbox.pending().len();
                let again = self.session.on_message(&self.decoder.message(), &mut self.outbox);
                assert_eq!(again.err(), Some(SessionError::Unanswered));
                self.expect_written(before, &[]);
            }
            length => {
                let text = self.input.bytes((length - 15).into());
                self.backlog.extend_from_slice(text);
            }
        }
    }

    fn connect(&mut self) {
        self.decoder.reset();
        self.backlog.clear();
        (self.sent, self.meant) = (Vec::new(), Vec::new());
        self.session.on_connected(CHALLENGE, self.now, &mut self.outbox).expect("room for the banner");
        self.sent.extend_from_slice(self.outbox.pending());
        (self.stage, self.turn, self.mask, self.is_challenged) =
            (Stage::Anonymous, Turn::Client, Classes::ALL, false);
        self.deadline = self.now + u64::from(TIMING.authentication);
    }

    /// Lets the session read until it is busy.
    fn pump(&mut self) {
        while self.turn == Turn::Client {
            match self.decoder.poll() {
                Step::Message => self.message(),
                Step::NeedInput if self.backlog.is_empty() => return,
                Step::NeedInput => {
                    let space = self.decoder.space();
                    let n = space.len().min(self.backlog.len()).min(self.read);
                    space[..n].copy_from_slice(&self.backlog[..n]);
                    self.decoder.advance(n);
                    self.backlog.drain(..n);
                }
                Step::End => return,
            }
        }
    }

    fn message(&mut self) {
        let message = self.decoder.message();
        let mut before = self.outbox.pending().len();
        let mut incoming = self.session.on_message(&message, &mut self.outbox);
        if let Err(SessionError::Encode(EncodeError::Full)) = incoming {
            assert!(before > 0);
            assert_eq!(self.outbox.pending().len(), before);
            assert!(self.session.stage() == self.stage && !self.session.is_busy());
            self.outbox.advance(usize::MAX);
            before = 0;
            incoming = self.session.on_message(&message, &mut self.outbox);
        }
        let request = Request::from_message(&message);
        let is = |name| request.is(name);
        let is_ignored = self.stage == Stage::Closed || matches!(message.part(), Part::Middle | Part::Last);
        match incoming {
            Ok(Incoming::LogIn(attempt)) => {
                assert!(!is_ignored && self.stage == Stage::Anonymous && is("Login"));
                self.turn = Turn::LogIn;
                assert_eq!(self.outbox.pending().len(), before);
                let decision = self.input.byte();
                let proves = self.proves(&request);
                let account = Some(self.account).filter(|_| decision % 4 != 1);
                assert_eq!(attempt.proves(&self.account.secret), proves, "{request:?}");
                let before = self.outbox.pending().len();
                match decision % 4 {
                    0 | 1 => {
                        let is_in = self.session.log_in(&attempt, account, self.now, &mut self.outbox);
                        let id = id_of(&request);
                        let mask = request.get("Events").and_then(Classes::from_mask).unwrap_or(Classes::ALL);
                        self.logged_in(is_in, proves && account.is_some(), id, mask, before);
                    }
                    2 => {
                        self.session.refuse_already_logged_in(self.now).expect("an attempt");
                        self.refused("Login Already In Use");
                    }
                    _ => {}
                }
            }
            Ok(Incoming::Request(_)) => {
                assert!(!is_ignored && self.stage == Stage::LoggedIn && message.part() == Part::Whole);
                assert!(request.action().is_some_and(|action| !action.is_empty()));
                assert!(!["Login", "Logoff", "Challenge", "Events"].into_iter().any(is), "{request:?}");
                self.turn = Turn::Request;
                self.expect_written(before, &[]);
            }
            Ok(Incoming::Nothing) if is_ignored => {
                assert_eq!(self.outbox.pending().len(), before, "an answer without a request");
            }
            Ok(Incoming::Nothing) => {
                // Exactly one message, with one of the following headers besides the ActionID.
                let new = self.outbox.pending()[before..].to_vec();
                let own = decoded(&new);
                let [headers] = &own[..] else { panic!("{} messages for {request:?}", own.len()) };
                let (last, first) = headers.split_last().expect("headers");
                let mut expected = vec![(b"Response".to_vec(), first[0].1.clone())];
                expected.extend(id_of(&request));
                assert_eq!(first, expected);
                self.own_answer(&first[0].1, last);
                self.sent.extend(new);
                self.meant.extend(own);
            }
            Err(SessionError::Encode(EncodeError::TooLarge { .. })) => {
                self.expect_written(before, &[]);
                self.too_large(before);
            }
            Err(error) => panic!("{error:?}"),
        }
    }

    /// Checks an answer of the session's own and records its effect.
    fn own_answer(&mut self, word: &[u8], (name, value): &(Vec<u8>, Vec<u8>)) {
        let message = self.decoder.message();
        let request = Request::from_message(&message);
        let is_in = self.stage == Stage::LoggedIn;
        let kind = request.get("AuthType").unwrap_or_default();
        let asks_md5 = self.has_md5 && kind.eq_ignore_ascii_case("MD5");
        match (word, &name[..], &value[..]) {
            (b"Goodbye", b"Message", b"Thanks for all the fish.") => {
                assert!(request.is("Logoff"));
                self.stage = Stage::Closed;
            }
            (b"Success", b"Message", b"Already authenticated") => assert!(is_in && request.is("Login")),
            (b"Success", b"Challenge", digits) => {
                assert!(asks_md5 && request.is("Challenge") && digits == DIGITS.as_bytes());
                self.is_challenged = true;
            }
            (b"Success", b"Events", on) => {
                assert!(is_in && request.is("Events"));
                self.mask = request.get("EventMask").and_then(Classes::from_mask).expect("a mask");
                assert_eq!(on, if self.mask.is_empty() { &b"Off"[..] } else { b"On" });
            }
            (b"Error", b"Message", b"Invalid event mask") => {
                assert!(is_in && request.is("Events") && request.get("EventMask").is_none());
            }
            (b"Error", b"Message", b"Must specify AuthType") => {
                assert!(request.is("Challenge") && !asks_md5);
            }
            (b"Error", b"Message", b"Missing action in request") => assert!(request.action().is_none()),
            (b"Error", b"Message", b"Permission denied") => assert!(!is_in && request.action().is_some()),
            (b"Error", b"Message", b"Failed to parse message: line too long") => {}
            (b"Error", b"Message", b"Too many lines in message or allocation failure") => {
                assert!(message.part() == Part::First || message.headers().count() > 128);
            }
            _ => panic!("{word:?} {name:?} {value:?}"),
        }
    }

    fn proves(&self, request: &Request<'_>) -> bool {
        let get = |name| request.get(name).unwrap_or_default();
        match get("AuthType").eq_ignore_ascii_case("MD5") {
            true => self.has_md5 && self.is_challenged && get("Key") == "07".repeat(16).as_str(),
            false => get("Secret").as_bytes() == SECRET,
        }
    }

    fn logged_in(
        &mut self,
        is_in: Result<bool, SessionError>,
        may: bool,
        id: Option<(Vec<u8>, Vec<u8>)>,
        mask: Classes,
        before: usize,
    ) {
        match is_in {
            Ok(false) => {
                assert!(!may);
                self.expect_written(before, &[]);
                self.refused("Authentication failed");
            }
            Ok(true) => {
                assert!(may);
                let mut accepted = vec![header("Response", "Success")];
                accepted.extend(id);
                accepted.push(header("Message", "Authentication accepted"));
                let uptime = (self.now / 1000).to_string();
                let booted = vec![
                    header("Event", "FullyBooted"),
                    header("Privilege", "system,all"),
                    header("Uptime", &uptime),
                    header("LastReload", &uptime),
                    header("Status", "Fully Booted"),
                ];
                let boots = (mask.bits() & self.account.read.bits() & 1) as usize;
                self.expect_written(before, &[accepted, booted][..=boots]);
                (self.stage, self.turn, self.mask) = (Stage::LoggedIn, Turn::Client, mask);
            }
            Err(SessionError::Encode(error @ (EncodeError::Full | EncodeError::TooLarge { .. }))) => {
                assert!(may);
                self.expect_written(before, &[]);
                if error != EncodeError::Full {
                    self.too_large(before);
                }
            }
            Err(error) => panic!("{error:?}"),
        }
    }

    /// The answer is larger than the outbox, which had this many bytes pending: the session has
    /// ended.
    fn too_large(&mut self, before: usize) {
        assert_eq!(before, 0);
        (self.stage, self.turn) = (Stage::Closed, Turn::Client);
    }

    fn refused(&mut self, text: &'static str) {
        self.turn = Turn::Refuse(text);
        self.deadline = self.now + u64::from(TIMING.penalty);
    }

    /// Decides the message in the decoder, if it looks like a login.
    fn decide_late(&mut self) {
        let message = self.decoder.message();
        let decision = self.input.byte();
        // Another session recognises the attempt.
        let mut other = Session::without_md5("1.0");
        let mut scratch = Outbox::for_server([0; 4096]);
        other.on_connected(0, 0, &mut scratch).expect("room");
        let Ok(Incoming::LogIn(attempt)) = other.on_message(&message, &mut scratch) else { return };
        let request = Request::from_message(&message);
        let waits = self.turn == Turn::LogIn;
        let before = self.outbox.pending().len();
        if decision % 4 == 2 {
            let refused = self.session.refuse_already_logged_in(self.now);
            assert_eq!(refused.is_ok(), waits);
            if waits {
                self.refused("Login Already In Use");
            }
            return self.expect_written(before, &[]);
        }
        let account = Some(self.account).filter(|_| decision % 4 != 1);
        let is_in = self.session.log_in(&attempt, account, self.now, &mut self.outbox);
        if !waits {
            assert_eq!(is_in, Err(SessionError::NothingToAnswer));
            return self.expect_written(before, &[]);
        }
        let is_md5 = request.get("AuthType").is_some_and(|kind| kind.eq_ignore_ascii_case("MD5"));
        let may = !is_md5 && self.proves(&request) && account.is_some();
        let mask = request.get("Events").and_then(Classes::from_mask).unwrap_or(Classes::ALL);
        self.logged_in(is_in, may, id_of(&request), mask, before);
    }

    fn answer(&mut self, way: u8) {
        let message = self.decoder.message();
        let request = Request::from_message(&message);
        let echo = request.get("Value").unwrap_or_default();
        let lines: Vec<_> = request.get_all("Line").collect();
        let before = self.outbox.pending().len();
        let answer = match self.session.answer(&request, &mut self.outbox) {
            Ok(answer) => answer,
            Err(error) => {
                assert_eq!(error, SessionError::NothingToAnswer);
                assert!(!matches!(self.turn, Turn::Request | Turn::List(_)), "{:?}", self.turn);
                return self.expect_written(before, &[]);
            }
        };
        assert!(matches!(self.turn, Turn::Request | Turn::List(_)), "{:?}", self.turn);
        let (word, mut rest) = match way {
            0 => ("Success", vec![header("Message", clean(echo))]),
            1 => ("Success", vec![header("Echo", echo)]),
            2 => ("Error", vec![header("Message", clean(echo))]),
            3 => ("Error", vec![header("Message", clean(unknown(&request).as_slice().into()))]),
            4 => ("Error", vec![header("Message", "Permission denied")]),
            _ if self.is_old => ("Follows", vec![]),
            _ => ("Success", vec![header("Message", "Command output follows")]),
        };
        let written = match way {
            0 => answer.success(echo),
            1 => answer.success_with(|out| out.header("Echo", echo)),
            2 => answer.error(echo),
            3 => answer.unknown(),
            4 => answer.denied(),
            _ => answer.command(true, &lines),
        };
        let is_bad = match way {
            1 => echo.as_bytes() != clean(echo),
            5 => lines.iter().any(|line| line.as_bytes() != clean(*line)),
            _ => false,
        };
        match written {
            Ok(()) => {
                assert!(self.turn == Turn::Request && !is_bad);
                if way == 5 && self.is_old {
                    rest.extend(lines.iter().map(|&line| header("", line)));
                } else if way == 5 {
                    rest.extend(lines.iter().map(|&line| header("Output", line)));
                    rest.extend(lines.is_empty().then(|| header("Output", "")));
                }
                let mut headers = vec![header("Response", word)];
                headers.extend((word == "Follows").then(|| header("Privilege", "Command")));
                headers.extend(id_of(&request));
                headers.extend(rest);
                if word == "Follows" {
                    let end = &self.outbox.pending()[before..];
                    assert!(end.ends_with(b"--END COMMAND--\r\n\r\n"));
                }
                self.expect_written(before, &[headers]);
                self.turn = Turn::Client;
            }
            Err(error) => {
                self.expect_written(before, &[]);
                match error {
                    SessionError::ListBegun => assert!(matches!(self.turn, Turn::List(_))),
                    SessionError::Encode(EncodeError::ValueByte { .. }) => assert!(is_bad),
                    SessionError::Encode(EncodeError::Full) => assert!(before > 0),
                    SessionError::Encode(EncodeError::TooLarge { .. }) => assert_eq!(before, 0),
                    error => panic!("{error:?}"),
                }
            }
        }
    }

    fn list(&mut self, step: u8) {
        let message = self.decoder.message();
        let request = Request::from_message(&message);
        let echo = request.get("Value").unwrap_or_default();
        let before = self.outbox.pending().len();
        let Ok(answer) = self.session.answer(&request, &mut self.outbox) else {
            assert!(!matches!(self.turn, Turn::Request | Turn::List(_)), "{:?}", self.turn);
            return self.expect_written(before, &[]);
        };
        let named = |name: &str, value: &str| -> Headers {
            [header(name, value)].into_iter().chain(id_of(&request)).collect()
        };
        let mut meant = Vec::new();
        let mut list = match answer.list(echo) {
            Ok(list) => list,
            Err(error) => {
                assert_eq!(self.turn, Turn::Request, "{error:?}");
                return self.expect_written(before, &[]);
            }
        };
        if self.turn == Turn::Request {
            let mut start = named("Response", "Success");
            start.extend([header("EventList", "start"), header("Message", clean(echo))]);
            meant.push(start);
            self.turn = Turn::List(0);
        }
        let Turn::List(entries) = &mut self.turn else { panic!("{:?}", self.turn) };
        assert_eq!(list.entries(), *entries);
        match step {
            7 if list.entry("Entry", |out| out.header("Echo", echo)).is_ok() => {
                let mut entry = named("Event", "Entry");
                entry.push(header("Echo", echo));
                meant.push(entry);
                *entries += 1;
            }
            8 => {
                let entries = entries.to_string();
                if list.complete("End", |_| Ok(())).is_ok() {
                    let mut end = named("Event", "End");
                    end.extend([header("EventList", "Complete"), header("ListItems", &entries)]);
                    meant.push(end);
                    self.turn = Turn::Client;
                }
            }
            _ => {}
        }
        self.expect_written(before, &meant);
    }

    fn event(&mut self) {
        let classes = Classes::from_bits(
            [1, 2, 64, 66, 0, 1 << 14, 3, 0x4000_0000][usize::from(self.input.byte() & 7)],
        );
        let mut event = EncodedEvent::new([0; 128]);
        event.write("Any", classes, |out| out.header_int("Number", self.now as i64)).expect("room");
        let wants = self.session.wants(classes);
        let bits = classes.bits();
        let may = self.stage == Stage::LoggedIn && bits & self.mask.bits() & self.account.read.bits() == bits;
        assert_eq!(wants, may, "{classes:?}");
        assert_eq!(
            self.session.permits(classes),
            self.stage == Stage::LoggedIn && (bits == 0 || bits & self.account.write.bits() != 0)
        );
        let before = self.outbox.pending().len();
        // Events are sent between two answers; none may come between the entries of a list.
        if wants && self.turn == Turn::Client {
            let copied = event.copy_to(&mut self.outbox).is_ok();
            let meant = decoded(event.as_bytes());
            assert_eq!(meant.len(), 1);
            self.expect_written(before, if copied { &meant } else { &[] });
        }
    }

    fn end(&mut self) {
        let before = self.outbox.pending().len();
        match self.input.byte() % 4 {
            0 => self.disconnect(),
            1 => {
                let bits = self.mask.bits() & self.account.read.bits() & 1;
                let may_read = self.stage == Stage::LoggedIn && bits == 1;
                let result = self.session.shut_down(true, &mut self.outbox);
                let shutdown = vec![
                    header("Event", "Shutdown"),
                    header("Privilege", "system,all"),
                    header("Shutdown", "Cleanly"),
                    header("Restart", "True"),
                ];
                self.expect_written(
                    before,
                    if may_read && result.is_ok() { std::slice::from_ref(&shutdown) } else { &[] },
                );
                (self.stage, self.turn) = (Stage::Closed, Turn::Client);
            }
            _ => {
                self.read_back(77);
                self.connect();
            }
        }
    }

    fn disconnect(&mut self) {
        self.session.disconnect();
        (self.stage, self.turn) = (Stage::Closed, Turn::Client);
    }

    fn on_timeout(&mut self) {
        let message = self.decoder.message();
        let before = self.outbox.pending().len();
        let result = self.session.on_timeout(&message, self.now, &mut self.outbox);
        if self.stage != Stage::Anonymous || self.now < self.deadline {
            assert_eq!(result, Ok(()));
            return self.expect_written(before, &[]);
        }
        if let Turn::Refuse(text) = self.turn {
            if let Err(error) = result {
                assert!(before > 0 || error != EncodeError::Full);
                self.expect_written(before, &[]);
                if error != EncodeError::Full {
                    self.too_large(before);
                }
                return;
            }
            let mut error = vec![header("Response", "Error")];
            error.extend(id_of(&Request::from_message(&message)));
            error.push(header("Message", text));
            self.expect_written(before, &[error]);
        } else {
            assert_eq!(result, Ok(()));
            self.expect_written(before, &[]);
        }
        (self.stage, self.turn) = (Stage::Closed, Turn::Client);
    }

    /// Checks that the bytes after the first `before` pending ones are these messages.
    fn expect_written(&mut self, before: usize, meant: &[Headers]) {
        let new = &self.outbox.pending()[before..];
        assert_eq!(decoded(new), meant, "\"{}\"", new.escape_ascii());
        self.sent.extend_from_slice(new);
        self.meant.extend_from_slice(meant);
    }

    fn check(&self) {
        assert_eq!(self.session.stage(), self.stage);
        assert_eq!(self.session.is_busy(), self.turn != Turn::Client, "{:?}", self.turn);
        let deadline = (self.stage == Stage::Anonymous).then_some(self.deadline);
        assert_eq!(self.session.deadline(), deadline);
        assert!(!format!("{:?}", self.session).contains(DIGITS));
    }

    /// Checks that a client decodes exactly the intended messages.
    fn read_back(&self, storage: usize) {
        let expected = common::expected(&self.sent, Role::Client);
        common::check(
            &self.sent,
            Role::Client,
            storage.max(40),
            [5, 1, 60, 3].into_iter().cycle(),
            &expected,
        )
        .unwrap_or_else(|error| panic!("{error}"));
        let (banner, messages) = expected.split_first().expect("a banner");
        assert_eq!(banner.kind, naive::Kind::Banner);
        let headers: Vec<_> = messages.iter().map(headers).collect();
        assert_eq!(headers, self.meant);
        assert!(expected.iter().all(|message| !message.incomplete));
        let ends = expected.iter().map(|message| message.range.clone());
        assert_eq!(ends.map(|range| range.len()).sum::<usize>(), self.sent.len(), "an empty line");
    }
}

/// Returns the headers of a message; the lines of a payload count as headers without a name.
fn headers(message: &naive::Message) -> Headers {
    let headers = message.headers.iter().map(|(name, value)| (name.clone().expect("a name"), value.clone()));
    let is_follows = message.name.as_deref() == Some(b"Follows");
    let payload = message.output.iter().flatten().filter(|_| is_follows);
    headers.chain(payload.map(|line| header("", line))).collect()
}

fn decoded(sent: &[u8]) -> Vec<Headers> {
    common::expected(sent, Role::Client).iter().map(headers).collect()
}

fn header(name: &str, value: impl AsRef<[u8]>) -> (Vec<u8>, Vec<u8>) {
    (name.into(), value.as_ref().to_vec())
}

/// Removes the bytes that end a line or a string.
fn clean(value: Value<'_>) -> Vec<u8> {
    value.as_bytes().iter().copied().filter(|byte| !b"\r\n\0".contains(byte)).collect()
}

fn id_of(request: &Request<'_>) -> Option<(Vec<u8>, Vec<u8>)> {
    request.get("ActionID").map(|id| header("ActionID", clean(id)))
}

fn unknown(request: &Request<'_>) -> Vec<u8> {
    let action = request.action().unwrap_or_default();
    let mut text = [
        b"Invalid/unknown command: ",
        action.as_bytes(),
        b". Use Action: ListCommands to show available commands.",
    ]
    .concat();
    text.truncate(511);
    text
}
