//! Decodes the defmt log of a program of the board and prints one line for each entry. The log is
//! read from standard input; the argument is the program's ELF file, which contains the format
//! strings.

use std::error::Error;
use std::io::{Read, stdin};

use defmt_decoder::Table;

fn main() -> Result<(), Box<dyn Error>> {
    let program = std::env::args().nth(1).ok_or("usage: decode PROGRAM")?;
    let table = Table::parse(&std::fs::read(program)?)?.ok_or("the program logs nothing")?;
    let mut bytes = Vec::new();
    stdin().read_to_end(&mut bytes)?;
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        let (frame, length) = table.decode(rest)?;
        println!("{}", frame.display_message());
        rest = &rest[length..];
    }
    Ok(())
}
