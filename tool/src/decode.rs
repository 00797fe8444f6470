//! `ami decode`: prints the messages of a recorded byte stream.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use clap::Args;
use embedded_ami::wire::{Decoder, Message, OwnedMessage, Step};

use crate::failure::Failure;
use crate::output::redact::{self, Redactor};
use crate::output::{self, Format, Printer};

#[derive(Args)]
#[command(mut_arg("time", |option| option.hide(true)), after_help = format!(
    "The output is that of --json=full, unless --json or --fields asks for another one. A banner is a line
without a name. A message that the end of the stream cuts short has \"incomplete\":true in it, or
\"_incomplete\":true in flat JSON. --time is not accepted, since a recording does not have the times of
arrival.\n\n{}\n\n{}",
    redact::HELP,
    output::AFTER_HELP,
))]
pub(crate) struct Options {
    /// File with the recorded bytes; standard input if missing or -
    file: Option<PathBuf>,
    /// Decode bytes that a client sent, instead of a server
    #[arg(long)]
    from_client: bool,
    /// Replace secrets and personal data, for example before you publish a recording
    #[arg(long)]
    redact: bool,
    /// Print the redacted messages as bytes that can be decoded again; empty lines between two
    /// messages are left out
    #[arg(long, requires = "redact", conflicts_with_all = ["json", "fields", "tag"])]
    bytes: bool,
    /// Size of the decoder's storage in bytes, 32 or more; the output does not depend on it
    #[arg(long, value_name = "BYTES", default_value_t = 64 * 1024, value_parser = clap::value_parser!(u32).range(Decoder::MIN as i64..=1 << 30))]
    buffer: u32,
    #[command(flatten)]
    format: Format,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    if options.format.time {
        let why = "there is no option --time, since a recording does not have the times of arrival";
        return Err(Failure::Usage(format!("{why}; see ami decode --help")));
    }
    let file = options.file.as_deref().filter(|file| file.as_os_str() != "-");
    let name = file.map_or("standard input".into(), |file| file.display().to_string());
    let unreadable = |error: io::Error| Failure::Usage(format!("{name}: {error}"));
    let mut input: Box<dyn Read> = match file {
        Some(file) => Box::new(File::open(file).map_err(unreadable)?),
        None => Box::new(io::stdin().lock()),
    };
    let mut reader = Reader::new(options)?;
    let mut printer = Printer::holding(&options.format.or_full());
    printer.watch_fields();
    let mut redacting = options.redact.then(|| Reader::new(options)).transpose()?;
    let mut redactor = Redactor::default();
    loop {
        let is_end = reader.read(|message| match &mut redacting {
            None => printer.message(message),
            Some(_) if options.bytes => printer.raw(&redactor.redact(message)),
            Some(second) => {
                let bytes = redactor.redact(message);
                second.feed(&bytes, |message| printer.message(message))
            }
        })?;
        if is_end {
            break;
        }
        // On a slow stream, each message is printed as soon as it is complete.
        printer.flush()?;
        match input.read(reader.decoder.space()) {
            Ok(0) => reader.decoder.finish(),
            Ok(n) => reader.decoder.advance(n),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(error)),
        }
    }
    if let Some(second) = &mut redacting {
        second.decoder.finish();
        second.read(|message| printer.message(message))?;
    }
    printer.flush()?;
    printer.warn_of_missing_fields();
    Ok(())
}

/// A decoder that puts the parts of messages together.
struct Reader {
    decoder: Decoder<Vec<u8>>,
    message: OwnedMessage,
}

impl Reader {
    fn new(options: &Options) -> Result<Self, Failure> {
        let storage = vec![0; options.buffer as usize];
        let decoder = match options.from_client {
            true => Decoder::for_server(storage),
            false => Decoder::for_client(storage),
        };
        let decoder = decoder.map_err(|error| Failure::Usage(error.to_string()))?;
        Ok(Self { decoder, message: OwnedMessage::default() })
    }

    /// Passes each message that is complete to `print`. Returns whether the stream has ended.
    fn read(&mut self, mut print: impl FnMut(&Message<'_>) -> io::Result<()>) -> io::Result<bool> {
        loop {
            match self.decoder.poll() {
                Step::Message => {
                    // A vector has room for every part.
                    let is_whole = self.message.push(&self.decoder.message()).unwrap_or(false);
                    if is_whole && !self.message.is_empty() {
                        print(&self.message.message())?;
                    }
                }
                Step::NeedInput => return Ok(false),
                Step::End => return Ok(true),
            }
        }
    }

    /// Decodes more bytes of the stream.
    fn feed(
        &mut self,
        bytes: &[u8],
        mut print: impl FnMut(&Message<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = self.decoder.feed(rest);
            rest = &rest[taken..];
            self.read(&mut print)?;
        }
        Ok(())
    }
}
