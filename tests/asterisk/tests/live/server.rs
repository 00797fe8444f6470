//! A server, and the ways to it: the client, the tool, the console, and a connection whose bytes are recorded.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use embedded_ami::action::{self, Action, Login, Raw};
use embedded_ami::io::blocking::Client;
use embedded_ami::wire::{Decoder, Kind, Message, Outbox, OwnedMessage, Recipient, Role, Step};

use crate::common;

pub const TIMEOUT: Duration = Duration::from_secs(20);
pub const ADMIN: (&str, &str) = ("admin", "adminsecret");
/// No headers.
pub const NONE: &[(&str, &str)] = &[];

pub struct Server {
    pub version: &'static str,
    pub port: u16,
    pub tls_port: u16,
}

impl Server {
    pub fn new(version: &'static str) -> Self {
        let port = |name| setting(&format!("{name}_{version}")).parse().expect("a port");
        Server { version, port: port("AMI_PORT"), tls_port: port("AMI_TLS_PORT") }
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

    /// What Asterisk's own console prints.
    pub fn console(&self, command: &str) -> Vec<u8> {
        let output = Command::new(setting("AMI_CLI")).args(["cli", self.version, command]).output();
        let Output { status, stdout, stderr } = output.expect("servers.sh");
        assert!(status.success(), "{command}: {status}, {}", String::from_utf8_lossy(&stderr));
        stdout
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

/// The response to an action.
#[track_caller]
pub fn ask(client: &mut Client<TcpStream>, name: &str, headers: &[(&str, impl AsRef<[u8]>)]) -> OwnedMessage {
    client.send(&Raw::new(name, headers)).expect("a response")
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

/// A connection without the client: outbox and decoder over the socket, and a record of every byte that came.
pub struct Session {
    stream: TcpStream,
    outbox: Outbox<Vec<u8>>,
    decoder: Decoder<Vec<u8>>,
    recorded: Vec<u8>,
}

impl Session {
    /// Logged in as admin, events as `mask` says; the decoder has so much storage.
    pub fn new(server: &Server, mask: &str, storage: usize) -> Self {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).expect("a connection");
        stream.set_read_timeout(Some(TIMEOUT)).expect("a time-out");
        let mut session = Session {
            stream,
            outbox: Outbox::new(vec![0; 64 * 1024], Recipient::Asterisk),
            decoder: Decoder::new(vec![0; storage], Role::Client).expect("storage"),
            recorded: Vec::new(),
        };
        session.queue(&Login::plain(ADMIN.0, ADMIN.1).events(mask), "login");
        session.send();
        assert_success(&session.until(|message| message.kind() == Kind::Response));
        session
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
