//! The events: each tells of channels, their states, or which of them belong together.

use embedded_ami::wire::{Message, Value};

use super::{MOST_SEARCHED, Tracker, first, text};
use crate::calls::call::{Outcome, twin_stem};

impl Tracker {
    /// Processes the event of this name, in lower case.
    pub(super) fn handle(&mut self, event: &str, message: &Message<'_>) {
        match event {
            "newchannel" => self.on_newchannel(message),
            "newstate" => self.on_newstate(message),
            "newcallerid" => self.on_newcallerid(message),
            "newexten" => self.on_newexten(message),
            "hangup" => self.on_hangup(message),
            "dial" => self.on_dial(message),
            "dialbegin" => self.on_dial_begin(message),
            "dialend" => self.on_dial_end(message),
            "agentcalled" => self.on_agent_called(message),
            "link" | "bridge" => self.on_link(message),
            "bridgeenter" => self.on_bridge_enter(message),
            "bridgeleave" => self.leave_bridge(&text(message, "Uniqueid").unwrap_or_default()),
            "rename" => self.on_rename(message),
            "masquerade" => self.join_names(text(message, "Clone"), text(message, "Original")),
            "localbridge" => self.on_local_bridge(message),
            "transfer" => self.join(text(message, "Uniqueid"), text(message, "TargetUniqueid")),
            "attendedtransfer" => {
                self.join(text(message, "OrigTransfererUniqueid"), text(message, "SecondTransfererUniqueid"));
            }
            "pickup" => self.on_pickup(message),
            "agentlogin" => self.on_agent_login(message),
            "queuecallerjoin" | "join" => self.on_queue(message),
            "originateresponse" => self.on_originate_response(message),
            "hanguprequest" => self.on_hangup_request(message),
            "status" | "coreshowchannel" => self.on_listed(message),
            _ => {}
        }
    }

    fn on_newchannel(&mut self, message: &Message<'_>) {
        let (Some(id), Some(name)) = (text(message, "Uniqueid"), text(message, "Channel")) else { return };
        self.gone.retain(|gone| *gone != id);
        let is_known = self.channels.contains_key(&id);
        self.see(&id, "", message);
        let exten = first(message, &["Exten", "Extension"]);
        let now = self.now;
        let Some(call) = self.call_of(&id) else { return };
        if call.caller == id {
            call.exten = call.exten.take().or(exten);
            let state = first(message, &["ChannelStateDesc", "State"]);
            call.is_originated = state.is_some_and(|state| state == "Down");
            if is_known {
                // The list of channels was faster than the event.
                call.begin = call.begin.or(now);
                call.is_incomplete = false;
            }
        } else if twin_stem(&name) == twin_stem(&call.channel) && twin_stem(&name).is_some() {
            call.exten = call.exten.take().or(exten);
        }
        self.note_state(&id, message);
    }

    fn on_newstate(&mut self, message: &Message<'_>) {
        let Some(id) = text(message, "Uniqueid") else { return };
        self.see(&id, "", message);
        self.note_caller(&id, message);
        self.note_state(&id, message);
    }

    fn on_newcallerid(&mut self, message: &Message<'_>) {
        let Some(id) = text(message, "Uniqueid") else { return };
        self.note_caller(&id, message);
    }

    /// Notes the first extension of a caller, which Asterisk 1.4 tells only here.
    fn on_newexten(&mut self, message: &Message<'_>) {
        let Some(id) = text(message, "Uniqueid") else { return };
        let Some(channel) = self.channels.get(&id) else { return };
        let (stem, is_leg) = (twin_stem(&channel.name).map(str::to_owned), channel.is_leg);
        let Some(call) = self.call_of(&id).filter(|call| call.exten.is_none() && !is_leg) else { return };
        if call.caller == id || (stem.is_some() && stem.as_deref() == twin_stem(&call.channel)) {
            call.exten = first(message, &["Extension", "Exten"]);
        }
    }

    fn on_hangup(&mut self, message: &Message<'_>) {
        let Some(id) = text(message, "Uniqueid") else { return };
        let Some(channel) = self.forget(&id) else { return };
        let now = self.now;
        let Some(call) = self.calls.get_mut(&channel.call) else { return };
        let cause = message.get("Cause").and_then(Value::to_u32);
        call.note_cause(cause, text(message, "Cause-txt"), call.caller == id);
        if channel.is_leg && call.answer.is_none() {
            call.ring_end = Some(now);
        }
        if call.channels.is_empty() {
            let record = call.ended(now, false);
            self.remove_call(channel.call);
            self.records.push_back(record);
        }
    }

    /// Asterisk up to 1.4 tells only the begin, Asterisk 1.6 to 11 the begin and the end.
    fn on_dial(&mut self, message: &Message<'_>) {
        let caller = first(message, &["SrcUniqueID", "UniqueID"]);
        if message.get("SubEvent").is_some_and(|event| event.eq_ignore_ascii_case("End")) {
            let outcome = text(message, "DialStatus").and_then(|status| Outcome::from_dial_status(&status));
            if let (Some(call), Some(outcome)) = (caller.and_then(|id| self.call_of(&id)), outcome) {
                call.note_outcome(outcome);
            }
            return;
        }
        let called = text(message, "DestUniqueID");
        for (id, name) in
            [(&caller, first(message, &["Source", "Channel"])), (&called, text(message, "Destination"))]
        {
            if let (Some(id), Some(name)) = (id, name) {
                self.see_named(id, &name, None);
            }
        }
        self.dial(caller, called);
    }

    fn on_dial_begin(&mut self, message: &Message<'_>) {
        let (caller, called) = (text(message, "Uniqueid"), text(message, "DestUniqueid"));
        if let Some(id) = &caller {
            self.see(id, "", message);
        }
        if let Some(id) = &called {
            self.see(id, "Dest", message);
        }
        self.dial(caller, called);
    }

    fn on_dial_end(&mut self, message: &Message<'_>) {
        let Some(status) = text(message, "DialStatus") else { return };
        let (caller, called) = (text(message, "Uniqueid"), text(message, "DestUniqueid"));
        let Some(id) = called.filter(|id| self.channels.contains_key(id)).or(caller) else { return };
        if status.eq_ignore_ascii_case("ANSWER") {
            if self.channels.get(&id).is_some_and(|channel| channel.is_leg) {
                self.answer(&id);
            }
        } else if let (Some(call), Some(outcome)) = (self.call_of(&id), Outcome::from_dial_status(&status)) {
            call.note_outcome(outcome);
        }
    }

    /// A queue calls a member. Asterisk 1.4 does not tell with which channel, but the youngest one
    /// to that device is it.
    fn on_agent_called(&mut self, message: &Message<'_>) {
        let by_name = |name: Option<String>| name.and_then(|name| self.names.get(&name).cloned());
        let caller = by_name(text(message, "ChannelCalling")).or_else(|| text(message, "Uniqueid"));
        let called = by_name(text(message, "DestinationChannel")).or_else(|| text(message, "DestUniqueid"));
        let called = called.or_else(|| {
            let interface = format!("{}-", text(message, "AgentCalled")?);
            let alone = self.calls.iter().rev().take(MOST_SEARCHED).filter(|(_, call)| !call.has_legs);
            let mut alone = alone.filter(|(_, call)| call.channel.starts_with(&interface));
            alone.next().map(|(_, call)| call.caller.clone())
        });
        self.dial(caller, called);
    }

    /// Two channels are connected: `Link` of Asterisk 1.4, `Bridge` of Asterisk 1.6 to 11.
    fn on_link(&mut self, message: &Message<'_>) {
        if message.get("Bridgestate").is_some_and(|state| !state.eq_ignore_ascii_case("Link")) {
            return;
        }
        let (Some(one), Some(other)) = (text(message, "Uniqueid1"), text(message, "Uniqueid2")) else {
            return;
        };
        for (id, name) in [(&one, "Channel1"), (&other, "Channel2")] {
            if let Some(name) = text(message, name) {
                self.see_named(id, &name, None);
            }
        }
        self.connect(&one, &other);
    }

    fn on_bridge_enter(&mut self, message: &Message<'_>) {
        let (Some(id), Some(bridge)) = (text(message, "Uniqueid"), text(message, "BridgeUniqueid")) else {
            return;
        };
        self.see(&id, "", message);
        if message.get("BridgeType").is_some_and(|kind| kind.eq_ignore_ascii_case("basic")) {
            self.enter_bridge(&id, bridge, message.get("Linkedid").is_none());
        }
    }

    fn on_rename(&mut self, message: &Message<'_>) {
        let Some(new) = text(message, "Newname") else { return };
        let id = text(message, "Uniqueid").or_else(|| {
            first(message, &["Channel", "Oldname"]).and_then(|name| self.names.get(&name).cloned())
        });
        let Some(id) = id else { return };
        let Some(channel) = self.channels.get_mut(&id) else { return };
        let old = std::mem::replace(&mut channel.name, new.clone());
        if self.names.get(&old) == Some(&id) {
            self.names.remove(&old);
        }
        // A channel takes over the connection of another, which has had this name.
        let other = self.names.get(&format!("{new}<MASQ>")).cloned();
        self.names.insert(new.clone(), id.clone());
        if let Some(call) = self.call_of(&id).filter(|call| call.caller == id && !new.contains('<')) {
            call.channel = new;
        }
        self.join(Some(id), other);
    }

    fn on_local_bridge(&mut self, message: &Message<'_>) {
        let one = first(message, &["LocalOneUniqueid", "Uniqueid1"]);
        let other = first(message, &["LocalTwoUniqueid", "Uniqueid2"]);
        self.join_as(one, other, true);
    }

    /// A channel takes a call that rings elsewhere.
    fn on_pickup(&mut self, message: &Message<'_>) {
        let Some(id) = text(message, "Uniqueid") else { return };
        self.join(Some(id.clone()), text(message, "TargetUniqueid"));
        if let Some(call) = self.call_of(&id) {
            call.has_legs = true;
            self.answer(&id);
        }
    }

    /// Marks the channel of an agent who waits for calls. It can live for a day, and get the same
    /// linked id as every caller.
    fn on_agent_login(&mut self, message: &Message<'_>) {
        if let Some(call) = text(message, "Uniqueid").and_then(|id| self.call_of(&id)) {
            call.is_agent = true;
        }
    }

    fn on_queue(&mut self, message: &Message<'_>) {
        let queue = text(message, "Queue");
        if let Some(call) = text(message, "Uniqueid").and_then(|id| self.call_of(&id)) {
            call.queue = call.queue.take().or(queue);
        }
    }

    /// A call that the server made has failed. The event does not tell which, but the oldest one to
    /// that device is likely to be it.
    fn on_originate_response(&mut self, message: &Message<'_>) {
        let reason = message.get("Reason").and_then(Value::to_u32);
        let Some(outcome) = reason.and_then(Outcome::from_reason) else { return };
        let Some(device) = text(message, "Channel") else { return };
        let mut calls = self.calls.values_mut().take(MOST_SEARCHED);
        let call = calls.find(|call| call.is_originated && call.is_unanswered() && call.is_to(&device));
        if let Some(call) = call {
            call.note_outcome(outcome);
        }
    }

    fn on_hangup_request(&mut self, message: &Message<'_>) {
        let Some(id) = text(message, "Uniqueid") else { return };
        if let Some(call) = self.call_of(&id).filter(|call| call.caller == id) {
            call.is_cancelled |= call.answer.is_none();
        }
    }

    /// Takes an entry of a list of channels.
    fn on_listed(&mut self, message: &Message<'_>) {
        let Some(id) = first(message, &["Uniqueid", "UniqueID"]) else { return };
        let is_known = self.channels.contains_key(&id);
        self.see(&id, "", message);
        if let Some(channel) = self.channels.get_mut(&id) {
            channel.is_listed = true;
        }
        let exten = first(message, &["Exten", "Extension"]);
        if let Some(call) = self.call_of(&id).filter(|call| !is_known && call.caller == id) {
            call.exten = call.exten.take().or(exten);
        }
        // The time of an answer that the list shows is not known.
        let now = self.now.take();
        self.note_state(&id, message);
        let peer = text(message, "BridgedUniqueid");
        let peer = peer.or_else(|| self.names.get(&first(message, &["Link", "BridgedChannel"])?).cloned());
        if let Some(peer) = peer {
            self.connect(&id, &peer);
        }
        if let Some(bridge) = first(message, &["BridgeID", "BridgeId"]) {
            self.enter_bridge(&id, bridge, message.get("Linkedid").is_none());
        }
        self.now = now;
    }
}
