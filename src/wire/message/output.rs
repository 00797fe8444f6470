use core::fmt;
use core::iter::FusedIterator;

use super::Headers;
use super::headers::Lines;
use super::shape::Flags;
use crate::wire::Value;
use crate::wire::value::equal;

/// Iterator over the lines that a `Command` printed, returned by
/// [`Message::output`](super::Message::output).
#[derive(Clone)]
pub struct Output<'a>(Headers<'a>);

impl<'a> Output<'a> {
    /// Creates an iterator over the lines of a payload if they have [`Flags::FOLLOWS`], otherwise
    /// over the values of the headers named `Output`.
    pub(super) fn new(lines: Lines<'a>) -> Self {
        Self(Headers::new(lines))
    }
}

impl<'a> Iterator for Output<'a> {
    type Item = OutputLine<'a>;

    fn next(&mut self) -> Option<OutputLine<'a>> {
        let flags = self.0.lines.flags;
        loop {
            let line = self.0.next()?;
            let text = match line.is_continuation() {
                _ if flags.has(Flags::FOLLOWS) => line.text,
                true if flags.has(Flags::OUTPUT_CONTINUES) => line.text,
                false if line.is("Output") => line.value().as_bytes(),
                _ => continue,
            };
            return Some(OutputLine { text, flags: line.flags });
        }
    }
}

impl FusedIterator for Output<'_> {}

impl fmt::Debug for Output<'_> {
    /// Prints only the number of bytes left. Like `Debug` of a message, it never prints a payload.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").field("bytes", &self.0.lines.rest.len()).finish_non_exhaustive()
    }
}

/// A line that a `Command` printed, or a piece of a line that is larger than the decoder's storage.
///
/// `Display` prints the text, with invalid UTF-8 replaced by U+FFFD. `Debug` prints the escaped
/// bytes. Control characters are printed as they are: a program that writes to a terminal must
/// escape them.
///
/// ```
/// use embedded_ami::wire::Message;
///
/// let message = Message::parse(b"Response: Success\r\nOutput: 2 calls\r\n\r\n").unwrap();
/// let line = message.output().next().unwrap();
/// assert_eq!(line, "2 calls");
/// assert_eq!(format!("{line}"), "2 calls");
/// assert!(!line.is_cut());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OutputLine<'a> {
    text: &'a [u8],
    flags: Flags,
}

impl<'a> OutputLine<'a> {
    /// Returns the bytes of the line, without its line end.
    #[must_use]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.text
    }

    /// Returns the text, with invalid UTF-8 replaced by U+FFFD, for display.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn to_string_lossy(&self) -> std::borrow::Cow<'a, str> {
        Value::new(self.text).to_string_lossy()
    }

    /// Returns whether the line goes on in the next part.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.flags.has(Flags::CUT)
    }

    /// Returns whether the line began in an earlier part.
    #[must_use]
    pub fn is_continuation(&self) -> bool {
        self.flags.has(Flags::HEADER_CONTINUES)
    }
}

impl fmt::Display for OutputLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Value::new(self.text), f)
    }
}

impl fmt::Debug for OutputLine<'_> {
    /// Prints the escaped bytes, as `Debug` of a [`Value`] does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Value::new(self.text), f)
    }
}

equal! { OutputLine text }
