//! Properties of the encoder: a message written decodes to the headers given, is never more than
//! one message, and leaves no trace in the outbox if it is refused. Bytes that are no longer needed
//! are overwritten.

use embedded_ami::action::{self, Action, Key, Login, Raw, UserEvent};
use embedded_ami::wire::{Decoder, Dialect, EncodeError, HeaderWriter, Outbox, Step};
use proptest::prelude::*;

type Headers = Vec<(String, Vec<u8>)>;

/// Decodes messages to their headers.
fn decode(bytes: &[u8]) -> Vec<Headers> {
    let mut decoder = Decoder::for_server(vec![0; bytes.len() + 64]).unwrap();
    decoder.space()[..bytes.len()].copy_from_slice(bytes);
    decoder.advance(bytes.len());
    decoder.finish();
    let mut messages = Vec::new();
    while decoder.poll() == Step::Message {
        assert!(!decoder.message().is_incomplete());
        let headers = decoder.message().headers().map(|header| {
            let name = std::str::from_utf8(header.name().expect("a name")).expect("UTF-8");
            (name.to_owned(), header.value().as_bytes().to_vec())
        });
        messages.push(headers.collect());
    }
    messages
}

/// Generates names as an attacker would choose them. Most are just short of being refused.
fn names() -> impl Strategy<Value = String> {
    prop_oneof![6 => "[A-Za-z]{1,12}", 2 => "[A-Za-z():;@/._-]{0,12}", 1 => "\\PC{0,6}", 1 => any::<String>()]
}

/// Generates values as an attacker would choose them. Most are just short of being refused.
fn values() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => "[ -~]{0,40}".prop_map(String::into_bytes),
        2 => prop::collection::vec(any::<u8>(), 0..40),
        1 => "[:\r\n\0 A-D]{0,20}".prop_map(String::into_bytes),
        1 => prop::collection::vec(Just(b'x'), 0..1100),
    ]
}

/// Generates a dialect, or `None` for the outbox of a server.
fn dialects() -> impl Strategy<Value = Option<Dialect>> {
    use Dialect::{Current, V1_0, V1_4, V1_6};
    prop::sample::select(vec![Some(Current), Some(V1_0), Some(V1_4), Some(V1_6), None])
}

fn outbox(size: usize, dialect: Option<Dialect>) -> Outbox<Vec<u8>> {
    match dialect {
        Some(dialect) => Outbox::for_client(vec![0; size], dialect),
        None => Outbox::for_server(vec![0; size]),
    }
}

/// Splits a value of `Variable` into assignments as Asterisk 1.6 and later do: quotes are dropped,
/// a backslash quotes the next byte, and a bare comma ends an assignment.
fn assignments(assignment: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![Vec::new()];
    let mut bytes = assignment.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'\\' => all.last_mut().unwrap().extend(bytes.next()),
            b',' => all.push(Vec::new()),
            b'"' => {}
            _ => all.last_mut().unwrap().push(byte),
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn a_message_decodes_to_its_headers_and_a_refused_one_writes_nothing(
        dialect in dialects(),
        size in prop_oneof![Just(8192_usize), 0_usize..300],
        headers in prop::collection::vec((names(), values()), 0..6),
    ) {
        let mut outbox = outbox(size, dialect);
        let _ = outbox.write(|message| message.header("Before", "x"));
        let before = outbox.pending().to_vec();
        let written = outbox.write(|message| headers.iter().try_for_each(|(name, value)| message.header(name, value)));
        let after = outbox.pending();
        prop_assert!(after.starts_with(&before));
        let new = &after[before.len()..];
        match written {
            Ok(()) => prop_assert_eq!(decode(new), vec![headers]),
            Err(_) => prop_assert!(new.is_empty()),
        }
    }

    #[test]
    fn no_name_and_no_value_can_add_a_line(name in names(), value in values(), dialect in dialects()) {
        let mut outbox = outbox(4096, dialect);
        let is_invalid = value.iter().any(|byte| b"\r\n\0".contains(byte))
            || name.is_empty()
            || name.bytes().any(|byte| b"\r\n\0\t :".contains(&byte));
        let written = outbox.write(|message| {
            message.header("Action", "Ping")?;
            message.header(&name, &value)
        });
        prop_assert!(!(is_invalid && written.is_ok()));
        prop_assert_eq!(outbox.pending().iter().filter(|&&byte| byte == b'\n').count(), if written.is_ok() { 3 } else { 0 });
    }

    #[test]
    fn header_parts_and_header_int_write_their_text(pieces in prop::collection::vec("[ -~]{0,9}", 0..5), number in any::<i64>()) {
        let mut outbox = Outbox::for_client(vec![0; 4096], Dialect::Current);
        let slices: Vec<&[u8]> = pieces.iter().map(|piece| piece.as_bytes()).collect();
        outbox.write(|message| {
            message.header_parts("Pieces", &slices)?;
            message.header_int("Number", number)
        }).unwrap();
        let expected = vec![("Pieces".to_owned(), pieces.concat().into_bytes()), ("Number".to_owned(), number.to_string().into_bytes())];
        prop_assert_eq!(decode(outbox.pending()), vec![expected]);
    }

    #[test]
    fn a_sanitized_header_is_checked_like_the_header_that_is_left(
        dialect in dialects(),
        is_first: bool,
        name in prop_oneof![2 => names(), 1 => "Response", 1 => "ActionID", 1 => "ActionI D"],
        value in prop_oneof![2 => values(), 1 => "[ \r\t\0]?Fol\n?lows[ \r]?".prop_map(String::into_bytes)],
        cut in any::<prop::sample::Index>(),
    ) {
        let write = |sanitizes: bool| {
            let mut outbox = outbox(4096, dialect);
            let written = outbox.write(|message| {
                if !is_first {
                    message.header("Event", "UserEvent")?;
                }
                if sanitizes {
                    let (one, other) = value.split_at(cut.index(value.len() + 1));
                    return message.header_sanitized(&name, &[one, other]);
                }
                let left: Vec<u8> = value.iter().copied().filter(|byte| !b"\r\n\0".contains(byte)).collect();
                message.header(&name, left)
            });
            (written, outbox.pending().to_vec())
        };
        prop_assert_eq!(write(true), write(false));
    }

    #[test]
    fn a_variable_is_one_assignment_to_the_server(name in "[A-Za-z_()]{1,9}", value in values(), dialect in dialects()) {
        let mut outbox = outbox(8192, dialect);
        if outbox.write(|message| message.variable(&name, &value)).is_err() {
            prop_assert!(outbox.pending().is_empty());
            return Ok(());
        }
        let messages = decode(outbox.pending());
        prop_assert_eq!(messages.len(), 1);
        prop_assert_eq!(messages[0].len(), 1);
        let expected = [name.as_bytes(), b"=", &value].concat();
        let written = &messages[0][0].1;
        match dialect {
            Some(Dialect::V1_0 | Dialect::V1_4) => {
                prop_assert_eq!(written, &expected);
                prop_assert!(!value.contains(&b'|'));
            }
            _ => prop_assert_eq!(assignments(written), vec![expected]),
        }
    }

    #[test]
    fn a_relayed_header_may_have_blanks_inside_its_name(
        name in prop_oneof!["[ \tA-Za-z():]{0,8}", names(), "ActionI D", "ActionID"],
        value in values(),
        dialect in dialects(),
    ) {
        let mut outbox = outbox(4096, dialect);
        let written = outbox.write(|message| message.header_relayed(&name, &value));
        // It is like any other header, but for blanks that do not begin or end the name.
        let joined = name.replace([' ', '\t'], "_");
        let has_blanks = name != joined;
        let are_inside = name.trim_matches([' ', '\t']) == name;
        let mut plain = self::outbox(4096, dialect);
        let expected = plain.write(|message| message.header(if are_inside { &joined } else { &name }, &value));
        prop_assert_eq!(written, expected);
        if written.is_ok() {
            prop_assert_eq!(decode(outbox.pending()), vec![vec![(name, value)]]);
        } else if has_blanks && !are_inside {
            let is_name_byte = matches!(written, Err(EncodeError::NameByte { line: 1, .. }));
            prop_assert!(is_name_byte, "{:?}", written);
        }
    }

    #[test]
    fn the_action_user_event_relays_names_with_blanks(name in "[ A-Za-z:]{1,9}", value in "[ -~]{0,9}") {
        let mut outbox = Outbox::for_client(vec![0; 4096], Dialect::Current);
        let written = action::write(&UserEvent::new("Order", &[(&name[..], &value)]), "1", &mut outbox);
        let is_allowed = !name.contains(':') && name.trim() == name && !name.eq_ignore_ascii_case("action");
        prop_assert_eq!(written.is_ok(), is_allowed, "{:?}", written);
        if is_allowed {
            prop_assert_eq!(&decode(outbox.pending())[0][3], &(name, value.into_bytes()));
        }
    }

    #[test]
    fn a_raw_line_is_written_as_it_is_or_refused(
        line in prop_oneof!["\\PC{0,30}".prop_map(String::into_bytes), values()], dialect in dialects(), is_first: bool,
    ) {
        let mut outbox = outbox(4096, dialect);
        let written = outbox.write(|message| {
            if !is_first {
                message.header("Event", "UserEvent")?;
            }
            message.raw_line(&line)
        });
        let number = if is_first { 1 } else { 2 };
        let bad = line.iter().position(|byte| b"\r\n\0".contains(byte));
        prop_assert_eq!(written, match (dialect, bad) {
            (Some(_), _) => Err(EncodeError::RawLine { line: number }),
            (None, Some(at)) => Err(EncodeError::ValueByte { line: number, at, byte: line[at] }),
            (None, None) if line.is_empty() => Err(EncodeError::EmptyName { line: number }),
            (None, None) => Ok(()),
        });
        let start: &[u8] = if is_first { b"" } else { b"Event: UserEvent\r\n" };
        let whole = [start, &line, b"\r\n\r\n"].concat();
        prop_assert_eq!(outbox.pending(), if written.is_ok() { &whole[..] } else { b"" });
    }

    #[test]
    fn storage_holds_the_pending_bytes_and_no_others(
        size in 20_usize..120,
        steps in prop::collection::vec((0..4_u8, 0_usize..60), 1..20),
    ) {
        let mut storage = vec![0; size];
        let mut outbox = Outbox::for_client(&mut storage[..], Dialect::Current);
        for (step, n) in steps {
            match step {
                0 => outbox.clear(),
                1 => outbox.advance(n),
                // Refused because of a byte, after most of the message has been written.
                2 => assert!(outbox.write(|message| message.header("Secret", "x".repeat(n) + "\n")).is_err()),
                // Refused if it does not fit.
                _ => {
                    let _ = outbox.write(|message| message.header("Secret", "x".repeat(n)));
                }
            }
        }
        let pending = outbox.pending().to_vec();
        let rest: Vec<u8> = storage.iter().copied().filter(|byte| *byte != 0).collect();
        prop_assert_eq!(rest, pending);
    }

    #[test]
    fn an_action_keeps_its_name_and_id(
        name in names(), id in prop_oneof!["[!-~]{0,70}", any::<String>()], headers in prop::collection::vec((names(), values()), 0..4),
    ) {
        let mut outbox = Outbox::for_client(vec![0; 8192], Dialect::Current);
        let pairs: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value)).collect();
        if action::write(&Raw::new(&name, &pairs), &id, &mut outbox).is_ok() {
            let messages = decode(outbox.pending());
            prop_assert_eq!(messages.len(), 1);
            prop_assert_eq!(&messages[0][0], &("Action".to_owned(), name.into_bytes()));
            prop_assert_eq!(&messages[0][1], &("ActionID".to_owned(), id.into_bytes()));
            prop_assert_eq!(&messages[0][2..], &headers[..]);
        }
    }
}

fn write_to(dialect: Option<Dialect>, headers: &[(&str, &[u8])]) -> Result<(), EncodeError> {
    let mut outbox = outbox(300_000, dialect);
    outbox.write(|message| headers.iter().try_for_each(|(name, value)| message.header(name, value)))
}

#[test]
fn each_limit_of_a_dialect_is_exact() {
    for (dialect, longest, lines) in [
        (Dialect::Current, 1022, 128),
        (Dialect::V1_6, 1022, 127),
        (Dialect::V1_4, 1021, 127),
        (Dialect::V1_0, 253, 79),
    ] {
        let value = vec![b'x'; longest - 3];
        assert_eq!(write_to(Some(dialect), &[("A", &value)]), Ok(()));
        let error = EncodeError::LineTooLong { line: 2, length: longest + 1, limit: longest };
        assert_eq!(write_to(Some(dialect), &[("A", b""), ("AA", &value)]), Err(error));
        assert_eq!(write_to(Some(dialect), &vec![("A", &b"x"[..]); lines]), Ok(()));
        let error = EncodeError::TooManyLines { limit: lines };
        assert_eq!(write_to(Some(dialect), &vec![("A", &b"x"[..]); lines + 1]), Err(error));
        assert_eq!(write_to(Some(dialect), &[("ActionID", &[b'x'; 67])]), Ok(()));
        let error = EncodeError::ActionIdTooLong { line: 1, length: 68 };
        assert_eq!(write_to(Some(dialect), &[("actionid", &[b'x'; 68])]), Err(error));
    }
    assert_eq!(write_to(None, &[("A", &[b'x'; 100_000]), ("ActionID", &[b'x'; 1000])]), Ok(()));
    assert_eq!(write_to(None, &vec![("A", &b"x"[..]); 1000]), Ok(()));
    // The backslashes of escapes count towards the line length.
    let mut outbox = Outbox::for_client([0; 2048], Dialect::Current);
    let fits = vec![b','; (1022 - "Variable: A=".len()) / 2];
    assert_eq!(outbox.write(|message| message.variable("A", &fits)), Ok(()));
    let error = EncodeError::LineTooLong { line: 1, length: 1024, limit: 1022 };
    assert_eq!(outbox.write(|message| message.variable("A", [&fits[..], b","].concat())), Err(error));
}

#[test]
fn each_byte_is_checked_in_names_values_and_action_ids() {
    for byte in 0..=255_u8 {
        let value = [b'a', byte, b'b'];
        let error = EncodeError::ValueByte { line: 2, at: 1, byte };
        let expected = if b"\r\n\0".contains(&byte) { Err(error) } else { Ok(()) };
        assert_eq!(write_to(Some(Dialect::Current), &[("A", b"x"), ("B", &value)]), expected);
        let error = EncodeError::ActionIdByte { line: 1, at: 1, byte };
        let expected = if (0x21..0x7f).contains(&byte) { Ok(()) } else { Err(error) };
        assert_eq!(write_to(Some(Dialect::Current), &[("ActionID", &value)]), expected);
        let Ok(name) = std::str::from_utf8(&value) else { continue };
        let error = EncodeError::NameByte { line: 1, at: 1, byte };
        let expected = if b"\r\n\0\t :".contains(&byte) { Err(error) } else { Ok(()) };
        assert_eq!(write_to(Some(Dialect::Current), &[(name, b"x")]), expected);
    }
    assert_eq!(write_to(Some(Dialect::Current), &[("", b"x")]), Err(EncodeError::EmptyName { line: 1 }));
    assert_eq!(write_to(Some(Dialect::Current), &[]), Err(EncodeError::NoHeaders));
}

#[test]
fn a_server_cannot_write_response_follows() {
    for value in ["Follows", " follows", "FOLLOWS \t"] {
        let response = [("response", value.as_bytes())];
        assert_eq!(write_to(None, &response), Err(EncodeError::Follows), "{value:?}");
        let mut outbox = outbox(64, None);
        let written =
            outbox.write(|message| message.header_sanitized("response", &[value.as_bytes(), b"\n"]));
        assert_eq!(written, Err(EncodeError::Follows), "{value:?}");
        assert_eq!(write_to(Some(Dialect::Current), &response), Ok(()));
        assert_eq!(write_to(None, &[("Event", b"X"), response[0]]), Ok(()));
    }
    for line in [&b"Response: Follows"[..], b"response:follows", b"Response : Follows"] {
        let mut outbox = outbox(64, None);
        let written = outbox.write(|message| message.raw_line(line));
        assert_eq!(written, Err(EncodeError::Follows), "{}", line.escape_ascii());
    }
    for value in ["", "Follow", "Followss", "Follows it"] {
        assert_eq!(write_to(None, &[("Response", value.as_bytes())]), Ok(()), "{value:?}");
    }
}

#[test]
fn full_and_too_small_are_different_errors() {
    let mut outbox = Outbox::for_client([0; 32], Dialect::Current);
    let ping = |message: &mut HeaderWriter<'_>| message.header("Action", "Ping");
    assert_eq!(outbox.write(ping), Ok(())); // 16 bytes
    assert_eq!(outbox.write(ping), Ok(()));
    assert_eq!(outbox.write(ping), Err(EncodeError::Full));
    outbox.advance(15);
    assert_eq!(outbox.write(ping), Err(EncodeError::Full));
    outbox.advance(1);
    assert_eq!(outbox.write(ping), Ok(()));
    outbox.advance(usize::MAX);
    assert_eq!(outbox.pending(), b"");
    let written = outbox.write(|message| message.header("Action", "a name of 27 bytes and more"));
    assert_eq!(written, Err(EncodeError::TooLarge { storage: 32 }));
}

#[test]
fn an_ignored_error_still_refuses_the_message() {
    let mut outbox = Outbox::for_client([0; 64], Dialect::Current);
    let written = outbox.write(|message| {
        message.header("Action", "Ping")?;
        let _ = message.header("Bad name", "x");
        message.header("Good", "x").ok();
        Ok(())
    });
    assert_eq!(written, Err(EncodeError::NameByte { line: 2, at: 3, byte: b' ' }));
    assert_eq!(outbox.pending(), b"");
}

#[test]
fn variables_are_checked_by_the_rules_of_the_dialect() {
    let mut outbox = Outbox::for_client([0; 64], Dialect::V1_4);
    assert_eq!(outbox.write(|message| message.variable("A", "x,\"y\"")), Ok(()));
    assert_eq!(outbox.pending(), b"Variable: A=x,\"y\"\r\n\r\n");
    let written = outbox.write(|message| message.variable("A", "x|B=y"));
    assert_eq!(written, Err(EncodeError::VariableByte { line: 1, at: 3 }));
    // Where the name ends too early.
    let bars = [("", 0), (" A", 0), ("A=B", 1), ("A|B", 1), ("H(a)|b", 4), ("H(a|b)", 3)];
    let commas = [
        ("", 0),
        (" A", 0),
        ("\tA", 0),
        ("A=B", 1),
        ("A,B", 1),
        ("HASH(a),b", 7),
        ("H(a,b),c", 6),
        ("H(a(b),c),d", 9),
        ("H(a=b)", 3),
        ("A\"", 1),
        ("A\\", 1),
    ];
    for (dialect, refused, accepted) in [
        (Dialect::V1_4, &bars[..], ["A", "A,B", "A\"B", "A\\B", "H(a),b"]),
        (Dialect::Current, &commas[..], ["A", "A|B", "HASH(a,b)", "H(a(b),c)", "H(a,b(c,d),e)"]),
    ] {
        outbox.set_dialect(dialect);
        for &(name, at) in refused {
            outbox.clear();
            let written = outbox.write(|message| message.variable(name, "x"));
            assert_eq!(written, Err(EncodeError::VariableByte { line: 1, at }), "{name}");
        }
        for name in accepted {
            outbox.clear();
            assert_eq!(outbox.write(|message| message.variable(name, "x")), Ok(()), "{name}");
            let expected = format!("Variable: {name}=x\r\n\r\n");
            assert_eq!(String::from_utf8_lossy(outbox.pending()), expected);
        }
        assert_eq!(outbox.dialect(), Some(dialect));
    }
    assert_eq!(Outbox::for_server([0; 64]).dialect(), None);
}

#[test]
fn action_and_action_id_cannot_be_headers_of_an_action() {
    let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
    for name in ["Action", "ACTIONID"] {
        let written = action::write(&Raw::new("Ping", &[("A", "1"), (name, "x")]), "1", &mut outbox);
        assert_eq!(written, Err(EncodeError::Reserved { line: 4 }));
    }
    assert_eq!(outbox.pending(), b"");
}

#[test]
fn debug_output_contains_no_secrets() {
    let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
    let login = Login::plain("admin", "hush-hush").events("off");
    action::write(&login, "1", &mut outbox).unwrap();
    assert!(outbox.pending().ends_with(b"Username: admin\r\nSecret: hush-hush\r\nEvents: off\r\n\r\n"));
    let key = Key::new(
        |pieces| {
            *b"0123456789abcde\xf0".first_chunk().filter(|_| pieces == [b"12", &b"hush-hush"[..]]).unwrap()
        },
        b"12",
        b"hush-hush",
    )
    .unwrap();
    assert_eq!(&key.to_hex(), b"303132333435363738396162636465f0");
    action::write(&Login::md5("admin", key), "2", &mut outbox).unwrap();
    let raw = Raw::new("Login", &[("Secret", "hush-hush")]);
    let mut decoder = Decoder::for_server(outbox.pending().to_vec()).unwrap();
    decoder.advance(outbox.pending().len());
    let mut shown = format!("{login:?} {key:?} {raw:?} {outbox:?} {decoder:?} {}", raw.name());
    while decoder.poll() == Step::Message {
        shown += &format!("{:?}", decoder.message());
    }
    assert!(shown.contains("Username: \"admin\"") && shown.contains("Secret: [redacted]"), "{shown}");
    assert!(!shown.contains("hush") && !shown.contains("3031323"), "{shown}");
    // A secret that is longer than the decoder's storage is not shown in pieces either.
    let mut decoder = Decoder::for_server([0; 32]).unwrap();
    let stream = b"Secret: hush-hush-hush-hush-hush-hush-hush-hush\r\n\r\n";
    for byte in stream {
        while decoder.poll() == Step::Message {
            let shown = format!("{:?}", decoder.message());
            assert!(!shown.contains("hush"), "{shown}");
        }
        decoder.space()[0] = *byte;
        decoder.advance(1);
    }
}

#[test]
fn a_secret_is_overwritten_once_it_is_sent_or_discarded() {
    let login = |storage: &mut [u8], end: fn(&mut Outbox<&mut [u8]>)| {
        let mut outbox = Outbox::for_client(storage, Dialect::Current);
        outbox.write(|message| message.header("Action", "Ping")).unwrap();
        action::write(&Login::plain("admin", "hush-hush"), "1", &mut outbox).unwrap();
        end(&mut outbox);
        assert_eq!(outbox.pending(), b"");
    };
    let ends: [fn(&mut Outbox<&mut [u8]>); 4] = [
        |outbox| outbox.advance(outbox.pending().len()),
        |outbox| outbox.clear(),
        // As a slow transport takes them.
        |outbox| (0..outbox.pending().len()).for_each(|_| outbox.advance(1)),
        // The pending bytes are moved to the front before the next message is written.
        |outbox| {
            outbox.advance(16);
            assert_eq!(outbox.write(|message| message.header("Action", "Ping")), Ok(()));
            outbox.advance(usize::MAX);
        },
    ];
    for (number, end) in ends.into_iter().enumerate() {
        let mut storage = [0; 256];
        login(&mut storage, end);
        assert_eq!(storage, [0; 256], "way {number}: {}", storage.escape_ascii());
    }
}
