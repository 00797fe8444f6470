//! Messages as the values of chosen headers: one line each, separated by tabs.

use embedded_ami::wire::Message;

use super::stamp::Stamp;
use super::{hidden, hidden_value};
use crate::connection::secret::Secret;

/// Checks one of the names that `--fields` has.
pub(super) fn name(text: &str) -> Result<String, &'static str> {
    match text.trim_matches([' ', '\t']) {
        "" => Err("the name of a header is empty"),
        name => Ok(name.into()),
    }
}

/// Writes the line of a message, unless the message has none of these headers.
pub(super) fn write(
    message: &Message<'_>,
    names: &[String],
    stamp: &Stamp<'_>,
    secret: Option<&Secret>,
    out: &mut Vec<u8>,
) {
    let begin = out.len();
    for text in stamp.iter() {
        escape(text.as_bytes(), out);
        out.push(b'\t');
    }
    let mut has_any = false;
    for name in names {
        let mut is_repeated = false;
        let mut add = |value: &[u8]| {
            // No value has a line end of its own.
            if is_repeated {
                out.extend_from_slice(b"\\n");
            }
            is_repeated = true;
            escape(value, out);
        };
        let headers = message.headers().filter(|header| header.is(name));
        headers.for_each(|header| add(&hidden_value(secret, &header)));
        // The output of old servers is not in headers.
        if name.eq_ignore_ascii_case("Output") && message.get(name).is_none() {
            message.output().for_each(|line| add(&hidden(secret, line.as_bytes())));
        }
        has_any |= is_repeated;
        out.push(b'\t');
    }
    if !has_any {
        out.truncate(begin);
        return;
    }
    // In place of the last tab.
    out.pop();
    out.push(b'\n');
    // A line that begins with this character is a comment.
    if out.get(begin) == Some(&b'#') {
        out.insert(begin, b'\\');
    }
}

/// Writes the mark of a gap.
pub(super) fn write_gap(reason: &str, stamp: &Stamp<'_>, out: &mut Vec<u8>) {
    out.push(b'#');
    for text in stamp.iter().chain(["gap: "]) {
        out.push(b' ');
        out.extend_from_slice(text.as_bytes());
    }
    escape(reason.as_bytes(), out);
    out.push(b'\n');
}

/// Writes a value so that it stays in its column.
fn escape(value: &[u8], out: &mut Vec<u8>) {
    for &byte in value {
        match byte {
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\\' => out.extend_from_slice(b"\\\\"),
            _ => out.push(byte),
        }
    }
}
