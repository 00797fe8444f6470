//! A server over the UART: a device that offers AMI.

#![no_std]
#![no_main]

use embedded_ami::classes::Classes;
use embedded_ami::server::{Account, EncodedEvent, Incoming, Session, SessionError, Stage};
use embedded_ami::wire::{Decoder, EncodeError, Outbox, Step};
use embedded_io::{Read, Write};
use firmware::{Uart, clock, number, storage};

#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    loop {
        let _ = serve();
    }
}

fn serve() -> Result<(), SessionError> {
    let Ok(mut decoder) = Decoder::for_server(&mut storage!([u8; 512], [0; 512])[..]) else {
        return Ok(());
    };
    let mut outbox = Outbox::for_server(&mut storage!([u8; 512], [0; 512])[..]);
    let mut event = EncodedEvent::new(&mut storage!([u8; 256], [0; 256])[..]);
    let mut session = Session::new("11.0.0");
    session.on_connected(number(), clock(), &mut outbox)?;
    loop {
        let Ok(n) = Uart.write(outbox.pending());
        outbox.advance(n);
        if session.stage() == Stage::Closed && outbox.pending().is_empty() {
            return Ok(());
        }
        session.on_timeout(&decoder.message(), clock(), &mut outbox)?;
        if session.is_busy() {
            continue;
        }
        match decoder.poll() {
            Step::Message => match session.on_message(&decoder.message(), &mut outbox)? {
                Incoming::LogIn(attempt) => {
                    let account = (attempt.username() == "admin").then(|| Account::new("secret"));
                    session.log_in(&attempt, account, clock(), &mut outbox)?;
                }
                Incoming::Request(request) => {
                    let is_permitted = session.permits(Classes::SYSTEM);
                    let responder = session.answer(&request, &mut outbox)?;
                    match request.action().unwrap_or_default().as_bytes() {
                        b"Ping" => responder.success_with(|headers| headers.header("Ping", "Pong"))?,
                        b"Doors" if is_permitted => {
                            let mut list = responder.list("Doors will follow")?;
                            list.entry("Door", |headers| headers.header_int("Number", 1))?;
                            list.complete("DoorsComplete", |_| Ok(()))?;
                        }
                        b"Doors" => responder.denied()?,
                        b"Command" => responder.command(true, ["one", "two"])?,
                        _ => responder.unknown()?,
                    }
                    event.write("DoorOpened", Classes::CALL, |headers| headers.header_int("Number", 1))?;
                    if session.wants(event.classes()) {
                        match event.copy_to(&mut outbox) {
                            Err(EncodeError::Full) => session.disconnect(),
                            copied => copied?,
                        }
                    }
                }
                Incoming::Nothing => {}
            },
            Step::NeedInput => {
                let Ok(n) = Uart.read(decoder.space());
                if n == 0 { decoder.finish() } else { decoder.advance(n) }
            }
            Step::End => return Ok(()),
        }
    }
}
