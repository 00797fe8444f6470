//! Streams of the kinds that real servers, proxies and broken lines send, as readable examples.
//! Other tests show that every stream decodes.

mod common;

use common::{Role, check, expected};
use embedded_ami::wire::{Decoder, Kind, Message, Step};

/// Decodes a stream with several sizes of storage and of reads, compares the results with the naive
/// decoder, and returns each message as `Kind [name=value, ...] {output|...}`.
fn decode(stream: &[u8]) -> Vec<String> {
    let messages = expected(stream, Role::Client);
    for storage in [Decoder::MIN, 33, 47, 64, 100, 256, 4096] {
        for read in [usize::MAX, 1, 7] {
            if let Err(error) = check(stream, Role::Client, storage, std::iter::repeat(read), &messages) {
                panic!("storage {storage}, reads of {read}: {error}");
            }
        }
    }
    let mut decoder = Decoder::for_client(vec![0; stream.len() + 64]).unwrap();
    let mut shown = Vec::new();
    decoder.space()[..stream.len()].copy_from_slice(stream);
    decoder.advance(stream.len());
    decoder.finish();
    while decoder.poll() == Step::Message {
        shown.push(show(&decoder.message()));
    }
    shown
}

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

macro_rules! streams {
    ($($name:ident: $stream:expr => [$($message:expr),* $(,)?];)+) => {$(
        #[test]
        fn $name() {
            let messages: &[&str] = &[$($message),*];
            assert_eq!(decode($stream), messages);
        }
    )+};
}

streams! {
    banner_without_empty_line: b"Asterisk Call Manager/5.0.4\r\nResponse: Success\r\n\r\n" =>
        ["Banner \"Asterisk Call Manager\" \"5.0.4\"", "Response [Response=Success]"];
    banner_of_another_product: b"My/Proxy/2\nEvent: X\n\n" => ["Banner \"My/Proxy\" \"2\"", "Event [Event=X]"];
    no_banner: b"Event: FullyBooted\r\n\r\n" => ["Event [Event=FullyBooted]"];
    a_banner_is_only_in_the_first_line: b"\r\nAsterisk Call Manager/1.0\r\n\r\n" => ["Other [(Asterisk Call Manager/1.0)]"];
    a_second_banner: b"A/1\r\nA/2\r\n\r\n" => ["Banner \"A\" \"1\"", "Other [(A/2)]"];
    lines_without_colon: b"Response: Success\r\nActionID: 1\r\nNo categories found\r\n\r\n" =>
        ["Response [Response=Success, ActionID=1, (No categories found)]"];
    values_need_neither_a_blank_nor_a_byte: b"Event: X\r\nKey:value\r\nKey:\r\nEmpty: \r\n: none\r\n::\r\n\r\n" =>
        ["Event [Event=X, Key=value, Key=, Empty=, =none, =:]"];
    blanks_are_part_of_values: b"Event: X\r\nOutput:   two before\r\nPad: after  \r\nReg-Contact : sip:1@h\r\n Lead: x\r\n\r\n" =>
        ["Event [Event=X, Output=  two before, Pad=after  , Reg-Contact=sip:1@h,  Lead=x]"];
    a_colon_in_a_name: b"Event: X\r\nChanVariable(IAX2/10.0.0.1:4569-1): a=b: c\r\n\r\n" =>
        ["Event [Event=X, ChanVariable(IAX2/10.0.0.1:4569-1)=a=b: c]"];
    doubled_empty_lines: b"Event: A\r\n\r\n\r\n\n\r\nEvent: B\r\n\r\n" => ["Event [Event=A]", "Event [Event=B]"];
    a_missing_empty_line: b"Response: Success\r\nPing: Pong\r\nEvent: X\r\n\r\n" =>
        ["Response [Response=Success, Ping=Pong, Event=X]"];
    crlf_then_lf_ends_a_message: b"Event: X\r\nA: 1\r\n\nEvent: Y\r\n\r\n" => ["Event [Event=X, A=1]", "Event [Event=Y]"];
    lf_in_a_message_line: b"Response: Error\r\nMessage: No Contacts found\n\r\n\r\nEvent: Y\r\n\r\n" =>
        ["Response [Response=Error, Message=No Contacts found]", "Event [Event=Y]"];
    lf_only: b"A/1\nEvent: X\nA: 1\n\nEvent: Y\n\n" => ["Banner \"A\" \"1\"", "Event [Event=X, A=1]", "Event [Event=Y]"];
    bare_cr_is_data: b"Event: X\r\nA: 1\r2\r\nB: \r\r\n\r\r\n\r\n" => ["Event [Event=X, A=1\\r2, B=\\r, (\\r)]"];
    nul_and_latin_1: b"Event: X\r\nName: J\xfcrg\0\xff\xfe\r\n\r\n" => ["Event [Event=X, Name=J\\xfcrg\\x00\\xff\\xfe]"];
    an_event_with_a_response: b"Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: 7\r\nResponse: Failure\r\n\r\n" =>
        ["Event [Event=OriginateResponse, Privilege=call,all, ActionID=7, Response=Failure]"];
    an_action_id_before_the_event: b"ActionID: 7\r\nEvent: VoicemailUserEntry\r\n\r\n" => ["Event [ActionID=7, Event=VoicemailUserEntry]"];
    case_does_not_matter: b"eVENT: X\r\n\r\nRESPONSE: Follows\r\n--END COMMAND--\r\n\r\n" =>
        ["Event [eVENT=X]", "Response [RESPONSE=Follows] {}"];
    junk_then_an_event: b"\x16\x03\x01\0\xff:\r\x80\n\0\0\r\n\r\nEvent: Good\r\n\r\n" =>
        ["Other [\\x16\\x03\\x01\\x00\\xff=\\r\\x80, (\\x00\\x00)]", "Event [Event=Good]"];
    iax_netstats_text_ends_with_an_empty_line: b"IAX2/1-1 1000 -1 Tx:NEW Tx:ACK    \n\r\nResponse: Success\r\nActionID: 4\r\n\r\n" =>
        ["Other [IAX2/1-1 1000 -1 Tx=NEW Tx:ACK    ]", "Response [Response=Success, ActionID=4]"];

    follows: b"Response: Follows\r\nPrivilege: Command\r\nActionID: 3\r\nline 1\n\n  line 3\n--END COMMAND--\r\n\r\nEvent: X\r\n\r\n" =>
        ["Response [Response=Follows, Privilege=Command, ActionID=3] {line 1||  line 3}", "Event [Event=X]"];
    follows_end_mark_after_text_without_line_end: b"Response: Follows\r\nPrivilege: Command\r\n25--END COMMAND--\r\n\r\n" =>
        ["Response [Response=Follows, Privilege=Command] {25}"];
    follows_empty: b"Response: Follows\r\nActionID: 1\r\n--END COMMAND--\r\n\r\n" => ["Response [Response=Follows, ActionID=1] {}"];
    follows_headers_in_the_text: b"Response: Follows\r\nPrivilege: Command\r\nValue: x\nActionID: 9\r\nEvent: Y\r\n\r\n--END COMMAND--\r\n\r\n" =>
        ["Response [Response=Follows, Privilege=Command] {Value: x|ActionID: 9|Event: Y|}"];
    follows_end_marks_elsewhere_are_text: b"Response: Follows\r\nA=--END COMMAND--\n--END COMMAND--\r\n\n---END COMMAND--\r\n\r\n" =>
        ["Response [Response=Follows] {A=--END COMMAND--|--END COMMAND--||-}"];
    follows_overlapping_marks: b"Response: Follows\r\n--END COMMAND--END COMMAND--\r\n\r\n" =>
        ["Response [Response=Follows] {--END COMMAND}"];
    follows_with_lf: b"Response: Follows\nActionID: 1\na\r\nb\n--END COMMAND--\n\nEvent: X\n\n" =>
        ["Response [Response=Follows, ActionID=1] {a|b}", "Event [Event=X]"];
    follows_second_action_id: b"Response: Follows\r\nActionID: 1\r\nActionID: 2\r\n--END COMMAND--\r\n\r\n" =>
        ["Response [Response=Follows, ActionID=1] {ActionID: 2}"];
    follows_action_id_with_another_line_end: b"Response: Follows\r\nActionID: 1\nx\n--END COMMAND--\r\n\r\n" =>
        ["Response [Response=Follows] {ActionID: 1|x}"];
    follows_action_id_that_is_another_name: b"Response: Follows\r\nActionID:a: b\r\n--END COMMAND--\r\n\r\n" =>
        ["Response [Response=Follows] {ActionID:a: b}"];
    follows_twice: b"Response: Follows\r\nActionID: 1\r\n--END COMMAND--\r\n\r\nResponse: Follows\r\nActionID: 2\r\n--END COMMAND--\r\n\r\n" =>
        ["Response [Response=Follows, ActionID=1] {}", "Response [Response=Follows, ActionID=2] {}"];
    follows_cut_off: b"Response: Follows\r\nActionID: 1\r\na\nb--END COMMAND--\r\n" =>
        ["Response [Response=Follows, ActionID=1] {a|b--END COMMAND--} incomplete"];
    follows_only_in_the_first_line: b"Event: X\r\nResponse: Follows\r\n\r\n" => ["Event [Event=X, Response=Follows]"];
    output_lines: b"Response: Success\r\nMessage: Command output follows\r\nOutput:   a: b\r\nOutput: \r\nOutput: --END COMMAND--\r\n\r\n" =>
        ["Response [Response=Success, Message=Command output follows, Output=  a: b, Output=, Output=--END COMMAND--] {  a: b||--END COMMAND--}"];

    cut_off_in_a_line: b"Event: X\r\nLocalOneAc" => ["Event [Event=X, (LocalOneAc)] incomplete"];
    cut_off_after_a_cr: b"Event: X\r\nA: 1\r" => ["Event [Event=X, A=1\\r] incomplete"];
    cut_off_before_the_empty_line: b"Event: X\r\n\r" => ["Event [Event=X] incomplete"];
    nothing_but_line_ends: b"\r\n\n\r\n\r" => [];
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
