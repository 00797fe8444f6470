//! An action or event as JSON.

use serde_json::json;

use super::{Entry, Header, Table};

/// Returns the object of an action or event on one line. Its members stay in the order of the
/// table, and the headers of groups are listed one by one.
pub(super) fn object(table: &Table, entry: &Entry) -> String {
    let mut members = Vec::new();
    for name in
        ["kind", "name", "older", "about", "versions", "classes", "answer", "events", "end", "actions"]
    {
        if let Some(value) = entry.0.get(name) {
            members.push(format!("\"{name}\":{value}"));
        }
    }
    for name in ["headers", "response"] {
        if entry.0.get(name).is_some() {
            let headers = table.headers(entry, name);
            let headers: Vec<_> =
                headers.iter().map(|one| header(one, entry.is_action() && name == "headers")).collect();
            members.push(format!("\"{name}\":[{}]", headers.join(",")));
        }
    }
    format!("{{{}}}", members.join(","))
}

fn header(header: &Header<'_>, is_parameter: bool) -> String {
    let mut members = vec![format!("\"name\":{}", json!(header.name))];
    if !header.older.is_empty() {
        members.push(format!("\"older\":{}", json!(header.older)));
    }
    members.push(format!("\"type\":{}", json!(header.kind)));
    if is_parameter {
        members.push(format!("\"required\":{}", header.is_required));
    }
    members.push(format!("\"meaning\":{}", json!(header.meaning)));
    if !header.values.is_empty() {
        let values: Vec<_> = header
            .values
            .iter()
            .map(|(forms, meaning)| format!("{{\"forms\":{},\"meaning\":{}}}", json!(forms), json!(meaning)))
            .collect();
        members.push(format!("\"values\":[{}]", values.join(",")));
    }
    format!("{{{}}}", members.join(","))
}
