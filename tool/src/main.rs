//! `ami`: the Asterisk Manager Interface for shell scripts.

mod decode;
mod demo;
mod json;
mod originate;
mod secret;
mod serve;

use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::builder::{NonEmptyStringValueParser, OsStringValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use embedded_ami::action::Raw;
use embedded_ami::client::{Credentials, ResponseStatus, SessionError};
use embedded_ami::io::blocking::{Client, Error};
use embedded_ami::wire::{Message, OwnedMessage, Value};

const AFTER_HELP: &str = "\
The secret is taken from AMI_SECRET, from the file that --secret-file or AMI_SECRET_FILE names, or
asked for at the terminal.

Exit status: 0 success, 1 the server answered Error or a call failed, 2 usage, 3 connection or time-out, 4 login refused.";

#[derive(Parser)]
#[command(name = "ami", version, about = "Talk to the Asterisk Manager Interface (AMI)", after_help = AFTER_HELP)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Task,
}

#[derive(Args)]
struct Options {
    /// The server
    #[arg(long, global = true, env = "AMI_HOST", default_value = "127.0.0.1")]
    host: String,
    /// Its port
    #[arg(long, global = true, env = "AMI_PORT", default_value_t = 5038)]
    port: u16,
    /// The manager user
    #[arg(long, global = true, env = "AMI_USER")]
    user: Option<String>,
    /// A file whose first line is the user's secret
    #[arg(long, global = true, env = "AMI_SECRET_FILE", value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// The longest to wait for the connection, and for each answer
    #[arg(long, global = true, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    /// Send the secret in the clear instead of an MD5 challenge login
    #[arg(long, global = true)]
    plain: bool,
    /// Print one JSON object a line
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Task {
    /// Log in and ask whether the server is alive
    Ping,
    /// Send one action and print its response, and its list if it has one
    Action {
        /// The action, as in CoreSettings
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        name: String,
        /// Its headers, as in Channel=SIP/7
        #[arg(value_name = "HEADER=VALUE", value_parser = OsStringValueParser::new().try_map(header))]
        headers: Vec<(String, Vec<u8>)>,
    },
    /// Run a command of the Asterisk console and print its output
    Command {
        /// The command, as in core show channels
        #[arg(required = true)]
        text: Vec<OsString>,
    },
    /// Call a channel, connect it with an extension or application, and wait for the outcome
    Originate(originate::Options),
    /// Print events as they come, until interrupted
    Events {
        /// The classes of events to get, as in call,agent
        #[arg(long, default_value = "on", value_name = "MASK")]
        classes: String,
        /// Print only events of this name; may be given more than once
        #[arg(long, value_name = "EVENT")]
        only: Vec<String>,
        /// Stop after so many events
        #[arg(long, value_name = "NUMBER")]
        count: Option<u64>,
    },
    /// Print a recorded stream of bytes, one JSON object a message
    Decode(decode::Options),
    /// Be a miniature PBX that offers AMI, until interrupted
    #[command(after_help = serve::AFTER_HELP)]
    Serve(serve::Options),
    /// Show a login, a call and its events against a miniature PBX of its own
    Demo,
}

/// What ends the program, and with which status.
enum Failure {
    /// The server answered Error, with this message.
    Answer(String),
    /// A call came to nothing.
    Call(String),
    Usage(String),
    Client(Error),
    /// What should have come did not.
    Timeout(&'static str),
    /// Standard output was closed by its reader: nothing is left to do.
    Quiet,
    /// Standard output failed otherwise.
    Output(io::Error),
    /// The server of our own failed.
    Server(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Client(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe { Failure::Quiet } else { Failure::Output(error) }
    }
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            let text = error.to_string();
            let paragraph = text.split("\n\n").next().unwrap_or_default();
            eprintln!("ami: {}; see --help", one_line(paragraph.trim_start_matches("error: ")));
            return ExitCode::from(2);
        }
        Err(help) => help.exit(),
    };
    let (text, status) = match run(&cli) {
        Ok(()) | Err(Failure::Quiet) => return ExitCode::SUCCESS,
        Err(Failure::Answer(text)) => (format!("the server answered Error: {text}"), 1),
        Err(Failure::Call(text)) => (text, 1),
        Err(Failure::Usage(text)) => (text, 2),
        Err(Failure::Client(error @ Error::Session(SessionError::Encode(_)))) => (error.to_string(), 2),
        Err(Failure::Client(error @ Error::Refused { .. })) => (error.to_string(), 4),
        Err(Failure::Client(error)) => (format!("{}:{}: {error}", cli.options.host, cli.options.port), 3),
        Err(Failure::Timeout(text)) => (text.into(), 3),
        Err(Failure::Output(error)) => (format!("cannot write: {error}"), 3),
        Err(Failure::Server(text)) => (text, 3),
    };
    eprintln!("ami: {}", one_line(&text));
    ExitCode::from(status)
}

/// Text on one line, and without control characters: it may be somebody else's.
fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").replace(char::is_control, "\u{fffd}")
}

fn run(cli: &Cli) -> Result<(), Failure> {
    let options = &cli.options;
    let mut out = io::stdout().lock();
    match &cli.command {
        Task::Ping => answer(log_in(options, "off")?.send(&Raw::without_headers("Ping")), |reply| {
            if options.json {
                print(options, reply, &mut out)
            } else if ResponseStatus::from_message(reply).is_error() {
                Ok(())
            } else {
                writeln!(out, "Pong")
            }
        }),
        Task::Action { name, headers } => {
            let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value)).collect();
            let mut client = log_in(options, "off")?;
            let mut print = |message: &Message<'_>| print(options, message, &mut out);
            match client.list(&Raw::new(name, &headers)) {
                Ok(mut list) => {
                    print(&list.response())?;
                    list.by_ref().try_for_each(|entry| answer(entry, &mut print))?;
                    Ok(list.completion().as_ref().map_or(Ok(()), print)?)
                }
                Err(error) => answer(Err(error), print),
            }
        }
        Task::Command { text } => {
            let text: Vec<_> = text.iter().map(|word| word.as_encoded_bytes()).collect();
            answer(log_in(options, "off")?.command(&text.join(&b' ')), |reply| {
                if options.json {
                    return print(options, reply, &mut out);
                }
                reply.output().try_for_each(|line| print_line(line.as_bytes(), &mut out))
            })
        }
        Task::Originate(call) => {
            let mut client = log_in(options, "call")?;
            call.run(&mut client, |message| print(options, message, &mut out))
        }
        Task::Events { classes, only, count } => {
            let mut client = log_in(options, classes)?;
            let mut left = count.unwrap_or(u64::MAX);
            let wanted =
                |name: Value<'_>| only.is_empty() || only.iter().any(|only| name.eq_ignore_ascii_case(only));
            while left > 0 {
                // Time-outs are the session's: it asks whether the server is alive.
                let Some(event) = client.next_event(Duration::from_secs(60))? else { continue };
                if event.message().name().is_some_and(wanted) {
                    print(options, &event.message(), &mut out)?;
                    out.flush()?;
                    left -= 1;
                }
            }
            Ok(())
        }
        Task::Decode(options) => decode::run(options, &mut out),
        Task::Serve(serve) => serve::run(
            serve,
            (&options.host, options.port),
            || {
                let (user, secret) = credentials(options)?;
                Ok((user.to_owned(), secret))
            },
            &mut out,
        ),
        Task::Demo => demo::run(&mut out),
    }?;
    Ok(out.flush()?)
}

/// The user and his secret.
fn credentials(options: &Options) -> Result<(&str, String), Failure> {
    let Some(user) = &options.user else {
        return Err(Failure::Usage("no user: give --user or AMI_USER".into()));
    };
    let secret = secret::read(options.secret_file.as_deref(), user).map_err(Failure::Usage)?;
    Ok((user, secret))
}

fn log_in(options: &Options, events: &str) -> Result<Client<TcpStream>, Failure> {
    let (user, secret) = credentials(options)?;
    let mut client = Client::connect((options.host.as_str(), options.port), options.timeout)?;
    let credentials = match options.plain {
        true => Credentials::plain(user, &secret),
        false => Credentials::new(user, &secret),
    };
    client.login(&credentials.events(events))?;
    Ok(client)
}

/// Prints a response, or entry, also one that says Error; then that is the failure.
fn answer(
    result: Result<OwnedMessage, Error>,
    print: impl FnOnce(&Message<'_>) -> io::Result<()>,
) -> Result<(), Failure> {
    match result {
        Ok(message) => Ok(print(&message.message())?),
        Err(Error::Response { response: reply, .. }) => {
            let reply = reply.message();
            print(&reply)?;
            // A command that failed says why in its output, and in the message only that there is
            // some.
            let output = reply.output().map(|line| Value::new(line.as_bytes())).find(|line| !line.is_empty());
            let text = output.or(reply.get("Message")).unwrap_or_default();
            Err(Failure::Answer(text.to_string_lossy().into_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// A message as JSON, or as the lines it has, and an empty one.
fn print(options: &Options, message: &Message<'_>, out: &mut impl Write) -> io::Result<()> {
    if options.json {
        return json::write(message, out);
    }
    message.headers().try_for_each(|header| print_line(header.as_bytes(), out))?;
    // Output headers are printed already.
    let mut payload = message.output().filter(|_| message.get("Output").is_none());
    payload.try_for_each(|line| print_line(line.as_bytes(), out))?;
    out.write_all(b"\n")
}

/// The bytes as they are; but a terminal gets no control characters that a caller put into a name.
fn print_line(line: &[u8], out: &mut impl Write) -> io::Result<()> {
    if io::stdout().is_terminal() {
        for byte in line {
            match byte {
                b'\t' => out.write_all(b"\t")?,
                byte if byte.is_ascii_control() => write!(out, "{}", byte.escape_ascii())?,
                byte => out.write_all(&[*byte])?,
            }
        }
    } else {
        out.write_all(line)?;
    }
    out.write_all(b"\n")
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds")?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("not a time one can wait".into()),
    }
}

fn header(text: OsString) -> Result<(String, Vec<u8>), &'static str> {
    let bytes = text.as_encoded_bytes();
    let equals = bytes.iter().position(|&byte| byte == b'=').ok_or("not of the form Header=Value")?;
    let name = std::str::from_utf8(&bytes[..equals]).map_err(|_| "the header's name is not UTF-8")?;
    Ok((name.into(), bytes[equals + 1..].into()))
}
