//! The time of arrival and the tag of a message.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::escape::is_unsafe;

/// The last second that RFC 3339 can express, in seconds since 1970.
const LAST_SECOND: u64 = 253_402_300_799;

/// The additions of `--time` and `--tag` to a message.
#[derive(Default)]
pub(super) struct Stamp<'a> {
    pub(super) time: Option<String>,
    pub(super) tag: Option<&'a str>,
    /// More keys for flat JSON, which begin with an underscore, and their values.
    #[cfg(all(unix, feature = "session"))]
    pub(super) keys: &'a [(&'static str, serde_json::Value)],
}

impl Stamp<'_> {
    /// Returns the time and the tag, as far as they are given.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.time.as_deref().into_iter().chain(self.tag)
    }
}

/// Returns a time in UTC, with milliseconds. A time before 1970 or after 9999 is taken for that
/// limit.
pub(crate) fn text(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let time = UNIX_EPOCH + since.min(Duration::from_secs(LAST_SECOND));
    humantime::format_rfc3339_millis(time).to_string()
}

/// Checks the value of `--tag`.
pub(crate) fn tag(text: &str) -> Result<String, &'static str> {
    match text {
        "" => Err("the tag is empty"),
        _ if text.contains(is_unsafe) => Err("the tag has a control character"),
        _ => Ok(text.into()),
    }
}
