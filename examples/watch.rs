//! Prints a line when a channel is created and when it hangs up. Reconnects when the connection is
//! lost, for example because the server restarts. A line on standard error then shows that events
//! may be missing.
//!
//! ```sh
//! AMI_HOST=pbx AMI_USER=admin AMI_SECRET=secret cargo run --example watch
//! ```
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`
//! - `AMI_HOST`: the server's name or address (default: `127.0.0.1`)
//! - `AMI_PORT`: the server's port (default: `5038`)

use std::env;

use embedded_ami::io::blocking::{Followed, Follower, OwnedCredentials};
use embedded_ami::wire::Message;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let credentials = OwnedCredentials::new(variable("AMI_USER")?, variable("AMI_SECRET")?);
    let host = variable("AMI_HOST").unwrap_or("127.0.0.1".into());
    let port = variable("AMI_PORT").unwrap_or("5038".into());

    for followed in Follower::tcp(format!("{host}:{port}"), credentials.events("call,system")) {
        match followed? {
            Followed::Event(event) => print(&event.message()),
            Followed::Gap { disconnect, .. } => eprintln!("{disconnect}"),
            Followed::Dropped { events } => eprintln!("{events} events are missing"),
            Followed::Retry { error, .. } => eprintln!("{error}"),
            _ => {}
        }
    }
    Ok(())
}

fn print(event: &Message<'_>) {
    let value = |name| event.get(name).unwrap_or_default();
    // `{:?}` escapes control characters, which the name of a caller can contain.
    match value("Event").as_bytes() {
        b"Newchannel" => println!("{:?} calls {:?}", value("Channel"), value("Exten")),
        b"Hangup" => println!("{:?} ends: {:?}", value("Channel"), value("Cause-txt")),
        _ => {}
    }
}
