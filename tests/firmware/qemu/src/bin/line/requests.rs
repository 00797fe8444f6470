//! Faults of a line in the requests of the board, each at a fixed place, so that its effect is
//! known.

/// A fault after a given text in the request for an action.
struct Hit {
    action: &'static str,
    after: &'static str,
    /// The number of bytes that are lost.
    lost: usize,
    /// Bytes that are added.
    added: &'static [u8],
}

const fn lose(lost: usize, action: &'static str, after: &'static str) -> Hit {
    Hit { action, after, lost, added: &[] }
}

const fn add(added: &'static [u8], action: &'static str, after: &'static str) -> Hit {
    Hit { action, after, lost: 0, added }
}

/// A byte is lost in the key of a login, in the name of an action, in an ActionID, in the end of a
/// request, and in the ActionID of the logoff.
const LOST_BYTE: &[Hit] = &[
    lose(1, "Login", "Key: "),
    lose(1, "Originate", "Action: Orig"),
    lose(1, "Originate", "ActionID: "),
    lose(1, "CoreShowChannels", "\r\n\r"),
    lose(1, "Logoff", "ActionID: "),
];
/// Bytes are added in the name of an action; in the middle of a request, where they end it; between
/// requests; in a value; and line ends in an ActionID.
const NOISE: &[Hit] = &[
    add(b"\x80", "Challenge", "Action: Chal"),
    add(b"\r\n\r\n", "Login", "Action: Login\r\n"),
    add(b"\xff\0\x04~", "Login", "\r\n\r\n"),
    add(b"\0", "Originate", "Channel: Local"),
    add(b"\r\n\r\n", "Originate", "Application: Wa"),
    add(b"\n\n\xfe\n", "CoreShowChannels", "ActionID: "),
];
/// The end of a request is lost together with the start of the next one on the connection.
const OVERRUN: &[Hit] = &[
    lose(400, "Challenge", "AuthType"),
    lose(260, "Originate", "Channel: Local"),
    lose(42, "CoreShowChannels", "CoreShowChannels"),
];
/// All bytes are lost until there is a new connection.
const MUTE: &[Hit] = &[lose(usize::MAX, "CoreShowChannels", "Action: Core")];

const END: &[u8] = b"\r\n\r\n";

impl Hit {
    /// Returns whether the fault follows these bytes of a request.
    fn is_at(&self, request: &[u8]) -> bool {
        // The name may not be complete yet.
        let is_action =
            |name: &[u8]| name.iter().zip(self.action.as_bytes()).all(|(byte, expected)| byte == expected);
        request.strip_prefix(b"Action: ").is_some_and(is_action) && request.ends_with(self.after.as_bytes())
    }
}

/// The requests of the board, with their faults.
#[derive(Default)]
pub struct Requests {
    /// The faults still to come, in order. A request gets at most one.
    hits: &'static [Hit],
    is_hit: bool,
    /// The bytes of the current request.
    request: Vec<u8>,
    /// The number of bytes still to be dropped.
    lost: usize,
}

impl Requests {
    /// Returns the faults with this name.
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

    /// Starts a new connection. Faults that have not occurred occur on it.
    pub fn connected(&mut self) {
        *self = Self { hits: self.hits, ..Self::default() };
    }

    /// Passes a byte of the board: adds the bytes that arrive in its place to `out`. Returns
    /// whether a fault occurred here.
    pub fn pass(&mut self, byte: u8, out: &mut Vec<u8>) -> bool {
        let is_complete = self.request.ends_with(END);
        self.is_hit &= !is_complete;
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
        if is_complete {
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
