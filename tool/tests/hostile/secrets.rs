//! The secret: the file it is read from, and a server that sends it back.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::server::{BANNER, Peer, serve};
use crate::{SECRET, ami, run};

/// A file that is removed at the end of its test.
struct TestFile(PathBuf);

impl TestFile {
    fn new(content: &[u8], mode: u32) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("embedded-ami-hostile-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, content).expect("writable");
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("permitted");
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("UTF-8")
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Accepts the login with this secret only, and answers a Ping.
fn accept(secret: &'static str) -> String {
    serve(move |peer| {
        peer.send(BANNER)?;
        let request = peer.request()?;
        assert!(request.text.contains(&format!("\r\nSecret: {secret}\r\n")), "{}", request.text);
        peer.answer(&request, "")?;
        peer.answer_next("Ping: Pong\r\n")?;
        peer.idle()
    })
}

fn ping_with_file(port: &str, path: &str) -> Command {
    let mut command = ami(port, &["--plain", "--secret-file", path, "--timeout", "2", "ping"]);
    // An empty variable is not a secret.
    command.env("AMI_SECRET", "");
    command
}

#[test]
fn a_file_that_other_users_can_read_is_warned_about() {
    let folder = std::env::temp_dir();
    // systemd gives a unit access to its credentials by an access control list, whose mask is shown
    // in place of the rights of the group.
    let credentials = folder.to_str().expect("UTF-8");
    for (mode, credentials, warns) in [
        (0o600, "", false),
        (0o400, "", false),
        (0o700, "", false),
        (0o640, "", true),
        (0o604, "", true),
        (0o644, "", true),
        (0o440, credentials, false),
        (0o440, "/no/such", true),
        (0o444, credentials, true),
    ] {
        let file = TestFile::new(b"from-a-file\nsecond line\n", mode);
        let mut command = ping_with_file(&accept("from-a-file"), file.path());
        let (status, stdout, stderr) = run(command.env("CREDENTIALS_DIRECTORY", credentials));
        assert_eq!((status, &stdout[..]), (0, &b"Pong\n"[..]), "{stderr}");
        let path = file.path();
        let warning =
            format!("ami: warning: other users can read {path} (mode {mode:04o}); run chmod 600 on it\n");
        assert_eq!(stderr, if warns { warning } else { String::new() });
    }
}

#[test]
fn a_file_is_read_up_to_its_limit() {
    let mut content = b"from-a-file\r\n".to_vec();
    content.resize(4096, b'#');
    let file = TestFile::new(&content, 0o600);
    let (status, _, stderr) = run(&mut ping_with_file(&accept("from-a-file"), file.path()));
    assert_eq!((status, &stderr[..]), (0, ""));
    content.push(b'#');
    let file = TestFile::new(&content, 0o600);
    for path in [file.path(), "/dev/zero"] {
        let (status, stdout, stderr) = run(&mut ping_with_file("1", path));
        assert_eq!((status, &stdout[..]), (2, &b""[..]));
        assert!(stderr.contains(path) && stderr.contains("4096 bytes"), "{stderr}");
    }
    let file = TestFile::new(b"\xff\n", 0o600);
    let (status, _, stderr) = run(&mut ping_with_file("1", file.path()));
    assert!(status == 2 && stderr.contains(file.path()) && stderr.contains("UTF-8"), "{stderr}");
}

/// Returns a script that logs the client in and sends every later message with the secret in it.
fn echo(response: &'static str, secret: &'static str) -> impl Fn(&mut Peer) -> std::io::Result<()> + Copy {
    move |peer| {
        peer.log_in(BANNER)?;
        let echoed = format!("X-{secret}: {secret}\r\nMessage: a{secret}b{secret}\r\n");
        peer.send(format!("Event: {secret}\r\nPrivilege: call,all\r\n{echoed}\r\n"))?;
        let id = peer.request()?.id;
        peer.send(format!(
            "Response: {response}\r\nActionID: {id}\r\n{echoed}Output: \u{fc}{secret}\r\n\r\n"
        ))?;
        peer.send(format!(
            "Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: {id}\r\nReason: {secret}\r\n\r\n"
        ))?;
        peer.idle()
    }
}

#[test]
fn a_secret_that_the_server_sends_back_is_not_printed() {
    for (response, arguments, expected) in [
        ("Success", &["action", "CoreStatus"][..], 0),
        ("Error", &["action", "CoreStatus"], 1),
        ("Success", &["command", "core show it"], 0),
        ("Error", &["command", "core show it"], 1),
        ("Error", &["ping"], 1),
        ("Success", &["events", "--classes", "call", "--count", "1"], 0),
        ("Success", &["originate", "SIP/7"], 13),
    ] {
        for json in [&[][..], &["--json"]] {
            let arguments = [arguments, json].concat();
            let (status, stdout, stderr) = run(&mut ami(&serve(echo(response, SECRET)), &arguments));
            let stdout = String::from_utf8(stdout).expect("UTF-8");
            assert_eq!(status, expected, "{arguments:?}: {stderr}");
            let all = stdout + &stderr;
            assert!(!all.contains(SECRET) && all.contains("[redacted]"), "{arguments:?}: {all}");
        }
    }
    // In the answer to the login.
    let port = serve(|peer| {
        peer.send(BANNER)?;
        let request = peer.request()?;
        let text = request.text.replace("\r\n", " ");
        peer.send(format!("Response: Error\r\nActionID: {}\r\nMessage: bad: {text}\r\n\r\n", request.id))?;
        peer.idle()
    });
    let (status, stdout, stderr) = run(&mut ami(&port, &["--plain", "ping"]));
    assert_eq!((status, stdout), (4, Vec::new()));
    assert!(!stderr.contains(SECRET) && stderr.contains("Secret: [redacted]"), "{stderr}");
}

#[test]
fn a_short_secret_is_hidden_in_errors_and_does_not_damage_data() {
    let (status, stdout, stderr) =
        run(ami(&serve(echo("Error", "7")), &["action", "CoreStatus"]).env("AMI_SECRET", "7"));
    let stdout = String::from_utf8(stdout).expect("UTF-8");
    assert!(status == 1 && stdout.contains("X-7: 7\nMessage: a7b7\n"), "{stdout}");
    assert_eq!(stderr, "ami: the server answered Error: \u{fc}[redacted]\n");
}

/// Logs the client in, and sends headers that are made for secrets, and others, with the secret 7.
fn with_fields(peer: &mut Peer) -> std::io::Result<()> {
    const LINES: &str = "Privilege: call,all\r\nSecret: a7b\r\nkey: 7\r\nLine-000000-000001: secret=7\r\n\
                         Line-000000-000002: port=5077\r\nX: 7\r\n";
    peer.log_in(BANNER)?;
    peer.send(format!("Event: A\r\n{LINES}\r\n"))?;
    let request = peer.request()?;
    peer.answer(&request, LINES)?;
    peer.idle()
}

#[test]
fn a_short_secret_is_hidden_in_the_headers_that_are_made_for_secrets() {
    let names = "Secret,Key,Line-000000-000001,Line-000000-000002,X";
    let variables =
        "echo $AMI_H_Secret,$AMI_H_key,$AMI_H_Line_000000_000001,$AMI_H_Line_000000_000002,$AMI_H_X";
    for (arguments, expected) in [
        (
            &["action", "GetConfig"][..],
            "Secret: a[redacted]b\nkey: [redacted]\nLine-000000-000001: secret=[redacted]\n\
                                        Line-000000-000002: port=5077\nX: 7\n",
        ),
        (
            &["action", "GetConfig", "--json"],
            r#""Secret":"a[redacted]b","key":"[redacted]","Line-000000-000001":"secret=[redacted]","Line-000000-000002":"port=5077","X":"7"}"#,
        ),
        (
            &["action", "GetConfig", "--json=full"],
            r#"["Secret","a[redacted]b"],["key","[redacted]"],["Line-000000-000001","secret=[redacted]"],["Line-000000-000002","port=5077"],["X","7"]"#,
        ),
        (
            &["action", "GetConfig", "--fields", names],
            "a[redacted]b\t[redacted]\tsecret=[redacted]\tport=5077\t7\n",
        ),
        (
            &["events", "--classes", "call", "--count", "1", "--exec", "sh", "-c", variables],
            "a[redacted]b,[redacted],secret=[redacted],port=5077,7\n",
        ),
    ] {
        let (status, stdout, stderr) = run(ami(&serve(with_fields), arguments).env("AMI_SECRET", "7"));
        let stdout = String::from_utf8(stdout).expect("UTF-8");
        assert!(status == 0 && stdout.contains(expected), "{arguments:?}: {status} {stdout} {stderr}");
    }
    // The limit is in the help.
    let (_, help, _) = run(&mut ami("1", &["--help"]));
    let help = String::from_utf8(help).expect("UTF-8").replace('\n', " ");
    assert!(help.contains("A secret shorter than six bytes"), "{help}");
}
