mod headers;
mod kind;
mod output;
mod shape;

use core::fmt;

use headers::Lines;
pub use headers::{GetAll, Header, Headers};
pub use kind::{Kind, Part};
pub use output::{Output, OutputLine};
pub(crate) use shape::{Flags, Shape};

use super::framer;
use super::scan::{self, LF};
use super::value::Value;
use crate::size::IS_SMALL;

/// A message, or a part of one, that borrows its bytes.
///
/// The message keeps every header line, in order, with every byte of its value. Nothing is parsed
/// before an accessor needs it.
///
/// ```
/// use embedded_ami::wire::{Kind, Message};
///
/// let message = Message::parse(
///     b"Event: Hangup\r\nChannel: SIP/7-1\r\nCause: 16\r\nCause-txt: Normal Clearing\r\n\r\n",
/// ).unwrap();
/// assert_eq!(message.kind(), Kind::Event);
/// assert!(message.name().is_some_and(|name| name == "Hangup"));
/// assert_eq!(message.get("cause").and_then(|cause| cause.to_u32()), Some(16));
/// for header in &message {
///     if header.is("Cause-txt") {
///         println!("{}", header.value()); // Normal Clearing
///     }
/// }
/// ```
#[derive(Clone, Copy)]
pub struct Message<'a> {
    bytes: &'a [u8],
    shape: Shape,
}

impl<'a> Message<'a> {
    pub(crate) const fn new(bytes: &'a [u8], shape: Shape) -> Self {
        Self { bytes, shape }
    }

    /// Parses bytes that are exactly one message, as a client receives it: header lines and the
    /// empty line that ends them, a banner line, or a `Response: Follows` with its payload and end
    /// mark. This is for tests and tools; for a stream, use a [`Decoder`](super::Decoder).
    ///
    /// Returns `None` if the message is not complete, or if more bytes follow it.
    ///
    /// ```
    /// use embedded_ami::wire::Message;
    ///
    /// let message = Message::parse(b"Response: Success\r\nPing: Pong\r\n\r\n").unwrap();
    /// assert!(message.get("Ping").is_some_and(|ping| ping == "Pong"));
    /// assert!(Message::parse(b"Response: Success\r\n").is_none()); // the empty line is missing
    /// ```
    #[must_use]
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        Some(Self::new(bytes, framer::frame(bytes).shape(bytes.len())?))
    }

    /// Returns the bytes of the message, or part: its lines with their line ends, up to and
    /// including the empty line that ends it. After a payload these include the end mark and any
    /// lines between it and the empty line. The concatenated parts are the bytes of the stream,
    /// except for empty lines between messages, and CR and LF left over at its end.
    #[must_use]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Returns whether this is the whole message, or which part of it.
    ///
    /// A message larger than the decoder's storage is lent in parts, cut between lines. A line that
    /// is itself larger than the storage is lent in pieces: see [`Header::is_cut`] and
    /// [`Header::is_continuation`].
    ///
    /// Accessors on a part reflect only what has been received so far. They can differ from the
    /// whole message only if a line exceeds the storage or an `Output` header precedes `Response`.
    /// The bytes never differ; use [`MessageBuf`](super::MessageBuf) to reassemble the whole
    /// message.
    ///
    /// ```
    /// use embedded_ami::wire::{Decoder, Part, Step};
    ///
    /// let mut decoder = Decoder::for_client([0; 32])?;
    /// let _ = decoder.feed(b"Event: Hangup\r\nChannel: SIP/7-1\r\nCause: 16\r\n\r\n");
    /// assert_eq!(decoder.poll(), Step::Message);
    /// assert_eq!(decoder.message().part(), Part::First);
    /// assert_eq!(decoder.message().as_bytes(), b"Event: Hangup\r\n");
    /// # Ok::<(), embedded_ami::wire::StorageTooSmall>(())
    /// ```
    #[must_use]
    pub fn part(&self) -> Part {
        let flags = self.shape.flags;
        match (flags.has(Flags::INSIDE), flags.has(Flags::CUT)) {
            _ if !flags.has(Flags::LENT) => Part::Whole,
            (true, true) => Part::Middle,
            (true, false) => Part::Last,
            (false, true) => Part::First,
            (false, false) => Part::Whole,
        }
    }

    /// Returns whether the message ends with this part: [`Part::is_end`].
    pub(crate) fn is_end(&self) -> bool {
        !self.shape.has(Flags::CUT)
    }

    /// Returns whether the stream ended inside the message ([`Decoder::finish`]), or the message
    /// was given up ([`Decoder::abandon`]). Parts lent before that are not marked.
    ///
    /// [`Decoder::finish`]: super::Decoder::finish
    /// [`Decoder::abandon`]: super::Decoder::abandon
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.shape.has(Flags::INCOMPLETE)
    }

    /// Returns the kind of the message. The first header named `Response`, `Event` or `Action`
    /// determines it, normally the first header of all. A part also knows the kind that an earlier
    /// part determined; before that, its kind is [`Kind::Other`].
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.known_kind().unwrap_or(Kind::Other)
    }

    /// Returns the value of the header that determines the kind: the name of an event or action, or
    /// the `Success` or `Error` of a response. Returns `None` for other kinds, and for the parts
    /// after the one that has the header.
    #[must_use]
    pub fn name(&self) -> Option<Value<'a>> {
        match self.shape.kind {
            Some(_) => None,
            None => self.find_kind()?.1,
        }
    }

    /// Returns the name if the message is an event.
    pub(crate) fn event_name(&self) -> Option<Value<'a>> {
        self.name().filter(|_| self.kind() == Kind::Event)
    }

    /// Returns the name if this is a whole event and begins as servers write those that they raise
    /// themselves: with its name, then `Privilege`. Returns `None` for some other events too.
    #[cfg(feature = "std")]
    pub(crate) fn raised_event(&self) -> Option<&'a [u8]> {
        if (self.shape.kind, self.shape.flags) != (None, Flags::LENT) {
            return None;
        }
        let line = self.bytes.strip_prefix(b"Event: ")?;
        let (name, rest) = line.split_at_checked(scan::near_line_end(line))?;
        rest.starts_with(b"\nPrivilege: ").then(|| name.strip_suffix(b"\r").unwrap_or(name))
    }

    /// Returns the product and the version if the message is a banner.
    ///
    /// ```
    /// use embedded_ami::wire::Message;
    ///
    /// let message = Message::parse(b"Asterisk Call Manager/11.0.0\r\n").unwrap();
    /// assert_eq!(message.banner().unwrap().version, "11.0.0");
    /// ```
    #[must_use]
    pub fn banner(&self) -> Option<Banner<'a>> {
        if self.shape.kind != Some(Kind::Banner) || self.shape.has(Flags::INSIDE) {
            return None;
        }
        let mut lines = Lines::new(self.bytes, self.shape.flags.without(Flags::HEADER_CONTINUES));
        let (text, _) = lines.take(scan::near_line_end(self.bytes));
        let slash = text.iter().rposition(|&byte| byte == b'/')?;
        Some(Banner {
            product: Value::new(text.get(..slash)?),
            version: Value::new(text.get(slash.checked_add(1)?..)?),
        })
    }

    /// Returns an iterator over the header lines, in order and including the first. The payload of
    /// a `Response: Follows` is not among them.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    #[must_use]
    pub fn headers(&self) -> Headers<'a> {
        let is_banner = self.shape.kind == Some(Kind::Banner) && !self.shape.has(Flags::INSIDE | Flags::CUT);
        let end = if is_banner { 0 } else { self.shape.payload };
        // The payload may begin in a later part, after the bytes of this one.
        Headers::new(Lines::new(self.bytes.get(..end).unwrap_or(self.bytes), self.shape.flags))
    }

    /// Returns the value of the first header of this name. ASCII case is ignored. A header that is
    /// [cut](Header::is_cut) is not found, because half a value is worse than none.
    ///
    /// The value has exactly the bytes that the peer sent. Two methods read the same header in
    /// another way: [`known`](Message::known) skips texts such as `<unknown>`, and, with the
    /// feature `std`, `text` returns a text in every case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        self.get_all(name).next()
    }

    /// Returns the value of the first header of this name as text, for display and for comparisons
    /// in scripts. Invalid UTF-8 is replaced by U+FFFD. The text is empty if the message does not
    /// have the header.
    ///
    /// Use [`get`](Message::get) instead to tell a header that is absent from one that is empty, to
    /// convert a value, as with [`Value::to_u32`], and for a value that goes into another action:
    /// an AMI value need not be UTF-8, and the server would not find a channel or queue by a
    /// replaced name.
    ///
    /// ```
    /// use embedded_ami::wire::Message;
    ///
    /// let message =
    ///     Message::parse(b"Event: Newstate\r\nCallerIDName: J\xfcrg\r\nExten: \r\n\r\n").unwrap();
    /// assert_eq!(message.text("CallerIDName"), "J\u{fffd}rg"); // Latin-1 on the wire
    /// assert_eq!(message.get("CallerIDName").unwrap(), b"J\xfcrg");
    ///
    /// // Both are empty, and only `get` tells the difference.
    /// assert_eq!((message.text("Exten"), message.text("Context")), ("".into(), "".into()));
    /// assert!(message.get("Exten").is_some() && message.get("Context").is_none());
    /// ```
    #[cfg(feature = "std")]
    #[must_use]
    pub fn text(&self, name: &str) -> std::borrow::Cow<'a, str> {
        self.get(name).unwrap_or_default().to_string_lossy()
    }

    /// Returns an iterator over the values of all headers of this name, in order. As for
    /// [`get`](Message::get), ASCII case is ignored, and cut headers are left out.
    ///
    /// ```
    /// use embedded_ami::wire::Message;
    ///
    /// let message = Message::parse(
    ///     b"Event: PresenceStateChange\r\nVariable: a=1\r\nVariable: b=2\r\n\r\n",
    /// ).unwrap();
    /// assert!(message.get_all("Variable").eq(["a=1", "b=2"]));
    /// ```
    #[must_use]
    pub fn get_all<'n>(&self, name: &'n str) -> GetAll<'a, 'n> {
        GetAll { lines: self.headers().lines, name }
    }

    /// Returns whether the message has [`output`](Message::output), even an empty one.
    #[must_use]
    pub fn has_output(&self) -> bool {
        self.shape.has(Flags::FOLLOWS) || self.output().next().is_some()
    }

    /// Returns an iterator over the lines that a `Command` printed, without their line ends. They
    /// are the values of the `Output` headers of a response (Asterisk 14 and later), or the payload
    /// of a `Response: Follows` (up to Asterisk 13). Other messages have none.
    ///
    /// The payload ends with `--END COMMAND--` and an empty line. astmanproxy drops that empty line
    /// and adds a header `Server: `. The lines from there to the next empty line are neither
    /// headers nor output.
    ///
    /// ```
    /// use embedded_ami::wire::Message;
    ///
    /// let old = b"Response: Follows\r\nSIP/7 is up\n--END COMMAND--\r\n\r\n";
    /// let new = b"Response: Success\r\nOutput: SIP/7 is up\r\n\r\n";
    /// for bytes in [&old[..], &new[..]] {
    ///     let message = Message::parse(bytes).unwrap();
    ///     assert!(message.output().eq(["SIP/7 is up"]));
    /// }
    /// ```
    #[must_use]
    pub fn output(&self) -> Output<'a> {
        Output::new(if self.shape.has(Flags::FOLLOWS) {
            // The payload may begin in a later part; then this part has no output.
            let ended = self.bytes.get(..self.shape.end);
            let rest = ended.unwrap_or(self.bytes).get(self.shape.payload..).unwrap_or_default();
            // A line that began in an earlier part as a header does not continue as output.
            let continued = self.shape.flags.only(Flags::LINE_CONTINUES | Flags::HEADER_CONTINUES);
            let continues = Flags::HEADER_CONTINUES.when(continued == Flags::LINE_CONTINUES);
            // Only the end of the stream makes a CR less than a line.
            let others = Flags::HEADER_CONTINUES | Flags::INCOMPLETE.when(ended.is_some());
            let flags = self.shape.flags.without(others) | continues;
            Lines { rest, flags }
        } else if self.kind() == Kind::Response {
            let Lines { rest, flags } = self.headers().lines;
            Lines { rest, flags: flags | self.shape.flags.only(Flags::OUTPUT_CONTINUES) }
        } else {
            Lines::new(&[], Flags::NONE)
        })
    }

    /// Returns all lines of the [`output`](Message::output) as one text, with a line feed between
    /// two lines and none after the last. Invalid UTF-8 is replaced by U+FFFD. The text is empty if
    /// the message has no output.
    ///
    /// ```
    /// use embedded_ami::wire::Message;
    ///
    /// let message = Message::parse(
    ///     b"Response: Success\r\nMessage: Command output follows\r\n\
    ///     Output: System uptime: 1 hour\r\nOutput: Last reload: 1 hour\r\n\r\n",
    /// ).unwrap();
    /// assert_eq!(message.output_text(), "System uptime: 1 hour\nLast reload: 1 hour");
    /// ```
    #[cfg(feature = "std")]
    #[must_use]
    pub fn output_text(&self) -> std::string::String {
        let mut text = std::string::String::new();
        for (number, line) in self.output().enumerate() {
            if number > 0 {
                text.push('\n');
            }
            text.push_str(&line.to_string_lossy());
        }
        text
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn known_kind(&self) -> Option<Kind> {
        self.shape.kind.or_else(|| match self.common_start() {
            Some((_, kind)) => Some(kind),
            None => self.find_kind().map(|(kind, _)| kind),
        })
    }

    /// Finds the first header that determines the kind. Returns the kind, and the header's value if
    /// it is not cut.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn find_kind(&self) -> Option<(Kind, Option<Value<'a>>)> {
        if let Some((at, kind)) = self.common_start() {
            let mut lines = self.headers().lines;
            let (text, flags) = lines.take(scan::near_line_end(lines.rest));
            return Some((kind, text.get(at..).filter(|_| !flags.has(Flags::CUT)).map(Value::new)));
        }
        for header in self.headers() {
            if let Some(kind) = header.name().and_then(Kind::from_name) {
                return Some((kind, Some(header.value()).filter(|_| !header.is_cut())));
            }
        }
        None
    }

    /// Recognises the first bytes of nearly all messages, so that their first line need not be
    /// split. Returns the offset of the value, and the kind.
    fn common_start(&self) -> Option<(usize, Kind)> {
        const STARTS: [(&[u8], Kind); 2] = [(b"Event: ", Kind::Event), (b"Response: ", Kind::Response)];
        if IS_SMALL || self.shape.has(Flags::HEADER_CONTINUES) {
            return None;
        }
        let found = STARTS.iter().find(|(start, _)| self.bytes.starts_with(start));
        found.map(|&(start, kind)| (start.len(), kind))
    }

    /// Returns the shape of the next part of this message, before its bytes are known.
    pub(crate) fn next_shape(&self) -> Shape {
        let kind = self.known_kind();
        let length = self.bytes.len();
        // A line after the end mark is not continued as output.
        let continues = self.shape.end >= length && self.bytes.last() != Some(&LF);
        let mut flags = Flags::INSIDE | Flags::LINE_CONTINUES.when(continues);
        flags.insert(self.shape.flags.only(Flags::INCOMPLETE));
        // A part is either whole lines or a piece of a line.
        if let Some(cut) = self.headers().next().filter(Header::is_cut) {
            let continued = cut.is_continuation();
            let is_output =
                if continued { self.shape.has(Flags::OUTPUT_CONTINUES) } else { cut.is("Output") };
            // Only responses have output, so in other messages the beginning of the line was not
            // output.
            let output = Flags::OUTPUT_CONTINUES.when(is_output && kind == Some(Kind::Response));
            flags.insert(Flags::HEADER_CONTINUES | output);
        }
        Shape {
            kind,
            flags,
            payload: self.shape.payload.saturating_sub(length),
            end: self.shape.end.saturating_sub(length),
        }
    }

    pub(crate) const fn shape(&self) -> Shape {
        self.shape
    }
}

impl<'a> IntoIterator for &Message<'a> {
    type Item = Header<'a>;
    type IntoIter = Headers<'a>;

    fn into_iter(self) -> Headers<'a> {
        self.headers()
    }
}

impl<'a> IntoIterator for Message<'a> {
    type Item = Header<'a>;
    type IntoIter = Headers<'a>;

    fn into_iter(self) -> Headers<'a> {
        self.headers()
    }
}

impl fmt::Debug for Message<'_> {
    /// Prints the headers, secrets and the output of commands redacted, and the length of the
    /// payload.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("kind", &self.kind())
            .field("part", &self.part())
            .field("incomplete", &self.is_incomplete())
            .field("headers", &self.headers())
            .field("payload", &self.bytes.len().saturating_sub(self.shape.payload))
            .finish()
    }
}

/// The greeting of a server, as in `Asterisk Call Manager/11.0.0`.
///
/// The version is that of the interface, not of Asterisk: Asterisk 1.2 and 1.4 both announce `1.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Banner<'a> {
    /// The text before the last slash.
    pub product: Value<'a>,
    /// The text after the last slash.
    pub version: Value<'a>,
}
