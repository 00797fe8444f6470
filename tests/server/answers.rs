//! Each request gets one answer, written whole or not at all. Lists count their entries and resume
//! after a full outbox.

use embedded_ami::server::{Account, Incoming, Request, Responder, Session, SessionError, Stage};
use embedded_ami::wire::{EncodeError, HeaderWriter, Outbox};

use crate::harness::Server;

type Way = fn(Responder<'_, Vec<u8>>) -> Result<(), SessionError>;

/// Every way to answer except a list, with the expected status and the lines after the ActionID.
const WAYS: [(Way, &str, &str); 9] = [
    (|answer| answer.success("Done"), "Success", "Message: Done\r\n"),
    (|answer| answer.success_with(|out| out.header("Ping", "Pong")), "Success", "Ping: Pong\r\n"),
    (|answer| answer.success_with(|_| Ok(())), "Success", ""),
    (|answer| answer.error("No such channel"), "Error", "Message: No such channel\r\n"),
    (|answer| answer.denied(), "Error", "Message: Permission denied\r\n"),
    (
        |answer| answer.unknown(),
        "Error",
        "Message: Invalid/unknown command: Any. Use Action: ListCommands to show available commands.\r\n",
    ),
    (|answer| answer.respond("Pong", |out| out.header_int("Number", -1)), "Pong", "Number: -1\r\n"),
    (
        |answer| answer.command(true, ["x", ""]),
        "Success",
        "Message: Command output follows\r\nOutput: x\r\nOutput: \r\n",
    ),
    (|answer| answer.command(false, [""; 0]), "Error", "Message: Command output follows\r\nOutput: \r\n"),
];

const ANY: &str = "Action: Any\r\nActionID: 7\r\n\r\n";

fn with_request(outbox: usize) -> Server<'static> {
    let mut server = Server::with_session(Session::new("11.0.0"), 512, outbox).log_in(Account::new("s"));
    server.receive_request(ANY);
    server
}

fn answer<'a>(server: &'a mut Server<'_>) -> Result<Responder<'a, Vec<u8>>, SessionError> {
    let request = Request::from_message(&server.decoder.message());
    server.session.answer(&request, &mut server.outbox)
}

/// Checks that no request waits for an answer.
fn assert_answered(server: &mut Server<'_>) {
    for _ in 0..2 {
        assert_eq!(answer(server).err(), Some(SessionError::NothingToAnswer));
    }
    assert!(!server.session.is_busy());
    assert_eq!(server.outbox.pending(), b"");
}

#[test]
fn each_request_is_answered_once() {
    for (way, kind, rest) in WAYS {
        let mut server = with_request(1000);
        let expected = format!("Response: {kind}\r\nActionID: 7\r\n{rest}\r\n");
        for _ in 0..3 {
            way(answer(&mut server).unwrap()).unwrap();
            assert_eq!(server.take_sent(), expected);
            assert_answered(&mut server);
            server.receive_request(ANY);
        }
        // Without an ActionID in the request, there is none in the answer.
        way(answer(&mut server).unwrap()).unwrap();
        server.take_sent();
        server.receive_request("Action: Any\r\nActionID:  \r\n\r\n");
        way(answer(&mut server).unwrap()).unwrap();
        assert_eq!(server.take_sent(), format!("Response: {kind}\r\n{rest}\r\n"));
    }
}

#[test]
fn an_answer_is_written_whole_or_not_at_all() {
    for (way, kind, rest) in WAYS {
        let expected = format!("Response: {kind}\r\nActionID: 7\r\n{rest}\r\n");
        for size in 90..expected.len().max(90) + 40 {
            let mut server = with_request(size);
            server.outbox.write(|out| out.header("X", "")).unwrap();
            server.outbox.advance(4);
            let is_room = expected.len() + 3 <= size;
            assert_eq!(
                way(answer(&mut server).unwrap()),
                if is_room { Ok(()) } else { Err(EncodeError::Full.into()) }
            );
            assert_eq!(server.take_sent(), format!("\n\r\n{}", if is_room { &expected } else { "" }));
            if is_room {
                assert_answered(&mut server);
                continue;
            }
            assert!(server.session.is_busy());
            let again = way(answer(&mut server).unwrap());
            let fits = expected.len() <= size;
            assert_eq!(
                again,
                if fits { Ok(()) } else { Err(EncodeError::TooLarge { storage: size }.into()) }
            );
            assert_eq!(server.take_sent(), if fits { &expected } else { "" });
            assert_eq!(server.session.is_busy(), !fits);
        }
    }
}

#[test]
fn a_failed_answer_can_be_given_again() {
    let bad: [(Way, EncodeError); 6] = [
        (
            |answer| answer.success_with(|out| out.header("X", "a\r\nEvent: x")),
            EncodeError::ValueByte { line: 3, at: 1, byte: b'\r' },
        ),
        (|answer| answer.success_with(|out| out.header("", "a")), EncodeError::EmptyName { line: 3 }),
        (|answer| answer.respond("a\nb", |_| Ok(())), EncodeError::ValueByte { line: 1, at: 1, byte: b'\n' }),
        (|answer| answer.respond(" follows", |_| Ok(())), EncodeError::Follows),
        (|answer| answer.success_with(|_| Err(EncodeError::NoHeaders)), EncodeError::NoHeaders),
        (|answer| answer.command(true, ["a\0b"]), EncodeError::ValueByte { line: 4, at: 1, byte: 0 }),
    ];
    let mut server = with_request(1000);
    for (way, error) in bad {
        assert_eq!(way(answer(&mut server).unwrap()), Err(SessionError::Encode(error)));
        assert_eq!(server.take_sent(), "");
        assert!(server.session.is_busy());
    }
    // Dropping a responder does not answer.
    let _ = answer(&mut server).unwrap();
    answer(&mut server).unwrap().success("x").unwrap();
    assert_eq!(server.take_sent(), "Response: Success\r\nActionID: 7\r\nMessage: x\r\n\r\n");
    assert_answered(&mut server);
}

#[test]
fn message_text_is_always_one_line() {
    let text = b"\0\r\nNo\r\n\r\nEvent: x\0\xff\n\r\0";
    for byte in 0..=255 {
        let text = [text, &[byte][..], b"x"].concat();
        let line: Vec<_> = text.iter().copied().filter(|byte| !b"\r\n\0".contains(byte)).collect();
        let expected =
            |head: &str| [b"Response: ", head.as_bytes(), b"Message: ", &line, b"\r\n\r\n"].concat();
        let mut server = with_request(1000);
        answer(&mut server).unwrap().success(&text).unwrap();
        assert_eq!(server.outbox.pending(), expected("Success\r\nActionID: 7\r\n"));
        let mut server = with_request(1000);
        answer(&mut server).unwrap().error(&text).unwrap();
        assert_eq!(server.outbox.pending(), expected("Error\r\nActionID: 7\r\n"));
        let mut server = with_request(1000);
        let _ = answer(&mut server).unwrap().list(&text).unwrap();
        assert_eq!(server.outbox.pending(), expected("Success\r\nActionID: 7\r\nEventList: start\r\n"));
    }
}

#[test]
fn answering_without_a_request_is_an_error() {
    let mut server = Server::new();
    assert_answered(&mut server);
    server.answer_to(ANY);
    assert_answered(&mut server);
    server.receive("Action: Login\r\n\r\n");
    server.pump(|session, incoming, outbox, now| {
        let Incoming::LogIn(attempt) = incoming else { panic!("{incoming:?}") };
        assert_eq!(session.answer(attempt.request(), outbox).err(), Some(SessionError::NothingToAnswer));
        assert_eq!(session.log_in(&attempt, None, now, outbox), Ok(false));
        assert_eq!(session.answer(attempt.request(), outbox).err(), Some(SessionError::NothingToAnswer));
    });
    server.on_timeout(1000);
    assert_answered(&mut server);

    let mut server = Server::logged_in(Account::new("s"));
    for own in ["Login", "Challenge", "Events", "", "Logoff", "Any"] {
        server.answer_to(format!("Action: {own}\r\n\r\n"));
        assert_answered(&mut server);
    }
    let ends: [fn(&mut Server<'_>); 3] = [
        |server| server.session.disconnect(),
        |server| server.session.shut_down(true, &mut server.outbox).unwrap(),
        |server| server.session.on_connected(1, 0, &mut server.outbox).unwrap(),
    ];
    for end in ends {
        let mut server = with_request(1000);
        end(&mut server);
        server.take_sent();
        assert_answered(&mut server);
        let mut server = with_request(1000);
        let _ = answer(&mut server).unwrap().list("x").unwrap();
        end(&mut server);
        server.take_sent();
        assert_answered(&mut server);
    }
}

#[test]
fn an_unanswered_session_refuses_messages() {
    let mut server = with_request(1000);
    server.receive("Action: Logoff\r\n\r\n");
    for step in 0..3 {
        if step == 1 {
            let _ = answer(&mut server).unwrap().list("x").unwrap();
            server.take_sent();
        }
        let message = server.decoder.message();
        let again = server.session.on_message(&message, &mut server.outbox);
        assert_eq!(again.err(), Some(SessionError::Unanswered));
        assert_eq!(server.on_timeout(u64::MAX), "");
        assert_eq!((server.session.stage(), server.session.deadline()), (Stage::LoggedIn, None));
        assert!(server.session.is_busy());
    }
    answer(&mut server).unwrap().list("").unwrap().complete("End", |_| Ok(())).unwrap();
    server.take_sent();
    assert!(server.answer_to("").starts_with("Response: Goodbye\r\n"));
}

#[test]
fn a_list_excludes_any_other_answer() {
    for (way, ..) in WAYS {
        for entries in 0..3 {
            let mut server = with_request(1000);
            let mut list = answer(&mut server).unwrap().list("Begins").unwrap();
            (0..entries).for_each(|_| list.entry("Entry", |_| Ok(())).unwrap());
            let begun = server.take_sent();
            assert_eq!(way(answer(&mut server).unwrap()), Err(SessionError::ListBegun), "a second response");
            assert_eq!(server.take_sent(), "");
            assert!(server.session.is_busy());
            let mut list = answer(&mut server).unwrap().list("Begins again").unwrap();
            assert_eq!(list.entries(), entries);
            list.entry("Entry", |out| out.header("X", "y")).unwrap();
            list.complete("End", |out| out.header("More", "z")).unwrap();
            let rest = format!(
                "Event: Entry\r\nActionID: 7\r\nX: y\r\n\r\n\
                 Event: End\r\nActionID: 7\r\nEventList: Complete\r\nListItems: {}\r\nMore: z\r\n\r\n",
                entries + 1
            );
            assert_eq!(server.take_sent(), rest);
            assert_answered(&mut server);
            let start =
                "Response: Success\r\nActionID: 7\r\nEventList: start\r\nMessage: Begins\r\n\r\n".to_owned();
            assert_eq!(begun, start + &"Event: Entry\r\nActionID: 7\r\n\r\n".repeat(entries as usize));
        }
    }
}

/// Continues a list of this many entries until the outbox is full or the list is complete.
fn continue_list(server: &mut Server<'_>, entries: u32) -> Result<(), SessionError> {
    let mut list = answer(server).unwrap().list("Begins")?;
    while list.entries() < entries {
        let number = list.entries();
        list.entry("Entry", |out| {
            out.header_int("Number", number.into())?;
            out.header("Filler", "x".repeat(number as usize % 7))
        })?;
    }
    Ok(list.complete("End", |_| Ok(()))?)
}

#[test]
fn a_list_resumes_after_any_entry_with_any_outbox() {
    let mut random = fastrand::Rng::with_seed(2);
    for entries in [0, 1, 2, 9, 40] {
        let mut server = with_request(10_000);
        continue_list(&mut server, entries).unwrap();
        let whole = server.take_sent();
        let longest = whole.split_inclusive("\r\n\r\n").map(str::len).max().unwrap();
        for size in 90..400 {
            let mut server = with_request(size);
            assert!(longest <= size);
            let mut sent = String::new();
            let mut times = 0;
            while let Err(error) = continue_list(&mut server, entries) {
                assert_eq!(error, SessionError::Encode(EncodeError::Full));
                assert!(server.session.is_busy());
                let pending = server.outbox.pending();
                assert!(!pending.is_empty());
                let n = random.usize(1..=pending.len());
                sent += std::str::from_utf8(&pending[..n]).unwrap();
                server.outbox.advance(n);
                times += 1;
                assert!(times < 10_000);
            }
            sent += &server.take_sent();
            assert_eq!(sent, whole, "{size}");
            assert!(times > 0 || whole.len() <= size);
            assert_answered(&mut server);
        }
    }
    // An entry that never fits is not in the list, nor is an invalid one; the list goes on.
    let mut server = with_request(100);
    let mut list = answer(&mut server).unwrap().list("Begins").unwrap();
    assert_eq!(
        list.entry("Entry", |out| out.header("X", "\r")).err(),
        Some(EncodeError::ValueByte { line: 3, at: 0, byte: b'\r' })
    );
    assert_eq!(list.entry("Entry", |out| out.header("X", [b'x'; 100])).err(), Some(EncodeError::Full));
    assert_eq!(list.entries(), 0);
    server.take_sent();
    let mut list = answer(&mut server).unwrap().list("").unwrap();
    let large = list.entry("Entry", |out| out.header("X", [b'x'; 100]));
    assert_eq!(large, Err(EncodeError::TooLarge { storage: 100 }));
    assert_eq!(list.complete("E\n", |_| Ok(())), Err(EncodeError::ValueByte { line: 1, at: 1, byte: b'\n' }));
    answer(&mut server).unwrap().list("").unwrap().complete("End", |_| Ok(())).unwrap();
    assert_eq!(
        server.take_sent(),
        "Event: End\r\nActionID: 7\r\nEventList: Complete\r\nListItems: 0\r\n\r\n"
    );
}

#[test]
fn a_list_written_at_once_is_the_same_in_any_number_of_rounds() {
    let put = |number: u32, out: &mut HeaderWriter<'_>| {
        out.header_int("Number", number.into())?;
        out.header("Filler", "x".repeat(number as usize % 7))
    };
    let write = |server: &mut Server<'_>, entries| {
        let items = (0..entries).map(|number| (if number % 2 == 0 { "Even" } else { "Odd" }, number));
        answer(server).unwrap().list("Begins")?.write_all("End", items, put).map_err(SessionError::from)
    };
    for entries in [0, 1, 2, 9, 40] {
        let mut server = with_request(10_000);
        write(&mut server, entries).unwrap();
        let whole = server.take_sent();
        assert_answered(&mut server);
        let names: Vec<_> = whole.split("Event: ").skip(1).map(|event| &event[..3]).collect();
        let expected: Vec<_> = (0..entries).map(|number| ["Eve", "Odd"][number as usize % 2]).collect();
        assert_eq!(names, [&expected[..], &["End"]].concat());
        assert!(whole.ends_with(&format!("ListItems: {entries}\r\n\r\n")));
        for size in 90..400 {
            let mut server = with_request(size);
            let mut sent = String::new();
            let mut rounds = 0;
            while server.session.is_busy() {
                write(&mut server, entries).unwrap();
                sent += &server.take_sent();
                rounds += 1;
                assert!(rounds <= 2 * entries + 2);
            }
            assert_eq!(sent, whole, "{size}");
            assert!(rounds > 1 || whole.len() <= size);
        }
    }
    // Any other error is reported, and the list goes on.
    let mut server = with_request(1000);
    let list = answer(&mut server).unwrap().list("Begins").unwrap();
    let error = list.write_all("End", ["x", "y\n", "z"].map(|value| ("Entry", value)), |value, out| {
        out.header("X", value)
    });
    assert_eq!(error, Err(EncodeError::ValueByte { line: 3, at: 1, byte: b'\n' }));
    assert_eq!(answer(&mut server).unwrap().list("").unwrap().entries(), 1);
    let list = answer(&mut server).unwrap().list("").unwrap();
    let error = list.write_all("E\n", [("Entry", "x")], |_, _| Ok(()));
    assert_eq!(error, Err(EncodeError::ValueByte { line: 1, at: 1, byte: b'\n' }));
    assert!(server.session.is_busy());
}

#[test]
fn answers_of_the_session_itself_wait_for_room() {
    let requests = [
        ("Action: Events\r\nEventMask: off\r\n\r\n", "Response: Success\r\nEvents: Off\r\n\r\n"),
        ("Action: Challenge\r\nAuthType: MD5\r\n\r\n", "Response: Success\r\nChallenge: 372514048\r\n\r\n"),
        ("Action: Login\r\n\r\n", "Response: Success\r\nMessage: Already authenticated\r\n\r\n"),
        ("Action: Logoff\r\n\r\n", "Response: Goodbye\r\nMessage: Thanks for all the fish.\r\n\r\n"),
        ("Nothing: x\r\n\r\n", "Response: Error\r\nMessage: Missing action in request\r\n\r\n"),
    ];
    for (text, expected) in requests {
        let mut server = Server::with_session(Session::new("11.0.0"), 512, 1000).log_in(Account::new("s"));
        server.outbox = Outbox::for_server(vec![0; expected.len()]);
        server.outbox.write(|out| out.header("X", "")).unwrap();
        server.outbox.advance(6);
        server.decoder.space()[..text.len()].copy_from_slice(text.as_bytes());
        server.decoder.advance(text.len());
        assert_eq!(server.decoder.poll(), embedded_ami::wire::Step::Message);
        for _ in 0..3 {
            let message = server.decoder.message();
            let full = server.session.on_message(&message, &mut server.outbox);
            assert_eq!(full.err(), Some(SessionError::Encode(EncodeError::Full)), "{text}");
            assert_eq!(server.outbox.pending(), b"\n");
            assert_eq!(server.session.stage(), Stage::LoggedIn);
            assert!(server.session.wants(embedded_ami::classes::Classes::ALL), "the mask is unchanged");
        }
        server.outbox.advance(usize::MAX);
        let message = server.decoder.message();
        let done = server.session.on_message(&message, &mut server.outbox);
        assert!(matches!(done, Ok(Incoming::Nothing)), "{done:?}");
        assert_eq!(server.take_sent(), expected);
    }
    // A refused login and the end of its connection wait for room as well.
    let mut server = Server::with_session(Session::new("11.0.0"), 512, 100);
    assert!(!server.attempt_login("Action: Login\r\n\r\n", None));
    server.outbox.write(|out| out.header("X", [b'x'; 60])).unwrap();
    for now in [1000, 1001, 50_000] {
        let message = server.decoder.message();
        assert_eq!(server.session.on_timeout(&message, now, &mut server.outbox), Err(EncodeError::Full));
        assert_eq!((server.session.stage(), server.session.deadline()), (Stage::Anonymous, Some(1000)));
    }
    server.take_sent();
    assert_eq!(server.on_timeout(50_001), "Response: Error\r\nMessage: Authentication failed\r\n\r\n");
    assert_eq!(server.session.stage(), Stage::Closed);
}
