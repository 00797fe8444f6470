//! The state of a server, as far as it is monitored: each part with the actions that report it.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use embedded_ami::event::{self, DeviceState, Event};
use embedded_ami::wire::{Message, Value};

use super::collector::{Absence, Answer, Collector};
use crate::failure::Failure;

/// A time of the server.
pub(crate) struct Moment {
    /// The date and time by the server's clock and in its time zone.
    pub(crate) text: String,
    /// The seconds since 1970, unless the server could not tell its time zone.
    pub(crate) epoch: Option<u64>,
}

/// The server as a whole.
#[derive(Default)]
pub(crate) struct Core {
    pub(crate) version: Option<String>,
    pub(crate) system_name: Option<String>,
    pub(crate) start: Option<Moment>,
    pub(crate) reload: Option<Moment>,
    pub(crate) calls: Option<u64>,
    pub(crate) processed_calls: Option<u64>,
}

impl Core {
    /// Asks for the version, the times of the start and the last reload, and the number of calls.
    pub(crate) fn collect(collector: &mut Collector<'_>) -> Result<Self, Failure> {
        let mut core = Self::default();
        if let Ok(settings) = collector.send("CoreSettings", &[])? {
            let text = |name| settings.get(name).map(|value| collector.text(value));
            core.version = text("AsteriskVersion").filter(|version| !version.is_empty());
            core.system_name = text("SystemName").filter(|name| !name.is_empty());
        }
        if let Ok(status) = collector.send("CoreStatus", &[])? {
            core.calls = status.get("CoreCurrentCalls").and_then(Value::to_u64);
            core.processed_calls = status.get("CoreProcessedCalls").and_then(Value::to_u64);
            let moment = |date, time| {
                let (date, time) = (status.get(date)?, status.get(time)?);
                Some(format!("{} {}", collector.text(date), collector.text(time)))
            };
            let start = moment("CoreStartupDate", "CoreStartupTime");
            let reload = moment("CoreReloadDate", "CoreReloadTime");
            core.start = start.map(|text| moment_of(collector, text)).transpose()?;
            core.reload = match (reload, &core.start) {
                // Without a reload, it is the time of the start.
                (Some(text), Some(start)) if start.text == text => Some(Moment { text, epoch: start.epoch }),
                (reload, _) => reload.map(|text| moment_of(collector, text)).transpose()?,
            };
        }
        Ok(core)
    }

    /// Asks only for the number of calls: of those present, and of those since the start, which
    /// newer servers count.
    pub(crate) fn calls(collector: &mut Collector<'_>) -> Result<Answer<(u64, Option<u64>)>, Failure> {
        let answer = collector.send("CoreStatus", &[])?;
        Ok(answer.and_then(|status| {
            let number = |name| status.get(name).and_then(Value::to_u64);
            let calls = number("CoreCurrentCalls");
            let calls =
                calls.ok_or_else(|| Absence::Incomplete("the answer has no number of calls".into()))?;
            Ok((calls, number("CoreProcessedCalls")))
        }))
    }
}

/// Lets the server convert one of its times, whose zone only it knows. This needs the module
/// func_strings.
fn moment_of(collector: &mut Collector<'_>, text: String) -> Result<Moment, Failure> {
    let is_time = text.bytes().all(|byte| byte.is_ascii_digit() || b"-: ".contains(&byte));
    if !is_time {
        return Ok(Moment { text, epoch: None });
    }
    let function = format!("STRPTIME({text},,%Y-%m-%d %H:%M:%S)");
    let answer = collector.send("Getvar", &[("Variable", &function)])?;
    let epoch = answer.ok().and_then(|answer| answer.get("Value")?.to_u64());
    Ok(Moment { text, epoch: epoch.filter(|&epoch| epoch > 0) })
}

/// Sends a Ping, and returns the time until its answer and the time of the server's clock, in
/// seconds since 1970. Servers before 1.8 do not report it, so it is this machine's.
pub(crate) fn ping(collector: &mut Collector<'_>) -> Result<Answer<(Duration, f64)>, Failure> {
    let begin = std::time::Instant::now();
    let answer = collector.send("Ping", &[])?;
    let time = begin.elapsed();
    let own = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(answer.map(|answer| {
        let clock = answer.get("Timestamp").and_then(Value::to_seconds).unwrap_or(own);
        (time, clock.as_secs_f64())
    }))
}

/// The states of channels that are counted, in lower case. All others count as `other`.
const CHANNEL_STATES: [&str; 7] = ["down", "dialing", "ring", "ringing", "up", "busy", "other"];

/// The channels of the server.
pub(crate) struct Channels {
    pub(crate) count: usize,
    pub(crate) states: BTreeMap<&'static str, usize>,
    /// The age of the oldest channel.
    pub(crate) longest: Duration,
}

impl Channels {
    pub(crate) fn collect(collector: &mut Collector<'_>) -> Result<Answer<Self>, Failure> {
        let mut answer = collector.list("CoreShowChannels", &[])?;
        // Asterisk 1.4 has only Status.
        if matches!(answer, Err(Absence::Unknown)) {
            answer = collector.list("Status", &[])?;
        }
        Ok(answer.map(|entries| {
            let states = CHANNEL_STATES.into_iter().map(|state| (state, 0)).collect();
            let mut channels = Self { count: 0, states, longest: Duration::ZERO };
            entries.iter().for_each(|entry| channels.add(&entry.message()));
            channels
        }))
    }

    fn add(&mut self, entry: &Message<'_>) {
        // Asterisk 1.4 has the state in State, and the age, if the channel is answered, in Seconds.
        let state = entry.get("ChannelStateDesc").or(entry.get("State")).unwrap_or_default();
        let known = CHANNEL_STATES.iter().find(|known| state.eq_ignore_ascii_case(known));
        let age = match entry.get("Duration") {
            Some(duration) => duration.to_clock(),
            None => entry.get("Seconds").and_then(Value::to_seconds),
        };
        self.count += 1;
        *self.states.entry(known.copied().unwrap_or("other")).or_default() += 1;
        self.longest = self.longest.max(age.unwrap_or_default());
    }
}

/// The states of the devices of queue members, by their numbers. Metrics have these names.
pub(crate) const MEMBER_STATES: [&str; 9] = [
    "unknown",
    "not_in_use",
    "in_use",
    "busy",
    "invalid",
    "unavailable",
    "ringing",
    "ring_in_use",
    "on_hold",
];

/// A queue.
#[derive(Default)]
pub(crate) struct Queue {
    pub(crate) name: String,
    pub(crate) waiting: u64,
    /// The longest time that a caller has been waiting.
    pub(crate) longest_wait: Duration,
    /// The average time before an answer.
    pub(crate) hold_time: Option<Duration>,
    /// The average length of a call.
    pub(crate) talk_time: Option<Duration>,
    pub(crate) completed: Option<u64>,
    pub(crate) abandoned: Option<u64>,
    pub(crate) service_level: Option<Duration>,
    /// The part of the calls that were answered within the service level, in percent.
    pub(crate) in_service_level: Option<f64>,
    pub(crate) members: Vec<Member>,
}

/// A member of a queue.
pub(crate) struct Member {
    /// One of [`MEMBER_STATES`].
    pub(crate) state: &'static str,
    pub(crate) is_paused: bool,
}

impl Member {
    /// Returns whether the queue can call the member now: it is not paused, and its device is free,
    /// or in a state that the server does not know.
    pub(crate) fn is_available(&self) -> bool {
        !self.is_paused && matches!(self.state, "not_in_use" | "unknown")
    }
}

impl Queue {
    /// Asks for one queue, or for all queues.
    pub(crate) fn collect(
        collector: &mut Collector<'_>,
        name: Option<&str>,
    ) -> Result<Answer<Vec<Self>>, Failure> {
        let headers: Vec<_> = name.map(|name| ("Queue", name)).into_iter().collect();
        Ok(collector.list("QueueStatus", &headers)?.map(|entries| {
            let mut queues = Vec::new();
            for entry in &entries {
                add(&entry.message(), &mut queues, |name| collector.text(name));
            }
            queues
        }))
    }

    pub(crate) fn available(&self) -> usize {
        self.members.iter().filter(|member| member.is_available()).count()
    }
}

/// Adds the facts in an entry of `QueueStatus`.
fn add(entry: &Message<'_>, queues: &mut Vec<Queue>, text: impl Fn(Value<'_>) -> String) {
    let Some(name) = entry.get("Queue").map(text) else { return };
    // Nearly always it is the queue of the entry before.
    let at = queues.iter().rposition(|own| own.name == name).unwrap_or_else(|| {
        queues.push(Queue { name, ..Queue::default() });
        queues.len() - 1
    });
    let queue = &mut queues[at];
    if let Some(params) = entry.event::<event::QueueParams<'_>>() {
        let number = |value: Option<i64>| value.and_then(|number| u64::try_from(number).ok());
        queue.waiting = number(params.calls()).unwrap_or_default();
        queue.hold_time = params.hold_time();
        queue.talk_time = params.talk_time();
        queue.completed = number(params.completed());
        queue.abandoned = number(params.abandoned());
        queue.service_level = params.service_level();
        let percent = entry.get("ServicelevelPerf").and_then(|value| value.to_string_lossy().parse().ok());
        queue.in_service_level = percent.filter(|percent| (0.0..=100.0).contains(percent));
    } else if let Some(member) = entry.event::<event::QueueMember<'_>>() {
        let number = entry.get("Status").and_then(Value::to_u32).and_then(|number| number.try_into().ok());
        let state = number.and_then(|number: usize| MEMBER_STATES.get(number)).unwrap_or(&"unknown");
        let is_paused = member.paused().unwrap_or_default();
        queue.members.push(Member { state, is_paused });
    } else if let Some(caller) = entry.event::<event::QueueEntry<'_>>() {
        queue.longest_wait = queue.longest_wait.max(caller.wait().unwrap_or_default());
    }
}

/// The reachability of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reachability {
    Available,
    Unavailable,
    /// The server does not check it.
    Unmonitored,
}

impl Reachability {
    pub(crate) const ALL: [(Self, &str); 3] = [
        (Self::Available, "available"),
        (Self::Unavailable, "unavailable"),
        (Self::Unmonitored, "unmonitored"),
    ];
}

/// A phone, trunk or other peer.
pub(crate) struct Endpoint {
    pub(crate) technology: &'static str,
    pub(crate) name: String,
    pub(crate) reachability: Reachability,
    /// The state in the words of the server.
    pub(crate) state: String,
}

/// The results of several actions, each of which is for one kind of devices. A server has only
/// those whose module is loaded.
pub(crate) struct Gathered<T> {
    pub(crate) items: Vec<T>,
    /// The technologies that answered.
    pub(crate) technologies: Vec<&'static str>,
    /// The actions that the server has and did not answer, with the reasons.
    pub(crate) missing: Vec<(&'static str, Absence)>,
}

impl<T> Gathered<T> {
    /// Asks for the lists of several technologies, each with its action.
    fn collect(
        collector: &mut Collector<'_>,
        sources: &[(&'static str, &'static str)],
        item: impl Fn(&'static str, &Message<'_>, &Collector<'_>) -> Option<T>,
    ) -> Result<Self, Failure> {
        let mut gathered = Self { items: Vec::new(), technologies: Vec::new(), missing: Vec::new() };
        for &(technology, action) in sources {
            match collector.list(action, &[])? {
                Ok(entries) => {
                    gathered.technologies.push(technology);
                    let items = entries.iter().filter_map(|own| item(technology, &own.message(), collector));
                    gathered.items.extend(items);
                }
                // Asterisk answers PJSIPShowEndpoints so if there are none.
                Err(Absence::Refused(text)) if text.starts_with("No ") && text.contains(" found") => {
                    collector.set_answered(action);
                    gathered.technologies.push(technology);
                }
                Err(Absence::Unknown) => {}
                Err(absence) => gathered.missing.push((action, absence)),
            }
        }
        Ok(gathered)
    }
}

impl Endpoint {
    /// Asks for the endpoints of PJSIP and the peers of chan_sip and chan_iax2.
    pub(crate) fn collect(collector: &mut Collector<'_>) -> Result<Gathered<Self>, Failure> {
        let sources = [("PJSIP", "PJSIPShowEndpoints"), ("SIP", "SIPpeers"), ("IAX2", "IAXpeerlist")];
        Gathered::collect(collector, &sources, |technology, entry, collector| {
            let (state, reachability) = match entry.event::<event::EndpointList<'_>>() {
                Some(endpoint) => {
                    let reachability = match endpoint.device_state() {
                        Some(DeviceState::Unavailable | DeviceState::Invalid) => Reachability::Unavailable,
                        Some(DeviceState::Unknown) | None => Reachability::Unmonitored,
                        Some(_) => Reachability::Available,
                    };
                    (entry.get("DeviceState"), reachability)
                }
                None => (entry.get("Status"), peer_reachability(entry)),
            };
            let name = collector.text(entry.get("ObjectName")?);
            let state = collector.text(state.unwrap_or_default());
            Some(Self { technology, name, reachability, state })
        })
    }

    /// Returns whether the user means this endpoint by a name, as in `alice` or `PJSIP/alice`.
    pub(crate) fn is(&self, name: &str) -> bool {
        is(self.technology, &self.name, name)
    }
}

/// Returns the reachability of a peer of chan_sip or chan_iax2. A peer whose address is not known
/// has not registered.
fn peer_reachability(entry: &Message<'_>) -> Reachability {
    let status = entry.get("Status").unwrap_or_default().as_bytes();
    let has_no_address = ["-none-", "(null)", "(Unspecified)"];
    let address = entry.get("IPaddress").unwrap_or_default();
    if status.starts_with(b"OK") || status.starts_with(b"LAGGED") {
        Reachability::Available
    } else if status.eq_ignore_ascii_case(b"Unmonitored")
        && !has_no_address.iter().any(|none| address == *none)
    {
        Reachability::Unmonitored
    } else {
        Reachability::Unavailable
    }
}

/// A registration of the server at another.
pub(crate) struct Registration {
    pub(crate) technology: &'static str,
    pub(crate) name: String,
    pub(crate) is_registered: bool,
    /// The state in the words of the server.
    pub(crate) state: String,
}

impl Registration {
    /// Asks for the outbound registrations of PJSIP, chan_sip and chan_iax2.
    pub(crate) fn collect(collector: &mut Collector<'_>) -> Result<Gathered<Self>, Failure> {
        let sources = [
            ("PJSIP", "PJSIPShowRegistrationsOutbound"),
            ("SIP", "SIPshowregistry"),
            ("IAX2", "IAXregistry"),
        ];
        Gathered::collect(collector, &sources, |technology, entry, collector| {
            let (name, state) = if let Some(entry) = entry.event::<event::RegistryEntry<'_>>() {
                let text = |value: Option<Value<'_>>| collector.text(value.unwrap_or_default());
                // A domain is that of the account, which the host need not be.
                let domain = entry.domain().filter(|domain| !domain.is_empty());
                let name = format!("{}@{}", text(entry.username()), text(domain.or(entry.host())));
                (name, entry.state())
            } else {
                // The list also has the details of the accounts in use.
                let entry = entry.event::<event::OutboundRegistrationDetail<'_>>()?.message();
                (collector.text(entry.get("ObjectName")?), entry.get("Status"))
            };
            let state = state.unwrap_or_default();
            let is_registered = state.eq_ignore_ascii_case("Registered");
            Some(Self { technology, name, is_registered, state: collector.text(state) })
        })
    }

    /// Returns whether the user means this registration by a name.
    pub(crate) fn is(&self, name: &str) -> bool {
        is(self.technology, &self.name, name)
    }
}

/// Compares a name with one that may also begin with the technology.
fn is(technology: &str, own: &str, name: &str) -> bool {
    let rest = name.strip_prefix(technology).and_then(|rest| rest.strip_prefix('/'));
    own == name || rest == Some(own)
}

/// Counts the entries of a list, for example of `BridgeList`.
pub(crate) fn count(collector: &mut Collector<'_>, action: &'static str) -> Result<Answer<usize>, Failure> {
    Ok(collector.list(action, &[])?.map(|entries| entries.len()))
}
