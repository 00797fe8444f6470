//! Both ends over smoltcp, as on a W5500 or an Ethernet MAC, here on its loopback device: an appliance that offers AMI, and the embedded
//! client, which logs in and hears of a door.

use std::cell::RefCell;
use std::error::Error;
use std::rc::Rc;

use embedded_ami::action::Raw;
use embedded_ami::classes::Classes;
use embedded_ami::client::{self, Credentials, Slot};
use embedded_ami::io::embedded::{self, Client};
use embedded_ami::server::{self, Account, Event, SessionError};
use embedded_ami::wire::{Decoder, Dialect, Outbox, Step};
use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::phy::{Loopback, Medium};
use smoltcp::socket::tcp::{self, SocketBuffer};
use smoltcp::time::Instant;
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr};

/// The network: what an Ethernet driver and the stack are in firmware.
struct Network {
    device: Loopback,
    interface: Interface,
    sockets: SocketSet<'static>,
}

/// A TCP socket with the traits of `embedded_io`.
struct Socket {
    network: Rc<RefCell<Network>>,
    handle: SocketHandle,
}

impl Socket {
    fn with<R>(&mut self, act: impl FnOnce(&mut tcp::Socket<'_>) -> R) -> R {
        let Network { device, interface, sockets } = &mut *self.network.borrow_mut();
        interface.poll(Instant::now(), device, sockets);
        act(sockets.get_mut(self.handle))
    }
}

impl ErrorType for Socket {
    type Error = ErrorKind;
}

impl ReadReady for Socket {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        Ok(self.with(|socket| socket.can_recv() || !socket.may_recv() && !socket.is_listening()))
    }
}

impl Read for Socket {
    fn read(&mut self, to: &mut [u8]) -> Result<usize, ErrorKind> {
        // Its end is no error but 0 bytes.
        self.with(|socket| Ok(socket.recv_slice(to).unwrap_or(0)))
    }
}

impl Write for Socket {
    fn write(&mut self, from: &[u8]) -> Result<usize, ErrorKind> {
        self.with(|socket| socket.send_slice(from).map_err(|_| ErrorKind::BrokenPipe))
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

/// One turn of the appliance, which never waits.
fn serve(
    socket: &mut Socket,
    session: &mut server::Session<'_>,
    decoder: &mut Decoder<[u8; 512]>,
    outbox: &mut Outbox<[u8; 512]>,
) -> Result<(), SessionError> {
    let _ = embedded::write(outbox, socket);
    if session.is_busy() {
        return Ok(());
    }
    match decoder.poll() {
        Step::Message => match session.on_message(&decoder.message(), outbox)? {
            server::Incoming::LogIn(attempt) => {
                let account = (attempt.username() == "admin").then(|| Account::new("secret"));
                session.log_in(&attempt, account, 0, outbox)?;
            }
            server::Incoming::Request(request) => {
                session.answer(&request, outbox)?.success("It opens")?;
                let mut event = Event::new([0; 128]);
                event.write("DoorOpened", Classes::CALL, |out| out.header("Door", "front"))?;
                if session.wants(event.classes()) {
                    event.copy_to(outbox)?;
                }
            }
            server::Incoming::Nothing => {}
        },
        Step::NeedInput if socket.read_ready() == Ok(true) => {
            let _ = embedded::read(decoder, socket);
        }
        Step::NeedInput | Step::End => {}
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let address = IpAddress::v4(127, 0, 0, 1);
    let mut device = Loopback::new(Medium::Ip);
    let mut interface = Interface::new(Config::new(HardwareAddress::Ip), &mut device, Instant::now());
    interface.update_ip_addrs(|own| own.push(IpCidr::new(address, 8)).expect("room for one"));
    let mut sockets = SocketSet::new(vec![]);
    let socket = || tcp::Socket::new(SocketBuffer::new(vec![0; 1024]), SocketBuffer::new(vec![0; 1024]));
    let (near, far) = (sockets.add(socket()), sockets.add(socket()));
    sockets.get_mut::<tcp::Socket<'_>>(far).listen(5038)?;
    sockets.get_mut::<tcp::Socket<'_>>(near).connect(interface.context(), (address, 5038), 49_152)?;
    let network = Rc::new(RefCell::new(Network { device, interface, sockets }));
    let mut far = Socket { network: network.clone(), handle: far };
    let mut near = Socket { network, handle: near };
    while !near.with(|socket| socket.may_send()) {}

    let mut appliance = server::Session::new("11.0.0");
    let mut requests = Decoder::for_server([0; 512])?;
    let mut answers = Outbox::for_server([0; 512]);
    appliance.connected(840_415_273, 0, &mut answers)?;

    let start = std::time::Instant::now();
    let mut client = Client::new(
        near,
        Decoder::for_client([0; 512])?,
        Outbox::for_client([0; 256], Dialect::Current),
        client::Session::new([Slot::FREE; 2]),
        Credentials::new("admin", "secret").events("call"),
        || start.elapsed().as_millis() as u64,
    );
    client.on_connected(0x243f_6a88_85a3_08d3);
    loop {
        serve(&mut far, &mut appliance, &mut requests, &mut answers)?;
        let Some(incoming) = client.poll_ready().map_err(|error| format!("{error}"))? else { continue };
        println!("{incoming:?}");
        match incoming {
            client::Incoming::Ready => {
                client.session.submit(
                    &Raw::without_headers("OpenDoor"),
                    (client.clock)(),
                    &mut client.outbox,
                )?;
            }
            client::Incoming::Event { .. } => {
                println!("{:?}", client.decoder.message());
                client.session.log_off((client.clock)(), &mut client.outbox)?;
            }
            client::Incoming::LoggedOff => return Ok(()),
            _ => {}
        }
    }
}
