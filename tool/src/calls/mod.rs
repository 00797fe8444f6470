//! `ami calls`: prints one line for each call.

mod call;
mod feed;
mod record;
mod tracker;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::{Args, Command, Id};

use self::feed::Output;
use crate::connection::{self, Follow};
use crate::failure::Failure;
use crate::output::{self, Format, Printer};
use crate::queue::{Interruption, Item, LOGOFF, Next, Queue};
use crate::usage::closest;
use crate::watch;

/// The events that tell of calls and queues.
const CLASSES: &str = "call,agent";

/// Returns the options that mean nothing for a recorded stream.
fn of_connections() -> Vec<Id> {
    let command = connection::Options::augment_args(Follow::augment_args(Command::new("calls")));
    command.get_arguments().map(|option| option.get_id().clone()).collect()
}

const AFTER_HELP: &str = r##"Each line tells of one call: the time it began (in UTC), its result, how long it rang and how long the
parties talked, the caller and the extension dialled, the queue, the party that answered or those that
were called, the cause of the hangup, and the unique id of its first channel:
  2026-11-27T09:30:00Z  answered    ring 5 s    talk 63 s    "Alice" <200> -> 100  by PJSIP/100
  cause 16 Normal Clearing  id 1795771800.42        (one line)
With --changes, the first column is the time of the change, and the second is ringing or answered, the
result if the call ended, or joined if it turned out to be a part of an older call. --time and --tag add
columns before the first.

All channels of a call are one line: both halves of a Local channel, the members of a queue that ring,
the parties of a transfer. The results are:
  answered    another party answered; if none was called, the PBX did, as with an announcement
  cancelled   the caller hung up first
  noanswer    nobody answered
  busy        the party was busy
  congestion  the network or the party had no free line
  failed      the party could not be reached, refused the call, or another error
  unknown     the end of the call was not seen
If several parties were called, the first of these that applies to one of them counts.

JSON and --fields have the keys Event (always Call), State (ended, and with --changes ringing, answered
or joined), Result (once ended), Begin, Answer, End (times), Ring, Talk, Duration (seconds with three
decimals), CallerIDNum, CallerIDName, Channel (of the caller), Exten, Queue, Called (devices, joined with &),
AnsweredBy, AnsweredNum, Cause, Cause-txt, Uniqueid (of the first channel: the key of the call), Linkedid
(Asterisk 13.5 and later), Into (the Uniqueid of the call that this one joined) and Incomplete (yes, if
the tool has not seen all of the call). A key without a value is missing. For example, to print the
missed calls separated by tabs, and as CSV:

  ami calls --fields Result,Begin,CallerIDNum,Exten | grep -E '^(noanswer|cancelled)'
  ami calls --json | jq -r 'select(.Result | IN("noanswer", "cancelled")) | [.Begin, .CallerIDNum] | @csv'

Times are those of arrival, or of the Timestamp header if manager.conf has timestampevents = yes; without
either, as with --from, they are missing. --from does not accept --time, since a recording does not have
the times of arrival. Ring ends with the answer, or when the last party stops ringing;
Talk ends when the last channel is hung up.

The user needs the read permission for the classes call and agent, and the write permission for system,
call or reporting to list the calls in progress, whose ends are printed too. After a gap, this list tells
which calls have ended unseen. In Asterisk up to 1.4, the members of a queue that ring belong to the call
only if queues.conf has eventwhencalled = yes. At most 10,000 calls are followed at once: beyond that, the
oldest ends as unknown.

SIGINT, SIGTERM and SIGHUP end the command: it logs off and ends by the signal. If the reader of standard
output ends, so does the command, with status 0. Lines that are not read wait, up to 8 MiB of them; then
the oldest are dropped, and a gap is marked."##;

/// Returns the text that follows the options in the help.
pub(crate) fn after_help() -> String {
    format!("{AFTER_HELP}\n\n{}{}", output::FORMATS, output::AFTER_HELP)
}

#[derive(Args)]
#[group(skip)]
pub(crate) struct Options {
    /// Also print a line when a call rings and when it is answered, as it happens
    #[arg(long)]
    changes: bool,
    /// Stop after printing this many lines
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    #[command(flatten)]
    follow: Follow,
    /// Read a recorded byte stream of a server, or - for standard input, instead of connecting
    #[arg(long, value_name = "FILE", conflicts_with_all = of_connections())]
    from: Option<PathBuf>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    connection: connection::Options,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let is_known = |field: &str| record::KEYS.iter().any(|key| key.eq_ignore_ascii_case(field));
    if let Some(field) = options.format.fields.iter().find(|field| !is_known(field)) {
        let hint = match closest(field, record::KEYS.iter().copied()) {
            Some(key) => format!("did you mean {key}?"),
            None => format!("its keys are {}", record::KEYS.join(", ")),
        };
        return Err(Failure::Usage(format!("--fields: a call has no key {field}; {hint}")));
    }
    let lines = options.count.unwrap_or(u64::MAX);
    if let Some(file) = &options.from {
        if options.format.time {
            return Err(Failure::Usage("--time: a recording does not have the times of arrival".into()));
        }
        let mut printer = Printer::new(&options.format);
        return feed::recorded(file, &mut Output::new(options, &mut printer, lines));
    }
    options.connection.run(&options.format, |settings, printer| {
        let start = Instant::now();
        let settings = options.follow.settings(settings)?;
        let queue = Arc::new(Queue::default());
        // This thread counts the lines, since the queue can drop some.
        let mut output = Output::new(options, Arc::clone(&queue), u64::MAX);
        let begin = match options.follow.reconnect {
            true => {
                let follower = options.follow.follower(&settings, CLASSES, printer)?;
                output.secret.clone_from(&printer.secret);
                watch::both(&queue)?;
                queue.start_reader(move || feed::followed(follower, &settings, output))?;
                Some(start)
            }
            false => {
                let login = settings.login(CLASSES, printer)?;
                output.secret.clone_from(&printer.secret);
                watch::both(&queue)?;
                queue.start_reader(move || feed::live(&login, &settings, output))?;
                None
            }
        };
        let begin = begin.map_or_else(|| queue.wait_until_connected(), Ok);
        let result = match begin {
            Ok(begin) => print(&queue, printer, lines, options.follow.until(begin)),
            Err(Next::End(failure)) => Err(failure),
            Err(_) => Err(Failure::OutputClosed),
        };
        queue.stop_reader(LOGOFF);
        // A signal can also arrive during the last line.
        match queue.interruption() {
            Some(interruption @ Interruption::Signal(_)) => Err(watch::end(interruption)),
            _ => result,
        }
    })
}

/// Prints so many lines of the queue, up to this time if one is given.
fn print(queue: &Queue, printer: &mut Printer, lines: u64, until: Option<Instant>) -> Result<(), Failure> {
    let mut left = lines;
    // The caller looks for a signal, once the client has logged off.
    let interrupted = |_| Failure::OutputClosed;
    while left > 0 {
        match queue.next(until) {
            Next::Item(item) => print_item(item, printer, &mut left)?,
            Next::TimeUp if !queue.has_connected() => {
                return Err(Failure::Timeout("the login did not succeed within the time of --for".into()));
            }
            Next::TimeUp => {
                // The lines that were ready in time are still printed.
                queue.stop_reader(LOGOFF);
                while let (1.., Some(item)) = (left, queue.take().map_err(interrupted)?) {
                    print_item(item, printer, &mut left)?;
                }
                return Ok(());
            }
            Next::End(failure) => return Err(failure),
            Next::Interrupted(interruption) => return Err(interrupted(interruption)),
        }
    }
    Ok(())
}

/// Prints an item of the queue. A line is counted.
fn print_item(item: Item, printer: &mut Printer, left: &mut u64) -> io::Result<()> {
    match item {
        Item::Gap(reason) => printer.gap(&reason)?,
        Item::Event(record, time) => {
            printer.arrival = Some(time);
            printer.message(&record.message())?;
            *left -= 1;
        }
        Item::Text(line, time) => {
            printer.arrival = Some(time);
            printer.stamped(&line)?;
            *left -= 1;
        }
    }
    printer.arrival = None;
    printer.flush()
}
