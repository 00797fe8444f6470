//! Messages as JSON, one object per line.

use std::io::{self, Write};

use embedded_ami::wire::{Kind, Message};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Writes a message as one object, followed by a line end.
pub(crate) fn write(message: &Message<'_>, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Object(message))?;
    out.write_all(b"\n")
}

/// A message as a JSON object.
struct Object<'a>(&'a Message<'a>);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let message = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", kind(message.kind()))?;
        if let Some(banner) = message.banner() {
            map.serialize_entry("product", &Text(banner.product.as_bytes()))?;
            map.serialize_entry("version", &Text(banner.version.as_bytes()))?;
        } else {
            map.serialize_entry("name", &message.name().map(|name| Text(name.as_bytes())))?;
            let headers =
                || message.headers().map(|header| (header.name().map(Text), Text(header.value().as_bytes())));
            map.serialize_entry("headers", &List(headers))?;
            if message.has_output() {
                map.serialize_entry("output", &List(|| message.output().map(|line| Text(line.as_bytes()))))?;
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
struct Text<'a>(&'a [u8]);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Ok(text) = std::str::from_utf8(self.0) {
            return serializer.serialize_str(text);
        }
        let hex: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("hex", &hex)?;
        map.end()
    }
}
