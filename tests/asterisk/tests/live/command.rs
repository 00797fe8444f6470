//! The output of a command is what Asterisk's own console prints, byte for byte.
//!
//! The server cuts the last line end of the output, whatever it is, and the tool writes one behind every line: so
//! the lines are the console's bytes less one LF, split at LF, and the tool's bytes are the console's.

use embedded_ami::action::Raw;
use embedded_ami::wire::{Decoder, Kind, Step};

use crate::server::{Server, Session, ask, assert_success, is};

live!(through_the_client, through_small_storages, through_the_tool, that_fails);

/// Long ones that print the same each time: with empty lines, also the first and the last, blanks and tabs at
/// either end of lines, colons, non-ASCII letters.
const COMMANDS: [&str; 8] = [
    "core show applications",
    "core show application Dial",
    "core show functions",
    "core show help",
    "core show warranty",
    "dialplan show",
    "manager show commands",
    "manager show events",
];

fn lines(console: &[u8]) -> Vec<&[u8]> {
    let text = console.strip_suffix(b"\n").expect("a line end at the end");
    text.split(|&byte| byte == b'\n').collect()
}

/// Compares line by line, so that not all of a long output is shown.
#[track_caller]
fn same<'a>(output: impl Iterator<Item = &'a [u8]>, expected: Vec<&[u8]>, what: &str) {
    let output: Vec<_> = output.collect();
    for (n, (line, expected)) in output.iter().zip(&expected).enumerate() {
        assert_eq!(line.escape_ascii().to_string(), expected.escape_ascii().to_string(), "{what}, line {n}");
    }
    assert_eq!(output.len(), expected.len(), "{what}");
}

fn through_the_client(server: &Server) {
    let mut client = server.client();
    for command in COMMANDS {
        let console = server.console(command);
        let reply = ask(&mut client, "Command", &[("Command", command)]);
        assert_success(&reply);
        same(reply.message().output().map(|line| line.as_bytes()), lines(&console), command);
    }
}

fn through_small_storages(server: &Server) {
    for command in COMMANDS {
        let console = server.console(command);
        let mut session = Session::new(server, "off", 512);
        session.queue(&Raw::new("Command", &[("Command", command)]), "command");
        session.send();
        let recorded = session.finish();
        for storage in [Decoder::MIN, 61, 256, 4096] {
            let output = output(&recorded, storage);
            same(
                output.iter().map(|line| &line[..]),
                lines(&console),
                &format!("{command}, storage {storage}"),
            );
        }
    }
}

/// All lines of output in a stream, put together from their pieces.
fn output(mut stream: &[u8], storage: usize) -> Vec<Vec<u8>> {
    let mut decoder = Decoder::for_client(vec![0; storage]).expect("storage");
    let mut lines: Vec<Vec<u8>> = Vec::new();
    loop {
        match decoder.poll() {
            Step::Message => {
                for piece in decoder.message().output() {
                    match lines.last_mut().filter(|_| piece.is_continuation()) {
                        Some(line) => line.extend_from_slice(piece.as_bytes()),
                        None => lines.push(piece.as_bytes().to_vec()),
                    }
                }
            }
            Step::NeedInput => match std::io::Read::read(&mut stream, decoder.space()).expect("bytes") {
                0 => decoder.finish(),
                n => decoder.advance(n),
            },
            Step::End => return lines,
        }
    }
}

fn through_the_tool(server: &Server) {
    for command in COMMANDS {
        let console = server.console(command);
        // One argument or one for each word.
        for words in [vec![command], command.split(' ').collect()] {
            let output = server.tool(std::iter::once("command").chain(words)).output().expect("the tool");
            assert!(output.status.success(), "{output:?}");
            assert!(output.stderr.is_empty(), "{output:?}");
            same(lines(&output.stdout).into_iter(), lines(&console), command);
        }
    }
}

/// A command that fails has output as well.
fn that_fails(server: &Server) {
    let command = "core show nonsense";
    let reply = ask(&mut server.client(), "Command", &[("Command", command)]);
    assert!(is(&reply.message(), Kind::Response, "Error"), "{reply:?}");
    same(reply.message().output().map(|line| line.as_bytes()), lines(&server.console(command)), command);
}
