//! Makes the table of `ami explain` of the tables of the library: a JSON object for each action,
//! event, set of values, and group of headers that events share.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::rows::{self, Action, Answer, Event, Header, Set};

/// Sentences for programmers in Rust, and those for users of the tool.
const REWRITES: &[(&str, &str)] = &[
    (
        "To send a second unit or a second charged item, use [`from_fn`](crate::action::from_fn).",
        "Headers of a second unit or a second charged item end with `(1)`.",
    ),
    ("; see [`Key`](crate::action::Key)", ""),
    ("; [`Value::to_clock`] parses it", ""),
    (" [`is_on`](Events::is_on) reads both forms of the answer.", ""),
    (
        "[`categories`](GetConfig::categories) reads a whole file, [`entries`](GetConfig::entries) one that comes in parts.",
        "Its headers are `Category-000000` with the name of a category, `Line-000000-000000` with a line as `NAME=VALUE`, and so on.",
    ),
    ("; see [`Completion::for_action`](crate::action::Completion::for_action).", "."),
    (
        "one of the numbers of [`HangupCause`](crate::event::HangupCause)",
        "one of the numbers that the header `Cause` of the event has",
    ),
    ("in the form of [`GetConfig::filter`]", "in the form of the header `Filter` of `GetConfig`"),
    ("; [`is_pong`](Ping::is_pong) accepts both forms", ""),
    ("; [`Value::caller_id`] parses it", ""),
    ("; [`agi_lines`](crate::wire::Value::agi_lines) decodes it", ""),
    ("; [`state`](Channel::state) decodes it", ""),
    ("[`BasicCommunication`](AocChargedItem::BasicCommunication)", "`BasicCommunication`"),
    (
        "The view also accepts an error with output, which Asterisk 14 and later send for a command that failed; earlier versions do not distinguish it.",
        "Asterisk 14 and later send an error with output for a command that failed; earlier versions do not distinguish it.",
    ),
    (
        "come without a `Response` header, and the view accepts them as well.",
        "come without a `Response` header.",
    ),
    (
        "It has more headers, named `SIP-...`, than there are accessors; `message().get(name)` finds them.",
        "It has more headers than these, named `SIP-...`.",
    ),
    (
        "If it gives several units, the accessors read the first.",
        "If it gives several units, their headers are numbered from 0.",
    ),
    (", so iterate over all headers of the message.", "."),
    (" all of its blocks, [`reports`](Self::reports);", " all of its blocks;"),
    ("sends, in tenths of a point: 844 for `84.4`.", "sends, as in `84.4`."),
    ("receives, in tenths of a point: 844 for `84.4`.", "receives, as in `84.4`."),
    (" The iterator ends early at a block that the message, or the part of it, does not have.", ""),
    (
        "A [`HangupCause`](crate::event::HangupCause)",
        "A number that the header `Cause` of the event `Hangup` has",
    ),
];

/// An object whose members stay in order.
struct Object(String);

impl Object {
    fn new(kind: &str) -> Self {
        Self(format!("{{\"kind\":{}", json!(kind)))
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.0 += &format!(",{}:{value}", json!(name));
        self
    }

    /// Adds a member that has several lines of JSON.
    fn with_raw(mut self, name: &str, value: &str) -> Self {
        self.0 += &format!(",{}:{value}", json!(name));
        self
    }

    fn end(self) -> String {
        self.0 + "}\n"
    }
}

struct Names {
    actions: BTreeMap<String, String>,
    events: BTreeMap<String, String>,
    glossary: BTreeMap<String, String>,
    is_used: Vec<bool>,
}

/// Returns the table.
pub fn table() -> String {
    let mut actions = rows::actions(&rows::library("action/table.rs"));
    actions.extend(rows::actions(include_str!("by_hand.txt")));
    actions.sort_by_key(|action| action.name.to_ascii_lowercase());
    let events = rows::events();
    let mut names = Names {
        actions: actions.iter().map(|row| (row.type_name.clone(), row.name.clone())).collect(),
        events: events.iter().map(|row| (row.type_name.clone(), row.names[0].clone())).collect(),
        glossary: rows::glossary()
            .into_iter()
            .flat_map(|(names, text)| names.into_iter().map(move |name| (name, text.clone())))
            .collect(),
        is_used: vec![false; REWRITES.len()],
    };
    let mut table = String::new();
    let responses = rows::responses();
    for action in &actions {
        let response = responses.iter().find(|response| response.type_name == action.type_name);
        let headers = response.map(|response| response.headers.as_slice()).unwrap_or_default();
        let about = response.map(|response| response.about.as_str()).unwrap_or_default();
        table += &names.action(action, about, headers);
    }
    for event in &events {
        table += &names.event(event, &actions);
    }
    for (name, headers) in [
        ("channel", rows::snapshot("Channel")),
        ("bridge", rows::snapshot("Bridge")),
        ("report", rows::report()),
    ] {
        let headers = names.headers(&headers, false, false);
        table += &Object::new("group").with("name", json!(name)).with_raw("headers", &headers).end();
    }
    let sets = [("action", "action/sets.rs"), ("event", "event/sets.rs")];
    for (of, set) in
        sets.into_iter().flat_map(|(of, file)| rows::sets(file).into_iter().map(move |set| (of, set)))
    {
        table += &names.set(of, &set);
    }
    for (rewrite, is_used) in REWRITES.iter().zip(&names.is_used) {
        assert!(is_used, "the library no longer has {:?}", rewrite.0);
    }
    table
}

impl Names {
    fn action(&mut self, row: &Action, response_about: &str, response: &[Header]) -> String {
        let fields = &row.headers;
        let about = [row.about.as_str(), response_about].join("\n");
        let object = Object::new("action")
            .with("name", json!(row.name))
            .with("about", json!(self.prose(about.trim(), fields, true)))
            .with("versions", json!(plain(&row.versions)))
            .with("classes", classes(&row.classes));
        let event = |name: &String| self.events.get(name).expect("the event of a list").clone();
        let object = match &row.answer {
            Answer::Response => object.with("answer", json!("response")),
            Answer::Event(end) => object.with("answer", json!("event")).with("events", json!([event(end)])),
            Answer::List { entries, end, wire } => object
                .with("answer", json!("list"))
                .with("events", entries.iter().map(event).collect())
                .with("end", json!(wire.clone().unwrap_or_else(|| event(end)))),
        };
        let mut object = object.with_raw("headers", &self.headers(fields, true, true));
        if !response.is_empty() {
            object = object.with_raw("response", &self.headers(response, true, false));
        }
        object.end()
    }

    fn event(&mut self, row: &Event, actions: &[Action]) -> String {
        let related: Vec<_> = actions
            .iter()
            .filter(|action| match &action.answer {
                Answer::Response => false,
                Answer::Event(end) => *end == row.type_name,
                Answer::List { entries, end, .. } => {
                    *end == row.type_name || entries.contains(&row.type_name)
                }
            })
            .map(|action| action.name.clone())
            .collect();
        let mut object = Object::new("event").with("name", json!(row.names[0]));
        if row.names.len() > 1 {
            object = object.with("older", json!(row.names[1..]));
        }
        object = object
            .with("about", json!(self.prose(&row.about, &row.headers, false)))
            .with("versions", json!(plain(&row.versions)))
            .with("classes", classes(&row.classes));
        if !related.is_empty() {
            object = object.with("actions", json!(related));
        }
        object.with_raw("headers", &self.headers(&row.headers, false, false)).end()
    }

    /// Returns an array of headers.
    fn headers(&mut self, fields: &[Header], is_action: bool, is_request: bool) -> String {
        let headers = fields.iter().map(|field| {
            let meaning = match field.meaning.as_str() {
                "" => self.glossary.get(&field.names[0]).cloned().unwrap_or_default(),
                own => own.into(),
            };
            let meaning = self.prose(&meaning, fields, is_action);
            let meaning = match meaning.strip_prefix("Sets ").or(meaning.strip_prefix("Returns ")) {
                Some(rest) => rest[..1].to_uppercase() + &rest[1..],
                None => meaning,
            };
            if matches!(field.kind.as_str(), "channel" | "bridge" | "reports") {
                let group = field.kind.trim_end_matches('s');
                return json!({"group": group, "prefix": field.names[0], "meaning": meaning}).to_string();
            }
            let mut header = format!("{{\"name\":{}", json!(field.names[0]));
            let older: Vec<_> = field.names[1..].iter().chain(&field.also).collect();
            if !older.is_empty() {
                header += &format!(",\"older\":{}", json!(older));
            }
            let (kind, set) = match field.kind.as_str() {
                kind @ ("text" | "number" | "flag" | "seconds" | "list" | "variables") => (kind, None),
                "texts" => ("texts", None),
                "tenths" => ("number", None),
                "round_trip" => ("seconds", None),
                "CallerPresentation" => ("text", None),
                set => ("text", Some(format!("{}/{set}", if is_request { "action" } else { "event" }))),
            };
            header += &format!(",\"type\":\"{kind}\"");
            if let Some(set) = set {
                header += &format!(",\"set\":\"{set}\"");
            }
            if is_request {
                header += &format!(",\"required\":{}", field.is_required);
            }
            header + &format!(",\"meaning\":{}}}", json!(meaning))
        });
        let headers: Vec<_> = headers.collect();
        format!("[{}]", headers.join(","))
    }

    fn set(&mut self, of: &str, set: &Set) -> String {
        let values: Vec<_> = set
            .values
            .iter()
            .map(|(forms, meaning)| json!([forms, self.prose(meaning, &[], of == "action")]))
            .collect();
        Object::new("set")
            .with("name", json!(format!("{of}/{}", set.name)))
            .with("values", json!(values))
            .end()
    }

    /// Returns the text without the marks of the documentation. A link becomes the name on the
    /// wire.
    fn prose(&mut self, text: &str, fields: &[Header], is_action: bool) -> String {
        let mut text = text.to_owned();
        for ((from, to), is_used) in REWRITES.iter().zip(&mut self.is_used) {
            if text.contains(from) {
                *is_used = true;
                text = text.replace(from, to);
            }
        }
        let mut prose = String::new();
        let mut rest = text.as_str();
        while let Some((before, link)) = rest.split_once("[`") {
            let (name, after) = link.split_once("`]").expect("the end of a link");
            prose += before;
            let (target, after) = match (after.strip_prefix('('), after.strip_prefix('[')) {
                (Some(target), _) => target.split_once(')').expect("the end of a target"),
                (None, Some(target)) => target.split_once(']').expect("the end of a target"),
                (None, None) => ("", after),
            };
            prose += &self.linked(name, target, fields, is_action);
            rest = after;
        }
        plain(&(prose + rest))
    }

    fn linked(&self, name: &str, target: &str, fields: &[Header], is_action: bool) -> String {
        let field = target.rsplit("::").next().unwrap_or_default();
        if let Some(header) = fields.iter().find(|header| !field.is_empty() && header.field == field) {
            return header.names[0].clone();
        }
        let is_name = |map: &BTreeMap<String, String>| map.values().any(|value| value == name);
        let own = if is_action { &self.actions } else { &self.events };
        if target.is_empty() {
            return own.get(name).unwrap_or_else(|| panic!("unknown link {name}")).clone();
        }
        assert!(is_name(&self.actions) || is_name(&self.events), "unknown link {name} to {target}");
        name.into()
    }
}

fn classes(names: &[String]) -> Value {
    names.iter().map(|name| Value::from(name.to_ascii_lowercase())).collect()
}

fn plain(text: &str) -> String {
    text.replace('`', "")
}
