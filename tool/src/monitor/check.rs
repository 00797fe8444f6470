//! `ami check`: a plug-in of monitoring systems.

use std::io::Write;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::collector::{Absence, Collector};
use super::plugin::{Figure, Report, State, Thresholds};
use super::range::Threshold;
use super::state::{self, Channels, Core, Endpoint, Gathered, Queue, Reachability, Registration};
use crate::args::line;
use crate::connection::{self, Settings};
use crate::failure::{self, Failure};
use crate::output::{Format, Printer};
use crate::permission;

/// The most names in the text of a report.
const MOST_NAMES: usize = 5;

const AFTER_HELP: &str = "\
Prints one line, as plug-ins of Nagios, Icinga, Zabbix and other systems do:

  AMI WARNING - support: waiting 6 (warning threshold 5); 2 queues: ... | 'support_waiting'=6;5;10;0 ...

No warnings are printed, and there is no option for that. --verbose writes to standard error.

Exit status, also if the command line is wrong:
  0  OK
  1  WARNING
  2  CRITICAL, also: the server cannot be reached or does not answer within --timeout
  3  UNKNOWN: the login is refused, the user lacks a permission, the server does not have the
     action or the queue, or the command line is wrong

Figures and, in parentheses, the threshold that is set if none is given:
  alive          time: seconds from connecting to the answer to a Ping; ping: those of the Ping
                 alone; uptime: seconds since the start of the server
  channels       channels; calls; longest: age of the oldest channel in seconds
  calls          calls; processed: calls since the start, Asterisk 18 and later
  queues         of each queue: waiting: callers; longest: the longest wait in seconds; available:
                 members that are not paused and whose device is free
  registrations  unregistered: registrations of this server at others that are not in force
                 (critical: 0); registrations
  endpoints      unavailable: endpoints of PJSIP and peers of SIP and IAX2 that cannot be reached
                 (critical: 0, with --name only); endpoints

Each of the two halves of a Local channel counts as a channel, while ami calls prints one line for the
whole call.

A range is [@][START:][END]. A value outside is a problem, or inside if the range begins with @:
10 is 0 to 10, 10: is 10 or more, ~:10 is 10 or less, and @5:10 is anything but 5 to 10.

  ami check queues --name support -w 5 -c 10 -c longest=120 -c available=1:

manager.conf: the user needs no events (read =). With write = reporting all works but the endpoints
of PJSIP, which need write = system,reporting. (system also permits Reload and ModuleLoad.) alive
and queues work without any permission; alive then reports neither version nor uptime. Each run logs
in once; displayconnects = no in the section of the user keeps that out of the log of Asterisk.";

/// The subject of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Subject {
    Alive,
    Channels,
    Calls,
    Queues,
    Registrations,
    Endpoints,
}

impl Subject {
    /// Returns the names of the figures. Thresholds without a name are for the first.
    fn figures(self) -> &'static [&'static str] {
        match self {
            Self::Alive => &["time", "ping", "uptime"],
            Self::Channels => &["channels", "calls", "longest"],
            Self::Calls => &["calls", "processed"],
            Self::Queues => &["waiting", "longest", "available"],
            Self::Registrations => &["unregistered", "registrations"],
            Self::Endpoints => &["unavailable", "endpoints"],
        }
    }
}

#[derive(Args)]
#[command(mut_arg("quiet", |option| option.hide(true)), after_help = AFTER_HELP)]
#[group(skip)]
pub(crate) struct Options {
    /// Subject to check
    #[arg(value_enum, default_value = "alive")]
    subject: Subject,
    /// Range outside which the state is WARNING, for the first figure or a named one. Repeatable
    #[arg(short, long, value_name = "[FIGURE=]RANGE", allow_hyphen_values = true, value_parser = Threshold::parse)]
    warning: Vec<Threshold>,
    /// Range outside which the state is CRITICAL, for the first figure or a named one. Repeatable
    #[arg(short, long, value_name = "[FIGURE=]RANGE", allow_hyphen_values = true, value_parser = Threshold::parse)]
    critical: Vec<Threshold>,
    /// Check only this queue, registration or endpoint, as in support, user@host or PJSIP/alice
    #[arg(long, value_parser = line)]
    name: Option<String>,
    #[command(flatten)]
    connection: connection::Options,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    // Icinga takes standard error for a part of the output.
    failure::be_quiet();
    if options.connection.quiet {
        let why = "there is no option --quiet, since a check never prints warnings";
        return print(&failed(Failure::Usage(format!("{why}; see ami check --help"))));
    }
    let mut report = None;
    let outcome = options.connection.run(&Format::default(), |settings, printer| {
        report = Some(examine(options, settings, printer)?);
        Ok(())
    });
    let report = match (outcome, report) {
        (Ok(()), Some(report)) => report,
        (Ok(()), None) => Report::new(State::Unknown, "the check did not run"),
        (Err(failure), _) => failed(failure),
    };
    print(&report)
}

/// Reports a command line that cannot be parsed, and returns the exit status.
pub(crate) fn reject(error: &str) -> u8 {
    let report = Report::new(State::Unknown, error);
    print(&report).map_or_else(|failure| failure.status(), |()| report.state.status())
}

/// Prints a report. Its exit status is the failure, unless it is OK.
fn print(report: &Report) -> Result<(), Failure> {
    let mut out = Printer::plain().out;
    if let Err(error) = writeln!(out, "{}", report.line()).and_then(|()| out.flush()) {
        let text = format!("cannot write to standard output: {error}");
        return Err(Failure::Status(State::Unknown.status(), Some(text)));
    }
    match report.state {
        State::Ok => Ok(()),
        state => Err(Failure::Status(state.status(), None)),
    }
}

/// Returns the report of a failure. The monitored service is at fault only if it cannot be reached
/// or does not answer.
fn failed(failure: Failure) -> Report {
    let state = if failure.status() == 3 { State::Critical } else { State::Unknown };
    Report::new(state, &failure.text().unwrap_or_default())
}

/// Runs the check.
fn examine(options: &Options, settings: &Settings, printer: &mut Printer) -> Result<Report, Failure> {
    let figures = options.subject.figures();
    for threshold in options.warning.iter().chain(&options.critical) {
        if let Some(name) = threshold.figure.as_deref().filter(|name| !figures.contains(name)) {
            let known = figures.join(", ");
            let text = format!("--warning or --critical: there is no figure {name} here, only {known}");
            return Err(Failure::Usage(text));
        }
    }
    let takes_name = matches!(options.subject, Subject::Queues | Subject::Registrations | Subject::Endpoints);
    if options.name.is_some() && !takes_name {
        return Err(Failure::Usage("--name is only for queues, registrations and endpoints".into()));
    }
    let mut collector = Collector::log_in(settings, printer)?;
    let examined = match options.subject {
        Subject::Alive => alive(&mut collector)?,
        Subject::Channels => channels(&mut collector)?,
        Subject::Calls => calls(&mut collector)?,
        Subject::Queues => queues(&mut collector, options.name.as_deref())?,
        Subject::Registrations => registrations(&mut collector, options.name.as_deref())?,
        Subject::Endpoints => endpoints(&mut collector, options.name.as_deref())?,
    };
    let (summary, figures) = match examined {
        Ok(examined) => examined,
        Err(report) => return Ok(report),
    };
    Ok(Report::judge(&summary, &figures, &options.thresholds()))
}

impl Options {
    fn thresholds(&self) -> Thresholds<'_> {
        // One that is not registered, or the one endpoint that is asked for, is a problem.
        let is_strict = match self.subject {
            Subject::Registrations => true,
            Subject::Endpoints => self.name.is_some(),
            _ => false,
        };
        Thresholds {
            warning: &self.warning,
            critical: &self.critical,
            first: self.subject.figures().first().copied().unwrap_or_default(),
            default: is_strict.then(|| Threshold::parse("0").ok()).flatten(),
        }
    }
}

/// The summary and the figures, or the report if there are none.
type Examined = Result<(String, Vec<Figure>), Report>;

/// Makes the report of a missing answer.
fn absent(action: &str, absence: Absence) -> Report {
    let (state, text) = match absence {
        Absence::Unknown => (State::Unknown, format!("the server does not have {action}")),
        Absence::Denied => {
            (State::Unknown, format!("the user may not use {action}{}", permission::needed(action)))
        }
        Absence::Refused(text) => {
            (State::Unknown, format!("the server answered {action} with Error: {text}"))
        }
        Absence::Incomplete(text) => (State::Critical, format!("{action}: {text}")),
        Absence::TimedOut => (State::Critical, format!("the server did not answer {action} in time")),
    };
    Report::new(state, &text)
}

fn seconds(name: &'static str, time: Duration) -> Figure {
    Figure::new(name, time.as_secs_f64(), "s")
}

fn alive(collector: &mut Collector<'_>) -> Result<Examined, Failure> {
    let (ping, clock) = match state::ping(collector)? {
        Ok(times) => times,
        Err(absence) => return Ok(Err(absent("Ping", absence))),
    };
    let time = collector.begin.elapsed();
    let mut figures = vec![seconds("time", time), seconds("ping", ping)];
    let core = Core::collect(collector)?;
    let mut summary = match &core.version {
        Some(version) => format!("Asterisk {version}"),
        None => format!("interface {}", collector.interface()),
    };
    if let Some(start) = &core.start {
        match start.epoch {
            Some(epoch) => {
                let uptime = (clock - epoch as f64).max(0.0).floor();
                summary.push_str(&format!(" up {}", days(uptime as u64)));
                figures.push(Figure::new("uptime", uptime, "s"));
            }
            None => summary.push_str(&format!(" up since {} (server's time)", start.text)),
        }
    }
    summary.push_str(&format!(", answers in {:.2} ms", ping.as_secs_f64() * 1000.0));
    Ok(Ok((summary, figures)))
}

/// Returns a time in days, hours and minutes, the first two of which are left out if they are 0.
fn days(seconds: u64) -> String {
    let minutes = seconds / 60;
    let (days, hours, minutes) = (minutes / (24 * 60), minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h {minutes} min"),
    }
}

fn channels(collector: &mut Collector<'_>) -> Result<Examined, Failure> {
    let channels = match Channels::collect(collector)? {
        Ok(channels) => channels,
        Err(absence) => return Ok(Err(absent("CoreShowChannels", absence))),
    };
    let mut figures = vec![Figure::count("channels", channels.count)];
    let mut summary = plural(channels.count, "channel");
    // Asterisk 1.4 does not report the number of calls.
    if let Ok((calls, _)) = Core::calls(collector)? {
        summary.push_str(&format!(", {}", plural(calls as usize, "call")));
        figures.push(Figure::new("calls", calls as f64, ""));
    }
    summary.push_str(&format!(", the oldest {} s old", channels.longest.as_secs()));
    figures.push(seconds("longest", channels.longest));
    Ok(Ok((summary, figures)))
}

fn calls(collector: &mut Collector<'_>) -> Result<Examined, Failure> {
    let (calls, processed) = match Core::calls(collector)? {
        Ok(calls) => calls,
        Err(absence) => return Ok(Err(absent("CoreStatus", absence))),
    };
    let mut figures = vec![Figure::new("calls", calls as f64, "")];
    let mut summary = plural(calls as usize, "call");
    if let Some(processed) = processed {
        summary.push_str(&format!(", {processed} since the start"));
        figures.push(Figure::new("processed", processed as f64, "c"));
    }
    Ok(Ok((summary, figures)))
}

fn queues(collector: &mut Collector<'_>, name: Option<&str>) -> Result<Examined, Failure> {
    let queues = match Queue::collect(collector, name)? {
        Ok(queues) => queues,
        Err(absence) => return Ok(Err(absent("QueueStatus", absence))),
    };
    if queues.is_empty() {
        let text = match name {
            Some(name) => format!("the server does not have a queue {name}"),
            None => "the server does not have any queue".into(),
        };
        return Ok(Err(Report::new(State::Unknown, &text)));
    }
    let mut figures = Vec::new();
    for queue in &queues {
        figures.push(Figure::new("waiting", queue.waiting as f64, "").of(&queue.name));
        figures.push(seconds("longest", queue.longest_wait).of(&queue.name));
        figures.push(Figure::count("available", queue.available()).of(&queue.name));
    }
    let waiting: u64 = queues.iter().map(|queue| queue.waiting).fold(0, u64::saturating_add);
    let available: usize = queues.iter().map(Queue::available).sum();
    let members: usize = queues.iter().map(|queue| queue.members.len()).sum();
    let which = match &queues[..] {
        [queue] => format!("queue {}", queue.name),
        _ => plural(queues.len(), "queue"),
    };
    let summary =
        format!("{which}: {waiting} waiting, {available} of {} available", plural(members, "member"));
    Ok(Ok((summary, figures)))
}

fn registrations(collector: &mut Collector<'_>, name: Option<&str>) -> Result<Examined, Failure> {
    let mut all = match complete(Registration::collect(collector)?, "registrations") {
        Ok(all) => all,
        Err(report) => return Ok(Err(report)),
    };
    all.retain(|own| name.is_none_or(|name| own.is(name)));
    if all.is_empty() {
        return Ok(Err(missing("registration", name)));
    }
    let lost: Vec<_> = all.iter().filter(|own| !own.is_registered).collect();
    let names = names(lost.iter().map(|own| format!("{}/{} ({})", own.technology, own.name, own.state)));
    let count = plural(all.len(), "registration");
    let summary = match (&all[..], lost.len()) {
        ([own], _) => format!("{}/{}: {}", own.technology, own.name, own.state),
        (_, 0) => format!("{count} in force"),
        (_, lost) => format!("{lost} of {count} not in force: {names}"),
    };
    let figures = vec![Figure::count("unregistered", lost.len()), Figure::count("registrations", all.len())];
    Ok(Ok((summary, figures)))
}

fn endpoints(collector: &mut Collector<'_>, name: Option<&str>) -> Result<Examined, Failure> {
    let mut all = match complete(Endpoint::collect(collector)?, "endpoints") {
        Ok(all) => all,
        Err(report) => return Ok(Err(report)),
    };
    all.retain(|own| name.is_none_or(|name| own.is(name)));
    if all.is_empty() {
        return Ok(Err(missing("endpoint", name)));
    }
    let lost: Vec<_> = all.iter().filter(|own| own.reachability == Reachability::Unavailable).collect();
    let names = names(lost.iter().map(|own| format!("{}/{} ({})", own.technology, own.name, own.state)));
    let count = plural(all.len(), "endpoint");
    let summary = match (&all[..], lost.len()) {
        ([own], _) => format!("{}/{}: {}", own.technology, own.name, own.state),
        (_, 0) => format!("{count}, none of them unavailable"),
        (_, lost) => format!("{lost} of {count} unavailable: {names}"),
    };
    let figures = vec![Figure::count("unavailable", lost.len()), Figure::count("endpoints", all.len())];
    Ok(Ok((summary, figures)))
}

/// Returns the items if all technologies that the server has answered. Otherwise some could be
/// missing without a notice.
fn complete<T>(gathered: Gathered<T>, what: &str) -> Result<Vec<T>, Report> {
    match gathered.missing.into_iter().next() {
        Some((action, absence)) => Err(absent(action, absence)),
        None if gathered.technologies.is_empty() => {
            let text = format!("the server has none of the modules for {what}: PJSIP, chan_sip, chan_iax2");
            Err(Report::new(State::Unknown, &text))
        }
        None => Ok(gathered.items),
    }
}

/// Makes the report if there is nothing to check.
fn missing(what: &str, name: Option<&str>) -> Report {
    let text = match name {
        Some(name) => format!("the server does not have {what} {name}"),
        None => format!("the server does not have any {what}"),
    };
    Report::new(State::Unknown, &text)
}

/// Returns the first names, and the number of those that are left out.
fn names(names: impl ExactSizeIterator<Item = String>) -> String {
    let others = names.len().saturating_sub(MOST_NAMES);
    let first: Vec<_> = names.take(MOST_NAMES).collect();
    let first = first.join(", ");
    if others == 0 { first } else { format!("{first} and {others} more") }
}

/// Returns a number with a noun.
fn plural(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
