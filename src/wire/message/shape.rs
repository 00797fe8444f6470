use core::ops::BitOr;

use super::Kind;

/// Metadata of a message part that cannot be recovered from its bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// The kind, if an earlier part or the framer has determined it.
    pub(crate) kind: Option<Kind>,
    pub(crate) flags: Flags,
    /// The offset at which the headers end and the payload of `Response: Follows` begins.
    pub(crate) payload: usize,
    /// The offset at which the payload ends and its end mark begins, or a number greater than the
    /// length of the part.
    pub(crate) end: usize,
}

impl Shape {
    /// The shape of a message before any of it has been decoded.
    pub(crate) const EMPTY: Self = Self { kind: None, flags: Flags::NONE, payload: 0, end: usize::MAX };

    /// Returns whether any of these flags is set.
    pub(crate) fn has(self, flags: Flags) -> bool {
        self.flags.has(flags)
    }
}

/// Bit flags of a message part ([`Shape`]), of an iterator over its lines, or of a single line.
///
/// | flag | part | lines | line | meaning |
/// |---|---|---|---|---|
/// | `HEADER_CONTINUES` | x | x | x | the first line continues a header or output line |
/// | `CUT` | x | x | x | the message, or its last line without a line end, goes on |
/// | `INCOMPLETE` | x | x | | the stream ended inside the message, or the message was given up |
/// | `LINE_CONTINUES` | x | | | the first line, of any sort, began in an earlier part |
/// | `OUTPUT_CONTINUES` | x | x | | the header of `HEADER_CONTINUES` is named `Output` |
/// | `FOLLOWS` | x | x | | the message is a `Response: Follows` |
/// | `INSIDE` | x | | | parts of the message were lent before |
/// | `LENT` | x | | | the part is lent at present |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Flags(u8);

impl Flags {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const HEADER_CONTINUES: Self = Self(1);
    pub(crate) const CUT: Self = Self(2);
    pub(crate) const INCOMPLETE: Self = Self(4);
    pub(crate) const LINE_CONTINUES: Self = Self(8);
    pub(crate) const OUTPUT_CONTINUES: Self = Self(16);
    pub(crate) const FOLLOWS: Self = Self(32);
    pub(crate) const INSIDE: Self = Self(64);
    pub(crate) const LENT: Self = Self(128);

    /// Returns whether any of these flags is set.
    pub(crate) const fn has(self, flags: Self) -> bool {
        self.0 & flags.0 != 0
    }

    /// Returns only these of the flags.
    pub(crate) const fn only(self, flags: Self) -> Self {
        Self(self.0 & flags.0)
    }

    /// Returns the flags without these.
    pub(crate) const fn without(self, flags: Self) -> Self {
        Self(self.0 & !flags.0)
    }

    /// Returns the flags if the condition holds, otherwise none.
    pub(crate) const fn when(self, condition: bool) -> Self {
        if condition { self } else { Self::NONE }
    }

    /// Sets these flags.
    pub(crate) fn insert(&mut self, flags: Self) {
        self.0 |= flags.0;
    }
}

impl BitOr for Flags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
