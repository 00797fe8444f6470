//! A running PBX.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use embedded_ami::io::blocking::server::{Listen, Server, Service};

use crate::config_error::ConfigError;
use crate::lock::lock;
use crate::request_log::{ReceivedRequest, Recorder};
use crate::script::{Rule, RuleWarning, Rules};

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
#[must_use = "the PBX stops when it is dropped"]
pub struct Pbx {
    address: SocketAddr,
    must_stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    rules: Arc<Mutex<Rules>>,
    recorder: Arc<Recorder>,
}

impl Pbx {
    /// Runs the server in a new thread.
    pub(crate) fn spawn<S, L>(
        mut server: Server<S, L>,
        rules: Arc<Mutex<Rules>>,
        recorder: Arc<Recorder>,
    ) -> io::Result<Self>
    where
        S: Service + Send + 'static,
        L: Listen<Stream: Send> + Send + 'static,
    {
        let address = server.local_addr()?;
        let must_stop = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&must_stop);
        let thread = thread::Builder::new().name("miniature PBX".into()).spawn(move || server.run(&stop))?;
        Ok(Self { address, must_stop, thread: Some(thread), rules, recorder })
    }

    /// Returns the address on which the PBX listens, with the port that the system chose if it was
    /// 0.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Adds a rule to the running PBX, before all others: see [`Builder::on`](crate::Builder::on).
    /// It applies to requests and connections that arrive from now on.
    ///
    /// ```
    /// use embedded_ami_pbx::{Pbx, Rule};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let pbx = Pbx::builder().user("admin", "secret").start("127.0.0.1:0")?;
    /// // The client logs in here.
    /// pbx.on("Ping", Rule::silent())?;
    /// // The client must notice that the connection is dead.
    /// pbx.clear_rules();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the reason for which the rule is not valid.
    pub fn on(&self, action: &str, rule: Rule) -> Result<(), ConfigError> {
        lock(&self.rules).add(action, rule)
    }

    /// Removes all rules, also those of a script. A request that a rule holds or answers just now
    /// is not affected.
    pub fn clear_rules(&self) {
        lock(&self.rules).clear();
    }

    /// Returns the rules that were never used so far, in the order in which they are tried. A test
    /// can check at its end that there are none: such a rule has changed nothing, because its
    /// action or a condition is wrong, an earlier rule has taken its requests, or too few have
    /// come for its `skip`.
    ///
    /// ```
    /// use embedded_ami_pbx::{Pbx, Rule};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let pbx = Pbx::builder().on("Ping", Rule::silent()).start("127.0.0.1:0")?;
    /// let unused = pbx.unused_rules();
    /// assert_eq!(unused[0].reason(), "the rule on Ping was never used: nothing has matched it");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn unused_rules(&self) -> Vec<RuleWarning> {
        lock(&self.rules).unused()
    }

    /// Returns the requests that clients have sent, in the order in which they were received: also
    /// logins, malformed requests, and those that a rule answered or the PBX refused. A request is
    /// there before it is answered.
    ///
    /// The latest requests are kept, as many as take 1 MiB of memory. They contain the secrets of
    /// logins, which `Debug` does not show.
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

    /// Returns whether the PBX runs, which it does until it is stopped, unless its thread has
    /// panicked.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
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

impl fmt::Debug for Pbx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pbx").field("address", &self.address).finish_non_exhaustive()
    }
}
