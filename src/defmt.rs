//! `defmt::Format` for the public types that firmware logs. Message bytes are not among them: they may hold secrets.

use defmt::{Format, Formatter, write};

use crate::client::{Answer, Incoming, Loss, Refusal, SessionError, Stage, Ticket};
use crate::wire::{EncodeError, Kind, MessageTooLarge, Part, Role, Step, StorageTooSmall};

impl Format for Kind {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Kind::Banner => write!(f, "Banner"),
            Kind::Response => write!(f, "Response"),
            Kind::Event => write!(f, "Event"),
            Kind::Action => write!(f, "Action"),
            Kind::Other => write!(f, "Other"),
        }
    }
}

impl Format for Part {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Part::Whole => write!(f, "Whole"),
            Part::First => write!(f, "First"),
            Part::Middle => write!(f, "Middle"),
            Part::Last => write!(f, "Last"),
        }
    }
}

impl Format for Role {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Role::Client => write!(f, "Client"),
            Role::Server => write!(f, "Server"),
        }
    }
}

impl Format for Step {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Step::NeedInput => write!(f, "NeedInput"),
            Step::Message => write!(f, "Message"),
            Step::End => write!(f, "End"),
        }
    }
}

impl Format for StorageTooSmall {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "StorageTooSmall");
    }
}

impl Format for MessageTooLarge {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "MessageTooLarge");
    }
}

impl Format for EncodeError {
    fn format(&self, f: Formatter<'_>) {
        match *self {
            EncodeError::NoHeaders => write!(f, "NoHeaders"),
            EncodeError::EmptyName { line } => write!(f, "EmptyName, line {}", line),
            EncodeError::NameByte { line, at, byte } => {
                write!(f, "NameByte {:#04x}, line {}, at {}", byte, line, at)
            }
            EncodeError::ValueByte { line, at, byte } => {
                write!(f, "ValueByte {:#04x}, line {}, at {}", byte, line, at)
            }
            EncodeError::LineTooLong { line, length, limit } => {
                write!(f, "LineTooLong, line {}: {} of {}", line, length, limit)
            }
            EncodeError::TooManyLines { limit } => write!(f, "TooManyLines, more than {}", limit),
            EncodeError::ActionIdTooLong { line, length } => {
                write!(f, "ActionIdTooLong, line {}: {}", line, length)
            }
            EncodeError::ActionIdByte { line, at, byte } => {
                write!(f, "ActionIdByte {:#04x}, line {}, at {}", byte, line, at)
            }
            EncodeError::VariableByte { line, at } => write!(f, "VariableByte, line {}, at {}", line, at),
            EncodeError::Reserved { line } => write!(f, "Reserved, line {}", line),
            EncodeError::Follows => write!(f, "Follows"),
            EncodeError::Full => write!(f, "Full"),
            EncodeError::TooLarge { storage } => write!(f, "TooLarge, storage {}", storage),
        }
    }
}

impl Format for Stage {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Stage::Connecting => write!(f, "Connecting"),
            Stage::LoggingIn => write!(f, "LoggingIn"),
            Stage::Ready => write!(f, "Ready"),
            Stage::LoggingOff => write!(f, "LoggingOff"),
            Stage::Over => write!(f, "Over"),
        }
    }
}

impl Format for Refusal {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Refusal::NotAsterisk => write!(f, "NotAsterisk"),
            Refusal::Authentication => write!(f, "Authentication"),
            Refusal::AlreadyInUse => write!(f, "AlreadyInUse"),
            Refusal::ShuttingDown => write!(f, "ShuttingDown"),
            Refusal::NoChallenge => write!(f, "NoChallenge"),
        }
    }
}

impl Format for Answer {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Answer::Success => write!(f, "Success"),
            Answer::Error => write!(f, "Error"),
            Answer::PermissionDenied => write!(f, "PermissionDenied"),
            Answer::UnknownAction => write!(f, "UnknownAction"),
            Answer::AlreadyInUse => write!(f, "AlreadyInUse"),
            Answer::ShuttingDown => write!(f, "ShuttingDown"),
            Answer::Other => write!(f, "Other"),
            Answer::Text => write!(f, "Text"),
        }
    }
}

impl Format for Ticket {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Ticket {}/{}", self.slot, self.generation);
    }
}

impl Format for Loss {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Loss::NotSent => write!(f, "NotSent"),
            Loss::OutcomeUnknown => write!(f, "OutcomeUnknown"),
            Loss::TimedOut => write!(f, "TimedOut"),
            Loss::CutShort { items } => write!(f, "CutShort after {}", items),
        }
    }
}

impl Format for Incoming {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Incoming::LogIn => write!(f, "LogIn"),
            Incoming::Ready => write!(f, "Ready"),
            Incoming::Refused(refusal) => write!(f, "Refused: {}", refusal),
            Incoming::Event { ticket } => write!(f, "Event, {}", ticket),
            Incoming::Shutdown => write!(f, "Shutdown"),
            Incoming::Reply { ticket, answer, is_end } => {
                write!(f, "Reply, {}: {}, end {}", ticket, answer, is_end)
            }
            Incoming::Item { ticket, is_end } => write!(f, "Item, {}, end {}", ticket, is_end),
            Incoming::Done { ticket, items } => write!(f, "Done, {}: {}", ticket, items),
            Incoming::Aborted { ticket, items } => write!(f, "Aborted, {}: {}", ticket, items),
            Incoming::Lost { ticket, loss } => write!(f, "Lost, {}: {}", ticket, loss),
            Incoming::Goodbye => write!(f, "Goodbye"),
            Incoming::Silent(stage) => write!(f, "Silent, {}", stage),
            Incoming::Unmatched => write!(f, "Unmatched"),
            Incoming::Own => write!(f, "Own"),
        }
    }
}

impl Format for SessionError {
    fn format(&self, f: Formatter<'_>) {
        match self {
            SessionError::Stage(stage) => write!(f, "Stage {}", stage),
            SessionError::SlotsFull => write!(f, "SlotsFull"),
            SessionError::Busy => write!(f, "Busy"),
            SessionError::NotOutstanding => write!(f, "NotOutstanding"),
            SessionError::NoChallenge => write!(f, "NoChallenge"),
            SessionError::Encode(error) => write!(f, "Encode: {}", error),
            SessionError::StorageTooSmall => write!(f, "StorageTooSmall"),
        }
    }
}

#[cfg(feature = "embedded-io")]
impl<E: Format> Format for crate::io::embedded::Error<E> {
    fn format(&self, f: Formatter<'_>) {
        use crate::io::embedded::Error;

        match self {
            Error::Transport(error) => write!(f, "Transport: {}", error),
            Error::Stalled => write!(f, "Stalled"),
            Error::Closed => write!(f, "Closed"),
            Error::Session(error) => write!(f, "Session: {}", error),
        }
    }
}
