//! Servers that are old, stand-ins, or something else than an Asterisk.

use std::io;

use crate::server::{BANNER, Peer, Request, serve};
use crate::{ami, run};

/// Sends the banner and accepts a login; then answers each request with what `answer` returns for
/// it.
fn answers(
    banner: &'static str,
    answer: impl Fn(&Request) -> String + Send + 'static,
) -> impl FnOnce(&mut Peer) -> io::Result<()> + Send + 'static {
    move |peer| {
        peer.log_in(banner)?;
        loop {
            let request = peer.request()?;
            peer.send(answer(&request))?;
        }
    }
}

/// Runs the tool against a server. Returns the exit status, standard output and standard error.
fn run_against(
    script: impl FnOnce(&mut Peer) -> io::Result<()> + Send + 'static,
    arguments: &[&str],
) -> (i32, String, String) {
    let arguments = [&["--timeout", "0.7"], arguments].concat();
    let (status, stdout, stderr) = run(&mut ami(&serve(script), &arguments));
    (status, String::from_utf8(stdout).expect("UTF-8"), stderr)
}

/// Asterisk 1.6 answers some actions without an ActionID.
#[test]
fn an_answer_without_its_id_counts_only_with_an_old_server() {
    let pong = |_: &Request| "Response: Success\r\nPing: Pong\r\n\r\n".to_owned();
    for (banner, status) in [
        ("Asterisk Call Manager/1.0\r\n", 0),
        ("Asterisk Call Manager/1.1\r\n", 0),
        ("Some Gateway/1.1\n", 0),
        ("Asterisk Call Manager/1.3\r\n", 3),
        ("Asterisk Call Manager/1.10\r\n", 3),
        (BANNER, 3),
    ] {
        let (ended, stdout, stderr) = run_against(answers(banner, pong), &["ping"]);
        assert_eq!(ended, status, "{banner}: {stderr}");
        assert_eq!(stdout, if status == 0 { "Pong\n" } else { "" });
    }
}

/// chan-sccp ends its lists without an ActionID.
#[test]
fn a_list_can_end_without_an_id_if_the_number_of_its_entries_is_right() {
    for (items, status) in [("ListItems: 2\r\n", 0), ("ListItems: 3\r\n", 3), ("", 3)] {
        let list = move |request: &Request| {
            let id = &request.id;
            let entry = format!("Event: DeviceEntry\r\nActionID: {id}\r\nNumLines: 1\r\n\r\n");
            format!(
                "Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n{entry}{entry}\
                Event: SCCPListDevicesComplete\r\nEventList: Complete\r\n{items}\r\n"
            )
        };
        let script = answers("Asterisk Call Manager/5.0.5\r\n", list);
        let (ended, stdout, stderr) = run_against(script, &["action", "SCCPListDevices"]);
        assert_eq!(ended, status, "{items:?}: {stderr}");
        assert_eq!(stdout.matches("Event: DeviceEntry\n").count(), 2);
    }
}

/// astmanproxy adds a header to each message, also after the end mark of the output of a command.
#[test]
fn a_command_works_through_astmanproxy() {
    let uptime = |request: &Request| {
        format!(
            "Response: Follows\r\nPrivilege: Command\r\nActionID: {}\r\nSystem uptime: 1 hour\r\n\
            Last reload: 1 hour\r\n--END COMMAND--\r\nServer: pbx1\r\n\r\n\
            Event: Hangup\r\nPrivilege: call,all\r\nServer: pbx1\r\n\r\n",
            request.id
        )
    };
    let script = answers("Asterisk Call Manager Proxy/1.30.0\r\n", uptime);
    let (status, stdout, stderr) = run_against(script, &["command", "core show uptime"]);
    assert_eq!((status, &stdout[..]), (0, "System uptime: 1 hour\nLast reload: 1 hour\n"), "{stderr}");
}

#[test]
fn another_service_is_named_and_a_silent_one_is_not_judged() {
    for (greeting, named) in [
        ("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n", "HTTP"),
        ("HTTP/1.0 408 Request Time-out\r\n\r\n", "HTTP"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "SSH"),
        ("220 mail.example ESMTP\r\n", "SMTP"),
        ("\x1b]0;owned\x07 hello\r\n", r"\x1b]0;owned\x07 hello"),
    ] {
        let script = move |peer: &mut Peer| peer.send(greeting).and_then(|()| peer.idle());
        let (status, stdout, stderr) = run_against(script, &["ping"]);
        assert_eq!((status, &stdout[..]), (3, ""), "{stderr}");
        assert!(stderr.contains(named) && stderr.contains("127.0.0.1:"), "{greeting}: {stderr}");
    }
    for greeting in ["", "Asterisk Call Man"] {
        let script = move |peer: &mut Peer| peer.send(greeting).and_then(|()| peer.idle());
        let (status, stdout, stderr) = run_against(script, &["ping"]);
        assert_eq!((status, &stdout[..]), (3, ""), "{stderr}");
        assert!(!stderr.contains("not an Asterisk"), "{stderr}");
        // A silent server may wait for a TLS handshake.
        let reason = ": no banner within 0.7 s: the server hangs, expects TLS, or is not Asterisk; \
                      if this is a port for TLS, use --tls\n";
        assert!(stderr.ends_with(reason), "{stderr}");
    }
}

/// A server that may learn the digest of something else than a challenge gets no answer.
#[test]
fn a_challenge_that_is_not_a_number_is_refused() {
    for challenge in ["admin:asterisk:", "12345678901234567890123", "12 34", "-1", ""] {
        let script = move |peer: &mut Peer| {
            peer.send(BANNER)?;
            peer.answer_next(format!("Challenge: {challenge}\r\n"))?;
            // A login would be accepted.
            peer.answer_next("")?;
            peer.answer_next("Ping: Pong\r\n")
        };
        let (status, stdout, stderr) = run_against(script, &["ping"]);
        assert_eq!((status, &stdout[..]), (4, ""), "{stderr}");
        assert!(stderr.contains("the secret was not sent"), "{stderr}");
    }
}
