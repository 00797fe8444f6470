//! The reader of configurations: sections, comments and included files.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use embedded_ami::wire::Value;
use ini_roundtrip::{Item, Parser};

use crate::config::{Config, User};
use crate::config_error::{ConfigError, Place};

/// The number of files that may be open at a time because each includes the next, as in Asterisk.
const MAX_DEPTH: usize = 10;

/// The section to which keys belong.
#[derive(Clone, Copy)]
enum Section {
    None,
    General,
    /// The index of the user.
    User(usize),
}

/// The state of reading a configuration, which may have several files.
struct Reader {
    config: Config,
    /// The folder that names of included files are relative to. Without one, no file can be
    /// included.
    folder: Option<PathBuf>,
}

impl Config {
    /// Parses the text of a configuration file.
    ///
    /// The text cannot include files, since it does not come from a folder:
    /// [`from_file`](Config::from_file) can.
    ///
    /// # Errors
    ///
    /// Returns an error if a line cannot be parsed, a key is not supported (such as `acl`, which
    /// would restrict a user), a user has no secret or is defined twice, or the text has no users.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let mut reader = Reader { config: Self::empty(), folder: None };
        reader.read(text, None, Section::None, 0)?;
        reader.finish(&Place { file: None, line: text.lines().count() })
    }

    /// Reads a configuration file and the files that it includes.
    ///
    /// A line `#include NAME` reads another file, and so does `#tryinclude NAME` if the file
    /// exists. A relative name is looked up in the folder of the first file, as Asterisk looks it
    /// up in its configuration folder. The name of the file may contain `*`, for any text.
    ///
    /// ```no_run
    /// use embedded_ami_pbx::{Config, Pbx};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let config = Config::from_file("/etc/asterisk/manager.conf")?;
    /// let pbx = Pbx::builder().config(config).start("127.0.0.1:0")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of [`parse`](Config::parse), and an error if a file does not exist, is
    /// not UTF-8 or cannot be read for another reason, or if more than 10 files include each other.
    pub fn from_file(file: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let file = file.as_ref();
        let place = Place { file: Some(file.into()), line: 0 };
        let text = fs::read_to_string(file).map_err(|error| place.error(error.to_string()))?;
        let folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
        let mut reader = Reader { config: Self::empty(), folder: Some(folder) };
        reader.read(&text, Some(file), Section::None, 0)?;
        reader.finish(&Place { line: text.lines().count(), ..place })
    }
}

impl Reader {
    /// Reads a text, whose first keys belong to `section`. `depth` is the number of files that
    /// include this one.
    fn read(
        &mut self,
        text: &str,
        file: Option<&Path>,
        mut section: Section,
        depth: usize,
    ) -> Result<(), ConfigError> {
        let mut place = Place { file: file.map(Path::to_path_buf), line: 0 };
        let text =
            without_comments(text).map_err(|(line, reason)| Place { line, ..place.clone() }.error(reason))?;
        // Every item is one line, except the end of a section.
        let items = Parser::new(&text).filter(|item| !matches!(item, Item::SectionEnd));
        for item in items {
            place.line = place.line.saturating_add(1);
            match item {
                Item::Section { name, .. } => section = self.begin(name, &place)?,
                Item::Property { key, val: Some(value), raw } => {
                    // `key => value` has the same meaning.
                    let is_arrow = raw.split_once('=').is_some_and(|(_, rest)| rest.starts_with('>'));
                    let after_arrow = value.strip_prefix('>').filter(|_| is_arrow);
                    let value = after_arrow.map_or(value, str::trim_start);
                    self.set(section, key, value).map_err(|reason| place.error(reason))?;
                }
                Item::Blank { .. } | Item::SectionEnd => {}
                Item::Comment { raw } => self.include(raw, section, &place, depth)?,
                Item::Error(raw) if raw.contains("](") => {
                    return Err(place.error(format!("{raw}: templates are not supported")));
                }
                // The text of the line is not repeated: it may be a secret.
                Item::Property { .. } | Item::Error(_) => {
                    return Err(place.error("neither a section nor key = value"));
                }
            }
        }
        Ok(())
    }

    /// Begins a section.
    fn begin(&mut self, name: &str, place: &Place) -> Result<Section, ConfigError> {
        if name.eq_ignore_ascii_case("general") {
            return Ok(Section::General);
        }
        if self.config.find(Value::new(name.as_bytes())).is_some() {
            return Err(place.error(format!("user {name} is defined twice")));
        }
        let index = self.config.users.len();
        self.config.users.push(User::new(name, place.clone()));
        Ok(Section::User(index))
    }

    /// Sets a key of a section.
    fn set(&mut self, section: Section, key: &str, value: &str) -> Result<(), String> {
        match section {
            Section::General => self.config.set(key, value),
            Section::User(index) => match self.config.users.get_mut(index) {
                Some(user) => user.set(key, value),
                None => Ok(()),
            },
            Section::None => Err(format!("{key} is outside a section")),
        }
    }

    /// Follows a directive, which is a line that begins with `#`. The section continues in the
    /// included file, and again after the directive, even if that file has sections of its own.
    fn include(
        &mut self,
        directive: &str,
        section: Section,
        place: &Place,
        depth: usize,
    ) -> Result<(), ConfigError> {
        let error = |reason: &str| place.error(format!("{directive}: {reason}"));
        let (word, name) = directive.split_once([' ', '\t']).unwrap_or((directive, ""));
        let is_required = match word {
            "#include" => true,
            "#tryinclude" => false,
            _ => return Err(error("this directive is not supported")),
        };
        let name = name.trim_matches(|end: char| end.is_whitespace() || "\"<>".contains(end));
        if name.is_empty() {
            return Err(error("the name of the file is missing"));
        }
        let Some(folder) = &self.folder else {
            return Err(error("only a file can include files"));
        };
        if depth >= MAX_DEPTH {
            return Err(error("more than 10 files include each other"));
        }
        let files = matching(folder, name).map_err(|reason| error(&reason))?;
        if files.is_empty() && is_required {
            return Err(error("the file does not exist"));
        }
        for file in files {
            let text = fs::read_to_string(&file);
            let text = text.map_err(|reason| error(&format!("{}: {reason}", file.display())))?;
            self.read(&text, Some(&file), section, depth.saturating_add(1))?;
        }
        Ok(())
    }

    /// Checks the users and returns the configuration. `end` is the end of the text.
    fn finish(self, end: &Place) -> Result<Config, ConfigError> {
        if let Some(user) = self.config.users.iter().find(|user| user.secret.is_empty()) {
            return Err(user.place.error(format!("user {} has no secret", user.name)));
        }
        if self.config.users.is_empty() {
            return Err(end.error("the configuration has no users"));
        }
        Ok(self.config)
    }
}

/// Returns the files that have a name, sorted. Each `*` in the last part of the name matches any
/// text, except a dot at the start.
fn matching(folder: &Path, name: &str) -> Result<Vec<PathBuf>, String> {
    let path = folder.join(name);
    let pattern = path.file_name().unwrap_or_default().to_string_lossy();
    if name.contains(['?', '[']) || name.matches('*').count() != pattern.matches('*').count() {
        return Err("the only pattern that is supported is * in the name of the file".into());
    }
    if !pattern.contains('*') {
        return Ok(if path.exists() { vec![path] } else { Vec::new() });
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(entries) = fs::read_dir(folder.unwrap_or(Path::new("."))) else { return Ok(Vec::new()) };
    let is_match = |file: &Path| {
        let own = file.file_name().unwrap_or_default().to_string_lossy();
        !own.starts_with('.') && fits(&own, &pattern)
    };
    let files = entries.flatten().map(|entry| entry.path());
    let mut files: Vec<_> = files.filter(|file| is_match(file)).collect();
    files.sort();
    Ok(files)
}

/// Returns whether a text fits a pattern, in which each `*` matches any text.
fn fits(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        // The first place leaves the most text for the parts that follow.
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
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
