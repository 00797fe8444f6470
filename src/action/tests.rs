//! Tests of the table of actions against the reference of Asterisk's actions.

use std::collections::BTreeSet;
use std::string::String;
use std::vec::Vec;
use std::{format, println};

use super::case::type_name;
use super::typed::{ROWS, Row};
use super::*;
use crate::classes::Classes;
use crate::wire::{Decoder, Dialect, Outbox, Step, Value};

/// Action, privilege, parameters, completion event.
const ACTIONS: &str = include_str!("../../tests/data/reference/actions.tsv");
/// Action, first series, response, completion event.
const LISTS: &str = include_str!("../../tests/data/reference/lists.tsv");

/// The actions that are not in the table, because they have code of their own.
const BY_HAND: [&str; 7] =
    ["Challenge", "Filter", "Login", "Originate", "Redirect", "UpdateConfig", "UserEvent"];

/// Parameters that are missing in the reference, which has none for the Zap actions.
const MORE: [(&str, &str); 6] = [
    ("ZapDialOffHook", "ZapChannel"),
    ("ZapDialOffHook", "Number"),
    ("ZapDNDoff", "ZapChannel"),
    ("ZapDNDon", "ZapChannel"),
    ("ZapHangup", "ZapChannel"),
    ("ZapTransfer", "ZapChannel"),
];

/// Parameters that the reference does not mark as required, although the answer is an error without
/// them.
const REQUIRED: [(&str, &str); 8] = [
    ("AgentCallbackLogin", "Agent"),
    ("AgentCallbackLogin", "Exten"),
    ("BlindTransfer", "Exten"),
    ("CoreShowChannelMap", "Channel"),
    ("MixMonitorMute", "Direction"),
    ("MixMonitorMute", "State"),
    ("SetCDRUserField", "UserField"),
    ("SetCDRUserField", "Channel"),
];

/// Actions whose answer is not a list that ends with the completion event of the reference.
const REPLIES: [(&str, Completion); 7] = [
    ("DataGet", Completion::Event("DataGet Tree")),
    // In later versions it is a list, which starts with `EventList: start`. That counts more.
    ("DBGet", Completion::Event("DBGetResponse")),
    ("FAXSession", Completion::Event("FAXSession")),
    ("FAXStats", Completion::Event("FAXStats")),
    // Only a regular expression is answered with a list.
    ("Hangup", Completion::Response),
    // The event goes to all connections, when the peer has answered.
    ("SIPqualifypeer", Completion::Response),
    ("WaitEvent", Completion::Event("WaitEventComplete")),
];

struct Reference {
    name: &'static str,
    privilege: &'static str,
    /// The header of each parameter, and whether it is marked as required.
    parameters: Vec<(&'static str, bool)>,
    end: &'static str,
}

fn reference() -> Vec<Reference> {
    let line = |line: &'static str| {
        let mut fields = line.split('\t');
        let mut field = || fields.next().unwrap();
        let (name, privilege, parameters, end) = (field(), field(), field(), field());
        let parameters = parameters
            .split(',')
            .map(|parameter| (parameter.trim_end_matches('*'), parameter.ends_with('*')))
            .filter(|&(header, _)| header != "ActionID" && !header.is_empty())
            .collect();
        Reference { name, privilege, parameters, end }
    };
    ACTIONS.lines().filter(|text| !text.starts_with('#')).map(line).collect()
}

fn row(name: &str) -> &'static Row {
    ROWS.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("no row of {name}"))
}

fn listed(list: &[(&str, &str)], action: &str, header: &str) -> bool {
    list.contains(&(action, header))
}

#[test]
fn every_action_of_the_reference_has_a_row() {
    let known: BTreeSet<_> = reference().iter().map(|known| known.name).collect();
    let rows: BTreeSet<_> = ROWS.iter().map(|row| row.name).collect();
    assert_eq!(rows.len(), ROWS.len(), "a name twice");
    assert!(BY_HAND.iter().all(|name| known.contains(name) && !rows.contains(name)));
    let table: BTreeSet<_> = rows.iter().chain(&BY_HAND).copied().collect();
    assert_eq!(table, known);
    assert_eq!(all().map(|info| info.name).collect::<BTreeSet<_>>(), known);
    println!("{} actions, {} of them in the table", known.len(), ROWS.len());
}

#[test]
fn every_parameter_of_the_reference_is_in_its_row() {
    for known in reference().iter().filter(|known| !BY_HAND.contains(&known.name)) {
        let name = known.name;
        let row = row(name);
        let headers: BTreeSet<_> = row.parameters.iter().map(|&(header, ..)| header).collect();
        assert_eq!(headers.len(), row.parameters.len(), "{name}: a header twice");
        for &(header, required) in &known.parameters {
            let found = row.parameters.iter().find(|parameter| parameter.0 == header);
            let &(_, kind, argument) = found.unwrap_or_else(|| panic!("{name}: no {header}"));
            assert_eq!(argument, required || listed(&REQUIRED, name, header), "{name}: {header} required");
            assert_eq!(kind == "variables", header == "Variable" && !["Getvar", "Setvar"].contains(&name));
        }
        for header in headers {
            let known = known.parameters.iter().any(|parameter| parameter.0 == header);
            assert!(known != listed(&MORE, name, header), "{name}: {header}");
        }
        // The order is that of the reference, with the required ones first.
        let order = |argument: bool| {
            let mine = row.parameters.iter().filter(move |parameter| parameter.2 == argument);
            mine.map(|parameter| parameter.0).filter(|header| !listed(&MORE, name, header))
        };
        for argument in [true, false] {
            let of = |header: &str| order(argument).any(|mine| mine == header);
            let theirs = known.parameters.iter().map(|parameter| parameter.0).filter(|header| of(header));
            assert!(order(argument).eq(theirs), "{name}: the order");
        }
    }
    for (action, header) in MORE.iter().chain(&REQUIRED) {
        let required = row(action).parameters.iter().find(|parameter| parameter.0 == *header).unwrap().2;
        assert!(required, "{action}: {header}");
    }
}

/// Returns the values of the headers that `sample!` makes for a parameter. Variables make several.
fn samples(header: &str, kind: &str) -> Vec<String> {
    macro_rules! first_words {
        ($($Set:ident)*) => {
            &[$((stringify!($Set), $Set::ALL[0].as_str())),*]
        };
    }
    let words: &[(&str, &str)] = first_words!(
        AckCall AocBillingId AocChargeType AocChargedItem AocChargingType AocMessageType AocMultiplier
        AocRateType AocTimeScale AocTotalType AocVolumeUnit Control DebugLevel Direction LoadType OnOff
        Side Tone YesNo
    );
    match kind {
        "text" => [format!("some {header}")].into(),
        "flag" => [String::from("true")].into(),
        "number" => [String::from("7")].into(),
        "variables" => [String::from("A=1"), String::from("B=2")].into(),
        set => {
            let word = words.iter().find(|(name, _)| *name == set);
            [String::from(word.unwrap_or_else(|| panic!("{header}: {set}")).1)].into()
        }
    }
}

/// Returns the headers of the message that `write` writes.
fn decoded(write: impl FnOnce(&mut Outbox<Vec<u8>>)) -> Vec<(String, String)> {
    let mut outbox = Outbox::for_client([0; 4096].to_vec(), Dialect::Current);
    write(&mut outbox);
    let mut decoder = Decoder::for_server([0; 4096]).unwrap();
    let bytes = outbox.pending();
    decoder.space()[..bytes.len()].copy_from_slice(bytes);
    decoder.advance(bytes.len());
    decoder.finish();
    assert_eq!(decoder.poll(), Step::Message);
    let message = decoder.message();
    assert!(!message.is_incomplete());
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let header =
        |header: crate::wire::Header<'_>| (text(header.name().unwrap()), text(header.value().as_bytes()));
    let headers = message.headers().map(header).collect();
    assert_eq!(decoder.poll(), Step::End);
    headers
}

#[test]
fn every_row_decodes_to_what_was_encoded() {
    let mut values = 0;
    for row in ROWS {
        let mut expected: Vec<_> = [("Action", row.name), ("ActionID", "id-1")]
            .map(|(name, value)| (name.into(), value.into()))
            .into();
        for &(header, kind, _) in row.parameters {
            expected.extend(samples(header, kind).into_iter().map(|sample| (String::from(header), sample)));
        }
        assert_eq!(decoded(|outbox| (row.write)("id-1", outbox).unwrap()), expected);
        values += expected.len();
    }
    println!("{} actions, {values} headers", ROWS.len());
}

#[test]
fn optional_headers_that_are_not_set_are_not_written() {
    let status = decoded(|outbox| write(&Status::new(), "1", outbox).unwrap());
    assert_eq!(status.len(), 2);
    let hangup = decoded(|outbox| write(&Hangup::new("SIP/7-1"), "1", outbox).unwrap());
    assert_eq!(hangup[2..], [("Channel".into(), "SIP/7-1".into())]);
}

#[test]
fn changes_of_files_are_written_with_lines_and_options() {
    let rename = Change::RenameCategory { category: "7", to: "8" };
    let filtered = Change::WithOptions { change: &rename, options: "catfilter=\"type=aor\"" };
    let new = Change::NewCategory { category: "9", options: "template" };
    let line = Change::DeleteLine { category: "7", line: 3 };
    let insert = Change::Insert { category: "7", line: 0, variable: "type", value: "friend" };
    let changes = [
        filtered,
        line,
        Change::WithOptions { change: &line, options: "ignoreerror" },
        Change::WithOptions { change: &insert, options: "catfilter=\"host=dynamic\"" },
        Change::WithOptions { change: &new, options: "allowdups" },
        Change::WithOptions { change: &filtered, options: "" },
    ];
    let headers =
        decoded(|outbox| write(&UpdateConfig::new("a.conf", "b.conf", &changes), "1", outbox).unwrap());
    let expected = [
        ("Action-000000", "RenameCat"),
        ("Cat-000000", "7"),
        ("Value-000000", "8"),
        ("Options-000000", "catfilter=\"type=aor\""),
        ("Action-000001", "Delete"),
        ("Cat-000001", "7"),
        ("Line-000001", "3"),
        ("Action-000002", "Delete"),
        ("Cat-000002", "7"),
        ("Options-000002", "ignoreerror"),
        ("Line-000002", "3"),
        ("Action-000003", "Insert"),
        ("Cat-000003", "7"),
        ("Var-000003", "type"),
        ("Value-000003", "friend"),
        ("Options-000003", "catfilter=\"host=dynamic\""),
        ("Line-000003", "0"),
        ("Action-000004", "NewCat"),
        ("Cat-000004", "9"),
        ("Options-000004", "allowdups"),
        ("Action-000005", "RenameCat"),
        ("Cat-000005", "7"),
        ("Value-000005", "8"),
    ];
    let expected: Vec<_> = expected.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    assert_eq!(headers[4..], expected);
}

/// A further header comes last, and changes neither the name nor the end of the answer.
#[test]
fn a_header_can_be_added_to_any_action() {
    let status =
        Status::new().channel("SIP/7-1").with_header("SuppressEvents", "true").with_header("X-Two", b"2");
    let headers = decoded(|outbox| write(&status, "id-1", outbox).unwrap());
    let expected = [
        ("Action", "Status"),
        ("ActionID", "id-1"),
        ("Channel", "SIP/7-1"),
        ("SuppressEvents", "true"),
        ("X-Two", "2"),
    ];
    assert_eq!(headers, expected.map(|(name, value)| (String::from(name), String::from(value))));
    assert_eq!(status.completion(), Status::new().completion());
    assert_eq!(
        Raw::without_headers("Agents").with_header("A", "1").completion(),
        Completion::List("AgentsComplete")
    );

    // It is refused as any other header is, before a byte is written.
    let mut outbox = Outbox::for_client([0; 256].to_vec(), Dialect::Current);
    assert!(write(&Ping::new().with_header("A", "1\r\nB: 2"), "1", &mut outbox).is_err());
    assert!(write(&Ping::new().with_header("A: B", "1"), "1", &mut outbox).is_err());
    assert_eq!(outbox.pending(), b"");
    assert_eq!(format!("{:?}", Ping::new().with_header("A", "secret")), r#"WithHeader(Ping, "A")"#);
}

#[test]
fn answers_end_as_in_the_reference() {
    for known in reference() {
        let info = all().find(|info| info.name == known.name).unwrap();
        let expected = match REPLIES.iter().find(|(name, _)| *name == known.name) {
            Some(&(_, completion)) => completion,
            None if BY_HAND.contains(&known.name) || known.end.is_empty() => Completion::Response,
            None => Completion::List(known.end),
        };
        assert_eq!(info.completion, expected, "{}", known.name);
        assert_eq!(Completion::for_action(info.name), expected, "{}", known.name);
    }
    let mut ends = 0;
    for line in LISTS.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<_> = line.split('\t').collect();
        let [name, _, response, end] = fields[..] else { panic!("{line}") };
        if response == "absent" || ["Hangup", "DBGet", "WaitEvent"].contains(&name) {
            continue;
        }
        assert_eq!(Completion::for_action(name), Completion::List(end), "{line}");
        ends += 1;
    }
    assert!(ends > 60);
}

#[test]
fn classes_are_those_of_the_reference() {
    for known in reference() {
        let info = all().find(|info| info.name == known.name).unwrap();
        let expected = match known.privilege {
            "none" => Classes::NONE,
            privilege => {
                assert!(privilege.ends_with(",all"), "{privilege}");
                Classes::from_privilege(Value::new(privilege.as_bytes()))
            }
        };
        assert_eq!(info.classes, expected, "{}", known.name);
        let labels = known.privilege.split(',').filter(|&label| label != "all" && label != "none").count();
        assert_eq!(info.classes.labels().count(), labels, "{}: a label is not known", known.name);
    }
}

/// The headers in the document of Asterisk 1.4 that requests have. Its other headers belong to
/// events and responses.
const OF_1_4: &str = "\
Account Action Agent Append Application Async AuthType CallerID Cause Channel Channel1 Channel2
Codecs Command Context Data Destination Duration Events Exten Extension Family File Format From Key
Mailbox Message Mix NewMessages OldMessages Paused Peer Penalty Priority Queue Reason Secret State
Time Timeout Uniqueid UserField Val Value Variable";

#[test]
fn every_header_of_1_4_can_be_written() {
    let mut headers: BTreeSet<String> =
        ROWS.iter().flat_map(|row| row.parameters).map(|parameter| parameter.0.into()).collect();
    let mut add = |action: &dyn Action| {
        headers
            .extend(decoded(|outbox| write(action, "1", outbox).unwrap()).into_iter().map(|header| header.0));
    };
    add(&Login::plain("admin", "secret").events("off"));
    add(&Login::md5("admin", Key::new(|_| [0; 16], b"1", b"secret").unwrap()));
    let extension = Originate::to_extension("SIP/7", "default", "100", "1");
    add(&extension
        .timeout(1)
        .caller_id("7")
        .account("a")
        .codecs("alaw")
        .in_background()
        .variables(&[("A", "1")]));
    add(&Originate::to_application("SIP/7", "Wait", "1"));
    for header in OF_1_4.split_ascii_whitespace() {
        assert!(headers.contains(header), "{header}");
    }
}

#[test]
fn the_words_of_a_set_are_distinct() {
    macro_rules! check {
        ($($Set:ident)*) => {$(
            let words: BTreeSet<_> = $Set::ALL.iter().map(|word| word.as_str()).collect();
            assert_eq!(words.len(), $Set::ALL.len(), stringify!($Set));
        )*};
    }
    check!(
        AckCall AocBillingId AocChargeType AocChargedItem AocChargingType AocMessageType AocMultiplier
        AocRateType AocTimeScale AocTotalType AocVolumeUnit Control DebugLevel Direction LoadType OnOff
        Side Tone YesNo
    );
}

#[test]
fn types_have_the_names_of_their_actions() {
    let mut renamed = 0;
    for row in ROWS {
        assert_eq!(row.type_name, type_name(row.name));
        renamed += usize::from(row.type_name != row.name);
    }
    assert!(BY_HAND.iter().all(|name| type_name(name) == *name));
    // An acronym that the rule does not know has two capitals in a row.
    let mut words = ROWS.iter().map(|row| row.type_name).chain(BY_HAND);
    let acronym =
        words.find(|name| name.as_bytes().windows(2).any(|pair| pair.iter().all(u8::is_ascii_uppercase)));
    assert_eq!(acronym, None);
    println!("{} types, {renamed} of them not spelled as on the wire", ROWS.len());
}
