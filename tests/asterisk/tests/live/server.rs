//! A server under test, and the ways to reach it: the client, the tool, the console, and a
//! connection whose bytes are recorded.

use std::any::Any;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use embedded_ami::action::{self, Action, Login, Raw};
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::{Client, Error};
use embedded_ami::wire::{Decoder, Dialect, Kind, Message, Outbox, OwnedMessage, Step};

use socket2::{Domain, Socket, Type};

use crate::common::{self, Role};

pub const TIMEOUT: Duration = Duration::from_secs(20);
pub const ADMIN: (&str, &str) = ("admin", "adminsecret");
/// An empty list of headers.
pub const NONE: &[(&str, &str)] = &[];

pub struct Server {
    pub version: &'static str,
    pub port: u16,
    pub tls_port: u16,
    /// A lock that tests share, except for those that stop the server.
    _lock: Box<dyn Any + Sync>,
}

fn lock(version: &str) -> &'static RwLock<()> {
    static LOCKS: [RwLock<()>; 2] = [RwLock::new(()), RwLock::new(())];
    &LOCKS[usize::from(version == "22")]
}

impl Server {
    /// Returns a server that other tests may use at the same time.
    pub fn new(version: &'static str) -> Self {
        Self::locked(version, lock(version).read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until no other test uses the server, and keeps others from using it.
    pub fn alone(version: &'static str) -> Self {
        Self::locked(version, lock(version).write().unwrap_or_else(PoisonError::into_inner))
    }

    fn locked(version: &'static str, lock: impl Sync + 'static) -> Self {
        let port = |name| setting(&format!("{name}_{version}")).parse().expect("a port");
        Server { version, port: port("AMI_PORT"), tls_port: port("AMI_TLS_PORT"), _lock: Box::new(lock) }
    }

    /// Returns a client that is not logged in.
    pub fn connect(&self) -> Client<TcpStream> {
        Client::connect((Ipv4Addr::LOCALHOST, self.port), TIMEOUT).expect("a connection")
    }

    /// Returns a client that is logged in as admin and asks for no events.
    pub fn client(&self) -> Client<TcpStream> {
        let mut client = self.connect();
        client.login(&Credentials::new(ADMIN.0, ADMIN.1)).expect("a login");
        client
    }

    /// Returns a client that is logged in as admin and asks for these events.
    pub fn watcher(&self, events: &str) -> Client<TcpStream> {
        let mut client = self.connect();
        client.login(&Credentials::new(ADMIN.0, ADMIN.1).events(events)).expect("a login");
        client
    }

    /// Returns a connection with a small receive buffer.
    pub fn connect_with_small_buffer(&self) -> TcpStream {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a small buffer");
        socket.connect(&SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)).into()).expect("a connection");
        socket.set_read_timeout(Some(Duration::from_millis(100))).expect("a timeout");
        socket.set_write_timeout(Some(TIMEOUT)).expect("a timeout");
        socket.into()
    }

    /// Returns the output of a command on Asterisk's own console.
    pub fn console(&self, command: &str) -> Vec<u8> {
        self.servers(&["cli", self.version, command])
    }

    /// Runs a command of servers.sh for this server, such as `start`, `stop` or `kill`.
    pub fn control(&self, command: &str) {
        self.servers(&[command, self.version]);
    }

    fn servers(&self, arguments: &[&str]) -> Vec<u8> {
        let output = Command::new(setting("AMI_CLI")).args(arguments).output();
        let Output { status, stdout, stderr } = output.expect("servers.sh");
        assert!(status.success(), "{arguments:?}: {status}, {}", String::from_utf8_lossy(&stderr));
        stdout
    }

    /// Prints a line that run.sh shows.
    pub fn measured(&self, what: impl std::fmt::Display) {
        println!("measured: Asterisk {}: {what}", self.version);
    }

    /// Returns a command for the `ami` tool with the user and the server in its environment.
    pub fn tool<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        tool(self.port, arguments)
    }
}

/// Returns a command for the `ami` tool with the user and a server on this port in its environment.
pub fn tool<'a>(port: u16, arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut tool = Command::new(setting("AMI_TOOL"));
    tool.args(arguments).stdin(Stdio::null()).env_remove("AMI_SECRET_FILE").env("AMI_HOST", "127.0.0.1");
    tool.env("AMI_PORT", port.to_string()).env("AMI_USER", ADMIN.0).env("AMI_SECRET", ADMIN.1);
    tool
}

fn setting(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: start these tests with tests/asterisk/run.sh"))
}

/// Returns an id that differs from all others in this run and in earlier runs.
pub fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::UNIX_EPOCH.elapsed().expect("a time after 1970").as_nanos();
    format!("live-{now}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Returns a port on which nothing listens.
pub fn closed_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Sends an action. Returns the response, even if it is an error.
#[track_caller]
pub fn ask(client: &mut Client<TcpStream>, name: &str, headers: &[(&str, impl AsRef<[u8]>)]) -> OwnedMessage {
    match client.send(&Raw::new(name, headers)) {
        Err(Error::Response { response, .. }) => *response,
        result => result.expect("a response"),
    }
}

/// Returns the value of the first header with this name. Panics if there is none.
#[track_caller]
pub fn value<'a>(message: &'a OwnedMessage, name: &str) -> &'a [u8] {
    let found = message.message().get(name);
    found.unwrap_or_else(|| panic!("no {name} in {message:?}")).as_bytes()
}

#[track_caller]
pub fn assert_success(message: &OwnedMessage) {
    assert!(is(&message.message(), Kind::Response, "Success"), "{message:?}");
}

pub fn is(message: &Message<'_>, kind: Kind, name: &str) -> bool {
    message.kind() == kind && message.name().is_some_and(|found| found == name)
}

pub fn is_user_event(message: &Message<'_>, name: &str) -> bool {
    message.kind() == Kind::Event && message.get("UserEvent").is_some_and(|found| found == name)
}

/// A connection without the client: an outbox and a decoder over a socket, with a record of every
/// byte received.
pub struct Session {
    stream: TcpStream,
    outbox: Outbox<Vec<u8>>,
    decoder: Decoder<Vec<u8>>,
    recorded: Vec<u8>,
}

impl Session {
    /// Connects without logging in. The decoder gets `storage` bytes.
    pub fn connect(server: &Server, storage: usize) -> Self {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).expect("a connection");
        stream.set_read_timeout(Some(TIMEOUT)).expect("a timeout");
        Session {
            stream,
            outbox: Outbox::for_client(vec![0; 64 * 1024], Dialect::Current),
            decoder: Decoder::for_client(vec![0; storage]).expect("storage"),
            recorded: Vec::new(),
        }
    }

    /// Connects and logs in as admin with this event mask.
    pub fn new(server: &Server, mask: &str, storage: usize) -> Self {
        let mut session = Self::connect(server, storage);
        session.log_in(mask);
        session
    }

    pub fn log_in(&mut self, mask: &str) {
        self.queue(&Login::plain(ADMIN.0, ADMIN.1).events(mask), "login");
        self.send();
        assert_success(&self.until(|message| message.kind() == Kind::Response));
    }

    pub fn queue(&mut self, action: &(impl Action + ?Sized), id: &str) {
        action::write(action, id, &mut self.outbox).expect("an action that can be written");
    }

    /// Sends all queued actions in one write.
    pub fn send(&mut self) {
        self.stream.write_all(self.outbox.pending()).expect("a write");
        self.outbox.clear();
    }

    /// Sends bytes without the encoder.
    pub fn send_raw(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("a write");
    }

    /// Reads the next message. Returns `None` at the end of the stream.
    pub fn read(&mut self) -> Option<OwnedMessage> {
        let mut message = OwnedMessage::default();
        loop {
            match self.decoder.poll() {
                Step::Message => {
                    let part = self.decoder.message();
                    assert!(!part.is_incomplete(), "cut off: {part:?}");
                    if message.push(&part).expect("memory") {
                        return Some(message);
                    }
                }
                Step::NeedInput => {
                    let space = self.decoder.space();
                    let n = self.stream.read(space).expect("bytes in time");
                    self.recorded.extend_from_slice(&space[..n]);
                    match n {
                        0 => self.decoder.finish(),
                        n => self.decoder.advance(n),
                    }
                }
                Step::End => return None,
            }
        }
    }

    /// Reads up to the next message for which `wanted` returns true.
    pub fn until(&mut self, wanted: impl Fn(&Message<'_>) -> bool) -> OwnedMessage {
        loop {
            let message = self.read().expect("more messages");
            if wanted(&message.message()) {
                return message;
            }
        }
    }

    /// Logs off and reads to the end of the stream. Then decodes all bytes of the connection again,
    /// with several sizes of storage, and compares the results with the naive decoder. Returns the
    /// bytes.
    pub fn finish(mut self) -> Vec<u8> {
        self.queue(&Raw::new("Logoff", NONE), "logoff");
        self.send();
        while self.read().is_some() {}
        let expected = common::expected(&self.recorded, Role::Client);
        assert!(expected.iter().any(|message| message.name.as_deref() == Some(b"Goodbye")));
        for storage in [Decoder::MIN, 61, 256, 4096, 64 * 1024] {
            for read in [7, 1460] {
                let reads = std::iter::repeat(read);
                common::check(&self.recorded, Role::Client, storage, reads, &expected)
                    .unwrap_or_else(|error| panic!("storage {storage}, reads of {read}: {error}"));
            }
        }
        self.recorded
    }
}
