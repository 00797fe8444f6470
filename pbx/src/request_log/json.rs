//! The form of a request as a line of JSON.

use std::borrow::Cow;
use std::io::{self, Write};

use embedded_ami::server::Request;
use embedded_ami::wire::{Header, Value};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::Formatter;

use super::ReceivedRequest;

/// The text that replaces a secret, as in the `Debug` output of the library.
const REDACTED: &[u8] = b"[redacted]";

/// A request as a JSON object.
pub(super) struct Json<'a>(pub(super) &'a ReceivedRequest);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let request = self.0;
        let message = request.message();
        let of_database = Request::from_message(&message).action().is_some_and(is_of_database);
        // The header that names the action may be malformed and have a secret in it.
        let action =
            message.headers().find(|header| message.name().is_some_and(|name| header.value() == name));
        let headers: Vec<_> = message.headers().map(|header| redacted(header, of_database)).collect();

        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("time", &humantime::format_rfc3339_millis(request.time).to_string())?;
        map.serialize_entry("connection", &request.connection)?;
        map.serialize_entry("peer", &request.peer.to_string())?;
        map.serialize_entry("kind", &message.kind().name().to_ascii_lowercase())?;
        map.serialize_entry("name", &action.map(|header| redacted(header, of_database).1))?;
        map.serialize_entry("headers", &headers)?;
        if request.is_incomplete() {
            map.serialize_entry("incomplete", &true)?;
        }
        if request.is_truncated {
            map.serialize_entry("truncated", &true)?;
        }
        map.end()
    }
}

/// Returns the name and the value of a header, without a secret.
fn redacted<'a>(header: Header<'a>, of_database: bool) -> (Option<Text<'a>>, Text<'a>) {
    if header.is_secret() && !(of_database && is_plain_key(&header)) {
        (secret_name(&header), Text(REDACTED.into()))
    } else {
        (header.name().map(|name| Text(name.into())), Text(header.value().as_bytes().into()))
    }
}

/// Returns whether the header `Key` of this action is the name of a database entry, and not the
/// answer to the challenge of a login.
fn is_of_database(action: Value<'_>) -> bool {
    action.as_bytes().get(..2).is_some_and(|start| start.eq_ignore_ascii_case(b"DB"))
}

/// Returns whether the line is a header `Key` and nothing else could hide in it.
fn is_plain_key(header: &Header<'_>) -> bool {
    header.is("Key") && !header.as_bytes().iter().any(|byte| matches!(byte, 0 | b'\r' | b'\\'))
}

/// Returns the name of a secret header, unless a secret may have got into the name.
fn secret_name<'a>(header: &Header<'a>) -> Option<Text<'a>> {
    let name = header.name()?.split(|&byte| byte == b':').next()?;
    let is_word = |&byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'=' | b'\\');
    name.iter().all(is_word).then_some(Text(name.into()))
}

/// A JSON string, or `{"hex":"..."}` for bytes that are not UTF-8.
struct Text<'a>(Cow<'a, [u8]>);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Ok(text) = std::str::from_utf8(&self.0) {
            return serializer.serialize_str(text);
        }
        let hex: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("hex", &hex)?;
        map.end()
    }
}

/// The compact format. Characters that could control a terminal that shows the line, or reorder its
/// text, are escaped.
///
/// The `ami` tool writes JSON in the same form. A test of the tool compares the two, since neither
/// crate offers the form to the other.
pub(super) struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        for char in text.chars() {
            let is_unsafe = char.is_control()
                || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}');
            // Each of them is a single unit of UTF-16.
            match is_unsafe {
                true => write!(out, "\\u{:04x}", u32::from(char))?,
                false => out.write_all(char.encode_utf8(&mut [0; 4]).as_bytes())?,
            }
        }
        Ok(())
    }
}
