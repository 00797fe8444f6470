//! `cargo bench --bench decode [-- FILTER]`: decoding a real event burst, beside a loop that finds
//! name and value of each line with memchr and knows nothing of messages. Every run asserts its counts.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use embedded_ami::wire::{Decoder, Message, Role, Step};

const BURST: &[u8] = include_bytes!("../tests/data/16/burst.s2c");
const STORAGE: usize = 16 * 1024;

/// Decodes the burst, read by read, and hands each message to `body`.
fn decode(decoder: &mut Decoder<Vec<u8>>, mut body: impl FnMut(Message<'_>)) {
    decoder.reset();
    let mut rest = BURST;
    loop {
        match decoder.poll() {
            Step::Message => body(decoder.message()),
            Step::NeedInput => {
                let window = decoder.space();
                let n = window.len().min(rest.len());
                window[..n].copy_from_slice(&rest[..n]);
                rest = &rest[n..];
                if n == 0 { decoder.finish() } else { decoder.advance(n) }
            }
            Step::End => break,
        }
    }
}

/// The loop to compare with: the burst must pass through the same window.
fn memchr_per_line(window: &mut [u8]) -> usize {
    let mut headers = 0;
    let mut rest = BURST;
    let mut kept = 0;
    while !rest.is_empty() {
        let n = (window.len() - kept).min(rest.len());
        window[kept..kept + n].copy_from_slice(&rest[..n]);
        rest = &rest[n..];
        let filled = kept + n;
        let mut lines = &window[..filled];
        while let Some(end) = memchr::memchr(b'\n', lines) {
            let line = &lines[..end];
            if let Some(colon) = memchr::memchr(b':', line) {
                black_box((&line[..colon], &line[colon + 1..]));
                headers += 1;
            }
            lines = &lines[end + 1..];
        }
        kept = lines.len();
        window.copy_within(filled - kept..filled, 0);
    }
    headers
}

fn benches(criterion: &mut Criterion) {
    let messages = BURST.windows(4).filter(|window| window == b"\r\n\r\n").count() + 1;
    let lines = BURST.split(|&byte| byte == b'\n').filter(|line| line.contains(&b':')).count();
    let newchannels = BURST.windows(20).filter(|window| window == b"\nEvent: Newchannel\r\n").count();
    let mut decoder = Decoder::new(vec![0; STORAGE], Role::Client).expect("enough storage");
    let mut group = criterion.benchmark_group("burst");
    group.throughput(Throughput::Bytes(BURST.len() as u64));
    group.bench_function("decode", |bencher| {
        bencher.iter(|| {
            let mut count = 0;
            decode(&mut decoder, |_| count += 1);
            assert_eq!(count, messages);
        });
    });
    group.bench_function("decode and skip by name", |bencher| {
        bencher.iter(|| {
            let mut count = 0;
            decode(&mut decoder, |message| {
                count += usize::from(message.name().is_some_and(|name| name == "Newchannel"));
            });
            assert_eq!(count, newchannels);
        });
    });
    group.bench_function("decode and walk all headers", |bencher| {
        bencher.iter(|| {
            let mut count = 0;
            decode(&mut decoder, |message| {
                for header in message.headers() {
                    black_box((header.name(), header.value()));
                    count += usize::from(header.name().is_some());
                }
            });
            assert_eq!(count, lines);
        });
    });
    group.bench_function("decode and look up 4 headers", |bencher| {
        bencher.iter(|| {
            let mut found = 0;
            decode(&mut decoder, |message| {
                for name in ["Event", "Channel", "Uniqueid", "Linkedid"] {
                    found += usize::from(black_box(message.get(name)).is_some());
                }
            });
            assert!(found > messages);
        });
    });
    group.bench_function("memchr per line, no messages", |bencher| {
        let mut window = vec![0; STORAGE];
        bencher.iter(|| assert_eq!(memchr_per_line(&mut window), lines));
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    benches(&mut criterion);
    criterion.final_summary();
}
