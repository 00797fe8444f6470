use core::iter::FusedIterator;

use crate::wire::{Header, Headers, Message, Value};

impl<'a> Message<'a> {
    /// Returns an iterator over the channel variables of the message: the headers named
    /// `ChanVariable` (Asterisk 12 and later), the same with a prefix as in `DestChanVariable`, and
    /// `ChanVariable(channel)` (Asterisk 1.8 to 11, and events about several channels).
    ///
    /// ```
    /// use embedded_ami::wire::Message;
    ///
    /// let message = Message::parse(
    ///     b"Event: DialBegin\r\nChanVariable: lang=en\r\nDestChanVariable: lang=de\r\n\r\n",
    /// ).unwrap();
    /// let dest = message.variables().find(|variable| variable.prefix == "Dest").unwrap();
    /// assert_eq!(dest.name, "lang");
    /// assert_eq!(dest.value, "de");
    /// ```
    #[must_use]
    pub fn variables(&self) -> Variables<'a> {
        Variables(self.headers())
    }
}

/// A channel variable of a message, returned by [`Message::variables`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ChanVariable<'a> {
    /// The text before `ChanVariable` in the name of the header: empty, or a word for the channel
    /// that has the variable, such as `Dest` in `DestChanVariable`.
    pub prefix: Value<'a>,
    /// The channel in parentheses after `ChanVariable`, if the header has one.
    pub channel: Option<Value<'a>>,
    /// The name of the variable, or a dialplan function such as `CHANNEL(language)`.
    pub name: Value<'a>,
    /// The value of the variable.
    pub value: Value<'a>,
}

impl<'a> ChanVariable<'a> {
    fn from_header(header: Header<'a>) -> Option<Self> {
        const NAME: &[u8] = b"ChanVariable";
        let whole = header.name().filter(|_| !header.is_cut())?;
        let (name, channel) = match whole.strip_suffix(b")") {
            Some(open) => {
                let at = open.iter().position(|&byte| byte == b'(')?;
                (open.get(..at)?, Some(Value::new(open.get(at.checked_add(1)?..)?)))
            }
            None => (whole, None),
        };
        let (prefix, last) = name.split_at_checked(name.len().checked_sub(NAME.len())?)?;
        if !last.eq_ignore_ascii_case(NAME) {
            return None;
        }
        let text = header.value().as_bytes();
        let equals = text.iter().position(|&byte| byte == b'=').unwrap_or(text.len());
        // Without an equals sign the value begins after the text: it is empty.
        let value = text.get(equals.saturating_add(1)..).unwrap_or_default();
        Some(Self {
            prefix: Value::new(prefix),
            channel,
            name: Value::new(text.get(..equals)?),
            value: Value::new(value),
        })
    }
}

/// Iterator over channel variables, returned by [`Message::variables`].
#[derive(Debug, Clone)]
pub struct Variables<'a>(Headers<'a>);

impl<'a> Iterator for Variables<'a> {
    type Item = ChanVariable<'a>;

    fn next(&mut self) -> Option<ChanVariable<'a>> {
        self.0.find_map(ChanVariable::from_header)
    }
}

impl FusedIterator for Variables<'_> {}
