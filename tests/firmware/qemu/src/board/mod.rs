//! QEMU's lm3s6965evb: UART, clock, light, and the debugger's console.

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

/// Ends QEMU, with 0 or 1.
pub fn end(success: bool) -> ! {
    loop {
        exit(if success { EXIT_SUCCESS } else { EXIT_FAILURE });
    }
}

unsafe extern "C" {
    static _stack_start: u32;
    static _stack_end: u32;
}

/// The most bytes of stack that were in use so far: cortex-m-rt painted all of it at the start.
pub fn most_stack() -> u32 {
    const PAINT: u32 = 0xcccc_cccc;
    let (top, mut at) = (&raw const _stack_start, &raw const _stack_end);
    // SAFETY: all between the two is RAM that belongs to the stack.
    while at < top && unsafe { ptr::read_volatile(at) } == PAINT {
        at = at.wrapping_add(1);
    }
    (top.addr() - at.addr()) as u32
}

/// Without `core::fmt`: the place says enough. If nothing can panic, nothing of this is in the program.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let line = Line::new().text("panicked");
    match info.location() {
        Some(place) => line.text(" in ").text(place.file()).text(", line ").number(place.line()).say(),
        None => line.say(),
    }
    end(false)
}
