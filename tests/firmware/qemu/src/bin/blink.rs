//! The first program: a light that blinks with every event. The guide for firmware, in the crate's documentation, says how to run it.

#![no_std]
#![no_main]

use cortex_m::{Peripherals, singleton};
use cortex_m_rt::entry;
use embedded_ami::client::{Credentials, Incoming, Session, Slot};
use embedded_ami::io::embedded::Client;
use embedded_ami::wire::{Decoder, Outbox, Dialect};
use firmware_qemu::board::console::{Line, say};
use firmware_qemu::board::{Light, Uart, clock, end};

#[entry]
fn main() -> ! {
    say(blink().unwrap_or("it was started twice"));
    end(false)
}

/// Until the connection is of no more use: says why.
fn blink() -> Option<&'static str> {
    clock::start(&mut Peripherals::take()?.SYST);
    let mut light = Light::new();
    let mut client = Client::new(
        Uart::new(),
        Decoder::for_client(singleton!(: [u8; 512] = [0; 512])?).ok()?,
        Outbox::for_client(singleton!(: [u8; 256] = [0; 256])?, Dialect::Current),
        Session::new(singleton!(: [Slot; 2] = [Slot::FREE; 2])?),
        Credentials::new("admin", "secret").events("call"),
        clock::milliseconds,
    );
    // This board has no source of chance: a real one should take the number from there.
    client.on_connected(0);
    loop {
        match client.poll_ready() {
            Ok(None) => client.transport.rest(),
            Ok(Some(Incoming::Ready)) => say("logged in"),
            Ok(Some(Incoming::Event { .. })) => {
                // The further parts of an event that is larger than the storage have none.
                if let Some(name) = client.decoder.message().name() {
                    let state = if light.toggle() { "on: " } else { "off: " };
                    Line::new().text(state).text(name).say();
                }
            }
            Ok(Some(Incoming::Refused(_))) => return Some("the login was refused"),
            Ok(Some(Incoming::ServerTimedOut(_))) => return Some("the server is silent"),
            Ok(Some(_)) => {}
            Err(_) => return Some("the line is of no more use"),
        }
    }
}
