//! Recordings without secrets and personal data, for example to attach them to a bug report.
//!
//! The lines, their ends, the names of the headers and everything else that matters for decoding
//! stay. All values are replaced, except for those that are known to be harmless.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use embedded_ami::wire::Message;

use super::escape::is_unsafe;

/// The explanation of `ami decode --redact`, for its help.
pub(crate) const HELP: &str = "\
--redact replaces the values of secrets, and of pressed keys, by [redacted]. In all other values but
those listed below, also in lines of output and lines without a name, it replaces each word and number
by another one: with the same length, capitals, digits and leading zeros, and always the same within one
run, so that callers, channels and extensions can still be told apart and followed. The next run has
other ones. IPv4 addresses become those of 198.18.0.0/15. These stay:
  - the banner, and the names of headers that are letters, digits, _ and - only
  - Event, Response, Action, ActionID, Privilege, UserEvent, and values of one or two digits
  - causes, states, types, times, technologies and applications, except in a UserEvent
  - words without digits in the Message of a response, unless they have been replaced elsewhere
  - Uniqueid and Linkedid, unless a system name is part of them
  - words of the protocol, for example PJSIP, Local, udp and s, and 127.0.0.1
Read the result before you publish it: lengths, times and the order of events can tell something, too.";

/// The end of a payload, which stays.
const END_MARK: &[u8] = b"--END COMMAND--";
const REDACTED: &[u8] = b"[redacted]";
/// The most attempts to find a replacement that no other word has. All are needed only if there are
/// almost as many words as replacements, for example all extensions of three digits.
const ATTEMPTS: u64 = 2000;

/// Headers whose values stay in every message.
const KEPT: [&str; 11] = [
    "Event",
    "Response",
    "Action",
    "ActionID",
    "Privilege",
    "UserEvent",
    "EventList",
    "ListItems",
    "ChannelState",
    "ChannelStateDesc",
    "Priority",
];

/// The ends of the names of headers whose values stay unless an application has chosen the names.
const KEPT_ENDS: [&str; 30] = [
    "State",
    "Status",
    "StatusText",
    "Type",
    "Technology",
    "Application",
    "Time",
    "TV",
    "Timestamp",
    "Cause",
    "Cause-txt",
    "Reason",
    "Duration",
    "Seconds",
    "Timeout",
    "Language",
    "AMAFlags",
    "Disposition",
    "Format",
    "Version",
    "EventName",
    "Severity",
    "Ping",
    "Uptime",
    "LastReload",
    "Func",
    "AppFunction",
    "Events",
    "EventMask",
    "SequenceNumber",
];

/// Headers whose values have a time and a number, and the name of the system if it is configured.
const IDS: [&str; 2] = ["Uniqueid", "Linkedid"];

/// Headers with keys that a caller presses, for example those of a PIN.
const KEYS: [&str; 3] = ["Digit", "Digits", "DTMF"];

/// Words that stay, in lower case. No word is replaced by one of them.
const WORDS: [&str; 53] = [
    // The words that decoding depends on.
    "response",
    "event",
    "action",
    "follows",
    "privilege",
    "actionid",
    "output",
    "server",
    "end",
    "command",
    "chanvariable",
    // Technologies of channels, protocols and transports.
    "sip",
    "sips",
    "pjsip",
    "iax2",
    "dahdi",
    "zap",
    "local",
    "h323",
    "sccp",
    "skinny",
    "mgcp",
    "ipv4",
    "ipv6",
    "message",
    "surrogate",
    "console",
    "bridge",
    "confbridge",
    "tel",
    "udp",
    "tcp",
    "tls",
    "ws",
    "wss",
    "transport",
    // Extensions and values that do not name anyone.
    "s",
    "h",
    "i",
    "t",
    "unknown",
    "anonymous",
    "null",
    "none",
    "default",
    "yes",
    "no",
    "true",
    "false",
    "on",
    "off",
    "all",
    "redacted",
];

/// Replaces secrets and personal data, the same word always by the same replacement.
#[derive(Default)]
pub(crate) struct Redactor {
    /// Words and addresses with their replacements, in lower case.
    known: HashMap<Vec<u8>, Vec<u8>>,
    used: HashSet<Vec<u8>>,
    addresses: u32,
    /// A random key, so that replacements do not tell the words.
    random: RandomState,
}

/// The part of a value that is replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Replace {
    All,
    /// Words with a digit, and words that have a replacement.
    Suspicious,
}

impl Redactor {
    /// Returns the bytes of a whole message, redacted.
    pub(crate) fn redact(&mut self, message: &Message<'_>) -> Vec<u8> {
        if message.banner().is_some() {
            return message.as_bytes().to_vec();
        }
        let of_application = message.name().is_some_and(|name| name.eq_ignore_ascii_case("UserEvent"));
        let mut out = Vec::new();
        for line in message.as_bytes().split_inclusive(|&byte| byte == b'\n') {
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            let text = text.strip_suffix(b"\r").filter(|_| text.len() < line.len()).unwrap_or(text);
            let end = &line[text.len()..];
            match find(text, END_MARK) {
                Some(at) => {
                    self.line(&text[..at], of_application, &mut out);
                    out.extend_from_slice(END_MARK);
                    self.line(&text[at + END_MARK.len()..], of_application, &mut out);
                }
                None => self.line(text, of_application, &mut out),
            }
            out.extend_from_slice(end);
        }
        out
    }

    fn line(&mut self, text: &[u8], of_application: bool, out: &mut Vec<u8>) {
        if text.is_empty() {
            return;
        }
        // After another header, the line is neither a banner nor the beginning of a payload.
        let bytes = [b"X: x\r\n", text, b"\r\n\r\n"].concat();
        let Some(message) = Message::parse(&bytes) else { return out.extend_from_slice(REDACTED) };
        let Some(header) = message.headers().nth(1) else { return out.extend_from_slice(REDACTED) };
        let value = header.value().as_bytes();
        let separator_end = text.len().saturating_sub(value.len());
        let Some(name) = header.name() else {
            match header.is_secret() {
                true => out.extend_from_slice(REDACTED),
                false => self.value(text, Replace::All, out),
            }
            return;
        };
        let is_plain = !name.is_empty() && name.iter().all(|&byte| is_of_name(byte));
        match is_plain {
            true => out.extend_from_slice(name),
            // A secret may have got into the name.
            false if header.is_secret() => return out.extend_from_slice(REDACTED),
            false => self.value(name, Replace::All, out),
        }
        out.extend_from_slice(&text[name.len()..separator_end]);
        let is = |name: &&str| header.is(name);
        let ends_with = |end: &&str| {
            let at = name.len().checked_sub(end.len());
            at.and_then(|at| name.get(at..)).is_some_and(|own| own.eq_ignore_ascii_case(end.as_bytes()))
        };
        if header.is_secret() || KEYS.iter().any(is) {
            out.extend_from_slice(REDACTED);
        } else if KEPT.iter().any(is)
            || (!of_application && KEPT_ENDS.iter().any(ends_with))
            || (IDS.iter().any(ends_with) && value.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'.')))
            || (value.len() <= 2 && value.iter().all(u8::is_ascii_digit))
        {
            out.extend_from_slice(value);
        } else if header.is("Message") && !of_application {
            self.value(value, Replace::Suspicious, out);
        } else {
            self.value(value, Replace::All, out);
        }
    }

    /// Replaces the words and addresses of a value.
    fn value(&mut self, value: &[u8], replace: Replace, out: &mut Vec<u8>) {
        let mut rest = value;
        let mut before = 0;
        while let Some(&byte) = rest.first() {
            let length = if let Some(length) = address(rest) {
                self.address(&rest[..length], out);
                length
            } else if let Some(length) = Some(word(rest)).filter(|&length| length > 0) {
                self.word(&rest[..length], before, replace, out);
                length
            } else {
                let (_, length) = first_char(rest);
                out.extend_from_slice(&rest[..length]);
                length
            };
            before = byte;
            rest = &rest[length..];
        }
    }

    fn word(&mut self, word: &[u8], before: u8, replace: Replace, out: &mut Vec<u8>) {
        let key = word.to_ascii_lowercase();
        // The halves of a Local channel end with ;1 and ;2.
        let is_half = before == b';' && matches!(word, b"1" | b"2");
        let is_harmless = replace == Replace::Suspicious
            && !word.iter().any(|byte| byte.is_ascii_digit() || !byte.is_ascii())
            && !self.known.contains_key(&key);
        if is_half || is_harmless || WORDS.iter().any(|kept| kept.as_bytes() == key) {
            return out.extend_from_slice(word);
        }
        let replacement = match self.known.get(&key) {
            Some(replacement) => replacement.clone(),
            None => self.invent(key),
        };
        // Letters keep their case, and each byte of ASCII is replaced by one of ASCII.
        let begin = out.len();
        out.extend_from_slice(&replacement);
        for (new, old) in out[begin..].iter_mut().zip(word) {
            if old.is_ascii_uppercase() {
                new.make_ascii_uppercase();
            }
        }
    }

    fn address(&mut self, address: &[u8], out: &mut Vec<u8>) {
        if matches!(address, b"127.0.0.1" | b"0.0.0.0" | b"255.255.255.255") {
            return out.extend_from_slice(address);
        }
        let count = &mut self.addresses;
        let replacement = self.known.entry(address.into()).or_insert_with(|| {
            *count = count.wrapping_add(1);
            let [_, second, third, fourth] = (count.wrapping_rem(1 << 17)).to_be_bytes();
            format!("198.{}.{third}.{fourth}", 18 + u32::from(second)).into_bytes()
        });
        out.extend_from_slice(replacement);
    }

    /// Invents a replacement for a word in lower case.
    fn invent(&mut self, word: Vec<u8>) -> Vec<u8> {
        let is_taken = |new: &Vec<u8>, used: &HashSet<_>| {
            used.contains(new) || *new == word || WORDS.iter().any(|kept| kept.as_bytes() == new)
        };
        let mut new = Vec::new();
        for attempt in 0..ATTEMPTS {
            new = similar(&word, self.random.hash_one((&word, attempt)));
            if !is_taken(&new, &self.used) {
                break;
            }
        }
        self.used.insert(new.clone());
        self.known.insert(word, new.clone());
        new
    }
}

/// Returns a word with the same kinds of characters at the same places: digits, the letters of
/// hexadecimal numbers, other letters, and characters of the same length in UTF-8.
fn similar(word: &[u8], seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut random = |below: u32| {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed >> 33) % u64::from(below)).unwrap_or_default()
    };
    let mut is_leading = true;
    let mut new = String::new();
    let mut bytes = Vec::new();
    for chunk in word.utf8_chunks() {
        for char in chunk.valid().chars() {
            let (first, count) = match char {
                '0' if is_leading => (u32::from('0'), 1),
                '0'..='9' if is_leading => (u32::from('1'), 9),
                '0'..='9' => (u32::from('0'), 10),
                'a'..='f' => (u32::from('a'), 6),
                '\0'..='\x7f' => (u32::from('g'), 20),
                // From à to ö.
                '\u{80}'..='\u{7ff}' => (0xe0, 23),
                '\u{800}'..='\u{ffff}' => (0x4e00, 20_000),
                _ => (0x1f600, 64),
            };
            is_leading &= char == '0';
            new.extend(char::from_u32(first + random(count)));
        }
        bytes.extend_from_slice(new.as_bytes());
        new.clear();
        bytes.resize(bytes.len() + chunk.invalid().len(), 0xff);
    }
    bytes
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Returns the first character, unless it is not UTF-8, and its length in bytes.
fn first_char(bytes: &[u8]) -> (Option<char>, usize) {
    // No character is longer, and the rest would be validated in vain.
    let start = bytes.get(..4).unwrap_or(bytes);
    let char = start.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
    (char, char.map_or(1, char::len_utf8))
}

/// Returns the length of the word at the start of the bytes, which may be 0.
fn word(bytes: &[u8]) -> usize {
    let mut length = 0;
    while let Some(rest) = bytes.get(length..).filter(|rest| !rest.is_empty()) {
        let (char, size) = first_char(rest);
        if char.is_some_and(|char| !char.is_ascii_alphanumeric() && (char.is_ascii() || is_unsafe(char))) {
            break;
        }
        length += size;
    }
    length
}

/// Returns the length of the IPv4 address at the start of the bytes.
fn address(bytes: &[u8]) -> Option<usize> {
    // An address has 15 characters at most.
    let start = bytes.get(..17).unwrap_or(bytes);
    let end = start.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'.')).unwrap_or(start.len());
    let text = std::str::from_utf8(&start[..end]).ok()?.trim_end_matches('.');
    let is_followed = start.get(end).is_some_and(|byte| byte.is_ascii_alphabetic());
    (!is_followed && text.parse::<std::net::Ipv4Addr>().is_ok()).then_some(text.len())
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
