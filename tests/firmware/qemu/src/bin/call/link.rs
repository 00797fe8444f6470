//! Helpers beside the protocol: the line that the UART is connected to, random numbers, and lines
//! of the transcript about lost actions.

use embedded_ami::client::Incoming;
use embedded_io::{Read, ReadReady, Write};
use firmware_qemu::board::console::Line;
use firmware_qemu::board::{Uart, clock};

/// The byte on which the device server disconnects. It is not part of AMI.
const DISCONNECT: u8 = 4;

/// Makes the device server at the other end of the UART close the connection.
pub fn hang_up(uart: &mut Uart) {
    let Ok(_) = uart.write(&[DISCONNECT]);
}

/// Waits for this many milliseconds and discards all input. Then sends a byte: the device server
/// connects on the first byte without a connection, and does not pass that byte on.
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

/// A pseudo-random number generator with a given seed. A real board would have a hardware
/// generator.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next number (SplitMix64).
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Prints that an action was lost, and the reason.
pub fn report_loss(incoming: Incoming) {
    let Incoming::Lost { reason, .. } = incoming else { return };
    Line::new().text("lost: ").text(reason.name()).print();
}
