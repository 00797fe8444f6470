//! Every error has a text of its own, and its source is the error that it holds.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::fmt::{Debug, Display};
use std::io;

use embedded_ami::client::{self, LoginRefused, LossReason, ResponseStatus, Stage};
use embedded_ami::io::blocking::server::LoginFailure;
use embedded_ami::io::blocking::{Disconnect, Error, Protocol};
use embedded_ami::server;
use embedded_ami::wire::{Buffer, Decoder, EncodeError, Message, MessageBuf, MessageTooLarge};

#[test]
fn the_source_is_the_error_inside() {
    let inner = EncodeError::Full;
    let error = server::SessionError::Encode(inner);
    assert_eq!(error.source().and_then(|source| source.downcast_ref()), Some(&inner));
    let error = client::SessionError::Encode(inner);
    assert_eq!(error.source().and_then(|source| source.downcast_ref()), Some(&inner));
    let inner = client::SessionError::SlotsFull;
    let error = Error::Session(inner);
    assert_eq!(error.source().and_then(|source| source.downcast_ref()), Some(&inner));
    let error = Error::Connect(io::ErrorKind::AddrInUse.into());
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    assert_eq!(source.map(io::Error::kind), Some(io::ErrorKind::AddrInUse));

    assert!(server::SessionError::Unanswered.source().is_none());
    assert!(client::SessionError::SlotsFull.source().is_none());
    assert!(Error::NoEvents.source().is_none());
    assert!(Error::Disconnected(Disconnect::Closed).source().is_none());
}

#[test]
fn every_reason_for_the_end_has_a_text_of_its_own() {
    let ends = [
        Disconnect::Closed,
        Disconnect::Rejected,
        Disconnect::Cut,
        Disconnect::ServerTimedOut(Stage::Connecting),
        Disconnect::ServerTimedOut(Stage::LoggingIn),
        Disconnect::ServerTimedOut(Stage::LoggingOff),
        Disconnect::ServerTimedOut(Stage::Ready),
        Disconnect::Stalled,
        Disconnect::LoggedOff,
        Disconnect::Io(io::ErrorKind::BrokenPipe),
    ];
    let texts: BTreeSet<_> = ends.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), ends.len());
    for end in ends {
        let text = end.to_string();
        assert!(text.len() > 10, "{text}");
        let lost = Error::Lost { reason: LossReason::OutcomeUnknown, disconnect: Some(end) }.to_string();
        assert!(lost.ends_with(&text) && lost.len() > text.len() + 10, "{lost}");
        assert_eq!(Error::Disconnected(end).to_string(), text);
    }
}

#[test]
fn a_refused_login_prints_the_reason_or_the_text_of_the_server() {
    let refused =
        |message: &str| Error::Refused { reason: LoginRefused::Authentication, message: message.into() };
    assert_eq!(refused("").to_string(), format!("login refused: {}", LoginRefused::Authentication));
    assert_eq!(refused("Out of order").to_string(), "login refused: Out of order");
}

/// Asserts that each of these values has a text of its own, one line without a full stop.
fn texts<T: Display + Debug>(all: &[T]) -> BTreeSet<String> {
    let texts: BTreeSet<_> = all.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), all.len(), "two of {all:?} have one text");
    for text in &texts {
        let is_line = !text.contains(char::is_control) && text.trim() == text && !text.ends_with('.');
        assert!(text.len() > 2 && is_line, "{text:?}");
    }
    texts
}

/// Like [`texts`], and asserts that `name` returns the variant's name without its fields.
fn named<T: Display + Debug>(all: &[T], name: fn(&T) -> &'static str) {
    texts(all);
    for value in all {
        let debug = format!("{value:?}");
        assert_eq!(debug.split([' ', '(']).next(), Some(name(value)));
    }
}

const ENCODE_ERRORS: [EncodeError; 14] = [
    EncodeError::NoHeaders,
    EncodeError::EmptyName { line: 11 },
    EncodeError::NameByte { line: 12, at: 13, byte: 0xfe },
    EncodeError::ValueByte { line: 12, at: 13, byte: 0xfe },
    EncodeError::LineTooLong { line: 12, length: 2000, limit: 1023 },
    EncodeError::TooManyLines { limit: 127 },
    EncodeError::ActionIdTooLong { line: 12, length: 99 },
    EncodeError::ActionIdByte { line: 12, at: 13, byte: 0xfe },
    EncodeError::VariableByte { line: 12, at: 13 },
    EncodeError::Reserved { line: 12 },
    EncodeError::RawLine { line: 12 },
    EncodeError::Follows,
    EncodeError::Full,
    EncodeError::TooLarge { storage: 512 },
];

/// A buffer with room for seven bytes.
#[derive(Default)]
struct Small(Vec<u8>);

impl AsRef<[u8]> for Small {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Buffer for Small {
    fn clear(&mut self) {
        self.0.clear();
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), MessageTooLarge> {
        if self.0.len() + bytes.len() > 7 {
            return Err(MessageTooLarge);
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

#[test]
fn a_message_that_is_too_large_leaves_nothing_behind() {
    let mut message = MessageBuf::<Small>::default();
    let parse = |bytes: &'static [u8]| Message::parse(bytes).unwrap();
    for _ in 0..2 {
        assert!(message.push(&parse(b"Event: Hangup\r\n\r\n")).is_err());
        assert!(message.is_empty());
        assert_eq!(message.push(&parse(b"A: b\n\n")), Ok(true));
        assert_eq!((message.len(), message.message().as_bytes()), (6, &b"A: b\n\n"[..]));
        assert!(!message.is_empty());
    }
}

#[test]
fn every_reason_has_a_name_and_a_text_of_its_own() {
    named(&ENCODE_ERRORS, EncodeError::name);
    let stages = [Stage::Connecting, Stage::LoggingIn, Stage::Ready, Stage::LoggingOff, Stage::Closed];
    named(&stages, Stage::name);
    use client::SessionError as Client;
    let mut errors = vec![
        Client::SlotsFull,
        Client::Busy,
        Client::NotOutstanding,
        Client::NoChallenge,
        Client::StorageTooSmall,
    ];
    errors.extend(stages.map(Client::Stage));
    errors.extend(ENCODE_ERRORS.map(Client::from));
    named(&errors, Client::name);
    use server::SessionError as Server;
    let mut errors = vec![Server::Unanswered, Server::NothingToAnswer, Server::ListBegun];
    errors.extend(ENCODE_ERRORS.map(Server::from));
    named(&errors, Server::name);
    named(
        &[
            LoginRefused::NotAsterisk,
            LoginRefused::Authentication,
            LoginRefused::AlreadyInUse,
            LoginRefused::ShuttingDown,
            LoginRefused::NoChallenge,
        ],
        LoginRefused::name,
    );
    named(
        &[
            LossReason::NotSent,
            LossReason::OutcomeUnknown,
            LossReason::TimedOut,
            LossReason::CutShort { entries: 3 },
        ],
        LossReason::name,
    );
    named(
        &[
            ResponseStatus::Success,
            ResponseStatus::Error,
            ResponseStatus::PermissionDenied,
            ResponseStatus::UnknownAction,
            ResponseStatus::AlreadyInUse,
            ResponseStatus::ShuttingDown,
            ResponseStatus::Other,
            ResponseStatus::Text,
        ],
        ResponseStatus::name,
    );
    texts(&[LoginFailure::NoAccount, LoginFailure::WrongSecret, LoginFailure::AlreadyLoggedIn]);
    texts(&[
        Protocol::Http,
        Protocol::Rtsp,
        Protocol::Sip,
        Protocol::Ssh,
        Protocol::SmtpOrFtp,
        Protocol::Pop3,
        Protocol::Imap,
        Protocol::Tls,
        Protocol::Telnet,
    ]);
    let too_small = Decoder::for_client([0; 8]).unwrap_err();
    let message = Message::parse(b"Event: A\r\n\r\n").unwrap();
    let too_large = MessageBuf::<Small>::default().push(&message).unwrap_err();
    assert!(texts(&[too_small]).is_disjoint(&texts(&[too_large])));
}

/// The numbers in a text are those of the error, so that the place is found.
#[test]
fn a_text_has_every_number_of_its_error() {
    for error in ENCODE_ERRORS {
        let debug = format!("{error:?}");
        let text = error.to_string();
        for number in debug.split(|char: char| !char.is_ascii_digit()).filter(|part| !part.is_empty()) {
            let hex = number.parse().map(|number: u32| format!("{number:#04x}")).unwrap();
            assert!(text.contains(number) || text.contains(&hex), "{debug}: {text}");
        }
    }
}

/// The line that another service sent is printed, with its protocol if that is known.
#[test]
fn a_peer_that_is_not_asterisk_is_named() {
    let line = || String::from("HTTP/1.0 503 Down");
    let known = Error::NotAsterisk { protocol: Some(Protocol::Http), line: line() }.to_string();
    let other = Error::NotAsterisk { protocol: None, line: line() }.to_string();
    assert!(known.contains("but HTTP: \"HTTP/1.0 503 Down\""), "{known}");
    assert!(other.contains("\"HTTP/1.0 503 Down\"") && other != known, "{other}");
    let no_challenge = |message: &str| {
        Error::Refused { reason: LoginRefused::NoChallenge, message: message.into() }.to_string()
    };
    assert!(no_challenge("").contains("MD5") && no_challenge("No").contains("MD5"));
    assert!(Error::NoEvents.to_string().contains("Credentials::events"));
}
