//! The action `Originate`: reads and checks the request, and reports the outcome of the call.

use std::time::Duration;

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::{Events, Exchange};
use embedded_ami::server::{Request, SessionError};
use embedded_ami::wire::Value;

use crate::channel::{Key, MAX_CHANNELS, or_unknown};
use crate::dialplan;
use crate::engine::{Engine, Refusal};
use crate::model::{Bytes, Dial, Goal, Party, Reason, Report};
use crate::parse::{assignments, number};

/// The time limit for an answer to the call, if the request has no `Timeout`.
const DEFAULT_RING: Duration = Duration::from_secs(30);
/// Parts of the names of applications that reach beyond the PBX, which only users with the class
/// `system` may run. None of the applications exists here.
const DANGEROUS: [&str; 9] =
    ["system", "exec", "agi", "mixmonitor", "externalivr", "originate", "mysql", "odbc", "shell"];
/// Functions with which the data of any application could do the same. Case counts, as in Asterisk.
const FUNCTIONS: [&[u8]; 2] = [b"SHELL", b"EVAL"];

impl Engine {
    /// `Originate`: starts a call. If it is not asynchronous, the answer is delayed until the
    /// outcome of the call is known.
    pub(crate) fn originate(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let connection = exchange.connection();
        if let Some(outcome) = self.waiting.get(&connection).copied() {
            let Some(is_answered) = outcome else { return Ok(()) };
            self.waiting.remove(&connection);
            return match is_answered {
                // Asterisk uses this text here, too.
                true => exchange.answer()?.success("Originate successfully queued"),
                false => exchange.answer()?.error("Originate failed"),
            };
        }
        let request = exchange.request();
        let is_async = request.get("Async").is_some_and(Value::is_true);
        let mut dial = match self.dial(&request, is_async, exchange.permits(Classes::SYSTEM)) {
            Ok(dial) => dial,
            Err(refusal) => return exchange.answer()?.error(refusal),
        };
        let session = self.sessions.get(&connection);
        let user = session.and_then(|session| self.config.users.get(session.user));
        dial.variables.extend(user.into_iter().flat_map(|user| user.variables.iter().cloned()));
        if !is_async {
            dial.report = Report::Connection(connection);
            self.waiting.insert(connection, None);
            self.dials.push_back(dial);
            return Ok(());
        }
        self.dials.push_back(dial);
        exchange.answer()?.success("Originate successfully queued")
    }

    /// Reads and checks the headers of the request, in the same order as Asterisk.
    fn dial(&self, request: &Request<'_>, is_async: bool, is_trusted: bool) -> Result<Dial, Refusal> {
        let own = |name: &str| request.get(name).map(|value| Bytes::from(value.as_bytes()));
        let channel = own("Channel").ok_or("Channel not specified")?;
        let priority = match request.get("Priority") {
            Some(priority) => number(priority).ok_or("Invalid priority")?,
            None => 0,
        };
        let ring = match request.get("Timeout") {
            Some(timeout) => {
                let milliseconds = number(timeout).ok_or("Invalid timeout")?;
                // With zero or less, the time is unlimited.
                match u64::try_from(milliseconds) {
                    Ok(milliseconds @ 1..) => Duration::from_millis(milliseconds),
                    _ => Duration::MAX,
                }
            }
            None => DEFAULT_RING,
        };
        if !channel.contains(&b'/') {
            return Err("Invalid channel".into());
        }
        let application = own("Application");
        let is_dangerous = application.as_ref().is_some_and(|application| {
            let application = application.to_ascii_lowercase();
            DANGEROUS.iter().any(|name| application.windows(name.len()).any(|part| part == name.as_bytes()))
        });
        let data = own("Data").filter(|_| application.is_some()).unwrap_or_default();
        let has_function = |name: &&[u8]| data.windows(name.len()).any(|part| part == *name);
        let is_dangerous = is_dangerous || FUNCTIONS.iter().any(has_function);
        if is_dangerous && !is_trusted {
            return Err("Originate Access Forbidden: app or data blacklisted".into());
        }
        let (context, exten) = (own("Context"), own("Exten"));
        let priority = u32::try_from(priority).unwrap_or_default();
        let is_complete = context.is_some() && exten.is_some() && priority > 0;
        let context = context.unwrap_or_else(|| b"default".into());
        let exten = exten.unwrap_or_default();
        if priority > 0 && dialplan::at(&context, &exten, priority).is_none() {
            return Err("Extension does not exist.".into());
        }
        // For an asynchronous call Asterisk accepts this. It then has nothing to connect the
        // channel to.
        if application.is_none() && !is_complete && !is_async {
            return Err("Originate with 'Exten' requires 'Context' and 'Priority'".into());
        }
        let ids = [own("ChannelId"), own("OtherChannelId")];
        if ids.iter().flatten().any(|id| id.len() > 149) {
            return Err("Uniqueid length exceeds maximum of 149".into());
        }
        let expected = self.dials.len().saturating_add(1).saturating_mul(2);
        if self.channels.len().saturating_add(expected) > MAX_CHANNELS {
            return Err("Too many channels".into());
        }
        let variables = request.get_all("Variable").flat_map(assignments).collect();
        Ok(Dial {
            channel,
            goal: match application {
                Some(name) => Goal::Application { name, data },
                None => Goal::Extension { context, exten, priority },
            },
            caller: own("CallerID").map(|caller| Party::parse(&caller)).unwrap_or_default(),
            account: own("Account").unwrap_or_default(),
            variables,
            ring,
            ids,
            report: Report::Event { action_id: own("ActionID") },
            deadline: Duration::ZERO,
        })
    }

    /// Reports the outcome of a call to the connection that waits for it, or with an event. `key`
    /// is the channel of an answered call.
    pub(crate) fn report_outcome(
        &mut self,
        events: &mut Events,
        dial: &Dial,
        key: Option<Key>,
        reason: Reason,
    ) {
        let is_answered = reason == Reason::Answered;
        let action_id = match &dial.report {
            Report::Connection(connection) => {
                if let Some(outcome) = self.waiting.get_mut(connection) {
                    *outcome = Some(is_answered);
                }
                return;
            }
            Report::Event { action_id } => action_id,
        };
        let channel = key.and_then(|key| self.channels.get(key)).filter(|_| is_answered);
        // The only error is an event that is too large to be queued. No client can get it, so it is
        // dropped.
        let _ = events.send("OriginateResponse", Classes::CALL, |out| {
            if let Some(id) = action_id {
                out.header_sanitized("ActionID", &[id])?;
            }
            out.header("Response", if is_answered { "Success" } else { "Failure" })?;
            out.header_sanitized("Channel", &[channel.map_or(&dial.channel, |channel| &channel.name)])?;
            match &dial.goal {
                Goal::Extension { context, exten, .. } => {
                    out.header_sanitized("Context", &[context])?;
                    out.header_sanitized("Exten", &[exten])?;
                }
                Goal::Application { name, data } => {
                    out.header_sanitized("Application", &[name])?;
                    out.header_sanitized("Data", &[data])?;
                }
            }
            out.header("Reason", reason.number())?;
            let asked = dial.ids[0].as_deref().unwrap_or_default();
            out.header_sanitized(
                "Uniqueid",
                &[or_unknown(channel.map_or(asked, |channel| &channel.unique_id))],
            )?;
            out.header_sanitized("CallerIDNum", &[or_unknown(&dial.caller.number)])?;
            out.header_sanitized("CallerIDName", &[or_unknown(&dial.caller.name)])?;
            let Some(channel) = channel else { return Ok(()) };
            // The names of channels that can be answered contain only characters that names of
            // headers may have.
            let name = format!("ChanVariable({})", String::from_utf8_lossy(&channel.name));
            self.shown_variables.iter().try_for_each(|variable| {
                let value = self.value(Some(channel), variable.as_bytes()).unwrap_or_default();
                out.header_sanitized(&name, &[variable.as_bytes(), b"=", &value])
            })
        });
    }
}
