//! The actions that start and move calls.

use super::completion::Completion;
use super::request::Action;
use crate::classes::Classes;
use crate::wire::{EncodeError, HeaderWriter, Value};

/// Calls a channel, and connects it with an extension or runs an application when it answers.
///
/// The response comes when the call has been answered or has failed; until then the server
/// processes nothing else on the connection. With [`in_background`](Originate::in_background) the
/// response comes at once, and an [`OriginateResponse`](crate::event::OriginateResponse) event with
/// the ActionID of this action reports the outcome. Asterisk 1.2 and earlier send
/// [`OriginateSuccess`](crate::event::OriginateSuccess) or
/// [`OriginateFailure`](crate::event::OriginateFailure) in its place.
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

/// The place that an answered channel is connected with.
#[derive(Clone, Copy)]
enum Target<'a> {
    Extension { context: Value<'a>, exten: Value<'a>, priority: Value<'a> },
    Application { application: Value<'a>, data: Value<'a> },
}

impl<'a> Originate<'a> {
    /// The privilege class of the action. Up to Asterisk 1.4 a user needs the class `call` instead.
    pub const CLASSES: Classes = Classes::ORIGINATE;

    /// Makes an action that connects the channel with an extension.
    ///
    /// - `channel`: The channel to call, as in `PJSIP/7`.
    /// - `context`, `exten`, `priority`: The place in the dialplan. The priority may be a label.
    pub fn to_extension(
        channel: impl Into<Value<'a>>,
        context: impl Into<Value<'a>>,
        exten: impl Into<Value<'a>>,
        priority: impl Into<Value<'a>>,
    ) -> Self {
        let (context, exten, priority) = (context.into(), exten.into(), priority.into());
        Self::new(channel.into(), Target::Extension { context, exten, priority })
    }

    /// Makes an action that runs an application of the dialplan.
    ///
    /// - `channel`: The channel to call, as in `PJSIP/7`.
    /// - `application`: The name of the application, as in `Playback`.
    /// - `data`: Its arguments, which may be empty.
    ///
    /// ```
    /// use embedded_ami::action::{self, Originate};
    /// use embedded_ami::wire::{Outbox, Dialect};
    /// let call = Originate::to_application("PJSIP/7", "Playback", "tt-monkeys").caller_id("100");
    /// let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
    /// action::write(&call, "a-1", &mut outbox)?;
    /// assert!(outbox.pending().ends_with(
    ///     b"Application: Playback\r\nData: tt-monkeys\r\nCallerID: 100\r\n\r\n"
    /// ));
    /// # Ok::<(), embedded_ami::wire::EncodeError>(())
    /// ```
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

    /// Sets how long the channel rings, in milliseconds. Without it, Asterisk uses 30,000.
    #[must_use]
    pub fn timeout(mut self, milliseconds: u32) -> Self {
        self.timeout = Some(milliseconds.into());
        self
    }

    /// Sets the caller id to show, as in `"Reception" <100>` (`CallerID`).
    #[must_use]
    pub fn caller_id(mut self, caller_id: impl Into<Value<'a>>) -> Self {
        self.caller_id = Some(caller_id.into());
        self
    }

    /// Sets the account code.
    #[must_use]
    pub fn account(mut self, account: impl Into<Value<'a>>) -> Self {
        self.account = Some(account.into());
        self
    }

    /// Sets the codecs to offer, separated by commas; Asterisk 1.8 and later.
    #[must_use]
    pub fn codecs(mut self, codecs: impl Into<Value<'a>>) -> Self {
        self.codecs = Some(codecs.into());
        self
    }

    /// Sets the unique id of the new channel, up to 149 bytes (`ChannelId`); Asterisk 12 and later.
    #[must_use]
    pub fn channel_id(mut self, id: impl Into<Value<'a>>) -> Self {
        self.channel_id = Some(id.into());
        self
    }

    /// Sets the unique id of the other half of a Local channel (`OtherChannelId`); Asterisk 12 and
    /// later.
    #[must_use]
    pub fn other_channel_id(mut self, id: impl Into<Value<'a>>) -> Self {
        self.other_channel_id = Some(id.into());
        self
    }

    /// Sets a subroutine of the dialplan that the channel runs before it is called, as in
    /// `context,exten,priority(argument)` (`PreDialGoSub`); Asterisk 18.23, 20.8, 21.3, 22 and
    /// later.
    #[must_use]
    pub fn pre_dial_gosub(mut self, gosub: impl Into<Value<'a>>) -> Self {
        self.pre_dial_gosub = Some(gosub.into());
        self
    }

    /// Continues as soon as there is audio, before the channel answers (`EarlyMedia`); Asterisk 11
    /// and later.
    #[must_use]
    pub fn early_media(mut self) -> Self {
        self.early_media = true;
        self
    }

    /// Makes the response come at once, without waiting for the outcome of the call (`Async`).
    #[must_use]
    pub fn in_background(mut self) -> Self {
        self.in_background = true;
        self
    }

    /// Sets channel variables (`Variable`). Values are escaped, so that they arrive unchanged.
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

/// Sends a channel to an extension, and with [`extra`](Redirect::extra) also the channel that it is
/// connected with.
///
/// Asterisk 0.2 and later.
///
/// ```
/// use embedded_ami::action::{self, Redirect};
/// use embedded_ami::wire::{Outbox, Dialect};
/// let both = Redirect::new("PJSIP/7-1", "conferences", "800", "1").extra("PJSIP/8-1");
/// let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
/// action::write(&both, "a-1", &mut outbox)?;
/// assert_eq!(
///     outbox.pending(),
///     b"Action: Redirect\r\nActionID: a-1\r\nContext: conferences\r\nExten: 800\r\n\
///       Priority: 1\r\nChannel: PJSIP/7-1\r\nExtraChannel: PJSIP/8-1\r\n\r\n"
/// );
/// # Ok::<(), embedded_ami::wire::EncodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Redirect<'a> {
    channel: Value<'a>,
    to: [Value<'a>; 3],
    extra: Option<Value<'a>>,
    extra_to: Option<[Value<'a>; 3]>,
}

impl<'a> Redirect<'a> {
    /// The privilege class of the action.
    pub const CLASSES: Classes = Classes::CALL;

    /// Makes an action that sends a channel to a context, extension and priority.
    ///
    /// - `channel`: The name of the channel.
    /// - `context`, `exten`, `priority`: The place in the dialplan.
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

    /// Adds a second channel, which is sent to the same place (`ExtraChannel`).
    #[must_use]
    pub fn extra(mut self, channel: impl Into<Value<'a>>) -> Self {
        self.extra = Some(channel.into());
        self
    }

    /// Sets another place for the second channel (`ExtraContext`, `ExtraExten`, `ExtraPriority`);
    /// Asterisk 1.8 and later.
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

debug_names! { Originate Redirect }
