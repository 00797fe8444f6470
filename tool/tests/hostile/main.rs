//! The `ami` tool against hostile servers and hostile data: what it prints, what it reveals, and
//! how long it takes.

mod decode;
mod peers;
#[cfg(unix)]
mod secrets;
mod server;
#[cfg(unix)]
mod terminal;
mod time;

use std::process::{Command, Output, Stdio};

const SECRET: &str = "zebra-crossing-47";

/// The tool, as a client of a server on this port, without settings from the environment and the
/// profiles of the user who runs the tests.
fn ami(port: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ami"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AMI_")) {
        command.env_remove(name);
    }
    command.env("AMI_CONFIG", "/dev/null");
    command.env("AMI_PORT", port).env("AMI_USER", "admin").env("AMI_SECRET", SECRET);
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs the tool to its end. Returns the exit status, standard output and standard error.
fn run(command: &mut Command) -> (i32, Vec<u8>, String) {
    let Output { status, stdout, stderr } = command.output().expect("ami runs");
    (status.code().expect("an exit status"), stdout, String::from_utf8(stderr).expect("UTF-8"))
}

/// Whether the tool must escape this character.
fn is_unsafe(char: char) -> bool {
    matches!(
        char,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
    )
}
