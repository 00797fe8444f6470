//! The settings of Asterisk's own `manager.conf`, on the machine of the PBX.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use ini_roundtrip::{Item, Parser};

use super::address;
use super::layer::{Given, Layer, SecretFrom, Source};
use super::secret::Secret;
use super::settings;
use crate::failure::warn;
use crate::usage::closest;

/// The number of files that may be open at a time because each includes the next, as in Asterisk.
const MAX_DEPTH: usize = 10;

/// A section. Keys from templates come first, and the last value of a key is the one that counts.
#[derive(Clone)]
struct Section {
    name: String,
    is_template: bool,
    keys: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    name: String,
    value: String,
    file: PathBuf,
    line: usize,
}

/// Warns if every user of the machine can read the file. Asterisk's own is readable for its group.
fn warn_if_everyone_can_read(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        let mode = fs::metadata(path).map_or(0, |metadata| metadata.permissions().mode() & 0o777);
        if mode & 0o004 != 0 {
            warn(&format!(
                "every user can read {}, with its secrets (mode {mode:04o}); run chmod o= on it",
                path.display()
            ));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Returns the host, the port, the user and the secret. The user is the only one of the file unless
/// `user` names one.
///
/// # Errors
///
/// The file cannot be read or parsed, or has no such user, or no TLS although that is asked for.
pub(super) fn layer(path: &Path, user: Option<&Given<String>>, has_tls: bool) -> Result<Layer, String> {
    let mut reader = Reader { folder: path.parent().unwrap_or(Path::new("")), sections: Vec::new() };
    let text = read(path).map_err(|why| format!("{}: {why}", path.display()))?;
    reader.read(&text, path, None, 0)?;
    warn_if_everyone_can_read(path);
    let (general, users): (Vec<_>, Vec<_>) = reader
        .sections
        .into_iter()
        .filter(|section| !section.is_template)
        .partition(|section| section.name.eq_ignore_ascii_case("general"));
    let general = general.into_iter().next();
    let general = |names: [&str; 2]| general.as_ref().and_then(|section| section.get(&names));
    let user = find_user(&users, user, path)?;
    let is_on = |names| general(names).is_some_and(|key| is_true(&key.value));
    if !is_on(["enabled", ""]) {
        warn(&format!("{}: enabled is not yes in [general], so Asterisk offers no AMI", path.display()));
    }
    if has_tls && !is_on(["tlsenable", "sslenable"]) {
        return Err(format!("{}: tlsenable is not yes in [general]; leave out --tls", path.display()));
    }

    let mut layer = Layer::default();
    let bind = general(["bindaddr", ""]);
    let own = if has_tls { general(["tlsbindaddr", "sslbindaddr"]) } else { None };
    if let Some(key) = own.or(bind) {
        let parsed = address::Address::parse(&key.value).map_err(|why| format!("{}: {why}", key.place()))?;
        layer.host = Some(key.given(reachable(parsed.host)));
        layer.port = parsed.port.map(|port| key.given(port));
    }
    if let Some(key) = general(["port", ""]).filter(|_| !has_tls) {
        let port = address::port(&key.value).map_err(|why| format!("{}: {why}", key.place()))?;
        layer.port = Some(key.given(port));
    }
    let here = |name: &str| Source::File { file: path.into(), line: 1, key: name.into() };
    layer.host.get_or_insert_with(|| Given { value: settings::HOST.into(), source: here("bindaddr") });
    layer.port.get_or_insert_with(|| Given { value: settings::port(has_tls), source: here("port") });

    let Some(secret) = user.get(&["secret"]).filter(|key| !key.value.is_empty()) else {
        return Err(format!("{}: the user {} has no secret", path.display(), user.name));
    };
    if secret.value.contains(char::REPLACEMENT_CHARACTER) {
        return Err(format!("{}: not UTF-8", secret.place()));
    }
    layer.user = Some(secret.given(user.name.clone()));
    layer.secret = Some(secret.given(SecretFrom::Text(Secret::new(secret.value.clone()), None)));
    Ok(layer)
}

/// Returns the user with this name or, without a name, the only one.
fn find_user<'s>(
    users: &'s [Section],
    user: Option<&Given<String>>,
    path: &Path,
) -> Result<&'s Section, String> {
    let path = path.display();
    let names = || users.iter().map(|section| section.name.as_str());
    let list = names().collect::<Vec<_>>().join(", ");
    match (users, user) {
        ([], _) => Err(format!("{path}: there are no users")),
        (_, Some(Given { value, source })) => {
            let found = users.iter().find(|section| section.name.eq_ignore_ascii_case(value));
            let hint = || match closest(value, names()) {
                Some(close) => format!("did you mean {close}?"),
                None => format!("the users are {list}"),
            };
            found.ok_or_else(|| format!("{path}: no user {value:?}, whom {source} names; {}", hint()))
        }
        ([only], None) => Ok(only),
        _ => Err(format!("{path}: there are several users; name one with --user: {list}")),
    }
}

/// Returns the address at which a server can be reached that listens on this one.
fn reachable(address: String) -> String {
    match address.as_str() {
        "0.0.0.0" => "127.0.0.1".into(),
        "::" => "::1".into(),
        _ => address,
    }
}

/// Returns whether Asterisk takes the value for true.
fn is_true(value: &str) -> bool {
    ["yes", "true", "y", "t", "1", "on"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

fn read(path: &Path) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::PermissionDenied => {
            format!("{error}; run the tool as root or as the user of Asterisk, or use --secret-file")
        }
        _ => error.to_string(),
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Section {
    /// Returns the last value that one of these keys has.
    fn get(&self, names: &[&str]) -> Option<&Key> {
        let is_named = |key: &&Key| names.iter().any(|name| key.name.eq_ignore_ascii_case(name));
        self.keys.iter().rev().find(is_named)
    }
}

impl Key {
    fn source(&self) -> Source {
        Source::File { file: self.file.clone(), line: self.line, key: self.name.clone() }
    }

    fn place(&self) -> String {
        self.source().to_string()
    }

    fn given<T>(&self, value: T) -> Given<T> {
        Given { value, source: self.source() }
    }
}

/// The state of reading a file and those that it includes.
struct Reader<'p> {
    /// The folder that names of included files are relative to.
    folder: &'p Path,
    sections: Vec<Section>,
}

impl Reader<'_> {
    /// Reads a text, whose first keys belong to the section with this index. `depth` is the number
    /// of files that include this one.
    fn read(
        &mut self,
        text: &str,
        file: &Path,
        mut section: Option<usize>,
        depth: usize,
    ) -> Result<(), String> {
        let text = without_comments(text);
        // Every item is one line, except the end of a section.
        let items = Parser::new(&text).filter(|item| !matches!(item, Item::SectionEnd));
        for (line, item) in (1..).zip(items) {
            let error = |reason: &str| format!("{}:{line}: {reason}", file.display());
            match item {
                Item::Section { name, .. } => {
                    section = Some(self.begin(name, "").map_err(|why| error(&why))?)
                }
                // The parser does not know the options in parentheses.
                Item::Error(raw) if raw.trim_start().starts_with('[') => {
                    let parts = raw.trim().strip_prefix('[').and_then(|rest| rest.split_once(']'));
                    let parts = parts.and_then(|(name, options)| {
                        Some((name, options.trim().strip_prefix('(')?.strip_suffix(')')?))
                    });
                    let (name, options) = parts.ok_or_else(|| error("not a section"))?;
                    section = Some(self.begin(name, options).map_err(|why| error(&why))?);
                }
                Item::Property { key, val: Some(value), raw } => {
                    // `key => value` has the same meaning.
                    let is_arrow = raw.split_once('=').is_some_and(|(_, rest)| rest.starts_with('>'));
                    let after_arrow = value.strip_prefix('>').filter(|_| is_arrow);
                    let value = after_arrow.unwrap_or(value).trim().to_owned();
                    let key = Key { name: key.trim().to_owned(), value, file: file.into(), line };
                    let section = section.and_then(|index| self.sections.get_mut(index));
                    section.ok_or_else(|| error("outside a section"))?.keys.push(key);
                }
                Item::Comment { raw } => {
                    self.directive(raw.trim(), section, depth).map_err(|why| error(&why))?;
                }
                Item::Blank { .. } | Item::SectionEnd => {}
                // The text of the line is not repeated: it may be a secret.
                Item::Property { .. } | Item::Error(_) => {
                    return Err(error("neither a section nor key = value"));
                }
            }
        }
        Ok(())
    }

    /// Begins a section. Its options are `!` for a template, `+` for more keys of a section that
    /// exists, and the names of templates.
    fn begin(&mut self, name: &str, options: &str) -> Result<usize, String> {
        let name = name.trim();
        let options = || options.split(',').map(str::trim).filter(|option| !option.is_empty());
        let find = |sections: &[Section], name: &str| {
            sections.iter().position(|section| section.name.eq_ignore_ascii_case(name))
        };
        let existing = find(&self.sections, name);
        let is_more = options().any(|option| option == "+") || name.eq_ignore_ascii_case("general");
        let index = match existing {
            Some(index) if is_more => index,
            Some(_) => return Err(format!("the section {name} is defined twice")),
            None if options().any(|option| option == "+") => {
                return Err(format!("there is no section {name} to which (+) could add"));
            }
            None => {
                self.sections.push(Section { name: name.into(), is_template: false, keys: Vec::new() });
                self.sections.len() - 1
            }
        };
        let mut inherited = Vec::new();
        for template in options().filter(|option| !matches!(*option, "!" | "+")) {
            let found = find(&self.sections, template).and_then(|index| self.sections.get(index));
            let found = found.ok_or_else(|| format!("there is no template {template}"))?;
            inherited.extend_from_slice(&found.keys);
        }
        if let Some(section) = self.sections.get_mut(index) {
            section.keys.append(&mut inherited);
            section.is_template |= options().any(|option| option == "!");
        }
        Ok(index)
    }

    /// Follows a directive, which is a line that begins with `#`. The section continues in the
    /// included file, and again after the directive, even if that file has sections of its own.
    fn directive(&mut self, directive: &str, section: Option<usize>, depth: usize) -> Result<(), String> {
        let (word, name) = directive.split_once([' ', '\t']).unwrap_or((directive, ""));
        let is_required = match word {
            "#include" => true,
            "#tryinclude" => false,
            _ => return Err(format!("{word} is not supported")),
        };
        let name = name.trim_matches(|end: char| end.is_whitespace() || "\"<>".contains(end));
        if depth >= MAX_DEPTH {
            return Err("more than 10 files include each other".into());
        }
        let mut files = matching(&self.folder.join(name));
        files.sort();
        if files.is_empty() && is_required {
            return Err(format!("{word} {name}: the file does not exist"));
        }
        for file in files {
            let text = read(&file).map_err(|why| format!("{}: {why}", file.display()))?;
            self.read(&text, &file, section, depth + 1)?;
        }
        Ok(())
    }
}

/// Returns the files with this path, whose last part may contain `*` and `?`.
fn matching(path: &Path) -> Vec<PathBuf> {
    let pattern = path.file_name().unwrap_or_default().to_string_lossy();
    if !pattern.contains(['*', '?']) {
        return if path.exists() { vec![path.into()] } else { Vec::new() };
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(entries) = fs::read_dir(folder.unwrap_or(Path::new("."))) else { return Vec::new() };
    let pattern = wildmatch::WildMatch::new(&pattern);
    let is_match = |file: &PathBuf| {
        let own = file.file_name().unwrap_or_default().to_string_lossy();
        !own.starts_with('.') && pattern.matches(&own)
    };
    entries.flatten().map(|entry| entry.path()).filter(is_match).collect()
}

/// Returns the text without its comments: from a semicolon to the end of the line, or from `;--` to
/// `--;`. A backslash before a semicolon makes it part of the value. The lines keep their numbers.
fn without_comments(text: &str) -> String {
    let mut plain = String::new();
    let mut is_block = false;
    for line in text.lines() {
        let mut content = String::new();
        let mut rest = line;
        while let Some(char) = rest.chars().next() {
            if is_block {
                let Some((_, after)) = rest.split_once("--;") else { break };
                (is_block, rest) = (false, after);
            } else if let Some(after) = rest.strip_prefix("\\;") {
                content.push(';');
                rest = after;
            } else if rest.starts_with(";--") && !rest.starts_with(";---") {
                (is_block, rest) = (true, rest.get(3..).unwrap_or_default());
            } else if char == ';' {
                break;
            } else {
                content.push(char);
                rest = rest.get(char.len_utf8()..).unwrap_or_default();
            }
        }
        let content = content.trim();
        // The parser would take a line that begins with an escaped semicolon for a comment.
        plain.push_str(if content.starts_with(';') { "?" } else { content });
        plain.push('\n');
    }
    plain
}
