//! The outcome of a call, from the event that reports it.

use embedded_ami::wire::{Message, Value};

/// The outcome of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Answered,
    Busy,
    /// The time limit passed, or the channel was hung up before it answered.
    NoAnswer,
    /// The channel or its technology does not exist, or cannot be reached.
    NoChannel,
    Congestion,
    Failed,
}

impl Outcome {
    /// Returns whether the event reports an outcome. Asterisk 1.2 and earlier have an event for
    /// success and one for failure.
    pub(super) fn is_reported_by(event: &Message<'_>) -> bool {
        let is = |known: &str| event.name().is_some_and(|name| name == known);
        ["OriginateResponse", "OriginateSuccess", "OriginateFailure"].iter().any(|known| is(known))
    }

    /// Reads the outcome from the event.
    ///
    /// `Reason` is the last control frame of the channel. Asterisk 12 and later report 3 (ringing)
    /// if the time limit has passed; others also 1 (hung up).
    pub(super) fn from_message(event: &Message<'_>) -> Self {
        let is_success = |word: Value<'_>| word == "Success";
        if event.name().is_some_and(|name| name == "OriginateSuccess")
            || event.get("Response").is_some_and(is_success)
        {
            return Self::Answered;
        }
        match event.get("Reason").and_then(|reason| reason.to_u32()) {
            Some(0) => Self::NoChannel,
            Some(1 | 3) => Self::NoAnswer,
            Some(5) => Self::Busy,
            Some(8) => Self::Congestion,
            _ => Self::Failed,
        }
    }

    /// Returns the exit status and the text for an outcome that is not an answer.
    pub(super) fn failure(self) -> Option<(u8, &'static str)> {
        Some(match self {
            Self::Answered => return None,
            Self::Busy => (11, "busy"),
            Self::NoAnswer => (12, "nobody answered"),
            Self::NoChannel => (13, "no such channel, or it hung up"),
            Self::Congestion => (13, "congestion"),
            Self::Failed => (13, "the server gave no reason"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_status() {
        for (text, status) in [
            ("OriginateResponse\r\nResponse: Success\r\nReason: 4", None),
            ("OriginateResponse\r\nResponse: Failure\r\nReason: 0", Some(13)),
            ("OriginateResponse\r\nResponse: Failure\r\nReason: 1", Some(12)),
            ("OriginateResponse\r\nResponse: Failure\r\nReason: 3", Some(12)),
            ("OriginateResponse\r\nResponse: Failure\r\nReason: 4", Some(13)),
            ("OriginateResponse\r\nResponse: Failure\r\nReason: 5", Some(11)),
            ("OriginateResponse\r\nResponse: Failure\r\nReason: 8", Some(13)),
            ("OriginateResponse\r\nResponse: Failure", Some(13)),
            ("OriginateResponse", Some(13)),
            ("OriginateSuccess\r\nReason: 4", None),
            ("OriginateFailure\r\nReason: 5", Some(11)),
        ] {
            let bytes = format!("Event: {text}\r\n\r\n");
            let event = Message::parse(bytes.as_bytes()).unwrap();
            assert!(Outcome::is_reported_by(&event));
            assert_eq!(Outcome::from_message(&event).failure().map(|(status, _)| status), status, "{text}");
        }
    }
}
