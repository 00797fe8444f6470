//! The database that `DBPut` writes to. It is kept in memory only.

use std::collections::BTreeMap;

use crate::model::Bytes;

/// The largest number of entries.
const MAX_ENTRIES: usize = 4096;

/// The values of the database by `/family/key`.
#[derive(Default)]
pub(crate) struct Database(BTreeMap<Bytes, Bytes>);

impl Database {
    /// Sets an entry. Returns false if there are too many.
    pub(crate) fn set(&mut self, path: Bytes, value: Bytes) -> bool {
        let has_room = self.0.len() < MAX_ENTRIES || self.0.contains_key(&path);
        if has_room {
            self.0.insert(path, value);
        }
        has_room
    }

    /// Removes an entry. Returns whether it existed.
    pub(crate) fn remove(&mut self, path: &[u8]) -> bool {
        self.0.remove(path).is_some()
    }

    /// Removes the entries of a family, or those at and below this key. Returns their number.
    pub(crate) fn remove_tree(&mut self, family: &[u8], key: Option<&[u8]>) -> usize {
        let paths: Vec<_> = self.tree(Some(family), key).map(|(path, _)| path.clone()).collect();
        for path in &paths {
            self.remove(path);
        }
        paths.len()
    }

    /// Returns the value at `/family/key`.
    pub(crate) fn entry(&self, path: &[u8]) -> Option<&Bytes> {
        self.0.get(path)
    }

    /// Returns the value at `family/key`, the form that the dialplan function DB takes.
    pub(crate) fn get(&self, path: &[u8]) -> Option<&Bytes> {
        self.entry(&[b"/", path].concat())
    }

    /// Returns the entries of a family. With a key, returns those at and below this key; without a
    /// family, returns all entries.
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
