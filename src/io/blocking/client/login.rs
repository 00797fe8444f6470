use std::io::{Read, Write};
use std::string::String;
use std::vec::Vec;

use super::Client;
use super::run::{Limit, Turn};
use crate::client::{Credentials, Incoming, LoginRefused, SessionError, Stage};
use crate::io::blocking::{Disconnect, Error};
use crate::wire::redact::REDACTED;
use crate::wire::{Kind, OwnedMessage};

/// The number of digits of an MD5 digest.
const DIGEST: usize = 32;

impl<T: Read + Write> Client<T> {
    /// Logs in, within the [time-out](Client::set_timeout), counted from this call.
    ///
    /// If the credentials ask for [events](Credentials::events) of the class system, the client
    /// also waits for the server to be fully booted, for up to a second within the time-out. If
    /// they ask for no events at all, [`next_event`](Client::next_event),
    /// [`event_for`](Client::event_for) and [`events`](Client::events) return [`Error::NoEvents`].
    ///
    /// ```
    /// # use embedded_ami::client::Credentials;
    /// # use embedded_ami::io::blocking::{Client, Error};
    /// # #[cfg(feature = "md5")]
    /// # fn example(mut client: Client<std::net::TcpStream>) -> Result<(), Error> {
    /// client.login(&Credentials::new("admin", "secret").events("call,agent"))?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if the server refuses the login or sends no usable challenge;
    /// [`Error::Session`] if the user name, the secret or the event mask cannot be encoded;
    /// [`Error::Disconnected`]. After a refusal by the server the connection is no longer usable:
    /// create another client.
    pub fn login(&mut self, credentials: &Credentials<'_>) -> Result<(), Error> {
        if let Some(disconnect) = self.disconnect {
            return Err(Error::Disconnected(disconnect));
        }
        let limit = self.limit(self.timeout);
        let mut incoming = Incoming::LogIn;
        while incoming == Incoming::LogIn {
            // A challenge that arrives after the limit is not answered: the server has been too
            // slow, and must not be reported as one that takes no bytes.
            if limit.is_up(&self.link) {
                return Err(self.disconnected(Disconnect::ServerTimedOut(Stage::LoggingIn)));
            }
            let now = self.elapsed();
            let message = self.login_request.message();
            match self.session.log_in(credentials, &message, now, &mut self.outbox) {
                Ok(()) => {}
                Err(SessionError::NoChallenge) => {
                    return Err(Error::Refused { reason: LoginRefused::NoChallenge, message: String::new() });
                }
                Err(error) => return Err(error.into()),
            }
            self.link.hand_over(&self.outbox, limit.until);
            incoming = self.login_step(credentials, &limit)?;
        }
        Ok(())
    }

    /// Logs in like [`login`](Client::login), but also succeeds if the server accepted the login
    /// and the connection ended before the server was booted. The events that arrived in between
    /// can then be read, and the end of the connection is reported after them.
    pub(in crate::io::blocking) fn login_or_events(
        &mut self,
        credentials: &Credentials<'_>,
    ) -> Result<(), Error> {
        match self.login(credentials) {
            Err(Error::Disconnected(_)) if self.receives_events => Ok(()),
            result => result,
        }
    }

    /// Waits for the next step of the login: [`Incoming::LogIn`] if the server needs another
    /// message from the client, [`Incoming::Ready`] if the login is complete.
    fn login_step(&mut self, credentials: &Credentials<'_>, limit: &Limit) -> Result<Incoming, Error> {
        loop {
            let turn = self.turn(limit)?;
            // Events can arrive before the server is booted.
            self.receives_events |= self.session.stage() == Stage::Ready && credentials.wants_events();
            match turn {
                Turn::Done => {}
                Turn::Report(Incoming::LogIn, message) => {
                    self.login_request = message.unwrap_or_default();
                    return Ok(Incoming::LogIn);
                }
                Turn::Report(Incoming::Ready, message) => {
                    // If the client does not wait for a boot, this is the response to the login.
                    let event = message.filter(|message| message.message().kind() == Kind::Event);
                    self.file(Incoming::Ready, event)?;
                    return Ok(Incoming::Ready);
                }
                Turn::Report(Incoming::Refused(reason), message) => {
                    let message = refusal(&message.unwrap_or_default(), credentials.secret);
                    return Err(Error::Refused { reason, message });
                }
                Turn::Report(incoming, message) => self.file(incoming, message)?,
                // The server has accepted the login, but is not booted.
                Turn::TimeUp if self.session.stage() == Stage::Ready => return Ok(Incoming::Ready),
                Turn::TimeUp => {
                    return Err(self.disconnected(Disconnect::ServerTimedOut(Stage::LoggingIn)));
                }
            }
        }
    }

    /// Logs off and waits for the response, within the [time-out](Client::set_timeout).
    ///
    /// ```
    /// # use embedded_ami::io::blocking::{Client, Error};
    /// # fn example(mut client: Client<std::net::TcpStream>) -> Result<(), Error> {
    /// client.log_off()?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Session`] if the client is not logged in; [`Error::Disconnected`] if the connection
    /// ended before the response, or the response did not arrive in time.
    pub fn log_off(mut self) -> Result<(), Error> {
        let limit = self.limit(self.timeout);
        self.request(&limit, |client, now| client.session.log_off(now, &mut client.outbox))?;
        self.link.hand_over(&self.outbox, limit.until);
        match self.run(&limit, |_| None::<()>) {
            Err(Error::Disconnected(Disconnect::LoggedOff)) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => Err(self.disconnected(Disconnect::ServerTimedOut(Stage::LoggingOff))),
        }
    }
}

/// Returns the text of a refusal, without the secret and without MD5 digests. A server can send
/// back a request that it received.
fn refusal(message: &OwnedMessage, secret: &[u8]) -> String {
    let message = message.message();
    let text = message.get("Message").unwrap_or_default();
    let mut rest = text.as_bytes().trim_ascii_end();
    let mut safe = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        if let Some(after) = rest.strip_prefix(secret).filter(|_| !secret.is_empty()) {
            safe.extend_from_slice(REDACTED.as_bytes());
            rest = after;
        } else if digits >= DIGEST {
            safe.extend_from_slice(REDACTED.as_bytes());
            rest = rest.get(digits..).unwrap_or_default();
        } else {
            safe.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&safe).into_owned()
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::refusal;
    use crate::wire::{Message, OwnedMessage};

    fn refused(text: &str, secret: &str) -> std::string::String {
        let bytes = format!("Response: Error\r\nMessage: {text}\r\n\r\n");
        let mut message = OwnedMessage::default();
        message.push(&Message::parse(bytes.as_bytes()).unwrap()).unwrap();
        refusal(&message, secret.as_bytes())
    }

    #[test]
    fn a_secret_or_digest_that_the_server_sends_back_is_redacted() {
        for (text, secret, expected) in [
            ("Authentication failed ", "hunter2", "Authentication failed"),
            ("you sent hunter2hunter2, hunter2", "hunter2", "you sent [redacted][redacted], [redacted]"),
            ("hunter", "hunter2", "hunter"),
            ("plain", "", "plain"),
            ("aab", "ab", "a[redacted]"),
            ("Key: 0123456789abcdef0123456789ABCDEF!", "x", "Key: [redacted]!"),
            ("0123456789abcdef0123456789abcde", "x", "0123456789abcdef0123456789abcde"),
        ] {
            assert_eq!(refused(text, secret), expected);
        }
    }
}
