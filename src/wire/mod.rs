//! Conversion between bytes and messages, in both directions, without protocol state.
//!
//! A [`Decoder`] turns the bytes of a stream into [`Message`]s that borrow from its storage. An
//! [`Outbox`] collects whole outgoing messages in its own. Neither knows about logins or lists.

mod decoder;
mod dialect;
mod encode_error;
mod framer;
mod header_writer;
mod message;
mod message_buf;
mod outbox;
pub(crate) mod redact;
mod scan;
#[cfg(target_pointer_width = "64")]
mod splits;
mod value;

pub use decoder::{Decoder, Step, StorageTooSmall};
pub use dialect::Dialect;
pub use encode_error::EncodeError;
pub use header_writer::HeaderWriter;
pub use message::{Banner, GetAll, Header, Headers, Kind, Message, Output, OutputLine, Part};
pub use message_buf::{Buffer, MessageBuf, MessageTooLarge};
pub use outbox::Outbox;
pub(crate) use value::digit;
pub use value::{Split, Value};

/// A whole message on the heap. Its methods are those of [`MessageBuf`]: `text`, `get`, `event`,
/// `output_text` and others.
#[cfg(feature = "std")]
pub type OwnedMessage = MessageBuf<std::vec::Vec<u8>>;
