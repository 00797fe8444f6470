//! See `value_decoders.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::value_decoders(data));
