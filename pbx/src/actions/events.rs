//! The actions `UserEvent`, `Filter` and `WaitEvent`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::{ConnectionId, Events, Exchange};
use embedded_ami::server::{Request, SessionError};
use embedded_ami::wire::Value;

use crate::engine::{Engine, Refusal};
use crate::filter::Filter;
use crate::model::Bytes;
use crate::parse::number;

/// The largest number of filters that a session can add.
const MAX_FILTERS: usize = 16;
/// The largest number of different filters that all sessions of a user can add, and the memory in
/// bytes that these may take. Both bound the time that the filters take for an event.
const MAX_USER_FILTERS: usize = 64;
const MAX_USER_FILTERS_SIZE: usize = 4 * 1024 * 1024;

impl Engine {
    /// `UserEvent`: sends an event with the lines of the request, whatever they contain.
    ///
    /// Like Asterisk, writes the name of the event first, and leaves out the lines that begin with
    /// `Action:` or `UserEvent:`. Unlike Asterisk, leaves out every CR, because some clients take
    /// it for the end of a line.
    pub(crate) fn user_event(
        &mut self,
        request: &Request<'_>,
        events: &mut Events,
    ) -> Result<&'static str, Refusal> {
        let name = request.get("UserEvent").unwrap_or_default();
        let sent = events.send("UserEvent", Classes::USER, |out| {
            out.header_sanitized("UserEvent", &[name.as_bytes()])?;
            for line in
                request.lines().filter(|line| !has_name(line, "Action") && !has_name(line, "UserEvent"))
            {
                let line: Bytes = line.iter().copied().filter(|&byte| byte != b'\r').collect();
                // An empty line would end the event.
                if !line.is_empty() {
                    out.raw_line(&line)?;
                }
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
        let criteria = request.get("MatchCriteria").map(Value::as_bytes);
        let filter = match self.known_filter(criteria, pattern) {
            Some(filter) => filter,
            None => match self.compile(exchange, || Filter::new(criteria, pattern)) {
                Some(Ok(filter)) => Arc::new(filter),
                Some(Err(error)) => return exchange.answer()?.error(error.text()),
                None => return Ok(()),
            },
        };
        if !self.add_filter(exchange.connection(), filter) {
            return exchange.answer()?.error("Internal Error. Failed adding filter.");
        }
        exchange.answer()?.success("Success")
    }

    /// Returns the filter with this source, if a session or a user has it.
    fn known_filter(&self, criteria: Option<&[u8]>, pattern: &[u8]) -> Option<Arc<Filter>> {
        let sessions = self.sessions.values().flat_map(|session| &session.filters);
        let mut all = sessions.chain(self.config.users.iter().flat_map(|user| &user.filters));
        all.find(|filter| filter.is_from(criteria, pattern)).cloned()
    }

    /// Adds a filter to a session. Returns false if the session or its user has too many.
    fn add_filter(&mut self, connection: ConnectionId, filter: Arc<Filter>) -> bool {
        let Some(user) = self.sessions.get(&connection).map(|session| session.user) else { return false };
        let sessions = self.sessions.values().filter(|session| session.user == user);
        let filters = sessions.flat_map(|session| &session.filters).chain([&filter]);
        let different: HashMap<_, _> = filters.map(|filter| (Arc::as_ptr(filter), filter.size())).collect();
        let size: usize = different.values().sum();
        let Some(session) = self.sessions.get_mut(&connection) else { return false };
        let has_room = session.filters.len() < MAX_FILTERS
            && different.len() <= MAX_USER_FILTERS
            && size <= MAX_USER_FILTERS_SIZE;
        if has_room {
            session.filters.push(filter);
        }
        has_room
    }
}

/// Returns whether a line begins with this name and a colon. ASCII case is ignored.
fn has_name(line: &[u8], name: &str) -> bool {
    let (start, rest) = line.split_at_checked(name.len()).unwrap_or_default();
    start.eq_ignore_ascii_case(name.as_bytes()) && rest.starts_with(b":")
}
