//! Wrong values of options, and options of other commands.

use std::collections::BTreeSet;

use crate::table::{ROWS, Row, all_hold, ami, run};

/// The values that an option refuses. An error names the option or, for a file, the file.
const WRONG: &[(&str, &[&str])] = &[
    ("ami-version", &["", "x", "0.9", "99"]),
    ("anonymous", &["", "x", "-1"]),
    ("buffer", &["", "x", "31"]),
    ("ca", &["", "/no/such"]),
    ("classes", &["x", "call,x", "call;agent"]),
    ("connect-timeout", TIMES),
    ("connections", &["", "x", "-1"]),
    ("count", &["", "x", "-1", "1.5"]),
    ("critical", &["", "x", "5:1", "nosuch=1"]),
    ("filter", &["", "name(x"]),
    ("for", TIMES),
    ("from", &["", "/no/such"]),
    ("host", &["", "a b", "http://x", "pbx:0", "pbx:x", "[::1", "ami://"]),
    ("json", &["", "x"]),
    ("keepalive", &["", "0", "-1", "x", "nan", "inf", "1e300", "0.0009", "4294968"]),
    ("listen", &["", "x", "127.0.0.1:x"]),
    ("manager-conf", &["/no/such"]),
    ("max-wait", TIMES),
    ("not", &[""]),
    ("only", &[""]),
    ("port", &["", "0", "65536", "x", "-1"]),
    ("profile", &["", "nosuch"]),
    ("replay", &["/no/such"]),
    ("retry", &["", "x", "-1"]),
    ("ring", &["", "x", "-1", "0"]),
    ("script", &["/no/such"]),
    ("secret-file", &["/no/such"]),
    ("server-name", &["", "x"]),
    ("slow", &["", "x"]),
    ("speed", &["", "0", "x"]),
    ("timeout", TIMES),
    ("tls-cert", &["/no/such"]),
    ("tls-key", &[]), // needs --tls-cert
    ("user", &[""]),
    ("users", &["/no/such"]),
    ("variable", &["", "x"]),
    ("wait-hangup", TIMES),
    ("warning", &["", "x", "5:1", "nosuch=1"]),
    ("where", &["", "x"]),
    ("without", &["", "x"]),
];

const TIMES: &[&str] = &["", "0", "-1", "x", "nan", "inf", "1e300"];

/// The options that take every text, or a file that they create.
const FREE: &[&str] = &[
    "account",
    "application",
    "caller-id",
    "codecs",
    "context",
    "data",
    "exec",
    "exten",
    "fields",
    "log",
    "name",
    "output",
    "priority",
    "raw",
    "tag",
    "tls-self-signed",
];

/// Returns the long options of a command, and whether each takes a value.
fn options(row: &Row) -> Vec<(String, bool)> {
    let help = run(ami(&[row.name, "--help"]), b"");
    let help = String::from_utf8(help.stdout).expect("UTF-8");
    let lines = help.lines().filter(|line| line.starts_with("  ") && line.trim_start().starts_with('-'));
    let named = lines.filter_map(|line| line.split_once("--")).filter(|(before, _)| before.len() < 7);
    named
        .map(|(_, rest)| {
            let end = rest.find(|char: char| !char.is_ascii_lowercase() && char != '-').unwrap_or(rest.len());
            (rest[..end].to_owned(), rest[end..].trim_start().starts_with(['<', '[']))
        })
        .filter(|(name, _)| !name.is_empty() && name != "help" && name != "version")
        .collect()
}

fn commands() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(|row| row.name != "help")
}

#[test]
fn every_wrong_value_is_refused_by_name() {
    let mut cases = Vec::new();
    for row in commands() {
        for (name, _) in options(row).into_iter().filter(|(_, takes_value)| *takes_value) {
            match WRONG.iter().find(|(own, _)| *own == name) {
                Some((name, values)) => cases.extend(values.iter().map(|value| (row, *name, *value))),
                None => assert!(FREE.contains(&&name[..]), "{} --{name} has no wrong value", row.name),
            }
        }
    }
    all_hold(&cases, |&(row, name, value)| {
        let mut command = row.bare("1");
        // An option that is given twice would be refused for that.
        let mut own: Vec<_> = row.arguments.to_vec();
        if let Some(at) = own.iter().position(|word| *word == format!("--{name}")) {
            own.drain(at..at + 2);
        }
        if name == "timeout" {
            command = ami(&[row.name]);
        }
        command.args(own).arg(format!("--{name}={value}"));
        let ended = run(command, row.input.as_bytes());
        let told = String::from_utf8_lossy(&ended.stdout) + &ended.stderr[..];
        let is_named =
            told.contains(&format!("--{name}")) || (value.starts_with('/') && told.contains(value));
        match ended.status == row.usage() && is_named && ended.problem(row).is_none() {
            true => Ok(()),
            false => Err(format!("{} --{name}={value}: {} {told}", row.name, ended.status)),
        }
    });
}

#[test]
fn no_command_accepts_options_of_others() {
    let known: Vec<_> = commands().map(|row| (row, options(row))).collect();
    let all: BTreeSet<_> = known.iter().flat_map(|(_, options)| options).map(|(name, _)| name).collect();
    assert!(all.len() > 50, "{all:?}");
    let foreign = known.iter().flat_map(|(row, own)| {
        all.iter().filter(|name| !own.iter().any(|(own, _)| own == **name)).map(move |name| (*row, *name))
    });
    // Each command, and each option, in a third of all pairs.
    let cases: Vec<_> = foreign.enumerate().filter(|(at, _)| at % 3 == 0).map(|(_, case)| case).collect();
    all_hold(&cases, |(row, name)| {
        let mut command = row.command("1");
        command.arg(format!("--{name}"));
        let ended = run(command, row.input.as_bytes());
        let told = String::from_utf8_lossy(&ended.stdout) + &ended.stderr[..];
        match ended.status == row.usage()
            && told.contains(&format!("option --{name}"))
            && ended.problem(row).is_none()
        {
            true => Ok(()),
            false => Err(format!("{} --{name}: {} {told}", row.name, ended.status)),
        }
    });
}

/// The groups of options that several commands share, and those that a command leaves out. Each of
/// the latter is explained in its help, or by the error.
const SHARED: [(&str, &[(&str, &str)]); 2] =
    [("Connection", &[("check", "--quiet")]), ("Output", &[("decode", "--time"), ("decode", "-h")])];

/// Returns the options below a heading of the help, each as one line.
fn section(help: &str, heading: &str) -> Option<Vec<String>> {
    let (_, rest) = help.split_once(&format!("\n{heading}:\n"))?;
    let mut options: Vec<String> = Vec::new();
    for line in rest.lines().take_while(|line| line.starts_with("  ")) {
        match (line.trim_start().starts_with('-'), options.last_mut()) {
            (false, Some(last)) => last.push_str(&format!(" {}", line.trim())),
            _ => options.push(line.split_whitespace().collect::<Vec<_>>().join(" ")),
        }
    }
    Some(options)
}

#[test]
fn shared_options_are_the_same_in_every_command() {
    let helps: Vec<_> = commands()
        .map(|row| {
            let help = run(ami(&[row.name, "--help"]), b"").stdout;
            (row, String::from_utf8(help).expect("UTF-8"))
        })
        .collect();
    for (heading, left_out) in SHARED {
        let is_left_out = |row: &Row, option: &str| {
            left_out.iter().any(|(name, own)| *name == row.name && option.contains(own))
        };
        let (_, model) = helps.iter().find(|(row, _)| row.name == "ping").expect("a row");
        let model = section(model, heading).expect("a section");
        let mut count = 0;
        for (row, help) in &helps {
            let Some(own) = section(help, heading) else { continue };
            // Those of `explain`, `profiles` and the like have options of their own.
            if !own.iter().any(|option| option.contains("--host") || option.contains("--fields")) {
                continue;
            }
            let expected: Vec<_> = model.iter().filter(|option| !is_left_out(row, option)).collect();
            assert_eq!(own.iter().collect::<Vec<_>>(), expected, "{}", row.name);
            count += 1;
        }
        assert!(count >= 7, "{heading}");
        let clients = helps.iter().filter(|(row, _)| row.client.is_some()).count();
        assert!(heading != "Connection" || count == clients, "{count}");
    }
    // The same name always has the same short form and kind of value, and each command has these.
    let mut known = std::collections::BTreeMap::new();
    for (row, help) in &helps {
        assert!(help.contains("-h, --help") && help.contains("-V, --version"), "{}", row.name);
        for line in help.lines().filter(|line| line.trim_start().starts_with('-') && line.starts_with("  ")) {
            let shown = line.trim_start().split("  ").next().unwrap_or_default();
            let Some((short, long)) = shown.split_once("--") else { continue };
            let name = long.split([' ', '=', '[']).next().unwrap_or_default().to_owned();
            if short.len() <= 4 {
                let short = short.to_owned();
                assert_eq!(*known.entry(name).or_insert(short.clone()), short, "{}: {line}", row.name);
            }
        }
        let version = run(ami(&[row.name, "-V"]), b"");
        let expected = format!("ami {}\n", env!("CARGO_PKG_VERSION"));
        assert_eq!((version.status, String::from_utf8_lossy(&version.stdout)), (0, expected.into()));
    }
    assert!(known.len() > 50, "{known:?}");
    assert_eq!(known["timeout"], "-t, ");
}

/// A path that an option or argument takes.
struct Place {
    command: &'static str,
    /// The arguments, in which `@` is the path.
    arguments: &'static [&'static str],
    /// Whether the file is read. Otherwise it is written.
    is_read: bool,
}

const fn read(command: &'static str, arguments: &'static [&'static str]) -> Place {
    Place { command, arguments, is_read: true }
}

const fn written(command: &'static str, arguments: &'static [&'static str]) -> Place {
    Place { command, arguments, is_read: false }
}

/// All options and arguments that take a path. Those of [`read`] for the connection are the same in
/// all commands.
const PLACES: &[Place] = &[
    read("ping", &["--secret-file", "@"]),
    read("ping", &["--manager-conf", "@"]),
    read("ping", &["--tls", "--ca", "@"]),
    written("events", &["--raw", "@"]),
    read("events", &["--exec", "@"]),
    read("calls", &["--from", "@"]),
    written("metrics", &["--output", "@"]),
    read("decode", &["@"]),
    read("serve", &["--users", "@"]),
    read("serve", &["--user", "a", "--secret-file", "@"]),
    read("serve", &["--user", "a", "--script", "@"]),
    read("serve", &["--user", "a", "--replay", "@"]),
    written("serve", &["--user", "a", "--listen", "127.0.0.1:0", "--log", "@"]),
    read("serve", &["--user", "a", "--listen", "127.0.0.1:0", "--tls-cert", "@"]),
    read("serve", &["--user", "a", "--listen", "127.0.0.1:0", "--tls-cert", "@", "--tls-key", "@"]),
    written("serve", &["--user", "a", "--listen", "127.0.0.1:0", "--tls-self-signed", "@"]),
    written("man", &["--output", "@"]),
];

/// The rule in the section EXIT STATUS of the man page: 2 for a file that cannot be read, and 5 for
/// one that cannot be written.
#[test]
fn a_path_that_cannot_be_used_has_one_status_for_reading_and_one_for_writing() {
    for row in commands() {
        let help = run(ami(&[row.name, "--help"]), b"").stdout;
        let help = String::from_utf8(help).expect("UTF-8");
        for (name, _) in options(row) {
            let takes_path = ["FILE", "FOLDER", "PROGRAM"]
                .iter()
                .any(|value| help.contains(&format!("--{name} <{value}>")));
            let is_known = PLACES.iter().any(|place| place.arguments.contains(&&*format!("--{name}")));
            assert_eq!(takes_path, takes_path && is_known, "{} --{name}", row.name);
        }
    }
    let folder = std::env::temp_dir().join(format!("embedded-ami-paths-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let folder_path = folder.to_str().expect("UTF-8");
    let file = folder.join("file");
    std::fs::write(&file, "").expect("a file");
    let below_file = format!("{}/x", file.display());
    for place in PLACES {
        let missing = format!("{folder_path}/no/such");
        for (path, is_folder) in [(&*missing, false), (&*below_file, false), (folder_path, true)] {
            // A folder is the right place for man pages, a missing one is created, and a program is
            // only looked for.
            let is_fine = match place.command {
                "man" => path != below_file,
                _ => is_folder && place.arguments.contains(&"--exec"),
            };
            if is_fine {
                continue;
            }
            let mut command = ami(&[place.command]);
            command.env("AMI_PORT", "1");
            let arguments = place.arguments.iter().map(|argument| argument.replace('@', path));
            let ended = run(
                {
                    command.args(arguments);
                    command
                },
                b"",
            );
            let expected = if place.is_read { 2 } else { 5 };
            assert_eq!(
                ended.status, expected,
                "{} {:?} {path}: {}",
                place.command, place.arguments, ended.stderr
            );
            assert!(ended.stderr.contains(path), "{}", ended.stderr);
        }
    }
    std::fs::remove_dir_all(&folder).expect("removed");
    let page = run(ami(&["man"]), b"").stdout;
    let page = String::from_utf8(page).expect("UTF-8").replace('\n', " ");
    for text in ["wrong usage, or a file that cannot be read", "local failure: a file that cannot be written"]
    {
        assert!(page.contains(text), "{text}");
    }
}
