//! A connection that dies in the middle of an answer: half an answer is an error, never a short answer.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use embedded_ami::action::Raw;
use embedded_ami::client::LossReason;
use embedded_ami::io::blocking::{Client, Disconnect, Error};

use crate::server::{ADMIN, Server, TIMEOUT, tool};

live!(command_in_the_client, command_in_the_tool, list_in_the_client);

const COMMAND: (&str, &str) = ("Command", "core show applications");

/// A proxy for one connection, which it cuts when `limit` bytes have come since the client sent `action`: with
/// FIN, or with RST, which may take the last of these bytes with it. Returns its port, and in the end how many
/// bytes have come.
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
            // The client writes an action at once, so it comes at once.
            loop {
                let n = from.read(&mut buffer)?;
                let last = buffer[..n].starts_with(line.as_bytes());
                flag.fetch_or(last, Ordering::SeqCst);
                to.write_all(&buffer[..n])?;
                if last && limit < usize::MAX {
                    return Ok(());
                }
                // Behind it there is only the log-off of a client that is dropped, whose answer would count.
                if last || n == 0 {
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
        // Dropped, the stream is closed with RST.
        socket2::SockRef::from(&client).set_linger(reset.then_some(Duration::ZERO))?;
        Ok(passed)
    };
    (port, thread::spawn(move || run().expect("a proxy")))
}

fn client(port: u16) -> Client<TcpStream> {
    let mut client = Client::connect((Ipv4Addr::LOCALHOST, port), TIMEOUT).expect("a connection");
    client.login(ADMIN.0, ADMIN.1).expect("a login");
    client
}

/// Some lengths below that of the whole answer: all short ones, some `more`, the longest.
fn lengths(whole: usize, short: usize, more: usize) -> impl Iterator<Item = usize> {
    assert!(whole > 2 * short);
    (0..short).chain((short..whole - 4).step_by(whole / more)).chain(whole - 4..whole)
}

fn closed(disconnect: Disconnect) -> bool {
    matches!(disconnect, Disconnect::Closed | Disconnect::Cut)
}

fn command(port: u16) -> Result<usize, Error> {
    let reply = client(port).send(&Raw::new(COMMAND.0, &[("Command", COMMAND.1)]))?;
    Ok(reply.message().output().count())
}

fn command_in_the_client(server: &Server) {
    let (port, proxy_end) = proxy(server, "Command", usize::MAX, false);
    let lines = command(port).expect("a response");
    let whole = proxy_end.join().expect("a length");
    assert!(lines > 100 && whole > 10_000);
    for limit in lengths(whole, 128, 60) {
        match command(proxy(server, "Command", limit, limit % 2 == 1).0) {
            Err(Error::Lost { reason: LossReason::OutcomeUnknown, disconnect: Some(disconnect) })
                if closed(disconnect) => {}
            other => panic!("{limit} of {whole}: {other:?}"),
        }
    }
    // Cut behind the last byte: that is in time.
    assert_eq!(command(proxy(server, "Command", whole, false).0).expect("a response"), lines);
}

fn command_in_the_tool(server: &Server) {
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

/// How many entries came, and what ended them.
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

fn list_in_the_client(server: &Server) {
    let (port, proxy_end) = proxy(server, "BridgeTechnologyList", usize::MAX, false);
    let (entries, end) = list(port);
    end.expect("a list");
    let whole = proxy_end.join().expect("a length");
    assert!(entries >= 3);
    for limit in lengths(whole, 16, 100) {
        let (came, end) = list(proxy(server, "BridgeTechnologyList", limit, limit % 2 == 1).0);
        let Err(Error::Lost { reason: loss, disconnect: Some(disconnect) }) = end else {
            panic!("{limit} of {whole}: {end:?}");
        };
        assert!(closed(disconnect), "{limit} of {whole}: {disconnect:?}");
        match loss {
            LossReason::OutcomeUnknown => assert_eq!(came, 0),
            loss => assert_eq!(loss, LossReason::CutShort { entries: came }, "{limit} of {whole}"),
        }
    }
    let (came, end) = list(proxy(server, "BridgeTechnologyList", whole, false).0);
    end.expect("a list");
    assert_eq!(came, entries);
}
