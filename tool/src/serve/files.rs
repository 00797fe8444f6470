//! The limit of open files, of which each connection takes one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::failure::warn;

/// The files that are open beside the connections: standard input and output, the log, the
/// listener, the poller, pipes of signals, and a file that is being read.
const OTHERS: u64 = 32;

/// Raises the limit of open files as far as the system permits, if so many connections need that.
/// Warns if they need more.
pub(super) fn make_room_for(connections: u16) {
    let needed = u64::from(connections) + OTHERS;
    let is_enough = |limit: Option<u64>| limit.is_none_or(|limit| limit >= needed);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if is_enough(current) {
        return;
    }
    let wanted = maximum.map_or(needed, |maximum| maximum.min(needed));
    // If this fails, the limit stays as it is.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
    let limit = getrlimit(Resource::Nofile).current;
    if let Some(limit) = limit.filter(|_| !is_enough(limit)) {
        let room = limit.saturating_sub(OTHERS);
        warn(&format!(
            "--connections {connections}: the system lets this program open {limit} files, so that clients \
             after about the {room}th have to wait; raise the limit (ulimit -n), or give fewer connections"
        ));
    }
}
