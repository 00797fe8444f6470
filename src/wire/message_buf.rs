use core::fmt;

use super::framer::{self, Framer, Mark};
use super::message::{FOLLOWS, INCOMPLETE, LENT, Message, Part, Shape};
use super::{Kind, Role};

/// A byte vector that a [`Gathered`] message grows in: `Vec<u8>` with feature `std`,
/// `heapless::Vec<u8, N>` with feature `heapless`, or your own.
pub trait Buffer: AsRef<[u8]> + Default {
    /// Forgets all bytes.
    fn clear(&mut self);

    /// Adds bytes at the end.
    ///
    /// # Errors
    ///
    /// There is no room for them.
    fn append(&mut self, bytes: &[u8]) -> Result<(), MessageTooLarge>;
}

#[cfg(feature = "std")]
impl Buffer for std::vec::Vec<u8> {
    fn clear(&mut self) {
        self.clear();
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), MessageTooLarge> {
        self.extend_from_slice(bytes);
        Ok(())
    }
}

/// A message is larger than the [`Buffer`] it was to be gathered in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MessageTooLarge;

impl fmt::Display for MessageTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the message is larger than the buffer it was to be gathered in")
    }
}

impl core::error::Error for MessageTooLarge {}

/// A whole message with bytes of its own, gathered from the parts that a [`Decoder`](super::Decoder) lends.
///
/// ```
/// # #[cfg(feature = "std")] {
/// # use embedded_ami::wire::{Decoder, OwnedMessage, Role, Step};
/// # let mut decoder = Decoder::new(vec![0; 32], Role::Client).unwrap();
/// # let mut stream: &[u8] = b"Event: Hangup\r\nChannel: SIP/7-00000001\r\nCause: 16\r\n\r\n";
/// # use std::io::Read;
/// let mut owned = OwnedMessage::default(); // on the heap: a Gathered<Vec<u8>>
/// loop {
///     match decoder.poll() {
///         Step::Message => {
///             if owned.push(&decoder.message()).unwrap() {
///                 break;
///             }
///         }
///         Step::NeedInput => {
///             let n = stream.read(decoder.space()).unwrap();
///             decoder.advance(n);
///         }
///         Step::End => unreachable!(),
///     }
/// }
/// assert!(owned.message().get("Channel").is_some_and(|channel| channel == "SIP/7-00000001"));
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Gathered<V> {
    bytes: V,
    shape: Shape,
    /// A part of this message did not fit.
    lost: bool,
}

impl<V: Buffer> Gathered<V> {
    /// Adds a message or part; a [`Part::Whole`] or [`Part::First`] begins anew. Returns whether the message
    /// has come to its end. It is empty then if the stream ended and nothing but CR and LF was left, which is no message.
    ///
    /// # Errors
    ///
    /// [`MessageTooLarge`], for this part and the rest of the message; the buffer is empty then.
    pub fn push(&mut self, part: &Message<'_>) -> Result<bool, MessageTooLarge> {
        if matches!(part.part(), Part::Whole | Part::First) {
            self.bytes.clear();
            self.shape = Shape::default();
            self.lost = false;
        }
        if self.lost || self.bytes.append(part.as_bytes()).is_err() {
            self.bytes.clear();
            self.lost = true;
            return Err(MessageTooLarge);
        }
        let bytes = self.bytes.as_ref();
        if !part.is_end() {
            return Ok(false);
        }
        let last = part.shape();
        self.shape = Shape {
            kind: last.kind.filter(|&kind| kind == Kind::Banner),
            flags: LENT | last.flags & (FOLLOWS | INCOMPLETE),
            payload: if last.has(FOLLOWS) { payload(bytes) } else { bytes.len() },
        };
        if last.has(INCOMPLETE) && framer::is_blank(bytes) {
            self.bytes.clear();
        }
        Ok(true)
    }

    /// The message, whole, once its end has been pushed; before that an empty one.
    pub fn message(&self) -> Message<'_> {
        let bytes = if self.shape.has(LENT) { self.bytes.as_ref() } else { &[] };
        Message::new(bytes, self.shape)
    }

    /// How many bytes were pushed.
    pub fn len(&self) -> usize {
        self.bytes.as_ref().len()
    }

    /// Holds no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<V: Buffer> fmt::Debug for Gathered<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
