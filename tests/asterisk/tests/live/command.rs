//! The output of a command is what Asterisk's own console prints, byte for byte.
//!
//! The server removes the last line end of the output, and the tool writes one after every line. So
//! the lines are the console's bytes without the last LF, split at LF, and the tool's output is the
//! console's.

use embedded_ami::action::Raw;
use embedded_ami::wire::{Decoder, Kind, Step};

use crate::server::{Server, Session, ask, assert_success, is};

live!(
    output_through_the_client,
    output_through_small_storage,
    output_through_the_tool,
    a_failed_command_has_output
);

/// Commands with long output that is the same each time. It has empty lines, also as the first and
/// the last, blanks and tabs at either end of lines, colons, and non-ASCII letters.
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

/// Splits the output of the console into lines.
fn lines(console: &[u8]) -> Vec<&[u8]> {
    let text = console.strip_suffix(b"\n").expect("a line end at the end");
    text.split(|&byte| byte == b'\n').collect()
}

/// Asserts that the lines are equal. On failure only the line that differs is shown.
#[track_caller]
fn assert_lines<'a>(output: impl Iterator<Item = &'a [u8]>, expected: Vec<&[u8]>, context: &str) {
    let output: Vec<_> = output.collect();
    for (n, (line, expected)) in output.iter().zip(&expected).enumerate() {
        assert_eq!(
            line.escape_ascii().to_string(),
            expected.escape_ascii().to_string(),
            "{context}, line {n}"
        );
    }
    assert_eq!(output.len(), expected.len(), "{context}");
}

fn output_through_the_client(server: &Server) {
    let mut client = server.client();
    for command in COMMANDS {
        let console = server.console(command);
        let response = ask(&mut client, "Command", &[("Command", command)]);
        assert_success(&response);
        assert_lines(response.message().output().map(|line| line.as_bytes()), lines(&console), command);
    }
}

fn output_through_small_storage(server: &Server) {
    for command in COMMANDS {
        let console = server.console(command);
        let mut session = Session::new(server, "off", 512);
        session.queue(&Raw::new("Command", &[("Command", command)]), "command");
        session.send();
        let recorded = session.finish();
        for storage in [Decoder::MIN, 61, 256, 4096] {
            let output = output(&recorded, storage);
            assert_lines(
                output.iter().map(|line| &line[..]),
                lines(&console),
                &format!("{command}, storage {storage}"),
            );
        }
    }
}

/// Returns all lines of output in a stream, reassembled from their pieces.
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

fn output_through_the_tool(server: &Server) {
    for command in COMMANDS {
        let console = server.console(command);
        // The command as one argument, and with one argument per word.
        for words in [vec![command], command.split(' ').collect()] {
            let output = server.tool(std::iter::once("command").chain(words)).output().expect("the tool");
            assert!(output.status.success(), "{output:?}");
            assert!(output.stderr.is_empty(), "{output:?}");
            assert_lines(lines(&output.stdout).into_iter(), lines(&console), command);
        }
    }
}

fn a_failed_command_has_output(server: &Server) {
    let command = "core show nonsense";
    let response = ask(&mut server.client(), "Command", &[("Command", command)]);
    assert!(is(&response.message(), Kind::Response, "Error"), "{response:?}");
    assert_lines(
        response.message().output().map(|line| line.as_bytes()),
        lines(&server.console(command)),
        command,
    );
}
