//! The settings of one origin: the options, the environment, or a file.

use std::ffi::OsString;
use std::fmt::{self, Display};
use std::path::PathBuf;
use std::time::Duration;

use super::Options;
use super::address::{self, Address};
use super::secret::{self, Secret};
use crate::args::seconds;
use crate::failure::warn;
use crate::usage::closest;

/// A setting, and the place that it comes from.
#[derive(Clone)]
pub(super) struct Given<T> {
    pub(super) value: T,
    pub(super) source: Source,
}

/// The place that a setting comes from, as errors name it.
#[derive(Clone)]
pub(super) enum Source {
    /// An option or an environment variable.
    Name(&'static str),
    /// A line of a file.
    File { file: PathBuf, line: usize, key: String },
}

impl Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::File { file, line, key } => write!(f, "{}:{line}: {key}", file.display()),
        }
    }
}

/// The secret, or the file that has it.
#[derive(Clone)]
pub(super) enum SecretFrom {
    /// The secret, and the file that it has been read from.
    Text(Secret, Option<PathBuf>),
    /// The file whose first line is the secret.
    File(PathBuf),
}

/// The settings of one origin. Those that it does not have are `None`.
#[derive(Default)]
pub(super) struct Layer {
    pub(super) host: Option<Given<String>>,
    pub(super) port: Option<Given<u16>>,
    pub(super) user: Option<Given<String>>,
    pub(super) secret: Option<Given<SecretFrom>>,
    pub(super) tls: Option<Given<bool>>,
    pub(super) ca: Option<Given<PathBuf>>,
    pub(super) insecure: Option<Given<bool>>,
    pub(super) server_name: Option<Given<String>>,
    pub(super) timeout: Option<Given<Duration>>,
    pub(super) connect_timeout: Option<Given<Duration>>,
    pub(super) retry: Option<Given<u32>>,
    pub(super) plain: Option<Given<bool>>,
}

impl Layer {
    /// Collects the settings of the command line.
    pub(super) fn from_options(options: &Options) -> Result<Self, String> {
        fn given<T: Clone>(option: &Option<T>, name: &'static str) -> Option<Given<T>> {
            option.clone().map(|value| Given { value, source: Source::Name(name) })
        }
        let flag = |is_set: bool, name| given(&is_set.then_some(true), name);
        let secret_file = options.secret_file.clone().map(SecretFrom::File);
        let mut layer = Self {
            port: given(&options.port, "--port"),
            user: given(&options.user, "--user"),
            secret: given(&secret_file, "--secret-file"),
            #[cfg(feature = "tls")]
            tls: flag(options.tls, "--tls"),
            #[cfg(feature = "tls")]
            ca: given(&options.ca, "--ca"),
            #[cfg(feature = "tls")]
            insecure: flag(options.insecure, "--insecure"),
            #[cfg(feature = "tls")]
            server_name: given(&options.server_name, "--server-name"),
            timeout: given(&options.timeout, "--timeout"),
            connect_timeout: given(&options.connect_timeout, "--connect-timeout"),
            retry: given(&options.retry, "--retry"),
            plain: flag(options.plain, "--plain"),
            ..Self::default()
        };
        if let Some(host) = given(&options.host, "--host") {
            layer.set_address(host)?;
        }
        Ok(layer)
    }

    /// Collects the settings of the environment, in which an empty variable is not set.
    pub(super) fn from_environment() -> Result<Self, String> {
        warn_of_unknown_variables();
        let mut layer = Self {
            port: parsed("AMI_PORT", address::port)?,
            user: text("AMI_USER")?,
            secret: from_variable("AMI_SECRET_FILE", |file| Ok(SecretFrom::File(file.into())))?,
            tls: parsed("AMI_TLS", yes_or_no)?,
            ca: from_variable("AMI_CA", |file| Ok(file.into()))?,
            server_name: text("AMI_SERVER_NAME")?,
            timeout: parsed("AMI_TIMEOUT", |text| seconds(text).map_err(|why| format!("{text:?} is {why}")))?,
            ..Self::default()
        };
        if let Some(secret) = secret::variable()? {
            let value = SecretFrom::Text(secret, None);
            layer.secret = Some(Given { value, source: Source::Name("AMI_SECRET") });
        }
        if let Some(host) = text("AMI_HOST")? {
            layer.set_address(host)?;
        }
        Ok(layer)
    }

    /// Sets the host and the other parts of an address. Call this after all other settings.
    ///
    /// # Errors
    ///
    /// The address cannot be parsed, or differs from a setting of this layer.
    pub(super) fn set_address(&mut self, given: Given<String>) -> Result<(), String> {
        let source = given.source;
        let address = Address::parse(&given.value).map_err(|why| format!("{source}: {why}"))?;
        agree(&mut self.port, address.port, &source, "the port")?;
        agree(&mut self.user, address.user, &source, "the user")?;
        match (&self.tls, address.tls) {
            (Some(tls), Some(own)) if tls.value != own => {
                let (scheme, with) = if own { ("amis", "with") } else { ("ami", "without") };
                let other = &tls.source;
                return Err(format!(
                    "{other}: the URL of {source} begins with {scheme}://, which is {with} TLS"
                ));
            }
            (None, Some(value)) => self.tls = Some(Given { value, source: source.clone() }),
            _ => {}
        }
        self.host = Some(Given { value: address.host, source });
        Ok(())
    }
}

/// Sets a setting to the part of an address, from which it must not differ.
fn agree<T: PartialEq + Display>(
    setting: &mut Option<Given<T>>,
    part: Option<T>,
    source: &Source,
    name: &str,
) -> Result<(), String> {
    let Some(value) = part else { return Ok(()) };
    match setting {
        Some(given) if given.value != value => {
            Err(format!("{}: {}, but {source} has {name} {value}", given.source, given.value))
        }
        _ => {
            *setting = Some(Given { value, source: source.clone() });
            Ok(())
        }
    }
}

/// Reads an environment variable. An empty one is not set.
pub(super) fn variable(name: &'static str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The variables that the tool reads, without their beginning.
const VARIABLES: [&str; 11] = [
    "HOST",
    "PORT",
    "USER",
    "SECRET",
    "SECRET_FILE",
    "TLS",
    "CA",
    "SERVER_NAME",
    "TIMEOUT",
    "CONFIG",
    "PROFILE",
];

/// The options that are not a variable.
const OPTIONS: [&str; 5] = ["CONNECT_TIMEOUT", "INSECURE", "MANAGER_CONF", "PLAIN", "RETRY"];

/// Warns of variables that are similar to those of the tool and as long, or are other words for
/// them, and would be ignored silently. All others can belong to another program.
fn warn_of_unknown_variables() {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in names {
        // Those of --exec are for the program that it runs, which can be this tool.
        let own = name.strip_prefix("AMI_").filter(|own| !matches!(*own, "EVENT" | "TIME" | "TAG"));
        let Some(own) = own.filter(|own| !own.starts_with("H_") && !VARIABLES.contains(own)) else {
            continue;
        };
        let hint = match own {
            _ if OPTIONS.contains(&own) => {
                format!("give --{}", own.to_ascii_lowercase().replace('_', "-"))
            }
            "PASSWORD" | "PASS" => "did you mean AMI_SECRET?".into(),
            "USERNAME" => "did you mean AMI_USER?".into(),
            _ => match closest(own, VARIABLES).filter(|known| known.len().abs_diff(own.len()) < 2) {
                Some(meant) => format!("did you mean AMI_{meant}?"),
                None => continue,
            },
        };
        warn(&format!("{name}: there is no variable of this name; {hint}"));
    }
}

fn from_variable<T>(
    name: &'static str,
    parse: impl FnOnce(OsString) -> Result<T, String>,
) -> Result<Option<Given<T>>, String> {
    let value = variable(name).map(parse).transpose().map_err(|why| format!("{name}: {why}"))?;
    Ok(value.map(|value| Given { value, source: Source::Name(name) }))
}

/// Returns the text of an environment variable.
pub(super) fn text(name: &'static str) -> Result<Option<Given<String>>, String> {
    from_variable(name, |value| value.into_string().map_err(|_| "not UTF-8".into()))
}

fn parsed<T>(
    name: &'static str,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<Given<T>>, String> {
    let parse = |text: String| parse(&text).map_err(|why| format!("{name}: {why}"));
    let Some(Given { value, source }) = text(name)? else { return Ok(None) };
    Ok(Some(Given { value: parse(value)?, source }))
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "yes" | "true" | "on" => Ok(true),
        "0" | "no" | "false" | "off" => Ok(false),
        _ => Err(format!("{text:?} is neither yes nor no")),
    }
}
