//! The address of `--listen`.

use std::net::{SocketAddr, ToSocketAddrs};

/// Parses a host and a port, as in `127.0.0.1:5038`, `[::1]:5038` and `localhost:0`, and looks the
/// host up.
///
/// # Errors
///
/// The text for standard error, which names the option and the value.
pub(super) fn addresses(text: &str) -> Result<Vec<SocketAddr>, String> {
    let (host, port) = split(text).map_err(|reason| format!("--listen: {text:?} {reason}"))?;
    let addresses = (host, port).to_socket_addrs();
    addresses.map(Iterator::collect).map_err(|error| format!("--listen: {text:?}: {error}"))
}

/// Splits the text into host and port, or returns the reason for which that is not possible.
fn split(text: &str) -> Result<(&str, u16), String> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']').ok_or("has [ without ]")?;
            (host, rest.strip_prefix(':'))
        }
        None if text.matches(':').count() > 1 => {
            return Err("has more than one colon; an IPv6 address needs brackets, as in [::1]:5038".into());
        }
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    if host.is_empty() || port.is_none() && host.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("has no address, as in 127.0.0.1:5038".into());
    }
    let port = port.filter(|port| !port.is_empty()).ok_or("has no port, as in 127.0.0.1:5038")?;
    let port = port.parse().map_err(|_| format!("has the port {port:?}, not a number from 0 to 65535"))?;
    Ok((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports_are_told_apart() {
        for (text, host, port) in [
            ("127.0.0.1:5038", "127.0.0.1", 5038),
            ("[::1]:5038", "::1", 5038),
            ("localhost:0", "localhost", 0),
            ("0.0.0.0:65535", "0.0.0.0", 65535),
        ] {
            assert_eq!(split(text), Ok((host, port)));
        }
        for (text, reason) in [
            ("127.0.0.1", "has no port, as in 127.0.0.1:5038"),
            ("127.0.0.1:", "has no port, as in 127.0.0.1:5038"),
            ("localhost", "has no port, as in 127.0.0.1:5038"),
            ("[::1]", "has no port, as in 127.0.0.1:5038"),
            ("[::1]5038", "has no port, as in 127.0.0.1:5038"),
            ("[::1", "has [ without ]"),
            ("::1", "has more than one colon; an IPv6 address needs brackets, as in [::1]:5038"),
            ("5038", "has no address, as in 127.0.0.1:5038"),
            (":5038", "has no address, as in 127.0.0.1:5038"),
            ("[]:5038", "has no address, as in 127.0.0.1:5038"),
            ("", "has no address, as in 127.0.0.1:5038"),
            ("127.0.0.1:ami", "has the port \"ami\", not a number from 0 to 65535"),
            ("127.0.0.1:65536", "has the port \"65536\", not a number from 0 to 65535"),
        ] {
            assert_eq!(split(text), Err(reason.into()), "{text}");
        }
    }
}
