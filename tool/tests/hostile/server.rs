//! A scripted server, which can misbehave in any way.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

pub const BANNER: &str = "Asterisk Call Manager/11.0.0\r\n";

/// The server's end of a connection.
pub struct Peer {
    stream: TcpStream,
}

/// A request of the client.
pub struct Request {
    pub action: String,
    pub id: String,
    #[allow(dead_code, reason = "not all tests use it")]
    pub text: String,
    /// The same as it was received.
    #[allow(dead_code, reason = "not all tests use it")]
    pub raw: Vec<u8>,
}

/// Runs the script with the first connection, whose end it is not told of: it fails then. Returns
/// the port.
pub fn serve(script: impl FnOnce(&mut Peer) -> io::Result<()> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port().to_string();
    thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a client");
        stream.set_nodelay(true).expect("an option");
        let _ = script(&mut Peer { stream });
    });
    port
}

/// Like [`serve`], with each connection, one after the other. The script is told how many there
/// were before.
#[allow(dead_code, reason = "not all tests use it")]
pub fn serve_all(script: impl Fn(&mut Peer, usize) -> io::Result<()> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port().to_string();
    thread::spawn(move || {
        for (life, stream) in listener.incoming().enumerate() {
            let _ = script(&mut Peer::new(stream.expect("a client")), life);
        }
    });
    port
}

/// Like [`serve`], with each connection, all at the same time.
#[allow(dead_code, reason = "not all tests use it")]
pub fn serve_each(script: impl Fn(&mut Peer) -> io::Result<()> + Copy + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut peer = Peer::new(stream.expect("a client"));
            thread::spawn(move || script(&mut peer));
        }
    });
    port
}

impl Peer {
    #[allow(dead_code, reason = "not all tests use it")]
    pub fn new(stream: TcpStream) -> Self {
        stream.set_nodelay(true).expect("an option");
        Self { stream }
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    /// Sends the bytes again and again, as fast as the client reads.
    pub fn flood(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        let bytes = bytes.as_ref();
        let block = bytes.repeat(65_536 / bytes.len());
        loop {
            self.send(&block)?;
        }
    }

    /// Sends the bytes again and again, with this pause.
    #[allow(dead_code, reason = "not all tests use it")]
    pub fn flow(&mut self, bytes: impl AsRef<[u8]>, pause: Duration) -> io::Result<()> {
        loop {
            self.send(&bytes)?;
            thread::sleep(pause);
        }
    }

    pub fn request(&mut self) -> io::Result<Request> {
        let mut text = Vec::new();
        while !text.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.stream.read_exact(&mut byte)?;
            text.push(byte[0]);
        }
        let raw = text;
        let text = String::from_utf8_lossy(&raw).into_owned();
        let get =
            |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned();
        Ok(Request { action: get("Action: "), id: get("ActionID: "), text, raw })
    }

    /// Answers a request with a response that has these lines after its ActionID. Each ends with
    /// CR LF.
    pub fn answer(&mut self, request: &Request, lines: impl AsRef<[u8]>) -> io::Result<()> {
        let head = format!("Response: Success\r\nActionID: {}\r\n", request.id);
        self.send([head.as_bytes(), lines.as_ref(), b"\r\n"].concat())
    }

    /// Answers the next request, whatever it is.
    pub fn answer_next(&mut self, lines: impl AsRef<[u8]>) -> io::Result<()> {
        let request = self.request()?;
        self.answer(&request, lines)
    }

    /// Sends the banner and accepts a login with or without a challenge.
    pub fn log_in(&mut self, banner: &str) -> io::Result<()> {
        self.send(banner)?;
        let mut request = self.request()?;
        if request.action == "Challenge" {
            self.answer(&request, "Challenge: 840415273\r\n")?;
            request = self.request()?;
        }
        self.answer(&request, "Message: Authentication accepted\r\n")
    }

    /// Keeps the connection open and sends nothing more, until the client closes it.
    pub fn idle(&mut self) -> io::Result<()> {
        while self.stream.read(&mut [0; 1000])? > 0 {}
        Ok(())
    }
}
