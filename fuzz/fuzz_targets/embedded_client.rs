//! See `embedded_client.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::embedded_client(data));
