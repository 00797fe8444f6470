//! temp
#![no_std]
#![cfg_attr(
    not(test),
    deny(
        unreachable_pub,
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::get_unwrap,
        clippy::unwrap_in_result
    )
)]
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod action;
#[cfg(any(feature = "std", feature = "embedded-io"))]
pub mod io;
pub mod wire;
