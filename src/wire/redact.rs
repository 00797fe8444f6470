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

/// The value of such a header is not to be printed.
pub(crate) fn is_secret(name: &[u8]) -> bool {
    NAMES.iter().any(|secret| name.eq_ignore_ascii_case(secret))
        || SETTINGS
            .iter()
            .any(|start| name.get(..start.len()).is_some_and(|name| name.eq_ignore_ascii_case(start)))
}

/// What is printed in its place.
pub(crate) const REDACTED: &str = "[redacted]";
