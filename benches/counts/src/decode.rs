//! Decodes recorded streams.

use std::hint::black_box;

use embedded_ami::wire::{Decoder, Message, Step};

use crate::{Units, measured, typed};

const BURST: &[u8] = include_bytes!("../../../tests/data/16/burst.s2c");
/// Messages with values of up to 8 KB.
const LONG: &[u8] = include_bytes!("../../../tests/data/22/long_values.s2c");
const STORAGE: usize = 16 * 1024;

/// Decodes the bytes, copied in as by reads, and calls `each` with every message.
pub fn feed(decoder: &mut Decoder<Vec<u8>>, mut rest: &[u8], mut each: impl FnMut(Message<'_>)) {
    loop {
        match decoder.poll() {
            Step::Message => each(decoder.message()),
            Step::NeedInput => match decoder.feed(rest) {
                0 => decoder.finish(),
                n => rest = &rest[n..],
            },
            Step::End => return,
        }
    }
}

/// Counts the instructions of `each` for all messages, and of decoding them. The sum of the results
/// must be `expected`.
fn run(bytes: &'static [u8], storage: usize, expected: usize, each: impl Fn(&Message<'_>) -> usize) -> Units {
    let mut decoder = Decoder::for_client(vec![0; storage]).expect("enough storage");
    let sum = measured(|| {
        let mut sum = 0;
        feed(&mut decoder, black_box(bytes), |message| sum += each(&message));
        sum
    });
    assert_eq!(sum, expected);
    (bytes.len(), "byte")
}

fn lines(bytes: &'static [u8]) -> impl Iterator<Item = &'static [u8]> {
    bytes.split(|&byte| byte == b'\n')
}

/// Returns the number of lines that begin with `start`.
fn beginning(start: &str) -> usize {
    lines(BURST).filter(|line| line.starts_with(start.as_bytes())).count()
}

fn headers(bytes: &'static [u8]) -> usize {
    lines(bytes).filter(|line| line.contains(&b':')).count()
}

fn walk_over(message: &Message<'_>) -> usize {
    let mut count = 0;
    for header in message.headers() {
        black_box((header.name(), header.value()));
        count += usize::from(header.name().is_some());
    }
    count
}

pub fn decode() -> Units {
    // The banner is a message without an empty line.
    let messages = BURST.windows(4).filter(|window| window == b"\r\n\r\n").count() + 1;
    run(BURST, STORAGE, messages, |_| 1)
}

pub fn skip() -> Units {
    run(BURST, STORAGE, beginning("Event: Newchannel\r"), |message| {
        usize::from(message.name().is_some_and(|name| name == "Newchannel"))
    })
}

pub fn walk() -> Units {
    run(BURST, STORAGE, headers(BURST), walk_over)
}

pub fn get() -> Units {
    let names = ["Event", "Channel", "Uniqueid", "Linkedid"];
    let found = |name: &&str| {
        let name = format!("{name}:");
        let messages = BURST.split(|&byte| byte == b'\n').fold((0, false), |(count, had), line| {
            let has = line.len() >= name.len() && line[..name.len()].eq_ignore_ascii_case(name.as_bytes());
            if line == b"\r" { (count, false) } else { (count + usize::from(has && !had), had || has) }
        });
        messages.0
    };
    run(BURST, STORAGE, names.iter().map(found).sum(), |message| {
        names.iter().filter(|name| black_box(message.get(name)).is_some()).count()
    })
}

pub fn typed() -> Units {
    // There is a view for every event of the burst.
    run(BURST, STORAGE, beginning("Event: "), |message| usize::from(typed::read(message)))
}

pub fn long() -> Units {
    run(LONG, STORAGE, headers(LONG), walk_over)
}

pub fn parts() -> Units {
    run(BURST, 256, headers(BURST), walk_over)
}
