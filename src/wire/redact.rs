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

/// Returns whether the line may contain a secret, even if it is malformed: if one of the names
/// begins the line or follows a CR, a NUL, or a `\r` or `\n` that was not replaced by its byte. The
/// name may have blanks before it, and ends at a colon, an equals sign, a blank or a control
/// character.
pub(super) fn may_have_secret(line: &[u8]) -> bool {
    let begins_with_name = |text: &[u8]| {
        let is_end = |&byte: &u8| byte <= b' ' || matches!(byte, b':' | b'=' | 127);
        // The blanks before the name are ends of empty words.
        text.split(is_end).find(|word| !word.is_empty()).is_some_and(is_secret)
    };
    line.split(|byte| matches!(byte, b'\r' | 0)).any(|text| {
        let mut escapes = text.split(|&byte| byte == b'\\').skip(1);
        begins_with_name(text)
            || escapes.any(|text| matches!(text, [b'r' | b'n', rest @ ..] if begins_with_name(rest)))
    })
}

/// The text printed in place of a secret.
pub(crate) const REDACTED: &str = "[redacted]";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_may_have_a_secret_if_a_name_begins_them_or_a_line_inside_them() {
        for name in NAMES.iter().chain(&SETTINGS) {
            for start in
                ["", " ", "\t\x0b ", "Events: off\r", "Events: off\r ", "x\0", "Events: off\\r\\n", "x\\n"]
            {
                for end in [": x", ":x", " \t: x", "=x", " x", "\x1bx", ""] {
                    let line = [start.as_bytes(), &name.to_ascii_lowercase(), end.as_bytes()].concat();
                    assert!(may_have_secret(&line), "{}", line.escape_ascii());
                }
            }
        }
        for line in [
            "",
            "Events: off",
            "Keys: x",
            "A Key: x",
            "Username: Key",
            "Username: x Pin: y",
            "File: C:\\Pin",
            "\\",
        ] {
            assert!(!may_have_secret(line.as_bytes()), "{line}");
        }
    }
}
