//! Places a call with the client for firmware over a W5500, prints the events, and hangs up once
//! the channel has answered. The chip is simulated with the sockets of this machine.
//!
//! ```sh
//! AMI_USER=admin AMI_SECRET=secret cargo run -p example-w5500 PJSIP/7
//! ```
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`
//! - `AMI_HOST`: the server's address, of IPv4 (default: `127.0.0.1`)
//! - `AMI_PORT`: its TCP port (default: 5038)

use std::env;
use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Instant;

use embedded_ami::action;
use embedded_ami::client::{Credentials, IdKey, Incoming, Session, Slot};
use embedded_ami::io::embedded::Client;
use embedded_ami::wire::{Decoder, Dialect, Outbox};
use example_w5500::Socket;
use w5500_hl::ll::{BufferSize, Registers, Sn};

fn main() -> Result<(), Box<dyn Error>> {
    let channel = env::args().nth(1).ok_or("usage: w5500 CHANNEL")?;
    let given = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let variable = |name| given(name).ok_or_else(|| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);
    let host = given("AMI_HOST").unwrap_or("127.0.0.1".into());
    let host: Ipv4Addr = host.parse().map_err(|_| format!("AMI_HOST: {host:?} is not an address of IPv4"))?;
    let port = given("AMI_PORT").unwrap_or("5038".into());
    let port = port.parse().map_err(|_| format!("AMI_PORT: {port:?} is not a TCP port"))?;
    let server = SocketAddrV4::new(host, port);
    let random = |half: u64| u128::from(RandomState::new().hash_one(half));
    // Firmware takes these 16 bytes from the hardware's random number generator.
    let key = IdKey((random(0) << 64 | random(1)).to_be_bytes());

    // In firmware: `SpiW5500::new(bus)`, then the addresses of this device, of the gateway and the
    // network mask, with `set_shar`, `set_sipr`, `set_gar` and `set_subr`.
    let mut chip = w5500_regsim::W5500::default();
    // A chip leaves bytes for which it has no room to TCP. The simulation loses them, so it gets
    // more room than the 2 KB that suffice for the chip.
    chip.set_sn_rxbuf_size(Sn::Sn0, BufferSize::KB16).map_err(|error| format!("{error:?}"))?;
    let start = Instant::now();
    let mut client = Client::new(
        Socket::new(chip, Sn::Sn0),
        Decoder::for_client([0; 1024])?,
        Outbox::for_client([0; 256], Dialect::Current),
        Session::new([Slot::FREE; 2]),
        Credentials::new(&user, &secret).events("call,system"),
        // In firmware: a `WideClock` over the counter of milliseconds.
        || start.elapsed().as_millis() as u64,
    );
    client.transport.connect(49_152 + (random(2) % 16_384) as u16, &server)?;
    while !client.transport.is_connected()?.ok_or("the server cannot be reached")? {}
    client.on_connected(key);
    // The unique ID of the channel, by which its events are known. Each call needs another one.
    let id = format!("w5500-{:016x}", random(3));
    let mut placed = None;
    loop {
        // Firmware feeds its watchdog here, and does its other work.
        let Some(incoming) = client.poll_ready()? else { continue };
        let now = (client.clock)();
        let message = client.decoder.message();
        match incoming {
            Incoming::Ready => {
                let originate = action::from_fn("Originate", |headers| {
                    headers.header("Channel", &channel)?;
                    headers.header("ChannelId", &id)?;
                    headers.header("Application", "Wait")?;
                    headers.header_int("Data", 60)?; // seconds
                    headers.header("Async", "true")
                });
                placed = Some(client.session.submit(&originate, now, &mut client.outbox)?);
            }
            // Events about the calls of other users arrive, too.
            Incoming::Event { ticket } => {
                println!("{}", message.name().unwrap_or_default());
                let is = |name: &str| message.name().is_some_and(|value| value == name);
                if is("OriginateResponse") && ticket == placed {
                    if message.get("Response").is_none_or(|response| response != "Success") {
                        return Err("the channel did not answer".into());
                    }
                    let channel = message.get("Channel").unwrap_or_default();
                    let hangup = action::from_fn("Hangup", |headers| headers.header("Channel", channel));
                    client.session.submit(&hangup, now, &mut client.outbox)?;
                } else if is("Hangup") && message.get("Uniqueid").is_some_and(|unique| unique == id[..]) {
                    client.session.log_off(now, &mut client.outbox)?;
                }
            }
            Incoming::Response { status, .. } if status.is_error() => return Err(status.to_string().into()),
            Incoming::Refused(reason) => return Err(reason.into()),
            Incoming::Lost { reason, .. } => return Err(reason.into()),
            Incoming::ServerTimedOut(stage) => return Err(format!("timeout: {stage}").into()),
            Incoming::LoggedOff => return Ok(()),
            _ => {}
        }
    }
}
