//! Logins that succeed and logins that are refused.

use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use embedded_ami::action::Raw;
use embedded_ami::client::{Credentials, LoginRefused, ResponseStatus, SessionError, Stage};
use embedded_ami::io::blocking::{Client, Error};
use embedded_ami::wire::Kind;

use crate::server::{ADMIN, NONE, Server, Session, TIMEOUT, ask, assert_success, closed_port, is, value};

live!(
    plain_login,
    md5_login,
    login_with_events_is_quick,
    wrong_secret_is_refused,
    unknown_user_is_refused,
    second_login_of_a_single_user_is_refused,
    actions_without_permission_are_refused,
    actions_before_login_are_refused,
    tls_port_without_tls_is_an_error,
);

const USERS: [(&str, &str); 3] = [ADMIN, ("md5user", "md5secret"), ("Ünï cödé", "s:e=c r,e\"t é")];

fn plain_login(server: &Server) {
    for (user, secret) in USERS {
        let mut client = server.connect();
        client.login(&Credentials::plain(user, secret).events("off")).expect(user);
        assert_works(server, client);
    }
}

fn md5_login(server: &Server) {
    for (user, secret) in USERS {
        let mut client = server.connect();
        client.login(&Credentials::new(user, secret)).expect(user);
        assert_works(server, client);
    }
}

/// Asserts that the client is logged in and gets responses, and logs off.
fn assert_works(server: &Server, mut client: Client<TcpStream>) {
    let pong = ask(&mut client, "Ping", NONE);
    assert_success(&pong);
    assert_eq!(value(&pong, "Ping"), b"Pong");

    let settings = ask(&mut client, "CoreSettings", NONE);
    assert_success(&settings);
    assert!(value(&settings, "AsteriskVersion").starts_with(server.version.as_bytes()), "{settings:?}");

    match client.send(&Raw::without_headers("Nonsense")) {
        Err(Error::Response { status: ResponseStatus::UnknownAction, response }) => {
            assert!(
                value(&response, "Message").starts_with(b"Invalid/unknown command: Nonsense."),
                "{response:?}"
            );
        }
        other => panic!("{other:?}"),
    }
    client.log_off().expect("a log-off");
}

/// A login with events waits up to a second for `FullyBooted`. A running server sends it at once,
/// so the login does not take that second.
fn login_with_events_is_quick(server: &Server) {
    for credentials in [Credentials::new(ADMIN.0, ADMIN.1), Credentials::plain(ADMIN.0, ADMIN.1)] {
        for credentials in [credentials.events("on"), credentials.events("system,call")] {
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

fn wrong_secret_is_refused(server: &Server) {
    assert_refused(server, ADMIN.0, "another-secret");
}

fn unknown_user_is_refused(server: &Server) {
    assert_refused(server, "nobody", ADMIN.1);
}

fn assert_refused(server: &Server, user: &str, secret: &str) {
    for credentials in [Credentials::new(user, secret), Credentials::plain(user, secret)] {
        match server.connect().login(&credentials.events("off")) {
            Err(error @ Error::Refused { reason: LoginRefused::Authentication, .. }) => {
                assert_eq!(error.to_string(), "login refused: Authentication failed");
                assert!(!format!("{error:?}").contains(secret), "{error:?}");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// This user has `allowmultiplelogin = no`: a second login is refused and the first stays logged
/// in. After the first has logged off, another login succeeds.
fn second_login_of_a_single_user_is_refused(server: &Server) {
    let (user, secret) = ("single", "singlesecret");
    let mut first = server.connect();
    first.login(&Credentials::new(user, secret)).expect("a login");
    for credentials in [Credentials::new(user, secret), Credentials::plain(user, secret)] {
        match server.connect().login(&credentials) {
            Err(error @ Error::Refused { reason: LoginRefused::AlreadyInUse, .. }) => {
                assert_eq!(error.to_string(), "login refused: Login Already In Use");
                assert!(!format!("{error:?}").contains(secret), "{error:?}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_works(server, first);
    let log_in = || {
        let mut client = server.connect();
        client.login(&Credentials::new(user, secret)).map(|()| client)
    };
    // The server removes the first session a moment after its logoff.
    let end = Instant::now() + TIMEOUT;
    let next = loop {
        match log_in() {
            Err(Error::Refused { reason: LoginRefused::AlreadyInUse, .. }) if Instant::now() < end => {}
            result => break result.expect("a login"),
        }
    };
    assert_works(server, next);
}

fn actions_without_permission_are_refused(server: &Server) {
    let users =
        [("limited", "limitedsecret", "Originate"), ("readonly", "readonlysecret", "CoreShowChannels")];
    for (user, secret, action) in users {
        let mut client = server.connect();
        client.login(&Credentials::new(user, secret)).expect(user);
        assert_success(&ask(&mut client, "Ping", NONE));
        match client.send(&Raw::without_headers(action)) {
            Err(error @ Error::Response { status: ResponseStatus::PermissionDenied, .. }) => {
                assert_eq!(error.to_string(), "the user is not permitted to do that: Permission denied");
                assert!(!format!("{error:?}").contains(secret), "{error:?}");
            }
            other => panic!("{user}: {other:?}"),
        }
        // The same holds for a list, and the connection still works.
        let list = client.list(&Raw::without_headers(action)).map(|_| ());
        assert!(
            matches!(list, Err(Error::Response { status: ResponseStatus::PermissionDenied, .. })),
            "{list:?}"
        );
        assert_success(&ask(&mut client, "Ping", NONE));
    }
}

/// The client refuses to send actions before the login, and the server refuses them. The login is
/// still possible after either.
fn actions_before_login_are_refused(server: &Server) {
    let mut client = server.connect();
    let result = client.send(&Raw::without_headers("Ping"));
    assert!(matches!(result, Err(Error::Session(SessionError::Stage(Stage::LoggingIn)))), "{result:?}");
    client.login(&Credentials::new(ADMIN.0, ADMIN.1)).expect("a login");
    assert_works(server, client);

    let mut session = Session::connect(server, 256);
    session.queue(&Raw::without_headers("Ping"), "ping");
    session.send();
    let ping = session.until(|message| message.kind() == Kind::Response);
    assert_eq!(ResponseStatus::from_message(&ping.message()), ResponseStatus::PermissionDenied, "{ping:?}");
    session.log_in("off");
    session.finish();
}

/// On the TLS port the server waits for a handshake while the client waits for a banner. The client
/// must give up in time.
fn tls_port_without_tls_is_an_error(server: &Server) {
    let timeout = Duration::from_secs(1);
    let start = Instant::now();
    let result = Client::connect((Ipv4Addr::LOCALHOST, server.tls_port), timeout);
    assert!(
        matches!(result, Err(Error::Silent { .. } | Error::NotAsterisk { .. } | Error::Disconnected(_))),
        "{result:?}"
    );
    assert!(start.elapsed() < timeout * 2, "{:?}", start.elapsed());
}

#[test]
fn refused_connection_is_an_error() {
    let result = Client::connect((Ipv4Addr::LOCALHOST, closed_port()), Duration::from_secs(5));
    match result {
        Err(Error::Connect(error)) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused),
        other => panic!("{other:?}"),
    }
}
