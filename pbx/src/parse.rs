//! Readers and writers of the small languages inside values: numbers, names, assignments,
//! functions.

use embedded_ami::wire::Value;

/// Text as received: Asterisk does not require UTF-8 either.
pub(crate) type Bytes = Vec<u8>;

/// A number without the blanks, brackets, dots and dashes that people put into it.
pub(crate) fn compact_number(number: &[u8]) -> Bytes {
    let is_number = number.iter().all(|byte| b"0123456789*#+ ().-".contains(byte));
    number.iter().copied().filter(|byte| !is_number || !b" ().-".contains(byte)).collect()
}

/// What stands between quotes, if there are any; a backslash stands before a quote that belongs to
/// it.
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

/// The assignments of a `Variable` header: separated by commas, but for those in quotes or
/// brackets, or behind a backslash. Quotes and backslashes go.
pub(crate) fn assignments(header: Value<'_>) -> Vec<(Bytes, Bytes)> {
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
    let split = |piece: Bytes| {
        let at = piece.iter().position(|&byte| byte == b'=').filter(|&at| at > 0)?;
        let (name, value) = piece.split_at(at);
        Some((name.to_vec(), value.get(1..).unwrap_or_default().to_vec()))
    };
    pieces.into_iter().filter_map(split).collect()
}

/// As Asterisk writes names and variables into the events of channels: control characters, quotes,
/// question marks and backslashes as in C.
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

/// Name and argument of a function, as in `CALLERID(num)`.
pub(crate) fn function(name: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = name.iter().position(|&byte| byte == b'(')?;
    let (function, argument) = name.split_at(at);
    Some((function, argument.get(1..)?.strip_suffix(b")")?))
}

/// A C number: what stands behind its digits does not count.
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

/// The same of at least 1.
pub(crate) fn positive(text: Value<'_>) -> Option<u32> {
    number(text).and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0)
}
