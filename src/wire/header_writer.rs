use core::fmt;

use super::framer::{END_MARK, Framer, Mark};
use super::scan::IS_SMALL;
use super::{Role, Value, between, hex_digit, is_same};

/// Who reads what is written: which limits hold, and how `Variable` is escaped.
///
/// The limits are those of Asterisk's own line buffer and header table. What exceeds them is not
/// refused by every server: Asterisk up to 1.8.17 takes the rest of a long line for a header of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Recipient {
    /// Asterisk 1.8.9, 10 and later: lines of 1 022 bytes, 128 lines.
    #[default]
    Asterisk,
    /// Asterisk 1.6.0 to 1.8.8: lines of 1 022 bytes, 127 lines.
    Asterisk1_6,
    /// Asterisk 1.4.1 to 1.4.44: lines of 1 021 bytes, 127 lines; variables separated by `|`.
    Asterisk1_4,
    /// Asterisk up to 1.4.0: lines of 253 bytes, 79 lines; variables separated by `|`.
    Asterisk1_0,
    /// A client: no limits.
    Client,
}

impl Recipient {
    /// The most lines, and the longest line without its line end.
    const fn limits(self) -> Option<(u8, u16)> {
        match self {
            Recipient::Asterisk => Some((128, 1022)),
            Recipient::Asterisk1_6 => Some((127, 1022)),
            Recipient::Asterisk1_4 => Some((127, 1021)),
            Recipient::Asterisk1_0 => Some((79, 253)),
            Recipient::Client => None,
        }
    }

    /// Assignments in one `Variable` header are separated by `|`, and nothing escapes it.
    const fn has_bars(self) -> bool {
        matches!(self, Recipient::Asterisk1_4 | Recipient::Asterisk1_0)
    }
}

/// The longest ActionID. Asterisk copies the ActionID to buffers of down to 80 bytes, and a
/// longer one loses its line end there: it glues headers or whole messages together.
const ACTION_ID_LIMIT: usize = 67;

/// Why a message was not written. Nothing of it is in the outbox then.
///
/// Lines count from 1, the line of the first header; positions in a name or value from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u32)] // so that it is copied by words
pub enum EncodeError {
    /// The message has no header.
    NoHeaders,
    /// The name of a header is empty.
    EmptyName {
        /// The line.
        line: usize,
    },
    /// A CR, LF, NUL, blank or colon in the name of a header.
    NameByte {
        /// The line.
        line: usize,
        /// Where in the name.
        at: usize,
        /// The byte.
        byte: u8,
    },
    /// A CR, LF or NUL in a value: there is no way to quote them.
    ValueByte {
        /// The line.
        line: usize,
        /// Where in the value.
        at: usize,
        /// The byte.
        byte: u8,
    },
    /// The line is longer than the recipient reads.
    LineTooLong {
        /// The line.
        line: usize,
        /// Its length without the line end.
        length: usize,
        /// The most the recipient takes.
        limit: usize,
    },
    /// The message has more lines than the recipient reads.
    TooManyLines {
        /// The most the recipient takes.
        limit: usize,
    },
    /// The ActionID is longer than 67 bytes.
    ActionIdTooLong {
        /// The line.
        line: usize,
        /// Its length.
        length: usize,
    },
    /// A byte in the ActionID that is not visible ASCII.
    ActionIdByte {
        /// The line.
        line: usize,
        /// Where in the ActionID.
        at: usize,
        /// The byte.
        byte: u8,
    },
    /// A variable's name is empty, begins with a blank, or has a byte that would end it; or, for Asterisk up to 1.4, its
    /// value has a `|`, which begins another variable there.
    VariableByte {
        /// The line.
        line: usize,
        /// Where in the assignment `name=value`.
        at: usize,
    },
    /// `Action` or `ActionID` among the headers of an action: they are written already.
    Reserved {
        /// The line.
        line: usize,
    },
    /// `Response: Follows` to a client: it would wait for a payload, which headers are not.
    Follows,
    /// No room beside what is pending: send that, then write again.
    Full,
    /// The message is larger than the outbox's whole storage.
    TooLarge {
        /// The size of the storage in bytes.
        storage: usize,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoHeaders => f.write_str("the message has no header"),
            Self::EmptyName { line } => write!(f, "line {line}: the header has no name"),
            Self::NameByte { line, at, byte } => {
                write!(f, "line {line}: byte {byte:#04x} at {at} in the header's name is not allowed")
            }
            Self::ValueByte { line, at, byte } => {
                write!(f, "line {line}: byte {byte:#04x} at {at} in the value is not allowed")
            }
            Self::LineTooLong { line, length, limit } => {
                write!(f, "line {line} has {length} bytes, the server reads {limit}")
            }
            Self::TooManyLines { limit } => write!(f, "more lines than the {limit} that the server reads"),
            Self::ActionIdTooLong { line, length } => {
                write!(f, "line {line}: the ActionID has {length} bytes, {ACTION_ID_LIMIT} are safe")
            }
            Self::ActionIdByte { line, at, byte } => {
                write!(f, "line {line}: byte {byte:#04x} at {at} in the ActionID is not visible ASCII")
            }
            Self::VariableByte { line, at } => {
                write!(f, "line {line}: the variable cannot be written, for what stands at {at}")
            }
            Self::Reserved { line } => {
                write!(f, "line {line}: Action and ActionID are no headers to be given")
            }
            Self::Follows => f.write_str("Response: Follows announces a payload, and this message has none"),
            Self::Full => f.write_str("no room in the outbox until what is pending has been sent"),
            Self::TooLarge { storage } => {
                write!(f, "the message is larger than the outbox's storage of {storage} bytes")
            }
        }
    }
}

impl core::error::Error for EncodeError {}

/// Outgoing messages over caller-supplied storage, whole ones or nothing.
///
/// ```
/// use embedded_ami::wire::{EncodeError, Outbox, Recipient};
/// let mut outbox = Outbox::new([0; 256], Recipient::Asterisk);
/// outbox.write(|message| {
///     message.header("Action", "Getvar")?;
///     message.header("Variable", "CHANNEL(state)")
/// })?;
/// assert_eq!(outbox.pending(), b"Action: Getvar\r\nVariable: CHANNEL(state)\r\n\r\n");
/// outbox.sent(16);
/// assert_eq!(outbox.pending(), b"Variable: CHANNEL(state)\r\n\r\n");
///
/// let injected = outbox.write(|message| message.header("Action", "Ping\r\nAction: Logoff"));
/// assert_eq!(injected, Err(EncodeError::ValueByte { line: 1, at: 4, byte: b'\r' }));
/// assert_eq!(outbox.pending(), b"Variable: CHANNEL(state)\r\n\r\n");
/// # Ok::<(), EncodeError>(())
/// ```
pub struct Outbox<B> {
    storage: B,
    queue: Queue,
}

/// What is known of the bytes in an outbox.
#[derive(Clone, Copy)]
struct Queue {
    /// Where what is pending begins.
    start: usize,
    /// Where it ends.
    end: usize,
    /// How many bytes have been sent, wrapping.
    gone: u32,
    recipient: Recipient,
}

impl Queue {
    /// Moves what is pending to the front.
    fn settle(&mut self, storage: &mut [u8]) {
        if self.start > 0 {
            super::move_to_front(storage.get_mut(..self.end).unwrap_or_default(), self.start);
            self.end = self.end.wrapping_sub(self.start);
            self.start = 0;
        }
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> Outbox<B> {
    /// An empty outbox.
    pub fn new(storage: B, recipient: Recipient) -> Self {
        Self { storage, queue: Queue { start: 0, end: 0, gone: 0, recipient } }
    }

    /// The bytes to be sent.
    pub fn pending(&self) -> &[u8] {
        between(self.storage.as_ref(), self.queue.start, self.queue.end)
    }

    /// The first `n` bytes of [`pending`](Outbox::pending) have been sent. More than its length counts as
    /// its length.
    pub fn sent(&mut self, n: usize) {
        let n = n.min(self.queue.end.wrapping_sub(self.queue.start));
        self.queue.start = self.queue.start.wrapping_add(n);
        self.queue.gone = self.queue.gone.wrapping_add(n as u32);
    }

    /// A mark behind all that is written, for [`is_sent`](Outbox::is_sent).
    pub(crate) fn mark(&self) -> u32 {
        self.queue.gone.wrapping_add(self.queue.end.wrapping_sub(self.queue.start) as u32)
    }

    /// All that was written before the mark has been sent: no more than 2 GiB after it was made.
    pub(crate) fn is_sent(&self, mark: u32) -> bool {
        mark.wrapping_sub(self.queue.gone) as i32 <= 0
    }

    /// Forgets what is pending, for a new connection.
    pub fn clear(&mut self) {
        self.queue.start = 0;
        self.queue.end = 0;
    }

    /// Who reads what is written.
    pub fn recipient(&self) -> Recipient {
        self.queue.recipient
    }

    /// Who reads what is written from now on.
    pub fn set_recipient(&mut self, recipient: Recipient) {
        self.queue.recipient = recipient;
    }

    /// Writes one message: the headers that `headers` writes, and the empty line.
    ///
    /// # Errors
    ///
    /// The first error that `headers` met, also if it returned another or none; then
    /// nothing is written.
    pub fn write(
        &mut self,
        headers: impl FnOnce(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let mut writer = HeaderWriter::new(self.storage.as_mut(), &mut self.queue);
        let written = headers(&mut writer);
        writer.finish(written)
    }

    /// Writes several messages, or none of them.
    pub(crate) fn all_or_nothing(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.queue.settle(self.storage.as_mut());
        let end = self.queue.end;
        let storage = self.storage.as_ref().len();
        write(self).map_err(|error| {
            self.queue.end = end;
            if error == EncodeError::Full && end == 0 { EncodeError::TooLarge { storage } } else { error }
        })
    }

    /// Writes a line without an empty one behind it.
    pub(crate) fn banner(&mut self, pieces: &[&[u8]]) -> Result<(), EncodeError> {
        let mut writer = HeaderWriter::new(self.storage.as_mut(), &mut self.queue);
        for piece in pieces {
            writer.text_start = writer.used;
            writer.put(Sort::Value, piece);
        }
        writer.end(b"\r\n");
        writer.commit()
    }

    /// Writes what has been encoded.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        let mut writer = HeaderWriter::new(self.storage.as_mut(), &mut self.queue);
        writer.end(bytes);
        writer.commit()
    }
}

impl<B> fmt::Debug for Outbox<B> {
    /// Never prints what is pending.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox")
            .field("recipient", &self.queue.recipient)
            .field("pending", &self.queue.end.saturating_sub(self.queue.start))
            .finish_non_exhaustive()
    }
}

/// Writes the headers of one message: see [`Outbox::write`].
pub struct HeaderWriter<'a> {
    /// What is pending, and behind it the message.
    storage: &'a mut [u8],
    queue: &'a mut Queue,
    /// The end of what is written; more than the storage has if there was no room.
    used: usize,
    /// Where the line begins.
    line_start: usize,
    /// Where the name or value begins, in which positions are counted.
    text_start: usize,
    /// The lines before this one.
    lines: usize,
    is_request: bool,
    /// The first error: the message is lost, whatever is written after it.
    written: Result<(), EncodeError>,
}

impl<'a> HeaderWriter<'a> {
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn new(storage: &'a mut [u8], queue: &'a mut Queue) -> Self {
        queue.settle(storage);
        let used = queue.end;
        Self {
            storage,
            queue,
            used,
            line_start: 0,
            text_start: 0,
            lines: 0,
            is_request: false,
            written: Ok(()),
        }
    }

    /// Writes a header; an empty value is written as one. Asterisk takes that for a missing header, and since 1.8
    /// skips blanks and control characters at the beginning of a value.
    ///
    /// # Errors
    ///
    /// Any but [`EncodeError::NoHeaders`] and [`EncodeError::VariableByte`].
    pub fn header(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<(), EncodeError> {
        self.field(name, value.as_ref());
        self.written
    }

    /// As [`header`](HeaderWriter::header); what that returns is [`written`](HeaderWriter::written).
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn field(&mut self, name: &str, value: &[u8]) {
        let sort = self.begin(name);
        self.put(sort, value);
        self.end_value(sort);
    }

    /// Writes a header whose value is these pieces, one behind the other: what `format!`
    /// does where there is a heap. Positions in errors are those in the whole value.
    ///
    /// # Errors
    ///
    /// As [`header`](HeaderWriter::header).
    pub fn joined(&mut self, name: &str, pieces: &[&[u8]]) -> Result<(), EncodeError> {
        let sort = self.begin(name);
        pieces.iter().for_each(|piece| self.put(sort, piece));
        self.end_value(sort);
        self.written
    }

    /// The first error so far.
    pub(crate) fn written(&self) -> Result<(), EncodeError> {
        self.written
    }

    fn end_value(&mut self, sort: Sort) {
        let (line, length) = (self.line(), self.position());
        if sort == Sort::ActionId && length > ACTION_ID_LIMIT {
            self.fail(EncodeError::ActionIdTooLong { line, length });
        }
        self.end_line();
        if self.queue.recipient == Recipient::Client && line == 1 {
            // As it will be decoded.
            let text = between(self.storage, self.line_start, self.used);
            if Framer::new(Role::Client).scan(text).1 == Mark::Head {
                self.fail(EncodeError::Follows);
            }
        }
    }

    /// Writes a header whose value is these pieces, one behind the other, without the bytes that no value can have (CR, LF, NUL): for what
    /// a server echoes.
    ///
    /// # Errors
    ///
    /// As [`header`](HeaderWriter::header).
    pub fn cleaned(&mut self, name: &str, pieces: &[&[u8]]) -> Result<(), EncodeError> {
        self.begin(name);
        let bytes = pieces.iter().copied().flatten().copied().filter(|&byte| !is_forbidden(byte));
        bytes.for_each(|byte| self.push(byte));
        self.end_line();
        self.written
    }

    /// Writes a header of these bytes in lower-case hex digits.
    pub(crate) fn hex(&mut self, name: &str, bytes: &[u8]) {
        self.begin(name);
        for byte in bytes {
            self.push(hex_digit(byte >> 4));
            self.push(hex_digit(byte & 15));
        }
        self.end_line();
    }

    /// Writes a header of words that are known to be right, and separators between them.
    pub(crate) fn words<'w>(
        &mut self,
        name: &str,
        words: impl Iterator<Item = &'w str>,
    ) -> Result<(), EncodeError> {
        self.begin(name);
        words.for_each(|word| self.put_raw(word.as_bytes()));
        self.end_line();
        self.written
    }

    /// Writes a `Response: Follows` to the end of its payload.
    pub(crate) fn follows<L: AsRef<[u8]>>(
        &mut self,
        action_id: Option<Value<'_>>,
        lines: impl IntoIterator<Item = L>,
    ) -> Result<(), EncodeError> {
        self.cleaned("Response", &[b"Follows"])?;
        self.cleaned("Privilege", &[b"Command"])?;
        if let Some(id) = action_id {
            self.cleaned("ActionID", &[id.as_bytes()])?;
        }
        for line in lines {
            self.text_start = self.used;
            self.put(Sort::Value, line.as_ref());
            self.push(b'\n');
            self.lines = self.line();
            if self.written.is_err() {
                break;
            }
        }
        self.put_raw(END_MARK);
        self.end_line();
        self.written
    }

    /// Writes a header with a decimal number.
    ///
    /// # Errors
    ///
    /// As [`header`](HeaderWriter::header).
    pub fn number(&mut self, name: &str, value: i64) -> Result<(), EncodeError> {
        // Without a division: one of 64 bits would cost a kilobyte of flash.
        let mut rest = value.unsigned_abs();
        let mut digits = 1;
        while digits < 20 && power_of_ten(digits) <= rest {
            digits = digits.wrapping_add(1);
        }
        self.begin(name);
        if value < 0 {
            self.push(b'-');
        }
        for digit in (0..digits).rev() {
            let power = power_of_ten(digit);
            let mut byte = b'0';
            while rest >= power {
                rest = rest.wrapping_sub(power);
                byte = byte.wrapping_add(1);
            }
            self.push(byte);
        }
        self.end_line();
        self.written
    }

    /// Writes a `Variable` header that sets one channel variable (of Originate and others;
    /// the `Variable` of Setvar and Getvar is a plain header). The value is escaped as the
    /// recipient reads it, so that it arrives as it is.
    ///
    /// # Errors
    ///
    /// As [`header`](HeaderWriter::header), and [`EncodeError::VariableByte`].
    pub fn variable(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<(), EncodeError> {
        self.assignment(name, value.as_ref())
    }

    fn assignment(&mut self, name: &str, value: &[u8]) -> Result<(), EncodeError> {
        let line = self.line();
        let bars = self.queue.recipient.has_bars();
        // Commas in the parentheses of a function belong to the name. Blanks before it are not read.
        let mut depth = 0_usize;
        let ends_name = |byte: &u8| {
            match byte {
                b'(' => depth = depth.saturating_add(1),
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            match byte {
                b'=' => true,
                b'|' => bars,
                b',' => !bars && depth == 0,
                b'"' | b'\\' => !bars,
                _ => false,
            }
        };
        let bad = match name.as_bytes() {
            [] | [..=b' ', ..] => Some(0),
            name => name.iter().position(ends_name),
        };
        if let Some(at) = bad {
            self.fail(EncodeError::VariableByte { line, at });
        }
        self.begin("Variable");
        self.put(Sort::Value, name.as_bytes());
        self.push(b'=');
        for byte in value {
            if bars && *byte == b'|' {
                self.fail(EncodeError::VariableByte { line, at: self.position() });
            }
            if !bars && matches!(byte, b',' | b'"' | b'\\' | b'(' | b')' | b'[' | b']') {
                self.push(b'\\');
                // Positions are those in what was given.
                self.text_start = self.text_start.wrapping_add(1);
            }
            self.put(Sort::Value, &[*byte]);
        }
        self.end_line();
        self.written
    }

    /// Writes what the headers of an action follow.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn begin_request(&mut self, action: &str, action_id: &[u8]) {
        self.field("Action", action.as_bytes());
        self.field("ActionID", action_id);
        self.is_request = true;
    }

    fn line(&self) -> usize {
        self.lines.wrapping_add(1)
    }

    /// Where in the name or value.
    fn position(&self) -> usize {
        self.used.wrapping_sub(self.text_start)
    }

    /// Begins a line; returns what its value has to be.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn begin(&mut self, name: &str) -> Sort {
        let line = self.line();
        if name.is_empty() {
            self.fail(EncodeError::EmptyName { line });
        }
        self.line_start = self.used;
        self.text_start = self.used;
        self.put(Sort::Name, name.as_bytes());
        self.put_raw(b": ");
        self.text_start = self.used;
        let is_id = is_same(name.as_bytes(), b"ActionID");
        if self.is_request {
            if is_id || is_same(name.as_bytes(), b"Action") {
                self.fail(EncodeError::Reserved { line });
            }
            return Sort::Value;
        }
        if is_id && self.queue.recipient != Recipient::Client { Sort::ActionId } else { Sort::Value }
    }

    /// Ends a line that has been looked at byte by byte.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn end_line(&mut self) {
        let line = self.line();
        if let Some((lines, length)) = self.queue.recipient.limits() {
            let limit = usize::from(lines);
            if line > limit {
                self.fail(EncodeError::TooManyLines { limit });
            }
            let limit = usize::from(length);
            let length = self.used.wrapping_sub(self.line_start);
            if length > limit {
                self.fail(EncodeError::LineTooLong { line, length, limit });
            }
        }
        self.end(b"\r\n");
        self.lines = line;
    }

    /// Writes the end of something. Fails if there was no room for all of it.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn end(&mut self, bytes: &[u8]) {
        self.put_raw(bytes);
        let storage = self.storage.len();
        if self.used > storage {
            let may_fit = self.queue.end > 0;
            self.fail(if may_fit { EncodeError::Full } else { EncodeError::TooLarge { storage } });
        }
    }

    /// The message is lost. What is written of it from here on does not matter.
    fn fail(&mut self, error: EncodeError) {
        if self.written.is_ok() {
            self.written = Err(error);
        }
    }

    /// Fails at the first byte that is not allowed.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn put(&mut self, sort: Sort, bytes: &[u8]) {
        if let Some((at, &byte)) = bytes.iter().enumerate().find(|&(_, &byte)| !sort.allows(byte)) {
            let (line, at) = (self.line(), self.position().wrapping_add(at));
            self.fail(match sort {
                Sort::Name => EncodeError::NameByte { line, at, byte },
                Sort::Value => EncodeError::ValueByte { line, at, byte },
                Sort::ActionId => EncodeError::ActionIdByte { line, at, byte },
            });
        }
        self.put_raw(bytes);
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn put_raw(&mut self, bytes: &[u8]) {
        let end = self.used.saturating_add(bytes.len());
        if let (Some(room), false) = (self.storage.get_mut(self.used..end), IS_SMALL) {
            room.copy_from_slice(bytes);
            self.used = end;
            return;
        }
        // Also since the code of `memcpy` is large.
        for &byte in bytes {
            if let Some(to) = self.storage.get_mut(self.used) {
                *to = byte;
            }
            self.used = self.used.saturating_add(1);
        }
    }

    fn push(&mut self, byte: u8) {
        self.put_raw(&[byte]);
    }

    /// The empty line, if the headers were written.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn finish(&mut self, written: Result<(), EncodeError>) -> Result<(), EncodeError> {
        if let Err(error) = written {
            self.fail(error);
        }
        if self.lines == 0 {
            self.fail(EncodeError::NoHeaders);
        }
        self.end(b"\r\n");
        self.commit()
    }

    /// What is written is pending now, unless there was an error.
    fn commit(&mut self) -> Result<(), EncodeError> {
        if self.written.is_ok() {
            self.queue.end = self.used;
        }
        self.written
    }
}

impl fmt::Debug for HeaderWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeaderWriter").field("lines", &self.lines).finish_non_exhaustive()
    }
}

/// 10 to the power of less than 20.
#[inline(never)]
fn power_of_ten(exponent: usize) -> u64 {
    (0..exponent).fold(1, |power, _| u64::wrapping_mul(power, 10))
}

/// There is no way to write it in a value.
fn is_forbidden(byte: u8) -> bool {
    matches!(byte, 0 | b'\r' | b'\n')
}

/// What bytes are allowed in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Name,
    Value,
    ActionId,
}

impl Sort {
    fn allows(self, byte: u8) -> bool {
        match self {
            Sort::ActionId => byte.is_ascii_graphic(),
            Sort::Name if matches!(byte, b' ' | b'\t' | b':') => false,
            Sort::Name | Sort::Value => !is_forbidden(byte),
        }
    }
}
