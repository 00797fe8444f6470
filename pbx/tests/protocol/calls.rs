//! Calls: their outcomes and their events.

use std::time::{Duration, Instant};

use crate::{Message, Server};

/// Returns the content of an event in a few words: its name, the half of a Local channel (1, 2 or
/// -), and the values that matter for a call.
fn summary(event: &Message) -> String {
    let name = event.get("Event").unwrap();
    let half = |header: &str| {
        event.get(header).and_then(|channel| channel.rsplit_once(';')).map_or("-", |(_, half)| half)
    };
    match name {
        "DialBegin" | "LocalBridge" => name.into(),
        "DialState" | "DialEnd" => format!("{name} {}", event.show(&["DialStatus"])),
        "Newexten" => {
            format!("{name} {} {}", half("Channel"), event.show(&["Extension", "Priority", "Application"]))
        }
        "Newstate" => format!("{name} {} {}", half("Channel"), event.show(&["ChannelStateDesc"])),
        "VarSet" => format!("{name} {} {}", half("Channel"), event.show(&["Variable", "Value"])),
        "OriginateResponse" => format!("{name} {}", event.show(&["Response", "Reason"])),
        "HangupRequest" | "SoftHangupRequest" => {
            format!("{name} {} {}", half("Channel"), event.show(&["Cause"]))
        }
        "Hangup" => format!("{name} {} {}", half("Channel"), event.show(&["Cause", "Cause-txt"])),
        _ => format!("{name} {}", half("Channel")),
    }
}

fn summaries(events: &[Message]) -> Vec<String> {
    events.iter().map(summary).collect()
}

/// The events of every call of a Local channel up to the start of its dialplan.
const CALL_STARTED: [&str; 5] =
    ["Newchannel 1", "Newchannel 2", "Newexten 1 EXT 1 AppDial2", "LocalBridge", "DialBegin"];

#[test]
fn each_outcome_of_a_call_has_the_events_of_asterisk_22() {
    let server = Server::start();
    let mut wire = server.admin("call,dialplan");
    // In the order in which Asterisk 22 sends them.
    let answered: &[&str] = &[
        "Newexten 2 EXT 1 Answer",
        "Newstate 2 Up",
        "Newstate 1 Up",
        "DialEnd ANSWER",
        "OriginateResponse Success 4",
        "Newexten 1 101 1 Answer",
        "Newexten 1 101 2 Echo",
        "Newexten 2 EXT 2 Wait",
        "Newexten 2 EXT 3 Hangup",
        "SoftHangupRequest 2 16",
        "HangupRequest 1 16",
        "Hangup 2 16 Normal Clearing",
        "SoftHangupRequest 1 16",
        "Hangup 1 16 Normal Clearing",
    ];
    let busy: &[&str] = &[
        "Newexten 2 EXT 1 Busy",
        "Newstate 2 Busy",
        "DialEnd BUSY",
        "HangupRequest 2 0",
        "SoftHangupRequest 2 16",
        "Hangup 2 17 User busy",
        "Hangup 1 0 Unknown",
        "OriginateResponse Failure 5",
    ];
    let congestion: &[&str] = &[
        "Newexten 2 EXT 1 Congestion",
        "Newstate 2 Busy",
        "DialEnd CONGESTION",
        "HangupRequest 2 0",
        "SoftHangupRequest 2 16",
        "Hangup 2 34 Circuit/channel congestion",
        "Hangup 1 0 Unknown",
        "OriginateResponse Failure 8",
    ];
    let unanswered: &[&str] = &[
        "Newexten 2 EXT 1 Ringing",
        "Newstate 1 Ringing",
        "DialState RINGING",
        "Newexten 2 EXT 2 Wait",
        "HangupRequest 2 19",
        "SoftHangupRequest 2 16",
        "Hangup 2 19 User alerting, no answer",
        "Hangup 1 19 User alerting, no answer",
        "OriginateResponse Failure 3",
    ];
    for (exten, rest) in [("102", answered), ("103", busy), ("104", congestion), ("105", unanswered)] {
        let request = format!(
            "Originate|Channel: Local/{exten}@test|Context: test|Exten: 101|Priority: 1|Timeout: 300|Async: yes"
        );
        assert_eq!(wire.ask(&request).text(), "Success: Originate successfully queued");
        let expected: Vec<_> =
            CALL_STARTED.iter().chain(rest).map(|text| text.replace("EXT", exten)).collect();
        assert_eq!(summaries(&wire.call(2)), expected);
    }
    wire.ask("Originate|Channel: Local/9@test|Application: Wait|Async: yes");
    let expected = [
        "Newchannel 1",
        "Newchannel 2",
        "Newexten 1 9 1 AppDial2",
        "Hangup 2 0 Unknown",
        "Hangup 1 0 Unknown",
        "OriginateResponse Failure 0",
    ];
    assert_eq!(summaries(&wire.call(2)), expected);
    for channel in ["Nope/1", "PJSIP/offline", "PJSIP/no such", "/x", "PJSIP/"] {
        wire.ask(&format!("Originate|Channel: {channel}|Application: Wait|Async: yes"));
        let event = wire.event();
        assert_eq!(summary(&event), "OriginateResponse Failure 0", "{channel}");
        assert_eq!(
            event.show(&["Channel", "Application", "Data", "Uniqueid"]),
            format!("{channel} Wait  <unknown>")
        );
    }
    assert!(wire.list("CoreShowChannels").0.is_empty());
}

#[test]
fn phones_answer_refuse_or_only_ring_by_their_names() {
    let server = Server::start();
    let mut wire = server.admin("call");
    let made = ["Newchannel -", "DialBegin"];
    let busy: &[&str] = &["DialEnd BUSY", "Hangup - 17 User busy", "OriginateResponse Failure 5"];
    let congestion: &[&str] =
        &["DialEnd CONGESTION", "Hangup - 34 Circuit/channel congestion", "OriginateResponse Failure 8"];
    let silent: &[&str] = &[
        "Newstate - Ringing",
        "DialState RINGING",
        "Hangup - 19 User alerting, no answer",
        "OriginateResponse Failure 3",
    ];
    let other: &[&str] = &[
        "Newstate - Ringing",
        "DialState RINGING",
        "Newstate - Up",
        "DialEnd ANSWER",
        "OriginateResponse Success 4",
        "Hangup - 0 Unknown",
    ];
    for (name, rest) in [("busy", busy), ("congestion", congestion), ("silent", silent), ("alice", other)] {
        wire.ask(&format!(
            "Originate|Channel: PJSIP/{name}|Application: Wait|Data: 0.1|Timeout: 900|Async: yes"
        ));
        let events = wire.call(1);
        let expected: Vec<_> = made.iter().chain(rest).map(|text| text.to_string()).collect();
        assert_eq!(summaries(&events), expected, "{name}");
        assert!(events[0].get("Channel").unwrap().starts_with(&format!("PJSIP/{name}-0000000")));
    }
}

#[test]
fn requests_after_a_synchronous_originate_wait_for_its_answer() {
    let server = Server::start();
    let mut wire = server.admin("call,user");
    for (request, text) in [
        ("Channel: Local/102@test|Application: Wait|Data: 0.1", "Success: Originate successfully queued"),
        ("Channel: Local/103@test|Application: Wait", "Error: Originate failed"),
        ("Channel: Local/104@test|Application: Wait", "Error: Originate failed"),
        ("Channel: Local/105@test|Application: Wait|Timeout: 200", "Error: Originate failed"),
        ("Channel: Local/9@test|Application: Wait", "Error: Originate failed"),
        ("Channel: Nope/9|Application: Wait", "Error: Originate failed"),
        (
            "Channel: PJSIP/alice|Context: test|Exten: 102|Priority: 1",
            "Success: Originate successfully queued",
        ),
    ] {
        let id = wire.send(&format!("Originate|{request}"));
        let ping = wire.send("Ping");
        let answer = wire.read();
        assert_eq!((answer.get("ActionID"), answer.text()), (Some(id.as_str()), text.into()), "{request}");
        assert!(wire.answer(&ping).get("Ping").is_some());
    }
    // The outcomes of synchronous calls are not reported by events.
    assert!(wire.events.iter().all(|event| !event.is("OriginateResponse")));
    // A client may disconnect while it waits.
    wire.send("Originate|Channel: Local/105@test|Application: Wait");
    drop(wire);
    let mut wire = server.admin("off");
    while wire.list("CoreShowChannels").0.is_empty() {}
    assert!(wire.ask("Ping").get("Ping").is_some());
}

#[test]
fn callers_variables_and_ids_of_the_request_appear_in_events() {
    let server = Server::start();
    let mut wire = server.admin("call,dialplan");
    let id = wire.send(
        "Originate|Channel: Local/102@test/n|Application: Wait|Data: 0.1|Account: acc|Async: true|ChannelId: mine|\
         CallerID: \"Quoted \\\"inner\\\"\" <+41 (0)44>|Variable: A=1,B=x\\,y|Variable: __C=\"q,\"[1,2]|Variable: D|Variable: =e",
    );
    wire.answer(&id);
    let events = wire.call(2);
    let sets: Vec<_> = events.iter().filter(|event| event.is("VarSet")).map(summary).collect();
    let expected = [
        "VarSet 1 __C q,[1,2]",
        "VarSet 1 B x,y",
        "VarSet 1 A 1",
        "VarSet 2 A 1",
        "VarSet 2 B x,y",
        "VarSet 2 __C q,[1,2]",
    ];
    assert_eq!(sets, expected);
    let caller = events.iter().find(|event| event.is("NewConnectedLine")).unwrap();
    let shown = ["CallerIDNum", "CallerIDName", "ConnectedLineNum", "AccountCode"];
    assert_eq!(caller.show(&shown), "+41044 Quoted \\\"inner\\\" +41044 acc");
    let ids: Vec<_> = events
        .iter()
        .filter(|event| event.is("Newchannel"))
        .map(|event| event.show(&["Uniqueid", "Linkedid"]))
        .collect();
    assert_eq!(ids, ["mine mine", "mine;2 mine"]);
    let bridge = events.iter().find(|event| event.is("LocalBridge")).unwrap();
    assert_eq!(bridge.get("LocalOptimization"), Some("No"));
    let outcome = events.iter().find(|event| event.is("OriginateResponse")).unwrap();
    let shown = ["ActionID", "Channel", "Application", "Data", "Uniqueid", "CallerIDNum", "CallerIDName"];
    assert_eq!(
        outcome.show(&shown),
        format!("{id} Local/102@test-00000000;1 Wait 0.1 mine +41044 Quoted \"inner\"")
    );
    // The numbers in names and ids count up.
    wire.ask("Originate|Channel: Local/103@phones|Context: test|Exten: 100|Priority: 1|Async: true");
    let events = wire.call(2);
    assert_eq!(events[0].get("Channel"), Some("Local/103@phones-00000001;1"));
    assert!(
        events[0].get("Uniqueid").unwrap().ends_with(".0")
            && events[1].get("Uniqueid").unwrap().ends_with(".1")
    );
    // The second call fails, because its id is in use.
    for outcome in ["Success 4", "Failure 0"] {
        wire.ask("Originate|Channel: Local/101@test|Application: Wait|Data: 60|ChannelId: twice|Async: true");
        let events = wire.until(|event| event.is("OriginateResponse"));
        assert_eq!(summary(events.last().unwrap()), format!("OriginateResponse {outcome}"));
    }
}

/// The events of a call up to its start, as Asterisk 16 and 22 send them: the name, the half of the
/// channel, the numbers of the caller and of the connected line, the account code, and the one
/// before.
#[test]
fn the_account_and_the_caller_are_set_after_the_channels_are_created() {
    let server = Server::start();
    let mut wire = server.admin("call");
    let local = [
        "Newchannel 1 <unknown> <unknown>  -",
        "Newchannel 2 <unknown> <unknown>  -",
        "NewAccountCode 1 <unknown> <unknown> acc ",
        "NewCallerid 1 7 <unknown> acc -",
        "NewConnectedLine 1 7 7 acc -",
        "NewCallerid 2 7 7 acc -",
        "NewAccountCode 2 7 7 acc ",
        "NewConnectedLine 2 7 7 acc -",
    ];
    let phone = [
        "Newchannel - <unknown> <unknown>  -",
        "NewAccountCode - <unknown> <unknown> acc ",
        "NewCallerid - 7 <unknown> acc -",
        "NewConnectedLine - 7 7 acc -",
    ];
    let with = |rows: &[&'static str], is: fn(&str) -> bool| {
        rows.iter().copied().filter(|row| row.starts_with("Newchannel") || is(row)).collect::<Vec<_>>()
    };
    let blank = |rows: Vec<&str>, from: &str, to: &str| {
        rows.iter().map(|row| row.replace(from, to)).collect::<Vec<_>>()
    };
    let accounts = |rows: &[&'static str]| {
        blank(with(rows, |row| row.starts_with("NewAccountCode")), "7 7", "<unknown> <unknown>")
    };
    let callers =
        |rows: &[&'static str]| blank(with(rows, |row| !row.starts_with("NewAccountCode")), "acc", "");
    let both = |rows: &[&'static str]| blank(with(rows, |_| true), "", "");
    for (channel, rows, hangups) in [("Local/102@test", &local[..], 2), ("PJSIP/alice", &phone[..], 1)] {
        for (headers, expected) in [
            ("Account: acc|CallerID: Bob <7>", both(rows)),
            ("Account: acc", accounts(rows)),
            ("CallerID: 7", callers(rows)),
            ("Account: |CallerID: ", with(rows, |_| false).into_iter().map(String::from).collect()),
        ] {
            wire.ask(&format!("Originate|Channel: {channel}|Application: Wait|Data: 0|Async: 1|{headers}"));
            let events = wire.call(hangups);
            let begin = events.iter().take_while(|event| {
                let name = event.get("Event").unwrap();
                name.starts_with("New") && name != "Newstate"
            });
            let shown = ["CallerIDNum", "ConnectedLineNum", "AccountCode", "OldAccountCode"];
            let rows: Vec<_> =
                begin.map(|event| format!("{} {}", summary(event), event.show(&shown))).collect();
            assert_eq!(rows, expected, "{channel} {headers}");
        }
    }
    // The account code can be changed later. To set the same one again is not a change.
    wire.ask("Originate|Channel: Local/100@test|Application: Wait|Data: 60|Account: acc|Async: true");
    let channel = wire.until(|event| event.is("OriginateResponse")).pop().unwrap();
    let channel = channel.get("Channel").unwrap().to_string();
    for value in ["acc", "new"] {
        wire.ask(&format!("Setvar|Channel: {channel}|Variable: CHANNEL(accountcode)|Value: {value}"));
    }
    let event = wire.event();
    assert_eq!(event.show(&["Event", "AccountCode", "OldAccountCode"]), "NewAccountCode new acc");
}

#[test]
fn calls_can_be_hung_up_and_redirected() {
    let server = Server::start();
    let mut wire = server.admin("call");
    let call = "Originate|Channel: Local/100@test|Context: test|Exten: 101|Priority: 1|Async: true";
    let begin = |wire: &mut crate::Wire| {
        wire.ask(call);
        let events = wire.until(|event| event.is("OriginateResponse"));
        events.last().unwrap().get("Channel").unwrap().to_string()
    };
    let one = begin(&mut wire);
    assert_eq!(wire.ask(&format!("Hangup|Channel: {one}")).text(), "Success: Channel Hungup");
    let expected = [
        "SoftHangupRequest 1 16",
        "HangupRequest 2 0",
        "Hangup 1 0 Unknown",
        "SoftHangupRequest 2 16",
        "Hangup 2 0 Unknown",
    ];
    let mut left = 2;
    let mut until_gone = |wire: &mut crate::Wire| {
        left = 2;
        summaries(&wire.until(|event| {
            left -= usize::from(event.is("Hangup"));
            left == 0
        }))
    };
    assert_eq!(until_gone(&mut wire), expected);
    let two = begin(&mut wire).replace(";1", ";2").to_lowercase();
    assert_eq!(wire.ask(&format!("Hangup|Channel: {two}|Cause: 17")).text(), "Success: Channel Hungup");
    let expected = [
        "SoftHangupRequest 2 16",
        "HangupRequest 1 17",
        "Hangup 2 17 User busy",
        "SoftHangupRequest 1 16",
        "Hangup 1 17 User busy",
    ];
    assert_eq!(until_gone(&mut wire), expected);
    let one = begin(&mut wire);
    let (entries, _) = wire.list("Hangup|Channel: /^Local.*;[12]$/");
    assert_eq!(entries[0].0[2], ("Channel".into(), one));
    assert_eq!((entries.len(), until_gone(&mut wire).len()), (2, 5));
    let one = begin(&mut wire);
    let redirect = format!("Redirect|Channel: {one}|Context: test|Exten: 102|Priority: 1");
    assert_eq!(wire.ask(&redirect).text(), "Success: Redirect successful");
    let expected = [
        "SoftHangupRequest 1 16",
        "HangupRequest 2 16",
        "Hangup 1 16 Normal Clearing",
        "SoftHangupRequest 2 16",
        "Hangup 2 16 Normal Clearing",
    ];
    assert_eq!(until_gone(&mut wire), expected);
    let one = begin(&mut wire);
    let redirect = format!("Redirect|Channel: {one}|Context: test|Exten: 777|Priority: 1");
    assert_eq!(wire.ask(&redirect).text(), "Success: Redirect successful");
    assert_eq!(until_gone(&mut wire)[2], "Hangup 1 0 Unknown");
    let one = begin(&mut wire);
    let two = one.replace(";1", ";2");
    let redirect =
        format!("Redirect|Channel: {one}|ExtraChannel: {two}|Context: test|Exten: 103|Priority: 1");
    assert_eq!(wire.ask(&redirect).text(), "Success: Dual Redirect successful");
    assert_eq!(until_gone(&mut wire)[2], "Hangup 1 17 User busy");
    // A call that has not been answered cannot be redirected.
    wire.ask("Originate|Channel: Local/105@test|Application: Wait|Async: true");
    let events = wire.until(|event| event.is("DialState"));
    let one = events[0].get("Channel").unwrap();
    let redirect = format!("Redirect|Channel: {one}|Context: test|Exten: 100|Priority: 1");
    assert_eq!(wire.ask(&redirect).text(), "Error: Redirect failed, channel not up.");
    wire.ask(&format!("Hangup|Channel: {one}"));
    let events = summaries(&wire.call(2));
    assert_eq!(events.last().unwrap(), "OriginateResponse Failure 1");
}

#[test]
fn speed_makes_calls_and_waits_shorter() {
    let server = Server::with(|builder| builder.speed(200));
    let mut wire = server.admin("call");
    let begin = Instant::now();
    wire.ask("Originate|Channel: Local/100@test|Context: test|Exten: 101|Priority: 1|Async: true");
    assert_eq!(wire.call(2).len(), 13);
    wire.ask("Originate|Channel: Local/105@test|Application: Wait|Async: true");
    assert!(summaries(&wire.call(2)).contains(&"OriginateResponse Failure 3".into()));
    let id = wire.send("WaitEvent|Timeout: 60");
    wire.answer(&id);
    assert!(begin.elapsed() < Duration::from_secs(5));
    let status = wire.ask("CoreStatus");
    assert_eq!(status.show(&["CoreCurrentCalls", "CoreProcessedCalls"]), "0 3");
}
