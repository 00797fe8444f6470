use core::fmt;
use core::hint::black_box;

use super::{Dialect, EncodeError, HeaderWriter};
use crate::bytes::{move_to_front, sub};
use crate::size::IS_SMALL;

/// A queue of outgoing messages over caller-supplied storage. A message is written whole or not at
/// all.
///
/// The headers are checked as they are written, so a value cannot smuggle in another header or
/// message.
///
/// ```
/// use embedded_ami::wire::{Dialect, EncodeError, Outbox};
///
/// let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
/// outbox.write(|message| {
///     message.header("Action", "Getvar")?;
///     message.header("Variable", "CHANNEL(state)")
/// })?;
/// assert_eq!(outbox.pending(), b"Action: Getvar\r\nVariable: CHANNEL(state)\r\n\r\n");
/// outbox.advance(16); // the transport took 16 bytes
/// assert_eq!(outbox.pending(), b"Variable: CHANNEL(state)\r\n\r\n");
///
/// let injected = outbox.write(|message| message.header("Action", "Ping\r\nAction: Logoff"));
/// assert_eq!(injected, Err(EncodeError::ValueByte { line: 1, at: 4, byte: b'\r' }));
/// assert_eq!(outbox.pending(), b"Variable: CHANNEL(state)\r\n\r\n");
/// # Ok::<(), EncodeError>(())
/// ```
///
/// A login may contain a secret. The outbox overwrites bytes that it no longer needs with zeros:
/// those that have been sent or discarded, and those of a message that was refused. It does not
/// overwrite its storage when it is dropped; call [`clear`](Outbox::clear) before that if a login
/// may be pending.
pub struct Outbox<B> {
    storage: B,
    queue: Queue,
}

/// The state of an outbox beside its storage.
#[derive(Clone, Copy)]
pub(super) struct Queue {
    /// The start of the pending bytes.
    start: usize,
    /// The end of the pending bytes.
    pub(super) end: usize,
    /// The number of bytes sent so far, wrapping.
    gone: u32,
    /// The generation of the server that reads the messages, or `None` if a client reads them.
    /// Clients have no limits.
    pub(super) dialect: Option<Dialect>,
}

impl Queue {
    const fn new(dialect: Option<Dialect>) -> Self {
        Self { start: 0, end: 0, gone: 0, dialect }
    }

    /// Releases up to `n` of the first pending bytes and overwrites them.
    fn release(&mut self, storage: &mut [u8], n: usize) {
        let start = self.start;
        let n = n.min(self.end.wrapping_sub(start));
        self.start = start.wrapping_add(n);
        self.gone = self.gone.wrapping_add(n as u32);
        wipe(storage, start, self.start);
    }

    /// Moves the pending bytes to the front.
    pub(super) fn settle(&mut self, storage: &mut [u8]) {
        if self.start > 0 {
            move_to_front(storage, self.start, self.end);
            let end = self.end;
            self.end = self.end.wrapping_sub(self.start);
            self.start = 0;
            wipe(storage, self.end, end);
        }
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> Outbox<B> {
    /// Creates an empty outbox for a client. It writes requests to a server of this generation,
    /// within the limits of that generation.
    #[must_use]
    pub const fn for_client(storage: B, dialect: Dialect) -> Self {
        Self { storage, queue: Queue::new(Some(dialect)) }
    }

    /// Creates an empty outbox for a server. It writes responses and events to clients, which have
    /// no limits.
    #[must_use]
    pub const fn for_server(storage: B) -> Self {
        Self { storage, queue: Queue::new(None) }
    }

    /// Returns the bytes that are waiting to be sent.
    #[must_use]
    pub fn pending(&self) -> &[u8] {
        sub(self.storage.as_ref(), self.queue.start, self.queue.end)
    }

    /// Returns whether no bytes are waiting to be sent.
    #[cfg(feature = "embedded-io")]
    pub(crate) fn is_empty(&self) -> bool {
        self.queue.start == self.queue.end
    }

    /// Tells the outbox that the first `n` bytes of [`pending`](Outbox::pending) have been sent. An
    /// `n` above its length counts as its length.
    pub fn advance(&mut self, n: usize) {
        self.queue.release(self.storage.as_mut(), n);
    }

    /// Returns a mark for the end of the bytes written so far, to pass to
    /// [`is_sent`](Outbox::is_sent).
    pub(crate) fn mark(&self) -> u32 {
        self.queue.gone.wrapping_add(self.queue.end.wrapping_sub(self.queue.start) as u32)
    }

    /// Returns whether all bytes written before the mark have been sent. A mark is valid until 2
    /// GiB more have been sent.
    pub(crate) fn is_sent(&self, mark: u32) -> bool {
        mark.wrapping_sub(self.queue.gone) as i32 <= 0
    }

    /// Discards the pending bytes, for a new connection.
    pub fn clear(&mut self) {
        wipe(self.storage.as_mut(), self.queue.start, self.queue.end);
        self.queue.start = 0;
        self.queue.end = 0;
    }

    /// Returns the generation of the server that reads the messages, or `None` for the outbox of a
    /// server.
    #[must_use]
    pub fn dialect(&self) -> Option<Dialect> {
        self.queue.dialect
    }

    /// Sets the generation of the server for the messages written from now on, for example once the
    /// banner is known. This has no effect on the outbox of a server.
    pub fn set_dialect(&mut self, dialect: Dialect) {
        self.queue.dialect = self.queue.dialect.and(Some(dialect));
    }

    /// Writes one message: the headers that the closure writes, followed by an empty line.
    ///
    /// # Errors
    ///
    /// The first error that occurred in the closure, even if the closure returned another one or
    /// none; [`EncodeError::NoHeaders`] if it wrote no header; [`EncodeError::Full`] or
    /// [`EncodeError::TooLarge`] if the empty line finds no room. Nothing is written then.
    pub fn write(
        &mut self,
        headers: impl FnOnce(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let mut writer = HeaderWriter::new(self.storage.as_mut(), &mut self.queue);
        let written = headers(&mut writer);
        writer.finish(written)
    }

    /// Writes several messages, or none of them if one fails.
    pub(crate) fn all_or_nothing(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.queue.settle(self.storage.as_mut());
        let end = self.queue.end;
        let storage = self.storage.as_ref().len();
        write(self).map_err(|error| {
            wipe(self.storage.as_mut(), end, self.queue.end);
            self.queue.end = end;
            if error == EncodeError::Full && end == 0 { EncodeError::TooLarge { storage } } else { error }
        })
    }

    /// Writes one line without an empty line after it.
    pub(crate) fn banner(&mut self, pieces: &[&[u8]]) -> Result<(), EncodeError> {
        HeaderWriter::new(self.storage.as_mut(), &mut self.queue).banner(pieces)
    }

    /// Writes bytes that are already encoded.
    pub(crate) fn encoded(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        HeaderWriter::new(self.storage.as_mut(), &mut self.queue).encoded(bytes)
    }
}

/// Overwrites `storage[from..to]` with zeros. Bytes beyond the storage are ignored.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
pub(super) fn wipe(storage: &mut [u8], from: usize, to: usize) {
    if !IS_SMALL {
        let to = to.min(storage.len());
        let bytes = storage.get_mut(from..to).unwrap_or_default();
        bytes.fill(0);
        // The bytes are never read, so that the compiler could leave this out.
        black_box(bytes);
        return;
    }
    for at in from..to {
        if let Some(byte) = storage.get_mut(at) {
            // Without `black_box` this would become a call of `memset`, which takes 170 bytes of
            // flash.
            *byte = black_box(0);
        }
    }
}

impl<B> fmt::Debug for Outbox<B> {
    /// Never prints the pending bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox")
            .field("dialect", &self.queue.dialect)
            .field("pending", &self.queue.end.saturating_sub(self.queue.start))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
impl<B> Outbox<B> {
    /// Returns the storage, with the bytes that are no longer pending.
    pub(crate) fn storage(&self) -> &B {
        &self.storage
    }
}
