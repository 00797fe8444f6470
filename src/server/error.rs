use core::fmt;

use crate::name::named;
use crate::wire::EncodeError;

/// A call that was rejected. The state of the session is unchanged, with one exception: if an
/// answer that the session writes itself is larger than the whole outbox, the session has ended.
///
/// ```
/// use embedded_ami::server::SessionError;
/// use embedded_ami::wire::EncodeError;
///
/// let error = SessionError::from(EncodeError::Full);
/// assert_eq!(error.name(), "Encode"); // for logs without `core::fmt`
/// assert_eq!(
///     error.to_string(),
///     "the answer cannot be encoded: \
///      the outbox has no room until its pending bytes have been sent"
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SessionError {
    /// The previous request has not been answered.
    Unanswered,
    /// No request, list or login waits for an answer.
    NothingToAnswer,
    /// A list has begun, and the rest of the answer can only be list entries.
    ListBegun,
    /// The answer cannot be encoded.
    Encode(EncodeError),
}

named! { SessionError { Unanswered NothingToAnswer ListBegun Encode } }

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unanswered => f.write_str("the previous request has not been answered"),
            Self::NothingToAnswer => f.write_str("no request waits for an answer"),
            Self::ListBegun => {
                f.write_str("a list has begun, and the rest of the answer can only be its entries")
            }
            Self::Encode(error) => write!(f, "the answer cannot be encoded: {error}"),
        }
    }
}

impl core::error::Error for SessionError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Encode(error) => Some(error),
            _ => None,
        }
    }
}

impl From<EncodeError> for SessionError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}
