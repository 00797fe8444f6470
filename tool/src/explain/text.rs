//! An action or event as text for people, at most 80 columns wide.

use std::io::{self, Write};

use super::{Entry, Group, Header, Table};

const WIDTH: usize = 80;
/// The most columns that the name of a header takes before its meaning starts on a line of its own.
const MOST_NAME: usize = 26;

/// Writes all that is known about an action or event.
pub(super) fn write(table: &Table, entry: &Entry, out: &mut impl Write) -> io::Result<()> {
    let article = if entry.is_action() { "an action" } else { "an event" };
    wrap(out, &format!("{}: {article} of {}", entry.text("name"), entry.text("versions")), 0)?;
    for paragraph in entry.text("about").lines() {
        writeln!(out)?;
        wrap(out, paragraph, 0)?;
    }
    writeln!(out)?;
    wrap(out, &permission(entry), 0)?;
    if let Some(answer) = answer(entry) {
        wrap(out, &answer, 0)?;
    }
    let related: Vec<_> = entry.texts("actions").collect();
    if !related.is_empty() {
        wrap(out, &format!("Part of the answer to: {}.", related.join(", ")), 0)?;
    }
    let headers = table.headers(entry, "headers");
    if headers.is_empty() {
        writeln!(out, "\nIt has no headers of its own.")?;
    } else {
        let note = if entry.is_action() { "Headers (* required):" } else { "Headers:" };
        section(out, note, &headers)?;
    }
    let response = table.headers(entry, "response");
    if !response.is_empty() {
        section(out, "Headers of the response:", &response)?;
    }
    if entry.is_action() {
        let required = headers.iter().filter(|header| header.is_required);
        let required: String = required.map(|header| format!(" {}=...", header.name)).collect();
        writeln!(out, "\nami action {}{required}", entry.text("name"))?;
    } else if !entry.texts("classes").collect::<Vec<_>>().is_empty() {
        let class = entry.texts("classes").collect::<Vec<_>>().join(",");
        writeln!(out, "\nami events --classes {class} --only {}", entry.text("name"))?;
    }
    Ok(())
}

fn permission(entry: &Entry) -> String {
    let classes: Vec<_> = entry.texts("classes").collect();
    match (entry.is_action(), classes.as_slice()) {
        (true, []) => "Every user may perform it.".into(),
        (true, [class]) => format!("The user needs the write permission {class}."),
        (true, _) => format!(
            "The user needs one of the write permissions {}; up to Asterisk 1.4 all of them.",
            classes.join(", ")
        ),
        (false, []) => "The server sends it only to the client that it is meant for.".into(),
        (false, [class]) => format!("The user needs the read permission {class}."),
        (false, _) => format!("The user needs the read permissions {}.", classes.join(" and ")),
    }
}

fn answer(entry: &Entry) -> Option<String> {
    let events = entry.texts("events").collect::<Vec<_>>().join(", ");
    match entry.text("answer") {
        "response" => Some("The answer is a response.".into()),
        "event" => Some(format!("The answer is a response and the event {events}.")),
        "list" => Some(format!(
            "The answer is a list: a response, any number of the events {events}, and at the end {}.",
            entry.text("end")
        )),
        _ => None,
    }
}

/// Writes the headers, first those that are not part of a group.
fn section(out: &mut impl Write, title: &str, headers: &[Header<'_>]) -> io::Result<()> {
    let own: Vec<_> = headers.iter().filter(|header| header.group.is_none()).collect();
    if !own.is_empty() {
        writeln!(out, "\n{title}")?;
        rows(out, &own)?;
    }
    let mut explained: Vec<&str> = Vec::new();
    for members in headers.chunk_by(|a, b| a.group == b.group) {
        let Some(group) = members.first().and_then(|first| first.group) else { continue };
        writeln!(out)?;
        wrap(out, &heading(&group), 0)?;
        if explained.contains(&group.name) {
            let names: Vec<_> = members.iter().map(|header| header.name.as_str()).collect();
            wrap(out, &names.join(", "), 2)?;
        } else {
            explained.push(group.name);
            rows(out, &members.iter().collect::<Vec<_>>())?;
        }
    }
    Ok(())
}

fn heading(group: &Group<'_>) -> String {
    let meaning = match group.meaning {
        "" => format!("The {}", group.name),
        meaning => meaning.trim_end_matches('.').into(),
    };
    match (group.name, group.prefix) {
        ("report", prefix) => format!("{meaning}. Headers of the first, number 0, after {prefix}:"),
        (_, "") => format!("{meaning}:"),
        (_, prefix) => format!("{meaning}, with the prefix {prefix}:"),
    }
}

fn rows(out: &mut impl Write, headers: &[&Header<'_>]) -> io::Result<()> {
    let longest = headers.iter().map(|header| label(header).len()).max().unwrap_or(0);
    let column = longest.min(MOST_NAME) + 4;
    for header in headers {
        let label = label(header);
        let mut line = format!("  {label}");
        if label.len() + 4 > column {
            writeln!(out, "{line}")?;
            line.clear();
        }
        let meaning = [header.meaning.to_owned(), kind(header), older(header)];
        let meaning = meaning.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        hang(out, &line, &meaning, column)?;
        let forms: Vec<_> = header.values.iter().map(|(forms, _)| forms.join(" or ")).collect();
        let widest = forms.iter().map(String::len).max().unwrap_or(0).min(MOST_NAME);
        for (form, (_, meaning)) in forms.iter().zip(&header.values) {
            hang(out, &format!("{:column$}{form}", ""), meaning, column + widest + 2)?;
        }
    }
    Ok(())
}

fn label(header: &Header<'_>) -> String {
    format!("{}{}", header.name, if header.is_required { "*" } else { "" })
}

fn kind(header: &Header<'_>) -> String {
    match header.kind {
        "flag" => "(true or false)",
        "number" if header.values.is_empty() => "(number)",
        "seconds" => "(seconds)",
        "list" => "(separated by commas)",
        "texts" => "(may be repeated)",
        "variables" => "(NAME=VALUE, may be repeated)",
        _ => "",
    }
    .into()
}

fn older(header: &Header<'_>) -> String {
    match header.older.is_empty() {
        true => String::new(),
        false => format!("(in other versions {})", header.older.join(", ")),
    }
}

/// Writes a paragraph with an indentation.
fn wrap(out: &mut impl Write, text: &str, indentation: usize) -> io::Result<()> {
    hang(out, "", text, indentation)
}

/// Writes `begin`, and then the text in the columns from `column` on.
fn hang(out: &mut impl Write, begin: &str, text: &str, column: usize) -> io::Result<()> {
    let mut line = format!("{begin:column$}");
    if begin.len() >= column && !begin.is_empty() {
        line.push_str("  ");
    }
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.len() + 1 + word.len() > WIDTH {
            writeln!(out, "{}", line.trim_end())?;
            line = " ".repeat(column);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    writeln!(out, "{}", line.trim_end())
}
