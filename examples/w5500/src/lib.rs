//! A TCP socket of a W5500 as the transport of the embedded client. The W5500 is an Ethernet chip
//! with a TCP/IP stack of its own, connected by SPI.
//!
//! The driver is `w5500-hl`. On a board its lower half is [`w5500_hl::ll::eh1::vdm::W5500`] over an
//! [`embedded_hal::spi::SpiDevice`]; the program of this example takes a simulation of the chip.

#![no_std]

use core::fmt;

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use w5500_hl::Tcp;
use w5500_hl::ll::eh1::vdm;
use w5500_hl::ll::{Registers, Sn, SocketStatus};
use w5500_hl::net::SocketAddrV4;

/// The driver for a chip on an SPI bus.
pub type SpiW5500<S> = vdm::W5500<S>;

/// A TCP socket of a W5500.
#[derive(Debug)]
pub struct Socket<W> {
    chip: W,
    number: Sn,
}

/// The reason a socket did not do what it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SocketError<E> {
    /// The SPI bus failed.
    Bus(E),
    /// No bytes have arrived. To the client this is a read that has timed out.
    NoData,
}

impl<E> From<E> for SocketError<E> {
    fn from(error: E) -> Self {
        Self::Bus(error)
    }
}

impl<E: fmt::Debug> fmt::Display for SocketError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bus(error) => write!(f, "the bus failed: {error:?}"),
            Self::NoData => f.write_str("no bytes have arrived"),
        }
    }
}

impl<E: fmt::Debug> core::error::Error for SocketError<E> {}

impl<E: fmt::Debug> embedded_io::Error for SocketError<E> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Bus(_) => ErrorKind::Other,
            Self::NoData => ErrorKind::TimedOut,
        }
    }
}

impl<W: Registers> Socket<W> {
    /// Creates a socket from the chip, whose own addresses must have been set, and from the number
    /// of one of its eight sockets.
    pub const fn new(chip: W, number: Sn) -> Self {
        Self { chip, number }
    }

    /// Begins to connect, also if the socket was connected before. `port` is the local port; take
    /// another one for each connection, since the server may remember the previous one. Poll
    /// [`is_connected`](Socket::is_connected) then.
    ///
    /// # Errors
    ///
    /// Those of the bus.
    pub fn connect(&mut self, port: u16, server: &SocketAddrV4) -> Result<(), SocketError<W::Error>> {
        Ok(self.chip.tcp_connect(self.number, port, server)?)
    }

    /// Returns whether the connection has been made, or `None` if it failed.
    ///
    /// # Errors
    ///
    /// Those of the bus.
    pub fn is_connected(&mut self) -> Result<Option<bool>, SocketError<W::Error>> {
        Ok(match self.status()? {
            Ok(SocketStatus::Established | SocketStatus::CloseWait) => Some(true),
            Ok(SocketStatus::Closed) => None,
            _ => Some(false),
        })
    }

    fn status(&mut self) -> Result<Result<SocketStatus, u8>, W::Error> {
        self.chip.sn_sr(self.number)
    }

    /// Returns whether the server can still send.
    fn is_open(&mut self) -> Result<bool, W::Error> {
        Ok(matches!(self.status()?, Ok(SocketStatus::Established)))
    }
}

impl<W: Registers> ErrorType for Socket<W>
where
    W::Error: fmt::Debug,
{
    type Error = SocketError<W::Error>;
}

impl<W: Registers> ReadReady for Socket<W>
where
    W::Error: fmt::Debug,
{
    /// Returns true also at the end of the connection, which the read reports then.
    fn read_ready(&mut self) -> Result<bool, Self::Error> {
        // The order matters: bytes that arrive before the end must be seen.
        let is_open = self.is_open()?;
        Ok(self.chip.sn_rx_rsr(self.number)? > 0 || !is_open)
    }
}

impl<W: Registers> Read for Socket<W>
where
    W::Error: fmt::Debug,
{
    /// Returns 0 at the end of the connection. Never waits: if no bytes have arrived, this is
    /// [`SocketError::NoData`].
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Self::Error> {
        let is_open = self.is_open()?;
        match self.chip.tcp_read(self.number, buffer)? {
            0 if is_open => Err(SocketError::NoData),
            n => Ok(usize::from(n)),
        }
    }
}

impl<W: Registers> Write for Socket<W>
where
    W::Error: fmt::Debug,
{
    /// Takes 0 bytes if the transmit buffer of the chip is full. The client tries again at its next
    /// poll.
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Self::Error> {
        Ok(usize::from(self.chip.tcp_write(self.number, bytes)?))
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The socket works with any SPI bus.
    #[allow(dead_code, reason = "it only has to compile")]
    fn over_spi<S: embedded_hal::spi::SpiDevice>(bus: S) -> impl Read + ReadReady + Write {
        Socket::new(SpiW5500::new(bus), Sn::Sn0)
    }
}
