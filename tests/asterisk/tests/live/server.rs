//! A server, and the ways to it: the client, the tool, the console, and a connection whose bytes are recorded.

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
/// No headers.
pub const NONE: &[(&str, &str)] = &[];

pub struct Server {
    pub version: &'static str,
    pub port: u16,
    pub tls_port: u16,
    /// Many tests use a server at once, but for those that stop it.
    _turn: Box<dyn Any + Sync>,
}

fn turns(version: &str) -> &'static RwLock<()> {
    static TURNS: [RwLock<()>; 2] = [RwLock::new(()), RwLock::new(())];
    &TURNS[usize::from(version == "22")]
}

impl Server {
    pub fn new(version: &'static str) -> Self {
        Self::in_turn(version, turns(version).read().unwrap_or_else(PoisonError::into_inner))
    }

    /// While no other test uses it.
    pub fn alone(version: &'static str) -> Self {
        Self::in_turn(version, turns(version).write().unwrap_or_else(PoisonError::into_inner))
    }

    fn in_turn(version: &'static str, turn: impl Sync + 'static) -> Self {
        let port = |name| setting(&format!("{name}_{version}")).parse().expect("a port");
        Server { version, port: port("AMI_PORT"), tls_port: port("AMI_TLS_PORT"), _turn: Box::new(turn) }
    }

    /// Not logged in.
    pub fn connect(&self) -> Client<TcpStream> {
        Client::connect((Ipv4Addr::LOCALHOST, self.port), TIMEOUT).expect("a connection")
    }

    pub fn client(&self) -> Client<TcpStream> {
        let mut client = self.connect();
        client.login(ADMIN.0, ADMIN.1).expect("a login");
        client
    }

    /// Logged in as admin, with these events.
    pub fn watcher(&self, events: &str) -> Client<TcpStream> {
        let mut client = self.connect();
        client.login(&Credentials::new(ADMIN.0, ADMIN.1).events(events)).expect("a login");
        client
    }

    /// A connection that takes little without being read.
    pub fn narrow(&self) -> TcpStream {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a small buffer");
        socket.connect(&SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)).into()).expect("a connection");
        socket.set_read_timeout(Some(Duration::from_millis(100))).expect("a time-out");
        socket.set_write_timeout(Some(TIMEOUT)).expect("a time-out");
        socket.into()
    }

    /// What Asterisk's own console prints.
    pub fn console(&self, command: &str) -> Vec<u8> {
        self.servers(&["cli", self.version, command])
    }

    /// Has servers.sh `start`, `stop` or `kill` it.
    pub fn control(&self, command: &str) {
        self.servers(&[command, self.version]);
    }

    fn servers(&self, arguments: &[&str]) -> Vec<u8> {
        let output = Command::new(setting("AMI_CLI")).args(arguments).output();
        let Output { status, stdout, stderr } = output.expect("servers.sh");
        assert!(status.success(), "{arguments:?}: {status}, {}", String::from_utf8_lossy(&stderr));
        stdout
    }

    /// run.sh shows what was measured.
    pub fn measured(&self, what: impl std::fmt::Display) {
        println!("measured: Asterisk {}: {what}", self.version);
    }

    /// The `ami` tool, with user and server in its environment.
    pub fn tool<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        tool(self.port, arguments)
    }
}

/// The tool for a server at that port.
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

/// An id that no test before this one, nor any other run, has used.
pub fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::UNIX_EPOCH.elapsed().expect("a time after 1970").as_nanos();
    format!("live-{now}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A port where nothing listens.
pub fn closed_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

/// The response to an action, also one that says Error.
#[track_caller]
pub fn ask(client: &mut Client<TcpStream>, name: &str, headers: &[(&str, impl AsRef<[u8]>)]) -> OwnedMessage {
    match client.send(&Raw::new(name, headers)) {
        Err(Error::Response { response: reply, .. }) => *reply,
        reply => reply.expect("a response"),
    }
}

/// The value of the first such header; panics without one.
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
    message.kind() == kind && message.name().is_some_and(|own| own == name)
}

pub fn is_user_event(message: &Message<'_>, name: &str) -> bool {
    message.kind() == Kind::Event && message.get("UserEvent").is_some_and(|own| own == name)
}

/// A connection without the client: outbox and decoder over the socket, and a record of every byte that came.
pub struct Session {
    stream: TcpStream,
    outbox: Outbox<Vec<u8>>,
    decoder: Decoder<Vec<u8>>,
    recorded: Vec<u8>,
}

impl Session {
    /// Not logged in; the decoder has so much storage.
    pub fn connect(server: &Server, storage: usize) -> Self {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).expect("a connection");
        stream.set_read_timeout(Some(TIMEOUT)).expect("a time-out");
        Session {
            stream,
            outbox: Outbox::for_client(vec![0; 64 * 1024], Dialect::Current),
            decoder: Decoder::for_client(vec![0; storage]).expect("storage"),
            recorded: Vec::new(),
        }
    }

    /// Logged in as admin, events as `mask` says.
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

    /// Sends all that is queued in one write.
    pub fn send(&mut self) {
        self.stream.write_all(self.outbox.pending()).expect("a write");
        self.outbox.clear();
    }

    /// Sends bytes past the encoder.
    pub fn send_raw(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("a write");
    }

    /// The next message; none at the end of the stream.
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

    /// The next message that is wanted.
    pub fn until(&mut self, wanted: impl Fn(&Message<'_>) -> bool) -> OwnedMessage {
        loop {
            let message = self.read().expect("more messages");
            if wanted(&message.message()) {
                return message;
            }
        }
    }

    /// Logs off, reads to the end, and has all that came since the connection began decoded again, through
    /// storages of many sizes, and held against the naive decoder. Returns the bytes.
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
