//! The examples in the documentation: each script is valid, and those of the README do what their
//! comments tell.

use super::{ACCEPTED, BANNER, LOGIN, Wire, start};
use embedded_ami_pbx::Script;

const README: &str = include_str!("../../README.md");
const FORMAT: &str = include_str!("../../src/script/format.md");

/// Returns the scripts in a page: the code blocks in TOML that have rules.
fn scripts(page: &str) -> Vec<&str> {
    let blocks = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.filter(|block| block.contains("[[rule]]")).collect()
}

#[test]
fn all_are_valid() {
    let all = [scripts(README), scripts(FORMAT)];
    assert_eq!(all.clone().map(|page| page.len()), [2, 1]);
    for script in all.concat() {
        Script::parse(script).unwrap();
    }
    // The keys in the table of the format, with an answer or another key that they need.
    let keys: Vec<_> =
        FORMAT.lines().filter_map(|line| line.strip_prefix("| `")?.split("` |").next()).collect();
    assert_eq!(keys.len(), 18, "{keys:?}");
    for key in keys {
        let on = if key.starts_with("on = ") { "" } else { "on = \"Ping\"\n" };
        let is_condition =
            ["on = ", "match = ", "skip = ", "times = "].iter().any(|own| key.starts_with(own));
        let answer = if is_condition { "pass = true\n" } else { "" };
        Script::parse(&format!("[[rule]]\n{on}{answer}{key}")).unwrap();
    }
}

#[test]
fn actions_of_the_readme_fail_as_described() {
    let pbx = start(Script::parse(scripts(README)[0]).unwrap());
    let mut wire = Wire::log_in_with(&pbx, "Events: system\r\n");
    wire.expect("Event: FullyBooted\r\n");
    let mut wire = Wire::log_in(&pbx);
    let call = "Action: Originate\r\nChannel: PJSIP/100\r\nApplication: Wait\r\nAsync: true\r\n\r\n";
    for _ in 0..2 {
        wire.ask(call, "Response: Error\r\nMessage: Extension does not exist.\r\n\r\n");
    }
    wire.ask(call, "Response: Success\r\nMessage: Originate successfully queued\r\n\r\n");
    let agents = "Response: Success\r\nEventList: start\r\nMessage: Agents will follow\r\n\r\n\
        Event: Agents\r\nAgent: 1001\r\nStatus: AGENT_IDLE\r\n\r\n\
        Event: Agents\r\nAgent: 1002\r\nStatus: AGENT_ONCALL\r\n\r\n\
        Event: AgentsComplete\r\nEventList: Complete\r\nListItems: 2\r\n\r\n";
    wire.ask("Action: Agents\r\n\r\n", agents);
    wire.ask(
        "Action: Command\r\nCommand: pjsip show endpoints\r\n\r\n",
        "Response: Success\r\nMessage: Command output follows\r\n\
         Output: Endpoint:  100    Not in use\r\nOutput: Objects found: 1\r\n\r\n",
    );
    wire.ask("Action: CoreStatus\r\n\r\n", "Response: Success\nCoreCurrentCalls: 0\n\n");
    wire.ask("Action: QueueStatus\r\nQueue: none\r\n\r\n", "Response: Success\r\nEventList: start\r\n");
    let mut wire = Wire::log_in(&pbx);
    wire.send("Action: MailboxCount\r\n\r\n");
    wire.ask("Action: Ping\r\n\r\n", "Response: Success\r\nPing: Pong\r\nTimestamp: ");
    let mut wire = Wire::log_in(&pbx);
    wire.ask("Action: Ping\r\n\r\n", b"Response: \xacuccess\r\nPing: Pong\r\nTimestamp: ");
    let mut wire = Wire::log_in(&pbx);
    wire.ask("Action: Ping\r\n\r\n", "Response: Success\r\nP");
    wire.expect_end();
    let mut wire = Wire::log_in(&pbx);
    wire.send("Action: Status\r\n\r\n");
    wire.expect_end();
    let mut wire = Wire::log_in(&pbx);
    wire.ask(
        "Action: DBGet\r\nFamily: a\r\nKey: b\r\n\r\n",
        "Response: Error\r\nMessage: Database entry not found\r\n\r\n",
    );
    wire.expect_end();
    let mut wire = Wire::log_in_with(&pbx, "Events: off\r\n");
    wire.ask(
        "Action: SIPqualifypeer\r\nActionID: 7\r\nPeer: 100\r\n\r\n",
        "Response: Success\r\nActionID: 7\r\nMessage: SIP peer 100 found - will qualify\r\n\r\n",
    );
}

#[test]
fn logins_of_the_readme_fail_as_described() {
    let pbx = start(Script::parse(scripts(README)[1]).unwrap());
    Wire::connect(&pbx).expect("220 mail.example.com ESMTP\r\n");
    Wire::connect(&pbx).expect_silence();
    Wire::connect(&pbx).expect_end();
    let mut wire = Wire::connect(&pbx);
    wire.expect(BANNER);
    wire.ask(LOGIN, "Response: Error\r\nMessage: Authentication failed\r\n\r\n");
    wire.expect_end();
    let mut wire = Wire::connect(&pbx);
    wire.expect(BANNER);
    wire.ask(LOGIN, ACCEPTED);
}
