//! Streams of the kinds that real servers, proxies and broken lines send, as readable examples.
//! Other tests show that every stream decodes.

mod common;

use common::{Role, check, expected};
use embedded_ami::wire::{Decoder, Kind, Message, OwnedMessage, Part, Step};

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
    the_first_colon_ends_the_name: b"Event: X\r\nData:{\"id\": 17, \"item\": \"a: b\"}\r\nUrl:http://h/x?y=1: z\r\nA:b: c\r\n: d: e\r\n\r\n" =>
        ["Event [Event=X, Data={\\\"id\\\": 17, \\\"item\\\": \\\"a: b\\\"}, Url=http://h/x?y=1: z, A=b: c, =d: e]"];
    an_open_parenthesis_hides_a_colon: b"Event: X\r\nV(a:b): c: d\r\nV(a:b)c:d: e\r\nV(a)b:c: d\r\nV)a(b:c: d\r\nV((a)b:c: d\r\nOdd(x: y\r\nOdd(x:y\r\nOdd(x:y:z\r\nOdd(: \r\n(:\r\n\r\n" =>
        ["Event [Event=X, V(a:b)=c: d, V(a:b)c:d=e, V(a)b=c: d, V)a(b:c=d, V((a)b=c: d, Odd(x=y, Odd(x=y, Odd(x=y:z, Odd(=, (=]"];
    a_parenthesis_in_a_value: b"Event: X\r\nA:(b: c\r\nA: (b: c\r\n\r\n" => ["Event [Event=X, A=(b: c, A=(b: c]"];
    one_space_belongs_to_the_separator: b"Event: X\r\nOutput:   x\r\nAppData: \r\nReportBlock:\r\nTab:\tx\r\nReg-Contact \t: sip:1@h\r\n\r\n" =>
        ["Event [Event=X, Output=  x, AppData=, ReportBlock=, Tab=\\tx, Reg-Contact=sip:1@h]"];
    a_response_with_a_late_colon: b"Response:Follows: x\r\n\r\nEvent:a: b\r\n\r\n" => ["Response [Response=Follows: x]", "Event [Event=a: b]"];
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
    follows_action_id_with_colons: b"Response: Follows\r\nActionID:a: b\r\nPrivilege : x: y\r\n--END COMMAND--\r\n\r\n" =>
        ["Response [Response=Follows, ActionID=a: b, Privilege=x: y] {}"];
    follows_action_id_that_is_another_name: b"Response: Follows\r\nActionID(: b\r\n--END COMMAND--\r\n\r\n" =>
        ["Response [Response=Follows] {ActionID(: b}"];
    follows_twice: b"Response: Follows\r\nActionID: 1\r\n--END COMMAND--\r\n\r\nResponse: Follows\r\nActionID: 2\r\n--END COMMAND--\r\n\r\n" =>
        ["Response [Response=Follows, ActionID=1] {}", "Response [Response=Follows, ActionID=2] {}"];
    proxy: b"Response: Follows\r\nActionID: 1\r\na\r\n--END COMMAND--\r\nServer: pbx1\r\n\r\nEvent: X\r\n\r\n" =>
        ["Response [Response=Follows, ActionID=1] {a}", "Event [Event=X]"];
    proxy_without_output: b"Response: Follows\r\nActionID: 1\r\n--END COMMAND--\r\nServer: pbx1\r\n\r\nEvent: X\r\n\r\n" =>
        ["Response [Response=Follows, ActionID=1] {}", "Event [Event=X]"];
    proxy_with_lf: b"Response: Follows\na\r\n--END COMMAND--\nServer: \n\nEvent: X\n\n" => ["Response [Response=Follows] {a}", "Event [Event=X]"];
    proxy_with_more_lines: b"Response: Follows\r\n\r\n--END COMMAND--\r\nServer: a line that is larger than the least storage: x\r\nB: c\nOutput: d\r\n--END COMMAND--\r\nServer: e\r\n\nEvent: X\r\n\r\n" =>
        ["Response [Response=Follows] {}", "Event [Event=X]"];
    proxy_tail_ends_like_a_payload: b"Response: Follows\r\na\r\n--END COMMAND--\r\nServer: b--END COMMAND--\r\n\r\nEvent: X\r\n\r\n" =>
        ["Response [Response=Follows] {a}", "Event [Event=X]"];
    proxy_mark_not_at_the_start_of_a_line: b"Response: Follows\r\na--END COMMAND--\r\nServer: b\r\n---END COMMAND--\r\nServer: c\r\n--END COMMAND--END COMMAND--\r\nServer: d\r\n--END COMMAND--\r\n\r\n" =>
        ["Response [Response=Follows] {a--END COMMAND--|Server: b|---END COMMAND--|Server: c|--END COMMAND--END COMMAND--|Server: d}"];
    proxy_mark_then_another_line_end: b"Response: Follows\r\n--END COMMAND--\nServer: a\r\n--END COMMAND--\r\r\nServer: b\n\r\n--END COMMAND--\r\n\r\n" =>
        ["Response [Response=Follows] {--END COMMAND--|Server: a|--END COMMAND--\\r|Server: b|}"];
    proxy_mark_then_another_header: b"Response: Follows\r\n--END COMMAND--\r\nserver: a\r\n--END COMMAND--\r\nServer:b\r\n--END COMMAND--\r\nServ-\r\n--END COMMAND--\r\n--END COMMAND--\r\nServer: c\r\n\r\nEvent: X\r\n\r\n" =>
        ["Response [Response=Follows] {--END COMMAND--|server: a|--END COMMAND--|Server:b|--END COMMAND--|Serv-|--END COMMAND--}", "Event [Event=X]"];
    proxy_mark_after_a_line_that_is_not_a_header: b"Response: Follows\r\nActionID: 1\n--END COMMAND--\r\nServer: a\r\n\r\n" =>
        ["Response [Response=Follows] {ActionID: 1}"];
    proxy_cut_off: b"Response: Follows\r\na\r\n--END COMMAND--\r\nServer: pb" => ["Response [Response=Follows] {a} incomplete"];
    proxy_cut_off_before_the_empty_line: b"Response: Follows\r\na\r\n--END COMMAND--\r\nServer: \r\n\r" => ["Response [Response=Follows] {a} incomplete"];
    proxy_cut_off_inside_the_header: b"Response: Follows\r\na\r\n--END COMMAND--\r\nServer:" =>
        ["Response [Response=Follows] {a|--END COMMAND--|Server:} incomplete"];
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

/// A session through astmanproxy, which adds `Server` to every message.
#[test]
fn a_proxy_drops_the_empty_line_after_the_end_mark() {
    let stream = b"Asterisk Call Manager Proxy/1.30.0\r\n\
        ActionID: l1\r\nResponse: Success\r\nMessage: Authentication accepted\r\n\r\n\
        Response: Follows\r\nPrivilege: Command\r\nActionID: c1\r\n\
        Name/username   Host  Port\r\nalice           (Unspecified)  0\r\n\
        --END COMMAND--\r\nServer: pbx1\r\n\r\n\
        Response: Success\r\nPing: Pong\r\nActionID: p2\r\nServer: pbx1\r\n\r\n\
        Event: Hangup\r\nChannel: SIP/1-1\r\nServer: pbx1\r\n\r\n";
    assert_eq!(
        decode(stream)[2..],
        [
            "Response [Response=Follows, Privilege=Command, ActionID=c1] \
             {Name/username   Host  Port|alice           (Unspecified)  0}",
            "Response [Response=Success, Ping=Pong, ActionID=p2, Server=pbx1]",
            "Event [Event=Hangup, Channel=SIP/1-1, Server=pbx1]",
        ]
    );
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
