//! The signals that end the PBX.

use std::io;
use std::thread;
use std::time::Duration;

use embedded_ami_pbx::Pbx;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals as Caught;
use signal_hook::low_level::emulate_default_handler;

use crate::failure::Failure;

/// The time between two looks at the signals.
const PAUSE: Duration = Duration::from_millis(20);

/// SIGINT, SIGTERM and SIGHUP, which no longer end the process by themselves.
pub(super) struct Signals(Caught);

impl Signals {
    /// Catches the signals, except those that the parent of the process ignores, as `nohup` does.
    pub(super) fn catch() -> io::Result<Self> {
        // If it is not known which signals are ignored, SIGHUP keeps its effect: it ends the process
        // at once or, under `nohup`, does nothing.
        let ignored = ignored().unwrap_or(bit(SIGHUP));
        let ending = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|&signal| ignored & bit(signal) == 0);
        Caught::new(ending).map(Self)
    }

    /// Waits for a signal. Returns `None` if the PBX has ended before.
    pub(super) fn wait(&mut self, pbx: &Pbx) -> Option<Signal> {
        loop {
            if let Some(signal) = self.0.pending().next() {
                return Some(Signal(signal));
            }
            if !pbx.is_running() {
                return None;
            }
            thread::sleep(PAUSE);
        }
    }
}

/// A signal that was caught.
pub(super) struct Signal(i32);

impl Signal {
    /// Ends the process as the signal would have ended it if it had not been caught.
    pub(super) fn end(self) -> Failure {
        let _ = emulate_default_handler(self.0);
        // Not reached, since these signals end a process.
        Failure::Status(u8::try_from(128 + self.0).unwrap_or(u8::MAX), None)
    }
}

/// Returns the set of ignored signals, if the system tells it.
fn ignored() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(ignored.trim(), 16).ok()
}

/// Returns the set that has only this signal.
fn bit(signal: i32) -> u64 {
    1 << (signal - 1)
}
