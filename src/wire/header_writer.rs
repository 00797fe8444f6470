use core::fmt;
use core::slice;

use super::encode_error::ACTION_ID_LIMIT;
use super::framer::{END_MARK, Framer, Mark, Role};
use super::outbox::{Queue, wipe};
use super::{Dialect, EncodeError, Value};
use crate::bytes::{eq_ignore_case, hex_digit, sub};
use crate::size::IS_SMALL;

/// Writer for the headers of one message, passed to the closure of
/// [`Outbox::write`](super::Outbox::write).
///
/// The first error drops the whole message: nothing that the closure writes later can bring it
/// back.
///
/// ```
/// use embedded_ami::wire::{Dialect, EncodeError, Outbox};
///
/// let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
/// outbox.write(|out| {
///     out.header("Action", "Originate")?;
///     out.header_parts("Channel", &[b"PJSIP/", b"7"])?;
///     out.header_int("Timeout", 20_000)?;
///     out.variable("GREETING", "hello, world")
/// })?;
/// assert_eq!(
///     outbox.pending(),
///     b"Action: Originate\r\nChannel: PJSIP/7\r\nTimeout: 20000\r\n\
///       Variable: GREETING=hello\\, world\r\n\r\n",
/// );
/// # Ok::<(), EncodeError>(())
/// ```
pub struct HeaderWriter<'a> {
    /// The pending bytes, followed by the message being written.
    storage: &'a mut [u8],
    queue: &'a mut Queue,
    /// The end of the bytes written. It exceeds the length of the storage if they did not fit.
    used: usize,
    /// The start of the line being written.
    line_start: usize,
    /// The start of the name or value being written, from which positions are counted.
    text_start: usize,
    /// The number of lines before the one being written.
    lines: usize,
    is_request: bool,
    /// The first error.
    written: Result<(), EncodeError>,
}

impl<'a> HeaderWriter<'a> {
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn new(storage: &'a mut [u8], queue: &'a mut Queue) -> Self {
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

    /// Writes one line without an empty line after it.
    pub(super) fn banner(&mut self, pieces: &[&[u8]]) -> Result<(), EncodeError> {
        for piece in pieces {
            self.text_start = self.used;
            self.put(Sort::Value, piece);
        }
        self.encoded(b"\r\n")
    }

    /// Writes bytes that are already encoded.
    pub(super) fn encoded(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.end(bytes);
        self.commit()
    }

    /// Writes a header. If the value is empty, the header is written without one; Asterisk treats
    /// that as a missing header. Asterisk 1.8 and later skip blanks and control characters at the
    /// beginning of a value.
    ///
    /// # Errors
    ///
    /// Any [`EncodeError`] but [`NoHeaders`](EncodeError::NoHeaders),
    /// [`VariableByte`](EncodeError::VariableByte) and [`RawLine`](EncodeError::RawLine), or the
    /// first error of an earlier call.
    pub fn header(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<(), EncodeError> {
        self.field(name, value.as_ref());
        self.written
    }

    /// Writes a header whose name may have blanks inside. Servers relay such a header of a
    /// `UserEvent`. In any other action they ignore it, so [`header`](HeaderWriter::header) refuses
    /// the name. [`action::UserEvent`](crate::action::UserEvent) uses this, and so can
    /// [`action::from_fn`](crate::action::from_fn).
    ///
    /// ```
    /// use embedded_ami::wire::{Dialect, EncodeError, Outbox};
    ///
    /// let mut outbox = Outbox::for_client([0; 128], Dialect::Current);
    /// outbox.write(|out| {
    ///     out.header("Action", "UserEvent")?;
    ///     out.header("UserEvent", "Order")?;
    ///     out.header_relayed("Order Number", "17")
    /// })?;
    /// assert_eq!(
    ///     outbox.pending(),
    ///     b"Action: UserEvent\r\nUserEvent: Order\r\nOrder Number: 17\r\n\r\n"
    /// );
    /// # Ok::<(), EncodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`header`](HeaderWriter::header). A blank at the beginning or the end of a name is
    /// a [`NameByte`](EncodeError::NameByte).
    pub fn header_relayed(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<(), EncodeError> {
        self.relayed(name, value.as_ref());
        self.written
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn relayed(&mut self, name: &str, value: &[u8]) {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let bytes = name.as_bytes();
        let at_ends = [bytes.first(), bytes.last()].into_iter().flatten().any(is_blank);
        if at_ends || !bytes.iter().any(is_blank) {
            return self.field(name, value);
        }
        self.line_start = self.used;
        self.text_start = self.used;
        for byte in bytes {
            // A value may contain blanks.
            self.put(if is_blank(byte) { Sort::Value } else { Sort::Name }, slice::from_ref(byte));
        }
        self.put_raw(b": ");
        self.text_start = self.used;
        self.put(Sort::Value, value);
        self.end_value(Sort::Value);
    }

    /// Like [`header`](HeaderWriter::header), but records errors instead of returning them: see
    /// [`written`](HeaderWriter::written).
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn field(&mut self, name: &str, value: &[u8]) {
        let sort = self.begin(name);
        self.put(sort, value);
        self.end_value(sort);
    }

    /// Writes a header whose value is the concatenation of `parts`, as `format!` would make it on a
    /// heap. Positions in errors count from the start of the whole value.
    ///
    /// # Errors
    ///
    /// Those of [`header`](HeaderWriter::header).
    pub fn header_parts(&mut self, name: &str, parts: &[&[u8]]) -> Result<(), EncodeError> {
        let sort = self.begin(name);
        parts.iter().for_each(|part| self.put(sort, part));
        self.end_value(sort);
        self.written
    }

    /// Returns the first error so far.
    pub(crate) fn written(&self) -> Result<(), EncodeError> {
        self.written
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(always))]
    fn end_value(&mut self, sort: Sort) {
        let (line, length) = (self.line(), self.position());
        if sort == Sort::ActionId && length > ACTION_ID_LIMIT {
            self.fail(EncodeError::ActionIdTooLong { line, length });
        }
        self.end_line();
        if self.queue.dialect.is_none() && line == 1 && self.written.is_ok() {
            // After this line a client would wait for a payload.
            let text = sub(self.storage, self.line_start, self.used);
            if Framer::new(Role::Client).scan(text).1 == Mark::Head {
                self.fail(EncodeError::Follows);
            }
        }
    }

    /// Writes a header whose value is the concatenation of `parts`, dropping CR, LF and NUL. Use
    /// this to echo untrusted input.
    ///
    /// # Errors
    ///
    /// Those of [`header`](HeaderWriter::header), for the value that is left.
    pub fn header_sanitized(&mut self, name: &str, parts: &[&[u8]]) -> Result<(), EncodeError> {
        let sort = self.begin(name);
        for part in parts {
            part.split(|&byte| is_forbidden(byte)).for_each(|piece| self.put(sort, piece));
        }
        self.end_value(sort);
        self.written
    }

    /// Writes a line as it is, without a name and a colon of its own. A server relays the lines of
    /// a `UserEvent` in this way, and some of them may not be headers.
    ///
    /// The line is checked for CR, LF and NUL, whose positions count from its start. The outbox of
    /// a server has no limit for the length of a line but its storage.
    ///
    /// ```
    /// use embedded_ami::wire::{EncodeError, Outbox};
    ///
    /// let mut outbox = Outbox::for_server([0; 128]);
    /// outbox.write(|event| {
    ///     event.header("Event", "UserEvent")?;
    ///     event.raw_line(b"Data:{\"id\": 17}")?;
    ///     event.raw_line(b"just a line")
    /// })?;
    /// assert_eq!(
    ///     outbox.pending(),
    ///     b"Event: UserEvent\r\nData:{\"id\": 17}\r\njust a line\r\n\r\n"
    /// );
    /// # Ok::<(), EncodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RawLine`](EncodeError::RawLine) in the outbox of a client;
    /// [`EmptyName`](EncodeError::EmptyName) if the line is empty, because an empty line would end
    /// the message; [`ValueByte`](EncodeError::ValueByte), [`Follows`](EncodeError::Follows),
    /// [`Full`](EncodeError::Full) and [`TooLarge`](EncodeError::TooLarge), like
    /// [`header`](HeaderWriter::header).
    pub fn raw_line(&mut self, line: &[u8]) -> Result<(), EncodeError> {
        let number = self.line();
        if self.queue.dialect.is_some() {
            self.fail(EncodeError::RawLine { line: number });
        }
        if line.is_empty() {
            self.fail(EncodeError::EmptyName { line: number });
        }
        self.line_start = self.used;
        self.text_start = self.used;
        self.put(Sort::Value, line);
        self.end_value(Sort::Value);
        self.written
    }

    /// Writes a header whose value is these bytes in lower-case hex digits.
    pub(crate) fn hex(&mut self, name: &str, bytes: &[u8]) {
        self.begin(name);
        for byte in bytes {
            self.push(hex_digit(byte >> 4));
            self.push(hex_digit(byte & 15));
        }
        self.end_line();
    }

    /// Writes a header whose value is the concatenation of words that are known to be valid.
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

    /// Writes the headers of a `Response: Follows`, its payload and the end mark.
    pub(crate) fn follows<L: AsRef<[u8]>>(
        &mut self,
        action_id: Option<Value<'_>>,
        lines: impl IntoIterator<Item = L>,
    ) -> Result<(), EncodeError> {
        self.begin("Response");
        self.put_raw(b"Follows");
        self.end_line();
        self.header("Privilege", "Command")?;
        if let Some(id) = action_id {
            self.header_sanitized("ActionID", &[id.as_bytes()])?;
        }
        for line in lines {
            self.text_start = self.used;
            self.put(Sort::Value, line.as_ref());
            self.push(b'\n');
            self.lines = self.line();
            // The lines may have no end.
            if self.written.is_err() || self.used > self.storage.len() {
                break;
            }
        }
        self.put_raw(END_MARK);
        self.end_line();
        self.written
    }

    /// Writes a header whose value is a decimal number.
    ///
    /// # Errors
    ///
    /// Those of [`header`](HeaderWriter::header).
    pub fn header_int(&mut self, name: &str, value: i64) -> Result<(), EncodeError> {
        // Digits are found by subtraction, because a 64-bit division would cost a kilobyte of
        // flash.
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

    /// Writes a `Variable` header that sets one channel variable, for `Originate` and other
    /// actions. The `Variable` of `Setvar` and `Getvar` is a plain header instead. The value is
    /// escaped for the outbox's [`Dialect`](super::Dialect), so that it arrives unchanged.
    ///
    /// # Errors
    ///
    /// Those of [`header`](HeaderWriter::header), and [`EncodeError::VariableByte`].
    pub fn variable(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<(), EncodeError> {
        self.assignment(name, value.as_ref())
    }

    fn assignment(&mut self, name: &str, value: &[u8]) -> Result<(), EncodeError> {
        let line = self.line();
        let bars = self.queue.dialect.is_some_and(Dialect::has_bars);
        // Commas in the parentheses of a function belong to the name. Asterisk skips blanks before
        // it.
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
            [first, ..] if *first > b' ' => name.as_bytes().iter().position(ends_name),
            _ => Some(0),
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
                // The backslash does not count in positions.
                self.text_start = self.text_start.wrapping_add(1);
            }
            self.put(Sort::Value, &[*byte]);
        }
        self.end_line();
        self.written
    }

    /// Writes `Action` and `ActionID`, which precede the other headers of an action. From then on
    /// the two names are reserved.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn begin_request(&mut self, action: &str, action_id: &[u8]) {
        self.field("Action", action.as_bytes());
        self.field("ActionID", action_id);
        self.is_request = true;
    }

    /// Returns the number of the line being written, from 1.
    fn line(&self) -> usize {
        self.lines.wrapping_add(1)
    }

    /// Returns the position in the name or value being written.
    fn position(&self) -> usize {
        self.used.wrapping_sub(self.text_start)
    }

    /// Starts a header line and returns the set of bytes that its value may contain.
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
        let is_id = eq_ignore_case(name.as_bytes(), b"ActionID");
        if self.is_request {
            if is_id || eq_ignore_case(name.as_bytes(), b"Action") {
                self.fail(EncodeError::Reserved { line });
            }
            return Sort::Value;
        }
        if is_id && self.queue.dialect.is_some() { Sort::ActionId } else { Sort::Value }
    }

    /// Ends a header line and checks the server's limits.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn end_line(&mut self) {
        let line = self.line();
        if let Some((lines, length)) = self.queue.dialect.map(Dialect::limits) {
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

    /// Writes the last bytes of a line or message, and checks that everything found room.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn end(&mut self, bytes: &[u8]) {
        self.put_raw(bytes);
        let storage = self.storage.len();
        if self.used > storage {
            let may_fit = self.queue.end > 0;
            self.fail(if may_fit { EncodeError::Full } else { EncodeError::TooLarge { storage } });
        }
    }

    /// Drops the message. Only the first reason is kept.
    fn fail(&mut self, error: EncodeError) {
        if self.written.is_ok() {
            self.written = Err(error);
        }
    }

    /// Writes bytes, and fails at the first one that is not allowed.
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
        // This loop is for bytes that do not fit, and for small targets, where `memcpy` is large.
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

    /// Writes the empty line that ends the message, and makes it pending unless there was an error.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn finish(&mut self, written: Result<(), EncodeError>) -> Result<(), EncodeError> {
        if let Err(error) = written {
            self.fail(error);
        }
        if self.lines == 0 {
            self.fail(EncodeError::NoHeaders);
        }
        self.end(b"\r\n");
        self.commit()
    }

    /// Makes the bytes written pending or, if there was an error, overwrites them.
    fn commit(&mut self) -> Result<(), EncodeError> {
        if self.written.is_ok() {
            self.queue.end = self.used;
        } else {
            wipe(self.storage, self.queue.end, self.used);
        }
        self.written
    }
}

impl fmt::Debug for HeaderWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeaderWriter").field("lines", &self.lines).finish_non_exhaustive()
    }
}

/// Returns 10 to the power of `exponent`, which is less than 20.
#[inline(never)]
fn power_of_ten(exponent: usize) -> u64 {
    (0..exponent).fold(1, |power, _| u64::wrapping_mul(power, 10))
}

/// Returns whether the byte is not allowed in any name or value.
fn is_forbidden(byte: u8) -> bool {
    matches!(byte, 0 | b'\r' | b'\n')
}

/// A sort of text, with its set of allowed bytes.
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
