//! `ami calls`: the calls of recorded streams, of the miniature PBX, and of a server that fails.

#[cfg(unix)]
#[path = "common/ending.rs"]
mod ending;
mod harness;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use harness::{ACCEPTED, BANNER, CHALLENGE, ami, read_action, run, server};

/// Returns the captures in the repository and, if `AMI_CAPTURES` names a folder, those below it.
fn captures() -> Vec<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data");
    let mut folders = vec![data];
    folders.extend(std::env::var_os("AMI_CAPTURES").map(PathBuf::from));
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("readable").path();
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(extension) if extension == "s2c" => found.push(path),
                _ => {}
            }
        }
    }
    assert!(found.len() > 50, "no captures");
    found
}

/// Runs a command whose standard input is `input`, and returns its standard output.
fn output(command: &mut Command, input: &[u8]) -> String {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("ami runs");
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("an end");
    writer.join().unwrap();
    assert!(output.status.success(), "{}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Returns the records that the tool prints for a stream.
fn records(stream: &[u8], more: &[&str]) -> Vec<Value> {
    let text = output(ami(&["calls", "--json", "--from", "-"]).args(more), stream);
    text.lines().map(record).collect()
}

/// Parses a record, and makes an object of the list of its headers if the JSON is lossless.
fn record(line: &str) -> Value {
    let value: Value = serde_json::from_str(line).expect("JSON");
    let Some(headers) = value["headers"].as_array() else { return value };
    headers.iter().map(|header| (header[0].as_str().unwrap(), header[1].clone())).collect()
}

/// Makes a stream of events from lines such as `5 Hangup Uniqueid=1.1 Cause=16`: the time in
/// seconds, the name, and the headers, in which `_` is a blank.
fn stream(lines: &str) -> Vec<u8> {
    let mut text = String::from("Asterisk Call Manager/11.0.0\r\n");
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.split(' ');
        let time: f64 = words.next().unwrap().parse().expect("a time");
        text += &format!("Event: {}\r\nPrivilege: call,all\r\n", words.next().unwrap());
        text += &format!("Timestamp: {:.6}\r\n", 1_795_771_800.0 + time);
        for word in words {
            let (name, value) = word.split_once('=').expect("Name=Value");
            text += &format!("{name}: {}\r\n", value.replace('_', " "));
        }
        text += "\r\n";
    }
    text.into_bytes()
}

fn lines(events: &str, more: &[&str]) -> Vec<String> {
    let text = output(ami(&["calls", "--from", "-"]).args(more), &stream(events));
    text.lines().map(str::to_owned).collect()
}

/// A call from a trunk through a menu to a telephone, as Asterisk 22 reports it.
const INBOUND: &str = "
    0 Newchannel Channel=PJSIP/trunk-01 ChannelStateDesc=Ring CallerIDNum=200 CallerIDName=Alice_B. Exten=100 Uniqueid=1.1 Linkedid=1.1
    1 Newstate Channel=PJSIP/trunk-01 ChannelStateDesc=Up CallerIDNum=200 CallerIDName=Alice_B. Exten=100 Uniqueid=1.1 Linkedid=1.1
    3 Newchannel Channel=PJSIP/100-02 ChannelStateDesc=Down CallerIDNum=100 Exten=s Uniqueid=1.2 Linkedid=1.1
    3 DialBegin Channel=PJSIP/trunk-01 Uniqueid=1.1 Linkedid=1.1 DestChannel=PJSIP/100-02 DestUniqueid=1.2 DestLinkedid=1.1
    3.5 Newstate Channel=PJSIP/100-02 ChannelStateDesc=Ringing Uniqueid=1.2 Linkedid=1.1
    8.25 Newstate Channel=PJSIP/100-02 ChannelStateDesc=Up Uniqueid=1.2 Linkedid=1.1
    8.25 DialEnd Channel=PJSIP/trunk-01 Uniqueid=1.1 Linkedid=1.1 DestChannel=PJSIP/100-02 DestUniqueid=1.2 DestLinkedid=1.1 DialStatus=ANSWER
    8.3 BridgeEnter BridgeUniqueid=b BridgeType=basic Channel=PJSIP/100-02 Uniqueid=1.2 Linkedid=1.1
    8.3 BridgeEnter BridgeUniqueid=b BridgeType=basic Channel=PJSIP/trunk-01 Uniqueid=1.1 Linkedid=1.1
    71.25 HangupRequest Channel=PJSIP/trunk-01 Uniqueid=1.1 Linkedid=1.1
    71.25 Hangup Channel=PJSIP/100-02 Uniqueid=1.2 Linkedid=1.1 Cause=16 Cause-txt=Normal_Clearing
    71.25 Hangup Channel=PJSIP/trunk-01 Uniqueid=1.1 Linkedid=1.1 Cause=16 Cause-txt=Normal_Clearing";

#[test]
fn a_call_is_one_line_of_text() {
    assert_eq!(
        lines(INBOUND, &[]),
        [
            "2026-11-27T09:30:00Z  answered    ring 5 s    talk 63 s    \"Alice B.\" <200> -> 100  by PJSIP/100  \
          cause 16 Normal Clearing  id 1.1"
        ]
    );
}

#[test]
fn changes_are_printed_as_they_happen() {
    // The menu answers first, and then the telephone rings.
    assert_eq!(
        lines(INBOUND, &["--changes"]),
        [
            "2026-11-27T09:30:01Z  answered    \"Alice B.\" <200> -> 100  id 1.1",
            "2026-11-27T09:30:03Z  ringing     \"Alice B.\" <200> -> 100  called PJSIP/100  id 1.1",
            "2026-11-27T09:30:08Z  answered    \"Alice B.\" <200> -> 100  by PJSIP/100  id 1.1",
            "2026-11-27T09:31:11Z  answered    ring 5 s    talk 63 s    \"Alice B.\" <200> -> 100  by PJSIP/100  \
          cause 16 Normal Clearing  id 1.1"
        ]
    );
    assert_eq!(lines(INBOUND, &["--changes", "--count", "2"]).len(), 2);
}

#[test]
fn a_call_is_an_object_with_the_keys_of_the_help() {
    let expected = serde_json::json!({
        "Event": "Call", "State": "ended", "Result": "answered",
        "Begin": "2026-11-27T09:30:00.000Z", "Answer": "2026-11-27T09:30:08.250Z",
        "End": "2026-11-27T09:31:11.250Z",
        "Ring": "5.250", "Talk": "63.000", "Duration": "71.250",
        "CallerIDNum": "200", "CallerIDName": "Alice B.", "Channel": "PJSIP/trunk-01", "Exten": "100",
        "Called": "PJSIP/100", "AnsweredBy": "PJSIP/100", "AnsweredNum": "100",
        "Cause": "16", "Cause-txt": "Normal Clearing", "Uniqueid": "1.1", "Linkedid": "1.1",
    });
    assert_eq!(records(&stream(INBOUND), &[]), std::slice::from_ref(&expected));
    let (_, help, _) = run(&mut ami(&["calls", "--help"]));
    for key in expected.as_object().unwrap().keys().map(String::as_str).chain(["Queue", "Into", "Incomplete"])
    {
        assert!(help.contains(key), "{key} is not in the help");
    }
}

#[test]
fn the_recipe_of_the_help_works() {
    let (_, help, _) = run(&mut ami(&["calls", "--help"]));
    let recipe = help.lines().find_map(|line| line.split_once("ami calls --json | ")).expect("a recipe").1;
    if Command::new("jq").arg("--version").output().is_err() {
        println!("skipped: this machine has no jq");
        return;
    }
    let missed = "0 Newchannel Channel=PJSIP/1-1 ChannelStateDesc=Ring CallerIDNum=4711 Uniqueid=2.1
        5 Hangup Uniqueid=2.1 Cause=16";
    let json =
        output(&mut ami(&["calls", "--json", "--from", "-"]), &stream(&format!("{INBOUND}\n{missed}")));
    assert_eq!(
        output(Command::new("sh").args(["-c", recipe]), json.as_bytes()),
        "\"2026-11-27T09:30:00.000Z\",\"4711\"\n"
    );
}

#[test]
fn fields_and_tags_are_columns() {
    let line = lines(INBOUND, &["--fields", "Result,CallerIDName,Queue,Talk"]).concat();
    assert_eq!(line, "answered\tAlice B.\t\t63.000");
    let line = lines(INBOUND, &["--tag", "pbx 1"]).concat();
    assert!(line.starts_with("pbx 1  2026-11-27T09:30:00Z  answered  "), "{line}");
    let record = records(&stream(INBOUND), &["--tag", "pbx 1"]).remove(0);
    assert!(record["_tag"] == "pbx 1" && record["Event"] == "Call", "{record}");
}

/// Returns a few words about each call: its result, caller, extension, parties, ring and talk.
fn summaries(events: &str) -> Vec<String> {
    let times = |line: &str| {
        let (head, tail) = line.split_once("  id ").unwrap();
        let incomplete = if tail.ends_with("incomplete") { " incomplete" } else { "" };
        let words: Vec<&str> = head.split_whitespace().skip(1).collect();
        words.join(" ") + incomplete
    };
    lines(events, &[]).iter().map(|line| times(line)).collect()
}

#[test]
fn generations_of_asterisk_report_calls_in_their_own_ways() {
    // 1.4: Dial without an end, Link, the extension only in Newexten.
    assert_eq!(
        summaries(
            "0 Newchannel Channel=SIP/200-0a State=Ring CallerIDNum=200 CallerIDName=<unknown> Uniqueid=1.1
             0 Newexten Channel=SIP/200-0a Context=phones Extension=100 Application=Dial Uniqueid=1.1
             0 Newchannel Channel=SIP/100-0b State=Down Uniqueid=1.2
             0 Dial Source=SIP/200-0a Destination=SIP/100-0b CallerID=200 SrcUniqueID=1.1 DestUniqueID=1.2
             0 Newstate Channel=SIP/100-0b State=Ringing Uniqueid=1.2
             4 Newstate Channel=SIP/100-0b State=Up Uniqueid=1.2
             4 Newstate Channel=SIP/200-0a State=Up Uniqueid=1.1
             4 Link Channel1=SIP/200-0a Channel2=SIP/100-0b Uniqueid1=1.1 Uniqueid2=1.2
             9 Unlink Channel1=SIP/200-0a Channel2=SIP/100-0b Uniqueid1=1.1 Uniqueid2=1.2
             9 Hangup Channel=SIP/100-0b Uniqueid=1.2 Cause=16 Cause-txt=Normal_Clearing
             9 Hangup Channel=SIP/200-0a Uniqueid=1.1 Cause=16 Cause-txt=Normal_Clearing"
        ),
        ["answered ring 4 s talk 5 s <200> -> 100 by SIP/100 cause 16 Normal Clearing"]
    );
    // 1.8: Dial with an end, and then the mailbox answers.
    assert_eq!(
        summaries(
            "0 Newchannel Channel=SIP/200-0a ChannelState=4 ChannelStateDesc=Ring CallerIDNum=200 Exten=100 Uniqueid=1.1
             0 Newchannel Channel=SIP/100-0b ChannelState=0 ChannelStateDesc=Down Exten= Uniqueid=1.2
             0 Dial SubEvent=Begin Channel=SIP/200-0a Destination=SIP/100-0b UniqueID=1.1 DestUniqueID=1.2 Dialstring=100
             20 Hangup Channel=SIP/100-0b Uniqueid=1.2 Cause=0 Cause-txt=Unknown
             20 Dial SubEvent=End Channel=SIP/200-0a UniqueID=1.1 DialStatus=NOANSWER
             20 Newstate Channel=SIP/200-0a ChannelState=6 ChannelStateDesc=Up Uniqueid=1.1
             31 Hangup Channel=SIP/200-0a Uniqueid=1.1 Cause=16 Cause-txt=Normal_Clearing"
        ),
        ["noanswer ring 20 s talk - <200> -> 100 called SIP/100 cause 16 Normal Clearing"]
    );
    // 11: a redirected channel is taken over by another, which gets its name.
    assert_eq!(
        summaries(
            "0 Newchannel Channel=SIP/200-0a ChannelStateDesc=Ring CallerIDNum=200 Exten=100 Uniqueid=1.1
             0 Newchannel Channel=SIP/100-0b ChannelStateDesc=Down Uniqueid=1.2
             0 Dial SubEvent=Begin Channel=SIP/200-0a Destination=SIP/100-0b UniqueID=1.1 DestUniqueID=1.2
             1 Bridge Bridgestate=Link Channel1=SIP/200-0a Channel2=SIP/100-0b Uniqueid1=1.1 Uniqueid2=1.2
             2 Newchannel Channel=AsyncGoto/SIP/100-0b ChannelStateDesc=Up Uniqueid=1.3
             2 Rename Channel=SIP/100-0b Newname=SIP/100-0b<MASQ> Uniqueid=1.2
             2 Rename Channel=AsyncGoto/SIP/100-0b Newname=SIP/100-0b Uniqueid=1.3
             2 Rename Channel=SIP/100-0b<MASQ> Newname=AsyncGoto/SIP/100-0b<ZOMBIE> Uniqueid=1.2
             2 Hangup Channel=AsyncGoto/SIP/100-0b<ZOMBIE> Uniqueid=1.2 Cause=16 Cause-txt=Normal_Clearing
             3 Hangup Channel=SIP/200-0a Uniqueid=1.1 Cause=16 Cause-txt=Normal_Clearing
             7 Hangup Channel=SIP/100-0b Uniqueid=1.3 Cause=16 Cause-txt=Normal_Clearing"
        ),
        ["answered ring 1 s talk 6 s <200> -> 100 by SIP/100 cause 16 Normal Clearing"]
    );
    // 12: no Linkedid. The bridge tells that the channels belong together.
    assert_eq!(
        summaries(
            "0 Newchannel Channel=SIP/200-0a ChannelStateDesc=Ring CallerIDNum=200 Exten=100 Uniqueid=1.1
             0 Newchannel Channel=SIP/100-0b ChannelStateDesc=Down Uniqueid=1.2
             2 BridgeEnter BridgeUniqueid=b BridgeType=basic Channel=SIP/200-0a Uniqueid=1.1
             2 BridgeEnter BridgeUniqueid=b BridgeType=basic Channel=SIP/100-0b Uniqueid=1.2
             3 Hangup Channel=SIP/200-0a Uniqueid=1.1 Cause=16 Cause-txt=Normal_Clearing
             3 Hangup Channel=SIP/100-0b Uniqueid=1.2 Cause=16 Cause-txt=Normal_Clearing"
        ),
        ["answered ring 2 s talk 1 s <200> -> 100 by SIP/100 cause 16 Normal Clearing"]
    );
}

#[test]
fn each_result_has_its_reason() {
    let dialled = |status: &str, cause: u32| {
        summaries(&format!(
            "0 Newchannel Channel=PJSIP/200-0a ChannelStateDesc=Ring CallerIDNum=200 Exten=100 Uniqueid=1.1 Linkedid=1.1
             0 Newchannel Channel=PJSIP/100-0b ChannelStateDesc=Down Uniqueid=1.2 Linkedid=1.1
             0 DialBegin Channel=PJSIP/200-0a Uniqueid=1.1 DestChannel=PJSIP/100-0b DestUniqueid=1.2 DestLinkedid=1.1
             2 DialEnd Uniqueid=1.1 DestChannel=PJSIP/100-0b DestUniqueid=1.2 DestLinkedid=1.1 DialStatus={status}
             2 Hangup Channel=PJSIP/100-0b Uniqueid=1.2 Linkedid=1.1 Cause=0
             2 Hangup Channel=PJSIP/200-0a Uniqueid=1.1 Linkedid=1.1 Cause={cause}"
        ))
        .concat()
    };
    for (status, cause, result) in [
        ("BUSY", 17, "busy"),
        ("NOANSWER", 16, "noanswer"),
        ("CANCEL", 127, "cancelled"),
        ("CONGESTION", 34, "congestion"),
        ("CHANUNAVAIL", 20, "failed"),
    ] {
        let line = dialled(status, cause);
        assert!(
            line.starts_with(&format!("{result} ring 2 s talk - <200> -> 100 called PJSIP/100")),
            "{line}"
        );
    }
    // Without a party, the cause of the hangup or the request to hang up decides.
    let refused = |request: &str, cause: u32| {
        summaries(&format!(
            "0 Newchannel Channel=PJSIP/200-0a ChannelStateDesc=Ring CallerIDNum=200 Exten=100 Uniqueid=1.1
             {request}
             1 Hangup Channel=PJSIP/200-0a Uniqueid=1.1 Cause={cause}"
        ))
        .concat()
    };
    for (request, cause, result) in [
        ("", 17, "busy"),
        ("", 34, "congestion"),
        ("", 19, "noanswer"),
        ("", 16, "noanswer"),
        ("", 1, "failed"),
        ("1 HangupRequest Channel=PJSIP/200-0a Uniqueid=1.1", 16, "cancelled"),
    ] {
        let line = refused(request, cause);
        assert!(line.starts_with(&format!("{result} ring 1 s talk - <200> -> 100 cause {cause}")), "{line}");
    }
}

#[test]
fn transferred_calls_are_one_line() {
    // 100 answers 200, asks 101 in a second call, and connects them.
    let events = "
        0 Newchannel Channel=PJSIP/200-0a ChannelStateDesc=Ring CallerIDNum=200 Exten=100 Uniqueid=1.1 Linkedid=1.1
        0 Newchannel Channel=PJSIP/100-0b ChannelStateDesc=Down Uniqueid=1.2 Linkedid=1.1
        0 DialBegin Channel=PJSIP/200-0a Uniqueid=1.1 DestChannel=PJSIP/100-0b DestUniqueid=1.2 DestLinkedid=1.1
        2 DialEnd Uniqueid=1.1 DestChannel=PJSIP/100-0b DestUniqueid=1.2 DestLinkedid=1.1 DialStatus=ANSWER
        5 Newchannel Channel=PJSIP/100-0c ChannelStateDesc=Ring CallerIDNum=100 Exten=101 Uniqueid=1.3 Linkedid=1.3
        5 Newchannel Channel=PJSIP/101-0d ChannelStateDesc=Down Uniqueid=1.4 Linkedid=1.3
        5 DialBegin Channel=PJSIP/100-0c Uniqueid=1.3 DestChannel=PJSIP/101-0d DestUniqueid=1.4 DestLinkedid=1.3
        6 DialEnd Uniqueid=1.3 DestChannel=PJSIP/101-0d DestUniqueid=1.4 DestLinkedid=1.3 DialStatus=ANSWER
        9 BridgeEnter BridgeUniqueid=b BridgeType=basic Channel=PJSIP/101-0d Uniqueid=1.4 Linkedid=1.1
        9 Hangup Channel=PJSIP/100-0b Uniqueid=1.2 Linkedid=1.1 Cause=16
        9 Hangup Channel=PJSIP/100-0c Uniqueid=1.3 Linkedid=1.3 Cause=16
        20 Hangup Channel=PJSIP/101-0d Uniqueid=1.4 Linkedid=1.1 Cause=16
        20 Hangup Channel=PJSIP/200-0a Uniqueid=1.1 Linkedid=1.1 Cause=16";
    assert_eq!(summaries(events), ["answered ring 2 s talk 18 s <200> -> 100 by PJSIP/100 cause 16"]);
    let changes = lines(events, &["--changes"]);
    assert!(
        changes.iter().any(|line| line.contains("  joined  ") && line.ends_with("id 1.3  into 1.1")),
        "{changes:?}"
    );
}

#[test]
fn the_session_of_an_agent_does_not_swallow_the_calls() {
    // Once connected, the callers have the linked id of the agent, who stays logged in.
    let caller = |at: u32, id: &str| {
        format!(
            "{at} Newchannel Channel=PJSIP/200-{id} ChannelStateDesc=Ring CallerIDNum=200 Exten=500 Uniqueid={id} Linkedid={id}
             {at} QueueCallerJoin Channel=PJSIP/200-{id} Uniqueid={id} Linkedid={id} Queue=support
             {at} BridgeEnter BridgeUniqueid=b{id} BridgeType=basic Channel=PJSIP/200-{id} Uniqueid={id} Linkedid={id}
             {at}.5 BridgeEnter BridgeUniqueid=b{id} BridgeType=basic Channel=PJSIP/900-01 Uniqueid=1 Linkedid=1
             {at}.5 BridgeEnter BridgeUniqueid=b{id} BridgeType=basic Channel=PJSIP/200-{id} Uniqueid={id} Linkedid=1
             {at}.9 Hangup Channel=PJSIP/200-{id} Uniqueid={id} Linkedid=1 Cause=16\n"
        )
    };
    let events =
        "0 Newchannel Channel=PJSIP/900-01 ChannelStateDesc=Up CallerIDNum=900 Exten=700 Uniqueid=1 Linkedid=1
         0 AgentLogin Channel=PJSIP/900-01 Uniqueid=1 Linkedid=1 Agent=900\n"
            .to_owned()
            + &caller(5, "2")
            + &caller(9, "3") + "30 Hangup Channel=PJSIP/900-01 Uniqueid=1 Linkedid=1 Cause=16";
    let call = "answered ring 0 s talk 0 s <200> -> 500 queue support by PJSIP/900 cause 16";
    assert_eq!(summaries(&events), [call, call, "answered ring 0 s talk 30 s <900> -> 700 cause 16"]);
}

#[test]
fn a_call_that_began_before_is_incomplete() {
    assert_eq!(
        summaries(
            "0 Status Channel=PJSIP/200-0a ChannelStateDesc=Up CallerIDNum=200 Exten=100 Uniqueid=1.1 Linkedid=1.1 BridgeID=b
             0 Status Channel=PJSIP/100-0b ChannelStateDesc=Up CallerIDNum=100 Uniqueid=1.2 Linkedid=1.1 BridgeID=b
             7 Hangup Channel=PJSIP/100-0b Uniqueid=1.2 Linkedid=1.1 Cause=16
             7 Hangup Channel=PJSIP/200-0a Uniqueid=1.1 Linkedid=1.1 Cause=16"
        ),
        ["answered ring - talk - <200> -> 100 by PJSIP/100 cause 16 incomplete"]
    );
}

/// A second way to find the calls of a stream, which looks at all of its events together.
#[derive(Default)]
struct Oracle {
    parents: HashMap<String, String>,
    created: Vec<String>,
    gone: BTreeSet<String>,
    names: HashMap<String, String>,
    up: Vec<String>,
    legs: BTreeSet<String>,
    answers: Vec<String>,
    bridges: HashMap<String, Vec<String>>,
}

impl Oracle {
    fn root(&self, id: &str) -> String {
        let mut id = id;
        while let Some(parent) = self.parents.get(id) {
            id = parent;
        }
        id.into()
    }

    fn union(&mut self, one: &str, other: &str) {
        let (one, other) = (self.root(one), self.root(other));
        if one != other {
            self.parents.insert(one, other);
        }
    }

    fn stem(name: &str) -> Option<&str> {
        let stem = name.strip_suffix('1').or(name.strip_suffix('2'))?;
        (stem.starts_with("Local/") && stem.ends_with([';', ','])).then_some(stem)
    }

    fn event(&mut self, name: &str, get: &dyn Fn(&str) -> Option<String>) {
        let id = get("Uniqueid").unwrap_or_default();
        let is_alive = |own: &Self, id: &String| own.created.contains(id) && !own.gone.contains(id);
        for prefix in ["", "Dest", "LocalOne", "LocalTwo"] {
            let (id, linked) = (get(&format!("{prefix}Uniqueid")), get(&format!("{prefix}Linkedid")));
            if let (Some(id), Some(linked)) = (id, linked) {
                if name == "Newchannel" || is_alive(self, &id) {
                    self.union(&id, &format!("L:{linked}"));
                }
            }
        }
        match name {
            "Newchannel" => {
                let name = get("Channel").unwrap_or_default();
                if let Some(stem) = Self::stem(&name) {
                    self.union(&id, &format!("T:{stem}"));
                }
                self.names.insert(name, id.clone());
                self.created.push(id);
            }
            "Hangup" => drop(self.gone.insert(id)),
            "Newstate" if get("ChannelStateDesc").or(get("State")).as_deref() == Some("Up") => {
                self.up.push(id)
            }
            "Dial" | "DialBegin" => {
                let from = get("SrcUniqueID").or(get("UniqueID"));
                if let (Some(from), Some(to)) = (from, get("DestUniqueID").or(get("DestUniqueid"))) {
                    self.union(&from, &to);
                    self.legs.insert(to);
                }
            }
            "DialEnd" if get("DialStatus").as_deref() == Some("ANSWER") && !id.is_empty() => {
                self.answers.push(get("DestUniqueid").unwrap());
            }
            "AgentCalled" => {
                let from =
                    self.names.get(&get("ChannelCalling").or(get("Channel")).unwrap_or_default()).cloned();
                let interface = format!("{}-", get("AgentCalled").or(get("Interface")).unwrap_or_default());
                let of = |id: &&String| {
                    self.names.iter().any(|(name, own)| own == *id && name.starts_with(&interface))
                };
                let to = get("DestUniqueid").or(self.created.iter().rev().find(of).cloned());
                if let (Some(from), Some(to)) = (from, to) {
                    self.union(&from, &to);
                    self.legs.insert(to);
                }
            }
            "Link" => {
                let (one, other) = (get("Uniqueid1").unwrap(), get("Uniqueid2").unwrap());
                self.union(&one, &other);
                self.answers.push(one);
            }
            "Pickup" => {
                self.union(&id, &get("TargetUniqueid").unwrap());
                self.answers.push(id);
            }
            "BridgeEnter" if get("BridgeType").as_deref() == Some("basic") => {
                let members = self.bridges.entry(get("BridgeUniqueid").unwrap()).or_default();
                let stem_of = |id: &String| {
                    let name = self.names.iter().find(|(_, own)| *own == id);
                    name.and_then(|(name, _)| Self::stem(name).map(str::to_owned))
                };
                let own = stem_of(&id);
                if members.iter().any(|other| *other != id && (own.is_none() || stem_of(other) != own)) {
                    self.answers.push(id.clone());
                }
                members.push(id);
            }
            "BridgeLeave" => {
                self.bridges.values_mut().for_each(|members| members.retain(|member| *member != id));
            }
            _ => {}
        }
    }

    /// Returns for each call that has ended its first channel, and whether it was answered.
    fn ended(&self) -> BTreeMap<String, bool> {
        let mut calls: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for id in &self.created {
            calls.entry(self.root(id)).or_default().push(id.clone());
        }
        let over = calls.into_values().filter(|ids| ids.iter().all(|id| self.gone.contains(id)));
        over.map(|ids| {
            let has_legs = ids.iter().any(|id| self.legs.contains(id));
            let is_up = ids.iter().any(|id| self.up.contains(id));
            let is_answered = ids.iter().any(|id| self.answers.contains(id));
            (ids[0].clone(), is_answered || (!has_legs && is_up))
        })
        .collect()
    }
}

/// Returns the events of a stream, as `ami decode` prints them.
fn events(capture: &Path) -> Vec<(String, Vec<(String, String)>)> {
    let text = output(ami(&["decode"]).arg(capture), b"");
    let parse = |line: &str| {
        let value: Value = serde_json::from_str(line).expect("JSON");
        let name = value["name"].as_str().filter(|_| value["kind"] == "event")?.to_owned();
        let headers = value["headers"].as_array()?.iter().filter_map(|header| {
            let value = header[1].as_str()?;
            let is_known = !["", "<unknown>", "<null>", "(null)"].contains(&value);
            is_known.then(|| (header[0].as_str().unwrap_or_default().to_owned(), value.to_owned()))
        });
        Some((name, headers.collect()))
    };
    text.lines().filter_map(parse).collect()
}

#[test]
fn every_channel_of_a_capture_belongs_to_one_call() {
    let (mut calls, mut answered, mut unanswered) = (0, 0, 0);
    for capture in captures() {
        let name = capture.display();
        let mut oracle = Oracle::default();
        let events = events(&capture);
        // That takes a while in the oracle, and shows nothing more.
        if events.len() > 3000 {
            continue;
        }
        for (name, headers) in &events {
            let get = |wanted: &str| {
                headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
            };
            oracle.event(name, &get);
        }
        let records = records(&std::fs::read(&capture).unwrap(), &[]);
        let mut found = BTreeMap::new();
        for record in &records {
            let is_answered = record["Result"] == "answered";
            let id = record["Uniqueid"].as_str().expect("an id").to_owned();
            assert!(found.insert(id, is_answered).is_none(), "{name}: twice: {record}");
            for key in ["Ring", "Talk", "Duration"] {
                let time = record[key].as_str().map(|time| time.parse::<f64>().expect("seconds"));
                assert!(time.is_none_or(|time| (0.0..3600.0).contains(&time)), "{name}: {record}");
            }
            assert!(is_answered || record.get("Talk").is_none(), "{name}: {record}");
        }
        assert_eq!(found, oracle.ended(), "{name}");
        calls += found.len();
        answered += found.values().filter(|is_answered| **is_answered).count();
        unanswered += found.values().filter(|is_answered| !**is_answered).count();
    }
    assert!(calls > 80 && answered > 60 && unanswered > 15, "{calls}, {answered}, {unanswered}");
}

#[test]
fn damaged_streams_do_no_harm() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data");
    for capture in ["1.4/queue_calls.s2c", "22/queue_calls.s2c"] {
        let whole = std::fs::read(data.join(capture)).unwrap();
        let expected = records(&whole, &["--changes"]);
        // Cut at any place, the calls up to there are the same.
        for part in 1..8 {
            let cut = whole.len() * part / 8;
            let records = records(&whole[..cut], &["--changes"]);
            assert!(
                records.len() <= expected.len() && records[..] == expected[..records.len()],
                "{capture} {cut}"
            );
        }
        // Events that are missing, and bytes that are wrong.
        for step in [2, 3, 7] {
            let text = String::from_utf8_lossy(&whole);
            let kept = text.split("\r\n\r\n").enumerate().filter(|(place, _)| place % step != 0);
            let kept: Vec<&str> = kept.map(|(_, message)| message).collect();
            records(kept.join("\r\n\r\n").as_bytes(), &["--changes"]);
            let mut noise = whole.clone();
            noise
                .iter_mut()
                .step_by(step * 41)
                .for_each(|byte| *byte = byte.wrapping_mul(77).wrapping_add(13));
            output(&mut ami(&["calls", "--changes", "--from", "-"]), &noise);
        }
    }
}

#[test]
fn the_number_of_calls_is_limited() {
    let mut events = String::new();
    for id in 0..10_003 {
        events += &format!("1 Newchannel Channel=PJSIP/1-{id:x} ChannelStateDesc=Ring Uniqueid=1.{id}\n");
    }
    let lines = lines(&events, &[]);
    assert_eq!(lines.len(), 3);
    assert!(lines[0].contains("  unknown  ") && lines[0].ends_with("id 1.0  incomplete"), "{}", lines[0]);
}

#[test]
fn a_file_that_is_missing_and_options_that_do_not_fit_are_wrong_usage() {
    let (status, _, error) = run(&mut ami(&["calls", "--from", "/no/such/file"]));
    assert_eq!(status, 2);
    assert!(error.contains("/no/such/file"), "{error}");
    // Every option of a connection, from the help.
    let (_, help, _) = run(&mut ami(&["calls", "--help"]));
    let (_, section) = help.split_once("\nConnection:\n").expect("a section");
    let section = section.split("\n\n").next().unwrap().lines();
    let of_connection = section.filter(|line| line.trim_start().starts_with('-'));
    let mut options: Vec<_> = of_connection
        .map(|line| {
            let (_, rest) = line.split_once("--").expect("a long option");
            let (name, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            format!("--{name}{}", if rest.starts_with('<') { "=1" } else { "" })
        })
        .collect();
    assert!(options.len() > 15 && options.contains(&"--secret-file=1".to_owned()), "{options:?}");
    options.extend(["--reconnect", "--for=3", "--keepalive=1", "-q"].map(String::from));
    for option in options {
        let (status, _, error) = run(ami(&["calls", "--from", "-"]).arg(&option));
        assert!(status == 2 && error.contains("cannot be used with"), "{option}: {error}");
    }
}

#[test]
fn the_waits_can_be_set_as_in_events() {
    let empty = COMPLETE.replace("ListItems: 1", "ListItems: 0");
    let list: &'static str = format!("{FOLLOWS}{empty}").leak();
    let answers = Box::leak(Box::new([CHALLENGE, ACCEPTED, list, ""]));
    let output = start(server(BANNER, answers), &["--keepalive", "0.1", "--timeout", "0.3"]);
    let output = output.wait_with_output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{error}");
    assert!(error.ends_with("the server did not answer a Ping in time\n"), "{error}");

    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let output = start(port, &["--reconnect", "--max-wait", "0.02", "--for", "0.5"]);
    let error = String::from_utf8(output.wait_with_output().unwrap().stderr).unwrap();
    assert!(error.lines().count() > 5 && error.contains("trying again in 0.0 s"), "{error}");
    let (status, _, error) = run(&mut ami(&["calls", "--max-wait", "1"]));
    assert!(status == 2 && error.contains("--reconnect"), "{error}");
}

/// Starts the tool against a server on this port, with its output in a pipe.
fn start(port: u16, more: &[&str]) -> Child {
    let port = port.to_string();
    let mut command = ami(&["calls", "--port", &port, "--user", "admin"]);
    if !more.contains(&"--timeout") {
        command.args(["--timeout", "2"]);
    }
    command.args(more).env("AMI_SECRET", "very-secret").stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("ami runs")
}

const FOLLOWS: &str =
    "Response: Success\r\nActionID: @\r\nEventList: start\r\nMessage: Channel status will follow\r\n\r\n";
const COMPLETE: &str = "Event: StatusComplete\r\nActionID: @\r\nEventList: Complete\r\nListItems: 1\r\n\r\n";

#[test]
fn a_gap_is_marked_and_calls_that_ended_in_it_are_unknown() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let accept = |answers: &[String]| {
        let (mut stream, _): (TcpStream, _) = listener.accept().unwrap();
        stream.write_all(BANNER).unwrap();
        for answer in [CHALLENGE, ACCEPTED].map(str::to_owned).iter().chain(answers) {
            let id = read_action(&mut stream).expect("an action");
            stream.write_all(answer.replace('@', &id).as_bytes()).unwrap();
        }
        stream
    };
    let entry = |id: &str| {
        format!(
            "Event: Status\r\nActionID: @\r\nChannel: PJSIP/1-{id}\r\nChannelStateDesc: Ring\r\nCallerIDNum: {id}\r\nUniqueid: {id}\r\n\r\n"
        )
    };
    let child = start(port, &["--reconnect", "--count", "2"]);
    drop(accept(&[format!("{FOLLOWS}{}{}{COMPLETE}", entry("1"), entry("2"))]));
    let hangup =
        "Event: Hangup\r\nChannel: PJSIP/1-2\r\nUniqueid: 2\r\nCause: 17\r\nCause-txt: User busy\r\n\r\n";
    let stream = accept(&[format!("{FOLLOWS}{}{COMPLETE}{hangup}", entry("2"))]);
    let output = child.wait_with_output().unwrap();
    drop(stream);
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let [gap, unknown, busy] = lines[..] else { panic!("{text}") };
    assert!(gap.contains("gap: "), "{gap}");
    assert!(unknown.contains("  unknown  ") && unknown.ends_with("id 1  incomplete"), "{unknown}");
    assert!(busy.contains("  busy  ") && busy.ends_with("cause 17 User busy  id 2  incomplete"), "{busy}");
    assert!(output.status.success());
}

#[test]
fn a_user_who_may_not_list_the_channels_is_warned() {
    const REFUSED: &str = "Response: Error\r\nActionID: @\r\nMessage: Permission denied\r\n\r\n\
        Event: Newchannel\r\nChannel: PJSIP/1-1\r\nUniqueid: 1\r\n\r\nEvent: Hangup\r\nUniqueid: 1\r\nCause: 17\r\n\r\n";
    let port = server(BANNER, &[CHALLENGE, ACCEPTED, REFUSED, ""]);
    let output = start(port, &["--count", "1"]).wait_with_output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with("ami: warning: ") && error.contains("Permission denied"), "{error}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("  busy  "));
}

#[test]
#[cfg(unix)]
fn the_command_ends_when_its_reader_does() {
    let port =
        server(BANNER, &[CHALLENGE, ACCEPTED, "Response: Error\r\nActionID: @\r\nMessage: x\r\n\r\n", ""]);
    let mut child = start(port, &[]);
    let mut warning = String::new();
    // The tool is connected now.
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut warning).unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success(), "{warning}");
}

/// Accepts a connection, and answers the login and the request for the channels, of which there are
/// none.
#[cfg(unix)]
fn accept(listener: &TcpListener) -> TcpStream {
    let (mut stream, _) = listener.accept().unwrap();
    stream.write_all(BANNER).unwrap();
    for answer in [CHALLENGE, ACCEPTED, &format!("{FOLLOWS}{COMPLETE}")] {
        let id = read_action(&mut stream).expect("an action");
        stream.write_all(answer.replace('@', &id).as_bytes()).unwrap();
    }
    stream
}

#[test]
#[cfg(unix)]
fn a_signal_ends_the_command_by_itself_after_a_logoff() {
    use std::io::Read;
    use std::os::unix::process::ExitStatusExt;

    use rustix::process::{Pid, kill_process};

    let cases =
        ending::signals().into_iter().flat_map(|signal| [(signal, &[][..]), (signal, &["--reconnect"])]);
    for (signal, more) in cases {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut child = start(listener.local_addr().unwrap().port(), more);
        let mut stream = accept(&listener);
        kill_process(Pid::from_child(&child), signal).unwrap();
        let mut last = String::new();
        stream.read_to_string(&mut last).unwrap();
        assert!(last.starts_with("Action: Logoff\r\n"), "{last:?}");
        assert_eq!(child.wait().unwrap().signal(), Some(signal.as_raw()));
    }
}

#[test]
#[cfg(unix)]
fn the_command_ends_when_its_reader_does_although_events_arrive() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut child = start(listener.local_addr().unwrap().port(), &[]);
    let mut stream = accept(&listener);
    drop(child.stdout.take());
    let begin = std::time::Instant::now();
    while stream.write_all(b"Event: VarSet\r\nVariable: X\r\n\r\n").is_ok() {
        assert!(begin.elapsed().as_secs() < 5, "the tool goes on");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(child.wait().unwrap().success());
}

/// The number of calls of which the lines are more than a pipe holds.
#[cfg(unix)]
const BUSY: usize = 1500;

/// Returns the events of so many calls to a busy phone.
#[cfg(unix)]
fn busy_calls() -> String {
    (0..BUSY)
        .map(|id| {
            format!(
                "Event: Newchannel\r\nChannel: PJSIP/1-{id}\r\nUniqueid: {id}\r\n\r\n\
                 Event: Hangup\r\nUniqueid: {id}\r\nCause: 17\r\n\r\n"
            )
        })
        .collect()
}

/// Reads what the tool prints, to its end. Returns the number of calls to a busy phone.
#[cfg(unix)]
fn count_busy(child: &mut std::process::Child) -> usize {
    let text = std::io::read_to_string(child.stdout.take().unwrap()).unwrap();
    text.lines().filter(|line| line.contains("  busy  ")).count()
}

#[test]
#[cfg(unix)]
fn the_tool_reads_although_its_output_is_not_read() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut child = start(listener.local_addr().unwrap().port(), &["--for", "60"]);
    let mut stream = accept(&listener);
    stream.set_write_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
    stream.write_all(busy_calls().as_bytes()).unwrap();
    // More bytes than the sockets hold.
    let event = format!("Event: VarSet\r\nValue: {}\r\n\r\n", "x".repeat(8000));
    for _ in 0..2000 {
        stream.write_all(event.as_bytes()).expect("the tool reads");
    }
    drop(stream);
    assert_eq!(count_busy(&mut child), BUSY);
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[test]
#[cfg(unix)]
fn lines_that_are_ready_in_time_are_printed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut child = start(listener.local_addr().unwrap().port(), &["--for", "1"]);
    let mut stream = accept(&listener);
    stream.write_all(busy_calls().as_bytes()).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert_eq!(count_busy(&mut child), BUSY);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_time_limit_without_a_login_is_a_timeout() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let output = start(port, &["--reconnect", "--quiet", "--for", "0.3"]).wait_with_output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), error.lines().count()), (Some(3), 1), "{error}");
    let output = start(port, &["--reconnect", "--for", "0.3"]).wait_with_output().unwrap();
    let warning = format!("ami: warning: 127.0.0.1:{port}: ");
    assert!(String::from_utf8(output.stderr).unwrap().starts_with(&warning));
}

#[test]
#[cfg(feature = "serve")]
fn calls_of_the_miniature_pbx_have_their_results() {
    use embedded_ami::action::Raw;
    use embedded_ami::client::Credentials;
    use embedded_ami::io::blocking::Client;
    use embedded_ami_pbx::Pbx;
    use std::time::Duration;

    let pbx = Pbx::builder().user("admin", "very-secret").speed(100).start("127.0.0.1:0").unwrap();
    let mut client = Client::connect(pbx.local_addr(), Duration::from_secs(5)).unwrap();
    client.login(&Credentials::new("admin", "very-secret")).unwrap();
    let mut call = |channel: &str| {
        let headers = [
            ("Channel", channel),
            ("Application", "Wait"),
            ("Data", "10"),
            ("CallerID", "\"Alice\" <200>"),
            ("Timeout", "3000"),
            ("Async", "true"),
        ];
        client.send(&Raw::new("Originate", &headers)).unwrap();
    };
    // This call is in progress when the tool starts, and ends after that.
    call("Local/100@default");
    let child = start(pbx.local_addr().port(), &["--json", "--count", "5"]);
    while !pbx.requests().iter().any(|request| request.is("Status")) {
        std::thread::sleep(Duration::from_millis(5));
    }
    for extension in ["102", "103", "104", "105"] {
        call(&format!("Local/{extension}@default/n"));
    }
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut found: Vec<String> = text
        .lines()
        .map(|line| {
            let record = record(line);
            let get = |key: &str| record[key].as_str().unwrap_or("-").to_owned();
            let talked = if record.get("Talk").is_some() { "talked" } else { "-" };
            ["Exten", "Result", "CallerIDNum", "Incomplete", "Cause"].map(get).join(" ") + " " + talked
        })
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            "100 answered 200 yes 0 -",
            "102 answered 200 - 16 talked",
            "103 busy 200 - 17 -",
            "104 congestion 200 - 34 -",
            "105 noanswer 200 - 19 -",
        ]
    );
}
