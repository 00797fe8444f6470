//! The parameters whose value is one of a fixed set of words.

/// Defines an enum of words.
macro_rules! words {
    ($(#[doc = $doc:literal])* $Set:ident { $($(#[doc = $vdoc:literal])* $Variant:ident = $word:literal,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Set {
            $($(#[doc = $vdoc])* $Variant,)*
        }

        impl $Set {
            /// All members of the set.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),*];

            /// Returns the word, as it is written on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Variant => $word,)*
                }
            }
        }
    };
}

words! {
    /// The direction of audio, for [`MuteAudio`](crate::action::MuteAudio).
    Direction {
        /// From the channel to Asterisk.
        In = "in",
        /// From Asterisk to the channel.
        Out = "out",
        /// Both directions.
        All = "all",
    }
}

words! {
    /// A side of a recording, for [`MixMonitorMute`](crate::action::MixMonitorMute).
    Side {
        /// The audio from the channel.
        Read = "read",
        /// The audio to the channel.
        Write = "write",
        /// Both sides.
        Both = "both",
    }
}

words! {
    /// An operation on a file that is being played, for
    /// [`ControlPlayback`](crate::action::ControlPlayback).
    Control {
        /// Stops the file.
        Stop = "stop",
        /// Skips ahead, by the time that was set when the file was started; the default is 3
        /// seconds.
        Forward = "forward",
        /// Skips back, by the same time.
        Reverse = "reverse",
        /// Pauses the file, or resumes it.
        Pause = "pause",
        /// Restarts the file from the beginning.
        Restart = "restart",
    }
}

words! {
    /// An operation on a module, for [`ModuleLoad`](crate::action::ModuleLoad).
    LoadType {
        /// Loads the module.
        Load = "load",
        /// Unloads the module.
        Unload = "unload",
        /// Reloads the configuration of the module.
        Reload = "reload",
        /// Unloads and loads the module; newer versions only.
        Refresh = "refresh",
    }
}

words! {
    /// The channels that hear a tone before [`Bridge`](crate::action::Bridge) connects them.
    Tone {
        /// Neither channel.
        Nobody = "no",
        /// The first channel.
        Channel1 = "channel1",
        /// The second channel.
        Channel2 = "channel2",
        /// Both channels.
        Both = "both",
    }
}

words! {
    /// Whether an agent has to accept calls with `#`, for
    /// [`AgentCallbackLogin`](crate::action::AgentCallbackLogin).
    AckCall {
        /// As `ackcall=no` in `agents.conf`.
        No = "no",
        /// As `ackcall=yes` in `agents.conf`.
        Yes = "yes",
        /// As `ackcall=always` in `agents.conf`.
        Always = "always",
    }
}

words! {
    /// The level of the PRI trace, for [`PriDebugSet`](crate::action::PriDebugSet). Newer servers
    /// also accept numbers; use [`Raw`](crate::action::Raw) for them.
    DebugLevel {
        /// No trace.
        Off = "off",
        /// The messages.
        On = "on",
        /// The messages and their bytes.
        Hex = "hex",
        /// Everything.
        Intense = "intense",
    }
}

words! {
    /// Yes or no, for parameters that do not accept `true`.
    YesNo {
        /// Yes.
        Yes = "yes",
        /// No.
        No = "no",
    }
}

words! {
    /// On or off, for parameters that do not accept `true`.
    OnOff {
        /// On.
        On = "on",
        /// Off.
        Off = "off",
    }
}

words! {
    /// The type of an advice of charge, which determines when in the call it is sent.
    AocMessageType {
        /// AOC-S: before the charge, with its rates; late Asterisk 18 and later.
        S = "S",
        /// AOC-D: during the call.
        D = "D",
        /// AOC-E: at the end of the call.
        E = "E",
    }
}

words! {
    /// The type of the charge in an advice of charge.
    AocChargeType {
        /// The charge is not known.
        NotAvailable = "NA",
        /// Free of charge.
        Free = "FREE",
        /// An amount of money.
        Currency = "Currency",
        /// A number of units.
        Unit = "Unit",
    }
}

words! {
    /// The multiplier of an amount of money.
    AocMultiplier {
        /// 0.001.
        OneThousandth = "OneThousandth",
        /// 0.01.
        OneHundredth = "OneHundredth",
        /// 0.1.
        OneTenth = "OneTenth",
        /// 1.
        One = "One",
        /// 10.
        Ten = "Ten",
        /// 100.
        Hundred = "Hundred",
        /// 1000.
        Thousand = "Thousand",
    }
}

words! {
    /// The part of the call that an advice of charge covers.
    AocTotalType {
        /// The whole call until now.
        Total = "Total",
        /// A part of the call.
        SubTotal = "SubTotal",
    }
}

words! {
    /// The reason why a party pays.
    AocBillingId {
        /// No special reason.
        Normal = "Normal",
        /// The party pays instead of the caller.
        ReverseCharge = "ReverseCharge",
        /// The party pays by credit card.
        CreditCard = "CreditCard",
        /// The party forwards all calls.
        CallForwardUnconditional = "CallFwdUnconditional",
        /// The party forwards calls when busy.
        CallForwardBusy = "CallFwdBusy",
        /// The party forwards calls that it does not answer.
        CallForwardNoReply = "CallFwdNoReply",
        /// The party has deflected the call.
        CallDeflection = "CallDeflection",
        /// The party has transferred the call.
        CallTransfer = "CallTransfer",
    }
}

words! {
    /// The item that an AOC-S charges for.
    AocChargedItem {
        /// The item is not known.
        NotAvailable = "NA",
        /// A special arrangement, with a charging code.
        SpecialArrangement = "SpecialArrangement",
        /// The call from its answer on.
        BasicCommunication = "BasicCommunication",
        /// The attempt to call.
        CallAttempt = "CallAttempt",
        /// The setup of the call.
        CallSetup = "CallSetup",
        /// Information between users.
        UserUserInfo = "UserUserInfo",
        /// A supplementary service.
        SupplementaryService = "SupplementaryService",
    }
}

words! {
    /// The way in which an item is charged.
    AocRateType {
        /// The rate is not known.
        NotAvailable = "NA",
        /// Free of charge.
        Free = "Free",
        /// Free of charge at first.
        FreeFromBeginning = "FreeFromBeginning",
        /// By time; only for [`BasicCommunication`](AocChargedItem::BasicCommunication).
        Duration = "Duration",
        /// A flat rate.
        Flat = "Flat",
        /// By volume.
        Volume = "Volume",
        /// By a charging code.
        SpecialCode = "SpecialCode",
    }
}

words! {
    /// A unit of time.
    AocTimeScale {
        /// 0.01 seconds.
        OneHundredthSecond = "OneHundredthSecond",
        /// 0.1 seconds.
        OneTenthSecond = "OneTenthSecond",
        /// One second.
        Second = "Second",
        /// Ten seconds.
        TenSeconds = "TenSeconds",
        /// One minute.
        Minute = "Minute",
        /// One hour.
        Hour = "Hour",
        /// One day.
        Day = "Day",
    }
}

words! {
    /// The way in which a charge by time grows.
    AocChargingType {
        /// Continuously.
        Continuous = "ContinuousCharging",
        /// In steps.
        Step = "StepFunction",
    }
}

words! {
    /// A unit of volume.
    AocVolumeUnit {
        /// Octets.
        Octet = "Octet",
        /// Segments.
        Segment = "Segment",
        /// Messages.
        Message = "Message",
    }
}
