//! The properties of the actions of Asterisk, by name.

use super::completion::Completion;
use super::table::actions_table;
use crate::classes::Classes;

/// The properties of an action of Asterisk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// The name, as in `Originate`.
    pub name: &'static str,
    /// The privilege classes of the action. A user needs any one of them, up to Asterisk 1.4 all of
    /// them; if there are none, every user may perform the action.
    pub classes: Classes,
    /// The way in which the answer ends.
    pub completion: Completion,
}

actions_table!(infos);

impl Completion {
    /// Returns the way in which the answer to the action with this name ends. ASCII case is
    /// ignored.
    ///
    /// Returns [`Completion::Response`] for every name for which Asterisk 1.4 to 23 has no list.
    /// The table costs 3 KB of flash if this function is used.
    ///
    /// `Hangup` is not treated as a list, because only a `Hangup` with a pattern answers with one.
    /// From Asterisk 13.2 on the response to such a `Hangup` announces its list. For Asterisk 11 to
    /// 13.1 use `List("ChannelsHungupListComplete")`, for example in
    /// [`Raw::with_completion`](crate::action::Raw::with_completion).
    ///
    /// ```
    /// use embedded_ami::action::Completion;
    /// assert_eq!(Completion::for_action("SIPpeers"), Completion::List("PeerlistComplete"));
    /// assert_eq!(Completion::for_action("waitevent"), Completion::Event("WaitEventComplete"));
    /// assert_eq!(Completion::for_action("Ping"), Completion::Response);
    /// ```
    pub fn for_action(action: &str) -> Self {
        let found = ENDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(action));
        found.map_or(Completion::Response, |&(_, completion)| completion)
    }
}

/// The actions whose answer does not end with the response. [`Completion::for_action`] reads this
/// table instead of `TABLE`, so that only these rows are linked.
static ENDS: [(&str, Completion); count(TABLE)] = ends(TABLE);

const fn count(table: &[Info]) -> usize {
    let mut count = 0;
    let mut rest = table;
    while let [info, tail @ ..] = rest {
        rest = tail;
        if !matches!(info.completion, Completion::Response) {
            count = usize::wrapping_add(count, 1);
        }
    }
    count
}

const fn ends<const N: usize>(table: &[Info]) -> [(&str, Completion); N] {
    let mut ends = [("", Completion::Response); N];
    let mut free: &mut [_] = &mut ends;
    let mut rest = table;
    while let [info, tail @ ..] = rest {
        rest = tail;
        if !matches!(info.completion, Completion::Response) {
            if let [first, others @ ..] = free {
                *first = (info.name, info.completion);
                free = others;
            }
        }
    }
    ends
}
