use core::fmt;
use core::iter::FusedIterator;

use super::debug;
use crate::wire::Value;

impl<'a> Value<'a> {
    /// Returns an iterator over the bytes with percent encoding decoded, as in the `Env` and
    /// `Result` of AsyncAGI events: `%0A` is a line feed. A `%` that two hexadecimal digits do not
    /// follow is kept.
    ///
    /// Some releases (1.8.28 and later, 11.10 to 11.15, 12.3 and later, 13.0, 13.1) write bytes
    /// from 128 up as `%FFFFFFC3`. That is decoded as one byte, too. Asterisk 1.6 does not encode
    /// `%` itself, so text from it that looks encoded may not be. A byte 255 (`%FF`) before text
    /// such as `FFFFC3` looks like the long form, and all of it is decoded as one byte. UTF-8 has
    /// no byte 255.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    ///
    /// assert!(Value::new(b"200%20result%3D0%0A").percent_decoded().eq(*b"200 result=0\n"));
    /// assert!(Value::new(b"%FFFFFFC3%A9").percent_decoded().eq("é".bytes()));
    /// ```
    #[must_use]
    pub fn percent_decoded(self) -> PercentDecoded<'a> {
        PercentDecoded(self.as_bytes())
    }
}

/// Iterator over bytes with percent encoding decoded, returned by [`Value::percent_decoded`].
#[derive(Clone)]
pub struct PercentDecoded<'a>(&'a [u8]);

impl Iterator for PercentDecoded<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let (byte, rest) = match self.0 {
            [
                b'%',
                b'F' | b'f',
                b'F' | b'f',
                b'F' | b'f',
                b'F' | b'f',
                b'F' | b'f',
                b'F' | b'f',
                high,
                low,
                rest @ ..,
            ] if hex(*high, *low).is_some_and(|byte| byte >= 0x80) => (hex(*high, *low)?, rest),
            [b'%', high, low, rest @ ..] if hex(*high, *low).is_some() => (hex(*high, *low)?, rest),
            [byte, rest @ ..] => (*byte, rest),
            [] => return None,
        };
        self.0 = rest;
        Some(byte)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len().div_ceil(9), Some(self.0.len()))
    }
}

impl FusedIterator for PercentDecoded<'_> {}

impl fmt::Debug for PercentDecoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(self.clone(), f)
    }
}

/// Returns the byte with these two hexadecimal digits.
pub(super) fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digit(high)?.checked_mul(16)?.checked_add(digit(low)?)
}
