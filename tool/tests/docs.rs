//! The texts of the tool: `explain`, `completions`, `man` and the help.

#[path = "docs/generate.rs"]
mod generate;
mod harness;
#[path = "docs/rows.rs"]
mod rows;
#[path = "docs/tokens.rs"]
mod tokens;

/// The table of `ami explain`. If it differs from the tables of the library, this test writes the
/// new one beside the old if `AMI_WRITE_TABLE` is set.
#[test]
fn the_table_of_explain_is_that_of_the_library() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/explain/table.jsonl");
    let table = generate::table();
    if std::env::var_os("AMI_WRITE_TABLE").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    let present = std::fs::read_to_string(path).unwrap();
    for (present, new) in present.lines().zip(table.lines()) {
        assert_eq!(present, new, "set AMI_WRITE_TABLE=1 to write the table again");
    }
    assert_eq!(present.len(), table.len());
}

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use harness::{ami, run};

fn ok(arguments: &[&str]) -> String {
    let (status, out, error) = run(&mut ami(arguments));
    assert_eq!(status, 0, "{arguments:?}: {error}");
    out
}

/// Returns the names of the commands, from the help.
fn commands() -> Vec<String> {
    let help = ok(&["--help"]);
    let groups = help.split("\n\n").skip(2).take_while(|group| !group.starts_with("Options:"));
    let lines = groups.flat_map(|group| group.lines().filter(|line| line.starts_with("  ")));
    let names = lines.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(String::from).collect()
}

/// Returns the long options in a text, which may be a page with escaped hyphens.
fn options(text: &str) -> BTreeSet<String> {
    let text = text.replace("\\-", "-");
    let parts = text.split("--").skip(1);
    let name = |part: &str| {
        part.split(|char: char| !(char.is_alphanumeric() || char == '-')).next().map(String::from)
    };
    parts
        .filter_map(name)
        .map(|name| name.trim_end_matches('-').into())
        .filter(|name: &String| !name.is_empty())
        .collect()
}

/// Returns the numbers of the exit statuses in the help.
fn statuses(help: &str) -> Vec<&str> {
    let (_, list) = help.split_once("\nExit status").unwrap_or_default();
    let lines = list.lines().skip(1).take_while(|line| line.starts_with(' '));
    let numbers = lines.filter_map(|line| line.split_whitespace().next());
    numbers.filter(|word| word.bytes().all(|byte| byte.is_ascii_digit())).collect()
}

#[test]
fn the_help_has_groups_of_commands_and_headings_of_options() {
    let help = ok(&["--help"]);
    for heading in ["Actions:", "Monitoring:", "Options:"] {
        assert!(help.contains(&format!("\n{heading}\n  ")), "{heading}: {help}");
    }
    assert!(!help.contains("Other commands"), "{help}");
    let command = ok(&["help", "ping"]);
    assert_eq!(command, ok(&["ping", "--help"]));
    assert!(command.contains("\nConnection:\n") && command.contains("\nOutput:\n"), "{command}");
}

#[test]
fn the_man_pages_have_every_option_and_exit_status_of_the_help() {
    let whole = ok(&["man"]);
    let (_, statuses_of_page) = whole.split_once(".SH \"EXIT STATUS\"").expect("the exit statuses");
    let has_status = |page: &str, number: &str| page.contains(&format!("\\fB{number}\\fR"));
    for number in statuses(&ok(&["--help"])) {
        assert!(has_status(statuses_of_page, number), "{number}");
    }
    let commands = commands();
    assert!(commands.len() > 10, "{commands:?}");
    for command in &commands {
        let help = ok(&[command, "--help"]);
        let page = ok(&["man", command]);
        for option in options(&help).difference(&BTreeSet::from(["help".into(), "version".into()])) {
            assert!(options(&whole).contains(option), "--{option} of {command} is not in ami(1)");
            assert!(options(&page).contains(option), "--{option} is not in ami-{command}(1)");
        }
        for number in statuses(&help) {
            assert!(has_status(statuses_of_page, number), "{number} of {command}");
            assert!(has_status(&page, number), "{number} of {command}");
        }
    }
    // A plug-in has no others.
    let page = ok(&["man", "check"]);
    assert!(["4", "5"].iter().all(|number| !has_status(&page, number)), "{page}");
    let (status, _, error) = run(&mut ami(&["man", "dial"]));
    assert_eq!((status, error.as_str()), (2, "ami: there is no command dial; see ami --help\n"));
}

#[test]
fn the_man_page_has_every_variable_that_the_tool_reads() {
    let page = ok(&["man"]);
    let (_, environment) = page.split_once(".SH ENVIRONMENT\n").expect("a section");
    let (environment, _) = environment.split_once(".SH").expect("another section");
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            for text in source.split("\"AMI_").skip(1) {
                let name = format!("AMI_{}", text.split('"').next().unwrap());
                let is_name =
                    name.len() > 4 && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
                // The page shows a prefix with an asterisk.
                let shown = if name.starts_with("AMI_H_") { "AMI_H_*" } else { &name };
                let is_there = environment.contains(&format!("\\fB{shown}\\fR\n"));
                assert!(!is_name || is_there, "{name} of {} is not in ami(1)", path.display());
            }
        }
    }
}

#[test]
fn every_page_is_written_into_a_folder_and_is_correct() {
    let folder = std::env::temp_dir().join(format!("ami-man-{}", std::process::id()));
    let path = folder.to_str().unwrap();
    assert_eq!(ok(&["man", "--output", path]), "");
    let mut expected: Vec<_> = commands().iter().map(|command| format!("ami-{command}.1")).collect();
    expected.push("ami.1".into());
    expected.sort();
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut files: Vec<_> = files.map(|name| name.into_string().unwrap()).collect();
    files.sort();
    assert_eq!(files, expected);
    assert_eq!(std::fs::read_to_string(folder.join("ami.1")).unwrap(), ok(&["man"]));
    assert_eq!(std::fs::read_to_string(folder.join("ami-ping.1")).unwrap(), ok(&["man", "ping"]));
    for file in files {
        let page = folder.join(file);
        let page = page.to_str().unwrap();
        for checker in [
            &["groff", "-man", "-ww", "-Tutf8", "-z", page][..],
            &["mandoc", "-T", "lint", "-W", "warning", page],
        ] {
            // A machine without the checker does not check.
            let Ok(output) = Command::new(checker[0]).args(&checker[1..]).output() else { continue };
            let complaints = [output.stdout, output.stderr].concat();
            let complaints = String::from_utf8_lossy(&complaints);
            // The pages have no date, so that a build can be repeated.
            let complaints: Vec<_> =
                complaints.lines().filter(|line| !line.contains("missing date")).collect();
            assert!(complaints.is_empty(), "{checker:?}: {complaints:?}");
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
    let (status, _, error) = run(&mut ami(&["man", "--output", "/dev/null/pages"]));
    assert!(status == 5 && error.contains("/dev/null/pages"), "{error}");
}

#[test]
fn the_completions_are_scripts_of_their_shells() {
    for (shell, check) in [
        ("bash", Some(["bash", "-n"])),
        ("zsh", Some(["zsh", "-n"])),
        ("fish", Some(["fish", "--no-execute"])),
        ("powershell", None),
        ("elvish", None),
    ] {
        let script = ok(&["completions", shell]);
        for word in ["originate", "secret-file"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        let Some([program, option]) = check else { continue };
        let child = Command::new(program).arg(option).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn();
        // A machine without the shell does not check.
        let Ok(mut child) = child else { continue };
        child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
    }
    // The script of bash completes a command.
    let script = ok(&["completions", "bash"]);
    let ask = format!(
        "{script}\nCOMP_WORDS=(ami orig); COMP_CWORD=1; _ami ami orig ami; echo \"${{COMPREPLY[*]}}\""
    );
    let output = Command::new("bash").args(["-c", &ask]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "originate\n");
    let (status, _, error) = run(&mut ami(&["completions", "tcsh"]));
    assert!(status == 2 && error.contains("bash"), "{error}");
}

/// Asks a shell for the completions of these words, the last of which is not complete. Returns none
/// if the machine does not have the shell.
fn completions(shell: &str, words: &[&str]) -> Option<Vec<String>> {
    static MADE: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = MADE.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("ami-complete-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let config = folder.join("config.toml");
    std::fs::write(&config, "[office]\nhost = \"a\"\n[offshore]\nhost = \"b\"\n[home]\n").unwrap();
    let script = ok(&["completions", shell]);
    let line = words.join(" ");
    // Bash takes an equals sign for a word of its own.
    let parts = words.iter().flat_map(|word| {
        let word = word.split_once('=').map_or(vec![*word], |(name, value)| vec![name, "=", value]);
        word.into_iter().filter(|part| !part.is_empty())
    });
    let parts: Vec<&str> = parts.collect();
    let (last, before) = parts.split_last().unwrap();
    let ask = match shell {
        "bash" => format!(
            "{script}\ncomplete -p ami >/dev/null || exit 1\nCOMP_WORDS=({}); COMP_CWORD={}\n\
             _ami_words ami '{last}' {}; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            parts.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" "),
            before.len(),
            before.last().unwrap()
        ),
        _ => format!("{script}\ncomplete -C '{line}' | string split -f 1 \\t"),
    };
    let tool = Path::new(env!("CARGO_BIN_EXE_ami")).parent().unwrap();
    let path = format!("{}:{}", tool.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new(shell);
    command.args(["-c", &ask]).env("PATH", path).env("AMI_CONFIG", &config).env("HOME", &folder);
    let output = command.output();
    std::fs::remove_dir_all(&folder).unwrap();
    let output = output.ok()?;
    assert!(output.status.success() || shell == "fish", "{shell}: {output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().filter(|line| !line.is_empty()).map(String::from).collect())
}

#[test]
fn bash_completes_after_an_equals_sign_and_in_lists() {
    for (words, expected) in [
        (&["ami", "ping", "--profile=off"][..], &["office", "offshore"][..]),
        (&["ami", "ping", "--profile="], &["office", "offshore", "home"]),
        (&["ami", "events", "--classes=rep"], &["reporting"]),
        (&["ami", "events", "--classes", "call,sys"], &["call,system"]),
        (&["ami", "events", "--classes=call,rep,dt"], &["call,rep,dtmf"]),
        (&["ami", "session", "--classes", "call,ag"], &["call,agent", "call,agi"]),
        (&["ami", "events", "--only", "Hangup,DTMFE"], &["Hangup,DTMFEnd"]),
        (&["ami", "metrics", "--without", "queues,chan"], &["queues,channels"]),
        // The form must follow an equals sign.
        (&["ami", "decode", "--json=fu"], &["full"]),
        (&["ami", "decode", "--json", "fu"], &[]),
        // Nothing is known of the headers of an action.
        (&["ami", "action", "Setvar", "--fields=Ch"], &[]),
        (&["ami", "action", "Setvar", "Channel="], &[]),
    ] {
        let Some(found) = completions("bash", words) else { return };
        assert_eq!(found, expected, "{words:?}");
    }
}

#[test]
fn names_of_actions_events_classes_and_profiles_are_completed() {
    for shell in ["bash", "fish"] {
        for (words, expected) in [
            (&["ami", "action", "CoreSh"][..], &["CoreShowChannelMap", "CoreShowChannels"][..]),
            (&["ami", "events", "--only", "DTMFE"], &["DTMFEnd"]),
            (&["ami", "events", "--not", "QueueCallerJ"], &["QueueCallerJoin"]),
            (&["ami", "events", "--classes", "rep"], &["reporting"]),
            (&["ami", "session", "--classes", "rep"], &["reporting"]),
            (&["ami", "explain", "QueueMemberRing"], &["QueueMemberRingInUse", "QueueMemberRinginuse"]),
            (&["ami", "ping", "--profile", "off"], &["office", "offshore"]),
            (&["ami", "check", "que"], &["queues"]),
        ] {
            // The script for fish completes the values of options only.
            let is_of_option = words.len() == 4;
            if shell == "fish" && !is_of_option {
                continue;
            }
            let Some(found) = completions(shell, words) else { continue };
            assert_eq!(found, expected, "{shell} {words:?}");
        }
    }
    // Values that are not completed are accepted.
    let (status, _, error) = run(&mut ami(&["events", "--only", "Other", "--quiet"]));
    assert!(status != 0 && !error.contains("--only"), "{error}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(!ok(&["completions", shell]).contains("AMI-PROFILES"), "{shell}");
    }
}

#[test]
fn the_short_help_has_one_line_for_each_option_of_the_whole() {
    let options = |help: &str| -> BTreeSet<String> {
        let lines = help.lines().filter(|line| line.starts_with("  ") && line.trim_start().starts_with('-'));
        let named = lines.filter_map(|line| line.split_once("--")).filter(|(before, _)| before.len() < 7);
        let end = |char: char| !char.is_ascii_lowercase() && char != '-';
        let names = named.filter_map(|(_, rest)| rest.split(end).next());
        names
            .filter(|name| name.starts_with(|first: char| first.is_ascii_lowercase()))
            .map(String::from)
            .collect()
    };
    for command in commands() {
        let (short, whole) = (ok(&[&command, "-h"]), ok(&[&command, "--help"]));
        assert_eq!(options(&short), options(&whole), "{command}");
        let (sections, note) = short.trim_end().rsplit_once("\n\n").unwrap();
        assert_eq!(note, format!("See ami {command} --help for more."));
        assert!(
            short.len() <= whole.len() + note.len() + 2 && short.lines().count() < 60,
            "{command}: {short}"
        );
        // The usage precedes the options.
        let (_, sections) = sections.split_once("\n\n").unwrap().1.split_once("\n\n").unwrap_or_default();
        for line in sections.lines().filter(|line| !line.is_empty() && !line.ends_with(':')) {
            let text = line.trim_start();
            let is_entry = text.starts_with(['-', '<', '[']) && line.len() - text.len() <= 6;
            assert!(is_entry && line.chars().count() <= 110, "{command}: {line}");
        }
    }
    // The short form of a value is not a request for help.
    let (short, whole) = (ok(&["-h"]), ok(&["--help"]));
    assert!(short.lines().count() < whole.lines().count() && short.contains("ami COMMAND -h"), "{short}");
    assert!(short.contains("\n  originate ") && !short.contains("AMI_SECRET"), "{short}");
    assert_eq!(ok(&["ping", "-vh"]), ok(&["ping", "-h"]));
    assert_eq!(ok(&["help", "ping"]), ok(&["ping", "--help"]));
}

#[test]
#[cfg(feature = "metrics")]
fn the_help_of_monitoring_tells_how_local_channels_count() {
    for command in ["check", "metrics"] {
        let help = ok(&[command, "--help"]).replace('\n', " ");
        assert!(
            help.contains("each of the two halves of a Local channel")
                || help.contains("Each of the two halves of a Local channel"),
            "{help}"
        );
        assert!(help.contains("ami calls prints one line"), "{help}");
    }
}

#[test]
fn explain_finds_names_in_any_case_and_in_older_forms() {
    let hangup = ok(&["explain", "hANGUP"]);
    for part in [
        "an action of Asterisk",
        "an event of Asterisk",
        "  Cause-txt ",
        "permission call",
        "17   The called",
    ] {
        assert!(hangup.contains(part), "{part}: {hangup}");
    }
    assert!(hangup.lines().all(|line| line.len() <= 80), "{hangup}");
    let add = ok(&["explain", "QueueAdd"]);
    assert!(
        add.contains("  Interface*  ") && add.contains("ami action QueueAdd Queue=... Interface=..."),
        "{add}"
    );
    let list = ok(&["explain", "BridgeList"]);
    assert!(list.contains("events BridgeListItem, and\nat the end BridgeListComplete."), "{list}");
    assert!(ok(&["explain", "BridgeListItem"]).contains("answer to: BridgeList."));
    assert!(ok(&["explain", "agentlogin"]).starts_with("AgentLogin: an event"));
    assert!(ok(&["explain", "Join"]).contains("QueueCallerJoin"));

    let (status, out, error) = run(&mut ami(&["explain", "Orignate"]));
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(error.contains("similar: Originate"), "{error}");
    assert_eq!(run(&mut ami(&["explain", ""])).0, 2);
}

#[test]
fn explain_has_every_action_event_and_header_of_the_reference() {
    let objects = ok(&["explain", "--json"]);
    let entries: Vec<serde_json::Value> =
        objects.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(ok(&["explain"]).lines().count(), entries.len());
    let texts = |value: &serde_json::Value| -> Vec<String> {
        let values = value.as_array().into_iter().flatten();
        values.filter_map(|value| value.as_str()).map(str::to_ascii_lowercase).collect()
    };
    let actions: Vec<_> = entries.iter().filter(|entry| entry["kind"] == "action").collect();
    let mut known = embedded_ami::action::all().collect::<Vec<_>>();
    known.sort_by_key(|info| info.name.to_ascii_lowercase());
    assert_eq!(actions.len(), known.len());
    for (action, info) in actions.iter().zip(&known) {
        assert_eq!(action["name"], info.name);
        let mut labels: Vec<_> = info.classes.labels().map(String::from).collect();
        let mut classes = texts(&action["classes"]);
        labels.sort();
        classes.sort();
        assert_eq!(classes, labels, "{}", info.name);
        let ends_with_list =
            matches!(info.completion, embedded_ami::action::Completion::List(end) if action["end"] == end);
        assert_eq!(action["answer"] == "list", ends_with_list, "{}", info.name);
        assert!(!action["about"].as_str().unwrap().is_empty());
    }
    for (file, kind, name_at, headers_at) in [("actions.tsv", "action", 0, 2), ("events.tsv", "event", 0, 2)]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/reference").join(file);
        let source = std::fs::read_to_string(path).unwrap();
        let mut count = 0;
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<_> = line.split('\t').collect();
            let name = fields[name_at];
            let entry = entries.iter().find(|entry| {
                entry["kind"] == kind
                    && (entry["name"].as_str().unwrap().eq_ignore_ascii_case(name)
                        || texts(&entry["older"]).contains(&name.to_ascii_lowercase()))
            });
            let Some(entry) = entry else { panic!("{kind} {name} is missing") };
            let known = entry["headers"].as_array().unwrap().iter().flat_map(|header| {
                let mut names = texts(&header["older"]);
                names.push(header["name"].as_str().unwrap().to_ascii_lowercase());
                names
            });
            let known: BTreeSet<_> = known.collect();
            for header in fields[headers_at].split(',').map(|header| header.trim_end_matches('*')) {
                count += 1;
                let header = header.to_ascii_lowercase();
                let is_known =
                    known.contains(&header) || header.is_empty() || GENERAL.contains(&header.as_str());
                // Lists of variables, and the report blocks, which have numbers.
                let is_open = header.ends_with("chanvariable") || header.starts_with("reportx");
                let is_never = NEVER.contains(&(name, header.as_str()));
                assert!(is_known || is_open || is_never, "{kind} {name} {header}");
            }
        }
        assert!(count > 300, "{file}: {count}");
    }
}

/// Names of the reference that are not headers.
const NEVER: [(&str, &str); 9] = [
    ("UserEvent", "headern"),
    ("AOC-D", "charge"),
    ("AOC-D", "currency"),
    ("AOC-D", "units"),
    ("AOC-E", "charge"),
    ("AOC-E", "chargingassociation"),
    ("AOC-E", "currency"),
    ("AOC-E", "units"),
    ("AOC-S", "currency"),
];

/// Headers that any action or event can have.
const GENERAL: [&str; 4] = ["actionid", "privilege", "eventlist", "listitems"];
