//! Prints what a program of the board has logged with defmt, a line each: the bytes come from standard input, their meaning from the
//! program's ELF file, which is the argument.

use std::error::Error;
use std::io::{Read, stdin};

use defmt_decoder::Table;

fn main() -> Result<(), Box<dyn Error>> {
    let program = std::env::args().nth(1).ok_or("which program?")?;
    let table = Table::parse(&std::fs::read(program)?)?.ok_or("it logs nothing")?;
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
