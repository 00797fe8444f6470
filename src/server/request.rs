use core::fmt;

use crate::wire::{Message, Value};

/// The longest line that Asterisk reads, with the CR at its end if there is one.
const LINE_LIMIT: usize = 1023;
/// The most lines that it reads.
const LINES_LIMIT: usize = 128;

/// What a client asks for, read as Asterisk reads it.
///
/// A name stands at the beginning of its line with the colon directly behind it, case ignored; blanks and control characters
/// before the value are skipped; a NUL ends its line; of several headers of a name the first counts; and an empty one is none.
/// Asterisk 1.8 and later.
///
/// ```
/// # use embedded_ami::server::Request;
/// # use embedded_ami::wire::Decoder;
/// # let mut decoder = Decoder::for_server([0; 256]).unwrap();
/// # let message = embedded_ami::wire::Message::parse(b"action:Hangup\nActionID: 7\nChannel:   SIP/7-1\nCause:\nCause: 16\n\n").unwrap();
/// let request = Request::from_message(&message); // action:Hangup, ActionID: 7, Channel:   SIP/7-1, Cause:, Cause: 16
/// assert!(request.is("Hangup"));
/// assert!(request.get("Channel").is_some_and(|channel| channel == "SIP/7-1"));
/// assert_eq!(request.get("Cause"), None);
/// ```
#[derive(Clone, Copy)]
pub struct Request<'a> {
    message: Message<'a>,
}

/// Why Asterisk does not do what a request asks for, before it knows what that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    LineTooLong,
    /// Or it does not fit our storage: for that, too, Asterisk has this answer.
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
    /// The request that a message is, whatever its kind.
    pub const fn from_message(message: &Message<'a>) -> Self {
        Self { message: *message }
    }

    /// What is to be done: the first `Action` that is not empty.
    pub fn action(&self) -> Option<Value<'a>> {
        self.get_all("Action").find(|action| !action.is_empty())
    }

    /// The action has that name, ASCII case ignored.
    pub fn is(&self, action: &str) -> bool {
        self.action().is_some_and(|own| own.eq_ignore_ascii_case(action))
    }

    /// The ActionID, which goes into each message of the answer.
    pub fn action_id(&self) -> Option<Value<'a>> {
        self.get("ActionID")
    }

    /// The value of the first header of that name, unless it is empty.
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        self.get_all(name).next().filter(|value| !value.is_empty())
    }

    /// The values of all headers of that name, also empty ones: the channel variables of an `Originate`.
    pub fn get_all<'n>(&self, name: &'n str) -> impl Iterator<Item = Value<'a>> + use<'a, 'n> {
        // Asterisk keeps no more lines, of a request that it refuses for that, too.
        self.lines().take(LINES_LIMIT).filter_map(move |line| value(line, name.as_bytes()))
    }

    /// The message, as it came.
    pub fn message(&self) -> &Message<'a> {
        &self.message
    }

    pub(super) fn fault(&self) -> Option<Fault> {
        let is_too_long = |line: &[u8]| line.len() > LINE_LIMIT;
        if self.message.as_bytes().split(|&byte| byte == b'\n').any(is_too_long) {
            return Some(Fault::LineTooLong);
        }
        let is_whole = self.message.part() == crate::wire::Part::Whole;
        (!is_whole || self.lines().nth(LINES_LIMIT).is_some()).then_some(Fault::TooManyLines)
    }

    /// The lines as C strings; not the pieces of one that is larger than the decoder's storage.
    fn lines(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let headers = self.message.headers().filter(|header| !header.is_cut() && !header.is_continuation());
        let lines = headers.map(|header| header.as_bytes());
        lines.map(|line| line.split(|&byte| byte == 0).next().unwrap_or_default())
    }
}

impl fmt::Debug for Request<'_> {
    /// As the message, secrets redacted.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Request").field(&self.message).finish()
    }
}

fn value<'a>(line: &'a [u8], name: &[u8]) -> Option<Value<'a>> {
    let (start, rest) = line.split_at_checked(name.len())?;
    let rest = rest.strip_prefix(b":").filter(|_| start.eq_ignore_ascii_case(name))?;
    let blanks = rest.iter().take_while(|byte| **byte <= b' ').count();
    Some(Value::new(rest.get(blanks..).unwrap_or_default()))
}
