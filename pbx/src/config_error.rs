//! The error of a configuration or script.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

/// The reason why a configuration, a script or a rule was refused, with the file and the number of
/// the line.
///
/// ```
/// use embedded_ami_pbx::{Config, Script};
///
/// let error = Config::parse("[admin]\nsecret = x\nacl = office\n").unwrap_err();
/// assert_eq!(error.line(), 3);
/// assert_eq!(error.reason(), "acl is not supported");
/// assert_eq!(error.to_string(), "line 3: acl is not supported");
///
/// let error = Script::parse("[[rule]]\non = \"Ping\"\nrefuze = \"no\"\n").unwrap_err();
/// assert!(error.to_string().starts_with("line 3: unknown key refuze; did you mean refuse? "));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    place: Place,
    reason: String,
}

/// A position in a text or file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: Option<PathBuf>,
    /// The number of the line, counted from 1, or 0 if it is not known.
    pub(crate) line: usize,
}

impl Place {
    pub(crate) fn error(&self, reason: impl Into<String>) -> ConfigError {
        ConfigError { place: self.clone(), reason: reason.into() }
    }

    /// Writes the position, if there is one, and the text.
    pub(crate) fn write(&self, text: &str, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (None, 0) => to.write_str(text),
            (None, line) => write!(to, "line {line}: {text}"),
            (Some(file), 0) => write!(to, "{}: {text}", file.display()),
            (Some(file), line) => write!(to, "{}:{line}: {text}", file.display()),
        }
    }
}

impl ConfigError {
    /// Returns the error for a line of a text, or for a rule if the line is 0.
    pub(crate) fn new(line: usize, reason: impl Into<String>) -> Self {
        Place { file: None, line }.error(reason)
    }

    pub(crate) fn in_file(mut self, file: &Path) -> Self {
        self.place.file = Some(file.into());
        self
    }

    /// Returns the file that contains the error, which may be one that another file includes.
    /// Returns `None` for a text or rule that was not read from a file.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.place.file.as_deref()
    }

    /// Returns the number of the line, counted from 1, or 0 if the text is empty, the file cannot
    /// be read, or a rule was not read from a text.
    #[must_use]
    pub fn line(&self) -> usize {
        self.place.line
    }

    /// Returns the reason, without the file and the number of the line. It names the key, and may
    /// quote the line.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.place.write(&self.reason, f)
    }
}

impl Error for ConfigError {}
