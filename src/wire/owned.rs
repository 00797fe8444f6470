use std::vec::Vec;

use super::framer::{Framer, Mark};
use super::message::{Message, Part, Shape};
use super::{Kind, Role};

/// A whole message on the heap, gathered from the parts that a
/// [`Decoder`](super::Decoder) lends.
///
/// ```
/// # use embedded_ami::wire::{Decoder, OwnedMessage, Role, Step};
/// # let mut decoder = Decoder::new(vec![0; 32], Role::Client).unwrap();
/// # let mut stream: &[u8] = b"Event: Hangup\r\nChannel: SIP/7-00000001\r\nCause: 16\r\n\r\n";
/// # use std::io::Read;
/// let mut owned = OwnedMessage::default();
/// loop {
///     match decoder.poll() {
///         Step::Message if owned.push(&decoder.message()) => break,
///         Step::Message => {}
///         Step::NeedInput => {
///             let n = stream.read(decoder.space()).unwrap();
///             decoder.advance(n);
///         }
///         Step::End => unreachable!(),
///     }
/// }
/// assert!(owned.message().get("Channel").is_some_and(|channel| channel == "SIP/7-00000001"));
/// ```
#[derive(Clone, Default)]
pub struct OwnedMessage {
    bytes: Vec<u8>,
    shape: Shape,
}

impl OwnedMessage {
    /// Adds a message or part; a [`Part::Whole`] or [`Part::First`] begins anew. Returns
    /// whether the message has come to its end.
    ///
    /// What is left of a stream that ended is no message if it holds nothing but CR and
    /// LF, which only here can be seen of one in parts: it ends as an empty one.
    pub fn push(&mut self, part: &Message<'_>) -> bool {
        if matches!(part.part(), Part::Whole | Part::First) {
            self.bytes.clear();
        }
        self.bytes.extend_from_slice(part.as_bytes());
        let shape = part.shape();
        self.shape = Shape {
            kind: shape.kind.filter(|&kind| kind == Kind::Banner),
            part: Some(Part::Whole),
            follows: shape.follows,
            incomplete: shape.incomplete,
            payload: self.bytes.len(),
            ..Shape::default()
        };
        if !part.part().is_end() {
            return false;
        }
        if shape.follows {
            self.shape.payload = payload(&self.bytes);
        }
        if shape.incomplete && self.bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            self.bytes.clear();
        }
        true
    }

    /// The message, whole. Before its end has been pushed: what is there of it.
    pub fn message(&self) -> Message<'_> {
        Message::new(&self.bytes, self.shape)
    }

    /// How many bytes were pushed.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Holds no bytes.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

impl core::fmt::Debug for OwnedMessage {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.message().fmt(f)
    }
}

/// Where the payload of a whole `Response: Follows` begins.
fn payload(bytes: &[u8]) -> usize {
    let mut framer = Framer::new(Role::Client);
    let mut at = 0_usize;
    let mut payload = bytes.len();
    loop {
        let (used, mark) = framer.scan(bytes.get(at..).unwrap_or_default());
        at = at.saturating_add(used);
        match mark {
            Mark::Head => payload = at,
            _ => return payload,
        }
    }
}
