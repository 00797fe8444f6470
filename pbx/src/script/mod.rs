#![doc = include_str!("format.md")]

mod debug;
mod director;
mod error;
mod read;
mod render;
mod rule;
mod schedule;
mod service;

use std::path::Path;

pub(crate) use director::Rules;
pub use error::ScriptError;
pub use rule::Rule;
pub(crate) use service::Scripted;

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
pub struct Script(pub(crate) Vec<(String, Rule)>);

impl Script {
    /// Reads a script in TOML.
    ///
    /// # Errors
    ///
    /// Returns the first mistake with the number of its line.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        read::rules(text).map(Self)
    }

    /// Reads a file in TOML.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Script::parse), with the name of the file; the reason for which the file
    /// cannot be read.
    pub fn from_file(file: impl AsRef<Path>) -> Result<Self, ScriptError> {
        let file = file.as_ref();
        let text = std::fs::read_to_string(file).map_err(|error| ScriptError::new(0, error.to_string()));
        text.and_then(|text| Self::parse(&text)).map_err(|error| error.in_file(file))
    }

    /// Adds a rule for the requests of an action, after all others: see
    /// [`Builder::on`](crate::Builder::on).
    ///
    /// # Errors
    ///
    /// Returns the reason for which the rule is not valid.
    pub fn on(mut self, action: &str, rule: Rule) -> Result<Self, ScriptError> {
        rule.check(action)
            .map_err(|(_, reason)| ScriptError::new(0, format!("the rule on {action}: {reason}")))?;
        self.0.push((action.into(), rule));
        Ok(self)
    }
}
