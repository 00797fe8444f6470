//! Counts the instructions per byte that decoding a burst of events takes, without the reads. QEMU
//! runs it with `-icount shift=7`, with which the figures are exactly reproducible.

#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m::Peripherals;
use cortex_m_rt::entry;
use embedded_ami::event::{Hangup, Newchannel, Newstate};
use embedded_ami::wire::{Decoder, Message, Step};
use firmware_qemu::board::clock::Instructions;
use firmware_qemu::board::console::{Line, print};
use firmware_qemu::board::end;

const STORAGE: usize = 1024;
/// The size of a UART's FIFO.
const FIFO: usize = 16;

/// Events of calls in queues, recorded from Asterisk 22. `BURST` has the whole messages in the
/// first 64 KB, so that they fit into the flash.
const RECORDED: &[u8] = include_bytes!("../../../../data/22/queue_calls.s2c");
static BURST: [u8; LENGTH] = {
    let mut burst = [0; LENGTH];
    let mut at = 0;
    while at < LENGTH {
        burst[at] = RECORDED[at];
        at += 1;
    }
    burst
};
const LENGTH: usize = {
    let mut end = 64 * 1024;
    while !matches!(RECORDED.split_at(end).0, [.., b'\r', b'\n', b'\r', b'\n']) {
        end -= 1;
    }
    end
};

/// Decodes the burst in reads of at most `read` bytes and calls `body` with each message.
#[inline(always)]
fn decode(read: usize, mut body: impl FnMut(Message<'_>)) {
    let Ok(mut decoder) = Decoder::for_client([0; STORAGE]) else { return };
    let mut rest = black_box(&BURST[..]);
    loop {
        match decoder.poll() {
            Step::Message => body(decoder.message()),
            Step::NeedInput => {
                let window = decoder.space();
                let n = window.len().min(rest.len()).min(read);
                let (bytes, tail) = rest.split_at(n);
                fill(window, bytes);
                rest = tail;
                if n == 0 { decoder.finish() } else { decoder.advance(n) }
            }
            Step::End => break,
        }
    }
}

/// Copies the bytes with a known number of instructions per byte ([`FILL`]), which is subtracted
/// from the figures.
fn fill(window: &mut [u8], bytes: &[u8]) {
    if bytes.is_empty() || bytes.len() > window.len() {
        return;
    }
    // SAFETY: it reads `bytes` and writes the same number of bytes to `window`.
    unsafe {
        core::arch::asm!(
            "2: ldrb {byte}, [{from}], #1",
            "strb {byte}, [{to}], #1",
            "subs {n}, #1",
            "bne 2b",
            byte = out(reg) _,
            from = inout(reg) bytes.as_ptr() => _,
            to = inout(reg) window.as_mut_ptr() => _,
            n = inout(reg) bytes.len() => _,
        );
    }
}
const FILL: u32 = 4;

/// The number of items that a case found, which is the same in every build.
type Found = u32;

#[inline(never)]
fn messages() -> Found {
    let mut messages = 0;
    decode(STORAGE, |message| messages += u32::from(message.part().is_end()));
    messages
}

#[inline(never)]
fn messages_read_by_16() -> Found {
    let mut messages = 0;
    decode(FIFO, |message| messages += u32::from(message.part().is_end()));
    messages
}

#[inline(never)]
fn headers() -> Found {
    let mut headers = 0;
    decode(STORAGE, |message| {
        for header in message.headers() {
            black_box((header.name(), header.value()));
            headers += 1;
        }
    });
    headers
}

#[inline(never)]
fn events_of_a_name() -> Found {
    let mut found = 0;
    decode(STORAGE, |message| {
        found += u32::from(message.name().is_some_and(|name| name == "Newchannel"));
    });
    found
}

#[inline(never)]
fn fields_of_views() -> Found {
    let mut fields = 0;
    decode(STORAGE, |message| {
        let newchannel = message.event::<Newchannel<'_>>().map(|event| event.channel());
        let newstate = || message.event::<Newstate<'_>>().map(|event| event.channel());
        let hangup = || message.event::<Hangup<'_>>().map(|event| event.channel());
        let Some(channel) = newchannel.or_else(newstate).or_else(hangup) else { return };
        let texts = [channel.name(), channel.caller_id_num(), channel.exten(), channel.uniqueid()];
        fields += black_box(texts).iter().flatten().count() as u32 + u32::from(channel.state().is_some());
    });
    fields
}

/// Runs a loop of two instructions per round, to check the counter.
#[inline(never)]
fn rounds(n: u32) {
    // SAFETY: it changes only its own register.
    unsafe { core::arch::asm!("2: subs {0}, #1", "bne 2b", inout(reg) n => _) };
}

/// The name of a case, its function, and the name of the items that it counts.
type Case = (&'static str, fn() -> Found, &'static str);

const CASES: [Case; 5] = [
    ("decode", messages, "messages"),
    ("decode, 16 bytes a read", messages_read_by_16, "messages"),
    ("decode + walk over all headers", headers, "headers"),
    ("decode + skip events by name", events_of_a_name, "found"),
    ("decode + five fields of typed views", fields_of_views, "fields"),
];

#[entry]
fn main() -> ! {
    let Some(peripherals) = Peripherals::take() else { end(false) };
    let mut instructions = Instructions::new(peripherals.SYST);
    let short = instructions.count(|| rounds(black_box(1_000)));
    let long = instructions.count(|| rounds(black_box(101_000)));
    // A tick of the clock is not an exact number of instructions, so the count may be off by one.
    let is_right = |difference: u32| difference.abs_diff(200_000) <= 1;
    if !long.zip(short).is_some_and(|(long, short)| is_right(long - short)) {
        print("the counter does not count instructions: does QEMU run with -icount shift=7?");
        end(false);
    }
    for (name, work, unit) in CASES {
        let mut found = 0;
        let Some(count) = instructions.count(|| found = work()) else { end(false) };
        let count = count.saturating_sub(FILL * LENGTH as u32);
        let hundredths = (u64::from(count) * 100).div_ceil(LENGTH as u64) as u32;
        let line = Line::new().text(name).text(": ").number(hundredths / 100).text(".");
        let line = line.number(hundredths / 10 % 10).number(hundredths % 10);
        line.text(" (")
            .number(count)
            .text(" for ")
            .number(LENGTH as u32)
            .text(" bytes, ")
            .number(found)
            .text(" ")
            .text(unit)
            .text(")")
            .print();
    }
    end(true)
}
