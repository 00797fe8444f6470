//! See `blocking_client.rs`.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::blocking_client(data));

/// Without `--cfg fuzzing`, which fuzzers set, the library has no clock for this target.
#[cfg(not(fuzzing))]
fn main() {}
