//! The tool as a program, and a server that plays a script to it. Shared by the tests.

#![allow(dead_code, reason = "no test uses all of it")]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};

/// The tool, without settings from the environment and the profiles of the user who runs the tests.
pub fn ami(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ami"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AMI_")) {
        command.env_remove(name);
    }
    command.env("AMI_CONFIG", "/dev/null");
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs the tool and returns its exit status, standard output and standard error. Checks that the
/// latter is empty after success, and otherwise one line that begins with `ami: `.
pub fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("ami runs");
    let stderr = String::from_utf8(stderr).expect("UTF-8");
    let one_line = stderr.starts_with("ami: ") && stderr.ends_with('\n') && stderr.lines().count() == 1;
    assert!(stderr.is_empty() || one_line, "standard error: {stderr:?}");
    let status = status.code().expect("an exit status");
    assert_eq!(status == 0, stderr.is_empty(), "status {status}, standard error {stderr:?}");
    (status, String::from_utf8_lossy(&stdout).into_owned(), stderr)
}

/// Starts a server that sends `greeting`, then one of `answers` after each action, with the
/// ActionID in place of `@`, and then closes the connection. If the greeting or the last answer is
/// empty, it keeps silent instead of closing. Returns its port.
pub fn server(greeting: &'static [u8], answers: &'static [&'static str]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(greeting).unwrap();
        for answer in answers {
            let Some(id) = read_action(&mut stream) else { return };
            stream.write_all(answer.replace('@', &id).as_bytes()).unwrap();
        }
        if greeting.is_empty() || answers.last() == Some(&"") {
            // Keep silent until the client gives up.
            let _ = stream.read(&mut [0; 1000]);
        }
        let _ = stream.shutdown(Shutdown::Both);
    });
    port
}

/// Reads an action up to its empty line and returns its ActionID.
pub fn read_action(stream: &mut TcpStream) -> Option<String> {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        text.push(byte[0]);
    }
    let text = String::from_utf8_lossy(&text);
    text.lines().find_map(|line| line.strip_prefix("ActionID: ")).map(str::to_owned)
}

pub const BANNER: &[u8] = b"Asterisk Call Manager/11.0.0\r\n";
pub const CHALLENGE: &str = "Response: Success\r\nActionID: @\r\nChallenge: 840415273\r\n\r\n";
pub const ACCEPTED: &str = "Response: Success\r\nActionID: @\r\nMessage: Authentication accepted\r\n\r\n";
pub const PONG: &str = "Response: Success\r\nActionID: @\r\nPing: Pong\r\n\r\n";

/// Runs the tool against such a server, with a time limit of 0.7 s.
pub fn run_against(
    greeting: &'static [u8],
    answers: &'static [&'static str],
    arguments: &[&str],
) -> (i32, String, String) {
    let port = server(greeting, answers).to_string();
    let mut command = ami(&["--port", &port, "--user", "admin", "--timeout", "0.7"]);
    run(command.args(arguments).env("AMI_SECRET", "very-secret"))
}
