//! Closed sets of words that parameters take.

macro_rules! words {
    ($(#[doc = $doc:literal])* $Set:ident { $($(#[doc = $vdoc:literal])* $Variant:ident = $word:literal,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Set {
            $($(#[doc = $vdoc])* $Variant,)*
        }

        impl $Set {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),*];

            /// The word, as it is written.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Variant => $word,)*
                }
            }
        }
    };
}

words! {
    /// Which way the sound goes.
    Direction {
        /// From the channel to Asterisk.
        In = "in",
        /// From Asterisk to the channel.
        Out = "out",
        /// Both ways.
        All = "all",
    }
}
