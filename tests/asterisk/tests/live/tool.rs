//! Output and exit status of the `ami` tool.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use embedded_ami::action::{Action, Raw};
use embedded_ami::wire::{Decoder, Kind};
use serde_json::{Value, json};

use crate::common::{self, Role, naive};
use crate::server::{NONE, Server, Session, TIMEOUT, ask, assert_success, closed_port, tool};

live!(
    ping_prints_pong,
    action_prints_the_response,
    lists_are_printed_to_the_end,
    actions_that_end_with_one_event,
    originate_prints_the_outcome,
    failed_calls_have_statuses_from_10_to_13,
    events_prints_the_requested_events,
    secrets_from_environment_and_file,
    error_responses_have_status_1,
    usage_errors_have_status_2,
    connection_errors_have_status_3,
    refused_logins_have_status_4,
    decode_prints_every_message,
    decode_prints_each_message_at_its_last_byte,
);

/// Runs the command. Returns the exit status, standard output and standard error.
fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the tool");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("no signal"), text(stdout), text(stderr))
}

/// Asserts that the tool fails with this status, without output and with one line on standard
/// error, which this returns.
#[track_caller]
fn assert_fails(command: &mut Command, expected: i32) -> String {
    let (status, out, error) = run(command);
    assert_eq!((status, out.as_str()), (expected, ""), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.starts_with("ami: "), "{error}");
    error
}

fn ping_prints_pong(server: &Server) {
    assert_eq!(run(&mut server.tool(["ping"])), (0, "Pong\n".into(), String::new()));
    assert_eq!(run(&mut server.tool(["--plain", "ping"])), (0, "Pong\n".into(), String::new()));
    let (status, out, error) = run(&mut server.tool(["ping", "--json=full"]));
    assert_eq!((status, error.as_str(), out.lines().count()), (0, "", 1));
    let pong: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(pong["headers"][2], json!(["Ping", "Pong"]), "{out}");
}

fn action_prints_the_response(server: &Server) {
    let (status, out, error) = run(&mut server.tool(["action", "CoreSettings", "--json=full"]));
    assert_eq!((status, error.as_str(), out.lines().count()), (0, "", 1), "{out}");
    let settings: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&settings["kind"], &settings["name"]), (&json!("response"), &json!("Success")));
    assert_eq!(settings["headers"][0], json!(["Response", "Success"]));
    assert!(settings.get("output").is_none() && settings.get("incomplete").is_none(), "{out}");

    let name = crate::server::unique();
    let set = ["action", "Setvar", &format!("Variable={name}"), "Value=a=b, \"c\": ü "];
    assert_eq!(run(&mut server.tool(set)).0, 0);
    let (status, out, _) = run(&mut server.tool(["action", "Getvar", &format!("Variable={name}")]));
    assert_eq!(status, 0);
    let lines: Vec<_> = out.lines().collect();
    let variable = format!("Variable: {name}");
    assert_eq!((lines[0], &lines[2..]), ("Response: Success", &[&variable, "Value: a=b, \"c\": ü ", ""][..]));
}

fn lists_are_printed_to_the_end(server: &Server) {
    for name in ["CoreShowChannels", "QueueStatus"] {
        let (status, out, error) = run(&mut server.tool(["action", name]));
        assert_eq!((status, error.as_str()), (0, ""));
        assert!(out.ends_with("\n\n"), "{out}");
        let last = out.trim_end().rsplit("\n\n").next().expect("a message");
        assert!(last.contains("\nEventList: Complete\n"), "{out}");

        let (status, out, error) = run(&mut server.tool(["--json=full", "action", name]));
        assert_eq!((status, error.as_str()), (0, ""));
        let messages: Vec<Value> =
            out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(messages[0]["kind"], "response");
        assert!(messages[1..].iter().all(|message| message["kind"] == "event"), "{out}");
        let last = messages.last().expect("a message");
        assert!(
            last["headers"].as_array().expect("headers").contains(&json!(["EventList", "Complete"])),
            "{out}"
        );
    }
}

/// These actions end with one event, which no `EventList` header announces.
fn actions_that_end_with_one_event(server: &Server) {
    let actions: [(&[&str], _); 2] =
        [(&["FAXStats"], "FAXStats"), (&["WaitEvent", "Timeout=1"], "WaitEventComplete")];
    for (action, end) in actions {
        let (status, out, error) =
            run(&mut server.tool(["--json=full", "action"].iter().chain(action).copied()));
        assert_eq!((status, error.as_str()), (0, ""));
        let names = names(&out);
        assert_eq!(names, ["Success", end], "{out}");
    }
}

/// Returns the names of the messages in the tool's JSON output.
fn names(out: &str) -> Vec<String> {
    let name = |line| serde_json::from_str::<Value>(line).expect("JSON")["name"].as_str().map(str::to_owned);
    out.lines().map(|line| name(line).expect("a name")).collect()
}

fn originate_prints_the_outcome(server: &Server) {
    let ends: [&[&str]; 2] =
        [&["--context", "test", "--exten", "102"], &["--application", "Wait", "--data", "0.1"]];
    for end in ends {
        let arguments = ["originate", "Local/102@test", "--variable", "TESTVAR=a, \"b\""];
        let (status, out, error) = run(&mut server.tool(arguments.iter().chain(end).copied()));
        assert_eq!((status, error.as_str()), (0, ""), "{out}");
        assert!(out.starts_with("Event: OriginateResponse\n") && out.ends_with("\n\n"), "{out}");
        for line in ["Response: Success", "Reason: 4"] {
            assert!(out.lines().any(|printed| printed == line), "{line}: {out}");
        }
        assert_eq!(out.matches("\n\n").count(), 1, "{out}");
    }
}

fn failed_calls_have_statuses_from_10_to_13(server: &Server) {
    // Busy, congested, no such extension, and one that rings for longer than a second.
    let calls = [
        ("103", 11, "busy (reason 5)"),
        ("104", 13, "congestion (reason 8)"),
        ("199", 13, "no such channel, or it hung up (reason 0)"),
        ("105", 12, "nobody answered (reason 3)"),
    ];
    for (channel, expected, reason) in calls {
        let channel = format!("Local/{channel}@test");
        let arguments = ["--json=full", "originate", &channel, "--application", "Wait", "--ring", "1"];
        let (status, out, error) = run(&mut server.tool(arguments));
        assert_eq!(status, expected, "{channel}: {error}");
        assert_eq!(error, format!("ami: the call failed: {reason}\n"));
        assert_eq!(names(&out), ["OriginateResponse"]);
    }
    // An error response is not followed by an event.
    let (status, out, error) = run(&mut server.tool(["originate", "none", "--application", "Wait"]));
    assert_eq!((status, error.lines().count()), (10, 1), "{out}{error}");
    assert!(out.starts_with("Response: Error\n"), "{out}");
    let mut limited = server.tool(["originate", "Local/102@test", "--application", "Wait"]);
    let (status, out, error) = run(limited.env("AMI_USER", "limited").env("AMI_SECRET", "limitedsecret"));
    assert!(status == 10 && out.starts_with("Response: Error\n"), "{status}: {out}{error}");
    let hint = "the user needs the class originate in write of manager.conf";
    assert_eq!(error, format!("ami: the server answered Error: Permission denied; {hint}\n"));
}

fn events_prints_the_requested_events(server: &Server) {
    let name = crate::server::unique();
    let arguments = ["events", "--json=full", "--classes", "user", "--only", "userevent", "--count", "3"];
    let mut tool = server.tool(arguments).stdout(Stdio::piped()).spawn().expect("the tool");
    // Repeat the event, since it is not known when the tool has logged in.
    let mut client = server.client();
    let end = Instant::now() + TIMEOUT;
    while tool.try_wait().expect("a state").is_none() {
        assert!(Instant::now() < end, "the tool does not end");
        assert_success(&ask(&mut client, "UserEvent", &[("UserEvent", &name)]));
        thread::sleep(Duration::from_millis(20));
    }
    let output = tool.wait_with_output().expect("its output");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(names(str::from_utf8(&output.stdout).expect("UTF-8")), ["UserEvent"; 3]);
}

/// The tool takes the user and the secret from options, from the environment or from a file.
fn secrets_from_environment_and_file(server: &Server) {
    let (user, secret) = ("Ünï cödé", "s:e=c r,e\"t é");
    let file = TempFile::new(format!("{secret}\nsecond line\n").as_bytes());
    for plain in [&[][..], &["--plain"]] {
        let arguments = || ["--user", user, "ping"].into_iter().chain(plain.iter().copied());
        let mut from_environment = server.tool(arguments());
        from_environment.env("AMI_SECRET", secret).env_remove("AMI_USER");
        assert_eq!(run(&mut from_environment).0, 0);
        let mut from_file = server.tool(arguments().chain(["--secret-file", file.name()]));
        from_file.env_remove("AMI_SECRET").env_remove("AMI_USER");
        assert_eq!(run(&mut from_file).0, 0);
    }
    let port = server.port.to_string();
    let mut by_options = tool(closed_port(), ["ping", "--host", "127.0.0.1", "--port", &port]);
    assert_eq!(run(&mut by_options).0, 0);
}

fn error_responses_have_status_1(server: &Server) {
    for arguments in
        [&["action", "Nonsense"][..], &["action", "Getvar"], &["command", "core", "show", "nonsense"]]
    {
        for json in [&[][..], &["--json=full"]] {
            let (status, out, error) = run(&mut server.tool(json.iter().chain(arguments).copied()));
            assert_eq!(status, 1, "{arguments:?}: {error}");
            assert_eq!(error.lines().count(), 1, "{error}");
            assert!(!out.is_empty());
        }
    }
}

fn usage_errors_have_status_2(server: &Server) {
    for arguments in
        [&[][..], &["nonsense"], &["ping", "--nonsense"], &["action", "Ping", "x"], &["--port=x", "ping"]]
    {
        let (status, out, error) = run(&mut server.tool(arguments.iter().copied()));
        assert_eq!((status, out.as_str()), (2, ""), "{arguments:?}: {error}");
    }
    assert_fails(server.tool(["ping"]).env_remove("AMI_USER"), 2);
    assert_fails(server.tool(["ping"]).env_remove("AMI_SECRET"), 2);
    assert_fails(server.tool(["ping", "--secret-file", "no/such/file"]).env_remove("AMI_SECRET"), 2);
    assert_fails(&mut server.tool(["decode", "no/such/file"]), 2);
    assert_fails(&mut server.tool(["decode", "--buffer", "31"]), 2);
    // An action that cannot be encoded is not sent.
    assert_fails(&mut server.tool(["action", "Ping", "A=1\r\nAction: Logoff"]), 2);
    assert_fails(&mut server.tool(["action", "Ping", &format!("A={}", "x".repeat(1020))]), 2);
}

fn connection_errors_have_status_3(server: &Server) {
    assert_fails(&mut tool(closed_port(), ["ping"]), 3);
    assert_fails(&mut tool(server.tls_port, ["--timeout", "0.5", "ping"]), 3);
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = silent.local_addr().expect("an address").port();
    assert_fails(&mut tool(port, ["--timeout", "0.5", "ping"]), 3);
}

fn refused_logins_have_status_4(server: &Server) {
    for plain in [&[][..], &["--plain"]] {
        let arguments = || ["ping"].iter().chain(plain).copied();
        let wrong_secret = assert_fails(server.tool(arguments()).env("AMI_SECRET", "wrong"), 4);
        let unknown_user = assert_fails(server.tool(arguments()).env("AMI_USER", "nobody"), 4);
        for (error, user) in [(wrong_secret, "admin"), (unknown_user, "nobody")] {
            let places = format!("the user {user} is from AMI_USER, its secret from AMI_SECRET; ");
            assert!(
                error.starts_with(&format!("ami: login refused: Authentication failed; {places}")),
                "{error}"
            );
        }
    }
}

/// Records a stream with a banner, responses, command output, lists, events, bytes that are not
/// UTF-8, and malformed lines.
fn stream(server: &Server) -> Vec<u8> {
    const ODD: &[(&str, &[u8])] = &[("UserEvent", b"Odd"), ("Latin1", b"Z\xfcrich"), ("Json", b"\"\\\x1b")];
    let mut session = Session::new(server, "on", 4096);
    let actions: [&dyn Action; 6] = [
        &Raw::new("Command", &[("Command", "core show applications")]),
        &Raw::new("Command", &[("Command", "core show nonsense")]),
        &Raw::new("QueueStatus", NONE),
        &Raw::new("QueueRule", NONE),
        &Raw::new("GetConfig", &[("Filename", "queues.conf"), ("Category", "none")]),
        &Raw::new("UserEvent", ODD),
    ];
    for action in actions {
        session.queue(action, action.name());
    }
    session.send();
    session.until(|message| message.kind() == Kind::Event && message.get("Latin1").is_some());
    session.finish()
}

/// Returns the JSON that the tool must print for a message.
fn expected(message: &naive::Message) -> Value {
    let text = |bytes: &Vec<u8>| match str::from_utf8(bytes) {
        Ok(text) => json!(text),
        Err(_) => json!({ "hex": bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() }),
    };
    if let Some((product, version)) = &message.banner {
        return json!({ "kind": "banner", "product": text(product), "version": text(version) });
    }
    let header = |(name, value): &(Option<Vec<u8>>, Vec<u8>)| json!([name.as_ref().map(text), text(value)]);
    let headers: Vec<_> = message.headers.iter().map(header).collect();
    let kind = format!("{:?}", message.kind).to_lowercase();
    let mut object = json!({ "kind": kind, "name": message.name.as_ref().map(text), "headers": headers });
    if let Some(output) = &message.output {
        object["output"] = output.iter().map(text).collect();
    }
    if message.incomplete {
        object["incomplete"] = json!(true);
    }
    object
}

fn decode_prints_every_message(server: &Server) {
    let stream = stream(server);
    // The whole stream, and one that ends inside the second-last message.
    for bytes in [&stream[..], &stream[..stream.len() - 80]] {
        let expected: Vec<_> = common::expected(bytes, Role::Client).iter().map(expected).collect();
        assert!(expected.len() > 10, "{expected:?}");
        let file = TempFile::new(bytes);
        for buffer in [Decoder::MIN, 256, 64 * 1024] {
            let buffer = format!("--buffer={buffer}");
            let (status, out, error) = run(&mut server.tool(["decode", &buffer, file.name()]));
            assert_eq!((status, error.as_str()), (0, ""));
            let decoded: Vec<Value> =
                out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
            assert_eq!(decoded, expected, "{buffer}");
        }
    }
}

/// With input from a pipe, each message is printed when its last byte has arrived, and not earlier.
fn decode_prints_each_message_at_its_last_byte(server: &Server) {
    let stream = stream(server);
    let mut tool = server.tool(["decode"]);
    let mut tool = tool.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the tool");
    let mut pipe = tool.stdin.take().expect("a pipe");
    let out = BufReader::new(tool.stdout.take().expect("a pipe"));
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || out.lines().try_for_each(|line| sender.send(line.expect("a line"))));
    let mut written = 0;
    for (n, message) in common::expected(&stream, Role::Client).iter().enumerate() {
        let last = message.range.end - 1;
        pipe.write_all(&stream[written..last]).expect("a write");
        // Time enough for the tool to print it too early. Only the first ten, to keep the test
        // short.
        if n < 10 {
            let early = lines.recv_timeout(Duration::from_millis(40));
            assert_eq!(early, Err(mpsc::RecvTimeoutError::Timeout), "before the end of {message:?}");
        }
        pipe.write_all(&stream[last..=last]).expect("a write");
        let line = lines.recv_timeout(TIMEOUT).expect("a line");
        let decoded: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(decoded, expected(message));
        written = message.range.end;
    }
    drop(pipe);
    assert!(tool.wait().expect("an end").success());
}

struct TempFile(PathBuf);

impl TempFile {
    fn new(bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(crate::server::unique());
        fs::write(&path, bytes).expect("a temporary file");
        TempFile(path)
    }

    fn name(&self) -> &str {
        self.0.to_str().expect("UTF-8")
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
