//! A soak: numbered events at a steady rate from the PBX (`ami serve`) through the blocking
//! client, through several clients at once, and through `ami events`. Nothing may be lost, repeated
//! or out of order, and the memory of no process may grow.
//!
//!     soak AMI SECONDS RATE     AMI is the path of the tool, RATE is in events a second
//!
//! `tests/soak.sh` builds and runs it.

use std::error::Error;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

use embedded_ami::action::Raw;
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::Client;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const USER: &str = "admin";
const SECRET: &str = "soak-secret";
const TIMEOUT: Duration = Duration::from_secs(30);

/// The events by which a tool may be late. Without a bound, a run that is faster than the machine
/// would end with a client that is disconnected because it is too slow.
const BEHIND: u64 = 4_000;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["read", port, clients, last] => read(port, clients, last),
        [ami, seconds, rate] => soak(ami, seconds, rate),
        _ => Err("usage: soak AMI SECONDS RATE".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::FAILURE
        }
    }
}

fn connect(port: u16, events: Option<&str>) -> Result<Client<TcpStream>> {
    let mut client = Client::connect((Ipv4Addr::LOCALHOST, port), TIMEOUT)?;
    let credentials = Credentials::new(USER, SECRET);
    client.login(&events.map_or(credentials, |events| credentials.events(events)))?;
    Ok(client)
}

/// Returns the time in microseconds.
fn microseconds() -> u64 {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    u64::try_from(now.as_micros()).unwrap_or(u64::MAX)
}

/// The events that a reader has received. The number 0 announces that the events begin.
#[derive(Default)]
struct Received {
    last: u64,
    /// The longest time that an event took, in microseconds.
    longest: u64,
}

impl Received {
    fn event(&mut self, number: u64, sent: u64) -> Result<()> {
        if number != self.last + 1 && (number, self.last) != (0, 0) {
            return Err(format!("event {number} follows {}", self.last).into());
        }
        self.last = number;
        if number > 0 {
            self.longest = self.longest.max(microseconds().saturating_sub(sent));
        }
        Ok(())
    }
}

/// Reads events up to number `last` with several clients, each on a thread.
fn read(port: &str, clients: &str, last: &str) -> Result<()> {
    let (port, last): (_, u64) = (port.parse()?, last.parse()?);
    let clients: Vec<_> =
        (0..clients.parse::<u32>()?).map(|_| connect(port, Some("user"))).collect::<Result<_>>()?;
    let begun = Arc::new(AtomicU64::new(0));
    let count = clients.len() as u64;
    let readers: Vec<_> = clients
        .into_iter()
        .map(|mut client| {
            let begun = Arc::clone(&begun);
            thread::spawn(move || -> Result<(u64, Client<TcpStream>)> {
                let mut received = Received::default();
                let mut is_first = true;
                while received.last < last {
                    let event = client.next_event(TIMEOUT)?.ok_or("no event for 30 s")?;
                    let event = event.message();
                    let number = |name| event.get(name).and_then(|value| value.to_str().ok()?.parse().ok());
                    let (Some(value), Some(sent)) = (number("Number"), number("Sent")) else {
                        return Err(format!("not an event of the soak: {event:?}").into());
                    };
                    received.event(value, sent)?;
                    if std::mem::take(&mut is_first) && begun.fetch_add(1, Ordering::Relaxed) + 1 == count {
                        println!("ready");
                    }
                }
                if client.dropped_events() > 0 {
                    return Err(format!("{} events were dropped", client.dropped_events()).into());
                }
                Ok((received.longest, client))
            })
        })
        .collect();
    let mut longest = 0;
    let mut kept = Vec::new();
    for reader in readers {
        let (time, client) = reader.join().map_err(|_| "a reader has panicked")??;
        longest = longest.max(time);
        kept.push(client);
    }
    println!("done {longest}");
    // The parent reads the memory of this process, and then ends it.
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// A process of the soak.
struct Process {
    name: &'static str,
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    _stdin: Option<ChildStdin>,
}

impl Process {
    fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        command.env("AMI_USER", USER).env("AMI_SECRET", SECRET).env("AMI_CONFIG", "/dev/null");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (stdout, stdin) = (child.stdout.take().map(BufReader::new), child.stdin.take());
        Ok(Self { name, child, stdout, _stdin: stdin })
    }

    fn tool(name: &'static str, ami: &str, port: u16, options: &[&str]) -> Result<Self> {
        let port = port.to_string();
        let arguments = ["--port", &port, "events", "--classes", "user"];
        Self::start(name, Command::new(ami).args(arguments).args(options))
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stdout.as_mut().ok_or("no pipe")?.read_line(&mut line)?;
        match line.trim_end() {
            "" => Err(format!("{} has ended", self.name).into()),
            line => Ok(line.to_owned()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the memory of a process in KiB.
fn memory(id: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// Returns the processor time that a process has taken, in seconds.
fn processor_time(id: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat"))?;
    // The name of the program is in parentheses and may contain blanks.
    let fields = stat.rsplit_once(") ").ok_or("no name")?.1;
    let ticks = |at| -> Result<f64> { Ok(fields.split(' ').nth(at).ok_or("too few fields")?.parse()?) };
    // The kernel reports ticks of 10 ms, whatever its own are.
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}

/// The lines that a tool prints, read on a thread.
struct Lines {
    thread: JoinHandle<Result<u64>>,
    /// The number of the last event, or `u64::MAX` before the first.
    progress: Arc<AtomicU64>,
}

impl Lines {
    fn read(tool: &mut Process, last: u64, parse: fn(&str) -> Option<(u64, u64)>) -> Result<Self> {
        let output = tool.stdout.take().ok_or("no pipe")?;
        let progress = Arc::new(AtomicU64::new(u64::MAX));
        let shared = Arc::clone(&progress);
        let name = tool.name;
        let thread = thread::spawn(move || {
            let mut received = Received::default();
            for line in output.lines() {
                let line = line?;
                let (number, sent) = parse(&line).ok_or_else(|| format!("{name} printed {line}"))?;
                received.event(number, sent).map_err(|error| format!("{name}: {error}"))?;
                shared.store(number, Ordering::Relaxed);
                if number == last {
                    return Ok(received.longest);
                }
            }
            Err(format!("{name} has ended").into())
        });
        Ok(Self { thread, progress })
    }

    /// Returns the number of the last event, or an error if the tool has ended too early.
    fn progress(&self, last: u64) -> Result<u64> {
        let number = self.progress.load(Ordering::Relaxed);
        if self.thread.is_finished() && self.progress.load(Ordering::Relaxed) != last {
            return Err("a tool has ended or printed something wrong".into());
        }
        Ok(number)
    }
}

fn soak(ami: &str, seconds: &str, rate: &str) -> Result<()> {
    let (seconds, rate): (u64, u64) = (seconds.parse()?, rate.parse()?);
    let last = seconds * rate;
    let own = std::env::current_exe()?;

    let serve = ["serve", "--user", USER, "--listen", "127.0.0.1:0"];
    let mut server = Process::start("server", Command::new(ami).args(serve))?;
    let port: u16 = server.line()?.rsplit_once(':').ok_or("no port")?.1.parse()?;
    let reader = |name, clients| {
        let arguments = ["read", &port.to_string(), clients, &last.to_string()].map(String::from);
        Process::start(name, Command::new(&own).args(arguments))
    };
    let mut client = reader("client", "1")?;
    let mut clients = reader("4 clients", "4")?;
    let mut json = Process::tool("ami --json", ami, port, &["--json"])?;
    let mut fields = Process::tool("ami --fields", ami, port, &["--fields", "Number,Sent"])?;
    let tools = [
        Lines::read(&mut json, last, |line| {
            let event: serde_json::Value = serde_json::from_str(line).ok()?;
            let number = |name: &str| event[name].as_str()?.parse().ok();
            Some((number("Number")?, number("Sent")?))
        })?,
        Lines::read(&mut fields, last, |line| {
            let (number, sent) = line.split_once('\t')?;
            Some((number.parse().ok()?, sent.parse().ok()?))
        })?,
    ];

    let mut sender = connect(port, None)?;
    let send = |sender: &mut Client<TcpStream>, from: u64, to: u64| -> Result<()> {
        let mut tickets = Vec::new();
        for number in from..to {
            let (number, sent) = (number.to_string(), microseconds().to_string());
            let headers = [("UserEvent", "Soak"), ("Number", &number), ("Sent", &sent)];
            tickets.push(sender.queue(&Raw::new("UserEvent", &headers))?);
        }
        for ticket in tickets {
            sender.wait(ticket)?;
        }
        Ok(())
    };

    // Event 0 is repeated until every reader has logged in and received it.
    let starting = thread::spawn(move || -> Result<(Process, Process)> {
        for process in [&mut client, &mut clients] {
            if process.line()? != "ready" {
                return Err("not ready".into());
            }
        }
        Ok((client, clients))
    });
    let begin = Instant::now();
    let is_waiting = |tool: &Lines| tool.progress(last).map(|number| number == u64::MAX);
    while !starting.is_finished() || is_waiting(&tools[0])? || is_waiting(&tools[1])? {
        if begin.elapsed() > TIMEOUT {
            return Err("the readers do not become ready".into());
        }
        send(&mut sender, 0, 1)?;
        thread::sleep(Duration::from_millis(20));
    }
    let (client, clients) = starting.join().map_err(|_| "a panic")??;

    let processes = [&server, &client, &clients, &json, &fields];
    let ids: Vec<_> =
        processes.iter().map(|process| process.child.id()).chain([std::process::id()]).collect();
    let names: Vec<_> = processes.iter().map(|process| process.name).chain(["sender"]).collect();
    let before = ids.iter().map(|&id| processor_time(id)).collect::<Result<Vec<_>>>()?;
    let mut samples: Vec<Vec<u64>> = vec![Vec::new(); ids.len()];
    let begin = Instant::now();
    let mut next = 1;
    let mut sampled = 0;
    while next <= last {
        // Every hundredth of the run.
        let part = next * 100 / last;
        if part >= sampled {
            for (samples, &id) in samples.iter_mut().zip(&ids) {
                samples.push(memory(id)?);
            }
            sampled = part + 1;
        }
        let due = (begin.elapsed().as_micros() * u128::from(rate) / 1_000_000) as u64;
        let progress = tools[0].progress(last)?.min(tools[1].progress(last)?);
        let end = (due + 1).min(last + 1).min(next + 128).min(progress + BEHIND);
        if end > next {
            send(&mut sender, next, end)?;
            next = end;
        }
        if end <= due && end < progress + BEHIND {
            continue;
        }
        thread::sleep(Duration::from_millis(2));
    }
    let sent_in = begin.elapsed();
    let [json_lines, fields_lines] = tools.map(|tool| tool.thread.join().map_err(|_| "a panic"));
    let (mut client, mut clients) = (client, clients);
    let longest = [&mut client, &mut clients].map(|process| -> Result<u64> {
        let line = process.line()?;
        Ok(line.strip_prefix("done ").ok_or("not done")?.parse()?)
    });
    let [longest, longest_of_many] = longest;
    let delays =
        [None, Some(longest?), Some(longest_of_many?), Some(json_lines??), Some(fields_lines??), None];

    println!(
        "{last} events in {:.1} s, {:.0} a second",
        sent_in.as_secs_f64(),
        last as f64 / sent_in.as_secs_f64()
    );
    println!("to 1 client, 4 clients and 2 tools: none lost, none twice, all in order");
    let mut grown = Vec::new();
    for (at, (&id, name)) in ids.iter().zip(&names).enumerate() {
        let used = processor_time(id)? - before[at];
        let samples = &samples[at];
        // The first fifth is the warm-up: buffers find their sizes.
        let early = samples[20..30].iter().max().ok_or("no sample")?;
        let late = samples[90..].iter().max().ok_or("no sample")?;
        let delay = delays[at].map_or(String::new(), |time| format!(", longest delay {} ms", time / 1000));
        println!(
            "{name}: memory {early} KiB after the warm-up, {late} KiB at the end; processor {used:.2} s, {:.2} us an event{delay}",
            used * 1e6 / last as f64
        );
        if *late > early + early / 20 + 512 {
            grown.push(format!("the memory of the {name} grew from {early} KiB to {late} KiB"));
        }
    }
    io::stdout().flush()?;
    if grown.is_empty() { Ok(()) } else { Err(grown.join("; ").into()) }
}
