//! Sets of values that headers can have. A value that a set does not know is kept as `Other`.
//! `Display` prints the name of the variant or, for `Other`, the text of the value.

use core::fmt;

use crate::wire::Value;

/// Implements `Display` for a set.
macro_rules! display {
    ($Set:ident) => {
        impl fmt::Display for $Set<'_> {
            /// Prints the name of the variant, or the text of another value.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    Self::Other(value) => value.fmt(f),
                    known => f.pad(known.name().unwrap_or_default()),
                }
            }
        }
    };
}

/// An enum of numbers. For some of them, servers write a word instead of the number.
macro_rules! numbers {
    ($(#[doc = $doc:literal])* $Set:ident { $($(#[doc = $vdoc:literal])* $Variant:ident = $number:literal $(| $word:literal)*,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Set<'a> {
            $($(#[doc = $vdoc])* $Variant,)*
            /// A value that this type does not know.
            Other(Value<'a>),
        }

        impl<'a> $Set<'a> {
            /// Converts a value, which may be a number or a word. ASCII case is ignored.
            pub fn from_value(value: Value<'a>) -> Self {
                match value.to_i32() {
                    $(Some($number) => Self::$Variant,)*
                    Some(_) => Self::Other(value),
                    $($(None if value.eq_ignore_ascii_case($word) => Self::$Variant,)*)*
                    None => Self::Other(value),
                }
            }

            /// Returns the number, or `None` for another value that is not a number.
            pub fn number(self) -> Option<i32> {
                match self {
                    $(Self::$Variant => Some($number),)*
                    Self::Other(value) => value.to_i32(),
                }
            }

            /// Returns the name of the variant as `Debug` and `Display` print it, for logs without
            /// `core::fmt`. Returns `None` for another value.
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$Variant => Some(stringify!($Variant)),)*
                    Self::Other(_) => None,
                }
            }
        }

        display! { $Set }
    };
}

/// An enum of words. A variant with several words has been spelt differently over time.
macro_rules! words {
    ($(#[doc = $doc:literal])* $Set:ident { $($(#[doc = $vdoc:literal])* $Variant:ident = $($word:literal)|+,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Set<'a> {
            $($(#[doc = $vdoc])* $Variant,)*
            /// A value that this type does not know.
            Other(Value<'a>),
        }

        impl<'a> $Set<'a> {
            /// Converts a value. ASCII case is ignored.
            pub fn from_value(value: Value<'a>) -> Self {
                $($(if value.eq_ignore_ascii_case($word) { return Self::$Variant; })+)*
                Self::Other(value)
            }

            /// Returns the name of the variant as `Debug` and `Display` print it, for logs without
            /// `core::fmt`. Returns `None` for another value.
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$Variant => Some(stringify!($Variant)),)*
                    Self::Other(_) => None,
                }
            }
        }

        display! { $Set }
    };
}

numbers! {
    /// The state of a channel.
    ChannelState {
        /// The channel exists, but no line is in use.
        Down = 0 | "Down",
        /// The line is down, but reserved.
        Reserved = 1 | "Rsrvd",
        /// The line is off the hook.
        OffHook = 2 | "OffHook",
        /// Digits, or an equivalent, have been dialled.
        Dialing = 3 | "Dialing",
        /// The remote end rings, which the party at this channel hears. Channels of callers often
        /// begin in this state.
        Ring = 4 | "Ring",
        /// This line rings: the party at this channel is called.
        Ringing = 5 | "Ringing",
        /// The call is answered.
        Up = 6 | "Up",
        /// The line is busy.
        Busy = 7 | "Busy",
        /// Digits, or an equivalent, have been dialled while off the hook.
        DialingOffHook = 8 | "Dialing Offhook",
        /// An incoming call was detected, and the channel waits for it to ring.
        PreRing = 9 | "Pre-ring",
    }
}

numbers! {
    /// The reason for the end of a call: a cause of ITU-T Q.850, or 0.
    ///
    /// ```
    /// use embedded_ami::event::HangupCause;
    /// use embedded_ami::wire::Value;
    ///
    /// let cause = HangupCause::from_value(Value::new(b"17"));
    /// assert_eq!(cause, HangupCause::UserBusy);
    /// assert_eq!((cause.number(), cause.name()), (Some(17), Some("UserBusy")));
    /// assert_eq!(cause.to_string(), "UserBusy");
    ///
    /// // A number that this type does not know is kept.
    /// let unknown = HangupCause::from_value(Value::new(b"200"));
    /// assert_eq!((unknown.number(), unknown.name()), (Some(200), None));
    /// ```
    HangupCause {
        /// The cause is not known.
        NotDefined = 0,
        /// The number is not assigned.
        UnallocatedNumber = 1,
        /// A route to the transit network does not exist.
        NoRouteTransitNet = 2,
        /// A route to the destination does not exist.
        NoRouteDestination = 3,
        /// The trunk prefix was misdialled.
        MisdialledTrunkPrefix = 5,
        /// The channel is not acceptable.
        ChannelUnacceptable = 6,
        /// The call was awarded, and is delivered in an established channel.
        CallAwardedDelivered = 7,
        /// The call was preempted.
        PreEmpted = 8,
        /// The number was ported to another place.
        NumberPortedNotHere = 14,
        /// A party hung up, which is the normal end.
        NormalClearing = 16,
        /// The called party is busy.
        UserBusy = 17,
        /// The called device did not respond.
        NoUserResponse = 18,
        /// The called device rang, but the call was not answered.
        NoAnswer = 19,
        /// The called party is absent.
        SubscriberAbsent = 20,
        /// The call was rejected.
        CallRejected = 21,
        /// The number has changed.
        NumberChanged = 22,
        /// The call was redirected to a new destination.
        RedirectedToNewDestination = 23,
        /// The call was answered at another device.
        AnsweredElsewhere = 26,
        /// The destination is out of order.
        DestinationOutOfOrder = 27,
        /// The format of the number is invalid or incomplete.
        InvalidNumberFormat = 28,
        /// The facility was rejected.
        FacilityRejected = 29,
        /// A response to a status enquiry.
        ResponseToStatusEnquiry = 30,
        /// A normal end without a more specific cause.
        NormalUnspecified = 31,
        /// No circuit is free.
        NormalCircuitCongestion = 34,
        /// The network is out of order.
        NetworkOutOfOrder = 38,
        /// A temporary failure.
        NormalTemporaryFailure = 41,
        /// The switching equipment is congested.
        SwitchCongestion = 42,
        /// Access information was discarded.
        AccessInfoDiscarded = 43,
        /// The requested channel is not available.
        RequestedChannelUnavailable = 44,
        /// The facility was preempted.
        PreEmptedFacility = 45,
        /// The facility is not subscribed to.
        FacilityNotSubscribed = 50,
        /// Outgoing calls are barred.
        OutgoingCallBarred = 52,
        /// Incoming calls are barred.
        IncomingCallBarred = 54,
        /// The bearer capability is not authorized.
        BearerCapabilityNotAuth = 57,
        /// The bearer capability is not available at present.
        BearerCapabilityNotAvail = 58,
        /// The bearer capability is not implemented.
        BearerCapabilityNotImpl = 65,
        /// The type of channel is not implemented.
        ChanNotImplemented = 66,
        /// The facility is not implemented.
        FacilityNotImplemented = 69,
        /// The call reference is invalid.
        InvalidCallReference = 81,
        /// The destination is incompatible.
        IncompatibleDestination = 88,
        /// A message of the signalling protocol is invalid.
        InvalidMessageUnspecified = 95,
        /// A mandatory information element is missing.
        MandatoryIeMissing = 96,
        /// The type of a message does not exist.
        MessageTypeNonexistent = 97,
        /// A message does not fit, or its type does not exist.
        WrongMessage = 98,
        /// An information element does not exist.
        IeNonexistent = 99,
        /// The contents of an information element are invalid.
        InvalidIeContents = 100,
        /// A message does not fit the state of the call.
        WrongCallState = 101,
        /// A timer has expired.
        RecoveryOnTimerExpire = 102,
        /// The length of a mandatory information element is wrong.
        MandatoryIeLengthError = 103,
        /// A protocol error without a more specific cause.
        ProtocolError = 111,
        /// An error in a connected network, without a more specific cause.
        Interworking = 127,
    }
}

numbers! {
    /// The state of a device, such as a telephone. Queue members have the state of their device.
    DeviceState {
        /// The state is not known.
        Unknown = 0 | "UNKNOWN",
        /// The device is idle.
        NotInUse = 1 | "NOT_INUSE" | "Not in use",
        /// The device has a call.
        InUse = 2 | "INUSE" | "In use",
        /// The device is busy.
        Busy = 3 | "BUSY",
        /// The device does not exist.
        Invalid = 4 | "INVALID",
        /// The device cannot be reached.
        Unavailable = 5 | "UNAVAILABLE",
        /// The device rings.
        Ringing = 6 | "RINGING",
        /// The device has a call, and rings for another.
        RingInUse = 7 | "RINGINUSE" | "Ring+Inuse",
        /// The device has a call on hold.
        OnHold = 8 | "ONHOLD" | "On Hold",
    }
}

numbers! {
    /// The state of an extension, which is that of the devices in its hint. The states in use,
    /// ringing and on hold can be combined: except for [`InUseAndRinging`](Self::InUseAndRinging),
    /// such a state is [`Other`](Self::Other), and its number is the sum of theirs.
    ExtensionState {
        /// The extension was removed.
        Removed = -2,
        /// The extension has no hint.
        NoHint = -1,
        /// The extension is idle.
        Idle = 0,
        /// The extension is in use.
        InUse = 1,
        /// The extension is busy.
        Busy = 2,
        /// The extension cannot be reached.
        Unavailable = 4,
        /// The extension rings.
        Ringing = 8,
        /// The extension is in use, and rings for another call.
        InUseAndRinging = 9,
        /// The extension has a call on hold.
        OnHold = 16,
    }
}

numbers! {
    /// The result of [`Originate`](crate::action::Originate): the last that the called channel
    /// reported.
    OriginateReason {
        /// The channel or extension does not exist, or the call failed in another way.
        Failed = 0,
        /// The channel was hung up.
        HungUp = 1,
        /// The local end rang.
        LocalRing = 2,
        /// The remote end rang, but the call was not answered.
        NoAnswer = 3,
        /// The call was answered.
        Answered = 4,
        /// The called party is busy.
        Busy = 5,
        /// The device was told to go off the hook.
        TakeOffHook = 6,
        /// The line is off the hook.
        OffHook = 7,
        /// The circuits are congested, or the call was rejected.
        Congestion = 8,
    }
}

words! {
    /// The registration or reachability of a peer.
    PeerState {
        /// The peer has registered.
        Registered = "Registered",
        /// The peer has ended its registration, or the registration has expired.
        Unregistered = "Unregistered",
        /// The registration of the peer was rejected.
        Rejected = "Rejected",
        /// The peer answers in time.
        Reachable = "Reachable",
        /// The peer does not answer.
        Unreachable = "Unreachable",
        /// The peer answers, but late.
        Lagged = "Lagged",
        /// The server does not check whether the peer answers.
        Unmonitored = "Unmonitored",
        /// The peer was removed, or does not exist.
        Removed = "Removed",
        /// The peer was added, and its state is not known yet.
        Unknown = "Unknown",
    }
}

words! {
    /// The purpose of a call detail record (automatic message accounting).
    AmaFlags {
        /// Billing ignores the record.
        Omit = "OMIT",
        /// The record is for billing.
        Billing = "BILLING",
        /// The record is for documentation.
        Documentation = "DOCUMENTATION",
    }
}

words! {
    /// The progress or the result of a dial attempt.
    DialStatus {
        /// The call was answered.
        Answer = "ANSWER",
        /// The called party is busy.
        Busy = "BUSY",
        /// The called device rang, but the call was not answered.
        NoAnswer = "NOANSWER",
        /// The caller hung up before the call was answered.
        Cancel = "CANCEL",
        /// The circuits are congested.
        Congestion = "CONGESTION",
        /// The channel does not exist, or cannot be reached.
        ChanUnavail = "CHANUNAVAIL",
        /// The called party refused the caller (privacy mode).
        DontCall = "DONTCALL",
        /// The called party sent the caller to the torture menu (privacy mode).
        Torture = "TORTURE",
        /// The arguments of the application `Dial` are invalid.
        InvalidArgs = "INVALIDARGS",
        /// The call was given up.
        Abort = "ABORT",
        /// The call has ended, and the caller continues in the dialplan.
        Continue = "CONTINUE",
        /// The call has ended, and the caller was sent to another place in the dialplan.
        Goto = "GOTO",
        /// The called device rings.
        Ringing = "RINGING",
        /// The call is on its way.
        Proceeding = "PROCEEDING",
        /// The called side reports progress, such as an announcement before the answer.
        Progress = "PROGRESS",
    }
}

words! {
    /// The result of a call in a call detail record.
    Disposition {
        /// The call was answered.
        Answered = "ANSWERED",
        /// The call was not answered.
        NoAnswer = "NO ANSWER",
        /// The called party was busy.
        Busy = "BUSY",
        /// The call failed.
        Failed = "FAILED",
        /// The circuits were congested.
        Congestion = "CONGESTION",
    }
}

words! {
    /// The presence of a person, which Asterisk keeps apart from the state of devices.
    PresenceState {
        /// The presence is not set.
        NotSet = "not_set",
        /// The person is not available.
        Unavailable = "unavailable",
        /// The person is available.
        Available = "available",
        /// The person is away.
        Away = "away",
        /// The person is away for a long time.
        ExtendedAway = "xa",
        /// The person is available and wants to talk.
        Chat = "chat",
        /// The person must not be disturbed.
        DoNotDisturb = "dnd",
    }
}

words! {
    /// The reachability of a PJSIP contact, which is an address that an endpoint has registered.
    ContactState {
        /// The contact was added, and its state is not known yet.
        Created = "Created",
        /// The contact answers in time.
        Reachable = "Reachable",
        /// The contact does not answer.
        Unreachable = "Unreachable",
        /// The server does not check whether the contact answers.
        NotQualified = "NonQualified" | "Unqualified",
        /// The state is not known.
        Unknown = "Unknown",
        /// The contact was changed.
        Updated = "Updated",
        /// The contact was removed.
        Removed = "Removed",
    }
}
