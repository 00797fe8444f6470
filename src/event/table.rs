//! The table of events.

macro_rules! events_table {
    ($expand:ident) => {
        $expand! {
    /// An agent has logged in by giving an extension to be called at.
    Agentcallbacklogin = "Agentcallbacklogin" [AGENT] "Asterisk 1.0 to 1.4" {
        agent: text = "Agent", login_chan: text = "Loginchan", uniqueid: text = "Uniqueid",
    }
    /// An agent who logged in with an extension has logged off.
    Agentcallbacklogoff = "Agentcallbacklogoff" [AGENT] "Asterisk 1.0 to 1.6.2" {
        agent: text = "Agent", reason: text = "Reason", login_chan: text = "Loginchan",
        login_time: seconds = "Logintime", uniqueid: text = "Uniqueid",
    }
    /// A queue rings a member for a caller; `dest` is the member's channel.
    AgentCalled = "AgentCalled" [AGENT] "Asterisk 1.0 and later" {
        channel: channel = "", dest: channel = "Dest", queue: text = "Queue",
        member_name: text = "MemberName" | "AgentName", interface: text = "Interface" | "AgentCalled",
        channel_calling: text = "ChannelCalling", destination_channel: text = "DestinationChannel",
    }
    /// A queue's call between a caller and a member has ended.
    AgentComplete = "AgentComplete" [AGENT] "Asterisk 1.2 and later" {
        channel: channel = "", dest: channel = "Dest", queue: text = "Queue", member_name: text = "MemberName",
        interface: text = "Interface" | "Member", hold_time: seconds = "HoldTime", talk_time: seconds = "TalkTime",
        reason: text = "Reason", variables: texts = "Variable",
    }
    /// A queue has connected a caller with a member.
    AgentConnect = "AgentConnect" [AGENT] "Asterisk 1.2 and later" {
        channel: channel = "", dest: channel = "Dest", queue: text = "Queue", member_name: text = "MemberName",
        interface: text = "Interface" | "Member", ring_time: seconds = "RingTime", hold_time: seconds = "HoldTime",
        bridged_channel: text = "BridgedChannel",
    }
    /// A member hung up on the caller while the announcement was played to them.
    AgentDump = "AgentDump" [AGENT] "Asterisk 1.2 and later" {
        channel: channel = "", dest: channel = "Dest", queue: text = "Queue", member_name: text = "MemberName",
        interface: text = "Interface" | "Member",
    }
    /// An agent has logged in and waits for calls.
    AgentLogin = "AgentLogin" [AGENT] "Asterisk 1.0 and later, as `Agentlogin` up to 11" {
        channel: channel = "", agent: text = "Agent",
    }
    /// An agent has logged off.
    AgentLogoff = "AgentLogoff" [AGENT] "Asterisk 1.0 and later, as `Agentlogoff` up to 11" {
        channel: channel = "", agent: text = "Agent", login_time: seconds = "Logintime",
    }
    /// A queue rang a member, who did not answer; `ring_time` is in milliseconds.
    AgentRingNoAnswer = "AgentRingNoAnswer" [AGENT] "Asterisk 1.6.1 and later" {
        channel: channel = "", dest: channel = "Dest", queue: text = "Queue", member_name: text = "MemberName",
        interface: text = "Interface" | "Member", ring_time: number = "RingTime",
    }
    /// An agent, in a list of them.
    Agents = "Agents" [] "Asterisk 1.2 and later" {
        channel: channel = "", agent: text = "Agent", name: text = "Name", status: text = "Status",
        talking_to_chan: text = "TalkingToChan", call_started: seconds = "CallStarted",
        logged_in_time: seconds = "LoggedInTime", logged_in_chan: text = "LoggedInChan",
        talking_to: text = "TalkingTo",
    }
    /// The end of the list of agents.
    AgentsComplete = "AgentsComplete" [] "Asterisk 1.2 and later" {}
    /// An AGI command begins or ends.
    AGIExec = "AGIExec" [AGI] "Asterisk 1.6.0 to 11" {
        sub_event: text = "SubEvent", channel: text = "Channel", command_id: text = "CommandId",
        command: text = "Command", result_code: number = "ResultCode", result: text = "Result",
    }
    /// An AGI command has ended.
    AGIExecEnd = "AGIExecEnd" [AGI] "Asterisk 12 and later" {
        channel: channel = "", command: text = "Command", command_id: text = "CommandId",
        result_code: number = "ResultCode", result: text = "Result",
    }
    /// An AGI command begins.
    AGIExecStart = "AGIExecStart" [AGI] "Asterisk 12 and later" {
        channel: channel = "", command: text = "Command", command_id: text = "CommandId",
    }
    /// A DAHDI channel is in alarm.
    Alarm = "Alarm" [SYSTEM] "Asterisk 1.0 and later" {
        dahdi_channel: text = "DAHDIChannel" | "Channel", alarm: text = "Alarm",
    }
    /// A DAHDI channel is no longer in alarm.
    AlarmClear = "AlarmClear" [SYSTEM] "Asterisk 1.0 and later" {
        dahdi_channel: text = "DAHDIChannel" | "Channel",
    }
    /// Advice of charge during a call. Of several units the first is read here.
    AocD = "AOC-D" [AOC] "Asterisk 12 and later" {
        channel: channel = "", charge_type: text = "Charge/Type" | "Type",
        billing_id: text = "Charge/BillingID" | "BillingID", total_type: text = "Charge/TotalType" | "TotalType",
        currency_name: text = "Charge/Currency/Name" | "Name",
        currency_cost: number = "Charge/Currency/Cost" | "Cost",
        currency_multiplier: text = "Charge/Currency/Multiplier" | "Multiplier",
        units: number = "Charge/Units(0)/NumberOf" | "NumberOf",
        unit_type: number = "Charge/Units(0)/TypeOf" | "TypeOf",
    }
    /// Advice of charge at the end of a call. Of several units the first is read here.
    AocE = "AOC-E" [AOC] "Asterisk 12 and later" {
        channel: channel = "", association_number: number = "ChargingAssociation/Number" | "Number",
        association_plan: number = "ChargingAssociation/Plan" | "Plan",
        association_id: number = "ChargingAssociation/ID" | "ID", charge_type: text = "Charge/Type" | "Type",
        billing_id: text = "Charge/BillingID" | "BillingID", total_type: text = "Charge/TotalType" | "TotalType",
        currency_name: text = "Charge/Currency/Name" | "Name",
        currency_cost: number = "Charge/Currency/Cost" | "Cost",
        currency_multiplier: text = "Charge/Currency/Multiplier" | "Multiplier",
        units: number = "Charge/Units(0)/NumberOf" | "NumberOf",
        unit_type: number = "Charge/Units(0)/TypeOf" | "TypeOf",
    }
    /// Advice of charge at the start of a call. Asterisk writes these headers behind the number of the rate that they
    /// belong to: look through all headers.
    AocS = "AOC-S" [AOC] "Asterisk 12 and later" {
        channel: channel = "", chargeable: text = "Chargeable", rate_type: text = "RateType",
        currency_name: text = "Name", currency_cost: number = "Cost", currency_multiplier: text = "Multiplier",
        charging_type: text = "ChargingType", step_function: text = "StepFunction", granularity: text = "Granularity",
        length: text = "Length", scale: text = "Scale", unit: text = "Unit", special_code: number = "SpecialCode",
    }
    /// An address of record of a PJSIP endpoint, among its details.
    AorDetail = "AorDetail" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName",
        minimum_expiration: seconds = "MinimumExpiration", maximum_expiration: seconds = "MaximumExpiration",
        default_expiration: seconds = "DefaultExpiration", qualify_frequency: seconds = "QualifyFrequency",
        authenticate_qualify: flag = "AuthenticateQualify", max_contacts: number = "MaxContacts",
        remove_existing: flag = "RemoveExisting", remove_unavailable: flag = "RemoveUnavailable",
        mailboxes: list = "Mailboxes", outbound_proxy: text = "OutboundProxy", support_path: flag = "SupportPath",
        qualify_2xx_only: flag = "Qualify2xxOnly", qualify_timeout: seconds = "QualifyTimeout",
        voicemail_extension: text = "VoicemailExtension", contacts: list = "Contacts",
        total_contacts: number = "TotalContacts", contacts_registered: number = "ContactsRegistered",
        endpoint_name: text = "EndpointName",
    }
    /// An address of record of PJSIP, in a list of them.
    AorList = "AorList" [] "Asterisk 16 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName",
        minimum_expiration: seconds = "MinimumExpiration", maximum_expiration: seconds = "MaximumExpiration",
        default_expiration: seconds = "DefaultExpiration", qualify_frequency: seconds = "QualifyFrequency",
        qualify_timeout: seconds = "QualifyTimeout", qualify_2xx_only: flag = "Qualify2xxOnly",
        authenticate_qualify: flag = "AuthenticateQualify", max_contacts: number = "MaxContacts",
        remove_existing: flag = "RemoveExisting", remove_unavailable: flag = "RemoveUnavailable",
        mailboxes: list = "Mailboxes", voicemail_extension: text = "VoicemailExtension",
        outbound_proxy: text = "OutboundProxy", support_path: flag = "SupportPath", contacts: list = "Contacts",
    }
    /// The end of the list of addresses of record.
    AorListComplete = "AorListComplete" [] "Asterisk 16 and later" {}
    /// A channel enters or leaves asynchronous AGI, or has run a command there.
    AsyncAGI = "AsyncAGI" [AGI] "Asterisk 1.6.0 to 11" {
        sub_event: text = "SubEvent", channel: text = "Channel", env: text = "Env", result: text = "Result",
        command_id: text = "CommandID",
    }
    /// A channel has left asynchronous AGI.
    AsyncAGIEnd = "AsyncAGIEnd" [AGI] "Asterisk 12 and later" {
        channel: channel = "",
    }
    /// A command of asynchronous AGI has run; its result is percent-encoded.
    AsyncAGIExec = "AsyncAGIExec" [AGI] "Asterisk 12 and later" {
        channel: channel = "", command_id: text = "CommandID", result: text = "Result",
    }
    /// A channel waits for commands of asynchronous AGI; its environment is percent-encoded.
    AsyncAGIStart = "AsyncAGIStart" [AGI] "Asterisk 12 and later" {
        channel: channel = "", env: text = "Env",
    }
    /// An attended transfer has been done, or has failed.
    AttendedTransfer = "AttendedTransfer" [CALL] "Asterisk 12 and later" {
        local_one: channel = "LocalOne", local_two: channel = "LocalTwo", transferee: channel = "Transferee",
        orig_transferer: channel = "OrigTransferer", second_transferer: channel = "SecondTransferer",
        transfer_target: channel = "TransferTarget", orig_bridge: bridge = "Orig", second_bridge: bridge = "Second",
        dest_type: text = "DestType", dest_bridge_uniqueid: text = "DestBridgeUniqueid", dest_app: text = "DestApp",
        dest_transferer_channel: text = "DestTransfererChannel", result: text = "Result",
        is_external: flag = "IsExternal",
    }
    /// Credentials of a PJSIP endpoint, among its details.
    AuthDetail = "AuthDetail" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName", username: text = "Username",
        password: text = "Password", md5_cred: text = "Md5Cred", realm: text = "Realm",
        nonce_lifetime: seconds = "NonceLifetime", auth_type: text = "AuthType", endpoint_name: text = "EndpointName",
        oauth_client_id: text = "OauthClientid", oauth_secret: text = "OauthSecret",
        password_digest: text = "PasswordDigest", refresh_token: text = "RefreshToken",
        supported_algorithms_uac: text = "SupportedAlgorithmsUac",
        supported_algorithms_uas: text = "SupportedAlgorithmsUas",
    }
    /// Credentials of PJSIP, in a list of them.
    AuthList = "AuthList" [] "Asterisk 16 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName", username: text = "Username",
        md5_cred: text = "Md5Cred", realm: text = "Realm", auth_type: text = "AuthType", password: text = "Password",
        nonce_lifetime: seconds = "NonceLifetime", oauth_client_id: text = "OauthClientid",
        oauth_secret: text = "OauthSecret", password_digest: text = "PasswordDigest",
        refresh_token: text = "RefreshToken", supported_algorithms_uac: text = "SupportedAlgorithmsUac",
        supported_algorithms_uas: text = "SupportedAlgorithmsUas",
    }
    /// The end of the list of credentials.
    AuthListComplete = "AuthListComplete" [] "Asterisk 16 and later" {}
    /// A login asked for a method that is not allowed.
    AuthMethodNotAllowed = "AuthMethodNotAllowed" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID", session_id: text = "SessionID",
        local_address: text = "LocalAddress", remote_address: text = "RemoteAddress",
        auth_method: text = "AuthMethod", module: text = "Module", session_tv: text = "SessionTV",
    }
    /// A blind transfer has been done, or has failed.
    BlindTransfer = "BlindTransfer" [CALL] "Asterisk 12 and later" {
        transferee: channel = "Transferee", transferer: channel = "Transferer", bridge: bridge = "",
        result: text = "Result", is_external: flag = "IsExternal", context: text = "Context",
        extension: text = "Extension",
    }
    /// Two channels have been bridged or, up to Asterisk 11 in state `Unlink`, parted. From Asterisk 1.6 on the event
    /// is `Bridge`.
    Link = "Bridge" | "Link" [CALL] "Asterisk 1.0 to 11, as `Link` up to 1.4" {
        bridge_state: text = "Bridgestate", bridge_type: text = "Bridgetype", channel1: text = "Channel1",
        channel2: text = "Channel2", uniqueid1: text = "Uniqueid1", uniqueid2: text = "Uniqueid2",
        caller_id1: text = "CallerID1", caller_id2: text = "CallerID2",
    }
    /// The answer to the Bridge action.
    BridgeAction = "BridgeAction" [CALL] "Asterisk 1.8 to 11" {
        response: text = "Response", channel1: text = "Channel1", channel2: text = "Channel2",
    }
    /// A bridge has been created.
    BridgeCreate = "BridgeCreate" [CALL] "Asterisk 12 and later" {
        bridge: bridge = "",
    }
    /// A bridge has been destroyed.
    BridgeDestroy = "BridgeDestroy" [CALL] "Asterisk 12 and later" {
        bridge: bridge = "",
    }
    /// A channel has entered a bridge.
    BridgeEnter = "BridgeEnter" [CALL] "Asterisk 12 and later" {
        channel: channel = "", bridge: bridge = "", swap_uniqueid: text = "SwapUniqueid",
    }
    /// The application Bridge has run.
    BridgeExec = "BridgeExec" [CALL] "Asterisk 1.6.0 to 11" {
        response: text = "Response", reason: text = "Reason", channel1: text = "Channel1",
        channel2: text = "Channel2",
    }
    /// A channel in a bridge, among what is known of the bridge.
    BridgeInfoChannel = "BridgeInfoChannel" [] "Asterisk 12 and later" {
        channel: channel = "",
    }
    /// The end of what is known of a bridge, and the bridge itself.
    BridgeInfoComplete = "BridgeInfoComplete" [] "Asterisk 12 and later" {
        bridge: bridge = "",
    }
    /// A channel has left a bridge.
    BridgeLeave = "BridgeLeave" [CALL] "Asterisk 12 and later" {
        channel: channel = "", bridge: bridge = "",
    }
    /// The end of the list of bridges.
    BridgeListComplete = "BridgeListComplete" [] "Asterisk 12 and later" {}
    /// A bridge, in a list of them.
    BridgeListItem = "BridgeListItem" [] "Asterisk 12 and later" {
        bridge: bridge = "",
    }
    /// A bridge has been merged into another.
    BridgeMerge = "BridgeMerge" [CALL] "Asterisk 12 and later" {
        to_bridge: bridge = "To", from_bridge: bridge = "From",
    }
    /// The end of the list of bridge technologies.
    BridgeTechnologyListComplete = "BridgeTechnologyListComplete" [] "Asterisk 12 and later" {}
    /// A bridge technology, in a list of them.
    BridgeTechnologyListItem = "BridgeTechnologyListItem" [] "Asterisk 12 and later" {
        bridge: bridge = "", bridge_priority: number = "BridgePriority", bridge_suspended: flag = "BridgeSuspended",
    }
    /// The source of video in a bridge has changed.
    BridgeVideoSourceUpdate = "BridgeVideoSourceUpdate" [CALL] "Asterisk 13.13, 14.2 and later" {
        bridge: bridge = "", bridge_previous_video_source: text = "BridgePreviousVideoSource",
    }
    /// Call completion can be asked for.
    CCAvailable = "CCAvailable" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", callee: text = "Callee", service: text = "Service",
    }
    /// The caller is called again, to complete the call.
    CCCallerRecalling = "CCCallerRecalling" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller",
    }
    /// The called party is free but the caller is busy: the caller is now watched.
    CCCallerStartMonitoring = "CCCallerStartMonitoring" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller",
    }
    /// The caller is no longer watched.
    CCCallerStopMonitoring = "CCCallerStopMonitoring" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller",
    }
    /// Call completion has failed.
    CCFailure = "CCFailure" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller", reason: text = "Reason",
    }
    /// The called party can no longer be watched.
    CCMonitorFailed = "CCMonitorFailed" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", callee: text = "Callee",
    }
    /// The time in which call completion may be asked for has begun.
    CCOfferTimerStart = "CCOfferTimerStart" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller", expires: seconds = "Expires",
    }
    /// The call has been completed.
    CCRecallComplete = "CCRecallComplete" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller",
    }
    /// The request for call completion was accepted.
    CCRequestAcknowledged = "CCRequestAcknowledged" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller",
    }
    /// A caller has asked for call completion.
    CCRequested = "CCRequested" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller", callee: text = "Callee",
    }
    /// A call detail record. Its configuration may add headers.
    Cdr = "Cdr" [CDR] "Asterisk 1.0 and later" {
        account_code: text = "AccountCode", source: text = "Source", destination: text = "Destination",
        destination_context: text = "DestinationContext", caller_id: text = "CallerID", channel: text = "Channel",
        destination_channel: text = "DestinationChannel", last_application: text = "LastApplication",
        last_data: text = "LastData", start_time: text = "StartTime", answer_time: text = "AnswerTime",
        end_time: text = "EndTime", duration: seconds = "Duration", billable_seconds: seconds = "BillableSeconds",
        disposition: Disposition = "Disposition", ama_flags: AmaFlags = "AMAFlags", uniqueid: text = "UniqueID",
        user_field: text = "UserField",
    }
    /// An entry of channel event logging.
    CEL = "CEL" [CALL] "Asterisk 1.8 and later" {
        event_name: text = "EventName", account_code: text = "AccountCode", caller_id_num: text = "CallerIDnum",
        caller_id_name: text = "CallerIDname", caller_id_ani: text = "CallerIDani",
        caller_id_rdnis: text = "CallerIDrdnis", caller_id_dnid: text = "CallerIDdnid", exten: text = "Exten",
        context: text = "Context", application: text = "Application", app_data: text = "AppData",
        event_time: text = "EventTime", ama_flags: AmaFlags = "AMAFlags", uniqueid: text = "UniqueID",
        linkedid: text = "LinkedID", user_field: text = "UserField", peer: text = "Peer",
        peer_account: text = "PeerAccount", extra: text = "Extra", channel: text = "Channel",
        user_def_type: text = "UserDefType",
    }
    /// A login gave the wrong answer to a challenge.
    ChallengeResponseFailed = "ChallengeResponseFailed" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID", session_id: text = "SessionID",
        local_address: text = "LocalAddress", remote_address: text = "RemoteAddress", challenge: text = "Challenge",
        response: text = "Response", expected_response: text = "ExpectedResponse", module: text = "Module",
        session_tv: text = "SessionTV",
    }
    /// A challenge was sent to who wants to log in.
    ChallengeSent = "ChallengeSent" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID", session_id: text = "SessionID",
        local_address: text = "LocalAddress", remote_address: text = "RemoteAddress", challenge: text = "Challenge",
        module: text = "Module", session_tv: text = "SessionTV",
    }
    /// A channel is hung up by a Hangup action with a pattern.
    ChannelHungup = "ChannelHungup" [] "Asterisk 11 and later" {
        channel: text = "Channel",
    }
    /// A channel driver has been reloaded.
    ChannelReload = "ChannelReload" [SYSTEM] "Asterisk 1.4 to 11" {
        channel_type: text = "ChannelType" | "Channel", reload_reason: text = "ReloadReason",
        registry_count: number = "Registry_Count", peer_count: number = "Peer_Count",
        user_count: number = "User_Count",
    }
    /// The end of the list of channels that a Hangup action with a pattern hangs up.
    ChannelsHungupListComplete = "ChannelsHungupListComplete" [] "Asterisk 11 and later" {}
    /// Someone on a channel has begun to talk.
    ChannelTalkingStart = "ChannelTalkingStart" [CALL] "Asterisk 12 and later" {
        channel: channel = "",
    }
    /// Someone on a channel has stopped talking; `duration` is in milliseconds.
    ChannelTalkingStop = "ChannelTalkingStop" [CALL] "Asterisk 12 and later" {
        channel: channel = "", duration: number = "Duration",
    }
    /// A channel driver knows more of a channel.
    ChannelUpdate = "ChannelUpdate" [SYSTEM] "Asterisk 1.6.0 to 11" {
        channel: text = "Channel", channel_type: text = "Channeltype", iax2_callno_local: text = "IAX2-callno-local",
        iax2_callno_remote: text = "IAX2-callno-remote", iax2_peer: text = "IAX2-peer", gtalk_sid: text = "Gtalk-SID",
        uniqueid: text = "Uniqueid", sip_call_id: text = "SIPcallid", sip_full_contact: text = "SIPfullcontact",
        peer_name: text = "Peername", call_ref: text = "CallRef",
    }
    /// A channel begins to listen in on another.
    ChanSpyStart = "ChanSpyStart" [CALL] "Asterisk 1.6.2 and later" {
        spyer: channel = "Spyer", spyee: channel = "Spyee",
    }
    /// A channel no longer listens in on another.
    ChanSpyStop = "ChanSpyStop" [CALL] "Asterisk 1.6.2 and later" {
        spyer: channel = "Spyer", spyee: channel = "Spyee",
    }
    /// The connection is about to be closed by the server.
    CloseSession = "CloseSession" [] "Asterisk 11 and later" {
        close_session: text = "CloseSession",
    }
    /// A conference has ended.
    ConfbridgeEnd = "ConfbridgeEnd" [CALL] "Asterisk 10 and later" {
        bridge: bridge = "", conference: text = "Conference",
    }
    /// A channel has joined a conference.
    ConfbridgeJoin = "ConfbridgeJoin" [CALL] "Asterisk 10 and later" {
        channel: channel = "", bridge: bridge = "", conference: text = "Conference", admin: flag = "Admin",
        muted: flag = "Muted",
    }
    /// A channel has left a conference.
    ConfbridgeLeave = "ConfbridgeLeave" [CALL] "Asterisk 10 and later" {
        channel: channel = "", bridge: bridge = "", conference: text = "Conference", admin: flag = "Admin",
    }
    /// A channel in a conference, in a list of them.
    ConfbridgeList = "ConfbridgeList" [] "Asterisk 10 and later" {
        channel: channel = "", conference: text = "Conference", admin: flag = "Admin",
        marked_user: flag = "MarkedUser", wait_marked: flag = "WaitMarked", end_marked: flag = "EndMarked",
        waiting: flag = "Waiting", muted: flag = "Muted", talking: flag = "Talking",
        answered_time: seconds = "AnsweredTime", end_marked_any: flag = "EndMarkedAny",
    }
    /// The end of the list of channels in a conference.
    ConfbridgeListComplete = "ConfbridgeListComplete" [] "Asterisk 10 and later" {}
    /// A conference, in a list of them.
    ConfbridgeListRooms = "ConfbridgeListRooms" [] "Asterisk 10 and later" {
        conference: text = "Conference", parties: number = "Parties", marked: number = "Marked",
        locked: flag = "Locked", muted: flag = "Muted",
    }
    /// The end of the list of conferences.
    ConfbridgeListRoomsComplete = "ConfbridgeListRoomsComplete" [] "Asterisk 10 and later" {}
    /// A participant of a conference has been muted.
    ConfbridgeMute = "ConfbridgeMute" [CALL] "Asterisk 12 and later" {
        channel: channel = "", bridge: bridge = "", conference: text = "Conference", admin: flag = "Admin",
    }
    /// A conference is being recorded.
    ConfbridgeRecord = "ConfbridgeRecord" [CALL] "Asterisk 12 and later" {
        bridge: bridge = "", conference: text = "Conference",
    }
    /// A conference has begun.
    ConfbridgeStart = "ConfbridgeStart" [CALL] "Asterisk 10 and later" {
        bridge: bridge = "", conference: text = "Conference",
    }
    /// A conference is no longer recorded.
    ConfbridgeStopRecord = "ConfbridgeStopRecord" [CALL] "Asterisk 12 and later" {
        bridge: bridge = "", conference: text = "Conference",
    }
    /// A participant of a conference has begun or stopped talking.
    ConfbridgeTalking = "ConfbridgeTalking" [CALL] "Asterisk 10 and later" {
        channel: channel = "", bridge: bridge = "", conference: text = "Conference",
        talking_status: flag = "TalkingStatus", admin: flag = "Admin",
    }
    /// A participant of a conference is no longer muted.
    ConfbridgeUnmute = "ConfbridgeUnmute" [CALL] "Asterisk 12 and later" {
        channel: channel = "", bridge: bridge = "", conference: text = "Conference", admin: flag = "Admin",
    }
    /// A contact of PJSIP, in a list of them.
    ContactList = "ContactList" [] "Asterisk 16 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName", via_addr: text = "ViaAddr",
        via_port: number = "ViaPort", qualify_timeout: seconds = "QualifyTimeout", call_id: text = "CallId",
        reg_server: text = "RegServer", prune_on_boot: flag = "PruneOnBoot", path: text = "Path",
        endpoint: text = "Endpoint", authenticate_qualify: flag = "AuthenticateQualify", uri: text = "Uri",
        qualify_frequency: seconds = "QualifyFrequency", user_agent: text = "UserAgent",
        expiration_time: seconds = "ExpirationTime", outbound_proxy: text = "OutboundProxy",
        status: ContactState = "Status", roundtrip_usec: number = "RoundtripUsec",
        qualify_2xx_only: flag = "Qualify2xxOnly",
    }
    /// The end of the list of contacts.
    ContactListComplete = "ContactListComplete" [] "Asterisk 16 and later" {}
    /// Whether a contact of PJSIP can be reached has changed.
    ContactStatus = "ContactStatus" [SYSTEM] "Asterisk 13 and later" {
        uri: text = "URI", contact_status: ContactState = "ContactStatus", aor: text = "AOR",
        endpoint_name: text = "EndpointName", roundtrip_usec: number = "RoundtripUsec",
        user_agent: text = "UserAgent", reg_expire: seconds = "RegExpire", via_address: text = "ViaAddress",
        call_id: text = "CallID",
    }
    /// The state of a contact, among the details of a PJSIP endpoint.
    ContactStatusDetail = "ContactStatusDetail" [] "Asterisk 13 and later" {
        aor: text = "AOR", uri: text = "URI", status: ContactState = "Status",
        roundtrip_usec: number = "RoundtripUsec", endpoint_name: text = "EndpointName",
        user_agent: text = "UserAgent", reg_expire: seconds = "RegExpire", via_address: text = "ViaAddress",
        call_id: text = "CallID", id: text = "ID", authenticate_qualify: flag = "AuthenticateQualify",
        outbound_proxy: text = "OutboundProxy", path: text = "Path", qualify_frequency: seconds = "QualifyFrequency",
        qualify_timeout: seconds = "QualifyTimeout", qualify_2xx_only: flag = "Qualify2xxOnly",
    }
    /// The end of the states of contacts.
    ContactStatusDetailComplete = "ContactStatusDetailComplete" [] "Asterisk 13 and later" {}
    /// A channel, in a list of them.
    CoreShowChannel = "CoreShowChannel" [] "Asterisk 1.6.1 and later" {
        channel: channel = "", bridge_id: text = "BridgeId", application: text = "Application",
        application_data: text = "ApplicationData", duration: text = "Duration",
        bridged_channel: text = "BridgedChannel", bridged_uniqueid: text = "BridgedUniqueID",
    }
    /// Two channels that are connected, in a list of such pairs.
    CoreShowChannelMap = "CoreShowChannelMap" [] "Asterisk 18 in its later releases, 20 and later" {
        channel: text = "Channel", connected_channel: text = "ConnectedChannel",
    }
    /// The end of the list of connected channels.
    CoreShowChannelMapComplete = "CoreShowChannelMapComplete" [] "Asterisk 18 in its later releases, 20 and later" {}
    /// The end of the list of channels.
    CoreShowChannelsComplete = "CoreShowChannelsComplete" [] "Asterisk 1.6.0 and later" {}
    /// A DAHDI channel has been given to a call.
    DAHDIChannel = "DAHDIChannel" [CALL] "Asterisk 1.8 and later" {
        channel: channel = "", dahdi_group: number = "DAHDIGroup", dahdi_span: number = "DAHDISpan",
        dahdi_channel: text = "DAHDIChannel",
    }
    /// A DAHDI channel, in a list of them.
    DAHDIShowChannels = "DAHDIShowChannels" | "ZapShowChannels" [] "Asterisk 1.0 and later, as `ZapShowChannels` up to 1.4" {
        dahdi_channel: text = "DAHDIChannel", channel: text = "Channel", uniqueid: text = "Uniqueid",
        account_code: text = "AccountCode", signalling: text = "Signalling", signalling_code: text = "SignallingCode",
        context: text = "Context", dnd: text = "DND", alarm: text = "Alarm", description: text = "Description",
    }
    /// The end of the list of DAHDI channels.
    DAHDIShowChannelsComplete = "DAHDIShowChannelsComplete" | "ZapShowChannelsComplete" [] "Asterisk 1.0 and later, as `ZapShowChannelsComplete` up to 1.4" {
        items: number = "Items",
    }
    /// A DAHDI span, in a list of them.
    DAHDIShowStatus = "DAHDIShowStatus" [] "Asterisk 18 in its later releases, 20 and later" {
        span: number = "Span", description: text = "Description", alarms: text = "Alarms", irq: number = "IRQ",
        bipolar_violations: number = "bpviol", crc: text = "CRC", framing: text = "Framing", coding: text = "Coding",
        options: text = "Options", lbo: text = "LBO",
    }
    /// The end of the list of DAHDI spans.
    DAHDIShowStatusComplete = "DAHDIShowStatusComplete" [] "Asterisk 18 in its later releases, 20 and later" {}
    /// Data of the server as a tree; every header is a path in it.
    DataGetTree = "DataGet Tree" [] "Asterisk 1.8 to 14" {}
    /// The end of what DBGet found.
    DBGetComplete = "DBGetComplete" [] "Asterisk 1.8 and later" {}
    /// The entry of the database that was asked for.
    DBGetResponse = "DBGetResponse" [] "Asterisk 1.2 and later" {
        family: text = "Family", key: text = "Key", value: text = "Val",
    }
    /// The end of a family of the database.
    DBGetTreeComplete = "DBGetTreeComplete" [] "Asterisk 16 in its later releases, 18 and later" {}
    /// An entry of the database, in a family of them.
    DBGetTreeResponse = "DBGetTreeResponse" [] "Asterisk 16 in its later releases, 18 and later" {
        key: text = "Key", value: text = "Val",
    }
    /// The server suspects a deadlock.
    DeadlockStart = "DeadlockStart" [SYSTEM] "Asterisk 16 in its later releases, 18 and later" {
        mutex: text = "Mutex",
    }
    /// A Skinny device, in a list of them.
    DeviceEntry = "DeviceEntry" [] "Asterisk 1.6.2 to 20" {
        channel_type: text = "Channeltype", object_name: text = "ObjectName",
        channel_object_type: text = "ChannelObjectType", device_id: text = "DeviceId", ip_address: text = "IPaddress",
        type_: text = "Type", device_status: text = "Devicestatus", number_of_lines: number = "NumberOfLines",
    }
    /// The end of the list of Skinny devices.
    DevicelistComplete = "DevicelistComplete" [] "Asterisk 1.6.2 to 20" {}
    /// The state of a device has changed; also an item of the list of them.
    DeviceStateChange = "DeviceStateChange" [CALL] "Asterisk 13 and later" {
        device: text = "Device", state: DeviceState = "State",
    }
    /// The end of the list of states of devices.
    DeviceStateListComplete = "DeviceStateListComplete" [] "Asterisk 13 and later" {}
    /// A dial attempt begins or, from Asterisk 1.6 on, ends.
    Dial = "Dial" [CALL] "Asterisk 1.2 to 11" {
        sub_event: text = "SubEvent", channel: text = "Channel" | "Source", destination: text = "Destination",
        caller_id_num: text = "CallerIDNum" | "CallerID", caller_id_name: text = "CallerIDName",
        connected_line_num: text = "ConnectedLineNum", connected_line_name: text = "ConnectedLineName",
        uniqueid: text = "UniqueID" | "SrcUniqueID", dest_uniqueid: text = "DestUniqueID",
        dial_string: text = "Dialstring", dial_status: DialStatus = "DialStatus",
    }
    /// A dial attempt begins; `dest` is the called channel.
    DialBegin = "DialBegin" [CALL] "Asterisk 12 and later" {
        channel: channel = "", dest: channel = "Dest", dial_string: text = "DialString",
    }
    /// A dial attempt has ended; `dest` is the called channel.
    DialEnd = "DialEnd" [CALL] "Asterisk 12 and later" {
        channel: channel = "", dest: channel = "Dest", dial_status: DialStatus = "DialStatus",
        forward: text = "Forward",
    }
    /// A dial attempt has made progress; `dest` is the called channel.
    DialState = "DialState" [CALL] "Asterisk 14 and later" {
        channel: channel = "", dest: channel = "Dest", dial_status: DialStatus = "DialStatus",
        forward: text = "Forward",
    }
    /// Do not disturb was switched on a DAHDI channel.
    DNDState = "DNDState" [SYSTEM] "Asterisk 1.2 and later" {
        dahdi_channel: text = "DAHDIChannel" | "Channel", status: text = "Status",
    }
    /// A digit has begun or ended.
    DTMF = "DTMF" [DTMF] "Asterisk 1.6.0 to 11" {
        channel: text = "Channel", uniqueid: text = "Uniqueid", digit: text = "Digit", direction: text = "Direction",
        begin: flag = "Begin", end: flag = "End",
    }
    /// A digit has begun.
    DTMFBegin = "DTMFBegin" [DTMF] "Asterisk 12 and later" {
        channel: channel = "", digit: text = "Digit", direction: text = "Direction",
    }
    /// A digit has ended.
    DTMFEnd = "DTMFEnd" [DTMF] "Asterisk 12 and later" {
        channel: channel = "", digit: text = "Digit", duration_ms: number = "DurationMs",
        direction: text = "Direction",
    }
    /// A PJSIP endpoint, with all its settings.
    EndpointDetail = "EndpointDetail" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName", context: text = "Context",
        allow: text = "Allow", dtmf_mode: text = "DtmfMode", rtp_ipv6: flag = "RtpIpv6",
        rtp_symmetric: flag = "RtpSymmetric", ice_support: flag = "IceSupport", use_ptime: flag = "UsePtime",
        force_rport: flag = "ForceRport", rewrite_contact: flag = "RewriteContact", transport: text = "Transport",
        outbound_proxy: text = "OutboundProxy", moh_suggest: text = "MohSuggest", rel100: text = "100rel",
        timers: text = "Timers", timers_min_se: seconds = "TimersMinSe",
        timers_sess_expires: seconds = "TimersSessExpires", auth: text = "Auth", outbound_auth: text = "OutboundAuth",
        aors: list = "Aors", media_address: text = "MediaAddress", identify_by: text = "IdentifyBy",
        direct_media: flag = "DirectMedia", direct_media_method: text = "DirectMediaMethod",
        trust_connected_line: flag = "TrustConnectedLine", send_connected_line: flag = "SendConnectedLine",
        connected_line_method: text = "ConnectedLineMethod",
        direct_media_glare_mitigation: text = "DirectMediaGlareMitigation",
        disable_direct_media_on_nat: flag = "DisableDirectMediaOnNat", caller_id: text = "Callerid",
        caller_id_privacy: text = "CalleridPrivacy", caller_id_tag: text = "CalleridTag",
        trust_id_inbound: flag = "TrustIdInbound", trust_id_outbound: flag = "TrustIdOutbound",
        send_pai: flag = "SendPai", send_rpid: flag = "SendRpid", send_diversion: flag = "SendDiversion",
        mailboxes: list = "Mailboxes", aggregate_mwi: flag = "AggregateMwi",
        media_encryption: text = "MediaEncryption", media_encryption_optimistic: flag = "MediaEncryptionOptimistic",
        use_avpf: flag = "UseAvpf", force_avp: flag = "ForceAvp",
        media_use_received_transport: flag = "MediaUseReceivedTransport",
        one_touch_recording: flag = "OneTouchRecording", inband_progress: flag = "InbandProgress",
        call_group: text = "CallGroup", pickup_group: text = "PickupGroup", named_call_group: text = "NamedCallGroup",
        named_pickup_group: text = "NamedPickupGroup", device_state_busy_at: number = "DeviceStateBusyAt",
        t38_udptl: flag = "T38Udptl", t38_udptl_ec: text = "T38UdptlEc",
        t38_udptl_maxdatagram: number = "T38UdptlMaxdatagram", fax_detect: flag = "FaxDetect",
        t38_udptl_nat: flag = "T38UdptlNat", t38_udptl_ipv6: flag = "T38UdptlIpv6",
        t38_bind_udptl_to_media_address: flag = "T38BindUdptlToMediaAddress", tone_zone: text = "ToneZone",
        language: text = "Language", record_on_feature: text = "RecordOnFeature",
        record_off_feature: text = "RecordOffFeature", allow_transfer: flag = "AllowTransfer",
        user_eq_phone: flag = "UserEqPhone", moh_passthrough: flag = "MohPassthrough", sdp_owner: text = "SdpOwner",
        sdp_session: text = "SdpSession", tos_audio: number = "TosAudio", tos_video: number = "TosVideo",
        cos_audio: number = "CosAudio", cos_video: number = "CosVideo", allow_subscribe: flag = "AllowSubscribe",
        sub_min_expiry: seconds = "SubMinExpiry", from_user: text = "FromUser", from_domain: text = "FromDomain",
        mwi_from_user: text = "MwiFromUser", rtp_engine: text = "RtpEngine", dtls_verify: text = "DtlsVerify",
        dtls_rekey: seconds = "DtlsRekey", dtls_cert_file: text = "DtlsCertFile",
        dtls_private_key: text = "DtlsPrivateKey", dtls_cipher: text = "DtlsCipher",
        dtls_ca_file: text = "DtlsCaFile", dtls_ca_path: text = "DtlsCaPath", dtls_setup: text = "DtlsSetup",
        srtp_tag_32: flag = "SrtpTag32", redirect_method: text = "RedirectMethod", set_var: text = "SetVar",
        message_context: text = "MessageContext", account_code: text = "Accountcode",
        preferred_codec_only: flag = "PreferredCodecOnly", device_state: DeviceState = "DeviceState",
        active_channels: text = "ActiveChannels", subscribe_context: text = "SubscribeContext",
        allow_overlap: flag = "AllowOverlap", overlap_context: text = "OverlapContext",
        accept_multiple_sdp_answers: flag = "AcceptMultipleSdpAnswers", acl: text = "Acl",
        allow_unauthenticated_options: flag = "AllowUnauthenticatedOptions",
        asymmetric_rtp_codec: flag = "AsymmetricRtpCodec", bind_rtp_to_media_address: flag = "BindRtpToMediaAddress",
        bundle: flag = "Bundle", codec_prefs_incoming_answer: text = "CodecPrefsIncomingAnswer",
        codec_prefs_incoming_offer: text = "CodecPrefsIncomingOffer",
        codec_prefs_outgoing_answer: text = "CodecPrefsOutgoingAnswer",
        codec_prefs_outgoing_offer: text = "CodecPrefsOutgoingOffer", contact_acl: text = "ContactAcl",
        dtls_auto_generate_cert: flag = "DtlsAutoGenerateCert", dtls_fingerprint: text = "DtlsFingerprint",
        fax_detect_timeout: seconds = "FaxDetectTimeout", follow_early_media_fork: flag = "FollowEarlyMediaFork",
        g726_non_standard: flag = "G726NonStandard", geoloc_incoming_call_profile: text = "GeolocIncomingCallProfile",
        geoloc_outgoing_call_profile: text = "GeolocOutgoingCallProfile",
        ignore_183_without_sdp: flag = "Ignore183WithoutSdp",
        incoming_call_offer_pref: text = "IncomingCallOfferPref", incoming_mwi_mailbox: text = "IncomingMwiMailbox",
        max_audio_streams: number = "MaxAudioStreams", max_video_streams: number = "MaxVideoStreams",
        mwi_subscribe_replaces_unsolicited: flag = "MwiSubscribeReplacesUnsolicited",
        notify_early_inuse_ringing: flag = "NotifyEarlyInuseRinging",
        outgoing_call_offer_pref: text = "OutgoingCallOfferPref", refer_blind_progress: flag = "ReferBlindProgress",
        rpid_immediate: flag = "RpidImmediate", rtcp_mux: flag = "RtcpMux", rtp_keepalive: seconds = "RtpKeepalive",
        rtp_timeout: seconds = "RtpTimeout", rtp_timeout_hold: seconds = "RtpTimeoutHold",
        rtp_port_start: number = "RtpPortStart", rtp_port_end: number = "RtpPortEnd",
        security_negotiation: text = "SecurityNegotiation", send_aoc: flag = "SendAoc",
        send_history_info: flag = "SendHistoryInfo", stir_shaken: text = "StirShaken",
        stir_shaken_profile: text = "StirShakenProfile", suppress_moh_on_sendonly: flag = "SuppressMohOnSendonly",
        suppress_q850_reason_headers: flag = "SuppressQ850ReasonHeaders", tenantid: text = "Tenantid",
        voicemail_extension: text = "VoicemailExtension", webrtc: flag = "Webrtc", disallow: text = "Disallow",
        follow_redirect_methods: text = "FollowRedirectMethods",
    }
    /// The end of the details of a PJSIP endpoint.
    EndpointDetailComplete = "EndpointDetailComplete" [] "Asterisk 12 and later" {}
    /// A PJSIP endpoint, in a list of them.
    EndpointList = "EndpointList" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName", transport: text = "Transport",
        aor: text = "Aor", auths: list = "Auths", outbound_auths: list = "OutboundAuths",
        device_state: DeviceState = "DeviceState", active_channels: text = "ActiveChannels",
        contacts: list = "Contacts",
    }
    /// The end of the list of PJSIP endpoints.
    EndpointListComplete = "EndpointListComplete" [] "Asterisk 12 and later" {}
    /// The end of the list of states of extensions.
    ExtensionStateListComplete = "ExtensionStateListComplete" [] "Asterisk 13 and later" {}
    /// The state of an extension has changed; also an item of the list of them.
    ExtensionStatus = "ExtensionStatus" [CALL] "Asterisk 1.0 and later" {
        exten: text = "Exten", context: text = "Context", hint: text = "Hint", status: ExtensionState = "Status",
        status_text: text = "StatusText",
    }
    /// An access list refused an address.
    FailedACL = "FailedACL" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID", session_id: text = "SessionID",
        local_address: text = "LocalAddress", remote_address: text = "RemoteAddress", module: text = "Module",
        acl_name: text = "ACLName", session_tv: text = "SessionTV",
    }
    /// A fax has been received by app_fax.
    FaxReceived = "FaxReceived" [CALL] "Asterisk 1.6.0 to 11" {
        channel: text = "Channel", exten: text = "Exten", caller_id: text = "CallerID",
        caller_id_name: text = "CallerIDName", connected_line_num: text = "ConnectedLineNum",
        connected_line_name: text = "ConnectedLineName", remote_station_id: text = "RemoteStationID",
        local_station_id: text = "LocalStationID", pages_transferred: number = "PagesTransferred",
        resolution: text = "Resolution", transfer_rate: number = "TransferRate", file_name: text = "FileName",
    }
    /// A fax has been sent by app_fax.
    FaxSent = "FaxSent" [CALL] "Asterisk 1.6.0 to 11" {
        channel: text = "Channel", exten: text = "Exten", caller_id: text = "CallerID",
        caller_id_name: text = "CallerIDName", connected_line_num: text = "ConnectedLineNum",
        connected_line_name: text = "ConnectedLineName", remote_station_id: text = "RemoteStationID",
        local_station_id: text = "LocalStationID", pages_transferred: number = "PagesTransferred",
        resolution: text = "Resolution", transfer_rate: number = "TransferRate", file_name: text = "FileName",
    }
    /// What is known of a fax session.
    FAXSession = "FAXSession" [] "Asterisk 13 and later" {
        session_number: number = "SessionNumber", operation: text = "Operation", state: text = "State",
        error_correction_mode: text = "ErrorCorrectionMode", data_rate: number = "DataRate",
        image_resolution: text = "ImageResolution", page_number: number = "PageNumber", file_name: text = "FileName",
        pages_transmitted: number = "PagesTransmitted", pages_received: number = "PagesReceived",
        total_bad_lines: number = "TotalBadLines",
    }
    /// The end of the list of fax sessions.
    FAXSessionsComplete = "FAXSessionsComplete" [] "Asterisk 13 and later" {
        total: number = "Total",
    }
    /// A fax session, in a list of them.
    FAXSessionsEntry = "FAXSessionsEntry" [] "Asterisk 13 and later" {
        channel: text = "Channel", technology: text = "Technology", session_number: number = "SessionNumber",
        session_type: text = "SessionType", operation: text = "Operation", state: text = "State",
        files: text = "Files",
    }
    /// Stats of faxes.
    FAXStats = "FAXStats" [] "Asterisk 13 and later" {
        current_sessions: number = "CurrentSessions", reserved_sessions: number = "ReservedSessions",
        transmit_attempts: number = "TransmitAttempts", receive_attempts: number = "ReceiveAttempts",
        completed_faxes: number = "CompletedFAXes", failed_faxes: number = "FailedFAXes",
    }
    /// A fax has made progress.
    FAXStatus = "FAXStatus" [CALL] "Asterisk 10 and later" {
        channel: channel = "", operation: text = "Operation", status: text = "Status",
        local_station_id: text = "LocalStationID", file_name: text = "FileName",
    }
    /// A flash was seen on a channel.
    Flash = "Flash" [CALL] "Asterisk 16 in its later releases, 18 and later" {
        channel: channel = "",
    }
    /// The server is up. It is also sent after a login.
    FullyBooted = "FullyBooted" [SYSTEM] "Asterisk 1.4 and later" {
        status: text = "Status", uptime: seconds = "Uptime", last_reload: seconds = "LastReload",
    }
    /// A channel has ended.
    Hangup = "Hangup" [CALL] "Asterisk 1.0 and later" {
        channel: channel = "", cause: HangupCause = "Cause", cause_txt: text = "Cause-txt",
        tech_cause: text = "TechCause",
    }
    /// A hangup handler was taken from a channel.
    HangupHandlerPop = "HangupHandlerPop" [DIALPLAN] "Asterisk 11 and later" {
        channel: channel = "", handler: text = "Handler",
    }
    /// A hangup handler was added to a channel.
    HangupHandlerPush = "HangupHandlerPush" [DIALPLAN] "Asterisk 11 and later" {
        channel: channel = "", handler: text = "Handler",
    }
    /// A hangup handler is about to run.
    HangupHandlerRun = "HangupHandlerRun" [DIALPLAN] "Asterisk 11 and later" {
        channel: channel = "", handler: text = "Handler",
    }
    /// A channel is to be hung up, with a cause.
    HangupRequest = "HangupRequest" [CALL] "Asterisk 10 and later" {
        channel: channel = "", cause: HangupCause = "Cause",
    }
    /// A channel has been put on hold. Up to Asterisk 11 the status says whether it was, or was taken off.
    Hold = "Hold" [CALL] "Asterisk 1.2 and later" {
        channel: channel = "", music_class: text = "MusicClass", status: flag = "Status",
    }
    /// How requests are matched to a PJSIP endpoint, among its details.
    IdentifyDetail = "IdentifyDetail" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName", endpoint: text = "Endpoint",
        srv_lookups: flag = "SrvLookups", matches: list = "Match", match_header: text = "MatchHeader",
        match_request_uri: text = "MatchRequestUri", endpoint_name: text = "EndpointName",
    }
    /// An inbound registration of PJSIP, in a list of them.
    InboundRegistrationDetail = "InboundRegistrationDetail" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName",
        minimum_expiration: seconds = "MinimumExpiration", default_expiration: seconds = "DefaultExpiration",
        qualify_timeout: seconds = "QualifyTimeout", qualify_2xx_only: flag = "Qualify2xxOnly",
        mailboxes: list = "Mailboxes", support_path: flag = "SupportPath",
        remove_unavailable: flag = "RemoveUnavailable", voicemail_extension: text = "VoicemailExtension",
        max_contacts: number = "MaxContacts", authenticate_qualify: flag = "AuthenticateQualify",
        maximum_expiration: seconds = "MaximumExpiration", qualify_frequency: seconds = "QualifyFrequency",
        remove_existing: flag = "RemoveExisting", outbound_proxy: text = "OutboundProxy", contacts: list = "Contacts",
        contact: text = "Contact",
    }
    /// The end of the list of inbound registrations.
    InboundRegistrationDetailComplete = "InboundRegistrationDetailComplete" [] "Asterisk 12 and later" {}
    /// An inbound subscription of PJSIP, in a list of them.
    InboundSubscriptionDetail = "InboundSubscriptionDetail" [] "Asterisk 12 and later" {
        role: text = "Role", endpoint: text = "Endpoint", call_id: text = "Callid", state: text = "State",
        caller_id: text = "Callerid", subscription_type: text = "SubscriptionType", extension: text = "Extension",
        extension_states: text = "ExtensionStates", mailboxes: text = "Mailboxes",
    }
    /// The end of the list of inbound subscriptions.
    InboundSubscriptionDetailComplete = "InboundSubscriptionDetailComplete" [] "Asterisk 12 and later" {}
    /// A login named an account that does not exist.
    InvalidAccountID = "InvalidAccountID" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID", session_id: text = "SessionID",
        local_address: text = "LocalAddress", remote_address: text = "RemoteAddress", module: text = "Module",
        session_tv: text = "SessionTV",
    }
    /// A login gave a wrong password.
    InvalidPassword = "InvalidPassword" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID", session_id: text = "SessionID",
        local_address: text = "LocalAddress", remote_address: text = "RemoteAddress", module: text = "Module",
        session_tv: text = "SessionTV", challenge: text = "Challenge", received_challenge: text = "ReceivedChallenge",
        received_hash: text = "ReceivedHash" | "RecievedHash",
    }
    /// A request came over a transport that is not allowed.
    InvalidTransport = "InvalidTransport" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID", session_id: text = "SessionID",
        local_address: text = "LocalAddress", remote_address: text = "RemoteAddress",
        attempted_transport: text = "AttemptedTransport", module: text = "Module", session_tv: text = "SessionTV",
    }
    /// A packet of XMPP was received.
    JabberEvent = "JabberEvent" [USER] "Asterisk 1.4 to 11" {
        account: text = "Account", packet: text = "Packet",
    }
    /// The presence of an XMPP contact has changed.
    JabberStatus = "JabberStatus" [USER] "Asterisk 1.8 and later" {
        account: text = "Account", jid: text = "JID", resource: text = "Resource", status: text = "Status",
        priority: number = "Priority", description: text = "Description",
    }
    /// Figures of the jitter buffers of an IAX2 call.
    JitterBufStats = "JitterBufStats" [REPORTING] "Asterisk 1.6.0 to 11" {
        owner: text = "Owner", ping: number = "Ping", local_jitter: number = "LocalJitter",
        local_jb_delay: number = "LocalJBDelay", local_total_lost: number = "LocalTotalLost",
        local_loss_percent: number = "LocalLossPercent", local_dropped: number = "LocalDropped",
        local_out_of_order: number = "Localooo", local_received: number = "LocalReceived",
        remote_jitter: number = "RemoteJitter", remote_jb_delay: number = "RemoteJBDelay",
        remote_total_lost: number = "RemoteTotalLost", remote_loss_percent: number = "RemoteLossPercent",
        remote_dropped: number = "RemoteDropped", remote_out_of_order: number = "Remoteooo",
        remote_received: number = "RemoteReceived",
    }
    /// A Skinny line, in a list of them.
    LineEntry = "LineEntry" [] "Asterisk 1.6.2 to 20" {
        channel_type: text = "Channeltype", object_name: text = "ObjectName",
        channel_object_type: text = "ChannelObjectType", device: text = "Device", instance: number = "Instance",
        label: text = "Label",
    }
    /// The end of the list of Skinny lines.
    LinelistComplete = "LinelistComplete" [] "Asterisk 1.6.2 to 20" {}
    /// A step, an include or a switch of the dialplan, in a list of them.
    ListDialplan = "ListDialplan" [] "Asterisk 1.6.0 and later" {
        context: text = "Context", extension: text = "Extension", extension_label: text = "ExtensionLabel",
        priority: text = "Priority", application: text = "Application", app_data: text = "AppData",
        include_context: text = "IncludeContext", switch: text = "Switch", ignore_pattern: text = "IgnorePattern",
        registrar: text = "Registrar",
    }
    /// A module has been loaded, or could not be.
    Load = "Load" [SYSTEM] "Asterisk 16 and later" {
        module: text = "Module", status: text = "Status",
    }
    /// A request was refused because of the load of the machine.
    LoadAverageLimit = "LoadAverageLimit" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID", session_id: text = "SessionID",
        local_address: text = "LocalAddress", remote_address: text = "RemoteAddress", module: text = "Module",
        session_tv: text = "SessionTV",
    }
    /// The two halves of a Local channel have been joined.
    LocalBridge = "LocalBridge" [CALL] "Asterisk 11 and later" {
        local_one: channel = "LocalOne", local_two: channel = "LocalTwo", context: text = "Context",
        exten: text = "Exten", local_optimization: flag = "LocalOptimization", channel1: text = "Channel1",
        channel2: text = "Channel2", uniqueid1: text = "Uniqueid1", uniqueid2: text = "Uniqueid2",
    }
    /// A Local channel is about to be taken out of a call.
    LocalOptimizationBegin = "LocalOptimizationBegin" [CALL] "Asterisk 12 and later" {
        local_one: channel = "LocalOne", local_two: channel = "LocalTwo", source: channel = "Source",
        dest_uniqueid: text = "DestUniqueId", id: number = "Id",
    }
    /// A Local channel has been taken out of a call, or could not be.
    LocalOptimizationEnd = "LocalOptimizationEnd" [CALL] "Asterisk 12 and later" {
        local_one: channel = "LocalOne", local_two: channel = "LocalTwo", success: flag = "Success",
        id: number = "Id",
    }
    /// A log file has been opened or closed.
    LogChannel = "LogChannel" [SYSTEM] "Asterisk 1.2 and later" {
        channel: text = "Channel", enabled: flag = "Enabled", reason: text = "Reason",
    }
    /// A channel takes the place of another.
    Masquerade = "Masquerade" [CALL] "Asterisk 1.6.0 to 11" {
        clone_channel: text = "Clone", clone_state: text = "CloneState", original_channel: text = "Original",
        original_state: text = "OriginalState",
    }
    /// Malicious call identification: who calls, and who is connected.
    MCID = "MCID" [CALL] "Asterisk 1.8 and later" {
        channel: channel = "", m_caller_id_num_valid: flag = "MCallerIDNumValid",
        m_caller_id_num: text = "MCallerIDNum", m_caller_id_ton: number = "MCallerIDton",
        m_caller_id_num_plan: text = "MCallerIDNumPlan", m_caller_id_num_pres: text = "MCallerIDNumPres",
        m_caller_id_name_valid: flag = "MCallerIDNameValid", m_caller_id_name: text = "MCallerIDName",
        m_caller_id_name_char_set: text = "MCallerIDNameCharSet", m_caller_id_name_pres: text = "MCallerIDNamePres",
        m_caller_id_subaddr: text = "MCallerIDSubaddr", m_caller_id_subaddr_type: text = "MCallerIDSubaddrType",
        m_caller_id_subaddr_odd: flag = "MCallerIDSubaddrOdd", m_caller_id_pres: text = "MCallerIDPres",
        m_connected_id_num_valid: flag = "MConnectedIDNumValid", m_connected_id_num: text = "MConnectedIDNum",
        m_connected_id_ton: number = "MConnectedIDton", m_connected_id_num_plan: text = "MConnectedIDNumPlan",
        m_connected_id_num_pres: text = "MConnectedIDNumPres",
        m_connected_id_name_valid: flag = "MConnectedIDNameValid", m_connected_id_name: text = "MConnectedIDName",
        m_connected_id_name_char_set: text = "MConnectedIDNameCharSet",
        m_connected_id_name_pres: text = "MConnectedIDNamePres", m_connected_id_subaddr: text = "MConnectedIDSubaddr",
        m_connected_id_subaddr_type: text = "MConnectedIDSubaddrType",
        m_connected_id_subaddr_odd: flag = "MConnectedIDSubaddrOdd", m_connected_id_pres: text = "MConnectedIDPres",
    }
    /// A MeetMe conference has ended.
    MeetmeEnd = "MeetmeEnd" [CALL] "Asterisk 1.6.0 and later" {
        meetme: text = "Meetme",
    }
    /// A channel has joined a MeetMe conference.
    MeetmeJoin = "MeetmeJoin" [CALL] "Asterisk 1.0 and later" {
        channel: channel = "", meetme: text = "Meetme", user: number = "User" | "Usernum",
    }
    /// A channel has left a MeetMe conference.
    MeetmeLeave = "MeetmeLeave" [CALL] "Asterisk 1.0 and later" {
        channel: channel = "", meetme: text = "Meetme", user: number = "User" | "Usernum",
        duration: seconds = "Duration",
    }
    /// A participant of a MeetMe conference, in a list of them.
    MeetmeList = "MeetmeList" [] "Asterisk 1.6.0 and later" {
        conference: text = "Conference", user_number: number = "UserNumber", caller_id_num: text = "CallerIDNum",
        caller_id_name: text = "CallerIDName", connected_line_num: text = "ConnectedLineNum",
        connected_line_name: text = "ConnectedLineName", channel: text = "Channel", admin: flag = "Admin",
        role: text = "Role", marked_user: flag = "MarkedUser", muted: text = "Muted", talking: text = "Talking",
    }
    /// The end of the list of participants of MeetMe conferences.
    MeetmeListComplete = "MeetmeListComplete" [] "Asterisk 1.6.0 and later" {}
    /// A MeetMe conference, in a list of them.
    MeetmeListRooms = "MeetmeListRooms" [] "Asterisk 10 and later" {
        conference: text = "Conference", parties: number = "Parties", marked: number = "Marked",
        activity: text = "Activity", creation: text = "Creation", locked: flag = "Locked",
    }
    /// The end of the list of MeetMe conferences.
    MeetmeListRoomsComplete = "MeetmeListRoomsComplete" [] "Asterisk 10 and later" {}
    /// A participant of a MeetMe conference was muted, or no longer is.
    MeetmeMute = "MeetmeMute" [CALL] "Asterisk 1.4 and later" {
        channel: channel = "", meetme: text = "Meetme", user: number = "User" | "Usernum",
        duration: seconds = "Duration", status: flag = "Status",
    }
    /// A participant of a MeetMe conference has stopped talking.
    MeetmeStopTalking = "MeetmeStopTalking" [CALL] "Asterisk 1.2" {
        channel: text = "Channel", uniqueid: text = "Uniqueid", meetme: text = "Meetme", user_num: number = "Usernum",
    }
    /// A participant of a MeetMe conference has begun or stopped talking.
    MeetmeTalking = "MeetmeTalking" [CALL] "Asterisk 1.2 and later" {
        channel: channel = "", meetme: text = "Meetme", user: number = "User" | "Usernum",
        duration: seconds = "Duration", status: flag = "Status",
    }
    /// A muted participant of a MeetMe conference asks to talk, or no longer does.
    MeetmeTalkRequest = "MeetmeTalkRequest" [CALL] "Asterisk 1.6.0 and later" {
        channel: channel = "", meetme: text = "Meetme", user: number = "User" | "Usernum",
        duration: seconds = "Duration", status: flag = "Status",
    }
    /// A request was refused for lack of memory.
    MemoryLimit = "MemoryLimit" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID", session_id: text = "SessionID",
        local_address: text = "LocalAddress", remote_address: text = "RemoteAddress", module: text = "Module",
        session_tv: text = "SessionTV",
    }
    /// The count of messages in a mailbox has changed.
    MessageWaiting = "MessageWaiting" [CALL] "Asterisk 1.0 and later" {
        channel: channel = "", mailbox: text = "Mailbox", waiting: number = "Waiting", new_messages: number = "New",
        old_messages: number = "Old",
    }
    /// A message has been left with MiniVM.
    MiniVoiceMail = "MiniVoiceMail" [CALL] "Asterisk 1.6.0 and later" {
        channel: channel = "", action: text = "Action", mailbox: text = "Mailbox", counter: text = "Counter",
    }
    /// A direction of a recording was muted, or no longer is.
    MixMonitorMute = "MixMonitorMute" [CALL] "Asterisk 16.17, 18.3 and later" {
        channel: channel = "", direction: text = "Direction", state: flag = "State",
    }
    /// The recording of a channel has begun.
    MixMonitorStart = "MixMonitorStart" [CALL] "Asterisk 16.17, 18.3 and later" {
        channel: channel = "",
    }
    /// The recording of a channel has ended.
    MixMonitorStop = "MixMonitorStop" [CALL] "Asterisk 16.17, 18.3 and later" {
        channel: channel = "",
    }
    /// The state of a mobile phone has changed.
    MobileStatus = "MobileStatus" [SYSTEM] "Asterisk 1.8 and later" {
        status: text = "Status", device: text = "Device",
    }
    /// The modules have been loaded.
    ModuleLoadReport = "ModuleLoadReport" [SYSTEM] "Asterisk 1.6.0 to 11" {
        module_load_status: text = "ModuleLoadStatus", module_selection: text = "ModuleSelection",
        module_count: number = "ModuleCount",
    }
    /// A channel is being monitored.
    MonitorStart = "MonitorStart" [CALL] "Asterisk 1.6.0 to 20" {
        channel: channel = "",
    }
    /// A channel is no longer monitored.
    MonitorStop = "MonitorStop" [CALL] "Asterisk 1.6.0 to 20" {
        channel: channel = "",
    }
    /// Music on hold has begun or ended.
    MusicOnHold = "MusicOnHold" [CALL] "Asterisk 1.6.1 to 11" {
        state: text = "State", channel: text = "Channel", uniqueid: text = "UniqueID", class: text = "Class",
    }
    /// Music on hold has begun.
    MusicOnHoldStart = "MusicOnHoldStart" [CALL] "Asterisk 12 and later" {
        channel: channel = "", class: text = "Class",
    }
    /// Music on hold has ended.
    MusicOnHoldStop = "MusicOnHoldStop" [CALL] "Asterisk 12 and later" {
        channel: channel = "",
    }
    /// The count of messages in an external mailbox, in a list of them.
    MWIGet = "MWIGet" [] "Asterisk 12 and later" {
        mailbox: text = "Mailbox", old_messages: number = "OldMessages", new_messages: number = "NewMessages",
    }
    /// The end of the list of external mailboxes.
    MWIGetComplete = "MWIGetComplete" [] "Asterisk 12 and later" {}
    /// The account code of a channel has changed.
    NewAccountCode = "NewAccountCode" [CALL] "Asterisk 1.6.0 and later" {
        channel: channel = "", old_account_code: text = "OldAccountCode",
    }
    /// The caller id of a channel has changed.
    NewCallerid = "NewCallerid" [CALL] "Asterisk 1.0 and later, as `Newcallerid` up to 1.4" {
        channel: channel = "", cid_calling_pres: text = "CID-CallingPres",
    }
    /// A channel has been created.
    Newchannel = "Newchannel" [CALL] "Asterisk 1.0 and later" {
        channel: channel = "",
    }
    /// The connected line of a channel has changed.
    NewConnectedLine = "NewConnectedLine" [CALL] "Asterisk 13.13, 14.2 and later" {
        channel: channel = "",
    }
    /// A channel is about to run a step of the dialplan.
    Newexten = "Newexten" [DIALPLAN] "Asterisk 1.0 and later" {
        channel: channel = "", application: text = "Application", app_data: text = "AppData",
    }
    /// The account of the peer of a channel has changed.
    NewPeerAccount = "NewPeerAccount" [CALL] "Asterisk 1.8 to 11" {
        channel: text = "Channel", uniqueid: text = "Uniqueid", peer_account: text = "PeerAccount",
        old_peer_account: text = "OldPeerAccount",
    }
    /// The state of a channel has changed.
    Newstate = "Newstate" [CALL] "Asterisk 1.0 and later" {
        channel: channel = "",
    }
    /// An Originate action failed.
    OriginateFailure = "OriginateFailure" [CALL] "Asterisk 1.0 to 1.2" {
        channel: text = "Channel", context: text = "Context", exten: text = "Exten",
        reason: OriginateReason = "Reason", uniqueid: text = "Uniqueid",
    }
    /// The result of an asynchronous Originate action, known by its ActionID.
    OriginateResponse = "OriginateResponse" [CALL] "Asterisk 1.4 and later" {
        response: text = "Response", channel: text = "Channel", context: text = "Context", exten: text = "Exten",
        application: text = "Application", data: text = "Data", reason: OriginateReason = "Reason",
        uniqueid: text = "Uniqueid", caller_id_num: text = "CallerIDNum" | "CallerID",
        caller_id_name: text = "CallerIDName",
    }
    /// An Originate action succeeded.
    OriginateSuccess = "OriginateSuccess" [CALL] "Asterisk 1.0 to 1.2" {
        channel: text = "Channel", context: text = "Context", exten: text = "Exten",
        reason: OriginateReason = "Reason", uniqueid: text = "Uniqueid",
    }
    /// An outbound registration of PJSIP, in a list of them.
    OutboundRegistrationDetail = "OutboundRegistrationDetail" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName", max_retries: number = "MaxRetries",
        client_uri: text = "ClientUri", security_negotiation: text = "SecurityNegotiation",
        auth_rejection_permanent: flag = "AuthRejectionPermanent", server_uri: text = "ServerUri",
        max_random_initial_delay: seconds = "MaxRandomInitialDelay", support_path: flag = "SupportPath",
        retry_interval: seconds = "RetryInterval", contact_header_params: text = "ContactHeaderParams",
        expiration: seconds = "Expiration", transport: text = "Transport", line: flag = "Line",
        contact_user: text = "ContactUser", endpoint: text = "Endpoint", user_agent: text = "UserAgent",
        forbidden_retry_interval: seconds = "ForbiddenRetryInterval", outbound_auth: text = "OutboundAuth",
        outbound_proxy: text = "OutboundProxy", fatal_retry_interval: seconds = "FatalRetryInterval",
        support_outbound: flag = "SupportOutbound", status: text = "Status", next_reg: seconds = "NextReg",
    }
    /// The end of the list of outbound registrations.
    OutboundRegistrationDetailComplete = "OutboundRegistrationDetailComplete" [] "Asterisk 12 and later" {
        registered: number = "Registered", not_registered: number = "NotRegistered",
    }
    /// An outbound subscription of PJSIP, in a list of them.
    OutboundSubscriptionDetail = "OutboundSubscriptionDetail" [] "Asterisk 12 and later" {
        role: text = "Role", endpoint: text = "Endpoint", call_id: text = "Callid", state: text = "State",
        caller_id: text = "Callerid", subscription_type: text = "SubscriptionType", extension: text = "Extension",
        extension_states: text = "ExtensionStates", mailboxes: text = "Mailboxes",
    }
    /// The end of the list of outbound subscriptions.
    OutboundSubscriptionDetailComplete = "OutboundSubscriptionDetailComplete" [] "Asterisk 12 and later" {}
    /// A call has been parked; also an item of the list of parked calls, which has no privilege.
    ParkedCall = "ParkedCall" [CALL] "Asterisk 1.0 and later" {
        parkee: channel = "Parkee", parker_dial_string: text = "ParkerDialString", parking_lot: text = "Parkinglot",
        parking_space: text = "ParkingSpace" | "Exten", parking_timeout: seconds = "ParkingTimeout" | "Timeout",
        parking_duration: seconds = "ParkingDuration" | "Duration", channel: text = "Channel", from: text = "From",
        caller_id_num: text = "CallerIDNum" | "CallerID", caller_id_name: text = "CallerIDName",
        connected_line_num: text = "ConnectedLineNum", connected_line_name: text = "ConnectedLineName",
        uniqueid: text = "Uniqueid",
    }
    /// The parked party has hung up.
    ParkedCallGiveUp = "ParkedCallGiveUp" [CALL] "Asterisk 1.2 and later" {
        parkee: channel = "Parkee", parker: channel = "Parker", parker_dial_string: text = "ParkerDialString",
        parking_lot: text = "Parkinglot", parking_space: text = "ParkingSpace" | "Exten",
        parking_timeout: seconds = "ParkingTimeout", parking_duration: seconds = "ParkingDuration",
        channel: text = "Channel", caller_id_num: text = "CallerIDNum" | "CallerID",
        caller_id_name: text = "CallerIDName", connected_line_num: text = "ConnectedLineNum",
        connected_line_name: text = "ConnectedLineName", uniqueid: text = "UniqueID",
    }
    /// The end of the list of parked calls.
    ParkedCallsComplete = "ParkedCallsComplete" [] "Asterisk 1.0 and later" {
        total: number = "Total",
    }
    /// A parked channel has been replaced by another.
    ParkedCallSwap = "ParkedCallSwap" [CALL] "Asterisk 13 and later" {
        parkee: channel = "Parkee", parker: channel = "Parker", parker_dial_string: text = "ParkerDialString",
        parking_lot: text = "Parkinglot", parking_space: text = "ParkingSpace",
        parking_timeout: seconds = "ParkingTimeout", parking_duration: seconds = "ParkingDuration",
    }
    /// A parked call was not fetched in time.
    ParkedCallTimeOut = "ParkedCallTimeOut" [CALL] "Asterisk 1.2 and later" {
        parkee: channel = "Parkee", parker: channel = "Parker", parker_dial_string: text = "ParkerDialString",
        parking_lot: text = "Parkinglot", parking_space: text = "ParkingSpace" | "Exten",
        parking_timeout: seconds = "ParkingTimeout", parking_duration: seconds = "ParkingDuration",
        channel: text = "Channel", caller_id_num: text = "CallerIDNum" | "CallerID",
        caller_id_name: text = "CallerIDName", connected_line_num: text = "ConnectedLineNum",
        connected_line_name: text = "ConnectedLineName", uniqueid: text = "UniqueID",
    }
    /// A parking lot, in a list of them.
    Parkinglot = "Parkinglot" [] "Asterisk 11 and later" {
        name: text = "Name", start_space: number = "StartSpace" | "StartExten",
        stop_space: number = "StopSpace" | "StopExten", timeout: seconds = "Timeout",
    }
    /// The end of the list of parking lots.
    ParkinglotsComplete = "ParkinglotsComplete" [] "Asterisk 11 and later" {}
    /// A peer of SIP or IAX2, in a list of them.
    PeerEntry = "PeerEntry" [] "Asterisk 1.2 and later" {
        channel_type: text = "Channeltype", object_name: text = "ObjectName",
        chan_object_type: text = "ChanObjectType", ip_address: text = "IPaddress",
        ip_port: number = "IPport" | "Port", dynamic: flag = "Dynamic", auto_force_rport: flag = "AutoForcerport",
        force_rport: flag = "Forcerport", auto_comedia: flag = "AutoComedia", comedia: flag = "Comedia",
        video_support: flag = "VideoSupport", text_support: flag = "TextSupport", acl: flag = "ACL",
        status: text = "Status", realtime_device: text = "RealtimeDevice", description: text = "Description",
        account_code: text = "Accountcode", trunk: flag = "Trunk", encryption: flag = "Encryption",
        nat_support: flag = "Natsupport", mask: text = "Mask",
    }
    /// The end of the list of peers.
    PeerlistComplete = "PeerlistComplete" [] "Asterisk 1.2 and later" {}
    /// Whether a peer can be reached has changed.
    PeerStatus = "PeerStatus" [SYSTEM] "Asterisk 1.0 and later" {
        channel_type: text = "ChannelType", peer: text = "Peer", peer_status: PeerState = "PeerStatus",
        cause: text = "Cause", address: text = "Address", port: number = "Port", time: number = "Time",
        post: text = "Post",
    }
    /// A ringing call, `target`, has been picked up by another channel.
    Pickup = "Pickup" [CALL] "Asterisk 1.8 and later" {
        channel: channel = "", target: channel = "Target",
    }
    /// Whether a PJSIP endpoint is under maintenance.
    PJSIPMaintenanceStatus = "PJSIPMaintenanceStatus" [SYSTEM] "Asterisk 20.20, 22.10, 23.4 and later" {
        endpoint: text = "Endpoint", status: text = "Status",
    }
    /// The end of the list of endpoints under maintenance.
    PJSIPMaintenanceStatusComplete = "PJSIPMaintenanceStatusComplete" [] "Asterisk 20 in its later releases, 22 and later" {}
    /// A presence state has changed; also an item of the list of them.
    PresenceStateChange = "PresenceStateChange" [CALL] "Asterisk 13 and later" {
        presentity: text = "Presentity", status: PresenceState = "Status", subtype: text = "Subtype",
        message: text = "Message",
    }
    /// The end of the list of presence states.
    PresenceStateListComplete = "PresenceStateListComplete" [] "Asterisk 13 and later" {}
    /// The presence of an extension, by its hint, has changed.
    PresenceStatus = "PresenceStatus" [CALL] "Asterisk 11 and later" {
        exten: text = "Exten", context: text = "Context", hint: text = "Hint", status: PresenceState = "Status",
        subtype: text = "Subtype", message: text = "Message",
    }
    /// An event of an ISDN span.
    PRIEvent = "PRIEvent" [SYSTEM] "Asterisk 1.6.0 to 1.6.2" {
        pri_event: text = "PRIEvent", pri_event_code: number = "PRIEventCode", d_channel: text = "D-channel",
        span: number = "Span",
    }
    /// An ISDN span, in a list of them.
    PRIShowSpans = "PRIShowSpans" [] "Asterisk 10 and later" {
        span: number = "Span", d_channel: number = "DChannel", order: text = "Order", active: flag = "Active",
        alarm: flag = "Alarm", up: flag = "Up",
    }
    /// The end of the list of ISDN spans.
    PRIShowSpansComplete = "PRIShowSpansComplete" [] "Asterisk 13 and later" {}
    /// A caller has hung up in a queue.
    QueueCallerAbandon = "QueueCallerAbandon" [AGENT] "Asterisk 1.4 and later" {
        channel: channel = "", queue: text = "Queue", position: number = "Position",
        original_position: number = "OriginalPosition", hold_time: seconds = "HoldTime",
    }
    /// A caller has joined a queue.
    QueueCallerJoin = "QueueCallerJoin" | "Join" [AGENT] "Asterisk 1.0 and later, as `Join` up to 11" {
        channel: channel = "", queue: text = "Queue", position: number = "Position", count: number = "Count",
    }
    /// A caller has left a queue, for a member or not.
    QueueCallerLeave = "QueueCallerLeave" | "Leave" [AGENT] "Asterisk 1.0 and later, as `Leave` up to 11" {
        channel: channel = "", queue: text = "Queue", count: number = "Count", position: number = "Position",
    }
    /// A caller in a queue, in a list of them.
    QueueEntry = "QueueEntry" [] "Asterisk 1.0 and later" {
        queue: text = "Queue", position: number = "Position", channel: text = "Channel", uniqueid: text = "Uniqueid",
        caller_id_num: text = "CallerIDNum" | "CallerID", caller_id_name: text = "CallerIDName",
        connected_line_num: text = "ConnectedLineNum", connected_line_name: text = "ConnectedLineName",
        wait: seconds = "Wait", priority: number = "Priority",
    }
    /// A member of a queue, in a list of them.
    QueueMember = "QueueMember" [] "Asterisk 1.0 and later" {
        queue: text = "Queue", name: text = "Name", location: text = "Location",
        state_interface: text = "StateInterface", membership: text = "Membership", penalty: number = "Penalty",
        calls_taken: number = "CallsTaken", last_call: seconds = "LastCall", last_pause: seconds = "LastPause",
        login_time: seconds = "LoginTime", in_call: flag = "InCall" | "IsInCall", status: DeviceState = "Status",
        paused: flag = "Paused", paused_reason: text = "PausedReason", wrapup_time: seconds = "Wrapuptime",
    }
    /// A member has been added to a queue.
    QueueMemberAdded = "QueueMemberAdded" [AGENT] "Asterisk 1.2 and later" {
        queue: text = "Queue", member_name: text = "MemberName", interface: text = "Interface" | "Location",
        state_interface: text = "StateInterface", membership: text = "Membership", penalty: number = "Penalty",
        calls_taken: number = "CallsTaken", last_call: seconds = "LastCall", last_pause: seconds = "LastPause",
        login_time: seconds = "LoginTime", in_call: flag = "InCall", status: DeviceState = "Status",
        paused: flag = "Paused", paused_reason: text = "PausedReason", ring_in_use: flag = "Ringinuse",
        wrapup_time: seconds = "Wrapuptime",
    }
    /// A member of a queue was paused, or no longer is.
    QueueMemberPause = "QueueMemberPause" | "QueueMemberPaused" [AGENT] "Asterisk 1.2 and later, as `QueueMemberPaused` up to 11" {
        queue: text = "Queue", member_name: text = "MemberName", interface: text = "Interface" | "Location",
        state_interface: text = "StateInterface", membership: text = "Membership", penalty: number = "Penalty",
        calls_taken: number = "CallsTaken", last_call: seconds = "LastCall", last_pause: seconds = "LastPause",
        login_time: seconds = "LoginTime", in_call: flag = "InCall", status: DeviceState = "Status",
        paused: flag = "Paused", paused_reason: text = "PausedReason" | "Reason", ring_in_use: flag = "Ringinuse",
        wrapup_time: seconds = "Wrapuptime",
    }
    /// The penalty of a member of a queue has changed.
    QueueMemberPenalty = "QueueMemberPenalty" [AGENT] "Asterisk 1.6.0 and later" {
        queue: text = "Queue", member_name: text = "MemberName", interface: text = "Interface" | "Location",
        state_interface: text = "StateInterface", membership: text = "Membership", penalty: number = "Penalty",
        calls_taken: number = "CallsTaken", last_call: seconds = "LastCall", last_pause: seconds = "LastPause",
        login_time: seconds = "LoginTime", in_call: flag = "InCall", status: DeviceState = "Status",
        paused: flag = "Paused", paused_reason: text = "PausedReason", ring_in_use: flag = "Ringinuse",
        wrapup_time: seconds = "Wrapuptime",
    }
    /// A member has been removed from a queue.
    QueueMemberRemoved = "QueueMemberRemoved" [AGENT] "Asterisk 1.2 and later" {
        queue: text = "Queue", member_name: text = "MemberName", interface: text = "Interface" | "Location",
        state_interface: text = "StateInterface", membership: text = "Membership", penalty: number = "Penalty",
        calls_taken: number = "CallsTaken", last_call: seconds = "LastCall", last_pause: seconds = "LastPause",
        login_time: seconds = "LoginTime", in_call: flag = "InCall", status: DeviceState = "Status",
        paused: flag = "Paused", paused_reason: text = "PausedReason", ring_in_use: flag = "Ringinuse",
        wrapup_time: seconds = "Wrapuptime",
    }
    /// Whether a member of a queue is rung while in use has changed.
    QueueMemberRinginuse = "QueueMemberRinginuse" [AGENT] "Asterisk 11 and later" {
        queue: text = "Queue", member_name: text = "MemberName", interface: text = "Interface" | "Location",
        state_interface: text = "StateInterface", membership: text = "Membership", penalty: number = "Penalty",
        calls_taken: number = "CallsTaken", last_call: seconds = "LastCall", last_pause: seconds = "LastPause",
        login_time: seconds = "LoginTime", in_call: flag = "InCall", status: DeviceState = "Status",
        paused: flag = "Paused", paused_reason: text = "PausedReason", ring_in_use: flag = "Ringinuse",
        wrapup_time: seconds = "Wrapuptime",
    }
    /// The state of the device of a member of a queue has changed.
    QueueMemberStatus = "QueueMemberStatus" [AGENT] "Asterisk 1.2 and later" {
        queue: text = "Queue", member_name: text = "MemberName", interface: text = "Interface" | "Location",
        state_interface: text = "StateInterface", membership: text = "Membership", penalty: number = "Penalty",
        calls_taken: number = "CallsTaken", last_call: seconds = "LastCall", last_pause: seconds = "LastPause",
        login_time: seconds = "LoginTime", in_call: flag = "InCall", status: DeviceState = "Status",
        paused: flag = "Paused", paused_reason: text = "PausedReason", ring_in_use: flag = "Ringinuse",
        wrapup_time: seconds = "Wrapuptime",
    }
    /// A queue, in a list of queues, callers and members.
    QueueParams = "QueueParams" [] "Asterisk 1.0 and later" {
        max: number = "Max", strategy: text = "Strategy", calls: number = "Calls", hold_time: seconds = "Holdtime",
        talk_time: seconds = "TalkTime", completed: number = "Completed", abandoned: number = "Abandoned",
        service_level_perf: text = "ServiceLevelPerf", service_level_perf2: text = "ServiceLevelPerf2",
        queue: text = "Queue", service_level: seconds = "ServiceLevel", weight: number = "Weight",
    }
    /// The end of the list of queues, callers and members.
    QueueStatusComplete = "QueueStatusComplete" [] "Asterisk 1.2 and later" {}
    /// A queue in short, in a list of them.
    QueueSummary = "QueueSummary" [] "Asterisk 1.6.0 and later" {
        queue: text = "Queue", logged_in: number = "LoggedIn", available: number = "Available",
        callers: number = "Callers", hold_time: seconds = "HoldTime", talk_time: seconds = "TalkTime",
        longest_hold_time: seconds = "LongestHoldTime",
    }
    /// The end of the list of queues in short.
    QueueSummaryComplete = "QueueSummaryComplete" [] "Asterisk 1.6.0 and later" {}
    /// A fax has been received by res_fax.
    ReceiveFAX = "ReceiveFAX" [CALL] "Asterisk 1.8 and later" {
        channel: channel = "", local_station_id: text = "LocalStationID", remote_station_id: text = "RemoteStationID",
        pages_transferred: number = "PagesTransferred", resolution: text = "Resolution",
        transfer_rate: number = "TransferRate", file_name: text = "FileName",
    }
    /// A fax that is being received has made progress.
    ReceiveFAXStatus = "ReceiveFAXStatus" [CALL] "Asterisk 1.8" {
        status: text = "Status", channel: text = "Channel", context: text = "Context", exten: text = "Exten",
        caller_id: text = "CallerID", local_station_id: text = "LocalStationID",
    }
    /// The end of the list of outbound registrations of SIP or IAX2.
    RegistrationsComplete = "RegistrationsComplete" [] "Asterisk 1.6.0 and later" {}
    /// An outbound registration has changed its state.
    Registry = "Registry" [SYSTEM] "Asterisk 1.0 and later" {
        channel_type: text = "ChannelType" | "ChannelDriver" | "Channel", username: text = "Username",
        domain: text = "Domain", status: text = "Status", cause: text = "Cause", user: text = "User",
    }
    /// An outbound registration of SIP or IAX2, in a list of them.
    RegistryEntry = "RegistryEntry" [] "Asterisk 1.6.0 and later" {
        host: text = "Host", dns_manager: flag = "DNSmanager", username: text = "Username",
        perceived: text = "Perceived", refresh: seconds = "Refresh", state: text = "State", port: number = "Port",
        domain: text = "Domain", domain_port: number = "DomainPort", registration_time: seconds = "RegistrationTime",
    }
    /// A module, or all of them, has been reloaded.
    Reload = "Reload" [SYSTEM] "Asterisk 1.0 and later" {
        module: text = "Module", status: text = "Status", message: text = "Message",
    }
    /// A channel has got another name.
    Rename = "Rename" [CALL] "Asterisk 1.0 and later" {
        channel: text = "Channel" | "Oldname", new_name: text = "Newname", uniqueid: text = "Uniqueid",
    }
    /// A request could not be understood.
    RequestBadFormat = "RequestBadFormat" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID", session_id: text = "SessionID",
        local_address: text = "LocalAddress", remote_address: text = "RemoteAddress",
        request_type: text = "RequestType", module: text = "Module", session_tv: text = "SessionTV",
        request_params: text = "RequestParams",
    }
    /// A request is not allowed.
    RequestNotAllowed = "RequestNotAllowed" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID", session_id: text = "SessionID",
        local_address: text = "LocalAddress", remote_address: text = "RemoteAddress",
        request_type: text = "RequestType", module: text = "Module", session_tv: text = "SessionTV",
        request_params: text = "RequestParams",
    }
    /// A request is of a kind that is not supported.
    RequestNotSupported = "RequestNotSupported" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID", session_id: text = "SessionID",
        local_address: text = "LocalAddress", remote_address: text = "RemoteAddress",
        request_type: text = "RequestType", module: text = "Module", session_tv: text = "SessionTV",
    }
    /// A resource list of PJSIP, in a list of them. The second `Event` header is a setting of it.
    ResourceListDetail = "ResourceListDetail" [] "Asterisk 13 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName", events: texts = "Event",
        full_state: flag = "FullState", list_item: text = "ListItem",
        notification_batch_interval: number = "NotificationBatchInterval",
        resource_display_name: text = "ResourceDisplayName",
    }
    /// The end of the list of resource lists.
    ResourceListDetailComplete = "ResourceListDetailComplete" [] "Asterisk 13 and later" {}
    /// An RTCP report was received. Of its report blocks the first is read here.
    RTCPReceived = "RTCPReceived" [REPORTING] "Asterisk 1.6.0 and later" {
        channel: channel = "", ssrc: text = "SSRC", packet_type: text = "PT", from: text = "From",
        rtt: seconds = "RTT", report_count: number = "ReportCount", sent_ntp: text = "SentNTP",
        sent_rtp: number = "SentRTP", sent_packets: number = "SentPackets", sent_octets: number = "SentOctets",
        reception_reports: number = "ReceptionReports", sender_ssrc: text = "SenderSSRC",
        fraction_lost: number = "FractionLost", packets_lost: number = "PacketsLost",
        highest_sequence: number = "HighestSequence", sequence_number_cycles: number = "SequenceNumberCycles",
        ia_jitter: text = "IAJitter", last_sr: text = "LastSR", dlsr: text = "DLSR",
        report0_source_ssrc: text = "Report0SourceSSRC", report0_fraction_lost: number = "Report0FractionLost",
        report0_cumulative_lost: number = "Report0CumulativeLost",
        report0_highest_sequence: number = "Report0HighestSequence",
        report0_sequence_number_cycles: number = "Report0SequenceNumberCycles",
        report0_ia_jitter: number = "Report0IAJitter", report0_lsr: text = "Report0LSR",
        report0_dlsr: seconds = "Report0DLSR",
    }
    /// An RTCP report was sent. Of its report blocks the first is read here.
    RTCPSent = "RTCPSent" [REPORTING] "Asterisk 1.6.0 and later" {
        channel: channel = "", ssrc: text = "SSRC", packet_type: text = "PT", to: text = "To",
        report_count: number = "ReportCount", sent_ntp: text = "SentNTP", sent_rtp: number = "SentRTP",
        sent_packets: number = "SentPackets", sent_octets: number = "SentOctets",
        report0_source_ssrc: text = "Report0SourceSSRC", report0_fraction_lost: number = "Report0FractionLost",
        report0_cumulative_lost: number = "Report0CumulativeLost",
        report0_highest_sequence: number = "Report0HighestSequence",
        report0_sequence_number_cycles: number = "Report0SequenceNumberCycles",
        report0_ia_jitter: number = "Report0IAJitter", report0_lsr: text = "Report0LSR",
        report0_dlsr: seconds = "Report0DLSR", our_ssrc: text = "OurSSRC", report_block: text = "ReportBlock",
        fraction_lost: number = "FractionLost", cumulative_loss: number = "CumulativeLoss",
        ia_jitter: text = "IAJitter", their_last_sr: text = "TheirLastSR", dlsr: text = "DLSR",
    }
    /// Figures of an RTP stream that was received.
    RTPReceiverStat = "RTPReceiverStat" [REPORTING] "Asterisk 1.6.0 to 1.6.2" {
        ssrc: text = "SSRC", received_packets: number = "ReceivedPackets", lost_packets: number = "LostPackets",
        jitter: text = "Jitter", transit: text = "Transit", rr_count: number = "RRCount",
    }
    /// Figures of an RTP stream that was sent.
    RTPSenderStat = "RTPSenderStat" [REPORTING] "Asterisk 1.6.0 to 1.6.2" {
        ssrc: text = "SSRC", sent_packets: number = "SentPackets", lost_packets: number = "LostPackets",
        jitter: text = "Jitter", sr_count: number = "SRCount", rtt: seconds = "RTT",
    }
    /// A fax has been sent by res_fax.
    SendFAX = "SendFAX" [CALL] "Asterisk 1.8 and later" {
        channel: channel = "", local_station_id: text = "LocalStationID", remote_station_id: text = "RemoteStationID",
        pages_transferred: number = "PagesTransferred", resolution: text = "Resolution",
        transfer_rate: number = "TransferRate", file_name: text = "FileName",
    }
    /// A fax that is being sent has made progress.
    SendFAXStatus = "SendFAXStatus" [CALL] "Asterisk 1.8" {
        status: text = "Status", channel: text = "Channel", context: text = "Context", exten: text = "Exten",
        caller_id: text = "CallerID", local_station_id: text = "LocalStationID",
    }
    /// A request was refused because there are too many sessions.
    SessionLimit = "SessionLimit" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID", session_id: text = "SessionID",
        local_address: text = "LocalAddress", remote_address: text = "RemoteAddress", module: text = "Module",
        session_tv: text = "SessionTV",
    }
    /// A SIP call has run into its session timer.
    SessionTimeout = "SessionTimeout" [CALL] "Asterisk 11 to 20" {
        channel: channel = "", source: text = "Source",
    }
    /// The end of the list of the dialplan, and the counts.
    ShowDialPlanComplete = "ShowDialPlanComplete" [] "Asterisk 1.6.0 and later" {
        list_extensions: number = "ListExtensions", list_priorities: number = "ListPriorities",
        list_contexts: number = "ListContexts",
    }
    /// The server stops or restarts.
    Shutdown = "Shutdown" [SYSTEM] "Asterisk 1.0 and later" {
        shutdown: text = "Shutdown", restart: flag = "Restart",
    }
    /// The end of the list of states of SIP peers.
    SIPpeerstatusComplete = "SIPpeerstatusComplete" [] "Asterisk 11 to 20" {}
    /// A SIP peer has been qualified on request.
    SIPQualifyPeerDone = "SIPQualifyPeerDone" [CALL] "Asterisk 12 to 20" {
        peer: text = "Peer",
    }
    /// A channel is asked to hang up. The cause is that of a hangup, or a number of Asterisk's own, as 32 for an
    /// explicit request.
    SoftHangupRequest = "SoftHangupRequest" [CALL] "Asterisk 10 and later" {
        channel: channel = "", cause: number = "Cause",
    }
    /// A DAHDI span is in alarm.
    SpanAlarm = "SpanAlarm" [SYSTEM] "Asterisk 1.8 and later" {
        span: number = "Span", alarm: text = "Alarm",
    }
    /// A DAHDI span is no longer in alarm.
    SpanAlarmClear = "SpanAlarmClear" [SYSTEM] "Asterisk 1.8 and later" {
        span: number = "Span",
    }
    /// A channel, in the list that the Status action gives.
    Status = "Status" [] "Asterisk 1.0 and later" {
        channel: channel = "", type_: text = "Type", dnid: text = "DNID",
        effective_connected_line_num: text = "EffectiveConnectedLineNum",
        effective_connected_line_name: text = "EffectiveConnectedLineName", time_to_hangup: seconds = "TimeToHangup",
        bridge_id: text = "BridgeID", application: text = "Application", data: text = "Data",
        native_formats: text = "Nativeformats", read_format: text = "Readformat", read_trans: text = "Readtrans",
        write_format: text = "Writeformat", write_trans: text = "Writetrans", call_group: text = "Callgroup",
        pickup_group: text = "Pickupgroup", seconds: seconds = "Seconds", variables: texts = "Variable",
    }
    /// The end of the list that the Status action gives.
    StatusComplete = "StatusComplete" [] "Asterisk 1.0 and later" {
        items: number = "Items",
    }
    /// A login succeeded.
    SuccessfulAuth = "SuccessfulAuth" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID", session_id: text = "SessionID",
        local_address: text = "LocalAddress", remote_address: text = "RemoteAddress",
        using_password: flag = "UsingPassword", module: text = "Module", session_tv: text = "SessionTV",
    }
    /// A step of a test; only of servers built for tests. Each kind has headers of its own.
    TestEvent = "TestEvent" [REPORTING] "Asterisk 1.8 and later" {
        type_: text = "Type", state: text = "State", app_file: text = "AppFile", app_function: text = "AppFunction",
        app_line: number = "AppLine", expression: text = "Expression",
    }
    /// A SIP call has been transferred.
    Transfer = "Transfer" [CALL] "Asterisk 1.6.0 to 11" {
        transfer_method: text = "TransferMethod", transfer_type: text = "TransferType", channel: text = "Channel",
        uniqueid: text = "Uniqueid", sip_call_id: text = "SIP-Callid", target_channel: text = "TargetChannel",
        target_uniqueid: text = "TargetUniqueid", transfer_exten: text = "TransferExten",
        transfer_to_parking: text = "Transfer2Parking", transfer_context: text = "TransferContext",
    }
    /// A transport of a PJSIP endpoint, among its details.
    TransportDetail = "TransportDetail" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName", protocol: text = "Protocol",
        bind: text = "Bind", async_operations: number = "AsycOperations", ca_list_file: text = "CaListFile",
        ca_list_path: text = "CaListPath", cert_file: text = "CertFile", priv_key_file: text = "PrivKeyFile",
        password: text = "Password", external_signaling_address: text = "ExternalSignalingAddress",
        external_signaling_port: number = "ExternalSignalingPort",
        external_signaling_hostname: text = "ExternalSignalingHostname",
        external_media_address: text = "ExternalMediaAddress", domain: text = "Domain",
        verify_server: flag = "VerifyServer", verify_client: flag = "VerifyClient",
        require_client_cert: flag = "RequireClientCert", method: text = "Method", cipher: text = "Cipher",
        local_net: text = "LocalNet", tos: number = "Tos", cos: number = "Cos",
        websocket_write_timeout: number = "WebsocketWriteTimeout", allow_reload: flag = "AllowReload",
        allow_wildcard_certs: flag = "AllowWildcardCerts", symmetric_transport: flag = "SymmetricTransport",
        tcp_keepalive_enable: flag = "TcpKeepaliveEnable", tcp_keepalive_idle_time: seconds = "TcpKeepaliveIdleTime",
        tcp_keepalive_interval_time: seconds = "TcpKeepaliveIntervalTime",
        tcp_keepalive_probe_count: number = "TcpKeepaliveProbeCount", endpoint_name: text = "EndpointName",
    }
    /// A request came from another address than the session.
    UnexpectedAddress = "UnexpectedAddress" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID", session_id: text = "SessionID",
        local_address: text = "LocalAddress", remote_address: text = "RemoteAddress",
        expected_address: text = "ExpectedAddress", module: text = "Module", session_tv: text = "SessionTV",
    }
    /// A channel has been taken off hold.
    Unhold = "Unhold" [CALL] "Asterisk 1.2 and later" {
        channel: channel = "",
    }
    /// Two channels are no longer bridged.
    Unlink = "Unlink" [CALL] "Asterisk 1.0 to 1.8" {
        channel1: text = "Channel1", channel2: text = "Channel2", uniqueid1: text = "Uniqueid1",
        uniqueid2: text = "Uniqueid2", caller_id1: text = "CallerID1", caller_id2: text = "CallerID2",
    }
    /// A module has been unloaded, or could not be.
    Unload = "Unload" [SYSTEM] "Asterisk 16 and later" {
        module: text = "Module", status: text = "Status",
    }
    /// A parked call has been fetched.
    UnParkedCall = "UnParkedCall" [CALL] "Asterisk 1.2 and later" {
        parkee: channel = "Parkee", parker: channel = "Parker", retriever: channel = "Retriever",
        parker_dial_string: text = "ParkerDialString", parking_lot: text = "Parkinglot",
        parking_space: text = "ParkingSpace" | "Exten", parking_timeout: seconds = "ParkingTimeout",
        parking_duration: seconds = "ParkingDuration", channel: text = "Channel", from: text = "From",
        caller_id_num: text = "CallerIDNum" | "CallerID", caller_id_name: text = "CallerIDName",
        connected_line_num: text = "ConnectedLineNum", connected_line_name: text = "ConnectedLineName",
        uniqueid: text = "Uniqueid",
    }
    /// An event that the dialplan or an action made. It has headers of its own.
    UserEvent = "UserEvent" [USER] "Asterisk 1.4 and later" {
        channel: channel = "", user_event: text = "UserEvent",
    }
    /// A variable has been set, on a channel or for all.
    VarSet = "VarSet" [DIALPLAN] "Asterisk 1.6.0 and later" {
        channel: channel = "", variable: text = "Variable", value: text = "Value",
    }
    /// A message in a mailbox, in a list of them.
    VoicemailBoxDetail = "VoicemailBoxDetail" [] "Asterisk 18 in its later releases, 20 and later" {
        folder: text = "Folder", caller_id: text = "CallerID", date: text = "Date", duration: seconds = "Duration",
        flag: text = "Flag", id: text = "ID",
    }
    /// The end of the list of messages in a mailbox.
    VoicemailBoxDetailComplete = "VoicemailBoxDetailComplete" [] "Asterisk 18 in its later releases, 20 and later" {}
    /// The password of a mailbox has been changed.
    VoicemailPasswordChange = "VoicemailPasswordChange" [SYSTEM USER] "Asterisk 18.21, 20.6, 21.1 and later" {
        context: text = "Context", mailbox: text = "Mailbox", new_password: text = "NewPassword",
    }
    /// A mailbox, with all its settings.
    VoicemailUserDetail = "VoicemailUserDetail" [] "Asterisk 16 and later" {
        vm_context: text = "VMContext", voice_mailbox: text = "VoiceMailbox", full_name: text = "Fullname",
        email: text = "Email", pager: text = "Pager", server_email: text = "ServerEmail",
        from_string: text = "FromString", mail_command: text = "MailCommand", language: text = "Language",
        time_zone: text = "TimeZone", callback: text = "Callback", dialout: text = "Dialout",
        uniqueid: text = "UniqueID", exit_context: text = "ExitContext",
        say_duration_minimum: number = "SayDurationMinimum", say_envelope: flag = "SayEnvelope",
        say_cid: flag = "SayCID", attach_message: flag = "AttachMessage",
        attachment_format: text = "AttachmentFormat", delete_message: flag = "DeleteMessage",
        volume_gain: text = "VolumeGain", can_review: flag = "CanReview", can_mark_urgent: flag = "CanMarkUrgent",
        call_operator: flag = "CallOperator", max_message_count: number = "MaxMessageCount",
        max_message_length: seconds = "MaxMessageLength", new_message_count: number = "NewMessageCount",
        old_message_count: number = "OldMessageCount", imap_user: text = "IMAPUser", imap_server: text = "IMAPServer",
        imap_port: number = "IMAPPort", imap_flags: text = "IMAPFlags",
    }
    /// The end of the details of a mailbox.
    VoicemailUserDetailComplete = "VoicemailUserDetailComplete" [] "Asterisk 16 and later" {}
    /// A mailbox, in a list of them.
    VoicemailUserEntry = "VoicemailUserEntry" [] "Asterisk 1.6.0 and later" {
        vm_context: text = "VMContext", voice_mailbox: text = "VoiceMailbox", full_name: text = "Fullname",
        email: text = "Email", pager: text = "Pager", server_email: text = "ServerEmail",
        from_string: text = "FromString", mail_command: text = "MailCommand", language: text = "Language",
        time_zone: text = "TimeZone", callback: text = "Callback", dialout: text = "Dialout",
        uniqueid: text = "UniqueID", exit_context: text = "ExitContext",
        say_duration_minimum: number = "SayDurationMinimum", say_envelope: flag = "SayEnvelope",
        say_cid: flag = "SayCID", attach_message: flag = "AttachMessage",
        attachment_format: text = "AttachmentFormat", delete_message: flag = "DeleteMessage",
        volume_gain: text = "VolumeGain", can_review: flag = "CanReview", can_mark_urgent: flag = "CanMarkUrgent",
        call_operator: flag = "CallOperator", max_message_count: number = "MaxMessageCount",
        max_message_length: seconds = "MaxMessageLength", new_message_count: number = "NewMessageCount",
        old_message_count: number = "OldMessageCount", imap_user: text = "IMAPUser", imap_server: text = "IMAPServer",
        imap_port: number = "IMAPPort", imap_flags: text = "IMAPFlags",
    }
    /// The end of the list of mailboxes.
    VoicemailUserEntryComplete = "VoicemailUserEntryComplete" [] "Asterisk 1.6.0 and later" {}
    /// The end of what the WaitEvent action gives.
    WaitEventComplete = "WaitEventComplete" [] "Asterisk 1.4 and later" {}
    /// A wink was seen on a channel.
    Wink = "Wink" [CALL] "Asterisk 16 and later" {
        channel: channel = "",
    }
        }
    };
}
pub(crate) use events_table;
