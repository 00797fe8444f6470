//! The commands, and the runs of them.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

pub const SECRET: &str = "zebra-crossing-47";
/// The value of `--timeout`, in seconds.
pub const TIMEOUT: &str = "0.3";
/// The longest time that a command with this time limit may take.
pub const LIMIT: Duration = Duration::from_millis(1800);
/// The number of cases that run at the same time. Most of them wait.
const AT_A_TIME: usize = 32;

/// A command.
pub struct Row {
    pub name: &'static str,
    /// Arguments with which it is complete.
    pub arguments: &'static [&'static str],
    /// Its standard input.
    pub input: &'static str,
    /// Its exit statuses, if it connects to a server.
    pub client: Option<Client>,
    /// Whether it runs until it is interrupted, unless `arguments` end it.
    pub is_endless: bool,
}

/// The exit statuses of a command that connects to a server.
#[derive(Clone, Copy)]
pub struct Client {
    /// The connection failed, or the login did not succeed in time.
    pub lost: i32,
    /// The login is refused.
    pub refused: i32,
    /// The server closes the connection after the login, also within an answer.
    pub closed: i32,
    /// The server does not send anything after the login, or not in time.
    pub silent: i32,
    /// The user lacks the permission for all actions.
    pub denied: i32,
    /// All actions are answered, and the call is answered.
    pub answered: i32,
}

const USUAL: Client = Client { lost: 3, refused: 4, closed: 3, silent: 3, denied: 1, answered: 0 };

const fn client(name: &'static str, arguments: &'static [&'static str], client: Client) -> Row {
    Row { name, arguments, input: "", client: Some(client), is_endless: false }
}

const fn local(name: &'static str, arguments: &'static [&'static str]) -> Row {
    Row { name, arguments, input: "", client: None, is_endless: false }
}

/// All commands.
pub const ROWS: &[Row] = &[
    client("ping", &[], USUAL),
    client("action", &["CoreStatus"], USUAL),
    client("command", &["core show it"], USUAL),
    client("originate", &["SIP/7", "--ring", "1"], Client { denied: 10, ..USUAL }),
    Row { is_endless: true, ..client("events", &["--for", "0.3"], Client { silent: 0, denied: 0, ..USUAL }) },
    // An action without an answer does not end the session.
    Row {
        input: "{\"Action\":\"Ping\",\"_id\":1}\n",
        is_endless: true,
        ..client("session", &[], Client { silent: 0, denied: 0, ..USUAL })
    },
    Row { is_endless: true, ..client("calls", &["--for", "0.9"], Client { denied: 0, ..USUAL }) },
    client("check", &[], Client { lost: 2, refused: 3, closed: 2, silent: 2, denied: 3, answered: 0 }),
    client("metrics", &[], Client { denied: 0, ..USUAL }),
    Row { input: "Event: A\r\n\r\n", ..local("decode", &[]) },
    Row { is_endless: true, ..local("serve", &["--user", "admin", "--listen", "127.0.0.1:0"]) },
    local("demo", &[]),
    local("profiles", &[]),
    local("explain", &[]),
    local("completions", &["bash"]),
    local("man", &[]),
    local("help", &[]),
];

impl Row {
    pub fn is_check(&self) -> bool {
        self.name == "check"
    }

    /// The exit status for a wrong command line.
    pub fn usage(&self) -> i32 {
        if self.is_check() { 3 } else { 2 }
    }

    /// The exit status if standard output cannot be written.
    pub fn full(&self) -> i32 {
        if self.is_check() { 3 } else { 5 }
    }

    /// Returns the command with its arguments, as a client of this port if it connects.
    pub fn command(&self, port: &str) -> Command {
        let mut command = self.bare(port);
        command.args(self.arguments);
        command
    }

    /// Returns the command without the arguments of the row.
    pub fn bare(&self, port: &str) -> Command {
        let mut command = ami(&[self.name]);
        if self.client.is_some() {
            command.args(["--timeout", TIMEOUT]).env("AMI_PORT", port);
        }
        command
    }
}

/// The commands that connect, with their exit statuses.
pub fn clients() -> impl Iterator<Item = (&'static Row, Client)> {
    ROWS.iter().filter_map(|row| Some((row, row.client?)))
}

/// The tool, without settings from the environment and the profiles of the user who runs the tests.
pub fn ami(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ami"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AMI_")) {
        command.env_remove(name);
    }
    command.env("AMI_CONFIG", "/dev/null").env("AMI_USER", "admin").env("AMI_SECRET", SECRET);
    command.args(arguments).stdin(Stdio::null());
    command
}

/// The end of a run.
#[derive(Debug)]
pub struct Run {
    /// The exit status, or the negative number of the signal.
    pub status: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
    pub took: Duration,
}

/// Writes the input to a command, and returns its end.
pub fn run(mut command: Command, input: &[u8]) -> Run {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let begin = Instant::now();
    let mut child = command.spawn().expect("ami runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A command need not read it.
    let _ = stdin.write_all(input);
    drop(stdin);
    let (mut out, mut err) = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
    let errors = thread::spawn(move || {
        let mut text = Vec::new();
        err.read_to_end(&mut text).expect("readable");
        text
    });
    // A command that does not end is killed.
    let (ended, end) = channel::<()>();
    let killer = thread::spawn(move || {
        if end.recv_timeout(Duration::from_secs(5)) == Err(RecvTimeoutError::Timeout) {
            let _ = child.kill();
        }
        child
    });
    let mut stdout = Vec::new();
    out.read_to_end(&mut stdout).expect("readable");
    let stderr = String::from_utf8(errors.join().expect("no panic")).expect("UTF-8");
    drop(ended);
    let mut child = killer.join().expect("no panic");
    Run { status: status(&mut child), stdout, stderr, took: begin.elapsed() }
}

/// Waits for the end of a child. Returns its exit status, or the negative number of the signal.
pub fn status(child: &mut Child) -> i32 {
    use std::os::unix::process::ExitStatusExt;

    let status = child.wait().expect("a status");
    status.code().unwrap_or_else(|| -status.signal().expect("a signal"))
}

impl Run {
    /// Returns a problem that no run may have, if there is one: with standard error, a panic, or
    /// the secret.
    pub fn problem(&self, row: &Row) -> Option<String> {
        let stdout = String::from_utf8_lossy(&self.stdout);
        let errors = self.stderr.lines().filter(|line| !line.starts_with("ami: warning: ")).count();
        let is_own = |line: &str| line.starts_with("ami: ") && !line.chars().any(is_unsafe);
        let problem = if stdout.contains("panicked") || self.stderr.contains("panicked") {
            "a panic"
        } else if stdout.contains(SECRET) || self.stderr.contains(SECRET) {
            "the secret"
        } else if errors > 1 || !self.stderr.lines().all(is_own) {
            "not one line on standard error"
        } else if self.status == 0 && errors > 0 {
            "an error in spite of success"
        } else if row.is_check() && (stdout.lines().count() != 1 || !self.stderr.is_empty()) {
            "not one line on standard output alone"
        } else if row.is_check() && stdout.trim_end().chars().any(is_unsafe) {
            "unsafe characters in the report"
        } else {
            return None;
        };
        Some(problem.into())
    }

    /// Returns the problem if the status or the time is another one than expected, or one that
    /// no run may have.
    pub fn check(&self, row: &Row, status: i32, limit: Duration) -> Option<String> {
        if self.status != status {
            return Some(format!("status {} instead of {status}", self.status));
        }
        if self.took > limit {
            return Some(format!("took {:?}", self.took));
        }
        self.problem(row)
    }
}

/// Whether the tool must escape this character on a terminal.
pub fn is_unsafe(char: char) -> bool {
    matches!(
        char,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
    )
}

/// Runs the cases, many at a time, and fails with the list of all problems. Other programs can hold
/// up the machine, so a case that fails is tried once more.
pub fn all_hold<Case: Sync>(cases: &[Case], hold: impl Fn(&Case) -> Result<(), String> + Sync) {
    assert!(!cases.is_empty());
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = hold(case).or_else(|_| hold(case)) {
                        failures.lock().expect("no panic").push(failure);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no panic");
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

#[test]
fn every_command_has_a_row() {
    let help = run(ami(&["--help"]), b"");
    let help = String::from_utf8(help.stdout).expect("UTF-8");
    let lists = help.split_once("\nOptions:").expect("options").0;
    let mut listed: Vec<_> = lists
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_once("  "))
        .map(|(name, _)| name)
        .collect();
    let mut known: Vec<_> = ROWS.iter().map(|row| row.name).collect();
    listed.sort_unstable();
    known.sort_unstable();
    assert_eq!(listed, known);
    for row in ROWS.iter().filter(|row| row.name != "help") {
        let help = run(ami(&[row.name, "--help"]), b"");
        let connects = String::from_utf8_lossy(&help.stdout).contains("  -H, --host");
        assert_eq!(connects, row.client.is_some(), "{}", row.name);
    }
}
