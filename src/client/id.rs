use core::fmt;

use crate::bytes::{self, hex_digit};

/// The length of the session's ActionIDs: 16 digits for the connection, 4 for the slot, 8 for the
/// generation.
pub(super) const LENGTH: usize = 28;

/// Random bits that make the ActionIDs of a connection differ from those of all other connections.
///
/// Take 16 bytes from a random number generator for each connection. Without one, use data that
/// differs between devices and connections, such as a serial number, a boot counter and the time. A
/// peer that can guess the bits can forge answers.
///
/// ```
/// use embedded_ami::client::{IdKey, Session, Slot};
/// # fn fill_random(bytes: &mut [u8]) { bytes.fill(7) }
///
/// let mut bits = [0; 16];
/// fill_random(&mut bits); // the random number generator of the hardware
/// let mut session = Session::new([Slot::FREE; 2]);
/// session.on_connected(IdKey(bits), 0);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct IdKey(pub [u8; 16]);

impl IdKey {
    /// Returns the prefix of the ActionIDs: the first 64 bits.
    pub(super) const fn prefix(self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

impl fmt::Debug for IdKey {
    /// Never prints the bits, which make ActionIDs hard to forge.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdKey")
    }
}

/// The identity of an action in a session. No two actions share one, not even across connections.
///
/// [`Session::submit`](super::Session::submit) returns it, and the session reports the answer with
/// it. On the wire it is an [`ActionId`].
///
/// ```
/// use embedded_ami::action::Raw;
/// # use embedded_ami::client::{Credentials, IdKey, Incoming, Session, SessionError, Slot};
/// # use embedded_ami::wire::{Dialect, Message, Outbox};
///
/// # fn main() -> Result<(), SessionError> {
/// # let mut session = Session::new([Slot::FREE; 2]);
/// # let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
/// # let now = 0;
/// # session.on_connected(IdKey([7; 16]), now);
/// # let banner = Message::parse(b"Asterisk Call Manager/11.0.0\r\n").unwrap();
/// # session.on_message(&banner, now)?;
/// # session.log_in(&Credentials::plain("admin", "secret"), &banner, now, &mut outbox)?;
/// # let login = outbox.pending().to_vec();
/// # outbox.advance(login.len());
/// # let id = Message::parse(&login).unwrap().get("ActionID").unwrap();
/// # let accepted = format!("Response: Success\r\nActionID: {id}\r\n\r\n");
/// # let accepted = Message::parse(accepted.as_bytes()).unwrap();
/// # assert_eq!(session.on_message(&accepted, now)?, Incoming::Ready);
/// // In a session that is logged in:
/// let ticket = session.submit(&Raw::without_headers("Ping"), now, &mut outbox)?;
/// let id = session.action_id(ticket);
/// let request = format!("Action: Ping\r\nActionID: {}\r\n\r\n", id.as_str());
/// assert_eq!(outbox.pending(), request.as_bytes());
/// assert_eq!(session.ticket(id.as_ref()), Some(ticket));
///
/// assert!(session.forget(ticket)); // its answer no longer matters
/// assert_eq!(session.outstanding(), 0);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Ticket {
    pub(crate) slot: u32,
    pub(crate) generation: u32,
}

impl Ticket {
    /// The slot number of requests that the session itself sends.
    pub(super) const INTERNAL: u32 = 0xffff;

    /// Returns the ticket of the next action in the slot.
    pub(super) fn next(self) -> Self {
        Self { generation: self.generation.wrapping_add(1), ..self }
    }

    /// Returns the ActionID of the action, on the connection with this prefix.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn id(self, prefix: u64) -> ActionId {
        let fields = u64::from(self.slot).wrapping_shl(32) | u64::from(self.generation);
        let (mut high, mut low) = (prefix, fields.wrapping_shl(16));
        ActionId(core::array::from_fn(|_| {
            let digit = hex_digit(high.wrapping_shr(60) as u8);
            high = high.wrapping_shl(4) | low.wrapping_shr(60);
            low = low.wrapping_shl(4);
            digit
        }))
    }

    /// Parses an ActionID of the connection with this prefix. Returns `None` for any other.
    pub(super) fn parse(id: &[u8], prefix: u64) -> Option<Self> {
        let (slot, generation) = id.get(16..)?.split_at_checked(4)?;
        let ticket = Self { slot: hex(slot)?, generation: hex(generation)? };
        bytes::eq(&ticket.id(prefix).0, id).then_some(ticket)
    }
}

/// Parses a hexadecimal number.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
fn hex(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0_u32, |number, &digit| Some(number.wrapping_shl(4) | char::from(digit).to_digit(16)?))
}

/// The ActionID of a [`Ticket`], as it is on the wire: 28 hexadecimal digits. The example of
/// `Ticket` shows how to get one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(4))] // so that it is copied by words
pub struct ActionId([u8; LENGTH]);

impl ActionId {
    /// Returns the digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // The digits are ASCII, so this cannot fail.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl AsRef<[u8]> for ActionId {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
