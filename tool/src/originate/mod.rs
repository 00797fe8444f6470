//! `ami originate`: makes a call and waits for its outcome.

use std::io::Write;
use std::time::Duration;

use clap::Args;
use embedded_ami::action;

use crate::connection::{self, Client};
use crate::failure::Failure;
use crate::output::{Format, Printer};

#[derive(Args)]
pub(crate) struct Options {
    /// Channel to call, for example PJSIP/7
    channel: String,
    /// Extension to connect the channel to
    #[arg(long, default_value = "s", conflicts_with = "application")]
    exten: String,
    /// Context of the extension
    #[arg(long, default_value = "default", conflicts_with = "application")]
    context: String,
    /// Priority in the extension
    #[arg(long, default_value = "1", conflicts_with = "application")]
    priority: String,
    /// Application to run instead of an extension, for example Playback
    #[arg(long)]
    application: Option<String>,
    /// Arguments of the application
    #[arg(long, requires = "application")]
    data: Option<String>,
    /// Caller ID to show, for example "Reception" <100>
    #[arg(long, value_name = "CALLER")]
    caller_id: Option<String>,
    /// Channel variable to set, for example GREETING=hello; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    variable: Vec<(String, String)>,
    /// Time limit for the channel to answer; the server must report the outcome within --timeout
    /// after that
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    ring: u32,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    connection: connection::Options,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    options.connection.run(&options.format, |settings, printer| {
        let mut client = settings.log_in("call", printer)?;
        options.call(&mut client, settings.timeout, printer)?;
        Ok(printer.out.flush()?)
    })
}

impl Options {
    /// Makes the call, waits for the `OriginateResponse` event, and prints it. The event must
    /// arrive within `timeout` after the channel has stopped ringing. A call that was not answered
    /// is a failure.
    fn call(&self, client: &mut Client, timeout: Duration, printer: &mut Printer) -> Result<(), Failure> {
        let ring = Duration::from_secs(self.ring.into());
        let call = action::from_fn("Originate", |headers| {
            headers.header("Channel", &self.channel)?;
            match &self.application {
                Some(application) => {
                    headers.header("Application", application)?;
                    if let Some(data) = &self.data {
                        headers.header("Data", data)?;
                    }
                }
                None => {
                    headers.header("Exten", &self.exten)?;
                    headers.header("Context", &self.context)?;
                    headers.header("Priority", &self.priority)?;
                }
            }
            if let Some(caller) = &self.caller_id {
                headers.header("CallerID", caller)?;
            }
            self.variable.iter().try_for_each(|(name, value)| headers.variable(name, value))?;
            headers.header_int("Timeout", i64::from(self.ring) * 1000)?;
            headers.header("Async", "true")
        });
        let ticket = client.submit(&call)?;
        printer.answer(client.wait(ticket), |_, _| Ok(()))?;
        // Also the limit for the answers to Pings, while the channel rings.
        client.set_timeout(timeout);
        // The server stops ringing after `ring`.
        let time = ring.saturating_add(timeout);
        let Some(event) = client.event_for(ticket, "OriginateResponse", time)? else {
            return Err(Failure::Timeout(
                "no OriginateResponse arrived: the user may lack the read permission for the class call"
                    .into(),
            ));
        };
        let event = event.message();
        printer.message(&event)?;
        if event.get("Response").is_some_and(|response| response == "Success") {
            return Ok(());
        }
        let reason = event.get("Reason").unwrap_or_default();
        let why = match reason.to_u32() {
            Some(0) => "no such channel or extension",
            Some(3) => "nobody answered",
            Some(5) => "busy",
            Some(8) => "congestion",
            _ => "the server gave no reason",
        };
        Err(Failure::Status(
            1,
            Some(format!("the call failed: {why} (reason {})", printer.for_error(reason))),
        ))
    }
}

fn variable(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("not of the form NAME=VALUE")?;
    Ok((name.into(), value.into()))
}
