//! The `ami` tool as a script sees it: standard output, standard error and the exit status.

mod common;
mod harness;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Stdio;
use std::time::{Duration, Instant};

use common::{Role, captures, expected};
use embedded_ami::wire::Decoder;
use harness::{ACCEPTED, BANNER, CHALLENGE, PONG, ami, run, run_against, server};

/// Returns a message as JSON, by an independent implementation of the decoder and the format.
fn json(message: &common::naive::Message) -> serde_json::Value {
    use common::naive::Kind;
    use serde_json::{Value, json};
    let text = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) => json!(text),
        Err(_) => json!({"hex": bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()}),
    };
    let kind = match message.kind {
        Kind::Banner => "banner",
        Kind::Response => "response",
        Kind::Event => "event",
        Kind::Action => "action",
        Kind::Other => "other",
    };
    let mut object = json!({ "kind": kind });
    if let Some((product, version)) = &message.banner {
        object["product"] = text(product);
        object["version"] = text(version);
    } else {
        object["name"] = message.name.as_deref().map_or(Value::Null, text);
        let headers = message.headers.iter();
        object["headers"] =
            headers.map(|(name, value)| json!([name.as_deref().map(text), text(value)])).collect();
        if let Some(output) = &message.output {
            object["output"] = output.iter().map(|line| text(line)).collect();
        }
    }
    if message.incomplete {
        object["incomplete"] = json!(true);
    }
    object
}

#[test]
fn decode_prints_every_capture_with_any_buffer_size() {
    for capture in captures().iter().filter(|capture| capture.bytes.len() < 100_000) {
        let messages = expected(&capture.bytes, capture.role);
        let expected: Vec<_> = messages.iter().map(json).collect();
        for buffer in [Decoder::MIN.to_string(), "777".into(), "65536".into()] {
            let mut command = ami(&["decode", "--buffer", &buffer]);
            if capture.role == Role::Server {
                command.arg("--from-client");
            }
            let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            let mut stdin = child.stdin.take().unwrap();
            let bytes = capture.bytes.clone();
            let writer = std::thread::spawn(move || stdin.write_all(&bytes).unwrap());
            let output = child.wait_with_output().unwrap();
            writer.join().unwrap();
            assert!(output.status.success());
            let text = String::from_utf8(output.stdout).expect("UTF-8");
            let lines: Vec<serde_json::Value> =
                text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!(lines, expected, "{}", capture.name);
        }
    }
}

#[test]
fn decode_prints_keys_in_order_and_bytes_that_are_not_utf_8_as_hex() {
    let file = std::env::temp_dir().join(format!("embedded-ami-{}.s2c", std::process::id()));
    std::fs::write(&file, b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nOutput: line 1\r\nOutput: \r\n\r\na\xff\r\n\r\nno col").unwrap();
    let (status, stdout, _) = run(ami(&["decode"]).arg(&file));
    std::fs::remove_file(&file).unwrap();
    assert_eq!(status, 0);
    let lines = [
        r#"{"kind":"banner","product":"Asterisk Call Manager","version":"11.0.0"}"#,
        r#"{"kind":"response","name":"Success","headers":[["Response","Success"],["Output","line 1"],["Output",""]],"output":["line 1",""]}"#,
        r#"{"kind":"other","name":null,"headers":[[null,{"hex":"61ff"}]]}"#,
        r#"{"kind":"other","name":null,"headers":[[null,"no col"]],"incomplete":true}"#,
    ];
    assert_eq!(stdout.lines().collect::<Vec<_>>(), lines);
}

#[test]
fn decode_prints_each_message_when_it_is_complete() {
    let mut child = ami(&["decode"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    for name in ["A", "B", "C"] {
        for byte in format!("Event: {name}\r\n\r\n").bytes() {
            stdin.write_all(&[byte]).unwrap();
        }
        let expected =
            format!("{{\"kind\":\"event\",\"name\":\"{name}\",\"headers\":[[\"Event\",\"{name}\"]]}}\n");
        let mut line = vec![0; expected.len()];
        stdout.read_exact(&mut line).unwrap();
        assert_eq!(String::from_utf8(line).unwrap(), expected);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_closed_standard_output_is_not_an_error() {
    let mut child =
        ami(&["decode"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let _ = child.stdin.take().unwrap().write_all(&b"Event: X\r\n\r\n".repeat(50_000));
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn ping_prints_pong_or_json() {
    let (status, stdout, _) = run_against(BANNER, &[CHALLENGE, ACCEPTED, PONG], &["ping"]);
    assert_eq!((status, &stdout[..]), (0, "Pong\n"));
    let (status, stdout, _) = run_against(BANNER, &[ACCEPTED, PONG], &["ping", "--plain", "--json=full"]);
    assert_eq!(status, 0);
    assert!(
        stdout.starts_with(
            r#"{"kind":"response","name":"Success","headers":[["Response","Success"],["ActionID","#
        ),
        "{stdout}"
    );
    // A banner of another product, lines that end with LF only, Pong as the response, and junk and
    // events in between.
    let answers = &[
        "Response: Success\nActionID: @\n\n",
        "junk\r\n\r\nEvent: X\r\nActionID: @\r\n\r\nResponse: Error\r\nActionID: other\r\n\r\nResponse: Pong\r\nActionID: @\r\n\r\n",
    ];
    let (status, stdout, _) = run_against(b"Some Proxy/7\n", answers, &["ping", "--plain"]);
    assert_eq!((status, &stdout[..]), (0, "Pong\n"));
}

#[test]
fn command_prints_output_in_headers_and_output_after_follows() {
    let new = "Response: Success\r\nActionID: @\r\nMessage: Command output follows\r\nOutput:   a: b\r\nOutput: \r\nOutput: c\r\n\r\n";
    let (status, stdout, _) = run_against(
        BANNER,
        Box::leak(Box::new([ACCEPTED, new])),
        &["command", "--plain", "core", "show", "it"],
    );
    assert_eq!((status, &stdout[..]), (0, "  a: b\n\nc\n"));
    let old =
        "Response: Follows\r\nPrivilege: Command\r\nActionID: @\r\n  a: b\n\nc\n--END COMMAND--\r\n\r\n";
    let (status, stdout, _) =
        run_against(BANNER, Box::leak(Box::new([ACCEPTED, old])), &["command", "--plain", "core show it"]);
    assert_eq!((status, &stdout[..]), (0, "  a: b\n\nc\n"));
}

#[test]
fn a_list_is_printed_to_its_end_or_reported_as_cut_short() {
    let list = "Response: Success\r\nActionID: @\r\nEventList: Start\r\n\r\nEvent: Foreign\r\nPrivilege: call,all\r\n\r\nEvent: Item\r\nActionID: @\r\n\r\nEvent: Bare\r\n\r\n";
    let end = "Event: Done\r\nActionID: @\r\nEventList: Complete\r\n\r\n";
    let whole: &'static str = format!("{list}{end}").leak();
    let (status, stdout, _) =
        run_against(BANNER, Box::leak(Box::new([ACCEPTED, whole])), &["action", "--plain", "QueueStatus"]);
    assert_eq!(status, 0);
    assert_eq!(stdout.matches("Event: Item\n").count(), 1);
    assert_eq!(stdout.matches("Event: Bare\n").count(), 1, "IAXpeers sends entries without an ActionID");
    assert!(stdout.ends_with("EventList: Complete\n\n") && !stdout.contains("Foreign"), "{stdout}");
    let (status, _, stderr) =
        run_against(BANNER, Box::leak(Box::new([ACCEPTED, list])), &["action", "--plain", "QueueStatus"]);
    assert_eq!(status, 3, "{stderr}");
    assert!(stderr.contains("cut short after 2 entries") && stderr.contains("closed"), "{stderr}");
}

#[test]
fn an_error_can_end_a_list() {
    let answer = "Response: Success\r\nActionID: @\r\nEventList: start\r\n\r\nResponse: Error\r\nActionID: @\r\nMessage: No hints\r\n\r\n";
    let (status, _, stderr) = run_against(
        BANNER,
        Box::leak(Box::new([ACCEPTED, answer])),
        &["action", "--plain", "ExtensionStateList"],
    );
    assert_eq!((status, &stderr[..]), (1, "ami: the server answered Error: No hints\n"));
}

#[test]
fn responses_with_a_wrong_action_id_are_ignored() {
    let forged = "Response: Error\r\nMessage: forged\r\n\r\nResponse: Error\r\nActionID: guessed\r\n\r\nResponse: Success\r\nActionID: @\r\nPing: Pong\r\n\r\n";
    let (status, stdout, _) =
        run_against(BANNER, Box::leak(Box::new([ACCEPTED, forged])), &["ping", "--plain"]);
    assert_eq!((status, &stdout[..]), (0, "Pong\n"));
}

#[test]
fn a_failed_command_reports_its_output_as_the_reason() {
    let failed = "Response: Error\r\nActionID: @\r\nMessage: Command output follows\r\nOutput: No such command 'x'\r\n\r\n";
    let (status, stdout, stderr) = run_against(
        BANNER,
        Box::leak(Box::new([ACCEPTED, failed])),
        &["--plain", "command", "x", "--json=full"],
    );
    assert_eq!((status, &stderr[..]), (1, "ami: the server answered Error: No such command 'x'\n"));
    assert!(stdout.starts_with("{\"kind\":\"response\""), "options may follow the command: {stdout}");
}

#[test]
fn standard_input_that_cannot_be_read_gives_status_2() {
    for arguments in [&["action", "Ping", "-"][..], &["command", "-"], &["originate", "-"], &["decode"]] {
        let folder = std::fs::File::open(std::env::temp_dir()).unwrap();
        let (status, stdout, stderr) = run(ami(arguments).stdin(folder));
        assert_eq!((status, &stdout[..]), (2, ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains("standard input: "), "{stderr}");
    }
}

#[cfg(unix)]
#[test]
fn values_need_not_be_utf_8() {
    use std::os::unix::ffi::OsStrExt;
    let port = server(BANNER, &[ACCEPTED, "Response: Success\r\nActionID: @\r\n\r\n"]).to_string();
    let mut command = ami(&["--port", &port, "--user", "admin", "--plain", "action", "Setvar", "Variable=A"]);
    let (status, _, _) =
        run(command.arg(std::ffi::OsStr::from_bytes(b"Value=Z\xfcrich")).env("AMI_SECRET", "x"));
    assert_eq!(status, 0);
}

#[test]
fn a_response_of_error_is_printed_and_gives_status_1() {
    let error = "Response: Error\r\nActionID: @\r\nMessage: No such channel\r\n\r\n";
    let (status, stdout, stderr) = run_against(
        BANNER,
        Box::leak(Box::new([ACCEPTED, error])),
        &["action", "--plain", "Hangup", "Channel=SIP/7"],
    );
    assert_eq!((status, &stderr[..]), (1, "ami: the server answered Error: No such channel\n"));
    assert!(stdout.starts_with("Response: Error\n"), "{stdout}");
}

#[test]
fn a_refused_login_gives_status_4() {
    let refused = "Response: Error\r\nActionID: @\r\nMessage: Authentication failed\r\n\r\n";
    let no_challenge = "no MD5 challenge, and the secret was not sent: ";
    for (answers, why) in [([CHALLENGE, refused], ""), ([refused, ""], no_challenge)] {
        let (status, stdout, stderr) = run_against(BANNER, Box::leak(Box::new(answers)), &["ping"]);
        assert_eq!((status, &stdout[..]), (4, ""));
        let begin = format!("ami: login refused: {why}Authentication failed; the user admin is from --user");
        assert!(stderr.starts_with(&begin), "{stderr}");
        assert_eq!(stderr.contains("--plain"), !why.is_empty(), "{stderr}");
    }
}

#[test]
fn a_failed_connection_gives_status_3_and_names_the_address() {
    // (greeting, answers, text that standard error must contain)
    let cut = "Response: Success\r\nActionID: @\r\nMessage: Command output follows\r\nOutput: half";
    let cut_old = "Response: Follows\r\nActionID: @\r\nhalf\n--END COMMAND--\r\n";
    for (greeting, answers, text) in [
        (&b""[..], &[][..], "no banner"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", &[""], "SSH-2.0-OpenSSH_9.2"),
        (b"220 mail ESMTP\r\n", &[""], "220 mail ESMTP"),
        (BANNER, &[], "closed"),
        (BANNER, &[ACCEPTED], "closed"),
        (BANNER, &[ACCEPTED, ""], "in time"),
        (BANNER, &[ACCEPTED, cut], "closed"),
        (BANNER, &[ACCEPTED, cut_old], "closed"),
    ] {
        let answers = answers.to_vec().leak();
        let (status, stdout, stderr) =
            run_against(greeting, answers, &["command", "--plain", "core show it"]);
        assert_eq!((status, &stdout[..]), (3, ""), "{stderr}");
        assert!(stderr.contains(text) && stderr.contains("127.0.0.1:"), "{stderr}");
        assert!(!stderr.contains("very-secret"));
    }
    let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let (status, _, stderr) = run(ami(&["--port", &unused, "--user", "a", "ping"]).env("AMI_SECRET", "x"));
    assert_eq!(status, 3);
    assert!(stderr.contains(&unused) && stderr.contains("refused"), "{stderr}");
}

#[test]
fn a_server_that_sends_slowly_cannot_extend_the_time_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        while stream.write_all(b"Event: Noise\r\n\r\n").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let begin = Instant::now();
    let mut command = ami(&["--port", &port, "--user", "admin", "--timeout", "0.5", "ping"]);
    let (status, _, stderr) = run(command.env("AMI_SECRET", "x"));
    assert_eq!(status, 3, "{stderr}");
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn wrong_usage_gives_status_2() {
    for arguments in [
        &["frobnicate"][..],
        &["--port", "99999", "ping"],
        &["--timeout", "0", "ping"],
        &["action"],
        &["action", "Ping", "no-equals-sign"],
        &["command"],
        &["decode", "--buffer", "31"],
        &["decode", "--buffer", "99999999999999999"],
        &["action", ""],
        &["decode", "/no/such/file"],
        &["decode", "--host", "127.0.0.1"],
        &["ping"],
        &["ping", "--user", "admin"],
        &["ping", "--user", "admin", "--secret-file", "/no/such/file"],
        &["ping", "--user", "admin", "--secret-file", "/dev/null"],
        &["originate", "Local/1@x", "--ring", "0"],
        &["metrics", "--tag", ""],
        &["events", "--json", "--exec", "true"],
        &["events", "--reconnect", "--retry", "1"],
        &["calls", "--reconnect", "--retry", "1"],
        &["calls", "--count", "0"],
    ] {
        let (status, stdout, stderr) = run(&mut ami(arguments));
        assert_eq!((status, &stdout[..]), (2, ""), "{arguments:?}: {stderr}");
    }
    let (status, _, stderr) = run_against(BANNER, &[ACCEPTED], &["action", "--plain", "Ping", "A=x\ny"]);
    assert_eq!(status, 2);
    assert!(stderr.contains("header A") && stderr.contains("0x0a"), "{stderr}");
    let (status, stdout, _) = run(&mut ami(&["--help"]));
    assert_eq!(status, 0);
    assert!(stdout.contains("Exit status"));
}

#[cfg(target_os = "linux")]
#[test]
fn help_for_a_full_disk_gives_status_5() {
    for arguments in [&["--help"][..], &["--version"], &["ping", "--help"], &["help", "events"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = ami(arguments).stdout(full).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(5), "{arguments:?}: {stderr}");
        assert!(stderr.contains("No space left"), "{stderr}");
    }
}

#[test]
fn the_secret_can_come_from_a_file() {
    let file = std::env::temp_dir().join(format!("embedded-ami-secret-{}", std::process::id()));
    std::fs::write(&file, "very-secret\n").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let port = server(BANNER, &[ACCEPTED, PONG]).to_string();
    let arguments =
        ["--port", &port, "--user", "admin", "--plain", "--secret-file", file.to_str().unwrap(), "ping"];
    let (status, stdout, _) = run(&mut ami(&arguments));
    std::fs::remove_file(&file).unwrap();
    assert_eq!((status, &stdout[..]), (0, "Pong\n"));
}

#[test]
fn the_demo_shows_a_call_to_its_end() {
    let begin = Instant::now();
    let (status, stdout, _) = run(&mut ami(&["demo"]));
    assert_eq!(status, 0);
    for text in [
        "The secret was not sent",
        "2 active channels",
        "Local/102@test-00000000;2 runs Answer in extension 102",
        "OriginateResponse: Success, Answered",
        "Local/102@test-00000000;1 was hung up: Normal Clearing",
        "byte 0x0d at offset 7 of the value is not allowed",
        "Logged off.",
    ] {
        assert!(stdout.contains(text), "{text}: {stdout}");
    }
    assert!(begin.elapsed() < Duration::from_secs(3));
}

#[test]
fn errors_of_the_command_line_name_the_option_and_a_similar_one() {
    for (given, told) in [
        ("evnts", "there is no command evnts; did you mean events?; see ami --help"),
        ("version", "there is no command version; did you mean --version?; see ami --help"),
        ("help event", "there is no command event; did you mean events?; see ami --help"),
        ("events --class x", "unknown option --class; did you mean --classes?; see ami events --help"),
        ("--tmeout 5 ping", "unknown option --tmeout; did you mean --timeout?; see ami --help"),
        (
            "events --classes agnt",
            "--classes: unknown value \"agnt\"; did you mean agent?; see ami events --help",
        ),
        ("ping --json full", "unexpected argument full; did you mean --json=full?; see ami ping --help"),
        ("ping -p 99999", "--port: \"99999\" is not a number from 1 to 65535; see ami ping --help"),
        (
            "ping --timeout 5s",
            "--timeout: \"5s\" is not a number of seconds, such as 10 or 2.5; see ami ping --help",
        ),
        ("ping --user", "--user needs a value; see ami ping --help"),
        ("ping --user a --user b", "--user is given twice; see ami ping --help"),
        ("action", "missing: NAME; see ami action --help"),
        ("action X Y", "HEADER=VALUE: \"Y\" is not of the form Header=Value; see ami action --help"),
        (
            "originate A/1 --application B --exten 1",
            "--application cannot be used with --exten; see ami originate --help",
        ),
        (
            "originate A/1 102",
            "only - may follow the channel; the extension to call is that of --exten; see ami originate --help",
        ),
        (
            "originate A/1 --wait-hangup 5",
            "unexpected argument 5; did you mean --wait-hangup=5?; see ami originate --help",
        ),
        (
            "action Ping --json full",
            "unexpected argument full; did you mean --json=full?; see ami action --help",
        ),
        ("ping -P 5", "unknown option -P; did you mean -p?; see ami ping --help"),
        (
            "ping --pasword x",
            "there is no option --pasword, since other users of the machine could read the secret; use \
             --secret-file or AMI_SECRET; see ami ping --help",
        ),
        (
            "ping pbx.example",
            "unexpected argument pbx.example; did you mean --host pbx.example?; see ami ping --help",
        ),
        ("show channels", "there is no command show; did you mean ami command show ...?; see ami --help"),
        (
            "coreshowchannels",
            "there is no command coreshowchannels; did you mean ami action CoreShowChannels?; see ami --help",
        ),
        ("login", "there is no command login; see ami --help"),
        ("serve --port 5", "unknown option --port; did you mean --listen?; see ami serve --help"),
        ("-h pbx ping", "-h prints the help; the option for the server is -H, as in -H HOST; see ami --help"),
        (
            "-h pbx.example",
            "-h prints the help; the option for the server is -H, as in -H HOST; see ami --help",
        ),
        (
            "ping -h pbx",
            "-h prints the help; the option for the server is -H, as in -H HOST; see ami ping --help",
        ),
        (
            "--user a events -h localhost",
            "-h prints the help; the option for the server is -H, as in -H HOST; see ami events --help",
        ),
        (
            "action -h 127.0.0.1:5038 Ping",
            "-h prints the help; the option for the server is -H, as in -H HOST; see ami action --help",
        ),
        ("--host pbx", "no command is given; see ami --help"),
        ("--user a", "no command is given; see ami --help"),
        ("-u a --json -h", "no command is given; see ami --help"),
        ("-H pbx pign", "there is no command pign; did you mean ping?; see ami --help"),
        ("--user a --tmeout 5 ping", "unknown option --tmeout; did you mean --timeout?; see ami --help"),
        ("calls --fields Begin,Exte", "--fields: a call has no key Exte; did you mean Exten?"),
    ] {
        let (status, stdout, stderr) = run(&mut ami(&given.split(' ').collect::<Vec<_>>()));
        assert_eq!((status, stdout, stderr), (2, String::new(), format!("ami: {told}\n")), "{given}");
    }
}

#[test]
fn the_help_is_printed_unless_the_word_after_it_can_only_be_a_server() {
    for arguments in [
        "-h",
        "-h ping",
        "-h pbx",
        "ping -h",
        "action -h Ping",
        "command -h core",
        "check -h queues",
        "serve -h pbx",
    ] {
        let (status, stdout, _) = run(&mut ami(&arguments.split(' ').collect::<Vec<_>>()));
        assert!(status == 0 && stdout.contains("Usage: "), "{arguments}: {stdout}");
    }
}

/// In a build with all features, there is nothing to refuse.
#[test]
fn a_command_that_the_build_leaves_out_names_its_feature() {
    for (name, feature, is_there) in [
        ("calls", "calls", cfg!(feature = "calls")),
        ("check", "metrics", cfg!(feature = "metrics")),
        ("completions", "completions", cfg!(feature = "completions")),
        ("demo", "serve", cfg!(feature = "serve")),
        ("explain", "explain", cfg!(feature = "explain")),
        ("man", "man", cfg!(feature = "man")),
        ("metrics", "metrics", cfg!(feature = "metrics")),
        ("profiles", "profiles", cfg!(feature = "profiles")),
        ("serve", "serve", cfg!(feature = "serve")),
        ("session", "session", cfg!(feature = "session")),
    ] {
        let text = format!("this build of ami does not have the command {name} (feature {feature})");
        let expected = (2, String::new(), format!("ami: {text}; see ami --help\n"));
        if !is_there {
            assert_eq!(run(&mut ami(&[name, "--json"])), expected);
            assert_eq!(run(&mut ami(&["help", name])), expected);
        }
    }
}

#[test]
fn a_secret_in_an_option_is_refused_without_repeating_it() {
    for given in ["--secret=zebra", "--password=zebra"] {
        let (status, _, stderr) = run(&mut ami(&["ping", given]));
        assert!(status == 2 && stderr.contains("use --secret-file"), "{stderr}");
        assert!(!stderr.contains("zebra"), "{stderr}");
    }
}

#[test]
fn without_a_command_the_help_goes_to_standard_error() {
    let help = ami(&["--help"]).output().unwrap().stdout;
    let output = ami(&[]).output().unwrap();
    assert_eq!((output.status.code(), output.stdout), (Some(2), Vec::new()));
    assert_eq!(output.stderr, help);
}
