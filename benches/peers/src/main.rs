//! Decodes the same burst of events with this crate and with asterisk-rs-ami, and compares the
//! rates: once with a walk over all headers, once with five fields read from typed events. The
//! rates are the best of many short runs, which alternate between the libraries.

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

/// Measures both functions. Returns the rates and their ratio as text.
fn compare<R>(mut this: impl FnMut() -> R, other: impl Fn() -> R) -> String {
    let mut best = [Duration::MAX; 2];
    for _ in 0..100 {
        let begin = Instant::now();
        black_box(this());
        best[0] = begin.elapsed().min(best[0]);
        let begin = Instant::now();
        black_box(other());
        best[1] = begin.elapsed().min(best[1]);
    }
    let [this, other] = best.map(|time| BURST.len() as f64 / time.as_secs_f64() / 1e6);
    format!("embedded-ami {this:.0} MB/s, asterisk-rs-ami {other:.0} MB/s: {:.1} times", this / other)
}

fn main() {
    let mut decoder = Decoder::for_client(vec![0; READ]).expect("enough storage");
    let (this, other) = (walk(&mut decoder), walk_theirs());
    assert_eq!(this.0, other.0, "both decode the same messages");
    // asterisk-rs-ami moves channel variables out of the headers.
    assert!(this.1 >= other.1 && other.1 > this.1 * 99 / 100, "both find nearly the same headers");
    println!("decode and walk all headers: {}", compare(|| walk(&mut decoder), walk_theirs));
    assert!(
        read_typed(&mut decoder) >= typed_theirs(),
        "there is a view for each event that has a type there"
    );
    println!(
        "decode to typed events, read five fields: {}",
        compare(|| read_typed(&mut decoder), typed_theirs)
    );
}
