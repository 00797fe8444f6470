//! A running PBX.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use embedded_ami::io::blocking::server::{Listen, Server};

use crate::engine::Engine;
use crate::request_log::{ReceivedRequest, Recorder};

/// A running PBX, which listens on a port and runs in a thread of its own until it is stopped or
/// dropped.
///
/// ```
/// use std::net::TcpStream;
///
/// use embedded_ami_pbx::Pbx;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let pbx = Pbx::builder().user("admin", "secret").start("127.0.0.1:0")?;
/// let address = pbx.local_addr();
/// TcpStream::connect(address)?;
///
/// pbx.stop();
/// assert!(TcpStream::connect(address).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "the PBX stops when it is dropped"]
pub struct Pbx {
    address: SocketAddr,
    must_stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    recorder: Arc<Recorder>,
}

impl Pbx {
    /// Runs the server in a new thread.
    pub(crate) fn spawn<L>(mut server: Server<Engine, L>, recorder: Arc<Recorder>) -> io::Result<Self>
    where
        L: Listen<Stream: Send> + Send + 'static,
    {
        let address = server.local_addr()?;
        let must_stop = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&must_stop);
        let thread = thread::Builder::new().name("miniature PBX".into()).spawn(move || server.run(&stop))?;
        Ok(Self { address, must_stop, thread: Some(thread), recorder })
    }

    /// Returns the address on which the PBX listens, with the port that the system chose if it was
    /// 0.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Returns the requests that clients have sent, in the order in which they were received: also
    /// logins, requests that were refused, and malformed ones. A request is there before it is
    /// answered.
    ///
    /// The latest requests are kept, as many as take 1 MiB of memory.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use embedded_ami::{action::Raw, client::Credentials, io::blocking::Client};
    /// use embedded_ami_pbx::Pbx;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let pbx = Pbx::builder().user("admin", "secret").start("127.0.0.1:0")?;
    /// # let mut client = Client::connect(pbx.local_addr(), Duration::from_secs(5))?;
    /// # client.login(&Credentials::new("admin", "secret"))?;
    /// # client.send(&Raw::new("Setvar", &[("Variable", "color"), ("Value", "red")]))?;
    /// // The client that is tested sets a variable.
    /// let requests = pbx.requests();
    /// let setvar = requests.iter().find(|request| request.is("Setvar")).unwrap();
    /// assert!(setvar.get("Value").is_some_and(|value| value == "red"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.recorder.requests()
    }

    /// Stops the PBX: sends the event `Shutdown` to the clients that receive system events, closes
    /// their connections, and returns when that is done.
    ///
    /// # Panics
    ///
    /// Panics if the thread of the PBX has panicked.
    pub fn stop(mut self) {
        self.must_stop.store(true, Ordering::Relaxed);
        self.join();
    }

    /// Waits as long as the PBX runs, which is forever. Use this in a program that does nothing
    /// else.
    ///
    /// # Panics
    ///
    /// Panics if the thread of the PBX panics. This is the only way in which the call ends.
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
    /// Stops the PBX like [`Pbx::stop`], but ignores a panic of its thread.
    fn drop(&mut self) {
        self.must_stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // The thread has already reported its panic on standard error.
            let _ = thread.join();
        }
    }
}
