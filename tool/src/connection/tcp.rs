//! TCP connections within a time limit.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// The longest time that a read or write waits. The client looks at its clock between two of them.
const WAIT: Duration = Duration::from_millis(100);

/// Connects to the first of the addresses that accepts a connection. Each may take its equal share
/// of the time that is left. `trying` is called before each attempt.
///
/// # Errors
///
/// The error of the last address, or [`ErrorKind::TimedOut`].
pub fn connect(
    addresses: &[SocketAddr],
    deadline: Instant,
    mut trying: impl FnMut(SocketAddr),
) -> io::Result<TcpStream> {
    let mut last = io::Error::new(ErrorKind::NotFound, "the name has no address");
    for (address, left) in addresses.iter().zip((1..=addresses.len()).rev()) {
        let time = deadline.saturating_duration_since(Instant::now());
        let share = time / u32::try_from(left).unwrap_or(u32::MAX);
        if share.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        trying(*address);
        match TcpStream::connect_timeout(address, share) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(WAIT))?;
                stream.set_write_timeout(Some(WAIT))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_address_is_tried_after_one_that_refuses() {
        let refusing = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let accepting = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let deadline = Instant::now() + Duration::from_secs(5);
        let mut tried = Vec::new();
        let both = [refusing, accepting.local_addr().unwrap()];
        let stream = connect(&both, deadline, |address| tried.push(address)).unwrap();
        assert_eq!((stream.peer_addr().unwrap(), &tried[..]), (both[1], &both[..]));
        for (addresses, deadline, kind) in [
            (&both[..1], deadline, ErrorKind::ConnectionRefused),
            (&both[..], Instant::now(), ErrorKind::TimedOut),
            (&[], deadline, ErrorKind::NotFound),
        ] {
            assert_eq!(connect(addresses, deadline, |_| ()).unwrap_err().kind(), kind);
        }
    }
}
