//! On every capture, neither the sizes of the reads nor that of the storage change the decoded
//! messages. They are compared with those of the naive decoder.
//!
//! By default, each test runs a fixed sample: every capture and every kind of split, but only some
//! of the cuts, rounds and sizes. The selection depends on the position of the capture, so that
//! over all captures every size occurs. With `AMI_THOROUGH=1` each capture gets all of them.

mod common;

use common::{Capture, captures, check, check_abandoning, expected, in_parallel, thorough};
use embedded_ami::wire::{Decoder, Step};

/// A sample takes one cut, round or size in this many. A prime, so that it takes all storages that
/// alternate with the cuts.
const SAMPLE: usize = 13;

/// Runs `body` on every capture, with its position among them.
fn on_captures(body: impl Fn(usize, &Capture) -> Result<(), String> + Sync) {
    let captures = captures();
    in_parallel(captures.len(), |number| {
        let capture = &captures[number];
        if let Err(error) = body(number, capture) {
            panic!("{}: {error}", capture.name);
        }
    });
}

#[test]
fn whole_and_byte_by_byte() {
    let thorough = thorough();
    on_captures(|number, capture| {
        let messages = expected(&capture.bytes, capture.role);
        let storages = [Decoder::MIN, 61, 256, 4096, capture.bytes.len() + 64];
        for (at, storage) in storages.into_iter().enumerate() {
            check(&capture.bytes, capture.role, storage, [], &messages)?;
            if thorough || at == number % storages.len() {
                check(&capture.bytes, capture.role, storage, std::iter::repeat(1), &messages)?;
            }
        }
        Ok(())
    });
}

#[test]
fn cut_in_two_at_every_position() {
    let thorough = thorough();
    on_captures(|number, capture| {
        let length = capture.bytes.len();
        if length > 16 * 1024 {
            return Ok(());
        }
        let messages = expected(&capture.bytes, capture.role);
        for cut in 0..=length {
            // A sample has the first and the last cuts of every capture.
            let is_near_end = cut < 2 || cut + 2 > length;
            if !thorough && !is_near_end && (cut + number) % SAMPLE != 0 {
                continue;
            }
            let storage = [Decoder::MIN, 200, 16 * 1024 + 64][cut % 3];
            check(&capture.bytes, capture.role, storage, [cut], &messages)
                .map_err(|error| format!("cut at {cut}: {error}"))?;
        }
        Ok(())
    });
}

#[test]
fn random_cuts() {
    let thorough = thorough();
    on_captures(|number, capture| {
        let messages = expected(&capture.bytes, capture.role);
        // In a sample, the same seed would give all captures the same few storages.
        let mut random = fastrand::Rng::with_seed(if thorough { 7 } else { number as u64 });
        let rounds = (4_000_000 / (capture.bytes.len() + 1)).clamp(2, 200);
        let rounds = if thorough { rounds } else { rounds.div_ceil(SAMPLE) };
        for round in 0..rounds {
            let storage = random.usize(Decoder::MIN..1500);
            let longest = random.usize(1..400);
            let reads = std::iter::repeat_with(|| random.usize(0..=longest));
            check(&capture.bytes, capture.role, storage, reads, &messages)
                .map_err(|error| format!("round {round}: {error}"))?;
        }
        Ok(())
    });
}

#[test]
fn every_storage_size() {
    let thorough = thorough();
    on_captures(|number, capture| {
        let messages = expected(&capture.bytes, capture.role);
        let mut random = fastrand::Rng::with_seed(11);
        let larger = [512, 1000, 1024, 2048, 4096, 10_000, 65_536];
        for (at, storage) in (Decoder::MIN..=400).chain(larger).enumerate() {
            let read = random.usize(1..=storage);
            let is_large = capture.bytes.len() > 500_000;
            if is_large && storage % 23 != 0 && storage < 1000 || !thorough && (at + number) % SAMPLE != 0 {
                continue;
            }
            check(&capture.bytes, capture.role, storage, std::iter::repeat(read), &messages)
                .map_err(|error| format!("storage {storage}, reads of {read}: {error}"))?;
        }
        Ok(())
    });
}

/// Each capture is read in a few pieces, and the message being received is given up after some.
#[test]
fn given_up_between_reads() {
    let thorough = thorough();
    on_captures(|number, capture| {
        if capture.bytes.len() > 64 * 1024 {
            return Ok(());
        }
        let mut random = fastrand::Rng::with_seed(number as u64);
        for round in 0..if thorough { 8 } else { 2 } {
            let storage = [random.usize(Decoder::MIN..200), 4096][round % 2];
            let read = capture.bytes.len() / 8 + random.usize(1..200);
            let every = random.usize(1..4);
            check_abandoning(&capture.bytes, capture.role, storage, std::iter::repeat(read), |at| {
                at / read % every == 0
            })
            .map_err(|error| format!("storage {storage}, reads of {read}: {error}"))?;
        }
        Ok(())
    });
}

/// After the end of the stream, no call adds bytes to it, at no place where it may end.
#[test]
fn nothing_is_received_after_the_end() {
    let stream =
        b"Event: A\r\nName: value\r\n\r\nResponse: Follows\r\nrow 1\n--END COMMAND--\r\n\r\nEvent: B\r\n";
    for storage in [Decoder::MIN, 47, 64, 256] {
        for end in 0..=stream.len() {
            let decode = |late: usize| {
                let mut decoder = Decoder::for_client(vec![0; storage]).unwrap();
                let (mut rest, mut lent) = (&stream[..end], Vec::new());
                loop {
                    if rest.is_empty() {
                        decoder.finish();
                        decoder.advance(late);
                        assert!(late == 0 || decoder.feed(b"Event: C\r\n\r\n") == 0);
                        assert!(late == 0 || decoder.space().is_empty());
                        decoder.advance(late);
                    }
                    match decoder.poll() {
                        Step::Message => {
                            lent.push(decoder.message().as_bytes().to_vec());
                            // It would go on for ever otherwise.
                            assert!(lent.len() < 50, "storage {storage}, end {end}, {late} bytes");
                        }
                        Step::NeedInput => rest = &rest[decoder.feed(rest)..],
                        Step::End => return lent,
                    }
                }
            };
            let expected = decode(0);
            for late in [1, 5, usize::MAX] {
                assert_eq!(decode(late), expected, "storage {storage}, end {end}, {late} bytes");
            }
        }
    }
}
