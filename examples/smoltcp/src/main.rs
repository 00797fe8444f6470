//! Both ends of AMI over smoltcp, a TCP/IP stack for microcontrollers with an Ethernet MAC or a
//! W5500. One end is a door controller that offers AMI; the other is the embedded client, which
//! logs in, opens the door and prints the event. Here both use smoltcp's loopback device, so the
//! example needs neither a network nor a server, and takes no environment variables.
//!
//! ```sh
//! cargo run -p example-smoltcp
//! ```

use std::cell::RefCell;
use std::error::Error;
use std::rc::Rc;

use embedded_ami::action::Raw;
use embedded_ami::classes::Classes;
use embedded_ami::client::{self, Credentials, IdKey, Slot};
use embedded_ami::io::embedded::{self, Client};
use embedded_ami::server::{self, Account, EncodedEvent, SessionError};
use embedded_ami::wire::{Decoder, Dialect, Outbox, Step};
use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::phy::{Loopback, Medium};
use smoltcp::socket::tcp::{self, SocketBuffer};
use smoltcp::time::Instant;
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr};

/// The network stack and its device. In firmware the device is an Ethernet driver.
struct Network {
    device: Loopback,
    interface: Interface,
    sockets: SocketSet<'static>,
}

/// A TCP socket that implements the traits of `embedded_io`.
struct Socket {
    network: Rc<RefCell<Network>>,
    handle: SocketHandle,
}

impl Socket {
    /// Polls the network stack, then calls `act` with the socket.
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
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        // smoltcp reports the end of the stream as an error, `embedded_io` as 0 bytes.
        self.with(|socket| Ok(socket.recv_slice(buffer).unwrap_or(0)))
    }
}

impl Write for Socket {
    /// Takes 0 bytes if the transmit buffer is full. The client tries again at its next poll.
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        self.with(|socket| socket.send_slice(bytes).map_err(|_| ErrorKind::BrokenPipe))
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

/// Does one step of the door controller's work, without waiting.
fn serve(
    socket: &mut Socket,
    session: &mut server::Session<&str>,
    decoder: &mut Decoder<[u8; 512]>,
    outbox: &mut Outbox<[u8; 768]>,
) -> Result<(), SessionError> {
    // If the connection fails, the client notices and ends the program.
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
                let mut event = EncodedEvent::new([0; 128]);
                event.write("DoorOpened", Classes::CALL, |headers| headers.header("Door", "front"))?;
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

/// Returns a connected pair of sockets on the loopback device: the client's and the door's.
fn connect() -> Result<(Socket, Socket), Box<dyn Error>> {
    let address = IpAddress::v4(127, 0, 0, 1);
    let mut device = Loopback::new(Medium::Ip);
    let mut interface = Interface::new(Config::new(HardwareAddress::Ip), &mut device, Instant::now());
    interface.update_ip_addrs(|addresses| addresses.push(IpCidr::new(address, 8)).expect("room for one"));

    let mut sockets = SocketSet::new(vec![]);
    let mut add_socket = |transmit| {
        sockets.add(tcp::Socket::new(SocketBuffer::new(vec![0; 1024]), SocketBuffer::new(vec![0; transmit])))
    };
    // The client's transmit buffer is smaller than its requests, which is fine.
    let (client, door) = (add_socket(64), add_socket(1024));
    sockets.get_mut::<tcp::Socket<'_>>(door).listen(5038)?;
    let socket = sockets.get_mut::<tcp::Socket<'_>>(client);
    socket.connect(interface.context(), (address, 5038), 49_152)?;

    let network = Rc::new(RefCell::new(Network { device, interface, sockets }));
    let mut client = Socket { network: network.clone(), handle: client };
    let door = Socket { network, handle: door };
    while !client.with(|socket| socket.may_send()) {}
    Ok((client, door))
}

fn main() -> Result<(), Box<dyn Error>> {
    let (client_socket, mut door_socket) = connect()?;

    let mut door = server::Session::new("11.0.0");
    let mut requests = Decoder::for_server([0; 512])?;
    // An answer repeats the ActionID of its request, so the outbox is larger than the decoder.
    let mut responses = Outbox::for_server([0; 768]);
    // Firmware takes the challenge from a random number generator.
    door.on_connected(840_415_273, 0, &mut responses)?;

    let start = std::time::Instant::now();
    let mut client = Client::new(
        client_socket,
        Decoder::for_client([0; 512])?,
        Outbox::for_client([0; 256], Dialect::Current),
        client::Session::new([Slot::FREE; 2]),
        Credentials::new("admin", "secret").events("call"),
        // In firmware: a `WideClock` over the counter of milliseconds.
        || start.elapsed().as_millis() as u64,
    );
    // Firmware takes these 16 bytes from a random number generator, too.
    client.on_connected(IdKey([0x5a; 16]));
    loop {
        // An error ends this connection, which is the only one here.
        serve(&mut door_socket, &mut door, &mut requests, &mut responses)?;
        let Some(incoming) = client.poll_ready()? else { continue };
        println!("{incoming:?}");
        match incoming {
            client::Incoming::Ready => {
                let action = Raw::without_headers("OpenDoor");
                client.session.submit(&action, (client.clock)(), &mut client.outbox)?;
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
