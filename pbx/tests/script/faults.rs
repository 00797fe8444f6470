//! Random faults: the PBX neither panics nor hangs, and other connections are not affected.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use embedded_ami::io::blocking::server::Limits;
use embedded_ami_pbx::{Pbx, Rule, Script};

use super::{BANNER, LOGIN, Wire, start};

const ACTIONS: [&str; 9] =
    ["connect", "Challenge", "Login", "Logoff", "Events", "Ping", "QueueStatus", "Unknown", "*"];

/// Returns a random rule that is valid for the action.
fn rule(random: &mut fastrand::Rng, on: &str) -> Rule {
    let is_connect = on == "connect";
    let kind = random.u8(if is_connect { 4..8 } else { 0..8 });
    let mut rule = match kind {
        0 => Rule::answer([("A", "${ActionID}"), ("Response", "Success")]),
        1 => Rule::refuse("no"),
        2 => Rule::list().entry([("Event", "E")]).entry([("Event", "${Action}")]),
        3 => Rule::output(["one", "--END COMMAND--", ""]),
        4 => Rule::raw(vec![random.u8(..); random.usize(..100_000)]),
        5 => Rule::silent(),
        6 => Rule::drop_connection(),
        _ => Rule::pass(),
    };
    if !is_connect && random.u8(..4) == 0 {
        rule = rule.matching("ActionID", if random.bool() { "1" } else { "" });
    }
    if random.u8(..3) == 0 {
        rule = rule.delay(Duration::from_millis(random.u64(..20)));
    }
    if kind < 5 || kind == 7 {
        for _ in 0..random.u8(..3) {
            rule = rule.garble(random.usize(..400));
        }
        rule = match random.u8(..6) {
            0 => rule.cut(random.usize(..400)),
            1 => rule.close(),
            _ => rule,
        };
    }
    if random.u8(..3) == 0 {
        rule = rule.event_after(
            Duration::from_millis(random.u64(..10)),
            [("Event", "Random"), ("Action", "${Action}")],
        );
    }
    if random.bool() {
        rule = rule.skip(random.u64(..3)).times(random.u64(1..4));
    }
    rule
}

/// Sends requests without caring about the answers, and reads until the PBX closes the connection
/// or is silent.
fn provoke(random: &mut fastrand::Rng, pbx: &Pbx) {
    let mut wire = Wire::connect(pbx);
    wire.0.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
    let mut requests = super::LOGIN.replace("off", "on");
    for id in 0..random.u8(..6) {
        let action = ACTIONS[random.usize(1..ACTIONS.len())];
        requests += &format!("Action: {action}\r\nActionID: {id}\r\nAuthType: MD5\r\nEventMask: on\r\n\r\n");
    }
    let mut rest = requests.as_bytes();
    while !rest.is_empty() {
        let (now, later) = rest.split_at(random.usize(1..=rest.len()));
        rest = later;
        // The PBX may have closed the connection.
        if wire.0.write_all(now).is_err() {
            return;
        }
        let mut bytes = [0; 1000];
        match wire.0.read(&mut bytes) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
    if random.bool() {
        let mut bytes = [0; 4096];
        while matches!(wire.0.read(&mut bytes), Ok(1..)) {}
    }
}

#[test]
fn a_client_that_has_closed_its_side_gets_a_long_answer_whole() {
    // More than the buffers of the system hold, so that most of it waits in the PBX.
    let answer = "Response: Success\r\n\r\n".to_owned() + &"x".repeat(16 << 20);
    for closes in [false, true] {
        let rule = Rule::raw(answer.as_str());
        let rule = if closes { rule.close() } else { rule };
        let pbx = start(Script::default().on("Ping", rule).unwrap());
        let mut wire = Wire::log_in(&pbx);
        wire.send("Action: Ping\r\n\r\n");
        wire.0.shutdown(std::net::Shutdown::Write).unwrap();
        let mut received = String::new();
        wire.0.read_to_string(&mut received).unwrap();
        assert!(received == answer, "{} of {} bytes", received.len(), answer.len());
    }
}

#[test]
fn a_refused_login_closes_the_connection() {
    let pbx = start(Script::default().on("Login", Rule::refuse("Authentication failed")).unwrap());
    let mut wire = Wire::connect(&pbx);
    wire.expect(BANNER);
    wire.send(LOGIN);
    let mut received = String::new();
    wire.0.read_to_string(&mut received).unwrap();
    assert_eq!(received, "Response: Error\r\nMessage: Authentication failed\r\n\r\n");
}

#[test]
fn debug_of_a_rule_has_no_secret() {
    let rule = Rule::answer([("Secret", "hush")]).matching("Secret", "hush");
    let script = Script::default().on("Login", rule.clone()).unwrap();
    let texts = [format!("{rule:?}"), format!("{script:?}"), format!("{:?}", Pbx::builder().script(script))];
    assert!(texts.iter().all(|text| text.contains("Rule") && !text.contains("hush")), "{texts:?}");
}

#[test]
fn random_faults_affect_only_their_connection() {
    let start = Instant::now();
    for seed in 0..15 {
        let mut random = fastrand::Rng::with_seed(seed);
        let pbx = Pbx::builder().user("admin", "secret").start("127.0.0.1:0").unwrap();
        // It is logged in before there are rules, which then leave its action alone.
        let mut witness = Wire::log_in(&pbx);
        for _ in 0..random.u8(1..8) {
            let on = ACTIONS[random.usize(..ACTIONS.len())];
            let rule = rule(&mut random, on);
            pbx.on(on, rule).unwrap_or_else(|error| panic!("{error} with seed {seed}"));
        }
        pbx.on("Witness", Rule::raw("here")).unwrap();
        for _ in 0..4 {
            provoke(&mut random, &pbx);
            witness.ask("Action: Witness\r\n\r\n", "here");
        }
        // The thread has not panicked and ends at once.
        let before = Instant::now();
        pbx.stop();
        assert!(before.elapsed() < Duration::from_secs(2), "seed {seed}");
    }
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn a_client_that_does_not_read_takes_no_memory_and_harms_nobody() {
    const ASKED: &str = "Event: Asked\r\nPrivilege: call,all\r\n\r\n";
    let pbx = Pbx::builder().user("admin", "secret").start("127.0.0.1:0").unwrap();
    let mut witness = Wire::log_in_with(&pbx, "Events: call\r\n");
    let mut deaf = Wire::log_in(&pbx);
    let answer = Rule::raw(vec![b'x'; 1_000_000]).matching("ActionID", "deaf");
    pbx.on("Ping", answer.event([("Event", "Asked")])).unwrap();
    deaf.send(&"Action: Ping\r\nActionID: deaf\r\n\r\n".repeat(64));
    // The PBX stops to answer when the sockets are full: each answer is followed by an event.
    let mut answered = 0;
    witness.expect(ASKED);
    witness.0.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let mut events = vec![0; ASKED.len()];
    while witness.0.read_exact(&mut events).is_ok() {
        answered += 1;
    }
    assert!(answered < 60, "{answered} answers without a reader");
    witness.0.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    witness.check();
    // All answers arrive once it reads.
    let mut bytes = vec![0; 64_000_000];
    deaf.0.read_exact(&mut bytes).unwrap();
    assert!(bytes.iter().all(|&byte| byte == b'x'));
    deaf.check();
}

#[test]
fn answers_keep_their_order_when_the_client_reads_late() {
    let pbx = Pbx::builder().user("admin", "secret").start("127.0.0.1:0").unwrap();
    let mut wire = Wire::log_in(&pbx);
    let value = "v".repeat(900);
    for key in 0..1000 {
        let put = format!("Action: DBPut\r\nFamily: f\r\nKey: {key}\r\nVal: {value}\r\n\r\n");
        wire.ask(&put, "Response: Success\r\nMessage: Updated database successfully\r\n\r\n");
    }
    let tree = "Action: DBGetTree\r\n\r\n";
    let ping = |id| format!("Action: Ping\r\nActionID: {id}\r\n\r\n");
    pbx.on("Ping", Rule::raw("<${ActionID}>")).unwrap();
    // A list of 1 MB, and its end.
    wire.send(&(tree.to_owned() + &ping(0)));
    let mut list = Vec::new();
    let mut buffer = [0; 65536];
    while !list.ends_with(b"<0>") {
        let n = wire.0.read(&mut buffer).unwrap();
        list.extend_from_slice(&buffer[..n]);
    }
    list.truncate(list.len() - "<0>".len());
    assert!(list.len() > 900_000, "{}", list.len());

    // More than the sockets hold.
    let requests: String = (1..64).map(|id| tree.to_owned() + &ping(id)).collect();
    wire.send(&requests);
    std::thread::sleep(Duration::from_millis(200));
    for id in 1..64 {
        wire.expect(&list);
        wire.expect(format!("<{id}>"));
    }
}

/// A client that sends the same bytes again and again, as fast as the PBX takes them, and reads
/// nothing.
struct Flood {
    must_stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Flood {
    fn start(mut stream: TcpStream, bytes: &str) -> Self {
        let bytes = bytes.repeat(65536 / bytes.len());
        let must_stop = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&must_stop);
        stream.set_write_timeout(Some(Duration::from_millis(50))).unwrap();
        let thread = thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                match stream.write(bytes.as_bytes()) {
                    Ok(_) => {}
                    Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                    // The PBX has closed the connection.
                    Err(_) => return,
                }
            }
        });
        Self { must_stop, thread: Some(thread) }
    }

    /// Waits until the PBX closes the connection.
    fn expect_end(&self) {
        let start = Instant::now();
        while !self.thread.as_ref().is_some_and(JoinHandle::is_finished) {
            assert!(start.elapsed() < Duration::from_secs(20), "the PBX still reads");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.must_stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[test]
fn empty_lines_without_end_keep_the_pbx_neither_from_others_nor_from_its_end() {
    let pbx = Pbx::builder().user("admin", "secret").start("127.0.0.1:0").unwrap();
    let floods: Vec<_> = (0..4).map(|_| Flood::start(Wire::connect(&pbx).0, "\r\n")).collect();
    for _ in 0..5 {
        Wire::log_in(&pbx).check();
    }
    pbx.stop();
    drop(floods);
}

#[test]
fn requests_without_end_do_not_keep_a_connection_open_that_a_rule_closes() {
    let pbx = Pbx::builder().user("admin", "secret").start("127.0.0.1:0").unwrap();
    pbx.on("Close", Rule::raw("closed").close()).unwrap();
    let mut wires: Vec<_> = (0..4).map(|_| Wire::log_in(&pbx)).collect();
    wires.iter_mut().for_each(|wire| wire.ask("Action: Close\r\n\r\n", "closed"));
    let floods: Vec<_> = wires.into_iter().map(|wire| Flood::start(wire.0, "Action: Ping\r\n\r\n")).collect();
    for _ in 0..5 {
        Wire::log_in(&pbx).check();
    }
    floods.iter().for_each(Flood::expect_end);
}

#[test]
fn refused_connections_do_not_use_rules_up() {
    let pbx = Pbx::builder()
        .user("admin", "secret")
        .limits(Limits::DEFAULT.connections(1))
        .on("connect", Rule::raw("second").skip(1).times(1))
        .start("127.0.0.1:0")
        .unwrap();
    let mut first = Wire::log_in(&pbx);
    for _ in 0..3 {
        assert_eq!(Wire::connect(&pbx).0.read(&mut [0]).unwrap_or(0), 0, "a second connection");
    }
    first.send("Action: Logoff\r\n\r\n");
    first.0.read_to_end(&mut Vec::new()).unwrap();
    drop(first);
    // There is room once the PBX has noticed that the first client has gone.
    let start = Instant::now();
    loop {
        let mut next = Wire::connect(&pbx);
        if next.0.peek(&mut [0]).unwrap_or(0) > 0 {
            break next.expect("second");
        }
        assert!(start.elapsed() < Duration::from_secs(20), "no room");
    }
}

#[test]
fn an_answer_arrives_whole_although_the_client_has_ended_its_side() {
    const LENGTH: usize = 16 << 20;
    let pbx = Pbx::builder().user("admin", "secret").start("127.0.0.1:0").unwrap();
    pbx.on("Ping", Rule::raw(vec![b'x'; LENGTH])).unwrap();
    pbx.on("Close", Rule::raw(vec![b'x'; LENGTH]).close()).unwrap();
    for request in
        ["Action: Ping\r\n\r\n", "Action: Close\r\n\r\n", "Action: Ping\r\n\r\nAction: Logoff\r\n\r\n"]
    {
        let mut wire = Wire::log_in(&pbx);
        wire.send(request);
        wire.0.shutdown(Shutdown::Write).unwrap();
        let mut bytes = vec![0; LENGTH];
        // The PBX finds the end of the input while most of the answer waits.
        thread::sleep(Duration::from_millis(20));
        wire.0.read_exact(&mut bytes).unwrap_or_else(|error| panic!("{error} after {request:?}"));
        assert!(bytes.iter().all(|&byte| byte == b'x'));
        bytes.clear();
        wire.0.read_to_end(&mut bytes).unwrap();
        let rest = String::from_utf8_lossy(&bytes);
        let is_right = if request.contains("Logoff") { rest.contains("Goodbye") } else { rest.is_empty() };
        assert!(is_right, "{rest:?}");
    }
}

#[test]
fn a_client_that_does_not_read_the_bytes_of_a_rule_is_disconnected_after_the_stall_time() {
    let stall = Duration::from_millis(100);
    for (answer, next) in [
        (Rule::raw(vec![b'x'; 16 << 20]), ""),
        // A request that the PBX would answer much later does not hide it.
        (Rule::raw(vec![b'x'; 16 << 20]), "Action: WaitEvent\r\nTimeout: 3600\r\n\r\n"),
        (Rule::raw(vec![b'x'; 16 << 20]).close(), ""),
    ] {
        let limits = Limits::DEFAULT.connections(1).stall(stall);
        let pbx = Pbx::builder().user("admin", "secret").limits(limits).start("127.0.0.1:0").unwrap();
        pbx.on("Ping", answer).unwrap();
        let mut deaf = Wire::log_in(&pbx);
        let begin = Instant::now();
        deaf.send(&("Action: Ping\r\n\r\n".to_owned() + next));
        // There is room for another connection once it is closed.
        while !matches!(Wire::connect(&pbx).0.read(&mut [0]), Ok(1)) {
            assert!(begin.elapsed() < Duration::from_secs(5), "the connection stays open");
            thread::sleep(Duration::from_millis(5));
        }
        assert!(begin.elapsed() >= stall);
    }
}

/// The server counts the time of a client from the moment at which the event waits.
#[test]
fn a_client_that_reads_slowly_gets_the_bytes_of_a_rule_and_the_event_after_them() {
    const LENGTH: usize = 24 << 20;
    let limits = Limits::DEFAULT.stall(Duration::from_millis(250));
    let pbx = Pbx::builder().user("admin", "secret").limits(limits).start("127.0.0.1:0").unwrap();
    pbx.on("Ping", Rule::raw(vec![b'x'; LENGTH]).event([("Event", "Alarm")])).unwrap();
    let mut slow = Wire::log_in_with(&pbx, "Events: call\r\n");
    slow.send("Action: Ping\r\n\r\n");
    let mut bytes = vec![0; 1 << 20];
    for _ in 0..LENGTH >> 20 {
        thread::sleep(Duration::from_millis(25));
        slow.0.read_exact(&mut bytes).expect("the connection stays open");
    }
    slow.expect("Event: Alarm\r\n");
}
