//! Each of the library, the PBX and the tool has its own list of the characters that are not safe
//! to print. These tests compare the lists, and the form of the JSON.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use embedded_ami::client::LoginRefused;
use embedded_ami::io::blocking::Error;
use embedded_ami_pbx::Pbx;

/// Returns the characters that are compared: all up to U+FFFF, and those after it that begin a
/// plane or are tags. NUL and line ends cannot be part of a value.
fn chars() -> impl Iterator<Item = char> {
    let planes = (1..=0x10).map(|plane| plane << 16).chain(0xe0000..0xe0080);
    (1..=0xffff).chain(planes).filter_map(char::from_u32).filter(|char| !matches!(char, '\r' | '\n'))
}

/// Returns requests with all these characters, and one with bytes that are not UTF-8.
fn requests() -> Vec<u8> {
    let mut requests = Vec::new();
    let chars: Vec<char> = chars().collect();
    for some in chars.chunks(2000) {
        let values: Vec<String> = some.iter().map(char::to_string).collect();
        requests.extend(format!("Action: Ping\r\nX: a{}z\r\n\r\n", values.join("|")).into_bytes());
    }
    requests.extend(b"Action: Ping\r\nX: a\xff\x80\"\\z\r\nY: \"\\/\r\nno colon\r\n\r\n");
    requests
}

/// Returns the part of each line that both programs write, from `kind` on.
fn from_kind(lines: &str) -> Vec<&str> {
    lines.lines().map(|line| &line[line.find("\"kind\"").expect("a kind")..]).collect()
}

#[test]
fn the_log_of_the_pbx_has_the_form_of_ami_decode() {
    let pbx = Pbx::builder().user("a", "b").start("127.0.0.1:0").unwrap();
    let mut stream = TcpStream::connect(pbx.local_addr()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(&requests()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let _ = stream.read_to_end(&mut Vec::new());
    let logged: String = pbx.requests().iter().map(|request| format!("{request:?}\n")).collect();

    let mut tool = Command::new(env!("CARGO_BIN_EXE_ami"));
    tool.arg("decode").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = tool.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&requests()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let decoded = String::from_utf8(output.stdout).unwrap();

    assert!(logged.contains(r#"{"hex":"61ff8022"#), "{logged}");
    assert_eq!(from_kind(&logged), from_kind(&decoded));
}

#[test]
fn errors_of_the_library_replace_what_the_tool_escapes() {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_ami"));
    tool.arg("decode").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = tool.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let requests: String = chars().map(|char| format!("X: a{char}z\r\n\r\n")).collect();
        stdin.write_all(requests.as_bytes())
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let decoded = String::from_utf8(output.stdout).unwrap();
    assert_eq!(decoded.lines().count(), chars().count());
    for (line, char) in decoded.lines().zip(chars()) {
        // JSON escapes these two although they are safe.
        let is_escaped = line.contains('\\') && !matches!(char, '"' | '\\');
        let message = format!("a{char}z");
        let text = Error::Refused { reason: LoginRefused::Authentication, message }.to_string();
        let expected = if is_escaped { '\u{fffd}' } else { char };
        assert!(text.ends_with(&format!("a{expected}z")), "{char:?}: {text:?}");
    }
}
