//! Helpers for byte slices that cannot panic.
//!
//! An index that cannot be out of range is checked by a debug assertion, so that tests and fuzzers
//! find a wrong one; in release builds an index that is out of range gives an empty slice, or a
//! shorter one.

use crate::size::IS_SMALL;

/// Returns `bytes[from..to]`.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
pub(crate) fn sub(bytes: &[u8], from: usize, to: usize) -> &[u8] {
    debug_assert!(from <= to && to <= bytes.len(), "{from}..{to} of {} bytes", bytes.len());
    // The ends of the range are limited, because that takes less flash than comparing both.
    let to = to.min(bytes.len());
    bytes.get(from.min(to)..to).unwrap_or_default()
}

/// Returns `bytes[..to]`.
#[inline]
pub(crate) fn head(bytes: &[u8], to: usize) -> &[u8] {
    debug_assert!(to <= bytes.len(), "..{to} of {} bytes", bytes.len());
    bytes.get(..to).unwrap_or_default()
}

/// Returns `bytes[from..]`.
#[inline]
pub(crate) fn tail(bytes: &[u8], from: usize) -> &[u8] {
    debug_assert!(from <= bytes.len(), "{from}.. of {} bytes", bytes.len());
    bytes.get(from..).unwrap_or_default()
}

/// Returns whether two byte strings differ at most in the case of ASCII letters.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
pub(crate) fn eq_ignore_case(one: &[u8], other: &[u8]) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Returns whether two byte strings are equal.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
pub(crate) fn eq(one: &[u8], other: &[u8]) -> bool {
    if !IS_SMALL {
        return one == other;
    }
    // This takes less than half the flash of `memcmp`.
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one == other)
}

/// Returns the lower-case digit of a number less than 16.
pub(crate) fn hex_digit(number: u8) -> u8 {
    debug_assert!(number < 16);
    number.wrapping_add(if number < 10 { b'0' } else { b'a' - 10 })
}

/// Moves `bytes[from..to]` to the front.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
pub(crate) fn move_to_front(bytes: &mut [u8], from: usize, to: usize) {
    debug_assert!(from <= to && to <= bytes.len(), "{from}..{to} of {} bytes", bytes.len());
    let bytes = bytes.get_mut(..to).unwrap_or_default();
    if !IS_SMALL {
        if from <= bytes.len() {
            bytes.copy_within(from.., 0);
        }
        return;
    }
    // `memmove`, which handles any direction and alignment, would be a tenth of the flash that the
    // crate takes.
    let bytes = core::cell::Cell::from_mut(bytes).as_slice_of_cells();
    for (to, from) in bytes.iter().zip(bytes.get(from..).unwrap_or_default()) {
        to.set(from.get());
    }
}
