//! `ami decode`: prints the messages of a recorded byte stream.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use clap::Args;
use embedded_ami::wire::{Decoder, OwnedMessage, Step};

use crate::failure::Failure;
use crate::output::{Printer, json};

#[derive(Args)]
pub(crate) struct Options {
    /// File with the recorded bytes; standard input if missing or -
    file: Option<PathBuf>,
    /// Decode bytes that a client sent, instead of a server
    #[arg(long)]
    from_client: bool,
    /// Size of the decoder's storage in bytes, 32 or more; the output does not depend on it
    #[arg(long, value_name = "BYTES", default_value_t = 64 * 1024, value_parser = clap::value_parser!(u32).range(Decoder::MIN as i64..=1 << 30))]
    buffer: u32,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let file = options.file.as_deref().filter(|file| file.as_os_str() != "-");
    let name = file.map_or("standard input".into(), |file| file.display().to_string());
    let unreadable = |error: io::Error| Failure::Usage(format!("{name}: {error}"));
    let mut input: Box<dyn Read> = match file {
        Some(file) => Box::new(File::open(file).map_err(unreadable)?),
        None => Box::new(io::stdin().lock()),
    };
    let storage = vec![0; options.buffer as usize];
    let decoder = match options.from_client {
        true => Decoder::for_server(storage),
        false => Decoder::for_client(storage),
    };
    let mut decoder = decoder.map_err(|error| Failure::Usage(error.to_string()))?;
    let mut out = io::BufWriter::new(Printer::plain().out);
    let mut message = OwnedMessage::default();
    loop {
        match decoder.poll() {
            Step::Message => {
                // A vector has room for every part.
                if message.push(&decoder.message()).unwrap_or(false) && !message.is_empty() {
                    json::write(&message.message(), None, &mut out)?;
                }
            }
            Step::NeedInput => {
                // On a slow stream, each message is printed as soon as it is complete.
                out.flush()?;
                match input.read(decoder.space()) {
                    Ok(0) => decoder.finish(),
                    Ok(n) => decoder.advance(n),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(unreadable(error)),
                }
            }
            Step::End => return Ok(out.flush()?),
        }
    }
}
