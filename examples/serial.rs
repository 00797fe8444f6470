//! Over a serial line at whose other end something passes the bytes on to Asterisk: `serial /dev/ttyUSB0`.
//! Prints how long the server is up. `AMI_USER` and `AMI_SECRET` as for `watch`.
//!
//! To try it without one: `socat pty,raw,echo=0,link=/tmp/ami tcp:127.0.0.1:5038`, and `serial /tmp/ami`.

use std::env::{args, var};
use std::time::Duration;

use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::Client;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = args().nth(1).ok_or("which device?")?;
    let setting = |name| var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (setting("AMI_USER")?, setting("AMI_SECRET")?);
    // Between two reads the client looks at its clock, so a read must not wait for long.
    let port = serialport::new(path, 115_200).timeout(Duration::from_millis(100)).open()?;
    let mut client = Client::new(port, Duration::from_secs(5))?;
    client.login(&Credentials::new(&user, &secret))?;
    let reply = client.command("core show uptime")?;
    for line in reply.message().output() {
        println!("{}", line.as_bytes().escape_ascii());
    }
    client.log_off()?; // leaves the line as the next login wants it
    Ok(())
}
