//! How the answer to an action ends.

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
        let mut entries = ENDS.lines().filter_map(|line| line.split_once(' '));
        match entries.find(|(name, _)| name.eq_ignore_ascii_case(action)) {
            Some((_, end)) => match end.strip_prefix("1 ") {
                Some(event) => Reply::Event(event),
                None => Reply::List(end),
            },
            None => Reply::Response,
        }
    }
}

/// The actions whose answer has an end beside the response, and the event that ends it; with a 1 those of a single event.
/// `DBGet` has one entry, and up to Asterisk 1.6.2 nothing behind it.
const ENDS: &str = "\
Agents AgentsComplete
BridgeInfo BridgeInfoComplete
BridgeList BridgeListComplete
BridgeTechnologyList BridgeTechnologyListComplete
ConfbridgeList ConfbridgeListComplete
ConfbridgeListRooms ConfbridgeListRoomsComplete
CoreShowChannelMap CoreShowChannelMapComplete
CoreShowChannels CoreShowChannelsComplete
DAHDIShowChannels DAHDIShowChannelsComplete
DAHDIShowStatus DAHDIShowStatusComplete
DataGet 1 DataGet Tree
DBGet 1 DBGetResponse
DBGetTree DBGetTreeComplete
DeviceStateList DeviceStateListComplete
ExtensionStateList ExtensionStateListComplete
FAXSession 1 FAXSession
FAXSessions FAXSessionsComplete
FAXStats 1 FAXStats
IAXpeerlist PeerlistComplete
IAXpeers PeerlistComplete
IAXregistry RegistrationsComplete
MeetmeList MeetmeListComplete
MeetmeListRooms MeetmeListRoomsComplete
MWIGet MWIGetComplete
ParkedCalls ParkedCallsComplete
Parkinglots ParkinglotsComplete
PJSIPShowAors AorListComplete
PJSIPShowAuths AuthListComplete
PJSIPShowContacts ContactListComplete
PJSIPShowEndpoint EndpointDetailComplete
PJSIPShowEndpoints EndpointListComplete
PJSIPShowMaintenance PJSIPMaintenanceStatusComplete
PJSIPShowRegistrationInboundContactStatuses ContactStatusDetailComplete
PJSIPShowRegistrationsInbound InboundRegistrationDetailComplete
PJSIPShowRegistrationsOutbound OutboundRegistrationDetailComplete
PJSIPShowResourceLists ResourceListDetailComplete
PJSIPShowSubscriptionsInbound InboundSubscriptionDetailComplete
PJSIPShowSubscriptionsOutbound OutboundSubscriptionDetailComplete
PresenceStateList PresenceStateListComplete
PRIShowSpans PRIShowSpansComplete
QueueStatus QueueStatusComplete
QueueSummary QueueSummaryComplete
ShowDialPlan ShowDialPlanComplete
SIPpeers PeerlistComplete
SIPpeerstatus SIPpeerstatusComplete
SIPshowregistry RegistrationsComplete
SKINNYdevices DevicelistComplete
SKINNYlines LinelistComplete
Status StatusComplete
VoicemailBoxSummary VoicemailBoxDetailComplete
VoicemailUsersList VoicemailUserEntryComplete
VoicemailUserStatus VoicemailUserDetailComplete
WaitEvent 1 WaitEventComplete
ZapShowChannels ZapShowChannelsComplete
";
