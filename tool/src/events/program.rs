//! The program of `--exec`, which runs once for each event.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::SystemTime;

use embedded_ami::wire::Message;

use crate::connection::secret::Secret;
use crate::failure::{Failure, warn};
use crate::output::stamp;
use crate::queue::{Interruption, Queue};

/// The prefix of the variables that have the headers.
const PREFIX: &str = "AMI_H_";
/// The variables that the program does not inherit, beside those with the prefix.
const NOT_INHERITED: &[&str] = &["AMI_SECRET", "AMI_SECRET_FILE", "AMI_EVENT", "AMI_TIME", "AMI_TAG"];

pub(super) struct Program {
    program: OsString,
    arguments: Vec<OsString>,
    tag: Option<String>,
    runs: u64,
    failures: u64,
}

impl Program {
    /// Takes the program and its arguments. Returns `None` without words.
    pub(super) fn new(words: &[OsString], tag: Option<&str>) -> Option<Self> {
        let (program, arguments) = words.split_first()?;
        let (program, arguments) = (program.clone(), arguments.into());
        Some(Self { program, arguments, tag: tag.map(String::from), runs: 0, failures: 0 })
    }

    /// Runs the program for an event and waits for its end, unless an interruption comes first: the
    /// program then runs on. A failure of the program is a warning.
    pub(super) fn run(
        &mut self,
        event: &Message<'_>,
        time: SystemTime,
        secret: Option<&Secret>,
        queue: &Arc<Queue>,
    ) -> Result<(), Interruption> {
        self.runs += 1;
        let variables = self.variables(event, time, secret);
        let size: usize = variables.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let name_lossy = name.to_string_lossy();
            if name_lossy.starts_with(PREFIX) || NOT_INHERITED.contains(&&*name_lossy) {
                command.env_remove(&name);
            }
        }
        command.envs(variables);
        let problem = match start(command, queue) {
            Err(error) if error.kind() == ErrorKind::ArgumentListTooLong => {
                Some(format!("cannot start: {error}; the headers of the event have {size} bytes"))
            }
            Err(error) => Some(format!("cannot start: {error}")),
            Ok(()) => match queue.wait_for_program()? {
                Err(error) => Some(format!("cannot wait for its end: {error}")),
                Ok(status) if status.success() => None,
                Ok(status) => Some(status.to_string()),
            },
        };
        if let Some(problem) = problem {
            self.failures += 1;
            let name = event.text("Event");
            warn(&format!("{} for the event {name}: {problem}", Path::new(&self.program).display()));
        }
        Ok(())
    }

    /// Returns the failure of the command if the program has failed.
    pub(super) fn summary(&self) -> Result<(), Failure> {
        if self.failures == 0 {
            return Ok(());
        }
        let (program, failures, runs) = (Path::new(&self.program).display(), self.failures, self.runs);
        Err(Failure::Local(format!("{program} failed for {failures} of {runs} events")))
    }

    /// Returns the variables of the program for an event.
    fn variables(
        &self,
        event: &Message<'_>,
        time: SystemTime,
        secret: Option<&Secret>,
    ) -> BTreeMap<String, OsString> {
        let mut variables: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for header in event.headers() {
            let value = header.value().as_bytes();
            let value = secret.map_or(value.into(), |secret| secret.hide_in_header(&header));
            let value = without_nul(&value);
            variables
                .entry(variable_name(header.name().unwrap_or_default()))
                .and_modify(|values| values.extend([b"\n", &value[..]].concat()))
                .or_insert(value);
        }
        let name = event.name().unwrap_or_default().as_bytes();
        let name = without_nul(&secret.map_or(name.into(), |secret| secret.hide_in_data(name)));
        variables.insert("AMI_EVENT".into(), name);
        variables.insert("AMI_TIME".into(), stamp::text(time).into());
        if let Some(tag) = &self.tag {
            variables.insert("AMI_TAG".into(), tag.clone().into());
        }
        variables.into_iter().map(|(name, value)| (name, os_string(value))).collect()
    }
}

/// Checks that the program exists, before any event has arrived. A path is not searched for.
///
/// # Errors
///
/// No folder of `PATH` has the program.
#[cfg(unix)]
pub(super) fn check(words: &[OsString]) -> Result<(), Failure> {
    let Some(program) = words.first().map(Path::new) else { return Ok(()) };
    let exists = match std::env::var_os("PATH") {
        _ if program.components().count() > 1 || program.is_absolute() => program.exists(),
        Some(folders) => std::env::split_paths(&folders).any(|folder| folder.join(program).exists()),
        // The system then has folders of its own.
        None => true,
    };
    match exists {
        true => Ok(()),
        false => Err(Failure::Usage(format!("--exec: there is no program {}", program.display()))),
    }
}

/// Other systems find programs in further places.
#[cfg(not(unix))]
pub(super) fn check(_: &[OsString]) -> Result<(), Failure> {
    Ok(())
}

/// Starts the program. A thread waits for its end and reports it to the queue.
fn start(mut command: Command, queue: &Arc<Queue>) -> io::Result<()> {
    let mut child = command.spawn()?;
    let queue = Arc::clone(queue);
    thread::Builder::new().name("ami-exec".into()).spawn(move || queue.program_has_ended(child.wait()))?;
    Ok(())
}

/// Returns the name of the variable for a header.
fn variable_name(header: &[u8]) -> String {
    let allowed = |char: char| if char.is_ascii_alphanumeric() { char } else { '_' };
    let name = String::from_utf8_lossy(header);
    PREFIX.chars().chain(name.chars().map(allowed)).collect()
}

/// Replaces each NUL, which a variable cannot have, by U+FFFD.
fn without_nul(value: &[u8]) -> Vec<u8> {
    let parts: Vec<_> = value.split(|&byte| byte == 0).collect();
    parts.join("\u{fffd}".as_bytes())
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

/// Other systems have variables of text.
#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_become_variables() {
        let program = Program::new(&["x".into()], Some("berlin")).unwrap();
        let text = b"Event: Hangup\r\nCause-txt: a = b\r\nCause_txt: \r\nX(1).\xc3\xa4: -e\r\nno colon\r\n\
                     N: a\x00b\r\nSecret: my zebra-crossing\r\n\r\n";
        let secret = crate::connection::secret::Secret::for_test("zebra-crossing");
        let event = Message::parse(text).unwrap();
        let variables = program.variables(&event, SystemTime::UNIX_EPOCH, Some(&secret));
        let expected = [
            ("AMI_EVENT", "Hangup"),
            ("AMI_H_", "no colon"),
            ("AMI_H_Cause_txt", "a = b\n"),
            ("AMI_H_Event", "Hangup"),
            ("AMI_H_N", "a\u{fffd}b"),
            ("AMI_H_Secret", "my [redacted]"),
            ("AMI_H_X_1___", "-e"),
            ("AMI_TAG", "berlin"),
            ("AMI_TIME", "1970-01-01T00:00:00.000Z"),
        ];
        let expected: Vec<_> = expected.map(|(name, value)| (name.to_owned(), OsString::from(value))).into();
        assert_eq!(variables.into_iter().collect::<Vec<_>>(), expected);
        assert!(Program::new(&[], None).is_none());
    }
}
