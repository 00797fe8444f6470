//! Connects over TLS, with rustls, and prints the version of Asterisk.
//!
//! ```sh
//! AMI_HOST=pbx AMI_TLS_CA=ca.pem AMI_USER=admin AMI_SECRET=secret cargo run -p example-tls
//! ```
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`
//! - `AMI_TLS_CA`: a PEM file with the certificates to trust
//! - `AMI_HOST`: the server's name, as in its certificate (default: `localhost`)
//! - `AMI_PORT`: the server's TLS port (default: `5039`)

use std::env;
use std::error::Error;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use embedded_ami::{action::Raw, client::Credentials, io::blocking::Client};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

fn main() -> Result<(), Box<dyn Error>> {
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);
    let host = variable("AMI_HOST").unwrap_or("localhost".into());
    let port = variable("AMI_PORT").unwrap_or("5039".into());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(variable("AMI_TLS_CA")?)? {
        roots.add(certificate?)?;
    }
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();

    let mut stream = TcpStream::connect(format!("{host}:{port}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.set_write_timeout(Some(Duration::from_secs(5)))?;
    let mut connection = ClientConnection::new(Arc::new(config), host.try_into()?)?;
    // Do the handshake here, so that a bad certificate is reported as an error of its own.
    connection.complete_io(&mut stream)?;

    // The client looks at its clock between two reads or writes, so none may wait long.
    stream.set_read_timeout(Some(Duration::from_millis(100)))?;
    stream.set_write_timeout(Some(Duration::from_millis(100)))?;
    let mut client = Client::new(StreamOwned::new(connection, stream), Duration::from_secs(5))?;
    client.login(&Credentials::new(&user, &secret))?;
    let response = client.send(&Raw::without_headers("CoreSettings"))?;
    println!("{:?}", response.message().get("AsteriskVersion").unwrap_or_default());
    client.log_off()?;
    Ok(())
}
