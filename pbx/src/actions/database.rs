//! The actions of the database: `DBPut`, `DBGet`, `DBGetTree`, `DBDel` and `DBDelTree`.

use embedded_ami::io::blocking::server::{Events, Exchange};
use embedded_ami::server::{Request, SessionError};

use crate::engine::{Engine, Position, Refusal, list};
use crate::model::Bytes;

/// Returns the path of an entry from the family and the key, which are both required. `stop` ends
/// the texts of errors: a full stop, except for `DBPut`.
fn path(request: &Request<'_>, stop: &str) -> Result<Bytes, Refusal> {
    let missing = |what: &str| Refusal::from(format!("No {what} specified{stop}").into_bytes());
    let family = request.get("Family").ok_or_else(|| missing("family"))?;
    let key = request.get("Key").ok_or_else(|| missing("key"))?;
    Ok([b"/", family.as_bytes(), b"/", key.as_bytes()].concat())
}

impl Engine {
    pub(crate) fn db_put(&mut self, request: &Request<'_>, _: &mut Events) -> Result<&'static str, Refusal> {
        let path = path(request, "")?;
        let value = request.get("Val").unwrap_or_default().as_bytes().into();
        match self.database.set(path, value) {
            true => Ok("Updated database successfully"),
            false => Err("Failed to update entry".into()),
        }
    }

    pub(crate) fn db_del(&mut self, request: &Request<'_>, _: &mut Events) -> Result<&'static str, Refusal> {
        match self.database.remove(&path(request, ".")?) {
            true => Ok("Key deleted successfully"),
            false => Err("Database entry could not be deleted".into()),
        }
    }

    pub(crate) fn db_del_tree(
        &mut self,
        request: &Request<'_>,
        _: &mut Events,
    ) -> Result<&'static str, Refusal> {
        let family = request.get("Family").ok_or("No family specified.")?;
        let key = request.get("Key").map(|key| key.as_bytes());
        match self.database.remove_tree(family.as_bytes(), key) {
            0 => Err("Database entry not found".into()),
            _ => Ok("Key tree deleted successfully"),
        }
    }

    pub(crate) fn db_get(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        let mut last = self.resume(exchange);
        let value = match path(&request, ".").map(|path| self.database.entry(&path)) {
            Ok(Some(value)) => value,
            Ok(None) => return exchange.answer()?.error("Database entry not found"),
            Err(refusal) => return exchange.answer()?.error(refusal),
        };
        let get = |name: &str| request.get(name).unwrap_or_default();
        let item = (Position::Number(0), "DBGetResponse", value);
        list(exchange, &mut last, "Result will follow", "DBGetComplete", [item], |value, out| {
            out.header_sanitized("Family", &[get("Family").as_bytes()])?;
            out.header_sanitized("Key", &[get("Key").as_bytes()])?;
            out.header_sanitized("Val", &[value])
        })?;
        self.pause(exchange, last);
        Ok(())
    }

    pub(crate) fn db_get_tree(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        let family = request.get("Family").map(|family| family.as_bytes());
        let mut last = self.resume(exchange);
        let tree = self.database.tree(family, request.get("Key").map(|key| key.as_bytes()));
        let items = tree.map(|item| (Position::Path(item.0.into()), "DBGetTreeResponse", item));
        list(exchange, &mut last, "Result will follow", "DBGetTreeComplete", items, |(path, value), out| {
            out.header_sanitized("Key", &[path])?;
            out.header_sanitized("Val", &[value])
        })?;
        self.pause(exchange, last);
        Ok(())
    }
}
