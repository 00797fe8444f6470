//! `defmt::Format` for the public types that firmware logs. Message bytes are not among them: they may hold secrets.

use defmt::{Format, Formatter, write};

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
