//! Tests of the PBX over its protocol, as a client sees it.

mod actions;
mod calls;
mod config;
mod devices;
mod events;
mod limits;
mod security;
mod sessions;
mod user_events;
mod versions;

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use embedded_ami::io::blocking::server::Limits;
use embedded_ami_pbx::{Builder, Config, Pbx};

/// A running PBX.
struct Server {
    _pbx: Pbx,
    address: SocketAddr,
}

impl Server {
    /// Starts a PBX with the user `admin`, whose secret is `secret`.
    fn start() -> Self {
        Self::with(|builder| builder)
    }

    /// Starts the same PBX with other settings.
    fn with(settings: impl FnOnce(Builder) -> Builder) -> Self {
        Self::run(settings(Pbx::builder().user("admin", "secret")))
    }

    /// Starts the same PBX with other limits.
    fn with_limits(limits: Limits) -> Self {
        Self::with(|builder| builder.limits(limits))
    }

    /// Starts a PBX with the users of a configuration.
    fn with_users(users: &str) -> Self {
        Self::run(Pbx::builder().config(Config::parse(users).expect("a configuration")))
    }

    /// Starts a PBX with these settings.
    fn run(builder: Builder) -> Self {
        let pbx = builder.start("127.0.0.1:0").expect("a port");
        Self { address: pbx.local_addr(), _pbx: pbx }
    }

    /// Connects without reading the banner.
    fn connect(&self) -> Wire {
        let stream = TcpStream::connect(self.address).expect("the PBX accepts the connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
        stream.set_nodelay(true).expect("a socket");
        Wire { stream: BufReader::new(stream), events: Vec::new(), requests: 0, shows_devices: false }
    }

    /// Connects and logs in as `admin`. `events` is the event mask.
    fn admin(&self, events: &str) -> Wire {
        self.log_in("admin", "secret", events)
    }

    /// Connects and logs in.
    fn log_in(&self, user: &str, secret: &str, events: &str) -> Wire {
        let mut wire = self.connect();
        assert_eq!(wire.line(), "Asterisk Call Manager/11.0.0");
        let login = format!("Login|Username: {user}|Secret: {secret}|Events: {events}");
        assert_eq!(wire.ask(&login).text(), "Success: Authentication accepted");
        wire
    }
}

/// A message: names and values of its headers, in their order.
#[derive(Debug, Clone, PartialEq)]
struct Message(Vec<(String, String)>);

impl Message {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Returns whether the message is this event.
    fn is(&self, event: &str) -> bool {
        self.get("Event") == Some(event)
    }

    /// Returns the response and its message, as in `Error: No such channel`.
    fn text(&self) -> String {
        let text = self.get("Message").unwrap_or_default();
        format!("{}: {text}", self.get("Response").unwrap_or_default())
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Returns the values of these headers with blanks in between. `-` means that there is none.
    fn show(&self, names: &[&str]) -> String {
        names.iter().map(|name| self.get(name).unwrap_or("-")).collect::<Vec<_>>().join(" ")
    }
}

/// Returns whether an event is about the state of a device.
fn is_about_device(event: &Message) -> bool {
    ["DeviceStateChange", "ExtensionStatus", "QueueMemberStatus"].iter().any(|name| event.is(name))
}

/// A connection, with a reader that is independent of the library.
struct Wire {
    stream: BufReader<TcpStream>,
    /// Events that were read while waiting for something else.
    events: Vec<Message>,
    /// The number of requests so far.
    requests: u32,
    /// Whether [`Wire::event`] returns the events about the states of devices.
    shows_devices: bool,
}

impl Wire {
    /// Reads a line and returns it without its line end.
    fn line(&mut self) -> String {
        let mut bytes = Vec::new();
        self.stream.read_until(b'\n', &mut bytes).expect("a line in time");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        text.strip_suffix("\r\n").unwrap_or_else(|| panic!("not a whole line: {text:?}")).into()
    }

    /// Reads a message.
    fn read(&mut self) -> Message {
        let mut headers = Vec::new();
        loop {
            let line = self.line();
            if line.is_empty() {
                return Message(headers);
            }
            let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("not a header: {line:?}"));
            headers.push((name.to_string(), value.to_string()));
        }
    }

    /// Returns whether the PBX has closed the connection.
    fn is_closed(&mut self) -> bool {
        match self.stream.read(&mut [0]) {
            Ok(read) => read == 0,
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    }

    /// Sends a request, written as `Action|Header: value|...`, and returns its ActionID.
    fn send(&mut self, request: &str) -> String {
        self.requests += 1;
        let id = format!("id-{}", self.requests);
        let (action, rest) = request.split_once('|').unwrap_or((request, ""));
        let mut text = format!("Action: {action}\r\nActionID: {id}\r\n");
        for header in rest.split('|').filter(|header| !header.is_empty()) {
            text.push_str(header);
            text.push_str("\r\n");
        }
        text.push_str("\r\n");
        self.stream.get_mut().write_all(text.as_bytes()).expect("the PBX reads the request");
        id
    }

    /// Reads the response to a request. Events before it are kept.
    fn answer(&mut self, id: &str) -> Message {
        loop {
            let message = self.read();
            if message.get("Response").is_some() && !message.is("OriginateResponse") {
                assert_eq!(message.get("ActionID"), Some(id), "{message:?}");
                return message;
            }
            self.events.push(message);
        }
    }

    /// Sends a request and reads its response.
    fn ask(&mut self, request: &str) -> Message {
        let id = self.send(request);
        self.answer(&id)
    }

    /// Sends a request and reads its list: the entries and the message that completes it.
    fn list(&mut self, request: &str) -> (Vec<Message>, Message) {
        let id = self.send(request);
        let response = self.answer(&id);
        assert_eq!(response.get("EventList"), Some("start"), "{response:?}");
        let mut entries = Vec::new();
        loop {
            let message = self.read();
            assert_eq!(message.get("ActionID"), Some(id.as_str()), "{message:?}");
            if message.get("EventList") == Some("Complete") {
                assert_eq!(message.get("ListItems"), Some(entries.len().to_string().as_str()));
                return (entries, message);
            }
            entries.push(message);
        }
    }

    /// Returns the next event. Leaves out those about the states of devices, whose place among the
    /// events of a call is not fixed, unless `shows_devices` is set.
    fn event(&mut self) -> Message {
        loop {
            let event = if self.events.is_empty() { self.read() } else { self.events.remove(0) };
            if self.shows_devices || !is_about_device(&event) {
                return event;
            }
        }
    }

    /// Returns the events up to the first for which `is_last` holds.
    fn until(&mut self, mut is_last: impl FnMut(&Message) -> bool) -> Vec<Message> {
        let mut events = Vec::new();
        loop {
            let event = self.event();
            let is_over = is_last(&event);
            events.push(event);
            if is_over {
                return events;
            }
        }
    }

    /// Returns the events of a call up to its OriginateResponse and this many Hangups, in any
    /// order.
    fn call(&mut self, hangups: usize) -> Vec<Message> {
        let (mut left, mut responses) = (hangups, 1);
        self.until(|event| {
            left -= usize::from(event.is("Hangup"));
            responses -= usize::from(event.is("OriginateResponse"));
            left == 0 && responses == 0
        })
    }
}
