//! See `redaction.rs`. This adds the logger of `defmt`.
#![no_main]

use std::cell::RefCell;

use bodies::Log;

thread_local! {
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

#[defmt::global_logger]
struct Logger;

/// Keeps the bytes of the log as they are, without framing. Texts in them are not encoded.
// SAFETY: there is one thread, and a log line does not begin another one.
unsafe impl defmt::Logger for Logger {
    fn acquire() {}
    unsafe fn flush() {}
    unsafe fn release() {}
    unsafe fn write(bytes: &[u8]) {
        LOGGED.with_borrow_mut(|logged| logged.extend_from_slice(bytes));
    }
}

#[defmt::panic_handler]
fn panic() -> ! {
    panic!("defmt")
}

defmt::timestamp!("");

struct Defmt;

impl Log for Defmt {
    fn log<T: defmt::Format>(&mut self, value: &T) -> Vec<u8> {
        defmt::println!("{}", value);
        let logged = LOGGED.take();
        assert!(!logged.is_empty(), "nothing was logged");
        logged
    }
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::redaction(data, &mut Defmt));
