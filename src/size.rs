//! Why some code exists twice, and why some functions are not inlined.
//!
//! Where this crate has 32-bit addresses, on microcontrollers, flash is scarce. There, [`IS_SMALL`]
//! selects byte loops instead of word and block searches, because AMI lines are too short for words to
//! gain much on 32 bits. It also selects byte loops instead of calls of `memcpy`, `memmove` and
//! `memcmp`, whose general versions in `compiler_builtins` would be a tenth of the flash that the
//! crate takes.
//!
//! For the same reason functions with several callers carry
//! `#[cfg_attr(not(target_pointer_width = "64"), inline(never))]`: LLVM would otherwise copy them into
//! each caller, even at `opt-level = "s"`. On 64 bits the compiler decides, since a call costs time
//! there and flash does not matter. The attribute is written out at each function and not generated
//! by a macro, because rustfmt, coverage and mutation testing do not look into macros.
//!
//! `tests/bare-metal.sh` measures the effect. The unit tests of `wire::scan` and `tests/32-bit.sh`
//! compare the two code paths with each other.

/// Whether the target is small, so that code takes the paths that need less flash.
pub(crate) const IS_SMALL: bool = cfg!(not(target_pointer_width = "64"));
