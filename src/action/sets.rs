//! Closed sets of words that parameters take.

macro_rules! words {
    ($(#[doc = $doc:literal])* $Set:ident { $($(#[doc = $vdoc:literal])* $Variant:ident = $word:literal,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Set {
            $($(#[doc = $vdoc])* $Variant,)*
        }

        impl $Set {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),*];

            /// The word, as it is written.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Variant => $word,)*
                }
            }
        }
    };
}

words! {
    /// Which way the sound goes.
    Direction {
        /// From the channel to Asterisk.
        In = "in",
        /// From Asterisk to the channel.
        Out = "out",
        /// Both ways.
        All = "all",
    }
}

words! {
    /// Which side of a recording.
    Side {
        /// What comes from the channel.
        Read = "read",
        /// What goes to the channel.
        Write = "write",
        /// Both.
        Both = "both",
    }
}

words! {
    /// What to do with a file that is being played.
    Control {
        /// Stops it.
        Stop = "stop",
        /// Skips ahead, as far as the player of the file was told; 3 seconds without that.
        Forward = "forward",
        /// Skips back, as far.
        Reverse = "reverse",
        /// Pauses it, or goes on with it.
        Pause = "pause",
        /// Begins again.
        Restart = "restart",
    }
}

words! {
    /// What to do with a module.
    LoadType {
        /// Loads it.
        Load = "load",
        /// Unloads it.
        Unload = "unload",
        /// Reads its configuration again.
        Reload = "reload",
        /// Unloads and loads it; newer versions only.
        Refresh = "refresh",
    }
}

words! {
    /// Who hears a tone before two channels are connected.
    Tone {
        /// Nobody.
        Nobody = "no",
        /// The first channel.
        Channel1 = "channel1",
        /// The second channel.
        Channel2 = "channel2",
        /// Both.
        Both = "both",
    }
}

words! {
    /// Whether an agent has to take calls with `#`.
    AckCall {
        /// As `ackcall=no` of `agents.conf`.
        No = "no",
        /// As `ackcall=yes`.
        Yes = "yes",
        /// As `ackcall=always`.
        Always = "always",
    }
}

words! {
    /// How much of PRI is traced. Newer servers know numbers, too: those take [`Raw`](super::Raw).
    DebugLevel {
        /// Nothing.
        Off = "off",
        /// The messages.
        On = "on",
        /// The messages and their bytes.
        Hex = "hex",
        /// All there is.
        Intense = "intense",
    }
}

words! {
    /// Yes or no, where `true` would not do.
    YesNo {
        /// Yes.
        Yes = "yes",
        /// No.
        No = "no",
    }
}

words! {
    /// On or off, where `true` would not do.
    OnOff {
        /// On.
        On = "on",
        /// Off.
        Off = "off",
    }
}

words! {
    /// When an advice of charge is told.
    AocMessageType {
        /// Before the charge, with its rates; late Asterisk 18 and later.
        S = "S",
        /// During the call.
        D = "D",
        /// At its end.
        E = "E",
    }
}

words! {
    /// What an advice of charge tells.
    AocChargeType {
        /// Nothing is known.
        NotAvailable = "NA",
        /// Free of charge.
        Free = "FREE",
        /// An amount of money.
        Currency = "Currency",
        /// Units.
        Unit = "Unit",
    }
}

words! {
    /// What to multiply an amount of money by.
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
    /// What a charge is told for.
    AocTotalType {
        /// All until now.
        Total = "Total",
        /// A part of it.
        SubTotal = "SubTotal",
    }
}

words! {
    /// Why this party pays.
    AocBillingId {
        /// As usual.
        Normal = "Normal",
        /// Instead of the caller.
        ReverseCharge = "ReverseCharge",
        /// By credit card.
        CreditCard = "CreditCard",
        /// Forwards all calls.
        CallForwardUnconditional = "CallFwdUnconditional",
        /// Forwards calls when busy.
        CallForwardBusy = "CallFwdBusy",
        /// Forwards calls that it does not take.
        CallForwardNoReply = "CallFwdNoReply",
        /// Deflected the call.
        CallDeflection = "CallDeflection",
        /// Transferred the call.
        CallTransfer = "CallTransfer",
    }
}

words! {
    /// What is charged for.
    AocChargedItem {
        /// Nothing is known.
        NotAvailable = "NA",
        /// A special arrangement, with a code.
        SpecialArrangement = "SpecialArrangement",
        /// The call once answered.
        BasicCommunication = "BasicCommunication",
        /// The attempt to call.
        CallAttempt = "CallAttempt",
        /// The call being set up.
        CallSetup = "CallSetup",
        /// Information between users.
        UserUserInfo = "UserUserInfo",
        /// A supplementary service.
        SupplementaryService = "SupplementaryService",
    }
}

words! {
    /// How it is charged.
    AocRateType {
        /// Nothing is known.
        NotAvailable = "NA",
        /// Not at all.
        Free = "Free",
        /// Not at all at first.
        FreeFromBeginning = "FreeFromBeginning",
        /// By time; only for the call once answered.
        Duration = "Duration",
        /// Once.
        Flat = "Flat",
        /// By volume.
        Volume = "Volume",
        /// By a code.
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
    /// How a charge by time grows.
    AocChargingType {
        /// Steadily.
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
