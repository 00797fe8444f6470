//! TLS, with the client of the library over rustls and with raw connections.
#![cfg(feature = "tls")]

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use embedded_ami::action::{Originate, Raw};
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::Client;
use embedded_ami::io::blocking::server::Limits;
use embedded_ami::server::Timing;
use embedded_ami_pbx::{Builder, Pbx, Recording, Rule, Tls};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// A PBX with a certificate of its own.
struct Server {
    pbx: Pbx,
    address: SocketAddr,
    config: Arc<ClientConfig>,
}

impl Server {
    fn start(builder: Builder) -> Self {
        let (tls, certificate) = Tls::self_signed().expect("a certificate");
        let pbx = builder.user("admin", "secret").tls(tls).start("127.0.0.1:0").expect("a port");
        Self {
            address: pbx.local_addr(),
            pbx,
            config: Arc::new(trusting(&certificate, &[&rustls::version::TLS13])),
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
        stream
    }

    /// Connects with TLS over a stream that wraps the socket.
    fn secure<S: Read + Write>(
        &self,
        host: &str,
        config: &Arc<ClientConfig>,
        stream: S,
    ) -> StreamOwned<ClientConnection, S> {
        let name = host.to_owned().try_into().expect("a host name");
        StreamOwned::new(ClientConnection::new(Arc::clone(config), name).expect("TLS"), stream)
    }

    fn client(&self) -> Client<StreamOwned<ClientConnection, TcpStream>> {
        let mut stream = self.secure("localhost", &self.config, self.connect());
        stream.conn.complete_io(&mut stream.sock).expect("a handshake");
        stream.sock.set_read_timeout(Some(Duration::from_millis(50))).expect("a socket");
        Client::new(stream, Duration::from_secs(10)).expect("a banner")
    }
}

/// Returns the configuration of a client that trusts a certificate.
fn trusting(certificate: &str, versions: &[&'static rustls::SupportedProtocolVersion]) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(certificate.as_bytes()).expect("a certificate"))
        .expect("a root");
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    builder
        .with_protocol_versions(versions)
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[test]
fn a_client_logs_in_originates_and_logs_off() {
    let server = Server::start(Pbx::builder().speed(100));
    let mut client = server.client();
    client.login(&Credentials::new("admin", "secret").events("call")).unwrap();
    let call = Originate::to_extension("Local/102@test", "test", "102", "1").in_background();
    client.send(&call).unwrap();
    loop {
        let event = client.next_event(Duration::from_secs(10)).unwrap().expect("an event");
        if event.message().name().is_some_and(|name| name == "OriginateResponse") {
            assert!(event.message().get("Response").is_some_and(|response| response == "Success"));
            break;
        }
    }
    client.log_off().unwrap();
}

#[test]
fn both_versions_and_all_names_are_served_and_the_end_is_marked() {
    let (tls, certificate) = Tls::self_signed().unwrap();
    let pbx = Pbx::builder().user("admin", "secret").tls(tls.clone()).start("127.0.0.1:0").unwrap();
    assert!(!format!("{tls:?}").contains("key"));
    let server = Server {
        address: pbx.local_addr(),
        pbx,
        config: Arc::new(trusting(&certificate, &[&rustls::version::TLS13])),
    };
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        for host in ["localhost", "127.0.0.1", "::1"] {
            let config = Arc::new(trusting(&certificate, &[version]));
            let mut stream = server.secure(host, &config, server.connect());
            stream.write_all(b"Action: Logoff\r\n\r\n").unwrap();
            // This would be an error if the end were not marked by TLS.
            let mut received = String::new();
            stream.read_to_string(&mut received).unwrap();
            assert!(
                received.starts_with("Asterisk Call Manager/11.0.0\r\n")
                    && received.ends_with("fish.\r\n\r\n")
            );
        }
    }
    let config = Arc::clone(&server.config);
    let mut stream = server.secure("example.org", &config, server.connect());
    assert!(stream.read(&mut [0]).is_err(), "a name that the certificate does not have");
    let other = Arc::new(trusting(&Tls::self_signed().unwrap().1, &[&rustls::version::TLS13]));
    let mut stream = server.secure("localhost", &other, server.connect());
    assert!(stream.read(&mut [0]).is_err(), "another certificate");
}

/// A socket that sends and receives random pieces.
struct Pieces {
    socket: TcpStream,
    random: fastrand::Rng,
}

impl Read for Pieces {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let length = self.random.usize(1..=to.len().min(300));
        self.socket.read(&mut to[..length])
    }
}

impl Write for Pieces {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        if self.random.u8(..8) == 0 {
            // The server finds a part of a record.
            std::thread::sleep(Duration::from_micros(200));
        }
        let length = self.random.usize(1..=from.len().min(100));
        self.socket.write(&from[..length])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

#[test]
fn records_of_any_size_in_any_pieces_carry_the_same_bytes() {
    let recorded: String = (0..400).map(|at| format!("Event: Recorded\r\nNumber: {at}\r\n\r\n")).collect();
    let server = Server::start(Pbx::builder().replay(Recording::new(recorded.clone()).unwrap()));
    for seed in 0..12 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut config = (*server.config).clone();
        config.max_fragment_size = Some(random.usize(32..600));
        let pieces = Pieces { socket: server.connect(), random: random.fork() };
        let mut stream = server.secure("localhost", &Arc::new(config), pieces);
        let mut requests =
            "Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: off\r\n\r\n".to_owned();
        for at in 0..20 {
            requests +=
                &format!("Action: Ping\r\nActionID: {at}\r\nX: {}\r\n\r\n", "x".repeat(random.usize(..300)));
        }
        requests += "Action: Waitforever\r\nActionID: last\r\n\r\n";
        stream.write_all(requests.as_bytes()).unwrap();
        let mut received = String::new();
        let mut buffer = [0; 512];
        let is_complete =
            |received: &str| received.contains("ActionID: last") && received.contains("Number: 399\r\n\r\n");
        while !is_complete(&received) {
            let length = random.usize(1..=buffer.len());
            let n = stream.read(&mut buffer[..length]).unwrap();
            assert!(n > 0, "seed {seed}: {received}");
            received += std::str::from_utf8(&buffer[..n]).unwrap();
        }
        let messages: Vec<_> = received.split_inclusive("\r\n\r\n").collect();
        let (events, answers): (Vec<_>, Vec<_>) =
            messages.into_iter().partition(|message| message.contains("Recorded"));
        assert_eq!(events.concat(), recorded, "seed {seed}");
        for (at, answer) in answers[1..21].iter().enumerate() {
            assert!(
                answer.starts_with(&format!("Response: Success\r\nActionID: {at}\r\nPing: Pong\r\n")),
                "{answer}"
            );
        }
    }
}

#[test]
fn a_request_ends_the_wait_of_the_one_before() {
    let server = Server::start(Pbx::builder());
    let mut stream = server.secure("localhost", &server.config, server.connect());
    stream.write_all(b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: off\r\n\r\n").unwrap();
    // No time limit, so that only another request ends the wait. One that arrives together with it
    // does not, as in Asterisk: requests follow until one does.
    stream.write_all(b"Action: WaitEvent\r\nTimeout: -1\r\n\r\n").unwrap();
    stream.sock.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let begin = Instant::now();
    let mut received = String::new();
    while !received.contains("Ping: Pong") {
        assert!(begin.elapsed() < Duration::from_secs(20), "{received}");
        stream.write_all(b"Action: Ping\r\n\r\n").unwrap();
        let mut buffer = [0; 512];
        match stream.read(&mut buffer) {
            Ok(n) => received += std::str::from_utf8(&buffer[..n]).unwrap(),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }
    assert!(received.contains("Event: WaitEventComplete"), "{received}");
}

/// The first bytes of a TLS record that says it has 512 bytes.
const UNFINISHED: [u8; 6] = [22, 3, 1, 2, 0, 1];

#[test]
fn clients_that_do_not_speak_tls_do_not_disturb_others() {
    let server = Server::start(Pbx::builder().limits(Limits::DEFAULT.anonymous(4)));
    let silent = server.connect();
    let mut unfinished = server.connect();
    unfinished.write_all(&UNFINISHED).unwrap();
    let mut plain = server.connect();
    plain.write_all(b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\n\r\n").unwrap();
    let mut client = server.client();
    client.login(&Credentials::new("admin", "secret")).unwrap();
    client.send(&Raw::without_headers("Ping")).unwrap();

    let mut alert = Vec::new();
    let _ = plain.read_to_end(&mut alert);
    assert!(alert.starts_with(&[21, 3]), "a TLS alert, and no banner: {alert:?}");
    // Handshakes that are not finished count as clients that have not logged in.
    let more = [server.connect(), server.connect()];
    assert_eq!(server.connect().read(&mut [0]).unwrap_or(0), 0, "a fifth connection");
    client.send(&Raw::without_headers("Ping")).unwrap();
    for stream in [silent, unfinished].iter().chain(&more) {
        stream.set_nonblocking(true).unwrap();
        assert_eq!(stream.peek(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock, "still open");
    }
}

#[test]
fn handshakes_end_with_the_time_to_log_in() {
    let limits = Limits::DEFAULT.timing(Timing::DEFAULT.authentication(300));
    let server = Server::start(Pbx::builder().limits(limits));
    let begin = Instant::now();
    let mut clients = [server.connect(), server.connect()];
    clients[1].write_all(&UNFINISHED).unwrap();
    for client in &mut clients {
        let end = client.read(&mut [0; 64]);
        assert!(!matches!(&end, Err(error) if error.kind() == ErrorKind::WouldBlock), "still open");
        assert!(begin.elapsed() >= Duration::from_millis(300), "{end:?}");
    }
}

#[test]
fn a_client_that_reads_slowly_gets_every_byte() {
    let recorded: String = (0..160_000)
        .map(|at| format!("Event: Recorded\r\nNumber: {at}\r\nX: xxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n\r\n"))
        .collect();
    let server = Server::start(Pbx::builder().replay(Recording::new(recorded.clone()).unwrap()));
    let mut stream = server.secure("localhost", &server.config, server.connect());
    stream.write_all(b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: off\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(100));
    stream.write_all(b"Action: Ping\r\nActionID: 1\r\n\r\n").unwrap();
    let (mut received, mut missing) = (Vec::new(), vec!["Number: 159999\r\nX: ", "Ping: Pong"]);
    while !missing.is_empty() || !received.ends_with(b"\r\n\r\n") {
        let mut buffer = [0; 4096];
        let n = stream.read(&mut buffer).unwrap();
        received.extend_from_slice(&buffer[..n]);
        let latest = String::from_utf8_lossy(&received[received.len().saturating_sub(5000)..]);
        missing.retain(|text| !latest.contains(text));
    }
    let received = String::from_utf8(received).unwrap();
    let events: String =
        received.split_inclusive("\r\n\r\n").filter(|message| message.contains("Recorded")).collect();
    assert!(events == recorded);
    assert!(received.contains("ActionID: 1\r\nPing: Pong"));
}

#[test]
fn an_answer_arrives_whole_although_the_client_has_ended_its_side() {
    const LENGTH: usize = 16 << 20;
    let server = Server::start(Pbx::builder().on("Ping", Rule::raw(vec![b'x'; LENGTH])));
    let mut stream = server.secure("localhost", &server.config, server.connect());
    stream.write_all(b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: off\r\n\r\n").unwrap();
    stream.write_all(b"Action: Ping\r\n\r\n").unwrap();
    stream.conn.send_close_notify();
    stream.flush().unwrap();
    std::thread::sleep(Duration::from_millis(20));
    let mut received = Vec::new();
    stream.read_to_end(&mut received).expect("the end is marked");
    assert_eq!(received.iter().filter(|&&byte| byte == b'x').count(), LENGTH);
}

#[test]
fn the_end_is_marked_when_the_pbx_stops() {
    let server = Server::start(Pbx::builder());
    let mut stream = server.secure("localhost", &server.config, server.connect());
    stream.write_all(b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: off\r\n\r\n").unwrap();
    let mut received = Vec::new();
    while !received.ends_with(b"accepted\r\n\r\n") {
        let mut buffer = [0; 512];
        let n = stream.read(&mut buffer).unwrap();
        received.extend_from_slice(&buffer[..n]);
    }
    server.pbx.stop();
    stream.read_to_end(&mut received).expect("the end is marked");
}

#[test]
fn pem_files_may_be_one_or_two_and_errors_name_the_file() {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate =
        rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let (certificate, key) = (certificate.pem(), key.serialize_pem());
    let other_key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let folder = std::env::temp_dir().join(format!("embedded-ami-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, content: String| -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let both = file("both.pem", format!("Some text\n{key}{certificate}"));
    let certificate_file = file("certificate.pem", certificate.clone());
    let key_file = file("key.pem", key.clone());
    let other_key_file = file("other-key.pem", other_key);
    let encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    let encrypted_file = file("encrypted.pem", encrypted);
    let broken_file =
        file("broken.pem", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n".into());
    let missing = folder.join("missing.pem");

    for (certificates, key) in [(&both, &both), (&certificate_file, &key_file), (&both, &key_file)] {
        let tls = Tls::from_files(certificates, key).unwrap();
        let pbx = Pbx::builder().user("admin", "secret").tls(tls).start("127.0.0.1:0").unwrap();
        let server = Server {
            address: pbx.local_addr(),
            pbx,
            config: Arc::new(trusting(&certificate, &[&rustls::version::TLS13])),
        };
        server.client().login(&Credentials::new("admin", "secret")).unwrap();
    }
    for (certificates, key, culprit, reason) in [
        (&missing, &key_file, &missing, "No such file"),
        (&certificate_file, &missing, &missing, "No such file"),
        (&key_file, &key_file, &key_file, "no certificate in PEM format"),
        (&broken_file, &key_file, &broken_file, "not in PEM format"),
        (&certificate_file, &certificate_file, &certificate_file, "no private key"),
        (&certificate_file, &encrypted_file, &encrypted_file, "encrypted"),
        (&certificate_file, &other_key_file, &other_key_file, "key"),
    ] {
        let error = Tls::from_files(certificates, key).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{}: ", culprit.display())) && error.contains(reason), "{error}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// The socket has nothing to report after the record has arrived, although the PBX reads it in
/// pieces and one of the requests waits for its answer in between.
#[test]
fn requests_in_one_record_are_all_answered() {
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let (tls, certificate) = Tls::self_signed().unwrap();
        let limits = Limits::DEFAULT.request(512);
        let rule = Rule::pass().delay(Duration::from_millis(30)).times(1);
        let builder = Pbx::builder().user("admin", "secret").limits(limits).on("Ping", rule);
        let pbx = builder.tls(tls).start("127.0.0.1:0").unwrap();
        let config = Arc::new(trusting(&certificate, &[version]));
        let server = Server { address: pbx.local_addr(), pbx, config };
        let mut stream = server.secure("localhost", &server.config, server.connect());
        stream
            .write_all(b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: off\r\n\r\n")
            .unwrap();
        let mut requests = String::new();
        for number in 0..100 {
            // Waits for its answer while the rest has arrived.
            let action = if number % 10 == 3 { "WaitEvent\r\nTimeout: 0" } else { "Ping" };
            requests += &format!("Action: {action}\r\nActionID: <{number}>\r\n\r\n");
        }
        assert!(requests.len() < 16_000, "one record");
        stream.write_all(requests.as_bytes()).unwrap();
        let (mut received, mut buffer) = (String::new(), [0; 1024]);
        while !received.contains("ActionID: <99>") {
            let n = stream.read(&mut buffer).expect("all answers");
            assert!(n > 0, "the connection ended after {received}");
            received += std::str::from_utf8(&buffer[..n]).unwrap();
        }
        let missing = (0..100).find(|number| !received.contains(&format!("ActionID: <{number}>\r\n")));
        assert_eq!(missing, None);
    }
}
