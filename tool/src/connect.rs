//! The connection to the server that the options name, and the login.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::Instant;

use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::{Client, Error};

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
/// time that this takes is subtracted from the limit for answers. The printer is told the secret.
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
    let mut client = Client::connect(&addresses[..], options.timeout)?;
    let credentials = match options.plain {
        true => Credentials::plain(user, secret.as_str()),
        false => Credentials::new(user, secret.as_str()),
    };
    client.login(&credentials.events(events)).map_err(|error| hide(error, secret))?;
    client.set_timeout(options.timeout.saturating_sub(begin.elapsed()));
    Ok(client)
}

/// Replaces the secret in an error of the login.
fn hide(error: Error, secret: &Secret) -> Error {
    match error {
        Error::Refused { reason, message } => {
            let message = String::from_utf8_lossy(&secret.hide(message.as_bytes())).into_owned();
            Error::Refused { reason, message }
        }
        other => other,
    }
}
