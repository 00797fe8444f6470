//! Compiles and runs the code of the guide with the crates that it names. In the documentation it
//! is compiled with substitutes.

use std::convert::Infallible;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Instant;

use embedded_ami::client::{Credentials, IdKey, Incoming, Session, Slot};
use embedded_ami::io::embedded;
use embedded_ami::wire::{Decoder, Dialect, Outbox, Step};
use embedded_ami_pbx::Pbx;
use embedded_io_async::ErrorType;
use embedded_nal::{TcpClientStack, TcpError, TcpErrorKind, nb};
use example_async_embedded::Client;
use example_async_embedded::embassy::EmbassyClock;
use nal::NalSocket;
use older_hal::Io06;

mod nal;
mod older_hal;
mod uart;

const CREDENTIALS: Credentials<'_> = Credentials::new("admin", "secret").events("call,system");

fn start() -> Pbx {
    let pbx = Pbx::builder().user("admin", "secret");
    pbx.start((Ipv4Addr::LOCALHOST, 0)).expect("a port")
}

/// Returns the lines of code, without indentation and empty lines.
fn lines(code: &str) -> String {
    let lines = code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//!"));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_guide_shows_code_that_is_tested() {
    let guide = include_str!("../../../../src/asynchronous.md");
    let visible: Vec<_> = guide.lines().filter(|line| *line != "#" && !line.starts_with("# ")).collect();
    let visible = lines(&visible.join("\n"));
    let client = include_str!("../../src/client.rs");
    let methods = client.split("    pub async fn next").nth(1).expect("the method");
    let methods = methods.split("\n}\n").next().expect("the end of the block");
    let (next, wait) = methods.split_once("    /// Waits until bytes").expect("two methods");
    for code in [
        &format!("pub async fn next{next}"),
        &format!("/// Waits until bytes{wait}"),
        include_str!("nal.rs"),
        include_str!("older_hal.rs"),
        include_str!("uart.rs"),
    ] {
        assert!(visible.contains(&lines(code)), "not in the guide:\n{code}");
    }
}

#[test]
fn the_wrapper_of_an_older_hal_passes_bytes_on() {
    let mut decoder = Decoder::for_client([0; 64]).expect("64 bytes");
    let mut uart = Io06(&b"Asterisk Call Manager/11.0.0\r\n"[..]);
    assert_eq!(embedded::read(&mut decoder, &mut uart), Ok(30));
    assert_eq!(decoder.poll(), Step::Message);
    let mut outbox = Outbox::for_client([0; 64], Dialect::Current);
    outbox.write(|message| message.header("Action", "Ping")).expect("room");
    let mut room = [0; 10];
    embedded::write(&mut outbox, &mut Io06(&mut room[..])).expect("a full buffer is not an error");
    assert_eq!((&room, outbox.pending()), (b"Action: Pi", &b"ng\r\n\r\n"[..]));
}

struct Network;

#[derive(Debug)]
struct Failure;

impl TcpError for Failure {
    fn kind(&self) -> TcpErrorKind {
        TcpErrorKind::Other
    }
}

fn without_waiting<T>(result: std::io::Result<T>) -> nb::Result<T, Failure> {
    result.map_err(|error| match error.kind() {
        ErrorKind::WouldBlock => nb::Error::WouldBlock,
        _ => nb::Error::Other(Failure),
    })
}

impl TcpClientStack for Network {
    type TcpSocket = Option<TcpStream>;
    type Error = Failure;

    fn socket(&mut self) -> Result<Self::TcpSocket, Failure> {
        Ok(None)
    }

    fn connect(&mut self, socket: &mut Self::TcpSocket, remote: SocketAddr) -> nb::Result<(), Failure> {
        let stream = without_waiting(TcpStream::connect(remote))?;
        without_waiting(stream.set_nonblocking(true))?;
        *socket = Some(stream);
        Ok(())
    }

    fn send(&mut self, socket: &mut Self::TcpSocket, bytes: &[u8]) -> nb::Result<usize, Failure> {
        without_waiting(socket.as_mut().expect("a connection").write(bytes))
    }

    fn receive(&mut self, socket: &mut Self::TcpSocket, buffer: &mut [u8]) -> nb::Result<usize, Failure> {
        without_waiting(socket.as_mut().expect("a connection").read(buffer))
    }

    fn close(&mut self, _: Self::TcpSocket) -> Result<(), Failure> {
        Ok(())
    }
}

#[test]
fn the_client_logs_in_and_off_over_embedded_nal() {
    let pbx = start();
    let mut stack = Network;
    let mut socket = stack.socket().expect("a socket");
    stack.connect(&mut socket, pbx.local_addr()).expect("a connection");
    let start = Instant::now();
    let mut client = embedded::Client::new(
        NalSocket { stack, socket },
        Decoder::for_client_array([0; 1024]),
        Outbox::for_client([0; 256], Dialect::Current),
        Session::new([Slot::FREE; 2]),
        CREDENTIALS,
        || start.elapsed().as_millis() as u64,
    );
    client.on_connected(IdKey([7; 16]));
    let error = loop {
        match client.poll() {
            Ok(Some(Incoming::Ready)) => {
                client.session.log_off((client.clock)(), &mut client.outbox).expect("room");
            }
            Ok(Some(Incoming::ServerTimedOut(stage))) => panic!("{stage}"),
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(error, embedded::Error::Closed);
}

/// The half that sends; the interrupt handler has the other one.
struct Transmitter(TcpStream);

impl ErrorType for Transmitter {
    type Error = Infallible;
}

impl embedded_io_async::Write for Transmitter {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        Ok(self.0.write(bytes).expect("a connection"))
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

#[test]
fn the_client_reads_bytes_of_an_interrupt_handler() {
    let pbx = start();
    let transmitter = TcpStream::connect(pbx.local_addr()).expect("a connection");
    let mut receiver = transmitter.try_clone().expect("a socket");
    let interrupts = std::thread::spawn(move || {
        let mut bytes = [0; 64];
        while let Ok(n @ 1..) = receiver.read(&mut bytes) {
            uart::on_uart_interrupt(&bytes[..n]);
        }
    });
    let session = Session::new([Slot::FREE; 2]);
    let credentials = Credentials::new("admin", "secret");
    let (reader, writer) = (uart::reader(), Transmitter(transmitter));
    let mut client = Client::new(reader, writer, EmbassyClock, session, IdKey([7; 16]), &credentials);
    futures_lite::future::block_on(async {
        loop {
            match client.next().await.expect("a transport") {
                Incoming::Ready => break,
                Incoming::Internal => {}
                incoming => panic!("{incoming:?}"),
            }
        }
    });
    pbx.stop();
    interrupts.join().expect("the end of the stream");
}
