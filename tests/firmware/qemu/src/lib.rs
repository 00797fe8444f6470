//! What the programs of the board share. For the host this is empty.

#![no_std]

#[cfg(feature = "board")]
pub mod board;
