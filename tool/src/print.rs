//! Messages on standard output.

use std::io::{self, IsTerminal, Write};

use embedded_ami::io::blocking::Error;
use embedded_ami::wire::{Message, OwnedMessage, Value};

use crate::args::Options;
use crate::failure::Failure;
use crate::json;

/// Prints a response, or entry, also one that says Error; then that is the failure.
pub(crate) fn answer(
    result: Result<OwnedMessage, Error>,
    print: impl FnOnce(&Message<'_>) -> io::Result<()>,
) -> Result<(), Failure> {
    match result {
        Ok(message) => Ok(print(&message.message())?),
        Err(Error::Response { response: reply, .. }) => {
            let reply = reply.message();
            print(&reply)?;
            // A command that failed says why in its output, and in the message only that there is
            // some.
            let output = reply.output().map(|line| Value::new(line.as_bytes())).find(|line| !line.is_empty());
            let text = output.or(reply.get("Message")).unwrap_or_default();
            Err(Failure::Answer(text.to_string_lossy().into_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// A message as JSON, or as the lines it has, and an empty one.
pub(crate) fn print(options: &Options, message: &Message<'_>, out: &mut impl Write) -> io::Result<()> {
    if options.json {
        return json::write(message, out);
    }
    message.headers().try_for_each(|header| print_line(header.as_bytes(), out))?;
    // Output headers are printed already.
    let mut payload = message.output().filter(|_| message.get("Output").is_none());
    payload.try_for_each(|line| print_line(line.as_bytes(), out))?;
    out.write_all(b"\n")
}

/// The bytes as they are; but a terminal gets no control characters that a caller put into a name.
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
