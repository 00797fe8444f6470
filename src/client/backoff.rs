/// Exponential backoff with jitter.
///
/// Each delay is chosen at random between half and all of the current maximum, which doubles after
/// every attempt up to a limit, so that many clients do not reconnect at the same moment. Waiting
/// and connecting are left to the caller.
///
/// ```
/// use embedded_ami::client::Backoff;
///
/// let mut backoff = Backoff::new(500, 60_000);
/// let random = u32::MAX; // from any source of random numbers
/// assert_eq!(backoff.next(random), 500);
/// assert_eq!(backoff.next(random), 1_000);
/// assert_eq!(backoff.next(0), 1_000); // half of 2,000
/// backoff.reset(); // the connection has held for a while
/// assert_eq!(backoff.next(random), 500);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Backoff {
    least: u32,
    most: u32,
    next: u32,
}

impl Backoff {
    /// Creates a backoff whose maximum delay grows from `least` to `most`, in milliseconds.
    #[must_use]
    pub const fn new(least: u32, most: u32) -> Self {
        Self { least, most, next: least }
    }

    /// Returns the next delay, in milliseconds. `random` should be uniformly distributed.
    pub fn next(&mut self, random: u32) -> u32 {
        let wait = self.next.min(self.most);
        self.next = wait.saturating_mul(2).max(1);
        let half = wait.wrapping_shr(1);
        // `random` / 2^32 of the other half, rounded up.
        let part = u64::from(wait.saturating_sub(half)).saturating_mul(u64::from(random).saturating_add(1));
        half.saturating_add(part.wrapping_shr(32) as u32)
    }

    /// Starts again with the first delay. Call this once a connection has lasted longer than the
    /// longest delay, not right after the login: a server can accept logins and fail nevertheless.
    pub fn reset(&mut self) {
        self.next = self.least;
    }
}

#[cfg(test)]
mod tests {
    use super::Backoff;

    #[test]
    fn delays_double_up_to_the_most_and_at_least_half_of_each_is_waited() {
        for (least, most) in [(1, 1), (100, 60_000), (7, 100), (1_000, u32::MAX), (500, 20)] {
            let mut backoff = Backoff::new(least, most);
            for _ in 0..2 {
                let mut wait = least.min(most);
                for step in 0..40_u32 {
                    let random = [0, u32::MAX, step.wrapping_mul(0x9e37_79b9)][step as usize % 3];
                    let delay = backoff.next(random);
                    // The random number chooses within the upper half.
                    assert!((wait / 2..=wait).contains(&delay), "{delay} of {wait}");
                    assert!(random != u32::MAX || delay == wait, "{delay} of {wait}");
                    assert!(random != 0 || delay == wait / 2, "{delay} of {wait}");
                    wait = wait.saturating_mul(2).min(most);
                }
                backoff.reset();
            }
        }
    }
}
