//! The source of the secret. The command line is not one, since every user of the machine can read
//! it.

use std::io::{IsTerminal, stdin};
use std::path::Path;

/// Returns the value of `AMI_SECRET`, else the first line of `file`, else the answer to a prompt on
/// the terminal.
///
/// # Errors
///
/// The text for standard error, if no secret is given or it cannot be read.
pub(crate) fn read(file: Option<&Path>, user: &str) -> Result<String, String> {
    if let Some(secret) = std::env::var_os("AMI_SECRET") {
        return secret.into_string().map_err(|_| "AMI_SECRET is not UTF-8".into());
    }
    if let Some(file) = file {
        let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        return Ok(text.lines().next().unwrap_or_default().into());
    }
    if stdin().is_terminal() {
        return rpassword::prompt_password(format!("Secret of {user}: "))
            .map_err(|error| format!("cannot read the secret from the terminal: {error}"));
    }
    Err("no secret: set AMI_SECRET, or give --secret-file".into())
}
