//! The record of the requests: what it has, and what it does not reveal.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use super::recorder::MEMORY;
use super::{Log, ReceivedRequest, Recorder, Requests};
use crate::lock::lock;

/// The names of the headers whose values must not be logged, in any case and with any ending.
const NAMES: &str = "Secret Key Password NewPassword PasswordDigest Md5Cred MD5Secret RemoteSecret OauthSecret \
    RefreshToken Challenge ReceivedChallenge ReceivedHash ExpectedResponse ExpectedHash Pin \
    Line-000000-000001 Value-000000 Match-000000 Options-000000 JSON";
/// Not a byte of this may be logged. No other text of the tests has this character.
const SECRET: &str = "~~~~~~~~~~~~~~~~~~~~~~~~";

/// Returns the lines of the log for a stream that arrives in random pieces, and the requests.
fn log(stream: &[u8], longest: usize, random: &mut fastrand::Rng) -> (String, Vec<ReceivedRequest>) {
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);
    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            lock(&self.0).extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let written = Shared::default();
    let recorder = Arc::new(Recorder::new(Some(Log::new(written.clone()))));
    let peer = ([127, 0, 0, 1], 5000).into();
    let mut requests = Requests::new(Arc::clone(&recorder), 7, peer, longest).unwrap();
    let mut rest = stream;
    while !rest.is_empty() {
        let (piece, others) = rest.split_at(random.usize(1..=rest.len().min(40)));
        requests.received(piece);
        rest = others;
    }
    drop(requests);
    let lines = lock(&written.0).clone();
    (String::from_utf8(lines).expect("UTF-8"), recorder.requests())
}

#[test]
fn no_secret_is_logged_however_it_is_written_or_cut() {
    let mut random = fastrand::Rng::with_seed(14);
    for name in NAMES.split(' ') {
        for _ in 0..60 {
            let name = match random.u8(..3) {
                0 => name.to_ascii_lowercase(),
                1 => name.to_ascii_uppercase(),
                _ => name.into(),
            };
            let choose =
                |random: &mut fastrand::Rng, choices: &[&'static str]| choices[random.usize(..choices.len())];
            let before =
                choose(&mut random, &["", "", " ", "\t ", "x\r", "Events: off\r", "Events: off\\r\\n", "\0"]);
            let colon = choose(&mut random, &[":", ": ", " : ", "\t:", "=", " ", ":a: ", " = "]);
            let end = choose(&mut random, &["\r\n", "\n", "\r", "\r\n\r\n", ""]);
            let action = choose(&mut random, &["Login", "Challenge", "", "Action: DBPut\rLogin"]);
            let fill = "x".repeat(random.usize(..60));
            let line_end = choose(&mut random, &["\r\n", "\r\n", "\n", "\r", "\\r\\n"]);
            let stream = format!(
                "Action: {action}\r\nA: {fill}\r\n{before}{name}{colon}{SECRET}{end}Events: off\r\n\r\n"
            )
            .replace("\r\n", line_end);
            let longest = if random.bool() { random.usize(32..100) } else { 1024 };
            let (lines, requests) = log(stream.as_bytes(), longest, &mut random);
            assert!(!lines.contains('~'), "{stream:?}, storage {longest}: {lines}");
            assert!(!format!("{requests:?} {requests:#?}").contains('~'));
            assert!(!requests.is_empty() && lines.lines().count() == requests.len());
        }
    }
}

#[test]
fn harmless_headers_are_logged_and_lines_have_the_documented_form() {
    let mut random = fastrand::Rng::with_seed(1);
    let stream = b"Action: DBPut\r\nFamily: f\r\nKey: k\r\nno colon\r\nVal: \x1b\xc2\x9b\"\xe2\x80\xae\r\nX: \xff\r\n\r\n\
        action: Login\nKEY: k\nSecret x: k\n\nActionID: 1\r\n\r\n\r\nAction: Pi";
    let (lines, requests) = log(stream, 1024, &mut random);
    let time = humantime::format_rfc3339_millis(requests[0].time()).to_string();
    let begin = format!(r#"{{"time":"{time}","connection":7,"peer":"127.0.0.1:5000","kind":"#);
    let expected = [
        r#""action","name":"DBPut","headers":[["Action","DBPut"],["Family","f"],["Key","k"],[null,"no colon"],["Val","\u001b\u009b\"\u202e"],["X",{"hex":"ff"}]]}"#,
        r#""action","name":"Login","headers":[["action","Login"],["KEY","[redacted]"],[null,"[redacted]"]]}"#,
        r#""other","name":null,"headers":[["ActionID","1"]]}"#,
        r#""action","name":"Pi","headers":[["Action","Pi"]],"incomplete":true}"#,
    ];
    for (line, expected) in lines.lines().zip(expected) {
        let _: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(&line[begin.len()..], expected);
    }
    assert!(lines.starts_with(&begin) && lines.lines().count() == expected.len(), "{lines}");
    assert!(requests[0].is("dbput") && requests[3].is_incomplete() && !requests[3].is_truncated());
    assert_eq!(
        format!("{:?}\n", requests[0]),
        lines.split_inclusive('\n').next().unwrap().to_owned().replace("\n", "") + "\n"
    );
}

#[test]
fn requests_do_not_depend_on_the_reads_and_long_ones_are_marked() {
    let mut random = fastrand::Rng::with_seed(2);
    for _ in 0..200 {
        let longest = random.usize(40..200);
        let requests: Vec<String> = (0..random.usize(1..6))
            .map(|at| format!("Action: A{at}\r\nX: {}\r\nY: {at}\r\n\r\n", "x".repeat(random.usize(..200))))
            .collect();
        let (_, found) = log(requests.concat().as_bytes(), longest, &mut random);
        assert_eq!(found.len(), requests.len());
        for (found, request) in found.iter().zip(&requests) {
            assert_eq!(found.is_truncated(), request.len() > longest, "{request:?}, storage {longest}");
            let is_whole = found.message().as_bytes() == request.as_bytes();
            assert!(request.as_bytes().starts_with(found.message().as_bytes()));
            assert_eq!(is_whole, !found.is_truncated());
            assert!(
                found.get("X").is_none() || !found.message().as_bytes().is_empty() && !found.is_incomplete()
            );
        }
    }
}

#[test]
fn the_latest_requests_are_kept_within_the_limit() {
    let recorder = Arc::new(Recorder::default());
    let peer = ([127, 0, 0, 1], 5000).into();
    let mut requests = Requests::new(Arc::clone(&recorder), 1, peer, 2 * MEMORY).unwrap();
    for at in 0..3000 {
        requests.received(format!("Action: A\r\nNumber: {at}\r\nX: {}\r\n\r\n", "x".repeat(1000)).as_bytes());
    }
    let kept = recorder.requests();
    let memory: usize = kept.iter().map(|request| request.message().as_bytes().len()).sum();
    assert!((MEMORY / 2..=MEMORY).contains(&memory), "{memory}");
    let numbers: Vec<_> =
        kept.iter().map(|request| request.get("Number").unwrap().to_u32().unwrap()).collect();
    assert!(numbers.ends_with(&[2998, 2999]) && numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    requests.received(format!("Action: A\r\nX: {}\r\n\r\n", "x".repeat(MEMORY + 1)).as_bytes());
    assert_eq!(recorder.requests().len(), 1);
}
