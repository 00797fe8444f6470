//! The settings of a connection: where they come from, and what is wrong with them; TLS; attempts
//! that are repeated; and what `--verbose` shows.
#![cfg(unix)]

mod harness;

use std::fs::{self, Permissions};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use harness::{ACCEPTED, BANNER, CHALLENGE, PONG, ami, server};

/// A folder that is removed at the end of its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("embedded-ami-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Writes a file that only its owner can read, and returns its path.
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs the tool. Returns the exit status and standard error.
fn run(command: &mut Command) -> (i32, String) {
    let output = command.output().expect("ami runs");
    (output.status.code().expect("an exit status"), String::from_utf8(output.stderr).expect("UTF-8"))
}

/// Returns a port on which nothing listens.
fn unused() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A server that refuses every login, and keeps the requests.
struct Refusing {
    port: u16,
    requests: Arc<Mutex<String>>,
}

impl Refusing {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.write_all(BANNER);
                let request = read_request(&mut stream);
                let id = request.lines().find(|line| line.starts_with("ActionID")).unwrap_or_default();
                kept.lock().unwrap().push_str(&request);
                let _ =
                    stream.write_all(format!("Response: Error\r\n{id}\r\nMessage: no\r\n\r\n").as_bytes());
            }
        });
        Self { port, requests }
    }

    /// Returns the requests since the last call.
    fn requests(&self) -> String {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }
}

fn read_request(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|length| length == 1) {
        text.push(byte[0]);
    }
    String::from_utf8(text).unwrap()
}

/// A place that a setting can come from.
#[derive(Clone, Copy)]
enum Place<'a> {
    Options(&'a [&'a str]),
    Variable(&'a str, &'a str),
    /// A line of the profile.
    Profile(&'a str),
}

/// Each setting comes from the first place that has it, whichever other places have it.
#[test]
fn each_setting_comes_from_the_first_place_that_has_it() {
    use Place::{Options, Profile, Variable};
    let folder = Folder::new("order");
    let refusing = Refusing::start();
    let to_refusing = &format!("port = {}", refusing.port)[..];
    let here = &refusing.port.to_string()[..];
    let closed = [unused(), unused(), unused()];
    let [p1, p2, p3] = closed.map(|port| port.to_string());
    let (at1, at2, at3) = (format!(":{p1}: "), format!(":{p2}: "), format!(":{p3}: "));
    let profile_port = format!("port = {p3}");
    let profile_host = format!("host = \"amis://third@127.0.0.1:{p3}\"");
    let url = format!("ami://127.0.0.1:{p1}");
    let url_of_variable = format!("127.0.0.1:{p2}");
    let secret_1 = folder.file("1.secret", "secret-1\n");
    let secret_3 = folder.file("3.secret", "secret-3\n");
    let _ = folder.file("4.secret", "secret-4\n");
    let ca = &certificate(&folder)[..];
    let far = &["--host", "127.0.0.9", "--user", "a"][..];
    let user_to_refusing = &["--port", here, "--plain"][..];
    // The name; the options, variables and lines that are always there; the places, with what tells
    // that the setting comes from there; what tells that it comes from none.
    type Case<'a> = (&'a str, &'a [Place<'a>], &'a [(Place<'a>, &'a str)], &'a str);
    let cases: &[Case<'_>] = &[
        (
            "host",
            &[Options(&["--user", "a", "--port", &p1])],
            &[
                (Options(&["--host", "127.0.0.2"]), "127.0.0.2:"),
                (Variable("AMI_HOST", "127.0.0.3"), "127.0.0.3:"),
                (Profile("host = \"127.0.0.4\""), "127.0.0.4:"),
            ],
            "127.0.0.1:",
        ),
        (
            "port",
            &[Options(far)],
            &[
                (Options(&["-p", &p1]), &at1),
                (Variable("AMI_PORT", &p2), &at2),
                (Profile(&profile_port), &at3),
            ],
            "127.0.0.9:5038: ",
        ),
        (
            "port of an address",
            &[Options(&["--user", "a"]), Variable("AMI_CA", ca)],
            &[
                (Options(&["--host", &url]), &at1),
                (Variable("AMI_HOST", &url_of_variable), &at2),
                (Profile(&profile_host), &at3),
            ],
            ":5038",
        ),
        (
            "user",
            &[Options(user_to_refusing)],
            &[
                (Options(&["-u", "user-1"]), "Username: user-1"),
                (Variable("AMI_USER", "user-2"), "Username: user-2"),
                (Profile("user = \"user-3\""), "Username: user-3"),
            ],
            "no user",
        ),
        (
            "user of an address",
            &[Options(user_to_refusing)],
            &[
                (Options(&["--host", "ami://user-1@localhost"]), "Username: user-1"),
                (Variable("AMI_HOST", "ami://user-2@localhost"), "Username: user-2"),
                (Profile("host = \"ami://user-3@localhost\""), "Username: user-3"),
            ],
            "no user",
        ),
        (
            "secret",
            &[Options(user_to_refusing), Options(&["-u", "a"]), Variable("AMI_SECRET", "")],
            &[
                (Options(&["--secret-file", &secret_1]), "Secret: secret-1"),
                (Variable("AMI_SECRET", "secret-2"), "Secret: secret-2"),
                (Variable("AMI_SECRET_FILE", &secret_3), "Secret: secret-3"),
                (Profile("secret-file = \"4.secret\""), "Secret: secret-4"),
            ],
            "no secret",
        ),
        (
            "secret in the profile",
            &[Options(user_to_refusing), Options(&["-u", "a"]), Variable("AMI_SECRET", "")],
            &[
                (Variable("AMI_SECRET", "secret-2"), "Secret: secret-2"),
                (Profile("secret = \"secret-5\""), "Secret: secret-5"),
            ],
            "no secret",
        ),
        (
            "tls",
            &[Options(far), Variable("AMI_CA", ca)],
            &[
                (Options(&["--tls"]), "127.0.0.9:5039: "),
                (Variable("AMI_TLS", "no"), "127.0.0.9:5038: "),
                (Profile("tls = true"), "127.0.0.9:5039: "),
            ],
            "127.0.0.9:5038: ",
        ),
        (
            "tls of an address",
            &[Options(&["--user", "a"]), Variable("AMI_CA", ca)],
            &[
                (Options(&["--host", "ami://127.0.0.9"]), "127.0.0.9:5038: "),
                (Variable("AMI_HOST", "amis://127.0.0.9"), "127.0.0.9:5039: "),
                (Profile("host = \"ami://127.0.0.9\""), "127.0.0.9:5038: "),
            ],
            "127.0.0.1:5038",
        ),
        (
            "ca",
            &[Options(far), Options(&["--tls"])],
            &[
                (Options(&["--ca", "/no/1"]), "--ca: /no/1: "),
                (Variable("AMI_CA", "/no/2"), "AMI_CA: /no/2: "),
                (Profile("ca = \"/no/3\""), "ca: /no/3: "),
            ],
            "",
        ),
        (
            "server-name",
            &[Options(far), Options(&["--tls"]), Variable("AMI_CA", ca)],
            &[
                (Options(&["--server-name", "1..1"]), "--server-name: \"1..1\""),
                (Variable("AMI_SERVER_NAME", "2..2"), "AMI_SERVER_NAME: \"2..2\""),
                (Profile("server-name = \"3..3\""), "server-name: \"3..3\""),
            ],
            "127.0.0.9:5039: ",
        ),
        (
            "insecure",
            &[Options(far), Options(&["--tls"])],
            &[
                (Options(&["--insecure"]), "warning: --insecure: "),
                (Profile("insecure = true"), "insecure: "),
            ],
            "",
        ),
        (
            "timeout",
            &[Options(far)],
            &[
                (Options(&["--timeout", "1000000000"]), "--timeout: not a time"),
                (Variable("AMI_TIMEOUT", "1000000000"), "AMI_TIMEOUT: not a time"),
                (Profile("timeout = 1_000_000_000"), ": timeout: not a time"),
            ],
            "127.0.0.9:5038: ",
        ),
        (
            "connect-timeout",
            &[Options(far)],
            &[
                (Options(&["--connect-timeout", "0.0001"]), "--connect-timeout: not a time"),
                (Profile("connect-timeout = 0.0001"), ": connect-timeout: not a time"),
            ],
            "127.0.0.9:5038: ",
        ),
        (
            "retry",
            &[Options(far)],
            &[(Options(&["--retry", "1"]), "(1 of 1)"), (Profile("retry = 2"), "(2 of 2)")],
            "refused",
        ),
        (
            "plain",
            &[Options(&["-u", "a"]), Profile(to_refusing)],
            &[(Options(&["--plain"]), "Action: Login"), (Profile("plain = true"), "Action: Login")],
            "Action: Challenge",
        ),
    ];
    for (name, always, places, nowhere) in cases {
        for set in 0..1 << places.len() {
            let chosen: Vec<_> =
                (0..places.len()).filter(|at| set >> at & 1 == 1).map(|at| places[at]).collect();
            let mut command = ami(&[]);
            let mut profile = String::from("[default]\n");
            command.env("AMI_SECRET", "from-the-test");
            for place in always.iter().chain(chosen.iter().map(|(place, _)| place)) {
                match place {
                    Options(options) => drop(command.args(*options)),
                    Variable(name, value) => drop(command.env(name, value)),
                    Profile(line) => profile.push_str(&format!("{line}\n")),
                }
            }
            let config = folder.file("config.toml", &profile);
            let (_, stderr) = run(command.env("AMI_CONFIG", config).arg("ping"));
            let told = stderr + &refusing.requests();
            let expected = chosen.first().map_or(*nowhere, |(_, sign)| sign);
            assert!(told.contains(expected), "{name}, {set:b}: {told:?} without {expected:?}");
            // And from no other place.
            for (_, sign) in places.iter().filter(|(_, sign)| !expected.contains(sign)) {
                let is_default = chosen.is_empty() && nowhere.contains(sign);
                assert!(is_default || !told.contains(sign), "{name}, {set:b}: {told:?} with {sign:?}");
            }
        }
    }
}

/// The secret of a profile is for the server of the profile, as in a netrc file.
#[test]
fn the_secret_of_a_profile_is_not_sent_to_another_server() {
    let folder = Folder::new("own-server");
    let refusing = Refusing::start();
    let here = refusing.port.to_string();
    let secret = folder.file("a.secret", "secret-a\n");
    let own = format!("host = \"LOCALHOST\"\nport = {here}\n");
    let other = "host = \"pbx.example\"\n".to_owned();
    let of_port = format!("port = {here}\n");
    let host = format!("127.0.0.1:{here}");
    let url = format!("ami://127.0.0.1:{here}");
    let to_host = format!("for pbx.example:5038, not for 127.0.0.1:{here}; give --secret-file or AMI_SECRET");
    let to_port = "for pbx.example:5038, not for pbx.example:7; give --secret-file or AMI_SECRET";
    // The server of the profile, the options and variables, and the start and end of the error, if
    // there is one.
    type Case<'a> = (&'a str, &'a [&'a str], &'a [(&'a str, &'a str)], Option<(&'a str, &'a str)>);
    let cases: &[Case<'_>] = &[
        (&own, &[], &[], None),
        (&own, &["--host", "localhost", "--port", &here], &[], None),
        (&of_port, &["--host", "127.0.0.1"], &[], None),
        ("", &["--host", &host], &[], None),
        ("", &[], &[("AMI_HOST", &host)], None),
        (&other, &["--host", &host, "--secret-file", &secret], &[], None),
        (&other, &["--host", &host], &[("AMI_SECRET", "secret-a")], None),
        (&other, &["--host", &host], &[("AMI_SECRET_FILE", &secret)], None),
        (&other, &["--host", &host], &[], Some(("--host: ", &to_host))),
        (&other, &["--host", &url], &[], Some(("--host: ", &to_host))),
        (&other, &[], &[("AMI_HOST", &host)], Some(("AMI_HOST: ", &to_host))),
        (&other, &["--port", "7"], &[], Some(("--port: ", to_port))),
        (&other, &[], &[("AMI_PORT", "7")], Some(("AMI_PORT: ", to_port))),
        (&own, &["--host", "pbx.example"], &[], Some(("--host: ", "give --secret-file or AMI_SECRET"))),
    ];
    for (server, options, variables, error) in cases {
        let text = format!("[a]\n{server}user = \"u\"\nsecret-file = \"a.secret\"\n");
        let config = folder.file("config.toml", &text);
        for by_name in [true, false] {
            let mut command = ami(options);
            command.env("AMI_CONFIG", &config).envs(variables.iter().copied());
            match by_name {
                true => command.args(["--profile", "a"]),
                false => command.env("AMI_PROFILE", "a"),
            };
            let (status, stderr) = run(command.args(["--plain", "ping"]));
            match error {
                None => {
                    assert_eq!(status, 4, "{server} {options:?} {variables:?}: {stderr}");
                    assert!(refusing.requests().contains("Secret: secret-a"), "{server} {options:?}");
                }
                Some((start, end)) => {
                    let start = format!("ami: {start}the secret of the profile a is ");
                    let is_told = stderr.starts_with(&start) && stderr.ends_with(&format!("{end}\n"));
                    assert!(status == 2 && is_told, "{server} {options:?} {variables:?}: {status} {stderr}");
                    assert_eq!(refusing.requests(), "");
                }
            }
        }
    }
}

/// Writes a certificate and returns the path of the file.
fn certificate(folder: &Folder) -> String {
    let (_, certificate) = embedded_ami_pbx::Tls::self_signed().unwrap();
    folder.file("some-ca.crt", certificate)
}

#[test]
fn the_profile_is_named_by_option_variable_or_default() {
    let folder = Folder::new("profiles");
    let entry = |name, port: u16| format!("[{name}]\nhost = \"127.0.0.9:{port}\"\nuser = \"{name}\"\n");
    let own = [entry("default", 1), entry("first", 2), entry("second", 3)].concat();
    let config = folder.file("ami/config.toml", own);
    for (option, variable, server) in [
        (None, None, "127.0.0.9:1: "),
        (None, Some("first"), "127.0.0.9:2: "),
        (None, Some(""), "127.0.0.9:1: "),
        (Some("second"), Some("first"), "127.0.0.9:3: "),
        (Some("second"), Some("no-such"), "127.0.0.9:3: "),
    ] {
        let mut command = ami(&["ping"]);
        command.env("AMI_CONFIG", "").env("XDG_CONFIG_HOME", &folder.0).env("AMI_SECRET", "x");
        command.args(option.iter().flat_map(|name| ["--profile", name]));
        command.envs(variable.map(|name| ("AMI_PROFILE", name)));
        let (status, stderr) = run(&mut command);
        assert!(status == 3 && stderr.contains(server), "{stderr}");
    }
    let mut command = ami(&["profiles"]);
    let output = command.env("AMI_CONFIG", &config).output().unwrap();
    let expected = format!(
        "default\tami://127.0.0.9:1\tdefault\t{config}\nfirst\tami://127.0.0.9:2\tfirst\t{config}\n\
         second\tami://127.0.0.9:3\tsecond\t{config}\n"
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);

    let text = "[a]\nhost = \"amis://u@[::1]\"\nsecret = \"hush-hush\"\n[b]\n";
    let config = folder.file("config.toml", text);
    for json in [false, true] {
        let mut command = ami(&["profiles"]);
        command.args(json.then_some("--json")).env("AMI_CONFIG", &config);
        let output = command.output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert!(!stdout.contains("hush") && output.stderr.is_empty(), "{stdout}");
        let expected = match json {
            false => format!("a\tamis://[::1]:5039\tu\t{config}\nb\tami://127.0.0.1:5038\t-\t{config}\n"),
            true => format!(
                "{{\"file\":\"{config}\",\"profile\":\"a\",\"server\":\"amis://[::1]:5039\",\"user\":\"u\"}}\n\
                 {{\"file\":\"{config}\",\"profile\":\"b\",\"server\":\"ami://127.0.0.1:5038\",\"user\":null}}\n"
            ),
        };
        assert_eq!(stdout, expected);
    }
}

#[test]
fn wrong_profiles_are_errors_with_file_and_line() {
    let folder = Folder::new("wrong-profiles");
    for (text, line, reason) in [
        ("[x]\nprot = 5038\n", 2, "unknown key prot; did you mean port?"),
        ("[x]\n\nbanana = 1\n", 3, "unknown key banana; a profile has host, port, user, "),
        ("[x]\nport = \"5038\"\n", 2, "port: not a port, a number from 1 to 65535 without quotes"),
        ("[x]\nport = 0\n", 2, "port: not a port"),
        ("[x]\nport = 65536\n", 2, "port: not a port"),
        ("[x]\nport = -1\n", 2, "port: not a port"),
        ("[x]\nhost = 7\n", 2, "host: not a text in quotes"),
        ("[x]\nhost = \"\"\n", 2, "host: not a text in quotes, which must not be empty"),
        ("[x]\nhost = \"ami://a:hush@x\"\n", 2, "host: a URL with a secret is refused"),
        ("[x]\nhost = \"pbx:5\"\nport = 6\n", 3, "port: 6, but "),
        ("[x]\nhost = \"ami://a@pbx\"\nuser = \"b\"\n", 3, "user: b, but "),
        ("[x]\nhost = \"ami://pbx\"\ntls = true\n", 3, "tls: the URL of "),
        ("[x]\ntls = \"yes\"\n", 2, "tls: not true or false"),
        ("[x]\nsecret = 12345\n", 2, "secret: not a text in quotes"),
        ("[x]\nsecret = \"hush\"\nsecret-file = \"y\"\n", 3, "either secret or secret-file"),
        ("[x]\ntimeout = 0\n", 2, "timeout: not a number of seconds above 0"),
        ("[x]\ntimeout = \"5s\"\n", 2, "timeout: not a number of seconds above 0"),
        ("[x]\nretry = 1.5\n", 2, "retry: not a whole number"),
        ("[x]\nca = \"/no/such\"\n", 2, "ca: only with tls = true"),
        ("[x]\nsub.key = 1\n", 2, "unknown key sub"),
        ("host = \"pbx\"\n[x]\n", 1, "host is outside a profile: it belongs after a line [NAME]"),
        ("[x]\n[y]\n[x]\n", 3, "duplicate key"),
        ("[x]\nport = 1\nport = 2\n", 3, "duplicate key"),
        ("[x]\nuser = \"hush\n", 2, "invalid basic string"),
        ("[x\n", 1, "unclosed table"),
    ] {
        let config = folder.file("config.toml", text);
        let (status, stderr) = run(ami(&["ping", "--profile", "x"]).env("AMI_CONFIG", &config));
        let begin = format!("ami: {config}:{line}: ");
        assert!(status == 2 && stderr.starts_with(&begin) && stderr.contains(reason), "{text:?}: {stderr}");
        assert!(!stderr.contains("hush") && stderr.lines().count() == 1, "{text:?}: {stderr}");
    }
    let config = folder.file("config.toml", "[berlin]\n[paris]\n");
    for (name, hint) in [("berlni", "; did you mean berlin?"), ("rome", "; there are berlin, paris")] {
        for (mut command, source) in
            [(ami(&["ping", "--profile", name]), "--profile"), (ami(&["ping"]), "AMI_PROFILE")]
        {
            if source == "AMI_PROFILE" {
                command.env(source, name);
            }
            let (status, stderr) = run(command.env("AMI_CONFIG", &config));
            assert_eq!(status, 2);
            assert_eq!(stderr, format!("ami: {source}: no profile {name:?} in {config}{hint}\n"));
        }
    }
    let missing = folder.0.join("missing.toml");
    let (status, stderr) = run(ami(&["ping"]).env("AMI_CONFIG", &missing));
    assert!(status == 2 && stderr.contains("missing.toml: ") && stderr.contains("AMI_CONFIG"), "{stderr}");
    let config = folder.file("config.toml", b"[x]\nuser = \"\xff\"\n");
    let (status, stderr) = run(ami(&["ping"]).env("AMI_CONFIG", &config));
    assert!(status == 2 && stderr.ends_with("config.toml: not UTF-8\n"), "{stderr}");
}

#[test]
fn a_secret_in_a_profile_that_others_can_read_is_warned_about() {
    let folder = Folder::new("readable");
    let refusing = Refusing::start();
    let text = format!("[default]\nport = {}\nuser = \"u\"\nsecret = \"hush-hush\"\n", refusing.port);
    let config = folder.file("config.toml", text);
    for (mode, variable, quiet, warns) in [
        (0o600, "", false, false),
        (0o644, "", false, true),
        (0o644, "", true, false),
        (0o644, "other", false, false),
    ] {
        fs::set_permissions(&config, Permissions::from_mode(mode)).unwrap();
        let mut command = ami(&["ping"]);
        command.args(quiet.then_some("-q")).env("AMI_CONFIG", &config).env("AMI_SECRET", variable);
        let (status, stderr) = run(&mut command);
        let warning =
            format!("ami: warning: other users can read {config} (mode 0644); run chmod 600 on it\n");
        assert_eq!((status, stderr.starts_with(&warning)), (4, warns), "{stderr}");
        assert!(!stderr.contains("hush"), "{stderr}");
    }
}

/// A machine can have profiles that not every user may read.
#[cfg(unix)]
#[test]
fn a_file_of_profiles_that_is_not_readable_is_a_warning_unless_it_is_named() {
    use std::os::unix::process::CommandExt;

    let folder = Folder::new("unreadable");
    fs::create_dir(folder.0.join("ami")).unwrap();
    let config = folder.file("ami/config.toml", "[x]\n");
    fs::set_permissions(&config, Permissions::from_mode(0o000)).unwrap();
    for (variable, status) in [("", 0), (&*config, 2)] {
        let mut command = ami(&["profiles"]);
        command.env("AMI_CONFIG", variable).env("XDG_CONFIG_HOME", &folder.0);
        if rustix::process::geteuid().is_root() {
            // Every file is readable for root.
            command.uid(65534).gid(65534);
        }
        let output = match command.output() {
            // The tool is in a folder of root.
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => return,
            output => output.unwrap(),
        };
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{stderr}");
        let begin = if status == 0 { "ami: warning: " } else { "ami: " };
        assert!(stderr.starts_with(begin) && stderr.contains(&config), "{stderr}");
    }
}

#[test]
fn empty_variables_are_not_set() {
    let refusing = Refusing::start();
    let mut command = ami(&["ping", "--user", "a", "--plain", "--port", &refusing.port.to_string()]);
    for name in [
        "AMI_HOST",
        "AMI_PORT",
        "AMI_USER",
        "AMI_SECRET_FILE",
        "AMI_TLS",
        "AMI_CA",
        "AMI_SERVER_NAME",
        "AMI_TIMEOUT",
        "AMI_PROFILE",
    ] {
        command.env(name, "");
    }
    let (status, stderr) = run(command.env("AMI_SECRET", "x").env("XDG_CONFIG_HOME", ""));
    assert!(status == 4 && stderr.starts_with("ami: login refused: no; the user a "), "{status} {stderr}");
    // Without options.
    let (status, stderr) = run(ami(&["ping"]).env("AMI_USER", "").env("AMI_PORT", ""));
    assert!(status == 2 && stderr.contains("no user"), "{stderr}");
}

#[test]
fn wrong_settings_are_errors_that_name_the_place() {
    use std::os::unix::ffi::OsStrExt;
    for (name, value, reason) in [
        ("AMI_PORT", &b"abc"[..], "\"abc\" is not a port"),
        ("AMI_PORT", b"0", "\"0\" is not a port"),
        ("AMI_PORT", b"99999", "\"99999\" is not a port"),
        ("AMI_PORT", b" 1", "\" 1\" is not a port"),
        ("AMI_HOST", b"pbx:x", "\"x\" is not a port"),
        ("AMI_HOST", b"ami://a:hush@pbx", "a URL with a secret is refused"),
        ("AMI_HOST", b"\xff", "not UTF-8"),
        ("AMI_USER", b"\xff", "not UTF-8"),
        ("AMI_TLS", b"maybe", "\"maybe\" is neither yes nor no"),
        ("AMI_TIMEOUT", b"5s", "\"5s\" is not a number of seconds"),
        ("AMI_TIMEOUT", b"0", "\"0\" is not a time above 0 seconds"),
        ("AMI_SECRET", b"hush\xff", "not UTF-8"),
        ("AMI_SECRET_FILE", b"/no/such", "/no/such: No such file"),
    ] {
        let mut command = ami(&["ping"]);
        if name != "AMI_USER" {
            command.env("AMI_USER", "a");
        }
        let (status, stderr) = run(command.env(name, std::ffi::OsStr::from_bytes(value)));
        assert_eq!(status, 2, "{name}: {stderr}");
        let is_named = stderr.contains(name) || reason.starts_with('/');
        assert!(is_named && stderr.contains(reason) && !stderr.contains("hush"), "{name}: {stderr}");
        assert_eq!(stderr.lines().count(), 1);
    }
    for (options, reason) in [
        (&["--host", ""][..], "--host"),
        (&["--host", "pbx:"], "--host: \"\" is not a port"),
        (&["--host", "ami://a:hush@pbx"], "--host: a URL with a secret is refused"),
        (&["--host", "admin:hush@pbx"], "--host: to name a user"),
        (&["--host", "http://admin:hush@pbx"], "--host: a URL begins with ami:// or"),
        (&["--host", "pbx:5", "--port", "6"], "--port: 6, but --host has the port 5"),
        (&["--host", "ami://a@pbx", "--user", "b"], "--user: b, but --host has the user a"),
        (
            &["--host", "ami://pbx", "--tls"],
            "--tls: the URL of --host begins with ami://, which is without TLS",
        ),
        (&["--port", "0"], "--port"),
        (&["--user", ""], "--user"),
        (&["--profile", ""], "--profile"),
        (&["--timeout", "0"], "--timeout"),
        (&["--timeout", "1000000000"], "--timeout: not a time from 0.001 to 4294967 seconds"),
        (&["--connect-timeout", "11"], "--connect-timeout: longer than the whole time limit, 10 s"),
        (&["--connect-timeout", "5", "--timeout", "2.5"], "--connect-timeout: longer than the whole time"),
        (&["--retry", "-1"], "-1"),
        (&["--ca", "x"], "--ca: only with --tls or amis://"),
        (&["--insecure"], "--insecure: only with --tls or amis://"),
        (&["--server-name", "x", "--host", "ami://pbx"], "--server-name: only with --tls or amis://"),
        (&["--tls", "--ca", "/no/such"], "--ca: /no/such: "),
        (&["--tls", "--ca", "/dev/null"], "--ca: /dev/null: contains no certificate"),
        (&["--tls", "--ca", "x", "--insecure"], "--insecure: "),
        (&["--manager-conf", "/no/such"], "ami: /no/such: No such file"),
    ] {
        let (status, stderr) = run(ami(&["ping"]).args(options));
        assert!(status == 2 && stderr.contains(reason), "{options:?}: {stderr}");
        assert!(!stderr.contains("hush") && stderr.lines().count() == 1, "{options:?}: {stderr}");
    }
    // Settings that agree do not contradict each other.
    let port = unused();
    let url = format!("ami://a@127.0.0.1:{port}");
    let same = ["ping", "--host", &url, "--port", &port.to_string(), "--user", "a"];
    assert_eq!(run(ami(&same).env("AMI_SECRET", "x").env("AMI_TLS", "1")).0, 3);
}

#[test]
fn manager_conf_gives_the_address_and_the_secret() {
    let folder = Folder::new("manager-conf");
    let refusing = Refusing::start();
    let port = refusing.port;
    folder.file("manager.d/b.conf", "[from-b]\nsecret = secret-b\n");
    folder.file("manager.d/.hidden.conf", "[general]\nport = 1\n");
    folder.file("more.conf", "secret = included\n");
    // (text, --user, the user, the secret)
    for (text, user, expected_user, secret) in [
        ("[admin]\nsecret = one\n", None, "admin", "one"),
        ("[admin]\nsecret=>one ; comment\n", None, "admin", "one"),
        ("[admin]\nsecret = >one\n", None, "admin", ">one"),
        ("[admin]\nsecret = on\\;e\n", None, "admin", "on;e"),
        ("[admin] ; the boss\nsecret = ;-- not this --; one\n", None, "admin", "one"),
        (";--\n[other]\nsecret = x\n--;\n[admin]\nsecret = one\n", None, "admin", "one"),
        (";----- a line -----\n[admin]\nSecret = one\nsecret = two\n", None, "admin", "two"),
        ("[a]\nsecret = 1\n[b]\nsecret = 2\n", Some("B"), "B", "2"),
        ("[t](!)\nsecret = inherited\n[admin](t)\nread = all\n", None, "admin", "inherited"),
        ("[t](!)\nsecret = inherited\n[admin](t)\nsecret = own\n", None, "admin", "own"),
        ("[t](!)\nsecret = 1\n[u](!,t)\n[admin]( t , u )\n", None, "admin", "1"),
        ("[admin]\nread = all\n[admin](+)\nsecret = added\n", None, "admin", "added"),
        ("[admin]\n#include more.conf\n", None, "admin", "included"),
        ("[admin]\n#include \"more.conf\"\nread = all\n", None, "admin", "included"),
        ("#tryinclude <missing.conf>\n#include manager.d/*.conf\n", None, "from-b", "secret-b"),
        ("[admin]\nsecret = s e=c>r\n", None, "admin", "s e=c>r"),
    ] {
        let general = format!("[general]\nenabled = yes\nport = {port}\nbindaddr = 0.0.0.0\n");
        let file = folder.file("manager.conf", general + text);
        let mut command = ami(&["ping", "--plain", "--manager-conf", &file]);
        command.args(user.iter().flat_map(|user| ["--user", user]));
        // The file has precedence over the environment.
        command.env("AMI_HOST", "127.0.0.9").env("AMI_PORT", "1").env("AMI_SECRET", "variable");
        let (status, stderr) = run(&mut command);
        assert!(status == 4 && stderr.starts_with("ami: login refused: no; the user "), "{text}: {stderr}");
        let request = refusing.requests();
        let lines = format!("\r\nUsername: {expected_user}\r\nSecret: {secret}\r\n");
        assert!(request.contains(&lines), "{text}: {request}");
    }
    // The secret is for this machine, and goes to no other one.
    let file = folder.file("manager.conf", "[general]\nenabled = yes\n[admin]\nsecret = one\n");
    for (host, is_own) in [("localhost", true), ("127.0.0.7", true), ("192.0.2.1", false), ("other", false)] {
        let arguments = ["ping", "--manager-conf", &file, "--host", host, "--port", "1"];
        let (status, stderr) = run(&mut ami(&arguments));
        let text =
            format!("ami: --host: the secret of {file} is for 127.0.0.1:5038, not for {host}:1; give ");
        assert_eq!(
            (status, stderr.starts_with(&text)),
            if is_own { (3, false) } else { (2, true) },
            "{stderr}"
        );
    }
    // (settings, options, address)
    for (general, options, address) in [
        ("", &["--port", "1"][..], "127.0.0.1:1: "),
        ("bindaddr = 127.0.0.8\nport = 2\n", &[], "127.0.0.8:2: "),
        ("bindaddr = 127.0.0.8\nport = 2\n", &["--host", "127.0.0.7"], "127.0.0.7:2: "),
        ("bindaddr = ::\nport = 2\n", &[], "[::1]:2: "),
        ("bindaddr = 127.0.0.8\ntlsenable = yes\n", &["--tls"], "127.0.0.8:5039: "),
        ("port = 2\ntlsenable = yes\ntlsbindaddr = 127.0.0.8:3\n", &["--tls"], "127.0.0.8:3: "),
        ("tlsenable = on\nsslbindaddr = [::]:3\n", &["--tls"], "[::1]:3: "),
        ("tlsenable = yes\ntlsbindaddr = 127.0.0.8:3\nport = 2\n", &[], "127.0.0.1:2: "),
    ] {
        let text = format!("[general]\nenabled = yes\n{general}[admin]\nsecret = x\n");
        let file = folder.file("manager.conf", text);
        let mut command = ami(&["ping", "--manager-conf", &file]);
        let (status, stderr) = run(command.args(options).env("AMI_CA", certificate(&folder)));
        assert!(status == 3 && stderr.starts_with(&format!("ami: {address}")), "{general}: {stderr}");
    }
    // (text, options, reason)
    let many: String = (0..3).map(|at| format!("[user-{at}]\nsecret = hush\n")).collect();
    for (text, options, reason) in [
        ("[general]\n", &[][..], ": there are no users"),
        (&many, &[], "several users; name one with --user: user-0, user-1, user-2"),
        (&many, &["-u", "usr-1"], "no user \"usr-1\", whom --user names; did you mean user-1?"),
        (&many, &["-u", "zz"], "the users are user-0, user-1, user-2"),
        ("[a]\nread = all\n", &[], "the user a has no secret"),
        ("[a]\nsecret = hush\n[a]\n", &[], "manager.conf:4: the section a is defined twice"),
        ("[a](nosuch)\nsecret = hush\n", &[], "manager.conf:2: there is no template nosuch"),
        ("[a](+)\nsecret = hush\n", &[], "manager.conf:2: there is no section a"),
        ("[a\nsecret = hush\n", &[], "manager.conf:2: not a section"),
        ("[a]\nsecret hush\n", &[], "manager.conf:3: neither a section nor key = value"),
        ("[a]\n#include nosuch.conf\n", &[], "manager.conf:3: #include nosuch.conf: the file does not exist"),
        ("[a]\n#exec /bin/hush\n", &[], "manager.conf:3: #exec is not supported"),
        ("#include manager.conf\n", &[], "more than 10 files include each other"),
        ("[a]\nsecret = hush\n", &["--tls"], "tlsenable is not yes"),
        ("[general]\nport = hm\n[a]\nsecret = hush\n", &[], "manager.conf:3: port: \"hm\" is not a port"),
    ] {
        let file = folder.file("manager.conf", format!(";\n{text}"));
        let (status, stderr) = run(ami(&["ping", "-q", "--manager-conf", &file]).args(options));
        assert!(status == 2 && stderr.contains(reason), "{text}: {stderr}");
        assert!(!stderr.contains("hush") && stderr.lines().count() == 1, "{stderr}");
    }
    let file = folder.file("manager.conf", format!("[general]\nport = {port}\n[a]\nsecret = x\n"));
    let (status, stderr) = run(&mut ami(&["ping", "--plain", "--manager-conf", &file]));
    let warning =
        format!("ami: warning: {file}: enabled is not yes in [general], so Asterisk offers no AMI\n");
    assert!(status == 4 && stderr.starts_with(&warning), "{stderr}");
}

#[cfg(all(feature = "tls", feature = "serve"))]
mod tls {
    use embedded_ami_pbx::{Pbx, Tls};

    use super::*;

    fn pbx(folder: &Folder) -> (Pbx, u16, String) {
        let (tls, certificate) = Tls::self_signed().unwrap();
        let pbx = Pbx::builder().user("admin", "very-secret").tls(tls).start((Ipv4Addr::LOCALHOST, 0));
        let pbx = pbx.unwrap();
        let port = pbx.local_addr().port();
        (pbx, port, folder.file("ca.crt", certificate))
    }

    fn ping(options: &[&str]) -> (i32, String, Duration) {
        let begin = Instant::now();
        let mut command = ami(&["ping", "--user", "admin"]);
        let (status, stderr) = run(command.args(options).env("AMI_SECRET", "very-secret"));
        (status, stderr, begin.elapsed())
    }

    #[test]
    fn the_certificate_decides_and_errors_explain() {
        let folder = Folder::new("tls");
        let (_pbx, port, ca) = pbx(&folder);
        let port = &port.to_string()[..];
        let local = &format!("amis://localhost:{port}")[..];
        let other = &certificate(&folder)[..];
        let untrusted = "the server's signature does not match the certificates in ";
        let store = "the certificate store of this system contains neither";
        let warning = "ami: warning: --insecure: the certificate of the server is not verified\n";
        for (options, status, text) in [
            (&["--host", local, "--ca", &ca][..], 0, ""),
            (&["--tls", "--port", port, "--ca", &ca], 0, ""),
            (&["--host", local, "--insecure"], 0, warning),
            (&["--host", local, "--insecure", "--quiet"], 0, ""),
            (&["--host", local, "--insecure", "--server-name", "example.org"], 0, warning),
            (&["--host", local, "--ca", other], 3, untrusted),
            (&["--host", local, "--ca", &ca, "--server-name", "127.0.0.1"], 0, ""),
            (
                &["--host", local, "--ca", &ca, "--server-name", "example.org"],
                3,
                "give a name of the certificate with --server-name",
            ),
            (&["--host", local], 3, store),
        ] {
            let (ended, stderr, _) = ping(options);
            if text == store && ended == 2 {
                assert!(stderr.contains("this system has no trusted certificates"), "{stderr}");
                continue;
            }
            assert_eq!(ended, status, "{options:?}: {stderr}");
            let server = format!("ami: localhost:{port}: ");
            assert!(status == 0 || stderr.starts_with(&server), "{options:?}: {stderr}");
            let matches = if status == 0 { stderr == text } else { stderr.contains(text) };
            assert!(matches && stderr.lines().count() <= 1, "{options:?}: {stderr}");
        }
        // The store of the system is where OpenSSL looks for it.
        let mut command = ami(&["ping", "--user", "admin", "--host", local]);
        let (status, stderr) = run(command.env("AMI_SECRET", "very-secret").env("SSL_CERT_FILE", &ca));
        assert_eq!((status, &stderr[..]), (0, ""));
        let mut command = ami(&["ping", "-v", "--user", "admin", "--host", local]);
        let (status, stderr) = run(command.env("AMI_SECRET", "very-secret").env("AMI_CA", &ca));
        let (plain, tls) = (format!(":{port}\n"), "* TLSv1_3 with TLS13_");
        assert!(status == 0 && stderr.contains(&plain) && stderr.contains(tls), "{stderr}");
    }

    #[test]
    fn a_port_of_the_other_kind_gets_a_hint() {
        let folder = Folder::new("tls-hints");
        let (_pbx, port, ca) = pbx(&folder);
        let tls_port = &port.to_string()[..];
        let (status, stderr, took) = ping(&["--port", tls_port, "--timeout", "0.3"]);
        assert!(status == 3 && stderr.ends_with("; if this is a port for TLS, use --tls\n"), "{stderr}");
        assert!(took < Duration::from_secs(1), "{took:?}");
        let plain = Pbx::builder().user("admin", "very-secret").start((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = plain.local_addr().port().to_string();
        let (status, stderr, _) = ping(&["--port", &port, "--tls", "--ca", &ca, "--retry", "3"]);
        assert_eq!(status, 3);
        let hint = "the server does not speak TLS on this port. AMI over TLS has a port of its own, \
                    tlsbindaddr in manager.conf. To connect without TLS, leave out --tls, or use ami://\n";
        assert!(stderr.ends_with(hint) && !stderr.contains("again"), "{stderr}");
    }

    #[test]
    fn a_server_that_hangs_in_the_handshake_is_left_in_time() {
        let folder = Folder::new("tls-hanging");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let (status, stderr, took) =
            ping(&["--port", &port, "--tls", "--ca", &certificate(&folder), "--connect-timeout", "0.3"]);
        assert_eq!(status, 3);
        assert!(stderr.ends_with(": the server does not complete the TLS handshake in time\n"), "{stderr}");
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
}

#[cfg(not(feature = "tls"))]
#[test]
fn a_build_without_tls_names_the_feature() {
    let refused = |options: &[&str], text: &str| {
        let (status, stderr) = run(ami(&["ping", "--user", "a"]).args(options));
        assert_eq!((status, stderr), (2, format!("ami: {text}\n")));
    };
    let tls = "this build of ami does not have the option --tls (feature tls); see ami ping --help";
    refused(&["--tls"], tls);
    refused(&["--host", "amis://pbx"], "--host: this build of ami has no TLS (feature tls)");
}

#[cfg(not(feature = "profiles"))]
#[test]
fn a_build_without_profiles_names_the_feature() {
    let text = "this build of ami does not have the option --profile (feature profiles); see ami ping --help";
    let (status, stderr) = run(&mut ami(&["ping", "--profile", "office"]));
    assert_eq!((status, stderr), (2, format!("ami: {text}\n")));
    for name in ["AMI_PROFILE", "AMI_CONFIG"] {
        let (status, stderr) = run(ami(&["ping", "--user", "a"]).env(name, "office"));
        let text = format!("ami: {name}: this build of ami has no profiles (feature profiles)\n");
        assert_eq!((status, stderr), (2, text));
    }
}

#[test]
fn connecting_has_a_limit_of_its_own() {
    let port = server(b"", &[]).to_string();
    let begin = Instant::now();
    let options = ["ping", "--user", "a", "--port", &port, "--connect-timeout", "0.3", "--timeout", "9"];
    let (status, stderr) = run(ami(&options).env("AMI_SECRET", "x"));
    assert!(status == 3 && stderr.contains("no banner within 0.3 s"), "{stderr}");
    assert!(begin.elapsed() < Duration::from_secs(1));
    // An address at which nothing answers, or which cannot be reached at all.
    let begin = Instant::now();
    let options = ["ping", "--user", "a", "--host", "192.0.2.1", "--connect-timeout", "0.3"];
    let (status, stderr) = run(ami(&options).env("AMI_SECRET", "x"));
    assert!(status == 3 && stderr.starts_with("ami: 192.0.2.1:5038: "), "{stderr}");
    assert!(begin.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_connection_that_failed_is_retried_and_a_refused_login_is_not() {
    // The server closes two connections, then is there.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    thread::spawn(move || {
        for _ in 0..2 {
            drop(listener.accept().unwrap());
        }
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(BANNER).unwrap();
        for answer in [ACCEPTED, PONG] {
            let request = read_request(&mut stream);
            let id = request.lines().find_map(|line| line.strip_prefix("ActionID: ")).unwrap();
            stream.write_all(answer.replace('@', id).as_bytes()).unwrap();
        }
        let _ = stream.read(&mut [0; 100]);
    });
    let ping = |port: &str, retry: &str, quiet: bool| {
        let mut command = ami(&["ping", "--plain", "--user", "a", "--port", port, "--retry", retry]);
        run(command.args(quiet.then_some("-q")).env("AMI_SECRET", "x"))
    };
    let (status, stderr) = ping(&port, "3", false);
    assert_eq!(status, 0, "{stderr}");
    let ends = ["(1 of 3)", "(2 of 3)"];
    assert_eq!(stderr.lines().count(), 2, "{stderr}");
    for (line, end) in stderr.lines().zip(ends) {
        let begin = format!("ami: warning: 127.0.0.1:{port}: the server closed the connection ");
        assert!(
            line.starts_with(&begin) && line.contains("; trying again in 0.") && line.ends_with(end),
            "{line}"
        );
    }
    let port = unused().to_string();
    let (status, stderr) = ping(&port, "1", true);
    assert_eq!((status, stderr.lines().count()), (3, 1), "{stderr}");
    let refusing = Refusing::start();
    let (status, stderr) = ping(&refusing.port.to_string(), "3", false);
    assert!(status == 4 && stderr.starts_with("ami: login refused: no; the user a "), "{status} {stderr}");
    assert_eq!(refusing.requests().matches("Action: ").count(), 1);
    let (status, stderr) = ping(&server(b"SSH-2.0-x\r\n", &[""]).to_string(), "3", false);
    assert!(status == 3 && stderr.contains("SSH") && stderr.lines().count() == 1, "{stderr}");
}

#[test]
fn verbose_shows_each_line_and_no_secret() {
    // The server sends back the secret and the answer to the challenge.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let digest = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&digest);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream.write_all(BANNER).unwrap();
            loop {
                let request = read_request(&mut stream);
                let Some(id) = request.lines().find_map(|line| line.strip_prefix("ActionID: ")) else {
                    break;
                };
                if let Some(key) = request.lines().find_map(|line| line.strip_prefix("Key: ")) {
                    *seen.lock().unwrap() = key.into();
                }
                let key = seen.lock().unwrap().clone();
                let echo = format!("Echo: {key} zebra-crossing\r\nzebra-crossing\r\nX: \x1b[31m\r\n");
                let answer = if request.contains("Challenge") { CHALLENGE } else { PONG };
                let answer = answer.replace('@', id).replace("\r\n\r\n", &format!("\r\n{echo}\r\n"));
                stream.write_all(answer.as_bytes()).unwrap();
            }
        }
    });
    for login in [&[][..], &["--plain"]] {
        let mut command = ami(&["ping", "--verbose", "--user", "admin", "--port", &port]);
        let output = command.args(login).env("AMI_SECRET", "zebra-crossing").output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), &output.stdout[..]), (Some(0), &b"Pong\n"[..]), "{stderr}");
        let secret = if login.is_empty() { "> Key: [redacted]\n" } else { "> Secret: [redacted]\n" };
        for line in [
            &format!("* connecting to 127.0.0.1:{port}\n"),
            "< Asterisk Call Manager/11.0.0\n",
            "> Action: Login\n",
            "> Username: admin\n",
            secret,
            "> Action: Ping\n",
            "< Ping: Pong\n",
            " [redacted]\n< [redacted]\n< X: \\x1b[31m\n<\n",
        ] {
            assert!(stderr.contains(line), "{line}: {stderr}");
        }
        let digest = digest.lock().unwrap().clone();
        assert!(!stderr.contains("zebra") && digest.len() == 32 && !stderr.contains(&digest), "{stderr}");
        assert!(!stderr.contains("840415273"), "{stderr}");
    }
}

#[test]
fn quiet_leaves_out_warnings_and_keeps_errors() {
    let folder = Folder::new("quiet");
    let file = folder.file("secret", "x\n");
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    let port = unused().to_string();
    for (options, lines) in [(&[][..], 2), (&["-q"], 1), (&["--quiet"], 1)] {
        let mut command = ami(&["ping", "--user", "a", "--port", &port, "--secret-file", &file]);
        let (status, stderr) = run(command.args(options));
        assert_eq!((status, stderr.lines().count()), (3, lines), "{stderr}");
    }
}

#[test]
fn a_variable_with_a_typing_error_is_not_ignored_silently() {
    for (name, hint) in [
        ("AMI_HSOT", Some("did you mean AMI_HOST?")),
        ("AMI_PRT", Some("did you mean AMI_PORT?")),
        ("AMI_USERNAME", Some("did you mean AMI_USER?")),
        ("AMI_PASSWORD", Some("did you mean AMI_SECRET?")),
        ("AMI_TIMEOT", Some("did you mean AMI_TIMEOUT?")),
        ("AMI_RETRY", Some("give --retry")),
        // Those of other programs, and those of --exec.
        ("AMI_ID", None),
        ("AMI_LAUNCH_INDEX", None),
        ("AMI_PORT_16", None),
        ("AMI_TLS_CA", None),
        ("AMI_TIME", None),
        ("AMI_H_Prot", None),
        ("AMIPORT", None),
    ] {
        let (status, stderr) = run(ami(&["ping"]).env(name, "5"));
        let expected = hint.map_or(String::new(), |hint| {
            format!("ami: warning: {name}: there is no variable of this name; {hint}\n")
        });
        assert_eq!(status, 2, "{stderr}");
        assert!(stderr.starts_with(&format!("{expected}ami: no user: ")), "{name}: {stderr}");
        let (_, stderr) = run(ami(&["ping", "--quiet"]).env(name, "5"));
        assert!(!stderr.contains("warning"), "{stderr}");
    }
}

#[test]
fn a_refused_login_names_the_user_and_the_place_of_its_secret() {
    use Place::{Options, Profile, Variable};
    let folder = Folder::new("refused");
    let refusing = Refusing::start();
    let file = folder.file("one.secret", "hush-hush\n");
    let users = format!("[general]\nenabled = yes\nport = {}\n[a]\nsecret = hush-hush\n", refusing.port);
    let users = folder.file("manager.conf", users);
    let port = format!("port = {}", refusing.port);
    let config = folder.0.join("config.toml").display().to_string();
    let here = refusing.port.to_string();
    let to_here = Variable("AMI_PORT", &here);
    for (places, user, secret) in [
        (
            &[to_here, Options(&["-u", "a"]), Variable("AMI_SECRET", "hush-hush")][..],
            "--user",
            "AMI_SECRET".to_owned(),
        ),
        (
            &[to_here, Variable("AMI_USER", "a"), Options(&["--secret-file", &file])],
            "AMI_USER",
            format!("{file}, which --secret-file names"),
        ),
        (
            &[to_here, Options(&["-H", "ami://a@127.0.0.1"]), Variable("AMI_SECRET_FILE", &file)],
            "--host",
            format!("{file}, which AMI_SECRET_FILE names"),
        ),
        (
            &[Profile(&port), Profile("user = \"a\""), Profile("secret = \"hush-hush\"")],
            &format!("the profile x ({config}:3: user)"),
            format!("the profile x ({config}:4: secret)"),
        ),
        (
            &[Profile(&port), Profile("secret-file = \"one.secret\""), Options(&["-u", "a"])],
            "--user",
            format!("{file}, which the profile x ({config}:3: secret-file) names"),
        ),
        (
            &[Options(&["--manager-conf", &users])],
            &format!("{users}:5: secret"),
            format!("{users}:5: secret"),
        ),
    ] {
        let mut profile = String::from("[x]\n");
        let mut command = ami(&["ping", "--plain"]);
        for place in places {
            match place {
                Options(options) => command.args(*options),
                Variable(name, value) => command.env(name, value),
                Profile(line) => {
                    profile.push_str(&format!("{line}\n"));
                    command.env("AMI_PROFILE", "x")
                }
            };
        }
        folder.file("config.toml", &profile);
        let (status, stderr) = run(command.env("AMI_CONFIG", &config));
        let expected = format!(
            "ami: login refused: no; the user a is from {user}, its secret from {secret}; in manager.conf of \
             127.0.0.1:{here}, check secret, permit, deny and acl of [a] (after a change: manager reload); the \
             log of Asterisk has the reason\n"
        );
        assert_eq!((status, stderr), (4, expected));
        assert!(refusing.requests().contains("Secret: hush-hush"));
    }
}
