//! The database: what DBPut keeps, in memory only.

use std::collections::BTreeMap;

use embedded_ami::io::blocking::server::{Events, Exchange};
use embedded_ami::server::{Request, SessionError};

use super::{Bytes, Pbx, Refusal};

/// The most entries.
const MOST: usize = 4096;

/// Values by `/family/key`.
#[derive(Default)]
pub(super) struct Database(BTreeMap<Bytes, Bytes>);

impl Database {
    /// By `family/key`, as the function DB has it.
    pub(super) fn get(&self, path: &[u8]) -> Option<&Bytes> {
        self.0.get([b"/", path].concat().as_slice())
    }

    /// The entries of a family, or of those of its keys that are or begin with this one; all without a family.
    pub(super) fn tree<'a>(
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

/// Family and key, where both are needed. The texts of DBPut have no full stop.
fn path(request: &Request<'_>, stop: &str) -> Result<Bytes, Refusal> {
    let missing = |what: &str| Refusal::from(format!("No {what} specified{stop}").into_bytes());
    let family = request.get("Family").ok_or_else(|| missing("family"))?;
    let key = request.get("Key").ok_or_else(|| missing("key"))?;
    Ok([b"/", family.as_bytes(), b"/", key.as_bytes()].concat())
}

impl Pbx {
    pub(super) fn db_put(&mut self, request: &Request<'_>, _: &mut Events) -> Result<&'static str, Refusal> {
        let path = path(request, "")?;
        if self.database.0.len() >= MOST && !self.database.0.contains_key(&path) {
            return Err("Failed to update entry".into());
        }
        self.database.0.insert(path, request.get("Val").unwrap_or_default().as_bytes().into());
        Ok("Updated database successfully")
    }

    pub(super) fn db_del(&mut self, request: &Request<'_>, _: &mut Events) -> Result<&'static str, Refusal> {
        match self.database.0.remove(&path(request, ".")?) {
            Some(_) => Ok("Key deleted successfully"),
            None => Err("Database entry could not be deleted".into()),
        }
    }

    pub(super) fn db_del_tree(
        &mut self,
        request: &Request<'_>,
        _: &mut Events,
    ) -> Result<&'static str, Refusal> {
        let family = request.get("Family").ok_or("No family specified.")?;
        let key = request.get("Key").map(|key| key.as_bytes());
        let tree = self.database.tree(Some(family.as_bytes()), key);
        let paths: Vec<_> = tree.map(|(path, _)| path.clone()).collect();
        for path in &paths {
            self.database.0.remove(path);
        }
        if paths.is_empty() {
            Err("Database entry not found".into())
        } else {
            Ok("Key tree deleted successfully")
        }
    }

    pub(super) fn db_get(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        let value = match path(&request, ".").map(|path| self.database.0.get(&path)) {
            Ok(Some(value)) => value,
            Ok(None) => return exchange.answer()?.error("Database entry not found"),
            Err(refusal) => return exchange.answer()?.error(refusal),
        };
        let get = |name: &str| request.get(name).unwrap_or_default();
        let item = ("DBGetResponse", value);
        super::list(exchange, "Result will follow", "DBGetComplete", [item], |value, out| {
            out.cleaned("Family", &[get("Family").as_bytes()])?;
            out.cleaned("Key", &[get("Key").as_bytes()])?;
            out.cleaned("Val", &[value])
        })
    }

    pub(super) fn db_get_tree(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        let family = request.get("Family").map(|family| family.as_bytes());
        let tree = self.database.tree(family, request.get("Key").map(|key| key.as_bytes()));
        let items = tree.map(|item| ("DBGetTreeResponse", item));
        super::list(exchange, "Result will follow", "DBGetTreeComplete", items, |(path, value), out| {
            out.cleaned("Key", &[path])?;
            out.cleaned("Val", &[value])
        })
    }
}
