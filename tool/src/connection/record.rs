//! The recording of received bytes in a file.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::failure::Failure;

/// The end of a message.
const END: &[u8; 4] = b"\r\n\r\n";

/// A file that receives the bytes of all connections of a command, one connection after the other.
/// All clones write to the same file.
#[derive(Clone)]
pub(crate) struct Recorder(Arc<Recording>);

struct Recording {
    path: PathBuf,
    state: Mutex<State>,
}

struct State {
    /// The file, once it has been created.
    file: Option<File>,
    /// The last bytes that were written.
    last: [u8; END.len()],
    /// The error after which nothing more is written.
    error: Option<io::Error>,
}

impl Recorder {
    /// Makes a recorder, whose file is that with this path once it has been created.
    pub(crate) fn new(path: &Path) -> Self {
        let state = State { file: None, last: *END, error: None };
        Self(Arc::new(Recording { path: path.into(), state: Mutex::new(state) }))
    }

    /// Creates the file. One that exists is replaced. Before this, nothing is recorded.
    pub(crate) fn create(&self) -> Result<(), Failure> {
        let path = &self.0.path;
        let cannot = |error| Failure::Local(format!("cannot create {}: {error}", path.display()));
        let file = File::create(path).map_err(cannot)?;
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).file = Some(file);
        Ok(())
    }

    /// Begins the recording of a connection. If the one before ended inside a message, the end of
    /// a message is written first, so that the bytes of two connections do not become one message.
    pub(super) fn begin(&self) {
        self.change(|state| if state.last == *END { Ok(()) } else { state.write(END) });
    }

    /// Records these bytes.
    pub(super) fn record(&self, bytes: &[u8]) {
        self.change(|state| state.write(bytes));
    }

    /// Returns the text of the error after which nothing more was recorded, if there was one.
    pub(crate) fn failure(&self) -> Option<String> {
        let state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.error.as_ref().map(|error| format!("cannot write to {}: {error}", self.0.path.display()))
    }

    fn change(&self, write: impl FnOnce(&mut State) -> io::Result<()>) {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.error.is_none() {
            state.error = write(&mut state).err();
        }
    }
}

impl State {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        for &byte in &bytes[bytes.len().saturating_sub(END.len())..] {
            self.last.rotate_left(1);
            self.last[END.len() - 1] = byte;
        }
        self.file.as_mut().map_or(Ok(()), |file| file.write_all(bytes))
    }
}
