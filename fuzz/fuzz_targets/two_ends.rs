//! See `two_ends.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::two_ends(data));
