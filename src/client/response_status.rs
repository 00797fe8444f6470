use crate::wire::{Kind, Message, Value};

/// What a response says, in words of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Answer {
    /// `Success`, or another word for it: `Goodbye`, `Follows`, and up to Asterisk 1.4 `Pong`, `Events On`, `Events Off`.
    Success,
    /// `Error`, for a reason that its `Message` has; also `Failure`, which only `JabberSend` of 1.4 says.
    Error,
    /// `Error`: the user may not do that.
    PermissionDenied,
    /// `Error`: the server does not know the action, or the module that has it is not loaded.
    UnknownAction,
    /// `Error`: the user is logged in already, and may be so only once.
    AlreadyInUse,
    /// `Error`: the server is shutting down.
    ShuttingDown,
    /// A word that no Asterisk up to 22 says.
    Other,
    /// No response but text that names the action: `IAXpeers` up to 1.4.
    Text,
}

impl Answer {
    /// What the message says; [`Answer::Text`] if it is no response.
    ///
    /// The texts of three errors are recognised, the same since Asterisk 1.0 or 1.6; any other is an [`Answer::Error`].
    pub fn of(message: &Message<'_>) -> Self {
        let word = message.name().filter(|_| message.kind() == Kind::Response);
        match word.map(Self::of_word) {
            Some(Answer::Error) => message.get("Message").map_or(Answer::Error, Self::of_error),
            Some(answer) => answer,
            None => Answer::Text,
        }
    }

    /// It is one of the errors.
    pub const fn is_error(self) -> bool {
        matches!(
            self,
            Answer::Error
                | Answer::PermissionDenied
                | Answer::UnknownAction
                | Answer::AlreadyInUse
                | Answer::ShuttingDown
        )
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn of_word(word: Value<'_>) -> Self {
        let is = |words: &[&str]| words.iter().any(|own| word.eq_ignore_ascii_case(own));
        if is(&["Success", "Goodbye", "Follows", "Pong", "Events On", "Events Off"]) {
            Answer::Success
        } else if is(&["Error", "Failure"]) {
            Answer::Error
        } else {
            Answer::Other
        }
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn of_error(text: Value<'_>) -> Self {
        const TEXTS: [(&str, Answer); 5] = [
            ("Permission denied", Answer::PermissionDenied),
            // Before the login, up to Asterisk 1.4.
            ("Authentication Required", Answer::PermissionDenied),
            ("Invalid/unknown command", Answer::UnknownAction),
            ("Login Already In Use", Answer::AlreadyInUse),
            ("Asterisk is shutting down", Answer::ShuttingDown),
        ];
        let begins = |known: &str| {
            let begin = text.as_bytes().get(..known.len());
            begin.is_some_and(|begin| Value::new(begin) == known)
        };
        let known = TEXTS.iter().find(|(known, _)| begins(known));
        known.map_or(Answer::Error, |&(_, answer)| answer)
    }
}
