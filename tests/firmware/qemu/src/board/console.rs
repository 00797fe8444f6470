//! The transcript, and the command line, through semihosting.

use core::cell::Cell;

use cortex_m_semihosting::{hio, nr};

/// A line of the transcript; what is longer is cut off.
pub struct Line {
    text: [u8; 120],
    length: usize,
}

impl Line {
    pub const fn new() -> Self {
        Self { text: [0; 120], length: 0 }
    }

    /// Bytes that are not printed as they are become dots: a line stays one.
    #[must_use]
    pub fn text(mut self, text: impl AsRef<[u8]>) -> Self {
        for &byte in text.as_ref() {
            if let Some(to) = self.text.get_mut(self.length) {
                *to = if byte.is_ascii_graphic() || byte == b' ' { byte } else { b'.' };
                self.length += 1;
            }
        }
        self
    }

    #[must_use]
    pub fn number(self, number: u32) -> Self {
        let line = if number > 9 { self.number(number / 10) } else { self };
        line.text([b'0' + (number % 10) as u8])
    }

    pub fn say(self) {
        let Ok(mut output) = hio::hstdout() else { return };
        let _ = output.write_all(self.text.get(..self.length).unwrap_or_default());
        let _ = output.write_all(b"\n");
    }
}

impl Default for Line {
    fn default() -> Self {
        Self::new()
    }
}

/// One line of literal text.
pub fn say(text: &str) {
    Line::new().text(text).say();
}

/// What QEMU was given with `-semihosting-config arg=`, separated by blanks.
pub fn arguments(storage: &mut [u8]) -> &str {
    let block = [Cell::new(storage.as_mut_ptr() as usize), Cell::new(storage.len())];
    // SAFETY: it writes to `storage` and no further, and the length to `block`.
    let status = unsafe { cortex_m_semihosting::syscall(nr::GET_CMDLINE, &block) };
    let [_, length] = block;
    let text = if status == 0 { storage.get(..length.get()) } else { None };
    text.and_then(|text| core::str::from_utf8(text).ok()).unwrap_or_default().trim_end_matches('\0')
}

/// The value of `name=value` among the arguments.
pub fn argument<'a>(arguments: &'a str, name: &str) -> Option<&'a str> {
    arguments.split(' ').find_map(|argument| argument.strip_prefix(name)?.strip_prefix('='))
}
