//! The expected end of a session, found from the bytes that passed the proxy alone. It does not use
//! the library.

/// How the bytes of the server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The connection was closed.
    Closed,
    /// The connection stays open, and nothing more arrives.
    Silent,
}

/// The first step that fails, with the errors that are right for it.
#[derive(Debug, PartialEq, Eq)]
pub struct Expected {
    pub step: &'static str,
    pub errors: Vec<String>,
}

/// A stream of the server: its whole messages, and whether a part of another follows.
pub struct Stream<'a> {
    pub banner: Option<&'a str>,
    pub messages: Vec<&'a str>,
    pub has_rest: bool,
    is_empty: bool,
}

impl<'a> Stream<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        let text = std::str::from_utf8(bytes).expect("text");
        let Some((banner, mut rest)) = text.split_once("\r\n") else {
            return Self {
                banner: None,
                messages: Vec::new(),
                has_rest: !text.is_empty(),
                is_empty: text.is_empty(),
            };
        };
        let mut messages = Vec::new();
        while let Some(end) = rest.find("\r\n\r\n") {
            let (message, after) = rest.split_at(end + 4);
            messages.push(message);
            rest = after;
        }
        Self { banner: Some(banner), messages, has_rest: !rest.is_empty(), is_empty: false }
    }

    fn count(&self, lines: &[&str]) -> usize {
        let has = |message: &&&str| lines.iter().all(|&wanted| message.lines().any(|line| line == wanted));
        self.messages.iter().filter(has).count()
    }
}

/// The requests of the client: the action and the ActionID of each that is whole.
fn requests(bytes: &[u8]) -> Vec<(&str, &str)> {
    let text = std::str::from_utf8(bytes).expect("text");
    let value = |request: &'_ str, name: &str| -> Option<(usize, usize)> {
        let at = request.find(name)? + name.len();
        Some((at, at + request[at..].find("\r\n")?))
    };
    let whole = text.split_inclusive("\r\n\r\n").filter(|request| request.ends_with("\r\n\r\n"));
    whole
        .map(|request| {
            let get = |name| value(request, name).map(|(from, to)| &request[from..to]).expect("a header");
            (get("Action: "), get("ActionID: "))
        })
        .collect()
}

/// Returns the expected end of a session in which the server's bytes ended so. `None` is success.
pub fn expected(to_client: &[u8], from_client: &[u8], name: &str, end: End) -> Option<Expected> {
    let stream = Stream::new(to_client);
    let requests = requests(from_client);
    let cut = if stream.has_rest { "Cut" } else { "Closed" };
    let lost = |reason: &str| match end {
        End::Closed => format!("lost {reason} Some({cut})"),
        End::Silent if reason == "OutcomeUnknown" => "lost TimedOut None".into(),
        End::Silent => format!("lost {reason} None"),
    };
    let ended = |stage: &str| match end {
        End::Closed => cut.to_owned(),
        End::Silent => format!("ServerTimedOut({stage})"),
    };
    let fails = |step, errors: &[String]| Some(Expected { step, errors: errors.to_vec() });
    // The answer to the request, if the client has sent that.
    let response = |action: &str| {
        let (_, id) = requests.iter().find(|request| request.0 == action)?;
        let id = format!("ActionID: {id}");
        let count = stream
            .messages
            .iter()
            .filter(|message| message.starts_with("Response: ") && message.lines().any(|line| line == id));
        Some(count.count() == 1)
    };
    // A request that the proxy has not read may have failed already when it was written.
    let unsent = || {
        let both = ["NotSent", "OutcomeUnknown"];
        let mut errors: Vec<_> = both.iter().map(|reason| format!("lost {reason} Some({cut})")).collect();
        errors.push(ended("LoggingIn"));
        errors
    };
    let answered = |action: &'static str| match (response(action), end) {
        (Some(true), _) => None,
        (Some(false), _) | (None, End::Silent) => Some(vec![lost("OutcomeUnknown")]),
        (None, End::Closed) => Some(unsent()),
    };

    if stream.banner.is_none() {
        let error = match end {
            End::Silent => "Silent",
            End::Closed if stream.is_empty => "Rejected",
            End::Closed => "Cut",
        };
        return fails("connect", &[error.into()]);
    }
    if response("Challenge") != Some(true) || response("Login") != Some(true) {
        return fails("login", &[ended("LoggingIn")]);
    }
    // In time, a login succeeds without this event.
    if stream.count(&["Event: FullyBooted"]) == 0 && end == End::Closed {
        return fails("login", &[ended("")]);
    }
    for action in ["Filter", "Events"] {
        if let Some(errors) = answered(action) {
            return fails(action, &errors);
        }
    }
    if let Some(errors) = answered("QueueStatus") {
        return fails("QueueStatus", &errors);
    }
    let id = requests.iter().find(|request| request.0 == "QueueStatus").map(|request| request.1);
    let id = format!("ActionID: {}", id.expect("a request"));
    if stream.count(&[&id, "Event: QueueStatusComplete"]) == 0 {
        let entries = stream.count(&[&id]) - 1;
        return fails("QueueStatus", &[lost(&format!("CutShort {{ entries: {entries} }}"))]);
    }
    if let Some(errors) = answered("UserEvent") {
        return fails("UserEvent", &errors);
    }
    if stream.count(&["Event: UserEvent", &format!("UserEvent: {name}")]) == 0 {
        let error = if end == End::Silent { "none" } else { cut };
        return fails("event", &[error.into()]);
    }
    if let Some(errors) = answered("Ping") {
        return fails("Ping", &errors);
    }
    match response("Logoff") {
        Some(true) => None,
        _ => fails("Logoff", &[ended("LoggingOff")]),
    }
}
