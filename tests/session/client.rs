//! A client driven by hand: session, decoder and outbox.

use embedded_ami::action::Raw;
use embedded_ami::client::{Credentials, IdKey, Incoming, Session, SessionError, Slot, Ticket};
use embedded_ami::wire::{Decoder, Dialect, Message, Outbox, Step};

pub const USER: &str = "admin";
pub const SECRET: &str = "zebra-crossing-47";
pub const PREFIX: u64 = 0x243f_6a88_85a3_08d3;

pub struct Client {
    pub session: Session<Vec<Slot>>,
    pub decoder: Decoder<Vec<u8>>,
    pub outbox: Outbox<Vec<u8>>,
    /// Used to log in as soon as the session reports `LogIn`; `None` leaves that to the test.
    pub credentials: Option<Credentials<'static>>,
    pub now: u64,
}

/// The progress of an action in simulated time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Asked,
    /// The response came, and this many entries.
    Open(u32),
    Ended,
}

/// An action as the test sees it.
#[derive(Debug)]
pub struct Submitted {
    pub ticket: Ticket,
    pub id: String,
    /// The offset in the client's stream at which its request ends.
    pub end: usize,
    pub deadline: u64,
    pub phase: Phase,
}

pub fn slots(count: usize) -> Session<Vec<Slot>> {
    Session::new(vec![Slot::FREE; count])
}

/// Returns the ActionID with this slot and generation on a connection with this prefix of the key:
/// a second implementation of XTEA, from the paper of Needham and Wheeler.
pub fn action_id(prefix: u64, slot: u32, generation: u32) -> String {
    let bytes = (u128::from(prefix) << 64).to_be_bytes();
    let key: Vec<u32> = bytes
        .chunks(4)
        .map(|word| word.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte)))
        .collect();
    let (mut y, mut z, mut sum) = (u64::from(slot), u64::from(generation), 0_u64);
    let add = |to: &mut u64, other: u64, sum: u64, word: u64| {
        let mixed = ((other << 4) ^ (other >> 5)) + other;
        *to = (*to + (mixed ^ ((sum % (1 << 32)) + u64::from(key[(word % 4) as usize])))) % (1 << 32);
    };
    while sum != 0x9e37_79b9 * 32 {
        add(&mut y, z, sum, sum);
        sum += 0x9e37_79b9;
        add(&mut z, y, sum, sum >> 11);
    }
    format!("{y:08x}{z:08x}{slot:04x}{generation:08x}")
}

impl Client {
    pub fn new(session: Session<Vec<Slot>>, storage: usize) -> Self {
        Self {
            session,
            decoder: Decoder::for_client(vec![0; storage]).unwrap(),
            outbox: Outbox::for_client(vec![0; 4096], Dialect::Current),
            credentials: Some(Credentials::new(USER, SECRET).events("on")),
            now: 0,
        }
    }

    pub fn with(mut self, credentials: Credentials<'static>) -> Self {
        self.credentials = Some(credentials);
        self
    }

    pub fn connect(&mut self, prefix: u64) {
        self.decoder.reset();
        self.outbox.clear();
        self.session.on_connected(IdKey((u128::from(prefix) << 64).to_be_bytes()), self.now);
    }

    /// Logs in to a server of that version, without events.
    pub fn logged_in(self, version: &str) -> Self {
        let mut client = self.with(Credentials::plain(USER, SECRET).events("off"));
        client.connect(PREFIX);
        assert_eq!(client.receive(&format!("Asterisk Call Manager/{version}\r\n")), [Incoming::LogIn]);
        let id = last_id(&client.take_sent());
        let reported = client.receive(&format!(
            "Response: Success\r\nActionID: {id}\r\nMessage: Authentication accepted\r\n\r\n"
        ));
        assert_eq!(reported.last(), Some(&Incoming::Ready));
        client
    }

    pub fn read(&mut self, mut bytes: &[u8], mut report: impl FnMut(Incoming, &Message<'_>)) {
        loop {
            match self.decoder.poll() {
                Step::Message => {
                    let message = self.decoder.message();
                    let incoming = self.session.on_message(&message, self.now).expect("64 bytes or more");
                    if let (Incoming::LogIn, Some(credentials)) = (incoming, &self.credentials) {
                        self.session.log_in(credentials, &message, self.now, &mut self.outbox).unwrap();
                    }
                    report(incoming, &message);
                }
                Step::NeedInput if bytes.is_empty() => return,
                Step::NeedInput => {
                    let space = self.decoder.space();
                    let n = space.len().min(bytes.len());
                    space[..n].copy_from_slice(&bytes[..n]);
                    self.decoder.advance(n);
                    bytes = &bytes[n..];
                }
                Step::End => return,
            }
        }
    }

    /// Passes bytes from the server to the session and returns the reports.
    pub fn receive(&mut self, text: &str) -> Vec<Incoming> {
        let mut reported = Vec::new();
        self.read(text.as_bytes(), |incoming, _| reported.push(incoming));
        reported
    }

    /// Takes everything from the outbox, as if it had been sent.
    pub fn take_sent(&mut self) -> String {
        let text = String::from_utf8(self.outbox.pending().to_vec()).unwrap();
        self.outbox.advance(usize::MAX);
        text
    }

    pub fn submit(&mut self, name: &str) -> Result<Ticket, SessionError> {
        self.session.submit(&Raw::without_headers(name), self.now, &mut self.outbox)
    }

    /// Submits an action and takes it from the outbox. Returns its ticket and ActionID.
    pub fn request(&mut self, name: &str) -> (Ticket, String) {
        let ticket = self.submit(name).unwrap();
        let id = self.session.action_id(ticket).as_str().to_owned();
        assert_eq!(self.take_sent(), format!("Action: {name}\r\nActionID: {id}\r\n\r\n"));
        (ticket, id)
    }

    /// Sets the time and returns the next report of a timeout.
    pub fn on_timeout(&mut self, now: u64) -> Option<Incoming> {
        self.now = now;
        self.session.on_timeout(now, &mut self.outbox).unwrap()
    }

    /// Ends the connection and returns the reports about outstanding actions.
    pub fn close(&mut self) -> Vec<Incoming> {
        std::iter::from_fn(|| self.session.on_closed(&self.outbox)).collect()
    }
}

/// Returns the last ActionID in some requests.
pub fn last_id(requests: &str) -> String {
    let at = requests.rfind("ActionID: ").expect("an ActionID") + "ActionID: ".len();
    requests[at..].lines().next().unwrap().to_owned()
}

/// Returns the action that this report ends.
pub fn ended_ticket(incoming: Incoming) -> Option<Ticket> {
    match incoming {
        Incoming::Response { ticket, is_end: true, .. }
        | Incoming::ListEntry { ticket, is_end: true }
        | Incoming::ListComplete { ticket, .. }
        | Incoming::ListAborted { ticket, .. }
        | Incoming::Lost { ticket, .. } => Some(ticket),
        _ => None,
    }
}

/// Returns the action that this report concerns. An event with the ActionID of an action does not
/// count.
pub fn ticket_of(incoming: Incoming) -> Option<Ticket> {
    match incoming {
        Incoming::Response { ticket, .. } | Incoming::ListEntry { ticket, .. } => Some(ticket),
        _ => ended_ticket(incoming),
    }
}
