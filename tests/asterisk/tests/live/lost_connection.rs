//! Connections that are lost in the middle of a response or list: the incomplete answer is an error
//! and is never returned as a short one.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use embedded_ami::action::Raw;
use embedded_ami::client::{Credentials, LossReason};
use embedded_ami::io::blocking::{Client, Disconnect, Error};

use crate::server::{ADMIN, Server, TIMEOUT, tool};

live!(client_reports_a_cut_command_output, tool_reports_a_cut_command_output, client_reports_a_cut_list);

const COMMAND: (&str, &str) = ("Command", "core show applications");

/// Starts a proxy for one connection. It closes the connection after passing on `limit` bytes from
/// the server since the client sent `action`, with FIN, or with RST (`reset`), which can discard
/// the last of these bytes. Returns its port and a thread that ends with the number of bytes passed
/// on.
fn proxy(server: &Server, action: &'static str, limit: usize, reset: bool) -> (u16, JoinHandle<usize>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let target = (Ipv4Addr::LOCALHOST, server.port);
    let run = move || -> std::io::Result<usize> {
        let (mut client, _) = listener.accept()?;
        client.set_nodelay(true)?;
        let mut server = TcpStream::connect(target)?;
        let asked = Arc::new(AtomicBool::new(false));
        let (mut from, mut to, flag) = (client.try_clone()?, server.try_clone()?, Arc::clone(&asked));
        thread::spawn(move || -> std::io::Result<()> {
            let line = format!("Action: {action}\r\n");
            let mut buffer = [0; 4096];
            // The client sends an action in one write, so it arrives in one read.
            loop {
                let n = from.read(&mut buffer)?;
                let is_action = buffer[..n].starts_with(line.as_bytes());
                flag.fetch_or(is_action, Ordering::SeqCst);
                to.write_all(&buffer[..n])?;
                if is_action && limit < usize::MAX {
                    return Ok(());
                }
                // The only request after it is the logoff when the client is dropped. It is not
                // passed on, since its response would be counted.
                if is_action || n == 0 {
                    while from.read(&mut buffer).is_ok_and(|n| n > 0) {}
                    return to.shutdown(Shutdown::Write);
                }
            }
        });
        let mut passed = 0;
        let mut buffer = [0; 4096];
        loop {
            let n = server.read(&mut buffer)?;
            if n == 0 {
                break;
            }
            let mut bytes = &buffer[..n];
            if asked.load(Ordering::SeqCst) {
                bytes = &bytes[..n.min(limit - passed)];
                passed += bytes.len();
            }
            client.write_all(bytes)?;
            if passed == limit && asked.load(Ordering::SeqCst) {
                break;
            }
        }
        // With a linger time of zero, the stream is closed with RST when it is dropped.
        socket2::SockRef::from(&client).set_linger(reset.then_some(Duration::ZERO))?;
        Ok(passed)
    };
    (port, thread::spawn(move || run().expect("a proxy")))
}

fn client(port: u16) -> Client<TcpStream> {
    let mut client = Client::connect((Ipv4Addr::LOCALHOST, port), TIMEOUT).expect("a connection");
    client.login(&Credentials::new(ADMIN.0, ADMIN.1)).expect("a login");
    client
}

/// Returns some lengths below `whole`: all those below `short`, about `count` between, and the four
/// longest.
fn lengths(whole: usize, short: usize, count: usize) -> impl Iterator<Item = usize> {
    assert!(whole > 2 * short);
    (0..short).chain((short..whole - 4).step_by(whole / count)).chain(whole - 4..whole)
}

/// Returns whether the client saw the end of the stream.
fn is_closed(disconnect: Disconnect) -> bool {
    matches!(disconnect, Disconnect::Closed | Disconnect::Cut)
}

/// Runs the command. Returns the number of lines of output.
fn command(port: u16) -> Result<usize, Error> {
    let response = client(port).send(&Raw::new(COMMAND.0, &[("Command", COMMAND.1)]))?;
    Ok(response.message().output().count())
}

fn client_reports_a_cut_command_output(server: &Server) {
    let (port, proxy_end) = proxy(server, "Command", usize::MAX, false);
    let lines = command(port).expect("a response");
    let whole = proxy_end.join().expect("a length");
    assert!(lines > 100 && whole > 10_000);
    for limit in lengths(whole, 128, 60) {
        match command(proxy(server, "Command", limit, limit % 2 == 1).0) {
            Err(Error::Lost { reason: LossReason::OutcomeUnknown, disconnect: Some(disconnect) })
                if is_closed(disconnect) => {}
            other => panic!("{limit} of {whole}: {other:?}"),
        }
    }
    // A connection that is closed after the last byte is not an error.
    assert_eq!(command(proxy(server, "Command", whole, false).0).expect("a response"), lines);
}

fn tool_reports_a_cut_command_output(server: &Server) {
    let run = |limit, reset| {
        let (port, proxy_end) = proxy(server, "Command", limit, reset);
        (tool(port, ["command", COMMAND.1]).output().expect("the tool"), proxy_end)
    };
    let (good, proxy_end) = run(usize::MAX, false);
    assert!(good.status.success(), "{good:?}");
    let whole = proxy_end.join().expect("a length");
    for limit in lengths(whole, 16, 16) {
        let (output, _) = run(limit, limit % 2 == 1);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{limit} of {whole}: {error}");
        assert!(output.stdout.is_empty(), "{limit} of {whole}");
        assert!(error.contains(": the server closed the connection"), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

/// Requests a list. Returns the number of entries received and the error, if any.
fn list(port: u16) -> (u32, Result<(), Error>) {
    let mut client = client(port);
    let mut list = match client.list(&Raw::without_headers("BridgeTechnologyList")) {
        Ok(list) => list,
        Err(error) => return (0, Err(error)),
    };
    let mut entries = 0;
    for entry in &mut list {
        match entry {
            Ok(_) => entries += 1,
            Err(error) => return (entries, Err(error)),
        }
    }
    assert!(list.completion().is_some());
    (entries, Ok(()))
}

fn client_reports_a_cut_list(server: &Server) {
    let (port, proxy_end) = proxy(server, "BridgeTechnologyList", usize::MAX, false);
    let (entries, end) = list(port);
    end.expect("a list");
    let whole = proxy_end.join().expect("a length");
    assert!(entries >= 3);
    for limit in lengths(whole, 16, 100) {
        let (received, end) = list(proxy(server, "BridgeTechnologyList", limit, limit % 2 == 1).0);
        let Err(Error::Lost { reason, disconnect: Some(disconnect) }) = end else {
            panic!("{limit} of {whole}: {end:?}");
        };
        assert!(is_closed(disconnect), "{limit} of {whole}: {disconnect:?}");
        match reason {
            LossReason::OutcomeUnknown => assert_eq!(received, 0),
            reason => assert_eq!(reason, LossReason::CutShort { entries: received }, "{limit} of {whole}"),
        }
    }
    let (received, end) = list(proxy(server, "BridgeTechnologyList", whole, false).0);
    end.expect("a list");
    assert_eq!(received, entries);
}
