//! A transport over a stack with the traits of `embedded-nal`, as the guide shows it.

use embedded_io::{ErrorKind, ErrorType, Read, Write};
use embedded_nal::nb::Error as NbError;
use embedded_nal::{TcpClientStack, TcpError, TcpErrorKind};

/// A connected socket and its stack.
pub struct NalSocket<N: TcpClientStack> {
    pub stack: N,
    pub socket: N::TcpSocket,
}

impl<N: TcpClientStack> ErrorType for NalSocket<N> {
    type Error = ErrorKind;
}

impl<N: TcpClientStack> Read for NalSocket<N> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        match self.stack.receive(&mut self.socket, buffer) {
            Ok(n) => Ok(n),
            Err(NbError::WouldBlock) => Err(ErrorKind::TimedOut), // nothing has arrived
            Err(NbError::Other(error)) if error.kind() == TcpErrorKind::PipeClosed => Ok(0), // the end
            Err(NbError::Other(_)) => Err(ErrorKind::Other),
        }
    }
}

impl<N: TcpClientStack> Write for NalSocket<N> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        match self.stack.send(&mut self.socket, bytes) {
            Ok(n) => Ok(n),
            Err(NbError::WouldBlock) => Ok(0), // no room; the client tries again
            Err(NbError::Other(_)) => Err(ErrorKind::BrokenPipe),
        }
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}
