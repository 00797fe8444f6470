//! The database: what DBPut keeps, in memory only.

use std::collections::BTreeMap;

use crate::model::Bytes;

/// The most entries.
const MAX_ENTRIES: usize = 4096;

/// Values by `/family/key`.
#[derive(Default)]
pub(crate) struct Database(BTreeMap<Bytes, Bytes>);

impl Database {
    /// Returns whether there was room.
    pub(crate) fn set(&mut self, path: Bytes, value: Bytes) -> bool {
        let has_room = self.0.len() < MAX_ENTRIES || self.0.contains_key(&path);
        if has_room {
            self.0.insert(path, value);
        }
        has_room
    }

    /// Returns whether there was such an entry.
    pub(crate) fn remove(&mut self, path: &[u8]) -> bool {
        self.0.remove(path).is_some()
    }

    /// By `/family/key`.
    pub(crate) fn entry(&self, path: &[u8]) -> Option<&Bytes> {
        self.0.get(path)
    }

    /// By `family/key`, as the function DB has it.
    pub(crate) fn get(&self, path: &[u8]) -> Option<&Bytes> {
        self.entry(&[b"/", path].concat())
    }

    /// The entries of a family, or of those of its keys that are or begin with this one; all
    /// without a family.
    pub(crate) fn tree<'a>(
        &'a self,
        family: Option<&[u8]>,
        key: Option<&[u8]>,
    ) -> impl Iterator<Item = (&'a Bytes, &'a Bytes)> + use<'a> {
        let prefix = match (family, key) {
            (None, _) => Bytes::new(),
            (Some(family), None) => [b"/", family].concat(),
            (Some(family), Some(key)) => [b"/", family, b"/", key].concat(),
        };
        self.0.iter().filter(move |(path, _)| {
            let rest = path.strip_prefix(prefix.as_slice());
            rest.is_some_and(|rest| prefix.is_empty() || rest.is_empty() || rest.starts_with(b"/"))
        })
    }
}
