use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use embedded_ami::io::blocking::{Disconnect, Error, Protocol};

use super::address::joined;
use super::layer::{self, Given, Layer, SecretFrom, Source};
use super::origin::Origin;
#[cfg(feature = "profiles")]
use super::profile;
use super::secret::{self, Secret};
use super::tls::Tls;
use super::{Options, Recorder, manager_conf};
use crate::args::{in_seconds, tenths};
use crate::failure::{Failure, warn};

/// The host, unless set.
pub(super) const HOST: &str = "127.0.0.1";
/// The time limit, unless set.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The time after which a Ping is sent, unless set.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// Returns the port, unless set. That for TLS is the default of Asterisk's `tlsbindaddr`.
pub(super) fn port(has_tls: bool) -> u16 {
    if has_tls { 5039 } else { 5038 }
}

/// Where to connect, as whom and for how long: each setting from the first of these that has it: an
/// option, `--manager-conf`, the environment, the profile, the default.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Option<Arc<Tls>>,
    user: Option<String>,
    secret: Option<SecretFrom>,
    /// The user and the secret with the places that they come from, for a login that is refused.
    origin: Origin,
    /// The limit for connecting, logging in and receiving the answer, all together.
    pub(crate) timeout: Duration,
    /// The part of it for connecting, up to the banner of the server.
    pub(super) connect_timeout: Duration,
    /// The number of further attempts after a connection that failed.
    pub(super) retry: u32,
    pub(super) plain: bool,
    pub(super) is_verbose: bool,
    /// The time without a message after which a client that waits for events sends a Ping.
    pub(crate) keepalive: Duration,
    /// The longest time for which a login waits until the server is booted, if not the usual one.
    pub(super) boot_wait: Option<Duration>,
    /// The recorder of what the server sends, if there is one.
    pub(crate) recorder: Option<Recorder>,
}

impl Settings {
    pub(super) fn new(options: &Options) -> Result<Self, Failure> {
        Self::find(options).map_err(Failure::Usage)
    }

    fn find(options: &Options) -> Result<Self, String> {
        let mut layers = vec![Layer::from_options(options)?, Layer::from_environment()?];
        let profile = Self::profile(options)?;
        let name = profile.as_ref().map(|(name, _)| name.clone());
        layers.extend(profile.map(|(_, layer)| layer));
        if let Some(path) = &options.manager_conf {
            let has_tls = first(&layers, |layer| &layer.tls).is_some_and(|(_, tls)| tls.value);
            let user = first(&layers, |layer| &layer.user).map(|(_, user)| user);
            let layer = manager_conf::layer(path, user, has_tls)?;
            layers.insert(1, layer);
        }
        let mut settings = Self::merge(&layers, options.verbose)?;
        settings.origin = Origin::find(&layers, name.as_deref());
        if let Some(name) = name {
            settings.keep_secret(&format!("the profile {name}"), layers.len() - 1, true, &layers)?;
        }
        if let Some(path) = &options.manager_conf {
            // The port can be one that is forwarded.
            settings.keep_secret(&path.display().to_string(), 1, false, &layers)?;
        }
        Ok(settings)
    }

    /// Returns the name and the settings of the profile, if there is one.
    #[cfg(feature = "profiles")]
    fn profile(options: &Options) -> Result<Option<(String, Layer)>, String> {
        let named = match options.profile.clone() {
            Some(value) => Some(Given { value, source: Source::Name("--profile") }),
            None => layer::text("AMI_PROFILE")?,
        };
        Ok(profile::find(named)?.map(|profile| (profile.name, profile.layer)))
    }

    /// Refuses the variables of profiles, which this build does not have.
    #[cfg(not(feature = "profiles"))]
    fn profile(_: &Options) -> Result<Option<(String, Layer)>, String> {
        match ["AMI_PROFILE", "AMI_CONFIG"].into_iter().find(|name| layer::variable(name).is_some()) {
            Some(name) => Err(format!("{name}: this build of ami has no profiles (feature profiles)")),
            None => Ok(None),
        }
    }

    /// Takes each setting from the first of the layers that has it.
    fn merge(layers: &[Layer], is_verbose: bool) -> Result<Self, String> {
        fn value<T: Clone>(layers: &[Layer], field: impl Fn(&Layer) -> &Option<Given<T>>) -> Option<T> {
            first(layers, field).map(|(_, given)| given.value.clone())
        }
        let host = value(layers, |layer| &layer.host).unwrap_or(HOST.into());
        let timeout = time(layers, |layer| &layer.timeout)?.unwrap_or(TIMEOUT);
        let tls = first(layers, |layer| &layer.tls).filter(|(_, tls)| tls.value);
        let tls = match tls {
            Some((_, Given { source, .. })) => Some(Arc::new(secure(layers, &host, source)?)),
            None => {
                no_tls(layers)?;
                None
            }
        };
        Ok(Self {
            port: value(layers, |layer| &layer.port).unwrap_or(port(tls.is_some())),
            host,
            tls,
            user: value(layers, |layer| &layer.user),
            secret: value(layers, |layer| &layer.secret),
            origin: Origin::default(),
            timeout,
            connect_timeout: connect_timeout(layers, timeout)?,
            retry: value(layers, |layer| &layer.retry).unwrap_or(0),
            plain: value(layers, |layer| &layer.plain).unwrap_or(false),
            is_verbose,
            keepalive: KEEPALIVE,
            boot_wait: None,
            recorder: None,
        })
    }

    /// Refuses to send the secret of the layer with this rank, which a profile or a `manager.conf`
    /// has, to another server than that of the layer. One that names neither a host nor a port is
    /// for any server. With `has_port`, another port of the same host is another server.
    fn keep_secret(&self, owner: &str, rank: usize, has_port: bool, layers: &[Layer]) -> Result<(), String> {
        let Some(own) = layers.get(rank) else { return Ok(()) };
        let is_own = first(layers, |layer| &layer.secret).is_some_and(|(found, _)| found == rank);
        if !is_own || own.host.is_none() && own.port.is_none() {
            return Ok(());
        }
        let host = own.host.as_ref().map_or(HOST, |host| &host.value);
        let port = own.port.as_ref().map_or(port(self.tls.is_some()), |port| port.value);
        let is_same_host = is_same_host(host, &self.host);
        if is_same_host && (port == self.port || !has_port) {
            return Ok(());
        }
        let other = match is_same_host {
            false => first(layers, |layer| &layer.host).map(|(_, given)| &given.source),
            true => first(layers, |layer| &layer.port).map(|(_, given)| &given.source),
        };
        let other = other.map_or(String::new(), |source| format!("{source}: "));
        Err(format!(
            "{other}the secret of {owner} is for {}, not for {}; give --secret-file or AMI_SECRET",
            joined(host, port),
            self.server()
        ))
    }

    /// Returns the server as errors name it.
    pub(crate) fn server(&self) -> String {
        joined(&self.host, self.port)
    }

    /// Returns the name and the secret of the user. Asks for the secret if no setting has it.
    pub(super) fn credentials(&self) -> Result<(&str, Secret), Failure> {
        let Some(user) = &self.user else {
            let text = match cfg!(feature = "profiles") {
                true => "no user: give --user, set AMI_USER, or use a profile",
                false => "no user: give --user or set AMI_USER",
            };
            return Err(Failure::Usage(text.into()));
        };
        let secret = match &self.secret {
            Some(SecretFrom::Text(secret, file)) => {
                file.as_deref().map(warn_about);
                Ok(secret.clone())
            }
            Some(SecretFrom::File(file)) => secret::from_file(file),
            None => secret::prompt(user),
        };
        Ok((user, secret.map_err(Failure::Usage)?))
    }

    /// Warns of an error that does not end the command. The next attempt follows after the wait.
    pub(crate) fn warn_of(&self, error: Error, wait: Option<Duration>) {
        let text = self.explain(error.into()).text().unwrap_or_default();
        let attempt = wait.map_or(String::new(), |wait| format!("; trying again in {} s", tenths(wait)));
        warn(&format!("{text}{attempt}"));
    }

    /// Names the server in a failure of its connection, and adds what the user could try.
    pub(crate) fn explain(&self, failure: Failure) -> Failure {
        let server = self.server();
        match failure {
            Failure::Client(
                error @ (Error::Silent { .. }
                | Error::NotAsterisk { protocol: Some(Protocol::Tls), .. }
                | Error::Disconnected(Disconnect::Rejected)),
            ) if self.tls.is_none() => {
                let hint = if self.port == port(true) {
                    "port 5039 is that of TLS, so try --tls"
                } else {
                    "if this is a port for TLS, use --tls"
                };
                Failure::Connection(format!("{server}: {error}; {hint}"))
            }
            Failure::Client(error @ Error::Refused { reason, .. }) => {
                let user = self.user.as_deref().unwrap_or_default();
                Failure::Login(format!("{error}{}", self.origin.hint(reason, user, &server)))
            }
            // An error of the tool explains itself.
            Failure::Client(Error::Connect(error)) if error.get_ref().is_some() => {
                Failure::Connection(format!("{server}: {error}"))
            }
            other => other.at(&server),
        }
    }
}

/// Returns whether two texts are the same name, or the same address in any form. All names of this
/// machine are the same.
fn is_same_host(one: &str, other: &str) -> bool {
    let address = |text: &str| match text.eq_ignore_ascii_case("localhost") {
        true => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        false => text.parse::<IpAddr>().ok(),
    };
    match (address(one), address(other)) {
        (Some(one), Some(other)) => one == other || one.is_loopback() && other.is_loopback(),
        _ => one.eq_ignore_ascii_case(other),
    }
}

/// Warns if other users can read a file that has a secret.
fn warn_about(file: &Path) {
    if let Ok(metadata) = file.metadata() {
        secret::warn_if_readable(&metadata, file);
    }
}

/// Returns a setting of the first layer that has it, and the number of that layer.
pub(super) fn first<T>(
    layers: &[Layer],
    field: impl Fn(&Layer) -> &Option<Given<T>>,
) -> Option<(usize, &Given<T>)> {
    let mut numbered = layers.iter().enumerate();
    numbered.find_map(|(number, layer)| Some((number, field(layer).as_ref()?)))
}

/// Returns a time limit that the library can wait for.
fn time(
    layers: &[Layer],
    field: impl Fn(&Layer) -> &Option<Given<Duration>>,
) -> Result<Option<Duration>, String> {
    first(layers, field).map(|(_, given)| can_wait(given.value, &given.source)).transpose()
}

/// Returns a time if the library can wait for it.
pub(super) fn can_wait(time: Duration, source: &dyn Display) -> Result<Duration, String> {
    match u32::try_from(time.as_millis()) {
        Ok(1..) => Ok(time),
        _ => Err(format!("{source}: not a time from 0.001 to {} seconds", u32::MAX / 1000)),
    }
}

/// Returns the limit for connecting. One that is longer than the whole limit is an error, unless
/// an origin of higher rank has shortened the whole.
fn connect_timeout(layers: &[Layer], timeout: Duration) -> Result<Duration, String> {
    let limit = time(layers, |layer| &layer.connect_timeout)?.unwrap_or(timeout);
    let whole = first(layers, |layer| &layer.timeout).map(|(rank, _)| rank);
    match first(layers, |layer| &layer.connect_timeout) {
        Some((rank, Given { source, .. })) if limit > timeout && whole.is_none_or(|whole| rank <= whole) => {
            Err(format!(
                "{source}: longer than the whole time limit, {} s; give a longer --timeout, too",
                in_seconds(timeout)
            ))
        }
        _ => Ok(limit.min(timeout)),
    }
}

/// The setting for which a connection over TLS is not possible, with the reason.
#[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "without TLS it is always the same"))]
pub(super) enum Culprit {
    /// TLS as such.
    Tls(String),
    /// The name of the server.
    Name(String),
    /// The certificates to trust.
    Ca(String),
}

/// Prepares TLS, for which `source` asks.
fn secure(layers: &[Layer], host: &str, source: &Source) -> Result<Tls, String> {
    let server_name = first(layers, |layer| &layer.server_name).map(|(_, name)| name);
    let ca = first(layers, |layer| &layer.ca);
    let insecure = first(layers, |layer| &layer.insecure).filter(|(_, insecure)| insecure.value);
    // A file that an origin of higher rank names is meant to be used.
    let insecure = insecure.filter(|(rank, _)| ca.is_none_or(|(own, _)| own >= *rank));
    if let (Some((rank, given)), Some((own, ca))) = (insecure, ca) {
        if rank == own {
            let (source, ca) = (&given.source, &ca.source);
            return Err(format!("{source}: the certificate is then not verified, but {ca} is for that"));
        }
    }
    let path = ca.map(|(_, ca)| ca.value.as_path());
    let tls = Tls::new(host, server_name.map(|name| name.value.as_str()), path, insecure.is_some());
    let tls = tls.map_err(|culprit| match (culprit, server_name, ca) {
        (Culprit::Name(why), Some(Given { source, .. }), _)
        | (Culprit::Ca(why), _, Some((_, Given { source, .. }))) => format!("{source}: {why}"),
        (Culprit::Name(why), None, _) => format!("{why}; give one with --server-name"),
        (Culprit::Tls(why) | Culprit::Ca(why), ..) => format!("{source}: {why}"),
    })?;
    if let Some((_, Given { source, .. })) = insecure {
        warn(&format!("{source}: the certificate of the server is not verified"));
    }
    Ok(tls)
}

/// Refuses settings of TLS for a connection without it: options, and a profile that does not decide
/// whether TLS is used. A profile that decides it, and the environment, may have them for other
/// connections.
fn no_tls(layers: &[Layer]) -> Result<(), String> {
    for (rank, layer) in layers.iter().enumerate() {
        if rank > 0 && layer.tls.is_some() {
            continue;
        }
        let sources = [
            layer.ca.as_ref().map(|given| &given.source),
            layer.insecure.as_ref().filter(|given| given.value).map(|given| &given.source),
            layer.server_name.as_ref().map(|given| &given.source),
        ];
        for source in sources.into_iter().flatten() {
            match source {
                Source::Name(name) if name.starts_with("AMI_") => {}
                Source::Name(name) => return Err(format!("{name}: only with --tls or amis://")),
                file => return Err(format!("{file}: only with tls = true")),
            }
        }
    }
    Ok(())
}
