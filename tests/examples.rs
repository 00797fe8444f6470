//! Each example as a program: what it prints and its exit status, against servers by script over TCP, TLS and
//! pseudo-terminals.
#![cfg(all(unix, feature = "std", feature = "md5"))]

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use embedded_ami::action::{Key, Raw, md5};
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::{Client, Disconnect, Error};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use serialport::{SerialPort, TTYPort};

const SECRET: &str = "zebra-crossing-47";
const TIMEOUT: Duration = Duration::from_secs(5);
const EXAMPLES: [&str; 7] = ["door", "embedded", "originate", "queue_members", "serial", "tls", "watch"];

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/{name}.rs"))
}

/// As cargo has built it, which it does for `cargo test` but not for `cargo test --test examples`.
fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    let binary =
        test.ancestors().map(|folder| folder.join("examples").join(name)).find(|path| path.is_file());
    let modified = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).expect("a time");
    match binary {
        Some(binary) if modified(&binary) >= modified(&source(name)) => binary,
        _ => panic!("first: cargo test --all-features --no-run"),
    }
}

fn example(name: &str) -> Command {
    let mut command = Command::new(binary(name));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_bytes().starts_with(b"AMI_")) {
        command.env_remove(name);
    }
    command.env("AMI_USER", "admin").env("AMI_SECRET", SECRET).env("RUST_BACKTRACE", "0");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The exit status, and what was printed, in which there is no secret.
fn end(mut child: Child) -> (Option<i32>, String, String) {
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

/// Held while a program is started or a pseudo-terminal opened: no program inherits the ends of one.
static STARTS: Mutex<()> = Mutex::new(());

fn start(command: &mut Command) -> Child {
    let _starts = STARTS.lock();
    command.spawn().expect("it runs")
}

fn run(command: &mut Command) -> (Option<i32>, String, String) {
    end(start(command))
}

fn key() -> String {
    let key = Key::new(md5, b"840415273", SECRET.as_bytes());
    String::from_utf8(key.to_hex().to_vec()).expect("hex")
}

/// The server's end of a connection.
struct Server<T>(T);

impl<T: Read + Write> Server<T> {
    fn says(&mut self, text: impl AsRef<[u8]>) {
        self.0.write_all(text.as_ref()).and_then(|()| self.0.flush()).expect("a client");
    }

    /// Reads a request, which must be this action, and gives it and its ActionID.
    fn hears(&mut self, action: &str) -> (String, String) {
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

    /// Answers this action; `@` in the answer stands for the ActionID. Gives the request.
    fn answers(&mut self, action: &str, answer: &str) -> String {
        let (id, request) = self.hears(action);
        self.says(answer.replace('@', &id));
        request
    }

    fn greets(&mut self) -> String {
        self.says("Asterisk Call Manager/11.0.0\r\n");
        self.answers("Challenge", "Response: Success\r\nActionID: @\r\nChallenge: 840415273\r\n\r\n");
        let (id, request) = self.hears("Login");
        assert!(request.contains(&format!("\r\nKey: {}\r\n", key())), "{request}");
        id
    }

    fn accepts(&mut self) {
        let id = self.greets();
        self.says(format!("Response: Success\r\nActionID: {id}\r\nMessage: Authentication accepted\r\n\r\n"));
        self.says("Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n");
    }

    fn refuses(&mut self) {
        let id = self.greets();
        self.says(format!("Response: Error\r\nActionID: {id}\r\nMessage: Authentication failed\r\n\r\n"));
    }

    fn says_goodbye(&mut self) {
        self.answers("Logoff", "Response: Goodbye\r\nActionID: @\r\n\r\n");
    }
}

type Script = fn(&mut Server<TcpStream>);

/// A server for so many connections, one after the other; its port.
fn serve<const N: usize>(scripts: [Script; N]) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port().to_string();
    let server = thread::spawn(move || {
        for script in scripts {
            let (stream, _) = listener.accept().expect("a client");
            script(&mut Server(stream));
        }
    });
    (port, server)
}

/// Runs the example against one connection.
fn against(name: &str, arguments: &[&str], script: Script) -> (Option<i32>, String, String) {
    let (port, server) = serve([script]);
    let result = run(example(name).args(arguments).env("AMI_PORT", port));
    server.join().unwrap_or_else(|_| panic!("{name} did not keep to the script: {result:?}"));
    result
}

#[test]
fn each_is_short_and_tested() {
    let folder = fs::read_dir(source("x").parent().expect("a folder")).expect("examples");
    let mut names: Vec<_> = folder.map(|file| file.expect("a file").path()).collect();
    names.sort();
    // One brings a network along.
    names.retain(|name| *name != source("smoltcp"));
    assert_eq!(names, EXAMPLES.map(source));
    for name in EXAMPLES {
        let text = fs::read_to_string(source(name)).expect("text");
        assert!(text.starts_with("//! ") && text.lines().count() < 40, "{name}: {}", text.lines().count());
    }
}

#[test]
fn settings() {
    for name in EXAMPLES {
        for (missing, value) in [("AMI_USER", None), ("AMI_SECRET", None), ("AMI_SECRET", Some(b"hush\xff"))]
        {
            let mut command = example(name);
            command.args(["nowhere", "100", "phones"]).env_remove(missing);
            command.envs(value.map(|value| (missing, OsStr::from_bytes(value))));
            let (status, stdout, stderr) = run(&mut command);
            assert_eq!((status, &stdout[..]), (Some(1), ""), "{name}: {stderr}");
            assert_eq!(stderr, format!("Error: \"{missing} is not set\"\n"), "{name}");
        }
    }
    for name in ["door", "embedded", "serial", "originate"] {
        let (status, stdout, stderr) = run(&mut example(name));
        assert_eq!((status, &stdout[..], stderr.lines().count()), (Some(1), "", 1), "{name}: {stderr}");
    }
}

#[test]
fn smoltcp_between_both_ends() {
    let (status, stdout, stderr) = run(&mut example("smoltcp"));
    assert_eq!((status, &stderr[..]), (Some(0), ""));
    assert!(stdout.contains("Event: \"DoorOpened\"") && stdout.ends_with("Goodbye\n"), "{stdout}");
}

#[test]
fn door_opens() {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
    let address = free.expect("a port").to_string();
    let mut door = start(example("door").arg(&address));
    let begin = Instant::now();
    let mut client = loop {
        match Client::connect(&address, TIMEOUT) {
            Ok(client) => break client,
            Err(error) => assert!(begin.elapsed() < TIMEOUT, "{error}"),
        }
    };
    client.log_in(&Credentials::new("Admin", SECRET)).expect("a login");
    let reply = client.send(&Raw::bare("OpenDoor")).expect("an answer");
    assert!(reply.message().get("Message").is_some_and(|text| text == "It opens"));
    let event = client.next_event(TIMEOUT).expect("a connection");
    let mut event = event.expect("an event");
    if event.message().name().is_some_and(|name| name == "FullyBooted") {
        event = client.next_event(TIMEOUT).expect("a connection").expect("another");
    }
    assert!(event.message().name().is_some_and(|name| name == "DoorOpened"));
    assert!(matches!(client.send(&Raw::bare("Ping")), Err(Error::Answer { .. })));
    // The address is taken.
    let (status, stdout, stderr) = run(example("door").arg(&address));
    assert_eq!((status, &stdout[..], stderr.lines().count()), (Some(1), "", 1), "{stderr}");
    door.kill().expect("an end");
    end(door);
}

#[test]
fn watch_follows_a_server_that_comes_and_goes() {
    let (port, server) = serve([
        |_| {},
        |server| {
            server.accepts();
            server
                .says("Event: Newchannel\r\nPrivilege: call,all\r\nChannel: PJSIP/7-1\r\nExten: 100\r\n\r\n");
            server.says("Event: Newstate\r\nPrivilege: call,all\r\nChannel: PJSIP/7-1\r\n\r\n");
            server.says(
                "Event: Hangup\r\nPrivilege: call,all\r\nChannel: PJSIP/7-1\r\nCause-txt: \x1b[31m\r\n\r\n",
            );
            server.says("Event: Shutdown\r\nPrivilege: system,all\r\nShutdown: Cleanly\r\n\r\n");
        },
        |server| {
            server.accepts();
            server.says("Event: Newchannel\r\nPrivilege: call,all\r\nChannel: PJSIP/8-1\r\nExten: \r\n\r\n");
            server.says("Event: Hangup\r\nPrivilege: call,all\r\nChannel: PJSIP/8");
        },
        |server| {
            let id = server.greets();
            server.says(format!(
                "Response: Error\r\nActionID: {id}\r\nMessage: Asterisk is shutting down\r\n\r\n"
            ));
        },
        |server| {
            server.accepts();
            server.says(
                "Event: Hangup\r\nPrivilege: call,all\r\nChannel: PJSIP/9-1\r\nCause-txt: Busy\r\n\r\n",
            );
            // Until it is killed.
            let _ = server.0.read(&mut [0]);
        },
    ]);
    let mut child = start(example("watch").env("AMI_PORT", port));
    let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || stdout.lines().try_for_each(|line| sender.send(line.expect("UTF-8"))));
    for expected in [
        r#""PJSIP/7-1" calls "100""#,
        r#""PJSIP/7-1" ends: "\x1b[31m""#,
        r#""PJSIP/8-1" calls """#,
        r#""PJSIP/9-1" ends: "Busy""#,
    ] {
        assert_eq!(lines.recv_timeout(TIMEOUT).as_deref(), Ok(expected));
    }
    assert_eq!(child.try_wait().expect("a status"), None, "it goes on");
    child.kill().expect("an end");
    let (_, _, stderr) = end(child);
    let closed = "the server closed the connection";
    let stderr: Vec<_> = stderr.lines().collect();
    assert_eq!(stderr.len(), 4);
    assert_eq!(stderr[0], format!("{closed} without a banner, as when it has too many"));
    assert_eq!(stderr[1], closed);
    assert!(stderr[2].starts_with(&format!("{closed} in the middle of a message")));
    assert_eq!(stderr[3], "login refused: Asterisk is shutting down");
    server.join().expect("five connections");
}

#[test]
fn watch_does_not_repeat_a_wrong_secret() {
    let (status, stdout, stderr) = against("watch", &[], |server| server.refuses());
    assert_eq!((status, &stdout[..]), (Some(1), ""));
    assert!(stderr.contains("Authentication failed"), "{stderr}");
}

#[test]
fn originate_waits_for_its_own_outcome() {
    const TRIES: &str = "Response: Success\r\nActionID: @\r\nMessage: Originate successfully queued\r\n\r\n";
    const OUTCOME: &str = "Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: @\r\n";
    let call = ["PJSIP/7", "100", "phones"];
    let (status, stdout, stderr) = against("originate", &call, |server| {
        server.accepts();
        let (id, request) = server.hears("Originate");
        for header in ["Channel: PJSIP/7", "Exten: 100", "Context: phones", "Priority: 1", "Async: true"] {
            assert!(request.contains(&format!("\r\n{header}\r\n")), "{request}");
        }
        // The call of somebody else fails, and this one is answered before it is known that it is tried.
        server.says(OUTCOME.replace('@', "other") + "Response: Failure\r\nReason: 5\r\n\r\n");
        server.says(OUTCOME.replace('@', &id) + "Response: Success\r\nReason: 4\r\n\r\n");
        server.says(TRIES.replace('@', &id));
    });
    assert_eq!((status, &stdout[..], &stderr[..]), (Some(0), "\"Success\", reason \"4\"\n", ""));

    let (status, stdout, stderr) = against("originate", &call, |server| {
        server.accepts();
        let (id, _) = server.hears("Originate");
        server.says(TRIES.replace('@', &id));
        thread::sleep(Duration::from_millis(300));
        server.says(OUTCOME.replace('@', &id) + "Response: Failure\r\nReason: 5\r\n\r\n");
    });
    assert_eq!((status, &stdout[..], &stderr[..]), (Some(2), "\"Failure\", reason \"5\"\n", ""));

    let failures: [(Script, &str); 3] = [
        (
            |server| {
                server.accepts();
                server.answers(
                    "Originate",
                    "Response: Error\r\nActionID: @\r\nMessage: No such extension\r\n\r\n",
                );
            },
            "No such extension",
        ),
        (
            |server| {
                server.accepts();
                server.answers("Originate", TRIES);
            },
            "Closed",
        ),
        (|server| server.refuses(), "Authentication failed"),
    ];
    for (script, says) in failures {
        let (status, stdout, stderr) = against("originate", &call, script);
        assert_eq!((status, &stdout[..]), (Some(1), ""));
        assert!(stderr.contains(says), "{stderr}");
    }
}

#[test]
fn queue_members_to_the_end() {
    const LIST: &str = "Response: Success\r\nActionID: @\r\nEventList: start\r\n\r\n\
        Event: QueueParams\r\nQueue: support\r\nActionID: @\r\n\r\n\
        Event: QueueMember\r\nQueue: support\r\nName: Agent: One\r\nLocation: PJSIP/7\r\nPaused: 1\r\nActionID: @\r\n\r\n\
        Event: QueueMemberStatus\r\nPrivilege: agent,all\r\nQueue: other\r\n\r\n\
        Event: QueueMember\r\nQueue: support\r\nName: Z\u{fc}\r\nLocation: PJSIP/8\r\nPaused: 0\r\nActionID: @\r\n\r\n";
    let members =
        "\"support\": \"Agent: One\" at \"PJSIP/7\", paused\n\"support\": \"Z\\xc3\\xbc\" at \"PJSIP/8\"\n";
    let (status, stdout, stderr) = against("queue_members", &["support"], |server| {
        server.accepts();
        let request = server.answers("QueueStatus", LIST);
        assert!(request.contains("\r\nQueue: support\r\n"));
        let id = request.lines().nth(1).expect("an ActionID");
        server.says(format!("Event: QueueStatusComplete\r\n{id}\r\nEventList: Complete\r\n\r\n"));
        server.says_goodbye();
    });
    assert_eq!((status, &stdout[..], &stderr[..]), (Some(0), members, ""));
    let (status, stdout, stderr) = against("queue_members", &[], |server| {
        server.accepts();
        let request = server.answers("QueueStatus", LIST);
        assert!(!request.contains("\r\nQueue: "));
    });
    assert_eq!((status, &stdout[..]), (Some(1), members));
    assert!(stderr.contains("CutShort { items: 3 }"), "{stderr}");
}

/// Runs the example on a serial line at whose other end is the server. If the script does not return it, it hangs up.
fn on_a_line<R: Send + 'static>(
    name: &str,
    script: impl FnOnce(Server<TTYPort>) -> R + Send + 'static,
) -> (Option<i32>, String, String) {
    let starts = STARTS.lock();
    let ends = TTYPort::pair().expect("a pseudo-terminal");
    // Other than the first, a clone is closed in a program that is started.
    let mut master = ends.0.try_clone_native().expect("an end");
    let slave = ends.1.try_clone_native().expect("an end");
    drop((ends, starts));
    master.set_timeout(TIMEOUT).expect("a time-out");
    let child = start(example(name).arg(slave.name().expect("a name")));
    let server = thread::spawn(move || script(Server(master)));
    let result = end(child);
    server.join().unwrap_or_else(|_| panic!("{name} did not keep to the script: {result:?}"));
    drop(slave); // till now: a line that nobody has open ends
    result
}

#[test]
fn serial_over_a_line() {
    let (status, stdout, stderr) = on_a_line("serial", |mut server| {
        server.accepts();
        let answer = "Response: Success\r\nActionID: @\r\nMessage: Command output follows\r\n\
            Output: System uptime: 1 hour\r\nOutput: Last reload: 1 hour\r\n\r\n";
        let request = server.answers("Command", answer);
        assert!(request.contains("\r\nCommand: core show uptime\r\n"));
        server.says_goodbye();
        server
    });
    assert_eq!(status, Some(0), "{stderr}");
    assert_eq!((&stdout[..], &stderr[..]), ("System uptime: 1 hour\nLast reload: 1 hour\n", ""));
    let (status, _, stderr) = on_a_line("serial", |mut server| {
        server.refuses();
        server
    });
    assert_eq!(status, Some(1));
    assert!(stderr.contains("Authentication failed"), "{stderr}");
}

#[cfg(feature = "embedded-io")]
#[test]
fn embedded_over_a_line() {
    let (status, stdout, stderr) = on_a_line("embedded", |mut server| {
        server.accepts();
        thread::sleep(Duration::from_millis(250)); // some reads time out
        let long = "x".repeat(3_000);
        server.says(format!("Event: Newchannel\r\nPrivilege: call,all\r\nAppData: {long}\r\n\r\n"));
        server.says("Event: Hangup\r\nPrivilege: call,all\r\n\r\n");
        thread::sleep(Duration::from_millis(100)); // what is in the line is lost with it
    });
    assert_eq!((status, &stdout[..]), (Some(1), "\"Newchannel\"\n\"Hangup\"\n"), "{stderr}");
    assert!(stderr.contains("Transport"), "the line was lost: {stderr}");
    let (status, _, stderr) = on_a_line("embedded", |mut server| {
        server.refuses();
        server
    });
    assert_eq!((status, &stderr[..]), (Some(1), "Error: \"login refused: Authentication\"\n"));
}

/// A certificate for `localhost`, and a server that has it.
struct Tls {
    /// PEM, in a file.
    authority: PathBuf,
    server: Arc<ServerConfig>,
    client: Arc<ClientConfig>,
}

impl Tls {
    fn new(name: &str) -> Self {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let file = format!("embedded-ami-{name}-{}.pem", std::process::id());
        let authority = std::env::temp_dir().join(file);
        fs::write(&authority, own.cert.pem()).expect("a file");
        let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()).into();
        let certificate = own.cert.der().clone();
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).expect("a root");
        let server = ServerConfig::builder().with_no_client_auth();
        Tls {
            authority,
            server: Arc::new(server.with_single_cert(vec![certificate], key).expect("a key")),
            client: Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()),
        }
    }

    /// A server for one connection; its port.
    fn serve(
        &self,
        script: impl FnOnce(&mut Server<StreamOwned<ServerConnection, TcpStream>>) + Send + 'static,
    ) -> (u16, JoinHandle<()>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let config = Arc::clone(&self.server);
        let server = thread::spawn(move || {
            let (stream, _) = listener.accept().expect("a client");
            let connection = ServerConnection::new(config).expect("TLS");
            script(&mut Server(StreamOwned::new(connection, stream)));
        });
        (port, server)
    }

    fn example(&self, port: u16) -> Command {
        let mut command = example("tls");
        command.env("AMI_TLS_CA", &self.authority).env("AMI_PORT", port.to_string());
        command
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.authority);
    }
}

#[test]
fn tls_with_a_known_certificate() {
    let tls = Tls::new("known");
    let (port, server) = tls.serve(|server| {
        server.accepts();
        let (id, _) = server.hears("CoreSettings");
        // Over many records and time-outs.
        let answer = format!("Response: Success\r\nActionID: {id}\r\nAsteriskVersion: 22.0.0\r\n\r\n");
        for piece in answer.as_bytes().chunks(20) {
            server.says(piece);
            thread::sleep(Duration::from_millis(120));
        }
        server.says_goodbye();
        server.0.conn.send_close_notify();
        server.0.flush().expect("a client");
    });
    let (status, stdout, stderr) = run(&mut tls.example(port));
    assert_eq!((status, &stdout[..], &stderr[..]), (Some(0), "\"22.0.0\"\n", ""));
    server.join().expect("a session");

    let (port, server) = tls.serve(|server| {
        server.accepts();
        server.hears("CoreSettings");
        server.says("Response: Succ");
    });
    let (status, _, stderr) = run(&mut tls.example(port));
    assert_eq!(status, Some(1));
    assert!(stderr.contains("OutcomeUnknown") && stderr.contains("Cut"), "{stderr}");
    server.join().expect("half a session");
}

#[test]
fn tls_with_another_certificate() {
    let (tls, other) = (Tls::new("one"), Tls::new("other"));
    for (command, says) in [
        (tls.example(0).env("AMI_TLS_CA", &other.authority), "InvalidCertificate(BadSignature)"),
        (tls.example(0).env("AMI_HOST", "127.0.0.1"), "NotValidForName"),
        (tls.example(0).env("AMI_TLS_CA", "/no/such/file"), "No such file"),
    ] {
        let (port, _) = tls.serve(|server| assert!(server.0.read(&mut [0]).is_err()));
        let (status, stdout, stderr) = run(command.env("AMI_PORT", port.to_string()));
        assert_eq!((status, &stdout[..]), (Some(1), ""));
        assert!(stderr.contains(says), "{stderr}");
    }
}

/// What the example is made of, for longer: rustls hands a time-out on and goes on after it, and an end is one with or
/// without close_notify.
#[test]
fn tls_streams() {
    let tls = Tls::new("streams");
    for (says_so, last, disconnect) in [
        (true, "", Disconnect::Closed),
        (false, "", Disconnect::Closed),
        (false, "Event: Hang", Disconnect::Cut),
    ] {
        let (port, server) = tls.serve(move |server| {
            server.accepts();
            for n in 0..300 {
                if n % 100 == 0 {
                    thread::sleep(Duration::from_millis(60));
                }
                server.says(format!("Event: UserEvent\r\nNumber: {n}\r\n\r\n"));
            }
            server.says(last);
            if says_so {
                server.0.conn.send_close_notify();
                server.0.flush().expect("a client");
            }
            server.0.sock.shutdown(Shutdown::Write).expect("a socket");
            let _ = server.0.sock.read(&mut [0; 1000]);
        });
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_millis(5))).expect("a time-out");
        let name = "localhost".try_into().expect("a name");
        let connection = ClientConnection::new(Arc::clone(&tls.client), name).expect("TLS");
        let mut client = Client::new(StreamOwned::new(connection, stream), TIMEOUT).expect("a banner");
        client.log_in(&Credentials::new("admin", SECRET)).expect("a login");
        let mut numbers = 0;
        let ended = loop {
            match client.next_event(Duration::from_millis(1)) {
                Ok(None) => {}
                Ok(Some(event)) => {
                    let number = event.message().get("Number").and_then(|number| number.to_u64());
                    assert!(number.is_none_or(|number| number == numbers));
                    numbers += u64::from(number.is_some());
                }
                Err(error) => break error,
            }
        };
        assert_eq!(numbers, 300);
        assert!(matches!(ended, Error::Disconnected(own) if own == disconnect), "{ended:?}");
        assert!(client.send(&Raw::bare("Ping")).is_err());
        drop(client);
        server.join().expect("a session");
    }
}
