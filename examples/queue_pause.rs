//! Pauses a member of a queue, or ends its pause.
//!
//! ```sh
//! AMI_USER=admin AMI_SECRET=secret cargo run --example queue_pause PJSIP/7 on lunch
//! AMI_USER=admin AMI_SECRET=secret cargo run --example queue_pause PJSIP/7 off
//! ```
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`
//! - `AMI_HOST`: the server's name or address (default: `127.0.0.1`)
//! - `AMI_PORT`: the server's port (default: `5038`)

use std::env;
use std::error::Error;
use std::time::Duration;

use embedded_ami::{action::QueuePause, client::Credentials, io::blocking::Client};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (interface, pauses, reason) = match arguments[..] {
        [interface, "on"] => (interface, true, ""),
        [interface, "on", reason] => (interface, true, reason),
        [interface, "off"] => (interface, false, ""),
        _ => return Err("usage: queue_pause INTERFACE on [REASON], or: queue_pause INTERFACE off".into()),
    };
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);
    let host = variable("AMI_HOST").unwrap_or("127.0.0.1".into());
    let port = variable("AMI_PORT").unwrap_or("5038".into());

    let mut client = Client::connect(format!("{host}:{port}"), Duration::from_secs(5))?;
    client.login(&Credentials::new(&user, &secret))?;
    // Without a queue, the action applies to all queues that the interface is a member of.
    let response = client.send(&QueuePause::new(interface, pauses).reason(reason))?;
    println!("{}", response.text("Message"));
    client.log_off()?;
    Ok(())
}
