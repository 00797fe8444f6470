//! The decoder against the naive one, on streams that nobody recorded.

mod common;

use common::{Role, check, expected};
use embedded_ami::wire::Decoder;

/// Holds `stream` against the naive decoder: whole, byte by byte and in small storages.
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

/// Millions of random streams: `words` drawn with equal chance.
fn random_streams(words: &[&[u8]], longest: usize, streams: u32, seed: u64) {
    let workers = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    std::thread::scope(|scope| {
        for worker in 0..workers {
            scope.spawn(move || {
                let mut random = fastrand::Rng::with_seed(seed + worker);
                let mut stream = Vec::new();
                for round in 0..streams / workers as u32 {
                    stream.clear();
                    for _ in 0..random.usize(1..=longest) {
                        stream.extend_from_slice(random.choice(words.iter().copied()).unwrap());
                    }
                    let role = if round % 8 == 0 { Role::Server } else { Role::Client };
                    agree(&stream, role, &[Decoder::MIN, random.usize(Decoder::MIN..120)]);
                }
            });
        }
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

/// Every stream begins as a payload, so that most of them get far into one.
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
    for (seed, start) in starts.iter().enumerate() {
        let words: Vec<&[u8]> = words.iter().copied().chain([*start]).collect();
        let mut random = fastrand::Rng::with_seed(seed as u64);
        let mut stream = Vec::new();
        for _ in 0..120_000 {
            stream.clear();
            stream.extend_from_slice(start);
            for _ in 0..random.usize(1..30) {
                stream.extend_from_slice(random.choice(&words).unwrap());
            }
            agree(&stream, Role::Client, &[Decoder::MIN, random.usize(Decoder::MIN..120)]);
        }
    }
}

/// Whole messages that are right, wrong and nearly right, as a server would mix them.
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
