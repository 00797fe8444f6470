//! Prints the uptime of an Asterisk that is reached over a serial line. At the far end of the line
//! a device server (a serial-to-TCP bridge) passes the bytes on to port 5038 of Asterisk.
//!
//! ```sh
//! AMI_USER=admin AMI_SECRET=secret cargo run --example serial /dev/ttyUSB0
//! ```
//!
//! To try it without a serial line, let `socat` make a pseudo-terminal and name `/tmp/ami`:
//! `socat pty,raw,echo=0,link=/tmp/ami tcp:127.0.0.1:5038`
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and secret from `manager.conf`

use std::env;
use std::error::Error;
use std::time::Duration;

use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::Client;

fn main() -> Result<(), Box<dyn Error>> {
    let device = env::args().nth(1).ok_or("usage: serial DEVICE")?;
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);

    // The client looks at its clock between two reads or writes, so none may wait long.
    let port = serialport::new(device, 115_200).timeout(Duration::from_millis(100)).open()?;
    let mut client = Client::new(port, Duration::from_secs(5))?;
    client.login(&Credentials::new(&user, &secret))?;

    let response = client.command("core show uptime")?;
    for line in response.message().output() {
        println!("{}", line.as_bytes().escape_ascii());
    }

    // Without this, the next login over the same line would still reach this session.
    client.log_off()?;
    Ok(())
}
