//! A transport whose bytes come from an interrupt handler, as the guide shows it.

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::pipe::Pipe;

/// The bytes received. At 115,200 baud, 256 bytes are 22 ms.
static RECEIVED: Pipe<CriticalSectionRawMutex, 256> = Pipe::new();

/// Called by the interrupt handler of the UART with the bytes that its FIFO or DMA buffer holds.
/// Bytes that do not fit are lost, and with them the message that they belong to.
pub fn on_uart_interrupt(bytes: &[u8]) {
    let _ = RECEIVED.try_write(bytes);
}

/// The half from which the client reads.
pub fn reader() -> impl embedded_io_async::Read<Error = core::convert::Infallible> {
    &RECEIVED
}
