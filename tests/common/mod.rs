//! Code shared by the tests: captures, the naive decoder, and the comparison with it.
#![allow(dead_code, reason = "each test uses some of it")]

pub mod naive;

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use embedded_ami::wire::{Decoder, Header, Kind, Message, OwnedMessage, Part, Step, StorageTooSmall};

/// The end of a connection that decodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Client,
    Server,
}

impl Role {
    /// Returns a decoder for this end.
    pub fn decoder<B: AsRef<[u8]> + AsMut<[u8]>>(self, storage: B) -> Result<Decoder<B>, StorageTooSmall> {
        match self {
            Role::Client => Decoder::for_client(storage),
            Role::Server => Decoder::for_server(storage),
        }
    }
}

/// One direction of a recorded connection.
pub struct Capture {
    pub name: String,
    pub bytes: Vec<u8>,
    pub role: Role,
}

/// Returns the captures in `tests/data` and, if `AMI_CAPTURES` names a folder, those below it.
pub fn captures() -> Vec<Capture> {
    // The library's folder, or that of the workspace above the package that includes this file.
    let mut folders =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("tests/data"));
    let own = folders.find(|folder| folder.is_dir()).expect("tests/data");
    let mut found = Vec::new();
    collect(&own, &mut found);
    assert!(found.len() > 20, "only {} captures in tests/data", found.len());
    if let Some(more) = std::env::var_os("AMI_CAPTURES") {
        let before = found.len();
        collect(&PathBuf::from(&more), &mut found);
        assert!(found.len() > before, "no capture below AMI_CAPTURES={}", more.to_string_lossy());
    }
    found
}

/// Returns whether the suites that take long run in full instead of a sample. The environment
/// variable `AMI_THOROUGH` decides: 1 runs everything; unset, empty or 0 runs the sample.
///
/// # Panics
/// On any other value, so that a mistyped one does not pass for a thorough run.
pub fn thorough() -> bool {
    let value = std::env::var_os("AMI_THOROUGH").unwrap_or_default();
    match value.to_str() {
        Some("" | "0") => false,
        Some("1") => true,
        _ => panic!("AMI_THOROUGH={} is neither 0 nor 1", value.to_string_lossy()),
    }
}

/// Calls `body` for each number below `count`, on as many threads as there are processors.
pub fn in_parallel(count: usize, body: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    body(number);
                }
            });
        }
    });
}

fn collect(folder: &Path, found: &mut Vec<Capture>) {
    let mut paths: Vec<_> =
        folder.read_dir().expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, found);
            continue;
        }
        let role = match path.extension().and_then(|extension| extension.to_str()) {
            Some("s2c") => Role::Client,
            Some("c2s") => Role::Server,
            _ => continue,
        };
        let part = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = format!("{}/{}", part(folder), part(&path));
        found.push(Capture { name, bytes: std::fs::read(&path).expect("readable"), role });
    }
}

/// Decodes a stream with the naive decoder.
pub fn expected(stream: &[u8], role: Role) -> Vec<naive::Message> {
    naive::decode(stream, role == Role::Client)
}

/// Decodes `stream` through a storage of `storage` bytes, in reads of the sizes from `reads` and,
/// after the last of these, one read of the rest. Compares all messages with `expected`.
pub fn check(
    stream: &[u8],
    role: Role,
    storage: usize,
    reads: impl IntoIterator<Item = usize>,
    expected: &[naive::Message],
) -> Result<(), String> {
    let mut whole = OwnedMessage::default();
    let mut joined = Joined::default();
    let mut expected = expected.iter();
    drive(
        stream,
        role,
        storage,
        reads,
        |part| {
            joined.push(part)?;
            if whole.push(part).map_err(|error| error.to_string())? {
                let joined = std::mem::take(&mut joined);
                let message = whole.message();
                if message.as_bytes().is_empty() {
                    return Ok(());
                }
                let expected = expected.next().ok_or_else(|| format!("one too many: {message:?}"))?;
                same(&message, expected, stream)?;
                joined.same(&message, storage)?;
            }
            Ok(())
        },
        |_, _| Ok(false),
    )?;
    match expected.next() {
        Some(missing) => Err(format!("missing: {missing:?}")),
        None => Ok(()),
    }
}

/// Decodes `stream` as `check` does, and calls `Decoder::abandon` each time that all bytes so far
/// have been examined and `abandons` returns true for their number. Compares all messages with
/// those of the naive decoder. If the stream is short, compares `Decoder::unfinished` too, at each
/// of these times. In a long one the naive decoder would take too long.
pub fn check_abandoning(
    stream: &[u8],
    role: Role,
    storage: usize,
    reads: impl IntoIterator<Item = usize>,
    mut abandons: impl FnMut(usize) -> bool,
) -> Result<(), String> {
    let mut whole = OwnedMessage::default();
    let mut joined = Joined::default();
    let mut messages = Vec::new();
    // The end of the part lent last, and the headers of the message that it belongs to.
    let released = Cell::new(0);
    let headers = RefCell::new(Vec::new());
    let mut calls: Vec<naive::Abandon> = Vec::new();
    let header = |header: Header<'_>| {
        // A header larger than the storage is in several pieces.
        let is_piece = header.is_cut() || header.is_continuation();
        (is_piece, (header.name().map(<[u8]>::to_vec), header.value().as_bytes().to_vec()))
    };
    drive(
        stream,
        role,
        storage,
        reads,
        |part| {
            if matches!(part.part(), Part::Whole | Part::First) {
                headers.borrow_mut().clear();
                // Empty lines between two messages belong to neither.
                let between = |bytes: &[u8]| bytes.starts_with(b"\n") || bytes.starts_with(b"\r\n");
                while between(&stream[released.get()..]) {
                    released.set(released.get() + 1);
                }
            }
            let start = released.replace(released.get() + part.as_bytes().len());
            if stream.get(start..released.get()) != Some(part.as_bytes()) {
                return Err(format!("not the bytes at {start}: {:?}", part.as_bytes().escape_ascii()));
            }
            headers.borrow_mut().extend(part.headers().map(header));
            joined.push(part)?;
            if whole.push(part).map_err(|error| error.to_string())? {
                messages.push((std::mem::take(&mut joined), std::mem::take(&mut whole)));
                headers.borrow_mut().clear();
            }
            Ok(())
        },
        |decoder, at| {
            if stream.len() < 2000 {
                let expected = (role == Role::Client).then(|| naive::unfinished(&stream[..at], &calls));
                let expected = expected.flatten();
                let own: Option<Vec<_>> = decoder
                    .unfinished()
                    .map(|head| headers.borrow().iter().cloned().chain(head.headers().map(header)).collect());
                let is_whole = own.iter().flatten().all(|(is_piece, _)| !is_piece);
                let own: Option<Vec<_>> = own.map(|own| own.into_iter().map(|(_, header)| header).collect());
                if own.is_some() != expected.is_some() || own != expected && is_whole {
                    return Err(format!("unfinished at {at}: {own:?}, expected {expected:?}"));
                }
            }
            let is_new = calls.last().is_none_or(|call| call.at < at);
            if !is_new || !abandons(at) {
                return Ok(false);
            }
            calls.push(naive::Abandon { at, released: released.get() });
            decoder.abandon();
            if decoder.unfinished().is_some() {
                return Err(format!("not given up at {at}"));
            }
            Ok(at % 2 == 0)
        },
    )?;
    let mut expected = naive::decode_with(stream, role == Role::Client, &calls).into_iter().peekable();
    for (joined, whole) in messages {
        let message = whole.message();
        if message.as_bytes().is_empty() {
            // An `OwnedMessage` drops an incomplete message of CR and LF only.
            let is_blank = |bytes: &[u8]| bytes.iter().all(|byte| b"\r\n".contains(byte));
            expected.next_if(|next| next.incomplete && is_blank(&stream[next.range.clone()]));
            continue;
        }
        let expected = expected.next().ok_or_else(|| format!("one too many: {message:?}, {calls:?}"))?;
        let result = same(&message, &expected, stream).and_then(|()| joined.same(&message, storage));
        result.map_err(|error| format!("{calls:?}: {error}"))?;
    }
    match expected.next() {
        Some(missing) => Err(format!("missing: {missing:?}, {calls:?}")),
        None => Ok(()),
    }
}

/// Decodes `stream` through a storage of `storage` bytes, in reads of the sizes from `reads` and,
/// after the last of these, one read of the rest. Calls `on_part` with each part, and `on_wait`
/// with the number of bytes read whenever the decoder needs input. If that returns true, polls
/// again before the next read.
fn drive(
    stream: &[u8],
    role: Role,
    storage: usize,
    reads: impl IntoIterator<Item = usize>,
    mut on_part: impl FnMut(&Message<'_>) -> Result<(), String>,
    mut on_wait: impl FnMut(&mut Decoder<Vec<u8>>, usize) -> Result<bool, String>,
) -> Result<(), String> {
    let mut decoder = role.decoder(vec![0; storage]).map_err(|error| error.to_string())?;
    let mut reads = reads.into_iter();
    let mut rest = stream;
    let mut read = 0;
    loop {
        match decoder.poll() {
            Step::Message => on_part(&decoder.message())?,
            Step::NeedInput => {
                if on_wait(&mut decoder, stream.len() - rest.len())? {
                    continue;
                }
                while read == 0 && !rest.is_empty() {
                    read = reads.next().unwrap_or(rest.len()).min(rest.len());
                }
                let window = decoder.space();
                if window.is_empty() {
                    return Err("an empty window after NeedInput".into());
                }
                let n = read.min(window.len());
                if n == 0 {
                    decoder.finish();
                    continue;
                }
                let (now, later) = rest.split_at(n);
                window[..n].copy_from_slice(now);
                decoder.advance(n);
                rest = later;
                read -= n;
            }
            Step::End => return Ok(()),
        }
    }
}

/// Compares a whole message with that of the naive decoder.
pub fn same(message: &Message<'_>, expected: &naive::Message, stream: &[u8]) -> Result<(), String> {
    let kind = match message.kind() {
        Kind::Banner => naive::Kind::Banner,
        Kind::Response => naive::Kind::Response,
        Kind::Event => naive::Kind::Event,
        Kind::Action => naive::Kind::Action,
        Kind::Other => naive::Kind::Other,
    };
    let banner = message.banner().map(|banner| (banner.product, banner.version));
    // Look up one name of the message, with its case inverted, and compare the values found.
    let found = match expected.headers.iter().rev().find_map(|(name, _)| name.as_deref()) {
        Some(name) => {
            let all = expected
                .headers
                .iter()
                .filter(|(own, _)| own.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name)));
            let turned: Vec<u8> = name
                .iter()
                .map(|byte| {
                    if byte.is_ascii_uppercase() {
                        byte.to_ascii_lowercase()
                    } else {
                        byte.to_ascii_uppercase()
                    }
                })
                .collect();
            match std::str::from_utf8(&turned) {
                Ok(turned) => {
                    message.get_all(turned).map(|value| value.as_bytes()).eq(all.map(|(_, value)| &value[..]))
                }
                Err(_) => true,
            }
        }
        None => message.get("Nothing").is_none(),
    };
    let agree = found
        && message.as_bytes() == &stream[expected.range.clone()]
        && kind == expected.kind
        && message.is_incomplete() == expected.incomplete
        && message.name().map(|name| name.as_bytes()) == expected.name.as_deref()
        && banner.map(|(product, version)| (product.as_bytes(), version.as_bytes()))
            == expected.banner.as_ref().map(|(product, version)| (&product[..], &version[..]))
        && message
            .headers()
            .map(|header| (header.name(), header.value().as_bytes()))
            .eq(expected.headers.iter().map(|(name, value)| (name.as_deref(), &value[..])))
        && message.has_output() == expected.output.is_some()
        && message.output().map(|line| line.as_bytes()).eq(expected
            .output
            .iter()
            .flatten()
            .map(|line| &line[..]));
    if agree {
        return Ok(());
    }
    let output: Vec<_> = message.output().map(|line| line.as_bytes().escape_ascii().to_string()).collect();
    Err(format!("decoded  {message:?}, output {output:?}\nexpected {expected:?}"))
}

/// The lines of a message, put together from the pieces in its parts.
#[derive(Default)]
struct Joined {
    headers: Vec<Vec<u8>>,
    output: Vec<Vec<u8>>,
    kind: Option<Kind>,
    parts: usize,
    /// Whether the kind was still unknown in a part before the last.
    was_undecided: bool,
}

impl Joined {
    fn push(&mut self, part: &Message<'_>) -> Result<(), String> {
        let place = match part.part() {
            Part::Whole | Part::First => self.parts == 0,
            Part::Middle | Part::Last => self.parts > 0,
        };
        if !place {
            return Err(format!("{:?} as part {} of a message", part.part(), self.parts));
        }
        if let Some(kind) = self.kind.filter(|&kind| kind != Kind::Other) {
            if part.kind() != kind {
                return Err(format!("a part of {kind:?} has kind {:?}", part.kind()));
            }
        }
        self.kind = Some(part.kind());
        self.was_undecided |= part.kind() == Kind::Other && !part.part().is_end();
        self.parts += 1;
        if part.part() == Part::Whole {
            return Ok(());
        }
        for header in part.headers() {
            join(&mut self.headers, header.as_bytes(), header.is_continuation())?;
        }
        for line in part.output() {
            join(&mut self.output, line.as_bytes(), line.is_continuation())?;
        }
        Ok(())
    }

    /// Compares the joined lines with those of the whole message. Skips messages in which only the
    /// end shows that the first line is a banner, that the message is a response, or that an
    /// ActionID after `Follows` is not a header.
    fn same(&self, whole: &Message<'_>, storage: usize) -> Result<(), String> {
        let mut lines = whole.as_bytes().split(|&byte| byte == b'\n').skip(1).take(3);
        let late_head = whole.has_output() && lines.any(|line| line.len() >= storage - 2);
        if self.parts == 1 || self.was_undecided || late_head {
            return Ok(());
        }
        let headers =
            whole.headers().map(|header| header.as_bytes()).eq(self.headers.iter().map(|line| &line[..]));
        let output = whole.output().map(|line| line.as_bytes()).eq(self.output.iter().map(|line| &line[..]));
        if headers && output {
            return Ok(());
        }
        let show = |lines: &[Vec<u8>]| -> Vec<_> {
            lines.iter().map(|line| line.escape_ascii().to_string()).collect()
        };
        Err(format!(
            "parts have headers {:?} output {:?}, the whole message is {whole:?}, bytes \"{}\"",
            show(&self.headers),
            show(&self.output),
            whole.as_bytes().escape_ascii(),
        ))
    }
}

fn join(lines: &mut Vec<Vec<u8>>, text: &[u8], continuation: bool) -> Result<(), String> {
    if continuation {
        lines.last_mut().ok_or("a continuation of nothing")?.extend_from_slice(text);
    } else {
        lines.push(text.to_vec());
    }
    Ok(())
}
