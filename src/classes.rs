//! Privilege classes. They determine which events a user may read and which actions it may run.

use core::fmt;
use core::ops::BitOr;

use crate::wire::Value;

/// A set of privilege classes.
///
/// ```
/// use embedded_ami::classes::Classes;
/// use embedded_ami::wire::Value;
///
/// let privilege = Classes::from_privilege(Value::new(b"call,all"));
/// assert_eq!(privilege, Classes::CALL);
/// assert!((Classes::CALL | Classes::AGENT).contains(privilege));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Classes(u32);

macro_rules! classes {
    ($($(#[doc = $doc:literal])* $NAME:ident = $bit:literal, $label:literal;)*) => {
        impl Classes {
            $($(#[doc = $doc])* pub const $NAME: Self = Self(1 << $bit);)*

            /// The labels, in the order in which Asterisk writes them.
            pub const LABELS: &'static [(&'static str, Self)] = &[$(($label, Self::$NAME)),*];
        }
    };
}

classes! {
    /// The server itself: modules, peers, registrations, shutdown.
    SYSTEM = 0, "system";
    /// Calls and channels.
    CALL = 1, "call";
    /// Unused.
    LOG = 2, "log";
    /// Unused.
    VERBOSE = 3, "verbose";
    /// Console commands.
    COMMAND = 4, "command";
    /// Queues and agents.
    AGENT = 5, "agent";
    /// Events that users define: `UserEvent`.
    USER = 6, "user";
    /// Configuration files; Asterisk 1.4 and later.
    CONFIG = 7, "config";
    /// Tones; Asterisk 1.6.0 and later, like the next four.
    DTMF = 8, "dtmf";
    /// Figures and tests.
    REPORTING = 9, "reporting";
    /// Call detail records.
    CDR = 10, "cdr";
    /// Each step of the dialplan.
    DIALPLAN = 11, "dialplan";
    /// Originating calls.
    ORIGINATE = 12, "originate";
    /// AGI; Asterisk 1.6.1 and later.
    AGI = 13, "agi";
    /// Call completion; Asterisk 1.8 and later, like the next two.
    CC = 15, "cc";
    /// Advice of charge.
    AOC = 16, "aoc";
    /// Tests.
    TEST = 17, "test";
    /// Logins and their failures; Asterisk 12 and later.
    SECURITY = 18, "security";
    /// Messages outside of calls; Asterisk 11 and later.
    MESSAGE = 30, "message";
}

impl Classes {
    /// No class. Any user that is logged in may read such events and run such actions.
    pub const NONE: Self = Self(0);
    /// Every class, also those that have no label.
    pub const ALL: Self = Self(0x7fff_ffff);

    /// Creates a set from its bits. The highest of the 32 bits is dropped.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits & Self::ALL.0)
    }

    /// Returns the bits of the set.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Returns whether the set has no class.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns whether the set has every class of `other`.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns whether the set has at least one class of `other`.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Parses a `Privilege` header, as in `call,all`. The `all` at its end only means that a user
    /// with all classes may read the event, so it is ignored. Unknown words are ignored, too.
    #[must_use]
    pub fn from_privilege(privilege: Value<'_>) -> Self {
        privilege.split(b',').filter_map(Self::label).fold(Self::NONE, BitOr::bitor)
    }

    /// Parses a mask of classes exactly as Asterisk does, with all its oddities: the `EventMask` of
    /// `Events`, the `Events` of a login, and `read` and `write` in `manager.conf`. Returns `None`
    /// for an empty mask, which Asterisk refuses.
    ///
    /// A number is the set with these bits. A word for yes means all classes, a word for no means
    /// none. Otherwise the mask is a comma-separated list of lower-case labels without blanks.
    /// Every word but the last also matches any label that begins with it, so an empty word matches
    /// all labels. The label `all` means every class. Unknown words are ignored.
    ///
    /// As an event mask this is harmless, since the permissions of the user limit it. For the
    /// permissions themselves it grants more than their author may have meant: `,call` and `a,call`
    /// (from `all`) are every class, and `c,agent` is six. Refuse such words before you pass a text
    /// from a configuration.
    ///
    /// ```
    /// use embedded_ami::classes::Classes;
    /// use embedded_ami::wire::Value;
    ///
    /// let mask = |text: &'static str| Classes::from_mask(Value::new(text.as_bytes()));
    /// assert_eq!(mask("call,user"), Some(Classes::CALL | Classes::USER));
    /// assert_eq!(mask("on"), Some(Classes::ALL));
    /// assert_eq!(mask("1"), Some(Classes::SYSTEM)); // a number
    /// assert_eq!(mask("cd,user"), Some(Classes::CDR | Classes::USER));
    /// assert_eq!(mask("system, call"), Some(Classes::SYSTEM)); // " call" is not a label
    /// assert_eq!(mask("Call"), Some(Classes::NONE)); // nor is "Call"
    /// ```
    #[must_use]
    pub fn from_mask(text: Value<'_>) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        if text.as_bytes().iter().all(u8::is_ascii_digit) {
            // Asterisk uses `atoi`, for which overflow is undefined. Here it means all classes.
            return Some(Self::from_bits(text.to_u32().unwrap_or(u32::MAX)));
        }
        match text.to_bool() {
            Some(true) => return Some(Self::ALL),
            Some(false) => return Some(Self::NONE),
            None => {}
        }
        let mut words = text.split(b',').peekable();
        let mut set = Self::NONE;
        while let Some(word) = words.next() {
            let begins = words.peek().is_some();
            let is = |label: &str| match begins {
                true => label.as_bytes().starts_with(word.as_bytes()),
                false => word == label,
            };
            set =
                Self::LABELS.iter().filter(|(label, _)| is(label)).fold(set, |set, &(_, class)| set | class);
            if is("all") {
                set = Self::ALL;
            }
        }
        Some(set)
    }

    /// Returns the class with this label. ASCII case is ignored.
    fn label(word: Value<'_>) -> Option<Self> {
        Self::LABELS.iter().find(|(label, _)| word.eq_ignore_ascii_case(label)).map(|&(_, class)| class)
    }

    /// Returns an iterator over the labels of the set, in the order in which Asterisk writes them.
    pub fn labels(self) -> impl Iterator<Item = &'static str> {
        Self::LABELS.iter().filter(move |&&(_, class)| self.contains(class)).map(|&(label, _)| label)
    }
}

impl BitOr for Classes {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Debug for Classes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.labels()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::vec::Vec;

    use super::Classes;

    /// Sets with no, one, two and all bits, and random ones.
    fn sets() -> Vec<Classes> {
        let mut random = fastrand::Rng::with_seed(1);
        let one = (0..31).map(|bit| 1 << bit);
        let two = (0..30).map(|bit| 3 << bit);
        let random = (0..40).map(|_| random.u32(..));
        one.chain(two).chain(random).chain([0, u32::MAX]).map(Classes::from_bits).collect()
    }

    #[test]
    fn sets_are_sets_of_bits() {
        for bits in [0, 1, 0x4000_0001, 0x7fff_ffff] {
            assert_eq!(Classes::from_bits(bits).bits(), bits);
            assert_eq!(Classes::from_bits(bits | 0x8000_0000).bits(), bits);
        }
        for one in sets() {
            assert_eq!(one.is_empty(), one.bits() == 0);
            for other in sets() {
                let has = |set: Classes, bit: u32| set.bits() >> bit & 1 == 1;
                let of_both =
                    |of: fn(bool, bool) -> bool| (0..32).map(move |bit| of(has(one, bit), has(other, bit)));
                assert_eq!(one.contains(other), of_both(|one, other| one || !other).all(|is| is));
                assert_eq!(one.intersects(other), of_both(|one, other| one && other).any(|is| is));
                let union = one | other;
                assert!((0..32).map(|bit| has(union, bit)).eq(of_both(|one, other| one || other)));
            }
        }
        assert_eq!(format!("{:?}", Classes::SYSTEM | Classes::CALL), "{\"system\", \"call\"}");
    }
}
