//! Texts for people: headers, the output of commands, and errors, of any bytes and of real servers.

mod common;

use std::collections::BTreeSet;

use common::{Role, captures};
use embedded_ami::client::{LoginRefused, ResponseStatus};
use embedded_ami::event::{ChannelState, HangupCause, Newchannel};
use embedded_ami::io::blocking::Error;
use embedded_ami::wire::{Decoder, Message, OwnedMessage, Step, Value};

/// Calls `body` for each whole message of a stream.
fn messages(stream: &[u8], mut body: impl FnMut(&Message<'_>)) {
    let mut decoder = Decoder::for_client(vec![0; stream.len() + 64]).expect("storage");
    assert_eq!(decoder.feed(stream), stream.len());
    decoder.finish();
    while decoder.poll() == Step::Message {
        body(&decoder.message());
    }
}

/// Calls `body` for each message that a recorded server sent.
fn recorded(mut body: impl FnMut(&Message<'_>)) {
    for capture in captures().iter().filter(|capture| capture.role == Role::Client) {
        messages(&capture.bytes, &mut body);
    }
}

fn owned(message: &Message<'_>) -> OwnedMessage {
    let mut owned = OwnedMessage::default();
    assert_eq!(owned.push(message), Ok(true));
    owned
}

/// Returns up to `most` bytes that a value or line of output can have, often invalid UTF-8 and
/// control characters.
fn random_bytes(random: &mut fastrand::Rng, most: usize) -> Vec<u8> {
    let pieces: [&[u8]; 8] =
        [b"a", b" ", "\u{fc}".as_bytes(), "\u{20ac}".as_bytes(), b"\xfc", b"\xe2\x82", b"\x1b", b":"];
    let mut bytes = Vec::new();
    for _ in 0..random.usize(..=most) {
        match random.usize(..12) {
            at if at < pieces.len() => bytes.extend(pieces[at]),
            _ => bytes.push(random.u8(..)),
        }
    }
    bytes.retain(|byte| !b"\r\n".contains(byte));
    bytes
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Checks the texts of the headers of these names against their exact values.
fn check_headers(message: &Message<'_>, names: impl Iterator<Item = String>) {
    let copy = owned(message);
    assert_eq!(copy.name(), message.name());
    for name in names {
        let exact = message.get(&name);
        let text = lossy(exact.unwrap_or_default().as_bytes());
        assert_eq!(message.text(&name), text, "{name}");
        assert_eq!(exact.unwrap_or_default().to_string(), text, "{name}");
        // Never another value, and none only for one that has its own text.
        let known = message.known(&name);
        assert!(known.is_none() || known == exact, "{name}");
        assert_eq!(known, exact.and_then(Value::known), "{name}");
        assert_eq!((copy.get(&name), copy.known(&name)), (exact, known), "{name}");
        assert_eq!(copy.text(&name), text, "{name}");
    }
}

/// Checks the texts of the output against its bytes.
fn check_output(message: &Message<'_>) {
    let lines: Vec<_> = message.output().collect();
    for line in &lines {
        let text = lossy(line.as_bytes());
        assert_eq!((line.to_string(), line.to_string_lossy().into_owned()), (text.clone(), text.clone()));
        assert_eq!(format!("[{line:>9}]"), format!("[{:>9}]", Value::new(line.as_bytes())));
        assert_eq!(*line, *line.as_bytes());
        assert_eq!(*line == *text, line.as_bytes() == text.as_bytes());
        assert_eq!(*text == *line, line.as_bytes() == text.as_bytes());
    }
    let bytes: Vec<_> = lines.iter().map(|line| line.as_bytes()).collect();
    let text = lossy(&bytes.join(&b'\n'));
    assert_eq!(message.output_text(), text);
    assert_eq!(owned(message).output_text(), text);
}

#[test]
fn texts_are_the_lossy_reading_of_any_bytes() {
    let mut random = fastrand::Rng::with_seed(14);
    for _ in 0..5_000 {
        let mut values = std::array::from_fn::<_, 3, _>(|_| random_bytes(&mut random, 12));
        if random.u8(..4) == 0 {
            let texts: [&[u8]; 4] = [b"<unknown>", b"(null)", b"<Unknown", b"UNKNOWN"];
            values[1] = texts[random.usize(..4)].to_vec();
        }
        let [name, value, line] = &values;
        let mut bytes = b"Response: Success\r\n".to_vec();
        let (name, line) = (lossy(name), [b"Output: ", &line[..]].concat());
        for line in [[name.as_bytes(), b": ", value].concat(), line.clone(), b"Output: ".to_vec(), line] {
            bytes.extend(line);
            bytes.extend(b"\r\n");
        }
        bytes.extend(b"\r\n");
        messages(&bytes, |message| {
            check_headers(message, [name.clone(), "Output".into(), "Absent".into()].into_iter());
            check_output(message);
        });

        let old = [b"Response: Follows\r\nPrivilege: Command\r\n", &bytes[19..], b"--END COMMAND--\r\n\r\n"];
        messages(&old.concat(), check_output);
    }
}

#[test]
fn texts_are_the_lossy_reading_of_recorded_messages() {
    let mut lines = 0;
    recorded(|message| {
        let names = message.headers().filter_map(|header| header.name().map(lossy));
        check_headers(message, names.chain(["Absent".into()]));
        check_output(message);
        lines += message.output().count();
    });
    assert!(lines > 100, "only {lines} lines of output");
}

/// Servers have written each placeholder that is expected here, and no value in brackets or dashes
/// is a placeholder that `known` misses.
#[test]
fn known_hides_the_placeholders_of_real_servers_and_nothing_else() {
    let (mut hidden, mut similar) = (BTreeSet::new(), BTreeSet::new());
    recorded(|message| {
        let headers = message.headers().filter(|header| !header.is("Output"));
        for value in headers.map(|header| header.value()) {
            if value.known().is_none() {
                hidden.insert(value.to_string());
            } else if matches!(value.as_bytes(), [b'<', .., b'>'] | [b'(', .., b')'] | [b'-', .., b'-']) {
                similar.insert(value.to_string());
            }
        }
    });
    let expected =
        ["", "(null)", "-none-", "<Not set>", "<Unknown>", "<null>", "<unknown>", "N/A", "n/a", "unknown"];
    assert_eq!(hidden, expected.map(str::to_owned).into());
    // The data of an application, lists of codecs, and the line that ends the output of a command.
    let values =
        ["(Outgoing Line)", "(slin)", "(ulaw)", "(ulaw|alaw)", "(ulaw|alaw|gsm|h263)", "--END COMMAND--"];
    similar.retain(|text| !values.contains(&&text[..]));
    assert!(similar.is_empty(), "{similar:?}");
}

#[test]
fn known_follows_the_documented_table() {
    for text in [
        "",
        "<unknown>",
        "<Unknown>",
        "<UNKNOWN>",
        "unknown",
        "<no name>",
        "<null>",
        "<none>",
        "<Not set>",
        "-none-",
        "n/a",
        "N/A",
        "(null)",
        "(NULL)",
    ] {
        assert_eq!(Value::new(text.as_bytes()).known(), None, "{text}");
    }
    for text in [
        "Unknown",
        "UNKNOWN",
        "none",
        "None",
        "null",
        "-",
        "0",
        " ",
        "<unknown> ",
        " <unknown>",
        "unknown>",
        "<unknown",
        "<>",
        "<100>",
        "anonymous",
        "unknown caller",
        "n/a ",
        "na",
        "<Set>",
        "-none",
        "\u{fc}",
    ] {
        let value = Value::new(text.as_bytes());
        assert_eq!(value.known(), Some(value), "{text}");
    }
}

#[test]
fn views_and_sets_have_texts() {
    let message =
        Message::parse(b"Event: Newchannel\r\nChannelState: 6\r\nCallerIDName: <unknown>\r\n\r\n").unwrap();
    let copy = owned(&message);
    let channel = copy.event::<Newchannel>().expect("that event").channel();
    assert_eq!(channel.caller_id_name().and_then(Value::known), None);
    assert!(copy.event::<embedded_ami::event::Hangup>().is_none());
    assert!(OwnedMessage::default().event::<Newchannel>().is_none());
    assert_eq!(channel.state().unwrap().to_string(), "Up");
    assert_eq!(format!("[{:>4}]", ChannelState::Up), "[  Up]");
    for bytes in [&b"77"[..], b"-", b"J\xfcrg"] {
        assert_eq!(HangupCause::from_value(Value::new(bytes)).to_string(), lossy(bytes));
    }
}

/// Returns an error response of these lines.
fn response(status: ResponseStatus, lines: &[&[u8]]) -> Error {
    let bytes = [b"Response: Error\r\n", &lines.join(&b"\r\n"[..])[..], b"\r\n\r\n"].concat();
    Error::Response { status, response: Box::new(owned(&Message::parse(&bytes).unwrap())) }
}

#[test]
fn an_error_has_the_output_of_the_command_that_failed() {
    const FOLLOWS: &[u8] = b"Message: Command output follows";
    let long = [b"Output: ".to_vec(), b"x".repeat(201)].concat();
    let shortened = format!(": {}\u{2026}", "x".repeat(200));
    let wide = ["Output: ".as_bytes(), "\u{1f4de}".repeat(201).as_bytes()].concat();
    let wide_shortened = format!(": {}\u{2026}", "\u{1f4de}".repeat(200));
    for (lines, expected) in [
        (&[FOLLOWS, b"Output: No such command 'x'"][..], ": No such command 'x'"),
        // The usage of a command has several lines.
        (
            &[FOLLOWS, b"Output: Usage: module load <m>", b"Output: ", b"Output:        Loads it. "],
            ": Usage: module load <m> Loads it.",
        ),
        (&[FOLLOWS, b"Output: \x1b[31mJ\xfcrg\r\xe2\x80\xae"], ": \u{fffd}[31mJ\u{fffd}rg\u{fffd}\u{fffd}"),
        (&[FOLLOWS, &long], &shortened),
        (&[FOLLOWS, &wide], &wide_shortened),
        (&[FOLLOWS, &long[..208], b"Output: "], &shortened[..202]),
        (&[FOLLOWS, &long[..208], b"Output: x"], &shortened),
        (&[FOLLOWS, b"Output: "], ": Command output follows"),
        (&[b"Message: Memory allocation failure"], ": Memory allocation failure"),
        (&[b"Message: No such channel \t"], ": No such channel"),
        (&[b"Message: "], " without a message"),
        (&[b"ActionID: 1"], " without a message"),
    ] {
        let error = response(ResponseStatus::Error, lines).to_string();
        assert_eq!(error, format!("the server answered Error{expected}"), "{lines:?}");
    }
    let denied = response(ResponseStatus::PermissionDenied, &[b"Message: Permission denied"]);
    assert_eq!(denied.to_string(), "the user is not permitted to do that: Permission denied");
}

#[test]
fn an_error_is_one_short_line_whatever_the_server_sends() {
    let mut random = fastrand::Rng::with_seed(5);
    for _ in 0..2_000 {
        let lines: Vec<_> = (0..random.usize(1..6))
            .map(|_| [&b"Output: "[..], &random_bytes(&mut random, 300)].concat())
            .collect();
        let lines: Vec<_> = lines.iter().map(Vec::as_slice).collect();
        let message = lossy(&random_bytes(&mut random, 300));
        for error in [
            response(ResponseStatus::Error, &lines),
            response(ResponseStatus::Error, &[&[b"Message: ", message.as_bytes()].concat()]),
            Error::Refused { reason: LoginRefused::Authentication, message },
        ] {
            let text = error.to_string();
            let shown = text.split_once(": ").map_or("", |(_, shown)| shown);
            let count = shown.chars().count();
            assert!(!text.contains(char::is_control) && text.trim() == text, "{text:?}");
            assert!(count <= 200 || count == 201 && text.ends_with('\u{2026}'), "{count} characters: {text}");
        }
    }
}
