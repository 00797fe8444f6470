use std::time::Duration;

use crate::io::blocking::{Disconnect, Error};
use crate::wire::OwnedMessage;

/// An item of a [`Follower`](super::Follower).
///
/// The items of one connection are a `Connected`, any number of `Event` and `Dropped`, and a `Gap`.
/// Between a `Gap` and the next `Connected` there is a `Retry` for each attempt that failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Followed {
    /// The follower has logged in. Events follow.
    ///
    /// After a gap, this is the time to ask for the present state, for example with
    /// `CoreShowChannels` or `QueueStatus`.
    Connected,
    /// An event.
    Event(OwnedMessage),
    /// The connection was lost. All events that arrived before have been returned. Events that the
    /// server raised from about this time until the next `Connected` are missing, and their number
    /// is not known.
    Gap {
        /// The way in which the connection ended.
        disconnect: Disconnect,
        /// The time until the next attempt to connect.
        wait: Duration,
    },
    /// Events are missing here, although the connection holds: so many arrived while the
    /// application did something else that
    /// [the memory for them](crate::io::blocking::ClientBuilder::event_buffer_limit) did not
    /// suffice, or one was too large for it. The events that are in the memory follow, also those
    /// that arrived before one that was too large.
    ///
    /// This item is not delayed until the next event, and precedes a `Gap`.
    Dropped {
        /// The number of events.
        events: u64,
    },
    /// An attempt to connect or to log in has failed, and the follower will try again.
    Retry {
        /// The reason.
        error: Error,
        /// The time until the next attempt.
        wait: Duration,
    },
}
