use core::ptr;

/// The light on the board, at bit 0 of GPIO port F.
pub struct Light(());

const CLOCKS: *mut u32 = 0x400f_e108 as *mut u32;
const PORT_F_CLOCK: u32 = 0x20;
/// The address says which bits are meant.
const DATA: *mut u32 = 0x4002_5004 as *mut u32;
const DIRECTION: *mut u32 = 0x4002_5400 as *mut u32;
const DIGITAL: *mut u32 = 0x4002_551c as *mut u32;
const LIGHT: u32 = 1;

impl Light {
    /// To be taken once. It is off.
    pub fn new() -> Self {
        // SAFETY: registers of port F, which nothing else uses, and its clock.
        unsafe {
            ptr::write_volatile(CLOCKS, ptr::read_volatile(CLOCKS) | PORT_F_CLOCK);
            ptr::write_volatile(DIRECTION, LIGHT);
            ptr::write_volatile(DIGITAL, LIGHT);
        }
        Self(())
    }

    /// Returns whether it is on now.
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
