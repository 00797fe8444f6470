//! The commands that send one action: headers from standard input, and calls with their outcomes.

#![cfg(all(feature = "serve", unix))]

mod harness;

use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::process::{Child, Command, Stdio};

use embedded_ami_pbx::{Pbx, Rule};
use harness::{ami, run_against};

const OLD_BANNER: &[u8] = b"Asterisk Call Manager/1.0\r\n";

fn pbx() -> Pbx {
    Pbx::builder().user("admin", "secret").speed(20).start("127.0.0.1:0").unwrap()
}

fn at(pbx: &Pbx, arguments: &[&str]) -> Command {
    let port = pbx.local_addr().port().to_string();
    let mut command = ami(arguments);
    command.args(["--port", &port, "--user", "admin", "--timeout", "5"]).env("AMI_SECRET", "secret");
    command
}

/// Runs the tool with this standard input. Returns its exit status, standard output and standard
/// error.
fn run_with(command: &mut Command, input: &[u8]) -> (i32, String, String) {
    let mut child = spawn(command);
    // The tool may end without reading.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn spawn(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Returns the values of the headers with this name in the last request of this action.
fn sent(pbx: &Pbx, action: &str, name: &str) -> Vec<Vec<u8>> {
    let requests = pbx.requests();
    let request = requests.iter().rev().find(|request| request.is(action)).expect("a request");
    request.message().get_all(name).map(|value| value.as_bytes().to_vec()).collect()
}

#[test]
fn headers_from_standard_input_arrive_byte_for_byte() {
    let pbx = pbx();
    let mut command = at(&pbx, &["action", "UserEvent", "UserEvent=Test", "-", "Last=a=b", "Neg=-5"]);
    let input =
        b"A:  two  blanks \r\nB: x = y: z\nC: Z\xfcrich \xe2\x82\xac\nD: \nE:-5\nF: --\nOrder No: 7\n\n";
    let (status, _, stderr) = run_with(&mut command, input);
    assert_eq!((status, &stderr[..]), (0, ""));
    for (name, value) in [
        ("A", &b" two  blanks "[..]),
        ("B", b"x = y: z"),
        ("C", b"Z\xfcrich \xe2\x82\xac"),
        ("D", b""),
        ("E", b"-5"),
        ("F", b"--"),
        ("Order No", b"7"),
        ("Last", b"a=b"),
        ("Neg", b"-5"),
    ] {
        assert_eq!(sent(&pbx, "UserEvent", name), [value], "{name}");
    }
    let mut command = at(&pbx, &["command", "-"]);
    let (status, stdout, _) = run_with(&mut command, b"core show version\r\n");
    assert!(status == 0 && stdout.starts_with("Asterisk"), "{stdout}");
    assert_eq!(sent(&pbx, "Command", "Command"), [b"core show version"]);
    let mut command = at(&pbx, &["command", "core", "set", "verbose", "-5"]);
    run_with(&mut command, b"");
    assert_eq!(sent(&pbx, "Command", "Command"), [b"core set verbose -5"]);
}

#[test]
fn standard_input_that_is_no_action_is_named_and_nothing_is_sent() {
    let pbx = pbx();
    let action = &["action", "Setvar", "Variable=X", "-"][..];
    let originate = &["originate", "PJSIP/7", "-", "--ring", "1"][..];
    for (arguments, input, error) in [
        (action, &b"Value: 1\nnonsense\n"[..], "standard input, line 2: not of the form Header: Value"),
        (action, b"Value=1:2\n", "standard input, line 1: not of the form"),
        (action, b"Value: 1\n\nValue: 2\n", "standard input, line 3: an empty line"),
        (action, b"Value: a\0b\n", "header Value (standard input, line 1): byte 0x00 at offset 1"),
        (action, b"Value: a\rb\n", "header Value (standard input, line 1): byte 0x0d at offset 1"),
        (action, b"ActionID: 1\n", "header ActionID (standard input, line 1): Action and ActionID"),
        (action, &[b'a'; 300_000], "standard input: more than"),
        (&["action", "Setvar", "-", "-"], b"", "- is given twice"),
        (&["action", "Setvar", "Value=a\nb"], b"", "header Value: byte 0x0a"),
        (&["action", "Set\rvar"], b"", "the name of the action: byte 0x0d"),
        (&["command", "-"], b"", "standard input has no command"),
        (
            &["command", "-"],
            b"core show version\ncore stop now\n",
            "standard input, line 2: a command is one",
        ),
        (&["command", "a\nb"], b"", "the command: byte 0x0a"),
        (originate, b"Channel: PJSIP/8\n", "header Channel (standard input, line 1): given twice"),
        (originate, b"Timeout: 8\n", "header Timeout (standard input, line 1): give --ring"),
        (originate, b"Variable: x\n", "header Variable (standard input, line 1): not of the form"),
        (originate, b"Variable: x=a\0\n", "header Variable (standard input, line 1): byte 0x00"),
        (originate, b"Exten: 1\nApplication: Wait\n", "Application and Exten exclude"),
        (&["originate", "-"], b"Exten: 1\n", "standard input has no Channel"),
        (&["originate", "PJSIP/7", "--variable", "a,b=1"], b"", "variable a,b: invalid character"),
        (&["originate", "PJSIP/7", "--variable", "a=1\n"], b"", "variable a: byte 0x0a"),
    ] {
        let (status, stdout, stderr) = run_with(&mut at(&pbx, arguments), input);
        assert!(stderr.contains(error) && stderr.lines().count() == 1, "{arguments:?}: {stderr}");
        assert_eq!((status, &stdout[..]), (2, ""), "{arguments:?}");
    }
    let actions = ["Setvar", "Command", "Originate"];
    assert!(!pbx.requests().iter().any(|request| actions.iter().any(|action| request.is(action))));
}

#[cfg(target_os = "linux")]
#[test]
fn values_of_standard_input_are_not_in_the_list_of_processes() {
    let pbx = pbx();
    for (arguments, input) in [
        (&["action", "Setvar", "Variable=PIN", "-"][..], &b"Value: 271828\n"[..]),
        (&["originate", "Local/102@test", "-"], b"Variable: PIN=271828\nExten: 102\nContext: test\n"),
    ] {
        let mut child = spawn(&mut at(&pbx, arguments));
        let process = format!("/proc/{}", child.id());
        child.stdin.take().unwrap().write_all(input).unwrap();
        while let Ok(line) = std::fs::read(format!("{process}/cmdline")) {
            if line.is_empty() {
                break;
            }
            assert!(!String::from_utf8_lossy(&line).contains("271828"));
            let _ = std::fs::read(format!("{process}/environ"))
                .map(|bytes| assert!(!String::from_utf8_lossy(&bytes).contains("271828")));
            if child.try_wait().unwrap().is_some() {
                break;
            }
        }
        assert!(child.wait().unwrap().success(), "{arguments:?}");
    }
}

#[test]
fn an_unknown_action_gets_a_suggestion() {
    let pbx = pbx();
    for (name, suggestion) in [("CoreSetings", "; did you mean CoreSettings?\n"), ("Frobnicate", ".\n")] {
        let (status, stdout, stderr) = run_with(&mut at(&pbx, &["action", name]), b"");
        assert_eq!(status, 1);
        assert!(stdout.contains("Invalid/unknown command"), "{stdout}");
        assert!(stderr.ends_with(suggestion), "{stderr}");
    }
}

#[test]
fn each_outcome_of_a_call_has_its_exit_status() {
    let pbx = pbx();
    let test = ["--context", "test", "--exten", "102"];
    let wait = ["--application", "Wait", "--data", "1"];
    for (arguments, status, error) in [
        ([&["originate", "Local/102@test"][..], &test].concat(), 0, ""),
        ([&["originate", "PJSIP/7"][..], &wait].concat(), 0, ""),
        (
            [&["originate", "PJSIP/7", "--context", "test", "--exten", "none"][..]].concat(),
            10,
            "Extension does",
        ),
        ([&["originate", "nonsense"][..], &wait].concat(), 10, "Invalid channel"),
        ([&["originate", "PJSIP/busy"][..], &wait].concat(), 11, "busy (reason 5)"),
        ([&["originate", "Local/103@test"][..], &wait].concat(), 11, "busy (reason 5)"),
        (
            [&["originate", "PJSIP/silent", "--ring", "2"][..], &wait].concat(),
            12,
            "nobody answered (reason 3)",
        ),
        ([&["originate", "PJSIP/congestion"][..], &wait].concat(), 13, "congestion (reason 8)"),
        ([&["originate", "PJSIP/offline"][..], &wait].concat(), 13, "(reason 0)"),
    ] {
        for json in [&[][..], &["--json"], &["--fields", "Response,Reason"]] {
            let (ended, stdout, stderr) = run_with(&mut at(&pbx, &[&arguments[..], json].concat()), b"");
            assert_eq!(ended, status, "{arguments:?}: {stderr}");
            assert!(stderr.contains(error) && stderr.is_empty() == (status == 0), "{stderr}");
            match json {
                [] => assert!(stdout.contains("Response: ") && stdout.ends_with("\n\n"), "{stdout}"),
                ["--json"] => {
                    let event: serde_json::Value = serde_json::from_str(&stdout).expect("one object");
                    let word = match status {
                        0 => "Success",
                        10 => "Error",
                        _ => "Failure",
                    };
                    assert_eq!(event["Response"], word);
                }
                _ => assert_eq!(stdout.matches('\t').count(), 1, "{stdout}"),
            }
        }
    }
    pbx.on("Originate", Rule::refuse("Permission denied")).unwrap();
    let (status, _, stderr) = run_with(&mut at(&pbx, &["originate", "PJSIP/7"]), b"");
    let expected = "ami: the server answered Error: Permission denied; the user needs the class originate in write of \
                    manager.conf\n";
    assert_eq!((status, &stderr[..]), (10, expected));
}

#[test]
fn servers_before_1_4_report_the_outcome_with_other_events() {
    const ANSWERS: fn(&str) -> &'static [&'static str] = |event| {
        let accepted = "Response: Success\r\nActionID: @\r\nMessage: Authentication accepted\r\n\r\n";
        let outcome = format!(
            "Response: Success\r\nActionID: @\r\nMessage: Originate successfully queued\r\n\r\nEvent: UserEvent\r\nPrivilege: user,all\r\nActionID: @\r\nReason: 5\r\n\r\nEvent: {event}\r\nPrivilege: call,all\r\nActionID: @\r\nChannel: SIP/7\r\nReason: 5\r\n\r\n"
        );
        Box::leak(Box::new([accepted, Box::leak(outcome.into_boxed_str())]))
    };
    for (event, status) in [("OriginateSuccess", 0), ("OriginateFailure", 11)] {
        let (ended, stdout, _) = run_against(OLD_BANNER, ANSWERS(event), &["originate", "--plain", "SIP/7"]);
        assert_eq!(ended, status);
        assert!(stdout.starts_with(&format!("Event: {event}\n")), "{stdout}");
    }
}

#[test]
fn options_become_headers_and_variables_arrive_unchanged() {
    for (version, escaped) in [("11.0.0", true), ("1.0", false)] {
        let pbx = Pbx::builder().user("admin", "secret").speed(20).ami_version(version);
        let pbx = pbx.start("127.0.0.1:0").unwrap();
        let arguments = ["originate", "PJSIP/7", "-", "--application", "Wait", "--data", "-1", "--caller-id"];
        let more = ["\"A, B\" <100>", "--variable", "A=x, \"y\"=(1)", "--variable", "EMPTY=", "--variable"];
        let rest = ["-N=-5", "--account", "7", "--codecs", "ulaw,alaw", "--early-media", "--ring", "9"];
        let mut command = at(&pbx, &[&arguments[..], &more, &rest].concat());
        let (status, _, stderr) = run_with(&mut command, b"Variable: B= c,=\xff \nChannelId: 77\n");
        assert_eq!((status, &stderr[..]), (0, ""));
        for (name, value) in [
            ("Channel", "PJSIP/7"),
            ("Application", "Wait"),
            ("Data", "-1"),
            ("CallerID", "\"A, B\" <100>"),
            ("Account", "7"),
            ("Codecs", "ulaw,alaw"),
            ("EarlyMedia", "true"),
            ("Timeout", "9000"),
            ("Async", "true"),
            ("ChannelId", "77"),
        ] {
            assert_eq!(sent(&pbx, "Originate", name), [value.as_bytes()], "{name}");
        }
        assert_eq!(sent(&pbx, "Originate", "Exten"), [&[0; 0][..]; 0]);
        let variables = sent(&pbx, "Originate", "Variable");
        let first: &[u8] = if escaped { b"A=x\\, \\\"y\\\"=\\(1\\)" } else { b"A=x, \"y\"=(1)" };
        let last: &[u8] = if escaped { b"B= c\\,=\xff " } else { b"B= c,=\xff " };
        assert_eq!(variables, [first, b"EMPTY=", b"-N=-5", last]);
        let bar = ["originate", "PJSIP/7", "--variable", "A=x|y", "--application", "Wait"];
        let (status, _, stderr) = run_with(&mut at(&pbx, &bar), b"");
        assert_eq!(status, if escaped { 0 } else { 2 }, "{stderr}");
    }
}

#[test]
fn a_call_can_be_given_on_standard_input_alone() {
    let pbx = pbx();
    let input = b"Channel: Local/102@test\nExten: 102\nContext: test\nCallerID: --\n";
    let (status, _, stderr) = run_with(&mut at(&pbx, &["originate", "-"]), input);
    assert_eq!((status, &stderr[..]), (0, ""));
    for (name, value) in [("Channel", "Local/102@test"), ("CallerID", "--"), ("Priority", "1")] {
        assert_eq!(sent(&pbx, "Originate", name), [value.as_bytes()], "{name}");
    }
}

#[test]
fn the_end_of_a_call_is_waited_for() {
    let pbx = pbx();
    let call = ["originate", "Local/102@test", "--context", "test", "--exten", "102", "--wait-hangup"];
    let (status, stdout, stderr) = run_with(&mut at(&pbx, &[&call[..], &["--json"]].concat()), b"");
    assert_eq!((status, &stderr[..]), (0, ""));
    let events: Vec<serde_json::Value> =
        stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), 3, "{stdout}");
    assert_eq!(events[0]["Event"], "OriginateResponse");
    let channel = events[0]["Channel"].as_str().unwrap();
    let other = channel.replace(";1", ";2");
    let mut ended: Vec<_> = events[1..].iter().map(|event| event["Channel"].as_str().unwrap()).collect();
    ended.sort_unstable();
    assert_eq!(ended, [channel, &other]);
    assert!(events[1..].iter().all(|event| event["Event"] == "Hangup" && event["Cause-txt"].is_string()));

    let long = ["originate", "PJSIP/7", "--application", "Wait", "--data", "600", "--wait-hangup=0.2"];
    let (status, stdout, stderr) = run_with(&mut at(&pbx, &long), b"");
    assert_eq!((status, &stderr[..]), (3, "ami: the call has not ended within 0.2 s\n"), "{stdout}");
    let busy = ["originate", "PJSIP/busy", "--application", "Wait", "--wait-hangup"];
    assert_eq!(run_with(&mut at(&pbx, &busy), b"").0, 11);
}

#[test]
fn arguments_need_not_be_utf_8() {
    let pbx = pbx();
    let mut command = at(&pbx, &["originate", "PJSIP/7", "--application", "Wait", "--data", "1"]);
    command.arg("--variable").arg(std::ffi::OsStr::from_bytes(b"A=Z\xfcrich"));
    assert_eq!(run_with(&mut command, b"").0, 0);
    assert_eq!(sent(&pbx, "Originate", "Variable"), [b"A=Z\xfcrich"]);
}
