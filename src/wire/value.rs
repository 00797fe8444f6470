use core::fmt;
use core::iter::FusedIterator;
use core::str::Utf8Error;
use core::time::Duration;

use crate::bytes;

/// The value of a header: its bytes, exactly as they were on the wire.
///
/// Asterisk passes most values through unchanged, so a value can be Latin-1 or broken UTF-8, or
/// contain control characters. Blanks at either end belong to the value. The module
/// [`value`](crate::value) has methods that decode values.
///
/// `Display` prints the text, with invalid UTF-8 replaced by U+FFFD. Control characters are printed
/// as they are: a program that writes to a terminal must escape them. `Debug` prints the escaped
/// bytes. Neither can redact secrets, because a value does not know which header it came from.
///
/// ```
/// use embedded_ami::wire::Value;
///
/// let value = Value::new(b"call,all");
/// assert_eq!(value, "call,all");
/// assert_eq!(format!("{value}"), "call,all");
/// assert!(value.split(b',').any(|class| class == "call"));
/// assert_eq!(Value::new(b"4007233764").to_u64(), Some(4_007_233_764));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Value<'a>(&'a [u8]);

impl<'a> Value<'a> {
    /// Creates a value of these bytes.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// Returns whether the value has no bytes. Asterisk writes unset values as empty ones.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Returns the text if the bytes are valid UTF-8.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`], with the offset of the first byte that is not valid.
    pub const fn to_str(self) -> Result<&'a str, Utf8Error> {
        core::str::from_utf8(self.0)
    }

    /// Returns the text, with invalid UTF-8 replaced by U+FFFD, for display.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn to_string_lossy(self) -> std::borrow::Cow<'a, str> {
        std::string::String::from_utf8_lossy(self.0)
    }

    /// Returns whether the value and `other` differ at most in the case of ASCII letters.
    #[must_use]
    pub fn eq_ignore_ascii_case(self, other: &str) -> bool {
        bytes::eq_ignore_case(self.0, other.as_bytes())
    }

    /// Parses a decimal number that has neither a sign nor blanks. Returns `None` for anything else
    /// and for a number that does not fit.
    #[must_use]
    pub fn to_u64(self) -> Option<u64> {
        let add = |number: u64, byte: &u8| number.checked_mul(10)?.checked_add(digit(*byte)?.into());
        self.0.iter().try_fold(0, add).filter(|_| !self.is_empty())
    }

    /// Like [`to_u64`](Value::to_u64), up to 4,294,967,295.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    #[must_use]
    pub fn to_u32(self) -> Option<u32> {
        if self.is_empty() {
            return None;
        }
        // This does not call `to_u64`, because 64-bit arithmetic costs a small machine flash and
        // time.
        let add = |number: u32, byte: &u8| number.checked_mul(10)?.checked_add(digit(*byte)?);
        self.0.iter().try_fold(0, add)
    }

    /// Parses a decimal number with an optional `-` or `+`. Returns `None` for anything else and
    /// for a number that does not fit.
    #[must_use]
    pub fn to_i64(self) -> Option<i64> {
        match self.0 {
            [b'-', digits @ ..] => 0_i64.checked_sub_unsigned(Value(digits).to_u64()?),
            [b'+', digits @ ..] => Value(digits).to_u64()?.try_into().ok(),
            _ => self.to_u64()?.try_into().ok(),
        }
    }

    /// Like [`to_i64`](Value::to_i64), from -2,147,483,648 to 2,147,483,647.
    #[must_use]
    pub fn to_i32(self) -> Option<i32> {
        let is_negative = self.0.first() == Some(&b'-');
        let digits = match self.0 {
            [b'-' | b'+', digits @ ..] => digits,
            digits => digits,
        };
        let number = Value(digits).to_u32()?;
        let value = if is_negative { number.wrapping_neg() } else { number } as i32;
        // A number that does not fit has the wrong sign now.
        (value == 0 || (value < 0) == is_negative).then_some(value)
    }

    /// Parses seconds with or without a fraction, as in `Timestamp: 1795442325.355367` (since 1970)
    /// or `RTT: 0.0044`. Digits after the ninth of the fraction are dropped. Returns `None` for
    /// anything else.
    ///
    /// ```
    /// use core::time::Duration;
    /// use embedded_ami::wire::Value;
    ///
    /// assert_eq!(Value::new(b"12.5").to_seconds(), Some(Duration::from_millis(12_500)));
    /// assert_eq!(Value::new(b"-1").to_seconds(), None);
    /// ```
    #[must_use]
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

    /// Parses the words that Asterisk knows for yes (`yes`, `true`, `y`, `t`, `1`, `on`) and no
    /// (`no`, `false`, `n`, `f`, `0`, `off`). ASCII case is ignored. Returns `None` for any other
    /// value.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    ///
    /// assert_eq!(Value::new(b"On").to_bool(), Some(true));
    /// assert_eq!(Value::new(b"2").to_bool(), None);
    /// ```
    #[must_use]
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

    /// Returns whether the value is one of Asterisk's words for yes. Asterisk treats any other
    /// value as no.
    #[must_use]
    pub fn is_true(self) -> bool {
        self.to_bool() == Some(true)
    }

    /// Splits the value at the first `separator`, for example the assignment `a=b` into a variable
    /// and its value. Returns `None` if the value has no separator.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    ///
    /// let (name, value) = Value::new(b"CHANNEL(language)=en").split_once(b'=').unwrap();
    /// assert_eq!(name, "CHANNEL(language)");
    /// assert_eq!(value, "en");
    /// ```
    #[must_use]
    pub fn split_once(self, separator: u8) -> Option<(Value<'a>, Value<'a>)> {
        let at = self.as_bytes().iter().position(|&byte| byte == separator)?;
        let (before, rest) = self.as_bytes().split_at_checked(at)?;
        Some((Value::new(before), Value::new(rest.get(1..)?)))
    }

    /// Returns an iterator over the values between the separators. Their number is that of the
    /// separators plus one, so an empty value gives one empty value.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    ///
    /// assert!(Value::new(b"call,,all").split(b',').eq(["call", "", "all"]));
    /// ```
    #[must_use]
    pub fn split(self, separator: u8) -> Split<'a> {
        Split { rest: Some(self.0), separator }
    }
}

/// Returns the value of a decimal digit.
pub(crate) fn digit(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(10)
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Only `pad` honours widths, and it needs the whole text.
        if let Ok(text) = self.to_str() {
            return f.pad(text);
        }
        self.0.utf8_chunks().try_for_each(|chunk| {
            f.write_str(chunk.valid())?;
            if chunk.invalid().is_empty() { Ok(()) } else { f.write_str("\u{fffd}") }
        })
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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

/// Implements comparisons of a type with text and bytes, in both directions. `$field` has the bytes
/// of the type.
macro_rules! equal {
    ($Own:ident $field:tt: $([$($param:tt)*] $Other:ty;)*) => {$(
        impl<$($param)*> PartialEq<$Other> for $Own<'_> {
            fn eq(&self, other: &$Other) -> bool {
                crate::bytes::eq(self.$field, other.as_ref())
            }
        }

        impl<$($param)*> PartialEq<$Own<'_>> for $Other {
            fn eq(&self, other: &$Own<'_>) -> bool {
                crate::bytes::eq(self.as_ref(), other.$field)
            }
        }
    )*};
    ($Own:ident $field:tt) => {
        equal! { $Own $field:
            [] str;
            [] &str;
            [] [u8];
            [] &[u8];
            [const N: usize] [u8; N];
            [const N: usize] &[u8; N];
        }
    };
}

pub(super) use equal;

equal! { Value 0 }

/// Iterator over the values between separators, returned by [`Value::split`].
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

impl FusedIterator for Split<'_> {}

impl fmt::Debug for Split<'_> {
    /// Prints the values that are left.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
