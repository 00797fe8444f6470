//! As firmware would: fixed storage, no heap, over any `embedded_io` transport. Prints the names of events.
//! Here the transport is a serial port of this machine, as for `serial`; in firmware it is a UART or a socket.

use std::env::{args, var};
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use embedded_ami::client::{Credentials, IdKey, Incoming, Session, Slot};
use embedded_ami::io::embedded::Client;
use embedded_ami::wire::{Decoder, Dialect, Outbox};
use embedded_io_adapters::std::FromStd;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = args().nth(1).ok_or("which device?")?;
    let setting = |name| var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (setting("AMI_USER")?, setting("AMI_SECRET")?);
    // Without a byte it says TimedOut: then `poll` looks at the clock, and returns.
    let uart = serialport::new(path, 115_200).timeout(Duration::from_millis(100)).open()?;
    let start = Instant::now();
    let mut client = Client::new(
        FromStd::new(uart),
        Decoder::for_client([0; 512])?,
        Outbox::for_client([0; 256], Dialect::Current),
        Session::new([Slot::FREE; 4]),
        Credentials::new(&user, &secret).events("call,system"),
        || start.elapsed().as_millis() as u64, // milliseconds of a timer
    );
    // Firmware takes 16 bytes from the hardware's random number generator.
    let random =
        u128::from(RandomState::new().hash_one(0)) << 64 | u128::from(RandomState::new().hash_one(1));
    client.on_connected(IdKey(random.to_be_bytes()));
    loop {
        // Nothing came: time for the watchdog.
        let Some(incoming) = client.poll()? else { continue };
        match (incoming, client.decoder.message().name()) {
            (Incoming::Event { .. }, Some(name)) => println!("{name:?}"),
            (Incoming::Refused(why), _) => return Err(format!("login refused: {why:?}").into()),
            (Incoming::ServerTimedOut(stage), _) => return Err(format!("silence while {stage:?}").into()),
            _ => {} // also the further parts of a message that is larger than the storage
        }
    }
}
