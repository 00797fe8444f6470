//! The switch of the mutants, in the copy of the library that `tests/mutants.sh` builds.
//!
//! `MUTANT=NUMBER` switches one on. With `MUTANT_TRACE=FILE` none is on, and the number of each
//! mutant whose code is reached is appended to the file, in four bytes.

extern crate std as host;

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use host::{env, fs::OpenOptions, io::Write};

const UNREAD: u32 = u32::MAX;
const TRACE: u32 = UNREAD - 1;
const NONE: u32 = TRACE - 1;

static ACTIVE: AtomicU32 = AtomicU32::new(UNREAD);
static SEEN: [AtomicBool; 16384] = [const { AtomicBool::new(false) }; 16384];

/// Returns whether a mutant is switched on. None is on while the compiler evaluates a constant.
#[inline(always)]
pub(crate) const fn on(number: u32) -> bool {
    core::intrinsics::const_eval_select((number,), never, active)
}

const fn never(_: u32) -> bool {
    false
}

#[inline(always)]
fn active(number: u32) -> bool {
    let active = ACTIVE.load(Relaxed);
    if active < TRACE { active == number } else { look(number) }
}

#[cold]
#[inline(never)]
fn look(number: u32) -> bool {
    if ACTIVE.load(Relaxed) == UNREAD {
        let mutant = env::var("MUTANT").ok().and_then(|number| number.parse().ok());
        let traced = env::var_os("MUTANT_TRACE").is_some();
        ACTIVE.store(mutant.unwrap_or(if traced { TRACE } else { NONE }), Relaxed);
    }
    if ACTIVE.load(Relaxed) != TRACE {
        return ACTIVE.load(Relaxed) == number;
    }
    if !SEEN[number as usize].swap(true, Relaxed) {
        let path = env::var_os("MUTANT_TRACE").unwrap();
        let mut file = OpenOptions::new().append(true).create(true).open(path).unwrap();
        file.write_all(&number.to_le_bytes()).unwrap();
    }
    false
}
