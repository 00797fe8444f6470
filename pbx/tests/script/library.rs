//! Scripts against the client of the library.

use std::net::TcpStream;
use std::time::Duration;

use embedded_ami::action::Raw;
use embedded_ami::client::{Credentials, LoginRefused, LossReason};
use embedded_ami::io::blocking::{Client, Error};
use embedded_ami_pbx::{Pbx, Rule};

const TIME: Duration = Duration::from_secs(10);

fn start() -> Pbx {
    Pbx::builder().user("admin", "secret").start("127.0.0.1:0").unwrap()
}

fn log_in(pbx: &Pbx) -> Result<Client<TcpStream>, Error> {
    let mut client = Client::connect(pbx.local_addr(), TIME)?;
    client.login(&Credentials::new("admin", "secret").events("call"))?;
    Ok(client)
}

#[test]
fn answers_lists_output_and_events_arrive() {
    let pbx = start();
    pbx.on(
        "Agents",
        Rule::list()
            .entry([("Event", "Agents"), ("Agent", "1001")])
            .entry([("Event", "Agents"), ("Agent", "1002")]),
    )
    .unwrap();
    pbx.on("Command", Rule::output(["a", "", "c"])).unwrap();
    pbx.on("FaxStatus", Rule::answer([("Pages", "3")]).event([("Event", "Fax"), ("Pages", "${Pages}")]))
        .unwrap();
    let mut client = log_in(&pbx).unwrap();
    let response = client.send(&Raw::new("FaxStatus", &[("Pages", "4")])).unwrap();
    assert!(response.message().get("Pages").is_some_and(|pages| pages == "3"));
    let event = client.next_event(TIME).unwrap().expect("an event");
    assert!(event.message().get("Pages").is_some_and(|pages| pages == "4"));
    let output = client.command("anything").unwrap();
    let lines: Vec<_> = output.message().output().map(|line| line.as_bytes().to_vec()).collect();
    assert_eq!(lines, [&b"a"[..], b"", b"c"]);
    let mut list = client.list(&Raw::without_headers("Agents")).unwrap();
    assert_eq!(list.by_ref().filter(Result::is_ok).count(), 2);
    assert!(list.completion().is_some());
}

#[test]
fn failures_are_told_apart() {
    let pbx = start();
    let fails = |rule: Rule| {
        pbx.clear_rules();
        pbx.on("Ping", rule).unwrap();
        log_in(&pbx).unwrap().send(&Raw::without_headers("Ping")).unwrap_err()
    };
    assert!(matches!(fails(Rule::refuse("no")), Error::Response { .. }));
    for rule in [Rule::drop_connection(), Rule::pass().cut(20), Rule::pass().cut(0)] {
        let error = fails(rule);
        assert!(matches!(error, Error::Lost { reason: LossReason::OutcomeUnknown, .. }), "{error:?}");
    }
    // A late answer is an answer.
    pbx.clear_rules();
    pbx.on("Ping", Rule::pass().delay(Duration::from_millis(20))).unwrap();
    log_in(&pbx).unwrap().send(&Raw::without_headers("Ping")).unwrap();
}

#[test]
fn logins_that_fail_are_told_apart() {
    let pbx = start();
    pbx.on("Login", Rule::refuse("Authentication failed").times(1)).unwrap();
    let error = log_in(&pbx).unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
    pbx.on("Challenge", Rule::answer([("Challenge", "not a number")]).times(1)).unwrap();
    let error = log_in(&pbx).unwrap_err();
    assert!(matches!(error, Error::Refused { reason: LoginRefused::NoChallenge, .. }), "{error:?}");
    pbx.on("connect", Rule::raw("SSH-2.0-OpenSSH_9.6\r\n").times(1)).unwrap();
    let error = log_in(&pbx).unwrap_err();
    assert!(matches!(error, Error::NotAsterisk { .. }), "{error:?}");
    log_in(&pbx).unwrap().send(&Raw::without_headers("Ping")).unwrap();
}
