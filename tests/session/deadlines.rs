//! Deadlines, the keepalive, and the stages at which actions may be submitted.

use embedded_ami::action::{Raw, from_fn};
use embedded_ami::classes::Classes;
use embedded_ami::client::{
    Credentials, Incoming, LossReason, ResponseStatus, Session, SessionError, Slot, Stage, Ticket, Timing,
};
use embedded_ami::wire::{Dialect, EncodeError, Outbox, Value};

use crate::client::{Client, PREFIX, SECRET, USER, last_id, slots};

const TIMING: Timing = Timing::DEFAULT.login(1000).boot(300).action(500).keepalive(2000).pong(100);

fn timed(timing: Timing) -> Client {
    Client::new(slots(4).timing(timing), 256)
}

fn lost(ticket: Ticket, reason: LossReason) -> Option<Incoming> {
    Some(Incoming::Lost { ticket, reason })
}

/// Checks that the session waits until `time` and then reports `reported` once.
#[track_caller]
fn expect_at(client: &mut Client, time: u64, reported: Incoming) {
    assert_eq!(client.session.deadline(), Some(time));
    assert_eq!(client.on_timeout(time - 1), None);
    assert_eq!(client.session.deadline(), Some(time));
    assert_eq!(client.on_timeout(time), Some(reported));
    assert_eq!(client.on_timeout(time), None);
}

fn accept(client: &mut Client) -> Vec<Incoming> {
    let id = last_id(&client.take_sent());
    client
        .receive(&format!("Response: Success\r\nActionID: {id}\r\nMessage: Authentication accepted\r\n\r\n"))
}

#[test]
fn default_times_are_as_documented() {
    let expected = Timing::DEFAULT.login(10_000).boot(1_000).action(30_000).keepalive(30_000).pong(10_000);
    assert_eq!(Timing::default(), expected);
    let mut client = Client::new(slots(1), 256);
    assert_eq!(client.session.deadline(), None);
    client.connect(PREFIX);
    expect_at(&mut client, 10_000, Incoming::ServerTimedOut(Stage::Connecting));
    assert_eq!(client.session.deadline(), None);
    let mut client = Client::new(slots(1), 256).logged_in("11.0.0");
    let (ticket, _) = client.request("CoreStatus");
    assert_eq!(client.on_timeout(29_999), None);
    assert_eq!(client.on_timeout(30_000), lost(ticket, LossReason::TimedOut));
}

#[test]
fn the_deadlines_of_the_banner_and_of_the_login() {
    let challenge = |id: &str| format!("Response: Success\r\nActionID: {id}\r\nChallenge: 1\r\n\r\n");
    for steps in 0..5 {
        let mut client = timed(TIMING);
        client.now = 77;
        client.connect(PREFIX);
        assert_eq!(client.session.stage(), Stage::Connecting);
        let mut stage = Stage::Connecting;
        if steps == 1 {
            // The test does not log in.
            client.credentials = None;
        }
        // The deadline of the banner counts from the connection, that of the login from its first
        // request. A session that waits for the caller, also with a challenge, has none.
        let mut deadline = Some(1077);
        if steps > 0 {
            client.now += 100;
            assert_eq!(client.receive("Asterisk Call Manager/11.0.0\r\n"), [Incoming::LogIn]);
            stage = Stage::LoggingIn;
            deadline = (steps > 1).then_some(1177);
        }
        if steps > 2 {
            client.now += 100;
            let id = last_id(&client.take_sent());
            if steps == 3 {
                client.credentials = None;
                deadline = None;
            }
            assert_eq!(client.receive(&challenge(&id)), [Incoming::LogIn]);
        }
        assert_eq!(client.session.stage(), stage);
        // Other messages do not extend the deadline.
        client.now += 700;
        client.receive("Event: X\r\nPrivilege: call,all\r\n\r\n");
        let Some(deadline) = deadline else {
            assert_eq!(client.session.deadline(), None);
            assert_eq!(client.on_timeout(100_000), None);
            continue;
        };
        expect_at(&mut client, deadline, Incoming::ServerTimedOut(stage));
        assert_eq!(client.session.stage(), Stage::Closed);
        // The response is too late.
        client.credentials = None;
        if steps == 4 {
            assert_eq!(accept(&mut client), [Incoming::Unmatched]);
        }
        assert_eq!(client.submit("CoreStatus"), Err(SessionError::Stage(Stage::Closed)));
    }
}

#[test]
fn a_response_in_the_millisecond_of_its_deadline_is_in_time() {
    let mut client = timed(TIMING).logged_in("11.0.0");
    let (ticket, id) = client.request("CoreStatus");
    client.now = 500;
    let reported = client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
    assert_eq!(reported, [Incoming::Response { ticket, status: ResponseStatus::Success, is_end: true }]);
    assert_eq!(client.on_timeout(500), None);
    assert_eq!(client.session.outstanding(), 0);
}

#[test]
fn without_fully_booted_the_session_is_ready_after_the_boot_time() {
    let mut client = timed(TIMING);
    client.connect(PREFIX);
    client.credentials = Some(Credentials::plain(USER, SECRET).events("on"));
    client.receive("Asterisk Call Manager/1.0\r\n");
    client.now = 40;
    assert_eq!(accept(&mut client), [Incoming::Internal]);
    assert_eq!(client.session.stage(), Stage::Ready);
    // The caller may submit before the boot has finished.
    let (ticket, id) = client.request("CoreStatus");
    let reported = client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
    assert_eq!(reported, [Incoming::Response { ticket, status: ResponseStatus::Success, is_end: true }]);
    expect_at(&mut client, 340, Incoming::Ready);
    let booted = "Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n";
    assert_eq!(client.receive(booted), [Incoming::Event { ticket: None }]);

    let mut client = timed(TIMING);
    client.connect(PREFIX);
    client.receive("Asterisk Call Manager/1.1\r\n");
    let id = last_id(&client.take_sent());
    client.receive(&format!("Response: Success\r\nActionID: {id}\r\nChallenge: 1\r\n\r\n"));
    assert_eq!(accept(&mut client), [Incoming::Internal]);
    assert_eq!(client.receive(booted), [Incoming::Ready]);
    assert_eq!(client.receive(booted), [Incoming::Event { ticket: None }]);
    assert_eq!(client.session.deadline(), Some(2000), "only the keepalive is left");
}

#[test]
fn a_session_without_system_events_is_ready_at_once() {
    let ready = |timing: Timing, events: Option<&'static str>| {
        let mut client = timed(timing);
        let plain = Credentials::plain(USER, SECRET).events("on");
        client.credentials = Some(events.map_or(plain, |mask| plain.events(mask)));
        client.connect(PREFIX);
        client.receive("Asterisk Call Manager/11.0.0\r\n");
        accept(&mut client)
    };
    assert_eq!(ready(TIMING.boot(0), None), [Incoming::Ready]);
    for mask in ["off", "Off", "no", "0", "none", "false", "n", "f"] {
        assert_eq!(ready(TIMING, Some(mask)), [Incoming::Ready], "{mask}");
    }
    for mask in ["on", "system", "call,system", "yes", "1"] {
        assert_eq!(ready(TIMING, Some(mask)), [Incoming::Internal], "{mask}");
    }
    for mask in [
        "call",
        "call,user",
        "s,call",
        "call,s",
        ",call",
        "a,user",
        "all",
        "security",
        "sys,x",
        "system, call",
        "x",
    ] {
        let may_come = Classes::from_mask(Value::new(mask.as_bytes())).unwrap().contains(Classes::SYSTEM);
        // A prefix of `system` at the end of the mask is not a class, but the session may take it
        // for one.
        let waits = may_come || mask == "call,s";
        let expected = if waits { Incoming::Internal } else { Incoming::Ready };
        assert_eq!(ready(TIMING, Some(mask)), [expected], "{mask}");
    }
}

#[test]
fn an_idle_connection_is_pinged() {
    let mut client = timed(TIMING).logged_in("11.0.0");
    client.now = 50;
    client.receive("Event: X\r\nPrivilege: call,all\r\n\r\n");
    for begin in [50, 2060, 4070] {
        assert_eq!(client.session.deadline(), Some(begin + 2000));
        assert_eq!(client.on_timeout(begin + 1999), None);
        assert_eq!(client.take_sent(), "");
        assert_eq!(client.on_timeout(begin + 2000), None);
        let ping = client.take_sent();
        let id = last_id(&ping);
        assert_eq!(ping, format!("Action: Ping\r\nActionID: {id}\r\n\r\n"));
        assert_eq!(client.session.deadline(), Some(begin + 2100));
        client.now += 10;
        let reported = client.receive(&format!("Response: Success\r\nActionID: {id}\r\nPing: Pong\r\n\r\n"));
        assert_eq!(reported, [Incoming::Internal]);
        // A second response is unmatched.
        let reported = client.receive(&format!("Response: Success\r\nActionID: {id}\r\nPing: Pong\r\n\r\n"));
        assert_eq!(reported, [Incoming::Unmatched]);
    }
    assert_eq!(client.on_timeout(8080), None);
    client.take_sent();
    expect_at(&mut client, 8180, Incoming::ServerTimedOut(Stage::Ready));
    assert_eq!(client.session.stage(), Stage::Closed);
}

/// Any message after a Ping is a sign of life.
const LIFE: [&str; 4] = [
    "Event: X\r\nPrivilege: call,all\r\n\r\n",
    "Response: Success\r\nActionID: 7\r\n\r\n",
    "No queues.\r\n\r\n",
    "Response: Error\r\nMessage: Missing action in request\r\n\r\n",
];

#[test]
fn any_message_is_a_sign_of_life() {
    for life in LIFE {
        for at in [2001, 2099, 2100] {
            let mut client = timed(TIMING).logged_in("11.0.0");
            assert_eq!(client.on_timeout(2000), None);
            assert_eq!(client.session.deadline(), Some(2100));
            client.now = at;
            client.receive(life);
            assert_eq!(client.on_timeout(2100), None);
            assert_eq!(client.session.stage(), Stage::Ready);
            assert_eq!(client.session.deadline(), Some(at + 2000), "the next Ping");
        }
    }
}

/// Otherwise a message without an end would hide for ever that the server has died.
#[test]
fn parts_of_a_message_that_no_action_waits_for_are_no_sign_of_life() {
    for head in [
        "Event: X\r\n",
        "Event: X\r\nPrivilege: call,all\r\n",
        "Response: Success\r\n",
        "Response: Success\r\nActionID: 7\r\n",
        "Response: Follows\r\nPrivilege: Command\r\n",
        "Response: Success\r\nActionID: LATE\r\n",
        "Response: Follows\r\nPrivilege: Command\r\nActionID: LATE\r\n",
        "x\r\n",
    ] {
        let mut client = Client::new(slots(2).timing(TIMING), 64).logged_in("1.1");
        let (late, id) = client.request("Command");
        assert!(client.session.forget(late));
        client.receive(&head.replace("LATE", &id));
        let mut parts = 0;
        for now in (0..2100).step_by(100) {
            client.now = now;
            parts += client.receive("Output: 0123456789012345678901234567890123456789\r\n").len();
            if now < 2000 {
                assert_eq!(client.session.deadline(), Some(2000), "{head}");
                assert_eq!(client.on_timeout(now), None);
            }
        }
        assert!(parts > 10);
        assert_eq!(client.on_timeout(2000), None);
        assert!(client.take_sent().starts_with("Action: Ping\r\n"), "{head}");
        client.receive("Output: 0123456789012345678901234567890123456789\r\n");
        assert_eq!(client.on_timeout(2100), Some(Incoming::ServerTimedOut(Stage::Ready)), "{head}");
    }
}

/// A long answer over a slow line takes longer than a Pong may.
#[test]
fn parts_of_an_answer_that_is_in_time_are_signs_of_life() {
    for head in ["Response: Success\r\n", "Response: Follows\r\nPrivilege: Command\r\n"] {
        let mut client = Client::new(slots(2).timing(TIMING.action(10_000)), 64).logged_in("1.1");
        assert_eq!(client.on_timeout(2000), None);
        assert!(client.take_sent().starts_with("Action: Ping\r\n"));
        let (ticket, id) = client.request("Command");
        client.receive(&format!("{head}ActionID: {id}\r\n"));
        for now in (2000..9000).step_by(90) {
            client.now = now;
            client.receive("Output: 0123456789012345678901234567890123456789\r\n");
            assert_eq!(client.on_timeout(now), None, "{head}");
        }
        client.receive("--END COMMAND--\r\n\r\n");
        assert!(!client.session.forget(ticket), "the action has ended");
        assert_eq!(client.session.stage(), Stage::Ready);
    }
}

/// A list of small entries takes longer than a Pong may, over a slow line.
#[test]
fn entries_are_signs_of_life_even_after_the_deadline_of_their_list() {
    let mut client = Client::new(slots(2).timing(TIMING), 256).logged_in("11.0.0");
    let (ticket, id) = client.request("SIPpeers");
    client.receive(&format!("Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n"));
    for now in (0..9000).step_by(90) {
        client.receive(&format!("Event: PeerEntry\r\nActionID: {id}\r\n\r\n"));
        let reported = client.on_timeout(now);
        let is_lost = matches!(reported, Some(Incoming::Lost { ticket: lost, .. }) if lost == ticket);
        assert!(reported.is_none() || is_lost && now == 540, "{reported:?} at {now}");
    }
    assert_eq!(client.session.stage(), Stage::Ready);
    assert_eq!(client.take_sent(), "");
}

#[test]
fn a_sign_of_life_counts_even_if_on_timeout_is_called_late() {
    for life in LIFE {
        let mut client = timed(TIMING).logged_in("11.0.0");
        assert_eq!(client.on_timeout(2000), None);
        client.now = 2001;
        client.receive(life);
        // The caller was busy for a second.
        assert_eq!(client.on_timeout(3100), None);
        assert_eq!(client.session.stage(), Stage::Ready);
    }
}

#[test]
fn no_ping_while_an_action_is_outstanding() {
    let mut client = timed(TIMING.action(10_000)).logged_in("11.0.0");
    let (ticket, _) = client.request("Originate");
    let (other, _) = client.request("CoreStatus");
    assert_eq!(client.session.deadline(), Some(10_000));
    for now in (0..10_000).step_by(100) {
        assert_eq!(client.on_timeout(now), None);
    }
    assert!(client.session.forget(other));
    expect_at(&mut client, 10_000, Incoming::Lost { ticket, reason: LossReason::TimedOut });
    // Then the Ping is overdue.
    assert!(client.take_sent().starts_with("Action: Ping\r\n"));
    expect_at(&mut client, 10_100, Incoming::ServerTimedOut(Stage::Ready));
}

#[test]
fn an_action_after_a_ping_does_not_extend_its_deadline() {
    let mut client = timed(TIMING).logged_in("11.0.0");
    assert_eq!(client.on_timeout(2000), None);
    client.take_sent();
    let (ticket, id) = client.request("CoreStatus");
    expect_at(&mut client, 2100, Incoming::ServerTimedOut(Stage::Ready));
    let late = client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
    assert_eq!(late, [Incoming::Unmatched]);
    // Outstanding actions still end, by their deadline or with the connection.
    assert_eq!(client.session.outstanding(), 1);
    expect_at(&mut client, 2500, Incoming::Lost { ticket, reason: LossReason::TimedOut });
    assert_eq!(client.session.deadline(), None);
    assert_eq!(client.close(), []);
}

#[test]
fn keepalive_0_never_pings() {
    let mut client = timed(TIMING.keepalive(0)).logged_in("11.0.0");
    assert_eq!(client.session.deadline(), None);
    assert_eq!(client.on_timeout(u64::MAX), None);
    assert_eq!(client.take_sent(), "");
    assert_eq!(client.session.stage(), Stage::Ready);
}

#[test]
fn a_ping_that_does_not_fit_times_out_all_the_same() {
    let mut client = timed(TIMING).logged_in("11.0.0");
    client.outbox = Outbox::for_client(vec![0; 80], Dialect::Current);
    let ticket = client.submit("CoreStatus").unwrap();
    assert!(client.session.forget(ticket));
    let pending = client.outbox.pending().to_vec();
    // The pending bytes are kept, and a server that does not answer them has timed out all the
    // same.
    assert_eq!(client.on_timeout(2000), None);
    assert_eq!(client.outbox.pending(), pending);
    expect_at(&mut client, 2100, Incoming::ServerTimedOut(Stage::Ready));

    let mut client = timed(TIMING).logged_in("11.0.0");
    client.outbox = Outbox::for_client(vec![0; 40], Dialect::Current);
    let error = client.session.on_timeout(2000, &mut client.outbox);
    assert_eq!(error, Err(SessionError::Encode(EncodeError::TooLarge { storage: 40 })));
}

#[test]
fn each_action_has_its_own_deadline() {
    let mut client = timed(TIMING).logged_in("11.0.0");
    let mut within = |time: u32| {
        let action = Raw::without_headers("CoreStatus");
        client.session.submit_within(&action, time, 10, &mut client.outbox).unwrap()
    };
    let (slow, never, quick, soon) = (within(90_000), within(u32::MAX), within(5), within(0));
    client.now = 10;
    // A limit of 0 expires at once, not later.
    assert_eq!(client.session.deadline(), Some(10));
    assert_eq!(client.on_timeout(10), lost(soon, LossReason::TimedOut));
    expect_at(&mut client, 15, Incoming::Lost { ticket: quick, reason: LossReason::TimedOut });
    expect_at(&mut client, 90_010, Incoming::Lost { ticket: slow, reason: LossReason::TimedOut });
    expect_at(
        &mut client,
        10 + u64::from(u32::MAX),
        Incoming::Lost { ticket: never, reason: LossReason::TimedOut },
    );
}

#[test]
fn all_expired_actions_are_reported() {
    let mut client = timed(TIMING).logged_in("11.0.0");
    let tickets: Vec<_> = (0..4).map(|_| client.request("CoreStatus").0).collect();
    client.now = 100_000;
    let mut reported = Vec::new();
    while let Some(incoming) = client.on_timeout(100_000) {
        reported.push(incoming);
    }
    let lost = |ticket| Incoming::Lost { ticket, reason: LossReason::TimedOut };
    assert_eq!(reported, tickets.into_iter().map(lost).collect::<Vec<_>>());
}

#[test]
fn an_unfinished_list_or_event_is_cut_short_at_its_deadline() {
    let mut client = timed(TIMING).logged_in("11.0.0");
    let (list, id) = client.request("CoreShowChannels");
    client.receive(&format!("Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n"));
    // Entries do not extend the deadline.
    for now in 0..499 {
        client.now = now;
        let reported = client.receive(&format!("Event: CoreShowChannel\r\nActionID: {id}\r\n\r\n"));
        assert_eq!(reported, [Incoming::ListEntry { ticket: list, is_end: false }]);
    }
    expect_at(
        &mut client,
        500,
        Incoming::Lost { ticket: list, reason: LossReason::CutShort { entries: 499 } },
    );
    for late in [
        format!("Event: CoreShowChannel\r\nActionID: {id}\r\n\r\n"),
        format!("Event: CoreShowChannelsComplete\r\nActionID: {id}\r\nEventList: Complete\r\n\r\n"),
        format!("Response: Error\r\nActionID: {id}\r\n\r\n"),
    ] {
        assert_eq!(client.receive(&late), [Incoming::Unmatched]);
    }

    let (wait, id) = client.request("WaitEvent");
    client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
    expect_at(
        &mut client,
        1000,
        Incoming::Lost { ticket: wait, reason: LossReason::CutShort { entries: 0 } },
    );
}

#[test]
fn one_at_a_time() {
    let session = Session::new(vec![Slot::FREE; 4]).timing(TIMING).one_at_a_time();
    let mut client = Client::new(session, 256).logged_in("1.0");
    let (_, id) = client.request("CoreStatus");
    assert_eq!(client.submit("CoreStatus"), Err(SessionError::Busy));
    assert_eq!(client.take_sent(), "");
    client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
    // A list occupies the session until its end.
    let (ticket, id) = client.request("Status");
    client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
    assert_eq!(client.submit("CoreStatus"), Err(SessionError::Busy));
    let reported = client.receive(&format!("Event: StatusComplete\r\nActionID: {id}\r\n\r\n"));
    assert_eq!(reported, [Incoming::ListComplete { ticket, entries: 0 }]);
    // The session's own Ping counts as well.
    client.on_timeout(2000);
    let id = last_id(&client.take_sent());
    assert_eq!(client.submit("CoreStatus"), Err(SessionError::Busy));
    client.receive(&format!("Response: Pong\r\nActionID: {id}\r\n\r\n"));
    let (ticket, _) = client.request("CoreStatus");
    // A deadline ends the action, and so does `forget`.
    assert_eq!(client.on_timeout(2500), lost(ticket, LossReason::TimedOut));
    let (ticket, _) = client.request("CoreStatus");
    assert!(client.session.forget(ticket));
    client.request("CoreStatus");
}

#[test]
fn at_most_one_action_per_slot() {
    for count in [0, 1, 3] {
        let mut client = Client::new(slots(count), 256).logged_in("11.0.0");
        let asked: Vec<_> = (0..count).map(|_| client.request("CoreStatus")).collect();
        assert_eq!(client.submit("CoreStatus"), Err(SessionError::SlotsFull));
        assert_eq!(client.take_sent(), "");
        assert_eq!(client.session.outstanding(), count);
        for (_, id) in &asked {
            client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
        }
        assert_eq!(client.session.outstanding(), 0);
        for _ in 0..count {
            let (ticket, _) = client.request("CoreStatus");
            assert!(asked.iter().all(|&(old, _)| old != ticket));
        }
    }
}

#[test]
fn nothing_is_submitted_unless_ready() {
    let mut client = timed(TIMING);
    let refused = |client: &mut Client, stage| {
        assert_eq!(client.session.stage(), stage);
        let now = client.now;
        let error = SessionError::Stage(stage);
        assert_eq!(client.submit("CoreStatus"), Err(error));
        assert_eq!(client.session.log_off(now, &mut client.outbox), Err(error));
        assert_eq!(client.take_sent(), "");
        assert_eq!(client.session.outstanding(), 0);
    };
    refused(&mut client, Stage::Closed);
    client.connect(PREFIX);
    refused(&mut client, Stage::Connecting);
    client.receive("Asterisk Call Manager/11.0.0\r\n");
    let id = last_id(&client.take_sent());
    refused(&mut client, Stage::LoggingIn);
    client.receive(&format!("Response: Success\r\nActionID: {id}\r\nChallenge: 1\r\n\r\n"));
    let id = last_id(&client.take_sent());
    refused(&mut client, Stage::LoggingIn);
    client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
    let message = client.decoder.message();
    let again = client.session.log_in(
        &Credentials::plain(USER, SECRET).events("on"),
        &message,
        client.now,
        &mut client.outbox,
    );
    assert_eq!(again, Err(SessionError::Stage(Stage::Ready)));
    client.session.log_off(client.now, &mut client.outbox).unwrap();
    let id = last_id(&client.take_sent());
    refused(&mut client, Stage::LoggingOff);
    assert_eq!(
        client.receive(&format!("Response: Goodbye\r\nActionID: {id}\r\n\r\n")),
        [Incoming::LoggedOff]
    );
    refused(&mut client, Stage::Closed);
}

#[test]
fn a_refused_action_changes_nothing() {
    let mut client = timed(TIMING).logged_in("11.0.0");
    let now = client.now;
    let Client { session, outbox, .. } = &mut client;
    let long = "x".repeat(1100);
    let long = [("Variable", long.as_str())];
    let many: Vec<_> = (0..130).map(|_| ("Variable", "a=b")).collect();
    let actions = [
        Raw::new("Bad\r\nAction: Logoff", &[]),
        Raw::new("Getvar", &[("Variable", "x\r\nAction: Logoff")]),
        Raw::new("Getvar", &[("Bad Name", "x")]),
        Raw::new("Getvar", &[("ActionID", "mine")]),
        Raw::new("Getvar", &long),
        Raw::new("Originate", &many),
    ];
    for action in &actions {
        let error = session.submit(action, now, outbox).unwrap_err();
        assert!(matches!(error, SessionError::Encode(_)), "{error}");
        assert!(std::error::Error::source(&error).is_some());
    }
    let fails = from_fn("Getvar", |headers| {
        headers.header("Variable", "x")?;
        Err(EncodeError::NoHeaders)
    });
    assert_eq!(session.submit(&fails, now, outbox), Err(SessionError::Encode(EncodeError::NoHeaders)));
    assert!(outbox.pending().is_empty() && session.outstanding() == 0);
    assert_eq!(session.deadline(), Some(2000), "only the keepalive");

    // The outbox has no room for a second action.
    *outbox = Outbox::for_client(vec![0; 100], Dialect::Current);
    let first = session.submit(&Raw::without_headers("CoreStatus"), now, outbox).unwrap();
    let pending = outbox.pending().to_vec();
    let error = session.submit(&Raw::without_headers("CoreStatus"), now, outbox);
    assert_eq!(error, Err(SessionError::Encode(EncodeError::Full)));
    assert_eq!(session.log_off(now, outbox), Err(SessionError::Encode(EncodeError::Full)));
    assert_eq!((outbox.pending(), session.stage(), session.outstanding()), (&pending[..], Stage::Ready, 1));
    outbox.advance(usize::MAX);
    let second = session.submit(&Raw::without_headers("CoreStatus"), now, outbox).unwrap();
    assert_ne!(first, second);
}

#[test]
fn responses_to_a_forgotten_action_are_unmatched() {
    let mut client = timed(TIMING).logged_in("11.0.0");
    let (asked, id) = client.request("CoreStatus");
    let (kept, kept_id) = client.request("CoreStatus");
    assert!(client.session.forget(asked));
    assert!(!client.session.forget(asked));
    assert_eq!(client.session.outstanding(), 1);
    assert_eq!(
        client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n")),
        [Incoming::Unmatched]
    );
    // The same in the middle of a list.
    let (list, id) = client.request("SIPpeers");
    client.receive(&format!("Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n"));
    client.receive(&format!("Event: PeerEntry\r\nActionID: {id}\r\n\r\n"));
    assert!(client.session.forget(list));
    for text in ["Event: PeerEntry\r\n", "Event: PeerlistComplete\r\nEventList: Complete\r\n"] {
        assert_eq!(client.receive(&format!("{text}ActionID: {id}\r\n\r\n")), [Incoming::Unmatched]);
    }
    // Another action takes the slot; messages for the first one do not affect it.
    let (next, next_id) = client.request("SIPpeers");
    assert_eq!(client.receive(&format!("Response: Error\r\nActionID: {id}\r\n\r\n")), [Incoming::Unmatched]);
    assert!(!client.session.forget(list));
    let reported = client.receive(&format!("Response: Error\r\nActionID: {next_id}\r\n\r\n"));
    assert_eq!(reported, [Incoming::Response { ticket: next, status: ResponseStatus::Error, is_end: true }]);
    let reported = client.receive(&format!("Response: Success\r\nActionID: {kept_id}\r\n\r\n"));
    assert_eq!(
        reported,
        [Incoming::Response { ticket: kept, status: ResponseStatus::Success, is_end: true }]
    );
    assert_eq!(client.on_timeout(1_000_000), None);
    assert_eq!(client.close(), []);
}

#[test]
fn a_logoff_is_answered_or_times_out() {
    let mut client = timed(TIMING).logged_in("11.0.0");
    let (ticket, id) = client.request("CoreStatus");
    client.session.log_off(0, &mut client.outbox).unwrap();
    let logoff = client.take_sent();
    assert!(logoff.starts_with("Action: Logoff\r\n"));
    // Actions submitted before the logoff are answered first.
    let reported = client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
    assert_eq!(reported, [Incoming::Response { ticket, status: ResponseStatus::Success, is_end: true }]);
    let reported = client.receive("Event: X\r\nPrivilege: call,all\r\n\r\n");
    assert_eq!(reported, [Incoming::Event { ticket: None }]);
    let goodbye = format!("Response: Goodbye\r\nActionID: {}\r\nMessage: Thanks.\r\n\r\n", last_id(&logoff));
    assert_eq!(client.receive(&goodbye), [Incoming::LoggedOff]);
    assert_eq!(client.receive(&goodbye), [Incoming::Unmatched]);
    assert_eq!(client.session.deadline(), None);
    assert_eq!(client.close(), []);

    let mut client = timed(TIMING).logged_in("11.0.0");
    let (ticket, _) = client.request("CoreStatus");
    client.now = 100;
    client.session.log_off(100, &mut client.outbox).unwrap();
    assert_eq!(client.on_timeout(500), lost(ticket, LossReason::TimedOut));
    expect_at(&mut client, 600, Incoming::ServerTimedOut(Stage::LoggingOff));
}

#[test]
fn an_error_does_not_complete_the_logoff() {
    let mut client = timed(TIMING).logged_in("11.0.0");
    client.session.log_off(0, &mut client.outbox).unwrap();
    let logoff = last_id(&client.take_sent());
    // The server did not read a Logoff and carries on.
    let reported = client.receive(&format!(
        "Response: Error\r\nActionID: {logoff}\r\nMessage: Invalid/unknown command: Logof.\r\n\r\n"
    ));
    assert_eq!(reported, [Incoming::Internal]);
    assert_eq!(client.session.stage(), Stage::LoggingOff);
    expect_at(&mut client, 500, Incoming::ServerTimedOut(Stage::LoggingOff));
}

#[test]
fn a_ping_under_way_does_not_disturb_the_logoff() {
    let mut client = timed(TIMING).logged_in("11.0.0");
    client.on_timeout(2000);
    let ping = last_id(&client.take_sent());
    client.session.log_off(2000, &mut client.outbox).unwrap();
    let logoff = last_id(&client.take_sent());
    let reported = client.receive(&format!("Response: Success\r\nActionID: {ping}\r\nPing: Pong\r\n\r\n"));
    assert_eq!(reported, [Incoming::Unmatched]);
    assert_eq!(client.session.stage(), Stage::LoggingOff);
    let reported = client.receive(&format!("Response: Goodbye\r\nActionID: {logoff}\r\n\r\n"));
    assert_eq!(reported, [Incoming::LoggedOff]);
}

#[test]
fn a_shutdown_event_is_reported() {
    let mut client = timed(TIMING).logged_in("11.0.0");
    let (ticket, _) = client.request("CoreStatus");
    let reported = client.receive("Event: Shutdown\r\nPrivilege: system,all\r\nShutdown: Cleanly\r\n\r\n");
    assert_eq!(reported, [Incoming::Shutdown]);
    // Everything goes on until the connection ends.
    assert_eq!(client.session.stage(), Stage::Ready);
    assert_eq!(client.close(), [Incoming::Lost { ticket, reason: LossReason::OutcomeUnknown }]);
}
