//! A PBX whose process has no file descriptors left.
#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use embedded_ami_pbx::Pbx;
use rustix::process::{Resource, getrlimit, setrlimit};

/// Set for the process with the PBX, which runs this test too.
const IS_PBX: &str = "EMBEDDED_AMI_TEST_PBX";

/// Runs a PBX with few file descriptors until the standard input ends.
fn serve() {
    let pbx = Pbx::builder().user("admin", "secret").start("127.0.0.1:0").unwrap();
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = Some(30);
    setrlimit(Resource::Nofile, limit).unwrap();
    println!("\naddress {}", pbx.local_addr());
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    pbx.stop();
}

fn processor_time(process: u32) -> Duration {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let time = |task: std::fs::DirEntry| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).unwrap();
        Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
    };
    tasks.map(|task| time(task.unwrap())).sum()
}

#[test]
fn clients_wait_without_cost_until_a_descriptor_is_free() {
    if std::env::var_os(IS_PBX).is_some() {
        return serve();
    }
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--nocapture", "--test-threads=1"])
        .env(IS_PBX, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let address: SocketAddr = lines.find_map(|line| line.strip_prefix("address ")?.parse().ok()).unwrap();
    let connect = || {
        let client = TcpStream::connect(address).unwrap();
        client.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        client
    };
    let mut clients: Vec<_> = (0..40).map(|_| connect()).collect();
    std::thread::sleep(Duration::from_millis(300));
    let used = processor_time(child.id());
    std::thread::sleep(Duration::from_secs(1));
    let used = processor_time(child.id()) - used;
    assert!(used < Duration::from_millis(100), "{used:?} of processor time in a second");

    // The last client waits. It is served when others have gone.
    let mut waiting = clients.pop().unwrap();
    waiting.set_nonblocking(true).unwrap();
    assert!(waiting.read(&mut [0]).is_err(), "no client waits");
    waiting.set_nonblocking(false).unwrap();
    drop(clients);
    let begin = Instant::now();
    let mut banner = String::new();
    BufReader::new(waiting).read_line(&mut banner).unwrap();
    assert!(banner.starts_with("Asterisk Call Manager/"), "{banner:?}");
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());

    drop(child.stdin.take());
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert!(child.wait().unwrap().success(), "{errors}");
    let reports: Vec<_> = errors.lines().filter(|line| line.contains("cannot accept")).collect();
    // Once for each time that the descriptors are used up, and not once for each attempt.
    assert!((1..5).contains(&reports.len()), "{errors}");
    assert!(reports[0].contains("are connected: Too many open files"), "{errors}");
}
