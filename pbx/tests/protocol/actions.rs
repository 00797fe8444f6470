//! The answers to actions.

use crate::Server;

#[test]
fn the_texts_of_answers_are_those_of_asterisk_22() {
    let server = Server::start();
    let mut wire = server.admin("off");
    let none = "Error: Channel does not exist: none";
    // Recorded from Asterisk 22.
    for (request, text) in [
        ("Originate", "Error: Channel not specified"),
        ("Originate|Channel: Local", "Error: Invalid channel"),
        (
            "Originate|Channel: Local/100@test",
            "Error: Originate with 'Exten' requires 'Context' and 'Priority'",
        ),
        (
            "Originate|Channel: Local/100@test|Exten: 100|Context: test",
            "Error: Originate with 'Exten' requires 'Context' and 'Priority'",
        ),
        ("Originate|Channel: Local/100@test|Exten: 100|Context: test|Priority: x", "Error: Invalid priority"),
        (
            "Originate|Channel: Local/100@test|Exten: 9|Context: test|Priority: 1",
            "Error: Extension does not exist.",
        ),
        (
            "Originate|Channel: Local/100@test|Exten: 100|Context: no|Priority: 1|Async: true",
            "Error: Extension does not exist.",
        ),
        (
            "Originate|Channel: Local/100@test|Application: Wait|Priority: 1|Async: true",
            "Error: Extension does not exist.",
        ),
        ("Originate|Channel: Local/100@test|Application: Wait|Timeout: abc", "Error: Invalid timeout"),
        (
            "Originate|Channel: Local/102@test|Application: NoSuchApp",
            "Success: Originate successfully queued",
        ),
        ("Originate|Channel: Local/102@test|Data: x|Async: true", "Success: Originate successfully queued"),
        (
            "Originate|Channel: Local/102@test|Application: Hangup|Timeout: -1",
            "Success: Originate successfully queued",
        ),
        ("Hangup", "Error: No channel specified"),
        ("Hangup|Channel: none", "Error: No such channel"),
        ("Hangup|Channel: /x", "Error: Regex format invalid, Channel param should be /regex/"),
        ("Hangup|Channel: /", "Error: Regex format invalid, Channel param should be /regex/"),
        ("Hangup|Channel: /[/", "Error: Regex compile failed on: /[/"),
        ("Redirect", "Error: Channel not specified"),
        ("Redirect|Channel: none", "Error: Context not specified"),
        ("Redirect|Channel: none|Context: test", "Error: Exten not specified"),
        ("Redirect|Channel: none|Context: test|Exten: 100", "Error: Priority not specified"),
        ("Redirect|Channel: none|Context: test|Exten: 100|Priority: x", "Error: Priority is invalid"),
        ("Redirect|Channel: none|Context: test|Exten: 100|Priority: 1", none),
        ("Redirect|Channel: none|Context: test|Exten: 100|Priority: 1|ExtraChannel: x", none),
        (
            "Redirect|Channel: none|Context: test|Exten: 100|Priority: 1|ExtraChannel: x|ExtraContext: x",
            "Error: ExtraExten not specified",
        ),
        (
            "Redirect|Channel: none|Context: test|Exten: 100|Priority: 1|ExtraChannel: x|ExtraContext: x|ExtraExten: 1",
            "Error: ExtraPriority not specified",
        ),
        (
            "Redirect|Channel: none|Context: test|Exten: 100|Priority: 1|ExtraChannel: x|ExtraContext: x|ExtraExten: 1|ExtraPriority: x",
            "Error: ExtraPriority is invalid",
        ),
        ("Status|Channel: none", "Error: No such channel"),
        ("Setvar", "Error: No variable specified"),
        ("Setvar|Variable: X", "Success: Variable Set"),
        ("Setvar|Variable: X|Channel: none", "Error: No such channel"),
        ("Setvar|Variable: NOPE(x)|Value: 1", "Error: Variable not set"),
        ("Setvar|Variable: CALLERID(num)|Value: 1", "Error: Variable not set"),
        ("Getvar", "Error: No variable specified"),
        ("Getvar|Variable: X|Channel: none", "Error: No such channel"),
        ("DBPut", "Error: No family specified"),
        ("DBPut|Family: f", "Error: No key specified"),
        ("DBGet", "Error: No family specified."),
        ("DBGet|Family: f", "Error: No key specified."),
        ("DBGet|Family: f|Key: none", "Error: Database entry not found"),
        ("DBDel", "Error: No family specified."),
        ("DBDel|Family: f", "Error: No key specified."),
        ("DBDel|Family: f|Key: none", "Error: Database entry could not be deleted"),
        ("DBDelTree", "Error: No family specified."),
        ("DBDelTree|Family: none", "Error: Database entry not found"),
        ("QueueAdd", "Error: 'Queue' not specified."),
        ("QueueAdd|Queue: support", "Error: 'Interface' not specified."),
        ("QueueAdd|Queue: none|Interface: x", "Error: Unable to add interface to queue: No such queue"),
        (
            "QueueAdd|Queue: SUPPORT|Interface: Local/100@test",
            "Error: Unable to add interface: Already there",
        ),
        ("QueueRemove", "Error: Need 'Queue' and 'Interface' parameters."),
        ("QueueRemove|Queue: support", "Error: Need 'Queue' and 'Interface' parameters."),
        (
            "QueueRemove|Queue: none|Interface: x",
            "Error: Unable to remove interface from queue: No such queue",
        ),
        ("QueueRemove|Queue: support|Interface: x", "Error: Unable to remove interface: Not there"),
        ("QueueRemove|Queue: support|Interface: Local/100@test", "Error: Member not dynamic"),
        ("QueuePause", "Error: Need 'Interface' and 'Paused' parameters."),
        ("QueuePause|Interface: Local/100@test", "Error: Need 'Interface' and 'Paused' parameters."),
        ("QueuePause|Interface: none|Paused: 1", "Error: Interface not found"),
        ("QueuePause|Interface: Local/100@test|Queue: sales|Paused: 1", "Error: Interface not found"),
        ("QueuePause|Interface: Local/100@test|Paused: 1", "Success: Interface paused successfully"),
        ("QueuePause|Interface: Local/100@test|Paused: maybe", "Success: Interface unpaused successfully"),
        ("QueuePenalty", "Error: Need 'Interface' and 'Penalty' parameters."),
        ("QueuePenalty|Interface: none|Penalty: 1", "Error: Invalid interface, queuename or penalty"),
        ("QueuePenalty|Interface: Local/100@test|Penalty: 1", "Success: Interface penalty set successfully"),
        ("ExtensionState", "Error: Extension not specified"),
        ("MailboxStatus", "Error: Mailbox not specified"),
        ("MailboxCount", "Error: Mailbox not specified"),
        ("Command", "Error: No command provided"),
        ("UserEvent", "Success: Event Sent"),
    ] {
        assert_eq!(wire.ask(request).text(), text, "{request}");
    }
}

#[test]
fn answers_of_one_message_have_the_headers_of_asterisk() {
    let server = Server::with(|builder| builder.ami_version("11.0.0"));
    let mut wire = server.admin("off");
    let ping = wire.ask("Ping");
    let (seconds, micros) = ping.get("Timestamp").unwrap().split_once('.').unwrap();
    assert!(seconds.len() == 10 && micros.len() == 6, "{ping:?}");
    let status = wire.ask("CoreStatus");
    let date = status.show(&["CoreStartupDate", "CoreStartupTime"]);
    assert!(date.len() == 19 && date.starts_with("20"), "{date}");
    assert_eq!(wire.ask("CoreSettings").get("AMIversion"), Some("11.0.0"));
    let boxes = wire.ask("MailboxCount|Mailbox: 7@x");
    let names = ["Message", "Mailbox", "UrgMessages", "NewMessages", "OldMessages"];
    assert_eq!(boxes.show(&names), "Mailbox Message Count 7@x 0 0 0");
    assert_eq!(
        wire.ask("MailboxStatus|Mailbox: 7").show(&["Message", "Mailbox", "Waiting"]),
        "Mailbox Status 7 0"
    );
}

#[test]
fn variables_and_functions_can_be_read_and_set() {
    let server = Server::start();
    let mut wire = server.admin("dialplan,call");
    let get = |wire: &mut crate::Wire, request: &str| {
        wire.ask(&format!("Getvar|{request}")).get("Value").unwrap().to_string()
    };
    wire.ask("Setvar|Variable: G|Value: a: \"b\" ");
    assert_eq!(get(&mut wire, "Variable: G"), "a: \"b\" ");
    assert_eq!(wire.event().show(&["Channel", "Uniqueid", "Variable", "Value"]), "none none G a: \\\"b\\\" ");
    wire.ask("Setvar|Variable: GLOBAL(G)|Value: 2");
    assert_eq!(get(&mut wire, "Variable: GLOBAL(G)"), "2");
    wire.ask("DBPut|Family: f|Key: k|Val: v");
    for (name, value) in [
        ("UNKNOWN", ""),
        ("SHELL(id)", ""),
        ("CHANNEL(state)", "Down"),
        ("CALLERID(num)", ""),
        ("LEN(abc)", "3"),
        ("DB(f/k)", "v"),
        ("(", ""),
        ("()", ""),
        (")", ""),
    ] {
        assert_eq!(get(&mut wire, &format!("Variable: {name}")), value, "{name}");
    }
    wire.ask("Originate|Channel: Local/100@test|Context: test|Exten: 101|Priority: 1|Variable: V=1|CallerID: Bob <7>");
    let channel = wire.list("CoreShowChannels").0[0].get("Channel").unwrap().to_string();
    for (name, value) in [
        ("V", "1"),
        ("G", "2"),
        ("CHANNEL", &channel),
        ("CHANNEL(state)", "Up"),
        ("CHANNEL(Name)", &channel),
        ("CHANNEL(language)", "en"),
        ("CHANNEL(what)", ""),
        ("CALLERID(num)", "7"),
        ("CALLERID(all)", "\"Bob\" <7>"),
        ("EXTEN", "101"),
        ("PRIORITY", "2"),
    ] {
        assert_eq!(get(&mut wire, &format!("Channel: {channel}|Variable: {name}")), value, "{name}");
    }
    wire.events.clear();
    wire.ask(&format!("Setvar|Channel: {channel}|Variable: CALLERID(name)|Value: Ann"));
    let event = wire.event();
    assert!(event.is("NewCallerid"), "{event:?}");
    wire.ask(&format!("Setvar|Channel: {channel}|Variable: __V|Value: 3"));
    assert_eq!(wire.event().show(&["Channel", "Variable", "Value"]), format!("{channel} __V 3"));
    let (entries, end) =
        wire.list(&format!("Status|Channel: {channel}|Variables: V,CALLERID(name),NOPE,CHANNEL(language)"));
    assert_eq!(end.get("Items"), Some("1"));
    let variables: Vec<_> =
        entries[0].0.iter().filter(|(name, _)| name == "Variable").map(|(_, value)| value.as_str()).collect();
    assert_eq!(variables, ["V=3", "CALLERID(name)=Ann", "NOPE=(null)", "CHANNEL(language)=en"]);
    let (entries, _) = wire.list("Status|AllVariables: true");
    assert_eq!(entries.len(), 2);
    assert!(entries[0].0.contains(&("Variable".into(), "V=3".into())));
}

#[test]
fn database_entries_can_be_written_read_listed_and_deleted() {
    let server = Server::start();
    let mut wire = server.admin("off");
    for (key, value) in [("k", "v: w"), ("tree/a", "1"), ("tree/b", "2"), ("treetop", "3")] {
        let request = format!("DBPut|Family: f|Key: {key}|Val: {value}");
        assert_eq!(wire.ask(&request).text(), "Success: Updated database successfully");
    }
    let (entries, _) = wire.list("DBGet|Family: f|Key: k");
    assert_eq!(entries[0].show(&["Event", "Family", "Key", "Val"]), "DBGetResponse f k v: w");
    let mut keys = |request: &str| {
        let (entries, _) = wire.list(request);
        entries.iter().map(|entry| entry.get("Key").unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(keys("DBGetTree"), ["/f/k", "/f/tree/a", "/f/tree/b", "/f/treetop"]);
    assert_eq!(keys("DBGetTree|Family: f|Key: tree"), ["/f/tree/a", "/f/tree/b"]);
    assert!(keys("DBGetTree|Family: none").is_empty());
    assert_eq!(wire.ask("DBDelTree|Family: f|Key: tree").text(), "Success: Key tree deleted successfully");
    assert_eq!(wire.ask("DBDel|Family: f|Key: k").text(), "Success: Key deleted successfully");
    let (entries, _) = wire.list("DBGetTree|Family: f");
    assert_eq!((entries.len(), entries[0].show(&["Key", "Val"])), (1, "/f/treetop 3".into()));
}

#[test]
fn queue_members_can_be_added_changed_listed_and_removed() {
    let server = Server::start();
    let mut wire = server.admin("agent");
    let add =
        "QueueAdd|Queue: support|Interface: PJSIP/7|MemberName: Ann: Ä|Penalty: 2|Paused: yes|Reason: Lunch";
    assert_eq!(wire.ask(add).text(), "Success: Added interface to queue");
    let member = wire.event();
    let shown = [
        "Event",
        "Queue",
        "MemberName",
        "Interface",
        "StateInterface",
        "Membership",
        "Penalty",
        "Status",
        "Paused",
        "PausedReason",
    ];
    assert_eq!(member.show(&shown), "QueueMemberAdded support Ann: Ä PJSIP/7 PJSIP/7 dynamic 2 1 1 Lunch");
    let (entries, _) = wire.list("QueueStatus|Queue: support");
    let names: Vec<_> = entries.iter().map(|entry| entry.show(&["Event", "Name", "Location"])).collect();
    let expected = [
        "QueueParams - -",
        "QueueMember Agent One Local/100@test",
        "QueueMember Agent Two Local/105@test",
        "QueueMember Ann: Ä PJSIP/7",
    ];
    assert_eq!(names, expected);
    assert_eq!(wire.list("QueueStatus").0.len(), 5);
    assert_eq!(wire.list("QueueStatus|Member: PJSIP/7").0.len(), 3);
    assert!(wire.list("QueueStatus|Queue: none").0.is_empty());
    let summary = wire.list("QueueSummary|Queue: support").0[0].show(&["Queue", "LoggedIn", "Available"]);
    assert_eq!(summary, "support 3 2");
    for (request, text, event) in [
        ("QueuePause|Interface: PJSIP/7|Paused: no", "Interface unpaused successfully", "QueueMemberPause 0"),
        (
            "QueuePause|Interface: pjsip/7|Paused: 1|Queue: Support",
            "Interface paused successfully",
            "QueueMemberPause 1",
        ),
        (
            "QueuePenalty|Interface: PJSIP/7|Penalty: 5",
            "Interface penalty set successfully",
            "QueueMemberPenalty 1",
        ),
        (
            "QueueRemove|Queue: support|Interface: PJSIP/7",
            "Removed interface from queue",
            "QueueMemberRemoved 1",
        ),
    ] {
        assert_eq!(wire.ask(request).text(), format!("Success: {text}"));
        assert_eq!(wire.event().show(&["Event", "Paused"]), event);
    }
    // A member that is in a call is not available.
    wire.ask("Originate|Channel: Local/100@test|Application: Wait|Data: 10");
    let summary = wire.list("QueueSummary|Queue: support").0[0].show(&["Queue", "LoggedIn", "Available"]);
    assert_eq!(summary, "support 2 1");
}

#[test]
fn console_commands_print_their_output() {
    let server = Server::start();
    let mut wire = server.admin("off");
    let mut output = |command: &str| {
        let response = wire.ask(&format!("Command|Command: {command}"));
        assert_eq!(response.get("Message"), Some("Command output follows"));
        let lines = response.0.iter().filter(|(name, _)| name == "Output").map(|(_, value)| value.clone());
        (response.get("Response").unwrap().to_string(), lines.collect::<Vec<_>>())
    };
    let (status, lines) = output("  core  SHOW version ");
    assert_eq!((status.as_str(), lines.len()), ("Success", 1));
    assert!(lines[0].starts_with("Asterisk 22"));
    let (status, lines) = output("core show nope x'y");
    assert_eq!(status, "Error");
    assert_eq!(
        lines,
        [
            "No such command 'core show nope x'y' (type 'core show help core show nope x'y' for other possible commands)"
        ]
    );
    let (_, lines) = output("core show channels");
    assert_eq!(lines[1..], ["0 active channels", "0 active calls", "0 calls processed"]);
    assert!(lines[0].starts_with("Channel  ") && lines[0].len() == 64 + 32 + 7 + 30 + 3);
    let (_, help) = output("help");
    for line in help {
        let (command, _) = line.trim_start().split_once(" -- ").expect("a command");
        let arguments = if command == "database deltree" { " none" } else { "" };
        assert_eq!(output(&format!("{command}{arguments}")).0, "Success", "{command}");
    }
    assert_eq!(output("queue show nope").1, ["No such queue: nope."]);
    assert_eq!(output("queue show support").1.len(), 6);
    let (_, lines) = output("core show sysinfo");
    assert_eq!(
        lines[1..5],
        [
            "System Statistics",
            "-----------------",
            "  System Uptime:             0 hours",
            "  Total RAM:                 1048576 KiB",
        ]
    );
    wire.ask("DBPut|Family: f|Key: k|Val: v");
    let response = wire.ask("Command|Command: database show");
    assert_eq!(response.0.last().unwrap().1, "1 results found.");
}

/// Returns the status of a console command and its output.
fn run(wire: &mut crate::Wire, command: &str) -> (String, Vec<String>) {
    let response = wire.ask(&format!("Command|Command: {command}"));
    let lines = response.0.iter().filter(|(name, _)| name == "Output").map(|(_, value)| value.clone());
    (response.get("Response").unwrap().to_string(), lines.collect())
}

#[test]
fn trees_of_the_database_can_be_deleted_by_a_command() {
    let server = Server::start();
    let mut wire = server.admin("off");
    let usage = "Usage: database deltree <family> [keytree]";
    // The keys of the family, the command, and its output, which Asterisk 22 has, too.
    for (keys, command, status, line) in [
        ("", "database deltree", "Error", usage),
        ("", "database deltree a b c", "Error", usage),
        ("", "database deltree Fam", "Success", "Database entries do not exist."),
        ("k k/a kb", "database deltree fam", "Success", "Database entries do not exist."),
        ("k k/a kb", "database deltree Fam k", "Success", "2 database entries removed."),
        ("", "DATABASE DelTree Fam", "Success", "1 database entries removed."),
        ("k k/a kb", "database deltree Fam/k", "Success", "2 database entries removed."),
        ("", "database deltree Fam kb", "Success", "1 database entries removed."),
    ] {
        for key in keys.split(' ').filter(|key| !key.is_empty()) {
            wire.ask(&format!("DBPut|Family: Fam|Key: {key}|Val: v"));
        }
        assert_eq!(run(&mut wire, command), (status.into(), vec![line.into()]), "{command}");
    }
    assert!(wire.list("DBGetTree").0.is_empty());
}

#[test]
fn the_dialplan_can_be_shown_whole_and_in_parts() {
    let server = Server::start();
    let mut wire = server.admin("off");
    let mut show = |place: &str| run(&mut wire, &format!("dialplan show{place}"));
    // In the columns of Asterisk 22.
    let expected = [
        "[ Context 'test' created by 'pbx_config' ]",
        "  '102' =>          hint: Local/102@test                          [pbx_config]",
        "                    1. Answer()                                   [pbx_config]",
        "                    2. Wait(0.2)                                  [pbx_config]",
        "                    3. Hangup()                                   [pbx_config]",
        "",
        "-= 1 extension (4 priorities) in 1 context. =-",
    ];
    assert_eq!(show(" 102@test"), ("Success".into(), expected.map(String::from).to_vec()));
    for (place, line) in [
        ("", "-= 18 extensions (51 priorities) in 3 contexts. =-"),
        (" test", "-= 6 extensions (17 priorities) in 1 context. =-"),
        (" @test", "-= 6 extensions (17 priorities) in 1 context. =-"),
        (" 102@", "-= 3 extensions (12 priorities) in 3 contexts. =-"),
    ] {
        let (status, lines) = show(place);
        assert_eq!((status.as_str(), lines.last().unwrap().as_str()), ("Success", line), "{place}");
    }
    for (place, lines) in [
        (" none", vec!["There is no existence of 'none' context", "Command 'dialplan show none' failed."]),
        (
            " 102@none",
            vec!["There is no existence of 'none' context", "Command 'dialplan show 102@none' failed."],
        ),
        (
            " 9@test",
            vec!["There is no existence of 9@test extension", "Command 'dialplan show 9@test' failed."],
        ),
        (" a b", vec!["Usage: dialplan show [[exten@]context]"]),
    ] {
        assert_eq!(show(place), ("Error".into(), lines.into_iter().map(String::from).collect()), "{place}");
    }
}
