//! Neither the cuts of the reads nor the size of the storage change what comes out: on
//! every capture, held against the naive decoder.

mod common;

use common::{Capture, captures, check, expected};
use embedded_ami::wire::Decoder;

/// Runs `body` on every capture, on as many threads as there are processors.
fn on_captures(body: impl Fn(&Capture) -> Result<(), String> + Sync) {
    let captures = captures();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(capture) =
                    captures.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    if let Err(error) = body(capture) {
                        panic!("{}: {error}", capture.name);
                    }
                }
            });
        }
    });
}

#[test]
fn whole_and_byte_by_byte() {
    on_captures(|capture| {
        let messages = expected(&capture.bytes, capture.role);
        for storage in [Decoder::MIN, 61, 256, 4096, capture.bytes.len() + 64] {
            check(&capture.bytes, capture.role, storage, [], &messages)?;
            check(&capture.bytes, capture.role, storage, std::iter::repeat(1), &messages)?;
        }
        Ok(())
    });
}

#[test]
fn cut_in_two_at_every_position() {
    on_captures(|capture| {
        if capture.bytes.len() > 16 * 1024 {
            return Ok(());
        }
        let messages = expected(&capture.bytes, capture.role);
        for cut in 0..=capture.bytes.len() {
            let storage = [Decoder::MIN, 200, 16 * 1024 + 64][cut % 3];
            check(&capture.bytes, capture.role, storage, [cut], &messages)
                .map_err(|error| format!("cut at {cut}: {error}"))?;
        }
        Ok(())
    });
}

#[test]
fn random_cuts() {
    on_captures(|capture| {
        let messages = expected(&capture.bytes, capture.role);
        let mut random = fastrand::Rng::with_seed(7);
        let rounds = (4_000_000 / (capture.bytes.len() + 1)).clamp(2, 200);
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
    on_captures(|capture| {
        let messages = expected(&capture.bytes, capture.role);
        let mut random = fastrand::Rng::with_seed(11);
        let beyond = [512, 1000, 1024, 2048, 4096, 10_000, 65_536];
        for storage in (Decoder::MIN..=400).chain(beyond) {
            if capture.bytes.len() > 500_000 && storage % 23 != 0 && storage < 1000 {
                continue;
            }
            let read = random.usize(1..=storage);
            check(&capture.bytes, capture.role, storage, std::iter::repeat(read), &messages)
                .map_err(|error| format!("storage {storage}, reads of {read}: {error}"))?;
        }
        Ok(())
    });
}
