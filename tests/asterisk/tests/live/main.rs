//! The library and its tool against real Asterisk servers. `run.sh` starts the servers, sets the environment and
//! runs this.

#[path = "../../../common/mod.rs"]
#[allow(clippy::all, reason = "it is checked where it belongs")]
mod common;

/// Runs each of these functions as one test per server.
macro_rules! live {
    ($($test:ident),* $(,)?) => {
        mod asterisk_16 { $( #[test] fn $test() { super::$test(&crate::server::Server::new("16")) } )* }
        mod asterisk_22 { $( #[test] fn $test() { super::$test(&crate::server::Server::new("22")) } )* }
    };
}

mod burst;
mod command;
mod cut;
mod limits;
mod login;
mod pipeline;
mod server;
mod tool;
mod values;
