//! The connection as `--verbose` shows it, line by line on standard error.

use std::io::{self, Write};

use embedded_ami::wire::Message;

use super::secret::{HIDDEN, Secret};
use crate::output::escape::escape;

/// The most bytes of a line that are kept until its end arrives.
const LONGEST: usize = 64 * 1024;
/// The length of an MD5 digest in hexadecimal digits.
const DIGEST: usize = 32;

/// Prints a line about the connection itself.
pub(super) fn note(text: &str) {
    print("*", text.as_bytes());
}

/// The lines that are sent and received, in which secrets are redacted.
pub(super) struct Transcript {
    secret: Secret,
    sent: Lines,
    received: Lines,
}

/// The lines of one direction.
#[derive(Default)]
struct Lines {
    /// The beginning of a line whose end has not been seen.
    line: Vec<u8>,
    /// The number of further bytes of that line.
    more: usize,
}

impl Transcript {
    pub(super) fn new(secret: &Secret) -> Self {
        Self { secret: secret.clone(), sent: Lines::default(), received: Lines::default() }
    }

    pub(super) fn sent(&mut self, bytes: &[u8]) {
        self.sent.push(bytes, &self.secret, |line| print(">", line));
    }

    pub(super) fn received(&mut self, bytes: &[u8]) {
        self.received.push(bytes, &self.secret, |line| print("<", line));
    }
}

impl Drop for Transcript {
    /// Prints the lines that have no end.
    fn drop(&mut self) {
        for (mark, lines) in [(">", &mut self.sent), ("<", &mut self.received)] {
            if !lines.line.is_empty() {
                print(mark, &lines.end(&self.secret));
            }
        }
    }
}

impl Lines {
    /// Takes bytes, and passes on each line that they complete.
    fn push(&mut self, bytes: &[u8], secret: &Secret, mut print: impl FnMut(&[u8])) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            let room = LONGEST.saturating_sub(self.line.len()).min(piece.len());
            let (kept, rest) = piece.split_at(room);
            self.line.extend_from_slice(kept);
            self.more += rest.len();
            if piece.ends_with(b"\n") {
                print(&self.end(secret));
            }
        }
    }

    /// Ends a line and returns it as it may be shown.
    fn end(&mut self, secret: &Secret) -> Vec<u8> {
        let mut line = std::mem::take(&mut self.line);
        let more = std::mem::take(&mut self.more);
        if more > 0 {
            // The cut may be inside the secret.
            line.truncate(LONGEST.saturating_sub(secret.as_str().len()));
        }
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut text = redacted(line, secret);
        if more > 0 {
            text.extend_from_slice(b" [cut]");
        }
        text
    }
}

/// Prints a line as a whole, so that lines of two threads do not mix.
fn print(mark: &str, text: &[u8]) {
    let text = escape(text);
    let line = if text.is_empty() { format!("{mark}\n") } else { format!("{mark} {text}\n") };
    // Nothing is left to tell of this error.
    let _ = io::stderr().write_all(line.as_bytes());
}

/// Returns the line without secrets: those of the user, those that the name of the header
/// announces, and all that can be an MD5 digest.
fn redacted(line: &[u8], secret: &Secret) -> Vec<u8> {
    if line.trim_ascii().is_empty() {
        return line.to_vec();
    }
    // The first line of a message has a meaning of its own, so this is the second.
    let whole = [b"X: x\r\n", line, b"\r\n\r\n"].concat();
    let message = Message::parse(&whole);
    let Some(header) = message.as_ref().and_then(|message| message.headers().nth(1)) else {
        return HIDDEN.to_vec();
    };
    if header.is_secret() {
        let name = header.name().unwrap_or_default();
        let name = name.split(|&byte| byte == b':').next().unwrap_or_default();
        let name = secret.hide(name);
        return if name.is_empty() { HIDDEN.to_vec() } else { [&name, &b": "[..], HIDDEN].concat() };
    }
    secret.hide(&without_digests(line)).into_owned()
}

/// Replaces each run of exactly 32 hexadecimal digits.
fn without_digests(line: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    for run in line.chunk_by(|left, right| left.is_ascii_hexdigit() == right.is_ascii_hexdigit()) {
        let is_digest = run.len() == DIGEST && run.iter().all(u8::is_ascii_hexdigit);
        kept.extend_from_slice(if is_digest { HIDDEN } else { run });
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_redacted_and_all_else_is_kept() {
        let secret = Secret::new("hush".into());
        let digest = "0123456789abcdefABCDEF0123456789";
        for (line, expected) in [
            ("", ""),
            ("Asterisk Call Manager/11.0.0", "Asterisk Call Manager/11.0.0"),
            ("Action: Login", "Action: Login"),
            ("Response: Follows", "Response: Follows"),
            ("Secret: hush", "Secret: [redacted]"),
            ("key:x", "key: [redacted]"),
            ("Challenge: 123", "Challenge: [redacted]"),
            ("Message: a hush b hush", "Message: a [redacted] b [redacted]"),
            ("X-hush: y", "X-[redacted]: y"),
            ("Events: off\rSecret: x", "Events: [redacted]"),
            ("Secret=x", "[redacted]"),
            (&format!("Response: {digest}"), "Response: [redacted]"),
            (&format!("Response: {digest}0"), &format!("Response: {digest}0")),
            ("  indented output", "  indented output"),
        ] {
            let actual = String::from_utf8(redacted(line.as_bytes(), &secret)).unwrap();
            assert_eq!(actual, expected);
        }
    }

    #[test]
    fn lines_are_joined_from_pieces_and_long_ones_cut() {
        let secret = Secret::new("hush".into());
        let (mut lines, mut shown) = (Lines::default(), Vec::new());
        let long = vec![b'x'; 2 * LONGEST];
        for bytes in [&b"Message: hu"[..], b"sh\r\n\r\nEvent", &long, b"\nEvent: X\n: "] {
            lines.push(bytes, &secret, |line| shown.push(String::from_utf8(line.to_vec()).unwrap()));
        }
        let cut = format!("Event{} [cut]", "x".repeat(LONGEST - 9));
        assert_eq!(shown, ["Message: [redacted]", "", &cut, "Event: X"]);
        assert_eq!(lines.line, b": ");
    }
}
