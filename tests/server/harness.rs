//! A server session driven by hand, with its decoder and outbox.

use embedded_ami::server::{Account, Incoming, Session};
use embedded_ami::wire::{Decoder, Outbox, Step};

use crate::common::naive::{self, Kind};

pub const SECRET: &str = "zebra-crossing-47";
pub const CHALLENGE: u32 = 840_415_273;
/// The digits of the challenge, the last first.
pub const DIGITS: &str = "372514048";
pub const ACCEPTED: &str = "Response: Success\r\nMessage: Authentication accepted\r\n\r\n";

pub struct Server<'v> {
    pub session: Session<&'v str>,
    pub decoder: Decoder<Vec<u8>>,
    pub outbox: Outbox<Vec<u8>>,
    /// The bytes received and not yet read.
    pub input: Vec<u8>,
    /// The number of bytes read at once.
    pub read: usize,
    pub now: u64,
}

impl Server<'static> {
    /// Returns a connected server that has sent its banner.
    pub fn new() -> Self {
        Self::with_session(Session::new("11.0.0"), 2048, 4096)
    }

    /// Returns a server whose client has logged in to this account.
    pub fn logged_in(account: Account<'_>) -> Self {
        Self::new().log_in(account)
    }
}

impl<'v> Server<'v> {
    pub fn with_session(session: Session<&'v str>, storage: usize, outbox: usize) -> Self {
        let mut server = Self {
            session,
            decoder: Decoder::for_server(vec![0; storage]).unwrap(),
            outbox: Outbox::for_server(vec![0; outbox]),
            input: Vec::new(),
            read: usize::MAX,
            now: 0,
        };
        server.session.on_connected(CHALLENGE, 0, &mut server.outbox).unwrap();
        server.outbox.advance(usize::MAX);
        server
    }

    pub fn log_in(mut self, account: Account<'_>) -> Self {
        let account = account.secret(Account::new(SECRET).secret);
        // The outbox may be too small for the answer.
        let outbox = std::mem::replace(&mut self.outbox, Outbox::for_server(vec![0; 512]));
        self.receive(format!("Action: Login\r\nUsername: x\r\nSecret: {SECRET}\r\n\r\n"));
        self.pump(|session, incoming, outbox, now| {
            let Incoming::LogIn(attempt) = incoming else { panic!("{incoming:?}") };
            assert_eq!(session.log_in(&attempt, Some(account), now, outbox), Ok(true));
        });
        self.outbox = outbox;
        self
    }

    pub fn receive(&mut self, bytes: impl AsRef<[u8]>) {
        self.input.extend_from_slice(bytes.as_ref());
    }

    /// Passes the received bytes to the session until it is busy or has read all of them. Calls
    /// `report` with each result.
    pub fn pump(
        &mut self,
        mut report: impl FnMut(&mut Session<&'v str>, Incoming<'_>, &mut Outbox<Vec<u8>>, u64),
    ) {
        while !self.session.is_busy() {
            match self.decoder.poll() {
                Step::Message => {
                    let message = self.decoder.message();
                    let incoming = self.session.on_message(&message, &mut self.outbox).unwrap();
                    report(&mut self.session, incoming, &mut self.outbox, self.now);
                }
                Step::NeedInput if self.input.is_empty() => return,
                Step::NeedInput => {
                    let space = self.decoder.space();
                    let n = space.len().min(self.input.len()).min(self.read);
                    space[..n].copy_from_slice(&self.input[..n]);
                    self.decoder.advance(n);
                    self.input.drain(..n);
                }
                Step::End => return,
            }
        }
    }

    /// Receives a request that the session answers itself, and returns the answer.
    pub fn answer_to(&mut self, text: impl AsRef<[u8]>) -> String {
        self.receive(text);
        self.pump(|_, incoming, _, _| assert!(matches!(incoming, Incoming::Nothing), "{incoming:?}"));
        self.take_sent()
    }

    /// Receives a request for the application, which the session now waits for.
    pub fn receive_request(&mut self, text: impl AsRef<[u8]>) {
        self.receive(text);
        self.pump(|_, incoming, _, _| assert!(matches!(incoming, Incoming::Request(_)), "{incoming:?}"));
        assert!(self.session.is_busy());
    }

    /// Receives a login and decides it with this account, or with none. Returns whether the client
    /// is logged in.
    pub fn attempt_login(&mut self, text: impl AsRef<[u8]>, account: Option<Account<'_>>) -> bool {
        self.receive(text);
        let mut is_in = None;
        self.pump(|session, incoming, outbox, now| {
            let Incoming::LogIn(attempt) = incoming else { panic!("{incoming:?}") };
            assert_eq!(is_in, None, "two attempts");
            is_in = Some(session.log_in(&attempt, account, now, outbox).unwrap());
        });
        is_in.expect("an attempt")
    }

    pub fn on_timeout(&mut self, now: u64) -> String {
        self.now = now;
        self.session.on_timeout(&self.decoder.message(), now, &mut self.outbox).unwrap();
        self.take_sent()
    }

    /// Takes everything from the outbox, as if it had been sent.
    pub fn take_sent(&mut self) -> String {
        let text = String::from_utf8_lossy(self.outbox.pending()).into_owned();
        self.outbox.advance(usize::MAX);
        text
    }
}

/// Returns the headers of each message in a server's output after its banner, and checks that it
/// contains nothing else.
pub fn messages(sent: &[u8]) -> Vec<Vec<(String, Vec<u8>)>> {
    let messages = naive::decode(sent, true);
    let mut end = 0;
    let mut found = Vec::new();
    for message in messages {
        assert!(!message.incomplete && message.kind != Kind::Other && message.kind != Kind::Banner);
        assert_eq!(message.range.start, end, "an empty line in \"{}\"", sent.escape_ascii());
        end = message.range.end;
        let header = |(name, value): (Option<Vec<u8>>, _)| {
            (String::from_utf8(name.expect("a name")).expect("an ASCII name"), value)
        };
        found.push(message.headers.into_iter().map(header).collect());
    }
    assert_eq!(end, sent.len(), "\"{}\"", sent.escape_ascii());
    found
}
