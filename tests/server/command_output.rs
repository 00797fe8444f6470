//! Command output in the format of the announced version.

use embedded_ami::server::{Account, Request, Session, SessionError};
use embedded_ami::wire::{Decoder, EncodeError, Kind, OwnedMessage, Step};

use crate::harness::{Server, messages};

/// AMI versions of Asterisk 0.2 to 14.1, whose servers answer `Response: Follows`.
const OLD: [&str; 20] = [
    "1.0", "1.1", "1.2", "1.3", "2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0", "2.5.0", "2.6.0", "2.7.0",
    "2.8.0", "2.9.0", "2.10.0", "2.10.2", "2.10.3", "2.10.4", "2.10.5", "2.10.6",
];
const NEW: [&str; 30] = [
    "3.1.0", "3.2.0", "3.2.2", "4.0.0", "4.0.1", "4.0.2", "4.0.3", "5.0.0", "5.0.1", "5.0.2", "5.0.3",
    "5.0.4", "5.0.5", "6.0.0", "6.0.1", "7.0.0", "7.0.1", "7.0.2", "7.0.3", "8.0.0", "8.0.1", "8.0.2",
    "9.0.0", "10.0.0", "11.0.0", "12.0.0", "13.0.0", "20.10.0", "100.0.0", "3",
];

fn with_request(version: &'static str, id: &str, outbox: usize) -> Server<'static> {
    let mut server = Server::with_session(Session::new(version), 512, outbox).log_in(Account::new("s"));
    let id = if id.is_empty() { String::new() } else { format!("ActionID: {id}\r\n") };
    server.receive_request(format!("Action: Command\r\n{id}Command: core show version\r\n\r\n"));
    server
}

fn command(server: &mut Server<'_>, is_success: bool, lines: &[Vec<u8>]) -> Result<(), EncodeError> {
    let request = Request::from_message(&server.decoder.message());
    match server.session.answer(&request, &mut server.outbox).unwrap().command(is_success, lines) {
        Ok(()) => Ok(()),
        Err(SessionError::Encode(error)) => Err(error),
        Err(error) => panic!("{error}"),
    }
}

/// Returns a line of output. Some look like parts of the protocol.
fn line(random: &mut fastrand::Rng) -> Vec<u8> {
    const LOOKS: [&str; 16] = [
        "",
        "",
        " ",
        "--END COMMAND--",
        "ActionID: 7",
        "Privilege: Command",
        "Event: Forged",
        "Response: Success",
        "Output: x",
        "-- END COMMAND --",
        "--",
        "-",
        "  indented: x",
        "Message: x",
        "\t",
        "--END COMMAND----END COMMAND--",
    ];
    match random.u8(..3) {
        0 => random.choice(LOOKS).unwrap().into(),
        1 => {
            (0..random.usize(..200)).map(|_| random.u8(..)).filter(|byte| !b"\r\n\0".contains(byte)).collect()
        }
        _ => format!("{}{}", random.choice(LOOKS).unwrap(), random.choice(LOOKS).unwrap()).into_bytes(),
    }
}

/// Decodes the one message in these bytes with our own decoder.
fn decoded(mut sent: &[u8], storage: usize) -> OwnedMessage {
    let mut decoder = Decoder::for_client(vec![0; storage]).unwrap();
    let (mut message, mut messages) = (OwnedMessage::default(), 0);
    loop {
        match decoder.poll() {
            Step::Message => messages += u32::from(message.push(&decoder.message()).unwrap()),
            Step::NeedInput => match std::io::Read::read(&mut sent, decoder.space()).unwrap() {
                0 => decoder.finish(),
                n => decoder.advance(n),
            },
            Step::End => break,
        }
    }
    assert_eq!(messages, 1);
    message
}

#[test]
fn the_client_decodes_every_output_line() {
    let mut random = fastrand::Rng::with_seed(1);
    let versions = OLD.map(|version| (version, true)).into_iter().chain(NEW.map(|version| (version, false)));
    for (version, is_old) in versions {
        for round in 0..60 {
            let lines: Vec<_> =
                (0..if round < 4 { round } else { random.usize(..30) }).map(|_| line(&mut random)).collect();
            let is_success = random.bool();
            let id = *random.choice(["", "x-7"]).as_ref().unwrap();
            let mut server = with_request(version, id, 20_000);
            command(&mut server, is_success, &lines).unwrap();
            assert!(!server.session.is_busy());
            let sent = server.outbox.pending().to_vec();
            let message = decoded(&sent, 32 + random.usize(..3000));
            let message = message.message();
            let show = || format!("{version}, {is_success}, \"{}\"", sent.escape_ascii());
            assert_eq!((message.kind(), message.is_incomplete()), (Kind::Response, false), "{}", show());
            assert_eq!(message.as_bytes(), sent, "{}", show());
            let got: Vec<_> = message.output().map(|line| line.as_bytes().to_vec()).collect();
            assert_eq!(
                got,
                if lines.is_empty() && !is_old { vec![vec![]] } else { lines.clone() },
                "{}",
                show()
            );
            let word = match (is_old, is_success) {
                (true, _) => "Follows",
                (false, true) => "Success",
                (false, false) => "Error",
            };
            assert!(message.name().is_some_and(|name| name == word), "{}", show());
            let mut headers = messages(&sent).remove(0);
            headers.retain(|(name, _)| name != "Output");
            let mut names = vec!["Response"];
            names.extend(is_old.then_some("Privilege"));
            names.extend((!id.is_empty()).then_some("ActionID"));
            names.extend((!is_old).then_some("Message"));
            assert_eq!(headers.iter().map(|(name, _)| &name[..]).collect::<Vec<_>>(), names, "{}", show());
            assert_eq!(message.get("ActionID").map_or("", |own| own.to_str().unwrap()), id);
            let end = if is_old { &b"--END COMMAND--\r\n\r\n"[..] } else { b"\r\n\r\n" };
            assert!(sent.ends_with(end));
        }
    }
}

#[test]
fn a_line_with_a_line_end_is_refused() {
    for version in ["2.10.6", "11.0.0"] {
        let mut server = with_request(version, "7", 2000);
        for (bad, byte) in [("a\nb", b'\n'), ("a\r", b'\r'), ("a\0b", 0), ("x--END COMMAND--\r\n\r\n", b'\r')]
        {
            let lines = [b"good".to_vec(), bad.into(), b"good".to_vec()];
            let error = command(&mut server, true, &lines);
            assert!(
                matches!(error, Err(EncodeError::ValueByte { byte: own, .. }) if own == byte),
                "{error:?}"
            );
            assert_eq!(server.outbox.pending(), b"");
            assert!(server.session.is_busy(), "the request is unanswered");
        }
        command(&mut server, true, &[b"good".to_vec()]).unwrap();
        assert!(server.take_sent().contains("good"));
    }
}

/// The lines may have no end; their iterator is not read when no more of them can be written.
#[test]
fn output_without_an_end_is_refused() {
    for version in OLD.into_iter().chain(NEW) {
        for line in ["", "x", "a line of output"] {
            for size in 80..200 {
                for is_pending in [false, true] {
                    let mut server = with_request(version, "7", size);
                    if is_pending {
                        server.outbox.write(|out| out.header("X", "")).unwrap();
                    }
                    let request = Request::from_message(&server.decoder.message());
                    let mut count = 0;
                    // So that the test ends if the lines are read for ever.
                    let lines = std::iter::repeat_n(line, 1_000).inspect(|_| count += 1);
                    let answer = server.session.answer(&request, &mut server.outbox).unwrap();
                    let error =
                        if is_pending { EncodeError::Full } else { EncodeError::TooLarge { storage: size } };
                    assert_eq!(answer.command(true, lines), Err(SessionError::Encode(error)));
                    assert!(count <= size, "{version}, {size}: {count} lines");
                    assert!(server.session.is_busy());
                }
            }
        }
    }
}

#[test]
fn output_is_written_whole_or_not_at_all() {
    let lines = ["first", "", "third"].map(|line| line.as_bytes().to_vec());
    for version in ["1.0", "11.0.0"] {
        let whole = {
            let mut server = with_request(version, "7", 2000);
            command(&mut server, true, &lines).unwrap();
            server.take_sent()
        };
        for size in 80..whole.len() + 40 {
            let mut server = with_request(version, "7", size);
            server.outbox.write(|out| out.header("X", "")).unwrap();
            server.outbox.advance(2);
            let is_room = whole.len() + 5 <= size;
            let written = command(&mut server, true, &lines);
            assert_eq!(written, if is_room { Ok(()) } else { Err(EncodeError::Full) }, "{size}");
            assert_eq!(
                server.take_sent(),
                if is_room { format!(" \r\n\r\n{whole}") } else { " \r\n\r\n".into() }
            );
            if !is_room {
                assert!(server.session.is_busy());
                let expected =
                    if whole.len() <= size { Ok(()) } else { Err(EncodeError::TooLarge { storage: size }) };
                assert_eq!(command(&mut server, true, &lines), expected);
                assert_eq!(server.take_sent(), if expected.is_ok() { &whole } else { "" });
            }
        }
    }
}
