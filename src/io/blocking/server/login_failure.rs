use std::fmt;

/// The reason why a login failed, for logs and for programs that block addresses. The client is not
/// told the difference between the first two.
///
/// ```
/// use embedded_ami::io::blocking::server::LoginFailure;
///
/// assert_eq!(LoginFailure::WrongSecret.to_string(), "the secret is wrong");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LoginFailure {
    /// [`Service::account`](super::Service::account) returned no account: the user does not exist,
    /// or the application refused the address.
    NoAccount,
    /// The secret, or the key computed from it, is wrong or missing.
    WrongSecret,
    /// [`Service::is_in_use`](super::Service::is_in_use) returned that the user may not log in a
    /// second time.
    AlreadyLoggedIn,
}

impl fmt::Display for LoginFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAccount => "there is no account for this user and address",
            Self::WrongSecret => "the secret is wrong",
            Self::AlreadyLoggedIn => "the user is already logged in",
        })
    }
}
