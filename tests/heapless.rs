//! `heapless::EventQueue`, for several sizes of the decoder's storage and of reads.

use embedded_ami::heapless::EventQueue;
use embedded_ami::wire::{Decoder, Kind, Step};

fn event(number: usize, filler: usize) -> Vec<u8> {
    format!("Event: Tick\r\nNumber: {number}\r\nFiller: {}\r\n\r\n", "f".repeat(filler)).into()
}

/// Decodes `events` with `storage` bytes, in reads of at most `read` bytes, and pushes each message
/// to a queue. Returns the events in the queue and the number dropped.
fn queued(events: &[Vec<u8>], storage: usize, read: usize) -> (Vec<Vec<u8>>, u32) {
    let mut queue = EventQueue::<128, 3>::default();
    let mut decoder = Decoder::for_client(vec![0; storage]).unwrap();
    let bytes = events.concat();
    let mut rest = bytes.as_slice();
    loop {
        match decoder.poll() {
            Step::Message => {
                assert_eq!(decoder.message().kind(), Kind::Event);
                queue.push(&decoder.message());
            }
            Step::NeedInput if rest.is_empty() => decoder.finish(),
            Step::NeedInput => {
                let space = decoder.space();
                let n = read.min(space.len()).min(rest.len());
                space[..n].copy_from_slice(&rest[..n]);
                decoder.advance(n);
                rest = &rest[n..];
            }
            Step::End => break,
        }
    }
    let queued =
        std::iter::from_fn(|| queue.pop()).map(|event| event.message().as_bytes().to_vec()).collect();
    assert!(queue.is_empty());
    (queued, queue.dropped())
}

#[test]
fn the_newest_events_that_fit_are_kept_whole_and_the_others_are_counted() {
    let sizes = [10, 70, 40, 300, 0, 85, 90, 84, 1];
    let events: Vec<_> = sizes.iter().enumerate().map(|(number, &filler)| event(number, filler)).collect();
    for end in 0..=events.len() {
        let events = &events[..end];
        let fitting: Vec<_> = events.iter().filter(|event| event.len() <= 128).cloned().collect();
        let kept = fitting[fitting.len().saturating_sub(3)..].to_vec();
        let dropped = (events.len() - kept.len()) as u32;
        for storage in [32, 33, 40, 64, 100, 128, 200, 1000] {
            for read in [1, 7, 1000] {
                assert_eq!(
                    queued(events, storage, read),
                    (kept.clone(), dropped),
                    "storage {storage}, reads of {read}"
                );
            }
        }
    }
}
