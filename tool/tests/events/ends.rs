//! The ways in which the command ends, and the gaps and records of lost connections.

use std::fs::{self, File};
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::ending;
use crate::server::{BANNER, Peer, serve, serve_all};
use crate::{events, file, numbered, numbers, run, run_into, send, start, stderr};

/// The longest time that an end may take.
const SOON: Duration = Duration::from_millis(800);

fn send_and_idle(peer: &mut Peer) -> std::io::Result<()> {
    send(peer, 1..=1).and_then(|()| peer.idle())
}

#[test]
fn a_time_limit_ends_with_status_0_unless_there_was_no_login() {
    let begin = Instant::now();
    let (status, stdout, stderr) = run(&mut events(&serve(send_and_idle), &["--for", "0.2"]));
    assert_eq!((status, numbers(&stdout), &stderr[..]), (0, vec![Some(1)], ""));
    assert!(begin.elapsed() >= Duration::from_millis(200));
    let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let (status, stdout, stderr) =
        run(&mut events(&unused, &["--reconnect", "--max-wait", "0.05", "--for", "0.2"]));
    assert_eq!((status, &stdout[..]), (3, ""));
    let warning = format!("ami: warning: 127.0.0.1:{unused}: connect: Connection refused");
    assert!(stderr.starts_with(&warning), "{stderr}");
    assert!(stderr.ends_with("ami: the login did not succeed within the time of --for\n"), "{stderr}");
}

#[test]
fn a_lost_connection_ends_with_status_3_after_all_events() {
    let port = serve(|peer| send(peer, 1..=100));
    let (status, stdout, stderr) = run(&mut events(&port, &[]));
    assert_eq!((status, numbers(&stdout)), (3, (1..=100).map(Some).collect()));
    assert_eq!(stderr, format!("ami: 127.0.0.1:{port}: the server closed the connection\n"));
}

#[test]
fn a_silent_server_is_found_by_a_ping() {
    let arguments = ["--keepalive", "0.1", "--timeout", "0.2"];
    let (status, stdout, stderr) = run(&mut events(&serve(send_and_idle), &arguments));
    assert_eq!((status, numbers(&stdout)), (3, vec![Some(1)]));
    assert!(stderr.ends_with("the server did not answer a Ping in time\n"), "{stderr}");
}

/// Sends event 1 and half of event 2, then accepts another connection and sends event 3.
fn restart(peer: &mut Peer, life: usize) -> std::io::Result<()> {
    match life {
        0 => {
            send(peer, 1..=1)?;
            peer.send(&numbered(2)[..30])
        }
        _ => send(peer, 3..=3).and_then(|()| peer.idle()),
    }
}

#[test]
fn a_gap_is_marked_in_each_format_and_warned_of() {
    let arguments = ["--reconnect", "--max-wait", "0.01", "--count", "2"];
    let port = serve_all(restart);
    let (status, stdout, stderr) = run(&mut events(&port, &arguments));
    assert_eq!((status, numbers(&stdout)), (0, vec![Some(1), None, Some(3)]));
    assert!(stdout.contains("in the middle of a message"), "{stdout}");
    let lines: Vec<_> = stderr.lines().collect();
    let server = format!("ami: warning: 127.0.0.1:{port}: ");
    assert_eq!(lines.len(), 2, "{stderr}");
    assert!(lines[0].starts_with(&format!("{server}the server closed the connection in the middle")));
    assert!(lines[0].contains("trying again in "), "{stderr}");
    assert_eq!(lines[1], format!("{server}connected again"));
    for (format, expected) in [
        (&["--json"][..], "{_gap}"),
        (&["--json=full"], "{gap}"),
        (&["--fields", "Number"], "1\n# gap: the server closed"),
        (&["--quiet", "--exec", "sh", "-c", "echo $AMI_H_Number"], "1\n3\n"),
    ] {
        let (status, stdout, stderr) =
            run(&mut events(&serve_all(restart), &[&arguments[..], format].concat()));
        assert_eq!((status, stderr.is_empty()), (0, format[0] == "--quiet"), "{stderr}");
        let is_gap = |line: &&str| {
            let json: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let reason = if format[0] == "--json" { &json["_gap"] } else { &json["reason"] };
            reason.as_str().is_some_and(|reason| reason.contains("in the middle of a message"))
        };
        let has_gap = if expected.starts_with('{') {
            stdout.lines().map(|line| is_gap(&line)).eq([false, true, false])
        } else {
            stdout.starts_with(expected)
        };
        assert!(has_gap, "{stdout}");
    }
}

#[test]
fn filters_are_sent_again_after_each_loss() {
    let (sender, requests) = channel();
    let port = serve_all(move |peer, life| {
        peer.log_in(BANNER)?;
        for _ in 0..2 {
            // The first attempt to connect again fails between login and filter.
            if life == 1 {
                return Ok(());
            }
            let request = peer.request()?;
            peer.answer(&request, "")?;
            sender.send(request.action).expect("a receiver");
        }
        peer.send(numbered(life as u64))?;
        if life == 2 { peer.idle() } else { Ok(()) }
    });
    let arguments = ["--reconnect", "--max-wait", "0.01", "--count", "2", "--filter", "Event: N"];
    let (status, stdout, stderr) = run(&mut events(&port, &arguments));
    assert_eq!((status, numbers(&stdout)), (0, vec![Some(0), None, Some(2)]), "{stderr}");
    let requests: Vec<_> = requests.try_iter().collect();
    assert_eq!(requests, ["Filter", "Events", "Filter", "Events"]);
}

/// A place in the course of a connection.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    Connecting,
    Banner,
    Challenge,
    Login,
    Booting,
    Following,
}

/// Leads a client up to this stage.
fn lead(peer: &mut Peer, stage: Stage) -> std::io::Result<()> {
    if matches!(stage, Stage::Challenge | Stage::Login) {
        peer.send(BANNER)?;
        let request = peer.request()?;
        assert_eq!(request.action, "Challenge");
        if stage == Stage::Login {
            peer.answer(&request, "Challenge: 840415273\r\n")?;
            assert_eq!(peer.request()?.action, "Login");
        }
    } else if stage != Stage::Banner {
        peer.log_in(BANNER)?;
    }
    if stage == Stage::Following {
        peer.send("Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n")?;
        peer.send(numbered(1))?;
    }
    Ok(())
}

#[test]
fn a_signal_at_any_stage_ends_the_command_with_a_logoff_once_logged_in() {
    use Stage::{Banner, Booting, Challenge, Connecting, Following, Login};
    for stage in [Connecting, Banner, Challenge, Login, Booting, Following] {
        for reconnect in [&[][..], &["--reconnect"]] {
            let (at_stage, reached) = channel();
            let (sender, later) = channel();
            let serving = move |peer: &mut Peer| {
                lead(peer, stage)?;
                at_stage.send(()).expect("a receiver");
                while let Ok(request) = peer.request() {
                    sender.send(request.action).expect("a receiver");
                }
                Ok(())
            };
            // Nothing listens on the port of the first stage: the tool waits for its next attempt.
            let arguments = match stage {
                Connecting => [&["--classes", "system"][..], &["--max-wait", "60"], reconnect].concat(),
                _ => [&["--classes", "system"][..], reconnect].concat(),
            };
            if stage == Connecting && reconnect.is_empty() {
                continue;
            }
            let port = match stage {
                Connecting => {
                    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string()
                }
                _ => serve(serving),
            };
            let mut command = events(&port, &arguments);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
            let mut child = command.spawn().expect("ami runs");
            if stage == Connecting {
                std::thread::sleep(Duration::from_millis(300));
            } else {
                reached.recv_timeout(Duration::from_secs(3)).expect("the stage");
                // A client has handled what it received.
                std::thread::sleep(Duration::from_millis(50));
            }
            let begin = Instant::now();
            kill_process(Pid::from_child(&child), Signal::TERM).expect("a process");
            let status = child.wait().expect("a status");
            let took = begin.elapsed();
            assert!(took < SOON, "{stage:?} {reconnect:?}: {took:?}");
            assert_eq!(status.signal(), Some(15), "{stage:?} {reconnect:?}");
            if stage == Connecting {
                continue;
            }
            // The server sees the end of the connection.
            let requests: Vec<_> = later.iter().collect();
            let expected: &[&str] = if matches!(stage, Booting | Following) { &["Logoff"] } else { &[] };
            assert_eq!(requests, expected, "{stage:?} {reconnect:?}");
        }
    }
}

/// The waits before new connections begin short, whatever --max-wait is, so that a short failure is
/// a short gap. Each is longer than the one before, up to --max-wait.
#[test]
fn waits_begin_short_and_grow_to_the_longest() {
    let waits = |longest: &str, time: &str| -> Vec<f64> {
        let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
        let arguments = ["--reconnect", "--max-wait", longest, "--for", time];
        let (status, _, stderr) = run(&mut events(&unused, &arguments));
        assert_eq!(status, 3, "{stderr}");
        let wait = |line: &str| line.split_once("trying again in ")?.1.strip_suffix(" s")?.parse().ok();
        stderr.lines().filter_map(wait).collect()
    };
    // A wait is between half and all of 0.2, 0.4, 0.8 s and so on, and printed in tenths.
    let long = waits("3600", "2");
    assert!(long.len() >= 3, "{long:?}");
    for (wait, most) in long.iter().zip([0.2, 0.4, 0.8, 1.6, 3.2]) {
        assert!((most / 2.0 - 0.05..=most + 0.05).contains(wait), "{long:?}");
    }
    let short = waits("0.4", "2");
    assert!(short.len() >= 4 && short.iter().all(|wait| *wait <= 0.4), "{short:?}");
    assert!(short[1..].iter().all(|wait| *wait >= 0.2), "{short:?}");
}

#[test]
fn a_refused_login_ends_with_status_4_also_after_a_loss() {
    let refuse = |peer: &mut Peer| {
        peer.send(BANNER)?;
        let id = peer.request()?.id;
        peer.send(format!("Response: Error\r\nActionID: {id}\r\nMessage: Authentication failed\r\n\r\n"))
    };
    let arguments = ["--plain", "--reconnect", "--max-wait", "0.01"];
    let (status, ..) = run(&mut events(&serve(refuse), &arguments));
    assert_eq!(status, 4);
    let port = serve_all(move |peer, life| if life == 0 { send(peer, 1..=1) } else { refuse(peer) });
    let (status, stdout, stderr) = run(&mut events(&port, &arguments));
    assert_eq!((status, numbers(&stdout)), (4, vec![Some(1), None]));
    let last = stderr.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("ami: login refused: Authentication failed; the user admin is from "),
        "{stderr}"
    );
}

#[test]
fn a_closed_standard_output_ends_the_command_busy_or_idle() {
    let (sender, last) = channel();
    let idle = serve(move |peer| {
        send(peer, 1..=1)?;
        sender.send(peer.request()?.action).expect("a receiver");
        Ok(())
    });
    let busy = serve(|peer| peer.log_in(BANNER).and_then(|()| peer.flood(numbered(1))));
    for port in [idle, busy] {
        let (mut child, stdout) = start(&mut events(&port, &[]));
        let begin = Instant::now();
        drop(stdout);
        let status = child.wait().expect("a status");
        assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
        assert_eq!((status.code(), stderr(&mut child)), (Some(0), String::new()));
    }
    assert_eq!(last.recv().expect("a request"), "Logoff");
}

#[test]
fn a_full_disk_ends_with_status_5() {
    let full = File::options().write(true).open("/dev/full").expect("a device");
    let (status, _, stderr) = run_into(full.into(), &mut events(&serve(send_and_idle), &[]));
    assert_eq!(status, 5);
    assert!(stderr.starts_with("ami: cannot write to standard output: No space left"), "{stderr}");
    let (status, _, stderr) = run(&mut events(&serve(send_and_idle), &["--raw", "/dev/full"]));
    assert_eq!(status, 5);
    assert!(stderr.starts_with("ami: cannot write to /dev/full: No space left"), "{stderr}");
    let (status, _, stderr) = run(&mut events(&serve(send_and_idle), &["--raw", "/no/such/file"]));
    assert_eq!(status, 5);
    assert!(stderr.starts_with("ami: cannot create /no/such/file: "), "{stderr}");
}

#[test]
fn a_signal_ends_the_command_with_its_own_status_after_a_logoff() {
    for signal in ending::signals() {
        for arguments in [&[][..], &["--reconnect"], &["--exec", "echo", "Event: Numbered"]] {
            let (sender, last) = channel();
            let port = serve(move |peer| {
                send(peer, 1..=1)?;
                sender.send(peer.request()?.action).expect("a receiver");
                Ok(())
            });
            let (mut child, mut stdout) = start(&mut events(&port, arguments));
            let begin = Instant::now();
            kill_process(Pid::from_child(&child), signal).expect("a process");
            let status = child.wait().expect("a status");
            assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
            assert_eq!((status.signal(), stderr(&mut child)), (Some(signal.as_raw()), String::new()));
            assert_eq!(last.recv().expect("a request"), "Logoff");
            let mut rest = String::new();
            stdout.read_to_string(&mut rest).expect("UTF-8");
            assert!(rest.is_empty() || rest == "Privilege: user,all\nNumber: 1\n\n", "{rest:?}");
        }
    }
}

#[test]
fn an_ignored_signal_stays_ignored() {
    let command = events(&serve(send_and_idle), &["--for", "0.5"]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' HUP; exec \"$0\" \"$@\""]).arg(command.get_program()).args(command.get_args());
    let variables = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let (mut child, stdout) = start(shell.envs(variables));
    kill_process(Pid::from_child(&child), Signal::HUP).expect("a process");
    assert_eq!(child.wait().expect("a status").code(), Some(0));
    drop(stdout);
}

#[test]
fn a_signal_ends_the_command_although_its_output_is_not_read() {
    let port = serve(|peer| peer.log_in(BANNER).and_then(|()| peer.flood(numbered(1))));
    let (mut child, stdout) = start(&mut events(&port, &[]));
    std::thread::sleep(Duration::from_millis(100));
    kill_process(Pid::from_child(&child), Signal::TERM).expect("a process");
    // A second signal does not wait for anything.
    std::thread::sleep(Duration::from_millis(100));
    kill_process(Pid::from_child(&child), Signal::TERM).expect("a process");
    let begin = Instant::now();
    assert_eq!(child.wait().expect("a status").signal(), Some(15));
    assert!(begin.elapsed() < SOON);
    drop(stdout);
}

#[test]
fn the_record_decodes_to_the_same_events() {
    let path = file();
    let raw = path.to_str().expect("UTF-8");
    let port = serve_all(|peer, life| match life {
        0 => {
            send(peer, 1..=50)?;
            peer.send(&numbered(99)[..41])
        }
        1 => Ok(()),
        _ => send(peer, 51..=60).and_then(|()| peer.idle()),
    });
    let arguments = ["--reconnect", "--max-wait", "0.01", "--count", "60", "--raw", raw];
    let (status, stdout, stderr) = run(&mut events(&port, &arguments));
    assert_eq!(status, 0, "{stderr}");
    let printed: Vec<_> = numbers(&stdout).into_iter().flatten().collect();
    let bytes = fs::read(&path).expect("a file");
    assert!(bytes.starts_with(BANNER.as_bytes()));
    let decoded =
        Command::new(env!("CARGO_BIN_EXE_ami")).arg("decode").arg(&path).output().expect("ami runs");
    let decoded = String::from_utf8(decoded.stdout).expect("UTF-8");
    fs::remove_file(&path).expect("a file");
    let events = decoded.lines().filter(|line| line.contains(r#"["Event","Numbered"]"#));
    let number =
        |line: &str| -> Option<u64> { line.split_once(r#"["Number",""#)?.1.split_once('"')?.0.parse().ok() };
    // The event that was cut has no number.
    let recorded: Vec<_> = events.filter_map(number).collect();
    assert_eq!(recorded, (1..=60).collect::<Vec<_>>());
    assert_eq!(printed, recorded);
}

#[test]
fn the_record_of_an_earlier_run_stays_if_the_settings_are_wrong() {
    let path = file();
    let raw = path.to_str().expect("UTF-8");
    fs::write(&path, "earlier").expect("a file");
    for wrong in [&["--secret-file", "/no/such"][..], &["--host", "a b"], &["--keepalive", "0.0001"]] {
        let (status, _, stderr) = run(&mut events("1", &[&["--raw", raw], wrong].concat()));
        assert_eq!((status, &*fs::read(&path).expect("a file")), (2, &b"earlier"[..]), "{stderr}");
    }
    fs::remove_file(&path).expect("a file");
}
