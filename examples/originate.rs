//! Calls a channel, connects it with an extension, waits for the outcome: `originate PJSIP/7 100 phones`.
//! Exit status: 0 it was answered, 2 it was not, 1 something failed. Settings as for `watch`.

use std::env::{args, var};
use std::process::ExitCode;
use std::time::Duration;

use embedded_ami::{action, client::Credentials, io::blocking::Client};

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let args: Vec<String> = args().collect();
    let [_, channel, exten, context] = &args[..] else { return Err("CHANNEL EXTEN CONTEXT".into()) };
    let setting = |name| var(name).map_err(|_| format!("{name} is not set"));
    let host = setting("AMI_HOST").unwrap_or("127.0.0.1".into());
    let port = setting("AMI_PORT").unwrap_or("5038".into());
    let (user, secret) = (setting("AMI_USER")?, setting("AMI_SECRET")?);
    let mut client = Client::connect(format!("{host}:{port}"), Duration::from_secs(5))?;
    client.login(&Credentials::new(&user, &secret).events("call,system"))?;

    let ticket = client.submit(&action::from_fn("Originate", |headers| {
        headers.header("Channel", channel)?;
        headers.header("Exten", exten)?;
        headers.header("Context", context)?;
        headers.header_int("Priority", 1)?;
        headers.header_int("Timeout", 30_000)?;
        headers.header("Async", "true")
    }))?;
    client.wait(ticket)?; // says only that the server tries; what comes of it is an event
    let outcome = client.event_for(ticket, Duration::from_secs(40))?.ok_or("no OriginateResponse came")?;
    let value = |name| outcome.message().get(name).unwrap_or_default();
    println!("{:?}, reason {:?}", value("Response"), value("Reason"));
    Ok(ExitCode::from(if value("Response") == "Success" { 0 } else { 2 }))
}
