use super::{ChannelState, first};
use crate::wire::{Message, Value};

/// A channel that an event describes: one end of a call, such as the connection to one telephone.
///
/// Asterisk 12 and later describe each channel of an event by the same headers, `Channel`,
/// `ChannelState`, `CallerIDNum` and so on. If an event has several channels, all but one, or all,
/// have a prefix before these names, as in `DestChannel`. Older versions send only some of the
/// headers. An accessor returns `None` if the event does not have its header.
///
/// ```
/// use embedded_ami::event::{ChannelState, DialBegin};
/// # let message = embedded_ami::wire::Message::parse(
/// #     b"Event: DialBegin\r\nPrivilege: call,all\r\nChannel: PJSIP/alice-1\r\n\
/// #     Uniqueid: 1.1\r\nDestChannel: PJSIP/bob-2\r\nDestChannelState: 5\r\n\
/// #     DestUniqueid: 1.2\r\nDestLinkedid: 1.1\r\n\r\n").unwrap();
/// let begin = message.event::<DialBegin>().unwrap();
/// let (caller, called) = (begin.channel(), begin.dest());
/// assert!(caller.name().is_some_and(|name| name == "PJSIP/alice-1"));
/// assert!(called.name().is_some_and(|name| name == "PJSIP/bob-2"));
/// assert_eq!(called.state(), Some(ChannelState::Ringing));
/// assert_eq!(called.linkedid(), caller.uniqueid());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Channel<'a> {
    message: Message<'a>,
    prefix: &'static str,
}

/// A bridge that an event describes: a set of channels that exchange media. Asterisk 12 and later.
///
/// Its headers are `BridgeUniqueid`, `BridgeType` and so on. If an event has several bridges, they
/// have a prefix before these names, as in `ToBridgeUniqueid`.
///
/// ```
/// use embedded_ami::event::BridgeEnter;
/// # let message = embedded_ami::wire::Message::parse(
/// #     b"Event: BridgeEnter\r\nPrivilege: call,all\r\nBridgeUniqueid: 277fa404\r\n\
/// #     BridgeNumChannels: 2\r\nChannel: PJSIP/bob-2\r\n\r\n").unwrap();
/// let enter = message.event::<BridgeEnter>().unwrap();
/// assert!(enter.bridge().uniqueid().is_some_and(|id| id == "277fa404"));
/// assert_eq!(enter.bridge().num_channels().and_then(|number| number.to_i64()), Some(2));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Bridge<'a> {
    message: Message<'a>,
    prefix: &'static str,
}

/// Returns the value of the first header that has the prefix and one of the names.
fn prefixed<'a>(message: Message<'a>, prefix: &str, names: &[&str]) -> Option<Value<'a>> {
    if prefix.is_empty() {
        return first(message, names);
    }
    names.iter().find_map(|name| {
        // The longest prefix and name together have 33 bytes.
        let mut whole = [0; 40];
        let both = prefix.bytes().chain(name.bytes());
        whole.iter_mut().zip(both).for_each(|(to, from)| *to = from);
        let whole = whole.get(..prefix.len().saturating_add(name.len()))?;
        message.get(core::str::from_utf8(whole).ok()?)
    })
}

/// The accessors of a snapshot. Each has the names of its header without the prefix, the newest
/// first.
macro_rules! snapshot {
    ($View:ident { $($(#[doc = $doc:literal])* $field:ident = $($header:literal)|+;)* }) => {
        impl<'a> $View<'a> {
            pub(crate) fn new(message: Message<'a>, prefix: &'static str) -> Self {
                Self { message, prefix }
            }

            $(
                $(#[doc = $doc])*
                #[doc = concat!("From the ", names_doc!($($header)+), ".")]
                pub fn $field(&self) -> Option<Value<'a>> {
                    prefixed(self.message, self.prefix, &[$($header),+])
                }
            )*

            /// The names of all headers, without the prefix.
            #[cfg(test)]
            pub(crate) const HEADERS: &'static [&'static str] = &[$($($header),+),*];
        }
    };
}

snapshot! { Channel {
    /// The name, as in `PJSIP/7-00000001`: technology, device and a number that makes it unique.
    name = "Channel";
    /// The state as a number; [`state`](Channel::state) decodes it.
    state_number = "ChannelState";
    /// The state in words. Asterisk 1.4 and earlier have no other form.
    state_text = "ChannelStateDesc" | "State";
    /// The number of the party at this channel.
    caller_id_num = "CallerIDNum" | "CallerID";
    /// The name of the party at this channel.
    caller_id_name = "CallerIDName";
    /// The number of the party that this channel is connected with; Asterisk 1.8 and later.
    connected_line_num = "ConnectedLineNum";
    /// The name of the party that this channel is connected with; Asterisk 1.8 and later.
    connected_line_name = "ConnectedLineName";
    /// The language of prompts, such as `en`.
    language = "Language";
    /// The account code, which billing uses to tell calls apart.
    account_code = "AccountCode" | "Account";
    /// The context: the part of the dialplan in which the channel runs.
    context = "Context";
    /// The extension in the context, which often is the number that was dialled.
    exten = "Exten" | "Extension";
    /// The priority: the number of the step in the extension.
    priority = "Priority";
    /// The unique id of this channel, as in `1795445479.0`.
    uniqueid = "Uniqueid";
    /// The unique id of the first channel of the call, which all channels of a call share; Asterisk
    /// 13 and later.
    linkedid = "Linkedid";
    /// The tenant, if the configuration sets one; some releases of Asterisk 18 and later.
    tenantid = "Tenantid";
} }

impl<'a> Channel<'a> {
    /// The state. From the `ChannelState` header or, if there is none, from `ChannelStateDesc`,
    /// which older versions call `State`.
    pub fn state(&self) -> Option<ChannelState<'a>> {
        Some(ChannelState::from_value(self.state_number().or(self.state_text())?))
    }
}

snapshot! { Bridge {
    /// The unique id.
    uniqueid = "BridgeUniqueid";
    /// The type, as in `basic`.
    bridge_type = "BridgeType";
    /// The technology, which is the way media are mixed, as in `simple_bridge`.
    technology = "BridgeTechnology";
    /// The part of Asterisk that made the bridge, as in `AgentPool`, or `<unknown>`.
    creator = "BridgeCreator";
    /// The name that the creator gave the bridge, such as that of a conference, or `<unknown>`.
    name = "BridgeName";
    /// The number of channels in the bridge.
    num_channels = "BridgeNumChannels";
    /// The rule by which the source of video is chosen; Asterisk 13.13 and later.
    video_source_mode = "BridgeVideoSourceMode";
    /// The unique id of the channel that is the source of video; Asterisk 13.13 and later.
    video_source = "BridgeVideoSource";
} }
