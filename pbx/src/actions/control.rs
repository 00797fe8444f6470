//! The actions `Hangup`, `Redirect` and `Reload`.

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::{Events, Exchange};
use embedded_ami::server::{Request, SessionError};
use embedded_ami::wire::Value;

use crate::channel::{Key, Next, State};
use crate::engine::{Engine, Position, Refusal, list};
use crate::expression::Expression;
use crate::parse::{number, positive};

/// The modules that can be reloaded: those whose functions the PBX has, and those that Asterisk
/// always has.
const MODULES: [&str; 14] = [
    "acl",
    "app_queue",
    "cdr",
    "cel",
    "dnsmgr",
    "extconfig",
    "features",
    "http",
    "indications",
    "logger",
    "manager",
    "pbx_config",
    "res_pjsip",
    "udptl",
];

impl Engine {
    /// `Hangup`: hangs up one channel. With `/expression/`, hangs up all channels whose names
    /// match, and answers with their list.
    pub(crate) fn hangup(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        let Some(name) = request.get("Channel").map(Value::as_bytes) else {
            return exchange.answer()?.error("No channel specified");
        };
        let cause = request.get("Cause").and_then(number).and_then(|cause| u8::try_from(cause).ok());
        let cause = cause.filter(|cause| *cause < 128).unwrap_or_default();
        let Some(expression) = name.strip_prefix(b"/") else {
            return match self.channels.find(name) {
                Some(key) => {
                    self.hang_up(exchange.events, key, cause, true);
                    exchange.answer()?.success("Channel Hungup")
                }
                None => exchange.answer()?.error("No such channel"),
            };
        };
        let Some(expression) = expression.strip_suffix(b"/") else {
            return exchange.answer()?.error("Regex format invalid, Channel param should be /regex/");
        };
        let Some(expression) = self.compile(exchange, || Expression::compile(expression)) else {
            return Ok(());
        };
        let Some(expression) = expression else {
            return exchange.answer()?.error([b"Regex compile failed on: ", name].concat());
        };
        let matching = self.channels.iter().filter(|(_, channel)| expression.is_match(&channel.name));
        let matching: Vec<_> = matching.map(|(key, channel)| (key, channel.name.clone())).collect();
        let mut last = self.resume(exchange);
        let items = matching.iter().map(|(key, name)| (Position::Channel(*key), "ChannelHungup", name));
        let text = "Channels hung up will follow";
        let is_complete =
            list(exchange, &mut last, text, "ChannelsHungupListComplete", items, |name, out| {
                out.header_sanitized("Channel", &[name])
            })?;
        self.pause(exchange, last);
        if !is_complete {
            return Ok(());
        }
        for (key, _) in matching {
            self.hang_up(exchange.events, key, cause, true);
        }
        Ok(())
    }

    /// `Redirect`: sends a channel, and an extra one if the request names it, to an extension.
    pub(crate) fn redirect(
        &mut self,
        request: &Request<'_>,
        _: &mut Events,
    ) -> Result<&'static str, Refusal> {
        let channel = request.get("Channel").ok_or("Channel not specified")?;
        let context = request.get("Context").ok_or("Context not specified")?;
        let exten = request.get("Exten").ok_or("Exten not specified")?;
        let priority = request.get("Priority").ok_or("Priority not specified")?;
        let priority = positive(priority).ok_or("Priority is invalid")?;
        let extra = request.get("ExtraChannel");
        // If the request gives no place for the extra channel, both go to the same place.
        let place = match request.get("ExtraContext").filter(|_| extra.is_some()) {
            Some(context) => {
                let exten = request.get("ExtraExten").ok_or("ExtraExten not specified")?;
                let priority = request.get("ExtraPriority").ok_or("ExtraPriority not specified")?;
                (context, exten, positive(priority).ok_or("ExtraPriority is invalid")?)
            }
            None => (context, exten, priority),
        };
        let find = |what: &str, name: Value<'_>| match self.channels.find(name.as_bytes()) {
            Some(key) => Ok(key),
            None => Err([what.as_bytes(), b" does not exist: ", name.as_bytes()].concat()),
        };
        let key = find("Channel", channel)?;
        if !self.is_up(key) {
            return Err("Redirect failed, channel not up.".into());
        }
        let Some(extra) = extra else {
            self.send_to(key, context, exten, priority);
            return Ok("Redirect successful");
        };
        let extra_key = find("ExtraChannel", extra)?;
        if !self.is_up(extra_key) {
            return Err("Redirect failed, extra channel not up.".into());
        }
        self.send_to(key, context, exten, priority);
        self.send_to(extra_key, place.0, place.1, place.2);
        Ok("Dual Redirect successful")
    }

    /// `Reload`: sends the events of a reload. There is nothing to read again.
    pub(crate) fn reload(
        &mut self,
        request: &Request<'_>,
        events: &mut Events,
    ) -> Result<&'static str, Refusal> {
        let module = request.get("Module").unwrap_or_default();
        let name = module.as_bytes();
        let name = name.strip_suffix(b".so").unwrap_or(name).to_ascii_lowercase();
        let is_known = name.is_empty() || MODULES.iter().any(|module| module.as_bytes() == name);
        self.reloaded = self.clock.now;
        if name.is_empty() || name == b"pbx_config" {
            self.report_extensions(events);
        }
        // The only error is an event that is too large to be queued. No client can get it, so it is
        // dropped.
        let _ = events.send("Reload", Classes::SYSTEM, |out| {
            let module = if module.is_empty() { b"All" } else { module.as_bytes() };
            out.header_sanitized("Module", &[module])?;
            out.header("Status", if is_known { "0" } else { "2" })
        });
        match is_known {
            true => Ok("Module Reloaded"),
            false => Err("No such module".into()),
        }
    }

    fn is_up(&self, key: Key) -> bool {
        self.channels.get(key).is_some_and(|channel| channel.state == State::Up)
    }

    /// Makes the channel continue at an extension. If the dialplan has no such extension, it hangs
    /// up the channel.
    fn send_to(&mut self, key: Key, context: Value<'_>, exten: Value<'_>, priority: u32) {
        let now = self.clock.now;
        if let Some(channel) = self.channels.get_mut(key) {
            channel.context = context.as_bytes().into();
            channel.exten = exten.as_bytes().into();
            channel.priority = priority;
            channel.is_call = true;
            channel.plan(Next::Priority(priority), now);
        }
    }
}
