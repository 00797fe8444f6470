//! Runs one case, for callgrind to count its instructions: `counts CASE [SIZE]`. Prints the number
//! of units that the case did, and their name. Each case asserts its counts.
//!
//! `benches/counts.sh` compares the cases without a size with a baseline, `benches/growth.sh` runs
//! those with a size.

mod client;
mod decode;
mod encode;
mod growth;
mod server;
#[path = "../../typed.rs"]
mod typed;

use std::env;
use std::process::ExitCode;

/// Calls `run`. Callgrind counts the instructions in this function only.
#[inline(never)]
fn measured<R>(run: impl FnOnce() -> R) -> R {
    run()
}

/// The number of units that a case did, and the name of one.
type Units = (usize, &'static str);

/// The name of a case, and the function that runs it.
type Case = (&'static str, fn() -> Units);

/// The name of a case that grows, and the function that runs it at a size.
type GrowingCase = (&'static str, fn(usize) -> Units);

const CASES: [Case; 11] = [
    ("decode", decode::decode),
    ("decode, skip by name", decode::skip),
    ("decode, walk", decode::walk),
    ("decode, get 4 headers", decode::get),
    ("decode, typed events", decode::typed),
    ("long values: decode, walk", decode::long),
    ("storage of 256 bytes: decode, walk", decode::parts),
    ("encode", encode::encode),
    ("client session", client::session),
    ("server session", server::session),
    ("server session, events", server::events),
];

const GROWTH: [GrowingCase; 3] =
    [("events", growth::events), ("bytes", growth::bytes), ("outstanding", growth::outstanding)];

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let (case, size) = match &arguments[..] {
        [case] if case == "list" => {
            for (name, _) in CASES {
                println!("{name}");
            }
            return ExitCode::SUCCESS;
        }
        [case] => (case, None),
        [case, size] => (case, size.parse().ok()),
        _ => return ExitCode::from(2),
    };
    let units = match size {
        None => CASES.iter().find(|(name, _)| name == case).map(|(_, run)| run()),
        Some(size) => GROWTH.iter().find(|(name, _)| name == case).map(|(_, run)| run(size)),
    };
    match units {
        Some((units, name)) => {
            println!("{units}\t{name}");
            ExitCode::SUCCESS
        }
        None => ExitCode::from(2),
    }
}
