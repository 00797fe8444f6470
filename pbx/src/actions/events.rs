//! The actions `UserEvent`, `Filter` and `WaitEvent`.

use std::time::Duration;

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::{Events, Exchange};
use embedded_ami::server::{Request, SessionError};

use crate::engine::{Engine, Refusal};
use crate::filter::Filter;
use crate::parse::number;

/// The largest number of filters that a session can add.
const MAX_FILTERS: usize = 16;

impl Engine {
    /// `UserEvent`: sends an event with the headers of the request. Lines that are not headers are
    /// left out.
    pub(crate) fn user_event(
        &mut self,
        request: &Request<'_>,
        events: &mut Events,
    ) -> Result<&'static str, Refusal> {
        let name = request.get("UserEvent").unwrap_or_default();
        let sent = events.send("UserEvent", Classes::USER, |out| {
            out.header_sanitized("UserEvent", &[name.as_bytes()])?;
            for header in
                request.message().headers().filter(|header| !header.is("Action") && !header.is("UserEvent"))
            {
                let is_plain =
                    |name: &&str| !name.is_empty() && !name.contains([' ', '\t', '\r', '\n', '\0', ':']);
                let name = header.name().and_then(|name| std::str::from_utf8(name).ok());
                let Some(name) = name.filter(is_plain) else { continue };
                // In Asterisk values are C strings, which end at the first NUL.
                let value = header.value().split(b'\0').next().unwrap_or_default();
                out.header_sanitized(name, &[value.as_bytes()])?;
            }
            Ok(())
        });
        sent.map_err(|_| "Event was not sent")?;
        Ok("Event Sent")
    }

    /// `WaitEvent`: delays the answer until an event is ready to be sent, the client sends more, or
    /// the time limit of the request passes.
    pub(crate) fn wait_event(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let timeout = exchange.request().get("Timeout").and_then(number);
        let timeout = timeout.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs);
        let is_over = timeout.is_some_and(|timeout| self.clock.pbx_time(exchange.waited()) >= timeout);
        if !is_over && !exchange.has_events() && !exchange.has_input() {
            return Ok(());
        }
        let id = exchange.request().action_id();
        exchange.answer()?.success("Waiting for Event completed.")?;
        Ok(exchange.write_completion(|out| {
            out.header("Event", "WaitEventComplete")?;
            id.map_or(Ok(()), |id| out.header_sanitized("ActionID", &[id.as_bytes()]))
        })?)
    }

    /// `Filter`: adds a filter to the session.
    pub(crate) fn filter(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        if !request.get("Operation").is_some_and(|operation| operation.eq_ignore_ascii_case("Add")) {
            return exchange.answer()?.error("Unknown operation");
        }
        let pattern = request.get("Filter").unwrap_or_default().as_bytes();
        let filter = match request.get("MatchCriteria") {
            Some(criteria) => Filter::with_criteria(criteria.as_bytes(), pattern),
            None => Filter::plain(pattern),
        };
        let filter = match filter {
            Ok(filter) => filter,
            Err(error) => return exchange.answer()?.error(error.text()),
        };
        match self.sessions.get_mut(&exchange.connection()) {
            Some(session) if session.filters.len() < MAX_FILTERS => session.filters.push(filter),
            _ => return exchange.answer()?.error("Internal Error. Failed adding filter."),
        }
        exchange.answer()?.success("Success")
    }
}
