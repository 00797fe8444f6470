//! The time of the PBX.

use std::time::{Duration, SystemTime};

/// Time since the PBX was started, as it passes there: faster than outside, if so wished.
pub(crate) struct Clock {
    start: SystemTime,
    speed: u32,
    pub(crate) now: Duration,
}

impl Clock {
    pub(crate) fn new(speed: u32) -> Self {
        Self { start: SystemTime::now(), speed, now: Duration::ZERO }
    }

    /// What so much time outside is inside.
    pub(crate) fn pbx_time(&self, elapsed: Duration) -> Duration {
        elapsed.saturating_mul(self.speed)
    }

    /// Seconds since 1970.
    pub(crate) fn epoch(&self) -> i64 {
        self.epoch_at(self.now)
    }

    /// The same of another time.
    pub(crate) fn epoch_at(&self, time: Duration) -> i64 {
        i64::try_from(self.since_1970(time).as_secs()).unwrap_or(i64::MAX)
    }

    /// As in `1795442325.355367`.
    pub(crate) fn timestamp(&self) -> String {
        let time = self.since_1970(self.now);
        format!("{}.{:06}", time.as_secs(), time.subsec_micros())
    }

    /// Date and time, as in `2026-11-24` and `02:08:29`, UTC.
    pub(crate) fn date(&self, time: Duration) -> (String, String) {
        let text =
            humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + self.since_1970(time)).to_string();
        let (date, time) = text.trim_end_matches('Z').split_once('T').unwrap_or_default();
        (date.into(), time.into())
    }

    fn since_1970(&self, time: Duration) -> Duration {
        // A clock that fast could leave the years that have four digits.
        let latest = Duration::from_secs(253_402_300_799);
        let start = self.start.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        start.saturating_add(time).min(latest)
    }
}

/// As in `01:02:03`.
pub(crate) fn hh_mm_ss(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
