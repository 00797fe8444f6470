//! An empty program, relative to which the others are measured.

#![no_std]
#![no_main]

use firmware as _;

#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    loop {}
}
