//! Messages as JSON, one object per line.

use std::borrow::Cow;
use std::io::{self, Write};

use embedded_ami::wire::{Kind, Message};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::Formatter;

use super::escape::is_unsafe;
use crate::connection::secret::Secret;

/// Writes a message as one object, followed by a line end. The secret, if there is one, is
/// replaced.
pub(crate) fn write(message: &Message<'_>, secret: Option<&Secret>, out: &mut impl Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Escaping);
    Object { message, secret }.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// The compact format, in which unsafe characters are escaped.
///
/// The PBX writes its log of requests in the same form. The test `same_form` compares the two.
struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some(at) = rest.find(is_unsafe) {
            let (plain, from) = rest.split_at(at);
            out.write_all(plain.as_bytes())?;
            let mut chars = from.chars();
            let mut units = [0; 2];
            for unit in chars.next().into_iter().flat_map(|char| char.encode_utf16(&mut units).to_vec()) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = chars.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

/// A message as a JSON object.
struct Object<'a> {
    message: &'a Message<'a>,
    secret: Option<&'a Secret>,
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let message = self.message;
        let text =
            |bytes| Text(self.secret.map_or(Cow::Borrowed(bytes), |secret| secret.hide_in_data(bytes)));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", kind(message.kind()))?;
        if let Some(banner) = message.banner() {
            map.serialize_entry("product", &text(banner.product.as_bytes()))?;
            map.serialize_entry("version", &text(banner.version.as_bytes()))?;
        } else {
            map.serialize_entry("name", &message.name().map(|name| text(name.as_bytes())))?;
            let headers =
                || message.headers().map(|header| (header.name().map(text), text(header.value().as_bytes())));
            map.serialize_entry("headers", &List(headers))?;
            if message.has_output() {
                map.serialize_entry("output", &List(|| message.output().map(|line| text(line.as_bytes()))))?;
            }
        }
        if message.is_incomplete() {
            map.serialize_entry("incomplete", &true)?;
        }
        map.end()
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Banner => "banner",
        Kind::Response => "response",
        Kind::Event => "event",
        Kind::Action => "action",
        Kind::Other => "other",
    }
}

/// A JSON array of the items of an iterator. The closure makes a new iterator for each use.
struct List<F>(F);

impl<I: Iterator<Item: Serialize>, F: Fn() -> I> Serialize for List<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
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

/// Writes an object with these keys and a line end.
pub(crate) fn write_keys(keys: &[(&str, serde_json::Value)], out: &mut Vec<u8>) {
    write_all(keys, None, None, out);
}

/// Writes a message as one object whose keys are the names of its headers, after these keys, and a
/// line end.
pub(crate) fn write_flat(
    message: &Message<'_>,
    keys: &[(&str, serde_json::Value)],
    secret: Option<&Secret>,
    out: &mut Vec<u8>,
) {
    write_all(keys, Some(message), secret, out);
}

fn write_all(
    keys: &[(&str, serde_json::Value)],
    message: Option<&Message<'_>>,
    secret: Option<&Secret>,
    out: &mut Vec<u8>,
) {
    let mut map = serde_json::Map::new();
    let text = |bytes| {
        let bytes = secret.map_or(Cow::Borrowed(bytes), |secret| secret.hide_in_data(bytes));
        serde_json::Value::from(String::from_utf8_lossy(&bytes).into_owned())
    };
    for (key, value) in keys {
        map.insert((*key).into(), value.clone());
    }
    for header in message.into_iter().flat_map(|message| message.headers()) {
        let name = String::from_utf8_lossy(header.name().unwrap_or_default()).into_owned();
        map.insert(name, text(header.value().as_bytes()));
    }
    let _ = map.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, Escaping));
    out.push(b'\n');
}
