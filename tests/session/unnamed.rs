//! Answers without their ActionID: responses in a session that sends one action at a time, and the
//! end of a list.

use std::collections::VecDeque;

use embedded_ami::client::{Credentials, Incoming, ResponseStatus, SessionError, Stage, Ticket, Timing};

use crate::client::{Client, PREFIX, SECRET, USER, last_id, slots};

const TIMING: Timing = Timing::DEFAULT.action(1000).keepalive(10_000).pong(500);

fn response(ticket: Ticket) -> Vec<Incoming> {
    vec![Incoming::Response { ticket, status: ResponseStatus::Success, is_end: true }]
}

fn one_at_a_time(storage: usize) -> Client {
    let mut client = Client::new(slots(4).timing(TIMING), storage).logged_in("1.1");
    client.session.set_one_at_a_time(true);
    client
}

#[test]
fn the_mode_can_be_set_during_a_connection() {
    let mut client = Client::new(slots(4), 256).logged_in("1.1");
    let (first, id) = client.request("Ping");
    client.session.set_one_at_a_time(true);
    assert_eq!(client.submit("Ping"), Err(SessionError::Busy));
    client.session.set_one_at_a_time(false);
    let (second, second_id) = client.request("Ping");
    client.session.set_one_at_a_time(true);
    // Two are outstanding, so a response without an ActionID could be for either.
    assert_eq!(client.receive("Response: Success\r\n\r\n"), [Incoming::Unmatched]);
    assert_eq!(client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n")), response(first));
    assert_eq!(
        client.receive(&format!("Response: Success\r\nActionID: {second_id}\r\n\r\n")),
        response(second)
    );
    let (ticket, _) = client.request("Ping");
    assert_eq!(client.receive("Response: Success\r\nPing: Pong\r\n\r\n"), response(ticket));
    // Without the mode, such a response is for none.
    client.session.set_one_at_a_time(false);
    client.request("Ping");
    assert_eq!(client.receive("Response: Success\r\nPing: Pong\r\n\r\n"), [Incoming::Unmatched]);
}

/// Asterisk 1.6.0 answers a Ping so.
#[test]
fn a_response_without_an_id_answers_a_keepalive() {
    for storage in [64, 256] {
        let mut client = one_at_a_time(storage);
        assert_eq!(client.on_timeout(10_000), None);
        assert!(client.take_sent().starts_with("Action: Ping\r\n"));
        assert_eq!(client.submit("CoreStatus"), Err(SessionError::Busy));
        assert_eq!(client.receive("Response: Success\r\nPing: Pong\r\n\r\n"), [Incoming::Internal]);
        let (ticket, _) = client.request("CoreStatus");
        assert_eq!(client.receive("Response: Success\r\n\r\n"), response(ticket));
        // A Ping whose answer was missed may still be answered.
        assert_eq!(client.on_timeout(20_000), None);
        client.take_sent();
        assert_eq!(client.receive("Event: X\r\nPrivilege: call,all\r\n\r\n").len(), 1);
        assert_eq!(client.on_timeout(20_500), None);
        let (ticket, id) = client.request("CoreStatus");
        assert_eq!(client.receive("Response: Success\r\n\r\n"), [Incoming::Unmatched]);
        let reported = client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
        assert_eq!(reported, response(ticket));
    }
}

#[test]
fn a_login_and_a_logoff_without_ids() {
    let mut client = Client::new(slots(1), 256).with(Credentials::new(USER, SECRET).events("off"));
    client.session.set_one_at_a_time(true);
    client.connect(PREFIX);
    client.receive("Asterisk Call Manager/1.0\r\n");
    assert!(client.take_sent().starts_with("Action: Challenge\r\n"));
    assert_eq!(client.receive("Response: Success\r\nChallenge: 123\r\n\r\n"), [Incoming::LogIn]);
    assert!(client.take_sent().contains("Key: "));
    assert_eq!(client.receive("Response: Success\r\nMessage: Accepted\r\n\r\n"), [Incoming::Ready]);
    client.session.log_off(0, &mut client.outbox).unwrap();
    client.take_sent();
    assert_eq!(client.receive("Response: Goodbye\r\n\r\n"), [Incoming::LoggedOff]);
    assert_eq!(client.session.stage(), Stage::Closed);
}

/// A response that comes in parts has its ActionID in a later part, or has none.
#[test]
fn responses_in_parts() {
    for named in [false, true] {
        let mut client = one_at_a_time(64);
        let (ticket, id) = client.request("Command");
        let named = if named { format!("ActionID: {id}\r\n") } else { String::new() };
        let line = format!("Output: {}\r\n", "x".repeat(40));
        let reported = client.receive(&format!("Response: Success\r\n{}{named}\r\n", line.repeat(5)));
        assert_eq!(reported.last(), response(ticket).last());
        assert!(reported.len() > 3);
    }
    // The response to something else, which the last part tells.
    let mut client = one_at_a_time(64);
    client.request("Command");
    let line = format!("Output: {}\r\n", "x".repeat(40));
    let reported = client.receive(&format!("Response: Success\r\n{line}{line}ActionID: 7\r\n\r\n"));
    assert_eq!(reported.last(), Some(&Incoming::Unmatched));
    assert_eq!(client.session.outstanding(), 1);
}

/// Simulates a server that answers in order, late or in time, with or without ActionIDs. No action
/// may end by the answer to another one.
#[test]
fn an_action_never_takes_the_answer_to_another_one() {
    let mut ended_unnamed = 0;
    for seed in 0..3000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut client = one_at_a_time(*random.choice(&[64, 256]).unwrap());
        let names_all = random.bool();
        let mut now = 0;
        // Whether an action or a Ping has ended without its answer.
        let mut is_owed = false;
        // The requests that the server has not answered, with their true tickets, `None` for a
        // Ping of the session, and whether the session still waits for the answer.
        let mut queue: VecDeque<(Option<Ticket>, String)> = VecDeque::new();
        let mut current: Option<Ticket> = None;
        for _ in 0..60 {
            match random.u8(0..6) {
                0 | 1 => match client.submit("Getvar") {
                    Ok(ticket) => {
                        assert!(current.is_none());
                        queue.push_back((Some(ticket), last_id(&client.take_sent())));
                        current = Some(ticket);
                    }
                    Err(SessionError::Busy) => {}
                    // Over the deadline of a Pong.
                    Err(SessionError::Stage(Stage::Closed)) => break,
                    Err(error) => panic!("{error}"),
                },
                2 => {
                    now += *random.choice(&[0, 10, 400, 1000, 10_000]).unwrap();
                    while let Some(incoming) = client.on_timeout(now) {
                        match incoming {
                            Incoming::Lost { ticket, .. } => {
                                assert_eq!(current.take(), Some(ticket));
                                is_owed = true;
                            }
                            Incoming::ServerTimedOut(_) => {}
                            other => panic!("{other:?}"),
                        }
                    }
                    let sent = client.take_sent();
                    if !sent.is_empty() {
                        queue.push_back((None, last_id(&sent)));
                    }
                }
                3 if random.u8(0..4) == 0 => {
                    if let Some(ticket) = current.take() {
                        assert!(client.session.forget(ticket));
                        is_owed = true;
                    }
                }
                _ => {
                    let Some((ticket, id)) = queue.pop_front() else { continue };
                    let is_named = names_all || random.bool();
                    let id = if is_named { format!("ActionID: {id}\r\n") } else { String::new() };
                    let reported = client.receive(&format!("Response: Success\r\n{id}\r\n"));
                    match reported[..] {
                        [Incoming::Response { ticket: ended, is_end, .. }] => {
                            assert!(is_end && Some(ended) == ticket && current == ticket, "seed {seed}");
                            current = None;
                            ended_unnamed += u32::from(!is_named);
                        }
                        [Incoming::Internal] => assert_eq!(ticket, None, "seed {seed}"),
                        [Incoming::Unmatched] => {}
                        _ => panic!("{reported:?}"),
                    }
                    // An answer counts if it has an ActionID, or if no other can be meant.
                    assert!(is_owed && !is_named || ticket.is_none() || current != ticket, "seed {seed}");
                }
            }
        }
    }
    assert!(ended_unnamed > 2000, "{ended_unnamed}");
}

/// chan-sccp ends its lists so; its response and entries have the ActionID.
#[test]
fn a_list_whose_completion_has_no_id() {
    for storage in [64, 4096] {
        for entries in [0, 1, 2, 17] {
            // All entries have the ActionID, or none has.
            for is_named in [true, false] {
                let mut client = Client::new(slots(4), storage).logged_in("5.0.5");
                let (ticket, id) = client.request("SCCPListDevices");
                client.receive(&format!("Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n"));
                let named = if is_named { format!("ActionID: {id}\r\n") } else { String::new() };
                for _ in 0..entries {
                    let text = format!("Event: DeviceEntry\r\n{named}ObjectId: SEP000000000001\r\n\r\n");
                    let entry = Incoming::ListEntry { ticket, is_end: false };
                    assert_eq!(client.receive(&text).last(), Some(&entry));
                    // An event between entries.
                    client.receive("Event: Newchannel\r\nPrivilege: call,all\r\nChannel: SIP/7-1\r\n\r\n");
                }
                let text = format!(
                    "Event: SCCPListDevicesComplete\r\nEventList: Complete\r\nListItems: {entries}\r\n\r\n"
                );
                let complete = Incoming::ListComplete { ticket, entries };
                assert_eq!(client.receive(&text).last(), Some(&complete));
                assert_eq!(client.session.outstanding(), 0);
            }
        }
    }
}

#[test]
fn with_several_actions_outstanding_nothing_without_an_id_ends_one() {
    for one_at_a_time in [false, true] {
        for other in ["Getvar", "SIPpeers"] {
            let mut client = Client::new(slots(4), 256).logged_in("11.0.0");
            let (ticket, id) = client.request("CoreShowChannels");
            client.request(other);
            client.session.set_one_at_a_time(one_at_a_time);
            client.receive(&format!("Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n"));
            let entry = Incoming::ListEntry { ticket, is_end: false };
            let text = format!("Event: CoreShowChannel\r\nActionID: {id}\r\nChannel: x\r\n\r\n");
            assert_eq!(client.receive(&text), [entry]);
            let text = "Event: CoreShowChannelsComplete\r\nEventList: Complete\r\nListItems: 1\r\n\r\n";
            assert_eq!(client.receive(text), [entry]);
            // With a Privilege it is an event of its own.
            let text = "Event: X\r\nPrivilege: call,all\r\nEventList: Complete\r\nListItems: 2\r\n\r\n";
            assert_eq!(client.receive(text), [Incoming::Event { ticket: None }]);
            // With an ActionID of another client it is too.
            let text = "Event: X\r\nActionID: 7\r\nEventList: Complete\r\nListItems: 2\r\n\r\n";
            assert_eq!(client.receive(text), [Incoming::Event { ticket: None }]);
            assert_eq!(client.session.outstanding(), 2);
        }
    }
}
