//! A scripted server. It answers like Asterisk of several generations, one action after the other,
//! and records what it has sent. Its faults: late or missing responses, a sudden stop of all
//! traffic, a shutdown.

use std::collections::VecDeque;
use std::fmt::Write;

use embedded_ami::action::{self, Key};
use embedded_ami::client::ResponseStatus;
use embedded_ami::wire::{Decoder, Step};

use crate::client::{SECRET, USER};

const CHALLENGE: &str = "840415273";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Does not mark lists and puts the ActionID last.
    V1_4,
    /// Marks some lists.
    V1_8,
    /// Marks every list.
    V13,
    /// Marks every list and answers a Command with `Output` headers.
    V22,
}

impl Style {
    pub const ALL: [Style; 4] = [Style::V1_4, Style::V1_8, Style::V13, Style::V22];

    pub fn banner(self) -> &'static str {
        match self {
            Style::V1_4 => "Asterisk Call Manager/1.0\r\n",
            Style::V1_8 => "Asterisk Call Manager/1.1\r\n",
            Style::V13 => "Asterisk Call Manager/2.10.6\r\n",
            Style::V22 => "Asterisk Call Manager/11.0.0\r\n",
        }
    }

    fn marks_all(self) -> bool {
        matches!(self, Style::V13 | Style::V22)
    }
}

/// The meaning of a message to the client.
#[derive(Debug, Clone)]
pub enum Meaning {
    Banner,
    Challenge,
    Accepted,
    Refused,
    Booted,
    Shutdown,
    Goodbye,
    /// An event, with the ActionID in it.
    Event(Option<String>),
    /// If `is_end`, nothing follows for a client that knows the server's version.
    Response {
        id: String,
        status: ResponseStatus,
        is_end: bool,
    },
    /// An error after the response.
    Failed(String),
    /// An entry, or a single event. Up to Asterisk 12, the entries of IAXpeers have no ActionID,
    /// and those of Status look like an event with the ActionID of an action.
    Entry {
        id: Option<String>,
        is_end: bool,
        has_privilege: bool,
    },
    Complete(String),
    /// Text without an ActionID, or a second end.
    Stray,
}

/// A message that was sent, and the offset of its end in the server's stream.
#[derive(Debug, Clone)]
pub struct SentMessage {
    pub end: usize,
    pub meaning: Meaning,
}

#[derive(Debug, Clone, Copy)]
pub struct Faults {
    /// The probability that an action is never answered.
    pub lose: f32,
    /// The probability that a message is late.
    pub hold: f32,
    /// The mean time between two events in milliseconds; 0 for no events.
    pub events: u64,
    /// From this time on the server neither reads nor writes.
    pub dies_at: u64,
    pub stops_at: u64,
}

impl Faults {
    pub const NONE: Self = Self { lose: 0.0, hold: 0.0, events: 0, dies_at: u64::MAX, stops_at: u64::MAX };
}

/// The position of the ActionID in an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    Second,
    Last,
    /// At the end of an entry with a Privilege, as in Status.
    LastOfPrivileged,
    Nowhere,
}

struct Planned {
    at: u64,
    text: String,
    meaning: Meaning,
}

pub struct Server {
    pub style: Style,
    pub sent: Vec<SentMessage>,
    /// The ActionIDs of the requests received completely.
    pub received: Vec<String>,
    pub is_closed: bool,
    faults: Faults,
    random: fastrand::Rng,
    decoder: Decoder<Vec<u8>>,
    requests: VecDeque<(String, String)>,
    /// The rest of the response that was begun.
    agenda: VecDeque<Planned>,
    /// The time at which each call ends, and the ActionID of its Originate.
    calls: Vec<(u64, String)>,
    next_event: u64,
    /// The number of bytes sent.
    length: usize,
    is_logged_in: bool,
    has_events: bool,
}

impl Server {
    pub fn new(style: Style, faults: Faults, seed: u64) -> Self {
        let mut server = Self {
            style,
            sent: Vec::new(),
            received: Vec::new(),
            is_closed: false,
            faults,
            random: fastrand::Rng::with_seed(seed),
            decoder: Decoder::for_server(vec![0; 4096]).unwrap(),
            requests: VecDeque::new(),
            agenda: VecDeque::new(),
            calls: Vec::new(),
            next_event: u64::MAX,
            length: 0,
            is_logged_in: false,
            has_events: false,
        };
        server.agenda.push_back(Planned { at: 0, text: style.banner().into(), meaning: Meaning::Banner });
        server
    }

    pub fn receive(&mut self, mut bytes: &[u8]) {
        loop {
            match self.decoder.poll() {
                Step::Message => {
                    let message = self.decoder.message();
                    let get = |name| message.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
                    let (action, id) = (get("Action"), get("ActionID"));
                    self.received.push(id.clone());
                    if action == "Login" {
                        let key = Key::new(action::md5, CHALLENGE.as_bytes(), SECRET.as_bytes())
                            .expect("a challenge of digits");
                        let proof = match get("AuthType").as_str() {
                            "MD5" => get("Key").as_bytes() == key.to_hex(),
                            _ => get("Secret") == SECRET,
                        };
                        let action = match get("Events").as_str() {
                            _ if !proof || get("Username") != USER => "Intruder",
                            "off" => "Login without events",
                            _ => "Login",
                        };
                        self.requests.push_back((action.into(), id));
                    } else {
                        self.requests.push_back((action, id));
                    }
                }
                Step::NeedInput if bytes.is_empty() => return,
                Step::NeedInput => {
                    let space = self.decoder.space();
                    let n = space.len().min(bytes.len());
                    space[..n].copy_from_slice(&bytes[..n]);
                    self.decoder.advance(n);
                    bytes = &bytes[n..];
                }
                Step::End => return,
            }
        }
    }

    /// Returns the bytes sent at this time.
    pub fn poll(&mut self, now: u64) -> Vec<u8> {
        let mut sent = Vec::new();
        while !self.is_closed && now < self.faults.dies_at {
            match self.agenda.front().map(|planned| planned.at) {
                Some(at) if at > now => break,
                Some(_) => self.send_next(&mut sent),
                None => {
                    if !self.plan_next(now) {
                        break;
                    }
                }
            }
        }
        sent
    }

    /// Returns when the server acts next if it receives nothing more.
    pub fn next(&self, now: u64) -> Option<u64> {
        if self.is_closed || now >= self.faults.dies_at {
            return None;
        }
        let next = match self.agenda.front() {
            Some(planned) => planned.at,
            None if !self.requests.is_empty() => now,
            None => self.next_event.min(self.faults.stops_at).min(self.next_call().unwrap_or(u64::MAX)),
        };
        (next < self.faults.dies_at).then_some(next)
    }

    fn next_call(&self) -> Option<u64> {
        self.calls.iter().map(|&(at, _)| at).min()
    }

    fn send_next(&mut self, sent: &mut Vec<u8>) {
        let Some(Planned { text, meaning, .. }) = self.agenda.pop_front() else { return };
        // Further empty lines after the end of a message belong to no message.
        let more = text.strip_suffix("\r\n\r\n\r\n\r\n").map_or(0, |_| 4);
        self.sent.push(SentMessage { end: self.length + text.len() - more, meaning: meaning.clone() });
        self.length += text.len();
        sent.extend_from_slice(text.as_bytes());
        match meaning {
            Meaning::Goodbye | Meaning::Refused | Meaning::Shutdown => self.is_closed = true,
            Meaning::Accepted => self.is_logged_in = true,
            _ => {}
        }
    }

    /// Plans the next message. Returns whether there is one.
    fn plan_next(&mut self, now: u64) -> bool {
        if self.faults.stops_at <= now && !self.has_events {
            self.is_closed = true;
        } else if self.faults.stops_at <= now {
            self.plan(
                now,
                "Event: Shutdown\r\nPrivilege: system,all\r\nShutdown: Cleanly\r\n".into(),
                Meaning::Shutdown,
            );
        } else if let Some(at) = self.calls.iter().position(|&(at, _)| at <= now) {
            let (_, id) = self.calls.swap_remove(at);
            let text = format!(
                "Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: {id}\r\nResponse: Failure\r\n\
                 Channel: SIP/7\r\n{}",
                self.filler(true)
            );
            self.plan(now, text, Meaning::Event(Some(id)));
        } else if self.next_event <= now {
            self.next_event = now + self.random.u64(1..=2 * self.faults.events);
            self.event(now);
        } else if let Some((action, id)) = self.requests.pop_front() {
            self.answer(now, &action, &id);
        } else {
            return false;
        }
        true
    }

    fn event(&mut self, now: u64) {
        let name = self.random.choice(["Newchannel", "VarSet", "PeerStatus", "Status"]).unwrap();
        let text = format!("Event: {name}\r\nPrivilege: call,all\r\nChannel: SIP/7\r\n{}", self.filler(true));
        self.plan(now, text, Meaning::Event(None));
    }

    /// Plans a message; `text` lacks the empty line.
    fn plan(&mut self, now: u64, text: String, meaning: Meaning) {
        let pause = if self.random.f32() < self.faults.hold {
            self.random.u64(100..3000)
        } else {
            self.random.u64(0..4)
        };
        let after = self.agenda.back().map_or(now, |planned| planned.at);
        self.agenda.push_back(Planned { at: after + pause, text: text + "\r\n", meaning });
    }

    /// Returns arbitrary headers. If `forged`, some look as if they came from a value with line
    /// ends.
    fn filler(&mut self, forged: bool) -> String {
        let mut text = String::new();
        for i in 0..self.random.usize(0..4) {
            let length = if self.random.u8(..) < 20 { 400 } else { self.random.usize(0..60) };
            let value: String =
                (0..length).map(|_| *self.random.choice(b" :abc/-.=").unwrap() as char).collect();
            write!(text, "Key-{i}: {value}\r\n").unwrap();
        }
        if forged && self.random.u8(..) < 30 {
            text += "Data: x\r\nResponse: Error\r\nEvent: Hangup\r\nEventList: Complete\r\nActionID: 7\r\n";
        }
        text
    }

    fn respond(&mut self, now: u64, id: &str, word: &str, more: &str, status: ResponseStatus, is_end: bool) {
        let text = format!("Response: {word}\r\nActionID: {id}\r\n{more}");
        self.plan(now, text, Meaning::Response { id: id.into(), status, is_end });
    }

    fn answer(&mut self, now: u64, action: &str, id: &str) {
        // Half as likely before the login, or no run would get anywhere.
        if self.random.f32() < self.faults.lose / if self.is_logged_in { 1.0 } else { 2.0 } {
            return;
        }
        match action {
            "Challenge" if !self.is_logged_in => {
                let text = format!("Response: Success\r\nActionID: {id}\r\nChallenge: {CHALLENGE}\r\n");
                return self.plan(now, text, Meaning::Challenge);
            }
            "Login" | "Login without events" => return self.accept(now, id, action == "Login"),
            "Intruder" => {
                let text = format!("Response: Error\r\nActionID: {id}\r\nMessage: Authentication failed\r\n");
                return self.plan(now + 1000, text, Meaning::Refused);
            }
            "Logoff" => {
                let text =
                    format!("Response: Goodbye\r\nActionID: {id}\r\nMessage: Thanks for all the fish.\r\n");
                return self.plan(now, text, Meaning::Goodbye);
            }
            _ => {}
        }
        if !self.is_logged_in {
            let more = "Message: Permission denied\r\n";
            return self.respond(now, id, "Error", more, ResponseStatus::PermissionDenied, true);
        }
        if self.random.u8(..) < 20 {
            return self.fail(now, id);
        }
        self.answer_logged_in(now, action, id);
    }

    fn accept(&mut self, now: u64, id: &str, has_events: bool) {
        let text = format!("Response: Success\r\nActionID: {id}\r\nMessage: Authentication accepted\r\n");
        self.plan(now, text, Meaning::Accepted);
        self.has_events = has_events;
        if has_events {
            if self.style != Style::V1_4 && self.random.u8(..) < 230 {
                let text = "Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n";
                self.plan(now, text.into(), Meaning::Booted);
            }
            if self.faults.events > 0 {
                self.next_event = now;
            }
        }
    }

    fn fail(&mut self, now: u64, id: &str) {
        const ERRORS: [(&str, ResponseStatus); 5] = [
            ("No such channel", ResponseStatus::Error),
            ("No Contacts found\n", ResponseStatus::Error),
            ("Permission denied", ResponseStatus::PermissionDenied),
            (
                "Invalid/unknown command: X. Use Action: ListCommands to show available commands.",
                ResponseStatus::UnknownAction,
            ),
            ("Asterisk is shutting down", ResponseStatus::ShuttingDown),
        ];
        let (message, status) = self.random.choice(ERRORS).unwrap();
        let text = format!("Response: Error\r\nActionID: {id}\r\nMessage: {message}");
        let meaning = Meaning::Response { id: id.into(), status, is_end: true };
        // Current servers also have a text that ends in a line end, which ends the message one line
        // early.
        match message.ends_with('\n') {
            true => self.plan(now, text, meaning),
            false => self.plan(now, text + "\r\n", meaning),
        }
    }

    fn answer_logged_in(&mut self, now: u64, action: &str, id: &str) {
        use Style::{V1_4, V1_8, V13, V22};
        let style = self.style;
        let filler = self.filler(true);
        match (action, style) {
            ("Ping", V1_4) => self.respond(now, id, "Pong", "", ResponseStatus::Success, true),
            ("Ping", _) => {
                self.respond(
                    now,
                    id,
                    "Success",
                    "Ping: Pong\r\nTimestamp: 1.5\r\n",
                    ResponseStatus::Success,
                    true,
                );
            }
            ("Getvar", V1_4) => {
                let text =
                    format!("Response: Success\r\nVariable: X\r\nValue: \r\n{filler}ActionID: {id}\r\n");
                self.plan(
                    now,
                    text,
                    Meaning::Response { id: id.into(), status: ResponseStatus::Success, is_end: true },
                );
            }
            ("Getvar", _) => {
                let more = format!("Variable: X\r\nValue: \r\n{filler}");
                self.respond(now, id, "Success", &more, ResponseStatus::Success, true);
            }
            ("Command", V22) => {
                let is_ok = self.random.bool();
                let (word, status) = if is_ok {
                    ("Success", ResponseStatus::Success)
                } else {
                    ("Error", ResponseStatus::Error)
                };
                let mut more = String::from("Message: Command output follows\r\n");
                for i in 0..self.random.usize(0..20) {
                    write!(more, "Output:  {i} Event: x{}\r\n", "-".repeat(self.random.usize(0..80)))
                        .unwrap();
                }
                self.respond(now, id, word, &more, status, true);
            }
            ("Command", _) => {
                let mut text = format!("Response: Follows\r\nPrivilege: Command\r\nActionID: {id}\r\n");
                for i in 0..self.random.usize(0..20) {
                    let line = self.random.choice([
                        "",
                        "Event: x",
                        "ActionID: 7",
                        "--END COMMAND--",
                        "Response: Error",
                    ]);
                    writeln!(text, "{i} {}{}", line.unwrap(), "-".repeat(self.random.usize(0..80))).unwrap();
                }
                text += "Glued--END COMMAND--\r\n";
                self.plan(
                    now,
                    text,
                    Meaning::Response { id: id.into(), status: ResponseStatus::Success, is_end: true },
                );
            }
            ("Status", V1_4 | V1_8) => {
                self.list(now, id, "Status", "StatusComplete", false, Place::LastOfPrivileged);
            }
            ("SIPpeers", V1_4) => self.list(now, id, "PeerEntry", "PeerlistComplete", false, Place::Last),
            ("SIPpeers", V1_8) => self.list(now, id, "PeerEntry", "PeerlistComplete", true, Place::Second),
            ("IAXpeers", V1_4) => {
                let text =
                    format!("ActionID: {id}\r\nName/Username    Host\r\n0 iax2 peers [0 online]\r\n\r\n");
                let meaning = Meaning::Response { id: id.into(), status: ResponseStatus::Text, is_end: true };
                self.plan(now, text + "\r\n", meaning);
            }
            ("IAXpeers", V1_8) => self.list(now, id, "PeerEntry", "PeerlistComplete", true, Place::Nowhere),
            ("VoicemailUsersList", _) if self.random.bool() => {
                // No list for no users: clients that know lists only by their action wait for one.
                let more = "Message: There are no voicemail users currently defined.\r\n";
                self.respond(now, id, "Success", more, ResponseStatus::Success, style.marks_all());
            }
            ("VoicemailUsersList", V1_4 | V1_8) => {
                let (entry, end) = ("VoicemailUserEntry", "VoicemailUserEntryComplete");
                self.list(now, id, entry, end, false, Place::First);
            }
            ("CoreShowChannels", V1_4 | V1_8) => {
                let marked = style == V1_8;
                self.list(now, id, "CoreShowChannel", "CoreShowChannelsComplete", marked, Place::Last);
            }
            ("DBGet", V1_4 | V1_8) => {
                self.single(now, id, "DBGetResponse");
                if style == V1_8 {
                    self.plan(now, format!("Event: DBGetComplete\r\nActionID: {id}\r\n"), Meaning::Stray);
                }
            }
            ("FAXStats", _) => self.single(now, id, "FAXStats"),
            ("DataGet", V1_8) => {
                let text = format!("Event: DataGet Tree\r\nActionID: {id}\r\n0-x: y\r\n{filler}");
                self.plan(
                    now,
                    text,
                    Meaning::Entry { id: Some(id.into()), is_end: true, has_privilege: false },
                );
            }
            ("DataGet", _) => self.fail(now, id),
            ("WaitEvent", _) => {
                let more = "Message: Waiting for Event completed.\r\n";
                self.respond(now, id, "Success", more, ResponseStatus::Success, false);
                for _ in 0..self.random.usize(0..4) {
                    self.event(now);
                }
                let meaning = Meaning::Entry { id: Some(id.into()), is_end: true, has_privilege: false };
                self.plan(now, format!("Event: WaitEventComplete\r\nActionID: {id}\r\n"), meaning);
            }
            ("Queues", V13 | V1_8 | V1_4) => {
                for queue in ["sales", "support"] {
                    let text = format!(
                        "{queue}: eu has 0 calls (max unlimited)\r\n   Members: \r\n   No Callers\r\n{}",
                        "\r\n".repeat(self.random.usize(0..2) * 2)
                    );
                    self.plan(now, text, Meaning::Stray);
                }
            }
            ("Originate", _) => {
                let more = "Message: Originate successfully queued\r\n";
                self.respond(now, id, "Success", more, ResponseStatus::Success, true);
                self.calls.push((now + self.random.u64(0..500), id.into()));
            }
            ("SIPpeers" | "IAXpeers", V13 | V22) => {
                self.list(now, id, "PeerEntry", "PeerlistComplete", true, Place::Second);
            }
            ("Status" | "CoreShowChannels" | "DBGet" | "VoicemailUsersList", V13 | V22) => {
                let place = self.random.choice([Place::Second, Place::Last]).unwrap();
                self.list(now, id, "AnyEntry", &format!("{action}Complete"), true, place);
            }
            _ => {
                let more = "Message: Invalid/unknown command\r\n";
                self.respond(now, id, "Error", more, ResponseStatus::UnknownAction, true);
            }
        }
    }

    fn single(&mut self, now: u64, id: &str, event: &str) {
        self.respond(now, id, "Success", "Message: Result will follow\r\n", ResponseStatus::Success, false);
        let text = match self.random.bool() {
            true => format!("Event: {event}\r\nActionID: {id}\r\nKey: x\r\n{}", self.filler(true)),
            false => {
                format!("Event: {event}\r\nFamily: f\r\nKey: x\r\n{}ActionID: {id}\r\n", self.filler(true))
            }
        };
        self.plan(now, text, Meaning::Entry { id: Some(id.into()), is_end: true, has_privilege: false });
    }

    fn list(&mut self, now: u64, id: &str, entry: &str, end: &str, is_marked: bool, place: Place) {
        // FAXSessions uses the second spelling, Asterisk 1.6 the third.
        let starts = ["EventList: start\r\n", "EventList: Start\r\n", "Eventlist: start\r\n"];
        let start = if is_marked { self.random.choice(starts).unwrap() } else { "" };
        self.respond(
            now,
            id,
            "Success",
            &format!("{start}Message: follows\r\n"),
            ResponseStatus::Success,
            false,
        );
        let count = self.random.u32(0..8);
        let fails_at = if self.random.u8(..) < 20 { self.random.u32(0..=count) } else { u32::MAX };
        for i in 0..count.min(fails_at) {
            let filler = self.filler(place != Place::Nowhere);
            let rest = format!("ObjectName: {i}\r\n{filler}");
            let named = format!("ActionID: {id}\r\n");
            let text = match place {
                Place::First => format!("{named}Event: {entry}\r\n{rest}"),
                Place::Second => format!("Event: {entry}\r\n{named}{rest}"),
                Place::Last => format!("Event: {entry}\r\nChannelType: SIP\r\n{rest}{named}"),
                Place::LastOfPrivileged => format!("Event: {entry}\r\nPrivilege: Call\r\n{rest}{named}"),
                Place::Nowhere => format!("Event: {entry}\r\n{rest}"),
            };
            let id = (place != Place::Nowhere).then(|| id.into());
            let has_privilege = place == Place::LastOfPrivileged;
            self.plan(now, text, Meaning::Entry { id, is_end: false, has_privilege });
        }
        if fails_at < u32::MAX {
            let text = format!("Response: Error\r\nActionID: {id}\r\nMessage: Memory allocation failure\r\n");
            return self.plan(now, text, Meaning::Failed(id.into()));
        }
        let text = match (is_marked, place) {
            (true, Place::Second) => {
                format!("Event: {end}\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: {count}\r\n")
            }
            (true, _) => {
                format!("Event: {end}\r\nEventList: Complete\r\nListItems: {count}\r\nActionID: {id}\r\n")
            }
            (false, _) => format!("Event: {end}\r\nListItems: {count}\r\nActionID: {id}\r\n"),
        };
        self.plan(now, text, Meaning::Complete(id.into()));
    }
}
