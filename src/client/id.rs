use core::fmt;

use crate::bytes::{self, hex_digit};

/// The length of the session's ActionIDs: 16 digits for the connection, 4 for the slot, 8 for the
/// generation.
pub(super) const LENGTH: usize = 28;

/// Random bits that make the ActionIDs of a connection differ from those of all other connections.
///
/// Take 16 bytes from a random number generator for each connection. Without one, use what differs
/// between devices and connections, such as a serial number, a boot counter and the time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct IdKey(pub [u8; 16]);

impl IdKey {
    /// Returns the prefix of the ActionIDs: the first 64 bits.
    pub(super) const fn prefix(self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

impl fmt::Debug for IdKey {
    /// Never prints the bits, which make ActionIDs hard to forge.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdKey")
    }
}

/// The identity of an action in a session. No two actions share one, not even across connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Ticket {
    pub(crate) slot: u32,
    pub(crate) generation: u32,
}

impl Ticket {
    /// The slot number of requests that the session itself sends.
    pub(super) const INTERNAL: u32 = 0xffff;

    /// Returns the ticket of the next action in the slot.
    pub(super) fn next(self) -> Self {
        Self { generation: self.generation.wrapping_add(1), ..self }
    }

    /// Returns the ActionID of the action on the connection with this prefix.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn id(self, prefix: u64) -> ActionId {
        let fields = u64::from(self.slot).wrapping_shl(32) | u64::from(self.generation);
        let (mut high, mut low) = (prefix, fields.wrapping_shl(16));
        ActionId(core::array::from_fn(|_| {
            let digit = hex_digit(high.wrapping_shr(60) as u8);
            high = high.wrapping_shl(4) | low.wrapping_shr(60);
            low = low.wrapping_shl(4);
            digit
        }))
    }

    /// Parses an ActionID of the connection with this prefix.
    pub(super) fn parse(id: &[u8], prefix: u64) -> Option<Self> {
        let (slot, generation) = id.get(16..)?.split_at_checked(4)?;
        let ticket = Self { slot: hex(slot)?, generation: hex(generation)? };
        bytes::eq(&ticket.id(prefix).0, id).then_some(ticket)
    }
}

#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
fn hex(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0_u32, |number, &digit| Some(number.wrapping_shl(4) | char::from(digit).to_digit(16)?))
}

/// The ActionID of a [`Ticket`]: 28 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(4))] // so that it is copied by words
pub struct ActionId([u8; LENGTH]);

impl ActionId {
    /// Returns the digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // They are ASCII.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl AsRef<[u8]> for ActionId {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
