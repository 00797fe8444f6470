//! A full session through a connection that is cut, reset, half closed or silenced at each byte of
//! each direction, trickles or is slow.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::oracle::{self, End, Stream};
use crate::proxy::{Fault, Plan, Proxy, Toward, Traffic};
use crate::session::{self, Limits, Observed, STEPS};
use crate::target::Target;

each_target!(
    a_cut_at_each_byte_toward_the_client,
    a_cut_at_each_byte_toward_the_server,
    silence_from_each_byte_on_ends_in_time,
    a_trickle_ends_in_time,
    a_slow_connection_changes_nothing,
);

/// Sessions at the same time. Asterisk accepts 40 that have not logged in.
const PARALLEL: usize = 16;

/// More time than a session takes on a busy machine.
const LONG: Limits = Limits { call: Duration::from_secs(10), boot: Duration::from_secs(8) };
/// The limits of sessions that wait in vain.
const SHORT: Limits = Limits { call: Duration::from_millis(1500), boot: Duration::from_millis(1200) };

/// A violation of the contract.
enum Violation {
    /// A call has ended too late, which a busy machine can cause.
    Late(String),
    Wrong(String),
}

/// Returns a name for the event of a session. All have the same length, so that all sessions have.
fn unique() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("faults-{:010}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Runs a session with this fault, and compares what the client has observed with what the bytes
/// that passed require.
fn run(target: &Target, plan: Plan, limits: Limits) -> Result<Traffic, Violation> {
    let name = unique();
    let proxy = Proxy::start(target.address, plan);
    let observed = session::run(proxy.port, limits, &name);
    let traffic = proxy.end();
    let wrong = |text: String| {
        let shown = String::from_utf8_lossy(&traffic.to_client);
        Violation::Wrong(format!("{}, {plan:?}: {text}; the client received {shown:?}", target.name))
    };
    invents_nothing(&observed, &traffic).map_err(wrong)?;
    if let Some(early) = observed.early.first() {
        return Err(wrong(early.clone()));
    }
    let found = &observed.failure;
    let holds = |length: usize, end: End| {
        let expected = oracle::expected(&traffic.to_client[..length], &traffic.from_client, &name, end);
        let same = match (&expected, found) {
            (None, None) => true,
            (Some(expected), Some((step, error))) => {
                expected.step == *step && expected.errors.contains(error)
            }
            _ => false,
        };
        same.then_some(()).ok_or(expected)
    };
    let whole = traffic.to_client.len();
    // A client that does not receive all that passed must have seen one of its beginnings.
    let any_beginning = |end| (0..=whole).any(|length| holds(length, end).is_ok());
    let result = match plan.fault {
        Fault::Reset if any_beginning(End::Closed) => Ok(()),
        Fault::Trickle(_) if any_beginning(End::Silent) => Ok(()),
        Fault::Silence => holds(whole, End::Silent),
        _ => holds(whole, End::Closed),
    };
    if let Err(expected) = result {
        let text = format!("found {found:?}, expected {expected:?}");
        // A server that is held up answers after the time-out. A deaf client would be deaf again.
        let has_timed_out = found
            .as_ref()
            .is_some_and(|(_, error)| ["Silent", "TimedOut", "none"].iter().any(|word| error.contains(word)));
        return Err(match wrong(text) {
            Violation::Wrong(text) if has_timed_out => Violation::Late(text),
            other => other,
        });
    }
    match observed.late.first() {
        Some(late) => Err(Violation::Late(format!("{}, {plan:?}: {late}", target.name))),
        None => Ok(traffic),
    }
}

/// Checks that each message the client returned has passed the proxy, in this order and once.
fn invents_nothing(observed: &Observed, traffic: &Traffic) -> Result<(), String> {
    let stream = Stream::new(&traffic.to_client);
    let mut passed = stream.banner.iter().map(|banner| format!("{banner}\r\n"));
    let mut passed: Vec<_> =
        passed.by_ref().chain(stream.messages.iter().map(|&text| text.to_owned())).collect();
    for message in &observed.messages {
        let text = String::from_utf8_lossy(message);
        let Some(at) = passed.iter().position(|passed| *passed == text) else {
            return Err(format!("the client invented {text:?}"));
        };
        passed.remove(at);
    }
    Ok(())
}

/// Runs sessions with these faults, some at a time. A session that was late is repeated alone.
fn run_all(target: &Target, plans: &[Plan], limits: Limits) {
    let begin = Instant::now();
    let next = AtomicUsize::new(0);
    let violations = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..PARALLEL {
            scope.spawn(|| {
                while let Some(&plan) = plans.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(violation) = run(target, plan, limits) {
                        violations.lock().expect("no panic").push((plan, violation));
                    }
                    if plan.after % 16 == 0 {
                        target.check().expect("the next connection works");
                    }
                }
            });
        }
    });
    target.check().expect("the next connection works");
    let violations = violations.into_inner().expect("no panic");
    let mut wrong = Vec::new();
    for (plan, violation) in violations {
        let text = match violation {
            Violation::Wrong(text) => text,
            Violation::Late(text) => match (0..3).find_map(|_| run(target, plan, limits).ok()) {
                Some(_) => continue,
                None => text,
            },
        };
        wrong.push(text);
    }
    let count = plans.len();
    let shown = wrong.iter().take(5).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of {count} sessions:\n{shown}", wrong.len());
    println!("measured: {}: {count} sessions in {:.1} s", target.name, begin.elapsed().as_secs_f32());
}

/// Returns the traffic of a session without a fault.
fn clean(target: &Target) -> Traffic {
    let traffic = run(target, Plan::CLEAN, LONG).unwrap_or_else(|violation| match violation {
        Violation::Late(text) | Violation::Wrong(text) => panic!("{text}"),
    });
    assert!(!traffic.is_broken);
    traffic
}

/// Returns whether all cases are tested, and not only a sample of the expensive ones.
fn is_thorough() -> bool {
    std::env::var_os("AMI_THOROUGH").is_some_and(|value| value == "1")
}

/// Returns the plans with this fault after each `step`th number of bytes.
fn plans(toward: Toward, fault: Fault, length: usize, step: usize) -> impl Iterator<Item = Plan> {
    // A session can be some bytes longer than another.
    (0..length + 8).step_by(step).map(move |after| Plan { toward, after, fault })
}

fn cuts(target: &Target, toward: Toward) {
    let traffic = clean(target);
    let length = match toward {
        Toward::Client => traffic.to_client.len(),
        Toward::Server => traffic.from_client.len(),
    };
    let step = if is_thorough() { 1 } else { 3 };
    let faults = [(Fault::Close, 1), (Fault::Reset, step), (Fault::HalfClose, step)];
    let all: Vec<_> = faults.iter().flat_map(|&(fault, step)| plans(toward, fault, length, step)).collect();
    run_all(target, &all, LONG);
}

fn a_cut_at_each_byte_toward_the_client(target: &Target) {
    cuts(target, Toward::Client);
}

fn a_cut_at_each_byte_toward_the_server(target: &Target) {
    cuts(target, Toward::Server);
}

fn silence_from_each_byte_on_ends_in_time(target: &Target) {
    let traffic = clean(target);
    let step = if is_thorough() { 3 } else { 29 };
    let toward_client = plans(Toward::Client, Fault::Silence, traffic.to_client.len(), step);
    let toward_server = plans(Toward::Server, Fault::Silence, traffic.from_client.len(), step);
    run_all(target, &toward_client.chain(toward_server).collect::<Vec<_>>(), SHORT);
}

/// Each byte arrives well within the time limit of a read, and the answer never does.
fn a_trickle_ends_in_time(target: &Target) {
    let traffic = clean(target);
    let step = if is_thorough() { 7 } else { 61 };
    let plans = [Toward::Client, Toward::Server].into_iter().flat_map(|toward| {
        let length = match toward {
            Toward::Client => traffic.to_client.len(),
            Toward::Server => traffic.from_client.len(),
        };
        plans(toward, Fault::Trickle(Duration::from_millis(100)), length - 40, step)
    });
    run_all(target, &plans.collect::<Vec<_>>(), SHORT);
}

fn a_slow_connection_changes_nothing(target: &Target) {
    let delays = [1, 20, 90].map(Duration::from_millis);
    let plan = |&time| Plan { toward: Toward::Client, after: usize::MAX, fault: Fault::Delay(time) };
    let plans: Vec<_> = delays.iter().map(plan).collect();
    run_all(target, &plans, LONG);
    // Every step has an end of its own in the other tests.
    assert_eq!(STEPS.len(), 9);
}
