use std::boxed::Box;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::string::ToString;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{OwnedCredentials, Surroundings};
use crate::io::blocking::{Client, Error};

/// The attempts of a follower, each on a thread of its own, so that no call has to wait for it.
pub(super) struct Background<T: Read + Write> {
    login: Arc<Mutex<Login<T>>>,
    attempt: Option<io::Result<Attempt<T>>>,
}

/// The way to connect and to log in.
struct Login<T: Read + Write> {
    connect: Box<dyn FnMut() -> Result<Client<T>, Error> + Send>,
    credentials: OwnedCredentials,
}

/// An attempt that is under way.
struct Attempt<T: Read + Write> {
    result: Receiver<Result<Client<T>, Error>>,
    thread: JoinHandle<()>,
}

impl<T: Read + Write> Background<T> {
    pub(super) fn new(
        connect: impl FnMut() -> Result<Client<T>, Error> + Send + 'static,
        credentials: OwnedCredentials,
    ) -> Self {
        let login = Login { connect: Box::new(connect), credentials };
        Self { login: Arc::new(Mutex::new(login)), attempt: None }
    }
}

impl<T: Read + Write> Login<T> {
    fn attempt(&mut self) -> Result<Client<T>, Error> {
        let mut client = (self.connect)()?;
        client.login_or_events(&self.credentials.as_credentials())?;
        Ok(client)
    }
}

impl<T: Read + Write + Send + 'static> Surroundings<T> for Background<T> {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn sleep(&mut self, time: Duration) {
        thread::sleep(time);
    }

    fn random(&mut self) -> u32 {
        // Each state has its own random key.
        RandomState::new().hash_one(()) as u32
    }

    fn begin(&mut self) {
        let (sender, result) = mpsc::sync_channel(1);
        let login = Arc::clone(&self.login);
        let thread = thread::Builder::new().name("ami-connect".to_string()).spawn(move || {
            let result = login.lock().unwrap_or_else(PoisonError::into_inner).attempt();
            // If the follower has been dropped, dropping the client logs off.
            let _ = sender.send(result);
        });
        self.attempt = Some(thread.map(|thread| Attempt { result, thread }));
    }

    fn wait(&mut self, time: Duration) -> Option<Result<Client<T>, Error>> {
        let attempt = match self.attempt.take() {
            Some(Ok(attempt)) => attempt,
            Some(Err(error)) => return Some(Err(Error::Connect(error))),
            // There is nothing to wait for.
            None => return Some(Err(Error::Connect(io::ErrorKind::Other.into()))),
        };
        match attempt.result.recv_timeout(time) {
            Ok(result) => Some(result),
            Err(RecvTimeoutError::Timeout) => {
                self.attempt = Some(Ok(attempt));
                None
            }
            Err(RecvTimeoutError::Disconnected) => match attempt.thread.join() {
                Err(panic) => std::panic::resume_unwind(panic),
                Ok(()) => Some(Err(Error::Connect(io::ErrorKind::Other.into()))),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::net::TcpStream;
    use std::time::{Duration, Instant};

    use super::{Background, Error, OwnedCredentials, Surroundings};

    #[test]
    fn it_sleeps_and_its_numbers_are_random() {
        let credentials = OwnedCredentials::plain("admin", "secret");
        let mut background = Background::<TcpStream>::new(|| Err(Error::NoEvents), credentials);
        let begin = Instant::now();
        background.sleep(Duration::from_millis(20));
        assert!(begin.elapsed() >= Duration::from_millis(20));
        let numbers: BTreeSet<_> = (0..10).map(|_| background.random()).collect();
        assert!(numbers.len() > 5, "{numbers:?}");
    }
}
