//! Parsers and formatters for the contents of values: numbers, names, assignments and functions.

use embedded_ami::wire::Value;

/// Text as received. Like Asterisk, the PBX does not require UTF-8.
pub(crate) type Bytes = Vec<u8>;

/// Returns a telephone number without blanks, brackets, dots and dashes, or the text unchanged if
/// it contains anything else.
pub(crate) fn compact_number(number: &[u8]) -> Bytes {
    let is_number = number.iter().all(|byte| b"0123456789*#+ ().-".contains(byte));
    number.iter().copied().filter(|byte| !is_number || !b" ().-".contains(byte)).collect()
}

/// Returns the text between quotes, or the text unchanged if it is not quoted. A backslash precedes
/// a quote that is part of the text.
pub(crate) fn unquoted(name: &[u8]) -> Bytes {
    let Some(inner) = name.strip_prefix(b"\"") else { return name.into() };
    let mut plain = Bytes::new();
    let mut bytes = inner.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => plain.extend(bytes.next()),
            _ => plain.push(byte),
        }
    }
    plain
}

/// Parses the assignments of a `Variable` header, at most 64. Commas separate them, except inside
/// quotes or brackets and after a backslash. Quotes and backslashes are removed.
pub(crate) fn assignments(header: Value<'_>) -> Vec<(Bytes, Bytes)> {
    pieces(header).into_iter().filter_map(|piece| assignment(&piece)).collect()
}

/// Splits a piece of a list of assignments at its first equals sign. Returns `None` without a name
/// or an equals sign.
pub(crate) fn assignment(piece: &[u8]) -> Option<(Bytes, Bytes)> {
    let at = piece.iter().position(|&byte| byte == b'=').filter(|&at| at > 0)?;
    let (name, value) = piece.split_at(at);
    Some((name.to_vec(), value.get(1..).unwrap_or_default().to_vec()))
}

/// Splits a list of assignments into pieces, as [`assignments`] describes.
pub(crate) fn pieces(header: Value<'_>) -> Vec<Bytes> {
    const MAX_ASSIGNMENTS: usize = 64;
    let mut pieces = vec![Bytes::new()];
    let (mut is_quoted, mut depth) = (false, 0_usize);
    let mut bytes = header.as_bytes().iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b',' if !is_quoted && depth == 0 && pieces.len() < MAX_ASSIGNMENTS => {
                pieces.push(Bytes::new());
                continue;
            }
            b'"' => {
                is_quoted = !is_quoted;
                continue;
            }
            b'(' | b'[' => depth = depth.saturating_add(1),
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let byte = if byte == b'\\' { bytes.next() } else { Some(byte) };
        if let Some(piece) = pieces.last_mut() {
            piece.extend(byte);
        }
    }
    pieces
}

/// Escapes a value like Asterisk, for names and variables in the events of channels: control
/// characters, quotes, question marks and backslashes are written as in C.
pub(crate) fn escaped(value: &[u8]) -> Bytes {
    let mut escaped = Bytes::with_capacity(value.len());
    for &byte in value {
        let letter = match byte {
            0x07 => b'a',
            0x08 => b'b',
            0x0c => b'f',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0x0b => b'v',
            b'\\' | b'\'' | b'"' | b'?' => byte,
            _ => {
                escaped.push(byte);
                continue;
            }
        };
        escaped.extend([b'\\', letter]);
    }
    escaped
}

/// Splits a function into its name and argument, as in `CALLERID(num)`.
pub(crate) fn function(name: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = name.iter().position(|&byte| byte == b'(')?;
    let (function, argument) = name.split_at(at);
    Some((function, argument.get(1..)?.strip_suffix(b")")?))
}

/// Parses a number like the functions of C: everything after its digits is ignored.
pub(crate) fn number(text: Value<'_>) -> Option<i64> {
    let text = text.as_bytes().trim_ascii_start();
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] => (1, digits),
        digits => (1, digits),
    };
    let mut digits = digits.iter().take_while(|byte| byte.is_ascii_digit()).peekable();
    digits.peek()?;
    let value = digits.fold(0_i64, |value, byte| {
        value.saturating_mul(10).saturating_add(i64::from(byte.wrapping_sub(b'0')))
    });
    Some(value.saturating_mul(sign))
}

/// Like [`number`], but only numbers of at least 1.
pub(crate) fn positive(text: Value<'_>) -> Option<u32> {
    number(text).and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0)
}
