//! `UserEvent`: its lines are relayed as they are. Asterisk 22.10 received the same requests and
//! sent the same events; `tests/compare/sessions/user_events.c2s` has them, too.

use std::io::{BufRead, Write};

use crate::{Server, Wire};

/// Lines without their line ends.
type Lines = &'static [&'static [u8]];

/// Reads the lines of a message, with every byte. The last one is empty.
fn read_lines(wire: &mut Wire) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    loop {
        let mut line = Vec::new();
        wire.stream.read_until(b'\n', &mut line).expect("a line in time");
        let line = line.strip_suffix(b"\r\n").expect("a whole line").to_vec();
        let is_last = line.is_empty();
        lines.push(line);
        if is_last {
            return lines;
        }
    }
}

/// Sends a request and returns the lines of the event after `Privilege`, as every client of `wires`
/// receives them. The first of them sends the request.
fn relay(wires: &mut [Wire], request: &[u8]) -> Vec<Vec<u8>> {
    let sender = &mut wires[0];
    sender.stream.get_mut().write_all(&[b"Action: UserEvent\r\n", request, b"\r\n"].concat()).unwrap();
    let response = read_lines(sender);
    assert_eq!(response[0], b"Response: Success", "{response:?}");
    let events: Vec<_> = wires.iter_mut().map(read_lines).collect();
    for event in &events {
        assert_eq!(event[..2], [b"Event: UserEvent".to_vec(), b"Privilege: user,all".to_vec()]);
        assert_eq!(event, &events[0]);
    }
    let lines = &events[0][2..];
    lines[..lines.len() - 1].to_vec()
}

#[test]
fn lines_are_relayed_as_asterisk_22_relays_them() {
    let server = Server::start();
    let mut wires = [server.admin("user"), server.admin("user")];
    // Without the line ends. The first line sent is `Action: UserEvent`.
    let unchanged: &[Lines] = &[
        &[
            b"UserEvent: Order",
            b"Data:{\"id\": 17, \"n\": 2}",
            b"Plain:x",
            b"Order Number: 17",
            b"Tag : y",
            b"just a line without a colon",
            b"Empty:",
            b"Tail: z",
        ],
        // Blanks, colons, repeated names, and names of the protocol.
        &[b"UserEvent: A", b" : b", b":", b"::", b": v"],
        &[
            b"UserEvent: A",
            b"Privilege: fake",
            b"Event: Fake",
            b"Response: Success",
            b"Response: Follows",
            b"EventList: start",
            b"--END COMMAND--",
            b"Same: 1",
            b"Same: 1",
            b"Same: 2",
        ],
        // Bytes that are not UTF-8, and control characters.
        &[b"UserEvent: Z\xfc\xff", b"L\xfc: Z\xfcrich \xf0\x9f", b"\xff\xfe", b"Ctl: \x01\x07\x1b[31m\x7f"],
        &[b"UserEvent: %s%n", b"Pct: %d%%", b"%s: 1", b"Backslash: \\r\\n\\", b"Quote\"s: 'x'"],
    ];
    let changed: &[(Lines, Lines)] = &[
        // The name comes first; `Action` and `UserEvent` are left out; ActionID stays in its place.
        (
            &[b"A: 1", b"UserEvent: X", b"ActionID: 5", b"B: 2"],
            &[b"UserEvent: X", b"A: 1", b"ActionID: 5", b"B: 2"],
        ),
        (
            &[
                b"A: 0",
                b"userevent: A",
                b"UserEvent: B",
                b"action: C",
                b"ActionID: 5",
                b"ActionID: 6",
                b"UserEvent:C",
                b"UserEventX: d",
                b"ActionX: e",
                b"userevent : f",
                b" UserEvent: g",
            ],
            &[
                b"UserEvent: A",
                b"A: 0",
                b"ActionID: 5",
                b"ActionID: 6",
                b"UserEventX: d",
                b"ActionX: e",
                b"userevent : f",
                b" UserEvent: g",
            ],
        ),
        (
            &[
                b"UserEvent: A",
                b"Action : x",
                b"ActionID : y",
                b"Actio: q",
                b"Action",
                b"UserEvent",
                b"Action:",
                b"ActionID",
            ],
            &[
                b"UserEvent: A",
                b"Action : x",
                b"ActionID : y",
                b"Actio: q",
                b"Action",
                b"UserEvent",
                b"ActionID",
            ],
        ),
        // The first `UserEvent` counts, also if it is empty.
        (&[], &[b"UserEvent: "]),
        (&[b"UserEvent:", b"UserEvent: B", b"A: 1"], &[b"UserEvent: ", b"A: 1"]),
        (&[b" UserEvent: A", b"UserEvent\t: B"], &[b"UserEvent: ", b" UserEvent: A", b"UserEvent\t: B"]),
        // The blanks before the name are left out, and no others.
        (
            &[b"UserEvent:   lead trail  ", b"A:    1  ", b"B:\tx", b"C:x  ", b"\tD: 1"],
            &[b"UserEvent: lead trail  ", b"A:    1  ", b"B:\tx", b"C:x  ", b"\tD: 1"],
        ),
        // A NUL ends its line.
        (&[b"UserEvent: A\0b", b"Nul: a\0b", b"X\0y: 1"], &[b"UserEvent: A", b"Nul: a", b"X"]),
    ];
    let unchanged = unchanged.iter().map(|lines| (*lines, *lines));
    for (sent, received) in unchanged.chain(changed.iter().copied()) {
        let request: Vec<u8> = sent.iter().flat_map(|line| [line, b"\r\n".as_slice()].concat()).collect();
        assert_eq!(relay(&mut wires, &request), received);
    }
    // The longest lines, and the most lines.
    let long = ["U".repeat(1000), format!("L: {}", "x".repeat(1018)), "M".repeat(1021)];
    let request = format!("UserEvent: {}\r\n{}\r\n{}\r\n", long[0], long[1], long[2]);
    assert_eq!(relay(&mut wires, request.as_bytes())[1..], [long[1].as_bytes(), long[2].as_bytes()]);
    let lines: Vec<_> = (0..126).map(|at| format!("H{at} v")).collect();
    let request = format!("UserEvent: A\r\n{}\r\n", lines.join("\r\n"));
    assert!(
        relay(&mut wires, request.as_bytes()).iter().skip(1).eq(lines.iter().map(|line| line.as_bytes()))
    );
}

#[test]
fn a_cr_is_left_out_unlike_in_asterisk() {
    let server = Server::start();
    let mut wires = [server.admin("user")];
    let request = b"UserEvent: A\rb\r\nCr: a\rb\r\nCrEnd: a\r\r\n\r\r\n\r\r\r\nLine\r\rs\r\n\r : x\r\n";
    let received: [&[u8]; 5] = [b"UserEvent: Ab", b"Cr: ab", b"CrEnd: a", b"Lines", b" : x"];
    assert_eq!(relay(&mut wires, request), received);
}

/// The event has the same lines as the request, for any lines.
#[test]
fn any_line_is_relayed() {
    let server = Server::start();
    let mut wires = [server.admin("user"), server.admin("user")];
    let pieces: [&[u8]; 17] = [
        b"a",
        b"Key",
        b" ",
        b"\t",
        b":",
        b": ",
        b"{\"x\": 1}",
        b"\xfc",
        b"\x80",
        b"\x1b[0m",
        b"Event: ",
        b"Response",
        b"--END COMMAND--",
        b"\\",
        b"%s",
        b"EventList",
        b"(1): ",
    ];
    // A linear congruential generator, so that the lines are the same in every run.
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    };
    for _ in 0..300 {
        let lines: Vec<Vec<u8>> = (0..1 + random(12))
            .map(|_| (0..1 + random(6)).flat_map(|_| pieces[random(pieces.len())]).copied().collect())
            .collect();
        let request: Vec<u8> = lines.iter().flat_map(|line| [line, b"\r\n".as_slice()].concat()).collect();
        let received = relay(&mut wires, &[b"UserEvent: X\r\n", request.as_slice()].concat());
        assert_eq!(received[0], b"UserEvent: X");
        assert_eq!(received[1..], lines);
    }
}
