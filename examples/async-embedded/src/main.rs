//! Places a call with the client for asynchronous firmware, prints the events, and hangs up once
//! the channel has answered. The timer is that of embassy, and the socket has the traits of
//! edge-net; here both are those of this machine.
//!
//! ```sh
//! AMI_USER=admin AMI_SECRET=secret cargo run -p example-async-embedded PJSIP/7
//! ```
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`
//! - `AMI_HOST`: the server's address (default: `127.0.0.1`)
//! - `AMI_PORT`: the server's port (default: `5038`)

use std::env;
use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;

use edge_nal::{TcpConnect, TcpSplit};
use embassy_time::{Duration, with_timeout};
use embedded_ami::client::{Credentials, IdKey, Session, Slot};
use example_async_embedded::embassy::EmbassyClock;
use example_async_embedded::{Client, call};

fn main() -> Result<(), Box<dyn Error>> {
    let channel = env::args().nth(1).ok_or("usage: async-embedded CHANNEL")?;
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);
    let host = variable("AMI_HOST").unwrap_or("127.0.0.1".into());
    let port = variable("AMI_PORT").unwrap_or("5038".into());
    let server = format!("{host}:{port}").parse()?;
    let credentials = Credentials::new(&user, &secret).events("call,system");
    futures_lite::future::block_on(run(edge_nal_std::Stack::new(), server, &credentials, &channel))
}

/// Runs over any network stack with the traits of `edge-nal`.
async fn run<N: TcpConnect<Error: 'static>>(
    network: N,
    server: SocketAddr,
    credentials: &Credentials<'_>,
    channel: &str,
) -> Result<(), Box<dyn Error>>
where
    N::Error: Error,
{
    let mut socket = with_timeout(Duration::from_secs(5), network.connect(server))
        .await
        .map_err(|_| "the server cannot be reached")??;
    let (reader, writer) = socket.split();
    // Firmware takes these 16 bytes from the hardware's random number generator.
    let random = |half: u64| u128::from(RandomState::new().hash_one(half));
    let key = IdKey((random(0) << 64 | random(1)).to_be_bytes());
    let id = format!("call-{:x}", random(2));
    let session = Session::new([Slot::FREE; 2]);
    let mut client = Client::new(reader, writer, EmbassyClock, session, key, credentials);
    call(&mut client, channel, &id, |event| println!("{}", event.name().unwrap_or_default())).await?;
    Ok(())
}
