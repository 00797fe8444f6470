//! Unusual answers one by one, with the expected reports of the session.

use std::collections::HashSet;

use embedded_ami::client::LossReason::TimedOut;
use embedded_ami::client::ResponseStatus::{self, UnknownAction};
use embedded_ami::client::{Incoming, LoginRefused, Session, Slot, Stage};
use embedded_ami::wire::{Decoder, Dialect, Message, Outbox, Step};

use crate::capture::{Pair, Plan, first_id, id_key, pairs, rewritten};
use crate::run::End::{Event, List, Lost, Response};
use crate::run::{End, Finish, Login, Outcome, run};
use crate::{STORAGES, assert_same, oracle};

const SUCCESS: End = Response(ResponseStatus::Success);
const ERROR: End = Response(ResponseStatus::Error);

/// Returns the recorded connection of this name.
fn pair(name: &str) -> Pair {
    pairs().into_iter().find(|pair| pair.name == name).unwrap_or_else(|| panic!("no capture {name}"))
}

/// Returns a connection that was not recorded: a login, these actions, and the server's answers to
/// them. The ActionIDs are as in the captures: `login-1` for the login, then `name-2` for the first
/// action.
fn handwritten(version: &str, actions: &[&str], server: &str) -> Plan {
    let mut client = String::from("Action: Login\r\nActionID: login-1\r\nUsername: a\r\nSecret: b\r\n\r\n");
    for (name, number) in actions.iter().zip(2..) {
        client += &format!("Action: {name}\r\nActionID: {}-{number}\r\n\r\n", name.to_ascii_lowercase());
    }
    let server = format!(
        "Asterisk Call Manager/{version}\r\nResponse: Success\r\nActionID: login-1\r\n\
         Message: Authentication accepted\r\n\r\n{server}"
    );
    let name = format!("written {version}");
    Plan::new(&Pair { name, client: client.into_bytes(), server: server.into_bytes() })
}

/// Returns the ActionID that the recorded client gave an action.
fn id(plan: &Plan, number: usize) -> String {
    String::from_utf8_lossy(plan.requests[number].id.as_deref().unwrap_or(b"none")).into_owned()
}

/// Returns one line per message, with its name and the session's report, and how the actions ended.
/// Checks that the results agree with the oracle and are the same through every storage.
fn replay(plan: &Plan) -> (Vec<String>, Outcome) {
    let mut reported = Vec::new();
    let outcome = run(plan, plan.stream.len() + 64, [], Finish::Wait, |message, incoming| {
        let id = |ticket| id(plan, plan.tickets[&ticket]);
        let meaning = match incoming {
            Incoming::Response { ticket, status, is_end: true } => {
                format!("{status:?} for {}", id(ticket))
            }
            Incoming::Response { ticket, status, .. } => {
                format!("{status:?} for {}, more follows", id(ticket))
            }
            Incoming::ListEntry { ticket, is_end: true } => format!("the event for {}", id(ticket)),
            Incoming::ListEntry { ticket, .. } => format!("an entry for {}", id(ticket)),
            Incoming::ListComplete { ticket, entries } => {
                format!("{} is complete after {entries}", id(ticket))
            }
            Incoming::ListAborted { ticket, entries } => {
                format!("{} is aborted after {entries}", id(ticket))
            }
            Incoming::Event { ticket: Some(ticket) } => format!("an event about {}", id(ticket)),
            Incoming::Event { ticket: None } => "an event".to_string(),
            other => format!("{other:?}"),
        };
        let name = message.name().map_or("-".into(), |name| String::from_utf8_lossy(name.as_bytes()));
        reported.push(format!("{name}: {meaning}"));
    });
    assert_same(plan, &outcome, &oracle::outcome(plan), format_args!("whole"));
    for storage in STORAGES {
        let through = run(plan, storage, std::iter::repeat(1), Finish::Wait, |_, _| {});
        assert_same(plan, &through, &outcome, format_args!("through {storage}"));
    }
    (reported, outcome)
}

/// Checks the reports about what a server of this version sends after its banner and the login.
#[track_caller]
fn check(version: &str, actions: &[&str], server: &str, expected: &[&str], ends: &[End]) {
    let (reported, outcome) = replay(&handwritten(version, actions, server));
    assert_eq!(reported[..2], ["-: LogIn", "Success: Internal"]);
    assert_eq!(reported[2..], *expected);
    assert_eq!(outcome.ends, ends.iter().copied().map(Some).collect::<Vec<_>>());
}

/// Returns the reports about an action of a capture, from the first to the last.
fn reported_for(name: &str, action: &str) -> Vec<String> {
    let (reported, _) = replay(&Plan::new(&pair(name)));
    let about = |line: &String| line.split([' ', ',']).any(|word| word == action);
    let first = reported.iter().position(about).expect("the action");
    let last = reported.iter().rposition(about).expect("the action");
    reported[first..=last].to_vec()
}

#[test]
fn recorded_actions_end_as_listed() {
    const ENDS: &[(&str, &[(&str, End)])] = &[
        // Words other than Success.
        ("1.4/login_plain", &[("ping-2", SUCCESS), ("logoff-3", SUCCESS)]),
        ("1.4/login_events_off", &[("ping-2", SUCCESS), ("logoff-3", SUCCESS)]),
        (
            "1.4/events_mask",
            &[("events-2", SUCCESS), ("events-4", SUCCESS), ("events-26", SUCCESS), ("events-28", ERROR)],
        ),
        ("1.4/bad_unknown_action", &[("u1", UNKNOWN), ("u2", ERROR), ("probe", SUCCESS)]),
        (
            "16/bad_unknown_action",
            &[("x", UNKNOWN), ("y", UNKNOWN), ("z", UNKNOWN), ("still-alive", SUCCESS)],
        ),
        // Lists without a mark.
        ("1.4/agents", &[("agents-2", List(2)), ("agents-5", List(2)), ("agents-17", List(2))]),
        ("1.4/chan_sip", &[("sippeers-2", List(5))]),
        ("1.4/sip_register", &[("sippeers-2", List(5))]),
        ("1.4/queue_calls", &[("queuestatus-5", List(3)), ("queues-6", Lost(TimedOut))]),
        (
            "1.4/queues_show",
            &[
                ("queuestatus-4", List(8)),
                ("queuestatus-5", List(3)),
                ("queuestatus-6", List(0)),
                ("queuestatus-7", List(2)),
                ("queuestatus-8", List(2)),
                ("queuestatus-9", List(4)),
                ("queuesummary-10", UNKNOWN),
                // Text without an ActionID.
                ("queues-2", Lost(TimedOut)),
                ("q1", Lost(TimedOut)),
            ],
        ),
        ("1.4/variant_timestamp_systemname", &[("status-3", List(2)), ("queuestatus-6", List(8))]),
        (
            "1.4/all_actions_no_args",
            &[("parkedcalls-26", List(0)), ("iaxpeers-17", Response(ResponseStatus::Text))],
        ),
        ("1.4/all_actions_no_args.2", &[("status-14", List(0)), ("queues-7", Lost(TimedOut))]),
        (
            "1.4/bad_pipelined_mixed",
            &[("c1", SUCCESS), ("e1", SUCCESS), ("o1", SUCCESS), ("s1", List(0)), ("p2", SUCCESS)],
        ),
        // With brokeneventsaction = yes, a mask that selects all events is not answered.
        ("1.4/variant_timestamp_systemname", &[("events-7", Lost(TimedOut)), ("events-11", Lost(TimedOut))]),
        ("13/variant_timestamp_systemname", &[("events-7", Lost(TimedOut)), ("events-11", Lost(TimedOut))]),
        // A single event.
        ("1.4/all_actions_bogus_args", &[("dbget-9", Event), ("dbput-10", SUCCESS)]),
        ("16/all_actions_no_args", &[("faxstats-49", Event), ("faxsession-47", ERROR), ("dbget-38", ERROR)]),
        // `EventList: Start`.
        ("16/all_actions_no_args", &[("faxsessions-48", List(0))]),
        ("22/all_actions_no_args", &[("faxsessions-48", List(0)), ("faxstats-49", Event)]),
        // Entries without an ActionID.
        ("13/all_actions_no_args", &[("iaxpeers-54", List(3)), ("iaxpeerlist-53", List(3))]),
        ("16/all_actions_no_args", &[("iaxpeers-57", List(2)), ("iaxpeerlist-56", List(2))]),
        ("22/all_actions_no_args", &[("iaxpeers-57", List(2)), ("iaxpeerlist-56", List(2))]),
        // No answer, or text without an ActionID.
        ("13/all_actions_no_args", &[("iaxnetstats-52", Lost(TimedOut)), ("queues-87", Lost(TimedOut))]),
        ("22/all_actions_no_args", &[("iaxnetstats-55", Lost(TimedOut))]),
        // Three responses.
        ("13/all_actions_no_args", &[("moduleload-66", ERROR)]),
        ("16/all_actions_no_args", &[("moduleload-69", ERROR)]),
        ("22/all_actions_no_args", &[("moduleload-69", ERROR)]),
        // An error instead of a list, with an LF in its text.
        ("16/all_actions_no_args", &[("pjsipshowendpoint-84", ERROR), ("pjsipshowaors-81", List(3))]),
        ("22/all_actions_no_args", &[("pjsipshowendpoint-84", ERROR), ("voicemailuserslist-130", List(3))]),
        ("22/pjsip_register", &[("pjsipshowcontacts-2", List(1)), ("pjsipshowendpoint-3", List(5))]),
        // One empty line too many.
        (
            "16/queues_show",
            &[
                ("queuerule-11", SUCCESS),
                ("queuerule-13", SUCCESS),
                ("queuerule-14", SUCCESS),
                ("ping-15", SUCCESS),
            ],
        ),
        (
            "22/queues_show",
            &[
                ("queuerule-11", SUCCESS),
                ("queuerule-13", SUCCESS),
                ("queuerule-14", SUCCESS),
                ("ping-15", SUCCESS),
            ],
        ),
        // The server was gone before it could answer.
        ("22/kicked", &[("ping-2", Lost(TimedOut))]),
        (
            "22/dialplan",
            &[("showdialplan-2", List(203)), ("showdialplan-3", List(5)), ("showdialplan-5", ERROR)],
        ),
        ("22/states", &[("devicestatelist-12", List(17)), ("extensionstatelist-18", List(5))]),
    ];
    for &(name, ends) in ENDS {
        let plan = Plan::new(&pair(name));
        let (_, outcome) = replay(&plan);
        for &(action, end) in ends {
            let at = (0..plan.requests.len()).find(|&number| id(&plan, number) == action);
            let at = at.unwrap_or_else(|| panic!("no {action} in {name}"));
            assert_eq!(outcome.ends[at], Some(end), "{action} in {name}");
        }
    }
}

const UNKNOWN: End = Response(UnknownAction);

#[test]
fn recorded_logins_end_as_listed() {
    const REFUSED: Login = Login::Refused(LoginRefused::Authentication);
    const LOGINS: &[(&str, Login)] = &[
        ("1.4/login_unknown_user", REFUSED),
        ("1.4/login_no_user", REFUSED),
        ("1.4/login_md5_bad", REFUSED),
        ("13/login_md5_bad", REFUSED),
        ("16/login_md5_bad", REFUSED),
        ("22/login_md5_bad", REFUSED),
        ("22/challenge_odd", REFUSED),
        ("1.4/auth_timeout", Login::Undecided),
        ("22/banner", Login::Undecided),
        ("13/unauthenticated", Login::Undecided),
        ("16/bad_tls_hello", Login::Undecided),
        ("16/slow_reader_end", Login::TimedOut(Stage::Connecting)),
        ("1.4/login_case", Login::Accepted),
        ("22/login_utf8", Login::Accepted),
        ("16/burst", Login::Accepted),
    ];
    for &(name, login) in LOGINS {
        let plan = Plan::new(&pair(name));
        assert_eq!(run(&plan, 512, [], Finish::Wait, |_, _| {}).login, login, "{name}");
    }
}

#[test]
fn a_login_response_without_an_action_id_is_unmatched() {
    let pair = pair("1.4/login_no_actionid");
    let mut plan = Plan::new(&pair);
    // As recorded, without an ActionID. The session's login had one, so this is not its response.
    plan.stream = pair.server;
    let outcome = run(&plan, 512, [], Finish::Wait, |_, incoming| {
        assert!(matches!(incoming, Incoming::LogIn | Incoming::Unmatched), "{incoming:?}");
    });
    assert_eq!(outcome.login, Login::TimedOut(Stage::LoggingIn));
}

#[test]
fn pong_and_goodbye_of_1_4_are_successes() {
    let (reported, _) = replay(&Plan::new(&pair("1.4/login_plain")));
    assert_eq!(
        reported,
        ["-: LogIn", "Success: Internal", "Pong: Success for ping-2", "Goodbye: Success for logoff-3"]
    );
}

/// The session writes this Logoff itself.
#[test]
fn a_recorded_logoff_closes_the_session() {
    for (name, rest) in [
        ("1.4/login_plain", &[][..]),
        ("13/login_plain", &[Incoming::Event { ticket: None }, Incoming::Ready]),
        ("16/login_plain", &[Incoming::Ready, Incoming::Event { ticket: None }]),
        ("22/login_plain", &[Incoming::Ready, Incoming::Event { ticket: None }]),
    ] {
        let server = pair(name).server;
        let mut session = Session::new([Slot::FREE; 1]);
        let mut outbox = Outbox::for_client([0; 512], Dialect::Current);
        let mut decoder = Decoder::for_client(vec![0; server.len() + 256]).unwrap();
        let credentials = embedded_ami::client::Credentials::plain("admin", "adminsecret").events("on");
        let mut ids = Vec::new();
        let mut reported = Vec::new();
        session.on_connected(id_key(7), 0);
        // Line by line, so that each ActionID is known before the line that contains it.
        for line in server.split_inclusive(|&byte| byte == b'\n') {
            let line = rewritten(line, |id| match id {
                b"login-1" => ids.first().map(String::as_str),
                b"logoff-3" => ids.get(1).map(String::as_str),
                _ => None,
            });
            decoder.space()[..line.len()].copy_from_slice(&line);
            decoder.advance(line.len());
            while decoder.poll() == Step::Message {
                let message: Message<'_> = decoder.message();
                let incoming = session.on_message(&message, 0).unwrap();
                reported.push(incoming);
                if incoming == Incoming::LogIn {
                    session.log_in(&credentials, &message, 0, &mut outbox).unwrap();
                } else if ids.len() == 1 && session.stage() == Stage::Ready {
                    session.log_off(0, &mut outbox).unwrap();
                } else {
                    continue;
                }
                ids.push(String::from_utf8(first_id(outbox.pending()).unwrap()).unwrap());
                outbox.advance(usize::MAX);
            }
        }
        // The Ping of the capture belongs to no action here. After the logoff, the session no
        // longer waits for the boot.
        let mut expected = vec![Incoming::LogIn, Incoming::Internal];
        expected.extend(rest.iter().map(|_| Incoming::Event { ticket: None }));
        expected.extend([Incoming::Unmatched, Incoming::LoggedOff]);
        assert_eq!(reported, expected, "{name}");
        assert_eq!(session.stage(), Stage::Closed);
    }
}

#[test]
fn wait_event_ends_with_its_event() {
    let (reported, _) = replay(&Plan::new(&pair("1.4/waitevent")));
    let expected = [
        "-: LogIn",
        "Success: Internal",
        "Success: Success for waitevent-2, more follows",
        "WaitEventComplete: the event for waitevent-2",
        "Success: Success for waitevent-3, more follows",
        "UserEvent: an event",
        "WaitEventComplete: the event for waitevent-3",
        "PeerStatus: an event",
        "Pong: Success for ping-4",
    ];
    assert_eq!(reported, expected);
}

#[test]
fn db_get_of_1_4_ends_with_its_event() {
    let reported = reported_for("1.4/all_actions_bogus_args", "dbget-9");
    assert_eq!(
        reported,
        ["Success: Success for dbget-9, more follows", "DBGetResponse: the event for dbget-9"]
    );
}

#[test]
fn unmarked_lists_end_by_name() {
    let reported = reported_for("1.4/agents", "agents-2");
    let expected = [
        "Success: Success for agents-2, more follows",
        "Agents: an entry for agents-2",
        "Agents: an entry for agents-2",
        "AgentsComplete: agents-2 is complete after 2",
    ];
    assert_eq!(reported, expected);
}

#[test]
fn an_action_id_at_the_end_of_a_response_is_found() {
    let plan = Plan::new(&pair("1.4/variables"));
    let wanted =
        format!("Response: Success\r\nVariable: G1\r\nValue: plain\r\nActionID: {}\r\n\r\n", plan.ids[1]);
    assert_eq!(id(&plan, 1), "getvar-3");
    assert!(plan.stream.windows(wanted.len()).any(|window| window == wanted.as_bytes()));
    assert_eq!(reported_for("1.4/variables", "getvar-3"), ["Success: Success for getvar-3"]);
    let (_, outcome) = replay(&plan);
    let count = |wanted| outcome.ends.iter().filter(|&&end| end == Some(wanted)).count();
    assert_eq!((count(SUCCESS), count(ERROR)), (37, 6));
}

/// Text instead of a response: `Queues` sends no ActionID with it, `IAXpeers` does.
#[test]
fn text_completes_only_the_action_it_names() {
    let (reported, _) = replay(&Plan::new(&pair("1.4/queues_show")));
    // Three times four queues, each after an empty line.
    assert_eq!(
        reported[..7],
        [&["-: LogIn", "Success: Internal"][..], &["-: Unmatched"; 4], &["Pong: Success for ping-3"]]
            .concat()
    );
    assert_eq!(reported.iter().filter(|line| *line == "-: Unmatched").count(), 12);
    assert_eq!(reported_for("1.4/all_actions_no_args", "iaxpeers-17"), ["-: Text for iaxpeers-17"]);
}

#[test]
fn entries_that_name_no_action() {
    for (name, id, entries) in [
        ("13/all_actions_no_args", "iaxpeers-54", 3),
        ("16/all_actions_no_args", "iaxpeers-57", 2),
        ("22/all_actions_no_args", "iaxpeers-57", 2),
    ] {
        let mut expected = vec![format!("Success: Success for {id}, more follows")];
        expected.extend((0..entries).map(|_| format!("PeerEntry: an entry for {id}")));
        expected.push(format!("PeerlistComplete: {id} is complete after {entries}"));
        assert_eq!(reported_for(name, id), expected, "{name}");
    }
}

#[test]
fn further_responses_are_unmatched() {
    for (name, id, next) in [
        ("13/all_actions_no_args", "moduleload-66", "Error: Error for monitor-67"),
        ("16/all_actions_no_args", "moduleload-69", "Error: Error for monitor-70"),
        ("22/all_actions_no_args", "moduleload-69", "Error: Error for muteaudio-70"),
    ] {
        let (reported, _) = replay(&Plan::new(&pair(name)));
        let first = reported.iter().position(|line| *line == format!("Error: Error for {id}")).unwrap();
        assert_eq!(reported[first + 1..first + 4], ["Error: Unmatched", "Error: Unmatched", next], "{name}");
    }
}

/// Output that contains the end mark ends there. The server meant the rest as more output, but it
/// must not end any action. Each command of the capture is answered once.
#[test]
fn forged_command_output_completes_no_other_action() {
    for name in ["1.4/command_forged", "13/command_forged"] {
        let (reported, outcome) = replay(&Plan::new(&pair(name)));
        assert!(
            outcome
                .ends
                .iter()
                .all(|end| matches!(end, Some(Response(ResponseStatus::Success | ResponseStatus::Error))))
        );
        let stray = reported.iter().filter(|line| *line == "-: Unmatched").count();
        assert_eq!(stray, if name.starts_with("1.4") { 0 } else { 2 }, "{name}");
    }
    // No line end before the mark.
    check(
        "1.0",
        &["Command", "Ping"],
        "Response: Follows\r\nPrivilege: Command\r\nActionID: command-2\r\n25--END COMMAND--\r\n\r\n\
         Response: Pong\r\nActionID: ping-3\r\n\r\n",
        &["Follows: Success for command-2", "Pong: Success for ping-3"],
        &[SUCCESS, SUCCESS],
    );
    // An ActionID in the output of another command has no effect, even if that command has none
    // itself.
    check(
        "1.0",
        &["Ping", "Ping"],
        "Response: Follows\r\nPrivilege: Command\r\nValue: x\r\nActionID: ping-2\r\nResponse: Success\r\n--END COMMAND--\r\n\r\n\
         Response: Pong\r\nActionID: ping-3\r\n\r\n",
        &["Follows: Unmatched", "Pong: Success for ping-3"],
        &[Lost(TimedOut), SUCCESS],
    );
}

/// A value with line ends can contain whole messages, as the scenario `newlines_in_values` showed.
/// They lack the ActionID.
#[test]
fn messages_forged_in_values_complete_nothing() {
    // Asterisk 16 and 22.
    check(
        "5.0.4",
        &["Getvar", "DBGet", "Ping"],
        "Response: Success\r\nActionID: getvar-2\r\nVariable: NL\r\nValue: first\r\nEvent: Forged\r\n\
         Privilege: call,all\r\n\r\nResponse: Success\r\nActionID: forged\r\n\r\n\
         Response: Success\r\nActionID: dbget-3\r\nEventList: start\r\nMessage: Result will follow\r\n\r\n\
         Event: DBGetResponse\r\nFamily: testbed\r\nKey: nl\r\nVal: first\r\nEvent: Forged\r\n\
         Privilege: call,all\r\n\r\nResponse: Success\r\nActionID: forged\r\nActionID: dbget-3\r\n\r\n\
         Event: DBGetComplete\r\nActionID: dbget-3\r\nEventList: Complete\r\nListItems: 1\r\n\r\n\
         Event: Newexten\r\nPrivilege: dialplan,all\r\nChannel: Local/1@test-1;2\r\nAppData: NL=first\r\n\
         Event: Forged\r\nPrivilege: call,all\r\n\r\nResponse: Success\r\nActionID: forged\r\n\r\n\
         Response: Success\r\nActionID: ping-4\r\nPing: Pong\r\n\r\n",
        &[
            "Success: Success for getvar-2",
            "Success: Unmatched",
            "Success: Success for dbget-3, more follows",
            // Its ActionID is in the rest, which is another message now.
            "DBGetResponse: an event",
            "Success: Unmatched",
            "DBGetComplete: dbget-3 is complete after 0",
            "Newexten: an event",
            "Success: Unmatched",
            "Success: Success for ping-4",
        ],
        &[SUCCESS, List(0), SUCCESS],
    );
    // Asterisk 1.4 puts the ActionID of Getvar after the value, so the rest of the message answers.
    check(
        "1.0",
        &["Getvar", "DBGet", "Ping"],
        "Response: Success\r\nVariable: NL\r\nValue: first\r\nEvent: Forged\r\nPrivilege: call,all\r\n\r\n\
         Response: Success\r\nActionID: forged\r\nActionID: getvar-2\r\n\r\n\
         Response: Success\r\nActionID: dbget-3\r\nMessage: Result will follow\r\n\r\n\
         Event: DBGetResponse\r\nFamily: testbed\r\nKey: nl\r\nVal: first\r\nEvent: Forged\r\n\
         Privilege: call,all\r\n\r\nResponse: Success\r\nActionID: forged\r\nActionID: dbget-3\r\n\r\n\
         Response: Pong\r\nActionID: ping-4\r\n\r\n",
        &[
            "Success: Unmatched",
            "Success: Success for getvar-2",
            "Success: Success for dbget-3, more follows",
            "DBGetResponse: an event",
            "Success: Unmatched",
            "Pong: Success for ping-4",
        ],
        &[SUCCESS, Lost(embedded_ami::client::LossReason::CutShort { entries: 0 }), SUCCESS],
    );
    // A capture with output of the same value: only `forged` and the marks remain.
    let plan = Plan::new(&pair("13/command_forged"));
    let mut forged = 0;
    run(&plan, plan.stream.len() + 64, [], Finish::Wait, |message, incoming| {
        if message.get_all("ActionID").any(|id| id == "forged") {
            assert_eq!(incoming, Incoming::Unmatched, "{message:?}");
            forged += 1;
        }
    });
    assert!(forged > 0);
}

/// Events repeat the ActionID of an action that was answered long ago.
#[test]
fn later_events_with_an_action_id_are_events() {
    let plan = Plan::new(&pair("1.4/originate_async"));
    let (lines, _) = replay(&plan);
    let about: Vec<_> = lines.iter().filter(|line| line.starts_with("OriginateResponse: ")).collect();
    assert_eq!(about.len(), 9);
    let distinct: HashSet<_> = about.iter().collect();
    assert_eq!(distinct.len(), 9);
    assert!(about.iter().all(|line| line.starts_with("OriginateResponse: an event about originate-")));
    let (lines, _) = replay(&Plan::new(&pair("1.4/events_mask")));
    assert!(lines.iter().any(|line| line == "UserEvent: an event about userevent-5"));
}

/// An error after the start of a list ends it, even if the server completes the list later.
#[test]
fn an_error_after_the_start_aborts_a_list() {
    check(
        "11.0.0",
        &["PJSIPShowEndpoint", "Ping"],
        "Response: Success\r\nActionID: pjsipshowendpoint-2\r\nEventList: start\r\n\
         Message: Following are Events for each object associated with the Endpoint\r\n\r\n\
         Event: EndpointDetail\r\nActionID: pjsipshowendpoint-2\r\nObjectType: endpoint\r\n\r\n\
         Response: Error\r\nActionID: pjsipshowendpoint-2\r\nMessage: Unable to format endpoint\n\r\n\r\n\
         Event: EndpointDetailComplete\r\nActionID: pjsipshowendpoint-2\r\nEventList: Complete\r\nListItems: 1\r\n\r\n\
         Response: Success\r\nActionID: ping-3\r\nPing: Pong\r\n\r\n",
        &[
            "Success: Success for pjsipshowendpoint-2, more follows",
            "EndpointDetail: an entry for pjsipshowendpoint-2",
            "Error: pjsipshowendpoint-2 is aborted after 1",
            "EndpointDetailComplete: Unmatched",
            "Success: Success for ping-3",
        ],
        &[End::Aborted(1), SUCCESS],
    );
}

/// After the entry that DBGet sends, there is nothing up to 1.6.2 (tested above), a completion from
/// 1.8 on, and since 13.2 the entry is a list.
#[test]
fn db_get_ends_by_event_from_1_8_and_by_list_from_13_2() {
    check(
        "1.1",
        &["DBGet"],
        "Response: Success\r\nActionID: dbget-2\r\nMessage: Result will follow\r\n\r\n\
         Event: DBGetResponse\r\nFamily: f\r\nKey: k\r\nVal: v\r\nActionID: dbget-2\r\n\r\n\
         Event: DBGetComplete\r\nActionID: dbget-2\r\n\r\n",
        &[
            "Success: Success for dbget-2, more follows",
            "DBGetResponse: the event for dbget-2",
            "DBGetComplete: Unmatched",
        ],
        &[Event],
    );
    check(
        "2.10.6",
        &["DBGet"],
        "Response: Success\r\nActionID: dbget-2\r\nEventList: start\r\nMessage: Result will follow\r\n\r\n\
         Event: DBGetResponse\r\nFamily: f\r\nKey: k\r\nVal: v\r\nActionID: dbget-2\r\n\r\n\
         Event: DBGetComplete\r\nActionID: dbget-2\r\nEventList: Complete\r\nListItems: 1\r\n\r\n",
        &[
            "Success: Success for dbget-2, more follows",
            "DBGetResponse: an entry for dbget-2",
            "DBGetComplete: dbget-2 is complete after 1",
        ],
        &[List(1)],
    );
}

/// A value with a line end that stays within its message.
#[test]
fn a_forged_line_in_a_value_changes_nothing() {
    check(
        "5.0.4",
        &["Getvar", "IAXpeers"],
        "Response: Success\r\nActionID: getvar-2\r\nVariable: NL\r\nValue: first\r\nActionID: forged\r\n\
         EventList: start\r\n\r\n\
         Response: Success\r\nActionID: iaxpeers-3\r\nEventList: start\r\n\r\n\
         Event: PeerEntry\r\nObjectName: a\r\n\r\n\
         Event: PeerEntry\r\nActionID: forged\r\nObjectName: b\r\n\r\n\
         Event: PeerEntry\r\nPrivilege: system,all\r\nObjectName: c\r\n\r\n\
         Event: PeerlistComplete\r\nActionID: forged\r\nEventList: Complete\r\n\r\n\
         Event: PeerlistComplete\r\nActionID: iaxpeers-3\r\nEventList: Complete\r\nListItems: 1\r\n\r\n",
        &[
            "Success: Success for getvar-2",
            "Success: Success for iaxpeers-3, more follows",
            "PeerEntry: an entry for iaxpeers-3",
            "PeerEntry: an event",
            "PeerEntry: an event",
            "PeerlistComplete: an event",
            "PeerlistComplete: iaxpeers-3 is complete after 1",
        ],
        &[SUCCESS, List(1)],
    );
}

/// From 13.2 on every list is marked. A plain success does not start a list, whatever the action.
#[test]
fn an_unmarked_success_starts_no_list_from_13_2_on() {
    check(
        "11.0.0",
        &["VoicemailUsersList", "VoicemailUserStatus", "Ping"],
        "Response: Success\r\nActionID: voicemailuserslist-2\r\n\
         Message: There are no voicemail users currently defined.\r\n\r\n\
         Response: Success\r\nActionID: voicemailuserstatus-3\r\n\
         Message: There are no voicemail users matching the given user.\r\n\r\n\
         Event: Shutdown\r\nPrivilege: system,all\r\nShutdown: Cleanly\r\nRestart: False\r\n\r\n\
         Response: Success\r\nActionID: ping-4\r\nPing: Pong\r\n",
        &[
            "Success: Success for voicemailuserslist-2",
            "Success: Success for voicemailuserstatus-3",
            "Shutdown: Shutdown",
            // The connection ends before the empty line.
            "Success: Unmatched",
        ],
        &[SUCCESS, SUCCESS, Lost(TimedOut)],
    );
}

/// Asterisk 1.6 to 13 and 1.4, as described in notes on these versions.
#[test]
fn odd_answers_between_1_4_and_13() {
    // 1.6.2: answers without an ActionID, answers of empty lines only, and text that ends with LF
    // and CR LF.
    check(
        "1.1",
        &["Events", "QueueRule", "SIPqualifypeer", "IAXnetstats", "Ping"],
        "Response: Success\r\nEvents: On\r\n\r\nResponse: Success\r\nRuleList: myrule\r\nRule: 20,+0,7\r\n\r\n\r\n\
         \r\n\r\n(None) 501 -1 0 0 -1 0 1 0 0 0 0 0 0 0 0 0 Tx:POKE    Tx:POKE   \n\r\n\
         Response: Success\r\nActionID: ping-6\r\nPing: Pong\r\n\r\n",
        &["Success: Unmatched", "Success: Unmatched", "-: Unmatched", "Success: Success for ping-6"],
        &[Lost(TimedOut), Lost(TimedOut), Lost(TimedOut), Lost(TimedOut), SUCCESS],
    );
    // 1.6.2: a list with a mark, one without a mark and with entries that lack an ActionID, and one
    // whose entries begin with the ActionID.
    check(
        "1.1",
        &["CoreShowChannels", "IAXpeers", "VoicemailUsersList"],
        "Response: Success\r\nActionID: coreshowchannels-2\r\nEventlist: start\r\nMessage: Channels will follow\r\n\r\n\
         Event: CoreShowChannel\r\nActionID: coreshowchannels-2\r\nChannel: SIP/1\r\n\r\n\
         Event: CoreShowChannelsComplete\r\nEventList: Complete\r\nListItems: 1\r\nActionID: coreshowchannels-2\r\n\r\n\
         Response: Success\r\nActionID: iaxpeers-3\r\nMessage: IAX Peer status list will follow\r\n\r\n\
         Event: PeerEntry\r\nChanneltype: IAX\r\nObjectName: a\r\n\r\nEvent: PeerEntry\r\nChanneltype: IAX\r\n\
         ObjectName: b\r\n\r\nEvent: PeerlistComplete\r\nListItems: 2\r\nActionID: iaxpeers-3\r\n\r\n\
         Response: Success\r\nActionID: voicemailuserslist-4\r\nMessage: Voicemail user list will follow\r\n\r\n\
         ActionID: voicemailuserslist-4\r\nEvent: VoicemailUserEntry\r\nVMContext: default\r\n\r\n\
         Event: VoicemailUserEntryComplete\r\nActionID: voicemailuserslist-4\r\n\r\n",
        &[
            "Success: Success for coreshowchannels-2, more follows",
            "CoreShowChannel: an entry for coreshowchannels-2",
            "CoreShowChannelsComplete: coreshowchannels-2 is complete after 1",
            "Success: Success for iaxpeers-3, more follows",
            "PeerEntry: an entry for iaxpeers-3",
            "PeerEntry: an entry for iaxpeers-3",
            "PeerlistComplete: iaxpeers-3 is complete after 2",
            "Success: Success for voicemailuserslist-4, more follows",
            "VoicemailUserEntry: an entry for voicemailuserslist-4",
            "VoicemailUserEntryComplete: voicemailuserslist-4 is complete after 1",
        ],
        &[List(1), List(2), List(1)],
    );
    // The same event as news and as an entry, and a list that ends without a mark.
    check(
        "1.3",
        &["ParkedCalls", "Status"],
        "Event: ParkedCall\r\nPrivilege: call,all\r\nExten: 701\r\nChannel: SIP/1\r\n\r\n\
         Response: Success\r\nActionID: parkedcalls-2\r\nMessage: Parked calls will follow\r\n\r\n\
         Event: ParkedCall\r\nExten: 701\r\nChannel: SIP/1\r\nActionID: parkedcalls-2\r\n\r\n\
         Event: ParkedCallsComplete\r\nTotal: 1\r\nActionID: parkedcalls-2\r\n\r\n\
         Response: Success\r\nActionID: status-3\r\nMessage: Channel status will follow\r\n\r\n\
         Event: Status\r\nPrivilege: Call\r\nChannel: SIP/1\r\nActionID: status-3\r\n\r\n\
         Event: StatusComplete\r\nActionID: status-3\r\nItems: 1\r\n\r\n",
        &[
            "ParkedCall: an event",
            "Success: Success for parkedcalls-2, more follows",
            "ParkedCall: an entry for parkedcalls-2",
            "ParkedCallsComplete: parkedcalls-2 is complete after 1",
            "Success: Success for status-3, more follows",
            "Status: an entry for status-3",
            "StatusComplete: status-3 is complete after 1",
        ],
        &[List(1), List(1)],
    );
    // 1.8 to 13: an event without a response.
    check(
        "1.3",
        &["DataGet", "Ping"],
        "Event: DataGet Tree\r\nActionID: dataget-2\r\nasterisk: x\r\n\r\n\
         Response: Success\r\nActionID: ping-3\r\nPing: Pong\r\n\r\n",
        &["DataGet Tree: the event for dataget-2", "Success: Success for ping-3"],
        &[Event, SUCCESS],
    );
    // 1.4: two responses, the second with a word that no other action uses.
    check(
        "1.0",
        &["JabberSend"],
        "Response: Success\r\nActionID: jabbersend-2\r\nMessage: Attempting to send Jabber Message\r\n\r\n\
         Response: Failure\r\nActionID: jabbersend-2\r\nMessage: Failed to send\r\n\r\n",
        &["Success: Success for jabbersend-2", "Failure: Unmatched"],
        &[SUCCESS],
    );
}
