//! The code of the fuzz targets. It does not depend on libFuzzer, so that `main.rs`
//! can run it as well.

#[path = "../common/mod.rs"]
mod common;

#[cfg(fuzzing)]
#[path = "blocking_client.rs"]
mod blocking_client;
#[cfg(fuzzing)]
#[path = "blocking_server.rs"]
mod blocking_server;
#[path = "client_session.rs"]
mod client_session;
#[path = "embedded_client.rs"]
mod embedded_client;
#[path = "input.rs"]
mod input;
#[path = "redaction.rs"]
mod redaction;
#[path = "server_session.rs"]
mod server_session;
#[path = "two_ends.rs"]
mod two_ends;
#[path = "value_decoders.rs"]
mod value_decoders;

use common::Role;
use input::Input;
use std::iter::repeat_n;

use embedded_ami::wire::{Decoder, Dialect, EncodeError, HeaderWriter, Outbox, Step};

#[cfg(fuzzing)]
pub use blocking_client::blocking_client;
#[cfg(fuzzing)]
pub use blocking_server::blocking_server;
pub use client_session::client_session;
pub use embedded_client::embedded_client;
pub use redaction::{Log, redaction};
pub use server_session::server_session;
pub use two_ends::two_ends;
pub use value_decoders::value_decoders;

/// Checks that the decoder returns the same as the naive decoder, for any storage and any reads,
/// also if messages are given up.
///
/// Input: options (bit 0: role; bits 1 and 2: larger storage; bit 3: messages are given up; bits 4
/// to 7: number of read sizes), storage, read sizes, with bit 3 the distance between the positions
/// at which messages are given up, stream.
pub fn decode_invariance(data: &[u8]) {
    let mut input = Input(data);
    let options = input.byte();
    let role = if options & 1 == 0 { Role::Client } else { Role::Server };
    let mut storage = Decoder::MIN + usize::from(input.byte()) + usize::from(options >> 1 & 3) * 256;
    let reads = input.bytes(usize::from(options >> 4));
    let distance = (options & 8 != 0).then(|| usize::from(input.byte()) + 1);
    let stream = input.0;
    if has_late_name(stream, storage) {
        storage += stream.len();
    }
    // The sizes are repeated. Without any, everything comes in one read.
    let sizes = reads.iter().map(|&size| usize::from(size).max(1)).cycle();
    let result = match distance {
        None => common::check(stream, role, storage, sizes, &common::expected(stream, role)),
        Some(distance) => {
            common::check_abandoning(stream, role, storage, sizes, |at| at % distance == distance / 2)
        }
    };
    if let Err(error) = result.and_then(|()| lookups(stream, role, storage)) {
        panic!(
            "{role:?}, storage {storage}, reads {reads:?}, given up each {distance:?}, \"{}\":\n{error}",
            stream.escape_ascii()
        );
    }
}

/// Returns whether a line has a name that decides the kind or makes it output, but blanks fill the
/// storage before its colon. The decoder reads a piece by itself, so kind and output of the parts
/// differ from those of the whole message then.
fn has_late_name(stream: &[u8], storage: usize) -> bool {
    stream.split(|&byte| byte == b'\n').any(|line| {
        let at = line.iter().position(|&byte| byte == b':').unwrap_or(0);
        let names = ["Response", "Event", "Action", "Output"];
        at + 4 > storage
            && names.iter().any(|name| line[..at].trim_ascii_end().eq_ignore_ascii_case(name.as_bytes()))
    })
}

/// Checks that a lookup, which does not split the lines it skips, finds the same as a walk over the
/// headers.
fn lookups(mut stream: &[u8], role: Role, storage: usize) -> Result<(), String> {
    let mut decoder = role.decoder(vec![0; storage]).map_err(|error| error.to_string())?;
    loop {
        match decoder.poll() {
            Step::Message => {
                let message = decoder.message();
                for header in message.headers().take(8) {
                    let Some(name) = header.name().and_then(|name| std::str::from_utf8(name).ok()) else {
                        continue;
                    };
                    let walked = message.headers().filter(|header| !header.is_cut() && header.is(name));
                    if !message.get_all(name).eq(walked.map(|header| header.value())) {
                        return Err(format!("get_all({name:?}) of {message:?}"));
                    }
                }
            }
            Step::NeedInput => match std::io::Read::read(&mut stream, decoder.space()) {
                Ok(n) if n > 0 => decoder.advance(n),
                _ => decoder.finish(),
            },
            Step::End => return Ok(()),
        }
    }
}

/// The dialect of an outbox (`None` for a server's) and its limits: the longest line, the most
/// lines, and whether `|` separates variables.
type Limits = (Option<Dialect>, usize, usize, bool);

const DIALECTS: [Limits; 5] = [
    (Some(Dialect::Current), 1022, 128, false),
    (Some(Dialect::V1_6), 1022, 127, false),
    (Some(Dialect::V1_4), 1021, 127, true),
    (Some(Dialect::V1_0), 253, 79, true),
    (None, usize::MAX, usize::MAX, false),
];

/// The largest number of operations in an input.
const MOST_OPERATIONS: usize = 600;

#[derive(Clone, Debug)]
enum Operation {
    Header(String, Vec<u8>),
    /// A value in two pieces, cut at this offset.
    Parts(String, Vec<u8>, usize),
    Number(String, i64),
    Variable(String, Vec<u8>),
    /// A value in two pieces, without the bytes that a value cannot have.
    Sanitized(String, Vec<u8>, usize),
}

impl Operation {
    /// Reads an operation. Bits 0 and 1 of `head` are the kind; bits 3 and 4 repeat the value 1, 2,
    /// 4 or 8 times to make it long. A number is not repeated: with bit 3, its kind is a sanitized
    /// header, which bit 4 repeats 8 times.
    fn new(head: u8, input: &mut Input<'_>) -> Self {
        let name = String::from_utf8_lossy(input.text()).into_owned();
        if head & 11 == 2 {
            let mut number = [0; 8];
            number.iter_mut().zip(input.bytes(8)).for_each(|(to, from)| *to = *from);
            return Self::Number(name, i64::from_le_bytes(number));
        }
        let times = if head & 3 == 2 { 1 + 7 * usize::from(head >> 4 & 1) } else { 1 << (head >> 3 & 3) };
        let value = input.text().repeat(times);
        match head & 3 {
            0 => Self::Header(name, value),
            3 => Self::Variable(name, value),
            kind => {
                let cut = usize::from(input.byte()).min(value.len());
                if kind == 1 { Self::Parts(name, value, cut) } else { Self::Sanitized(name, value, cut) }
            }
        }
    }

    fn write(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        match self {
            Self::Header(name, value) => out.header(name, value),
            Self::Parts(name, value, cut) => out.header_parts(name, &[&value[..*cut], &value[*cut..]]),
            Self::Number(name, number) => out.header_int(name, *number),
            Self::Variable(name, value) => out.variable(name, value),
            Self::Sanitized(name, value, cut) => {
                out.header_sanitized(name, &[&value[..*cut], &value[*cut..]])
            }
        }
    }

    /// Returns name and value of the line to write, or `None` if it must be refused.
    fn line(&self, (dialect, longest, _, bars): Limits) -> Option<(&str, Vec<u8>)> {
        let (name, value) = match self {
            Self::Header(name, value) | Self::Parts(name, value, _) => (&name[..], value.clone()),
            Self::Number(name, number) => (&name[..], number.to_string().into_bytes()),
            Self::Sanitized(name, value, _) => (&name[..], sanitized(value)),
            Self::Variable(name, value) => {
                if !is_variable(name, bars) {
                    return None;
                }
                let mut text = format!("{name}=").into_bytes();
                for byte in value {
                    match byte {
                        b'|' if bars => return None,
                        b',' | b'"' | b'\\' | b'(' | b')' | b'[' | b']' if !bars => {
                            text.extend([b'\\', *byte])
                        }
                        _ => text.push(*byte),
                    }
                }
                ("Variable", text)
            }
        };
        let action_id = name.eq_ignore_ascii_case("ActionID") && dialect.is_some();
        let is_valid = !name.is_empty()
            && !name.contains(['\0', '\r', '\n', '\t', ' ', ':'])
            && !value.iter().any(|byte| b"\0\r\n".contains(byte))
            && name.len() + 2 + value.len() <= longest
            && (!action_id || value.len() <= 67 && value.iter().all(u8::is_ascii_graphic));
        is_valid.then_some((name, value))
    }
}

/// Removes the bytes that a value cannot have.
fn sanitized(value: &[u8]) -> Vec<u8> {
    value.iter().copied().filter(|byte| !b"\0\r\n".contains(byte)).collect()
}

/// Returns whether this is the name of a variable or a function. A function may have commas in its
/// parentheses; a leading blank would not be read.
fn is_variable(name: &str, bars: bool) -> bool {
    let mut depth = 0_usize;
    let may_follow = |byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match byte {
            b'=' => false,
            b'|' => !bars,
            b'"' | b'\\' => bars,
            b',' => bars || depth > 0,
            _ => true,
        }
    };
    name.bytes().next().is_some_and(|byte| byte > b' ') && name.bytes().all(may_follow)
}

/// Checks that accepted messages decode to what was written, that a refused message leaves the
/// outbox unchanged, and that none is refused without a reason.
///
/// Input: options (bits 0 to 2: dialect; bit 3: go on after an error; bits 5 to 7: shift of the
/// size), size of the outbox, operations. An operation: head (bit 2: ends the message; bits 5 to 7:
/// number of repetitions), name, value. After each message: the number of bytes of the outbox that
/// are sent.
pub fn encode_roundtrip(data: &[u8]) {
    let mut input = Input(data);
    let options = input.byte();
    let limits = DIALECTS[usize::from(options & 7) % DIALECTS.len()];
    let ignores_errors = options & 8 != 0;
    let size = usize::from(input.byte()) << (options >> 5);
    let mut outbox = match limits.0 {
        Some(dialect) => Outbox::for_client(vec![0; size], dialect),
        None => Outbox::for_server(vec![0; size]),
    };
    let mut pending = Vec::new();
    let mut count = 0;
    while !input.0.is_empty() && count < MOST_OPERATIONS {
        let operations = message(&mut input);
        count += operations.len();
        let expected = expected(&operations, limits).filter(|bytes| pending.len() + bytes.len() <= size);
        let written = outbox.write(|out| {
            for operation in &operations {
                let written = operation.write(out);
                if !ignores_errors {
                    written?;
                }
            }
            Ok(())
        });
        match (written, expected) {
            (Ok(()), Some(bytes)) => {
                read_back(&bytes, &operations, limits, Decoder::MIN + size % 256);
                pending.extend(bytes);
            }
            (Err(EncodeError::Full), None) => assert!(!pending.is_empty(), "Full, and empty: {operations:?}"),
            (Err(EncodeError::TooLarge { storage }), None) => assert_eq!((storage, pending.len()), (size, 0)),
            (Err(_), None) => {}
            (written, expected) => {
                let expected = expected.map(|bytes| bytes.escape_ascii().to_string());
                panic!(
                    "{limits:?}, size {size}, {operations:?}:\nwritten {written:?}, expected {expected:?}"
                );
            }
        }
        assert_eq!(outbox.pending(), pending, "{operations:?}");
        let sent = usize::from(input.byte());
        outbox.advance(sent);
        pending.drain(..sent.min(pending.len()));
        assert_eq!(outbox.pending(), pending, "{sent} bytes sent");
    }
}

/// Reads the operations of the next message.
fn message(input: &mut Input<'_>) -> Vec<Operation> {
    let mut operations = Vec::new();
    while !input.0.is_empty() && operations.len() < MOST_OPERATIONS {
        let head = input.byte();
        let times = [1, 2, 4, 8, 32, 64, 128, 0][usize::from(head >> 5)];
        operations.extend(repeat_n(Operation::new(head, input), times));
        if head & 4 != 0 {
            break;
        }
    }
    operations
}

/// Returns the bytes of the message, or `None` if it must be refused.
fn expected(operations: &[Operation], limits: Limits) -> Option<Vec<u8>> {
    if operations.is_empty() || operations.len() > limits.2 || is_follows(operations, limits) {
        return None;
    }
    let mut bytes = Vec::new();
    for operation in operations {
        let (name, value) = operation.line(limits)?;
        bytes.extend([name.as_bytes(), b": ", &value, b"\r\n"].concat());
    }
    bytes.extend(b"\r\n");
    Some(bytes)
}

/// Returns whether a client would read the message as `Response: Follows` and wait for a payload.
fn is_follows(operations: &[Operation], (dialect, ..): Limits) -> bool {
    let (name, value) = match operations.first() {
        Some(Operation::Header(name, value) | Operation::Parts(name, value, _)) => (name, value.clone()),
        Some(Operation::Sanitized(name, value, _)) => (name, sanitized(value)),
        _ => return false,
    };
    let is_blank = |byte: &u8| b" \t".contains(byte);
    let words: Vec<_> = value.split(is_blank).filter(|word| !word.is_empty()).collect();
    dialect.is_none()
        && name.eq_ignore_ascii_case("Response")
        && matches!(words[..], [word] if word.eq_ignore_ascii_case(b"Follows"))
}

/// Checks that `bytes` decode to one message with the headers that were written.
fn read_back(bytes: &[u8], operations: &[Operation], limits: Limits, storage: usize) {
    let text = bytes.escape_ascii();
    let role = if limits.0.is_none() { Role::Client } else { Role::Server };
    let messages = common::expected(bytes, role);
    if let Err(error) = common::check(bytes, role, storage, [], &messages) {
        panic!("{role:?}, storage {storage}, \"{text}\":\n{error}");
    }
    let [message] = &messages[..] else { panic!("{} messages from \"{text}\"", messages.len()) };
    assert!(!message.incomplete, "\"{text}\"");
    assert_eq!(message.range, 0..bytes.len(), "\"{text}\"");
    assert_eq!(message.headers.len(), operations.len(), "\"{text}\"");
    for ((name, value), operation) in message.headers.iter().zip(operations) {
        let line = operation.line(limits).map(|(name, value)| (Some(name.as_bytes().to_vec()), value));
        assert_eq!(Some(&(name.clone(), value.clone())), line.as_ref(), "{operation:?}");
        if let Operation::Variable(name, own) = operation {
            let assignment = [name.as_bytes(), b"=", own].concat();
            assert_eq!(assignments(value, limits.3), [assignment], "{operation:?}");
        }
    }
}

/// Splits a `Variable` header into assignments as Asterisk does. From 1.6 on quotes and backslashes
/// are interpreted and removed, and brackets hide a separator.
fn assignments(text: &[u8], bars: bool) -> Vec<Vec<u8>> {
    if bars {
        return text.split(|&byte| byte == b'|').map(<[u8]>::to_vec).collect();
    }
    let mut found = vec![Vec::new()];
    let (mut round, mut square, mut quoted) = (0_usize, 0_usize, false);
    let mut bytes = text.iter().copied();
    while let Some(mut byte) = bytes.next() {
        match byte {
            b'(' => round += 1,
            b')' => round = round.saturating_sub(1),
            b'[' => square += 1,
            b']' => square = square.saturating_sub(1),
            b'"' => {
                quoted = !quoted;
                continue;
            }
            b'\\' => match bytes.next() {
                Some(next) => byte = next,
                None => break,
            },
            b',' if round == 0 && square == 0 && !quoted => {
                found.push(Vec::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = found.last_mut() {
            last.push(byte);
        }
    }
    found
}
