//! The state of a server, for monitoring systems.

pub(crate) mod check;
pub(crate) mod metrics;
