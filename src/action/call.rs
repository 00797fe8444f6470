use super::{Action, Classes, Completion};
use crate::wire::{EncodeError, HeaderWriter, Value};

/// Calls a channel, and when it answers connects it with an extension or runs an application.
///
/// The response comes when the call was answered or has failed, and until then nothing else is done on this connection; with
/// [`in_background`](Originate::in_background) it comes at once, and the outcome as an `OriginateResponse` event, which names this action.
///
/// Asterisk 0.2 and later.
///
/// ```
/// use embedded_ami::action::{self, Originate};
/// use embedded_ami::wire::{Outbox, Dialect};
/// let call = Originate::to_extension("PJSIP/7", "phones", "100", "1")
///     .timeout(20_000)
///     .variables(&[("GREETING", "hello, world")])
///     .in_background();
/// let mut outbox = Outbox::for_client([0; 512], Dialect::Current);
/// action::write(&call, "a-1", &mut outbox)?;
/// assert!(outbox.pending().ends_with(
///     b"Timeout: 20000\r\nAsync: true\r\nVariable: GREETING=hello\\, world\r\n\r\n"
/// ));
/// # Ok::<(), embedded_ami::wire::EncodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Originate<'a> {
    channel: Value<'a>,
    target: Target<'a>,
    timeout: Option<i64>,
    caller_id: Option<Value<'a>>,
    account: Option<Value<'a>>,
    codecs: Option<Value<'a>>,
    channel_id: Option<Value<'a>>,
    other_channel_id: Option<Value<'a>>,
    pre_dial_gosub: Option<Value<'a>>,
    early_media: bool,
    in_background: bool,
    variables: &'a [(&'a str, &'a str)],
}

#[derive(Clone, Copy)]
enum Target<'a> {
    Extension { context: Value<'a>, exten: Value<'a>, priority: Value<'a> },
    Application { application: Value<'a>, data: Value<'a> },
}

impl<'a> Originate<'a> {
    /// Any of these classes is needed to do it; up to Asterisk 1.4 the class call.
    pub const CLASSES: Classes = Classes::ORIGINATE;

    /// Connects the channel with an extension. The priority may be a label.
    pub fn to_extension(
        channel: impl Into<Value<'a>>,
        context: impl Into<Value<'a>>,
        exten: impl Into<Value<'a>>,
        priority: impl Into<Value<'a>>,
    ) -> Self {
        let (context, exten, priority) = (context.into(), exten.into(), priority.into());
        Self::new(channel.into(), Target::Extension { context, exten, priority })
    }

    /// Runs an application of the dialplan with that data, which may be empty.
    pub fn to_application(
        channel: impl Into<Value<'a>>,
        application: impl Into<Value<'a>>,
        data: impl Into<Value<'a>>,
    ) -> Self {
        Self::new(channel.into(), Target::Application { application: application.into(), data: data.into() })
    }

    fn new(channel: Value<'a>, target: Target<'a>) -> Self {
        Self {
            channel,
            target,
            timeout: None,
            caller_id: None,
            account: None,
            codecs: None,
            channel_id: None,
            other_channel_id: None,
            pre_dial_gosub: None,
            early_media: false,
            in_background: false,
            variables: &[],
        }
    }

    /// How long to let it ring, in milliseconds; 30 000 unless set.
    #[must_use]
    pub fn timeout(mut self, milliseconds: u32) -> Self {
        self.timeout = Some(milliseconds.into());
        self
    }

    /// The caller id to show, as in `"Reception" <100>`.
    #[must_use]
    pub fn caller_id(mut self, caller_id: impl Into<Value<'a>>) -> Self {
        self.caller_id = Some(caller_id.into());
        self
    }

    /// The account code.
    #[must_use]
    pub fn account(mut self, account: impl Into<Value<'a>>) -> Self {
        self.account = Some(account.into());
        self
    }

    /// The codecs to offer, separated by commas; Asterisk 1.8 and later.
    #[must_use]
    pub fn codecs(mut self, codecs: impl Into<Value<'a>>) -> Self {
        self.codecs = Some(codecs.into());
        self
    }

    /// The unique id that the channel is to have, up to 149 bytes; Asterisk 12 and later.
    #[must_use]
    pub fn channel_id(mut self, id: impl Into<Value<'a>>) -> Self {
        self.channel_id = Some(id.into());
        self
    }

    /// The unique id that the other half of a Local channel is to have; Asterisk 12 and later.
    #[must_use]
    pub fn other_channel_id(mut self, id: impl Into<Value<'a>>) -> Self {
        self.other_channel_id = Some(id.into());
        self
    }

    /// What the channel does before it is called, as in `context,exten,priority(argument)`; Asterisk 18, 20 and later.
    #[must_use]
    pub fn pre_dial_gosub(mut self, gosub: impl Into<Value<'a>>) -> Self {
        self.pre_dial_gosub = Some(gosub.into());
        self
    }

    /// Goes on as soon as there is sound, before the answer; Asterisk 11 and later.
    #[must_use]
    pub fn early_media(mut self) -> Self {
        self.early_media = true;
        self
    }

    /// Answers at once (`Async`).
    #[must_use]
    pub fn in_background(mut self) -> Self {
        self.in_background = true;
        self
    }

    /// Channel variables to set. Their values arrive as they are.
    #[must_use]
    pub fn variables(mut self, variables: &'a [(&'a str, &'a str)]) -> Self {
        self.variables = variables;
        self
    }
}

impl Action for Originate<'_> {
    fn name(&self) -> &str {
        "Originate"
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        out.header("Channel", self.channel)?;
        match self.target {
            Target::Extension { context, exten, priority } => {
                out.header("Context", context)?;
                out.header("Exten", exten)?;
                out.header("Priority", priority)?;
            }
            Target::Application { application, data } => {
                out.header("Application", application)?;
                out.header("Data", data)?;
            }
        }
        if let Some(timeout) = self.timeout {
            out.header_int("Timeout", timeout)?;
        }
        let texts = [
            ("CallerID", self.caller_id),
            ("Account", self.account),
            ("Codecs", self.codecs),
            ("ChannelId", self.channel_id),
            ("OtherChannelId", self.other_channel_id),
            ("PreDialGoSub", self.pre_dial_gosub),
            ("EarlyMedia", self.early_media.then_some("true".into())),
            ("Async", self.in_background.then_some("true".into())),
        ];
        texts
            .into_iter()
            .try_for_each(|(name, value)| value.map_or(Ok(()), |value| out.header(name, value)))?;
        self.variables.iter().try_for_each(|(name, value)| out.variable(name, value))
    }

    fn completion(&self) -> Completion {
        Completion::Response
    }
}

/// Sends a channel to an extension, and with [`extra`](Redirect::extra) the one it talks to as well.
///
/// Asterisk 0.2 and later.
#[derive(Clone, Copy)]
pub struct Redirect<'a> {
    channel: Value<'a>,
    to: [Value<'a>; 3],
    extra: Option<Value<'a>>,
    extra_to: Option<[Value<'a>; 3]>,
}

impl<'a> Redirect<'a> {
    /// Any of these classes is needed to do it.
    pub const CLASSES: Classes = Classes::CALL;

    /// Sends the channel to a context, extension and priority.
    pub fn new(
        channel: impl Into<Value<'a>>,
        context: impl Into<Value<'a>>,
        exten: impl Into<Value<'a>>,
        priority: impl Into<Value<'a>>,
    ) -> Self {
        Self {
            channel: channel.into(),
            to: [context.into(), exten.into(), priority.into()],
            extra: None,
            extra_to: None,
        }
    }

    /// A second channel, sent to the same place.
    #[must_use]
    pub fn extra(mut self, channel: impl Into<Value<'a>>) -> Self {
        self.extra = Some(channel.into());
        self
    }

    /// Where the second channel is sent instead; Asterisk 1.8 and later.
    #[must_use]
    pub fn extra_to(
        mut self,
        context: impl Into<Value<'a>>,
        exten: impl Into<Value<'a>>,
        priority: impl Into<Value<'a>>,
    ) -> Self {
        self.extra_to = Some([context.into(), exten.into(), priority.into()]);
        self
    }
}

impl Action for Redirect<'_> {
    fn name(&self) -> &str {
        "Redirect"
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        let mut place = |names: [&str; 3], values: [Value<'_>; 3]| {
            names.iter().zip(values).try_for_each(|(name, value)| out.header(name, value))
        };
        place(["Context", "Exten", "Priority"], self.to)?;
        if let Some(to) = self.extra_to {
            place(["ExtraContext", "ExtraExten", "ExtraPriority"], to)?;
        }
        out.header("Channel", self.channel)?;
        self.extra.map_or(Ok(()), |extra| out.header("ExtraChannel", extra))
    }

    fn completion(&self) -> Completion {
        Completion::Response
    }
}
