use std::fmt;
use std::time::Duration;

/// Returns a time in milliseconds, or the largest number for times that do not fit.
pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// A time as a number of seconds, without the zeros that end its fraction. A floating-point number
/// would take 20 KB more on the machines of gateways.
pub(super) struct Seconds(pub(super) Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = std::format!("{:09}", self.0.subsec_nanos());
        match digits.trim_end_matches('0') {
            "" => write!(f, "{}", self.0.as_secs()),
            digits => write!(f, "{}.{digits}", self.0.as_secs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn seconds_are_printed_as_a_floating_point_number_is() {
        for nanoseconds in
            [0, 1, 10, 300_000_000, 1_000_000_000, 1_050_000_000, 90_000_000_000, 4_294_967_295_000_000]
        {
            let time = Duration::from_nanos(nanoseconds);
            assert_eq!(Seconds(time).to_string(), time.as_secs_f64().to_string());
        }
    }
}
