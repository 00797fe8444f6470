//! Lists the members of one queue, or of all queues if none is named.
//!
//! ```sh
//! AMI_USER=admin AMI_SECRET=secret cargo run --example queue_members support
//! ```
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`
//! - `AMI_HOST`: the server's name or address (default: `127.0.0.1`)
//! - `AMI_PORT`: the server's port (default: `5038`)

use std::env;
use std::error::Error;
use std::time::Duration;

use embedded_ami::{action::Raw, client::Credentials, io::blocking::Client};

fn main() -> Result<(), Box<dyn Error>> {
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);
    let host = variable("AMI_HOST").unwrap_or("127.0.0.1".into());
    let port = variable("AMI_PORT").unwrap_or("5038".into());

    let mut client = Client::connect(format!("{host}:{port}"), Duration::from_secs(5))?;
    client.login(&Credentials::new(&user, &secret))?;

    let queue = env::args().nth(1).map(|queue| ("Queue", queue));
    for entry in client.list(&Raw::new("QueueStatus", queue.as_slice()))? {
        let entry = entry?; // an error if the list is cut short
        // The entries of a queue: its QueueParams, then its members, then its waiting callers.
        if entry.name().is_some_and(|name| name == "QueueMember") {
            let (queue, member, phone) = (entry.text("Queue"), entry.text("Name"), entry.text("Location"));
            let is_paused = entry.get("Paused").is_some_and(|paused| paused.is_true());
            println!("{queue}: {member} at {phone}{}", if is_paused { ", paused" } else { "" });
        }
    }
    client.log_off()?;
    Ok(())
}
