//! A client for `benches/clients.py`, which starts it: `client NAME PORT EVENTS BYTES` logs in,
//! sends a Ping, after which the events begin, and receives so many events, those that it loses
//! included. Prints the numbers of events received and lost.

use std::env;
use std::error::Error;
use std::hint::black_box;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use asterisk_ami::{AmiConnection, Tag};
use asterisk_rs_ami::AmiClient;
use asterisk_rs_core::config::ReconnectPolicy;
use asterisk_rs_core::event::EventReceive;
use embedded_ami::action::Raw;
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::Client;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::broadcast::error::RecvError;

/// The numbers of events received and lost.
type Counts = (usize, usize);
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The size of the reads, which is that of this crate's client.
const READ: usize = 16 * 1024;

/// Logs in with prepared text and reads the bytes.
fn read_loop(port: u16, events: usize, bytes: usize) -> Result<Counts> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: on\r\n\r\n")?;
    let (mut byte, mut answer) = ([0], Vec::new());
    while !answer.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        answer.extend(byte);
    }
    stream.write_all(b"Action: Ping\r\n\r\n")?;
    answer.clear();
    while !answer.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        answer.extend(byte);
    }
    let mut window = vec![0; READ];
    let mut total = 0;
    while total < bytes {
        match stream.read(&mut window)? {
            0 => return Err("the stream ended".into()),
            n => total += black_box(&window[..n]).len(),
        }
    }
    assert_eq!(total, bytes);
    Ok((events, 0))
}

fn this_crate(port: u16, events: usize) -> Result<Counts> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    let builder = Client::builder().timeout(Duration::from_secs(10)).boot_wait(Duration::ZERO);
    let mut client = builder.over(stream)?;
    client.login(&Credentials::plain("admin", "secret").events("on"))?;
    client.send(&Raw::without_headers("Ping"))?;
    for _ in 0..events {
        black_box(client.next_event(Duration::MAX)?.ok_or("no event")?.name());
    }
    Ok((events, 0))
}

/// Returns a runtime with one thread. Others have not been measured.
fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

fn asterisk_rs_ami(port: u16, events: usize) -> Result<Counts> {
    runtime()?.block_on(async {
        let builder = AmiClient::builder().host("127.0.0.1").port(port).credentials("admin", "secret");
        let client = builder.require_challenge(false).reconnect(ReconnectPolicy::none()).build().await?;
        let mut subscription = client.subscribe();
        client.ping().await?;
        let (mut received, mut lost) = (0, 0);
        while received + lost < events {
            match subscription.recv().await {
                EventReceive::Event(event) => {
                    black_box(event);
                    received += 1;
                }
                EventReceive::Lagged(count) => lost += usize::try_from(count)?,
                EventReceive::Closed => return Err("the connection ended".into()),
            }
        }
        Ok((received, lost))
    })
}

fn asterisk_ami(port: u16, events: usize) -> Result<Counts> {
    runtime()?.block_on(async {
        let client = AmiConnection::connect(("127.0.0.1", port)).await?;
        let mut subscription = client.events();
        let login = [("Action", "Login"), ("Username", "admin"), ("Secret", "secret"), ("Events", "on")];
        client.send(login.map(|(name, value)| Tag::from(name, value)).to_vec()).await.ok_or("no answer")?;
        client.send(vec![Tag::from("Action", "Ping")]).await.ok_or("no answer")?;
        let (mut received, mut lost) = (0, 0);
        while received + lost < events {
            match subscription.recv().await {
                Ok(Some(event)) => {
                    black_box(event);
                    received += 1;
                }
                Ok(None) | Err(RecvError::Closed) => return Err("the connection ended".into()),
                Err(RecvError::Lagged(count)) => lost += usize::try_from(count)?,
            }
        }
        Ok((received, lost))
    })
}

fn main() -> Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [name, port, events, bytes] = &arguments[..] else {
        return Err("usage: client NAME PORT EVENTS BYTES".into());
    };
    let (port, events) = (port.parse()?, events.parse()?);
    let (received, lost) = match name.as_str() {
        "read-loop" => read_loop(port, events, bytes.parse()?)?,
        "embedded-ami" => this_crate(port, events)?,
        "asterisk-rs-ami" => asterisk_rs_ami(port, events)?,
        "asterisk-ami" => asterisk_ami(port, events)?,
        _ => return Err("unknown client".into()),
    };
    println!("{received} {lost}");
    Ok(())
}
