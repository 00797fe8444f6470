//! The command line: the subcommands, each with the groups of options that mean something for it.
//!
//! The doc comments of the arguments are the texts of `--help`.

use std::ffi::OsString;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Command, CommandFactory, FromArgMatches, Parser, Subcommand};

#[cfg(feature = "calls")]
use crate::calls;
#[cfg(feature = "completions")]
use crate::completions;
#[cfg(feature = "explain")]
use crate::explain;
#[cfg(feature = "man")]
use crate::man;
#[cfg(feature = "metrics")]
use crate::monitor;
#[cfg(feature = "profiles")]
use crate::profiles;
#[cfg(feature = "session")]
use crate::session;
use crate::{action, command, decode, events, help, originate, ping};
#[cfg(feature = "serve")]
use crate::{demo, serve};

/// Returns the text that follows the list of commands. It names only parts of this build.
fn after_help() -> String {
    let tls = if cfg!(feature = "tls") { ", AMI_TLS, AMI_CA, AMI_SERVER_NAME" } else { "" };
    let profile = if cfg!(feature = "profiles") { " the profile (see ami profiles --help)," } else { "" };
    let exceptions = if cfg!(feature = "metrics") { "originate and check" } else { "originate" };
    let origins = help::paragraph(&format!(
        "Each setting of the connection comes from the first of these that has it: its option, the file of \
         --manager-conf, the environment (AMI_HOST, AMI_PORT, AMI_USER, AMI_SECRET, AMI_SECRET_FILE{tls}, \
         AMI_TIMEOUT),{profile} the default. A variable that is empty is not set. AMI_HOST may have all forms of \
         --host. The port, the user and the scheme of a URL count as settings of the option or variable that \
         has it, and must not contradict another one of the same origin.",
    ));
    let bound = if cfg!(feature = "profiles") {
        " That of a profile is sent to no other server than that of the profile."
    } else {
        ""
    };
    let secrets = help::paragraph(&format!(
        "The secret is never an option, since other users of the machine could read it there. If no setting has \
         it, the tool asks for it on the terminal.{bound} If the server sends the secret back, the tool prints \
         [redacted] in its place. A secret shorter than six bytes could be an ordinary word of a message: it is \
         replaced only in errors, with --verbose, and in headers made for secrets, such as Secret, Key and \
         Password.",
    ));
    format!(
        "\
Each command has its own options: see ami COMMAND --help.

{origins}

{secrets}

On a terminal, in JSON and in errors, control characters and characters that change the direction of
text are escaped. Text that goes to a file or another program is not.

Exit status:
  0  success
  1  the server answered Error, or refused a filter
  2  wrong usage, or a file that cannot be read
  3  connection failed or timed out
  4  login refused
  5  local failure: a file that cannot be written, for example on a full disk, or a port in use
Other statuses of {exceptions} are in the --help of the command."
    )
}

#[derive(Parser)]
#[command(name = "ami", version, propagate_version = true, about = "Talk to the Asterisk Manager Interface (AMI)", after_help = after_help())]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) task: Task,
}

#[derive(Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one value, which is never moved much")]
pub(crate) enum Task {
    /// Log in and check that the server responds
    #[command(after_help = ping::after_help())]
    Ping(ping::Options),
    /// Send an action and print its response, and its list if it has one
    #[command(after_help = action::AFTER_HELP)]
    Action(action::Options),
    /// Run a command of the Asterisk console and print its output
    #[command(after_help = command::AFTER_HELP)]
    Command(command::Options),
    /// Call a channel, connect it to an extension or application, and wait for the outcome
    #[command(after_help = originate::AFTER_HELP)]
    Originate(originate::Options),
    /// Print events as they arrive, until interrupted
    Events(events::Options),
    /// Send the actions of standard input over one login, and print the messages of the server
    #[cfg(feature = "session")]
    #[command(after_help = session::AFTER_HELP)]
    Session(session::Options),
    /// Print one line for each call
    #[cfg(feature = "calls")]
    #[command(after_help = calls::after_help())]
    Calls(calls::Options),
    /// Check the server as a plug-in of Nagios, Icinga and other monitoring systems
    #[cfg(feature = "metrics")]
    Check(monitor::check::Options),
    /// Print metrics of the server in the text format of Prometheus
    #[cfg(feature = "metrics")]
    Metrics(monitor::metrics::Options),
    /// Print the messages of a recorded byte stream as JSON, one object per line
    Decode(decode::Options),
    /// Explain an action or event: its headers, their meaning, and the versions that have them
    #[cfg(feature = "explain")]
    Explain(explain::Options),
    /// List the profiles of the configuration files
    #[cfg(feature = "profiles")]
    #[command(after_help = profiles::AFTER_HELP)]
    Profiles(profiles::Options),
    /// Run a miniature PBX that offers AMI, until interrupted
    #[cfg(feature = "serve")]
    #[command(after_help = serve::AFTER_HELP)]
    Serve(serve::Options),
    /// Show a login, a call and its events on a built-in miniature PBX
    #[cfg(feature = "serve")]
    Demo(demo::Options),
    /// Print the completions of a shell
    #[cfg(feature = "completions")]
    Completions(completions::Options),
    /// Print the man page
    #[cfg(feature = "man")]
    Man(man::Options),
}

impl Cli {
    /// Parses the command line. Options of a command may also precede its name.
    pub(crate) fn from_command_line() -> Result<Self, clap::Error> {
        // `ami ping --version` prints the same as `ami --version`.
        let mut cli = Self::command().mut_subcommands(|command| command.display_name("ami"));
        let arguments = command_first(&cli, std::env::args_os().collect());
        let matches = cli.try_get_matches_from_mut(&arguments).or_else(|error| match error.kind() {
            ErrorKind::DisplayHelp if means_host(&cli, &arguments) => {
                let text = "-h prints the help; the option for the server is -H, as in -H HOST";
                Err(clap::Error::raw(ErrorKind::Format, text))
            }
            // Only the help needs the layout, which takes longer than all of the rest.
            ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                let lay_out = if wants_short_help(&arguments) { help::shortened } else { help::laid_out };
                lay_out(Self::command()).try_get_matches_from(&arguments)
            }
            _ => Err(error),
        })?;
        Self::from_arg_matches(&matches).map_err(|error| error.format(&mut cli))
    }
}

/// Returns whether a request for help is one for the short form. The parser decides whether there
/// is such a request: -h can also be a value.
fn wants_short_help(arguments: &[OsString]) -> bool {
    let mut is_short = false;
    for (place, word) in arguments.iter().enumerate() {
        let word = word.to_str().unwrap_or_default();
        if word == "--help" || place == 1 && word == "help" {
            return false;
        }
        is_short |= place > 0 && word.starts_with('-') && !word.starts_with("--") && word.contains('h');
    }
    is_short
}

/// Returns whether the word after -h can only be a server, as if the option were -H.
fn means_host(cli: &Command, arguments: &[OsString]) -> bool {
    let Some(at) = arguments.iter().position(|word| word == "-h") else { return false };
    let word = |at: usize| arguments.get(at).and_then(|word| word.to_str()).unwrap_or("-");
    let command = |at: usize| cli.find_subcommand(word(at));
    let host = word(at + 1);
    if host.starts_with('-') || command(at + 1).is_some() {
        return false;
    }
    // Only the argument of check is one of a set of values.
    let is_other = |argument: &clap::Arg| {
        let values = argument.get_possible_values();
        cfg!(feature = "metrics")
            && !values.is_empty()
            && !values.iter().any(|value| value.matches(host, false))
    };
    is_host(host)
        || match command(1) {
            Some(own) => find_option(&[own], "--host").is_some() && own.get_positionals().all(is_other),
            None => command(at + 2).is_some(),
        }
}

/// Returns whether a word looks like the name or address of a server.
pub(crate) fn is_host(word: &str) -> bool {
    word.contains(['.', ':']) || word == "localhost"
}

/// Returns the name of the command, even if the command line is wrong otherwise.
pub(crate) fn command_name(cli: &Command) -> Option<String> {
    command_first(cli, std::env::args_os().collect()).into_iter().nth(1)?.into_string().ok()
}

/// Returns the word of the command line before the first one with this text.
pub(crate) fn word_before(text: &str) -> Option<String> {
    let words: Vec<_> = std::env::args_os().collect();
    let at = words.iter().position(|word| word == text)?;
    words.get(at.checked_sub(1)?)?.to_str().map(String::from)
}

/// Returns the word in the place of the command, if there is one.
pub(crate) fn word_for_command(cli: &Command) -> Option<String> {
    let words: Vec<_> = std::env::args_os().collect();
    let word = words.get(place_of_command(cli, &words))?.to_string_lossy();
    (!word.starts_with('-')).then(|| word.into_owned())
}

/// Returns the option of these commands with this name, as in `--host` or `-H`.
pub(crate) fn find_option<'c>(commands: &[&'c Command], name: &str) -> Option<&'c clap::Arg> {
    let is_it = |option: &&clap::Arg| match name.strip_prefix("--") {
        Some(long) => option.get_long() == Some(long),
        None => name.len() == 2 && option.get_short() == name.chars().nth(1),
    };
    commands.iter().flat_map(|command| command.get_arguments()).find(is_it)
}

/// Moves the options that precede the name of the command after it, where the command accepts or
/// refuses them: `ami --host pbx ping` becomes `ami ping --host pbx`.
fn command_first(cli: &Command, mut arguments: Vec<OsString>) -> Vec<OsString> {
    let at = place_of_command(cli, &arguments);
    let is_command = |name: &OsString| name.to_str().is_some_and(|name| cli.find_subcommand(name).is_some());
    if arguments.get(at).is_some_and(is_command) {
        arguments[1..=at].rotate_right(1);
    }
    arguments
}

/// Returns the index of the first word that is neither an option nor the value of one.
fn place_of_command(cli: &Command, arguments: &[OsString]) -> usize {
    // An option that another command has without a value is not one here: names are never reused.
    let commands: Vec<_> = cli.get_subcommands().collect();
    let takes_value = |text: &str| {
        find_option(&commands, text)
            .is_some_and(|option| option.get_action().takes_values() && !option.is_require_equals_set())
    };
    let mut at = 1;
    while let Some(text) = arguments.get(at).and_then(|argument| argument.to_str()) {
        if !text.starts_with('-') || matches!(text, "-" | "--" | "-h" | "--help" | "-V" | "--version") {
            break;
        }
        at += if takes_value(text) { 2 } else { 1 };
    }
    at
}

/// Parses a time limit: a number of seconds above 0, which may have a fraction. Digits beyond the
/// nanoseconds are ignored. Floating-point numbers would add 30 KB to a build for gateways.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return Err("not a number of seconds, such as 10 or 2.5".into());
    }
    let nanoseconds = fraction.bytes().chain([b'0'; 9]).take(9);
    let nanoseconds = nanoseconds.fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    match whole.parse().map(|whole| Duration::new(whole, nanoseconds)) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("not a time above 0 seconds that the tool can wait".into()),
    }
}

/// Returns a time as a number of seconds, as [`seconds`] reads it.
pub(crate) fn in_seconds(time: Duration) -> String {
    let digits = format!("{:09}", time.subsec_nanos());
    match digits.trim_end_matches('0') {
        "" => time.as_secs().to_string(),
        digits => format!("{}.{digits}", time.as_secs()),
    }
}

/// Returns a time in seconds with one decimal.
pub(crate) fn tenths(time: Duration) -> String {
    format!("{}.{}", time.as_secs(), time.subsec_millis() / 100)
}

/// Parses a text that becomes the value of a header: it is not empty and has no line end.
pub(crate) fn line(text: &str) -> Result<String, String> {
    match text.find(['\r', '\n']) {
        Some(at) => Err(format!("a line end at offset {at} is not allowed")),
        None if text.is_empty() => Err("the value is empty".into()),
        None => Ok(text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn seconds_are_those_that_the_standard_library_reads() {
        for text in ["1", "0.5", "30", "007.25", "0.000000001", "1.123456789", "86400.0"] {
            let expected = Duration::try_from_secs_f64(text.parse().unwrap()).unwrap();
            assert_eq!(seconds(text), Ok(expected), "{text}");
            assert_eq!(in_seconds(expected), expected.as_secs_f64().to_string());
        }
        assert_eq!(seconds("2.0000000009"), Ok(Duration::from_secs(2)));
        assert_eq!(seconds("18446744073709551615"), Ok(Duration::from_secs(u64::MAX)));
        for text in
            ["", ".", "1.", ".5", "-1", "+1", "1e3", "inf", "nan", "1,5", "1 ", "0x1", "1.-5", "1.5.2"]
        {
            assert_eq!(seconds(text), Err("not a number of seconds, such as 10 or 2.5".into()), "{text}");
        }
        for text in ["0", "0.0", "0.0000000001", "18446744073709551616"] {
            assert!(seconds(text).is_err_and(|error| error.contains("above 0")), "{text}");
        }
    }

    #[test]
    fn an_option_that_takes_a_value_does_so_in_every_command() {
        let cli = Cli::command();
        let mut known = std::collections::BTreeMap::new();
        for option in cli.get_subcommands().flat_map(clap::Command::get_arguments) {
            // One that needs an equals sign, as --json=full, takes no word of its own.
            let takes_value = option.get_action().takes_values() && !option.is_require_equals_set();
            for name in
                option.get_long().map(String::from).into_iter().chain(option.get_short().map(String::from))
            {
                assert_eq!(*known.entry(name.clone()).or_insert(takes_value), takes_value, "{name}");
            }
        }
    }

    #[test]
    fn options_may_precede_the_command() {
        let moved = |text: &str| -> String {
            let moved = command_first(&Cli::command(), text.split(' ').map(OsString::from).collect());
            moved.join(std::ffi::OsStr::new(" ")).into_string().unwrap()
        };
        for (given, parsed) in [
            ("ami ping --host x", "ami ping --host x"),
            ("ami --host x ping", "ami ping --host x"),
            ("ami --host=x -p 7 --json ping --plain", "ami ping --host=x -p 7 --json --plain"),
            ("ami --host ping ping", "ami ping --host ping"),
            ("ami --help ping", "ami --help ping"),
            ("ami --no-such-option ping", "ami ping --no-such-option"),
            ("ami", "ami"),
        ] {
            assert_eq!(moved(given), parsed);
        }
    }
}
