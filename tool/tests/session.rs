//! `ami session`: a co-process that sends actions over one login.

#![cfg(all(feature = "serve", unix))]

#[path = "common/ending.rs"]
mod ending;
mod harness;

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use embedded_ami_pbx::{Pbx, Rule};
use harness::ami;
use serde_json::{Value, json};

/// A session, as its caller sees it.
struct Session {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Session {
    fn start(port: u16, arguments: &[&str]) -> Self {
        let port = port.to_string();
        let mut command = ami(&["session", "--port", &port, "--user", "admin", "--plain"]);
        Self::spawn(command.args(arguments).env("AMI_SECRET", "secret"))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { stdin: child.stdin.take(), stdout, child }
    }

    fn send(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().expect("not closed");
        stdin.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    fn next(&mut self) -> Option<Value> {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        (!line.is_empty()).then(|| serde_json::from_str(&line).expect("a JSON object"))
    }

    /// Returns the lines up to the one that ends an answer.
    fn answer(&mut self) -> Vec<Value> {
        let mut lines = Vec::new();
        while lines.last().is_none_or(|line: &Value| line["_end"] != true) {
            lines.push(self.next().expect("an answer"));
        }
        lines
    }

    /// Closes standard input. Returns the exit status, the rest of the output and standard error.
    fn end(mut self) -> (Option<i32>, Vec<Value>, String) {
        self.stdin = None;
        let mut rest = Vec::new();
        while let Some(line) = self.next() {
            rest.push(line);
        }
        let mut stderr = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        (self.child.wait().unwrap().code(), rest, stderr)
    }
}

fn pbx() -> Pbx {
    Pbx::builder().user("admin", "secret").speed(20).start("127.0.0.1:0").unwrap()
}

/// The server's side of a connection.
struct Peer {
    stream: TcpStream,
    input: BufReader<TcpStream>,
}

impl Peer {
    /// Reads an action. Returns its lines, or none at the end of the connection.
    fn action(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if self.input.read_line(&mut line).unwrap_or(0) == 0 {
                return Vec::new();
            }
            match line.trim_end_matches("\r\n") {
                "" => return lines,
                text => lines.push(text.into()),
            }
        }
    }

    fn send(&mut self, text: &str) {
        // The client may be gone.
        let _ = self.stream.write_all(text.as_bytes());
    }

    fn answer(&mut self, action: &[String], lines: &str) {
        self.send(&format!("Response: Success\r\nActionID: {}\r\n{lines}\r\n", header(action, "ActionID")));
    }
}

fn header<'l>(lines: &'l [String], name: &str) -> &'l str {
    let find = |line: &'l String| line.strip_prefix(name).and_then(|rest| rest.strip_prefix(": "));
    lines.iter().find_map(find).unwrap_or_default()
}

/// Starts a server that accepts the login and then runs the script.
fn serve(script: impl FnOnce(&mut Peer) + Send + 'static) -> (u16, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        stream.set_nodelay(true).unwrap();
        let mut peer = Peer { input: BufReader::new(stream.try_clone().unwrap()), stream };
        peer.send("Asterisk Call Manager/11.0.0\r\n");
        let login = peer.action();
        peer.answer(&login, "Message: Authentication accepted\r\n");
        script(&mut peer);
    });
    (port, thread)
}

#[test]
fn actions_and_lists_are_answered_with_their_ids() {
    let pbx = pbx();
    let mut session = Session::start(pbx.local_addr().port(), &[]);
    session.send(r#"{"Action":"Ping","_id":1}"#);
    let answer = session.answer();
    assert_eq!(answer.len(), 1);
    assert_eq!((&answer[0]["_id"], &answer[0]["Ping"]), (&json!(1), &json!("Pong")));
    session.send(r#"{"Action":"QueueStatus","_id":"queues"}"#);
    let answer = session.answer();
    assert!(answer.len() > 3 && answer.iter().all(|line| line["_id"] == "queues"), "{answer:?}");
    assert_eq!(answer.last().unwrap()["Event"], "QueueStatusComplete");
    assert_eq!(answer.iter().filter(|line| line["_end"] == true).count(), 1);
    session.send(r#"{"action":"Getvar","Variable":"X"}"#);
    assert_eq!(session.answer()[0]["_id"], Value::Null);
    session.send(r#"{"Action":"Nonsense","_id":null}"#);
    let answer = session.answer();
    assert_eq!((&answer[0]["Response"], &answer[0]["_hint"]), (&json!("Error"), &Value::Null));
    let (status, rest, stderr) = session.end();
    assert_eq!((status, &rest[..], &stderr[..]), (Some(0), &[][..], ""));
    assert!(pbx.requests().iter().any(|request| request.is("Logoff")));
}

#[test]
fn a_missing_permission_has_a_hint() {
    let pbx = pbx();
    for (action, hint) in [
        ("Originate", "the user needs the class originate in write of manager.conf"),
        ("reload", "the user needs one of the classes system, config in write of manager.conf"),
        ("Nonsense", "the user needs a class in write of manager.conf"),
    ] {
        pbx.on(action, Rule::refuse("Permission denied")).unwrap();
        let mut session = Session::start(pbx.local_addr().port(), &[]);
        session.send(&json!({ "Action": action, "_id": 1 }).to_string());
        let answer = session.answer();
        assert_eq!((answer.len(), &answer[0]["_id"], &answer[0]["_hint"]), (1, &json!(1), &json!(hint)));
        assert_eq!(session.end().0, Some(0));
    }
}

/// A generator of numbers that are random enough.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

#[test]
fn each_action_is_completed_once_in_whatever_order_the_server_answers() {
    const ACTIONS: usize = 1500;
    // A list must not be interleaved with others, or be answered in parts.
    let (port, server) = serve(|peer| {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let mut waiting: Vec<Vec<String>> = Vec::new();
        let mut received = 0;
        while received < ACTIONS || !waiting.is_empty() {
            // The session sends up to 256 before an answer.
            while received < ACTIONS && waiting.len() < 100 {
                waiting.push(peer.action());
                received += 1;
            }
            for _ in 0..random.below(100) + 1 {
                if waiting.is_empty() {
                    break;
                }
                let action = waiting.swap_remove(random.below(waiting.len()));
                let id = header(&action, "ActionID").to_owned();
                match header(&action, "Action") {
                    "Ping" => peer.answer(&action, &format!("N: {}\r\n", header(&action, "N"))),
                    "Hangup" => peer.send(&format!(
                        "Response: Error\r\nActionID: {id}\r\nMessage: No\r\nN: {}\r\n\r\n",
                        header(&action, "N")
                    )),
                    _ => {
                        peer.answer(&action, &format!("EventList: start\r\nN: {}\r\n", header(&action, "N")));
                        for _ in 0..random.below(5) {
                            peer.send(&format!("Event: E\r\nActionID: {id}\r\n\r\n"));
                        }
                        peer.send(&format!("Event: Done\r\nEventList: Complete\r\nActionID: {id}\r\n\r\n"));
                    }
                }
            }
        }
        let logoff = peer.action();
        peer.send(&format!("Response: Goodbye\r\nActionID: {}\r\n\r\n", header(&logoff, "ActionID")));
    });
    let mut session = Session::start(port, &[]);
    let mut stdin = session.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let mut random = Random(7);
        for number in 0..ACTIONS {
            let action = ["Ping", "Hangup", "QueueStatus"][random.below(3)];
            writeln!(stdin, r#"{{"Action":"{action}","N":{number},"_id":{number}}}"#).unwrap();
            if random.below(10) == 0 {
                writeln!(stdin, "not an action {number}").unwrap();
            }
        }
    });
    let mut ended = HashSet::new();
    let mut malformed = 0;
    let mut responses = HashMap::new();
    while let Some(line) = session.next() {
        let Some(id) = line["_id"].as_u64() else {
            malformed += 1;
            assert!(line["_error"].as_str().unwrap().starts_with("not an action"), "{line}");
            continue;
        };
        assert!(!ended.contains(&id), "{line}");
        if line["Response"].is_string() {
            assert_eq!(line["N"], id.to_string(), "{line}");
            assert_eq!(responses.insert(id, ()), None);
        }
        if line["_end"] == true {
            ended.insert(id);
        }
    }
    writer.join().unwrap();
    server.join().unwrap();
    assert_eq!((ended.len(), responses.len()), (ACTIONS, ACTIONS));
    assert!(malformed > 50);
    assert_eq!(session.child.wait().unwrap().code(), Some(0));
}

#[test]
fn lines_that_are_no_actions_neither_end_nor_disturb_the_session() {
    let pbx = pbx();
    let mut session = Session::start(pbx.local_addr().port(), &[]);
    let long = format!(r#"{{"Action":"Ping","A":"{}"}}"#, "x".repeat(1 << 20));
    let large = format!(r#"{{"Action":"Ping","A":"{}","_id":5}}"#, "x".repeat(5_000));
    let many = format!(r#"{{"Action":"Ping","A":[{}1],"_id":5}}"#, "1,".repeat(200));
    let deep = format!(r#"{{"Action":"Ping","A":{}"#, "[".repeat(500_000));
    let lines = [
        ("nonsense", "not an action"),
        ("{", "not an action"),
        ("[]", "not an action"),
        ("{}", "no Action"),
        ("\u{0}\u{1b}[2J", "not an action"),
        (r#"{"Action":"Setvar","Value":"a\r\n\r\nAction: Ping","_id":5}"#, "header Value: byte 0x0d"),
        (r#"{"Action":"Setvar","Value\r\nA":"a","_id":5}"#, "header Value\r\nA: byte 0x0d"),
        (r#"{"Action":"Ping","ActionID":"x","_id":5}"#, "header ActionID: "),
        (r#"{"Action":"Logoff","_id":5}"#, "Logoff: end standard input"),
        (&long, "the line is too long"),
        (&large, "header A has 5003 bytes"),
        (&many, "the message has more lines"),
        (&deep, "not an action: recursion limit"),
    ];
    for (number, (line, error)) in lines.iter().enumerate() {
        session.send("");
        session.send("  \r");
        session.send(line);
        session.send(&format!(r#"{{"Action":"Ping","_id":{}}}"#, number + 100));
        let answer = session.answer();
        assert!(answer[0]["_error"].as_str().unwrap().starts_with(error), "{answer:?}");
        assert_eq!(answer[0]["_executed"], "no");
        assert_eq!(session.answer()[0]["_id"], number + 100);
    }
    session.stdin.as_mut().unwrap().write_all(b"\xff\xfe\n{\"Action\":\"Ping\",\"_id\":7}").unwrap();
    assert!(session.answer()[0]["_error"].is_string());
    // A line without a line end is one at the end.
    let (status, rest, _) = session.end();
    assert_eq!((status, rest.len(), &rest[0]["_id"]), (Some(0), 1, &json!(7)));
}

#[test]
fn values_and_variables_arrive_unchanged() {
    let pbx = pbx();
    let mut session = Session::start(pbx.local_addr().port(), &["--classes", "call"]);
    let call = r#"{"Action":"Originate","Channel":"Local/102@test","Exten":102,"Context":"test","Priority":1,"Async":true,"Variable":{"A":"x, \"y\"=(1)","B":""},"CallerID":"-\u00fc ","_id":"call"}"#;
    session.send(call);
    assert_eq!(session.answer()[0]["Response"], "Success");
    // The outcome has the id, though the action has been answered.
    let mut hangups = 0;
    let mut outcomes = 0;
    while hangups < 2 || outcomes < 1 {
        let event = session.next().unwrap();
        assert_eq!(event["_end"], Value::Null, "{event}");
        outcomes += i32::from(event["Event"] == "OriginateResponse");
        hangups += i32::from(event["Event"] == "Hangup");
        assert_eq!(event["_id"] == "call", event["Event"] == "OriginateResponse", "{event}");
    }
    let requests = pbx.requests();
    let request = requests.iter().find(|request| request.is("Originate")).unwrap().message();
    let variables: Vec<_> = request.get_all("Variable").map(|value| value.as_bytes()).collect();
    assert_eq!(variables, [&b"A=x\\, \\\"y\\\"=\\(1\\)"[..], b"B="]);
    assert!(request.get("CallerID").is_some_and(|value| value == "-ü "));
    assert_eq!(session.end().0, Some(0));
}

#[test]
fn a_lost_connection_tells_which_actions_may_have_been_executed() {
    let (port, _) = serve(|peer| {
        let first = peer.action();
        let list = peer.action();
        peer.answer(&list, "EventList: start\r\n");
        peer.send(&format!("Event: E\r\nActionID: {}\r\n\r\nEvent: cut", header(&list, "ActionID")));
        assert!(!first.is_empty());
    });
    let mut session = Session::start(port, &[]);
    session.send(r#"{"Action":"Reload","_id":1}"#);
    session.send(r#"{"Action":"QueueStatus","_id":2}"#);
    let mut ended = HashMap::new();
    let mut entries = 0;
    while ended.len() < 2 {
        let line = session.next().unwrap();
        entries += i32::from(line["Event"] == "E");
        if line["_end"] == true {
            ended.insert(line["_id"].as_u64().unwrap(), line["_executed"].clone());
        }
    }
    assert_eq!((&ended[&1], &ended[&2], entries), (&json!("maybe"), &json!("yes"), 1));
    let (status, rest, stderr) = session.end();
    assert_eq!((status, rest.len()), (Some(3), 0));
    assert!(stderr.starts_with("ami: 127.0.0.1:") && stderr.contains("closed"), "{stderr}");
}

#[test]
fn an_action_without_an_answer_ends_in_time_and_others_go_on() {
    let pbx = pbx();
    pbx.on("CoreStatus", Rule::silent()).unwrap();
    let mut session = Session::start(pbx.local_addr().port(), &["--timeout", "0.4"]);
    session.send(r#"{"Action":"CoreStatus","_id":1}"#);
    let begin = Instant::now();
    session.stdin = None;
    let answer = session.answer();
    assert_eq!((&answer[0]["_id"], &answer[0]["_executed"]), (&json!(1), &json!("maybe")));
    assert!(begin.elapsed() < Duration::from_secs(5));
    assert_eq!(session.end().0, Some(0));
}

#[test]
fn a_refused_login_and_a_dead_server_are_failures() {
    let pbx = pbx();
    let port = pbx.local_addr().port().to_string();
    let mut command = ami(&["session", "--port", &port, "--user", "admin", "--timeout", "5"]);
    let (status, _, stderr) = Session::spawn(command.env("AMI_SECRET", "wrong-secret")).end();
    assert_eq!(status, Some(4));
    assert!(stderr.contains("login refused") && !stderr.contains("wrong-secret"), "{stderr}");
    let mut command = ami(&["session", "--port", "1", "--user", "admin"]);
    assert_eq!(Session::spawn(command.env("AMI_SECRET", "x")).end().0, Some(3));
}

/// A port forward accepts a connection even if it cannot reach the server.
#[test]
fn a_connection_without_a_banner_has_failed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        for _ in 0..2 {
            drop(listener.accept().unwrap());
        }
        let (stream, _) = listener.accept().unwrap();
        let mut peer = Peer { input: BufReader::new(stream.try_clone().unwrap()), stream };
        // The parts of the banner and of the answer are put together.
        peer.send("Asterisk Call Man");
        std::thread::sleep(Duration::from_millis(200));
        peer.send("ager/11.0.0\r\n");
        let login = peer.action();
        peer.answer(&login, "Message: Authentication accepted\r\n");
        peer.action()
    });
    let (status, rest, stderr) = Session::start(port, &["--retry", "3"]).end();
    assert_eq!((status, rest.len()), (Some(0), 0), "{stderr}");
    assert!(stderr.contains("(2 of 3)") && stderr.lines().count() == 2, "{stderr}");
    assert_eq!(header(&server.join().unwrap(), "Action"), "Logoff");

    // A server that sends nothing, and one that sends no line.
    for text in ["", "x"] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let pause = || std::thread::sleep(Duration::from_millis(20));
            while stream.write_all(text.as_bytes()).is_ok() {
                pause();
            }
        });
        let begin = Instant::now();
        let (status, _, stderr) = Session::start(port, &["--connect-timeout", "0.3", "--timeout", "9"]).end();
        assert!(status == Some(3) && stderr.contains("no banner within 0.3 s"), "{stderr}");
        assert!(begin.elapsed() < Duration::from_secs(3));
    }
}

#[test]
fn standard_input_that_cannot_be_read_ends_the_session_with_a_logoff() {
    let pbx = pbx();
    let port = pbx.local_addr().port().to_string();
    let folder = std::fs::File::open(std::env::temp_dir()).unwrap();
    let mut command = ami(&["session", "--port", &port, "--user", "admin"]);
    let output = command.env("AMI_SECRET", "secret").stdin(folder).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout), (Some(2), Vec::new()), "{stderr}");
    assert!(stderr.starts_with("ami: cannot read standard input: "), "{stderr}");
    let begin = Instant::now();
    while !pbx.requests().iter().any(|request| request.is("Logoff")) {
        assert!(begin.elapsed() < Duration::from_secs(5), "no logoff");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_signal_reports_what_is_outstanding_and_logs_off() {
    for signal in ending::signals() {
        let pbx = pbx();
        pbx.on("CoreStatus", Rule::silent()).unwrap();
        let mut session = Session::start(pbx.local_addr().port(), &[]);
        session.send(r#"{"Action":"Ping","_id":1}"#);
        session.answer();
        session.send(r#"{"Action":"CoreStatus","_id":2}"#);
        while !pbx.requests().iter().any(|request| request.is("CoreStatus")) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let pid = rustix::process::Pid::from_child(&session.child);
        rustix::process::kill_process(pid, signal).unwrap();
        let line = session.next().unwrap();
        assert_eq!(
            (&line["_id"], &line["_end"], &line["_executed"]),
            (&json!(2), &json!(true), &json!("maybe"))
        );
        assert_eq!(session.next(), None);
        let status = session.child.wait().unwrap();
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(signal.as_raw()));
        let begin = Instant::now();
        while !pbx.requests().iter().any(|request| request.is("Logoff")) {
            assert!(begin.elapsed() < Duration::from_secs(5), "no log-off");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn an_ignored_signal_stays_ignored() {
    let pbx = pbx();
    let ami = ami(&["session", "--host", &pbx.local_addr().to_string(), "--user", "admin"]);
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "trap '' HUP; exec \"$@\"", "sh"]).arg(ami.get_program()).args(ami.get_args());
    shell.envs(ami.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut session = Session::spawn(shell.env("AMI_SECRET", "secret"));
    session.send(r#"{"Action":"Ping","_id":1}"#);
    session.answer();
    let pid = rustix::process::Pid::from_child(&session.child);
    rustix::process::kill_process(pid, rustix::process::Signal::HUP).unwrap();
    session.send(r#"{"Action":"Ping","_id":2}"#);
    assert_eq!(session.answer()[0]["_id"], 2);
    assert_eq!(session.end().0, Some(0));
}

#[test]
fn a_closed_standard_output_ends_an_idle_session() {
    let pbx = pbx();
    let mut session = Session::start(pbx.local_addr().port(), &[]);
    session.send(r#"{"Action":"Ping"}"#);
    session.answer();
    let Session { mut child, stdin, stdout } = session;
    drop(stdout);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    drop(stdin);
}

#[test]
fn a_caller_that_writes_before_it_reads_gets_everything() {
    let pbx = pbx();
    let mut session = Session::start(pbx.local_addr().port(), &[]);
    // More than two pipes hold.
    for number in 0..2_000 {
        session.send(&format!(r#"{{"Action":"Ping","_id":{number}}}"#));
    }
    let (status, rest, _) = session.end();
    assert_eq!(status, Some(0));
    assert!(rest.iter().enumerate().all(|(number, line)| line["_id"] == number), "in order");
    assert_eq!(rest.len(), 2_000);
}

#[test]
fn an_answer_takes_much_less_than_a_wait_of_the_transport() {
    let (port, _) = serve(|peer| {
        loop {
            let action = peer.action();
            if action.is_empty() {
                break;
            }
            peer.answer(&action, "Ping: Pong\r\n");
        }
    });
    let mut session = Session::start(port, &[]);
    let mut times: Vec<_> = (0..21)
        .map(|_| {
            let begin = Instant::now();
            session.send(r#"{"Action":"Ping"}"#);
            session.answer();
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!("median of a round trip: {:?}", times[10]);
    assert!(times[10] < Duration::from_millis(50), "{times:?}");
}

#[test]
fn the_python_program_of_the_help_works() {
    let help = ami(&["session", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let program: Vec<_> = help
        .lines()
        .skip_while(|line| *line != "In Python:")
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .map(|line| &line[2..])
        .collect();
    assert!(program.len() > 10, "{help}");
    let pbx = pbx();
    let call = ["originate", "PJSIP/7", "--application", "Wait", "--data", "600"];
    let port = pbx.local_addr().port().to_string();
    let tool = std::path::Path::new(env!("CARGO_BIN_EXE_ami"));
    let mut settings = vec![("AMI_HOST", "127.0.0.1"), ("AMI_PORT", &port), ("AMI_USER", "admin")];
    settings.push(("AMI_SECRET", "secret"));
    assert!(ami(&call).envs(settings.iter().copied()).output().unwrap().status.success());
    let path = format!("{}:{}", tool.parent().unwrap().display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("python3")
        .args(["-c", &program.join("\n")])
        .env("PATH", path)
        .envs(settings)
        .output()
        .expect("python3 runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.starts_with("Success\nPJSIP/7-"), "{printed}");
    assert!(printed.ends_with("\ncall: Success\n"), "{printed}");
}
