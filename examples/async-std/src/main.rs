//! Places a call with the asynchronous run loop of `example-async-embedded` on an executor for
//! computers: `futures-lite`, with the sockets and timers of `async-io`. Prints the events, and
//! hangs up once the channel has answered.
//!
//! ```sh
//! AMI_USER=admin AMI_SECRET=secret cargo run -p example-async-std PJSIP/7
//! ```
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`
//! - `AMI_HOST`: the server's address (default: `127.0.0.1`)
//! - `AMI_PORT`: the server's port (default: `5038`)

use std::env;
use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::net::{SocketAddr, TcpStream};

use async_io::Async;
use embedded_ami::client::{Credentials, IdKey, Session, Slot};
use example_async_embedded::{Client, call};
use example_async_std::{StdClock, split};
use futures_lite::future::block_on;

fn main() -> Result<(), Box<dyn Error>> {
    let channel = env::args().nth(1).ok_or("usage: async-std CHANNEL")?;
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);
    let host = variable("AMI_HOST").unwrap_or("127.0.0.1".into());
    let port = variable("AMI_PORT").unwrap_or("5038".into());
    let server: SocketAddr = format!("{host}:{port}").parse()?;
    let credentials = Credentials::new(&user, &secret).events("call,system");
    let random = |half: u64| u128::from(RandomState::new().hash_one(half));
    let key = IdKey((random(0) << 64 | random(1)).to_be_bytes());
    let id = format!("call-{:x}", random(2));

    block_on(async {
        let socket = Async::<TcpStream>::connect(server).await?;
        let (reader, writer) = split(&socket);
        let session = Session::new([Slot::FREE; 2]);
        let mut client = Client::new(reader, writer, StdClock::new(), session, key, &credentials);
        call(&mut client, &channel, &id, |event| println!("{}", event.name().unwrap_or_default())).await?;
        Ok(())
    })
}
