//! Tests of the library and the `ami` tool against real Asterisk servers. `run.sh` starts the
//! servers, sets the environment and runs these tests.

#[path = "../../../common/mod.rs"]
#[allow(clippy::all, reason = "clippy checks this file in the library's tests")]
mod common;

/// Makes each of these functions a test for each server. With `alone`, no other test uses the
/// server at the same time.
macro_rules! live {
    (alone: $($test:ident),* $(,)?) => { live!(alone; $($test)*); };
    ($($test:ident),* $(,)?) => { live!(new; $($test)*); };
    ($access:ident; $($test:ident)*) => {
        mod asterisk_16 { $( #[test] fn $test() { super::$test(&crate::server::Server::$access("16")) } )* }
        mod asterisk_22 { $( #[test] fn $test() { super::$test(&crate::server::Server::$access("22")) } )* }
    };
}

mod command;
mod concurrent_actions;
mod event_burst;
mod event_load;
mod limits;
mod login;
mod lost_connection;
mod originates;
mod pipeline;
mod server;
mod slow_reader;
mod stopped_server;
mod tool;
mod values;
mod vocabulary;
