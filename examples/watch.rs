//! Prints a line when a call begins and when it ends, and connects again when the server has gone:
//! `AMI_HOST=pbx AMI_USER=admin AMI_SECRET=... cargo run --features std,md5 --example watch`

use std::hash::{BuildHasher, RandomState};
use std::{convert::Infallible, env::var, thread::sleep, time::Duration};

use embedded_ami::client::{Backoff, Credentials, LoginRefused};
use embedded_ami::io::blocking::{Client, Error};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let setting = |name| var(name).map_err(|_| format!("{name} is not set"));
    let host = setting("AMI_HOST").unwrap_or("127.0.0.1".into());
    let port = setting("AMI_PORT").unwrap_or("5038".into());
    let (user, secret) = (setting("AMI_USER")?, setting("AMI_SECRET")?);
    let mut backoff = Backoff::new(500, 60_000);
    loop {
        let Err(error) = watch(&format!("{host}:{port}"), Credentials::new(&user, &secret), &mut backoff);
        if let Error::Refused { reason: LoginRefused::Authentication, .. } = error {
            return Err(error.into());
        }
        eprintln!("{error}");
        sleep(Duration::from_millis(backoff.next(RandomState::new().hash_one(()) as u32).into()));
    }
}

fn watch(address: &str, credentials: Credentials<'_>, backoff: &mut Backoff) -> Result<Infallible, Error> {
    let mut client = Client::connect(address, Duration::from_secs(5))?;
    client.login(&credentials.events("call,system"))?;
    loop {
        let Some(event) = client.next_event(Duration::MAX)? else { continue };
        let value = |name| event.message().get(name).unwrap_or_default();
        match value("Event").as_bytes() {
            b"Newchannel" => println!("{:?} calls {:?}", value("Channel"), value("Exten")),
            b"Hangup" => println!("{:?} ends: {:?}", value("Channel"), value("Cause-txt")),
            _ => continue,
        }
        backoff.reset(); // calls come: this is a good connection
    }
}
