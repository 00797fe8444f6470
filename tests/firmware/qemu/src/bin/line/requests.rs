//! What a line does to the requests of the board: each at a place that is chosen, so that what comes of it is known.

/// Harm behind a text in the request for an action, as the board sends it.
struct Hit {
    action: &'static str,
    behind: &'static str,
    /// So many bytes are lost.
    lost: usize,
    /// Bytes that nobody sent.
    added: &'static [u8],
}

const fn lose(lost: usize, action: &'static str, behind: &'static str) -> Hit {
    Hit { action, behind, lost, added: &[] }
}

const fn add(added: &'static [u8], action: &'static str, behind: &'static str) -> Hit {
    Hit { action, behind, lost: 0, added }
}

/// Of the key of a login, the name of an action, an ActionID, the end of a request, the ActionID of the log-off.
const LOST_BYTE: &[Hit] = &[
    lose(1, "Login", "Key: "),
    lose(1, "Originate", "Action: Orig"),
    lose(1, "Originate", "ActionID: "),
    lose(1, "CoreShowChannels", "\r\n\r"),
    lose(1, "Logoff", "ActionID: "),
];
/// In the name of an action; what ends a request, in the middle of one; between requests; in a value; line ends.
const NOISE: &[Hit] = &[
    add(b"\x80", "Challenge", "Action: Chal"),
    add(b"\r\n\r\n", "Login", "Action: Login\r\n"),
    add(b"\xff\0\x04~", "Login", "\r\n\r\n"),
    add(b"\0", "Originate", "Channel: Local"),
    add(b"\r\n\r\n", "Originate", "Application: Wa"),
    add(b"\n\n\xfe\n", "CoreShowChannels", "ActionID: "),
];
/// The end of a request, and what begins the next one on the connection.
const OVERRUN: &[Hit] = &[
    lose(400, "Challenge", "AuthType"),
    lose(260, "Originate", "Channel: Local"),
    lose(42, "CoreShowChannels", "CoreShowChannels"),
];
/// All, until there is a new connection.
const MUTE: &[Hit] = &[lose(usize::MAX, "CoreShowChannels", "Action: Core")];

const END: &[u8] = b"\r\n\r\n";

impl Hit {
    fn is_at(&self, request: &[u8]) -> bool {
        // The name may not be complete yet.
        let is_action = |name: &[u8]| name.iter().zip(self.action.as_bytes()).all(|(byte, own)| byte == own);
        request.strip_prefix(b"Action: ").is_some_and(is_action) && request.ends_with(self.behind.as_bytes())
    }
}

#[derive(Default)]
pub struct Requests {
    /// One after the other, and no more than one in a request.
    hits: &'static [Hit],
    is_hit: bool,
    /// What the board has sent of this one.
    request: Vec<u8>,
    /// So many bytes are still to be lost.
    lost: usize,
}

impl Requests {
    pub fn named(name: &str) -> Option<Self> {
        let hits = match name {
            "request-lost-byte" => LOST_BYTE,
            "request-noise" => NOISE,
            "request-overrun" => OVERRUN,
            "mute" => MUTE,
            _ => return None,
        };
        Some(Self { hits, ..Self::default() })
    }

    /// A new connection. What has not been hit is hit on this one.
    pub fn connected(&mut self) {
        *self = Self { hits: self.hits, ..Self::default() };
    }

    /// A byte of the board: what arrives in its place is added to `out`. Returns whether it was hit.
    pub fn pass(&mut self, byte: u8, out: &mut Vec<u8>) -> bool {
        let is_over = self.request.ends_with(END);
        self.is_hit &= !is_over;
        let is_hit = match self.hits {
            [hit, rest @ ..] if !self.is_hit && hit.is_at(&self.request) => {
                self.hits = rest;
                self.lost = hit.lost;
                out.extend(hit.added);
                true
            }
            _ => false,
        };
        self.is_hit |= is_hit;
        if is_over {
            self.request.clear();
        }
        self.request.push(byte);
        if self.lost > 0 {
            self.lost -= 1;
        } else {
            out.push(byte);
        }
        is_hit
    }
}
