//! The client session, with the decoder and the outbox, against a server made of text.

use std::collections::VecDeque;
use std::hint::black_box;

use embedded_ami::action::{CoreShowChannels, Raw};
use embedded_ami::client::{Credentials, IdKey, Incoming, Session, Slot, Ticket};
use embedded_ami::wire::{Decoder, Dialect, Outbox, Step};

use crate::{Units, measured};

pub const EVENT: &[u8] = b"Event: Newstate\r\nPrivilege: call,all\r\nChannel: PJSIP/7-00000001\r\n\
    ChannelState: 5\r\nChannelStateDesc: Ringing\r\nCallerIDNum: 17\r\nUniqueid: 1700000000.1\r\n\r\n";
const ENTRY: &[u8] = b"\r\nChannel: PJSIP/7-00000001\r\nChannelState: 6\r\nApplication: Wait\r\n\r\n";

/// A client that is logged in.
pub struct Client {
    pub session: Session<Vec<Slot>>,
    decoder: Decoder<Vec<u8>>,
    outbox: Outbox<Vec<u8>>,
}

impl Client {
    pub fn new(slots: usize) -> Self {
        let mut client = Self {
            session: Session::new(vec![Slot::FREE; slots]),
            decoder: Decoder::for_client(vec![0; 16 * 1024]).expect("enough storage"),
            outbox: Outbox::for_client(vec![0; 64 * 1024], Dialect::Current),
        };
        client.session.on_connected(IdKey([0x5a; 16]), 0);
        client.receive(b"Asterisk Call Manager/11.0.0\r\n", |_| {});
        let request = String::from_utf8(client.outbox.pending().to_vec()).expect("text");
        let id = request.split_once("ActionID: ").and_then(|(_, rest)| rest.split("\r\n").next());
        client.outbox.advance(request.len());
        let answer = format!(
            "Response: Success\r\nActionID: {}\r\nMessage: Authentication accepted\r\n\r\n\
             Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n",
            id.expect("an ActionID")
        );
        let mut is_ready = false;
        client.receive(answer.as_bytes(), |incoming| is_ready |= incoming == Incoming::Ready);
        assert!(is_ready);
        client
    }

    /// Passes bytes of the server to the session, and its reports to `each`.
    pub fn receive(&mut self, mut bytes: &[u8], mut each: impl FnMut(Incoming)) {
        loop {
            match self.decoder.poll() {
                Step::Message => {
                    let message = self.decoder.message();
                    let incoming = self.session.on_message(&message, 0).expect("enough storage");
                    if incoming == Incoming::LogIn {
                        let credentials = Credentials::plain("admin", "secret").events("on");
                        self.session.log_in(&credentials, &message, 0, &mut self.outbox).expect("it fits");
                    }
                    each(incoming);
                }
                Step::NeedInput => match self.decoder.feed(bytes) {
                    0 => return,
                    n => bytes = &bytes[n..],
                },
                Step::End => return,
            }
        }
    }

    pub fn ping(&mut self) -> Ticket {
        self.session.submit(&Raw::without_headers("Ping"), 0, &mut self.outbox).expect("a free slot")
    }

    /// Takes what is to send, as if it had been sent.
    pub fn send(&mut self) -> usize {
        let n = black_box(self.outbox.pending()).len();
        self.outbox.advance(n);
        n
    }

    /// Answers a Ping.
    pub fn pong(&mut self, ticket: Ticket, text: &mut Vec<u8>) {
        text.clear();
        text.extend_from_slice(b"Response: Success\r\nActionID: ");
        text.extend_from_slice(self.session.action_id(ticket).as_ref());
        text.extend_from_slice(b"\r\nPing: Pong\r\nTimestamp: 1700000000.000001\r\n\r\n");
        let mut answered = 0;
        self.receive(text, |incoming| {
            answered += usize::from(
                matches!(incoming, Incoming::Response { ticket: of, is_end: true, .. } if of == ticket),
            );
        });
        assert_eq!(answered, 1);
    }

    /// Submits a list and answers it with so many entries.
    fn list(&mut self, entries: usize, text: &mut Vec<u8>) {
        let ticket = self.session.submit(&CoreShowChannels::new(), 0, &mut self.outbox).expect("a free slot");
        self.send();
        let id = self.session.action_id(ticket);
        text.clear();
        text.extend_from_slice(b"Response: Success\r\nActionID: ");
        text.extend_from_slice(id.as_ref());
        text.extend_from_slice(b"\r\nEventList: start\r\nMessage: Channels will follow\r\n\r\n");
        for _ in 0..entries {
            text.extend_from_slice(b"Event: CoreShowChannel\r\nActionID: ");
            text.extend_from_slice(id.as_ref());
            text.extend_from_slice(ENTRY);
        }
        text.extend_from_slice(b"Event: CoreShowChannelsComplete\r\nActionID: ");
        text.extend_from_slice(id.as_ref());
        text.extend_from_slice(b"\r\nEventList: Complete\r\nListItems: 20\r\n\r\n");
        let (mut received, mut is_complete) = (0, false);
        self.receive(text, |incoming| match incoming {
            Incoming::ListEntry { .. } => received += 1,
            Incoming::ListComplete { entries: 20, .. } => is_complete = true,
            _ => {}
        });
        assert_eq!((received, is_complete), (entries, true));
    }
}

/// Sends 600 Pings with eight outstanding and 20 lists of 20 entries, and receives 600 events.
pub fn session() -> Units {
    const PINGS: usize = 600;
    const LISTS: usize = 20;
    let mut client = Client::new(16);
    let mut text = Vec::with_capacity(16 * 1024);
    let mut outstanding = VecDeque::with_capacity(16);
    let events = measured(|| {
        let mut events = 0;
        for n in 0..PINGS + 8 {
            if n < PINGS {
                outstanding.push_back(client.ping());
                client.send();
                client.receive(EVENT, |incoming| {
                    events += usize::from(incoming == Incoming::Event { ticket: None })
                });
            }
            if n >= 8 {
                let ticket = outstanding.pop_front().expect("one is outstanding");
                client.pong(ticket, &mut text);
            }
            black_box(client.session.deadline());
        }
        for _ in 0..LISTS {
            client.list(20, &mut text);
        }
        events
    });
    assert_eq!((events, client.session.outstanding()), (PINGS, 0));
    // Responses and events, and for each list its response, 20 entries and the end.
    (2 * PINGS + LISTS * 22, "message")
}
