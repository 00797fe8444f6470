//! Tests the connection of the example, and runs it as a program, against scripted servers over
//! TLS.
#![cfg(unix)]

#[path = "../src/connect.rs"]
mod connect;
#[path = "../examples/device.rs"]
#[allow(dead_code, reason = "the tests call its function instead of `main`")]
mod device;
#[path = "../../../tool/src/connection/tls/handshake.rs"]
mod handshake;
#[path = "../../../tests/common/program.rs"]
#[allow(dead_code, reason = "these tests use only part of it")]
mod program;
#[path = "../../../tool/src/connection/tcp.rs"]
mod tcp;
#[path = "../../../tool/src/connection/tls/trusted.rs"]
mod trusted;

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use embedded_ami::action::Raw;
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::{Client, Disconnect, Error};
use program::{SECRET, Server, TIMEOUT, program, run};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, SigningKey};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use trusted::Trusted;
use x509_cert::der::asn1::{Any, BitString};
use x509_cert::der::{Decode, Encode, Tag};

type TlsServer = Server<StreamOwned<ServerConnection, TcpStream>>;

/// A certificate with its key.
struct Identity {
    certificate: CertificateDer<'static>,
    params: CertificateParams,
    key: KeyPair,
}

impl Identity {
    fn self_signed(params: CertificateParams) -> Self {
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate").der().clone();
        Identity { certificate, params, key }
    }

    fn signed_by(params: CertificateParams, ca: &Identity) -> Self {
        let key = KeyPair::generate().expect("a key");
        let issuer = Issuer::from_params(&ca.params, &ca.key);
        let certificate = params.signed_by(&key, &issuer).expect("a certificate").der().clone();
        Identity { certificate, params, key }
    }

    /// Makes a certificate of version 1 of it, which has no extensions, signed by this key.
    fn version_1(mut self, signed_by: Option<&Identity>) -> Self {
        let parsed = parse(&self.certificate);
        let to_be_signed = sequence(&[
            parsed.tbs_certificate().serial_number(),
            parsed.tbs_certificate().signature(),
            parsed.tbs_certificate().issuer(),
            parsed.tbs_certificate().validity(),
            parsed.tbs_certificate().subject(),
            parsed.tbs_certificate().subject_public_key_info(),
        ]);
        let key = signed_by.map_or(&self.key, |ca| &ca.key);
        let signature = key.sign(&to_be_signed.to_der().expect("DER")).expect("a signature");
        let signature = BitString::from_bytes(&signature).expect("bits");
        let whole = sequence(&[&to_be_signed, parsed.signature_algorithm(), &signature]);
        self.certificate = whole.to_der().expect("DER").into();
        self
    }

    fn server(&self, versions: &[&'static rustls::SupportedProtocolVersion]) -> Arc<ServerConfig> {
        let provider = ring::default_provider();
        let key = PrivatePkcs8KeyDer::from(self.key.serialize_der()).into();
        let key = provider.key_provider.load_private_key(key).expect("a key");
        // Accepts any certificate with any key.
        let resolver = SingleCertAndKey::from(CertifiedKey::new(vec![self.certificate.clone()], key));
        let config = ServerConfig::builder_with_provider(provider.into()).with_protocol_versions(versions);
        Arc::new(config.expect("versions").with_no_client_auth().with_cert_resolver(Arc::new(resolver)))
    }
}

fn parse(certificate: &[u8]) -> x509_cert::Certificate {
    x509_cert::Certificate::from_der(certificate).expect("a certificate")
}

fn sequence(parts: &[&dyn EncodeDyn]) -> Any {
    let bytes: Vec<u8> = parts.iter().flat_map(|part| part.encoded()).collect();
    Any::new(Tag::Sequence, bytes).expect("DER")
}

/// `Encode`, as a trait object.
trait EncodeDyn {
    fn encoded(&self) -> Vec<u8>;
}

impl<T: Encode> EncodeDyn for T {
    fn encoded(&self) -> Vec<u8> {
        self.to_der().expect("DER")
    }
}

/// Returns the parameters of a certificate with these alternative names and this Common Name.
fn params(alternative: &[&str], common: &str) -> CertificateParams {
    let names: Vec<String> = alternative.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names");
    params.distinguished_name.push(DnType::CommonName, common);
    params
}

/// Returns the parameters of a CA.
fn ca_params(alternative: &[&str], common: &str) -> CertificateParams {
    let mut params = params(alternative, common);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

/// Returns the parameters with a validity from the start of one year to that of another.
fn valid(mut params: CertificateParams, from: i32, to: i32) -> CertificateParams {
    (params.not_before, params.not_after) =
        (rcgen::date_time_ymd(from, 1, 1), rcgen::date_time_ymd(to, 1, 1));
    params
}

/// A PEM file that is deleted at the end.
struct File(PathBuf);

impl File {
    fn new(certificates: &[&Identity]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("embedded-ami-tls-{}-{number}.pem", std::process::id());
        let path = std::env::temp_dir().join(name);
        let block = |identity: &&Identity| {
            let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
            for line in base64(&identity.certificate).as_bytes().chunks(64) {
                pem.extend(line.iter().map(|&byte| char::from(byte)).chain(['\n']));
            }
            pem + "-----END CERTIFICATE-----\n"
        };
        fs::write(&path, certificates.iter().map(block).collect::<String>()).expect("a file");
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("text")
    }

    fn trusted(&self) -> Trusted {
        Trusted::from_pem_file(self.path(), ring::default_provider().into()).expect("certificates")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(group.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let digit = DIGITS[bits >> (18 - 6 * at) & 63];
            text.push(if at <= group.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

/// Starts a server for one connection. Returns its port and its thread.
fn listen(script: impl FnOnce(TcpStream) + Send + 'static) -> (u16, JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    (port, thread::spawn(move || script(listener.accept().expect("a client").0)))
}

/// Starts a server over TLS for one connection. Returns its port and its thread.
fn serve(
    config: Arc<ServerConfig>,
    script: impl FnOnce(&mut TlsServer) + Send + 'static,
) -> (u16, JoinHandle<()>) {
    listen(move |stream| {
        let connection = ServerConnection::new(config).expect("TLS");
        script(&mut Server(StreamOwned::new(connection, stream)));
    })
}

fn known() -> (Identity, File) {
    let identity = Identity::self_signed(ca_params(&["localhost"], "known"));
    let file = File::new(&[&identity]);
    (identity, file)
}

/// Connects to a server with this certificate, which sends one byte after the handshake. Returns
/// the error, or an empty string.
fn attempt(
    server: &Identity,
    trusted: &[&Identity],
    host: &str,
    version: &'static rustls::SupportedProtocolVersion,
) -> String {
    let file = File::new(trusted);
    let (port, thread) = serve(server.server(&[version]), |server| {
        let _ = server.0.write_all(b"A");
        let _ = server.0.flush();
    });
    let error = match connect::connect(host, port, file.trusted(), TIMEOUT) {
        Err(error) => error.to_string(),
        Ok(mut stream) => {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("a byte");
            String::new()
        }
    };
    thread.join().expect("a server");
    assert!(error.is_empty() || error.starts_with(&format!("{host}, port {port}: ")), "{error}");
    error.replace(file.path(), "FILE")
}

#[test]
fn each_kind_of_certificate_is_accepted_for_its_name_and_refused_for_others() {
    let ca = Identity::self_signed(ca_params(&[], "the CA"));
    let other = Identity::self_signed(ca_params(&[], "another CA"));
    let namesake = Identity::self_signed(ca_params(&[], "the CA"));
    let new = || params(&["localhost", "127.0.0.1"], "x");
    let signed = Identity::signed_by(new(), &ca);
    let signed_other_name = Identity::signed_by(params(&["example.com"], "localhost"), &ca);
    let signed_expired = Identity::signed_by(valid(new(), 2019, 2020), &ca);
    let own = Identity::self_signed(params(&["localhost", "127.0.0.1"], "x"));
    let own_ca = Identity::self_signed(ca_params(&["localhost", "127.0.0.1"], "x"));
    let common = Identity::self_signed(ca_params(&[], "LocalHost"));
    let signed_common = Identity::signed_by(params(&[], "localhost"), &ca);
    let both = Identity::self_signed(ca_params(&["example.com"], "localhost"));
    let first = Identity::self_signed(params(&[], "localhost")).version_1(None);
    let signed_first = Identity::signed_by(params(&[], "localhost"), &ca).version_1(Some(&ca));
    let new_ca = || ca_params(&["localhost"], "x");
    let expired = [new(), new_ca()].map(|params| Identity::self_signed(valid(params, 2019, 2020)));
    let future = [new(), new_ca()].map(|params| Identity::self_signed(valid(params, 2100, 2101)));
    let untrusted = "FILE contains neither the server's certificate nor the one that has signed it";
    let (t12, t13) = (&rustls::version::TLS12, &rustls::version::TLS13);
    for (server, trusted, host, version, expected) in [
        (&signed, &ca, "localhost", t13, ""),
        (&signed, &ca, "127.0.0.1", t12, ""),
        (&signed, &signed, "localhost", t13, ""),
        (&own, &own, "localhost", t13, ""),
        (&own_ca, &own_ca, "localhost", t13, ""),
        (&own_ca, &own_ca, "localhost", t12, ""),
        (&own_ca, &own_ca, "127.0.0.1", t13, ""),
        (&common, &common, "localhost", t13, ""),
        (&common, &common, "localhost", t12, ""),
        (&signed_common, &signed_common, "localhost", t13, ""),
        (&first, &first, "localhost", t13, ""),
        (&signed_first, &signed_first, "localhost", t13, ""),
        // Only the certificate itself, and only over TLS 1.3.
        (&signed_common, &ca, "localhost", t13, "no subjectAltName"),
        (&signed_first, &ca, "localhost", t13, "X.509 version 1"),
        (&first, &first, "localhost", t12, "X.509 version 1"),
        // Another name. The Common Name does not count beside alternative names.
        (&common, &common, "127.0.0.1", t13, "not for 127.0.0.1, but for LocalHost"),
        (&first, &first, "127.0.0.1", t13, "not for 127.0.0.1, but for localhost"),
        (&both, &both, "localhost", t13, "not for localhost, but for example.com"),
        (&signed_other_name, &ca, "localhost", t13, "not for localhost, but for example.com"),
        // Another certificate.
        (&signed, &other, "localhost", t13, untrusted),
        (&signed, &namesake, "localhost", t13, "signature does not match the certificates in FILE"),
        (&own, &other, "localhost", t13, untrusted),
        (&own_ca, &other, "localhost", t13, untrusted),
        (&own_ca, &Identity::self_signed(own_ca.params.clone()), "localhost", t13, untrusted),
        // Another time.
        (&signed_expired, &ca, "localhost", t13, "expired"),
        (&expired[0], &expired[0], "localhost", t13, "expired"),
        (&expired[1], &expired[1], "localhost", t12, "expired"),
        (&future[0], &future[0], "localhost", t13, "becomes valid in"),
        (&future[1], &future[1], "localhost", t12, "becomes valid in"),
    ] {
        let error = attempt(server, &[trusted], host, version);
        let certificate = parse(&server.certificate);
        let subject = certificate.tbs_certificate().subject();
        assert!(error.contains(expected), "{subject}, {host}, {version:?}: {error}");
        assert_eq!(error.is_empty(), expected.is_empty(), "{subject}, {host}, {version:?}: {error}");
    }
    // One of several.
    assert_eq!(attempt(&own_ca, &[&other, &own_ca], "localhost", t13), "");
    assert_eq!(attempt(&signed, &[&other, &ca], "localhost", t13), "");
}

/// A server can present a trusted certificate without having its key. The signature of the
/// handshake gives it away.
#[test]
fn a_trusted_certificate_without_its_key_is_refused() {
    for version_1 in [false, true] {
        for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
            let mut known = Identity::self_signed(ca_params(&["localhost"], "localhost"));
            if version_1 {
                known = known.version_1(None);
            }
            let thief = Identity {
                certificate: known.certificate.clone(),
                params: known.params.clone(),
                key: KeyPair::generate().expect("a key"),
            };
            let error = attempt(&thief, &[&known], "localhost", version);
            let is_refused_before = version_1 && *version == rustls::version::TLS12;
            let expected = if is_refused_before { "version 1" } else { "signature does not match" };
            assert!(error.contains(expected), "{version_1} {version:?}: {error}");
        }
    }
}

#[test]
fn a_file_without_certificates_and_a_missing_one_are_errors() {
    let file = File::new(&[]);
    for (path, expected) in [(file.path(), "contains no certificate"), ("/no/such/file", "No such file")] {
        let error =
            Trusted::from_pem_file(path, ring::default_provider().into()).expect_err("no certificates");
        let error = error.to_string();
        assert!(error.starts_with(&format!("{path}: ")) && error.contains(expected), "{error}");
    }
}

#[test]
fn a_server_without_tls_is_reported() {
    let (_, file) = known();
    let fails = |script: fn(TcpStream)| {
        let (port, thread) = listen(script);
        let error = connect::connect("localhost", port, file.trusted(), TIMEOUT).expect_err("no TLS");
        thread.join().expect("a server");
        error.to_string()
    };
    let banner = fails(|mut stream| {
        stream.write_all(b"Asterisk Call Manager/11.0.0\r\n").expect("a client");
        let _ = stream.read(&mut [0; 1000]);
    });
    assert!(
        banner.ends_with(
            "does not speak TLS on this port. AMI over TLS has a port of its own, tlsbindaddr in manager.conf"
        ),
        "{banner}"
    );
    let closed = fails(|mut stream| drop(stream.read(&mut [0; 1000])));
    assert!(closed.ends_with("the server closes the connection during the TLS handshake"), "{closed}");
}

/// Whether the server sends nothing or an endless handshake in small pieces, the limit holds.
#[test]
fn the_handshake_has_a_time_limit() {
    let (_, file) = known();
    let limit = Duration::from_millis(150);
    for sends in [false, true] {
        let (port, thread) = listen(move |mut stream| {
            // A record of 16,384 bytes.
            let mut bytes = [22, 3, 3, 64, 0, 2, 0, 63].into_iter().chain(std::iter::repeat(0));
            while !sends || stream.write_all(&[bytes.next().expect("a byte")]).is_ok() {
                if !sends {
                    let _ = stream.read_to_end(&mut Vec::new());
                    return;
                }
                thread::sleep(Duration::from_millis(5));
            }
        });
        let start = Instant::now();
        let error = connect::connect("localhost", port, file.trusted(), limit).expect_err("no handshake");
        let elapsed = start.elapsed();
        assert!(error.to_string().ends_with("does not complete the TLS handshake in time"), "{error}");
        // Without a limit, the endless handshake would take 82 s, and the silent one would never
        // end.
        assert!(elapsed >= limit && elapsed < Duration::from_secs(10), "{elapsed:?}");
        thread.join().expect("a server");
    }
}

/// The blocking client needs that of its transport.
#[test]
fn a_read_returns_after_a_tenth_of_a_second() {
    let (identity, file) = known();
    let (port, thread) = serve(identity.server(&[&rustls::version::TLS13]), |server| {
        let _ = server.0.read(&mut [0]);
    });
    let mut stream = connect::connect("localhost", port, file.trusted(), TIMEOUT).expect("TLS");
    let start = Instant::now();
    let error = stream.read(&mut [0]).expect_err("nothing to read");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    let elapsed = start.elapsed();
    // The limit of the handshake, `TIMEOUT`, is not that of a read.
    assert!(elapsed >= Duration::from_millis(90) && elapsed < TIMEOUT * 3 / 5, "{elapsed:?}");
    drop(stream);
    thread.join().expect("a server");
}

/// A socket that takes no bytes until it has delivered this many.
struct Gate {
    socket: TcpStream,
    blocked_for: Arc<AtomicUsize>,
}

impl Read for Gate {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let n = self.socket.read(to)?;
        let left = self.blocked_for.load(Ordering::Relaxed).saturating_sub(n);
        self.blocked_for.store(left, Ordering::Relaxed);
        Ok(n)
    }
}

impl Write for Gate {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        if self.blocked_for.load(Ordering::Relaxed) > 0 {
            return Err(ErrorKind::WouldBlock.into());
        }
        self.socket.write(from)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The server takes no requests until the client has read its events. The requests fill the buffers
/// of rustls and of the client.
#[test]
fn the_client_reads_while_its_own_bytes_are_blocked() {
    const EVENTS: usize = 2_000;
    const REQUESTS: usize = 50;
    let (identity, file) = known();
    let (port, server) = serve(identity.server(&[&rustls::version::TLS13]), |server| {
        server.accept();
        for _ in 0..EVENTS / 20 {
            thread::sleep(Duration::from_millis(3)); // so that the client tries to write meanwhile
            server.send("Event: UserEvent\r\nPrivilege: user,all\r\n\r\n".repeat(20));
        }
        for _ in 0..REQUESTS {
            server.answer("Ping", "Response: Success\r\nActionID: @\r\nPing: Pong\r\n\r\n");
        }
        server.confirm_logoff();
    });
    let stream = connect::connect("localhost", port, file.trusted(), TIMEOUT).expect("TLS");
    let (connection, socket) = stream.into_parts();
    let blocked_for = Arc::new(AtomicUsize::new(0));
    let gate = Gate { socket, blocked_for: Arc::clone(&blocked_for) };
    let mut client = Client::new(StreamOwned::new(connection, gate), TIMEOUT).expect("a banner");
    client.login(&Credentials::new("admin", SECRET).events("on")).expect("a login");

    blocked_for.store(EVENTS * 40, Ordering::Relaxed);
    let padding = "x".repeat(900);
    let headers = [("Padding", &padding[..]); 4];
    let ping = Raw::new("Ping", &headers);
    let tickets: Vec<_> = (0..REQUESTS).map(|_| client.queue(&ping).expect("room")).collect();
    for ticket in tickets {
        client.wait(ticket).expect("a Pong");
    }
    client.log_off().expect("a goodbye");
    server.join().expect("a session");
}

/// rustls passes a read timeout of the socket on and can continue after it. The client reports the
/// end of the stream the same way with and without close_notify.
#[test]
fn a_tls_stream_survives_read_timeouts_and_ends_with_or_without_close_notify() {
    let (identity, file) = known();
    for (close_notify, last, disconnect) in [
        (true, "", Disconnect::Closed),
        (false, "", Disconnect::Closed),
        (false, "Event: Hang", Disconnect::Cut),
    ] {
        let (port, server) = serve(identity.server(&[&rustls::version::TLS13]), move |server| {
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
        let stream = connect::connect("localhost", port, file.trusted(), TIMEOUT).expect("TLS");
        stream.sock.set_read_timeout(Some(Duration::from_millis(5))).expect("a timeout");
        stream.sock.set_write_timeout(Some(Duration::from_millis(5))).expect("a timeout");
        let mut client = Client::new(stream, TIMEOUT).expect("a banner");
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

fn example() -> Command {
    program(env!("CARGO_BIN_EXE_tls"))
}

#[test]
fn missing_or_invalid_environment_variables_are_reported() {
    for (name, value, error) in [
        ("AMI_USER", None, "AMI_USER is not set"),
        ("AMI_SECRET", None, "AMI_SECRET is not set"),
        ("AMI_SECRET", Some(OsStr::from_bytes(b"hush\xff")), "AMI_SECRET is not set"),
        ("AMI_TLS_CA", None, "AMI_TLS_CA is not set"),
        ("AMI_PORT", Some(OsStr::new("70000")), "AMI_PORT is not a port: 70000"),
    ] {
        let mut command = example();
        command.env_remove(name).envs(value.map(|value| (name, value)));
        let (status, stdout, stderr) = run(&mut command);
        assert_eq!((status, &stdout[..], stderr), (Some(1), "", format!("Error: {error}\n")));
    }
}

#[test]
fn the_program_prints_the_version_and_reports_a_lost_connection_and_a_refused_certificate() {
    let (identity, file) = known();
    let config = identity.server(rustls::ALL_VERSIONS);
    let example = |port: u16| {
        let mut command = example();
        command.env("AMI_TLS_CA", file.path()).env("AMI_PORT", port.to_string());
        command
    };
    let (port, server) = serve(Arc::clone(&config), |server| {
        server.accept();
        let (id, _) = server.receive("CoreSettings");
        // The response takes several TLS records, with read timeouts between them.
        let answer = format!("Response: Success\r\nActionID: {id}\r\nAsteriskVersion: 22.0.0\r\n\r\n");
        for piece in answer.as_bytes().chunks(50) {
            server.send(piece);
            thread::sleep(Duration::from_millis(120));
        }
        server.confirm_logoff();
        server.0.conn.send_close_notify();
        server.0.flush().expect("a client");
    });
    let (status, stdout, stderr) = run(&mut example(port));
    assert_eq!((status, &stdout[..], &stderr[..]), (Some(0), "22.0.0\n", ""));
    server.join().expect("a session");

    let (port, server) = serve(Arc::clone(&config), |server| {
        server.accept();
        server.receive("CoreSettings");
        server.send("Response: Succ");
    });
    let (status, stdout, stderr) = run(&mut example(port));
    assert_eq!((status, &stdout[..]), (Some(1), ""));
    assert!(stderr.starts_with("Error: ") && stderr.ends_with('\n'), "{stderr}");
    server.join().expect("half a session");

    let (port, server) = serve(config, |server| assert!(server.0.read(&mut [0]).is_err()));
    let (status, stdout, stderr) = run(example(port).env("AMI_HOST", "127.0.0.1"));
    assert_eq!((status, &stdout[..]), (Some(1), ""));
    assert!(stderr.starts_with(&format!("Error: 127.0.0.1, port {port}: ")), "{stderr}");
    server.join().expect("no session");
}

/// The example `device`: embedded-tls against rustls. It reads the Common Name, too, but no IP
/// address, and versions before TLS 1.3 are unknown to it.
#[test]
fn a_device_verifies_the_certificate_and_logs_in() {
    let ca = Identity::self_signed(ca_params(&[], "the CA"));
    let other = Identity::self_signed(ca_params(&[], "another CA"));
    let signed = Identity::signed_by(params(&["localhost", "127.0.0.1"], "x"), &ca);
    let own = Identity::self_signed(ca_params(&["localhost"], "x"));
    let common = Identity::self_signed(ca_params(&[], "localhost"));
    let expired = Identity::self_signed(valid(ca_params(&["localhost"], "x"), 2019, 2020));
    let (t12, t13) = (&rustls::version::TLS12, &rustls::version::TLS13);
    for (server, trusted, host, version, expected) in [
        (&signed, &ca, "localhost", t13, Ok("22.0.0")),
        (&own, &own, "localhost", t13, Ok("22.0.0")),
        (&common, &common, "localhost", t13, Ok("22.0.0")),
        (&signed, &ca, "127.0.0.1", t13, Err("InvalidCertificate")),
        (&signed, &other, "localhost", t13, Err("InvalidCertificate")),
        (&own, &other, "localhost", t13, Err("InvalidCertificate")),
        (&signed, &signed, "localhost", t13, Err("InvalidCertificate")),
        (&expired, &expired, "localhost", t13, Err("InvalidCertificate")),
        (&own, &own, "localhost", t12, Err("ProtocolVersion")),
    ] {
        let is_accepted = expected.is_ok();
        let (port, thread) = serve(server.server(&[version]), move |server| match is_accepted {
            true => {
                server.accept();
                let answer = "Response: Success\r\nActionID: @\r\nAsteriskVersion: 22.0.0\r\n\r\n";
                server.answer("CoreSettings", answer);
                let _ = server.0.read(&mut [0]);
            }
            false => assert!(server.0.read(&mut [0]).is_err()),
        });
        let answer = device::version(host, port, &trusted.certificate, "admin", SECRET);
        match expected {
            Ok(expected) => assert_eq!(answer.expect("a version"), expected),
            Err(expected) => {
                let error = answer.expect_err(expected).to_string();
                assert!(error.starts_with("no TLS connection to ") && error.contains(expected), "{error}");
            }
        }
        thread.join().expect("a server");
    }
}
