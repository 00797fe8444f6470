//! A rule: the conditions, the answer and the faults.

use std::time::Duration;

use embedded_ami::classes::Classes;
use embedded_ami::wire::Value;

use super::render::is_closed;

/// The longest delay.
pub(super) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Headers in their order. A name can occur more than once.
pub(super) type Headers = Vec<(String, String)>;

/// A rule of a script: the answer to a request, and the faults that the client meets. See the
/// [module](crate::script) for the meaning of each part.
///
/// The functions without `self` choose the answer; the others add conditions and faults. The name
/// of the action is passed along with the rule, to [`Builder::on`](crate::Builder::on) or
/// [`Pbx::on`](crate::Pbx::on), which check the rule.
///
/// `Debug` redacts the values that may be secrets
/// ([`Header::is_secret`](embedded_ami::wire::Header::is_secret)), and prints only the length of
/// raw bytes.
///
/// ```
/// use std::time::Duration;
///
/// use embedded_ami_pbx::Rule;
///
/// // The first call to this phone fails, 300 ms later.
/// let rule = Rule::refuse("Extension does not exist.")
///     .matching("Channel", "PJSIP/100")
///     .times(1)
///     .delay(Duration::from_millis(300));
///
/// // The answer of the PBX breaks off after 20 bytes.
/// let cut = Rule::pass().cut(20);
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use = "a rule does nothing until it is passed to `on`"]
pub struct Rule {
    pub(super) conditions: Headers,
    pub(super) skip: u64,
    pub(super) times: Option<u64>,
    pub(super) delay: Duration,
    pub(super) verb: Verb,
    pub(super) complete: Option<Complete>,
    pub(super) garble: Vec<usize>,
    pub(super) cut: Option<usize>,
    pub(super) close: bool,
    pub(super) events: Vec<Event>,
}

/// The answer of a rule.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Verb {
    /// The answer of the PBX.
    Pass,
    Answer(Headers),
    List {
        response: Headers,
        entries: Vec<Headers>,
    },
    Output(Vec<String>),
    Raw(Vec<u8>),
    Silent,
    Drop,
}

/// The end of a list.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Complete {
    /// An event with these headers.
    Event(Headers),
    /// Nothing.
    Never,
}

/// An event that follows the answer.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) after: Duration,
    pub(super) headers: Headers,
}

/// A mistake in a rule: the key in TOML that it concerns, and the reason.
pub(super) type Mistake = (&'static str, String);

fn headers<N: Into<String>, V: Into<String>>(headers: impl IntoIterator<Item = (N, V)>) -> Headers {
    headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

impl Rule {
    pub(super) fn with_verb(verb: Verb) -> Self {
        Self {
            conditions: Headers::new(),
            skip: 0,
            times: None,
            delay: Duration::ZERO,
            verb,
            complete: None,
            garble: Vec::new(),
            cut: None,
            close: false,
            events: Vec::new(),
        }
    }

    /// Creates a rule with the answer that the PBX gives without a rule.
    pub fn pass() -> Self {
        Self::with_verb(Verb::Pass)
    }

    /// Creates a rule that answers with these headers. `Response: Success` precedes them unless
    /// they contain a `Response`. The ActionID of the request is added unless they contain one.
    ///
    /// ```
    /// # use embedded_ami_pbx::Rule;
    /// let rule = Rule::answer([("Ping", "Pong"), ("Timestamp", "0")]);
    /// ```
    pub fn answer<N: Into<String>, V: Into<String>>(answer: impl IntoIterator<Item = (N, V)>) -> Self {
        Self::with_verb(Verb::Answer(headers(answer)))
    }

    /// Creates a rule that answers `Error` with this message.
    pub fn refuse(message: impl Into<String>) -> Self {
        Self::answer([("Response", "Error".to_owned()), ("Message", message.into())])
    }

    /// Creates a rule that answers with a list, which is empty at first.
    ///
    /// ```
    /// # use embedded_ami_pbx::Rule;
    /// let rule = Rule::list()
    ///     .response([("Message", "Agents will follow")])
    ///     .entry([("Event", "Agents"), ("Agent", "1001")])
    ///     .entry([("Event", "Agents"), ("Agent", "1002")])
    ///     .complete([("Event", "AgentsComplete")]);
    /// ```
    pub fn list() -> Self {
        Self::with_verb(Verb::List { response: Headers::new(), entries: Vec::new() })
    }

    /// Creates a rule that answers with the output of a command, in the form of the AMI version
    /// that the PBX announces.
    pub fn output<L: Into<String>>(lines: impl IntoIterator<Item = L>) -> Self {
        Self::with_verb(Verb::Output(lines.into_iter().map(Into::into).collect()))
    }

    /// Creates a rule that answers with these bytes, or sends them instead of the banner. Apart
    /// from placeholders they are sent verbatim, without a line end or ActionID.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::with_verb(Verb::Raw(bytes.into()))
    }

    /// Creates a rule that never answers, or sends no banner.
    pub fn silent() -> Self {
        Self::with_verb(Verb::Silent)
    }

    /// Creates a rule that closes the connection without an answer.
    pub fn drop_connection() -> Self {
        Self::with_verb(Verb::Drop)
    }

    /// Adds a condition: the request has a header with this value. Its case matters in the value,
    /// but not in the name. An empty value matches a header that is empty or missing.
    pub fn matching(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.conditions.push((name.into(), value.into()));
        self
    }

    /// Lets this many matching requests pass before the rule applies.
    pub fn skip(mut self, requests: u64) -> Self {
        self.skip = requests;
        self
    }

    /// Applies the rule to this many requests only. Later ones go to the next rule that matches, or
    /// to the PBX.
    pub fn times(mut self, requests: u64) -> Self {
        self.times = Some(requests);
        self
    }

    /// Waits before the rule does anything, at most 24 hours.
    pub fn delay(mut self, time: Duration) -> Self {
        self.delay = time;
        self
    }

    /// Adds an entry to the list of the answer. Its first header should be `Event`.
    pub fn entry<N: Into<String>, V: Into<String>>(
        mut self,
        entry: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        match &mut self.verb {
            Verb::List { entries, .. } => entries.push(headers(entry)),
            _ => self.verb = Verb::List { response: Headers::new(), entries: vec![headers(entry)] },
        }
        self
    }

    /// Sets headers of the response that begins the list.
    pub fn response<N: Into<String>, V: Into<String>>(
        mut self,
        response: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let given = headers(response);
        match &mut self.verb {
            Verb::List { response, .. } => *response = given,
            _ => self.verb = Verb::List { response: given, entries: Vec::new() },
        }
        self
    }

    /// Sets the event that ends the list.
    pub fn complete<N: Into<String>, V: Into<String>>(
        mut self,
        complete: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.complete = Some(Complete::Event(headers(complete)));
        self
    }

    /// Leaves out the event that ends the list, so that the client waits for it.
    pub fn never_complete(mut self) -> Self {
        self.complete = Some(Complete::Never);
        self
    }

    /// Inverts all bits of the byte at this position of the answer, counted from 0. A position
    /// after the end of the answer counts as its last byte.
    pub fn garble(mut self, at: usize) -> Self {
        self.garble.push(at);
        self
    }

    /// Sends only this many bytes of the answer and closes the connection. If the answer is
    /// shorter, all of it is sent.
    pub fn cut(mut self, bytes: usize) -> Self {
        self.cut = Some(bytes);
        self
    }

    /// Closes the connection after the answer.
    pub fn close(mut self) -> Self {
        self.close = true;
        self
    }

    /// Adds an event that is sent after the answer.
    pub fn event<N: Into<String>, V: Into<String>>(self, event: impl IntoIterator<Item = (N, V)>) -> Self {
        self.event_after(Duration::ZERO, event)
    }

    /// Adds an event that is sent this long after the answer, at most 24 hours.
    pub fn event_after<N: Into<String>, V: Into<String>>(
        mut self,
        time: Duration,
        event: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.events.push(Event { after: time, headers: headers(event) });
        self
    }

    /// Checks the rule for requests of this action.
    pub(super) fn check(&self, on: &str) -> Result<(), Mistake> {
        let mistake = |key, reason: &str| Err((key, reason.to_owned()));
        if on.is_empty() {
            return mistake("on", "on is empty: it is the name of an action, connect, or *");
        }
        let is_connect = on.eq_ignore_ascii_case("connect");
        if is_connect && !self.conditions.is_empty() {
            return mistake("match", "match: connect has no headers to match");
        }
        if self.times == Some(0) {
            return mistake("times", "times is 0, but must be at least 1");
        }
        if self.delay > LONGEST || self.events.iter().any(|event| event.after > LONGEST) {
            return mistake("delay", "a delay is longer than 24 hours");
        }
        for (name, value) in &self.conditions {
            check_header("match", name, value)?;
        }
        match &self.verb {
            Verb::Pass if is_connect => {}
            Verb::Raw(_) | Verb::Silent | Verb::Drop | Verb::Pass => {}
            _ if is_connect => {
                return mistake("on", "on connect: a rule can have raw, silent, drop or pass, but no answer");
            }
            Verb::Answer(headers) => check_headers("answer", headers)?,
            Verb::List { response, entries } => {
                check_headers("answer", response)?;
                entries.iter().try_for_each(|entry| check_event("list", entry))?;
            }
            Verb::Output(lines) => {
                lines.iter().try_for_each(|line| check_header("output", "Output", line))?;
            }
        }
        match (&self.complete, &self.verb) {
            (Some(Complete::Event(headers)), Verb::List { .. }) => check_event("complete", headers)?,
            (None, _) | (Some(Complete::Never), Verb::List { .. }) => {}
            _ => return mistake("complete", "complete ends a list, but the rule has no list"),
        }
        if let Verb::Raw(bytes) = &self.verb {
            check_placeholders("raw", bytes)?;
        }
        let has_answer = !matches!(self.verb, Verb::Silent | Verb::Drop);
        if !has_answer && !self.garble.is_empty() {
            return mistake("garble", "garble changes an answer, but the rule has none");
        }
        if !has_answer && self.cut.is_some() {
            return mistake("cut", "cut shortens an answer, but the rule has none");
        }
        if self.close && (self.cut.is_some() || self.verb == Verb::Drop) {
            return mistake("close", "close: cut and drop close the connection already");
        }
        for event in &self.events {
            check_event("events", &event.headers)?;
            let privilege = event.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Privilege"));
            let words = privilege.iter().flat_map(|(_, value)| value.split(','));
            let is_unknown = |word: &&str| {
                *word != "all" && Classes::from_privilege(Value::new(word.as_bytes())).is_empty()
            };
            if let Some(word) = words.into_iter().find(is_unknown) {
                return Err(("events", format!("events: {word:?} in Privilege is not a class of events")));
            }
        }
        Ok(())
    }

    /// Returns whether the rule leaves everything as it is.
    pub(super) fn has_no_effect(&self) -> bool {
        *self == Self { conditions: self.conditions.clone(), ..Self::pass() }
    }
}

/// Checks the headers of an event, which need a name.
fn check_event(key: &'static str, headers: &Headers) -> Result<(), Mistake> {
    let name = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Event"));
    if name.is_none_or(|(_, value)| value.is_empty()) {
        return Err((key, format!("{key}: an event has no header Event with its name")));
    }
    check_headers(key, headers)
}

fn check_headers(key: &'static str, headers: &Headers) -> Result<(), Mistake> {
    headers.iter().try_for_each(|(name, value)| check_header(key, name, value))
}

fn check_header(key: &'static str, name: &str, value: &str) -> Result<(), Mistake> {
    let is_bad = |byte: u8| byte < b' ' || byte == b':' || byte == 0x7f;
    if name.is_empty() || name != name.trim() || name.bytes().any(is_bad) {
        return Err((key, format!("{key}: {name:?} is not the name of a header; raw sends any bytes")));
    }
    if value.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
        let reason = format!("{key}: the value of {name} has a line end or NUL; raw sends any bytes");
        return Err((key, reason));
    }
    check_placeholders(key, value.as_bytes())
}

fn check_placeholders(key: &'static str, text: &[u8]) -> Result<(), Mistake> {
    match is_closed(text) {
        true => Ok(()),
        false => Err((key, format!("{key}: ${{ without }}; write $${{ for the two characters ${{"))),
    }
}
