//! The trait of all actions.

use super::completion::Completion;
use super::with_header::WithHeader;
use crate::wire::{EncodeError, HeaderWriter, Outbox};

/// A request to Asterisk.
///
/// Implement it for actions of your own, such as those of a module that this crate does not know.
/// For a single use, [`Raw`](crate::action::Raw) or [`from_fn`](crate::action::from_fn) is shorter.
///
/// ```
/// use embedded_ami::action::{self, Action, Completion};
/// use embedded_ami::wire::{EncodeError, HeaderWriter, Outbox, Dialect};
///
/// /// Lists the calls on hold in a department.
/// struct HeldCalls<'a> {
///     department: &'a str,
///     seconds: u32,
/// }
///
/// impl Action for HeldCalls<'_> {
///     fn name(&self) -> &str {
///         "HeldCalls"
///     }
///
///     fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
///         out.header("Department", self.department)?;
///         out.header_int("Seconds", self.seconds.into())
///     }
///
///     fn completion(&self) -> Completion {
///         Completion::List("HeldCallsComplete")
///     }
/// }
///
/// let held = HeldCalls { department: "sales", seconds: 30 };
/// let mut outbox = Outbox::for_client([0; 128], Dialect::Current);
/// action::write(&held, "a-1", &mut outbox)?;
/// assert_eq!(
///     outbox.pending(),
///     b"Action: HeldCalls\r\nActionID: a-1\r\nDepartment: sales\r\nSeconds: 30\r\n\r\n"
/// );
/// # Ok::<(), EncodeError>(())
/// ```
pub trait Action {
    /// Returns the name, as in `Action: Originate`.
    fn name(&self) -> &str;

    /// Writes the headers other than `Action` and `ActionID`.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`HeaderWriter`].
    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError>;

    /// Returns the way in which the answer ends.
    ///
    /// The default looks the name up with [`Completion::for_action`], whose table costs 3 KB of
    /// flash. Override this method to avoid that.
    fn completion(&self) -> Completion {
        Completion::for_action(self.name())
    }

    /// Returns an action that has one more header, after those of this action. To add several
    /// headers, call this several times. Asterisk reads the first header of a name, so this does
    /// not replace one that the action already has.
    ///
    /// It is the way to send `SuppressEvents`, which any action may have: with it, Asterisk 1.6.2
    /// and later do not send waiting events together with the response. It is meant for AMI over
    /// HTTP. On a connection of this crate, the events arrive shortly after the response.
    ///
    /// ```
    /// use embedded_ami::action::{self, Action, Status};
    /// use embedded_ami::wire::{Outbox, Dialect};
    /// let status = Status::new().channel("PJSIP/7-1").with_header("SuppressEvents", "true");
    /// let mut outbox = Outbox::for_client([0; 128], Dialect::Current);
    /// action::write(&status, "a-1", &mut outbox)?;
    /// assert_eq!(
    ///     outbox.pending(),
    ///     b"Action: Status\r\nActionID: a-1\r\nChannel: PJSIP/7-1\r\nSuppressEvents: true\r\n\r\n"
    /// );
    /// # Ok::<(), embedded_ami::wire::EncodeError>(())
    /// ```
    fn with_header<V: AsRef<[u8]>>(self, name: &str, value: V) -> WithHeader<'_, Self, V>
    where
        Self: Sized,
    {
        WithHeader::new(self, name, value)
    }
}

/// Writes an action to an outbox, whole or not at all.
///
/// `Action` and `ActionID` come first, because the first header of a name is the one that counts.
/// The client sessions write actions themselves; use this function to speak the protocol without
/// one.
///
/// ```
/// use embedded_ami::action::{self, QueueAdd};
/// use embedded_ami::wire::{Outbox, Dialect};
/// let mut outbox = Outbox::for_client([0; 128], Dialect::Current);
/// action::write(&QueueAdd::new("support", "PJSIP/7").penalty(2), "a-1", &mut outbox)?;
/// assert_eq!(
///     outbox.pending(),
///     b"Action: QueueAdd\r\nActionID: a-1\r\nQueue: support\r\n\
///       Interface: PJSIP/7\r\nPenalty: 2\r\n\r\n"
/// );
/// # Ok::<(), embedded_ami::wire::EncodeError>(())
/// ```
///
/// # Errors
///
/// Returns the errors of [`Outbox::write`]. The outbox is then unchanged.
pub fn write<A, B>(action: &A, action_id: impl AsRef<[u8]>, outbox: &mut Outbox<B>) -> Result<(), EncodeError>
where
    A: Action + ?Sized,
    B: AsRef<[u8]> + AsMut<[u8]>,
{
    outbox.write(|message| {
        message.begin_request(action.name(), action_id.as_ref());
        action.headers(message)
    })
}
