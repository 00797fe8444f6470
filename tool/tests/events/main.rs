//! `ami events` against scripted servers: its options, its exit statuses and its ends.

#![cfg(unix)]

#[path = "../common/ending.rs"]
mod ending;
mod ends;
mod program;
mod selection;
#[path = "../hostile/server.rs"]
mod server;
mod soak;

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use server::{BANNER, Peer};

const SECRET: &str = "zebra-crossing-47";

/// `ami events` for the events of users, as a client of a server on this port.
fn events(port: &str, arguments: &[&str]) -> Command {
    ami_events(port, &[&["--classes", "user"], arguments].concat())
}

/// `ami events`, as a client of a server on this port.
fn ami_events(port: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ami"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AMI_")) {
        command.env_remove(name);
    }
    command.env("AMI_PORT", port).env("AMI_USER", "admin").env("AMI_SECRET", SECRET);
    command.arg("events").args(arguments).stdin(Stdio::null());
    command
}

/// Runs the tool to its end. Returns the exit status, standard output and standard error. A tool
/// that does not end within a minute is a failure.
fn run(command: &mut Command) -> (i32, String, String) {
    run_into(Stdio::piped(), command)
}

/// Like [`run`], with this standard output.
fn run_into(stdout: Stdio, command: &mut Command) -> (i32, String, String) {
    let child = command.stdout(stdout).stderr(Stdio::piped()).spawn().expect("ami runs");
    let process = Pid::from_child(&child);
    let (ended, end) = channel::<()>();
    let watch = std::thread::spawn(move || {
        if end.recv_timeout(Duration::from_secs(60)) == Err(RecvTimeoutError::Timeout) {
            kill_process(process, Signal::KILL).expect("a process");
        }
    });
    let Output { status, stdout, stderr } = child.wait_with_output().expect("an end");
    drop(ended);
    watch.join().expect("a thread");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("an end within a minute"), text(stdout), text(stderr))
}

/// Starts the tool, and waits for its first line.
fn start(command: &mut Command) -> (Child, BufReader<ChildStdout>) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("ami runs");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a line");
    assert_eq!(line, "Event: Numbered\n");
    (child, stdout)
}

fn stderr(child: &mut Child) -> String {
    let mut text = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut text).expect("UTF-8");
    text
}

/// Returns an event with this number.
fn numbered(number: u64) -> String {
    format!("Event: Numbered\r\nPrivilege: user,all\r\nNumber: {number}\r\n\r\n")
}

/// Returns the numbers of the events in the output. A gap is `None`.
fn numbers(output: &str) -> Vec<Option<u64>> {
    let number = |line: &str| match line.strip_prefix("Number: ") {
        Some(number) => Some(Some(number.parse().expect("a number"))),
        None => line.starts_with("--- gap").then_some(None),
    };
    output.lines().filter_map(number).collect()
}

/// Logs in and sends events with these numbers.
fn send(peer: &mut Peer, numbers: std::ops::RangeInclusive<u64>) -> std::io::Result<()> {
    peer.log_in(BANNER)?;
    peer.send(numbers.map(numbered).collect::<String>())
}

/// Returns the path of a new file.
fn file() -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("embedded-ami-events-{}-{number}", std::process::id()))
}
