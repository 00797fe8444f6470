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

/// The headers that may stand between `Response: Follows` and its payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Privilege = 1,
    ActionId = 2,
}

impl Word {
    fn letters(self) -> &'static [u8] {
        match self {
            Word::Privilege => b"privilege",
            Word::ActionId => b"actionid",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between two messages.
    Gap,
    /// Between two messages, behind a CR that may belong to an empty line.
    GapCr,
    /// In a message's first line, which so far is the beginning of `Response: Follows`:
    /// letters of `response` and `follows` seen, one more for the colon.
    Opening(u8),
    /// The same line, behind a CR that may belong to its end.
    OpeningCr,
    /// In a line.
    Line,
    /// At the start of a line.
    Start,
    /// At the start of a line, behind a CR that may belong to an empty line.
    StartCr,
    /// Behind `Response: Follows`, at the start of a line.
    Head,
    /// In such a line, so many letters of the word seen.
    Name(Word, u8),
    /// Behind the first colon of such a line.
    Colon(Word),
    /// In the value of such a line. Not `sure` while a later `: ` could still make the name another.
    Value { word: Word, sure: bool, last: u8 },
    /// In a payload, so many bytes of its end seen.
    Payload(u8),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Framer {
    state: State,
    from_server: bool,
    /// In the first line of the stream, and no colon seen: it may be a banner.
    first: bool,
    slash: bool,
    /// The message is a `Response: Follows`.
    follows: bool,
    /// Its first line ended in CR LF.
    crlf: bool,
    /// The words already met behind `Response: Follows`.
    seen: u8,
}

impl Framer {
    pub(crate) fn new(role: Role) -> Self {
        let from_server = role == Role::Client;
        Self {
            state: State::Gap,
            from_server,
            first: from_server,
            slash: false,
            follows: false,
            crlf: false,
            seen: 0,
        }
    }

    /// The message looked at last is a `Response: Follows`.
    pub(crate) fn is_follows(&self) -> bool {
        self.follows
    }

    /// The bytes looked at last belong to a payload.
    pub(crate) fn in_payload(&self) -> bool {
        matches!(self.state, State::Payload(_))
    }

    /// Looks at the next bytes of the stream: up to a mark, or at all of them. Returns how many.
    pub(crate) fn scan(&mut self, bytes: &[u8]) -> (usize, Mark) {
        let mut at = 0;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            match self.state {
                State::Line if !self.first => {
                    let (used, mark) = self.skip_block(rest);
                    return (usize::saturating_add(at, used), mark);
                }
                State::Payload(0) => at = at.saturating_add(self.skip_payload(rest)),
                _ => {}
            }
            let Some(&byte) = bytes.get(at) else { return (at, Mark::None) };
            at = at.saturating_add(1);
            match self.step(byte) {
                Mark::None => {}
                mark => return (at, mark),
            }
        }
    }

    /// The end of the stream inside a message, as if a line end came: what ends here.
    pub(crate) fn finish(&mut self) -> Mark {
        let mark = match self.state {
            State::Opening(FOLLOWS) => {
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
        let held = match self.state {
            State::Payload(seen) => seen.into(),
            _ => 0,
        };
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
            State::Gap => match byte {
                LF => self.skip(),
                CR => self.to(State::GapCr),
                _ => self.open(byte),
            },
            State::GapCr => match byte {
                LF => self.skip(),
                _ => {
                    self.begin();
                    self.line(byte)
                }
            },
            State::Opening(seen) => self.opening(seen, byte),
            State::OpeningCr => match byte {
                LF => self.follow(true),
                _ => self.line(byte),
            },
            State::Line => self.line(byte),
            State::Start => match byte {
                LF => self.end(),
                CR => self.to(State::StartCr),
                _ => self.line(byte),
            },
            State::StartCr => match byte {
                LF => self.end(),
                _ => self.line(byte),
            },
            State::Head => match byte.to_ascii_lowercase() {
                b'p' => self.name(Word::Privilege),
                b'a' => self.name(Word::ActionId),
                _ => self.payload(0, byte),
            },
            State::Name(word, seen) => match (word.letters().get(usize::from(seen)), byte) {
                (Some(letter), _) if byte.eq_ignore_ascii_case(letter) => {
                    self.to(State::Name(word, seen.saturating_add(1)))
                }
                (None, b' ' | b'\t') => Mark::None,
                (None, b':') => self.to(State::Colon(word)),
                _ => self.payload(0, byte),
            },
            State::Colon(word) => match byte {
                b' ' => self.to(State::Value { word, sure: true, last: byte }),
                _ => self.value(word, false, b':', byte),
            },
            State::Value { word, sure, last } => self.value(word, sure, last, byte),
            State::Payload(seen) => self.payload(seen, byte),
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

    /// A message begins.
    fn begin(&mut self) {
        self.follows = false;
        self.seen = 0;
    }

    fn open(&mut self, byte: u8) -> Mark {
        self.begin();
        if self.from_server { self.opening(0, byte) } else { self.line(byte) }
    }

    fn opening(&mut self, seen: u8, byte: u8) -> Mark {
        let more = seen.saturating_add(1);
        match (OPENING.get(usize::from(seen)), byte) {
            (Some(letter), _) if byte.eq_ignore_ascii_case(letter) => {
                self.first = self.first && byte != b':';
                self.to(State::Opening(more))
            }
            _ if !matches!(seen, COLON | VALUE | FOLLOWS) => self.line(byte),
            (_, b' ' | b'\t') => self.to(State::Opening(seen)),
            (None, LF) => self.follow(false),
            (None, CR) => self.to(State::OpeningCr),
            _ => self.line(byte),
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

    fn name(&mut self, word: Word) -> Mark {
        // Each word at most once: a second one is payload, and so is its first letter.
        let state = if self.seen & word as u8 == 0 { State::Name(word, 1) } else { State::Payload(0) };
        self.to(state)
    }

    /// A byte of the value of a line behind `Response: Follows`.
    fn value(&mut self, word: Word, sure: bool, last: u8, byte: u8) -> Mark {
        match byte {
            LF if (last == CR) == self.crlf => {
                self.seen |= word as u8;
                self.state = State::Head;
                Mark::Head
            }
            // Another sort of line end, or another name: the whole line is payload. Its
            // bytes cannot have begun the end mark: that ends in the line end missing here.
            LF => self.to(State::Payload(0)),
            b' ' if last == b':' && !sure => self.to(State::Payload(0)),
            _ => self.to(State::Value { word, sure, last: byte }),
        }
    }

    fn end_mark(&self) -> &'static [u8] {
        if self.crlf { END_MARK_CRLF } else { END_MARK_LF }
    }

    /// A byte of a payload, behind `seen` bytes of its end (Knuth, Morris and Pratt's search).
    fn payload(&mut self, seen: u8, byte: u8) -> Mark {
        let end = self.end_mark();
        let matches = |at: u8| end.get(usize::from(at)) == Some(&byte);
        let seen = match seen {
            _ if matches(seen) => seen.saturating_add(1),
            // The last two dashes seen may be the first two: in `---` and `--END COMMAND--END`.
            15 if matches(2) => 3,
            2 | 15 if byte == b'-' => 2,
            _ => u8::from(byte == b'-'),
        };
        if usize::from(seen) == end.len() {
            return self.end();
        }
        self.to(State::Payload(seen))
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
                self.state = State::Payload(u8::try_from(first.len()).unwrap_or_default());
                return bytes.len().saturating_sub(tail.len());
            }
            rest = tail;
        }
        let last = rest.get(rest.len().saturating_sub(END_MARK_CRLF.len())..).unwrap_or(rest);
        for &byte in last {
            if let State::Payload(seen) = self.state {
                self.payload(seen, byte);
            }
        }
        bytes.len()
    }
}

/// What is left of a stream is no message if it is nothing but CR and LF.
pub(crate) fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n'))
}

const OPENING: &[u8; 16] = b"response:follows";
/// In `OPENING`: what comes next is the colon, the value, the line end. Blanks may stand before each.
const COLON: u8 = 8;
const VALUE: u8 = 9;
const FOLLOWS: u8 = 16;
