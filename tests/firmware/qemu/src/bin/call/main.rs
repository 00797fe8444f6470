//! Makes a call over UART0 and tells of it: login, Originate, the events of the channel up to its end, a list, log-off.
//! On a line that loses or invents bytes it begins anew, until a call was seen from end to end.
//!
//! Arguments, through semihosting: `user=`, `secret=`, `random=` in hexadecimal digits, `times=short` in place of the
//! default times to wait. Exit status: 0 all was seen and logged off, 1 it gave up and said why.

#![no_std]
#![no_main]

mod call;
mod link;

use cortex_m::{Peripherals, singleton};
use cortex_m_rt::entry;
use embedded_ami::client::{Backoff, Credentials, Session, Slot, Timing};
use embedded_ami::io::embedded;
use embedded_ami::wire::{Decoder, Outbox, Dialect};
use firmware_qemu::board::console::{Line, argument, arguments, say};
use firmware_qemu::board::{Uart, clock, end, most_stack};

use call::{Call, Outcome};
use link::Random;

const MESSAGES: usize = 1_536;
const REQUESTS: usize = 384;
const SLOTS: usize = 4;
/// All the storage that the library is given: 2 KB.
const _: () = assert!(MESSAGES + REQUESTS + SLOTS * size_of::<Slot>() == 2_048);

type Storage<T, const N: usize> = &'static mut [T; N];
type Client<'c> = embedded::Client<
    'c,
    Uart,
    Storage<u8, MESSAGES>,
    Storage<u8, REQUESTS>,
    Storage<Slot, SLOTS>,
    fn() -> u64,
>;

/// For a test that finds silence within seconds.
const SHORT: Timing = Timing { login: 2_000, boot: 1_000, action: 2_000, keepalive: 1_000, pong: 500 };
/// How often a login may be refused, and a connection end: noise in a login is a wrong login, too.
const LOGINS: u32 = 3;
const CONNECTIONS: u32 = 12;

#[entry]
fn main() -> ! {
    let mut storage = [0; 160];
    let arguments = arguments(&mut storage);
    #[cfg(feature = "planted")]
    core::hint::black_box(Some(())).expect("planted");
    let success = run(arguments).is_some_and(|success| success);
    Line::new().text("stack: ").number(most_stack()).text(" bytes").say();
    end(success)
}

/// None if it was not started as it should be.
fn run(arguments: &str) -> Option<bool> {
    let mut peripherals = Peripherals::take()?;
    clock::start(&mut peripherals.SYST);
    let (user, secret) = (argument(arguments, "user")?, argument(arguments, "secret")?);
    let mut random = Random::new(u64::from_str_radix(argument(arguments, "random")?, 16).ok()?);
    let timing = if argument(arguments, "times") == Some("short") { SHORT } else { Timing::DEFAULT };
    let mut client: Client<'_> = embedded::Client::new(
        Uart::new(),
        Decoder::for_client(singleton!(: [u8; MESSAGES] = [0; MESSAGES])?).ok()?,
        Outbox::for_client(singleton!(: [u8; REQUESTS] = [0; REQUESTS])?, Dialect::Current),
        Session::new(singleton!(: [Slot; SLOTS] = [Slot::FREE; SLOTS])?).timing(timing),
        Credentials::new(user, secret).events("call,system"),
        clock::milliseconds,
    );
    let mut backoff = Backoff::new(200, 2_000);
    let mut call = Call::new();
    let mut refused = 0;
    for _ in 0..CONNECTIONS {
        client.on_connected(random.next());
        match call.run(&mut client, &mut random) {
            Outcome::Complete => return Some(true),
            Outcome::Refused => refused += 1,
            Outcome::Over => {}
        }
        while let Some(incoming) = client.on_closed() {
            link::report_loss(incoming);
        }
        if refused == LOGINS {
            break;
        }
        link::hang_up(&mut client.transport);
        let wait = backoff.next(random.next() as u32);
        Line::new().text("back-off: ").number(wait).text(" ms").say();
        link::dial(&mut client.transport, wait);
    }
    say("gave up");
    Some(false)
}
