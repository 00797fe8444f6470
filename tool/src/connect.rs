//! The connection to the server that the options name, and the login.

use std::net::TcpStream;

use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::Client;

use crate::args::Options;
use crate::failure::Failure;
use crate::secret;

/// Returns the name and the secret of the user.
pub(crate) fn credentials(options: &Options) -> Result<(&str, String), Failure> {
    let Some(user) = &options.user else {
        return Err(Failure::Usage("no user: give --user or set AMI_USER".into()));
    };
    let secret = secret::read(options.secret_file.as_deref(), user).map_err(Failure::Usage)?;
    Ok((user, secret))
}

/// Connects, and logs in with the events of these classes (an event mask, as in `call,agent`).
pub(crate) fn log_in(options: &Options, events: &str) -> Result<Client<TcpStream>, Failure> {
    let (user, secret) = credentials(options)?;
    let mut client = Client::connect((options.host.as_str(), options.port), options.timeout)?;
    let credentials = match options.plain {
        true => Credentials::plain(user, &secret),
        false => Credentials::new(user, &secret),
    };
    client.login(&credentials.events(events))?;
    Ok(client)
}
