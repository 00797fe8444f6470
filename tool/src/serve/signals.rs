//! The signals that end the PBX.

use std::io;
use std::thread;
use std::time::Duration;

use embedded_ami_pbx::Pbx;
use signal_hook::iterator::Signals as Caught;

use crate::signals;

/// The time between two looks at the signals.
const PAUSE: Duration = Duration::from_millis(20);

/// SIGINT, SIGTERM and SIGHUP, which no longer end the process by themselves.
pub(super) struct Signals(Caught);

impl Signals {
    /// Catches the signals, except those that the parent of the process ignores, as `nohup` does.
    pub(super) fn catch() -> io::Result<Self> {
        Caught::new(signals::ending()).map(Self)
    }

    /// Waits for a signal. Returns `None` if the PBX has ended before.
    pub(super) fn wait(&mut self, pbx: &Pbx) -> Option<i32> {
        loop {
            if let Some(signal) = self.0.pending().next() {
                return Some(signal);
            }
            if !pbx.is_running() {
                return None;
            }
            thread::sleep(PAUSE);
        }
    }
}
