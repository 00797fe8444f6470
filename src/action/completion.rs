//! How the answer to an action ends.

use super::{Info, TABLE};

/// How the answer to an action ends, where the response does not say so itself.
///
/// Since Asterisk 13.2 a response that begins a list says `EventList: start`, and that counts, whatever the action's
/// `Reply`; before, most say only `Success`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Reply {
    /// With its response.
    #[default]
    Response,
    /// With a list, and this event at its end.
    List(&'static str),
    /// With this event, once: there is no other mark of an end, in any version.
    Event(&'static str),
}

impl Reply {
    /// How the answer to the action of that name ends, ASCII case ignored: [`Reply::Response`] for all that
    /// Asterisk 1.4 to 22 has no list for.
    ///
    /// `Hangup` of channels that match a pattern is not among the lists, since every other `Hangup` is none: from
    /// 13.2 on its response says so, for Asterisk 11 to 13.1 it is `List("ChannelsHungupListComplete")`.
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

/// The actions whose answer does not end with the response: of the table only these are linked.
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
