//! The actions of queues: `QueueAdd`, `QueueRemove`, `QueuePause`, `QueuePenalty`, `QueueStatus`
//! and `QueueSummary`.

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::{Events, Exchange};
use embedded_ami::server::{Request, SessionError};
use embedded_ami::wire::Value;

use crate::channel::Channels;
use crate::device::DeviceState;
use crate::engine::{Engine, Position, Refusal, list};
use crate::model::Bytes;
use crate::parse::number;
use crate::queue::{Member, Queue};

/// The largest number of members of a queue.
const MAX_MEMBERS: usize = 256;

/// Sends an event with all that clients see of a member.
pub(crate) fn send_member_event(
    events: &mut Events,
    name: &str,
    queue: &str,
    member: &Member,
    state: DeviceState,
) {
    // The only error is an event that is too large to be queued. No client can get it, so it is
    // dropped.
    let _ = events.send(name, Classes::AGENT, |out| {
        out.header("Queue", queue)?;
        out.header_sanitized("MemberName", &[&member.name])?;
        out.header_sanitized("Interface", &[&member.interface])?;
        member.details(state, out)?;
        out.header("Ringinuse", if member.rings_in_use { "1" } else { "0" })?;
        out.header("Wrapuptime", "0")
    });
}

/// An entry in the list of `QueueStatus`.
enum Item<'a> {
    Queue(&'a Queue),
    Member(&'a Queue, &'a Member),
}

impl Engine {
    /// Returns the queue with this name. The case of ASCII letters is ignored.
    fn queue(&mut self, name: Value<'_>) -> Option<&mut Queue> {
        self.queues.iter_mut().find(|queue| name.eq_ignore_ascii_case(queue.name))
    }

    pub(crate) fn queue_add(
        &mut self,
        request: &Request<'_>,
        events: &mut Events,
    ) -> Result<&'static str, Refusal> {
        let name = request.get("Queue").ok_or("'Queue' not specified.")?;
        let interface = request.get("Interface").ok_or("'Interface' not specified.")?;
        let own = |name: &str| Bytes::from(request.get(name).unwrap_or(interface).as_bytes());
        let is_paused = request.get("Paused").is_some_and(Value::is_true);
        let now = self.clock.epoch();
        let member = Member {
            number: 0,
            name: own("MemberName"),
            interface: interface.as_bytes().into(),
            state_interface: own("StateInterface"),
            is_dynamic: true,
            penalty: request.get("Penalty").and_then(number).unwrap_or_default().max(0),
            rings_in_use: true,
            last_pause: if is_paused { now } else { 0 },
            login: now,
            is_paused,
            reason: request.get("Reason").filter(|_| is_paused).unwrap_or_default().as_bytes().into(),
        };
        let queue = self.queue(name).ok_or("Unable to add interface to queue: No such queue")?;
        if queue.members.iter().any(|member| member.is(interface)) {
            return Err("Unable to add interface: Already there".into());
        }
        if queue.members.len() >= MAX_MEMBERS {
            return Err("Out of memory".into());
        }
        let queue_name = queue.name;
        let state = member.state(&self.channels);
        send_member_event(events, "QueueMemberAdded", queue_name, &member, state);
        if let Some(queue) = self.queue(name) {
            queue.add(member);
        }
        Ok("Added interface to queue")
    }

    pub(crate) fn queue_remove(
        &mut self,
        request: &Request<'_>,
        events: &mut Events,
    ) -> Result<&'static str, Refusal> {
        let missing = "Need 'Queue' and 'Interface' parameters.";
        let name = request.get("Queue").ok_or(missing)?;
        let interface = request.get("Interface").ok_or(missing)?;
        let queue = self.queue(name).ok_or("Unable to remove interface from queue: No such queue")?;
        let at = queue.members.iter().position(|member| member.is(interface));
        let at = at.ok_or("Unable to remove interface: Not there")?;
        if queue.members.get(at).is_some_and(|member| !member.is_dynamic) {
            return Err("Member not dynamic".into());
        }
        let member = queue.members.remove(at);
        let queue_name = queue.name;
        let state = member.state(&self.channels);
        send_member_event(events, "QueueMemberRemoved", queue_name, &member, state);
        Ok("Removed interface from queue")
    }

    pub(crate) fn queue_pause(
        &mut self,
        request: &Request<'_>,
        events: &mut Events,
    ) -> Result<&'static str, Refusal> {
        let missing = "Need 'Interface' and 'Paused' parameters.";
        let interface = request.get("Interface").ok_or(missing)?;
        let is_paused = request.get("Paused").ok_or(missing)?.is_true();
        let reason = request.get("Reason").filter(|_| is_paused).unwrap_or_default();
        let now = self.clock.epoch();
        self.change(request, events, "QueueMemberPause", |member| {
            member.is_paused = is_paused;
            member.reason = reason.as_bytes().into();
            if is_paused {
                member.last_pause = now;
            }
        });
        match (self.has_member(request, interface), is_paused) {
            (false, _) => Err("Interface not found".into()),
            (true, true) => Ok("Interface paused successfully"),
            (true, false) => Ok("Interface unpaused successfully"),
        }
    }

    pub(crate) fn queue_penalty(
        &mut self,
        request: &Request<'_>,
        events: &mut Events,
    ) -> Result<&'static str, Refusal> {
        let missing = "Need 'Interface' and 'Penalty' parameters.";
        let interface = request.get("Interface").ok_or(missing)?;
        let penalty = request.get("Penalty").ok_or(missing)?;
        let penalty = number(penalty).unwrap_or_default().max(0);
        self.change(request, events, "QueueMemberPenalty", |member| member.penalty = penalty);
        match self.has_member(request, interface) {
            true => Ok("Interface penalty set successfully"),
            false => Err("Invalid interface, queuename or penalty".into()),
        }
    }

    /// Returns whether the queue that the request names, or any queue if it names none, has this
    /// member.
    fn has_member(&self, request: &Request<'_>, interface: Value<'_>) -> bool {
        wanted(&self.queues, request).any(|queue| queue.members.iter().any(|own| own.is(interface)))
    }

    /// Changes the member that the request names, in the queue that it names or in all queues, and
    /// sends an event for each change.
    fn change(
        &mut self,
        request: &Request<'_>,
        events: &mut Events,
        event: &str,
        change: impl Fn(&mut Member),
    ) {
        let interface = request.get("Interface").unwrap_or_default();
        let name = request.get("Queue");
        for queue in self
            .queues
            .iter_mut()
            .filter(|queue| name.is_none_or(|name| name.eq_ignore_ascii_case(queue.name)))
        {
            for member in queue.members.iter_mut().filter(|member| member.is(interface)) {
                change(member);
                send_member_event(events, event, queue.name, member, member.state(&self.channels));
            }
        }
    }

    pub(crate) fn queue_status(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        let interface = request.get("Member");
        let mut last = self.resume(exchange);
        let items = wanted(&self.queues, &request).enumerate().flat_map(|(at, queue)| {
            let members = queue.members.iter();
            let members = members.filter(|member| interface.is_none_or(|only| member.is(only)));
            let members = members.map(move |member| {
                (Position::Member(at, member.number), "QueueMember", Item::Member(queue, member))
            });
            std::iter::once((Position::Member(at, 0), "QueueParams", Item::Queue(queue))).chain(members)
        });
        let complete = "QueueStatusComplete";
        list(exchange, &mut last, "Queue status will follow", complete, items, |item, out| match item {
            Item::Queue(queue) => {
                out.header("Queue", queue.name)?;
                out.header("Max", "0")?;
                out.header("Strategy", queue.strategy)?;
                for zero in ["Calls", "Holdtime", "TalkTime", "Completed", "Abandoned", "ServiceLevel"] {
                    out.header(zero, "0")?;
                }
                out.header("ServicelevelPerf", "0.0")?;
                out.header("ServicelevelPerf2", "0.0")?;
                out.header("Weight", "0")
            }
            Item::Member(queue, member) => {
                out.header("Queue", queue.name)?;
                out.header_sanitized("Name", &[&member.name])?;
                out.header_sanitized("Location", &[&member.interface])?;
                member.details(member.state(&self.channels), out)?;
                out.header("Wrapuptime", "0")
            }
        })?;
        self.pause(exchange, last);
        Ok(())
    }

    pub(crate) fn queue_summary(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        let mut last = self.resume(exchange);
        let queues = wanted(&self.queues, &request).enumerate();
        let items = queues.map(|(at, queue)| (Position::Number(at), "QueueSummary", queue));
        let complete = "QueueSummaryComplete";
        list(exchange, &mut last, "Queue summary will follow", complete, items, |queue, out| {
            let count = |is: fn(&Member, &Channels) -> bool| {
                queue.members.iter().filter(|member| is(member, &self.channels)).count().to_string()
            };
            out.header("Queue", queue.name)?;
            out.header("LoggedIn", count(Member::is_logged_in))?;
            out.header("Available", count(Member::is_available))?;
            for zero in ["Callers", "HoldTime", "TalkTime", "LongestHoldTime"] {
                out.header(zero, "0")?;
            }
            Ok(())
        })?;
        self.pause(exchange, last);
        Ok(())
    }
}

/// Returns the queue that the request names, or all queues if it names none.
fn wanted<'a>(queues: &'a [Queue], request: &Request<'a>) -> impl Iterator<Item = &'a Queue> + use<'a> {
    let name = request.get("Queue");
    queues.iter().filter(move |queue| name.is_none_or(|name| name.eq_ignore_ascii_case(queue.name)))
}
