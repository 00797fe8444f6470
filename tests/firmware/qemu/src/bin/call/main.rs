//! Makes a call over UART0 and prints a transcript: login, Originate, the events of the channel up
//! to its end, a list, logoff. On a line that loses or adds bytes it starts again, until it has
//! seen a call from beginning to end.
//!
//! Arguments, through semihosting: `user=`, `secret=`, `random=` (hexadecimal digits), and
//! `times=short` for shorter timeouts than the defaults. Exit status: 0 the call was seen and the
//! client logged off, 1 the program gave up and printed the reason.

#![no_std]
#![no_main]

mod call;
mod link;

use cortex_m::{Peripherals, singleton};
use cortex_m_rt::entry;
use embedded_ami::client::{Backoff, Credentials, IdKey, Session, Slot, Timing};
use embedded_ami::io::embedded;
use embedded_ami::wire::{Decoder, Dialect, Outbox};
use firmware_qemu::board::console::{Line, argument, arguments, print};
use firmware_qemu::board::{Uart, clock, end, most_stack};

use call::{Call, Outcome};
use link::Random;

const MESSAGES: usize = 1_536;
const REQUESTS: usize = 384;
const SLOTS: usize = 4;
/// The library gets 2 KB of storage in all.
const _: () = assert!(MESSAGES + REQUESTS + SLOTS * size_of::<Slot>() == 2_048);

type Storage<T, const N: usize> = &'static mut [T; N];
type Client<'c> = embedded::Client<
    'c,
    Uart,
    fn() -> u64,
    Storage<u8, MESSAGES>,
    Storage<u8, REQUESTS>,
    Storage<Slot, SLOTS>,
>;

/// Timeouts with which a test finds a silent server within seconds.
const SHORT: Timing = Timing::DEFAULT.login(2_000).boot(1_000).action(2_000).keepalive(1_000).pong(500);
/// The numbers of refused logins and of connections after which the program gives up. Noise can
/// cause a refused login, too.
const LOGINS: u32 = 3;
const CONNECTIONS: u32 = 12;

#[entry]
fn main() -> ! {
    let mut storage = [0; 160];
    let arguments = arguments(&mut storage);
    #[cfg(feature = "planted")]
    core::hint::black_box(Some(())).expect("planted");
    let success = run(arguments).is_some_and(|success| success);
    Line::new().text("stack: ").number(most_stack()).text(" bytes").print();
    end(success)
}

/// Returns whether the call was completed. `None` if an argument is missing or invalid.
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
        let key = u128::from(random.next()) << 64 | u128::from(random.next());
        client.on_connected(IdKey(key.to_be_bytes()));
        match call.run(&mut client, &mut random) {
            Outcome::Complete => return Some(true),
            Outcome::Refused => refused += 1,
            Outcome::Ended => {}
        }
        while let Some(incoming) = client.on_closed() {
            link::report_loss(incoming);
        }
        if refused == LOGINS {
            break;
        }
        link::hang_up(&mut client.transport);
        let wait = backoff.next(random.next() as u32);
        Line::new().text("back-off: ").number(wait).text(" ms").print();
        link::dial(&mut client.transport, wait);
    }
    print("gave up");
    Some(false)
}
