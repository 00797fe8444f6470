//! Requests are read as Asterisk reads them, for any content, any sizes of reads and any storage.

use embedded_ami::server::{Account, Incoming, Request, Secret, Session};

use crate::common::{Role, captures};
use crate::harness::{DIGITS, Server};
use crate::oracle::{self, ALL, requests};

const NAMES: [&str; 12] = [
    "Action",
    "ActionID",
    "Channel",
    "Variable",
    "Secret",
    "EventMask",
    "Key",
    "Value",
    "H0",
    "UserEvent",
    "A",
    "",
];

/// All that a request contains under [`NAMES`]: its action, and for each name the first value and
/// all values.
type Contents = (Option<Vec<u8>>, Vec<(Option<Vec<u8>>, Vec<Vec<u8>>)>);

fn contents(request: &Request<'_>) -> Contents {
    let owned = |value: embedded_ami::wire::Value<'_>| value.as_bytes().to_vec();
    for name in ["Ping", "login", "EVENTS"] {
        let own =
            request.action().is_some_and(|action| action.as_bytes().eq_ignore_ascii_case(name.as_bytes()));
        assert_eq!(request.is(name), own);
    }
    assert_eq!(request.action_id(), request.get("ACTIONID"));
    let of = |name| (request.get(name).map(owned), request.get_all(name).map(owned).collect());
    (request.action().map(owned), NAMES.map(of).to_vec())
}

fn expected_contents(request: &oracle::Request) -> Contents {
    let of = |name: &str| {
        let turned = name.to_ascii_lowercase();
        let all = request.all(&turned).into_iter().map(<[u8]>::to_vec).collect();
        (request.get(name).map(<[u8]>::to_vec), all)
    };
    (request.action().map(<[u8]>::to_vec), NAMES.map(of).to_vec())
}

/// One message from the server.
#[derive(Debug)]
enum ExpectedMessage {
    Exactly(Vec<u8>),
    /// The request did not fit: the answer is this error or the one for a long line, and the
    /// ActionID may be missing from it.
    TooLarge {
        id: Vec<u8>,
        may_be_long: bool,
    },
}

const TOO_LONG: &str = "Message: Failed to parse message: line too long\r\n";
const TOO_MANY: &str = "Message: Too many lines in message or allocation failure\r\n";

fn message(kind: &str, id: &[u8], rest: impl AsRef<[u8]>) -> Vec<u8> {
    [b"Response: ", kind.as_bytes(), b"\r\n", id, rest.as_ref(), b"\r\n"].concat()
}

/// Returns the expected answers to a stream, and the requests that reach the application. The
/// application accepts every login with a secret.
fn expected(stream: &[u8], storage: usize) -> (Vec<ExpectedMessage>, Vec<Contents>) {
    let (mut sent, mut forwarded) = (Vec::new(), Vec::new());
    let mut is_in = false;
    let mut requests = requests(stream);
    requests.extend(rest(stream, storage));
    for request in requests {
        let id = request.get("ActionID").map_or(Vec::new(), |id| {
            let id: Vec<_> = id.iter().copied().filter(|&byte| byte != b'\r').collect();
            [b"ActionID: ", &id[..], b"\r\n"].concat()
        });
        if request.length > storage {
            sent.push(ExpectedMessage::TooLarge { id, may_be_long: request.has_long_line && storage > 1023 });
            continue;
        }
        let get = |name| request.get(name).unwrap_or_default();
        let is_md5 = get("AuthType").eq_ignore_ascii_case(b"MD5");
        let action = request.action().unwrap_or_default();
        let lower = String::from_utf8_lossy(action).to_ascii_lowercase();
        let error = |text: &str| message("Error", &id, format!("Message: {text}\r\n"));
        let (answer, is_over) = match &lower[..] {
            _ if request.has_long_line => (message("Error", &id, TOO_LONG), false),
            _ if request.lines.len() > 128 => (message("Error", &id, TOO_MANY), false),
            "" => (error("Missing action in request"), false),
            "logoff" => (message("Goodbye", &id, "Message: Thanks for all the fish.\r\n"), true),
            "challenge" if is_md5 => (message("Success", &id, format!("Challenge: {DIGITS}\r\n")), false),
            "challenge" => (error("Must specify AuthType"), false),
            "login" if is_in => (message("Success", &id, "Message: Already authenticated\r\n"), false),
            "login" if is_md5 || get("Secret").is_empty() => (error("Authentication failed"), true),
            "login" => {
                is_in = true;
                sent.push(ExpectedMessage::Exactly(message(
                    "Success",
                    &id,
                    "Message: Authentication accepted\r\n",
                )));
                if oracle::mask(get("Events")).unwrap_or(ALL) & 1 == 0 {
                    continue;
                }
                let text = "Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 0\r\nLastReload: 0\r\nStatus: Fully Booted\r\n\r\n";
                (text.into(), false)
            }
            _ if !is_in => (error("Permission denied"), false),
            "events" => match oracle::mask(get("EventMask")) {
                Some(0) => (message("Success", &id, "Events: Off\r\n"), false),
                Some(_) => (message("Success", &id, "Events: On\r\n"), false),
                None => (error("Invalid event mask"), false),
            },
            _ => {
                forwarded.push(expected_contents(&request));
                (message("Success", &id, "Message: asked\r\n"), false)
            }
        };
        sent.push(ExpectedMessage::Exactly(answer));
        if is_over {
            break;
        }
    }
    (sent, forwarded)
}

/// Returns the unfinished request at the end of a stream if it has filled the storage; only then is
/// it answered.
fn rest(stream: &[u8], storage: usize) -> Option<oracle::Request> {
    let finished = [stream, b"\r\n\r\n"].concat();
    let all = requests(&finished);
    let mut last = all.into_iter().nth(requests(stream).len())?;
    // Either the line or the message was unfinished.
    let added = if stream.ends_with(b"\n") { 2 } else { 4 };
    let filled = last.length - added >= storage;
    last.length = storage + 1;
    filled.then_some(last)
}

/// Returns the answers to a stream and the requests that reached the application, with reads of
/// these sizes.
fn run(stream: &[u8], storage: usize, mut reads: impl FnMut() -> usize) -> (Vec<u8>, Vec<Contents>) {
    let mut server = Server::with_session(Session::new("11.0.0"), storage, 4096);
    let (mut sent, mut forwarded) = (Vec::new(), Vec::new());
    let mut rest = stream;
    loop {
        server.pump(|session, incoming, outbox, now| {
            match incoming {
                Incoming::LogIn(attempt) => {
                    let secret = attempt.request().get("Secret").unwrap_or_default();
                    let is_md5 = attempt
                        .request()
                        .get("AuthType")
                        .is_some_and(|kind| kind.eq_ignore_ascii_case("md5"));
                    let account = (!is_md5).then(|| Account::from_secret(Secret::Plain(secret.as_bytes())));
                    session.log_in(&attempt, account, now, outbox).unwrap();
                }
                Incoming::Request(request) => {
                    forwarded.push(contents(&request));
                    session.answer(&request, outbox).unwrap().success("asked").unwrap();
                }
                Incoming::Nothing => {}
            }
            sent.extend_from_slice(outbox.pending());
            outbox.advance(usize::MAX);
        });
        assert_eq!(server.outbox.pending(), b"");
        if let Some(deadline) = server.session.deadline().filter(|_| server.session.is_busy()) {
            sent.extend(server.on_timeout(deadline).into_bytes());
        } else if rest.is_empty() {
            break;
        } else {
            let (now, later) = rest.split_at(reads().clamp(1, rest.len()));
            server.receive(now);
            rest = later;
        }
    }
    server.decoder.finish();
    server
        .pump(|_, incoming, _, _| assert!(matches!(incoming, Incoming::Nothing), "{incoming:?} for a piece"));
    assert_eq!(server.outbox.pending(), b"");
    (sent, forwarded)
}

fn check(
    stream: &[u8],
    storage: usize,
    reads: impl FnMut() -> usize,
    expected: &(Vec<ExpectedMessage>, Vec<Contents>),
) {
    let (sent, forwarded) = run(stream, storage, reads);
    let mut rest = &sent[..];
    let text = |bytes: &[u8]| bytes[..bytes.len().min(2000)].escape_ascii().to_string();
    let show = || format!("storage {storage}, \"{}\" sent \"{}\"", text(stream), text(&sent));
    for expected in &expected.0 {
        let candidates = match expected {
            ExpectedMessage::Exactly(bytes) => vec![bytes.clone()],
            ExpectedMessage::TooLarge { id, may_be_long } => {
                let texts = [TOO_MANY, TOO_LONG];
                let texts = texts.iter().take(if *may_be_long { 2 } else { 1 });
                texts.flat_map(|text| [message("Error", id, text), message("Error", b"", text)]).collect()
            }
        };
        let found = candidates.iter().find_map(|candidate| rest.strip_prefix(&candidate[..]));
        rest = found.unwrap_or_else(|| panic!("no {expected:?} at \"{}\": {}", rest.escape_ascii(), show()));
    }
    assert!(rest.is_empty(), "and \"{}\": {}", rest.escape_ascii(), show());
    assert_eq!(forwarded, expected.1, "{}", show());
}

fn line(random: &mut fastrand::Rng) -> Vec<u8> {
    let name = *random
        .choice([
            "Action",
            "Action",
            "Action",
            "ActionID",
            "ActionID",
            "EventMask",
            "AuthType",
            "Secret",
            "Key",
            "Channel",
            "Variable",
            "A",
            "",
            " Action",
            "ActionIDs",
            "Response",
            "Events",
        ])
        .iter()
        .next()
        .unwrap();
    let name = match random.u8(..4) {
        0 => name.to_lowercase(),
        1 => name.to_uppercase(),
        _ => name.to_owned(),
    };
    let colon = random
        .choice([": ", ": ", ": ", ":", ":  ", ":\t", ":\x01\r ", " : ", "", "::", ":\0", "\0: "])
        .unwrap();
    let value = *random
        .choice([
            "Ping",
            "Ping",
            "Getvar",
            "Events",
            "Challenge",
            "Logoff",
            "Login",
            "login",
            "MD5",
            "md5 ",
            "off",
            "call",
            "",
            " ",
            "7",
            "a\rb",
            "a\r",
            "a\0b",
            "x: y",
            "\u{e9}",
            "Ping ",
            "\x0b\x0cz",
            "--END COMMAND--",
            "Action: Logoff",
        ])
        .iter()
        .next()
        .unwrap();
    let mut line = [name.as_bytes(), colon.as_bytes(), value.as_bytes()].concat();
    if random.u8(..) < 20 {
        line.extend(std::iter::repeat_n(b'x', random.usize(..40)));
    }
    line
}

fn stream(random: &mut fastrand::Rng) -> Vec<u8> {
    let mut stream = Vec::new();
    if random.u8(..) < 200 {
        stream.extend_from_slice(b"Action: Login\r\nSecret: s\r\n\r\n");
    }
    let only_lf = random.u8(..) < 60;
    let end = |random: &mut fastrand::Rng| if only_lf || random.u8(..) < 20 { "\n" } else { "\r\n" };
    for _ in 0..random.usize(1..5) {
        for _ in 0..random.usize(1..6) {
            let line = line(random);
            // Asterisk takes a line that begins with NUL for an empty one; the decoder does not.
            if line.first() != Some(&0) {
                stream.extend(line);
                stream.extend(end(random).bytes());
            }
        }
        for _ in 0..if random.u8(..) < 30 { random.usize(..3) } else { 1 } {
            stream.extend(end(random).bytes());
        }
    }
    if random.u8(..) < 40 {
        stream.truncate(random.usize(..=stream.len()));
    }
    stream
}

#[test]
fn generated_requests_with_every_read_size() {
    for seed in 0..400 {
        let stream = stream(&mut fastrand::Rng::with_seed(seed));
        let expected = expected(&stream, 2048);
        check(&stream, 2048, || 1, &expected);
        for cut in 1..stream.len() {
            check(&stream, 2048, || cut, &expected);
        }
    }
}

#[test]
fn generated_requests_through_every_storage() {
    let mut answered = 0;
    for seed in 0..1500 {
        let mut random = fastrand::Rng::with_seed(seed);
        let stream = stream(&mut random);
        for storage in 32..=stream.len().max(32) + 1 {
            let expected = expected(&stream, storage);
            answered += expected.1.len();
            let most = random.usize(1..60);
            check(&stream, storage, || random.usize(1..=most), &expected);
        }
    }
    assert!(answered > 50_000, "{answered}");
}

#[test]
fn captured_requests_through_many_storages() {
    let mut random = fastrand::Rng::with_seed(5);
    let captures: Vec<_> = captures().into_iter().filter(|capture| capture.role == Role::Server).collect();
    assert!(captures.len() > 50);
    let mut forwarded = 0;
    for capture in captures {
        let whole = expected(&capture.bytes, 1 << 20);
        forwarded += whole.1.len();
        check(&capture.bytes, 1 << 20, || usize::MAX, &whole);
        check(&capture.bytes, 1 << 20, || 1, &whole);
        // Every small size, where most boundaries are, and some larger ones.
        let few = capture.bytes.len() > 20_000;
        let sizes =
            (32..300).step_by(if few { 37 } else { 1 }).chain([512, 1000, 1023, 1024, 1025, 1026, 2048]);
        for storage in sizes {
            check(&capture.bytes, storage, || random.usize(1..200), &expected(&capture.bytes, storage));
        }
    }
    assert!(forwarded > 500, "{forwarded}");
}

#[test]
fn long_lines_and_too_many_lines_are_errors() {
    let limit = |length: usize, end: &str| {
        let line = format!("X: {}", "x".repeat(length - 3));
        format!(
            "Action: Login\nSecret: s\nEvents: off\n\nAction: Ping{end}ActionID: 7{end}{line}{end}{end}Action: Ping\n\n"
        )
    };
    for (length, end, is_long) in [
        (1022, "\r\n", false),
        (1023, "\r\n", true),
        (1023, "\n", false),
        (1024, "\n", true),
        (5000, "\r\n", true),
    ] {
        let stream = limit(length, end);
        let (sent, _) = run(stream.as_bytes(), 8192, || 999);
        let sent = String::from_utf8(sent).unwrap();
        let is = format!(
            "Response: Error\r\nActionID: 7\r\n{TOO_LONG}\r\nResponse: Success\r\nMessage: asked\r\n\r\n"
        );
        let is_not = "Response: Success\r\nActionID: 7\r\nMessage: asked\r\n\r\nResponse: Success\r\nMessage: asked\r\n\r\n";
        assert!(sent.ends_with(if is_long { &is } else { is_not }), "{length}: {sent}");
        for storage in (32..1200).step_by(7).chain([length, length + 30, length + 40]) {
            check(stream.as_bytes(), storage, || 100, &expected(stream.as_bytes(), storage));
        }
    }
    for (count, is_many) in [(1, false), (127, false), (128, false), (129, true), (1000, true)] {
        let lines: String = (2..count).map(|number| format!("H{number}: x\r\n")).collect();
        let id = if count > 1 { "ActionID: 7\r\n" } else { "" };
        let stream = format!("Action: Login\nSecret: s\nEvents: off\n\nAction: Ping\r\n{id}{lines}\r\n");
        let (sent, forwarded) = run(stream.as_bytes(), 20_000, || 999);
        let error = format!("\r\n\r\nResponse: Error\r\n{id}{TOO_MANY}\r\n");
        assert_eq!(String::from_utf8(sent).unwrap().ends_with(&error), is_many, "{count}");
        assert_eq!(forwarded.len(), usize::from(!is_many));
        check(stream.as_bytes(), 20_000, || 50, &expected(stream.as_bytes(), 20_000));
    }
}

#[test]
fn an_action_id_after_the_last_kept_line_is_not_read() {
    for (count, id) in [(127, "ActionID: 7\r\n"), (128, "ActionID: 7\r\n"), (129, ""), (130, "")] {
        let lines: String = (2..count).map(|number| format!("H{number}: x\r\n")).collect();
        let stream =
            format!("Action: Login\nSecret: s\nEvents: off\n\nAction: Ping\r\n{lines}ActionID: 7\r\n\r\n");
        let (sent, _) = run(stream.as_bytes(), 20_000, || 999);
        let (word, text) = if count > 128 { ("Error", TOO_MANY) } else { ("Success", "Message: asked\r\n") };
        let expected = format!("\r\n\r\nResponse: {word}\r\n{id}{text}\r\n");
        assert!(String::from_utf8(sent).unwrap().ends_with(&expected), "{count}");
        check(stream.as_bytes(), 20_000, || 50, &self::expected(stream.as_bytes(), 20_000));
    }
}

#[test]
fn a_cut_action_id_is_not_echoed() {
    let id = "x".repeat(40);
    let mut server = Server::with_session(Session::new("11.0.0"), 32, 512);
    assert_eq!(
        server.answer_to(format!("ActionID: {id}\r\nAction: Ping\r\n\r\n")),
        format!("Response: Error\r\n{TOO_MANY}\r\n")
    );
    assert_eq!(
        server.answer_to(format!("ActionID: {id}\r\n\r\n")),
        format!("Response: Error\r\n{TOO_MANY}\r\n")
    );
}

#[test]
fn a_line_that_begins_with_nul_does_not_end_the_message() {
    // To Asterisk the message ends at the NUL. Here the message goes on, and the line is ignored.
    let stream = b"Action: Login\nSecret: s\nEvents: off\n\nAction: Ping\r\nActionID: 7\r\n\0Action: Logoff\r\nChannel: x\r\n\r\n";
    let (sent, forwarded) = run(stream, 512, || 3);
    assert!(sent.ends_with(b"Response: Success\r\nActionID: 7\r\nMessage: asked\r\n\r\n"));
    assert_eq!(forwarded.len(), 1);
}
