//! The client session against servers: honest ones on a simulated link and clock, slow, dying and hostile ones.

mod client;
mod deadlines;
mod disconnects;
mod hostile;
mod link;
mod login;
mod parts;
mod server;
mod simulated;
