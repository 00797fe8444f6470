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

/// Returns the part of the line that is safe to print if the rest must be redacted: the name of a
/// secret header, or `Output`, whose value is a line that a command printed.
///
/// The name ends at its first colon here, because that is how Asterisk reads it: in
/// `Value-1(a:b: c`, where the name is `Value-1(a:b` for this crate, the setting is `b: c`.
pub(crate) fn redacted_name(line: &[u8]) -> Option<&[u8]> {
    first_word(line).filter(|name| is_secret(name) || name.eq_ignore_ascii_case(b"Output"))
}

/// Returns the name with which the text begins, even if it is malformed: blanks may precede it, and
/// it ends at a colon, an equals sign, a blank or a control character.
fn first_word(text: &[u8]) -> Option<&[u8]> {
    let is_end = |&byte: &u8| byte <= b' ' || matches!(byte, b':' | b'=' | 127);
    // The blanks before the name are ends of empty words.
    text.split(is_end).find(|word| !word.is_empty())
}

fn is_secret(name: &[u8]) -> bool {
    NAMES.iter().any(|secret| name.eq_ignore_ascii_case(secret))
        || SETTINGS
            .iter()
            .any(|start| name.get(..start.len()).is_some_and(|name| name.eq_ignore_ascii_case(start)))
}

/// Returns whether the line may contain a secret, even if it is malformed: if one of the names
/// begins the line or follows a CR, a NUL, or a `\r` or `\n` that was not replaced by its byte.
pub(super) fn may_have_secret(line: &[u8]) -> bool {
    let begins_with_name = |text: &[u8]| first_word(text).is_some_and(is_secret);
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
    use std::format;

    use super::*;
    use crate::wire::Message;

    /// Returns what `Debug` prints for a message with this line.
    fn printed(line: &[u8]) -> std::string::String {
        let text = [b"Response: Success\r\n", line, b"\r\n\r\n"].concat();
        format!("{:?}", Message::parse(&text).unwrap())
    }

    #[test]
    fn lines_may_have_a_secret_if_a_name_begins_them_or_a_line_inside_them() {
        for name in NAMES.iter().chain(&SETTINGS) {
            for start in
                ["", " ", "\t\x0b ", "Events: off\r", "Events: off\r ", "x\0", "Events: off\\r\\n", "x\\n"]
            {
                for end in [": x", ":x", " \t: x", "=x", " x", "\x1bx", "", "=x: x", " x: x"] {
                    let end = end.replace('x', "hunter2");
                    let line = [start.as_bytes(), &name.to_ascii_lowercase(), end.as_bytes()].concat();
                    assert!(may_have_secret(&line), "{}", line.escape_ascii());
                    let printed = printed(&line);
                    assert!(!printed.contains("hunter2"), "{printed}");
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
            assert!(line.is_empty() || !printed(line.as_bytes()).contains(REDACTED), "{line}");
        }
    }

    /// The output of a command is not a secret by its name, but is not printed.
    #[test]
    fn output_is_not_printed() {
        for line in ["Output: hunter2", "output:hunter2", "OUTPUT \t: hunter2: hunter2"] {
            assert!(!may_have_secret(line.as_bytes()), "{line}");
            let printed = printed(line.as_bytes());
            assert!(!printed.contains("hunter2") && printed.contains(REDACTED), "{printed}");
        }
        assert!(printed(b"Outputs: 5").contains("Outputs: \"5\""));
    }
}
