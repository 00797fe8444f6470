use crate::wire::{Value, digit};

impl<'a> Value<'a> {
    /// Parses a number with or without a fraction, as in `MES: 84.4`, as an integer that counts
    /// units of the last of these decimals: `84.4` with one decimal is 844. It uses no
    /// floating-point arithmetic.
    ///
    /// Missing decimals count as zeros, and further decimals are dropped. Blanks before the number
    /// are skipped, because Asterisk pads some numbers with them. Returns `None` for anything else,
    /// and for a number that is too large.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    ///
    /// assert_eq!(Value::new(b"84.4").to_fixed(1), Some(844));
    /// assert_eq!(Value::new(b"-0.25").to_fixed(3), Some(-250));
    /// assert_eq!(Value::new(b"7").to_fixed(2), Some(700));
    /// assert_eq!(Value::new(b"7 dB").to_fixed(2), None);
    /// ```
    #[must_use]
    pub fn to_fixed(self, decimals: u8) -> Option<i64> {
        let text = self.as_bytes().trim_ascii_start();
        let (sign, text) = match text {
            [b'-', rest @ ..] => (-1, rest),
            _ => (1, text),
        };
        let (whole, fraction) = match Value::new(text).split_once(b'.') {
            Some((_, fraction)) if fraction.is_empty() => return None,
            Some(halves) => halves,
            None => (Value::new(text), Value::default()),
        };
        let mut number = i64::try_from(whole.to_u64()?).ok()?.checked_mul(sign)?;
        let mut digits = fraction.as_bytes().iter();
        for _ in 0..decimals {
            let digit = digits.next().map_or(Some(0), |&byte| digit(byte))?;
            number = number.checked_mul(10)?.checked_add(i64::from(digit).checked_mul(sign)?)?;
        }
        digits.all(u8::is_ascii_digit).then_some(number)
    }
}
