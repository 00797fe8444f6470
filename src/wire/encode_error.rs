use core::fmt;

use crate::name::named;

/// The length of the longest ActionID that is written. Asterisk copies ActionIDs to buffers as
/// small as 80 bytes. A longer ActionID loses its line end there, which joins headers or whole
/// messages.
pub(super) const ACTION_ID_LIMIT: usize = 67;

/// The reason a message could not be encoded. The outbox is left unchanged.
///
/// Lines are numbered from 1, the first header. Positions in a name or value are byte offsets from
/// 0.
///
/// ```
/// use embedded_ami::wire::{Dialect, EncodeError, Outbox};
///
/// let mut outbox = Outbox::for_client([0; 128], Dialect::Current);
/// let error = outbox
///     .write(|message| {
///         message.header("Action", "Setvar")?;
///         message.header("Value", "two\nlines")
///     })
///     .unwrap_err();
/// assert_eq!(error, EncodeError::ValueByte { line: 2, at: 3, byte: b'\n' });
/// assert_eq!(error.to_string(), "line 2: byte 0x0a at offset 3 of the value is not allowed");
/// assert!(outbox.pending().is_empty());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
#[repr(u32)] // so that it is copied by words
pub enum EncodeError {
    /// The message has no headers.
    NoHeaders,
    /// The name of a header is empty, or a raw line is.
    EmptyName {
        /// The number of the line.
        line: usize,
    },
    /// The name of a header contains a CR, LF, NUL, blank or colon. A
    /// [relayed](super::HeaderWriter::header_relayed) header may have blanks inside its name.
    NameByte {
        /// The number of the line.
        line: usize,
        /// The position in the name.
        at: usize,
        /// The byte.
        byte: u8,
    },
    /// A value contains a CR, LF or NUL. AMI has no way to quote them.
    ValueByte {
        /// The number of the line.
        line: usize,
        /// The position in the value.
        at: usize,
        /// The byte.
        byte: u8,
    },
    /// The line is longer than the server reads.
    LineTooLong {
        /// The number of the line.
        line: usize,
        /// The length without the line end.
        length: usize,
        /// The length of the longest line that the server reads.
        limit: usize,
    },
    /// The message has more lines than the server reads.
    TooManyLines {
        /// The largest number of lines that the server reads.
        limit: usize,
    },
    /// The ActionID is longer than 67 bytes.
    ActionIdTooLong {
        /// The number of the line.
        line: usize,
        /// The length in bytes.
        length: usize,
    },
    /// The ActionID contains a byte that is not visible ASCII.
    ActionIdByte {
        /// The number of the line.
        line: usize,
        /// The position in the ActionID.
        at: usize,
        /// The byte.
        byte: u8,
    },
    /// The name of a variable is empty, begins with a blank or contains a byte that would end it.
    /// For Asterisk up to 1.4, this is also the error for a `|` in the value, which would begin
    /// another variable.
    VariableByte {
        /// The number of the line.
        line: usize,
        /// The position in the assignment `name=value`.
        at: usize,
    },
    /// `Action` or `ActionID` is among the headers of an action. They are written automatically.
    Reserved {
        /// The number of the line.
        line: usize,
    },
    /// A client wrote a [raw line](super::HeaderWriter::raw_line). Only servers relay lines.
    RawLine {
        /// The number of the line.
        line: usize,
    },
    /// A server wrote `Response: Follows` as a header. The client would wait for a payload.
    Follows,
    /// The message does not fit beside the pending bytes: send them, then write again. If it is
    /// larger than the whole storage, the next error is [`TooLarge`](Self::TooLarge).
    Full,
    /// The message is larger than the whole storage of the outbox. This is reported only if no
    /// bytes are pending.
    TooLarge {
        /// The size of the storage in bytes.
        storage: usize,
    },
}

named! {
    EncodeError {
        NoHeaders EmptyName NameByte ValueByte LineTooLong TooManyLines ActionIdTooLong ActionIdByte
        VariableByte Reserved RawLine Follows Full TooLarge
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoHeaders => f.write_str("the message has no headers"),
            Self::EmptyName { line } => write!(f, "line {line}: the header has no name"),
            Self::NameByte { line, at, byte } => {
                write!(f, "line {line}: byte {byte:#04x} at offset {at} of the header's name is not allowed")
            }
            Self::ValueByte { line, at, byte } => {
                write!(f, "line {line}: byte {byte:#04x} at offset {at} of the value is not allowed")
            }
            Self::LineTooLong { line, length, limit } => {
                write!(f, "line {line} has {length} bytes, the server reads at most {limit}")
            }
            Self::TooManyLines { limit } => {
                write!(f, "the message has more lines than the {limit} that the server reads")
            }
            Self::ActionIdTooLong { line, length } => {
                write!(f, "line {line}: the ActionID has {length} bytes, at most {ACTION_ID_LIMIT} are safe")
            }
            Self::ActionIdByte { line, at, byte } => {
                write!(f, "line {line}: byte {byte:#04x} at offset {at} of the ActionID is not visible ASCII")
            }
            Self::VariableByte { line, at } => {
                write!(f, "line {line}: invalid character at offset {at} of the variable assignment")
            }
            Self::Reserved { line } => {
                write!(
                    f,
                    "line {line}: Action and ActionID are written automatically and must not be passed as headers"
                )
            }
            Self::RawLine { line } => {
                write!(f, "line {line}: a client wrote a raw line, and only servers relay lines")
            }
            Self::Follows => f.write_str("Response: Follows announces a payload, and this message has none"),
            Self::Full => f.write_str("the outbox has no room until its pending bytes have been sent"),
            Self::TooLarge { storage } => {
                write!(f, "the message is larger than the outbox's storage of {storage} bytes")
            }
        }
    }
}

impl core::error::Error for EncodeError {}
