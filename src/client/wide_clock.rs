/// A clock of 64 bits made from a counter of 32 bits that wraps around.
///
/// Most hardware abstraction layers count milliseconds in 32 bits, so their count returns to 0
/// after 2^32 ms, that is 49 days and 17 hours. The times of a session must never go back: with a
/// counter that wraps, each deadline would wait for those 49 days. A `WideClock` adds the missing
/// bits.
///
/// [`widen`](WideClock::widen) must be called at least once in 49 days, or it misses a wrap. A
/// session with a [keepalive](super::Timing::keepalive) needs the time more often than that anyway,
/// so nothing else has to call it. The counter must not go back by itself, so read the counter and
/// widen it in one critical section if several tasks or interrupts share the clock.
///
/// ```
/// use embedded_ami::client::WideClock;
///
/// let mut clock = WideClock::new();
/// assert_eq!(clock.widen(0xffff_fff0), 0xffff_fff0);
/// assert_eq!(clock.widen(0x10), 0x1_0000_0010); // 32 ms later
/// ```
///
/// The unit is that of the counter. Widen the ticks of a timer first and convert the result to
/// milliseconds afterwards (`clock.widen(ticks) / 32` for 32 kHz), because a quotient of the narrow
/// counter does not wrap at 2^32. A counter of 16 bits goes into the upper half and must then be
/// widened at least once in 65,536 ticks:
///
/// ```
/// # use embedded_ami::client::WideClock;
/// # let mut clock = WideClock::new();
/// let mut widen = |ticks: u16| clock.widen(u32::from(ticks) << 16) >> 16;
/// assert_eq!(widen(0xfff0), 0xfff0);
/// assert_eq!(widen(0x10), 0x1_0010);
/// ```
///
/// [`new`](WideClock::new) is `const`, so the clock can be in a `static`. The module `firmware`,
/// the guide for firmware, shows how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct WideClock {
    now: u64,
}

impl WideClock {
    /// Creates a clock at 0.
    #[must_use]
    pub const fn new() -> Self {
        Self { now: 0 }
    }

    /// Returns the counter widened to 64 bits. The result is never less than that of the call
    /// before, and its lower 32 bits are the counter.
    pub const fn widen(&mut self, counter: u32) -> u64 {
        let elapsed = counter.wrapping_sub(self.now as u32);
        self.now = self.now.wrapping_add(elapsed as u64);
        self.now
    }
}
