//! Switches the night mode of a PBX on or off. The dialplan reads it from the global variable
//! `NIGHT`. The database keeps it, because variables are lost when Asterisk restarts.
//!
//! ```sh
//! AMI_USER=admin AMI_SECRET=secret cargo run --example night_mode on
//! AMI_USER=admin AMI_SECRET=secret cargo run --example night_mode
//! ```
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`
//! - `AMI_HOST`: the server's name or address (default: `127.0.0.1`)
//! - `AMI_PORT`: the server's port (default: `5038`)

use std::env;
use std::error::Error;
use std::net::TcpStream;
use std::time::Duration;

use embedded_ami::action::{DbGet, DbPut, Getvar, Setvar};
use embedded_ami::client::{Credentials, ResponseStatus};
use embedded_ami::io::blocking::{self, Client};

fn main() -> Result<(), Box<dyn Error>> {
    let new = match env::args().nth(1).as_deref() {
        Some("on") => Some("1"),
        Some("off") => Some("0"),
        None => None,
        Some(_) => return Err("usage: night_mode [on | off]".into()),
    };
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);
    let host = variable("AMI_HOST").unwrap_or("127.0.0.1".into());
    let port = variable("AMI_PORT").unwrap_or("5038".into());

    let mut client = Client::connect(format!("{host}:{port}"), Duration::from_secs(5))?;
    client.login(&Credentials::new(&user, &secret))?;
    if let Some(value) = new {
        client.send(&DbPut::new("modes", "night").val(value))?;
        client.send(&Setvar::new("NIGHT", value))?;
    }
    let now = client.send(&Getvar::new("NIGHT"))?;
    println!("variable: {}", now.text("Value")); // empty if it is not set
    println!("database: {}", entry(&mut client, "modes", "night")?.as_deref().unwrap_or("none"));
    Ok(())
}

/// Returns the value of an entry of the database, or `None` if there is no such entry.
fn entry(client: &mut Client<TcpStream>, family: &str, key: &str) -> Result<Option<String>, blocking::Error> {
    // The value arrives in an event after the response, like the only entry of a list.
    match client.list(&DbGet::new(family, key)) {
        Ok(mut list) => Ok(list.next().transpose()?.map(|entry| entry.text("Val").into_owned())),
        Err(blocking::Error::Response { status: ResponseStatus::Error, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
