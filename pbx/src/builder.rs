//! The settings of a PBX, and its start.

use std::io::{self, ErrorKind, Write};
use std::net::{TcpListener, ToSocketAddrs};
use std::sync::{Arc, Mutex};

use embedded_ami::io::blocking::server::{Limits, Server};
use embedded_ami::server::Session;

use crate::config::Config;
use crate::config_error::ConfigError;
use crate::directed::Directed;
use crate::dispatch;
use crate::engine::Engine;
use crate::lock::lock;
use crate::plan::Latest;
use crate::replay::Recording;
use crate::request_log::{Log, Recorder};
use crate::running::Pbx;
use crate::script::{Rule, Rules, Script, Scripted};
use crate::tap::Tapped;
#[cfg(feature = "tls")]
use crate::tls::Tls;
use crate::transport::Listener;
use crate::version;

/// The settings of a [`Pbx`]: users, announced version, speed, limits and rules. [`Builder::start`]
/// starts it.
///
/// `Debug` shows the names of the users, but not their secrets.
///
/// ```
/// use embedded_ami::io::blocking::server::Limits;
/// use embedded_ami_pbx::{Config, Pbx};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let pbx = Pbx::builder()
///     .config(Config::parse("[reader]\nsecret = x\nread = call\n")?)
///     .user("admin", "secret")
///     .ami_version("2.10.6") // like Asterisk 13
///     .speed(10) // a call of 60 s takes 6 s
///     .limits(Limits::DEFAULT.connections(10))
///     .start("127.0.0.1:0")?;
/// assert_ne!(pbx.local_addr().port(), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct Builder {
    config: Config,
    ami_version: String,
    speed: u32,
    limits: Option<Limits>,
    log: Option<Log>,
    recording: Option<Recording>,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
    script: Script,
    /// The first rule that is not valid.
    mistake: Option<ConfigError>,
}

impl Pbx {
    /// Returns the default settings: no users, AMI version 11.0.0, calls at the speed of real time,
    /// and [`Limits::DEFAULT`].
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Default for Builder {
    /// Returns the same settings as [`Pbx::builder`].
    fn default() -> Self {
        Self {
            config: Config::empty(),
            ami_version: "11.0.0".into(),
            speed: 1,
            limits: None,
            log: None,
            recording: None,
            #[cfg(feature = "tls")]
            tls: None,
            script: Script::default(),
            mistake: None,
        }
    }
}

impl Builder {
    /// Adds a user with permission for every action and every event. Replaces a user of the same
    /// name, where the case of ASCII letters is ignored.
    pub fn user(mut self, name: &str, secret: &str) -> Self {
        self.config.add(name, secret);
        self
    }

    /// Replaces all users added so far by those of a configuration, and takes its settings. Users
    /// can be added afterwards.
    ///
    /// The address and port of the configuration are not used; pass them to [`Builder::start`].
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Sets the AMI version that the PBX announces to clients, 11.0.0 by default. It determines the
    /// form of [some answers](crate#versions-of-the-interface).
    ///
    /// [`Builder::start`] checks it: numbers with dots in between, from 1.0 to 13, at most 20
    /// bytes.
    pub fn ami_version(mut self, version: &str) -> Self {
        self.ami_version = version.into();
        self
    }

    /// Sets how many times faster than real time passes in the PBX, 1 by default. This applies to
    /// calls, to `WaitEvent`, and to the times that the PBX reports, but not to the time limits of
    /// logins.
    ///
    /// [`Builder::start`] checks it: at least 1.
    pub fn speed(mut self, times: u32) -> Self {
        self.speed = times;
        self
    }

    /// Sets the limits of the server. Without this call they are those of the configuration
    /// ([`Config::limits`]).
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Writes each request to `writer` when it has been received, as a JSON object on one line. The
    /// log includes logins, malformed requests, and those that a rule answers or the PBX refuses.
    /// [`Pbx::requests`] returns the latest requests without a log.
    ///
    /// ```json
    /// {"time":"2026-11-27T09:30:00.125Z","connection":1,"peer":"127.0.0.1:40312","kind":"action",
    /// "name":"Login","headers":[["Action","Login"],["Username","admin"],["Secret","[redacted]"]]}
    /// ```
    ///
    /// - `time` is the time at which the end of the request was received, in UTC. `connection` is
    ///   the number of the connection, from 1 on.
    /// - `headers` has the lines of the request in their order. A line without a name has `null`
    ///   in its place, and bytes that are not UTF-8 are `{"hex":"..."}`.
    /// - `"incomplete":true` is added if the connection ended before the request did, and
    ///   `"truncated":true` if the request is longer than [`Limits::request`]. Such a request is
    ///   refused, and the rest of it is missing in the log.
    /// - The value of a line that may contain a secret ([`Header::is_secret`]) is `"[redacted]"`.
    ///   The header `Key` is shown in the actions of the database, whose names begin with `DB`.
    ///
    /// Each line is written and flushed before the request is answered. Meanwhile the PBX waits, so
    /// the writer should not block. If it returns an error, the PBX prints it on standard error and
    /// writes no more requests.
    ///
    /// [`Header::is_secret`]: embedded_ami::wire::Header::is_secret
    pub fn log(mut self, writer: impl Write + Send + 'static) -> Self {
        self.log = Some(Log::new(writer));
        self
    }

    /// Sends a recording to each client that logs in, after the response to its login. The login
    /// may be one that a rule answered.
    ///
    /// The bytes are sent as they are, as fast as the client reads them, whatever events it has
    /// asked for. Meanwhile and afterwards the PBX serves the client as usual: its responses and
    /// events come between two messages of the recording. Responses in the recording have the
    /// ActionIDs of the time when it was made, which are not those of this client.
    pub fn replay(mut self, recording: Recording) -> Self {
        self.recording = Some(recording);
        self
    }

    /// Serves TLS, and nothing else, on the address of the PBX. Asterisk has the port 5039 for that
    /// by default.
    ///
    /// A client whose handshake is not finished counts as one that has not logged in.
    ///
    /// Up to 16 KiB that the PBX has written wait in its memory until the client reads. Without
    /// TLS, the system sends the last bytes of a connection however late the client reads them.
    /// With TLS, a client that reads nothing for [`Limits::stall`] after the PBX has ended the
    /// connection misses those in memory, and [`Pbx::stop`] does not wait for it at all.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Adds a rule for the requests of an action, whose case is ignored. `connect` is a rule for
    /// new connections and `*` one for all actions of users that are logged in. The first rule that
    /// matches a request decides, in the order in which they were added.
    ///
    /// The [module `script`](crate::script) describes rules. [`Builder::start`] checks them.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use embedded_ami_pbx::{Pbx, Rule};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let pbx = Pbx::builder()
    ///     .user("admin", "secret")
    ///     .on("Originate", Rule::refuse("Extension does not exist.").times(1))
    ///     .on("Ping", Rule::pass().delay(Duration::from_millis(300)))
    ///     .on("FaxStatus", Rule::answer([("Pages", "3")])) // the PBX does not have this action
    ///     .start("127.0.0.1:0")?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on(mut self, action: &str, rule: Rule) -> Self {
        match std::mem::take(&mut self.script).on(action, rule) {
            Ok(script) => self.script = script,
            Err(mistake) => {
                self.mistake.get_or_insert(mistake);
            }
        }
        self
    }

    /// Adds the rules of a script, after those added so far.
    pub fn script(mut self, script: Script) -> Self {
        self.script.0.extend(script.0);
        self
    }

    /// Checks the settings that [`start`](Builder::start) checks before it does anything else.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidInput`] if the version is not made of numbers and dots, is not
    /// from 1.0 to 13 or is longer than 20 bytes, if the speed is 0, or with a [`ConfigError`] if a
    /// rule is not valid.
    pub fn check(&self) -> io::Result<()> {
        let invalid = |reason| io::Error::new(ErrorKind::InvalidInput, reason);
        if !version::is_supported(&self.ami_version) {
            return Err(invalid("the AMI version is not a number from 1.0 to 13, such as 11.0.0"));
        }
        if self.speed == 0 {
            return Err(invalid("the speed is 0, but must be at least 1"));
        }
        match &self.mistake {
            Some(mistake) => Err(io::Error::new(ErrorKind::InvalidInput, mistake.clone())),
            None => Ok(()),
        }
    }

    /// Starts the PBX on an address, in a thread of its own, and returns when it is listening. If
    /// the port is 0, the system chooses a free one; [`Pbx::local_addr`] returns it.
    ///
    /// # Errors
    ///
    /// Returns the error of the system if it cannot listen on the address, for example because it
    /// is in use, or cannot start a thread. Returns [`ErrorKind::InvalidInput`] if the limits are
    /// too small for any request, and for the reasons of [`check`](Builder::check).
    pub fn start(self, address: impl ToSocketAddrs) -> io::Result<Pbx> {
        self.check()?;
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let listener = Listener::new(
            listener,
            #[cfg(feature = "tls")]
            self.tls,
        )?;
        let limits = self.limits.unwrap_or_else(|| self.config.limits());
        let recorder = Arc::new(Recorder::new(self.log));
        let listener = Tapped::new(listener, Arc::clone(&recorder), self.recording, limits.request);
        let rules = Arc::new(Mutex::new(Rules::new(self.script, &self.ami_version)));
        let latest = Latest::default();
        let listener = Directed::new(listener, Arc::clone(&rules), latest.clone(), limits.clone());
        let mut engine = Engine::new(self.config, &self.ami_version, self.speed, dispatch::classes());
        engine.security.local_addr = address;
        let service = Scripted::new(engine, latest, lock(&rules).schedule());
        let session = Session::new(self.ami_version);
        Pbx::spawn(Server::with_listener(listener, session, service, limits)?, rules, recorder)
    }
}
