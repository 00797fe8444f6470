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
}

impl Stamp<'_> {
    /// Returns the time and the tag, as far as they are given.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.time.as_deref().into_iter().chain(self.tag)
    }
}

/// Returns the present time in UTC, with milliseconds. A clock before 1970 or after 9999 is taken
/// for that limit.
pub(super) fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let time = UNIX_EPOCH + since.min(Duration::from_secs(LAST_SECOND));
    humantime::format_rfc3339_millis(time).to_string()
}

/// Checks the value of `--tag`.
pub(super) fn tag(text: &str) -> Result<String, &'static str> {
    match text {
        "" => Err("the tag is empty"),
        _ if text.contains(is_unsafe) => Err("the tag has a control character"),
        _ => Ok(text.into()),
    }
}
