//! Queues and their members.

use std::time::Duration;

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::{Events, Exchange};
use embedded_ami::server::{Request, SessionError};
use embedded_ami::wire::{EncodeError, HeaderWriter, Value};

use super::channel::Channels;
use super::clock::Clock;
use super::originate::number;
use super::{Bytes, Pbx, Refusal, dialplan};

/// The most members of a queue.
const MOST: usize = 256;

/// Device states, as in `Status` of a member.
const NOT_IN_USE: i64 = 1;
const IN_USE: i64 = 2;
const INVALID: i64 = 4;
const UNAVAILABLE: i64 = 5;

pub(super) struct Queue {
    pub(super) name: &'static str,
    pub(super) strategy: &'static str,
    pub(super) members: Vec<Member>,
}

pub(super) struct Member {
    pub(super) name: Bytes,
    pub(super) interface: Bytes,
    state_interface: Bytes,
    is_dynamic: bool,
    penalty: i64,
    rings_in_use: bool,
    last_pause: i64,
    login: i64,
    is_paused: bool,
    reason: Bytes,
}

/// The queues that there are from the start.
pub(super) fn configured(clock: &Clock) -> Vec<Queue> {
    let member = |interface: &str, name: &str, penalty| Member {
        name: name.into(),
        interface: interface.into(),
        state_interface: interface.into(),
        is_dynamic: false,
        penalty,
        rings_in_use: true,
        last_pause: 0,
        login: clock.epoch_at(Duration::ZERO),
        is_paused: false,
        reason: Bytes::new(),
    };
    let members = vec![member("Local/100@test", "Agent One", 0), member("Local/105@test", "Agent Two", 1)];
    vec![
        Queue { name: "support", strategy: "rrmemory", members },
        Queue { name: "sales", strategy: "ringall", members: Vec::new() },
    ]
}

impl Member {
    fn is(&self, interface: Value<'_>) -> bool {
        self.interface.eq_ignore_ascii_case(interface.as_bytes())
    }

    /// The state of the device that says whether the member can be called.
    pub(super) fn status(&self, channels: &Channels) -> i64 {
        let mut parts = self.state_interface.splitn(2, |&byte| byte == b'/');
        let technology = parts.next().unwrap_or_default();
        let resource = parts.next().unwrap_or_default();
        if technology.eq_ignore_ascii_case(b"Local") {
            let mut halves =
                resource.split(|&byte| byte == b'/').next().unwrap_or_default().split(|&byte| byte == b'@');
            let exten = halves.next().unwrap_or_default();
            if dialplan::at(halves.next().unwrap_or(b"default"), exten, 1).is_none() {
                return INVALID;
            }
        } else if resource == b"offline" {
            return UNAVAILABLE;
        } else if !technology.eq_ignore_ascii_case(b"PJSIP") {
            return INVALID;
        }
        let start = [&self.state_interface[..], b"-"].concat();
        let is_used = channels.values().any(|channel| channel.name.starts_with(&start));
        if is_used { IN_USE } else { NOT_IN_USE }
    }

    fn is_available(&self, channels: &Channels) -> bool {
        !self.is_paused && self.status(channels) == NOT_IN_USE
    }

    fn is_logged_in(&self, channels: &Channels) -> bool {
        matches!(self.status(channels), NOT_IN_USE | IN_USE)
    }

    /// What the events and the list have alike, from `StateInterface` on.
    fn details(&self, channels: &Channels, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        out.cleaned("StateInterface", &[&self.state_interface])?;
        out.header("Membership", if self.is_dynamic { "dynamic" } else { "static" })?;
        out.number("Penalty", self.penalty)?;
        out.header("CallsTaken", "0")?;
        out.header("LastCall", "0")?;
        out.number("LastPause", self.last_pause)?;
        out.number("LoginTime", self.login)?;
        out.header("InCall", "0")?;
        out.number("Status", self.status(channels))?;
        out.header("Paused", if self.is_paused { "1" } else { "0" })?;
        out.cleaned("PausedReason", &[&self.reason])
    }
}

fn tell(events: &mut Events, name: &str, queue: &str, member: &Member, channels: &Channels) {
    // An event that does not fit has no reader.
    let _ = events.send(name, Classes::AGENT, |out| {
        out.header("Queue", queue)?;
        out.cleaned("MemberName", &[&member.name])?;
        out.cleaned("Interface", &[&member.interface])?;
        member.details(channels, out)?;
        out.header("Ringinuse", if member.rings_in_use { "1" } else { "0" })?;
        out.header("Wrapuptime", "0")
    });
}

/// An entry of QueueStatus.
enum Item<'a> {
    Queue(&'a Queue),
    Member(&'a Queue, &'a Member),
}

impl Pbx {
    fn queue(&mut self, name: Value<'_>) -> Option<&mut Queue> {
        self.queues.iter_mut().find(|queue| name.eq_ignore_ascii_case(queue.name))
    }

    pub(super) fn queue_add(
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
        if queue.members.len() >= MOST {
            return Err("Out of memory".into());
        }
        let queue_name = queue.name;
        tell(events, "QueueMemberAdded", queue_name, &member, &self.channels);
        if let Some(queue) = self.queue(name) {
            queue.members.push(member);
        }
        Ok("Added interface to queue")
    }

    pub(super) fn queue_remove(
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
        tell(events, "QueueMemberRemoved", queue_name, &member, &self.channels);
        Ok("Removed interface from queue")
    }

    pub(super) fn queue_pause(
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

    pub(super) fn queue_penalty(
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

    fn has_member(&self, request: &Request<'_>, interface: Value<'_>) -> bool {
        wanted(&self.queues, request).any(|queue| queue.members.iter().any(|own| own.is(interface)))
    }

    /// Changes the member of that interface in the queue that is asked for, or in all, and says so.
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
                tell(events, event, queue.name, member, &self.channels);
            }
        }
    }

    pub(super) fn queue_status(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        let interface = request.get("Member");
        let items = wanted(&self.queues, &request).flat_map(|queue| {
            let members = queue.members.iter();
            let members = members.filter(|member| interface.is_none_or(|only| member.is(only)));
            let members = members.map(move |member| ("QueueMember", Item::Member(queue, member)));
            std::iter::once(("QueueParams", Item::Queue(queue))).chain(members)
        });
        let complete = "QueueStatusComplete";
        super::list(exchange, "Queue status will follow", complete, items, |item, out| match item {
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
                out.cleaned("Name", &[&member.name])?;
                out.cleaned("Location", &[&member.interface])?;
                member.details(&self.channels, out)?;
                out.header("Wrapuptime", "0")
            }
        })
    }

    pub(super) fn queue_summary(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        let items = wanted(&self.queues, &request).map(|queue| ("QueueSummary", queue));
        let complete = "QueueSummaryComplete";
        super::list(exchange, "Queue summary will follow", complete, items, |queue, out| {
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
        })
    }
}

/// The queue that is asked for, or all.
fn wanted<'a>(queues: &'a [Queue], request: &Request<'a>) -> impl Iterator<Item = &'a Queue> + use<'a> {
    let name = request.get("Queue");
    queues.iter().filter(move |queue| name.is_none_or(|name| name.eq_ignore_ascii_case(queue.name)))
}
