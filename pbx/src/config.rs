//! Users and settings in the format of Asterisk's `manager.conf`.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::Limits;
use embedded_ami::wire::Value;

use crate::acl::{Acl, parse_address};
use crate::config_error::Place;
use crate::filter::Filter;
use crate::model::Bytes;
use crate::parse::{assignment, pieces};
use crate::suggest::question;

/// Keys of the section `[general]`.
const GENERAL: [&str; 6] =
    ["bindaddr", "port", "authtimeout", "authlimit", "allowmultiplelogin", "channelvars"];

/// Keys of the section `[general]` that have no effect here, like `httptimeout` and those that
/// begin with `tls` or `ssl`. None of them restricts a user. Their values are yes or no.
const IGNORED: [&str; 8] = [
    "block-sockets",
    "brokeneventsaction",
    "debug",
    "displayconnects",
    "displaysystemname",
    "enabled",
    "timestampevents",
    "webenabled",
];

/// Keys of the section of a user.
const OF_USER: [&str; 10] = [
    "secret",
    "read",
    "write",
    "permit",
    "deny",
    "allowmultiplelogin",
    "eventfilter",
    "setvar",
    "writetimeout",
    "displayconnects",
];

/// Users and settings of a PBX, in the format of Asterisk's `manager.conf`.
///
/// The section `[general]` has settings, every other section is a user. `Debug` shows the names of
/// the users, but not their secrets.
///
/// ```
/// use embedded_ami_pbx::Config;
///
/// let config = Config::parse("\
/// [general]
/// authtimeout = 5              ; seconds that a client has to log in
/// authlimit = 20               ; connections that have not logged in
/// allowmultiplelogin = yes
/// channelvars = TESTVAR        ; variables shown in the events of channels
///
/// [admin]
/// secret = very-secret
/// read = all                   ; classes of events; none by default
/// write = call,originate       ; classes of actions; none by default
/// eventfilter = !Event: Newexten
/// setvar = TESTVAR=1           ; on the channels that the user originates
/// deny = 0.0.0.0/0.0.0.0       ; addresses from which the user cannot log in
/// permit = 127.0.0.1/255.255.255.0
/// ")?;
/// assert_eq!(config.limits().anonymous, 20);
/// assert_eq!(config.limits().timing.authentication, 5_000); // milliseconds
/// # Ok::<(), embedded_ami_pbx::ConfigError>(())
/// ```
///
/// # Keys
///
/// Keys are ignored only if they cannot restrict a user. These have no effect:
///
/// - in `[general]`: `enabled`, `webenabled`, `httptimeout`, `block-sockets`, `displayconnects`,
///   `displaysystemname`, `timestampevents`, `debug`, `brokeneventsaction`, and the keys that begin
///   with `tls` or `ssl`;
/// - in the section of a user: `writetimeout` and `displayconnects`.
///
/// Any other key that is not in the example, such as `acl` or `disabledevents`, is an error, and so
/// is a value that cannot be parsed, also one of a key without effect: a word that is neither yes
/// nor no, a port above 65,535, or a variable without `=`.
///
/// # Addresses
///
/// `permit` and `deny` have the meaning that they have in Asterisk. Each has networks separated by
/// commas, without blanks. A network is an address, alone or with a mask (`10.0.0.0/8`,
/// `10.0.0.0/255.0.0.0`, `fe80::/10`), and a `!` before it turns `permit` into `deny` and `deny`
/// into `permit`. The last network that contains the address of the client decides, and an address
/// that is in none of them is permitted. `0.0.0.0/0` contains no IPv6 address: deny `::/0`, too, to
/// exclude these. A client whose address is not permitted gets the same answer as for a wrong
/// secret.
///
/// # Classes
///
/// In `read` and `write`, Asterisk takes every word before a comma as the beginning of a label, so
/// that `a,call` means `all`, and an empty word means every class. Such words are an error here,
/// because they grant more than their author can have meant. Words that Asterisk ignores because
/// they are not classes, such as `cal`, or ` call` after a blank, are an error as well: they grant
/// less than was meant. `none` grants nothing, and so does `hookresponse`, a class without events
/// and actions.
#[derive(Clone)]
pub struct Config {
    pub(crate) users: Vec<User>,
    /// The names of the variables that events of channels show (`channelvars`).
    pub(crate) shown_variables: Vec<String>,
    address: Option<IpAddr>,
    port: Option<u16>,
    /// In seconds.
    auth_timeout: Option<u32>,
    auth_limit: Option<usize>,
    /// The setting for users that have none of their own.
    allows_multiple_logins: bool,
}

/// Shows the names of the users, but not their secrets.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.users.iter().map(|user| &user.name).collect();
        f.debug_struct("Config").field("users", &names).finish_non_exhaustive()
    }
}

/// A user, as described by a section of the configuration.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) name: String,
    /// The start of the section.
    pub(crate) place: Place,
    /// The addresses from which the user may log in.
    acl: Acl,
    pub(crate) secret: String,
    pub(crate) read: Classes,
    pub(crate) write: Classes,
    /// Whether the user may be logged in more than once at a time, or `None` for the general
    /// setting.
    allows_multiple_logins: Option<bool>,
    pub(crate) filters: Vec<Arc<Filter>>,
    /// The variables that are set on the channels that the user originates.
    pub(crate) variables: Vec<(Bytes, Bytes)>,
}

impl Config {
    /// Returns a configuration without users.
    pub(crate) fn empty() -> Self {
        Self {
            users: Vec::new(),
            shown_variables: Vec::new(),
            address: None,
            port: None,
            auth_timeout: None,
            auth_limit: None,
            allows_multiple_logins: true,
        }
    }

    /// Adds a user with every permission, and replaces a user of the same name.
    pub(crate) fn add(&mut self, name: &str, secret: &str) {
        self.users.retain(|user| !user.name.eq_ignore_ascii_case(name));
        let secret = secret.into();
        self.users.push(User {
            secret,
            read: Classes::ALL,
            write: Classes::ALL,
            ..User::new(name, Place::default())
        });
    }

    /// Returns the address to listen on, if the section `[general]` has the key `bindaddr`.
    ///
    /// As in Asterisk, it is an address and not a host name, and has no port.
    ///
    /// The PBX does not use it by itself. Pass it to [`Builder::start`](crate::Builder::start).
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// Returns the port to listen on, if the section `[general]` has the key `port`. With 0, the
    /// system chooses one.
    ///
    /// The PBX does not use it by itself. Pass it to [`Builder::start`](crate::Builder::start).
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Returns the limits of the server: [`Limits::DEFAULT`], with `authtimeout` and `authlimit` of
    /// the section `[general]` if it has them.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        if let Some(limit) = self.auth_limit {
            limits.anonymous = limit;
        }
        if let Some(seconds) = self.auth_timeout {
            limits.timing.authentication = seconds.saturating_mul(1000);
        }
        limits
    }

    /// Sets a key of the section `[general]`.
    pub(crate) fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key.to_ascii_lowercase().as_str() {
            "bindaddr" => {
                let address = parse_address(value);
                let wrong = || format!("{key} = {value}: not an address such as 127.0.0.1 or ::1");
                self.address = Some(address.ok_or_else(wrong)?);
            }
            "port" => {
                let wrong = |_| format!("{key} = {value}: not a port from 0 to 65535");
                self.port = Some(value.parse().map_err(wrong)?);
            }
            "authtimeout" => self.auth_timeout = Some(positive(key, value)?),
            "authlimit" => self.auth_limit = Some(positive::<usize>(key, value)?),
            "allowmultiplelogin" => self.allows_multiple_logins = flag(key, value)?,
            "channelvars" => self.shown_variables = value.split(',').map(|name| name.trim().into()).collect(),
            "httptimeout" => drop(positive::<u32>(key, value)?),
            other if IGNORED.contains(&other) => drop(flag(key, value)?),
            other if other.starts_with("tls") || other.starts_with("ssl") => {}
            _ => return Err(unknown(key, GENERAL.iter().chain(&IGNORED))),
        }
        Ok(())
    }

    /// Returns whether the user at this index may be logged in more than once at a time.
    pub(crate) fn allows_multiple_logins(&self, user: usize) -> bool {
        self.users
            .get(user)
            .and_then(|user| user.allows_multiple_logins)
            .unwrap_or(self.allows_multiple_logins)
    }

    /// Returns the index of the user with this name. The case of ASCII letters is ignored.
    pub(crate) fn find(&self, name: Value<'_>) -> Option<usize> {
        self.users.iter().position(|user| name.eq_ignore_ascii_case(&user.name))
    }
}

impl User {
    /// Returns a user without a secret and without permissions, who may log in from any address.
    pub(crate) fn new(name: &str, place: Place) -> Self {
        Self {
            name: name.into(),
            place,
            acl: Acl::default(),
            secret: String::new(),
            read: Classes::NONE,
            write: Classes::NONE,
            allows_multiple_logins: None,
            filters: Vec::new(),
            variables: Vec::new(),
        }
    }

    /// Returns whether the user may log in from this address. The user may not if the address is
    /// unknown.
    pub(crate) fn permits(&self, address: Option<IpAddr>) -> bool {
        address.is_some_and(|address| self.acl.permits(address))
    }

    /// Sets a key of the section of the user.
    pub(crate) fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let filter = |criteria: Option<&str>| {
            let filter = Filter::new(criteria.map(str::as_bytes), value.as_bytes());
            filter.map(Arc::new).map_err(|error| format!("{value}: {}", error.text()))
        };
        match key.to_ascii_lowercase().as_str() {
            "secret" => self.secret = value.into(),
            "read" => self.read = classes(key, value)?,
            "write" => self.write = classes(key, value)?,
            "permit" | "deny" => {
                let permits = key.eq_ignore_ascii_case("permit");
                self.acl.add(permits, value).map_err(|network| {
                    format!("{key} = {value}: {network:?} is not a network such as 10.0.0.0/8")
                })?;
            }
            "allowmultiplelogin" => self.allows_multiple_logins = Some(flag(key, value)?),
            "setvar" => {
                for piece in pieces(Value::new(value.as_bytes())) {
                    let wrong = || match String::from_utf8_lossy(&piece) {
                        whole if whole == value => {
                            format!("{key} = {value}: not a variable such as NAME=value")
                        }
                        part => format!(
                            "{key} = {value}: {part:?} is not a variable such as NAME=value; a comma in a \
                             value must be in double quotes"
                        ),
                    };
                    self.variables.push(assignment(&piece).ok_or_else(wrong)?);
                }
            }
            "eventfilter" => self.filters.push(filter(None)?),
            // In Asterisk `writetimeout` limits the wait for a client that does not read. Here this
            // time is the same for all users.
            "writetimeout" => drop(positive::<u32>(key, value)?),
            "displayconnects" => drop(flag(key, value)?),
            _ => match key.split_once('(') {
                Some((name, criteria)) if name.eq_ignore_ascii_case("eventfilter") => {
                    let criteria = criteria.strip_suffix(')').unwrap_or(criteria);
                    self.filters.push(filter(Some(criteria))?);
                }
                _ => return Err(unknown(key, &OF_USER)),
            },
        }
        Ok(())
    }
}

/// Returns the complaint about a key that is not one of those that are known.
fn unknown<'k>(key: &str, known: impl IntoIterator<Item = &'k &'static str>) -> String {
    format!("{key} is not supported{}", question(key, known.into_iter().copied()))
}

/// Parses a list of classes. Refuses numbers and words for yes or no, which are valid as event
/// masks of a login, but not as classes in this file. Refuses words that grant classes without
/// naming them, and words that grant nothing.
fn classes(key: &str, value: &str) -> Result<Classes, String> {
    let text = Value::new(value.as_bytes());
    if text.to_bool().is_some() || !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("{key} = {value}: not a list of classes such as call,agent or all"));
    }
    // Words of Asterisk that are not labels of classes with events or actions.
    const EMPTY: [&str; 2] = ["none", "hookresponse"];
    let labels = || Classes::LABELS.iter().map(|&(label, _)| label).chain(["all"]);
    let mut words = value.split(',').peekable();
    while let Some(word) = words.next() {
        let is_last = words.peek().is_none();
        if labels().any(|label| label == word) || EMPTY.contains(&word) || is_last && word.is_empty() {
            continue;
        }
        let suggestion = question(word, labels());
        return Err(match word {
            "" => format!("{key} = {value}: an empty word before a comma would grant every class"),
            _ if !is_last && labels().any(|label| label.starts_with(word)) => format!(
                "{key} = {value}: {word} is not a class, and would grant all that begin with it{suggestion}"
            ),
            // Blanks count in Asterisk.
            _ if labels().any(|label| label == word.trim()) => {
                format!("{key} = {value}: {word:?} is not a class; leave out the blanks")
            }
            _ => format!("{key} = {value}: {word} is not a class{suggestion}"),
        });
    }
    Ok(Classes::from_mask(text).unwrap_or(Classes::NONE))
}

/// Parses a word for yes or no.
fn flag(key: &str, value: &str) -> Result<bool, String> {
    Value::new(value.as_bytes()).to_bool().ok_or_else(|| format!("{key} = {value}: neither yes nor no"))
}

/// Parses a whole number of at least 1.
fn positive<N: std::str::FromStr + PartialOrd + Default>(key: &str, value: &str) -> Result<N, String> {
    let number = value.parse().ok().filter(|number| *number > N::default());
    number.ok_or_else(|| format!("{key} = {value}: not a whole number of at least 1"))
}
