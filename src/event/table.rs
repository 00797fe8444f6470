//! The table of events, in alphabetical order, without regard to case.
//!
//! See `events!` for the parts of a row. The text before a field documents its accessor; a field
//! without one has the text of its header in `glossary.rs`, if there is one.

macro_rules! events_table {
    ($expand:ident) => {
        $expand! {
    /// An agent has logged in with an extension at which calls reach the agent.
    Agentcallbacklogin = "Agentcallbacklogin" [AGENT] "Asterisk 1.0 to 1.4" {
        agent: text = "Agent", login_chan: text = "Loginchan", uniqueid: text = "Uniqueid",
    }
    /// An agent who logged in with an extension has logged off.
    Agentcallbacklogoff = "Agentcallbacklogoff" [AGENT] "Asterisk 1.0 to 1.6.2" {
        agent: text = "Agent",
        /// The reason: `CommandLogoff`, `Autologoff` (a call was not answered) or `Chanunavail`;
        /// only in some versions.
        reason: text = "Reason",
        login_chan: text = "Loginchan", login_time: seconds = "Logintime", uniqueid: text = "Uniqueid",
    }
    /// A queue rings a member for a caller.
    AgentCalled = "AgentCalled" [AGENT] "Asterisk 1.0 and later" {
        /// The channel of the caller.
        channel: channel = "",
        /// The channel of the member.
        dest: channel = "Dest",
        queue: text = "Queue", member_name: text = "MemberName" | "AgentName",
        interface: text = "Interface" | "AgentCalled",
        /// The name of the caller's channel; up to Asterisk 11.
        channel_calling: text = "ChannelCalling",
        /// The name of the member's channel; Asterisk 1.6.0 to 11.
        destination_channel: text = "DestinationChannel",
    }
    /// The call that a queue connected between a caller and a member has ended.
    AgentComplete = "AgentComplete" [AGENT] "Asterisk 1.2 and later" {
        /// The channel of the caller.
        channel: channel = "",
        /// The channel of the member.
        dest: channel = "Dest",
        queue: text = "Queue", member_name: text = "MemberName", interface: text = "Interface" | "Member",
        /// The time that the caller waited in the queue.
        hold_time: seconds = "HoldTime",
        /// The time that the caller and the member talked.
        talk_time: seconds = "TalkTime",
        /// The way the call ended: `caller` or `agent` (which of them hung up) or `transfer`.
        reason: text = "Reason",
        /// The channel variables of the caller, each as `NAME=VALUE`, if `eventwhencalled = vars`
        /// asks for them; up to Asterisk 11.
        variables: texts = "Variable",
    }
    /// A queue has connected a caller with a member.
    AgentConnect = "AgentConnect" [AGENT] "Asterisk 1.2 and later" {
        /// The channel of the caller.
        channel: channel = "",
        /// The channel of the member.
        dest: channel = "Dest",
        queue: text = "Queue", member_name: text = "MemberName", interface: text = "Interface" | "Member",
        /// The time that the member was rung.
        ring_time: seconds = "RingTime",
        /// The time that the caller waited in the queue.
        hold_time: seconds = "HoldTime",
        /// The unique id of the channel that is connected with the caller; Asterisk 1.4 to 11.
        bridged_channel: text = "BridgedChannel",
    }
    /// A member hung up while the announcement that precedes the caller was played to the member.
    AgentDump = "AgentDump" [AGENT] "Asterisk 1.2 and later" {
        /// The channel of the caller.
        channel: channel = "",
        /// The channel of the member.
        dest: channel = "Dest",
        queue: text = "Queue", member_name: text = "MemberName", interface: text = "Interface" | "Member",
    }
    /// An agent has logged in and waits for calls.
    AgentLogin = "AgentLogin" [AGENT] "Asterisk 1.0 and later, as `Agentlogin` up to 11" {
        /// The channel of the agent.
        channel: channel = "",
        agent: text = "Agent",
    }
    /// An agent has logged off.
    AgentLogoff = "AgentLogoff" [AGENT] "Asterisk 1.0 and later, as `Agentlogoff` up to 11" {
        /// The channel of the agent.
        channel: channel = "",
        agent: text = "Agent", login_time: seconds = "Logintime",
    }
    /// A queue rang a member who did not answer.
    AgentRingNoAnswer = "AgentRingNoAnswer" [AGENT] "Asterisk 1.6.1 and later" {
        /// The channel of the caller.
        channel: channel = "",
        /// The channel of the member.
        dest: channel = "Dest",
        queue: text = "Queue", member_name: text = "MemberName", interface: text = "Interface" | "Member",
        /// The time that the member was rung, in milliseconds.
        ring_time: number = "RingTime",
    }
    /// An entry of the list that [`Agents`](crate::action::Agents) returns: an agent.
    Agents = "Agents" [] "Asterisk 1.2 and later" {
        /// The channel of the agent, if the agent is logged in; Asterisk 12 and later.
        channel: channel = "",
        agent: text = "Agent",
        /// The name of the agent.
        name: text = "Name",
        /// The state: `AGENT_LOGGEDOFF`, `AGENT_IDLE` or `AGENT_ONCALL`.
        status: text = "Status",
        /// The name of the channel that the agent talks to.
        talking_to_chan: text = "TalkingToChan",
        /// The time at which the call began, since 1970.
        call_started: seconds = "CallStarted",
        /// The time at which the agent logged in, since 1970.
        logged_in_time: seconds = "LoggedInTime",
        /// The channel or extension with which the agent is logged in, or `n/a`; up to Asterisk 11.
        logged_in_chan: text = "LoggedInChan",
        /// The number of the caller, or `n/a`; up to Asterisk 11.
        talking_to: text = "TalkingTo",
    }
    /// The end of the list that [`Agents`](crate::action::Agents) returns.
    AgentsComplete = "AgentsComplete" [] "Asterisk 1.2 and later" {}
    /// An AGI command begins or has ended. Asterisk 12 and later send [`AgiExecStart`] and
    /// [`AgiExecEnd`].
    AgiExec = "AGIExec" [AGI] "Asterisk 1.6.0 to 11" {
        /// `Start` or `End`.
        sub_event: text = "SubEvent",
        channel: text = "Channel", command_id: text = "CommandId", command: text = "Command",
        /// The result code of AGI, as 200 if the command ran; only at the end.
        result_code: number = "ResultCode",
        /// The result in words, as in `Success`; only at the end.
        result: text = "Result",
    }
    /// An AGI command has ended.
    AgiExecEnd = "AGIExecEnd" [AGI] "Asterisk 12 and later" {
        channel: channel = "", command: text = "Command", command_id: text = "CommandId",
        result_code: number = "ResultCode",
        /// The result in words, as in `Success`.
        result: text = "Result",
    }
    /// An AGI command begins.
    AgiExecStart = "AGIExecStart" [AGI] "Asterisk 12 and later" {
        channel: channel = "", command: text = "Command", command_id: text = "CommandId",
    }
    /// A DAHDI channel has gone into alarm.
    Alarm = "Alarm" [SYSTEM] "Asterisk 1.0 and later" {
        dahdi_channel: text = "DAHDIChannel" | "Channel",
        /// The alarm in words.
        alarm: text = "Alarm",
    }
    /// A DAHDI channel is no longer in alarm.
    AlarmClear = "AlarmClear" [SYSTEM] "Asterisk 1.0 and later" {
        dahdi_channel: text = "DAHDIChannel" | "Channel",
    }
    /// Advice of charge during a call. If it gives several units, the accessors read the first.
    AocD = "AOC-D" [AOC] "Asterisk 1.8 and later, up to 11 with other headers" {
        channel: channel = "",
        /// The kind of charge: `NotAvailable`, `Free`, `Currency` or `Units`.
        charge_type: text = "Charge/Type" | "Type",
        /// The reason for the charge, such as `Normal` or `Reverse`.
        billing_id: text = "Charge/BillingID" | "BillingID",
        /// The extent of the charge: `SubTotal` or `Total`.
        total_type: text = "Charge/TotalType" / "TotalType",
        /// The name of the currency.
        currency_name: text = "Charge/Currency/Name" / "Name",
        /// The cost, as a number to multiply with
        /// [`currency_multiplier`](Self::currency_multiplier).
        currency_cost: number = "Charge/Currency/Cost" / "Cost",
        /// The multiplier of the cost: a power of ten from `1/1000` to `1000`.
        currency_multiplier: text = "Charge/Currency/Multiplier" / "Multiplier",
        /// The number of units that are charged.
        units: number = "Charge/Units(0)/NumberOf" / "NumberOf",
        /// The type of the units, a number.
        unit_type: number = "Charge/Units(0)/TypeOf" / "TypeOf",
    }
    /// Advice of charge at the end of a call. If it gives several units, the accessors read the
    /// first.
    AocE = "AOC-E" [AOC] "Asterisk 1.8 and later, up to 11 with other headers" {
        channel: channel = "",
        /// The number of the party that is charged.
        association_number: number = "ChargingAssociation/Number" / "Number",
        /// The numbering plan of the number.
        association_plan: number = "ChargingAssociation/Plan" / "Plan",
        /// The id that associates the charge with an earlier call.
        association_id: number = "ChargingAssociation/ID" / "ID",
        /// The kind of charge: `NotAvailable`, `Free`, `Currency` or `Units`.
        charge_type: text = "Charge/Type" | "Type",
        /// The reason for the charge, such as `Normal` or `Reverse`.
        billing_id: text = "Charge/BillingID" | "BillingID",
        /// The extent of the charge: `SubTotal` or `Total`.
        total_type: text = "Charge/TotalType" / "TotalType",
        /// The name of the currency.
        currency_name: text = "Charge/Currency/Name" / "Name",
        /// The cost, as a number to multiply with
        /// [`currency_multiplier`](Self::currency_multiplier).
        currency_cost: number = "Charge/Currency/Cost" / "Cost",
        /// The multiplier of the cost: a power of ten from `1/1000` to `1000`.
        currency_multiplier: text = "Charge/Currency/Multiplier" / "Multiplier",
        /// The number of units that are charged.
        units: number = "Charge/Units(0)/NumberOf" / "NumberOf",
        /// The type of the units, a number.
        unit_type: number = "Charge/Units(0)/TypeOf" / "TypeOf",
    }
    /// Advice of charge at the start of a call. Asterisk puts the number of the rate that a header
    /// belongs to before the name of the header, so iterate over all headers of the message.
    AocS = "AOC-S" [AOC] "Asterisk 1.8 and later, up to 11 with other headers" {
        channel: channel = "",
        /// The item that the rate is for.
        chargeable: text = "Chargeable",
        /// The kind of rate, such as `Free`, `Duration` or `Volume`.
        rate_type: text = "RateType",
        /// The name of the currency.
        currency_name: text = "Name",
        /// The cost, as a number to multiply with
        /// [`currency_multiplier`](Self::currency_multiplier).
        currency_cost: number = "Cost",
        /// The multiplier of the cost: a power of ten from `1/1000` to `1000`.
        currency_multiplier: text = "Multiplier",
        /// The kind of charge over time: `StepFunction` or `ContinuousCharging`.
        charging_type: text = "ChargingType",
        /// A header that Asterisk documents and does not send: a step function is a value of
        /// [`charging_type`](Self::charging_type).
        step_function: text = "StepFunction",
        /// A header that Asterisk documents and does not send: the length and the scale of a step
        /// have headers of their own.
        granularity: text = "Granularity",
        /// A number of units of time, given by [`scale`](Self::scale).
        length: text = "Length",
        /// The unit of time of [`length`](Self::length).
        scale: text = "Scale",
        /// The unit of volume: `Octet`, `Segment` or `Message`.
        unit: text = "Unit",
        /// The code of a special arrangement.
        special_code: number = "SpecialCode",
    }
    /// An entry of the list that [`PJSIPShowEndpoint`](crate::action::PjsipShowEndpoint) returns:
    /// an address of record of the endpoint.
    AorDetail = "AorDetail" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName",
        minimum_expiration: seconds = "MinimumExpiration",
        maximum_expiration: seconds = "MaximumExpiration",
        default_expiration: seconds = "DefaultExpiration", qualify_frequency: seconds = "QualifyFrequency",
        authenticate_qualify: flag = "AuthenticateQualify", max_contacts: number = "MaxContacts",
        remove_existing: flag = "RemoveExisting", remove_unavailable: flag = "RemoveUnavailable",
        mailboxes: list = "Mailboxes", outbound_proxy: text = "OutboundProxy",
        support_path: flag = "SupportPath", qualify_2xx_only: flag = "Qualify2xxOnly",
        qualify_timeout: seconds = "QualifyTimeout", voicemail_extension: text = "VoicemailExtension",
        contacts: list = "Contacts",
        /// The number of contacts.
        total_contacts: number = "TotalContacts",
        /// The number of contacts that have registered; the others are configured.
        contacts_registered: number = "ContactsRegistered",
        endpoint_name: text = "EndpointName",
    }
    /// An entry of the list that [`PJSIPShowAors`](crate::action::PjsipShowAors) returns: an
    /// address of record of PJSIP.
    AorList = "AorList" [] "Asterisk 16 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName",
        minimum_expiration: seconds = "MinimumExpiration",
        maximum_expiration: seconds = "MaximumExpiration",
        default_expiration: seconds = "DefaultExpiration", qualify_frequency: seconds = "QualifyFrequency",
        qualify_timeout: seconds = "QualifyTimeout", qualify_2xx_only: flag = "Qualify2xxOnly",
        authenticate_qualify: flag = "AuthenticateQualify", max_contacts: number = "MaxContacts",
        remove_existing: flag = "RemoveExisting", remove_unavailable: flag = "RemoveUnavailable",
        mailboxes: list = "Mailboxes", voicemail_extension: text = "VoicemailExtension",
        outbound_proxy: text = "OutboundProxy", support_path: flag = "SupportPath",
        contacts: list = "Contacts",
    }
    /// The end of the list that [`PJSIPShowAors`](crate::action::PjsipShowAors) returns.
    AorListComplete = "AorListComplete" [] "Asterisk 16 and later" {}
    /// A channel enters or leaves asynchronous AGI, or has run a command there. Asterisk 12 and
    /// later send [`AsyncAgiStart`], [`AsyncAgiExec`] and [`AsyncAgiEnd`].
    AsyncAgi = "AsyncAGI" [AGI] "Asterisk 1.6.0 to 11" {
        /// `Start`, `Exec` or `End`.
        sub_event: text = "SubEvent",
        channel: text = "Channel", env: text = "Env",
        /// The result of the command, percent-encoded; only of `Exec`.
        result: text = "Result",
        command_id: text = "CommandID",
    }
    /// A channel has left asynchronous AGI.
    AsyncAgiEnd = "AsyncAGIEnd" [AGI] "Asterisk 12 and later" {
        channel: channel = "",
    }
    /// A command that [`AGI`](crate::action::Agi) sent to a channel in asynchronous AGI has run.
    AsyncAgiExec = "AsyncAGIExec" [AGI] "Asterisk 12 and later" {
        channel: channel = "", command_id: text = "CommandID",
        /// The result of the command, percent-encoded.
        result: text = "Result",
    }
    /// A channel has entered asynchronous AGI and waits for commands, which
    /// [`AGI`](crate::action::Agi) sends.
    AsyncAgiStart = "AsyncAGIStart" [AGI] "Asterisk 12 and later" {
        channel: channel = "", env: text = "Env",
    }
    /// An attended transfer has been completed, or has failed; [`Atxfer`](crate::action::Atxfer)
    /// starts one.
    AttendedTransfer = "AttendedTransfer" [CALL] "Asterisk 12 and later" {
        local_one: channel = "LocalOne", local_two: channel = "LocalTwo",
        transferee: channel = "Transferee",
        /// The channel of the transferer in the first call.
        orig_transferer: channel = "OrigTransferer",
        /// The channel of the transferer in the second call.
        second_transferer: channel = "SecondTransferer",
        /// The channel that the transferee is connected with.
        transfer_target: channel = "TransferTarget",
        /// The bridge of the first call.
        orig_bridge: bridge = "Orig",
        /// The bridge of the second call.
        second_bridge: bridge = "Second",
        /// The way the transfer was made: `Bridge`, `App`, `Link`, `Threeway` or `Fail`.
        dest_type: text = "DestType",
        /// The unique id of the bridge that remains, of `Bridge` and `Threeway`.
        dest_bridge_uniqueid: text = "DestBridgeUniqueid",
        /// The application that the transferee is connected with, of `App`.
        dest_app: text = "DestApp",
        /// The name of the transferer's channel that remains, of `Threeway`.
        dest_transferer_channel: text = "DestTransfererChannel",
        /// The result, such as `Success` or `Fail`.
        result: text = "Result",
        is_external: flag = "IsExternal",
    }
    /// An entry of the list that [`PJSIPShowEndpoint`](crate::action::PjsipShowEndpoint) returns:
    /// credentials of the endpoint.
    AuthDetail = "AuthDetail" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName", username: text = "Username",
        password: text = "Password", md5_cred: text = "Md5Cred", realm: text = "Realm",
        nonce_lifetime: seconds = "NonceLifetime", auth_type: text = "AuthType",
        endpoint_name: text = "EndpointName", oauth_client_id: text = "OauthClientid",
        oauth_secret: text = "OauthSecret", password_digest: text = "PasswordDigest",
        refresh_token: text = "RefreshToken", supported_algorithms_uac: text = "SupportedAlgorithmsUac",
        supported_algorithms_uas: text = "SupportedAlgorithmsUas",
    }
    /// An entry of the list that [`PJSIPShowAuths`](crate::action::PjsipShowAuths) returns:
    /// credentials of PJSIP.
    AuthList = "AuthList" [] "Asterisk 16 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName", username: text = "Username",
        md5_cred: text = "Md5Cred", realm: text = "Realm", auth_type: text = "AuthType",
        password: text = "Password", nonce_lifetime: seconds = "NonceLifetime",
        oauth_client_id: text = "OauthClientid", oauth_secret: text = "OauthSecret",
        password_digest: text = "PasswordDigest", refresh_token: text = "RefreshToken",
        supported_algorithms_uac: text = "SupportedAlgorithmsUac",
        supported_algorithms_uas: text = "SupportedAlgorithmsUas",
    }
    /// The end of the list that [`PJSIPShowAuths`](crate::action::PjsipShowAuths) returns.
    AuthListComplete = "AuthListComplete" [] "Asterisk 16 and later" {}
    /// A login was refused because its method is not allowed.
    AuthMethodNotAllowed = "AuthMethodNotAllowed" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID",
        session_id: text = "SessionID", local_address: text = "LocalAddress",
        remote_address: text = "RemoteAddress",
        /// The method that was tried.
        auth_method: text = "AuthMethod",
        module: text = "Module", session_tv: text = "SessionTV",
    }
    /// A blind transfer has been completed, or has failed;
    /// [`BlindTransfer`](crate::action::BlindTransfer) starts one.
    BlindTransfer = "BlindTransfer" [CALL] "Asterisk 12 and later" {
        transferee: channel = "Transferee",
        /// The channel that transfers.
        transferer: channel = "Transferer",
        /// The bridge in which the transfer was requested.
        bridge: bridge = "",
        /// The result: `Success`, `Fail`, `Invalid` or `Not Permitted`. After `Success` the
        /// transferee is in the dialplan; it need not have reached anyone.
        result: text = "Result",
        is_external: flag = "IsExternal",
        /// The dialplan context to which the transferee is sent.
        context: text = "Context",
        /// The extension to which the transferee is sent.
        extension: text = "Extension",
    }
    /// Two channels have been bridged or, if the state is `Unlink`, parted. The event is called
    /// `Bridge` from Asterisk 1.6.0 on; Asterisk 12 and later send [`BridgeEnter`] and
    /// [`BridgeLeave`].
    Link = "Bridge" | "Link" [CALL] "Asterisk 1.0 to 11, as `Link` up to 1.4" {
        /// `Link` or `Unlink`; Asterisk 1.6.0 to 11.
        bridge_state: text = "Bridgestate",
        /// `core` or `native`; Asterisk 1.6.0 to 11.
        bridge_type: text = "Bridgetype",
        channel1: text = "Channel1", channel2: text = "Channel2", uniqueid1: text = "Uniqueid1",
        uniqueid2: text = "Uniqueid2", caller_id1: text = "CallerID1", caller_id2: text = "CallerID2",
    }
    /// The result of [`Bridge`](crate::action::Bridge).
    BridgeAction = "BridgeAction" [CALL] "Asterisk 1.8 to 11" {
        /// `Success` or `Failed`.
        response: text = "Response",
        channel1: text = "Channel1", channel2: text = "Channel2",
    }
    /// A bridge has been created. A bridge is a set of channels that exchange media.
    BridgeCreate = "BridgeCreate" [CALL] "Asterisk 12 and later" {
        bridge: bridge = "",
    }
    /// A bridge has been destroyed.
    BridgeDestroy = "BridgeDestroy" [CALL] "Asterisk 12 and later" {
        bridge: bridge = "",
    }
    /// A channel has entered a bridge.
    BridgeEnter = "BridgeEnter" [CALL] "Asterisk 12 and later" {
        channel: channel = "", bridge: bridge = "",
        /// The unique id of the channel whose place the channel takes, if it takes one.
        swap_uniqueid: text = "SwapUniqueid",
    }
    /// The dialplan application `Bridge` has run.
    BridgeExec = "BridgeExec" [CALL] "Asterisk 1.6.0 to 11" {
        /// `Success` or `Failed`.
        response: text = "Response",
        /// The reason for the failure.
        reason: text = "Reason",
        channel1: text = "Channel1", channel2: text = "Channel2",
    }
    /// An entry of the list that [`BridgeInfo`](crate::action::BridgeInfo) returns: a channel in
    /// the bridge.
    BridgeInfoChannel = "BridgeInfoChannel" [] "Asterisk 12 and later" {
        channel: channel = "",
    }
    /// The end of the list that [`BridgeInfo`](crate::action::BridgeInfo) returns, with the bridge
    /// itself.
    BridgeInfoComplete = "BridgeInfoComplete" [] "Asterisk 12 and later" {
        bridge: bridge = "",
    }
    /// A channel has left a bridge.
    BridgeLeave = "BridgeLeave" [CALL] "Asterisk 12 and later" {
        channel: channel = "", bridge: bridge = "",
    }
    /// The end of the list that [`BridgeList`](crate::action::BridgeList) returns.
    BridgeListComplete = "BridgeListComplete" [] "Asterisk 12 and later" {}
    /// An entry of the list that [`BridgeList`](crate::action::BridgeList) returns: a bridge.
    BridgeListItem = "BridgeListItem" [] "Asterisk 12 and later" {
        bridge: bridge = "",
    }
    /// A bridge has been merged into another.
    BridgeMerge = "BridgeMerge" [CALL] "Asterisk 12 and later" {
        /// The bridge that remains.
        to_bridge: bridge = "To",
        /// The bridge that is merged into the other.
        from_bridge: bridge = "From",
    }
    /// The end of the list that [`BridgeTechnologyList`](crate::action::BridgeTechnologyList)
    /// returns.
    BridgeTechnologyListComplete = "BridgeTechnologyListComplete" [] "Asterisk 12 and later" {}
    /// An entry of the list that [`BridgeTechnologyList`](crate::action::BridgeTechnologyList)
    /// returns: a technology, which is a way to mix media.
    BridgeTechnologyListItem = "BridgeTechnologyListItem" [] "Asterisk 12 and later" {
        /// The technology and the type of bridge that it is for.
        bridge: bridge = "",
        /// The priority of the technology; Asterisk prefers a higher one.
        bridge_priority: number = "BridgePriority",
        /// Whether the technology is suspended, so that new bridges do not use it.
        bridge_suspended: flag = "BridgeSuspended",
    }
    /// The source of video in a bridge has changed.
    BridgeVideoSourceUpdate = "BridgeVideoSourceUpdate" [CALL] "Asterisk 13.13, 14.2 and later" {
        bridge: bridge = "",
        /// The unique id of the channel that was the source before.
        bridge_previous_video_source: text = "BridgePreviousVideoSource",
    }
    /// A call failed and can be completed later, when the called party is free.
    CcAvailable = "CCAvailable" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", callee: text = "Callee",
        /// The kind of service: `CCBS` (the called party is busy), `CCNR` (the called party did not
        /// answer) or `CCNL` (the called party is not logged in).
        service: text = "Service",
    }
    /// The caller is called back, to complete the call.
    CcCallerRecalling = "CCCallerRecalling" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller",
    }
    /// The called party is free but the caller is busy, so the caller is watched from now on.
    CcCallerStartMonitoring = "CCCallerStartMonitoring" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller",
    }
    /// The caller is no longer watched, because the caller is free.
    CcCallerStopMonitoring = "CCCallerStopMonitoring" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller",
    }
    /// Call completion has failed.
    CcFailure = "CCFailure" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller",
        /// The reason in words.
        reason: text = "Reason",
    }
    /// The called party can no longer be watched.
    CcMonitorFailed = "CCMonitorFailed" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", callee: text = "Callee",
    }
    /// The time in which the caller can request call completion has begun.
    CcOfferTimerStart = "CCOfferTimerStart" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller",
        /// The time in which the caller can request call completion.
        expires: seconds = "Expires",
    }
    /// The call has been completed.
    CcRecallComplete = "CCRecallComplete" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller",
    }
    /// The request for call completion was accepted.
    CcRequestAcknowledged = "CCRequestAcknowledged" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller",
    }
    /// A caller has requested call completion.
    CcRequested = "CCRequested" [CC] "Asterisk 1.8 and later" {
        core_id: text = "CoreID", caller: text = "Caller", callee: text = "Callee",
    }
    /// A call detail record. `cdr_manager.conf` can add headers.
    Cdr = "Cdr" [CDR] "Asterisk 1.0 and later" {
        account_code: text = "AccountCode",
        /// The caller id number of the calling party.
        source: text = "Source",
        /// The extension that was called.
        destination: text = "Destination",
        /// The dialplan context of the extension.
        destination_context: text = "DestinationContext",
        /// The caller id of the calling party: name and number, as in `"Alice" <100>`.
        caller_id: text = "CallerID",
        /// The name of the calling channel.
        channel: text = "Channel",
        /// The name of the called channel.
        destination_channel: text = "DestinationChannel",
        /// The last dialplan application that the calling channel ran.
        last_application: text = "LastApplication",
        /// The arguments of the last application.
        last_data: text = "LastData",
        /// The time at which the call began, in local time as `2026-11-23 14:49:06`.
        start_time: text = "StartTime",
        /// The time at which the call was answered, in local time; empty if it was not.
        answer_time: text = "AnswerTime",
        /// The time at which the call ended, in local time.
        end_time: text = "EndTime",
        /// The time from the start to the end.
        duration: seconds = "Duration",
        /// The time from the answer to the end.
        billable_seconds: seconds = "BillableSeconds",
        /// The result of the call.
        disposition: Disposition = "Disposition",
        ama_flags: AmaFlags = "AMAFlags", uniqueid: text = "UniqueID", user_field: text = "UserField",
    }
    /// An entry of channel event logging.
    Cel = "CEL" [CALL] "Asterisk 1.8 and later" {
        /// The kind of entry, such as `CHAN_START`, `ANSWER`, `HANGUP` or `CHAN_END`.
        event_name: text = "EventName",
        account_code: text = "AccountCode",
        /// The caller id number.
        caller_id_num: text = "CallerIDnum",
        /// The caller id name.
        caller_id_name: text = "CallerIDname",
        /// The number of the caller for billing (ANI).
        caller_id_ani: text = "CallerIDani",
        /// The number that redirected the call (RDNIS).
        caller_id_rdnis: text = "CallerIDrdnis",
        /// The number that the caller dialled (DNID).
        caller_id_dnid: text = "CallerIDdnid",
        exten: text = "Exten", context: text = "Context", application: text = "Application",
        app_data: text = "AppData",
        /// The time of the entry, in local time as `2026-11-23 14:49:06`.
        event_time: text = "EventTime",
        ama_flags: AmaFlags = "AMAFlags", uniqueid: text = "UniqueID", linkedid: text = "LinkedID",
        /// The tenant of the channel, if the configuration sets one; Asterisk 18.25, 20.10, 21.5,
        /// 22 and later.
        tenantid: text = "TenantID",
        user_field: text = "UserField",
        /// The name of the channel that this one is bridged with, if it is.
        peer: text = "Peer",
        peer_account: text = "PeerAccount",
        /// Details as a JSON object, depending on the kind of entry.
        extra: text = "Extra",
        channel: text = "Channel",
        /// The name that the dialplan gave the entry, of `USER_DEFINED`.
        user_def_type: text = "UserDefType",
    }
    /// A login was refused because of a wrong response to the challenge.
    ChallengeResponseFailed = "ChallengeResponseFailed" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID",
        session_id: text = "SessionID", local_address: text = "LocalAddress",
        remote_address: text = "RemoteAddress", challenge: text = "Challenge",
        /// The response that the peer sent.
        response: text = "Response",
        /// The response that was expected; it may be empty.
        expected_response: text = "ExpectedResponse",
        module: text = "Module", session_tv: text = "SessionTV",
    }
    /// A service has sent a challenge to a peer that wants to log in.
    ChallengeSent = "ChallengeSent" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID",
        session_id: text = "SessionID", local_address: text = "LocalAddress",
        remote_address: text = "RemoteAddress", challenge: text = "Challenge", module: text = "Module",
        session_tv: text = "SessionTV",
    }
    /// An entry of the list that [`Hangup`](crate::action::Hangup) with a pattern returns: a
    /// channel that is hung up.
    ChannelHungup = "ChannelHungup" [] "Asterisk 11 and later" {
        channel: text = "Channel",
    }
    /// A channel driver has been reloaded.
    ChannelReload = "ChannelReload" [SYSTEM] "Asterisk 1.4 to 11" {
        channel_type: text = "ChannelType" | "Channel",
        /// The cause of the reload, in words.
        reload_reason: text = "ReloadReason",
        /// The number of registrations at other servers.
        registry_count: number = "Registry_Count",
        /// The number of peers.
        peer_count: number = "Peer_Count",
        /// The number of users.
        user_count: number = "User_Count",
    }
    /// The end of the list that [`Hangup`](crate::action::Hangup) with a pattern returns.
    ChannelsHungupListComplete = "ChannelsHungupListComplete" [] "Asterisk 11 and later" {}
    /// Speech has begun on a channel.
    ChannelTalkingStart = "ChannelTalkingStart" [CALL] "Asterisk 12 and later" {
        channel: channel = "",
    }
    /// Speech on a channel has stopped.
    ChannelTalkingStop = "ChannelTalkingStop" [CALL] "Asterisk 12 and later" {
        channel: channel = "",
        /// The time of the speech, in milliseconds.
        duration: number = "Duration",
    }
    /// A channel driver reports details of a channel.
    ChannelUpdate = "ChannelUpdate" [SYSTEM] "Asterisk 1.6.0 to 11" {
        channel: text = "Channel", channel_type: text = "Channeltype",
        /// The number of the IAX2 call on this side.
        iax2_callno_local: text = "IAX2-callno-local",
        /// The number of the IAX2 call on the other side.
        iax2_callno_remote: text = "IAX2-callno-remote",
        /// The name of the IAX2 peer.
        iax2_peer: text = "IAX2-peer",
        /// The session id of Google Talk.
        gtalk_sid: text = "Gtalk-SID",
        uniqueid: text = "Uniqueid",
        /// The SIP `Call-ID`.
        sip_call_id: text = "SIPcallid",
        /// The SIP URI of the contact.
        sip_full_contact: text = "SIPfullcontact",
        /// The name of the SIP peer.
        peer_name: text = "Peername",
        /// The call reference of H.323, a number, from the channel driver OOH323.
        call_ref: text = "CallRef",
    }
    /// A channel begins to listen in on another.
    ChanSpyStart = "ChanSpyStart" [CALL] "Asterisk 1.6.2 and later" {
        spyer: channel = "Spyer", spyee: channel = "Spyee",
    }
    /// A channel no longer listens in on another.
    ChanSpyStop = "ChanSpyStop" [CALL] "Asterisk 1.6.2 and later" {
        spyer: channel = "Spyer", spyee: channel = "Spyee",
    }
    /// The server is about to close the connection.
    CloseSession = "CloseSession" [] "Asterisk 11 and later" {
        /// The word `true`.
        close_session: text = "CloseSession",
    }
    /// A conference has ended.
    ConfbridgeEnd = "ConfbridgeEnd" [CALL] "Asterisk 10 and later" {
        bridge: bridge = "", conference: text = "Conference",
    }
    /// A channel has joined a conference.
    ConfbridgeJoin = "ConfbridgeJoin" [CALL] "Asterisk 10 and later" {
        channel: channel = "", bridge: bridge = "", conference: text = "Conference", admin: flag = "Admin",
        /// Whether the participant joins muted.
        muted: flag = "Muted",
    }
    /// A channel has left a conference.
    ConfbridgeLeave = "ConfbridgeLeave" [CALL] "Asterisk 10 and later" {
        channel: channel = "", bridge: bridge = "", conference: text = "Conference", admin: flag = "Admin",
    }
    /// An entry of the list that [`ConfbridgeList`](crate::action::ConfbridgeList) returns: a
    /// participant of the conference.
    ConfbridgeList = "ConfbridgeList" [] "Asterisk 10 and later" {
        channel: channel = "", conference: text = "Conference", admin: flag = "Admin",
        marked_user: flag = "MarkedUser",
        /// Whether the participant has to wait until a marked one joins.
        wait_marked: flag = "WaitMarked",
        /// Whether the participant is removed when the last marked one leaves.
        end_marked: flag = "EndMarked",
        /// Whether the participant waits for a marked one now.
        waiting: flag = "Waiting",
        /// Whether the participant is muted.
        muted: flag = "Muted",
        /// Whether the participant is talking.
        talking: flag = "Talking",
        /// The time since the participant's channel was answered.
        answered_time: seconds = "AnsweredTime",
        /// Whether the participant is removed when any marked one leaves.
        end_marked_any: flag = "EndMarkedAny",
    }
    /// The end of the list that [`ConfbridgeList`](crate::action::ConfbridgeList) returns.
    ConfbridgeListComplete = "ConfbridgeListComplete" [] "Asterisk 10 and later" {}
    /// An entry of the list that [`ConfbridgeListRooms`](crate::action::ConfbridgeListRooms)
    /// returns: a conference.
    ConfbridgeListRooms = "ConfbridgeListRooms" [] "Asterisk 10 and later" {
        conference: text = "Conference", parties: number = "Parties", marked: number = "Marked",
        locked: flag = "Locked",
        /// Whether the conference is muted.
        muted: flag = "Muted",
    }
    /// The end of the list that [`ConfbridgeListRooms`](crate::action::ConfbridgeListRooms)
    /// returns.
    ConfbridgeListRoomsComplete = "ConfbridgeListRoomsComplete" [] "Asterisk 10 and later" {}
    /// A participant of a conference has been muted.
    ConfbridgeMute = "ConfbridgeMute" [CALL] "Asterisk 12 and later" {
        channel: channel = "", bridge: bridge = "", conference: text = "Conference", admin: flag = "Admin",
    }
    /// The recording of a conference has begun.
    ConfbridgeRecord = "ConfbridgeRecord" [CALL] "Asterisk 12 and later" {
        bridge: bridge = "", conference: text = "Conference",
    }
    /// A conference has begun.
    ConfbridgeStart = "ConfbridgeStart" [CALL] "Asterisk 10 and later" {
        bridge: bridge = "", conference: text = "Conference",
    }
    /// The recording of a conference has ended.
    ConfbridgeStopRecord = "ConfbridgeStopRecord" [CALL] "Asterisk 12 and later" {
        bridge: bridge = "", conference: text = "Conference",
    }
    /// A participant of a conference has begun or stopped talking.
    ConfbridgeTalking = "ConfbridgeTalking" [CALL] "Asterisk 10 and later" {
        channel: channel = "", bridge: bridge = "", conference: text = "Conference",
        /// Whether the participant talks.
        talking_status: flag = "TalkingStatus",
        admin: flag = "Admin",
    }
    /// A participant of a conference is no longer muted.
    ConfbridgeUnmute = "ConfbridgeUnmute" [CALL] "Asterisk 12 and later" {
        channel: channel = "", bridge: bridge = "", conference: text = "Conference", admin: flag = "Admin",
    }
    /// An entry of the list that [`PJSIPShowContacts`](crate::action::PjsipShowContacts) returns: a
    /// contact of PJSIP.
    ContactList = "ContactList" [] "Asterisk 16 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName", via_addr: text = "ViaAddr",
        /// The port in the last `Via` header of the registration.
        via_port: number = "ViaPort",
        qualify_timeout: seconds = "QualifyTimeout", call_id: text = "CallId",
        /// The system name of the Asterisk server that the contact registered at.
        reg_server: text = "RegServer",
        /// Whether the contact is removed when the server restarts, since it cannot survive that.
        prune_on_boot: flag = "PruneOnBoot",
        path: text = "Path", endpoint: text = "Endpoint",
        authenticate_qualify: flag = "AuthenticateQualify", uri: text = "Uri",
        qualify_frequency: seconds = "QualifyFrequency", user_agent: text = "UserAgent",
        expiration_time: seconds = "ExpirationTime", outbound_proxy: text = "OutboundProxy",
        /// The reachability of the contact.
        status: ContactState = "Status",
        roundtrip_usec: number = "RoundtripUsec", qualify_2xx_only: flag = "Qualify2xxOnly",
    }
    /// The end of the list that [`PJSIPShowContacts`](crate::action::PjsipShowContacts) returns.
    ContactListComplete = "ContactListComplete" [] "Asterisk 16 and later" {}
    /// The reachability of a PJSIP contact has changed.
    ContactStatus = "ContactStatus" [SYSTEM] "Asterisk 13 and later" {
        uri: text = "URI",
        /// The reachability of the contact, or the change of it.
        contact_status: ContactState = "ContactStatus",
        aor: text = "AOR", endpoint_name: text = "EndpointName", roundtrip_usec: number = "RoundtripUsec",
        user_agent: text = "UserAgent", reg_expire: seconds = "RegExpire",
        via_address: text = "ViaAddress", call_id: text = "CallID",
    }
    /// An entry of the lists that [`PJSIPShowEndpoint`](crate::action::PjsipShowEndpoint) and
    /// [`PJSIPShowRegistrationInboundContactStatuses`][statuses]
    /// return: the state of a contact.
    ///
    /// [statuses]: crate::action::PjsipShowRegistrationInboundContactStatuses
    ContactStatusDetail = "ContactStatusDetail" [] "Asterisk 13 and later" {
        aor: text = "AOR", uri: text = "URI",
        /// The reachability of the contact.
        status: ContactState = "Status",
        roundtrip_usec: number = "RoundtripUsec", endpoint_name: text = "EndpointName",
        user_agent: text = "UserAgent", reg_expire: seconds = "RegExpire",
        via_address: text = "ViaAddress", call_id: text = "CallID",
        /// The id of the contact: its address of record and a hash.
        id: text = "ID",
        authenticate_qualify: flag = "AuthenticateQualify", outbound_proxy: text = "OutboundProxy",
        path: text = "Path", qualify_frequency: seconds = "QualifyFrequency",
        qualify_timeout: seconds = "QualifyTimeout", qualify_2xx_only: flag = "Qualify2xxOnly",
    }
    /// The end of the list that
    /// [`PJSIPShowRegistrationInboundContactStatuses`][statuses]
    /// returns.
    ///
    /// [statuses]: crate::action::PjsipShowRegistrationInboundContactStatuses
    ContactStatusDetailComplete = "ContactStatusDetailComplete" [] "Asterisk 13 and later" {}
    /// An entry of the list that [`CoreShowChannels`](crate::action::CoreShowChannels) returns: a
    /// channel.
    CoreShowChannel = "CoreShowChannel" [] "Asterisk 1.6.1 and later" {
        channel: channel = "",
        /// The unique id of the bridge that the channel is in; empty if it is in none.
        bridge_id: text = "BridgeId",
        application: text = "Application",
        /// The arguments of the application.
        application_data: text = "ApplicationData",
        /// The age of the channel, as `HH:MM:SS`.
        duration: text = "Duration",
        /// The name of the channel that this one is connected with; Asterisk 1.6.1 to 11.
        bridged_channel: text = "BridgedChannel",
        /// The unique id of the channel that this one is connected with; Asterisk 1.6.1 to 11.
        bridged_uniqueid: text = "BridgedUniqueID",
    }
    /// An entry of the list that [`CoreShowChannelMap`](crate::action::CoreShowChannelMap) returns:
    /// a pair of connected channels.
    CoreShowChannelMap = "CoreShowChannelMap" [] "Asterisk 18 in its later releases, 20 and later" {
        /// The name of the channel that the action named.
        channel: text = "Channel",
        /// The name of a channel that it is connected with, directly or through others.
        connected_channel: text = "ConnectedChannel",
    }
    /// The end of the list that [`CoreShowChannelMap`](crate::action::CoreShowChannelMap) returns.
    CoreShowChannelMapComplete = "CoreShowChannelMapComplete" [] "Asterisk 18 in its later releases, 20 and later" {}
    /// The end of the list that [`CoreShowChannels`](crate::action::CoreShowChannels) returns.
    CoreShowChannelsComplete = "CoreShowChannelsComplete" [] "Asterisk 1.6.0 and later" {}
    /// A DAHDI channel has been assigned to a call.
    DahdiChannel = "DAHDIChannel" [CALL] "Asterisk 1.8 and later" {
        channel: channel = "",
        /// The group of the DAHDI channel.
        dahdi_group: number = "DAHDIGroup",
        /// The span of the DAHDI channel.
        dahdi_span: number = "DAHDISpan",
        dahdi_channel: text = "DAHDIChannel",
    }
    /// An entry of the list that [`DAHDIShowChannels`](crate::action::DahdiShowChannels) or
    /// [`ZapShowChannels`](crate::action::ZapShowChannels) returns: a DAHDI channel.
    DahdiShowChannels = "DAHDIShowChannels" | "ZapShowChannels" [] "Asterisk 1.0 and later, as `ZapShowChannels` up to 1.4" {
        dahdi_channel: text = "DAHDIChannel",
        /// The name of the channel of the call, if there is one.
        channel: text = "Channel",
        uniqueid: text = "Uniqueid", account_code: text = "AccountCode",
        /// The signalling in words.
        signalling: text = "Signalling",
        /// The signalling as a number.
        signalling_code: text = "SignallingCode",
        context: text = "Context",
        /// `Enabled` or `Disabled`: do not disturb.
        dnd: text = "DND",
        /// The alarm in words.
        alarm: text = "Alarm",
        description: text = "Description",
    }
    /// The end of the list that [`DAHDIShowChannels`](crate::action::DahdiShowChannels) or
    /// [`ZapShowChannels`](crate::action::ZapShowChannels) returns.
    DahdiShowChannelsComplete = "DAHDIShowChannelsComplete" | "ZapShowChannelsComplete" [] "Asterisk 1.0 and later, as `ZapShowChannelsComplete` up to 1.4" {
        items: number = "Items",
    }
    /// An entry of the list that [`DAHDIShowStatus`](crate::action::DahdiShowStatus) returns: a
    /// DAHDI span.
    DahdiShowStatus = "DAHDIShowStatus" [] "Asterisk 18 in its later releases, 20 and later" {
        span: number = "Span",
        /// The description of the span by its driver.
        description: text = "Description",
        /// The alarms in words.
        alarms: text = "Alarms",
        /// The number of interrupts that were missed.
        irq: number = "IRQ",
        /// The number of bipolar violations.
        bipolar_violations: number = "bpviol",
        /// The number of CRC4 errors.
        crc: text = "CRC",
        /// The framing: `D4`, `ESF`, `CCS` or `CAS`.
        framing: text = "Framing",
        /// The line coding: `B8ZS`, `HDB3`, `AMI` or `Unk`.
        coding: text = "Coding",
        /// The options `CRC4` and `YEL`, with a slash between them; empty if there are none.
        options: text = "Options",
        /// The line build-out, a setting for the length of the line.
        lbo: text = "LBO",
    }
    /// The end of the list that [`DAHDIShowStatus`](crate::action::DahdiShowStatus) returns.
    DahdiShowStatusComplete = "DAHDIShowStatusComplete" [] "Asterisk 18 in its later releases, 20 and later" {}
    /// The answer to [`DataGet`](crate::action::DataGet): data of the server as a tree, in which
    /// the name of every header is a path.
    DataGetTree = "DataGet Tree" [] "Asterisk 1.8 to 14" {}
    /// The end of the list that [`DBGet`](crate::action::DbGet) returns.
    DbGetComplete = "DBGetComplete" [] "Asterisk 1.8 and later" {}
    /// The entry of the list that [`DBGet`](crate::action::DbGet) returns: the entry of the
    /// database.
    DbGetResponse = "DBGetResponse" [] "Asterisk 1.2 and later" {
        /// The family of the entry.
        family: text = "Family",
        /// The key of the entry within its family.
        key: text = "Key",
        value: text = "Val",
    }
    /// The end of the list that [`DBGetTree`](crate::action::DbGetTree) returns.
    DbGetTreeComplete = "DBGetTreeComplete" [] "Asterisk 16 in its later releases, 18 and later" {}
    /// An entry of the list that [`DBGetTree`](crate::action::DbGetTree) returns: an entry of the
    /// database.
    DbGetTreeResponse = "DBGetTreeResponse" [] "Asterisk 16 in its later releases, 18 and later" {
        /// The key of the entry with its family, as in `/CustomDevstate/lamp1`.
        key: text = "Key",
        value: text = "Val",
    }
    /// The server suspects a deadlock.
    DeadlockStart = "DeadlockStart" [SYSTEM] "Asterisk 16 in its later releases, 18 and later" {
        /// The lock that threads wait for.
        mutex: text = "Mutex",
    }
    /// An entry of the list that [`SKINNYdevices`](crate::action::SkinnyDevices) returns: a Skinny
    /// device.
    DeviceEntry = "DeviceEntry" [] "Asterisk 1.6.2 to 20" {
        channel_type: text = "Channeltype", object_name: text = "ObjectName",
        /// The kind of the entry: `device`.
        channel_object_type: text = "ChannelObjectType",
        /// The id by which the device registers.
        device_id: text = "DeviceId",
        ip_address: text = "IPaddress",
        /// The model of the device.
        type_: text = "Type",
        /// `registered` or `unregistered`.
        device_status: text = "Devicestatus",
        /// The number of lines of the device.
        number_of_lines: number = "NumberOfLines",
    }
    /// The end of the list that [`SKINNYdevices`](crate::action::SkinnyDevices) returns.
    DevicelistComplete = "DevicelistComplete" [] "Asterisk 1.6.2 to 20" {}
    /// The state of a device has changed. Also an entry of the list that
    /// [`DeviceStateList`](crate::action::DeviceStateList) returns.
    DeviceStateChange = "DeviceStateChange" [CALL] "Asterisk 13 and later" {
        /// The name of the device, as in `PJSIP/bob`.
        device: text = "Device",
        /// The new state.
        state: DeviceState = "State",
    }
    /// The end of the list that [`DeviceStateList`](crate::action::DeviceStateList) returns.
    DeviceStateListComplete = "DeviceStateListComplete" [] "Asterisk 13 and later" {}
    /// A dial attempt begins or, from Asterisk 1.6.0 on, has ended. Asterisk 12 and later send
    /// [`DialBegin`] and [`DialEnd`].
    Dial = "Dial" [CALL] "Asterisk 1.2 to 11" {
        /// `Begin` or `End`; Asterisk 1.6.0 to 11.
        sub_event: text = "SubEvent",
        /// The name of the calling channel.
        channel: text = "Channel" | "Source",
        /// The name of the called channel.
        destination: text = "Destination",
        caller_id_num: text = "CallerIDNum" | "CallerID", caller_id_name: text = "CallerIDName",
        connected_line_num: text = "ConnectedLineNum", connected_line_name: text = "ConnectedLineName",
        /// The unique id of the calling channel.
        uniqueid: text = "UniqueID" | "SrcUniqueID",
        /// The unique id of the called channel.
        dest_uniqueid: text = "DestUniqueID",
        dial_string: text = "Dialstring",
        /// The result of the dial attempt; only at the end.
        dial_status: DialStatus = "DialStatus",
    }
    /// A dial attempt begins.
    DialBegin = "DialBegin" [CALL] "Asterisk 12 and later" {
        /// The calling channel, if there is one.
        channel: channel = "",
        /// The called channel.
        dest: channel = "Dest",
        dial_string: text = "DialString",
    }
    /// A dial attempt has ended.
    DialEnd = "DialEnd" [CALL] "Asterisk 12 and later" {
        /// The calling channel, if there is one.
        channel: channel = "",
        /// The called channel.
        dest: channel = "Dest",
        /// The result of the dial attempt.
        dial_status: DialStatus = "DialStatus",
        forward: text = "Forward",
    }
    /// A dial attempt has made progress.
    DialState = "DialState" [CALL] "Asterisk 14 and later" {
        /// The calling channel, if there is one.
        channel: channel = "",
        /// The called channel.
        dest: channel = "Dest",
        /// The progress of the dial attempt: ringing, proceeding or progress.
        dial_status: DialStatus = "DialStatus",
        forward: text = "Forward",
    }
    /// Do not disturb was switched on or off on a DAHDI channel.
    DndState = "DNDState" [SYSTEM] "Asterisk 1.2 and later" {
        dahdi_channel: text = "DAHDIChannel" | "Channel",
        /// `enabled` or `disabled`.
        status: text = "Status",
    }
    /// A DTMF digit has begun or ended. Asterisk 12 and later send [`DtmfBegin`] and [`DtmfEnd`].
    Dtmf = "DTMF" [DTMF] "Asterisk 1.6.0 to 11" {
        channel: text = "Channel", uniqueid: text = "Uniqueid", digit: text = "Digit",
        /// `Received` or `Sent`.
        direction: text = "Direction",
        /// Whether the digit begins.
        begin: flag = "Begin",
        /// Whether the digit ends.
        end: flag = "End",
    }
    /// A DTMF digit has begun.
    DtmfBegin = "DTMFBegin" [DTMF] "Asterisk 12 and later" {
        channel: channel = "", digit: text = "Digit",
        /// `Received` or `Sent`.
        direction: text = "Direction",
    }
    /// A DTMF digit has ended.
    DtmfEnd = "DTMFEnd" [DTMF] "Asterisk 12 and later" {
        channel: channel = "", digit: text = "Digit",
        /// The length of the digit, in milliseconds.
        duration_ms: number = "DurationMs",
        /// `Received` or `Sent`.
        direction: text = "Direction",
    }
    /// An entry of the list that [`PJSIPShowEndpoint`](crate::action::PjsipShowEndpoint) returns:
    /// the endpoint, with all its settings.
    EndpointDetail = "EndpointDetail" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName",
        /// The dialplan context of incoming calls.
        context: text = "Context",
        /// The codecs that are allowed, as in `(ulaw|alaw)`.
        allow: text = "Allow",
        /// The way DTMF digits are sent, such as `rfc4733` or `inband`.
        dtmf_mode: text = "DtmfMode",
        /// Whether RTP uses IPv6.
        rtp_ipv6: flag = "RtpIpv6",
        /// Whether RTP is sent to the address that RTP comes from.
        rtp_symmetric: flag = "RtpSymmetric",
        /// Whether ICE is used to find a way through NAT.
        ice_support: flag = "IceSupport",
        /// Whether the packetization time that the endpoint requests is used.
        use_ptime: flag = "UsePtime",
        /// Whether responses go to the port that the request came from, even if it does not ask for
        /// that.
        force_rport: flag = "ForceRport",
        /// Whether the address in `Contact` is replaced by the address that the request came from.
        rewrite_contact: flag = "RewriteContact",
        transport: text = "Transport", outbound_proxy: text = "OutboundProxy",
        /// The class of music on hold that is suggested to the other party.
        moh_suggest: text = "MohSuggest",
        /// The support of reliable provisional responses (RFC 3262), such as `yes`, `no` or
        /// `required`.
        rel100: text = "100rel",
        /// The use of SIP session timers, such as `yes`, `no`, `required` or `always`.
        timers: text = "Timers",
        /// The shortest session expiration that is accepted.
        timers_min_se: seconds = "TimersMinSe",
        /// The session expiration that is requested.
        timers_sess_expires: seconds = "TimersSessExpires",
        /// The names of the credentials for incoming requests.
        auth: text = "Auth",
        outbound_auth: text = "OutboundAuth",
        /// The names of the addresses of record.
        aors: list = "Aors",
        /// The IP address that SDP names for media.
        media_address: text = "MediaAddress",
        /// The ways to recognize the endpoint in a request, as in `username,ip`.
        identify_by: text = "IdentifyBy",
        /// Whether media may flow between the endpoints, without Asterisk between them.
        direct_media: flag = "DirectMedia",
        /// The SIP method that sets up direct media, such as `invite` or `update`.
        direct_media_method: text = "DirectMediaMethod",
        /// Whether updates of the connected line are accepted from the endpoint.
        trust_connected_line: flag = "TrustConnectedLine",
        /// Whether updates of the connected line are sent to the endpoint.
        send_connected_line: flag = "SendConnectedLine",
        /// The SIP method that updates the connected line, such as `invite` or `update`.
        connected_line_method: text = "ConnectedLineMethod",
        /// The way to avoid that both sides set up direct media at once: `none`, `outgoing` or
        /// `incoming`.
        direct_media_glare_mitigation: text = "DirectMediaGlareMitigation",
        /// Whether direct media is not used if NAT is in the way.
        disable_direct_media_on_nat: flag = "DisableDirectMediaOnNat",
        /// The caller id of the endpoint: name and number, as in `"Alice" <100>`.
        caller_id: text = "Callerid",
        /// The privacy of the caller id, as in `allowed_not_screened`.
        caller_id_privacy: text = "CalleridPrivacy",
        /// The internal tag of the caller id.
        caller_id_tag: text = "CalleridTag",
        /// Whether the identity that the endpoint sends is accepted.
        trust_id_inbound: flag = "TrustIdInbound",
        /// Whether an identity that is private is sent to the endpoint.
        trust_id_outbound: flag = "TrustIdOutbound",
        /// Whether the header `P-Asserted-Identity` is sent.
        send_pai: flag = "SendPai",
        /// Whether the header `Remote-Party-ID` is sent.
        send_rpid: flag = "SendRpid",
        /// Whether the header `Diversion` is sent, which names who redirected a call.
        send_diversion: flag = "SendDiversion",
        /// The mailboxes whose changes are sent to the endpoint without a subscription.
        mailboxes: list = "Mailboxes",
        /// Whether the states of all mailboxes are sent in one `NOTIFY` request.
        aggregate_mwi: flag = "AggregateMwi",
        /// The encryption of media, such as `no`, `sdes` or `dtls`.
        media_encryption: text = "MediaEncryption",
        /// Whether a call goes on unencrypted if encryption is not possible.
        media_encryption_optimistic: flag = "MediaEncryptionOptimistic",
        /// Whether the RTP profile AVPF is used and required.
        use_avpf: flag = "UseAvpf",
        /// Whether the RTP profile AVP is used even if AVPF is.
        force_avp: flag = "ForceAvp",
        /// Whether the answer uses the media transport of the offer.
        media_use_received_transport: flag = "MediaUseReceivedTransport",
        /// Whether the endpoint may switch recording on and off during a call.
        one_touch_recording: flag = "OneTouchRecording",
        /// Whether ringing is signalled by a tone in the media.
        inband_progress: flag = "InbandProgress",
        /// The call groups, by number, whose ringing calls can be picked up.
        call_group: text = "CallGroup",
        /// The call groups, by number, from which the endpoint may pick up calls.
        pickup_group: text = "PickupGroup",
        /// The call groups, by name, whose ringing calls can be picked up.
        named_call_group: text = "NamedCallGroup",
        /// The call groups, by name, from which the endpoint may pick up calls.
        named_pickup_group: text = "NamedPickupGroup",
        /// The number of channels from which the endpoint counts as busy; 0 for no limit.
        device_state_busy_at: number = "DeviceStateBusyAt",
        /// Whether fax over UDPTL (T.38) is supported.
        t38_udptl: flag = "T38Udptl",
        /// The error correction of T.38: `none`, `fec` or `redundancy`.
        t38_udptl_ec: text = "T38UdptlEc",
        /// The largest T.38 datagram, in bytes; 0 if the peer decides.
        t38_udptl_maxdatagram: number = "T38UdptlMaxdatagram",
        /// Whether the tone of a fax machine is detected.
        fax_detect: flag = "FaxDetect",
        /// Whether T.38 takes NAT into account.
        t38_udptl_nat: flag = "T38UdptlNat",
        /// Whether T.38 uses IPv6.
        t38_udptl_ipv6: flag = "T38UdptlIpv6",
        /// Whether T.38 is bound to [`media_address`](Self::media_address).
        t38_bind_udptl_to_media_address: flag = "T38BindUdptlToMediaAddress",
        /// The country whose tones are played.
        tone_zone: text = "ToneZone",
        language: text = "Language",
        /// The feature that starts one-touch recording.
        record_on_feature: text = "RecordOnFeature",
        /// The feature that stops one-touch recording.
        record_off_feature: text = "RecordOffFeature",
        /// Whether the endpoint may transfer calls by `REFER`.
        allow_transfer: flag = "AllowTransfer",
        /// Whether `user=phone` is added to the request URI of telephone numbers.
        user_eq_phone: flag = "UserEqPhone",
        /// Whether hold is passed on to the endpoint instead of music.
        moh_passthrough: flag = "MohPassthrough",
        /// The user name in the `o=` line of SDP.
        sdp_owner: text = "SdpOwner",
        /// The name in the `s=` line of SDP.
        sdp_session: text = "SdpSession",
        /// The type of service (DSCP) of audio packets.
        tos_audio: number = "TosAudio",
        /// The type of service (DSCP) of video packets.
        tos_video: number = "TosVideo",
        /// The class of service (802.1p priority) of audio packets.
        cos_audio: number = "CosAudio",
        /// The class of service (802.1p priority) of video packets.
        cos_video: number = "CosVideo",
        /// Whether the endpoint may subscribe to states.
        allow_subscribe: flag = "AllowSubscribe",
        /// The shortest subscription that is accepted.
        sub_min_expiry: seconds = "SubMinExpiry",
        /// The user name in `From` of requests to the endpoint.
        from_user: text = "FromUser",
        /// The domain in `From` of requests to the endpoint.
        from_domain: text = "FromDomain",
        /// The user name in `From` of message waiting notifications.
        mwi_from_user: text = "MwiFromUser",
        /// The name of the RTP implementation.
        rtp_engine: text = "RtpEngine",
        /// The checks of the peer's DTLS certificate, such as `No`.
        dtls_verify: text = "DtlsVerify",
        /// The time after which the keys are renegotiated; zero for never.
        dtls_rekey: seconds = "DtlsRekey",
        /// The path of the DTLS certificate.
        dtls_cert_file: text = "DtlsCertFile",
        /// The path of the private key of the DTLS certificate.
        dtls_private_key: text = "DtlsPrivateKey",
        /// The cipher for DTLS.
        dtls_cipher: text = "DtlsCipher",
        /// The path of the certificate of the authority.
        dtls_ca_file: text = "DtlsCaFile",
        /// The folder of certificates of authorities.
        dtls_ca_path: text = "DtlsCaPath",
        /// The role in DTLS: `active`, `passive` or `actpass`.
        dtls_setup: text = "DtlsSetup",
        /// Whether SRTP uses authentication tags of 32 bits and not of 80 bits.
        srtp_tag_32: flag = "SrtpTag32",
        /// The handling of redirects, such as `user` or `uri_core`.
        redirect_method: text = "RedirectMethod",
        /// The variables that are set on channels of the endpoint, as in `NAME=VALUE`.
        set_var: text = "SetVar",
        /// The dialplan context of incoming `MESSAGE` requests.
        message_context: text = "MessageContext",
        account_code: text = "Accountcode",
        /// Whether only the most preferred codec is answered.
        preferred_codec_only: flag = "PreferredCodecOnly",
        device_state: DeviceState = "DeviceState", active_channels: text = "ActiveChannels",
        /// The dialplan context of subscriptions.
        subscribe_context: text = "SubscribeContext",
        /// Whether overlap dialling is supported (RFC 3578).
        allow_overlap: flag = "AllowOverlap",
        /// The dialplan context of overlap dialling.
        overlap_context: text = "OverlapContext",
        /// Whether several SDP answers to one request are accepted.
        accept_multiple_sdp_answers: flag = "AcceptMultipleSdpAnswers",
        /// The names of the access control lists for requests.
        acl: text = "Acl",
        /// Whether `OPTIONS` requests need no credentials.
        allow_unauthenticated_options: flag = "AllowUnauthenticatedOptions",
        /// Whether the codecs of the two directions may differ.
        asymmetric_rtp_codec: flag = "AsymmetricRtpCodec",
        /// Whether RTP is bound to [`media_address`](Self::media_address).
        bind_rtp_to_media_address: flag = "BindRtpToMediaAddress",
        /// Whether several streams share one transport.
        bundle: flag = "Bundle",
        /// The preferences among codecs in answers that are received.
        codec_prefs_incoming_answer: text = "CodecPrefsIncomingAnswer",
        /// The preferences among codecs in offers that are received.
        codec_prefs_incoming_offer: text = "CodecPrefsIncomingOffer",
        /// The preferences among codecs in answers that are sent.
        codec_prefs_outgoing_answer: text = "CodecPrefsOutgoingAnswer",
        /// The preferences among codecs in offers that are sent.
        codec_prefs_outgoing_offer: text = "CodecPrefsOutgoingOffer",
        /// The names of the access control lists for the addresses of contacts.
        contact_acl: text = "ContactAcl",
        /// Whether a DTLS certificate is made for each call.
        dtls_auto_generate_cert: flag = "DtlsAutoGenerateCert",
        /// The hash of the DTLS fingerprint, such as `SHA-256`.
        dtls_fingerprint: text = "DtlsFingerprint",
        /// The time from the start of the call after which no fax is detected; zero for no limit.
        fax_detect_timeout: seconds = "FaxDetectTimeout",
        /// Whether media follow a later early response from another branch.
        follow_early_media_fork: flag = "FollowEarlyMediaFork",
        /// Whether G.726 uses the packing of AAL2.
        g726_non_standard: flag = "G726NonStandard",
        /// The geolocation profile of incoming calls.
        geoloc_incoming_call_profile: text = "GeolocIncomingCallProfile",
        /// The geolocation profile of outgoing calls.
        geoloc_outgoing_call_profile: text = "GeolocOutgoingCallProfile",
        /// Whether a 183 response without SDP is not passed on.
        ignore_183_without_sdp: flag = "Ignore183WithoutSdp",
        /// The preferences among codecs of incoming calls, such as `local`.
        incoming_call_offer_pref: text = "IncomingCallOfferPref",
        /// The mailbox that message waiting notifications of the endpoint are for.
        incoming_mwi_mailbox: text = "IncomingMwiMailbox",
        /// The largest number of audio streams.
        max_audio_streams: number = "MaxAudioStreams",
        /// The largest number of video streams.
        max_video_streams: number = "MaxVideoStreams",
        /// Whether a subscription to a mailbox ends the notifications that are sent without one.
        mwi_subscribe_replaces_unsolicited: flag = "MwiSubscribeReplacesUnsolicited",
        /// Whether an extension that is in use and ringing is reported as `early`.
        notify_early_inuse_ringing: flag = "NotifyEarlyInuseRinging",
        /// The preferences among codecs of outgoing calls, such as `remote_merge`.
        outgoing_call_offer_pref: text = "OutgoingCallOfferPref",
        /// Whether the progress of a blind transfer is reported to the transferer.
        refer_blind_progress: flag = "ReferBlindProgress",
        /// Whether connected line updates are sent before an incoming call is answered.
        rpid_immediate: flag = "RpidImmediate",
        /// Whether RTCP shares the port of RTP (RFC 5761).
        rtcp_mux: flag = "RtcpMux",
        /// The time between RTP packets that keep the connection open; zero for none.
        rtp_keepalive: seconds = "RtpKeepalive",
        /// The time without RTP after which a call is ended; zero for no limit.
        rtp_timeout: seconds = "RtpTimeout",
        /// The time without RTP after which a call on hold is ended; zero for no limit.
        rtp_timeout_hold: seconds = "RtpTimeoutHold",
        /// The lowest port for RTP; 0 for the general setting.
        rtp_port_start: number = "RtpPortStart",
        /// The highest port for RTP; 0 for the general setting.
        rtp_port_end: number = "RtpPortEnd",
        security_negotiation: text = "SecurityNegotiation",
        /// Whether advice of charge is sent.
        send_aoc: flag = "SendAoc",
        /// Whether the header `History-Info` is sent, which names who redirected a call.
        send_history_info: flag = "SendHistoryInfo",
        /// The use of STIR/SHAKEN, which signs caller ids.
        stir_shaken: text = "StirShaken",
        /// The profile of STIR/SHAKEN.
        stir_shaken_profile: text = "StirShakenProfile",
        /// Whether a stream that only sends does not cause music on hold.
        suppress_moh_on_sendonly: flag = "SuppressMohOnSendonly",
        /// Whether `Reason` headers with Q.850 causes are not sent.
        suppress_q850_reason_headers: flag = "SuppressQ850ReasonHeaders",
        /// The tenant of the endpoint.
        tenantid: text = "Tenantid",
        voicemail_extension: text = "VoicemailExtension",
        /// Whether the settings for WebRTC are switched on.
        webrtc: flag = "Webrtc",
        /// The codecs that are not allowed.
        disallow: text = "Disallow",
        /// The SIP methods for which redirects are followed.
        follow_redirect_methods: text = "FollowRedirectMethods",
    }
    /// The end of the list that [`PJSIPShowEndpoint`](crate::action::PjsipShowEndpoint) returns.
    EndpointDetailComplete = "EndpointDetailComplete" [] "Asterisk 12 and later" {}
    /// An entry of the list that [`PJSIPShowEndpoints`](crate::action::PjsipShowEndpoints) returns:
    /// a PJSIP endpoint.
    EndpointList = "EndpointList" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName", transport: text = "Transport",
        /// The names of the addresses of record.
        aor: text = "Aor",
        /// The names of the credentials for incoming requests.
        auths: list = "Auths",
        /// The names of the credentials for requests that Asterisk sends.
        outbound_auths: list = "OutboundAuths",
        device_state: DeviceState = "DeviceState", active_channels: text = "ActiveChannels",
        /// The contacts, each as the name of its address of record, a slash and its SIP URI. Each
        /// has a comma after it, so the last value is empty.
        contacts: list = "Contacts",
    }
    /// The end of the list that [`PJSIPShowEndpoints`](crate::action::PjsipShowEndpoints) returns.
    EndpointListComplete = "EndpointListComplete" [] "Asterisk 12 and later" {}
    /// The end of the list that [`ExtensionStateList`](crate::action::ExtensionStateList) returns.
    ExtensionStateListComplete = "ExtensionStateListComplete" [] "Asterisk 13 and later" {}
    /// The state of an extension has changed, because a device that its hint names has. Also an
    /// entry of the list that [`ExtensionStateList`](crate::action::ExtensionStateList) returns.
    ExtensionStatus = "ExtensionStatus" [CALL] "Asterisk 1.0 and later" {
        exten: text = "Exten", context: text = "Context", hint: text = "Hint",
        /// The state of the extension.
        status: ExtensionState = "Status",
        /// The state in words, such as `Idle`, `InUse` or `InUse&Ringing`; Asterisk 13 and later.
        status_text: text = "StatusText",
    }
    /// A request was refused by an access control list.
    FailedAcl = "FailedACL" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID",
        session_id: text = "SessionID", local_address: text = "LocalAddress",
        remote_address: text = "RemoteAddress", module: text = "Module",
        /// The name of the access control list, if it is known.
        acl_name: text = "ACLName",
        session_tv: text = "SessionTV",
    }
    /// The module `app_fax` has received a fax.
    FaxReceived = "FaxReceived" [CALL] "Asterisk 1.6.0 to 11" {
        channel: text = "Channel", exten: text = "Exten", caller_id: text = "CallerID",
        caller_id_name: text = "CallerIDName", connected_line_num: text = "ConnectedLineNum",
        connected_line_name: text = "ConnectedLineName", remote_station_id: text = "RemoteStationID",
        local_station_id: text = "LocalStationID", pages_transferred: number = "PagesTransferred",
        /// The vertical resolution.
        resolution: text = "Resolution",
        transfer_rate: number = "TransferRate",
        /// The name of the file.
        file_name: text = "FileName",
    }
    /// The module `app_fax` has sent a fax.
    FaxSent = "FaxSent" [CALL] "Asterisk 1.6.0 to 11" {
        channel: text = "Channel", exten: text = "Exten", caller_id: text = "CallerID",
        caller_id_name: text = "CallerIDName", connected_line_num: text = "ConnectedLineNum",
        connected_line_name: text = "ConnectedLineName", remote_station_id: text = "RemoteStationID",
        local_station_id: text = "LocalStationID", pages_transferred: number = "PagesTransferred",
        /// The vertical resolution.
        resolution: text = "Resolution",
        transfer_rate: number = "TransferRate",
        /// The name of the file.
        file_name: text = "FileName",
    }
    /// The answer to [`FAXSession`](crate::action::FaxSession): a fax session.
    FaxSession = "FAXSession" [] "Asterisk 13 and later" {
        session_number: number = "SessionNumber", operation: text = "Operation",
        /// The state, such as `Open`, `Active` or `Complete`.
        state: text = "State",
        /// `yes` or `no`: whether errors are corrected.
        error_correction_mode: text = "ErrorCorrectionMode",
        /// The rate of the transfer, in bits per second.
        data_rate: number = "DataRate",
        /// The resolution of the pages: the horizontal one, an `x` and the vertical one.
        image_resolution: text = "ImageResolution",
        /// The number of pages transferred so far.
        page_number: number = "PageNumber",
        /// The name of the file.
        file_name: text = "FileName",
        /// The number of pages that were sent.
        pages_transmitted: number = "PagesTransmitted",
        /// The number of pages that were received.
        pages_received: number = "PagesReceived",
        /// The number of lines with errors.
        total_bad_lines: number = "TotalBadLines",
    }
    /// The end of the list that [`FAXSessions`](crate::action::FaxSessions) returns.
    FaxSessionsComplete = "FAXSessionsComplete" [] "Asterisk 13 and later" {
        /// The number of entries in the list.
        total: number = "Total",
    }
    /// An entry of the list that [`FAXSessions`](crate::action::FaxSessions) returns: a fax
    /// session.
    FaxSessionsEntry = "FAXSessionsEntry" [] "Asterisk 13 and later" {
        channel: text = "Channel",
        /// The fax technology, such as `Spandsp`.
        technology: text = "Technology",
        session_number: number = "SessionNumber",
        /// `G.711` or `T.38`.
        session_type: text = "SessionType",
        operation: text = "Operation",
        /// The state, such as `Open`, `Active` or `Complete`.
        state: text = "State",
        /// The names of the files.
        files: text = "Files",
    }
    /// The answer to [`FAXStats`](crate::action::FaxStats): counts of faxes.
    FaxStats = "FAXStats" [] "Asterisk 13 and later" {
        /// The number of active sessions.
        current_sessions: number = "CurrentSessions",
        /// The number of reserved sessions.
        reserved_sessions: number = "ReservedSessions",
        /// The number of faxes to send so far.
        transmit_attempts: number = "TransmitAttempts",
        /// The number of faxes to receive so far.
        receive_attempts: number = "ReceiveAttempts",
        /// The number of faxes that succeeded.
        completed_faxes: number = "CompletedFAXes",
        /// The number of faxes that failed.
        failed_faxes: number = "FailedFAXes",
    }
    /// A fax has made progress.
    FaxStatus = "FAXStatus" [CALL] "Asterisk 10 and later" {
        channel: channel = "", operation: text = "Operation",
        /// The progress in words.
        status: text = "Status",
        local_station_id: text = "LocalStationID", file_name: text = "FileName",
    }
    /// A hook flash was detected on a channel.
    Flash = "Flash" [CALL] "Asterisk 16 in its later releases, 18 and later" {
        channel: channel = "",
    }
    /// The server has finished its start. It is also sent to each client after login.
    FullyBooted = "FullyBooted" [SYSTEM] "Asterisk 1.4 and later" {
        /// The text `Fully Booted`.
        status: text = "Status",
        /// The time since the start of the server.
        uptime: seconds = "Uptime",
        /// The time since the last reload.
        last_reload: seconds = "LastReload",
    }
    /// A channel has been hung up and no longer exists; [`Hangup`](crate::action::Hangup) and the
    /// peer can cause it.
    Hangup = "Hangup" [CALL] "Asterisk 1.0 and later" {
        channel: channel = "",
        /// The cause of the hangup.
        cause: HangupCause = "Cause",
        /// The cause in words, as in `Normal Clearing`.
        cause_txt: text = "Cause-txt",
        /// The cause in the technology of the channel, such as a SIP status; not after a normal
        /// end. Only in recent versions.
        tech_cause: text = "TechCause",
    }
    /// A hangup handler was removed from a channel.
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
    /// A channel was asked to hang up, with a cause.
    HangupRequest = "HangupRequest" [CALL] "Asterisk 10 and later" {
        channel: channel = "",
        /// The cause that was requested.
        cause: HangupCause = "Cause",
    }
    /// A channel was put on hold. Up to Asterisk 11, [`status`](Hold::status) tells whether it was
    /// put on hold or taken off.
    Hold = "Hold" [CALL] "Asterisk 1.2 and later" {
        channel: channel = "",
        /// The class of music on hold that the channel suggests.
        music_class: text = "MusicClass",
        /// Whether the channel was put on hold; up to Asterisk 11.
        status: flag = "Status",
    }
    /// An entry of the list that [`PJSIPShowEndpoint`](crate::action::PjsipShowEndpoint) returns: a
    /// rule that assigns requests to the endpoint.
    IdentifyDetail = "IdentifyDetail" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName", endpoint: text = "Endpoint",
        /// Whether names are looked up as SRV records.
        srv_lookups: flag = "SrvLookups",
        /// The addresses and networks that requests of the endpoint come from.
        matches: list = "Match",
        /// The SIP header and value that identify the endpoint.
        match_header: text = "MatchHeader",
        /// The request URI that identifies the endpoint.
        match_request_uri: text = "MatchRequestUri",
        endpoint_name: text = "EndpointName",
    }
    /// An entry of the list that
    /// [`PJSIPShowRegistrationsInbound`](crate::action::PjsipShowRegistrationsInbound) returns: the
    /// address of record of a registration.
    InboundRegistrationDetail = "InboundRegistrationDetail" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName",
        minimum_expiration: seconds = "MinimumExpiration",
        default_expiration: seconds = "DefaultExpiration", qualify_timeout: seconds = "QualifyTimeout",
        qualify_2xx_only: flag = "Qualify2xxOnly", mailboxes: list = "Mailboxes",
        support_path: flag = "SupportPath", remove_unavailable: flag = "RemoveUnavailable",
        voicemail_extension: text = "VoicemailExtension", max_contacts: number = "MaxContacts",
        authenticate_qualify: flag = "AuthenticateQualify",
        maximum_expiration: seconds = "MaximumExpiration", qualify_frequency: seconds = "QualifyFrequency",
        remove_existing: flag = "RemoveExisting", outbound_proxy: text = "OutboundProxy",
        /// The contacts, each as the name of its address of record, a slash and its SIP URI. Each
        /// has a comma after it, so the last value is empty.
        contacts: list = "Contacts",
        /// The contact of this registration.
        contact: text = "Contact",
    }
    /// The end of the list that
    /// [`PJSIPShowRegistrationsInbound`](crate::action::PjsipShowRegistrationsInbound) returns.
    InboundRegistrationDetailComplete = "InboundRegistrationDetailComplete" [] "Asterisk 12 and later" {}
    /// An entry of the list that
    /// [`PJSIPShowSubscriptionsInbound`](crate::action::PjsipShowSubscriptionsInbound) returns: a
    /// subscription, to which Asterisk sends `NOTIFY` requests.
    InboundSubscriptionDetail = "InboundSubscriptionDetail" [] "Asterisk 12 and later" {
        /// The role of Asterisk: `Notifier`.
        role: text = "Role",
        endpoint: text = "Endpoint", call_id: text = "Callid",
        /// The state of the subscription.
        state: text = "State",
        caller_id: text = "Callerid", subscription_type: text = "SubscriptionType",
        /// The extension that is watched, of `extension_state`.
        extension: text = "Extension",
        /// The state of the extension in words, of `extension_state`.
        extension_states: text = "ExtensionStates",
        /// The mailboxes that are watched, separated by commas, of `mwi`.
        mailboxes: text = "Mailboxes",
    }
    /// The end of the list that
    /// [`PJSIPShowSubscriptionsInbound`](crate::action::PjsipShowSubscriptionsInbound) returns.
    InboundSubscriptionDetailComplete = "InboundSubscriptionDetailComplete" [] "Asterisk 12 and later" {}
    /// A login was refused because the account does not exist.
    InvalidAccountId = "InvalidAccountID" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion",
        /// The account that the peer named.
        account_id: text = "AccountID",
        session_id: text = "SessionID", local_address: text = "LocalAddress",
        remote_address: text = "RemoteAddress", module: text = "Module", session_tv: text = "SessionTV",
    }
    /// A login was refused because of a wrong password.
    InvalidPassword = "InvalidPassword" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID",
        session_id: text = "SessionID", local_address: text = "LocalAddress",
        remote_address: text = "RemoteAddress", module: text = "Module", session_tv: text = "SessionTV",
        challenge: text = "Challenge",
        /// The challenge that the peer responded to.
        received_challenge: text = "ReceivedChallenge",
        /// The hash that the peer sent.
        received_hash: text = "ReceivedHash" | "RecievedHash",
    }
    /// A request was refused because it came over a transport that is not allowed.
    InvalidTransport = "InvalidTransport" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID",
        session_id: text = "SessionID", local_address: text = "LocalAddress",
        remote_address: text = "RemoteAddress",
        /// The transport that was used.
        attempted_transport: text = "AttemptedTransport",
        module: text = "Module", session_tv: text = "SessionTV",
    }
    /// An XMPP packet was received.
    JabberEvent = "JabberEvent" [USER] "Asterisk 1.4 to 11" {
        /// The XMPP account of Asterisk.
        account: text = "Account",
        /// The packet.
        packet: text = "Packet",
    }
    /// The presence of an XMPP contact has changed.
    JabberStatus = "JabberStatus" [USER] "Asterisk 1.8 and later" {
        /// The XMPP account of Asterisk.
        account: text = "Account",
        /// The address of the contact.
        jid: text = "JID",
        /// The resource of the contact, which tells its devices apart.
        resource: text = "Resource",
        /// The presence.
        status: text = "Status",
        /// The priority of the resource.
        priority: number = "Priority",
        /// The text of the presence.
        description: text = "Description",
    }
    /// Statistics of the jitter buffers of an IAX2 call.
    JitterBufStats = "JitterBufStats" [REPORTING] "Asterisk 1.6.0 to 11" {
        /// The name of the channel.
        owner: text = "Owner",
        /// The round-trip time, in milliseconds.
        ping: number = "Ping",
        /// The jitter on this side, in milliseconds.
        local_jitter: number = "LocalJitter",
        /// The delay by the jitter buffer on this side, in milliseconds.
        local_jb_delay: number = "LocalJBDelay",
        /// The number of frames lost on this side.
        local_total_lost: number = "LocalTotalLost",
        /// The percentage of frames lost on this side.
        local_loss_percent: number = "LocalLossPercent",
        /// The number of frames dropped on this side.
        local_dropped: number = "LocalDropped",
        /// The number of frames out of order on this side.
        local_out_of_order: number = "Localooo",
        /// The number of frames received on this side.
        local_received: number = "LocalReceived",
        /// The jitter on the other side, in milliseconds.
        remote_jitter: number = "RemoteJitter",
        /// The delay by the jitter buffer on the other side, in milliseconds.
        remote_jb_delay: number = "RemoteJBDelay",
        /// The number of frames lost on the other side.
        remote_total_lost: number = "RemoteTotalLost",
        /// The percentage of frames lost on the other side.
        remote_loss_percent: number = "RemoteLossPercent",
        /// The number of frames dropped on the other side.
        remote_dropped: number = "RemoteDropped",
        /// The number of frames out of order on the other side.
        remote_out_of_order: number = "Remoteooo",
        /// The number of frames received on the other side.
        remote_received: number = "RemoteReceived",
    }
    /// An entry of the list that [`SKINNYlines`](crate::action::SkinnyLines) returns: a Skinny
    /// line.
    LineEntry = "LineEntry" [] "Asterisk 1.6.2 to 20" {
        channel_type: text = "Channeltype", object_name: text = "ObjectName",
        /// The kind of the entry: `line`.
        channel_object_type: text = "ChannelObjectType",
        /// The name of the device that has the line, or `None`.
        device: text = "Device",
        /// The number of the line on its device.
        instance: number = "Instance",
        /// The label of the line.
        label: text = "Label",
    }
    /// The end of the list that [`SKINNYlines`](crate::action::SkinnyLines) returns.
    LinelistComplete = "LinelistComplete" [] "Asterisk 1.6.2 to 20" {}
    /// An entry of the list that [`ShowDialPlan`](crate::action::ShowDialPlan) returns: a step, an
    /// include, a switch or an ignore pattern of a context.
    ListDialplan = "ListDialplan" [] "Asterisk 1.6.0 and later" {
        context: text = "Context",
        /// The extension of the step.
        extension: text = "Extension",
        /// The label of the step, if it has one.
        extension_label: text = "ExtensionLabel",
        /// The priority of the step, or `hint`.
        priority: text = "Priority",
        /// The application of the step, or the devices of a hint.
        application: text = "Application",
        app_data: text = "AppData",
        /// The context that this one includes.
        include_context: text = "IncludeContext",
        /// The switch, as `NAME/ARGUMENTS`.
        switch: text = "Switch",
        /// The digits after which the dial tone continues.
        ignore_pattern: text = "IgnorePattern",
        /// The module that made the entry, such as `pbx_config`.
        registrar: text = "Registrar",
    }
    /// A module has been loaded, or could not be; [`ModuleLoad`](crate::action::ModuleLoad) can
    /// request it.
    Load = "Load" [SYSTEM] "Asterisk 16 and later" {
        /// The name of the module.
        module: text = "Module",
        /// The result, such as `Success` or a reason for the failure.
        status: text = "Status",
    }
    /// A request was refused because of the load of the machine.
    LoadAverageLimit = "LoadAverageLimit" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID",
        session_id: text = "SessionID", local_address: text = "LocalAddress",
        remote_address: text = "RemoteAddress", module: text = "Module", session_tv: text = "SessionTV",
    }
    /// The two halves of a Local channel have been connected with each other.
    LocalBridge = "LocalBridge" [CALL] "Asterisk 11 and later" {
        local_one: channel = "LocalOne", local_two: channel = "LocalTwo",
        /// The dialplan context of the half whose name ends in `;2`.
        context: text = "Context",
        /// The extension of the half whose name ends in `;2`.
        exten: text = "Exten",
        /// Whether Asterisk may take the Local channel out of the call.
        local_optimization: flag = "LocalOptimization",
        /// The name of the half whose name ends in `;1`; Asterisk 11.
        channel1: text = "Channel1",
        /// The name of the half whose name ends in `;2`; Asterisk 11.
        channel2: text = "Channel2",
        /// The unique id of the half whose name ends in `;1`; Asterisk 11.
        uniqueid1: text = "Uniqueid1",
        /// The unique id of the half whose name ends in `;2`; Asterisk 11.
        uniqueid2: text = "Uniqueid2",
    }
    /// Asterisk begins to take a Local channel out of a call.
    LocalOptimizationBegin = "LocalOptimizationBegin" [CALL] "Asterisk 12 and later" {
        local_one: channel = "LocalOne", local_two: channel = "LocalTwo",
        /// The channel that takes the place of the Local channel.
        source: channel = "Source",
        /// The unique id of the channel or bridge that the Local channel is optimized into.
        dest_uniqueid: text = "DestUniqueId",
        id: number = "Id",
    }
    /// A Local channel has been taken out of a call, or could not be.
    LocalOptimizationEnd = "LocalOptimizationEnd" [CALL] "Asterisk 12 and later" {
        local_one: channel = "LocalOne", local_two: channel = "LocalTwo",
        /// Whether the Local channel was taken out of the call.
        success: flag = "Success",
        id: number = "Id",
    }
    /// A log file has been enabled or disabled.
    LogChannel = "LogChannel" [SYSTEM] "Asterisk 1.2 and later" {
        /// The name of the log file.
        channel: text = "Channel",
        /// Whether the log is written.
        enabled: flag = "Enabled",
        /// The number of an error, a hyphen and its text, if the file could not be written.
        reason: text = "Reason",
    }
    /// A channel takes the place of another.
    Masquerade = "Masquerade" [CALL] "Asterisk 1.6.0 to 11" {
        /// The name of the channel that takes the place.
        clone_channel: text = "Clone",
        /// The state of the channel that takes the place, in words.
        clone_state: text = "CloneState",
        /// The name of the channel that is replaced.
        original_channel: text = "Original",
        /// The state of the channel that is replaced, in words.
        original_state: text = "OriginalState",
    }
    /// A party requested malicious call identification. The headers describe the calling and the
    /// connected party.
    Mcid = "MCID" [CALL] "Asterisk 1.8 and later" {
        channel: channel = "",
        /// Whether the number of the calling party is valid.
        m_caller_id_num_valid: flag = "MCallerIDNumValid",
        /// The number of the calling party.
        m_caller_id_num: text = "MCallerIDNum",
        /// The type of the number.
        m_caller_id_ton: number = "MCallerIDton",
        /// The numbering plan.
        m_caller_id_num_plan: text = "MCallerIDNumPlan",
        /// The presentation of the number.
        m_caller_id_num_pres: text = "MCallerIDNumPres",
        /// Whether the name of the calling party is valid.
        m_caller_id_name_valid: flag = "MCallerIDNameValid",
        /// The name of the calling party.
        m_caller_id_name: text = "MCallerIDName",
        /// The character set of the name.
        m_caller_id_name_char_set: text = "MCallerIDNameCharSet",
        /// The presentation of the name.
        m_caller_id_name_pres: text = "MCallerIDNamePres",
        /// The subaddress of the calling party.
        m_caller_id_subaddr: text = "MCallerIDSubaddr",
        /// The type of the subaddress.
        m_caller_id_subaddr_type: text = "MCallerIDSubaddrType",
        /// Whether the subaddress has an odd number of digits.
        m_caller_id_subaddr_odd: flag = "MCallerIDSubaddrOdd",
        /// The presentation of number and name taken together.
        m_caller_id_pres: text = "MCallerIDPres",
        /// Whether the number of the connected party is valid.
        m_connected_id_num_valid: flag = "MConnectedIDNumValid",
        /// The number of the connected party.
        m_connected_id_num: text = "MConnectedIDNum",
        /// The type of the number.
        m_connected_id_ton: number = "MConnectedIDton",
        /// The numbering plan.
        m_connected_id_num_plan: text = "MConnectedIDNumPlan",
        /// The presentation of the number.
        m_connected_id_num_pres: text = "MConnectedIDNumPres",
        /// Whether the name of the connected party is valid.
        m_connected_id_name_valid: flag = "MConnectedIDNameValid",
        /// The name of the connected party.
        m_connected_id_name: text = "MConnectedIDName",
        /// The character set of the name.
        m_connected_id_name_char_set: text = "MConnectedIDNameCharSet",
        /// The presentation of the name.
        m_connected_id_name_pres: text = "MConnectedIDNamePres",
        /// The subaddress of the connected party.
        m_connected_id_subaddr: text = "MConnectedIDSubaddr",
        /// The type of the subaddress.
        m_connected_id_subaddr_type: text = "MConnectedIDSubaddrType",
        /// Whether the subaddress has an odd number of digits.
        m_connected_id_subaddr_odd: flag = "MConnectedIDSubaddrOdd",
        /// The presentation of number and name taken together.
        m_connected_id_pres: text = "MConnectedIDPres",
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
        /// The time that the participant was in the conference.
        duration: seconds = "Duration",
    }
    /// An entry of the list that [`MeetmeList`](crate::action::MeetmeList) returns: a participant
    /// of a MeetMe conference.
    MeetmeList = "MeetmeList" [] "Asterisk 1.6.0 and later" {
        conference: text = "Conference",
        /// The number of the participant, counted within the conference.
        user_number: number = "UserNumber",
        caller_id_num: text = "CallerIDNum", caller_id_name: text = "CallerIDName",
        connected_line_num: text = "ConnectedLineNum", connected_line_name: text = "ConnectedLineName",
        channel: text = "Channel", admin: flag = "Admin",
        /// `Talk and listen`, `Talk only` or `Listen only`.
        role: text = "Role",
        marked_user: flag = "MarkedUser",
        /// `No`, `By admin` or `By self`.
        muted: text = "Muted",
        /// `Yes`, `No` or `Not monitored`.
        talking: text = "Talking",
    }
    /// The end of the list that [`MeetmeList`](crate::action::MeetmeList) returns.
    MeetmeListComplete = "MeetmeListComplete" [] "Asterisk 1.6.0 and later" {}
    /// An entry of the list that [`MeetmeListRooms`](crate::action::MeetmeListRooms) returns: a
    /// MeetMe conference.
    MeetmeListRooms = "MeetmeListRooms" [] "Asterisk 10 and later" {
        conference: text = "Conference", parties: number = "Parties", marked: number = "Marked",
        /// The age of the conference, as `HH:MM:SS`.
        activity: text = "Activity",
        /// `Dynamic` or `Static`.
        creation: text = "Creation",
        locked: flag = "Locked",
    }
    /// The end of the list that [`MeetmeListRooms`](crate::action::MeetmeListRooms) returns.
    MeetmeListRoomsComplete = "MeetmeListRoomsComplete" [] "Asterisk 10 and later" {}
    /// A participant of a MeetMe conference was muted or unmuted.
    MeetmeMute = "MeetmeMute" [CALL] "Asterisk 1.4 and later" {
        channel: channel = "", meetme: text = "Meetme", user: number = "User" | "Usernum",
        duration: seconds = "Duration",
        /// Whether the participant is muted.
        status: flag = "Status",
    }
    /// A participant of a MeetMe conference has stopped talking. Later versions send
    /// [`MeetmeTalking`] with a status.
    MeetmeStopTalking = "MeetmeStopTalking" [CALL] "Asterisk 1.2" {
        channel: text = "Channel", uniqueid: text = "Uniqueid", meetme: text = "Meetme",
        /// The number of the participant, counted within the conference.
        user_num: number = "Usernum",
    }
    /// A participant of a MeetMe conference has begun or stopped talking.
    MeetmeTalking = "MeetmeTalking" [CALL] "Asterisk 1.2 and later" {
        channel: channel = "", meetme: text = "Meetme", user: number = "User" | "Usernum",
        duration: seconds = "Duration",
        /// Whether the participant talks.
        status: flag = "Status",
    }
    /// A muted participant of a MeetMe conference asks for permission to talk, or withdraws the
    /// request.
    MeetmeTalkRequest = "MeetmeTalkRequest" [CALL] "Asterisk 1.6.0 and later" {
        channel: channel = "", meetme: text = "Meetme", user: number = "User" | "Usernum",
        duration: seconds = "Duration",
        /// Whether the participant asks to talk.
        status: flag = "Status",
    }
    /// A request was refused for lack of memory.
    MemoryLimit = "MemoryLimit" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID",
        session_id: text = "SessionID", local_address: text = "LocalAddress",
        remote_address: text = "RemoteAddress", module: text = "Module", session_tv: text = "SessionTV",
    }
    /// The number of messages in a mailbox has changed.
    MessageWaiting = "MessageWaiting" [CALL] "Asterisk 1.0 and later" {
        /// The channel that changed the mailbox, if one did.
        channel: channel = "",
        mailbox: text = "Mailbox",
        /// 1 if there are new messages, 0 if there are none.
        waiting: number = "Waiting",
        /// The number of new messages.
        new_messages: number = "New",
        /// The number of old messages.
        old_messages: number = "Old",
    }
    /// The module `app_minivm` has sent a notification about a message.
    MiniVoiceMail = "MiniVoiceMail" [CALL] "Asterisk 1.6.0 and later" {
        channel: channel = "",
        /// The action: `SentNotification`.
        action: text = "Action",
        mailbox: text = "Mailbox",
        /// A counter that the dialplan keeps in the variable `MVM_COUNTER`.
        counter: text = "Counter",
    }
    /// A direction of a recording was muted or unmuted, as
    /// [`MixMonitorMute`](crate::action::MixMonitorMute) can do.
    MixMonitorMute = "MixMonitorMute" [CALL] "Asterisk 16.17, 18.3 and later" {
        channel: channel = "",
        /// The direction: `read` (from the channel), `write` (to the channel) or `both`.
        direction: text = "Direction",
        /// Whether the direction is muted.
        state: flag = "State",
    }
    /// The recording of a channel has begun, as [`MixMonitor`](crate::action::MixMonitor) can
    /// request.
    MixMonitorStart = "MixMonitorStart" [CALL] "Asterisk 16.17, 18.3 and later" {
        channel: channel = "",
    }
    /// The recording of a channel has ended.
    MixMonitorStop = "MixMonitorStop" [CALL] "Asterisk 16.17, 18.3 and later" {
        channel: channel = "",
    }
    /// The state of a mobile phone at `chan_mobile` has changed.
    MobileStatus = "MobileStatus" [SYSTEM] "Asterisk 1.8 and later" {
        /// The state, such as `Connect` or `Disconnect`.
        status: text = "Status",
        /// The name of the phone.
        device: text = "Device",
    }
    /// The modules have been loaded.
    ModuleLoadReport = "ModuleLoadReport" [SYSTEM] "Asterisk 1.6.0 to 11" {
        /// The text `Done`.
        module_load_status: text = "ModuleLoadStatus",
        /// `Preload` or `All`.
        module_selection: text = "ModuleSelection",
        /// The number of modules that were loaded.
        module_count: number = "ModuleCount",
    }
    /// The module `res_monitor` has begun to record a channel, as
    /// [`Monitor`](crate::action::Monitor) can request.
    MonitorStart = "MonitorStart" [CALL] "Asterisk 1.6.0 to 20" {
        channel: channel = "",
    }
    /// The module `res_monitor` has ended the recording of a channel.
    MonitorStop = "MonitorStop" [CALL] "Asterisk 1.6.0 to 20" {
        channel: channel = "",
    }
    /// Music on hold has begun or ended. Asterisk 12 and later send [`MusicOnHoldStart`] and
    /// [`MusicOnHoldStop`].
    MusicOnHold = "MusicOnHold" [CALL] "Asterisk 1.6.1 to 11" {
        /// `Start` or `Stop`.
        state: text = "State",
        channel: text = "Channel", uniqueid: text = "UniqueID", class: text = "Class",
    }
    /// Music on hold has begun.
    MusicOnHoldStart = "MusicOnHoldStart" [CALL] "Asterisk 12 and later" {
        channel: channel = "", class: text = "Class",
    }
    /// Music on hold has ended.
    MusicOnHoldStop = "MusicOnHoldStop" [CALL] "Asterisk 12 and later" {
        channel: channel = "",
    }
    /// An entry of the list that [`MWIGet`](crate::action::MwiGet) returns: the number of messages
    /// in an external mailbox.
    MwiGet = "MWIGet" [] "Asterisk 12 and later" {
        mailbox: text = "Mailbox",
        /// The number of old messages.
        old_messages: number = "OldMessages",
        /// The number of new messages.
        new_messages: number = "NewMessages",
    }
    /// The end of the list that [`MWIGet`](crate::action::MwiGet) returns.
    MwiGetComplete = "MWIGetComplete" [] "Asterisk 12 and later" {}
    /// The account code of a channel has changed.
    NewAccountCode = "NewAccountCode" [CALL] "Asterisk 1.6.0 and later" {
        channel: channel = "",
        /// The account code before the change.
        old_account_code: text = "OldAccountCode",
    }
    /// The caller id of a channel has changed.
    NewCallerid = "NewCallerid" [CALL] "Asterisk 1.0 and later, as `Newcallerid` up to 1.4" {
        channel: channel = "",
        /// The presentation of the caller id: a number and words, which are told apart.
        cid_calling_pres: CallerPresentation = "CID-CallingPres",
    }
    /// A channel has been created.
    Newchannel = "Newchannel" [CALL] "Asterisk 1.0 and later" {
        channel: channel = "",
    }
    /// The connected line of a channel has changed: the party that it is connected with.
    NewConnectedLine = "NewConnectedLine" [CALL] "Asterisk 13.13, 14.2 and later" {
        channel: channel = "",
    }
    /// A channel is about to run a step of the dialplan.
    Newexten = "Newexten" [DIALPLAN] "Asterisk 1.0 and later" {
        channel: channel = "",
        /// The dialplan extension. Up to Asterisk 11 only this header has it. Later versions send
        /// the same value in `Exten`, and this deprecated header for old clients.
        extension: text = "Extension",
        /// The application that is about to run.
        application: text = "Application",
        app_data: text = "AppData",
    }
    /// The account code of the channel that a channel is connected with has changed.
    NewPeerAccount = "NewPeerAccount" [CALL] "Asterisk 1.8 to 11" {
        channel: text = "Channel", uniqueid: text = "Uniqueid", peer_account: text = "PeerAccount",
        /// The account code before the change.
        old_peer_account: text = "OldPeerAccount",
    }
    /// The state of a channel has changed.
    Newstate = "Newstate" [CALL] "Asterisk 1.0 and later" {
        channel: channel = "",
    }
    /// An asynchronous [`Originate`](crate::action::Originate) failed. Asterisk 1.4 and later send
    /// [`OriginateResponse`].
    OriginateFailure = "OriginateFailure" [CALL] "Asterisk 1.0 to 1.2" {
        /// The channel that the action named.
        channel: text = "Channel",
        context: text = "Context", exten: text = "Exten",
        /// The result of the call.
        reason: OriginateReason = "Reason",
        uniqueid: text = "Uniqueid",
    }
    /// The result of an asynchronous [`Originate`](crate::action::Originate), with the ActionID of
    /// the action.
    OriginateResponse = "OriginateResponse" [CALL] "Asterisk 1.4 and later" {
        /// `Success` or `Failure`.
        response: text = "Response",
        /// The name of the channel or, if none was made, the one that the action named.
        channel: text = "Channel",
        /// The dialplan context that the action named.
        context: text = "Context",
        /// The dialplan extension that the action named.
        exten: text = "Exten",
        /// The application that the action named.
        application: text = "Application",
        /// The arguments of the application.
        data: text = "Data",
        /// The result of the call, also after `Success`.
        reason: OriginateReason = "Reason",
        /// The unique id of the channel, or `<null>` or `<unknown>` if none was made.
        uniqueid: text = "Uniqueid",
        /// The caller id number that the action gave.
        caller_id_num: text = "CallerIDNum" | "CallerID",
        /// The caller id name that the action gave.
        caller_id_name: text = "CallerIDName",
    }
    /// An asynchronous [`Originate`](crate::action::Originate) succeeded. Asterisk 1.4 and later
    /// send [`OriginateResponse`].
    OriginateSuccess = "OriginateSuccess" [CALL] "Asterisk 1.0 to 1.2" {
        /// The channel that the action named.
        channel: text = "Channel",
        context: text = "Context", exten: text = "Exten",
        /// The result of the call.
        reason: OriginateReason = "Reason",
        uniqueid: text = "Uniqueid",
    }
    /// An entry of the list that
    /// [`PJSIPShowRegistrationsOutbound`](crate::action::PjsipShowRegistrationsOutbound) returns: a
    /// registration of Asterisk at another server.
    OutboundRegistrationDetail = "OutboundRegistrationDetail" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName",
        /// The number of attempts after which the registration is given up.
        max_retries: number = "MaxRetries",
        /// The SIP URI that is registered.
        client_uri: text = "ClientUri",
        security_negotiation: text = "SecurityNegotiation",
        /// Whether the registration is given up when the credentials are rejected.
        auth_rejection_permanent: flag = "AuthRejectionPermanent",
        /// The SIP URI of the server.
        server_uri: text = "ServerUri",
        /// The longest random delay before the first attempt.
        max_random_initial_delay: seconds = "MaxRandomInitialDelay",
        support_path: flag = "SupportPath",
        /// The time before an attempt is repeated.
        retry_interval: seconds = "RetryInterval",
        /// The parameters that are added to the `Contact` header.
        contact_header_params: text = "ContactHeaderParams",
        /// The time that a registration lasts.
        expiration: seconds = "Expiration",
        transport: text = "Transport",
        /// Whether the `Contact` header has a parameter that tells calls of this registration from
        /// others.
        line: flag = "Line",
        /// The user name in the `Contact` header.
        contact_user: text = "ContactUser",
        /// The endpoint for calls that come in because of the registration.
        endpoint: text = "Endpoint",
        /// The `User-Agent` header of the requests, if it is overridden.
        user_agent: text = "UserAgent",
        /// The time before an attempt is repeated after a 403 response.
        forbidden_retry_interval: seconds = "ForbiddenRetryInterval",
        outbound_auth: text = "OutboundAuth", outbound_proxy: text = "OutboundProxy",
        /// The time before an attempt is repeated after a fatal response.
        fatal_retry_interval: seconds = "FatalRetryInterval",
        /// Whether the SIP extension Outbound (RFC 5626) is offered.
        support_outbound: flag = "SupportOutbound",
        /// The state: `Registered`, `Unregistered` or `Rejected`.
        status: text = "Status",
        /// The time until the next registration.
        next_reg: seconds = "NextReg",
    }
    /// The end of the list that
    /// [`PJSIPShowRegistrationsOutbound`](crate::action::PjsipShowRegistrationsOutbound) returns.
    OutboundRegistrationDetailComplete = "OutboundRegistrationDetailComplete" [] "Asterisk 12 and later" {
        /// The number of registrations that are in force.
        registered: number = "Registered",
        /// The number of registrations that are not.
        not_registered: number = "NotRegistered",
    }
    /// An entry of the list that
    /// [`PJSIPShowSubscriptionsOutbound`](crate::action::PjsipShowSubscriptionsOutbound) returns: a
    /// subscription of Asterisk at another server.
    OutboundSubscriptionDetail = "OutboundSubscriptionDetail" [] "Asterisk 12 and later" {
        /// The role of Asterisk: `Subscriber`.
        role: text = "Role",
        endpoint: text = "Endpoint", call_id: text = "Callid",
        /// The state of the subscription.
        state: text = "State",
        caller_id: text = "Callerid", subscription_type: text = "SubscriptionType",
        /// The extension that is watched, of `extension_state`.
        extension: text = "Extension",
        /// The state of the extension in words, of `extension_state`.
        extension_states: text = "ExtensionStates",
        /// The mailboxes that are watched, separated by commas, of `mwi`.
        mailboxes: text = "Mailboxes",
    }
    /// The end of the list that
    /// [`PJSIPShowSubscriptionsOutbound`](crate::action::PjsipShowSubscriptionsOutbound) returns.
    OutboundSubscriptionDetailComplete = "OutboundSubscriptionDetailComplete" [] "Asterisk 12 and later" {}
    /// A call has been parked. Also an entry of the list that
    /// [`ParkedCalls`](crate::action::ParkedCalls) returns, which then has no `Privilege` header.
    ParkedCall = "ParkedCall" [CALL] "Asterisk 1.0 and later" {
        parkee: channel = "Parkee", parker_dial_string: text = "ParkerDialString",
        parking_lot: text = "Parkinglot", parking_space: text = "ParkingSpace" | "Exten",
        parking_timeout: seconds = "ParkingTimeout" | "Timeout",
        parking_duration: seconds = "ParkingDuration" | "Duration",
        /// The name of the parked channel; up to Asterisk 11.
        channel: text = "Channel",
        /// The name of the channel that parked the call; up to Asterisk 11.
        from: text = "From",
        caller_id_num: text = "CallerIDNum" | "CallerID", caller_id_name: text = "CallerIDName",
        connected_line_num: text = "ConnectedLineNum", connected_line_name: text = "ConnectedLineName",
        uniqueid: text = "Uniqueid",
    }
    /// The parked party has hung up.
    ParkedCallGiveUp = "ParkedCallGiveUp" [CALL] "Asterisk 1.2 and later" {
        parkee: channel = "Parkee", parker: channel = "Parker",
        parker_dial_string: text = "ParkerDialString", parking_lot: text = "Parkinglot",
        parking_space: text = "ParkingSpace" | "Exten", parking_timeout: seconds = "ParkingTimeout",
        parking_duration: seconds = "ParkingDuration",
        /// The name of the parked channel; up to Asterisk 11.
        channel: text = "Channel",
        caller_id_num: text = "CallerIDNum" | "CallerID", caller_id_name: text = "CallerIDName",
        connected_line_num: text = "ConnectedLineNum", connected_line_name: text = "ConnectedLineName",
        uniqueid: text = "UniqueID",
    }
    /// The end of the list that [`ParkedCalls`](crate::action::ParkedCalls) returns.
    ParkedCallsComplete = "ParkedCallsComplete" [] "Asterisk 1.0 and later" {
        /// The number of entries in the list.
        total: number = "Total",
    }
    /// A parked channel has been replaced by another, as after an attended transfer to a parking
    /// lot.
    ParkedCallSwap = "ParkedCallSwap" [CALL] "Asterisk 13 and later" {
        parkee: channel = "Parkee", parker: channel = "Parker",
        parker_dial_string: text = "ParkerDialString", parking_lot: text = "Parkinglot",
        parking_space: text = "ParkingSpace", parking_timeout: seconds = "ParkingTimeout",
        parking_duration: seconds = "ParkingDuration",
    }
    /// The parking time of a call is over, so it leaves the parking lot.
    ParkedCallTimeOut = "ParkedCallTimeOut" [CALL] "Asterisk 1.2 and later" {
        parkee: channel = "Parkee", parker: channel = "Parker",
        parker_dial_string: text = "ParkerDialString", parking_lot: text = "Parkinglot",
        parking_space: text = "ParkingSpace" | "Exten", parking_timeout: seconds = "ParkingTimeout",
        parking_duration: seconds = "ParkingDuration",
        /// The name of the parked channel; up to Asterisk 11.
        channel: text = "Channel",
        caller_id_num: text = "CallerIDNum" | "CallerID", caller_id_name: text = "CallerIDName",
        connected_line_num: text = "ConnectedLineNum", connected_line_name: text = "ConnectedLineName",
        uniqueid: text = "UniqueID",
    }
    /// An entry of the list that [`Parkinglots`](crate::action::Parkinglots) returns: a parking
    /// lot.
    Parkinglot = "Parkinglot" [] "Asterisk 11 and later" {
        /// The name of the parking lot.
        name: text = "Name",
        /// The first space.
        start_space: number = "StartSpace" | "StartExten",
        /// The last space.
        stop_space: number = "StopSpace" | "StopExten",
        /// The time that a call may be parked.
        timeout: seconds = "Timeout",
    }
    /// The end of the list that [`Parkinglots`](crate::action::Parkinglots) returns.
    ParkinglotsComplete = "ParkinglotsComplete" [] "Asterisk 11 and later" {}
    /// An entry of the list that [`SIPpeers`](crate::action::SipPeers),
    /// [`IAXpeers`](crate::action::IaxPeers) or [`IAXpeerlist`](crate::action::IaxPeerlist)
    /// returns: a peer.
    PeerEntry = "PeerEntry" [] "Asterisk 1.2 and later" {
        channel_type: text = "Channeltype",
        /// The name of the peer; in some versions with a slash and the user name.
        object_name: text = "ObjectName",
        /// The user name of an IAX2 peer, if it has one; only in the answer to
        /// [`IAXpeerlist`](crate::action::IaxPeerlist), from Asterisk 1.6.0 on.
        object_username: text = "ObjectUsername",
        /// The kind of the entry: `peer` or `user`.
        chan_object_type: text = "ChanObjectType",
        ip_address: text = "IPaddress",
        /// The port of the peer.
        ip_port: number = "IPport" / "Port",
        /// Whether the peer registers and has no fixed address.
        dynamic: flag = "Dynamic",
        /// Whether responses to a peer whose address NAT seems to have changed go to the port of
        /// the request.
        auto_force_rport: flag = "AutoForcerport",
        /// Whether responses always go to the port of the request.
        force_rport: flag = "Forcerport",
        /// Whether media to a peer whose address NAT seems to have changed go to the address that
        /// its media come from.
        auto_comedia: flag = "AutoComedia",
        /// Whether media always go to the address that the peer's media come from.
        comedia: flag = "Comedia",
        /// Whether video is supported.
        video_support: flag = "VideoSupport",
        /// Whether real-time text is supported.
        text_support: flag = "TextSupport",
        /// Whether the peer has an access control list.
        acl: flag = "ACL",
        /// The reachability: `OK` with a time in milliseconds, `UNREACHABLE`, `UNKNOWN`,
        /// `Unmonitored` and others.
        status: text = "Status",
        /// `yes` or `no`: whether the peer comes from a database.
        realtime_device: text = "RealtimeDevice",
        description: text = "Description", account_code: text = "Accountcode",
        /// Whether calls share packets (IAX2 trunking).
        trunk: flag = "Trunk",
        /// Whether IAX2 is encrypted.
        encryption: flag = "Encryption",
        /// Whether NAT is taken into account; up to Asterisk 1.8.
        nat_support: flag = "Natsupport",
        /// The network mask of the peer's address.
        mask: text = "Mask",
    }
    /// The end of the list that [`SIPpeers`](crate::action::SipPeers),
    /// [`IAXpeers`](crate::action::IaxPeers) or [`IAXpeerlist`](crate::action::IaxPeerlist)
    /// returns.
    PeerlistComplete = "PeerlistComplete" [] "Asterisk 1.2 and later" {}
    /// The registration or the reachability of a peer has changed. Also an entry of the list that
    /// [`SIPpeerstatus`](crate::action::SipPeerstatus) returns.
    PeerStatus = "PeerStatus" [SYSTEM] "Asterisk 1.0 and later" {
        channel_type: text = "ChannelType",
        /// The peer with its technology, as in `SIP/100`.
        peer: text = "Peer",
        /// The new state.
        peer_status: PeerState = "PeerStatus",
        /// The cause of the change, such as `Expired`.
        cause: text = "Cause",
        /// The address of the peer.
        address: text = "Address",
        /// The port of the peer, if the address does not have it.
        port: number = "Port",
        /// The time that the peer took to answer, in milliseconds; -1 if it did not.
        time: number = "Time",
        /// The port of the peer, in a misspelt header of Asterisk 10.
        post: text = "Post",
    }
    /// A ringing call was picked up by another channel.
    Pickup = "Pickup" [CALL] "Asterisk 1.8 and later" {
        /// The channel that picked up the call.
        channel: channel = "",
        /// The channel that was ringing.
        target: channel = "Target",
    }
    /// A PJSIP endpoint was put under maintenance or back to service, as
    /// [`PJSIPSetMaintenance`](crate::action::PjsipSetMaintenance) does. Also an entry of the list
    /// that [`PJSIPShowMaintenance`](crate::action::PjsipShowMaintenance) returns.
    PjsipMaintenanceStatus = "PJSIPMaintenanceStatus" [SYSTEM] "Asterisk 20.20, 22.10, 23.4 and later" {
        endpoint: text = "Endpoint",
        /// `enabled` or `disabled`.
        status: text = "Status",
    }
    /// The end of the list that [`PJSIPShowMaintenance`](crate::action::PjsipShowMaintenance)
    /// returns.
    PjsipMaintenanceStatusComplete = "PJSIPMaintenanceStatusComplete" [] "Asterisk 20 in its later releases, 22 and later" {}
    /// A presence has changed. Also an entry of the list that
    /// [`PresenceStateList`](crate::action::PresenceStateList) returns.
    PresenceStateChange = "PresenceStateChange" [CALL] "Asterisk 13 and later" {
        /// The name of the presence, as in `CustomPresence:alice`.
        presentity: text = "Presentity",
        /// The new presence.
        status: PresenceState = "Status",
        subtype: text = "Subtype",
        /// The text of the presence.
        message: text = "Message",
    }
    /// The end of the list that [`PresenceStateList`](crate::action::PresenceStateList) returns.
    PresenceStateListComplete = "PresenceStateListComplete" [] "Asterisk 13 and later" {}
    /// The presence of an extension has changed, because a presence that its hint names has.
    PresenceStatus = "PresenceStatus" [CALL] "Asterisk 11 and later" {
        exten: text = "Exten", context: text = "Context", hint: text = "Hint",
        /// The new presence.
        status: PresenceState = "Status",
        subtype: text = "Subtype",
        /// The text of the presence.
        message: text = "Message",
    }
    /// An event of an ISDN primary rate span.
    PriEvent = "PRIEvent" [SYSTEM] "Asterisk 1.6.0 to 1.6.2" {
        /// The event in words.
        pri_event: text = "PRIEvent",
        /// The event as a number.
        pri_event_code: number = "PRIEventCode",
        /// The place of the D channel: `Primary`, `Secondary`, `Tertiary` or `Quaternary`.
        d_channel: text = "D-channel",
        span: number = "Span",
    }
    /// An entry of the list that [`PRIShowSpans`](crate::action::PriShowSpans) returns: a D channel
    /// of an ISDN primary rate span.
    PriShowSpans = "PRIShowSpans" [] "Asterisk 10 and later" {
        span: number = "Span",
        /// The number of the D channel.
        d_channel: number = "DChannel",
        /// The place of the D channel: `Primary`, `Secondary`, `Tertiary` or `Quaternary`.
        order: text = "Order",
        /// Whether the D channel is the one in use.
        active: flag = "Active",
        /// Whether the D channel is in alarm.
        alarm: flag = "Alarm",
        /// Whether the D channel is up.
        up: flag = "Up",
    }
    /// The end of the list that [`PRIShowSpans`](crate::action::PriShowSpans) returns.
    PriShowSpansComplete = "PRIShowSpansComplete" [] "Asterisk 13 and later" {}
    /// A caller in a queue has hung up before a member answered.
    QueueCallerAbandon = "QueueCallerAbandon" [AGENT] "Asterisk 1.4 and later" {
        channel: channel = "", queue: text = "Queue",
        /// The place of the caller in the queue at the end.
        position: number = "Position",
        /// The place of the caller in the queue at the beginning.
        original_position: number = "OriginalPosition",
        hold_time: seconds = "HoldTime",
    }
    /// A caller has joined a queue.
    QueueCallerJoin = "QueueCallerJoin" | "Join" [AGENT] "Asterisk 1.0 and later, as `Join` up to 11" {
        channel: channel = "", queue: text = "Queue", position: number = "Position",
        count: number = "Count",
    }
    /// A caller has left a queue, whether connected with a member or not.
    QueueCallerLeave = "QueueCallerLeave" | "Leave" [AGENT] "Asterisk 1.0 and later, as `Leave` up to 11" {
        channel: channel = "", queue: text = "Queue", count: number = "Count",
        position: number = "Position",
    }
    /// An entry of the list that [`QueueStatus`](crate::action::QueueStatus) returns: a caller who
    /// waits in a queue.
    QueueEntry = "QueueEntry" [] "Asterisk 1.0 and later" {
        queue: text = "Queue", position: number = "Position", channel: text = "Channel",
        uniqueid: text = "Uniqueid", caller_id_num: text = "CallerIDNum" | "CallerID",
        caller_id_name: text = "CallerIDName", connected_line_num: text = "ConnectedLineNum",
        connected_line_name: text = "ConnectedLineName",
        /// The time that the caller has waited so far.
        wait: seconds = "Wait",
        /// The priority of the caller; callers with a high one are served first.
        priority: number = "Priority",
    }
    /// An entry of the list that [`QueueStatus`](crate::action::QueueStatus) returns: a member of a
    /// queue.
    QueueMember = "QueueMember" [] "Asterisk 1.0 and later" {
        queue: text = "Queue",
        /// The name of the member, which is its interface unless a name is configured.
        name: text = "Name",
        /// The device or address that is rung for the member, as in `PJSIP/100`: the `interface` of
        /// the events [`QueueMemberPause`] and others.
        location: text = "Location",
        state_interface: text = "StateInterface", membership: text = "Membership",
        penalty: number = "Penalty", calls_taken: number = "CallsTaken", last_call: seconds = "LastCall",
        last_pause: seconds = "LastPause", login_time: seconds = "LoginTime",
        in_call: flag = "InCall" | "IsInCall",
        /// The state of the member's device.
        status: DeviceState = "Status",
        paused: flag = "Paused", paused_reason: text = "PausedReason", wrapup_time: seconds = "Wrapuptime",
    }
    /// A member has been added to a queue, as [`QueueAdd`](crate::action::QueueAdd) does.
    QueueMemberAdded = "QueueMemberAdded" [AGENT] "Asterisk 1.2 and later" {
        queue: text = "Queue", member_name: text = "MemberName",
        interface: text = "Interface" | "Location", state_interface: text = "StateInterface",
        membership: text = "Membership", penalty: number = "Penalty", calls_taken: number = "CallsTaken",
        last_call: seconds = "LastCall", last_pause: seconds = "LastPause",
        login_time: seconds = "LoginTime", in_call: flag = "InCall", status: DeviceState = "Status",
        paused: flag = "Paused", paused_reason: text = "PausedReason", ring_in_use: flag = "Ringinuse",
        wrapup_time: seconds = "Wrapuptime",
    }
    /// A member of a queue was paused or unpaused, as [`QueuePause`](crate::action::QueuePause)
    /// does.
    QueueMemberPause = "QueueMemberPause" | "QueueMemberPaused" [AGENT] "Asterisk 1.2 and later, as `QueueMemberPaused` up to 11" {
        queue: text = "Queue", member_name: text = "MemberName",
        interface: text = "Interface" | "Location", state_interface: text = "StateInterface",
        membership: text = "Membership", penalty: number = "Penalty", calls_taken: number = "CallsTaken",
        last_call: seconds = "LastCall", last_pause: seconds = "LastPause",
        login_time: seconds = "LoginTime", in_call: flag = "InCall", status: DeviceState = "Status",
        paused: flag = "Paused", paused_reason: text = "PausedReason" | "Reason",
        ring_in_use: flag = "Ringinuse", wrapup_time: seconds = "Wrapuptime",
    }
    /// The penalty of a member of a queue has changed, as
    /// [`QueuePenalty`](crate::action::QueuePenalty) requests.
    QueueMemberPenalty = "QueueMemberPenalty" [AGENT] "Asterisk 1.6.0 and later" {
        queue: text = "Queue", member_name: text = "MemberName",
        interface: text = "Interface" | "Location", state_interface: text = "StateInterface",
        membership: text = "Membership", penalty: number = "Penalty", calls_taken: number = "CallsTaken",
        last_call: seconds = "LastCall", last_pause: seconds = "LastPause",
        login_time: seconds = "LoginTime", in_call: flag = "InCall", status: DeviceState = "Status",
        paused: flag = "Paused", paused_reason: text = "PausedReason", ring_in_use: flag = "Ringinuse",
        wrapup_time: seconds = "Wrapuptime",
    }
    /// A member has been removed from a queue, as [`QueueRemove`](crate::action::QueueRemove) does.
    QueueMemberRemoved = "QueueMemberRemoved" [AGENT] "Asterisk 1.2 and later" {
        queue: text = "Queue", member_name: text = "MemberName",
        interface: text = "Interface" | "Location", state_interface: text = "StateInterface",
        membership: text = "Membership", penalty: number = "Penalty", calls_taken: number = "CallsTaken",
        last_call: seconds = "LastCall", last_pause: seconds = "LastPause",
        login_time: seconds = "LoginTime", in_call: flag = "InCall", status: DeviceState = "Status",
        paused: flag = "Paused", paused_reason: text = "PausedReason", ring_in_use: flag = "Ringinuse",
        wrapup_time: seconds = "Wrapuptime",
    }
    /// The setting whether a member of a queue is rung while in use has changed, as
    /// [`QueueMemberRingInUse`](crate::action::QueueMemberRingInUse) requests.
    QueueMemberRinginuse = "QueueMemberRinginuse" [AGENT] "Asterisk 11 and later" {
        queue: text = "Queue", member_name: text = "MemberName",
        interface: text = "Interface" | "Location", state_interface: text = "StateInterface",
        membership: text = "Membership", penalty: number = "Penalty", calls_taken: number = "CallsTaken",
        last_call: seconds = "LastCall", last_pause: seconds = "LastPause",
        login_time: seconds = "LoginTime", in_call: flag = "InCall", status: DeviceState = "Status",
        paused: flag = "Paused", paused_reason: text = "PausedReason", ring_in_use: flag = "Ringinuse",
        wrapup_time: seconds = "Wrapuptime",
    }
    /// The state of a queue member's device has changed.
    QueueMemberStatus = "QueueMemberStatus" [AGENT] "Asterisk 1.2 and later" {
        queue: text = "Queue", member_name: text = "MemberName",
        interface: text = "Interface" | "Location", state_interface: text = "StateInterface",
        membership: text = "Membership", penalty: number = "Penalty", calls_taken: number = "CallsTaken",
        last_call: seconds = "LastCall", last_pause: seconds = "LastPause",
        login_time: seconds = "LoginTime", in_call: flag = "InCall", status: DeviceState = "Status",
        paused: flag = "Paused", paused_reason: text = "PausedReason", ring_in_use: flag = "Ringinuse",
        wrapup_time: seconds = "Wrapuptime",
    }
    /// An entry of the list that [`QueueStatus`](crate::action::QueueStatus) returns: a queue, with
    /// its settings and statistics.
    QueueParams = "QueueParams" [] "Asterisk 1.0 and later" {
        /// The largest number of callers; 0 for no limit.
        max: number = "Max",
        /// The order in which members are rung, such as `ringall` or `rrmemory`.
        strategy: text = "Strategy",
        /// The number of callers who wait.
        calls: number = "Calls",
        /// The average time that callers wait.
        hold_time: seconds = "Holdtime",
        /// The average time of a call.
        talk_time: seconds = "TalkTime",
        /// The number of calls that members have taken.
        completed: number = "Completed",
        /// The number of callers who hung up before a member answered.
        abandoned: number = "Abandoned",
        /// The percentage of answered calls that met the service level, as in `87.5`.
        service_level_perf: text = "ServiceLevelPerf",
        /// The percentage of all calls, abandoned ones included, that ended or were answered within
        /// the service level.
        service_level_perf2: text = "ServiceLevelPerf2",
        queue: text = "Queue",
        /// The time within which calls have to be answered to meet the service level.
        service_level: seconds = "ServiceLevel",
        /// The weight of the queue; a member of several queues serves the one with the highest
        /// weight first.
        weight: number = "Weight",
    }
    /// The end of the list that [`QueueStatus`](crate::action::QueueStatus) returns.
    QueueStatusComplete = "QueueStatusComplete" [] "Asterisk 1.2 and later" {}
    /// An entry of the list that [`QueueSummary`](crate::action::QueueSummary) returns: a queue in
    /// short.
    QueueSummary = "QueueSummary" [] "Asterisk 1.6.0 and later" {
        queue: text = "Queue",
        /// The number of members who are logged in.
        logged_in: number = "LoggedIn",
        /// The number of members who can take a call.
        available: number = "Available",
        /// The number of callers who wait.
        callers: number = "Callers",
        /// The average time that callers wait.
        hold_time: seconds = "HoldTime",
        /// The average time of a call.
        talk_time: seconds = "TalkTime",
        /// The time that the longest waiting caller has waited.
        longest_hold_time: seconds = "LongestHoldTime",
    }
    /// The end of the list that [`QueueSummary`](crate::action::QueueSummary) returns.
    QueueSummaryComplete = "QueueSummaryComplete" [] "Asterisk 1.6.0 and later" {}
    /// The module `res_fax` has received a fax.
    ReceiveFax = "ReceiveFAX" [CALL] "Asterisk 1.8 and later" {
        channel: channel = "", local_station_id: text = "LocalStationID",
        remote_station_id: text = "RemoteStationID", pages_transferred: number = "PagesTransferred",
        resolution: text = "Resolution", transfer_rate: number = "TransferRate",
        file_name: text = "FileName",
    }
    /// A fax that is being received has made progress. Asterisk 10 and later send [`FaxStatus`].
    ReceiveFaxStatus = "ReceiveFAXStatus" [CALL] "Asterisk 1.8" {
        /// The progress in words.
        status: text = "Status",
        channel: text = "Channel", context: text = "Context", exten: text = "Exten",
        caller_id: text = "CallerID", local_station_id: text = "LocalStationID",
    }
    /// The end of the list that [`SIPshowregistry`](crate::action::SipShowregistry) or
    /// [`IAXregistry`](crate::action::IaxRegistry) returns.
    RegistrationsComplete = "RegistrationsComplete" [] "Asterisk 1.6.0 and later" {}
    /// A registration of Asterisk at another server has changed its state.
    Registry = "Registry" [SYSTEM] "Asterisk 1.0 and later" {
        channel_type: text = "ChannelType" | "ChannelDriver" | "Channel",
        /// The user name or, of PJSIP, the SIP URI that is registered.
        username: text = "Username",
        /// The server or, of PJSIP, its SIP URI.
        domain: text = "Domain",
        /// The state, such as `Registered`, `Rejected` or `Request Sent`.
        status: text = "Status",
        /// The reason for a rejection, if it is known.
        cause: text = "Cause",
        /// The user name; Asterisk 1.0.
        user: text = "User",
    }
    /// An entry of the list that [`SIPshowregistry`](crate::action::SipShowregistry) or
    /// [`IAXregistry`](crate::action::IaxRegistry) returns: a registration of Asterisk at another
    /// server.
    RegistryEntry = "RegistryEntry" [] "Asterisk 1.6.0 and later" {
        /// The server.
        host: text = "Host",
        /// Whether the name of the server is looked up again from time to time.
        dns_manager: flag = "DNSmanager",
        /// The user name.
        username: text = "Username",
        /// The address of Asterisk as the server sees it.
        perceived: text = "Perceived",
        /// The time after which the registration is renewed.
        refresh: seconds = "Refresh",
        /// The state, such as `Registered` or `Rejected`.
        state: text = "State",
        /// The port of the server.
        port: number = "Port",
        /// The domain of the registration.
        domain: text = "Domain",
        /// The port of the domain.
        domain_port: number = "DomainPort",
        /// The time of the last registration, since 1970; zero if there was none.
        registration_time: seconds = "RegistrationTime",
    }
    /// A module, or all of them, has been reloaded; [`Reload`](crate::action::Reload) can request
    /// it.
    Reload = "Reload" [SYSTEM] "Asterisk 1.0 and later" {
        /// The name of the module, or `All`.
        module: text = "Module",
        /// The result: 0 for success, 1 if the reload is queued, 2 if the module is unknown, 3
        /// after an error, 4 if another reload is going on, 5 if the module is not initialized, 6
        /// if it cannot be reloaded.
        status: text = "Status",
        /// The text `Reload Requested`; up to Asterisk 11.
        message: text = "Message",
    }
    /// The name of a channel has changed.
    Rename = "Rename" [CALL] "Asterisk 1.0 and later" {
        /// The old name of the channel.
        channel: text = "Channel" | "Oldname",
        /// The new name of the channel.
        new_name: text = "Newname",
        uniqueid: text = "Uniqueid",
    }
    /// A request was refused because it is malformed.
    RequestBadFormat = "RequestBadFormat" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID",
        session_id: text = "SessionID", local_address: text = "LocalAddress",
        remote_address: text = "RemoteAddress", request_type: text = "RequestType",
        module: text = "Module", session_tv: text = "SessionTV", request_params: text = "RequestParams",
    }
    /// A request was refused because it is not allowed.
    RequestNotAllowed = "RequestNotAllowed" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID",
        session_id: text = "SessionID", local_address: text = "LocalAddress",
        remote_address: text = "RemoteAddress", request_type: text = "RequestType",
        module: text = "Module", session_tv: text = "SessionTV", request_params: text = "RequestParams",
    }
    /// A request was refused because the service does not support it.
    RequestNotSupported = "RequestNotSupported" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID",
        session_id: text = "SessionID", local_address: text = "LocalAddress",
        remote_address: text = "RemoteAddress", request_type: text = "RequestType",
        module: text = "Module", session_tv: text = "SessionTV",
    }
    /// An entry of the list that [`PJSIPShowResourceLists`](crate::action::PjsipShowResourceLists)
    /// returns: a resource list of PJSIP. Its second `Event` header is a setting of the list.
    ResourceListDetail = "ResourceListDetail" [] "Asterisk 13 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName",
        /// The name of the event, and the SIP event package that the list is for.
        events: texts = "Event",
        /// Whether notifications have the state of the whole list.
        full_state: flag = "FullState",
        /// The resources of the list, separated by commas.
        list_item: text = "ListItem",
        /// The time that notifications are held back to be sent together, in milliseconds.
        notification_batch_interval: number = "NotificationBatchInterval",
        /// Whether the display name of a resource is reported and not its name: `yes` or `no`.
        resource_display_name: text = "ResourceDisplayName",
    }
    /// The end of the list that [`PJSIPShowResourceLists`](crate::action::PjsipShowResourceLists)
    /// returns.
    ResourceListDetailComplete = "ResourceListDetailComplete" [] "Asterisk 13 and later" {}
    /// An RTCP report was received. Asterisk 12 and later report all of its blocks,
    /// [`reports`](Self::reports); 1.6.0 to 11 report the first one, by headers without a number.
    ///
    /// ```
    /// use embedded_ami::event::RtcpReceived;
    /// # let message = embedded_ami::wire::Message::parse(
    /// #     b"Event: RTCPReceived\r\nPrivilege: reporting,all\r\nChannel: PJSIP/7-1\r\n\
    /// #     From: 192.0.2.1:4001\r\nRTT: 0.0044\r\nMES: 84.4\r\nReportCount: 2\r\n\
    /// #     Report0SourceSSRC: 0x00000001\r\nReport0FractionLost: 0\r\n\
    /// #     Report1SourceSSRC: 0x00000002\r\nReport1FractionLost: 64\r\n\r\n").unwrap();
    /// let received = message.event::<RtcpReceived>().unwrap();
    /// assert_eq!(received.rtt().map(|time| time.as_micros()), Some(4400));
    /// assert_eq!(received.mes(), Some(844));
    /// // A quarter of the packets of the second stream was lost.
    /// let lost = received.reports().map(|report| report.fraction_lost());
    /// assert!(lost.eq([Some(0), Some(64)]));
    /// ```
    RtcpReceived = "RTCPReceived" [REPORTING] "Asterisk 1.6.0 and later" {
        channel: channel = "", ssrc: text = "SSRC", packet_type: text = "PT",
        /// The address that the report came from.
        from: text = "From",
        /// The address of Asterisk that the report came to; Asterisk 12.5, 13 and later.
        to: text = "To",
        /// The round-trip time, if it is known. Asterisk 12 and later write seconds, as in
        /// `0.0044`. Asterisk 1.6.0 to 11 write whole milliseconds with the wrong unit, as in
        /// `45(sec)` for 45 milliseconds. A time near 65,536 seconds from these versions was
        /// negative, because the delay that the peer reports is longer than the whole round trip.
        rtt: round_trip = "RTT",
        /// The media experience score of the stream that Asterisk sends, in tenths of a point: 844
        /// for `84.4`. Asterisk computes it from the round-trip time, and from the jitter and loss
        /// that the peer reports. It is between about 20 (unusable) and 88 points, or 0 if nothing
        /// has been measured. Asterisk 18.17, 20.2 and later.
        mes: tenths = "MES",
        report_count: number = "ReportCount", sent_ntp: text = "SentNTP", sent_rtp: number = "SentRTP",
        sent_packets: number = "SentPackets", sent_octets: number = "SentOctets",
        /// The report blocks of the packet: as many as [`report_count`](Self::report_count)
        /// announces, at most 31. The iterator ends early at a block that the message, or the part
        /// of it, does not have. Asterisk 12 and later.
        reports: reports = "Report",
        /// The number of report blocks; Asterisk 1.6.0 to 11.
        reception_reports: number = "ReceptionReports",
        /// The synchronization source of the sender; Asterisk 1.6.0 to 11.
        sender_ssrc: text = "SenderSSRC",
        fraction_lost: number = "FractionLost",
        /// The number of packets lost since the stream began; Asterisk 1.6.0 to 11.
        packets_lost: number = "PacketsLost",
        /// The highest sequence number received, of 16 bits; Asterisk 1.6.0 to 11.
        highest_sequence: number = "HighestSequence",
        /// The number of times that the sequence numbers began again from 0; Asterisk 1.6.0 to 11.
        sequence_number_cycles: number = "SequenceNumberCycles",
        /// The interarrival jitter that the peer reports; Asterisk 1.6.0 to 11.
        ia_jitter: text = "IAJitter",
        /// The time of the last sender report; Asterisk 1.6.0 to 11.
        last_sr: text = "LastSR",
        dlsr: text = "DLSR",
    }
    /// An RTCP report was sent. Asterisk 12 and later report all of its blocks,
    /// [`reports`](Self::reports); 1.6.0 to 11 report one, by headers without a number.
    RtcpSent = "RTCPSent" [REPORTING] "Asterisk 1.6.0 and later" {
        channel: channel = "", ssrc: text = "SSRC", packet_type: text = "PT",
        /// The address that the report was sent to.
        to: text = "To",
        /// The address of Asterisk that the report was sent from; Asterisk 12.5, 13 and later.
        from: text = "From",
        /// The media experience score of the stream that Asterisk receives, in tenths of a point:
        /// 844 for `84.4`. Asterisk computes it from the round-trip time, jitter and loss that it
        /// measures. It is between about 20 (unusable) and 88 points, or 0 if nothing has been
        /// measured. Asterisk 18.17, 20.2 and later.
        mes: tenths = "MES",
        report_count: number = "ReportCount", sent_ntp: text = "SentNTP", sent_rtp: number = "SentRTP",
        sent_packets: number = "SentPackets", sent_octets: number = "SentOctets",
        /// The report blocks of the packet: as many as [`report_count`](Self::report_count)
        /// announces, at most 31. The iterator ends early at a block that the message, or the part
        /// of it, does not have. Asterisk 12 and later.
        reports: reports = "Report",
        /// The synchronization source of Asterisk; Asterisk 1.6.0 to 11.
        our_ssrc: text = "OurSSRC",
        /// An empty header that precedes the report block; Asterisk 1.6.0 to 11.
        report_block: text = "ReportBlock",
        fraction_lost: number = "FractionLost",
        /// The number of packets lost since the stream began; Asterisk 1.6.0 to 11.
        cumulative_loss: number = "CumulativeLoss",
        /// The interarrival jitter of the stream that is received; Asterisk 1.6.0 to 11.
        ia_jitter: text = "IAJitter",
        /// The middle 32 bits of the NTP time of the last sender report, in decimal; Asterisk 1.6.0
        /// to 11.
        their_last_sr: text = "TheirLastSR",
        dlsr: text = "DLSR",
    }
    /// Statistics of an RTP stream that was received, at its end.
    RtpReceiverStat = "RTPReceiverStat" [REPORTING] "Asterisk 1.6.0 to 1.6.2" {
        ssrc: text = "SSRC",
        /// The number of packets that were received.
        received_packets: number = "ReceivedPackets",
        lost_packets: number = "LostPackets", jitter: text = "Jitter",
        /// The relative transit time of the last packet.
        transit: text = "Transit",
        /// The number of receiver reports.
        rr_count: number = "RRCount",
    }
    /// Statistics of an RTP stream that was sent, at its end.
    RtpSenderStat = "RTPSenderStat" [REPORTING] "Asterisk 1.6.0 to 1.6.2" {
        ssrc: text = "SSRC", sent_packets: number = "SentPackets", lost_packets: number = "LostPackets",
        jitter: text = "Jitter",
        /// The number of sender reports.
        sr_count: number = "SRCount",
        /// The round-trip time.
        rtt: seconds = "RTT",
    }
    /// The module `res_fax` has sent a fax.
    SendFax = "SendFAX" [CALL] "Asterisk 1.8 and later" {
        channel: channel = "", local_station_id: text = "LocalStationID",
        remote_station_id: text = "RemoteStationID", pages_transferred: number = "PagesTransferred",
        resolution: text = "Resolution", transfer_rate: number = "TransferRate",
        file_name: text = "FileName",
    }
    /// A fax that is being sent has made progress. Asterisk 10 and later send [`FaxStatus`].
    SendFaxStatus = "SendFAXStatus" [CALL] "Asterisk 1.8" {
        /// The progress in words.
        status: text = "Status",
        channel: text = "Channel", context: text = "Context", exten: text = "Exten",
        caller_id: text = "CallerID", local_station_id: text = "LocalStationID",
    }
    /// A request was refused because there are too many sessions.
    SessionLimit = "SessionLimit" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID",
        session_id: text = "SessionID", local_address: text = "LocalAddress",
        remote_address: text = "RemoteAddress", module: text = "Module", session_tv: text = "SessionTV",
    }
    /// A timer of a SIP call has run out.
    SessionTimeout = "SessionTimeout" [CALL] "Asterisk 11 to 20" {
        channel: channel = "",
        /// The timer: `RTPTimeout` or `SIPSessionTimer`.
        source: text = "Source",
    }
    /// The end of the list that [`ShowDialPlan`](crate::action::ShowDialPlan) returns, with counts.
    ShowDialPlanComplete = "ShowDialPlanComplete" [] "Asterisk 1.6.0 and later" {
        /// The number of extensions.
        list_extensions: number = "ListExtensions",
        /// The number of steps.
        list_priorities: number = "ListPriorities",
        /// The number of contexts.
        list_contexts: number = "ListContexts",
    }
    /// The server stops or restarts.
    Shutdown = "Shutdown" [SYSTEM] "Asterisk 1.0 and later" {
        /// `Cleanly` if all channels have ended, `Uncleanly` if they are cut off.
        shutdown: text = "Shutdown",
        /// Whether the server starts again.
        restart: flag = "Restart",
    }
    /// The end of the list that [`SIPpeerstatus`](crate::action::SipPeerstatus) returns.
    SipPeerstatusComplete = "SIPpeerstatusComplete" [] "Asterisk 11 to 20" {}
    /// A peer has been checked as [`SIPqualifypeer`](crate::action::SipQualifypeer) requested.
    SipQualifyPeerDone = "SIPQualifyPeerDone" [CALL] "Asterisk 12 to 20" {
        /// The name of the peer.
        peer: text = "Peer",
    }
    /// A channel was asked to hang up, with a cause or a number of Asterisk's own.
    SoftHangupRequest = "SoftHangupRequest" [CALL] "Asterisk 10 and later" {
        channel: channel = "",
        /// A [`HangupCause`](crate::event::HangupCause), or a number of Asterisk's own such as 32,
        /// which means an explicit request.
        cause: number = "Cause",
    }
    /// A DAHDI span has gone into alarm.
    SpanAlarm = "SpanAlarm" [SYSTEM] "Asterisk 1.8 and later" {
        span: number = "Span",
        /// The alarm in words.
        alarm: text = "Alarm",
    }
    /// A DAHDI span is no longer in alarm.
    SpanAlarmClear = "SpanAlarmClear" [SYSTEM] "Asterisk 1.8 and later" {
        span: number = "Span",
    }
    /// An entry of the list that [`Status`](crate::action::Status) returns: a channel.
    Status = "Status" [] "Asterisk 1.0 and later" {
        channel: channel = "",
        /// The technology of the channel, as in `Local`.
        type_: text = "Type",
        /// The number that the caller dialled.
        dnid: text = "DNID",
        /// The number of the connected party that is shown to the channel.
        effective_connected_line_num: text = "EffectiveConnectedLineNum",
        /// The name of the connected party that is shown to the channel.
        effective_connected_line_name: text = "EffectiveConnectedLineName",
        /// The time until the channel is hung up; zero for no limit.
        time_to_hangup: seconds = "TimeToHangup",
        /// The unique id of the bridge that the channel is in; empty if it is in none. Asterisk 12
        /// and later.
        bridge_id: text = "BridgeID",
        /// The name of the channel that this one is bridged with, if it is; up to Asterisk 11.
        bridged_channel: text = "BridgedChannel" | "Link",
        /// The unique id of the channel that this one is bridged with, if it is; Asterisk 1.6.0 to
        /// 11.
        bridged_uniqueid: text = "BridgedUniqueid",
        application: text = "Application",
        /// The arguments of the application.
        data: text = "Data",
        /// The media formats that the channel uses, as in `(slin)`.
        native_formats: text = "Nativeformats",
        /// The media format in which audio of the channel is read.
        read_format: text = "Readformat",
        /// The steps of translation from the channel's format to the one that is read.
        read_trans: text = "Readtrans",
        /// The media format in which audio to the channel is written.
        write_format: text = "Writeformat",
        /// The steps of translation from the written format to the channel's.
        write_trans: text = "Writetrans",
        /// The call groups of the channel.
        call_group: text = "Callgroup",
        /// The call groups from which the channel may pick up calls.
        pickup_group: text = "Pickupgroup",
        /// The age of the channel.
        seconds: seconds = "Seconds",
        /// The variables that the action asked for, each as `NAME=VALUE`.
        variables: texts = "Variable",
    }
    /// The end of the list that [`Status`](crate::action::Status) returns.
    StatusComplete = "StatusComplete" [] "Asterisk 1.0 and later" {
        items: number = "Items",
    }
    /// A login succeeded.
    SuccessfulAuth = "SuccessfulAuth" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID",
        session_id: text = "SessionID", local_address: text = "LocalAddress",
        remote_address: text = "RemoteAddress",
        /// Whether the login had a password.
        using_password: flag = "UsingPassword",
        module: text = "Module", session_tv: text = "SessionTV",
    }
    /// A step of a test, sent only by servers that are built for tests. Each type has headers of
    /// its own.
    TestEvent = "TestEvent" [REPORTING] "Asterisk 1.8 and later" {
        /// The type of event, such as `StateChange` or `Assert`.
        type_: text = "Type",
        /// The name of the state, of `StateChange`.
        state: text = "State",
        /// The source file.
        app_file: text = "AppFile",
        /// The function.
        app_function: text = "AppFunction",
        /// The line in the source file.
        app_line: number = "AppLine",
        /// The expression that was checked, of `Assert`.
        expression: text = "Expression",
    }
    /// A SIP call has been transferred.
    Transfer = "Transfer" [CALL] "Asterisk 1.6.0 to 11" {
        /// The protocol: `SIP`.
        transfer_method: text = "TransferMethod",
        /// `Blind` or `Attended`.
        transfer_type: text = "TransferType",
        /// The name of the channel that transfers.
        channel: text = "Channel",
        /// The unique id of the channel that transfers.
        uniqueid: text = "Uniqueid",
        /// The SIP `Call-ID` of the channel that transfers.
        sip_call_id: text = "SIP-Callid",
        /// The name of the channel of the other party.
        target_channel: text = "TargetChannel",
        /// The unique id of the channel of the other party.
        target_uniqueid: text = "TargetUniqueid",
        /// The extension to which the call is transferred.
        transfer_exten: text = "TransferExten",
        /// `Yes` if the call is transferred to a parking lot.
        transfer_to_parking: text = "Transfer2Parking",
        /// The dialplan context to which the call is transferred.
        transfer_context: text = "TransferContext",
    }
    /// An entry of the list that [`PJSIPShowEndpoint`](crate::action::PjsipShowEndpoint) returns: a
    /// transport of the endpoint.
    TransportDetail = "TransportDetail" [] "Asterisk 12 and later" {
        object_type: text = "ObjectType", object_name: text = "ObjectName",
        /// The protocol, such as `udp`, `tcp` or `tls`.
        protocol: text = "Protocol",
        /// The address and port that Asterisk listens on.
        bind: text = "Bind",
        /// The number of operations at once, in a header whose name is misspelt.
        async_operations: number = "AsycOperations",
        /// The file of certificates of authorities.
        ca_list_file: text = "CaListFile",
        /// The folder of certificates of authorities.
        ca_list_path: text = "CaListPath",
        /// The file of the certificate.
        cert_file: text = "CertFile",
        /// The file of the private key.
        priv_key_file: text = "PrivKeyFile",
        /// The password of the private key.
        password: text = "Password",
        /// The address that is named in SIP outside of the local network.
        external_signaling_address: text = "ExternalSignalingAddress",
        /// The port that is named in SIP outside of the local network; 0 if it is the same.
        external_signaling_port: number = "ExternalSignalingPort",
        /// The host name in `Contact` and `Via`.
        external_signaling_hostname: text = "ExternalSignalingHostname",
        /// The address that SDP names outside of the local network.
        external_media_address: text = "ExternalMediaAddress",
        /// The domain that requests of the transport come from.
        domain: text = "Domain",
        /// Whether the certificate of servers is verified.
        verify_server: flag = "VerifyServer",
        /// Whether the certificate of clients is verified.
        verify_client: flag = "VerifyClient",
        /// Whether clients need a certificate.
        require_client_cert: flag = "RequireClientCert",
        /// The version of TLS, such as `tlsv1_2`.
        method: text = "Method",
        /// The ciphers that are allowed.
        cipher: text = "Cipher",
        /// The networks that count as local, for NAT.
        local_net: text = "LocalNet",
        /// The type of service (DSCP) of SIP packets.
        tos: number = "Tos",
        /// The class of service (802.1p priority) of SIP packets.
        cos: number = "Cos",
        /// The time limit of writes to a WebSocket, in milliseconds.
        websocket_write_timeout: number = "WebsocketWriteTimeout",
        /// Whether the transport can be reloaded.
        allow_reload: flag = "AllowReload",
        /// Whether certificates may have wildcards.
        allow_wildcard_certs: flag = "AllowWildcardCerts",
        /// Whether requests to an endpoint go over the transport that its requests come over.
        symmetric_transport: flag = "SymmetricTransport",
        /// Whether TCP sends keepalive probes.
        tcp_keepalive_enable: flag = "TcpKeepaliveEnable",
        /// The time without traffic before the first keepalive probe.
        tcp_keepalive_idle_time: seconds = "TcpKeepaliveIdleTime",
        /// The time between keepalive probes.
        tcp_keepalive_interval_time: seconds = "TcpKeepaliveIntervalTime",
        /// The number of keepalive probes without an answer after which the connection ends.
        tcp_keepalive_probe_count: number = "TcpKeepaliveProbeCount",
        endpoint_name: text = "EndpointName",
    }
    /// A request was refused because its address differs from that of the session.
    UnexpectedAddress = "UnexpectedAddress" [SECURITY] "Asterisk 12 and later" {
        event_tv: text = "EventTV", severity: text = "Severity", service: text = "Service",
        event_version: number = "EventVersion", account_id: text = "AccountID",
        session_id: text = "SessionID", local_address: text = "LocalAddress",
        remote_address: text = "RemoteAddress",
        /// The address of the session.
        expected_address: text = "ExpectedAddress",
        module: text = "Module", session_tv: text = "SessionTV",
    }
    /// A channel was taken off hold.
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
        /// The name of the module.
        module: text = "Module",
        /// The result, such as `Success`.
        status: text = "Status",
    }
    /// A parked call has been fetched.
    UnParkedCall = "UnParkedCall" [CALL] "Asterisk 1.2 and later" {
        parkee: channel = "Parkee", parker: channel = "Parker",
        /// The channel that fetched the call.
        retriever: channel = "Retriever",
        parker_dial_string: text = "ParkerDialString", parking_lot: text = "Parkinglot",
        parking_space: text = "ParkingSpace" | "Exten", parking_timeout: seconds = "ParkingTimeout",
        parking_duration: seconds = "ParkingDuration",
        /// The name of the parked channel; up to Asterisk 11.
        channel: text = "Channel",
        /// The name of the channel that fetched the call; up to Asterisk 11.
        from: text = "From",
        caller_id_num: text = "CallerIDNum" | "CallerID", caller_id_name: text = "CallerIDName",
        connected_line_num: text = "ConnectedLineNum", connected_line_name: text = "ConnectedLineName",
        uniqueid: text = "Uniqueid",
    }
    /// An event of the dialplan's or of another client's own, as
    /// [`UserEvent`](crate::action::UserEvent) sends. Its further headers are found by name.
    UserEvent = "UserEvent" [USER] "Asterisk 1.4 and later" {
        /// The channel that sent the event, if one did.
        channel: channel = "",
        /// The name that its sender gave the event.
        user_event: text = "UserEvent",
    }
    /// A variable has been set, on a channel or globally.
    VarSet = "VarSet" [DIALPLAN] "Asterisk 1.6.0 and later" {
        /// The channel, whose name is `none` if the variable is global.
        channel: channel = "",
        /// The name of the variable.
        variable: text = "Variable",
        /// The new value, with characters such as line ends, quotes and backslashes escaped by a
        /// backslash; before Asterisk 13.5 as it is.
        value: text = "Value",
    }
    /// An entry of the list that [`VoicemailBoxSummary`](crate::action::VoicemailBoxSummary)
    /// returns: a message in the mailbox.
    VoicemailBoxDetail = "VoicemailBoxDetail" [] "Asterisk 18 in its later releases, 20 and later" {
        /// The folder, such as `INBOX`.
        folder: text = "Folder",
        /// The caller id of the message, or `Unknown`.
        caller_id: text = "CallerID",
        /// The time of the message in words.
        date: text = "Date",
        /// The length of the message.
        duration: seconds = "Duration",
        /// The flag of the message, such as `Urgent`; empty for none.
        flag: text = "Flag",
        /// The id of the message.
        id: text = "ID",
    }
    /// The end of the list that [`VoicemailBoxSummary`](crate::action::VoicemailBoxSummary)
    /// returns.
    VoicemailBoxDetailComplete = "VoicemailBoxDetailComplete" [] "Asterisk 18 in its later releases, 20 and later" {}
    /// The password of a mailbox has been changed.
    VoicemailPasswordChange = "VoicemailPasswordChange" [SYSTEM USER] "Asterisk 18.21, 20.6, 21.1 and later" {
        /// The voicemail context of the mailbox.
        context: text = "Context",
        /// The number of the mailbox, without its context.
        mailbox: text = "Mailbox",
        /// The new password.
        new_password: text = "NewPassword",
    }
    /// The entry of the list that [`VoicemailUserStatus`](crate::action::VoicemailUserStatus)
    /// returns: the mailbox, with its settings.
    VoicemailUserDetail = "VoicemailUserDetail" [] "Asterisk 16 and later" {
        vm_context: text = "VMContext", voice_mailbox: text = "VoiceMailbox", full_name: text = "Fullname",
        email: text = "Email", pager: text = "Pager", server_email: text = "ServerEmail",
        from_string: text = "FromString", mail_command: text = "MailCommand", language: text = "Language",
        time_zone: text = "TimeZone", callback: text = "Callback", dialout: text = "Dialout",
        /// The id of the mailbox in the database, if it is in one.
        uniqueid: text = "UniqueID",
        exit_context: text = "ExitContext", say_duration_minimum: number = "SayDurationMinimum",
        say_envelope: flag = "SayEnvelope", say_cid: flag = "SayCID",
        attach_message: flag = "AttachMessage", attachment_format: text = "AttachmentFormat",
        delete_message: flag = "DeleteMessage", volume_gain: text = "VolumeGain",
        can_review: flag = "CanReview", can_mark_urgent: flag = "CanMarkUrgent",
        call_operator: flag = "CallOperator", max_message_count: number = "MaxMessageCount",
        max_message_length: seconds = "MaxMessageLength", new_message_count: number = "NewMessageCount",
        old_message_count: number = "OldMessageCount", imap_user: text = "IMAPUser",
        imap_server: text = "IMAPServer", imap_port: number = "IMAPPort", imap_flags: text = "IMAPFlags",
    }
    /// The end of the list that [`VoicemailUserStatus`](crate::action::VoicemailUserStatus)
    /// returns.
    VoicemailUserDetailComplete = "VoicemailUserDetailComplete" [] "Asterisk 16 and later" {}
    /// An entry of the list that [`VoicemailUsersList`](crate::action::VoicemailUsersList) returns:
    /// a mailbox, with its settings.
    VoicemailUserEntry = "VoicemailUserEntry" [] "Asterisk 1.6.0 and later" {
        vm_context: text = "VMContext", voice_mailbox: text = "VoiceMailbox", full_name: text = "Fullname",
        email: text = "Email", pager: text = "Pager", server_email: text = "ServerEmail",
        from_string: text = "FromString", mail_command: text = "MailCommand", language: text = "Language",
        time_zone: text = "TimeZone", callback: text = "Callback", dialout: text = "Dialout",
        /// The id of the mailbox in the database, if it is in one.
        uniqueid: text = "UniqueID",
        exit_context: text = "ExitContext", say_duration_minimum: number = "SayDurationMinimum",
        say_envelope: flag = "SayEnvelope", say_cid: flag = "SayCID",
        attach_message: flag = "AttachMessage", attachment_format: text = "AttachmentFormat",
        delete_message: flag = "DeleteMessage", volume_gain: text = "VolumeGain",
        can_review: flag = "CanReview", can_mark_urgent: flag = "CanMarkUrgent",
        call_operator: flag = "CallOperator", max_message_count: number = "MaxMessageCount",
        max_message_length: seconds = "MaxMessageLength", new_message_count: number = "NewMessageCount",
        old_message_count: number = "OldMessageCount", imap_user: text = "IMAPUser",
        imap_server: text = "IMAPServer", imap_port: number = "IMAPPort", imap_flags: text = "IMAPFlags",
    }
    /// The end of the list that [`VoicemailUsersList`](crate::action::VoicemailUsersList) returns.
    VoicemailUserEntryComplete = "VoicemailUserEntryComplete" [] "Asterisk 1.6.0 and later" {}
    /// The end of the events that [`WaitEvent`](crate::action::WaitEvent) returns.
    WaitEventComplete = "WaitEventComplete" [] "Asterisk 1.4 and later" {}
    /// A wink was detected on a channel.
    Wink = "Wink" [CALL] "Asterisk 16 and later" {
        channel: channel = "",
    }
        }
    };
}
pub(crate) use events_table;
