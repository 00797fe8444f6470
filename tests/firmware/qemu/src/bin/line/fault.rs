//! Faults of a line in the bytes from the server. They are the same in each run if the server sends
//! the same bytes.

use std::fmt;

use crate::requests::Requests;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    None,
    /// Bytes that were not sent, between and inside messages.
    Noise,
    /// Single bytes are missing, sometimes the last byte of a message.
    LostByte,
    /// The UART was not read in time: many bytes in a row are missing, possibly across the end of a
    /// message.
    Overrun,
    /// No bytes pass in either direction from the time the first channel is answered, and none on
    /// the next connection.
    Silent,
}

pub struct Fault {
    kind: Kind,
    requests: Requests,
    random: u64,
    connections: u32,
    is_connected: bool,
    messages: u32,
    hits: u32,
    /// The number of bytes of the message so far, and the last four.
    at: usize,
    last: [u8; 4],
    /// Whether the message is the banner, which is a single line.
    is_banner: bool,
    /// The position of the fault in the message, if it gets one.
    place: Option<usize>,
    /// The number of bytes still to be dropped.
    lost: usize,
    /// No bytes pass on connections up to this number.
    silent_up_to: u32,
}

impl Fault {
    /// Returns the fault with this name.
    pub fn named(name: &str) -> Option<Self> {
        let kind = match name {
            "noise" => Kind::Noise,
            "lost-byte" => Kind::LostByte,
            "overrun" => Kind::Overrun,
            "silent" => Kind::Silent,
            _ => Kind::None,
        };
        let requests = match kind {
            Kind::None if name != "none" => Requests::named(name)?,
            _ => Requests::default(),
        };
        let random = 0x243f_6a88_85a3_08d3;
        Some(Self {
            kind,
            requests,
            random,
            connections: 0,
            is_connected: false,
            messages: 0,
            hits: 0,
            at: 0,
            last: [0; 4],
            is_banner: true,
            place: None,
            lost: 0,
            silent_up_to: 0,
        })
    }

    /// Starts a new connection and returns its number.
    pub fn connected(&mut self) -> u32 {
        self.connections += 1;
        self.is_connected = true;
        self.is_banner = true;
        self.lost = 0;
        self.begin();
        self.requests.connected();
        self.connections
    }

    pub fn disconnected(&mut self) {
        self.is_connected = false;
    }

    pub fn is_connected(&self, number: u32) -> bool {
        self.is_connected && self.connections == number
    }

    fn is_silent(&self) -> bool {
        self.connections <= self.silent_up_to
    }

    /// Passes a byte of the board: adds the bytes that arrive in its place to `out`.
    pub fn pass_request(&mut self, byte: u8, out: &mut Vec<u8>) {
        if !self.is_silent() {
            self.hits += u32::from(self.requests.pass(byte, out));
        }
    }

    /// Passes a byte of the server: adds the bytes that arrive in its place to `out`.
    pub fn pass(&mut self, byte: u8, out: &mut Vec<u8>) {
        let is_hit = self.place == Some(self.at);
        self.at += 1;
        self.last.rotate_left(1);
        self.last[3] = byte;
        let is_end = self.last == *b"\r\n\r\n" || self.is_banner && byte == b'\n';
        match self.kind {
            Kind::Noise if is_hit => {
                self.hits += 1;
                out.extend((0..1 + self.below(8)).map(|_| self.below(256) as u8).collect::<Vec<_>>());
            }
            Kind::LostByte if is_hit => {
                self.hits += 1;
                self.lost = 1;
            }
            Kind::LostByte if is_end && self.messages % 8 == 7 => {
                self.hits += 1;
                self.lost = 1;
            }
            Kind::Overrun if is_hit => {
                self.hits += 1;
                self.lost = 16 + self.below(400);
            }
            Kind::Silent if self.silent_up_to == 0 && self.last == *b" Up\r" => {
                self.hits += 1;
                self.silent_up_to = 2;
            }
            _ => {}
        }
        if self.lost > 0 {
            self.lost -= 1;
        } else if !self.is_silent() {
            out.push(byte);
        }
        if is_end {
            self.messages += 1;
            self.is_banner = false;
            self.begin();
        }
    }

    /// Starts a new message and decides whether it gets a fault.
    fn begin(&mut self) {
        self.at = 0;
        self.last = [0; 4];
        // The challenge of the first login gets a fault, and one of eight messages; half of these
        // at their first byte.
        let is_chosen = self.below(8) == 0 || self.messages == 1;
        let place = self.below(2) * self.below(200);
        self.place = is_chosen.then_some(place);
    }

    /// Returns a pseudo-random number below `limit` (SplitMix64).
    fn below(&mut self, limit: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connections, messages, hits, .. } = self;
        write!(f, "{hits} hits on {messages} messages, {connections} connections")
    }
}
