//! A wrapper for transports with the traits of `embedded-io` 0.6, as the guide shows it.

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};

/// A transport of a HAL with the traits of `embedded-io` 0.6, which is a dependency named
/// `embedded-io-06`.
pub struct Io06<T>(pub T);

fn kind(error: impl embedded_io_06::Error) -> ErrorKind {
    match error.kind() {
        embedded_io_06::ErrorKind::TimedOut => ErrorKind::TimedOut,
        embedded_io_06::ErrorKind::Interrupted => ErrorKind::Interrupted,
        embedded_io_06::ErrorKind::WriteZero => ErrorKind::WriteZero,
        _ => ErrorKind::Other,
    }
}

impl<T> ErrorType for Io06<T> {
    type Error = ErrorKind;
}

impl<T: embedded_io_06::Read> Read for Io06<T> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        self.0.read(buffer).map_err(kind)
    }
}

impl<T: embedded_io_06::ReadReady> ReadReady for Io06<T> {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        self.0.read_ready().map_err(kind)
    }
}

impl<T: embedded_io_06::Write> Write for Io06<T> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        self.0.write(bytes).map_err(kind)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        self.0.flush().map_err(kind)
    }
}
