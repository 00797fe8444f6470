//! The pages in the format of man(7).

use clap::{Arg, ArgAction, Command};
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

use super::{commands, sections};
use crate::output;

/// The number of commands that have to share an option so that it is explained once for all.
const SHARED_BY: usize = 3;

/// Returns the page ami(1), which explains all commands.
pub(super) fn whole(ami: &Command) -> String {
    let mut page = begin(ami, "AMI", "ami", &text(ami.get_about()));
    page.control("SH", ["SYNOPSIS"]);
    for command in commands(ami) {
        usage(&mut page, command);
    }
    page.control("SH", ["DESCRIPTION"]);
    paragraphs(&mut page, &sections::description());
    paragraphs(&mut page, &Notes::of(ami).other);
    page.control("SH", ["COMMANDS"]);
    for command in commands(ami) {
        page.control("SS", [format!("ami {}", command.get_name()).as_str()]);
        sentence(&mut page, &text(command.get_long_about().or(command.get_about())));
        let mut headings: Vec<String> = Vec::new();
        for option in arguments(command) {
            match shared_heading(ami, option) {
                Some(heading) if headings.contains(&heading) => {}
                Some(heading) => headings.push(heading),
                None => argument(&mut page, option),
            }
        }
        if !headings.is_empty() {
            paragraphs(&mut page, &format!("Also the options in {} below.", headings.join(" and ")));
        }
        let other = Notes::of(command).other;
        let other = other.replace(output::FORMATS, "");
        paragraphs(&mut page, &other.replace(output::AFTER_HELP, "The section OUTPUT explains the formats."));
    }
    let shared: Vec<(String, &Arg)> = shared(ami);
    let mut headings: Vec<&String> = Vec::new();
    for (heading, _) in &shared {
        if headings.contains(&heading) {
            continue;
        }
        headings.push(heading);
        page.control("SH", [heading.as_str()]);
        shared.iter().filter(|(of, _)| of == heading).for_each(|(_, option)| argument(&mut page, option));
    }
    environment(&mut page);
    page.control("SH", ["FILES"]);
    list(&mut page, sections::FILES);
    page.control("SH", ["EXIT STATUS"]);
    statuses(&mut page, &Notes::of(ami).statuses);
    for command in commands(ami) {
        let notes = Notes::of(command);
        if !notes.statuses.is_empty() {
            page.control("PP", []);
            let which =
                if notes.has_all_statuses() { " has these instead:" } else { " has these in addition:" };
            page.text([roman("The command "), bold(command.get_name()), roman(which)]);
            statuses(&mut page, &notes.statuses);
            paragraphs(&mut page, &notes.remark);
        }
    }
    for (heading, content) in sections::more() {
        page.control("SH", [heading]);
        paragraphs(&mut page, &content);
        if heading == "OUTPUT" {
            paragraphs(&mut page, output::AFTER_HELP);
        }
    }
    page.control("SH", ["SEE ALSO"]);
    let pages: Vec<_> = commands(ami).map(|command| format!("ami-{}(1)", command.get_name())).collect();
    paragraphs(&mut page, &format!("{}, asterisk(8), jq(1)", pages.join(", ")));
    finish(&page)
}

/// Returns the page of one command, as ami-events(1).
pub(super) fn of_command(ami: &Command, command: &Command) -> String {
    let name = format!("ami-{}", command.get_name());
    let mut page = begin(ami, &name.to_uppercase(), &name, &text(command.get_about()));
    page.control("SH", ["SYNOPSIS"]);
    usage(&mut page, command);
    page.control("SH", ["DESCRIPTION"]);
    sentence(&mut page, &text(command.get_long_about().or(command.get_about())));
    let notes = Notes::of(command);
    let other = notes.other.replace(output::FORMATS, "");
    paragraphs(&mut page, &other.replace(output::AFTER_HELP, "The section OUTPUT explains the formats."));
    let mut headings: Vec<String> = Vec::new();
    for option in arguments(command) {
        let heading = heading(option);
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    for of in headings {
        page.control("SH", [of.as_str()]);
        arguments(command).filter(|option| heading(option) == of).for_each(|one| argument(&mut page, one));
    }
    page.control("SH", ["EXIT STATUS"]);
    if !notes.has_all_statuses() {
        statuses(&mut page, &Notes::of(ami).statuses);
    }
    if !notes.statuses.is_empty() {
        if !notes.has_all_statuses() {
            paragraphs(&mut page, "This command has these in addition:");
        }
        statuses(&mut page, &notes.statuses);
        paragraphs(&mut page, &notes.remark);
    }
    if other.contains(output::AFTER_HELP) {
        page.control("SH", ["OUTPUT"]);
        paragraphs(&mut page, output::AFTER_HELP);
    }
    page.control("SH", ["SEE ALSO"]);
    paragraphs(&mut page, "ami(1), which explains the environment, files, formats and secrets.");
    finish(&page)
}

/// Returns the text of a page.
fn finish(page: &Roff) -> String {
    let mut text = String::new();
    let mut is_after_heading = false;
    for line in page.render().lines() {
        // A heading begins a paragraph.
        if line == ".PP" && is_after_heading {
            continue;
        }
        is_after_heading = line.starts_with(".SH") || line.starts_with(".SS");
        // The writer leaves out the empty date. A date would make builds differ.
        match line.strip_prefix(".TH ").and_then(|title| title.split_once(" 1  ")) {
            Some((title, rest)) => text.push_str(&format!(".TH {title} 1 \"\" {rest}")),
            None => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

fn begin(ami: &Command, title: &str, name: &str, about: &str) -> Roff {
    let mut page = Roff::new();
    let source = format!("ami {}", ami.get_version().unwrap_or_default());
    page.control("TH", [title, "1", "", &source, "User Commands"]);
    page.control("SH", ["NAME"]);
    // The names of pages are not escaped: `ami-events \- ...` is the form that whatis(1) reads.
    page.text([roman(format!("{name} - {about}"))]);
    page
}

fn usage(page: &mut Roff, command: &Command) {
    let usage = command.clone().render_usage().to_string();
    let name = format!("ami {}", command.get_name());
    for line in usage.trim_start_matches("Usage: ").lines() {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let (before, after) = line.split_once(&name).unwrap_or((&line, ""));
        page.control("HP", []);
        page.text([roman(before), bold(&name), roman(after)]);
    }
}

/// Returns the options and arguments of a command, without the built-in ones.
fn arguments(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|option| !option.is_hide_set() && !is_built_in(option))
}

fn is_built_in(option: &Arg) -> bool {
    matches!(
        option.get_action(),
        ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong | ArgAction::Version
    )
}

/// Returns the heading of the section of an option in the page of its command.
fn heading(option: &Arg) -> String {
    match (option.get_help_heading(), option.is_positional()) {
        (Some(heading), _) => format!("{} OPTIONS", heading.to_uppercase()),
        (None, true) => "ARGUMENTS".into(),
        (None, false) => "OPTIONS".into(),
    }
}

/// Returns the heading of the section of the page ami(1) that has the option for all its commands.
fn shared_heading(ami: &Command, option: &Arg) -> Option<String> {
    option.get_help_heading()?;
    let is_same = |other: &Arg| {
        other.get_long() == option.get_long()
            && other.get_help_heading() == option.get_help_heading()
            && text(other.get_help()) == text(option.get_help())
            && other.get_default_values() == option.get_default_values()
    };
    let commands = commands(ami).filter(|command| arguments(command).any(is_same)).count();
    (commands >= SHARED_BY).then(|| heading(option))
}

/// Returns the options that several commands share, each once.
fn shared(ami: &Command) -> Vec<(String, &Arg)> {
    let mut shared: Vec<(String, &Arg)> = Vec::new();
    for option in commands(ami).flat_map(arguments) {
        let Some(heading) = shared_heading(ami, option) else { continue };
        if !shared.iter().any(|(of, other)| *of == heading && other.get_long() == option.get_long()) {
            shared.push((heading, option));
        }
    }
    shared
}

/// Writes an option or argument, its explanation, its default and its values.
fn argument(page: &mut Roff, option: &Arg) {
    page.control("TP", []);
    page.text(names(option));
    let explanation = text(option.get_long_help().or(option.get_help()));
    let mut explanation = explanation.trim_end().to_owned();
    if !explanation.ends_with(['.', ']', ':']) {
        explanation.push('.');
    }
    page.text([roman(explanation)]);
    let is_shown = option.get_action().takes_values();
    let defaults: Vec<_> = option.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if is_shown && !defaults.is_empty() && !option.is_hide_default_value_set() {
        page.text([roman("The default is "), bold(defaults.join(",")), roman(".")]);
    }
    let values = option.get_possible_values();
    let values: Vec<_> = values.iter().filter(|value| !value.is_hide_set()).collect();
    if !is_shown || option.is_hide_possible_values_set() || values.is_empty() {
        return;
    }
    if values.iter().all(|value| value.get_help().is_none()) {
        let names: Vec<_> = values.iter().map(|value| value.get_name()).collect();
        page.text([roman("One of "), bold(names.join(", ")), roman(".")]);
        return;
    }
    page.control("RS", []);
    for value in values {
        page.control("TP", []);
        page.text([bold(value.get_name())]);
        sentence(page, &text(value.get_help()));
    }
    page.control("RE", []);
}

fn names(option: &Arg) -> Vec<Inline> {
    let value = option
        .get_value_names()
        .map(|names| names.iter().map(|name| name.to_string()).collect::<Vec<_>>().join(" "));
    let value = value.unwrap_or_else(|| option.get_id().as_str().to_uppercase());
    let repeats = |max: usize| if max > 1 { "..." } else { "" };
    let range = option.get_num_args();
    let more = repeats(range.map_or(1, |range| range.max_values()));
    if option.is_positional() {
        return vec![italic(value), roman(more)];
    }
    let mut names = Vec::new();
    if let Some(short) = option.get_short() {
        names.push(bold(format!("-{short}")));
    }
    if let Some(long) = option.get_long() {
        if !names.is_empty() {
            names.push(roman(", "));
        }
        names.push(bold(format!("--{long}")));
    }
    if option.get_action().takes_values() {
        let is_optional = range.is_some_and(|range| range.min_values() == 0);
        match (is_optional, option.is_require_equals_set()) {
            (true, true) => names.extend([roman("[="), italic(value), roman("]")]),
            (true, false) => names.extend([roman(" ["), italic(value), roman("]"), roman(more)]),
            (false, true) => names.extend([roman("="), italic(value)]),
            (false, false) => names.extend([roman(" "), italic(value), roman(more)]),
        }
    }
    names
}

/// The text after the options in the help of a command.
#[derive(Default)]
struct Notes {
    /// The exit statuses, each with its meaning.
    statuses: Vec<(String, String)>,
    /// Everything else.
    other: String,
    /// The text that follows the exit statuses without an empty line. That of ami itself only
    /// points to the help of commands, whose statuses the pages have.
    remark: String,
}

impl Notes {
    fn of(command: &Command) -> Self {
        let mut notes = Self::default();
        let mut is_status = false;
        for line in text(command.get_after_long_help().or(command.get_after_help())).lines() {
            if line.to_lowercase().starts_with("exit status") {
                is_status = true;
            } else if is_status && line.starts_with(' ') {
                match line.trim().split_once(' ') {
                    Some((number, meaning)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                        notes.statuses.push((number.into(), meaning.trim().into()));
                    }
                    _ => {
                        if let Some((_, meaning)) = notes.statuses.last_mut() {
                            meaning.push(' ');
                            meaning.push_str(line.trim());
                        }
                    }
                }
            } else if is_status && !line.is_empty() {
                notes.remark.push_str(line);
                notes.remark.push('\n');
            } else {
                is_status = false;
                notes.other.push_str(line);
                notes.other.push('\n');
            }
        }
        notes
    }

    /// Returns whether the statuses of the command are all that it has. Otherwise it also has those
    /// of the other commands.
    fn has_all_statuses(&self) -> bool {
        ["0", "1", "2", "3"].iter().all(|number| self.statuses.iter().any(|(own, _)| own == number))
    }
}

fn statuses(page: &mut Roff, statuses: &[(String, String)]) {
    for (number, meaning) in statuses {
        page.control("TP", []);
        page.text([bold(number)]);
        sentence(page, meaning);
    }
}

fn environment(page: &mut Roff) {
    page.control("SH", ["ENVIRONMENT"]);
    paragraphs(page, &sections::environment_note());
    list(page, sections::ENVIRONMENT);
}

fn list(page: &mut Roff, entries: &[(&str, &str)]) {
    for (name, meaning) in entries {
        page.control("TP", []);
        page.text([bold(*name)]);
        page.text([roman(*meaning)]);
    }
}

/// Writes paragraphs, which empty lines separate. Lines that begin with two blanks are examples.
fn paragraphs(page: &mut Roff, text: &str) {
    let mut is_example = false;
    let mut words: Vec<&str> = Vec::new();
    for line in text.lines().chain([""]) {
        let example = line.strip_prefix("  ");
        if (example.is_some() || line.is_empty()) && !words.is_empty() {
            page.control("PP", []);
            page.text([roman(words.join(" "))]);
            words.clear();
        }
        if is_example && example.is_none() {
            page.control("fi", []);
            page.control("RE", []);
            is_example = false;
        }
        match example {
            Some(example) => {
                if !is_example {
                    page.control("PP", []);
                    page.control("RS", ["4"]);
                    page.control("nf", []);
                    is_example = true;
                }
                page.text([roman(example)]);
            }
            None if line.is_empty() => {}
            None => words.push(line),
        }
    }
}

/// Writes a text that ends with a full stop if it has none.
fn sentence(page: &mut Roff, text: &str) {
    let end = if text.ends_with(['.', ':', ']']) { "" } else { "." };
    page.text([roman(format!("{text}{end}"))]);
}

fn text(styled: Option<&clap::builder::StyledStr>) -> String {
    styled.map(ToString::to_string).unwrap_or_default()
}
