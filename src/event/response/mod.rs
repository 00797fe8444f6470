//! Views of responses that carry data.
//!
//! A response does not name the action that it answers. Only the sender knows that it answers a
//! [`Getvar`](crate::action::Getvar), so the caller chooses the view. Each view accepts any
//! response, or part of one, that is not an error; an accessor returns `None` if the response does
//! not have the header.
//!
//! A view has the name of its action: [`Getvar`] is the view of the response to
//! [`action::Getvar`](crate::action::Getvar). The answers of other actions are lists of events (see
//! [`event`](crate::event)) or have no data.
//!
//! ```
//! use embedded_ami::event::response::Getvar;
//! # let message = embedded_ami::wire::Message::parse(b"Response: Success\r\nActionID: 1\r\n\
//! #     Variable: CHANNEL(language)\r\nValue: en\r\n\r\n").unwrap();
//! if let Some(getvar) = Getvar::from_message(&message) {
//!     assert!(getvar.value().is_some_and(|value| value == "en"));
//! }
//! ```
//!
//! # Responses larger than the storage
//!
//! [`GetConfig`], [`ListCommands`] and other responses without a size limit have views that iterate
//! over the headers in the message or part. Headers that are [cut](crate::wire::Header::is_cut) are
//! skipped. If a response is larger than the decoder's storage, either gather it into one message,
//! or read it part by part with storage that can hold its longest line.

mod commands;
mod config;
mod queue_rule;
pub(crate) mod table;
#[cfg(test)]
mod tests;
mod views;

pub use commands::{ListedAction, ListedActions};
pub use config::{Categories, Category, CategoryNames, ConfigLines, Entries, Entry};
pub use queue_rule::{RuleList, RuleLists, Rules};
pub use views::*;
