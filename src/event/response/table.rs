//! The table of responses.

/// Hands the table to a macro.
macro_rules! responses_table {
    ($expand:ident) => {
        $expand! {
        /// Of `Ping`. Up to Asterisk 1.4 the whole answer is `Response: Pong`.
        Ping "All versions" {
            /// `Pong`; Asterisk 1.6.0 and later.
            pong: text = "Ping",
            /// The time at the server, since 1970; Asterisk 1.8 and later.
            timestamp: seconds = "Timestamp",
        }

        /// Of `Challenge`.
        Challenge "All versions" {
            /// What is hashed together with the secret.
            challenge: text = "Challenge",
        }

        /// Of `Events`. Up to Asterisk 1.4 the whole answer is `Response: Events On` or `Response: Events Off`.
        Events "All versions" {
            /// `On` or `Off`; Asterisk 1.6.0 and later. [`is_on`](Events::is_on) knows both forms.
            events: text = "Events",
        }

        /// Of `Getvar`.
        Getvar "Asterisk 1.2 and later" {
            /// The variable or function asked for.
            variable: text = "Variable",
            /// Its value, empty if it is not set; line ends and all other bytes as they are.
            value: text = "Value",
        }

        /// Of `MailboxStatus`.
        MailboxStatus "All versions" {
            /// The mailbox asked for.
            mailbox: text = "Mailbox",
            /// Not 0 if there are new messages.
            waiting: number = "Waiting",
        }

        /// Of `MailboxCount`.
        MailboxCount "All versions" {
            /// The mailbox asked for.
            mailbox: text = "Mailbox",
            /// Urgent messages; Asterisk 1.6.2 and later.
            urgent: number = "UrgMessages",
            /// New messages.
            new_messages: number = "NewMessages",
            /// Old messages.
            old_messages: number = "OldMessages",
        }

        /// Of `ExtensionState`.
        ExtensionState "All versions" {
            /// The extension asked for.
            exten: text = "Exten",
            /// Its context.
            context: text = "Context",
            /// The hint, as in `PJSIP/7&Custom:lamp`; empty without one.
            hint: text = "Hint",
            /// The state.
            status: ExtensionState = "Status",
            /// The state in words; Asterisk 13 and later.
            status_text: text = "StatusText",
        }

        /// Of `PresenceState`.
        PresenceState "Asterisk 11 and later" {
            /// The state, as in `away`.
            state: text = "State",
            /// The subtype, as its provider set it.
            subtype: text = "Subtype",
        }

        /// Of `CoreSettings`.
        CoreSettings "Asterisk 1.6.0 and later" {
            /// The version of the interface, which the banner says, too.
            ami_version: text = "AMIversion",
            /// The version of Asterisk.
            asterisk_version: text = "AsteriskVersion",
            /// The name of the system, empty if it has none.
            system_name: text = "SystemName",
            /// The most calls at once; 0 is no limit.
            max_calls: number = "CoreMaxCalls",
            /// The load average above which no call is taken, with six decimals; 0 is no limit.
            max_load_average: text = "CoreMaxLoadAvg",
            /// The user it runs as, empty if it was not told one.
            run_user: text = "CoreRunUser",
            /// The group it runs as, empty if it was not told one.
            run_group: text = "CoreRunGroup",
            /// The most open files; 0 is as many as the system has.
            max_filehandles: number = "CoreMaxFilehandles",
            /// Realtime configuration is on.
            realtime_enabled: flag = "CoreRealTimeEnabled",
            /// Call detail records are on.
            cdr_enabled: flag = "CoreCDRenabled",
            /// The web server is on.
            http_enabled: flag = "CoreHTTPenabled",
            /// Sounds are looked for in a folder of one's own first; some releases of 16 and later.
            sounds_search_custom_dir: flag = "SoundsSearchCustomDir",
        }

        /// Of `CoreStatus`.
        CoreStatus "Asterisk 1.6.0 and later" {
            /// The day it was started, as in `2026-11-23`; some releases of 1.6 and later.
            startup_date: text = "CoreStartupDate",
            /// When on that day, as in `14:22:10`: [`Value::to_clock`].
            startup_time: text = "CoreStartupTime",
            /// The day of the last reload.
            reload_date: text = "CoreReloadDate",
            /// When on that day.
            reload_time: text = "CoreReloadTime",
            /// Calls at this moment.
            current_calls: number = "CoreCurrentCalls",
            /// Calls since it was started; some releases of 18 and later.
            processed_calls: number = "CoreProcessedCalls",
        }

        /// Of `ModuleCheck`: any answer but an error says that the module is loaded.
        ModuleCheck "Asterisk 1.6.0 and later" {
            /// The version of the module's source; empty in new versions.
            version: text = "Version",
        }

        /// Of `QueueRule`. Up to Asterisk 1.8.4 it is no response but these headers alone.
        QueueRule "Asterisk 1.6.0 and later" {} => is_rules

        /// Of `GetConfig`: a configuration file.
        GetConfig "Asterisk 1.4 and later" {}

        /// Of `GetConfigJSON`: a configuration file in one line, which is as long as the file.
        GetConfigJson "Asterisk 1.6.0 and later" {
            /// The line. It may be neither valid JSON (up to Asterisk 10) nor UTF-8, and members may repeat.
            json: text = "JSON",
        }

        /// Of `ListCategories`: the categories of a configuration file.
        ListCategories "Asterisk 1.6.0 and later" {}

        /// Of `ListCommands`: the actions that the user may do.
        ListCommands "All versions" {}

        /// Of `SIPshowpeer`: the settings and state of a peer. More of them, named `SIP-...`, are found by name.
        SIPshowpeer "Asterisk 1.2 to 20" {
            /// The type of the channels, `SIP`.
            channel_type: text = "Channeltype",
            /// The name of the peer.
            object_name: text = "ObjectName",
            /// What it is, as in `peer`.
            object_type: text = "ChanObjectType",
            /// Whether it has a secret.
            has_secret: flag = "SecretExist",
            /// Whether it has an MD5 secret.
            has_md5_secret: flag = "MD5SecretExist",
            /// Whether it has a secret for calls to it; Asterisk 11 and later.
            has_remote_secret: flag = "RemoteSecretExist",
            /// The context of its calls.
            context: text = "Context",
            /// The language of prompts.
            language: text = "Language",
            /// What its call detail records are for.
            ama_flags: AmaFlags = "AMAflags",
            /// Whether its number is shown, in words.
            calling_pres: text = "CID-CallingPres",
            /// The groups that a call to it belongs to.
            call_group: text = "Callgroup",
            /// The groups whose calls it may pick up.
            pickup_group: text = "Pickupgroup",
            /// The mailbox.
            voice_mailbox: text = "VoiceMailbox",
            /// The most calls at once.
            call_limit: number = "Call-limit" | "Incominglimit",
            /// The most calls to it at once, in the document of Asterisk 1.4.
            outgoing_limit: number = "Outgoinglimit",
            /// Whether it registers.
            is_dynamic: flag = "Dynamic",
            /// The caller id: [`Value::caller_id`].
            caller_id: text = "Callerid",
            /// When its registration expires, as in `3600 seconds`.
            reg_expire: text = "RegExpire" | "RegExpiry",
            /// The domain in `From`.
            from_domain: text = "SIP-FromDomain",
            /// The user in `From`.
            from_user: text = "SIP-FromUser",
            /// Whether an ACL restricts it.
            has_acl: flag = "ACL",
            /// The address; empty or `(null)` without one.
            address_ip: text = "Address-IP",
            /// The port.
            address_port: number = "Address-Port",
            /// The address for when it has not registered.
            default_address_ip: text = "Default-addr-IP",
            /// The port for when it has not registered.
            default_address_port: number = "Default-addr-port",
            /// The user name for when it has not registered.
            default_username: text = "Default-Username",
            /// The codecs.
            codecs: text = "Codecs",
            /// The order of codecs; up to Asterisk 12.
            codec_order: text = "CodecOrder",
            /// Whether it can be reached, as in `OK (12 ms)`.
            status: text = "Status",
            /// What it says it is.
            user_agent: text = "SIP-Useragent",
            /// Where it has registered.
            reg_contact: text = "Reg-Contact",
            /// What it is for; Asterisk 10 and later.
            description: text = "Description",
        }

        /// Of `Command`: what the console printed. Also of a command that failed, which only Asterisk 14 and later tell apart.
        Command "All versions" {} => is_command
            }
    };
}
pub(crate) use responses_table;
