use std::collections::HashSet;

use embedded_ami::action::Raw;
use embedded_ami::wire::{Decoder, Kind, OwnedMessage, Part, Step};

use crate::server::{Server, Session, is, unique, value};

live!(of_events);

const CALLS: usize = 50;

/// 50 calls while another connection watches: no byte of its stream is lost, whatever the storage.
fn of_events(server: &Server) {
    let mut watcher = Session::new(server, "on", 64 * 1024);
    let mut caller = Session::new(server, "off", 256);
    let mut calls: HashSet<String> = (0..CALLS).map(|_| unique()).collect();
    for id in &calls {
        let headers = [
            ("Channel", "Local/102@test"),
            ("Context", "test"),
            ("Exten", "102"),
            ("Priority", "1"),
            ("ChannelId", id),
            ("Async", "true"),
        ];
        caller.queue(&Raw::new("Originate", &headers), id);
    }
    caller.send();
    let mut originated = 0;
    while !calls.is_empty() {
        let event = watcher.read().expect("an event");
        let message = event.message();
        if is(&message, Kind::Event, "OriginateResponse") {
            originated +=
                usize::from(calls.contains(str::from_utf8(value(&event, "ActionID")).expect("text")));
        } else if is(&message, Kind::Event, "Hangup") {
            calls.remove(str::from_utf8(value(&event, "Uniqueid")).expect("text"));
        }
    }
    assert_eq!(originated, CALLS);
    caller.finish();

    let recorded = watcher.finish();
    assert!(recorded.len() > 200_000, "only {} bytes", recorded.len());
    let expected = messages(&recorded, 64 * 1024);
    assert!(expected.len() > CALLS * 20, "only {} messages", expected.len());
    for storage in [Decoder::MIN, 256] {
        assert_eq!(messages(&recorded, storage), expected, "storage {storage}");
    }
}

/// The bytes of all messages. Put together they are the stream's, but for empty lines between two messages.
fn messages(stream: &[u8], storage: usize) -> Vec<Vec<u8>> {
    let mut decoder = Decoder::for_client(vec![0; storage]).expect("storage");
    let mut unread = stream;
    let mut unseen = stream;
    let mut message = OwnedMessage::default();
    let mut messages = Vec::new();
    loop {
        match decoder.poll() {
            Step::Message => {
                let part = decoder.message();
                while matches!(part.part(), Part::Whole | Part::First) && unseen.starts_with(b"\r\n") {
                    unseen = &unseen[2..];
                }
                unseen = unseen
                    .strip_prefix(part.as_bytes())
                    .unwrap_or_else(|| panic!("not in the stream: {part:?}"));
                if message.push(&part).expect("memory") {
                    messages.push(message.message().as_bytes().to_vec());
                }
            }
            Step::NeedInput => match std::io::Read::read(&mut unread, decoder.space()).expect("bytes") {
                0 => decoder.finish(),
                n => decoder.advance(n),
            },
            Step::End => break,
        }
    }
    assert!(unseen.is_empty(), "not decoded: {}", unseen.escape_ascii());
    messages
}
