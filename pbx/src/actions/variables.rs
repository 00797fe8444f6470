//! Channel variables, global variables, and the dialplan functions that can be used in their place.

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::Events;
use embedded_ami::server::Request;

use crate::channel::{Channel, Key};
use crate::engine::{Engine, Refusal};
use crate::model::{Bytes, Party};
use crate::parse::{escaped, function};

/// The largest number of variables of one channel.
const MAX_VARIABLES: usize = 64;
/// The largest number of global variables.
const MAX_GLOBAL_VARIABLES: usize = 1000;

impl Engine {
    /// Returns the value of a variable or function, for a channel if there is one, or `None` if it
    /// does not exist.
    pub(crate) fn value(&self, channel: Option<&Channel>, name: &[u8]) -> Option<Bytes> {
        if let Some((function, argument)) = function(name) {
            return self.function(channel, function, argument);
        }
        if let Some(value) = channel.and_then(|channel| channel.variables.get(name)) {
            return Some(value.clone());
        }
        let of = |value: fn(&Channel) -> Bytes| channel.map(value);
        match name {
            b"CHANNEL" => of(|channel| channel.name.clone()),
            b"UNIQUEID" => of(|channel| channel.unique_id.clone()),
            b"EXTEN" => of(|channel| channel.exten.clone()),
            b"CONTEXT" => of(|channel| channel.context.clone()),
            b"PRIORITY" => of(|channel| channel.priority.to_string().into()),
            b"EPOCH" => Some(self.clock.epoch().to_string().into()),
            _ => self.globals.get(name).cloned(),
        }
    }

    fn function(&self, channel: Option<&Channel>, function: &[u8], argument: &[u8]) -> Option<Bytes> {
        let is = |known: &str| function.eq_ignore_ascii_case(known.as_bytes());
        let party = |party: &Party| match argument.to_ascii_lowercase().as_slice() {
            b"num" | b"number" => Some(party.number.clone()),
            b"name" => Some(party.name.clone()),
            b"all" => Some(party.text()),
            _ => None,
        };
        match channel {
            _ if is("GLOBAL") => self.globals.get(argument).cloned(),
            _ if is("LEN") => Some(argument.len().to_string().into()),
            _ if is("DB") => self.database.get(argument).cloned(),
            Some(channel) if is("CALLERID") => party(&channel.caller),
            Some(channel) if is("CONNECTEDLINE") => party(&channel.connected),
            Some(channel) if is("CHANNEL") => match argument.to_ascii_lowercase().as_slice() {
                b"state" => Some(channel.state.text().into()),
                b"name" => Some(channel.name.clone()),
                b"uniqueid" => Some(channel.unique_id.clone()),
                b"linkedid" => Some(channel.linked_id.clone()),
                b"language" => Some(channel.language.clone()),
                b"accountcode" => Some(channel.account.clone()),
                b"channeltype" => Some(channel.technology.into()),
                b"context" => Some(channel.context.clone()),
                b"exten" => Some(channel.exten.clone()),
                _ => None,
            },
            // Asterisk evaluates this on a temporary channel, which is down.
            None if is("CHANNEL") && argument.eq_ignore_ascii_case(b"state") => Some(b"Down".into()),
            _ => None,
        }
    }

    /// Sets a variable, or the property that a function names, and sends the event about it.
    /// Without a channel the variable is global. Returns false if the function cannot be set, or if
    /// there are too many variables.
    pub(crate) fn assign(
        &mut self,
        events: &mut Events,
        key: Option<Key>,
        name: &[u8],
        value: &[u8],
    ) -> bool {
        if name.ends_with(b")") {
            let Some((function, argument)) = function(name) else { return false };
            let is = |known: &str| function.eq_ignore_ascii_case(known.as_bytes());
            if is("GLOBAL") {
                return self.assign(events, None, argument, value);
            }
            let Some(key) = key else { return false };
            let Some(channel) = self.channels.get_mut(key) else { return false };
            match argument.to_ascii_lowercase().as_slice() {
                b"num" | b"number" if is("CALLERID") => channel.caller.number = value.into(),
                b"name" if is("CALLERID") => channel.caller.name = value.into(),
                b"all" if is("CALLERID") => channel.caller = Party::parse(value),
                b"language" if is("CHANNEL") => channel.language = value.into(),
                b"accountcode" if is("CHANNEL") => self.set_account(events, key, value),
                _ => return false,
            }
            if is("CALLERID") {
                self.new_caller(events, key);
            }
            return true;
        }
        let has_room = match key.and_then(|key| self.channels.get_mut(key)) {
            Some(channel) => channel.variables.set(name, value, MAX_VARIABLES),
            None => self.globals.set(name, value, MAX_GLOBAL_VARIABLES),
        };
        // Asterisk turns the event into JSON, and drops it if the name or value is not UTF-8.
        if has_room && std::str::from_utf8(name).is_ok() && std::str::from_utf8(value).is_ok() {
            self.variable_set(events, key, name, value);
        }
        has_room
    }

    fn variable_set(&self, events: &mut Events, key: Option<Key>, name: &[u8], value: &[u8]) {
        let channel = key.and_then(|key| self.channels.get(key));
        // The only error is an event that is too large to be queued. No client can get it, so it is
        // dropped.
        let _ = events.send("VarSet", Classes::DIALPLAN, |out| {
            match channel {
                Some(channel) => self.snapshot(out, "", channel)?,
                None => {
                    out.header("Channel", "none")?;
                    out.header("Uniqueid", "none")?;
                }
            }
            out.header_sanitized("Variable", &[name])?;
            out.header_sanitized("Value", &[&escaped(value)])
        });
    }

    /// `Setvar`: sets a channel variable, or a global one if the request names no channel.
    pub(crate) fn setvar(
        &mut self,
        request: &Request<'_>,
        events: &mut Events,
    ) -> Result<&'static str, Refusal> {
        let name = request.get("Variable").ok_or("No variable specified")?;
        let key = match request.get("Channel") {
            Some(channel) => Some(self.channels.find(channel.as_bytes()).ok_or("No such channel")?),
            None => None,
        };
        let value = request.get("Value").unwrap_or_default();
        match self.assign(events, key, name.as_bytes(), value.as_bytes()) {
            true => Ok("Variable Set"),
            false => Err("Variable not set".into()),
        }
    }
}
