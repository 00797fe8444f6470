//! The places that the user and the secret come from, as a refused login names them.

use embedded_ami::client::LoginRefused;

use super::layer::{Given, Layer, SecretFrom, Source};
use super::settings::first;

/// The places that the user and the secret come from. They never include the secret.
#[derive(Clone, Default)]
pub(super) struct Origin {
    user: String,
    secret: String,
}

impl Origin {
    /// Finds the places in the layers, the last of which is the profile if that has a name.
    pub(super) fn find(layers: &[Layer], profile: Option<&str>) -> Self {
        let place = |rank: usize, source: &Source| match (profile, source) {
            (Some(name), source) if rank + 1 == layers.len() => format!("the profile {name} ({source})"),
            (_, source) => source.to_string(),
        };
        let secret = match first(layers, |layer| &layer.secret) {
            Some((rank, Given { value: SecretFrom::File(file), source })) => {
                format!("{}, which {} names", file.display(), place(rank, source))
            }
            Some((rank, Given { source, .. })) => place(rank, source),
            None => "the terminal".into(),
        };
        let user = first(layers, |layer| &layer.user).map(|(rank, user)| place(rank, &user.source));
        Self { user: user.unwrap_or_default(), secret }
    }

    /// Returns the continuation of the error of a login that was refused for this reason.
    pub(super) fn hint(&self, reason: LoginRefused, user: &str, server: &str) -> String {
        let from = &self.user;
        match reason {
            LoginRefused::Authentication => format!(
                "; the user {user} is from {from}, its secret from {}; in manager.conf of {server}, check secret, \
                 permit, deny and acl of [{user}] (after a change: manager reload); the log of Asterisk has the \
                 reason",
                self.secret
            ),
            LoginRefused::AlreadyInUse => format!(
                "; the user {user} is from {from}; give each program a user of its own, or set \
                 allowmultiplelogin = yes in manager.conf of {server}"
            ),
            LoginRefused::NoChallenge => format!(
                "; the user {user} is from {from}; --plain sends the secret in the clear, which is safe only over \
                 TLS and on the same machine"
            ),
            _ => String::new(),
        }
    }
}
