//! Decoder, look-ups and encoder, without a session.

#![no_std]
#![no_main]

use embedded_ami::wire::{Decoder, Dialect, Outbox, Step, Value};
use embedded_io::{Read, Write};
use firmware::{Uart, show, storage};

#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    loop {
        run();
    }
}

fn run() {
    let Ok(mut decoder) = Decoder::for_client(&mut storage!([u8; 512], [0; 512])[..]) else { return };
    let mut outbox = Outbox::for_client(&mut storage!([u8; 256], [0; 256])[..], Dialect::Current);
    loop {
        let Ok(n) = Uart.write(outbox.pending());
        outbox.advance(n);
        match decoder.poll() {
            Step::Message => {
                let message = decoder.message();
                if message.name().is_some_and(|name| name == "HangupRequest") {
                    let channel = message.get("Channel").unwrap_or_default();
                    let cause = message.get("Cause").and_then(Value::to_i32);
                    let _ = outbox.write(|headers| {
                        headers.header("Action", "Hangup")?;
                        headers.header("Channel", channel)?;
                        headers.header_int("Cause", cause.unwrap_or_default().into())
                    });
                }
                for header in message.headers() {
                    show(header.name().unwrap_or_default().len());
                    show(header.value().as_bytes().len());
                }
            }
            Step::NeedInput => {
                let Ok(n) = Uart.read(decoder.space());
                if n == 0 { decoder.finish() } else { decoder.advance(n) }
            }
            Step::End => return,
        }
    }
}
