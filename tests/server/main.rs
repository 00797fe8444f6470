//! The server session against a second implementation of what Asterisk does, and against our own
//! client.

mod answers;
#[path = "../session/client.rs"]
#[allow(dead_code, reason = "these tests use some of it")]
mod client;
mod command_output;
#[path = "../common/mod.rs"]
mod common;
mod echo;
mod events;
mod harness;
#[path = "../session/link.rs"]
mod link;
mod logins;
mod masks;
mod oracle;
mod requests;
mod room;
mod serial_line;
mod service;
mod simulated;
