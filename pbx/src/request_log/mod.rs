//! A record of the requests that the clients have sent: in memory, and as lines of JSON.

mod json;
mod log;
mod received;
mod recorder;
#[cfg(test)]
mod tests;

pub(crate) use log::Log;
pub use received::ReceivedRequest;
pub(crate) use recorder::{Recorder, Requests};
