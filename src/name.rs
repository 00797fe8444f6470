//! The macro that generates the `name()` methods of enums.

/// Adds `name()` to an enum. It returns the names of the variants without their fields, for logs
/// without `core::fmt`. Names that a program never asks for are not linked.
macro_rules! named {
    ($Type:ty { $($Variant:ident)* }) => {
        impl $Type {
            /// Returns the variant's name, without its fields. It needs no `core::fmt`.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$Variant { .. } => stringify!($Variant)),* }
            }
        }
    };
}

pub(crate) use named;
