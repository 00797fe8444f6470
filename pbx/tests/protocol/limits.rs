//! Limits: clients can neither exhaust the memory of the PBX nor make it send forged messages.

use std::io::Write;
use std::time::{Duration, Instant};

use embedded_ami::io::blocking::server::{Limits, SlowClientPolicy};

use crate::Server;

/// Sends a request this many times. Returns the number of answers of Success, and the last answer.
fn repeat(wire: &mut crate::Wire, times: usize, request: impl Fn(usize) -> String) -> (usize, String) {
    let mut successes = 0;
    let mut last = String::new();
    let ids: Vec<_> = (0..times).map(|at| wire.send(&request(at))).collect();
    for id in ids {
        last = wire.answer(&id).text();
        successes += usize::from(last.starts_with("Success"));
    }
    (successes, last)
}

#[test]
fn the_amount_of_data_is_limited() {
    let server = Server::start();
    let mut wire = server.admin("off");
    let call = |_| "Originate|Channel: Local/101@test|Application: Echo|Async: true".to_string();
    assert_eq!(repeat(&mut wire, 250, call), (200, "Error: Too many channels".into()));
    let (channels, _) = wire.list("CoreShowChannels");
    assert_eq!(channels.len(), 400);
    let channel = channels[0].get("Channel").unwrap();
    let set = |at| format!("Setvar|Channel: {channel}|Variable: V{at}|Value: x");
    assert_eq!(repeat(&mut wire, 80, set), (64, "Error: Variable not set".into()));
    assert_eq!(
        wire.ask(&format!("Setvar|Channel: {channel}|Variable: V7|Value: y")).text(),
        "Success: Variable Set"
    );
    let set = |at| format!("Setvar|Variable: V{at}|Value: x");
    assert_eq!(repeat(&mut wire, 1010, set).0, 1000);
    let add = |at| format!("QueueAdd|Queue: sales|Interface: PJSIP/{at}");
    assert_eq!(repeat(&mut wire, 300, add).0, 256);
    let filter = |at| format!("Filter|Operation: Add|Filter: {at}");
    assert_eq!(repeat(&mut wire, 20, filter), (16, "Error: Internal Error. Failed adding filter.".into()));
    wire.list("Hangup|Channel: /./");
    assert_eq!(repeat(&mut wire, 1, call).0, 1);
}

#[test]
fn a_list_may_be_larger_than_the_output_queue() {
    let server = Server::start();
    let mut wire = server.admin("off");
    let value = "v".repeat(900);
    let mut stored = 0;
    for begin in (0..4500).step_by(100) {
        let put = |at| format!("DBPut|Family: f|Key: {:04}|Val: {value}", begin + at);
        stored += repeat(&mut wire, 100, put).0;
    }
    assert_eq!(stored, 4096);
    let (entries, _) = wire.list("DBGetTree");
    let keys = entries.iter().map(|entry| entry.get("Key").unwrap().to_string());
    assert!(keys.eq((0..4096).map(|at| format!("/f/{at:04}"))));
    let output = wire.ask("Command|Command: database show");
    assert!(output.0.last().unwrap().1.ends_with(" more lines"), "{:?}", output.0.last());
}

/// A list that is written in many rounds, because the queue is small, while its items come and go.
#[test]
fn items_that_come_and_go_do_not_shift_a_list() {
    let server = Server::with_limits(Limits::DEFAULT.output(64 * 1024));
    let (mut reader, mut writer) = (server.admin("off"), server.admin("off"));
    let value = "v".repeat(950);
    let put = |at: usize| format!("DBPut|Family: f|Key: {at:04}|Val: {value}");
    assert_eq!(repeat(&mut writer, 4000, |at| put(at + 1)).0, 4000);
    let id = reader.send("DBGetTree|Family: f");
    assert_eq!(reader.answer(&id).get("EventList"), Some("start"));
    // The list is far longer than the queue and the buffers of the system, so that it has not been
    // written to its end. Remove an item from its beginning, and add one there.
    assert_eq!(reader.read().get("Key"), Some("/f/0001"));
    assert_eq!(writer.ask("DBDel|Family: f|Key: 0002").get("Response"), Some("Success"));
    assert_eq!(writer.ask("DBDel|Family: f|Key: 0003").get("Response"), Some("Success"));
    assert_eq!(writer.ask(&put(0)).get("Response"), Some("Success"));
    for at in 2..=4000 {
        assert_eq!(reader.read().get("Key"), Some(format!("/f/{at:04}").as_str()));
    }
    assert_eq!(reader.read().show(&["EventList", "ListItems"]), "Complete 4000");
    // The next list begins with the first item again.
    assert_eq!(reader.list("DBGetTree|Family: f").0.len(), 3999);
}

/// Like above, for the members of queues, which have no key that orders them.
#[test]
fn members_that_come_and_go_do_not_shift_the_list_of_queues() {
    const LISTS: usize = 15;
    let server = Server::with_limits(Limits::DEFAULT.output(64 * 1024));
    let (mut reader, mut writer) = (server.admin("off"), server.admin("off"));
    let text = "m".repeat(950);
    let add = |at| format!("QueueAdd|Queue: sales|Interface: {at}|MemberName: {text}|StateInterface: {text}");
    assert_eq!(repeat(&mut writer, 250, add).0, 250);
    // Together the lists are far longer than the queue and the buffers of the system, so that one
    // of them has been written to its middle. Remove members from its beginning.
    let ids: Vec<_> = (0..LISTS).map(|_| reader.send("QueueStatus|Queue: sales")).collect();
    assert_eq!(reader.answer(&ids[0]).get("EventList"), Some("start"));
    let remove = |at| format!("QueueRemove|Queue: sales|Interface: {at}");
    assert_eq!(repeat(&mut writer, 50, remove).0, 50);
    let mut lengths = Vec::new();
    for id in &ids {
        if id != &ids[0] {
            assert_eq!(reader.answer(id).get("EventList"), Some("start"));
        }
        let entries = reader.until(|message| message.get("EventList") == Some("Complete"));
        let members: Vec<usize> =
            entries.iter().filter_map(|entry| entry.get("Location")?.parse().ok()).collect();
        assert!(members.is_sorted() && members.ends_with(&(50..250).collect::<Vec<_>>()), "{members:?}");
        lengths.push(members.len());
    }
    assert_eq!((lengths[0], lengths[LISTS - 1]), (250, 200));
}

#[test]
fn channels_are_hung_up_when_their_list_is_complete() {
    let server = Server::with_limits(Limits::DEFAULT.output(2048));
    let mut wire = server.admin("off");
    let call = |_| "Originate|Channel: Local/101@test|Application: Echo|Async: true".to_string();
    assert_eq!(repeat(&mut wire, 50, call).0, 50);
    assert_eq!(wire.list("CoreShowChannels").0.len(), 100);
    assert_eq!(wire.list("Status").0.len(), 100);
    assert_eq!(wire.list("Hangup|Channel: /Local/").0.len(), 100);
    // They end shortly after.
    let end = Instant::now() + Duration::from_secs(5);
    while !wire.list("CoreShowChannels").0.is_empty() {
        assert!(Instant::now() < end);
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn line_ends_in_values_cannot_forge_headers_or_messages() {
    let server = Server::start();
    let mut watcher = server.admin("on");
    let mut wire = server.admin("off");
    // For the PBX a lone CR or a NUL does not end a line, but for another reader it may.
    let evil = "x\rEvent: Forged\r";
    for request in [
        format!("Setvar|Variable: {evil}|Value: {evil}"),
        format!("Getvar|Variable: {evil}"),
        format!("DBPut|Family: {evil}|Key: {evil}|Val: {evil}"),
        format!("DBGet|Family: {evil}|Key: {evil}"),
        "DBGetTree".into(),
        "Command|Command: database show".into(),
        format!("Command|Command: {evil}"),
        format!("QueueAdd|Queue: support|Interface: {evil}|MemberName: {evil}|StateInterface: {evil}"),
        format!("QueuePause|Interface: {evil}|Paused: 1|Reason: {evil}"),
        "QueueStatus".into(),
        "Command|Command: queue show".into(),
        format!("Hangup|Channel: /{evil}[/"),
        format!("Redirect|Channel: {evil}|Context: x|Exten: x|Priority: 1"),
        format!("MailboxCount|Mailbox: {evil}"),
        format!("ExtensionState|Exten: {evil}|Context: {evil}"),
        format!("UserEvent|UserEvent: {evil}|X: {evil}"),
        format!(
            "Originate|Channel: Local/{evil}|Application: {evil}|Data: {evil}|CallerID: {evil} <{evil}>|Account: {evil}|Variable: {evil}={evil}|ChannelId: {evil}|Async: true"
        ),
        format!("Originate|Channel: PJSIP/{evil}|Application: {evil}|Async: true"),
        format!(
            "Originate|Channel: Local/101@test|Application: Wait|Data: {evil}|CallerID: {evil} <{evil}>|Variable: {evil}={evil}|ChannelId: {evil}2|Async: true"
        ),
        "CoreShowChannels".into(),
        "Status|AllVariables: true".into(),
        "Command|Command: core show channels".into(),
        evil.into(),
    ] {
        let text = format!("Action: {request}\r\nActionID: {evil}\r\n\r\n").replace('|', "\r\n");
        wire.stream.get_mut().write_all(text.as_bytes()).unwrap();
    }
    wire.stream.get_mut().write_all(b"Action: UserEvent\r\nUserEvent: End\r\nActionID: end\r\n\r\n").unwrap();
    let is_end = |message: &crate::Message| message.get("ActionID") == Some("end");
    let mut messages = wire.until(is_end);
    messages.extend(watcher.until(is_end));
    for message in messages {
        assert!(!message.is("Forged"), "{message:?}");
        for (name, value) in &message.0 {
            assert!(!name.contains(['\r', '\n', '\0']) && !value.contains(['\r', '\n', '\0']), "{message:?}");
        }
    }
}

#[test]
fn slow_clients_are_disconnected_or_lose_events() {
    for (slow, is_kept) in [(SlowClientPolicy::Disconnect, false), (SlowClientPolicy::DropEvents, true)] {
        let server = Server::with_limits(Limits::DEFAULT.slow(slow));
        let mut sleeper = server.admin("on");
        let mut wire = server.admin("off");
        let text = "t".repeat(900);
        for _ in 0..100 {
            assert_eq!(repeat(&mut wire, 100, |_| format!("UserEvent|UserEvent: X|Text: {text}")).0, 100);
        }
        let id = sleeper.send("Ping");
        let mut bytes = Vec::new();
        let mut part = [0; 64 * 1024];
        let is_answered = loop {
            match std::io::Read::read(sleeper.stream.get_mut(), &mut part) {
                Ok(0) | Err(_) => break false,
                Ok(n) => bytes.extend_from_slice(&part[..n]),
            }
            let tail = bytes.len().saturating_sub(200);
            if String::from_utf8_lossy(&bytes[tail..]).contains(&format!("ActionID: {id}\r\nPing: Pong")) {
                break true;
            }
        };
        assert_eq!(is_answered, is_kept, "{slow:?}");
    }
}

#[test]
fn the_number_of_connections_is_limited() {
    let server = Server::with_limits(Limits::DEFAULT.connections(2));
    let (_one, _two) = (server.admin("off"), server.admin("off"));
    assert!(server.connect().is_closed());
}

/// Returns requests that add different filters. Each has a large table, and none matches the events
/// of these tests.
fn expensive_filters(number: usize) -> impl Iterator<Item = String> {
    let letter = |at: usize| char::from(b'A' + (at % 26) as u8);
    let letters = move |at: usize| [letter(at), letter(at / 26)].iter().collect::<String>();
    (0..number).map(move |at| format!("Filter|Operation: Add|Filter: ![ab{}].{{8}}[z0]", letters(at)))
}

#[test]
fn the_time_that_filters_take_is_bounded() {
    let users =
        "[admin]\nsecret = secret\nread = all\nwrite = all\n[hostile]\nsecret = x\nread = all\nwrite = all\n";
    let server = Server::with_users(users);
    let mut hostile: Vec<_> = (0..5).map(|_| server.log_in("hostile", "x", "user")).collect();
    // A search for these would take a second.
    let refused = "Error: Filter did not compile.  Check the syntax of the filter given.";
    for filter in ["!.{0,200}.{0,200}z", "!(a|b|ab)*.{200}z", "!(((a?){9}){99}){9}z"] {
        assert_eq!(hostile[0].ask(&format!("Filter|Operation: Add|Filter: {filter}")).text(), refused);
    }
    assert_eq!(server.admin("off").ask("Hangup|Channel: /.{0,200}.{0,200}z/").get("Response"), Some("Error"));
    // 16 filters for each of four sessions: no more for this user, and any number for others.
    for (at, filter) in expensive_filters(64).enumerate() {
        assert_eq!(hostile[at / 16].ask(&filter).text(), "Success: Success", "{at}");
    }
    let full = "Error: Internal Error. Failed adding filter.";
    assert_eq!(hostile[4].ask("Filter|Operation: Add|Filter: !new").text(), full);
    // A filter that the user has already costs nothing more.
    for filter in expensive_filters(16) {
        assert_eq!(hostile[4].ask(&filter).text(), "Success: Success");
    }
    let mut admin = server.admin("user");
    assert_eq!(admin.ask("Filter|Operation: Add|Filter: UserEvent: Large").text(), "Success: Success");

    let lines: Vec<_> = (0..13).map(|line| format!("L{line}: {}", "abcdwxy".repeat(141))).collect();
    let request = format!("UserEvent|UserEvent: Large|{}", lines.join("|"));
    let start = Instant::now();
    for _ in 0..10 {
        assert_eq!(admin.ask(&request).text(), "Success: Event Sent");
    }
    // The bound is 10 ms for each event. Here it is generous, since tests are not optimized and run
    // beside others. A search that takes 500 steps for each byte would need minutes.
    let time = start.elapsed();
    assert!(time < Duration::from_secs(3), "{time:?}");
    for wire in hostile.iter_mut().chain([&mut admin]) {
        for _ in 0..10 {
            assert_eq!(wire.event().get("UserEvent"), Some("Large"));
        }
    }
}

/// A user whose expressions take long to compile waits for them. The others do not.
#[test]
fn compiling_expressions_does_not_delay_other_users() {
    let users =
        "[admin]\nsecret = secret\nread = all\nwrite = all\n[hostile]\nsecret = x\nread = all\nwrite = all\n";
    let server = Server::with_users(users);
    let mut hostile = server.log_in("hostile", "x", "off");
    let mut admin = server.admin("off");
    let alone = Instant::now();
    (0..50).for_each(|_| drop(admin.ask("Ping")));
    let alone = alone.elapsed();
    // Requests that are refused late, after most of the work.
    let filters: Vec<_> = (0..10)
        .map(|at| hostile.send(&format!("Filter|Operation: Add|Filter: a.{{4{at}}}b.*c.{{40}}d")))
        .collect();
    let hangup = hostile.send("Hangup|Channel: /[ab].{40}z/");
    let beside = Instant::now();
    (0..50).for_each(|_| drop(admin.ask("Ping")));
    let beside = beside.elapsed();
    assert!(beside < alone * 5 + Duration::from_secs(1), "{beside:?} instead of {alone:?}");
    for id in filters {
        assert!(hostile.answer(&id).text().starts_with("Error: Filter did not compile"));
    }
    assert!(hostile.answer(&hangup).text().starts_with("Error: Regex compile failed"));
}
