//! Decodes a stream that is fed one byte at a time: `linear KIND SIZE STORAGE`, with the sizes in
//! bytes. `tests/linear.sh` counts the instructions.

use std::hint::black_box;
use std::process::ExitCode;

use embedded_ami::wire::{Decoder, Step};

const BURST: &[u8] = include_bytes!("../../data/16/burst.s2c");

/// Returns a stream with `size` bytes of a burst of events, of the value of one header, or of one
/// payload. `None` if the kind is unknown or the size is too large.
fn stream(kind: &str, size: usize) -> Option<Vec<u8>> {
    let burst = BURST.get(..size)?;
    Some(match kind {
        _ if size == 0 => Vec::new(),
        "burst" => burst.to_vec(),
        "value" => [b"Event: VarSet\r\nValue: ", &vec![b'x'; size][..], b"\r\n\r\n"].concat(),
        "follows" => {
            [b"Response: Follows\r\nPrivilege: Command\r\n", burst, b"--END COMMAND--\r\n\r\n"].concat()
        }
        _ => return None,
    })
}

/// Decodes the stream. Returns the number of bytes in all lines of all messages.
fn decode(stream: &[u8], storage: usize) -> Option<usize> {
    let mut decoder = Decoder::for_client(vec![0; storage]).ok()?;
    let mut bytes = stream.iter();
    let mut total = 0;
    loop {
        match decoder.poll() {
            Step::Message => {
                let message = decoder.message();
                total += message.headers().map(|header| black_box(header).as_bytes().len()).sum::<usize>();
                total += message.output().map(|line| black_box(line).as_bytes().len()).sum::<usize>();
            }
            Step::NeedInput => match bytes.next() {
                Some(&byte) => {
                    *decoder.space().first_mut()? = byte;
                    decoder.advance(1);
                }
                None => decoder.finish(),
            },
            Step::End => return Some(total),
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [kind, size, storage] = &arguments[..] else { return ExitCode::from(2) };
    let total = (|| decode(&stream(kind, size.parse().ok()?)?, storage.parse().ok()?))();
    match total {
        Some(total) => {
            println!("{total}");
            ExitCode::SUCCESS
        }
        None => ExitCode::from(2),
    }
}
