//! Connections that wait: the PBX serves them although it looks at none of them in turn.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use embedded_ami::io::blocking::server::Limits;
use embedded_ami::server::Timing;
use embedded_ami_pbx::{Pbx, Rule};

const LOGIN: &[u8] = b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: user\r\n\r\n";

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("a connection");
    stream.set_nodelay(true).expect("a socket");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
    stream
}

/// Reads until the bytes received end with `end`.
fn receive(stream: &mut TcpStream, end: &str) -> String {
    let (mut received, mut buffer) = (Vec::new(), [0; 4096]);
    while !received.ends_with(end.as_bytes()) {
        match stream.read(&mut buffer) {
            Ok(n @ 1..) => received.extend_from_slice(&buffer[..n]),
            end => panic!("{end:?} after \"{}\"", received.escape_ascii()),
        }
    }
    String::from_utf8(received).expect("text")
}

fn log_in(address: SocketAddr) -> TcpStream {
    let mut stream = connect(address);
    stream.write_all(LOGIN).expect("a server");
    receive(&mut stream, "Authentication accepted\r\n\r\n");
    stream
}

/// Returns the processor time of the thread of the PBX, if the system provides it (Linux).
#[cfg(target_os = "linux")]
fn processor_time() -> Duration {
    let mut sum = Duration::ZERO;
    for task in std::fs::read_dir("/proc/self/task").expect("Linux") {
        let folder = task.expect("a thread").path();
        if std::fs::read_to_string(folder.join("comm")).is_ok_and(|name| name.trim() == "miniature PBX") {
            let text = std::fs::read_to_string(folder.join("schedstat")).expect("figures");
            let number = text.split(' ').next().and_then(|number| number.parse().ok());
            sum += Duration::from_nanos(number.expect("a number"));
        }
    }
    sum
}

#[test]
fn a_connection_that_does_nothing_is_closed_at_the_time_limit_of_the_login() {
    let limits = Limits::DEFAULT.timing(Timing::DEFAULT.authentication(300).penalty(200));
    let pbx = Pbx::builder().user("admin", "secret").limits(limits).start("127.0.0.1:0").unwrap();
    let begin = Instant::now();
    let mut silent = connect(pbx.local_addr());
    let mut wrong = connect(pbx.local_addr());
    wrong.write_all(b"Action: Login\r\nUsername: admin\r\nSecret: no\r\n\r\n").unwrap();
    receive(&mut wrong, "Authentication failed\r\n\r\n");
    let penalty = begin.elapsed();
    assert_eq!(wrong.read(&mut [0]).unwrap(), 0, "the connection is closed");
    receive(&mut silent, "\r\n");
    assert_eq!(silent.read(&mut [0]).unwrap(), 0, "the connection is closed");
    let closed = begin.elapsed();
    assert!(penalty >= Duration::from_millis(200) && penalty < Duration::from_secs(5), "{penalty:?}");
    assert!(closed >= Duration::from_millis(300) && closed < Duration::from_secs(5), "{closed:?}");
}

#[test]
fn an_answer_that_a_rule_delays_and_requests_that_follow_it_arrive() {
    let pbx = Pbx::builder()
        .user("admin", "secret")
        .on("Ping", Rule::pass().delay(Duration::from_millis(50)).times(3))
        .start("127.0.0.1:0")
        .unwrap();
    let mut stream = log_in(pbx.local_addr());
    // In one packet, so that the socket has nothing to report later.
    let pings: String = (0..20).map(|number| format!("Action: Ping\r\nActionID: {number}\r\n\r\n")).collect();
    stream.write_all(pings.as_bytes()).unwrap();
    let begin = Instant::now();
    let mut received = String::new();
    while received.matches("Ping: Pong").count() < 20 {
        received += &receive(&mut stream, "\r\n\r\n");
    }
    let ids: Vec<_> = received.lines().filter_map(|line| line.strip_prefix("ActionID: ")).collect();
    assert_eq!(ids, (0..20).map(|number| number.to_string()).collect::<Vec<_>>());
    assert!(begin.elapsed() >= Duration::from_millis(150), "{:?}", begin.elapsed());
}

#[test]
fn a_client_that_has_ended_its_side_gets_its_answers() {
    let pbx = Pbx::builder().user("admin", "secret").start("127.0.0.1:0").unwrap();
    let mut stream = log_in(pbx.local_addr());
    std::thread::sleep(Duration::from_millis(50));
    stream.write_all(b"Action: Ping\r\n\r\nAction: Ping\r\n\r\n").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert_eq!(rest.matches("Ping: Pong").count(), 2, "{rest}");
}

#[test]
fn a_client_that_reads_late_gets_all_of_a_long_answer() {
    let pbx = Pbx::builder().user("admin", "secret").start("127.0.0.1:0").unwrap();
    let mut stream = log_in(pbx.local_addr());
    let lists = 2_000;
    let request = "Action: ListCommands\r\n\r\n".repeat(lists);
    let mut writer = stream.try_clone().unwrap();
    // More than the sockets hold, so that both sides wait for this client.
    let writing = std::thread::spawn(move || writer.write_all(request.as_bytes()));
    std::thread::sleep(Duration::from_millis(300));
    let (mut found, mut rest, mut buffer) = (0, Vec::new(), vec![0; 64 * 1024]);
    while found < lists {
        let n = stream.read(&mut buffer).unwrap();
        assert!(n > 0, "the connection ended after {found} answers");
        rest.extend_from_slice(&buffer[..n]);
        found += rest.windows(4).filter(|end| end == b"\r\n\r\n").count();
        rest.drain(..rest.len().saturating_sub(3));
    }
    writing.join().unwrap().unwrap();
}

/// Thousands of clients are logged in, and one after the other sends requests. The PBX answers each
/// and sends an event to all.
#[cfg(target_os = "linux")]
#[test]
fn thousands_of_connections_are_served_and_take_no_time_while_they_are_idle() {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    // Both ends of a connection are in this process.
    let most = limit.current.map_or(usize::MAX, |most| most as usize).saturating_sub(300) / 2;
    let count = most.min(3_000);
    if count < 1_000 {
        return println!("skipped: the system allows this process {:?} open files", limit.current);
    }
    let limits = Limits::DEFAULT.connections(count);
    let pbx = Pbx::builder().user("admin", "secret").limits(limits).start("127.0.0.1:0").unwrap();
    let mut streams: Vec<_> = (0..count).map(|_| log_in(pbx.local_addr())).collect();
    for stream in streams.iter_mut().step_by(7) {
        stream.write_all(b"Action: Ping\r\n\r\n").unwrap();
        assert!(receive(stream, "\r\n\r\n").contains("Ping: Pong"));
    }
    streams[count / 2].write_all(b"Action: UserEvent\r\nUserEvent: All\r\nLast: line\r\n\r\n").unwrap();
    for stream in &mut streams {
        receive(stream, "Last: line\r\n\r\n");
    }
    let used = processor_time();
    std::thread::sleep(Duration::from_secs(1));
    let used = processor_time() - used;
    // All PBXs of this process. To look at each of 1,000 connections in turn took 12 % of a core.
    assert!(used < Duration::from_millis(300), "{used:?} of processor time in a second");
    // Those that close are noticed, and their places are used again.
    streams.drain(..count / 2);
    for _ in 0..count / 2 {
        streams.push(log_in(pbx.local_addr()));
    }
    let one_more = connect(pbx.local_addr()).read(&mut [0]);
    assert!(matches!(one_more, Ok(0)) || one_more.is_err_and(|e| e.kind() == ErrorKind::ConnectionReset));
}
