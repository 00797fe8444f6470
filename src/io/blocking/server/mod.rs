//! A server over TCP: see [`Server`].

mod connection;
mod door;
mod events;
mod limits;
mod listen;
mod login_failure;
mod output;
mod ready;
mod roster;
mod service;
mod stats;
#[cfg(test)]
mod tests;

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::vec;
use std::vec::Vec;

use connection::{Connection, Desk, greeting};
use door::{Door, Failure};
pub use events::Events;
pub use limits::{Limits, SlowClientPolicy};
pub use listen::{Listen, ServerStream};
pub use login_failure::LoginFailure;
pub use ready::Ready;
use roster::Roster;
pub use service::{ConnectionId, Exchange, Service};
pub use stats::Stats;

use crate::server::Session;
use crate::wire::Outbox;

/// The number of connections accepted, and of requests of one connection answered, before the other
/// connections have their turn.
const TURN: usize = 32;
/// The longest pause before the server looks again for connections and requests.
const NAP: Duration = Duration::from_millis(5);
/// The first pause after a busy time. Each further one is twice as long.
const FIRST_NAP: Duration = Duration::from_micros(50);

/// A server that offers AMI over TCP, or over any other [source of connections](Listen). It serves
/// all clients in one thread and never waits for one of them.
///
/// A connection takes [`Limits::request`] bytes of memory. While its client does not read, up to
/// twice [`Limits::output`] bytes are queued for it, whatever it asks for. [`Stats::most_queued`]
/// reports the most that were.
///
/// ```
/// use std::sync::atomic::{AtomicBool, Ordering};
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
/// # #[cfg(feature = "md5")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// static STOP: AtomicBool = AtomicBool::new(false);
/// # let address = "127.0.0.1:0";
/// let mut server = Server::bind(address, "11.0.0", Door)?; // for example "0.0.0.0:5038"
/// # let address = server.local_addr()?;
/// let thread = std::thread::spawn(move || server.run(&STOP));
/// # use embedded_ami::{action::Raw, client::Credentials, io::blocking::Client};
/// # let mut client = Client::connect(address, std::time::Duration::from_secs(5))?;
/// # client.login(&Credentials::new("admin", "secret").events("call"))?;
/// # client.send(&Raw::without_headers("OpenDoor"))?;
/// # let event = client.next_event(std::time::Duration::from_secs(5))?.unwrap();
/// # assert!(event.message().get("Door").is_some_and(|door| door == "1"));
/// # assert!(client.send(&Raw::without_headers("Reboot")).is_err());
/// // Later:
/// STOP.store(true, Ordering::Relaxed);
/// thread.join().unwrap();
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "md5"))]
/// # fn main() {}
/// ```
pub struct Server<S, L: Listen = TcpListener> {
    listener: L,
    /// The template for the session of each connection.
    session: Session<Arc<str>>,
    service: S,
    limits: Limits,
    roster: Roster<L::Stream>,
    door: Door,
    ready: Ready,
    /// The connections to which the last call of `poll` has sent. Only its memory is used again.
    served: Vec<usize>,
    events: Events,
    answer: Outbox<Vec<u8>>,
    completion: Outbox<Vec<u8>>,
    start: Instant,
    random: RandomState,
    stats: Stats,
    /// The number of the last connection, including those that the service refused.
    last_id: u64,
}

impl<S: Service> Server<S> {
    /// Creates a server that listens on `address`, announces this version of AMI, for example
    /// `11.0.0`, offers MD5 challenge logins, and has the default [`Limits`].
    ///
    /// # Errors
    ///
    /// Those of the listener, for example if the address is in use.
    #[cfg(feature = "md5")]
    pub fn bind(
        address: impl std::net::ToSocketAddrs,
        version: impl Into<Arc<str>>,
        service: S,
    ) -> io::Result<Self> {
        Self::new(TcpListener::bind(address)?, Session::new(version), service, Limits::DEFAULT)
    }

    /// Creates a server on a listener. The session of each connection is a copy of `session`, whose
    /// time limits come from `limits`.
    ///
    /// ```
    /// # use embedded_ami::io::blocking::server::{Exchange, Limits, Server, Service};
    /// use embedded_ami::server::Session;
    /// # use embedded_ami::server::{Account, Attempt, SessionError};
    /// # use std::net::TcpListener;
    /// # struct Door;
    /// # impl Service for Door {
    /// #     fn account(&mut self, _: &Attempt<'_>) -> Option<Account<'_>> { None }
    /// #     fn request(&mut self, _: &mut Exchange<'_>) -> Result<(), SessionError> { Ok(()) }
    /// # }
    ///
    /// // Clients log in with the secret in the clear. The version may be a `String`, too.
    /// let session = Session::without_md5("11.0.0");
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// let server = Server::new(listener, session, Door, Limits::DEFAULT.connections(10))?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the listener; [`ErrorKind::InvalidInput`] if [`Limits::request`] is less than 32
    /// bytes or [`Limits::output`] less than 1 KiB, which is too little to serve anything, or if
    /// the version of the session has a line end or NUL, or more than 200 bytes.
    pub fn new(
        listener: TcpListener,
        session: Session<impl Into<Arc<str>>>,
        service: S,
        limits: Limits,
    ) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Self::with_listener(listener, session, service, limits)
    }
}

impl<S: Service, L: Listen> Server<S, L> {
    /// Creates a server on any source of connections, for example one that adds TLS. Otherwise like
    /// [`new`](Server::new).
    ///
    /// The server runs in one thread, so that neither the listener nor a connection may wait: see
    /// [`Listen`] and [`ServerStream`] for all that they must do. A listener that wraps a
    /// [`TcpListener`] calls [`set_nonblocking`](TcpListener::set_nonblocking) itself; only
    /// [`new`](Server::new) does it for the caller.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] as for [`new`](Server::new).
    pub fn with_listener(
        listener: L,
        session: Session<impl Into<Arc<str>>>,
        service: S,
        limits: Limits,
    ) -> io::Result<Self> {
        if limits.request < crate::wire::Decoder::MIN || limits.output < 1024 {
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                "the limits leave no room for a request or an answer",
            ));
        }
        let session = session.timing(limits.timing).map_version(Into::into);
        if let Err(error) = greeting(&mut session.clone(), 0, Duration::ZERO) {
            return Err(io::Error::new(ErrorKind::InvalidInput, error));
        }
        let half = limits.output / 2;
        Ok(Self {
            listener,
            session,
            service,
            roster: Roster::new(),
            door: Door::new(),
            ready: Ready::default(),
            served: Vec::new(),
            events: Events::new(half),
            answer: Outbox::for_server(vec![0; half]),
            completion: Outbox::for_server(vec![0; half]),
            limits,
            start: Instant::now(),
            random: RandomState::new(),
            stats: Stats::default(),
            last_id: 0,
        })
    }

    /// Returns the address that the server listens on.
    ///
    /// # Errors
    ///
    /// Those of the listener.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Returns the service.
    pub fn service(&mut self) -> &mut S {
        &mut self.service
    }

    /// Returns the counters of the server.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Returns the number of open connections.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.roster.len()
    }

    /// Serves until `stop` is set, which is noticed within a few milliseconds. Then sends the event
    /// `Shutdown` to every session that receives events of the class system, and closes all
    /// connections.
    pub fn run(&mut self, stop: &AtomicBool) {
        let (mut nap, mut time) = (Duration::ZERO, Duration::ZERO);
        while !stop.load(Ordering::Relaxed) {
            if self.poll(time) {
                (nap, time) = (Duration::ZERO, Duration::ZERO);
            } else if self.ready.is_all {
                // Short at first: a client that has its answer often sends the next request at
                // once.
                nap = nap.saturating_mul(2).clamp(FIRST_NAP, NAP);
                time = nap;
            } else {
                let next = self.roster.next_timer();
                time = next.map_or(NAP, |next| next.saturating_sub(self.start.elapsed()).min(NAP));
            }
        }
        self.shut_down();
    }

    /// Serves all clients once, without waiting, for an application with its own loop. Returns
    /// false if no client had sent anything: pause then before the next call.
    pub fn poll_once(&mut self) -> bool {
        self.poll(Duration::ZERO)
    }

    /// Like [`poll_once`](Server::poll_once), in virtual time.
    #[cfg(any(test, fuzzing))]
    #[doc(hidden)]
    pub fn poll_once_at(&mut self, now: Duration) -> bool {
        self.wait(Duration::ZERO);
        self.serve_at(now)
    }

    /// Waits up to `time` until something happens, and serves the clients to which it happened.
    /// Returns whether there is more to do at once.
    fn poll(&mut self, time: Duration) -> bool {
        self.wait(time);
        self.serve_at(self.start.elapsed())
    }

    /// Serves the clients to which something has happened, at this time since the creation of the
    /// server. Returns whether there is more to do at once.
    fn serve_at(&mut self, now: Duration) -> bool {
        self.roster.wake_due(now);
        let mut was_busy = self.accept(now);
        self.service.tick(now, &mut self.events);
        self.deliver();
        let mut at = 0;
        while let Some(key) = self.roster.active(at) {
            at = at.saturating_add(1);
            let Some(connection) = self.roster.get(key) else { continue };
            let was_anonymous = !connection.has_logged_in;
            let mut desk = Desk {
                service: &mut self.service,
                events: &mut self.events,
                answer: &mut self.answer,
                completion: &mut self.completion,
                limits: &self.limits,
                now,
            };
            // Events go out before the next request, whose events must follow them.
            for _ in 0..TURN {
                if !connection.serve(&mut desk) {
                    break;
                }
                was_busy = true;
                if !desk.events.is_empty() {
                    break;
                }
            }
            if was_anonymous && connection.has_logged_in {
                self.door.leave(connection.peer);
            }
            self.deliver();
        }
        self.send(now);
        was_busy || self.roster.has_active()
    }

    /// Waits up to `time` until something happens, and notes the connections to which it happened.
    fn wait(&mut self, time: Duration) {
        self.ready.clear();
        match self.listener.wait(time, &mut self.ready) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => {
                std::thread::sleep(time);
                self.ready.all();
            }
        }
        self.door.is_ready |= self.ready.has_listener || self.ready.is_all;
        if self.ready.is_all {
            self.roster.wake_all();
        }
        for &key in &self.ready.keys {
            self.roster.wake(key);
        }
    }

    /// Sends the output of the connections that were served, and closes those that have ended.
    fn send(&mut self, now: Duration) {
        let mut served = std::mem::take(&mut self.served);
        self.roster.take_active(&mut served);
        for &key in &served {
            let Some(connection) = self.roster.get(key) else { continue };
            self.stats.most_queued = self.stats.most_queued.max(connection.output.len());
            if connection.send(&self.limits, now) {
                self.service.closed(connection.id);
                if !connection.has_logged_in {
                    self.door.leave(connection.peer);
                }
                self.roster.remove(key);
                continue;
            }
            let can_go_on = connection.can_go_on(&self.limits);
            let deadline = connection.deadline(&self.limits, now);
            self.roster.set_timer(key, deadline);
            if can_go_on {
                self.roster.activate(key);
            }
        }
        self.served = served;
    }

    /// Accepts waiting connections. Returns whether there may be more.
    fn accept(&mut self, now: Duration) -> bool {
        if !self.door.is_open(now) {
            return false;
        }
        for _ in 0..TURN {
            match self.listener.accept() {
                Ok((stream, peer)) => {
                    self.door.succeeded();
                    self.admit(stream, peer, now);
                }
                Err(error) => match self.door.failed(&error, now) {
                    Failure::Empty => return false,
                    Failure::Gone => {}
                    Failure::Pause { is_first } => {
                        if is_first {
                            self.service.accept_failed(&error);
                        }
                        return false;
                    }
                },
            }
        }
        true
    }

    /// Begins to serve a connection if the limits and the service allow it.
    fn admit(&mut self, mut stream: L::Stream, peer: SocketAddr, now: Duration) {
        if !self.door.has_room(self.roster.len(), peer, &self.limits) {
            self.stats.refused = self.stats.refused.saturating_add(1);
            return;
        }
        if let Err(error) = self.listener.watch(&mut stream, self.roster.next_key()) {
            self.service.accept_failed(&error);
            return;
        }
        self.last_id = self.last_id.saturating_add(1);
        let id = ConnectionId(self.last_id);
        let challenge = self.random.hash_one(id) as u32;
        let session = self.session.clone();
        let connection = Connection::new(id, stream, peer, session, challenge, &self.limits, now);
        let Ok(connection) = connection else { return };
        if self.service.connected(id, peer) {
            self.stats.accepted = self.stats.accepted.saturating_add(1);
            self.door.enter(peer);
            self.roster.add(connection);
        } else {
            self.stats.refused = self.stats.refused.saturating_add(1);
        }
    }

    /// Queues the events on each connection that should receive them.
    fn deliver(&mut self) {
        if self.events.is_empty() {
            return;
        }
        let Self { roster, events, service, limits, stats, .. } = self;
        roster.activate_if(|connection| {
            let mut has_changed = false;
            for (classes, event) in events.iter() {
                if !connection.session.wants(classes) || !service.filter_event(connection.id, event) {
                    continue;
                }
                if connection.output.len().saturating_add(event.len()) <= limits.output {
                    connection.add_event(event);
                } else if limits.slow == SlowClientPolicy::DropEvents {
                    stats.dropped_events = stats.dropped_events.saturating_add(1);
                    continue;
                } else {
                    stats.too_slow = stats.too_slow.saturating_add(1);
                    connection.session.disconnect();
                    connection.output.clear();
                }
                has_changed = true;
            }
            has_changed
        });
        self.events.clear();
    }

    /// Ends all sessions and closes their connections.
    fn shut_down(&mut self) {
        let Self { roster, answer, service, limits, start, .. } = self;
        roster.clear(|mut connection| {
            answer.clear();
            let _ = connection.session.shut_down(false, answer);
            connection.output.answer(answer.pending());
            // Only a client that reads now receives it and the end of the output, which this sends
            // as well because the session has ended.
            connection.send(limits, start.elapsed());
            service.closed(connection.id);
        });
        self.door = Door::new();
    }
}

impl<S, L: Listen> fmt::Debug for Server<S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.listener.local_addr().ok())
            .field("connections", &self.roster.len())
            .field("stats", &self.stats)
            .finish_non_exhaustive()
    }
}
