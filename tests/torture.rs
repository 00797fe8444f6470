//! End marks, messages that are given up, and the pieces in which storage that is too small lends
//! them, as readable examples. Single streams and their meaning are the cases of
//! `tests/conformance`.

mod common;

use common::{Role, check, expected};
use embedded_ami::wire::{Decoder, Kind, Message, OwnedMessage, Part, Step};

/// Returns a message as text.
fn show(message: &Message<'_>) -> String {
    let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
    if let Some(banner) = message.banner() {
        return format!("Banner {:?} {:?}", banner.product, banner.version);
    }
    let headers: Vec<_> = message
        .headers()
        .map(|header| match header.name() {
            Some(name) => format!("{}={}", text(name), text(header.value().as_bytes())),
            None => format!("({})", text(header.as_bytes())),
        })
        .collect();
    let mut shown = format!("{:?} [{}]", message.kind(), headers.join(", "));
    if message.has_output() {
        let lines: Vec<_> = message.output().map(|line| text(line.as_bytes())).collect();
        shown += &format!(" {{{}}}", lines.join("|"));
    }
    if message.is_incomplete() {
        shown += " incomplete";
    }
    shown
}

#[test]
fn an_end_mark_is_found_at_every_cut_and_in_every_storage() {
    for output in
        ["", "a", "a line as long as the storage", "a\r\n", "a\r\nb\r\n", "\r\n", "--END COMMAND--\r\n"]
    {
        for end in ["\r\n\r\n", "\r\nServer: pbx1\r\n\r\n", "\r\nServer: pbx1: a larger name\r\nA: b\r\n\n"] {
            for line_end in ["\r\n", "\n"] {
                let stream = format!("Response: Follows\r\n{output}--END COMMAND--{end}Event: X\r\n\r\n");
                let stream = stream.replace("\r\n", line_end).into_bytes();
                let messages = expected(&stream, Role::Client);
                for storage in Decoder::MIN..80 {
                    for cut in 0..stream.len() {
                        check(&stream, Role::Client, storage, [cut], &messages)
                            .unwrap_or_else(|error| panic!("storage {storage}, cut at {cut}: {error}"));
                    }
                }
            }
        }
    }
}

/// Gives up the message when `received` has been read, then reads `later`. Returns the messages.
fn give_up(received: &[u8], later: &[u8], storage: usize) -> Vec<String> {
    let mut decoder = Decoder::for_client(vec![0; storage]).unwrap();
    let mut message = OwnedMessage::default();
    let mut shown = Vec::new();
    for (half, mut rest) in [received, later].into_iter().enumerate() {
        loop {
            match decoder.poll() {
                Step::Message if message.push(&decoder.message()).unwrap() => {
                    shown.push(show(&message.message()))
                }
                Step::Message => {}
                Step::NeedInput if rest.is_empty() && half == 1 => decoder.finish(),
                Step::NeedInput if rest.is_empty() => {
                    decoder.abandon();
                    break;
                }
                Step::NeedInput => rest = &rest[decoder.feed(rest)..],
                Step::End => break,
            }
        }
    }
    shown
}

#[test]
fn a_message_can_be_given_up() {
    const HEAD: &str = "Response: Follows\r\nActionID: 1\r\n";
    const GIVEN_UP: &str = "Response [Response=Follows, ActionID=1]";
    // The bytes before and after; the output, or what else is decoded before the event.
    let cases = [
        // The empty line comes later; LF and CR LF both end it.
        ("a\r\nb", "\r\n\r\n", "{a|b|}"),
        ("a\r\nb\r\n", "\r\n", "{a|b|}"),
        ("a\r\nb\r\n\r", "\n", "{a|b|}"),
        ("a\r\nb\r\n", "\n", "{a|b|}"),
        ("a\nb\n", "\n", "{a|b|}"),
        ("a\r\n\r", "\r\nb\r\n\r\n", "{a|\\r|b|}"),
        // The end mark comes late, or had come in part.
        ("a\r\n", "--END COMMAND--\r\n\r\n", "{a|--END COMMAND--|}"),
        ("a\r\n--END COMM", "AND--\r\n\r\n", "{a|--END COMMAND--|}"),
        ("a\r\n--END COMMAND--", "\r\n\r\n", "{a|--END COMMAND--|}"),
        ("a\r\n--END COMMAND--\r\n\r", "\n", "{a|--END COMMAND--|}"),
        ("a\r\n--END COMMAND--\r\nServer:", " x\r\n\r\n", "{a|--END COMMAND--|Server: x|}"),
        // The payload is an empty line so far.
        ("\r\n", "", "{}"),
        ("\n", "", "{}"),
    ];
    for (received, later, output) in cases {
        let received = format!("{HEAD}{received}");
        let later = format!("{later}Event: X\r\n\r\n");
        for storage in [Decoder::MIN, 60, 200] {
            let shown = give_up(received.as_bytes(), later.as_bytes(), storage);
            let expected = [format!("{GIVEN_UP} {output} incomplete"), "Event [Event=X]".into()];
            assert_eq!(shown, expected, "storage {storage}, {received:?}, {later:?}");
        }
    }
    // The empty line is among the bytes held. With less storage, they have been lent.
    let received = format!("{HEAD}a\r\n\r\nEvent: Y\r\nB: 1\r\n\r\nEvent: Z\r\n");
    for (storage, expected) in [
        (200, &["{a|} incomplete", "Event [Event=Y, B=1]", "Event [Event=Z]"][..]),
        (Decoder::MIN, &["{a||Event: Y|B: 1||Event: Z|} incomplete"]),
    ] {
        let shown = give_up(received.as_bytes(), b"\r\nEvent: X\r\n\r\n", storage);
        let (first, rest) = expected.split_first().unwrap();
        assert_eq!(shown[0], format!("{GIVEN_UP} {first}"), "storage {storage}");
        assert_eq!(shown[1..shown.len() - 1], *rest, "storage {storage}");
        assert_eq!(shown.last().unwrap(), "Event [Event=X]");
    }
}

#[test]
fn outside_a_payload_giving_up_only_marks_the_message() {
    let rest = b"\r\nA: 1\r\n\r\nEvent: Y\r\n\r\n";
    assert_eq!(give_up(b"Event: X", rest, 64), ["Event [Event=X, A=1] incomplete", "Event [Event=Y]"]);
    assert_eq!(give_up(b"", b"Event: X\r\n\r\n", 64), ["Event [Event=X]"]);
    assert_eq!(
        give_up(b"Event: X\r\n\r\n\r", b"\nEvent: Y\r\n\r\n", 64),
        ["Event [Event=X]", "Event [Event=Y]"]
    );
    // In the headers before a payload, and after its end mark.
    let rest = b"\nActionID: 1\r\na\r\n\r\n--END COMMAND--\r\n\r\nEvent: Y\r\n\r\n";
    let follows = ["Response [Response=Follows, ActionID=1] {a|} incomplete", "Event [Event=Y]"];
    assert_eq!(give_up(b"Response: Follows\r", rest, 64), follows);
    assert_eq!(give_up(b"Response: Follows\r\nActionID", &rest[9..], 64), follows);
    assert_eq!(give_up(b"Response: Follows\r\nActionID: 1\r\n", &rest[14..], 64), follows);
    let received = b"Response: Follows\r\nActionID: 1\r\na\r\n\r\n--END COMMAND--\r\nServer: x";
    assert_eq!(give_up(received, b"\r\n\r\nEvent: Y\r\n\r\n", 64), follows);
}

#[test]
fn giving_up_twice_is_giving_up_once() {
    let mut decoder = Decoder::for_client([0; 64]).unwrap();
    let _ = decoder.feed(b"Response: Follows\r\na\r\n\r\nResponse: Follows\r\nb");
    assert_eq!(decoder.poll(), Step::NeedInput);
    decoder.abandon();
    decoder.abandon();
    assert!(decoder.unfinished().is_none());
    assert_eq!(decoder.poll(), Step::Message);
    assert_eq!(decoder.message().as_bytes(), b"Response: Follows\r\na\r\n\r\n");
    // The message after it has a payload of its own, which can be given up in turn.
    assert_eq!(decoder.poll(), Step::NeedInput);
    assert!(decoder.unfinished().is_some_and(|head| head.as_bytes() == b"Response: Follows\r\n"));
    decoder.abandon();
    let _ = decoder.feed(b"\r\n\r\n");
    assert_eq!(decoder.poll(), Step::Message);
    assert!(decoder.message().is_incomplete());
    // After a message and before the next, there is nothing to give up, not even that message.
    decoder.abandon();
    assert!(decoder.message().as_bytes().is_empty());
    assert_eq!(decoder.poll(), Step::NeedInput);
}

/// Parts of the message were lent before: the rest comes in parts that end with an end.
#[test]
fn a_message_given_up_in_parts_has_an_end() {
    let mut decoder = Decoder::for_client([0; 32]).unwrap();
    let mut parts = Vec::new();
    let mut feed = |decoder: &mut Decoder<[u8; 32]>, mut bytes: &[u8]| {
        loop {
            match decoder.poll() {
                Step::Message => {
                    let part = decoder.message();
                    assert_eq!(part.kind(), Kind::Response);
                    assert!(part.has_output());
                    let text = String::from_utf8_lossy(part.as_bytes()).into_owned();
                    parts.push((text, part.part(), part.is_incomplete()));
                }
                _ if bytes.is_empty() => return,
                _ => bytes = &bytes[decoder.feed(bytes)..],
            }
        }
    };
    feed(&mut decoder, b"Response: Follows\r\nActionID: 1\r\nthe first line\r\nthe sec");
    let head = decoder.unfinished().expect("a payload");
    assert_eq!((head.kind(), head.part()), (Kind::Response, Part::Middle));
    assert_eq!(head.headers().count() + head.output().count(), 0, "its headers have been lent");
    decoder.abandon();
    feed(&mut decoder, b"ond line\r\nthe third line\r\n");
    feed(&mut decoder, b"\r\n");
    let part = |text: &str, part, is_incomplete| (text.to_owned(), part, is_incomplete);
    assert_eq!(
        parts,
        [
            part("Response: Follows\r\nActionID: 1\r\n", Part::First, false),
            part("the first line\r\n", Part::Middle, true),
            part("the second line\r\n", Part::Middle, true),
            part("the third line\r\n\r\n", Part::Last, true),
        ]
    );
}

#[test]
fn a_piece_of_a_line_is_named_once() {
    let name_of_first_piece = |line: &str| {
        let mut decoder = Decoder::for_client([0; 32]).unwrap();
        let stream = format!("{line}\r\n\r\n");
        let mut stream = stream.as_bytes();
        let mut names = Vec::new();
        loop {
            match decoder.poll() {
                Step::Message => {
                    let part = decoder.message();
                    for header in part.headers() {
                        assert!(!header.is_continuation() || header.name().is_none());
                        names.push(header.name().map(|name| String::from_utf8_lossy(name).into_owned()));
                    }
                }
                _ if stream.is_empty() => return names.swap_remove(0),
                _ => stream = &stream[decoder.feed(stream)..],
            }
        }
    };
    let long = "x".repeat(40);
    // The first piece has the separator, so it has the name of the line.
    for line in [format!("Data:{long}: y"), format!("A(b):{long}: y"), format!("A(b:c): {long}: y")] {
        let owned = format!("{line}\r\n\r\n");
        let whole = Message::parse(owned.as_bytes()).unwrap().headers().next().unwrap();
        assert_eq!(name_of_first_piece(&line).as_deref().map(str::as_bytes), whole.name(), "{line}");
    }
    // A `: ` in a later piece would make the name longer; the piece is read alone.
    assert_eq!(name_of_first_piece(&format!("Odd(x:{long}: y")).as_deref(), Some("Odd(x"));
    assert_eq!(name_of_first_piece(&format!("Odd({long}: y")), None);
}

#[test]
fn nothing_is_taken_after_the_end_of_the_stream() {
    let mut decoder = Decoder::for_client([0; 64]).unwrap();
    assert_eq!(decoder.feed(b""), 0);
    assert_eq!(decoder.poll(), Step::NeedInput, "an empty slice is not the end");
    assert_eq!(decoder.feed(b"Event: X\r\n\r\nEvent"), 17);
    decoder.finish();
    assert_eq!(decoder.feed(b": Y"), 0);
    assert!(decoder.space().is_empty());
    assert_eq!(decoder.poll(), Step::Message);
    assert_eq!(decoder.feed(b": Y"), 0);
    assert_eq!(decoder.poll(), Step::Message);
    assert_eq!(decoder.message().as_bytes(), b"Event");
    assert_eq!(decoder.poll(), Step::End);
    assert_eq!(decoder.feed(b": Y"), 0);
    assert_eq!(decoder.poll(), Step::End);
}

#[test]
fn messages_of_a_client_have_no_payload_and_no_banner() {
    let stream = b"A/1\r\nResponse: Follows\r\n\r\n--END COMMAND--\r\n\r\n";
    let messages = expected(stream, Role::Server);
    assert_eq!(messages.len(), 2);
    check(stream, Role::Server, 64, [], &messages).unwrap();
}

/// Decodes `stream` with 256 bytes of storage and calls `body` with each part.
fn through_256_bytes(mut stream: impl Iterator<Item = u8>, mut body: impl FnMut(&Message<'_>)) {
    let mut decoder = Decoder::for_client([0; 256]).unwrap();
    loop {
        match decoder.poll() {
            Step::Message => body(&decoder.message()),
            Step::NeedInput => {
                let mut n = 0;
                for (target, byte) in decoder.space().iter_mut().zip(&mut stream) {
                    *target = byte;
                    n += 1;
                }
                if n == 0 { decoder.finish() } else { decoder.advance(n) }
            }
            Step::End => return,
        }
    }
}

#[test]
fn a_value_of_100_kilobytes_passes_256_bytes_of_storage() {
    let value: Vec<u8> = (0..100_000_u64).map(|i| b" :abc\r-."[(i * i % 8) as usize]).collect();
    let stream = [b"Event: X\r\nJSON: ", &value[..], b"\r\nAfter: 1\r\n\r\n"].concat();
    let mut read = Vec::new();
    let mut after = None;
    through_256_bytes(stream.into_iter(), |part| {
        assert_eq!(part.kind(), Kind::Event);
        for header in part.headers() {
            if header.is("JSON") || header.is_continuation() {
                read.extend_from_slice(header.value().as_bytes());
                assert!(part.get("JSON").is_none(), "an incomplete value is not returned");
            }
        }
        after = after.or(part.get("After").and_then(|value| value.to_u32()));
    });
    assert!(read == value);
    assert_eq!(after, Some(1));
}

#[test]
fn a_separator_is_never_cut() {
    for length in 1..100 {
        let name = "N".repeat(length);
        let stream = format!("{name}: {}\r\n\r\n", "v".repeat(100));
        let mut decoder = Decoder::for_client([0; 32]).unwrap();
        let mut value = String::new();
        for byte in stream.bytes() {
            while decoder.poll() == Step::Message {
                for header in decoder.message().headers() {
                    value += header.value().to_str().unwrap();
                    assert!(header.is_continuation() || length >= 31 || header.is(&name));
                }
            }
            decoder.space()[0] = byte;
            decoder.advance(1);
        }
        // A name that leaves no room for the separator is lent as text together with the separator.
        assert!(!value.starts_with(' ') && !value.contains("N v"), "{length}: {value}");
    }
}

#[test]
fn ten_thousand_lines_of_output_pass_256_bytes_of_storage() {
    let lines = (0..10_000).map(|i| format!("{i}{}", ":  x".repeat(i % 80)));
    let new: String = lines.clone().map(|line| format!("Output: {line}\r\n")).collect();
    let new = format!("Response: Success\r\nActionID: 1\r\nMessage: Command output follows\r\n{new}\r\n");
    let old: String = lines.clone().map(|line| format!("{line}\n")).collect();
    let old =
        format!("Response: Follows\r\nPrivilege: Command\r\nActionID: 1\r\n{old}--END COMMAND--\r\n\r\n");
    for stream in [new, old] {
        let mut expected = lines.clone();
        let mut line: Vec<u8> = Vec::new();
        through_256_bytes(stream.bytes(), |part| {
            for piece in part.output() {
                line.extend_from_slice(piece.as_bytes());
                if !piece.is_cut() {
                    assert_eq!(line.escape_ascii().to_string(), expected.next().expect("no more lines"));
                    line.clear();
                }
            }
        });
        assert_eq!(expected.next(), None);
    }
}

#[test]
fn storage_can_be_a_slice_an_array_or_a_box() {
    let mut bytes = [0; 64];
    assert!(Decoder::for_client(&mut bytes[..Decoder::MIN]).is_ok());
    assert!(Decoder::for_client(&mut bytes[..Decoder::MIN - 1]).is_err());
    assert!(Decoder::for_client([0; Decoder::MIN]).is_ok());
    assert!(Decoder::for_client(vec![0; 100].into_boxed_slice()).is_ok());
}

#[test]
fn reset_starts_a_new_stream_with_the_same_storage() {
    let mut decoder = Decoder::for_client([0; 64]).unwrap();
    for _ in 0..2 {
        let half = b"Asterisk Call Manager/1.0\r\nResponse: Fol";
        decoder.space()[..half.len()].copy_from_slice(half);
        decoder.advance(half.len());
        assert_eq!(decoder.poll(), Step::Message);
        assert_eq!(decoder.message().kind(), Kind::Banner);
        assert_eq!(decoder.poll(), Step::NeedInput);
        decoder.reset();
    }
}

/// Bytes are moved to the front of the storage once as many have been released, or if no room is
/// left, so that each byte moves a constant number of times.
#[test]
fn bytes_move_once_as_many_are_released_or_no_room_is_left() {
    for (released, kept, storage, free) in [
        (20, 19, 64, 45),
        (20, 20, 64, 44),
        (20, 21, 64, 23),
        (20, 43, 64, 1),
        (20, 44, 64, 20),
        (0, 30, 64, 34),
    ] {
        let mut decoder = Decoder::for_client(vec![0; storage]).unwrap();
        let mut bytes = vec![];
        if released > 0 {
            bytes.extend(format!("Event: {:x>1$}\r\n\r\n", "", released - 11).bytes());
        }
        bytes.extend(format!("Event: {:y>1$}", "", kept - 7).bytes());
        decoder.space()[..bytes.len()].copy_from_slice(&bytes);
        decoder.advance(bytes.len());
        if released > 0 {
            assert_eq!(decoder.poll(), Step::Message);
        }
        assert_eq!(decoder.poll(), Step::NeedInput);
        assert_eq!(decoder.space().len(), free, "{released} released, {kept} kept");
    }
}

/// A part without a line end ends before a colon or CR that may belong to what follows, but not if
/// the beginning of an end mark follows.
#[test]
fn a_colon_before_an_end_mark_belongs_to_the_part_before() {
    for byte in [":", "\r"] {
        let head = "Response: Follows\r\nPrivilege: Command\r\n";
        let text = format!("{}{byte}", "a".repeat(53));
        let stream = format!("{head}{text}--END COMMxyz\r\n--END COMMAND--\r\n\r\n");
        let mut rest = stream.as_bytes();
        let mut decoder = Decoder::for_client(vec![0; 64]).unwrap();
        let mut parts = vec![];
        while parts.last().is_none_or(|(_, part): &(String, Part)| !part.is_end()) {
            match decoder.poll() {
                Step::NeedInput => {
                    // Before and between parts there is an empty message, which is not a part.
                    assert_eq!(
                        (decoder.message().as_bytes(), decoder.message().part()),
                        (&[][..], Part::Whole)
                    );
                    let taken = decoder.feed(rest);
                    rest = &rest[taken..];
                }
                Step::Message => {
                    let message = decoder.message();
                    parts.push((String::from_utf8_lossy(message.as_bytes()).into_owned(), message.part()));
                }
                Step::End => panic!("{parts:?}"),
            }
        }
        assert_eq!(parts[..2], [(head.to_owned(), Part::First), (text, Part::Middle)]);
    }
}

/// A header that goes on in the next part may look there like the beginning of another message.
#[test]
fn the_rest_of_a_header_determines_no_kind() {
    for start in ["Event: A", "Response: Success"] {
        let first = format!("X: {}", "a".repeat(29));
        let stream = format!("{first}{start}\r\nName: b\r\n\r\n");
        let mut rest = stream.as_bytes();
        let mut decoder = Decoder::for_client(vec![0; 32]).unwrap();
        let mut parts = 0;
        loop {
            match decoder.poll() {
                Step::NeedInput => {
                    let taken = decoder.feed(rest);
                    rest = &rest[taken..];
                }
                Step::Message => {
                    let message = decoder.message();
                    assert!(!matches!(message.kind(), Kind::Event | Kind::Response), "{message:?}");
                    parts += 1;
                    if message.part().is_end() {
                        break;
                    }
                }
                Step::End => panic!("{parts} parts"),
            }
        }
        assert!(parts > 1);
    }
}
