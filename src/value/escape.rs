use core::fmt;
use core::iter::FusedIterator;

use super::debug;
use crate::wire::Value;

impl<'a> Value<'a> {
    /// Returns an iterator over the bytes with C escapes decoded. Asterisk 13.5 and later write
    /// `\a \b \f \n \r \t \v \\ \' \" \?` in the names and variables of channel events. A backslash
    /// before any other byte is kept, and so is one at the end.
    ///
    /// Only the header tells whether a value is escaped. The values of `Getvar`, `DBGet` and
    /// `AppData` are not, and no value of Asterisk 1.4 is.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    ///
    /// assert!(Value::new(br#"Quoted \"inner\""#).unescaped().eq(*b"Quoted \"inner\""));
    /// assert!(Value::new(br"first\nsecond").unescaped().eq(*b"first\nsecond"));
    /// ```
    #[must_use]
    pub fn unescaped(self) -> Unescaped<'a> {
        Unescaped { rest: self.as_bytes(), decode: c_escape }
    }
}

/// Returns the meaning of the byte after a backslash, if it has one.
pub(super) type Decode = fn(u8) -> Option<u8>;

fn c_escape(byte: u8) -> Option<u8> {
    Some(match byte {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        b'\\' | b'\'' | b'"' | b'?' => byte,
        _ => return None,
    })
}

/// Iterator over bytes with escapes decoded, returned by [`Value::unescaped`] and
/// [`CallerId::unescaped_name`](super::CallerId::unescaped_name).
#[derive(Clone)]
pub struct Unescaped<'a> {
    pub(super) rest: &'a [u8],
    pub(super) decode: Decode,
}

impl Iterator for Unescaped<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if let [b'\\', byte, rest @ ..] = self.rest {
            if let Some(meant) = (self.decode)(*byte) {
                self.rest = rest;
                return Some(meant);
            }
        }
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.rest.len().div_ceil(2), Some(self.rest.len()))
    }
}

impl FusedIterator for Unescaped<'_> {}

impl fmt::Debug for Unescaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(self.clone(), f)
    }
}
