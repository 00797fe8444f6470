//! The filters of the server: `--filter`.
//!
//! A login with events would receive some before the first filter is in force. Therefore a client
//! with filters logs in without events, adds the filters, and then asks for events.

use std::fmt::{self, Display, Formatter};

use embedded_ami::action::Raw;
use embedded_ami::io::blocking::Error;
use embedded_ami::wire::OwnedMessage;

use crate::connection::Client;
use crate::connection::secret::Secret;
use crate::failure::Failure;
use crate::output::for_error;
use crate::permission;

/// A filter of the server.
#[derive(Clone)]
pub(super) struct Filter {
    /// The criteria, which Asterisk has had since 18.26, 20.11, 21.6 and 22.1.
    criteria: Option<String>,
    /// The pattern of the criteria, or else a regular expression, with `!` before one that excludes
    /// events.
    pattern: String,
}

impl Filter {
    /// Returns whether there is a pattern, but no criterion that tells how to compare it. By
    /// default, Asterisk compares nothing, and refuses the pattern.
    fn lacks_method(&self) -> bool {
        !self.pattern.is_empty()
            && self.criteria.as_ref().is_some_and(|criteria| !criteria.contains("method("))
    }
}

/// The filter as it was given.
impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.criteria {
            Some(criteria) if self.pattern.is_empty() => f.write_str(criteria),
            Some(criteria) => write!(f, "{criteria}={}", self.pattern),
            None => f.write_str(&self.pattern),
        }
    }
}

/// Parses a regular expression, or criteria and their pattern as in
/// `name(Hangup),header(Channel),method(starts_with)=PJSIP/`. A text is criteria if it begins with
/// the name of one and a parenthesis.
pub(super) fn parse(text: &str) -> Result<Filter, String> {
    let text = crate::args::line(text)?;
    let text = text.as_str();
    let is_criterion =
        |text: &str| ["action(", "name(", "header(", "method("].iter().any(|key| text.starts_with(key));
    if !is_criterion(text) {
        return Ok(Filter { criteria: None, pattern: text.into() });
    }
    let mut rest = text;
    loop {
        let wrong = || {
            format!(
                "after the criterion {} there must be a comma and another one, = and a pattern, or nothing; \
                 a regular expression that begins like a criterion can be written as in [n]ame(x)",
                rest.split_inclusive(')').next().unwrap_or_default()
            )
        };
        let end = rest.find(')').ok_or("a criterion has no closing parenthesis")? + 1;
        let after = &rest[end..];
        let (criteria, pattern) = text.split_at(text.len() - after.len());
        match (after.strip_prefix(','), after.strip_prefix('=')) {
            (Some(next), _) if is_criterion(next) => rest = next,
            (_, Some(pattern)) => {
                return Ok(Filter { criteria: Some(criteria.into()), pattern: pattern.into() });
            }
            _ if pattern.is_empty() => {
                return Ok(Filter { criteria: Some(criteria.into()), pattern: String::new() });
            }
            _ => return Err(wrong()),
        }
    }
}

/// Adds the filters to the session of the client, and then asks for the events of these classes.
/// The secret is replaced in errors.
pub(super) fn install(
    client: &mut Client,
    filters: &[Filter],
    classes: &str,
    secret: Option<&Secret>,
) -> Result<(), Failure> {
    let told = |response: &OwnedMessage| for_error(response.get("Message").unwrap_or_default(), secret);
    if filters.iter().any(|filter| filter.criteria.is_some()) {
        expect_criteria(client)?;
    }
    for filter in filters {
        let mut headers = vec![("Operation", "Add")];
        headers.extend(filter.criteria.as_deref().map(|criteria| ("MatchCriteria", criteria)));
        if !filter.pattern.is_empty() {
            headers.push(("Filter", &filter.pattern));
        }
        match client.send(&Raw::new("Filter", &headers)) {
            Err(Error::Response { response, .. }) => {
                let reason = told(&response);
                let tip = if reason.contains("ermission denied") {
                    &*permission::needed("Filter")
                } else if filter.lacks_method() {
                    "; a pattern needs a criterion for the comparison, for example method(exact)"
                } else {
                    ""
                };
                let text = format!("the server refused the filter {filter}: {reason}{tip}");
                return Err(Failure::Status(1, Some(text)));
            }
            result => result?,
        };
    }
    match client.send(&Raw::new("Events", &[("EventMask", classes)])) {
        Err(Error::Response { response, .. }) => Err(Failure::ErrorResponse(told(&response))),
        result => result.map(drop).map_err(Failure::from),
    }
}

/// Checks that the server knows criteria. One that does not would ignore them and take the pattern
/// for a regular expression.
///
/// The version of Asterisk does not tell it of all builds. So this sends a filter that every server
/// refuses: because of the criteria if it reads them, else because of the regular expression.
fn expect_criteria(client: &mut Client) -> Result<(), Failure> {
    let wrong = [("Operation", "Add"), ("MatchCriteria", "method(unknown)"), ("Filter", "[")];
    match client.send(&Raw::new("Filter", &wrong)) {
        Err(Error::Response { response, .. }) if response.text("Message").contains("did not compile") => {
            let text = "the server does not know filters with criteria, which Asterisk has since 18.26, 20.11, \
                        21.6 and 22.1: give a regular expression, or --only and --where";
            Err(Failure::Status(1, Some(text.into())))
        }
        // The next filter is refused for the same reason, for example without permission.
        Ok(_) | Err(Error::Response { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_an_expression_or_criteria() {
        for (text, criteria, pattern) in [
            ("Event: Hangup", None, "Event: Hangup"),
            ("!Channel: Local/", None, "!Channel: Local/"),
            ("[n]ame(x)", None, "[n]ame(x)"),
            ("name(Hangup)", Some("name(Hangup)"), ""),
            ("action(exclude),name(VarSet)", Some("action(exclude),name(VarSet)"), ""),
            (
                "name(Hangup),header(Channel),method(starts_with)=PJSIP/(=,",
                Some("name(Hangup),header(Channel),method(starts_with)"),
                "PJSIP/(=,",
            ),
        ] {
            let filter = parse(text).ok().unwrap();
            assert_eq!((filter.criteria.as_deref(), &filter.pattern[..]), (criteria, pattern));
            assert_eq!(filter.to_string(), text);
            assert!(!filter.lacks_method());
        }
        assert!(parse("name(Hangup),header(Cause)=16").ok().unwrap().lacks_method());
        for text in ["", "name(x", "name(x)y", "name(x),", "name(x),size(3)", "header(a) =b"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
