//! SysTick as a clock in milliseconds or as a counter of instructions.

use core::cell::Cell;

use cortex_m::interrupt::{self, Mutex};
use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::exception;

const HERTZ: u32 = 12_500_000;
static MILLISECONDS: Mutex<Cell<u64>> = Mutex::new(Cell::new(0));

/// Starts the clock that [`milliseconds`] returns.
pub fn start(syst: &mut SYST) {
    syst.set_clock_source(SystClkSource::Core);
    syst.set_reload(HERTZ / 1_000 - 1);
    syst.clear_current();
    syst.enable_interrupt();
    syst.enable_counter();
}

#[exception]
fn SysTick() {
    interrupt::free(|section| {
        let time = MILLISECONDS.borrow(section);
        time.set(time.get().wrapping_add(1));
    });
}

/// Returns the time since [`start`] in milliseconds.
pub fn milliseconds() -> u64 {
    interrupt::free(|section| MILLISECONDS.borrow(section).get())
}

/// A counter of instructions under QEMU's `-icount shift=7`, with which each instruction takes 128
/// ns. A tick of the clock is 80 ns.
pub struct Instructions(SYST);

impl Instructions {
    /// The counter has 24 bits, enough for 10 million instructions.
    const RELOAD: u32 = 0x00ff_ffff;

    /// Starts the counter.
    pub fn new(mut syst: SYST) -> Self {
        syst.set_clock_source(SystClkSource::Core);
        syst.set_reload(Self::RELOAD);
        syst.clear_current();
        syst.enable_counter();
        Self(syst)
    }

    /// Returns the number of instructions that `work` takes, including the few for the call. `None`
    /// if the counter overflows.
    #[inline(never)]
    pub fn count(&mut self, work: impl FnOnce()) -> Option<u32> {
        self.0.clear_current();
        let before = SYST::get_current();
        self.0.has_wrapped();
        work();
        let after = SYST::get_current();
        let ticks = before.wrapping_sub(after) & Self::RELOAD;
        (!self.0.has_wrapped()).then_some(ticks / 8 * 5 + ticks % 8 * 5 / 8)
    }
}
