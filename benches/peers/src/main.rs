//! Decodes the same burst of events in several ways, and prints the rates and their ratios:
//! `cargo run --release -p peers`. Every run asserts its counts. The rates are the best of 100
//! short runs, which alternate between the cases, so that other load on the machine affects all of
//! them.
//!
//! The cases are this crate; the codec of asterisk-rs-ami; httparse, which parses the headers of
//! the same messages as those of HTTP; a loop that only finds lines and colons with memchr and does
//! not know messages; and only the copies of the bytes, which each case makes in place of reads.
//! The crate asterisk-ami has no decoder that can be called: `benches/clients.py` measures it as a
//! whole client.

use std::hint::black_box;
use std::time::{Duration, Instant};

use asterisk_rs_ami::{AmiCodec, AmiEvent, RawAmiMessage};
use bytes::BytesMut;
use embedded_ami::wire::{Decoder, Message, Step};
use tokio_util::codec::Decoder as _;

#[path = "../../typed.rs"]
mod typed;

const BURST: &[u8] = include_bytes!("../../../tests/data/16/burst.s2c");
const READ: usize = 16 * 1024;

/// Decodes the burst with this crate.
fn this_crate(decoder: &mut Decoder<Vec<u8>>, mut each: impl FnMut(&Message<'_>)) {
    let mut rest = BURST;
    decoder.reset();
    loop {
        match decoder.poll() {
            Step::Message => each(&decoder.message()),
            Step::NeedInput => {
                let window = decoder.space();
                let n = window.len().min(rest.len());
                window[..n].copy_from_slice(&rest[..n]);
                rest = &rest[n..];
                if n == 0 { decoder.finish() } else { decoder.advance(n) }
            }
            Step::End => return,
        }
    }
}

/// Copies the burst through a window, as reads do. Returns its number of bytes.
fn floor(window: &mut [u8]) -> usize {
    BURST.chunks(window.len()).fold(0, |sum, read| {
        window[..read.len()].copy_from_slice(read);
        sum + black_box(&window[..read.len()]).len()
    })
}

/// Calls `parse` with the unparsed bytes of a window that `bytes` are copied through. It returns
/// the number of bytes that it has parsed, 0 if it needs more.
fn windowed(window: &mut [u8], mut bytes: &[u8], mut parse: impl FnMut(&[u8]) -> usize) {
    let mut kept = 0;
    while !bytes.is_empty() {
        let n = (window.len() - kept).min(bytes.len());
        window[kept..kept + n].copy_from_slice(&bytes[..n]);
        bytes = &bytes[n..];
        let filled = kept + n;
        let mut rest = &window[..filled];
        loop {
            match parse(rest) {
                0 => break,
                n => rest = &rest[n..],
            }
        }
        kept = rest.len();
        window.copy_within(filled - kept..filled, 0);
    }
}

/// Finds the end and the first colon of each line. Returns the number of lines with a colon.
fn memchr_per_line(window: &mut [u8]) -> usize {
    let mut headers = 0;
    windowed(window, BURST, |bytes| {
        let Some(end) = memchr::memchr(b'\n', bytes) else { return 0 };
        let line = &bytes[..end];
        if let Some(colon) = memchr::memchr(b':', line) {
            black_box((&line[..colon], &line[colon + 1..]));
            headers += 1;
        }
        end + 1
    });
    headers
}

/// Returns the burst as header blocks of HTTP: without the banner, and without the characters in
/// `ChanVariable(channel)` that HTTP does not allow in names. The length of no message changes.
fn as_http() -> Vec<u8> {
    let start = BURST.iter().position(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let mut bytes = BURST[start..].to_vec();
    for line in bytes.split_mut(|&byte| byte == b'\n').filter(|line| line.starts_with(b"ChanVariable(")) {
        for byte in line.iter_mut().take_while(|byte| **byte != b':') {
            if !byte.is_ascii_alphanumeric() {
                *byte = b'-';
            }
        }
    }
    bytes
}

/// Parses the headers of these messages with httparse.
fn httparse(window: &mut [u8], bytes: &[u8]) -> Counts {
    let mut counts = (0, 0);
    windowed(window, bytes, |bytes| {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        match httparse::parse_headers(bytes, &mut headers).expect("it parses the burst") {
            httparse::Status::Complete((length, headers)) => {
                for header in headers {
                    black_box((header.name, header.value));
                    counts.1 += 1;
                }
                counts.0 += 1;
                length
            }
            httparse::Status::Partial => 0,
        }
    });
    counts
}

/// Decodes the burst with this crate. Returns the number of messages without the banner.
fn decode(decoder: &mut Decoder<Vec<u8>>) -> usize {
    let mut count = 0;
    this_crate(decoder, |message| count += usize::from(message.banner().is_none()));
    count
}

/// Decodes the burst with asterisk-rs-ami.
fn asterisk_rs_ami(mut each: impl FnMut(&RawAmiMessage)) {
    let mut codec = AmiCodec::new();
    let mut buffer = BytesMut::with_capacity(READ);
    for read in BURST.chunks(READ) {
        buffer.extend_from_slice(read);
        while let Some(message) = codec.decode(&mut buffer).expect("it decodes the burst") {
            each(&message);
        }
    }
}

/// The numbers of messages and of headers.
type Counts = (usize, usize);

fn walk(decoder: &mut Decoder<Vec<u8>>) -> Counts {
    let mut counts = (0, 0);
    this_crate(decoder, |message| {
        counts.0 += usize::from(message.banner().is_none());
        for header in message.headers() {
            black_box((header.name(), header.value()));
            counts.1 += 1;
        }
    });
    counts
}

fn walk_theirs() -> Counts {
    let mut counts = (0, 0);
    asterisk_rs_ami(|message| {
        counts.0 += 1;
        for header in &message.headers {
            black_box((&header.0, &header.1));
            counts.1 += 1;
        }
    });
    counts
}

/// Reads five fields of each typed event. Returns the number of events.
fn read_typed(decoder: &mut Decoder<Vec<u8>>) -> usize {
    let mut events = 0;
    this_crate(decoder, |message| events += usize::from(typed::read(message)));
    events
}

/// As [`read_typed`], with asterisk-rs-ami, which reads all fields when it makes a typed event.
fn typed_theirs() -> usize {
    let mut events = 0;
    asterisk_rs_ami(|message| {
        if let Some(event) = AmiEvent::from_raw(message) {
            black_box(&event);
            events += usize::from(!matches!(event, AmiEvent::Malformed { .. } | AmiEvent::Unknown { .. }));
        }
    });
    events
}

fn main() {
    let mut decoder = Decoder::for_client(vec![0; READ]).expect("enough storage");
    let (mut window, mut other_window, mut http_window) = (vec![0; READ], vec![0; READ], vec![0; READ]);
    let mut decoders = [(); 3].map(|()| Decoder::for_client(vec![0; READ]).expect("enough storage"));
    let [just_decode, walker, views] = &mut decoders;
    let http = as_http();

    // The banner, which is not counted, has no colon.
    let messages = BURST.windows(4).filter(|window| window == b"\r\n\r\n").count();
    let headers = BURST.split(|&byte| byte == b'\n').filter(|line| line.contains(&b':')).count();
    let events = BURST.split(|&byte| byte == b'\n').filter(|line| line.starts_with(b"Event: ")).count();
    // asterisk-rs-ami moves channel variables out of the headers.
    let headers_there = walk_theirs().1;
    assert!(
        headers >= headers_there && headers_there > headers * 99 / 100,
        "both find nearly the same headers"
    );
    assert!(
        read_typed(&mut decoder) >= typed_theirs(),
        "there is a view for each event that has a type there"
    );
    let typed_there = typed_theirs();

    let mut cases: [(&str, &mut dyn FnMut()); 8] = [
        ("read floor (copies only)", &mut || assert_eq!(floor(&mut window), BURST.len())),
        ("embedded-ami: decode", &mut || assert_eq!(decode(just_decode), messages)),
        ("embedded-ami: decode, walk over all headers", &mut || {
            assert_eq!(walk(walker), (messages, headers))
        }),
        ("embedded-ami: decode, read five fields of typed events", &mut || {
            assert_eq!(read_typed(views), events)
        }),
        ("memchr per line, no messages", &mut || assert_eq!(memchr_per_line(&mut other_window), headers)),
        ("httparse: headers of HTTP", &mut || {
            assert_eq!(httparse(&mut http_window, &http), (messages, headers))
        }),
        ("asterisk-rs-ami: decode, walk over all headers", &mut || {
            assert_eq!(walk_theirs(), (messages, headers_there));
        }),
        ("asterisk-rs-ami: typed events", &mut || assert_eq!(typed_theirs(), typed_there)),
    ];
    let mut best = [Duration::MAX; 8];
    for _ in 0..100 {
        for (best, (_, run)) in best.iter_mut().zip(&mut cases) {
            let begin = Instant::now();
            run();
            *best = begin.elapsed().min(*best);
        }
    }
    let rate = best.map(|time| BURST.len() as f64 / time.as_secs_f64() / 1e6);
    let most = rate[1..].iter().fold(0.0, |most: f64, rate| most.max(*rate));
    println!("{messages} messages, {headers} headers, {} bytes", BURST.len());
    for ((name, _), rate_of) in cases.iter().zip(rate) {
        // The floor would make all other bars short.
        let length = if rate_of > most { 0.0 } else { 40.0 * rate_of / most };
        let bar = "#".repeat(length.round() as usize);
        println!("{name:<54} {rate_of:>7.0} MB/s, {:>6.2} times memchr per line  {bar}", rate_of / rate[4]);
    }
    let compare = |name, this: usize, other: usize| {
        println!(
            "{name}: embedded-ami {:.0} MB/s, asterisk-rs-ami {:.0} MB/s: {:.1} times",
            rate[this],
            rate[other],
            rate[this] / rate[other]
        );
    };
    compare("decode and walk all headers", 2, 6);
    compare("decode to typed events, read five fields", 3, 7);
}
