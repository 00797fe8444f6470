//! Compares the decoder with the naive one on generated streams.
//!
//! By default, each of the random tests decodes a fixed sample: the first of its streams, which are
//! the same on every machine. With `AMI_THOROUGH=1` it decodes all of them.

mod common;

use common::{Role, check, expected, in_parallel, thorough};
use embedded_ami::wire::Decoder;

/// Compares `stream` with the naive decoder: whole and byte by byte, through each storage.
fn agree(stream: &[u8], role: Role, storages: &[usize]) {
    let messages = expected(stream, role);
    for &storage in storages {
        for reads in [usize::MAX, 1] {
            if let Err(error) = check(stream, role, storage, std::iter::repeat(reads), &messages) {
                panic!(
                    "{role:?}, storage {storage}, reads of {reads}, \"{}\":\n{error}",
                    stream.escape_ascii()
                );
            }
        }
    }
}

#[test]
fn every_string_up_to_seven_bytes() {
    let alphabet = [b'A', b':', b' ', b'\r', b'\n'];
    for length in 0..=7 {
        for mut number in 0..5_usize.pow(length) {
            let mut stream = Vec::new();
            for _ in 0..length {
                stream.push(alphabet[number % 5]);
                number /= 5;
            }
            agree(&stream, Role::Client, &[64]);
            agree(&stream, Role::Server, &[64]);
        }
    }
}

/// A sample has one stream in this many.
const SAMPLE: usize = 15;

/// The number of streams with a seed of their own, after which another thread may go on.
const CHUNK: usize = 2000;

/// Calls `body` for each of `count` streams, or for the first of them in a sample, with the number
/// of the stream and a source of random numbers. The streams do not depend on the machine.
fn on_streams(count: usize, seed: u64, body: impl Fn(usize, &mut fastrand::Rng) + Sync) {
    let count = if thorough() { count } else { count / SAMPLE };
    in_parallel(count.div_ceil(CHUNK), |chunk| {
        let mut random = fastrand::Rng::with_seed(seed << 32 | chunk as u64);
        for number in chunk * CHUNK..count.min((chunk + 1) * CHUNK) {
            body(number, &mut random);
        }
    });
}

/// Checks random streams of up to `longest` words, drawn from `words` with equal probability.
fn random_streams(words: &[&[u8]], longest: usize, count: usize, seed: u64) {
    on_streams(count, seed, |number, random| {
        let mut stream = Vec::new();
        for _ in 0..random.usize(1..=longest) {
            stream.extend_from_slice(random.choice(words).unwrap());
        }
        let role = if number % 8 == 0 { Role::Server } else { Role::Client };
        agree(&stream, role, &[Decoder::MIN, random.usize(Decoder::MIN..120)]);
    });
}

#[test]
fn random_streams_over_the_small_alphabet() {
    let words: [&[u8]; 12] = [
        b"A",
        b":",
        b" ",
        b"\r",
        b"\n",
        b"-",
        b"Response",
        b"Event",
        b"Follows",
        b"--END COMMAND--",
        b"\r\n",
        b"/",
    ];
    random_streams(&words, 24, 1_500_000, 1);
}

/// Every stream begins with the head of a payload, so that most of them get far into one.
#[test]
fn random_payloads() {
    let words: [&[u8]; 14] = [
        b"A",
        b":",
        b" ",
        b"\t",
        b"\r",
        b"\n",
        b"\r\n",
        b"--END COMMAND--",
        b"--END COMMAND--\r\n\r\n",
        b"--END COMMAND--\n\n",
        b"-",
        b"ActionID",
        b"privilege: ",
        b"E",
    ];
    let starts: [&[u8]; 5] = [
        b"Response: Follows\r\n",
        b"Response: Follows\n",
        b"response\t: follows \r\nActionID: 1\r\n",
        b"Response:Follows\r\nPrivilege: Command\r\nActionID:x",
        b"Asterisk Call Manager/1.0\r\nResponse: Follows\nPrivilege: x\n",
    ];
    for (seed, start) in (100..).zip(&starts) {
        let words: Vec<&[u8]> = words.iter().copied().chain([*start]).collect();
        on_streams(120_000, seed, |_, random| {
            let mut stream = start.to_vec();
            for _ in 0..random.usize(1..30) {
                stream.extend_from_slice(random.choice(&words).unwrap());
            }
            agree(&stream, Role::Client, &[Decoder::MIN, random.usize(Decoder::MIN..120)]);
        });
    }
}

/// Valid, invalid and nearly valid lines, mixed into messages as a server might send them.
#[test]
fn random_messages() {
    let words: [&[u8]; 16] = [
        b"Asterisk Call Manager/2.10.6\r\n",
        b"Event: X\r\n",
        b"Response: Success\r\n",
        b"Action: Ping\r\n",
        b"ActionID: 7\r\n",
        b"Output:   a\r\n",
        b"Output: \r\n",
        b"Key:value\r\n",
        b"Key:\r\n",
        b"no colon\r\n",
        b"Name : x\r\n",
        b"\r\n",
        b"\n",
        b"\r\r\n",
        b"Response: Follows\r\nPrivilege: Command\r\nActionID: 1\r\n",
        b"a\n\nb--END COMMAND--\r\n\r\n",
    ];
    random_streams(&words, 40, 400_000, 3);
}
