//! Finds the ends of lines and messages. Every boundary decision of the crate is in this file.
//!
//! The [`Framer`] owns no buffer. It is fed each byte of the stream once, in slices of any size,
//! and reports where a message ends. All that it needs to know about earlier bytes is in its state
//! of a few bytes. So neither the cuts of the reads nor the size of a buffer can change where a
//! message ends.
//!
//! To keep it that way, every state that a change adds must be reachable one byte at a time,
//! through `step`. For the same bytes, `step` and the bulk searches (`skip_block`, `skip_payload`)
//! must leave the same state, also in the middle of a line.

use super::Kind;
use super::message::{Flags, Shape};
use super::scan::{self, CR, LF};
use crate::bytes::{head, tail};
use crate::size::IS_SMALL;

/// The side of the connection on which the decoder runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) enum Role {
    /// A client decodes what a server sends, banner and `Response: Follows` payloads included.
    Client,
    /// A server decodes what a client sends, messages only.
    Server,
}

/// The text that ends the payload of a `Response: Follows`. Two line ends follow it. If it begins a
/// line, one line end and the header `Server: ` of astmanproxy may follow instead.
pub(crate) const END_MARK: &[u8; 15] = b"--END COMMAND--";
/// Both ways in which a payload ends: the text with two line ends, then the header.
const END: &[u8; 27] = b"--END COMMAND--\r\n\r\nServer: ";
/// The offset in `END` after the text.
const MARKER: u8 = 15;
/// The offset in `END` after the first line end.
const FIRST_END: u8 = 17;
/// The offset in `END` after both line ends.
const BOTH_ENDS: u8 = 19;
/// The offset in `END` after the header.
const PROXY_HEADER: u8 = 27;
/// The most bytes of an end mark with which a line can end that has no LF yet.
const MARKED_LINE: usize = 16;

/// The reason for which the framer stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// All bytes were examined, and nothing ended.
    None,
    /// An empty line between two messages ended here.
    Skip,
    /// The headers of a `Response: Follows` may end here: its payload follows, unless another such
    /// mark does.
    Head,
    /// The text of an end mark ends here. If the payload ends without another such mark, this is
    /// the one that ended it.
    Marker,
    /// The message ended here.
    End,
    /// The message ended here, and is a banner.
    Banner,
}

/// The words that lines are compared with, in lower case. The first is the line that makes a
/// message a `Response: Follows`, with its line end, whose CR may be missing. The others are the
/// headers that may come between that line and the payload.
const WORDS: &[u8] = b"response:follows\r\nprivilege:actionid:";
/// The offset of the second word.
const PRIVILEGE: u8 = 18;
/// The offset of the third word.
const ACTION_ID: u8 = 28;

/// The states of a message before its payload are the last ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum State {
    /// In a line.
    Line,
    /// Between two messages.
    Gap,
    /// In the first line of the stream, without a colon so far. It may be a banner.
    First,
    /// Like `First`, but after a slash. It is a banner unless a colon follows.
    Slash,
    /// At the start of a line.
    Start,
    /// In a payload.
    Payload,
    /// In a line that so far equals the beginning of a word: the first word in the first line of a
    /// message, another one in a line after `Response: Follows`.
    Word,
    /// At the start of a line after `Response: Follows`.
    Head,
    /// In the value of such a line.
    Value,
}

/// The bit of `Framer::met` for an end mark, or the beginning of one, at the start of a line.
const AT_START: u8 = 4;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Framer {
    state: State,
    /// The offset in `WORDS` of the next byte to compare, or in the end mark if in a payload.
    seen: u8,
    /// The byte before. The bulk searches do not update it inside a line.
    last: u8,
    from_server: bool,
    /// Whether this line may be a banner: no line but empty ones has ended, and no colon was seen.
    first: bool,
    /// Whether the message is a `Response: Follows`.
    follows: bool,
    /// Whether its first line ended in CR LF.
    crlf: bool,
    /// The words met after `Response: Follows`: bit 0 for `privilege:`, bit 1 for `actionid:`.
    /// [`AT_START`] in addition.
    met: u8,
}

impl Framer {
    pub(crate) const fn new(role: Role) -> Self {
        let from_server = matches!(role, Role::Client);
        Self {
            state: State::Gap,
            seen: 0,
            last: LF,
            from_server,
            first: from_server,
            follows: false,
            crlf: false,
            met: 0,
        }
    }

    /// Returns the side of the connection on which the decoder runs.
    pub(crate) fn role(&self) -> Role {
        if self.from_server { Role::Client } else { Role::Server }
    }

    /// Returns whether the message examined last is a `Response: Follows`.
    pub(crate) fn is_follows(&self) -> bool {
        self.follows
    }

    /// Returns whether the bytes examined last are between two messages.
    pub(crate) fn is_between(&self) -> bool {
        self.state == State::Gap
    }

    /// Returns whether the bytes examined last belong to a payload that has not ended.
    pub(crate) fn in_payload(&self) -> bool {
        self.state == State::Payload
    }

    /// Returns whether the payload of the message examined last has begun. It may have ended.
    pub(crate) fn has_payload(&self) -> bool {
        self.follows && !self.in_head()
    }

    /// Returns whether the bytes examined last may belong to the headers before a payload.
    fn in_head(&self) -> bool {
        self.state >= State::Word
    }

    /// Gives up a payload: from here on, its message ends with the next empty line. The next byte
    /// to examine begins a line, or is inside one.
    pub(crate) fn abandon(&mut self, in_line: bool) {
        self.state = if in_line { State::Line } else { State::Start };
        self.last = LF;
    }

    /// Examines the next bytes of the stream, up to a mark or all of them. Returns the number of
    /// bytes examined and the mark.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn scan(&mut self, bytes: &[u8]) -> (usize, Mark) {
        let mut rest = bytes.iter();
        loop {
            let in_line = self.state == State::Line;
            if in_line && IS_SMALL {
                if scan::odd_line(&mut rest).is_some() {
                    self.state = State::Start;
                    self.last = LF;
                }
            } else if in_line {
                let (used, mark) = self.skip_block(rest.as_slice());
                return (usize::wrapping_add(bytes.len().wrapping_sub(rest.len()), used), mark);
            } else if !IS_SMALL && self.in_payload() && self.seen == 0 && rest.len() > MARKED_LINE {
                let used = self.skip_payload(rest.as_slice());
                rest = tail(rest.as_slice(), used).iter();
            }
            let Some(&byte) = rest.next() else { return (bytes.len(), Mark::None) };
            match self.step(byte) {
                Mark::None => {}
                mark => return (bytes.len().wrapping_sub(rest.len()), mark),
            }
        }
    }

    /// Ends the stream inside a message, as if a line end followed. Returns the mark of what ends.
    pub(crate) fn finish(&mut self) -> Mark {
        match self.state {
            State::Slash => return Mark::Banner,
            // Without a line end of the right sort, the line belongs to the payload.
            _ if self.follows && self.in_head() => self.state = State::Payload,
            State::Word => self.follows = self.word_byte() == CR,
            _ => {}
        }
        Mark::End
    }

    /// Returns how many bytes of an unfinished message to lend when the storage is full: whole
    /// lines if there are any, otherwise a piece of the line. A line end, a `: ` or an end mark is
    /// never cut in two, nor is the part cut between an end mark and a `Server: ` that is not
    /// complete. `marker` is the offset of the last [`Mark::Marker`].
    pub(crate) fn cut(&self, part: &[u8], marker: usize) -> usize {
        let held = match self.seen {
            _ if !self.in_payload() => 0,
            seen if seen < MARKER => seen.into(),
            _ => part.len().saturating_sub(marker),
        };
        let free = head(part, part.len().saturating_sub(held));
        if let Some(at) = free.iter().rposition(|&byte| byte == LF) {
            return at.saturating_add(1);
        }
        match free {
            [rest @ .., CR | b':'] if held == 0 => rest.len(),
            _ => free.len(),
        }
    }

    fn step(&mut self, byte: u8) -> Mark {
        let last = core::mem::replace(&mut self.last, byte);
        match self.state {
            State::Gap if byte == LF => {
                self.first = false;
                Mark::Skip
            }
            State::Start if byte == LF => self.end(),
            // The CR may belong to an empty line.
            State::Gap | State::Start if byte == CR && last != CR => Mark::None,
            State::Gap => {
                self.follows = false;
                self.met = 0;
                // On 64 bits, most messages need no comparison with the word.
                let may_equal = IS_SMALL || byte | 0x20 == b'r';
                if may_equal && self.from_server && last != CR {
                    self.begin(0, byte, last)
                } else {
                    self.line(byte)
                }
            }
            State::Word => self.word(byte, last),
            State::Line | State::First | State::Slash | State::Start => self.line(byte),
            State::Head => self.header_start(byte, last),
            State::Value => self.value(byte, last),
            State::Payload => self.payload(byte, last),
        }
    }

    fn end(&mut self) -> Mark {
        self.state = State::Gap;
        self.last = LF;
        Mark::End
    }

    /// Takes the first byte of a line that may equal the word at this offset.
    fn begin(&mut self, word: u8, byte: u8, last: u8) -> Mark {
        self.state = State::Word;
        self.seen = word;
        self.word(byte, last)
    }

    /// Returns the next byte of the word.
    fn word_byte(&self) -> u8 {
        let at = usize::from(self.seen);
        debug_assert!(at < WORDS.len());
        WORDS.get(at).copied().unwrap_or_default()
    }

    /// Takes a byte of a line that so far equals the beginning of a word.
    fn word(&mut self, byte: u8, last: u8) -> Mark {
        let wanted = self.word_byte();
        if byte == LF && matches!(wanted, CR | LF) {
            self.follows = true;
            self.crlf = wanted == LF;
            self.state = State::Head;
            return Mark::Head;
        }
        if byte.to_ascii_lowercase() == wanted {
            self.seen = self.seen.wrapping_add(1);
            if byte == b':' {
                self.first = false;
                if self.seen > PRIVILEGE {
                    self.state = State::Value;
                }
            }
            return Mark::None;
        }
        match byte {
            // A colon, `follows` and its line end may have blanks before them.
            b' ' | b'\t' if matches!(wanted, b':' | b'f' | CR) => Mark::None,
            _ if self.seen < PRIVILEGE => self.line(byte),
            _ => self.begin_payload(byte, last),
        }
    }

    /// Takes a byte of an ordinary line.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn line(&mut self, byte: u8) -> Mark {
        if byte == LF {
            self.first = false;
            let is_banner = self.state == State::Slash;
            self.state = if is_banner { State::Gap } else { State::Start };
            return if is_banner { Mark::Banner } else { Mark::None };
        }
        self.first &= byte != b':';
        self.state = match self.state {
            _ if !self.first => State::Line,
            state if state == State::Slash || byte == b'/' => State::Slash,
            _ => State::First,
        };
        Mark::None
    }

    /// Skips from inside a line to the end of the message, or over all bytes.
    fn skip_block(&mut self, bytes: &[u8]) -> (usize, Mark) {
        if let Some(end) = scan::empty_line(bytes) {
            return (end, self.end());
        }
        if let [.., LF] | [.., LF, CR] = bytes {
            self.state = State::Start;
            self.last = bytes.last().copied().unwrap_or_default();
        }
        (bytes.len(), Mark::None)
    }

    /// Takes the first byte of a line after `Response: Follows`.
    fn header_start(&mut self, byte: u8, last: u8) -> Mark {
        let (word, met) = match byte {
            b'P' | b'p' => (PRIVILEGE, 1),
            b'A' | b'a' => (ACTION_ID, 2),
            _ => return self.begin_payload(byte, last),
        };
        // Each of the two headers occurs at most once; a second one belongs to the payload.
        if self.met & met != 0 {
            return self.begin_payload(byte, last);
        }
        self.met |= met;
        self.begin(word, byte, last)
    }

    /// Takes a byte of the value of a header after `Response: Follows`.
    fn value(&mut self, byte: u8, last: u8) -> Mark {
        if byte != LF {
            return Mark::None;
        }
        // If the line end differs from the first line's, the whole line is payload. No end mark can
        // have begun in it: it does not begin with one, and one inside it goes on with the line end
        // that is missing here.
        if (last == CR) != self.crlf {
            return self.begin_payload(byte, last);
        }
        self.state = State::Head;
        Mark::Head
    }

    /// Takes the first byte that is known to belong to the payload.
    fn begin_payload(&mut self, byte: u8, last: u8) -> Mark {
        self.state = State::Payload;
        self.seen = 0;
        self.payload(byte, last)
    }

    /// Takes a byte of a payload, and searches for its end as Knuth, Morris and Pratt do.
    fn payload(&mut self, byte: u8, last: u8) -> Mark {
        loop {
            let mut at = self.seen;
            // Without the CRs, the line ends are one byte each.
            if matches!(at, MARKER | FIRST_END) && !self.crlf {
                at = at.wrapping_add(1);
            }
            if END.get(usize::from(at)) == Some(&byte) {
                self.seen = at.wrapping_add(1);
                break;
            }
            let at_start = self.met & AT_START != 0;
            self.met &= !AT_START;
            self.seen = match self.seen {
                0 => return Mark::None,
                // The proxy's header may follow in place of the second line end.
                FIRST_END if at_start => BOTH_ENDS,
                // The last dashes may be the first ones of an end mark: in `--END COMMAND--END` and
                // in `---`.
                MARKER => 2,
                2 => 1,
                _ => 0,
            };
        }
        match self.seen {
            1 if last == LF => self.met |= AT_START,
            MARKER => return Mark::Marker,
            BOTH_ENDS => return self.end(),
            PROXY_HEADER => self.state = State::Line,
            _ => {}
        }
        Mark::None
    }

    /// Skips, in a payload of whose end mark nothing has been seen, to an end mark that ends a
    /// line, or to the last bytes if an end mark may have begun in them. Returns the number of
    /// bytes.
    fn skip_payload(&mut self, bytes: &[u8]) -> usize {
        let mark: &[u8] = if self.crlf { b"--END COMMAND--\r\n" } else { b"--END COMMAND--\n" };
        let mut used = 0_usize;
        loop {
            let rest = tail(bytes, used);
            let line = rest.get(..scan::line_end(rest).saturating_add(1));
            let (length, held) = match line {
                Some(line) if line.ends_with(mark) => (line.len(), mark.len()),
                Some(line) => (line.len(), 0),
                None => (rest.len(), MARKED_LINE.min(rest.len())),
            };
            used = used.saturating_add(length).saturating_sub(held);
            if held != 0 || rest.is_empty() {
                break;
            }
        }
        if let Some(&last) = head(bytes, used).last() {
            self.last = last;
        }
        used
    }
}

/// The result of framing the first message in some bytes.
pub(crate) struct Framed {
    /// The bytes of the message; if it is not complete, those that were examined.
    length: usize,
    /// The offset at which the headers end and the payload of `Response: Follows` begins.
    pub(crate) payload: usize,
    /// The offset at which the payload ends.
    pub(crate) end: usize,
    mark: Mark,
    is_follows: bool,
}

impl Framed {
    /// Returns the shape of the message if it is complete and has this length.
    pub(crate) fn shape(&self, length: usize) -> Option<Shape> {
        let kind = match self.mark {
            Mark::Banner => Some(Kind::Banner),
            Mark::End => None,
            Mark::None | Mark::Skip | Mark::Head | Mark::Marker => return None,
        };
        let flags = Flags::LENT | Flags::FOLLOWS.when(self.is_follows);
        let payload = if self.is_follows { self.payload } else { length };
        (self.length == length).then_some(Shape { kind, flags, payload, end: self.end })
    }
}

/// Frames the message that a client would decode first from these bytes.
pub(crate) fn frame(bytes: &[u8]) -> Framed {
    let mut framer = Framer::new(Role::Client);
    let mut length = 0_usize;
    let mut payload = bytes.len();
    let mut end = usize::MAX;
    loop {
        let (used, mark) = framer.scan(tail(bytes, length));
        length = length.saturating_add(used);
        match mark {
            Mark::Head => payload = length,
            Mark::Marker => end = length.saturating_sub(END_MARK.len()),
            _ => return Framed { length, payload, end, mark, is_follows: framer.is_follows() },
        }
    }
}

/// Returns whether the rest of a stream has only CR and LF, and so is not a message.
pub(crate) fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n'))
}
