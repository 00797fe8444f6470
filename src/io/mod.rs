//! The run loop over a transport. Thin: it uses only the public parts below it.

#[cfg(feature = "std")]
pub mod blocking;
#[cfg(feature = "embedded-io")]
pub mod embedded;
