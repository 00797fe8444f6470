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
/// If a file has several categories of one name, a change applies to all of them, except to those
/// that are templates. [`WithOptions`](Change::WithOptions) selects among them.
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
        /// Options, separated by commas: `template`, `inherit="template"`, `allowdups` and
        /// `ignoreerror`. They may be empty. Asterisk 12.7, 13 and later.
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
        /// The old value, if the variable has several. If it is empty, the first is changed, from
        /// Asterisk 23 on the last.
        matches: &'a str,
    },
    /// Removes all lines of a variable.
    Delete {
        /// The category.
        category: &'a str,
        /// The variable.
        variable: &'a str,
        /// The value that a line must have to be removed; empty for any.
        matches: &'a str,
    },
    /// Removes a line of a category; Asterisk 1.6.0 and later.
    DeleteLine {
        /// The category.
        category: &'a str,
        /// The number of the line.
        line: u32,
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
    /// Makes a change with options; Asterisk 12.7, 13 and later.
    ///
    /// ```
    /// use embedded_ami::action::{self, Change, UpdateConfig};
    /// use embedded_ami::wire::{Outbox, Dialect};
    /// let old = Change::DeleteCategory { category: "7" };
    /// let changes = [Change::WithOptions { change: &old, options: "catfilter=\"type=aor\"" }];
    /// let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
    /// let update = UpdateConfig::new("pjsip.conf", "pjsip.conf", &changes);
    /// action::write(&update, "a-1", &mut outbox)?;
    /// assert!(outbox.pending().ends_with(
    ///     b"Action-000000: DelCat\r\nCat-000000: 7\r\n\
    ///       Options-000000: catfilter=\"type=aor\"\r\n\r\n"
    /// ));
    /// # Ok::<(), embedded_ami::wire::EncodeError>(())
    /// ```
    WithOptions {
        /// The change.
        change: &'a Change<'a>,
        /// The options, separated by commas. They replace those of a
        /// [`NewCategory`](Change::NewCategory).
        ///
        /// `catfilter="NAME=VALUE"` limits the change to categories that have a variable whose name
        /// and value match these two regular expressions. It may have several such pairs, separated
        /// by commas, all of which must match. `TEMPLATES=include` in place of a pair adds
        /// templates, and `TEMPLATES=restrict` limits the change to templates. With `ignoreerror`,
        /// a removal succeeds even if there is nothing to remove.
        options: &'a str,
    },
}

impl<'a> UpdateConfig<'a> {
    /// The privilege class of the action.
    pub const CLASSES: Classes = Classes::CONFIG;

    /// Makes the action with its required headers.
    ///
    /// - `source` (header `SrcFilename`): The file to read.
    /// - `destination` (header `DstFilename`): The file to write, which may be the same.
    /// - `changes`: The changes. A request has at most 128 lines, fewer for old servers (see
    ///   [`Dialect`](crate::wire::Dialect)). The action itself takes four to six of them and a
    ///   change two to six, so at most 31 `Append`s fit. Send more in several actions.
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
        let (change, outer) = self.without_options();
        let texts = change.own_texts();
        match (texts, outer) {
            ([action, category, variable, value, matches, _], Some(options)) => {
                [action, category, variable, value, matches, options]
            }
            _ => texts,
        }
    }

    /// Returns the change inside of `WithOptions`, and the outermost options. It is a loop, and not
    /// a recursion, so that the depth of the stack is known.
    fn without_options(&self) -> (&Self, Option<&str>) {
        let (mut change, mut outermost) = (self, None);
        while let Change::WithOptions { change: inner, options } = *change {
            outermost = outermost.or(Some(options));
            change = inner;
        }
        (change, outermost)
    }

    fn own_texts(&self) -> [&str; 6] {
        match *self {
            Change::NewCategory { category, options } => ["NewCat", category, "", "", "", options],
            Change::RenameCategory { category, to } => ["RenameCat", category, "", to, "", ""],
            Change::DeleteCategory { category } => ["DelCat", category, "", "", "", ""],
            Change::EmptyCategory { category } => ["EmptyCat", category, "", "", "", ""],
            Change::Update { category, variable, value, matches } => {
                ["Update", category, variable, value, matches, ""]
            }
            Change::Delete { category, variable, matches } => ["Delete", category, variable, "", matches, ""],
            Change::DeleteLine { category, .. } => ["Delete", category, "", "", "", ""],
            Change::Append { category, variable, value } => ["Append", category, variable, value, "", ""],
            Change::Insert { category, variable, value, .. } => ["Insert", category, variable, value, "", ""],
            Change::WithOptions { options, .. } => ["", "", "", "", "", options],
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
        match *self.without_options().0 {
            Change::Insert { line, .. } | Change::DeleteLine { line, .. } => {
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
