//! Replays the seeds of the fuzz targets that need a clock of their own. Their bodies are in
//! `tests/fuzz_bodies`.

#[path = "../../../tests/fuzz_bodies/blocking_client.rs"]
mod blocking_client;
#[path = "../../../tests/fuzz_bodies/blocking_server.rs"]
mod blocking_server;
#[allow(dead_code, reason = "other targets use the rest")]
#[path = "../../../tests/fuzz_bodies/input.rs"]
mod input;
#[path = "../../../tests/fuzz_bodies/replay.rs"]
mod replay;

use std::vec::Vec;

const RANDOM_INPUTS: usize = 2_000;

/// Runs a target on its seeds, on the inputs that once failed, and on random inputs made from the
/// seeds.
fn run(target: &str, body: fn(&[u8])) {
    let seeds = replay::replay(target, body);
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..if seeds.is_empty() { 0 } else { RANDOM_INPUTS } {
        let mut input: Vec<u8> = random.choice(&seeds).unwrap().clone();
        for _ in 0..random.usize(..8) {
            let at = random.usize(..=input.len());
            match random.u8(..3) {
                0 => input.insert(at, random.u8(..)),
                1 => input.truncate(at.max(2)),
                _ if at < input.len() => input[at] = random.u8(..24),
                _ => {}
            }
        }
        replay::on(body, "a random input", &input);
    }
}

#[test]
fn blocking_client_on_its_fuzz_inputs() {
    run("blocking_client", blocking_client::blocking_client);
}

#[test]
fn blocking_server_on_its_fuzz_inputs() {
    run("blocking_server", blocking_server::blocking_server);
}
