//! A second implementation of how Asterisk reads requests and masks, made from its description. It
//! is plain and slow.

/// The classes and their bits.
pub const LABELS: [(&str, u32); 19] = [
    ("system", 1),
    ("call", 2),
    ("log", 4),
    ("verbose", 8),
    ("command", 16),
    ("agent", 32),
    ("user", 64),
    ("config", 128),
    ("dtmf", 256),
    ("reporting", 512),
    ("cdr", 1024),
    ("dialplan", 2048),
    ("originate", 4096),
    ("agi", 8192),
    ("cc", 0x8000),
    ("aoc", 0x1_0000),
    ("test", 0x2_0000),
    ("security", 0x4_0000),
    ("message", 0x4000_0000),
];
pub const ALL: u32 = 0x7fff_ffff;

/// The lines of a request, as C strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub lines: Vec<Vec<u8>>,
    pub has_long_line: bool,
    /// The length in bytes, with line ends and the empty line.
    pub length: usize,
}

/// Returns the requests in a stream; the last one only if it is complete. Differs from Asterisk in
/// two ways: empty messages, which Asterisk answers with an error, are left out, and a line that
/// begins with NUL does not end a message.
pub fn requests(stream: &[u8]) -> Vec<Request> {
    let none = || Request { lines: Vec::new(), has_long_line: false, length: 0 };
    let mut requests = Vec::new();
    let mut request = none();
    let mut rest = stream;
    while let Some(at) = rest.iter().position(|&byte| byte == b'\n') {
        // The buffer holds 1023 bytes besides the LF.
        request.has_long_line |= at > 1023;
        request.length += at + 1;
        let mut line = &rest[..at];
        rest = &rest[at + 1..];
        if line.last() == Some(&b'\r') {
            line = &line[..line.len() - 1];
        }
        if line.is_empty() {
            let request = std::mem::replace(&mut request, none());
            if !request.lines.is_empty() {
                requests.push(request);
            }
            continue;
        }
        let nul = line.iter().position(|&byte| byte == 0).unwrap_or(line.len());
        request.lines.push(line[..nul].to_vec());
    }
    requests
}

impl Request {
    /// Returns the values of the headers of this name, among as many lines as Asterisk keeps.
    pub fn all(&self, name: &str) -> Vec<&[u8]> {
        let mut found = Vec::new();
        for line in self.lines.iter().take(128) {
            if line.len() <= name.len() || line[name.len()] != b':' {
                continue;
            }
            if !line[..name.len()].eq_ignore_ascii_case(name.as_bytes()) {
                continue;
            }
            let mut at = name.len() + 1;
            while at < line.len() && line[at] < 33 {
                at += 1;
            }
            found.push(&line[at..]);
        }
        found
    }

    /// Returns the first value of this name unless it is empty.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let first = *self.all(name).first()?;
        if first.is_empty() { None } else { Some(first) }
    }

    pub fn action(&self) -> Option<&[u8]> {
        self.all("Action").into_iter().find(|value| !value.is_empty())
    }
}

/// Reads a mask like `strings_to_mask`. Returns `None` where `set_eventmask` refuses it.
pub fn mask(text: &[u8]) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    if text.iter().all(u8::is_ascii_digit) {
        return Some(text.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')));
    }
    let lower = text.to_ascii_lowercase();
    if matches!(&lower[..], b"no" | b"false" | b"n" | b"f" | b"0" | b"off") {
        return Some(0);
    }
    if matches!(&lower[..], b"yes" | b"true" | b"y" | b"t" | b"1" | b"on") {
        return Some(ALL);
    }
    let labels = LABELS.into_iter().chain([("all", ALL), ("none", 0)]);
    Some(labels.filter(|(label, _)| in_string(text, label.as_bytes())).fold(0, |set, (_, bits)| set | bits))
}

/// Does the same as `ast_instring` with a comma.
fn in_string(big: &[u8], small: &[u8]) -> bool {
    let mut at = 0;
    loop {
        let Some(length) = big[at..].iter().position(|&byte| byte == b',') else {
            return &big[at..] == small;
        };
        // `strncmp` compares that many bytes, or up to the end of the label.
        let token = &big[at..at + length];
        if (0..length).all(|i| small.get(i) == Some(&token[i])) {
            return true;
        }
        at += length + 1;
        if at == big.len() {
            return false;
        }
    }
}

#[test]
fn the_oracle_agrees_with_the_captures() {
    let requests = requests(
        b"action:Ping\r\nActionID:  y \nActionID: 2\n\n\r\n\nA: 1\0x\r\n Action: X\r\nAction:\r\naction: \x01 Go\r\n\r\nAction: cut",
    );
    let [first, second] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!((first.action(), first.get("actionid")), (Some(&b"Ping"[..]), Some(&b"y "[..])));
    assert_eq!((second.action(), second.get("Action")), (Some(&b"Go"[..]), None));
    assert_eq!((second.get("A"), second.all("Action").len()), (Some(&b"1"[..]), 2));
    for (text, set) in [
        ("1", Some(1)),
        ("0", Some(0)),
        ("On", Some(ALL)),
        ("oFF", Some(0)),
        ("", None),
        ("call", Some(2)),
        ("cal", Some(0)),
        ("c,system", Some(1 | 2 | 16 | 128 | 1024 | 0x8000)),
        ("system, call", Some(1)),
        ("call ", Some(0)),
        (",call", Some(ALL)),
        ("call,", Some(2)),
        ("call,,", Some(ALL)),
        ("none", Some(0)),
        ("all", Some(ALL)),
        ("a,none", Some(ALL)),
        ("nonsense", Some(0)),
    ] {
        assert_eq!(mask(text.as_bytes()), set, "{text}");
    }
}
