//! Actions that report state, one after another over one login and within one time limit.

use std::time::{Duration, Instant};

use embedded_ami::action::Raw;
use embedded_ami::client::{LossReason, ResponseStatus};
use embedded_ami::io::blocking::Error;
use embedded_ami::wire::{OwnedMessage, Value};

use crate::connection::secret::Secret;
use crate::connection::{Client, Settings};
use crate::failure::Failure;
use crate::output::Printer;
use crate::output::escape::escape;

/// The reason for which the answer to an action is missing, although the connection goes on.
#[derive(Debug, Clone)]
pub(crate) enum Absence {
    /// The server does not have the action: it is too old, too new, or the module is not loaded.
    Unknown,
    /// The user lacks the permission.
    Denied,
    /// Another error, with the text of the server.
    Refused(String),
    /// The server sent only a part of the answer, or one that is too large.
    Incomplete(String),
    /// The time limit was reached first.
    TimedOut,
}

/// A time limit for limits that the clock cannot express.
const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// An answer, unless the server did not give it.
pub(crate) type Answer<T> = Result<T, Absence>;

/// A connection on which actions are sent, and a record of their outcomes.
pub(crate) struct Collector<'p> {
    client: Client,
    secret: Option<&'p Secret>,
    deadline: Instant,
    /// The time at which the attempt to connect began that has succeeded.
    pub(crate) begin: Instant,
    /// The actions sent so far, each with its outcome.
    pub(crate) outcomes: Vec<(&'static str, Answer<()>)>,
}

impl<'p> Collector<'p> {
    /// Connects and logs in, without events. The limit of the settings is for the attempt that
    /// succeeds and all actions together.
    pub(crate) fn log_in(settings: &Settings, printer: &'p mut Printer) -> Result<Self, Failure> {
        let (client, begin) = settings.login("off", printer)?.perform_timed()?;
        let deadline = begin.checked_add(settings.timeout).unwrap_or(begin + YEAR);
        Ok(Self { client, secret: printer.secret.as_ref(), deadline, begin, outcomes: Vec::new() })
    }

    /// Returns the version of the interface.
    pub(crate) fn interface(&self) -> String {
        self.client.banner().banner().map(|banner| self.text(banner.version)).unwrap_or_default()
    }

    /// Returns a text of the server on one line, without the secret.
    pub(crate) fn text(&self, value: Value<'_>) -> String {
        let bytes = value.as_bytes().trim_ascii();
        self.secret.map_or_else(|| escape(bytes), |secret| escape(&secret.hide_in_data(bytes)))
    }

    /// Returns the part of the time limit that is left.
    pub(crate) fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Sends an action and returns its response.
    pub(crate) fn send(
        &mut self,
        action: &'static str,
        headers: &[(&str, &str)],
    ) -> Result<Answer<OwnedMessage>, Failure> {
        self.ask(action, |client| client.send(&Raw::new(action, headers)))
    }

    /// Sends an action and returns the entries of its list.
    pub(crate) fn list(
        &mut self,
        action: &'static str,
        headers: &[(&str, &str)],
    ) -> Result<Answer<Vec<OwnedMessage>>, Failure> {
        self.ask(action, |client| client.list(&Raw::new(action, headers))?.collect())
    }

    /// Records that the answer to the last action was one after all.
    pub(crate) fn set_answered(&mut self, action: &'static str) {
        let own = self.outcomes.iter_mut().rev().find(|(own, _)| *own == action);
        own.into_iter().for_each(|(_, outcome)| *outcome = Ok(()));
    }

    /// Sends an action in the time that is left, and records its outcome.
    fn ask<T>(
        &mut self,
        action: &'static str,
        ask: impl FnOnce(&mut Client) -> Result<T, Error>,
    ) -> Result<Answer<T>, Failure> {
        let left = self.left();
        let answer = if left.is_zero() {
            Err(Absence::TimedOut)
        } else {
            self.client.set_timeout(left);
            match ask(&mut self.client) {
                Ok(answer) => Ok(answer),
                Err(error) => Err(self.absence(error)?),
            }
        };
        let outcome = match &answer {
            Ok(_) => Ok(()),
            Err(absence) => Err(absence.clone()),
        };
        self.outcomes.push((action, outcome));
        Ok(answer)
    }

    /// Returns the reason for a missing answer, or the failure if the connection has ended.
    fn absence(&self, error: Error) -> Result<Absence, Failure> {
        match error {
            Error::Response { status: ResponseStatus::UnknownAction, .. } => Ok(Absence::Unknown),
            Error::Response { status: ResponseStatus::PermissionDenied, .. } => Ok(Absence::Denied),
            Error::Response { status: ResponseStatus::ShuttingDown, .. } => {
                Err(Failure::Connection("the server is shutting down".into()))
            }
            Error::Response { response, .. } => {
                Ok(Absence::Refused(self.text(response.get("Message").unwrap_or_default())))
            }
            Error::Lost { reason: LossReason::TimedOut, disconnect: None } => Ok(Absence::TimedOut),
            // The library reports a list that was not complete in time as cut short.
            Error::Lost { disconnect: None, .. } if self.left().is_zero() => Ok(Absence::TimedOut),
            Error::Lost { disconnect: None, .. } | Error::TooLarge { .. } => {
                Ok(Absence::Incomplete(error.to_string()))
            }
            error => Err(error.into()),
        }
    }
}
