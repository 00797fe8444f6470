//! Sets a variable in a category of a configuration file of Asterisk, and prints the category.
//!
//! ```sh
//! AMI_USER=admin AMI_SECRET=secret cargo run --example config_set queues.conf support timeout 20
//! ```
//!
//! Asterisk writes the file anew and keeps its comments. Its modules see the change after a reload.
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`
//! - `AMI_HOST`: the server's name or address (default: `127.0.0.1`)
//! - `AMI_PORT`: the server's port (default: `5038`)

use std::env;
use std::error::Error;
use std::time::Duration;

use embedded_ami::action::{Change, GetConfig, UpdateConfig};
use embedded_ami::client::Credentials;
use embedded_ami::event::response;
use embedded_ami::io::blocking::Client;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [file, category, variable, value] = &arguments[..] else {
        return Err("usage: config_set FILE CATEGORY VARIABLE VALUE".into());
    };
    let environment = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (environment("AMI_USER")?, environment("AMI_SECRET")?);
    let host = environment("AMI_HOST").unwrap_or("127.0.0.1".into());
    let port = environment("AMI_PORT").unwrap_or("5038".into());

    let mut client = Client::connect(format!("{host}:{port}"), Duration::from_secs(5))?;
    client.login(&Credentials::new(&user, &secret))?;
    let get = GetConfig::new(file).category(category);
    let old = client.send(&get)?; // an error if there is no such file
    let old = response::GetConfig::from_message(&old.message()).ok_or("not a configuration file")?;
    let old = old.categories().next().ok_or("there is no such category")?;
    let change = match old.get(variable) {
        Some(_) => Change::Update { category, variable, value, matches: "" },
        None => Change::Append { category, variable, value },
    };
    client.send(&UpdateConfig::new(file, file, &[change]))?; // all changes are made, or none

    let new = client.send(&get)?;
    let new = response::GetConfig::from_message(&new.message()).ok_or("not a configuration file")?;
    for (variable, value) in new.categories().flat_map(|category| category.lines()) {
        println!("{variable} = {value}");
    }
    Ok(())
}
