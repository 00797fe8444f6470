//! The list of all actions.

use super::call::{Originate, Redirect};
use super::completion::Completion;
use super::config::UpdateConfig;
use super::info::{Info, TABLE};
use super::user::{Filter, UserEvent};
use crate::classes::Classes;

/// Returns an iterator over the actions of Asterisk 1.0 to 23.
///
/// ```
/// use embedded_ami::action::{self, Completion};
/// use embedded_ami::classes::Classes;
/// let queue_add = action::all().find(|info| info.name == "QueueAdd").unwrap();
/// assert_eq!((queue_add.classes, queue_add.completion), (Classes::AGENT, Completion::Response));
/// ```
pub fn all() -> impl Iterator<Item = Info> {
    let one = |name, classes| Info { name, classes, completion: Completion::Response };
    let by_hand = [
        one("Challenge", Classes::NONE),
        one("Filter", Filter::CLASSES),
        one("Login", Classes::NONE),
        one("Originate", Originate::CLASSES),
        one("Redirect", Redirect::CLASSES),
        one("UpdateConfig", UpdateConfig::CLASSES),
        one("UserEvent", UserEvent::<&str>::CLASSES),
    ];
    TABLE.iter().copied().chain(by_hand)
}
