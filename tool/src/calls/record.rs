//! The records of calls, and their two forms: the headers of a message, and text.

use std::fmt::Write;
use std::time::{Duration, UNIX_EPOCH};

use embedded_ami::wire::{Message, OwnedMessage};

use super::call::Moment;

/// The keys that a record can have.
pub(super) const KEYS: &[&str] = &[
    "Event",
    "State",
    "Result",
    "Begin",
    "Answer",
    "End",
    "Ring",
    "Talk",
    "Duration",
    "CallerIDNum",
    "CallerIDName",
    "Channel",
    "Exten",
    "Queue",
    "Called",
    "AnsweredBy",
    "AnsweredNum",
    "Cause",
    "Cause-txt",
    "Uniqueid",
    "Linkedid",
    "Into",
    "Incomplete",
];

/// The state that a call has reached.
#[derive(Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum State {
    /// The call has begun, which has no record.
    #[default]
    Begun,
    Ringing,
    Answered,
    Ended,
    /// The call turned out to be a part of an older one.
    Joined,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Ended => "ended",
            Self::Joined => "joined",
        }
    }
}

/// A change of the state of a call.
#[derive(Default)]
pub(super) struct Record {
    pub(super) state: State,
    /// The time of the change.
    pub(super) time: Moment,
    pub(super) result: &'static str,
    pub(super) begin: Moment,
    pub(super) answered: Moment,
    pub(super) end: Moment,
    pub(super) ring: Option<Duration>,
    pub(super) talk: Option<Duration>,
    pub(super) duration: Option<Duration>,
    pub(super) number: Option<String>,
    pub(super) name: Option<String>,
    pub(super) channel: String,
    pub(super) exten: Option<String>,
    pub(super) queue: Option<String>,
    pub(super) called: String,
    pub(super) answered_by: Option<String>,
    pub(super) answered_number: Option<String>,
    pub(super) cause: Option<(u32, String)>,
    pub(super) uniqueid: String,
    pub(super) linkedid: Option<String>,
    /// The unique id of the call that this one is a part of.
    pub(super) into: Option<String>,
    pub(super) is_incomplete: bool,
}

impl Record {
    /// Returns the record as an event whose headers are those of the help. Headers without a value
    /// are left out.
    pub(super) fn to_message(&self) -> OwnedMessage {
        let mut text = String::from("Event: Call\r\n");
        let mut add = |name: &str, value: Option<&str>| {
            debug_assert!(KEYS.contains(&name), "{name}");
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                // A value of an old server can contain a line feed.
                let value = value.replace(['\r', '\n', '\0'], " ");
                let _ = write!(text, "{name}: {value}\r\n");
            }
        };
        let seconds = |duration: Duration| format!("{:.3}", duration.as_secs_f64());
        add("State", Some(self.state.as_str()));
        add("Result", Some(self.result));
        add("Begin", moment(self.begin).as_deref());
        add("Answer", moment(self.answered).as_deref());
        add("End", moment(self.end).as_deref());
        add("Ring", self.ring.map(seconds).as_deref());
        add("Talk", self.talk.map(seconds).as_deref());
        add("Duration", self.duration.map(seconds).as_deref());
        add("CallerIDNum", self.number.as_deref());
        add("CallerIDName", self.name.as_deref());
        add("Channel", Some(&self.channel));
        add("Exten", self.exten.as_deref());
        add("Queue", self.queue.as_deref());
        add("Called", Some(&self.called));
        add("AnsweredBy", self.answered_by.as_deref());
        add("AnsweredNum", self.answered_number.as_deref());
        add("Cause", self.cause.as_ref().map(|(cause, _)| cause.to_string()).as_deref());
        add("Cause-txt", self.cause.as_ref().map(|(_, text)| text.as_str()));
        add("Uniqueid", Some(&self.uniqueid));
        add("Linkedid", self.linkedid.as_deref());
        add("Into", self.into.as_deref());
        add("Incomplete", self.is_incomplete.then_some("yes"));
        text.push_str("\r\n");
        let mut message = OwnedMessage::default();
        if let Some(parsed) = Message::parse(text.as_bytes()) {
            // A vector has room for every message.
            let _ = message.push(&parsed);
        }
        message
    }

    /// Returns the record as a line of text, without its line end.
    pub(super) fn to_text(&self, is_at_change: bool) -> String {
        let time = if is_at_change { self.time } else { self.begin };
        let time =
            moment(time.map(|time| Duration::from_secs(time.as_secs()))).map(|t| t.replace(".000", ""));
        let word = if self.result.is_empty() { self.state.as_str() } else { self.result };
        let mut line = format!("{:<20}  {word:<10}", time.as_deref().unwrap_or("-"));
        if self.state == State::Ended {
            let seconds = |time: Option<Duration>| time.map_or("-".into(), |t| format!("{} s", t.as_secs()));
            let _ = write!(line, "  ring {:<5}  talk {:<6}", seconds(self.ring), seconds(self.talk));
        }
        let number = self.number.as_deref().unwrap_or("unknown");
        let _ = match &self.name {
            Some(name) => write!(line, "  \"{name}\" <{number}>"),
            None => write!(line, "  <{number}>"),
        };
        let _ = write!(line, " -> {}", self.exten.as_deref().unwrap_or("unknown"));
        if let Some(queue) = &self.queue {
            let _ = write!(line, "  queue {queue}");
        }
        match &self.answered_by {
            Some(party) => drop(write!(line, "  by {party}")),
            None if !self.called.is_empty() => drop(write!(line, "  called {}", self.called)),
            None => {}
        }
        if let Some((cause, text)) = &self.cause {
            let _ = write!(line, "  cause {cause} {text}");
        }
        let _ = write!(line, "  id {}", self.uniqueid);
        if let Some(into) = &self.into {
            let _ = write!(line, "  into {into}");
        }
        if self.is_incomplete {
            line.push_str("  incomplete");
        }
        line.replace(['\r', '\n', '\0'], " ")
    }
}

/// Writes a time in UTC, with milliseconds.
fn moment(time: Moment) -> Option<String> {
    let time = UNIX_EPOCH.checked_add(time?)?;
    // A clock far in the future has a year that the format does not have.
    let mut text = String::new();
    write!(text, "{}", humantime::format_rfc3339_millis(time)).ok().map(|()| text)
}
