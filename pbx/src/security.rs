//! Events of the class `security`: logins, and requests that were refused.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::{ConnectionId, Events, LoginFailure};
use embedded_ami::server::{Attempt, Request};
use embedded_ami::wire::{EncodeError, HeaderWriter, Value};

use crate::engine::Engine;
use crate::model::Bytes;

/// The subject of an event.
enum Subject {
    SuccessfulAuth,
    InvalidAccount,
    InvalidPassword,
    FailedAcl,
    /// The key of a challenge login, which is not the right one.
    ChallengeResponseFailed(Bytes),
    SessionLimit,
    /// The action of a request without permission.
    NotAllowed(Bytes),
    /// The action of a request, which does not exist.
    BadFormat(Bytes),
}

impl Subject {
    /// Returns the name of the event and its version.
    fn name(&self) -> (&'static str, &'static str) {
        match self {
            Self::SuccessfulAuth => ("SuccessfulAuth", "1"),
            Self::InvalidAccount => ("InvalidAccountID", "1"),
            Self::InvalidPassword => ("InvalidPassword", "2"),
            Self::FailedAcl => ("FailedACL", "1"),
            Self::ChallengeResponseFailed(_) => ("ChallengeResponseFailed", "1"),
            Self::SessionLimit => ("SessionLimit", "1"),
            Self::NotAllowed(_) => ("RequestNotAllowed", "1"),
            Self::BadFormat(_) => ("RequestBadFormat", "1"),
        }
    }
}

/// An event that has not been sent yet.
struct Report {
    subject: Subject,
    account: Bytes,
    /// The number of the connection, and the address of the client.
    connection: u64,
    peer: SocketAddr,
    /// The time of the login, or `None` if the user has not logged in.
    login: Option<Duration>,
}

/// A connection.
struct Peer {
    number: u64,
    address: SocketAddr,
    /// The user name as the client wrote it, and the time of the login.
    login: Option<(Bytes, Duration)>,
}

/// The connections, and the events about them.
pub(crate) struct Security {
    /// The address on which the PBX listens. The server does not tell to which of the addresses of
    /// the machine a client has connected.
    pub(crate) local_addr: SocketAddr,
    peers: HashMap<ConnectionId, Peer>,
    /// The number of connections so far.
    connected: u64,
    /// The events that the next tick sends, since no events can be sent during a login.
    pending: Vec<Report>,
}

impl Default for Security {
    fn default() -> Self {
        Self {
            local_addr: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0),
            peers: HashMap::new(),
            connected: 0,
            pending: Vec::new(),
        }
    }
}

impl Security {
    pub(crate) fn connected(&mut self, connection: ConnectionId, address: SocketAddr) {
        self.connected = self.connected.saturating_add(1);
        let address = SocketAddr::new(address.ip().to_canonical(), address.port());
        self.peers.insert(connection, Peer { number: self.connected, address, login: None });
    }

    /// Returns the number of open connections.
    pub(crate) fn connections(&self) -> usize {
        self.peers.len()
    }

    pub(crate) fn closed(&mut self, connection: ConnectionId) {
        self.peers.remove(&connection);
    }

    pub(crate) fn logged_in(&mut self, connection: ConnectionId, username: Value<'_>, now: Duration) {
        let username = Bytes::from(username.as_bytes());
        if let Some(peer) = self.peers.get_mut(&connection) {
            peer.login = Some((username.clone(), now));
            self.add(connection, Subject::SuccessfulAuth, username);
        }
    }

    /// Reports a failed login. `is_user` is whether there is a user of this name.
    pub(crate) fn login_failed(
        &mut self,
        connection: ConnectionId,
        attempt: &Attempt<'_>,
        reason: LoginFailure,
        is_user: bool,
    ) {
        let username = attempt.username();
        let get = |name: &str| attempt.request().get(name).unwrap_or_default();
        // Asterisk sends nothing if a login lacks the name or the key.
        let is_challenge = get("AuthType").eq_ignore_ascii_case("MD5");
        if username.is_empty() || is_challenge && get("Key").is_empty() {
            return;
        }
        let username = Bytes::from(username.as_bytes());
        let (subject, account) = match reason {
            LoginFailure::AlreadyLoggedIn => (Subject::SessionLimit, Bytes::new()),
            LoginFailure::NoAccount if is_user => (Subject::FailedAcl, username),
            LoginFailure::NoAccount => (Subject::InvalidAccount, username),
            _ if is_challenge => {
                (Subject::ChallengeResponseFailed(get("Key").as_bytes().into()), Bytes::new())
            }
            _ => (Subject::InvalidPassword, username),
        };
        self.add(connection, subject, account);
    }

    fn add(&mut self, connection: ConnectionId, subject: Subject, account: Bytes) {
        self.pending.extend(self.peers.get(&connection).map(|peer| Report {
            subject,
            account,
            connection: peer.number,
            peer: peer.address,
            login: peer.login.as_ref().map(|(_, time)| *time),
        }));
    }

    /// Reports a request without permission.
    pub(crate) fn not_allowed(&mut self, connection: ConnectionId, request: &Request<'_>) {
        self.refused(connection, Subject::NotAllowed(action(request)));
    }

    /// Reports a request of an action that does not exist.
    pub(crate) fn bad_format(&mut self, connection: ConnectionId, request: &Request<'_>) {
        self.refused(connection, Subject::BadFormat(action(request)));
    }

    fn refused(&mut self, connection: ConnectionId, subject: Subject) {
        let login = self.peers.get(&connection).and_then(|peer| peer.login.as_ref());
        let account = login.map(|(username, _)| username.clone()).unwrap_or_default();
        self.add(connection, subject, account);
    }
}

fn action(request: &Request<'_>) -> Bytes {
    request.action().unwrap_or_default().as_bytes().into()
}

impl Engine {
    /// Sends the events that are pending.
    pub(crate) fn report_security(&mut self, events: &mut Events) {
        for report in std::mem::take(&mut self.security.pending) {
            let (name, version) = report.subject.name();
            // The only error is an event that is too large to be queued. No client can get it, so
            // it is dropped.
            let _ = events.send(name, Classes::SECURITY, |out| self.write_report(&report, version, out));
        }
    }

    fn write_report(
        &self,
        report: &Report,
        version: &str,
        out: &mut HeaderWriter<'_>,
    ) -> Result<(), EncodeError> {
        let subject = &report.subject;
        let is_success = matches!(subject, Subject::SuccessfulAuth);
        let is_bad_format = matches!(subject, Subject::BadFormat(_));
        out.header("EventTV", self.clock.event_time(self.clock.now))?;
        out.header("Severity", if is_success { "Informational" } else { "Error" })?;
        out.header("Service", "AMI")?;
        out.header("EventVersion", version)?;
        if !is_bad_format {
            out.header_sanitized("AccountID", &[&report.account])?;
        }
        // Asterisk has the address of a data structure here, and a client can only compare it.
        out.header("SessionID", format!("{:#x}", report.connection))?;
        out.header("LocalAddress", transport(self.security.local_addr))?;
        out.header("RemoteAddress", transport(report.peer))?;
        match subject {
            // Asterisk has 0 here after each login, also after one with the secret in the clear.
            Subject::SuccessfulAuth => out.header("UsingPassword", "0")?,
            // Asterisk has the challenge and the right key here, too. The server knows them, but
            // not its application.
            Subject::ChallengeResponseFailed(key) => out.header_sanitized("Response", &[key])?,
            Subject::NotAllowed(action) | Subject::BadFormat(action) => {
                out.header_sanitized("RequestType", &[b"Action: ", action])?;
            }
            _ => {}
        }
        let login = report.login.map(|time| self.clock.event_time(time));
        out.header("SessionTV", login.as_deref().unwrap_or("1970-01-01T00:00:00.000+0000"))?;
        if is_bad_format {
            out.header_sanitized("AccountID", &[&report.account])?;
        }
        Ok(())
    }
}

/// Returns an address in the form of these events, as in `IPV4/TCP/127.0.0.1/5038`.
fn transport(address: SocketAddr) -> String {
    let family = if address.is_ipv4() { "IPV4" } else { "IPV6" };
    format!("{family}/TCP/{}/{}", address.ip(), address.port())
}
