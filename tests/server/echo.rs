//! Text from requests is echoed in answers and never makes a line of its own there.

use embedded_ami::server::{Account, Incoming, Session};

use crate::harness::{Server, messages};
use crate::oracle::{self, Request, requests};

type Headers = Vec<(String, Vec<u8>)>;

fn header(name: &str, value: impl AsRef<[u8]>) -> (String, Vec<u8>) {
    (name.to_owned(), value.as_ref().to_vec())
}

/// Removes the bytes that end a line or a string.
fn clean(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| !b"\r\n\0".contains(byte)).collect()
}

/// Returns the expected answer of the application, or of the session if it answers this request
/// itself.
fn expected(request: &Request, is_old: bool) -> Vec<Headers> {
    let action = request.action().unwrap_or_default();
    let value = request.get("Value").unwrap_or_default();
    let id = request.get("ActionID").map(|id| header("ActionID", clean(id)));
    let with_id = |first: (String, Vec<u8>), rest: &[(String, Vec<u8>)]| -> Headers {
        [first].into_iter().chain(id.clone()).chain(rest.iter().cloned()).collect()
    };
    let respond = |kind: &str, name: &str, value: &[u8]| {
        vec![with_id(header("Response", kind), &[header(name, value)])]
    };
    if request.has_long_line {
        return respond("Error", "Message", b"Failed to parse message: line too long");
    }
    match &action.to_ascii_lowercase()[..] {
        b"" => respond("Error", "Message", b"Missing action in request"),
        b"echo" => respond("Success", "Message", &clean(&[b"got ", value].concat())),
        b"fail" => respond("Error", "Message", &clean(value)),
        b"denied" => respond("Error", "Message", b"Permission denied"),
        b"list" => vec![
            with_id(
                header("Response", "Success"),
                &[header("EventList", "start"), header("Message", clean(value))],
            ),
            with_id(header("Event", "Entry"), &[header("Number", "1")]),
            with_id(header("Event", "End"), &[header("EventList", "Complete"), header("ListItems", "1")]),
        ],
        b"command" if is_old => {
            let mut headers = with_id(header("Response", "Follows"), &[]);
            headers.insert(1, header("Privilege", "Command"));
            vec![headers]
        }
        b"command" => {
            let rest = [header("Message", "Command output follows"), header("Output", "x")];
            vec![with_id(header("Response", "Success"), &rest)]
        }
        b"events" => match oracle::mask(request.get("EventMask").unwrap_or_default()) {
            Some(0) => respond("Success", "Events", b"Off"),
            Some(_) => respond("Success", "Events", b"On"),
            None => respond("Error", "Message", b"Invalid event mask"),
        },
        b"challenge" => respond("Error", "Message", b"Must specify AuthType"),
        b"login" => respond("Success", "Message", b"Already authenticated"),
        b"logoff" => respond("Goodbye", "Message", b"Thanks for all the fish."),
        _ => {
            let text = [
                b"Invalid/unknown command: ",
                action,
                b". Use Action: ListCommands to show available commands.",
            ];
            let text = text.concat();
            respond("Error", "Message", &clean(&text[..text.len().min(511)]))
        }
    }
}

fn check(stream: &[u8], version: &'static str) {
    let mut server = Server::with_session(Session::new(version), 4096, 20_000).log_in(Account::new("s"));
    let mut sent = Vec::new();
    server.receive(stream);
    server.pump(|session, incoming, outbox, _| {
        if let Incoming::Request(request) = incoming {
            let value = request.get("Value").unwrap_or_default();
            let action = request.action().unwrap().as_bytes().to_ascii_lowercase();
            let answer = session.answer(&request, outbox).unwrap();
            match &action[..] {
                b"echo" => answer.success([b"got ", value.as_bytes()].concat()),
                b"fail" => answer.error(value),
                b"denied" => answer.denied(),
                b"list" => answer.list(value).and_then(|mut list| {
                    list.entry("Entry", |out| out.header_int("Number", 1))?;
                    Ok(list.complete("End", |_| Ok(()))?)
                }),
                b"command" => answer.command(true, ["x"]),
                _ => answer.unknown(),
            }
            .unwrap();
        }
        sent.extend_from_slice(outbox.pending());
        outbox.advance(usize::MAX);
    });
    let is_old = version.starts_with('1') && version.len() == 3;
    let requests = requests(stream);
    let end = requests.iter().position(|request| {
        let is_off = request.action().is_some_and(|action| action.eq_ignore_ascii_case(b"logoff"));
        is_off && !request.has_long_line
    });
    let requests = &requests[..end.map_or(requests.len(), |end| end + 1)];
    let expected: Vec<_> = requests.iter().flat_map(|request| expected(request, is_old)).collect();
    assert_eq!(messages(&sent), expected, "\"{}\" sent \"{}\"", stream.escape_ascii(), sent.escape_ascii());
}

const ACTIONS: [&str; 11] =
    ["Echo", "Fail", "Denied", "List", "Command", "Events", "Challenge", "Login", "Nonsense", "Logoff", ""];

#[test]
fn every_byte_at_every_position() {
    for version in ["1.1", "11.0.0"] {
        for byte in 0..=255_u8 {
            let mut stream = Vec::new();
            for action in ACTIONS {
                for text in [
                    vec![byte],
                    vec![byte, b'x'],
                    vec![b'x', byte],
                    vec![b'x', byte, b'y'],
                    vec![b'x', byte, byte, b'E'],
                ] {
                    // With a line end, the request would contain another request that we do not
                    // expect.
                    if byte == b'\n' && action == "Logoff" {
                        continue;
                    }
                    let names = ["ActionID: ", "Value: ", "EventMask: ", "X:"];
                    stream.extend(format!("Action: {action}\r\n").bytes().filter(|_| !action.is_empty()));
                    stream.extend(names.iter().flat_map(|name| [name.as_bytes(), &text, b"\r\n"].concat()));
                    stream.extend(b"\r\nAction: ");
                    stream.extend([&text[..], b"\r\nActionID: 1\r\n\r\n"].concat());
                }
            }
            check(&stream, version);
        }
    }
}

#[test]
fn echoed_text_never_makes_a_line_or_message() {
    const PIECES: [&[u8]; 22] = [
        b"\r",
        b"\0",
        b"\r\r",
        b"\n",
        b"\r\n",
        b"\x0b",
        b"\x1b[31m",
        b"\xff",
        b": ",
        b":",
        b"Response: Success",
        b"Event: x",
        b"ActionID: y",
        b"--END COMMAND--",
        b"Response: Follows",
        b"Action: Echo",
        b"Value: ",
        b"x",
        b"\x85",
        b"\xe2\x80\xa8",
        b"EventList: Complete",
        b" ",
    ];
    let mut random = fastrand::Rng::with_seed(9);
    for _ in 0..4000 {
        let mut stream = Vec::new();
        for _ in 0..random.usize(1..5) {
            for name in ["Action: ", "ActionID: ", "Value: ", "EventMask: ", ""] {
                if name == "Action: " && random.u8(..) < 200 {
                    stream.extend(format!("Action: {}\r\n", random.choice(ACTIONS).unwrap()).bytes());
                    continue;
                }
                let mut line = name.as_bytes().to_vec();
                for _ in 0..random.usize(..5) {
                    line.extend_from_slice(random.choice(PIECES).unwrap());
                }
                if random.u8(..) < 6 {
                    line.extend(std::iter::repeat_n(b'z', random.usize(300..1100)));
                }
                // Asterisk takes a line that begins with NUL for an empty one; our server does not.
                if !line.starts_with(b"\0") {
                    stream.extend(line);
                    stream.extend(b"\r\n");
                }
            }
            stream.extend(b"\r\n");
        }
        for version in ["1.1", "11.0.0"] {
            check(&stream, version);
        }
    }
}

#[test]
fn an_unknown_action_is_cut_where_asterisk_cuts_it() {
    for length in [1, 100, 431, 432, 433, 486, 487, 500, 1000] {
        let action = "a".repeat(length);
        check(format!("Action: {action}\r\nActionID: 7\r\n\r\n").as_bytes(), "11.0.0");
    }
}
