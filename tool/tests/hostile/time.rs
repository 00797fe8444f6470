//! Limits of time, whatever the server sends meanwhile.

use std::io;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use crate::server::{BANNER, Peer, serve};
use crate::{ami, run};

/// An event, as a busy server sends many.
const EVENT: &str = "Event: Newchannel\r\nPrivilege: call,all\r\nChannel: SIP/1-1\r\n\r\n";
/// The value of `--timeout`.
const LIMIT: Duration = Duration::from_millis(700);
/// The time by which the tool may be late.
const LATE: Duration = Duration::from_millis(150);

type Script = fn(&mut Peer) -> io::Result<()>;

/// Runs the tool against the script and checks that it ends with this status, and `limit` after the
/// server has accepted its connection. Since other programs can hold up the machine, three attempts
/// are allowed.
fn ends_within(limit: Duration, arguments: &[&str], expected: i32, script: Script) -> String {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let (sender, begin) = channel();
        let port = serve(move |peer| {
            sender.send(Instant::now()).expect("a receiver");
            script(peer)
        });
        let (status, _, stderr) = run(&mut ami(&port, &[&["--timeout", "0.7"], arguments].concat()));
        let took = begin.recv().expect("a time").elapsed();
        assert_eq!(status, expected, "{arguments:?}: {stderr}");
        if took <= limit + LATE {
            return stderr;
        }
        assert!(attempts < 3, "{arguments:?} took {took:?} with a limit of {limit:?}: {stderr}");
    }
}

/// Sends a text byte by byte, so slowly that no time limit of a read ends, and never completes it.
fn drip(peer: &mut Peer, text: &str) -> io::Result<()> {
    peer.send(text)?;
    peer.flow("1", Duration::from_millis(20))
}

/// Answers the next request with this response, without its end.
fn begin_answer(peer: &mut Peer, lines: &str) -> io::Result<()> {
    let id = peer.request()?.id;
    peer.send(format!("Response: Success\r\nActionID: {id}\r\n{lines}"))
}

#[test]
fn connecting_and_the_login_end_in_time() {
    let scripts: [Script; 6] = [
        |peer| peer.idle(),
        |peer| drip(peer, "Asterisk Call Manager/"),
        |peer| peer.send(BANNER).and_then(|()| peer.flood(EVENT)),
        |peer| {
            peer.send(BANNER)?;
            let id = peer.request()?.id;
            drip(peer, &format!("Response: Success\r\nActionID: {id}\r\nX: "))
        },
        |peer| {
            peer.send(BANNER)?;
            peer.answer_next("Challenge: 123\r\n")?;
            peer.flood("Response: Success\r\nActionID: other\r\n\r\n")
        },
        // Each step in time, but not all of them.
        |peer| {
            thread::sleep(LIMIT * 2 / 3);
            peer.send(BANNER)?;
            thread::sleep(LIMIT * 2 / 3);
            peer.answer_next("Challenge: 123\r\n")?;
            thread::sleep(LIMIT * 2 / 3);
            peer.answer_next("")?;
            peer.idle()
        },
    ];
    for (number, script) in scripts.into_iter().enumerate() {
        for arguments in [&["ping"][..], &["events"]] {
            println!("script {number}");
            ends_within(LIMIT, arguments, 3, script);
        }
    }
}

#[test]
fn an_answer_ends_in_time() {
    let ping: (&[&str], _) = (&["ping"], 3);
    let command: (&[&str], _) = (&["command", "core show it"], 3);
    let list: (&[&str], _) = (&["action", "QueueStatus"], 3);
    let scripts: [((&[&str], _), Script); 10] = [
        (ping, |peer| peer.log_in(BANNER).and_then(|()| peer.idle())),
        (ping, |peer| peer.log_in(BANNER).and_then(|()| peer.flood(EVENT))),
        (ping, |peer| peer.log_in(BANNER).and_then(|()| peer.flow(EVENT, Duration::from_millis(20)))),
        (ping, |peer| {
            peer.log_in(BANNER)?;
            peer.flow("Response: Success\r\nMessage: nobody asked\r\n\r\n", Duration::from_millis(20))
        }),
        (ping, |peer| {
            peer.log_in(BANNER)?;
            begin_answer(peer, "X: ")?;
            peer.flow("1", Duration::from_millis(20))
        }),
        (command, |peer| {
            peer.log_in(BANNER)?;
            let id = peer.request()?.id;
            peer.send(format!("Response: Follows\r\nPrivilege: Command\r\nActionID: {id}\r\n"))?;
            peer.flow("a line of output\n", Duration::from_millis(20))
        }),
        (command, |peer| {
            peer.log_in(BANNER)?;
            begin_answer(peer, "Message: Command output follows\r\n")?;
            peer.flow("Output: a line\r\n", Duration::from_millis(20))
        }),
        (list, |peer| {
            peer.log_in(BANNER)?;
            peer.answer_next("EventList: start\r\n")?;
            peer.flow("Event: Entry\r\n\r\n", Duration::from_millis(20))
        }),
        (list, |peer| {
            peer.log_in(BANNER)?;
            peer.answer_next("EventList: start\r\n")?;
            peer.flood(EVENT)
        }),
        // The login takes most of the time, and the answer would be in time if it had all of it.
        (ping, |peer| {
            thread::sleep(LIMIT / 2);
            peer.log_in(BANNER)?;
            thread::sleep(LIMIT * 3 / 4);
            peer.answer_next("Ping: Pong\r\n")?;
            peer.idle()
        }),
    ];
    for (number, ((arguments, status), script)) in scripts.into_iter().enumerate() {
        println!("script {number}");
        ends_within(LIMIT, arguments, status, script);
    }
}

#[test]
fn the_outcome_of_a_call_is_waited_for_in_time() {
    let limit = LIMIT + Duration::from_secs(1);
    let calm: Script = |peer| {
        peer.log_in(BANNER)?;
        peer.answer_next("Message: Originate successfully queued\r\n")?;
        peer.idle()
    };
    let busy: Script = |peer| {
        peer.log_in(BANNER)?;
        peer.answer_next("Message: Originate successfully queued\r\n")?;
        peer.flow(EVENT, Duration::from_millis(20))
    };
    let flooded: Script = |peer| {
        peer.log_in(BANNER)?;
        peer.answer_next("Message: Originate successfully queued\r\n")?;
        peer.flood(EVENT)
    };
    for script in [calm, busy, flooded] {
        let error = ends_within(limit, &["originate", "SIP/7", "--ring", "1"], 3, script);
        assert!(error.contains("no OriginateResponse"), "{error}");
    }
}

#[test]
fn an_action_that_the_server_does_not_read_ends_in_time() {
    // More than a server reads without being asked, and less than an outbox holds.
    let value = format!("Variable={}", "a".repeat(900));
    let mut arguments = vec!["action", "Originate"];
    arguments.extend(std::iter::repeat_n(&value[..], 60));
    ends_within(LIMIT, &arguments, 3, |peer| {
        peer.log_in(BANNER)?;
        thread::sleep(LIMIT * 5);
        Ok(())
    });
}
