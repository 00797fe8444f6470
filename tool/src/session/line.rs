//! The lines of standard output.

use embedded_ami::client::LossReason;
use embedded_ami::wire::Message;
use serde_json::Value as Json;

use crate::connection::secret::Secret;
use crate::output::flat;

/// The additions to a message.
#[derive(Default)]
pub(super) struct Mark<'a> {
    /// The id of the action that the message belongs to.
    pub(super) id: Option<&'a Json>,
    /// Whether the answer to the action ends with the message, if it is part of one.
    pub(super) end: Option<bool>,
    /// The permission that the user lacks for the action.
    pub(super) hint: Option<&'a str>,
    pub(super) is_unmatched: bool,
}

/// Whether the server has executed an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Executed {
    No,
    Maybe,
    Yes,
}

impl From<LossReason> for Executed {
    fn from(reason: LossReason) -> Self {
        match reason {
            LossReason::NotSent => Self::No,
            LossReason::CutShort { .. } => Self::Yes,
            _ => Self::Maybe,
        }
    }
}

/// Writes a message.
pub(super) fn write(message: &Message<'_>, mark: &Mark<'_>, secret: Option<&Secret>, out: &mut Vec<u8>) {
    let id = mark.id.map(|id| ("_id", id.clone()));
    let end = mark.end.map(|end| ("_end", end.into()));
    let hint = mark.hint.map(|hint| ("_hint", hint.into()));
    let unmatched = mark.is_unmatched.then(|| ("_unmatched", true.into()));
    let keys: Vec<_> = id.into_iter().chain(end).chain(hint).chain(unmatched).collect();
    // A vector has room.
    let _ = flat::write_with(message, &keys, secret, out);
}

/// Writes the error that ends the answer to an action.
pub(super) fn write_error(id: &Json, error: &str, executed: Executed, out: &mut Vec<u8>) {
    let executed = match executed {
        Executed::No => "no",
        Executed::Maybe => "maybe",
        Executed::Yes => "yes",
    };
    let keys = [
        ("_id", id.clone()),
        ("_end", true.into()),
        ("_error", error.into()),
        ("_executed", executed.into()),
    ];
    let _ = flat::write_keys(&keys, out);
}

/// Writes an error that ends no answer.
pub(super) fn write_note(id: Option<&Json>, end: Option<bool>, error: &str, out: &mut Vec<u8>) {
    let id = id.map(|id| ("_id", id.clone()));
    let end = end.map(|end| ("_end", end.into()));
    let keys: Vec<_> = id.into_iter().chain(end).chain([("_error", error.into())]).collect();
    let _ = flat::write_keys(&keys, out);
}
