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
