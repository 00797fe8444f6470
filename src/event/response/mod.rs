//! Responses with a payload, as views.
//!
//! That a response answers a `Getvar` only its sender knows: it does not say so. A view is therefore of any response, or part of
//! one, that is no error, and what the response does not have is `None`.
//!
//! ```
//! use embedded_ami::event::response::Getvar;
//! # use embedded_ami::wire::{Decoder, Role};
//! # let bytes = b"Response: Success\r\nActionID: 1\r\nVariable: CHANNEL(language)\r\nValue: en\r\n\r\n";
//! # let mut decoder = Decoder::new([0; 128], Role::Client).unwrap();
//! # decoder.space()[..bytes.len()].copy_from_slice(bytes);
//! # decoder.advance(bytes.len());
//! # let _ = decoder.poll();
//! # let message = decoder.message();
//! if let Some(getvar) = Getvar::of(&message) {
//!     assert!(getvar.value().is_some_and(|value| value == "en"));
//! }
//! ```
//!
//! The views of answers that have no limit, such as [`GetConfig`] and [`ListCommands`], iterate over what is in the message or part; what
//! is [cut](crate::wire::Header::is_cut) is not found, so an answer larger than the storage is either gathered, or read part by part
//! with a storage that has room for its longest line.

mod commands;
mod config;
mod queue_rule;
mod table;
#[cfg(test)]
mod tests;
mod views;

pub use commands::{ListedAction, ListedActions};
pub use config::{Categories, Category, CategoryNames, ConfigLines, Entries, Entry};
pub use queue_rule::{RuleList, RuleLists, Rules};
pub(crate) use table::responses_table as table;
pub use views::*;
