//! Determines from the server's stream alone how each action must end.
//!
//! This is a second opinion on the session. It has the whole stream in memory and looks for the
//! messages with the ActionID of each action. The lists before Asterisk 13.2 are written down here
//! by hand.

use embedded_ami::client::{LoginRefused, LossReason, ResponseStatus, Stage};

use crate::capture::{Plan, Request};
use crate::common::naive::{self, Kind, Message};
use crate::run::{End, Login, Outcome};

/// The lists whose start Asterisk did not mark before 13.2, with the events that end them.
const LISTS: [(&str, &str); 10] = [
    ("Agents", "AgentsComplete"),
    ("DAHDIShowChannels", "DAHDIShowChannelsComplete"),
    ("IAXpeers", "PeerlistComplete"),
    ("ParkedCalls", "ParkedCallsComplete"),
    ("QueueStatus", "QueueStatusComplete"),
    ("QueueSummary", "QueueSummaryComplete"),
    ("SIPpeers", "PeerlistComplete"),
    ("Status", "StatusComplete"),
    ("VoicemailUsersList", "VoicemailUserEntryComplete"),
    ("ZapShowChannels", "ZapShowChannelsComplete"),
];

/// The actions with one event after the response.
const EVENTS: [(&str, &str); 5] = [
    ("DataGet", "DataGet Tree"),
    ("DBGet", "DBGetResponse"),
    ("FAXSession", "FAXSession"),
    ("FAXStats", "FAXStats"),
    ("WaitEvent", "WaitEventComplete"),
];

/// Returns the expected outcome of a connection if nothing follows the stream.
pub fn outcome(plan: &Plan) -> Outcome {
    let messages = naive::decode(&plan.stream, true);
    let login = login(plan, &messages);
    let is_marked = messages.first().is_some_and(|message| {
        // Asterisk 13.2 announces 2.7.
        let version = message.banner.as_ref().map_or(&b"0"[..], |(_, version)| version);
        let mut numbers = std::str::from_utf8(version).unwrap().split('.');
        let mut number = || numbers.next().and_then(|number| number.parse::<u32>().ok()).unwrap_or(0);
        (number(), number()) >= (2, 7)
    });
    let end = |(request, id): (&Request, &String)| match login {
        Login::Accepted => Some(end(&messages, request, id.as_bytes(), is_marked)),
        _ => None,
    };
    Outcome { login, ends: plan.requests.iter().zip(&plan.ids).map(end).collect() }
}

fn login(plan: &Plan, messages: &[Message]) -> Login {
    let mut messages = messages.iter().filter(|message| !message.incomplete);
    if messages.next().is_none_or(|message| message.kind != Kind::Banner) {
        return Login::TimedOut(Stage::Connecting);
    }
    for id in &plan.own {
        let Some(response) = messages.find(|message| names(message, id.as_bytes())) else {
            return Login::TimedOut(Stage::LoggingIn);
        };
        match answer(response) {
            ResponseStatus::Success => {}
            ResponseStatus::AlreadyInUse => return Login::Refused(LoginRefused::AlreadyInUse),
            _ => return Login::Refused(LoginRefused::Authentication),
        }
    }
    match plan.login {
        Some(_) => Login::Accepted,
        // The server waits for the client to log in, or for the answer to its challenge.
        None if plan.own.is_empty() => Login::Undecided,
        None => Login::TimedOut(Stage::LoggingIn),
    }
}

fn end(messages: &[Message], request: &Request, id: &[u8], is_marked: bool) -> End {
    let is = |name: &str| request.name.eq_ignore_ascii_case(name);
    let finished = |message: &&Message| !message.incomplete;
    let is_response = |message: &Message| message.kind != Kind::Event && names(message, id);
    let Some(at) = messages.iter().position(|message| finished(&message) && is_response(message)) else {
        // DataGet has an event and no response.
        let is_event = |message: &Message| message.kind == Kind::Event && names(message, id);
        return match is("DataGet") && messages.iter().filter(finished).any(is_event) {
            true => End::Event,
            false => End::Lost(LossReason::TimedOut),
        };
    };
    let response = &messages[at];
    if response.kind == Kind::Other {
        return End::Response(ResponseStatus::Text);
    }
    if answer(response) != ResponseStatus::Success {
        return End::Response(answer(response));
    }
    // The messages after the response; the loop stops at an error.
    let follow = messages[at + 1..].iter().filter(finished);
    let starts = is_marked_as(response, "start");
    let event = EVENTS.iter().find(|(action, _)| is(action)).map(|(_, event)| event.as_bytes());
    let list = LISTS.iter().find(|(action, _)| is(action)).map(|(_, event)| event.as_bytes());
    if !starts && event.is_none() && (is_marked || list.is_none()) {
        return End::Response(ResponseStatus::Success);
    }
    let mut entries = 0;
    for message in follow {
        let name = message.name.as_deref();
        if is_response(message) && answer(message) != ResponseStatus::Success {
            return End::Aborted(entries);
        }
        if message.kind != Kind::Event {
            continue;
        }
        if !names(message, id) {
            // The entries of this one list have no ActionID.
            let is_plain = ["ActionID", "Privilege"].iter().all(|name| header(message, name).is_none());
            let unnamed = is("IAXpeers") && is_plain;
            entries += u32::from(unnamed && name == Some(b"PeerEntry"));
            continue;
        }
        if !starts && event.is_some() {
            if name == event {
                return End::Event;
            }
            continue;
        }
        if is_marked_as(message, "Complete") || name == list {
            return End::List(entries);
        }
        entries += 1;
    }
    End::Lost(LossReason::CutShort { entries })
}

/// Returns the status of a response according to the documentation.
fn answer(message: &Message) -> ResponseStatus {
    let text = header(message, "Message").unwrap_or_default();
    match message.name.as_deref().unwrap_or_default() {
        b"Success" | b"Goodbye" | b"Follows" | b"Pong" | b"Events On" | b"Events Off" => {
            ResponseStatus::Success
        }
        b"Error" if text == b"Permission denied" => ResponseStatus::PermissionDenied,
        b"Error" if text.starts_with(b"Invalid/unknown command") => ResponseStatus::UnknownAction,
        b"Error" if text == b"Login Already In Use" => ResponseStatus::AlreadyInUse,
        b"Error" if text == b"Asterisk is shutting down" => ResponseStatus::ShuttingDown,
        b"Error" | b"Failure" => ResponseStatus::Error,
        _ => ResponseStatus::Other,
    }
}

pub fn names(message: &Message, id: &[u8]) -> bool {
    message.headers.iter().any(|(name, value)| name.as_deref() == Some(b"ActionID") && value == id)
}

/// A genuine `EventList` is among the first three lines; one further on comes from a value with
/// line ends.
fn is_marked_as(message: &Message, mark: &str) -> bool {
    let head = &message.headers[..message.headers.len().min(3)];
    find(head, "EventList").is_some_and(|value| value.eq_ignore_ascii_case(mark.as_bytes()))
}

fn header<'a>(message: &'a Message, name: &str) -> Option<&'a [u8]> {
    find(&message.headers, name)
}

/// Returns the first value of this name. Some responses of 1.6 have `Eventlist`.
fn find<'a>(headers: &'a [(Option<Vec<u8>>, Vec<u8>)], name: &str) -> Option<&'a [u8]> {
    let is = |own: &Vec<u8>| own.eq_ignore_ascii_case(name.as_bytes());
    let found = headers.iter().find(|(own, _)| own.as_ref().is_some_and(is));
    found.map(|(_, value)| &value[..])
}
