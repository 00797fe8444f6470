//! Messages as flat JSON: one object whose keys are the names of the headers.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::io;

use embedded_ami::wire::Message;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::json::write_line;
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
    let banner = message.banner();
    let banner = banner.map(|banner| [banner.product.as_bytes(), b"/", banner.version.as_bytes()].concat());
    let text = |bytes| lossy(hidden(secret, bytes));
    let mut entries = Vec::new();
    let mut add = |key, value| entries.push(Entry { key, value, next: None, is_first: true });
    if let Some(line) = &banner {
        add(Cow::Borrowed(""), text(line));
    }
    let mut has_output = false;
    for header in message.headers() {
        let name = header.name().unwrap_or_default();
        let mut key = text(name);
        if key.starts_with('_') {
            key.to_mut().insert(0, '_');
        }
        has_output |= header.is("Output");
        add(key, lossy(hidden_value(secret, &header)));
    }
    // The output of old servers is not in headers, and may be empty.
    let follows = !has_output && message.has_output();
    if follows {
        message.output().for_each(|line| add("Output".into(), text(line.as_bytes())));
    }
    let is_empty_output = follows && message.output().next().is_none();
    link(&mut entries);
    write_line(&Flat { entries, is_empty_output, stamp, is_incomplete: message.is_incomplete() }, out)
}

/// Writes a message as one object with these keys before its own, followed by a line end.
#[cfg(all(unix, feature = "session"))]
pub(crate) fn write_with(
    message: &Message<'_>,
    keys: &[(&'static str, serde_json::Value)],
    secret: Option<&Secret>,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    write(message, &Stamp { keys, ..Stamp::default() }, secret, out)
}

/// Writes an object with these keys only, followed by a line end.
#[cfg(all(unix, feature = "session"))]
pub(crate) fn write_keys(keys: &[(&'static str, serde_json::Value)], out: &mut Vec<u8>) -> io::Result<()> {
    struct Keys<'a>(&'a Stamp<'a>);
    impl Serialize for Keys<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            write_stamp(&mut map, self.0)?;
            map.end()
        }
    }
    write_line(&Keys(&Stamp { keys, ..Stamp::default() }), out)
}

/// Writes the mark of a gap.
pub(super) fn write_gap(reason: &str, stamp: &Stamp<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    struct Gap<'a>(&'a str, &'a Stamp<'a>);
    impl Serialize for Gap<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            write_stamp(&mut map, self.1)?;
            map.serialize_entry("_gap", self.0)?;
            map.end()
        }
    }
    write_line(&Gap(reason, stamp), out)
}

/// A header, or a line of output.
struct Entry<'a> {
    key: Cow<'a, str>,
    value: Cow<'a, str>,
    /// The index of the next entry with the same key.
    next: Option<usize>,
    is_first: bool,
}

/// Connects the entries with the same key. Sorting bounds the time for a message with thousands of
/// headers.
fn link(entries: &mut [Entry<'_>]) {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    // The sort is stable.
    order.sort_by(|&a, &b| compare(&entries[a].key, &entries[b].key));
    for pair in order.windows(2) {
        if compare(&entries[pair[0]].key, &entries[pair[1]].key).is_eq() {
            entries[pair[0]].next = Some(pair[1]);
            entries[pair[1]].is_first = false;
        }
    }
}

/// Compares names without regard to ASCII case, as AMI does.
fn compare(a: &str, b: &str) -> Ordering {
    let lower = |text| str::bytes(text).map(|byte| byte.to_ascii_lowercase());
    lower(a).cmp(lower(b))
}

/// Returns whether the values of this key are an array even if there is only one, because some
/// messages have several.
fn is_list(key: &str) -> bool {
    const CHANNEL: &str = "ChanVariable";
    // Channels of an event have prefixes, as in `DestChanVariable`. Asterisk up to 11 adds the name
    // of the channel, as in `ChanVariable(SIP/7-1)`.
    let end = key.len().checked_sub(CHANNEL.len()).and_then(|at| key.get(at..));
    let start = key.get(..=CHANNEL.len()).and_then(|start| start.strip_suffix('('));
    ["", "Output", "Variable"].iter().any(|name| key.eq_ignore_ascii_case(name))
        || [start, end].into_iter().flatten().any(|part| part.eq_ignore_ascii_case(CHANNEL))
}

fn lossy(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

fn write_stamp<M: SerializeMap>(map: &mut M, stamp: &Stamp<'_>) -> Result<(), M::Error> {
    if let Some(time) = &stamp.time {
        map.serialize_entry("_time", time)?;
    }
    if let Some(tag) = stamp.tag {
        map.serialize_entry("_tag", tag)?;
    }
    #[cfg(all(unix, feature = "session"))]
    stamp.keys.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
    Ok(())
}

/// A message as a JSON object.
struct Flat<'a> {
    entries: Vec<Entry<'a>>,
    is_empty_output: bool,
    stamp: &'a Stamp<'a>,
    is_incomplete: bool,
}

impl Serialize for Flat<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        write_stamp(&mut map, self.stamp)?;
        for entry in self.entries.iter().filter(|entry| entry.is_first) {
            if entry.next.is_some() || is_list(&entry.key) {
                map.serialize_entry(&*entry.key, &List(&self.entries, entry))?;
            } else {
                map.serialize_entry(&*entry.key, &*entry.value)?;
            }
        }
        if self.is_empty_output {
            map.serialize_entry("Output", &[(); 0])?;
        }
        if self.is_incomplete {
            map.serialize_entry("_incomplete", &true)?;
        }
        map.end()
    }
}

/// The values of an entry and of those after it with the same key.
struct List<'a>(&'a [Entry<'a>], &'a Entry<'a>);

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let next = |entry: &&'_ Entry<'_>| entry.next.and_then(|next| self.0.get(next));
        serializer.collect_seq(std::iter::successors(Some(self.1), next).map(|entry| &*entry.value))
    }
}
