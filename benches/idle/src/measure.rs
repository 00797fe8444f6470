//! The measurements and their bounds.

use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use embedded_ami::io::blocking::server::Limits;
use embedded_ami_pbx::Pbx;

use crate::system::{memory, processor_time, raise_open_files};

const COUNTS: [usize; 4] = [1, 100, 1_000, 10_000];
/// The files that each process has open besides the connections.
const OTHER_FILES: u64 = 50;
/// The time during which nothing happens.
const IDLE: Duration = Duration::from_secs(3);
/// The number of times that the rest is measured. The least counts, since other programs that run
/// at the same time make figures larger.
const ROUNDS: u32 = 8;
const PINGS: u32 = 300;
/// The most of a core, in percent, that any number of idle connections may take.
const MOST_IDLE: f64 = 1.0;
/// The most that a `Ping`, or an event for one connection, may cost with 10,000 connections, as a
/// multiple of the cost with 100. It is more than 1 because the memory of 10,000 connections does
/// not fit in the caches of the processor. A step that looked at each connection would make it 100.
const MOST_GROWTH: f64 = 3.0;

const LOGIN: &[u8] = b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: user\r\n\r\n";
const PING: &[u8] = b"Action: Ping\r\n\r\n";
const EVENT: &[u8] = b"Action: UserEvent\r\nUserEvent: Measured\r\nText: some text of a usual length\r\n\r\n";

/// Runs the PBX until the standard input ends.
pub fn serve() -> Result<(), Box<dyn Error>> {
    raise_open_files()?;
    let limits = Limits::DEFAULT.connections(usize::MAX).anonymous(usize::MAX);
    let pbx = Pbx::builder().user("admin", "secret").limits(limits).start("127.0.0.1:0")?;
    println!("{}", pbx.local_addr());
    io::stdin().read_to_end(&mut Vec::new())?;
    pbx.stop();
    Ok(())
}

/// Prints the table and checks the bounds.
pub fn run() -> Result<(), Box<dyn Error>> {
    let most = raise_open_files()?.saturating_sub(OTHER_FILES);
    println!("connections  idle, % of a core  KiB each  Ping, µs (PBX)  event for one, µs (PBX)");
    let mut figures = Vec::new();
    for count in COUNTS {
        if u64::try_from(count)? > most {
            println!("{count:>11}  skipped: the system allows {most} connections per process");
            continue;
        }
        let figure = Figure::measure(count)?;
        let Figure { idle, memory, ping, ping_cost, event_cost } = figure;
        println!(
            "{count:>11}  {idle:>17.2}  {memory:>8.1}  {ping:>8.1} ({ping_cost:>4.1})  {event_cost:>23.2}"
        );
        figures.push(figure);
    }
    let last = figures.last().ok_or("nothing was measured")?;
    let idle = figures.iter().map(|figure| figure.idle).fold(0.0, f64::max);
    check("idle connections, % of a core", idle, MOST_IDLE)?;
    // The first has the costs of a turn of the server for one connection alone.
    let few = figures.get(1).ok_or("only one number of connections was measured")?;
    check("the growth of a Ping", last.ping_cost / few.ping_cost, MOST_GROWTH)?;
    check("the growth of an event for one connection", last.event_cost / few.event_cost, MOST_GROWTH)?;
    Ok(())
}

fn check(name: &str, value: f64, most: f64) -> Result<(), String> {
    println!("{name}: {value:.2}, at most {most}");
    if value <= most { Ok(()) } else { Err(format!("{name}: {value:.2} is more than {most}")) }
}

/// The figures for a number of connections. Times are microseconds.
struct Figure {
    /// The percentage of a core that the PBX takes while nothing happens.
    idle: f64,
    /// The memory of the PBX for one connection in KiB.
    memory: f64,
    /// The time from a `Ping` to its answer.
    ping: f64,
    /// The processor time of the PBX for a `Ping`.
    ping_cost: f64,
    /// The processor time of the PBX to send an event to one of the connections.
    event_cost: f64,
}

impl Figure {
    fn measure(count: usize) -> Result<Self, Box<dyn Error>> {
        let server = Server::start()?;
        let process = server.child.id();
        let before = memory(process)?;
        let mut clients = Vec::with_capacity(count);
        for _ in 0..count {
            let mut client = TcpStream::connect(server.address)?;
            client.set_nodelay(true)?;
            client.set_read_timeout(Some(Duration::from_secs(20)))?;
            client.write_all(LOGIN)?;
            receive(&mut client, b"Authentication accepted\r\n\r\n")?;
            clients.push(client);
        }
        let all = clients.len() as f64;
        let memory = (memory(process)? - before) as f64 / 1024.0 / all;

        thread::sleep(Duration::from_millis(100));
        let (begin, used) = (Instant::now(), processor_time(process)?);
        thread::sleep(IDLE);
        let used = processor_time(process)? - used;
        let idle = 100.0 * used.as_secs_f64() / begin.elapsed().as_secs_f64();

        let middle = clients.len() / 2;
        let client = clients.get_mut(middle).ok_or("no client")?;
        let (mut ping, mut ping_cost, mut event_cost) = (f64::MAX, f64::MAX, f64::MAX);
        for _ in 0..ROUNDS {
            let used = settled(process)?;
            let begin = Instant::now();
            for _ in 0..PINGS {
                client.write_all(PING)?;
                receive(client, b"\r\n\r\n")?;
            }
            ping = ping.min(microseconds(begin.elapsed()) / f64::from(PINGS));
            let used = settled(process)? - used;
            ping_cost = ping_cost.min(microseconds(used) / f64::from(PINGS));
        }
        for _ in 0..ROUNDS {
            let used = settled(process)?;
            let sender = clients.first_mut().ok_or("no client")?;
            sender.write_all(EVENT)?;
            for client in &mut clients {
                receive(client, b"some text of a usual length\r\n\r\n")?;
            }
            let used = settled(process)? - used;
            event_cost = event_cost.min(microseconds(used) / all);
        }
        Ok(Self { idle, memory, ping, ping_cost, event_cost })
    }
}

/// Returns the processor time of a process that has nothing to do any more. That of a thread that
/// runs is not up to date.
fn settled(process: u32) -> io::Result<Duration> {
    thread::sleep(Duration::from_millis(2));
    processor_time(process)
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Reads until the bytes received end with `end`.
fn receive(client: &mut TcpStream, end: &[u8]) -> io::Result<()> {
    let (mut received, mut buffer) = (Vec::new(), [0; 4096]);
    while !received.ends_with(end) {
        match client.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => received.extend(buffer.iter().take(n)),
        }
    }
    Ok(())
}

/// The process of the PBX, which ends with this value.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start() -> Result<Self, Box<dyn Error>> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        Ok(Self { address: line.trim().parse()?, child })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
