//! The log of requests.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::replaced::Replaced;
use crate::failure::{Failure, complain};

/// The file of `--log`. The first error is reported, and everything after it is dropped.
#[derive(Clone)]
pub(super) struct Log {
    name: String,
    file: Option<Arc<Replaced>>,
}

impl Log {
    /// Opens the file. Its former content stays until [`begin`](Self::begin) or the first line.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let (name, file) = match path.as_os_str() == "-" {
            true => ("standard output".into(), standard_output().map(Replaced::appending)),
            false => (path.display().to_string(), Replaced::open(path)),
        };
        match file {
            Ok(file) => Ok(Self { name, file: Some(Arc::new(file)) }),
            Err(error) => Err(Self::unusable(&name, &error)),
        }
    }

    /// Removes the former content. A request that was logged before stays.
    pub(super) fn begin(&self) -> Result<(), Failure> {
        let cleared = self.file.as_ref().map_or(Ok(()), |file| file.clear());
        cleared.map_err(|error| Self::unusable(&self.name, &error))
    }

    /// Keeps the file, if it is new.
    pub(super) fn keep(&self) {
        if let Some(file) = &self.file {
            file.keep();
        }
    }

    fn unusable(name: &str, error: &io::Error) -> Failure {
        Failure::Local(format!("cannot write to {name}: {error}"))
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(file) = &self.file else { return Ok(bytes.len()) };
        match (&**file).write(bytes) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                complain(&format!("cannot write to {}, so the log of requests ends: {error}", self.name));
                self.file = None;
                Ok(bytes.len())
            }
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(()) // a file has no buffer
    }
}

/// Returns standard output without its lock, which the main thread has.
#[cfg(unix)]
fn standard_output() -> io::Result<File> {
    use std::os::fd::AsFd;

    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

#[cfg(not(unix))]
fn standard_output() -> io::Result<File> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this system needs the name of a file"))
}
