//! Runs the example as a program against scripted servers over TLS, and tests the blocking client
//! over rustls as the example uses it.
#![cfg(unix)]

#[path = "../../../tests/common/program.rs"]
#[allow(dead_code, reason = "these tests use only part of it")]
mod program;

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use embedded_ami::action::Raw;
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::{Client, Disconnect, Error};
use program::{SECRET, Server, TIMEOUT, program, run};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned};

fn example() -> Command {
    program(env!("CARGO_BIN_EXE_tls"))
}

#[test]
fn missing_or_invalid_environment_variables_are_reported() {
    for (missing, value) in [("AMI_USER", None), ("AMI_SECRET", None), ("AMI_SECRET", Some(b"hush\xff"))] {
        let mut command = example();
        command.env_remove(missing).envs(value.map(|value| (missing, OsStr::from_bytes(value))));
        let (status, stdout, stderr) = run(&mut command);
        assert_eq!((status, &stdout[..]), (Some(1), ""));
        assert_eq!(stderr, format!("Error: \"{missing} is not set\"\n"));
    }
}

/// A self-signed certificate for `localhost`, with the configuration of a server that presents it
/// and of a client that trusts it.
struct Tls {
    /// The file with the certificate, as PEM.
    certificate_file: PathBuf,
    server: Arc<ServerConfig>,
    client: Arc<ClientConfig>,
}

impl Tls {
    fn new(name: &str) -> Self {
        let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let file = format!("embedded-ami-{name}-{}.pem", std::process::id());
        let certificate_file = std::env::temp_dir().join(file);
        fs::write(&certificate_file, signed.cert.pem()).expect("a file");
        let key = PrivatePkcs8KeyDer::from(signed.signing_key.serialize_der()).into();
        let certificate = signed.cert.der().clone();
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).expect("a root");
        let server = ServerConfig::builder().with_no_client_auth();
        Tls {
            certificate_file,
            server: Arc::new(server.with_single_cert(vec![certificate], key).expect("a key")),
            client: Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()),
        }
    }

    /// Starts a server for one connection. Returns its port and its thread.
    fn serve(
        &self,
        script: impl FnOnce(&mut Server<StreamOwned<ServerConnection, TcpStream>>) + Send + 'static,
    ) -> (u16, JoinHandle<()>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let config = Arc::clone(&self.server);
        let server = thread::spawn(move || {
            let (stream, _) = listener.accept().expect("a client");
            let connection = ServerConnection::new(config).expect("TLS");
            script(&mut Server(StreamOwned::new(connection, stream)));
        });
        (port, server)
    }

    fn example(&self, port: u16) -> Command {
        let mut command = example();
        command.env("AMI_TLS_CA", &self.certificate_file).env("AMI_PORT", port.to_string());
        command
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.certificate_file);
    }
}

#[test]
fn a_trusted_server_answers_and_a_lost_connection_is_an_error() {
    let tls = Tls::new("known");
    let (port, server) = tls.serve(|server| {
        server.accept();
        let (id, _) = server.receive("CoreSettings");
        // The response takes several TLS records, with read timeouts between them.
        let answer = format!("Response: Success\r\nActionID: {id}\r\nAsteriskVersion: 22.0.0\r\n\r\n");
        for piece in answer.as_bytes().chunks(20) {
            server.send(piece);
            thread::sleep(Duration::from_millis(120));
        }
        server.confirm_logoff();
        server.0.conn.send_close_notify();
        server.0.flush().expect("a client");
    });
    let (status, stdout, stderr) = run(&mut tls.example(port));
    assert_eq!((status, &stdout[..], &stderr[..]), (Some(0), "\"22.0.0\"\n", ""));
    server.join().expect("a session");

    let (port, server) = tls.serve(|server| {
        server.accept();
        server.receive("CoreSettings");
        server.send("Response: Succ");
    });
    let (status, _, stderr) = run(&mut tls.example(port));
    assert_eq!(status, Some(1));
    assert!(stderr.contains("OutcomeUnknown") && stderr.contains("Cut"), "{stderr}");
    server.join().expect("half a session");
}

#[test]
fn an_untrusted_certificate_a_wrong_name_and_a_missing_file_are_errors() {
    let (tls, other) = (Tls::new("one"), Tls::new("other"));
    for (command, expected) in [
        (tls.example(0).env("AMI_TLS_CA", &other.certificate_file), "InvalidCertificate(BadSignature)"),
        (tls.example(0).env("AMI_HOST", "127.0.0.1"), "NotValidForName"),
        (tls.example(0).env("AMI_TLS_CA", "/no/such/file"), "No such file"),
    ] {
        let (port, _) = tls.serve(|server| assert!(server.0.read(&mut [0]).is_err()));
        let (status, stdout, stderr) = run(command.env("AMI_PORT", port.to_string()));
        assert_eq!((status, &stdout[..]), (Some(1), ""));
        assert!(stderr.contains(expected), "{stderr}");
    }
}

/// rustls passes a read timeout of the socket on and can continue after it. The client reports the
/// end of the stream the same way with and without close_notify.
#[test]
fn a_tls_stream_survives_read_timeouts_and_ends_with_or_without_close_notify() {
    let tls = Tls::new("streams");
    for (close_notify, last, disconnect) in [
        (true, "", Disconnect::Closed),
        (false, "", Disconnect::Closed),
        (false, "Event: Hang", Disconnect::Cut),
    ] {
        let (port, server) = tls.serve(move |server| {
            server.accept();
            for n in 0..300 {
                if n % 100 == 0 {
                    thread::sleep(Duration::from_millis(60));
                }
                server.send(format!("Event: UserEvent\r\nNumber: {n}\r\n\r\n"));
            }
            server.send(last);
            if close_notify {
                server.0.conn.send_close_notify();
                server.0.flush().expect("a client");
            }
            server.0.sock.shutdown(Shutdown::Write).expect("a socket");
            let _ = server.0.sock.read(&mut [0; 1000]);
        });
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_millis(5))).expect("a timeout");
        stream.set_write_timeout(Some(Duration::from_millis(5))).expect("a timeout");
        let name = "localhost".try_into().expect("a name");
        let connection = ClientConnection::new(Arc::clone(&tls.client), name).expect("TLS");
        let mut client = Client::new(StreamOwned::new(connection, stream), TIMEOUT).expect("a banner");
        client.login(&Credentials::new("admin", SECRET).events("on")).expect("a login");
        let mut numbers = 0;
        let ended = loop {
            match client.next_event(Duration::from_millis(1)) {
                Ok(None) => {}
                Ok(Some(event)) => {
                    let number = event.message().get("Number").and_then(|number| number.to_u64());
                    assert!(number.is_none_or(|number| number == numbers));
                    numbers += u64::from(number.is_some());
                }
                Err(error) => break error,
            }
        };
        assert_eq!(numbers, 300);
        assert!(matches!(ended, Error::Disconnected(actual) if actual == disconnect), "{ended:?}");
        assert!(client.send(&Raw::without_headers("Ping")).is_err());
        drop(client);
        server.join().expect("a session");
    }
}
