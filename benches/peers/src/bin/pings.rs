//! Sends 5,000 Pings to a server, with as many outstanding as each client allows (256), and
//! compares this crate's blocking client with that of asterisk-rs-ami: the best of 20 rounds each,
//! which alternate. The server limits the rate, so the cost of a client shows in its processor
//! time.
//!
//! Run it with `cargo run --release -p peers --bin pings`. The server is given by AMI_HOST,
//! AMI_PORT, AMI_USER and AMI_SECRET; by default it is the Asterisk 22 of
//! tests/asterisk/servers.sh.

use std::collections::VecDeque;
use std::env;
use std::error::Error;
use std::fs;
use std::io;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use asterisk_rs_ami::AmiClient;
use embedded_ami::action::Raw;
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::Client;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

const PINGS: usize = 5_000;
const WINDOW: usize = 256;
const ROUNDS: usize = 20;

fn this_crate(client: &mut Client<TcpStream>) -> Result<(), Box<dyn Error>> {
    let mut window = VecDeque::with_capacity(WINDOW);
    for n in 0..PINGS + WINDOW {
        if n >= WINDOW {
            // Fails if the response is an error.
            client.wait(window.pop_front().ok_or("no ticket")?)?;
        }
        if n < PINGS {
            window.push_back(client.queue(&Raw::without_headers("Ping"))?);
        }
    }
    Ok(())
}

fn asterisk_rs_ami(runtime: &Runtime, client: &AmiClient) -> Result<(), Box<dyn Error>> {
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for task in 0..WINDOW {
            let client = client.clone();
            tasks.spawn(async move {
                let mut pongs = 0;
                for _ in (task..PINGS).step_by(WINDOW) {
                    pongs += usize::from(client.ping().await?.success);
                }
                Ok::<_, asterisk_rs_ami::AmiError>(pongs)
            });
        }
        let mut pongs = 0;
        while let Some(task) = tasks.join_next().await {
            pongs += task??;
        }
        if pongs == PINGS { Ok(()) } else { Err(format!("{pongs} pongs").into()) }
    })
}

/// The elapsed time and the processor time of all threads.
type Times = [Duration; 2];

/// Runs `run` and measures it.
fn timed(run: impl FnOnce() -> Result<(), Box<dyn Error>>) -> Result<Times, Box<dyn Error>> {
    let (begin, cpu) = (Instant::now(), processor_time()?);
    run()?;
    Ok([begin.elapsed(), processor_time()? - cpu])
}

/// Returns the processor time of all threads of this process. Linux only.
fn processor_time() -> io::Result<Duration> {
    fs::read_dir("/proc/self/task")?.try_fold(Duration::ZERO, |sum, thread| {
        let line = fs::read_to_string(thread?.path().join("schedstat"))?;
        let nanoseconds = line.split(' ').next().and_then(|number| number.parse().ok());
        Ok(sum + Duration::from_nanos(nanoseconds.ok_or(io::ErrorKind::InvalidData)?))
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let setting = |name, default: &str| env::var(name).unwrap_or_else(|_| default.into());
    let (host, port) = (setting("AMI_HOST", "127.0.0.1"), setting("AMI_PORT", "15039").parse()?);
    let (user, secret) = (setting("AMI_USER", "admin"), setting("AMI_SECRET", "adminsecret"));

    let mut client = Client::connect((host.as_str(), port), Duration::from_secs(10))?;
    client.login(&Credentials::new(&user, &secret))?;
    // Measure asterisk-rs-ami on both kinds of runtime and keep the better result.
    let runtimes = [
        Builder::new_current_thread().enable_all().build()?,
        Builder::new_multi_thread().enable_all().build()?,
    ];
    let mut others = Vec::new();
    for runtime in &runtimes {
        let builder = AmiClient::builder().host(&host).port(port).credentials(&user, &secret);
        others.push(runtime.block_on(builder.build())?);
    }

    let mut best = [[Duration::MAX; 2]; 2];
    let mut record = |side: usize, times: Times| best[side] = [0, 1].map(|n| times[n].min(best[side][n]));
    for _ in 0..ROUNDS {
        record(0, timed(|| this_crate(&mut client))?);
        for (runtime, client) in runtimes.iter().zip(&others) {
            record(1, timed(|| asterisk_rs_ami(runtime, client))?);
        }
    }
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    for (name, [time, cpu]) in ["embedded-ami", "asterisk-rs-ami"].iter().zip(best) {
        let rate = PINGS as f64 / time.as_secs_f64();
        println!(
            "{name}: {PINGS} Pings in {:.0} ms, {rate:.0} a second, with {:.1} ms of processor time",
            ms(time),
            ms(cpu)
        );
    }
    let [[this, this_cpu], [other, other_cpu]] = best;
    let (rate, cpu) = (ms(other) / ms(this), ms(this_cpu) / ms(other_cpu));
    println!("{rate:.2} times its rate, with {cpu:.2} times its processor time");
    Ok(())
}
