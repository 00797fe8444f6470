//! The table of responses.

/// Passes the table to a macro: the responses that carry data, each as
///
/// ```text
/// /// More about the response; a sentence that names its action is added.
/// Name "Asterisk 1.2 to 20" {
///     /// Returns the field.
///     field: kind = "Header" | "Other name of the header",
/// } => predicate
/// ```
///
/// `Name` is that of the type of the action. The kinds are those of events. The predicate decides
/// which messages the view accepts; without one it accepts every response that is not an error.
macro_rules! responses_table {
    ($expand:ident) => {
        $expand! {
        /// Up to Asterisk 1.4 the whole answer is `Response: Pong`; [`is_pong`](Ping::is_pong)
        /// accepts both forms.
        Ping "All versions" {
            /// Returns `Pong`; Asterisk 1.6.0 and later.
            pong: text = "Ping",
            /// Returns the time at the server, since 1970; Asterisk 1.8 and later.
            timestamp: seconds = "Timestamp",
        }

        Challenge "All versions" {
            /// Returns the text that is hashed together with the secret; see
            /// [`Key`](crate::action::Key).
            challenge: text = "Challenge",
        }

        /// Up to Asterisk 1.4 the whole answer is `Response: Events On` or `Response: Events Off`.
        Events "All versions" {
            /// Returns `On` or `Off`; Asterisk 1.6.0 and later. [`is_on`](Events::is_on) reads
            /// both forms of the answer.
            events: text = "Events",
        }

        Getvar "Asterisk 1.2 and later" {
            /// Returns the name of the variable or function, as requested.
            variable: text = "Variable",
            /// Returns the value, which is empty if the variable is not set. Line ends and all
            /// other bytes are unchanged.
            value: text = "Value",
        }

        MailboxStatus "All versions" {
            /// Returns the name of the mailbox, as requested.
            mailbox: text = "Mailbox",
            /// Returns a number that is not 0 if there are new messages.
            waiting: number = "Waiting",
        }

        MailboxCount "All versions" {
            /// Returns the name of the mailbox, as requested.
            mailbox: text = "Mailbox",
            /// Returns the number of urgent messages; Asterisk 1.6.2 and later.
            urgent: number = "UrgMessages",
            /// Returns the number of new messages.
            new_messages: number = "NewMessages",
            /// Returns the number of old messages.
            old_messages: number = "OldMessages",
        }

        ExtensionState "All versions" {
            /// Returns the extension, as requested.
            exten: text = "Exten",
            /// Returns the context of the extension.
            context: text = "Context",
            /// Returns the hint, as in `PJSIP/7&Custom:lamp`. It is empty if the extension has
            /// none.
            hint: text = "Hint",
            /// Returns the state.
            status: ExtensionState = "Status",
            /// Returns the state in words; Asterisk 13 and later.
            status_text: text = "StatusText",
        }

        PresenceState "Asterisk 11 and later" {
            /// Returns the state, as in `away`.
            state: text = "State",
            /// Returns the subtype that the provider has set.
            subtype: text = "Subtype",
        }

        CoreSettings "Asterisk 1.6.0 and later" {
            /// Returns the version of the interface, which is also in the banner.
            ami_version: text = "AMIversion",
            /// Returns the version of Asterisk.
            asterisk_version: text = "AsteriskVersion",
            /// Returns the name of the system, which is empty if none is configured.
            system_name: text = "SystemName",
            /// Returns the maximum number of concurrent calls; 0 means no limit.
            max_calls: number = "CoreMaxCalls",
            /// Returns the load average above which calls are refused, with six decimals; 0 means
            /// no limit.
            max_load_average: text = "CoreMaxLoadAvg",
            /// Returns the user that Asterisk runs as, which is empty if none is configured.
            run_user: text = "CoreRunUser",
            /// Returns the group that Asterisk runs as, which is empty if none is configured.
            run_group: text = "CoreRunGroup",
            /// Returns the maximum number of open files; 0 means the limit of the system.
            max_filehandles: number = "CoreMaxFilehandles",
            /// Returns whether realtime configuration is enabled.
            realtime_enabled: flag = "CoreRealTimeEnabled",
            /// Returns whether call detail records are enabled.
            cdr_enabled: flag = "CoreCDRenabled",
            /// Returns whether the web server is enabled.
            http_enabled: flag = "CoreHTTPenabled",
            /// Returns whether Asterisk looks for sounds in a custom folder first; some releases
            /// of 16 and later.
            sounds_search_custom_dir: flag = "SoundsSearchCustomDir",
        }

        CoreStatus "Asterisk 1.6.0 and later" {
            /// Returns the date of the start, as in `2026-11-23`; some releases of 1.6 and later.
            startup_date: text = "CoreStartupDate",
            /// Returns the time of the start, as in `14:22:10`; [`Value::to_clock`] parses it.
            startup_time: text = "CoreStartupTime",
            /// Returns the date of the last reload.
            reload_date: text = "CoreReloadDate",
            /// Returns the time of the last reload.
            reload_time: text = "CoreReloadTime",
            /// Returns the number of calls at this moment.
            current_calls: number = "CoreCurrentCalls",
            /// Returns the number of calls since the start; some releases of 18 and later.
            processed_calls: number = "CoreProcessedCalls",
        }

        MixMonitor "Asterisk 11 and later" {
            /// Returns the id of the recording, which
            /// [`StopMixMonitor`](crate::action::StopMixMonitor) and the dialplan function
            /// `MIXMONITOR` take. Only if the options of the action have `i` with the name of a
            /// variable, as in `i(recording)`.
            mix_monitor_id: text = "MixMonitorID",
        }

        /// Any answer except an error means that the module is loaded.
        ModuleCheck "Asterisk 1.6.0 and later" {
            /// Returns the version of the module's source. It is empty in new versions.
            version: text = "Version",
        }

        /// Up to Asterisk 1.8.4 these headers come without a `Response` header, and the view
        /// accepts them as well.
        ///
        /// ```
        /// use embedded_ami::event::response::QueueRule;
        /// # let message = embedded_ami::wire::Message::parse(
        /// #     b"Response: Success\r\nActionID: 1\r\nRuleList: myrule\r\n\
        /// #     Rule: 30,+3,0\r\nRule: 60,10,0\r\n\r\n").unwrap();
        /// let rules = QueueRule::from_message(&message).unwrap();
        /// for list in rules.lists() {
        ///     assert_eq!(list.name, "myrule");
        ///     let first = list.rules.clone().next();
        ///     assert!(first.is_some_and(|rule| rule == "30,+3,0"));
        ///     assert_eq!(list.rules.count(), 2);
        /// }
        /// ```
        QueueRule "Asterisk 1.6.0 and later" {} => is_rules

        /// The response has the contents of a configuration file.
        /// [`categories`](GetConfig::categories) reads a whole file,
        /// [`entries`](GetConfig::entries) one that comes in parts.
        GetConfig "Asterisk 1.4 and later" {}

        /// The response has the contents of a configuration file on one line, which is as long as
        /// the file.
        GetConfigJson "Asterisk 1.6.0 and later" {
            /// Returns the line. It may be neither valid JSON (up to Asterisk 10) nor UTF-8, and
            /// members may repeat.
            json: text = "JSON",
        }

        /// The response has the names of the categories of a configuration file.
        ///
        /// ```
        /// use embedded_ami::event::response::ListCategories;
        /// # let message = embedded_ami::wire::Message::parse(
        /// #     b"Response: Success\r\nActionID: 1\r\nCategory-000000: general\r\n\
        /// #     Category-000001: alice\r\n\r\n").unwrap();
        /// let categories = ListCategories::from_message(&message).unwrap();
        /// assert!(categories.names().eq(["general", "alice"]));
        /// ```
        ListCategories "Asterisk 1.6.0 and later" {}

        /// The response has the actions that the user may perform.
        ListCommands "All versions" {}

        /// The response has the settings and the state of a peer. It has more headers, named
        /// `SIP-...`, than there are accessors; `message().get(name)` finds them.
        SipShowpeer "Asterisk 1.2 to 20" {
            /// Returns the type of the channels, `SIP`.
            channel_type: text = "Channeltype",
            /// Returns the name of the peer.
            object_name: text = "ObjectName",
            /// Returns the type of the object, as in `peer`.
            object_type: text = "ChanObjectType",
            /// Returns whether the peer has a secret.
            has_secret: flag = "SecretExist",
            /// Returns whether the peer has an MD5 secret.
            has_md5_secret: flag = "MD5SecretExist",
            /// Returns whether there is a secret for calls to the peer; Asterisk 11 and later.
            has_remote_secret: flag = "RemoteSecretExist",
            /// Returns the context of the peer's calls.
            context: text = "Context",
            /// Returns the language of prompts.
            language: text = "Language",
            /// Returns the purpose of the peer's call detail records.
            ama_flags: AmaFlags = "AMAflags",
            /// Returns, in words, whether the peer's number is shown.
            calling_pres: text = "CID-CallingPres",
            /// Returns the groups that a call to the peer belongs to.
            call_group: text = "Callgroup",
            /// Returns the groups whose calls the peer may pick up.
            pickup_group: text = "Pickupgroup",
            /// Returns the mailbox.
            voice_mailbox: text = "VoiceMailbox",
            /// Returns the maximum number of concurrent calls.
            call_limit: number = "Call-limit" | "Incominglimit",
            /// Returns the maximum number of concurrent calls to the peer. Only the document of
            /// Asterisk 1.4 has this header.
            outgoing_limit: number = "Outgoinglimit",
            /// Returns whether the peer registers.
            is_dynamic: flag = "Dynamic",
            /// Returns the caller id; [`Value::caller_id`] parses it.
            caller_id: text = "Callerid",
            /// Returns when the registration expires, as in `3600 seconds`.
            reg_expire: text = "RegExpire" | "RegExpiry",
            /// Returns the domain in `From`.
            from_domain: text = "SIP-FromDomain",
            /// Returns the user in `From`.
            from_user: text = "SIP-FromUser",
            /// Returns whether an ACL restricts the peer.
            has_acl: flag = "ACL",
            /// Returns the address of the peer. It is empty or `(null)` if there is none.
            address_ip: text = "Address-IP",
            /// Returns the port of the peer.
            address_port: number = "Address-Port",
            /// Returns the address to use while the peer is not registered.
            default_address_ip: text = "Default-addr-IP",
            /// Returns the port to use while the peer is not registered.
            default_address_port: number = "Default-addr-port",
            /// Returns the user name to use while the peer is not registered.
            default_username: text = "Default-Username",
            /// Returns the codecs.
            codecs: text = "Codecs",
            /// Returns the order of the codecs; up to Asterisk 12.
            codec_order: text = "CodecOrder",
            /// Returns whether the peer can be reached, as in `OK (12 ms)`.
            status: text = "Status",
            /// Returns the name and version that the peer gives for its software.
            user_agent: text = "SIP-Useragent",
            /// Returns the contact that the peer has registered.
            reg_contact: text = "Reg-Contact",
            /// Returns the configured description; Asterisk 10 and later.
            description: text = "Description",
        }

        /// The response has the output of the command. The view also accepts an error with
        /// output, which Asterisk 14 and later send for a command that failed; earlier versions
        /// do not distinguish it.
        ///
        /// ```
        /// use embedded_ami::event::response::Command;
        /// # let message = embedded_ami::wire::Message::parse(
        /// #     b"Response: Success\r\nActionID: 1\r\n\
        /// #     Message: Command output follows\r\nOutput: System uptime: 1 hour\r\n\r\n"
        /// # ).unwrap();
        /// let command = Command::from_message(&message).unwrap();
        /// assert!(!command.has_failed());
        /// let line = command.lines().next().unwrap();
        /// assert_eq!(line.as_bytes(), b"System uptime: 1 hour");
        /// ```
        Command "All versions" {} => is_command
        }
    };
}
pub(crate) use responses_table;
