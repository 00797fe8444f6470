//! The inputs that `cargo test` runs: the seeds, and the inputs that once failed.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::string::ToString;
use std::vec::Vec;

/// Returns the folder of the fuzz package, or `None` in a published package, which lacks it.
pub fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    folder.is_dir().then_some(folder)
}

/// Runs a target on its seeds and on the inputs that once failed. Returns the seeds.
pub fn replay(target: &str, body: fn(&[u8])) -> Vec<Vec<u8>> {
    let Some(folder) = folder() else { return Vec::new() };
    let seeds = files(&folder.join("seeds").join(target));
    assert!(seeds.len() > 20, "{target}: only {} seeds", seeds.len());
    let regressions = files(&folder.join("regressions").join(target));
    for (path, input) in seeds.iter().chain(&regressions) {
        on(body, &path.display().to_string(), input);
    }
    seeds.into_iter().map(|(_, input)| input).collect()
}

/// Returns the files of a folder, in the order of their names, or nothing without a folder.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = folder.read_dir().into_iter().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let input = std::fs::read(&path).expect("readable");
        (path, input)
    };
    paths.into_iter().map(read).collect()
}

/// Runs `body`. If it panics, prints the input as `cargo fuzz` does.
pub fn on(body: fn(&[u8]), name: &str, input: &[u8]) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| body(input))) {
        std::eprintln!("{name}: b\"{}\"", input.escape_ascii());
        resume_unwind(panic);
    }
}
