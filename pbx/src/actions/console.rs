//! The action `Command`: console commands.

use embedded_ami::io::blocking::server::Exchange;
use embedded_ami::server::SessionError;
use embedded_ami::wire::Value;

use crate::clock::hh_mm_ss;
use crate::engine::{Engine, VERSION};
use crate::queue::Queue;

/// The size limit of the output, in bytes.
const MAX_OUTPUT: usize = 256 * 1024;

/// The commands with their descriptions, for `core show help`.
const COMMANDS: [(&str, &str); 7] = [
    ("core show channels", "List the channels"),
    ("core show channels count", "Count the channels"),
    ("core show help", "List these commands"),
    ("core show uptime", "Show how long the PBX has been running"),
    ("core show version", "Show the version"),
    ("database show", "List the entries of the database"),
    ("queue show", "List queues and their members"),
];

impl Engine {
    /// `Command`: runs a console command and answers with its output.
    pub(crate) fn command(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let Some(command) = exchange.request().get("Command").map(Value::to_string_lossy) else {
            return exchange.answer()?.error("No command provided");
        };
        let words: Vec<_> = command.split_ascii_whitespace().map(str::to_ascii_lowercase).collect();
        let (is_success, lines) = match self.output(&words.join(" ")) {
            Some(lines) => (true, lines),
            None => {
                let line = format!(
                    "No such command '{command}' (type 'core show help {command}' for other possible commands)"
                );
                (false, vec![line])
            }
        };
        // Users can put line ends into names; these are removed, so that they cannot end a line.
        // The output has a limit because a response is queued whole.
        let mut room = MAX_OUTPUT;
        let shown = lines.iter().take_while(|line| {
            room = room.saturating_sub(line.len().saturating_add("Output: \r\n".len()));
            room > 0
        });
        let shown: Vec<_> = shown.map(|line| line.replace(['\r', '\n', '\0'], "")).collect();
        let rest = match lines.len().saturating_sub(shown.len()) {
            0 => None,
            rest => Some(format!("... and {rest} more lines")),
        };
        exchange.answer()?.command(is_success, shown.into_iter().chain(rest))
    }

    /// Returns the lines that a command prints, or `None` if there is no such command. `command` is
    /// in lower case, with one blank between words.
    fn output(&self, command: &str) -> Option<Vec<String>> {
        Some(match command {
            "core show version" => vec![format!("Asterisk {VERSION}, the miniature PBX of the ami tool")],
            "core show channels" => self.channel_lines(),
            "core show channels count" => self.counts(),
            "core show uptime" => {
                vec![
                    format!("System uptime: {}", hh_mm_ss(self.clock.now)),
                    format!("Last reload: {}", hh_mm_ss(self.clock.now)),
                ]
            }
            "help" | "core show help" => {
                COMMANDS.iter().map(|(name, what)| format!("{name:>30} -- {what}")).collect()
            }
            "database show" => {
                let entries: Vec<_> = self.database.tree(None, None).collect();
                let lossy = String::from_utf8_lossy;
                let lines =
                    entries.iter().map(|(path, value)| format!("{:<50}: {:<25}", lossy(path), lossy(value)));
                lines.chain([format!("{} results found.", entries.len())]).collect()
            }
            "queue show" => self.queues.iter().flat_map(|queue| self.queue_lines(queue)).collect(),
            _ => {
                let name = command.strip_prefix("queue show ")?;
                match self.queues.iter().find(|queue| queue.name == name) {
                    Some(queue) => self.queue_lines(queue),
                    None => vec![format!("No such queue: {name}.")],
                }
            }
        })
    }

    /// Returns the output of `core show channels`: columns of the widths that Asterisk uses.
    fn channel_lines(&self) -> Vec<String> {
        let row = |channel: &str, location: &str, state: &str, application: &str| {
            format!("{channel:<64.64} {location:<32.32} {state:<7.7} {application:<30.30}")
        };
        let mut lines = vec![row("Channel", "Location", "State", "Application(Data)")];
        let lossy = String::from_utf8_lossy;
        lines.extend(self.channels.values().map(|channel| {
            let (exten, context) = (lossy(&channel.exten), lossy(&channel.context));
            let location = format!("{exten}@{context}:{}", channel.priority);
            let application = format!("{}({})", lossy(&channel.application), lossy(&channel.data));
            row(&lossy(&channel.name), &location, channel.state.text(), &application)
        }));
        lines.extend(self.counts());
        lines
    }

    /// Returns the output of `core show channels count`.
    fn counts(&self) -> Vec<String> {
        let plural = |count: usize, what: &str| match count {
            1 => format!("1 active {what}"),
            count => format!("{count} active {what}s"),
        };
        let processed = match self.processed {
            1 => "1 call processed".into(),
            count => format!("{count} calls processed"),
        };
        vec![plural(self.channels.len(), "channel"), plural(self.calls(), "call"), processed]
    }

    /// Returns the output of `queue show` for one queue.
    fn queue_lines(&self, queue: &Queue) -> Vec<String> {
        let lossy = String::from_utf8_lossy;
        let mut lines =
            vec![format!("{} has 0 calls (max unlimited) in '{}' strategy", queue.name, queue.strategy)];
        lines.push(if queue.members.is_empty() { "   No Members".into() } else { "   Members: ".into() });
        lines.extend(queue.members.iter().map(|member| {
            let state = match member.status(&self.channels) {
                1 => "Not in use",
                2 => "In use",
                5 => "Unavailable",
                _ => "Invalid",
            };
            format!("      {} ({}) ({state})", lossy(&member.name), lossy(&member.interface))
        }));
        lines.extend(["   No Callers".into(), String::new()]);
        lines
    }
}
