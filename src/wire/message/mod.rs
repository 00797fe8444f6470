use core::fmt;

use super::framer::END_MARK;
use super::is_same;
use super::redact::{REDACTED, secret_name};
use super::scan::{self, CR, LF};
use super::value::Value;

/// What a message is, by its first header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The line with which a server greets: [`Message::banner`].
    Banner,
    /// The answer to an action.
    Response,
    /// An event, or an entry of a list.
    Event,
    /// A request of a client.
    Action,
    /// None of these: text that some actions answer with instead of a response (`Queues`
    /// up to Asterisk 14, `IAXnetstats` to this day), or somebody's junk.
    Other,
}

impl Kind {
    fn of(name: &[u8]) -> Option<Self> {
        let (word, kind) = match name.len() {
            8 => ("Response", Kind::Response),
            5 => ("Event", Kind::Event),
            6 => ("Action", Kind::Action),
            _ => return None,
        };
        is_same(name, word.as_bytes()).then_some(kind)
    }
}

/// How much of a message is lent at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// All of it.
    Whole,
    /// The beginning of a message larger than the storage.
    First,
    /// A part that is neither its beginning nor its end.
    Middle,
    /// Its end, which may be without a line.
    Last,
}

impl Part {
    /// The message ends with this part.
    pub const fn is_end(self) -> bool {
        matches!(self, Part::Whole | Part::Last)
    }
}

/// What is known of a message beside its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Shape {
    /// The kind, where parts before, or the framer, decided it.
    pub(crate) kind: Option<Kind>,
    pub(crate) flags: Flags,
    /// Where the headers end and the payload of `Follows` begins.
    pub(crate) payload: usize,
}

impl Shape {
    pub(crate) fn has(self, flag: Flags) -> bool {
        self.flags & flag != 0
    }
}

/// What is not plain about a message, about one of its lines, or about some: these bits.
pub(crate) type Flags = u8;
/// The first line, which is a header or a line of output, began in the part before.
pub(crate) const CONTINUATION: Flags = 1;
/// The message, or the last line if it has no line end, goes on in the next part.
pub(crate) const CUT: Flags = 2;
/// The stream ended inside the message.
pub(crate) const INCOMPLETE: Flags = 4;
/// The first line began in the part before.
const CONTINUES: Flags = 8;
/// The header that began in the part before is named `Output`.
const OUTPUT: Flags = 16;
/// The message is a `Response: Follows`.
pub(crate) const FOLLOWS: Flags = 32;
/// Parts of the message were lent before.
pub(crate) const INSIDE: Flags = 64;
/// The message, or part, is lent.
pub(crate) const LENT: Flags = 128;

/// The flag, if so.
pub(crate) fn flag_if(is: bool, flag: Flags) -> Flags {
    if is { flag } else { 0 }
}

/// A message, or a part of one, that borrows its bytes.
///
/// Every header line is there, in order, with every byte of its value; nothing is parsed
/// until it is asked for.
///
/// ```
/// # use embedded_ami::wire::{Decoder, Kind, Role, Step};
/// # let mut decoder = Decoder::new(vec![0; 512], Role::Client).unwrap();
/// # let bytes = b"Event: Hangup\r\nChannel: SIP/7-1\r\nCause: 16\r\nCause-txt: Normal Clearing\r\n\r\n";
/// # decoder.space()[..bytes.len()].copy_from_slice(bytes);
/// # decoder.advance(bytes.len());
/// # assert_eq!(decoder.poll(), Step::Message);
/// let message = decoder.message();
/// assert_eq!(message.kind(), Kind::Event);
/// assert!(message.name().is_some_and(|name| name == "Hangup"));
/// assert_eq!(message.get("cause").and_then(|cause| cause.to_u32()), Some(16));
/// assert_eq!(message.headers().count(), 4);
/// ```
#[derive(Clone, Copy)]
pub struct Message<'a> {
    bytes: &'a [u8],
    shape: Shape,
}

impl<'a> Message<'a> {
    pub(crate) fn new(bytes: &'a [u8], shape: Shape) -> Self {
        Self { bytes, shape }
    }

    /// The bytes of the message, or part: the lines, their ends, the empty line or end
    /// mark that ended it. Put together, they are the bytes of the stream; only the
    /// empty lines between two messages are in neither.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether this is all of the message or a part of it.
    ///
    /// A message larger than the decoder's storage is lent in parts, which are cut
    /// between lines. Only a line that is itself larger than the storage is lent in
    /// pieces: [`Header::is_cut`], [`Header::is_continuation`].
    ///
    /// What a part says of the message is what can be known by then. It may differ from what the whole would
    /// say only where a line is larger than the storage, or where `Output` stands before `Response`;
    /// the bytes never do, and [`Gathered`](super::Gathered) has the whole.
    pub fn part(&self) -> Part {
        match self.shape.flags & (LENT | INSIDE | CUT) {
            flags if flags & LENT == 0 => Part::Whole,
            flags if flags & (INSIDE | CUT) == INSIDE | CUT => Part::Middle,
            flags if flags & INSIDE != 0 => Part::Last,
            flags if flags & CUT != 0 => Part::First,
            _ => Part::Whole,
        }
    }

    /// The message ends with this part: [`Part::is_end`].
    pub(crate) fn is_end(&self) -> bool {
        !self.shape.has(CUT)
    }

    /// The stream ended inside the message: [`Decoder::finish`](super::Decoder::finish).
    pub fn is_incomplete(&self) -> bool {
        self.shape.has(INCOMPLETE)
    }

    /// What the message is: the first header that is named `Response`, `Event` or
    /// `Action`, normally the first of all, decides. A part knows what the parts before it
    /// said, and is [`Kind::Other`] as long as none did.
    pub fn kind(&self) -> Kind {
        self.known_kind().unwrap_or(Kind::Other)
    }

    /// The value of the header that decides the kind: the name of an event or action,
    /// `Success` or `Error` of a response. `None` for other kinds, and in the parts behind the one with that header.
    pub fn name(&self) -> Option<Value<'a>> {
        match self.shape.kind {
            Some(_) => None,
            None => self.deciding()?.1,
        }
    }

    /// The name, if it is an event.
    pub(crate) fn event_name(&self) -> Option<Value<'a>> {
        self.name().filter(|_| self.kind() == Kind::Event)
    }

    /// Product and version, if the message is a banner.
    pub fn banner(&self) -> Option<Banner<'a>> {
        if self.shape.kind != Some(Kind::Banner) || self.shape.has(INSIDE) {
            return None;
        }
        let (text, _) =
            Lines::new(self.bytes, self.shape.flags & !CONTINUATION).take(scan::near_line_end(self.bytes));
        let slash = text.iter().rposition(|&byte| byte == b'/')?;
        Some(Banner {
            product: Value::new(text.get(..slash)?),
            version: Value::new(text.get(slash.checked_add(1)?..)?),
        })
    }

    /// The header lines in order, the first one too. The payload of `Response: Follows` is not among them.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn headers(&self) -> Headers<'a> {
        let is_banner = self.shape.kind == Some(Kind::Banner) && !self.shape.has(INSIDE | CUT);
        let end = if is_banner { 0 } else { self.shape.payload };
        Headers(Lines::new(self.bytes.get(..end).unwrap_or(self.bytes), self.shape.flags))
    }

    /// The value of the first header of that name, ASCII case ignored. A header that is
    /// cut ([`Header::is_cut`]) is not found: half a value is worse than none.
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        self.get_all(name).next()
    }

    /// The values of all headers of that name, in order, as [`get`](Message::get) finds them.
    pub fn get_all<'n>(&self, name: &'n str) -> GetAll<'a, 'n> {
        GetAll { headers: self.headers(), name }
    }

    /// The channel variables of the message: headers named `ChanVariable` (Asterisk 12 and later),
    /// the same with a prefix such as `DestChanVariable`, and `ChanVariable(channel)` (1.8 to 11, and
    /// events about several channels).
    pub fn variables(&self) -> Variables<'a> {
        Variables(self.headers())
    }

    /// The message has [`output`](Message::output), if only an empty one.
    pub fn has_output(&self) -> bool {
        self.shape.has(FOLLOWS) || self.output().next().is_some()
    }

    /// The lines a `Command` printed, without their line ends: the values of the `Output` headers of
    /// a response (Asterisk 14 and later), or the payload of `Response: Follows` (up to 13). Empty for other messages.
    pub fn output(&self) -> Output<'a> {
        Output(if self.shape.has(FOLLOWS) {
            let payload = self.bytes.get(self.shape.payload..).unwrap_or_default();
            let end = payload.len().saturating_sub(self.end_mark());
            // The first line is no header then.
            let continues = self.shape.flags & (CONTINUES | CONTINUATION) == CONTINUES;
            let flags = self.shape.flags & !CONTINUATION | flag_if(continues, CONTINUATION);
            Headers(Lines { rest: payload.get(..end).unwrap_or_default(), flags })
        } else if self.kind() == Kind::Response {
            let Headers(Lines { rest, flags }) = self.headers();
            Headers(Lines { rest, flags: flags | self.shape.flags & OUTPUT })
        } else {
            Headers(Lines::new(&[], 0))
        })
    }

    /// The length of the end mark and its line ends, if the payload has come to its end.
    fn end_mark(&self) -> usize {
        if self.shape.has(INCOMPLETE | CUT) {
            return 0;
        }
        let ends = if matches!(self.bytes, [.., CR, LF]) { 4 } else { 2 };
        END_MARK.len().saturating_add(ends)
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn known_kind(&self) -> Option<Kind> {
        self.shape.kind.or_else(|| match self.begins() {
            Some((_, kind)) => Some(kind),
            None => self.deciding().map(|(kind, _)| kind),
        })
    }

    /// The kind that the first header that decides it says, and its value if it is not cut.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn deciding(&self) -> Option<(Kind, Option<Value<'a>>)> {
        if let Some((at, kind)) = self.begins() {
            let mut lines = self.headers().0;
            let (text, flags) = lines.take(scan::near_line_end(lines.rest));
            return Some((kind, text.get(at..).filter(|_| flags & CUT == 0).map(Value::new)));
        }
        for header in self.headers() {
            if let Some(kind) = header.name().and_then(Kind::of) {
                return Some((kind, Some(header.value()).filter(|_| !header.is_cut())));
            }
        }
        None
    }

    /// As nearly all messages begin: the first line need not be split then. Where its value begins, and the kind.
    fn begins(&self) -> Option<(usize, Kind)> {
        const BEGINS: [(&[u8], Kind); 2] = [(b"Event: ", Kind::Event), (b"Response: ", Kind::Response)];
        if scan::IS_SMALL || self.shape.has(CONTINUATION) {
            return None;
        }
        let begins = BEGINS.iter().find(|(begin, _)| self.bytes.starts_with(begin));
        begins.map(|&(begin, kind)| (begin.len(), kind))
    }

    /// What is known of the next part of this message, while its bytes are not.
    pub(crate) fn next_shape(&self) -> Shape {
        let kind = self.known_kind();
        let mut flags = INSIDE | flag_if(self.bytes.last() != Some(&LF), CONTINUES);
        // A part is lines, or a piece of one.
        if let Some(cut) = self.headers().next().filter(Header::is_cut) {
            let is_output = if cut.is_continuation() { self.shape.has(OUTPUT) } else { cut.is("Output") };
            // Only of a response, as `output` has it: else the beginning of the line was none.
            flags |= CONTINUATION | flag_if(is_output && kind == Some(Kind::Response), OUTPUT);
        }
        Shape { kind, flags, payload: self.shape.payload.saturating_sub(self.bytes.len()) }
    }

    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }
}

impl fmt::Debug for Message<'_> {
    /// The headers, secrets redacted; of a payload the length only.
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

/// What a server greets with, as in `Asterisk Call Manager/11.0.0`: the version of the
/// interface, not of Asterisk. Asterisk 1.2 and 1.4 both say `1.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Banner<'a> {
    /// What stands before the last slash.
    pub product: Value<'a>,
    /// What stands behind it.
    pub version: Value<'a>,
}

/// The lines of some bytes of a message.
#[derive(Clone)]
struct Lines<'a> {
    rest: &'a [u8],
    flags: Flags,
}

impl<'a> Lines<'a> {
    fn new(bytes: &'a [u8], flags: Flags) -> Self {
        Self { rest: bytes, flags: flags & (CONTINUATION | CUT | INCOMPLETE) }
    }

    /// No line is left. The end of the stream makes no line of a single CR.
    fn is_done(&self) -> bool {
        match self.rest {
            [] => self.flags & CONTINUATION == 0,
            [CR] => self.flags & (CONTINUATION | INCOMPLETE) == INCOMPLETE,
            _ => false,
        }
    }

    /// Takes the line that ends at the LF at `end`, or with the bytes.
    #[inline]
    fn take(&mut self, end: usize) -> (&'a [u8], Flags) {
        let flags = self.flags & CONTINUATION;
        self.flags &= !CONTINUATION;
        let text = self.rest.get(..end).unwrap_or(self.rest);
        let Some(rest) = self.rest.get(end.wrapping_add(1)..) else {
            self.rest = &[];
            return (text, flags | self.flags & CUT);
        };
        self.rest = rest;
        match text {
            [text @ .., CR] => (text, flags),
            _ => (text, flags),
        }
    }
}

/// The iterator of [`Message::headers`].
#[derive(Clone)]
pub struct Headers<'a>(Lines<'a>);

impl<'a> Iterator for Headers<'a> {
    type Item = Header<'a>;

    #[cfg_attr(target_pointer_width = "64", inline)]
    fn next(&mut self) -> Option<Header<'a>> {
        let lines = &mut self.0;
        if lines.is_done() {
            return None;
        }
        let line = scan::line(lines.rest);
        let (text, flags) = lines.take(line.end);
        if flags & CONTINUATION != 0 {
            return Some(Header { text, name: scan::NO_COLON, value: text, flags });
        }
        if text.is_empty() && lines.flags & FOLLOWS == 0 {
            // The empty line that ends the message.
            lines.rest = &[];
            return None;
        }
        let mut name = line.colon;
        while let Some([.., b' ' | b'\t']) = text.get(..name) {
            name = name.wrapping_sub(1);
        }
        let value = text.get(line.value..).unwrap_or_default();
        Some(Header { text, name, value, flags })
    }
}

impl fmt::Debug for Headers<'_> {
    /// The headers that are left.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// A header line, or a piece of one that is larger than the decoder's storage.
#[derive(Clone, Copy)]
pub struct Header<'a> {
    text: &'a [u8],
    /// Where the name ends, or behind the text if there is none.
    name: usize,
    value: &'a [u8],
    flags: Flags,
}

impl<'a> Header<'a> {
    /// The name: what stands before the first `: `, or without one before the first `:`, less the
    /// blanks at its end. `None` for a line without a colon, and for a continuation.
    #[inline]
    pub fn name(&self) -> Option<&'a [u8]> {
        self.text.get(..self.name)
    }

    /// The value: every byte behind `: ` or `:`. The whole text if there is no name.
    #[inline]
    pub fn value(&self) -> Value<'a> {
        Value::new(self.value)
    }

    /// The whole text of the line, or piece, without its line end.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.text
    }

    /// Has that name, ASCII case ignored.
    pub fn is(&self, name: &str) -> bool {
        self.name().is_some_and(|own| is_same(own, name.as_bytes()))
    }

    /// The line is larger than the storage and goes on in the next part. Name and value are read from
    /// this piece alone.
    pub fn is_cut(&self) -> bool {
        self.flags & CUT != 0
    }

    /// The line began in the part before; this piece of it has no name.
    pub fn is_continuation(&self) -> bool {
        self.flags & CONTINUATION != 0
    }
}

impl fmt::Debug for Header<'_> {
    /// Secrets are redacted, and so are continuations: what they continue is not known here.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_continuation() {
            return write!(f, "[continuation of {} bytes]", self.text.len());
        }
        let Some(name) = self.name() else { return self.value().fmt(f) };
        match secret_name(name) {
            Some(name) => write!(f, "{}: {REDACTED}", name.escape_ascii()),
            None => write!(f, "{}: {:?}", name.escape_ascii(), self.value()),
        }
    }
}

/// The iterator of [`Message::get_all`].
#[derive(Debug, Clone)]
pub struct GetAll<'a, 'n> {
    headers: Headers<'a>,
    name: &'n str,
}

impl<'a> Iterator for GetAll<'a, '_> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        if scan::IS_SMALL {
            for header in self.headers.by_ref() {
                if !header.is_cut() && header.is(self.name) {
                    return Some(header.value());
                }
            }
            return None;
        }
        loop {
            // A line that does not begin like the name is not even split.
            let lines = &mut self.headers.0;
            if lines.flags & CONTINUATION == 0 {
                let at = scan::header_line(lines.rest, self.name.as_bytes());
                lines.rest = lines.rest.get(at..).unwrap_or_default();
            }
            let header = self.headers.next()?;
            // The line begins with the name, so that only the lengths may differ.
            if !header.is_cut() && header.name().is_some_and(|name| name.len() == self.name.len()) {
                return Some(header.value());
            }
        }
    }
}

/// A channel variable that came with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    fn of(header: Header<'a>) -> Option<Self> {
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
        self.0.find_map(ChanVariable::of)
    }
}

/// The iterator of [`Message::output`]: over all lines of a payload, or over the headers named `Output`.
#[derive(Clone)]
pub struct Output<'a>(Headers<'a>);

impl<'a> Iterator for Output<'a> {
    type Item = OutputLine<'a>;

    fn next(&mut self) -> Option<OutputLine<'a>> {
        let flags = self.0.0.flags;
        loop {
            let line = self.0.next()?;
            let text = match line.is_continuation() {
                _ if flags & FOLLOWS != 0 => line.text,
                true if flags & OUTPUT != 0 => line.text,
                false if line.is("Output") => line.value().as_bytes(),
                _ => continue,
            };
            return Some(OutputLine { text, flags: line.flags });
        }
    }
}

impl fmt::Debug for Output<'_> {
    /// The length of what is left only, as `Debug` of a message has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").field("bytes", &self.0.0.rest.len()).finish_non_exhaustive()
    }
}

/// A line that a `Command` printed, or a piece of one that is larger than the decoder's storage.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OutputLine<'a> {
    text: &'a [u8],
    flags: Flags,
}

impl<'a> OutputLine<'a> {
    /// The bytes, without the line end.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.text
    }

    /// The line goes on in the next part.
    pub fn is_cut(&self) -> bool {
        self.flags & CUT != 0
    }

    /// The line began in the part before.
    pub fn is_continuation(&self) -> bool {
        self.flags & CONTINUATION != 0
    }
}

impl fmt::Debug for OutputLine<'_> {
    /// As a [`Value`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Value::new(self.text).fmt(f)
    }
}
