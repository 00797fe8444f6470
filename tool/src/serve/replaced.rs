//! Files whose content is replaced once the PBX listens. A start that fails leaves them unchanged.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// A file that keeps its content until the first write, or until it is cleared.
///
/// A file that did not exist before is removed again when this is dropped, unless it is kept.
pub(super) struct Replaced {
    file: File,
    /// The path of the file if this has created it.
    created: Option<PathBuf>,
    is_kept: AtomicBool,
    /// The result of the removal of the former content.
    cleared: OnceLock<io::Result<()>>,
}

impl Replaced {
    /// Opens a file to write to it. Creates it if it does not exist.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true);
        let (file, created) = match options.clone().create_new(true).open(path) {
            Ok(file) => (file, Some(path.into())),
            // A symbolic link to a file that does not exist is such a case, too.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                (options.create(true).truncate(false).open(path)?, None)
            }
            Err(error) => return Err(error),
        };
        Ok(Self { file, created, is_kept: false.into(), cleared: OnceLock::new() })
    }

    /// Takes a file whose content is kept.
    pub(super) fn appending(file: File) -> Self {
        Self { file, created: None, is_kept: true.into(), cleared: Ok(()).into() }
    }

    /// Removes the former content, unless something has been written already. A device or a pipe
    /// has none.
    pub(super) fn clear(&self) -> io::Result<()> {
        let clear = || match self.file.metadata()?.is_file() {
            true => self.file.set_len(0),
            false => Ok(()),
        };
        // An error cannot be copied, but its kind can.
        self.cleared.get_or_init(clear).as_ref().map_err(|error| error.kind().into()).copied()
    }

    /// Keeps a file that this has created.
    pub(super) fn keep(&self) {
        self.is_kept.store(true, Ordering::Relaxed);
    }
}

impl Drop for Replaced {
    fn drop(&mut self) {
        if let Some(path) = self.created.take_if(|_| !*self.is_kept.get_mut()) {
            // The start has failed for a reason that is reported.
            let _ = std::fs::remove_file(path);
        }
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
