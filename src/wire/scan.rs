//! Finding line ends and colons, a word or a block at a time.
//!
//! Every function here has a plain byte loop beside it in the tests, and equals it.

use crate::size::IS_SMALL;

pub(crate) const LF: u8 = b'\n';
pub(crate) const CR: u8 = b'\r';

/// A word may begin at any address, and the place of a bit in it is known in a few instructions: not so on Cortex-M0 (which has
/// no atomic operations either, by which it is known here) and RISC-V, where words would take more instructions than bytes.
#[cfg(any(test, not(feature = "memchr")))]
const HAS_WORDS: bool = cfg!(any(
    target_pointer_width = "64",
    target_arch = "x86",
    all(target_arch = "arm", target_has_atomic = "32")
));

const WORD: usize = size_of::<usize>();
const LOW: usize = usize::MAX / 0xff;
const HIGH: usize = LOW << 7;

/// The word's bytes, the first one lowest.
fn load(bytes: [u8; WORD]) -> usize {
    usize::from_le_bytes(bytes)
}

/// Marks (bit 7) the bytes of `word` that equal `byte`. Only the lowest mark is
/// sure: a borrow may mark bytes above it.
fn marks(word: usize, byte: u8) -> usize {
    let zero = word ^ LOW.wrapping_mul(byte as usize);
    zero.wrapping_sub(LOW) & !zero & HIGH
}

/// Which byte of the word the lowest mark stands for.
fn lowest(marks: usize) -> usize {
    (marks.trailing_zeros() / 8) as usize
}

/// The first LF, or the length of the bytes.
pub(crate) fn line_end(bytes: &[u8]) -> usize {
    #[cfg(feature = "memchr")]
    return memchr::memchr(LF, bytes).unwrap_or(bytes.len());
    #[cfg(not(feature = "memchr"))]
    line_end_by_words(bytes)
}

#[cfg(any(test, not(feature = "memchr")))]
#[inline(never)]
fn line_end_by_words(bytes: &[u8]) -> usize {
    let mut at = 0_usize;
    for word in bytes.chunks_exact(WORD).take(if HAS_WORDS { usize::MAX } else { 0 }) {
        let found = <[u8; WORD]>::try_from(word).map_or(0, |word| marks(load(word), LF));
        if found != 0 {
            return at.wrapping_add(lowest(found));
        }
        at = at.wrapping_add(WORD);
    }
    while bytes.get(at).is_some_and(|&byte| byte != LF) {
        at = at.wrapping_add(1);
    }
    at
}

/// How far into `whole` its suffix `rest` begins.
fn offset(whole: &[u8], rest: &[u8]) -> usize {
    whole.len().wrapping_sub(rest.len())
}

/// For bytes that begin inside a line: the index behind the first empty line,
/// that is behind LF LF or LF CR LF.
pub(crate) fn empty_line(bytes: &[u8]) -> Option<usize> {
    let at = line_start(bytes, |first| (first == LF) | (first == CR), |line| blank_at(line).is_some())?;
    let length = blank_at(bytes.get(at..).unwrap_or_default());
    Some(at.wrapping_add(length.unwrap_or_default()))
}

/// For bytes that begin a line: where the first line begins that may be a header of that name, or where the bytes end.
/// An empty line is passed over: no header is behind the one that ends a message.
pub(crate) fn header_line(bytes: &[u8], name: &[u8]) -> usize {
    let Some(&letter) = name.first() else { return 0 };
    // Letters of either case, and more that is looked at in vain.
    let may = |first: u8| first | 0x20 == letter | 0x20;
    let is = |line: &[u8]| matches!(line.get(name.len()), Some(b':' | b' ' | b'\t'));
    let mut rest = bytes;
    loop {
        // Here and not in the loop over the lines, whose registers a call would cost. Most are spelled the same.
        let start = rest.get(..name.len()).unwrap_or_default();
        if is(rest) && (start == name || start.eq_ignore_ascii_case(name)) {
            return offset(bytes, rest);
        }
        let Some(at) = line_start(rest, may, is) else { return bytes.len() };
        rest = rest.get(at..).unwrap_or_default();
    }
}

const BLOCK: usize = 32;

/// The index behind an LF where a line begins that is such a one. What `may` says of the first byte of a line is
/// asked of many at once.
#[inline(always)]
fn line_start(bytes: &[u8], may: impl Fn(u8) -> bool + Copy, is: impl Fn(&[u8]) -> bool) -> Option<usize> {
    let mut rest = bytes;
    let mut words = 0_usize;
    loop {
        // A block in which there may be one is gone through word by word.
        if words & (BLOCK / WORD - 1) == 0 {
            rest = skip_blocks(rest, may);
        }
        let Some((word, tail)) = rest.split_first_chunk::<WORD>() else { break };
        words = words.wrapping_add(1);
        let mut found = marks(load(*word), LF);
        while found != 0 {
            let line = rest.get(lowest(found).wrapping_add(1)..).unwrap_or_default();
            // A false mark is no LF; only the lowest one is sure.
            if is(line) && rest.get(lowest(found)) == Some(&LF) {
                return Some(offset(bytes, line));
            }
            found &= found.wrapping_sub(1);
        }
        rest = tail;
    }
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == LF && is(tail) {
            return Some(offset(bytes, tail));
        }
        rest = tail;
    }
    None
}

/// The length of the line end that `bytes` begin with, if they do.
fn blank_at(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [LF, ..] => Some(1),
        [CR, LF, ..] => Some(2),
        _ => None,
    }
}

/// Drops the blocks in which no LF is followed by a byte that may be the one. Written so that
/// compilers turn the block into vector instructions.
#[inline(always)]
fn skip_blocks(mut rest: &[u8], may: impl Fn(u8) -> bool) -> &[u8] {
    while let Some(window) = rest.first_chunk::<{ BLOCK + 1 }>() {
        let [block @ .., _] = window;
        let [_, next @ ..] = window;
        let pairs = block.iter().zip(next);
        if pairs.fold(0, |hit, (&byte, &next)| hit | u8::from((byte == LF) & may(next))) != 0 {
            break;
        }
        rest = rest.get(BLOCK..).unwrap_or_default();
    }
    rest
}

/// In place of an index: there is none.
pub(crate) const NO_COLON: usize = usize::MAX;

/// Where a line ends and how it splits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// The separating colon: of the first `: `, or without one the first `:`; [`NO_COLON`].
    pub(crate) colon: usize,
    /// Behind the separator; 0 without one.
    pub(crate) value: usize,
    /// The LF, or the length of the bytes if there is none.
    pub(crate) end: usize,
}

/// The first line of `bytes`.
pub(crate) fn line(bytes: &[u8]) -> Line {
    if IS_SMALL {
        return line_by_bytes(bytes, 0);
    }
    let mut rest = bytes;
    while let Some((word, tail)) = rest.split_first_chunk::<WORD>() {
        let word = load(*word);
        let ends = marks(word, LF);
        let found = ends | marks(word, b':');
        if found != 0 {
            let at = offset(bytes, rest).wrapping_add(lowest(found));
            // The lowest mark of each is sure.
            if ends & found & found.wrapping_neg() != 0 {
                return Line { colon: NO_COLON, value: 0, end: at };
            }
            if bytes.get(at.wrapping_add(1)) != Some(&b' ') {
                return line_by_bytes(bytes, at);
            }
            let end = match ends {
                0 => offset(bytes, tail).wrapping_add(near_line_end(tail)),
                _ => offset(bytes, rest).wrapping_add(lowest(ends)),
            };
            return Line { colon: at, value: at.wrapping_add(2), end };
        }
        rest = tail;
    }
    line_by_bytes(bytes, offset(bytes, rest))
}

/// [`line_end`], for bytes where it is near.
#[inline]
pub(crate) fn near_line_end(bytes: &[u8]) -> usize {
    if IS_SMALL {
        return line_end(bytes);
    }
    let mut rest = bytes;
    while let Some((word, tail)) = rest.split_first_chunk::<WORD>() {
        let found = marks(load(*word), LF);
        if found != 0 {
            return offset(bytes, rest).wrapping_add(lowest(found));
        }
        rest = tail;
        // Most values are short; the call pays only for long ones.
        #[cfg(feature = "memchr")]
        if offset(bytes, rest) >= 64 {
            break;
        }
    }
    offset(bytes, rest).wrapping_add(line_end(rest))
}

/// The byte loop, for lines whose first colon has no blank behind it, and for the last bytes of a
/// message; from `from` on.
#[cfg_attr(target_pointer_width = "64", cold)]
fn line_by_bytes(bytes: &[u8], from: usize) -> Line {
    let mut line = Line { colon: NO_COLON, value: 0, end: bytes.len() };
    let mut rest = bytes.get(from..).unwrap_or_default().iter();
    // Letters, above all, are passed over at once.
    while let Some(&byte) = rest.find(|&&byte| byte <= b':') {
        let behind = offset(bytes, rest.as_slice());
        let at = behind.wrapping_sub(1);
        match byte {
            LF => {
                line.end = at;
                break;
            }
            b':' if rest.as_slice().first() == Some(&b' ') => {
                let end = behind.wrapping_add(near_line_end(rest.as_slice()));
                return Line { colon: at, value: behind.wrapping_add(1), end };
            }
            b':' if line.colon == NO_COLON => {
                line.colon = at;
                line.value = behind;
            }
            _ => {}
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use std::vec;
    use std::vec::Vec;

    use super::*;

    fn line_end_by_bytes(bytes: &[u8]) -> Option<usize> {
        bytes.iter().position(|&byte| byte == LF)
    }

    fn empty_line_by_bytes(bytes: &[u8]) -> Option<usize> {
        (0..bytes.len()).filter(|&i| bytes[i] == LF).find_map(|i| {
            if bytes[i + 1..].starts_with(b"\n") {
                Some(i + 2)
            } else if bytes[i + 1..].starts_with(b"\r\n") {
                Some(i + 3)
            } else {
                None
            }
        })
    }

    fn line_by_bytes(bytes: &[u8]) -> Line {
        let end = line_end_by_bytes(bytes).unwrap_or(bytes.len());
        let text = &bytes[..end];
        let spaced = text.windows(2).position(|pair| pair == b": ");
        let colon = spaced.or_else(|| text.iter().position(|&byte| byte == b':'));
        let value = colon.map_or(0, |colon| colon + 1 + usize::from(spaced.is_some()));
        Line { colon: colon.unwrap_or(NO_COLON), value, end }
    }

    fn header_line_by_bytes(bytes: &[u8], name: &[u8]) -> usize {
        let starts = (0..bytes.len()).filter(|&at| at == 0 || bytes[at - 1] == LF);
        let is = |line: &[u8]| {
            let (start, rest) = (&line[..name.len().min(line.len())], &line[name.len().min(line.len())..]);
            start.eq_ignore_ascii_case(name) && rest.first().is_some_and(|next| b": \t".contains(next))
        };
        starts.into_iter().find(|&at| is(&bytes[at..])).unwrap_or(bytes.len())
    }

    fn all_equal(bytes: &[u8]) {
        let text = bytes.escape_ascii();
        let end = line_end_by_bytes(bytes).unwrap_or(bytes.len());
        assert_eq!(line_end_by_words(bytes), end, "line_end_by_words {text}");
        assert_eq!(line_end(bytes), end, "line_end {text}");
        assert_eq!(near_line_end(bytes), end, "near_line_end {text}");
        assert_eq!(empty_line(bytes), empty_line_by_bytes(bytes), "empty_line {text}");
        assert_eq!(line(bytes), line_by_bytes(bytes), "line {text}");
        for name in [&b"a"[..], b"X", b"xx", b"x:"] {
            let found = header_line(bytes, name);
            assert_eq!(
                found,
                header_line_by_bytes(bytes, name),
                "header_line {text}, {}",
                name.escape_ascii()
            );
        }
    }

    #[test]
    fn random_bytes_of_every_length_and_density() {
        // The neighbours of LF, CR and ':' make borrows and false marks.
        let alphabet = [LF, CR, b':', b' ', b'A', LF + 1, LF ^ 0x80, b':' + 1, 0, 0xff];
        let mut random = fastrand::Rng::with_seed(1);
        for density in [2, 8, 40] {
            for length in 0..150 {
                for _ in 0..200 {
                    let bytes: Vec<u8> = (0..length)
                        .map(|_| {
                            if random.usize(..density) == 0 {
                                *random.choice(&alphabet).unwrap()
                            } else {
                                b'x'
                            }
                        })
                        .collect();
                    all_equal(&bytes);
                }
            }
        }
    }

    #[test]
    fn every_short_string_behind_every_padding() {
        let alphabet = [LF, CR, b':', b' ', b'A'];
        for padding in 0..WORD * 2 {
            for mut number in 0..5usize.pow(5) {
                let mut bytes = vec![b'x'; padding];
                for _ in 0..5 {
                    bytes.push(alphabet[number % 5]);
                    number /= 5;
                }
                bytes.extend_from_slice(&[b'y'; WORD + 1]);
                all_equal(&bytes);
            }
        }
    }
}
