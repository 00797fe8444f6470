//! Views of responses with a payload, on responses generated in the form of each version and on
//! recorded ones.

mod common;

use std::time::Duration;

use common::{Capture, Role};
use embedded_ami::classes::Classes;
use embedded_ami::event::ExtensionState as State;
use embedded_ami::event::response::*;
use embedded_ami::wire::{Decoder, Message, OwnedMessage, Part, Step, Value};

/// Decodes a message of these lines and calls `body` with it.
fn with_message<T>(lines: &[&str], body: impl FnOnce(Message<'_>) -> T) -> T {
    let text = format!("{}\r\n\r\n", lines.join("\r\n"));
    let mut decoder = Decoder::for_client(vec![0; text.len() + 64]).unwrap();
    decoder.space()[..text.len()].copy_from_slice(text.as_bytes());
    decoder.advance(text.len());
    assert_eq!(decoder.poll(), Step::Message);
    body(decoder.message())
}

/// Calls `body` with three responses of these lines: with the ActionID as the second header, as the
/// last header, and without an ActionID.
fn with_response(lines: &[&str], body: impl Fn(Message<'_>)) {
    let with = |at: Option<usize>| {
        let mut all = vec!["Response: Success"];
        all.extend(lines);
        if let Some(at) = at {
            all.insert(at, "ActionID: Category-000000: Ping (Priv: x)");
        }
        with_message(&all, &body);
    };
    with(Some(1));
    with(Some(lines.len() + 1));
    with(None);
}

fn text(value: Option<Value<'_>>) -> Option<String> {
    value.map(|value| value.to_str().unwrap().to_owned())
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn views_accept_only_successful_responses() {
    let accepted = |lines: &[&str]| {
        with_message(lines, |message| {
            (
                Getvar::from_message(&message).is_some(),
                Command::from_message(&message).is_some(),
                QueueRule::from_message(&message).is_some(),
            )
        })
    };
    assert_eq!(accepted(&["Response: Success"]), (true, true, true));
    assert_eq!(accepted(&["ActionID: 1", "Response: Success"]), (true, true, true));
    assert_eq!(accepted(&["Response: Error", "Message: No variable specified"]), (false, false, false));
    assert_eq!(accepted(&["response: error"]), (false, false, false));
    assert_eq!(accepted(&["Response: Failure"]), (false, false, false));
    assert_eq!(accepted(&["Response: Error", "Output: No such command"]), (false, true, false));
    assert_eq!(
        accepted(&["Event: OriginateResponse", "Response: Success", "Rule: 1"]),
        (false, false, false)
    );
    assert_eq!(accepted(&["Rule: 1"]), (false, false, true));
    assert_eq!(accepted(&["Some: text"]), (false, false, false));
}

#[test]
fn single_values_are_read() {
    with_response(&["Ping: Pong", "Timestamp: 1795445454.318159"], |message| {
        let ping = Ping::from_message(&message).unwrap();
        assert!(ping.is_pong());
        assert_eq!(text(ping.pong()), some("Pong"));
        assert_eq!(ping.timestamp(), Some(Duration::new(1795445454, 318_159_000)));
        assert_eq!(ping.message().as_bytes(), message.as_bytes());
        assert_eq!(format!("{ping:?}"), format!("{message:?}"));
    });
    with_message(&["Response: Pong", "ActionID: 1"], |message| {
        let ping = Ping::from_message(&message).unwrap();
        assert!(ping.is_pong() && ping.pong().is_none() && ping.timestamp().is_none());
    });
    with_response(&["Variable: G1", "Value: plain"], |message| {
        assert!(!Ping::from_message(&message).unwrap().is_pong());
        assert_eq!(Events::from_message(&message).unwrap().is_on(), None);
        let getvar = Getvar::from_message(&message).unwrap();
        assert_eq!((text(getvar.variable()), text(getvar.value())), (some("G1"), some("plain")));
    });
    with_response(&["Variable: G1", "Value: "], |message| {
        assert_eq!(text(Getvar::from_message(&message).unwrap().value()), some(""));
    });
    with_response(&["Variable: G1", "Value:   blanks  "], |message| {
        assert_eq!(text(Getvar::from_message(&message).unwrap().value()), some("  blanks  "));
    });
    with_response(&["Challenge: 1795444099/6929143a"], |message| {
        assert_eq!(text(Challenge::from_message(&message).unwrap().challenge()), some("1795444099/6929143a"));
    });
    for (word, on) in [("On", true), ("Off", false)] {
        with_response(&[&format!("Events: {word}")], |message| {
            assert_eq!(Events::from_message(&message).unwrap().is_on(), Some(on));
            assert_eq!(text(Events::from_message(&message).unwrap().events()), some(word));
        });
        with_message(&[&format!("Response: Events {word}"), "ActionID: 1"], |message| {
            assert_eq!(Events::from_message(&message).unwrap().is_on(), Some(on));
        });
    }
    with_response(&["Version: "], |message| {
        assert_eq!(text(ModuleCheck::from_message(&message).unwrap().version()), some(""));
    });
    with_response(&["JSON: {\"general\":{\"a\":\"b: c\"}}"], |message| {
        assert_eq!(
            text(GetConfigJson::from_message(&message).unwrap().json()),
            some("{\"general\":{\"a\":\"b: c\"}}")
        );
    });
}

#[test]
fn mailboxes_and_states_are_read() {
    let lines = ["Message: Mailbox Status", "Mailbox: 100@default", "Waiting: 1"];
    with_response(&lines, |message| {
        let status = MailboxStatus::from_message(&message).unwrap();
        assert_eq!((text(status.mailbox()), status.waiting()), (some("100@default"), Some(1)));
        assert_eq!(status.is_waiting(), Some(true));
    });
    with_response(&["Waiting: 0"], |message| {
        assert_eq!(MailboxStatus::from_message(&message).unwrap().is_waiting(), Some(false));
    });
    let lines = ["Mailbox: 100@default", "UrgMessages: 1", "NewMessages: 2", "OldMessages: 3"];
    with_response(&lines, |message| {
        let count = MailboxCount::from_message(&message).unwrap();
        assert_eq!(text(count.mailbox()), some("100@default"));
        assert_eq!((count.urgent(), count.new_messages(), count.old_messages()), (Some(1), Some(2), Some(3)));
    });
    // Asterisk 1.4 does not report urgent messages.
    with_response(&["Mailbox: 100", "NewMessages: 2", "OldMessages: 3"], |message| {
        assert_eq!(MailboxCount::from_message(&message).unwrap().urgent(), None);
    });
    let lines = [
        "Exten: 100",
        "Context: test",
        "Hint: PJSIP/bob&Custom:lamp2",
        "Status: 9",
        "StatusText: InUse&Ringing",
    ];
    with_response(&lines, |message| {
        let state = ExtensionState::from_message(&message).unwrap();
        assert_eq!((text(state.exten()), text(state.context())), (some("100"), some("test")));
        assert_eq!(text(state.hint()), some("PJSIP/bob&Custom:lamp2"));
        assert_eq!(state.status(), Some(State::InUseAndRinging));
        assert_eq!(text(state.status_text()), some("InUse&Ringing"));
    });
    with_response(&["Exten: 1", "Context: test", "Hint: ", "Status: -1"], |message| {
        let state = ExtensionState::from_message(&message).unwrap();
        assert_eq!((text(state.hint()), state.status()), (some(""), Some(State::NoHint)));
    });
    let lines = ["Message: Presence State", "State: away", "Subtype: sub: type", "Message: back at 5"];
    with_response(&lines, |message| {
        let presence = PresenceState::from_message(&message).unwrap();
        assert_eq!((text(presence.state()), text(presence.subtype())), (some("away"), some("sub: type")));
        assert_eq!(text(presence.presence_message()), some("back at 5"));
    });
    let lines =
        ["Message: Presence State", "State: away", "Message: back at 5", "PresenceMessage: back at 6"];
    with_response(&lines, |message| {
        assert_eq!(
            text(PresenceState::from_message(&message).unwrap().presence_message()),
            some("back at 6")
        );
    });
    with_response(&["Message: Presence State", "State: available"], |message| {
        let presence = PresenceState::from_message(&message).unwrap();
        assert!(presence.presence_message().is_none() && presence.subtype().is_none());
    });
}

#[test]
fn core_settings_and_core_status_are_read() {
    let lines = [
        "AMIversion: 11.0.0",
        "AsteriskVersion: 22.10.1",
        "SystemName: pbx: one",
        "CoreMaxCalls: 100",
        "CoreMaxLoadAvg: 0.500000",
        "CoreRunUser: asterisk",
        "CoreRunGroup: voip",
        "CoreMaxFilehandles: 1024",
        "CoreRealTimeEnabled: No",
        "CoreCDRenabled: Yes",
        "CoreHTTPenabled: No",
        "SoundsSearchCustomDir: Yes",
    ];
    with_response(&lines, |message| {
        let core = CoreSettings::from_message(&message).unwrap();
        assert_eq!(text(core.ami_version()), some("11.0.0"));
        assert_eq!(text(core.asterisk_version()), some("22.10.1"));
        assert_eq!(text(core.system_name()), some("pbx: one"));
        assert_eq!((core.max_calls(), core.max_filehandles()), (Some(100), Some(1024)));
        assert_eq!(text(core.max_load_average()), some("0.500000"));
        assert_eq!((text(core.run_user()), text(core.run_group())), (some("asterisk"), some("voip")));
        assert_eq!((core.realtime_enabled(), core.cdr_enabled()), (Some(false), Some(true)));
        assert_eq!((core.http_enabled(), core.sounds_search_custom_dir()), (Some(false), Some(true)));
    });
    let lines = [
        "CoreStartupDate: 2026-11-23",
        "CoreStartupTime: 14:22:10",
        "CoreReloadDate: 2026-11-24",
        "CoreReloadTime: 14:30:07",
        "CoreCurrentCalls: 3",
        "CoreProcessedCalls: 192",
    ];
    with_response(&lines, |message| {
        let core = CoreStatus::from_message(&message).unwrap();
        assert_eq!(
            (text(core.startup_date()), text(core.startup_time())),
            (some("2026-11-23"), some("14:22:10"))
        );
        assert_eq!(
            (text(core.reload_date()), text(core.reload_time())),
            (some("2026-11-24"), some("14:30:07"))
        );
        assert_eq!(core.startup_time().unwrap().to_clock(), Some(Duration::from_secs(51_730)));
        assert_eq!((core.current_calls(), core.processed_calls()), (Some(3), Some(192)));
    });
}

type Lists = Vec<(String, Vec<String>)>;

fn lists(message: Message<'_>) -> Lists {
    let lists = QueueRule::from_message(&message).unwrap().lists();
    let text = |value: Value<'_>| value.to_str().unwrap().to_owned();
    lists.map(|list| (text(list.name), list.rules.map(text).collect())).collect()
}

fn my_rules() -> Lists {
    vec![
        ("myrule".into(), vec!["30,+3,+0".into(), "60,10,5".into()]),
        ("none".into(), vec![]),
        ("other rule".into(), vec!["20,+0,7".into()]),
    ]
}

#[test]
fn queue_rules_are_grouped_by_list() {
    let lines = [
        "RuleList: myrule",
        "Rule: 30,+3,+0",
        "Rule: 60,10,5",
        "RuleList: none",
        "RuleList: other rule",
        "Rule: 20,+0,7",
    ];
    with_response(&lines, |message| assert_eq!(lists(message), my_rules()));
    with_response(&[], |message| assert_eq!(lists(message), []));
    // Up to 1.8.4 the answer has no `Response` header.
    with_message(&lines, |message| assert_eq!(lists(message), my_rules()));
    with_message(&lines, |message| {
        let mut rules = QueueRule::from_message(&message).unwrap().lists().next().unwrap().rules;
        assert_eq!(rules.by_ref().count(), 2);
        assert!(rules.next().is_none());
    });
    // Headers of other names belong to no list and end none.
    let others = ["RuleList: myrule", "Other: 1", "Rule: 30,+3,+0", "Rules: 2", "Rule: 60,10,5", "Other: 3"];
    with_response(&others, |message| assert_eq!(lists(message), my_rules()[..1]));
}

/// The categories of a configuration file, each with its name, whether it is a template, its
/// templates and its lines.
type Tree = Vec<(String, bool, Vec<String>, Vec<(String, String)>)>;

/// Reads the categories from a response to `GetConfig`.
fn tree(message: Message<'_>) -> Tree {
    let text = |value: Value<'_>| value.to_str().unwrap().to_owned();
    let config = GetConfig::from_message(&message).unwrap();
    config
        .categories()
        .map(|category| {
            (
                text(category.name()),
                category.is_template(),
                category.templates().into_iter().flatten().map(text).collect(),
                category.lines().map(|(variable, value)| (text(variable), text(value))).collect(),
            )
        })
        .collect()
}

/// Returns the headers that Asterisk writes for these categories.
fn headers(tree: &Tree) -> Vec<String> {
    let mut headers = Vec::new();
    for (category, (name, is_template, templates, lines)) in tree.iter().enumerate() {
        headers.push(format!("Category-{category:06}: {name}"));
        if *is_template {
            headers.push(format!("IsTemplate-{category:06}: 1"));
        }
        if !templates.is_empty() {
            headers.push(format!("Templates-{category:06}: {}", templates.join(",")));
        }
        for (line, (variable, value)) in lines.iter().enumerate() {
            headers.push(format!("Line-{category:06}-{line:06}: {variable}={value}"));
        }
    }
    headers
}

fn random_tree(random: &mut fastrand::Rng) -> Tree {
    let word = |random: &mut fastrand::Rng| -> String {
        (0..random.usize(1..6)).map(|_| *random.choice(b"ab-: 1").unwrap() as char).collect()
    };
    (0..random.usize(..6))
        .map(|_| {
            let templates = (0..random.usize(..3)).map(|_| word(random)).collect();
            let lines = (0..random.usize(..5)).map(|_| (word(random), word(random) + "=")).collect();
            (word(random), random.bool(), templates, lines)
        })
        .collect()
}

#[test]
fn configuration_is_read_in_any_order_of_headers() {
    let mut random = fastrand::Rng::with_seed(21);
    for _ in 0..300 {
        let tree = random_tree(&mut random);
        let mut lines = headers(&tree);
        let check = |lines: &[String]| {
            let lines: Vec<_> = lines.iter().map(|line| &line[..]).collect();
            with_response(&lines, |message| {
                assert_eq!(self::tree(message), tree);
                let names = ListCategories::from_message(&message).unwrap().names();
                assert!(names.eq(tree.iter().map(|(name, ..)| Value::from(name))));
            });
        };
        check(&lines);
        // The headers that belong to a category, before and after all `Category` headers.
        lines.sort_by_key(|line| line.starts_with("Category"));
        check(&lines);
        lines.reverse();
        lines.sort_by_key(|line| line[line.find('-').unwrap()..].to_owned());
        check(&lines);
    }
}

#[test]
fn configuration_is_read_from_the_parts_of_a_message() {
    let mut random = fastrand::Rng::with_seed(22);
    let mut parts = 0;
    for _ in 0..300 {
        let tree = random_tree(&mut random);
        let stream = format!("Response: Success\r\nActionID: 1\r\n{}\r\n\r\n", headers(&tree).join("\r\n"));
        let mut decoder = Decoder::for_client(vec![0; 64]).unwrap();
        let mut rest = stream.as_bytes();
        let mut seen: Tree = Vec::new();
        loop {
            match decoder.poll() {
                Step::Message => {
                    let message = decoder.message();
                    parts += usize::from(message.part() != Part::Whole);
                    let text = |value: Value<'_>| value.to_str().unwrap().to_owned();
                    for entry in GetConfig::from_message(&message).unwrap().entries() {
                        let at = entry.category() as usize;
                        match entry {
                            Entry::Category { name, .. } => {
                                assert_eq!(at, seen.len());
                                seen.push((text(name), false, vec![], vec![]));
                            }
                            Entry::IsTemplate { is, .. } => seen[at].1 = is,
                            Entry::Templates { names, .. } => {
                                seen[at].2 = names.split(b',').map(text).collect();
                            }
                            Entry::Line { line, variable, value, .. } => {
                                assert_eq!(line as usize, seen[at].3.len());
                                seen[at].3.push((text(variable), text(value)));
                            }
                            other => panic!("{other:?}"),
                        }
                    }
                    if message.part().is_end() {
                        break;
                    }
                }
                Step::NeedInput => {
                    let window = decoder.space();
                    let n = window.len().min(rest.len());
                    window[..n].copy_from_slice(&rest[..n]);
                    rest = &rest[n..];
                    decoder.advance(n);
                }
                Step::End => break,
            }
        }
        assert_eq!(seen, tree);
    }
    assert!(parts > 500);
}

#[test]
fn malformed_configuration_headers_are_passed_over() {
    with_response(&["No categories found"], |message| {
        assert_eq!(tree(message), []);
        assert_eq!(GetConfig::from_message(&message).unwrap().entries().count(), 0);
    });
    with_response(&["Error: no categories found"], |message| {
        assert_eq!(ListCategories::from_message(&message).unwrap().names().count(), 0);
    });
    let lines = [
        "category-000000: a",
        "LINE-000000-000000: no equals",
        "Line-000000-000001: Secret= x ",
        "Line-000000-00000x: a=b",
        "Line-000000: a=b",
        "Line-000001-000000: of=nobody",
        "Category-x: b",
        "Category: c",
        "IsTemplate-000000: 0",
        "Category-1000000: many",
        "Line-1000000-1000000: a=1=2",
    ];
    with_response(&lines, |message| {
        let owned = |text: &str| text.to_owned();
        let expected: Tree = vec![
            (
                owned("a"),
                false,
                vec![],
                vec![(owned("no equals"), owned("")), (owned("Secret"), owned(" x "))],
            ),
            (owned("many"), false, vec![], vec![(owned("a"), owned("1=2"))]),
        ];
        assert_eq!(tree(message), expected);
        let config = GetConfig::from_message(&message).unwrap();
        let first = config.categories().next().unwrap();
        assert_eq!((text(first.get("secret")), first.get("of").is_none()), (some(" x "), true));
        assert_eq!((first.number(), first.templates().is_none()), (0, true));
        assert!(config.categories().map(|category| category.number()).eq([0, 1_000_000]));
        let line = config.entries().find(|entry| matches!(entry, Entry::Line { .. })).unwrap();
        assert_eq!(format!("{line:?}"), "Line { category: 0, line: 0, .. }");
    });
}

#[test]
fn listed_actions_are_split_into_name_synopsis_and_classes() {
    let lines = [
        "Ping: Keepalive command (Priv: <none>)",
        "Park: Park a channel.  (Priv: call,all)",
        "Status: Lists (all) channels: state.  (Priv: system,call,reporting,all)",
        "Newer: A class unknown (Priv: newclass,all)",
        "Empty:  (Priv: config,all)",
        "Odd: (Priv: a)  (Priv: user,all)",
        "Old: From Asterisk 1.0",
    ];
    with_response(&lines, |message| {
        let listed: Vec<_> = ListCommands::from_message(&message)
            .unwrap()
            .actions()
            .map(|action| {
                (text(Some(action.name)).unwrap(), text(Some(action.synopsis)).unwrap(), action.classes)
            })
            .collect();
        let one = |name: &str, synopsis: &str, classes| (name.to_owned(), synopsis.to_owned(), classes);
        assert_eq!(
            listed,
            [
                one("Ping", "Keepalive command", Classes::NONE),
                one("Park", "Park a channel.", Classes::CALL),
                one(
                    "Status",
                    "Lists (all) channels: state.",
                    Classes::SYSTEM | Classes::CALL | Classes::REPORTING
                ),
                one("Newer", "A class unknown", Classes::NONE),
                one("Empty", "", Classes::CONFIG),
                one("Odd", "(Priv: a)", Classes::USER),
            ]
        );
    });
}

#[test]
fn command_output_is_read_in_both_forms() {
    let read = |message: Message<'_>| {
        let command = Command::from_message(&message).unwrap();
        let lines: Vec<_> =
            command.lines().map(|line| String::from_utf8(line.as_bytes().to_vec()).unwrap()).collect();
        (command.has_failed(), lines)
    };
    with_response(
        &["Message: Command output follows", "Output: one", "Output: ", "Output:  two: 2"],
        |message| {
            assert_eq!(read(message), (false, vec!["one".into(), "".into(), " two: 2".into()]));
        },
    );
    with_message(
        &["Response: Error", "Message: Command output follows", "Output: No such command"],
        |message| {
            assert_eq!(read(message), (true, vec!["No such command".into()]));
        },
    );
    let follows =
        ["Response: Follows", "Privilege: Command", "ActionID: 1", "one\n\ntwo: 2\n--END COMMAND--"];
    with_message(&follows, |message| {
        assert_eq!(read(message), (false, vec!["one".into(), "".into(), "two: 2".into()]));
    });
}

// ---------------------------------------------------------------------------------------------
// recorded

/// Calls `body` with each message of a capture and the name of the action that it answers, or "".
fn each_response(capture: &Capture, mut body: impl FnMut(&str, Message<'_>)) {
    let mut decoder = Decoder::for_client(vec![0; 4096]).unwrap();
    let mut whole = OwnedMessage::default();
    let mut rest = &capture.bytes[..];
    loop {
        match decoder.poll() {
            Step::Message => {
                if whole.push(&decoder.message()).unwrap() {
                    let message = whole.message();
                    // The recorder named its ActionIDs after the actions.
                    let id = message.get("ActionID").and_then(|id| id.to_str().ok()).unwrap_or("");
                    let action = id.rsplit_once('-').map_or("", |(action, _)| action);
                    body(action, message);
                }
            }
            Step::NeedInput => {
                let window = decoder.space();
                let n = window.len().min(rest.len());
                window[..n].copy_from_slice(&rest[..n]);
                rest = &rest[n..];
                match n {
                    0 => decoder.finish(),
                    n => decoder.advance(n),
                }
            }
            Step::End => return,
        }
    }
}

/// For these actions, the view of the response reads every payload header that was recorded, and no
/// required header is missing.
#[test]
fn recorded_responses_are_read_completely() {
    let mut counts = std::collections::BTreeMap::new();
    for capture in common::captures().iter().filter(|capture| capture.role == Role::Client) {
        let old = capture.name.starts_with("1.4/");
        each_response(capture, |action, message| {
            if Getvar::from_message(&message).is_none_or(|view| view.message().name().is_none()) {
                return;
            }
            if message.get("EventList").is_some() {
                return;
            }
            let name = &capture.name;
            // The headers that the view reads.
            let read: &[&str] = match action {
                "ping" => {
                    let ping = Ping::from_message(&message).unwrap();
                    assert!(ping.is_pong(), "{name} {message:?}");
                    assert_eq!(ping.timestamp().is_some(), !old, "{name} {message:?}");
                    &["Ping", "Timestamp"]
                }
                "challenge" => {
                    assert!(
                        Challenge::from_message(&message).unwrap().challenge().is_some(),
                        "{name} {message:?}"
                    );
                    &["Challenge"]
                }
                "events" => {
                    assert!(Events::from_message(&message).unwrap().is_on().is_some(), "{name} {message:?}");
                    &["Events"]
                }
                "getvar" => {
                    let getvar = Getvar::from_message(&message).unwrap();
                    assert!(getvar.variable().is_some() && getvar.value().is_some(), "{name} {message:?}");
                    &["Variable", "Value"]
                }
                "mailboxstatus" => {
                    let status = MailboxStatus::from_message(&message).unwrap();
                    assert!(
                        status.mailbox().is_some() && status.is_waiting().is_some(),
                        "{name} {message:?}"
                    );
                    &["Mailbox", "Waiting"]
                }
                "mailboxcount" => {
                    let count = MailboxCount::from_message(&message).unwrap();
                    assert!(count.mailbox().is_some(), "{name} {message:?}");
                    assert!(count.new_messages().is_some() && count.old_messages().is_some(), "{name}");
                    assert_eq!(count.urgent().is_some(), !old, "{name} {message:?}");
                    &["Mailbox", "UrgMessages", "NewMessages", "OldMessages"]
                }
                "extensionstate" => {
                    let state = ExtensionState::from_message(&message).unwrap();
                    assert!(state.exten().is_some() && state.context().is_some(), "{name} {message:?}");
                    assert!(state.hint().is_some(), "{name} {message:?}");
                    assert!(!matches!(state.status(), None | Some(State::Other(_))), "{name} {message:?}");
                    assert_eq!(state.status_text().is_some(), !old, "{name} {message:?}");
                    &["Exten", "Context", "Hint", "Status", "StatusText"]
                }
                "presencestate" => {
                    let presence = PresenceState::from_message(&message).unwrap();
                    assert!(presence.state().is_some(), "{name} {message:?}");
                    assert_eq!(presence.presence_message().is_some(), presence.subtype().is_some());
                    &["State", "Subtype", "PresenceMessage"]
                }
                "coresettings" => {
                    let core = CoreSettings::from_message(&message).unwrap();
                    assert!(core.asterisk_version().is_some() && core.cdr_enabled().is_some(), "{name}");
                    assert_eq!((core.max_calls(), core.http_enabled()), (Some(0), Some(false)), "{name}");
                    assert_eq!(core.sounds_search_custom_dir().is_some(), name.starts_with("22/"), "{name}");
                    &[
                        "AMIversion",
                        "AsteriskVersion",
                        "SystemName",
                        "CoreMaxCalls",
                        "CoreMaxLoadAvg",
                        "CoreRunUser",
                        "CoreRunGroup",
                        "CoreMaxFilehandles",
                        "CoreRealTimeEnabled",
                        "CoreCDRenabled",
                        "CoreHTTPenabled",
                        "SoundsSearchCustomDir",
                    ]
                }
                "corestatus" => {
                    let core = CoreStatus::from_message(&message).unwrap();
                    assert!(core.startup_time().and_then(Value::to_clock).is_some(), "{name} {message:?}");
                    assert!(core.current_calls().is_some(), "{name} {message:?}");
                    assert_eq!(core.processed_calls().is_some(), name.starts_with("22/"), "{name}");
                    &[
                        "CoreStartupDate",
                        "CoreStartupTime",
                        "CoreReloadDate",
                        "CoreReloadTime",
                        "CoreCurrentCalls",
                        "CoreProcessedCalls",
                    ]
                }
                "queuerule" => {
                    let lists = lists(message);
                    assert_eq!(lists.len(), message.get_all("RuleList").count(), "{name}");
                    let rules: usize = lists.iter().map(|(_, rules)| rules.len()).sum();
                    assert_eq!(rules, message.get_all("Rule").count(), "{name}");
                    &["RuleList", "Rule"]
                }
                "listcommands" => {
                    // Every header except Response and ActionID is an action.
                    let listed = ListCommands::from_message(&message).unwrap().actions().count();
                    assert_eq!(listed, message.headers().count() - 2, "{name}");
                    assert!(listed > 10, "{name}");
                    *counts.entry(action.to_owned()).or_insert(0) += 1;
                    return;
                }
                "command" => {
                    let lines = Command::from_message(&message).unwrap().lines().count();
                    assert!(lines > 0 || old || name.starts_with("13/"), "{name} {message:?}");
                    &["Output", "Privilege"]
                }
                _ => return,
            };
            for header in message.headers() {
                let known =
                    ["Response", "ActionID", "Message"].iter().chain(read).any(|name| header.is(name));
                // Line ends inside the value of a variable look like headers.
                assert!(known || action == "getvar", "{name}: {header:?}");
            }
            *counts.entry(action.to_owned()).or_insert(0) += 1;
        });
    }
    println!("{counts:?}");
    for action in [
        "ping",
        "challenge",
        "events",
        "getvar",
        "mailboxstatus",
        "mailboxcount",
        "extensionstate",
        "presencestate",
        "coresettings",
        "corestatus",
        "queuerule",
        "command",
    ] {
        assert!(counts.contains_key(action), "no {action}");
    }
}
