//! The calls and channels that the tracker knows, and the result of a call.

use std::time::Duration;

use super::record::{Record, State};

/// The most devices that the record of a call lists as called.
const CALLED: usize = 32;

/// The most linked ids of a call.
pub(super) const MOST_LINKED: usize = 64;

/// A time since the epoch of Unix, or `None` if it is not known.
pub(super) type Moment = Option<Duration>;

/// A channel that is alive.
#[derive(Default)]
pub(super) struct Channel {
    /// The key of its call.
    pub(super) call: u64,
    pub(super) name: String,
    pub(super) number: Option<String>,
    /// The bridge that it is in.
    pub(super) bridge: Option<String>,
    /// Whether another channel called it.
    pub(super) is_leg: bool,
    /// Whether the last list of channels has it.
    pub(super) is_listed: bool,
}

/// A call in progress: channels that belong together.
#[derive(Default)]
pub(super) struct Call {
    /// The channels that are alive, by their unique ids.
    pub(super) channels: Vec<String>,
    /// The linked ids of the channels. The first one is that of the record.
    pub(super) linked: Vec<String>,
    /// The unique id of the first channel, which is that of the caller.
    pub(super) caller: String,
    pub(super) channel: String,
    pub(super) number: Option<String>,
    pub(super) name: Option<String>,
    pub(super) exten: Option<String>,
    pub(super) queue: Option<String>,
    pub(super) state: State,
    pub(super) begin: Moment,
    /// The time at which another party was first called, once one was.
    pub(super) ring: Option<Moment>,
    /// The time at which the last party stopped ringing, if one did without an answer.
    pub(super) ring_end: Option<Moment>,
    /// The time at which another party answered, once one has.
    pub(super) answer: Option<Moment>,
    /// The time at which the PBX itself took the call, for example with an announcement.
    pub(super) taken: Option<Moment>,
    /// Whether the caller called another party.
    pub(super) has_legs: bool,
    pub(super) called: Vec<String>,
    pub(super) answered_by: Option<String>,
    pub(super) answered_number: Option<String>,
    /// The best outcome of the attempts to reach another party.
    pub(super) outcome: Option<Outcome>,
    pub(super) is_busy: bool,
    /// Whether the caller hung up before another party answered.
    pub(super) is_cancelled: bool,
    /// The cause of the hangup of the caller's channel, else the last one of another channel.
    pub(super) cause: Option<(u32, String)>,
    pub(super) has_callers_cause: bool,
    /// Whether the tool has missed a part of the call.
    pub(super) is_incomplete: bool,
    /// Whether the server called the first channel, instead of the channel the server.
    pub(super) is_originated: bool,
    /// Whether this is the session of an agent who waits for calls.
    pub(super) is_agent: bool,
}

/// The result of a call. If several parties were called, the greatest result counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    Unknown,
    Failed,
    Congestion,
    Busy,
    NoAnswer,
    Cancelled,
    Answered,
}

impl Outcome {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Failed => "failed",
            Self::Congestion => "congestion",
            Self::Busy => "busy",
            Self::NoAnswer => "noanswer",
            Self::Cancelled => "cancelled",
            Self::Answered => "answered",
        }
    }

    /// Returns the outcome of an attempt from its `DialStatus`, and `None` if the status is that of
    /// an answer or does not end the attempt.
    pub(super) fn from_dial_status(status: &str) -> Option<Self> {
        Some(match status.to_ascii_uppercase().as_str() {
            "BUSY" => Self::Busy,
            "NOANSWER" => Self::NoAnswer,
            "CANCEL" => Self::Cancelled,
            "CONGESTION" => Self::Congestion,
            "CHANUNAVAIL" | "INVALIDARGS" | "DONTCALL" | "TORTURE" => Self::Failed,
            _ => return None,
        })
    }

    /// Returns the outcome of a failed call from the `Reason` of its `OriginateResponse`.
    pub(super) fn from_reason(reason: u32) -> Option<Self> {
        Some(match reason {
            0 | 1 => Self::Failed,
            3 => Self::NoAnswer,
            5 => Self::Busy,
            8 => Self::Congestion,
            _ => return None,
        })
    }

    /// Returns the outcome of an unanswered call from the cause of its hangup, or `None` if the
    /// cause is one that an ordinary end has.
    fn from_cause(cause: u32) -> Option<Self> {
        Some(match cause {
            0 | 16 | 26 | 31 | 127 => return None,
            17 => Self::Busy,
            18 | 19 => Self::NoAnswer,
            34 | 38 | 41 | 42 | 44 | 58 => Self::Congestion,
            _ => Self::Failed,
        })
    }
}

impl Call {
    /// Notes that another party is called.
    pub(super) fn note_called(&mut self, name: &str) {
        let device = device(name);
        if self.called.len() < CALLED && !self.called.iter().any(|called| called == device) {
            self.called.push(device.into());
        }
    }

    /// Notes the outcome of an attempt to reach a party.
    pub(super) fn note_outcome(&mut self, outcome: Outcome) {
        self.outcome = self.outcome.max(Some(outcome));
    }

    /// Notes the cause of a hangup. The cause of the caller's channel wins, if it tells anything.
    pub(super) fn note_cause(&mut self, cause: Option<u32>, text: Option<String>, is_caller: bool) {
        let Some(cause) = cause else { return };
        if self.cause.is_none() || (cause != 0 && (is_caller || !self.has_callers_cause)) {
            self.cause = Some((cause, text.unwrap_or_default()));
            self.has_callers_cause = is_caller && cause != 0;
        }
    }

    /// Notes that a party answered. Half a Local channel gives way to the channel of a device.
    pub(super) fn note_answer(&mut self, now: Moment, name: &str, number: Option<String>) {
        self.answer.get_or_insert(now);
        let is_better = |known: &String| is_local(known) && !is_local(name);
        if self.answered_by.as_ref().is_none_or(is_better) {
            self.answered_by = Some(device(name).into());
            self.answered_number = number;
        }
    }

    /// Returns whether neither a party nor the PBX has answered, and no party was called.
    pub(super) fn is_unanswered(&self) -> bool {
        self.answer.is_none() && self.taken.is_none() && !self.has_legs
    }

    /// Returns whether the first channel is one to this device, as in `Local/100@default/n`.
    pub(super) fn is_to(&self, device_called: &str) -> bool {
        let device = device(&self.channel);
        device_called.strip_prefix(device).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Returns the time at which the call was answered, if it was.
    fn answered(&self) -> Option<Moment> {
        self.answer.or(if self.has_legs { None } else { self.taken })
    }

    /// Returns the result of the call, which has ended now.
    fn result(&self) -> Outcome {
        if self.answered().is_some() {
            return Outcome::Answered;
        }
        let from_cause = || Outcome::from_cause(self.cause.as_ref()?.0);
        let is_failed = self.is_originated && !self.has_legs && self.ring.is_none();
        self.outcome
            .or(self.is_busy.then_some(Outcome::Busy))
            .or_else(from_cause)
            .or(self.is_cancelled.then_some(Outcome::Cancelled))
            .or(is_failed.then_some(Outcome::Failed))
            .unwrap_or(Outcome::NoAnswer)
    }

    /// Takes over a younger call that turned out to be a part of this one.
    pub(super) fn absorb(&mut self, other: Self, is_twin: bool) {
        if is_twin {
            // The other half of a Local channel can know more than the first.
            self.number = self.number.take().or(other.number);
            self.name = self.name.take().or(other.name);
            self.exten = self.exten.take().or(other.exten);
        } else if self.channel.is_empty() {
            self.channel = other.channel;
        }
        self.queue = self.queue.take().or(other.queue);
        self.state = self.state.max(other.state);
        self.ring = earlier(self.ring, other.ring);
        self.ring_end = earlier(self.ring_end, other.ring_end);
        self.answer = earlier(self.answer, other.answer);
        self.taken = earlier(self.taken, other.taken);
        self.has_legs |= other.has_legs;
        other.called.iter().for_each(|called| self.note_called(called));
        if self.answered_by.is_none() {
            (self.answered_by, self.answered_number) = (other.answered_by, other.answered_number);
        }
        self.outcome = self.outcome.max(other.outcome);
        self.is_busy |= other.is_busy;
        self.cause = self.cause.take().or(other.cause);
        self.is_incomplete |= other.is_incomplete;
        self.channels.extend(other.channels);
        for linked in other.linked {
            if self.linked.len() < MOST_LINKED && !self.linked.contains(&linked) {
                self.linked.push(linked);
            }
        }
    }

    /// Returns the record of the call at a change of its state.
    pub(super) fn record(&self, state: State, now: Moment) -> Record {
        Record {
            state,
            time: now,
            begin: self.begin,
            uniqueid: self.caller.clone(),
            linkedid: self.linked.first().cloned(),
            channel: self.channel.clone(),
            number: self.number.clone(),
            name: self.name.clone(),
            exten: self.exten.clone().or_else(|| local_exten(&self.channel).map(str::to_owned)),
            queue: self.queue.clone(),
            called: self.called.join("&"),
            answered_by: self.answer.and(self.answered_by.clone()),
            answered_number: self.answer.and(self.answered_number.clone()),
            answered: self.answered().flatten(),
            is_incomplete: self.is_incomplete,
            ..Record::default()
        }
    }

    /// Returns the record of the call, which ends now.
    pub(super) fn ended(&self, now: Moment, is_lost: bool) -> Record {
        let since = |from: Moment, to: Moment| Some(to?.saturating_sub(from?));
        let answered = self.answered();
        let is_answered = answered.is_some();
        let ring_from = self.ring.unwrap_or(self.begin);
        let end = if is_lost { None } else { now };
        Record {
            result: if is_lost && !is_answered { Outcome::Unknown } else { self.result() }.as_str(),
            ring: since(ring_from, answered.or(self.ring_end).unwrap_or(end)),
            talk: answered.and_then(|answered| since(answered, end)),
            duration: since(self.begin, end),
            cause: self.cause.clone(),
            end,
            ..self.record(State::Ended, now)
        }
    }
}

/// Returns the earlier of two times that may not be known, or may not have come.
fn earlier(one: Option<Moment>, other: Option<Moment>) -> Option<Moment> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.and_then(|one| Some(one.min(other?)))),
        (one, other) => one.or(other),
    }
}

pub(super) fn is_local(name: &str) -> bool {
    name.starts_with("Local/")
}

/// Returns the extension that a Local channel calls, as in `Local/100@default-00000001;1`.
fn local_exten(name: &str) -> Option<&str> {
    name.strip_prefix("Local/")?.split_once('@').map(|(exten, _)| exten)
}

/// Returns the name of a half of a Local channel without the mark of the half, which is the same
/// for both. `None` if the channel is not such a half.
pub(super) fn twin_stem(name: &str) -> Option<&str> {
    let stem = [";1", ";2", ",1", ",2"].iter().find_map(|mark| name.strip_suffix(mark))?;
    is_local(name).then_some(stem)
}

/// Returns the device of a channel: its name without the part that makes it unique.
pub(super) fn device(name: &str) -> &str {
    let name = twin_stem(name).unwrap_or(name);
    match name.rsplit_once('-') {
        Some((device, unique)) if !unique.is_empty() && unique.bytes().all(|b| b.is_ascii_hexdigit()) => {
            device
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_the_names_of_channels_without_their_numbers() {
        for (name, expected) in [
            ("PJSIP/100-0000001a", "PJSIP/100"),
            ("SIP/my-trunk-0000001a", "SIP/my-trunk"),
            ("Local/103@test-0000005d;1", "Local/103@test"),
            ("Local/103@test-8d7f,2", "Local/103@test"),
            ("Agent/9000", "Agent/9000"),
            ("DAHDI/i1/200-1", "DAHDI/i1/200"),
            ("Zap/1-1", "Zap/1"),
            ("SIP/my-trunk", "SIP/my-trunk"),
            ("-", "-"),
            ("", ""),
        ] {
            assert_eq!(device(name), expected);
        }
    }

    #[test]
    fn the_cause_of_the_caller_wins() {
        let mut call = Call::default();
        call.note_cause(Some(26), None, false);
        call.note_cause(Some(17), Some("User busy".into()), true);
        call.note_cause(Some(16), None, false);
        call.note_cause(Some(0), None, true);
        assert_eq!(call.cause, Some((17, "User busy".into())));
    }
}
