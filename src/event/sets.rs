//! Closed sets. Each keeps a value that it does not know.

use crate::wire::Value;

/// An enum of numbers, some of which a value may also say in a word.
macro_rules! numbers {
    ($(#[doc = $doc:literal])* $Set:ident { $($(#[doc = $vdoc:literal])* $Variant:ident = $number:literal $(| $word:literal)*,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Set<'a> {
            $($(#[doc = $vdoc])* $Variant,)*
            /// Another value.
            Other(Value<'a>),
        }

        impl<'a> $Set<'a> {
            /// What the value says: a number, or a word, ASCII case ignored.
            pub fn from_value(value: Value<'a>) -> Self {
                match value.to_i32() {
                    $(Some($number) => Self::$Variant,)*
                    Some(_) => Self::Other(value),
                    $($(None if value.eq_ignore_ascii_case($word) => Self::$Variant,)*)*
                    None => Self::Other(value),
                }
            }

            /// The number, if it has one.
            pub fn number(self) -> Option<i32> {
                match self {
                    $(Self::$Variant => Some($number),)*
                    Self::Other(value) => value.to_i32(),
                }
            }

            /// The name it has here, as in `Debug`, for logs without `core::fmt`; none for another value.
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$Variant => Some(stringify!($Variant)),)*
                    Self::Other(_) => None,
                }
            }
        }
    };
}

/// An enum of words.
macro_rules! words {
    ($(#[doc = $doc:literal])* $Set:ident { $($(#[doc = $vdoc:literal])* $Variant:ident = $($word:literal)|+,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Set<'a> {
            $($(#[doc = $vdoc])* $Variant,)*
            /// Another value.
            Other(Value<'a>),
        }

        impl<'a> $Set<'a> {
            /// What the value says, ASCII case ignored.
            pub fn from_value(value: Value<'a>) -> Self {
                $($(if value.eq_ignore_ascii_case($word) { return Self::$Variant; })+)*
                Self::Other(value)
            }

            /// The name it has here, as in `Debug`, for logs without `core::fmt`; none for another value.
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$Variant => Some(stringify!($Variant)),)*
                    Self::Other(_) => None,
                }
            }
        }
    };
}

numbers! {
    /// The state of a channel.
    ChannelState {
        /// Nothing is set up.
        Down = 0 | "Down",
        /// Down, but reserved.
        Reserved = 1 | "Rsrvd",
        /// Off the hook.
        OffHook = 2 | "OffHook",
        /// Digits are being dialled.
        Dialing = 3 | "Dialing",
        /// The line rings, as the caller hears it.
        Ring = 4 | "Ring",
        /// The line rings, at the called party.
        Ringing = 5 | "Ringing",
        /// Connected.
        Up = 6 | "Up",
        /// Busy.
        Busy = 7 | "Busy",
        /// Off the hook, and digits are being dialled.
        DialingOffHook = 8 | "Dialing Offhook",
        /// A call has come in, and does not ring yet.
        PreRing = 9 | "Pre-ring",
    }
}

numbers! {
    /// Why a call ended: causes of Q.850, and 0.
    HangupCause {
        /// No cause is known.
        NotDefined = 0,
        /// The number is not assigned.
        UnallocatedNumber = 1,
        /// No route to the transit network.
        NoRouteTransitNet = 2,
        /// No route to the destination.
        NoRouteDestination = 3,
        /// Misdialled trunk prefix.
        MisdialledTrunkPrefix = 5,
        /// The channel is not acceptable.
        ChannelUnacceptable = 6,
        /// The call is awarded and delivered.
        CallAwardedDelivered = 7,
        /// Preempted.
        PreEmpted = 8,
        /// The number was ported.
        NumberPortedNotHere = 14,
        /// The normal end.
        NormalClearing = 16,
        /// Busy.
        UserBusy = 17,
        /// No response.
        NoUserResponse = 18,
        /// It rang, and nobody answered.
        NoAnswer = 19,
        /// The subscriber is absent.
        SubscriberAbsent = 20,
        /// Rejected.
        CallRejected = 21,
        /// The number was changed.
        NumberChanged = 22,
        /// Redirected to a new destination.
        RedirectedToNewDestination = 23,
        /// Answered elsewhere.
        AnsweredElsewhere = 26,
        /// The destination is out of order.
        DestinationOutOfOrder = 27,
        /// The format of the number is invalid.
        InvalidNumberFormat = 28,
        /// The facility was rejected.
        FacilityRejected = 29,
        /// The answer to a status enquiry.
        ResponseToStatusEnquiry = 30,
        /// Normal, not specified.
        NormalUnspecified = 31,
        /// No circuit is free.
        NormalCircuitCongestion = 34,
        /// The network is out of order.
        NetworkOutOfOrder = 38,
        /// A temporary failure.
        NormalTemporaryFailure = 41,
        /// The switch is congested.
        SwitchCongestion = 42,
        /// The access information was discarded.
        AccessInfoDiscarded = 43,
        /// The channel asked for is not there.
        RequestedChannelUnavailable = 44,
        /// Preempted.
        PreEmptedFacility = 45,
        /// The facility is not subscribed to.
        FacilityNotSubscribed = 50,
        /// Outgoing calls are barred.
        OutgoingCallBarred = 52,
        /// Incoming calls are barred.
        IncomingCallBarred = 54,
        /// The bearer capability is not authorised.
        BearerCapabilityNotAuth = 57,
        /// The bearer capability is not available.
        BearerCapabilityNotAvail = 58,
        /// The bearer capability is not implemented.
        BearerCapabilityNotImpl = 65,
        /// The channel type is not implemented.
        ChanNotImplemented = 66,
        /// The facility is not implemented.
        FacilityNotImplemented = 69,
        /// The call reference is invalid.
        InvalidCallReference = 81,
        /// The destination is incompatible.
        IncompatibleDestination = 88,
        /// The message is invalid.
        InvalidMessageUnspecified = 95,
        /// A mandatory information element is missing.
        MandatoryIeMissing = 96,
        /// The message type does not exist.
        MessageTypeNonexistent = 97,
        /// The message is wrong.
        WrongMessage = 98,
        /// The information element does not exist.
        IeNonexistent = 99,
        /// The contents of an information element are invalid.
        InvalidIeContents = 100,
        /// The message does not fit the state of the call.
        WrongCallState = 101,
        /// A timer expired.
        RecoveryOnTimerExpire = 102,
        /// The length of a mandatory information element is wrong.
        MandatoryIeLengthError = 103,
        /// A protocol error.
        ProtocolError = 111,
        /// Interworking, not specified.
        Interworking = 127,
    }
}

numbers! {
    /// The state of a device, or of a queue member's.
    DeviceState {
        /// Nobody knows.
        Unknown = 0 | "UNKNOWN",
        /// Idle.
        NotInUse = 1 | "NOT_INUSE" | "Not in use",
        /// In use.
        InUse = 2 | "INUSE" | "In use",
        /// Busy.
        Busy = 3 | "BUSY",
        /// There is no such device.
        Invalid = 4 | "INVALID",
        /// Not reachable.
        Unavailable = 5 | "UNAVAILABLE",
        /// It rings.
        Ringing = 6 | "RINGING",
        /// In use, and it rings.
        RingInUse = 7 | "RINGINUSE" | "Ring+Inuse",
        /// On hold.
        OnHold = 8 | "ONHOLD" | "On Hold",
    }
}

numbers! {
    /// The state of an extension, by its hint. In use, ringing and on hold may come together: then it is
    /// [`Other`](ExtensionState::Other), and the number the sum of theirs.
    ExtensionState {
        /// The extension was removed.
        Removed = -2,
        /// It has no hint.
        NoHint = -1,
        /// Idle.
        Idle = 0,
        /// In use.
        InUse = 1,
        /// Busy.
        Busy = 2,
        /// Not reachable.
        Unavailable = 4,
        /// It rings.
        Ringing = 8,
        /// In use, and it rings.
        InUseAndRinging = 9,
        /// On hold.
        OnHold = 16,
    }
}

numbers! {
    /// What became of an Originate.
    OriginateReason {
        /// No such channel or extension, or a failure.
        Failed = 0,
        /// It was hung up.
        HungUp = 1,
        /// A ring was heard by the caller.
        LocalRing = 2,
        /// It rang, and nobody answered.
        NoAnswer = 3,
        /// It was answered.
        Answered = 4,
        /// Busy.
        Busy = 5,
        /// It was told to go off the hook.
        TakeOffHook = 6,
        /// Off the hook.
        OffHook = 7,
        /// Congestion.
        Congestion = 8,
    }
}

words! {
    /// Whether a peer can be reached.
    PeerState {
        /// It has registered.
        Registered = "Registered",
        /// It has unregistered, or its registration has expired.
        Unregistered = "Unregistered",
        /// Its registration was rejected.
        Rejected = "Rejected",
        /// It answers in time.
        Reachable = "Reachable",
        /// It does not answer.
        Unreachable = "Unreachable",
        /// It answers, but late.
        Lagged = "Lagged",
        /// It is not asked.
        Unmonitored = "Unmonitored",
        /// It was removed, or never there.
        Removed = "Removed",
        /// It has been created, and nothing is known of it.
        Unknown = "Unknown",
    }
}

words! {
    /// What a call detail record is for.
    AmaFlags {
        /// Not to be recorded.
        Omit = "OMIT",
        /// For billing.
        Billing = "BILLING",
        /// For documentation.
        Documentation = "DOCUMENTATION",
    }
}

words! {
    /// How a dial attempt goes, or what became of it.
    DialStatus {
        /// It was answered.
        ResponseStatus = "ANSWER",
        /// Busy.
        Busy = "BUSY",
        /// It rang, and nobody answered.
        NoAnswer = "NOANSWER",
        /// The caller hung up.
        Cancel = "CANCEL",
        /// Congestion.
        Congestion = "CONGESTION",
        /// No such channel, or not reachable.
        ChanUnavail = "CHANUNAVAIL",
        /// The called party sent the caller away.
        DontCall = "DONTCALL",
        /// The called party sent the caller to the torture menu.
        Torture = "TORTURE",
        /// Dial was given arguments that make no sense.
        InvalidArgs = "INVALIDARGS",
        /// The call was given up.
        Abort = "ABORT",
        /// The called party hung up, and the caller continues.
        Continue = "CONTINUE",
        /// The called party was sent elsewhere.
        Goto = "GOTO",
        /// It rings.
        Ringing = "RINGING",
        /// The call is on its way.
        Proceeding = "PROCEEDING",
        /// The call makes progress.
        Progress = "PROGRESS",
    }
}

words! {
    /// What became of a call, in a call detail record.
    Disposition {
        /// It was answered.
        Answered = "ANSWERED",
        /// Nobody answered.
        NoAnswer = "NO ANSWER",
        /// Busy.
        Busy = "BUSY",
        /// It failed.
        Failed = "FAILED",
        /// Congestion.
        Congestion = "CONGESTION",
    }
}

words! {
    /// Whether somebody is there, by a presence state.
    PresenceState {
        /// It is not set.
        NotSet = "not_set",
        /// Not there.
        Unavailable = "unavailable",
        /// There.
        Available = "available",
        /// Away.
        Away = "away",
        /// Away for long.
        ExtendedAway = "xa",
        /// There, and glad to talk.
        Chat = "chat",
        /// Not to be disturbed.
        DoNotDisturb = "dnd",
    }
}

words! {
    /// Whether a contact of PJSIP can be reached.
    ContactState {
        /// It has been created, and nothing is known of it.
        Created = "Created",
        /// It answers in time.
        Reachable = "Reachable",
        /// It does not answer.
        Unreachable = "Unreachable",
        /// It is not asked.
        NotQualified = "NonQualified" | "Unqualified",
        /// Nothing is known of it.
        Unknown = "Unknown",
        /// It was changed.
        Updated = "Updated",
        /// It was removed.
        Removed = "Removed",
    }
}
