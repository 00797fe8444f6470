//! The state of a server, for monitoring systems.

pub(crate) mod check;
mod collector;
mod exposition;
pub(crate) mod metrics;
mod plugin;
mod range;
mod replace;
mod state;
