//! What is beside the protocol: the line that the UART is connected to, chance, losses for the transcript.

use embedded_ami::client::Incoming;
use embedded_io::{Read, ReadReady, Write};
use firmware_qemu::board::console::Line;
use firmware_qemu::board::{Uart, clock};

/// What serial device servers take for "disconnect"; no part of AMI.
const DISCONNECT: u8 = 4;

/// Ends the connection: the device server at the other end of the UART closes it.
pub fn hang_up(uart: &mut Uart) {
    let Ok(_) = uart.write(&[DISCONNECT]);
}

/// Waits, and drops what still comes; then the first byte on a line without a connection makes the device server connect.
/// That byte goes no further.
pub fn dial(uart: &mut Uart, wait: u32) {
    let end = clock::milliseconds().saturating_add(wait.into());
    while clock::milliseconds() < end {
        let Ok(is_ready) = uart.read_ready();
        if is_ready {
            let Ok(_) = uart.read(&mut [0; 16]);
        } else {
            uart.rest();
        }
    }
    let Ok(_) = uart.write(b"\r");
}

/// A board would have a source of chance; this one begins with what it is given.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// SplitMix64.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// An action that has no answer.
pub fn report_loss(incoming: Incoming) {
    let Incoming::Lost { reason: loss, .. } = incoming else { return };
    Line::new().text("lost: ").text(loss.name()).say();
}
