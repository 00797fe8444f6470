//! Prints the states of many extensions, all requested at once. This takes one round trip over the
//! network instead of one for each extension.
//!
//! ```sh
//! AMI_USER=admin AMI_SECRET=secret cargo run --example extension_states phones 100 101 102
//! ```
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`
//! - `AMI_HOST`: the server's name or address (default: `127.0.0.1`)
//! - `AMI_PORT`: the server's port (default: `5038`)

use std::env;
use std::error::Error;
use std::time::Duration;

use embedded_ami::{action::ExtensionState, client::Credentials, io::blocking::Client};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [context, extensions @ ..] = &arguments[..] else {
        return Err("usage: extension_states CONTEXT EXTENSION...".into());
    };
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);
    let host = variable("AMI_HOST").unwrap_or("127.0.0.1".into());
    let port = variable("AMI_PORT").unwrap_or("5038".into());

    let mut client = Client::connect(format!("{host}:{port}"), Duration::from_secs(5))?;
    client.login(&Credentials::new(&user, &secret))?;
    // The client keeps up to 256 actions outstanding.
    for extensions in extensions.chunks(256) {
        let mut tickets = Vec::new();
        for extension in extensions {
            tickets.push(client.submit(&ExtensionState::new(extension, context))?);
        }
        for (extension, ticket) in extensions.iter().zip(tickets) {
            println!("{extension}: {}", client.wait(ticket)?.text("StatusText"));
        }
    }
    Ok(())
}
