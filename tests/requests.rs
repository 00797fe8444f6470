//! The hand-written actions: each setter writes its header, and the answers end as the table says.

use embedded_ami::action::{
    self, Action, Challenge, Change, Completion, Filter, Login, Originate, Redirect, UpdateConfig, UserEvent,
};
use embedded_ami::wire::{Dialect, EncodeError, HeaderWriter, Outbox};

/// Asserts that an action is written with this name and these header lines.
fn written(action: &dyn Action, name: &str, lines: &[&str]) {
    let mut outbox = Outbox::for_client(vec![0; 4096], Dialect::Current);
    action::write(action, "7", &mut outbox).unwrap();
    assert_eq!(action.name(), name);
    let expected = format!("Action: {name}\r\nActionID: 7\r\n{}\r\n\r\n", lines.join("\r\n"));
    assert_eq!(String::from_utf8_lossy(outbox.pending()), expected);
    // An action that knows how its answer ends does not need the table.
    assert_eq!(action.completion(), Completion::for_action(name), "{name}");
}

#[test]
fn every_setting_of_a_call_is_written() {
    let place = ["Channel: PJSIP/7", "Context: phones", "Exten: 100", "Priority: 1"];
    let call = || Originate::to_extension("PJSIP/7", "phones", "100", "1");
    for (call, line) in [
        (call().timeout(20_000), "Timeout: 20000"),
        (call().caller_id("\"Door\" <12>"), "CallerID: \"Door\" <12>"),
        (call().account("a"), "Account: a"),
        (call().codecs("ulaw"), "Codecs: ulaw"),
        (call().channel_id("c-1"), "ChannelId: c-1"),
        (call().other_channel_id("c-2"), "OtherChannelId: c-2"),
        (call().pre_dial_gosub("tones,s,1"), "PreDialGoSub: tones,s,1"),
        (call().early_media(), "EarlyMedia: true"),
        (call().in_background(), "Async: true"),
        (call().variables(&[("A", "b")]), "Variable: A=b"),
    ] {
        written(&call, "Originate", &[&place[..], &[line]].concat());
    }
    let all = call().channel_id("c-1").other_channel_id("c-2").early_media().in_background();
    let lines = ["ChannelId: c-1", "OtherChannelId: c-2", "EarlyMedia: true", "Async: true"];
    written(&all, "Originate", &[&place[..], &lines].concat());
    let playback = Originate::to_application("PJSIP/7", "Playback", "hello-world");
    written(&playback, "Originate", &["Channel: PJSIP/7", "Application: Playback", "Data: hello-world"]);
}

#[test]
fn a_redirect_sends_two_channels_to_one_place_or_two() {
    let one = Redirect::new("PJSIP/7-1", "queues", "800", "1");
    let place = ["Context: queues", "Exten: 800", "Priority: 1"];
    written(&one, "Redirect", &[&place[..], &["Channel: PJSIP/7-1"]].concat());
    let both = one.extra("PJSIP/8-1");
    let channels = ["Channel: PJSIP/7-1", "ExtraChannel: PJSIP/8-1"];
    written(&both, "Redirect", &[&place[..], &channels].concat());
    let second = ["ExtraContext: phones", "ExtraExten: 9", "ExtraPriority: n"];
    written(&both.extra_to("phones", "9", "n"), "Redirect", &[&place[..], &second, &channels].concat());
}

#[test]
fn filters_include_exclude_and_have_criteria() {
    written(&Filter::include("Event: A"), "Filter", &["Operation: Add", "Filter: Event: A"]);
    written(&Filter::exclude("Event: A"), "Filter", &["Operation: Add", "Filter: !Event: A"]);
    written(&Filter::include("!Event: A"), "Filter", &["Operation: Add", "Filter: [!]Event: A"]);
    written(&Filter::exclude("!Event: A"), "Filter", &["Operation: Add", "Filter: !!Event: A"]);
    let matching = Filter::matching("name(Newexten)", "!x");
    let lines = ["Operation: Add", "MatchCriteria: name(Newexten)", "Filter: !x"];
    written(&matching, "Filter", &lines);
    let matching = Filter::matching("name(Newexten)", "x");
    written(&matching, "Filter", &["Operation: Add", "MatchCriteria: name(Newexten)", "Filter: x"]);
}

#[test]
fn a_file_is_updated_with_the_settings_and_the_outermost_options() {
    let old = Change::DeleteCategory { category: "7" };
    let inner = Change::WithOptions { change: &old, options: "ignored" };
    let changes = [Change::WithOptions { change: &inner, options: "ignoreerror" }];
    let change = ["Action-000000: DelCat", "Cat-000000: 7", "Options-000000: ignoreerror"];
    let files = ["SrcFilename: a.conf", "DstFilename: b.conf"];
    let update = UpdateConfig::new("a.conf", "b.conf", &changes);
    written(&update, "UpdateConfig", &[&files[..], &change].concat());
    let settings = ["Reload: yes", "PreserveEffectiveContext: true"];
    let update = update.reload("yes").preserve_effective_context();
    written(&update, "UpdateConfig", &[&files[..], &settings, &change].concat());
}

/// An action of the application that leaves the end of its answer to the table.
struct Queues;

impl Action for Queues {
    fn name(&self) -> &str {
        "QueueStatus"
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        out.header("Queue", "sales")
    }
}

#[test]
fn an_action_of_the_application_ends_as_the_table_says_and_prints_no_values() {
    written(&Queues, "QueueStatus", &["Queue: sales"]);
    assert_eq!(Queues.completion(), Completion::List("QueueStatusComplete"));
    let status = action::from_fn("QueueStatus", |out| out.header("Queue", "sales"));
    written(&status, "QueueStatus", &["Queue: sales"]);
    assert_eq!(status.completion(), Completion::List("QueueStatusComplete"));
    assert_eq!(format!("{status:?}"), "QueueStatus");
}

#[test]
fn logins_and_user_events_are_written() {
    written(&Challenge, "Challenge", &["AuthType: MD5"]);
    written(&Login::plain("a", "s").events("call"), "Login", &["Username: a", "Secret: s", "Events: call"]);
    written(&UserEvent::new("Door", &[("Open", "1")]), "UserEvent", &["UserEvent: Door", "Open: 1"]);
}
