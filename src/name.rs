//! The macro behind the `name()` methods of enums.

/// Adds `name()` to an enum: its variants' names without their fields, for logs without
/// `core::fmt`. Names that a program does not ask for are not linked.
macro_rules! named {
    ($Type:ty { $($Variant:ident)* }) => {
        impl $Type {
            /// Returns the variant's name, without its fields. It needs no `core::fmt`.
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$Variant { .. } => stringify!($Variant)),* }
            }
        }
    };
}

pub(crate) use named;
