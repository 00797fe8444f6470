use std::time::Duration;

/// Returns a time in milliseconds, or the largest number for times that do not fit.
pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
