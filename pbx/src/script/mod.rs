#![doc = include_str!("format.md")]

mod debug;
mod director;
mod read;
mod render;
mod rule;
mod schedule;
mod service;
mod warning;

use std::path::Path;

use embedded_ami::action;

pub(crate) use director::Rules;
pub use rule::Rule;
pub(crate) use service::Scripted;
pub use warning::RuleWarning;

use crate::config_error::{ConfigError, Place};
use crate::dispatch;
use crate::suggest::question;

/// The rules of a PBX, each for the requests of one action. The [module](self) describes the format
/// of a file.
///
/// ```
/// use embedded_ami_pbx::{Pbx, Script};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let script = Script::parse(
///     r#"
///     [[rule]]
///     on = "Originate"
///     refuse = "Extension does not exist."
///     "#,
/// )?;
/// let pbx = Pbx::builder().user("admin", "secret").script(script).start("127.0.0.1:0")?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script(pub(crate) Vec<Entry>);

/// A rule of a script.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The action, `connect` or `*`.
    on: String,
    rule: Rule,
    /// The position of the action.
    place: Place,
}

/// Entries are equal if they do the same, wherever they come from.
impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (&self.on, &self.rule) == (&other.on, &other.rule)
    }
}

impl Eq for Entry {}

impl Script {
    /// Reads a script in TOML.
    ///
    /// # Errors
    ///
    /// Returns the first mistake with the number of its line.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        read::rules(text).map(Self)
    }

    /// Reads a file in TOML.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Script::parse), with the name of the file; the reason for which the file
    /// cannot be read.
    pub fn from_file(file: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let file = file.as_ref();
        let text = std::fs::read_to_string(file).map_err(|error| ConfigError::new(0, error.to_string()));
        let script = text.and_then(|text| Self::parse(&text));
        let mut script = script.map_err(|error| error.in_file(file))?;
        script.0.iter_mut().for_each(|entry| entry.place.file = Some(file.into()));
        Ok(script)
    }

    /// Adds a rule for the requests of an action, after all others: see
    /// [`Builder::on`](crate::Builder::on).
    ///
    /// # Errors
    ///
    /// Returns the reason for which the rule is not valid.
    pub fn on(mut self, action: &str, rule: Rule) -> Result<Self, ConfigError> {
        rule.check(action)
            .map_err(|(_, reason)| ConfigError::new(0, format!("the rule on {action}: {reason}")))?;
        self.0.push(Entry { on: action.into(), rule, place: Place::default() });
        Ok(self)
    }

    /// Returns the rules whose action neither this PBX nor Asterisk has, in their order. Such a
    /// rule is valid, because clients can use actions of their own, but the name may be misspelt.
    /// The reason suggests a name if one is close.
    ///
    /// ```
    /// use embedded_ami_pbx::Script;
    ///
    /// let script = Script::parse("[[rule]]\non = \"Pnig\"\nsilent = true\n")?;
    /// let warnings = script.unknown_actions();
    /// assert_eq!(warnings[0].action(), "Pnig");
    /// let text = "line 2: Asterisk has no action Pnig; did you mean Ping?";
    /// assert_eq!(warnings[0].to_string(), text);
    /// # Ok::<(), embedded_ami_pbx::ConfigError>(())
    /// ```
    #[must_use]
    pub fn unknown_actions(&self) -> Vec<RuleWarning> {
        let known: Vec<&str> =
            dispatch::names().chain(action::all().map(|info| info.name)).chain(["connect", "*"]).collect();
        let is_unknown = |entry: &&Entry| !known.iter().any(|name| name.eq_ignore_ascii_case(&entry.on));
        let warning = |entry: &Entry| RuleWarning {
            place: entry.place.clone(),
            action: entry.on.clone(),
            reason: format!(
                "Asterisk has no action {}{}",
                entry.on,
                question(&entry.on, known.iter().copied())
            ),
        };
        self.0.iter().filter(is_unknown).map(warning).collect()
    }
}
