//! Variables of channels and of all, and the few functions that can stand for one.

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::Events;
use embedded_ami::server::Request;
use embedded_ami::wire::Value;

use super::channel::{Channel, Key, Party};
use super::{Bytes, Pbx, Refusal};

/// The most variables of a channel, and the most that all share.
const MOST: usize = 64;
const MOST_GLOBAL: usize = 1000;

/// Names and values, in the order in which they were set first.
#[derive(Default)]
pub(super) struct Variables(Vec<(Bytes, Bytes)>);

impl Variables {
    /// Without the underscores that say who inherits it.
    pub(super) fn get(&self, name: &[u8]) -> Option<&Bytes> {
        self.0.iter().find(|(own, _)| plain(own) == plain(name)).map(|(_, value)| value)
    }

    /// Says whether there was room.
    pub(super) fn set(&mut self, name: &[u8], value: &[u8], most: usize) -> bool {
        if let Some((own, old)) = self.0.iter_mut().find(|(own, _)| plain(own) == plain(name)) {
            *own = name.into();
            *old = value.into();
            return true;
        }
        let has_room = self.0.len() < most;
        if has_room {
            self.0.push((name.into(), value.into()));
        }
        has_room
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0.iter().map(|(name, value)| (plain(name), &value[..]))
    }
}

fn plain(name: &[u8]) -> &[u8] {
    let name = name.strip_prefix(b"_").unwrap_or(name);
    name.strip_prefix(b"_").unwrap_or(name)
}

/// The assignments of a `Variable` header: separated by commas, but for those in quotes or brackets, or behind a
/// backslash. Quotes and backslashes go.
pub(crate) fn assignments(header: Value<'_>) -> Vec<(Bytes, Bytes)> {
    const MOST: usize = 64;
    let mut pieces = vec![Bytes::new()];
    let (mut is_quoted, mut depth) = (false, 0_usize);
    let mut bytes = header.as_bytes().iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b',' if !is_quoted && depth == 0 && pieces.len() < MOST => {
                pieces.push(Bytes::new());
                continue;
            }
            b'"' => {
                is_quoted = !is_quoted;
                continue;
            }
            b'(' | b'[' => depth = depth.saturating_add(1),
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let byte = if byte == b'\\' { bytes.next() } else { Some(byte) };
        if let Some(piece) = pieces.last_mut() {
            piece.extend(byte);
        }
    }
    let split = |piece: Bytes| {
        let at = piece.iter().position(|&byte| byte == b'=').filter(|&at| at > 0)?;
        let (name, value) = piece.split_at(at);
        Some((name.to_vec(), value.get(1..).unwrap_or_default().to_vec()))
    };
    pieces.into_iter().filter_map(split).collect()
}

/// As Asterisk writes names and variables into the events of channels: control characters, quotes, question marks and
/// backslashes as in C.
pub(super) fn escaped(value: &[u8]) -> Bytes {
    let mut escaped = Bytes::with_capacity(value.len());
    for &byte in value {
        let letter = match byte {
            0x07 => b'a',
            0x08 => b'b',
            0x0c => b'f',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0x0b => b'v',
            b'\\' | b'\'' | b'"' | b'?' => byte,
            _ => {
                escaped.push(byte);
                continue;
            }
        };
        escaped.extend([b'\\', letter]);
    }
    escaped
}

/// Name and argument of a function, as in `CALLERID(num)`.
fn function(name: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = name.iter().position(|&byte| byte == b'(')?;
    let (function, argument) = name.split_at(at);
    Some((function, argument.get(1..)?.strip_suffix(b")")?))
}

impl Pbx {
    /// The value of a variable or function, for a channel or none. None if there is no such thing.
    pub(super) fn value(&self, channel: Option<&Channel>, name: &[u8]) -> Option<Bytes> {
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
            // Asterisk makes a channel up for that.
            None if is("CHANNEL") && argument.eq_ignore_ascii_case(b"state") => Some(b"Down".into()),
            _ => None,
        }
    }

    /// Sets a variable, or what a function stands for, and says so. False if that cannot be.
    pub(super) fn assign(
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
            let Some(channel) = key.and_then(|key| self.channels.get_mut(key)) else { return false };
            match argument.to_ascii_lowercase().as_slice() {
                b"num" | b"number" if is("CALLERID") => channel.caller.number = value.into(),
                b"name" if is("CALLERID") => channel.caller.name = value.into(),
                b"all" if is("CALLERID") => channel.caller = Party::parse(value),
                b"language" if is("CHANNEL") => channel.language = value.into(),
                b"accountcode" if is("CHANNEL") => channel.account = value.into(),
                _ => return false,
            }
            if let (true, Some(key)) = (is("CALLERID"), key) {
                self.new_caller(events, key);
            }
            return true;
        }
        let has_room = match key.and_then(|key| self.channels.get_mut(key)) {
            Some(channel) => channel.variables.set(name, value, MOST),
            None => self.globals.set(name, value, MOST_GLOBAL),
        };
        // Asterisk's JSON drops what is not UTF-8, and the event with it.
        if has_room && std::str::from_utf8(name).is_ok() && std::str::from_utf8(value).is_ok() {
            self.variable_set(events, key, name, value);
        }
        has_room
    }

    fn variable_set(&self, events: &mut Events, key: Option<Key>, name: &[u8], value: &[u8]) {
        let channel = key.and_then(|key| self.channels.get(key));
        // An event that does not fit has no reader.
        let _ = events.send("VarSet", Classes::DIALPLAN, |out| {
            match channel {
                Some(channel) => self.snapshot(out, "", channel)?,
                None => {
                    out.header("Channel", "none")?;
                    out.header("Uniqueid", "none")?;
                }
            }
            out.cleaned("Variable", &[name])?;
            out.cleaned("Value", &[&escaped(value)])
        });
    }

    pub(super) fn setvar(
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
