//! The server session, with the decoder and the outbox.

use std::hint::black_box;

use embedded_ami::classes::Classes;
use embedded_ami::server::{Account, EncodedEvent, Incoming, Session};
use embedded_ami::wire::{Decoder, Outbox, Step};

use crate::{Units, measured};

const REQUESTS: usize = 500;
const ENTRIES: usize = 10;

struct Server {
    session: Session<&'static str>,
    decoder: Decoder<Vec<u8>>,
    outbox: Outbox<Vec<u8>>,
}

impl Server {
    /// Returns a server whose client is logged in.
    fn new() -> Self {
        let mut server = Self {
            session: Session::new("11.0.0"),
            decoder: Decoder::for_server(vec![0; 4 * 1024]).expect("enough storage"),
            outbox: Outbox::for_server(vec![0; 64 * 1024]),
        };
        server.session.on_connected(840_415_273, 0, &mut server.outbox).expect("it fits");
        let login = b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: on\r\n\r\n";
        assert_eq!(server.receive(login), 0);
        let sent = String::from_utf8_lossy(server.outbox.pending()).into_owned();
        assert!(sent.contains("Authentication accepted"), "{sent}");
        server.outbox.advance(sent.len());
        server
    }

    /// Answers the requests. Returns their number without the login, and leaves the last answers in
    /// the outbox.
    fn receive(&mut self, mut bytes: &[u8]) -> usize {
        let mut requests = 0;
        loop {
            match self.decoder.poll() {
                Step::Message => {
                    let message = self.decoder.message();
                    match self.session.on_message(&message, &mut self.outbox).expect("it fits") {
                        Incoming::LogIn(attempt) => {
                            let account = Some(Account::new("secret"));
                            let is_in = self.session.log_in(&attempt, account, 0, &mut self.outbox);
                            assert_eq!(is_in, Ok(true));
                        }
                        Incoming::Request(request) => {
                            requests += 1;
                            let responder =
                                self.session.answer(&request, &mut self.outbox).expect("a request");
                            if request.is("CoreShowChannels") {
                                let entries = (0..ENTRIES).map(|n| ("CoreShowChannel", n));
                                let list = responder.list("Channels will follow").expect("it fits");
                                list.write_all("CoreShowChannelsComplete", entries, |n, out| {
                                    out.header("Channel", "PJSIP/7-00000001")?;
                                    out.header_int("ChannelState", n as i64)
                                })
                                .expect("it fits");
                            } else if request.is("Ping") {
                                responder.success_with(|out| out.header("Ping", "Pong")).expect("it fits");
                            } else {
                                responder.unknown().expect("it fits");
                            }
                        }
                        Incoming::Nothing => {}
                    }
                }
                Step::NeedInput => match self.decoder.feed(bytes) {
                    0 => return requests,
                    n => bytes = &bytes[n..],
                },
                Step::End => return requests,
            }
        }
    }
}

/// Answers Pings, an unknown action after every fourth, and a list after every tenth.
pub fn session() -> Units {
    let mut server = Server::new();
    let ping = b"Action: Ping\r\nActionID: 0000000100000002\r\n\r\n";
    let unknown = b"Action: OpenDoor\r\nActionID: 0000000100000003\r\nDoor: front\r\n\r\n";
    let list = b"Action: CoreShowChannels\r\nActionID: 0000000100000004\r\n\r\n";
    let (requests, answers) = measured(|| {
        let (mut requests, mut answers) = (0, 0);
        for n in 0..REQUESTS {
            requests += server.receive(if n % 10 == 9 {
                black_box(&list[..])
            } else if n % 5 == 4 {
                black_box(&unknown[..])
            } else {
                black_box(&ping[..])
            });
            let sent = black_box(server.outbox.pending());
            answers += usize::from(sent.starts_with(b"Response: ") && sent.ends_with(b"\r\n\r\n"));
            let n = sent.len();
            server.outbox.advance(n);
        }
        (requests, answers)
    });
    assert_eq!((requests, answers), (REQUESTS, REQUESTS));
    (REQUESTS, "request")
}

/// Writes events once and copies each to the ten sessions that want it.
pub fn events() -> Units {
    const EVENTS: usize = 200;
    let mut servers: Vec<Server> = (0..10).map(|_| Server::new()).collect();
    let mut event = EncodedEvent::new(vec![0; 1024]);
    let bytes = measured(|| {
        let mut bytes = 0;
        for _ in 0..EVENTS {
            event
                .write("Newstate", Classes::CALL, |out| {
                    out.header("Channel", black_box("PJSIP/7-00000001"))?;
                    out.header_int("ChannelState", 5)?;
                    out.header("ChannelStateDesc", "Ringing")?;
                    out.header("Uniqueid", "1700000000.1")
                })
                .expect("it fits");
            for server in &mut servers {
                if server.session.wants(event.classes()) {
                    event.copy_to(&mut server.outbox).expect("it fits");
                    let n = black_box(server.outbox.pending()).len();
                    server.outbox.advance(n);
                    bytes += n;
                }
            }
        }
        bytes
    });
    assert_eq!(bytes, EVENTS * servers.len() * event.as_bytes().len());
    (EVENTS * servers.len(), "event of a session")
}
