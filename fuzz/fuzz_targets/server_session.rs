//! See `server_session.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::server_session(data));
