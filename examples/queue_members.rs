//! Lists the members of all queues, or of the one that is named: `queue_members support`.
//! Settings as for `watch`.

use std::env::{args, var};
use std::time::Duration;

use embedded_ami::{action::Raw, client::Credentials, io::blocking::Client};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let setting = |name| var(name).map_err(|_| format!("{name} is not set"));
    let host = setting("AMI_HOST").unwrap_or("127.0.0.1".into());
    let port = setting("AMI_PORT").unwrap_or("5038".into());
    let (user, secret) = (setting("AMI_USER")?, setting("AMI_SECRET")?);
    let mut client = Client::connect(format!("{host}:{port}"), Duration::from_secs(5))?;
    client.login(&Credentials::new(&user, &secret))?;

    let queue = args().nth(1).map(|queue| ("Queue", queue));
    for entry in client.list(&Raw::new("QueueStatus", queue.as_slice()))? {
        let entry = entry?; // an error if the list is cut short
        let entry = entry.message();
        // Of each queue come its QueueParams, its QueueMember entries, then its QueueEntry callers.
        if entry.name().is_some_and(|name| name == "QueueMember") {
            let value = |name| entry.get(name).unwrap_or_default();
            let paused = if value("Paused").is_true() { ", paused" } else { "" };
            println!("{:?}: {:?} at {:?}{paused}", value("Queue"), value("Name"), value("Location"));
        }
    }
    client.log_off()?;
    Ok(())
}
