//! The action that changes configuration files.

use core::fmt;

use super::completion::Completion;
use super::request::Action;
use crate::classes::Classes;
use crate::wire::{EncodeError, HeaderWriter, Value};

/// Changes a configuration file. The server makes all the changes, in order, or on the first error
/// none of them. [`GetConfig`](crate::action::GetConfig) reads a file.
///
/// Asterisk 1.4 and later.
///
/// ```
/// use embedded_ami::action::{self, Change, UpdateConfig};
/// use embedded_ami::wire::{Outbox, Dialect};
/// let changes = [
///     Change::NewCategory { category: "7", options: "" },
///     Change::Append { category: "7", variable: "type", value: "friend" },
/// ];
/// let mut outbox = Outbox::for_client([0; 512], Dialect::Current);
/// action::write(&UpdateConfig::new("sip.conf", "sip.conf", &changes), "a-1", &mut outbox)?;
/// assert!(outbox.pending().ends_with(
///     b"Action-000000: NewCat\r\nCat-000000: 7\r\n\
///       Action-000001: Append\r\nCat-000001: 7\r\n\
///       Var-000001: type\r\nValue-000001: friend\r\n\r\n"
/// ));
/// # Ok::<(), embedded_ami::wire::EncodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct UpdateConfig<'a> {
    source: Value<'a>,
    destination: Value<'a>,
    reload: Option<Value<'a>>,
    keeps_context: bool,
    changes: &'a [Change<'a>],
}

/// One change of an [`UpdateConfig`]. Lines of a category are numbered from 0.
///
/// ```
/// use embedded_ami::action::Change;
/// let changes = [
///     Change::NewCategory { category: "7", options: "" },
///     Change::Append { category: "7", variable: "type", value: "friend" },
///     Change::Update { category: "8", variable: "host", value: "dynamic", matches: "" },
/// ];
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change<'a> {
    /// Adds a category.
    NewCategory {
        /// The name of the category.
        category: &'a str,
        /// Options such as `inherit="template"`, separated by commas (Asterisk 11 and later); may
        /// be empty.
        options: &'a str,
    },
    /// Renames a category.
    RenameCategory {
        /// The name of the category.
        category: &'a str,
        /// The new name of the category.
        to: &'a str,
    },
    /// Removes a category.
    DeleteCategory {
        /// The name of the category.
        category: &'a str,
    },
    /// Removes all lines of a category.
    EmptyCategory {
        /// The name of the category.
        category: &'a str,
    },
    /// Changes the value of a variable.
    Update {
        /// The category.
        category: &'a str,
        /// The variable.
        variable: &'a str,
        /// The new value.
        value: &'a str,
        /// The old value, if the variable has several; empty for the first.
        matches: &'a str,
    },
    /// Removes a variable.
    Delete {
        /// The category.
        category: &'a str,
        /// The variable.
        variable: &'a str,
        /// The value to remove, if the variable has several; empty for the first.
        matches: &'a str,
    },
    /// Adds a variable at the end of a category.
    Append {
        /// The category.
        category: &'a str,
        /// The variable.
        variable: &'a str,
        /// The value.
        value: &'a str,
    },
    /// Adds a variable before a line of a category.
    Insert {
        /// The category.
        category: &'a str,
        /// The number of the line.
        line: u32,
        /// The variable.
        variable: &'a str,
        /// The value.
        value: &'a str,
    },
}

impl<'a> UpdateConfig<'a> {
    /// The privilege class of the action.
    pub const CLASSES: Classes = Classes::CONFIG;

    /// Makes the action with its required headers.
    ///
    /// - `source` (header `SrcFilename`): The file to read.
    /// - `destination` (header `DstFilename`): The file to write, which may be the same.
    /// - `changes`: The changes, at most 1,000,000.
    pub fn new(
        source: impl Into<Value<'a>>,
        destination: impl Into<Value<'a>>,
        changes: &'a [Change<'a>],
    ) -> Self {
        let (source, destination) = (source.into(), destination.into());
        Self { source, destination, reload: None, keeps_context: false, changes }
    }

    /// Sets the module to reload afterwards, or `yes` for all.
    #[must_use]
    pub fn reload(mut self, module: impl Into<Value<'a>>) -> Self {
        self.reload = Some(module.into());
        self
    }

    /// Keeps what a category inherits when its variables are changed; Asterisk 13 and later.
    #[must_use]
    pub fn preserve_effective_context(mut self) -> Self {
        self.keeps_context = true;
        self
    }
}

impl Action for UpdateConfig<'_> {
    fn name(&self) -> &str {
        "UpdateConfig"
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        out.header("SrcFilename", self.source)?;
        out.header("DstFilename", self.destination)?;
        if let Some(module) = self.reload {
            out.header("Reload", module)?;
        }
        if self.keeps_context {
            out.header("PreserveEffectiveContext", "true")?;
        }
        (0..).zip(self.changes).try_for_each(|(number, change)| change.write(number, out))
    }

    fn completion(&self) -> Completion {
        Completion::Response
    }
}

impl Change<'_> {
    /// Returns name, category, variable, value, match and options. An empty text is not written.
    pub(crate) fn texts(&self) -> [&str; 6] {
        match *self {
            Change::NewCategory { category, options } => ["NewCat", category, "", "", "", options],
            Change::RenameCategory { category, to } => ["RenameCat", category, "", to, "", ""],
            Change::DeleteCategory { category } => ["DelCat", category, "", "", "", ""],
            Change::EmptyCategory { category } => ["EmptyCat", category, "", "", "", ""],
            Change::Update { category, variable, value, matches } => {
                ["Update", category, variable, value, matches, ""]
            }
            Change::Delete { category, variable, matches } => ["Delete", category, variable, "", matches, ""],
            Change::Append { category, variable, value } => ["Append", category, variable, value, "", ""],
            Change::Insert { category, variable, value, .. } => ["Insert", category, variable, value, "", ""],
        }
    }

    fn write(&self, number: u32, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        let [action, category, variable, value, matches, options] = self.texts();
        let texts = [
            ("Action-", action),
            ("Cat-", category),
            ("Var-", variable),
            ("Value-", value),
            ("Match-", matches),
            ("Options-", options),
        ];
        for (name, text) in texts {
            if !text.is_empty() {
                out.header(Numbered::new(name, number).as_str(), text)?;
            }
        }
        match *self {
            Change::Insert { line, .. } => {
                out.header_int(Numbered::new("Line-", number).as_str(), line.into())
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Change<'_> {
    /// Leaves out the values, which may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [action, category, variable, ..] = self.texts();
        f.debug_struct(action)
            .field("category", &category)
            .field("variable", &variable)
            .finish_non_exhaustive()
    }
}

/// The name of a header, with a number of six digits appended.
struct Numbered {
    text: [u8; 16],
    length: usize,
}

impl Numbered {
    fn new(name: &str, number: u32) -> Self {
        let mut text = [b'0'; 16];
        for (to, from) in text.iter_mut().zip(name.as_bytes()) {
            *to = *from;
        }
        let length = name.len().saturating_add(6);
        let mut rest = number;
        for to in text.get_mut(name.len()..length).unwrap_or_default().iter_mut().rev() {
            *to = b'0'.wrapping_add(rest.wrapping_rem(10) as u8);
            rest = rest.wrapping_div(10);
        }
        Self { text, length }
    }

    fn as_str(&self) -> &str {
        let text = self.text.get(..self.length).unwrap_or_default();
        core::str::from_utf8(text).unwrap_or_default()
    }
}

debug_names! { UpdateConfig }
