//! The connection to the server, and the login.

use std::net::TcpStream;

use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::Client;

use crate::args::Options;
use crate::failure::Failure;
use crate::secret;

/// The user and his secret.
pub(crate) fn credentials(options: &Options) -> Result<(&str, String), Failure> {
    let Some(user) = &options.user else {
        return Err(Failure::Usage("no user: give --user or AMI_USER".into()));
    };
    let secret = secret::read(options.secret_file.as_deref(), user).map_err(Failure::Usage)?;
    Ok((user, secret))
}

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
