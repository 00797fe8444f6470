//! Lines from bytes that arrive in pieces.

/// The most bytes of a line. Escaped as JSON, the largest action that a server reads has about 800
/// KB.
const LIMIT: usize = 1024 * 1024;

/// The bytes of standard input that have not been handled.
#[derive(Default)]
pub(super) struct Input {
    bytes: Vec<u8>,
    /// The start of the bytes that have not been returned.
    start: usize,
    /// The end of those that have been searched for a line end.
    searched: usize,
    /// Whether the rest of a line is skipped, because the line is too long.
    skips: bool,
    has_ended: bool,
}

/// A line of the input.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Text(Vec<u8>),
    TooLong,
}

impl Input {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.bytes.drain(..self.start);
            self.searched -= self.start;
            self.start = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Ends the input. Bytes without a line end are the last line.
    pub(super) fn end(&mut self) {
        self.has_ended = true;
    }

    /// Returns whether all lines of the whole input have been returned.
    pub(super) fn is_over(&self) -> bool {
        self.has_ended && self.start == self.bytes.len()
    }

    /// Returns whether there is room for more bytes.
    pub(super) fn has_room(&self) -> bool {
        !self.has_ended && self.bytes.len() - self.start <= LIMIT
    }

    /// Returns the next line, without its line end.
    pub(super) fn next_line(&mut self) -> Option<Line> {
        loop {
            let end = self.bytes[self.searched..].iter().position(|&byte| byte == b'\n');
            let (end, after) = match end {
                Some(end) => (self.searched + end, self.searched + end + 1),
                None if self.has_ended && self.start < self.bytes.len() => {
                    (self.bytes.len(), self.bytes.len())
                }
                None => {
                    self.searched = self.bytes.len();
                    if self.skips {
                        self.start = self.searched;
                    } else if self.searched - self.start > LIMIT {
                        self.skips = true;
                        self.start = self.searched;
                        return Some(Line::TooLong);
                    }
                    return None;
                }
            };
            let line = self.start..end;
            self.start = after;
            self.searched = after;
            if std::mem::take(&mut self.skips) {
                continue;
            }
            return Some(match line.len() > LIMIT {
                true => Line::TooLong,
                false => Line::Text(self.bytes[line].to_vec()),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8], piece: usize) -> Vec<Line> {
        let mut input = Input::default();
        let mut lines = Vec::new();
        for piece in bytes.chunks(piece) {
            assert!(input.has_room());
            input.push(piece);
            while let Some(line) = input.next_line() {
                lines.push(line);
            }
        }
        input.end();
        while let Some(line) = input.next_line() {
            lines.push(line);
        }
        assert!(input.is_over());
        lines
    }

    #[test]
    fn pieces_do_not_change_the_lines() {
        let text = |bytes: &[u8]| Line::Text(bytes.to_vec());
        for piece in 1..12 {
            assert_eq!(lines(b"ab\n\n\r\ncd", piece), [text(b"ab"), text(b""), text(b"\r"), text(b"cd")]);
            assert_eq!(lines(b"ab\n", piece), [text(b"ab")]);
            assert_eq!(lines(b"", piece), []);
        }
    }

    #[test]
    fn a_line_that_is_too_long_costs_only_itself() {
        for length in [LIMIT, LIMIT + 1, 5 * LIMIT] {
            for end in [&b"\nx"[..], b"\nx\n"] {
                let bytes = [b"a\n", &vec![b'b'; length][..], end].concat();
                for piece in [65_536, 1_000_000] {
                    let found = lines(&bytes, piece);
                    assert_eq!(found.len(), 3);
                    assert_eq!(matches!(found[1], Line::TooLong), length > LIMIT);
                    assert_eq!(found[2], Line::Text(b"x".into()));
                }
            }
        }
    }
}
