//! What stands inside values: escapes, percent encoding, caller ids, assignments, times. Nothing is copied: what must
//! be decoded comes as an iterator over its bytes.

mod agi;
mod caller_id;
mod date_time;
mod escape;
mod percent;
mod variables;

use core::fmt;

pub use agi::AgiLines;
pub use caller_id::CallerId;
pub use date_time::DateTime;
pub use escape::Unescaped;
pub use percent::PercentDecoded;
pub use variables::{ChanVariable, Variables};

fn debug(bytes: impl Iterator<Item = u8>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    bytes
        .flat_map(core::ascii::escape_default)
        .try_for_each(|byte| fmt::Write::write_char(f, byte.into()))?;
    f.write_str("\"")
}
