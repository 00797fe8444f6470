//! Data for the terminal of the user.

use std::fs::File;
use std::io::Read;
use std::process::Command;
use std::thread;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use crate::server::{BANNER, Peer, serve};
use crate::{ami, is_unsafe, run};

/// A value with all sorts of unsafe characters and bytes.
const VALUE: &[u8] = b"\x1b]0;owned\x07\x1b[31mred \xc2\x9b31m \x9b31m \x7f \xe2\x80\xaeRTL \xe2\x80\xa8 \0 \r \xc3 \xe2\x80 end";
/// The same on a terminal.
const SHOWN: &str =
    r"\x1b]0;owned\x07\x1b[31mred \u{9b}31m \x9b31m \x7f \u{202e}RTL \u{2028} \x00 \r \xc3 \xe2\x80 end";

/// Runs the tool with standard output and standard error on a pseudo-terminal without colours.
/// Returns the exit status and everything that the terminal received.
fn run_on_terminal(mut command: Command) -> (i32, Vec<u8>) {
    command.env("TERM", "dumb");
    run_on(command)
}

/// Like [`run_on_terminal`], on the terminal that the environment of the command describes.
fn run_on(mut command: Command) -> (i32, Vec<u8>) {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
    let master = openpt(flags).expect("a pseudo-terminal");
    grantpt(&master).and_then(|()| unlockpt(&master)).expect("a pseudo-terminal");
    let path = ptsname(&master, Vec::new()).expect("its name");
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let slave = rustix::fs::open(path, flags, Mode::empty()).expect("its other end");
    // Line ends arrive as they were written.
    let mut modes = tcgetattr(&slave).expect("its modes");
    modes.make_raw();
    tcsetattr(&slave, OptionalActions::Now, &modes).expect("a mode");
    command.stdout(slave.try_clone().expect("a copy")).stderr(slave);
    let mut child = command.spawn().expect("ami runs");
    // It holds the ends of the terminal that are meant for the child.
    drop(command);
    let reader = thread::spawn(move || {
        let mut received = Vec::new();
        // Ends with an error when the last program has closed the terminal.
        let _ = File::from(master).read_to_end(&mut received);
        received
    });
    let status = child.wait().expect("a status").code().expect("an exit status");
    (status, reader.join().expect("no panic"))
}

/// Accepts a login and then sends these lines, each ending with CR LF, in an answer, the entry of
/// a list and some events.
fn send_in_all_messages(peer: &mut Peer, lines: &[u8]) -> std::io::Result<()> {
    peer.log_in(BANNER)?;
    let event = |head: &str| [head.as_bytes(), lines, b"\r\n"].concat();
    peer.send(event("Event: First\r\nPrivilege: call,all\r\n").repeat(2))?;
    let request = peer.request()?;
    let id = &request.id;
    match &request.action[..] {
        "QueueStatus" => {
            peer.answer(&request, [b"EventList: start\r\n", lines].concat())?;
            peer.send(event(&format!("Event: Entry\r\nActionID: {id}\r\n")))?;
            peer.send(event(&format!("Event: Done\r\nActionID: {id}\r\nEventList: Complete\r\n")))?;
        }
        "Originate" => {
            peer.answer(&request, lines)?;
            let head = format!(
                "Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: {id}\r\nResponse: Failure\r\n"
            );
            peer.send(event(&head))?;
        }
        _ => peer.answer(&request, lines)?,
    }
    peer.idle()
}

#[test]
fn no_command_prints_unsafe_characters_on_a_terminal() {
    let name_and_value = [VALUE, b": ", VALUE, b"\r\n"].concat();
    let output = [b"Output: ", VALUE, b"\r\n"].concat();
    let reason = [b"Reason: ", VALUE, b"\r\n"].concat();
    for (arguments, lines, times) in [
        (&["action", "QueueStatus"][..], &name_and_value, 6),
        (&["action", "CoreStatus"], &name_and_value, 2),
        (&["command", "core show it"], &output, 1),
        (&["events", "--classes", "call", "--count", "2"], &name_and_value, 4),
        (&["originate", "SIP/7"], &name_and_value, 2),
        (&["originate", "SIP/7"], &reason, 2),
    ] {
        let lines = lines.clone();
        let port = serve(move |peer| send_in_all_messages(peer, &lines));
        let (_, received) = run_on_terminal(ami(&port, arguments));
        let text = String::from_utf8(received).expect("UTF-8 whatever the server sends");
        assert!(!text.chars().any(|char| char != '\n' && is_unsafe(char)), "{arguments:?}: {text:?}");
        assert_eq!(text.matches(SHOWN).count(), times, "{arguments:?}: {text}");
    }
}

#[test]
fn colors_are_those_of_the_tool_and_can_be_switched_off() {
    let lines = [VALUE, b": ", VALUE, b"\r\nCause: 16\r\nEvent: ", VALUE, b"\r\n"].concat();
    let arguments = ["action", "QueueStatus", "--tag", "pbx1"];
    let show = |variables: &[(&str, &str)]| {
        let lines = lines.clone();
        let port = serve(move |peer| send_in_all_messages(peer, &lines));
        let mut command = ami(&port, &arguments);
        command.env_remove("NO_COLOR").env_remove("TERM").envs(variables.iter().copied());
        let (status, received) = run_on(command);
        assert_eq!(status, 0);
        String::from_utf8(received).expect("UTF-8")
    };
    let colored = show(&[("TERM", "xterm"), ("NO_COLOR", "")]);
    for expected in [
        "\x1b[33m--- pbx1 ---\x1b[0m\n\x1b[36mResponse\x1b[0m: \x1b[1mSuccess\x1b[0m\n",
        "\x1b[36mCause\x1b[0m: 16\n",
        &format!("\x1b[36m{SHOWN}\x1b[0m: {SHOWN}\n"),
        &format!("\x1b[36mEvent\x1b[0m: \x1b[1m{SHOWN}\x1b[0m\n"),
    ] {
        assert!(colored.contains(expected), "{expected:?} in {colored:?}");
    }
    let colors = ["\x1b[36m", "\x1b[1m", "\x1b[33m", "\x1b[0m"];
    let plain = colors.iter().fold(colored, |text, color| text.replace(color, ""));
    assert!(!plain.chars().any(|char| char != '\n' && is_unsafe(char)), "{plain:?}");
    let without_ids = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.starts_with("ActionID")).map(String::from).collect()
    };
    for variables in [&[][..], &[("TERM", "dumb")], &[("TERM", "xterm"), ("NO_COLOR", "1")], &[("TERM", "")]]
    {
        assert_eq!(without_ids(&show(variables)), without_ids(&plain), "{variables:?}");
    }
}

#[test]
fn errors_are_one_line_without_unsafe_characters_everywhere() {
    let refuse = |peer: &mut Peer| {
        let id = peer.request()?.id;
        peer.send(
            [b"Response: Error\r\nActionID: ", id.as_bytes(), b"\r\nMessage: ", VALUE, b"\r\n\r\n"].concat(),
        )?;
        peer.idle()
    };
    let at_login = move |peer: &mut Peer| peer.send(BANNER).and_then(|()| refuse(peer));
    let at_action = move |peer: &mut Peer| peer.log_in(BANNER).and_then(|()| refuse(peer));
    let at_banner = |peer: &mut Peer| peer.send([VALUE, b"\r\n"].concat()).and_then(|()| peer.idle());
    let is_clean = |text: &str| {
        let line = text.strip_suffix('\n').expect("a line end");
        line.starts_with("ami: ") && !line.chars().any(is_unsafe)
    };
    for (status, port) in [(4, [serve(at_login), serve(at_login)]), (1, [serve(at_action), serve(at_action)])]
    {
        let (ended, stdout, stderr) = run(&mut ami(&port[0], &["ping"]));
        assert!(ended == status && stdout.is_empty() && is_clean(&stderr), "{stderr:?}");
        let (ended, received) = run_on_terminal(ami(&port[1], &["ping"]));
        let text = String::from_utf8(received).expect("UTF-8");
        assert!(ended == status && is_clean(&text), "{text:?}");
        // The library makes a text of the message of a refused login, in which other bytes than
        // those of UTF-8 are replaced.
        assert!(status == 4 || text.contains(SHOWN), "{text}");
    }
    let (ended, _, stderr) = run(&mut ami(&serve(at_banner), &["--timeout", "0.7", "ping"]));
    assert!(ended == 3 && is_clean(&stderr), "{stderr:?}");
    // The user's own arguments and files.
    for arguments in [
        &["frob\x1b[31m\u{202e}"][..],
        &["ping", "--port", "\u{9b}31m"],
        &["decode", "/no/such\n\u{9b}/file"],
        &["ping", "--secret-file", "/no/such\n\x1b/file"],
        &["action", "Ping", "A\u{202e}=x\ny"],
    ] {
        let (ended, _, stderr) =
            run(ami(&serve(|peer| peer.log_in(BANNER)), arguments).env("AMI_SECRET", ""));
        assert!(ended == 2 && is_clean(&stderr), "{arguments:?}: {stderr:?}");
    }
}

/// Returns lines that together have every character but CR and LF in their names and values.
fn every_character() -> String {
    let all: Vec<char> = (char::MIN..=char::MAX).filter(|char| !"\r\n".contains(*char)).collect();
    let lines = all.chunks(500).map(|chars| chars.iter().collect::<String>());
    lines.map(|line| format!("{line}: {line}\r\n")).collect()
}

#[test]
fn every_character_but_the_unsafe_ones_reaches_the_terminal_unchanged() {
    let lines = every_character();
    let not_ascii = |text: &str| -> String {
        text.chars().filter(|char| !char.is_ascii() && !is_unsafe(*char)).collect()
    };
    let expected = not_ascii(&lines);
    let port = serve(move |peer| send_in_all_messages(peer, lines.as_bytes()));
    let (status, received) = run_on_terminal(ami(&port, &["action", "CoreStatus"]));
    assert_eq!(status, 0);
    let text = String::from_utf8(received).expect("UTF-8");
    assert!(!text.chars().any(|char| !"\n\t".contains(char) && is_unsafe(char)));
    assert!(not_ascii(&text) == expected, "an ordinary character is missing or escaped");
}

#[test]
fn json_escapes_unsafe_characters_without_loss() {
    let lines = every_character();
    let sent = lines.clone();
    let port = serve(move |peer| send_in_all_messages(peer, sent.as_bytes()));
    let (status, stdout, _) = run(&mut ami(&port, &["action", "CoreStatus", "--json=full"]));
    assert_eq!(status, 0);
    let text = String::from_utf8(stdout).expect("UTF-8");
    assert!(!text.trim_end_matches('\n').chars().any(is_unsafe));
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let headers = json["headers"].as_array().expect("headers").iter().skip(2);
    let parsed: String = headers
        .map(|header| match header[0].as_str() {
            Some(name) => format!("{name}\u{1}{}\n", header[1].as_str().expect("text")),
            None => format!("{}\n", header[1].as_str().expect("text")),
        })
        .collect();
    // Where a name ends is tested elsewhere; here only that no character is lost or changed. A
    // name loses blanks at its end.
    let characters =
        |text: &str| -> String { text.chars().filter(|char| !": \t\r\n\u{1}".contains(*char)).collect() };
    assert!(characters(&parsed) == characters(&lines));
}

#[test]
fn a_pipe_receives_the_bytes_unchanged() {
    let line = [VALUE, b": ", VALUE, b"\r\n"].concat();
    let sent = line.clone();
    let port = serve(move |peer| send_in_all_messages(peer, &sent));
    let (status, stdout, _) = run(&mut ami(&port, &["action", "CoreStatus"]));
    assert_eq!(status, 0);
    let expected = [VALUE, b": ", VALUE, b"\n"].concat();
    assert!(stdout.windows(expected.len()).any(|part| part == expected), "{}", stdout.escape_ascii());
}
