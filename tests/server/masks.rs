//! Masks, read classes and write classes select the events of a session.

use embedded_ami::classes::Classes;
use embedded_ami::server::{Account, EncodedEvent, Secret, Session};

use crate::harness::{ACCEPTED, SECRET, Server, messages};
use crate::oracle::{self, ALL, LABELS};

/// Returns masks made of labels, their prefixes, numbers, words and junk, each alone and in random
/// lists.
fn masks() -> Vec<String> {
    let mut words: Vec<String> =
        ["all", "none", "", "x", "nonsense", " ", " call", "call ", "sys tem", "*", "-1"]
            .iter()
            .chain(&[
                "yes", "true", "y", "t", "on", "no", "false", "n", "f", "off", "\t", "all ", "systems",
                "\u{e9}",
            ])
            .map(|&word| word.to_owned())
            .collect();
    for (label, _) in LABELS {
        words.extend((1..=label.len()).map(|length| label[..length].to_owned()));
        words.extend([label.to_uppercase(), label[..2].to_uppercase()]);
    }
    let numbers = (0..31).map(|bit| 1_u32 << bit).chain([0, 3, 5, 0x4_0001, ALL - 1, ALL]);
    let mut masks: Vec<_> = numbers.flat_map(|number| [format!("{number}"), format!("0{number}")]).collect();
    masks.extend(
        ["", "1,", "1,call", "0x1", "1 ", "On", "YES", "oFf", "False", "T", "N", ",", ",,", ",,,"]
            .map(String::from),
    );
    for word in &words {
        masks.extend([
            word.clone(),
            format!("{word},"),
            format!("{word},x"),
            format!("x,{word}"),
            format!(",{word}"),
        ]);
    }
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..3000 {
        let picked: Vec<_> = (0..random.usize(1..6)).map(|_| &random.choice(&words).unwrap()[..]).collect();
        masks.push(picked.join(","));
    }
    masks.sort();
    masks.dedup();
    masks
}

/// Returns every class alone, all pairs of neighbours, some other sets and the empty set.
fn sets() -> Vec<u32> {
    let mut sets: Vec<_> = LABELS.iter().map(|&(_, bit)| bit).collect();
    sets.extend(LABELS.windows(2).map(|pair| pair[0].1 | pair[1].1));
    sets.extend([0, ALL, 1 << 14, 2 | 1 << 14, 2 | 64, 1 | 0x4000_0000, 2 | 32 | 64 | 512]);
    sets
}

fn classes(bits: u32) -> Classes {
    let set = LABELS.iter().filter(|(_, bit)| bits & bit != 0);
    let names = set.map(|&(label, _)| Classes::LABELS.iter().find(|(own, _)| *own == label).unwrap().1);
    let known = names.fold(Classes::NONE, |set, class| set | class);
    known | Classes::from_bits(bits)
}

fn account(read: u32, write: u32) -> Account<'static> {
    Account::from_secret(Secret::Plain(SECRET.as_bytes())).read(classes(read)).write(classes(write))
}

/// Returns a session that has logged in with this `Events` header, and the bytes after the
/// response.
fn logged_in(read: u32, events: Option<&str>) -> (Server<'static>, String) {
    let mut server = Server::new();
    let events = events.map_or(String::new(), |events| format!("Events: {events}\r\n"));
    let text = format!("Action: Login\r\nUsername: x\r\nSecret: {SECRET}\r\n{events}\r\n");
    assert!(server.attempt_login(text, Some(account(read, 0))));
    let sent = server.take_sent();
    let rest = sent.strip_prefix(ACCEPTED).unwrap_or_else(|| panic!("{sent}")).to_owned();
    (server, rest)
}

/// Returns a header's value as the server reads it: without leading blanks.
fn value(text: &str) -> &[u8] {
    text.trim_start_matches(|letter| letter <= ' ').as_bytes()
}

/// Checks that the session gets exactly the events whose classes are all in `read` and in the mask.
fn check(session: &Session<&str>, read: u32, mask: u32, context: &str) {
    for set in sets() {
        let expected = set & read == set && set & mask == set;
        assert_eq!(session.wants(classes(set)), expected, "{set:#x} for {read:#x} and {context:?}");
    }
}

#[test]
fn every_mask_selects_the_same_events_as_in_asterisk() {
    let masks = masks();
    assert!(masks.len() > 3000);
    let all_sets = sets();
    let mut random = fastrand::Rng::with_seed(3);
    for mask in &masks {
        let expected = oracle::mask(value(mask));
        // The full read set, and three of the others.
        let reads: Vec<u32> = (0..3).map(|_| *random.choice(&all_sets).unwrap()).chain([ALL]).collect();
        for read in reads {
            // The mask comes in an Events action. A refused one leaves the earlier mask as it is.
            let (mut server, _) = logged_in(read, Some("call,user"));
            let sent =
                server.answer_to(format!("Action: Events\r\nActionID: 7\r\nEventMask: {mask}\r\n\r\n"));
            let answer = match expected {
                Some(0) => "Success\r\nActionID: 7\r\nEvents: Off",
                Some(_) => "Success\r\nActionID: 7\r\nEvents: On",
                None => "Error\r\nActionID: 7\r\nMessage: Invalid event mask",
            };
            assert_eq!(sent, format!("Response: {answer}\r\n\r\n"), "{mask:?}");
            check(&server.session, read, expected.unwrap_or(2 | 64), mask);

            // The mask comes with the login, where an empty one has no effect.
            let (server, sent) = logged_in(read, Some(mask));
            let set = expected.unwrap_or(ALL);
            check(&server.session, read, set, mask);
            let is_booted = sent.starts_with("Event: FullyBooted\r\nPrivilege: system,all\r\n");
            assert!(is_booted || sent.is_empty(), "{sent}");
            assert_eq!(is_booted, set & read & 1 != 0, "{mask:?}, {read:#x}");
        }
    }
}

#[test]
fn without_a_mask_all_readable_events_are_sent() {
    for read in sets() {
        let (mut server, sent) = logged_in(read, None);
        assert_eq!(sent.is_empty(), read & 1 == 0);
        check(&server.session, read, ALL, "no mask");
        let sent = server.answer_to("Action: Events\r\n\r\n");
        assert_eq!(sent, "Response: Error\r\nMessage: Invalid event mask\r\n\r\n");
        check(&server.session, read, ALL, "a mask that was refused");
        // The mask of an earlier connection is not used again.
        server.answer_to("Action: Events\r\nEventMask: off\r\n\r\nAction: Logoff\r\n\r\n");
        server.session.on_connected(1, 0, &mut server.outbox).unwrap();
        server.outbox.clear();
        assert!(sets().iter().all(|&set| !server.session.wants(classes(set))), "no user has logged in");
        check(&server.log_in(account(read, 0)).session, read, ALL, "a new connection");
    }
}

#[test]
fn a_session_gets_exactly_its_events_in_order() {
    let mut random = fastrand::Rng::with_seed(11);
    let masks = masks();
    let sets = sets();
    for _ in 0..200 {
        let read = random.u32(..) & random.u32(..) & ALL | random.choice(&sets).unwrap();
        let (mut server, _) = logged_in(read, None);
        server.outbox = embedded_ami::wire::Outbox::for_server(vec![0; 100_000]);
        let (mut expected, mut sent, mut mask) = (Vec::new(), Vec::new(), ALL);
        let mut event = EncodedEvent::new([0; 512]);
        for number in 0..60 {
            if random.u8(..) < 40 {
                let text = random.choice(&masks).unwrap();
                server.answer_to(format!("Action: Events\r\nEventMask: {text}\r\n\r\n"));
                mask = oracle::mask(value(text)).unwrap_or(mask);
            }
            let set = *random.choice(&sets).unwrap();
            event.write("Any", classes(set), |out| out.header_int("Number", number)).unwrap();
            assert_eq!(event.classes().bits(), set);
            if server.session.wants(event.classes()) {
                event.copy_to(&mut server.outbox).unwrap();
                sent.extend_from_slice(server.outbox.pending());
                server.outbox.advance(usize::MAX);
            }
            if set & read & mask == set {
                let labels: Vec<_> =
                    LABELS.iter().filter(|(_, bit)| set & bit != 0).map(|&(label, _)| label).collect();
                let privilege = match (set, labels.is_empty()) {
                    (0, _) => "<none>".to_owned(),
                    (_, true) => "all".to_owned(),
                    _ => labels.join(",") + ",all",
                };
                expected.push([
                    ("Event".to_owned(), b"Any".to_vec()),
                    ("Privilege".to_owned(), privilege.into_bytes()),
                    ("Number".to_owned(), number.to_string().into_bytes()),
                ]);
            }
        }
        assert_eq!(messages(&sent), expected);
    }
}

#[test]
fn one_write_class_permits_an_action() {
    for write in sets() {
        let server = Server::logged_in(account(0, write));
        for set in sets() {
            let expected = set == 0 || set & write != 0;
            assert_eq!(server.session.permits(classes(set)), expected, "{set:#x} with {write:#x}");
        }
        let mut closed = server;
        closed.session.disconnect();
        assert!(!closed.session.permits(Classes::NONE) && !closed.session.wants(Classes::NONE));
    }
    let anonymous = Server::new();
    assert!(!anonymous.session.permits(Classes::NONE) && !anonymous.session.wants(Classes::NONE));
}
