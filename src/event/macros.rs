//! What the tables of events and responses expand to.

/// The type of what an accessor gives.
macro_rules! field {
    (text, $a:lifetime) => { Option<crate::wire::Value<$a>> };
    (number, $a:lifetime) => { Option<i64> };
    (flag, $a:lifetime) => { Option<bool> };
    (seconds, $a:lifetime) => { Option<core::time::Duration> };
    (list, $a:lifetime) => { Option<crate::wire::Split<$a>> };
    (texts, $a:lifetime) => { crate::wire::GetAll<$a, 'static> };
    (channel, $a:lifetime) => { crate::event::Channel<$a> };
    (bridge, $a:lifetime) => { crate::event::Bridge<$a> };
    ($Set:ident, $a:lifetime) => { Option<crate::event::$Set<$a>> };
}

macro_rules! read_field {
    (text, $message:expr, [$($name:literal)+]) => { crate::event::first($message, &[$($name),+]) };
    (number, $message:expr, [$($name:literal)+]) => { crate::event::first($message, &[$($name),+])?.to_i64() };
    (flag, $message:expr, [$($name:literal)+]) => { crate::event::first($message, &[$($name),+])?.to_bool() };
    (seconds, $message:expr, [$($name:literal)+]) => { crate::event::first($message, &[$($name),+])?.to_seconds() };
    (list, $message:expr, [$($name:literal)+]) => { Some(crate::event::first($message, &[$($name),+])?.split(b',')) };
    (texts, $message:expr, [$name:literal]) => { $message.get_all($name) };
    (channel, $message:expr, [$prefix:literal]) => { crate::event::Channel::new($message, $prefix) };
    (bridge, $message:expr, [$prefix:literal]) => { crate::event::Bridge::new($message, $prefix) };
    ($Set:ident, $message:expr, [$($name:literal)+]) => {
        Some(crate::event::$Set::from_value(crate::event::first($message, &[$($name),+])?))
    };
}

/// One view for each row.
macro_rules! events {
    ($(
        $(#[doc = $doc:literal])*
        $View:ident = $($name:literal)|+ [$($CLASS:ident)*] $versions:literal
        {$($field:ident: $kind:ident = $($header:literal)|+),* $(,)?}
    )*) => {
        $(
            $(#[doc = $doc])*
            ///
            #[doc = concat!($versions, ".")]
            #[derive(Clone, Copy)]
            pub struct $View<'a>(crate::wire::Message<'a>);

            impl<'a> $View<'a> {
                /// The classes of the event; none if it is only written to who asked for it.
                pub const CLASSES: crate::classes::Classes =
                    crate::classes::Classes::from_bits(0 $(| crate::classes::Classes::$CLASS.bits())*);

                $(
                    #[doc = concat!($("`", $header, "` "),+)]
                    pub fn $field(&self) -> field!($kind, 'a) {
                        read_field!($kind, self.0, [$($header)+])
                    }
                )*
            }

            impl<'a> crate::event::Event<'a> for $View<'a> {
                const NAMES: &'static [&'static str] = &[$($name),+];

                fn view(message: crate::wire::Message<'a>) -> Self {
                    Self(message)
                }

                fn message(&self) -> crate::wire::Message<'a> {
                    self.0
                }
            }

            impl core::fmt::Debug for $View<'_> {
                fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                    self.0.fmt(f)
                }
            }
        )*

        /// The table, for the test that walks it.
        #[cfg(test)]
        pub(crate) const ROWS: &[crate::event::Row] = &[$(crate::event::Row {
            view: stringify!($View),
            names: &[$($name),+],
            classes: $View::CLASSES,
            fields: &[$((stringify!($field), stringify!($kind), &[$($header),+])),*],
            read: |message| {
                let view = <$View<'_> as crate::event::Event<'_>>::view(message);
                let _ = &view;
                std::vec![$(std::format!("{:?}", view.$field())),*]
            },
        }),*];
    };
}
