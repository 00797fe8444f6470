//! What is secret: the one table behind every `Debug`.

/// Headers whose values are secrets, or let one be guessed offline.
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

/// Headers of GetConfig and UpdateConfig, which hold settings of any name.
const SETTINGS: [&[u8]; 4] = [b"Line-", b"Value-", b"Match-", b"JSON"];

/// Of the name of a header whose value is not to be printed, what may be. Asterisk ends a name at its first colon, and reads the
/// secret `a: b` in `Secret:a: b`.
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

/// What is printed in its place.
pub(crate) const REDACTED: &str = "[redacted]";
