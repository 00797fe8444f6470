//! An answer repeats the ActionID, which the client chooses, so it may be larger than the outbox. A
//! session answers each request or ends; it never waits for room that will not come.

use embedded_ami::server::{Account, Incoming, Session, SessionError, Stage};
use embedded_ami::wire::{EncodeError, Outbox, Step};

use crate::harness::{DIGITS, SECRET, Server};

const ACCEPTED: &str = "Message: Authentication accepted\r\n\r\nEvent: FullyBooted\r\n\
    Privilege: system,all\r\nUptime: 0\r\nLastReload: 0\r\nStatus: Fully Booted";
const DENIED: &str = "Message: Permission denied";
const GOODBYE: &str = "Message: Thanks for all the fish.";

/// The requests that the session answers itself: the headers, whether the client has logged in
/// before, and the kind and headers of the answer.
const REQUESTS: [(&str, bool, &str, &str); 11] = [
    ("Action: X", false, "Error", DENIED),
    ("Value: X", false, "Error", "Message: Missing action in request"),
    ("Action: Challenge", false, "Error", "Message: Must specify AuthType"),
    ("Action: Challenge\r\nAuthType: MD5", false, "Success", "Challenge: "),
    ("Action: Logoff", false, "Goodbye", GOODBYE),
    ("Action: Login\r\nUsername: x\r\nSecret: x", false, "Error", "Message: Authentication failed"),
    ("Action: Login\r\nUsername: twice", false, "Error", "Message: Login Already In Use"),
    ("Action: Login\r\nUsername: x\r\nSecret: zebra-crossing-47", false, "Success", ACCEPTED),
    ("Action: Login", true, "Success", "Message: Already authenticated"),
    ("Action: Events\r\nEventMask: call", true, "Success", "Events: On"),
    ("Action: Logoff", true, "Goodbye", GOODBYE),
];

/// Makes one call that the session is ready for. Returns whether the answer has been written.
fn call(server: &mut Server<'_>) -> Result<bool, SessionError> {
    let Server { session, decoder, outbox, .. } = server;
    let message = decoder.message();
    session.on_timeout(&message, 2_000, outbox)?;
    if session.is_busy() || session.stage() == Stage::Closed {
        return Ok(!session.is_busy());
    }
    let Incoming::LogIn(attempt) = session.on_message(&message, outbox)? else { return Ok(true) };
    if attempt.username() == "twice" {
        session.refuse_already_logged_in(0)?;
        return Ok(false);
    }
    loop {
        match session.log_in(&attempt, Some(Account::new(SECRET)), 0, outbox) {
            Err(SessionError::Encode(EncodeError::Full)) => {
                assert_ne!(outbox.pending(), b"");
                outbox.advance(usize::MAX);
            }
            result => return result,
        }
    }
}

#[test]
fn each_request_is_answered_or_ends_the_session() {
    for (headers, has_logged_in, kind, rest) in REQUESTS {
        for length in (0..300).chain([900]) {
            let id = if length > 0 { format!("ActionID: {}\r\n", "x".repeat(length)) } else { String::new() };
            let digits = if rest == "Challenge: " { DIGITS } else { "" };
            let answer = format!("Response: {kind}\r\n{id}{rest}{digits}\r\n\r\n");
            let needed = answer.len();
            for size in [0, 8, needed / 2, needed - 1, needed, needed + 1, needed + 8] {
                for is_pending in [false, true] {
                    let mut server = Server::with_session(Session::new("11.0.0"), 1024, 64);
                    if has_logged_in {
                        server = server.log_in(Account::new("s"));
                    }
                    server.outbox = Outbox::for_server(vec![0; size]);
                    let is_pending = is_pending && server.outbox.write(|out| out.header("X", "")).is_ok();
                    let _ = server.decoder.feed(format!("{headers}\r\n{id}\r\n").as_bytes());
                    assert_eq!(server.decoder.poll(), Step::Message);

                    let show = || format!("{headers:?}, ActionID of {length}, {size}, {is_pending}");
                    let ends = (0..4).find_map(|_| match call(&mut server) {
                        Err(SessionError::Encode(EncodeError::Full)) => {
                            assert_ne!(server.outbox.pending(), b"", "{}", show());
                            server.outbox.advance(usize::MAX);
                            None
                        }
                        Err(error) => {
                            assert_eq!(error, EncodeError::TooLarge { storage: size }.into(), "{}", show());
                            Some(true)
                        }
                        Ok(is_done) => is_done.then_some(false),
                    });
                    assert_eq!(ends, Some(needed > size), "{}", show());
                    assert!(!server.session.is_busy(), "{}", show());
                    if ends == Some(true) {
                        assert_eq!(server.session.stage(), Stage::Closed, "{}", show());
                        assert_eq!(server.session.deadline(), None);
                    }
                    let sent = server.take_sent();
                    let sent = sent.strip_prefix("X: \r\n\r\n").unwrap_or(&sent);
                    assert_eq!(sent, if needed > size { "" } else { &answer }, "{}", show());
                }
            }
        }
    }
}
