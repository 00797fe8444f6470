//! The layout of the help: the list of commands in groups, and the explanations of options.

use std::collections::BTreeMap;

use clap::{Arg, Command};

/// The longest line of the help, as in the texts after the options.
const WIDTH: usize = 104;

/// The groups, and the commands of each. A command without a group comes last.
const GROUPS: &[(&str, &[&str])] = &[
    ("Actions", &["ping", "action", "command", "originate", "session"]),
    ("Events and calls", &["events", "calls"]),
    ("Monitoring", &["check", "metrics"]),
    ("Without a server", &["decode", "serve", "demo"]),
    ("Settings and reference", &["profiles", "explain", "completions", "man", "help"]),
];
const OTHERS: &str = "Other commands";

/// The command that clap adds later.
const HELP: (&str, &str) = ("help", "Print the help of a command");

/// Lists the commands in groups, and wraps the explanations of their options.
pub(crate) fn laid_out(cli: Command) -> Command {
    grouped(cli).mut_subcommands(wrapped)
}

/// Lists the commands in groups, and shortens the explanation of each option to one line.
pub(crate) fn shortened(cli: Command) -> Command {
    grouped(cli)
        .after_help(
            "See ami COMMAND -h for the options of a command, and ami --help for all that is common to them.",
        )
        .mut_subcommands(|command| {
            let name = command.get_name().to_owned();
            on_one_line(command).after_help(format!("See ami {name} --help for more."))
        })
}

/// Shortens the explanations of the options and arguments of a command to one line each.
fn on_one_line(command: Command) -> Command {
    let columns = columns(&command);
    command.mut_args(|option| {
        let width = WIDTH.saturating_sub(columns.get(&section(&option)).copied().unwrap_or(0)).max(30);
        let text = option.get_help().map(ToString::to_string).unwrap_or_default();
        let short = first_part(&text.split_whitespace().collect::<Vec<_>>().join(" "), width);
        let option = option.help(short);
        match option.get_action().takes_values() {
            // Their list can be long.
            true => option.hide_possible_values(true).hide_default_value(true),
            false => option,
        }
    })
}

/// Returns the longest beginning of an explanation that has a meaning of its own and fits into the
/// width, and the default if that fits, too.
fn first_part(text: &str, width: usize) -> String {
    let (text, default) = match text.rfind(" [default: ") {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let fits = |part: &&str| part.chars().count() <= width;
    let before = |end: &str| text.match_indices(end).map(|(at, _)| &text[..at]).filter(fits).last();
    let longer = [before(": "), before(", ")].into_iter().flatten().max_by_key(|part| part.len());
    let part = Some(text).filter(fits).or(before("; ")).or(before(". ")).or(longer).or(before(" "));
    let part = part.unwrap_or_default();
    let whole = format!("{part}{default}");
    if fits(&&*whole) { whole } else { part.into() }
}

/// Returns the column at which the explanations of each section of a command begin.
fn columns(command: &Command) -> BTreeMap<(bool, String), usize> {
    let mut columns: BTreeMap<_, usize> = BTreeMap::new();
    for option in command.get_arguments() {
        let column = columns.entry(section(option)).or_default();
        *column = (*column).max(column_of_text(option));
    }
    columns
}

/// Wraps the explanations of the options and arguments of a command, with defaults and values. The
/// argument parser does not wrap them. An explanation that has lines already keeps them.
fn wrapped(command: Command) -> Command {
    let columns = columns(&command);
    command.mut_args(|option| {
        let width = WIDTH.saturating_sub(columns.get(&section(&option)).copied().unwrap_or(0)).max(30);
        let text = option.get_help().map(ToString::to_string).unwrap_or_default();
        if text.is_empty() || text.contains('\n') {
            return option;
        }
        let mut words = text.split(' ').map(String::from).collect::<Vec<_>>();
        if option.get_action().takes_values() {
            let defaults =
                option.get_default_values().iter().map(|value| value.to_string_lossy().into_owned());
            let defaults = defaults.collect::<Vec<_>>().join(",");
            if !defaults.is_empty() && !option.is_hide_default_value_set() {
                words.push(format!("[default: {defaults}]"));
            }
            let values = option.get_possible_values();
            let names: Vec<_> = values.iter().map(|value| value.get_name()).collect();
            if !names.is_empty() && !option.is_hide_possible_values_set() {
                let list = format!("[possible values: {}]", names.join(", "));
                words.extend(list.split(' ').map(String::from));
            }
        }
        let option = match option.get_action().takes_values() {
            true => option.hide_default_value(true).hide_possible_values(true),
            false => option,
        };
        option.help(lines(&words, width))
    })
}

/// Returns the heading that an option is below in the help.
fn section(option: &Arg) -> (bool, String) {
    (option.is_positional(), option.get_help_heading().unwrap_or_default().to_owned())
}

/// Returns the column at which the explanation of an option begins, if no other one is longer. The
/// definition is not complete yet, so that it cannot show the option itself.
fn column_of_text(option: &Arg) -> usize {
    let names = option.get_value_names().unwrap_or_default();
    let values: usize = match names {
        [] => option.get_id().as_str().len() + 3,
        names => names.iter().map(|name| name.len() + 3).sum(),
    };
    let values = match option.get_action().takes_values() {
        true if option.is_require_equals_set() => values + 2,
        true => values,
        false => 0,
    };
    // "  -x, --long VALUE  " and "  VALUE  ".
    option.get_long().map_or(0, |long| "-x, --".len() + long.len()) + values + 4
}

/// Wraps a paragraph.
pub(crate) fn paragraph(text: &str) -> String {
    lines(&text.split(' ').map(String::from).collect::<Vec<_>>(), WIDTH)
}

/// Joins words to lines.
fn lines(words: &[String], width: usize) -> String {
    let mut text = String::new();
    let mut length = 0;
    for word in words {
        let size = word.chars().count();
        if length > 0 && length + 1 + size > width {
            text.push('\n');
            length = 0;
        } else if length > 0 {
            text.push(' ');
            length += 1;
        }
        text.push_str(word);
        length += size;
    }
    text
}

/// Lists the commands in groups.
fn grouped(cli: Command) -> Command {
    let commands = cli.get_subcommands().filter(|command| !command.is_hide_set());
    let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    let mut commands: Vec<_> =
        commands.map(|command| (command.get_name().to_owned(), about(command))).collect();
    commands.push((HELP.0.into(), HELP.1.into()));
    // Stable, so that commands without a group keep their order.
    commands.sort_by_key(|(name, _)| place(name));
    let width = commands.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut list = String::new();
    let mut last = None;
    for (name, about) in &commands {
        let (group, _) = place(name);
        if last != Some(group) {
            let title = GROUPS.get(group).map_or(OTHERS, |(title, _)| title);
            let gap = if last.is_some() { "\n" } else { "" };
            list.push_str(&format!("{gap}{title}:\n"));
            last = Some(group);
        }
        list.push_str(&format!("  {name:width$}  {about}\n"));
    }
    cli.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{list}\nOptions:\n{{options}}{{after-help}}"
    ))
}

/// Returns the number of the group of a command and its place there.
fn place(name: &str) -> (usize, usize) {
    let find = |members: &[&str]| members.iter().position(|member| *member == name);
    let groups = GROUPS.iter().enumerate();
    groups
        .filter_map(|(group, (_, members))| Some((group, find(members)?)))
        .next()
        .unwrap_or((GROUPS.len(), 0))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_command_has_a_group() {
        for command in crate::args::Cli::command().get_subcommands() {
            assert_ne!(place(command.get_name()).0, GROUPS.len(), "{}", command.get_name());
        }
    }

    #[test]
    fn the_beginning_of_an_explanation_ends_where_a_thought_does() {
        for (text, width, expected) in [
            ("Stop after this many events", 30, "Stop after this many events"),
            ("Stop, or go on; both are right", 20, "Stop, or go on"),
            ("Stop, or go on; both are right", 10, "Stop"),
            ("Stop, or go on; a, b; c", 21, "Stop, or go on; a, b"),
            ("Stop here. Or there", 15, "Stop here"),
            ("Stop here or there", 11, "Stop here"),
            ("Stop, or not [default: 3]", 25, "Stop, or not [default: 3]"),
            ("Stop, or not [default: 3]", 17, "Stop, or not"),
            ("Stop, or not [default: 3]", 11, "Stop"),
        ] {
            assert_eq!(first_part(text, width), expected);
        }
    }

    #[test]
    fn no_line_of_the_help_of_a_command_is_too_long() {
        let mut cli = laid_out(crate::args::Cli::command());
        cli.build();
        for command in cli.get_subcommands_mut() {
            let help = command.render_help().to_string();
            // The text that follows has lines of its own.
            let options = help.split("\n\n").filter(|part| part.contains(":\n  "));
            for line in options.flat_map(str::lines) {
                assert!(line.chars().count() <= 110, "{}: {line}", command.get_name());
            }
            assert!(help.lines().count() > 5);
        }
    }
}
