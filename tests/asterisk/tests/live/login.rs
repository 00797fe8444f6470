use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use embedded_ami::io::blocking::{Client, Error};
use embedded_ami::wire::Kind;

use crate::server::{ADMIN, NONE, Server, ask, assert_success, closed_port, is, value};

live!(plain, md5, wrong_secret, unknown_user, before_login, plain_bytes_to_the_tls_port);

const USERS: [(&str, &str); 3] = [ADMIN, ("md5user", "md5secret"), ("Ünï cödé", "s:e=c r,e\"t é")];

fn plain(server: &Server) {
    for (user, secret) in USERS {
        let mut client = server.connect();
        client.login_plain(user, secret).expect(user);
        works(server, client);
    }
}

fn md5(server: &Server) {
    for (user, secret) in USERS {
        let mut client = server.connect();
        client.login(user, secret).expect(user);
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

    let unknown = ask(&mut client, "Nonsense", NONE);
    assert!(is(&unknown.message(), Kind::Response, "Error"), "{unknown:?}");
    assert!(value(&unknown, "Message").starts_with(b"Invalid/unknown command: Nonsense."), "{unknown:?}");
}

fn wrong_secret(server: &Server) {
    refused(server, "admin", "wrong");
}

fn unknown_user(server: &Server) {
    refused(server, "nobody", "adminsecret");
}

fn refused(server: &Server, user: &str, secret: &str) {
    for result in [server.connect().login(user, secret), server.connect().login_plain(user, secret)] {
        match result {
            Err(Error::Refused(text)) => assert_eq!(text, "Authentication failed"),
            other => panic!("{other:?}"),
        }
    }
}

/// All other actions are refused, and the connection can still log in.
fn before_login(server: &Server) {
    let mut client = server.connect();
    let ping = ask(&mut client, "Ping", NONE);
    assert!(is(&ping.message(), Kind::Response, "Error"), "{ping:?}");
    assert_eq!(value(&ping, "Message"), b"Permission denied");
    client.login(ADMIN.0, ADMIN.1).expect("a login");
    works(server, client);
}

/// The server waits for a TLS handshake, the client for a banner: that must end.
fn plain_bytes_to_the_tls_port(server: &Server) {
    let timeout = Duration::from_secs(1);
    let start = Instant::now();
    let result = Client::connect((Ipv4Addr::LOCALHOST, server.tls_port), timeout);
    assert!(matches!(result, Err(Error::NoBanner(_) | Error::Closed { .. })), "{result:?}");
    assert!(start.elapsed() < timeout * 2, "{:?}", start.elapsed());
}

#[test]
fn port_where_nothing_listens() {
    let result = Client::connect((Ipv4Addr::LOCALHOST, closed_port()), Duration::from_secs(5));
    match result {
        Err(Error::Io { doing: "connect", error }) => {
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
        }
        other => panic!("{other:?}"),
    }
}
