use std::vec::Vec;

/// The connections that have something to do, as [`Listen::wait`](super::Listen::wait) reports
/// them.
///
/// A report too many costs a system call and changes nothing.
#[derive(Debug, Default)]
pub struct Ready {
    pub(super) keys: Vec<usize>,
    pub(super) has_listener: bool,
    pub(super) is_all: bool,
}

impl Ready {
    /// Reports the connection that was [watched](super::Listen::watch) with this key. Ignored if it
    /// has been closed in the meantime.
    pub fn connection(&mut self, key: usize) {
        self.keys.push(key);
    }

    /// Reports that a client may wait to be accepted.
    pub fn listener(&mut self) {
        self.has_listener = true;
    }

    /// Reports the listener and every connection, because it is not known which of them have
    /// something to do.
    pub fn all(&mut self) {
        self.is_all = true;
    }

    pub(super) fn clear(&mut self) {
        self.keys.clear();
        self.has_listener = false;
        self.is_all = false;
    }
}
