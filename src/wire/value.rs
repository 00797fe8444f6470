use core::str::Utf8Error;
use core::time::Duration;

/// The value of a header: bytes, exactly as they were on the wire.
///
/// Asterisk passes most values through as it got them, so a value may be Latin-1, broken
/// UTF-8 or control characters. Blanks at either end belong to the value.
///
/// `Debug` prints the bytes, escaped: that this is a secret only its header knows.
///
/// ```
/// use embedded_ami::wire::Value;
/// let value = Value::new(b"call,all");
/// assert_eq!(value, "call,all");
/// assert!(value.split(b',').any(|class| class == "call"));
/// assert_eq!(Value::new(b"4007233764").to_u64(), Some(4_007_233_764));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Value<'a>(&'a [u8]);

impl<'a> Value<'a> {
    /// A value of these bytes.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// Has no bytes. Asterisk writes unset values as empty ones.
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The text, if the bytes are UTF-8.
    ///
    /// # Errors
    ///
    /// Where the bytes stop being UTF-8.
    pub const fn to_str(self) -> Result<&'a str, Utf8Error> {
        core::str::from_utf8(self.0)
    }

    /// The text, each broken piece of UTF-8 replaced by U+FFFD: the one lossy reader, for display.
    #[cfg(feature = "std")]
    pub fn to_string_lossy(self) -> std::borrow::Cow<'a, str> {
        std::string::String::from_utf8_lossy(self.0)
    }

    /// The same bytes but for the case of ASCII letters.
    pub fn eq_ignore_ascii_case(self, other: &str) -> bool {
        super::is_same(self.0, other.as_bytes())
    }

    /// A decimal number without sign, nothing around it; `None` for anything else and
    /// for what does not fit.
    pub fn to_u64(self) -> Option<u64> {
        let add = |number: u64, byte: &u8| number.checked_mul(10)?.checked_add(digit(*byte)?.into());
        self.0.iter().try_fold(0, add).filter(|_| !self.is_empty())
    }

    /// As [`to_u64`](Value::to_u64), up to 4 294 967 295.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn to_u32(self) -> Option<u32> {
        // Not by way of 64 bits, which cost a small machine code and time.
        let add = |number: u32, byte: &u8| number.checked_mul(10)?.checked_add(digit(*byte)?);
        self.0.iter().try_fold(0, add).filter(|_| !self.is_empty())
    }

    /// A decimal number, `-` or `+` before it allowed; `None` for anything else and for
    /// what does not fit.
    pub fn to_i64(self) -> Option<i64> {
        match self.0 {
            [b'-', digits @ ..] => 0_i64.checked_sub_unsigned(Value(digits).to_u64()?),
            [b'+', digits @ ..] => Value(digits).to_u64()?.try_into().ok(),
            _ => self.to_u64()?.try_into().ok(),
        }
    }

    /// As [`to_i64`](Value::to_i64), from -2 147 483 648 to 2 147 483 647.
    pub fn to_i32(self) -> Option<i32> {
        let (is_negative, digits) = match self.0 {
            [b'-', digits @ ..] => (true, digits),
            [b'+', digits @ ..] => (false, digits),
            digits => (false, digits),
        };
        let number = Value(digits).to_u32()?;
        let value = if is_negative { number.wrapping_neg() } else { number } as i32;
        // What does not fit has come out with the other sign.
        (value == 0 || (value < 0) == is_negative).then_some(value)
    }

    /// Seconds with or without a fraction, as in `Timestamp: 1795442325.355367` (since
    /// 1970) or `RTT: 0.0044`. Digits behind the ninth of the fraction are dropped.
    ///
    /// ```
    /// # use embedded_ami::wire::Value;
    /// use core::time::Duration;
    /// assert_eq!(Value::new(b"12.5").to_seconds(), Some(Duration::from_millis(12_500)));
    /// assert_eq!(Value::new(b"-1").to_seconds(), None);
    /// ```
    pub fn to_seconds(self) -> Option<Duration> {
        let mut halves = self.0.splitn(2, |&byte| byte == b'.');
        let whole = Value(halves.next()?).to_u64()?;
        let Some(fraction) = halves.next() else { return Some(Duration::from_secs(whole)) };
        if fraction.is_empty() {
            return None;
        }
        let mut nanos = 0_u32;
        let mut unit = 100_000_000;
        for &byte in fraction {
            let tenths = digit(byte)?.checked_mul(unit)?;
            nanos = nanos.checked_add(tenths)?;
            unit = unit.checked_div(10)?;
        }
        Some(Duration::new(whole, nanos))
    }

    /// Yes or no in the words Asterisk knows (`yes true y t 1 on`, `no false n f 0 off`,
    /// ASCII case ignored); `None` for any other.
    pub fn to_bool(self) -> Option<bool> {
        let is = |words: [&str; 6]| words.iter().any(|word| self.eq_ignore_ascii_case(word));
        if is(["yes", "true", "y", "t", "1", "on"]) {
            Some(true)
        } else if is(["no", "false", "n", "f", "0", "off"]) {
            Some(false)
        } else {
            None
        }
    }

    /// Is one of Asterisk's words for yes. Any other value is not, as in Asterisk itself.
    pub fn is_true(self) -> bool {
        self.to_bool() == Some(true)
    }

    /// The values between the separators: one more than there are separators.
    pub fn split(self, separator: u8) -> Split<'a> {
        Split { rest: Some(self.0), separator }
    }
}

fn digit(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(10)
}

impl core::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

impl<'a, T: AsRef<[u8]> + ?Sized> From<&'a T> for Value<'a> {
    fn from(bytes: &'a T) -> Self {
        Self(bytes.as_ref())
    }
}

impl AsRef<[u8]> for Value<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0
    }
}

impl PartialEq<str> for Value<'_> {
    fn eq(&self, other: &str) -> bool {
        super::is_equal(self.0, other.as_bytes())
    }
}

impl PartialEq<&str> for Value<'_> {
    fn eq(&self, other: &&str) -> bool {
        super::is_equal(self.0, other.as_bytes())
    }
}

/// The iterator of [`Value::split`].
#[derive(Clone)]
pub struct Split<'a> {
    rest: Option<&'a [u8]>,
    separator: u8,
}

impl<'a> Iterator for Split<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let rest = self.rest?;
        let mut halves = rest.splitn(2, |&byte| byte == self.separator);
        let value = halves.next()?;
        self.rest = halves.next();
        Some(Value(value))
    }
}

impl core::fmt::Debug for Split<'_> {
    /// The values that are left.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
