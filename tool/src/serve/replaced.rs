//! Files whose content is replaced once the PBX listens. A start that fails leaves them unchanged.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::OnceLock;

/// A file that keeps its content until the first write, or until it is cleared.
pub(crate) struct Replaced {
    file: File,
    /// The result of the removal of the former content.
    cleared: OnceLock<io::Result<()>>,
}

impl Replaced {
    /// Opens a file to write to it. Creates it if it does not exist.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        Ok(Self { file, cleared: OnceLock::new() })
    }

    /// Takes a file whose content is kept.
    pub(crate) fn appending(file: File) -> Self {
        Self { file, cleared: Ok(()).into() }
    }

    /// Removes the former content, unless something has been written already. A device or a pipe
    /// has none.
    pub(crate) fn clear(&self) -> io::Result<()> {
        let clear = || match self.file.metadata()?.is_file() {
            true => self.file.set_len(0),
            false => Ok(()),
        };
        // An error cannot be copied, but its kind can.
        self.cleared.get_or_init(clear).as_ref().map_err(|error| error.kind().into()).copied()
    }
}

impl Write for &Replaced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.clear()?;
        (&self.file).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(()) // a file has no buffer
    }
}
