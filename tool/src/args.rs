//! The command line: global options and subcommands.
//!
//! The doc comments of the arguments are the texts of `--help`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{NonEmptyStringValueParser, OsStringValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};

use crate::{decode, originate, serve};

const AFTER_HELP: &str = "\
The secret is the value of the environment variable AMI_SECRET, or the first line of the file that
--secret-file or AMI_SECRET_FILE names. If neither is given, the tool asks for it on the terminal.
If the server sends the secret back, the tool prints [redacted] in its place.

--timeout limits the time from the first attempt to connect to the end of the answer, including all
entries of a list. It does not limit the look-up of the host name. originate then waits for the
outcome of the call, up to the sum of --ring and --timeout. events has no limit once it is logged in,
but ends if the server does not answer a Ping within --timeout.

On a terminal, in JSON and in errors, control characters and characters that change the direction of
text are escaped. Text that goes to a file or another program is not.

Exit status:
  0  success
  1  the server answered Error, or a call failed
  2  wrong usage
  3  connection failed or timed out
  4  login refused";

#[derive(Parser)]
#[command(name = "ami", version, about = "Talk to the Asterisk Manager Interface (AMI)", after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(subcommand)]
    pub(crate) command: Task,
}

#[derive(Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Options {
    /// Host name or address of the server
    #[arg(long, global = true, env = "AMI_HOST", default_value = "127.0.0.1")]
    pub(crate) host: String,
    /// TCP port of the server
    #[arg(long, global = true, env = "AMI_PORT", default_value_t = 5038)]
    pub(crate) port: u16,
    /// Name of the manager user
    #[arg(long, global = true, env = "AMI_USER")]
    pub(crate) user: Option<String>,
    /// File whose first line is the secret of the user
    #[arg(long, global = true, env = "AMI_SECRET_FILE", value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// Time limit for connecting, logging in and receiving the answer, all together
    #[arg(long, global = true, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(crate) timeout: Duration,
    /// Send the secret in the clear instead of answering an MD5 challenge
    #[arg(long, global = true)]
    pub(crate) plain: bool,
    /// Print each message as a JSON object on one line
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Task {
    /// Log in and check that the server responds
    Ping,
    /// Send an action and print its response, and its list if it has one
    Action {
        /// Name of the action, for example CoreSettings
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        name: String,
        /// Headers of the action, for example Channel=SIP/7
        #[arg(value_name = "HEADER=VALUE", value_parser = OsStringValueParser::new().try_map(header))]
        headers: Vec<(String, Vec<u8>)>,
    },
    /// Run a command of the Asterisk console and print its output
    Command {
        /// Words of the command, for example core show channels
        #[arg(required = true)]
        text: Vec<OsString>,
    },
    /// Call a channel, connect it to an extension or application, and wait for the outcome
    Originate(originate::Options),
    /// Print events as they arrive, until interrupted
    Events {
        /// Classes of events to request, for example call,agent
        #[arg(long, default_value = "on", value_name = "MASK")]
        classes: String,
        /// Print only events with this name; may be repeated
        #[arg(long, value_name = "EVENT")]
        only: Vec<String>,
        /// Stop after printing this many events
        #[arg(long, value_name = "NUMBER")]
        count: Option<u64>,
    },
    /// Print the messages of a recorded byte stream as JSON, one object per line
    Decode(decode::Options),
    /// Run a miniature PBX that offers AMI, until interrupted
    #[command(after_help = serve::AFTER_HELP)]
    Serve(serve::Options),
    /// Show a login, a call and its events on a built-in miniature PBX
    Demo,
}

/// Parses a time limit: a number of seconds above 0, which may have a fraction.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds")?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("not a time above 0 seconds that the tool can wait".into()),
    }
}

/// Splits `Header=Value` at the first equals sign. The value may be any bytes.
fn header(text: OsString) -> Result<(String, Vec<u8>), &'static str> {
    let bytes = text.as_encoded_bytes();
    let equals = bytes.iter().position(|&byte| byte == b'=').ok_or("not of the form Header=Value")?;
    let name = std::str::from_utf8(&bytes[..equals]).map_err(|_| "the name of the header is not UTF-8")?;
    Ok((name.into(), bytes[equals + 1..].into()))
}
