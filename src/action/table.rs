//! The table of actions.

/// Hands the table to a macro: the actions that need no code of their own, as
///
/// ```text
/// /// What it does.
/// Name [CLASS CLASS] "Asterisk 1.2 to 20" => List "NameComplete" (
///     /// What it is, on one line.
///     required: kind = "Header",
/// ) {
///     /// What it is.
///     optional: kind = "Header",
/// }
/// ```
///
/// The kinds are `text`, `flag`, `number`, `variables`, or a set of words. Without `=> List` or `=> Event`
/// the response ends the answer.
macro_rules! actions_table {
    ($expand:ident) => {
        $expand! {
        /// Hangs up a channel after some time; `Timeout` in the document of Asterisk 1.4.
        AbsoluteTimeout [SYSTEM CALL] "Asterisk 0.5 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// Seconds from now, 0 for no limit.
            timeout: number = "Timeout",
        ) {}
        /// Logs an agent in, to be called at an extension.
        AgentCallbackLogin [AGENT] "Asterisk 1.2 to 1.4" (
            /// The number of the agent.
            agent: text = "Agent",
            /// The extension at which to call the agent.
            exten: text = "Exten",
        ) {
            /// The context of the extension.
            context: text = "Context",
            /// Seconds of rest between two calls.
            wrapup_time: number = "WrapupTime",
            /// Whether the agent has to take each call with `#`.
            ack_call: AckCall = "AckCall",
        }
        /// Logs an agent off.
        AgentLogoff [AGENT] "Asterisk 1.2 and later" (
            /// The number of the agent.
            agent: text = "Agent",
        ) {
            /// Only when the call is over, instead of hanging it up.
            soft: flag = "Soft",
        }
        /// The agents and what they are doing.
        Agents [AGENT] "Asterisk 1.2 and later" => List "AgentsComplete" () {}
        /// Queues a command of AGI for a channel that is in `AGI(agi:async)`. The response says only that it
        /// is queued: the result comes as an event.
        AGI [AGI] "Asterisk 1.6.0 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// The command, as in `ANSWER` or `EXEC Playback hello`.
            command: text = "Command",
        ) {
            /// Comes back in the event with the result.
            command_id: text = "CommandID",
        }
        /// Sends an advice of charge on a channel, of which either the name or a beginning of the name is
        /// needed. AOC-S, and all from `ChargedItem` on, came late in Asterisk 18. A second unit or a second
        /// charged item takes [`from_fn`](crate::action::from_fn).
        AOCMessage [AOC] "Asterisk 1.8 and later" (
            /// When in the call the charge is told.
            msg_type: AocMessageType = "MsgType",
        ) {
            /// The name of the channel.
            channel: text = "Channel",
            /// The beginning of the name: the first channel that has it gets the message.
            channel_prefix: text = "ChannelPrefix",
            /// What is charged, in AOC-D and AOC-E.
            charge_type: AocChargeType = "ChargeType",
            /// How many units, for a charge in units.
            unit_amount: number = "UnitAmount(0)",
            /// The type of these units, 1 to 16 in the standard.
            unit_type: number = "UnitType(0)",
            /// The currency, at most 10 bytes.
            currency_name: text = "CurrencyName",
            /// The amount, before it is multiplied.
            currency_amount: number = "CurrencyAmount",
            /// What to multiply the amount by; wanted with each amount.
            currency_multiplier: AocMultiplier = "CurrencyMultiplier",
            /// Whether an AOC-D tells the total or a part; the total without it.
            total_type: AocTotalType = "TotalType",
            /// Why this party pays; in AOC-D only the first three.
            aoc_billing_id: AocBillingId = "AOCBillingId",
            /// The charging association of an AOC-E, -32768 to 32767.
            charging_association_id: number = "ChargingAssociationId",
            /// The number of the party of the charging association, in AOC-E.
            charging_association_number: text = "ChargingAssociationNumber",
            /// The plan of that number: the low seven bits of the octet of type and plan in Q.931.
            charging_association_plan: number = "ChargingAssociationPlan",
            /// What an AOC-S charges for.
            charged_item: AocChargedItem = "ChargedItem",
            /// How an AOC-S charges for it.
            rate_type: AocRateType = "RateType",
            /// How much time one amount pays for, for a rate by duration.
            time: number = "Time",
            /// The unit of that time.
            time_scale: AocTimeScale = "TimeScale",
            /// The size of the steps of time that are charged, for a step function.
            granularity: number = "Granularity",
            /// The unit of that step.
            granularity_time_scale: AocTimeScale = "GranularityTimeScale",
            /// Whether the charge grows steadily or in steps, for a rate by duration.
            charging_type: AocChargingType = "ChargingType",
            /// What one amount pays for, for a rate by volume.
            volume_unit: AocVolumeUnit = "VolumeUnit",
            /// The charging code, 1 to 10, for a special arrangement or a rate by special code.
            code: number = "Code",
        }
        /// Begins an attended transfer, as if the party of the channel had dialled the feature code. It
        /// blocks the connection meanwhile.
        Atxfer [CALL] "Asterisk 1.6.1 and later" (
            /// The channel of the party that transfers.
            channel: text = "Channel",
            /// The extension to transfer to.
            exten: text = "Exten",
        ) {
            /// Its context, instead of the one of the channel.
            context: text = "Context",
        }
        /// Sends those who are in a bridge with a channel to an extension.
        BlindTransfer [CALL] "Asterisk 12 and later" (
            /// The channel of the party that transfers.
            channel: text = "Channel",
            /// The extension to transfer to.
            exten: text = "Exten",
        ) {
            /// Its context, instead of the one of the channel.
            context: text = "Context",
        }
        /// Connects two channels that are up.
        Bridge [CALL] "Asterisk 1.6.0 and later" (
            /// The first channel, or a beginning of its name.
            channel1: text = "Channel1",
            /// The second channel, or a beginning of its name.
            channel2: text = "Channel2",
        ) {
            /// Who is to hear a tone first.
            tone: Tone = "Tone",
        }
        /// Ends a bridge: all its channels leave it.
        BridgeDestroy [] "Asterisk 12 and later" (
            /// The id of the bridge.
            bridge_uniqueid: text = "BridgeUniqueid",
        ) {}
        /// The channels of a bridge; the bridge itself is in the event at the end.
        BridgeInfo [] "Asterisk 12 and later" => List "BridgeInfoComplete" (
            /// The id of the bridge.
            bridge_uniqueid: text = "BridgeUniqueid",
        ) {}
        /// Throws a channel out of the bridge that it is in.
        BridgeKick [] "Asterisk 12 and later" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// Only if it is in the bridge of this id.
            bridge_uniqueid: text = "BridgeUniqueid",
        }
        /// The bridges.
        BridgeList [] "Asterisk 12 and later" => List "BridgeListComplete" () {
            /// Only those of this type.
            bridge_type: text = "BridgeType",
        }
        /// The technologies that bridges use, and which of them are suspended.
        BridgeTechnologyList [] "Asterisk 12 and later" => List "BridgeTechnologyListComplete" () {}
        /// Keeps new bridges from using a technology.
        BridgeTechnologySuspend [] "Asterisk 12 and later" (
            /// The name of the technology.
            bridge_technology: text = "BridgeTechnology",
        ) {}
        /// Lets bridges use a technology again.
        BridgeTechnologyUnsuspend [] "Asterisk 12 and later" (
            /// The name of the technology.
            bridge_technology: text = "BridgeTechnology",
        ) {}
        /// Breaks off an attended transfer, as if the party of the channel had dialled the feature code for
        /// that.
        CancelAtxfer [CALL] "Asterisk 13.18, 14.7, 15.1 and later" (
            /// The channel of the party that transfers.
            channel: text = "Channel",
        ) {}
        /// Changes the file of a recording that Monitor began.
        ChangeMonitor [CALL] "Asterisk 0.4 to 20" (
            /// The name of the channel.
            channel: text = "Channel",
            /// The new name, without what Asterisk puts behind it.
            file: text = "File",
        ) {}
        /// Runs a command of the console. Up to Asterisk 13 the output is raw text; later it is `Output`
        /// headers. There, the response is an error if the command failed.
        Command [COMMAND] "Asterisk 0.3 and later" (
            /// The command, as typed at the console.
            command: text = "Command",
        ) {}
        /// Throws somebody out of a conference.
        ConfbridgeKick [CALL] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
            /// The channel; newer versions also take `all` and `participants`.
            channel: text = "Channel",
        ) {}
        /// Those who are in a conference. An error if it does not exist.
        ConfbridgeList [REPORTING] "Asterisk 10 and later" => List "ConfbridgeListComplete" (
            /// The name of the conference.
            conference: text = "Conference",
        ) {}
        /// The conferences. An error if there are none.
        ConfbridgeListRooms [REPORTING] "Asterisk 10 and later" => List "ConfbridgeListRoomsComplete" () {}
        /// Locks a conference: only administrators can still enter.
        ConfbridgeLock [CALL] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
        ) {}
        /// Mutes somebody in a conference.
        ConfbridgeMute [CALL] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
            /// The channel; newer versions also take `all` and `participants`.
            channel: text = "Channel",
        ) {}
        /// Makes somebody the one whom all in the conference see.
        ConfbridgeSetSingleVideoSrc [CALL] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
            /// The name of the channel.
            channel: text = "Channel",
        ) {}
        /// Records a conference.
        ConfbridgeStartRecord [SYSTEM] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
        ) {
            /// The file, instead of the one of the configuration.
            record_file: text = "RecordFile",
        }
        /// Ends the recording of a conference.
        ConfbridgeStopRecord [SYSTEM] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
        ) {}
        /// Unlocks a conference.
        ConfbridgeUnlock [CALL] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
        ) {}
        /// Lets somebody in a conference speak again.
        ConfbridgeUnmute [CALL] "Asterisk 10 and later" (
            /// The name of the conference.
            conference: text = "Conference",
            /// The channel; newer versions also take `all` and `participants`.
            channel: text = "Channel",
        ) {}
        /// Controls a file that is being played to a channel.
        ControlPlayback [CALL] "Asterisk 12 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// What to do.
            control: Control = "Control",
        ) {}
        /// Versions, limits and settings of the server.
        CoreSettings [SYSTEM REPORTING] "Asterisk 1.6.0 and later" () {}
        /// The channels that are connected with a channel, at any distance.
        CoreShowChannelMap [SYSTEM REPORTING] "Asterisk 18.19, 20.4 and later" => List "CoreShowChannelMapComplete" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {}
        /// The channels. Asterisk 1.6.0 sends its items without `Event` and ActionID.
        CoreShowChannels [SYSTEM REPORTING] "Asterisk 1.6.0 and later" => List "CoreShowChannelsComplete" () {}
        /// When the server started and was last reloaded, and how many calls there are.
        CoreStatus [SYSTEM REPORTING] "Asterisk 1.6.0 and later" () {}
        /// Makes an empty configuration file.
        CreateConfig [CONFIG] "Asterisk 1.6.0 and later" (
            /// The name of the file, as in `foo.conf`.
            filename: text = "Filename",
        ) {}
        /// Dials on a channel that is off hook. `ZapDialOffHook` in Asterisk 1.4 and earlier.
        DAHDIDialOffhook [] "Asterisk 1.4.22 and later" (
            /// The number of the channel.
            dahdi_channel: number = "DAHDIChannel",
            /// The digits.
            number: text = "Number",
        ) {}
        /// Ends `do not disturb` for a channel. `ZapDNDoff` in Asterisk 1.4 and earlier.
        DAHDIDNDoff [] "Asterisk 1.4.22 and later" (
            /// The number of the channel.
            dahdi_channel: number = "DAHDIChannel",
        ) {}
        /// Begins `do not disturb` for a channel. `ZapDNDon` in Asterisk 1.4 and earlier.
        DAHDIDNDon [] "Asterisk 1.4.22 and later" (
            /// The number of the channel.
            dahdi_channel: number = "DAHDIChannel",
        ) {}
        /// Hangs up a channel, as if its user had. `ZapHangup` in Asterisk 1.4 and earlier.
        DAHDIHangup [] "Asterisk 1.4.22 and later" (
            /// The number of the channel.
            dahdi_channel: number = "DAHDIChannel",
        ) {}
        /// Restarts all DAHDI channels, which ends their calls. If it fails, the server closes the
        /// connection. `ZapRestart` in Asterisk 1.4.
        DAHDIRestart [] "Asterisk 1.4.22 and later" () {}
        /// The DAHDI channels. `ZapShowChannels` in Asterisk 1.4 and earlier.
        DAHDIShowChannels [] "Asterisk 1.4.22 and later" => List "DAHDIShowChannelsComplete" () {
            /// Only the channel of this number.
            dahdi_channel: number = "DAHDIChannel",
        }
        /// The DAHDI spans and their alarms.
        DAHDIShowStatus [] "Asterisk 18.23, 20.8, 21.3 and later" => List "DAHDIShowStatusComplete" () {}
        /// Transfers a channel, as if its user had flashed and hung up. `ZapTransfer` in Asterisk 1.4 and
        /// earlier.
        DAHDITransfer [] "Asterisk 1.4.22 and later" (
            /// The number of the channel.
            dahdi_channel: number = "DAHDIChannel",
        ) {}
        /// A tree of data about the server. The answer is the event `DataGet Tree` without a response, or an
        /// error.
        DataGet [] "Asterisk 1.8 to 14" => Event "DataGet Tree" (
            /// Where the tree begins, as in `asterisk/core/channels`.
            path: text = "Path",
        ) {
            /// Conditions that nodes must meet.
            search: text = "Search",
            /// The nodes to answer with, separated by commas.
            filter: text = "Filter",
        }
        /// Removes an entry of the database of Asterisk.
        DBDel [SYSTEM] "Asterisk 1.6.0 and later" (
            /// The family of the key.
            family: text = "Family",
            /// The key.
            key: text = "Key",
        ) {}
        /// Removes all entries of a family, or those below a key, from the database of Asterisk.
        DBDelTree [SYSTEM] "Asterisk 1.6.0 and later" (
            /// The family of the key.
            family: text = "Family",
        ) {
            /// The key below which to remove.
            key: text = "Key",
        }
        /// An entry of the database of Asterisk, as an event behind the response. An error if there is none.
        DBGet [SYSTEM REPORTING] "Asterisk 1.2 and later" => Event "DBGetResponse" (
            /// The family of the key.
            family: text = "Family",
            /// The key.
            key: text = "Key",
        ) {}
        /// The entries of the database of Asterisk.
        DBGetTree [SYSTEM REPORTING] "Asterisk 16.28, 18.14, 19.6 and later" => List "DBGetTreeComplete" () {
            /// Only those of this family.
            family: text = "Family",
            /// Only those of the family whose keys begin with this one.
            key: text = "Key",
        }
        /// Writes an entry of the database of Asterisk.
        DBPut [SYSTEM] "Asterisk 1.2 and later" (
            /// The family of the key.
            family: text = "Family",
            /// The key.
            key: text = "Key",
        ) {
            /// The value; empty without it.
            val: text = "Val",
        }
        /// The states of all devices that are known.
        DeviceStateList [CALL REPORTING] "Asterisk 13 and later" => List "DeviceStateListComplete" () {}
        /// Adds a step to the dialplan, until the next reload.
        DialplanExtensionAdd [SYSTEM] "Asterisk 13 and later" (
            /// The context; made if it does not exist.
            context: text = "Context",
            /// The extension, or the pattern with its `_`.
            extension: text = "Extension",
            /// The number of the step, or `hint`.
            priority: text = "Priority",
            /// The application.
            application: text = "Application",
        ) {
            /// Its arguments.
            application_data: text = "ApplicationData",
            /// Whether to replace a step that exists.
            replace: flag = "Replace",
        }
        /// Removes an extension from the dialplan, until the next reload.
        DialplanExtensionRemove [SYSTEM] "Asterisk 13 and later" (
            /// The context.
            context: text = "Context",
            /// The extension.
            extension: text = "Extension",
        ) {
            /// Only this step: its number, or `hint`.
            priority: text = "Priority",
        }
        /// Sets which events this connection gets. Old servers do not answer a mask of all classes.
        Events [] "Asterisk 0.9 and later" (
            /// `on`, `off`, or classes as in `call,user`, without blanks.
            event_mask: text = "EventMask",
        ) {}
        /// The state of an extension that has a hint. `Status` is -1 if there is none.
        ExtensionState [CALL REPORTING] "Asterisk 0.4 and later" (
            /// The extension.
            exten: text = "Exten",
            /// Its context.
            context: text = "Context",
        ) {}
        /// The states of all extensions that have a hint. An error if there are none.
        ExtensionStateList [CALL REPORTING] "Asterisk 13 and later" => List "ExtensionStateListComplete" () {}
        /// A fax session, as a single event behind the response.
        FAXSession [CALL] "Asterisk 13 and later" => Event "FAXSession" (
            /// The number of the session.
            session_number: number = "SessionNumber",
        ) {}
        /// The fax sessions.
        FAXSessions [CALL] "Asterisk 13 and later" => List "FAXSessionsComplete" () {}
        /// Stats of faxes, as a single event behind the response.
        FAXStats [REPORTING] "Asterisk 13 and later" => Event "FAXStats" () {}
        /// The categories and lines of a configuration file.
        GetConfig [SYSTEM CONFIG] "Asterisk 1.4 and later" (
            /// The name of the file, as in `sip.conf`.
            filename: text = "Filename",
        ) {
            /// Only this category.
            category: text = "Category",
            /// Only categories with such variables, as in `name=value,...` with regular expressions;
            /// `TEMPLATES=include` or `TEMPLATES=restrict` for templates.
            filter: text = "Filter",
        }
        /// A configuration file as JSON, in one line of any length. Up to Asterisk 10 it is not valid JSON.
        GetConfigJSON [SYSTEM CONFIG] "Asterisk 1.6.0 and later" (
            /// The name of the file, as in `sip.conf`.
            filename: text = "Filename",
        ) {
            /// Only this category.
            category: text = "Category",
            /// Only categories with such variables, as in `name=value,...` with regular expressions;
            /// `TEMPLATES=include` or `TEMPLATES=restrict` for templates.
            filter: text = "Filter",
        }
        /// The value of a variable or function.
        Getvar [CALL REPORTING] "Asterisk 1.0 and later" (
            /// Its name, as in `CDR(src)`.
            variable: text = "Variable",
        ) {
            /// The channel; without it, a global variable.
            channel: text = "Channel",
        }
        /// Hangs up a channel, or with a regular expression between slashes all that match it (Asterisk 11
        /// and later, with a list as answer: see [`Completion::for_action`](crate::action::Completion::for_action)).
        Hangup [SYSTEM CALL] "Asterisk 0.2 and later" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// The cause to give, 16 for a normal end.
            cause: number = "Cause",
        }
        /// The peers of the first IAX. The answer is a table in plain text, without a response.
        IAX1peers [] "Asterisk 1.0" () {}
        /// Figures of the calls over IAX. The answer is a table in plain text, in every version, without a
        /// response.
        IAXnetstats [SYSTEM REPORTING] "Asterisk 1.2 and later" () {}
        /// The IAX peers.
        IAXpeerlist [SYSTEM REPORTING] "Asterisk 1.6.0 and later" => List "PeerlistComplete" () {}
        /// The IAX peers. Up to Asterisk 1.4 the answer is a table in plain text without a response; in 1.6
        /// the list has no end.
        IAXpeers [SYSTEM REPORTING] "Asterisk 0.3 and later" => List "PeerlistComplete" () {}
        /// Where this server is registered over IAX.
        IAXregistry [SYSTEM REPORTING] "Asterisk 1.6.2 and later" => List "RegistrationsComplete" () {}
        /// Sends a message over XMPP. There are always two responses: the first says only that it is being
        /// tried.
        JabberSend [SYSTEM] "Asterisk 1.4 and later" (
            /// The name of the client in the configuration, to send with.
            jabber: text = "Jabber",
            /// The one to send to.
            jid: text = "JID",
            /// The text.
            message: text = "Message",
        ) {
            /// The one to send to, once more: many versions read this header instead of `JID`.
            screen_name: text = "ScreenName",
        }
        /// The categories of a configuration file.
        ListCategories [CONFIG] "Asterisk 1.6.0 and later" (
            /// The name of the file, as in `sip.conf`.
            filename: text = "Filename",
        ) {
            /// Only categories with such variables, as the filter of GetConfig; newer versions only.
            matching: text = "Match",
        }
        /// The actions that this user may do: headers with their names.
        ListCommands [] "Asterisk 1.0 and later" () {}
        /// Lets a Local channel be taken out of its call although it was made with `/n`.
        LocalOptimizeAway [SYSTEM CALL] "Asterisk 1.8 and later" (
            /// The name of the Local channel.
            channel: text = "Channel",
        ) {}
        /// Reloads the logger and begins new log files.
        LoggerRotate [SYSTEM REPORTING] "Asterisk 13 and later" () {}
        /// Ends the session: the server says goodbye and closes the connection.
        Logoff [] "Asterisk 0.2 and later" () {}
        /// How many messages a mailbox has.
        MailboxCount [CALL REPORTING] "Asterisk 0.5 and later" (
            /// The mailbox, as in `100@default`.
            mailbox: text = "Mailbox",
        ) {}
        /// Whether a mailbox has new messages.
        MailboxStatus [CALL REPORTING] "Asterisk 0.4 and later" (
            /// The mailbox, as in `100@default`; several separated by commas.
            mailbox: text = "Mailbox",
        ) {}
        /// Those who are in MeetMe conferences. An error if there is nobody.
        MeetmeList [REPORTING] "Asterisk 1.6.0 and later" => List "MeetmeListComplete" () {
            /// Only those in this conference.
            conference: text = "Conference",
        }
        /// The MeetMe conferences. An error if there are none.
        MeetmeListRooms [REPORTING] "Asterisk 10 and later" => List "MeetmeListRoomsComplete" () {}
        /// Mutes a user of a MeetMe conference.
        MeetmeMute [CALL] "Asterisk 1.4 and later" (
            /// The number of the conference.
            meetme: text = "Meetme",
            /// The number of the user in it.
            usernum: number = "Usernum",
        ) {}
        /// Lets a user of a MeetMe conference speak again.
        MeetmeUnmute [CALL] "Asterisk 1.4 and later" (
            /// The number of the conference.
            meetme: text = "Meetme",
            /// The number of the user in it.
            usernum: number = "Usernum",
        ) {}
        /// Sends a text message outside of a call. Wants a destination or, as the only way in old versions,
        /// `To`.
        MessageSend [MESSAGE] "Asterisk 11 and later" () {
            /// Where to send it, with its technology, as in `pjsip:alice`; newer versions only.
            destination: text = "Destination",
            /// The receiver to name in it; without a destination also where to send it.
            to: text = "To",
            /// The sender to name in it.
            from: text = "From",
            /// The text, on one line.
            body: text = "Body",
            /// The text in base64, instead, for several lines or any bytes.
            base64_body: text = "Base64Body",
            /// Variables of the message, many of which become headers of it.
            variable: variables = "Variable",
        }
        /// Records a channel, both sides in one file.
        MixMonitor [SYSTEM] "Asterisk 11 and later" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// The file, with its extension.
            file: text = "File",
            /// The options of the application MixMonitor.
            options: text = "Options",
            /// A command for the shell of the server, run at the end.
            command: text = "Command",
        }
        /// Mutes or unmutes a recording that MixMonitor makes.
        MixMonitorMute [SYSTEM CALL] "Asterisk 1.8 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// Which side of the recording.
            direction: Side = "Direction",
            /// Whether to mute it.
            state: flag = "State",
        ) {
            /// Only this recording of the channel; newer versions only.
            mix_monitor_id: text = "MixMonitorID",
        }
        /// Whether a module is loaded: an error if not.
        ModuleCheck [SYSTEM] "Asterisk 1.6.0 and later" (
            /// The name of the module, without `.so`.
            module: text = "Module",
        ) {}
        /// Loads, unloads or reloads a module. Without a module and other than to reload, there may be up to
        /// three responses.
        ModuleLoad [SYSTEM] "Asterisk 1.6.0 and later" (
            /// What to do.
            load_type: LoadType = "LoadType",
        ) {
            /// The name of the module with its `.so`, or to reload also a part of the server, as in `cdr`;
            /// without it, all are reloaded.
            module: text = "Module",
            /// To refresh: whether to unload and load those that depend on it, too.
            recursive: YesNo = "Recursive",
        }
        /// Records a channel, each side in a file.
        Monitor [CALL] "Asterisk 0.4 to 20" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// The beginning of the names; that of the channel without it.
            file: text = "File",
            /// The format, `wav` without it.
            format: text = "Format",
            /// Whether to mix the two files into one at the end.
            mix: flag = "Mix",
        }
        /// Mutes or unmutes a channel.
        MuteAudio [SYSTEM] "Asterisk 1.8 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// Which way.
            direction: Direction = "Direction",
            /// Whether to mute it.
            state: flag = "State",
        ) {}
        /// Forgets external mailboxes.
        MWIDelete [CALL] "Asterisk 12.1 and later" (
            /// The mailbox, or a regular expression between slashes.
            mailbox: text = "Mailbox",
        ) {}
        /// External mailboxes and how many messages they have.
        MWIGet [CALL REPORTING] "Asterisk 12.1 and later" => List "MWIGetComplete" (
            /// The mailbox, or a regular expression between slashes.
            mailbox: text = "Mailbox",
        ) {}
        /// Sets how many messages an external mailbox has.
        MWIUpdate [CALL] "Asterisk 12.1 and later" (
            /// The mailbox.
            mailbox: text = "Mailbox",
        ) {
            /// How many old messages; 0 without it.
            old_messages: number = "OldMessages",
            /// How many new messages; 0 without it.
            new_messages: number = "NewMessages",
        }
        /// Parks a channel.
        Park [CALL] "Asterisk 1.4 and later" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// Whom to call when nobody takes it; Asterisk 12 and later.
            timeout_channel: text = "TimeoutChannel",
            /// The channel that is to hear where it is parked; Asterisk 12 and later.
            announce_channel: text = "AnnounceChannel",
            /// Milliseconds until it goes back; Asterisk 12 and later take whole seconds of it, and 0 for
            /// never.
            timeout: number = "Timeout",
            /// The parking lot, instead of that of the channel.
            parkinglot: text = "Parkinglot",
            /// The space to park it in; newer versions only.
            parking_space: text = "ParkingSpace",
            /// The old name of `TimeoutChannel`; needed up to Asterisk 11.
            channel2: text = "Channel2",
        }
        /// The parked calls.
        ParkedCalls [CALL] "Asterisk 0.7.2 and later" => List "ParkedCallsComplete" () {
            /// Only those of this parking lot.
            parking_lot: text = "ParkingLot",
        }
        /// The parking lots.
        Parkinglots [CALL] "Asterisk 11 and later" => List "ParkinglotsComplete" () {}
        /// Pauses a recording that Monitor began.
        PauseMonitor [CALL] "Asterisk 1.4 to 20" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {}
        /// Asks whether the server is alive.
        Ping [] "Asterisk 0.2 and later" () {}
        /// Hangs up an incoming PJSIP channel that has not been answered, with a response of SIP.
        PJSIPHangup [SYSTEM CALL] "Asterisk 18.21, 20.6, 21.1 and later" (
            /// The name of the channel, or a regular expression between slashes.
            channel: text = "Channel",
            /// The code of the response, 400 to 699, or its name, as in `BUSY_HERE`.
            cause: text = "Cause",
        ) {}
        /// Sends a NOTIFY to exactly one of an endpoint, a URI, or the dialog of a channel. Wants an option
        /// or variables.
        PJSIPNotify [SYSTEM] "Asterisk 12 and later" () {
            /// The endpoint to send it to.
            endpoint: text = "Endpoint",
            /// The URI to send it to.
            uri: text = "URI",
            /// The PJSIP channel in whose dialog to send it; newer versions only.
            channel: text = "channel",
            /// The section of `pjsip_notify.conf` to send; newer versions only.
            option: text = "Option",
            /// The headers of the NOTIFY; `Content` is its body.
            variable: variables = "Variable",
        }
        /// Asks the contacts of an endpoint whether they are there; events tell.
        PJSIPQualify [SYSTEM REPORTING] "Asterisk 12 and later" (
            /// The name of the endpoint.
            endpoint: text = "Endpoint",
        ) {}
        /// Registers this server with another.
        PJSIPRegister [SYSTEM REPORTING] "Asterisk 13.2 and later" (
            /// The name of the registration, or `*all`.
            registration: text = "Registration",
        ) {}
        /// Begins or ends the maintenance of an endpoint, in which new calls are refused.
        PJSIPSetMaintenance [SYSTEM] "Asterisk 20.20, 22.10, 23.4 and later" (
            /// The name of the endpoint, or `all`.
            endpoint: text = "Endpoint",
            /// Whether it is to be in maintenance.
            state: OnOff = "State",
        ) {}
        /// The addresses of record.
        PJSIPShowAors [SYSTEM] "Asterisk 16 and later" => List "AorListComplete" () {}
        /// The credentials.
        PJSIPShowAuths [SYSTEM] "Asterisk 16 and later" => List "AuthListComplete" () {}
        /// The contacts.
        PJSIPShowContacts [SYSTEM] "Asterisk 16 and later" => List "ContactListComplete" () {}
        /// All about an endpoint. May send an error although the list has begun.
        PJSIPShowEndpoint [SYSTEM] "Asterisk 12 and later" => List "EndpointDetailComplete" (
            /// The name of the endpoint.
            endpoint: text = "Endpoint",
        ) {}
        /// The endpoints. An error if there are none.
        PJSIPShowEndpoints [SYSTEM] "Asterisk 12 and later" => List "EndpointListComplete" () {}
        /// The endpoints that are in maintenance.
        PJSIPShowMaintenance [SYSTEM REPORTING] "Asterisk 20.20, 22.10, 23.4 and later" => List "PJSIPMaintenanceStatusComplete" () {
            /// Only this endpoint, whether it is or not.
            endpoint: text = "Endpoint",
        }
        /// The contacts that are registered here, and their status.
        PJSIPShowRegistrationInboundContactStatuses [SYSTEM] "Asterisk 13.14, 14.3 and later" => List "ContactStatusDetailComplete" () {}
        /// The addresses of record that can be registered here.
        PJSIPShowRegistrationsInbound [SYSTEM] "Asterisk 12 and later" => List "InboundRegistrationDetailComplete" () {}
        /// Where this server is registered.
        PJSIPShowRegistrationsOutbound [SYSTEM REPORTING] "Asterisk 12 and later" => List "OutboundRegistrationDetailComplete" () {}
        /// The lists of resources that can be subscribed to. An error if there are none.
        PJSIPShowResourceLists [SYSTEM] "Asterisk 13 and later" => List "ResourceListDetailComplete" () {}
        /// The subscriptions of others here.
        PJSIPShowSubscriptionsInbound [SYSTEM] "Asterisk 12 and later" => List "InboundSubscriptionDetailComplete" () {}
        /// The subscriptions of this server elsewhere.
        PJSIPShowSubscriptionsOutbound [SYSTEM] "Asterisk 12 and later" => List "OutboundSubscriptionDetailComplete" () {}
        /// Ends a registration of this server with another.
        PJSIPUnregister [SYSTEM REPORTING] "Asterisk 12 and later" (
            /// The name of the registration, or `*all`.
            registration: text = "Registration",
        ) {}
        /// Plays a digit on a channel.
        PlayDTMF [CALL] "Asterisk 1.4 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// The digit, `0` to `9`, `*`, `#` or `A` to `D`.
            digit: text = "Digit",
        ) {
            /// Milliseconds.
            duration: number = "Duration",
            /// As if it came from the channel, instead of going to it.
            receive: flag = "Receive",
        }
        /// Plays an MF digit on a channel.
        PlayMF [CALL] "Asterisk 16.21, 18.7, 19 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// The digit.
            digit: text = "Digit",
        ) {
            /// Milliseconds.
            duration: number = "Duration",
        }
        /// The presence of somebody.
        PresenceState [CALL REPORTING] "Asterisk 11 and later" (
            /// Whose, as in `CustomPresence:alice`.
            provider: text = "Provider",
        ) {}
        /// The presence of all who are known.
        PresenceStateList [CALL REPORTING] "Asterisk 13 and later" => List "PresenceStateListComplete" () {}
        /// Writes the trace of PRI into a file.
        PRIDebugFileSet [SYSTEM] "Asterisk 13 and later" (
            /// The path of the file on the server.
            file: text = "File",
        ) {}
        /// Writes the trace of PRI no longer into a file.
        PRIDebugFileUnset [] "Asterisk 13 and later" () {}
        /// Sets how much of a PRI span is traced. Two responses, if a parameter is wrong.
        PRIDebugSet [] "Asterisk 13 and later" (
            /// The number of the span.
            span: number = "Span",
            /// How much.
            level: DebugLevel = "Level",
        ) {}
        /// The PRI spans.
        PRIShowSpans [] "Asterisk 10 and later" => List "PRIShowSpansComplete" () {
            /// Only the span of this number; 0 for all.
            span: number = "Span",
        }
        /// Adds a member to a queue.
        QueueAdd [AGENT] "Asterisk 1.0 and later" (
            /// The name of the queue.
            queue: text = "Queue",
            /// The interface of the member, as in `SIP/7`.
            interface: text = "Interface",
        ) {
            /// The penalty: those with less are called first.
            penalty: number = "Penalty",
            /// Whether it begins paused.
            paused: flag = "Paused",
            /// Why it is paused; newer versions only.
            reason: text = "Reason",
            /// The name to show.
            member_name: text = "MemberName",
            /// The device whose state tells whether it is free.
            state_interface: text = "StateInterface",
            /// Seconds of rest between two calls; newer versions only.
            wrapuptime: number = "Wrapuptime",
        }
        /// Changes the priority of a caller in a queue.
        QueueChangePriorityCaller [] "Asterisk 15 and later" (
            /// The name of the queue.
            queue: text = "Queue",
            /// The channel of the caller.
            caller: text = "Caller",
            /// The priority.
            priority: number = "Priority",
        ) {
            /// Whether the caller moves at once; newer versions only.
            immediate: YesNo = "Immediate",
        }
        /// Writes an entry into the log of queues.
        QueueLog [AGENT] "Asterisk 1.6.0 and later" (
            /// The name of the queue.
            queue: text = "Queue",
            /// The name of the event.
            event: text = "Event",
        ) {
            /// The id of the channel.
            uniqueid: text = "Uniqueid",
            /// The interface of the member.
            interface: text = "Interface",
            /// The text.
            message: text = "Message",
        }
        /// Sets whether a member of queues is called while in a call.
        QueueMemberRingInUse [AGENT] "Asterisk 11 and later" (
            /// The interface of the member, as in `SIP/7`.
            interface: text = "Interface",
            /// Whether it is.
            ring_in_use: flag = "RingInUse",
        ) {
            /// Only in this queue.
            queue: text = "Queue",
        }
        /// Pauses a member of queues, or lets it go on.
        QueuePause [AGENT] "Asterisk 1.2 and later" (
            /// The interface of the member, as in `SIP/7`.
            interface: text = "Interface",
            /// Whether it is to be paused.
            paused: flag = "Paused",
        ) {
            /// Only in this queue.
            queue: text = "Queue",
            /// Why.
            reason: text = "Reason",
        }
        /// Sets the penalty of a member of queues.
        QueuePenalty [AGENT] "Asterisk 1.6.0 and later" (
            /// The interface of the member, as in `SIP/7`.
            interface: text = "Interface",
            /// The penalty: those with less are called first.
            penalty: number = "Penalty",
        ) {
            /// Only in this queue.
            queue: text = "Queue",
        }
        /// Reloads the configuration of queues: what is chosen, or all if nothing is.
        QueueReload [] "Asterisk 1.6.2 and later" () {
            /// Only this queue.
            queue: text = "Queue",
            /// The members.
            members: YesNo = "Members",
            /// The rules.
            rules: YesNo = "Rules",
            /// The rest.
            parameters: YesNo = "Parameters",
        }
        /// Removes a member from a queue.
        QueueRemove [AGENT] "Asterisk 1.0 and later" (
            /// The name of the queue.
            queue: text = "Queue",
            /// The interface of the member, as in `SIP/7`.
            interface: text = "Interface",
        ) {}
        /// Sets the figures of queues to zero.
        QueueReset [] "Asterisk 1.6.2 and later" () {
            /// Only this queue.
            queue: text = "Queue",
        }
        /// The rules for penalties. Up to Asterisk 1.8.4 there is no response before them.
        QueueRule [] "Asterisk 1.6.0 and later" () {
            /// Only this rule.
            rule: text = "Rule",
        }
        /// The queues. The answer is text as at the console, without a response and with empty lines in it.
        Queues [] "Asterisk 1.0 to 14" () {}
        /// The queues, their members and their callers. Asterisk 1.0 does not mark the end.
        QueueStatus [] "Asterisk 0.5 and later" => List "QueueStatusComplete" () {
            /// Only this queue.
            queue: text = "Queue",
            /// Only the member of this interface or name.
            member: text = "Member",
        }
        /// The figures of queues.
        QueueSummary [] "Asterisk 1.6.0 and later" => List "QueueSummaryComplete" () {
            /// Only this queue.
            queue: text = "Queue",
        }
        /// Sends a caller from a queue back to the dialplan.
        QueueWithdrawCaller [] "Asterisk 16.25, 18.11, 19.3 and later" (
            /// The name of the queue.
            queue: text = "Queue",
            /// The channel of the caller.
            caller: text = "Caller",
        ) {
            /// The value of the variable `QUEUE_WITHDRAW_INFO` that the caller gets.
            withdraw_info: text = "WithdrawInfo",
        }
        /// Reloads the configuration.
        Reload [CONFIG SYSTEM] "Asterisk 1.6.0 and later" () {
            /// Only that of this module.
            module: text = "Module",
        }
        /// The nodes of app_rpt. The answer is XML, without a response.
        RptLocalNodes [] "Asterisk 1.6.1 to 1.8.11, 10.0 to 10.3" () {}
        /// The status of app_rpt. The answer may be plain text, and after an unknown node the server closes
        /// the connection.
        RptStatus [] "Asterisk 1.6.1 to 1.8.11, 10.0 to 10.3" () {
            /// What to tell.
            command: text = "Command",
        }
        /// Sends a hook flash on a channel.
        SendFlash [CALL] "Asterisk 18.18, 20.3 and later" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// As if it came from the channel, instead of going to it.
            receive: flag = "Receive",
        }
        /// Sends a text to a channel that is in a call.
        SendText [CALL] "Asterisk 1.6.0 and later" (
            /// The name of the channel.
            channel: text = "Channel",
            /// The text.
            message: text = "Message",
        ) {
            /// Its type, as in `text/plain`; newer versions only.
            content_type: text = "Content-Type",
        }
        /// Sets the user field of the call detail record of a channel.
        SetCDRUserField [CALL] "Asterisk 1.0 to 1.4" (
            /// The value.
            user_field: text = "UserField",
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// Whether to put it behind the value that is there.
            append: flag = "Append",
        }
        /// Sets a variable or function.
        Setvar [CALL] "Asterisk 1.0 and later" (
            /// Its name, as in `CDR(userfield)`.
            variable: text = "Variable",
            /// The value.
            value: text = "Value",
        ) {
            /// The channel; without it, a global variable.
            channel: text = "Channel",
        }
        /// The dialplan.
        ShowDialPlan [CONFIG REPORTING] "Asterisk 1.6.0 and later" => List "ShowDialPlanComplete" () {
            /// Only this extension.
            extension: text = "Extension",
            /// Only this context.
            context: text = "Context",
        }
        /// Sends a NOTIFY to a SIP peer.
        SIPnotify [SYSTEM] "Asterisk 1.6.1 to 20" (
            /// The name of the peer.
            channel: text = "Channel",
            /// The headers of the NOTIFY; `Content` is a line of its body.
            variable: variables = "Variable",
        ) {
            /// The dialog in which to send it; newer versions only.
            call_id: text = "Call-ID",
        }
        /// The SIP peers.
        SIPpeers [SYSTEM REPORTING] "Asterisk 1.2 to 20" => List "PeerlistComplete" () {}
        /// The status of SIP peers.
        SIPpeerstatus [SYSTEM] "Asterisk 11 to 20" => List "SIPpeerstatusComplete" () {
            /// Only this peer.
            peer: text = "Peer",
        }
        /// Asks a SIP peer whether it is there. Up to Asterisk 11 there is no response if it exists; later
        /// ones send an event to all when it answers.
        SIPqualifypeer [SYSTEM REPORTING] "Asterisk 1.6.1 to 20" (
            /// The name of the peer.
            peer: text = "Peer",
        ) {}
        /// All about a SIP peer.
        SIPshowpeer [SYSTEM REPORTING] "Asterisk 1.2 to 20" (
            /// The name of the peer.
            peer: text = "Peer",
        ) {}
        /// Where this server is registered over SIP.
        SIPshowregistry [SYSTEM REPORTING] "Asterisk 1.6.0 to 20" => List "RegistrationsComplete" () {}
        /// The Skinny devices. All items and the end come as one message with many `Event` headers.
        SKINNYdevices [SYSTEM REPORTING] "Asterisk 1.6.2 to 20" => List "DevicelistComplete" () {}
        /// The Skinny lines. All items and the end come as one message with many `Event` headers.
        SKINNYlines [SYSTEM REPORTING] "Asterisk 1.6.2 to 20" => List "LinelistComplete" () {}
        /// All about a Skinny device. The headers come without a response and without ActionID.
        SKINNYshowdevice [SYSTEM REPORTING] "Asterisk 1.6.2 to 20" (
            /// The name of the device.
            device: text = "Device",
        ) {}
        /// All about a Skinny line. The headers come without a response and without ActionID.
        SKINNYshowline [SYSTEM REPORTING] "Asterisk 1.6.2 to 20" (
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
        /// Fills a cache with all objects anew.
        SorceryMemoryCachePopulate [SYSTEM] "Asterisk 13.7 and later" (
            /// The name of the cache.
            cache: text = "Cache",
        ) {}
        /// Marks all objects of a cache as stale: they are fetched anew when next asked for.
        SorceryMemoryCacheStale [SYSTEM] "Asterisk 13.5 and later" (
            /// The name of the cache.
            cache: text = "Cache",
        ) {}
        /// Marks an object of a cache as stale: it is fetched anew when next asked for.
        SorceryMemoryCacheStaleObject [SYSTEM] "Asterisk 13.5 and later" (
            /// The name of the cache.
            cache: text = "Cache",
            /// The id of the object.
            object: text = "Object",
        ) {
            /// Whether to fetch it at once.
            reload: flag = "Reload",
        }
        /// The channels with all that is known of them.
        Status [SYSTEM CALL REPORTING] "Asterisk 0.2 and later" => List "StatusComplete" () {
            /// Only this channel.
            channel: text = "Channel",
            /// The variables to tell, separated by commas.
            variables: text = "Variables",
            /// Whether to tell all variables; newer versions only.
            all_variables: flag = "AllVariables",
        }
        /// Ends a recording that MixMonitor began.
        StopMixMonitor [SYSTEM CALL] "Asterisk 11 and later" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// Only this recording of the channel.
            mix_monitor_id: text = "MixMonitorID",
        }
        /// Ends a recording that Monitor began.
        StopMonitor [CALL] "Asterisk 0.4 to 20" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {}
        /// Goes on with a recording that was paused.
        UnpauseMonitor [CALL] "Asterisk 1.4 to 20" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {}
        /// The messages of a mailbox. Success without a list if it does not exist.
        VoicemailBoxSummary [CALL REPORTING] "Asterisk 18.20, 20.5 and later" => List "VoicemailBoxDetailComplete" (
            /// The context of the mailbox.
            context: text = "Context",
            /// The mailbox.
            mailbox: text = "Mailbox",
        ) {}
        /// Copies a message to another mailbox. Success even if it failed: the message of the response tells.
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
            /// The folder in it.
            to_folder: text = "ToFolder",
        ) {}
        /// Moves a message to another folder. Success even if it failed: the message of the response tells.
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
        /// Looks for changes of mailboxes that other programs made.
        VoicemailRefresh [USER] "Asterisk 12 and later" () {
            /// Only those of this context.
            context: text = "Context",
            /// Only this mailbox.
            mailbox: text = "Mailbox",
        }
        /// Removes a message. Success even if it failed: the message of the response tells.
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
        /// The mailboxes. Success without a list if there are none.
        VoicemailUsersList [CALL REPORTING] "Asterisk 1.6.0 and later" => List "VoicemailUserEntryComplete" () {}
        /// All about a mailbox. Success without a list if it does not exist.
        VoicemailUserStatus [CALL REPORTING] "Asterisk 16 and later" => List "VoicemailUserDetailComplete" (
            /// The context of the mailbox.
            context: text = "Context",
            /// The mailbox.
            mailbox: text = "Mailbox",
        ) {}
        /// Waits for an event. Its use is over HTTP, where events come only as the answer to it: here it
        /// blocks the connection.
        WaitEvent [] "Asterisk 1.4 and later" => Event "WaitEventComplete" (
            /// Seconds, -1 for any time.
            timeout: number = "Timeout",
        ) {}
        /// Dials on a channel that is off hook. `DAHDIDialOffhook` in Asterisk 1.4.22 and later.
        ZapDialOffHook [] "Asterisk 1.0 to 1.4" (
            /// The number of the channel.
            zap_channel: number = "ZapChannel",
            /// The digits.
            number: text = "Number",
        ) {}
        /// Ends `do not disturb` for a channel. `DAHDIDNDoff` in Asterisk 1.4.22 and later.
        ZapDNDoff [] "Asterisk 1.0 to 1.4" (
            /// The number of the channel.
            zap_channel: number = "ZapChannel",
        ) {}
        /// Begins `do not disturb` for a channel. `DAHDIDNDon` in Asterisk 1.4.22 and later.
        ZapDNDon [] "Asterisk 1.0 to 1.4" (
            /// The number of the channel.
            zap_channel: number = "ZapChannel",
        ) {}
        /// Hangs up a channel, as if its user had. `DAHDIHangup` in Asterisk 1.4.22 and later.
        ZapHangup [] "Asterisk 1.0 to 1.4" (
            /// The number of the channel.
            zap_channel: number = "ZapChannel",
        ) {}
        /// Restarts all Zap channels, which ends their calls. `DAHDIRestart` in Asterisk 1.4.22 and later.
        ZapRestart [] "Asterisk 1.4" () {}
        /// The Zap channels. `DAHDIShowChannels` in Asterisk 1.4.22 and later.
        ZapShowChannels [] "Asterisk 1.0 to 1.4" => List "ZapShowChannelsComplete" () {}
        /// Transfers a channel, as if its user had flashed and hung up. `DAHDITransfer` in Asterisk 1.4.22
        /// and later.
        ZapTransfer [] "Asterisk 1.0 to 1.4" (
            /// The number of the channel.
            zap_channel: number = "ZapChannel",
        ) {}
            }
    };
}
pub(crate) use actions_table;
