//! Compares the decoder with the naive one on generated streams.
//!
//! By default, each of the random tests decodes a fixed sample: the first of its streams, which are
//! the same on every machine. With `AMI_THOROUGH=1` it decodes all of them.

mod common;

use common::{Role, check, check_abandoning, expected, in_parallel, thorough};
use embedded_ami::wire::{Decoder, Step};

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
    let words: [&[u8]; 15] = [
        b"(",
        b")",
        b"Server: ",
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
    let words: [&[u8]; 17] = [
        b"Server: ",
        b"--END COMMAND--\r\nServer: x\r\n",
        b"--END COMMAND--\nServer: x\n",
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

/// Lines whose name depends on parentheses, colons and blanks, also larger than the storage.
#[test]
fn random_names() {
    let words: [&[u8]; 14] = [
        b"(",
        b")",
        b":",
        b": ",
        b" ",
        b"Output",
        b"Event",
        b"Data:{\"id\": 17, \"item\": \"a: b\"}",
        b"ChanVariable(SIP/10.0.0.1:5060-1a): a=b",
        b"ActionID",
        b"Response: Follows\r\n",
        b"\r\n",
        b"\n",
        b"a value that is almost as large as the storage",
    ];
    random_streams(&words, 24, 300_000, 4);
}

/// Like `agree`, giving up messages at the positions for which `abandons` returns true.
fn agree_abandoning(stream: &[u8], storage: usize, read: usize, abandons: impl Fn(usize) -> bool) {
    let role = Role::Client;
    if let Err(error) = check_abandoning(stream, role, storage, std::iter::repeat(read), &abandons) {
        panic!("storage {storage}, reads of {read}, \"{}\":\n{error}", stream.escape_ascii());
    }
}

/// The words of which payloads, and the messages after them, are made.
const WORDS: [&[u8]; 16] = [
    b"A",
    b"\r",
    b"\n",
    b"\r\n",
    b"--END COMMAND--",
    b"--END COMMAND--\r\n\r\n",
    b"--END COMMAND--\r\nServer: ",
    b"--END COMMAND--\nServer: ",
    b"Server: ",
    b"ActionID: ",
    b"Privilege: Command\r\n",
    b"Response: Follows\r\n",
    b"Response: Follows\n",
    b"Event: X\r\nA: 1\r\n\r\n",
    b"a line that is larger than the least storage",
    b"Response: Success\r\n",
];

/// Every payload of up to four words, given up at one position; at each, in a thorough run.
#[test]
fn given_up_in_short_payloads() {
    let mut random = fastrand::Rng::with_seed(5);
    for length in 0..=if thorough() { 4 } else { 3 } {
        for mut number in 0..WORDS.len().pow(length) {
            let mut stream = b"Response: Follows\r\n".to_vec();
            for _ in 0..length {
                stream.extend_from_slice(WORDS[number % WORDS.len()]);
                number /= WORDS.len();
            }
            agree(&stream, Role::Client, &[Decoder::MIN, 200]);
            let at = random.usize(..=stream.len());
            agree_abandoning(&stream, [Decoder::MIN, 200][at % 2], 1, |position| position == at);
        }
    }
}

/// Neither the reads nor the storage change what follows a message that was given up.
#[test]
fn given_up_at_random() {
    on_streams(50_000, 6, |number, random| {
        let mut stream = Vec::new();
        if number % 4 != 0 {
            stream.extend_from_slice(b"Response: Follows\r\n");
        }
        for _ in 0..random.usize(1..16) {
            stream.extend_from_slice(random.choice(&WORDS).unwrap());
        }
        let storage = [Decoder::MIN, random.usize(Decoder::MIN..120), 1000][number % 3];
        let read = [1, 3, random.usize(1..40)][random.usize(..3)];
        let salt = random.usize(..);
        let every = random.usize(1..60);
        agree_abandoning(&stream, storage, read, |at| (at ^ salt) % every == 0);
    });
}

/// The same position in the stream gives the same messages, whatever the reads before it were.
#[test]
fn given_up_at_one_position_after_any_reads() {
    on_streams(60_000, 7, |_, random| {
        let mut stream = b"Response: Follows\r\nActionID: 1\r\n".to_vec();
        for _ in 0..random.usize(1..12) {
            stream.extend_from_slice(random.choice(&WORDS).unwrap());
        }
        let storage = random.usize(Decoder::MIN..100);
        let at = random.usize(..=stream.len());
        let decoded = [at.max(1), 1, 7].map(|read| {
            let mut decoder = Decoder::for_client(vec![0; storage]).unwrap();
            let mut parts = Vec::new();
            let mut given_up = false;
            let mut position = 0;
            loop {
                match decoder.poll() {
                    Step::Message => {
                        let part = decoder.message();
                        parts.push((part.as_bytes().to_vec(), part.part(), part.is_incomplete()));
                    }
                    Step::NeedInput if position == at && !given_up => {
                        decoder.abandon();
                        given_up = true;
                    }
                    Step::NeedInput if position == stream.len() => decoder.finish(),
                    Step::NeedInput => {
                        let end = if position < at { at } else { stream.len() };
                        let end = end.min(position + read);
                        position += decoder.feed(&stream[position..end]);
                    }
                    Step::End => break parts,
                }
            }
        });
        assert!(decoded[0] == decoded[1] && decoded[0] == decoded[2], "{at} of {}", stream.escape_ascii());
    });
}
