//! Searches for line ends and colons, a word or a block at a time.
//!
//! The tests compare every function here with a plain byte loop.

use crate::bytes::{head, tail};
use crate::size::IS_SMALL;

pub(crate) const LF: u8 = b'\n';
pub(crate) const CR: u8 = b'\r';

/// Whether searching by words pays: the target loads a word from any address and finds the position
/// of a bit in a few instructions. On Cortex-M0 and RISC-V, words would take more instructions than
/// bytes. (Cortex-M0 has no atomic operations either, by which it is recognised here.)
const HAS_WORDS: bool = cfg!(any(
    target_pointer_width = "64",
    target_arch = "x86",
    all(target_arch = "arm", target_has_atomic = "32")
));

const WORD: usize = size_of::<usize>();
const LOW: usize = usize::MAX / 0xff;
const HIGH: usize = LOW << 7;

/// Returns the bytes as a word whose lowest byte is the first.
fn load(bytes: [u8; WORD]) -> usize {
    usize::from_le_bytes(bytes)
}

/// Marks the bytes of `word` that equal `byte` by their bit 7. Only the lowest mark is certain,
/// because a borrow may mark bytes above it.
fn marks(word: usize, byte: u8) -> usize {
    let zero = word ^ LOW.wrapping_mul(byte as usize);
    zero.wrapping_sub(LOW) & !zero & HIGH
}

/// Returns the index of the byte with the lowest mark.
fn lowest(marks: usize) -> usize {
    (marks.trailing_zeros() / 8) as usize
}

/// Returns the index of the first LF, or the length of the bytes if there is none.
pub(crate) fn line_end(bytes: &[u8]) -> usize {
    #[cfg(feature = "memchr")]
    return memchr::memchr(LF, bytes).unwrap_or(bytes.len());
    #[cfg(not(feature = "memchr"))]
    line_end_by_words(bytes)
}

#[cfg_attr(target_pointer_width = "64", inline(never))]
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

/// Returns the index of the first byte that may be up to `limit`, which is less than 128, or the
/// length of the bytes if there is none. The byte is up to `limit` or above 127. For small targets;
/// inlined, because a call would take as long as the search of a short line.
#[inline(always)]
fn low_byte(bytes: &[u8], limit: u8) -> usize {
    let mut at = 0_usize;
    if HAS_WORDS {
        let least = LOW.wrapping_mul(usize::from(limit).wrapping_add(1));
        for word in bytes.chunks_exact(WORD) {
            // With bit 7 set, no byte borrows from the next. A byte up to `limit` loses that bit.
            let word = <[u8; WORD]>::try_from(word).map_or(0, load);
            let found = !(word | HIGH).wrapping_sub(least) & HIGH;
            if found != 0 {
                return at.wrapping_add(lowest(found));
            }
            at = at.wrapping_add(WORD);
        }
    }
    while bytes.get(at).is_some_and(|&byte| byte > limit) {
        at = at.wrapping_add(1);
    }
    at
}

/// Skips from inside a line to the start of the first line that does not begin with a letter: after
/// an LF before a byte up to CR, or before the end of the bytes. Returns `None` if no line begins
/// so.
#[inline(always)]
pub(crate) fn odd_line(rest: &mut core::slice::Iter<'_, u8>) -> Option<()> {
    loop {
        let is_end = *rest.nth(low_byte(rest.as_slice(), LF))? == LF;
        if is_end && rest.as_slice().first().is_none_or(|&next| next <= CR) {
            return Some(());
        }
    }
}

/// Returns the index in `whole` at which its suffix `rest` begins.
fn offset(whole: &[u8], rest: &[u8]) -> usize {
    whole.len().wrapping_sub(rest.len())
}

/// Returns the index after the first empty line, that is after LF LF or LF CR LF. The bytes must
/// begin inside a line.
pub(crate) fn empty_line(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    while let Some(window) = rest.first_chunk::<{ BLOCK + 1 }>() {
        let pairs = window.iter().zip(window.iter().skip(1)).take(BLOCK);
        if pairs.fold(0, |hit, (&byte, &next)| hit | may_end(byte, next)) != 0 {
            let end = |at| Some(offset(bytes, rest).wrapping_add(at).wrapping_add(blank_at(tail(rest, at))?));
            if let Some(end) = line_in_block(window, end) {
                return Some(end);
            }
        }
        rest = tail(rest, BLOCK);
    }
    let at = line_start::<0>(rest, |next| may_end(LF, next) != 0, |line| blank_at(line).is_some())?;
    let length = blank_at(tail(rest, at));
    Some(offset(bytes, rest).wrapping_add(at).wrapping_add(length.unwrap_or_default()))
}

/// The number of bytes in a block in which an empty line is searched.
const BLOCK: usize = 64;

/// Returns 1 if a byte is an LF and an empty line may begin with the next one, otherwise 0.
#[inline(always)]
fn may_end(byte: u8, next: u8) -> u8 {
    // CR, LF and few other bytes, in one comparison.
    u8::from((byte == LF) & (next as i8 <= CR as i8))
}

/// Returns the first result of `end` for the index after an LF in a block, among those at which an
/// empty line may begin.
#[inline(always)]
fn line_in_block(window: &[u8; BLOCK + 1], end: impl Fn(usize) -> Option<usize>) -> Option<usize> {
    let mut found = [0; BLOCK];
    for (found, (&byte, &next)) in found.iter_mut().zip(window.iter().zip(window.iter().skip(1))) {
        *found = may_end(byte, next);
    }
    for (word, start) in found.chunks_exact(WORD).zip((1..).step_by(WORD)) {
        let mut word = <[u8; WORD]>::try_from(word).map_or(0, load);
        while word != 0 {
            if let Some(end) = end(lowest(word).wrapping_add(start)) {
                return Some(end);
            }
            word &= word.wrapping_sub(1);
        }
    }
    None
}

/// Returns the index of the first line that may be a header of this name, or the length of the
/// bytes if there is none. The bytes must begin with a line. Empty lines are not treated specially,
/// because no header follows the one that ends a message.
pub(crate) fn header_line(bytes: &[u8], name: &[u8]) -> usize {
    // Fewer lines have the same fourth letter than the same first one.
    if let Some(&letter) = name.get(FOURTH) {
        return header_line_by::<FOURTH>(bytes, name, letter);
    }
    name.first().map_or(0, |&letter| header_line_by::<0>(bytes, name, letter))
}

/// The index of the fourth letter.
const FOURTH: usize = 3;

/// Like [`header_line`]. `letter` is the letter of the name at the index `AT`.
#[inline(always)]
fn header_line_by<const AT: usize>(bytes: &[u8], name: &[u8], letter: u8) -> usize {
    // Letters in either case. It also lets some other bytes pass, for which the comparison of the
    // whole name fails.
    let may = |own: u8| own | 0x20 == letter | 0x20;
    let is = |line: &[u8]| matches!(line.get(name.len()), Some(b':' | b' ' | b'\t'));
    let mut rest = bytes;
    loop {
        // The name is compared here and not in the loop over the lines, which a call would cost its
        // registers. Most names are spelled the same. The rest may be shorter than the name.
        let start = rest.get(..name.len()).unwrap_or_default();
        if is(rest) && (start == name || start.eq_ignore_ascii_case(name)) {
            return offset(bytes, rest);
        }
        let Some(at) = line_start::<AT>(rest, may, is) else { return bytes.len() };
        rest = tail(rest, at);
    }
}

/// The number of bytes after a block that decide about its last byte.
const AFTER: usize = 1 + FOURTH;
/// The length of a block in which a header is searched, and of the bytes after it. Often the header
/// is near, so the block is smaller than [`BLOCK`].
const WINDOW: usize = 32 + AFTER;

/// Returns the index of the first line after an LF for which `is` returns true. `may` is a cheap
/// filter on the byte of a line at the index `AT`, of 0 to 3, which is evaluated for a whole block
/// at a time.
#[inline(always)]
fn line_start<const AT: usize>(
    bytes: &[u8],
    may: impl Fn(u8) -> bool + Copy,
    is: impl Fn(&[u8]) -> bool,
) -> Option<usize> {
    let mut rest = bytes;
    let mut words = 0_usize;
    loop {
        // A block that may have such a line is searched word by word.
        if words & (WINDOW / WORD).wrapping_sub(1) == 0 {
            rest = skip_blocks::<AT>(rest, may);
        }
        let Some((word, next)) = rest.split_first_chunk::<WORD>() else { break };
        words = words.wrapping_add(1);
        let mut found = marks(load(*word), LF);
        while found != 0 {
            let line = tail(rest, lowest(found).wrapping_add(1));
            // Only the lowest mark is certain, so the byte may not be an LF.
            if is(line) && rest.get(lowest(found)) == Some(&LF) {
                return Some(offset(bytes, line));
            }
            found &= found.wrapping_sub(1);
        }
        rest = next;
    }
    while let Some((&byte, next)) = rest.split_first() {
        if byte == LF && is(next) {
            return Some(offset(bytes, next));
        }
        rest = next;
    }
    None
}

/// Returns the length of the line end with which the bytes begin, if they begin with one.
fn blank_at(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [LF, ..] => Some(1),
        [CR, LF, ..] => Some(2),
        _ => None,
    }
}

/// Skips leading blocks that have no LF followed by a line whose byte at the index `AT`, of 0 to 3,
/// `may` accepts. The loop is written so that compilers turn a block into vector instructions.
#[inline(always)]
fn skip_blocks<const AT: usize>(mut rest: &[u8], may: impl Fn(u8) -> bool) -> &[u8] {
    while let Some(window) = rest.first_chunk::<WINDOW>() {
        let pairs =
            window.iter().zip(window.iter().skip(AT.wrapping_add(1))).take(WINDOW.wrapping_sub(AFTER));
        if pairs.fold(0, |hit, (&byte, &next)| hit | u8::from((byte == LF) & may(next))) != 0 {
            break;
        }
        rest = tail(rest, WINDOW.wrapping_sub(AFTER));
    }
    rest
}

/// The index of the colon in a line without one.
pub(crate) const NO_COLON: usize = usize::MAX;

/// The positions at which a line ends and splits into name and value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// The index of the separating colon, or [`NO_COLON`]. It is the first `:`, or the first `: `
    /// if the line has one and a parenthesis is open before the first `:`.
    pub(crate) colon: usize,
    /// The index after the separator, or 0 if there is none.
    pub(crate) value: usize,
    /// The index of the LF, or the length of the bytes if there is none.
    pub(crate) end: usize,
}

/// Splits the first line of the bytes.
pub(crate) fn line(bytes: &[u8]) -> Line {
    if IS_SMALL {
        return line_of_small(bytes);
    }
    let mut rest = bytes;
    while let Some((word, next)) = rest.split_first_chunk::<WORD>() {
        let word = load(*word);
        let ends = marks(word, LF);
        let found = ends | marks(word, b':');
        if found != 0 {
            let at = offset(bytes, rest).wrapping_add(lowest(found));
            // The lowest mark of each is certain.
            if ends & found & found.wrapping_neg() != 0 {
                return Line { colon: NO_COLON, value: 0, end: at };
            }
            if bytes.get(at.wrapping_add(1)) != Some(&b' ') {
                return line_by_bytes(bytes, at);
            }
            let end = match ends {
                0 => offset(bytes, next).wrapping_add(near_line_end(next)),
                _ => offset(bytes, rest).wrapping_add(lowest(ends)),
            };
            return Line { colon: at, value: at.wrapping_add(2), end };
        }
        rest = next;
    }
    line_by_bytes(bytes, offset(bytes, rest))
}

/// Like [`line_end`], but faster if the line end is near.
#[inline]
pub(crate) fn near_line_end(bytes: &[u8]) -> usize {
    if IS_SMALL {
        return line_end_by_words(bytes);
    }
    let mut rest = bytes;
    while let Some((word, next)) = rest.split_first_chunk::<WORD>() {
        let found = marks(load(*word), LF);
        if found != 0 {
            return offset(bytes, rest).wrapping_add(lowest(found));
        }
        rest = next;
        // Most values are short, and calling `memchr` pays only for long ones.
        #[cfg(feature = "memchr")]
        if offset(bytes, rest) >= 64 {
            break;
        }
    }
    offset(bytes, rest).wrapping_add(line_end(rest))
}

/// Splits the first line byte by byte, from `from` on: for lines whose first colon has no blank
/// after it, and for the last bytes of a message.
#[cfg_attr(target_pointer_width = "64", cold)]
fn line_by_bytes(bytes: &[u8], from: usize) -> Line {
    let mut line = Line { colon: NO_COLON, value: 0, end: bytes.len() };
    let mut rest = tail(bytes, from).iter();
    // This skips letters, above all, in a tight loop.
    while let Some(&byte) = rest.find(|&&byte| byte <= b':') {
        let next = offset(bytes, rest.as_slice());
        let at = next.wrapping_sub(1);
        match byte {
            LF => {
                line.end = at;
                break;
            }
            // The first colon, or the first `: ` after a colon inside an open parenthesis.
            b':' if rest.as_slice().first() == Some(&b' ') => {
                let end = next.wrapping_add(near_line_end(rest.as_slice()));
                return Line { colon: at, value: next.wrapping_add(1), end };
            }
            b':' if line.colon == NO_COLON => {
                line.colon = at;
                line.value = next;
                if !is_open(head(bytes, at)) {
                    line.end = next.wrapping_add(near_line_end(rest.as_slice()));
                    break;
                }
            }
            _ => {}
        }
    }
    line
}

/// Like [`line`], for small targets. A loop passes over the letters of the name, and a search by
/// words over the value.
#[inline(always)]
fn line_of_small(bytes: &[u8]) -> Line {
    let mut line = Line { colon: NO_COLON, value: 0, end: bytes.len() };
    let mut parenthesis = 0;
    let mut rest = bytes.iter();
    // This skips letters, above all, in a tight loop.
    while let Some(&byte) = rest.find(|&&byte| byte <= b':') {
        let after = offset(bytes, rest.as_slice());
        match byte {
            LF => {
                line.end = after.wrapping_sub(1);
                break;
            }
            b'(' | b')' => parenthesis = byte,
            b':' => {
                let is_spaced = rest.as_slice().first() == Some(&b' ');
                // The first colon, or the first `: ` after a colon inside an open parenthesis.
                if is_spaced || line.colon == NO_COLON {
                    line.colon = after.wrapping_sub(1);
                    line.value = after.wrapping_add(is_spaced.into());
                    if is_spaced || parenthesis != b'(' {
                        line.end = after.wrapping_add(near_line_end(rest.as_slice()));
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    line
}

/// Returns whether the bytes end inside a parenthesis.
fn is_open(bytes: &[u8]) -> bool {
    let last = bytes.iter().rfind(|&&byte| matches!(byte, b'(' | b')'));
    last == Some(&b'(')
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

    fn odd_line_by_bytes(bytes: &[u8]) -> Option<usize> {
        let starts = (1..=bytes.len()).filter(|&at| bytes[at - 1] == LF);
        starts.into_iter().find(|&at| bytes.get(at).is_none_or(|&next| next <= CR))
    }

    fn line_by_rule(bytes: &[u8]) -> Line {
        let end = line_end_by_bytes(bytes).unwrap_or(bytes.len());
        let text = &bytes[..end];
        let Some(first) = text.iter().position(|&byte| byte == b':') else {
            return Line { colon: NO_COLON, value: 0, end };
        };
        let parenthesis = text[..first].iter().rev().find(|byte| b"()".contains(byte));
        let spaced = text.windows(2).position(|pair| pair == b": ");
        let colon = spaced.filter(|_| parenthesis == Some(&b'(')).unwrap_or(first);
        Line { colon, value: colon + 1 + usize::from(text.get(colon + 1) == Some(&b' ')), end }
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
        assert_eq!(line(bytes), line_by_rule(bytes), "line {text}");
        assert_eq!(line_by_bytes(bytes, 0), line_by_rule(bytes), "line_by_bytes {text}");
        assert_eq!(line_of_small(bytes), line_by_rule(bytes), "line_of_small {text}");
        for limit in [LF, b':'] {
            let may = low_byte(bytes, limit);
            let low = bytes.iter().position(|&byte| byte <= limit).unwrap_or(bytes.len());
            assert!(may == low || may < low && bytes[may] >= 0x80, "low_byte {text}");
        }
        let mut rest = bytes.iter();
        let odd = odd_line(&mut rest).map(|()| bytes.len() - rest.len());
        assert_eq!(odd, odd_line_by_bytes(bytes), "odd_line {text}");
        for name in [&b"a"[..], b"X", b"xx", b"x:", b"xXX", b"xxxX", b"Xxx:", b"xaxxx", b"xxx(xxxx"] {
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
        // The neighbours of LF and ':' cause borrows and false marks.
        let colons = [b':', b':' + 1, b'(', b')'];
        let alphabet = [&[LF, LF + 1, LF ^ 0x80, CR, b' ', b'A', 0, 0xff], &colons[..]].concat();
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
    fn an_empty_line_is_found_at_every_place() {
        for place in 0..3 * BLOCK {
            for before in [&b""[..], b"\n\r", b"\n\x80", b"\nA: 1\r"] {
                for end in [&b"\n\n"[..], b"\n\r\n", b"\n\r", b"\n", b"\r\n\r\n", b"\n\xff\n"] {
                    for after in [0, 1, 2, BLOCK, 2 * BLOCK] {
                        let mut bytes = vec![b'x'; place];
                        let at = place.saturating_sub(3 + before.len());
                        bytes.splice(at..place.min(at + before.len()), before.iter().copied());
                        bytes.extend_from_slice(end);
                        bytes.resize(bytes.len() + after, b'y');
                        assert_eq!(
                            empty_line(&bytes),
                            empty_line_by_bytes(&bytes),
                            "{}",
                            bytes.escape_ascii()
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn every_short_string_after_every_padding() {
        let alphabet = [LF, CR, b':', b' ', b'A', b'(', b')'];
        for padding in 0..WORD * 2 {
            for mut number in 0..alphabet.len().pow(5) {
                let mut bytes = vec![b'x'; padding];
                for _ in 0..5 {
                    bytes.push(alphabet[number % alphabet.len()]);
                    number /= alphabet.len();
                }
                bytes.extend_from_slice(&[b'y'; WORD + 1]);
                all_equal(&bytes);
            }
        }
    }
}
