use std::io;

/// Returns whether a read or write was interrupted or timed out. Unix and Windows report a timeout
/// differently.
pub(super) fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

/// Returns whether the peer has ended the connection.
pub(super) fn is_closed(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof
    )
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::{is_closed, is_late};

    #[test]
    fn an_error_is_late_or_closed_or_neither() {
        for (kinds, expected) in [
            (&[ErrorKind::WouldBlock, ErrorKind::TimedOut, ErrorKind::Interrupted][..], (true, false)),
            (
                &[
                    ErrorKind::ConnectionReset,
                    ErrorKind::ConnectionAborted,
                    ErrorKind::BrokenPipe,
                    ErrorKind::UnexpectedEof,
                ],
                (false, true),
            ),
            (&[ErrorKind::Other, ErrorKind::InvalidData, ErrorKind::NotConnected], (false, false)),
        ] {
            for &kind in kinds {
                let error = Error::from(kind);
                assert_eq!((is_late(&error), is_closed(&error)), expected, "{kind:?}");
            }
        }
    }
}
