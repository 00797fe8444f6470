use core::fmt;

use super::framer;
use super::message::{Flags, Message, Part, Shape};
use super::{Kind, Value};

/// A byte vector that a [`MessageBuf`] collects a message in: `Vec<u8>` with feature `std`,
/// `heapless::Vec<u8, N>` with feature `heapless`, or a type of the application.
///
/// ```
/// use embedded_ami::wire::{Buffer, Message, MessageBuf, MessageTooLarge};
///
/// /// A buffer for up to 255 bytes.
/// struct Small {
///     bytes: [u8; 255],
///     len: u8,
/// }
///
/// impl Default for Small {
///     fn default() -> Self {
///         Self { bytes: [0; 255], len: 0 }
///     }
/// }
///
/// impl AsRef<[u8]> for Small {
///     fn as_ref(&self) -> &[u8] {
///         &self.bytes[..self.len.into()]
///     }
/// }
///
/// impl Buffer for Small {
///     fn clear(&mut self) {
///         self.len = 0;
///     }
///
///     fn append(&mut self, bytes: &[u8]) -> Result<(), MessageTooLarge> {
///         let end = usize::from(self.len) + bytes.len();
///         let room = self.bytes.get_mut(self.len.into()..end).ok_or(MessageTooLarge)?;
///         room.copy_from_slice(bytes);
///         self.len = end as u8;
///         Ok(())
///     }
/// }
///
/// let mut buffer = MessageBuf::new(Small::default());
/// let part = Message::parse(b"Event: Hangup\r\nCause: 16\r\n\r\n").unwrap();
/// assert_eq!(buffer.push(&part), Ok(true));
/// assert!(buffer.get("Cause").is_some_and(|cause| cause == "16"));
/// ```
pub trait Buffer: AsRef<[u8]> + Default {
    /// Removes all bytes.
    fn clear(&mut self);

    /// Appends bytes.
    ///
    /// # Errors
    ///
    /// [`MessageTooLarge`] if not all of them fit.
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

/// The error for a message that is larger than its [`Buffer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct MessageTooLarge;

impl fmt::Display for MessageTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the message is larger than the buffer that collects its parts")
    }
}

impl core::error::Error for MessageTooLarge {}

/// A whole message that owns its bytes, collected from the parts that a [`Decoder`](super::Decoder)
/// lends.
///
/// ```
/// # #[cfg(feature = "std")] {
/// use embedded_ami::wire::{Decoder, OwnedMessage, Step};
/// # use std::io::Read;
/// # let mut stream: &[u8] = b"Event: Hangup\r\nChannel: SIP/7-00000001\r\nCause: 16\r\n\r\n";
///
/// let mut decoder = Decoder::for_client([0; 32]).unwrap(); // smaller than the message
/// let mut owned = OwnedMessage::default(); // on the heap: a MessageBuf<Vec<u8>>
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
/// assert_eq!(owned.text("Channel"), "SIP/7-00000001");
/// # }
/// ```
#[derive(Clone)]
pub struct MessageBuf<V> {
    bytes: V,
    shape: Shape,
    /// Whether a part of this message did not fit.
    lost: bool,
}

impl<V> MessageBuf<V> {
    /// Creates a message without bytes from an empty buffer, also in a `static` or `const`.
    #[must_use]
    pub const fn new(buffer: V) -> Self {
        Self { bytes: buffer, shape: Shape::EMPTY, lost: false }
    }
}

impl<V: Default> Default for MessageBuf<V> {
    fn default() -> Self {
        Self::new(V::default())
    }
}

impl<V: Buffer> MessageBuf<V> {
    /// Adds a message or part. A [`Part::Whole`] or [`Part::First`] replaces the message collected
    /// before. Returns whether the message is complete.
    ///
    /// A message whose end was pushed is empty if it is [incomplete](Message::is_incomplete) and
    /// has only CR and LF, because they are not a message.
    ///
    /// # Errors
    ///
    /// [`MessageTooLarge`] for the part that does not fit, and for all later parts of the message.
    /// The buffer is then empty.
    pub fn push(&mut self, part: &Message<'_>) -> Result<bool, MessageTooLarge> {
        if matches!(part.part(), Part::Whole | Part::First) {
            self.bytes.clear();
            self.shape = Shape::EMPTY;
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
            flags: Flags::LENT | last.flags.only(Flags::FOLLOWS | Flags::INCOMPLETE),
            payload: bytes.len(),
            end: usize::MAX,
        };
        if last.has(Flags::FOLLOWS) {
            let framed = framer::frame(bytes);
            self.shape.payload = framed.payload;
            // An end mark that came after the payload had been given up did not end it.
            if last.end <= part.as_bytes().len() {
                self.shape.end = framed.end;
            }
        }
        if last.has(Flags::INCOMPLETE) && framer::is_blank(bytes) {
            self.bytes.clear();
        }
        Ok(true)
    }

    /// Returns the whole message if its end has been pushed, otherwise an empty one.
    #[must_use]
    pub fn message(&self) -> Message<'_> {
        let bytes = if self.shape.has(Flags::LENT) { self.bytes.as_ref() } else { &[] };
        Message::new(bytes, self.shape)
    }

    /// Returns the name of an event or the status of a response: [`Message::name`] of
    /// [`message`](MessageBuf::message).
    #[must_use]
    pub fn name(&self) -> Option<Value<'_>> {
        self.message().name()
    }

    /// Returns the value of the first header of this name: [`Message::get`] of
    /// [`message`](MessageBuf::message).
    ///
    /// ```
    /// use embedded_ami::wire::{Message, MessageBuf};
    ///
    /// let part = Message::parse(b"Event: Hangup\r\nCause: 16\r\n\r\n").unwrap();
    /// let mut event = MessageBuf::<Vec<u8>>::default();
    /// let _ = event.push(&part);
    /// assert!(event.name().is_some_and(|name| name == "Hangup"));
    /// assert_eq!(event.get("Cause").and_then(|cause| cause.to_u32()), Some(16));
    /// ```
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        self.message().get(name)
    }

    /// Returns the value of the first header of this name as text, or an empty text if the header
    /// is absent: [`Message::text`] of [`message`](MessageBuf::message).
    #[cfg(feature = "std")]
    #[must_use]
    pub fn text(&self, name: &str) -> std::borrow::Cow<'_, str> {
        self.message().text(name)
    }

    /// Returns the lines that a `Command` printed as one text: [`Message::output_text`] of
    /// [`message`](MessageBuf::message).
    #[cfg(feature = "std")]
    #[must_use]
    pub fn output_text(&self) -> std::string::String {
        self.message().output_text()
    }

    /// Returns the number of bytes pushed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.as_ref().len()
    }

    /// Returns whether no bytes have been pushed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(feature = "std")]
impl MessageBuf<std::vec::Vec<u8>> {
    /// Copies a message. Returns `None` if it is a part of one, or takes more than `most` bytes.
    #[inline(always)]
    pub(crate) fn copy(message: &Message<'_>, most: usize) -> Option<Self> {
        let (bytes, shape) = (message.as_bytes(), message.shape());
        if bytes.len() > most {
            return None;
        }
        // Nearly all messages are of this shape, which needs no search for a payload.
        if shape.flags == Flags::LENT {
            let shape = Shape { payload: bytes.len(), end: usize::MAX, ..shape };
            return Some(Self { bytes: bytes.to_vec(), shape, lost: false });
        }
        Self::copy_of_any_sort(message)
    }

    /// Copies a message of any shape. Returns `None` if it is a part of one.
    #[inline(never)]
    fn copy_of_any_sort(message: &Message<'_>) -> Option<Self> {
        let mut copy = Self::default();
        copy.bytes.reserve_exact(message.as_bytes().len());
        (message.part() == Part::Whole && copy.push(message).is_ok()).then_some(copy)
    }

    /// Makes room for `more` bytes. Returns false, and does nothing, if the message would then take
    /// more than `most` bytes. The vector doubles, but never grows beyond `most` bytes.
    pub(crate) fn make_room(&mut self, more: usize, most: usize) -> bool {
        let length = self.bytes.len();
        let needed = length.saturating_add(more);
        if needed > most {
            return false;
        }
        let capacity = self.bytes.capacity();
        if needed > capacity {
            let wanted = capacity.saturating_mul(2).max(needed).min(most);
            self.bytes.reserve_exact(wanted.saturating_sub(length));
        }
        true
    }

    /// Returns the memory that the message takes on the heap, in bytes.
    pub(crate) fn memory(&self) -> usize {
        Self::allocated(self.bytes.capacity())
    }

    /// Returns the memory that an allocation of `size` bytes takes. Common allocators add up to 16
    /// bytes and round up to a multiple of 16.
    pub(crate) const fn allocated(size: usize) -> usize {
        if size == 0 { 0 } else { size.saturating_add(31) & !15 }
    }

    /// Gives back the memory that the message does not need.
    pub(crate) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
    }
}

impl<V: Buffer> fmt::Debug for MessageBuf<V> {
    /// Prints the message, secrets redacted.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::vec;
    use std::vec::Vec;

    use super::*;
    use crate::wire::{Decoder, OwnedMessage, Step};

    /// A copy is what pushing the message gives, for messages of every shape.
    #[test]
    fn a_copy_is_what_pushing_gives() {
        let stream = b"Asterisk Call Manager/11.0.0\r\nEvent: X\r\nPrivilege: a\r\n\r\nA: 1\n\n\
            Response: Follows\r\nPrivilege: Command\r\nrow\n--END COMMAND--\r\n\r\nResponse: Success\r\n\r\n";
        let (mut wholes, mut parts) = (0, 0);
        for (storage, end) in [(32, 0), (32, 7), (1024, 0), (1024, 3), (1024, 40), (1024, 70)] {
            let mut decoder = Decoder::for_client(vec![0; storage]).unwrap();
            let mut rest = &stream[..stream.len() - end];
            loop {
                match decoder.poll() {
                    Step::Message => {
                        let message = decoder.message();
                        let length = message.as_bytes().len();
                        let copy = OwnedMessage::copy(&message, length);
                        assert_eq!(copy.is_some(), message.part() == Part::Whole);
                        assert!(OwnedMessage::copy(&message, length - 1).is_none());
                        let Some(copy) = copy else {
                            parts += 1;
                            continue;
                        };
                        wholes += 1;
                        let mut pushed = OwnedMessage::default();
                        assert_eq!(pushed.push(&message), Ok(true));
                        let facts = |message: &OwnedMessage| {
                            let Shape { kind, flags, payload, end } = message.shape;
                            (message.bytes.clone(), kind, flags, payload, end, message.lost)
                        };
                        assert_eq!(facts(&copy), facts(&pushed));
                        let output = |message: &OwnedMessage| {
                            message
                                .message()
                                .output()
                                .map(|line| line.as_bytes().to_vec())
                                .collect::<Vec<_>>()
                        };
                        assert_eq!(output(&copy), output(&pushed));
                    }
                    Step::NeedInput if rest.is_empty() => decoder.finish(),
                    Step::NeedInput => {
                        let taken = decoder.feed(rest);
                        rest = &rest[taken..];
                    }
                    Step::End => break,
                }
            }
        }
        assert!(wholes > 16 && parts > 4, "{wholes} {parts}");
    }

    #[test]
    fn room_is_made_up_to_the_most_and_given_back() {
        let message = Message::parse(b"Event: A\r\n\r\n").unwrap();
        let length = message.as_bytes().len();
        for most in [length, length + 1, 2 * length, 5 * length] {
            let mut buffer = MessageBuf::<Vec<u8>>::default();
            assert!(!buffer.make_room(most + 1, most) && buffer.bytes.capacity() == 0);
            assert!(buffer.make_room(length, most));
            assert_eq!(buffer.bytes.capacity(), length);
            buffer.push(&message).unwrap();
            // The rest of the room suffices, so nothing is moved.
            assert!(buffer.make_room(0, most) && buffer.bytes.capacity() == length);
            // The vector doubles, within the most.
            assert_eq!(buffer.make_room(1, most), most > length);
            assert_eq!(buffer.bytes.capacity(), most.min(2 * length));
            let left = most - length;
            assert!(buffer.make_room(left, most) && !buffer.make_room(left + 1, most));
            buffer.shrink();
            assert_eq!(buffer.bytes.capacity(), length);
        }
    }
}
