use core::fmt;

use super::{Action, Classes, Completion};
use crate::wire::{EncodeError, HeaderWriter, Value};

/// Changes a configuration file: all of these changes, one after the other, or with the first error none.
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
///       Action-000001: Append\r\nCat-000001: 7\r\nVar-000001: type\r\nValue-000001: friend\r\n\r\n"
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

/// One change of an [`UpdateConfig`]. Lines of a category count from 0.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change<'a> {
    /// Adds a category; the options, such as `inherit="template"`, may be empty (Asterisk 11 and later).
    NewCategory {
        /// Its name.
        category: &'a str,
        /// Options, separated by commas.
        options: &'a str,
    },
    /// Renames a category.
    RenameCategory {
        /// Its name.
        category: &'a str,
        /// Its new name.
        to: &'a str,
    },
    /// Removes a category.
    DeleteCategory {
        /// Its name.
        category: &'a str,
    },
    /// Removes the lines of a category.
    EmptyCategory {
        /// Its name.
        category: &'a str,
    },
    /// Gives a variable another value.
    Update {
        /// The category.
        category: &'a str,
        /// The variable.
        variable: &'a str,
        /// The new value.
        value: &'a str,
        /// The old value, where the variable has several; empty for the first.
        matches: &'a str,
    },
    /// Removes a variable.
    Delete {
        /// The category.
        category: &'a str,
        /// The variable.
        variable: &'a str,
        /// The value, where the variable has several; empty for the first.
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
        /// The line.
        line: u32,
        /// The variable.
        variable: &'a str,
        /// The value.
        value: &'a str,
    },
}

impl<'a> UpdateConfig<'a> {
    /// Any of these classes is needed to do it.
    pub const CLASSES: Classes = Classes::CONFIG;

    /// Reads the one file and writes the other, which may be the same.
    pub fn new(
        source: impl Into<Value<'a>>,
        destination: impl Into<Value<'a>>,
        changes: &'a [Change<'a>],
    ) -> Self {
        let (source, destination) = (source.into(), destination.into());
        Self { source, destination, reload: None, keeps_context: false, changes }
    }

    /// The module to reload afterwards, or `yes` for all.
    #[must_use]
    pub fn reload(mut self, module: impl Into<Value<'a>>) -> Self {
        self.reload = Some(module.into());
        self
    }

    /// Leaves alone what a category inherits when its variables are changed; Asterisk 13 and later.
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
    /// Name, category, variable, value, match, options; an empty one is not written.
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
    /// Without values: they may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [action, category, variable, ..] = self.texts();
        f.debug_struct(action)
            .field("category", &category)
            .field("variable", &variable)
            .finish_non_exhaustive()
    }
}

/// A name with a number of six digits behind it.
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
