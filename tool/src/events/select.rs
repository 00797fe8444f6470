//! The selection of events by their names and headers: `--only`, `--not` and `--where`.

use embedded_ami::event;
use embedded_ami::wire::Message;
use wildmatch::WildMatch;

use crate::failure::warn;
use crate::usage::closest;

/// Checks one of the names that `--only` and `--not` have.
pub(super) fn name(text: &str) -> Result<String, &'static str> {
    match text.trim_matches([' ', '\t']) {
        "" => Err("the name of an event is empty"),
        name => Ok(name.into()),
    }
}

/// Refuses a name that is both in `--only` and in `--not`, and `--not *`: no event could match.
pub(super) fn check(only: &[String], not: &[String]) -> Result<(), String> {
    let is_in = |name: &String| not.iter().any(|other| other.eq_ignore_ascii_case(name));
    match only.iter().find(|name| is_in(name)) {
        Some(name) => Err(format!("{name} is in --only and in --not")),
        None if not.iter().any(|name| name == "*") => Err("--not *: this leaves no event".into()),
        None => Ok(()),
    }
}

/// A condition of `--where`.
#[derive(Clone)]
pub(super) struct Condition {
    header: String,
    glob: WildMatch,
    is_negated: bool,
}

/// Parses `Header=GLOB` or `Header!=GLOB`.
pub(super) fn condition(text: &str) -> Result<Condition, String> {
    let (header, glob) = text.split_once('=').ok_or("not of the form Header=GLOB")?;
    let (header, is_negated) = match header.strip_suffix('!') {
        Some(header) => (header, true),
        None => (header, false),
    };
    if header.is_empty() {
        return Err("the name of the header is missing".into());
    }
    Ok(Condition { header: header.into(), glob: WildMatch::new(glob), is_negated })
}

impl Condition {
    pub(super) fn header(&self) -> &str {
        &self.header
    }

    /// Returns whether one of the headers with the name matches. If there is none, only an empty
    /// glob matches.
    fn accepts(&self, event: &Message<'_>) -> bool {
        let mut values = event.get_all(&self.header).peekable();
        let matches = match values.peek() {
            Some(_) => values.any(|value| self.glob.matches(&value.to_string_lossy())),
            None => self.glob.pattern().is_empty(),
        };
        matches != self.is_negated
    }
}

/// The events to print.
pub(super) struct Selection {
    only: Vec<WildMatch>,
    not: Vec<WildMatch>,
    conditions: Vec<Condition>,
}

impl Selection {
    pub(super) fn new(only: &[String], not: &[String], conditions: &[Condition]) -> Self {
        let globs = |names: &[String]| {
            names.iter().map(|name| WildMatch::new_case_insensitive(name)).collect::<Vec<_>>()
        };
        Self { only: globs(only), not: globs(not), conditions: conditions.into() }
    }

    pub(super) fn accepts(&self, event: &Message<'_>) -> bool {
        let name = event.name().unwrap_or_default().to_string_lossy();
        let is_one_of = |globs: &[WildMatch]| globs.iter().any(|glob| glob.matches(&name));
        (self.only.is_empty() || is_one_of(&self.only))
            && !is_one_of(&self.not)
            && self.conditions.iter().all(|condition| condition.accepts(event))
    }
}

/// Warns of names that no event known to the library has. Such an event may exist, since modules
/// and other versions of Asterisk have events of their own.
pub(super) fn warn_of_unknown(option: &str, names: &[String]) {
    for name in names {
        let glob = WildMatch::new_case_insensitive(name);
        if event::names().any(|known| glob.matches(known)) {
            continue;
        }
        let similar = closest(name, event::names());
        let tip = similar.map_or(String::new(), |known| format!("; a similar one is {known}"));
        warn(&format!("{option} {name}: no known event has this name{tip}"));
    }
}

/// Warns of header names that no event known to the library has. A `UserEvent` can have any header,
/// so this does not warn if `names` or `classes` ask for such events.
#[cfg(feature = "explain")]
pub(super) fn warn_of_unknown_headers<'n>(
    option: &str,
    headers: impl Iterator<Item = &'n str>,
    names: &[String],
    classes: &[String],
) {
    let mut headers = headers.peekable();
    let is_user_event = |name: &String| WildMatch::new_case_insensitive(name).matches("UserEvent");
    let asks_for_any =
        names.iter().any(is_user_event) || classes.iter().any(|class| class.eq_ignore_ascii_case("user"));
    if asks_for_any || headers.peek().is_none() {
        return;
    }
    let known = crate::explain::headers_of_events();
    for header in headers {
        if known.iter().any(|known| known.eq_ignore_ascii_case(header)) || is_open(header) {
            continue;
        }
        let similar = closest(header, known.iter().map(String::as_str));
        let tip = similar.map_or(String::new(), |known| format!("; a similar one is {known}"));
        warn(&format!("{option} {header}: no known event has this header{tip}"));
    }
}

/// Without the table of headers, none is unknown.
#[cfg(not(feature = "explain"))]
pub(super) fn warn_of_unknown_headers<'n>(
    _: &str,
    _: impl Iterator<Item = &'n str>,
    _: &[String],
    _: &[String],
) {
}

/// Returns whether the name has a part that varies: the number of a report block, or the name of a
/// channel, as in `ChanVariable(SIP/7-1)`.
#[cfg(feature = "explain")]
fn is_open(header: &str) -> bool {
    let header = header.to_ascii_lowercase();
    let is_report = header
        .strip_prefix("report")
        .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    is_report || header.contains("chanvariable")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(only: &[&str], not: &[&str], conditions: &[&str], lines: &str) -> bool {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let conditions: Vec<_> = conditions.iter().map(|text| condition(text).unwrap()).collect();
        let text = format!("{}\r\n\r\n", lines.replace('|', "\r\n"));
        let event = Message::parse(text.as_bytes()).unwrap();
        Selection::new(&names(only), &names(not), &conditions).accepts(&event)
    }

    #[test]
    fn names_are_compared_without_case_and_may_be_globs() {
        for (only, not, expected) in [
            (&[][..], &[][..], true),
            (&["hangup"], &[], true),
            (&["Hang"], &[], false),
            (&["Newchannel", "Hang*"], &[], true),
            (&["Newchannel", "Newstate"], &[], false),
            (&["Hangup"], &["HANGUP"], false),
            (&[], &["Hang?"], true),
            (&[], &["Hang??"], false),
        ] {
            assert_eq!(accepts(only, not, &[], "Event: Hangup"), expected, "{only:?} {not:?}");
        }
        assert!(!accepts(&["Hangup"], &[], &[], "Event: HangupRequest"));
        assert!(!accepts(&[], &["Hangup*"], &[], "Event: HangupRequest"));
    }

    #[test]
    fn a_selection_that_leaves_no_event_is_refused() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        for (only, not, is_right) in [
            (&["Hangup", "Newchannel"][..], &["Newstate"][..], true),
            (&["Hangup*"], &["Hangup"], true),
            (&[], &["*Join"], true),
            (&["Newchannel", "Hangup"], &["hangup"], false),
            (&["*"], &["*"], false),
            (&[], &["*"], false),
        ] {
            assert_eq!(check(&names(only), &names(not)).is_ok(), is_right, "{only:?} {not:?}");
        }
        assert_eq!(name(" Hangup\t"), Ok("Hangup".into()));
        assert!(name(" ").is_err() && name("").is_err());
    }

    #[test]
    fn every_condition_must_match_one_of_the_headers() {
        let event = "Event: Hangup|Channel: PJSIP/7-00000001|Cause: 16|Exten: |Variable: a=1|Variable: b=2";
        for (conditions, expected) in [
            (&["Channel=PJSIP/7-*"][..], true),
            (&["channel=PJSIP/7-*"], true),
            (&["Channel=pjsip/7-*"], false),
            (&["Channel=PJSIP/7"], false),
            (&["Channel=PJSIP/?-*", "Cause=16"], true),
            (&["Channel=PJSIP/?-*", "Cause=17"], false),
            (&["Variable=b=2"], true),
            (&["Variable=c*"], false),
            (&["Variable!=c*"], true),
            (&["Variable!=b*"], false),
            // A header that is missing.
            (&["Queue=*"], false),
            (&["Queue="], true),
            (&["Queue!=support"], true),
            (&["Queue!="], false),
            (&["Exten="], true),
            (&["Exten=*"], true),
            (&["Channel="], false),
        ] {
            assert_eq!(accepts(&[], &[], conditions, event), expected, "{conditions:?}");
        }
        assert!(condition("Channel").is_err() && condition("=x").is_err() && condition("!=x").is_err());
    }
}
