use super::scan::LF;

/// The number of bytes in a block.
const BLOCK: usize = 64;

/// Iterator over the positions of the LFs and colons in some bytes, for 64 bits.
///
/// It searches a block at a time and is always one block ahead. Processors predict badly in which
/// line a block ends; if its search began only then, they would wait for it.
#[derive(Clone, Copy)]
pub(super) struct Splits {
    /// A bit for each byte of the current block that is one of them and has not been returned.
    current: u64,
    /// The same for the next block.
    next: u64,
    /// The position of the block after that.
    ahead: usize,
}

impl Splits {
    /// Before the first byte.
    pub(super) const START: Self = Self { current: 0, next: 0, ahead: 0 };
    /// After the last byte.
    pub(super) const END: Self = Self { current: 0, next: 0, ahead: usize::MAX };

    /// Returns the next position. The bytes must be the same in each call.
    #[inline(always)]
    pub(super) fn next(&mut self, bytes: &[u8]) -> Option<usize> {
        while self.current == 0 {
            self.current = self.next;
            let rest = bytes.get(self.ahead..).unwrap_or_default();
            self.next = match rest.first_chunk() {
                Some(block) => search(block),
                None if !rest.is_empty() => search_short(rest),
                None if self.current == 0 => return None,
                None => 0,
            };
            self.ahead = self.ahead.wrapping_add(BLOCK);
        }
        let in_block = self.current.trailing_zeros() as usize;
        self.current &= self.current.wrapping_sub(1);
        Some(self.ahead.wrapping_sub(2 * BLOCK).wrapping_add(in_block))
    }

    /// Goes on in the same bytes without the first `n`, all of which have been passed.
    #[inline(always)]
    pub(super) fn skip(&mut self, n: usize) {
        self.ahead = self.ahead.wrapping_sub(n);
    }
}

/// Returns a bit for each byte of the block that is an LF or a colon, that of the first byte
/// lowest.
#[inline(never)]
fn search(block: &[u8; BLOCK]) -> u64 {
    // Compilers turn this into vector instructions.
    let found = block.map(|byte| u8::from((byte == LF) | (byte == b':')));
    let words = found.chunks_exact(8).map(|word| <[u8; 8]>::try_from(word).map_or(0, u64::from_le_bytes));
    words.zip((0..64).step_by(8)).fold(0, |bits, (word, shift)| {
        // The product collects the lowest bits of the eight bytes in its highest byte.
        bits | (word.wrapping_mul(0x0102_0408_1020_4080) >> 56).wrapping_shl(shift)
    })
}

/// Like [`search`], for fewer bytes.
#[inline(never)]
fn search_short(bytes: &[u8]) -> u64 {
    let mut block = [0; BLOCK];
    for (to, from) in block.iter_mut().zip(bytes) {
        *to = *from;
    }
    search(&block)
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    /// Texts of all lengths up to three blocks, with LFs and colons in many places.
    #[test]
    fn every_position_is_found_once() {
        for length in 0..3 * BLOCK + 2 {
            for step in 1..2 * BLOCK + 2 {
                let text: Vec<u8> = (0..length)
                    .map(|at| match at % step {
                        0 if at % 2 == 0 => LF,
                        0 => b':',
                        at => [b'x', 0x8a, 0xba, b';', b'9', 0x0b, 0][at % 7],
                    })
                    .collect();
                let expected: Vec<_> = (0..length).step_by(step).collect();
                let mut splits = Splits::START;
                let found: Vec<_> = core::iter::from_fn(|| splits.next(&text)).collect();
                assert_eq!(found, expected, "{length} {step}");
                assert_eq!(splits.next(&text), None);
                assert_eq!(Splits { ..Splits::END }.next(&text), None);

                // The same with bytes that become fewer.
                let (mut splits, mut rest, mut passed) = (Splits::START, &text[..], 0);
                for at in expected {
                    assert_eq!(splits.next(rest), Some(at - passed), "{length} {step}");
                    let n = (at - passed) + usize::from(at % 3 == 0);
                    splits.skip(n);
                    rest = &rest[n..];
                    passed += n;
                }
                assert_eq!(splits.next(rest), None);
            }
        }
    }
}
