//! Event filters, which select the events that a session receives.

use std::collections::HashMap;
use std::sync::Arc;

use crate::expression::Expression;
use crate::model::Bytes;
use crate::needle::Needle;

/// The reason for which a filter is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FilterError {
    /// The regular expression does not compile.
    Expression,
    /// The criteria cannot be parsed, or the pattern is missing or not needed.
    Format,
}

impl FilterError {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Expression => "Filter did not compile.  Check the syntax of the filter given.",
            Self::Format => "Filter was formatted incorrectly.  Check the syntax of the filter given.",
        }
    }
}

/// A filter, which includes or excludes the events that match it.
pub(crate) struct Filter {
    /// The criteria and the pattern as they were given.
    source: (Option<Bytes>, Bytes),
    is_exclusion: bool,
    name: Option<Bytes>,
    header: Option<Bytes>,
    test: Test,
}

/// The test of a header value or of the whole event.
enum Test {
    /// Passes always: the header only has to exist.
    Any,
    Regex(Expression),
    Exact(Bytes),
    StartsWith(Bytes),
    EndsWith(Bytes),
    Contains(Needle),
}

impl Test {
    fn accepts(&self, text: &[u8]) -> bool {
        match self {
            Self::Any => true,
            Self::Regex(expression) => expression.is_match(text),
            Self::Exact(pattern) => text == pattern,
            Self::StartsWith(pattern) => text.starts_with(pattern),
            Self::EndsWith(pattern) => text.ends_with(pattern),
            Self::Contains(needle) => needle.is_in(text),
        }
    }
}

impl Filter {
    /// Parses a filter from criteria, if there are any, and a pattern.
    pub(crate) fn new(criteria: Option<&[u8]>, pattern: &[u8]) -> Result<Self, FilterError> {
        let filter = match criteria {
            Some(criteria) => Self::with_criteria(criteria, pattern),
            None => Self::plain(pattern),
        };
        Ok(Self { source: (criteria.map(Bytes::from), pattern.into()), ..filter? })
    }

    /// Returns whether the filter was made from these criteria and this pattern.
    pub(crate) fn is_from(&self, criteria: Option<&[u8]>, pattern: &[u8]) -> bool {
        (self.source.0.as_deref(), self.source.1.as_slice()) == (criteria, pattern)
    }

    /// Returns the memory that the test of the filter takes, in bytes.
    pub(crate) fn size(&self) -> usize {
        match &self.test {
            Test::Regex(expression) => expression.size(),
            _ => 0,
        }
    }

    /// Parses a filter with a regular expression for the whole event, as in `Event: Newchannel`.
    /// After a `!`, the expression excludes events.
    fn plain(text: &[u8]) -> Result<Self, FilterError> {
        let (is_exclusion, text) = match text.strip_prefix(b"!") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        if text.is_empty() {
            return Err(FilterError::Format);
        }
        let test = Test::Regex(Expression::compile(text).ok_or(FilterError::Expression)?);
        Ok(Self { is_exclusion, test, ..Self::any() })
    }

    /// Returns a filter that includes every event.
    fn any() -> Self {
        let source = (None, Bytes::new());
        Self { source, is_exclusion: false, name: None, header: None, test: Test::Any }
    }

    /// Parses a filter with criteria, as in `name(Newchannel),header(Channel),method(starts_with)`,
    /// and the pattern for the method.
    fn with_criteria(criteria: &[u8], pattern: &[u8]) -> Result<Self, FilterError> {
        let mut filter = Self::any();
        let mut method = Bytes::from("none");
        let mut rest = criteria;
        while !rest.is_empty() {
            let open = rest.iter().position(|&byte| byte == b'(').ok_or(FilterError::Format)?;
            let (key, value) = rest.split_at(open);
            let value = value.get(1..).unwrap_or_default();
            let close = value.iter().position(|&byte| byte == b')').unwrap_or(value.len());
            let (value, after) = value.split_at(close);
            rest = after.strip_prefix(b")").unwrap_or(after);
            rest = rest.strip_prefix(b",").unwrap_or(rest);
            match key.trim_ascii() {
                _ if value.is_empty() => return Err(FilterError::Format),
                b"name" => filter.name = Some(value.into()),
                b"header" => filter.header = Some(value.into()),
                b"method" => method = value.into(),
                b"action" if value == b"include" => filter.is_exclusion = false,
                b"action" if value == b"exclude" => filter.is_exclusion = true,
                _ => return Err(FilterError::Format),
            }
        }
        let own = Bytes::from(pattern);
        filter.test = match method.as_slice() {
            b"none" => Test::Any,
            b"regex" => Test::Regex(Expression::compile(pattern).ok_or(FilterError::Expression)?),
            b"exact" => Test::Exact(own),
            b"starts_with" => Test::StartsWith(own),
            b"ends_with" => Test::EndsWith(own),
            b"contains" => Test::Contains(Needle::new(own)),
            _ => return Err(FilterError::Format),
        };
        let is_empty = filter.name.is_none() && filter.header.is_none() && pattern.is_empty();
        if is_empty || pattern.is_empty() != matches!(filter.test, Test::Any) {
            return Err(FilterError::Format);
        }
        Ok(filter)
    }

    fn matches(&self, event: &[u8]) -> bool {
        let mut lines = event.split(|&byte| byte == b'\n').map(|line| line.trim_ascii_end());
        let is_named = |name: &Bytes| {
            lines.next().is_some_and(|line| line.strip_prefix(b"Event: ") == Some(name.as_slice()))
        };
        if !self.name.as_ref().is_none_or(is_named) {
            return false;
        }
        let Some(header) = &self.header else { return self.test.accepts(event) };
        event.split(|&byte| byte == b'\n').any(|line| {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let value = line.strip_prefix(header.as_slice()).and_then(|rest| rest.strip_prefix(b":"));
            value.is_some_and(|value| self.test.accepts(value.strip_prefix(b" ").unwrap_or(value)))
        })
    }
}

/// The results of filters for the events that are being delivered, so that a filter looks at each
/// event once, however many sessions have it.
///
/// A filter and an event are known by their addresses. The server lends the same bytes of an event
/// for all connections, and calls another method of its service before it lends those of a later
/// event: clear the results in that method.
#[derive(Default)]
pub(crate) struct Results(HashMap<(usize, usize), bool>);

impl Results {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    fn matches(&mut self, filter: &Arc<Filter>, event: &[u8]) -> bool {
        let key = (Arc::as_ptr(filter) as usize, event.as_ptr() as usize);
        *self.0.entry(key).or_insert_with(|| filter.matches(event))
    }
}

/// Returns whether an event passes the filters: it must match at least one inclusion, if there are
/// any, and no exclusion.
pub(crate) fn passes<'a>(
    filters: impl Iterator<Item = &'a Arc<Filter>> + Clone,
    event: &[u8],
    results: &mut Results,
) -> bool {
    let mut inclusions = filters.clone().filter(|filter| !filter.is_exclusion).peekable();
    let is_included = inclusions.peek().is_none() || inclusions.any(|filter| results.matches(filter, event));
    let mut exclusions = filters.filter(|filter| filter.is_exclusion);
    is_included && !exclusions.any(|filter| results.matches(filter, event))
}
