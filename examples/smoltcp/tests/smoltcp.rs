//! Runs the example as a program.

use std::process::Command;

#[test]
fn client_opens_the_door_and_logs_off() {
    let output = Command::new(env!("CARGO_BIN_EXE_smoltcp")).output().expect("it runs");
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(output.status.success() && output.stderr.is_empty(), "{stdout}");
    assert!(stdout.contains("Event: \"DoorOpened\"") && stdout.ends_with("LoggedOff\n"), "{stdout}");
}
