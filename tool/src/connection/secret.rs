//! The secret of the user and its sources. The command line is not one, since every user of the
//! machine can read it.

use std::borrow::Cow;
use std::fs::{File, Metadata};
use std::io::{IsTerminal, Read, stdin};
use std::path::Path;

use embedded_ami::wire::Header;
use zeroize::Zeroizing;

#[cfg(unix)]
use crate::failure::warn;
use crate::output::escape::escape;

/// The most bytes that a file with a secret may have.
const FILE_LIMIT: usize = 4096;
/// The text that replaces the secret, as in the errors of the library.
pub(super) const HIDDEN: &[u8] = b"[redacted]";
/// The least length, in bytes, of a secret that is hidden in messages.
const LEAST: usize = 6;

/// A secret. Its bytes are overwritten when it is dropped.
#[derive(Clone)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    #[cfg(test)]
    pub(crate) fn for_test(text: &str) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Returns the secret as a string that is not overwritten.
    #[cfg(feature = "serve")]
    pub(crate) fn into_string(mut self) -> String {
        std::mem::take(&mut *self.0)
    }

    /// Returns the text of a server with the secret replaced, for an error.
    pub(crate) fn hide<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let secret = self.0.as_bytes();
        let find = |text: &[u8]| text.windows(secret.len()).position(|part| part == secret);
        if secret.is_empty() || find(text).is_none() {
            return Cow::Borrowed(text);
        }
        let mut hidden = Vec::new();
        let mut rest = text;
        while let Some(at) = find(rest) {
            hidden.extend_from_slice(&rest[..at]);
            hidden.extend_from_slice(HIDDEN);
            rest = &rest[at + secret.len()..];
        }
        hidden.extend_from_slice(rest);
        Cow::Owned(hidden)
    }

    /// Like [`hide`](Secret::hide), for the value of a header. A secret shorter than six bytes is
    /// only hidden in headers made for secrets. If such a value is a setting, as in `secret=7`, the
    /// short secret must be all that follows the equals sign.
    pub(crate) fn hide_in_header<'t>(&self, header: &Header<'t>) -> Cow<'t, [u8]> {
        let value = header.value().as_bytes();
        if self.0.len() >= LEAST || !header.is_secret() {
            return self.hide_in_data(value);
        }
        let Some(equals) = value.iter().position(|&byte| byte == b'=') else { return self.hide(value) };
        let (name, setting) = value.split_at(equals + 1);
        let setting = setting.strip_prefix(b">").unwrap_or(setting).trim_ascii();
        match setting == self.0.as_bytes() {
            true => Cow::Owned([name, HIDDEN].concat()),
            false => Cow::Borrowed(value),
        }
    }

    /// Like [`hide`](Secret::hide), for a part of a message. A secret shorter than six bytes stays:
    /// it is likely to be an ordinary word or number of the data, which would be damaged.
    pub(crate) fn hide_in_data<'t>(&self, data: &'t [u8]) -> Cow<'t, [u8]> {
        if self.0.len() < LEAST { Cow::Borrowed(data) } else { self.hide(data) }
    }
}

/// Returns the first line of `file`. Without a file, returns the value of `AMI_SECRET`, else the
/// first line of the file that `AMI_SECRET_FILE` names, else the answer to a prompt on the
/// terminal. An empty variable is not set.
///
/// # Errors
///
/// The text for standard error, if no secret is given or it cannot be read.
#[cfg(feature = "serve")]
pub(crate) fn read(file: Option<&Path>, user: &str) -> Result<Secret, String> {
    if let Some(file) = file {
        return from_file(file);
    }
    if let Some(secret) = variable()? {
        return Ok(secret);
    }
    match std::env::var_os("AMI_SECRET_FILE").filter(|file| !file.is_empty()) {
        Some(file) => from_file(file.as_ref()),
        None => prompt(user),
    }
}

/// Returns the value of `AMI_SECRET`, unless it is not set or empty.
pub(super) fn variable() -> Result<Option<Secret>, String> {
    let Some(secret) = std::env::var_os("AMI_SECRET").filter(|secret| !secret.is_empty()) else {
        return Ok(None);
    };
    let bytes = Zeroizing::new(secret.into_encoded_bytes());
    from_bytes(&bytes).map(Some).ok_or("AMI_SECRET is not UTF-8".into())
}

/// Asks for the secret on the terminal.
pub(super) fn prompt(user: &str) -> Result<Secret, String> {
    if stdin().is_terminal() {
        return rpassword::prompt_password(format!("Secret of {}: ", escape(user.as_bytes())))
            .map(|secret| Secret(Zeroizing::new(secret)))
            .map_err(|error| format!("cannot read the secret from the terminal: {error}"));
    }
    Err("no secret: set AMI_SECRET, or give --secret-file".into())
}

fn from_bytes(bytes: &[u8]) -> Option<Secret> {
    std::str::from_utf8(bytes).ok().map(|text| Secret(Zeroizing::new(text.into())))
}

/// Reads the first line of a file, and warns if other users can read the file too.
pub(super) fn from_file(path: &Path) -> Result<Secret, String> {
    first_line(path).map_err(|why| format!("cannot read the secret from {}: {why}", path.display()))
}

fn first_line(path: &Path) -> Result<Secret, String> {
    let mut file = File::open(path).map_err(|error| error.to_string())?;
    let mut buffer = Zeroizing::new([0; FILE_LIMIT + 1]);
    let mut length = 0;
    while length < buffer.len() {
        match file.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(n) => length += n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    if length > FILE_LIMIT {
        return Err(format!("larger than {FILE_LIMIT} bytes, the most that a file with a secret may have"));
    }
    let text = std::str::from_utf8(&buffer[..length]).map_err(|_| "not UTF-8")?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err("the first line, which is the secret, is empty".into());
    }
    if let Ok(metadata) = file.metadata() {
        warn_if_readable(&metadata, path);
    }
    Ok(Secret(Zeroizing::new(line.into())))
}

/// Warns if the group of the file, or everyone, may read it. A group can be one that all users of
/// the machine are in.
#[cfg(unix)]
pub(super) fn warn_if_readable(metadata: &Metadata, path: &Path) {
    use std::os::unix::fs::PermissionsExt;

    let mode = metadata.permissions().mode() & 0o777;
    // systemd lets the user of a unit read its credentials by an access control list. The mode then
    // has the mask of the list in place of the rights of the group.
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY");
    let is_credential =
        folder.is_some_and(|own| path.parent().is_some_and(|folder| folder.as_os_str() == own));
    let others = if is_credential { 0o004 } else { 0o044 };
    // The mode of a pipe, as in `--secret-file <(...)`, has no such meaning.
    if metadata.is_file() && mode & others != 0 {
        let path = path.display();
        warn(&format!("other users can read {path} (mode {mode:04o}); run chmod 600 on it"));
    }
}

/// The permissions of other systems are not looked at.
#[cfg(not(unix))]
pub(super) fn warn_if_readable(_: &Metadata, _: &Path) {}
