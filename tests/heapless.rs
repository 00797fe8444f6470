//! `heapless::EventQueue`, for several sizes of the decoder's storage and of reads.

use embedded_ami::heapless::{EventQueue, OwnedMessage};
use embedded_ami::wire::{Decoder, Kind, Message, Part, Step};

/// The sizes that the documentation states.
const fn size_of_queue<const N: usize, const EVENTS: usize>() -> usize {
    let word = size_of::<usize>();
    let (each, once) = if word == 4 { (20, 20) } else { (40, 32) };
    EVENTS * (N.next_multiple_of(word) + each) + once
}

const _: () = assert!(size_of::<EventQueue<512, 4>>() == size_of_queue::<512, 4>());
const _: () = assert!(size_of::<EventQueue<512, 1>>() == size_of_queue::<512, 1>());
const _: () = assert!(size_of::<EventQueue<333, 7>>() == size_of_queue::<333, 7>());
const _: () = assert!(size_of::<usize>() != 4 || size_of::<EventQueue<512, 4>>() == 2_148);

const LARGEST: usize = 128;
const EVENTS: usize = 3;

fn event(number: usize, filler: usize) -> Vec<u8> {
    format!("Event: Tick\r\nNumber: {number}\r\nFiller: {}\r\n\r\n", "f".repeat(filler)).into()
}

/// The content of a queue: the events and the number dropped.
type Content = (Vec<Vec<u8>>, u32);

fn drain<const N: usize, const EVENTS: usize>(queue: &mut EventQueue<N, EVENTS>) -> Content {
    let mut events = Vec::new();
    while let Some(front) = queue.front().map(|event| event.message().as_bytes().to_vec()) {
        let length = queue.len();
        let popped = queue.pop().expect("the event that `front` returned");
        assert_eq!(popped.message().as_bytes(), front);
        assert_eq!(queue.len(), length - 1);
        events.push(front);
    }
    assert!(queue.is_empty() && queue.pop().is_none());
    (events, queue.dropped())
}

/// Decodes `events` with `storage` bytes, in reads of at most `read` bytes, and pushes each message
/// to a queue. Returns the content of the queue and the length of the first part of each event.
fn queued(events: &[Vec<u8>], storage: usize, read: usize) -> (Content, Vec<usize>) {
    let mut queue = EventQueue::<LARGEST, EVENTS>::default();
    let mut decoder = Decoder::for_client(vec![0; storage]).unwrap();
    let mut first_parts = Vec::new();
    let bytes = events.concat();
    let mut rest = bytes.as_slice();
    loop {
        match decoder.poll() {
            Step::Message => {
                let message = decoder.message();
                assert_eq!(message.kind(), Kind::Event);
                if matches!(message.part(), Part::Whole | Part::First) {
                    first_parts.push(message.as_bytes().len());
                }
                queue.push(&message);
                assert!(queue.len() <= EVENTS);
            }
            Step::NeedInput if rest.is_empty() => decoder.finish(),
            Step::NeedInput => {
                let n = decoder.feed(&rest[..read.min(rest.len())]);
                rest = &rest[n..];
            }
            Step::End => break,
        }
    }
    (drain(&mut queue), first_parts)
}

/// The rules that the documentation states. An event that is too large costs the oldest one only if
/// its first part fits.
fn expected(events: &[Vec<u8>], first_parts: &[usize]) -> Content {
    let (mut kept, mut dropped) = (Vec::new(), 0);
    for (event, first_part) in events.iter().zip(first_parts) {
        if *first_part <= LARGEST && kept.len() == EVENTS {
            kept.remove(0);
            dropped += 1;
        }
        if event.len() <= LARGEST {
            kept.push(event.clone());
        } else {
            dropped += 1;
        }
    }
    (kept, dropped)
}

#[test]
fn a_full_queue_drops_the_oldest_event_and_counts_each() {
    let sizes = [10, 70, 40, 300, 0, 85, 90, 84, 1];
    let events: Vec<_> = sizes.iter().enumerate().map(|(number, &filler)| event(number, filler)).collect();
    for end in 0..=events.len() {
        let events = &events[..end];
        for storage in [32, 33, 40, 64, 100, 128, 200, 1000] {
            for read in [1, 7, 1000] {
                let (content, first_parts) = queued(events, storage, read);
                assert_eq!(first_parts.len(), events.len());
                assert_eq!(
                    content,
                    expected(events, &first_parts),
                    "storage {storage}, reads of {read}, {end} events"
                );
                assert_eq!(content.0.len() + content.1 as usize, end, "each event is kept or counted");
            }
        }
    }
    // If all events fit, the newest are kept, however they are cut.
    let events: Vec<_> = (0..9).map(|number| event(number, number * 9)).collect();
    for storage in [32, 64, 1000] {
        assert_eq!(queued(&events, storage, 7).0, (events[6..].to_vec(), 6), "storage {storage}");
    }
}

#[test]
fn the_event_that_is_being_received_is_not_in_the_queue() {
    let mut queue = EventQueue::<LARGEST, 1>::new();
    let whole = event(0, 20);
    let push_parts = |queue: &mut EventQueue<LARGEST, 1>, count: usize| {
        let mut decoder = Decoder::for_client([0; 32]).unwrap();
        let mut rest = whole.as_slice();
        let mut pushed = 0;
        while pushed < count {
            match decoder.poll() {
                Step::Message => {
                    queue.push(&decoder.message());
                    pushed += 1;
                    if matches!(decoder.message().part(), Part::Whole | Part::Last) {
                        return;
                    }
                }
                _ => rest = &rest[decoder.feed(rest)..],
            }
        }
    };
    push_parts(&mut queue, 1);
    assert!(queue.is_empty() && queue.front().is_none() && queue.pop().is_none());
    // The connection ends, and another one begins: the event is lost.
    push_parts(&mut queue, 99);
    assert_eq!(queue.dropped(), 1);
    assert_eq!(queue.front().map(|event| event.message().as_bytes()), Some(whole.as_slice()));
    // The place of the oldest event is needed as soon as another begins.
    push_parts(&mut queue, 1);
    assert_eq!((queue.len(), queue.dropped()), (0, 2));
    push_parts(&mut queue, 99);
    assert_eq!(drain(&mut queue), (vec![whole.clone()], 3));
}

#[test]
fn parts_of_an_event_whose_beginning_was_not_pushed_are_counted_once() {
    let mut queue = EventQueue::<LARGEST, 2>::new();
    let mut decoder = Decoder::for_client([0; 32]).unwrap();
    let bytes = [event(0, 80), event(1, 0)].concat();
    let mut rest = bytes.as_slice();
    let mut seen = 0;
    loop {
        match decoder.poll() {
            Step::Message if seen == 0 => seen = 1, // the beginning of event 0
            Step::Message => queue.push(&decoder.message()),
            _ if rest.is_empty() => break,
            _ => rest = &rest[decoder.feed(rest)..],
        }
    }
    assert_eq!(drain(&mut queue), (vec![event(1, 0)], 1));
}

/// The queue can be in a `static`.
static QUEUE: std::sync::Mutex<EventQueue<512, 4>> = std::sync::Mutex::new(EventQueue::new());

#[test]
fn a_queue_in_a_static_starts_empty() {
    assert!(QUEUE.lock().unwrap().is_empty());
}

#[test]
fn a_message_that_is_too_large_leaves_nothing_behind() {
    let mut owned = OwnedMessage::<7>::default();
    let parse = |bytes: &'static [u8]| Message::parse(bytes).unwrap();
    for _ in 0..2 {
        assert!(owned.push(&parse(b"Event: Hangup\r\n\r\n")).is_err());
        assert!(owned.is_empty());
        // A whole message takes the place of the one before.
        for name in [b"A: b\n\n", b"C: d\n\n"] {
            assert_eq!(owned.push(&parse(name)), Ok(true));
            assert_eq!(owned.message().as_bytes(), name);
        }
    }
}
