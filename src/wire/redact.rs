//! The table of secret headers, which all implementations of `Debug` and `defmt::Format` share.

/// Headers whose values are secrets, or allow a secret to be guessed offline.
const NAMES: [&[u8]; 16] = [
    b"Secret",
    b"Key",
    b"Password",
    b"NewPassword",
    b"PasswordDigest",
    b"Md5Cred",
    b"MD5Secret",
    b"RemoteSecret",
    b"OauthSecret",
    b"RefreshToken",
    b"Challenge",
    b"ReceivedChallenge",
    b"ReceivedHash",
    b"ExpectedResponse",
    b"ExpectedHash",
    b"Pin",
];

/// The beginnings of the names of headers of `GetConfig` and `UpdateConfig` whose values can be any
/// setting of a configuration file.
const SETTINGS: [&[u8]; 5] = [b"Line-", b"Value-", b"Match-", b"Options-", b"JSON"];

/// Returns the part of the name that is safe to print if the value of the header must be redacted.
///
/// The name ends at its first colon here, because that is how Asterisk reads it: in
/// `Value-1(a:b: c`, where the name is `Value-1(a:b` for this crate, the setting is `b: c`.
pub(crate) fn secret_name(name: &[u8]) -> Option<&[u8]> {
    let name = name.split(|&byte| byte == b':').next()?.trim_ascii_end();
    is_secret(name).then_some(name)
}

fn is_secret(name: &[u8]) -> bool {
    NAMES.iter().any(|secret| name.eq_ignore_ascii_case(secret))
        || SETTINGS
            .iter()
            .any(|start| name.get(..start.len()).is_some_and(|name| name.eq_ignore_ascii_case(start)))
}

/// The text printed in place of a secret.
pub(crate) const REDACTED: &str = "[redacted]";
