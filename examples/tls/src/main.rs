//! Connects over TLS, with rustls, and prints the version of Asterisk.
//!
//! ```sh
//! AMI_HOST=pbx AMI_TLS_CA=ca.crt AMI_USER=admin AMI_SECRET=secret cargo run -p example-tls
//! ```
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`
//! - `AMI_TLS_CA`: a PEM file with the certificates to trust: that of the CA that has signed the
//!   server's certificate, or the server's certificate itself, whatever its kind
//! - `AMI_HOST`: the server's name or IP address, as in its certificate (default: `localhost`)
//! - `AMI_PORT`: the server's TLS port (default: `5039`)
//!
//! The certificate, its validity and its name are always verified, and nothing turns that off. Copy
//! `connect.rs` and the three files of the `ami` tool that are named below into your program.

mod connect;
#[path = "../../../tool/src/connection/tls/handshake.rs"]
mod handshake;
#[path = "../../../tool/src/connection/tcp.rs"]
mod tcp;
#[path = "../../../tool/src/connection/tls/trusted.rs"]
mod trusted;

use std::env;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use embedded_ami::{action::Raw, client::Credentials, io::blocking::Client};
use rustls::crypto::ring;
use trusted::Trusted;

/// The longest time for the connection with its handshake, for the banner, and for each answer.
const LIMIT: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);
    let host = variable("AMI_HOST").unwrap_or("localhost".into());
    let port = variable("AMI_PORT").unwrap_or("5039".into());
    let port = port.parse().map_err(|_| format!("AMI_PORT is not a port: {port}"))?;
    let trusted = Trusted::from_pem_file(&variable("AMI_TLS_CA")?, Arc::new(ring::default_provider()))?;

    let stream = connect::connect(&host, port, trusted, LIMIT)?;
    let mut client = Client::new(stream, LIMIT)?;
    client.login(&Credentials::new(&user, &secret))?;
    let response = client.send(&Raw::without_headers("CoreSettings"))?;
    println!("{}", response.message().get("AsteriskVersion").unwrap_or_default());
    client.log_off()?;
    Ok(())
}
