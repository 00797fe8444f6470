//! Compares the headers of events, and their order, with those that a real Asterisk 22 sent.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Message, Server};

/// Returns the sequences of header names that the captures have for each event and list entry.
fn captured() -> BTreeMap<String, BTreeSet<Vec<String>>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/22");
    let mut shapes: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for file in folder.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "s2c") {
            continue;
        }
        let text = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
        for message in text.split("\r\n\r\n").filter_map(|text| text.strip_prefix("Event: ")) {
            let mut lines = message.split("\r\n");
            let name = lines.next().unwrap().to_string();
            shapes
                .entry(name)
                .or_default()
                .insert(shape(lines.filter_map(|line| Some(line.split_once(": ")?.0))));
        }
    }
    shapes
}

/// Returns the header names of an event without those that depend on the request, and without the
/// channel in parentheses.
fn shape<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let names = names.filter(|name| *name != "ActionID" && *name != "Event");
    names.map(|name| name.split('(').next().unwrap_or(name).to_string()).collect()
}

#[test]
fn every_event_has_the_headers_of_asterisk_22() {
    let users = "[general]\nchannelvars = TESTVAR,CHANNEL(language)\n[admin]\nsecret = secret\nread = all\nwrite = all\n";
    let server = Server::with_users(users);
    let mut watcher = server.admin("on");
    let mut wire = server.admin("off");
    let mut seen: Vec<Message> = Vec::new();
    for request in [
        "Originate|Channel: Local/102@test|Context: test|Exten: 101|Priority: 1|CallerID: A <1>|Variable: TESTVAR=1|Async: true",
        "Originate|Channel: Local/103@test|Application: Wait|Data: 1|Async: true",
        "Originate|Channel: Local/105@test|Application: Wait|Data: 1|Timeout: 100|Async: true",
        "Originate|Channel: PJSIP/a|Application: Wait|Data: 0|Async: true",
        "Originate|Channel: Nope/1|Application: Wait|Data: 1|Async: true",
        "Setvar|Variable: G|Value: 1",
        "QueueAdd|Queue: support|Interface: PJSIP/a",
        "QueuePause|Interface: PJSIP/a|Paused: 1",
        "QueuePenalty|Interface: PJSIP/a|Penalty: 1",
        "QueueRemove|Queue: support|Interface: PJSIP/a",
        "DBPut|Family: f|Key: k|Val: v",
    ] {
        assert_eq!(wire.ask(request).get("Response"), Some("Success"), "{request}");
    }
    let (mut outcomes, mut hangups) = (0, 0);
    seen.extend(watcher.until(|event| {
        outcomes += usize::from(event.is("OriginateResponse"));
        hangups += usize::from(event.is("Hangup"));
        (outcomes, hangups) == (5, 7)
    }));
    wire.ask("Originate|Channel: Local/100@test|Context: test|Exten: 101|Priority: 1");
    for request in [
        "CoreShowChannels",
        "Status|Variables: A,B",
        "QueueStatus",
        "QueueSummary",
        "DBGet|Family: f|Key: k",
        "Hangup|Channel: /./",
    ] {
        let (entries, end) = wire.list(request);
        assert!(!entries.is_empty(), "{request}");
        seen.extend(entries);
        seen.push(end);
    }

    let captured = captured();
    let mut kinds = BTreeSet::new();
    for event in &seen {
        let name = event.get("Event").unwrap();
        kinds.insert(name);
        // No capture contains these events.
        if ["DBGetResponse", "DBGetComplete", "ChannelHungup", "ChannelsHungupListComplete"].contains(&name) {
            continue;
        }
        let own = shape(event.names().into_iter());
        let shapes = captured.get(name).unwrap_or_else(|| panic!("Asterisk sent no {name}"));
        // The number of variables in a Status depends on the request.
        let same = |shape: &Vec<String>| {
            let plain = |shape: &[String]| {
                let mut plain: Vec<_> = shape.to_vec();
                plain.dedup_by(|a, b| a == "Variable" && a == b);
                plain
            };
            plain(shape) == plain(&own)
        };
        assert!(shapes.iter().any(same), "{name}: {own:?}\nAsterisk: {shapes:?}");
        assert!(event.get("ActionID").is_none_or(|id| id.starts_with("id-")));
    }
    let expected = [
        "CoreShowChannel",
        "DBGetResponse",
        "DialBegin",
        "DialEnd",
        "DialState",
        "FullyBooted",
        "Hangup",
        "HangupRequest",
        "LocalBridge",
        "NewCallerid",
        "NewConnectedLine",
        "Newchannel",
        "Newexten",
        "Newstate",
        "OriginateResponse",
        "QueueMember",
        "QueueMemberAdded",
        "QueueMemberPause",
        "QueueMemberPenalty",
        "QueueMemberRemoved",
        "QueueParams",
        "QueueSummary",
        "SoftHangupRequest",
        "Status",
        "VarSet",
    ];
    let missing: Vec<_> = expected.iter().filter(|name| !kinds.contains(**name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
