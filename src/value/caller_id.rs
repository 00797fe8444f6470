use super::escape::Unescaped;
use crate::wire::Value;

impl<'a> Value<'a> {
    /// Name and number of a caller, in any of the forms that Asterisk writes and reads. (`CallerID` in events of Asterisk 1.4
    /// is the number alone: nothing is to be read out of it.)
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    /// let caller = Value::new(b"\"Alice\" <100>").caller_id();
    /// assert!(caller.name.is_some_and(|name| name == "Alice"));
    /// assert!(caller.number.is_some_and(|number| number == "100"));
    /// ```
    #[must_use]
    pub fn caller_id(self) -> CallerId<'a> {
        CallerId::parse(self)
    }
}

/// A caller: [`Value::caller_id`].
///
/// | value | name | number |
/// |---|---|---|
/// | `"Alice" <100>`, `Alice <100>` | `Alice` | `100` |
/// | `<100>`, `"" <100>`, `100`, `+41 (44) 000-00.00` | none | all of it |
/// | `"Alice"`, `"Alice" <>`, `Alice` | `Alice` | none |
/// | `<unknown>`, and an empty one | none | none |
///
/// The last bracket begins the number, and without brackets it is digits and `*#+()-.` and blanks, as Asterisk has it: `"a <b>" <5>` is
/// the caller `a <b>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CallerId<'a> {
    /// The name as it is written, less its quotes.
    pub name: Option<Value<'a>>,
    /// The number.
    pub number: Option<Value<'a>>,
    /// The name was in quotes.
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

    /// The name with the backslashes undone that protect bytes in quotes, as in `"Quoted \"inner\"" <2>`: such as a phone or
    /// configuration file says it, and as `CallerID` of an Originate is read. Empty without a name.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    /// let caller = Value::new(br#""Quoted \"inner\"" <2>"#).caller_id();
    /// assert!(caller.unescaped_name().eq(*b"Quoted \"inner\""));
    /// ```
    #[must_use]
    pub fn unescaped_name(&self) -> Unescaped<'a> {
        let rest = self.name.unwrap_or_default().as_bytes();
        Unescaped { rest, decode: if self.quoted { Some } else { |_| None } }
    }
}
