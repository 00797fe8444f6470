//! Settings that are wrong or contradict each other.

use embedded_ami::client::Credentials;

use super::{File, Server, ami, run};

#[test]
fn a_port_in_use_gives_status_5_and_names_the_address() {
    let server = Server::start(&[]);
    let arguments = ["serve", "--user", "admin", "--listen", &server.address];
    let (status, stderr) = run(ami(&arguments).env("AMI_SECRET", "x"));
    assert_eq!(status, 5);
    let start = format!("ami: cannot listen on {}: ", server.address);
    assert!(stderr.starts_with(&start) && stderr.contains("in use"), "{stderr}");

    let port = server.port();
    let file = format!("[general]\nbindaddr = 127.0.0.1\nport = {port}\n[a]\nsecret = x\n");
    let (status, stderr) = run(&mut ami(&["serve", "--users", File::new(file.as_bytes()).path()]));
    assert_eq!(status, 5);
    assert!(stderr.starts_with(&start), "{stderr}");
}

#[test]
fn wrong_options_give_status_2_and_are_named() {
    let wrong: &[(&[&str], &str)] = &[
        (&["--speed", "0"], "--speed"),
        (&["--slow", "never"], "--slow"),
        (&["--connections", "0"], "--connections"),
        (&["--anonymous", "0"], "--anonymous"),
        (&["--ami-version", "11.0.0\nX"], "--ami-version"),
        (&["--ami-version", "0.9"], "--ami-version"),
        (&["--ami-version", "14"], "--ami-version"),
        (&["--users", "/no/such/file"], "ami: /no/such/file: No such file"),
        (&["--script", "/no/such/file"], "ami: /no/such/file: No such file"),
        (&["--user", ""], "ami: --user is empty"),
        (&["--host", "127.0.0.1"], "--host"),
        (&["--json"], "--json"),
    ];
    for (arguments, reason) in wrong {
        let (status, stderr) = run(ami(&["serve", "--listen", "127.0.0.1:0"])
            .args(*arguments)
            .env("AMI_SECRET", "x")
            .env("AMI_USER", "x"));
        assert_eq!(status, 2, "{arguments:?}");
        assert!(stderr.contains(reason), "{arguments:?}: {stderr}");
    }
    let (status, stderr) = run(&mut ami(&["serve"]));
    assert_eq!(status, 2);
    assert!(stderr.contains("no user: give --user or set AMI_USER"), "{stderr}");
}

#[test]
fn a_wrong_address_names_the_option_and_the_value() {
    for (address, reason) in [
        ("127.0.0.1", "\"127.0.0.1\" has no port, as in 127.0.0.1:5038"),
        ("5038", "\"5038\" has no address, as in 127.0.0.1:5038"),
        ("::1", "\"::1\" has more than one colon; an IPv6 address needs brackets, as in [::1]:5038"),
        ("127.0.0.1:ami", "\"127.0.0.1:ami\" has the port \"ami\", not a number from 0 to 65535"),
        ("no host:0", "\"no host:0\": "),
    ] {
        let (status, stderr) =
            run(ami(&["serve", "--user", "admin", "--listen", address]).env("AMI_SECRET", "x"));
        assert_eq!(status, 2, "{address}");
        assert!(stderr.starts_with(&format!("ami: --listen: {reason}")), "{stderr}");
    }
    let file = File::new(b"[general]\nport = 5038\n[a]\nsecret = x\n");
    let server = Server::spawn(&mut ami(&["serve", "--users", file.path(), "--listen", "localhost:0"]));
    assert_ne!(server.port(), "5038");
    server.connect().login(&Credentials::new("a", "x")).unwrap();
    if std::net::TcpListener::bind("[::1]:0").is_ok() {
        let server = Server::spawn(&mut ami(&["serve", "--users", file.path(), "--listen", "[::1]:0"]));
        assert!(server.address.starts_with("[::1]:"), "{}", server.address);
        server.connect().login(&Credentials::new("a", "x")).unwrap();
    }
}

#[test]
fn a_user_of_the_command_line_contradicts_a_file_with_users_but_variables_do_not() {
    let (file, secret) = (File::new(b"[a]\nsecret = x\n"), File::new(b"other\n"));
    for option in ["--user", "--secret-file"] {
        let users = ["serve", "--listen", "127.0.0.1:0", "--users", file.path(), option, secret.path()];
        let (status, stderr) = run(&mut ami(&users));
        assert_eq!(status, 2, "{stderr}");
        assert!(stderr.contains(option) && stderr.contains("cannot be used with"), "{stderr}");
    }
    let mut serve = ami(&["serve", "--listen", "127.0.0.1:0", "--users", file.path()]);
    let server = Server::spawn(serve.env("AMI_USER", "admin").env("AMI_SECRET_FILE", "/no/such/file"));
    server.connect().login(&Credentials::new("a", "x")).unwrap();
    assert!(server.connect().login(&Credentials::new("admin", "secret")).is_err());
}

#[test]
fn the_secret_comes_from_the_option_then_the_variable_then_the_file_of_a_variable() {
    let (file, other) = (File::new(b"of the option\n"), File::new(b"of the file\n"));
    let serve = ["serve", "--user", "admin", "--listen", "127.0.0.1:0"];
    // `Server::spawn` sets AMI_SECRET to "secret".
    let server = Server::spawn(ami(&serve).args(["--secret-file", file.path()]));
    server.connect().login(&Credentials::new("admin", "of the option")).unwrap();
    let server = Server::spawn(ami(&serve).env("AMI_SECRET_FILE", other.path()));
    server.connect().login(&Credentials::new("admin", "secret")).unwrap();
    let (status, stderr) = run(ami(&serve).env("AMI_SECRET", "").env("AMI_SECRET_FILE", "/no/such/file"));
    assert_eq!(status, 2);
    assert!(stderr.starts_with("ami: cannot read the secret from /no/such/file: No such file"), "{stderr}");
}

#[test]
fn the_help_begins_with_a_whole_command_and_describes_the_line_to_wait_for() {
    let output = ami(&["serve", "--help"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    assert_eq!(
        help.lines().nth(2),
        Some("Usage: AMI_SECRET=SECRET ami serve --user USER [OPTIONS]"),
        "{help}"
    );
    for text in
        ["\n  listening on 127.0.0.1:40123\n", "Value-000000", "ms, s, m and h", "--slow <MODE>", "\nTLS:\n"]
    {
        assert!(help.contains(text) || text.contains("TLS") && !cfg!(feature = "tls"), "{text}");
    }
    let widest = help.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(115), "{widest:?}");
    // Its example works.
    let example = help.lines().find(|line| line.starts_with("  AMI_SECRET=")).unwrap();
    let words: Vec<_> = example.split_whitespace().skip(2).collect();
    let server = Server::spawn(&mut ami(&words));
    server.connect().login(&Credentials::new("admin", "secret")).unwrap();
}

/// Runs a command of a shell with this limit of open files, as `ulimit` sets it.
#[cfg(unix)]
fn limited(limit: &str, arguments: &str) -> std::process::Command {
    let mut command = std::process::Command::new("sh");
    let script =
        format!(r#"ulimit {limit} && exec "$0" serve --user admin --listen 127.0.0.1:0 {arguments}"#);
    command.args(["-c", &script, env!("CARGO_BIN_EXE_ami")]).env("AMI_SECRET", "secret");
    command.stdin(std::process::Stdio::null());
    command
}

#[test]
#[cfg(unix)]
fn as_many_clients_connect_as_are_permitted_with_a_low_limit_of_open_files() {
    use std::io::Read;

    let server = Server::spawn(&mut limited("-S -n 64", "--connections 150 --anonymous 150"));
    let mut streams = Vec::new();
    for number in 0..150 {
        let mut stream = std::net::TcpStream::connect(&server.address).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
        let mut banner = [0; 8];
        stream.read_exact(&mut banner).unwrap_or_else(|error| panic!("client {number}: {error}"));
        assert_eq!(&banner, b"Asterisk");
        streams.push(stream);
    }
}

#[test]
#[cfg(unix)]
fn a_limit_of_open_files_that_the_system_does_not_raise_is_a_warning() {
    for (connections, is_told) in [(150, true), (50, false)] {
        let mut serve = limited("-n 100", &format!("--connections {connections}"));
        serve.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut child = serve.spawn().unwrap();
        let mut line = [0; 12];
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut line).unwrap();
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let begin = format!(
            "ami: warning: --connections {connections}: the system lets this program open 100 files, so that \
             clients after about the 68th have to wait; "
        );
        assert!(if is_told { stderr.starts_with(&begin) } else { stderr.is_empty() }, "{stderr}");
    }
}
