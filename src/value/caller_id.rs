use super::escape::Unescaped;
use crate::wire::Value;

impl<'a> Value<'a> {
    /// Parses the name and number of a caller, in any form that Asterisk writes or reads. Do not
    /// use this for headers that have only one of the two: `CallerIDNum`, `CallerIDName`, and
    /// `CallerID` in events of Asterisk 1.4. Their [`known`](Value::known) is the number or name.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    ///
    /// let caller = Value::new(b"\"Alice\" <100>").caller_id();
    /// assert!(caller.name.is_some_and(|name| name == "Alice"));
    /// assert!(caller.number.is_some_and(|number| number == "100"));
    /// ```
    #[must_use]
    pub fn caller_id(self) -> CallerId<'a> {
        CallerId::parse(self)
    }
}

/// The name and number of a caller, parsed by [`Value::caller_id`].
///
/// | value | name | number |
/// |---|---|---|
/// | `"Alice" <100>`, `Alice <100>` | `Alice` | `100` |
/// | `<100>`, `"" <100>`, `100`, `+41 (44) 000-00.00` | none | all of it |
/// | `"Alice"`, `"Alice" <>`, `Alice` | `Alice` | none |
/// | `<unknown>`, and an empty value | none | none |
///
/// As in Asterisk, the last opening bracket begins the number: `"a <b>" <5>` is the caller `a <b>`.
/// A value without brackets is a number if it has only digits, blanks and the characters `*#+()-.`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CallerId<'a> {
    /// The name as it is written, without its quotes.
    pub name: Option<Value<'a>>,
    /// The number.
    pub number: Option<Value<'a>>,
    /// Whether the name was in quotes.
    pub quoted: bool,
}

impl<'a> CallerId<'a> {
    fn parse(value: Value<'a>) -> Self {
        let text = value.as_bytes().trim_ascii();
        if text.eq_ignore_ascii_case(b"<unknown>") {
            return Self::default();
        }
        let bracket = text.iter().rposition(|&byte| byte == b'<').filter(|_| text.ends_with(b">"));
        let (name, number) = match bracket.and_then(|at| text.split_at_checked(at)) {
            Some((name, [b'<', number @ .., b'>'])) => (name, number),
            _ if text.iter().all(|byte| {
                matches!(byte, b'0'..=b'9' | b'*' | b'#' | b'+' | b'(' | b')' | b'-' | b'.' | b' ')
            }) =>
            {
                (&[][..], text)
            }
            _ => (text, &[][..]),
        };
        let name = name.trim_ascii();
        let (name, quoted) = match name {
            [b'"', inner @ .., b'"'] => (inner, true),
            _ => (name, false),
        };
        let some = |bytes: &'a [u8]| Some(Value::new(bytes)).filter(|value| !value.is_empty());
        Self { name: some(name), number: some(number), quoted }
    }

    /// Returns an iterator over the bytes of the name, without the backslashes that protect bytes
    /// in quotes, as in `"Quoted \"inner\"" <2>`. Phones and configuration files write names in
    /// this form, and Asterisk reads the `CallerID` of an `Originate` in it. A caller without a
    /// name gives no bytes.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    ///
    /// let caller = Value::new(br#""Quoted \"inner\"" <2>"#).caller_id();
    /// assert!(caller.unescaped_name().eq(*b"Quoted \"inner\""));
    /// ```
    #[must_use]
    pub fn unescaped_name(&self) -> Unescaped<'a> {
        let rest = self.name.unwrap_or_default().as_bytes();
        Unescaped { rest, decode: if self.quoted { Some } else { |_| None } }
    }
}
