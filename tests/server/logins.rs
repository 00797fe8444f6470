//! Accepted and refused logins, the look of refusals to the client, and the end of connections.

use embedded_ami::action::{self, Key};
use embedded_ami::classes::Classes;
use embedded_ami::server::{Account, Attempt, Incoming, Secret, Session, SessionError, Stage, Timing};
use embedded_ami::wire::{EncodeError, Message, Outbox};

use crate::harness::{ACCEPTED, CHALLENGE, DIGITS, SECRET, Server};

const PING: &str = "Action: Ping\r\n\r\n";
const CHALLENGES: &str = "Action: Challenge\r\nAuthType: MD5\r\n\r\n";

/// Returns an account that may not read events.
fn account(secret: Secret<'_>) -> Account<'_> {
    Account::from_secret(secret).read(Classes::NONE).write(Classes::ALL)
}

fn admin() -> Account<'static> {
    account(Secret::Plain(SECRET.as_bytes()))
}

fn key(challenge: &str, secret: &str) -> String {
    let digest = action::md5(&[challenge.as_bytes(), secret.as_bytes()]);
    let digits = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let key = Key::new(action::md5, challenge.as_bytes(), secret.as_bytes());
    assert!(key.is_none_or(|key| key.to_hex() == *String::as_bytes(&digits)));
    digits
}

fn plain(secret: &str) -> String {
    format!("Action: Login\r\nActionID: l\r\nUsername: admin\r\nSecret: {secret}\r\n\r\n")
}

fn with_key(kind: &str, key: &str) -> String {
    format!("Action: Login\r\nActionID: l\r\nUsername: admin\r\nAuthType: {kind}\r\nKey: {key}\r\n\r\n")
}

/// Returns a connection that has received its challenge.
fn challenged() -> Server<'static> {
    let mut server = Server::new();
    assert_eq!(server.answer_to(CHALLENGES), format!("Response: Success\r\nChallenge: {DIGITS}\r\n\r\n"));
    server
}

/// Checks that the login is accepted and that requests then reach the application.
fn assert_accepted(mut server: Server<'_>, request: impl AsRef<[u8]>, account: Account<'_>) {
    assert!(server.attempt_login(request, Some(account)));
    assert_eq!(server.take_sent(), ACCEPTED.replace("\r\nM", "\r\nActionID: l\r\nM"));
    assert_eq!((server.session.stage(), server.session.deadline()), (Stage::LoggedIn, None));
    assert!(!server.session.is_busy() && server.session.permits(Classes::ALL));
    server.receive_request(PING);
}

const REFUSED: &str = "Response: Error\r\nActionID: l\r\nMessage: Authentication failed\r\n\r\n";

/// Checks that the login is refused when the penalty is over, not before, and that nothing after it
/// is answered.
fn assert_refused(mut server: Server<'_>, request: impl AsRef<[u8]>, account: Option<Account<'_>>) {
    server.now = 12_345;
    server.receive(
        [request.as_ref(), PING.as_bytes(), plain(SECRET).as_bytes(), b"Action: Logoff\r\n\r\n"].concat(),
    );
    server.read = 7;
    assert!(!server.attempt_login("", account));
    assert_held_back(server, REFUSED);
}

/// Checks that the session waits for its penalty, which began at 12.345 s, and reads nothing
/// meanwhile.
fn assert_held_back(mut server: Server<'_>, expected: &str) {
    for now in [12_345, 12_346, 13_000, 13_344] {
        assert_eq!(server.on_timeout(now), "", "at {now}");
        assert_eq!((server.session.stage(), server.session.deadline()), (Stage::Anonymous, Some(13_345)));
        assert!(server.session.is_busy() && !server.session.wants(Classes::NONE));
        assert!(!server.session.permits(Classes::NONE));
        let message = server.decoder.message();
        let again = server.session.on_message(&message, &mut server.outbox);
        assert_eq!(again.err(), Some(SessionError::Unanswered));
        let attempt = attempt_of(&message);
        let decided = server.session.log_in(&attempt, Some(admin()), now, &mut server.outbox);
        assert_eq!(decided, Err(SessionError::NothingToAnswer), "already decided");
        assert_eq!(server.session.refuse_already_logged_in(now), Err(SessionError::NothingToAnswer));
    }
    assert_eq!(server.on_timeout(13_345), expected);
    assert_eq!((server.session.stage(), server.session.deadline()), (Stage::Closed, None));
    assert_eq!(server.answer_to(""), "", "nothing after it is answered");
    assert_eq!(server.answer_to(PING), "");
    assert_eq!(server.on_timeout(u64::MAX), "");
}

/// Returns an attempt to log in with the same request on another connection.
fn attempt_of<'a>(message: &Message<'a>) -> Attempt<'a> {
    let mut other = Session::new("1.0");
    let mut outbox = Outbox::for_server([0; 64]);
    other.on_connected(CHALLENGE, 0, &mut outbox).unwrap();
    match other.on_message(message, &mut outbox) {
        Ok(Incoming::LogIn(attempt)) => attempt,
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_the_right_secret_is_accepted() {
    assert_accepted(Server::new(), plain(SECRET), admin());
    let mut wrong =
        vec![String::new(), "x".into(), SECRET.to_uppercase(), format!("{SECRET} "), format!("{SECRET}x")];
    wrong.extend([SECRET[1..].into(), SECRET[..16].into(), SECRET.repeat(2), format!("{SECRET}\r")]);
    for at in 0..SECRET.len() {
        let mut other = SECRET.to_owned().into_bytes();
        other[at] ^= 1;
        wrong.push(String::from_utf8(other).unwrap());
    }
    for secret in &wrong {
        assert_refused(Server::new(), plain(secret), Some(admin()));
    }
    // Text after a NUL is ignored, and so are blanks before the value.
    assert_accepted(Server::new(), plain(&format!("  {SECRET}\0x")), admin());
    assert_refused(Server::new(), plain(&SECRET.replace('-', "\0")), Some(admin()));
    // Without AuthType, or with an unknown one, the secret is compared in the clear.
    for kind in ["", "plain", "SHA256", "MD5 ", "MD"] {
        let request = format!("AuthType: {kind}\r\n{}", plain(SECRET));
        assert_accepted(Server::new(), request, admin());
        assert_refused(challenged(), with_key(kind, &key(DIGITS, SECRET)), Some(admin()));
    }
    // If the request asks for MD5, the secret is ignored.
    assert_refused(challenged(), format!("AuthType: MD5\r\n{}", plain(SECRET)), Some(admin()));
}

#[test]
fn only_the_right_key_is_accepted() {
    let right = key(DIGITS, SECRET);
    for kind in ["MD5", "md5", "Md5", "mD5"] {
        assert_accepted(challenged(), with_key(kind, &right), admin());
        let request = format!("Action: Challenge\r\nAuthType: {kind}\r\n\r\n");
        assert!(Server::new().answer_to(request).contains(DIGITS));
    }
    let mut wrong = vec![
        String::new(),
        right.to_uppercase(),
        format!("{right}0"),
        format!("{right} "),
        right[..31].into(),
    ];
    wrong.extend([
        key("", SECRET),
        key("840415273", SECRET),
        key(DIGITS, ""),
        key("000000000", SECRET),
        SECRET.into(),
    ]);
    for at in 0..32 {
        let mut other = right.clone().into_bytes();
        other[at] = if other[at] == b'0' { b'1' } else { b'0' };
        wrong.push(String::from_utf8(other).unwrap());
    }
    assert_ne!(wrong[1], right, "it has letters");
    for key in &wrong {
        assert_refused(challenged(), with_key("MD5", key), Some(admin()));
    }
    // Without a challenge, the key is wrong even if it matches the next challenge.
    assert_refused(Server::new(), with_key("MD5", &right), Some(admin()));
    assert_refused(Server::new(), with_key("MD5", &key("000000000", SECRET)), Some(admin()));
    // A challenge that was refused.
    let mut server = Server::new();
    server.answer_to("Action: Challenge\r\nAuthType: SHA256\r\n\r\n");
    assert_refused(server, with_key("MD5", &right), Some(admin()));
    // The challenge of an earlier connection.
    let mut server = challenged();
    server.session.on_connected(CHALLENGE, 0, &mut server.outbox).unwrap();
    server.outbox.clear();
    assert_refused(server, with_key("MD5", &right), Some(admin()));
}

#[test]
fn a_challenge_is_nine_digits_and_the_same_twice() {
    let mut random = fastrand::Rng::with_seed(1);
    let mut seen = std::collections::HashSet::new();
    for number in
        [0, 1, 9, 10, 999_999_999, u32::MAX].into_iter().chain((0..100).map(|_| random.u32(..999_999_999)))
    {
        let mut server = Server::new();
        server.session.on_connected(number, 0, &mut server.outbox).unwrap();
        assert_eq!(server.take_sent(), "Asterisk Call Manager/11.0.0\r\n");
        let sent = server.answer_to(CHALLENGES);
        let digits = sent.strip_prefix("Response: Success\r\nChallenge: ").unwrap().trim_end().to_owned();
        assert!(digits.len() == 9 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{digits}");
        assert_eq!(server.answer_to(CHALLENGES), sent);
        assert_accepted(server, with_key("MD5", &key(&digits, SECRET)), admin());
        seen.insert(digits);
    }
    assert!(seen.len() > 100, "{}", seen.len());
}

#[test]
fn without_md5_only_plain_logins_work() {
    let new = || Server::with_session(Session::without_md5("11.0.0"), 512, 512);
    let must = "Response: Error\r\nActionID: 1\r\nMessage: Must specify AuthType\r\n\r\n";
    for kind in ["MD5", "md5", "SHA256", ""] {
        assert_eq!(
            new().answer_to(format!("Action: Challenge\r\nActionID: 1\r\nAuthType: {kind}\r\n\r\n")),
            must
        );
    }
    assert_accepted(new(), plain(SECRET), admin());
    assert_refused(new(), with_key("MD5", &key(DIGITS, SECRET)), Some(admin()));
    assert_refused(new(), with_key("MD5", &key("000000000", SECRET)), Some(admin()));
    assert_refused(new(), plain(SECRET), Some(account(Secret::Digest(action::md5(&[SECRET.as_bytes()])))));
    // With a digest function of the caller's own.
    let own = |_: &[&[u8]]| [0xab; 16];
    let mut server = Server::with_session(Session::with_md5("11.0.0", own), 512, 512);
    server.answer_to(CHALLENGES);
    assert_accepted(server, with_key("MD5", &"ab".repeat(16)), admin());
    let server = Server::with_session(Session::with_md5("11.0.0", own), 512, 512);
    assert_accepted(server, plain("anything"), account(Secret::Digest([0xab; 16])));
}

#[test]
fn a_challenge_needs_auth_type_md5() {
    for logged_in in [false, true] {
        let mut server = if logged_in { Server::logged_in(admin()) } else { Server::new() };
        for kind in ["AuthType: SHA256\r\n", "AuthType: MD5 \r\n", "AuthType:\r\n", "", "AuthTypes: MD5\r\n"]
        {
            let sent = server.answer_to(format!("Action: Challenge\r\nActionID: 1\r\n{kind}\r\n"));
            assert_eq!(
                sent, "Response: Error\r\nActionID: 1\r\nMessage: Must specify AuthType\r\n\r\n",
                "{kind}"
            );
        }
        assert!(server.answer_to(CHALLENGES).contains(DIGITS));
    }
}

#[test]
fn accounts_with_a_digest_accept_only_plain_logins() {
    let digest = account(Secret::Digest(action::md5(&[SECRET.as_bytes()])));
    assert_accepted(Server::new(), plain(SECRET), digest);
    for secret in ["", "x", &SECRET.to_uppercase(), &format!("{SECRET} "), &key("", SECRET)] {
        assert_refused(Server::new(), plain(secret), Some(digest));
    }
    for key in [key(DIGITS, SECRET), key("", SECRET), SECRET.into(), String::new()] {
        assert_refused(challenged(), with_key("MD5", &key), Some(digest));
    }
}

#[test]
fn an_empty_secret_is_never_accepted() {
    for secret in [Secret::Plain(b""), Secret::Digest(action::md5(&[b""])), Secret::Digest(action::md5(&[]))]
    {
        let account = Some(account(secret));
        for given in ["", " ", "\0", "x"] {
            assert_refused(Server::new(), plain(given), account);
        }
        assert_refused(Server::new(), "Action: Login\r\nActionID: l\r\nUsername: admin\r\n\r\n", account);
        assert_refused(challenged(), with_key("MD5", &key(DIGITS, "")), account);
        assert_refused(challenged(), with_key("MD5", ""), account);
    }
}

#[test]
fn a_wrong_user_looks_like_a_wrong_secret() {
    // The same calls in the same order give the same bytes at the same times.
    let trace = |request: &str, account: Option<Account<'_>>| {
        let mut server = challenged();
        server.now = 500;
        assert!(!server.attempt_login([request, PING].concat(), account));
        let mut trace = vec![(server.take_sent(), server.session.deadline(), server.session.is_busy())];
        for now in [500, 1499, 1500, 1501] {
            trace.push((server.on_timeout(now), server.session.deadline(), server.session.is_busy()));
        }
        trace
    };
    let wrong = trace(&plain("wrong"), Some(admin()));
    assert_eq!(wrong, trace(&plain("wrong"), None));
    assert_eq!(wrong, trace(&plain(SECRET), None));
    assert_eq!(wrong, trace(&plain("wrong"), Some(account(Secret::Plain(b"")))));
    assert_eq!(wrong, trace(&with_key("MD5", &key(DIGITS, "wrong")), Some(admin())));
    assert_eq!(wrong, trace(&with_key("MD5", &key(DIGITS, SECRET)), None));
    assert_eq!(wrong[2].0, "");
    assert_eq!(wrong[3].0, REFUSED);
}

#[test]
fn a_second_login_of_a_user_can_be_refused() {
    for secret in [SECRET, "wrong"] {
        let mut server = Server::new();
        server.now = 12_345;
        server.receive([&plain(secret), PING].concat());
        server.pump(|session, incoming, _, now| {
            let Incoming::LogIn(attempt) = incoming else { panic!("{incoming:?}") };
            assert_eq!(attempt.username(), "admin");
            assert_eq!(session.refuse_already_logged_in(now), Ok(()));
        });
        assert_held_back(server, "Response: Error\r\nActionID: l\r\nMessage: Login Already In Use\r\n\r\n");
    }
}

#[test]
fn a_second_login_on_a_connection_changes_nothing() {
    let mut server = Server::logged_in(admin().write(Classes::CALL).read(Classes::USER));
    for secret in [SECRET, "wrong"] {
        let sent = server.answer_to(plain(secret));
        assert_eq!(sent, "Response: Success\r\nActionID: l\r\nMessage: Already authenticated\r\n\r\n");
    }
    let sent = server.answer_to("Action: Login\r\nUsername: other\r\nEvents: off\r\n\r\n");
    assert_eq!(sent, "Response: Success\r\nMessage: Already authenticated\r\n\r\n");
    assert!(server.session.permits(Classes::CALL) && !server.session.permits(Classes::SYSTEM));
    assert!(server.session.wants(Classes::USER) && !server.session.wants(Classes::CALL));
}

#[test]
fn requests_before_the_login_are_denied() {
    let mut server = Server::new();
    for action in ["Ping", "Events", "Originate", "Command", "Nonsense", "Log", "Login ", "Challenges"] {
        let sent = server.answer_to(format!("Action: {action}\r\nActionID: 1\r\nEventMask: on\r\n\r\n"));
        assert_eq!(sent, "Response: Error\r\nActionID: 1\r\nMessage: Permission denied\r\n\r\n");
    }
    let sent = server.answer_to(
        "Foo: bar\r\nActionID: 1\r\n\r\nAction:\r\n\r\n\x16\x03\x01\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    );
    let missing = "Message: Missing action in request\r\n\r\n";
    let error = format!("Response: Error\r\n{missing}");
    assert_eq!(sent, format!("Response: Error\r\nActionID: 1\r\n{missing}{}", error.repeat(3)));
    assert_eq!((server.session.stage(), server.session.deadline()), (Stage::Anonymous, Some(30_000)));
    assert_accepted(server, plain(SECRET), admin());
}

#[test]
fn logoff_works_at_any_stage() {
    let goodbye = "Response: Goodbye\r\nActionID: 9\r\nMessage: Thanks for all the fish.\r\n\r\n";
    for server in [Server::new(), challenged(), Server::logged_in(admin())] {
        let mut server = server;
        let text = format!("Action: logoff\r\nActionID: 9\r\n\r\n{PING}{CHALLENGES}{}", plain(SECRET));
        assert_eq!(server.answer_to(text), goodbye, "and nothing after it");
        assert_eq!((server.session.stage(), server.session.deadline()), (Stage::Closed, None));
        assert!(!server.session.is_busy() && !server.session.wants(Classes::NONE));
        assert_eq!(server.answer_to(PING), "");
    }
}

#[test]
fn a_connection_without_a_login_is_closed_silently() {
    for (authentication, penalty) in [(30_000, 1000), (0, 0), (5, 1000), (u32::MAX, u32::MAX)] {
        let session =
            Session::new("11.0.0").timing(Timing::DEFAULT.authentication(authentication).penalty(penalty));
        for begin in [0, 77, u64::MAX - 3] {
            let mut server = Server::with_session(session.clone(), 512, 512);
            server.session.on_connected(CHALLENGE, begin, &mut server.outbox).unwrap();
            server.outbox.clear();
            let deadline = begin.saturating_add(authentication.into());
            assert_eq!(server.session.deadline(), Some(deadline));
            server.answer_to([PING, CHALLENGES].concat());
            if deadline > begin {
                assert_eq!(server.on_timeout(deadline - 1), "");
                assert_eq!(
                    (server.session.stage(), server.session.deadline()),
                    (Stage::Anonymous, Some(deadline))
                );
            }
            assert_eq!(server.on_timeout(deadline), "");
            assert_eq!((server.session.stage(), server.session.deadline()), (Stage::Closed, None));
            assert_eq!(server.answer_to(plain(SECRET)), "");
        }
    }
    // A client that logs in is not closed.
    let mut server = Server::logged_in(admin());
    assert_eq!((server.on_timeout(u64::MAX), server.session.stage()), (String::new(), Stage::LoggedIn));
}

#[test]
fn a_login_decided_after_the_end_is_refused() {
    let ends: [fn(&mut Server<'_>); 4] = [
        |server| drop(server.on_timeout(30_000)),
        |server| server.session.disconnect(),
        |server| server.session.shut_down(false, &mut server.outbox).unwrap(),
        |server| server.session.on_connected(CHALLENGE, 0, &mut server.outbox).unwrap(),
    ];
    for end in ends {
        let mut server = Server::new();
        server.receive(plain(SECRET));
        server.pump(|_, incoming, _, _| assert!(matches!(incoming, Incoming::LogIn(_))));
        assert!(server.session.is_busy());
        end(&mut server);
        server.outbox.clear();
        let stage = server.session.stage();
        let message = server.decoder.message();
        let attempt = attempt_of(&message);
        let decided = server.session.log_in(&attempt, Some(admin()), 0, &mut server.outbox);
        assert_eq!(decided, Err(SessionError::NothingToAnswer));
        assert_eq!(server.session.refuse_already_logged_in(0), Err(SessionError::NothingToAnswer));
        assert_eq!((server.session.stage(), server.outbox.pending()), (stage, &b""[..]));
        assert!(!server.session.is_busy() && !server.session.permits(Classes::NONE));
    }
}

#[test]
fn fully_booted_reports_the_uptime() {
    for (now, uptime) in
        [(0, "0"), (999, "0"), (1000, "1"), (477_999, "477"), (u64::MAX, "18446744073709551")]
    {
        let session = Session::new("11.0.0").timing(Timing::DEFAULT.authentication(u32::MAX));
        let mut server = Server::with_session(session, 512, 512);
        server.now = now;
        assert!(server.attempt_login(plain(SECRET), Some(Account::new(SECRET))));
        let booted = format!(
            "Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: {uptime}\r\nLastReload: {uptime}\r\nStatus: Fully Booted\r\n\r\n"
        );
        assert_eq!(server.take_sent(), ACCEPTED.replace("\r\nM", "\r\nActionID: l\r\nM") + &booted);
    }
}

#[test]
fn a_login_without_room_for_its_answer_is_not_done() {
    let whole = {
        let mut server = Server::new();
        assert!(server.attempt_login(plain(SECRET), Some(Account::new(SECRET))));
        server.take_sent().len()
    };
    for size in 40..whole + 40 {
        for pending in [0, 5] {
            let mut server = Server::with_session(Session::new("11.0.0"), 512, size);
            server.outbox.write(|out| out.header("X", "")).unwrap();
            server.outbox.advance(7 - pending);
            server.receive(plain(SECRET));
            server.pump(|session, incoming, outbox, now| {
                let Incoming::LogIn(attempt) = incoming else { panic!("{incoming:?}") };
                let before = outbox.pending().to_vec();
                assert_eq!(before.len(), pending);
                let error = match session.log_in(&attempt, Some(Account::new(SECRET)), now, outbox) {
                    Ok(is_in) => {
                        assert!(is_in && pending + whole <= size);
                        return assert_eq!(session.stage(), Stage::LoggedIn);
                    }
                    Err(SessionError::Encode(error)) => error,
                    Err(error) => panic!("{error}"),
                };
                assert!(pending + whole > size, "{size}");
                let too_large =
                    if pending > 0 { EncodeError::Full } else { EncodeError::TooLarge { storage: size } };
                assert_eq!(error, too_large);
                assert_eq!(outbox.pending(), before);
                // If it never fits, the session has ended. Otherwise try again when there is room.
                let ended = error != EncodeError::Full;
                assert_eq!(session.is_busy(), !ended);
                assert_eq!(session.stage(), if ended { Stage::Closed } else { Stage::Anonymous });
                outbox.advance(usize::MAX);
                let again = session.log_in(&attempt, Some(Account::new(SECRET)), now, outbox);
                let never = SessionError::Encode(EncodeError::TooLarge { storage: size });
                assert_eq!(
                    again,
                    match ended {
                        true => Err(SessionError::NothingToAnswer),
                        false if whole <= size => Ok(true),
                        false => Err(never),
                    }
                );
            });
        }
    }
}

#[test]
fn an_attempt_has_the_address_that_the_run_loop_knows() {
    let login = plain(SECRET);
    let message = Message::parse(login.as_bytes()).unwrap();
    let attempt = attempt_of(&message);
    assert_eq!(attempt.peer_addr(), None);
    let address = "[2001:db8::7]:49152".parse().unwrap();
    let attempt = attempt.with_peer_addr(address);
    assert_eq!(attempt.peer_addr(), Some(address));
    assert!(attempt.username() == "admin" && attempt.proves(&admin().secret));
}

#[test]
fn an_answer_without_room_leaves_nothing_in_the_storage() {
    let login = plain(SECRET);
    let message = Message::parse(login.as_bytes()).unwrap();
    let mut storage = [0; 100];
    let mut outbox = Outbox::for_server(&mut storage[..]);
    let mut session = Session::new("11.0.0");
    session.on_connected(CHALLENGE, 0, &mut outbox).unwrap();
    outbox.advance(usize::MAX);
    let Ok(Incoming::LogIn(attempt)) = session.on_message(&message, &mut outbox) else { panic!() };
    // The response fits, the event after it does not.
    let result = session.log_in(&attempt, Some(Account::new(SECRET)), 0, &mut outbox);
    assert_eq!(result, Err(SessionError::Encode(EncodeError::TooLarge { storage: 100 })));
    assert_eq!(storage, [0; 100], "{}", storage.escape_ascii());
}

#[test]
fn nothing_prints_a_secret() {
    let mut server = challenged();
    server.receive(plain("very-secret"));
    server.pump(|session, incoming, _, _| {
        let Incoming::LogIn(attempt) = incoming else { panic!("{incoming:?}") };
        let account = Account::new("very-secret");
        let text = format!(
            "{incoming:?} {attempt:?} {session:?} {account:?} {:?} {:?}",
            account.secret,
            attempt.request()
        );
        assert!(!text.contains("very-secret") && !text.contains(DIGITS), "{text}");
        assert!(text.contains("admin"));
    });
}

#[test]
fn shut_down_sends_one_event_and_closes() {
    for (restart, word) in [(false, "False"), (true, "True")] {
        let mut server = Server::logged_in(Account::new(SECRET));
        server.session.shut_down(restart, &mut server.outbox).unwrap();
        let sent = format!(
            "Event: Shutdown\r\nPrivilege: system,all\r\nShutdown: Cleanly\r\nRestart: {word}\r\n\r\n"
        );
        assert_eq!((server.take_sent(), server.session.stage()), (sent, Stage::Closed));
        assert_eq!(server.answer_to(PING), "");
        server.session.shut_down(restart, &mut server.outbox).unwrap();
        assert_eq!(server.take_sent(), "", "once");
    }
    let mut deaf = Server::logged_in(Account::new(SECRET));
    deaf.answer_to("Action: Events\r\nEventMask: call\r\n\r\n");
    for mut server in [Server::new(), Server::logged_in(admin()), deaf] {
        server.session.shut_down(false, &mut server.outbox).unwrap();
        assert_eq!((server.take_sent(), server.session.stage()), (String::new(), Stage::Closed));
    }
    let mut server = Server::logged_in(Account::new(SECRET));
    server.outbox = Outbox::for_server(vec![0; 20]);
    let error = server.session.shut_down(false, &mut server.outbox);
    assert_eq!((error, server.session.stage()), (Err(EncodeError::TooLarge { storage: 20 }), Stage::Closed));
}

#[test]
fn a_version_with_a_line_end_is_refused() {
    for version in ["1\r\nResponse: x", "1\n", "1\0"] {
        let mut session = Session::new(version);
        let mut outbox = Outbox::for_server([0; 128]);
        let error = session.on_connected(1, 0, &mut outbox);
        assert!(matches!(error, Err(EncodeError::ValueByte { line: 1, at: 1, .. })), "{error:?}");
        assert_eq!((outbox.pending(), session.stage()), (&b""[..], Stage::Closed));
    }
    let mut outbox = Outbox::for_server([0; 27]);
    let mut session = Session::new("11.0.0");
    assert_eq!(session.on_connected(1, 0, &mut outbox), Err(EncodeError::TooLarge { storage: 27 }));
    assert_eq!(outbox.pending(), b"");
}

#[test]
fn no_secret_but_the_right_one_is_accepted() {
    let right = SECRET.as_bytes();
    let mut wrong: Vec<Vec<u8>> = vec![right[1..].to_vec(), [right, b"x"].concat(), b"x".to_vec()];
    for one in 0..right.len() {
        wrong.push(right[..one].to_vec());
        let mut changed = right.to_vec();
        changed[one] ^= 1;
        wrong.push(changed);
        // The same change twice, and the same bytes in another order.
        for other in 0..one {
            let mut changed = right.to_vec();
            changed[one] ^= 1;
            changed[other] ^= 1;
            wrong.push(changed);
            let mut swapped = right.to_vec();
            swapped.swap(one, other);
            wrong.extend((swapped != right).then_some(swapped));
        }
    }
    for secret in wrong {
        let login = [b"Action: Login\r\nUsername: x\r\nSecret: ", &secret[..], b"\r\n\r\n"].concat();
        let text = String::from_utf8(login).unwrap();
        let is_in = Server::new().attempt_login(&text, Some(Account::new(SECRET)));
        assert!(!is_in, "{}", secret.escape_ascii());
    }
}
