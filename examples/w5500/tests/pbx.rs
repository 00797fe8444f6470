//! Runs the example as a program against the PBX, over a simulated chip.
#![cfg(unix)]

#[path = "../../../tests/common/program.rs"]
#[allow(dead_code, reason = "these tests use only part of it")]
mod program;

use std::net::{Ipv4Addr, TcpListener};

use embedded_ami_pbx::Pbx;
use program::{SECRET, program, run};

#[test]
fn the_program_calls_and_hangs_up() {
    let pbx = Pbx::builder().user("admin", SECRET).speed(20);
    let pbx = pbx.start((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let mut command = program(env!("CARGO_BIN_EXE_w5500"));
    command.arg("Local/100@default").env("AMI_SERVER", pbx.local_addr().to_string());
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

#[test]
fn a_server_that_cannot_be_reached_is_reported() {
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    let mut command = program(env!("CARGO_BIN_EXE_w5500"));
    command.arg("PJSIP/7").env("AMI_SERVER", nobody.expect("an address").to_string());
    let (status, stdout, stderr) = run(&mut command);
    assert_eq!(
        (status, &stdout[..], &stderr[..]),
        (Some(1), "", "Error: \"the server cannot be reached\"\n")
    );
}
