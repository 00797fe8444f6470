//! `ami serve` as a program: its options, its files, and the other subcommands against it.

#[cfg(unix)]
#[path = "../common/ending.rs"]
mod ending;
mod settings;
#[cfg(unix)]
mod signals;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::Client;

/// The tool, without settings from the environment of the tests.
fn ami(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ami"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AMI_")) {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs the tool to its end and returns its exit status and standard error. The latter is empty or
/// one line.
fn run(command: &mut Command) -> (i32, String) {
    let Output { status, stderr, .. } = command.output().expect("ami runs");
    let stderr = String::from_utf8(stderr).expect("UTF-8");
    assert!(stderr.is_empty() || stderr.starts_with("ami: ") && stderr.lines().count() == 1, "{stderr:?}");
    (status.code().expect("an exit status"), stderr)
}

/// A file that is removed at the end of its test.
struct File(PathBuf);

impl File {
    fn new(content: &[u8]) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("embedded-ami-users-{}-{number}.conf", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, content).expect("writable");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // Secrets that others can read cause a warning.
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("permitted");
        }
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("UTF-8")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A running `ami serve`.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts the tool with the user `admin`, whose secret is `secret`.
    fn start(arguments: &[&str]) -> Self {
        Self::spawn(ami(&["serve", "--user", "admin", "--listen", "127.0.0.1:0"]).args(arguments))
    }

    /// Starts the tool and reads the line with its address.
    fn spawn(command: &mut Command) -> Self {
        let mut child = command.env("AMI_SECRET", "secret").stdout(Stdio::piped()).spawn().expect("ami runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let address = line.trim_end().strip_prefix("listening on ").expect("the address");
        Self { child, address: address.into() }
    }

    fn port(&self) -> &str {
        self.address.rsplit_once(':').expect("a port").1
    }

    fn connect(&self) -> Client<std::net::TcpStream> {
        Client::connect(self.address.as_str(), Duration::from_secs(5)).expect("a banner")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_announced_version_and_the_other_subcommands_work() {
    for version in ["11.0.0", "2.8.0"] {
        let server = Server::start(&["--ami-version", version]);
        let stream = std::net::TcpStream::connect(&server.address).unwrap();
        let mut banner = String::new();
        BufReader::new(stream).read_line(&mut banner).unwrap();
        assert_eq!(banner, format!("Asterisk Call Manager/{version}\r\n"));
        let arguments = ["--port", server.port(), "--user", "admin"];
        let output =
            ami(&arguments).env("AMI_SECRET", "secret").args(["command", "core show version"]).output();
        assert!(String::from_utf8(output.unwrap().stdout).unwrap().starts_with("Asterisk 22"));
        if version == "2.8.0" {
            continue;
        }
        let call = ["originate", "Local/102@test", "--context", "test", "--exten", "102"];
        let (status, stderr) = run(ami(&arguments).env("AMI_SECRET", "secret").args(call));
        assert_eq!((status, stderr.as_str()), (0, ""));
        let call = ["originate", "PJSIP/busy", "--application", "Wait"];
        let (status, stderr) = run(ami(&arguments).env("AMI_SECRET", "secret").args(call));
        assert_eq!((status, stderr.as_str()), (11, "ami: the call failed: busy (reason 5)\n"));
    }
}

#[test]
fn users_come_from_a_file_whose_errors_name_the_line() {
    let file = File::new(b"[general]\nbindaddr = 127.0.0.1\nport = 0\n[reader]\nsecret = x\nread = call\n");
    let server = Server::spawn(&mut ami(&["serve", "--users", file.path()]));
    assert!(server.address.starts_with("127.0.0.1:"), "{}", server.address);
    server.connect().login(&Credentials::new("reader", "x")).unwrap();
    for (line, reason) in [
        ("acl = office", "acl is not supported"),
        ("read = cal", "read = cal: cal is not a class; did you mean call?"),
        ("write = phone", "write = phone: phone is not a class"),
        ("allowmultiplelogin = si", "allowmultiplelogin = si: neither yes nor no"),
        ("writetimeout = soon", "writetimeout = soon: not a whole number of at least 1"),
        ("write = ,call", "write = ,call: an empty word before a comma would grant every class"),
        ("permit = 10.0.0.0/33", "permit = 10.0.0.0/33: \"10.0.0.0/33\" is not a network such as 10.0.0.0/8"),
        ("#include /no/such/file", "#include /no/such/file: the file does not exist"),
    ] {
        let file = File::new(format!("[a]\nsecret = x\n{line}\n").as_bytes());
        let (status, stderr) = run(&mut ami(&["serve", "--users", file.path()]));
        assert_eq!((status, stderr), (2, format!("ami: {}:3: {reason}\n", file.path())));
    }
    let file = File::new(b"[a]\nsecret = Z\xfcrich\n");
    let (status, stderr) = run(&mut ami(&["serve", "--users", file.path()]));
    assert_eq!(status, 2);
    assert!(stderr.contains(file.path()) && stderr.contains("UTF-8"), "{stderr}");
}

#[test]
fn permit_and_deny_of_a_file_decide_by_the_address_of_the_client() {
    let included = File::new(b"[far]\nsecret = x\ndeny=0.0.0.0/0.0.0.0\npermit=192.0.2.0/255.255.255.0\n");
    let file = format!(
        "[general]\nenabled = yes\ndisplayconnects=no\n[near]\nsecret = x\ndeny=0.0.0.0/0.0.0.0\n\
         permit=127.0.0.1/255.255.255.0\nwritetimeout = 5000\n\n#include {}\n",
        included.path()
    );
    let file = File::new(file.as_bytes());
    let server = Server::spawn(&mut ami(&["serve", "--listen", "127.0.0.1:0", "--users", file.path()]));
    server.connect().login(&Credentials::new("near", "x")).unwrap();
    let refused = server.connect().login(&Credentials::new("far", "x"));
    assert!(refused.unwrap_err().to_string().contains("Authentication failed"));
}

#[test]
fn without_a_secret_it_does_not_start() {
    let empty: Vec<File> = [&b""[..], b"\n", b"\r\n", b"\nsecret\n", b"  \t\n"].map(File::new).into();
    let sources = empty.iter().map(|file| ("", file.path())).chain([("", ""), ("  ", "")]);
    for (variable, file) in sources {
        let mut serve = ami(&["serve", "--user", "admin", "--listen", "127.0.0.1:0"]);
        if file.is_empty() {
            serve.env("AMI_SECRET", variable);
        } else {
            serve.args(["--secret-file", file]);
        }
        let (status, stderr) = run(&mut serve);
        assert_eq!(status, 2, "{variable:?} {file}: {stderr}");
        assert!(stderr.contains("secret"), "{stderr}");
    }
    let (status, stderr) = run(&mut ami(&["serve", "--user", "admin", "--listen", "127.0.0.1:0"]));
    assert_eq!(status, 2);
    assert!(stderr.contains("secret"), "{stderr}");
}

#[test]
fn options_override_the_limits_of_the_file() {
    let file = File::new(b"[general]\nauthlimit = 1\n[a]\nsecret = x\n");
    for (arguments, most) in
        [(&[][..], 1), (&["--anonymous", "2"], 2), (&["--anonymous", "3", "--connections", "1"], 1)]
    {
        let arguments = [&["serve", "--listen", "127.0.0.1:0", "--users", file.path()], arguments].concat();
        let server = Server::spawn(&mut ami(&arguments));
        let _open: Vec<_> = (0..most).map(|_| server.connect()).collect();
        assert!(Client::connect(server.address.as_str(), Duration::from_secs(5)).is_err(), "{arguments:?}");
    }
}

/// Clients that ask for a long list and do not read it cost at most twice the limit of the queue.
#[cfg(target_os = "linux")]
#[test]
fn lists_that_are_not_read_take_little_memory() {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    const CLIENTS: usize = 20;
    /// Twice the default of `Limits::output`, and some for the connection itself.
    const MOST: usize = 2 * 1024 * 1024 + 200_000;

    let memory = |server: &Server| -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", server.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse::<usize>().unwrap() * 1024
    };
    let server = Server::start(&[]);
    let log_in = || {
        let mut stream = TcpStream::connect(&server.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
            .write_all(b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: off\r\n\r\n")
            .unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let lines = reader.by_ref().lines().map_while(Result::ok);
        assert!(lines.take(4).any(|line| line == "Response: Success"));
        (stream, reader)
    };
    // 4,096 entries of 1,900 bytes: the whole database.
    let (mut stream, reader) = log_in();
    let (key, value) = ("k".repeat(900), "v".repeat(950));
    for at in 0..4096 {
        let put = format!("Action: DBPut\r\nFamily: f\r\nKey: {at}{key}\r\nVal: {value}\r\n\r\n");
        stream.write_all(put.as_bytes()).unwrap();
    }
    let stored = reader.lines().map_while(Result::ok).filter(|line| line == "Response: Success");
    assert_eq!(stored.take(4096).count(), 4096);
    let clients: Vec<_> = (0..CLIENTS).map(|_| log_in()).collect();
    let before = memory(&server);
    for (client, _) in &clients {
        let mut client = client;
        client.write_all(b"Action: DBGetTree\r\n\r\n").unwrap();
    }
    std::thread::sleep(Duration::from_secs(2));
    let each = memory(&server).saturating_sub(before) / CLIENTS;
    assert!(each < MOST, "{each} bytes for each connection");
    // A client that reads now gets the whole list.
    let (_, reader) = clients.into_iter().next().unwrap();
    let lines = reader.lines().map_while(Result::ok);
    assert!(lines.take_while(|line| line != "ListItems: 4096").count() > 4 * 4096);
}

/// The request that logs in, and the end of its response.
const LOGIN: &[u8] = b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: off\r\n\r\n";
const ACCEPTED: &str = "Message: Authentication accepted\r\n\r\n";

/// Returns the path of a file of this test that does not exist yet.
fn unused(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("embedded-ami-{}-{name}", std::process::id()))
}

#[test]
fn requests_are_logged_while_the_pbx_runs_and_a_file_that_cannot_be_written_is_an_error() {
    let log = unused("log.jsonl");
    std::fs::write(&log, "from the last time\n").unwrap();
    let log = File(log);
    let server = Server::start(&["--log", log.path()]);
    let mut client = server.connect();
    client.login(&Credentials::plain("admin", "secret")).unwrap();
    let text = std::fs::read_to_string(log.path()).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1, "{text}");
    assert_eq!(lines[0]["name"], "Login");
    assert!(text.contains(r#"["Secret","[redacted]"]"#) && !text.contains(r#""secret""#), "{text}");

    for file in ["/no/such/folder/log", "/"] {
        let serve = ["serve", "--user", "admin", "--listen", "127.0.0.1:0", "--log", file];
        let (status, stderr) = run(ami(&serve).env("AMI_SECRET", "x"));
        assert_eq!(status, 5);
        assert!(stderr.starts_with(&format!("ami: cannot write to {file}: ")), "{stderr}");
    }
}

#[test]
fn a_start_that_fails_leaves_the_files_unchanged() {
    let log = File(unused("running.jsonl"));
    let certificate = File(unused("running.pem"));
    let arguments = ["--log", log.path(), "--tls-self-signed", certificate.path()];
    let arguments = if cfg!(feature = "tls") { &arguments[..] } else { &arguments[..2] };
    let server = Server::start(arguments);
    std::fs::write(log.path(), "a line\n").unwrap();
    let read = || [&log, &certificate].map(|file| std::fs::read(&file.0).ok());
    let before = read();
    let second = ["serve", "--user", "admin", "--listen", &server.address];
    let (status, stderr) = run(ami(&second).args(arguments).env("AMI_SECRET", "x"));
    assert_eq!(status, 5, "{stderr}");
    assert_eq!(read(), before);

    // Files that it has created are removed, and only these.
    let new = [File(unused("new.jsonl")), File(unused("new.pem"))];
    for (log, certificate) in [(&new[0], &new[1]), (&log, &new[1]), (&new[0], &certificate)] {
        let arguments = ["--log", log.path(), "--tls-self-signed", certificate.path()];
        let arguments = if cfg!(feature = "tls") { &arguments[..] } else { &arguments[..2] };
        let (status, stderr) = run(ami(&second).args(arguments).env("AMI_SECRET", "x"));
        assert_eq!(status, 5, "{stderr}");
        assert!(!new[0].0.exists() && !new[1].0.exists());
        assert_eq!(read(), before);
    }
    // The same if the reader of the line with the address has gone.
    let mut gone = ami(&["serve", "--user", "admin", "--listen", "127.0.0.1:0", "--log", new[0].path()]);
    let mut gone = gone.env("AMI_SECRET", "x").stdout(Stdio::piped()).spawn().unwrap();
    drop(gone.stdout.take());
    gone.wait().unwrap();
    assert!(!new[0].0.exists());

    // Once it listens, it replaces them, the log also before the first request.
    drop(server);
    let _server = Server::start(arguments);
    let after = read();
    assert_eq!(after[0].as_deref(), Some(&b""[..]));
    assert!(!cfg!(feature = "tls") || after[1] != before[1]);
}

#[cfg(feature = "tls")]
#[test]
fn a_new_certificate_replaces_only_a_certificate() {
    let pem = |label: &str| format!("-----BEGIN {label}-----\nTUlJQ==\n-----END {label}-----\n");
    let (one, key) = (pem("CERTIFICATE"), pem("PRIVATE KEY"));
    for content in [key.clone(), format!("{one}{key}"), format!("{one}{one}"), "[admin]\nsecret = x\n".into()]
    {
        let file = File::new(content.as_bytes());
        let serve = ["serve", "--user", "admin", "--listen", "127.0.0.1:0", "--tls-self-signed", file.path()];
        let (status, stderr) = run(ami(&serve).env("AMI_SECRET", "x"));
        assert_eq!(status, 2, "{stderr}");
        assert!(stderr.starts_with(&format!("ami: {}: the file exists", file.path())), "{stderr}");
        assert_eq!(std::fs::read_to_string(file.path()).unwrap(), content);
    }
    for content in [one.as_str(), ""] {
        let file = File::new(content.as_bytes());
        let _server = Server::start(&["--tls-self-signed", file.path()]);
        let written = std::fs::read_to_string(file.path()).unwrap();
        assert!(written.len() > 2 * one.len() && written.matches("BEGIN").count() == 1, "{written}");
    }
}

#[cfg(unix)]
#[test]
fn the_log_can_go_to_standard_output() {
    let mut child = ami(&["serve", "--user", "admin", "--listen", "127.0.0.1:0", "--log", "-"])
        .env("AMI_SECRET", "secret")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let address = lines.next().unwrap().strip_prefix("listening on ").unwrap().to_owned();
    let server = Server { child, address };
    server.connect().login(&Credentials::new("admin", "secret")).unwrap();
    assert!(lines.next().unwrap().contains(r#""name":"Challenge""#));
    assert!(lines.next().unwrap().contains(r#""name":"Login""#));
}

#[cfg(target_os = "linux")]
#[test]
fn a_log_that_becomes_full_is_reported_once() {
    let mut server = Server::spawn(
        ami(&["serve", "--user", "admin", "--listen", "127.0.0.1:0", "--log", "/dev/full"])
            .stderr(Stdio::piped()),
    );
    for _ in 0..3 {
        server.connect().login(&Credentials::new("admin", "secret")).unwrap();
    }
    server.child.kill().unwrap();
    let mut stderr = String::new();
    std::io::Read::read_to_string(&mut server.child.stderr.take().unwrap(), &mut stderr).unwrap();
    assert!(stderr.starts_with("ami: cannot write to /dev/full, so the log of requests ends: "), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

#[test]
fn a_recording_is_replayed_and_one_that_is_empty_is_an_error() {
    use std::io::{Read, Write};

    let recorded = "Event: Hangup\r\nChannel: SIP/7-1\r\nCause: 16\r\n\r\n";
    let file =
        format!("Asterisk Call Manager/2.10.6\r\nResponse: Success\r\nActionID: 1\r\n{ACCEPTED}{recorded}");
    let file = File::new(file.as_bytes());
    let server = Server::start(&["--replay", file.path()]);
    let mut stream = std::net::TcpStream::connect(&server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(LOGIN).unwrap();
    let expected = format!("Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n{ACCEPTED}{recorded}");
    let mut received = vec![0; expected.len()];
    stream.read_exact(&mut received).unwrap();
    assert_eq!(String::from_utf8(received).unwrap(), expected);

    let (empty, client, text) = (File::new(b""), File::new(LOGIN), File::new(b"# AMI\n\nSome text.\n\n"));
    for (file, reason) in [
        (empty.path(), "the recording is empty"),
        ("/no/such/file", "No such file"),
        (client.path(), "the recording has the requests of a client; it must have the bytes that"),
        (text.path(), "the recording has neither a response nor an event"),
    ] {
        let (status, stderr) =
            run(ami(&["serve", "--user", "admin", "--replay", file]).env("AMI_SECRET", "x"));
        assert_eq!(status, 2);
        assert!(stderr.starts_with(&format!("ami: {file}: {reason}")), "{stderr}");
    }
}

#[cfg(feature = "tls")]
#[test]
fn tls_is_served_with_a_new_certificate_or_one_of_a_file() {
    use std::io::{Read, Write};

    let certificate = File(unused("certificate.pem"));
    let server = Server::start(&["--tls-self-signed", certificate.path()]);
    // The certificate is there as soon as the address has been printed.
    let pem = std::fs::read_to_string(certificate.path()).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----") && !pem.contains("KEY"), "{pem}");
    // The server answers what is not TLS with an alert.
    let mut stream = std::net::TcpStream::connect(&server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(LOGIN).unwrap();
    let mut alert = [0; 2];
    stream.read_exact(&mut alert).unwrap();
    assert_eq!(alert, [21, 3]);

    let no_key = certificate.path();
    for (arguments, reason) in [
        (&["--tls-cert", no_key][..], format!("{no_key}: no private key in PEM format")),
        (&["--tls-cert", "/no/such/file"], "/no/such/file: No such file".into()),
        (&["--tls-cert", no_key, "--tls-key", "/no/such/key"], "/no/such/key: No such file".into()),
        (&["--tls-key", no_key], "missing: --tls-cert".into()),
        (&["--tls-cert", no_key, "--tls-self-signed", no_key], "--tls-".into()),
    ] {
        let (status, stderr) = run(ami(&["serve", "--user", "admin"]).args(arguments).env("AMI_SECRET", "x"));
        assert_eq!(status, 2, "{arguments:?}: {stderr}");
        assert!(stderr.starts_with(&format!("ami: {reason}")), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_user_who_lacks_a_permission_is_told_the_class() {
    let users = "[general]\nenabled = yes\n[admin]\nsecret = secret\nread = all\nwrite = all\n\
                 [poor]\nsecret = secret\nread =\nwrite =\n";
    let users = File::new(users.as_bytes());
    let server = Server::spawn(&mut ami(&["serve", "--listen", "127.0.0.1:0", "--users", users.path()]));
    let told = |user: &str, arguments: &str| {
        let mut command = ami(&["--port", server.port(), "--user", user]);
        let output = command.args(arguments.split(' ')).env("AMI_SECRET", "secret").output().unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    for (arguments, classes) in [
        ("action CoreStatus", "one of the classes system, reporting"),
        ("action queueadd Queue=a", "the class agent"),
        ("command core show channels", "the class command"),
        ("originate Local/1@test", "the class originate"),
        ("check channels", "one of the classes system, reporting"),
        ("metrics", "one of the classes system, reporting"),
        ("calls --for 0.5", "one of the classes system, call, reporting"),
        ("events --filter x", "the class system"),
    ] {
        let text = told("poor", arguments);
        let expected = format!("ermission denied; the user needs {classes} in write of manager.conf");
        let shorter = format!("; the user needs {classes} in write of manager.conf");
        let is_monitor = arguments.starts_with("check") || arguments.starts_with("metrics");
        assert!(text.contains(if is_monitor { &shorter } else { &expected }), "{arguments}: {text}");
    }
    assert!(!told("admin", "metrics").contains("in write of"));
    let text = told("admin", "originate 100");
    assert!(
        text.contains("Invalid channel; a channel has a technology and a name, as in PJSIP/100"),
        "{text}"
    );
    let missing = "warning: no event has arrived, not even FullyBooted after the login";
    assert!(told("poor", "events --for 3.5").contains(missing));
    assert!(told("poor", "events --for 3.5 --reconnect").contains(missing));
    assert!(!told("admin", "events --for 3.5").contains(missing));
    // Other classes have no event that arrives in any case.
    assert!(!told("poor", "events --for 3.5 --classes call").contains(missing));
}
