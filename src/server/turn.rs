/// The side of the connection that acts next, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// The client sends its next request.
    Client,
    /// The application accepts or rejects a login.
    LogIn,
    /// The session refuses a login once the penalty is over: as failed, or because the user is
    /// already logged in elsewhere.
    Refuse { is_in_use: bool },
    /// The application answers a request.
    Request,
    /// The application completes a list.
    List { entries: u32 },
}
