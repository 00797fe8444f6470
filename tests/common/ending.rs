//! The signals that end the tool.

use rustix::process::Signal;

/// Returns the signals that end the tool, without those that it ignores because this process does,
/// as under nohup or in the background of a script.
pub fn signals() -> Vec<Signal> {
    let process = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = process.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or("0");
    let ignored = u64::from_str_radix(ignored.trim(), 16).expect("a mask");
    let is_ignored = |signal: &Signal| (ignored >> (signal.as_raw() - 1)) & 1 == 1;
    let mut signals = vec![Signal::INT, Signal::TERM, Signal::HUP];
    signals.retain(|signal| !is_ignored(signal));
    signals
}
