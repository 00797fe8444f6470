//! The clock of the PBX.

use std::time::{Duration, SystemTime};

/// The time since the start of the PBX. It passes `speed` times as fast as real time.
pub(crate) struct Clock {
    start: SystemTime,
    speed: u32,
    pub(crate) now: Duration,
}

impl Clock {
    pub(crate) fn new(speed: u32) -> Self {
        Self { start: SystemTime::now(), speed, now: Duration::ZERO }
    }

    /// Converts a real time span to the time that passes in the PBX.
    pub(crate) fn pbx_time(&self, elapsed: Duration) -> Duration {
        elapsed.saturating_mul(self.speed)
    }

    /// Returns the current time in seconds since 1970.
    pub(crate) fn epoch(&self) -> i64 {
        self.epoch_at(self.now)
    }

    /// Returns a time since the start of the PBX in seconds since 1970.
    pub(crate) fn epoch_at(&self, time: Duration) -> i64 {
        i64::try_from(self.since_1970(time).as_secs()).unwrap_or(i64::MAX)
    }

    /// Returns the current time in seconds since 1970 with six decimals, as in `1795442325.355367`.
    pub(crate) fn timestamp(&self) -> String {
        let time = self.since_1970(self.now);
        format!("{}.{:06}", time.as_secs(), time.subsec_micros())
    }

    /// Returns the UTC date and time of a time since the start of the PBX, as in `2026-11-24` and
    /// `02:08:29`.
    pub(crate) fn date(&self, time: Duration) -> (String, String) {
        let text =
            humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + self.since_1970(time)).to_string();
        let (date, time) = text.trim_end_matches('Z').split_once('T').unwrap_or_default();
        (date.into(), time.into())
    }

    /// Returns a time since the start of the PBX in UTC, as in `2026-11-24T02:08:29.250+0000`.
    pub(crate) fn event_time(&self, time: Duration) -> String {
        let time = SystemTime::UNIX_EPOCH + self.since_1970(time);
        humantime::format_rfc3339_millis(time).to_string().replace('Z', "+0000")
    }

    fn since_1970(&self, time: Duration) -> Duration {
        // A clock of high speed could reach the year 10000, which the formats cannot represent.
        let latest = Duration::from_secs(253_402_300_799);
        let start = self.start.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        start.saturating_add(time).min(latest)
    }
}

/// Returns a time span in hours, minutes and seconds, as in `01:02:03`.
pub(crate) fn hh_mm_ss(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
