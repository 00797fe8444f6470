//! What the tests share: captures, the naive decoder, and the comparison with it.
#![allow(dead_code, reason = "each test uses some of it")]

pub mod naive;

use std::path::{Path, PathBuf};

use embedded_ami::wire::{Decoder, Kind, Message, OwnedMessage, Part, Step, StorageTooSmall};

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

/// The captures in `tests/data`, and those below the folder that `AMI_CAPTURES` names, if it does.
pub fn captures() -> Vec<Capture> {
    // Below the library, or below the workspace of the package that includes this file.
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

pub fn expected(stream: &[u8], role: Role) -> Vec<naive::Message> {
    naive::decode(stream, role == Role::Client)
}

/// Decodes `stream` through `storage` bytes, in reads of the sizes that `reads` gives (what
/// is left in one, when it gives no more), and holds all that comes out against `expected`.
pub fn check(
    stream: &[u8],
    role: Role,
    storage: usize,
    reads: impl IntoIterator<Item = usize>,
    expected: &[naive::Message],
) -> Result<(), String> {
    let mut decoder = role.decoder(vec![0; storage]).map_err(|error| error.to_string())?;
    let mut reads = reads.into_iter();
    let mut rest = stream;
    let mut read = 0;
    let mut whole = OwnedMessage::default();
    let mut joined = Joined::default();
    let mut expected = expected.iter();
    loop {
        match decoder.poll() {
            Step::Message => {
                let message = decoder.message();
                joined.push(&message)?;
                if whole.push(&message).map_err(|error| error.to_string())? {
                    let joined = std::mem::take(&mut joined);
                    let message = whole.message();
                    if message.as_bytes().is_empty() {
                        continue;
                    }
                    let expected = expected.next().ok_or_else(|| format!("one too many: {message:?}"))?;
                    same(&message, expected, stream)?;
                    joined.same(&message, storage)?;
                }
            }
            Step::NeedInput => {
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
            Step::End => break,
        }
    }
    match expected.next() {
        Some(missing) => Err(format!("missing: {missing:?}")),
        None => Ok(()),
    }
}

/// Holds a whole message against what the naive decoder says of it.
pub fn same(message: &Message<'_>, expected: &naive::Message, stream: &[u8]) -> Result<(), String> {
    let kind = match message.kind() {
        Kind::Banner => naive::Kind::Banner,
        Kind::Response => naive::Kind::Response,
        Kind::Event => naive::Kind::Event,
        Kind::Action => naive::Kind::Action,
        Kind::Other => naive::Kind::Other,
    };
    let banner = message.banner().map(|banner| (banner.product, banner.version));
    // Look-ups are held against the list for one name of the message, its case turned.
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

/// The lines of a message put together from the pieces in its parts.
#[derive(Default)]
struct Joined {
    headers: Vec<Vec<u8>>,
    output: Vec<Vec<u8>>,
    kind: Option<Kind>,
    parts: usize,
    /// A part before the last did not know the kind.
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
                return Err(format!("a part of {kind:?} says {:?}", part.kind()));
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

    /// The same as the lines of the whole message, but for what can only be known at its end: that a first
    /// line is a banner, that a message is a response, that an ActionID behind `Follows` is no header.
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
            "parts give headers {:?} output {:?}, the whole is {whole:?}, bytes \"{}\"",
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
