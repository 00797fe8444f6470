//! UART0.

use core::convert::Infallible;
use core::ptr;

use cortex_m::asm::wfi;
use embedded_io::{ErrorType, Read, ReadReady, Write};

/// UART0, by polling. Lost bytes are not detected.
pub struct Uart {
    /// The number of checks in a row that found no input.
    idle_checks: u8,
}

const DATA: *mut u32 = 0x4000_c000 as *mut u32;
const FLAGS: *mut u32 = 0x4000_c018 as *mut u32;
const LINE_CONTROL: *mut u32 = 0x4000_c02c as *mut u32;
const CONTROL: *mut u32 = 0x4000_c030 as *mut u32;

const RECEIVE_EMPTY: u32 = 0x10;
const TRANSMIT_FULL: u32 = 0x20;
const EIGHT_BITS_AND_FIFO: u32 = 0x70;
const ENABLED: u32 = 0x301;

impl Uart {
    /// Returns the UART. Call this only once. QEMU needs no baud rate.
    pub fn new() -> Self {
        // SAFETY: nothing else uses the registers of UART0.
        unsafe {
            ptr::write_volatile(LINE_CONTROL, EIGHT_BITS_AND_FIFO);
            ptr::write_volatile(CONTROL, ENABLED);
        }
        Self { idle_checks: 0 }
    }

    fn is(&self, flag: u32) -> bool {
        // SAFETY: as above; reading the flags changes nothing.
        unsafe { ptr::read_volatile(FLAGS) & flag != 0 }
    }

    fn receive(&mut self) -> Option<u8> {
        // SAFETY: as above.
        (!self.is(RECEIVE_EMPTY)).then(|| unsafe { ptr::read_volatile(DATA) as u8 })
    }

    /// Sleeps until the next SysTick after some time without input. Does not sleep earlier,
    /// because the FIFO could fill up before the SysTick.
    pub fn rest(&self) {
        if self.idle_checks == u8::MAX {
            wfi();
        }
    }
}

impl Default for Uart {
    fn default() -> Self {
        Self::new()
    }
}

impl ErrorType for Uart {
    type Error = Infallible;
}

impl ReadReady for Uart {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        let is_ready = !self.is(RECEIVE_EMPTY);
        self.idle_checks = if is_ready { 0 } else { self.idle_checks.saturating_add(1) };
        Ok(is_ready)
    }
}

impl Read for Uart {
    /// Reads the available bytes. Waits only for the first.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        while !buffer.is_empty() && self.is(RECEIVE_EMPTY) {}
        let mut length = 0;
        for place in buffer {
            let Some(byte) = self.receive() else { break };
            *place = byte;
            length += 1;
        }
        Ok(length)
    }
}

impl Write for Uart {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        for &byte in bytes {
            while self.is(TRANSMIT_FULL) {}
            // SAFETY: as above.
            unsafe { ptr::write_volatile(DATA, byte.into()) };
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
