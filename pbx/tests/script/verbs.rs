//! Each key of a rule, from TOML and from Rust.

use std::time::{Duration, Instant};

use super::{ACCEPTED, BANNER, LOGIN, Wire, script, start};
use embedded_ami_pbx::{Pbx, Rule};

const PING: &str = "Action: Ping\r\nActionID: 7\r\n\r\n";
/// A request that the PBX does not know, and its answer.
const NOPE: &str = "Action: Nope\r\nActionID: 7\r\n\r\n";
const UNKNOWN: &str = "Response: Error\r\nActionID: 7\r\n\
    Message: Invalid/unknown command: Nope. Use Action: ListCommands to show available commands.\r\n\r\n";

#[test]
fn answer_has_the_headers_in_their_order_and_the_action_id() {
    let pbx = start(script(
        r#"
        [[rule]]
        on = "faxstatus"
        answer = { Pages = 3, Zeta = "z", Alpha = ["1", "2"] }

        [[rule]]
        on = "Ping"
        answer = { Message = "m", Response = "Goodbye", ActionID = "other" }
        "#,
        [
            ("faxstatus", Rule::answer([("Pages", "3"), ("Zeta", "z"), ("Alpha", "1"), ("Alpha", "2")])),
            ("Ping", Rule::answer([("Message", "m"), ("Response", "Goodbye"), ("ActionID", "other")])),
        ],
    ));
    let mut wire = Wire::log_in(&pbx);
    let answer = "Pages: 3\r\nZeta: z\r\nAlpha: 1\r\nAlpha: 2\r\n\r\n";
    wire.ask(
        "Action: FaxStatus\r\nActionID: 7\r\n\r\n",
        format!("Response: Success\r\nActionID: 7\r\n{answer}"),
    );
    wire.ask("action: FAXSTATUS\r\n\r\n", format!("Response: Success\r\n{answer}"));
    wire.ask(PING, "Response: Goodbye\r\nMessage: m\r\nActionID: other\r\n\r\n");
    wire.check();
}

#[test]
fn refuse_answers_error() {
    let pbx = start(script(
        "[[rule]]\non = 'Originate'\nrefuse = 'No such extension'",
        [("Originate", Rule::refuse("No such extension"))],
    ));
    Wire::log_in(&pbx).ask(
        "Action: Originate\r\nActionID: 7\r\n\r\n",
        "Response: Error\r\nActionID: 7\r\nMessage: No such extension\r\n\r\n",
    );
}

#[test]
fn list_has_its_marks_and_the_end_of_the_table() {
    let pbx = start(script(
        r#"
        [[rule]]
        on = "SIPpeers"
        times = 1
        answer = { Message = "Peers follow" }
        list = [{ Event = "PeerEntry", ObjectName = "7" }, { ObjectName = "8", Event = "PeerEntry" }]

        [[rule]]
        on = "SIPpeers"
        times = 1
        list = []
        complete = { Event = "End", ListItems = 9, Extra = "x" }

        [[rule]]
        on = "SIPpeers"
        list = []
        complete = false

        [[rule]]
        on = "Unheard"
        list = [{ Event = "Of" }]
        "#,
        [
            (
                "SIPpeers",
                Rule::list()
                    .response([("Message", "Peers follow")])
                    .entry([("Event", "PeerEntry"), ("ObjectName", "7")])
                    .entry([("ObjectName", "8"), ("Event", "PeerEntry")])
                    .times(1),
            ),
            (
                "SIPpeers",
                Rule::list().complete([("Event", "End"), ("ListItems", "9"), ("Extra", "x")]).times(1),
            ),
            ("SIPpeers", Rule::list().never_complete()),
            ("Unheard", Rule::list().entry([("Event", "Of")])),
        ],
    ));
    let mut wire = Wire::log_in(&pbx);
    let request = "Action: SIPpeers\r\nActionID: 7\r\n\r\n";
    wire.ask(
        request,
        "Response: Success\r\nActionID: 7\r\nEventList: start\r\nMessage: Peers follow\r\n\r\n\
         Event: PeerEntry\r\nActionID: 7\r\nObjectName: 7\r\n\r\n\
         Event: PeerEntry\r\nActionID: 7\r\nObjectName: 8\r\n\r\n\
         Event: PeerlistComplete\r\nActionID: 7\r\nEventList: Complete\r\nListItems: 2\r\n\r\n",
    );
    let start = "Response: Success\r\nActionID: 7\r\nEventList: start\r\n\r\n";
    let end = "Event: End\r\nActionID: 7\r\nEventList: Complete\r\nListItems: 9\r\nExtra: x\r\n\r\n";
    wire.ask(
        request,
        format!("{start}{}", end.replace("ListItems: 9\r\n", "").replace("Extra", "ListItems: 9\r\nExtra")),
    );
    wire.ask(request, start);
    wire.ask(
        "Action: Unheard\r\n\r\n",
        "Response: Success\r\nEventList: start\r\n\r\nEvent: Of\r\n\r\n\
         Event: UnheardComplete\r\nEventList: Complete\r\nListItems: 1\r\n\r\n",
    );
    wire.check();
}

#[test]
fn output_has_the_form_of_the_version() {
    let rules = || {
        script(
            "[[rule]]\non = 'Command'\noutput = 'one\n${Command}'\n[[rule]]\non = 'Other'\noutput = []"
                .replace("'one\n${Command}'", "'''one\n${Command}'''")
                .as_str(),
            [("Command", Rule::output(["one", "${Command}"])), ("Other", Rule::output([""; 0]))],
        )
    };
    let request = "Action: Command\r\nActionID: 7\r\nCommand: x: y\r\n\r\n";
    let new = "Response: Success\r\nActionID: 7\r\nMessage: Command output follows\r\n\
               Output: one\r\nOutput: x: y\r\n\r\n";
    let pbx = start(rules());
    let mut wire = Wire::log_in(&pbx);
    wire.ask(request, new);
    wire.ask(
        "Action: Other\r\n\r\n",
        "Response: Success\r\nMessage: Command output follows\r\nOutput: \r\n\r\n",
    );

    let builder = Pbx::builder().user("admin", "secret").script(rules()).ami_version("2.10.6");
    let pbx = builder.start("127.0.0.1:0").unwrap();
    let mut wire = Wire::connect(&pbx);
    wire.expect("Asterisk Call Manager/2.10.6\r\n");
    wire.ask(LOGIN, ACCEPTED);
    let head = "Response: Follows\r\nPrivilege: Command\r\n";
    wire.ask(request, format!("{head}ActionID: 7\r\none\nx: y\n--END COMMAND--\r\n\r\n"));
    wire.ask("Action: Other\r\n\r\n", format!("{head}--END COMMAND--\r\n\r\n"));
}

#[test]
fn raw_is_sent_verbatim() {
    let pbx = start(script(
        r#"
        [[rule]]
        on = "Ping"
        raw = "Response: Success\nActionID: ${ActionID}\r\r\nNul: \u0000$${x}é"
        "#,
        [("Ping", Rule::raw("Response: Success\nActionID: ${ActionID}\r\r\nNul: \0$${x}é"))],
    ));
    Wire::log_in(&pbx).ask(PING, "Response: Success\nActionID: 7\r\r\nNul: \0${x}é");
    // Bytes that are not text can come from Rust.
    pbx.on("Ping", Rule::raw([0xff, b'$', b'$', 0x80])).unwrap();
    Wire::log_in(&pbx).ask(PING, [0xff, b'$', b'$', 0x80]);
}

#[test]
fn silent_and_drop_give_no_answer() {
    let pbx = start(script(
        "[[rule]]\non = 'Ping'\nsilent = true\n[[rule]]\non = 'Nope'\ndrop = true",
        [("Ping", Rule::silent()), ("Nope", Rule::drop_connection())],
    ));
    let mut wire = Wire::log_in(&pbx);
    wire.send(PING);
    wire.expect_silence();
    wire.check();
    wire.send(&[NOPE, PING].concat());
    wire.expect_end();
}

#[test]
fn close_follows_the_answer() {
    let pbx = start(script(
        "[[rule]]\non = 'Nope'\nclose = true\n[[rule]]\non = 'Ping'\nanswer = {}\nclose = true",
        [("Nope", Rule::pass().close()), ("Ping", Rule::answer([("", ""); 0]).close())],
    ));
    let mut wire = Wire::log_in(&pbx);
    wire.ask(&[NOPE, PING].concat(), UNKNOWN);
    wire.expect_end();
    let mut wire = Wire::log_in(&pbx);
    wire.ask(PING, "Response: Success\r\nActionID: 7\r\n\r\n");
    wire.expect_end();
}

#[test]
fn cut_sends_the_beginning_and_closes() {
    let pbx = start(script(
        r#"
        [[rule]]
        on = "Nope"
        match = { Queue = "support" }
        cut = 9999

        [[rule]]
        on = "Nope"
        cut = 20

        [[rule]]
        on = "Ping"
        refuse = "no"
        cut = 0
        "#,
        [
            ("Nope", Rule::pass().matching("Queue", "support").cut(9999)),
            ("Nope", Rule::pass().cut(20)),
            ("Ping", Rule::refuse("no").cut(0)),
        ],
    ));
    let mut wire = Wire::log_in(&pbx);
    wire.ask(NOPE, &UNKNOWN[..20]);
    wire.expect_end();
    let mut wire = Wire::log_in(&pbx);
    wire.ask(&NOPE.replace("\r\n\r\n", "\r\nQueue: support\r\n\r\n"), UNKNOWN);
    wire.expect_end();
    let mut wire = Wire::log_in(&pbx);
    wire.send(PING);
    wire.expect_end();
}

#[test]
fn garble_inverts_bytes() {
    let pbx = start(script(
        "[[rule]]\non = 'Nope'\ngarble = 3\n[[rule]]\non = 'Ping'\nraw = 'abc'\ngarble = [0, 9]",
        [("Nope", Rule::pass().garble(3)), ("Ping", Rule::raw("abc").garble(0).garble(9))],
    ));
    let mut wire = Wire::log_in(&pbx);
    let mut garbled = UNKNOWN.as_bytes().to_vec();
    garbled[3] = !garbled[3];
    wire.ask(NOPE, garbled);
    wire.ask(PING, [!b'a', b'b', !b'c']);
    wire.check();
}

#[test]
fn delay_holds_the_request() {
    let delay = Duration::from_millis(60);
    let pbx = start(script(
        "[[rule]]\non = 'Ping'\nanswer = {}\ndelay = '60ms'\n[[rule]]\non = 'Nope'\ndelay = '60ms'",
        [("Ping", Rule::answer([("", ""); 0]).delay(delay)), ("Nope", Rule::pass().delay(delay))],
    ));
    let mut wire = Wire::log_in(&pbx);
    for (request, answer) in [(PING, "Response: Success\r\nActionID: 7\r\n\r\n"), (NOPE, UNKNOWN)] {
        let before = Instant::now();
        wire.ask(request, answer);
        assert!(before.elapsed() >= delay);
    }
    // Others are served in the meantime, and the next request waits.
    pbx.on("Hold", Rule::raw("never").delay(Duration::from_secs(3600))).unwrap();
    wire.send("Action: Hold\r\n\r\nAction: Events\r\nEventMask: off\r\n\r\n");
    Wire::log_in(&pbx).check();
    wire.expect_silence();
}

#[test]
fn events_follow_the_answer_and_go_to_all_that_read_their_class() {
    let pbx = start(script(
        r#"
        [[rule]]
        on = "Ping"
        answer = { Ping = "Pong" }
        events = [
            { after = "20ms", Event = "Later", Privilege = "agent,all" },
            { Event = "Now", Queue = "${Queue}", "Order Number" = 17 },
        ]
        "#,
        [(
            "Ping",
            Rule::answer([("Ping", "Pong")])
                .event_after(Duration::from_millis(20), [("Event", "Later"), ("Privilege", "agent,all")])
                .event([("Event", "Now"), ("Queue", "${Queue}"), ("Order Number", "17")]),
        )],
    ));
    let mut both = Wire::log_in_with(&pbx, "Events: call,agent\r\n");
    let mut calls = Wire::log_in_with(&pbx, "Events: call\r\n");
    let mut none = Wire::log_in(&pbx);
    both.send("Action: Ping\r\nQueue: support\r\n\r\n");
    both.expect("Response: Success\r\nPing: Pong\r\n\r\n");
    let now = "Event: Now\r\nPrivilege: call,all\r\nQueue: support\r\nOrder Number: 17\r\n\r\n";
    both.expect(now);
    both.expect("Event: Later\r\nPrivilege: agent,all\r\n\r\n");
    calls.expect(now);
    calls.check();
    none.check();
}

#[test]
fn times_skip_match_and_order_choose_the_rule() {
    let pbx = start(script(
        r#"
        [[rule]]
        on = "Ping"
        skip = 1
        times = 2
        raw = "a"

        [[rule]]
        on = "Ping"
        match = { channel = "PJSIP/7", Variable = "" }
        raw = "b"

        [[rule]]
        on = "*"
        raw = "c"

        [[rule]]
        on = "Ping"
        raw = "never"
        "#,
        [
            ("Ping", Rule::raw("a").skip(1).times(2)),
            ("Ping", Rule::raw("b").matching("channel", "PJSIP/7").matching("Variable", "")),
            ("*", Rule::raw("c")),
            ("Ping", Rule::raw("never")),
        ],
    ));
    let mut wire = Wire::log_in(&pbx);
    let with = |headers: &str| format!("Action: Ping\r\n{headers}\r\n");
    wire.ask(&with(""), "c");
    wire.ask(&with("Channel: PJSIP/7\r\n"), "a");
    wire.ask(&with(""), "a");
    wire.ask(&with("Channel: PJSIP/7\r\n"), "b");
    wire.ask(&with("Channel: PJSIP/7\r\nVariable: x\r\n"), "c");
    wire.ask(&with("Channel: pjsip/7\r\n"), "c");
    wire.ask("Action: Events\r\n\r\nAction: Nonsense\r\n\r\nAction: Logoff\r\n\r\n", "ccc");
    // A rule that is added later comes first, and rules can be removed.
    pbx.on("Ping", Rule::raw("d")).unwrap();
    wire.ask(&with(""), "d");
    pbx.clear_rules();
    wire.ask(NOPE, UNKNOWN);
}

#[test]
fn placeholders_take_the_headers_of_the_request() {
    let pbx = start(script(
        r#"
        [[rule]]
        on = "Get"
        answer = { Text = "${action}=${Value}${None}, $${Value} $5 $$ {x}" }
        "#,
        [("Get", Rule::answer([("Text", "${action}=${Value}${None}, $${Value} $5 $$ {x}")]))],
    ));
    Wire::log_in(&pbx).ask(
        "Action: Get\r\nvalue: \t a\rb${Value}\r\n\r\n",
        "Response: Success\r\nText: Get=ab${Value}, ${Value} $5 $$ {x}\r\n\r\n",
    );
}

#[test]
fn connect_changes_the_banner() {
    let rules = r#"
        [[rule]]
        on = "connect"
        times = 1
        raw = "220 mail ESMTP\r\n${ActionID}"

        [[rule]]
        on = "Connect"
        times = 1
        silent = true

        [[rule]]
        on = "connect"
        times = 1
        drop = true

        [[rule]]
        on = "connect"
        times = 1
        cut = 8

        [[rule]]
        on = "connect"
        times = 1
        garble = 0

        [[rule]]
        on = "connect"
        times = 1
        delay = "60ms"

        [[rule]]
        on = "connect"
        close = true
    "#;
    let on = |rule: Rule| ("connect", rule.times(1));
    let delay = Duration::from_millis(60);
    let pbx = start(script(
        rules,
        [
            on(Rule::raw("220 mail ESMTP\r\n${ActionID}")),
            ("Connect", Rule::silent().times(1)),
            on(Rule::drop_connection()),
            on(Rule::pass().cut(8)),
            on(Rule::pass().garble(0)),
            on(Rule::pass().delay(delay)),
            ("connect", Rule::pass().close()),
        ],
    ));
    let mut wire = Wire::connect(&pbx);
    wire.expect("220 mail ESMTP\r\n");
    wire.ask(LOGIN, ACCEPTED);
    let mut wire = Wire::connect(&pbx);
    wire.expect_silence();
    wire.ask(LOGIN, ACCEPTED);
    Wire::connect(&pbx).expect_end();
    let mut wire = Wire::connect(&pbx);
    wire.expect("Asterisk");
    wire.expect_end();
    let mut wire = Wire::connect(&pbx);
    wire.expect([&[!b'A'], &BANNER.as_bytes()[1..]].concat());
    wire.ask(LOGIN, ACCEPTED);
    let before = Instant::now();
    let mut wire = Wire::connect(&pbx);
    // The client does not wait for the banner.
    wire.ask(LOGIN, BANNER.to_owned() + ACCEPTED);
    assert!(before.elapsed() >= delay);
    let mut wire = Wire::connect(&pbx);
    wire.expect(BANNER);
    wire.expect_end();
}

#[test]
fn logins_can_fail_in_every_way() {
    let pbx = Pbx::builder().user("admin", "secret").start("127.0.0.1:0").unwrap();
    let on = |action: &str, rule: Rule| {
        pbx.clear_rules();
        pbx.on(action, rule).unwrap();
        let mut wire = Wire::connect(&pbx);
        wire.expect(BANNER);
        wire
    };
    let mut wire = on("Login", Rule::refuse("Login Already In Use"));
    wire.ask(LOGIN, "Response: Error\r\nMessage: Login Already In Use\r\n\r\n");
    wire.expect_end();
    let mut wire = on("Login", Rule::answer([("Message", "Welcome")]));
    wire.ask(LOGIN, "Response: Success\r\nMessage: Welcome\r\n\r\n");
    // The PBX knows nothing of the login, and other rules do not apply before it.
    pbx.on("*", Rule::raw("never")).unwrap();
    pbx.on("Ping", Rule::raw("never")).unwrap();
    wire.ask("Action: Ping\r\n\r\n", "Response: Error\r\nMessage: Permission denied\r\n\r\n");

    let mut wire = on("Login", Rule::pass().cut(11));
    wire.ask(LOGIN, "Response: S");
    wire.expect_end();
    let mut wire = on("Login", Rule::pass().garble(10));
    wire.ask(
        LOGIN,
        ACCEPTED
            .as_bytes()
            .iter()
            .enumerate()
            .map(|(at, b)| if at == 10 { !b } else { *b })
            .collect::<Vec<_>>(),
    );
    wire.check();
    let mut wire = on("Login", Rule::drop_connection());
    wire.send(LOGIN);
    wire.expect_end();
    let mut wire = on("Login", Rule::pass().delay(Duration::from_millis(20)));
    wire.ask(LOGIN, ACCEPTED);
    let mut wire = on("Login", Rule::pass().event([("Event", "Welcome"), ("Privilege", "user,all")]));
    wire.ask(
        &LOGIN.replace("off", "user"),
        ACCEPTED.to_owned() + "Event: Welcome\r\nPrivilege: user,all\r\n\r\n",
    );

    let challenge = "Action: Challenge\r\nAuthType: MD5\r\n\r\n";
    let mut wire = on("Challenge", Rule::answer([("Challenge", "")]));
    wire.ask(challenge, "Response: Success\r\nChallenge: \r\n\r\n");
    let mut wire = on("Logoff", Rule::pass().delay(Duration::from_millis(20)).cut(17));
    wire.ask("Action: Logoff\r\n\r\n", "Response: Goodbye");
    wire.expect_end();
    let mut wire = on("Logoff", Rule::silent());
    wire.send("Action: Logoff\r\n\r\n");
    wire.expect_silence();
}

#[test]
fn faults_of_a_list_of_the_pbx_count_from_its_response() {
    let pbx = Pbx::builder()
        .user("admin", "secret")
        .on("QueueStatus", Rule::pass().cut(300))
        .start("127.0.0.1:0")
        .unwrap();
    let request = "Action: QueueStatus\r\nQueue: sales\r\nActionID: 7\r\n\r\n";
    let mut wire = Wire::log_in(&pbx);
    wire.send(request);
    let mut cut = vec![0; 300];
    std::io::Read::read_exact(&mut wire.0, &mut cut).unwrap();
    wire.expect_end();
    let text = String::from_utf8(cut).unwrap();
    assert!(text.starts_with("Response: Success\r\nActionID: 7\r\nEventList: start\r\n"), "{text:?}");
    assert!(text.contains("Event: QueueParams\r\n"), "{text:?}");

    // Events that precede and follow the answer stay whole.
    let originate = "Action: Originate\r\nActionID: 7\r\nChannel: Local/102@test\r\nContext: test\r\nExten: 102\r\nPriority: 1\r\n\r\n";
    pbx.on("Originate", Rule::pass().garble(0)).unwrap();
    let mut wire = Wire::log_in_with(&pbx, "Events: call\r\n");
    wire.ask(originate, b"\xadesponse: ");
}

#[test]
fn answers_keep_the_order_of_the_requests() {
    let pbx =
        start(script("[[rule]]\non = 'Ping'\nraw = '<${ActionID}>'", [("Ping", Rule::raw("<${ActionID}>"))]));
    let mut wire = Wire::log_in(&pbx);
    let (mut requests, mut answers) = (String::new(), String::new());
    for number in 0..50 {
        requests += &format!("Action: Ping\r\nActionID: {number}\r\n\r\n{NOPE}");
        answers += &format!("<{number}>{UNKNOWN}");
    }
    wire.ask(&requests, answers);
}
