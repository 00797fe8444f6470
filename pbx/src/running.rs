//! A PBX that runs.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use embedded_ami::io::blocking::server::Server;

use crate::engine::Engine;

/// A PBX that listens on a port and runs in a thread of its own, until it is stopped or dropped.
///
/// The documentation of the crate has an example.
#[derive(Debug)]
pub struct Pbx {
    address: SocketAddr,
    must_stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Pbx {
    pub(crate) fn spawn(mut server: Server<Engine>) -> io::Result<Self> {
        let address = server.local_addr()?;
        let must_stop = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&must_stop);
        let thread = thread::Builder::new().name("miniature PBX".into()).spawn(move || server.run(&stop))?;
        Ok(Self { address, must_stop, thread: Some(thread) })
    }

    /// Returns the address on which the PBX listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Stops the PBX: tells its clients that it shuts down, closes their connections, and returns
    /// when that is done.
    ///
    /// # Panics
    ///
    /// If the PBX itself has panicked.
    pub fn stop(mut self) {
        self.must_stop.store(true, Ordering::Relaxed);
        self.join();
    }

    /// Waits as long as the PBX runs, for a program that does nothing else.
    ///
    /// # Panics
    ///
    /// If the PBX itself panics. It does not end otherwise.
    pub fn wait(mut self) {
        self.join();
    }

    fn join(&mut self) {
        if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
            std::panic::resume_unwind(panic);
        }
    }
}

impl Drop for Pbx {
    /// Stops the PBX, as [`Pbx::stop`] does.
    fn drop(&mut self) {
        self.must_stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A panic was reported by its thread already.
            let _ = thread.join();
        }
    }
}
