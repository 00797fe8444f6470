//! The servers under test: the PBX, and real Asterisk if its ports are in the environment.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use embedded_ami::action::Raw;
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::server::Limits;
use embedded_ami::io::blocking::{Client, Error};
use embedded_ami_pbx::Pbx;

pub const USER: &str = "admin";
pub const SECRET: &str = "adminsecret";

/// Held for writing by the test that kills Asterisk, and for reading by all others that use it.
pub static ASTERISK: RwLock<()> = RwLock::new(());

/// A server under test.
pub struct Target {
    pub name: &'static str,
    pub address: SocketAddr,
    /// The PBX runs as long as this exists.
    _pbx: Option<Pbx>,
    /// The server is not killed as long as this exists.
    _lock: Option<RwLockReadGuard<'static, ()>>,
}

impl Target {
    pub fn pbx() -> Self {
        let limits = Limits::DEFAULT.anonymous(400);
        let pbx = Pbx::builder().user(USER, SECRET).limits(limits).start("127.0.0.1:0").expect("a PBX");
        Self { name: "PBX", address: pbx.local_addr(), _pbx: Some(pbx), _lock: None }
    }

    /// Returns the server whose port this variable has, or `None` after a line that it is skipped.
    pub fn asterisk(name: &'static str, variable: &str) -> Option<Self> {
        match std::env::var(variable) {
            Ok(port) => {
                let address = (Ipv4Addr::LOCALHOST, port.parse().expect("a port")).into();
                let lock = ASTERISK.read().unwrap_or_else(PoisonError::into_inner);
                Some(Self { name, address, _pbx: None, _lock: Some(lock) })
            }
            Err(_) => {
                println!("{name}: skipped, since {variable} is not set; tests/faults.sh sets it");
                None
            }
        }
    }

    /// Checks that a new connection works. The time-out is long, because Asterisk 16 sometimes sent
    /// no banner for more than 5 s after many connections that had ended before a login.
    pub fn check(&self) -> Result<(), Error> {
        let mut client = Client::connect(self.address, Duration::from_secs(60))?;
        client.login(&Credentials::new(USER, SECRET))?;
        client.send(&Raw::without_headers("Ping"))?;
        client.log_off()
    }
}

/// Makes each of these functions a test for each server.
macro_rules! each_target {
    ($($test:ident),* $(,)?) => {
        mod pbx {
            $( #[test] fn $test() { super::$test(&crate::target::Target::pbx()) } )*
        }
        mod asterisk_16 {
            $( #[test] fn $test() {
                crate::target::Target::asterisk("Asterisk 16", "AMI_PORT_16").iter().for_each(super::$test)
            } )*
        }
        mod asterisk_22 {
            $( #[test] fn $test() {
                crate::target::Target::asterisk("Asterisk 22", "AMI_PORT_22").iter().for_each(super::$test)
            } )*
        }
    };
}
