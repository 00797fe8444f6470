//! The errors of the command line, as one line for standard error.

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use embedded_ami::action;

use crate::args;

/// Words that a user may try for an option that must not exist.
const SECRETS: &[&str] = &["--secret", "--password", "--passwd", "--pass"];

/// Words that begin a command of the console of Asterisk.
const CONSOLE: &[&str] =
    &["core", "database", "dialplan", "manager", "module", "pjsip", "queue", "show", "sip"];

/// Options that a user may try, each with the option that has its meaning in some commands.
const SYNONYMS: &[(&str, &str)] = &[("port", "listen"), ("host", "listen"), ("server", "host")];

/// The commands and options that not every build has, each with the feature that adds it.
const OPTIONAL: [(&str, &str); 15] = [
    ("calls", "calls"),
    ("check", "metrics"),
    ("completions", "completions"),
    ("demo", "serve"),
    ("explain", "explain"),
    ("man", "man"),
    ("metrics", "metrics"),
    ("profiles", "profiles"),
    ("serve", "serve"),
    ("session", "session"),
    ("--ca", "tls"),
    ("--insecure", "tls"),
    ("--profile", "profiles"),
    ("--server-name", "tls"),
    ("--tls", "tls"),
];

/// Returns an error of the argument parser as one line, which names the option, a similar name if
/// there is one, and the help to read.
pub(crate) fn line(error: &clap::Error, cli: &Command, given: Option<&str>) -> String {
    let command = given.and_then(|name| cli.find_subcommand(name));
    let text = |kind| strings(error, kind);
    let names = |kind| text(kind).iter().map(|name| argument(name)).collect::<Vec<_>>();
    let name = names(ContextKind::InvalidArg).into_iter().next().unwrap_or_default();
    // A wrong option before the command hides the command.
    let commands = command.map_or_else(|| cli.get_subcommands().collect(), |command| vec![command]);
    let told = match error.kind() {
        ErrorKind::UnknownArgument if command.is_none() && args::find_option(&commands, &name).is_some() => {
            Some(missing_command(cli, &commands))
        }
        ErrorKind::UnknownArgument => {
            Some(left_out_option(&name, cli).unwrap_or_else(|| unknown(&name, &commands)))
        }
        ErrorKind::InvalidSubcommand => Some(no_command(cli, &text(ContextKind::InvalidSubcommand).concat())),
        ErrorKind::InvalidValue => {
            let (value, known) = (text(ContextKind::InvalidValue).concat(), text(ContextKind::ValidValue));
            Some(match value.is_empty() {
                true => format!("{name} needs a value"),
                false => format!("{name}: {}", one_of(&value, &known)),
            })
        }
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            let value = text(ContextKind::InvalidValue).concat();
            Some(match after_option(&value, &commands).filter(|_| !name.starts_with("--")) {
                Some(meant) => format!("unexpected argument {value}{}", question(Some(&meant))),
                // The only value of the argument is its name.
                None if name == "-" => reason,
                None => format!("{name}: {}", invalid(&value, &reason)),
            })
        }
        ErrorKind::MissingRequiredArgument => {
            Some(format!("missing: {}", names(ContextKind::InvalidArg).join(", ")))
        }
        ErrorKind::ArgumentConflict => {
            let others = names(ContextKind::PriorArg);
            Some(match others.contains(&name) {
                true => format!("{name} is given twice"),
                false => format!("{name} cannot be used with {}", others.join(", ")),
            })
        }
        _ => None,
    };
    let told = told.filter(|_| !name.is_empty() || error.kind() == ErrorKind::InvalidSubcommand);
    let told = told.unwrap_or_else(|| summary(&error.to_string()));
    let help = command.map_or(String::new(), |command| format!(" {}", command.get_name()));
    format!("{told}; see ami{help} --help")
}

/// Returns the name that is most like the one that was given, unless none is like it.
pub(crate) fn closest<'n>(given: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    closest_of(given, &mut names.into_iter())
}

/// Rates the names. In one place for all iterators, which keeps the binary small.
fn closest_of<'n>(given: &str, names: &mut dyn Iterator<Item = &'n str>) -> Option<&'n str> {
    let given = given.to_ascii_lowercase();
    let rated = names.map(|name| (strsim::jaro_winkler(&given, &name.to_ascii_lowercase()), name));
    let best = rated.filter(|(rate, _)| *rate > 0.8).max_by(|left, right| left.0.total_cmp(&right.0));
    best.map(|(_, name)| name)
}

/// Returns the error about a command that does not exist.
pub(crate) fn no_command(cli: &Command, name: &str) -> String {
    if let Some(text) = left_out(name) {
        return text;
    }
    let names = cli.get_subcommands().map(Command::get_name);
    let hint = match name {
        "version" => Some("--version".into()),
        _ if CONSOLE.contains(&name) => Some(format!("ami command {name} ...")),
        _ => closest(name, names).map(String::from).or_else(|| {
            // The tool logs in and off itself.
            let is_meant = |action: &&str| {
                action.eq_ignore_ascii_case(name) && !["Challenge", "Login", "Logoff"].contains(action)
            };
            let found = action::all().map(|info| info.name).find(is_meant);
            found.map(|action| format!("ami action {action}"))
        }),
    };
    format!("there is no command {name}{}", question(hint.as_deref()))
}

/// Returns the error about a command line of options that commands have, but without a command.
fn missing_command(cli: &Command, commands: &[&Command]) -> String {
    let Some(word) = args::word_for_command(cli) else { return "no command is given".into() };
    // After an option that no command has, the word can be the value of that.
    match args::word_before(&word).filter(|name| name.starts_with('-')) {
        Some(name) if args::find_option(commands, &name).is_none() => unknown(&name, commands),
        _ => no_command(cli, &word),
    }
}

/// Returns the error about a command or option that this build does not have, although others do.
fn left_out(name: &str) -> Option<String> {
    let (_, feature) = OPTIONAL.iter().find(|(optional, _)| *optional == name)?;
    let kind = if name.starts_with('-') { "option" } else { "command" };
    Some(format!("this build of ami does not have the {kind} {name} (feature {feature})"))
}

/// The same for an option that a command refuses. One that another command has is part of the
/// build.
fn left_out_option(name: &str, cli: &Command) -> Option<String> {
    let commands: Vec<_> = cli.get_subcommands().collect();
    if args::find_option(&commands, name).is_some() { None } else { left_out(name) }
}

fn question(hint: Option<&str>) -> String {
    hint.map_or(String::new(), |hint| format!("; did you mean {hint}?"))
}

/// Returns the reason for which an option or argument is refused.
fn unknown(name: &str, commands: &[&Command]) -> String {
    let options = || commands.iter().flat_map(|command| command.get_arguments());
    let long = name.strip_prefix("--");
    let hint = long.and_then(|long| closest(long, options().filter_map(clap::Arg::get_long)));
    let is_secret =
        hint.is_none() && long.is_some_and(|long| closest(long, ["password", "passwd", "secret"]).is_some());
    if SECRETS.contains(&name) || is_secret {
        return format!(
            "there is no option {name}, since other users of the machine could read the secret; use \
             --secret-file or AMI_SECRET"
        );
    }
    let has = |long: &str| args::find_option(commands, &format!("--{long}")).is_some();
    match long {
        Some(long) => {
            let synonym = SYNONYMS.iter().find(|(given, meant)| *given == long && has(meant));
            let hint = synonym.map(|(_, meant)| *meant).or(hint).map(|long| format!("--{long}"));
            format!("unknown option {name}{}", question(hint.as_deref()))
        }
        None if name.starts_with('-') => {
            let letter = name.chars().nth(1).unwrap_or_default();
            let is_like = |option: &&clap::Arg| {
                option.get_short().is_some_and(|short| short != letter && short.eq_ignore_ascii_case(&letter))
            };
            let hint =
                options().find(is_like).and_then(clap::Arg::get_short).map(|short| format!("-{short}"));
            format!("unknown option {name}{}", question(hint.as_deref()))
        }
        None => {
            let is_host = args::is_host(name);
            let positional = [("name", !is_host), ("host", is_host)].into_iter().find(|(_, is_it)| *is_it);
            let positional = positional.filter(|(long, _)| commands.len() == 1 && has(long));
            let positional = positional.map(|(long, _)| format!("--{long} {name}"));
            let hint = after_option(name, commands).or(positional);
            format!("unexpected argument {name}{}", question(hint.as_deref()))
        }
    }
}

/// Returns the form in which an argument is the value of the option before it, if the value must
/// follow an equals sign, as in `--json=full`.
fn after_option(value: &str, commands: &[&Command]) -> Option<String> {
    let before = args::word_before(value)?;
    args::find_option(commands, &before).filter(|option| option.is_require_equals_set())?;
    Some(format!("{before}={value}"))
}

/// Returns the reason for which a value is not one of those that exist.
fn one_of(value: &str, known: &[String]) -> String {
    match closest(value, known.iter().map(String::as_str)) {
        Some(hint) => format!("unknown value {value:?}{}", question(Some(hint))),
        None => format!("{value:?} is not one of {}", known.join(", ")),
    }
}

/// Returns the reason for which a value cannot be used. Those of the parsers of numbers become
/// sentences about the value.
fn invalid(value: &str, reason: &str) -> String {
    if reason.contains(&format!("{value:?}")) {
        return reason.into();
    }
    let range = reason.split_once(" is not in ").and_then(|(_, range)| range.split_once(".."));
    if let Some((least, most)) = range {
        return match most.trim_start_matches('=').parse::<u64>() {
            Ok(u64::MAX) | Err(_) => format!("{value:?} is not a number of at least {least}"),
            // A range without = ends before its end.
            Ok(most) => {
                let most = if reason.contains("..=") { most } else { most.saturating_sub(1) };
                format!("{value:?} is not a number from {least} to {most}")
            }
        };
    }
    match reason {
        _ if reason.starts_with("invalid digit") => format!("{value:?} is not a whole number"),
        _ if reason.starts_with("number too") => format!("{value:?} is too large a number"),
        _ if reason.starts_with("not ") => format!("{value:?} is {reason}"),
        _ => format!("{value:?}: {reason}"),
    }
}

/// Returns the name in the form `--name <VALUE>`, `<NAME>` or `[NAME]...` of an argument.
fn argument(shown: &str) -> String {
    match shown.starts_with('-') {
        true => shown.split([' ', '[', '=']).next().unwrap_or_default().into(),
        false => {
            let name = shown.trim_end_matches('.').trim_matches(['<', '>', '[', ']']);
            // As in HEADER=VALUE|-, where - is standard input.
            name.strip_suffix("|-").unwrap_or(name).into()
        }
    }
}

fn strings(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

/// Returns the text of the argument parser on one line, without the usage.
fn summary(error: &str) -> String {
    let first = error.split("\n\n").next().unwrap_or_default();
    first.trim_start_matches("error: ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Cli;

    #[test]
    fn a_command_is_in_every_build_or_has_a_feature() {
        let always = ["action", "command", "decode", "events", "originate", "ping"];
        let cli = Cli::command();
        for name in cli.get_subcommands().map(Command::get_name) {
            assert_ne!(always.contains(&name), left_out(name).is_some(), "{name}");
        }
        assert!(always.iter().all(|name| cli.find_subcommand(name).is_some()));
    }

    #[test]
    fn a_command_that_the_build_leaves_out_has_its_feature_in_the_error() {
        let text = "this build of ami does not have the command check (feature metrics)";
        assert_eq!(no_command(&Cli::command(), "check"), text);
    }

    #[test]
    fn an_option_that_the_build_has_for_another_command_is_not_left_out() {
        let cli = Cli::command();
        let text = "this build of ami does not have the option --profile (feature profiles)".to_owned();
        let expected = if cfg!(feature = "profiles") { None } else { Some(text) };
        assert_eq!(left_out_option("--profile", &cli), expected);
        assert_eq!(left_out_option("--host", &cli), None);
        assert_eq!(left_out_option("--no-such-option", &cli), None);
    }

    #[test]
    fn the_help_names_nothing_that_the_build_leaves_out() {
        let mut cli = Cli::command();
        cli.build();
        let missing: Vec<_> = OPTIONAL
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| match name.starts_with('-') {
                true => left_out_option(name, &cli).is_some(),
                false => cli.find_subcommand(name).is_none(),
            })
            .collect();
        let own = cli.render_help().to_string();
        let helps = cli.get_subcommands_mut().map(|command| command.render_help().to_string());
        for help in helps.chain([own]) {
            for name in &missing {
                let shown = if name.starts_with('-') { (*name).to_owned() } else { format!("ami {name}") };
                let mut words = help.match_indices(&shown).map(|(at, _)| &help[at + shown.len()..]);
                let is_whole =
                    |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '-');
                assert!(!words.any(is_whole), "{shown}: {help}");
            }
        }
    }

    #[test]
    fn a_similar_name_is_found_and_another_one_is_not() {
        assert_eq!(closest("evnts", ["ping", "events"]), Some("events"));
        assert_eq!(closest("dial", ["ping", "events", "decode"]), None);
    }

    #[test]
    fn the_reasons_of_parsers_become_sentences() {
        for (value, reason, told) in [
            ("99999", "99999 is not in 1..=65535", "\"99999\" is not a number from 1 to 65535"),
            ("0", "0 is not in 1..18446744073709551615", "\"0\" is not a number of at least 1"),
            ("x", "invalid digit found in string", "\"x\" is not a whole number"),
            ("x", "not a number of seconds", "\"x\" is not a number of seconds"),
            ("5x", "\"5x\" is not a range", "\"5x\" is not a range"),
            ("a", "too short", "\"a\": too short"),
        ] {
            assert_eq!(invalid(value, reason), told);
        }
    }
}
