//! The parts of an input, and of what a target sends.

use std::vec::Vec;

use embedded_ami::client::{ActionId, Ticket};

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

/// Returns a server's bytes with ActionIDs inserted: 0x80 to 0xf7 are replaced by that of an
/// action, counted back from the last one, and 0xf8 and above by the last ActionID in `requests`.
pub fn expand(
    text: &[u8],
    requests: &[u8],
    tickets: &[Ticket],
    action_id: impl Fn(Ticket) -> ActionId,
) -> Vec<u8> {
    let own = last_value(requests, b"ActionID: ");
    let mut bytes = Vec::new();
    for &byte in text {
        match byte {
            0xf8.. => bytes.extend(own),
            0x80.. => {
                let at = tickets.len().wrapping_sub(usize::from(byte & 0x7f) + 1);
                let id = tickets.get(at).map(|&ticket| action_id(ticket));
                bytes.extend(id.iter().flat_map(|id| id.as_str().bytes()));
            }
            byte => bytes.push(byte),
        }
    }
    bytes
}
