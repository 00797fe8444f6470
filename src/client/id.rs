use core::fmt;
use core::num::NonZeroU32;

use crate::bytes::{self, hex_digit};

/// The length of the session's ActionIDs: 16 digits for the tag, 4 for the slot, 8 for the
/// generation.
pub(super) const LENGTH: usize = 28;

/// The secret key of the ActionIDs of a connection: 128 random bits.
///
/// Take 16 bytes from a random number generator for each connection. Without one, hash data that
/// other users of the server do not know and that never repeats: the secret of the login, a serial
/// number and a counter that survives restarts. A peer that can guess the key can forge answers.
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
///
/// An ActionID is the slot and generation of the action after a tag: the two, encrypted with XTEA
/// under this key. Other users of the server see some ActionIDs, in events such as
/// `OriginateResponse`. To derive another one from them, they would have to tell XTEA with an
/// unknown key from a random permutation, for which no practical attack is known. The key itself is
/// never sent, nor is any part of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct IdKey(pub [u8; 16]);

/// The words of an [`IdKey`], little-endian.
#[derive(Clone, Copy)]
pub(super) struct Cipher([u32; 4]);

impl Cipher {
    /// The key before the first connection. If it were 0, LLVM would clear it with a call, which
    /// takes 170 bytes of flash.
    pub(super) const UNSET: Self = Self([0x0101_0101; 4]);

    pub(super) fn new(key: IdKey) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = key.0;
        Self([[a, b, c, d], [e, f, g, h], [i, j, k, l], [m, n, o, p]].map(u32::from_le_bytes))
    }

    /// Returns the tag of the ActionID with this slot and generation: both, encrypted with XTEA.
    fn tag(&self, slot: u32, generation: u32) -> [u32; 2] {
        let round_key = |sum: u32, word: u32| {
            sum.wrapping_add(self.0.get((word & 3) as usize).copied().unwrap_or_default())
        };
        let mix = |half: u32| (half.wrapping_shl(4) ^ half.wrapping_shr(5)).wrapping_add(half);
        let (mut left, mut right) = (slot, generation);
        let mut sum = 0_u32;
        for _ in 0..32 {
            left = left.wrapping_add(mix(right) ^ round_key(sum, sum));
            sum = sum.wrapping_add(0x9e37_79b9);
            right = right.wrapping_add(mix(left) ^ round_key(sum, sum.wrapping_shr(11)));
        }
        [left, right]
    }
}

impl fmt::Debug for IdKey {
    /// Never prints the bits, which make ActionIDs hard to forge.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdKey")
    }
}

/// The identity of an action in a session. No two actions of one session share one, not even across
/// its connections. Tickets of different sessions, and of different blocking clients, can be equal.
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
    /// The number of the slot, from 1. So an `Option<Ticket>` takes two words, which fit in
    /// registers.
    slot: NonZeroU32,
    generation: u32,
}

impl Ticket {
    /// The number of slots that ActionIDs can name.
    pub(super) const SLOTS: u32 = 0xffff;

    /// Creates the ticket of an action in the slot with this number, from 1. There is none for a
    /// number of 0.
    pub(crate) const fn new(slot: u32, generation: u32) -> Option<Self> {
        match NonZeroU32::new(slot) {
            Some(slot) => Some(Self { slot, generation }),
            None => None,
        }
    }

    /// Returns the ticket of a request that the session itself sends. Its slot number is the one
    /// beyond those of actions.
    pub(super) const fn internal(generation: u32) -> Self {
        Self { slot: NonZeroU32::MIN.saturating_add(Self::SLOTS), generation }
    }

    /// Returns whether this is a request that the session itself sends.
    pub(super) const fn is_internal(self) -> bool {
        self.slot.get() > Self::SLOTS
    }

    /// Returns the index of the action's slot.
    pub(super) const fn index(self) -> u32 {
        self.slot.get().wrapping_sub(1)
    }

    pub(super) const fn generation(self) -> u32 {
        self.generation
    }

    /// Returns the ticket of the next action in the slot.
    pub(super) const fn next(self) -> Self {
        Self { generation: self.generation.wrapping_add(1), ..self }
    }

    /// Returns the ActionID of the action, on the connection with this key.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn id(self, key: &Cipher) -> ActionId {
        let (slot, generation) = (self.index(), self.generation);
        let [high, low] = key.tag(slot, generation);
        let slot = slot.wrapping_shl(16);
        let mut words = [high, low, slot | generation.wrapping_shr(16), generation.wrapping_shl(16)];
        ActionId(core::array::from_fn(|at| {
            let Some(word) = words.get_mut(at / 8) else { return 0 };
            *word = word.rotate_left(4);
            hex_digit(*word as u8 & 15)
        }))
    }

    /// Parses an ActionID of the connection with this key. Returns `None` for any other.
    pub(super) fn parse(id: &[u8], key: &Cipher) -> Option<Self> {
        let mut number = 0_u64;
        for &digit in id.get(16..)? {
            // Other bytes than lower-case digits give a wrong number, and thereby another ActionID.
            let nibble = digit.wrapping_sub(if digit > b'9' { b'a' - 10 } else { b'0' });
            number = number.wrapping_shl(4) | u64::from(nibble & 15);
        }
        let slot = number.wrapping_shr(32) as u32 & 0xffff;
        let ticket = Self::new(slot.wrapping_add(1), number as u32)?;
        bytes::eq(&ticket.id(key).0, id).then_some(ticket)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A published test vector of XTEA.
    #[test]
    fn the_tag_is_xtea() {
        let key = Cipher::new(IdKey([3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12]));
        assert_eq!(key.tag(0x4142_4344, 0x4546_4748), [0x497d_f3d0, 0x7261_2cb5]);
    }

    /// All slots that an ActionID can name are those of actions, also the last one.
    #[test]
    fn only_the_slot_beyond_those_of_actions_is_internal() {
        let key = Cipher::new(IdKey([7; 16]));
        for slot in [1, 2, 0x8000, Ticket::SLOTS - 1, Ticket::SLOTS] {
            let ticket = Ticket::new(slot, 0x1234_5678).unwrap();
            assert!(!ticket.is_internal(), "slot {slot}");
            assert_eq!(Ticket::parse(&ticket.id(&key).0, &key), Some(ticket));
        }
        let internal = Ticket::internal(0x1234_5678);
        assert!(internal.is_internal());
        assert_eq!(Ticket::parse(&internal.id(&key).0, &key), Some(internal));
    }

    /// Any bit of key, slot or generation changes about half of the bits of the tag.
    #[test]
    fn each_bit_changes_half_of_the_tag() {
        let tag = |bits: &[u8; 24]| {
            let (key, rest) = bits.split_first_chunk().unwrap();
            let (slot, generation) = rest.split_first_chunk().unwrap();
            let generation = u32::from_be_bytes(generation.try_into().unwrap());
            let [high, low] = Cipher::new(IdKey(*key)).tag(u32::from_be_bytes(*slot), generation);
            u64::from(high) << 32 | u64::from(low)
        };
        let mut random = fastrand::Rng::with_seed(3);
        for at in 0..192 {
            let mut changed = 0;
            for _ in 0..200 {
                let mut bits = [0; 24];
                random.fill(&mut bits);
                let before = tag(&bits);
                bits[at / 8] ^= 1 << (at % 8);
                changed += (before ^ tag(&bits)).count_ones();
            }
            assert!((200 * 30..200 * 34).contains(&changed), "bit {at}: {changed}");
        }
    }
}
