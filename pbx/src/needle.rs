//! The search for a text in another.

use crate::model::Bytes;

/// A text to search for. The search takes time in proportion to the length of the other text,
/// whatever the two contain (Knuth, Morris and Pratt).
#[derive(Debug, Clone)]
pub(crate) struct Needle {
    text: Bytes,
    /// For each length of a beginning of the text, from 1: the length of the longest shorter
    /// beginning that it ends with.
    borders: Vec<usize>,
}

impl Needle {
    pub(crate) fn new(text: Bytes) -> Self {
        let mut needle = Self { borders: Vec::with_capacity(text.len()), text };
        for at in 0..needle.text.len() {
            let border = match needle.text.get(at) {
                Some(&byte) if at > 0 => needle.step(needle.border(at), byte),
                _ => 0,
            };
            needle.borders.push(border);
        }
        needle
    }

    /// Returns whether the other text contains this one.
    pub(crate) fn is_in(&self, other: &[u8]) -> bool {
        let mut matched = 0;
        self.text.is_empty()
            || other.iter().any(|&byte| {
                matched = self.step(matched, byte);
                matched == self.text.len()
            })
    }

    fn border(&self, length: usize) -> usize {
        length.checked_sub(1).and_then(|at| self.borders.get(at)).copied().unwrap_or_default()
    }

    /// Returns how many bytes of the text are matched after one more byte.
    fn step(&self, mut matched: usize, byte: u8) -> usize {
        while self.text.get(matched) != Some(&byte) {
            if matched == 0 {
                return 0;
            }
            matched = self.border(matched);
        }
        matched.saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_the_same_as_a_search_at_every_position() {
        // All texts of up to 5 and 8 letters from an alphabet of two.
        let texts = |most: u32| {
            (0..=most).flat_map(|length| {
                (0..1_u32 << length)
                    .map(move |bits| (0..length).map(|at| b'a' + (bits >> at & 1) as u8).collect())
            })
        };
        for needle in texts(5) {
            let needle: Bytes = needle;
            let search = Needle::new(needle.clone());
            for text in texts(8) {
                let text: Bytes = text;
                let expected = needle.is_empty() || text.windows(needle.len()).any(|part| part == needle);
                assert_eq!(search.is_in(&text), expected, "{needle:?} in {text:?}");
            }
        }
    }
}
