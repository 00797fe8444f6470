//! The meaning of headers that several events have, for the documentation of accessors.

/// Makes a macro `explanation!(HEADER, ...)` of the table: the text of the header, and a sentence
/// about where it is read from.
macro_rules! glossary {
    ($d:tt $($($name:tt)|+ => $text:tt,)*) => {
        macro_rules! explanation {
            $($(
                ($name, $d($d headers:tt)+) => { concat!($text, " ", headers_doc!(From $d($d headers)+)) };
            )+)*
            ($d first:tt, $d($d headers:tt)+) => { headers_doc!(The $d($d headers)+) };
        }

        /// The headers of the table, for the test that looks for each in the table of events.
        #[cfg(test)]
        pub(crate) const HEADERS: &[&str] = &[$($($name),+),*];
    };
}

glossary! { $
    // Channels and calls
    "Uniqueid" | "UniqueID" => "The unique id of the channel.",
    "LinkedID" =>
        "The unique id of the first channel of the call, which all channels of a call share.",
    "Channel" => "The name of the channel, as in `PJSIP/7-00000001`.",
    "Channel1" => "The name of the first channel.",
    "Channel2" => "The name of the second channel.",
    "Uniqueid1" => "The unique id of the first channel.",
    "Uniqueid2" => "The unique id of the second channel.",
    "CallerID1" => "The caller id number of the first channel.",
    "CallerID2" => "The caller id number of the second channel.",
    "CallerID" => "The caller id number of the channel.",
    "CallerIDNum" => "The caller id number of the channel.",
    "CallerIDName" => "The caller id name of the channel.",
    "ConnectedLineNum" => "The number of the party that the channel is connected with.",
    "ConnectedLineName" => "The name of the party that the channel is connected with.",
    "AccountCode" | "Accountcode" => "The account code, which billing uses to tell calls apart.",
    "PeerAccount" => "The account code of the channel that this one is connected with.",
    "Language" => "The language of prompts, such as `en`.",
    "ChannelType" | "Channeltype" => "The channel technology, such as `PJSIP`, `SIP` or `IAX2`.",
    "Context" => "The dialplan context.",
    "Exten" => "The dialplan extension.",
    "Application" => "The dialplan application that the channel runs.",
    "AppData" => "The arguments of the application.",
    "Handler" => "The hangup handler: the arguments with which the application `Gosub` runs it.",
    "DialString" | "Dialstring" =>
        "The address that is dialled, without the technology: `100@test` of `Local/100@test`.",
    "Forward" => "The address that the call was forwarded to, if it was.",
    "Digit" => "The digit, such as `5`, `*` or `#`.",
    "AMAFlags" => "The purpose of the record for billing.",
    "UserField" => "A text that the dialplan has set, with a meaning of its own.",
    "Hint" => "The devices and presences that the extension's hint names, as in `PJSIP/alice`.",
    "LocalOne" => "The half of the Local channel whose name ends in `;1`.",
    "LocalTwo" => "The half of the Local channel whose name ends in `;2`.",
    "Id" => "The number of the optimization, the same at its begin and at its end.",
    "IsExternal" =>
        "Whether the transfer was made in the protocol of the channel, as by SIP `REFER`, and \
         not by Asterisk, as after DTMF.",
    "Transferee" => "The channel that is transferred.",
    "Spyer" => "The channel that listens in.",
    "Spyee" => "The channel that is listened to.",

    // AGI
    "Command" => "The AGI command and its arguments.",
    "CommandId" =>
        "The number that Asterisk gave the command, the same at its begin and at its end.",
    "CommandID" =>
        "The id that the [`AGI`](crate::action::Agi) action gave the command, if it gave one.",
    "ResultCode" => "The result code of AGI: 200 if the command ran, 510 if it is unknown.",
    "Env" =>
        "The AGI environment, percent-encoded; [`agi_lines`](crate::wire::Value::agi_lines) \
         decodes it.",

    // Queues and agents
    "Queue" => "The name of the queue.",
    "MemberName" => "The name of the member, which is its interface unless a name is configured.",
    "Interface" =>
        "The device or address that is rung for the member, as in `PJSIP/100` or \
         `Local/100@agents`.",
    "StateInterface" =>
        "The device whose state is taken for that of the member; often the interface itself.",
    "Membership" =>
        "The origin of the member: `static` (configured), `dynamic` (added at run time) or \
         `realtime` (from a database).",
    "Penalty" =>
        "The penalty of the member; members with a low penalty are rung before those with a \
         high one.",
    "Status" => "The state of the member's device.",
    "CallsTaken" => "The number of calls from the queue that the member has taken.",
    "LastCall" =>
        "The time of the member's last call from the queue, since 1970; zero if there was none.",
    "LastPause" =>
        "The time at which the member was last paused, since 1970; zero if it never was.",
    "LoginTime" => "The time at which the member was added to the queue, since 1970.",
    "InCall" => "Whether the member has a call from the queue.",
    "Paused" => "Whether the member is paused. A paused member gets no calls from the queue.",
    "PausedReason" => "The reason that was given when the member was paused.",
    "Ringinuse" => "Whether the queue rings the member while its device is in use.",
    "Wrapuptime" =>
        "The rest that the member gets after each call; zero if the setting of the queue \
         applies.",
    "HoldTime" => "The time that the caller has waited in the queue.",
    "Position" => "The place of the caller in the queue; 1 is the first.",
    "Count" => "The number of callers in the queue after the change.",
    "Agent" => "The id of the agent, as configured.",
    "Loginchan" => "The extension at which the agent is called, as in `100@agents`.",
    "Logintime" => "The time for which the agent was logged in.",

    // Conferences and parking
    "Conference" => "The name or number of the conference.",
    "Meetme" => "The name or number of the conference.",
    "User" => "The number of the participant, counted within the conference.",
    "Duration" => "The time since the participant joined.",
    "Admin" => "Whether the participant is an administrator of the conference.",
    "MarkedUser" =>
        "Whether the participant is marked. Other participants can be made to wait until a \
         marked one joins.",
    "Parties" => "The number of participants.",
    "Marked" => "The number of marked participants.",
    "Locked" => "Whether the conference is locked, so that new participants are refused.",
    "Class" => "The class of music on hold.",
    "Parkee" => "The channel that is parked.",
    "Parker" => "The channel that parked the call.",
    "ParkerDialString" =>
        "The dial string that calls the parker back when the parking time is over.",
    "Parkinglot" => "The name of the parking lot.",
    "ParkingSpace" => "The space of the parking lot that the call is parked in.",
    "ParkingTimeout" => "The time that is left until the call is taken out of the parking lot.",
    "ParkingDuration" => "The time for which the call has been parked.",

    // Mailboxes
    "Mailbox" => "The mailbox, as in `100@default`.",
    "VMContext" => "The voicemail context of the mailbox.",
    "VoiceMailbox" => "The number of the mailbox, without its context.",
    "Fullname" => "The name of the mailbox's owner.",
    "Email" => "The email address that new messages are announced to.",
    "Pager" => "The email address that gets a short announcement of new messages.",
    "ServerEmail" => "The sender's address of the emails.",
    "FromString" => "The sender's name of the emails.",
    "MailCommand" => "The shell command that sends the emails.",
    "TimeZone" => "The name of the time zone for the times of messages, as in `voicemail.conf`.",
    "Callback" => "The dialplan context for calling the sender of a message back.",
    "Dialout" => "The dialplan context for calling out of the mailbox.",
    "ExitContext" => "The dialplan context for leaving the mailbox with `*` or `0`.",
    "SayDurationMinimum" => "The length, in minutes, from which a message's length is announced.",
    "SayEnvelope" => "Whether date and time of a message are announced.",
    "SayCID" => "Whether the caller of a message is announced.",
    "AttachMessage" => "Whether emails have the message attached.",
    "AttachmentFormat" => "The sound format of attachments.",
    "DeleteMessage" => "Whether a message is deleted after it was sent by email.",
    "VolumeGain" => "The gain that is applied to attachments, in decibels.",
    "CanReview" => "Whether a caller may listen to a message before it is saved.",
    "CanMarkUrgent" => "Whether a caller may mark a message as urgent.",
    "CallOperator" => "Whether a caller may leave the mailbox to the operator.",
    "MaxMessageCount" => "The largest number of messages in a folder.",
    "MaxMessageLength" => "The longest message that can be left.",
    "NewMessageCount" => "The number of new messages.",
    "OldMessageCount" => "The number of old messages.",
    "IMAPUser" => "The user name on the IMAP server that stores the messages.",
    "IMAPServer" => "The IMAP server that stores the messages.",
    "IMAPPort" => "The port of the IMAP server.",
    "IMAPFlags" => "The flags of the IMAP connection.",

    // Objects of PJSIP and peers
    "ObjectName" => "The name of the object in the configuration.",
    "ObjectType" => "The type of the configuration object, such as `endpoint` or `aor`.",
    "Endpoint" => "The name of the PJSIP endpoint.",
    "EndpointName" => "The name of the PJSIP endpoint that this belongs to.",
    "AOR" => "The name of the address of record that the contact belongs to.",
    "Uri" | "URI" => "The SIP URI of the contact.",
    "CallID" | "CallId" => "The SIP `Call-ID` of the registration that made the contact.",
    "Callid" => "The SIP `Call-ID` of the subscription.",
    "Callerid" => "The caller id of the endpoint.",
    "ViaAddr" | "ViaAddress" => "The address in the last `Via` header of the registration.",
    "UserAgent" => "The `User-Agent` header of the registration.",
    "Path" => "The `Path` of the registration, which requests to the contact follow.",
    "RegExpire" | "ExpirationTime" =>
        "The time at which the registration ends, since 1970; zero if it does not end.",
    "RoundtripUsec" => "The time from the last `OPTIONS` request to its answer, in microseconds.",
    "Contacts" =>
        "The contacts, each as the name of its address of record, a slash and its SIP URI.",
    "MinimumExpiration" => "The shortest time that a registration can last.",
    "MaximumExpiration" => "The longest time that a registration can last.",
    "DefaultExpiration" => "The time that a registration lasts if the request names none.",
    "MaxContacts" => "The largest number of contacts that can be registered.",
    "RemoveExisting" => "Whether new contacts replace existing ones.",
    "RemoveUnavailable" => "Whether new contacts replace those that cannot be reached.",
    "QualifyFrequency" =>
        "The time between the `OPTIONS` requests that find out whether a contact can be \
         reached; zero if there are none.",
    "QualifyTimeout" => "The time after which an `OPTIONS` request without an answer has failed.",
    "Qualify2xxOnly" =>
        "Whether a contact counts as reachable only if it answers `OPTIONS` with a 2xx status.",
    "AuthenticateQualify" =>
        "Whether an `OPTIONS` request that is challenged is repeated with credentials.",
    "Mailboxes" => "The mailboxes that may be subscribed to.",
    "VoicemailExtension" =>
        "The extension in the `Message-Account` header of message waiting notifications.",
    "OutboundProxy" => "The SIP URI of the proxy that requests are sent through.",
    "OutboundAuth" => "The names of the credentials for requests that Asterisk sends.",
    "SupportPath" => "Whether the SIP extension `Path` is supported.",
    "Transport" => "The name of the transport, if one is set.",
    "DeviceState" => "The state of the endpoint, all its channels taken together.",
    "ActiveChannels" =>
        "The number of channels of the endpoint. Older versions send an empty value.",
    "SecurityNegotiation" => "The kind of security negotiation: `no` or `mediasec`.",
    "AuthType" => "The kind of credentials, such as `userpass` or `md5`.",
    "Username" => "The user name.",
    "Password" => "The password in clear text.",
    "PasswordDigest" => "The hashes that were computed of user name, realm and password.",
    "Md5Cred" => "The MD5 hash of user name, realm and password, in place of a password.",
    "Realm" => "The SIP realm of the credentials.",
    "NonceLifetime" => "The time for which a nonce of these credentials is valid.",
    "OauthClientid" => "The client id for OAuth 2.0.",
    "OauthSecret" => "The client secret for OAuth 2.0.",
    "RefreshToken" => "The refresh token of OAuth 2.0.",
    "SupportedAlgorithmsUac" =>
        "The digest algorithms that are supported when Asterisk is the client.",
    "SupportedAlgorithmsUas" =>
        "The digest algorithms that are supported when Asterisk is the server.",
    "SubscriptionType" => "The kind of subscription: `mwi` (message waiting) or `extension_state`.",
    "Subtype" => "The subtype of the presence, a text that the dialplan sets.",
    "Description" => "The description from the configuration.",
    "IPaddress" => "The IP address, or a text such as `-none-` if it is not known.",

    // Security
    "EventTV" => "The time of the event, as in `2026-11-23T14:49:14.090+0000`.",
    "SessionTV" => "The time that the service reports for the session, written as in `EventTV`.",
    "Severity" => "The severity: `Informational` or `Error`.",
    "Service" => "The service that reports the event, such as `AMI`, `SIP` or `PJSIP`.",
    "EventVersion" => "The version of the layout of this event.",
    "AccountID" => "The account that the peer named, such as the manager user or the SIP endpoint.",
    "SessionID" => "The id of the session, unique within the service.",
    "LocalAddress" =>
        "The address of the service: family, transport, address and port, as in \
         `IPV4/TCP/127.0.0.1/5038`.",
    "RemoteAddress" =>
        "The address of the peer: family, transport, address and port, as in \
         `IPV4/TCP/127.0.0.1/40860`.",
    "Module" => "The module that reports the event, if it is known.",
    "Challenge" => "The challenge that was sent to the peer.",
    "RequestType" => "The kind of the request, as in `Action: Queues`.",
    "RequestParams" => "The parameters of the request, if they are known.",

    // RTP and RTCP
    "SSRC" => "The synchronization source of the RTP stream, a number that identifies it.",
    "PT" =>
        "The type of the packet: `200(SR)` for a sender report, `201(RR)` for a receiver \
         report. Asterisk up to 11 spells the words out.",
    "ReportCount" => "The number of report blocks in the packet.",
    "SentNTP" =>
        "The time of the report by the sender's clock: seconds and a fraction. Only in sender \
         reports.",
    "SentRTP" => "The RTP timestamp of the report. Only in sender reports.",
    "SentPackets" => "The number of packets that the sender has sent.",
    "SentOctets" =>
        "The number of bytes of payload that the sender has sent. Only in sender reports.",
    "FractionLost" => "The share of packets lost since the previous report, in 256ths.",
    "DLSR" =>
        "The time between the last sender report and this report, in seconds and with a unit: \
         `0.1230(sec)`. Asterisk 1.6.0 to 11.",
    "LostPackets" => "The number of packets that were lost.",
    "Jitter" => "The interarrival jitter.",

    // Fax
    "LocalStationID" => "The station id of this side.",
    "RemoteStationID" => "The station id of the other side.",
    "PagesTransferred" => "The number of pages that were transferred.",
    "Resolution" => "The resolution of the pages.",
    "TransferRate" => "The rate of the transfer, in bits per second.",
    "FileName" =>
        "The name of the file. If there are several files, each has a header, and this is the \
         first.",
    "Operation" => "The kind of operation, such as `send`, `receive` or `gateway`.",
    "SessionNumber" => "The number of the fax session.",

    // Call completion
    "CoreID" => "The number of the call completion, the same in all its events.",
    "Caller" => "The device of the caller.",
    "Callee" => "The device of the called party.",

    // DAHDI
    "DAHDIChannel" => "The DAHDI channel. This is not the name of an Asterisk channel.",
    "Span" => "The number of the span.",

    // Lists and the database
    "Items" => "The number of entries in the list.",
    "Val" => "The value of the entry.",
}
