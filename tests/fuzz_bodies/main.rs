//! Runs the fuzz targets on their seeds and on random inputs made from these.

mod bodies;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;

const RANDOM_INPUTS: usize = 20_000;

const WORDS: [&[u8]; 8] = [
    b"--END COMMAND--",
    b"Response: Follows\r\n",
    b"\r\n\r\n",
    b"\n\n",
    b"ActionID: ",
    b"Output: ",
    b"--END COMMAND--\r\nServer: ",
    b"V(a:b): ",
];

#[test]
fn decode_invariance() {
    run("decode_invariance", bodies::decode_invariance);
}

#[test]
fn encode_roundtrip() {
    run("encode_roundtrip", bodies::encode_roundtrip);
}

#[test]
fn client_session() {
    run("client_session", bodies::client_session);
}

#[test]
fn server_session() {
    run("server_session", bodies::server_session);
}

fn run(target: &str, body: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut seeds: Vec<_> = folder
        .read_dir()
        .expect("seeds")
        .map(|entry| std::fs::read(entry.expect("an entry").path()).expect("readable"))
        .collect();
    seeds.sort();
    assert!(seeds.len() > 20, "only {} seeds", seeds.len());
    for seed in &seeds {
        on(body, seed);
    }
    let mut random = fastrand::Rng::with_seed(1);
    for round in 0..RANDOM_INPUTS {
        let input = if round % 4 == 0 { junk(&mut random) } else { mutant(&mut random, &seeds) };
        on(body, &input);
    }
}

/// Runs `body`. If it panics, prints the input as `cargo fuzz` does.
fn on(body: fn(&[u8]), input: &[u8]) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| body(input))) {
        eprintln!("input: b\"{}\"", input.escape_ascii());
        resume_unwind(panic);
    }
}

/// Returns a byte, half of the time one with a meaning in the protocol.
fn byte(random: &mut fastrand::Rng) -> u8 {
    match random.bool() {
        true => *random.choice(b"\r\n\n: \t-/=,|\\\"()[]\0AaVv019").expect("not empty"),
        false => random.u8(..),
    }
}

fn junk(random: &mut fastrand::Rng) -> Vec<u8> {
    (0..random.usize(..200)).map(|_| byte(random)).collect()
}

/// Returns a seed, cut off somewhere, with some bytes replaced, inserted or removed, and with words
/// and pieces of other seeds inserted.
fn mutant(random: &mut fastrand::Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut input = random.choice(seeds).expect("not empty").clone();
    input.truncate(random.usize(1..=input.len().max(1)));
    for _ in 0..random.usize(..12) {
        let at = random.usize(..=input.len());
        match random.u8(..6) {
            0 => input.insert(at, byte(random)),
            1 => drop(input.drain(at..input.len().min(at + random.usize(1..5)))),
            2 if at < input.len() => input[at] = byte(random),
            // One off, for lengths at their limits.
            3 if at < input.len() => input[at] = input[at].wrapping_add(random.u8(..3)).wrapping_sub(1),
            2 | 3 => {}
            4 => drop(input.splice(at..at, random.choice(WORDS).expect("not empty").iter().copied())),
            _ => {
                let other = random.choice(seeds).expect("not empty");
                let from = random.usize(..=other.len());
                let piece = &other[from..other.len().min(from + random.usize(1..60))];
                input.splice(at..at, piece.iter().copied());
            }
        }
    }
    input
}
