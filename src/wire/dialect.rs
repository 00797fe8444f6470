use crate::name::named;

/// The generation of the server that a client writes to. It determines the limits of a request and
/// how `Variable` headers are escaped.
///
/// The limits are the sizes of Asterisk's own line buffer and header table. A server may accept a
/// request that exceeds them and misread it: Asterisk up to 1.8.17 takes the rest of a long line
/// for another header.
///
/// ```
/// use embedded_ami::wire::{Dialect, Outbox};
///
/// let variable = |dialect| {
///     let mut outbox = Outbox::for_client([0; 64], dialect);
///     outbox.write(|out| out.variable("NAME", "Doe, Jane")).unwrap();
///     String::from_utf8_lossy(outbox.pending()).into_owned()
/// };
/// assert_eq!(variable(Dialect::Current), "Variable: NAME=Doe\\, Jane\r\n\r\n");
/// assert_eq!(variable(Dialect::V1_4), "Variable: NAME=Doe, Jane\r\n\r\n");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Dialect {
    /// Asterisk 1.8.9, 10 and later: lines of 1,022 bytes, 128 lines.
    #[default]
    Current,
    /// Asterisk 1.6.0 to 1.8.8: lines of 1,022 bytes, 127 lines.
    V1_6,
    /// Asterisk 1.4.1 to 1.4.44: lines of 1,021 bytes, 127 lines; variables separated by `|`.
    V1_4,
    /// Asterisk up to 1.4.0: lines of 253 bytes, 79 lines; variables separated by `|`.
    V1_0,
}

named! { Dialect { Current V1_6 V1_4 V1_0 } }

impl Dialect {
    /// Returns the largest number of lines, and the length of the longest line without its line
    /// end.
    pub(super) const fn limits(self) -> (u8, u16) {
        match self {
            Dialect::Current => (128, 1022),
            Dialect::V1_6 => (127, 1022),
            Dialect::V1_4 => (127, 1021),
            Dialect::V1_0 => (79, 253),
        }
    }

    /// Returns whether assignments in a `Variable` header are separated by `|`, which cannot be
    /// escaped.
    pub(super) const fn has_bars(self) -> bool {
        matches!(self, Dialect::V1_4 | Dialect::V1_0)
    }
}
