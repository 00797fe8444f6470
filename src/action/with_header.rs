//! An action with a header that its type does not have.

use core::fmt;

use super::completion::Completion;
use super::request::Action;
use crate::wire::{EncodeError, HeaderWriter};

/// An action with a further header, from [`Action::with_header`].
#[derive(Clone, Copy)]
pub struct WithHeader<'a, A, V> {
    action: A,
    name: &'a str,
    value: V,
}

impl<'a, A, V> WithHeader<'a, A, V> {
    pub(super) const fn new(action: A, name: &'a str, value: V) -> Self {
        Self { action, name, value }
    }
}

impl<A: Action, V: AsRef<[u8]>> Action for WithHeader<'_, A, V> {
    fn name(&self) -> &str {
        self.action.name()
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        self.action.headers(out)?;
        out.header(self.name, &self.value)
    }

    fn completion(&self) -> Completion {
        self.action.completion()
    }
}

impl<A: fmt::Debug, V> fmt::Debug for WithHeader<'_, A, V> {
    /// Prints the action and the name of the header, because the value may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WithHeader").field(&self.action).field(&self.name).finish()
    }
}

#[cfg(feature = "defmt")]
impl<A: Action, V> defmt::Format for WithHeader<'_, A, V> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{=str}", self.action.name());
    }
}
