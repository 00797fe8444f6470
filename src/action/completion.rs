//! The ways in which the answer to an action ends.

/// The way in which the answer to an action ends, for servers whose responses do not announce a
/// list.
///
/// Since Asterisk 13.2 a response that starts a list has the header `EventList: start`, which
/// counts more than the action's `Completion`. Earlier, most such responses are a plain `Success`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Completion {
    /// The answer ends with its response.
    #[default]
    Response,
    /// A list follows the response, and ends with this event.
    List(&'static str),
    /// The answer ends with this event, which comes once. No version marks the end in another way.
    Event(&'static str),
}
