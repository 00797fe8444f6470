//! A serial line, which stays open when a session ends: one client after the other gets a banner.

use embedded_ami::action::md5;
use embedded_ami::server::{Account, Incoming, Session, SessionError, Stage, Timing};
use embedded_ami::wire::{Decoder, Message, Outbox, Step};

const BANNER: &str = "Asterisk Call Manager/11.0.0\r\n";
const LOGIN: &str = "Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: off\r\n\r\n";
const ACCEPTED: &str = "Response: Success\r\nMessage: Authentication accepted\r\n\r\n";
const LOGOFF: &str = "Action: Logoff\r\n\r\n";
const GOODBYE: &str = "Response: Goodbye\r\nMessage: Thanks for all the fish.\r\n\r\n";
const PING: &str = "Action: Ping\r\n\r\n";
const PONG: &str = "Response: Success\r\nMessage: Pong\r\n\r\n";
const DENIED: &str = "Response: Error\r\nMessage: Permission denied\r\n\r\n";
const CHALLENGE: &str = "Action: Challenge\r\nAuthType: MD5\r\n\r\n";

/// The function that the documentation of the server shows for serial lines.
fn handle(
    session: &mut Session<&str>,
    message: &Message<'_>,
    now: u64,
    outbox: &mut Outbox<[u8; 128]>,
) -> Result<(), SessionError> {
    match session.on_message(message, outbox)? {
        Incoming::LogIn(attempt) => {
            assert_eq!(attempt.peer_addr(), None);
            let account = (attempt.username() == "admin").then(|| Account::new("secret"));
            session.log_in(&attempt, account, now, outbox)?;
        }
        Incoming::Request(request) => session.answer(&request, outbox)?.success("Pong")?,
        Incoming::Nothing => {}
    }
    Ok(())
}

/// The run loop that the documentation shows after it.
struct Line {
    session: Session<&'static str>,
    decoder: Decoder<[u8; 256]>,
    outbox: Outbox<[u8; 128]>,
    now: u64,
    sessions: u32,
}

impl Line {
    fn new() -> Self {
        let timing = Timing::DEFAULT.authentication(5_000);
        Self {
            session: Session::with_md5("11.0.0", md5).timing(timing),
            decoder: Decoder::for_server([0; 256]).unwrap(),
            outbox: Outbox::for_server([0; 128]),
            now: 0,
            sessions: 0,
        }
    }

    /// Receives these bytes at this time, and returns the bytes sent until nothing is left to do.
    /// The line takes `rate` bytes at once.
    fn at_rate(&mut self, now: u64, received: &str, rate: usize) -> String {
        self.now = now;
        let mut received = received.as_bytes();
        let mut sent = String::new();
        loop {
            let _ = self.session.on_timeout(&self.decoder.message(), now, &mut self.outbox);
            let n = self.outbox.pending().len().min(rate);
            sent += std::str::from_utf8(&self.outbox.pending()[..n]).unwrap();
            self.outbox.advance(n);
            if !self.outbox.pending().is_empty() {
                continue;
            }
            if self.session.stage() == Stage::Closed {
                self.decoder.reset();
                self.sessions += 1;
                self.session.on_connected(self.sessions, now, &mut self.outbox).unwrap();
                continue;
            }
            if self.session.is_busy() {
                return sent;
            }
            match self.decoder.poll() {
                Step::Message => {
                    let handled = handle(&mut self.session, &self.decoder.message(), now, &mut self.outbox);
                    if handled.is_err() {
                        self.session.disconnect();
                    }
                }
                Step::NeedInput if received.is_empty() => return sent,
                Step::NeedInput => {
                    let n = self.decoder.feed(&received[..received.len().min(rate)]);
                    received = &received[n..];
                }
                Step::End => panic!("a line has no end"),
            }
        }
    }

    fn at(&mut self, now: u64, received: &str) -> String {
        self.at_rate(now, received, 64)
    }
}

#[test]
fn each_client_gets_a_banner_after_the_log_off_of_the_one_before() {
    for rate in [1, 7, 64] {
        let mut line = Line::new();
        assert_eq!(line.at_rate(0, "", rate), BANNER);
        for time in (0..100_000).step_by(20_000) {
            assert_eq!(line.at_rate(time, LOGIN, rate), ACCEPTED);
            assert_eq!(line.at_rate(time + 10, PING, rate), PONG);
            assert_eq!(line.at_rate(time + 20, LOGOFF, rate), [GOODBYE, BANNER].concat());
            // The rights of the one before are gone.
            assert_eq!(line.at_rate(time + 30, PING, rate), DENIED);
            line.at_rate(time + 6_000, "", rate);
            line.at_rate(time + 12_000, "", rate);
            line.at_rate(time + 18_000, "", rate);
        }
    }
}

#[test]
fn the_banner_is_repeated_while_no_client_logs_in() {
    let mut line = Line::new();
    assert_eq!(line.at(0, ""), BANNER);
    assert_eq!(line.at(4_999, ""), "");
    for time in [5_000, 10_000, 15_000] {
        assert_eq!(line.at(time, ""), BANNER);
        assert_eq!(line.at(time + 4_999, ""), "");
    }
    // It is not repeated during a session.
    assert_eq!(line.at(20_000, ""), BANNER);
    assert_eq!(line.at(20_001, LOGIN), ACCEPTED);
    assert_eq!(line.at(1_000_000, ""), "");
    assert_eq!(line.at(1_000_001, PING), PONG);
}

#[test]
fn each_session_has_its_own_challenge_and_time_to_log_in() {
    let mut line = Line::new();
    line.at(0, LOGIN);
    line.at(100_000, LOGOFF);
    let challenge = line.at(100_001, CHALLENGE);
    assert_eq!(challenge, "Response: Success\r\nChallenge: 200000000\r\n\r\n", "the second one");
    assert_eq!(line.at(104_999, ""), "");
    assert_eq!(line.at(105_000, ""), BANNER);
    // A client that was not told the challenge cannot use the one before.
    let key: String = md5(&[b"200000000", b"secret"]).iter().map(|byte| format!("{byte:02x}")).collect();
    let login = format!("Action: Login\r\nAuthType: MD5\r\nUsername: admin\r\nKey: {key}\r\n\r\n");
    assert_eq!(line.at(105_001, &login), "");
    let failed = "Response: Error\r\nMessage: Authentication failed\r\n\r\n";
    assert_eq!(line.at(106_001, ""), [failed, BANNER].concat());
    assert_eq!(line.at(106_002, LOGIN), ACCEPTED);
}

#[test]
fn the_beginning_of_a_request_does_not_reach_the_next_session() {
    let mut line = Line::new();
    line.at(0, LOGIN);
    assert_eq!(line.at(10, "Action: Ping\r\nActionID: of the cl"), "");
    // The client has gone: its line dropped, or it has been silent for long.
    line.session.disconnect();
    assert_eq!(line.at(60_000, ""), BANNER);
    assert_eq!(line.at(60_001, LOGIN), ACCEPTED);
    assert_eq!(line.at(60_002, PING), PONG);
}

/// A client cannot end the server, or keep it from the next client, by an ActionID that an answer
/// has no room for.
#[test]
fn an_answer_that_does_not_fit_ends_only_its_session() {
    for length in 1..170 {
        let id = format!("ActionID: {}\r\n", "x".repeat(length));
        let failed = "Response: Error\r\nMessage: Authentication failed\r\n\r\n";
        // Each with its answer, and whether that ends the session.
        let requests = [
            ("Action: X\r\n", DENIED, false),
            ("Action: Logoff\r\n", GOODBYE, true),
            ("Action: Login\r\nUsername: admin\r\n", failed, true),
            (LOGIN.strip_suffix("\r\n").unwrap(), ACCEPTED, false),
        ];
        for (request, answer, ends) in requests {
            let mut line = Line::new();
            assert_eq!(line.at(0, ""), BANNER);
            let answer = answer.replacen("\r\n", &format!("\r\n{id}"), 1);
            let answer = if answer.len() <= 128 { answer } else { String::new() };
            // The penalty of a failed login passes before the next call.
            let mut sent = line.at(0, &format!("{request}{id}\r\n"));
            sent += &line.at(1_000, "");
            let ends = ends || answer.is_empty();
            assert_eq!(sent, [&answer[..], if ends { BANNER } else { "" }].concat(), "{request:?}, {length}");
            if ends || request.starts_with("Action: X") {
                assert_eq!(line.at(1_001, LOGIN), ACCEPTED);
            }
            assert_eq!(line.at(1_002, PING), PONG);
        }
    }
}

/// Requests that arrive faster than their answers leave wait in the decoder.
#[test]
fn pipelined_requests_are_answered_one_by_one() {
    for rate in [1, 16, 64, 128] {
        let mut line = Line::new();
        line.at(0, LOGIN);
        assert_eq!(line.at_rate(10, &PING.repeat(40), rate), PONG.repeat(40));
    }
}
