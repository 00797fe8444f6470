//! See `bodies.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::decode_invariance(data));
