//! A program with a reachable panic and with formatting, which the checks for both must find.

#![no_std]
#![no_main]

use core::fmt::Write;

struct Sink;

impl Write for Sink {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        firmware::show(text.len());
        Ok(())
    }
}

#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    loop {
        let number = firmware::number().checked_sub(1);
        write!(Sink, "{}", number.unwrap()).unwrap();
    }
}
