use super::{ChannelState, first};
use crate::wire::{Message, Value};

/// What an event says of a channel: headers such as `Channel` and `CallerIDNum`, which may have a prefix such as
/// `Dest`. Asterisk 12 and later say all of it in each event, older ones what the event is about.
#[derive(Debug, Clone, Copy)]
pub struct Channel<'a> {
    message: Message<'a>,
    prefix: &'static str,
}

/// What an event says of a bridge: headers such as `BridgeUniqueid`, which may have a prefix such as `To`.
#[derive(Debug, Clone, Copy)]
pub struct Bridge<'a> {
    message: Message<'a>,
    prefix: &'static str,
}

/// The value of the first header that is named so behind the prefix.
fn prefixed<'a>(message: Message<'a>, prefix: &str, names: &[&str]) -> Option<Value<'a>> {
    if prefix.is_empty() {
        return first(message, names);
    }
    names.iter().find_map(|name| {
        // The longest of both together have 33 bytes.
        let mut whole = [0; 40];
        let both = prefix.bytes().chain(name.bytes());
        whole.iter_mut().zip(both).for_each(|(to, from)| *to = from);
        let whole = whole.get(..prefix.len().saturating_add(name.len()))?;
        message.get(core::str::from_utf8(whole).ok()?)
    })
}

macro_rules! snapshot {
    ($View:ident { $($(#[doc = $doc:literal])* $field:ident = $($header:literal)|+;)* }) => {
        impl<'a> $View<'a> {
            pub(crate) fn new(message: Message<'a>, prefix: &'static str) -> Self {
                Self { message, prefix }
            }

            $(
                $(#[doc = $doc])*
                ///
                #[doc = concat!($("`", $header, "` "),+)]
                pub fn $field(&self) -> Option<Value<'a>> {
                    prefixed(self.message, self.prefix, &[$($header),+])
                }
            )*

            /// The names behind the prefix.
            #[cfg(test)]
            pub(crate) const HEADERS: &'static [&'static str] = &[$($($header),+),*];
        }
    };
}

snapshot! { Channel {
    /// The name, as in `PJSIP/7-00000001`.
    name = "Channel";
    /// The state as a number; [`state`](Channel::state) has it as a [`ChannelState`].
    state_number = "ChannelState";
    /// The state in words, up to Asterisk 1.4 the only form.
    state_text = "ChannelStateDesc" | "State";
    /// The number of the party at that channel.
    caller_id_num = "CallerIDNum" | "CallerID";
    /// Its name.
    caller_id_name = "CallerIDName";
    /// The number of the party it is connected with; Asterisk 1.8 and later.
    connected_line_num = "ConnectedLineNum";
    /// Its name; Asterisk 1.8 and later.
    connected_line_name = "ConnectedLineName";
    /// The language of prompts.
    language = "Language";
    /// Who pays.
    account_code = "AccountCode" | "Account";
    /// The context in the dialplan.
    context = "Context";
    /// The extension in the dialplan.
    exten = "Exten" | "Extension";
    /// The priority in the dialplan.
    priority = "Priority";
    /// The unique id.
    uniqueid = "Uniqueid";
    /// The unique id of the first channel of the call; Asterisk 13 and later.
    linkedid = "Linkedid";
    /// The tenant; some releases of 18 and later.
    tenantid = "Tenantid";
} }

impl<'a> Channel<'a> {
    /// The state.
    ///
    /// `ChannelState` `ChannelStateDesc` `State`
    pub fn state(&self) -> Option<ChannelState<'a>> {
        Some(ChannelState::from_value(self.state_number().or(self.state_text())?))
    }
}

snapshot! { Bridge {
    /// The unique id.
    uniqueid = "BridgeUniqueid";
    /// The type, as in `basic`.
    bridge_type = "BridgeType";
    /// How the media are mixed, as in `simple_bridge`.
    technology = "BridgeTechnology";
    /// What made the bridge.
    creator = "BridgeCreator";
    /// The name that its maker gave it.
    name = "BridgeName";
    /// How many channels are in it.
    num_channels = "BridgeNumChannels";
    /// Where video comes from; Asterisk 13.13 and later.
    video_source_mode = "BridgeVideoSourceMode";
    /// The channel that video comes from; Asterisk 13.13 and later.
    video_source = "BridgeVideoSource";
} }
