//! The program of `--exec`.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::server::{BANNER, serve};
use crate::{SECRET, events, numbered, run, send, start, stderr};

/// Runs `--exec` with these words for one event with these lines.
fn run_for(lines: &'static str, words: &[&str]) -> (i32, String, String) {
    let port = serve(move |peer| {
        peer.log_in(BANNER)?;
        peer.send(lines)?;
        peer.idle()
    });
    let arguments = [&["--count", "1", "--tag", "berlin", "--exec"], words].concat();
    run(events(&port, &arguments).env("AMI_H_Old", "1").env("AMI_SECRET_FILE", "/no/such/file"))
}

#[test]
fn the_program_gets_the_headers_and_no_secret() {
    let lines = "Event: UserEvent\r\nPrivilege: user,all\r\nA: two words \r\nB: x=y\r\nC: \r\n\
                 Cause-txt: Größe\r\nD: -rf\r\nE: $(id);`id`\r\nF: 1\r\nF: 2\r\nG: a\0b\r\nS: zebra-crossing-47\r\n\
                 no colon\r\n\r\n";
    let (status, stdout, stderr) = run_for(lines, &["cat", "/proc/self/environ"]);
    assert_eq!((status, &stderr[..]), (0, ""));
    assert!(!stdout.contains(SECRET) && !stdout.contains("AMI_SECRET"), "{stdout}");
    let variables: BTreeMap<_, _> = stdout
        .split_terminator('\0')
        .filter_map(|variable| variable.split_once('='))
        .filter(|(name, _)| name.starts_with("AMI_"))
        .collect();
    let time = variables["AMI_TIME"];
    assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
    let port = variables["AMI_PORT"];
    let expected = [
        ("AMI_EVENT", "UserEvent"),
        ("AMI_H_", "no colon"),
        ("AMI_H_A", "two words "),
        ("AMI_H_B", "x=y"),
        ("AMI_H_C", ""),
        ("AMI_H_Cause_txt", "Größe"),
        ("AMI_H_D", "-rf"),
        ("AMI_H_E", "$(id);`id`"),
        ("AMI_H_Event", "UserEvent"),
        ("AMI_H_F", "1\n2"),
        ("AMI_H_G", "a\u{fffd}b"),
        ("AMI_H_Privilege", "user,all"),
        ("AMI_H_S", "[redacted]"),
        ("AMI_PORT", port),
        ("AMI_TAG", "berlin"),
        ("AMI_TIME", time),
        ("AMI_USER", "admin"),
    ];
    assert_eq!(variables, BTreeMap::from(expected));
}

/// The server sends six events at once, and the program for the first outlasts the time.
#[test]
fn events_that_arrive_within_the_time_are_handled() {
    let script = "[ $AMI_H_Number != 1 ] || sleep 0.6; echo $AMI_H_Number";
    for (options, expected) in
        [(&["--for", "0.3"][..], "1\n2\n3\n4\n5\n6\n"), (&["--for", "0.3", "--count", "4"], "1\n2\n3\n4\n")]
    {
        let port = serve(|peer| {
            peer.log_in(BANNER)?;
            peer.send((1..=6).map(numbered).collect::<String>())?;
            peer.idle()
        });
        let arguments = [options, &["--exec", "sh", "-c", script]].concat();
        let (status, stdout, stderr) = run(&mut events(&port, &arguments));
        assert_eq!((status, &stdout[..], &stderr[..]), (0, expected, ""));
    }
}

#[test]
fn all_that_follows_exec_are_its_words() {
    let words = ["printf", "<%s>", "-x", "", "a b", "$HOME", "ü", "--json", "--", "--count", "*"];
    let (status, stdout, _) = run_for("Event: X\r\n\r\n", &words);
    assert_eq!((status, &stdout[..]), (0, "<-x><><a b><$HOME><ü><--json><--><--count><*>"));
    // Standard input is empty, and the event is printed only if that is asked for.
    let (status, stdout, _) = run_for("Event: X\r\n\r\n", &["cat"]);
    assert_eq!((status, &stdout[..]), (0, ""));
    let port = serve(|peer| send(peer, 1..=1).and_then(|()| peer.idle()));
    let (status, stdout, _) = run(&mut events(&port, &["--count", "1", "--print", "--exec", "echo", "run"]));
    assert_eq!((status, stdout), (0, numbered(1).replace('\r', "") + "run\n"));
    for wrong in [&["--exec"][..], &["--print"]] {
        assert_eq!(run(&mut events("1", wrong)).0, 2, "{wrong:?}");
    }
}

#[test]
fn a_failure_is_reported_and_the_next_event_follows() {
    for (words, problem) in [
        (&["sh", "-c", "echo $AMI_H_Number; exit 3"][..], "exit status: 3"),
        (&["sh", "-c", "echo $AMI_H_Number; kill -9 $$"], "signal: 9 (SIGKILL)"),
        (&["/dev/null"], "cannot start: Permission denied (os error 13)"),
    ] {
        let port = serve(|peer| send(peer, 1..=2).and_then(|()| peer.idle()));
        let (status, stdout, stderr) =
            run(&mut events(&port, &[&["--count", "2", "--exec"], words].concat()));
        let warning = format!("ami: warning: {} for the event Numbered: {problem}\n", words[0]);
        let summary = format!("ami: {} failed for 2 of 2 events\n", words[0]);
        assert_eq!((status, stderr), (5, format!("{warning}{warning}{summary}")));
        assert!(stdout == "1\n2\n" || words.len() == 1, "{stdout}");
    }
}

#[test]
fn a_program_that_does_not_exist_is_an_error_before_the_login() {
    for name in ["/no/such/program", "no-such-program"] {
        let (status, stdout, stderr) = run(&mut events("1", &["--exec", name]));
        let expected = format!("ami: --exec: there is no program {name}\n");
        assert_eq!((status, stdout, stderr), (2, String::new(), expected));
    }
}

#[test]
fn headers_that_are_too_large_for_the_environment_are_reported() {
    let large: &'static str = format!("Event: X\r\nA: {}\r\n\r\n{}", "x".repeat(200_000), numbered(7)).leak();
    let port = serve(move |peer| {
        peer.log_in(BANNER)?;
        peer.send(large)?;
        peer.idle()
    });
    let (status, stdout, stderr) =
        run(&mut events(&port, &["--count", "2", "--exec", "sh", "-c", "echo $AMI_H_Number"]));
    assert_eq!((status, &stdout[..]), (5, "7\n"));
    assert!(stderr.contains("the event X: cannot start: Argument list too long"), "{stderr}");
    assert!(stderr.contains("the headers of the event have 2000"), "{stderr}");
    assert!(stderr.contains("failed for 1 of 2 events"), "{stderr}");
}

#[test]
fn the_tool_reads_while_a_program_runs() {
    let (sender, sent) = channel();
    let port = serve(move |peer| {
        send(peer, 1..=1)?;
        // More than the buffers of the system take, and less than the tool keeps.
        let block: String = (2..=500).map(numbered).collect();
        let begin = Instant::now();
        for _ in 0..120 {
            peer.send(&block)?;
        }
        sender.send(begin.elapsed()).expect("a receiver");
        peer.idle()
    });
    let script = "echo $AMI_EVENT; [ $AMI_H_Number = 2 ] || exec sleep 0.8";
    let begin = Instant::now();
    let (status, stdout, _) = run(&mut events(&port, &["--count", "2", "--exec", "sh", "-c", script]));
    assert_eq!((status, &stdout[..]), (0, "Numbered\nNumbered\n"));
    let took = sent.recv().expect("a time");
    assert!(took + Duration::from_millis(200) < begin.elapsed(), "sending took {took:?}");
}

#[test]
fn a_signal_does_not_wait_for_the_program() {
    let port = serve(|peer| send(peer, 1..=2).and_then(|()| peer.idle()));
    let mut command = events(&port, &["--print", "--exec", "sleep", "2"]);
    let (mut child, stdout) = start(command.stderr(Stdio::piped()));
    let begin = Instant::now();
    kill_process(Pid::from_child(&child), Signal::TERM).expect("a process");
    let status = child.wait().expect("a status");
    assert_eq!((status.signal(), begin.elapsed() < Duration::from_secs(1)), (Some(15), true));
    drop((stdout, stderr));
}
