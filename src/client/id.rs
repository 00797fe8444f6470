use crate::wire::{hex_digit, is_equal};

/// Bytes of an ActionID of ours: 16 digits for the connection, 4 for the slot, 8 for the generation.
pub(super) const LENGTH: usize = 28;

/// Names an action of a session; two actions never share one, nor do those of two connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket {
    pub(crate) slot: u32,
    pub(crate) generation: u32,
}

impl Ticket {
    /// The slot of what a session sends on its own account.
    pub(super) const OWN: u32 = 0xffff;

    /// The ticket of the next action in the slot.
    pub(super) fn next(self) -> Self {
        Self { generation: self.generation.wrapping_add(1), ..self }
    }

    /// The ActionID that names it on the connection with that prefix.
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

    /// The ticket of an ActionID of the connection with that prefix.
    pub(super) fn parse(id: &[u8], prefix: u64) -> Option<Self> {
        let (slot, generation) = id.get(16..)?.split_at_checked(4)?;
        let ticket = Self { slot: hex(slot)?, generation: hex(generation)? };
        is_equal(&ticket.id(prefix).0, id).then_some(ticket)
    }
}

#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
fn hex(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0_u32, |number, &digit| Some(number.wrapping_shl(4) | char::from(digit).to_digit(16)?))
}

/// The ActionID of a [`Ticket`]: 28 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(4))] // so that it is copied by words
pub struct ActionId([u8; LENGTH]);

impl ActionId {
    /// The digits.
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
