//! Tests of scripts, as a client sees them: byte for byte, over sockets that know nothing of the
//! library, and with the client of the library.

mod faults;
mod library;
mod mistakes;
mod readme;
mod verbs;

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use embedded_ami_pbx::{Pbx, Rule, Script};

const BANNER: &str = "Asterisk Call Manager/11.0.0\r\n";
const LOGIN: &str = "Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: off\r\n\r\n";
const ACCEPTED: &str = "Response: Success\r\nMessage: Authentication accepted\r\n\r\n";

/// Reads a script, and checks that it has the same rules as the ones from Rust.
fn script<const N: usize>(toml: &str, rules: [(&str, Rule); N]) -> Script {
    let script = Script::parse(toml).unwrap();
    let same = rules.into_iter().fold(Script::default(), |all, (on, rule)| all.on(on, rule).unwrap());
    assert_eq!(script, same);
    script
}

/// Starts a PBX with the user `admin`.
fn start(script: Script) -> Pbx {
    Pbx::builder().user("admin", "secret").script(script).start("127.0.0.1:0").unwrap()
}

/// A connection without knowledge of the protocol.
struct Wire(TcpStream);

impl Wire {
    /// Connects without reading the banner.
    fn connect(pbx: &Pbx) -> Self {
        let stream = TcpStream::connect(pbx.local_addr()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    /// Connects and logs in without events.
    fn log_in(pbx: &Pbx) -> Self {
        Self::log_in_with(pbx, "Events: off\r\n")
    }

    /// Connects and logs in. `events` is the header with the event mask.
    fn log_in_with(pbx: &Pbx, events: &str) -> Self {
        let mut wire = Self::connect(pbx);
        wire.expect(BANNER);
        wire.send(&LOGIN.replace("Events: off\r\n", events));
        wire.expect(ACCEPTED);
        wire
    }

    fn send(&mut self, bytes: &str) {
        self.0.write_all(bytes.as_bytes()).unwrap();
    }

    /// Reads as many bytes as expected, and compares them.
    fn expect(&mut self, expected: impl AsRef<[u8]>) {
        let expected = expected.as_ref();
        let mut bytes = vec![0; expected.len()];
        let mut length = 0;
        while length < bytes.len() {
            match self.0.read(&mut bytes[length..]) {
                Ok(0) => break,
                Ok(n) => length += n,
                Err(error) => panic!("{error} after {:?}", String::from_utf8_lossy(&bytes[..length])),
            }
        }
        assert_eq!(String::from_utf8_lossy(&bytes[..length]), String::from_utf8_lossy(expected));
        assert!(bytes == expected);
    }

    /// Checks that the PBX closes the connection and sends nothing more.
    fn expect_end(&mut self) {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Ok(_) => {}
            Err(error) => panic!("{error}, not the end, after {:?}", String::from_utf8_lossy(&rest)),
        }
        assert_eq!(String::from_utf8_lossy(&rest), "");
    }

    /// Checks that nothing arrives for a while.
    fn expect_silence(&mut self) {
        self.0.set_read_timeout(Some(Duration::from_millis(30))).unwrap();
        let read = self.0.read(&mut [0]);
        assert!(matches!(&read, Err(error) if error.kind() == ErrorKind::WouldBlock), "{read:?}");
        self.0.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    }

    /// Sends a request and expects an answer.
    fn ask(&mut self, request: &str, answer: impl AsRef<[u8]>) {
        self.send(request);
        self.expect(answer);
    }

    /// Checks that the connection still works.
    fn check(&mut self) {
        self.ask(
            "Action: Events\r\nActionID: alive\r\nEventMask: off\r\n\r\n",
            "Response: Success\r\nActionID: alive\r\nEvents: Off\r\n\r\n",
        );
    }
}
