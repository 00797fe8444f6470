//! Runs each example as a program against scripted servers over TCP and pseudo-terminals, and
//! checks its output and exit status.
#![cfg(unix)]

#[path = "common/program.rs"]
mod program;

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use embedded_ami::action::Raw;
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::{Client, Error};
use program::{SECRET, STARTS, Server, TIMEOUT, end, program, run, start};
use serialport::{SerialPort, TTYPort};

/// The examples, each with arguments that it accepts.
const EXAMPLES: [(&str, &[&str]); 12] = [
    ("command", &["core show uptime"]),
    ("config_set", &["queues.conf", "support", "timeout", "20"]),
    ("door", &["nowhere"]),
    ("embedded", &["nowhere"]),
    ("extension_states", &["phones", "100"]),
    ("hang_up", &["PJSIP/7-00000001"]),
    ("night_mode", &["on"]),
    ("originate", &["nowhere", "100", "phones"]),
    ("queue_members", &["support"]),
    ("queue_pause", &["PJSIP/7", "on", "lunch"]),
    ("serial", &["nowhere"]),
    ("watch", &[]),
];

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/{name}.rs"))
}

/// Returns the path of the example's binary. `cargo test` builds the examples, but `cargo test
/// --test examples` does not; then this panics unless an up-to-date binary is there.
fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    let binary =
        test.ancestors().map(|folder| folder.join("examples").join(name)).find(|path| path.is_file());
    let modified = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).expect("a time");
    match binary {
        Some(binary) if modified(&binary) >= modified(&source(name)) => binary,
        _ => panic!("{name} is not built or out of date: run `cargo test --no-run` first"),
    }
}

fn example(name: &str) -> Command {
    program(binary(name))
}

type Script = fn(&mut Server<TcpStream>);

/// Starts a server that accepts one connection per script, one after another. Returns its port and
/// its thread.
fn serve<const N: usize>(scripts: [Script; N]) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port().to_string();
    let server = thread::spawn(move || {
        for script in scripts {
            let (stream, _) = listener.accept().expect("a client");
            script(&mut Server(stream));
        }
    });
    (port, server)
}

/// Runs the example against a server with one script. Returns the exit status, standard output and
/// standard error.
fn run_against(name: &str, arguments: &[&str], script: Script) -> (Option<i32>, String, String) {
    let (port, server) = serve([script]);
    let result = run(example(name).args(arguments).env("AMI_PORT", port));
    server.join().unwrap_or_else(|_| panic!("{name} did not keep to the script: {result:?}"));
    result
}

#[test]
fn each_example_is_short_and_listed_here() {
    let folder = fs::read_dir(source("x").parent().expect("a folder")).expect("examples");
    let mut names: Vec<_> = folder.map(|file| file.expect("a file").path()).collect();
    names.sort();
    // The examples in folders are packages with tests of their own.
    names.retain(|name| !name.is_dir());
    assert_eq!(names, EXAMPLES.map(|(name, _)| source(name)));
    for (name, _) in EXAMPLES {
        let text = fs::read_to_string(source(name)).expect("text");
        let code = text.lines().filter(|line| !line.is_empty() && !line.starts_with("//!")).count();
        assert!(text.starts_with("//! ") && code < 40, "{name}: {code} lines of code");
    }
}

#[test]
fn missing_or_invalid_environment_variables_and_arguments_are_reported() {
    for (name, arguments) in EXAMPLES {
        for (missing, value) in [("AMI_USER", None), ("AMI_SECRET", None), ("AMI_SECRET", Some(b"hush\xff"))]
        {
            let mut command = example(name);
            command.args(arguments).env_remove(missing);
            command.envs(value.map(|value| (missing, OsStr::from_bytes(value))));
            let (status, stdout, stderr) = run(&mut command);
            assert_eq!((status, &stdout[..]), (Some(1), ""), "{name}: {stderr}");
            assert_eq!(stderr, format!("Error: \"{missing} is not set\"\n"), "{name}");
        }
    }
    let none = ["night_mode", "queue_members", "watch"]; // work without arguments
    for (name, _) in EXAMPLES.into_iter().filter(|(name, _)| !none.contains(name)) {
        let (status, stdout, stderr) = run(&mut example(name));
        assert_eq!((status, &stdout[..], stderr.lines().count()), (Some(1), "", 1), "{name}: {stderr}");
    }
}

#[test]
fn door_answers_and_sends_an_event() {
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    let address = address.expect("a port").to_string();
    let mut door = start(example("door").arg(&address));
    let begin = Instant::now();
    let mut client = loop {
        match Client::connect(&address, TIMEOUT) {
            Ok(client) => break client,
            Err(error) => assert!(begin.elapsed() < TIMEOUT, "{error}"),
        }
    };
    client.login(&Credentials::new("Admin", SECRET).events("on")).expect("a login");
    let response = client.send(&Raw::without_headers("OpenDoor")).expect("an answer");
    assert!(response.message().get("Message").is_some_and(|text| text == "It opens"));
    let event = client.next_event(TIMEOUT).expect("a connection");
    let mut event = event.expect("an event");
    if event.message().name().is_some_and(|name| name == "FullyBooted") {
        event = client.next_event(TIMEOUT).expect("a connection").expect("another");
    }
    assert!(event.message().name().is_some_and(|name| name == "DoorOpened"));
    assert!(matches!(client.send(&Raw::without_headers("Ping")), Err(Error::Response { .. })));
    // A second one cannot bind the same address.
    let (status, stdout, stderr) = run(example("door").arg(&address));
    assert_eq!((status, &stdout[..], stderr.lines().count()), (Some(1), "", 1), "{stderr}");
    door.kill().expect("an end");
    end(door);
}

#[test]
fn watch_reconnects_after_each_lost_connection() {
    let (port, server) = serve([
        |_| {},
        |server| {
            server.accept();
            server
                .send("Event: Newchannel\r\nPrivilege: call,all\r\nChannel: PJSIP/7-1\r\nExten: 100\r\n\r\n");
            server.send("Event: Newstate\r\nPrivilege: call,all\r\nChannel: PJSIP/7-1\r\n\r\n");
            server.send(
                "Event: Hangup\r\nPrivilege: call,all\r\nChannel: PJSIP/7-1\r\nCause-txt: \x1b[31m\r\n\r\n",
            );
            server.send("Event: Shutdown\r\nPrivilege: system,all\r\nShutdown: Cleanly\r\n\r\n");
        },
        |server| {
            server.accept();
            server.send("Event: Newchannel\r\nPrivilege: call,all\r\nChannel: PJSIP/8-1\r\nExten: \r\n\r\n");
            server.send("Event: Hangup\r\nPrivilege: call,all\r\nChannel: PJSIP/8");
        },
        |server| {
            let id = server.greet();
            server.send(format!(
                "Response: Error\r\nActionID: {id}\r\nMessage: Asterisk is shutting down\r\n\r\n"
            ));
        },
        |server| {
            server.accept();
            server.send(
                "Event: Hangup\r\nPrivilege: call,all\r\nChannel: PJSIP/9-1\r\nCause-txt: Busy\r\n\r\n",
            );
            // Waits until the example is killed.
            let _ = server.0.read(&mut [0]);
        },
    ]);
    let mut child = start(example("watch").env("AMI_PORT", port));
    let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || stdout.lines().try_for_each(|line| sender.send(line.expect("UTF-8"))));
    for expected in [
        r#""PJSIP/7-1" calls "100""#,
        r#""PJSIP/7-1" ends: "\x1b[31m""#,
        r#""PJSIP/8-1" calls """#,
        r#""PJSIP/9-1" ends: "Busy""#,
    ] {
        assert_eq!(lines.recv_timeout(TIMEOUT).as_deref(), Ok(expected));
    }
    assert_eq!(child.try_wait().expect("a status"), None, "it is still running");
    child.kill().expect("an end");
    let (_, _, stderr) = end(child);
    let closed = "the server closed the connection";
    let stderr: Vec<_> = stderr.lines().collect();
    assert_eq!(stderr.len(), 4);
    assert_eq!(stderr[0], format!("{closed} without a banner; it may have too many connections"));
    assert_eq!(stderr[1], closed);
    assert!(stderr[2].starts_with(&format!("{closed} in the middle of a message")));
    assert_eq!(stderr[3], "login refused: Asterisk is shutting down");
    server.join().expect("five connections");
}

#[test]
fn watch_does_not_retry_with_a_wrong_secret() {
    let (status, stdout, stderr) = run_against("watch", &[], |server| server.refuse());
    assert_eq!((status, &stdout[..]), (Some(1), ""));
    assert!(stderr.contains("Authentication failed"), "{stderr}");
}

#[test]
fn originate_reports_the_outcome_of_its_own_call() {
    const QUEUED: &str = "Response: Success\r\nActionID: @\r\nMessage: Originate successfully queued\r\n\r\n";
    const OUTCOME: &str = "Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: @\r\n";
    let call = ["PJSIP/7", "100", "phones"];
    let (status, stdout, stderr) = run_against("originate", &call, |server| {
        server.accept();
        let (id, request) = server.receive("Originate");
        for header in ["Channel: PJSIP/7", "Exten: 100", "Context: phones", "Priority: 1", "Async: true"] {
            assert!(request.contains(&format!("\r\n{header}\r\n")), "{request}");
        }
        // The call of another client fails, and the outcome of this one arrives before the
        // response.
        server.send(OUTCOME.replace('@', "other") + "Response: Failure\r\nReason: 5\r\n\r\n");
        server.send(OUTCOME.replace('@', &id) + "Response: Success\r\nReason: 4\r\n\r\n");
        server.send(QUEUED.replace('@', &id));
    });
    assert_eq!((status, &stdout[..], &stderr[..]), (Some(0), "Success: Answered\n", ""));

    let (status, stdout, stderr) = run_against("originate", &call, |server| {
        server.accept();
        let (id, _) = server.receive("Originate");
        server.send(QUEUED.replace('@', &id));
        thread::sleep(Duration::from_millis(300));
        server.send(OUTCOME.replace('@', &id) + "Response: Failure\r\nReason: 5\r\n\r\n");
    });
    assert_eq!((status, &stdout[..], &stderr[..]), (Some(2), "Failure: Busy\n", ""));

    let failures: [(Script, &str); 3] = [
        (
            |server| {
                server.accept();
                server.answer(
                    "Originate",
                    "Response: Error\r\nActionID: @\r\nMessage: No such extension\r\n\r\n",
                );
            },
            "No such extension",
        ),
        (
            |server| {
                server.accept();
                server.answer("Originate", QUEUED);
            },
            "the server closed the connection",
        ),
        (|server| server.refuse(), "Authentication failed"),
    ];
    for (script, expected) in failures {
        let (status, stdout, stderr) = run_against("originate", &call, script);
        assert_eq!((status, &stdout[..]), (Some(1), ""));
        assert!(stderr.contains(expected), "{stderr}");
    }
}

#[test]
fn queue_members_prints_the_list_and_fails_if_it_is_cut_short() {
    const LIST: &str = "Response: Success\r\nActionID: @\r\nEventList: start\r\n\r\n\
        Event: QueueParams\r\nQueue: support\r\nActionID: @\r\n\r\n\
        Event: QueueMember\r\nQueue: support\r\nName: Agent: One\r\nLocation: PJSIP/7\r\nPaused: 1\r\nActionID: @\r\n\r\n\
        Event: QueueMemberStatus\r\nPrivilege: agent,all\r\nQueue: other\r\n\r\n\
        Event: QueueMember\r\nQueue: support\r\nName: Z\u{fc}\r\nLocation: PJSIP/8\r\nPaused: 0\r\nActionID: @\r\n\r\n";
    let members = "support: Agent: One at PJSIP/7, paused\nsupport: Z\u{fc} at PJSIP/8\n";
    let (status, stdout, stderr) = run_against("queue_members", &["support"], |server| {
        server.accept();
        let request = server.answer("QueueStatus", LIST);
        assert!(request.contains("\r\nQueue: support\r\n"));
        let id = request.lines().nth(1).expect("an ActionID");
        server.send(format!("Event: QueueStatusComplete\r\n{id}\r\nEventList: Complete\r\n\r\n"));
        server.confirm_logoff();
    });
    assert_eq!((status, &stdout[..], &stderr[..]), (Some(0), members, ""));
    let (status, stdout, stderr) = run_against("queue_members", &[], |server| {
        server.accept();
        let request = server.answer("QueueStatus", LIST);
        assert!(!request.contains("\r\nQueue: "));
    });
    assert_eq!((status, &stdout[..]), (Some(1), members));
    assert!(stderr.contains("the answer was cut short after 3 entries"), "{stderr}");
}

/// Runs the example on a pseudo-terminal with a scripted server at the other end. A script that
/// does not return the server hangs up.
fn run_on_serial_line<R: Send + 'static>(
    name: &str,
    script: impl FnOnce(Server<TTYPort>) -> R + Send + 'static,
) -> (Option<i32>, String, String) {
    let starts = STARTS.lock();
    let ends = TTYPort::pair().expect("a pseudo-terminal");
    // The ends that `pair` opens are inherited by child processes; clones are not.
    let mut master = ends.0.try_clone_native().expect("an end");
    let slave = ends.1.try_clone_native().expect("an end");
    drop((ends, starts));
    master.set_timeout(TIMEOUT).expect("a timeout");
    let child = start(example(name).arg(slave.name().expect("a name")));
    let server = thread::spawn(move || script(Server(master)));
    let result = end(child);
    server.join().unwrap_or_else(|_| panic!("{name} did not keep to the script: {result:?}"));
    drop(slave); // open until now, because the line would end if no process had it open
    result
}

#[test]
fn serial_prints_the_uptime_and_reports_a_refused_login() {
    let (status, stdout, stderr) = run_on_serial_line("serial", |mut server| {
        server.accept();
        let answer = "Response: Success\r\nActionID: @\r\nMessage: Command output follows\r\n\
            Output: System uptime: 1 hour\r\nOutput: Last reload: 1 hour\r\n\r\n";
        let request = server.answer("Command", answer);
        assert!(request.contains("\r\nCommand: core show uptime\r\n"));
        server.confirm_logoff();
        server
    });
    assert_eq!(status, Some(0), "{stderr}");
    assert_eq!((&stdout[..], &stderr[..]), ("System uptime: 1 hour\nLast reload: 1 hour\n", ""));
    let (status, _, stderr) = run_on_serial_line("serial", |mut server| {
        server.refuse();
        server
    });
    assert_eq!(status, Some(1));
    assert!(stderr.contains("Authentication failed"), "{stderr}");
}

#[test]
fn embedded_prints_events_and_reports_a_lost_line_and_a_refused_login() {
    let (status, stdout, stderr) = run_on_serial_line("embedded", |mut server| {
        server.accept();
        thread::sleep(Duration::from_millis(250)); // some reads time out
        let long = "x".repeat(3_000);
        server.send(format!("Event: Newchannel\r\nPrivilege: call,all\r\nAppData: {long}\r\n\r\n"));
        server.send("Event: Hangup\r\nPrivilege: call,all\r\n\r\n");
        thread::sleep(Duration::from_millis(100)); // bytes still in the line are lost when it closes
    });
    assert_eq!((status, &stdout[..]), (Some(1), "\"Newchannel\"\n\"Hangup\"\n"), "{stderr}");
    assert!(stderr.contains("Transport"), "the line was lost: {stderr}");
    let (status, _, stderr) = run_on_serial_line("embedded", |mut server| {
        server.refuse();
        server
    });
    assert_eq!((status, &stderr[..]), (Some(1), "Error: \"login refused: Authentication\"\n"));
}
