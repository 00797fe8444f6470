//! Bytes to messages and back, in both directions, without protocol state.
//!
//! [`Decoder`] turns the bytes of a stream into [`Message`]s that borrow from its storage;
//! [`Outbox`] collects whole outgoing messages in its own. Neither knows logins or lists.

mod decoder;
mod header_writer;

mod framer;
mod message;
mod message_buf;
pub(crate) mod redact;
mod scan;
mod value;

pub use decoder::{Decoder, Step, StorageTooSmall};
pub use header_writer::{EncodeError, HeaderWriter, Outbox, Recipient};

pub use message::{
    Banner, ChanVariable, GetAll, Header, Headers, Kind, Message, Output, OutputLine, Part, Variables,
};
pub use message_buf::{Buffer, Gathered, MessageTooLarge};
pub use value::{Split, Value};

/// A whole message on the heap.
#[cfg(feature = "std")]
pub type OwnedMessage = Gathered<std::vec::Vec<u8>>;

/// Which end of the connection we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// We decode what a server sends: its banner and `Response: Follows` payloads included.
    Client,
    /// We decode what a client sends: messages only.
    Server,
}

/// The same but for the case of ASCII letters.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
pub(crate) fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// The same bytes.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
pub(crate) fn is_equal(one: &[u8], other: &[u8]) -> bool {
    if !scan::IS_SMALL {
        return one == other;
    }
    // In less than half the flash of `memcmp`.
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one == other)
}

/// The lower-case digit of a number less than 16.
pub(crate) fn hex_digit(number: u8) -> u8 {
    number.wrapping_add(if number < 10 { b'0' } else { b'a' - 10 })
}

/// The bytes between two places, none if they are not there.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
fn between(bytes: &[u8], from: usize, to: usize) -> &[u8] {
    bytes.get(from..to).unwrap_or_default()
}

/// Moves what begins at `from` to the front.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
fn move_to_front(bytes: &mut [u8], from: usize) {
    if !scan::IS_SMALL {
        if from <= bytes.len() {
            bytes.copy_within(from.., 0);
        }
        return;
    }
    // `memmove` for any direction and alignment would be a tenth of the flash that the crate takes.
    let bytes = core::cell::Cell::from_mut(bytes).as_slice_of_cells();
    for (to, from) in bytes.iter().zip(bytes.get(from..).unwrap_or_default()) {
        to.set(from.get());
    }
}
