//! Follows calls from the events of a server. It does no input or output and has no clock.
//!
//! A call is a set of channels. Asterisk 13.5 and later give all channels of a call the same
//! `Linkedid`. Older versions tell which channel called or was connected with which other, and the
//! names of channels tell which belong together. If two calls turn out to be one, the older absorbs
//! the younger.

mod events;

use std::collections::{BTreeMap, HashMap, VecDeque};

use embedded_ami::event::ChannelState;
use embedded_ami::wire::{Kind, Message, Value};

use super::call::{Call, Channel, MOST_LINKED, Moment, twin_stem};
use super::record::{Record, State};

/// The most calls in progress. Beyond that, the oldest is given up.
pub(super) const MOST_CALLS: usize = 10_000;
/// The most channels that are alive. Beyond that, the oldest call is given up.
const MOST_CHANNELS: usize = 50_000;
/// The most channels of a bridge with which one that enters is compared.
const MOST_MEMBERS: usize = 64;
/// The most calls among which one is looked for by its device.
const MOST_SEARCHED: usize = 256;
/// The most channels whose hangup is remembered, so that a late event does not revive them.
const MOST_GONE: usize = 1024;
/// The most characters that are kept of a value.
const MOST_TEXT: usize = 256;

/// The calls in progress.
#[derive(Default)]
pub(super) struct Tracker {
    /// The channels that are alive, by their unique ids.
    channels: HashMap<String, Channel>,
    /// The unique ids by the names of the channels.
    names: HashMap<String, String>,
    /// The calls by their linked ids.
    linked: HashMap<String, u64>,
    /// The calls by their keys, which count up.
    calls: BTreeMap<u64, Call>,
    /// The unique ids of the channels in each bridge that connects parties.
    bridges: HashMap<String, Vec<String>>,
    gone: VecDeque<String>,
    next: u64,
    now: Moment,
    /// Whether a channel that now appears began before the tool could see it.
    is_late: bool,
    records: VecDeque<Record>,
}

impl Tracker {
    /// Processes an event that was raised at this time, if the time is known.
    pub(super) fn feed(&mut self, message: &Message<'_>, now: Moment) {
        let Some(event) = message.name().filter(|_| message.kind() == Kind::Event) else { return };
        self.now = now;
        let event = event.to_string_lossy().to_ascii_lowercase();
        self.is_late = event != "newchannel";
        self.handle(&event, message);
        while self.calls.len() > MOST_CALLS || self.channels.len() > MOST_CHANNELS {
            let Some((&oldest, _)) = self.calls.first_key_value() else { break };
            self.give_up(oldest);
        }
    }

    /// Returns the next record, the oldest first.
    pub(super) fn next_record(&mut self) -> Option<Record> {
        self.records.pop_front()
    }

    /// Begins a list of all channels, which [`feed`](Tracker::feed) takes.
    pub(super) fn begin_list(&mut self) {
        self.channels.values_mut().for_each(|channel| channel.is_listed = false);
    }

    /// Ends the list. Calls without a channel in it have ended unseen, and the others may have
    /// changed unseen.
    pub(super) fn end_list(&mut self) {
        let unlisted = self.channels.iter().filter(|(_, channel)| !channel.is_listed);
        let unlisted: Vec<String> = unlisted.map(|(id, _)| id.clone()).collect();
        for id in unlisted {
            let Some(channel) = self.forget(&id) else { continue };
            if self.calls.get(&channel.call).is_some_and(|call| call.channels.is_empty()) {
                self.give_up(channel.call);
            }
        }
        self.mark_gap();
    }

    /// Notes that events may be missing, so that the calls in progress are not known completely.
    pub(super) fn mark_gap(&mut self) {
        self.calls.values_mut().for_each(|call| call.is_incomplete = true);
    }

    /// Makes sure that the channel is known, and follows its linked id. `prefix` is that of the
    /// headers that describe the channel.
    fn see(&mut self, id: &str, prefix: &str, message: &Message<'_>) {
        let get = |name: &str| match prefix {
            "" => text(message, name),
            _ => text(message, &format!("{prefix}{name}")),
        };
        let Some(name) = get("Channel") else { return };
        let linked = get("Linkedid");
        let is_new = !self.channels.contains_key(id);
        self.see_named(id, &name, linked.as_deref());
        let Some(channel) = self.channels.get_mut(id) else { return };
        let number = first_of(&get, &["CallerIDNum", "CallerID"]);
        if number.is_some() {
            channel.number.clone_from(&number);
        }
        if !is_new {
            return;
        }
        if let Some(call) = self.call_of(id).filter(|call| call.caller == id) {
            (call.number, call.name) = (number, get("CallerIDName"));
        }
    }

    /// Makes sure that the channel is known, unless it has been hung up, and follows its linked id.
    fn see_named(&mut self, id: &str, name: &str, linked: Option<&str>) {
        let linked_call = linked.and_then(|linked| self.linked.get(linked).copied());
        if let Some(channel) = self.channels.get(id) {
            let key = channel.call;
            match (linked, linked_call) {
                (_, Some(other)) => self.merge(key, other, false),
                (Some(linked), None) => self.add_linked(key, linked),
                (None, None) => {}
            }
            return;
        }
        if self.gone.iter().any(|gone| gone == id) {
            return;
        }
        let key = linked_call.unwrap_or_else(|| {
            self.next += 1;
            let call = Call {
                caller: id.into(),
                channel: name.into(),
                begin: if self.is_late { None } else { self.now },
                is_incomplete: self.is_late,
                ..Call::default()
            };
            self.calls.insert(self.next, call);
            self.next
        });
        if let Some(call) = self.calls.get_mut(&key) {
            call.channels.push(id.into());
        }
        let channel = Channel { call: key, name: name.into(), is_listed: true, ..Channel::default() };
        self.channels.insert(id.into(), channel);
        self.names.insert(name.into(), id.into());
        if let Some(linked) = linked {
            self.add_linked(key, linked);
        }
        if let Some(stem) = twin_stem(name) {
            let mark = if name.ends_with('1') { '2' } else { '1' };
            let separator = name.get(stem.len()..).and_then(|mark| mark.chars().next()).unwrap_or(';');
            let twin = self.names.get(&format!("{stem}{separator}{mark}")).cloned();
            self.join_as(Some(id.into()), twin, true);
        } else if let Some((_, rest)) = name.split_once('/').filter(|(kind, _)| is_helper(kind)) {
            // The channel is about to take the place of the one that its name contains.
            let other = self.names.get(rest).cloned();
            self.join(Some(id.into()), other);
        }
    }

    fn add_linked(&mut self, key: u64, linked: &str) {
        let Some(call) = self.calls.get_mut(&key).filter(|call| call.linked.len() < MOST_LINKED) else {
            return;
        };
        if !call.linked.iter().any(|known| known == linked) {
            call.linked.push(linked.into());
            self.linked.entry(linked.into()).or_insert(key);
        }
    }

    /// Notes the number and the name of the caller, which the dialplan can change.
    fn note_caller(&mut self, id: &str, message: &Message<'_>) {
        let number = first(message, &["CallerIDNum", "CallerID"]);
        let name = text(message, "CallerIDName");
        if let Some(channel) = self.channels.get_mut(id).filter(|_| number.is_some()) {
            channel.number.clone_from(&number);
        }
        let Some(call) = self.call_of(id).filter(|call| call.caller == id && call.answer.is_none()) else {
            return;
        };
        call.number = number.or(call.number.take());
        call.name = name.or(call.name.take());
    }

    /// Notes the state of a channel.
    fn note_state(&mut self, id: &str, message: &Message<'_>) {
        let state = first(message, &["ChannelStateDesc", "State", "ChannelState"]);
        let Some(state) = state else { return };
        let is_leg = self.channels.get(id).is_some_and(|channel| channel.is_leg);
        let now = self.now;
        let Some(call) = self.call_of(id) else { return };
        match ChannelState::from_value(Value::new(state.as_bytes())) {
            ChannelState::Up if !is_leg => {
                call.taken.get_or_insert(now);
                if !call.has_legs {
                    self.reach(id, State::Answered);
                }
            }
            ChannelState::Ringing => self.ring(id),
            ChannelState::Busy => call.is_busy = true,
            _ => {}
        }
    }

    /// Notes that a channel calls another. If no channel calls, the server itself does.
    fn dial(&mut self, caller: Option<String>, called: Option<String>) {
        let Some(called) = called else { return };
        let Some(caller) = caller.filter(|caller| *caller != called && self.channels.contains_key(caller))
        else {
            return self.ring(&called);
        };
        if !self.channels.contains_key(&called) {
            return;
        }
        self.join(Some(caller), Some(called.clone()));
        let Some(channel) = self.channels.get_mut(&called) else { return };
        channel.is_leg = true;
        let name = channel.name.clone();
        if let Some(call) = self.call_of(&called) {
            call.note_called(&name);
            let is_first = !call.has_legs;
            call.has_legs = true;
            if is_first && call.answer.is_none() {
                // Until now, the server called the caller's own channel, or took the call.
                call.ring = None;
                call.state = State::Begun;
            }
        }
        self.ring(&called);
    }

    fn ring(&mut self, id: &str) {
        let now = self.now;
        if let Some(call) = self.call_of(id) {
            call.ring.get_or_insert(now);
        }
        self.reach(id, State::Ringing);
    }

    /// Notes that two channels are connected.
    fn connect(&mut self, one: &str, other: &str) {
        self.join(Some(one.into()), Some(other.into()));
        let (Some(first), Some(second)) = (self.channels.get(one), self.channels.get(other)) else { return };
        if first.call != second.call {
            // One of them is an agent.
            let calls = [first.call, second.call];
            let is_agent = calls.map(|key| self.calls.get(&key).is_some_and(|call| call.is_agent));
            let (caller, agent) = if is_agent[0] { (other, one) } else { (one, other) };
            return self.answer_by(caller, agent);
        }
        if twin_stem(&first.name).is_some_and(|stem| twin_stem(&second.name) == Some(stem)) {
            return;
        }
        let is_caller = |id: &str| self.calls.get(&first.call).is_some_and(|call| call.caller == id);
        let answering = match (first.is_leg, second.is_leg) {
            (true, false) => one,
            (false, true) => other,
            _ if is_caller(other) => one,
            _ => other,
        };
        let answering = answering.to_owned();
        if let Some(call) = self.call_of(&answering) {
            call.has_legs = true;
        }
        self.answer(&answering);
    }

    fn answer(&mut self, id: &str) {
        self.answer_by(id, id);
    }

    /// Notes that a channel answered the call of another, or of its own.
    fn answer_by(&mut self, id: &str, answering: &str) {
        let Some(channel) = self.channels.get(answering) else { return };
        let (name, number, now) = (channel.name.clone(), channel.number.clone(), self.now);
        if let Some(call) = self.call_of(id) {
            call.note_answer(now, &name, number);
        }
        self.reach(id, State::Answered);
    }

    /// Puts the channel in a bridge. Without linked ids, the channels of a bridge are one call.
    fn enter_bridge(&mut self, id: &str, bridge: String, is_join: bool) {
        self.leave_bridge(id);
        let Some(channel) = self.channels.get_mut(id) else { return };
        channel.bridge = Some(bridge.clone());
        let members = self.bridges.entry(bridge).or_default();
        let others: Vec<String> = members.iter().rev().take(MOST_MEMBERS).cloned().collect();
        members.push(id.into());
        for other in others {
            let key = |id: &str| self.channels.get(id).map(|channel| channel.call);
            let is_agent = |id| self.calls.get(&id).is_some_and(|call| call.is_agent);
            let (one, two) = (key(id), key(&other));
            if is_join || one == two || one.is_some_and(is_agent) || two.is_some_and(is_agent) {
                self.connect(&other, id);
            }
        }
    }

    fn leave_bridge(&mut self, id: &str) {
        let Some(bridge) = self.channels.get_mut(id).and_then(|channel| channel.bridge.take()) else {
            return;
        };
        let Some(members) = self.bridges.get_mut(&bridge) else { return };
        members.retain(|member| member != id);
        if members.is_empty() {
            self.bridges.remove(&bridge);
        }
    }

    fn join(&mut self, one: Option<String>, other: Option<String>) {
        self.join_as(one, other, false);
    }

    fn join_names(&mut self, one: Option<String>, other: Option<String>) {
        let by_name = |name: Option<String>| self.names.get(&name?).cloned();
        let (one, other) = (by_name(one), by_name(other));
        self.join(one, other);
    }

    /// Makes the calls of two channels one.
    fn join_as(&mut self, one: Option<String>, other: Option<String>, is_twin: bool) {
        let call_of = |id: Option<String>| self.channels.get(&id?).map(|channel| channel.call);
        if let (Some(one), Some(other)) = (call_of(one), call_of(other)) {
            self.merge(one, other, is_twin);
        }
    }

    fn merge(&mut self, one: u64, other: u64, is_twin: bool) {
        let (older, younger) = (one.min(other), one.max(other));
        let is_agent = |key| self.calls.get(&key).is_some_and(|call| call.is_agent);
        // The session of an agent absorbs nothing but the other half of its own channel.
        if older == younger || (!is_twin && (is_agent(older) || is_agent(younger))) {
            return;
        }
        if !self.calls.contains_key(&older) {
            return;
        }
        let Some(younger) = self.calls.remove(&younger) else { return };
        for id in &younger.channels {
            if let Some(channel) = self.channels.get_mut(id) {
                channel.call = older;
            }
        }
        let Some(call) = self.calls.get_mut(&older) else { return };
        let was = (younger.state > State::Begun).then(|| younger.record(State::Joined, self.now));
        let linked = younger.linked.clone();
        call.absorb(younger, is_twin);
        for linked in linked {
            match call.linked.contains(&linked) {
                true => self.linked.insert(linked, older),
                false => self.linked.remove(&linked),
            };
        }
        if let Some(record) = was {
            self.records.push_back(Record { into: Some(call.caller.clone()), ..record });
        }
    }

    /// Reports that the call of a channel has reached a state, unless it has before.
    fn reach(&mut self, id: &str, state: State) {
        let now = self.now;
        let Some(call) = self.call_of(id) else { return };
        if call.state < state {
            call.state = state;
            let record = call.record(state, now);
            self.records.push_back(record);
        }
    }

    fn call_of(&mut self, id: &str) -> Option<&mut Call> {
        self.calls.get_mut(&self.channels.get(id)?.call)
    }

    /// Removes a channel, which has been hung up, from its call.
    fn forget(&mut self, id: &str) -> Option<Channel> {
        self.leave_bridge(id);
        let channel = self.channels.remove(id)?;
        if self.names.get(&channel.name).is_some_and(|named| named == id) {
            self.names.remove(&channel.name);
        }
        if let Some(call) = self.calls.get_mut(&channel.call) {
            call.channels.retain(|own| own != id);
        }
        self.gone.push_back(id.into());
        if self.gone.len() > MOST_GONE {
            self.gone.pop_front();
        }
        Some(channel)
    }

    /// Removes a call whose end was not seen.
    fn give_up(&mut self, key: u64) {
        let Some(mut call) = self.remove_call(key) else { return };
        call.is_incomplete = true;
        for id in std::mem::take(&mut call.channels) {
            self.forget(&id);
        }
        self.records.push_back(call.ended(self.now, true));
    }

    fn remove_call(&mut self, key: u64) -> Option<Call> {
        let call = self.calls.remove(&key)?;
        for linked in &call.linked {
            if self.linked.get(linked) == Some(&key) {
                self.linked.remove(linked);
            }
        }
        Some(call)
    }
}

/// Returns whether channels of this technology exist only to take the place of another.
fn is_helper(technology: &str) -> bool {
    matches!(technology, "AsyncGoto" | "Surrogate" | "Parked")
}

/// Returns the text of a header, without texts that replace a missing value.
fn text(message: &Message<'_>, name: &str) -> Option<String> {
    let value = message.get(name)?.known().filter(|value| !value.is_empty())?;
    let text = value.to_string_lossy();
    match text.char_indices().nth(MOST_TEXT) {
        Some((end, _)) => text.get(..end).map(str::to_owned),
        None => Some(text.into_owned()),
    }
}

fn first(message: &Message<'_>, names: &[&str]) -> Option<String> {
    first_of(&|name| text(message, name), names)
}

fn first_of(get: &dyn Fn(&str) -> Option<String>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| get(name))
}
