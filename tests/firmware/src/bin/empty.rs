//! Nothing: what the others are measured against.

#![no_std]
#![no_main]

use firmware as _;

#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    loop {}
}
