//! The macros that make views of the tables of events and responses.

/// The return type of an accessor.
macro_rules! field {
    (text, $a:lifetime) => { Option<crate::wire::Value<$a>> };
    (number, $a:lifetime) => { Option<i64> };
    (flag, $a:lifetime) => { Option<bool> };
    (seconds, $a:lifetime) => { Option<core::time::Duration> };
    (tenths, $a:lifetime) => { Option<i64> };
    (round_trip, $a:lifetime) => { Option<core::time::Duration> };
    (list, $a:lifetime) => { Option<crate::wire::Split<$a>> };
    (texts, $a:lifetime) => { crate::wire::GetAll<$a, 'static> };
    (reports, $a:lifetime) => { crate::event::RtcpReports<$a> };
    (channel, $a:lifetime) => { crate::event::Channel<$a> };
    (bridge, $a:lifetime) => { crate::event::Bridge<$a> };
    ($Set:ident, $a:lifetime) => { Option<crate::event::$Set<$a>> };
}

/// The body of an accessor: reads the first of the headers that the message has.
macro_rules! read_field {
    (text, $message:expr, [$($name:literal)+]) => { crate::event::first($message, &[$($name),+]) };
    (number, $message:expr, [$($name:literal)+]) => { crate::event::first($message, &[$($name),+])?.to_i64() };
    (flag, $message:expr, [$($name:literal)+]) => { crate::event::first($message, &[$($name),+])?.to_bool() };
    (seconds, $message:expr, [$($name:literal)+]) => { crate::event::first($message, &[$($name),+])?.to_seconds() };
    (tenths, $message:expr, [$($name:literal)+]) => { crate::event::first($message, &[$($name),+])?.to_fixed(1) };
    (round_trip, $message:expr, [$($name:literal)+]) => {
        crate::event::rtcp::round_trip(crate::event::first($message, &[$($name),+])?)
    };
    (list, $message:expr, [$($name:literal)+]) => { Some(crate::event::first($message, &[$($name),+])?.split(b',')) };
    (texts, $message:expr, [$name:literal]) => { $message.get_all($name) };
    (reports, $message:expr, [$prefix:literal]) => { crate::event::RtcpReports::new($message) };
    (channel, $message:expr, [$prefix:literal]) => { crate::event::Channel::new($message, $prefix) };
    (bridge, $message:expr, [$prefix:literal]) => { crate::event::Bridge::new($message, $prefix) };
    ($Set:ident, $message:expr, [$($name:literal)+]) => {
        Some(crate::event::$Set::from_value(crate::event::first($message, &[$($name),+])?))
    };
}

/// Documents an accessor: with the text that the row gives or else that of the glossary, and with a
/// sentence about the headers that are read. Takes the row's text, the kind, the names that the
/// header has had (the newest first) and, after a slash, a name that is read as well.
macro_rules! field_doc {
    ([] $kind:ident $first:tt $($rest:tt)*) => { explanation!($first, $kind $first $($rest)*) };
    ([$($doc:literal)+] $($headers:tt)+) => { concat!($($doc,)+ " ", headers_doc!(From $($headers)+)) };
}

/// A sentence about the headers of an accessor. It begins with `From` after an explanation and with
/// `The` without one.
macro_rules! headers_doc {
    (The channel $prefix:tt) => { concat!("The channel that the headers ", prefix_doc!($prefix), " describe.") };
    (The bridge $prefix:tt) => { concat!("The bridge that the headers ", prefix_doc!($prefix), " describe.") };
    (From channel $prefix:tt) => { concat!("From the headers ", prefix_doc!($prefix), ".") };
    (From bridge $prefix:tt) => { concat!("From the headers ", prefix_doc!($prefix), ".") };
    (The flag $($names:tt)+) => { concat!("`true` or `false` from the ", names_doc!($($names)+), ".") };
    (The list $name:literal) => { concat!("The values in the `", $name, "` header, separated by commas.") };
    (From list $name:literal) => { concat!("From the `", $name, "` header, separated by commas.") };
    (The texts $name:literal) => { concat!("The values of all `", $name, "` headers.") };
    (From reports $prefix:literal) => {
        concat!("From the headers whose names begin with `", $prefix, "` and the number of the block.")
    };
    (From texts $name:literal) => { concat!("From all `", $name, "` headers.") };
    (The seconds $first:tt $($rest:tt)*) => {
        concat!("The ", names_doc!($first), ", in seconds", names_doc!(@rest $($rest)*), ".")
    };
    (From seconds $first:tt $($rest:tt)*) => {
        concat!("From the ", names_doc!($first), ", in seconds", names_doc!(@rest $($rest)*), ".")
    };
    (The $kind:ident $($names:tt)+) => { concat!("The ", names_doc!($($names)+), ".") };
    (From $kind:ident $($names:tt)+) => { concat!("From the ", names_doc!($($names)+), ".") };
}

/// The prefix of the headers of a snapshot.
macro_rules! prefix_doc {
    ("") => {
        "without a prefix"
    };
    ($prefix:literal) => {
        concat!("with the prefix `", $prefix, "`")
    };
}

/// The names of a header, with the words around them.
macro_rules! names_doc {
    (@rest) => { "" };
    (@rest / $also:literal) => { concat!(" or, if there is none, from `", $also, "`") };
    (@rest $older:literal) => { concat!("; older versions call it `", $older, "`") };
    (@rest $older:literal $oldest:literal) => {
        concat!("; older versions call it `", $older, "` or `", $oldest, "`")
    };
    ($first:literal $($rest:tt)*) => { concat!("`", $first, "` header", names_doc!(@rest $($rest)*)) };
}

/// The names of an event, and the classes that a client has to receive.
macro_rules! event_doc {
    ([$name:literal $(, $older:literal)?] [$($CLASS:ident)*] $versions:literal) => {
        concat!(
            "Event `", $name, $("` or `", $older,)? "`, sent by ", $versions, event_doc!(@classes $($CLASS)*), "."
        )
    };
    (@classes) => { ", only to the client that it is meant for" };
    (@classes $CLASS:ident) => { concat!("; class [`", stringify!($CLASS), event_doc!(@link $CLASS)) };
    (@classes $A:ident $B:ident) => {
        concat!(
            "; classes [`", stringify!($A), event_doc!(@link $A), " and [`", stringify!($B), event_doc!(@link $B)
        )
    };
    (@link $CLASS:ident) => { concat!("`](crate::classes::Classes::", stringify!($CLASS), ")") };
}

/// One view for each row. A row has the names of the event (the newest first), its classes, the
/// versions that send it, and its fields: `NAME: KIND = "Header"`, older names of the header after
/// a bar, and after a slash a name that is read as well without being older.
macro_rules! events {
    ($(
        $(#[doc = $doc:literal])*
        $View:ident = $($name:literal)|+ [$($CLASS:ident)*] $versions:literal
        {$(
            $(#[doc = $fdoc:literal])*
            $field:ident: $kind:ident = $($header:tt)|+ $(/ $also:tt)?
        ),* $(,)?}
    )*) => {
        $(
            $(#[doc = $doc])*
            ///
            #[doc = event_doc!([$($name),+] [$($CLASS)*] $versions)]
            #[derive(Clone, Copy)]
            pub struct $View<'a>(crate::wire::Message<'a>);

            impl<'a> $View<'a> {
                /// The classes that a client has to receive in order to get the event. Empty if
                /// Asterisk writes it only to the client that it is meant for.
                pub const CLASSES: crate::classes::Classes =
                    crate::classes::Classes::from_bits(0 $(| crate::classes::Classes::$CLASS.bits())*);

                $(
                    #[doc = field_doc!([$($fdoc)*] $kind $($header)+ $(/ $also)?)]
                    pub fn $field(&self) -> field!($kind, 'a) {
                        read_field!($kind, self.0, [$($header)+ $($also)?])
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

        /// Returns an iterator over the names of all events that have a view in this module,
        /// including the names that older versions of Asterisk send. They take 6 KB of flash.
        ///
        /// ```
        /// assert!(embedded_ami::event::names().any(|name| name == "Hangup"));
        /// ```
        pub fn names() -> impl Iterator<Item = &'static str> {
            const NAMES: &[&str] = &[$($($name),+),*];
            NAMES.iter().copied()
        }

        /// The table, for the test that walks it.
        #[cfg(test)]
        pub(crate) const ROWS: &[crate::event::Row] = &[$(crate::event::Row {
            view: stringify!($View),
            names: &[$($name),+],
            classes: $View::CLASSES,
            fields: &[$((stringify!($field), stringify!($kind), &[$($header,)+ $($also)?])),*],
            read: |message| {
                let view = <$View<'_> as crate::event::Event<'_>>::view(message);
                let _ = &view;
                std::vec![$(std::format!("{:?}", view.$field())),*]
            },
        }),*];
    };
}
