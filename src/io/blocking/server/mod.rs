//! A server over TCP: see [`Server`].

mod connection;
mod events;
mod output;
mod service;

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::vec;
use std::vec::Vec;

use connection::{Connection, Desk};
pub use events::Events;
pub use service::{ConnectionId, Exchange, Service};

use crate::server::{Session, Stage};
use crate::wire::Outbox;

/// How many connections are accepted at once, and how many requests of one are answered, before it is the others' turn.
const TURN: usize = 32;
/// The server looks for what has come at least so often.
const NAP: Duration = Duration::from_millis(5);
const FIRST_NAP: Duration = Duration::from_micros(50);

/// How much a server does for strangers, and how much memory it gives them.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The most connections. More are closed without a word.
    pub connections: usize,
    /// The most of them that have not logged in, as Asterisk's `authlimit`.
    pub anonymous: usize,
    /// The longest request in bytes, which is the memory that each connection takes to read one.
    pub request: usize,
    /// How many bytes may wait to be sent on a connection before events find no room. The largest answer or event is half of that; an answer may
    /// come on top, and what ends it, so that at most twice as much waits.
    pub output: usize,
    /// What is done for a client that does not read its events as fast as they come.
    pub slow: SlowClientPolicy,
    /// A client that takes nothing for so long is disconnected.
    pub stall: Duration,
    /// The times of the logins.
    pub timing: crate::server::Timing,
}

impl Default for Limits {
    /// 500 connections, 50 of them anonymous; 16 KiB for a request, 1 MiB for what waits to be sent; slow clients are disconnected, and so are those that
    /// take nothing for 10 s.
    fn default() -> Self {
        Self {
            connections: 500,
            anonymous: 50,
            request: 16 * 1024,
            output: 1024 * 1024,
            slow: SlowClientPolicy::Disconnect,
            stall: Duration::from_secs(10),
            timing: crate::server::Timing::DEFAULT,
        }
    }
}

/// What is done for a client that does not read its events as fast as they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlowClientPolicy {
    /// It is disconnected, as Asterisk does.
    Disconnect,
    /// The events that find no room are dropped, and [counted](Stats::dropped_events). Answers never are.
    DropEvents,
}

/// What a server has done since it was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Connections that were accepted.
    pub accepted: u64,
    /// Connections that were one too many.
    pub refused: u64,
    /// Clients that were disconnected since they were too slow.
    pub too_slow: u64,
    /// Events that were dropped, for each client one.
    pub dropped_events: u64,
}

/// A server that offers AMI over TCP, in one thread and without waiting for any client.
///
/// A connection takes the memory of [`Limits::request`], and up to twice [`Limits::output`] while its client does not read.
///
/// ```no_run
/// use std::sync::atomic::AtomicBool;
/// use embedded_ami::classes::Classes;
/// use embedded_ami::io::blocking::server::{Exchange, Server, Service};
/// use embedded_ami::server::{Account, Attempt, SessionError};
///
/// struct Door;
///
/// impl Service for Door {
///     fn account(&mut self, attempt: &Attempt<'_>) -> Option<Account<'_>> {
///         (attempt.username() == "admin").then(|| Account::new("secret"))
///     }
///
///     fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
///         let request = exchange.request();
///         if request.is("OpenDoor") && exchange.permits(Classes::SYSTEM) {
///             exchange.answer()?.success("It is open")?;
///             exchange.events.send("DoorOpened", Classes::CALL, |out| out.header("Door", "1"))?;
///             return Ok(());
///         }
///         exchange.answer()?.unknown()
///     }
/// }
///
/// # fn main() -> std::io::Result<()> {
/// # #[cfg(feature = "md5")]
/// Server::bind("127.0.0.1:5038", "11.0.0", Door)?.run(&AtomicBool::new(false));
/// # Ok(())
/// # }
/// ```
pub struct Server<S> {
    listener: TcpListener,
    /// Without a connection: what each begins with.
    session: Session<'static>,
    service: S,
    limits: Limits,
    connections: Vec<Connection>,
    events: Events,
    answer: Outbox<Vec<u8>>,
    end: Outbox<Vec<u8>>,
    start: Instant,
    random: RandomState,
    counts: Stats,
}

impl<S: Service> Server<S> {
    /// A server on an address, which announces this version of AMI.
    ///
    /// # Errors
    ///
    /// Those of the listener: the address may be in use.
    #[cfg(feature = "md5")]
    pub fn bind(
        address: impl std::net::ToSocketAddrs,
        version: &'static str,
        service: S,
    ) -> io::Result<Self> {
        Self::new(TcpListener::bind(address)?, Session::new(version), service, Limits::default())
    }

    /// A server on a listener. Each connection begins as this session.
    ///
    /// # Errors
    ///
    /// Those of the listener; [`ErrorKind::InvalidInput`] if the limits are too small to serve at all: a request of 32 bytes, and 1 KiB that waits to be sent.
    pub fn new(
        listener: TcpListener,
        session: Session<'static>,
        service: S,
        limits: Limits,
    ) -> io::Result<Self> {
        if limits.request < crate::wire::Decoder::MIN || limits.output < 1024 {
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                "the limits leave no room for a request or an answer",
            ));
        }
        listener.set_nonblocking(true)?;
        let half = limits.output / 2;
        Ok(Self {
            listener,
            session: session.timing(limits.timing),
            service,
            connections: Vec::new(),
            events: Events::new(half),
            answer: Outbox::for_server(vec![0; half]),
            end: Outbox::for_server(vec![0; half]),
            limits,
            start: Instant::now(),
            random: RandomState::new(),
            counts: Stats::default(),
        })
    }

    /// The address that it listens on.
    ///
    /// # Errors
    ///
    /// Those of the listener.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// What it serves.
    pub fn service(&mut self) -> &mut S {
        &mut self.service
    }

    /// What it has done.
    pub fn counts(&self) -> Stats {
        self.counts
    }

    /// How many connections there are.
    pub fn connections(&self) -> usize {
        self.connections.len()
    }

    /// Serves until it is to stop; then it says so to whoever reads that, and closes all connections.
    pub fn run(&mut self, stop: &AtomicBool) {
        let mut nap = Duration::ZERO;
        while !stop.load(Ordering::Relaxed) {
            if self.poll_once() {
                nap = Duration::ZERO;
            } else {
                // Short at first: whoever has an answer asks the next thing soon.
                nap = nap.saturating_mul(2).clamp(FIRST_NAP, NAP);
                std::thread::sleep(nap);
            }
        }
        self.shut_down();
    }

    /// Does what there is to do now, without waiting: for a loop of one's own. Says whether a client has asked for anything.
    pub fn poll_once(&mut self) -> bool {
        let now = self.start.elapsed();
        let mut was_busy = self.accept(now);
        self.service.tick(now, &mut self.events);
        self.deliver();
        let mut at = 0;
        while let Some(connection) = self.connections.get_mut(at) {
            let mut desk = Desk {
                service: &mut self.service,
                events: &mut self.events,
                answer: &mut self.answer,
                end: &mut self.end,
                limits: &self.limits,
                now,
            };
            // Events go out before the next request: what that causes comes behind.
            for _ in 0..TURN {
                if !connection.serve(&mut desk) {
                    break;
                }
                was_busy = true;
                if !desk.events.is_empty() {
                    break;
                }
            }
            self.deliver();
            at = at.saturating_add(1);
        }
        for connection in &mut self.connections {
            if connection.send(&self.limits, now) {
                self.service.closed(connection.id);
            }
        }
        self.connections.retain(|connection| !connection.is_closed);
        was_busy
    }

    fn accept(&mut self, now: Duration) -> bool {
        for _ in 0..TURN {
            // Nobody; or one that has gone already; or there is no room in the machine for another now.
            let Ok((stream, _)) = self.listener.accept() else { return false };
            let anonymous = self.connections.iter().filter(|other| other.session.stage() == Stage::Anonymous);
            if self.connections.len() >= self.limits.connections || anonymous.count() >= self.limits.anonymous
            {
                self.counts.refused = self.counts.refused.saturating_add(1);
                continue;
            }
            self.counts.accepted = self.counts.accepted.saturating_add(1);
            let id = ConnectionId(self.counts.accepted);
            let challenge = self.random.hash_one(id) as u32;
            let session = self.session.clone();
            let connection = Connection::new(id, stream, session, challenge, &self.limits, now);
            self.connections.extend(connection.ok());
        }
        true
    }

    /// Gives the events to whoever wants them.
    fn deliver(&mut self) {
        if self.events.is_empty() {
            return;
        }
        for connection in &mut self.connections {
            for (classes, event) in self.events.iter() {
                if !connection.session.wants(classes) || !self.service.filter_event(connection.id, event) {
                    continue;
                }
                if connection.output.len().saturating_add(event.len()) <= self.limits.output {
                    connection.output.event(event, connection.session.is_busy());
                } else if self.limits.slow == SlowClientPolicy::DropEvents {
                    self.counts.dropped_events = self.counts.dropped_events.saturating_add(1);
                } else {
                    self.counts.too_slow = self.counts.too_slow.saturating_add(1);
                    connection.session.disconnect();
                    connection.output.clear();
                }
            }
        }
        self.events.clear();
    }

    fn shut_down(&mut self) {
        for connection in &mut self.connections {
            self.answer.clear();
            let _ = connection.session.shut_down(false, &mut self.answer);
            connection.output.answer(self.answer.pending());
            // Whoever reads now gets it.
            connection.send(&self.limits, self.start.elapsed());
            self.service.closed(connection.id);
        }
        self.connections.clear();
    }
}

impl<S> fmt::Debug for Server<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("listener", &self.listener)
            .field("connections", &self.connections.len())
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}
