//! Mistakes in scripts.

use embedded_ami_pbx::{Pbx, Rule, Script};

/// Scripts with the line of the mistake and the beginning of the reason.
const MISTAKES: &[(&str, usize, &str)] = &[
    (
        "[[rule]]\non = 'Ping'\n\nrefuze = 'no'",
        4,
        "unknown key refuze; did you mean refuse? a rule has on, match, answer, list, output, refuse, raw, silent, drop, pass, skip, times, delay, complete, garble, cut, close, events",
    ),
    ("\n[[rules]]\non = 'Ping'", 2, "unknown key rules: a script has rules only, each after a line [[rule]]"),
    ("title = 'x'", 1, "unknown key title: a script has rules only"),
    ("on = 'Ping'\n[[rule]]", 1, "on is outside a rule: a line [[rule]] must precede it"),
    ("[[rule]]\non = 'Ping'\nfail = true", 3, "unknown key fail: a rule has on, match"),
    ("[rule]\non = 'Ping'", 1, "rule: write [[rule]], with two brackets"),
    ("rule = ['Ping']", 1, "rule: not a table"),
    ("[[rule]]\ndrop = true", 1, "the rule has no on, which names an action, connect, or *"),
    ("[[rule]]\non = ''", 2, "on is empty"),
    ("[[rule]]\non = 7", 2, "on: not a text in quotes"),
    ("[[rule]]\non = 'Ping'", 1, "the rule changes nothing; write pass = true if that is meant"),
    ("[[rule]]\non = 'Ping'\nmatch = { A = 'b' }", 1, "the rule changes nothing"),
    (
        "[[rule]]\non = 'Ping'\nrefuse = 'a'\nanswer = {}",
        4,
        "answer: the rule has refuse already, and can have only one answer",
    ),
    ("[[rule]]\non = 'Ping'\nlist = []\nanswer = {}\nraw = ''", 5, "raw: the rule has list already"),
    ("[[rule]]\non = 'Ping'\nanswer = {}\ndrop = true\nlist = []", 4, "drop: the rule has answer already"),
    ("[[rule]]\non = 'Ping'\nanswer = 'Pong'", 3, "answer: not a table { Name = \"value\" }"),
    (
        "[[rule]]\non = 'Ping'\nanswer = {\n  A = 'a',\n  B = true,\n}",
        5,
        "answer: B: not a text in quotes, a whole number, or a list of them",
    ),
    (
        "[[rule]]\non = 'Ping'\nanswer = { 'A:' = 'a' }",
        3,
        "answer: \"A:\" is not the name of a header; raw sends any bytes",
    ),
    ("[[rule]]\non = 'Ping'\nanswer = { '' = 'a' }", 3, "answer: \"\" is not the name of a header"),
    (
        "[[rule]]\non = 'Ping'\nanswer = { A = \"a\\nb\" }",
        3,
        "answer: the value of A has a line end or NUL; raw sends any bytes",
    ),
    (
        "[[rule]]\non = 'Ping'\nanswer = { A = '${B' }",
        3,
        "answer: ${ without }; write $${ for the two characters ${",
    ),
    ("[[rule]]\non = 'Ping'\nraw = '${B'", 3, "raw: ${ without }"),
    ("[[rule]]\non = 'Ping'\nlist = 'a'", 3, "list: not a list in brackets"),
    ("[[rule]]\non = 'Ping'\nlist = [{ A = 'b' }]", 3, "list: an event has no header Event with its name"),
    ("[[rule]]\non = 'Ping'\nlist = []\ncomplete = true", 4, "complete: not a table"),
    ("[[rule]]\non = 'Ping'\nlist = []\ncomplete = {}", 4, "complete: an event has no header Event"),
    ("[[rule]]\non = 'Ping'\ncomplete = false", 3, "complete ends a list, but the rule has no list"),
    ("[[rule]]\non = 'Ping'\noutput = ['a', 7]", 3, "output: not a text in quotes"),
    ("[[rule]]\non = 'Ping'\noutput = [\"a\\nb\"]", 3, "output: the value of Output has a line end or NUL"),
    ("[[rule]]\non = 'Ping'\nsilent = false", 3, "silent: not true; leave the key out otherwise"),
    ("[[rule]]\non = 'Ping'\nclose = 1", 3, "close: not true"),
    ("[[rule]]\non = 'Ping'\npass = true\ntimes = 0", 4, "times is 0, but must be at least 1"),
    ("[[rule]]\non = 'Ping'\npass = true\ntimes = -1", 4, "times: not a whole number of at least 0"),
    (
        "[[rule]]\non = 'Ping'\ndelay = 300",
        3,
        "delay: 300 has no unit: write \"300ms\", with one of ms, s, m and h",
    ),
    ("[[rule]]\non = 'Ping'\ndelay = 300.0", 3, "delay: 300.0 has no unit: write \"300ms\""),
    ("[[rule]]\non = 'Ping'\ndelay = '300'", 3, "delay: 300 has no unit: write \"300ms\""),
    (
        "[[rule]]\non = 'Ping'\ndelay = 'soon'",
        3,
        "delay: not a time such as \"300ms\", \"1s\", \"5m\" or \"1h\"",
    ),
    ("[[rule]]\non = 'Ping'\ndelay = true", 3, "delay: not a time such as"),
    ("[[rule]]\non = 'Ping'\ndelay = '2 days'", 3, "a delay is longer than 24 hours"),
    (
        "[[rule]]\non = 'Ping'\nsilent = true\ngarble = 7",
        4,
        "garble changes an answer, but the rule has none",
    ),
    ("[[rule]]\non = 'Ping'\ndrop = true\ncut = 7", 4, "cut shortens an answer, but the rule has none"),
    ("[[rule]]\non = 'Ping'\ncut = 7\nclose = true", 4, "close: cut and drop close the connection already"),
    ("[[rule]]\non = 'Ping'\ngarble = 'a'", 3, "garble: not a whole number"),
    ("[[rule]]\non = 'Ping'\nevents = { Event = 'a' }", 3, "events: not a list in brackets"),
    ("[[rule]]\non = 'Ping'\nevents = [{ after = '1s' }]", 3, "events: an event has no header Event"),
    (
        "[[rule]]\non = 'Ping'\nevents = [{ after = 1, Event = 'A' }]",
        3,
        "events: after: 1 has no unit: write \"1ms\"",
    ),
    (
        "[[rule]]\non = 'Ping'\nevents = [{ Event = 'A', Privilege = 'calls,all' }]",
        3,
        "events: \"calls\" in Privilege is not a class of events",
    ),
    (
        "[[rule]]\non = 'connect'\nrefuse = 'a'",
        2,
        "on connect: a rule can have raw, silent, drop or pass, but no answer",
    ),
    (
        "[[rule]]\non = 'Connect'\nmatch = { A = 'b' }\ndrop = true",
        3,
        "match: connect has no headers to match",
    ),
    ("[[rule]]\non = 'Ping'\non = 'Pong'", 3, "duplicate key, at column 1 of the line: on = 'Pong'"),
    ("[[rule]]\non = Ping", 2, "a text must be in quotes, at column 6 of the line: on = Ping"),
    (
        "[[rule]]\non = \"Ping\nsilent = true",
        2,
        "the \" at the end of the text is missing, at column 11 of the line: on = \"Ping",
    ),
    (
        "[[rule]]\non = 'Ping'\n  match = { Secret = 'x }",
        3,
        "the } at the end of the table is missing, at column 26",
    ),
    ("[[rule]\n", 1, "the ]] at the end of the line is missing, at column 8 of the line: [[rule]"),
];

#[test]
fn each_mistake_names_its_line_and_key() {
    for (toml, line, reason) in MISTAKES {
        let error = Script::parse(toml).expect_err(toml);
        assert_eq!(error.line(), *line, "{error} in {toml}");
        assert!(error.reason().starts_with(reason), "{error:?}, not {reason:?}, in {toml}");
        assert!(!error.to_string().contains('\n') && error.reason().len() > 10, "{error}");
        assert_eq!(error.to_string(), format!("line {line}: {}", error.reason()));
    }
}

#[test]
fn errors_of_toml_are_plain_and_quote_no_secret() {
    for (toml, reason) in [
        ("on 'Ping'", "= and a value are missing, at column 4 of the line: on 'Ping'"),
        ("on = 'Ping", "the ' at the end of the text is missing, at column 11 of the line: on = 'Ping"),
        ("list = [1", "the ] at the end of the list is missing, at column 10 of the line: list = [1"),
        ("match = { a = 1 b = 2 }", "a comma is missing, at column 19 of the line: match = { a = 1 b = 2 }"),
        (
            "raw = \"ü\\q\"",
            "an unknown escape follows \\; write \\\\ for the character itself, at column 10 of the line: raw = \"ü\\q\"",
        ),
        ("match = { PASSWORD = x }", "a text must be in quotes, at column 22"),
        ("match = { 'Key' = x }", "a text must be in quotes, at column 19"),
        (
            "raw = \"12345678901234567890123456789012345678901234567890123456789012345",
            "the \" at the end of the text is missing, at column 73 of the line: raw = \"12345678901234567890123456789012345678901234567890123...",
        ),
    ] {
        let error = Script::parse(&format!("[[rule]]\n{toml}")).expect_err(toml);
        assert_eq!((error.line(), error.reason()), (2, reason));
    }
}

#[test]
fn unknown_actions_are_suspected_and_unused_rules_are_known() {
    let script = "\
[[rule]]
on = 'Pnig'
silent = true
[[rule]]
on = 'pjsipshowendpoints'
silent = true
[[rule]]
on = 'conect'
silent = true
[[rule]]
on = 'MyOwnAction'
answer = {}
[[rule]]
on = '*'
skip = 1
silent = true
";
    let file = std::env::temp_dir().join(format!("embedded-ami-unknown-{}.toml", std::process::id()));
    std::fs::write(&file, script).unwrap();
    let script = Script::from_file(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let name = file.display();
    let told: Vec<_> = script.unknown_actions().iter().map(ToString::to_string).collect();
    let expected = [
        format!("{name}:2: Asterisk has no action Pnig; did you mean Ping?"),
        format!("{name}:8: Asterisk has no action conect; did you mean connect?"),
        format!("{name}:11: Asterisk has no action MyOwnAction"),
    ];
    assert_eq!(told, expected);
    let last = &script.unknown_actions()[2];
    assert_eq!((last.action(), last.line(), last.file()), ("MyOwnAction", 11, Some(&*file)));
    assert_eq!(last.reason(), "Asterisk has no action MyOwnAction");
    assert_eq!(Script::default().on("Pnig", Rule::silent()).unwrap().unknown_actions().len(), 1);

    let unused = |pbx: &Pbx| -> Vec<_> {
        let warnings = pbx.unused_rules();
        assert!(warnings.iter().all(|warning| warning.file() == Some(&*file)), "{warnings:?}");
        warnings
            .iter()
            .map(|warning| (warning.line(), warning.reason().rsplit(": ").next().unwrap().to_owned()))
            .collect()
    };
    let pbx = super::start(script);
    let nothing = || "nothing has matched it".to_owned();
    let [first, second, third, own] = [2, 5, 8, 11].map(|line| (line, nothing()));
    assert_eq!(unused(&pbx), [first.clone(), second, third.clone(), own.clone(), (14, nothing())]);
    let mut wire = super::Wire::log_in(&pbx);
    wire.send("Action: PJSIPShowEndpoints\r\n\r\n");
    // The last rule skips this one, and applies to the next.
    wire.check();
    let skipped = (14, "it skips the first 1, and only 1 matched".to_owned());
    assert_eq!(unused(&pbx), [first.clone(), third.clone(), own.clone(), skipped]);
    wire.send("Action: Ping\r\n\r\n");
    wire.expect_silence();
    assert_eq!(unused(&pbx), [first, third, own]);
    pbx.clear_rules();
    assert!(pbx.unused_rules().is_empty());
}

#[test]
fn a_file_is_named() {
    let error = Script::from_file("/nowhere/faults.toml").unwrap_err();
    assert!(error.to_string().starts_with("/nowhere/faults.toml: "), "{error}");
    let file = std::env::temp_dir().join(format!("embedded-ami-{}.toml", std::process::id()));
    std::fs::write(&file, "\n[[rule]]\non = 'Ping'\nsilent = 1\n").unwrap();
    let error = Script::from_file(&file).unwrap_err();
    std::fs::remove_file(&file).unwrap();
    let text = format!("{}:4: silent: not true; leave the key out otherwise", file.display());
    assert_eq!((error.to_string(), error.file()), (text, Some(&*file)));
}

#[test]
fn rules_of_rust_are_checked() {
    let start = |on, rule| Pbx::builder().on(on, rule).on("Ping", Rule::pass()).start("127.0.0.1:0");
    let error = start("connect", Rule::refuse("no")).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    let text = "the rule on connect: on connect: a rule can have raw, silent, drop or pass, but no answer";
    assert_eq!(error.to_string(), text);
    assert!(start("Ping", Rule::answer([("A", "b\r\nC: d")])).is_err());
    let pbx = Pbx::builder().start("127.0.0.1:0").unwrap();
    assert!(pbx.on("Ping", Rule::pass().times(0)).is_err());
    assert!(pbx.on("Ping", Rule::pass().times(1)).is_ok());
}
