use core::fmt;

use crate::wire::{Message, Value};

/// The longest line that Asterisk reads, in bytes. A CR at the end counts.
const LINE_LIMIT: usize = 1023;
/// The most lines of a request that Asterisk reads.
const LINES_LIMIT: usize = 128;

/// A request of a client, read as Asterisk 1.8 and later read it.
///
/// - A name begins at the start of its line and is followed directly by a colon. Its case is
///   ignored.
/// - Blanks and control characters before the value are skipped.
/// - A NUL ends its line.
/// - If a name occurs more than once, the first occurrence counts. If its value is empty, the
///   header counts as missing.
///
/// ```
/// use embedded_ami::server::Request;
/// use embedded_ami::wire::Message;
///
/// let bytes = b"action:Hangup\nActionID: 7\nChannel:   SIP/7-1\nCause:\nCause: 16\n\n";
/// let message = Message::parse(bytes).unwrap();
/// let request = Request::from_message(&message);
/// assert!(request.is("Hangup"));
/// assert!(request.get("Channel").is_some_and(|channel| channel == "SIP/7-1"));
/// assert_eq!(request.get("Cause"), None); // the first is empty
/// assert_eq!(request.get_all("Cause").count(), 2);
/// ```
#[derive(Clone, Copy)]
pub struct Request<'a> {
    message: Message<'a>,
}

/// The reasons why Asterisk refuses a request before it looks at the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    LineTooLong,
    /// Also for a request that does not fit our storage, since Asterisk answers a failed allocation
    /// in the same way.
    TooManyLines,
}

impl Fault {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Fault::LineTooLong => "Failed to parse message: line too long",
            Fault::TooManyLines => "Too many lines in message or allocation failure",
        }
    }
}

impl<'a> Request<'a> {
    /// Reads a message as a request, whatever its kind.
    #[must_use]
    pub const fn from_message(message: &Message<'a>) -> Self {
        Self { message: *message }
    }

    /// Returns the name of the action: the first `Action` that is not empty.
    #[must_use]
    pub fn action(&self) -> Option<Value<'a>> {
        self.get_all("Action").find(|action| !action.is_empty())
    }

    /// Returns whether the action has this name. ASCII case is ignored.
    #[must_use]
    pub fn is(&self, action: &str) -> bool {
        self.action().is_some_and(|own| own.eq_ignore_ascii_case(action))
    }

    /// Returns the ActionID, which each message of the answer repeats.
    #[must_use]
    pub fn action_id(&self) -> Option<Value<'a>> {
        self.get("ActionID")
    }

    /// Returns the value of the first header with this name, or `None` if that value is empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        self.get_all(name).next().filter(|value| !value.is_empty())
    }

    /// Returns the values of all headers with this name, including empty ones, for example the
    /// channel variables of an `Originate`.
    pub fn get_all<'n>(&self, name: &'n str) -> impl Iterator<Item = Value<'a>> + use<'a, 'n> {
        // Asterisk keeps no more lines, not even of a request that it refuses for their number.
        self.lines().take(LINES_LIMIT).filter_map(move |line| value(line, name.as_bytes()))
    }

    /// Returns the lines of the request, each up to its first NUL and without its line end. These
    /// are the lines that Asterisk relays in a `UserEvent`, with
    /// [`HeaderWriter::raw_line`](crate::wire::HeaderWriter::raw_line).
    ///
    /// A line that is larger than the decoder's storage is left out. A line with a NUL at its start
    /// is empty here, and cannot be relayed.
    pub fn lines(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let headers = self.message.headers().filter(|header| !header.is_cut() && !header.is_continuation());
        let lines = headers.map(|header| header.as_bytes());
        lines.map(|line| line.split(|&byte| byte == 0).next().unwrap_or_default())
    }

    /// Returns the message as it was received.
    #[must_use]
    pub fn message(&self) -> &Message<'a> {
        &self.message
    }

    /// Returns the reason to refuse the request without a look at its action, if there is one.
    pub(super) fn fault(&self) -> Option<Fault> {
        let is_too_long = |line: &[u8]| line.len() > LINE_LIMIT;
        if self.message.as_bytes().split(|&byte| byte == b'\n').any(is_too_long) {
            return Some(Fault::LineTooLong);
        }
        let is_whole = self.message.part() == crate::wire::Part::Whole;
        (!is_whole || self.lines().nth(LINES_LIMIT).is_some()).then_some(Fault::TooManyLines)
    }
}

impl fmt::Debug for Request<'_> {
    /// Prints the message with its secrets redacted.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Request").field(&self.message).finish()
    }
}

/// Returns the value of a line if the line has this name.
fn value<'a>(line: &'a [u8], name: &[u8]) -> Option<Value<'a>> {
    let (start, rest) = line.split_at_checked(name.len())?;
    let rest = rest.strip_prefix(b":").filter(|_| start.eq_ignore_ascii_case(name))?;
    let blanks = rest.iter().take_while(|byte| **byte <= b' ').count();
    Some(Value::new(rest.get(blanks..).unwrap_or_default()))
}
