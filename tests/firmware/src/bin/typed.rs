//! The program `client` with a typed event and action instead of raw headers.

#![no_std]
#![no_main]

use embedded_ami::action::Hangup;
use embedded_ami::event::{HangupCause, HangupRequest};
use firmware::{clock, show};

firmware::client!(|message, session, outbox| {
    if let Some(event) = message.event::<HangupRequest<'_>>() {
        let channel = event.channel().name().unwrap_or_default();
        let cause = event.cause().and_then(HangupCause::number);
        show(cause.unwrap_or_default() as usize);
        let _ = session.submit(&Hangup::new(channel), clock(), outbox);
    }
});
