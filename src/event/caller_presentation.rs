use crate::wire::Value;

/// The presentation of a caller id: a number and its meaning in words, as in
/// `0 (Presentation Allowed, Not Screened)`.
///
/// ```
/// use embedded_ami::event::NewCallerid;
/// # let message = embedded_ami::wire::Message::parse(
/// #     b"Event: NewCallerid\r\nPrivilege: call,all\r\nChannel: PJSIP/7-1\r\n\
/// #     CID-CallingPres: 35 (Presentation Prohibited, Network Number)\r\n\r\n").unwrap();
/// let presentation = message.event::<NewCallerid>().unwrap().cid_calling_pres().unwrap();
/// assert_eq!(presentation.number(), Some(35));
/// let text = presentation.text().unwrap();
/// assert_eq!(text, "Presentation Prohibited, Network Number");
/// assert_eq!(presentation.is_allowed(), Some(false));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CallerPresentation<'a> {
    value: Value<'a>,
}

impl<'a> CallerPresentation<'a> {
    /// Makes a presentation of a value, which may lack the number or the words.
    pub const fn from_value(value: Value<'a>) -> Self {
        Self { value }
    }

    /// Returns the number, or `None` if the value does not begin with one. It is a sum of two
    /// fields of ITU-T Q.931:
    ///
    /// - the presentation: 0 allowed, 32 prohibited, 64 number not available;
    /// - the origin of the number: 0 from the user, not screened; 1 from the user, passed the
    ///   screening; 2 from the user, failed the screening; 3 from the network.
    pub fn number(self) -> Option<i32> {
        self.parts().0.to_i32()
    }

    /// Returns the words without the parentheses. Returns the whole value if it does not begin with
    /// a number, and `None` if it is only a number.
    pub fn text(self) -> Option<Value<'a>> {
        match self.parts() {
            (number, _) if number.to_i32().is_none() => Some(self.value),
            (_, text) => text,
        }
    }

    /// Returns whether the number may be shown to the called party. Returns `None` without a number
    /// of a presentation.
    pub fn is_allowed(self) -> Option<bool> {
        self.number().map(|number| number & 0x60 == 0)
    }

    /// Splits the value into the number and the text in parentheses.
    fn parts(self) -> (Value<'a>, Option<Value<'a>>) {
        let inner = |rest: Value<'a>| rest.as_bytes().strip_prefix(b"(")?.strip_suffix(b")").map(Value::new);
        match self.value.split_once(b' ') {
            Some((number, rest)) => match inner(rest) {
                Some(text) => (number, Some(text)),
                None => (self.value, None),
            },
            None => (self.value, None),
        }
    }
}
