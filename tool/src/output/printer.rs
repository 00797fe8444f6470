//! Messages on standard output.

use std::io::{self, IsTerminal, StdoutLock, Write};

use embedded_ami::io::blocking::Error;
use embedded_ami::wire::{Message, OwnedMessage, Value};

use super::escape::{Screen, escape};
use super::{Format, json};
use crate::connection::secret::Secret;
use crate::failure::Failure;

/// Standard output, and the way to print messages there.
pub(crate) struct Printer {
    pub(crate) out: Screen<StdoutLock<'static>>,
    /// Whether to print JSON.
    pub(crate) json: bool,
    /// The secret, once it is known. It is replaced if the server sends it back.
    pub(crate) secret: Option<Secret>,
}

impl Printer {
    /// Returns a printer for text that is not a message of a server.
    pub(crate) fn plain() -> Self {
        Self::new(&Format::default())
    }

    pub(crate) fn new(format: &Format) -> Self {
        let out = io::stdout().lock();
        let is_terminal = out.is_terminal();
        Self { out: Screen::new(out, is_terminal), json: format.json, secret: None }
    }

    /// Prints a response or list entry with `print`. A response of Error is printed, too, and then
    /// returned as the failure.
    pub(crate) fn answer(
        &mut self,
        result: Result<OwnedMessage, Error>,
        print: impl FnOnce(&mut Self, &Message<'_>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        match result {
            Ok(message) => Ok(print(self, &message.message())?),
            Err(Error::Response { response, .. }) => {
                let response = response.message();
                print(self, &response)?;
                // If a console command fails, its output has the reason, and `Message` only
                // announces the output.
                let output =
                    response.output().map(|line| Value::new(line.as_bytes())).find(|line| !line.is_empty());
                let text = output.or(response.get("Message")).unwrap_or_default();
                Err(Failure::ErrorResponse(self.for_error(text)))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Prints a message as JSON if `--json` is given, else its lines and an empty line.
    pub(crate) fn message(&mut self, message: &Message<'_>) -> io::Result<()> {
        if self.json {
            return json::write(message, self.secret.as_ref(), &mut self.out);
        }
        message.headers().try_for_each(|header| self.line(header.as_bytes()))?;
        // Output that arrived in headers has just been printed with them.
        if message.get("Output").is_none() {
            self.output(message)?;
        }
        self.out.write_all(b"\n")
    }

    /// Marks a gap between the events, for example after a lost connection.
    pub(crate) fn gap(&mut self, reason: &str) -> io::Result<()> {
        writeln!(self.out, "--- gap: {reason} ---\n")
    }

    /// Prints the lines of the output of a command.
    pub(crate) fn output(&mut self, message: &Message<'_>) -> io::Result<()> {
        message.output().try_for_each(|line| self.line(line.as_bytes()))
    }

    fn line(&mut self, line: &[u8]) -> io::Result<()> {
        match &self.secret {
            Some(secret) => self.out.write_all(&secret.hide_in_data(line))?,
            None => self.out.write_all(line)?,
        }
        self.out.write_all(b"\n")
    }

    /// Returns a text of the server, without the secret, as part of an error.
    pub(crate) fn for_error(&self, text: Value<'_>) -> String {
        let text = text.as_bytes().trim_ascii_end();
        self.secret.as_ref().map_or_else(|| escape(text), |secret| escape(&secret.hide(text)))
    }
}
