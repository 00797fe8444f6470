//! Replays recorded connections of old servers. A session submits the actions of the recorded
//! client and receives the recorded answers, and each action must end as those bytes say.

mod capture;
mod cases;
#[path = "../common/mod.rs"]
mod common;
mod oracle;
mod run;

use std::collections::BTreeMap;

use capture::{LeftOut, Plan, pairs};
use common::naive::{self, Kind};
use embedded_ami::client::{Incoming, LossReason};
use run::{End, Finish, Login, Outcome, run, run_late, run_with_few_slots};

const STORAGES: [usize; 4] = [64, 128, 512, 65_536];

/// The largest stream of which every cut in two is tried.
const SMALL: usize = 4 * 1024;

/// Streams larger than this are replayed only a few times.
const LARGE: usize = 1024 * 1024;

/// Runs `body` on every recorded connection.
fn on_pairs(body: impl Fn(&Plan, &Outcome) + Sync) {
    let pairs = pairs();
    common::in_parallel(pairs.len(), |number| {
        let plan = Plan::new(&pairs[number]);
        body(&plan, &oracle::outcome(&plan));
    });
}

fn assert_same(plan: &Plan, outcome: &Outcome, expected: &Outcome, how: std::fmt::Arguments<'_>) {
    if outcome == expected {
        return;
    }
    assert_eq!(outcome.login, expected.login, "{} {how}: login", plan.name);
    for ((request, is), should) in plan.requests.iter().zip(&outcome.ends).zip(&expected.ends) {
        assert_eq!(is, should, "{} {how}: {request:?}", plan.name);
    }
}

#[test]
fn whole_byte_by_byte_and_in_random_cuts() {
    on_pairs(|plan, expected| {
        for storage in STORAGES {
            let check = |reads: &mut dyn Iterator<Item = usize>, how: &str| {
                let outcome = run(plan, storage, reads, Finish::Wait, |_, _| {});
                assert_same(plan, &outcome, expected, format_args!("{how} through {storage}"));
            };
            check(&mut std::iter::empty(), "whole");
            if plan.stream.len() > LARGE && storage != 512 {
                continue;
            }
            check(&mut std::iter::repeat(1), "byte by byte");
            for seed in 0..4 {
                let mut random = fastrand::Rng::with_seed(seed);
                let longest = random.usize(1..1500);
                let mut reads = std::iter::repeat_with(|| random.usize(0..=longest));
                check(&mut reads, &format!("with seed {seed}"));
            }
        }
    });
}

#[test]
fn every_cut_in_two() {
    on_pairs(|plan, expected| {
        if plan.stream.len() > SMALL {
            return;
        }
        for cut in 0..=plan.stream.len() {
            let storage = STORAGES[cut % STORAGES.len()];
            let outcome = run(plan, storage, [cut], Finish::Wait, |_, _| {});
            assert_same(plan, &outcome, expected, format_args!("cut at {cut} through {storage}"));
        }
    });
}

/// Returns the expected outcome if the connection is lost instead of waiting for the deadlines.
fn lost(expected: &Outcome) -> Outcome {
    let lost = |end: End| match end {
        End::Lost(LossReason::TimedOut) => End::Lost(LossReason::OutcomeUnknown),
        end => end,
    };
    let login = match expected.login {
        Login::TimedOut(_) => Login::Undecided,
        login => login,
    };
    Outcome { login, ends: expected.ends.iter().map(|end| end.map(lost)).collect() }
}

#[test]
fn a_connection_lost_after_its_last_byte() {
    on_pairs(|plan, expected| {
        let outcome = run(plan, 512, [], Finish::Close, |_, _| {});
        assert_same(plan, &outcome, &lost(expected), format_args!("lost"));
    });
}

#[test]
fn a_connection_lost_at_every_byte() {
    on_pairs(|plan, _| {
        if plan.stream.len() > SMALL {
            return;
        }
        let mut plan = plan.clone();
        while plan.stream.pop().is_some() {
            let storage = STORAGES[plan.stream.len() % STORAGES.len()];
            let outcome = run(&plan, storage, [], Finish::Close, |_, _| {});
            let expected = lost(&oracle::outcome(&plan));
            assert_same(&plan, &outcome, &expected, format_args!("lost after {}", plan.stream.len()));
        }
    });
}

#[test]
fn late_responses_are_unmatched() {
    on_pairs(|plan, _| run_late(plan));
}

#[test]
fn few_slots_give_the_same_results() {
    on_pairs(|plan, expected| {
        assert_same(plan, &run_with_few_slots(plan, 1, true), expected, format_args!("one at a time"));
        assert_same(plan, &run_with_few_slots(plan, 1, false), expected, format_args!("one slot"));
        assert_same(plan, &run_with_few_slots(plan, 3, false), expected, format_args!("three slots"));
    });
}

/// Messages without the ActionID of one of our actions complete nothing: responses and texts are
/// unmatched, and events with a privilege are events. The same holds for events with the ActionID
/// of an action without a list, such as `OriginateResponse`.
#[test]
fn messages_for_no_action_are_unmatched_or_events() {
    on_pairs(|plan, expected| {
        if expected.login != Login::Accepted {
            return;
        }
        let messages = naive::decode(&plan.stream, true);
        let ids: Vec<_> = plan.ids.iter().chain(&plan.own).collect();
        let ours = |message: &naive::Message| ids.iter().position(|id| oracle::names(message, id.as_bytes()));
        let mut reported = Vec::new();
        // With this storage no message comes in parts.
        run(plan, plan.stream.len() + 64, [], Finish::Wait, |_, incoming| reported.push(incoming));
        assert_eq!(reported.len(), messages.len(), "{}", plan.name);
        let login = messages.iter().position(|message| ours(message).is_some_and(|at| at >= plan.ids.len()));
        for (message, &incoming) in messages.iter().zip(&reported).skip(login.unwrap() + 1) {
            let has_privilege = message.headers.iter().any(|(name, _)| name.as_deref() == Some(b"Privilege"));
            let name = message.name.as_deref();
            let ours = ours(message);
            let fits = match (message.kind, ours) {
                _ if message.incomplete => incoming == Incoming::Unmatched,
                (Kind::Event, None) if has_privilege => match name {
                    Some(b"FullyBooted") if incoming == Incoming::Ready => true,
                    Some(b"Shutdown") => incoming == Incoming::Shutdown,
                    _ => incoming == Incoming::Event { ticket: None },
                },
                (Kind::Event, Some(at)) if has_privilege => match expected.ends.get(at) {
                    Some(Some(End::Response(_) | End::Lost(_))) => {
                        matches!(incoming, Incoming::Event { ticket: Some(ticket) } if plan.tickets[&ticket] == at)
                    }
                    _ => true,
                },
                (Kind::Event, _) => true,
                (_, None) => incoming == Incoming::Unmatched,
                (_, Some(_)) => true,
            };
            assert!(fits, "{}: {incoming:?} of {message:?}", plan.name);
        }
    });
}

/// The number of entries is the one that the server reports, if it does. `DBGetTree` of Asterisk 16
/// is an exception: it always reports 1.
#[test]
fn entries_are_counted_as_the_server_counts_them() {
    let counted = std::sync::atomic::AtomicUsize::new(0);
    on_pairs(|plan, expected| {
        for message in naive::decode(&plan.stream, true) {
            let get = |name: &str| {
                let found = message.headers.iter().find(|(own, _)| own.as_deref() == Some(name.as_bytes()));
                Some(std::str::from_utf8(&found?.1).ok()?.to_string())
            };
            let (Some(id), Some(count)) = (get("ActionID"), get("ListItems")) else { continue };
            let Some(at) = plan.ids.iter().position(|own| *own == id) else { continue };
            if plan.requests[at].name == "DBGetTree" && plan.name.starts_with("16/") {
                continue;
            }
            let entries = count.parse().expect("a number");
            assert_eq!(expected.ends[at], Some(End::List(entries)), "{}: {message:?}", plan.name);
            counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    });
    assert!(counted.into_inner() > 100);
}

/// Counts the actions of the captures in `tests/data` that are left out: malformed ones, those the
/// encoder refuses, and those without a login. Only scenarios that send wrong requests on purpose
/// have any.
#[test]
fn actions_left_out_of_the_replay_are_known() {
    const KNOWN: &[(&str, [usize; 3])] = &[
        // 79 to 400 headers: more than the server reads.
        ("1.4/bad_129_headers", [0, 6, 0]),
        ("13/bad_129_headers", [0, 4, 0]),
        ("16/bad_129_headers", [0, 2, 0]),
        ("22/bad_129_headers", [0, 2, 0]),
        // Junk and a Ping without a login.
        ("1.4/bad_binary_unauth", [1, 0, 1]),
        ("13/bad_binary_unauth", [1, 0, 1]),
        ("16/bad_binary_unauth", [1, 0, 1]),
        ("1.4/bad_tls_hello", [1, 0, 1]),
        ("16/bad_tls_hello", [1, 0, 1]),
        // CRs as line ends, all within the name of the action.
        ("1.4/bad_cr_only", [0, 1, 0]),
        ("13/bad_cr_only", [0, 1, 0]),
        ("16/bad_cr_only", [0, 1, 0]),
        // CR, LF and other control bytes in ActionIDs.
        ("1.4/bad_crlf_injection", [3, 3, 0]),
        ("13/bad_crlf_injection", [3, 3, 0]),
        ("16/bad_crlf_injection", [1, 5, 0]),
        ("22/bad_crlf_injection", [1, 5, 0]),
        // `Name:` without the blank, a blank before the name, blanks around an ActionID.
        ("22/bad_empty_value", [1, 0, 0]),
        ("1.4/bad_leading_space", [1, 1, 0]),
        ("13/bad_leading_space", [1, 1, 0]),
        ("22/bad_leading_space", [1, 1, 0]),
        ("1.4/bad_no_space_after_colon", [1, 1, 0]),
        ("13/bad_no_space_after_colon", [1, 1, 0]),
        ("22/bad_no_space_after_colon", [1, 1, 0]),
        // Lines that end with LF.
        ("1.4/bad_lf_only", [2, 0, 0]),
        ("13/bad_lf_only", [2, 0, 0]),
        ("16/bad_lf_only", [3, 0, 0]),
        ("22/bad_lf_only", [3, 0, 0]),
        // No Action, an empty one without the blank, two Actions.
        ("1.4/bad_no_action", [2, 0, 0]),
        ("22/bad_no_action", [1, 0, 0]),
        ("1.4/bad_unknown_action", [1, 0, 0]),
        ("1.4/bad_unfinished", [1, 0, 0]),
        ("13/bad_unfinished", [1, 0, 0]),
        ("22/bad_unfinished", [1, 0, 0]),
        // Challenges that the key is not based on.
        ("1.4/challenge_odd", [0, 0, 3]),
        ("13/challenge_odd", [0, 0, 3]),
        ("16/challenge_odd", [0, 0, 3]),
        ("22/challenge_odd", [0, 0, 3]),
        ("1.4/unauthenticated", [0, 0, 6]),
        ("13/unauthenticated", [0, 0, 6]),
        ("16/unauthenticated", [0, 0, 6]),
        ("22/unauthenticated", [0, 0, 6]),
        // Lines without a colon or its blank, blanks in names, CRs and NULs.
        ("1.4/userevent_odd", [12, 8, 0]),
        ("13/userevent_odd", [12, 8, 0]),
        ("16/userevent_odd", [10, 8, 0]),
        ("22/userevent_odd", [10, 8, 0]),
    ];
    let known: BTreeMap<_, _> = KNOWN.iter().copied().collect();
    let mut asked = 0;
    for pair in pairs() {
        let plan = Plan::new(&pair);
        asked += plan.requests.len();
        let counts = [LeftOut::Malformed, LeftOut::Refused, LeftOut::NotLoggedIn]
            .map(|why| plan.left_out.iter().filter(|&&left_out| left_out == why).count());
        match known.get(&*pair.name) {
            Some(known) => assert_eq!(counts, *known, "{}", pair.name),
            // Nothing is known about other captures.
            None if std::env::var_os("AMI_CAPTURES").is_some() => {}
            None => assert_eq!(counts, [0; 3], "{}", pair.name),
        }
    }
    assert!(asked > 2_000, "{asked} actions");
}
