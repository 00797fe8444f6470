//! `ami explain`: explains an action or event.
//!
//! `table.jsonl` is generated from the tables of the library; the test `docs` keeps it up to date.

mod json;
mod text;

use std::io::Write;

use clap::Args;
use serde_json::Value;

use crate::failure::Failure;
use crate::output::Printer;

/// The table: a JSON object on each line.
const TABLE: &str = include_str!("table.jsonl");
/// The least similarity of a name that is suggested, from 0 to 1.
const SIMILAR: f64 = 0.75;

#[derive(Args)]
pub(crate) struct Options {
    /// Name of an action or event in any letter case, for example Originate; without it, all names
    /// are listed
    name: Option<String>,
    /// Print each action or event as a JSON object on one line
    #[arg(long, help_heading = "Output")]
    json: bool,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let table = Table::parse();
    let entries = match &options.name {
        Some(name) => table.find(name)?,
        None => table.entries.iter().collect(),
    };
    let mut out = std::io::BufWriter::new(Printer::plain().out);
    for (place, entry) in entries.into_iter().enumerate() {
        if options.json {
            writeln!(out, "{}", json::object(&table, entry))?;
        } else if options.name.is_none() {
            let (name, kind) = (entry.text("name"), entry.text("kind"));
            writeln!(out, "{name:46} {kind:6}  {}", first_sentence(entry.text("about")))?;
        } else {
            if place > 0 {
                writeln!(out)?;
            }
            text::write(&table, entry, &mut out)?;
        }
    }
    Ok(out.flush()?)
}

/// Returns the beginning of the text up to the first full stop at the end of a sentence.
fn first_sentence(text: &str) -> &str {
    text.split(". ").next().unwrap_or(text).lines().next().unwrap_or_default().trim_end_matches('.')
}

/// Returns the names of the headers that any event has now or had in older versions, also those
/// that every message can have.
pub(crate) fn headers_of_events() -> Vec<String> {
    const GENERAL: [&str; 10] = [
        "Event",
        "Privilege",
        "ActionID",
        "Timestamp",
        "SequenceNumber",
        "SystemName",
        "File",
        "Line",
        "Func",
        "EventList",
    ];
    let table = Table::parse();
    let mut names: Vec<String> = GENERAL.map(String::from).into();
    for entry in table.entries.iter().filter(|entry| !entry.is_action()) {
        for header in table.headers(entry, "headers") {
            names.push(header.name);
            names.extend(header.older);
        }
    }
    names
}

/// The table of actions and events.
struct Table {
    /// The actions and events.
    entries: Vec<Entry>,
    /// The headers that many events have, with a prefix, and the sets of values.
    shared: Vec<Entry>,
}

/// An object of the table.
struct Entry(Value);

/// A header with its whole name.
struct Header<'t> {
    name: String,
    /// The names in older versions, and others that have been used.
    older: Vec<String>,
    kind: &'t str,
    is_required: bool,
    meaning: &'t str,
    group: Option<Group<'t>>,
    /// The forms of each value that the header can have, and its meaning.
    values: Vec<(Vec<&'t str>, &'t str)>,
}

/// The headers that describe one channel, bridge or report block, with a prefix.
#[derive(Clone, Copy, PartialEq)]
struct Group<'t> {
    name: &'t str,
    prefix: &'t str,
    meaning: &'t str,
}

impl Table {
    fn parse() -> Self {
        let objects = TABLE.lines().filter_map(|line| serde_json::from_str(line).ok()).map(Entry);
        let (entries, shared) =
            objects.partition(|entry: &Entry| matches!(entry.text("kind"), "action" | "event"));
        Self { entries, shared }
    }

    /// Returns the action and the event that have this name now, or had it in older versions.
    fn find(&self, name: &str) -> Result<Vec<&Entry>, Failure> {
        let found: Vec<_> = self
            .entries
            .iter()
            .filter(|entry| entry.names().any(|known| known.eq_ignore_ascii_case(name)))
            .collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let similar = self.similar(name);
        let hint = match similar.is_empty() {
            true => "ami explain lists all names".into(),
            false => format!("similar: {}", similar.join(", ")),
        };
        Err(Failure::Usage(format!("no action or event of Asterisk has the name {name}; {hint}")))
    }

    /// Returns up to three names that are similar, the most similar first.
    fn similar(&self, name: &str) -> Vec<&str> {
        let name = name.to_ascii_lowercase();
        let names = self.entries.iter().flat_map(Entry::names);
        let mut rated: Vec<_> = names
            .map(|known| (strsim::jaro_winkler(&name, &known.to_ascii_lowercase()), known))
            .filter(|(similarity, _)| *similarity >= SIMILAR)
            .collect();
        rated.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut similar: Vec<&str> = Vec::new();
        for (_, known) in rated {
            if similar.len() < 3 && !similar.contains(&known) {
                similar.push(known);
            }
        }
        similar
    }

    fn shared(&self, kind: &str, name: &str) -> Option<&Entry> {
        self.shared.iter().find(|entry| entry.text("kind") == kind && entry.text("name") == name)
    }

    /// Returns the headers in the member `of` of an entry, those of groups one by one.
    fn headers<'t>(&'t self, entry: &'t Entry, of: &str) -> Vec<Header<'t>> {
        let mut headers = Vec::new();
        for field in entry.0[of].as_array().into_iter().flatten() {
            let Some(name) = field["group"].as_str() else {
                headers.push(self.header(field, "", None));
                continue;
            };
            let text = |name: &str| field[name].as_str().unwrap_or_default();
            let group = Group { name, prefix: text("prefix"), meaning: text("meaning") };
            // The headers of the first block of a report, which has the number 0.
            let prefix = if name == "report" { format!("{}0", group.prefix) } else { group.prefix.into() };
            let members = self.shared("group", name).and_then(|shared| shared.0["headers"].as_array());
            for member in members.into_iter().flatten() {
                headers.push(self.header(member, &prefix, Some(group)));
            }
        }
        headers
    }

    fn header<'t>(&'t self, field: &'t Value, prefix: &str, group: Option<Group<'t>>) -> Header<'t> {
        let text = |name: &str| field[name].as_str().unwrap_or_default();
        let texts = |value: &'t Value| value.as_array().into_iter().flatten().filter_map(Value::as_str);
        let set = self.shared("set", text("set"));
        let values = set.and_then(|set| set.0["values"].as_array()).into_iter().flatten();
        Header {
            name: format!("{prefix}{}", text("name")),
            older: texts(&field["older"]).map(|name| format!("{prefix}{name}")).collect(),
            kind: text("type"),
            is_required: field["required"] == true,
            meaning: text("meaning"),
            group,
            values: values
                .map(|value| (texts(&value[0]).collect(), value[1].as_str().unwrap_or_default()))
                .collect(),
        }
    }
}

impl Entry {
    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap_or_default()
    }

    fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0[name].as_array().into_iter().flatten().filter_map(Value::as_str)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.text("name")).chain(self.texts("older"))
    }

    fn is_action(&self) -> bool {
        self.text("kind") == "action"
    }
}
