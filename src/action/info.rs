//! The properties of the actions of Asterisk, by name.

use super::completion::Reply;
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
    pub reply: Reply,
}

actions_table!(infos);

impl Reply {
    /// Returns the way in which the answer to the action with this name ends. ASCII case is
    /// ignored.
    ///
    /// Returns [`Reply::Response`] for every name for which Asterisk 1.4 to 22 has no list. The
    /// table costs 3 KB of flash if this function is used.
    ///
    /// `Hangup` is not treated as a list, because only a `Hangup` with a pattern answers with one.
    /// From Asterisk 13.2 on the response to such a `Hangup` announces its list. For Asterisk 11 to
    /// 13.1 use `List("ChannelsHungupListComplete")`, for example in
    /// [`Raw::replied`](crate::action::Raw::replied).
    ///
    /// ```
    /// use embedded_ami::action::Reply;
    /// assert_eq!(Reply::of("SIPpeers"), Reply::List("PeerlistComplete"));
    /// assert_eq!(Reply::of("waitevent"), Reply::Event("WaitEventComplete"));
    /// assert_eq!(Reply::of("Ping"), Reply::Response);
    /// ```
    pub fn of(action: &str) -> Self {
        let found = ENDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(action));
        found.map_or(Reply::Response, |&(_, reply)| reply)
    }
}

/// The actions whose answer does not end with the response. [`Reply::of`] reads this and not
/// `TABLE`, so that only these rows are linked.
static ENDS: [(&str, Reply); count(TABLE)] = ends(TABLE);

const fn count(table: &[Info]) -> usize {
    let mut count = 0;
    let mut rest = table;
    while let [info, tail @ ..] = rest {
        rest = tail;
        if !matches!(info.reply, Reply::Response) {
            count = usize::wrapping_add(count, 1);
        }
    }
    count
}

const fn ends<const N: usize>(table: &[Info]) -> [(&str, Reply); N] {
    let mut ends = [("", Reply::Response); N];
    let mut free: &mut [_] = &mut ends;
    let mut rest = table;
    while let [info, tail @ ..] = rest {
        rest = tail;
        if !matches!(info.reply, Reply::Response) {
            if let [first, others @ ..] = free {
                *first = (info.name, info.reply);
                free = others;
            }
        }
    }
    ends
}
