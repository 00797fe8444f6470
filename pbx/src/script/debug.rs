//! `Debug` of rules, without secrets.

use std::fmt;

use embedded_ami::wire::Message;

use super::rule::{Complete, Event, Headers, Rule, Verb};

/// Returns the line as it may be printed: without the value, and without the name if a secret may
/// have got into it.
fn printed(name: &str, separator: &str, value: &str) -> String {
    let line = format!("{name}{separator}{value}");
    // A line end would hide the rest of the line from the check, but what follows a CR is checked.
    // The first line may be a banner.
    let message = format!("A: b\r\n{}\r\n\r\n", line.replace('\n', "\r"));
    let message = Message::parse(message.as_bytes());
    let header = message.as_ref().and_then(|message| message.headers().nth(1));
    let is_word = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b':' | b'=' | b'\\');
    match header {
        // An empty line has no secret.
        None if line.is_empty() => line,
        Some(header) if !header.is_secret() => line,
        _ if !name.is_empty() && name.bytes().all(is_word) => format!("{name}{separator}[redacted]"),
        _ => "[redacted]".into(),
    }
}

fn all_printed(headers: &Headers) -> Vec<String> {
    headers.iter().map(|(name, value)| printed(name, ": ", value)).collect()
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule")
            .field("conditions", &all_printed(&self.conditions))
            .field("skip", &self.skip)
            .field("times", &self.times)
            .field("delay", &self.delay)
            .field("verb", &self.verb)
            .field("complete", &self.complete)
            .field("garble", &self.garble)
            .field("cut", &self.cut)
            .field("close", &self.close)
            .field("events", &self.events)
            .finish()
    }
}

impl fmt::Debug for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass => f.write_str("Pass"),
            Self::Answer(headers) => f.debug_tuple("Answer").field(&all_printed(headers)).finish(),
            Self::List { response, entries } => f
                .debug_struct("List")
                .field("response", &all_printed(response))
                .field("entries", &entries.iter().map(all_printed).collect::<Vec<_>>())
                .finish(),
            Self::Output(lines) => {
                let lines: Vec<_> = lines.iter().map(|line| printed("", "", line)).collect();
                f.debug_tuple("Output").field(&lines).finish()
            }
            Self::Raw(bytes) => write!(f, "Raw({} bytes)", bytes.len()),
            Self::Silent => f.write_str("Silent"),
            Self::Drop => f.write_str("Drop"),
        }
    }
}

impl fmt::Debug for Complete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(headers) => f.debug_tuple("Event").field(&all_printed(headers)).finish(),
            Self::Never => f.write_str("Never"),
        }
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("after", &self.after)
            .field("headers", &all_printed(&self.headers))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config_error::Place;
    use crate::script::Entry;
    use crate::{Pbx, Script};

    const SECRET: &str = "~~~~";

    #[test]
    fn no_secret_of_a_rule_is_printed_and_everything_else_is() {
        for name in ["Secret", "KEY", "Password", "x\rSecret", "x\nSecret", " pin", "Line-000000-000001"] {
            let header = [("Event", "Shown"), (name, SECRET)];
            let rules = [
                Rule::pass().matching(name, SECRET),
                Rule::answer(header),
                Rule::list().response(header).entry(header).complete(header),
                Rule::output([format!("{name}: {SECRET}"), "Shown".into(), String::new()]),
                Rule::output([format!("Shown\n{name} {SECRET}")]),
                Rule::raw(format!("{name}: {SECRET}\r\n")),
                Rule::pass().event(header),
            ];
            for (at, rule) in rules.into_iter().enumerate() {
                let entry = Entry { on: "Ping".into(), rule: rule.clone(), place: Place::default() };
                let script = Script(vec![entry]);
                let builder = Pbx::builder().script(script.clone()).on("Ping", rule.clone());
                let printed = format!("{rule:?} {rule:#?} {script:?} {builder:?}");
                assert!(!printed.contains('~'), "{printed}");
                let is_shown = ![0, 4, 5].contains(&at);
                assert_eq!(printed.contains("Shown"), is_shown, "{printed}");
            }
        }
        let rule = Rule::answer([("Secret", SECRET), ("Exten", "100")]).matching("Key", SECRET);
        let printed = format!("{rule:?}");
        for part in [r#"["Secret: [redacted]", "Exten: 100"]"#, r#"["Key: [redacted]"]"#] {
            assert!(printed.contains(part), "{printed}");
        }
        // The cells of a table of commands, and a line that looks like a banner, are not secrets.
        let rule = Rule::output(["Name/username  Host", "a: b", "Asterisk Call Manager/1.0"]);
        assert!(
            format!("{rule:?}").contains(r#"["Name/username  Host", "a: b", "Asterisk Call Manager/1.0"]"#)
        );
    }
}
