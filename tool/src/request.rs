//! The headers of an action, from the command line and from standard input.

use std::ffi::OsString;
use std::io::{Read, stdin};

use embedded_ami::client::SessionError;
use embedded_ami::io::blocking::Error;
use embedded_ami::wire::{Dialect, EncodeError, HeaderWriter, Outbox};

use crate::failure::Failure;

/// The most bytes that are read from standard input. The largest action that a server reads has
/// 128 lines of 1,022 bytes.
const INPUT_LIMIT: usize = 256 * 1024;

/// A header of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: Vec<u8>,
    /// The line of standard input that it is from.
    pub(crate) line: Option<usize>,
}

/// An argument that gives headers.
#[derive(Clone)]
pub(crate) enum Given {
    /// One header.
    Header(Header),
    /// `-`: the lines of standard input.
    Input,
}

impl Header {
    pub(crate) fn new(name: &str, value: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), value: value.into(), line: None }
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Returns the header as errors name it.
    pub(crate) fn place(&self) -> String {
        match self.line {
            Some(line) => format!("header {} (standard input, line {line})", self.name),
            None => format!("header {}", self.name),
        }
    }

    /// Writes the header. Servers relay those of a `UserEvent`, whose names may have blanks inside.
    pub(crate) fn write(&self, action: &str, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        match action.eq_ignore_ascii_case("UserEvent") {
            true => out.header_relayed(&self.name, &self.value),
            false => out.header(&self.name, &self.value),
        }
    }
}

/// Parses `-`, or `Header=Value` up to the first equals sign. The value may be any bytes.
pub(crate) fn given(text: OsString) -> Result<Given, &'static str> {
    let bytes = text.as_encoded_bytes();
    if bytes == b"-" {
        return Ok(Given::Input);
    }
    let equals = bytes.iter().position(|&byte| byte == b'=').ok_or("not of the form Header=Value")?;
    let (name, value) = bytes.split_at(equals);
    let name = std::str::from_utf8(name).map_err(|_| "the name of the header is not UTF-8")?;
    Ok(Given::Header(Header::new(name, value.get(1..).unwrap_or_default())))
}

/// Reads standard input to its end.
pub(crate) fn read_input() -> Result<Vec<u8>, Failure> {
    let mut input = Vec::new();
    let limit = u64::try_from(INPUT_LIMIT).unwrap_or(u64::MAX).saturating_add(1);
    stdin()
        .lock()
        .take(limit)
        .read_to_end(&mut input)
        .map_err(|error| Failure::Usage(format!("cannot read standard input: {error}")))?;
    if input.len() > INPUT_LIMIT {
        return Err(Failure::Usage(format!(
            "standard input: more than {INPUT_LIMIT} bytes, and no action is that large"
        )));
    }
    Ok(input)
}

/// Returns the headers in standard input: a line `Header: Value` each, up to an empty line or the
/// end.
///
/// One blank after the colon is not part of the value. Lines may end with LF or CR LF.
pub(crate) fn read_headers() -> Result<Vec<Header>, Failure> {
    parse_headers(&read_input()?)
        .map_err(|(line, why)| Failure::Usage(format!("standard input, line {line}: {why}")))
}

fn parse_headers(input: &[u8]) -> Result<Vec<Header>, (usize, &'static str)> {
    let mut headers = Vec::new();
    let mut has_ended = false;
    let input = input.strip_suffix(b"\n").unwrap_or(input);
    for (line, text) in (1..).zip(input.split(|&byte| byte == b'\n')) {
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if text.is_empty() {
            has_ended = true;
            continue;
        }
        if has_ended {
            return Err((line, "an empty line ends the headers, and only one action is sent"));
        }
        const FORM: &str = "not of the form Header: Value";
        let colon = text.iter().position(|&byte| byte == b':').ok_or((line, FORM))?;
        let (name, value) = text.split_at(colon);
        let name = std::str::from_utf8(name).map_err(|_| (line, "the name of the header is not UTF-8"))?;
        if name.contains('=') {
            return Err((line, FORM));
        }
        let value = value.get(1..).unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value).to_vec();
        headers.push(Header { name: name.into(), value, line: Some(line) });
    }
    Ok(headers)
}

/// Returns the value of a `Variable` header that sets this variable on a server of this generation.
pub(crate) fn variable(dialect: Dialect, name: &str, value: &[u8]) -> Result<Vec<u8>, EncodeError> {
    // A byte of the value can become two.
    let room = name.len().saturating_add(value.len().saturating_mul(2)).saturating_add(64);
    let mut outbox = Outbox::for_client(vec![0; room], dialect);
    outbox.write(|out| out.variable(name, value))?;
    let line = outbox.pending().strip_prefix(b"Variable: ").unwrap_or_default();
    Ok(line.strip_suffix(b"\r\n\r\n").unwrap_or_default().to_vec())
}

/// Turns the error of an action that cannot be encoded into one that names the header. `names` has
/// the headers after `Action` and `ActionID`, as errors name them.
pub(crate) fn failure(error: Error, names: &[String]) -> Failure {
    match error {
        Error::Session(SessionError::Encode(error)) => Failure::Usage(name_header(error, names)),
        error => error.into(),
    }
}

/// Returns the text of the error with the header in place of the number of its line.
pub(crate) fn name_header(error: EncodeError, names: &[String]) -> String {
    let text = error.to_string();
    let Some(line) = line(error) else { return text };
    let name = match line {
        1 => Some("the name of the action"),
        _ => line.checked_sub(3).and_then(|at| names.get(at)).map(String::as_str),
    };
    name.map_or(text, |name| name_line(error, name))
}

/// Returns the number of the line that the error names.
pub(crate) fn line(error: EncodeError) -> Option<usize> {
    match error {
        EncodeError::EmptyName { line }
        | EncodeError::NameByte { line, .. }
        | EncodeError::ValueByte { line, .. }
        | EncodeError::LineTooLong { line, .. }
        | EncodeError::VariableByte { line, .. }
        | EncodeError::Reserved { line } => Some(line),
        _ => None,
    }
}

/// Returns the text of the error with this name in place of the number of the line.
pub(crate) fn name_line(error: EncodeError, name: &str) -> String {
    let text = error.to_string();
    let rest =
        text.strip_prefix("line ").map(|rest| rest.trim_start_matches(|char: char| char.is_ascii_digit()));
    rest.map_or_else(|| text.clone(), |rest| format!("{name}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_from_lines_byte_for_byte() {
        let headers = parse_headers(b"A: b\r\nC:d\nE:  f = g: h \nX: \nY:\nB: \xff\0\r-5\n\n\r\n").unwrap();
        let read: Vec<_> =
            headers.iter().map(|header| (&header.name[..], &header.value[..], header.line)).collect();
        let expected: [(&str, &[u8], _); 6] = [
            ("A", b"b", Some(1)),
            ("C", b"d", Some(2)),
            ("E", b" f = g: h ", Some(3)),
            ("X", b"", Some(4)),
            ("Y", b"", Some(5)),
            ("B", b"\xff\0\r-5", Some(6)),
        ];
        assert_eq!(read, expected);
        assert_eq!(parse_headers(b""), Ok(Vec::new()));
        assert_eq!(parse_headers(b"A: 1").unwrap().len(), 1);
    }

    #[test]
    fn a_line_that_is_not_a_header_is_named() {
        for (input, line) in
            [(&b"A: 1\nB\n"[..], 2), (b"A=1:2\n", 1), (b"A: 1\n\nB: 2\n", 3), (b"\xff: 1", 1), (b"\nA: 1", 2)]
        {
            assert_eq!(parse_headers(input).unwrap_err().0, line, "{input:?}");
        }
    }
}
