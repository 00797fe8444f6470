//! The error of a configuration.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

/// The reason why a configuration was refused, with the file and the number of the line.
///
/// ```
/// use embedded_ami_pbx::Config;
///
/// let error = Config::parse("[admin]\nsecret = x\nacl = office\n").unwrap_err();
/// assert_eq!(error.line(), 3);
/// assert_eq!(error.reason(), "acl is not supported");
/// assert_eq!(error.to_string(), "line 3: acl is not supported");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    file: Option<PathBuf>,
    line: usize,
    reason: String,
}

/// A position in a text or file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    pub(crate) file: Option<PathBuf>,
    pub(crate) line: usize,
}

impl Place {
    pub(crate) fn error(&self, reason: impl Into<String>) -> ConfigError {
        ConfigError { file: self.file.clone(), line: self.line, reason: reason.into() }
    }
}

impl ConfigError {
    /// Returns the file that contains the error, which may be one that another file includes.
    /// Returns `None` for a text that was not read from a file.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Returns the number of the line, counted from 1, or 0 if the text is empty or the file cannot
    /// be read.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// Returns the reason, without the file and the number of the line. It may quote the line.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (None, line) => write!(f, "line {line}: {}", self.reason),
            (Some(file), 0) => write!(f, "{}: {}", file.display(), self.reason),
            (Some(file), line) => write!(f, "{}:{line}: {}", file.display(), self.reason),
        }
    }
}

impl Error for ConfigError {}
