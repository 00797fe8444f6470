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
    ("keepalive", TIMES),
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
        .filter(|(name, _)| !name.is_empty() && name != "help")
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
