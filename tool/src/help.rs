//! The list of commands in `ami --help`, in groups.

use clap::Command;

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

/// Lists the commands in groups.
pub(crate) fn grouped(cli: Command) -> Command {
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
}
