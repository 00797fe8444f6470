//! See `blocking_server.rs`.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::blocking_server(data));

/// Without `--cfg fuzzing`, which fuzzers set, the library has no clock for this target.
#[cfg(not(fuzzing))]
fn main() {}
