//! Properties that every command of `ami` has, whatever the server, the standard streams and the
//! arguments are.
//!
//! [`table::ROWS`] has a row for each command that `ami --help` lists, and the tests fail if one is
//! missing. So a new command is tested by its row alone.

#![cfg(unix)]

#[path = "../common/ending.rs"]
mod ending;
mod ends;
mod options;
#[path = "../hostile/server.rs"]
mod server;
mod servers;
mod table;
mod wire;
