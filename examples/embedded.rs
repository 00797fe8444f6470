//! Prints the names of events with the client for firmware: fixed storage, no heap, over any
//! `embedded_io` transport. Here the transport is a serial port of this machine, with a device
//! server at its far end (see `serial.rs`); in firmware it is a UART or a socket.
//!
//! ```sh
//! AMI_USER=admin AMI_SECRET=secret cargo run --example embedded /dev/ttyUSB0
//! ```
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`

use std::env;
use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use embedded_ami::client::{Credentials, IdKey, Incoming, Session, Slot};
use embedded_ami::io::embedded::Client;
use embedded_ami::wire::{Decoder, Dialect, Outbox};
use embedded_io_adapters::std::FromStd;

fn main() -> Result<(), Box<dyn Error>> {
    let device = env::args().nth(1).ok_or("usage: embedded DEVICE")?;
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);

    // A read without input fails with `TimedOut`, so each `poll` returns within about 200 ms.
    let uart = serialport::new(device, 115_200).timeout(Duration::from_millis(100)).open()?;
    let start = Instant::now();
    let mut client = Client::new(
        FromStd::new(uart),
        Decoder::for_client([0; 512])?,
        Outbox::for_client([0; 256], Dialect::Current),
        Session::new([Slot::FREE; 4]),
        Credentials::new(&user, &secret).events("call,system"),
        // In firmware: a `WideClock` over the counter of milliseconds.
        || start.elapsed().as_millis() as u64,
    );
    // Firmware takes these 16 bytes from the hardware's random number generator.
    let random = |half: u64| u128::from(RandomState::new().hash_one(half));
    client.on_connected(IdKey((random(0) << 64 | random(1)).to_be_bytes()));

    loop {
        // Firmware feeds its watchdog here. `None` means that there is nothing to report yet.
        let Some(incoming) = client.poll()? else { continue };
        match (incoming, client.decoder.message().name()) {
            (Incoming::Event { .. }, Some(name)) => println!("{name:?}"),
            (Incoming::Refused(reason), _) => return Err(format!("login refused: {reason:?}").into()),
            (Incoming::ServerTimedOut(stage), _) => return Err(format!("no response: {stage}").into()),
            _ => {} // responses, and further parts of a message larger than the storage
        }
    }
}
