//! A first program for firmware: a light that blinks with every event. The guide for firmware, in
//! the crate's documentation, tells how to run it.

#![no_std]
#![no_main]

use cortex_m::{Peripherals, singleton};
use cortex_m_rt::entry;
use embedded_ami::client::{Credentials, IdKey, Incoming, Session, Slot};
use embedded_ami::io::embedded::Client;
use embedded_ami::wire::{Decoder, Dialect, Outbox};
use firmware_qemu::board::console::{Line, print};
use firmware_qemu::board::{Light, Uart, clock, end};

#[entry]
fn main() -> ! {
    print(blink().unwrap_or("started twice"));
    end(false)
}

/// Runs until the connection is no longer usable and returns the reason.
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
    // A real board should take these 16 bytes from a random number generator; this one has none.
    client.on_connected(IdKey([0; 16]));
    loop {
        match client.poll_ready() {
            Ok(None) => client.transport.rest(),
            Ok(Some(Incoming::Ready)) => print("logged in"),
            Ok(Some(Incoming::Event { .. })) => {
                // If an event is larger than the storage, its further parts have no name.
                if let Some(name) = client.decoder.message().name() {
                    let state = if light.toggle() { "on: " } else { "off: " };
                    Line::new().text(state).text(name).print();
                }
            }
            Ok(Some(Incoming::Refused(_))) => return Some("the login was refused"),
            Ok(Some(Incoming::ServerTimedOut(_))) => return Some("the server is silent"),
            Ok(Some(_)) => {}
            Err(_) => return Some("the line is no longer usable"),
        }
    }
}
