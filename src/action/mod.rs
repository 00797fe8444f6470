//! Requests that a client sends to Asterisk.
//!
//! There is a type for each action of Asterisk 1.0 to 23, with a constructor that takes the
//! required headers and a setter for each optional one. [`Raw`] and [`from_fn`] make any other
//! action, and [`Action::with_header`] adds a header that a type does not have. All of them
//! implement [`Action`]; types that are not used take no flash.
//!
//! ```
//! use embedded_ami::action::{self, QueuePause};
//! use embedded_ami::wire::{Outbox, Dialect};
//! let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
//! let pause = QueuePause::new("PJSIP/7", true).queue("support").reason("lunch");
//! action::write(&pause, "a-1", &mut outbox)?;
//! assert!(outbox.pending().starts_with(b"Action: QueuePause\r\nActionID: a-1\r\n"));
//! # Ok::<(), embedded_ami::wire::EncodeError>(())
//! ```
//!
//! The answer to an action is a response, or a list of events after one. The page of each action
//! links to the views of its answer, in [`event`](crate::event) and
//! [`event::response`](crate::event::response). An action whose page names no view is answered by
//! `Success` or an error, unless the page describes another form.
//!
//! # Names
//!
//! A type has the name of its action in upper camel case: acronyms are written like other words,
//! and a new word starts after each. `GetConfigJSON` is [`GetConfigJson`], `DAHDIDNDoff` is
//! [`DahdiDndOff`], `SIPpeers` is [`SipPeers`]. Other words keep the letter case of Asterisk, as in
//! [`Getvar`] and [`ShowDialPlan`], so the name of a type differs from the name on the wire only in
//! letter case. On the wire, the name is always as Asterisk writes it.

#[macro_use]
mod macros;

mod all;
mod call;
#[cfg(test)]
pub(crate) mod case;
mod completion;
mod config;
mod info;
mod login;
#[cfg(feature = "md5")]
mod md5;
mod raw;
mod request;
mod sets;
pub(crate) mod table;
#[cfg(test)]
mod tests;
mod typed;
mod user;
mod with_header;

pub use all::all;
pub use call::{Originate, Redirect};
pub use completion::Completion;
pub use config::{Change, UpdateConfig};
pub use info::Info;
pub(crate) use login::is_challenge;
pub use login::{Challenge, Key, Login, Md5};
#[cfg(feature = "md5")]
pub use md5::md5;
pub use raw::{FromFn, Raw, from_fn};
pub use request::{Action, write};
pub use sets::{
    AckCall, AocBillingId, AocChargeType, AocChargedItem, AocChargingType, AocMessageType, AocMultiplier,
    AocRateType, AocTimeScale, AocTotalType, AocVolumeUnit, Control, DebugLevel, Direction, LoadType, OnOff,
    Side, Tone, YesNo,
};
pub use typed::*;
pub use user::{Filter, UserEvent};
pub use with_header::WithHeader;
