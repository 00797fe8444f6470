//! `ami events`: prints events as they arrive.

use std::io::Write;
use std::time::Duration;

use clap::Args;
use embedded_ami::wire::Value;

use crate::connection;
use crate::failure::Failure;
use crate::output::Format;

#[derive(Args)]
pub(crate) struct Options {
    /// Classes of events to request, for example call,agent
    #[arg(long, default_value = "on", value_name = "MASK")]
    classes: String,
    /// Print only events with this name; may be repeated
    #[arg(long, value_name = "EVENT")]
    only: Vec<String>,
    /// Stop after printing this many events
    #[arg(long, value_name = "NUMBER")]
    count: Option<u64>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    connection: connection::Options,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    options.connection.run(&options.format, |settings, printer| {
        let mut client = settings.log_in(&options.classes, printer)?;
        client.set_timeout(settings.timeout);
        let mut left = options.count.unwrap_or(u64::MAX);
        let only = &options.only;
        let wanted =
            |name: Value<'_>| only.is_empty() || only.iter().any(|only| name.eq_ignore_ascii_case(only));
        while left > 0 {
            // Silence is not an error: the session pings the server, and the call fails only if
            // the server does not answer.
            let Some(event) = client.next_event(Duration::from_secs(60))? else { continue };
            if event.message().name().is_some_and(wanted) {
                printer.message(&event.message())?;
                printer.out.flush()?;
                left -= 1;
            }
        }
        Ok(())
    })
}
