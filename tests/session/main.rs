//! The client session against honest servers on a simulated link and clock, and against slow, dying
//! and hostile ones.

mod client;
mod deadlines;
mod disconnects;
mod hostile;
mod link;
mod login;
mod parts;
mod server;
mod simulated;
mod unnamed;
