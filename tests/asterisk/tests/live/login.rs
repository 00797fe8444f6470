use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use embedded_ami::action::Raw;
use embedded_ami::client::{Credentials, LoginRefused, ResponseStatus, SessionError, Stage};
use embedded_ami::io::blocking::{Client, Error};
use embedded_ami::wire::Kind;

use crate::server::{ADMIN, NONE, Server, Session, TIMEOUT, ask, assert_success, closed_port, is, value};

live!(
    plain,
    md5,
    with_events,
    wrong_secret,
    unknown_user,
    twice_with_one_user,
    without_the_right,
    before_login,
    plain_bytes_to_the_tls_port,
);

const USERS: [(&str, &str); 3] = [ADMIN, ("md5user", "md5secret"), ("Ünï cödé", "s:e=c r,e\"t é")];

fn plain(server: &Server) {
    for (user, secret) in USERS {
        let mut client = server.connect();
        client.login(&Credentials::plain(user, secret).events("off")).expect(user);
        works(server, client);
    }
}

fn md5(server: &Server) {
    for (user, secret) in USERS {
        let mut client = server.connect();
        client.login(&Credentials::new(user, secret)).expect(user);
        works(server, client);
    }
}

fn works(server: &Server, mut client: Client<TcpStream>) {
    let pong = ask(&mut client, "Ping", NONE);
    assert_success(&pong);
    assert_eq!(value(&pong, "Ping"), b"Pong");

    let settings = ask(&mut client, "CoreSettings", NONE);
    assert_success(&settings);
    assert!(value(&settings, "AsteriskVersion").starts_with(server.version.as_bytes()), "{settings:?}");

    match client.send(&Raw::without_headers("Nonsense")) {
        Err(Error::Response { status: ResponseStatus::UnknownAction, response: reply }) => {
            assert!(value(&reply, "Message").starts_with(b"Invalid/unknown command: Nonsense."), "{reply:?}");
        }
        other => panic!("{other:?}"),
    }
    client.log_off().expect("a log-off");
}

/// It waits for the server to have booted, which a running one says at once, and not for the second it may take.
fn with_events(server: &Server) {
    for credentials in [Credentials::new(ADMIN.0, ADMIN.1), Credentials::plain(ADMIN.0, ADMIN.1)] {
        for credentials in [credentials, credentials.events("on"), credentials.events("system,call")] {
            let mut client = server.connect();
            let start = Instant::now();
            client.login(&credentials).expect("a login");
            let time = start.elapsed();
            assert!(time < Duration::from_millis(900), "{credentials:?}: {time:?}");
            let event = client.next_event(Duration::ZERO).expect("a connection").expect("an event");
            assert!(is(&event.message(), Kind::Event, "FullyBooted"), "{event:?}");
        }
    }
}

fn wrong_secret(server: &Server) {
    refused(server, ADMIN.0, "not-his-secret");
}

fn unknown_user(server: &Server) {
    refused(server, "nobody", ADMIN.1);
}

fn refused(server: &Server, user: &str, secret: &str) {
    for credentials in [Credentials::new(user, secret), Credentials::plain(user, secret)] {
        match server.connect().log_in(&credentials.events("off")) {
            Err(error @ Error::Refused { reason: LoginRefused::Authentication, .. }) => {
                assert_eq!(error.to_string(), "login refused: Authentication failed");
                assert!(!format!("{error:?}").contains(secret), "{error:?}");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// allowmultiplelogin=no. The first stays, and when it has gone the next may come.
fn twice_with_one_user(server: &Server) {
    let (user, secret) = ("single", "singlesecret");
    let mut first = server.connect();
    first.login(&Credentials::new(user, secret)).expect("a login");
    for credentials in [Credentials::new(user, secret), Credentials::plain(user, secret)] {
        match server.connect().log_in(&credentials) {
            Err(error @ Error::Refused { reason: LoginRefused::AlreadyInUse, .. }) => {
                assert_eq!(error.to_string(), "login refused: Login Already In Use");
                assert!(!format!("{error:?}").contains(secret), "{error:?}");
            }
            other => panic!("{other:?}"),
        }
    }
    works(server, first);
    let next = || {
        let mut next = server.connect();
        next.login(&Credentials::new(user, secret)).map(|()| next)
    };
    // The server forgets the first a moment after it has logged off.
    let end = Instant::now() + TIMEOUT;
    let next = loop {
        match next() {
            Err(Error::Refused { reason: LoginRefused::AlreadyInUse, .. }) if Instant::now() < end => {}
            next => break next.expect("a login"),
        }
    };
    works(server, next);
}

fn without_the_right(server: &Server) {
    let users =
        [("limited", "limitedsecret", "Originate"), ("readonly", "readonlysecret", "CoreShowChannels")];
    for (user, secret, action) in users {
        let mut client = server.connect();
        client.login(&Credentials::new(user, secret)).expect(user);
        assert_success(&ask(&mut client, "Ping", NONE));
        match client.send(&Raw::without_headers(action)) {
            Err(error @ Error::Response { status: ResponseStatus::PermissionDenied, .. }) => {
                assert_eq!(error.to_string(), "the user may not do that: Permission denied");
                assert!(!format!("{error:?}").contains(secret), "{error:?}");
            }
            other => panic!("{user}: {other:?}"),
        }
        // As a list, and the connection still works.
        let list = client.list(&Raw::without_headers(action)).map(|_| ());
        assert!(
            matches!(list, Err(Error::Response { status: ResponseStatus::PermissionDenied, .. })),
            "{list:?}"
        );
        assert_success(&ask(&mut client, "Ping", NONE));
    }
}

/// The client sends nothing else, the server would refuse it, and either can still log in.
fn before_login(server: &Server) {
    let mut client = server.connect();
    let result = client.send(&Raw::without_headers("Ping"));
    assert!(matches!(result, Err(Error::Session(SessionError::Stage(Stage::LoggingIn)))), "{result:?}");
    client.login(ADMIN.0, ADMIN.1).expect("a login");
    works(server, client);

    let mut session = Session::connect(server, 256);
    session.queue(&Raw::without_headers("Ping"), "ping");
    session.send();
    let ping = session.until(|message| message.kind() == Kind::Response);
    assert_eq!(ResponseStatus::from_message(&ping.message()), ResponseStatus::PermissionDenied, "{ping:?}");
    session.log_in("off");
    session.finish();
}

/// The server waits for a TLS handshake, the client for a banner: that must end.
fn plain_bytes_to_the_tls_port(server: &Server) {
    let timeout = Duration::from_secs(1);
    let start = Instant::now();
    let result = Client::connect((Ipv4Addr::LOCALHOST, server.tls_port), timeout);
    assert!(matches!(result, Err(Error::NoBanner(_) | Error::Disconnected(_))), "{result:?}");
    assert!(start.elapsed() < timeout * 2, "{:?}", start.elapsed());
}

#[test]
fn port_where_nothing_listens() {
    let result = Client::connect((Ipv4Addr::LOCALHOST, closed_port()), Duration::from_secs(5));
    match result {
        Err(Error::Connect(error)) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused),
        other => panic!("{other:?}"),
    }
}
