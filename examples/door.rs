//! A door controller that offers AMI. A client that sends `Action: OpenDoor` gets a response, and
//! every client that may read call events then gets a `DoorOpened` event.
//!
//! Run it, then send the action with the `ami` tool:
//!
//! ```sh
//! AMI_USER=admin AMI_SECRET=secret cargo run --example door 127.0.0.1:5038
//! AMI_USER=admin AMI_SECRET=secret ami action OpenDoor
//! ```
//!
//! - `AMI_USER`, `AMI_SECRET`: the user name and the secret with which clients log in

use std::env;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::{ConnectionId, Exchange, LoginFailure, Server, Service};
use embedded_ami::server::{Account, Attempt, SessionError};

struct Door {
    user: String,
    secret: String,
}

impl Service for Door {
    fn account(&mut self, attempt: &Attempt<'_>) -> Option<Account<'_>> {
        attempt.username().eq_ignore_ascii_case(&self.user).then(|| Account::new(&self.secret))
    }

    /// Reports the failed login, for a program such as fail2ban. The user name is printed with
    /// escapes, since anyone can choose it.
    fn login_failed(&mut self, _: ConnectionId, attempt: &Attempt<'_>, reason: LoginFailure) {
        let address = attempt.peer_addr().as_ref().map(SocketAddr::ip);
        eprintln!("failed login as {:?} from {address:?}: {reason}", attempt.username());
    }

    fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        if !exchange.request().is("OpenDoor") {
            return exchange.answer()?.unknown();
        }
        if !exchange.permits(Classes::SYSTEM) {
            return exchange.answer()?.denied();
        }
        exchange.answer()?.success("It opens")?;
        Ok(exchange.events.send("DoorOpened", Classes::CALL, |event| event.header("Door", "front"))?)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let door = Door { user: variable("AMI_USER")?, secret: variable("AMI_SECRET")? };
    let address = env::args().nth(1).ok_or("usage: door ADDRESS:PORT")?;

    Server::bind(&*address, "11.0.0", door)?.run(&AtomicBool::new(false));
    Ok(())
}
