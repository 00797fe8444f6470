//! Sessions: logins, permissions, user events, event filters and WaitEvent.

use std::io::Write;
use std::time::{Duration, Instant};

use embedded_ami::action::Raw;
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::Client;
use embedded_ami_pbx::{Config, Pbx};

use crate::Server;

const USERS: &str = "\
[general]
enabled = yes
authtimeout = 1
[admin]
secret = secret
read = all
write = all
[Limited]
secret => limited\\;secret
read = call,user
write = reporting
[readonly]
secret = read
read = all
[single]
secret = single
read = all
write = all
allowmultiplelogin = no
[quiet]
secret = quiet
read = all
write = all
eventfilter = !UserEvent: Loud
EventFilter(action(exclude),name(UserEvent),header(UserEvent),method(exact)) = Noise
";

#[test]
fn the_client_of_the_library_logs_in_with_challenge_and_in_plain_text() {
    let server = Server::start();
    let mut client = Client::connect(server.address, Duration::from_secs(5)).unwrap();
    client.login(&Credentials::new("admin", "secret")).unwrap();
    assert!(client.send(&Raw::without_headers("Ping")).unwrap().message().get("Timestamp").is_some());
    client.log_off().unwrap();
    let mut client = Client::connect(server.address, Duration::from_secs(5)).unwrap();
    client.login(&Credentials::plain("ADMIN", "secret")).unwrap();
    let mut client = Client::connect(server.address, Duration::from_secs(5)).unwrap();
    assert!(client.login(&Credentials::new("admin", "Secret")).is_err());
}

#[test]
fn classes_limit_actions_and_events() {
    let server = Server::with_users(USERS);
    let mut limited = server.log_in("LIMITED", "limited;secret", "on");
    let mut readonly = server.log_in("readonly", "read", "off");
    for action in [
        "Command|Command: core show version",
        "CoreShowChannels",
        "DBPut|Family: a|Key: b",
        "Filter|Operation: Add|Filter: x",
        "Getvar|Variable: X",
        "Hangup|Channel: x",
        "Originate|Channel: Local/102@test|Application: Wait",
        "QueueAdd|Queue: support|Interface: x",
        "QueuePause|Interface: x|Paused: 1",
        "Redirect|Channel: x",
        "Setvar|Variable: X|Value: 1",
        "UserEvent|UserEvent: X",
    ] {
        assert_eq!(readonly.ask(action).text(), "Error: Permission denied", "{action}");
    }
    assert_eq!(readonly.ask("Nope").get("Response"), Some("Error"));
    assert_eq!(readonly.ask("Ping").get("Ping"), Some("Pong"));
    // One of the classes of an action is enough: CoreStatus has system and reporting.
    assert!(limited.ask("CoreStatus").get("CoreCurrentCalls").is_some());
    assert_eq!(limited.ask("UserEvent|UserEvent: X").text(), "Error: Permission denied");
    let commands = limited.ask("ListCommands");
    let ping = commands.get("Ping").unwrap();
    assert!(ping.ends_with("(Priv: <none>)"), "{ping}");
    assert!(commands.get("CoreStatus").unwrap().ends_with("(Priv: system,reporting,all)"));
    assert_eq!(commands.get("Hangup"), None);
    // A client receives the events of the classes that its user may read, and no others.
    let mut admin = server.log_in("admin", "secret", "off");
    admin.ask("Setvar|Variable: X|Value: 1");
    admin.ask("UserEvent|UserEvent: Seen");
    assert_eq!(limited.event().get("UserEvent"), Some("Seen"));
}

#[test]
fn list_commands_lists_every_action_with_its_classes() {
    let server = Server::start();
    let mut admin = server.admin("off");
    let commands = admin.ask("ListCommands");
    let names: Vec<String> = commands.names().iter().skip(2).map(|name| name.to_string()).collect();
    assert!(names.len() > 30 && names.is_sorted_by_key(|name| name.to_ascii_lowercase()), "{names:?}");
    let known = embedded_ami::action::all();
    let known: Vec<_> = known.map(|info| (info.name, info.classes)).collect();
    for name in &names {
        let (_, classes) = known.iter().find(|(own, _)| own == name).expect("an action that Asterisk has");
        let labels: Vec<_> = classes.labels().chain(["all"]).collect();
        let labels = if classes.is_empty() { "<none>".into() } else { labels.join(",") };
        assert!(commands.get(name).unwrap().ends_with(&format!("  (Priv: {labels})")), "{name}");
        if !["Login", "Logoff", "WaitEvent"].contains(&name.as_str()) {
            let text = admin.ask(name).text();
            assert!(!text.contains("Invalid/unknown"), "{name}: {text}");
        }
    }
    assert_eq!(
        admin.ask("Sippeers").text(),
        "Error: Invalid/unknown command: Sippeers. Use Action: ListCommands to show available commands."
    );
}

#[test]
fn a_user_without_multiple_logins_can_log_in_once() {
    let server = Server::with_users(USERS);
    let first = server.log_in("single", "single", "off");
    let mut second = server.connect();
    second.line();
    let login = "Login|Username: SINGLE|Secret: single";
    assert_eq!(second.ask(login).text(), "Error: Login Already In Use");
    assert!(second.is_closed());
    drop(first);
    std::thread::sleep(Duration::from_millis(100));
    server.log_in("single", "single", "off");
    server.log_in("admin", "secret", "off");
    server.log_in("admin", "secret", "off");
}

#[test]
fn clients_that_have_not_logged_in_are_limited_in_number_and_time() {
    let config = Config::parse(USERS).unwrap();
    let limits = config.limits().anonymous(2);
    let server = Server::run(Pbx::builder().config(config).limits(limits));
    let mut silent = server.connect();
    silent.line();
    let mut wrong = server.connect();
    wrong.line();
    assert!(server.connect().is_closed(), "a third connection is closed");
    assert_eq!(wrong.ask("Login|Username: nobody|Secret: x").text(), "Error: Authentication failed");
    assert!(wrong.is_closed());
    let begin = Instant::now();
    assert!(silent.is_closed(), "the connection is closed after authtimeout");
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn filters_select_events() {
    let server = Server::start();
    let mut sender = server.admin("off");
    // The filters, and the indices of these events that pass them.
    let events = ["UserEvent: A|Place: home", "UserEvent: AB|Place: home office", "UserEvent: C|Other: home"];
    let cases: [(&[&str], &[usize]); 10] = [
        (&[], &[0, 1, 2]),
        (&["Filter: UserEvent: A"], &[0, 1]),
        (&["Filter: !UserEvent: A"], &[2]),
        (&["Filter: UserEvent: A.*Place"], &[0, 1]),
        (&["Filter: UserEvent: A", "Filter: !office"], &[0]),
        (&["Filter: UserEvent: C", "Filter: Place: home\r"], &[0, 2]),
        (&["MatchCriteria: name(Hangup)"], &[]),
        (&["MatchCriteria: name(UserEvent),header(Place)"], &[0, 1]),
        (&["MatchCriteria: header(Place),method(exact)|Filter: home"], &[0]),
        (&["MatchCriteria: action(exclude),header(Place),method(ends_with)|Filter: office"], &[0, 2]),
    ];
    for (filters, passing) in cases {
        let mut wire = server.admin("user");
        for filter in filters {
            let response = wire.ask(&format!("Filter|Operation: Add|{filter}"));
            assert_eq!(response.text(), "Success: Success", "{filter}");
        }
        for event in events {
            sender.ask(&format!("UserEvent|{event}"));
        }
        let pong = wire.ask("Ping");
        assert!(pong.get("Ping").is_some());
        // All events have arrived before the answer to this second Ping.
        std::thread::sleep(Duration::from_millis(30));
        wire.ask("Ping");
        let seen: Vec<_> = wire.events.iter().map(|event| event.get("UserEvent").unwrap()).collect();
        let names: Vec<_> = passing.iter().map(|&at| ["A", "AB", "C"][at]).collect();
        assert_eq!(seen, names, "{filters:?}");
    }
    let format = "Error: Filter was formatted incorrectly.  Check the syntax of the filter given.";
    let compile = "Error: Filter did not compile.  Check the syntax of the filter given.";
    let mut wire = server.admin("off");
    for (request, text) in [
        ("", "Error: Unknown operation"),
        ("Operation: Del|Filter: x", "Error: Unknown operation"),
        ("Operation: Add", format),
        ("Operation: Add|Filter: !", format),
        ("Operation: Add|Filter: [", compile),
        ("Operation: Add|Filter: (a{999}{999}{999})", compile),
        ("Operation: Add|MatchCriteria: name", format),
        ("Operation: Add|MatchCriteria: name()", format),
        ("Operation: Add|MatchCriteria: what(x)|Filter: x", format),
        ("Operation: Add|MatchCriteria: action(maybe)|Filter: x", format),
        ("Operation: Add|MatchCriteria: name(X),method(what)|Filter: x", format),
        ("Operation: Add|MatchCriteria: name(X)|Filter: x", format),
        ("Operation: Add|MatchCriteria: name(X),method(regex)", format),
        ("Operation: Add|MatchCriteria: name(X),method(regex)|Filter: [", compile),
        ("Operation: Add|MatchCriteria: action(exclude)", format),
        ("Operation: Add|MatchCriteria: name(X", "Success: Success"),
    ] {
        assert_eq!(wire.ask(&format!("Filter|{request}")).text(), text, "{request}");
    }
}

#[test]
fn filters_of_the_configuration_apply_to_the_user() {
    let server = Server::with_users(USERS);
    let mut quiet = server.log_in("quiet", "quiet", "user");
    let mut admin = server.log_in("admin", "secret", "off");
    for name in ["Loud", "Noise", "Soft"] {
        admin.ask(&format!("UserEvent|UserEvent: {name}"));
    }
    assert_eq!(quiet.event().get("UserEvent"), Some("Soft"));
}

#[test]
fn wait_event_ends_with_a_timeout_an_event_or_another_request() {
    let server = Server::start();
    let (mut wire, mut other) = (server.admin("user"), server.admin("off"));
    // No event arrives.
    let begin = Instant::now();
    let id = wire.send("WaitEvent|Timeout: 1");
    assert_eq!(wire.answer(&id).text(), "Success: Waiting for Event completed.");
    assert!((Duration::from_millis(900)..Duration::from_secs(3)).contains(&begin.elapsed()));
    assert_eq!(wire.event().show(&["Event", "ActionID"]), format!("WaitEventComplete {id}"));
    // An event arrives: it is sent between the response and WaitEventComplete.
    let id = wire.send("WaitEvent");
    other.ask("UserEvent|UserEvent: Now");
    assert_eq!(wire.answer(&id).text(), "Success: Waiting for Event completed.");
    assert_eq!(wire.event().get("UserEvent"), Some("Now"));
    assert!(wire.event().is("WaitEventComplete"));
    // The client sends another request.
    let id = wire.send("WaitEvent|Timeout: 60");
    std::thread::sleep(Duration::from_millis(50));
    let ping = wire.send("Ping");
    assert_eq!(wire.answer(&id).text(), "Success: Waiting for Event completed.");
    assert!(wire.event().is("WaitEventComplete"));
    assert!(wire.answer(&ping).get("Ping").is_some());
    // The client disconnects.
    wire.send("WaitEvent");
    drop(wire);
    assert!(other.ask("Ping").get("Ping").is_some());
}

#[test]
fn the_pbx_survives_malformed_requests() {
    let server = Server::start();
    let mut wire = server.admin("off");
    wire.stream.get_mut().write_all(b"\0\r\n\r\n::\r\n\r\nAction: Hangup\r\nChannel: /(/\r\n\r\n").unwrap();
    for _ in 0..3 {
        while wire.read().get("Response").is_none() {}
    }
    assert!(server.admin("off").ask("Ping").get("Ping").is_some());
}
