//! An action as a JSON object.

use std::fmt;

use embedded_ami::action::Action;
use embedded_ami::wire::{EncodeError, HeaderWriter};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;

use crate::request::{Header, line, name_line};

/// The most bytes of an id that is a string.
const ID_LIMIT: usize = 256;

/// An action that the input asks for.
#[derive(Debug, PartialEq)]
pub(super) struct Request {
    /// The id, null without one.
    pub(super) id: Json,
    pub(super) name: String,
    headers: Vec<Entry>,
}

#[derive(Debug, PartialEq)]
enum Entry {
    Header(Header),
    /// A channel variable.
    Variable(String, String),
}

/// The reason for which a line is not an action, and its id as far as it can be read.
#[derive(Debug, PartialEq)]
pub(super) struct Malformed {
    pub(super) id: Json,
    pub(super) why: String,
}

/// Returns an example for a user who writes lines as AMI has them.
fn form(line: &[u8]) -> &'static str {
    match line.trim_ascii_start().first() {
        Some(b'{' | b'[') => "",
        _ => r#"; an action is a JSON object, such as {"Action":"Ping"}"#,
    }
}

impl Request {
    pub(super) fn parse(line: &[u8]) -> Result<Self, Malformed> {
        let object: Object = serde_json::from_slice(line).map_err(|error| Malformed {
            id: Json::Null,
            why: format!("not an action: {error}{}", form(line)),
        })?;
        let mut id = None;
        let mut name = None;
        let mut headers = Vec::new();
        let mut why = None;
        for (key, value) in object.0 {
            let result = match (key.strip_prefix('_'), value) {
                (Some("id"), value) => set(&mut id, &key, check_id(value)),
                (Some(rest), _) if !rest.starts_with('_') => Err(format!("{key}: not a key of an action")),
                (_, Value::Json(Json::String(value))) if key.eq_ignore_ascii_case("Action") => {
                    set(&mut name, &key, Ok(value))
                }
                (_, _) if key.eq_ignore_ascii_case("Action") => Err(format!("{key}: not a string")),
                (rest, value) => add(rest.unwrap_or(&key), value, &mut headers),
            };
            // The id may follow.
            why = why.or(result.err());
        }
        let id = id.unwrap_or_default();
        match (why, name) {
            (Some(why), _) => Err(Malformed { id, why }),
            (None, None) => Err(Malformed { id, why: "no Action".into() }),
            (None, Some(name)) if name.is_empty() => Err(Malformed { id, why: "Action: empty".into() }),
            (None, Some(name)) if name.eq_ignore_ascii_case("Logoff") => {
                Err(Malformed { id, why: "Logoff: end standard input instead".into() })
            }
            (None, Some(name)) => Ok(Self { id, name, headers }),
        }
    }

    /// Returns the text of an error of [`write`](Action::headers), which names the header.
    pub(super) fn explain(&self, error: EncodeError) -> String {
        let Some(line) = line(error) else { return error.to_string() };
        let entry = line.checked_sub(3).and_then(|at| self.headers.get(at));
        let name = match (line, entry) {
            (1, _) => "Action".into(),
            (_, Some(Entry::Header(header))) => header.place(),
            (_, Some(Entry::Variable(name, _))) => format!("variable {name}"),
            (_, None) => return error.to_string(),
        };
        name_line(error, &name)
    }
}

impl Action for Request {
    fn name(&self) -> &str {
        &self.name
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        self.headers.iter().try_for_each(|entry| match entry {
            Entry::Header(header) => header.write(&self.name, out),
            Entry::Variable(name, value) => out.variable(name, value),
        })
    }

    fn completion(&self) -> embedded_ami::action::Completion {
        embedded_ami::action::Completion::for_action(&self.name)
    }
}

/// Sets a value that may be given once.
fn set<T>(place: &mut Option<T>, key: &str, value: Result<T, String>) -> Result<(), String> {
    match place.replace(value?) {
        None => Ok(()),
        Some(_) => Err(format!("{key}: given twice")),
    }
}

fn check_id(value: Value) -> Result<Json, String> {
    match value {
        Value::Json(Json::String(text)) if text.len() > ID_LIMIT => {
            Err(format!("_id: longer than {ID_LIMIT} bytes"))
        }
        Value::Json(id @ (Json::String(_) | Json::Null)) => Ok(id),
        Value::Json(Json::Number(number)) if !number.is_f64() => Ok(number.into()),
        _ => Err("_id: not a string, an integer or null".into()),
    }
}

/// Adds the headers that a key and its value give.
fn add(name: &str, value: Value, headers: &mut Vec<Entry>) -> Result<(), String> {
    match value {
        Value::Json(value) => headers.push(Entry::Header(Header::new(name, text(name, value)?))),
        Value::Array(values) => {
            for value in values {
                add(name, value, headers)?;
            }
        }
        Value::Object(entries) if name.eq_ignore_ascii_case("Variable") => {
            for (variable, value) in entries {
                let Value::Json(value) = value else {
                    return Err(format!("variable {variable}: not a string, an integer, true or false"));
                };
                let value = text(&format!("variable {variable}"), value)?;
                headers.push(Entry::Variable(variable, value));
            }
        }
        Value::Object(_) => return Err(format!("{name}: an object, which only Variable may have")),
    }
    Ok(())
}

/// Returns a value as text.
fn text(name: &str, value: Json) -> Result<String, String> {
    match value {
        Json::String(text) => Ok(text),
        Json::Bool(value) => Ok(value.to_string()),
        Json::Number(number) if !number.is_f64() => Ok(number.to_string()),
        Json::Number(_) => Err(format!("{name}: not an integer of up to 64 bits; give it as a string")),
        _ => Err(format!("{name}: not a string, an integer, true or false")),
    }
}

/// A value of the input. Objects keep the order of their keys, and keys that are repeated.
#[derive(Debug)]
enum Value {
    /// Neither an array nor an object.
    Json(Json),
    Array(Vec<Value>),
    Object(Vec<(String, Value)>),
}

/// The object of a line.
struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of headers")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object, A::Error> {
                entries(map).map(Object)
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value of a header")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
                Ok(Value::Json(value.into()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
                Ok(Value::Json(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
                Ok(Value::Json(value.into()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
                Ok(Value::Json(value.into()))
            }

            fn visit_str<E>(self, value: &str) -> Result<Value, E> {
                Ok(Value::Json(value.into()))
            }

            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Json(Json::Null))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = seq.next_element()? {
                    values.push(value);
                }
                Ok(Value::Array(values))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
                entries(map).map(Value::Object)
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

fn entries<'de, A: MapAccess<'de>>(mut map: A) -> Result<Vec<(String, Value)>, A::Error> {
    let mut entries = Vec::new();
    while let Some(entry) = map.next_entry()? {
        entries.push(entry);
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use embedded_ami::action;
    use embedded_ami::wire::{Dialect, Outbox};
    use serde_json::json;

    use super::*;

    fn written(line: &str) -> Result<(Json, String), (Json, String)> {
        let request = Request::parse(line.as_bytes()).map_err(|malformed| (malformed.id, malformed.why))?;
        let mut outbox = Outbox::for_client([0; 4096], Dialect::Current);
        match action::write(&request, "i", &mut outbox) {
            Ok(()) => Ok((request.id, String::from_utf8(outbox.pending().to_vec()).unwrap())),
            Err(error) => {
                let why = request.explain(error);
                Err((request.id, why))
            }
        }
    }

    #[test]
    fn headers_keep_their_order_and_their_bytes() {
        let line = r#"{"B":"x = y, \"z\"","_id":"7","Action":"UserEvent","A":[1,-5,true,""],"B":"é","__c d":"e","Variable":{"N":"a,b","M":2}}"#;
        let expected = "Action: UserEvent\r\nActionID: i\r\nB: x = y, \"z\"\r\nA: 1\r\nA: -5\r\nA: true\r\nA: \r\nB: é\r\n_c d: e\r\nVariable: N=a\\,b\r\nVariable: M=2\r\n\r\n";
        assert_eq!(written(line), Ok((json!("7"), expected.into())));
        assert_eq!(
            written(r#"{"action":"Ping"}"#),
            Ok((Json::Null, "Action: Ping\r\nActionID: i\r\n\r\n".into()))
        );
        let numbers =
            r#"{"Action":"X","A":18446744073709551615,"B":-9223372036854775808,"_id":18446744073709551615}"#;
        let (id, text) = written(numbers).unwrap();
        assert_eq!(id, json!(u64::MAX));
        assert!(text.contains("A: 18446744073709551615\r\nB: -9223372036854775808\r\n"));
    }

    #[test]
    fn errors_name_the_key_and_have_the_id() {
        for (line, why) in [
            (r#"{"_id":3,"Action":"X","Value":"a\nb"}"#, "header Value: byte 0x0a at offset 1"),
            (r#"{"Action":"X","A":1,"Value":"a\u0000","_id":3}"#, "header Value: byte 0x00"),
            (r#"{"Action":"X\r","_id":3}"#, "Action: byte 0x0d"),
            (r#"{"Action":"X","ActionID":"1","_id":3}"#, "header ActionID: "),
            (r#"{"Action":"X","a b":"1","_id":3}"#, "header a b: "),
            (r#"{"Action":"X","":"1","_id":3}"#, "header : the header has no name"),
            (r#"{"Action":"X","Variable":{"a,b":1},"_id":3}"#, "variable a,b: invalid"),
            (r#"{"Action":"X","Variable":{"a":[1]},"_id":3}"#, "variable a: not"),
            (r#"{"Action":"X","A":{"b":"c"},"_id":3}"#, "A: an object"),
            (r#"{"Action":"X","A":null,"_id":3}"#, "A: not a string"),
            (r#"{"Action":"X","A":1.5,"_id":3}"#, "A: not an integer"),
            (r#"{"Action":"X","A":1e400,"_id":3}"#, "not an action: number out of range"),
            (r#"{"Action":"X","A":18446744073709551616,"_id":3}"#, "A: not an integer"),
            (r#"{"Action":"X","_x":1,"_id":3}"#, "_x: not a key"),
            (r#"{"Action":7,"_id":3}"#, "Action: not a string"),
            (r#"{"Action":"","_id":3}"#, "Action: empty"),
            (r#"{"Action":"X","ACTION":"Y","_id":3}"#, "ACTION: given twice"),
            (r#"{"Action":"LogOff","_id":3}"#, "Logoff: "),
            (r#"{"_id":3}"#, "no Action"),
            (r#"{"Action":"X","_id":[3]}"#, "_id: not"),
            (r#"{"Action":"X","_id":1.5}"#, "_id: not"),
            ("[]", "not an action: invalid type: sequence, expected an object of headers"),
            ("{", "not an action: EOF"),
            (r#"{"Action":"X"}{}"#, "not an action: trailing characters"),
            ("Action: Ping", "not an action: expected value at line 1 column 1; an action is a JSON object"),
        ] {
            let (id, text) = written(line).unwrap_err();
            assert!(text.starts_with(why), "{line}: {text}");
            let has_id = !why.starts_with("not an action") && !why.starts_with("_id");
            assert_eq!(id, if has_id { json!(3) } else { Json::Null }, "{line}");
        }
        let nested = "[".repeat(100_000);
        assert!(written(&format!(r#"{{"Action":"X","A":{nested}"#)).is_err());
        let long = format!(r#"{{"Action":"X","_id":"{}"}}"#, "x".repeat(ID_LIMIT + 1));
        assert!(written(&long).unwrap_err().1.starts_with("_id: longer"));
    }
}
