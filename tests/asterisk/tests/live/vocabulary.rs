//! What the library knows of actions is what the servers do.

use std::collections::BTreeMap;

use embedded_ami::action::{self, Completion, Raw};
use embedded_ami::client::ResponseStatus;
use embedded_ami::event::response::ListCommands;
use embedded_ami::io::blocking::{Client, Error};

use crate::server::Server;

live!(every_command_is_known, every_action_is_answered_as_expected);

fn commands(server: &Server) -> BTreeMap<String, embedded_ami::classes::Classes> {
    let reply = server.client().send(&Raw::without_headers("ListCommands")).expect("a list");
    let commands = ListCommands::from_message(&reply.message()).expect("a response");
    let text = |value: embedded_ami::wire::Value<'_>| value.to_string_lossy().into_owned();
    commands.actions().map(|command| (text(command.name), command.classes)).collect()
}

/// And needs the classes that the table says.
fn every_command_is_known(server: &Server) {
    let commands = commands(server);
    assert!(commands.len() > 120, "only {}", commands.len());
    for (name, classes) in &commands {
        let info =
            action::all().find(|info| info.name == name).unwrap_or_else(|| panic!("{name} is not known"));
        assert_eq!(info.classes, *classes, "{name}");
    }
    println!("measured: Asterisk {}: {} actions, all known", server.version, commands.len());
}

/// These would end the connection, change the server for the other tests, or wait.
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

/// Headers with which more comes than an error.
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

/// An answer that is a list says so, where a list is expected and nowhere else; and ends.
fn every_action_is_answered_as_expected(server: &Server) {
    let mut counts = BTreeMap::<&str, usize>::new();
    let client = &mut server.client();
    client.send(&Raw::new("DBPut", headers("DBPut"))).expect("a response");
    for name in commands(server).into_keys().filter(|name| !LEFT_OUT.contains(&name.as_str())) {
        let info = action::all().find(|info| info.name == name).expect("it is known");
        let outcome = outcome(client, &name, info.reply);
        *counts.entry(outcome).or_default() += 1;
    }
    println!("measured: Asterisk {}: {counts:?}", server.version);
    assert!(counts["list"] > 15 && counts["response"] > 15, "{counts:?}");
}

fn outcome(client: &mut Client<std::net::TcpStream>, name: &str, reply: Completion) -> &'static str {
    // Text without an ActionID: nothing comes that could be waited for.
    if name == "IAXnetstats" {
        return "text";
    }
    let mut list = match client.list(&Raw::new(name, headers(name))) {
        Ok(list) => list,
        Err(Error::Response { status: ResponseStatus::Error, .. }) => return "error",
        Err(error) => panic!("{name}: {error}"),
    };
    let says_list = list.response().get("EventList").is_some();
    let is_list = matches!(reply, Completion::List(_)) || matches!(name, "DBGet" | "Hangup");
    assert!(is_list || !says_list, "{name} answers with a list: {:?}", list.response());
    let mut entries = 0;
    for entry in &mut list {
        match entry {
            Ok(_) => entries += 1,
            // Some say it only after the list has begun.
            Err(Error::Response { .. }) => return "error in a list",
            Err(error) => panic!("{name}: {error}"),
        }
    }
    match (says_list, reply) {
        (true, reply) => {
            let end = list.completion().expect("a completion");
            let end = end.name().expect("a name").to_string_lossy().into_owned();
            assert!(
                !matches!(reply, Completion::List(expected) if expected != end),
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
