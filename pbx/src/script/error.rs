//! The error of a script.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

/// The reason why a script was refused, with the file and the number of the line.
///
/// ```
/// use embedded_ami_pbx::Script;
///
/// let error = Script::parse("[[rule]]\non = \"Ping\"\nrefuze = \"no\"\n").unwrap_err();
/// assert_eq!(error.line(), 3);
/// assert!(error.to_string().starts_with("line 3: unknown key refuze: a rule has on, match, "));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptError {
    file: Option<PathBuf>,
    line: usize,
    reason: String,
}

impl ScriptError {
    pub(super) fn new(line: usize, reason: impl Into<String>) -> Self {
        Self { file: None, line, reason: reason.into() }
    }

    pub(super) fn in_file(mut self, file: &Path) -> Self {
        self.file = Some(file.into());
        self
    }

    /// Returns the file, or `None` for a text or rule that was not read from a file.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Returns the number of the line, counted from 1, or 0 if the file cannot be read or the rule
    /// has no line.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// Returns the reason, without the file and the number of the line. It names the key, and may
    /// quote the script.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (None, 0) => f.write_str(&self.reason),
            (None, line) => write!(f, "line {line}: {}", self.reason),
            (Some(file), 0) => write!(f, "{}: {}", file.display(), self.reason),
            (Some(file), line) => write!(f, "{}:{line}: {}", file.display(), self.reason),
        }
    }
}

impl Error for ScriptError {}
