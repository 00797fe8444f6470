//! Every error has a text of its own, and its source is the error that it holds.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::io;

use embedded_ami::client::{self, LoginRefused, LossReason, Stage};
use embedded_ami::io::blocking::{Disconnect, Error};
use embedded_ami::server;
use embedded_ami::wire::EncodeError;

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
