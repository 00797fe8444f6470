//! Calls: the actions of each channel, and the time at which each happens.

use std::time::Duration;

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::Events;

use crate::channel::{Channel, Key, Next, State};
use crate::device;
use crate::dialplan::{self, Application};
use crate::engine::Engine;
use crate::model::{Bytes, Dial, Goal, Reason};

/// The time from the start of a call until the phone rings.
const RING_DELAY: Duration = Duration::from_millis(100);
/// The time from the first ring until the phone is answered.
const ANSWER_DELAY: Duration = Duration::from_millis(400);

// Causes of Q.850.
const NORMAL: u8 = 16;
const BUSY: u8 = 17;
const NO_ANSWER: u8 = 19;
const CONGESTION: u8 = 34;

impl Engine {
    /// Starts the calls that are waiting, and performs everything that is due until this time, in
    /// the order of time.
    pub(crate) fn advance(&mut self, until: Duration, events: &mut Events) {
        self.report_devices(events);
        while let Some(dial) = self.dials.pop_front() {
            self.start_call(events, dial);
            self.report_devices(events);
        }
        while let Some((time, key)) = self.due().filter(|&(time, _)| time <= until) {
            self.clock.now = self.clock.now.max(time);
            self.wake(events, key, time);
            self.report_devices(events);
        }
        self.clock.now = until;
    }

    /// Returns the channel that is due next, with the time: to do its next step, or to be given up
    /// because the call was not answered.
    fn due(&self) -> Option<(Duration, Key)> {
        let times = self.channels.iter().filter_map(|(key, channel)| {
            let deadline = channel.dial.as_ref().map(|dial| dial.deadline);
            Some((channel.wake.into_iter().chain(deadline).min()?, key))
        });
        times.min()
    }

    /// Performs the next step of a channel, or gives its call up.
    fn wake(&mut self, events: &mut Events, key: Key, time: Duration) {
        let Some(channel) = self.channels.get_mut(key) else { return };
        if channel.wake != Some(time) {
            return self.give_up(events, key);
        }
        channel.wake = None;
        match std::mem::replace(&mut channel.next, Next::Nothing) {
            Next::Nothing => {}
            Next::Priority(priority) => self.run_priority(events, key, priority),
            Next::Application => match Application::new(&channel.application, &channel.data) {
                Some(application) => self.run(events, key, application, Next::End),
                None => self.hang_up(events, key, 0, false),
            },
            Next::Ring { is_answered } => {
                self.ring(events, key);
                if is_answered {
                    self.plan(key, Next::Answer, ANSWER_DELAY);
                }
            }
            Next::Answer => self.answer(events, key),
            Next::Busy => self.refuse(events, key, Reason::Busy),
            Next::Congestion => self.refuse(events, key, Reason::Congestion),
            Next::Hangup(cause) => self.hang_up(events, key, cause, true),
            Next::End => self.hang_up(events, key, 0, false),
        }
    }

    /// Sets the next step of a channel, and the time from now until it is due.
    fn plan(&mut self, key: Key, next: Next, after: Duration) {
        let wake = self.clock.now.saturating_add(after);
        if let Some(channel) = self.channels.get_mut(key) {
            channel.plan(next, wake);
        }
    }

    /// Creates the channels of a call, or reports that it failed.
    fn start_call(&mut self, events: &mut Events, mut dial: Dial) {
        dial.deadline = self.clock.now.saturating_add(dial.ring);
        let taken = dial.ids.iter().flatten().any(|id| self.channels.find(id).is_some());
        let (technology, resource) =
            dial.channel.split_at(dial.channel.iter().position(|&byte| byte == b'/').unwrap_or(0));
        let resource: Bytes = resource.get(1..).unwrap_or_default().into();
        if taken {
            self.report_outcome(events, &dial, None, Reason::Failed);
        } else if technology.eq_ignore_ascii_case(b"Local") {
            self.make_local(events, dial, &resource);
        } else if technology.eq_ignore_ascii_case(b"PJSIP") && is_phone(&resource) {
            self.make_phone(events, dial, &resource);
        } else {
            self.report_outcome(events, &dial, None, Reason::Failed);
        }
    }

    /// Creates the two halves of a Local channel. The second half runs the dialplan.
    fn make_local(&mut self, events: &mut Events, dial: Dial, resource: &[u8]) {
        let mut parts = resource.splitn(2, |&byte| byte == b'/');
        let place = parts.next().unwrap_or_default();
        let is_optimized = !parts.next().is_some_and(|options| options.contains(&b'n'));
        let mut halves = place.splitn(2, |&byte| byte == b'@');
        let exten = Bytes::from(halves.next().unwrap_or_default());
        let context = Bytes::from(halves.next().unwrap_or(b"default"));
        let number = format!("-{:08x}", self.locals);
        self.locals = self.locals.wrapping_add(1);
        let name =
            |half: &str| [b"Local/", &exten[..], b"@", &context, number.as_bytes(), half.as_bytes()].concat();
        let [first_id, second_id] = dial.ids.clone();
        let linked = first_id.unwrap_or_else(|| self.unique_id());
        let second_id = second_id.unwrap_or_else(|| match &dial.ids[0] {
            Some(id) => [id, &b";2"[..]].concat(),
            None => self.unique_id(),
        });
        let make = |half: &str, id: &Bytes, state: State| Channel {
            state,
            context: context.clone(),
            exten: exten.clone(),
            created: self.clock.now,
            ..Channel::new(name(half), "Local", id.clone(), linked.clone())
        };
        let first = make(";1", &linked, State::Down);
        let second = make(";2", &second_id, State::Ring);
        let one = self.channels.add(first);
        let two = self.channels.add(second);
        self.join_halves(one, two);
        self.new_channel(events, one);
        self.new_channel(events, two);
        self.prepare_called_channel(events, one, &dial);
        self.prepare_second_half(events, two, &dial);
        if dialplan::at(&context, &exten, 1).is_none() {
            self.remove(events, two, 0);
            self.remove(events, one, 0);
            return self.report_outcome(events, &dial, None, Reason::Failed);
        }
        self.local_bridge(events, one, two, is_optimized);
        self.dial_event(events, one, "DialBegin", |out| out.header_sanitized("DialString", &[resource]));
        self.plan(two, Next::Priority(1), Duration::ZERO);
        if let Some(channel) = self.channels.get_mut(two) {
            channel.is_call = true;
        }
        self.processed = self.processed.saturating_add(1);
        self.wait_for(one, dial);
    }

    /// Creates the channel of a phone. The name of the phone determines its behaviour.
    fn make_phone(&mut self, events: &mut Events, dial: Dial, resource: &[u8]) {
        let name = resource.split(|&byte| byte == b'@').next().unwrap_or_default();
        let next = match name {
            _ if !device::is_reachable(name) => {
                return self.report_outcome(events, &dial, None, Reason::Failed);
            }
            b"busy" => Next::Busy,
            b"congestion" => Next::Congestion,
            _ => Next::Ring { is_answered: name != b"silent" },
        };
        let number = format!("-{:08x}", self.phones);
        self.phones = self.phones.wrapping_add(1);
        let id = dial.ids[0].clone().unwrap_or_else(|| self.unique_id());
        let channel = Channel {
            created: self.clock.now,
            ..Channel::new([b"PJSIP/", name, number.as_bytes()].concat(), "PJSIP", id.clone(), id)
        };
        let key = self.channels.add(channel);
        self.new_channel(events, key);
        self.prepare_called_channel(events, key, &dial);
        self.dial_event(events, key, "DialBegin", |out| out.header_sanitized("DialString", &[resource]));
        self.plan(key, next, RING_DELAY);
        self.wait_for(key, dial);
    }

    /// Keeps the call with its channel until it is answered.
    fn wait_for(&mut self, key: Key, dial: Dial) {
        if let Some(channel) = self.channels.get_mut(key) {
            channel.dial = Some(Box::new(dial));
        }
    }

    /// Connects the two halves of a Local channel.
    fn join_halves(&mut self, one: Key, two: Key) {
        for (key, peer) in [(one, two), (two, one)] {
            if let Some(channel) = self.channels.get_mut(key) {
                channel.peer = Some(peer);
            }
        }
    }

    /// Sets the application, variables, account and caller of the channel that is called, and sends
    /// the events about them.
    fn prepare_called_channel(&mut self, events: &mut Events, key: Key, dial: &Dial) {
        if let Some(channel) = self.channels.get_mut(key) {
            channel.application = b"AppDial2".into();
            channel.data = b"(Outgoing Line)".into();
        }
        self.new_exten(events, key);
        for (name, value) in dial.variables.iter().rev() {
            self.assign(events, Some(key), name, value);
        }
        if !dial.account.is_empty() {
            self.set_account(events, key, &dial.account);
        }
        if dial.caller.is_empty() {
            return;
        }
        let Some(channel) = self.channels.get_mut(key) else { return };
        channel.caller = dial.caller.clone();
        self.new_caller(events, key);
        let Some(channel) = self.channels.get_mut(key) else { return };
        channel.connected = dial.caller.clone();
        self.new_connected_line(events, key);
    }

    /// Sets the variables, caller and account of the second half of a Local channel, and sends the
    /// events about them. Unlike the first half, it gets the caller and the account at once, before
    /// any event about them.
    fn prepare_second_half(&mut self, events: &mut Events, key: Key, dial: &Dial) {
        for (name, value) in &dial.variables {
            self.assign(events, Some(key), name, value);
        }
        let Some(channel) = self.channels.get_mut(key) else { return };
        if !dial.caller.is_empty() {
            channel.caller = dial.caller.clone();
            channel.connected = dial.caller.clone();
        }
        let before = channel.account.clone();
        if !dial.account.is_empty() {
            channel.account = dial.account.clone();
        }
        if !dial.caller.is_empty() {
            self.new_caller(events, key);
        }
        self.new_account(events, key, &before);
        if !dial.caller.is_empty() {
            self.new_connected_line(events, key);
        }
    }

    /// Sets the account code of a channel, and sends the event about it if it is another.
    pub(crate) fn set_account(&mut self, events: &mut Events, key: Key, account: &[u8]) {
        let Some(channel) = self.channels.get_mut(key) else { return };
        let before = std::mem::replace(&mut channel.account, account.into());
        self.new_account(events, key, &before);
    }

    /// Runs the application at a priority of the current extension, or hangs up if there is none.
    fn run_priority(&mut self, events: &mut Events, key: Key, priority: u32) {
        let Some(channel) = self.channels.get_mut(key) else { return };
        let Some((name, data)) = dialplan::at(&channel.context, &channel.exten, priority) else {
            return self.hang_up(events, key, 0, true);
        };
        channel.priority = priority;
        channel.application = name.into();
        channel.data = data.into();
        self.new_exten(events, key);
        if let Some(application) = Application::new(name.as_bytes(), data.as_bytes()) {
            self.run(events, key, application, Next::Priority(priority.saturating_add(1)));
        }
    }

    /// Runs an application. `then` is the step after it.
    fn run(&mut self, events: &mut Events, key: Key, application: Application, then: Next) {
        let Some(channel) = self.channels.get(key) else { return };
        let is_up = channel.state == State::Up;
        let caller = channel.peer.filter(|_| !is_up);
        match application {
            Application::Answer => {
                self.plan(key, then, Duration::ZERO);
                if !is_up {
                    self.set_state(events, key, State::Up);
                    if let Some(caller) = caller {
                        self.answer(events, caller);
                    }
                }
            }
            Application::Ringing => {
                self.plan(key, then, Duration::ZERO);
                if let Some(caller) = caller {
                    self.ring(events, caller);
                }
            }
            Application::Busy(time) => self.decline(events, key, BUSY, time),
            Application::Congestion(time) => self.decline(events, key, CONGESTION, time),
            Application::Hangup => self.hang_up(events, key, NORMAL, true),
            Application::NoOp => self.plan(key, then, Duration::ZERO),
            Application::Wait(Some(time)) => self.plan(key, then, time),
            Application::Wait(None) => {}
        }
    }

    /// Runs Busy and Congestion. If the caller still waits for an answer, the call is refused. If
    /// the channel is up, it stays so for this time, and is then hung up.
    fn decline(&mut self, events: &mut Events, key: Key, cause: u8, time: Option<Duration>) {
        let Some(channel) = self.channels.get(key) else { return };
        let caller = channel.peer.filter(|_| channel.state != State::Up);
        if caller.is_some() {
            self.set_state(events, key, State::Busy);
        }
        match caller {
            Some(caller) => {
                self.refuse(events, caller, if cause == BUSY { Reason::Busy } else { Reason::Congestion })
            }
            None => self.plan(key, Next::Hangup(cause), time.unwrap_or(Duration::MAX)),
        }
    }

    /// Reports that the channel rings.
    fn ring(&mut self, events: &mut Events, key: Key) {
        self.set_state(events, key, State::Ringing);
        self.dial_event(events, key, "DialState", |out| out.header("DialStatus", "RINGING"));
    }

    /// Answers the channel of a call, and connects it to the extension or application of the call.
    fn answer(&mut self, events: &mut Events, key: Key) {
        let Some(dial) = self.channels.get_mut(key).and_then(|channel| channel.dial.take()) else { return };
        self.set_state(events, key, State::Up);
        self.dial_event(events, key, "DialEnd", |out| out.header("DialStatus", "ANSWER"));
        self.report_outcome(events, &dial, Some(key), Reason::Answered);
        let now = self.clock.now;
        let Some(channel) = self.channels.get_mut(key) else { return };
        match dial.goal {
            Goal::Extension { context, exten, priority } => {
                channel.context = context;
                channel.exten = exten;
                channel.is_call = true;
                channel.plan(Next::Priority(priority), now);
                self.processed = self.processed.saturating_add(1);
            }
            Goal::Application { name, data } => {
                channel.application = name;
                channel.data = data;
                channel.plan(Next::Application, now);
            }
        }
    }

    /// Ends a call that the called side has refused.
    fn refuse(&mut self, events: &mut Events, key: Key, reason: Reason) {
        let Some(channel) = self.channels.get_mut(key) else { return };
        let (status, cause) = match reason {
            Reason::Busy => ("BUSY", BUSY),
            _ => ("CONGESTION", CONGESTION),
        };
        let dial = channel.dial.take();
        let peer = channel.peer;
        self.dial_event(events, key, "DialEnd", |out| out.header("DialStatus", status));
        match peer {
            Some(peer) => {
                self.hangup_request(events, peer, 0);
                self.soft_hangup_request(events, peer);
                self.remove(events, peer, cause);
                self.remove(events, key, 0);
            }
            None => self.remove(events, key, cause),
        }
        if let Some(dial) = dial {
            self.report_outcome(events, &dial, None, reason);
        }
    }

    /// Ends a call that was not answered in time.
    fn give_up(&mut self, events: &mut Events, key: Key) {
        let Some(channel) = self.channels.get_mut(key) else { return };
        let dial = channel.dial.take();
        if let Some(peer) = channel.peer {
            self.hangup_request(events, peer, NO_ANSWER);
            self.soft_hangup_request(events, peer);
            self.remove(events, peer, NO_ANSWER);
        }
        self.remove(events, key, NO_ANSWER);
        if let Some(dial) = dial {
            self.report_outcome(events, &dial, None, Reason::NoAnswer);
        }
    }

    /// Hangs up a channel and its other half. `soft` if a request or an application asks for it,
    /// and not if the channel has reached the end of its work.
    pub(crate) fn hang_up(&mut self, events: &mut Events, key: Key, cause: u8, soft: bool) {
        let Some(channel) = self.channels.get_mut(key) else { return };
        let peer = channel.peer;
        let mut dial = channel.dial.take();
        if let Some(peer) = peer.and_then(|peer| self.channels.get_mut(peer)) {
            dial = dial.or_else(|| peer.dial.take());
        }
        if soft {
            self.soft_hangup_request(events, key);
        }
        if let Some(peer) = peer {
            self.hangup_request(events, peer, cause);
        }
        self.remove(events, key, cause);
        if let Some(peer) = peer {
            self.soft_hangup_request(events, peer);
            self.remove(events, peer, cause);
        }
        if let Some(dial) = dial {
            self.report_outcome(events, &dial, None, Reason::HungUp);
        }
    }

    /// Removes a channel and sends the event about it.
    fn remove(&mut self, events: &mut Events, key: Key, cause: u8) {
        self.hangup_event(events, key, cause);
        self.note_end(key);
        self.channels.remove(key);
    }

    /// Changes the state of a channel and sends the event about it.
    fn set_state(&mut self, events: &mut Events, key: Key, state: State) {
        if let Some(channel) = self.channels.get_mut(key) {
            channel.state = state;
        }
        self.channel_event(events, key, "Newstate", Classes::CALL, |_| Ok(()));
        self.note_state(key);
    }

    /// Returns the next unique id: the time in seconds since 1970, and a number that counts up.
    fn unique_id(&mut self) -> Bytes {
        let number = self.ids;
        self.ids = self.ids.wrapping_add(1);
        format!("{}.{number}", self.clock.epoch()).into()
    }
}

/// Returns whether the text can be the name of a phone: 1 to 80 characters that are allowed in the
/// name of a header, since `ChanVariable(NAME)` is one.
fn is_phone(name: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.+-@".contains(byte);
    !name.is_empty() && name.len() <= 80 && name.iter().all(is_plain)
}
