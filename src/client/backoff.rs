/// How long to wait before the next attempt to connect: from a least time on twice as long each time, up to a
/// longest, and between half of that and all of it by chance, so that many clients do not come back at once.
///
/// A value: waiting and connecting are the caller's.
///
/// ```
/// use embedded_ami::client::Backoff;
/// let mut backoff = Backoff::new(500, 60_000);
/// let random = u32::MAX; // from whatever source of chance there is
/// assert_eq!(backoff.next(random), 500);
/// assert_eq!(backoff.next(random), 1_000);
/// assert_eq!(backoff.next(0), 1_000); // half of 2 000
/// backoff.reset(); // the connection has held for a while
/// assert_eq!(backoff.next(random), 500);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    least: u32,
    most: u32,
    next: u32,
}

impl Backoff {
    /// The first wait and the longest, in milliseconds.
    pub const fn new(least: u32, most: u32) -> Self {
        Self { least, most, next: least }
    }

    /// The next wait, in milliseconds. Each value of `random` should be as likely as any other.
    pub fn next(&mut self, random: u32) -> u32 {
        let wait = self.next.min(self.most);
        self.next = wait.saturating_mul(2).max(1);
        let half = wait.wrapping_shr(1);
        // `random` of 2^32 parts of the other half, rounded up.
        let part = u64::from(wait.saturating_sub(half)).saturating_mul(u64::from(random).saturating_add(1));
        half.saturating_add(part.wrapping_shr(32) as u32)
    }

    /// Begins anew. Best called when a connection has held for longer than the longest wait: a server
    /// may accept logins and fail all the same.
    pub fn reset(&mut self) {
        self.next = self.least;
    }
}
