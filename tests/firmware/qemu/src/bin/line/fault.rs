//! What a line does to the bytes. The same each time, as far as the server says the same.

use std::fmt;

use crate::requests::Requests;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    None,
    /// Bytes that nobody sent, between messages and inside them.
    Noise,
    /// One byte is missing; now and then the one that ends a message.
    LostByte,
    /// The UART was not read in time: many bytes in a row are missing, also over the end of a message.
    Overrun,
    /// From the first answered channel on nothing comes and nothing goes; and not yet on the next connection.
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
    /// Bytes of the message so far, and the last four.
    at: usize,
    last: [u8; 4],
    /// It is the banner, a single line.
    is_banner: bool,
    /// Where the message is to be hit.
    place: Option<usize>,
    /// So many bytes are still to be lost.
    lost: usize,
    /// The connections up to this one are silent from now on.
    silent_up_to: u32,
}

impl Fault {
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

    /// A new connection, and its number.
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

    /// A byte of the board: what arrives in its place is added to `out`.
    pub fn pass_request(&mut self, byte: u8, out: &mut Vec<u8>) {
        if !self.is_silent() {
            self.hits += u32::from(self.requests.pass(byte, out));
        }
    }

    /// A byte of the server: what arrives in its place is added to `out`.
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

    fn begin(&mut self) {
        self.at = 0;
        self.last = [0; 4];
        // The challenge of the first login, and one of eight messages; half of these at their very beginning.
        let is_one = self.below(8) == 0 || self.messages == 1;
        let place = self.below(2) * self.below(200);
        self.place = is_one.then_some(place);
    }

    /// SplitMix64.
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
