//! What a row of the table of actions expands to.

/// The type of a parameter: `text`, `flag`, `number`, `variables`, or a set of words.
macro_rules! parameter {
    (text, $a:lifetime) => { crate::wire::Value<$a> };
    (flag, $a:lifetime) => { bool };
    (number, $a:lifetime) => { i64 };
    (variables, $a:lifetime) => { &$a [(&$a str, &$a str)] };
    ($Set:ident, $a:lifetime) => { crate::action::$Set };
}

/// What a caller gives for it.
macro_rules! argument {
    (text, $a:lifetime) => { impl Into<crate::wire::Value<$a>> };
    ($kind:ident, $a:lifetime) => { parameter!($kind, $a) };
}

macro_rules! given {
    (text, $value:expr) => {
        $value.into()
    };
    ($kind:ident, $value:expr) => {
        $value
    };
}

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

macro_rules! completion {
    () => {
        crate::action::Completion::Response
    };
    (List $end:literal) => {
        crate::action::Completion::List($end)
    };
    (Event $end:literal) => {
        crate::action::Completion::Event($end)
    };
}

/// What requires nothing has a default.
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

/// `Debug` of actions.
macro_rules! debug_names {
    ($($Name:ident $(<$V:ident>)?)*) => {$(
        impl$(<$V>)? core::fmt::Debug for $Name<'_ $(, $V)?> {
            /// The name only: values may be secrets.
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(stringify!($Name))
            }
        }
    )*};
}

/// One struct for each row, and `TABLE`.
macro_rules! actions {
    ($(
        $(#[doc = $doc:literal])*
        $Name:ident [$($CLASS:ident)*] $versions:literal $(=> $end_kind:ident $end:literal)?
        ($($(#[doc = $rdoc:literal])? $required:ident: $rkind:ident = $rname:literal),* $(,)?)
        {$($(#[doc = $odoc:literal])* $optional:ident: $okind:ident = $oname:literal),* $(,)?}
    )*) => {
        $(
            $(#[doc = $doc])*
            ///
            #[doc = concat!($versions, ".")]
            #[derive(Clone, Copy)]
            pub struct $Name<'a> {
                $($required: parameter!($rkind, 'a),)*
                $($optional: Option<parameter!($okind, 'a)>,)*
                lifetime: core::marker::PhantomData<&'a ()>,
            }

            impl<'a> $Name<'a> {
                /// Any of these classes is needed to do it, where there are any; up to Asterisk 1.4 all of them.
                pub const CLASSES: crate::classes::Classes =
                    crate::classes::Classes::from_bits(0 $(| crate::classes::Classes::$CLASS.bits())*);

                /// The action, with what it requires.
                $(
                    ///
                    #[doc = concat!("- `", stringify!($required), "`:", $($rdoc)?)]
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
                    #[must_use]
                    pub fn $optional(mut self, $optional: argument!($okind, 'a)) -> Self {
                        self.$optional = Some(given!($okind, $optional));
                        self
                    }
                )*
            }

            default!($Name $($required)*);

            impl crate::action::Action for $Name<'_> {
                fn name(&self) -> &str {
                    stringify!($Name)
                }

                fn headers(&self, out: &mut crate::wire::HeaderWriter<'_>) -> Result<(), crate::wire::EncodeError> {
                    // Some have no parameters.
                    let _ = &out;
                    $(write_parameter!($rkind, out, $rname, self.$required)?;)*
                    $(if let Some(value) = self.$optional { write_parameter!($okind, out, $oname, value)?; })*
                    Ok(())
                }

                fn completion(&self) -> crate::action::Completion {
                    completion!($($end_kind $end)?)
                }
            }

            debug_names! { $Name }
        )*

        /// The actions of the table.
        const TABLE: &[crate::action::Info] = &[$(crate::action::Info {
            name: stringify!($Name),
            classes: $Name::CLASSES,
            completion: completion!($($end_kind $end)?),
        }),*];

        /// The table, for the test that walks it.
        #[cfg(test)]
        pub(crate) const ROWS: &[crate::action::Row] = &[$(crate::action::Row {
            name: stringify!($Name),
            parameters: &[$(($rname, stringify!($rkind), true),)* $(($oname, stringify!($okind), false),)*],
            write: |id, outbox| {
                let action = $Name::new($(sample!($rkind, $rname)),*)$(.$optional(sample!($okind, $oname)))*;
                crate::action::write(&action, id, outbox)
            },
        }),*];
    };
}

/// A value for a parameter: of a text its name.
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
        crate::action::$Set::ALL[0]
    };
}
