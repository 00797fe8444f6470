//! Rules that are valid, but probably not what was meant.

use std::fmt;
use std::path::Path;

use crate::config_error::Place;

/// A rule that is valid, but is probably not what was meant: see [`Script::unknown_actions`] and
/// [`Pbx::unused_rules`].
///
/// `Display` writes the file, the number of the line and the reason.
///
/// [`Script::unknown_actions`]: crate::Script::unknown_actions
/// [`Pbx::unused_rules`]: crate::Pbx::unused_rules
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleWarning {
    pub(super) place: Place,
    pub(super) action: String,
    pub(super) reason: String,
}

impl RuleWarning {
    /// Returns the file of the rule, or `None` if it was not read from a file.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.place.file.as_deref()
    }

    /// Returns the number of the line with the action of the rule, counted from 1, or 0 if the rule
    /// was not read from a text.
    #[must_use]
    pub fn line(&self) -> usize {
        self.place.line
    }

    /// Returns the action of the rule, or `connect` or `*`.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// Returns the reason, without the file and the number of the line. It names the action.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for RuleWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.place.write(&self.reason, f)
    }
}
