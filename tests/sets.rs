//! Checks the sets of values (`event::ChannelState` and others) against tables of their own, and
//! that a value which a set does not know is kept: its number, its text and its bytes.

use std::collections::BTreeSet;

use embedded_ami::event::{
    AmaFlags, ChannelState, ContactState, DeviceState, DialStatus, Disposition, ExtensionState, HangupCause,
    OriginateReason, PeerState, PresenceState,
};
use embedded_ami::wire::Value;

/// A number, the name of the variant, and the words that servers write instead of the number.
type Number = (i32, &'static str, &'static [&'static str]);
/// The name of the variant and its spellings.
type Word = (&'static str, &'static [&'static str]);

/// `ast_state2str` of Asterisk.
const CHANNEL_STATES: &[Number] = &[
    (0, "Down", &["Down"]),
    (1, "Reserved", &["Rsrvd"]),
    (2, "OffHook", &["OffHook"]),
    (3, "Dialing", &["Dialing"]),
    (4, "Ring", &["Ring"]),
    (5, "Ringing", &["Ringing"]),
    (6, "Up", &["Up"]),
    (7, "Busy", &["Busy"]),
    (8, "DialingOffHook", &["Dialing Offhook"]),
    (9, "PreRing", &["Pre-ring"]),
];

/// The causes of `causes.h` of Asterisk.
const HANGUP_CAUSES: &[Number] = &[
    (0, "NotDefined", &[]),
    (1, "UnallocatedNumber", &[]),
    (2, "NoRouteTransitNet", &[]),
    (3, "NoRouteDestination", &[]),
    (5, "MisdialledTrunkPrefix", &[]),
    (6, "ChannelUnacceptable", &[]),
    (7, "CallAwardedDelivered", &[]),
    (8, "PreEmpted", &[]),
    (14, "NumberPortedNotHere", &[]),
    (16, "NormalClearing", &[]),
    (17, "UserBusy", &[]),
    (18, "NoUserResponse", &[]),
    (19, "NoAnswer", &[]),
    (20, "SubscriberAbsent", &[]),
    (21, "CallRejected", &[]),
    (22, "NumberChanged", &[]),
    (23, "RedirectedToNewDestination", &[]),
    (26, "AnsweredElsewhere", &[]),
    (27, "DestinationOutOfOrder", &[]),
    (28, "InvalidNumberFormat", &[]),
    (29, "FacilityRejected", &[]),
    (30, "ResponseToStatusEnquiry", &[]),
    (31, "NormalUnspecified", &[]),
    (34, "NormalCircuitCongestion", &[]),
    (38, "NetworkOutOfOrder", &[]),
    (41, "NormalTemporaryFailure", &[]),
    (42, "SwitchCongestion", &[]),
    (43, "AccessInfoDiscarded", &[]),
    (44, "RequestedChannelUnavailable", &[]),
    (45, "PreEmptedFacility", &[]),
    (50, "FacilityNotSubscribed", &[]),
    (52, "OutgoingCallBarred", &[]),
    (54, "IncomingCallBarred", &[]),
    (57, "BearerCapabilityNotAuth", &[]),
    (58, "BearerCapabilityNotAvail", &[]),
    (65, "BearerCapabilityNotImpl", &[]),
    (66, "ChanNotImplemented", &[]),
    (69, "FacilityNotImplemented", &[]),
    (81, "InvalidCallReference", &[]),
    (88, "IncompatibleDestination", &[]),
    (95, "InvalidMessageUnspecified", &[]),
    (96, "MandatoryIeMissing", &[]),
    (97, "MessageTypeNonexistent", &[]),
    (98, "WrongMessage", &[]),
    (99, "IeNonexistent", &[]),
    (100, "InvalidIeContents", &[]),
    (101, "WrongCallState", &[]),
    (102, "RecoveryOnTimerExpire", &[]),
    (103, "MandatoryIeLengthError", &[]),
    (111, "ProtocolError", &[]),
    (127, "Interworking", &[]),
];

/// `ast_devstate_str` and `ast_devstate2str` of Asterisk.
const DEVICE_STATES: &[Number] = &[
    (0, "Unknown", &["UNKNOWN", "Unknown"]),
    (1, "NotInUse", &["NOT_INUSE", "Not in use"]),
    (2, "InUse", &["INUSE", "In use"]),
    (3, "Busy", &["BUSY", "Busy"]),
    (4, "Invalid", &["INVALID", "Invalid"]),
    (5, "Unavailable", &["UNAVAILABLE", "Unavailable"]),
    (6, "Ringing", &["RINGING", "Ringing"]),
    (7, "RingInUse", &["RINGINUSE", "Ring+Inuse"]),
    (8, "OnHold", &["ONHOLD", "On Hold"]),
];

/// `ast_extension_states` of Asterisk.
const EXTENSION_STATES: &[Number] = &[
    (-2, "Removed", &[]),
    (-1, "NoHint", &[]),
    (0, "Idle", &[]),
    (1, "InUse", &[]),
    (2, "Busy", &[]),
    (4, "Unavailable", &[]),
    (8, "Ringing", &[]),
    (9, "InUseAndRinging", &[]),
    (16, "OnHold", &[]),
];

/// The control frames of Asterisk with which a call can end.
const ORIGINATE_REASONS: &[Number] = &[
    (0, "Failed", &[]),
    (1, "HungUp", &[]),
    (2, "LocalRing", &[]),
    (3, "NoAnswer", &[]),
    (4, "Answered", &[]),
    (5, "Busy", &[]),
    (6, "TakeOffHook", &[]),
    (7, "OffHook", &[]),
    (8, "Congestion", &[]),
];

const PEER_STATES: &[Word] = &[
    ("Registered", &["Registered"]),
    ("Unregistered", &["Unregistered"]),
    ("Rejected", &["Rejected"]),
    ("Reachable", &["Reachable"]),
    ("Unreachable", &["Unreachable"]),
    ("Lagged", &["Lagged"]),
    ("Unmonitored", &["Unmonitored"]),
    ("Removed", &["Removed"]),
    ("Unknown", &["Unknown"]),
];

const AMA_FLAGS: &[Word] =
    &[("Omit", &["OMIT"]), ("Billing", &["BILLING"]), ("Documentation", &["DOCUMENTATION"])];

const DIAL_STATUSES: &[Word] = &[
    ("Answer", &["ANSWER"]),
    ("Busy", &["BUSY"]),
    ("NoAnswer", &["NOANSWER"]),
    ("Cancel", &["CANCEL"]),
    ("Congestion", &["CONGESTION"]),
    ("ChanUnavail", &["CHANUNAVAIL"]),
    ("DontCall", &["DONTCALL"]),
    ("Torture", &["TORTURE"]),
    ("InvalidArgs", &["INVALIDARGS"]),
    ("Abort", &["ABORT"]),
    ("Continue", &["CONTINUE"]),
    ("Goto", &["GOTO"]),
    ("Ringing", &["RINGING"]),
    ("Proceeding", &["PROCEEDING"]),
    ("Progress", &["PROGRESS"]),
];

const DISPOSITIONS: &[Word] = &[
    ("Answered", &["ANSWERED"]),
    ("NoAnswer", &["NO ANSWER"]),
    ("Busy", &["BUSY"]),
    ("Failed", &["FAILED"]),
    ("Congestion", &["CONGESTION"]),
];

const PRESENCE_STATES: &[Word] = &[
    ("NotSet", &["not_set"]),
    ("Unavailable", &["unavailable"]),
    ("Available", &["available"]),
    ("Away", &["away"]),
    ("ExtendedAway", &["xa"]),
    ("Chat", &["chat"]),
    ("DoNotDisturb", &["dnd"]),
];

const CONTACT_STATES: &[Word] = &[
    ("Created", &["Created"]),
    ("Reachable", &["Reachable"]),
    ("Unreachable", &["Unreachable"]),
    ("NotQualified", &["NonQualified", "Unqualified"]),
    ("Unknown", &["Unknown"]),
    ("Updated", &["Updated"]),
    ("Removed", &["Removed"]),
];

/// Returns values that are almost one of these words, and values that no set knows.
fn others(words: &[&str]) -> Vec<Vec<u8>> {
    let known: BTreeSet<_> = words.iter().map(|word| word.to_ascii_lowercase().into_bytes()).collect();
    let mut others: BTreeSet<Vec<u8>> = BTreeSet::new();
    for word in words {
        let word = word.as_bytes();
        others.extend((0..word.len()).map(|end| word[..end].to_vec()));
        others.extend((1..word.len()).map(|start| word[start..].to_vec()));
        for more in [&b"s"[..], b" ", b"\0", b",", b"\xfc"] {
            others.insert([word, more].concat());
            others.insert([more, word].concat());
        }
    }
    for text in ["", " ", "x", "None", "Other", "n/a", "<unknown>", "J\u{fc}rg"] {
        others.insert(text.into());
    }
    others.insert(b"J\xfcrg".to_vec());
    others.into_iter().filter(|other| !known.contains(&other.to_ascii_lowercase())).collect()
}

/// Returns spellings of a word that differ in case only.
fn cases(word: &str) -> [String; 4] {
    let mixed = |odd: usize| {
        let letter = |(at, letter): (usize, char)| {
            if at % 2 == odd { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
        };
        word.chars().enumerate().map(letter).collect()
    };
    [word.to_ascii_lowercase(), word.to_ascii_uppercase(), mixed(0), mixed(1)]
}

/// Asserts that a value is this variant, by all names of the variant.
macro_rules! assert_known {
    ($Set:ident, $text:expr, $name:expr) => {{
        let text: &str = $text.as_ref();
        let set = $Set::from_value(Value::new(text.as_bytes()));
        assert!(!matches!(set, $Set::Other(_)), "{} {text:?}", stringify!($Set));
        assert_eq!(set.name(), Some($name), "{} {text:?}", stringify!($Set));
        assert_eq!((set.to_string(), format!("{set:?}")), ($name.to_string(), $name.to_string()));
        set
    }};
}

/// Asserts that a value is kept, with its bytes and its text.
macro_rules! assert_other {
    ($Set:ident, $bytes:expr) => {{
        let bytes: &[u8] = $bytes.as_ref();
        let set = $Set::from_value(Value::new(bytes));
        let $Set::Other(value) = set else { panic!("{} {:?}: {set:?}", stringify!($Set), bytes) };
        assert_eq!(value.as_bytes(), bytes, "{}", stringify!($Set));
        assert_eq!(set.name(), None, "{} {bytes:?}", stringify!($Set));
        assert_eq!(set.to_string(), String::from_utf8_lossy(bytes), "{}", stringify!($Set));
        set
    }};
}

macro_rules! check_numbers {
    ($Set:ident, $rows:expr) => {
        let rows: &[Number] = $rows;
        for &(number, name, words) in rows {
            let text = number.to_string();
            let set = assert_known!($Set, text, name);
            assert_eq!(set.number(), Some(number), "{} {name}", stringify!($Set));
            let mut texts = vec![format!("{number:04}")];
            texts.extend((number >= 0).then(|| format!("+{number}")));
            texts.extend(words.iter().flat_map(|word| cases(word)));
            for text in texts.iter().map(String::as_str).chain(words.iter().copied()) {
                assert_eq!(assert_known!($Set, text, name), set, "{} {text:?}", stringify!($Set));
            }
        }
        let known = |number: i32| rows.iter().any(|row| row.0 == number);
        let far = [-1_000, 1_000, 65_536, i32::MIN, i32::MIN + 1, i32::MAX - 1, i32::MAX];
        for number in (-300..=300).chain(far).filter(|number| !known(*number)) {
            let text = number.to_string();
            let set = assert_other!($Set, text);
            assert_eq!(set.number(), Some(number), "{}", stringify!($Set));
        }
        // The lower 32 or 64 bits of some are known numbers.
        for text in ["2147483648", "-2147483649", "4294967296", "4294967297", "18446744073709551616", "1.0"] {
            assert_eq!(assert_other!($Set, text).number(), None, "{} {text}", stringify!($Set));
        }
        let words: Vec<_> = rows.iter().flat_map(|row| row.2).copied().collect();
        for other in others(&words) {
            assert_eq!(assert_other!($Set, other).number(), None, "{} {other:?}", stringify!($Set));
        }
    };
}

macro_rules! check_words {
    ($Set:ident, $rows:expr) => {
        let rows: &[Word] = $rows;
        for &(name, words) in rows {
            let set = assert_known!($Set, words[0], name);
            for text in words.iter().flat_map(|word| cases(word)) {
                assert_eq!(assert_known!($Set, text, name), set);
            }
        }
        let words: Vec<_> = rows.iter().flat_map(|row| row.1).copied().collect();
        for other in others(&words).iter().map(Vec::as_slice).chain([&b"0"[..], b"1", b"-1"]) {
            assert_other!($Set, other);
        }
    };
}

#[test]
fn numbers_and_their_words_are_known_and_other_numbers_are_kept() {
    check_numbers!(ChannelState, CHANNEL_STATES);
    check_numbers!(HangupCause, HANGUP_CAUSES);
    check_numbers!(DeviceState, DEVICE_STATES);
    check_numbers!(ExtensionState, EXTENSION_STATES);
    check_numbers!(OriginateReason, ORIGINATE_REASONS);
}

#[test]
fn words_are_known_in_any_case_and_other_words_are_kept() {
    check_words!(PeerState, PEER_STATES);
    check_words!(AmaFlags, AMA_FLAGS);
    check_words!(DialStatus, DIAL_STATUSES);
    check_words!(Disposition, DISPOSITIONS);
    check_words!(PresenceState, PRESENCE_STATES);
    check_words!(ContactState, CONTACT_STATES);
}
