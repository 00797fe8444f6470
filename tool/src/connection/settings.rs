use std::path::PathBuf;
use std::time::Duration;

use super::{Options, Recorder};
use crate::failure::Failure;

/// Where to connect, as whom and for how long: each setting from the first of these that has it: an
/// option, the environment, the profile, the default.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) user: Option<String>,
    pub(super) secret_file: Option<PathBuf>,
    /// The limit for connecting, logging in and receiving the answer, all together.
    pub(crate) timeout: Duration,
    pub(super) plain: bool,
    /// The time without a message after which a client that waits for events sends a Ping.
    pub(crate) keepalive: Duration,
    /// The recorder of what the server sends, if there is one.
    pub(crate) recorder: Option<Recorder>,
}

impl Settings {
    pub(super) fn new(options: &Options) -> Result<Self, Failure> {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let port = match (options.port, variable("AMI_PORT")) {
            (Some(port), _) => port,
            (None, Some(text)) => {
                text.parse().map_err(|_| Failure::Usage(format!("AMI_PORT: {text} is not a port")))?
            }
            (None, None) => 5038,
        };
        Ok(Self {
            host: options.host.clone().or(variable("AMI_HOST")).unwrap_or("127.0.0.1".into()),
            port,
            user: options.user.clone().or(variable("AMI_USER")),
            secret_file: options.secret_file.clone().or(variable("AMI_SECRET_FILE").map(PathBuf::from)),
            timeout: options.timeout.unwrap_or(Duration::from_secs(10)),
            plain: options.plain,
            keepalive: Duration::from_secs(30),
            recorder: None,
        })
    }

    /// Returns the server as errors name it.
    pub(crate) fn server(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}
