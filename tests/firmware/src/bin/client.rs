//! The embedded client with an MD5 login. It hangs up each channel that requests a hangup.

#![no_std]
#![no_main]

use embedded_ami::action::{Completion, Raw};
use embedded_ami::wire::Value;
use firmware::{clock, show};

firmware::client!(|message, session, outbox| {
    if message.name().is_some_and(|name| name == "HangupRequest") {
        let channel = message.get("Channel").unwrap_or_default();
        let cause = message.get("Cause").and_then(Value::to_i32);
        show(cause.unwrap_or_default() as usize);
        let headers = [("Channel", channel)];
        let hangup = Raw::new("Hangup", &headers).with_completion(Completion::Response);
        let _ = session.submit(&hangup, clock(), outbox);
    }
});
