//! Recorded sessions: the bytes that clients sent, split into requests.

use std::path::Path;
use std::{fs, io};

use md5::{Digest, Md5};

use crate::Users;

/// Users of the recordings that the servers under comparison do not have. They had all permissions,
/// so `admin` replaces them.
const MISSING_USERS: [&str; 1] = ["setter"];

pub struct Session {
    /// Folder and scenario, as in `22/queue_members`.
    pub name: String,
    pub requests: Vec<Request>,
}

#[derive(PartialEq)]
pub struct Request {
    pub bytes: Vec<u8>,
    /// The name of the action, for `Command` with the command; `?` if there is none.
    pub action: String,
    /// The ActionID. `None` also for an empty one, which Asterisk treats the same.
    pub id: Option<Vec<u8>>,
    /// The user name in lower case.
    pub user: Option<String>,
}

/// Returns the sessions below a folder, sorted by name. For a client that sent nothing, the `.c2s`
/// file is missing or empty.
pub fn collect(folder: &Path, users: &Users) -> io::Result<Vec<Session>> {
    let mut sessions = Vec::new();
    let mut paths: Vec<_> =
        folder.read_dir()?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    for path in paths {
        let client = path.with_extension("c2s");
        if path.is_dir() {
            sessions.extend(collect(&path, users)?);
        } else if path == client || path.extension().is_some_and(|end| end == "s2c") && !client.exists() {
            let name = client.with_extension("");
            let part = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let sent = if path == client { fs::read(&path)? } else { Vec::new() };
            let received = fs::read(path.with_extension("s2c")).unwrap_or_default();
            let challenge = lines(&received).filter_map(|(_, line)| line.strip_prefix(b"Challenge: ")).last();
            sessions.push(Session {
                name: format!("{}/{}", part(folder), part(&name)),
                requests: split_requests(&sent)
                    .map(|bytes| Request::new(&adapted(bytes, challenge, users)))
                    .collect(),
            });
        }
    }
    Ok(sessions)
}

impl Session {
    /// Returns whether all bytes are sent in one write, because the ends of requests are ambiguous
    /// or nothing is sent.
    pub fn is_whole(&self) -> bool {
        self.name.contains("/bad_") || self.requests.is_empty()
    }

    /// Returns whether the session uses queues or the database, which all sessions share and which
    /// change the kind and Message of responses.
    pub fn shares_state(&self) -> bool {
        let shared = ["queue", "db", "command queue", "command database"];
        self.requests.iter().any(|request| shared.iter().any(|name| request.is(name)))
    }

    /// Returns requests that undo the session's changes.
    pub fn undo(&self) -> Vec<Request> {
        let undo = self.requests.iter().filter_map(|request| {
            let get = |name| request.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
            Some(if request.is("queueadd") {
                format!("QueueRemove\r\nQueue: {}\r\nInterface: {}", get("Queue")?, get("Interface")?)
            } else if request.is("dbput") {
                format!("DBDelTree\r\nFamily: {}", get("Family")?)
            } else {
                return None;
            })
        });
        undo.map(|undo| Request::new(format!("Action: {undo}\r\n\r\n").as_bytes())).collect()
    }
}

impl Request {
    pub fn new(bytes: &[u8]) -> Self {
        let mut request = Self { bytes: bytes.to_vec(), action: "?".to_string(), id: None, user: None };
        let text = |name| request.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
        let mut action = text("Action").unwrap_or("?".to_string());
        if action.eq_ignore_ascii_case("Command") {
            action = format!("{action} {}", text("Command").unwrap_or_default());
        }
        let id = request.get("ActionID").map(|id| id.to_vec());
        request.user = text("Username").map(|user| user.to_lowercase());
        request.id = id;
        request.action = action.chars().take(60).collect::<String>().trim_end().escape_default().to_string();
        request
    }

    /// Returns the first value of this header that is not empty. Like Asterisk, drops leading
    /// blanks and keeps trailing ones.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        lines(&self.bytes).find_map(|(_, line)| {
            let (found, value) = line.split_at_checked(name.len())?;
            let value = value.strip_prefix(b":").filter(|_| found.eq_ignore_ascii_case(name.as_bytes()))?;
            let start = value.iter().position(|&byte| byte > b' ')?;
            Some(&value[start..])
        })
    }

    /// Returns whether the action starts with `prefix`, ignoring case.
    fn is(&self, prefix: &str) -> bool {
        self.action.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    }
}

/// Returns the lines as Asterisk reads them, each preceded by its bytes: an LF ends a line, a CR
/// before it is dropped, and a NUL hides the rest.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    bytes.split_inclusive(|&byte| byte == b'\n').map(|whole| {
        let line = whole.strip_suffix(b"\n").unwrap_or(whole);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let end = line.iter().position(|&byte| byte == 0).unwrap_or(line.len());
        (whole, &line[..end])
    })
}

/// Splits bytes into requests after each empty line. The last request may be incomplete.
fn split_requests(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let mut length = 0;
        for (whole, line) in lines(rest) {
            length += whole.len();
            if line.is_empty() {
                break;
            }
        }
        let (request, tail) = rest.split_at(length);
        rest = tail;
        Some(request).filter(|request| !request.is_empty())
    })
}

/// Returns a recorded request with the changes that it needs to have the same effect again.
fn adapted(bytes: &[u8], challenge: Option<&[u8]>, users: &Users) -> Vec<u8> {
    let mut adapted = bytes.to_vec();
    let request = Request::new(bytes);
    let text = |name| request.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
    if let Some(user) = request.user.as_deref().filter(|user| MISSING_USERS.contains(user)) {
        replace(&mut adapted, &format!("Username: {user}"), "Username: admin");
        replace(&mut adapted, &format!("Secret: {user}secret"), &format!("Secret: {}", users["admin"]));
    }
    // A correct key is computed again for each challenge. A wrong one stays.
    if let (Some(recorded), Some(challenge)) = (text("Key"), challenge)
        && let Some(secret) = request.user.as_ref().and_then(|user| users.get(user))
        && recorded == key(challenge, secret)
    {
        replace(&mut adapted, &recorded, "@KEY@");
    }
    // A channel keeps the id that the client gave it while it exists, possibly into the next
    // session.
    for name in ["ChannelId", "OtherChannelId"] {
        if let Some(id) = text(name).filter(|id| !id.contains("@RUN@")) {
            replace(&mut adapted, &format!("\n{name}: {id}"), &format!("\n{name}: {id}-@RUN@"));
        }
    }
    // The recorded channels no longer exist. Change their names, so that no other channel has one
    // by chance.
    for at in 0..adapted.len().saturating_sub(9) {
        if let [b'-', number @ .., b';'] = &mut adapted[at..at + 10]
            && number.iter().all(u8::is_ascii_hexdigit)
        {
            number.fill(b'f');
        }
    }
    adapted
}

/// Replaces each `from` with `to`.
pub fn replace(bytes: &mut Vec<u8>, from: &str, to: &str) {
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(from.len()).position(|part| part == from.as_bytes()) {
        at += found;
        bytes.splice(at..at + from.len(), to.bytes());
        at += to.len();
    }
}

/// Returns the Key of a login: the MD5 of challenge and secret.
pub fn key(challenge: &[u8], secret: &str) -> String {
    let digest = Md5::new().chain_update(challenge).chain_update(secret).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
