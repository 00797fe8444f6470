//! The parts of an input, and of what a target sends.

/// Takes an input apart. Bytes missing at its end are zero, texts empty.
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    pub fn bytes(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }

    pub fn byte(&mut self) -> u8 {
        self.bytes(1).first().copied().unwrap_or(0)
    }

    /// Takes a length and that many bytes.
    pub fn text(&mut self) -> &'a [u8] {
        let length = self.byte();
        self.bytes(length.into())
    }
}

/// Returns the value of the last header with this name in the bytes to send.
pub fn last_value<'a>(bytes: &'a [u8], name: &[u8]) -> &'a [u8] {
    let lines = bytes.split(|&byte| byte == b'\n');
    let mut values = lines.filter_map(|line| line.strip_prefix(name)?.strip_suffix(b"\r"));
    values.next_back().unwrap_or_default()
}
