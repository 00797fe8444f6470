//! Programs under test: the PBX as a process (`ami serve`), and the tool as a client.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::process::{Pid, Signal, kill_process};

use crate::target::{SECRET, USER};

/// Returns the path of the tool: the one that `tests/faults.sh` has built, or one beside this test.
pub fn path() -> PathBuf {
    std::env::var_os("AMI_TOOL").map(PathBuf::from).unwrap_or_else(|| {
        let own = std::env::current_exe().expect("a path");
        let folder = own.parent().and_then(|deps| deps.parent()).expect("a folder");
        let tool = folder.join("ami");
        assert!(tool.exists(), "build the tool first: cargo build -p embedded-ami-cli");
        tool
    })
}

/// The tool, with the user and the secret in its environment.
pub fn ami(port: u16, arguments: &[&str]) -> Command {
    let mut command = Command::new(path());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AMI_")) {
        command.env_remove(name);
    }
    command.env("AMI_CONFIG", "/dev/null").env("AMI_USER", USER).env("AMI_SECRET", SECRET);
    command.args(["--port", &port.to_string()]).args(arguments).stdin(Stdio::null());
    command
}

/// A process that is killed when it is dropped.
pub struct Process {
    pub child: Child,
    pub stdout: BufReader<ChildStdout>,
}

impl Process {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, stdout }
    }

    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("text");
        line
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("a process");
    }

    pub fn kill(&mut self) {
        self.child.kill().expect("a process");
        self.child.wait().expect("a status");
    }

    /// Waits for the end. Returns the exit status, and all that is on standard error.
    pub fn end(&mut self) -> (Option<i32>, String) {
        let mut text = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut text).expect("text");
        (self.child.wait().expect("a status").code(), text)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the PBX as a process on this port, or on a free one if it is 0. Returns it with its port.
pub fn serve(port: u16, script: &str) -> (Process, u16) {
    let file = (!script.is_empty()).then(|| folder().join("script.toml"));
    let mut command = Command::new(path());
    command.env("AMI_CONFIG", "/dev/null").env("AMI_SECRET", SECRET).stdin(Stdio::null());
    command.args(["serve", "--user", USER, "--listen", &format!("127.0.0.1:{port}")]);
    if let Some(file) = &file {
        std::fs::write(file, script).expect("a file");
        command.arg("--script").arg(file);
    }
    let mut process = Process::start(&mut command);
    let line = process.line();
    let port = line.trim().rsplit_once(':').unwrap_or_else(|| panic!("{line:?}")).1.parse().expect("a port");
    (process, port)
}

/// Creates an empty folder.
pub fn folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("faults-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}
