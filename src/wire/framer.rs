//! Where lines and messages end. Every boundary decision of the crate is in this file.
//!
//! The [`Framer`] owns no buffer: it is fed each byte of the stream once, in slices of
//! any size, and says where a message ends. What it must know of earlier bytes is in
//! its state, a few bytes; so neither the cuts of the reads nor the size of anybody's
//! buffer can change where a message ends.
//!
//! Whoever touches this: a state that is entered in the middle of a line must be
//! reachable one byte at a time (`step`) and leave the same state as the bulk search
//! (`skip_block`, `skip_payload`) does.

use super::Kind;
use super::message::{Flags, Shape};
use super::scan::{self, CR, LF};
use crate::bytes::tail;
use crate::size::IS_SMALL;

/// The end of the connection that decodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) enum Role {
    /// A client decodes what a server sends, banner and `Response: Follows` payloads included.
    Client,
    /// A server decodes what a client sends, messages only.
    Server,
}

/// What begins the end of a `Response: Follows` payload; two line ends follow.
pub(crate) const END_MARK: &[u8; 15] = b"--END COMMAND--";
const END_MARK_CRLF: &[u8; 19] = b"--END COMMAND--\r\n\r\n";
const END_MARK_LF: &[u8; 17] = b"--END COMMAND--\n\n";

/// What the framer found at the place where it stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Nothing: all bytes were looked at.
    None,
    /// An empty line between two messages ended here.
    Skip,
    /// The headers of a `Response: Follows` may end here: what follows is its payload
    /// unless another such mark comes.
    Head,
    /// The message ended here.
    End,
    /// The message ended here, and is a banner.
    Banner,
}

/// What lines are compared with, in lower case: what makes a message a `Response: Follows`, to its line end, of which the CR may be
/// missing; and the headers that may stand between that and the payload.
const WORDS: &[u8] = b"response:follows\r\nprivilege:actionid:";
/// Where the second and the third begin.
const PRIVILEGE: u8 = 18;
const ACTION_ID: u8 = 28;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In a line.
    Line,
    /// Between two messages.
    Gap,
    /// In a line that so far is the beginning of a word: of the first one in a message's first line, of another behind
    /// `Response: Follows`.
    Word,
    /// In the first line of the stream, and no colon seen: it may be a banner.
    First,
    /// The same, and there was a slash: it is one.
    Slash,
    /// At the start of a line.
    Start,
    /// Behind `Response: Follows`, at the start of a line.
    Head,
    /// Behind the first colon of such a line.
    Colon,
    /// In the value of such a line, while a later `: ` could still make the name another.
    Value,
    /// In the value of such a line.
    SureValue,
    /// In a payload.
    Payload,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Framer {
    state: State,
    /// How far into `WORDS`, or into the payload's end.
    seen: u8,
    /// The byte before; not inside a line or a payload.
    last: u8,
    from_server: bool,
    /// No line that is not empty has ended, and no colon was seen: it may be a banner.
    first: bool,
    /// The message is a `Response: Follows`.
    follows: bool,
    /// Its first line ended in CR LF.
    crlf: bool,
    /// Which words were met behind `Response: Follows`: bits.
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

    /// Which end of the connection we are.
    pub(crate) fn role(&self) -> Role {
        if self.from_server { Role::Client } else { Role::Server }
    }

    /// The message looked at last is a `Response: Follows`.
    pub(crate) fn is_follows(&self) -> bool {
        self.follows
    }

    /// The bytes looked at last belong to a payload.
    pub(crate) fn in_payload(&self) -> bool {
        self.state == State::Payload
    }

    /// Looks at the next bytes of the stream: up to a mark, or at all of them. Returns how many.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn scan(&mut self, bytes: &[u8]) -> (usize, Mark) {
        let mut rest = bytes.iter();
        loop {
            let in_line = self.state == State::Line;
            if in_line && IS_SMALL {
                if rest.nth(scan::line_end(rest.as_slice())).is_some() {
                    // Most lines begin with a letter.
                    if rest.as_slice().first().is_some_and(|&next| next > CR) {
                        continue;
                    }
                    self.state = State::Start;
                    self.last = LF;
                }
            } else if in_line {
                let (used, mark) = self.skip_block(rest.as_slice());
                return (usize::wrapping_add(bytes.len().wrapping_sub(rest.len()), used), mark);
            } else if self.state == State::Payload && self.seen == 0 && !IS_SMALL {
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

    /// The end of the stream inside a message, as if a line end came: what ends here.
    pub(crate) fn finish(&mut self) -> Mark {
        match self.state {
            State::Word if self.of_word() == CR => {
                self.follows = true;
                Mark::Head
            }
            State::Slash => Mark::Banner,
            _ => Mark::End,
        }
    }

    /// How much of an unfinished message to lend when there is no room for more: whole
    /// lines if there are any, else a piece of the line, but never a part of a line
    /// end, of a `: ` or of an end mark.
    pub(crate) fn cut(&self, part: &[u8]) -> usize {
        let held = if self.in_payload() { self.seen.into() } else { 0 };
        let length = part.len().saturating_sub(held);
        let free = part.get(..length).unwrap_or(part);
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
            // It may belong to an empty line.
            State::Gap | State::Start if byte == CR && last != CR => Mark::None,
            State::Gap => {
                self.follows = false;
                self.met = 0;
                if self.from_server && last != CR { self.begin(0, byte) } else { self.line(byte) }
            }
            State::Word => self.word(byte),
            State::Line | State::First | State::Slash | State::Start => self.line(byte),
            State::Head => self.head(byte),
            State::Colon | State::Value | State::SureValue => self.value(byte, last),
            State::Payload => self.payload(byte),
        }
    }

    fn end(&mut self) -> Mark {
        self.state = State::Gap;
        self.last = LF;
        Mark::End
    }

    /// The first byte of a line that may be that word.
    fn begin(&mut self, word: u8, byte: u8) -> Mark {
        self.state = State::Word;
        self.seen = word;
        self.word(byte)
    }

    /// What comes next of the word.
    fn of_word(&self) -> u8 {
        WORDS.get(usize::from(self.seen)).copied().unwrap_or_default()
    }

    fn word(&mut self, byte: u8) -> Mark {
        let wanted = self.of_word();
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
                    self.state = State::Colon;
                }
            }
            return Mark::None;
        }
        match byte {
            // Blanks may stand before a colon, `follows` and its line end.
            b' ' | b'\t' if matches!(wanted, b':' | b'f' | CR) => Mark::None,
            _ if self.seen < PRIVILEGE => self.line(byte),
            _ => self.begin_payload(byte),
        }
    }

    /// A byte of an ordinary line.
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
            State::Slash => State::Slash,
            _ if byte == b'/' => State::Slash,
            _ => State::First,
        };
        Mark::None
    }

    /// From inside a line to behind the message, or through all bytes.
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

    /// The first byte of a line behind `Response: Follows`.
    fn head(&mut self, byte: u8) -> Mark {
        let (word, met) = match byte.to_ascii_lowercase() {
            b'p' => (PRIVILEGE, 1),
            b'a' => (ACTION_ID, 2),
            _ => return self.begin_payload(byte),
        };
        // Each word at most once: a second one is payload.
        if self.met & met != 0 {
            return self.begin_payload(byte);
        }
        self.met |= met;
        self.begin(word, byte)
    }

    /// A byte of the value of such a line.
    fn value(&mut self, byte: u8, last: u8) -> Mark {
        self.state = match (byte, self.state) {
            (LF, _) if (last == CR) == self.crlf => {
                self.state = State::Head;
                return Mark::Head;
            }
            // Another sort of line end, or another name: the whole line is payload. Its
            // bytes cannot have begun the end mark: that ends in the line end missing here.
            (LF, _) => return self.begin_payload(byte),
            (b' ', State::Value) if last == b':' => return self.begin_payload(byte),
            (b' ', State::Colon) => State::SureValue,
            (_, State::Colon) => State::Value,
            (_, state) => state,
        };
        Mark::None
    }

    /// A byte of a payload of whose end none has been seen.
    fn begin_payload(&mut self, byte: u8) -> Mark {
        self.state = State::Payload;
        self.seen = 0;
        self.payload(byte)
    }

    fn end_mark(&self) -> &'static [u8] {
        if self.crlf { END_MARK_CRLF } else { END_MARK_LF }
    }

    /// A byte of a payload (Knuth, Morris and Pratt's search for its end).
    fn payload(&mut self, byte: u8) -> Mark {
        let end = self.end_mark();
        while end.get(usize::from(self.seen)) != Some(&byte) {
            self.seen = match self.seen {
                0 => return Mark::None,
                // The last dashes seen may be the first ones: in `---` and `--END COMMAND--END`.
                15 => 2,
                2 => 1,
                _ => 0,
            }
        }
        self.seen = self.seen.wrapping_add(1);
        if usize::from(self.seen) == end.len() { self.end() } else { Mark::None }
    }

    /// In a payload with nothing of its end seen: to behind a line that its end may
    /// follow, or through all bytes. Returns how many bytes.
    fn skip_payload(&mut self, bytes: &[u8]) -> usize {
        // The end mark and the first of its two line ends.
        let end = self.end_mark();
        let first = end.get(..if self.crlf { 17 } else { 16 }).unwrap_or(end);
        let mut rest = bytes;
        while let Some((line, tail)) = rest.split_at_checked(scan::line_end(rest).saturating_add(1)) {
            if line.ends_with(first) {
                self.seen = u8::try_from(first.len()).unwrap_or_default();
                return bytes.len().saturating_sub(tail.len());
            }
            rest = tail;
        }
        let last = rest.get(rest.len().saturating_sub(END_MARK_CRLF.len())..).unwrap_or(rest);
        for &byte in last {
            self.payload(byte);
        }
        bytes.len()
    }
}

/// The first message of some bytes.
pub(crate) struct Framed {
    /// The bytes of the message; if it is not complete, those that were examined.
    length: usize,
    /// The offset at which the headers end and the payload of `Response: Follows` begins.
    pub(crate) payload: usize,
    mark: Mark,
    is_follows: bool,
}

impl Framed {
    /// Returns the shape of the message if it is complete and has this length.
    pub(crate) fn shape(&self, length: usize) -> Option<Shape> {
        let kind = match self.mark {
            Mark::Banner => Some(Kind::Banner),
            Mark::End => None,
            Mark::None | Mark::Skip | Mark::Head => return None,
        };
        let flags = Flags::LENT | Flags::FOLLOWS.when(self.is_follows);
        let payload = if self.is_follows { self.payload } else { length };
        (self.length == length).then_some(Shape { kind, flags, payload })
    }
}

/// Frames the message that a client would decode first from these bytes.
pub(crate) fn frame(bytes: &[u8]) -> Framed {
    let mut framer = Framer::new(Role::Client);
    let mut length = 0_usize;
    let mut payload = bytes.len();
    loop {
        let (used, mark) = framer.scan(tail(bytes, length));
        length = length.saturating_add(used);
        match mark {
            Mark::Head => payload = length,
            _ => return Framed { length, payload, mark, is_follows: framer.is_follows() },
        }
    }
}

/// What is left of a stream is no message if it is nothing but CR and LF.
pub(crate) fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n'))
}
