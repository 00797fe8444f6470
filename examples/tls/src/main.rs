//! Over TLS, with rustls: prints which Asterisk it is. `AMI_TLS_CA` is a PEM file with the
//! certificates to trust, `AMI_HOST` the name in the server's; the others as for `watch`.

use std::env::var;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use embedded_ami::{action::Raw, client::Credentials, io::blocking::Client};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let setting = |name| var(name).map_err(|_| format!("{name} is not set"));
    let host = setting("AMI_HOST").unwrap_or("localhost".into());
    let port = setting("AMI_PORT").unwrap_or("5039".into());
    let (user, secret) = (setting("AMI_USER")?, setting("AMI_SECRET")?);
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(setting("AMI_TLS_CA")?)? {
        roots.add(certificate?)?;
    }
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();

    let mut stream = TcpStream::connect(format!("{host}:{port}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.set_write_timeout(Some(Duration::from_secs(5)))?;
    let mut tls = ClientConnection::new(Arc::new(config), host.try_into()?)?;
    tls.complete_io(&mut stream)?; // the handshake: here it says what is wrong with a certificate
    // Between two reads the client looks at its clock, so a read must not wait for long.
    stream.set_read_timeout(Some(Duration::from_millis(100)))?;
    let mut client = Client::new(StreamOwned::new(tls, stream), Duration::from_secs(5))?;
    client.login(&Credentials::new(&user, &secret))?;
    let reply = client.send(&Raw::without_headers("CoreSettings"))?;
    println!("{:?}", reply.message().get("AsteriskVersion").unwrap_or_default());
    client.log_off()?;
    Ok(())
}
