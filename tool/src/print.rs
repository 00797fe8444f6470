//! Messages on standard output.

use std::io::{self, IsTerminal, Write};

use embedded_ami::io::blocking::Error;
use embedded_ami::wire::{Message, OwnedMessage, Value};

use crate::args::Options;
use crate::failure::Failure;
use crate::json;

/// Prints a response or list entry with `print`. A response of Error is printed, too, and then
/// returned as the failure.
pub(crate) fn answer(
    result: Result<OwnedMessage, Error>,
    print: impl FnOnce(&Message<'_>) -> io::Result<()>,
) -> Result<(), Failure> {
    match result {
        Ok(message) => Ok(print(&message.message())?),
        Err(Error::Response { response, .. }) => {
            let response = response.message();
            print(&response)?;
            // If a console command fails, its output has the reason, and `Message` only announces
            // the output.
            let output =
                response.output().map(|line| Value::new(line.as_bytes())).find(|line| !line.is_empty());
            let text = output.or(response.get("Message")).unwrap_or_default();
            Err(Failure::ErrorResponse(text.to_string_lossy().into_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Prints a message as JSON if `--json` is given, else its lines and an empty line.
pub(crate) fn print(options: &Options, message: &Message<'_>, out: &mut impl Write) -> io::Result<()> {
    if options.json {
        return json::write(message, out);
    }
    message.headers().try_for_each(|header| print_line(header.as_bytes(), out))?;
    // Output that arrived in headers has just been printed with them.
    let mut payload = message.output().filter(|_| message.get("Output").is_none());
    payload.try_for_each(|line| print_line(line.as_bytes(), out))?;
    out.write_all(b"\n")
}

/// Prints the bytes unchanged, or on a terminal with control characters escaped: a caller may have
/// put them into a name.
pub(crate) fn print_line(line: &[u8], out: &mut impl Write) -> io::Result<()> {
    if io::stdout().is_terminal() {
        for byte in line {
            match byte {
                b'\t' => out.write_all(b"\t")?,
                byte if byte.is_ascii_control() => write!(out, "{}", byte.escape_ascii())?,
                byte => out.write_all(&[*byte])?,
            }
        }
    } else {
        out.write_all(line)?;
    }
    out.write_all(b"\n")
}
