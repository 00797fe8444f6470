//! The views of the table, and what they give beside its fields.

use super::table::responses_table;
use crate::wire::{Header, Kind, Message, Output, Value};

/// Is a response, and no error as far as it is known. `Failure` is what `JabberSend` of 1.4 says.
fn is_answer(message: &Message<'_>) -> bool {
    let is_error =
        |word: Value<'_>| word.eq_ignore_ascii_case("Error") || word.eq_ignore_ascii_case("Failure");
    message.kind() == Kind::Response && !message.name().is_some_and(is_error)
}

/// One view for each row.
macro_rules! responses {
    ($(
        $(#[doc = $doc:literal])*
        $View:ident $versions:literal
        {$($(#[doc = $fdoc:literal])* $field:ident: $kind:ident = $($header:literal)|+),* $(,)?}
        $(=> $is:ident)?
    )*) => {
        $(
            $(#[doc = $doc])*
            ///
            #[doc = concat!($versions, ".")]
            #[derive(Clone, Copy)]
            pub struct $View<'a>(Message<'a>);

            impl<'a> $View<'a> {
                responses!(@of $($is)?);

                /// The message it is a view of.
                pub fn message(&self) -> Message<'a> {
                    self.0
                }

                $(
                    $(#[doc = $fdoc])*
                    ///
                    #[doc = concat!($("`", $header, "` "),+)]
                    pub fn $field(&self) -> field!($kind, 'a) {
                        read_field!($kind, self.0, [$($header)+])
                    }
                )*
            }

            impl core::fmt::Debug for $View<'_> {
                fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                    self.0.fmt(f)
                }
            }
        )*

        /// The table, for the test that walks it: view, and its fields with kind and headers, and what each gives.
        #[cfg(test)]
        pub(super) const ROWS: &[Row] = &[$(Row {
            view: stringify!($View),
            fields: &[$((stringify!($field), stringify!($kind), &[$($header),+])),*],
            read: |message| {
                let view = $View::of(&message).expect("a response");
                let _ = &view;
                std::vec![$(std::format!("{:?}", view.$field())),*]
            },
        }),*];
    };
    (@of) => { responses!(@of is_answer); };
    (@of $is:ident) => {
        /// The view of a response; `None` for an error, and for what is no response.
        pub fn of(message: &Message<'a>) -> Option<Self> {
            $is(message).then_some(Self(*message))
        }
    };
}

#[cfg(test)]
pub(super) struct Row {
    pub(super) view: &'static str,
    pub(super) fields: &'static [(&'static str, &'static str, &'static [&'static str])],
    pub(super) read: fn(Message<'_>) -> std::vec::Vec<std::string::String>,
}

responses_table!(responses);

impl Ping<'_> {
    /// The answer says `Pong`, in either form.
    pub fn is_pong(&self) -> bool {
        self.pong().or(self.0.name()).is_some_and(|word| word.eq_ignore_ascii_case("Pong"))
    }
}

impl Events<'_> {
    /// Events are on, or off, in either form; `None` if the answer does not say.
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
    /// There are new messages.
    pub fn is_waiting(&self) -> Option<bool> {
        self.waiting().map(|messages| messages != 0)
    }
}

impl<'a> PresenceState<'a> {
    /// The message, as its provider set it.
    ///
    /// `PresenceMessage`, and in older releases the second `Message`
    pub fn presence_message(&self) -> Option<Value<'a>> {
        self.0.get("PresenceMessage").or_else(|| self.0.get_all("Message").nth(1))
    }
}

impl<'a> Command<'a> {
    /// The command failed: Asterisk 14 and later. Up to 13, a failure is text like any other.
    pub fn has_failed(&self) -> bool {
        self.0.name().is_some_and(|word| word.eq_ignore_ascii_case("Error"))
    }

    /// What it printed: [`Message::output`].
    pub fn lines(&self) -> Output<'a> {
        self.0.output()
    }
}

fn is_command(message: &Message<'_>) -> bool {
    is_answer(message) || message.kind() == Kind::Response && message.has_output()
}

fn is_rules(message: &Message<'_>) -> bool {
    let is_list = |header: Header<'_>| header.is("RuleList") || header.is("Rule");
    is_answer(message) || message.kind() == Kind::Other && message.headers().any(is_list)
}
