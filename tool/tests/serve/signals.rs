//! The end of `ami serve`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use embedded_ami::client::Credentials;
use rustix::process::{Pid, Signal, kill_process};

use super::ending;
use super::{File, Server, ami};

fn send(signal: Signal, to: &Server) {
    kill_process(Pid::from_child(&to.child), signal).unwrap();
}

#[test]
fn a_signal_ends_it_after_the_event_shutdown() {
    for signal in ending::signals() {
        let mut server = Server::start(&[]);
        let mut client = server.connect();
        client.login(&Credentials::new("admin", "secret").events("system")).unwrap();
        send(signal, &server);
        let begin = Instant::now();
        // A message on the state of the server precedes it.
        while let Some(event) = client.next_event(Duration::from_secs(5)).unwrap() {
            if event.message().name().is_some_and(|name| name == "Shutdown") {
                break;
            }
            assert!(begin.elapsed() < Duration::from_secs(5), "no event Shutdown");
        }
        let status = server.child.wait().unwrap();
        assert_eq!(status.signal(), Some(signal.as_raw()));
        assert!(begin.elapsed() < Duration::from_secs(1));
    }
}

/// The PBX waits in a write to the log, which is not read.
#[test]
fn a_signal_ends_it_although_its_log_is_not_read() {
    let mut command = ami(&["serve", "--user", "admin", "--listen", "127.0.0.1:0", "--log", "-"]);
    let mut child = command.env("AMI_SECRET", "secret").stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let address = line.trim_end().strip_prefix("listening on ").expect("the address").to_owned();
    let mut server = Server { child, address };
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
    stream.write_all(b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: off\r\n\r\n").unwrap();
    // More lines than a pipe holds, and more bytes than the sockets hold.
    let request = format!("Action: Ping\r\nX: {}\r\n\r\n", "x".repeat(900));
    while stream.write_all(request.as_bytes()).is_ok() {}
    send(Signal::TERM, &server);
    let begin = Instant::now();
    let status = loop {
        if let Some(status) = server.child.try_wait().unwrap() {
            break status;
        }
        assert!(begin.elapsed() < Duration::from_secs(5), "it goes on");
        std::thread::sleep(Duration::from_millis(5));
    };
    assert_eq!(status.signal(), Some(Signal::TERM.as_raw()));
}

/// `nohup` and the shell, for its background processes, have signals ignored.
#[test]
fn a_signal_that_is_ignored_at_the_start_stays_ignored() {
    let mut shell = Command::new("sh");
    let program = "trap '' HUP INT; exec \"$0\" serve --user admin --listen 127.0.0.1:0";
    shell.args(["-c", program, env!("CARGO_BIN_EXE_ami")]).stdin(Stdio::null());
    let mut server = Server::spawn(&mut shell);
    send(Signal::HUP, &server);
    send(Signal::INT, &server);
    std::thread::sleep(Duration::from_millis(100));
    server.connect().login(&Credentials::new("admin", "secret")).unwrap();
    send(Signal::TERM, &server);
    assert_eq!(server.child.wait().unwrap().signal(), Some(Signal::TERM.as_raw()));
}

#[test]
fn suspect_rules_cause_warnings_at_the_start_and_unused_ones_at_the_end() {
    let script = File::new(
        b"[[rule]]\non = 'Pnig'\nsilent = true\n[[rule]]\non = 'Login'\npass = true\n\
          [[rule]]\non = 'Ping'\nskip = 3\nsilent = true\n",
    );
    let mut serve = ami(&["serve", "--user", "admin", "--listen", "127.0.0.1:0", "--script", script.path()]);
    let mut server = Server::spawn(serve.stderr(Stdio::piped()));
    server.connect().login(&Credentials::new("admin", "secret")).unwrap();
    send(Signal::TERM, &server);
    let mut stderr = String::new();
    server.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    let warning = |text: &str| format!("ami: warning: {}:{text}\n", script.path());
    let expected = [
        "2: Asterisk has no action Pnig; did you mean Ping?",
        "2: the rule on Pnig was never used: nothing has matched it",
        "8: the rule on Ping was never used: nothing has matched it",
    ];
    assert_eq!(stderr, expected.map(warning).concat());
}
