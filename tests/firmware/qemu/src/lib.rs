//! Shared code of the programs of the board. Empty for the host.

#![no_std]

#[cfg(feature = "board")]
pub mod board;
