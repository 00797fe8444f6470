//! Full disks: a small file system in memory, and the limit of the size of a file. The tool ends
//! with status 5 and one line, and files that exist keep their content.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use embedded_ami::action::Raw;
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::Client;

use crate::child::{self, ami, folder};
use crate::target::{SECRET, Target, USER};

/// A file that is there before, and must not change.
const OLD: &str = "ami_up 1\n";

/// A server that raises events all the time.
struct Busy {
    target: Target,
    must_stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Busy {
    fn start() -> Self {
        let target = Target::pbx();
        let must_stop = Arc::new(AtomicBool::new(false));
        let (address, stop) = (target.address, Arc::clone(&must_stop));
        let thread = thread::spawn(move || {
            let mut client = Client::connect(address, Duration::from_secs(20)).expect("a banner");
            client.login(&Credentials::new(USER, SECRET)).expect("a login");
            while !stop.load(Ordering::Relaxed) {
                let headers = [("UserEvent", "Filler"), ("Text", &"x".repeat(500))];
                client.send(&Raw::new("UserEvent", &headers)).expect("an answer");
                thread::sleep(Duration::from_millis(1));
            }
        });
        Self { target, must_stop, thread: Some(thread) }
    }

    fn port(&self) -> u16 {
        self.target.address.port()
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.must_stop.store(true, Ordering::Relaxed);
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(thread::panicking() || ended.is_none_or(|ended| ended.is_ok()));
    }
}

/// Runs a script of the shell, in which `"$AMI" "$@"` is the tool with these arguments.
fn shell(port: u16, before: &[&str], script: &str, arguments: &[&str]) -> Output {
    let tool = ami(port, arguments);
    let mut command = Command::new(before.first().unwrap_or(&"sh"));
    if let [_, rest @ ..] = before {
        command.args(rest).arg("sh");
    }
    command.arg("-c").arg(script).arg("sh").args(tool.get_args()).env("AMI", child::path());
    for (name, value) in tool.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    // The last `env` call must not remove the path of the tool.
    command.env("AMI", child::path()).stdin(Stdio::null()).output().expect("a shell")
}

/// Checks that the tool has ended with status 5 and one line that begins so.
#[track_caller]
fn assert_full(output: &Output, begin: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{output:?}");
    assert!(error.starts_with(&format!("ami: cannot write {begin}")), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(!error.contains(SECRET));
}

/// The limits of a file's size. A program that does not handle the signal of this limit is killed
/// by it, and one whose parent ignores the signal receives an error.
const LIMITS: [&str; 2] = ["ulimit -f 8; exec", "trap '' XFSZ; ulimit -f 8; exec"];

#[test]
fn a_recording_that_becomes_too_large() {
    let busy = Busy::start();
    for limit in LIMITS {
        let file = folder().join("raw");
        let path = file.to_str().expect("text");
        let script = format!("{limit} \"$AMI\" \"$@\"");
        let arguments = ["events", "--classes", "user", "--raw", path, "--only", "Hangup"];
        assert_full(&shell(busy.port(), &[], &script, &arguments), &format!("to {path}: File too large"));
        let recorded = fs::read(&file).expect("a file");
        assert!(
            recorded.starts_with(b"Asterisk Call Manager/") && recorded.len() > 4000,
            "{}",
            recorded.len()
        );
    }
}

#[test]
fn standard_output_that_becomes_too_large() {
    let busy = Busy::start();
    for limit in LIMITS {
        for form in ["", "--json"] {
            let file = folder().join("events");
            let script = format!("{limit} \"$AMI\" \"$@\" >'{}'", file.display());
            let mut arguments = vec!["events", "--classes", "user"];
            arguments.extend([form].iter().filter(|form| !form.is_empty()));
            assert_full(&shell(busy.port(), &[], &script, &arguments), "to standard output: File too large");
        }
    }
}

/// Checks that the folder has only the old file, with its content.
#[track_caller]
fn assert_intact(folder: &Path, file: &Path) {
    assert_eq!(fs::read_to_string(file).expect("a file"), OLD);
    assert_eq!(fs::read_dir(folder).expect("a folder").count(), 1);
}

#[test]
fn metrics_that_do_not_fit_leave_the_old_file() {
    let target = Target::pbx();
    for limit in LIMITS {
        let folder = folder();
        let file = folder.join("asterisk.prom");
        fs::write(&file, OLD).expect("a file");
        let path = file.to_str().expect("text");
        let script = format!("{} \"$AMI\" \"$@\"", limit.replace("-f 8", "-f 0"));
        let output = shell(target.address.port(), &[], &script, &["metrics", "--output", path]);
        assert_full(&output, &format!("{path}: File too large"));
        assert_intact(&folder, &file);
    }
}

/// A file system of 8 KiB that is full. It exists only as long as the shell.
const FULL: &str = "mount -t tmpfs -o size=8k none \"$DISK\" || exit 77
    printf 'ami_up 1\\n' >\"$DISK/asterisk.prom\"
    FILL 2>/dev/null
    \"$AMI\" \"$@\" STDOUT; status=$?
    printf '%s\\n' \"$(ls -A \"$DISK\" | tr '\\n' ' ')\" \"$(head -n 1 \"$DISK/asterisk.prom\")\"
    exit $status";

#[test]
fn a_file_system_that_is_full() {
    let busy = Busy::start();
    let disk = folder();
    let disk = disk.to_str().expect("text");
    let on_disk = |name: &str| format!("{disk}/{name}");
    let (metrics, raw) = (on_disk("asterisk.prom"), on_disk("raw"));
    let fill = "dd if=/dev/zero of=\"$DISK/fill\" bs=1k count=8";
    let events = ["events", "--classes", "user"];
    let recording = [&events[..], &["--only", "Hangup", "--raw", &raw]].concat();
    let cases = [
        (
            &["metrics", "--output", &metrics][..],
            fill,
            "",
            format!("{metrics}: No space left"),
            "asterisk.prom fill ",
        ),
        (&recording[..], "", "", format!("to {raw}: No space left"), "asterisk.prom raw "),
        (&events[..], "", ">\"$DISK/out\"", "to standard output: No space left".into(), "asterisk.prom out "),
    ];
    for (arguments, fill, stdout, error, files) in cases {
        let script = FULL.replace("$DISK", disk).replace("FILL", if fill.is_empty() { ":" } else { fill });
        let script = script.replace("STDOUT", &stdout.replace("$DISK", disk)).replace("$DISK", disk);
        let output = shell(busy.port(), &["unshare", "-m"], &script, arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        if output.status.code() == Some(77) || stderr.starts_with("unshare:") {
            println!("a full file system: skipped, since it needs root and mount namespaces: {stderr}");
            return;
        }
        assert_full(&output, &error);
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{files}\n{OLD}"), "{arguments:?}");
    }
}

/// The PBX goes on without its log.
#[test]
fn a_log_of_requests_that_becomes_too_large() {
    for limit in LIMITS {
        let log = folder().join("log");
        let script =
            format!("{limit} \"$AMI\" serve --user {USER} --listen 127.0.0.1:0 --log '{}'", log.display());
        let mut command = Command::new("sh");
        command.arg("-c").arg(script).env("AMI", child::path()).env("AMI_SECRET", SECRET);
        let mut server = child::Process::start(command.env("AMI_CONFIG", "/dev/null").stdin(Stdio::null()));
        let line = server.line();
        let address = line.trim().rsplit_once(' ').unwrap_or_else(|| panic!("{line:?}")).1;
        let mut client = Client::connect(address, Duration::from_secs(20)).expect("a banner");
        client.login(&Credentials::new(USER, SECRET)).expect("a login");
        for _ in 0..200 {
            client.send(&Raw::without_headers("Ping")).expect("an answer");
        }
        server.signal(rustix::process::Signal::TERM);
        let (_, stderr) = server.end();
        assert!(stderr.contains("so the log of requests ends: File too large"), "{stderr}");
    }
}
