//! The types of the actions in the table.

use super::table::actions_table;
#[cfg(test)]
use crate::wire::{EncodeError, Outbox};

actions_table!(actions);

/// A row of the table.
#[cfg(test)]
pub(super) struct Row {
    pub(super) type_name: &'static str,
    /// The name on the wire.
    pub(super) name: &'static str,
    /// The header of each parameter, its kind, and whether it is required.
    pub(super) parameters: &'static [(&'static str, &'static str, bool)],
    /// Writes the action with all its parameters.
    pub(super) write: fn(&str, &mut Outbox<std::vec::Vec<u8>>) -> Result<(), EncodeError>,
}
