//! A burst of events.

use std::collections::HashSet;

use embedded_ami::action::Raw;
use embedded_ami::wire::{Decoder, Kind, OwnedMessage, Part, Step};

use crate::server::{Server, Session, is, unique, value};

live!(all_events_of_a_burst_are_decoded);

const CALLS: usize = 50;

/// 50 calls start at once while another connection receives their events. Decoding loses no byte of
/// that stream, whatever the size of the storage.
fn all_events_of_a_burst_are_decoded(server: &Server) {
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

/// Returns the bytes of each message. Asserts that together they are the bytes of the stream,
/// except for extra empty lines between messages.
fn messages(stream: &[u8], storage: usize) -> Vec<Vec<u8>> {
    let mut decoder = Decoder::for_client(vec![0; storage]).expect("storage");
    let mut unread = stream;
    let mut undecoded = stream;
    let mut message = OwnedMessage::default();
    let mut messages = Vec::new();
    loop {
        match decoder.poll() {
            Step::Message => {
                let part = decoder.message();
                while matches!(part.part(), Part::Whole | Part::First) && undecoded.starts_with(b"\r\n") {
                    undecoded = &undecoded[2..];
                }
                undecoded = undecoded
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
    assert!(undecoded.is_empty(), "not decoded: {}", undecoded.escape_ascii());
    messages
}
