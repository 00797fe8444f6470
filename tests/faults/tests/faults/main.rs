//! Faults of connections, processes, disks and clocks: real sockets, the PBX, and real Asterisk if
//! `tests/faults.sh` has started it.

#[macro_use]
mod target;

mod child;
mod cuts;
mod disks;
mod kills;
mod oracle;
mod proxy;
mod session;
mod trickles;
