//! Messages as JSON that loses nothing, one object per line.

use std::borrow::Cow;
use std::io::{self, Write};

use embedded_ami::wire::{Kind, Message};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::Formatter;

use super::escape::is_unsafe;
use super::stamp::Stamp;
use super::{hidden, hidden_value};
use crate::connection::secret::Secret;

/// Writes a message as one object, followed by a line end.
pub(super) fn write(
    message: &Message<'_>,
    stamp: &Stamp<'_>,
    secret: Option<&Secret>,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    write_line(&Object { message, stamp, secret }, out)
}

/// Writes the mark of a gap.
pub(super) fn write_gap(reason: &str, stamp: &Stamp<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    struct Gap<'a>(&'a str, &'a Stamp<'a>);
    impl Serialize for Gap<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            write_stamp(&mut map, self.1)?;
            map.serialize_entry("kind", "gap")?;
            map.serialize_entry("reason", self.0)?;
            map.end()
        }
    }
    write_line(&Gap(reason, stamp), out)
}

/// Writes a value and a line end. Unsafe characters are escaped.
pub(super) fn write_line(value: &impl Serialize, out: &mut Vec<u8>) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, Escaping))?;
    out.push(b'\n');
    Ok(())
}

fn write_stamp<M: SerializeMap>(map: &mut M, stamp: &Stamp<'_>) -> Result<(), M::Error> {
    if let Some(time) = &stamp.time {
        map.serialize_entry("time", time)?;
    }
    if let Some(tag) = stamp.tag {
        map.serialize_entry("tag", tag)?;
    }
    Ok(())
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
    stamp: &'a Stamp<'a>,
    secret: Option<&'a Secret>,
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let message = self.message;
        let text = |bytes| Text(hidden(self.secret, bytes));
        let mut map = serializer.serialize_map(None)?;
        write_stamp(&mut map, self.stamp)?;
        map.serialize_entry("kind", kind(message.kind()))?;
        if let Some(banner) = message.banner() {
            map.serialize_entry("product", &text(banner.product.as_bytes()))?;
            map.serialize_entry("version", &text(banner.version.as_bytes()))?;
        } else {
            map.serialize_entry("name", &message.name().map(|name| text(name.as_bytes())))?;
            let headers = || {
                message
                    .headers()
                    .map(|header| (header.name().map(text), Text(hidden_value(self.secret, &header))))
            };
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
