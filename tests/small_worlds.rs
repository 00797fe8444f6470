//! Every stream of a small world, not a sample: each sequence of a few symbols, cut in each way,
//! through storages that hold less than the stream, and each compared with the naive decoder.
//!
//! The longest sequences have 5 symbols, with `AMI_THOROUGH=1` 6, and `AMI_LONGEST` sets another
//! number. With 8 the tests take half an hour on two processors.

mod common;

use common::{Role, check, expected, in_parallel, thorough};
use embedded_ami::wire::Decoder;

/// Returns the number of symbols of the longest sequences.
fn longest() -> u32 {
    match std::env::var("AMI_LONGEST") {
        Ok(text) => text.parse().expect("AMI_LONGEST is a number"),
        Err(_) => 5 + u32::from(thorough()),
    }
}

/// Checks every sequence of these symbols, cut between symbols in each way, and into single bytes.
fn every_sequence(symbols: &[&[u8]], role: Role, storages: &[usize]) {
    for length in 0..=longest() {
        let count = symbols.len().pow(length);
        let chunk = count.div_ceil(64);
        in_parallel(64, |part| {
            for sequence in (part * chunk..count).take(chunk) {
                let chosen: Vec<_> = (0..length)
                    .map(|place| symbols[sequence / symbols.len().pow(place) % symbols.len()])
                    .collect();
                let stream = chosen.concat();
                let messages = expected(&stream, role);
                let check = |storage, reads: &[usize]| {
                    if let Err(error) = check(&stream, role, storage, reads.iter().copied(), &messages) {
                        let stream = stream.escape_ascii();
                        panic!("{role:?}, storage {storage}, reads of {reads:?}, \"{stream}\":\n{error}");
                    }
                };
                for &storage in storages {
                    // A bit for each place between two symbols: whether the stream is cut there.
                    for cuts in 0..1_u32 << length.saturating_sub(1) {
                        let mut reads = Vec::new();
                        let mut read = 0;
                        for (place, symbol) in chosen.iter().enumerate() {
                            read += symbol.len();
                            if cuts & 1 << place != 0 {
                                reads.push(std::mem::take(&mut read));
                            }
                        }
                        check(storage, &reads);
                    }
                    check(storage, &vec![1; stream.len()]);
                }
            }
        });
    }
}

/// Lines, empty lines, colons, and what makes a banner.
#[test]
fn every_sequence_of_bytes() {
    let bytes: [&[u8]; 6] = [b"A", b":", b" ", b"\r", b"\n", b"/"];
    every_sequence(&bytes, Role::Client, &[Decoder::MIN]);
    every_sequence(&bytes, Role::Server, &[Decoder::MIN]);
}

/// The beginning, the lines and the end of a payload, which is larger than the storages.
#[test]
fn every_sequence_of_the_lines_of_a_payload() {
    let lines: [&[u8]; 6] =
        [b"Response: Follows\r\n", b"ActionID: 1\r\n", b"--END COMMAND--", b"\r\n", b"\n", b"Server: x"];
    every_sequence(&lines, Role::Client, &[Decoder::MIN, 41, 64]);
}

/// Headers whose lines are as long as a storage, or nearly, and line ends.
#[test]
fn every_sequence_of_long_headers() {
    let lines: [&[u8]; 6] =
        [b"Name: a value of 31 bytes, no end", b"Event: ", b"a(b: c", b"\r\n", b"\n", b"\r"];
    every_sequence(&lines, Role::Client, &[Decoder::MIN, 33, 64]);
    every_sequence(&lines, Role::Server, &[Decoder::MIN, 33, 64]);
}
