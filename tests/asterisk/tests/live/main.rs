//! The library and its tool against real Asterisk servers. `run.sh` starts the servers, sets the environment and
//! runs this.

#[path = "../../../common/mod.rs"]
#[allow(clippy::all, reason = "it is checked where it belongs")]
mod common;

/// Runs each of these functions as one test per server; `alone`: while no other test uses that server.
macro_rules! live {
    (alone: $($test:ident),* $(,)?) => { live!(alone; $($test)*); };
    ($($test:ident),* $(,)?) => { live!(new; $($test)*); };
    ($turn:ident; $($test:ident)*) => {
        mod asterisk_16 { $( #[test] fn $test() { super::$test(&crate::server::Server::$turn("16")) } )* }
        mod asterisk_22 { $( #[test] fn $test() { super::$test(&crate::server::Server::$turn("22")) } )* }
    };
}

mod burst;
mod command;
mod cut;
mod killed;
mod limits;
mod load;
mod login;
mod originates;
mod pings;
mod pipeline;
mod server;
mod slow;
mod tool;
mod values;
mod vocabulary;
