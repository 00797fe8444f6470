//! Users and settings in the format of Asterisk's `manager.conf`.

use std::error::Error;
use std::fmt::{self, Write as _};

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::Limits;
use embedded_ami::wire::Value;
use ini_roundtrip::{Item, Parser};

use crate::filter::{Filter, FilterError};
use crate::model::Bytes;
use crate::parse::assignments;

/// Keys that are accepted and ignored. They have no meaning in a PBX without TLS, HTTP and console,
/// and none of them restricts a user.
const IGNORED: [&str; 9] = [
    "block-sockets",
    "displayconnects",
    "enabled",
    "httptimeout",
    "tlsbindaddr",
    "tlscertfile",
    "tlsenable",
    "tlsprivatekey",
    "webenabled",
];

/// Users and settings of a PBX, in the format of Asterisk's `manager.conf`.
///
/// The section `[general]` has settings, every other section is a user. Keys are ignored only if
/// they have no meaning here and cannot restrict a user; any other unknown key is an error.
/// `Debug` shows the names of the users, but not their secrets.
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
/// ")?;
/// assert_eq!(config.limits().anonymous, 20);
/// assert_eq!(config.limits().timing.authentication, 5_000); // milliseconds
/// # Ok::<(), embedded_ami_pbx::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Config {
    pub(crate) users: Vec<User>,
    /// The names of the variables that events of channels show (`channelvars`).
    pub(crate) shown_variables: Vec<String>,
    address: Option<String>,
    port: Option<String>,
    /// In seconds.
    auth_timeout: Option<u32>,
    auth_limit: Option<usize>,
    /// The setting for users that have none of their own.
    allows_multiple_logins: bool,
}

/// The reason why a configuration was refused, with the number of the line.
///
/// ```
/// use embedded_ami_pbx::Config;
///
/// let error = Config::parse("[admin]\nsecret = x\npermit = 10.0.0.0/8\n").unwrap_err();
/// assert_eq!(error.line(), 3);
/// assert_eq!(error.reason(), "permit is not supported");
/// assert_eq!(error.to_string(), "line 3: permit is not supported");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    line: usize,
    reason: String,
}

impl ConfigError {
    /// Returns the number of the line, counted from 1, or 0 if the text is empty.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// Returns the reason, without the number of the line. It may quote the line.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl Error for ConfigError {}

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
    name: String,
    pub(crate) secret: String,
    pub(crate) read: Classes,
    pub(crate) write: Classes,
    /// Whether the user may be logged in more than once at a time, or `None` for the general
    /// setting.
    allows_multiple_logins: Option<bool>,
    pub(crate) filters: Vec<Filter>,
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
        self.users.push(User { secret, read: Classes::ALL, write: Classes::ALL, ..User::new(name) });
    }

    /// Parses the text of a configuration file.
    ///
    /// # Errors
    ///
    /// Returns an error if a line cannot be parsed, a key is not supported (such as `permit`, which
    /// would restrict a user), a user has no secret or is defined twice, or the text has no users.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        Self::read(text).map_err(|(line, reason)| ConfigError { line, reason })
    }

    /// Returns the address to listen on, if the section `[general]` has the key `bindaddr`.
    ///
    /// The PBX does not use it by itself. Pass it to [`Builder::start`](crate::Builder::start).
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// Returns the port to listen on, if the section `[general]` has the key `port`. The text is
    /// not checked.
    ///
    /// The PBX does not use it by itself. Pass it to [`Builder::start`](crate::Builder::start).
    #[must_use]
    pub fn port(&self) -> Option<&str> {
        self.port.as_deref()
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

    /// Parses a configuration. An error has the number of the line and the reason.
    fn read(text: &str) -> Result<Self, (usize, String)> {
        let mut config = Self::empty();
        let text = without_comments(text)?;
        // Every item is one line, except the end of a section.
        let items = Parser::new(&text).filter(|item| !matches!(item, Item::SectionEnd));
        let mut section = Section::None;
        // The line where the section of the last user begins.
        let mut start = 0;
        for (line, item) in (1_usize..).zip(items) {
            let at_line = |why: String| (line, why);
            match item {
                Item::Section { name, .. } => {
                    config.complete(start)?;
                    section = match name {
                        _ if name.eq_ignore_ascii_case("general") => Section::General,
                        _ if config.find(Value::new(name.as_bytes())).is_some() => {
                            return Err((line, format!("user {name} is defined twice")));
                        }
                        _ => {
                            config.users.push(User::new(name));
                            Section::User
                        }
                    };
                    start = line;
                }
                Item::Property { key, val: Some(value), raw } => {
                    // `key => value` has the same meaning.
                    let is_arrow = raw.split_once('=').is_some_and(|(_, rest)| rest.starts_with('>'));
                    let after_arrow = value.strip_prefix('>').filter(|_| is_arrow);
                    let value = after_arrow.map_or(value, str::trim_start);
                    match (section, config.users.last_mut()) {
                        (Section::General, _) => config.set(key, value).map_err(at_line)?,
                        (Section::User, Some(user)) => user.set(key, value).map_err(at_line)?,
                        _ => return Err((line, format!("{key} is outside a section"))),
                    }
                }
                Item::Blank { .. } => {}
                Item::Comment { raw } => return Err((line, format!("{raw}: directives are not supported"))),
                Item::Error(raw) if raw.contains("](") => {
                    return Err((line, format!("{raw}: templates are not supported")));
                }
                // The text of the line is not repeated: it may be a secret.
                Item::Property { .. } | Item::Error(_) => {
                    return Err((line, "neither a section nor key = value".into()));
                }
                Item::SectionEnd => {}
            }
        }
        config.complete(start)?;
        if config.users.is_empty() {
            return Err((text.lines().count(), "the configuration has no users".into()));
        }
        Ok(config)
    }

    /// Checks the user whose section has ended.
    fn complete(&self, line: usize) -> Result<(), (usize, String)> {
        match self.users.last() {
            Some(user) if user.secret.is_empty() => Err((line, format!("user {} has no secret", user.name))),
            _ => Ok(()),
        }
    }

    /// Sets a key of the section `[general]`.
    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key.to_ascii_lowercase().as_str() {
            "bindaddr" => self.address = Some(value.into()),
            "port" => self.port = Some(value.into()),
            "authtimeout" => self.auth_timeout = Some(positive(key, value)?),
            "authlimit" => self.auth_limit = Some(positive::<usize>(key, value)?),
            "allowmultiplelogin" => self.allows_multiple_logins = flag(key, value)?,
            "channelvars" => self.shown_variables = value.split(',').map(|name| name.trim().into()).collect(),
            other if IGNORED.contains(&other) => {}
            _ => return Err(format!("{key} is not supported")),
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

/// The kind of section that the parser is in.
#[derive(Clone, Copy)]
enum Section {
    None,
    General,
    User,
}

impl User {
    /// Returns a user without a secret and without permissions.
    fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            secret: String::new(),
            read: Classes::NONE,
            write: Classes::NONE,
            allows_multiple_logins: None,
            filters: Vec::new(),
            variables: Vec::new(),
        }
    }

    /// Sets a key of the section of the user.
    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let filter = |filter: Result<Filter, FilterError>| {
            filter.map_err(|error| format!("{value}: {}", error.text()))
        };
        match key.to_ascii_lowercase().as_str() {
            "secret" => self.secret = value.into(),
            "read" => self.read = classes(key, value)?,
            "write" => self.write = classes(key, value)?,
            "allowmultiplelogin" => self.allows_multiple_logins = Some(flag(key, value)?),
            "setvar" => self.variables.extend(assignments(Value::new(value.as_bytes()))),
            "eventfilter" => self.filters.push(filter(Filter::plain(value.as_bytes()))?),
            // In Asterisk `writetimeout` limits the wait for a client that does not read. Here this
            // time is the same for all users.
            "writetimeout" | "displayconnects" => {}
            _ => match key.split_once('(') {
                Some((name, criteria)) if name.eq_ignore_ascii_case("eventfilter") => {
                    let criteria = criteria.strip_suffix(')').unwrap_or(criteria);
                    self.filters.push(filter(Filter::with_criteria(criteria.as_bytes(), value.as_bytes()))?);
                }
                _ => return Err(format!("{key} is not supported")),
            },
        }
        Ok(())
    }
}

/// Parses a list of classes. Numbers and words for yes or no are refused: they are valid as event
/// masks of a login, but not as classes in this file.
fn classes(key: &str, value: &str) -> Result<Classes, String> {
    let text = Value::new(value.as_bytes());
    if text.to_bool().is_some() || !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("{key} = {value}: not a list of classes such as call,agent or all"));
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

/// Returns the text without its comments, which begin with a semicolon. A backslash before a
/// semicolon makes it part of the value.
fn without_comments(text: &str) -> Result<String, (usize, String)> {
    let mut plain = String::new();
    for (line, text) in (1_usize..).zip(text.lines()) {
        let mut content = String::new();
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' if characters.peek().is_some_and(|&(_, next)| next == ';') => {
                    characters.next();
                    content.push(';');
                }
                ';' => {
                    let comment = text.get(at..).unwrap_or_default();
                    if comment.starts_with(";--") && !comment.starts_with(";---") {
                        return Err((line, "block comments (;-- to --;) are not supported".into()));
                    }
                    break;
                }
                _ => content.push(character),
            }
        }
        // The parser would take a line that begins with an escaped semicolon for a comment.
        if content.trim_start().starts_with(';') {
            return Err((line, "neither a section nor key = value".into()));
        }
        let _ = writeln!(plain, "{}", content.trim());
    }
    Ok(plain)
}
