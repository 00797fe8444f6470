//! The data set in this folder against the library, and against the naive decoder.
//!
//! Each case must mean the same however its bytes arrive and however small the storage is. See
//! README.md for the format of the cases, and rules.md for the rules.

mod case;
#[path = "../common/mod.rs"]
mod common;

use std::collections::BTreeMap;
use std::iter::repeat;

use case::{Case, Request, cases, folder};
use common::{Role, captures, check, expected, in_parallel, naive};
use embedded_ami::server::{self, Incoming, Session};
use embedded_ami::wire::{Decoder, Kind, Message, Outbox, OwnedMessage, Step};

/// Fewer cases than this mean that some have been lost.
const FEWEST: usize = 200;

/// Streams up to this length, in bytes, are decoded with every size of storage.
const SMALL: usize = 400;

/// Runs `body` on every case.
fn on_cases(body: impl Fn(&Case) -> Result<(), String> + Sync) {
    let cases = cases();
    in_parallel(cases.len(), |number| {
        let case = &cases[number];
        if let Err(error) = body(case) {
            panic!("{}: {error}", case.name);
        }
    });
}

/// Returns each message of a stream that arrives in one piece.
fn decode(stream: &[u8], role: Role) -> Vec<OwnedMessage> {
    let mut decoder = role.decoder(vec![0; stream.len() + 64]).unwrap();
    assert_eq!(decoder.feed(stream), stream.len());
    decoder.finish();
    let mut messages = Vec::new();
    while decoder.poll() == Step::Message {
        let mut message = OwnedMessage::default();
        assert!(message.push(&decoder.message()).unwrap(), "in parts");
        messages.push(message);
    }
    messages
}

/// Returns what a message means, in the form in which the cases have it.
fn meaning(message: &Message<'_>) -> naive::Message {
    let banner = message.banner();
    naive::Message {
        kind: match message.kind() {
            Kind::Banner => naive::Kind::Banner,
            Kind::Response => naive::Kind::Response,
            Kind::Event => naive::Kind::Event,
            Kind::Action => naive::Kind::Action,
            Kind::Other => naive::Kind::Other,
        },
        name: message.name().map(|name| name.as_bytes().to_vec()),
        banner: banner.map(|banner| (banner.product.as_bytes().to_vec(), banner.version.as_bytes().to_vec())),
        headers: message
            .headers()
            .map(|header| (header.name().map(<[u8]>::to_vec), header.value().as_bytes().to_vec()))
            .collect(),
        output: message.has_output().then(|| message.output().map(|line| line.as_bytes().to_vec()).collect()),
        incomplete: message.is_incomplete(),
        lost_payload: false,
        range: 0..0,
    }
}

fn same(messages: &[naive::Message], case: &Case) -> Result<(), String> {
    if messages == case.messages {
        return Ok(());
    }
    let show = |messages: &[naive::Message]| messages.iter().map(show).collect::<Vec<_>>().join("\n  ");
    Err(format!("decoded\n  {}\nexpected\n  {}", show(messages), show(&case.messages)))
}

/// Returns a message as text.
fn show(message: &naive::Message) -> String {
    let text = |bytes: &[u8]| format!("\"{}\"", bytes.escape_ascii());
    let name = |name: &Option<Vec<u8>>| name.as_deref().map_or("none".into(), text);
    let headers = message.headers.iter().map(|(own, value)| format!("{}: {}", name(own), text(value)));
    let mut shown = format!("{:?} {} [{}]", message.kind, name(&message.name), list(headers));
    if let Some((product, version)) = &message.banner {
        shown += &format!(" product {} version {}", text(product), text(version));
    }
    if let Some(output) = &message.output {
        shown += &format!(" output [{}]", list(output.iter().map(|line| text(line))));
    }
    if message.incomplete {
        shown += " incomplete";
    }
    shown
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

#[test]
fn the_set_is_complete_and_documented() {
    let cases = cases();
    assert!(cases.len() >= FEWEST, "only {} cases", cases.len());
    let readme = std::fs::read_to_string(folder().join("README.md")).expect("README.md");
    let rules = std::fs::read_to_string(folder().join("rules.md")).expect("rules.md");
    let mut count = BTreeMap::new();
    let mut streams = BTreeMap::new();
    for Case { name, bytes, role, rules, tags, .. } in &cases {
        assert!(!rules.is_empty() && rules.is_sorted(), "{name}: rules {rules:?}");
        rules.iter().for_each(|&rule| *count.entry(rule).or_insert(0) += 1);
        assert!(!tags.is_empty(), "{name}: no tag");
        for (at, tag) in tags.iter().enumerate() {
            assert!(readme.contains(&format!("| `{tag}` |")), "{name}: README.md does not explain {tag}");
            assert!(!tags[..at].contains(tag), "{name}: {tag} twice");
        }
        let other = streams.insert((*role == Role::Client, bytes), name);
        assert_eq!(other, None, "{name}: the same bytes");
    }
    let headings = rules.lines().filter(|line| line.starts_with("## ")).count() as u64;
    assert!(count.keys().copied().eq(1..=headings), "rules {:?} of {headings}", count.keys());
    assert!(count.values().all(|&cases| cases >= 5), "too few cases of a rule: {count:?}");
    // Each rule names cases to which it applies, and cases to which it does not.
    let named = rules.lines().filter_map(|line| line.strip_prefix("Cases: "));
    assert_eq!(named.clone().count() as u64, headings);
    for name in named.flat_map(|line| line.split('`').skip(1).step_by(2)) {
        assert!(cases.iter().any(|case| case.name == name), "rules.md names {name}");
    }
}

#[test]
fn recorded_cases_are_parts_of_captures() {
    let captures = captures();
    for case in cases().iter().filter(|case| case.tags.iter().any(|tag| tag == "recorded")) {
        let found = captures.iter().any(|capture| {
            capture.role == case.role
                && capture.bytes.windows(case.bytes.len()).any(|part| part == case.bytes)
        });
        assert!(found, "{}: in no capture", case.name);
    }
}

/// A failure here means that a case is wrong, or the naive decoder, or that rules.md is unclear.
#[test]
fn the_naive_decoder_agrees_with_the_cases() {
    on_cases(|case| {
        let plain = |message| naive::Message { range: 0..0, ..message };
        let messages: Vec<_> = expected(&case.bytes, case.role).into_iter().map(plain).collect();
        same(&messages, case)
    });
}

#[test]
fn in_one_piece() {
    on_cases(|case| {
        let messages = decode(&case.bytes, case.role);
        same(&messages.iter().map(|message| meaning(&message.message())).collect::<Vec<_>>(), case)
    });
}

/// The naive decoder knows where messages begin and end, so the comparison is with its messages,
/// which are those of the case.
#[test]
fn cut_in_two_at_every_position() {
    on_cases(|case| {
        let messages = expected(&case.bytes, case.role);
        let length = case.bytes.len();
        for cut in 0..=length {
            let small = Decoder::MIN + cut % 48;
            let storages: &[usize] = if length > SMALL { &[small] } else { &[small, length + 64] };
            for &storage in storages {
                check(&case.bytes, case.role, storage, [cut], &messages)
                    .map_err(|error| format!("storage {storage}, cut at {cut}: {error}"))?;
            }
        }
        Ok(())
    });
}

#[test]
fn byte_by_byte_and_in_every_storage() {
    on_cases(|case| {
        let messages = expected(&case.bytes, case.role);
        let length = case.bytes.len();
        let largest = length.max(Decoder::MIN) + 2;
        let storages = Decoder::MIN..=largest;
        for storage in storages.step_by(if length > SMALL { 37 } else { 1 }).chain([largest + 64]) {
            for read in [1, 7, usize::MAX] {
                check(&case.bytes, case.role, storage, repeat(read), &messages)
                    .map_err(|error| format!("storage {storage}, reads of {read}: {error}"))?;
            }
        }
        Ok(())
    });
}

#[test]
fn requests_are_read_as_asterisk_reads_them() {
    on_cases(|case| {
        let Some(wanted) = &case.requests else { return Ok(()) };
        let messages = decode(&case.bytes, case.role);
        let complete: Vec<_> = messages.iter().filter(|message| !message.message().is_incomplete()).collect();
        if complete.len() != wanted.len() {
            return Err(format!("{} requests, expected {}", complete.len(), wanted.len()));
        }
        for (number, (message, wanted)) in complete.iter().zip(wanted).enumerate() {
            let message = message.message();
            request(&message, wanted).map_err(|error| format!("request {number}: {error}"))?;
        }
        Ok(())
    });
}

fn request(message: &Message<'_>, wanted: &Request) -> Result<(), String> {
    let request = server::Request::from_message(message);
    let owned = |value: embedded_ami::wire::Value<'_>| value.as_bytes().to_vec();
    let (refused, action_id) = match wanted {
        Request::Refused { text, action_id } => (Some(text.as_str()), action_id),
        Request::Accepted { action: None, action_id, .. } => (Some("Missing action in request"), action_id),
        Request::Accepted { action_id, .. } => (None, action_id),
    };
    if request.action_id().map(owned) != *action_id {
        return Err(format!("ActionID {:?}, expected {action_id:?}", request.action_id()));
    }
    if let Request::Accepted { action, fields, .. } = wanted {
        if request.action().map(owned) != *action {
            return Err(format!("action {:?}, expected {action:?}", request.action()));
        }
        // The names that occur, and one that must not.
        let names = fields.iter().filter_map(|(name, _)| std::str::from_utf8(name).ok());
        for name in names.chain(["Action", "ActionID", "Nothing", "just a line without a colon"]) {
            let values: Vec<_> = request.get_all(name).map(owned).collect();
            let wanted = fields.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()));
            if !wanted.clone().map(|(_, value)| value).eq(&values) {
                return Err(format!("{name}: {values:?}, expected {wanted:?}"));
            }
            let first = wanted.map(|(_, value)| value).next().filter(|value| !value.is_empty());
            if request.get(name).map(owned).as_ref() != first {
                return Err(format!("{name}: first {:?}, expected {first:?}", request.get(name)));
            }
        }
        // Each line with a colon is one field.
        let lines = request.lines().filter(|line| line.contains(&b':')).count();
        if lines != fields.len() {
            return Err(format!("{lines} lines with a colon, expected {}", fields.len()));
        }
    }
    let answer = refusal(message);
    let refused = refused.map(|text| (text.to_owned(), action_id.clone()));
    if answer != refused {
        return Err(format!("refused with {answer:?}, expected {refused:?}"));
    }
    Ok(())
}

/// Returns the reason and the ActionID with which a server refuses a request before it looks at the
/// action, unless it accepts it.
fn refusal(message: &Message<'_>) -> Option<(String, Option<Vec<u8>>)> {
    let mut outbox = Outbox::for_server(vec![0; 4096]);
    let mut session = Session::without_md5("11.0.0");
    session.on_connected(0, 0, &mut outbox).unwrap();
    outbox.advance(usize::MAX);
    let incoming = session.on_message(message, &mut outbox).unwrap();
    if !matches!(incoming, Incoming::Nothing) {
        return None;
    }
    let answer = Message::parse(outbox.pending()).expect("one answer");
    let text = answer.get("Message").expect("a text").to_string();
    let action_id = answer.get("ActionID").map(|id| id.as_bytes().to_vec());
    // Before the login, a server refuses most actions for themselves. Those requests it has read.
    let is_read = text == "Permission denied" || answer.get("Response").unwrap() != "Error";
    (!is_read).then_some((text, action_id))
}
