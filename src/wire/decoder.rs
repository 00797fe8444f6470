use super::framer::{self, END_MARK, Framer, Mark, Role};
use super::message::{Flags, Shape};
use super::{Kind, Message};
use crate::bytes::{move_to_front, sub};
use crate::name::named;

/// The next thing to do with a [`Decoder`], returned by [`Decoder::poll`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Step {
    /// More bytes are needed: read into [`Decoder::space`] and call [`Decoder::advance`], or call
    /// [`Decoder::feed`]. At the end of the stream call [`Decoder::finish`].
    NeedInput,
    /// A message, or a part of one, is ready: [`Decoder::message`].
    Message,
    /// [`Decoder::finish`] was called, and every message has been lent.
    End,
}

named! { Step { NeedInput Message End } }

/// The error for a [`Decoder`] whose storage is smaller than [`Decoder::MIN`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct StorageTooSmall;

impl core::fmt::Display for StorageTooSmall {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the decoder's storage is smaller than 32 bytes")
    }
}

impl core::error::Error for StorageTooSmall {}

/// A decoder over caller-supplied storage that turns a stream of bytes into messages.
///
/// The storage is any type that lends bytes: `[u8; 1024]`, `&mut [u8]`, `Vec<u8>`. It never grows.
/// A message larger than the storage is lent in parts: see [`Message::part`]. Decoding cannot fail:
/// every stream of bytes decodes, and malformed lines are lent as they are.
///
/// How the bytes are cut into reads never changes the messages. Each byte is examined a constant
/// number of times, also if bytes arrive one by one.
///
/// ```
/// use embedded_ami::wire::{Decoder, Step};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use std::io::Read;
/// # let mut stream: &[u8] = b"Asterisk Call Manager/11.0.0\r\n\
/// #     Response: Success\r\nMessage: Hi\r\n\r\n";
///
/// let mut decoder = Decoder::for_client([0; 512])?;
/// let mut seen = 0;
/// loop {
///     match decoder.poll() {
///         Step::Message => {
///             let message = decoder.message();
///             if let Some(text) = message.get("Message") {
///                 assert_eq!(text, "Hi");
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
/// In a `static`, a decoder over an array is made by
/// [`for_client_array`](Decoder::for_client_array), which checks the size at compile time:
///
/// ```
/// use embedded_ami::wire::Decoder;
/// use std::sync::Mutex;
///
/// static DECODER: Mutex<Decoder<[u8; 512]>> = Mutex::new(Decoder::for_client_array([0; 512]));
/// ```
///
/// A message borrows from the decoder, so it cannot outlive the next
/// [`poll`](Decoder::poll) or [`space`](Decoder::space):
///
/// ```compile_fail,E0502
/// # use embedded_ami::wire::Decoder;
/// # let mut decoder = Decoder::for_client([0; 512]).unwrap();
/// let message = decoder.message();
/// decoder.space();
/// message.kind();
/// ```
///
/// ```compile_fail,E0502
/// # use embedded_ami::wire::Decoder;
/// # let mut decoder = Decoder::for_client([0; 512]).unwrap();
/// let message = decoder.message();
/// decoder.poll();
/// message.kind();
/// ```
pub struct Decoder<B> {
    storage: B,
    /// The start of the bytes that have been read and not released.
    start: usize,
    /// The end of the bytes that have been framed.
    scanned: usize,
    /// The end of the bytes that have been read.
    end: usize,
    /// The length of the message that is lent, which begins at `start`.
    lent: usize,
    framer: Framer,
    /// The shape of the message that begins, or goes on, at `start`.
    shape: Shape,
    /// Whether the stream is still open. Stored positively, because with one more zero field LLVM
    /// would emit a call of `memset` (170 bytes of flash).
    is_open: bool,
}

/// A decoder takes 40 bytes beyond its storage on 32 bits.
const _: () = assert!(size_of::<Decoder<[u8; 0]>>() <= if usize::BITS == 64 { 72 } else { 40 });

/// `MIN` is defined for one type of storage only, so that `Decoder::MIN` needs no type argument.
impl Decoder<&mut [u8]> {
    /// The least storage, in bytes.
    pub const MIN: usize = 32;
}

impl<B> Decoder<B> {
    const fn new(storage: B, role: Role) -> Self {
        Self {
            storage,
            start: 0,
            scanned: 0,
            end: 0,
            lent: 0,
            framer: Framer::new(role),
            shape: Shape::EMPTY,
            is_open: true,
        }
    }
}

impl<const N: usize> Decoder<[u8; N]> {
    /// Creates a decoder for a client over an array, also in a `static` or `const`. An array of
    /// fewer than [`Decoder::MIN`] bytes does not compile.
    ///
    /// ```compile_fail,E0080
    /// # use embedded_ami::wire::Decoder;
    /// let decoder = Decoder::for_client_array([0; 31]);
    /// ```
    #[must_use]
    pub const fn for_client_array(storage: [u8; N]) -> Self {
        const { assert!(N >= Decoder::MIN, "the decoder's storage is smaller than 32 bytes") };
        Self::new(storage, Role::Client)
    }

    /// Creates a decoder for a server over an array, also in a `static` or `const`. An array of
    /// fewer than [`Decoder::MIN`] bytes does not compile.
    #[must_use]
    pub const fn for_server_array(storage: [u8; N]) -> Self {
        const { assert!(N >= Decoder::MIN, "the decoder's storage is smaller than 32 bytes") };
        Self::new(storage, Role::Server)
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> Decoder<B> {
    /// Creates a decoder for a client, at the beginning of a stream. It decodes the messages of a
    /// server, including the banner and the payloads of `Response: Follows`.
    ///
    /// # Errors
    ///
    /// [`StorageTooSmall`] if the storage has fewer than [`Decoder::MIN`] bytes.
    pub fn for_client(storage: B) -> Result<Self, StorageTooSmall> {
        Self::checked(storage, Role::Client)
    }

    /// Creates a decoder for a server, at the beginning of a stream. It decodes the requests of a
    /// client.
    ///
    /// # Errors
    ///
    /// [`StorageTooSmall`] if the storage has fewer than [`Decoder::MIN`] bytes.
    pub fn for_server(storage: B) -> Result<Self, StorageTooSmall> {
        Self::checked(storage, Role::Server)
    }

    fn checked(storage: B, role: Role) -> Result<Self, StorageTooSmall> {
        if storage.as_ref().len() < Decoder::MIN {
            return Err(StorageTooSmall);
        }
        Ok(Self::new(storage, role))
    }

    /// Discards all bytes and all state, for a new stream over the same storage.
    pub fn reset(&mut self) {
        self.start = 0;
        self.scanned = 0;
        self.end = 0;
        self.lent = 0;
        self.framer = Framer::new(self.framer.role());
        self.shape = Shape::EMPTY;
        self.is_open = true;
    }

    /// Consumes the decoder and returns its storage.
    #[must_use]
    pub fn into_inner(self) -> B {
        self.storage
    }

    /// Releases the message lent before and looks for the next one. If this returns
    /// [`Step::Message`], [`message`](Decoder::message) returns it.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    #[must_use]
    pub fn poll(&mut self) -> Step {
        self.release();
        loop {
            let fresh = sub(self.storage.as_ref(), self.scanned, self.end);
            let (used, mark) = self.framer.scan(fresh);
            self.scanned = self.scanned.wrapping_add(used);
            let length = self.scanned.wrapping_sub(self.start);
            match mark {
                Mark::Skip => self.start = self.scanned,
                Mark::Head => self.shape.payload = length,
                Mark::Marker => self.shape.end = length.wrapping_sub(END_MARK.len()),
                Mark::End | Mark::Banner => return self.lend(length, mark),
                Mark::None if !self.is_open => return self.last(),
                Mark::None if length < self.storage.as_ref().len() => return Step::NeedInput,
                Mark::None => return self.lend_part(),
            }
        }
    }

    /// Returns the message, or part of one, that [`poll`](Decoder::poll) announced. It is valid
    /// until the next `poll`, [`space`](Decoder::space), [`feed`](Decoder::feed),
    /// [`abandon`](Decoder::abandon) or [`reset`](Decoder::reset). At any other time this returns a
    /// message without bytes, whose other accessors have no meaning.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    #[must_use]
    pub fn message(&self) -> Message<'_> {
        Message::new(self.bytes(self.start, self.start.wrapping_add(self.lent)), self.shape)
    }

    /// Returns the free part of the storage, into which the next bytes must be read, and releases
    /// the message lent before. Call [`advance`](Decoder::advance) with the number of bytes read.
    ///
    /// The space is never empty after [`Step::NeedInput`], so a read of 0 bytes really is the end
    /// of the stream. It is empty after [`finish`](Decoder::finish).
    pub fn space(&mut self) -> &mut [u8] {
        self.release();
        let kept = self.end.wrapping_sub(self.start);
        let storage = self.storage.as_mut();
        // Bytes are moved only if no room is left or if at least as many bytes have been released.
        // So each byte moves a constant number of times.
        if self.start > 0 && (kept <= self.start || self.end >= storage.len()) {
            move_to_front(storage, self.start, self.end);
            self.scanned = self.scanned.wrapping_sub(self.start);
            self.end = kept;
            self.start = 0;
        }
        if !self.is_open {
            return &mut [];
        }
        debug_assert!(self.end <= storage.len());
        storage.get_mut(self.end..).unwrap_or_default()
    }

    /// Tells the decoder that the first `n` bytes of [`space`](Decoder::space) have been read. An
    /// `n` above its length counts as its length.
    pub fn advance(&mut self, n: usize) {
        if self.is_open {
            let room = self.storage.as_ref().len().wrapping_sub(self.end);
            self.end = self.end.wrapping_add(n.min(room));
        }
    }

    /// Copies bytes of the stream into the storage, as many as fit, and releases the message lent
    /// before. Returns the number of bytes taken: at least one of a slice that is not empty after
    /// [`Step::NeedInput`], and none after [`finish`](Decoder::finish). Feed the others after the
    /// next [`Step::NeedInput`]. An empty slice does not end the stream; only `finish` does.
    ///
    /// ```
    /// use embedded_ami::wire::{Decoder, Step};
    ///
    /// let mut decoder = Decoder::for_client([0; 64]).unwrap();
    /// let bytes = b"Event: Hangup\r\nCause: 16\r\n\r\n";
    /// assert_eq!(decoder.feed(bytes), bytes.len());
    /// assert_eq!(decoder.poll(), Step::Message);
    /// ```
    #[must_use = "bytes that do not fit must be fed again"]
    pub fn feed(&mut self, bytes: &[u8]) -> usize {
        let space = self.space();
        let n = bytes.len().min(space.len());
        for (to, from) in space.iter_mut().zip(bytes) {
            *to = *from;
        }
        self.advance(n);
        n
    }

    /// Ends the stream. The following polls lend the messages that are left, then return
    /// [`Step::End`]. A message that the end of the stream cut off is lent as
    /// [incomplete](Message::is_incomplete).
    ///
    /// ```
    /// use embedded_ami::wire::{Decoder, Step};
    ///
    /// let mut decoder = Decoder::for_client([0; 64])?;
    /// let _ = decoder.feed(b"Event: Hangup\r\nCause: 1");
    /// assert_eq!(decoder.poll(), Step::NeedInput);
    /// decoder.finish();
    /// assert_eq!(decoder.poll(), Step::Message);
    /// assert!(decoder.message().is_incomplete());
    /// assert_eq!(decoder.poll(), Step::End);
    /// # Ok::<(), embedded_ami::wire::StorageTooSmall>(())
    /// ```
    pub fn finish(&mut self) {
        self.is_open = false;
    }

    /// Returns the headers of the `Response: Follows` whose payload is being received, or `None` if
    /// none is. The payload begins with the first byte that cannot belong to the headers, and ends
    /// with its end mark or with [`abandon`](Decoder::abandon).
    ///
    /// If parts of the message have been lent, the headers in them are missing here. In all other
    /// respects the message returned is the beginning of one: [`Part::First`] or [`Part::Middle`],
    /// without output.
    ///
    /// [`Part::First`]: super::Part::First
    /// [`Part::Middle`]: super::Part::Middle
    ///
    /// ```
    /// use embedded_ami::wire::Decoder;
    ///
    /// let mut decoder = Decoder::for_client([0; 64])?;
    /// let _ = decoder.feed(b"Response: Follows\r\nActionID: 7\r\nName/username");
    /// let _ = decoder.poll();
    /// assert!(decoder.unfinished().unwrap().get("ActionID").is_some_and(|id| id == "7"));
    /// # Ok::<(), embedded_ami::wire::StorageTooSmall>(())
    /// ```
    #[must_use]
    pub fn unfinished(&self) -> Option<Message<'_>> {
        if !self.framer.in_payload() {
            return None;
        }
        let head = self.bytes(self.start, self.start.wrapping_add(self.shape.payload));
        let mut shape = self.shape;
        shape.flags.insert(Flags::LENT | Flags::CUT | Flags::FOLLOWS);
        Some(Message::new(head, shape))
    }

    /// Gives up the message that is being received, and releases the part lent before. Call this
    /// when the end mark of a `Response: Follows` has not arrived in time: a proxy may have dropped
    /// it, and everything that follows would be taken for output.
    ///
    /// - Inside a payload, as [`unfinished`](Decoder::unfinished) reports it, the message now ends
    ///   with the first empty line (LF or CR LF at the start of a line) among the bytes that have
    ///   not been lent, or else with the next one to arrive. Decoding goes on after it. End marks
    ///   no longer count.
    /// - Inside any other message, also in the headers before a payload, the message ends where it
    ///   would have ended.
    /// - Between two messages this has no effect.
    ///
    /// The rest of the message is lent as [incomplete](Message::is_incomplete), in several parts if
    /// it is larger than the storage. Its last part is the end of the message as always, and may be
    /// nothing but the empty line. All bytes of a payload that was given up are
    /// [output](Message::output), the empty line included.
    ///
    /// ```
    /// use embedded_ami::wire::{Decoder, Step};
    ///
    /// let mut decoder = Decoder::for_client([0; 128])?;
    /// let _ = decoder.feed(b"Response: Follows\r\nActionID: 7\r\nrow 1\r\n\r\n");
    /// let _ = decoder.feed(b"Event: Hangup\r\n\r\n");
    /// assert_eq!(decoder.poll(), Step::NeedInput);
    /// decoder.abandon();
    /// assert_eq!(decoder.poll(), Step::Message);
    /// assert!(decoder.message().is_incomplete());
    /// assert_eq!(decoder.poll(), Step::Message);
    /// assert!(decoder.message().name().is_some_and(|name| name == "Hangup"));
    /// # Ok::<(), embedded_ami::wire::StorageTooSmall>(())
    /// ```
    pub fn abandon(&mut self) {
        self.release();
        if self.framer.is_between() {
            return;
        }
        if self.framer.in_payload() {
            // The bytes held are examined once more, as lines.
            self.framer.abandon(self.shape.has(Flags::LINE_CONTINUES));
            self.scanned = self.start;
            self.shape.end = usize::MAX;
        }
        self.shape.flags.insert(Flags::INCOMPLETE);
    }

    fn bytes(&self, from: usize, to: usize) -> &[u8] {
        sub(self.storage.as_ref(), from, to)
    }

    #[inline]
    fn release(&mut self) {
        if self.shape.has(Flags::LENT) {
            self.release_lent();
        }
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn release_lent(&mut self) {
        self.shape = if self.shape.has(Flags::CUT) { self.message().next_shape() } else { Shape::EMPTY };
        self.start = self.start.wrapping_add(core::mem::take(&mut self.lent));
    }

    /// Lends the last `length` bytes of the message.
    fn lend(&mut self, length: usize, mark: Mark) -> Step {
        if mark == Mark::Banner {
            self.shape.kind = Some(Kind::Banner);
        }
        self.lend_bytes(length)
    }

    /// Lends the largest part of the message that can be cut off, because no room is left.
    fn lend_part(&mut self) -> Step {
        let bytes = self.bytes(self.start, self.end);
        let length = self.framer.cut(bytes, self.shape.end);
        self.shape.flags.insert(Flags::CUT);
        self.lend_bytes(length)
    }

    fn lend_bytes(&mut self, length: usize) -> Step {
        self.lent = length;
        self.shape.flags.insert(Flags::LENT | Flags::FOLLOWS.when(self.framer.is_follows()));
        // A payload that has ended did so at the last marker. In one that has not, a marker is only
        // text, unless it is held because the payload may end with it.
        if self.framer.in_payload() && self.shape.end < length {
            self.shape.end = usize::MAX;
        }
        if !self.framer.has_payload() {
            self.shape.payload = length;
        }
        Step::Message
    }

    /// Lends the bytes left after the end of the stream, if they are more than line ends.
    fn last(&mut self) -> Step {
        let bytes = self.bytes(self.start, self.end);
        if !self.shape.has(Flags::INSIDE) && framer::is_blank(bytes) {
            self.start = self.end;
            return Step::End;
        }
        let length = bytes.len();
        let mark = self.framer.finish();
        self.shape.flags.insert(Flags::INCOMPLETE);
        self.lend(length, mark)
    }
}

impl<B: AsRef<[u8]>> Decoder<B> {
    /// Returns the values that `Debug` and `defmt::Format` print: the role, the size of the storage
    /// and the number of bytes not released.
    pub(crate) fn printed(&self) -> (Role, usize, usize) {
        (self.framer.role(), self.storage.as_ref().len(), self.end.saturating_sub(self.start))
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> core::fmt::Debug for Decoder<B> {
    /// Never prints the contents of the storage.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (role, storage, unreleased) = self.printed();
        f.debug_struct("Decoder")
            .field("role", &role)
            .field("storage", &storage)
            .field("unreleased", &unreleased)
            .finish_non_exhaustive()
    }
}
