//! The bytes of answers.

use embedded_ami::action::Completion;
use embedded_ami::server::Request;

use super::rule::{Complete, Headers};

/// Returns the parts of a text: whether the part is the name of a placeholder, and the part.
/// `$${` means the two characters `${`. Returns `None` for a name that is not closed.
fn parts(mut text: &[u8]) -> impl Iterator<Item = Option<(bool, &[u8])>> {
    std::iter::from_fn(move || {
        if text.is_empty() {
            return None;
        }
        if let Some(rest) = text.strip_prefix(b"$${") {
            text = rest;
            return Some(Some((false, &b"${"[..])));
        }
        if let Some(rest) = text.strip_prefix(b"${") {
            let mut halves = rest.splitn(2, |&byte| byte == b'}');
            let part = halves.next().zip(halves.next());
            text = part.map_or(&[], |(_, rest)| rest);
            return Some(part.map(|(name, _)| (true, name)));
        }
        let is_special = |rest: &[u8]| rest.starts_with(b"${") || rest.starts_with(b"$${");
        let is_end = |at: &usize| text.get(*at..).is_none_or(is_special);
        let end = (1..text.len()).find(is_end).unwrap_or(text.len());
        let (part, rest) = text.split_at_checked(end).unwrap_or((text, &[]));
        text = rest;
        Some(Some((false, part)))
    })
}

/// Returns whether every placeholder in the text has its end.
pub(super) fn is_closed(text: &[u8]) -> bool {
    parts(text).all(|part| part.is_some())
}

/// Replaces each `${Name}` by the value of that header of the request, or by nothing if there is
/// none. Line ends and NULs cannot come from the request.
pub(super) fn fill(text: &[u8], request: Option<&Request<'_>>) -> Vec<u8> {
    let mut filled = Vec::with_capacity(text.len());
    for (is_name, part) in parts(text).flatten() {
        if !is_name {
            filled.extend_from_slice(part);
            continue;
        }
        let name = std::str::from_utf8(part).unwrap_or_default();
        let value = request.and_then(|request| match name.eq_ignore_ascii_case("Action") {
            true => request.action(),
            false => request.get(name),
        });
        let bytes = value.as_ref().map(|value| value.as_bytes()).unwrap_or_default();
        filled.extend(bytes.iter().filter(|byte| !matches!(byte, b'\r' | b'\n' | 0)));
    }
    filled
}

/// Returns the value of the first header with this name.
pub(super) fn find<'h>(headers: &'h Headers, name: &str) -> Option<&'h str> {
    headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// A writer of messages that answer a request.
pub(super) struct Writer<'a> {
    request: &'a Request<'a>,
    bytes: Vec<u8>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(request: &'a Request<'a>) -> Self {
        Self { request, bytes: Vec::new() }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    fn header(&mut self, name: &str, value: &str) {
        let value = fill(value.as_bytes(), Some(self.request));
        for part in [name.as_bytes(), b": ", &value, b"\r\n"] {
            self.bytes.extend_from_slice(part);
        }
    }

    /// Writes a message: `first` with its value, the ActionID, `added`, and then the headers. Those
    /// that the headers contain are not added.
    fn message(&mut self, first: &str, value: &str, added: &[(&str, &str)], headers: &Headers) {
        self.header(first, find(headers, first).unwrap_or(value));
        if find(headers, "ActionID").is_none() && self.request.action_id().is_some() {
            self.header("ActionID", "${ActionID}");
        }
        for (name, value) in added.iter().filter(|(name, _)| find(headers, name).is_none()) {
            self.header(name, value);
        }
        let mut is_first = true;
        for (name, value) in headers {
            // Its first occurrence has been written.
            if is_first && name.eq_ignore_ascii_case(first) {
                is_first = false;
            } else {
                self.header(name, value);
            }
        }
        self.bytes.extend_from_slice(b"\r\n");
    }

    pub(super) fn answer(&mut self, headers: &Headers) {
        self.message("Response", "Success", &[], headers);
    }

    /// Writes a list as the answer to an action.
    pub(super) fn list(&mut self, response: &Headers, entries: &[Headers], complete: Option<&Complete>) {
        self.message("Response", "Success", &[("EventList", "start")], response);
        for entry in entries {
            self.message("Event", "", &[], entry);
        }
        let action = self.request.action().unwrap_or_default().to_string_lossy().into_owned();
        let name = match Completion::for_action(&action) {
            Completion::List(name) => name.to_owned(),
            _ => action.replace(['\r', '\n', '\0'], "") + "Complete",
        };
        let count = entries.len().to_string();
        let added = [("EventList", "Complete"), ("ListItems", count.as_str())];
        match complete {
            Some(Complete::Never) => {}
            Some(Complete::Event(headers)) => self.message("Event", &name, &added, headers),
            None => self.message("Event", &name.replace("${", "$${"), &added, &Headers::new()),
        }
    }

    /// Writes the output of a command, in the form of AMI 2.10 and earlier if `is_old` is set.
    pub(super) fn output(&mut self, lines: &[String], is_old: bool) {
        if is_old {
            self.header("Response", "Follows");
            self.header("Privilege", "Command");
            if self.request.action_id().is_some() {
                self.header("ActionID", "${ActionID}");
            }
            for line in lines {
                self.bytes.extend(fill(line.as_bytes(), Some(self.request)));
                self.bytes.push(b'\n');
            }
            self.bytes.extend_from_slice(b"--END COMMAND--\r\n\r\n");
            return;
        }
        let mut headers = vec![("Message".to_owned(), "Command output follows".to_owned())];
        headers.extend(lines.iter().map(|line| ("Output".to_owned(), line.clone())));
        if lines.is_empty() {
            headers.push(("Output".to_owned(), String::new()));
        }
        self.answer(&headers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_at_any_place() {
        for (text, expected) in [
            ("", Some("")),
            ("a${Name}b", Some("ab")),
            ("${}${A}", Some("")),
            ("$${A}", Some("${A}")),
            ("$$${A}", Some("$${A}")),
            ("a$${", Some("a${")),
            ("$", Some("$")),
            ("a$b$$", Some("a$b$$")),
            ("{}${A}}", Some("{}}")),
            ("${", None),
            ("a${A", None),
            ("$${A}${", None),
        ] {
            assert_eq!(is_closed(text.as_bytes()), expected.is_some(), "{text}");
            if let Some(expected) = expected {
                assert_eq!(fill(text.as_bytes(), None), expected.as_bytes(), "{text}");
            }
        }
    }
}
