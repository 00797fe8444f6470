//! The states of devices, extensions and queue members, and the events about them. Asterisk 22 sent
//! the same for the same calls, except that the order of its events varies.

use crate::{Server, is_about_device};

/// Returns the events about devices that a call causes.
fn changes(exten_or_phone: &str, settings: &str, hangups: usize) -> Vec<String> {
    let server = Server::start();
    let mut wire = server.admin("call,agent");
    wire.shows_devices = true;
    wire.ask("QueueAdd|Queue: sales|Interface: pjsip/alice");
    wire.ask(&format!("Originate|Channel: {exten_or_phone}|Application: Wait|Async: true|{settings}"));
    let mut events = wire.call(hangups);
    // The last changes follow the end of the call, and precede those of the next one.
    wire.ask("Originate|Channel: Nope/1|Application: Wait|Async: true");
    events.extend(wire.until(|event| event.is("OriginateResponse")));
    let text = |event: &crate::Message| match event.get("Event") {
        Some("DeviceStateChange") => event.show(&["Device", "State"]),
        Some("ExtensionStatus") => event.show(&["Exten", "Context", "Hint", "Status", "StatusText"]),
        _ => event.show(&["Queue", "Interface", "Status"]),
    };
    events.iter().filter(|event| is_about_device(event)).map(text).collect()
}

#[test]
fn calls_change_the_states_of_devices_hints_and_queue_members() {
    let (busy, idle) = ("102 test Local/102@test 1 InUse", "102 test Local/102@test 0 Idle");
    let (in_use, free) = ("Local/102@test INUSE", "Local/102@test NOT_INUSE");
    // One event for each change of each half, and one for the extension.
    assert_eq!(changes("Local/102@test", "Data: 0.1", 2), [in_use, busy, in_use, free, idle, free]);
    let expected = [
        "Local/105@test INUSE",
        "105 test Local/105@test 1 InUse",
        "support Local/105@test 2",
        "Local/105@test NOT_INUSE",
        "105 test Local/105@test 0 Idle",
        "support Local/105@test 1",
        "Local/105@test NOT_INUSE",
    ];
    assert_eq!(changes("Local/105@test", "Timeout: 100", 2), expected);
    assert_eq!(changes("Local/9@test", "", 2), ["Local/9@test INVALID"; 2]);
    // Only the changes of phones are reported.
    let expected = [
        "PJSIP/alice RINGING",
        "sales pjsip/alice 6",
        "PJSIP/alice INUSE",
        "sales pjsip/alice 2",
        "PJSIP/alice NOT_INUSE",
        "sales pjsip/alice 1",
    ];
    assert_eq!(changes("PJSIP/alice", "Data: 0.1", 1), expected);
    assert_eq!(changes("PJSIP/busy", "", 1), [""; 0]);
    let expected = ["PJSIP/silent RINGING", "PJSIP/silent NOT_INUSE"];
    assert_eq!(changes("PJSIP/silent", "Timeout: 300", 1), expected);
}

#[test]
fn extensions_have_the_states_of_their_hints() {
    let server = Server::start();
    let mut wire = server.admin("off");
    let mut state = |headers: &str| {
        let state = wire.ask(&format!("ExtensionState|{headers}"));
        state.show(&["Message", "Exten", "Context", "Hint", "Status", "StatusText"])
    };
    assert_eq!(state("Exten: 100"), "Extension Status 100 default Local/100@default 0 Idle");
    assert_eq!(state("Exten: 100|Context: test"), "Extension Status 100 test Local/100@test 0 Idle");
    assert_eq!(state("Exten: 9|Context: test"), "Extension Status 9 test  -1 Unknown");
    assert_eq!(state("Exten: 100|Context: none"), "Extension Status 100 none  -1 Unknown");
    let mut other = server.admin("off");
    other.ask("Originate|Channel: Local/100@test|Application: Wait|Data: 60");
    assert_eq!(state("Exten: 100|Context: test"), "Extension Status 100 test Local/100@test 1 InUse");
    assert_eq!(state("Exten: 100"), "Extension Status 100 default Local/100@default 0 Idle");
}

#[test]
fn endpoints_are_the_known_phones_with_their_states() {
    let server = Server::start();
    let mut wire = server.admin("call");
    wire.ask("QueueAdd|Queue: sales|Interface: PJSIP/7");
    wire.ask("Originate|Channel: PJSIP/alice|Application: Wait|Data: 60");
    wire.ask("Originate|Channel: PJSIP/alice|Application: Wait|Data: 60");
    wire.ask("Originate|Channel: PJSIP/silent|Application: Wait|Async: true");
    wire.until(|event| {
        event.is("DialState") && event.get("DestChannel").unwrap().starts_with("PJSIP/silent")
    });
    let (entries, end) = wire.list("PJSIPShowEndpoints");
    assert!(end.is("EndpointListComplete"));
    let names = [
        "Event",
        "ActionID",
        "ObjectType",
        "ObjectName",
        "Transport",
        "Aor",
        "Auths",
        "OutboundAuths",
        "Contacts",
        "DeviceState",
        "ActiveChannels",
    ];
    assert!(entries.iter().all(|entry| entry.names() == names && entry.is("EndpointList")));
    let shown = ["ObjectName", "Contacts", "DeviceState", "ActiveChannels"];
    let rows: Vec<_> = entries.iter().map(|entry| entry.show(&shown)).collect();
    let expected = [
        "7 7/sip:7@127.0.0.1, Not in use 0",
        "alice alice/sip:alice@127.0.0.1, In use 2",
        "busy busy/sip:busy@127.0.0.1, Not in use 0",
        "congestion congestion/sip:congestion@127.0.0.1, Not in use 0",
        "nobody  Unavailable 0",
        "offline  Unavailable 0",
        "silent silent/sip:silent@127.0.0.1, Ringing 1",
    ];
    assert_eq!(rows, expected);
}

#[test]
fn a_reload_sends_its_events_and_sets_the_time() {
    let server = Server::with(|builder| builder.speed(1000));
    let mut wire = server.admin("system,call");
    wire.shows_devices = true;
    wire.until(|event| event.is("FullyBooted"));
    // The module of the request, the answer, the numbers of extensions, module and status in the
    // events.
    for (headers, text, extensions, event) in [
        ("", "Success: Module Reloaded", 18, "Reload All 0"),
        ("Module: ", "Success: Module Reloaded", 18, "Reload All 0"),
        ("Module: pbx_config.so", "Success: Module Reloaded", 18, "Reload pbx_config.so 0"),
        ("Module: APP_QUEUE", "Success: Module Reloaded", 0, "Reload APP_QUEUE 0"),
        ("Module: cdr", "Success: Module Reloaded", 0, "Reload cdr 0"),
        ("Module: nope", "Error: No such module", 0, "Reload nope 2"),
    ] {
        assert_eq!(wire.ask(&format!("Reload|{headers}")).text(), text);
        let events = wire.until(|event| event.is("Reload"));
        let (last, before) = events.split_last().unwrap();
        assert_eq!(last.show(&["Event", "Module", "Status"]), event);
        assert!(before.len() == extensions && before.iter().all(|event| event.is("ExtensionStatus")));
    }
    let times = ["CoreStartupDate", "CoreStartupTime", "CoreReloadDate", "CoreReloadTime"];
    let begin = wire.ask("CoreStatus").show(&times);
    // Two seconds of the PBX are two milliseconds.
    std::thread::sleep(std::time::Duration::from_millis(5));
    assert_eq!(wire.ask("Reload").text(), "Success: Module Reloaded");
    let end = wire.ask("CoreStatus").show(&times);
    assert!(end[..19] == begin[..19] && end[20..] > begin[20..], "{begin} {end}");
}
