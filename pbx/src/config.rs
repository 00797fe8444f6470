//! The users of `ami serve`: one, or those of a file like Asterisk's `manager.conf`.

use std::fmt::Write as _;
use std::path::Path;

use embedded_ami::classes::Classes;
use embedded_ami::wire::Value;
use ini_roundtrip::{Item, Parser};

use crate::pbx::filter::Filter;
use crate::pbx::{Bytes, assignments};

/// Keys that have no meaning here and take nothing from what anybody may do: there is no TLS, no HTTP, no console.
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

pub(crate) struct Users {
    pub(crate) list: Vec<User>,
    /// What events of channels show: `channelvars`.
    pub(crate) shown_variables: Vec<String>,
    pub(crate) address: Option<String>,
    pub(crate) port: Option<String>,
    /// Seconds.
    pub(crate) auth_timeout: Option<u32>,
    pub(crate) auth_limit: Option<usize>,
    /// Of users that do not say so themselves.
    allows_more: bool,
}

pub(crate) struct User {
    name: String,
    pub(crate) secret: String,
    pub(crate) read: Classes,
    pub(crate) write: Classes,
    /// He may be logged in more than once at a time.
    allows_more: Option<bool>,
    pub(crate) filters: Vec<Filter>,
    /// Set on the channels that he originates.
    pub(crate) variables: Vec<(Bytes, Bytes)>,
}

impl Users {
    fn none() -> Self {
        let list = Vec::new();
        Self {
            list,
            shown_variables: Vec::new(),
            address: None,
            port: None,
            auth_timeout: None,
            auth_limit: None,
            allows_more: true,
        }
    }

    /// One, who may do everything.
    pub(crate) fn one(name: &str, secret: String) -> Self {
        let mut user = User::new(name);
        user.secret = secret;
        user.read = Classes::ALL;
        user.write = Classes::ALL;
        Self { list: vec![user], ..Self::none() }
    }

    /// Those of a file. Errors name the file, the line, and the reason.
    pub(crate) fn read(file: &Path) -> Result<Self, String> {
        let failed = |why: &dyn std::fmt::Display| format!("{}: {why}", file.display());
        let text = std::fs::read_to_string(file).map_err(|error| failed(&error))?;
        Self::parse(&text).map_err(|(line, why)| format!("{}:{line}: {why}", file.display()))
    }

    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut users = Self::none();
        let text = without_comments(text)?;
        // Items stand for lines, but for one: the end of a section.
        let items = Parser::new(&text).filter(|item| !matches!(item, Item::SectionEnd));
        let mut section = Section::None;
        // Where the last user's section begins.
        let mut start = 0;
        for (line, item) in (1_usize..).zip(items) {
            let at_line = |why: String| (line, why);
            match item {
                Item::Section { name, .. } => {
                    users.complete(start)?;
                    section = match name {
                        _ if name.eq_ignore_ascii_case("general") => Section::General,
                        _ if users.find(Value::new(name.as_bytes())).is_some() => {
                            return Err((line, format!("there is a user {name} already")));
                        }
                        _ => {
                            users.list.push(User::new(name));
                            Section::User
                        }
                    };
                    start = line;
                }
                Item::Property { key, val: Some(value), raw } => {
                    // `key => value` is the same.
                    let is_arrow = raw.split_once('=').is_some_and(|(_, rest)| rest.starts_with('>'));
                    let behind = value.strip_prefix('>').filter(|_| is_arrow);
                    let value = behind.map_or(value, str::trim_start);
                    match (section, users.list.last_mut()) {
                        (Section::General, _) => users.set(key, value).map_err(at_line)?,
                        (Section::User, Some(user)) => user.set(key, value).map_err(at_line)?,
                        _ => return Err((line, format!("{key} stands in no section"))),
                    }
                }
                Item::Blank { .. } => {}
                Item::Comment { raw } => return Err((line, format!("{raw}: directives are not supported"))),
                Item::Error(raw) if raw.contains("](") => {
                    return Err((line, format!("{raw}: templates are not supported")));
                }
                Item::Property { raw, .. } | Item::Error(raw) => {
                    return Err((line, format!("{raw}: neither a section nor key = value")));
                }
                Item::SectionEnd => {}
            }
        }
        users.complete(start)?;
        if users.list.is_empty() {
            return Err((text.lines().count(), "there is no user".into()));
        }
        Ok(users)
    }

    /// Checks the user whose section has ended.
    fn complete(&self, line: usize) -> Result<(), (usize, String)> {
        match self.list.last() {
            Some(user) if user.secret.is_empty() => Err((line, format!("user {} has no secret", user.name))),
            _ => Ok(()),
        }
    }

    /// A key of the section general.
    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key.to_ascii_lowercase().as_str() {
            "bindaddr" => self.address = Some(value.into()),
            "port" => self.port = Some(value.into()),
            "authtimeout" => self.auth_timeout = Some(positive(key, value)?),
            "authlimit" => self.auth_limit = Some(positive::<usize>(key, value)?),
            "allowmultiplelogin" => self.allows_more = flag(key, value)?,
            "channelvars" => self.shown_variables = value.split(',').map(|name| name.trim().into()).collect(),
            other if IGNORED.contains(&other) => {}
            _ => return Err(format!("{key} is not supported")),
        }
        Ok(())
    }

    /// A user may be logged in more than once at a time.
    pub(crate) fn allows_more(&self, user: usize) -> bool {
        self.list.get(user).and_then(|user| user.allows_more).unwrap_or(self.allows_more)
    }

    /// The user of that name, case ignored, by his place in the list.
    pub(crate) fn find(&self, name: Value<'_>) -> Option<usize> {
        self.list.iter().position(|user| name.eq_ignore_ascii_case(&user.name))
    }
}

#[derive(Clone, Copy)]
enum Section {
    None,
    General,
    User,
}

impl User {
    /// A user who may do nothing, not even log in.
    fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            secret: String::new(),
            read: Classes::NONE,
            write: Classes::NONE,
            allows_more: None,
            filters: Vec::new(),
            variables: Vec::new(),
        }
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let filter = |filter: Result<Filter, crate::pbx::filter::FilterError>| {
            filter.map_err(|error| format!("{value}: {}", error.text()))
        };
        match key.to_ascii_lowercase().as_str() {
            "secret" => self.secret = value.into(),
            "read" => self.read = classes(key, value)?,
            "write" => self.write = classes(key, value)?,
            "allowmultiplelogin" => self.allows_more = Some(flag(key, value)?),
            "setvar" => self.variables.extend(assignments(Value::new(value.as_bytes()))),
            "eventfilter" => self.filters.push(filter(Filter::plain(value.as_bytes()))?),
            // How long Asterisk waits for a client that does not read: here there is one time for all.
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

/// Classes as a list. Numbers and words for yes would be masks of events, but are no classes in Asterisk's file.
fn classes(key: &str, value: &str) -> Result<Classes, String> {
    let text = Value::new(value.as_bytes());
    if text.to_bool().is_some() || !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("{key} = {value}: not a list of classes, as in call,agent or all"));
    }
    Ok(Classes::mask(text).unwrap_or(Classes::NONE))
}

fn flag(key: &str, value: &str) -> Result<bool, String> {
    Value::new(value.as_bytes()).to_bool().ok_or_else(|| format!("{key} = {value}: neither yes nor no"))
}

fn positive<N: std::str::FromStr + PartialOrd + Default>(key: &str, value: &str) -> Result<N, String> {
    let number = value.parse().ok().filter(|number| *number > N::default());
    number.ok_or_else(|| format!("{key} = {value}: not a number of at least 1"))
}

/// The lines without what stands behind a semicolon, unless a backslash is before that.
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
                        return Err((
                            line,
                            "comments of several lines (;-- to --;) are not supported".into(),
                        ));
                    }
                    break;
                }
                _ => content.push(character),
            }
        }
        // A line that begins with an escaped semicolon would be a comment to the parser.
        if content.trim_start().starts_with(';') {
            return Err((line, "neither a section nor key = value".into()));
        }
        let _ = writeln!(plain, "{}", content.trim());
    }
    Ok(plain)
}
