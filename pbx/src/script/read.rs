//! Scripts in TOML.

use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Entry;
use super::rule::{Complete, Event, Headers, Rule, Verb};
use crate::config_error::{ConfigError, Place};
use crate::suggest::question;

/// The kind of value that a time is.
const TIME: &str = "a time such as \"300ms\", \"1s\", \"5m\" or \"1h\"";

type Value<'t> = Spanned<DeValue<'t>>;

/// The keys that choose the answer. A rule has at most one of them, except that `list` can have an
/// `answer`.
const ANSWERS: [&str; 8] = ["answer", "list", "output", "refuse", "raw", "silent", "drop", "pass"];
/// The other keys of a rule.
const OTHERS: [&str; 10] =
    ["on", "match", "skip", "times", "delay", "complete", "garble", "cut", "close", "events"];

/// Reads the rules of a script.
pub(super) fn rules(text: &str) -> Result<Vec<Entry>, ConfigError> {
    let source = Source(text);
    let script = DeTable::parse(text).map_err(|error| source.syntax_error(&error))?;
    let mut rules = Vec::new();
    for (key, value) in script.get_ref() {
        if key.get_ref() != "rule" {
            let key_name = key.get_ref();
            let reason = match ANSWERS.iter().chain(&OTHERS).any(|known| known == key_name) {
                true => format!("{key_name} is outside a rule: a line [[rule]] must precede it"),
                false => {
                    format!("unknown key {key_name}: a script has rules only, each after a line [[rule]]")
                }
            };
            return Err(source.error(key.span(), reason));
        }
        let tables = value.get_ref().as_array();
        let tables =
            tables.ok_or_else(|| source.error(key.span(), "rule: write [[rule]], with two brackets"))?;
        for table in tables {
            let fields = table.get_ref().as_table();
            let fields = fields.ok_or_else(|| source.error(table.span(), "rule: not a table"))?;
            rules.push(Fields { source, fields, span: table.span() }.rule()?);
        }
    }
    Ok(rules)
}

/// The text of a script, which turns positions into numbers of lines.
#[derive(Clone, Copy)]
struct Source<'t>(&'t str);

impl<'t> Source<'t> {
    /// Returns the text before a position.
    fn before(self, at: usize) -> &'t str {
        self.0.get(..at).unwrap_or(self.0)
    }

    /// Returns the number of the line at a position.
    fn line(self, at: usize) -> usize {
        self.before(at).matches('\n').count().saturating_add(1)
    }

    fn error(self, span: Range<usize>, reason: impl Into<String>) -> ConfigError {
        ConfigError::new(self.line(span.start), reason)
    }

    /// Returns the error for a text that is not TOML, with the column and the text of the line.
    fn syntax_error(self, error: &toml::de::Error) -> ConfigError {
        let at = error.span().unwrap_or_default().start;
        let before = self.before(at);
        let start = before.rfind('\n').map_or(0, |end| end.saturating_add(1));
        let column = before.get(start..).unwrap_or_default().chars().count().saturating_add(1);
        let line = self.0.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let reason = plain(error.message());
        ConfigError::new(self.line(at), format!("{reason}, at column {column}{}", quoted(line)))
    }

    /// Returns the error for a value of the wrong type.
    fn wrong(self, key: &str, value: &Value<'_>, expected: &str) -> ConfigError {
        self.error(value.span(), format!("{key}: not {expected}"))
    }

    fn text(self, key: &str, value: &Value<'_>) -> Result<String, ConfigError> {
        let text = value.get_ref().as_str();
        text.map(str::to_owned).ok_or_else(|| self.wrong(key, value, "a text in quotes"))
    }

    fn number(self, key: &str, value: &Value<'_>) -> Result<u64, ConfigError> {
        let number = value.get_ref().as_integer();
        let number = number.and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        number.ok_or_else(|| self.wrong(key, value, "a whole number of at least 0"))
    }

    fn position(self, key: &str, value: &Value<'_>) -> Result<usize, ConfigError> {
        Ok(usize::try_from(self.number(key, value)?).unwrap_or(usize::MAX))
    }

    fn time(self, key: &str, value: &Value<'_>) -> Result<Duration, ConfigError> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.trim().to_owned(),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            _ => return Err(self.wrong(key, value, TIME)),
        };
        if let (Ok(number), true) = (text.parse::<f64>(), text != "0") {
            // The unit is unknown, but milliseconds are usual.
            let reason =
                format!("{key}: {text} has no unit: write \"{number}ms\", with one of ms, s, m and h");
            return Err(self.error(value.span(), reason));
        }
        let is_text = value.get_ref().is_str();
        let time = humantime::parse_duration(&text).ok().filter(|_| is_text);
        time.ok_or_else(|| self.wrong(key, value, TIME))
    }

    /// Accepts only `true`, since a key that is false would have no effect.
    fn flag(self, key: &str, value: &Value<'_>) -> Result<(), ConfigError> {
        match value.get_ref().as_bool() {
            Some(true) => Ok(()),
            _ => Err(self.wrong(key, value, "true; leave the key out otherwise")),
        }
    }

    fn list<'v, 'd>(
        self,
        key: &str,
        value: &'v Value<'d>,
    ) -> Result<impl Iterator<Item = &'v Value<'d>>, ConfigError> {
        let list = value.get_ref().as_array();
        Ok(list.ok_or_else(|| self.wrong(key, value, "a list in brackets"))?.iter())
    }

    fn lines(self, key: &str, value: &Value<'_>) -> Result<Vec<String>, ConfigError> {
        match value.get_ref().as_str() {
            Some(text) => Ok(text.lines().map(str::to_owned).collect()),
            None => self.list(key, value)?.map(|line| self.text(key, line)).collect(),
        }
    }

    fn positions(self, key: &str, value: &Value<'_>) -> Result<Vec<usize>, ConfigError> {
        match value.get_ref().is_array() {
            true => self.list(key, value)?.map(|at| self.position(key, at)).collect(),
            false => Ok(vec![self.position(key, value)?]),
        }
    }

    /// Reads a table of headers, in which a list of values repeats the header.
    fn headers(self, key: &str, value: &Value<'_>) -> Result<Headers, ConfigError> {
        let table = value.get_ref().as_table();
        let table = table.ok_or_else(|| self.wrong(key, value, "a table { Name = \"value\" }"))?;
        let mut headers = Headers::new();
        for (name, value) in table {
            self.header(key, name.get_ref(), value, &mut headers)?;
        }
        Ok(headers)
    }

    fn header(self, key: &str, name: &str, value: &Value<'_>, to: &mut Headers) -> Result<(), ConfigError> {
        if value.get_ref().is_array() {
            return self.list(key, value)?.try_for_each(|value| self.header(key, name, value, to));
        }
        let number = value.get_ref().as_integer().map(|number| number.to_string());
        let text = value.get_ref().as_str().map(str::to_owned).or(number);
        let expected = "a text in quotes, a whole number, or a list of them";
        to.push((name.into(), text.ok_or_else(|| self.wrong(&format!("{key}: {name}"), value, expected))?));
        Ok(())
    }

    /// Reads an event with the time after which it is sent.
    fn event(self, value: &Value<'_>) -> Result<Event, ConfigError> {
        let table = value.get_ref().as_table();
        let table =
            table.ok_or_else(|| self.wrong("events", value, "a list of tables { Event = \"Name\" }"))?;
        let mut event = Event { after: Duration::ZERO, headers: Headers::new() };
        for (name, value) in table {
            match name.get_ref().as_ref() {
                "after" => event.after = self.time("events: after", value)?,
                name => self.header("events", name, value, &mut event.headers)?,
            }
        }
        Ok(event)
    }
}

/// Returns a message of the parser in words that need no knowledge of TOML, if it is a usual one.
fn plain(message: &str) -> String {
    const USUAL: [(&str, &str); 9] = [
        ("string values must be quoted", "a text must be in quotes"),
        ("invalid basic string, expected `\"`", "the \" at the end of the text is missing"),
        ("invalid literal string, expected `'`", "the ' at the end of the text is missing"),
        ("unclosed inline table", "the } at the end of the table is missing"),
        ("unclosed array table", "the ]] at the end of the line is missing"),
        ("unclosed array", "the ] at the end of the list is missing"),
        ("key with no value", "= and a value are missing"),
        ("extra assignment between key-value pairs", "a comma is missing"),
        ("missing escaped value", "an unknown escape follows \\; write \\\\ for the character itself"),
    ];
    match USUAL.iter().find(|(start, _)| message.starts_with(start)) {
        Some((_, plain)) => (*plain).into(),
        // Hints follow on further lines.
        None => message.lines().collect::<Vec<_>>().join("; "),
    }
}

/// Returns the text of a line for an error, or nothing if it is empty or may have a secret.
fn quoted(line: &str) -> String {
    /// The most characters that are quoted.
    const MOST: usize = 60;

    let line = line.trim();
    let may_be_secret = |word: &str| {
        let word = word.to_ascii_lowercase();
        word.contains("secret") || word.contains("password") || matches!(&*word, "key" | "pin")
    };
    if line.is_empty() || line.split(|char: char| !char.is_alphanumeric()).any(may_be_secret) {
        return String::new();
    }
    let (text, end) = match line.char_indices().nth(MOST) {
        Some((end, _)) => (line.get(..end).unwrap_or(line), "..."),
        None => (line, ""),
    };
    format!(" of the line: {text}{end}")
}

/// The keys and values of one rule.
#[derive(Clone)]
struct Fields<'f, 't> {
    source: Source<'f>,
    fields: &'f DeTable<'t>,
    span: Range<usize>,
}

impl<'f, 't> Fields<'f, 't> {
    fn get(&self, key: &str) -> Option<&'f Value<'t>> {
        self.fields.iter().find(|(own, _)| own.get_ref() == key).map(|(_, value)| value)
    }

    /// Returns the position of a key, or of the rule if it does not have the key.
    fn span(&self, key: &str) -> Range<usize> {
        let own = self.fields.iter().find(|(own, _)| own.get_ref() == key);
        own.map_or(self.span.clone(), |(key, _)| key.span())
    }

    fn rule(&self) -> Result<Entry, ConfigError> {
        let source = self.source;
        for (key, _) in self.fields {
            let name = key.get_ref().as_ref();
            if !ANSWERS.contains(&name) && !OTHERS.contains(&name) {
                let [on, matches, others @ ..] = OTHERS;
                let known = [&[on, matches], &ANSWERS[..], &others].concat().join(", ");
                let suggestion = match question(name, ANSWERS.into_iter().chain(OTHERS)) {
                    none if none.is_empty() => ":".into(),
                    question => question,
                };
                let reason = format!("unknown key {name}{suggestion} a rule has {known}");
                return Err(source.error(key.span(), reason));
            }
        }
        let on = self.get("on").ok_or_else(|| {
            source.error(self.span.clone(), "the rule has no on, which names an action, connect, or *")
        })?;
        let on = source.text("on", on)?;
        let mut rule = Rule::with_verb(self.verb()?);
        for (key, value) in self.fields {
            match key.get_ref().as_ref() {
                "match" => rule.conditions = source.headers("match", value)?,
                "skip" => rule.skip = source.number("skip", value)?,
                "times" => rule.times = Some(source.number("times", value)?),
                "delay" => rule.delay = source.time("delay", value)?,
                "complete" if value.get_ref().as_bool() == Some(false) => {
                    rule.complete = Some(Complete::Never)
                }
                "complete" => rule.complete = Some(Complete::Event(source.headers("complete", value)?)),
                "garble" => rule.garble = source.positions("garble", value)?,
                "cut" => rule.cut = Some(source.position("cut", value)?),
                "close" => {
                    source.flag("close", value)?;
                    rule.close = true;
                }
                "events" => {
                    rule.events = source
                        .list("events", value)?
                        .map(|event| source.event(event))
                        .collect::<Result<_, _>>()?;
                }
                _ => {}
            }
        }
        rule.check(&on).map_err(|(key, reason)| source.error(self.span(key), reason))?;
        if rule.has_no_effect() && self.get("pass").is_none() {
            let reason = "the rule changes nothing; write pass = true if that is meant";
            return Err(source.error(self.span.clone(), reason));
        }
        let place = Place { file: None, line: source.line(self.span("on").start) };
        Ok(Entry { on, rule, place })
    }

    /// Returns the answer.
    fn verb(&self) -> Result<Verb, ConfigError> {
        let source = self.source;
        let keys = self.fields.keys().map(|key| key.get_ref().as_ref());
        let given: Vec<&str> = keys.filter(|key| ANSWERS.contains(key)).collect();
        let key = match given[..] {
            [] => return Ok(Verb::Pass),
            [key] => key,
            ["answer", "list"] | ["list", "answer"] => "list",
            [first @ "answer", "list", other, ..]
            | [first @ "list", "answer", other, ..]
            | [first, other, ..] => {
                let reason = format!("{other}: the rule has {first} already, and can have only one answer");
                return Err(source.error(self.span(other), reason));
            }
        };
        let Some(value) = self.get(key) else { return Ok(Verb::Pass) };
        Ok(match key {
            "answer" => Verb::Answer(source.headers(key, value)?),
            "list" => Verb::List {
                response: self
                    .get("answer")
                    .map_or(Ok(Headers::new()), |value| source.headers("answer", value))?,
                entries: source
                    .list(key, value)?
                    .map(|entry| source.headers(key, entry))
                    .collect::<Result<_, _>>()?,
            },
            "output" => Verb::Output(source.lines(key, value)?),
            "refuse" => return Ok(Rule::refuse(source.text(key, value)?).verb),
            "raw" => Verb::Raw(source.text(key, value)?.into_bytes()),
            flag => {
                source.flag(flag, value)?;
                match flag {
                    "silent" => Verb::Silent,
                    "drop" => Verb::Drop,
                    _ => Verb::Pass,
                }
            }
        })
    }
}
