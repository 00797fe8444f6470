use core::fmt;
use core::iter::FusedIterator;

use super::percent::hex;
use crate::wire::Value;

impl<'a> Value<'a> {
    /// Returns an iterator over the lines of the `Env` header of an AsyncAGI event: names and
    /// values, still percent-encoded. Lines without a colon are skipped. Asterisk truncates a long
    /// `Env`, and then the last value is incomplete.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    ///
    /// let env = Value::new(b"agi_request%3A%20async%0Aagi_channel%3A%20Local%2F117%40test%0A%0A");
    /// let (_, channel) = env.agi_lines().find(|(name, _)| *name == "agi_channel").unwrap();
    /// assert!(channel.percent_decoded().eq(*b"Local/117@test"));
    /// ```
    #[must_use]
    pub fn agi_lines(self) -> AgiLines<'a> {
        AgiLines(self.as_bytes())
    }
}

/// Iterator over the lines of an AGI environment, returned by [`Value::agi_lines`].
#[derive(Clone)]
pub struct AgiLines<'a>(&'a [u8]);

impl<'a> Iterator for AgiLines<'a> {
    type Item = (Value<'a>, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.0.is_empty() {
            let (line, rest) = split_at_byte(self.0, b'\n').unwrap_or((self.0, &[]));
            self.0 = rest;
            if let Some((name, value)) = split_at_byte(line, b':') {
                let value = match value {
                    [b' ', value @ ..] | [b'%', b'2', b'0', value @ ..] => value,
                    _ => value,
                };
                return Some((Value::new(name), Value::new(value)));
            }
        }
        None
    }
}

impl FusedIterator for AgiLines<'_> {}

impl fmt::Debug for AgiLines<'_> {
    /// Prints the lines that are left.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// Splits at the first occurrence of `sought`, plain or percent-encoded.
fn split_at_byte(bytes: &[u8], sought: u8) -> Option<(&[u8], &[u8])> {
    let mut rest = bytes;
    loop {
        let from = rest;
        let after = match rest {
            [b'%', high, low, after @ ..] if hex(*high, *low) == Some(sought) => Some(after),
            [byte, after @ ..] if *byte == sought => Some(after),
            [_, after @ ..] => {
                rest = after;
                None
            }
            [] => return None,
        };
        if let Some(after) = after {
            return Some((bytes.get(..bytes.len().checked_sub(from.len())?)?, after));
        }
    }
}
