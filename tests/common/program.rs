//! Programs under test, and scripted servers for them.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use embedded_ami::action::{Key, md5};

pub const SECRET: &str = "zebra-crossing-47";
pub const TIMEOUT: Duration = Duration::from_secs(5);

pub fn program(path: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(path);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_bytes().starts_with(b"AMI_")) {
        command.env_remove(name);
    }
    command.env("AMI_USER", "admin").env("AMI_SECRET", SECRET).env("RUST_BACKTRACE", "0");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Waits for the end of a program. Returns its exit status, standard output and standard error, and
/// checks that neither contains a secret.
pub fn end(mut child: Child) -> (Option<i32>, String, String) {
    let begin = Instant::now();
    while child.try_wait().expect("a status").is_none() {
        if begin.elapsed() > TIMEOUT * 2 {
            child.kill().expect("an end");
        }
        thread::sleep(Duration::from_millis(2));
    }
    let Output { status, stdout, stderr } = child.wait_with_output().expect("output");
    let texts = [stdout, stderr].map(|text| String::from_utf8(text).expect("UTF-8"));
    for text in &texts {
        assert!(!text.contains(SECRET) && !text.contains(&key()), "{text}");
        assert!(text.chars().all(|char| char == '\n' || !char.is_control()), "{text:?}");
    }
    let [stdout, stderr] = texts;
    (status.code(), stdout, stderr)
}

/// Held while a program is started or a pseudo-terminal is opened, so that no program inherits the
/// ends of one.
pub static STARTS: Mutex<()> = Mutex::new(());

pub fn start(command: &mut Command) -> Child {
    let _starts = STARTS.lock();
    command.spawn().expect("it runs")
}

pub fn run(command: &mut Command) -> (Option<i32>, String, String) {
    end(start(command))
}

pub fn key() -> String {
    let key = Key::new(md5, b"840415273", SECRET.as_bytes()).expect("a challenge of digits");
    String::from_utf8(key.to_hex().to_vec()).expect("hex")
}

/// The server's end of a connection.
pub struct Server<T>(pub T);

impl<T: Read + Write> Server<T> {
    pub fn send(&mut self, text: impl AsRef<[u8]>) {
        self.0.write_all(text.as_ref()).and_then(|()| self.0.flush()).expect("a client");
    }

    /// Reads a request, which must be of this action. Returns its ActionID and its text.
    pub fn receive(&mut self, action: &str) -> (String, String) {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte).expect("a request");
            request.push(byte[0]);
        }
        let request = String::from_utf8(request).expect("text");
        assert!(request.starts_with(&format!("Action: {action}\r\n")), "{request}");
        assert!(!request.contains(SECRET));
        let id = request.lines().find_map(|line| line.strip_prefix("ActionID: ")).expect("an ActionID");
        (id.to_owned(), request)
    }

    /// Answers a request of this action; each `@` in the answer is replaced by the ActionID.
    /// Returns the request.
    pub fn answer(&mut self, action: &str, answer: &str) -> String {
        let (id, request) = self.receive(action);
        self.send(answer.replace('@', &id));
        request
    }

    pub fn greet(&mut self) -> String {
        self.send("Asterisk Call Manager/11.0.0\r\n");
        self.answer("Challenge", "Response: Success\r\nActionID: @\r\nChallenge: 840415273\r\n\r\n");
        let (id, request) = self.receive("Login");
        assert!(request.contains(&format!("\r\nKey: {}\r\n", key())), "{request}");
        id
    }

    pub fn accept(&mut self) {
        let id = self.greet();
        self.send(format!("Response: Success\r\nActionID: {id}\r\nMessage: Authentication accepted\r\n\r\n"));
        self.send("Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n");
    }

    pub fn refuse(&mut self) {
        let id = self.greet();
        self.send(format!("Response: Error\r\nActionID: {id}\r\nMessage: Authentication failed\r\n\r\n"));
    }

    pub fn confirm_logoff(&mut self) {
        self.answer("Logoff", "Response: Goodbye\r\nActionID: @\r\n\r\n");
    }
}
