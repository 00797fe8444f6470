//! Runs a command of the Asterisk console and prints its output.
//!
//! ```sh
//! AMI_USER=admin AMI_SECRET=secret cargo run --example command 'core show uptime'
//! ```
//!
//! Exit status: 0 if the command worked, 1 if it failed or was not run. Asterisk 13 and earlier do
//! not report whether a command worked.
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`
//! - `AMI_HOST`: the server's name or address (default: `127.0.0.1`)
//! - `AMI_PORT`: the server's port (default: `5038`)

use std::env;
use std::error::Error;
use std::time::Duration;

use embedded_ami::{client::Credentials, io::blocking::Client};

fn main() -> Result<(), Box<dyn Error>> {
    let command = env::args().nth(1).ok_or("usage: command TEXT")?;
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);
    let host = variable("AMI_HOST").unwrap_or("127.0.0.1".into());
    let port = variable("AMI_PORT").unwrap_or("5038".into());

    let mut client = Client::connect(format!("{host}:{port}"), Duration::from_secs(5))?;
    client.login(&Credentials::new(&user, &secret))?;
    // If the command fails, the text of the error has the output.
    let response = client.command(&command)?;
    for line in response.message().output() {
        println!("{line}");
    }
    Ok(())
}
