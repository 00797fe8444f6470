//! Prints a line when a channel is created and when it hangs up. Reconnects when the connection is
//! lost, for example because the server restarts.
//!
//! ```sh
//! AMI_HOST=pbx AMI_USER=admin AMI_SECRET=secret cargo run --example watch
//! ```
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`
//! - `AMI_HOST`: the server's name or address (default: `127.0.0.1`)
//! - `AMI_PORT`: the server's port (default: `5038`)

use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};
use std::{env, thread, time::Duration};

use embedded_ami::client::{Backoff, Credentials, LoginRefused};
use embedded_ami::io::blocking::{Client, Error};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);
    let host = variable("AMI_HOST").unwrap_or("127.0.0.1".into());
    let port = variable("AMI_PORT").unwrap_or("5038".into());
    let credentials = Credentials::new(&user, &secret).events("call,system");

    let mut backoff = Backoff::new(500, 60_000); // milliseconds
    loop {
        let Err(error) = watch(&format!("{host}:{port}"), &credentials, &mut backoff);
        if let Error::Refused { reason: LoginRefused::Authentication, .. } = error {
            return Err(error.into()); // a wrong secret stays wrong
        }
        eprintln!("{error}");
        let random = RandomState::new().hash_one(()) as u32;
        thread::sleep(Duration::from_millis(backoff.next(random).into()));
    }
}

fn watch(address: &str, credentials: &Credentials<'_>, backoff: &mut Backoff) -> Result<Infallible, Error> {
    let mut client = Client::connect(address, Duration::from_secs(5))?;
    client.login(credentials)?;
    loop {
        let Some(event) = client.next_event(Duration::MAX)? else { continue };
        let value = |name| event.message().get(name).unwrap_or_default();
        match value("Event").as_bytes() {
            b"Newchannel" => println!("{:?} calls {:?}", value("Channel"), value("Exten")),
            b"Hangup" => println!("{:?} ends: {:?}", value("Channel"), value("Cause-txt")),
            _ => continue,
        }
        backoff.reset(); // events arrive, so the connection works
    }
}
