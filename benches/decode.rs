//! Decodes a recorded burst of events, and compares the rate with a loop that only finds the name
//! and value of each line with memchr and does not know messages. Run it with
//! `cargo bench -p peers --bench decode`. Every run asserts its counts.
//!
//! At the end it prints the ratios of the rates, from runs that alternate between the cases, so
//! that other load on the machine affects all of them. `-- --ratios` prints only these; `-- FILTER`
//! is passed to criterion.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use embedded_ami::wire::{Decoder, Message, Step};

const BURST: &[u8] = include_bytes!("../tests/data/16/burst.s2c");
/// Messages with values of up to 8 KB.
const LONG: &[u8] = include_bytes!("../tests/data/22/long_values.s2c");
const STORAGE: usize = 16 * 1024;

/// Decodes `rest`, copied in as by reads, and calls `body` with each message.
fn decode(decoder: &mut Decoder<Vec<u8>>, mut rest: &[u8], mut body: impl FnMut(Message<'_>)) {
    decoder.reset();
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

/// The loop for comparison. The bytes are copied through a window of the same size. Returns the
/// number of lines with a colon.
fn memchr_per_line(window: &mut [u8], mut rest: &[u8]) -> usize {
    let mut headers = 0;
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

/// The buffers of the cases, and the counts that they must find.
struct Bench {
    decoder: Decoder<Vec<u8>>,
    window: Vec<u8>,
    messages: usize,
    newchannels: usize,
    headers: usize,
    long_headers: usize,
}

/// The name of a case, and a function that runs it and asserts its counts.
type Case = (&'static str, fn(&mut Bench));

const CASES: [Case; 7] = [
    ("decode", |bench| {
        let mut count = 0;
        decode(&mut bench.decoder, BURST, |_| count += 1);
        assert_eq!(count, bench.messages);
    }),
    ("decode and skip by name", |bench| {
        let mut count = 0;
        decode(&mut bench.decoder, BURST, |message| {
            count += usize::from(message.name().is_some_and(|name| name == "Newchannel"));
        });
        assert_eq!(count, bench.newchannels);
    }),
    ("decode and walk all headers", |bench| assert_eq!(walk(&mut bench.decoder, BURST), bench.headers)),
    ("decode and look up 4 headers", |bench| {
        let mut found = 0;
        decode(&mut bench.decoder, BURST, |message| {
            for name in ["Event", "Channel", "Uniqueid", "Linkedid"] {
                found += usize::from(black_box(message.get(name)).is_some());
            }
        });
        assert!(found > bench.messages);
    }),
    ("memchr per line, no messages", |bench| {
        assert_eq!(memchr_per_line(&mut bench.window, BURST), bench.headers);
    }),
    ("long values: decode and walk all headers", |bench| {
        assert_eq!(walk(&mut bench.decoder, LONG), bench.long_headers);
    }),
    ("long values: memchr per line, no messages", |bench| {
        assert_eq!(memchr_per_line(&mut bench.window, LONG), bench.long_headers);
    }),
];

/// Decodes the bytes and visits all headers. Returns the number of headers with a name.
fn walk(decoder: &mut Decoder<Vec<u8>>, bytes: &[u8]) -> usize {
    let mut count = 0;
    decode(decoder, bytes, |message| {
        for header in message.headers() {
            black_box((header.name(), header.value()));
            count += usize::from(header.name().is_some());
        }
    });
    count
}

/// Returns the number of bytes that a case decodes.
fn input_len(case: &str) -> usize {
    if case.starts_with("long") { LONG.len() } else { BURST.len() }
}

fn main() {
    let lines = |bytes: &'static [u8]| bytes.split(|&byte| byte == b'\n');
    let headers = |bytes| lines(bytes).filter(|line| line.contains(&b':')).count();
    let mut bench = Bench {
        decoder: Decoder::for_client(vec![0; STORAGE]).expect("enough storage"),
        window: vec![0; STORAGE],
        // The banner is a message without an empty line.
        messages: BURST.windows(4).filter(|window| window == b"\r\n\r\n").count() + 1,
        newchannels: lines(BURST).filter(|&line| line == b"Event: Newchannel\r").count(),
        headers: headers(BURST),
        long_headers: headers(LONG),
    };
    if !std::env::args().any(|argument| argument == "--ratios") {
        let mut criterion = Criterion::default().configure_from_args();
        let mut group = criterion.benchmark_group("host");
        for (name, run) in CASES {
            group.throughput(Throughput::Bytes(input_len(name) as u64));
            group.bench_function(name, |bencher| bencher.iter(|| run(&mut bench)));
        }
        group.finish();
        criterion.final_summary();
    }
    ratios(&mut bench);
}

/// Prints the ratios, from the best of many short runs of each case, which alternate.
fn ratios(bench: &mut Bench) {
    let mut best = [Duration::MAX; CASES.len()];
    for _ in 0..400 {
        for (best, (_, run)) in best.iter_mut().zip(CASES) {
            let begin = Instant::now();
            run(bench);
            *best = begin.elapsed().min(*best);
        }
    }
    for ((name, _), time) in CASES.iter().zip(best) {
        let baseline = if name.starts_with("long") { best[6] } else { best[4] };
        let rate = input_len(name) as f64 / time.as_secs_f64() / 1e9;
        let ratio = baseline.as_secs_f64() / time.as_secs_f64();
        println!("{name}: {rate:.2} GB/s, {ratio:.2} times the memchr-per-line loop");
    }
}
