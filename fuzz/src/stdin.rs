//! Runs a target on the standard input, for fuzzers other than libFuzzer: `stdin TARGET <INPUT`.
//! With the feature `honggfuzz`, runs it on the inputs of honggfuzz instead.

struct NoLog;

impl bodies::Log for NoLog {
    fn log<T: defmt::Format>(&mut self, _: &T) -> Vec<u8> {
        Vec::new()
    }
}

fn main() {
    let target = std::env::args().nth(1).unwrap_or_default();
    let body: fn(&[u8]) = match &target[..] {
        #[cfg(fuzzing)]
        "blocking_client" => bodies::blocking_client,
        #[cfg(fuzzing)]
        "blocking_server" => bodies::blocking_server,
        "client_session" => bodies::client_session,
        "decode_invariance" => bodies::decode_invariance,
        "embedded_client" => bodies::embedded_client,
        "encode_roundtrip" => bodies::encode_roundtrip,
        "redaction" => |input| bodies::redaction(input, &mut NoLog),
        "server_session" => bodies::server_session,
        "two_ends" => bodies::two_ends,
        "value_decoders" => bodies::value_decoders,
        _ => {
            eprintln!("usage: stdin TARGET");
            std::process::exit(2);
        }
    };
    #[cfg(feature = "honggfuzz")]
    loop {
        honggfuzz::fuzz(body);
    }
    #[cfg(not(feature = "honggfuzz"))]
    once(body);
}

/// Runs the body on the standard input.
#[cfg(not(feature = "honggfuzz"))]
fn once(body: fn(&[u8])) {
    let mut input = Vec::new();
    std::io::Read::read_to_end(&mut std::io::stdin(), &mut input).expect("input");
    // Fuzzers look for a signal, not for the exit status of a panic.
    if std::panic::catch_unwind(|| body(&input)).is_err() {
        std::process::abort();
    }
}
