//! The colours of text on a terminal.

use std::env::var_os;

/// The escape sequence that begins the name of a header.
pub(super) const NAME: &str = "\x1b[36m";
/// The escape sequence that begins the name of an event or action, or the status of a response.
pub(super) const VALUE: &str = "\x1b[1m";
/// The escape sequence that begins a line of the tool.
pub(super) const NOTE: &str = "\x1b[33m";
/// The escape sequence that ends the others.
pub(super) const END: &str = "\x1b[0m";

/// Returns whether the user wants colours if standard output is a terminal: `NO_COLOR` is unset or
/// empty, and `TERM` names a terminal that has colours.
pub(super) fn is_wanted() -> bool {
    let is_set = |name| var_os(name).is_some_and(|value| !value.is_empty());
    !is_set("NO_COLOR") && is_set("TERM") && var_os("TERM").is_some_and(|term| term != "dumb")
}
