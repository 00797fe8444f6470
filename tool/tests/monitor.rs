//! `ami check` and `ami metrics` as monitoring systems run them: against the miniature PBX, whose
//! rules play servers that are old, restrictive, hostile or dead.

#![cfg(feature = "metrics")]

mod harness;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use embedded_ami_pbx::{Builder, Pbx, Rule};
use harness::ami;

const SECRET: &str = "very-secret";

fn builder() -> Builder {
    Pbx::builder().user("admin", SECRET)
}

fn start(builder: Builder) -> Pbx {
    builder.start("127.0.0.1:0").unwrap()
}

/// The tool with the PBX as its server.
fn command(pbx: &Pbx, arguments: &str) -> Command {
    let port = pbx.local_addr().port().to_string();
    let mut command = ami(&[]);
    command.env("AMI_PORT", port).env("AMI_USER", "admin");
    command.args(arguments.split(' ').filter(|word| !word.is_empty())).env("AMI_SECRET", SECRET);
    command
}

/// Runs the tool and returns its exit status, standard output and standard error.
fn output(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("ami runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("an exit status"), text(stdout), text(stderr))
}

/// The names of the states by exit status.
const STATES: [&str; 4] = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];

/// Runs a check. Verifies that it prints one line on standard output with the state of the exit
/// status, performance data in the documented form, and nothing on standard error. Returns the exit
/// status, the text and the performance data.
fn check(command: &mut Command) -> (i32, String, Vec<(String, String)>) {
    let (status, stdout, stderr) = output(command);
    assert_eq!(stderr, "", "{stdout}");
    let line = stdout.strip_suffix('\n').expect("a line");
    assert!(!line.contains(|char: char| char.is_control()), "{line:?}");
    let state = STATES.get(usize::try_from(status).unwrap()).expect("a status of plug-ins");
    let rest = line.strip_prefix(&format!("AMI {state} - ")).unwrap_or_else(|| panic!("{status}: {line}"));
    let (text, data) = rest.split_once(" | ").unwrap_or((rest, ""));
    assert!(!text.contains('|') && !data.contains('|') && !text.is_empty(), "{line}");
    let mut labels = BTreeSet::new();
    let data: Vec<_> = data
        .split(' ')
        .filter(|item| !item.is_empty())
        .map(|item| {
            let (label, value) = item.strip_prefix('\'').unwrap().split_once("'=").expect(item);
            assert!(!label.is_empty() && !label.contains(['\'', '=', ';', '"']), "{item}");
            assert!(labels.insert(label), "{label} twice: {line}");
            let number = value.split(';').next().unwrap().trim_end_matches(['s', 'c']);
            assert!(number.parse::<f64>().is_ok() && !number.contains('e'), "{item}");
            assert_eq!(value.split(';').count(), 4, "{item}");
            (label.to_owned(), value.to_owned())
        })
        .collect();
    (status, text.into(), data)
}

type Labels = BTreeMap<String, String>;

/// Parses the text format of Prometheus strictly: each metric has its help, its type and then all
/// its samples, in this order and once, and names follow the conventions.
fn parse(text: &str) -> Result<BTreeMap<(String, Labels), f64>, String> {
    let is_name = |name: &str| {
        let first = name.bytes().next().unwrap_or(b'0');
        (first.is_ascii_alphabetic() || first == b'_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let body = text.strip_suffix('\n').ok_or("no line end at the end")?;
    let mut samples = BTreeMap::new();
    let mut families = BTreeSet::new();
    let (mut helped, mut current) = (String::new(), String::new());
    for line in body.split('\n') {
        let wrong = |why: &str| Err(format!("{why}: {line:?}"));
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').ok_or("no help")?;
            if !families.insert(name.to_owned()) || help.is_empty() || !help.ends_with('.') {
                return wrong("help");
            }
            helped = name.into();
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').ok_or("no type")?;
            let is_counter = kind == "counter";
            if name != helped || (kind != "gauge" && !is_counter) || name.ends_with("_total") != is_counter {
                return wrong("type");
            }
            if !is_name(name) || !name.starts_with("asterisk_") {
                return wrong("name");
            }
            current = name.into();
        } else {
            let (key, value) = line.rsplit_once(' ').ok_or("no value")?;
            let value: f64 = value.parse().map_err(|_| format!("value of {line:?}"))?;
            let (name, labels) = match key.split_once('{') {
                Some((name, rest)) => (name, rest.strip_suffix('}').ok_or("no brace")?),
                None => (key, ""),
            };
            if name != current || !value.is_finite() || value < 0.0 {
                return wrong("sample");
            }
            let mut own = Labels::new();
            let mut chars = labels.chars().peekable();
            while chars.peek().is_some() {
                let label: String = chars.by_ref().take_while(|&char| char != '=').collect();
                if !is_name(&label) || chars.next() != Some('"') {
                    return wrong("label");
                }
                let mut text = String::new();
                loop {
                    match chars.next().ok_or("unfinished label")? {
                        '"' => break,
                        '\\' => text.push(match chars.next() {
                            Some('n') => '\n',
                            Some(char @ ('"' | '\\')) => char,
                            _ => return wrong("escape"),
                        }),
                        char => text.push(char),
                    }
                }
                if own.insert(label, text).is_some() {
                    return wrong("label twice");
                }
                match chars.next() {
                    None => {}
                    Some(',') if chars.peek().is_some() => {}
                    _ => return wrong("after a label"),
                }
            }
            if samples.insert((name.to_owned(), own), value).is_some() {
                return wrong("sample twice");
            }
        }
    }
    let names: BTreeSet<_> = samples.keys().map(|(name, _)| name.clone()).collect();
    if names == families { Ok(samples) } else { Err("a metric without samples".into()) }
}

/// The parsed metrics.
struct Metrics(BTreeMap<(String, Labels), f64>);

impl Metrics {
    fn parse(text: &str) -> Self {
        promtool(text);
        Self(parse(text).unwrap_or_else(|error| panic!("{error}\n{text}")))
    }

    /// Returns the value of the metric with exactly these labels.
    fn get(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let labels = labels.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        self.0.get(&(format!("asterisk_{name}"), labels)).copied()
    }

    fn has(&self, name: &str) -> bool {
        self.0.keys().any(|(own, _)| own.strip_prefix("asterisk_") == Some(name))
    }
}

/// Lets Prometheus check the text, if it is installed.
fn promtool(text: &str) {
    let child = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else { return };
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let complaints = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && complaints.is_empty(), "{complaints}\n{text}");
}

/// A folder of its own, which is removed with its content.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ami-monitor-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A queue with two callers and five members.
fn busy_queue(name: &str) -> Rule {
    let member =
        |status, paused| [("Event", "QueueMember"), ("Queue", name), ("Status", status), ("Paused", paused)];
    let caller = |wait| [("Event", "QueueEntry"), ("Queue", name), ("Wait", wait)];
    let params = [
        ("Event", "QueueParams"),
        ("Queue", name),
        ("Calls", "2"),
        ("Holdtime", "17"),
        ("TalkTime", "120"),
        ("Completed", "31"),
        ("Abandoned", "4"),
        ("ServiceLevel", "60"),
        ("ServicelevelPerf", "87.5"),
    ];
    Rule::list()
        .entry(params)
        .entry(member("1", "0"))
        .entry(member("1", "1"))
        .entry(member("2", "0"))
        .entry(member("5", "0"))
        .entry(member("0", "0"))
        .entry(caller("44"))
        .entry(caller("7"))
}

fn endpoints(states: &[(&str, &str)]) -> Rule {
    states.iter().fold(Rule::list(), |rule, (name, state)| {
        rule.entry([("Event", "EndpointList"), ("ObjectName", name), ("DeviceState", state)])
    })
}

fn peers(technology: &str, states: &[(&str, &str, &str)]) -> Rule {
    states.iter().fold(Rule::list(), |rule, (name, address, status)| {
        rule.entry([
            ("Event", "PeerEntry"),
            ("Channeltype", technology),
            ("ObjectName", name),
            ("IPaddress", address),
            ("Status", status),
        ])
    })
}

fn registry(states: &[(&str, &str, &str)]) -> Rule {
    states.iter().fold(Rule::list(), |rule, (user, host, state)| {
        rule.entry([("Event", "RegistryEntry"), ("Username", user), ("Host", host), ("State", state)])
    })
}

fn pjsip_registrations(states: &[(&str, &str)]) -> Rule {
    let rule = Rule::list().entry([("Event", "AuthDetail"), ("ObjectName", "account")]);
    let rule = states.iter().fold(rule, |rule, (name, status)| {
        rule.entry([("Event", "OutboundRegistrationDetail"), ("ObjectName", name), ("Status", status)])
    });
    rule.complete([("Event", "OutboundRegistrationDetailComplete"), ("EventList", "Complete")])
}

/// The result of an action that the server does not have.
fn unknown() -> Rule {
    Rule::refuse("Invalid/unknown command: ${Action}. Use Action: ListCommands to show available commands.")
}

#[test]
fn metrics_of_the_pbx_need_one_login() {
    let pbx = start(builder());
    let (status, text, stderr) = output(&mut command(&pbx, "metrics"));
    assert_eq!((status, stderr.as_str()), (0, ""), "{text}");
    let metrics = Metrics::parse(&text);
    for (name, labels, value) in [
        ("up", &[][..], 1.0),
        ("calls", &[], 0.0),
        ("calls_processed_total", &[], 0.0),
        ("channels", &[("state", "up")], 0.0),
        ("queue_members", &[("queue", "support"), ("state", "not_in_use")], 2.0),
        ("queue_members_available", &[("queue", "support")], 2.0),
        ("queue_members", &[("queue", "sales"), ("state", "not_in_use")], 0.0),
        ("queue_waiting_callers", &[("queue", "sales")], 0.0),
        ("endpoint_available", &[("technology", "PJSIP"), ("endpoint", "busy")], 1.0),
        ("scrape_success", &[("action", "QueueStatus")], 1.0),
    ] {
        assert_eq!(metrics.get(name, labels), Some(value), "{name} {labels:?}\n{text}");
    }
    // The PBX has neither these actions nor func_strings.
    for absent in ["bridges", "parked_calls", "registrations", "start_time_seconds"] {
        assert!(!metrics.has(absent), "{absent}");
    }
    assert_eq!(metrics.get("scrape_success", &[("action", "BridgeList")]), None);
    let requests = pbx.requests();
    assert_eq!(requests.iter().filter(|request| request.is("Login")).count(), 1);
    assert!(requests.iter().all(|request| request.connection() == 1));
}

#[test]
fn metrics_have_the_values_of_the_server() {
    let pbx = start(
        builder()
            .on(
                "CoreStatus",
                Rule::answer([
                    ("CoreStartupDate", "2026-11-27"),
                    ("CoreStartupTime", "03:05:06"),
                    ("CoreReloadDate", "2026-11-27"),
                    ("CoreReloadTime", "04:00:00"),
                    ("CoreCurrentCalls", "3"),
                    ("CoreProcessedCalls", "1234567"),
                ]),
            )
            .on(
                "Getvar",
                Rule::answer([("Value", "1795748706")])
                    .matching("Variable", "STRPTIME(2026-11-27 03:05:06,,%Y-%m-%d %H:%M:%S)"),
            )
            .on("Getvar", Rule::answer([("Value", "1795752000")]))
            .on(
                "CoreShowChannels",
                Rule::list()
                    .entry([
                        ("Event", "CoreShowChannel"),
                        ("ChannelStateDesc", "Up"),
                        ("Duration", "101:02:03"),
                    ])
                    .entry([
                        ("Event", "CoreShowChannel"),
                        ("ChannelStateDesc", "Up"),
                        ("Duration", "00:00:09"),
                    ])
                    .entry([
                        ("Event", "CoreShowChannel"),
                        ("ChannelStateDesc", "Pre-ring"),
                        ("Duration", "x"),
                    ]),
            )
            .on("BridgeList", Rule::list().entry([("Event", "BridgeListItem")]))
            .on("ParkedCalls", Rule::list())
            .on("QueueStatus", busy_queue("support"))
            .on(
                "PJSIPShowEndpoints",
                endpoints(&[
                    ("alice", "Not in use"),
                    ("bob", "Unavailable"),
                    ("carol", "In use"),
                    ("dave", "Invalid"),
                ]),
            )
            .on(
                "SIPpeers",
                peers(
                    "SIP",
                    &[
                        ("a", "10.0.0.1", "OK (12 ms)"),
                        ("b", "10.0.0.2", "LAGGED (2100 ms)"),
                        ("c", "10.0.0.3", "UNREACHABLE"),
                        ("d", "-none-", "UNKNOWN"),
                        ("e", "10.0.0.5", "Unmonitored"),
                        ("f", "-none-", "Unmonitored"),
                    ],
                ),
            )
            .on("IAXpeerlist", peers("IAX", &[("g", "10.0.0.7", "OK (3 ms)")]))
            .on(
                "PJSIPShowRegistrationsOutbound",
                pjsip_registrations(&[("trunk", "Registered"), ("spare", "Rejected")]),
            )
            .on("SIPshowregistry", registry(&[("user", "sip.example", "Registered")]))
            .on("IAXregistry", registry(&[("user", "iax.example", "Request Sent")])),
    );
    let (status, text, stderr) = output(&mut command(&pbx, "metrics --tag north"));
    assert_eq!((status, stderr.as_str()), (0, ""), "{text}");
    let metrics = Metrics::parse(&text);
    let support = ("queue", "support");
    let (pjsip, sip, iax) = (("technology", "PJSIP"), ("technology", "SIP"), ("technology", "IAX2"));
    let (available, unavailable) = (("state", "available"), ("state", "unavailable"));
    for (name, labels, value) in [
        ("start_time_seconds", &[][..], 1_795_748_706.0),
        ("last_reload_time_seconds", &[], 1_795_752_000.0),
        ("calls", &[], 3.0),
        ("calls_processed_total", &[], 1_234_567.0),
        ("channels", &[("state", "up")], 2.0),
        ("channels", &[("state", "other")], 1.0),
        ("channel_oldest_seconds", &[], 101.0 * 3600.0 + 123.0),
        ("bridges", &[], 1.0),
        ("parked_calls", &[], 0.0),
        ("queue_waiting_callers", &[support], 2.0),
        ("queue_longest_wait_seconds", &[support], 44.0),
        ("queue_average_hold_seconds", &[support], 17.0),
        ("queue_average_talk_seconds", &[support], 120.0),
        ("queue_completed_calls_total", &[support], 31.0),
        ("queue_abandoned_calls_total", &[support], 4.0),
        ("queue_service_level_seconds", &[support], 60.0),
        ("queue_service_level_ratio", &[support], 0.875),
        ("queue_members", &[support, ("state", "not_in_use")], 2.0),
        ("queue_members", &[support, ("state", "unavailable")], 1.0),
        ("queue_members_paused", &[support], 1.0),
        ("queue_members_available", &[support], 2.0),
        ("endpoints", &[pjsip, available], 2.0),
        ("endpoints", &[pjsip, unavailable], 2.0),
        ("endpoints", &[sip, available], 2.0),
        ("endpoints", &[sip, unavailable], 3.0),
        ("endpoints", &[sip, ("state", "unmonitored")], 1.0),
        ("endpoints", &[iax, available], 1.0),
        ("endpoint_available", &[pjsip, ("endpoint", "dave")], 0.0),
        ("endpoint_available", &[sip, ("endpoint", "b")], 1.0),
        ("registrations", &[pjsip, ("state", "registered")], 1.0),
        ("registration_active", &[pjsip, ("registration", "spare")], 0.0),
        ("registration_active", &[sip, ("registration", "user@sip.example")], 1.0),
        ("registration_active", &[iax, ("registration", "user@iax.example")], 0.0),
    ] {
        let labels = [labels, &[("pbx", "north")]].concat();
        assert_eq!(metrics.get(name, &labels), Some(value), "{name} {labels:?}\n{text}");
    }
    assert!(metrics.0.keys().all(|(_, labels)| labels.get("pbx").is_some_and(|tag| tag == "north")));
    assert_eq!(metrics.get("endpoint_available", &[sip, ("endpoint", "e"), ("pbx", "north")]), None);
}

#[test]
fn checks_compare_with_their_thresholds() {
    let pbx = start(
        builder()
            .on("QueueStatus", busy_queue("support").matching("Queue", "support"))
            .on("QueueStatus", Rule::list().matching("Queue", "none"))
            .on("QueueStatus", busy_queue("it"))
            .on("CoreStatus", Rule::answer([("CoreCurrentCalls", "3")]))
            .on(
                "CoreShowChannels",
                Rule::list().entry([("Event", "CoreShowChannel"), ("Duration", "00:10:00")]),
            )
            .on("PJSIPShowEndpoints", endpoints(&[("alice", "Not in use"), ("bob", "Unavailable")]))
            .on("SIPshowregistry", registry(&[("a", "x", "Registered"), ("b", "y", "Rejected")])),
    );
    for (arguments, status, text, figure) in [
        ("", 0, "Asterisk ", "time"),
        ("alive", 0, "ms", "ping"),
        ("alive -w 60 -c 60", 0, "ms", "time"),
        ("alive -c @0:60", 2, "critical threshold @0:60", "time"),
        ("channels", 0, "1 channel, 3 calls, the oldest 600 s old", "longest=600s;;;0"),
        ("channels -w longest=599", 1, "longest 600 s (warning threshold 599)", "longest=600s;599;;0"),
        ("channels -w 0 -c 1", 1, "channels 1 (warning threshold 0)", "channels=1;0;1;0"),
        ("calls --critical 2", 2, "calls 3 (critical threshold 2)", "calls=3;;2;0"),
        ("calls -w -5:5", 0, "3 calls", "calls=3;-5:5;;0"),
        ("queues -w 2", 0, "queue it: 2 waiting, 2 of 5 members available", "it_waiting=2;2;;0"),
        ("queues -w 1 -c 5", 1, "it: waiting 2", "it_longest=44s;;;0"),
        ("queues --name support -c available=3:", 2, "support: available 2", "support_available=2;;3:;0"),
        ("queues --name none", 3, "does not have a queue none", ""),
        ("endpoints", 0, "1 of 2 endpoints unavailable: PJSIP/bob (Unavailable)", "unavailable=1;;;0"),
        ("endpoints -w 0", 1, "unavailable 1", "endpoints=2;;;0"),
        ("endpoints --name bob", 2, "PJSIP/bob: Unavailable", "unavailable=1;;0;0"),
        ("endpoints --name bob -w 0", 1, "PJSIP/bob: Unavailable", "unavailable=1;0;;0"),
        ("endpoints --name PJSIP/alice", 0, "Not in use", "unavailable=0;;0;0"),
        ("endpoints --name SIP/alice", 3, "does not have endpoint SIP/alice", ""),
        ("registrations", 2, "1 of 2 registrations not in force: SIP/b@y (Rejected)", "unregistered=1;;0;0"),
        ("registrations -c 1", 0, "SIP/b@y", "registrations=2;;;0"),
        ("registrations --name a@x", 0, "SIP/a@x: Registered", "unregistered=0;;0;0"),
    ] {
        let (own, line, data) = check(&mut command(&pbx, &format!("check {arguments}")));
        assert_eq!(own, status, "{arguments}: {line} {data:?}");
        assert!(line.contains(text), "{arguments}: {line}");
        let (label, value) = figure.split_once('=').unwrap_or((figure, ""));
        let found = data.iter().find(|(own, _)| own == label);
        assert!(
            label.is_empty() || found.is_some_and(|(_, own)| own.starts_with(value)),
            "{arguments}: {data:?}"
        );
    }
    assert_eq!(pbx.requests().iter().filter(|request| request.is("Login")).count(), 22);
}

#[test]
fn a_wrong_command_line_is_unknown_and_not_critical() {
    let pbx = start(builder());
    for (arguments, text) in [
        ("check nonsense", "is not one of alive"),
        ("check -w", "needs a value"),
        ("check -w 20:10", "begins after its end"),
        ("check -c 1e3", "is not a range"),
        ("check -w=waiting=1", "only time, ping, uptime"),
        ("check calls --name x", "--name is only for"),
        ("check --json", "unknown option --json"),
        ("--no-such-option check", "unknown option"),
        ("check --port 99999", "99999"),
        ("check -h pbx", "the option for the server is -H"),
    ] {
        let (status, line, data) = check(&mut command(&pbx, arguments));
        assert_eq!(status, 3, "{arguments}");
        assert!(line.contains(text) && data.is_empty(), "{arguments}: {line}");
    }
    // Without a user.
    let (status, line, _) = check(&mut ami(&["check"]));
    assert_eq!(status, 3, "{line}");
    // Other commands keep the status of usage errors, and help is not an error.
    assert_eq!(output(&mut command(&pbx, "metrics --without nonsense")).0, 2);
    let (status, help, _) = output(&mut ami(&["check", "--help"]));
    assert!(status == 0 && help.contains("UNKNOWN"), "{help}");
    assert!(pbx.requests().iter().all(|request| !request.is("Login")));
}

/// The first attempt takes the whole time limit, which the second has anew.
#[test]
fn a_server_that_answers_a_second_attempt_is_up() {
    let pbx = start(builder());
    let silent = || pbx.on("connect", Rule::silent().times(1)).unwrap();
    silent();
    let (status, line, data) = check(&mut command(&pbx, "check --retry 1 --timeout 1"));
    assert_eq!(status, 0, "{line}");
    let (_, time) = data.iter().find(|(label, _)| label == "time").expect("the time");
    assert!(time.starts_with("0."), "{time}");
    silent();
    let (status, text, stderr) = output(&mut command(&pbx, "metrics --retry 1 --timeout 1"));
    assert!(status == 0 && text.contains("asterisk_up 1\n"), "{status} {stderr}");
}

#[test]
fn the_state_tells_a_dead_server_from_a_missing_permission() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut dead = ami(&["check", "--port", &closed.to_string(), "--user", "admin"]);
    let (status, line, _) = check(dead.env("AMI_SECRET", SECRET));
    assert_eq!(status, 2, "{line}");

    let denied = || Rule::refuse("Permission denied");
    for (action, rule, arguments, status, text) in [
        ("Ping", Rule::silent(), "alive --timeout 0.2", 2, "did not answer Ping in time"),
        ("Ping", Rule::drop_connection(), "alive", 2, "closed the connection"),
        ("connect", Rule::silent(), "alive --timeout 0.2", 2, ""),
        ("connect", Rule::raw("220 mail ESMTP|x\r\n"), "alive", 2, ""),
        ("Login", Rule::refuse("Authentication failed"), "alive", 3, "login refused"),
        ("CoreSettings", denied(), "alive", 0, "interface 11.0.0"),
        ("CoreStatus", denied(), "alive", 0, "Asterisk"),
        ("CoreStatus", denied(), "calls", 3, "may not use CoreStatus"),
        ("CoreStatus", Rule::answer([("Other", "1")]), "calls", 2, "no number of calls"),
        ("CoreShowChannels", denied(), "channels", 3, "may not use CoreShowChannels"),
        ("CoreShowChannels", Rule::refuse("Asterisk is shutting down"), "channels", 2, "shutting down"),
        ("QueueStatus", unknown(), "queues", 3, "does not have QueueStatus"),
        ("QueueStatus", Rule::refuse("odd | text\x07"), "queues", 3, r"odd \x7c text\x07"),
        ("QueueStatus", Rule::list().never_complete(), "queues --timeout 0.2", 2, "in time"),
        ("QueueStatus", Rule::list(), "queues", 3, "does not have any queue"),
        ("PJSIPShowEndpoints", unknown(), "endpoints", 3, "none of the modules"),
        (
            "PJSIPShowEndpoints",
            Rule::refuse("No endpoints found"),
            "endpoints",
            3,
            "does not have any endpoint",
        ),
        ("SIPpeers", denied(), "endpoints", 3, "may not use SIPpeers"),
        ("QueueStatus", busy_queue("a").cut(300), "queues", 2, "connection"),
    ] {
        let pbx = start(builder().on(action, rule));
        let (own, line, _) = check(&mut command(&pbx, &format!("check {arguments}")));
        assert!(own == status && line.contains(text), "{action} {arguments}: {own} {line}");
        assert!(!line.contains(SECRET));
    }
}

#[test]
fn a_server_without_the_newer_actions_is_read_by_the_older_ones() {
    let status =
        |state, seconds| [("Event", "Status"), ("Privilege", "Call"), ("State", state), ("Seconds", seconds)];
    let channels = Rule::list().entry(status("Up", "61")).entry(status("Ring", "0"));
    let mut server =
        builder().ami_version("1.0").on("Status", channels.complete([("Event", "StatusComplete")]));
    for action in ["CoreShowChannels", "CoreStatus", "CoreSettings", "PJSIPShowEndpoints", "QueueSummary"] {
        server = server.on(action, Rule::refuse("Invalid/unknown command"));
    }
    let peers = peers("SIP", &[("7", "10.0.0.1", "OK (1 ms)"), ("8", "-none-", "UNKNOWN")]);
    let pbx =
        start(server.on("SIPpeers", peers.complete([("Event", "PeerlistComplete"), ("ListItems", "2")])));
    let line = |arguments: &str| {
        let (status, line, _) = check(&mut command(&pbx, &format!("check {arguments}")));
        (status, line)
    };
    assert_eq!(line("channels"), (0, "2 channels, the oldest 61 s old".into()));
    assert_eq!(line("calls"), (3, "the server does not have CoreStatus".into()));
    assert_eq!(line("endpoints"), (0, "1 of 2 endpoints unavailable: SIP/8 (UNKNOWN)".into()));
    assert!(line("alive").1.starts_with("interface 1.0, answers in "));
    assert!(line("queues").1.starts_with("2 queues: 0 waiting"));
    let (status, text, stderr) = output(&mut command(&pbx, "metrics"));
    assert_eq!((status, stderr.as_str()), (0, ""));
    let metrics = Metrics::parse(&text);
    assert_eq!(metrics.get("channels", &[("state", "ring")]), Some(1.0));
    assert_eq!(metrics.get("info", &[("interface", "1.0")]), Some(1.0));
    assert!(!metrics.has("calls"));
}

#[test]
fn names_chosen_by_others_stay_names() {
    for (name, text, label) in [
        ("a\"b", "a\"b", "a_b"),
        ("back\\slash", "back\\slash", "back_slash"),
        ("it's | a=b;c", "it's \\x7c a=b;c", "it_s___a_b_c"),
        ("Zürich ☎", "Zürich ☎", "Zürich_☎"),
        ("x} 1", "x} 1", "x}_1"),
        ("\u{202e}x\x1b[31m", "\\u{202e}x\\x1b[31m", "_u{202e}x_x1b[31m"),
        ("$(reboot)`id`", "$(reboot)`id`", "_(reboot)_id_"),
        (SECRET, "[redacted]", "[redacted]"),
    ] {
        let pbx = start(
            builder()
                .on("QueueStatus", busy_queue(name))
                .on("PJSIPShowEndpoints", endpoints(&[(name, "Unavailable"), (name, "Not in use")])),
        );
        let (status, line, data) = check(&mut command(&pbx, "check queues -c 1"));
        assert_eq!(status, 2, "{line}");
        assert!(line.starts_with(&format!("{text}: waiting 2 (critical")), "{name:?}: {line}");
        assert_eq!(data[0].0, format!("{label}_waiting"));
        let (status, text, stderr) = output(&mut command(&pbx, "metrics"));
        assert_eq!((status, stderr.as_str()), (0, ""));
        assert!(!text.contains(SECRET) && !text.contains(['\u{202e}', '\x1b']));
        // Escaped before the format escapes it, so that control characters are harmless.
        let shown = line.split(": waiting").next().unwrap().replace("\\x7c", "|");
        let metrics = Metrics::parse(&text);
        assert_eq!(metrics.get("queue_waiting_callers", &[("queue", &shown)]), Some(2.0), "{text}");
        let own = [("technology", "PJSIP"), ("endpoint", shown.as_str())];
        assert_eq!(metrics.get("endpoint_available", &own), Some(0.0), "the worse of two");
    }
    // Bytes that are not UTF-8, and line ends inside a name.
    let pbx = start(builder().on("QueueStatus", Rule::raw(
        [&b"Response: Success\r\nActionID: ${ActionID}\r\nEventList: start\r\n\r\n"[..],
        b"Event: QueueParams\r\nQueue: J\xfcrg\r\x01end\r\nActionID: ${ActionID}\r\n\r\n",
        b"Event: QueueParams\r\nQueue: J\xfcrg\r\x01end\r\nCalls: 9\r\nActionID: ${ActionID}\r\n\r\n",
        b"Event: QueueMember\r\nQueue: J\xfcrg\r\x01end\r\nStatus: 77\r\nPaused: x\r\nActionID: ${ActionID}\r\n\r\n",
        b"Event: QueueParams\r\nCalls: 5\r\nActionID: ${ActionID}\r\n\r\n",
        b"Event: QueueStatusComplete\r\nActionID: ${ActionID}\r\nEventList: Complete\r\n\r\n"].concat(),
    )));
    let name = r"J\xfcrg\r\x01end";
    let (_, line, _) = check(&mut command(&pbx, "check queues"));
    assert!(line.starts_with(&format!("queue {name}: 9 waiting, 1 of 1 member available")), "{line}");
    let metrics = Metrics::parse(&output(&mut command(&pbx, "metrics")).1);
    assert_eq!(metrics.get("queue_waiting_callers", &[("queue", name)]), Some(9.0));
}

#[test]
fn missing_permissions_are_warnings_and_slow_answers_are_failures() {
    let denied = || Rule::refuse("Permission denied");
    let pbx = start(builder().on("ParkedCalls", denied()).on("PJSIPShowEndpoints", denied()));
    let (status, text, stderr) = output(&mut command(&pbx, "metrics"));
    assert_eq!(status, 0, "{stderr}");
    let warnings: Vec<_> = stderr.lines().collect();
    assert_eq!(warnings.len(), 2, "{stderr}");
    assert!(warnings[0].starts_with("ami: warning: the user may not use ParkedCalls"), "{stderr}");
    let metrics = Metrics::parse(&text);
    assert_eq!(metrics.get("scrape_success", &[("action", "ParkedCalls")]), Some(0.0));
    assert!(metrics.get("up", &[]) == Some(1.0) && !metrics.has("endpoint_available"));
    let (status, text, stderr) = output(&mut command(&pbx, "metrics --without parking,endpoints"));
    assert_eq!((status, stderr.as_str()), (0, ""));
    assert_eq!(Metrics::parse(&text).get("scrape_success", &[("action", "ParkedCalls")]), None);

    let pbx = start(builder().on("QueueStatus", Rule::silent()));
    let begin = Instant::now();
    let (status, text, stderr) = output(&mut command(&pbx, "metrics --timeout 0.3"));
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    assert!(status == 3 && stderr.contains("QueueStatus was not answered in time"), "{stderr}");
    let metrics = Metrics::parse(&text);
    assert_eq!(metrics.get("scrape_success", &[("action", "QueueStatus")]), Some(0.0));
    assert_eq!(metrics.get("scrape_success", &[("action", "SIPpeers")]), Some(0.0));
    assert!(metrics.has("channels") && metrics.get("up", &[]) == Some(1.0));
    // A server that takes the login and then answers nothing does not count as up.
    let pbx = start(builder().on("CoreSettings", Rule::silent()));
    let (status, text, stderr) = output(&mut command(&pbx, "metrics --timeout 0.2"));
    assert!(status == 3 && stderr.contains("CoreSettings was not answered in time"), "{stderr}");
    assert_eq!(Metrics::parse(&text).get("up", &[]), Some(0.0));
}

/// The text when the server cannot be reached.
const DOWN: &str = "# HELP asterisk_up Whether the server accepts the login and answers.\n\
                    # TYPE asterisk_up gauge\nasterisk_up 0\n";

#[test]
fn a_server_that_is_down_is_a_metric_too() {
    let folder = Folder::new("down");
    let file = folder.0.join("asterisk.prom");
    let to_file = |command: &mut Command| {
        std::fs::write(&file, "asterisk_up 1\n").unwrap();
        let (status, stdout, stderr) = output(command.arg("--output").arg(&file));
        assert!(stdout.is_empty() && stderr.starts_with("ami: ") && stderr.lines().count() == 1, "{stderr}");
        assert_eq!(folder.names(), ["asterisk.prom"]);
        (status, std::fs::read_to_string(&file).unwrap())
    };
    let pbx = start(builder().on("Login", Rule::refuse("Authentication failed")));
    assert_eq!(to_file(&mut command(&pbx, "metrics")), (4, DOWN.into()));
    let pbx = start(builder().on("QueueStatus", Rule::drop_connection()));
    assert_eq!(to_file(&mut command(&pbx, "metrics")), (3, DOWN.into()));
    let (status, stdout, _) = output(&mut command(&pbx, "metrics --output - --tag a\"b\\c"));
    assert_eq!((status, stdout), (3, DOWN.replace("up 0", r#"up{pbx="a\"b\\c"} 0"#)));
    Metrics::parse(DOWN);
    // A wrong command line does not tell of the server: the file stays.
    let (status, content) = to_file(ami(&["metrics"]).stdin(Stdio::null()));
    assert_eq!((status, content.as_str()), (2, "asterisk_up 1\n"));
}

#[test]
fn readers_never_see_a_part_of_the_file() {
    let folder = Folder::new("readers");
    let file = folder.0.join("asterisk.prom");
    let pbx = start(builder());
    let other = start(builder().on("QueueStatus", busy_queue(&"long".repeat(200))));
    let run = |pbx: &Pbx| {
        let (status, stdout, stderr) = output(command(pbx, "metrics").arg("--output").arg(&file));
        assert_eq!((status, stdout.as_str(), stderr.as_str()), (0, "", ""));
    };
    run(&pbx);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = BTreeSet::new();
            while !stop.load(Ordering::Relaxed) {
                let text = std::fs::read_to_string(&file).unwrap();
                parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
                assert!(text.contains("asterisk_scrape_duration_seconds"), "{text}");
                seen.insert(text.len() / 1000);
            }
            seen.len()
        });
        let writers = [&pbx, &other].map(|pbx| scope.spawn(|| (0..12).for_each(|_| run(pbx))));
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        stop.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 1, "the reader saw both contents");
    });
    assert_eq!(folder.names(), ["asterisk.prom"]);
}

#[cfg(unix)]
#[test]
fn the_file_can_be_read_by_all_and_nothing_else_is_replaced() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};

    let folder = Folder::new("file");
    let pbx = start(builder());
    let to = |path: &Path| output(command(&pbx, "metrics -o").arg(path));
    // The mode does not depend on the umask.
    let port = pbx.local_addr().port().to_string();
    let file = folder.0.join("asterisk.prom");
    let script = r#"umask 077; exec "$0" metrics --port "$1" --user admin --output "$2""#;
    let mut shell = Command::new("sh");
    shell.args(["-c", script, env!("CARGO_BIN_EXE_ami"), &port]).arg(&file).env("AMI_SECRET", SECRET);
    assert_eq!(output(&mut shell), (0, String::new(), String::new()));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file), 0o644);
    // A link stays one.
    let link = folder.0.join("link");
    std::os::unix::fs::symlink("asterisk.prom", &link).unwrap();
    std::fs::write(&file, "").unwrap();
    assert_eq!(to(&link).0, 0);
    assert!(link.is_symlink());
    Metrics::parse(&std::fs::read_to_string(&file).unwrap());

    for path in ["/dev/null", "/dev/full", "/no/such/folder/x.prom", folder.0.to_str().unwrap()] {
        let (status, stdout, stderr) = to(Path::new(path));
        assert_eq!((status, stdout.as_str()), (5, ""), "{path}: {stderr}");
        assert!(stderr.starts_with("ami: cannot write") && stderr.lines().count() == 1, "{stderr}");
    }
    assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    assert_eq!(folder.names(), ["asterisk.prom", "link"]);
    // A full disk on standard output.
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = command(&pbx, "metrics").stdout(full).stderr(Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(5));
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = command(&pbx, "check").stdout(full).stderr(Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(3));
}

#[test]
fn the_strict_parser_is_strict() {
    let family = "# HELP asterisk_x X.\n# TYPE asterisk_x gauge\n";
    let good = format!("{family}asterisk_x{{a=\"\\\"\\\\\\n}}\",b=\"\"}} 1\n");
    assert!(parse(&good).is_ok());
    for bad in [
        good.trim_end(),
        &good.replace(" gauge", " counter"),
        &good.replace("\\\"", "\""),
        &good.replace(",b", ",a"),
        &good.replace(" 1\n", " 1 2\n"),
        &good.replace(" 1\n", "\n"),
        &good.replace("X.", ""),
        &good.replace(" X.\n", " X.\n\n"),
        family,
        &format!("{good}{good}"),
    ] {
        assert!(parse(bad).is_err(), "{bad}");
    }
}
