//! Decoders for the contents of values: escapes, percent encoding, placeholders, caller ids,
//! variables, dates and times.
//!
//! They are methods of [`Value`](crate::wire::Value) and [`Message`](crate::wire::Message). Nothing
//! is copied: if bytes must be decoded, the method returns an iterator over them.
//!
//! ```
//! use embedded_ami::wire::Message;
//!
//! let message =
//!     Message::parse(b"Event: Newexten\r\nCallerIDName: \\\"Al\\\" Smith\r\n\r\n").unwrap();
//! let name: Vec<u8> = message.get("CallerIDName").unwrap().unescaped().collect();
//! assert_eq!(name, b"\"Al\" Smith");
//! ```

mod agi;
mod caller_id;
mod date_time;
mod decimal;
mod escape;
mod known;
mod percent;
mod variables;

use core::fmt;

pub use agi::AgiLines;
pub use caller_id::CallerId;
pub use date_time::DateTime;
pub use escape::Unescaped;
pub use percent::PercentDecoded;
pub use variables::{ChanVariable, Variables};

/// Prints bytes in quotes, escaped.
fn debug(bytes: impl Iterator<Item = u8>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    bytes
        .flat_map(core::ascii::escape_default)
        .try_for_each(|byte| fmt::Write::write_char(f, byte.into()))?;
    f.write_str("\"")
}
