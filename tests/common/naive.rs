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
    /// Whether the message was given up inside its payload.
    pub lost_payload: bool,
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
pub type Header = (Option<Vec<u8>>, Vec<u8>);

/// The header lines of a message, the range of its payload if it has one, and its end if it is
/// complete.
type Body = (Vec<Header>, Option<Range<usize>>, Option<usize>);

/// A call of `Decoder::abandon`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abandon {
    /// The number of bytes of the stream that had been examined.
    pub at: usize,
    /// The number of bytes that had been lent or skipped and could not be taken back.
    pub released: usize,
}

/// Decodes a server's stream, or a client's, for which rules 2 and 7 do not apply.
pub fn decode(stream: &[u8], from_server: bool) -> Vec<Message> {
    decode_with(stream, from_server, &[])
}

/// Like `decode`, with calls of `Decoder::abandon`, in the order of their positions.
pub fn decode_with(stream: &[u8], from_server: bool, mut abandons: &[Abandon]) -> Vec<Message> {
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
        let given_up = abandons
            .iter()
            .any(|abandon| abandon.at < line.next && !matches!(stream[..abandon.at], [] | [b'\r']));
        messages.push(Message {
            kind: Kind::Banner,
            name: None,
            banner: Some(banner),
            headers: Vec::new(),
            output: None,
            incomplete: line.end.is_empty() || given_up,
            lost_payload: false,
            range: 0..line.next,
        });
    }

    while let Some(first) = line_at(bytes, position) {
        // Rule 3: a message without a line is skipped.
        if first.text.is_empty() {
            position = first.next;
            continue;
        }
        let is_follows = from_server && is_follows(&header(first.text));
        let (headers, mut payload, mut end) =
            if is_follows { follows(bytes, &first) } else { ordinary(bytes, position) };
        let (mut given_up, mut lost_payload) = (false, false);
        for (number, abandon) in abandons.iter().enumerate() {
            // Nothing is given up between two messages, where a CR may begin an empty line.
            let received = stream.get(position..abandon.at).unwrap_or_default();
            if matches!(received, [] | [b'\r']) || end.is_some_and(|end| end <= abandon.at) {
                continue;
            }
            given_up = true;
            // A payload ends with the first empty line among the bytes not yet lent or after them.
            if is_follows && is_in_payload(received) {
                end = empty_line(bytes, abandon.released.max(position));
                payload = payload.map(|payload| payload.start..end.unwrap_or(bytes.len()));
                lost_payload = true;
                // The next message may begin before this position.
                abandons = &abandons[number + 1..];
                break;
            }
        }
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
            output: payload.map(|payload| lines(&bytes[payload])).or_else(|| outputs(kind, &headers)),
            headers,
            incomplete: end.is_none() || given_up,
            lost_payload,
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
    let (headers, start, _) = head(bytes, first);
    for at in start..bytes.len() {
        let Some(after) = bytes[at..].strip_prefix(b"--END COMMAND--") else { continue };
        // Two line ends of the same sort as the first line's.
        if after.starts_with(&[first.end, first.end].concat()) {
            return (headers, Some(start..at), Some(bytes.len() - after.len() + 2 * first.end.len()));
        }
        // At the start of a line: one line end and the header of astmanproxy, whose message ends
        // with an empty line.
        let begins_line = at == start || bytes[at - 1] == b'\n';
        if begins_line && after.starts_with(&[first.end, b"Server: "].concat()) {
            let (_, _, end) = ordinary(bytes, bytes.len() - after.len() + first.end.len());
            return (headers, Some(start..at), end);
        }
    }
    (headers, Some(start..bytes.len()), None)
}

/// Rule 7: reads the headers before a payload. Returns where the payload begins, and the names that
/// a further header could have.
fn head<'a>(bytes: &[u8], first: &Line) -> (Vec<Header>, usize, Vec<&'a str>) {
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
    (headers, position, wanted)
}

/// Returns the headers of the `Response: Follows` whose payload is being received at the end of
/// `received`, the beginning of a stream of a server, unless the payload has been given up.
pub fn unfinished(received: &[u8], abandons: &[Abandon]) -> Option<Vec<Header>> {
    let last = decode_with(received, true, abandons).pop()?;
    let is_open =
        last.headers.first().is_some_and(is_follows) && is_in_payload(&received[last.range.start..]);
    Some(last.headers).filter(|_| is_open && !last.lost_payload)
}

/// Returns whether the payload of a `Response: Follows` of which these bytes have been received has
/// certainly begun and has not ended.
fn is_in_payload(received: &[u8]) -> bool {
    let Some(first) = line_at(received, 0).filter(|first| !first.end.is_empty()) else { return false };
    let (_, start, wanted) = head(received, &first);
    let Some(line) = line_at(received, start) else { return false };
    // A line that has not ended is a header if it ends like one of those that may come.
    let may_be_header = line.end.is_empty()
        && wanted.iter().any(|name| {
            let mut ends = (0..=name.len()).map(|at| format!("{}:", &name[at..])).chain([String::new()]);
            ends.any(|end| is_named(&header(&[line.text, end.as_bytes()].concat()), name))
        });
    let (_, payload, _) = follows(received, &first);
    !may_be_header && payload.is_some_and(|payload| payload.end == received.len())
}

/// Returns the end of the first empty line that begins at `position` or after it.
fn empty_line(bytes: &[u8], position: usize) -> Option<usize> {
    let mut position = position;
    // The rest of a line that began before is not a line.
    if position > 0 && bytes[position - 1] != b'\n' {
        position = line_at(bytes, position)?.next;
    }
    ordinary(bytes, position).2
}

/// Rule 7: splits a payload into lines as in rule 1. A last line without a line end counts.
fn lines(payload: &[u8]) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    let mut at = 0;
    while let Some(line) = line_at(payload, at) {
        lines.push(line.text.to_vec());
        at = line.next;
    }
    lines
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

/// Rule 4: splits at the first `:`. If a parenthesis is open before it, splits at the first `: `
/// instead, if there is one. One blank after the separator and all blanks at the end of the name
/// are removed; the value is kept as it is.
fn header(line: &[u8]) -> Header {
    let Some(first) = line.iter().position(|&byte| byte == b':') else { return (None, line.to_vec()) };
    let last = |wanted| line[..first].iter().rposition(|&byte| byte == wanted);
    let is_open = last(b'(') > last(b')');
    let spaced = line.windows(2).position(|pair| pair == b": ");
    let at = if is_open { spaced.unwrap_or(first) } else { first };
    let mut name = &line[..at];
    while let [shorter @ .., b' ' | b'\t'] = name {
        name = shorter;
    }
    let value = &line[at + 1..];
    (Some(name.to_vec()), value.strip_prefix(b" ").unwrap_or(value).to_vec())
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
