//! Hangs up a channel, and tells apart what can go wrong.
//!
//! ```sh
//! AMI_USER=admin AMI_SECRET=secret cargo run --example hang_up PJSIP/7-00000012
//! ```
//!
//! Exit status: 0 if the channel is hung up or does not exist any more, 1 if the server refused it,
//! 3 if trying again later can help, 4 if the login was refused.
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`
//! - `AMI_HOST`: the server's name or address (default: `127.0.0.1`)
//! - `AMI_PORT`: the server's port (default: `5038`)

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use embedded_ami::action::Hangup;
use embedded_ami::client::{Credentials, LossReason, ResponseStatus};
use embedded_ami::io::blocking::{Client, Error};

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let channel = env::args().nth(1).ok_or("usage: hang_up CHANNEL")?;
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);
    let host = variable("AMI_HOST").unwrap_or("127.0.0.1".into());
    let port = variable("AMI_PORT").unwrap_or("5038".into());

    let hang_up = || -> Result<(), Error> {
        let mut client = Client::connect(format!("{host}:{port}"), Duration::from_secs(5))?;
        client.login(&Credentials::new(&user, &secret))?;
        client.send(&Hangup::new(&channel))?;
        Ok(())
    };
    let Err(error) = hang_up() else { return Ok(ExitCode::SUCCESS) };
    // The texts of errors are made for people and contain no secrets.
    eprintln!("{error}");
    Ok(ExitCode::from(match error {
        Error::Response { status: ResponseStatus::PermissionDenied, .. } => 1,
        // Another program or the caller was faster.
        Error::Response { .. } => 0,
        Error::Refused { .. } => 4,
        Error::Connect(_) | Error::Silent { .. } | Error::Disconnected(_) => 3,
        // The connection ended before the answer. The channel may be hung up: look before you
        // try again. `NotSent` means that it is not.
        Error::Lost { reason: LossReason::NotSent | LossReason::OutcomeUnknown, .. } => 3,
        _ => 1,
    }))
}
