//! The action `Command`: console commands.

use embedded_ami::io::blocking::server::Exchange;
use embedded_ami::server::SessionError;
use embedded_ami::wire::Value;

use crate::clock::hh_mm_ss;
use crate::dialplan;
use crate::engine::{Engine, VERSION};
use crate::queue::Queue;

/// The size limit of the output, in bytes.
const MAX_OUTPUT: usize = 256 * 1024;

/// The commands with their descriptions, for `core show help`.
const COMMANDS: [(&str, &str); 10] = [
    ("core show channels", "List the channels"),
    ("core show channels count", "Count the channels"),
    ("core show help", "List these commands"),
    ("core show sysinfo", "Show figures of the system, which are not real"),
    ("core show uptime", "Show how long the PBX has been running"),
    ("core show version", "Show the version"),
    ("database deltree", "Delete the entries of a family, or those below a key"),
    ("database show", "List the entries of the database"),
    ("dialplan show", "Show the dialplan, a context of it, or an extension"),
    ("queue show", "List queues and their members"),
];

impl Engine {
    /// `Command`: runs a console command and answers with its output.
    pub(crate) fn command(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let Some(command) = exchange.request().get("Command").map(Value::to_string_lossy) else {
            return exchange.answer()?.error("No command provided");
        };
        let words: Vec<_> = command.split_ascii_whitespace().collect();
        let known = words.join(" ").to_ascii_lowercase();
        let result = match words.get(2..).unwrap_or_default() {
            arguments if is(&words, "database deltree") => self.delete_tree(arguments),
            // With this argument it would be another command.
            ["globals"] if is(&words, "dialplan show") => Err(no_such_command(&command)),
            arguments if is(&words, "dialplan show") => show_dialplan(&command, arguments),
            _ => self.output(&known).ok_or_else(|| no_such_command(&command)),
        };
        let (is_success, lines) = match result {
            Ok(lines) => (true, lines),
            Err(lines) => (false, lines),
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
            "core show sysinfo" => self.system_lines(),
            "core show uptime" => {
                let reloaded = self.clock.now.saturating_sub(self.reloaded);
                vec![
                    format!("System uptime: {}", hh_mm_ss(self.clock.now)),
                    format!("Last reload: {}", hh_mm_ss(reloaded)),
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

    /// Returns the output of `core show sysinfo`. The uptime is that of the PBX. All other figures
    /// are the same on every machine.
    fn system_lines(&self) -> Vec<String> {
        let hours = self.clock.now.as_secs() / 3600;
        let mut lines = vec![String::new(), "System Statistics".into(), "-----------------".into()];
        let mut put = |name: &str, value: String| lines.push(format!("  {name:<26} {value}"));
        put("System Uptime:", format!("{hours} hours"));
        for (name, size) in [
            ("Total RAM:", 1_048_576),
            ("Free RAM:", 524_288),
            ("Buffer RAM:", 0),
            ("Total Swap Space:", 0),
            ("Free Swap Space:", 0),
        ] {
            put(name, format!("{size} KiB"));
        }
        lines.push(String::new());
        lines.push(format!("  {:<26} 1 ", "Number of Processes:"));
        lines.push(String::new());
        lines
    }

    /// `database deltree`: deletes the entries of a family, or those at and below a key, which may
    /// also follow the family after a slash.
    fn delete_tree(&mut self, arguments: &[&str]) -> Result<Vec<String>, Vec<String>> {
        let (family, key) = match *arguments {
            [tree] => match tree.split_once('/') {
                Some((family, key)) => (family, Some(key)),
                None => (tree, None),
            },
            [family, key] => (family, Some(key)),
            _ => return Err(vec!["Usage: database deltree <family> [keytree]".into()]),
        };
        Ok(vec![match self.database.remove_tree(family.as_bytes(), key.map(str::as_bytes)) {
            0 => "Database entries do not exist.".into(),
            count => format!("{count} database entries removed."),
        }])
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
            let state = member.state(&self.channels).text();
            format!("      {} ({}) ({state})", lossy(&member.name), lossy(&member.interface))
        }));
        lines.extend(["   No Callers".into(), String::new()]);
        lines
    }
}

fn no_such_command(command: &str) -> Vec<String> {
    vec![format!("No such command '{command}' (type 'core show help {command}' for other possible commands)")]
}

/// Returns whether a command begins with these words. The case of ASCII letters is ignored.
fn is(words: &[&str], start: &str) -> bool {
    let mut words = words.iter();
    start.split(' ').all(|own| words.next().is_some_and(|word| word.eq_ignore_ascii_case(own)))
}

/// `dialplan show [[exten@]context]`: returns its output.
fn show_dialplan(command: &str, arguments: &[&str]) -> Result<Vec<String>, Vec<String>> {
    let (exten, context) = match *arguments {
        [] => ("", ""),
        [place] => place.split_once('@').unwrap_or(("", place)),
        _ => return Err(vec!["Usage: dialplan show [[exten@]context]".into()]),
    };
    let failed = |line: String| Err(vec![line, format!("Command '{command}' failed.")]);
    if !context.is_empty() && dialplan::extensions(context).is_none() {
        return failed(format!("There is no existence of '{context}' context"));
    }
    let mut lines = Vec::new();
    let (mut contexts, mut extensions, mut priorities) = (0, 0, 0);
    for own in dialplan::contexts().filter(|own| context.is_empty() || *own == context) {
        let all = dialplan::extensions(own).into_iter().flatten();
        let mut shown = all.filter(|(name, _)| exten.is_empty() || *name == exten).peekable();
        if shown.peek().is_none() {
            continue;
        }
        contexts += 1;
        lines.push(format!("[ Context '{own}' created by 'pbx_config' ]"));
        for (name, steps) in shown {
            let mut row = |title: &str, text: String| {
                lines.push(format!("  {title:<17} {text:<45} [pbx_config]"));
            };
            row(&format!("'{name}' =>"), format!("hint: {}", dialplan::hint(own, name)));
            for (priority, (application, data)) in (1..).zip(steps) {
                row("", format!("{priority}. {application}({data})"));
            }
            extensions += 1;
            // Asterisk counts the hint as a priority.
            priorities += steps.len() + 1;
        }
        lines.push(String::new());
    }
    if extensions == 0 {
        return failed(format!("There is no existence of {exten}@{context} extension"));
    }
    let plural =
        |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    lines.push(format!(
        "-= {} ({}) in {}. =-",
        plural(extensions, "extension", "extensions"),
        plural(priorities, "priority", "priorities"),
        plural(contexts, "context", "contexts")
    ));
    Ok(lines)
}
