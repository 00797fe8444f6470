use core::fmt;
use core::iter::FusedIterator;

use super::shape::Flags;
use crate::bytes::{eq_ignore_case, tail};
use crate::size::IS_SMALL;
use crate::wire::Value;
use crate::wire::redact::{REDACTED, may_have_secret, redacted_name};
use crate::wire::scan::{self, CR};
#[cfg(target_pointer_width = "64")]
use crate::wire::{scan::LF, splits::Splits};

/// Iterator over the lines in some bytes of a message.
#[derive(Clone)]
pub(super) struct Lines<'a> {
    pub(super) rest: &'a [u8],
    pub(super) flags: Flags,
}

impl<'a> Lines<'a> {
    pub(super) fn new(bytes: &'a [u8], flags: Flags) -> Self {
        Self { rest: bytes, flags: flags.only(Flags::HEADER_CONTINUES | Flags::CUT | Flags::INCOMPLETE) }
    }

    /// Returns whether no line is left. A single CR before the end of the stream is not a line.
    fn is_done(&self) -> bool {
        match self.rest {
            [] => !self.flags.has(Flags::HEADER_CONTINUES),
            [CR] => self.flags.only(Flags::HEADER_CONTINUES | Flags::INCOMPLETE) == Flags::INCOMPLETE,
            _ => false,
        }
    }

    /// Takes the line that ends at the LF at `end`, or at the end of the bytes.
    #[inline]
    pub(super) fn take(&mut self, end: usize) -> (&'a [u8], Flags) {
        let flags = self.flags.only(Flags::HEADER_CONTINUES);
        self.flags = self.flags.without(Flags::HEADER_CONTINUES);
        debug_assert!(end <= self.rest.len());
        let text = self.rest.get(..end).unwrap_or(self.rest);
        // A line that ends with the bytes has no LF.
        let Some(rest) = self.rest.get(end.wrapping_add(1)..) else {
            self.rest = &[];
            return (text, flags | self.flags.only(Flags::CUT));
        };
        self.rest = rest;
        match text {
            [text @ .., CR] => (text, flags),
            _ => (text, flags),
        }
    }

    /// Takes the next line and splits it.
    #[cfg_attr(target_pointer_width = "64", inline)]
    fn next_header(&mut self) -> Option<Header<'a>> {
        if self.is_done() {
            return None;
        }
        let mut line = scan::line(self.rest);
        let (text, flags) = self.take(line.end);
        if flags.has(Flags::HEADER_CONTINUES) {
            line.colon = scan::NO_COLON;
            line.value = 0;
        } else if text.is_empty() && !self.flags.has(Flags::FOLLOWS) {
            // The empty line that ends the message.
            self.rest = &[];
            return None;
        }
        let mut name = line.colon;
        while let Some([.., b' ' | b'\t']) = text.get(..name) {
            name = name.wrapping_sub(1);
        }
        let value = tail(text, line.value);
        Some(Header { text, name, value, flags })
    }

    /// Like [`next_header`](Self::next_header), as a call. It takes and returns the lines, so that
    /// the caller can keep its own in registers.
    #[cfg(target_pointer_width = "64")]
    #[inline(never)]
    fn next_of_any_sort(mut self) -> (Self, Option<Header<'a>>) {
        let header = self.next_header();
        (self, header)
    }
}

/// Iterator over the header lines of a message, returned by
/// [`Message::headers`](super::Message::headers).
///
/// ```
/// use embedded_ami::wire::{Header, Message};
///
/// let message = Message::parse(b"Event: Hangup\r\nCause: 16\r\n\r\n").unwrap();
/// let mut headers = message.headers().skip(1);
/// assert!(headers.next().is_some_and(|header| header.is("cause") && header.value() == "16"));
/// assert!(headers.next().is_none());
/// ```
#[derive(Clone)]
pub struct Headers<'a> {
    pub(super) lines: Lines<'a>,
    #[cfg(target_pointer_width = "64")]
    splits: Splits,
}

impl<'a> Headers<'a> {
    pub(super) fn new(lines: Lines<'a>) -> Self {
        Self {
            // The first line may continue another one, and is then not an ordinary one.
            #[cfg(target_pointer_width = "64")]
            splits: if lines.flags.has(Flags::HEADER_CONTINUES) { Splits::END } else { Splits::START },
            lines,
        }
    }

    /// Takes the next line if it is an ordinary one: a name, a colon, a blank, a value, CR LF.
    #[cfg(target_pointer_width = "64")]
    #[inline(always)]
    fn next_ordinary(&mut self) -> Option<Header<'a>> {
        const SEPARATOR: u16 = u16::from_ne_bytes(*b": ");
        const LINE_END: u16 = u16::from_ne_bytes(*b"\r\n");
        let rest = self.lines.rest;
        let mut splits = self.splits;
        let name = splits.next(rest)?;
        let (&[last, colon, blank], _) = rest.get(name.wrapping_sub(1)..)?.split_first_chunk()?;
        if u16::from_ne_bytes([colon, blank]) != SEPARATOR || last <= b' ' {
            return None;
        }
        let (text, next) = loop {
            let (text, after) = rest.split_at_checked(splits.next(rest)?.wrapping_sub(1))?;
            let (&[before, split], next) = after.split_first_chunk()?;
            if u16::from_ne_bytes([before, split]) == LINE_END {
                break (text, next);
            }
            // Otherwise it is a colon in the value.
            if split == LF {
                return None;
            }
        };
        let value = text.get(name.wrapping_add(2)..)?;
        splits.skip(text.len().wrapping_add(2));
        self.splits = splits;
        self.lines.rest = next;
        Some(Header { text, name, value, flags: Flags::NONE })
    }
}

impl<'a> Iterator for Headers<'a> {
    type Item = Header<'a>;

    #[cfg(not(target_pointer_width = "64"))]
    fn next(&mut self) -> Option<Header<'a>> {
        self.lines.next_header()
    }

    #[cfg(target_pointer_width = "64")]
    #[inline(always)]
    fn next(&mut self) -> Option<Header<'a>> {
        if let Some(header) = self.next_ordinary() {
            return Some(header);
        }
        self.splits = Splits::START;
        // The empty line that ends nearly all messages needs no call.
        if self.lines.rest == b"\r\n" && !self.lines.flags.has(Flags::FOLLOWS | Flags::HEADER_CONTINUES) {
            self.lines.rest = &[];
            return None;
        }
        let header;
        (self.lines, header) = self.lines.clone().next_of_any_sort();
        header
    }
}

impl FusedIterator for Headers<'_> {}

impl fmt::Debug for Headers<'_> {
    /// Prints the headers that are left, secrets redacted.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// A header line, or a piece of one that is larger than the decoder's storage.
///
/// ```
/// use embedded_ami::wire::Message;
///
/// let message = Message::parse(b"Event: Hangup\r\nCause-txt:  Normal\r\n\r\n").unwrap();
/// let header = message.headers().nth(1).unwrap();
/// assert_eq!(header.name(), Some(&b"Cause-txt"[..]));
/// assert_eq!(header.value(), " Normal"); // only the first blank belongs to the separator
/// assert_eq!(header.as_bytes(), b"Cause-txt:  Normal");
/// ```
#[derive(Clone, Copy)]
pub struct Header<'a> {
    pub(super) text: &'a [u8],
    /// The length of the name, or [`scan::NO_COLON`] if there is none.
    name: usize,
    value: &'a [u8],
    pub(super) flags: Flags,
}

impl<'a> Header<'a> {
    /// Returns the name: the bytes before the first `:`, without blanks at the end. If a
    /// parenthesis is open there, as in `ChanVariable(SIP/10.0.0.1:5060-1): a=b`, the name ends
    /// before the first `: ` instead, if there is one. Returns `None` for a line without a colon
    /// and for a continuation.
    #[inline]
    #[must_use]
    pub fn name(&self) -> Option<&'a [u8]> {
        self.text.get(..self.name)
    }

    /// Returns the value: every byte after the colon, except for one space directly after it.
    /// Without a name, this is the whole text.
    #[inline]
    #[must_use]
    pub fn value(&self) -> Value<'a> {
        Value::new(self.value)
    }

    /// Returns the whole text of the line, or piece, without its line end.
    #[must_use]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.text
    }

    /// Returns whether the header has this name. ASCII case is ignored.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name().is_some_and(|own| eq_ignore_case(own, name.as_bytes()))
    }

    /// Returns whether the line may contain a secret, so that it must not be logged.
    ///
    /// Ask this before you log the bytes of a line. `Debug` and `defmt::Format` redact such lines
    /// by themselves. They also redact the value of a header `Output`, a line that a command
    /// printed, for which this returns false unless the line is malformed in one of the ways below.
    ///
    /// The name decides: that of a password, of a challenge, of the answer to a challenge, or of a
    /// header that can have any setting of a configuration file as its value. One of these names is
    /// `Key`, which is harmless in the actions of the database. A malformed line may contain a
    /// secret if one of the names follows the blanks at its start, a CR, a NUL, or an escape `\r`
    /// or `\n` of two characters. A continuation may contain one because its name is not known.
    ///
    /// ```
    /// use embedded_ami::wire::Message;
    ///
    /// let bytes = b"Username: admin\r\nSecret: x\r\n Secret=x\r\nEvents: off\rSecret: x\r\n\r\n";
    /// let message = Message::parse(bytes).unwrap();
    /// let is_secret = message.headers().map(|header| header.is_secret());
    /// assert!(is_secret.eq([false, true, true, true]));
    /// ```
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.is_continuation() || may_have_secret(self.text)
    }

    /// Returns whether the line is larger than the storage and goes on in the next part. Name and
    /// value then come from this piece alone.
    ///
    /// If the first piece has a name, it is the name of the whole line. There is one exception: if
    /// a parenthesis is open at the first `:` and this piece has no `: `, one in a later piece
    /// makes the name of the whole line longer. If the first piece has no name, the line may have
    /// one.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.flags.has(Flags::CUT)
    }

    /// Returns whether the line began in an earlier part. This piece of it has no name.
    #[must_use]
    pub fn is_continuation(&self) -> bool {
        self.flags.has(Flags::HEADER_CONTINUES)
    }
}

impl fmt::Debug for Header<'_> {
    /// Redacts lines that [may contain a secret](Header::is_secret), and the output of commands.
    /// Continuations are redacted too, because the name of their header is not known here.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_continuation() {
            return write!(f, "[continuation of {} bytes]", self.text.len());
        }
        match (redacted_name(self.text), self.name()) {
            (Some(name), _) => write!(f, "{}: {REDACTED}", name.escape_ascii()),
            _ if self.is_secret() => f.write_str(REDACTED),
            (None, Some(name)) => write!(f, "{}: {:?}", name.escape_ascii(), self.value()),
            (None, None) => self.value().fmt(f),
        }
    }
}

/// Iterator over the values of all headers of one name, returned by
/// [`Message::get_all`](super::Message::get_all).
#[derive(Clone)]
pub struct GetAll<'a, 'n> {
    pub(super) lines: Lines<'a>,
    pub(super) name: &'n str,
}

impl<'a> Iterator for GetAll<'a, '_> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        if IS_SMALL {
            while let Some(header) = self.lines.next_header() {
                if !header.is_cut() && header.is(self.name) {
                    return Some(header.value());
                }
            }
            return None;
        }
        loop {
            // A line that does not begin like the name is not even split.
            if !self.lines.flags.has(Flags::HEADER_CONTINUES) {
                let at = scan::header_line(self.lines.rest, self.name.as_bytes());
                self.lines.rest = tail(self.lines.rest, at);
            }
            let header = self.lines.next_header()?;
            // The line begins with the name, so only the lengths can differ.
            if !header.is_cut() && header.name().is_some_and(|name| name.len() == self.name.len()) {
                return Some(header.value());
            }
        }
    }
}

impl FusedIterator for GetAll<'_, '_> {}

impl fmt::Debug for GetAll<'_, '_> {
    /// Prints the name and the headers that are left, secrets redacted.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetAll")
            .field("headers", &Headers::new(self.lines.clone()))
            .field("name", &self.name)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    /// Every line is split in the same way, whether it counts as ordinary or not.
    #[test]
    fn ordinary_lines_are_split_as_all_others() {
        let pieces: [&[u8]; 14] = [
            b"\r\n",
            b"\n",
            b"\r",
            b": ",
            b":",
            b" ",
            b"\t",
            b"(",
            b")",
            b"N",
            b"Name: ",
            b"Name: value\r\n",
            b"A: \r\n",
            &[b'x'; 61],
        ];
        let all_flags = [
            Flags::NONE,
            Flags::HEADER_CONTINUES,
            Flags::CUT,
            Flags::INCOMPLETE,
            Flags::FOLLOWS,
            Flags::HEADER_CONTINUES | Flags::CUT,
        ];
        for case in 0..pieces.len().pow(4) {
            let digits = (0..4).scan(case, |rest, _| {
                let digit = *rest % pieces.len();
                *rest /= pieces.len();
                Some(digit)
            });
            let bytes: Vec<u8> = digits.flat_map(|digit| pieces[digit]).copied().collect();
            for flags in all_flags {
                let mut slow = Lines { rest: &bytes, flags };
                let mut fast = Headers::new(slow.clone());
                loop {
                    let (one, other) = (slow.next_header(), fast.next());
                    let parts = |header: &Header<'_>| {
                        (
                            header.text.as_ptr(),
                            header.text.len(),
                            header.name,
                            header.value.as_ptr(),
                            header.value.len(),
                            header.flags,
                        )
                    };
                    assert_eq!(
                        one.as_ref().map(parts),
                        other.as_ref().map(parts),
                        "{:?}",
                        bytes.escape_ascii()
                    );
                    assert_eq!((slow.rest, slow.flags), (fast.lines.rest, fast.lines.flags));
                    if one.is_none() {
                        break;
                    }
                }
                assert!(fast.next().is_none());
            }
        }
    }

    /// A continuation may have a secret whatever it says, any other line by its name.
    #[test]
    fn a_line_may_have_a_secret_by_its_name_or_as_a_continuation() {
        let lines = b"SecretX: x\r\nSecret: x\r\nUsername: x\r\n";
        for (flags, expected) in
            [(Flags::NONE, [false, true, false]), (Flags::HEADER_CONTINUES, [true, true, false])]
        {
            let headers = Headers::new(Lines { rest: lines, flags });
            assert!(headers.map(|header| header.is_secret()).eq(expected));
        }
    }
}
