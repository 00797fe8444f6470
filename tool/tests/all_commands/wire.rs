//! Arguments that reach the server, byte by byte.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::sync::mpsc::channel;
use std::time::Duration;

use embedded_ami::wire::{Dialect, Outbox};

use crate::server::{BANNER, serve};
use crate::table::{ROWS, Row, Run, all_hold, ami, run};

/// A place from which a value reaches the server.
struct Place {
    /// The arguments, with the value in place of `@`.
    arguments: &'static [&'static str],
    /// Standard input, likewise.
    input: &'static str,
    /// The header that has the value.
    header: &'static str,
    /// The text by which an error names the place.
    name: &'static str,
    /// Whether the value may be other bytes than UTF-8.
    takes_bytes: bool,
    /// Whether the value may be empty.
    takes_empty: bool,
}

const fn place(arguments: &'static [&'static str], header: &'static str, name: &'static str) -> Place {
    Place { arguments, input: "", header, name, takes_bytes: true, takes_empty: true }
}

const PLACES: &[Place] = &[
    place(&["action", "Setvar", "Value=@"], "Value", "header Value"),
    place(&["action", "Setvar", "A=1", "-", "B=2", "Value=@"], "Value", "header Value"),
    Place { input: "A: b\nValue: @\nC: d\n", ..place(&["action", "Setvar", "-"], "Value", "header Value") },
    Place { takes_bytes: false, takes_empty: false, ..place(&["action", "--", "@"], "Action", "ction") },
    Place { takes_empty: false, ..place(&["command", "--", "@"], "Command", "the command") },
    Place { takes_empty: false, input: "@\n", ..place(&["command", "-"], "Command", "the command") },
    place(&["originate", "--", "@"], "Channel", "header Channel"),
    place(&["originate", "SIP/7", "--exten=@"], "Exten", "header Exten"),
    place(&["originate", "SIP/7", "--context=@"], "Context", "header Context"),
    place(&["originate", "SIP/7", "--priority=@"], "Priority", "header Priority"),
    place(&["originate", "SIP/7", "--application=@"], "Application", "header Application"),
    place(&["originate", "SIP/7", "--application=A", "--data=@"], "Data", "header Data"),
    place(&["originate", "SIP/7", "--caller-id=@"], "CallerID", "header CallerID"),
    place(&["originate", "SIP/7", "--account=@"], "Account", "header Account"),
    place(&["originate", "SIP/7", "--codecs=@"], "Codecs", "header Codecs"),
    place(&["originate", "SIP/7", "--variable=NAME=@"], "Variable", "variable NAME"),
    Place { input: "Account: @\n", ..place(&["originate", "SIP/7", "-"], "Account", "header Account") },
    Place {
        input: "Variable: NAME=@\n",
        ..place(&["originate", "SIP/7", "-"], "Variable", "header Variable")
    },
    Place {
        takes_bytes: false,
        takes_empty: false,
        ..place(&["check", "queues", "--name=@"], "Queue", "--name")
    },
    Place {
        takes_bytes: false,
        takes_empty: false,
        ..place(&["events", "--filter=@"], "Filter", "--filter")
    },
    Place { takes_bytes: false, takes_empty: false, ..place(&["ping", "--user=@"], "Username", "--user") },
];

const VALUES: &[&[u8]] = &[
    b"plain",
    b" two  blanks ",
    b"=a==b=",
    "gr\u{fc}n \u{1f600}".as_bytes(),
    b"--leading",
    b"-x",
    b"\t tab",
    b"a: b",
    b"100% \\n $HOME `id` 'q' ;|&",
    b"\x7f\x1b[1m",
    b"\xff\xfe",
    b"",
];

/// Replaces the `@`.
fn fill(text: &str, value: &[u8]) -> Vec<u8> {
    match text.split_once('@') {
        Some((before, after)) => [before.as_bytes(), value, after.as_bytes()].concat(),
        None => text.into(),
    }
}

/// Runs the command of the place with this value. The login has no challenge.
fn run_with(place: &Place, value: &[u8], port: &str) -> Run {
    let mut command = ami(&[place.arguments[0], "--plain", "--timeout", "1"]);
    let arguments = place.arguments.iter().skip(1).map(|word| fill(word, value));
    command.args(arguments.map(|word| OsStr::from_bytes(&word).to_owned())).env("AMI_PORT", port);
    run(command, &fill(place.input, value))
}

fn row(place: &Place) -> &'static Row {
    ROWS.iter().find(|row| row.name == place.arguments[0]).expect("a row")
}

/// Returns the value of the header in which the server reads this value.
fn encoded(place: &Place, value: &[u8]) -> Vec<u8> {
    if place.header != "Variable" {
        return value.into();
    }
    let mut outbox = Outbox::for_client(vec![0; 1000], Dialect::Current);
    outbox.write(|out| out.variable("NAME", value)).expect("a variable");
    let line = outbox.pending().strip_prefix(b"Variable: ").expect("a header");
    line.strip_suffix(b"\r\n\r\n").expect("its end").into()
}

#[test]
fn every_value_reaches_the_server_byte_by_byte() {
    let pairs = PLACES.iter().flat_map(|place| VALUES.iter().map(move |value| (place, *value)));
    let cases: Vec<_> = pairs
        .filter(|(place, value)| place.takes_bytes || std::str::from_utf8(value).is_ok())
        .filter(|(place, value)| place.takes_empty || !value.is_empty())
        .collect();
    all_hold(&cases, |&(place, value)| {
        let (sender, requests) = channel();
        let port = serve(move |peer| {
            peer.send(BANNER)?;
            for accepted in 0.. {
                let request = peer.request()?;
                // A login without a challenge, then anything.
                let lines = if accepted == 0 { "Message: Authentication accepted\r\n" } else { "" };
                sender.send(request.raw.clone()).expect("a receiver");
                peer.answer(&request, lines)?;
                if accepted == 1 {
                    break;
                }
            }
            Ok(())
        });
        let ended = run_with(place, value, &port);
        let expected = [place.header.as_bytes(), b": ", &encoded(place, value), b"\r\n"].concat();
        while let Ok(request) = requests.recv_timeout(Duration::from_millis(300)) {
            if request.windows(expected.len()).any(|part| part == expected) {
                return Ok(());
            }
        }
        Err(format!("{:?} {}: {}", place.arguments, value.escape_ascii(), ended.stderr))
    });
}

#[test]
fn a_value_with_a_line_end_or_nul_is_refused_by_name() {
    let pairs = PLACES
        .iter()
        .flat_map(|place| [&b"a\rb"[..], b"a\nb", b"a\r\nb", b"a\0b"].map(|value| (place, value)));
    // A line of standard input ends there, and no argument can have a NUL.
    let cases: Vec<_> = pairs
        .filter(|(place, value)| match place.input.contains('@') {
            true => !value.contains(&b'\n'),
            false => !value.contains(&0),
        })
        .collect();
    all_hold(&cases, |&(place, value)| {
        let (sender, requests) = channel();
        let port = serve(move |peer| {
            peer.log_in(BANNER)?;
            sender.send(peer.request()?.raw).expect("a receiver");
            Ok(())
        });
        let ended = run_with(place, value, &port);
        let told = format!("{}{}", String::from_utf8_lossy(&ended.stdout), ended.stderr);
        let row = row(place);
        let sent = requests.try_recv().unwrap_or_default();
        let is_sent = sent.windows(value.len()).any(|part| part == value);
        match ended.status == row.usage()
            && told.contains(place.name)
            && ended.problem(row).is_none()
            && !is_sent
        {
            true => Ok(()),
            false => Err(format!("{:?} {}: {} {told}", place.arguments, value.escape_ascii(), ended.status)),
        }
    });
}

#[test]
fn a_session_sends_values_byte_by_byte_and_refuses_line_ends() {
    let port = serve(|peer| {
        peer.log_in(BANNER)?;
        for expected in [" two  blanks ", "gr\u{fc}n \u{1f600}", "=a=\"b", "-x", ""] {
            let request = peer.request()?;
            let is_exact = request
                .raw
                .windows(9 + expected.len())
                .any(|part| part == format!("Value: {expected}\r\n").as_bytes());
            peer.answer(&request, if is_exact { "Exact: yes\r\n" } else { "Exact: no\r\n" })?;
        }
        peer.idle()
    });
    let mut input = String::new();
    for value in
        [" two  blanks ", "gr\u{fc}n \\ud83d\\ude00", "=a=\\\"b", "-x", "", "a\\rb", "a\\nb", "a\\u0000b"]
    {
        input += &format!("{{\"Action\":\"Setvar\",\"Value\":\"{value}\"}}\n");
    }
    let mut command = ami(&["session", "--timeout", "1"]);
    command.env("AMI_PORT", &port);
    let ended = run(command, input.as_bytes());
    let text = String::from_utf8(ended.stdout).expect("UTF-8");
    assert_eq!(text.matches("\"Exact\":\"yes\"").count(), 5, "{text}");
    assert_eq!(text.matches("\"_error\":\"header Value").count(), 3, "{text}");
}

#[test]
fn a_secret_that_cannot_be_sent_is_refused_and_not_shown() {
    for secret in ["a\r\nAction: Ping", "hush-hush\rx", "hush-hush\nx"] {
        let port = serve(|peer| peer.log_in(BANNER).and_then(|()| peer.idle()));
        let mut command = ami(&["ping", "--plain", "--timeout", "0.5"]);
        command.env("AMI_SECRET", secret);
        command.env("AMI_PORT", &port);
        let ended = run(command, b"");
        assert_eq!(ended.status, 2, "{ended:?}");
        assert!(!ended.stderr.contains("hush") && ended.stderr.lines().count() == 1, "{ended:?}");
    }
}

#[test]
fn programs_do_not_inherit_the_secret() {
    let port = serve(|peer| crate::servers::answer_all(peer, b"x"));
    let script = "cat /proc/$$/environ /proc/$$/cmdline /proc/$PPID/cmdline";
    let mut command = ami(&["events", "--count", "1", "--timeout", "1", "--exec", "/bin/sh", "-c", script]);
    command.env("AMI_SECRET_FILE", "/no/such");
    command.env("AMI_PORT", &port);
    let ended = run(command, b"");
    let text = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status == 0 && text.contains("AMI_H_Channel=x"), "{ended:?}");
    assert!(!text.contains(crate::table::SECRET) && !text.contains("AMI_SECRET"), "{text:?}");
}

#[test]
fn a_secret_in_the_wrong_place_is_not_repeated() {
    for row in ROWS.iter().filter(|row| row.name != "help") {
        for argument in [
            "--secret=zebra-crossing-47",
            "--password=zebra-crossing-47",
            "--host=ami://admin:zebra-crossing-47@localhost",
        ] {
            let mut command = row.command("1");
            command.arg(argument);
            let ended = run(command, b"");
            assert!(ended.status == row.usage() && ended.problem(row).is_none(), "{}: {ended:?}", row.name);
        }
    }
}
