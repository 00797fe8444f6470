//! The signals that end the PBX.

use std::io;
use std::thread;
use std::time::Duration;

use embedded_ami_pbx::Pbx;
use signal_hook::iterator::Signals as Caught;

use crate::signals;

/// The time after a signal within which the PBX stops by itself, unless its log cannot be written.
const PATIENCE: Duration = Duration::from_secs(1);
/// The time between two looks at the signals.
const PAUSE: Duration = Duration::from_millis(20);

/// Ends the tool by this signal, unless it ends by itself before.
pub(super) fn end_soon(signal: i32) {
    let wait = move || {
        thread::sleep(PATIENCE);
        signals::end_by(signal);
    };
    // Without the thread, the PBX is waited for.
    let _ = thread::Builder::new().spawn(wait);
}

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
