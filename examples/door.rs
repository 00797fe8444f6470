//! A door that offers AMI: `AMI_USER=admin AMI_SECRET=secret door 127.0.0.1:5038`, then
//! `ami action OpenDoor` from elsewhere.

use std::env;
use std::error::Error;
use std::sync::atomic::AtomicBool;

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::{Exchange, Server, Service};
use embedded_ami::server::{Account, Attempt, SessionError};

struct Door {
    user: String,
    secret: String,
}

impl Service for Door {
    fn account(&mut self, attempt: &Attempt<'_>) -> Option<Account<'_>> {
        attempt.username().eq_ignore_ascii_case(&self.user).then(|| Account::new(&self.secret))
    }

    fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        if !exchange.request().is("OpenDoor") {
            return exchange.answer()?.unknown();
        } else if !exchange.permits(Classes::SYSTEM) {
            return exchange.answer()?.denied();
        }
        exchange.answer()?.success("It opens")?;
        Ok(exchange.events.send("DoorOpened", Classes::CALL, |out| out.header("Door", "front"))?)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let setting = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let door = Door { user: setting("AMI_USER")?, secret: setting("AMI_SECRET")? };
    let address = env::args().nth(1).ok_or("usage: door ADDRESS:PORT")?;
    Server::bind(&*address, "11.0.0", door)?.run(&AtomicBool::new(false));
    Ok(())
}
