//! The ends of commands: a closed or full standard output, signals, closed standard streams, and a
//! terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::ending;
use crate::server::{BANNER, Peer, serve, serve_all};
use crate::servers::{answer_all, answer_nastily, brief};
use crate::table::{ROWS, Row, SECRET, all_hold, ami, clients, is_unsafe, status};

/// The time within which a command ends when it is interrupted.
const SOON: Duration = Duration::from_secs(1);

/// Waits for the end of the child and returns the status, and the text of standard error.
fn end(child: &mut Child, limit: Duration) -> Result<(i32, String), String> {
    let begin = Instant::now();
    loop {
        if child.try_wait().expect("a status").is_some() {
            break;
        }
        if begin.elapsed() > limit {
            child.kill().expect("killed");
            child.wait().expect("a status");
            return Err(format!("not ended after {limit:?}"));
        }
        thread::sleep(Duration::from_millis(5));
    }
    let mut text = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        stderr.read_to_string(&mut text).expect("UTF-8");
    }
    Ok((status(child), text))
}

/// Starts a command and writes the input to it. Standard input is then closed.
fn start(mut command: Command, input: &str) -> Child {
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("ami runs");
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child
}

fn answering() -> String {
    serve_all(|peer, _| answer_all(peer, b"x"))
}

#[test]
fn every_command_ends_with_0_if_standard_output_is_closed() {
    let rows: Vec<_> = ROWS.iter().collect();
    all_hold(&rows, |row| {
        let (own, reader) = UnixStream::pair().expect("a pair");
        drop(reader);
        let mut command = row.command(&answering());
        command.stdout(OwnedFd::from(own));
        let mut child = start(command, row.input);
        let expected = if row.is_check() { (3, 1) } else { (0, 0) };
        match end(&mut child, SOON) {
            Ok((status, text)) if (status, text.lines().count()) == expected => Ok(()),
            other => Err(format!("{}: {other:?}", row.name)),
        }
    });
}

#[test]
fn every_command_reports_that_standard_output_is_full() {
    // The list of profiles is empty here.
    let printing = ROWS.iter().filter(|row| row.name != "profiles");
    let mut cases: Vec<_> = printing.map(|row| (row, false)).collect();
    cases.extend(ROWS.iter().filter(|row| row.name != "help").map(|row| (row, true)));
    all_hold(&cases, |(row, is_help)| {
        let mut command = if *is_help { ami(&[row.name, "--help"]) } else { row.command(&answering()) };
        command.stdout(File::options().write(true).open("/dev/full").expect("a device"));
        let expected = if *is_help { 5 } else { row.full() };
        match end(&mut start(command, row.input), 2 * SOON) {
            Ok((status, text))
                if status == expected && text.starts_with("ami: cannot write to standard output: ") =>
            {
                Ok(())
            }
            other => Err(format!("{}, help {is_help}: {other:?}", row.name)),
        }
    });
}

/// Events that no command prints.
const OTHER: &str = "Event: Alarm\r\nPrivilege: call,all\r\n\r\n";

#[test]
fn endless_commands_notice_a_closed_standard_output_without_anything_to_print() {
    let rows = clients().filter(|(row, _)| row.is_endless);
    let cases: Vec<_> = rows.flat_map(|(row, _)| [(row, false), (row, true)]).collect();
    all_hold(&cases, |&(row, is_busy)| {
        let (sender, logged_in) = channel();
        let port = serve(move |peer| {
            peer.log_in(BANNER)?;
            if row.name == "calls" {
                let id = peer.request()?.id;
                peer.send(format!("Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n"))?;
                peer.send(format!("Event: StatusComplete\r\nActionID: {id}\r\nEventList: Complete\r\n\r\n"))?;
            }
            sender.send(()).expect("a receiver");
            if is_busy && row.name != "session" {
                return peer.flow(OTHER, Duration::from_millis(20));
            }
            peer.idle()
        });
        let mut command = row.bare(&port);
        if row.name == "events" {
            command.args(["--only", "Hangup"]);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("ami runs");
        if logged_in.recv_timeout(2 * SOON).is_err() {
            let ended = end(&mut child, Duration::ZERO);
            return Err(format!("{}: no login: {ended:?}", row.name));
        }
        thread::sleep(Duration::from_millis(100));
        drop(child.stdout.take());
        // Its other end stays open.
        let _stdin = child.stdin.take();
        match end(&mut child, SOON) {
            Ok((0, text)) if text.is_empty() => Ok(()),
            other => Err(format!("{}, busy {is_busy}: {other:?}", row.name)),
        }
    });
}

/// Reads the requests of a client to its end, and returns whether one was a Logoff.
fn logs_off(peer: &mut Peer) -> bool {
    while let Ok(request) = peer.request() {
        if request.action == "Logoff" {
            return true;
        }
    }
    false
}

/// Starts the command, ends it with the signal at the stage, and checks how it ends.
fn end_by(row: &Row, signal: Signal, logs_in: bool) -> Result<(), String> {
    let (at_stage, stage) = channel();
    let (at_end, ended): (_, Receiver<bool>) = channel();
    let port = serve(move |peer| {
        if logs_in {
            peer.log_in(BANNER)?;
            // The client waits for this event before its login is complete.
            peer.send("Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n")?;
        }
        at_stage.send(()).expect("a receiver");
        let logs_off = logs_off(peer);
        let _ = at_end.send(logs_off);
        Ok(())
    });
    let mut command = ami(&[row.name, "--timeout", "5"]);
    // Those that end by themselves do not do that here.
    command.args(row.arguments.iter().filter(|word| !matches!(**word, "--for" | "0.3" | "0.9")));
    command.env("AMI_PORT", &port).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("ami runs");
    if stage.recv_timeout(2 * SOON).is_err() {
        return Err(format!("no connection: {:?}", end(&mut child, Duration::ZERO)));
    }
    thread::sleep(Duration::from_millis(150));
    kill_process(Pid::from_child(&child), signal).expect("sent");
    let expected = -signal.as_raw();
    let (status, text) = end(&mut child, SOON)?;
    if status != expected || !text.is_empty() {
        return Err(format!("status {status} instead of {expected}: {text}"));
    }
    let logs_off = ended.recv_timeout(SOON).map_err(|_| "the connection is not closed")?;
    let must_log_off = logs_in && matches!(row.name, "session" | "events");
    if must_log_off && !logs_off { Err("no logoff".into()) } else { Ok(()) }
}

#[test]
fn every_command_that_connects_ends_at_a_signal() {
    let signals = ending::signals();
    let cases: Vec<_> = clients()
        .flat_map(|(row, _)| signals.iter().map(move |&signal| (row, signal)))
        .flat_map(|case| [false, true].map(|logs_in| (case, logs_in)))
        .collect();
    all_hold(&cases, |&((row, signal), logs_in)| {
        end_by(row, signal, logs_in)
            .map_err(|problem| format!("{}, {signal:?}, logged in {logs_in}: {problem}", row.name))
    });
}

#[test]
fn every_command_runs_without_standard_streams() {
    let cases: Vec<_> =
        clients().flat_map(|row| ["<&-", ">&-", "<&- >&-", "<&- >&- 2>&-"].map(|how| (row, how))).collect();
    all_hold(&cases, |((row, client), how)| {
        let own = row.command(&answering());
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", &format!("exec \"$0\" \"$@\" {how}")])
            .arg(own.get_program())
            .args(own.get_args());
        for (name, value) in own.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        match end(&mut command.spawn().expect("a shell"), 2 * SOON) {
            Ok((status, text)) if status == client.answered && text.is_empty() => Ok(()),
            other => Err(format!("{} {how}: {other:?}", row.name)),
        }
    });
}

/// Runs a command on a terminal, and returns what that shows.
fn on_terminal(mut command: Command, input: &str) -> Vec<u8> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
    grantpt(&master).and_then(|()| unlockpt(&master)).expect("a pseudo-terminal");
    let path = ptsname(&master, Vec::new()).expect("its name");
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let slave = rustix::fs::open(path, flags, Mode::empty()).expect("its other end");
    command.env("TERM", "dumb");
    command.stdout(slave.try_clone().expect("a copy")).stderr(slave).stdin(Stdio::piped());
    let mut child = command.spawn().expect("ami runs");
    drop(command);
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    let mut received = Vec::new();
    // Ends with an error when the child has closed the terminal.
    let _ = File::from(master).read_to_end(&mut received);
    status(&mut child);
    received
}

#[test]
fn an_error_of_the_server_is_shown_once_on_a_terminal_and_in_both_places_otherwise() {
    const REASON: &str = "Message: It does not work\r\n";
    const OUTPUT: &str = "Message: Command output follows\r\nOutput: It does not work\r\n";
    const MORE: &str = "Message: It does not work\r\nOther: value\r\n";
    for (arguments, lines, has_response) in [
        (&["action", "Hangup"][..], REASON, false),
        (&["command", "core show it"], OUTPUT, false),
        (&["originate", "SIP/7"], REASON, false),
        (&["action", "Hangup"], MORE, true),
        (&["action", "Hangup", "--json"], REASON, true),
    ] {
        let refusing = move |peer: &mut Peer, _| {
            peer.log_in(BANNER)?;
            let id = peer.request()?.id;
            peer.send(format!("Response: Error\r\nActionID: {id}\r\n{lines}\r\n"))?;
            peer.idle()
        };
        let command = || {
            let mut command = ami(arguments);
            command.env("AMI_PORT", serve_all(refusing));
            command
        };
        let shown = String::from_utf8(on_terminal(command(), "")).expect("UTF-8");
        let times = shown.matches("It does not work").count();
        assert_eq!(times, if has_response { 2 } else { 1 }, "{arguments:?}: {shown}");
        assert!(shown.contains("ami: the server answered Error: It does not work"), "{shown}");
        // A script reads standard output.
        let output = command().output().expect("ami runs");
        for text in [output.stdout, output.stderr] {
            let text = String::from_utf8(text).expect("UTF-8");
            assert_eq!(text.matches("It does not work").count(), 1, "{arguments:?}: {text}");
        }
    }
}

#[test]
fn quiet_and_verbose_do_in_every_command_what_their_help_tells() {
    let folder = std::env::temp_dir();
    let file = folder.join(format!("embedded-ami-quiet-{}", std::process::id()));
    std::fs::write(&file, SECRET).expect("writable");
    // Other users can read the file, which is worth a warning.
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(&file, mode).expect("permitted");
    let path = file.to_str().expect("UTF-8");
    let rows: Vec<_> = clients().map(|(row, _)| row).collect();
    all_hold(&rows, |row| {
        let with = |more: &[&str]| {
            let mut command = row.command(&answering());
            command.args(["--secret-file", path]).args(more);
            crate::table::run(command, row.input.as_bytes())
        };
        let warns = |ended: &crate::table::Run| ended.stderr.contains("ami: warning: other users can read");
        let (plain, quiet, verbose) = (with(&[]), with(&["-q"]), with(&["-v"]));
        let shows_all = ["\n> Action: Log", "\n< Asterisk Call Manager/", "* connecting to "];
        let is_shown = shows_all.iter().all(|text| format!("\n{}", verbose.stderr).contains(text));
        if !is_shown || verbose.stderr.contains(SECRET) {
            return Err(format!("{} -v: {}", row.name, verbose.stderr));
        }
        let as_told = match row.is_check() {
            true => {
                let told = String::from_utf8_lossy(&quiet.stdout).into_owned();
                !warns(&plain) && quiet.status == 3 && told.contains("no option --quiet")
            }
            false => warns(&plain) && quiet.stderr.is_empty() && quiet.status == plain.status,
        };
        if as_told { Ok(()) } else { Err(format!("{}: {plain:?} {quiet:?}", row.name)) }
    });
    std::fs::remove_file(file).expect("removed");
}

#[test]
fn no_command_prints_unsafe_characters_or_the_secret_on_a_terminal() {
    let formats: [&[&str]; 3] = [&[], &["--json"], &["--fields", "Channel,X,Response"]];
    let cases: Vec<_> = clients().flat_map(|(row, _)| formats.map(|format| (row, format))).collect();
    all_hold(&cases, |&(row, format)| {
        if !format.is_empty() && matches!(row.name, "check" | "metrics" | "session") {
            return Ok(());
        }
        let mut command = row.command(&serve_all(|peer, _| answer_nastily(peer)));
        command.args(format);
        let received = on_terminal(command, row.input);
        let text = String::from_utf8(received).map_err(|error| format!("{}: {error}", row.name))?;
        let safe = |char: char| matches!(char, '\n' | '\r' | '\t') || !is_unsafe(char);
        // The terminal writes a CR before each LF.
        let has_cr = text.replace("\r\n", "\n").contains('\r');
        match text.is_empty() || has_cr || !text.chars().all(safe) || text.contains(SECRET) {
            true => Err(format!("{} {format:?}: {:?}", row.name, brief(&text))),
            false => Ok(()),
        }
    });
}
