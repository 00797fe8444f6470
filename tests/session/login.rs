//! Logins that fail, and secrets that must not be printed.

use embedded_ami::action::{Key, Login, md5};
use embedded_ami::client::{Credentials, IdKey, Incoming, LoginRefused, ResponseStatus, SessionError, Stage};
use embedded_ami::wire::EncodeError;

use crate::client::{Client, PREFIX, SECRET, USER, last_id, slots};
use crate::server::{Faults, Server, Style};

const BANNER: &str = "Asterisk Call Manager/11.0.0\r\n";

fn connected() -> Client {
    let mut client = Client::new(slots(2), 256);
    client.connect(PREFIX);
    client
}

/// Returns the last report if the server answers the challenge and the login like this. With
/// `challenge` `None`, the client logs in without one.
fn refused(challenge: Option<&str>, login: &str) -> Incoming {
    let mut client = connected();
    if challenge.is_none() {
        client = client.with(Credentials::plain(USER, SECRET).events("on"));
    }
    client.receive(BANNER);
    let mut reported = Vec::new();
    for answer in challenge.into_iter().chain([login]) {
        if client.session.stage() == Stage::LoggingIn {
            let id = last_id(&client.take_sent());
            let (word, rest) = answer.split_once('|').unwrap();
            reported = client.receive(&format!("Response: {word}\r\nActionID: {id}\r\n{rest}\r\n\r\n"));
        }
    }
    assert!(!client.outbox.pending().windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes()));
    let last = *reported.last().unwrap();
    if let Incoming::Refused(_) = last {
        assert_eq!(client.session.stage(), Stage::Closed);
        assert_eq!(client.session.deadline(), None);
        let more = client.receive("Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n");
        assert_eq!(more, [Incoming::Unmatched]);
        assert_eq!(client.close(), []);
    }
    last
}

#[test]
fn each_refusal_has_its_reason() {
    use LoginRefused::{AlreadyInUse, Authentication, NoChallenge, ShuttingDown};
    let challenge = Some("Success|Challenge: 1");
    for (answer, refusal) in [
        ("Error|Message: Authentication failed", Authentication),
        ("Error|Message: Login Already In Use", AlreadyInUse),
        ("Error|Message: Asterisk is shutting down", ShuttingDown),
        ("Error|Message: Permission denied", Authentication),
        ("Error|Message:", Authentication),
        ("Failure|Message: Authentication failed", Authentication),
        ("Maybe|Message: Authentication accepted", Authentication),
    ] {
        assert_eq!(refused(challenge, answer), Incoming::Refused(refusal), "{answer}");
        assert_eq!(refused(None, answer), Incoming::Refused(refusal), "{answer}");
    }
    for (answer, refusal) in [
        ("Error|Message: Must specify AuthType", NoChallenge),
        ("Error|Message: Invalid/unknown command", NoChallenge),
        ("Error|Message: Permission denied", NoChallenge),
        ("Success|Message: What challenge?", NoChallenge),
        ("Error|Message: Login Already In Use", AlreadyInUse),
        ("Error|Message: Asterisk is shutting down", ShuttingDown),
        // A challenge in an error is ignored.
        ("Error|Challenge: 1", NoChallenge),
    ] {
        assert_eq!(refused(Some(answer), "Success|Message: x"), Incoming::Refused(refusal), "{answer}");
    }
    assert_eq!(refused(challenge, "Success|Message: Authentication accepted"), Incoming::Internal);
    // Asterisk 1.4 and 1.8 answer this if the user is logged in already.
    assert_eq!(refused(None, "Success|Message: Already logged in"), Incoming::Internal);
}

#[test]
fn a_wrong_secret_or_user_is_refused() {
    for (style, credentials) in [
        (Style::V1_4, Credentials::new(USER, "zebra-crossing-48")),
        (Style::V22, Credentials::plain(USER, "zebra-crossing-48")),
        (Style::V22, Credentials::new("root", SECRET)),
        (Style::V22, Credentials::with_md5(USER, SECRET, |_| [7; 16])),
        (Style::V22, Credentials::new(USER, "")),
    ] {
        let mut client = connected().with(credentials);
        let mut server = Server::new(style, Faults::NONE, 1);
        let mut reported = Vec::new();
        for now in 0..2000 {
            client.now = now;
            let bytes = server.poll(now);
            client.read(&bytes, |incoming, _| reported.push(incoming));
            server.receive(client.take_sent().as_bytes());
            assert_eq!(client.on_timeout(now), None);
        }
        assert_eq!(reported.last(), Some(&Incoming::Refused(LoginRefused::Authentication)));
        assert!(server.is_closed);
    }
}

#[test]
fn a_server_that_is_not_asterisk_is_refused() {
    let refused = Incoming::Refused(LoginRefused::NotAsterisk);
    for text in ["SSH-2.0-OpenSSH_9.2p1\r\n\r\n", "220 mail.example.org ESMTP\n\n", "\0:\n\n"] {
        let mut client = connected().with(Credentials::plain(USER, SECRET).events("on"));
        assert_eq!(client.receive(text), [refused], "{text}");
        assert_eq!(client.session.stage(), Stage::Closed);
        assert_eq!(client.take_sent(), "");
    }
    // Lines that decode as banners, but are those of other services.
    for text in [
        "HTTP/1.1 400 Bad Request\r\n",
        "HTTP/1.0 501 Not Implemented\r\n",
        "220 mail.example.org ESMTP Postfix (Debian/GNU)\r\n",
        "220-ftp.example.org 3/4\r\n",
        "SSH-2.0-mod_sftp/0.9.9\r\n",
        "+OK POP3 a/b\r\n",
        "* OK IMAP4rev1 a/b\r\n",
        "/\r\n",
    ] {
        let mut client = connected().with(Credentials::plain(USER, SECRET).events("on"));
        assert_eq!(client.receive(text), [refused], "{text}");
        assert_eq!(client.session.stage(), Stage::Closed);
        assert_eq!(client.take_sent(), "");
    }
    // Lines of other products, and of proxies, that speak AMI.
    for text in ["Asterisk Call Manager Proxy/1.30.0", "CallWeaver Manager/1", "asterisk/", "Http/1"] {
        assert_eq!(connected().receive(&format!("{text}\r\n")), [Incoming::LogIn], "{text}");
    }
    // If the message comes in parts, the refusal comes with the last one.
    let mut client = connected();
    let reported = client.receive(&format!("{}\r\n\r\n", "x".repeat(1000)));
    assert_eq!(reported.last(), Some(&refused));
    assert!(reported[..reported.len() - 1].iter().all(|&incoming| incoming == Incoming::Unmatched));
    // Events and responses before the banner are skipped.
    let mut client = connected();
    let reported = client.receive("Event: X\r\n\r\nResponse: Success\r\n\r\nAction: X\r\n\r\n");
    assert_eq!(reported, [Incoming::Unmatched; 3]);
    assert_eq!(client.session.stage(), Stage::Connecting);
}

#[test]
fn login_without_having_seen_the_banner() {
    let mut client = connected();
    let message = client.decoder.message();
    client
        .session
        .log_in(&Credentials::new(USER, SECRET).events("on"), &message, 400, &mut client.outbox)
        .unwrap();
    let id = last_id(&client.take_sent());
    assert_eq!(client.session.stage(), Stage::LoggingIn);
    assert_eq!(client.session.deadline(), Some(10_400));
    let reported = client.receive(&format!("Response: Success\r\nActionID: {id}\r\nChallenge: 1\r\n\r\n"));
    assert_eq!(reported, [Incoming::LogIn]);
    assert!(client.take_sent().starts_with("Action: Login\r\n"));

    // The server's version is then unknown, and not taken from an earlier connection.
    let mut client = connected().logged_in("11.0.0");
    client.connect(!PREFIX);
    let message = client.decoder.message();
    let credentials = Credentials::plain(USER, SECRET).events("off");
    client.session.log_in(&credentials, &message, 0, &mut client.outbox).unwrap();
    let id = last_id(&client.take_sent());
    assert_eq!(client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n")), [Incoming::Ready]);
    let (ticket, id) = client.request("SIPpeers");
    let reported = client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
    assert_eq!(reported, [Incoming::Response { ticket, status: ResponseStatus::Success, is_end: false }]);
}

#[test]
fn log_in_is_reported_only_with_the_challenge_in_the_message() {
    for challenge in ["1".to_owned(), "1".repeat(100), "1".repeat(1000)] {
        for storage in (64..=300).chain([4096]) {
            for id_is_last in [false, true] {
                let mut client = Client::new(slots(1), storage);
                client.connect(PREFIX);
                client.receive(BANNER);
                let named = format!("ActionID: {}\r\n", last_id(&client.take_sent()));
                let (before, after) = if id_is_last { ("", &named[..]) } else { (&named[..], "") };
                let text = format!("Response: Success\r\n{before}Challenge: {challenge}\r\n{after}\r\n");
                let mut reported = Vec::new();
                // `read` calls `log_in`, which would fail without the challenge.
                client.read(text.as_bytes(), |incoming, _| reported.push(incoming));
                let fits = challenge.len() + "Challenge: \r\n".len() < storage;
                let is_whole = text.len() <= storage;
                if challenge.len() <= 20 && (is_whole || fits && !id_is_last) {
                    assert!(reported.contains(&Incoming::LogIn), "{reported:?} through {storage}");
                    assert!(client.take_sent().contains("Key: "));
                } else if challenge.len() > 20 || !reported.contains(&Incoming::LogIn) {
                    // The login ends in any case.
                    assert_eq!(reported.last(), Some(&Incoming::Refused(LoginRefused::NoChallenge)));
                    assert_eq!(client.take_sent(), "");
                }
            }
        }
    }
}

#[test]
fn the_key_is_computed_from_the_challenge() {
    for challenge in ["840415273", "1", "0", "01234567890123456789", "00000000000000000000"] {
        let mut client = connected();
        client.receive(BANNER);
        let request = client.take_sent();
        let id = last_id(&request);
        assert_eq!(request, format!("Action: Challenge\r\nActionID: {id}\r\nAuthType: MD5\r\n\r\n"));
        client.receive(&format!("Response: Success\r\nActionID: {id}\r\nChallenge: {challenge}\r\n\r\n"));
        let request = client.take_sent();
        let digest = md5(&[challenge.as_bytes(), SECRET.as_bytes()]);
        let key: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(request.contains(&format!("AuthType: MD5\r\nKey: {key}\r\n")), "{request}");
        assert!(!request.contains(SECRET));
        assert_ne!(last_id(&request), id);
    }
}

/// A hostile server must not choose the text that is hashed before the secret. `admin:asterisk:`
/// would give the digest with which that user logs in over HTTP.
#[test]
fn a_challenge_that_is_not_a_decimal_number_is_refused() {
    let mut challenges: Vec<Vec<u8>> = [
        "",
        " ",
        "  spaced ",
        "\u{fc}:\\",
        "admin:asterisk:",
        "1 ",
        " 1",
        "1\t",
        "+1",
        "-1",
        "0x1f",
        "1e5",
        "1.5",
        "\u{661}",
        "123456789012345678901",
        "99999999999999999999999999999",
        "1:2",
        "1\0",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    // Each byte but digits and line ends, alone and at the end of digits. A blank after the colon
    // is not part of the value.
    for byte in (0..=u8::MAX).filter(|byte| !byte.is_ascii_digit() && !matches!(byte, b'\r' | b'\n')) {
        challenges.push(vec![byte]);
        challenges.push(vec![b'1', byte]);
        challenges.push(vec![b'1', byte, b'1']);
    }
    for challenge in challenges {
        for storage in [64, 300, 4096] {
            let mut client = Client::new(slots(1), storage);
            client.connect(PREFIX);
            client.receive(BANNER);
            let id = last_id(&client.take_sent());
            let mut text = format!("Response: Success\r\nActionID: {id}\r\nChallenge: ").into_bytes();
            text.extend_from_slice(&challenge);
            text.extend_from_slice(b"\r\n\r\n");
            let mut reported = Vec::new();
            client.read(&text, |incoming, _| reported.push(incoming));
            let refused = Incoming::Refused(LoginRefused::NoChallenge);
            assert_eq!(reported.last(), Some(&refused), "{}", challenge.escape_ascii());
            assert_eq!(client.take_sent(), "");
            assert_eq!(client.session.stage(), Stage::Closed);
            assert!(Key::new(md5, &challenge, SECRET.as_bytes()).is_none());
        }
    }
    // If there are several challenges, all must be numbers.
    for [one, other] in [["admin:asterisk:", "17"], ["17", "admin:asterisk:"]] {
        let mut client = connected();
        client.receive(BANNER);
        let id = last_id(&client.take_sent());
        let reported = client.receive(&format!(
            "Response: Success\r\nActionID: {id}\r\nChallenge: {one}\r\nChallenge: {other}\r\n\r\n"
        ));
        assert_eq!(reported.last(), Some(&Incoming::Refused(LoginRefused::NoChallenge)));
        assert_eq!(client.take_sent(), "");
    }
}

/// Credentials ask for no events by default, for each way to log in.
#[test]
fn no_events_unless_requested() {
    for (credentials, mask) in [
        (Credentials::new(USER, SECRET), "off"),
        (Credentials::with_md5(USER, SECRET, md5), "off"),
        (Credentials::plain(USER, SECRET), "off"),
        (Credentials::from_bytes(USER.as_bytes(), SECRET.as_bytes(), None), "off"),
        (Credentials::plain(USER, SECRET).events("call,user"), "call,user"),
    ] {
        let mut client = connected().with(credentials);
        client.receive(BANNER);
        let mut request = client.take_sent();
        if request.starts_with("Action: Challenge") {
            let id = last_id(&request);
            client.receive(&format!("Response: Success\r\nActionID: {id}\r\nChallenge: 1\r\n\r\n"));
            request = client.take_sent();
        }
        assert!(request.contains(&format!("\r\nEvents: {mask}\r\n")), "{request}");
    }
}

#[test]
fn log_in_needs_the_message_with_the_challenge() {
    let mut client = connected();
    client.credentials = None;
    let credentials = Credentials::new(USER, SECRET).events("on");
    client.receive(BANNER);
    let log_in = |client: &mut Client| {
        let message = client.decoder.message();
        client.session.log_in(&credentials, &message, 0, &mut client.outbox)
    };
    assert_eq!(log_in(&mut client), Ok(()));
    let challenged = last_id(&client.take_sent());
    // The session has not asked for a login.
    assert_eq!(log_in(&mut client), Err(SessionError::Stage(Stage::LoggingIn)));
    let text = format!("Response: Success\r\nActionID: {challenged}\r\nChallenge: 1\r\n\r\n");
    assert_eq!(client.receive(&text), [Incoming::LogIn]);
    assert_eq!(log_in(&mut client), Err(SessionError::NoChallenge));
    assert_eq!(client.take_sent(), "");
    // The session still waits for the login.
    let mut challenge = Client::new(slots(1), 256);
    let mut logged_in = false;
    challenge.read(text.as_bytes(), |_, message| {
        logged_in = client.session.log_in(&credentials, message, 0, &mut client.outbox).is_ok();
    });
    assert!(logged_in);
    assert_eq!(log_in(&mut client), Err(SessionError::Stage(Stage::LoggingIn)));
}

#[test]
fn a_login_that_cannot_be_encoded_may_be_retried() {
    for credentials in [Credentials::plain("a\r\nAction: Logoff", "b"), Credentials::plain("a", "b\nc")] {
        let mut client = connected();
        client.credentials = None;
        client.receive(BANNER);
        let message = client.decoder.message();
        let error = client.session.log_in(&credentials, &message, 0, &mut client.outbox).unwrap_err();
        assert!(matches!(error, SessionError::Encode(EncodeError::ValueByte { .. })));
        assert_eq!(client.take_sent(), "");
        // The caller may try other credentials.
        let credentials = Credentials::plain(USER, SECRET).events("on");
        let message = client.decoder.message();
        assert_eq!(client.session.log_in(&credentials, &message, 0, &mut client.outbox), Ok(()));
        let request = client.take_sent();
        assert!(request.contains(&format!("Username: {USER}\r\nSecret: {SECRET}\r\n")));
    }
}

/// Returns whether a text contains the secret, or something it can be computed from.
fn reveals_secret(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let decimal = |bytes: &[u8]| format!("{bytes:?}").trim_matches(['[', ']']).to_owned();
    let key = Key::new(md5, b"840415273", SECRET.as_bytes()).expect("a challenge of digits");
    let digits = key.to_hex();
    let key_text = std::str::from_utf8(&digits).unwrap();
    let marks = [SECRET, key_text, &hex(SECRET.as_bytes()), &decimal(SECRET.as_bytes()), &decimal(&digits)];
    marks.iter().any(|mark| text.contains(&mark.to_ascii_lowercase()))
}

#[test]
fn nothing_prints_a_secret() {
    assert!(reveals_secret(&format!("{:?}", SECRET.as_bytes())) && reveals_secret(&format!("x{SECRET}x")));
    let key = Key::new(md5, b"840415273", SECRET.as_bytes()).expect("a challenge of digits");
    let mut texts = vec![format!("{key:?} {key:#?}")];
    for credentials in [
        Credentials::new(USER, SECRET).events("on"),
        Credentials::plain(USER, SECRET).events("call"),
        Credentials::with_md5(USER, SECRET, md5),
    ] {
        texts.push(format!("{credentials:?} {credentials:#?}"));
        texts.push(format!("{:?} {:?}", Login::plain(USER, SECRET), Login::md5(USER, key)));
        for style in Style::ALL {
            let mut client = connected().with(credentials);
            let mut server = Server::new(style, Faults::NONE, 1);
            for now in 0..100 {
                client.now = now;
                let bytes = server.poll(now);
                let mut reported = Vec::new();
                client.read(&bytes, |incoming, message| reported.push(format!("{incoming:?} {message:?}")));
                texts.append(&mut reported);
                if now == 50 {
                    texts.push(format!("{:?}", client.submit("CoreStatus").unwrap()));
                }
                // The outbox as well, while the login is in it.
                texts.push(format!("{:?} {:#?} {:?}", client.session, client.session, client.outbox));
                server.receive(client.take_sent().as_bytes());
            }
            assert_eq!(client.session.stage(), Stage::Ready);
        }
        // Errors about the login.
        for credentials in [
            Credentials::plain(USER, "zebra-crossing-47\n"),
            Credentials::plain("zebra-crossing-47\n", SECRET),
            Credentials::plain(USER, SECRET).events("zebra-crossing-47\n"),
        ] {
            let mut client = connected();
            let message = client.decoder.message();
            let error = client.session.log_in(&credentials, &message, 0, &mut client.outbox).unwrap_err();
            let source = std::error::Error::source(&error).unwrap();
            texts.push(format!("{error} {error:?} {error:#?} {source} {source:?}"));
        }
    }
    let revealing: Vec<_> = texts.iter().filter(|text| reveals_secret(text)).collect();
    assert!(revealing.is_empty(), "{revealing:#?}");
}

#[test]
fn debug_output_does_not_contain_the_id_key() {
    let mut client = connected();
    let text = format!("{:?} {:#?}", client.session, client.session);
    assert!(!text.contains(&PREFIX.to_string()) && !text.contains(&format!("{PREFIX:x}")));
    client.session.on_connected(IdKey((u128::from(0x1111_u64) << 64).to_be_bytes()), 0);
    assert_eq!(format!("{:?} {:#?}", client.session, client.session), text);
}
