//! The views that the table of responses expands to, and their accessors that are not plain
//! fields.

use super::table::responses_table;
use crate::wire::{Header, Kind, Message, Output, Value};

/// Returns whether the message is a response and, as far as its first line has been received, not
/// an error. `JabberSend` of Asterisk 1.4 sends `Failure` in place of `Error`.
fn is_answer(message: &Message<'_>) -> bool {
    let is_error =
        |word: Value<'_>| word.eq_ignore_ascii_case("Error") || word.eq_ignore_ascii_case("Failure");
    message.kind() == Kind::Response && !message.name().is_some_and(is_error)
}

/// Defines a view for each row, and `ROWS`.
macro_rules! responses {
    ($(
        $(#[doc = $doc:literal])*
        $View:ident $versions:literal
        {$($(#[doc = $fdoc:literal])* $field:ident: $kind:ident = $header:literal $(| $other:literal)*),* $(,)?}
        $(=> $is:ident)?
    )*) => {
        $(
            #[doc = concat!(
                "The response to [`action::", stringify!($View), "`](crate::action::", stringify!($View), ")."
            )]
            ///
            $(#[doc = $doc])*
            ///
            #[doc = concat!($versions, ".")]
            #[derive(Clone, Copy)]
            pub struct $View<'a>(Message<'a>);

            impl<'a> $View<'a> {
                responses!(@of $($is)?);

                /// Returns the message that this is a view of.
                pub fn message(&self) -> Message<'a> {
                    self.0
                }

                $(
                    $(#[doc = $fdoc])*
                    ///
                    #[doc = concat!("Header `", $header, "`" $(, ", or `", $other, "`")*, ".")]
                    pub fn $field(&self) -> field!($kind, 'a) {
                        read_field!($kind, self.0, [$header $($other)*])
                    }
                )*
            }

            impl core::fmt::Debug for $View<'_> {
                fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                    self.0.fmt(f)
                }
            }
        )*

        /// The rows, for the tests.
        #[cfg(test)]
        pub(super) const ROWS: &[Row] = &[$(Row {
            view: stringify!($View),
            fields: &[$((stringify!($field), stringify!($kind), &[$header $(, $other)*])),*],
            read: |message| {
                let view = $View::from_message(&message).expect("a response");
                let _ = &view;
                std::vec![$(std::format!("{:?}", view.$field())),*]
            },
        }),*];
    };
    (@of) => { responses!(@of is_answer); };
    (@of $is:ident) => {
        /// Makes a view of a response. Returns `None` if the message is not a response, and, unless
        /// noted above, if it is an error.
        pub fn from_message(message: &Message<'a>) -> Option<Self> {
            $is(message).then_some(Self(*message))
        }
    };
}

#[cfg(test)]
pub(super) struct Row {
    pub(super) view: &'static str,
    /// The name of each field, its kind and its headers.
    pub(super) fields: &'static [(&'static str, &'static str, &'static [&'static str])],
    /// Returns `Debug` of each field's value.
    pub(super) read: fn(Message<'_>) -> std::vec::Vec<std::string::String>,
}

responses_table!(responses);

impl Ping<'_> {
    /// Returns whether the answer is `Pong`, in either form.
    pub fn is_pong(&self) -> bool {
        self.pong().or(self.0.name()).is_some_and(|word| word.eq_ignore_ascii_case("Pong"))
    }
}

impl Events<'_> {
    /// Returns whether events are now on, reading either form of the answer. Returns `None` if the
    /// answer has neither.
    pub fn is_on(&self) -> Option<bool> {
        let word = self.events().or(self.0.name())?;
        let is = |words: [&str; 2]| words.iter().any(|own| word.eq_ignore_ascii_case(own));
        if is(["On", "Events On"]) {
            Some(true)
        } else if is(["Off", "Events Off"]) {
            Some(false)
        } else {
            None
        }
    }
}

impl MailboxStatus<'_> {
    /// Returns whether there are new messages. Returns `None` without the header `Waiting`.
    pub fn is_waiting(&self) -> Option<bool> {
        self.waiting().map(|messages| messages != 0)
    }
}

impl<'a> PresenceState<'a> {
    /// Returns the message that the provider has set.
    ///
    /// Header `PresenceMessage`, or in older releases the second `Message`.
    pub fn presence_message(&self) -> Option<Value<'a>> {
        self.0.get("PresenceMessage").or_else(|| self.0.get_all("Message").nth(1))
    }
}

impl<'a> Command<'a> {
    /// Returns whether the command failed. Asterisk 14 and later report that. Up to 13 this returns
    /// `false`, because a failure is only a line of the output.
    pub fn has_failed(&self) -> bool {
        self.0.name().is_some_and(|word| word.eq_ignore_ascii_case("Error"))
    }

    /// Returns the lines that the command printed, as [`Message::output`] does.
    pub fn lines(&self) -> Output<'a> {
        self.0.output()
    }
}

/// Returns whether the message is a response that is not an error, or one with output.
fn is_command(message: &Message<'_>) -> bool {
    is_answer(message) || message.kind() == Kind::Response && message.has_output()
}

/// Returns whether the message is a response that is not an error, or has rules without a
/// `Response` header.
fn is_rules(message: &Message<'_>) -> bool {
    let is_list = |header: Header<'_>| header.is("RuleList") || header.is("Rule");
    is_answer(message) || message.kind() == Kind::Other && message.headers().any(is_list)
}
