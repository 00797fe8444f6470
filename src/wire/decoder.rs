use super::framer::{self, Framer, Mark};
use super::message::{CUT, FOLLOWS, INCOMPLETE, INSIDE, LENT, Message, Shape, flag_if};
use super::{Kind, Role, move_to_front};

/// What to do next with a [`Decoder`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Read into [`Decoder::space`], then call [`Decoder::advance`]; at the end of the
    /// stream call [`Decoder::finish`].
    NeedInput,
    /// A message, or a part of one, is ready: [`Decoder::message`].
    Message,
    /// [`Decoder::finish`] was called and every message has been lent.
    End,
}

/// The storage given to a [`Decoder`] is smaller than [`Decoder::MIN`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct StorageTooSmall;

impl core::fmt::Display for StorageTooSmall {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the decoder's storage is smaller than 32 bytes")
    }
}

impl core::error::Error for StorageTooSmall {}

/// A window over caller-supplied storage that turns a stream of bytes into messages.
///
/// The storage is anything that lends bytes: `[u8; 1024]`, `&mut [u8]`, `Vec<u8>`. It is
/// never grown. A message larger than the storage is lent in parts, see [`Message::part`].
/// There is no decode error: every stream of bytes decodes, and odd lines are lent as they are.
///
/// How the bytes are cut into reads never changes what comes out, and each byte is looked
/// at a constant number of times, also when they come one by one.
///
/// ```
/// use embedded_ami::wire::{Decoder, Role, Step};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use std::io::Read;
/// # let mut stream: &[u8] = b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nMessage: Hi\r\n\r\n";
/// let mut decoder = Decoder::new([0; 512], Role::Client)?;
/// let mut seen = 0;
/// loop {
///     match decoder.poll() {
///         Step::Message => {
///             let message = decoder.message();
///             if let Some(text) = message.get("Message") {
///                 assert_eq!(text.as_bytes(), b"Hi");
///             }
///             seen += 1;
///         }
///         Step::NeedInput => match stream.read(decoder.space())? {
///             0 => decoder.finish(),
///             n => decoder.advance(n),
///         },
///         Step::End => break,
///     }
/// }
/// assert_eq!(seen, 2); // the banner and the response
/// # Ok(()) }
/// ```
///
/// A message borrows from the decoder, so it cannot outlive the next
/// [`poll`](Decoder::poll) or [`space`](Decoder::space):
///
/// ```compile_fail,E0502
/// # use embedded_ami::wire::{Decoder, Role};
/// # let mut decoder = Decoder::new([0; 512], Role::Client).unwrap();
/// let message = decoder.message();
/// decoder.space();
/// message.kind();
/// ```
///
/// ```compile_fail,E0502
/// # use embedded_ami::wire::{Decoder, Role};
/// # let mut decoder = Decoder::new([0; 512], Role::Client).unwrap();
/// let message = decoder.message();
/// decoder.poll();
/// message.kind();
/// ```
pub struct Decoder<B> {
    storage: B,
    /// Of the storage, `start..end` is read and not released; up to `scanned` it is framed.
    start: usize,
    scanned: usize,
    end: usize,
    /// `start..start + lent` is the message now lent.
    lent: usize,
    framer: Framer,
    /// What is known of the message that begins, or goes on, at `start`.
    shape: Shape,
    /// The stream goes on. (Not the opposite: with one more zero, they would be written by a function of 170 bytes.)
    is_open: bool,
}

/// What a decoder costs beyond its storage: 36 bytes on 32 bits.
const _: () = assert!(size_of::<Decoder<[u8; 0]>>() <= if usize::BITS == 64 { 64 } else { 36 });

/// The one implementation that has the constant, so that `Decoder::MIN` needs no type.
impl Decoder<&mut [u8]> {
    /// The least storage, in bytes.
    pub const MIN: usize = 32;
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> Decoder<B> {
    /// A decoder at the beginning of a stream.
    ///
    /// # Errors
    ///
    /// [`StorageTooSmall`] if the storage holds less than [`Decoder::MIN`] bytes.
    pub fn new(storage: B, role: Role) -> Result<Self, StorageTooSmall> {
        if storage.as_ref().len() < Decoder::MIN {
            return Err(StorageTooSmall);
        }
        Ok(Self {
            storage,
            start: 0,
            scanned: 0,
            end: 0,
            lent: 0,
            framer: Framer::new(role),
            shape: Shape::default(),
            is_open: true,
        })
    }

    /// Forgets everything, for a new stream over the same storage.
    pub fn reset(&mut self) {
        self.start = 0;
        self.scanned = 0;
        self.end = 0;
        self.lent = 0;
        self.framer = Framer::new(self.framer.role());
        self.shape = Shape::default();
        self.is_open = true;
    }

    /// Gives the storage back.
    pub fn into_inner(self) -> B {
        self.storage
    }

    /// Releases the message lent before and looks for the next one.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    #[must_use]
    pub fn poll(&mut self) -> Step {
        self.release();
        loop {
            let fresh = part(self.storage.as_ref(), self.scanned, self.end);
            let (used, mark) = self.framer.scan(fresh);
            self.scanned = self.scanned.wrapping_add(used);
            let length = self.scanned.wrapping_sub(self.start);
            match mark {
                Mark::Skip => self.start = self.scanned,
                Mark::Head => self.shape.payload = length,
                Mark::End | Mark::Banner => return self.lend(length, mark),
                Mark::None if !self.is_open => return self.last(),
                Mark::None if length < self.storage.as_ref().len() => return Step::NeedInput,
                Mark::None => return self.lend_part(),
            }
        }
    }

    /// The message, or part of one, that [`poll`](Decoder::poll) announced; valid until the next `poll` or
    /// [`space`](Decoder::space). At any other time it is an empty message.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn message(&self) -> Message<'_> {
        Message::new(self.bytes(self.start, self.start.wrapping_add(self.lent)), self.shape)
    }

    /// Where the next bytes are to be read to; releases the message lent before. Never
    /// empty after [`Step::NeedInput`], so that a read of 0 bytes really is the end of
    /// the stream; empty after [`Step::End`].
    pub fn space(&mut self) -> &mut [u8] {
        self.release();
        let kept = self.end.wrapping_sub(self.start);
        let storage = self.storage.as_mut();
        // Moved only when there is no room left, or when no more is moved than was
        // released: so each byte moves a constant number of times.
        if self.start > 0 && (kept <= self.start || self.end >= storage.len()) {
            move_to_front(storage.get_mut(..self.end).unwrap_or_default(), self.start);
            self.scanned = self.scanned.wrapping_sub(self.start);
            self.end = kept;
            self.start = 0;
        }
        if !self.is_open {
            return &mut [];
        }
        storage.get_mut(self.end..).unwrap_or_default()
    }

    /// The first `n` bytes of [`space`](Decoder::space) have been read. More than its length counts as
    /// its length.
    pub fn advance(&mut self, n: usize) {
        let room = self.storage.as_ref().len().wrapping_sub(self.end);
        self.end = self.end.wrapping_add(n.min(room));
    }

    /// The stream has ended. What is left comes from the next polls, a message that was
    /// cut off as [`Message::is_incomplete`]; then [`Step::End`].
    pub fn finish(&mut self) {
        self.is_open = false;
    }

    fn bytes(&self, from: usize, to: usize) -> &[u8] {
        part(self.storage.as_ref(), from, to)
    }

    fn release(&mut self) {
        if self.shape.has(LENT) {
            self.release_lent();
        }
    }

    fn release_lent(&mut self) {
        self.shape = if self.shape.has(CUT) { self.message().next_shape() } else { Shape::default() };
        self.start = self.start.wrapping_add(core::mem::take(&mut self.lent));
    }

    /// Lends `length` bytes, in which the message ends.
    fn lend(&mut self, length: usize, mark: Mark) -> Step {
        if mark == Mark::Banner {
            self.shape.kind = Some(Kind::Banner);
        }
        self.lend_bytes(length, self.framer.is_follows())
    }

    /// There is no room left: lends as much of the message as may be cut off.
    fn lend_part(&mut self) -> Step {
        let bytes = self.bytes(self.start, self.end);
        let length = self.framer.cut(bytes);
        self.shape.flags |= CUT;
        self.lend_bytes(length, self.framer.in_payload())
    }

    fn lend_bytes(&mut self, length: usize, has_payload: bool) -> Step {
        self.lent = length;
        self.shape.flags |= LENT | flag_if(self.framer.is_follows(), FOLLOWS);
        if !has_payload {
            self.shape.payload = length;
        }
        Step::Message
    }

    /// The stream has ended: what is left is a message if it is more than line ends.
    fn last(&mut self) -> Step {
        let bytes = self.bytes(self.start, self.end);
        if !self.shape.has(INSIDE) && framer::is_blank(bytes) {
            self.start = self.end;
            return Step::End;
        }
        let length = bytes.len();
        let mark = self.framer.finish();
        if mark == Mark::Head {
            self.shape.payload = length;
        }
        self.shape.flags |= INCOMPLETE;
        self.lend(length, mark)
    }
}

#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
fn part(bytes: &[u8], from: usize, to: usize) -> &[u8] {
    bytes.get(from..to).unwrap_or_default()
}

impl<B: AsRef<[u8]>> Decoder<B> {
    /// What is printed of it: the role, the sizes of the storage and of what is not released.
    pub(crate) fn printed(&self) -> (Role, usize, usize) {
        (self.framer.role(), self.storage.as_ref().len(), self.end.saturating_sub(self.start))
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> core::fmt::Debug for Decoder<B> {
    /// Never prints what the storage holds.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (role, storage, unreleased) = self.printed();
        f.debug_struct("Decoder")
            .field("role", &role)
            .field("storage", &storage)
            .field("unreleased", &unreleased)
            .finish_non_exhaustive()
    }
}
