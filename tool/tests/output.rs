//! The formats of messages, and what `ami decode --redact` replaces.

mod common;
mod harness;

use std::collections::HashSet;
use std::fmt;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use common::naive::{self, Message};
use common::{Role, captures};
use harness::{ACCEPTED, BANNER, PONG, ami, run, run_against, server};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Value, json};

/// Runs `ami decode` on a stream. Returns the exit status, standard output and standard error.
fn decode(arguments: &[&str], stream: &[u8]) -> (i32, Vec<u8>, String) {
    feed(ami(&["decode"]).args(arguments), stream)
}

/// Runs a program with this input.
fn feed(command: &mut Command, input: &[u8]) -> (i32, Vec<u8>, String) {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // The program may end early.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("output");
    writer.join().expect("no panic");
    let error = String::from_utf8(output.stderr).expect("UTF-8");
    (output.status.code().expect("an exit status"), output.stdout, error)
}

/// Decodes a stream into lines of text.
fn lines(arguments: &[&str], stream: &[u8]) -> Vec<String> {
    let (status, stdout, error) = decode(arguments, stream);
    assert_eq!((status, &error[..]), (0, ""), "{arguments:?}");
    String::from_utf8(stdout).expect("UTF-8").lines().map(String::from).collect()
}

/// A JSON object with its keys in order.
#[derive(PartialEq, Debug)]
struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// Returns a message as flat JSON, by an independent implementation.
fn flat(message: &Message) -> Object {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut entries: Vec<(String, Vec<String>)> = Vec::new();
    let mut add = |key: String, value: String| match entries
        .iter_mut()
        .find(|(known, _)| known.eq_ignore_ascii_case(&key))
    {
        Some((_, values)) => values.push(value),
        None => entries.push((key, vec![value])),
    };
    if let Some((product, version)) = &message.banner {
        add(String::new(), format!("{}/{}", text(product), text(version)));
    }
    for (name, value) in &message.headers {
        let name = name.as_deref().map(text).unwrap_or_default();
        add(if name.starts_with('_') { format!("_{name}") } else { name }, text(value));
    }
    let has_output = entries.iter().any(|(key, _)| key.eq_ignore_ascii_case("Output"));
    if let Some(output) = message.output.as_ref().filter(|_| !has_output) {
        entries.push(("Output".into(), output.iter().map(|line| text(line)).collect()));
    }
    let value = |(key, values): (String, Vec<String>)| {
        let value = match &values[..] {
            [value] if !is_always_list(&key) => json!(value),
            values => json!(values),
        };
        (key, value)
    };
    let incomplete = message.incomplete.then(|| ("_incomplete".into(), json!(true)));
    Object(entries.into_iter().map(value).chain(incomplete).collect())
}

fn is_always_list(key: &str) -> bool {
    let key = key.to_lowercase();
    ["", "output", "variable"].contains(&&key[..])
        || key.ends_with("chanvariable")
        || key.starts_with("chanvariable(")
}

/// Streams that are more hostile than any capture.
fn hostile() -> Vec<u8> {
    let mut stream = b"Product: x\r\n\r\n\
        Event: A\r\nevent: B\r\nEVENT: C\r\nVariable: a\r\n\r\n\
        Event: A\r\nVARIABLE: a\r\nvariable: b\r\nChanVariable: a=b\r\nDestChanVariable: c\r\n\
        ChanVariable(SIP/1:2): x\r\nMyChanVariables: x\r\n\r\n\
        Event: Bytes\r\na\xff: 1\r\na\xfe: 2\r\na\xef\xbf\xbd: 3\r\nA\xff: 4\r\n\r\n\
        Event: Own\r\n_time: 1\r\n__time: 2\r\n_: 3\r\n_gap: 4\r\n_incomplete: x\r\n\r\n\
        Event: Nameless\r\nno colon\r\n: empty name\r\n:\r\n\r\n\
        Response: Success\r\nOutput: a\r\n\r\n\
        Event: E\r\nOutput: a\r\n\r\n\
        Response: Follows\r\nPrivilege: Command\r\nActionID: 1\r\n--END COMMAND--\r\n\r\n\
        Response: Follows\r\noutput: 1\na\n\nb--END COMMAND--\r\n\r\n\
        Event: X\r\nQuote\": \"\\\x1b\xe2\x80\xae\0\r\r\n\r\nEvent: Cut\r\nChannel: \xe2\x80"
        .to_vec();
    let bytes = b"aA:: \r\n\n\t\\#_\xff\xc3\xbc(1)";
    let mut random = random();
    stream.splice(0..0, (0..20_000).map(|_| bytes[random(bytes.len())]));
    stream
}

/// Returns a generator of numbers below its argument, the same ones in every run.
fn random() -> impl FnMut(usize) -> usize {
    let mut state = 1u64;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}

/// Calls `check` with each capture, the hostile stream, their messages and the arguments of
/// `ami decode`.
fn for_each_stream(mut check: impl FnMut(&[u8], &[Message], &[&str])) {
    for capture in captures().iter().filter(|capture| capture.bytes.len() < 100_000) {
        let from_server = capture.role == Role::Client;
        let arguments = if from_server { &[][..] } else { &["--from-client"] };
        check(&capture.bytes, &naive::decode(&capture.bytes, from_server), arguments);
    }
    let hostile = hostile();
    check(&hostile, &naive::decode(&hostile, true), &[]);
}

#[test]
fn flat_json_has_unique_keys_of_stable_types() {
    for_each_stream(|stream, messages, arguments| {
        let lines = lines(&[&["--json"], arguments].concat(), stream);
        assert_eq!(lines.len(), messages.len());
        for (line, message) in lines.iter().zip(messages) {
            let object: Object = serde_json::from_str(line).expect("JSON");
            assert_eq!(object, flat(message), "{line}");
            let keys: HashSet<_> = object.0.iter().map(|(key, _)| key.to_ascii_lowercase()).collect();
            assert_eq!(keys.len(), object.0.len(), "{line}");
            for (key, value) in &object.0 {
                assert!(value.is_array() || !is_always_list(key), "{line}");
                assert!(value.is_string() || value.is_array() || key == "_incomplete", "{line}");
            }
        }
    });
}

#[test]
fn flat_json_reads_as_documented() {
    let stream = b"Asterisk Call Manager/11.0.0\r\n\
        Event: Hangup\r\nChannel: SIP/7-1\r\nChanVariable: a=b\r\n\r\n\
        Event: X\r\nName: 1\r\n_time: 2\r\nNAME: 3\r\njunk\xff\r\n\r\n\
        Response: Follows\r\nPrivilege: Command\r\na: b\n--END COMMAND--\r\n\r\nResponse: x\r\nno";
    let expected = [
        r#"{"":["Asterisk Call Manager/11.0.0"]}"#,
        r#"{"Event":"Hangup","Channel":"SIP/7-1","ChanVariable":["a=b"]}"#,
        "{\"Event\":\"X\",\"Name\":[\"1\",\"3\"],\"__time\":\"2\",\"\":[\"junk\u{fffd}\"]}",
        r#"{"Response":"Follows","Privilege":"Command","Output":["a: b"]}"#,
        r#"{"Response":"x","":["no"],"_incomplete":true}"#,
    ];
    assert_eq!(lines(&["--json"], stream), expected);
    assert_eq!(lines(&["--json=flat"], stream), expected);
    assert_eq!(lines(&["--json=full"], stream), lines(&[], stream));
}

#[test]
fn long_messages_and_lines_are_printed_quickly() {
    let begin = Instant::now();
    for name in [|_| "Same".into(), |number: usize| format!("{}{number}", "n".repeat(20))] {
        let headers: String = (0..40_000).map(|number| format!("{}: {number}\r\n", name(number))).collect();
        let lines = lines(&["--json"], format!("Event: X\r\n{headers}\r\n").as_bytes());
        assert_eq!(lines.len(), 1);
        assert!(lines[0].contains("39999"));
    }
    for value in ["1.", "a ", "\u{fc}", "\u{202e}", "1", "=1\\rSecret"] {
        let line = format!("Event: X\r\nX: {}\r\n\r\n", value.repeat(200_000));
        assert_eq!(lines(&["--redact"], line.as_bytes()).len(), 1);
    }
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
}

/// Undoes the escapes of a column.
fn unescape(column: &str) -> String {
    let mut text = String::new();
    let mut chars = column.chars();
    while let Some(char) = chars.next() {
        assert!(!matches!(char, '\t' | '\r'), "{column:?}");
        text.push(match char {
            '\\' => match chars.next().expect("an escape") {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                same @ ('\\' | '#') => same,
                other => panic!("\\{other} in {column:?}"),
            },
            char => char,
        });
    }
    text
}

#[test]
fn fields_are_always_as_many_columns_and_lose_nothing() {
    let values = ["", " ", "a", "#", "#a\tb", "\t", "\\", "\\t", "\r", "a\rb\\", "Zürich \u{202e}", "\\#"];
    let names = ["Channel", "cHANNEL", "Cause-txt", "Other", "Output"];
    let wanted = ["channel", "Cause-txt", "OUTPUT", "Channel"];
    let mut random = random();
    let mut stream = String::new();
    for _ in 0..500 {
        stream.push_str("Response: X\r\n");
        for _ in 0..random(6) {
            let (name, value) = (names[random(names.len())], values[random(values.len())]);
            stream.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.push_str("\r\n");
    }
    stream.push_str("Response: Follows\r\nPrivilege: x\r\n#a\tb\n\nc\n--END COMMAND--\r\n\r\n");
    let rows: Vec<Vec<String>> = naive::decode(stream.as_bytes(), true)
        .iter()
        .map(|message| {
            let column = |name: &&str| {
                let is = |own: &Option<Vec<u8>>| {
                    own.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes()))
                };
                let headers = message.headers.iter().filter(|(own, _)| is(own));
                let mut values: Vec<_> = headers.map(|(_, value)| value.clone()).collect();
                if *name == "OUTPUT" && values.is_empty() {
                    values = message.output.clone().unwrap_or_default();
                }
                (!values.is_empty()).then(|| String::from_utf8(values.join(&b'\n')).expect("UTF-8"))
            };
            wanted.iter().map(column).collect::<Vec<_>>()
        })
        .filter(|columns| columns.iter().any(Option::is_some))
        .map(|columns| columns.into_iter().map(Option::unwrap_or_default).collect())
        .collect();
    assert!(rows.len() > 200);
    for (arguments, own) in [(&[][..], &[][..]), (&["--tag", "#p b\\x"], &["#p b\\x"])] {
        let list = wanted.join(",");
        let printed = lines(&[&["--fields", &list], arguments].concat(), stream.as_bytes());
        assert!(!printed.iter().any(|line| line.starts_with('#')));
        let printed: Vec<Vec<String>> =
            printed.iter().map(|line| line.split('\t').map(unescape).collect()).collect();
        let expected: Vec<Vec<String>> = rows
            .iter()
            .map(|row| own.iter().map(|text| text.to_string()).chain(row.iter().cloned()).collect())
            .collect();
        assert_eq!(printed, expected);
    }
}

#[test]
fn fields_of_a_list_are_those_of_its_entries() {
    let list = "Response: Success\r\nActionID: @\r\nEventList: start\r\n\r\n\
        Event: Entry\r\nActionID: @\r\nName: a\r\nCalls: 1\r\n\r\nEvent: Entry\r\nActionID: @\r\nCalls: 2\r\n\r\n\
        Event: Done\r\nActionID: @\r\nEventList: Complete\r\n\r\n";
    let arguments = ["action", "--plain", "QueueStatus", "--fields", "calls, Name"];
    let (status, stdout, _) = run_against(BANNER, Box::leak(Box::new([ACCEPTED, list])), &arguments);
    assert_eq!((status, &stdout[..]), (0, "1\ta\n2\t\n"));
}

/// Checks a time such as 2026-11-27T09:30:00.125Z, which must be that of this test.
fn is_now(text: &str) -> bool {
    let form: String = text.chars().map(|char| if char.is_ascii_digit() { '0' } else { char }).collect();
    let second = |text: &str| text.get(..15).map(String::from);
    let near = [0, 30].map(|ago| {
        let time = SystemTime::now() - Duration::from_secs(ago);
        second(&humantime::format_rfc3339_millis(time).to_string())
    });
    form == "0000-00-00T00:00:00.000Z" && near.contains(&second(text))
}

#[test]
fn the_time_and_the_tag_are_in_every_format() {
    let answer = "Response: Success\r\nActionID: @\r\nPing: Pong\r\nOutput: line\r\n\r\n";
    let get = |arguments: &[&str]| {
        let all = [arguments, &["--plain", "--time", "--tag", "pbx 1"]].concat();
        let (status, stdout, _) = run_against(BANNER, Box::leak(Box::new([ACCEPTED, answer])), &all);
        assert_eq!(status, 0);
        stdout
    };
    for (arguments, rest) in [
        (&["ping"][..], "Pong\n"),
        (&["command", "x"], "line\n"),
        (&["action", "Ping"], "Response: Success\n"),
    ] {
        let text = get(arguments);
        let (heading, after) = text.split_once('\n').expect("a heading");
        let time = heading.strip_prefix("--- ").and_then(|text| text.strip_suffix(" pbx 1 ---"));
        assert!(time.is_some_and(is_now) && after.starts_with(rest), "{text}");
    }
    for (form, time, tag) in [("--json", "_time", "_tag"), ("--json=full", "time", "tag")] {
        let Object(entries) = serde_json::from_str(&get(&["ping", form])).expect("JSON");
        assert_eq!(entries[0].0, time);
        assert!(entries[0].1.as_str().is_some_and(is_now), "{entries:?}");
        assert_eq!(entries[1], (tag.into(), json!("pbx 1")));
    }
    let line = get(&["ping", "--fields", "Ping"]);
    let columns: Vec<_> = line.trim_end_matches('\n').split('\t').collect();
    assert!(is_now(columns[0]) && columns[1..] == ["pbx 1", "Pong"], "{line}");
}

#[test]
fn text_of_a_pipe_has_no_heading_and_no_color() {
    let port = server(BANNER, &[ACCEPTED, PONG]).to_string();
    let mut command = ami(&["--port", &port, "--user", "a", "--plain", "action", "Ping"]);
    let (status, stdout, _) = run(command.env("AMI_SECRET", "x").env("TERM", "xterm").env_remove("NO_COLOR"));
    assert_eq!(status, 0);
    assert!(stdout.starts_with("Response: Success\nActionID: ") && stdout.ends_with("\nPing: Pong\n\n"));
}

#[test]
fn a_header_that_no_message_has_is_a_warning() {
    for (fields, warning) in [
        ("Evnt", "ami: warning: --fields Evnt: no message had this header; a similar one is Event\n"),
        ("Event,Zzz", "ami: warning: --fields Zzz: no message had this header\n"),
        ("event,Cause", ""),
    ] {
        let mut command = ami(&["decode", "--fields", fields]);
        command.stdin(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
        let input = b"Event: A\r\n\r\nEvent: B\r\nCause: 16\r\n\r\n";
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), warning);
        assert!(output.status.success());
    }
    let call = "Response: Success\r\nActionID: @\r\n\r\nEvent: OriginateResponse\r\nPrivilege: call,all\r\n\
                ActionID: @\r\nResponse: Success\r\nReason: 4\r\n\r\n";
    for (arguments, answer, hint) in [
        (&["ping", "--fields", "Pnig"][..], PONG, "; a similar one is Ping"),
        (&["ping", "--fields", "Ping"], PONG, "-"),
        (&["ping"], PONG, "-"),
        (&["command", "x", "--fields", "Zzz"], PONG, ""),
        (&["originate", "Local/1@a", "--fields", "Reasn"], call, "; a similar one is Reason"),
    ] {
        let port = server(BANNER, Box::leak(Box::new([ACCEPTED, answer]))).to_string();
        let mut command = ami(&["--port", &port, "--user", "a", "--plain"]);
        let output = command.args(arguments).env("AMI_SECRET", "x").output().unwrap();
        let name = arguments.last().unwrap();
        let warning = format!("ami: warning: --fields {name}: no message had this header{hint}\n");
        let expected = if hint == "-" { String::new() } else { warning };
        assert_eq!(String::from_utf8(output.stderr).unwrap(), expected, "{arguments:?}");
        assert!(output.status.success());
    }
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    for arguments in [
        &["--json", "--fields", "A"][..],
        &["--fields", "A,,B"],
        &["--fields", ""],
        &["--tag", ""],
        &["--tag", "a\nb"],
        &["--tag", "a\u{202e}"],
        &["--json=nice"],
        &["--bytes"],
        &["--redact", "--bytes", "--json"],
        &["--redact", "--bytes", "--tag", "a"],
        &["--time"],
        &["--host", "127.0.0.1"],
        &["--user", "a"],
        &["--secret-file", "/dev/null"],
    ] {
        let (status, stdout, stderr) = run(ami(&["decode", "/dev/null"]).args(arguments));
        assert_eq!((status, &stdout[..]), (2, ""), "{arguments:?}: {stderr}");
        assert!(!stderr.chars().any(|char| char != '\n' && char.is_control()), "{stderr:?}");
    }
    // A recording does not have the times at which its messages arrived.
    for command in [&["decode", "/dev/null"][..], &["calls", "--from", "/dev/null"]] {
        let (status, _, stderr) = run(ami(command).arg("--time"));
        assert!(status == 2 && stderr.contains("a recording does not have the times of arrival"), "{stderr}");
    }
    let (_, help, _) = run(&mut ami(&["decode", "--help"]));
    assert!(!help.contains("\n      --time"), "{help}");
    // The value of --json follows an equals sign, so that the next argument is the file.
    let (status, ..) = run(&mut ami(&["decode", "--json", "/dev/null"]));
    assert_eq!(status, 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_local_failure() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    for arguments in [&["ping"][..], &["ping", "--json"], &["action", "Ping", "--fields", "Ping"]] {
        let port = server(BANNER, &[ACCEPTED, PONG]).to_string();
        let mut command = ami(&["--port", &port, "--user", "a", "--plain"]);
        let (status, stderr) =
            run_keeping_stdout(command.args(arguments).env("AMI_SECRET", "x").stdout(full()));
        assert!(status == 5 && stderr.contains("standard output"), "{arguments:?}: {status} {stderr}");
    }
    for arguments in [&["decode"][..], &["decode", "--redact", "--bytes"], &["decode", "--fields", "Event"]] {
        let mut command = ami(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(full()).stderr(Stdio::piped()).spawn().unwrap();
        let _ = child.stdin.take().expect("a pipe").write_all(b"Event: X\r\n\r\n");
        let output = child.wait_with_output().expect("output");
        let stderr = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(5), "{arguments:?}: {stderr}");
        assert!(stderr.contains("standard output"), "{stderr}");
    }
}

/// Runs the tool with the standard output that the command has. Returns the exit status and
/// standard error.
#[cfg(target_os = "linux")]
fn run_keeping_stdout(command: &mut Command) -> (i32, String) {
    let child = command.stderr(Stdio::piped()).spawn().expect("ami runs");
    let output = child.wait_with_output().expect("output");
    (output.status.code().expect("an exit status"), String::from_utf8(output.stderr).expect("UTF-8"))
}

#[test]
fn the_recipe_of_the_help_works() {
    for command in ["ping", "action", "command", "events", "decode"] {
        let (_, help, _) = run(&mut ami(&[command, "--help"]));
        assert!(help.contains("--fields <HEADERS>"), "{command}: {help}");
        if command == "decode" {
            assert!(help.contains("--redact replaces") && help.contains("jq -r"), "{help}");
        }
    }
    let (_, help, _) = run(&mut ami(&["decode", "--help"]));
    let recipe = help.lines().find_map(|line| line.split_once(" | jq ")).expect("a recipe").1;
    let stream = b"Asterisk Call Manager/11.0.0\r\nEvent: Newchannel\r\nChannel: a\r\n\r\nEvent: Hangup\r\n\
        Channel: PJSIP/7-1\r\n\r\njunk\r\n\r\nEvent: Hangup\r\nChannel: b c\r\n\r\n";
    let (_, json, _) = decode(&["--json"], stream);
    if Command::new("jq").arg("--version").output().is_err() {
        println!("skipped: this machine has no jq");
        return;
    }
    let (status, stdout, error) = feed(Command::new("sh").args(["-c", &format!("jq {recipe}")]), &json);
    assert_eq!((status, &stdout[..], &error[..]), (0, &b"PJSIP/7-1\nb c\n"[..], ""));
}

const PERSONAL: &[u8] = b"Asterisk Call Manager/11.0.0\r\n\
    Response: Success\r\nActionID: alice-1\r\nMessage: Authentication accepted for Extension 4711\r\n\r\n\
    Event: Newchannel\r\nPrivilege: call,all\r\nChannel: PJSIP/alice-0000002a\r\nChannelStateDesc: Ring\r\n\
    CallerIDNum: +49301234567\r\nCallerIDName: Alice M\xc3\xbcller\r\nConnectedLineName: \"M\xc3\xbcller, ALICE\"\r\n\
    AccountCode: M\xfcller\r\nUniqueid: 1795445264.482\r\nLinkedid: pbxmuc-1795445264.482\r\nPriority: 1\r\n\
    AppData: PJSIP/alice/sip:alice@192.0.2.77:5060,20,tT\r\nAddress: 192.0.2.77 192.0.2.78 127.0.0.1\r\n\
    ChanVariable(PJSIP/alice-0000002a): PIN=7391\r\nSecret: hunter2\r\n\r\n\
    Event: DTMFBegin\r\nDigit: 7\r\nCause-txt: Normal Clearing\r\nCount: 12\r\n\r\n\
    Event: UserEvent\r\nUserEvent: Order\r\nState: Wonderland\r\nData:{\"phone\": \"+49301234567\"}\r\n\r\n\
    Event: LocalBridge\r\nLocalOneChannel: Local/alice@office-00000001;1\r\nLocalTwoChannel: Local/alice@office-00000001;2\r\n\r\n\
    Response: Follows\r\nPrivilege: Command\r\nalice/alice   192.0.2.77  OK\nsecret = hunter2\n--END COMMAND--\r\n\r\n\
    just alice\r\n\r\nEvent: Cut\r\nEmail: alice@example.org";

#[test]
fn redacting_replaces_personal_data_by_the_same_words_everywhere() {
    let (status, raw, _) = decode(&["--redact", "--bytes"], PERSONAL);
    assert_eq!(status, 0);
    assert!(!raw.windows(7).any(|part| part == b"M\xfcller\r"), "{}", raw.escape_ascii());
    let text = String::from_utf8_lossy(&raw).into_owned();
    for gone in [
        "alice-0",
        "alice@",
        "Alice",
        "ALICE",
        "just alice",
        "49301234567",
        "Müller",
        "4711",
        "7391",
        "hunter2",
        "192.0.2",
        "pbxmuc",
        "Wonderland",
        "phone",
        "office",
        "example",
        "Digit: 7",
        "OK",
    ] {
        assert!(!text.contains(gone), "{gone} in {text}");
    }
    for kept in [
        "Asterisk Call Manager/11.0.0\r\n",
        "ActionID: alice-1\r\n",
        "Message: Authentication accepted for Extension ",
        "Event: Newchannel\r\nPrivilege: call,all\r\nChannel: PJSIP/",
        "ChannelStateDesc: Ring\r\n",
        "Uniqueid: 1795445264.482\r\n",
        "Priority: 1\r\n",
        "198.18.0.1",
        " 198.18.0.2 127.0.0.1\r\n",
        "Secret: [redacted]\r\n",
        "Digit: [redacted]\r\n",
        "Cause-txt: Normal Clearing\r\nCount: 12\r\n",
        "UserEvent: Order\r\n",
        "State: ",
        "Channel: Local/",
        "\n[redacted]\n--END COMMAND--\r\n\r\n",
        ";1\r\n",
        ";2\r\n",
    ] {
        assert!(text.contains(kept), "{kept} in {text}");
    }
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or_else(|| panic!("{name} in {text}")).to_owned()
    };
    let alice = value("Channel").trim_start_matches("PJSIP/")[..5].to_owned();
    assert!(alice.bytes().all(|byte| byte.is_ascii_lowercase()), "{alice}");
    let name = value("CallerIDName");
    let (first, last) = name.split_once(' ').expect("two words");
    assert!(first[..1].chars().all(char::is_uppercase) && first.eq_ignore_ascii_case(&alice), "{name}");
    assert_eq!(value("ConnectedLineName"), format!("\"{last}, {}\"", alice.to_ascii_uppercase()));
    assert!(value("AppData").starts_with(&format!("PJSIP/{alice}/sip:{alice}@198.18.0.1:")));
    assert!(text.contains(&format!("{alice}/{alice}   198.18.0.1  ")), "{text}");
    assert!(text.contains(&format!("Email: {alice}@")), "{text}");
    let phone = value("CallerIDNum");
    assert!(phone.len() == 12 && text.matches(&phone).count() == 2, "{text}");
    // The same in the other formats, with other words.
    let json = lines(&["--redact", "--json"], PERSONAL);
    assert_eq!(json.len(), naive::decode(PERSONAL, true).len());
    let json = json.join("\n");
    assert!(!json.contains("Alice") && !json.contains("4930123"), "{json}");
    assert!(json.contains(r#""Digit":"[redacted]""#) && json.ends_with(r#""_incomplete":true}"#), "{json}");
}

#[test]
fn redacting_keeps_everything_that_matters_for_decoding() {
    let is_plain = |name: &[u8]| name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    for_each_stream(|stream, messages, arguments| {
        let (status, raw, _) = decode(&[&["--redact", "--bytes"], arguments].concat(), stream);
        assert_eq!(status, 0);
        let redacted = naive::decode(&raw, arguments.is_empty());
        assert_eq!(redacted.len(), messages.len());
        for (new, old) in redacted.iter().zip(messages) {
            let facts = |message: &Message| {
                let output = message.output.as_ref().map(Vec::len);
                (message.kind, message.banner.clone(), message.headers.len(), output, message.incomplete)
            };
            assert_eq!(facts(new), facts(old), "{new:?} {old:?}");
            for ((new_name, new_value), (name, value)) in new.headers.iter().zip(&old.headers) {
                if name.as_ref().is_some_and(|name| !name.is_empty() && is_plain(name)) {
                    assert_eq!(new_name, name);
                    let is_id = name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(b"ActionID"));
                    assert!(!is_id || new_value == value);
                }
            }
            for secret in ["Secret", "Key", "Challenge", "Digit"] {
                let is = |name: &Option<Vec<u8>>| {
                    name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(secret.as_bytes()))
                };
                let mut values = new.headers.iter().filter(|(name, _)| is(name));
                assert!(values.all(|(_, value)| value == b"[redacted]"), "{new:?}");
            }
        }
    });
}
