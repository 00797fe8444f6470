//! The decisions about connections and requests: a [`Director`] makes a [`Plan`] for each, which
//! the [stream](crate::stream) carries out.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use embedded_ami::server::Request;

use crate::lock::lock;

/// The decisions about connections and requests. All calls come from the thread of the server.
pub(crate) trait Director {
    /// Returns the plan for a new connection, whose answer is the banner. Connections that the
    /// server refuses are not asked about.
    fn connected(&mut self, link: &Link) -> Plan;

    /// Returns the plan for a request. Requests that are larger than the limit of the server are
    /// passed on without this call.
    fn request(&mut self, link: &Link, request: &Request<'_>) -> Plan;
}

/// The treatment of one request, or of the banner of a connection. The default passes the request
/// on and changes nothing.
#[derive(Default)]
pub(crate) struct Plan {
    /// The time for which a request is held before the plan is carried out, or for which the banner
    /// is held after the client has connected.
    pub(crate) delay: Duration,
    pub(crate) answer: Answer,
    /// The positions in the answer whose bytes are inverted. Positions after the end count as the
    /// last byte.
    pub(crate) garble: Vec<usize>,
    /// The number of bytes of the answer after which the connection is closed.
    pub(crate) cut: Option<usize>,
    /// Whether the connection is closed after the answer.
    pub(crate) close: bool,
    /// A function to call when the answer is in the stream.
    pub(crate) done: Option<Box<dyn FnOnce() + Send>>,
}

/// The answer of a [`Plan`].
#[derive(Default)]
pub(crate) enum Answer {
    /// The answer of the server, which receives the request.
    #[default]
    Pass,
    /// These bytes. The server does not receive the request.
    Bytes(Vec<u8>),
    /// No answer. The server does not receive the request.
    Nothing,
}

impl Plan {
    /// Returns whether the server can have the request without further ado.
    pub(crate) fn is_plain(&self) -> bool {
        self.delay.is_zero() && self.needs_no_answer()
    }

    /// Returns whether nothing is left to do once the server has the request.
    pub(crate) fn needs_no_answer(&self) -> bool {
        matches!(self.answer, Answer::Pass)
            && self.garble.is_empty()
            && self.cut.is_none()
            && !self.close
            && self.done.is_none()
    }
}

/// The part of a connection that the stream shares with the service.
#[derive(Default)]
pub(crate) struct Link {
    is_logged_in: AtomicBool,
}

impl Link {
    /// Remembers that a user has logged in.
    pub(crate) fn set_logged_in(&self) {
        self.is_logged_in.store(true, Ordering::Relaxed);
    }

    /// Returns whether a user has logged in.
    pub(crate) fn is_logged_in(&self) -> bool {
        self.is_logged_in.load(Ordering::Relaxed)
    }
}

/// The link of the connection that was accepted last, for the service, which learns of the
/// connection right after that.
#[derive(Clone, Default)]
pub(crate) struct Latest(Arc<Mutex<Option<Arc<Link>>>>);

impl Latest {
    pub(crate) fn set(&self, link: &Arc<Link>) {
        *lock(&self.0) = Some(Arc::clone(link));
    }

    /// Returns the link, once.
    pub(crate) fn take(&self) -> Option<Arc<Link>> {
        lock(&self.0).take()
    }
}
