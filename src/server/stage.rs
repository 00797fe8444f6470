use crate::name::named;

/// The stage of a connection.
///
/// ```
/// use embedded_ami::server::{Session, Stage};
/// use embedded_ami::wire::Outbox;
///
/// let mut outbox = Outbox::for_server([0; 128]);
/// let mut session = Session::without_md5("11.0.0");
/// assert_eq!(session.stage(), Stage::Closed);
/// session.on_connected(0x243f_6a88, 0, &mut outbox)?;
/// assert_eq!(session.stage(), Stage::Anonymous);
/// # Ok::<(), embedded_ami::wire::EncodeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Stage {
    /// No user has logged in.
    Anonymous,
    /// A user is logged in.
    LoggedIn,
    /// No connection exists, or the connection must be closed once the pending bytes have been
    /// sent.
    Closed,
}

named! { Stage { Anonymous LoggedIn Closed } }
