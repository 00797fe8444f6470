//! `ami originate`: makes a call, waits for its outcome and, if that is asked for, for its end.

mod outcome;
mod watch;

use std::ffi::OsString;
use std::io::Write;
use std::time::{Duration, Instant};

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use embedded_ami::action;
use embedded_ami::client::Ticket;
use embedded_ami::io::blocking::Error;
use embedded_ami::wire::{Dialect, Message, OwnedMessage};

use self::outcome::Outcome;
use self::watch::Watch;
use crate::args::{in_seconds, seconds};
use crate::connection::{self, Client};
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::permission;
use crate::request::{self, Header};

pub(crate) const AFTER_HELP: &str = "\
The response to the action is printed only if it is an error. The outcome is the event
OriginateResponse, which is printed in the chosen format. The user needs the read permission for the
class call to see it.

With - after the channel, more headers are read from standard input up to its end, so that no other
user of the machine can see them in the list of processes. Each line is a header as AMI has it,
Header: Value. A line Variable: NAME=VALUE sets one variable, like --variable. If the channel itself
is -, a line Channel: ... has it.

  ami originate PJSIP/7 --exten 100 --context phones --caller-id '\"Reception\" <100>' --wait-hangup
  printf 'Variable: PIN=%s\\n' \"$pin\" | ami originate PJSIP/7 - --application Playback --data hello

The value of a variable arrives unchanged, with commas, quotes and equals signs. For Asterisk 1.4
and earlier it cannot have a |.

--wait-hangup ends when the channel of the outcome and, if it is a Local channel, its other half
have ended, and prints their Hangup events. Their Cause and Cause-txt tell why. An interrupt ends
the tool, not the call.

Exit status:
   0  answered
  10  refused: the server answered Error to the action and called nobody, for example because the
      extension does not exist or the user lacks a permission
  11  busy (reason 5)
  12  no answer (reasons 1 and 3)
  13  failed: any other reason, for example no such channel (0) or congestion (8)
2, 3, 4 and 5 are those of the other commands. The status is also 3 if no outcome, or with
--wait-hangup=SECONDS no hangup, was reported in time.";

#[derive(Args)]
pub(crate) struct Options {
    /// Channel to call, for example PJSIP/7
    channel: OsString,
    /// The character -, to read more headers from standard input
    #[arg(value_name = "-", value_parser = dash)]
    input: Option<String>,
    /// Extension to connect the channel to [default: s]
    #[arg(long, conflicts_with = "application")]
    exten: Option<OsString>,
    /// Context of the extension [default: default]
    #[arg(long, conflicts_with = "application")]
    context: Option<OsString>,
    /// Priority in the extension, a number or a label [default: 1]
    #[arg(long, conflicts_with = "application")]
    priority: Option<OsString>,
    /// Application to run instead of an extension, for example Playback
    #[arg(long)]
    application: Option<OsString>,
    /// Arguments of the application
    #[arg(long, requires = "application", allow_hyphen_values = true)]
    data: Option<OsString>,
    /// Caller ID to show, for example "Reception" <100>
    #[arg(long, value_name = "CALLER", allow_hyphen_values = true)]
    caller_id: Option<OsString>,
    /// Channel variable to set, for example GREETING=hello; may be repeated
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true, value_parser = OsStringValueParser::new().try_map(variable))]
    variable: Vec<Variable>,
    /// Account code of the channel
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    account: Option<OsString>,
    /// Codecs to offer, separated by commas; Asterisk 1.8 and later
    #[arg(long, value_name = "LIST")]
    codecs: Option<OsString>,
    /// Connect the channel as soon as there is audio, before it answers; Asterisk 11 and later
    #[arg(long)]
    early_media: bool,
    /// Time limit for the channel to answer; the server must report the outcome within --timeout
    /// after that
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
    ring: u32,
    /// If the call is answered, wait until it ends, for up to this time if one is given, and print
    /// the Hangup events
    #[arg(long, value_name = "SECONDS", value_parser = seconds, require_equals = true)]
    wait_hangup: Option<Option<Duration>>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    connection: connection::Options,
}

/// The name and the value of a channel variable.
#[derive(Clone)]
struct Variable {
    name: String,
    value: Vec<u8>,
    /// The variable as errors name it.
    place: String,
}

/// The headers of the call, and its variables, which are written according to the server.
struct Call {
    headers: Vec<Header>,
    variables: Vec<Variable>,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let call = options.call()?;
    options.connection.run(&options.format, |settings, printer| {
        let mut client = settings.log_in("call", printer)?;
        printer.watch_fields();
        let headers = call.headers_for(&client.banner())?;
        let ticket = submit(&mut client, &headers, printer)?;
        // Also the limit for the answers to Pings, while the channel rings.
        client.set_timeout(settings.timeout);
        let mut watch = Watch::default();
        // The server stops ringing after `ring`.
        let ring = Duration::from_secs(options.ring.into());
        let event = wait_for_outcome(&mut client, ticket, ring.saturating_add(settings.timeout), &mut watch)?;
        let event = event.message();
        printer.message(&event)?;
        printer.out.flush()?;
        if let Some((status, text)) = Outcome::from_message(&event).failure() {
            let reason = printer.for_error(event.get("Reason").unwrap_or_default());
            return Err(Failure::Status(status, Some(format!("the call failed: {text} (reason {reason})"))));
        }
        if let Some(limit) = options.wait_hangup {
            watch.answered(&event);
            wait_for_hangup(&mut client, &mut watch, limit, printer)?;
        }
        printer.warn_of_missing_fields();
        Ok(())
    })
}

/// Sends the action and waits for its response. A response of Error is printed.
fn submit(client: &mut Client, headers: &[Header], printer: &mut Printer) -> Result<Ticket, Failure> {
    let names: Vec<_> = headers.iter().map(Header::place).collect();
    let call = action::from_fn("Originate", |out| {
        headers.iter().try_for_each(|header| out.header(&header.name, &header.value))
    });
    let ticket = client.submit(&call).map_err(|error| request::failure(error, &names))?;
    match client.wait(ticket) {
        Err(error @ Error::Response { .. }) => {
            let hint = permission::hint(&error, "Originate");
            let refused = printer.answer(Err(error), Printer::message);
            printer.out.flush()?;
            refused.map_err(|failure| match permission::add(failure, &hint) {
                Failure::ErrorResponse(text) => Failure::Status(10, Some(refused_call(text, headers))),
                failure => failure,
            })?;
        }
        response => {
            response?;
        }
    }
    Ok(ticket)
}

/// Returns the line for standard error if the server refuses the action. One about the extension
/// names it, since that can be the default.
fn refused_call(text: String, headers: &[Header]) -> String {
    let value = |name: &str| headers.iter().find(|header| header.is(name)).map(|header| &header.value);
    let place = match (value("Exten"), value("Context")) {
        (Some(exten), Some(context)) if text.contains("Extension does not exist") => {
            format!(" ({}@{})", String::from_utf8_lossy(exten), String::from_utf8_lossy(context))
        }
        _ if text.contains("nvalid channel") && value("Channel").is_some_and(|own| !own.contains(&b'/')) => {
            "; a channel has a technology and a name, as in PJSIP/100".into()
        }
        _ => String::new(),
    };
    format!("{}{place}", Failure::ErrorResponse(text).text().unwrap_or_default())
}

/// Waits for the event that reports the outcome of the call.
fn wait_for_outcome(
    client: &mut Client,
    ticket: Ticket,
    time: Duration,
    watch: &mut Watch,
) -> Result<OwnedMessage, Failure> {
    let deadline = Instant::now().checked_add(time);
    loop {
        let event = match deadline {
            Some(deadline) => client.next_event_until(deadline)?,
            None => client.next_event(time)?,
        };
        let Some(event) = event else {
            return Err(Failure::Timeout(
                "no OriginateResponse arrived: the user may lack the read permission for the class call"
                    .into(),
            ));
        };
        let message = event.message();
        // Any user can send an event with the ActionID, but not under these names with a Privilege.
        let is_own = message.get("Privilege").is_some() && client.ticket(&message) == Some(ticket);
        if is_own && Outcome::is_reported_by(&message) {
            return Ok(event);
        }
        watch.event(&message);
    }
}

/// Waits until the channels of the call have ended, and prints their `Hangup` events.
fn wait_for_hangup(
    client: &mut Client,
    watch: &mut Watch,
    limit: Option<Duration>,
    printer: &mut Printer,
) -> Result<(), Failure> {
    let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
    loop {
        for hangup in watch.hangups() {
            printer.message(&hangup.message())?;
            printer.out.flush()?;
        }
        if watch.has_ended() {
            return Ok(());
        }
        let event = match deadline {
            Some(deadline) => client.next_event_until(deadline)?,
            None => client.next_event(Duration::MAX)?,
        };
        match event {
            Some(event) => watch.event(&event.message()),
            None if deadline.is_none() => {}
            None => {
                let limit = in_seconds(limit.unwrap_or_default());
                return Err(Failure::Timeout(format!("the call has not ended within {limit} s")));
            }
        }
    }
}

impl Options {
    /// Returns the headers that the options and standard input give.
    fn call(&self) -> Result<Call, Failure> {
        let bytes = |text: &OsString| text.as_encoded_bytes().to_vec();
        let has_no_channel = self.channel.as_encoded_bytes() == b"-";
        let mut headers = Vec::new();
        if !has_no_channel {
            headers.push(Header::new("Channel", bytes(&self.channel)));
        }
        for (name, value) in [
            ("Application", &self.application),
            ("Data", &self.data),
            ("Exten", &self.exten),
            ("Context", &self.context),
            ("Priority", &self.priority),
            ("CallerID", &self.caller_id),
            ("Account", &self.account),
            ("Codecs", &self.codecs),
        ] {
            headers.extend(value.as_ref().map(|value| Header::new(name, bytes(value))));
        }
        if self.early_media {
            headers.push(Header::new("EarlyMedia", "true"));
        }
        headers.push(Header::new("Timeout", (u64::from(self.ring) * 1000).to_string()));
        headers.push(Header::new("Async", "true"));
        let mut variables = self.variable.clone();
        if has_no_channel || self.input.is_some() {
            read_more(&mut headers, &mut variables)?;
        }
        let has = |name: &str| headers.iter().any(|header| header.is(name));
        if has_no_channel && !has("Channel") {
            return Err(Failure::Usage("standard input has no Channel".into()));
        }
        match (has("Application"), ["Exten", "Context", "Priority"].iter().find(|name| has(name))) {
            (true, Some(name)) => {
                return Err(Failure::Usage(format!("Application and {name} exclude each other")));
            }
            (true, None) => {}
            (false, _) => {
                for (name, value) in [("Exten", "s"), ("Context", "default"), ("Priority", "1")] {
                    if !headers.iter().any(|header| header.is(name)) {
                        headers.push(Header::new(name, value));
                    }
                }
            }
        }
        Ok(Call { headers, variables })
    }
}

/// Adds the headers of standard input.
fn read_more(headers: &mut Vec<Header>, variables: &mut Vec<Variable>) -> Result<(), Failure> {
    for header in request::read_headers()? {
        let place = header.place();
        if header.is("Variable") {
            let equals = header.value.iter().position(|&byte| byte == b'=');
            let named = equals.map(|equals| header.value.split_at(equals));
            let named = named.and_then(|(name, value)| Some((std::str::from_utf8(name).ok()?, value)));
            let Some((name, value)) = named else {
                return Err(Failure::Usage(format!("{place}: not of the form Variable: NAME=VALUE")));
            };
            let value = value.get(1..).unwrap_or_default().to_vec();
            variables.push(Variable { name: name.into(), value, place });
        } else if header.is("Timeout") {
            return Err(Failure::Usage(format!("{place}: give --ring instead")));
        } else if headers.iter().any(|own| own.is(&header.name)) {
            return Err(Failure::Usage(format!("{place}: given twice, or set by the tool")));
        } else {
            headers.push(header);
        }
    }
    Ok(())
}

impl Call {
    /// Returns all headers, with the variables escaped for the server with this banner.
    fn headers_for(&self, banner: &Message<'_>) -> Result<Vec<Header>, Failure> {
        // Asterisk 1.4 and earlier separate variables with a bar, later ones with a comma.
        let is_old = banner.banner().is_some_and(|banner| banner.version == "1.0");
        let dialect = if is_old { Dialect::V1_4 } else { Dialect::Current };
        let mut headers = self.headers.clone();
        for variable in &self.variables {
            let value = request::variable(dialect, &variable.name, &variable.value)
                .map_err(|error| Failure::Usage(request::name_line(error, &variable.place)))?;
            headers.push(Header::new("Variable", value));
        }
        Ok(headers)
    }
}

/// Accepts only `-`.
fn dash(text: &str) -> Result<String, &'static str> {
    match text {
        "-" => Ok(text.into()),
        _ => Err("only - may follow the channel; the extension to call is that of --exten"),
    }
}

/// Parses `NAME=VALUE`. The value may be any bytes.
fn variable(text: OsString) -> Result<Variable, &'static str> {
    let text = text.as_encoded_bytes();
    let equals = text.iter().position(|&byte| byte == b'=').ok_or("not of the form NAME=VALUE")?;
    let (name, value) = text.split_at(equals);
    let name = std::str::from_utf8(name).map_err(|_| "the name of the variable is not UTF-8")?;
    let value = value.get(1..).unwrap_or_default().into();
    Ok(Variable { name: name.into(), value, place: format!("variable {name}") })
}
