//! Characters that a terminal or a reader could take for something else than text.
//!
//! Servers relay values that strangers choose, for example the name of a caller. Such a value must
//! not control the terminal or change how the text around it reads.

use std::io::{self, Write};
use std::str;

/// Returns whether this character is escaped in JSON, in errors and on a terminal. These are:
///
/// - the control characters C0, DEL and C1, with which a text controls the terminal;
/// - the characters that set the direction of text, with which a text reorders its surroundings,
///   and the deprecated format characters U+206A to U+206F next to them;
/// - the separators of lines and paragraphs (U+2028, U+2029), at which some programs end the line.
///
/// Other invisible characters pass, since none of them acts on the text around it and ordinary
/// text needs them: the zero-width joiner and non-joiner are part of emoji and of Persian and
/// Indic words, the zero-width space separates Thai and Khmer words, and tag characters make the
/// flags of England, Scotland and Wales.
///
/// The errors of the library and the log of the PBX have the same set. The test `same_form`
/// compares them.
pub(crate) fn is_unsafe(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
        )
}

/// Returns the bytes as text on one line. Unsafe characters become escapes such as `\x1b` and
/// `\u{202e}`; so do bytes that are not UTF-8, which some terminals take for control characters.
pub(crate) fn escape(bytes: &[u8]) -> String {
    escape_except(bytes, "")
}

/// Like [`escape`], but keeps these characters.
pub(super) fn escape_except(bytes: &[u8], kept: &str) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            match u8::try_from(char) {
                _ if !is_unsafe(char) || kept.contains(char) => text.push(char),
                Ok(byte) if byte.is_ascii() => text.extend(byte.escape_ascii().map(char::from)),
                _ => text.extend(char.escape_unicode()),
            }
        }
        text.extend(chunk.invalid().escape_ascii().map(char::from));
    }
    text
}

/// A writer to standard output. If that is a terminal, everything but line ends and tabs is
/// escaped; otherwise the bytes are written unchanged.
pub(crate) struct Screen<W> {
    inner: W,
    is_terminal: bool,
    /// The first bytes of a character whose other bytes have not been written yet.
    partial: Vec<u8>,
}

impl<W: Write> Screen<W> {
    pub(crate) fn new(inner: W, is_terminal: bool) -> Self {
        Self { inner, is_terminal, partial: Vec::new() }
    }

    pub(super) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Writes text in which the caller has escaped what must be, for example text with colours.
    pub(super) fn write_escaped(&mut self, text: &[u8]) -> io::Result<()> {
        self.end_character()?;
        self.inner.write_all(text)
    }

    /// Writes the beginning of a character whose other bytes do not follow.
    fn end_character(&mut self) -> io::Result<()> {
        let partial = std::mem::take(&mut self.partial);
        self.inner.write_all(escape(&partial).as_bytes())
    }
}

impl<W: Write> Write for Screen<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            return self.inner.write(bytes);
        }
        self.partial.extend_from_slice(bytes);
        let end = self.partial.len() - unfinished(&self.partial);
        let whole: Vec<u8> = self.partial.drain(..end).collect();
        self.inner.write_all(escape_except(&whole, "\n\t").as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.end_character()?;
        self.inner.flush()
    }
}

/// Returns the number of bytes at the end that begin a character and do not complete it.
fn unfinished(bytes: &[u8]) -> usize {
    let last = bytes.utf8_chunks().last().map_or(&[][..], |chunk| chunk.invalid());
    match str::from_utf8(last) {
        Err(error) if error.error_len().is_none() => last.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contract, written out independently of [`is_unsafe`].
    fn must_not_appear(char: char) -> bool {
        let code = u32::from(char);
        let ranges =
            [(0, 0x1f), (0x7f, 0x9f), (0x61c, 0x61c), (0x200e, 0x200f), (0x2028, 0x202e), (0x2066, 0x206f)];
        ranges.iter().any(|&(first, last)| (first..=last).contains(&code))
    }

    fn on_terminal(pieces: &[&[u8]]) -> String {
        let mut written = Vec::new();
        let mut screen = Screen::new(&mut written, true);
        pieces.iter().for_each(|piece| screen.write_all(piece).unwrap());
        screen.flush().unwrap();
        String::from_utf8(written).expect("UTF-8 whatever is written")
    }

    #[test]
    fn no_unsafe_character_is_left_and_every_other_is_kept() {
        for char in char::MIN..=char::MAX {
            let text = char.to_string();
            let escaped = escape(text.as_bytes());
            assert_eq!(escaped != text, must_not_appear(char), "{char:?}");
            assert!(!escaped.chars().any(must_not_appear), "{char:?}");
            let shown = on_terminal(&[text.as_bytes()]);
            assert_eq!(shown, if "\n\t".contains(char) { text } else { escaped });
        }
        for text in [
            "Zürich, Ærø, naïve \\x1b",
            "مرحبا بالعالم, שלום, می\u{200c}خواهم",
            "日本語 中文 한국어 ภาษา\u{200b}ไทย",
            "👩\u{200d}👩\u{200d}👧 ☎\u{fe0f} 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        ] {
            assert_eq!(
                (escape(text.as_bytes()), on_terminal(&[text.as_bytes()])),
                (text.into(), text.into())
            );
        }
    }

    #[test]
    fn any_bytes_in_any_pieces_become_harmless_text() {
        assert_eq!(
            escape(b"\x1b\x9b \xc2\x9b\xe2\x80\xae\xff\r\n\t\x7f"),
            r"\x1b\x9b \u{9b}\u{202e}\xff\r\n\t\x7f"
        );
        // All strings of up to three bytes from one representative of each class of UTF-8 bytes.
        let classes = b"\x00\n\x1bA\x7f\x80\x8e\x9b\xac\xae\xbf\xc0\xc2\xd8\xe2\xed\xf0\xf4\xff";
        for number in 0..classes.len().pow(4) {
            let bytes: Vec<u8> =
                (0..4).map(|place| classes[number / classes.len().pow(place) % classes.len()]).collect();
            let whole = on_terminal(&[&bytes]);
            assert!(
                !whole.chars().any(|char| char != '\n' && must_not_appear(char)),
                "{bytes:x?}: {whole:?}"
            );
            for cut in 1..4 {
                let (first, second) = bytes.split_at(cut);
                assert_eq!(on_terminal(&[first, second]), whole, "{bytes:x?} cut at {cut}");
            }
        }
    }

    #[test]
    fn a_pipe_gets_the_bytes_unchanged() {
        let bytes: Vec<u8> = (0..=255).collect();
        let mut written = Vec::new();
        Screen::new(&mut written, false).write_all(&bytes).unwrap();
        assert_eq!(written, bytes);
    }
}
