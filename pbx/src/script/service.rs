//! The service that tells the rules about connections, and sends their events.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use embedded_ami::io::blocking::server::{ConnectionId, Events, Exchange, LoginFailure, Service};
use embedded_ami::server::{Account, Attempt, SessionError};
use embedded_ami::wire::Value;

use super::schedule::Schedule;
use crate::plan::{Latest, Link};

/// A service whose requests pass the rules of a script first.
pub(crate) struct Scripted<S> {
    service: S,
    latest: Latest,
    links: HashMap<ConnectionId, Arc<Link>>,
    schedule: Schedule,
}

impl<S> Scripted<S> {
    pub(crate) fn new(service: S, latest: Latest, schedule: Schedule) -> Self {
        Self { service, latest, links: HashMap::new(), schedule }
    }
}

impl<S: Service> Service for Scripted<S> {
    fn connected(&mut self, connection: ConnectionId, peer: SocketAddr) -> bool {
        let link = self.latest.take();
        let is_served = self.service.connected(connection, peer);
        if is_served {
            self.links.extend(link.map(|link| (connection, link)));
        }
        is_served
    }

    fn accept_failed(&mut self, error: &io::Error) {
        self.service.accept_failed(error);
    }

    fn account(&mut self, attempt: &Attempt<'_>) -> Option<Account<'_>> {
        self.service.account(attempt)
    }

    fn is_in_use(&mut self, username: Value<'_>) -> bool {
        self.service.is_in_use(username)
    }

    fn logged_in(&mut self, connection: ConnectionId, username: Value<'_>) {
        if let Some(link) = self.links.get(&connection) {
            link.set_logged_in();
        }
        self.service.logged_in(connection, username);
    }

    fn login_failed(&mut self, connection: ConnectionId, attempt: &Attempt<'_>, reason: LoginFailure) {
        self.service.login_failed(connection, attempt, reason);
    }

    fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        self.service.request(exchange)
    }

    fn filter_event(&mut self, connection: ConnectionId, event: &[u8]) -> bool {
        self.service.filter_event(connection, event)
    }

    fn tick(&mut self, now: Duration, events: &mut Events) {
        self.schedule.send(events);
        self.service.tick(now, events);
    }

    fn closed(&mut self, connection: ConnectionId) {
        self.links.remove(&connection);
        self.service.closed(connection);
    }
}
