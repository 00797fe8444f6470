use core::fmt;

use crate::name::named;
use crate::wire::{Kind, Message, Value};

/// The status of a response.
///
/// ```
/// use embedded_ami::client::ResponseStatus;
/// use embedded_ami::wire::Message;
///
/// let message = Message::parse(b"Response: Error\r\nMessage: Permission denied\r\n\r\n").unwrap();
/// let status = ResponseStatus::from_message(&message);
/// assert_eq!(status, ResponseStatus::PermissionDenied);
/// assert!(status.is_error());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ResponseStatus {
    /// The response is `Success`, or another word for it: `Goodbye`, `Follows`, and up to Asterisk
    /// 1.4 `Pong`, `Events On` and `Events Off`.
    Success,
    /// The response is `Error`, with the reason in `Message`. This is also the status of `Failure`,
    /// which only `JabberSend` of Asterisk 1.4 sends.
    Error,
    /// The response is `Error`: the user is not permitted to do that.
    PermissionDenied,
    /// The response is `Error`: the server does not know the action, or the module that provides it
    /// is not loaded.
    UnknownAction,
    /// The response is `Error`: the user is already logged in, and may be logged in only once.
    AlreadyInUse,
    /// The response is `Error`: the server is shutting down.
    ShuttingDown,
    /// The response is a word that no Asterisk up to 23 sends.
    Other,
    /// The message is not a response but text that names the action, as `IAXpeers` up to Asterisk
    /// 1.4 sends it.
    Text,
}

named! {
    ResponseStatus { Success Error PermissionDenied UnknownAction AlreadyInUse ShuttingDown Other Text }
}

impl fmt::Display for ResponseStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Success => "success",
            Self::Error => "error",
            Self::PermissionDenied => "permission denied",
            Self::UnknownAction => "unknown action",
            Self::AlreadyInUse => "the user is already logged in",
            Self::ShuttingDown => "the server is shutting down",
            Self::Other => "an unknown response",
            Self::Text => "text instead of a response",
        })
    }
}

impl ResponseStatus {
    /// Returns the status of a message, or [`ResponseStatus::Text`] if it is not a response.
    ///
    /// Errors are recognised by texts that have not changed since Asterisk 1.0 or 1.6. An error
    /// with any other text is a [`ResponseStatus::Error`].
    #[must_use]
    pub fn from_message(message: &Message<'_>) -> Self {
        let word = message.name().filter(|_| message.kind() == Kind::Response);
        match word.map(Self::from_word) {
            Some(ResponseStatus::Error) => {
                message.get("Message").map_or(ResponseStatus::Error, Self::from_error)
            }
            Some(status) => status,
            None => ResponseStatus::Text,
        }
    }

    /// Returns whether the status is one of the errors.
    #[must_use]
    pub const fn is_error(self) -> bool {
        matches!(
            self,
            ResponseStatus::Error
                | ResponseStatus::PermissionDenied
                | ResponseStatus::UnknownAction
                | ResponseStatus::AlreadyInUse
                | ResponseStatus::ShuttingDown
        )
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn from_word(word: Value<'_>) -> Self {
        let is = |words: &[&str]| words.iter().any(|own| word.eq_ignore_ascii_case(own));
        if is(&["Success", "Goodbye", "Follows", "Pong", "Events On", "Events Off"]) {
            ResponseStatus::Success
        } else if is(&["Error", "Failure"]) {
            ResponseStatus::Error
        } else {
            ResponseStatus::Other
        }
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn from_error(text: Value<'_>) -> Self {
        const TEXTS: [(&str, ResponseStatus); 5] = [
            ("Permission denied", ResponseStatus::PermissionDenied),
            // Sent before the login, up to Asterisk 1.4.
            ("Authentication Required", ResponseStatus::PermissionDenied),
            ("Invalid/unknown command", ResponseStatus::UnknownAction),
            ("Login Already In Use", ResponseStatus::AlreadyInUse),
            ("Asterisk is shutting down", ResponseStatus::ShuttingDown),
        ];
        let begins = |known: &str| {
            let begin = text.as_bytes().get(..known.len());
            begin.is_some_and(|begin| Value::new(begin) == known)
        };
        let known = TEXTS.iter().find(|(known, _)| begins(known));
        known.map_or(ResponseStatus::Error, |&(_, status)| status)
    }
}
