//! The light on the board.

use core::ptr;

/// The light, at bit 0 of GPIO port F.
pub struct Light(());

const CLOCKS: *mut u32 = 0x400f_e108 as *mut u32;
const PORT_F_CLOCK: u32 = 0x20;
/// Address bits 2 to 9 of the data register select the bits that are read and written.
const DATA: *mut u32 = 0x4002_5004 as *mut u32;
const DIRECTION: *mut u32 = 0x4002_5400 as *mut u32;
const DIGITAL: *mut u32 = 0x4002_551c as *mut u32;
const LIGHT: u32 = 1;

impl Light {
    /// Returns the light, which is off. Call this only once.
    pub fn new() -> Self {
        // SAFETY: nothing else uses the registers of port F and its clock.
        unsafe {
            ptr::write_volatile(CLOCKS, ptr::read_volatile(CLOCKS) | PORT_F_CLOCK);
            ptr::write_volatile(DIRECTION, LIGHT);
            ptr::write_volatile(DIGITAL, LIGHT);
        }
        Self(())
    }

    /// Switches the light and returns whether it is now on.
    pub fn toggle(&mut self) -> bool {
        // SAFETY: as above.
        unsafe {
            let is_on = ptr::read_volatile(DATA) & LIGHT == 0;
            ptr::write_volatile(DATA, if is_on { LIGHT } else { 0 });
            is_on
        }
    }
}

impl Default for Light {
    fn default() -> Self {
        Self::new()
    }
}
