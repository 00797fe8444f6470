//! The profiles of the configuration files, in TOML.

use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

use super::layer::{self, Given, Layer, SecretFrom, Source};
use super::secret::Secret;
use crate::args::seconds;
use crate::failure::warn;
use crate::usage::closest;

/// The configuration of the machine.
const SYSTEM: &str = "/etc/ami.toml";
/// The profile that is used if none is named.
const DEFAULT: &str = "default";
/// The keys of a profile.
const KEYS: [&str; 13] = [
    "host",
    "port",
    "user",
    "secret",
    "secret-file",
    "tls",
    "ca",
    "insecure",
    "server-name",
    "timeout",
    "connect-timeout",
    "retry",
    "plain",
];

type Value<'t> = Spanned<DeValue<'t>>;

/// The settings that a configuration file has for one server.
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    pub(super) layer: Layer,
}

/// Returns the profile with this name, which `source` has given. Without a name, returns the
/// profile `default` if there is one.
///
/// # Errors
///
/// No file has the profile, or a file cannot be read or parsed.
pub(super) fn find(name: Option<Given<String>>) -> Result<Option<Profile>, String> {
    let mut others = Vec::new();
    let files = files()?;
    let wanted = name.as_ref().map_or(DEFAULT, |name| &name.value);
    for file in &files {
        let read = match read(file) {
            // A user who names no profile may do without the configuration of the machine.
            Err(error) if error.is_permission && name.is_none() && !file.is_required => {
                warn(&error.text);
                continue;
            }
            read => read.map_err(|error| error.text)?,
        };
        for profile in read {
            if profile.name == wanted {
                return Ok(Some(profile));
            }
            others.push(profile.name);
        }
    }
    let Some(Given { value, source }) = name else { return Ok(None) };
    let names: Vec<_> = files.iter().map(|file| file.path.display().to_string()).collect();
    let hint = match closest(&value, others.iter().map(String::as_str)) {
        Some(close) => format!("; did you mean {close}?"),
        None if others.is_empty() => String::new(),
        None => format!("; there are {}", others.join(", ")),
    };
    Err(format!("{source}: no profile {value:?} in {}{hint}", names.join(" or in ")))
}

/// Returns all profiles, those of the first file first. One that a file before has, too, is never
/// used.
pub(crate) fn all() -> Result<Vec<Profile>, String> {
    let mut profiles = Vec::new();
    for file in files()? {
        match read(&file) {
            Err(error) if error.is_permission && !file.is_required => warn(&error.text),
            read => profiles.extend(read.map_err(|error| error.text)?),
        }
    }
    Ok(profiles)
}

impl Profile {
    /// Returns the server as a URL, without the user.
    pub(crate) fn server(&self) -> String {
        let layer = &self.layer;
        let has_tls = layer.tls.as_ref().is_some_and(|tls| tls.value);
        let host = layer.host.as_ref().map_or(super::settings::HOST, |host| &host.value);
        let port = layer.port.as_ref().map_or(super::settings::port(has_tls), |port| port.value);
        format!("{}://{}", if has_tls { "amis" } else { "ami" }, super::address::joined(host, port))
    }

    pub(crate) fn user(&self) -> Option<&str> {
        self.layer.user.as_ref().map(|user| user.value.as_str())
    }
}

/// A configuration file, which need not exist.
struct File {
    path: PathBuf,
    /// Whether the user has named it, so that it must exist.
    is_required: bool,
}

/// Returns the configuration files, the most important first.
fn files() -> Result<Vec<File>, String> {
    if let Some(path) = layer::variable("AMI_CONFIG") {
        return Ok(vec![File { path: path.into(), is_required: true }]);
    }
    // The XDG Base Directory Specification requires programs to ignore a relative folder.
    let folder = layer::variable("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = folder.or_else(|| match cfg!(windows) {
        true => layer::variable("APPDATA").map(PathBuf::from),
        false => home().map(|home| home.join(".config")),
    });
    let own = folder.map(|folder| folder.join("ami").join("config.toml"));
    let paths = own.into_iter().chain([PathBuf::from(SYSTEM)]);
    Ok(paths.map(|path| File { path, is_required: false }).collect())
}

fn home() -> Option<PathBuf> {
    layer::variable("HOME").map(PathBuf::from)
}

/// The reason for which a file cannot be used.
struct ReadError {
    text: String,
    /// Whether the user may not read the file.
    is_permission: bool,
}

/// Reads the profiles of a file.
fn read(file: &File) -> Result<Vec<Profile>, ReadError> {
    let path = &file.path;
    let text = match fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == ErrorKind::NotFound && !file.is_required => return Ok(Vec::new()),
        // A home that is a file cannot have one.
        Err(error) if error.kind() == ErrorKind::NotADirectory && !file.is_required => return Ok(Vec::new()),
        Err(error) => {
            let reason = match (error.kind(), file.is_required) {
                (ErrorKind::InvalidData, _) => "not UTF-8".into(),
                (_, true) => format!("{error} (AMI_CONFIG names this file)"),
                (_, false) => error.to_string(),
            };
            let is_permission = error.kind() == ErrorKind::PermissionDenied;
            return Err(ReadError { text: format!("{}: {reason}", path.display()), is_permission });
        }
    };
    let source = Text { path, text: &text };
    source.profiles().map_err(|text| ReadError { text, is_permission: false })
}

/// The text of a file, whose positions are numbers of lines in errors.
#[derive(Clone, Copy)]
struct Text<'t> {
    path: &'t Path,
    text: &'t str,
}

impl<'t> Text<'t> {
    fn line(self, span: &Range<usize>) -> usize {
        let before = self.text.as_bytes().get(..span.start).unwrap_or(self.text.as_bytes());
        before.iter().filter(|&&byte| byte == b'\n').count() + 1
    }

    fn error(self, span: Range<usize>, reason: &str) -> String {
        format!("{}:{}: {reason}", self.path.display(), self.line(&span))
    }

    fn profiles(self) -> Result<Vec<Profile>, String> {
        let table = DeTable::parse(self.text).map_err(|error| {
            // Hints follow on further lines.
            let reason = error.message().lines().collect::<Vec<_>>().join("; ");
            let span = error.span().unwrap_or_default();
            let line = self.text.lines().nth(self.line(&span) - 1).unwrap_or_default();
            // A mistake that is made often, and that the parser reports as a wrong number.
            let is_bare = line.split_once('=').is_some_and(|(_, value)| !value.contains(['"', '\'']));
            let hint = if is_bare { "; a text must be in quotes" } else { "" };
            self.error(span, &format!("not TOML: {reason}{hint}"))
        })?;
        let mut profiles = Vec::new();
        for (name, value) in table.get_ref() {
            let Some(fields) = value.get_ref().as_table() else {
                let reason =
                    format!("{} is outside a profile: it belongs after a line [NAME]", name.get_ref());
                return Err(self.error(name.span(), &reason));
            };
            let name = name.get_ref().to_string();
            profiles.push(Profile { name, file: self.path.into(), layer: self.layer(fields)? });
        }
        Ok(profiles)
    }

    fn layer(self, fields: &DeTable<'t>) -> Result<Layer, String> {
        let mut layer = Layer::default();
        let mut host = None;
        for (key, value) in fields {
            let name = key.get_ref().as_ref();
            let field = Field { text: self, key: name, line: self.line(&key.span()), value };
            match name {
                "host" => host = Some(field.string()?),
                "port" => layer.port = Some(field.port()?),
                "user" => layer.user = Some(field.string()?),
                "secret" | "secret-file" => {
                    if layer.secret.is_some() {
                        return Err(self.error(key.span(), "a profile has either secret or secret-file"));
                    }
                    layer.secret = Some(match name {
                        "secret" => field.given(SecretFrom::Text(
                            Secret::new(field.string()?.value),
                            Some(self.path.into()),
                        )),
                        _ => field.given(SecretFrom::File(field.path()?.value)),
                    });
                }
                "tls" => layer.tls = Some(field.flag()?),
                "ca" => layer.ca = Some(field.path()?),
                "insecure" => layer.insecure = Some(field.flag()?),
                "server-name" => layer.server_name = Some(field.string()?),
                "timeout" => layer.timeout = Some(field.time()?),
                "connect-timeout" => layer.connect_timeout = Some(field.time()?),
                "retry" => layer.retry = Some(field.number()?),
                "plain" => layer.plain = Some(field.flag()?),
                _ => {
                    let hint = match closest(name, KEYS) {
                        None if name.starts_with("pass") => "did you mean secret-file or secret?".into(),
                        Some(close) => format!("did you mean {close}?"),
                        None => format!("a profile has {}", KEYS.join(", ")),
                    };
                    return Err(self.error(key.span(), &format!("unknown key {name}; {hint}")));
                }
            }
        }
        if let Some(host) = host {
            layer.set_address(host)?;
        }
        Ok(layer)
    }
}

/// A key of a profile with its value.
#[derive(Clone, Copy)]
struct Field<'f, 't> {
    text: Text<'t>,
    key: &'f str,
    line: usize,
    value: &'f Value<'t>,
}

impl Field<'_, '_> {
    fn given<T>(self, value: T) -> Given<T> {
        let (file, key) = (self.text.path.into(), self.key.into());
        Given { value, source: Source::File { file, line: self.line, key } }
    }

    /// Returns the value, or an error if it is not what it is expected to be.
    fn expect<T>(self, value: Option<T>, expected: &str) -> Result<Given<T>, String> {
        match value {
            Some(value) => Ok(self.given(value)),
            None => Err(self.text.error(self.value.span(), &format!("{}: not {expected}", self.key))),
        }
    }

    fn string(self) -> Result<Given<String>, String> {
        let text = self.value.get_ref().as_str().filter(|text| !text.is_empty());
        self.expect(text.map(str::to_owned), "a text in quotes, which must not be empty")
    }

    fn flag(self) -> Result<Given<bool>, String> {
        self.expect(self.value.get_ref().as_bool(), "true or false")
    }

    fn port(self) -> Result<Given<u16>, String> {
        let port = self.integer().and_then(|number| u16::try_from(number).ok()).filter(|&port| port > 0);
        self.expect(port, "a port, a number from 1 to 65535 without quotes")
    }

    fn number(self) -> Result<Given<u32>, String> {
        let number = self.integer().and_then(|number| u32::try_from(number).ok());
        self.expect(number, "a whole number of at least 0")
    }

    fn integer(self) -> Option<u64> {
        let number = self.value.get_ref().as_integer()?;
        u64::from_str_radix(number.as_str(), number.radix()).ok()
    }

    fn time(self) -> Result<Given<Duration>, String> {
        let value = self.value.get_ref();
        let whole = self.integer().map(|number| number.to_string());
        let text = whole.or_else(|| value.as_float().map(|number| number.as_str().to_owned()));
        self.expect(text.and_then(|text| seconds(&text).ok()), "a number of seconds above 0")
    }

    /// Returns a path. A relative one is relative to the folder of the file, and `~` is the home of
    /// the user.
    fn path(self) -> Result<Given<PathBuf>, String> {
        let Given { value, source } = self.string()?;
        let value = match value.strip_prefix("~/").zip(home()) {
            Some((rest, home)) => home.join(rest),
            None => self.text.path.parent().unwrap_or(Path::new("")).join(value),
        };
        Ok(Given { value, source })
    }
}
