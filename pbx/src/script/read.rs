//! Scripts in TOML.

use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ScriptError;
use super::rule::{Complete, Event, Headers, Rule, Verb};

type Value<'t> = Spanned<DeValue<'t>>;

/// The keys that choose the answer. A rule has at most one of them, except that `list` can have an
/// `answer`.
const ANSWERS: [&str; 8] = ["answer", "list", "output", "refuse", "raw", "silent", "drop", "pass"];
/// The other keys of a rule.
const OTHERS: [&str; 10] =
    ["on", "match", "skip", "times", "delay", "complete", "garble", "cut", "close", "events"];

/// Reads the rules of a script, each with the name of its action.
pub(super) fn rules(text: &str) -> Result<Vec<(String, Rule)>, ScriptError> {
    let source = Source(text);
    let script = DeTable::parse(text).map_err(|error| {
        // Hints follow on further lines.
        let reason = error.message().lines().collect::<Vec<_>>().join("; ");
        source.error(error.span().unwrap_or_default(), reason)
    })?;
    let mut rules = Vec::new();
    for (key, value) in script.get_ref() {
        if key.get_ref() != "rule" {
            let reason =
                format!("unknown key {}: a script has rules only, each after a line [[rule]]", key.get_ref());
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

impl Source<'_> {
    fn error(self, span: Range<usize>, reason: impl Into<String>) -> ScriptError {
        let before = self.0.as_bytes().get(..span.start).unwrap_or(self.0.as_bytes());
        ScriptError::new(before.iter().filter(|&&byte| byte == b'\n').count() + 1, reason)
    }

    /// Returns the error for a value of the wrong type.
    fn wrong(self, key: &str, value: &Value<'_>, expected: &str) -> ScriptError {
        self.error(value.span(), format!("{key}: not {expected}"))
    }

    fn text(self, key: &str, value: &Value<'_>) -> Result<String, ScriptError> {
        let text = value.get_ref().as_str();
        text.map(str::to_owned).ok_or_else(|| self.wrong(key, value, "a text in quotes"))
    }

    fn number(self, key: &str, value: &Value<'_>) -> Result<u64, ScriptError> {
        let number = value.get_ref().as_integer();
        let number = number.and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        number.ok_or_else(|| self.wrong(key, value, "a whole number of at least 0"))
    }

    fn position(self, key: &str, value: &Value<'_>) -> Result<usize, ScriptError> {
        Ok(usize::try_from(self.number(key, value)?).unwrap_or(usize::MAX))
    }

    fn time(self, key: &str, value: &Value<'_>) -> Result<Duration, ScriptError> {
        let time = value.get_ref().as_str().and_then(|text| humantime::parse_duration(text).ok());
        time.ok_or_else(|| self.wrong(key, value, "a time such as \"300ms\" or \"1s\""))
    }

    /// Accepts only `true`, since a key that is false would have no effect.
    fn flag(self, key: &str, value: &Value<'_>) -> Result<(), ScriptError> {
        match value.get_ref().as_bool() {
            Some(true) => Ok(()),
            _ => Err(self.wrong(key, value, "true; leave the key out otherwise")),
        }
    }

    fn list<'v, 't>(
        self,
        key: &str,
        value: &'v Value<'t>,
    ) -> Result<impl Iterator<Item = &'v Value<'t>>, ScriptError> {
        let list = value.get_ref().as_array();
        Ok(list.ok_or_else(|| self.wrong(key, value, "a list in brackets"))?.iter())
    }

    fn lines(self, key: &str, value: &Value<'_>) -> Result<Vec<String>, ScriptError> {
        match value.get_ref().as_str() {
            Some(text) => Ok(text.lines().map(str::to_owned).collect()),
            None => self.list(key, value)?.map(|line| self.text(key, line)).collect(),
        }
    }

    fn positions(self, key: &str, value: &Value<'_>) -> Result<Vec<usize>, ScriptError> {
        match value.get_ref().is_array() {
            true => self.list(key, value)?.map(|at| self.position(key, at)).collect(),
            false => Ok(vec![self.position(key, value)?]),
        }
    }

    /// Reads a table of headers, in which a list of values repeats the header.
    fn headers(self, key: &str, value: &Value<'_>) -> Result<Headers, ScriptError> {
        let table = value.get_ref().as_table();
        let table = table.ok_or_else(|| self.wrong(key, value, "a table { Name = \"value\" }"))?;
        let mut headers = Headers::new();
        for (name, value) in table {
            self.header(key, name.get_ref(), value, &mut headers)?;
        }
        Ok(headers)
    }

    fn header(self, key: &str, name: &str, value: &Value<'_>, to: &mut Headers) -> Result<(), ScriptError> {
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
    fn event(self, value: &Value<'_>) -> Result<Event, ScriptError> {
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

    fn rule(&self) -> Result<(String, Rule), ScriptError> {
        let source = self.source;
        for (key, _) in self.fields {
            let name = key.get_ref().as_ref();
            if !ANSWERS.contains(&name) && !OTHERS.contains(&name) {
                let [on, matches, others @ ..] = OTHERS;
                let known = [&[on, matches], &ANSWERS[..], &others].concat().join(", ");
                return Err(source.error(key.span(), format!("unknown key {name}: a rule has {known}")));
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
        Ok((on, rule))
    }

    /// Returns the answer.
    fn verb(&self) -> Result<Verb, ScriptError> {
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
