//! Runs the example as a program against the PBX, over a simulated chip.
#![cfg(unix)]

#[path = "../../../tests/common/program.rs"]
#[allow(dead_code, reason = "these tests use only part of it")]
mod program;

use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;
use std::thread;

use embedded_ami_pbx::Pbx;
use program::{SECRET, Server, program, run};

/// Names the server to the program.
fn connecting_to(command: &mut Command, server: SocketAddr) -> &mut Command {
    command.env("AMI_HOST", server.ip().to_string()).env("AMI_PORT", server.port().to_string())
}

#[test]
fn the_program_calls_and_hangs_up() {
    let pbx = Pbx::builder().user("admin", SECRET).speed(20);
    let pbx = pbx.start((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let mut command = program(env!("CARGO_BIN_EXE_w5500"));
    connecting_to(command.arg("Local/100@default"), pbx.local_addr());
    let (status, stdout, stderr) = run(&mut command);
    assert_eq!((status, &stderr[..]), (Some(0), ""), "{stdout}");
    let events: Vec<_> = stdout.lines().collect();
    let at =
        |name| events.iter().position(|event| *event == name).unwrap_or_else(|| panic!("{name}: {events:?}"));
    assert!(
        at("Newchannel") < at("OriginateResponse") && at("OriginateResponse") < at("Hangup"),
        "{events:?}"
    );
}

/// Another user's calls are answered and end, too.
#[test]
fn the_program_heeds_only_its_own_call() {
    for answered in [true, false] {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let thread = thread::spawn(move || {
            let mut server = Server(listener.accept().expect("a client").0);
            server.accept();
            let (id, request) = server.receive("Originate");
            let unique = request.lines().find_map(|line| line.strip_prefix("ChannelId: "));
            let unique = unique.expect("an ID for the channel");
            server.send(format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
            let event = |name: &str, headers: &str| {
                format!("Event: {name}\r\nPrivilege: call,all\r\n{headers}\r\n\r\n")
            };
            let outcome = |id: &str, response: &str, channel: &str| {
                let headers = format!("ActionID: {id}\r\nResponse: {response}\r\nChannel: {channel}");
                event("OriginateResponse", &headers)
            };
            server.send(outcome("foreign", "Failure", "PJSIP/8-1"));
            server.send(outcome("foreign", "Success", "PJSIP/8-2"));
            server.send(event("Hangup", "Channel: PJSIP/8-2\r\nUniqueid: foreign"));
            server.send(outcome(&id, if answered { "Success" } else { "Failure" }, "PJSIP/7-1"));
            if answered {
                let request = server.answer("Hangup", "Response: Success\r\nActionID: @\r\n\r\n");
                assert!(request.contains("\r\nChannel: PJSIP/7-1\r\n"), "{request}");
                server.send(event("Hangup", &format!("Channel: PJSIP/7-1\r\nUniqueid: {unique}")));
                server.confirm_logoff();
            } else {
                let _ = server.0.read(&mut [0; 100]);
            }
        });
        let mut command = program(env!("CARGO_BIN_EXE_w5500"));
        let (status, stdout, stderr) = run(connecting_to(command.arg("PJSIP/7"), address));
        let expected =
            if answered { (Some(0), "") } else { (Some(1), "Error: \"the channel did not answer\"\n") };
        assert_eq!((status, &stderr[..]), expected, "{stdout}");
        thread.join().expect("one call");
    }
}

#[test]
fn a_server_that_cannot_be_reached_is_reported() {
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    let mut command = program(env!("CARGO_BIN_EXE_w5500"));
    let (status, stdout, stderr) = run(connecting_to(command.arg("PJSIP/7"), nobody.expect("an address")));
    assert_eq!(
        (status, &stdout[..], &stderr[..]),
        (Some(1), "", "Error: \"the server cannot be reached\"\n")
    );
}

#[test]
fn a_wrong_address_or_port_names_its_variable() {
    for (name, value, reason) in [
        ("AMI_HOST", "pbx", "AMI_HOST: \\\"pbx\\\" is not an address of IPv4"),
        ("AMI_PORT", "5038x", "AMI_PORT: \\\"5038x\\\" is not a TCP port"),
        ("AMI_USER", "", "AMI_USER is not set"),
    ] {
        let mut command = program(env!("CARGO_BIN_EXE_w5500"));
        let (status, stdout, stderr) = run(command.arg("PJSIP/7").env(name, value));
        assert_eq!((status, &stdout[..]), (Some(1), ""));
        assert_eq!(stderr, format!("Error: \"{reason}\"\n"));
    }
}
