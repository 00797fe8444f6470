//! `ami metrics`: prints metrics in the text format of Prometheus.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum};

use super::collector::{Absence, Answer, Collector};
use super::exposition::Exposition;
use super::replace::replace;
use super::state::{self, Channels, Core, Endpoint, MEMBER_STATES, Queue, Reachability, Registration};
use crate::connection;
use crate::failure::{Failure, warn};
use crate::output::{Format, Printer, stamp};
use crate::permission;

const AFTER_HELP: &str = "\
Prints the metrics once. For Prometheus, run it every minute with --output and a file in the folder
of node_exporter's textfile collector; the name of the file must end in .prom. Every user can read the
file (mode 0644):

  ami metrics --output /var/lib/prometheus/node-exporter/asterisk.prom

If the server cannot be reached or refuses the login, the only metric is asterisk_up 0. It is
printed, or written to the file, and the exit status is still 3 or 4. If an action is not answered
in time, the metrics of the others are printed, and the exit status is 3. If the file cannot be
written, the old one stays, and the exit status is 5.

Metrics:
  asterisk_up                       1 if the server answers
  asterisk_info                     1, with version, interface and system_name as labels
  asterisk_start_time_seconds       times since 1970, if the server has the module func_strings
  asterisk_last_reload_time_seconds
  asterisk_calls                    and asterisk_calls_processed_total (Asterisk 18 and later)
  asterisk_channels{state}          and asterisk_channel_oldest_seconds
  asterisk_bridges
  asterisk_parked_calls
  asterisk_queue_...{queue}         waiting_callers, longest_wait_seconds, average_hold_seconds,
                                    average_talk_seconds, completed_calls_total,
                                    abandoned_calls_total, service_level_seconds,
                                    service_level_ratio, members{state}, members_paused,
                                    members_available
  asterisk_endpoints{technology,state}
  asterisk_endpoint_available{technology,endpoint}
  asterisk_registrations{technology,state}
  asterisk_registration_active{technology,registration}
  asterisk_scrape_success{action}   0 if the action was refused or not answered, so that its
                                    metrics are missing. Actions that the server does not have are
                                    left out
  asterisk_scrape_duration_seconds

asterisk_channels counts each of the two halves of a Local channel, while ami calls prints one line for
the whole call.

Permissions in manager.conf, write = ... (read = may be empty):
  reporting  CoreSettings, CoreStatus, Getvar, CoreShowChannels, SIPpeers, IAXpeerlist,
             PJSIPShowRegistrationsOutbound, SIPshowregistry, IAXregistry
  system     PJSIPShowEndpoints. system also permits Reload and ModuleLoad: without it, use
             --without endpoints
  call       ParkedCalls. call also permits Hangup and Redirect: without it, use --without parking
  none       QueueStatus, BridgeList
A permission that is missing is a warning. Each run logs in once; displayconnects = no in the section
of the user keeps that out of the log of Asterisk.";

/// A part of the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Channels,
    Bridges,
    Parking,
    Queues,
    Endpoints,
    Registrations,
}

#[derive(Args)]
#[command(after_help = AFTER_HELP)]
#[group(skip)]
pub(crate) struct Options {
    /// Replace this file with the metrics instead of printing them; - prints them; readers never see
    /// a part of the file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Add the label pbx with this value to every metric, to tell several servers apart
    #[arg(long, value_name = "TEXT", value_parser = stamp::tag)]
    tag: Option<String>,
    /// Leave out these parts of the metrics, and do not send their actions
    #[arg(long, value_name = "PARTS", value_enum, value_delimiter = ',')]
    without: Vec<Part>,
    #[command(flatten)]
    connection: connection::Options,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let tag = options.tag.as_deref();
    let mut is_up = false;
    let mut metrics = Exposition::new(tag);
    let outcome = options.connection.run(&Format::default(), |settings, printer| {
        let begin = Instant::now();
        let mut collector = Collector::log_in(settings, printer)?;
        // If the connection ends, all metrics are dropped.
        let mut collected = Exposition::new(tag);
        collect(options, &mut collector, &mut collected)?;
        let late = report(&collector, &mut collected);
        collected
            .gauge("asterisk_scrape_duration_seconds", "Time that it took to collect the metrics.")
            .sample(&[], begin.elapsed().as_secs_f64());
        metrics = collected;
        // A server that hangs may still accept logins.
        let is_answer = |outcome: &Answer<()>| !matches!(outcome, Err(Absence::TimedOut));
        is_up = collector.outcomes.iter().any(|(_, outcome)| is_answer(outcome));
        late.map_or(Ok(()), |action| {
            Err(Failure::Timeout(format!("{}: {action} was not answered in time", settings.server())))
        })
    });
    match &outcome {
        Err(failure) if !matches!(failure.status(), 3 | 4) => return outcome,
        _ => {}
    }
    let mut up = Exposition::new(tag);
    up.gauge("asterisk_up", "Whether the server accepts the login and answers.")
        .sample(&[], f64::from(u8::from(is_up)));
    let text = up.into_text() + &metrics.into_text();
    match options.output.as_ref().filter(|path| path.as_os_str() != "-") {
        Some(path) => replace(path, text.as_bytes()).map_err(Failure::Local)?,
        None => {
            let mut out = Printer::plain().out;
            out.write_all(text.as_bytes())?;
            out.flush()?;
        }
    }
    outcome
}

/// Collects the metrics of all parts.
fn collect(
    options: &Options,
    collector: &mut Collector<'_>,
    metrics: &mut Exposition,
) -> Result<(), Failure> {
    let has = |part| !options.without.contains(&part);
    core(collector, metrics)?;
    if has(Part::Channels) {
        channels(collector, metrics)?;
    }
    let bridges = ("asterisk_bridges", "Number of bridges, including those that hold parked calls.");
    let parked = ("asterisk_parked_calls", "Number of parked calls.");
    for (part, action, (name, help)) in
        [(Part::Bridges, "BridgeList", bridges), (Part::Parking, "ParkedCalls", parked)]
    {
        if has(part) {
            let count = state::count(collector, action)?;
            metrics.gauge(name, help).optional(count.ok().map(|count| count as f64));
        }
    }
    if has(Part::Queues) {
        queues(&Queue::collect(collector, None)?.unwrap_or_default(), metrics);
    }
    if has(Part::Endpoints) {
        endpoints(collector, metrics)?;
    }
    if has(Part::Registrations) {
        registrations(collector, metrics)?;
    }
    Ok(())
}

/// Adds which actions were answered, and warns of those that were refused. Returns an action that
/// was not answered in time.
fn report(collector: &Collector<'_>, metrics: &mut Exposition) -> Option<&'static str> {
    let help = "Whether the action was answered. Its metrics are missing otherwise.";
    let mut family = metrics.gauge("asterisk_scrape_success", help);
    let mut late = None;
    for (action, outcome) in &collector.outcomes {
        match outcome {
            Ok(()) | Err(Absence::Unknown) => {}
            Err(Absence::Denied) => {
                warn(&format!("the user may not use {action}{}", permission::needed(action)));
            }
            Err(Absence::Refused(text) | Absence::Incomplete(text)) => warn(&format!("{action}: {text}")),
            Err(Absence::TimedOut) => late = late.or(Some(*action)),
        }
        if !matches!(outcome, Err(Absence::Unknown)) {
            family.sample(&[("action", action)], f64::from(u8::from(outcome.is_ok())));
        }
    }
    late
}

fn core(collector: &mut Collector<'_>, metrics: &mut Exposition) -> Result<(), Failure> {
    let core = Core::collect(collector)?;
    let interface = collector.interface();
    let mut labels = vec![("interface", interface.as_str())];
    labels.extend(core.version.as_deref().map(|version| ("version", version)));
    labels.extend(core.system_name.as_deref().map(|name| ("system_name", name)));
    metrics.gauge("asterisk_info", "Versions of the server and of its interface.").sample(&labels, 1.0);
    let mut optional = |name, help, value: Option<u64>| {
        metrics.gauge(name, help).optional(value.map(|value| value as f64));
    };
    let start = core.start.and_then(|start| start.epoch);
    optional("asterisk_start_time_seconds", "Start of the server, in seconds since 1970.", start);
    let reload = core.reload.and_then(|reload| reload.epoch);
    let help = "Last reload of the configuration, or the start, in seconds since 1970.";
    optional("asterisk_last_reload_time_seconds", help, reload);
    optional("asterisk_calls", "Number of calls in progress.", core.calls);
    metrics
        .counter("asterisk_calls_processed_total", "Number of calls since the start of the server.")
        .optional(core.processed_calls.map(|calls| calls as f64));
    Ok(())
}

fn channels(collector: &mut Collector<'_>, metrics: &mut Exposition) -> Result<(), Failure> {
    if let Ok(channels) = Channels::collect(collector)? {
        let mut family = metrics.gauge("asterisk_channels", "Number of channels by state.");
        for (state, count) in &channels.states {
            family.sample(&[("state", state)], *count as f64);
        }
        drop(family);
        let help = "Age of the oldest channel, or 0 without channels.";
        metrics.gauge("asterisk_channel_oldest_seconds", help).sample(&[], channels.longest.as_secs_f64());
    }
    Ok(())
}

/// A number of a queue, if the server reports it.
type QueueValue = fn(&Queue) -> Option<f64>;

/// The gauges of queues.
const QUEUE_GAUGES: &[(&str, &str, QueueValue)] = &[
    ("asterisk_queue_waiting_callers", "Number of callers waiting.", |queue| Some(queue.waiting as f64)),
    ("asterisk_queue_longest_wait_seconds", "Longest wait of the callers waiting, or 0.", |queue| {
        Some(queue.longest_wait.as_secs_f64())
    }),
    ("asterisk_queue_average_hold_seconds", "Average wait before an answer.", |queue| {
        queue.hold_time.map(|time| time.as_secs_f64())
    }),
    ("asterisk_queue_average_talk_seconds", "Average length of a call with a member.", |queue| {
        queue.talk_time.map(|time| time.as_secs_f64())
    }),
    ("asterisk_queue_service_level_seconds", "Wait within which calls are to be answered.", |queue| {
        queue.service_level.map(|time| time.as_secs_f64())
    }),
    ("asterisk_queue_service_level_ratio", "Part of the answered calls within the service level.", |queue| {
        queue.in_service_level.map(|percent| percent / 100.0)
    }),
    ("asterisk_queue_members_paused", "Number of paused members.", |queue| {
        Some(queue.members.iter().filter(|member| member.is_paused).count() as f64)
    }),
    ("asterisk_queue_members_available", "Number of members that the queue can call.", |queue| {
        Some(queue.available() as f64)
    }),
];

/// The counters of queues.
const QUEUE_COUNTERS: &[(&str, &str, QueueValue)] = &[
    ("asterisk_queue_completed_calls_total", "Number of calls that a member answered.", |queue| {
        queue.completed.map(|calls| calls as f64)
    }),
    ("asterisk_queue_abandoned_calls_total", "Number of callers that hung up while waiting.", |queue| {
        queue.abandoned.map(|calls| calls as f64)
    }),
];

fn queues(queues: &[Queue], metrics: &mut Exposition) {
    let mut family = metrics.gauge("asterisk_queue_members", "Number of members by the state of the device.");
    for queue in queues {
        for state in MEMBER_STATES {
            let count = queue.members.iter().filter(|member| member.state == state).count();
            family.sample(&[("queue", &queue.name), ("state", state)], count as f64);
        }
    }
    drop(family);
    for (is_counter, &(name, help, value)) in
        QUEUE_GAUGES.iter().map(|row| (false, row)).chain(QUEUE_COUNTERS.iter().map(|row| (true, row)))
    {
        let mut family = if is_counter { metrics.counter(name, help) } else { metrics.gauge(name, help) };
        for queue in queues {
            if let Some(value) = value(queue) {
                family.sample(&[("queue", &queue.name)], value);
            }
        }
    }
}

fn endpoints(collector: &mut Collector<'_>, metrics: &mut Exposition) -> Result<(), Failure> {
    let gathered = Endpoint::collect(collector)?;
    let mut family = metrics.gauge("asterisk_endpoints", "Number of endpoints and peers by reachability.");
    for technology in &gathered.technologies {
        for (reachability, state) in Reachability::ALL {
            let is_it = |own: &&Endpoint| own.technology == *technology && own.reachability == reachability;
            let count = gathered.items.iter().filter(is_it).count();
            family.sample(&[("technology", technology), ("state", state)], count as f64);
        }
    }
    drop(family);
    let help = "Whether the endpoint can be reached. Those that the server does not check are left out.";
    let mut family = metrics.gauge("asterisk_endpoint_available", help);
    for own in gathered.items.iter().filter(|own| own.reachability != Reachability::Unmonitored) {
        let is_available = own.reachability == Reachability::Available;
        let labels = [("technology", own.technology), ("endpoint", own.name.as_str())];
        family.sample(&labels, f64::from(u8::from(is_available)));
    }
    Ok(())
}

fn registrations(collector: &mut Collector<'_>, metrics: &mut Exposition) -> Result<(), Failure> {
    let gathered = Registration::collect(collector)?;
    let mut family = metrics.gauge("asterisk_registrations", "Number of registrations at other servers.");
    for technology in &gathered.technologies {
        for (is_registered, state) in [(true, "registered"), (false, "unregistered")] {
            let is_it =
                |own: &&Registration| own.technology == *technology && own.is_registered == is_registered;
            let count = gathered.items.iter().filter(is_it).count();
            family.sample(&[("technology", technology), ("state", state)], count as f64);
        }
    }
    drop(family);
    let help = "Whether the registration is in force.";
    let mut family = metrics.gauge("asterisk_registration_active", help);
    for own in &gathered.items {
        let labels = [("technology", own.technology), ("registration", own.name.as_str())];
        family.sample(&labels, f64::from(u8::from(own.is_registered)));
    }
    Ok(())
}
