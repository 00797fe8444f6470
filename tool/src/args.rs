//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{NonEmptyStringValueParser, OsStringValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};

use crate::{decode, originate, serve};

const AFTER_HELP: &str = "\
The secret is taken from AMI_SECRET, from the file that --secret-file or AMI_SECRET_FILE names, or
asked for at the terminal.

Exit status: 0 success, 1 the server answered Error or a call failed, 2 usage, 3 connection or time-out, 4 login refused.";

#[derive(Parser)]
#[command(name = "ami", version, about = "Talk to the Asterisk Manager Interface (AMI)", after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(subcommand)]
    pub(crate) command: Task,
}

#[derive(Args)]
pub(crate) struct Options {
    /// The server
    #[arg(long, global = true, env = "AMI_HOST", default_value = "127.0.0.1")]
    pub(crate) host: String,
    /// Its port
    #[arg(long, global = true, env = "AMI_PORT", default_value_t = 5038)]
    pub(crate) port: u16,
    /// The manager user
    #[arg(long, global = true, env = "AMI_USER")]
    pub(crate) user: Option<String>,
    /// A file whose first line is the user's secret
    #[arg(long, global = true, env = "AMI_SECRET_FILE", value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// The longest to wait for the connection, and for each answer
    #[arg(long, global = true, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(crate) timeout: Duration,
    /// Send the secret in the clear instead of an MD5 challenge login
    #[arg(long, global = true)]
    pub(crate) plain: bool,
    /// Print one JSON object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Task {
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
