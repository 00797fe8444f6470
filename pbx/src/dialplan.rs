//! The built-in dialplan.

use std::time::Duration;

/// The applications of an extension with their arguments, in the order of the priorities.
pub(crate) type Steps = &'static [(&'static str, &'static str)];

/// The contexts, which all have the same extensions.
const CONTEXTS: [&str; 3] = ["default", "phones", "test"];

/// The extensions. Each has the application and its arguments for every priority from 1 on.
const EXTENSIONS: [(&str, Steps); 6] = [
    ("100", &[("Answer", ""), ("Wait", "60")]),
    ("101", &[("Answer", ""), ("Echo", "")]),
    ("102", &[("Answer", ""), ("Wait", "0.2"), ("Hangup", "")]),
    ("103", &[("Busy", "1")]),
    ("104", &[("Congestion", "1")]),
    ("105", &[("Ringing", ""), ("Wait", "60")]),
];

/// An application that a channel can run.
#[derive(Clone, Copy)]
pub(crate) enum Application {
    Answer,
    /// Refuses the call. A channel that is up is hung up after this time, or never without one.
    Busy(Option<Duration>),
    /// Like `Busy`, with another cause.
    Congestion(Option<Duration>),
    Hangup,
    NoOp,
    Ringing,
    /// Continues after this time, or never without one.
    Wait(Option<Duration>),
}

impl Application {
    /// Returns the application with this name, or `None` if it does not exist.
    pub(crate) fn new(name: &[u8], data: &[u8]) -> Option<Self> {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        Some(match () {
            () if is("Answer") => Self::Answer,
            () if is("Busy") => Self::Busy(seconds(data)),
            () if is("Congestion") => Self::Congestion(seconds(data)),
            () if is("Echo") || is("MusicOnHold") => Self::Wait(None),
            () if is("Hangup") => Self::Hangup,
            () if is("NoOp") => Self::NoOp,
            // Every sound takes one second.
            () if is("Playback") => Self::Wait(Some(Duration::from_secs(1))),
            () if is("Ringing") => Self::Ringing,
            () if is("Wait") => Self::Wait(Some(seconds(data).unwrap_or_default())),
            () => return None,
        })
    }
}

/// Parses a number of seconds, which may have a fraction. The largest result is one day.
fn seconds(data: &[u8]) -> Option<Duration> {
    let seconds: f64 = std::str::from_utf8(data).ok()?.trim().parse().ok()?;
    Some(Duration::try_from_secs_f64(seconds).ok()?.min(Duration::from_secs(24 * 60 * 60)))
}

/// Returns the contexts, in the order of their names.
pub(crate) fn contexts() -> impl Iterator<Item = &'static str> {
    CONTEXTS.into_iter()
}

/// Returns the extensions of a context, each with its applications and their arguments, or `None`
/// if there is no such context.
pub(crate) fn extensions(context: &str) -> Option<impl Iterator<Item = (&'static str, Steps)>> {
    CONTEXTS.contains(&context).then(|| EXTENSIONS.into_iter())
}

/// Returns the context and name of every extension that has a hint, which each of them has.
pub(crate) fn hints() -> impl Iterator<Item = (&'static str, &'static str)> {
    CONTEXTS.into_iter().flat_map(|context| EXTENSIONS.iter().map(move |(exten, _)| (context, *exten)))
}

/// Returns the hint of an extension: the device whose state is that of the extension.
pub(crate) fn hint(context: &str, exten: &str) -> String {
    format!("Local/{exten}@{context}")
}

/// Returns the application and its arguments at a place of the dialplan, if it exists.
pub(crate) fn at(context: &[u8], exten: &[u8], priority: u32) -> Option<(&'static str, &'static str)> {
    let index = usize::try_from(priority.checked_sub(1)?).ok()?;
    let is_known = CONTEXTS.iter().any(|own| own.as_bytes() == context);
    let (_, steps) = EXTENSIONS.iter().find(|(own, _)| is_known && own.as_bytes() == exten)?;
    steps.get(index).copied()
}
