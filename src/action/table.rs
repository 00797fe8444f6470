//! The table of actions.

/// Passes the table to a macro: the actions that need no code of their own, each as
///
/// ```text
/// /// Does this and that.
/// Name = "NAME" [CLASS CLASS] "Asterisk 1.2 to 20" => (List [Item and Other] NameComplete) (
///     /// The name of something.
///     required: kind = "Header",
/// ) {
///     /// Sets something.
///     optional: kind = "Header",
/// }
/// ```
///
/// `Name` is the name of the type, in upper camel case; the name on the wire follows where it
/// differs in case. The kinds are `text`, `flag`, `number`, `variables`, or a set of words.
///
/// The answer is one of these, and becomes a sentence of the type's documentation:
///
/// - Without `=>`, a response that has no view.
/// - `(Response View)`: a response with that view of `event::response`.
/// - `(List [Item] End)`: a list of these events, and the event that ends it.
/// - `(Event End)`: a single event.
///
/// `End` is the name of the view; `= "END"` follows where the name on the wire differs.
macro_rules! actions_table {
    ($expand:ident) => {
        $expand! {
        /// Hangs up a channel after a time. The document of Asterisk 1.4 calls the action
        /// `Timeout`.
        AbsoluteTimeout [SYSTEM CALL] "Asterisk 0.5 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// The time from now, in seconds; 0 removes the limit.
            timeout: number = "Timeout",
        ) {}
        /// Logs an agent in, and has calls delivered to an extension.
        AgentCallbackLogin [AGENT] "Asterisk 1.2 to 1.4" (
            /// The number of the agent.
            agent: text = "Agent",
            /// The extension at which to call the agent.
            exten: text = "Exten",
        ) {
            /// Sets the context of the extension.
            context: text = "Context",
            /// Sets the rest between two calls, in seconds.
            wrapup_time: number = "WrapupTime",
            /// Sets whether the agent has to accept each call with `#`.
            ack_call: AckCall = "AckCall",
        }
        /// Logs an agent off.
        AgentLogoff [AGENT] "Asterisk 1.2 and later" (
            /// The number of the agent.
            agent: text = "Agent",
        ) {
            /// Sets whether to wait for the end of the agent's call, instead of hanging it up.
            soft: flag = "Soft",
        }
        /// Lists the agents and their state.
        Agents [AGENT] "Asterisk 1.2 and later" => (List [Agents] AgentsComplete) () {}
        /// Queues an AGI command for a channel that is in `AGI(agi:async)`. The response only
        /// confirms that the command is queued; its result comes as an
        /// [`AsyncAGIExec`](crate::event::AsyncAgiExec) event, up to Asterisk 11 as
        /// [`AsyncAGI`](crate::event::AsyncAgi).
        Agi = "AGI" [AGI] "Asterisk 1.6.0 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// The command, as in `ANSWER` or `EXEC Playback hello`.
            command: text = "Command",
        ) {
            /// Sets an id that is returned in the event with the result.
            command_id: text = "CommandID",
        }
        /// Sends an advice of charge (AOC) on a channel.
        ///
        /// Set either the name of the channel or a prefix of it. AOC-S, and every parameter from
        /// `ChargedItem` on, were added late in Asterisk 18. To send a second unit or a second
        /// charged item, use [`from_fn`](crate::action::from_fn).
        AocMessage = "AOCMessage" [AOC] "Asterisk 1.8 and later" (
            /// The type of the message: when in the call the charge is advised.
            msg_type: AocMessageType = "MsgType",
        ) {
            /// Sets the name of the channel.
            channel: text = "Channel",
            /// Sets a prefix of the channel's name; the first channel that has it gets the message.
            channel_prefix: text = "ChannelPrefix",
            /// Sets the type of the charge, in AOC-D and AOC-E.
            charge_type: AocChargeType = "ChargeType",
            /// Sets the number of units, for a charge in units.
            unit_amount: number = "UnitAmount(0)",
            /// Sets the type of these units, 1 to 16 in the standard.
            unit_type: number = "UnitType(0)",
            /// Sets the currency, at most 10 bytes.
            currency_name: text = "CurrencyName",
            /// Sets the amount of money, before multiplication.
            currency_amount: number = "CurrencyAmount",
            /// Sets the multiplier of the amount. Every amount requires one.
            currency_multiplier: AocMultiplier = "CurrencyMultiplier",
            /// Sets whether an AOC-D reports the total or a part of it. Asterisk assumes the total.
            total_type: AocTotalType = "TotalType",
            /// Sets why this party pays. An AOC-D allows only the first three.
            aoc_billing_id: AocBillingId = "AOCBillingId",
            /// Sets the id of the charging association of an AOC-E, -32768 to 32767.
            charging_association_id: number = "ChargingAssociationId",
            /// Sets the number of the party of the charging association, in AOC-E.
            charging_association_number: text = "ChargingAssociationNumber",
            /// Sets the plan of that number: the low seven bits of the octet of type and plan in
            /// Q.931.
            charging_association_plan: number = "ChargingAssociationPlan",
            /// Sets the item that an AOC-S charges for.
            charged_item: AocChargedItem = "ChargedItem",
            /// Sets how an AOC-S charges for the item.
            rate_type: AocRateType = "RateType",
            /// Sets how much time one amount pays for, for a rate by duration. Its unit is that of
            /// [`time_scale`](AocMessage::time_scale).
            time: number = "Time",
            /// Sets the unit of [`time`](AocMessage::time).
            time_scale: AocTimeScale = "TimeScale",
            /// Sets the length of a charged step, for a step function. Its unit is that of
            /// [`granularity_time_scale`](AocMessage::granularity_time_scale).
            granularity: number = "Granularity",
            /// Sets the unit of [`granularity`](AocMessage::granularity).
            granularity_time_scale: AocTimeScale = "GranularityTimeScale",
            /// Sets whether the charge grows continuously or in steps, for a rate by duration.
            charging_type: AocChargingType = "ChargingType",
            /// Sets the volume that one amount pays for, for a rate by volume.
            volume_unit: AocVolumeUnit = "VolumeUnit",
            /// Sets the charging code, 1 to 10, for a special arrangement or a rate by special
            /// code.
            code: number = "Code",
        }
        /// Starts an attended transfer, as if the party of the channel had dialled the feature
        /// code. The server processes nothing else on the connection meanwhile.
        Atxfer [CALL] "Asterisk 1.6.1 and later" (
            /// The channel of the party that transfers.
            channel: text = "Channel",
            /// The extension to transfer to.
            exten: text = "Exten",
        ) {
            /// Sets the context of the extension, instead of that of the channel.
            context: text = "Context",
        }
        /// Transfers the channels that are bridged with a channel to an extension.
        BlindTransfer [CALL] "Asterisk 12 and later" (
            /// The channel of the party that transfers.
            channel: text = "Channel",
            /// The extension to transfer to.
            exten: text = "Exten",
        ) {
            /// Sets the context of the extension, instead of that of the channel.
            context: text = "Context",
        }
        /// Connects two channels that are up.
        Bridge [CALL] "Asterisk 1.6.0 and later" (
            /// The name of the first channel, or a prefix of it.
            channel1: text = "Channel1",
            /// The name of the second channel, or a prefix of it.
            channel2: text = "Channel2",
        ) {
            /// Sets which channels hear a tone first.
            tone: Tone = "Tone",
        }
        /// Destroys a bridge; all its channels leave it.
        BridgeDestroy [] "Asterisk 12 and later" (
            /// The id of the bridge.
            bridge_uniqueid: text = "BridgeUniqueid",
        ) {}
        /// Lists the channels of a bridge. The final event describes the bridge itself.
        BridgeInfo [] "Asterisk 12 and later" => (List [BridgeInfoChannel] BridgeInfoComplete) (
            /// The id of the bridge.
            bridge_uniqueid: text = "BridgeUniqueid",
        ) {}
        /// Removes a channel from the bridge that it is in.
        BridgeKick [] "Asterisk 12 and later" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// Limits the action to the bridge with this id.
            bridge_uniqueid: text = "BridgeUniqueid",
        }
        /// Lists the bridges.
        BridgeList [] "Asterisk 12 and later" => (List [BridgeListItem] BridgeListComplete) () {
            /// Limits the list to bridges of this type.
            bridge_type: text = "BridgeType",
        }
        /// Lists the technologies that bridges use, and whether each is suspended.
        BridgeTechnologyList [] "Asterisk 12 and later"
            => (List [BridgeTechnologyListItem] BridgeTechnologyListComplete) () {}
        /// Suspends a technology: new bridges do not use it.
        BridgeTechnologySuspend [] "Asterisk 12 and later" (
            /// The name of the technology.
            bridge_technology: text = "BridgeTechnology",
        ) {}
        /// Ends the suspension of a technology.
        BridgeTechnologyUnsuspend [] "Asterisk 12 and later" (
            /// The name of the technology.
            bridge_technology: text = "BridgeTechnology",
        ) {}
        /// Cancels an attended transfer, as if the party of the channel had dialled the feature
        /// code for that.
        CancelAtxfer [CALL] "Asterisk 13.18, 14.7, 15.1 and later" (
            /// The channel of the party that transfers.
            channel: text = "Channel",
        ) {}
        /// Changes the file of a recording that [`Monitor`] has started.
        ChangeMonitor [CALL] "Asterisk 0.4 to 20" (
            /// The name of the channel.
            channel: text = "Channel",
            /// The new name, without the suffix that Asterisk appends.
            file: text = "File",
        ) {}
        /// Runs a console command. Up to Asterisk 13 the output is raw text, from 14 on `Output`
        /// headers, and then the response is an error if the command failed.
        Command [COMMAND] "Asterisk 0.3 and later" => (Response Command) (
            /// The command, as typed at the console.
            command: text = "Command",
        ) {}
        /// Removes a participant from a conference.
        ConfbridgeKick [CALL] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
            /// The name of the participant's channel; newer versions also accept `all` and
            /// `participants`.
            channel: text = "Channel",
        ) {}
        /// Lists the participants of a conference. The response is an error if it does not exist.
        ConfbridgeList [REPORTING] "Asterisk 10 and later" => (List [ConfbridgeList] ConfbridgeListComplete) (
            /// The name of the conference.
            conference: text = "Conference",
        ) {}
        /// Lists the conferences. The response is an error if there are none.
        ConfbridgeListRooms [REPORTING] "Asterisk 10 and later"
            => (List [ConfbridgeListRooms] ConfbridgeListRoomsComplete) () {}
        /// Locks a conference; only administrators can still enter.
        ConfbridgeLock [CALL] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
        ) {}
        /// Mutes a participant of a conference.
        ConfbridgeMute [CALL] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
            /// The name of the participant's channel; newer versions also accept `all` and
            /// `participants`.
            channel: text = "Channel",
        ) {}
        /// Makes a participant the single video source of a conference.
        ConfbridgeSetSingleVideoSrc [CALL] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
            /// The name of the participant's channel.
            channel: text = "Channel",
        ) {}
        /// Starts recording a conference.
        ConfbridgeStartRecord [SYSTEM] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
        ) {
            /// Sets the file, instead of the one in the configuration.
            record_file: text = "RecordFile",
        }
        /// Stops recording a conference.
        ConfbridgeStopRecord [SYSTEM] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
        ) {}
        /// Unlocks a conference.
        ConfbridgeUnlock [CALL] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
        ) {}
        /// Unmutes a participant of a conference.
        ConfbridgeUnmute [CALL] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
            /// The name of the participant's channel; newer versions also accept `all` and
            /// `participants`.
            channel: text = "Channel",
        ) {}
        /// Controls a file that is being played to a channel.
        ControlPlayback [CALL] "Asterisk 12 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// The operation.
            control: Control = "Control",
        ) {}
        /// Reads versions, limits and settings of the server.
        CoreSettings [SYSTEM REPORTING] "Asterisk 1.6.0 and later" => (Response CoreSettings) () {}
        /// Lists the channels that are connected with a channel, directly or through others.
        CoreShowChannelMap [SYSTEM REPORTING] "Asterisk 18.19, 20.4 and later"
            => (List [CoreShowChannelMap] CoreShowChannelMapComplete) (
            /// The name of the channel.
            channel: text = "Channel",
        ) {}
        /// Lists the channels. Asterisk 1.6.0 sends the entries without `Event` and ActionID.
        CoreShowChannels [SYSTEM REPORTING] "Asterisk 1.6.0 and later"
            => (List [CoreShowChannel] CoreShowChannelsComplete) () {}
        /// Reads when the server was started and last reloaded, and the number of calls.
        CoreStatus [SYSTEM REPORTING] "Asterisk 1.6.0 and later" => (Response CoreStatus) () {}
        /// Creates an empty configuration file.
        CreateConfig [CONFIG] "Asterisk 1.6.0 and later" (
            /// The name of the file, as in `foo.conf`.
            filename: text = "Filename",
        ) {}
        /// Dials on a channel that is off hook. Asterisk 1.4 and earlier have
        /// [`ZapDialOffHook`].
        DahdiDialOffhook = "DAHDIDialOffhook" [] "Asterisk 1.4.22 and later" (
            /// The number of the channel.
            dahdi_channel: number = "DAHDIChannel",
            /// The digits to dial.
            number: text = "Number",
        ) {}
        /// Turns `do not disturb` off for a channel. Asterisk 1.4 and earlier have [`ZapDndOff`].
        DahdiDndOff = "DAHDIDNDoff" [] "Asterisk 1.4.22 and later" (
            /// The number of the channel.
            dahdi_channel: number = "DAHDIChannel",
        ) {}
        /// Turns `do not disturb` on for a channel. Asterisk 1.4 and earlier have [`ZapDndOn`].
        DahdiDndOn = "DAHDIDNDon" [] "Asterisk 1.4.22 and later" (
            /// The number of the channel.
            dahdi_channel: number = "DAHDIChannel",
        ) {}
        /// Hangs up a channel, as if its user had. Asterisk 1.4 and earlier have [`ZapHangup`].
        DahdiHangup = "DAHDIHangup" [] "Asterisk 1.4.22 and later" (
            /// The number of the channel.
            dahdi_channel: number = "DAHDIChannel",
        ) {}
        /// Restarts all DAHDI channels, which ends their calls. If it fails, the server closes the
        /// connection. Asterisk 1.4 has [`ZapRestart`].
        DahdiRestart = "DAHDIRestart" [] "Asterisk 1.4.22 and later" () {}
        /// Lists the DAHDI channels. Asterisk 1.4 and earlier have [`ZapShowChannels`].
        DahdiShowChannels = "DAHDIShowChannels" [] "Asterisk 1.4.22 and later"
            => (List [DahdiShowChannels] DahdiShowChannelsComplete = "DAHDIShowChannelsComplete") () {
            /// Limits the list to the channel with this number.
            dahdi_channel: number = "DAHDIChannel",
        }
        /// Lists the DAHDI spans and their alarms.
        DahdiShowStatus = "DAHDIShowStatus" [] "Asterisk 18.23, 20.8, 21.3 and later"
            => (List [DahdiShowStatus] DahdiShowStatusComplete = "DAHDIShowStatusComplete") () {}
        /// Transfers a channel, as if its user had flashed and hung up. Asterisk 1.4 and earlier
        /// have [`ZapTransfer`].
        DahdiTransfer = "DAHDITransfer" [] "Asterisk 1.4.22 and later" (
            /// The number of the channel.
            dahdi_channel: number = "DAHDIChannel",
        ) {}
        /// Reads a tree of data about the server. The event comes without a response before it; an
        /// error is a response.
        DataGet [] "Asterisk 1.8 to 14" => (Event DataGetTree = "DataGet Tree") (
            /// The root of the tree, as in `asterisk/core/channels`.
            path: text = "Path",
        ) {
            /// Limits the answer to nodes that meet these conditions.
            search: text = "Search",
            /// Limits the answer to these nodes, separated by commas.
            filter: text = "Filter",
        }
        /// Removes an entry from the database of Asterisk.
        DbDel = "DBDel" [SYSTEM] "Asterisk 1.6.0 and later" (
            /// The family of the key.
            family: text = "Family",
            /// The key.
            key: text = "Key",
        ) {}
        /// Removes all entries of a family, or those below a key, from the database of Asterisk.
        DbDelTree = "DBDelTree" [SYSTEM] "Asterisk 1.6.0 and later" (
            /// The family of the keys.
            family: text = "Family",
        ) {
            /// Limits the removal to entries below this key.
            key: text = "Key",
        }
        /// Reads an entry of the database of Asterisk. The event comes after the response, and in
        /// Asterisk 1.8 and later before [`DBGetComplete`](crate::event::DbGetComplete).
        ///
        /// The response is an error if there is no such entry. Its status is then `Error`, and
        /// `PermissionDenied` if the user may not read the database.
        DbGet = "DBGet" [SYSTEM REPORTING] "Asterisk 1.2 and later"
            => (Event DbGetResponse = "DBGetResponse") (
            /// The family of the key.
            family: text = "Family",
            /// The key.
            key: text = "Key",
        ) {}
        /// Lists the entries of the database of Asterisk.
        DbGetTree = "DBGetTree" [SYSTEM REPORTING] "Asterisk 16.28, 18.14, 19.6 and later"
            => (List [DbGetTreeResponse] DbGetTreeComplete = "DBGetTreeComplete") () {
            /// Limits the list to this family.
            family: text = "Family",
            /// Limits the list to keys of the family that start with this one.
            key: text = "Key",
        }
        /// Writes an entry of the database of Asterisk.
        DbPut = "DBPut" [SYSTEM] "Asterisk 1.2 and later" (
            /// The family of the key.
            family: text = "Family",
            /// The key.
            key: text = "Key",
        ) {
            /// Sets the value of the entry. Without it, the value is empty.
            val: text = "Val",
        }
        /// Lists the states of all known devices.
        DeviceStateList [CALL REPORTING] "Asterisk 13 and later"
            => (List [DeviceStateChange] DeviceStateListComplete) () {}
        /// Adds a step to the dialplan, until the next reload.
        DialplanExtensionAdd [SYSTEM] "Asterisk 13 and later" (
            /// The context, which is created if it does not exist.
            context: text = "Context",
            /// The extension, or a pattern with its `_`.
            extension: text = "Extension",
            /// The number of the step, or `hint`.
            priority: text = "Priority",
            /// The application.
            application: text = "Application",
        ) {
            /// Sets the arguments of the application.
            application_data: text = "ApplicationData",
            /// Sets whether to replace an existing step.
            replace: flag = "Replace",
        }
        /// Removes an extension from the dialplan, until the next reload.
        DialplanExtensionRemove [SYSTEM] "Asterisk 13 and later" (
            /// The context.
            context: text = "Context",
            /// The extension.
            extension: text = "Extension",
        ) {
            /// Limits the removal to this step: its number, or `hint`.
            priority: text = "Priority",
        }
        /// Sets which events this connection receives. Old servers do not answer a mask of all
        /// classes.
        Events [] "Asterisk 0.9 and later" => (Response Events) (
            /// `on`, `off`, or classes as in `call,user`, without blanks.
            event_mask: text = "EventMask",
        ) {}
        /// Reads the state of an extension that has a hint. `Status` is -1 if it has none.
        ExtensionState [CALL REPORTING] "Asterisk 0.4 and later" => (Response ExtensionState) (
            /// The extension.
            exten: text = "Exten",
            /// The context of the extension.
            context: text = "Context",
        ) {}
        /// Lists the states of all extensions that have a hint. The response is an error if there
        /// are none.
        ExtensionStateList [CALL REPORTING] "Asterisk 13 and later"
            => (List [ExtensionStatus] ExtensionStateListComplete) () {}
        /// Reads the state of a fax session. The event follows the response.
        FaxSession = "FAXSession" [CALL] "Asterisk 13 and later" => (Event FaxSession = "FAXSession") (
            /// The number of the session.
            session_number: number = "SessionNumber",
        ) {}
        /// Lists the fax sessions.
        FaxSessions = "FAXSessions" [CALL] "Asterisk 13 and later"
            => (List [FaxSessionsEntry] FaxSessionsComplete = "FAXSessionsComplete") () {}
        /// Reads the counts of faxes. The event follows the response.
        FaxStats = "FAXStats" [REPORTING] "Asterisk 13 and later" => (Event FaxStats = "FAXStats") () {}
        /// Reads the categories and lines of a configuration file.
        GetConfig [SYSTEM CONFIG] "Asterisk 1.4 and later" => (Response GetConfig) (
            /// The name of the file, as in `sip.conf`.
            filename: text = "Filename",
        ) {
            /// Limits the answer to this category.
            category: text = "Category",
            /// Limits the answer to categories with these variables, as in `name=value,...` with
            /// regular expressions. `TEMPLATES=include` adds templates, `TEMPLATES=restrict`
            /// selects only them.
            filter: text = "Filter",
        }
        /// Reads a configuration file as JSON, on one line of any length. Up to Asterisk 10 it is
        /// not valid JSON.
        GetConfigJson = "GetConfigJSON" [SYSTEM CONFIG] "Asterisk 1.6.0 and later"
            => (Response GetConfigJson) (
            /// The name of the file, as in `sip.conf`.
            filename: text = "Filename",
        ) {
            /// Limits the answer to this category.
            category: text = "Category",
            /// Limits the answer to categories with these variables, as in `name=value,...` with
            /// regular expressions. `TEMPLATES=include` adds templates, `TEMPLATES=restrict`
            /// selects only them.
            filter: text = "Filter",
        }
        /// Reads a variable or function.
        Getvar [CALL REPORTING] "Asterisk 1.0 and later" => (Response Getvar) (
            /// The name of the variable or function, as in `CDR(src)`.
            variable: text = "Variable",
        ) {
            /// Sets the channel to read from. Without it, the variable is a global one.
            channel: text = "Channel",
        }
        /// Hangs up a channel.
        ///
        /// In Asterisk 11 and later, a regular expression between slashes hangs up all channels
        /// that match it, and the answer is a list of
        /// [`ChannelHungup`](crate::event::ChannelHungup) events, ended by
        /// [`ChannelsHungupListComplete`](crate::event::ChannelsHungupListComplete); see
        /// [`Completion::for_action`](crate::action::Completion::for_action).
        Hangup [SYSTEM CALL] "Asterisk 0.2 and later" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// Sets the cause, one of the numbers of [`HangupCause`](crate::event::HangupCause); 16
            /// is a normal end.
            cause: number = "Cause",
        }
        /// Lists the peers of the first version of IAX. The answer is a table in plain text,
        /// without a response.
        Iax1Peers = "IAX1peers" [] "Asterisk 1.0" () {}
        /// Reads statistics of the calls over IAX. In every version the answer is a table in plain
        /// text, without a response.
        IaxNetstats = "IAXnetstats" [SYSTEM REPORTING] "Asterisk 1.2 and later" () {}
        /// Lists the IAX peers.
        IaxPeerlist = "IAXpeerlist" [SYSTEM REPORTING] "Asterisk 1.6.0 and later"
            => (List [PeerEntry] PeerlistComplete) () {}
        /// Lists the IAX peers. Up to Asterisk 1.4 the answer is a table in plain text without a
        /// response. In 1.6 nothing marks the end of the list.
        IaxPeers = "IAXpeers" [SYSTEM REPORTING] "Asterisk 0.3 and later"
            => (List [PeerEntry] PeerlistComplete) () {}
        /// Lists the registrations of this server over IAX.
        IaxRegistry = "IAXregistry" [SYSTEM REPORTING] "Asterisk 1.6.2 and later"
            => (List [RegistryEntry] RegistrationsComplete) () {}
        /// Sends a message over XMPP. There are always two responses; the first only confirms that
        /// the server is trying.
        JabberSend [SYSTEM] "Asterisk 1.4 and later" (
            /// The name of the client in the configuration that sends the message.
            jabber: text = "Jabber",
            /// The address of the recipient.
            jid: text = "JID",
            /// The text.
            message: text = "Message",
        ) {
            /// Sets the address of the recipient once more, because many versions read this header
            /// instead of `JID`.
            screen_name: text = "ScreenName",
        }
        /// Lists the categories of a configuration file.
        ListCategories [CONFIG] "Asterisk 1.6.0 and later" => (Response ListCategories) (
            /// The name of the file, as in `sip.conf`.
            filename: text = "Filename",
        ) {
            /// Limits the answer to categories with these variables, in the form of
            /// [`GetConfig::filter`]; newer versions only.
            matching: text = "Match",
        }
        /// Lists the actions that this user may perform, as headers with their names.
        ListCommands [] "Asterisk 1.0 and later" => (Response ListCommands) () {}
        /// Allows a Local channel that was created with `/n` to be removed from its call.
        LocalOptimizeAway [SYSTEM CALL] "Asterisk 1.8 and later" (
            /// The name of the Local channel.
            channel: text = "Channel",
        ) {}
        /// Reloads the logger and starts new log files.
        LoggerRotate [SYSTEM REPORTING] "Asterisk 13 and later" () {}
        /// Ends the session. The server sends `Response: Goodbye` and closes the connection.
        Logoff [] "Asterisk 0.2 and later" () {}
        /// Counts the messages of a mailbox.
        MailboxCount [CALL REPORTING] "Asterisk 0.5 and later" => (Response MailboxCount) (
            /// The mailbox, as in `100@default`.
            mailbox: text = "Mailbox",
        ) {}
        /// Checks a mailbox for new messages.
        MailboxStatus [CALL REPORTING] "Asterisk 0.4 and later" => (Response MailboxStatus) (
            /// The mailbox, as in `100@default`, or several, separated by commas.
            mailbox: text = "Mailbox",
        ) {}
        /// Lists the users of MeetMe conferences. The response is an error if there are none.
        MeetmeList [REPORTING] "Asterisk 1.6.0 and later" => (List [MeetmeList] MeetmeListComplete) () {
            /// Limits the list to this conference.
            conference: text = "Conference",
        }
        /// Lists the MeetMe conferences. The response is an error if there are none.
        MeetmeListRooms [REPORTING] "Asterisk 10 and later"
            => (List [MeetmeListRooms] MeetmeListRoomsComplete) () {}
        /// Mutes a user of a MeetMe conference.
        MeetmeMute [CALL] "Asterisk 1.4 and later" (
            /// The number of the conference.
            meetme: text = "Meetme",
            /// The number of the user in the conference.
            usernum: number = "Usernum",
        ) {}
        /// Unmutes a user of a MeetMe conference.
        MeetmeUnmute [CALL] "Asterisk 1.4 and later" (
            /// The number of the conference.
            meetme: text = "Meetme",
            /// The number of the user in the conference.
            usernum: number = "Usernum",
        ) {}
        /// Sends a text message outside of a call. Set a destination or, which is the only way in
        /// old versions, `To`.
        MessageSend [MESSAGE] "Asterisk 11 and later" () {
            /// Sets the destination with its technology, as in `pjsip:alice`; newer versions only.
            destination: text = "Destination",
            /// Sets the recipient that the message names, which is also the destination if none is
            /// set.
            to: text = "To",
            /// Sets the sender that the message names.
            from: text = "From",
            /// Sets the text, on one line.
            body: text = "Body",
            /// Sets the text in base64, in place of `Body`, for several lines or arbitrary bytes.
            base64_body: text = "Base64Body",
            /// Sets variables of the message, many of which become its headers.
            variable: variables = "Variable",
        }
        /// Records a channel, both directions in one file.
        MixMonitor [SYSTEM] "Asterisk 11 and later" => (Response MixMonitor) (
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// Sets the file, with its extension.
            file: text = "File",
            /// Sets the options of the application MixMonitor. With `i` and the name of a
            /// variable, as in `i(recording)`, the response has the id of the recording.
            options: text = "Options",
            /// Sets a command that the shell of the server runs at the end.
            command: text = "Command",
        }
        /// Mutes or unmutes a recording that [`MixMonitor`] has started.
        MixMonitorMute [SYSTEM CALL] "Asterisk 1.8 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// The side of the recording.
            direction: Side = "Direction",
            /// Whether to mute it.
            state: flag = "State",
        ) {
            /// Limits the action to this recording of the channel; newer versions only.
            mix_monitor_id: text = "MixMonitorID",
        }
        /// Checks whether a module is loaded. The response is an error if it is not.
        ModuleCheck [SYSTEM] "Asterisk 1.6.0 and later" => (Response ModuleCheck) (
            /// The name of the module, without `.so`.
            module: text = "Module",
        ) {}
        /// Loads, unloads or reloads a module. If the action is not a reload and has no module,
        /// there may be up to three responses.
        ModuleLoad [SYSTEM] "Asterisk 1.6.0 and later" (
            /// The operation.
            load_type: LoadType = "LoadType",
        ) {
            /// Sets the name of the module, with its `.so`. A reload also accepts a part of the
            /// server, as in `cdr`, and without a module reloads all of them.
            module: text = "Module",
            /// Sets whether a refresh also unloads and loads the modules that depend on this one.
            recursive: YesNo = "Recursive",
        }
        /// Records a channel, each direction in its own file.
        Monitor [CALL] "Asterisk 0.4 to 20" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// Sets the prefix of the file names. Without it, the name of the channel is used.
            file: text = "File",
            /// Sets the format. Without it, the format is `wav`.
            format: text = "Format",
            /// Sets whether the two files are mixed into one at the end.
            mix: flag = "Mix",
        }
        /// Mutes or unmutes a channel.
        MuteAudio [SYSTEM] "Asterisk 1.8 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// The direction of the audio.
            direction: Direction = "Direction",
            /// Whether to mute it.
            state: flag = "State",
        ) {}
        /// Removes external mailboxes.
        MwiDelete = "MWIDelete" [CALL] "Asterisk 12.1 and later" (
            /// The mailbox, or a regular expression between slashes.
            mailbox: text = "Mailbox",
        ) {}
        /// Lists external mailboxes and the number of their messages.
        MwiGet = "MWIGet" [CALL REPORTING] "Asterisk 12.1 and later"
            => (List [MwiGet] MwiGetComplete = "MWIGetComplete") (
            /// The mailbox, or a regular expression between slashes.
            mailbox: text = "Mailbox",
        ) {}
        /// Sets the number of messages of an external mailbox.
        MwiUpdate = "MWIUpdate" [CALL] "Asterisk 12.1 and later" (
            /// The mailbox.
            mailbox: text = "Mailbox",
        ) {
            /// Sets the number of old messages. Without it, the number is 0.
            old_messages: number = "OldMessages",
            /// Sets the number of new messages. Without it, the number is 0.
            new_messages: number = "NewMessages",
        }
        /// Parks a channel.
        Park [CALL] "Asterisk 1.4 and later" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// Sets the channel to call when the parking times out; Asterisk 12 and later.
            timeout_channel: text = "TimeoutChannel",
            /// Sets the channel that hears the parking space announced; Asterisk 12 and later.
            announce_channel: text = "AnnounceChannel",
            /// Sets the time until the call goes back, in milliseconds. Asterisk 12 and later use
            /// whole seconds of it, and 0 for no limit.
            timeout: number = "Timeout",
            /// Sets the parking lot, instead of that of the channel.
            parkinglot: text = "Parkinglot",
            /// Sets the space to park the call in; newer versions only.
            parking_space: text = "ParkingSpace",
            /// Sets the channel to call when the parking times out, under the name that
            /// `TimeoutChannel` had up to Asterisk 11, which requires it.
            channel2: text = "Channel2",
        }
        /// Lists the parked calls.
        ParkedCalls [CALL] "Asterisk 0.7.2 and later" => (List [ParkedCall] ParkedCallsComplete) () {
            /// Limits the list to this parking lot.
            parking_lot: text = "ParkingLot",
        }
        /// Lists the parking lots.
        Parkinglots [CALL] "Asterisk 11 and later" => (List [Parkinglot] ParkinglotsComplete) () {}
        /// Pauses a recording that [`Monitor`] has started.
        PauseMonitor [CALL] "Asterisk 1.4 to 20" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {}
        /// Checks whether the server is alive.
        Ping [] "Asterisk 0.2 and later" => (Response Ping) () {}
        /// Hangs up an incoming PJSIP channel that has not been answered, with a SIP response.
        PjsipHangup = "PJSIPHangup" [SYSTEM CALL] "Asterisk 18.21, 20.6, 21.1 and later" (
            /// The name of the channel, or a regular expression between slashes.
            channel: text = "Channel",
            /// The code of the response, 400 to 699, or its name, as in `BUSY_HERE`.
            cause: text = "Cause",
        ) {}
        /// Sends a NOTIFY to an endpoint, a URI, or the dialog of a channel. Set exactly one of the
        /// three, and an option or variables.
        PjsipNotify = "PJSIPNotify" [SYSTEM] "Asterisk 12 and later" () {
            /// Sets the endpoint to send it to.
            endpoint: text = "Endpoint",
            /// Sets the URI to send it to.
            uri: text = "URI",
            /// Sets the PJSIP channel in whose dialog to send it; newer versions only.
            channel: text = "channel",
            /// Sets the section of `pjsip_notify.conf` to send; newer versions only.
            option: text = "Option",
            /// Sets the headers of the NOTIFY. The variable `Content` is its body.
            variable: variables = "Variable",
        }
        /// Checks whether the contacts of an endpoint can be reached. Events report the results.
        PjsipQualify = "PJSIPQualify" [SYSTEM REPORTING] "Asterisk 12 and later" (
            /// The name of the endpoint.
            endpoint: text = "Endpoint",
        ) {}
        /// Registers this server with another.
        PjsipRegister = "PJSIPRegister" [SYSTEM REPORTING] "Asterisk 13.2 and later" (
            /// The name of the registration, or `*all`.
            registration: text = "Registration",
        ) {}
        /// Starts or ends the maintenance of an endpoint, during which new calls are refused.
        PjsipSetMaintenance = "PJSIPSetMaintenance" [SYSTEM] "Asterisk 20.20, 22.10, 23.4 and later" (
            /// The name of the endpoint, or `all`.
            endpoint: text = "Endpoint",
            /// Whether the endpoint is in maintenance from now on.
            state: OnOff = "State",
        ) {}
        /// Lists the addresses of record.
        PjsipShowAors = "PJSIPShowAors" [SYSTEM] "Asterisk 16 and later"
            => (List [AorList] AorListComplete) () {}
        /// Lists the credentials.
        PjsipShowAuths = "PJSIPShowAuths" [SYSTEM] "Asterisk 16 and later"
            => (List [AuthList] AuthListComplete) () {}
        /// Lists the contacts.
        PjsipShowContacts = "PJSIPShowContacts" [SYSTEM] "Asterisk 16 and later"
            => (List [ContactList] ContactListComplete) () {}
        /// Reads all details of an endpoint. The server may send an error although the list has
        /// begun.
        PjsipShowEndpoint = "PJSIPShowEndpoint" [SYSTEM] "Asterisk 12 and later" => (List [
            EndpointDetail, IdentifyDetail, ContactStatusDetail, AuthDetail, TransportDetail and AorDetail
        ] EndpointDetailComplete) (
            /// The name of the endpoint.
            endpoint: text = "Endpoint",
        ) {}
        /// Lists the endpoints. The response is an error if there are none.
        PjsipShowEndpoints = "PJSIPShowEndpoints" [SYSTEM] "Asterisk 12 and later"
            => (List [EndpointList] EndpointListComplete) () {}
        /// Lists the endpoints that are in maintenance.
        PjsipShowMaintenance = "PJSIPShowMaintenance" [SYSTEM REPORTING]
            "Asterisk 20.20, 22.10, 23.4 and later" => (List [PjsipMaintenanceStatus]
                PjsipMaintenanceStatusComplete = "PJSIPMaintenanceStatusComplete") () {
            /// Limits the list to this endpoint, and includes it even if it is not in maintenance.
            endpoint: text = "Endpoint",
        }
        /// Lists the contacts that are registered with this server, and their status.
        PjsipShowRegistrationInboundContactStatuses = "PJSIPShowRegistrationInboundContactStatuses" [SYSTEM]
            "Asterisk 13.14, 14.3 and later" => (List [ContactStatusDetail] ContactStatusDetailComplete) () {}
        /// Lists the addresses of record that others can register with this server.
        PjsipShowRegistrationsInbound = "PJSIPShowRegistrationsInbound" [SYSTEM] "Asterisk 12 and later"
            => (List [InboundRegistrationDetail] InboundRegistrationDetailComplete) () {}
        /// Lists the registrations of this server with others.
        PjsipShowRegistrationsOutbound = "PJSIPShowRegistrationsOutbound" [SYSTEM REPORTING]
            "Asterisk 12 and later"
            => (List [OutboundRegistrationDetail] OutboundRegistrationDetailComplete) () {}
        /// Lists the resource lists that others can subscribe to. The response is an error if there
        /// are none.
        PjsipShowResourceLists = "PJSIPShowResourceLists" [SYSTEM] "Asterisk 13 and later"
            => (List [ResourceListDetail] ResourceListDetailComplete) () {}
        /// Lists the subscriptions of others with this server.
        PjsipShowSubscriptionsInbound = "PJSIPShowSubscriptionsInbound" [SYSTEM] "Asterisk 12 and later"
            => (List [InboundSubscriptionDetail] InboundSubscriptionDetailComplete) () {}
        /// Lists the subscriptions of this server with others.
        PjsipShowSubscriptionsOutbound = "PJSIPShowSubscriptionsOutbound" [SYSTEM] "Asterisk 12 and later"
            => (List [OutboundSubscriptionDetail] OutboundSubscriptionDetailComplete) () {}
        /// Ends a registration of this server with another.
        PjsipUnregister = "PJSIPUnregister" [SYSTEM REPORTING] "Asterisk 12 and later" (
            /// The name of the registration, or `*all`.
            registration: text = "Registration",
        ) {}
        /// Plays a DTMF digit on a channel.
        PlayDtmf = "PlayDTMF" [CALL] "Asterisk 1.4 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// The digit, `0` to `9`, `*`, `#` or `A` to `D`.
            digit: text = "Digit",
        ) {
            /// Sets the duration in milliseconds.
            duration: number = "Duration",
            /// Sets whether to act as if the digit came from the channel, instead of sending it.
            receive: flag = "Receive",
        }
        /// Plays an MF digit on a channel.
        PlayMf = "PlayMF" [CALL] "Asterisk 16.21, 18.7, 19 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// The digit.
            digit: text = "Digit",
        ) {
            /// Sets the duration in milliseconds.
            duration: number = "Duration",
        }
        /// Reads the presence that a provider reports.
        PresenceState [CALL REPORTING] "Asterisk 11 and later" => (Response PresenceState) (
            /// The provider, as in `CustomPresence:alice`.
            provider: text = "Provider",
        ) {}
        /// Lists all known presence states.
        PresenceStateList [CALL REPORTING] "Asterisk 13 and later"
            => (List [PresenceStateChange] PresenceStateListComplete) () {}
        /// Starts writing the PRI trace to a file.
        PriDebugFileSet = "PRIDebugFileSet" [SYSTEM] "Asterisk 13 and later" (
            /// The path of the file on the server.
            file: text = "File",
        ) {}
        /// Stops writing the PRI trace to a file.
        PriDebugFileUnset = "PRIDebugFileUnset" [] "Asterisk 13 and later" () {}
        /// Sets the level of the trace of a PRI span. There are two responses if a parameter is
        /// wrong.
        PriDebugSet = "PRIDebugSet" [] "Asterisk 13 and later" (
            /// The number of the span.
            span: number = "Span",
            /// The level of the trace.
            level: DebugLevel = "Level",
        ) {}
        /// Lists the PRI spans.
        PriShowSpans = "PRIShowSpans" [] "Asterisk 10 and later"
            => (List [PriShowSpans] PriShowSpansComplete = "PRIShowSpansComplete") () {
            /// Limits the list to the span with this number; 0 selects all.
            span: number = "Span",
        }
        /// Adds a member to a queue.
        QueueAdd [AGENT] "Asterisk 1.0 and later" (
            /// The name of the queue.
            queue: text = "Queue",
            /// The interface of the member, as in `SIP/7`.
            interface: text = "Interface",
        ) {
            /// Sets the penalty. Members with a lower penalty are called first.
            penalty: number = "Penalty",
            /// Sets whether the member starts paused.
            paused: flag = "Paused",
            /// Sets the reason of the pause; newer versions only.
            reason: text = "Reason",
            /// Sets the displayed name of the member.
            member_name: text = "MemberName",
            /// Sets the device whose state decides whether the member is free.
            state_interface: text = "StateInterface",
            /// Sets the rest between two calls, in seconds; newer versions only.
            wrapuptime: number = "Wrapuptime",
        }
        /// Changes the priority of a caller in a queue.
        QueueChangePriorityCaller [] "Asterisk 15 and later" (
            /// The name of the queue.
            queue: text = "Queue",
            /// The channel of the caller.
            caller: text = "Caller",
            /// The new priority.
            priority: number = "Priority",
        ) {
            /// Sets whether the caller moves at once; newer versions only.
            immediate: YesNo = "Immediate",
        }
        /// Writes an entry to the queue log.
        QueueLog [AGENT] "Asterisk 1.6.0 and later" (
            /// The name of the queue.
            queue: text = "Queue",
            /// The name of the event.
            event: text = "Event",
        ) {
            /// Sets the id of the channel.
            uniqueid: text = "Uniqueid",
            /// Sets the interface of the member.
            interface: text = "Interface",
            /// Sets the text of the entry.
            message: text = "Message",
        }
        /// Sets whether a member of queues is called while in a call.
        QueueMemberRingInUse [AGENT] "Asterisk 11 and later" (
            /// The interface of the member, as in `SIP/7`.
            interface: text = "Interface",
            /// Whether the member is called.
            ring_in_use: flag = "RingInUse",
        ) {
            /// Limits the change to this queue.
            queue: text = "Queue",
        }
        /// Pauses or unpauses a member of queues.
        QueuePause [AGENT] "Asterisk 1.2 and later" (
            /// The interface of the member, as in `SIP/7`.
            interface: text = "Interface",
            /// Whether the member is paused from now on.
            paused: flag = "Paused",
        ) {
            /// Limits the change to this queue.
            queue: text = "Queue",
            /// Sets the reason of the pause.
            reason: text = "Reason",
        }
        /// Sets the penalty of a member of queues.
        QueuePenalty [AGENT] "Asterisk 1.6.0 and later" (
            /// The interface of the member, as in `SIP/7`.
            interface: text = "Interface",
            /// The penalty. Members with a lower penalty are called first.
            penalty: number = "Penalty",
        ) {
            /// Limits the change to this queue.
            queue: text = "Queue",
        }
        /// Reloads the configuration of queues: the selected parts, or all if none is selected.
        QueueReload [] "Asterisk 1.6.2 and later" () {
            /// Limits the reload to this queue.
            queue: text = "Queue",
            /// Selects the members.
            members: YesNo = "Members",
            /// Selects the rules.
            rules: YesNo = "Rules",
            /// Selects everything else.
            parameters: YesNo = "Parameters",
        }
        /// Removes a member from a queue.
        QueueRemove [AGENT] "Asterisk 1.0 and later" (
            /// The name of the queue.
            queue: text = "Queue",
            /// The interface of the member, as in `SIP/7`.
            interface: text = "Interface",
        ) {}
        /// Resets the statistics of queues.
        QueueReset [] "Asterisk 1.6.2 and later" () {
            /// Limits the reset to this queue.
            queue: text = "Queue",
        }
        /// Reads the rules that change penalties. Up to Asterisk 1.8.4 they come without a
        /// response.
        QueueRule [] "Asterisk 1.6.0 and later" => (Response QueueRule) () {
            /// Limits the answer to this rule.
            rule: text = "Rule",
        }
        /// Shows the queues. The answer is text as at the console, with empty lines and without a
        /// response.
        Queues [] "Asterisk 1.0 to 14" () {}
        /// Lists the queues, their members and their callers. Asterisk 1.0 does not mark the end.
        QueueStatus [] "Asterisk 0.5 and later"
            => (List [QueueParams, QueueMember and QueueEntry] QueueStatusComplete) () {
            /// Limits the list to this queue.
            queue: text = "Queue",
            /// Limits the list to the member with this interface or name.
            member: text = "Member",
        }
        /// Lists the statistics of queues.
        QueueSummary [] "Asterisk 1.6.0 and later" => (List [QueueSummary] QueueSummaryComplete) () {
            /// Limits the list to this queue.
            queue: text = "Queue",
        }
        /// Removes a caller from a queue; the call returns to the dialplan.
        QueueWithdrawCaller [] "Asterisk 16.25, 18.11, 19.3 and later" (
            /// The name of the queue.
            queue: text = "Queue",
            /// The channel of the caller.
            caller: text = "Caller",
        ) {
            /// Sets the value of the caller's variable `QUEUE_WITHDRAW_INFO`.
            withdraw_info: text = "WithdrawInfo",
        }
        /// Reloads the configuration.
        Reload [CONFIG SYSTEM] "Asterisk 1.6.0 and later" () {
            /// Limits the reload to this module.
            module: text = "Module",
        }
        /// Lists the nodes of app_rpt. The answer is XML, without a response.
        RptLocalNodes [] "Asterisk 1.6.1 to 1.8.11, 10.0 to 10.3" () {}
        /// Reads the status of app_rpt. The answer may be plain text, and after an unknown node the
        /// server closes the connection.
        RptStatus [] "Asterisk 1.6.1 to 1.8.11, 10.0 to 10.3" () {
            /// Sets the part of the status to read.
            command: text = "Command",
        }
        /// Sends a hook flash on a channel.
        SendFlash [CALL] "Asterisk 18.18, 20.3 and later" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// Sets whether to act as if the flash came from the channel, instead of sending it.
            receive: flag = "Receive",
        }
        /// Sends a text to a channel that is in a call.
        SendText [CALL] "Asterisk 1.6.0 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// The text.
            message: text = "Message",
        ) {
            /// Sets the type of the text, as in `text/plain`; newer versions only.
            content_type: text = "Content-Type",
        }
        /// Sets the user field of the call detail record of a channel.
        SetCdrUserField = "SetCDRUserField" [CALL] "Asterisk 1.0 to 1.4" (
            /// The value.
            user_field: text = "UserField",
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// Sets whether to append the value to the existing one.
            append: flag = "Append",
        }
        /// Sets a variable or function.
        Setvar [CALL] "Asterisk 1.0 and later" (
            /// The name of the variable or function, as in `CDR(userfield)`.
            variable: text = "Variable",
            /// The value.
            value: text = "Value",
        ) {
            /// Sets the channel to write to. Without it, the variable is a global one.
            channel: text = "Channel",
        }
        /// Lists the dialplan.
        ShowDialPlan [CONFIG REPORTING] "Asterisk 1.6.0 and later"
            => (List [ListDialplan] ShowDialPlanComplete) () {
            /// Limits the list to this extension.
            extension: text = "Extension",
            /// Limits the list to this context.
            context: text = "Context",
        }
        /// Sends a NOTIFY to a SIP peer.
        SipNotify = "SIPnotify" [SYSTEM] "Asterisk 1.6.1 to 20" (
            /// The name of the peer.
            channel: text = "Channel",
            /// The headers of the NOTIFY. The variable `Content` is a line of its body.
            variable: variables = "Variable",
        ) {
            /// Sets the dialog in which to send it; newer versions only.
            call_id: text = "Call-ID",
        }
        /// Lists the SIP peers.
        SipPeers = "SIPpeers" [SYSTEM REPORTING] "Asterisk 1.2 to 20"
            => (List [PeerEntry] PeerlistComplete) () {}
        /// Lists the status of SIP peers.
        SipPeerstatus = "SIPpeerstatus" [SYSTEM] "Asterisk 11 to 20"
            => (List [PeerStatus] SipPeerstatusComplete = "SIPpeerstatusComplete") () {
            /// Limits the list to this peer.
            peer: text = "Peer",
        }
        /// Checks whether a SIP peer can be reached. Up to Asterisk 11 the server does not respond
        /// if the peer exists. Later versions send
        /// [`SIPQualifyPeerDone`](crate::event::SipQualifyPeerDone) to all connections when the
        /// peer answers.
        SipQualifypeer = "SIPqualifypeer" [SYSTEM REPORTING] "Asterisk 1.6.1 to 20" (
            /// The name of the peer.
            peer: text = "Peer",
        ) {}
        /// Reads all settings and the state of a SIP peer.
        SipShowpeer = "SIPshowpeer" [SYSTEM REPORTING] "Asterisk 1.2 to 20" => (Response SipShowpeer) (
            /// The name of the peer.
            peer: text = "Peer",
        ) {}
        /// Lists the registrations of this server over SIP.
        SipShowregistry = "SIPshowregistry" [SYSTEM REPORTING] "Asterisk 1.6.0 to 20"
            => (List [RegistryEntry] RegistrationsComplete) () {}
        /// Lists the Skinny devices. The entries and the end come as one message with many `Event`
        /// headers.
        SkinnyDevices = "SKINNYdevices" [SYSTEM REPORTING] "Asterisk 1.6.2 to 20"
            => (List [DeviceEntry] DevicelistComplete) () {}
        /// Lists the Skinny lines. The entries and the end come as one message with many `Event`
        /// headers.
        SkinnyLines = "SKINNYlines" [SYSTEM REPORTING] "Asterisk 1.6.2 to 20"
            => (List [LineEntry] LinelistComplete) () {}
        /// Reads all settings and the state of a Skinny device. The headers come without a response
        /// and without ActionID.
        SkinnyShowdevice = "SKINNYshowdevice" [SYSTEM REPORTING] "Asterisk 1.6.2 to 20" (
            /// The name of the device.
            device: text = "Device",
        ) {}
        /// Reads all settings and the state of a Skinny line. The headers come without a response
        /// and without ActionID.
        SkinnyShowline = "SKINNYshowline" [SYSTEM REPORTING] "Asterisk 1.6.2 to 20" (
            /// The name of the line.
            line: text = "Line",
        ) {}
        /// Removes all objects from a cache.
        SorceryMemoryCacheExpire [SYSTEM] "Asterisk 13.5 and later" (
            /// The name of the cache.
            cache: text = "Cache",
        ) {}
        /// Removes an object from a cache.
        SorceryMemoryCacheExpireObject [SYSTEM] "Asterisk 13.5 and later" (
            /// The name of the cache.
            cache: text = "Cache",
            /// The id of the object.
            object: text = "Object",
        ) {}
        /// Fills a cache with all objects, read anew.
        SorceryMemoryCachePopulate [SYSTEM] "Asterisk 13.7 and later" (
            /// The name of the cache.
            cache: text = "Cache",
        ) {}
        /// Marks all objects of a cache as stale. Each is read anew when it is next requested.
        SorceryMemoryCacheStale [SYSTEM] "Asterisk 13.5 and later" (
            /// The name of the cache.
            cache: text = "Cache",
        ) {}
        /// Marks an object of a cache as stale. It is read anew when it is next requested.
        SorceryMemoryCacheStaleObject [SYSTEM] "Asterisk 13.5 and later" (
            /// The name of the cache.
            cache: text = "Cache",
            /// The id of the object.
            object: text = "Object",
        ) {
            /// Sets whether to read the object anew at once.
            reload: flag = "Reload",
        }
        /// Lists the channels with all their details.
        Status [SYSTEM CALL REPORTING] "Asterisk 0.2 and later" => (List [Status] StatusComplete) () {
            /// Limits the list to this channel.
            channel: text = "Channel",
            /// Sets the variables to report, separated by commas.
            variables: text = "Variables",
            /// Sets whether to report all variables; newer versions only.
            all_variables: flag = "AllVariables",
        }
        /// Ends a recording that [`MixMonitor`] has started.
        StopMixMonitor [SYSTEM CALL] "Asterisk 11 and later" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// Limits the action to this recording of the channel.
            mix_monitor_id: text = "MixMonitorID",
        }
        /// Ends a recording that [`Monitor`] has started.
        StopMonitor [CALL] "Asterisk 0.4 to 20" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {}
        /// Resumes a recording that [`PauseMonitor`] has paused.
        UnpauseMonitor [CALL] "Asterisk 1.4 to 20" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {}
        /// Lists the messages of a mailbox. If the mailbox does not exist, the response is
        /// `Success` without a list.
        VoicemailBoxSummary [CALL REPORTING] "Asterisk 18.20, 20.5 and later"
            => (List [VoicemailBoxDetail] VoicemailBoxDetailComplete) (
            /// The context of the mailbox.
            context: text = "Context",
            /// The mailbox.
            mailbox: text = "Mailbox",
        ) {}
        /// Copies a message to another mailbox. The response is `Success` even if that failed; its
        /// `Message` reports the outcome.
        VoicemailForward [USER] "Asterisk 18.20, 20.5 and later" (
            /// The context of the mailbox.
            context: text = "Context",
            /// The mailbox.
            mailbox: text = "Mailbox",
            /// The folder of the message, as in `INBOX`.
            folder: text = "Folder",
            /// The id of the message.
            id: text = "ID",
            /// The context of the other mailbox.
            to_context: text = "ToContext",
            /// The other mailbox.
            to_mailbox: text = "ToMailbox",
            /// The folder in the other mailbox.
            to_folder: text = "ToFolder",
        ) {}
        /// Moves a message to another folder. The response is `Success` even if that failed; its
        /// `Message` reports the outcome.
        VoicemailMove [USER] "Asterisk 18.20, 20.5 and later" (
            /// The context of the mailbox.
            context: text = "Context",
            /// The mailbox.
            mailbox: text = "Mailbox",
            /// The folder of the message, as in `INBOX`.
            folder: text = "Folder",
            /// The id of the message.
            id: text = "ID",
            /// The other folder.
            to_folder: text = "ToFolder",
        ) {}
        /// Checks mailboxes for changes that other programs have made.
        VoicemailRefresh [USER] "Asterisk 12 and later" () {
            /// Limits the check to this context.
            context: text = "Context",
            /// Limits the check to this mailbox.
            mailbox: text = "Mailbox",
        }
        /// Removes a message. The response is `Success` even if that failed; its `Message` reports
        /// the outcome.
        VoicemailRemove [USER] "Asterisk 18.20, 20.5 and later" (
            /// The context of the mailbox.
            context: text = "Context",
            /// The mailbox.
            mailbox: text = "Mailbox",
            /// The folder of the message, as in `INBOX`.
            folder: text = "Folder",
            /// The id of the message.
            id: text = "ID",
        ) {}
        /// Lists the mailboxes. If there are none, the response is `Success` without a list.
        VoicemailUsersList [CALL REPORTING] "Asterisk 1.6.0 and later"
            => (List [VoicemailUserEntry] VoicemailUserEntryComplete) () {}
        /// Reads all settings and the state of a mailbox. If it does not exist, the response is
        /// `Success` without a list.
        VoicemailUserStatus [CALL REPORTING] "Asterisk 16 and later"
            => (List [VoicemailUserDetail] VoicemailUserDetailComplete) (
            /// The context of the mailbox.
            context: text = "Context",
            /// The mailbox.
            mailbox: text = "Mailbox",
        ) {}
        /// Waits for an event. The action is meant for HTTP, where it is the only way to receive
        /// events; here it blocks the connection.
        WaitEvent [] "Asterisk 1.4 and later" => (Event WaitEventComplete) (
            /// The maximum time to wait, in seconds; -1 means no limit.
            timeout: number = "Timeout",
        ) {}
        /// Dials on a channel that is off hook. Asterisk 1.4.22 and later have
        /// [`DahdiDialOffhook`].
        ZapDialOffHook [] "Asterisk 1.0 to 1.4" (
            /// The number of the channel.
            zap_channel: number = "ZapChannel",
            /// The digits to dial.
            number: text = "Number",
        ) {}
        /// Turns `do not disturb` off for a channel. Asterisk 1.4.22 and later have
        /// [`DahdiDndOff`].
        ZapDndOff = "ZapDNDoff" [] "Asterisk 1.0 to 1.4" (
            /// The number of the channel.
            zap_channel: number = "ZapChannel",
        ) {}
        /// Turns `do not disturb` on for a channel. Asterisk 1.4.22 and later have [`DahdiDndOn`].
        ZapDndOn = "ZapDNDon" [] "Asterisk 1.0 to 1.4" (
            /// The number of the channel.
            zap_channel: number = "ZapChannel",
        ) {}
        /// Hangs up a channel, as if its user had. Asterisk 1.4.22 and later have [`DahdiHangup`].
        ZapHangup [] "Asterisk 1.0 to 1.4" (
            /// The number of the channel.
            zap_channel: number = "ZapChannel",
        ) {}
        /// Restarts all Zap channels, which ends their calls. Asterisk 1.4.22 and later have
        /// [`DahdiRestart`].
        ZapRestart [] "Asterisk 1.4" () {}
        /// Lists the Zap channels. Asterisk 1.4.22 and later have [`DahdiShowChannels`].
        ZapShowChannels [] "Asterisk 1.0 to 1.4"
            => (List [DahdiShowChannels] DahdiShowChannelsComplete = "ZapShowChannelsComplete") () {}
        /// Transfers a channel, as if its user had flashed and hung up. Asterisk 1.4.22 and later
        /// have [`DahdiTransfer`].
        ZapTransfer [] "Asterisk 1.0 to 1.4" (
            /// The number of the channel.
            zap_channel: number = "ZapChannel",
        ) {}
        }
    };
}
pub(crate) use actions_table;
