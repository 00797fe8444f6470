//! `ami events`: prints events as they arrive, or runs a program for each.
//!
//! One thread reads the events and another prints them: see [`crate::queue`].

mod filter;
mod program;
mod select;
mod source;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use clap::builder::PossibleValuesParser;
use embedded_ami::classes::Classes;

use self::filter::Filter;
use self::program::Program;
use self::select::{Condition, Selection};
use self::source::{Reader, Source};
use crate::connection::{self, Follow, Recorder, Settings};
use crate::failure::{Failure, warn};
use crate::output::{self, Format, Printer};
use crate::queue::{Interruption, Item, LOGOFF, Next, Queue};
use crate::watch;

const AFTER_HELP: &str = "\
Events can be missing after a lost connection, and if they arrive faster than they are handled: up to
8 MiB of them wait, then the oldest are dropped. Each such place is marked by a line of its own, as
described below, or by a warning with --exec. With --reconnect these end the command: a refused login
(unless the user is logged in elsewhere, or the server shuts down), a filter that the server refuses,
wrong usage, a failure of this machine and, at first, a server that is not Asterisk or whose
certificate is not trusted. Events that have arrived within the time of --for are still handled, which
can take longer. A server sends only events of classes that the user may read: see read in
manager.conf.

The program of --exec gets each header in a variable: AMI_H_Channel, AMI_H_Cause_txt. Characters
other than letters, digits and _ become _, the values of a repeated header are separated by line
ends, and a NUL becomes U+FFFD. AMI_EVENT is the name of the event, AMI_TIME the time of its arrival
and AMI_TAG the text of --tag. AMI_SECRET and AMI_SECRET_FILE are not passed on. Standard input is
empty. The program is run without a shell, for one event at a time. If it fails, that is a warning,
the next event follows, and the exit status is 5 in the end. A program that does not exist at the
start is an error.

SIGINT, SIGTERM and SIGHUP end the command: it logs off and ends by the signal. A program that runs
then is not waited for. If the reader of standard output ends, so does the command, with status 0.

Examples:
  ami events --classes call --only Hangup --where 'Channel=PJSIP/*'
  ami events --reconnect --json --filter 'name(QueueCallerJoin)'
  ami events --reconnect --json --classes call | mosquitto_pub -l -t asterisk/events
  ami events --only DeviceStateChange --exec sh -c 'logger -- \"$AMI_H_Device: $AMI_H_State\"'";

#[derive(Args)]
#[group(skip)]
#[command(after_help = format!("{AFTER_HELP}\n\n{}", output::AFTER_HELP))]
pub(crate) struct Options {
    /// Classes of events to request, separated by commas [default: on, the same as all]
    #[arg(long, default_value = "on", value_name = "LIST", value_delimiter = ',', hide_default_value = true,
        ignore_case = true, value_parser = PossibleValuesParser::new(classes()))]
    classes: Vec<String>,
    /// Print only events with these names, separated by commas; * and ? are wildcards, and case is
    /// ignored; may be repeated
    #[arg(long, value_name = "EVENT", value_delimiter = ',', value_parser = select::name)]
    only: Vec<String>,
    /// Do not print events with these names, like --only
    #[arg(long, value_name = "EVENT", value_delimiter = ',', value_parser = select::name)]
    not: Vec<String>,
    /// Print only events with a header whose value matches, as in 'Channel=PJSIP/*', or with !=
    /// those without; the only wildcards are * and ?; case counts in the value; a missing header
    /// matches only an empty GLOB; may be repeated, and all must match
    #[arg(long = "where", value_name = "HEADER=GLOB", value_parser = select::condition)]
    conditions: Vec<Condition>,
    /// Let the server send only events that match a regular expression, or with ! before it those
    /// that do not, as eventfilter in manager.conf; or criteria (Asterisk 18.26, 20.11, 21.6, 22.1
    /// and later), as in 'name(Hangup),header(Channel),method(starts_with)=PJSIP/'; may be repeated
    #[arg(long = "filter", value_name = "FILTER", value_parser = filter::parse, allow_hyphen_values = true)]
    filters: Vec<Filter>,
    /// Stop after this many events
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    #[command(flatten)]
    follow: Follow,
    /// Record the bytes that the server sends in this file, which is replaced, for ami decode; they
    /// include the login, but not the secret
    #[arg(long, value_name = "FILE")]
    raw: Option<PathBuf>,
    /// Print the events even if --exec is given
    #[arg(long, requires = "exec")]
    print: bool,
    /// Run a program for each event instead of printing it; must be the last option, since all that
    /// follows are its arguments
    #[arg(long, num_args = 1.., value_names = ["PROGRAM", "ARGUMENT"], allow_hyphen_values = true)]
    exec: Vec<OsString>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    connection: connection::Options,
}

/// Returns the names of classes that `--classes` takes.
fn classes() -> impl Iterator<Item = &'static str> {
    ["all", "on"].into_iter().chain(Classes::LABELS.iter().map(|(label, _)| *label))
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    program::check(&options.exec)?;
    select::check(&options.only, &options.not).map_err(Failure::Usage)?;
    if !options.exec.is_empty() && !options.print {
        let format = &options.format;
        let given = [
            (format.json.is_some(), "--json"),
            (!format.fields.is_empty(), "--fields"),
            (format.time, "--time"),
        ];
        if let Some((_, option)) = given.iter().find(|(is_given, _)| *is_given) {
            let text = format!("{option}: with --exec, nothing is printed, unless --print is given, too");
            return Err(Failure::Usage(text));
        }
    }
    if options.raw.as_ref().is_some_and(|path| path.as_os_str() == "-") {
        return Err(Failure::Usage(
            "--raw -: standard output has the events; for a file named -, give ./-".into(),
        ));
    }
    options.connection.run(&options.format, |settings, printer| {
        select::warn_of_unknown("--only", &options.only);
        select::warn_of_unknown("--not", &options.not);
        let conditions = options.conditions.iter().map(Condition::header);
        let fields = options.format.fields.iter().map(String::as_str);
        select::warn_of_unknown_headers("--where", conditions, &options.only, &options.classes);
        select::warn_of_unknown_headers("--fields", fields, &options.only, &options.classes);
        let mut settings = options.follow.settings(settings)?;
        settings.recorder = options.raw.as_deref().map(Recorder::new);
        let end = Handler::new(options, &settings, printer)?.run();
        match end {
            Err(End::Failure(failure)) => Err(failure),
            Err(End::Interrupted(interruption)) => Err(watch::end(interruption)),
            Ok(()) => Ok(()),
        }
    })
}

/// The reason for which the handling of events ends before `--count` or `--for`.
enum End {
    Failure(Failure),
    Interrupted(Interruption),
}

impl<F: Into<Failure>> From<F> for End {
    fn from(failure: F) -> Self {
        Self::Failure(failure.into())
    }
}

/// The printing thread.
struct Handler<'a> {
    queue: Arc<Queue>,
    printer: &'a mut Printer,
    /// Whether to print events.
    prints: bool,
    program: Option<Program>,
    /// The headers to print, if not all.
    fields: &'a [String],
    /// The number of events after which to stop.
    left: u64,
    follow: &'a Follow,
    /// The time from which the limit counts, if not from the login.
    begin: Option<Instant>,
}

impl<'a> Handler<'a> {
    /// Starts the other threads. That which reads events logs in, so that a signal ends the command
    /// at once, and with a logoff if the login has succeeded.
    fn new(options: &'a Options, settings: &Settings, printer: &'a mut Printer) -> Result<Self, Failure> {
        let begin = Instant::now();
        let classes = options.classes.join(",").to_ascii_lowercase();
        let at_login = if options.filters.is_empty() { &classes } else { "off" };
        let (source, begin) = match options.follow.reconnect {
            true => (Source::Following(options.follow.follower(settings, at_login, printer)?), Some(begin)),
            false => (Source::Once(settings.login(at_login, printer)?), None),
        };
        // Now user and secret are known, and the command line is right.
        settings.recorder.as_ref().map_or(Ok(()), Recorder::create)?;
        let program = Program::new(&options.exec, options.format.tag.as_deref());
        let prints = program.is_none() || options.print;
        let queue = Arc::new(Queue::default());
        watch::signals(&queue)?;
        if prints {
            watch::output(&queue)?;
        }
        let reader = Reader {
            queue: Arc::clone(&queue),
            selection: Selection::new(&options.only, &options.not, &options.conditions),
            filters: options.filters.clone(),
            classes,
            secret: printer.secret.clone(),
            settings: settings.clone(),
        };
        reader.start(source)?;
        let left = options.count.unwrap_or(u64::MAX);
        let (fields, follow) = (&options.format.fields, &options.follow);
        Ok(Self { queue, printer, prints, program, fields, left, follow, begin })
    }

    /// Handles events until the end of the command, and logs off.
    fn run(mut self) -> Result<(), End> {
        let result = self.handle_all();
        self.queue.stop_reader(LOGOFF);
        // A signal can also arrive during the last event.
        match self.queue.interruption() {
            Some(interruption @ Interruption::Signal(_)) => Err(End::Interrupted(interruption)),
            _ => result,
        }
    }

    fn handle_all(&mut self) -> Result<(), End> {
        let begin = match self.begin {
            Some(begin) => begin,
            None => match self.queue.wait_until_connected() {
                Ok(begin) => begin,
                Err(Next::Interrupted(interruption)) => return Err(End::Interrupted(interruption)),
                Err(Next::End(failure)) => return Err(failure.into()),
                Err(Next::Item(_) | Next::TimeUp) => return Ok(()), // never returned
            },
        };
        let until = self.follow.until(begin);
        while self.left > 0 {
            match self.queue.next(until) {
                Next::Item(item) => self.handle(item)?,
                Next::TimeUp if !self.queue.has_connected() => {
                    let text = "the login did not succeed within the time of --for".into();
                    return Err(Failure::Timeout(text).into());
                }
                Next::TimeUp => {
                    // The events that have arrived in time are still handled.
                    self.queue.stop_reader(LOGOFF);
                    while let (1.., Some(item)) = (self.left, self.queue.take().map_err(End::Interrupted)?) {
                        self.handle(item)?;
                    }
                    break;
                }
                Next::End(failure) => return Err(failure.into()),
                Next::Interrupted(interruption) => return Err(End::Interrupted(interruption)),
            }
        }
        Ok(self.program.as_ref().map_or(Ok(()), Program::summary)?)
    }

    fn handle(&mut self, item: Item) -> Result<(), End> {
        match item {
            Item::Event(event, time) => {
                let event = event.message();
                if self.prints {
                    self.printer.arrival = Some(time);
                    self.printer.message(&event)?;
                    self.printer.out.flush()?;
                    self.printer.arrival = None;
                }
                if let Some(program) = &mut self.program {
                    let secret = self.printer.secret.as_ref();
                    program.run(&event, time, secret, &self.queue).map_err(End::Interrupted)?;
                }
                // An event of which nothing is printed does not count.
                let is_shown = |field: &String| event.get(field).is_some();
                if self.program.is_some() || self.fields.is_empty() || self.fields.iter().any(is_shown) {
                    self.left -= 1;
                }
            }
            // There are none here.
            Item::Text(..) => {}
            Item::Gap(reason) if self.prints => {
                self.printer.gap(&reason)?;
                self.printer.out.flush()?;
            }
            Item::Gap(reason) => warn(&format!("events may be missing: {reason}")),
        }
        Ok(())
    }
}
