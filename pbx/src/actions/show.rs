//! The actions that report state: of the PBX, of channels, variables, mailboxes and extensions.

use std::collections::BTreeSet;

use embedded_ami::io::blocking::server::Exchange;
use embedded_ami::server::SessionError;
use embedded_ami::wire::Value;

use crate::channel::or_unknown;
use crate::clock::hh_mm_ss;
use crate::engine::{Engine, Position, VERSION, list};
use crate::{device, dialplan};

impl Engine {
    pub(crate) fn ping(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        if self.is_first_version {
            return exchange.answer()?.respond("Pong", |_| Ok(()));
        }
        let timestamp = self.clock.timestamp();
        exchange.answer()?.success_with(|out| {
            out.header("Ping", "Pong")?;
            out.header("Timestamp", timestamp)
        })
    }

    pub(crate) fn status(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        let wanted = match request.get("Channel") {
            Some(name) => match self.channels.find(name.as_bytes()) {
                Some(key) => Some(key),
                None => return exchange.answer()?.error("No such channel"),
            },
            None => None,
        };
        let variables = request.get("Variables").unwrap_or_default();
        let shows_all = request.get("AllVariables").is_some_and(Value::is_true);
        let mut last = self.resume(exchange);
        let channels = self.channels.iter().filter(|(key, _)| wanted.is_none_or(|wanted| wanted == *key));
        let items = channels.map(|(key, channel)| (Position::Channel(key), "Status", channel));
        list(exchange, &mut last, "Channel status will follow", "StatusComplete", items, |channel, out| {
            out.header("Privilege", "Call")?;
            self.snapshot(out, "", channel)?;
            out.header("Type", channel.technology)?;
            out.header("DNID", "")?;
            out.header_sanitized("EffectiveConnectedLineNum", &[or_unknown(&channel.connected.number)])?;
            out.header_sanitized("EffectiveConnectedLineName", &[or_unknown(&channel.connected.name)])?;
            out.header("TimeToHangup", "0")?;
            out.header("BridgeID", "")?;
            out.header_sanitized("Application", &[&channel.application])?;
            out.header_sanitized("Data", &[&channel.data])?;
            out.header("Nativeformats", "(slin)")?;
            out.header("Readformat", "slin")?;
            out.header("Readtrans", "")?;
            out.header("Writeformat", "slin")?;
            out.header("Writetrans", "")?;
            out.header("Callgroup", "0")?;
            out.header("Pickupgroup", "0")?;
            let seconds = self.clock.now.saturating_sub(channel.created).as_secs();
            out.header("Seconds", seconds.to_string())?;
            if shows_all {
                for (name, value) in channel.variables.iter() {
                    out.header_sanitized("Variable", &[name, b"=", value])?;
                }
            }
            for name in variables.split(b',').filter(|name| !name.is_empty()) {
                // Asterisk prints a null pointer of C here.
                let value = self.value(Some(channel), name.as_bytes()).unwrap_or_else(|| b"(null)".into());
                out.header_sanitized("Variable", &[name.as_bytes(), b"=", &value])?;
            }
            Ok(())
        })?;
        self.pause(exchange, last);
        Ok(())
    }

    pub(crate) fn core_show_channels(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let mut last = self.resume(exchange);
        let channels = self.channels.iter();
        let items = channels.map(|(key, channel)| (Position::Channel(key), "CoreShowChannel", channel));
        let complete = "CoreShowChannelsComplete";
        list(exchange, &mut last, "Channels will follow", complete, items, |channel, out| {
            self.snapshot(out, "", channel)?;
            out.header_sanitized("Application", &[&channel.application])?;
            out.header_sanitized("ApplicationData", &[&channel.data])?;
            out.header("Duration", hh_mm_ss(self.clock.now.saturating_sub(channel.created)))?;
            out.header("BridgeId", "")
        })?;
        self.pause(exchange, last);
        Ok(())
    }

    /// Returns the number of calls. Like Asterisk, this counts the channels that run the dialplan.
    pub(crate) fn calls(&self) -> usize {
        self.channels.values().filter(|channel| channel.is_call).count()
    }

    pub(crate) fn core_status(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let (date, time) = self.clock.date(std::time::Duration::ZERO);
        let (reload_date, reload_time) = self.clock.date(self.reloaded);
        let calls = self.calls();
        exchange.answer()?.success_with(|out| {
            out.header("CoreStartupDate", &date)?;
            out.header("CoreStartupTime", &time)?;
            out.header("CoreReloadDate", &reload_date)?;
            out.header("CoreReloadTime", &reload_time)?;
            out.header("CoreCurrentCalls", calls.to_string())?;
            out.header("CoreProcessedCalls", self.processed.to_string())
        })
    }

    pub(crate) fn core_settings(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        exchange.answer()?.success_with(|out| {
            out.header("AMIversion", &self.ami_version)?;
            out.header("AsteriskVersion", VERSION)?;
            out.header("SystemName", "")?;
            out.header("CoreMaxCalls", "0")?;
            out.header("CoreMaxLoadAvg", "0.000000")?;
            out.header("CoreRunUser", "")?;
            out.header("CoreRunGroup", "")?;
            out.header("CoreMaxFilehandles", "0")?;
            for no in ["CoreRealTimeEnabled", "CoreCDRenabled", "CoreHTTPenabled", "SoundsSearchCustomDir"] {
                out.header(no, "No")?;
            }
            Ok(())
        })
    }

    pub(crate) fn getvar(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        let Some(name) = request.get("Variable") else {
            return exchange.answer()?.error("No variable specified");
        };
        let channel = match request.get("Channel") {
            Some(channel) => match self.channels.find(channel.as_bytes()) {
                Some(key) => self.channels.get(key),
                None => return exchange.answer()?.error("No such channel"),
            },
            None => None,
        };
        let value = self.value(channel, name.as_bytes()).unwrap_or_default();
        exchange.answer()?.success_with(|out| {
            out.header_sanitized("Variable", &[name.as_bytes()])?;
            out.header_sanitized("Value", &[&value])
        })
    }

    /// `MailboxStatus`: reports an empty mailbox, since the PBX has no voicemail.
    pub(crate) fn mailbox_status(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        mailbox(exchange, "Mailbox Status", &["Waiting"])
    }

    /// `MailboxCount`: reports an empty mailbox, since the PBX has no voicemail.
    pub(crate) fn mailbox_count(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        mailbox(exchange, "Mailbox Message Count", &["UrgMessages", "NewMessages", "OldMessages"])
    }

    /// `ExtensionState`: reports the state of the hint of an extension.
    pub(crate) fn extension_state(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        let Some(exten) = request.get("Exten") else {
            return exchange.answer()?.error("Extension not specified");
        };
        let context = request.get("Context").unwrap_or(Value::new(b"default"));
        // Every extension of the dialplan has a hint.
        let mut hints = dialplan::hints();
        let hint = hints.find(|(own, name)| exten == *name && context == *own);
        let hint = hint.map(|(context, exten)| dialplan::hint(context, exten)).unwrap_or_default();
        let (status, text) = match hint.as_str() {
            "" => ("-1", "Unknown"),
            device => device::state(device.as_bytes(), &self.channels).extension(),
        };
        exchange.answer()?.success_with(|out| {
            out.header("Message", "Extension Status")?;
            out.header_sanitized("Exten", &[exten.as_bytes()])?;
            out.header_sanitized("Context", &[context.as_bytes()])?;
            out.header("Hint", &hint)?;
            out.header("Status", status)?;
            out.header("StatusText", text)
        })
    }

    /// `PJSIPShowEndpoints`: lists the phones that the PBX knows: those whose names determine their
    /// behaviour, those that have channels, and those that are members of queues.
    pub(crate) fn pjsip_show_endpoints(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let mut last = self.resume(exchange);
        let devices = self.channels.values().map(device::of);
        let members = self.queues.iter().flat_map(|queue| &queue.members);
        let devices = devices.chain(members.map(|member| &member.state_interface[..]));
        let phones = devices.filter_map(|device| device.strip_prefix(b"PJSIP/"));
        let phones: BTreeSet<_> = phones.chain(device::PHONES.iter().map(|phone| phone.as_bytes())).collect();
        let items = phones.iter().map(|phone| (Position::Path((*phone).into()), "EndpointList", *phone));
        let text = "A listing of Endpoints follows, presented as EndpointList events";
        list(exchange, &mut last, text, "EndpointListComplete", items, |phone, out| {
            let device = [b"PJSIP/", *phone].concat();
            out.header("ObjectType", "endpoint")?;
            out.header_sanitized("ObjectName", &[phone])?;
            out.header("Transport", "")?;
            out.header_sanitized("Aor", &[phone])?;
            out.header("Auths", "")?;
            out.header("OutboundAuths", "")?;
            let is_reachable = device::is_reachable(phone);
            let contact: [&[u8]; 4] = [phone, b"/sip:", phone, b"@127.0.0.1,"];
            out.header_sanitized("Contacts", if is_reachable { &contact } else { &[] })?;
            out.header("DeviceState", device::state(&device, &self.channels).text())?;
            out.header("ActiveChannels", device::channels(&device, &self.channels).count().to_string())
        })?;
        self.pause(exchange, last);
        Ok(())
    }
}

/// Answers with a count of 0 under each of the names.
fn mailbox(exchange: &mut Exchange<'_>, text: &str, counts: &[&str]) -> Result<(), SessionError> {
    let Some(mailbox) = exchange.request().get("Mailbox") else {
        return exchange.answer()?.error("Mailbox not specified");
    };
    exchange.answer()?.success_with(|out| {
        out.header("Message", text)?;
        out.header_sanitized("Mailbox", &[mailbox.as_bytes()])?;
        counts.iter().try_for_each(|count| out.header(count, "0"))
    })
}
