//! Compares the library's table of actions with the servers.

use std::collections::BTreeMap;

use embedded_ami::action::{self, Completion, Raw};
use embedded_ami::client::ResponseStatus;
use embedded_ami::event::response::ListCommands;
use embedded_ami::io::blocking::{Client, Error};

use crate::server::Server;

live!(every_action_of_the_server_is_in_the_table, every_answer_ends_as_in_the_table);

/// Returns the actions of a server with their privilege classes.
fn actions(server: &Server) -> BTreeMap<String, embedded_ami::classes::Classes> {
    let response = server.client().send(&Raw::without_headers("ListCommands")).expect("a list");
    let listed = ListCommands::from_message(&response.message()).expect("a response");
    let text = |value: embedded_ami::wire::Value<'_>| value.to_string_lossy().into_owned();
    listed.actions().map(|action| (text(action.name), action.classes)).collect()
}

/// The privilege classes of each action are those of the table, too.
fn every_action_of_the_server_is_in_the_table(server: &Server) {
    let actions = actions(server);
    assert!(actions.len() > 120, "only {}", actions.len());
    for (name, classes) in &actions {
        let info =
            action::all().find(|info| info.name == name).unwrap_or_else(|| panic!("{name} is not known"));
        assert_eq!(info.classes, *classes, "{name}");
    }
    println!("measured: Asterisk {}: {} actions, all known", server.version, actions.len());
}

/// Actions that would end the connection, change the server for other tests, or wait.
const LEFT_OUT: [&str; 9] = [
    "Logoff",
    "Login",
    "Challenge",
    "Reload",
    "ModuleLoad",
    "LoggerRotate",
    "QueueReload",
    "QueueReset",
    "VoicemailRefresh",
];

/// Returns headers with which the answer to an action is more than an error.
fn headers(action: &str) -> &'static [(&'static str, &'static str)] {
    match action {
        "BridgeInfo" => &[("BridgeUniqueid", "none")],
        "Command" => &[("Command", "core show version")],
        "DBGet" | "DBGetTree" => &[("Family", "vocabulary"), ("Key", "key")],
        "DBPut" => &[("Family", "vocabulary"), ("Key", "key"), ("Val", "value")],
        "Events" => &[("EventMask", "off")],
        "ExtensionState" => &[("Exten", "100"), ("Context", "test")],
        "GetConfig" | "GetConfigJSON" | "ListCategories" => &[("Filename", "queues.conf")],
        "Getvar" => &[("Variable", "EPOCH")],
        "Hangup" => &[("Channel", "/none/")],
        "MailboxCount" | "MailboxStatus" | "MWIGet" => &[("Mailbox", "100@default")],
        "ModuleCheck" => &[("Module", "app_queue")],
        "PJSIPShowEndpoint" => &[("Endpoint", "phone")],
        "Setvar" => &[("Variable", "VOCABULARY"), ("Value", "x")],
        "UserEvent" => &[("UserEvent", "Vocabulary")],
        "VoicemailUserStatus" | "VoicemailBoxSummary" => &[("Context", "default"), ("Mailbox", "100")],
        "WaitEvent" => &[("Timeout", "1")],
        _ => &[],
    }
}

/// An answer announces a list exactly if the table has one for the action, and the list ends.
fn every_answer_ends_as_in_the_table(server: &Server) {
    let mut counts = BTreeMap::<&str, usize>::new();
    let client = &mut server.client();
    client.send(&Raw::new("DBPut", headers("DBPut"))).expect("a response");
    for name in actions(server).into_keys().filter(|name| !LEFT_OUT.contains(&name.as_str())) {
        let info = action::all().find(|info| info.name == name).expect("it is known");
        let outcome = outcome(client, &name, info.completion);
        *counts.entry(outcome).or_default() += 1;
    }
    println!("measured: Asterisk {}: {counts:?}", server.version);
    assert!(counts["list"] > 15 && counts["response"] > 15, "{counts:?}");
}

/// Sends an action, reads its answer to the end, and compares the end with `completion`. Returns
/// the kind of answer.
fn outcome(client: &mut Client<std::net::TcpStream>, name: &str, completion: Completion) -> &'static str {
    // The answer is text without an ActionID, for which the client cannot wait.
    if name == "IAXnetstats" {
        return "text";
    }
    let mut list = match client.list(&Raw::new(name, headers(name))) {
        Ok(list) => list,
        Err(Error::Response { status: ResponseStatus::Error, .. }) => return "error",
        Err(error) => panic!("{name}: {error}"),
    };
    let announces_list = list.response().get("EventList").is_some();
    let is_list = matches!(completion, Completion::List(_)) || matches!(name, "DBGet" | "Hangup");
    assert!(is_list || !announces_list, "{name} answers with a list: {:?}", list.response());
    let mut entries = 0;
    for entry in &mut list {
        match entry {
            Ok(_) => entries += 1,
            // Some servers report an error only after the list has begun.
            Err(Error::Response { .. }) => return "error in a list",
            Err(error) => panic!("{name}: {error}"),
        }
    }
    match (announces_list, completion) {
        (true, completion) => {
            let end = list.completion().expect("a completion");
            let end = end.name().expect("a name").to_string_lossy().into_owned();
            assert!(
                !matches!(completion, Completion::List(expected) if expected != end),
                "{name} ends with {end}"
            );
            "list"
        }
        (false, Completion::Event(_)) => {
            assert_eq!(entries, 1, "{name}");
            "event"
        }
        (false, _) => "response",
    }
}
