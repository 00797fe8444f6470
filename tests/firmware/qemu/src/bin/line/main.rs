//! Simulates a serial device server between a board's UART and an AMI server, with faults in the
//! bytes of the server or in the requests of the board.
//!
//!     line FAULT SERVER COMMAND...
//!
//! FAULT is none; noise, lost-byte, overrun or silent (from the server); request-noise,
//! request-lost-byte, request-overrun or mute (from the board).
//!
//! Runs the command, with `@PORT@` replaced by the port to connect to, and ends with its exit
//! status. The byte 4 from the board closes the connection to the server; the next byte opens a new
//! connection and is not passed on. Prints the number of faults to standard error.

mod fault;
mod requests;

use std::env::args;
use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Command, exit};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use fault::Fault;

const DISCONNECT: u8 = 4;
/// The time limit for the command.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = args().skip(1);
    let fault = args.next().and_then(|name| Fault::named(&name)).ok_or("unknown fault")?;
    let server = args.next().ok_or("SERVER is missing")?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port().to_string();
    let program = args.next().ok_or("COMMAND is missing")?;
    let mut child =
        Command::new(program).args(args.map(|argument| argument.replace("@PORT@", &port))).spawn()?;
    let end = Instant::now() + COMMAND_TIMEOUT;
    let fault = Arc::new(Mutex::new(fault));
    if let Some(board) = accept(&listener, &mut child, end)? {
        let fault = Arc::clone(&fault);
        thread::spawn(move || from_board(board, &server, &fault));
    }
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() > end {
            child.kill()?;
            eprintln!("line: the command did not end in time");
        }
        thread::sleep(Duration::from_millis(20));
    };
    eprintln!("line: {}", lock(&fault));
    exit(status.code().unwrap_or(1));
}

fn lock(fault: &Mutex<Fault>) -> MutexGuard<'_, Fault> {
    fault.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Accepts the connection of the board. Returns `None` if the command ends without one.
fn accept(
    listener: &TcpListener,
    child: &mut Child,
    end: Instant,
) -> Result<Option<TcpStream>, Box<dyn Error>> {
    listener.set_nonblocking(true)?;
    loop {
        match listener.accept() {
            Ok((board, _)) => {
                board.set_nonblocking(false)?;
                return Ok(Some(board));
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
        if child.try_wait()?.is_some() || Instant::now() > end {
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Passes the bytes of the board to the server.
fn from_board(mut board: TcpStream, address: &str, fault: &Arc<Mutex<Fault>>) {
    let mut server = connect(&board, address, fault);
    let mut buffer = [0; 512];
    while let Ok(length @ 1..) = board.read(&mut buffer) {
        for byte in &buffer[..length] {
            match &mut server {
                Some(connection) if *byte == DISCONNECT => {
                    let _ = connection.shutdown(Shutdown::Both);
                    lock(fault).disconnected();
                    server = None;
                }
                Some(connection) => {
                    let mut passed = Vec::new();
                    lock(fault).pass_request(*byte, &mut passed);
                    let _ = connection.write_all(&passed);
                }
                None if *byte == DISCONNECT => {}
                None => server = connect(&board, address, fault),
            }
        }
    }
}

/// Connects to the server and starts a thread that passes its bytes to the board.
fn connect(board: &TcpStream, address: &str, fault: &Arc<Mutex<Fault>>) -> Option<TcpStream> {
    let number = lock(fault).connected();
    let server = TcpStream::connect(address).ok()?;
    server.set_nodelay(true).ok()?;
    let (mut board, mut from, fault) = (board.try_clone().ok()?, server.try_clone().ok()?, Arc::clone(fault));
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let mut passed = Vec::new();
            let mut fault = lock(&fault);
            // Bytes of a connection that the board has closed are dropped.
            if !fault.is_connected(number) {
                break;
            }
            buffer[..length].iter().for_each(|&byte| fault.pass(byte, &mut passed));
            drop(fault);
            if board.write_all(&passed).is_err() {
                break;
            }
        }
    });
    Some(server)
}
