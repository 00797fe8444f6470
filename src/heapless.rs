//! Whole messages without a heap, in a [`heapless::Vec`]. Needs Rust 1.87, as that crate does.

use heapless::Vec;

use crate::wire::{Buffer, Gathered, MessageTooLarge};

/// A whole message of up to `N` bytes.
///
/// ```
/// use embedded_ami::heapless::OwnedMessage;
/// let owned = OwnedMessage::<512>::default();
/// assert!(owned.is_empty());
/// ```
pub type OwnedMessage<const N: usize> = Gathered<Vec<u8, N>>;

impl<const N: usize> Buffer for Vec<u8, N> {
    fn clear(&mut self) {
        self.clear();
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), MessageTooLarge> {
        self.extend_from_slice(bytes).map_err(|_| MessageTooLarge)
    }
}
