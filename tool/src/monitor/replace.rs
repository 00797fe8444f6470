//! Files that other programs read at any time.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Replaces the content of a file in one step: a reader sees either the old or the new content. The
/// new file can be read by every user (mode 0644). If this fails, the old file stays, and nothing
/// else is left in the folder.
///
/// # Errors
///
/// The text for standard error.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), String> {
    let failed = |error: io::Error| format!("cannot write {}: {error}", path.display());
    // A link stays, and the file that it names is replaced.
    let target = match fs::canonicalize(path) {
        Ok(target) => target,
        Err(error) if error.kind() == ErrorKind::NotFound => path.into(),
        Err(error) => return Err(failed(error)),
    };
    // Replacing /dev/null would damage the system.
    if fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(format!("cannot write {}: not a regular file", path.display()));
    }
    let (mut file, temporary) = create(&target).map_err(failed)?;
    let written = fill(&mut file, content).and_then(|()| fs::rename(&temporary, &target));
    written.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        failed(error)
    })
}

/// Creates a new file next to the target. Its name does not end as that of the target, so programs
/// that read all files with some ending do not read it.
fn create(target: &Path) -> io::Result<(File, PathBuf)> {
    let name = target.file_name().ok_or(ErrorKind::IsADirectory)?;
    let mut attempt = 0;
    loop {
        let mut own = std::ffi::OsString::from(".");
        own.push(name);
        own.push(format!(".{}.{attempt}.tmp", std::process::id()));
        let path = target.with_file_name(own);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((file, path)),
            // A file of a process that had the same number and was killed.
            Err(error) if error.kind() == ErrorKind::AlreadyExists && attempt < 9 => attempt += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Writes the content and waits until it is on the disk, so that an error is noticed before the old
/// file is replaced.
fn fill(file: &mut File, content: &[u8]) -> io::Result<()> {
    file.write_all(content)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    file.sync_all()
}
