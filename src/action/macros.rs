//! The macros that the rows of the table of actions expand with.

/// The type of a parameter, given its kind: `text`, `flag`, `number`, `variables`, or a set of
/// words.
macro_rules! parameter {
    (text, $a:lifetime) => { crate::wire::Value<$a> };
    (flag, $a:lifetime) => { bool };
    (number, $a:lifetime) => { i64 };
    (variables, $a:lifetime) => { &$a [(&$a str, &$a str)] };
    ($Set:ident, $a:lifetime) => { crate::action::sets::$Set };
}

/// The type of the argument that sets a parameter.
macro_rules! argument {
    (text, $a:lifetime) => { impl Into<crate::wire::Value<$a>> };
    ($kind:ident, $a:lifetime) => { parameter!($kind, $a) };
}

/// Converts an argument to its parameter.
macro_rules! given {
    (text, $value:expr) => {
        $value.into()
    };
    ($kind:ident, $value:expr) => {
        $value
    };
}

/// Writes the header of a parameter.
macro_rules! write_parameter {
    (text, $out:ident, $name:literal, $value:expr) => {
        $out.header($name, $value)
    };
    (flag, $out:ident, $name:literal, $value:expr) => {
        $out.header($name, if $value { "true" } else { "false" })
    };
    (number, $out:ident, $name:literal, $value:expr) => {
        $out.header_int($name, $value)
    };
    (variables, $out:ident, $name:literal, $value:expr) => {
        $value.iter().try_for_each(|(name, value)| $out.variable(name, value))
    };
    ($Set:ident, $out:ident, $name:literal, $value:expr) => {
        $out.header($name, $value.as_str())
    };
}

/// The name on the wire: that of the type, unless the row has another.
macro_rules! wire_name {
    ($Name:ident) => {
        stringify!($Name)
    };
    ($Name:ident $wire:literal) => {
        $wire
    };
}

/// How the answer of a row ends.
macro_rules! completion {
    () => {
        crate::action::completion::Completion::Response
    };
    ((Response $View:ident)) => {
        completion!()
    };
    ((List [$($item:tt)*] $End:ident $(= $wire:literal)?)) => {
        crate::action::completion::Completion::List(wire_name!($End $($wire)?))
    };
    ((Event $End:ident $(= $wire:literal)?)) => {
        crate::action::completion::Completion::Event(wire_name!($End $($wire)?))
    };
}

/// The sentence about the answer, with links to its views.
macro_rules! answer_doc {
    () => {
        ""
    };
    ((Response $View:ident)) => {
        concat!("Answered by a response; its view is [`response::", stringify!($View),
            "`](crate::event::response::", stringify!($View), ").")
    };
    ((List [$First:ident $(, $Item:ident)* $(and $Last:ident)?] $End:ident $(= $wire:literal)?)) => {
        concat!(
            "Answered by a list of ", event_link!($First) $(, ", ", event_link!($Item))*
            $(, " and ", event_link!($Last))?, " events, ended by ", event_link!($End), "."
        )
    };
    ((Event $End:ident $(= $wire:literal)?)) => {
        concat!("Answered by a single event, ", event_link!($End), ".")
    };
}

/// A link to the view of an event.
macro_rules! event_link {
    ($View:ident) => {
        concat!("[`", stringify!($View), "`](crate::event::", stringify!($View), ")")
    };
}

/// The first line of the documentation of `new`.
macro_rules! new_doc {
    () => {
        "Makes the action, which has no required headers."
    };
    ($($required:ident)+) => {
        "Makes the action with its required headers."
    };
}

/// `Default` for an action without required parameters.
macro_rules! default {
    ($Name:ident) => {
        impl Default for $Name<'_> {
            fn default() -> Self {
                Self::new()
            }
        }
    };
    ($Name:ident $($required:ident)+) => {};
}

/// The classes of which a user needs one.
macro_rules! classes_doc {
    () => { " Every user may perform it." };
    ($First:ident $($Other:ident)*) => {
        concat!(" A user needs the class ", classes_doc!(@link $First) $(, " or ", classes_doc!(@link $Other))*, ".")
    };
    (@link $CLASS:ident) => {
        concat!("[`", stringify!($CLASS), "`](crate::classes::Classes::", stringify!($CLASS), ")")
    };
}

/// `Debug` for actions.
macro_rules! debug_names {
    ($($Name:ident $(<$V:ident>)?)*) => {$(
        impl$(<$V>)? core::fmt::Debug for $Name<'_ $(, $V)?> {
            /// Prints only the name, because values may be secrets.
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(stringify!($Name))
            }
        }
    )*};
}

/// Defines a type for each row, and `ROWS`.
macro_rules! actions {
    ($(
        $(#[doc = $doc:literal])*
        $Name:ident $(= $wire:literal)? [$($CLASS:ident)*] $versions:literal $(=> $answer:tt)?
        ($($(#[doc = $rdoc:literal])* $required:ident: $rkind:ident = $rname:literal),* $(,)?)
        {$($(#[doc = $odoc:literal])* $optional:ident: $okind:ident = $oname:literal),* $(,)?}
    )*) => {
        $(
            $(#[doc = $doc])*
            ///
            #[doc = answer_doc!($($answer)?)]
            ///
            #[doc = concat!(
                $versions $(, "; on the wire `", $wire, "`")?, ".", classes_doc!($($CLASS)*)
            )]
            $(#[doc(alias = $wire)])?
            #[derive(Clone, Copy)]
            pub struct $Name<'a> {
                $($required: parameter!($rkind, 'a),)*
                $($optional: Option<parameter!($okind, 'a)>,)*
                lifetime: core::marker::PhantomData<&'a ()>,
            }

            impl<'a> $Name<'a> {
                /// The privilege classes of the action. A user needs any one of them, up to
                /// Asterisk 1.4 all of them; if there are none, every user may perform the action.
                pub const CLASSES: crate::classes::Classes =
                    crate::classes::Classes::from_bits(0 $(| crate::classes::Classes::$CLASS.bits())*);

                #[doc = new_doc!($($required)*)]
                ///
                $(
                    #[doc = concat!("- `", stringify!($required), "` (header `", $rname, "`):" $(, $rdoc)*)]
                )*
                pub fn new($($required: argument!($rkind, 'a)),*) -> Self {
                    Self {
                        $($required: given!($rkind, $required),)*
                        $($optional: None,)*
                        lifetime: core::marker::PhantomData,
                    }
                }

                $(
                    $(#[doc = $odoc])*
                    ///
                    #[doc = concat!("Header `", $oname, "`.")]
                    #[must_use]
                    pub fn $optional(mut self, $optional: argument!($okind, 'a)) -> Self {
                        self.$optional = Some(given!($okind, $optional));
                        self
                    }
                )*
            }

            default!($Name $($required)*);

            impl crate::action::request::Action for $Name<'_> {
                fn name(&self) -> &str {
                    wire_name!($Name $($wire)?)
                }

                fn headers(&self, out: &mut crate::wire::HeaderWriter<'_>) -> Result<(), crate::wire::EncodeError> {
                    // Some actions have no parameters.
                    let _ = &out;
                    $(write_parameter!($rkind, out, $rname, self.$required)?;)*
                    $(if let Some(value) = self.$optional { write_parameter!($okind, out, $oname, value)?; })*
                    Ok(())
                }

                fn completion(&self) -> crate::action::completion::Completion {
                    completion!($($answer)?)
                }
            }

            debug_names! { $Name }
        )*

        /// The rows, for the tests.
        #[cfg(test)]
        pub(super) const ROWS: &[Row] = &[$(Row {
            type_name: stringify!($Name),
            name: wire_name!($Name $($wire)?),
            parameters: &[$(($rname, stringify!($rkind), true),)* $(($oname, stringify!($okind), false),)*],
            write: |id, outbox| {
                let action = $Name::new($(sample!($rkind, $rname)),*)$(.$optional(sample!($okind, $oname)))*;
                crate::action::request::write(&action, id, outbox)
            },
        }),*];
    };
}

/// Defines `TABLE`, the infos of the rows.
macro_rules! infos {
    ($(
        $(#[$doc:meta])*
        $Name:ident $(= $wire:literal)? [$($CLASS:ident)*] $versions:literal $(=> $answer:tt)?
        ($($required:tt)*) {$($optional:tt)*}
    )*) => {
        pub(super) const TABLE: &[Info] = &[$(Info {
            name: wire_name!($Name $($wire)?),
            classes: Classes::from_bits(0 $(| Classes::$CLASS.bits())*),
            completion: completion!($($answer)?),
        }),*];
    };
}

/// A value for a parameter; that of a text contains its name.
#[cfg(test)]
macro_rules! sample {
    (text, $name:literal) => {
        concat!("some ", $name)
    };
    (flag, $name:literal) => {
        true
    };
    (number, $name:literal) => {
        7
    };
    (variables, $name:literal) => {
        &[("A", "1"), ("B", "2")]
    };
    ($Set:ident, $name:literal) => {
        crate::action::sets::$Set::ALL[0]
    };
}
