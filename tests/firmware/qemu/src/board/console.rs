//! The transcript and the command line, through semihosting.

use core::cell::Cell;

use cortex_m_semihosting::{hio, nr};

/// A line of the transcript. Text beyond 120 bytes is cut off.
pub struct Line {
    text: [u8; 120],
    length: usize,
}

impl Line {
    /// Returns an empty line.
    pub const fn new() -> Self {
        Self { text: [0; 120], length: 0 }
    }

    /// Appends text. Bytes that are not printable ASCII become dots, so that it stays one line.
    #[must_use]
    pub fn text(mut self, text: impl AsRef<[u8]>) -> Self {
        for &byte in text.as_ref() {
            if let Some(place) = self.text.get_mut(self.length) {
                *place = if byte.is_ascii_graphic() || byte == b' ' { byte } else { b'.' };
                self.length += 1;
            }
        }
        self
    }

    /// Appends a decimal number.
    #[must_use]
    pub fn number(self, number: u32) -> Self {
        let line = if number > 9 { self.number(number / 10) } else { self };
        line.text([b'0' + (number % 10) as u8])
    }

    /// Prints the line.
    pub fn print(self) {
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

/// Prints a line of text.
pub fn print(text: &str) {
    Line::new().text(text).print();
}

/// Returns the arguments that QEMU got with `-semihosting-config arg=`, separated by blanks.
pub fn arguments(storage: &mut [u8]) -> &str {
    let block = [Cell::new(storage.as_mut_ptr() as usize), Cell::new(storage.len())];
    // SAFETY: the call writes within `storage`, and the length to `block`.
    let status = unsafe { cortex_m_semihosting::syscall(nr::GET_CMDLINE, &block) };
    let [_, length] = block;
    let text = if status == 0 { storage.get(..length.get()) } else { None };
    text.and_then(|text| core::str::from_utf8(text).ok()).unwrap_or_default().trim_end_matches('\0')
}

/// Returns the value of the argument `name=value`.
pub fn argument<'a>(arguments: &'a str, name: &str) -> Option<&'a str> {
    arguments.split(' ').find_map(|argument| argument.strip_prefix(name)?.strip_prefix('='))
}
