//! Runs the fuzz targets on their seeds, on the inputs that once failed, and on random inputs made
//! from the seeds. Two targets need a clock that only the library's own tests can set, and are
//! tested there: `blocking_client` and `blocking_server`.

mod bodies;
mod replay;

use replay::{folder, on, replay};

const RANDOM_INPUTS: usize = 20_000;
/// The same for targets that run a whole connection for each input.
const RANDOM_CONNECTIONS: usize = 2_000;

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

/// Logs nothing, since only the fuzz target has a logger.
struct NoLog;

impl bodies::Log for NoLog {
    fn log<T: defmt::Format>(&mut self, _: &T) -> Vec<u8> {
        Vec::new()
    }
}

#[test]
fn client_session() {
    run("client_session", bodies::client_session, RANDOM_INPUTS);
}

#[test]
fn decode_invariance() {
    run("decode_invariance", bodies::decode_invariance, RANDOM_INPUTS);
}

#[test]
fn embedded_client() {
    run("embedded_client", bodies::embedded_client, RANDOM_CONNECTIONS);
}

#[test]
fn encode_roundtrip() {
    run("encode_roundtrip", bodies::encode_roundtrip, RANDOM_INPUTS);
}

#[test]
fn redaction() {
    run("redaction", |input| bodies::redaction(input, &mut NoLog), RANDOM_CONNECTIONS);
}

#[test]
fn server_session() {
    run("server_session", bodies::server_session, RANDOM_INPUTS);
}

#[test]
fn two_ends() {
    run("two_ends", bodies::two_ends, RANDOM_CONNECTIONS);
}

#[test]
fn value_decoders() {
    run("value_decoders", bodies::value_decoders, RANDOM_INPUTS);
}

/// Each target has a test that replays its seeds and regressions, here or in the library.
#[test]
fn every_target_is_replayed() {
    let Some(folder) = folder() else { return };
    let names = |folder: &str, path: std::path::PathBuf| -> Vec<String> {
        let entries = path.join(folder).read_dir().unwrap_or_else(|error| panic!("{folder}: {error}"));
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let stem =
            |path: std::path::PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
        let mut names: Vec<_> = paths.map(stem).collect();
        names.sort();
        names
    };
    let targets = names("fuzz_targets", folder.clone());
    assert!(targets.len() >= 10, "{targets:?}");
    let tests = [include_str!("main.rs"), include_str!("../../src/io/blocking/fuzz.rs")].concat();
    for target in &targets {
        assert!(tests.contains(&format!("(\"{target}\", ")), "{target} has no test");
    }
    assert_eq!(names("seeds", folder.clone()), targets);
    for target in names("regressions", folder) {
        assert!(targets.contains(&target), "fuzz/regressions/{target} belongs to no target");
    }
}

fn run(target: &str, body: fn(&[u8]), count: usize) {
    let seeds = replay(target, body);
    if seeds.is_empty() {
        return;
    }
    let mut random = fastrand::Rng::with_seed(1);
    for round in 0..count {
        let input = if round % 4 == 0 { junk(&mut random) } else { mutant(&mut random, &seeds) };
        on(body, "a random input", &input);
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
