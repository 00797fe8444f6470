//! Settings of a PBX, and its start.

use std::io::{self, ErrorKind};
use std::net::{TcpListener, ToSocketAddrs};

use embedded_ami::io::blocking::server::{Limits, Server};
use embedded_ami::server::Session;

use crate::config::Config;
use crate::dispatch;
use crate::engine::Engine;
use crate::running::Pbx;

/// The settings of a [`Pbx`]: users, announced version, speed and limits.
///
/// ```
/// use embedded_ami::io::blocking::server::Limits;
/// use embedded_ami_pbx::{Config, Pbx};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut limits = Limits::default();
/// limits.connections = 10;
/// let pbx = Pbx::builder()
///     .config(Config::parse("[reader]\nsecret = x\nread = call\n")?)
///     .user("admin", "secret")
///     .ami_version("2.10.6") // as Asterisk 13
///     .speed(10)
///     .limits(limits)
///     .start("127.0.0.1:0")?;
/// assert_ne!(pbx.local_addr().port(), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Builder {
    config: Config,
    ami_version: String,
    speed: u32,
    limits: Option<Limits>,
}

impl Pbx {
    /// Returns settings to start a PBX with: no user, version 11.0.0, time as it passes outside.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Default for Builder {
    /// Returns settings without a user, for AMI 11.0.0, with time as it passes outside.
    fn default() -> Self {
        Self { config: Config::empty(), ami_version: "11.0.0".into(), speed: 1, limits: None }
    }
}

impl Builder {
    /// Adds a user who may run every action and read every event. A user of the same name is
    /// replaced.
    #[must_use]
    pub fn user(mut self, name: &str, secret: &str) -> Self {
        self.config.add(name, secret);
        self
    }

    /// Replaces all users, and the settings that a configuration file may have.
    #[must_use]
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Sets the version of AMI to announce, 11.0.0 by default. Before 3.0 the output of commands
    /// has the old form (`Response: Follows`).
    #[must_use]
    pub fn ami_version(mut self, version: &str) -> Self {
        self.ami_version = version.into();
        self
    }

    /// Sets how many times faster than outside time passes for calls, 1 by default. Logins take the
    /// usual time.
    #[must_use]
    pub fn speed(mut self, times: u32) -> Self {
        self.speed = times;
        self
    }

    /// Sets the limits of the server, in place of [`Config::limits`].
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Starts the PBX on an address, in a thread of its own. The system chooses the port if it is
    /// 0.
    ///
    /// # Errors
    ///
    /// Those of the listener: the address may be in use. [`ErrorKind::InvalidInput`] for a version
    /// that is not made of numbers and dots, or is longer than 20 bytes, for speed 0, and for
    /// limits too small for any request.
    pub fn start(self, address: impl ToSocketAddrs) -> io::Result<Pbx> {
        let invalid = |why| io::Error::new(ErrorKind::InvalidInput, why);
        if !is_version(&self.ami_version) {
            return Err(invalid("the version of AMI is not of the form 11.0.0"));
        }
        if self.speed == 0 {
            return Err(invalid("time cannot stand still: the speed is 0"));
        }
        let listener = TcpListener::bind(address)?;
        let limits = self.limits.unwrap_or_else(|| self.config.limits());
        let engine = Engine::new(self.config, &self.ami_version, self.speed, dispatch::classes());
        Pbx::spawn(Server::new(listener, Session::new(self.ami_version), engine, limits)?)
    }
}

fn is_version(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= 20 && text.split('.').all(is_number)
}
