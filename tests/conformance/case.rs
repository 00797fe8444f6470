//! Reads the cases, strictly: an unknown key, a missing one or a file without its pair is an error.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::common::Role;
use crate::common::naive::{Kind, Message};

const LEVELS: [&str; 3] = ["must", "should", "may"];

pub struct Case {
    pub name: String,
    pub bytes: Vec<u8>,
    pub role: Role,
    pub rules: Vec<u64>,
    pub tags: Vec<String>,
    /// The expected messages. Their ranges are empty, since the cases do not have them.
    pub messages: Vec<Message>,
    /// The expected requests, of a client's stream only.
    pub requests: Option<Vec<Request>>,
}

/// A request as rules 9 to 12 read it.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    Accepted { action: Option<Vec<u8>>, action_id: Option<Vec<u8>>, fields: Vec<(Vec<u8>, Vec<u8>)> },
    Refused { text: String, action_id: Option<Vec<u8>> },
}

/// Returns the folder of this data set.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

/// Returns all cases, sorted by their names.
///
/// # Panics
/// If a file is not a case or part of one.
pub fn cases() -> Vec<Case> {
    let mut streams = BTreeMap::new();
    let mut descriptions = BTreeMap::new();
    for entry in folder().join("cases").read_dir().expect("a folder of cases") {
        let path = entry.expect("an entry").path();
        let file = path.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8").to_owned();
        if file == ".gitattributes" {
            continue;
        }
        let (name, kind) = file.rsplit_once('.').unwrap_or_else(|| panic!("{file}: not a file of a case"));
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
        assert!(name.bytes().all(is_plain), "{file}: not a plain name");
        let role = match kind {
            "json" => {
                descriptions.insert(name.to_owned(), std::fs::read(&path).expect("readable"));
                continue;
            }
            "s2c" => Role::Client,
            "c2s" => Role::Server,
            _ => panic!("{file}: not a file of a case"),
        };
        let bytes = std::fs::read(&path).expect("readable");
        let other = streams.insert(name.to_owned(), (role, bytes));
        assert!(other.is_none(), "{name}: streams of both directions");
    }
    assert!(streams.keys().eq(descriptions.keys()), "a stream or a description lacks the other");
    streams
        .into_iter()
        .zip(descriptions.into_values())
        .map(|((name, (role, bytes)), json)| {
            let description = serde_json::from_slice(&json).map_err(|error| error.to_string());
            description
                .and_then(|description| case(&name, role, bytes, description))
                .unwrap_or_else(|error| panic!("{name}.json: {error}"))
        })
        .collect()
}

fn case(name: &str, role: Role, bytes: Vec<u8>, description: Value) -> Result<Case, String> {
    let mut fields = Fields::new(description)?;
    for key in ["why", "source"] {
        let line = fields.string(key)?;
        if line.is_empty() || line.contains('\n') {
            return Err(format!("{key} is not one line"));
        }
    }
    let level = fields.string("level")?;
    if !LEVELS.contains(&&*level) {
        return Err(format!("not a level: {level}"));
    }
    let case = Case {
        name: name.to_owned(),
        bytes,
        role,
        rules: fields.list("rules", |rule| rule.as_u64().ok_or_else(|| format!("not a rule: {rule}")))?,
        tags: fields.list("tags", string)?,
        messages: fields.list("messages", message)?,
        requests: match role {
            Role::Client => None,
            Role::Server => Some(fields.list("requests", request)?),
        },
    };
    fields.end()?;
    Ok(case)
}

fn message(value: Value) -> Result<Message, String> {
    let mut fields = Fields::new(value)?;
    let kind = match &*fields.string("kind")? {
        "banner" => Kind::Banner,
        "response" => Kind::Response,
        "event" => Kind::Event,
        "action" => Kind::Action,
        "other" => Kind::Other,
        other => return Err(format!("not a kind: {other}")),
    };
    let mut message = Message {
        kind,
        name: None,
        banner: None,
        headers: Vec::new(),
        output: None,
        incomplete: false,
        lost_payload: false,
        range: 0..0,
    };
    if kind == Kind::Banner {
        message.banner = Some((bytes(fields.take("product")?)?, bytes(fields.take("version")?)?));
    } else {
        message.name = optional_bytes(fields.take("name")?)?;
        message.headers = fields.list("headers", |header| {
            let (name, value) = pair(header)?;
            Ok((optional_bytes(name)?, bytes(value)?))
        })?;
        if fields.has("output") {
            message.output = Some(fields.list("output", bytes)?);
        }
    }
    if fields.has("incomplete") {
        // A message that is complete has no such key.
        message.incomplete = fields.take("incomplete")? == Value::Bool(true);
        if !message.incomplete {
            return Err("incomplete is not true".into());
        }
    }
    fields.end()?;
    Ok(message)
}

fn request(value: Value) -> Result<Request, String> {
    let mut fields = Fields::new(value)?;
    let action_id = optional_bytes(fields.take("action_id")?)?;
    let request = if fields.has("refused") {
        Request::Refused { text: fields.string("refused")?, action_id }
    } else {
        let action = optional_bytes(fields.take("action")?)?;
        let fields = fields.list("fields", |field| {
            let (name, value) = pair(field)?;
            Ok((bytes(name)?, bytes(value)?))
        })?;
        Request::Accepted { action, action_id, fields }
    };
    fields.end()?;
    Ok(request)
}

/// The fields of an object that have not been read yet.
struct Fields(Map<String, Value>);

impl Fields {
    fn new(value: Value) -> Result<Self, String> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            value => Err(format!("not an object: {value}")),
        }
    }

    fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    fn take(&mut self, key: &str) -> Result<Value, String> {
        self.0.remove(key).ok_or_else(|| format!("{key} is missing"))
    }

    fn string(&mut self, key: &str) -> Result<String, String> {
        string(self.take(key)?)
    }

    fn list<T>(&mut self, key: &str, item: impl FnMut(Value) -> Result<T, String>) -> Result<Vec<T>, String> {
        match self.take(key)? {
            Value::Array(items) => items.into_iter().map(item).collect(),
            value => Err(format!("{key} is not a list: {value}")),
        }
    }

    /// Fails if a field has not been read.
    fn end(self) -> Result<(), String> {
        match self.0.keys().next() {
            Some(key) => Err(format!("unknown key {key}")),
            None => Ok(()),
        }
    }
}

fn string(value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        value => Err(format!("not a string: {value}")),
    }
}

fn pair(value: Value) -> Result<(Value, Value), String> {
    let Value::Array(items) = value else { return Err(format!("not a pair: {value}")) };
    let [name, value] = <[Value; 2]>::try_from(items).map_err(|_| "not a pair")?;
    Ok((name, value))
}

fn optional_bytes(value: Value) -> Result<Option<Vec<u8>>, String> {
    if value.is_null() { Ok(None) } else { bytes(value).map(Some) }
}

/// Returns the bytes of a string, or of `{"hex": "..."}`, which is only for bytes that are not
/// UTF-8.
fn bytes(value: Value) -> Result<Vec<u8>, String> {
    if let Value::String(text) = value {
        return Ok(text.into_bytes());
    }
    let mut fields = Fields::new(value)?;
    let hex = fields.string("hex")?;
    fields.end()?;
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if hex.len() % 2 != 0 || !hex.bytes().all(is_digit) {
        return Err(format!("not lower-case hex: {hex}"));
    }
    let digits = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16));
    let bytes = digits.collect::<Result<Vec<u8>, _>>().map_err(|error| error.to_string())?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Err(format!("hex for a string: {text:?}")),
        Err(_) => Ok(bytes),
    }
}

#[test]
fn a_description_with_an_error_is_refused() {
    let good = r#"{"why": "w", "source": "s", "level": "may", "rules": [1], "tags": ["t"], "messages": [
        {"kind": "event", "name": "X", "headers": [["Event", "X"], [null, {"hex": "ff"}]], "incomplete": true}],
        "requests": [{"action": null, "action_id": {"hex": "ff"}, "fields": [["A", ""]]}]}"#;
    let read = |text: &str, role| {
        let value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        case("x", role, Vec::new(), value).map(|_| ())
    };
    assert_eq!(read(good, Role::Server), Ok(()));
    for (from, to) in [
        (r#""why": "w", "#, ""),
        (r#""why": "w""#, r#""why": """#),
        (r#""why": "w""#, r#""why": "w", "more": 1"#),
        (r#""may""#, r#""maybe""#),
        ("[1]", "[\"1\"]"),
        (r#""tags": ["t"], "#, ""),
        (r#""event""#, r#""evnt""#),
        (r#""event""#, r#""banner""#),
        (r#""name": "X", "#, ""),
        (r#""name": "X""#, r#""name": 1"#),
        (r#"["Event", "X"]"#, r#"["Event"]"#),
        (r#"["Event", "X"]"#, r#"["Event", "X", "Y"]"#),
        (r#"["Event", "X"]"#, r#"["Event", null]"#),
        (r#"{"hex": "ff"}]"#, r#"{"hex": "FF"}]"#),
        (r#"{"hex": "ff"}]"#, r#"{"hex": "41"}]"#),
        (r#"{"hex": "ff"}]"#, r#"{"hex": "fff"}]"#),
        (r#"{"hex": "ff"}]"#, r#"{"hex": "ff", "x": 1}]"#),
        (r#""incomplete": true"#, r#""incomplete": false"#),
        (r#""action": null"#, r#""action": null, "refused": "x""#),
        (r#""action": null, "#, ""),
        (r#"["A", ""]"#, r#"[null, ""]"#),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        assert!(read(&bad, Role::Server).is_err(), "{bad}");
    }
    assert!(read(good, Role::Client).is_err(), "requests of a server");
}
