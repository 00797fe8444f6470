use core::fmt;
use core::iter::FusedIterator;

use super::percent::hex;
use crate::wire::Value;

impl<'a> Value<'a> {
    /// The lines of the `Env` of an AsyncAGI, still percent-encoded: names and values. A line without a colon is passed over;
    /// Asterisk cuts a long `Env`, then the last value is cut.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    /// let env = Value::new(b"agi_request%3A%20async%0Aagi_channel%3A%20Local%2F117%40test%0A%0A");
    /// let (_, channel) = env.agi_lines().find(|(name, _)| *name == "agi_channel").unwrap();
    /// assert!(channel.percent_decoded().eq(*b"Local/117@test"));
    /// ```
    #[must_use]
    pub fn agi_lines(self) -> AgiLines<'a> {
        AgiLines(self.as_bytes())
    }
}

/// The iterator of [`Value::agi_lines`].
#[derive(Clone)]
pub struct AgiLines<'a>(&'a [u8]);

impl<'a> Iterator for AgiLines<'a> {
    type Item = (Value<'a>, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.0.is_empty() {
            let (line, rest) = around(self.0, b'\n').unwrap_or((self.0, &[]));
            self.0 = rest;
            if let Some((name, value)) = around(line, b':') {
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
    /// The lines that are left.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// What stands before and behind the first such byte, itself or percent-encoded.
fn around(bytes: &[u8], sought: u8) -> Option<(&[u8], &[u8])> {
    let mut rest = bytes;
    loop {
        let before = rest;
        let behind = match rest {
            [b'%', high, low, behind @ ..] if hex(*high, *low) == Some(sought) => Some(behind),
            [byte, behind @ ..] if *byte == sought => Some(behind),
            [_, behind @ ..] => {
                rest = behind;
                None
            }
            [] => return None,
        };
        if let Some(behind) = behind {
            return Some((bytes.get(..bytes.len().checked_sub(before.len())?)?, behind));
        }
    }
}
