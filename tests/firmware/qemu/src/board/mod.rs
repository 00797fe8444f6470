//! QEMU's lm3s6965evb: UART, clock, light, and console through semihosting.

pub mod clock;
pub mod console;
mod light;
mod uart;

pub use light::Light;
pub use uart::Uart;

use core::panic::PanicInfo;
use core::ptr;

use cortex_m_semihosting::debug::{EXIT_FAILURE, EXIT_SUCCESS, exit};

use console::Line;

/// Ends QEMU with exit status 0 or 1.
pub fn end(success: bool) -> ! {
    loop {
        exit(if success { EXIT_SUCCESS } else { EXIT_FAILURE });
    }
}

unsafe extern "C" {
    static _stack_start: u32;
    static _stack_end: u32;
}

/// Returns the largest number of bytes of stack used so far. cortex-m-rt painted the whole stack at
/// the start.
pub fn most_stack() -> u32 {
    const PAINT: u32 = 0xcccc_cccc;
    let (top, mut at) = (&raw const _stack_start, &raw const _stack_end);
    // SAFETY: all memory between the two is RAM of the stack.
    while at < top && unsafe { ptr::read_volatile(at) } == PAINT {
        at = at.wrapping_add(1);
    }
    (top.addr() - at.addr()) as u32
}

/// Prints only the location, which needs no `core::fmt`. If no panic is reachable, the linker drops
/// this.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let line = Line::new().text("panicked");
    match info.location() {
        Some(location) => {
            line.text(" in ").text(location.file()).text(", line ").number(location.line()).print()
        }
        None => line.print(),
    }
    end(false)
}
