//! Decodes the same event burst with this crate and with asterisk-rs-ami's codec, walks all headers, and
//! prints the ratio of the rates: the best of many short runs, in turns.

use std::hint::black_box;
use std::time::{Duration, Instant};

use asterisk_rs_ami::AmiCodec;
use bytes::BytesMut;
use embedded_ami::wire::{Decoder, Role, Step};
use tokio_util::codec::Decoder as _;

const BURST: &[u8] = include_bytes!("../../../tests/data/16/burst.s2c");
const READ: usize = 16 * 1024;

/// Messages and headers seen.
type Counts = (usize, usize);

fn this_crate(decoder: &mut Decoder<Vec<u8>>) -> Counts {
    let mut counts = (0, 0);
    let mut rest = BURST;
    decoder.reset();
    loop {
        match decoder.poll() {
            Step::Message => {
                let message = decoder.message();
                counts.0 += usize::from(message.banner().is_none());
                for header in message.headers() {
                    black_box((header.name(), header.value()));
                    counts.1 += 1;
                }
            }
            Step::NeedInput => {
                let window = decoder.space();
                let n = window.len().min(rest.len());
                window[..n].copy_from_slice(&rest[..n]);
                rest = &rest[n..];
                if n == 0 { decoder.finish() } else { decoder.advance(n) }
            }
            Step::End => return counts,
        }
    }
}

fn asterisk_rs_ami() -> Counts {
    let mut counts = (0, 0);
    let mut codec = AmiCodec::new();
    let mut buffer = BytesMut::with_capacity(READ);
    for read in BURST.chunks(READ) {
        buffer.extend_from_slice(read);
        while let Some(message) = codec.decode(&mut buffer).expect("it decodes the burst") {
            counts.0 += 1;
            for header in &message.headers {
                black_box((&header.0, &header.1));
                counts.1 += 1;
            }
        }
    }
    counts
}

fn main() {
    let mut decoder = Decoder::new(vec![0; READ], Role::Client).expect("enough storage");
    let (own, other) = (this_crate(&mut decoder), asterisk_rs_ami());
    assert_eq!(own.0, other.0, "both see the same messages");
    // It moves channel variables out of the headers.
    assert!(own.1 >= other.1 && other.1 > own.1 * 99 / 100, "and nearly the same headers");
    let mut best = [Duration::MAX; 2];
    for _ in 0..100 {
        let begin = Instant::now();
        black_box(this_crate(&mut decoder));
        best[0] = begin.elapsed().min(best[0]);
        let begin = Instant::now();
        black_box(asterisk_rs_ami());
        best[1] = begin.elapsed().min(best[1]);
    }
    let rate = |time: Duration| BURST.len() as f64 / time.as_secs_f64() / 1e6;
    println!(
        "embedded-ami {:.0} MB/s, asterisk-rs-ami {:.0} MB/s: {:.1} times",
        rate(best[0]),
        rate(best[1]),
        rate(best[0]) / rate(best[1])
    );
}
