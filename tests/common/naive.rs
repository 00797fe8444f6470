//! A second decoder, written from the decoding rules alone. The tests of the real decoder use it as
//! their oracle.
//!
//! It has the whole stream in memory and applies the rules one by one; comments give their numbers.
//! It copies everything it returns and is not made to be fast.

use std::ops::Range;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Banner,
    Response,
    Event,
    Action,
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub kind: Kind,
    /// The value of the header that decides the kind; `None` for a banner and for `Other`.
    pub name: Option<Vec<u8>>,
    /// The product and the version.
    pub banner: Option<(Vec<u8>, Vec<u8>)>,
    /// Every header line in order, without a name if it has no colon. Empty for a banner.
    pub headers: Vec<(Option<Vec<u8>>, Vec<u8>)>,
    /// The lines of command output in either format (rules 6 and 7).
    pub output: Option<Vec<Vec<u8>>>,
    pub incomplete: bool,
    /// From the first byte of the first line to the end of the terminator.
    pub range: Range<usize>,
}

/// A line and its line end, which is CRLF or LF, or empty if the line is unfinished.
struct Line<'a> {
    text: &'a [u8],
    end: &'a [u8],
    next: usize,
}

/// A header line, as in `Message::headers`.
type Header = (Option<Vec<u8>>, Vec<u8>);

/// The header lines of a message, its payload if it has one, and its end if it is complete.
type Body = (Vec<Header>, Option<Vec<Vec<u8>>>, Option<usize>);

/// Decodes a server's stream, or a client's, for which rules 2 and 7 do not apply.
pub fn decode(stream: &[u8], from_server: bool) -> Vec<Message> {
    // Rule 8: an unfinished last line of only a CR is not a line. Its byte still belongs to the
    // range of an incomplete message.
    let bytes = match stream {
        [b'\r'] => &stream[..0],
        [.., b'\n', b'\r'] => &stream[..stream.len() - 1],
        _ => stream,
    };
    let mut messages = Vec::new();
    let mut position = 0;

    // Rule 2: only the first line of the stream can be a banner.
    let first = line_at(bytes, 0).filter(|_| from_server);
    if let Some((line, banner)) = first.and_then(|line| banner(line.text).map(|banner| (line, banner))) {
        position = line.next;
        messages.push(Message {
            kind: Kind::Banner,
            name: None,
            banner: Some(banner),
            headers: Vec::new(),
            output: None,
            incomplete: line.end.is_empty(),
            range: 0..line.next,
        });
    }

    while let Some(first) = line_at(bytes, position) {
        // Rule 3: a message without a line is skipped.
        if first.text.is_empty() {
            position = first.next;
            continue;
        }
        let (headers, payload, end) = if from_server && is_follows(&header(first.text)) {
            follows(bytes, &first)
        } else {
            ordinary(bytes, position)
        };
        // Rule 8: the rest is a message if it contains a byte other than CR and LF.
        if end.is_none() && bytes[position..].iter().all(|byte| b"\r\n".contains(byte)) {
            break;
        }
        let (kind, name) = kind(&headers);
        let range = position..end.unwrap_or(stream.len());
        position = end.unwrap_or(bytes.len());
        messages.push(Message {
            kind,
            name,
            banner: None,
            output: payload.or_else(|| outputs(kind, &headers)),
            headers,
            incomplete: end.is_none(),
            range,
        });
    }
    messages
}

/// Rule 3: reads a message of lines up to an empty one.
fn ordinary(bytes: &[u8], start: usize) -> Body {
    let mut headers = Vec::new();
    let mut position = start;
    while let Some(line) = line_at(bytes, position) {
        position = line.next;
        if line.text.is_empty() {
            return (headers, None, Some(position));
        }
        headers.push(header(line.text));
    }
    (headers, None, None)
}

/// Rule 7: reads a message with a payload.
fn follows(bytes: &[u8], first: &Line) -> Body {
    let mut headers = vec![header(first.text)];
    let mut position = first.next;
    // Each at most once, in either order, with the same line end as the first line.
    let mut wanted = vec!["Privilege", "ActionID"];
    while let Some(line) = line_at(bytes, position).filter(|line| line.end == first.end) {
        let header = header(line.text);
        let Some(index) = wanted.iter().position(|name| is_named(&header, name)) else { break };
        wanted.remove(index);
        headers.push(header);
        position = line.next;
    }

    // The marker and two line ends of the same sort as the first line's. (An unfinished first line
    // has none, but nothing follows it either.)
    let marker = [b"--END COMMAND--", first.end, first.end].concat();
    let rest = &bytes[position..];
    let found = rest.windows(marker.len()).position(|part| part == marker);
    let payload = &rest[..found.unwrap_or(rest.len())];

    // Split as in rule 1. A last line without a line end counts.
    let mut lines = Vec::new();
    let mut at = 0;
    while let Some(line) = line_at(payload, at) {
        lines.push(line.text.to_vec());
        at = line.next;
    }
    let end = found.map(|at| position + at + marker.len());
    (headers, Some(lines), end)
}

/// Rule 6: returns the values of the `Output` headers of a response, if it has any.
fn outputs(kind: Kind, headers: &[Header]) -> Option<Vec<Vec<u8>>> {
    let outputs = headers.iter().filter(|header| is_named(header, "Output"));
    let values: Vec<_> = outputs.map(|header| header.1.clone()).collect();
    (kind == Kind::Response && !values.is_empty()).then_some(values)
}

/// Rule 1: returns the line that starts at `position`; `None` at the end. Only a finished line can
/// be empty.
fn line_at(bytes: &[u8], position: usize) -> Option<Line<'_>> {
    let rest = &bytes[position..];
    let lf = rest.iter().position(|&byte| byte == b'\n');
    let length = lf.map_or(rest.len(), |lf| lf + 1);
    let (text, end) = match &rest[..length] {
        [] => return None,
        [text @ .., b'\r', b'\n'] => (text, &b"\r\n"[..]),
        [text @ .., b'\n'] => (text, &b"\n"[..]),
        text => (text, &b""[..]),
    };
    let next = position + length;
    Some(Line { text, end, next })
}

/// Rule 2: reads a banner, which has a `/` and no colon. The product is before the last `/`, the
/// version after it.
fn banner(line: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    if line.contains(&b':') {
        return None;
    }
    let slash = line.iter().rposition(|&byte| byte == b'/')?;
    Some((line[..slash].to_vec(), line[slash + 1..].to_vec()))
}

/// Rule 4: splits at the first `: ` or, without one, at the first `:`. Blanks at the end of the
/// name are removed; the value is kept as it is.
fn header(line: &[u8]) -> Header {
    let (at, separator) = match line.windows(2).position(|pair| pair == b": ") {
        Some(at) => (at, 2),
        None => match line.iter().position(|&byte| byte == b':') {
            Some(at) => (at, 1),
            None => return (None, line.to_vec()),
        },
    };
    let mut name = &line[..at];
    while let [shorter @ .., b' ' | b'\t'] = name {
        name = shorter;
    }
    (Some(name.to_vec()), line[at + separator..].to_vec())
}

/// Rule 5: returns the kind. The first header with one of the three names decides, at any position.
fn kind(headers: &[Header]) -> (Kind, Option<Vec<u8>>) {
    for header in headers {
        let kinds = [Kind::Response, Kind::Event, Kind::Action];
        for (kind, name) in kinds.into_iter().zip(["Response", "Event", "Action"]) {
            if is_named(header, name) {
                return (kind, Some(header.1.clone()));
            }
        }
    }
    (Kind::Other, None)
}

/// Rule 7: returns whether this is a header `Response` with the value `Follows`. Blanks around the
/// value are ignored.
fn is_follows(header: &Header) -> bool {
    let mut value = &header.1[..];
    while let [b' ' | b'\t', shorter @ ..] | [shorter @ .., b' ' | b'\t'] = value {
        value = shorter;
    }
    is_named(header, "Response") && value.eq_ignore_ascii_case(b"Follows")
}

/// Compares the name, as rule 4 gives it, without regard to ASCII case.
fn is_named(header: &Header, name: &str) -> bool {
    let own = header.0.as_ref();
    own.is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes()))
}
