//! Compares the table of events with the reference tables of Asterisk and with recorded streams.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, fs, println, vec};

use super::*;
use crate::classes::Classes;
use crate::wire::{Decoder, Kind, Message, Part, Step, Value};

/// For each event its classes and the headers of the newest series.
const EVENTS: &str = include_str!("../../tests/data/reference/events.tsv");
/// For each event the headers that only older series have.
const HISTORY: &str = include_str!("../../tests/data/reference/events_history.tsv");
/// Headers that have no accessor, with the event and the reason.
const EXTRAS: &str = include_str!("../../tests/data/reference/known_extras.tsv");

/// Headers that any event can have, so that views have no accessor for them.
const GENERAL: [&str; 4] = ["Privilege", "ActionID", "EventList", "ListItems"];

/// Names in the reference that are not headers: objects, whose members are headers, as in
/// `Charge/Type`.
const NEVER: [(&str, &str); 8] = [
    ("AOC-D", "Charge"),
    ("AOC-D", "Currency"),
    ("AOC-D", "Units"),
    ("AOC-E", "Charge"),
    ("AOC-E", "ChargingAssociation"),
    ("AOC-E", "Currency"),
    ("AOC-E", "Units"),
    ("AOC-S", "Currency"),
];

/// Classes that the reference lacks, because it treats the event only as an entry of a list.
const CLASSES: [(&str, Classes); 1] = [("ParkedCall", Classes::CALL)];

/// A header whose name is also an old name of a header of the channel snapshot.
const ALSO_OF_SNAPSHOT: [(&str, &str); 2] = [("MixMonitorMute", "State"), ("Newexten", "Extension")];

type OfChannel = for<'a> fn(&Channel<'a>) -> Option<Value<'a>>;
type OfBridge = for<'a> fn(&Bridge<'a>) -> Option<Value<'a>>;

const OF_CHANNEL: [OfChannel; 15] = [
    |c| c.name(),
    |c| c.state_number(),
    |c| c.state_text(),
    |c| c.caller_id_num(),
    |c| c.caller_id_name(),
    |c| c.connected_line_num(),
    |c| c.connected_line_name(),
    |c| c.language(),
    |c| c.account_code(),
    |c| c.context(),
    |c| c.exten(),
    |c| c.priority(),
    |c| c.uniqueid(),
    |c| c.linkedid(),
    |c| c.tenantid(),
];

const OF_BRIDGE: [OfBridge; 8] = [
    |b| b.uniqueid(),
    |b| b.bridge_type(),
    |b| b.technology(),
    |b| b.creator(),
    |b| b.name(),
    |b| b.num_channels(),
    |b| b.video_source_mode(),
    |b| b.video_source(),
];

type OfReport = for<'a> fn(&RtcpReport<'a>) -> String;

/// The accessors of a report block, each with the end of the name of its header.
const OF_REPORT: [(&str, OfReport); 8] = [
    ("SourceSSRC", |r| format!("{:?}", r.source_ssrc()).replace('"', "")),
    ("FractionLost", |r| format!("{:?}", r.fraction_lost())),
    ("CumulativeLost", |r| format!("{:?}", r.cumulative_lost())),
    ("HighestSequence", |r| format!("{:?}", r.highest_sequence())),
    ("SequenceNumberCycles", |r| format!("{:?}", r.sequence_number_cycles())),
    ("IAJitter", |r| format!("{:?}", r.ia_jitter())),
    ("LSR", |r| format!("{:?}", r.lsr())),
    ("DLSR", |r| format!("{:?}", r.dlsr())),
];

fn lines(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

fn row(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.names.iter().any(|own| own.eq_ignore_ascii_case(name)))
}

fn is_snapshot(kind: &str) -> bool {
    matches!(kind, "channel" | "bridge")
}

/// Returns the rest of a name after a prefix, ASCII case ignored.
fn strip_prefix<'n>(name: &'n str, prefix: &str) -> Option<&'n str> {
    let (start, rest) = name.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Returns whether the header belongs to the snapshot of that kind and prefix.
fn is_of_snapshot(kind: &str, prefix: &str, header: &str) -> bool {
    let names = if kind == "channel" { Channel::HEADERS } else { Bridge::HEADERS };
    strip_prefix(header, prefix).is_some_and(|rest| names.iter().any(|name| name.eq_ignore_ascii_case(rest)))
}

/// Returns whether the header belongs to a report block of an RTCP event.
fn is_of_report(header: &str) -> bool {
    let name = strip_prefix(header, "Report").unwrap_or_default();
    let end = name.trim_start_matches(|byte: char| byte.is_ascii_digit());
    end.len() < name.len() && OF_REPORT.iter().any(|(own, _)| own.eq_ignore_ascii_case(end))
}

/// Returns the index of the field that reads the header: one of its own, or else a snapshot.
fn field(row: &Row, header: &str) -> Option<usize> {
    let own = |&(_, kind, headers): &(&str, &str, &[&str])| {
        kind == "reports" && is_of_report(header)
            || !is_snapshot(kind) && headers.iter().any(|own| own.eq_ignore_ascii_case(header))
    };
    let snapshot = |&(_, kind, prefix): &(&str, &str, &[&str])| {
        is_snapshot(kind) && is_of_snapshot(kind, prefix[0], header)
    };
    row.fields.iter().position(own).or_else(|| row.fields.iter().position(snapshot))
}

fn with_message<T>(text: &str, see: impl FnOnce(Message<'_>) -> T) -> T {
    let mut decoder = Decoder::for_client(vec![0; 512]).unwrap();
    decoder.space()[..text.len()].copy_from_slice(text.as_bytes());
    decoder.advance(text.len());
    assert_eq!(decoder.poll(), Step::Message);
    see(decoder.message())
}

/// Returns the number of values that a snapshot has, and the last of them.
fn snapshot<'a>(message: Message<'a>, kind: &str, prefix: &'static str) -> (usize, Option<Value<'a>>) {
    let values: Vec<_> = if kind == "channel" {
        let channel = Channel::new(message, prefix);
        OF_CHANNEL.iter().filter_map(|read| read(&channel)).collect()
    } else {
        let bridge = Bridge::new(message, prefix);
        OF_BRIDGE.iter().filter_map(|read| read(&bridge)).collect()
    };
    (values.len(), values.last().copied())
}

/// Returns a value of that kind and the accessor's result for it as `Debug` prints it, or `None` if
/// the kind returns the value itself.
fn sample(kind: &str) -> (&'static str, Option<&'static str>) {
    match kind {
        "number" => ("-7", Some("Some(-7)")),
        "tenths" => ("-7.5", Some("Some(-75)")),
        "flag" => ("Yes", Some("Some(true)")),
        "seconds" | "round_trip" => ("7.5", Some("Some(7.5s)")),
        "AmaFlags" => ("BILLING", Some("Some(Billing)")),
        "CallerPresentation" => ("35 (no)", Some(r#"Some(CallerPresentation { value: "35 (no)" })"#)),
        "ContactState" => ("Reachable", Some("Some(Reachable)")),
        "DeviceState" => ("1", Some("Some(NotInUse)")),
        "DialStatus" => ("BUSY", Some("Some(Busy)")),
        "Disposition" => ("NO ANSWER", Some("Some(NoAnswer)")),
        "ExtensionState" => ("8", Some("Some(Ringing)")),
        "HangupCause" => ("17", Some("Some(UserBusy)")),
        "OriginateReason" => ("4", Some("Some(Answered)")),
        "PeerState" => ("Lagged", Some("Some(Lagged)")),
        "PresenceState" => ("xa", Some("Some(ExtendedAway)")),
        _ => ("recognisable,value", None),
    }
}

/// Reads a message with two report blocks, the second of which has that header (whose name has the
/// number 0) and its source, and checks that only these have a value.
fn walk_report(event: &str, header: &str) -> Result<(), String> {
    let header = header.replace("Report0", "Report1");
    let text = format!(
        "Event: {event}\r\nReport0SourceSSRC: 0x1\r\nReportCount: 2\r\n{header}: 7\r\nReport1SourceSSRC: 7\r\n\r\n"
    );
    with_message(&text, |message| {
        let read = |report: RtcpReport<'_>| -> Vec<&str> {
            let values = OF_REPORT.iter().map(|(name, read)| (*name, read(&report)));
            values
                .filter(|(_, value)| value == "Some(7)" || value == "Some(7s)")
                .map(|(name, _)| name)
                .collect()
        };
        let blocks: Vec<_> = RtcpReports::new(message).map(read).collect();
        let own: Vec<_> = OF_REPORT
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| *name == "SourceSSRC" || &header[7..] == *name)
            .collect();
        let expected = vec![vec![], own];
        if blocks == expected { Ok(()) } else { Err(format!("{header}: {blocks:?}")) }
    })
}

/// Reads a message with only that header, and checks that only that field has a value.
fn walk(row: &'static Row, event: &str, header: &str, at: usize) -> Result<(), String> {
    let (_, kind, names) = row.fields[at];
    if kind == "reports" {
        return walk_report(event, header);
    }
    let (value, printed) = sample(kind);
    let without = with_message(&format!("Event: {event}\r\n\r\n"), row.read);
    with_message(&format!("Event: {event}\r\n{header}: {value}\r\n\r\n"), |message| {
        let read = (row.read)(message);
        for (index, &(name, other, prefix)) in row.fields.iter().enumerate() {
            if is_snapshot(other) {
                let (count, last) = snapshot(message, other, prefix[0]);
                let also = ALSO_OF_SNAPSHOT.contains(&(event, header));
                if count != usize::from(index == at || also) || last.is_some_and(|last| last != value) {
                    return Err(format!("{count} values of {name}"));
                }
            } else if other == "texts" {
                let has = message.get_all(prefix[0]).any(|own| own == value);
                if has != (index == at) {
                    return Err(format!("{name}: {has}"));
                }
            } else if other == "reports" {
                if RtcpReports::new(message).next().is_some() {
                    return Err(format!("{name} has a block"));
                }
            } else if (read[index] != without[index]) != (index == at) {
                return Err(format!("{name} is {}", read[index]));
            }
        }
        let own = match kind {
            "text" => read[at] == format!("{:?}", Some(Value::new(value.as_bytes()))),
            "list" => message.get(header).is_some_and(|text| text.split(b',').count() == 2),
            "texts" | "channel" | "bridge" => true,
            _ => Some(read[at].as_str()) == printed,
        };
        if own { Ok(()) } else { Err(format!("{kind} {names:?} is {}", read[at])) }
    })
}

#[test]
fn every_event_has_one_view() {
    let known: BTreeSet<_> = lines(EVENTS).map(|line| line[0].to_ascii_lowercase()).collect();
    let mut names = BTreeSet::new();
    for row in ROWS {
        for name in row.names {
            assert!(names.insert(name.to_ascii_lowercase()), "{name} has two views");
        }
        let fields: BTreeSet<_> = row.fields.iter().map(|&(field, ..)| field).collect();
        assert_eq!(fields.len(), row.fields.len(), "{}", row.view);
    }
    assert_eq!(names, known);
    let fields: usize = ROWS.iter().map(|row| row.fields.len()).sum();
    println!("{} events, {} views, {fields} fields", lines(EVENTS).count(), ROWS.len());
}

/// Checks that views are named by the rule for actions. `Bridge` is the name of the view of a
/// bridge, so the event of that name, which Asterisk 1.8 to 11 send, has the view `Link`.
#[test]
fn views_are_named_by_the_rule() {
    for row in ROWS.iter().filter(|row| row.view != "Link") {
        assert_eq!(row.view, crate::action::case::type_name(row.names[0]));
    }
}

/// Checks that each header of the glossary is the newest name of a field's header, so that its text
/// is used.
#[test]
fn the_glossary_has_headers_of_the_table() {
    for header in glossary::HEADERS {
        let is_used = ROWS.iter().any(|row| row.fields.iter().any(|(_, _, headers)| headers[0] == *header));
        assert!(is_used, "no field has the header {header}");
    }
}

#[test]
fn classes() {
    for line in lines(EVENTS) {
        // The classes of a view are those of the newest event.
        let Some(row) = ROWS.iter().find(|row| row.names[0] == line[0]) else { continue };
        let own = CLASSES.iter().find(|(event, _)| *event == line[0]);
        let expected =
            own.map_or(Classes::from_privilege(Value::new(line[1].as_bytes())), |&(_, classes)| classes);
        assert_eq!(row.classes, expected, "{}", line[0]);
    }
}

#[test]
fn every_header_is_read() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let events = lines(EVENTS).map(|line| (line[0], line[2]));
    for (event, headers) in events.chain(lines(HISTORY).map(|line| (line[0], line[1]))) {
        let row = row(event).unwrap();
        for header in headers.split(',').filter(|header| !header.is_empty()) {
            count += 1;
            let is_general = GENERAL.iter().any(|general| general.eq_ignore_ascii_case(header));
            if is_general || NEVER.contains(&(event, header)) {
                continue;
            }
            if header.ends_with("ChanVariable") {
                let text = format!("Event: {event}\r\n{header}: a=b\r\n\r\n");
                assert_eq!(with_message(&text, |message| message.variables().count()), 1, "{header}");
                continue;
            }
            // The reference writes X for the number of the report block.
            let header = header.replace("ReportX", "Report0");
            let result = match field(row, &header) {
                Some(at) => walk(row, event, &header, at),
                None => Err("no field reads it".to_string()),
            };
            if let Err(error) = result {
                wrong.push(format!("{event} {header}: {error}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
    println!("{count} headers");
}

/// Checks that each name of a header is read, and that the newest wins.
#[test]
fn every_spelling_is_read() {
    for row in ROWS {
        for (at, &(field, kind, headers)) in row.fields.iter().enumerate() {
            if is_snapshot(kind) {
                let names = if kind == "channel" { Channel::HEADERS } else { Bridge::HEADERS };
                for name in names {
                    let header = format!("{}{name}", headers[0]);
                    let text = format!("Event: {}\r\n{header}: x\r\n\r\n", row.names[0]);
                    with_message(&text, |message| {
                        assert_eq!(snapshot(message, kind, headers[0]).0, 1, "{header} of {}", row.view);
                    });
                }
                continue;
            }
            if kind == "reports" {
                for (end, _) in OF_REPORT {
                    walk_report(row.names[0], &format!("{}0{end}", headers[0])).unwrap();
                }
                continue;
            }
            for header in headers {
                walk(row, row.names[0], header, at)
                    .unwrap_or_else(|error| panic!("{}.{field} {header}: {error}", row.view));
            }
            if let [newer, older, ..] = headers {
                let (value, printed) = sample(kind);
                let text = format!("Event: x\r\n{older}: other\r\n{newer}: {value}\r\n\r\n");
                let read = with_message(&text, row.read);
                let printed = printed.map_or_else(|| format!("Some({value:?})"), ToString::to_string);
                assert_eq!(read[at].replace('"', ""), printed.replace('"', ""), "{}.{field}", row.view);
            }
        }
    }
}

fn is_extra(event: &str, header: &str) -> bool {
    lines(EXTRAS).any(|line| {
        let is_header = match line[1].strip_suffix('*') {
            Some(start) => strip_prefix(header, start).is_some(),
            None => line[1].eq_ignore_ascii_case(header),
        };
        (line[0] == "*" || line[0].eq_ignore_ascii_case(event)) && is_header
    })
}

fn captures(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            captures(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "s2c") {
            found.push(path);
        }
    }
}

/// Calls `see` with every event of a stream.
fn events(stream: &[u8], mut see: impl FnMut(Message<'_>)) {
    let mut decoder = Decoder::for_client(vec![0; 1 << 18]).unwrap();
    let mut rest = stream;
    loop {
        match decoder.poll() {
            Step::Message => {
                let message = decoder.message();
                if message.kind() == Kind::Event {
                    assert_eq!(message.part(), Part::Whole);
                    see(message);
                }
            }
            Step::NeedInput if rest.is_empty() => decoder.finish(),
            Step::NeedInput => {
                let space = decoder.space();
                let (now, later) = rest.split_at(space.len().min(rest.len()));
                space[..now.len()].copy_from_slice(now);
                decoder.advance(now.len());
                rest = later;
            }
            Step::End => break,
        }
    }
}

/// Checks that each header of each recorded event is read by its view, or is a known exception.
#[test]
fn coverage_by_reality() {
    let mut found = Vec::new();
    captures(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data"), &mut found);
    assert!(found.len() > 10, "only {} captures", found.len());
    if let Some(more) = std::env::var_os("AMI_CAPTURES") {
        captures(Path::new(&more), &mut found);
    }
    let mut count = 0;
    let mut seen = BTreeMap::<String, BTreeSet<String>>::new();
    // Values that a set does not know, by view and field.
    let mut other = BTreeMap::<String, String>::new();
    for path in &found {
        events(&fs::read(path).unwrap(), |message| {
            count += 1;
            let event = message.name().unwrap_or_default().as_bytes().escape_ascii().to_string();
            for header in message.headers() {
                let Some(name) = header.name() else { continue };
                let name = name.escape_ascii().to_string();
                let is_own = name.eq_ignore_ascii_case("Event") && header.value() == event.as_str();
                if !is_own && !message_variable(&name) {
                    seen.entry(event.clone()).or_default().insert(name);
                }
            }
            let Some(row) = row(&event) else { return };
            for (read, &(field, kind, _)) in (row.read)(message).iter().zip(row.fields) {
                let is_set = kind.starts_with(|first: char| first.is_ascii_uppercase());
                if is_set && read.starts_with("Some(Other(") && read != "Some(Other(\"\"))" {
                    other.insert(format!("{}.{field}", row.view), read.clone());
                }
            }
        });
    }
    let mut unknown = BTreeSet::new();
    let (mut read, mut extras) = (0, 0);
    for (event, headers) in &seen {
        for header in headers {
            if row(event).is_some_and(|row| field(row, header).is_some()) {
                read += 1;
            } else if is_extra(event, header) {
                extras += 1;
            } else {
                unknown.insert(format!("{event}: {header}"));
            }
        }
    }
    let names = seen.keys().filter(|event| row(event).is_some()).count();
    println!("{} captures, {count} events of {} kinds, {names} with a view", found.len(), seen.len());
    println!("headers: {read} read by a field, {extras} known extras; values of no set: {other:?}");
    assert!(unknown.is_empty(), "{} unknown: {unknown:#?}", unknown.len());
}

/// Returns whether [`Message::variables`] reads the header.
fn message_variable(header: &str) -> bool {
    let header = header.split_once('(').filter(|_| header.ends_with(')')).map_or(header, |(name, _)| name);
    header.len() >= 12
        && header.is_char_boundary(header.len() - 12)
        && header[header.len() - 12..].eq_ignore_ascii_case("ChanVariable")
}
