//! Events of the class `security`. The expected headers and values are those of Asterisk 22.

use std::collections::BTreeSet;

use crate::{Message, Server, Wire};

const USERS: &str = "\
[admin]
secret = secret
read = all
write = all
[limited]
secret = limited
read = call
write = reporting
[single]
secret = single
read = all
write = all
allowmultiplelogin = no
[far]
secret = far
read = all
write = all
deny = 0.0.0.0/0.0.0.0
";

/// Returns the content of an event: the values that do not depend on time and connection.
fn show(event: &Message) -> String {
    event.show(&["Event", "Severity", "Service", "EventVersion", "AccountID"])
}

/// Sends a login on a new connection and waits for its answer. Returns the connection.
fn log_in(server: &Server, headers: &str) -> Wire {
    let mut wire = server.connect();
    wire.line();
    wire.ask(&format!("Login|{headers}"));
    wire
}

#[test]
fn each_login_and_each_refused_request_is_reported() {
    let server = Server::with_users(USERS);
    let mut watcher = server.log_in("admin", "secret", "security");
    // The session receives the event about its own login.
    let own = watcher.event();
    assert_eq!(show(&own), "SuccessfulAuth Informational AMI 1 admin");
    let names = [
        "Event",
        "Privilege",
        "EventTV",
        "Severity",
        "Service",
        "EventVersion",
        "AccountID",
        "SessionID",
        "LocalAddress",
        "RemoteAddress",
        "UsingPassword",
        "SessionTV",
    ];
    assert_eq!(own.names(), names);
    assert_eq!(own.show(&["Privilege", "UsingPassword"]), "security,all 0");
    assert_eq!(own.get("SessionTV"), own.get("EventTV"));
    let time = own.get("EventTV").unwrap();
    assert!(time.len() == 28 && time.starts_with("20") && time.ends_with("+0000"), "{time}");
    let address = |port| format!("IPV4/TCP/127.0.0.1/{port}");
    assert_eq!(own.get("LocalAddress"), Some(address(server.address.port()).as_str()));
    let port = watcher.stream.get_ref().local_addr().unwrap().port();
    assert_eq!(own.get("RemoteAddress"), Some(address(port).as_str()));

    // The user name is the one of the request.
    let mut limited = log_in(&server, "Username: LIMITED|Secret: limited|Events: off");
    let login = watcher.event();
    assert_eq!(show(&login), "SuccessfulAuth Informational AMI 1 LIMITED");
    limited.ask("dbput");
    let denied = watcher.event();
    assert_eq!(show(&denied), "RequestNotAllowed Error AMI 1 LIMITED");
    limited.ask("No such action");
    let unknown = watcher.event();
    assert_eq!(show(&unknown), "RequestBadFormat Error AMI 1 LIMITED");
    assert_eq!(unknown.names().last(), Some(&"AccountID"));
    let types = [denied.get("RequestType"), unknown.get("RequestType")];
    assert_eq!(types, [Some("Action: dbput"), Some("Action: No such action")]);
    for event in [&denied, &unknown] {
        assert_eq!(event.get("SessionID"), login.get("SessionID"));
        assert_eq!(event.get("SessionTV"), login.get("SessionTV"));
    }
    let ids: BTreeSet<_> = [&own, &login].map(|event| event.get("SessionID")).into();
    assert_eq!(ids.len(), 2);
}

#[test]
fn failed_logins_are_reported_with_their_reason() {
    let server = Server::with_users(USERS);
    let mut watcher = server.log_in("admin", "secret", "security");
    watcher.event();
    // Each failure takes a second, so all connections fail at the same time.
    let mut failing = Vec::new();
    let mut fail = |headers: &str, is_challenged: bool| {
        let mut wire = server.connect();
        wire.line();
        if is_challenged {
            wire.ask("Challenge|AuthType: MD5");
        }
        wire.send(&format!("Login|{headers}"));
        failing.push(wire);
    };
    for (headers, is_challenged, shown) in [
        ("Username: ADMIN|Secret: x", false, "InvalidPassword Error AMI 2 ADMIN"),
        ("Username: admin", false, "InvalidPassword Error AMI 2 admin"),
        ("Username: nobody|Secret: x", false, "InvalidAccountID Error AMI 1 nobody"),
        ("Username: far|Secret: far", false, "FailedACL Error AMI 1 far"),
        ("Username: admin|AuthType: md5|Key: abc", true, "ChallengeResponseFailed Error AMI 1 "),
    ] {
        fail(headers, is_challenged);
        let event = watcher.event();
        assert_eq!(show(&event), shown, "{headers}");
        assert_eq!(event.get("SessionTV"), Some("1970-01-01T00:00:00.000+0000"));
        assert_eq!(event.get("Response"), is_challenged.then_some("abc"));
    }
    let _single = server.log_in("single", "single", "off");
    assert_eq!(show(&watcher.event()), "SuccessfulAuth Informational AMI 1 single");
    fail("Username: single|Secret: wrong", false);
    assert_eq!(show(&watcher.event()), "SessionLimit Error AMI 1 ");
    // Neither a login without a name nor one without a key is reported.
    fail("Secret: x", false);
    fail("Username: admin|AuthType: MD5", true);
    log_in(&server, "Username: limited|Secret: limited");
    assert_eq!(show(&watcher.event()), "SuccessfulAuth Informational AMI 1 limited");
}

#[test]
fn only_sessions_that_read_the_class_receive_the_events() {
    let server = Server::with_users(USERS);
    let mut limited = server.log_in("limited", "limited", "on");
    let mut deaf = server.log_in("admin", "secret", "call,user");
    for wire in [&mut limited, &mut deaf] {
        wire.ask("Ping");
        assert!(wire.events.is_empty(), "{:?}", wire.events);
    }
}
