//! A proxy for one connection, which delays, cuts, resets or silences it at an exact byte. It never
//! sends a byte twice.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The longest time for which a silent connection is kept open if the client does not close it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A direction of the bytes that are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toward {
    Client,
    Server,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Passes on everything.
    None,
    /// Closes both connections.
    Close,
    /// Closes both connections with RST, which can discard bytes that were passed on.
    Reset,
    /// Closes only the direction in which the bytes are counted. The other one goes on.
    HalfClose,
    /// Passes on nothing more in either direction, and keeps the connections open.
    Silence,
    /// Passes on one byte at a time, with this pause before each, in the direction in which the
    /// bytes are counted.
    Trickle(Duration),
    /// Waits for this time before it passes on the bytes of a read, in both directions.
    Delay(Duration),
}

/// A fault after so many bytes in a direction.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub toward: Toward,
    pub after: usize,
    pub fault: Fault,
}

impl Plan {
    pub const CLEAN: Self = Self { toward: Toward::Client, after: usize::MAX, fault: Fault::None };
}

/// The bytes that passed.
#[derive(Debug, Default, Clone)]
pub struct Traffic {
    /// The bytes that the client received, or with a reset could receive.
    pub to_client: Vec<u8>,
    /// The bytes that the client sent and the proxy read.
    pub from_client: Vec<u8>,
    /// The number of those that the server received.
    pub to_server: usize,
    /// Whether the fault has taken place. Nothing more passes then, except in a direction that is
    /// still open.
    pub is_broken: bool,
    /// Whether the client has closed the connection.
    client_is_gone: bool,
}

pub struct Proxy {
    pub port: u16,
    shared: Arc<Shared>,
    thread: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    traffic: Mutex<Traffic>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Proxy {
    pub fn start(server: SocketAddr, plan: Plan) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared::default());
        let state = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            let (client, _) = listener.accept().expect("a client");
            drop(listener);
            let server = TcpStream::connect(server).expect("the server");
            client.set_nodelay(true).expect("an option");
            server.set_nodelay(true).expect("an option");
            let ends = Arc::new(Ends { client, server });
            let pump = |toward| Pump { toward, plan, ends: Arc::clone(&ends), shared: Arc::clone(&state) };
            let (requests, answers) = (pump(Toward::Server), pump(Toward::Client));
            let other = thread::spawn(move || requests.run());
            answers.run();
            other.join().expect("no panic");
            if plan.fault == Fault::Reset && state.lock().is_broken {
                // Both sockets close with RST when they are dropped.
                for socket in [&ends.client, &ends.server] {
                    let _ = socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO));
                }
            }
        });
        Self { port, shared, thread }
    }

    /// Waits for the end of the connection. Returns the bytes that have passed.
    pub fn end(self) -> Traffic {
        self.thread.join().expect("no panic");
        self.shared.lock().clone()
    }
}

struct Ends {
    client: TcpStream,
    server: TcpStream,
}

/// The copying of one direction.
struct Pump {
    toward: Toward,
    plan: Plan,
    ends: Arc<Ends>,
    shared: Arc<Shared>,
}

impl Pump {
    fn run(&self) {
        let (mut from, to) = match self.toward {
            Toward::Client => (&self.ends.server, &self.ends.client),
            Toward::Server => (&self.ends.client, &self.ends.server),
        };
        let is_counted = self.plan.toward == self.toward && self.plan.fault != Fault::None;
        let mut passed = 0;
        let mut buffer = [0; 8192];
        if is_counted && self.plan.after == 0 && self.toward == Toward::Client {
            self.shared.lock().is_broken = true;
            return self.after_break();
        }
        loop {
            let n = match from.read(&mut buffer) {
                Ok(n) if n > 0 => n,
                _ => break,
            };
            let bytes = &buffer[..n];
            if self.toward == Toward::Server {
                self.shared.lock().from_client.extend_from_slice(bytes);
            }
            if let Fault::Delay(time) = self.plan.fault {
                thread::sleep(time);
            }
            if is_counted && passed + n >= self.plan.after {
                let (before, rest) = bytes.split_at(self.plan.after.saturating_sub(passed));
                if let Fault::Trickle(pause) = self.plan.fault {
                    self.pass(to, before);
                    passed += before.len();
                    for byte in rest {
                        thread::sleep(pause);
                        if self.shared.lock().client_is_gone {
                            return self.close();
                        }
                        self.pass(to, std::slice::from_ref(byte));
                        passed += 1;
                    }
                    continue;
                }
                if !matches!(self.plan.fault, Fault::Delay(_)) {
                    self.break_after(to, before);
                    return self.after_break();
                }
            }
            if self.pass(to, bytes) {
                passed += bytes.len();
            }
        }
        if self.toward == Toward::Server {
            self.shared.lock().client_is_gone = true;
            self.shared.changed.notify_all();
        }
        if !self.shared.lock().is_broken || self.is_open_after_break() {
            let _ = to.shutdown(Shutdown::Write);
        }
    }

    /// Passes bytes on, unless the connection is broken.
    fn pass(&self, mut to: &TcpStream, bytes: &[u8]) -> bool {
        let mut traffic = self.shared.lock();
        if traffic.is_broken && !self.is_open_after_break() {
            return false;
        }
        if to.write_all(bytes).is_err() {
            return false;
        }
        match self.toward {
            Toward::Client => traffic.to_client.extend_from_slice(bytes),
            Toward::Server => traffic.to_server += bytes.len(),
        }
        true
    }

    /// Returns whether this direction goes on after the fault.
    fn is_open_after_break(&self) -> bool {
        self.plan.fault == Fault::HalfClose && self.plan.toward != self.toward
    }

    /// Passes on the last bytes before the fault. From then on, no answer to them passes.
    fn break_after(&self, mut to: &TcpStream, bytes: &[u8]) {
        let mut traffic = self.shared.lock();
        traffic.is_broken = true;
        match self.toward {
            Toward::Client => traffic.to_client.extend_from_slice(bytes),
            Toward::Server => traffic.to_server += bytes.len(),
        }
        let _ = to.write_all(bytes);
    }

    /// Ends the direction as the fault requires.
    fn after_break(&self) {
        match self.plan.fault {
            Fault::HalfClose => {
                let to = if self.toward == Toward::Client { &self.ends.client } else { &self.ends.server };
                let _ = to.shutdown(Shutdown::Write);
                self.drain();
            }
            Fault::Silence => self.drain(),
            // The end of reading wakes the other direction and sends nothing.
            Fault::Reset => {
                let _ = self.ends.client.shutdown(Shutdown::Read);
                let _ = self.ends.server.shutdown(Shutdown::Read);
            }
            _ => self.close(),
        }
    }

    /// Reads what still arrives in this direction, until the client has closed the connection.
    fn drain(&self) {
        let mut from = if self.toward == Toward::Client { &self.ends.server } else { &self.ends.client };
        if self.toward == Toward::Server {
            let mut buffer = [0; 8192];
            while let Ok(n @ 1..) = from.read(&mut buffer) {
                self.shared.lock().from_client.extend_from_slice(&buffer[..n]);
            }
            self.shared.lock().client_is_gone = true;
            self.shared.changed.notify_all();
        } else {
            let traffic = self.shared.lock();
            let gone =
                self.shared.changed.wait_timeout_while(traffic, PATIENCE, |state| !state.client_is_gone);
            assert!(!gone.expect("no panic").1.timed_out(), "the client does not end");
        }
        self.close();
    }

    fn close(&self) {
        let _ = self.ends.client.shutdown(Shutdown::Both);
        let _ = self.ends.server.shutdown(Shutdown::Both);
    }
}
