//! The signals that end a command, SIGINT, SIGTERM and SIGHUP, and the one that must not: SIGXFSZ.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};

use crate::failure::Failure;

/// Returns the signals that end a command, except those that the parent of the process ignores, as
/// `nohup` does.
pub(crate) fn ending() -> impl Iterator<Item = i32> {
    // If it is not known which signals are ignored, SIGHUP keeps its effect: it ends the process at
    // once or, under `nohup`, does nothing.
    let ignored = ignored().unwrap_or(bit(SIGHUP));
    [SIGINT, SIGTERM, SIGHUP].into_iter().filter(move |&signal| ignored & bit(signal) == 0)
}

/// Makes a write fail that is beyond the limit of a file's size (`ulimit -f`). Without this, the
/// system ends the process with SIGXFSZ, which would leave temporary files and take the PBX down
/// with its log.
///
/// A program that the tool starts has the signal as the tool had it.
pub(crate) fn survive_file_limit() {
    if ignored().is_some_and(|ignored| ignored & bit(SIGXFSZ) == 0) {
        // The flag is not read: it is enough that the signal is handled. If this fails, the signal
        // keeps its effect.
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    }
}

/// Ends the tool as the signal does if no program handles it, so that a shell sees the status of
/// the signal, 128 and its number.
pub(crate) fn end_by(signal: i32) -> Failure {
    let _ = signal_hook::low_level::emulate_default_handler(signal);
    // Not reached, since these signals end a process.
    Failure::Status(u8::try_from(128 + signal).unwrap_or(u8::MAX), None)
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
