//! Command output whose end mark was lost: the connection must not stay deaf.

use embedded_ami::client::{Credentials, Incoming, LossReason, Stage, Ticket, Timing};

use crate::client::{Client, PREFIX, SECRET, USER, ended_ticket, last_id, slots};

const TIMING: Timing = Timing::DEFAULT.action(500).keepalive(2000).pong(100);
const EVENT: &str = "Event: Hangup\r\nPrivilege: call,all\r\nChannel: SIP/7-1\r\nCause: 16\r\n\r\n";

fn logged_in(storage: usize) -> Client {
    Client::new(slots(4).timing(TIMING), storage).logged_in("1.1")
}

/// Does what a run loop does when the decoder needs input at this time. Returns whether the message
/// was given up, and the reports.
fn need_input(client: &mut Client, now: u64) -> (bool, Vec<Incoming>) {
    client.now = now;
    let mut reported = Vec::new();
    let mut is_given_up = false;
    // The next message in the decoder can be such output again.
    while client.session.is_overdue(client.decoder.unfinished(), now) {
        client.decoder.abandon();
        is_given_up = true;
        reported.extend(client.receive(""));
    }
    reported.extend(std::iter::from_fn(|| client.session.on_timeout(now, &mut client.outbox).unwrap()));
    (is_given_up, reported)
}

fn follows(id: &str) -> String {
    format!("Response: Follows\r\nPrivilege: Command\r\n{id}System uptime: 1 hour\n")
}

fn hangups(reported: &[Incoming]) -> usize {
    reported.iter().filter(|incoming| matches!(incoming, Incoming::Event { .. })).count()
}

#[test]
fn the_action_fails_at_its_deadline_and_events_flow_again() {
    for storage in [64, 100, 256, 4096] {
        // The number of events that the output swallows before the deadline.
        for swallowed in [0, 1, 2, 40] {
            let mut client = logged_in(storage);
            let (ticket, id) = client.request("Command");
            let mut reported = client.receive(&follows(&format!("ActionID: {id}\r\n")));
            for _ in 0..swallowed {
                reported.extend(client.receive(EVENT));
            }
            // A part before the ActionID is unmatched.
            let is_expected = |part: &Incoming| {
                matches!(part, Incoming::Response { is_end: false, .. } | Incoming::Unmatched)
            };
            assert!(reported.iter().all(is_expected));
            assert_eq!(need_input(&mut client, 499), (false, vec![]));
            let (is_given_up, reported) = need_input(&mut client, 500);
            assert!(is_given_up);
            let lost = Incoming::Lost { ticket, reason: LossReason::TimedOut };
            assert_eq!(reported.last(), Some(&lost));
            assert!(!reported[..reported.len() - 1].contains(&lost));
            // Events that the decoder still held are delivered, the others are lost. At most the
            // next one, up to its empty line, is part of what was given up.
            let held = hangups(&reported);
            assert!(held < swallowed.max(1));
            assert!(storage < 4096 || swallowed == 0 || held == swallowed - 1, "{held} of {swallowed}");
            let reported: Vec<_> = (0..5).flat_map(|_| client.receive(EVENT)).collect();
            assert!(hangups(&reported) >= 4, "{reported:?} through {storage}");
            // The session goes on.
            let (next, id) = client.request("Ping");
            let text = format!("Response: Success\r\nActionID: {id}\r\n\r\n");
            let reported = client.receive(&text);
            assert!(matches!(reported.last(), Some(Incoming::Response { ticket, .. }) if *ticket == next));
        }
    }
}

/// Such output is a late answer, that to a forgotten action, or to another client's.
#[test]
fn output_that_no_action_waits_for_is_given_up_after_the_time_of_an_action() {
    for storage in [64, 256, 4096] {
        for sort in 0..3 {
            let mut client = logged_in(storage);
            let (ticket, id) = client.request("Command");
            assert!(client.session.forget(ticket));
            let id = match sort {
                0 => format!("ActionID: {id}\r\n"),
                1 => "ActionID: 7\r\n".to_owned(),
                _ => String::new(),
            };
            // The last complete message arrives at 1000.
            client.now = 1000;
            client.receive(EVENT);
            client.receive(&follows(&id));
            client.receive(&EVENT.repeat(20));
            for now in (1000..1499).step_by(10) {
                assert_eq!(need_input(&mut client, now), (false, vec![]));
            }
            let (is_given_up, reported) = need_input(&mut client, 1500);
            assert!(is_given_up);
            assert!(reported.iter().all(|part| matches!(part, Incoming::Unmatched | Incoming::Event { .. })));
            let reported = client.receive(&EVENT.repeat(3));
            assert!(hangups(&reported) >= 2);
            assert_eq!(client.session.stage(), Stage::Ready);
        }
    }
}

/// The deadline of one action does not cut the output of another one short.
#[test]
fn only_the_action_that_is_being_answered_counts() {
    for storage in [64, 256, 4096] {
        let mut client = logged_in(storage);
        let (early, _) = client.request("Originate");
        client.now = 400;
        let (ticket, id) = client.request("Command");
        client.receive(&follows(&format!("ActionID: {id}\r\n")));
        for now in (410..900).step_by(10) {
            client.receive("x\n");
            let (is_given_up, reported) = need_input(&mut client, now);
            let lost = Incoming::Lost { ticket: early, reason: LossReason::TimedOut };
            assert!(!is_given_up);
            assert_eq!(reported, if now == 500 { vec![lost] } else { vec![] });
        }
        let reported = client.receive("--END COMMAND--\r\n\r\n");
        let is_end = |part: &Incoming| matches!(part, Incoming::Response { ticket: of, is_end: true, .. } if *of == ticket);
        assert!(reported.last().is_some_and(is_end));
    }
}

/// In a session that sends one action at a time, output without an ActionID is that of the action.
#[test]
fn output_without_an_id_in_one_at_a_time_mode() {
    let mut client = logged_in(256);
    client.session.set_one_at_a_time(true);
    client.receive(EVENT);
    client.now = 1000;
    let (ticket, _) = client.request("Command");
    client.receive(&follows(""));
    client.receive(&EVENT.repeat(20));
    assert_eq!(need_input(&mut client, 1499), (false, vec![]));
    let (is_given_up, reported) = need_input(&mut client, 1500);
    assert!(is_given_up);
    assert_eq!(reported.last(), Some(&Incoming::Lost { ticket, reason: LossReason::TimedOut }));
}

/// Events and responses without an end are ended by the next empty line in any case, so giving them
/// up would only lose them.
#[test]
fn other_messages_are_never_given_up() {
    let mut client = logged_in(256);
    let (ticket, id) = client.request("Getvar");
    client.receive(&format!("Response: Success\r\nActionID: {id}\r\nValue: x"));
    let lost = Incoming::Lost { ticket, reason: LossReason::TimedOut };
    assert_eq!(need_input(&mut client, 500), (false, vec![lost]));
    assert!(!need_input(&mut client, 1999).0);
    client.receive("\r\n\r\nEvent: X\r\nPrivilege: call,all\r\nY: ");
    assert!(!need_input(&mut client, 3900).0);
    assert_eq!(hangups(&client.receive("z\r\n\r\n")), 1);
}

/// A login that is answered with output ends by its own deadline.
#[test]
fn output_in_place_of_the_answer_to_a_login() {
    let mut client = Client::new(slots(1).timing(TIMING.login(300)), 256);
    client.connect(PREFIX);
    client.credentials = Some(Credentials::plain(USER, SECRET));
    client.receive("Asterisk Call Manager/1.1\r\n");
    let id = last_id(&client.take_sent());
    client.receive(&follows(&format!("ActionID: {id}\r\n")));
    assert_eq!(need_input(&mut client, 299), (false, vec![]));
    let reported = need_input(&mut client, 300).1;
    assert_eq!(reported.last(), Some(&Incoming::ServerTimedOut(Stage::LoggingIn)));
}

/// A random server: output with and without its end mark, of actions in time, late and foreign,
/// between events. In every case, events flow again two messages after the patience is over, and
/// each action ends once.
#[test]
fn no_connection_stays_deaf() {
    let mut given_up = 0;
    for seed in 0..2000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let storage = *random.choice(&[64, 100, 300, 4096]).unwrap();
        let mut client = logged_in(storage);
        let mut outstanding: Vec<(Ticket, String)> = Vec::new();
        let mut old: Vec<String> = Vec::new();
        let mut now = 0;
        let mut ends = 0;
        let mut submitted = 0;
        let mut last_event = 0;
        for _ in 0..100 {
            let mut reported = match random.u8(0..8) {
                0 => {
                    if let Ok(ticket) = client.submit("Command") {
                        submitted += 1;
                        outstanding.push((ticket, last_id(&client.take_sent())));
                    }
                    vec![]
                }
                1 | 2 => {
                    let ids = outstanding.iter().map(|(_, id)| id).chain(&old).cloned();
                    let ids: Vec<_> = ids.chain(["7".to_owned()]).collect();
                    let id = random.choice(&ids).unwrap();
                    let end = if random.bool() { "--END COMMAND--\r\n\r\n" } else { "" };
                    client.receive(&format!("{}{end}", follows(&format!("ActionID: {id}\r\n"))))
                }
                _ => client.receive(EVENT),
            };
            now += random.u64(0..60);
            let (is_given_up, more) = need_input(&mut client, now);
            given_up += u32::from(is_given_up);
            reported.extend(more);
            client.take_sent();
            if client.session.stage() == Stage::Closed {
                break;
            }
            if hangups(&reported) > 0 {
                last_event = now;
            }
            for ticket in reported.iter().filter_map(|&incoming| ended_ticket(incoming)) {
                let at = outstanding.iter().position(|(of, _)| *of == ticket).expect("it ends once");
                old.push(outstanding.remove(at).1);
                ends += 1;
            }
            // Events arrive at least every few hundred milliseconds. Output of an action that was
            // submitted just before takes up to its deadline.
            assert!(now - last_event < 2 * 500 + 60 * 12, "seed {seed}: deaf since {last_event} at {now}");
        }
        ends += client.close().len();
        assert_eq!(ends, submitted);
    }
    assert!(given_up > 2000, "{given_up}");
}
