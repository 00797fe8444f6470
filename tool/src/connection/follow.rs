//! The options of the commands that follow what happens on a server.

use std::time::{Duration, Instant};

use clap::Args;
use embedded_ami::client::Backoff;
use embedded_ami::io::blocking::Follower;

use super::settings::can_wait;
use super::{Settings, Stream};
use crate::args::seconds;
use crate::failure::Failure;
use crate::output::Printer;

/// The longest time for which a login waits until the server is booted. It is shorter than the wait
/// for the logoff at the end of a command, so that a signal in between still leads to a logoff.
pub(crate) const BOOT_WAIT: Duration = Duration::from_millis(200);

/// The options of `events` and `calls` for their connection and its end.
#[derive(Args)]
#[group(skip)]
pub(crate) struct Follow {
    /// Stop after this time, counted from the login, or with --reconnect from the start
    #[arg(long = "for", value_name = "SECONDS", value_parser = seconds)]
    limit: Option<Duration>,
    /// Connect again whenever the connection is lost or cannot be made, and mark the gap
    #[arg(long, conflicts_with = "retry")]
    pub(crate) reconnect: bool,
    /// Longest wait before an attempt to connect again; waits grow up to it, and begin anew after a
    /// connection that lasted longer [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, requires = "reconnect")]
    max_wait: Option<Duration>,
    /// Ask the server for a sign of life after this time without a message [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    keepalive: Option<Duration>,
}

impl Follow {
    /// Returns the settings with those of these options.
    pub(crate) fn settings(&self, settings: &Settings) -> Result<Settings, Failure> {
        let mut settings = settings.clone();
        if let Some(time) = self.keepalive {
            settings.keepalive = can_wait(time, &"--keepalive").map_err(Failure::Usage)?;
        }
        settings.boot_wait = Some(BOOT_WAIT);
        Ok(settings)
    }

    /// Returns a follower with the wait of these options. The printer is told the secret.
    pub(crate) fn follower(
        &self,
        settings: &Settings,
        events: &str,
        printer: &mut Printer,
    ) -> Result<Follower<Stream>, Failure> {
        let follower = settings.follower(events, printer)?;
        Ok(match self.max_wait {
            Some(longest) => follower.backoff(backoff(longest)),
            None => follower,
        })
    }

    /// Returns the time at which a command ends that has begun at this one, if it has a limit.
    pub(crate) fn until(&self, begin: Instant) -> Option<Instant> {
        self.limit.and_then(|limit| begin.checked_add(limit))
    }
}

/// Returns a wait before an attempt to connect again that is never longer than this time.
fn backoff(longest: Duration) -> Backoff {
    let longest = u32::try_from(longest.as_millis()).unwrap_or(u32::MAX).max(1);
    Backoff::new(longest.min(200), longest)
}
