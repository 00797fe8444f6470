use core::fmt;

use crate::classes::Classes;
use crate::wire::{EncodeError, HeaderWriter, Outbox};

/// An event that is encoded once and copied to the outbox of each session that
/// [wants](super::Session::wants) it.
///
/// ```
/// use embedded_ami::classes::Classes;
/// use embedded_ami::server::EncodedEvent;
/// # use embedded_ami::wire::{EncodeError, Outbox};
/// # let mut outbox = Outbox::for_server([0; 128]);
/// let mut event = EncodedEvent::new([0; 512]);
/// event.write("Hangup", Classes::CALL, |headers| {
///     headers.header("Channel", "SIP/7-1")?;
///     headers.header_int("Cause", 16)
/// })?;
/// event.copy_to(&mut outbox)?;
/// assert_eq!(
///     outbox.pending(),
///     b"Event: Hangup\r\nPrivilege: call,all\r\nChannel: SIP/7-1\r\nCause: 16\r\n\r\n"
/// );
/// # Ok::<(), EncodeError>(())
/// ```
pub struct EncodedEvent<B> {
    outbox: Outbox<B>,
    classes: Classes,
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> EncodedEvent<B> {
    /// Creates an empty event over this storage, which must be as large as the largest event in
    /// bytes.
    #[must_use]
    pub const fn new(storage: B) -> Self {
        Self { outbox: Outbox::for_server(storage), classes: Classes::NONE }
    }

    /// Encodes an event and replaces the previous one. `Event` and `Privilege` are written first,
    /// then `headers`.
    ///
    /// # Errors
    ///
    /// Those of [`Outbox::write`]. The previous event is lost then, too.
    pub fn write(
        &mut self,
        name: &str,
        classes: Classes,
        headers: impl FnOnce(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.classes = classes;
        self.outbox.clear();
        self.outbox.write(|out| {
            out.header("Event", name)?;
            put_privilege(classes, out)?;
            headers(out)
        })
    }

    /// Returns the classes of the event. A session must read all of them to receive it.
    #[must_use]
    pub fn classes(&self) -> Classes {
        self.classes
    }

    /// Returns the encoded event, with the empty line at its end. Without an event it is empty.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.outbox.pending()
    }

    /// Copies the event to an outbox, whole or not at all.
    ///
    /// # Errors
    ///
    /// [`EncodeError::Full`] if the event does not fit beside the pending bytes: send them, then
    /// copy it again. [`EncodeError::TooLarge`] if no bytes are pending and it is larger than the
    /// whole outbox. [`EncodeError::NoHeaders`] if no event has been written.
    pub fn copy_to<C: AsRef<[u8]> + AsMut<[u8]>>(&self, outbox: &mut Outbox<C>) -> Result<(), EncodeError> {
        match self.as_bytes() {
            [] => Err(EncodeError::NoHeaders),
            bytes => outbox.encoded(bytes),
        }
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> fmt::Debug for EncodedEvent<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodedEvent").field("classes", &self.classes).finish_non_exhaustive()
    }
}

/// Writes the header with the classes that a user must read to receive an event.
pub(super) fn put_privilege(classes: Classes, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
    if classes.is_empty() {
        return out.header("Privilege", "<none>");
    }
    out.words("Privilege", classes.labels().flat_map(|label| [label, ","]).chain(["all"]))
}
