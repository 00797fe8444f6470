//! Firmware that uses the embedded client, for any bare-metal target: it is linked, and looked at, not run. What is left
//! of `panic_path` in it can be reached.

#![no_std]
#![no_main]
#![cfg_attr(feature = "server", allow(dead_code, unused_imports))]

#[cfg(feature = "server")]
mod server;

use core::convert::Infallible;
use core::hint::black_box;
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicU32, Ordering};

#[cfg(feature = "typed")]
use embedded_ami::action::Hangup;
#[cfg(not(feature = "typed"))]
use embedded_ami::action::{Raw, Reply};
use embedded_ami::client::{Credentials, Incoming, Session, Slot, Timing};
#[cfg(feature = "typed")]
use embedded_ami::event::{HangupCause, HangupRequest};
use embedded_ami::io::embedded::Client;
#[cfg(not(feature = "typed"))]
use embedded_ami::wire::Value;
use embedded_ami::wire::{Decoder, Outbox, Recipient, Role};
use embedded_io::{ErrorType, Read, ReadReady, Write};

/// Registers of a UART that nobody knows anything of.
pub struct Uart;

static DATA: AtomicU32 = AtomicU32::new(0);
pub static TICKS: AtomicU32 = AtomicU32::new(0);

impl ErrorType for Uart {
    type Error = Infallible;
}

impl ReadReady for Uart {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(DATA.load(Ordering::Relaxed) & 256 != 0)
    }
}

impl Read for Uart {
    fn read(&mut self, to: &mut [u8]) -> Result<usize, Infallible> {
        let Some(first) = to.first_mut() else { return Ok(0) };
        *first = DATA.load(Ordering::Relaxed) as u8;
        Ok(1)
    }
}

impl Write for Uart {
    fn write(&mut self, from: &[u8]) -> Result<usize, Infallible> {
        from.iter().for_each(|&byte| DATA.store(u32::from(byte), Ordering::Relaxed));
        Ok(from.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

fn run() {
    let Ok(decoder) = Decoder::new([0; 512], Role::Client) else { return };
    let mut client = Client::new(
        Uart,
        decoder,
        Outbox::new([0; 256], Recipient::Asterisk),
        Session::new([Slot::FREE; 4]).timing(black_box(Timing::DEFAULT)),
        Credentials::new("admin", "secret").events("call,system"),
        || u64::from(TICKS.load(Ordering::Relaxed)),
    );
    client.connected(u64::from(TICKS.load(Ordering::Relaxed)));
    while let Ok(incoming) = client.poll_ready() {
        let message = client.decoder.message();
        match incoming {
            #[cfg(not(feature = "typed"))]
            Some(Incoming::Event { ticket: None }) => {
                if message.name().is_some_and(|name| name == "HangupRequest") {
                    let channel = message.get("Channel").unwrap_or_default();
                    let cause = message.get("Cause").and_then(Value::to_i32);
                    DATA.store(cause.unwrap_or_default() as u32, Ordering::Relaxed);
                    let headers = [("Channel", channel)];
                    let hangup = Raw::new("Hangup", &headers).replied(Reply::Response);
                    let _ = client.session.submit(&hangup, (client.clock)(), &mut client.outbox);
                }
            }
            #[cfg(feature = "typed")]
            Some(Incoming::Event { ticket: None }) => {
                if let Some(event) = message.event::<HangupRequest<'_>>() {
                    let channel = event.channel().name().unwrap_or_default();
                    let cause = event.cause().and_then(HangupCause::number);
                    DATA.store(cause.unwrap_or_default() as u32, Ordering::Relaxed);
                    let _ = client.session.submit(&Hangup::new(channel), (client.clock)(), &mut client.outbox);
                }
            }
            Some(Incoming::Reply { ticket, .. } | Incoming::Item { ticket, .. }) => {
                let output: usize = message.output().map(|line| line.as_bytes().len()).sum();
                DATA.store(output as u32, Ordering::Relaxed);
                client.session.forget(ticket);
            }
            Some(Incoming::Shutdown) => {
                let _ = client.session.log_off((client.clock)(), &mut client.outbox);
            }
            _ => {}
        }
    }
    while client.close().is_some() {}
}

#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    loop {
        #[cfg(not(feature = "server"))]
        run();
        #[cfg(feature = "server")]
        server::run();
        #[cfg(feature = "planted")]
        DATA.store(Option::<u32>::unwrap(black_box(Some(1))), Ordering::Relaxed);
    }
}

#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn panic_path() -> ! {
    loop {
        DATA.store(1, Ordering::Relaxed);
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    panic_path()
}
