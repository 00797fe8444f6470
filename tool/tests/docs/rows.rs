//! The rows of the library's tables of actions, events and responses.

use std::path::Path;

use super::tokens::Tokens;

/// An action.
pub struct Action {
    pub type_name: String,
    pub name: String,
    pub about: String,
    pub classes: Vec<String>,
    pub versions: String,
    pub answer: Answer,
    pub headers: Vec<Header>,
}

/// The end of the answer to an action. Events have the names of their types.
pub enum Answer {
    Response,
    /// With the name of the end on the wire, if that differs from the newest name of its type.
    List {
        entries: Vec<String>,
        end: String,
        wire: Option<String>,
    },
    Event(String),
}

/// An event.
pub struct Event {
    pub type_name: String,
    pub names: Vec<String>,
    pub about: String,
    pub classes: Vec<String>,
    pub versions: String,
    pub headers: Vec<Header>,
}

/// The response to an action that carries data.
pub struct Response {
    /// The name of the type of the action.
    pub type_name: String,
    pub about: String,
    pub headers: Vec<Header>,
}

/// A header, or the headers of a channel or bridge with a prefix.
pub struct Header {
    /// The name of the accessor or parameter.
    pub field: String,
    pub kind: String,
    pub is_required: bool,
    /// The names, the newest first.
    pub names: Vec<String>,
    /// A name that is read as well.
    pub also: Option<String>,
    pub meaning: String,
}

/// A set of values that a header can have.
pub struct Set {
    pub name: String,
    /// The forms of each value, and its meaning.
    pub values: Vec<(Vec<String>, String)>,
}

pub fn library(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn actions(source: &str) -> Vec<Action> {
    let tokens = &mut Tokens::after("$expand! {", source);
    let mut rows = Vec::new();
    loop {
        let about = tokens.doc();
        let Some(type_name) = tokens.word() else { return rows };
        let name = if tokens.sign('=') { tokens.text().expect("a name") } else { type_name.clone() };
        tokens.expect('[');
        let classes = tokens.words_until(']');
        let versions = tokens.text().expect("versions");
        let answer = answer(tokens);
        let mut headers = Vec::new();
        for (begin, end, is_required) in [('(', ')', true), ('{', '}', false)] {
            tokens.expect(begin);
            while !tokens.sign(end) {
                headers.push(Header { is_required, ..header(tokens) });
            }
        }
        rows.push(Action { type_name, name, about, classes, versions, answer, headers });
    }
}

fn answer(tokens: &mut Tokens) -> Answer {
    if !tokens.sign('=') {
        return Answer::Response;
    }
    tokens.expect('>');
    tokens.expect('(');
    let form = tokens.word().expect("a form");
    let mut entries = Vec::new();
    if form == "List" {
        tokens.expect('[');
        entries = tokens.words_until(']');
        entries.retain(|word| word != "and");
    }
    let end = tokens.word().expect("a view");
    let wire = if tokens.sign('=') { tokens.text() } else { None };
    tokens.expect(')');
    match form.as_str() {
        "Response" => Answer::Response,
        "List" => Answer::List { entries, end, wire },
        "Event" => Answer::Event(end),
        other => panic!("unknown answer {other}"),
    }
}

fn header(tokens: &mut Tokens) -> Header {
    let meaning = tokens.doc();
    let field = tokens.word().expect("a field");
    tokens.expect(':');
    let kind = tokens.word().expect("a kind");
    tokens.expect('=');
    let names = tokens.texts();
    let also = if tokens.sign('/') { tokens.text() } else { None };
    tokens.sign(',');
    Header { field, kind, is_required: false, names, also, meaning }
}

fn headers(tokens: &mut Tokens) -> Vec<Header> {
    tokens.expect('{');
    let mut headers = Vec::new();
    while !tokens.sign('}') {
        headers.push(header(tokens));
    }
    headers
}

pub fn events() -> Vec<Event> {
    let tokens = &mut Tokens::after("$expand! {", &library("event/table.rs"));
    let mut rows = Vec::new();
    loop {
        let about = tokens.doc();
        let Some(type_name) = tokens.word() else { return rows };
        tokens.expect('=');
        let names = tokens.texts();
        tokens.expect('[');
        let classes = tokens.words_until(']');
        let versions = tokens.text().expect("versions");
        let headers = headers(tokens);
        rows.push(Event { type_name, names, about, classes, versions, headers });
    }
}

pub fn responses() -> Vec<Response> {
    let tokens = &mut Tokens::after("$expand! {", &library("event/response/table.rs"));
    let mut rows = Vec::new();
    loop {
        let about = tokens.doc();
        let Some(type_name) = tokens.word() else { return rows };
        tokens.text().expect("versions");
        rows.push(Response { type_name, about, headers: headers(tokens) });
        if tokens.sign('=') {
            tokens.expect('>');
            tokens.word();
        }
    }
}

/// Returns the names and the meaning of the headers that many events have.
pub fn glossary() -> Vec<(Vec<String>, String)> {
    let tokens = &mut Tokens::after("glossary! { $", &library("event/glossary.rs"));
    let mut rows = Vec::new();
    while !tokens.sign('}') {
        let names = tokens.texts();
        tokens.expect('=');
        tokens.expect('>');
        rows.push((names, tokens.text().expect("a text")));
        tokens.sign(',');
    }
    rows
}

/// Returns the headers of a channel or bridge.
pub fn snapshot(of: &str) -> Vec<Header> {
    let tokens = &mut Tokens::after(&format!("snapshot! {{ {of} {{"), &library("event/snapshot.rs"));
    let mut rows = Vec::new();
    while !tokens.sign('}') {
        let meaning = tokens.doc();
        let field = tokens.word().expect("a field");
        tokens.expect('=');
        let names = tokens.texts();
        tokens.expect(';');
        let kind = "text".into();
        rows.push(Header { field, kind, is_required: false, names, also: None, meaning });
    }
    rows
}

/// Returns the ends of the names of the headers of a report block, and their meaning.
pub fn report() -> Vec<Header> {
    let source = library("event/rtcp.rs");
    let tokens = &mut Tokens::after("self.number\n    }", &source);
    let mut rows = Vec::new();
    loop {
        let meaning = tokens.doc();
        if tokens.word().as_deref() != Some("pub") {
            return rows;
        }
        let (before, after) = meaning.split_once(" From the `Report0").expect("the header");
        let (name, after) = after.split_once('`').expect("the end of the header");
        let kind = if after.contains("in seconds") { "seconds" } else { "number" };
        rows.push(Header {
            field: String::new(),
            kind: if name == "SourceSSRC" { "text" } else { kind }.into(),
            is_required: false,
            names: vec![name.into()],
            also: None,
            meaning: before.into(),
        });
        while tokens.text().is_none() {
            tokens.skip();
        }
        while !tokens.sign('}') {
            tokens.skip();
        }
    }
}

/// Returns the sets of values of a file.
pub fn sets(file: &str) -> Vec<Set> {
    let source = library(file);
    let mut sets = Vec::new();
    for part in source.split("\n}\n").filter_map(|part| part.split_once("! {\n").map(|(_, body)| body)) {
        if part.contains("$") {
            continue; // the definition of a macro
        }
        let tokens = &mut Tokens::after("", part);
        tokens.doc();
        let name = tokens.word().expect("the name of a set");
        if !tokens.sign('{') {
            continue;
        }
        let mut values = Vec::new();
        while !tokens.sign('}') {
            let meaning = tokens.doc();
            tokens.word().expect("a variant");
            tokens.expect('=');
            let mut forms: Vec<_> = tokens.word().into_iter().collect();
            if forms.is_empty() || tokens.sign('|') {
                forms.extend(tokens.texts());
            }
            tokens.sign(',');
            values.push((forms, meaning));
        }
        sets.push(Set { name, values });
    }
    sets
}
