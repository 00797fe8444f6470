//! Shared code of the programs in `bin`: firmware for any bare-metal target that is linked and
//! inspected, but not run. If `panic_path` remains in a program, it can panic.

#![no_std]

use core::convert::Infallible;
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicU32, Ordering};

use embedded_io::{ErrorType, Read, ReadReady, Write};

/// A UART whose input the compiler cannot predict.
pub struct Uart;

static DATA: AtomicU32 = AtomicU32::new(0);
static TICKS: AtomicU32 = AtomicU32::new(0);

/// Borrows storage in a `static`. Each use of the macro lends its storage again whenever it runs.
#[macro_export]
macro_rules! storage {
    ($Type:ty, $value:expr) => {{
        static mut STORAGE: $Type = $value;
        // SAFETY: the programs have one thread, and the borrow has ended by the time they run this
        // again.
        unsafe { &mut *&raw mut STORAGE }
    }};
}

/// Uses a number, so that the compiler cannot remove its computation.
pub fn show(number: usize) {
    DATA.store(number as u32, Ordering::Relaxed);
}

/// Returns a number that the compiler cannot predict.
pub fn number() -> u32 {
    DATA.load(Ordering::Relaxed)
}

/// Returns the time in milliseconds.
pub fn clock() -> u64 {
    u64::from(TICKS.load(Ordering::Relaxed))
}

impl ErrorType for Uart {
    type Error = Infallible;
}

impl ReadReady for Uart {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(number() & 256 != 0)
    }
}

impl Read for Uart {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        let Some(first) = buffer.first_mut() else { return Ok(0) };
        *first = number() as u8;
        Ok(1)
    }
}

impl Write for Uart {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        bytes.iter().for_each(|&byte| show(byte.into()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Defines a program: a client over the UART that handles each event with the given block.
#[macro_export]
macro_rules! client {
    (|$message:ident, $session:ident, $outbox:ident| $on_event:block) => {
        #[unsafe(no_mangle)]
        extern "C" fn _start() -> ! {
            loop {
                run();
            }
        }

        fn run() {
            use embedded_ami::client::{Credentials, IdKey, Incoming, Session, Slot, Timing};
            use embedded_ami::io::embedded::Client;
            use embedded_ami::wire::{Decoder, Dialect, Outbox};
            use $crate::{Uart, number, storage};

            let Ok(decoder) = Decoder::for_client(&mut storage!([u8; 512], [0; 512])[..]) else {
                return;
            };
            let mut client = Client::new(
                Uart,
                decoder,
                Outbox::for_client(&mut storage!([u8; 256], [0; 256])[..], Dialect::Current),
                Session::new(&mut storage!([Slot; 4], [Slot::FREE; 4])[..])
                    .timing(Timing::DEFAULT.action(number())),
                Credentials::new("admin", "secret").events("call,system"),
                clock,
            );
            client.on_connected(IdKey(*storage!([u8; 16], [1; 16])));
            while let Ok(incoming) = client.poll_ready() {
                let $message = client.decoder.message();
                match incoming {
                    Some(Incoming::Event { ticket: None }) => {
                        let ($session, $outbox) = (&mut client.session, &mut client.outbox);
                        $on_event
                    }
                    Some(Incoming::Response { ticket, .. } | Incoming::ListEntry { ticket, .. }) => {
                        show($message.output().map(|line| line.as_bytes().len()).sum());
                        client.session.forget(ticket);
                    }
                    Some(Incoming::Shutdown) => {
                        let _ = client.session.log_off((client.clock)(), &mut client.outbox);
                    }
                    _ => {}
                }
            }
            while client.on_closed().is_some() {}
        }
    };
}

#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn panic_path() -> ! {
    loop {
        show(1);
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    panic_path()
}
