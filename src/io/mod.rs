//! Clients and servers over a transport. These are thin run loops that use only the public API of
//! the layers below.

#[cfg(feature = "std")]
pub mod blocking;
#[cfg(feature = "embedded-io")]
pub mod embedded;
