//! Calls a channel, connects it to an extension when it answers, and prints the outcome.
//!
//! ```sh
//! AMI_USER=admin AMI_SECRET=secret cargo run --example originate PJSIP/7 100 phones
//! ```
//!
//! Exit status: 0 if the channel answered, 2 if it did not, 1 after an error.
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`
//! - `AMI_HOST`: the server's name or address (default: `127.0.0.1`)
//! - `AMI_PORT`: the server's port (default: `5038`)

use std::env;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use embedded_ami::{action::Originate, client::Credentials, event::OriginateResponse, io::blocking::Client};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [channel, extension, context] = &arguments[..] else {
        return Err("usage: originate CHANNEL EXTENSION CONTEXT".into());
    };
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);
    let host = variable("AMI_HOST").unwrap_or("127.0.0.1".into());
    let port = variable("AMI_PORT").unwrap_or("5038".into());

    let mut client = Client::connect(format!("{host}:{port}"), Duration::from_secs(5))?;
    client.login(&Credentials::new(&user, &secret).events("call,system"))?;
    let call = Originate::to_extension(channel, context, extension, "1").timeout(30_000); // milliseconds
    let ticket = client.submit(&call.in_background())?;

    // The response tells only that the server places the call; an event tells the outcome.
    client.wait(ticket)?;
    let event = client.event_for(ticket, "OriginateResponse", Duration::from_secs(40))?;
    let event = event.ok_or("no OriginateResponse came")?;
    let reason = event.event::<OriginateResponse>().and_then(|event| event.reason());
    println!("{}: {}", event.text("Response"), reason.ok_or("no Reason")?);
    Ok(ExitCode::from(if event.text("Response") == "Success" { 0 } else { 2 }))
}
