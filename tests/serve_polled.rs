//! The tests of `serve.rs` once more, with a server whose listener reports readiness.

#[path = "serve.rs"]
mod serve;
