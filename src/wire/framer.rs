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

use super::Role;
use super::scan::{self, CR, LF};

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

/// What a line is compared with, in lower case: the headers that may stand between `Response: Follows` and its payload, and
/// the beginning of all that.
const WORDS: [&[u8]; 3] = [b"response:follows", b"privilege:", b"actionid:"];
/// In `WORDS`.
const OPENING: u8 = 0;
const PRIVILEGE: u8 = 1;
const ACTION_ID: u8 = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between two messages.
    Gap,
    /// Between two messages, behind a CR that may belong to an empty line.
    GapCr,
    /// In a line that so far is the beginning of a word: of the first one in a message's first line, of another behind
    /// `Response: Follows`.
    Word,
    /// Behind the first word and a CR that may belong to the line's end.
    WordCr,
    /// In a line.
    Line,
    /// At the start of a line.
    Start,
    /// At the start of a line, behind a CR that may belong to an empty line.
    StartCr,
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
    /// Bytes seen of the word, or of the payload's end.
    seen: u8,
    /// In `WORDS`.
    word: u8,
    /// The byte before, in a value.
    last: u8,
    from_server: bool,
    /// In the first line of the stream, and no colon seen: it may be a banner.
    first: bool,
    slash: bool,
    /// The message is a `Response: Follows`.
    follows: bool,
    /// Its first line ended in CR LF.
    crlf: bool,
    /// The words already met behind `Response: Follows`: these bits.
    met: u8,
}

impl Framer {
    pub(crate) fn new(role: Role) -> Self {
        let from_server = role == Role::Client;
        Self {
            state: State::Gap,
            seen: 0,
            word: OPENING,
            last: 0,
            from_server,
            first: from_server,
            slash: false,
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
        let mut at = 0;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            match self.state {
                State::Line if !self.first && scan::IS_SMALL => {
                    at = usize::wrapping_add(at, scan::line_end(rest).unwrap_or(rest.len()));
                }
                State::Line if !self.first => {
                    let (used, mark) = self.skip_block(rest);
                    return (usize::wrapping_add(at, used), mark);
                }
                State::Payload if self.seen == 0 && !scan::IS_SMALL => {
                    at = usize::wrapping_add(at, self.skip_payload(rest))
                }
                _ => {}
            }
            let Some(&byte) = bytes.get(at) else { return (at, Mark::None) };
            at = at.wrapping_add(1);
            match self.step(byte) {
                Mark::None => {}
                mark => return (at, mark),
            }
        }
    }

    /// The end of the stream inside a message, as if a line end came: what ends here.
    pub(crate) fn finish(&mut self) -> Mark {
        let mark = match self.state {
            State::Word if self.word == OPENING && self.rest_of_word().is_empty() => {
                self.follows = true;
                Mark::Head
            }
            _ if self.first && self.slash => Mark::Banner,
            _ => Mark::End,
        };
        self.state = State::Gap;
        mark
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
        match self.state {
            State::Gap | State::GapCr if byte == LF => self.skip(),
            State::Gap if byte == CR => self.to(State::GapCr),
            State::Gap | State::GapCr => self.open(byte),
            State::Word => self.word(byte),
            State::Start | State::StartCr if byte == LF => self.end(),
            State::Start if byte == CR => self.to(State::StartCr),
            State::WordCr if byte == LF => self.follow(true),
            State::Line | State::Start | State::StartCr | State::WordCr => self.line(byte),
            State::Head => self.head(byte),
            State::Colon if byte == b' ' => self.to(State::SureValue),
            State::Colon | State::Value | State::SureValue => self.value(byte),
            State::Payload => self.payload(byte),
        }
    }

    fn to(&mut self, state: State) -> Mark {
        self.state = state;
        Mark::None
    }

    fn skip(&mut self) -> Mark {
        self.first = false;
        self.state = State::Gap;
        Mark::Skip
    }

    fn end(&mut self) -> Mark {
        self.state = State::Gap;
        Mark::End
    }

    /// The first byte of a message.
    fn open(&mut self, byte: u8) -> Mark {
        self.follows = false;
        self.met = 0;
        if self.from_server && self.state == State::Gap { self.begin(OPENING, byte) } else { self.line(byte) }
    }

    /// The first byte of a line that may be that word.
    fn begin(&mut self, word: u8, byte: u8) -> Mark {
        self.state = State::Word;
        self.word = word;
        self.seen = 0;
        self.word(byte)
    }

    fn rest_of_word(&self) -> &'static [u8] {
        let word = WORDS.get(usize::from(self.word)).copied().unwrap_or_default();
        word.get(usize::from(self.seen)..).unwrap_or_default()
    }

    fn word(&mut self, byte: u8) -> Mark {
        match (self.rest_of_word(), byte) {
            ([letter, ..], _) if byte.eq_ignore_ascii_case(letter) => {
                self.seen = self.seen.wrapping_add(1);
                if byte == b':' {
                    self.first = false;
                    if self.word != OPENING {
                        self.last = byte;
                        self.state = State::Colon;
                    }
                }
                Mark::None
            }
            // Blanks may stand before a colon, `follows` and its line end.
            ([b':' | b'f', ..] | [], b' ' | b'\t') => Mark::None,
            ([], LF) => self.follow(false),
            ([], CR) => self.to(State::WordCr),
            _ if self.word == OPENING => self.line(byte),
            _ => self.begin_payload(byte),
        }
    }

    /// `Response: Follows` is complete.
    fn follow(&mut self, crlf: bool) -> Mark {
        self.follows = true;
        self.crlf = crlf;
        self.state = State::Head;
        Mark::Head
    }

    /// A byte of an ordinary line.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn line(&mut self, byte: u8) -> Mark {
        self.state = State::Line;
        match byte {
            LF => {
                self.state = State::Start;
                if core::mem::take(&mut self.first) && self.slash {
                    self.state = State::Gap;
                    return Mark::Banner;
                }
            }
            b':' => self.first = false,
            b'/' => self.slash = true,
            _ => {}
        }
        Mark::None
    }

    /// From inside a line to behind the message, or through all bytes.
    fn skip_block(&mut self, bytes: &[u8]) -> (usize, Mark) {
        if let Some(end) = scan::empty_line(bytes) {
            return (end, self.end());
        }
        self.state = match bytes {
            [.., LF] => State::Start,
            [.., LF, CR] => State::StartCr,
            _ => State::Line,
        };
        (bytes.len(), Mark::None)
    }

    /// The first byte of a line behind `Response: Follows`.
    fn head(&mut self, byte: u8) -> Mark {
        let word = match byte.to_ascii_lowercase() {
            b'p' => PRIVILEGE,
            b'a' => ACTION_ID,
            _ => return self.begin_payload(byte),
        };
        // Each word at most once: a second one is payload.
        if self.met & word == 0 { self.begin(word, byte) } else { self.begin_payload(byte) }
    }

    /// A byte of the value of such a line.
    fn value(&mut self, byte: u8) -> Mark {
        let last = core::mem::replace(&mut self.last, byte);
        match byte {
            LF if (last == CR) == self.crlf => {
                self.met |= self.word;
                self.state = State::Head;
                Mark::Head
            }
            // Another sort of line end, or another name: the whole line is payload. Its
            // bytes cannot have begun the end mark: that ends in the line end missing here.
            LF => self.begin_payload(byte),
            b' ' if last == b':' && self.state == State::Value => self.begin_payload(byte),
            _ if self.state == State::Colon => self.to(State::Value),
            _ => Mark::None,
        }
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
        let matches = |at: u8| end.get(usize::from(at)) == Some(&byte);
        self.seen = match self.seen {
            seen if matches(seen) => seen.wrapping_add(1),
            // The last two dashes seen may be the first two: in `---` and `--END COMMAND--END`.
            15 if matches(2) => 3,
            2 | 15 if byte == b'-' => 2,
            _ => u8::from(byte == b'-'),
        };
        if usize::from(self.seen) == end.len() { self.end() } else { Mark::None }
    }

    /// In a payload with nothing of its end seen: to behind a line that its end may
    /// follow, or through all bytes. Returns how many bytes.
    fn skip_payload(&mut self, bytes: &[u8]) -> usize {
        // The end mark and the first of its two line ends.
        let end = self.end_mark();
        let first = end.get(..if self.crlf { 17 } else { 16 }).unwrap_or(end);
        let mut rest = bytes;
        while let Some(at) = scan::line_end(rest) {
            let Some((line, tail)) = rest.split_at_checked(at.saturating_add(1)) else { break };
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

/// What is left of a stream is no message if it is nothing but CR and LF.
pub(crate) fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n'))
}
