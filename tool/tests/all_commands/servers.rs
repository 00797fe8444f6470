//! Servers that are dead, slow, broken, hostile, or refuse.

use std::io;
use std::thread;
use std::time::Duration;

use embedded_ami_pbx::{Pbx, Tls};

use crate::server::{BANNER, Peer, Request, serve_all, serve_each};
use crate::table::{Client, LIMIT, Row, SECRET, all_hold, ami, clients, run};

/// Bytes and characters that a terminal must not receive.
const NASTY: &[u8] =
    b"\x1b]0;owned\x07\x1b[31mred \xc2\x9b31m \x9b31m \x7f \xe2\x80\xaeRTL \xe2\x80\xa8 \0 \r zebra-crossing-47 \xc3 end";

type Script = fn(&mut Peer) -> io::Result<()>;
type Expected = fn(Client) -> i32;

const LOST: Expected = |client| client.lost;
const REFUSED: Expected = |client| client.refused;
const CLOSED: Expected = |client| client.closed;
const SILENT: Expected = |client| client.silent;
const DENIED: Expected = |client| client.denied;
const ANSWERED: Expected = |client| client.answered;

/// Sends the bytes one by one, slowly, and never ends.
fn trickle(peer: &mut Peer, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    for byte in bytes.as_ref() {
        peer.send([*byte])?;
        thread::sleep(Duration::from_millis(10));
    }
    peer.flow("x", Duration::from_millis(20))
}

/// Sends the beginning of the response to the next request.
fn begin_answer(peer: &mut Peer, lines: &str) -> io::Result<()> {
    let id = peer.request()?.id;
    peer.send(format!("Response: Success\r\nActionID: {id}\r\n{lines}"))
}

/// Sends an event, and the beginning of another one or of the response to the next request.
fn begin_any(peer: &mut Peer) -> io::Result<()> {
    peer.log_in(BANNER)?;
    peer.send("Event: Alarm\r\nPrivilege: call,all\r\nX: 1\r\n\r\nEvent: Ala")
}

/// Answers the login with an Error.
fn refuse(peer: &mut Peer, message: &[u8]) -> io::Result<()> {
    peer.send(BANNER)?;
    let mut request = peer.request()?;
    if request.action == "Challenge" {
        peer.answer(&request, "Challenge: 840415273\r\n")?;
        request = peer.request()?;
    }
    let head = format!("Response: Error\r\nActionID: {}\r\nMessage: ", request.id);
    peer.send([head.as_bytes(), message, b"\r\n\r\n"].concat())?;
    peer.idle()
}

/// Logs the client in and answers each action with this line and Error.
fn deny(peer: &mut Peer, message: &[u8]) -> io::Result<()> {
    peer.log_in(BANNER)?;
    loop {
        let request = peer.request()?;
        let response = if request.action == "Logoff" { "Goodbye" } else { "Error" };
        let head = format!("Response: {response}\r\nActionID: {}\r\nMessage: ", request.id);
        peer.send([head.as_bytes(), message, b"\r\n\r\n"].concat())?;
    }
}

/// Returns the name of the entries of the list with which an action is answered.
fn entry(action: &str) -> Option<&'static str> {
    Some(match action {
        "CoreShowChannels" => "CoreShowChannel",
        "Status" => "Status",
        "BridgeList" => "BridgeListItem",
        "ParkedCalls" => "ParkedCall",
        "QueueStatus" => "QueueParams",
        "PJSIPShowEndpoints" => "EndpointList",
        "PJSIPShowRegistrationsOutbound" => "OutboundRegistrationDetail",
        "SIPpeers" | "IAXpeerlist" => "PeerEntry",
        "SIPshowregistry" | "IAXregistry" => "RegistryEntry",
        _ => return None,
    })
}

/// Answers a request as if all went well, with this value in every header that has a free text.
fn answer(peer: &mut Peer, request: &Request, value: &[u8]) -> io::Result<()> {
    const NAMES: &[&str] = &[
        "Channel",
        "ChannelStateDesc",
        "CallerIDNum",
        "CallerIDName",
        "Exten",
        "Context",
        "Queue",
        "Location",
        "Name",
        "ObjectName",
        "ObjectType",
        "ClientUri",
        "Host",
        "Username",
        "DeviceState",
        "Status",
        "Registrar",
        "AsteriskVersion",
        "SystemName",
        "CoreStartupDate",
        "CoreStartupTime",
        "Value",
        "Message",
        "Output",
        "Cause-txt",
    ];
    let lines = NAMES
        .iter()
        .map(|name| [name.as_bytes(), b": ", value, b"\r\n"].concat())
        .collect::<Vec<_>>()
        .concat();
    let id = &request.id;
    let event = |head: &str| {
        [head.as_bytes(), &lines, b"Uniqueid: 1.1\r\nLinkedid: 1.1\r\nCalls: 1\r\n\r\n"].concat()
    };
    match (&request.action[..], entry(&request.action)) {
        ("Logoff", _) => peer.send(format!("Response: Goodbye\r\nActionID: {id}\r\n\r\n")),
        ("Originate", _) => {
            peer.answer(request, &lines)?;
            let head =
                "Event: OriginateResponse\r\nPrivilege: call,all\r\nResponse: Success\r\nReason: 4\r\n";
            peer.send(event(&format!("{head}ActionID: {id}\r\n")))
        }
        (_, Some(entry)) => {
            peer.answer(request, [b"EventList: start\r\n", &lines[..]].concat())?;
            peer.send(event(&format!("Event: {entry}\r\nActionID: {id}\r\n")))?;
            let end = format!("Event: Done\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: 1\r\n");
            peer.send(event(&end))
        }
        _ => peer.answer(request, [&lines[..], b"Ping: Pong\r\nCoreCurrentCalls: 1\r\n"].concat()),
    }
}

/// Logs the client in, sends the events of a call, and answers everything, with this value in every
/// header that has a free text.
pub fn answer_all(peer: &mut Peer, value: &[u8]) -> io::Result<()> {
    peer.log_in(BANNER)?;
    for (name, more) in [("Newchannel", ""), ("Hangup", "Cause: 16\r\n")] {
        let head =
            format!("Event: {name}\r\nPrivilege: call,all\r\nUniqueid: 2.2\r\nLinkedid: 2.2\r\n{more}");
        let names = ["Channel", "CallerIDNum", "CallerIDName", "Exten", "Cause-txt", "X"];
        let lines = names.map(|name| [name.as_bytes(), b": ", value, b"\r\n"].concat()).concat();
        peer.send([head.as_bytes(), &lines, b"\r\n"].concat())?;
    }
    loop {
        let request = peer.request()?;
        answer(peer, &request, value)?;
        if request.action == "Logoff" {
            return Ok(());
        }
    }
}

pub fn answer_nastily(peer: &mut Peer) -> io::Result<()> {
    answer_all(peer, NASTY)
}

const SERVERS: &[(&str, Expected, Script)] = &[
    ("accepts and never sends", LOST, |peer| peer.idle()),
    ("closes after the accept", LOST, |_| Ok(())),
    ("trickles a banner", LOST, |peer| trickle(peer, "Asterisk Call Manager/")),
    ("closes within the banner", LOST, |peer| peer.send("Asterisk Call Man")),
    ("closes after the banner", LOST, |peer| peer.send(BANNER)),
    ("closes after the request of a challenge", LOST, |peer| {
        peer.send(BANNER)?;
        peer.request().map(drop)
    }),
    ("closes within the challenge", LOST, |peer| {
        peer.send(BANNER)?;
        begin_answer(peer, "Challenge: 84")
    }),
    ("trickles a challenge", LOST, |peer| {
        peer.send(BANNER)?;
        let id = peer.request()?.id;
        trickle(peer, format!("Response: Success\r\nActionID: {id}\r\nX: "))
    }),
    ("closes within the answer to the login", LOST, |peer| {
        peer.send(BANNER)?;
        peer.answer_next("Challenge: 840415273\r\n")?;
        begin_answer(peer, "Mess")
    }),
    ("sends a line without end", LOST, |peer| peer.flood("x")),
    ("sends NULs", LOST, |peer| peer.flood("\0")),
    ("sends line ends", LOST, |peer| peer.flood("\r\n")),
    ("sends nasty lines", LOST, |peer| peer.flood([NASTY, b"\r\n"].concat())),
    ("sends a nasty line", LOST, |peer| peer.send([NASTY, b"\r\n"].concat()).and_then(|()| peer.idle())),
    ("speaks HTTP", LOST, |peer| peer.send("HTTP/1.1 400 Bad Request\r\n\r\n")),
    ("sends a line without end after the banner", LOST, |peer| {
        peer.send(BANNER).and_then(|()| peer.flood("x"))
    }),
    ("sends NULs after the banner", LOST, |peer| peer.send(BANNER).and_then(|()| peer.flood("\0"))),
    ("sends a message without end after the banner", LOST, |peer| {
        peer.send(BANNER).and_then(|()| peer.flood("X: y\r\n"))
    }),
    ("refuses the login", REFUSED, |peer| refuse(peer, b"Authentication failed")),
    ("refuses the login nastily", REFUSED, |peer| refuse(peer, NASTY)),
    ("closes after the login", CLOSED, |peer| peer.log_in(BANNER)),
    ("closes within a message", CLOSED, begin_any),
    ("closes within an answer", CLOSED, |peer| {
        begin_any(peer)?;
        peer.send("rm\r\n\r\n")?;
        begin_answer(peer, "Messa")
    }),
    ("falls silent after the login", SILENT, |peer| peer.log_in(BANNER).and_then(|()| peer.idle())),
    ("falls silent within a message", SILENT, |peer| begin_any(peer).and_then(|()| peer.idle())),
    ("trickles a message", SILENT, |peer| begin_any(peer).and_then(|()| trickle(peer, "rm\r\nX: "))),
    ("trickles an answer", SILENT, |peer| {
        peer.log_in(BANNER)?;
        begin_answer(peer, "X: ")?;
        trickle(peer, "")
    }),
    ("sends a line without end after the login", SILENT, |peer| {
        peer.log_in(BANNER).and_then(|()| peer.flood("x"))
    }),
    ("sends NULs after the login", SILENT, |peer| peer.log_in(BANNER).and_then(|()| peer.flood("\0"))),
    ("sends events and no answers", SILENT, |peer| {
        peer.log_in(BANNER)?;
        peer.flood("Event: Alarm\r\nPrivilege: call,all\r\nX: 1\r\n\r\n")
    }),
    ("denies all actions", DENIED, |peer| deny(peer, b"Permission denied")),
    ("answers", ANSWERED, |peer| answer_all(peer, b"x")),
    ("answers nastily", ANSWERED, answer_nastily),
];

#[test]
fn every_command_ends_in_time_with_its_status_whatever_the_server_does() {
    let mut cases: Vec<_> = clients()
        .flat_map(|(row, client)| {
            SERVERS.iter().map(move |(what, expected, script)| (row, what, expected(client), *script))
        })
        .collect();
    // `events` sends nothing that could be answered.
    cases.retain(|(row, what, ..)| row.name != "events" || **what != "closes within an answer");
    all_hold(&cases, |&(row, what, expected, script)| {
        let port = serve_all(move |peer, _| script(peer));
        let ended = run(row.command(&port), row.input.as_bytes());
        match ended.check(row, expected, limit(row)) {
            None => Ok(()),
            Some(problem) => Err(format!("{}, server {what}: {problem}: {}", row.name, brief(&ended.stderr))),
        }
    });
}

/// `--timeout` limits the login and then each answer of a session.
fn limit(row: &Row) -> Duration {
    match row.name {
        "session" | "events" | "calls" => LIMIT + Duration::from_millis(300),
        // The phone rings for 1 s.
        "originate" => LIMIT + Duration::from_millis(1300),
        _ => LIMIT,
    }
}

pub fn brief(text: &str) -> String {
    text.chars().take(300).collect()
}

#[test]
fn every_command_reports_a_dead_port_and_the_wrong_kind_of_port() {
    let (tls, certificate) = Tls::self_signed().expect("a certificate");
    let secure = Pbx::builder().user("admin", SECRET).tls(tls).start("127.0.0.1:0").expect("a PBX");
    let plain = Pbx::builder().user("admin", SECRET).start("127.0.0.1:0").expect("a PBX");
    let path = std::env::temp_dir().join(format!("embedded-ami-all-{}.pem", std::process::id()));
    std::fs::write(&path, certificate).expect("writable");
    let ca = path.to_str().expect("UTF-8").to_owned();
    let port = |pbx: &Pbx| pbx.local_addr().port().to_string();
    let (secure_port, plain_port) = (port(&secure), port(&plain));
    let silent = serve_each(|peer| peer.idle());
    let garbage = serve_each(|peer| peer.flood("garbage\r\n"));
    let tls = vec!["--tls", "--ca", &ca];
    let insecure = vec!["--tls", "--insecure"];
    let servers: Vec<(&str, &str, Vec<&str>, Expected)> = vec![
        ("dead", "1", vec![], LOST),
        ("dead with TLS", "1", tls.clone(), LOST),
        ("TLS without --tls", &secure_port, vec![], LOST),
        ("plain with --tls", &plain_port, tls.clone(), LOST),
        ("plain with --insecure", &plain_port, insecure.clone(), LOST),
        ("silent with --tls", &silent, tls.clone(), LOST),
        ("garbage with --tls", &garbage, tls.clone(), LOST),
        ("TLS with another name", &secure_port, [&tls[..], &["--server-name", "other"]].concat(), LOST),
    ];
    let cases: Vec<_> =
        clients().flat_map(|(row, client)| servers.iter().map(move |server| (row, client, server))).collect();
    all_hold(&cases, |(row, client, (what, port, options, expected))| {
        let mut command = row.command(port);
        command.args(options);
        let ended = run(command, row.input.as_bytes());
        match ended.check(row, expected(*client), limit(row)) {
            None => Ok(()),
            Some(problem) => Err(format!("{}, {what}: {problem}: {}", row.name, brief(&ended.stderr))),
        }
    });
    std::fs::remove_file(path).expect("removable");
}

#[test]
fn every_command_reports_a_wrong_secret() {
    let pbx = Pbx::builder().user("admin", "another").start("127.0.0.1:0").expect("a PBX");
    let port = pbx.local_addr().port().to_string();
    let cases: Vec<_> = clients().flat_map(|own| [(own, "--plain"), (own, "--retry=0")]).collect();
    all_hold(&cases, |((row, client), option)| {
        let mut command = ami(&[row.name, "--timeout", "4", option]);
        command.args(row.arguments).env("AMI_PORT", &port);
        let ended = run(command, row.input.as_bytes());
        // The server takes a second.
        let problem = ended.check(row, client.refused, LIMIT + Duration::from_secs(2));
        problem.map_or(Ok(()), |problem| Err(format!("{} {option}: {problem}: {ended:?}", row.name)))
    });
}

#[test]
fn verbose_shows_neither_the_secret_nor_unsafe_characters() {
    let scripts: [Script; 2] = [answer_nastily, |peer| refuse(peer, NASTY)];
    let cases: Vec<_> = clients().flat_map(|row| scripts.map(|script| (row.0, script))).collect();
    all_hold(&cases, |&(row, script)| {
        for options in [&["-v"][..], &["-v", "--plain"]] {
            let port = serve_all(move |peer, _| script(peer));
            let mut command = row.command(&port);
            command.args(options);
            let ended = run(command, row.input.as_bytes());
            let shown =
                ended.stderr.contains("> Action: Login") && ended.stderr.contains("< Asterisk Call Manager");
            let unsafe_line = ended.stderr.lines().find(|line| line.chars().any(crate::table::is_unsafe));
            let all = String::from_utf8_lossy(&ended.stdout) + &ended.stderr[..];
            if !shown || unsafe_line.is_some() || all.contains(SECRET) || all.contains("panicked") {
                return Err(format!("{} {options:?}: {all}", row.name));
            }
        }
        Ok(())
    });
}
