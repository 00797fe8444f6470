//! The connection to the server that the options name, and the login.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::Instant;

use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::{Client, Error};
use embedded_ami::wire::Message;

use crate::args::Options;
use crate::failure::Failure;
use crate::print::Printer;
use crate::secret::{self, Secret};

/// Returns the name and the secret of the user.
pub(crate) fn credentials(options: &Options) -> Result<(&str, Secret), Failure> {
    let Some(user) = &options.user else {
        return Err(Failure::Usage("no user: give --user or set AMI_USER".into()));
    };
    let secret = secret::read(options.secret_file.as_deref(), user).map_err(Failure::Usage)?;
    Ok((user, secret))
}

/// Connects, and logs in with the events of these classes (an event mask, as in `call,agent`). The
/// time-out of the client is then the part of the limit that is left for an answer. The printer is
/// told the secret.
pub(crate) fn log_in(
    options: &Options,
    events: &str,
    printer: &mut Printer,
) -> Result<Client<TcpStream>, Failure> {
    let (user, secret) = credentials(options)?;
    let secret = printer.secret.insert(secret);
    // The limit does not include the look-up of the name.
    let addresses = (options.host.as_str(), options.port).to_socket_addrs().map_err(Error::Connect)?;
    let addresses: Vec<_> = addresses.collect();
    let begin = Instant::now();
    let left = || options.timeout.saturating_sub(begin.elapsed());
    let connected = Client::connect(&addresses[..], options.timeout);
    let mut client = connected.map_err(|error| hide(error, secret))?;
    client.set_one_at_a_time(is_old(&client.banner()));
    let credentials = match options.plain {
        true => Credentials::plain(user, secret.as_str()),
        false => Credentials::new(user, secret.as_str()),
    };
    client.set_timeout(left());
    client.login(&credentials.events(events)).map_err(|error| hide(error, secret))?;
    client.set_timeout(left());
    Ok(client)
}

/// Returns whether the banner is that of Asterisk up to 1.8, which answers some actions without
/// their ActionID.
fn is_old(banner: &Message<'_>) -> bool {
    banner.banner().is_some_and(|banner| banner.version == "1.0" || banner.version == "1.1")
}

/// Replaces the secret in an error of the connection or the login.
fn hide(error: Error, secret: &Secret) -> Error {
    let hide = |text: String| String::from_utf8_lossy(&secret.hide(text.as_bytes())).into_owned();
    match error {
        Error::Refused { reason, message } => Error::Refused { reason, message: hide(message) },
        Error::NotAsterisk { protocol, line } => Error::NotAsterisk { protocol, line: hide(line) },
        other => other,
    }
}
