use core::iter::FusedIterator;

use crate::wire::{Header, Headers, Message, Value};

impl<'a> Message<'a> {
    /// The channel variables of the message: headers named `ChanVariable` (Asterisk 12 and later),
    /// the same with a prefix such as `DestChanVariable`, and `ChanVariable(channel)` (1.8 to 11, and
    /// events about several channels).
    #[must_use]
    pub fn variables(&self) -> Variables<'a> {
        Variables(self.headers())
    }
}

/// A channel variable that came with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ChanVariable<'a> {
    /// What stands before `ChanVariable`: empty, or whose channel it is, as in `DestChanVariable`.
    pub prefix: Value<'a>,
    /// The channel in `ChanVariable(channel)`.
    pub channel: Option<Value<'a>>,
    /// The variable, or dialplan function as in `CHANNEL(language)`.
    pub name: Value<'a>,
    /// Its value.
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
        let value = text.get(equals.saturating_add(1)..).unwrap_or_default();
        Some(Self {
            prefix: Value::new(prefix),
            channel,
            name: Value::new(text.get(..equals)?),
            value: Value::new(value),
        })
    }
}

/// The iterator of [`Message::variables`].
#[derive(Debug, Clone)]
pub struct Variables<'a>(Headers<'a>);

impl<'a> Iterator for Variables<'a> {
    type Item = ChanVariable<'a>;

    fn next(&mut self) -> Option<ChanVariable<'a>> {
        self.0.find_map(ChanVariable::from_header)
    }
}

impl FusedIterator for Variables<'_> {}
