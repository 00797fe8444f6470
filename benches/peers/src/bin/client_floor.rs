//! Compares the processor time of the blocking client with that of a loop that only reads, for the
//! same events over a loopback connection: `cargo run --release -p peers --bin client_floor`. Linux
//! only.
//!
//! The events of a recorded burst are repeated until they are 208 MB. Each case counts the bytes or
//! the events. The cases alternate, and the figures are medians over all rounds, also those of the
//! ratios to the read loop of the same round: a read from the loopback device takes twice as long
//! in one second as in the next. `-- ROUNDS` sets the number of rounds (21 unless set).

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::{Client, Disconnect, Error as ClientError};
use embedded_ami::wire::{Kind, Message, OwnedMessage};

const BURST: &[u8] = include_bytes!("../../../../tests/data/16/burst.s2c");
/// The number of bytes of all events.
const SIZE: usize = 208_000_000;
/// The size of the reads, which is that of the client.
const READ: usize = 16 * 1024;
const EMPTY_LINE: &[u8] = b"\r\n\r\n";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A case: its name, and the function that receives everything and returns how much that was.
type Case = (&'static str, fn(TcpStream) -> Result<usize>);

const CASES: [Case; 4] = [
    ("read loop", read_loop),
    ("client", |stream| client(stream, |_| {})),
    ("client, 4 look-ups", |stream| {
        client(stream, |event| {
            for name in ["Event", "Channel", "Uniqueid", "Linkedid"] {
                black_box(event.get(name));
            }
        })
    }),
    ("client, walk over all headers", |stream| {
        client(stream, |event| {
            for header in event.message().headers() {
                black_box((header.name(), header.value()));
            }
        })
    }),
];

fn read_loop(mut stream: TcpStream) -> Result<usize> {
    let mut window = vec![0; READ];
    let mut total = 0;
    loop {
        match stream.read(&mut window)? {
            0 => return Ok(total),
            n => total += black_box(&window[..n]).len(),
        }
    }
}

/// Receives all events with the blocking client.
fn client(stream: TcpStream, each: impl Fn(&OwnedMessage)) -> Result<usize> {
    let timeout = Duration::from_secs(10);
    let mut client = Client::builder().timeout(timeout).boot_wait(Duration::ZERO).over(stream)?;
    client.login(&Credentials::plain("admin", "secret").events("all"))?;
    let mut count = 0;
    loop {
        match client.next_event(Duration::MAX) {
            Ok(event) => {
                each(&event.ok_or("no event")?);
                count += 1;
            }
            Err(ClientError::Disconnected(Disconnect::Closed)) => return Ok(count),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Returns the events of the burst and their number.
fn events() -> (Vec<u8>, usize) {
    let (mut events, mut count, mut rest) = (Vec::new(), 0, BURST);
    while let Some(at) = rest.windows(EMPTY_LINE.len()).position(|window| window == EMPTY_LINE) {
        let (message, after) = rest.split_at(at + EMPTY_LINE.len());
        if Message::parse(message).is_some_and(|message| message.kind() == Kind::Event) {
            events.extend_from_slice(message);
            count += 1;
        }
        rest = after;
    }
    (events, count)
}

/// Sends the banner, answers the login if there is one, and sends the events so many times.
fn serve(mut stream: TcpStream, events: &[u8], times: usize, has_login: bool) -> io::Result<()> {
    if has_login {
        stream.write_all(b"Asterisk Call Manager/11.0.0\r\n")?;
        let mut request = Vec::new();
        while !request.ends_with(EMPTY_LINE) {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            request.extend_from_slice(&byte);
        }
        let login = Message::parse(&request).ok_or(io::ErrorKind::InvalidData)?;
        let id = login.get("ActionID").unwrap_or_default();
        write!(stream, "Response: Success\r\nActionID: {id}\r\nMessage: Authentication accepted\r\n\r\n")?;
    }
    for _ in 0..times {
        stream.write_all(events)?;
    }
    Ok(())
}

/// Returns the processor time of this thread.
fn processor_time() -> io::Result<Duration> {
    let line = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = line.split(' ').next().and_then(|number| number.parse().ok());
    Ok(Duration::from_nanos(nanoseconds.ok_or(io::ErrorKind::InvalidData)?))
}

/// Measures each case in so many rounds. Returns the processor times of each, and the number of
/// events.
fn measure(rounds: usize) -> Result<(Vec<Vec<Duration>>, usize)> {
    let (events, count) = events();
    let times = SIZE / events.len();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let mut taken = vec![Vec::new(); CASES.len()];
    for _ in 0..rounds {
        for (number, (taken, (name, run))) in taken.iter_mut().zip(CASES).enumerate() {
            thread::scope(|scope| -> Result<()> {
                let server = scope.spawn(|| serve(listener.accept()?.0, &events, times, number != 0));
                let stream = TcpStream::connect(address)?;
                let begin = processor_time()?;
                let received = run(stream)?;
                taken.push(processor_time()? - begin);
                server.join().map_err(|_| "the server panicked")??;
                let expected = times * if number == 0 { events.len() } else { count };
                assert_eq!(received, expected, "{name}");
                Ok(())
            })?;
        }
    }
    Ok((taken, times * count))
}

/// Returns the number in the middle.
fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn main() -> Result<()> {
    let rounds = std::env::args().nth(1).map_or(Ok(21), |rounds| rounds.parse::<usize>())?.max(1);
    let (taken, count) = measure(rounds)?;
    for ((name, _), times) in CASES.iter().zip(&taken) {
        let seconds = median(times.iter().map(Duration::as_secs_f64));
        let ratios = times.iter().zip(&taken[0]);
        println!(
            "{name}: {seconds:.3} s for {count} events, {:.3} us each, {:.2} times the read loop",
            seconds * 1e6 / count as f64,
            median(ratios.map(|(time, floor)| time.as_secs_f64() / floor.as_secs_f64())),
        );
    }
    Ok(())
}
