//! Sends the same requests to a real Asterisk and to `ami serve` and compares the answers: the
//! kind, ActionID and Message of each response, how a list ends, and whether the connection stays
//! open. In the session `user_events`, also the events of the `UserEvent` requests, line by line.
//!
//!     compare ASTERISK SERVE [--differences FILE] [--show] [SCENARIO]...
//!
//! ASTERISK and SERVE are addresses. The requests are those of the clients recorded in tests/data
//! and, if set, below the folder named by `AMI_CAPTURES`. Further sessions, written by hand, are in
//! sessions/: there `@KEY@` is replaced with the Key for the last challenge, and `@RUN@` with a
//! text that differs in every session. If scenarios are given (patterns as in differences.tsv),
//! only those run. `--show` prints every answer. Exit status: 0 if there are only known
//! differences, 1 if there are others, 2 if the comparison failed.
//!
//! Values, such as those of variables, and entries of lists are not compared, because they depend
//! on the earlier requests of all clients. Where these can change the kind or the Message (a member
//! is already in a queue, an entry is in the database), the sessions run one by one, and the
//! additions of each are removed before and after it. Another run against the same real server at
//! the same time may therefore cause differences.

mod link;
mod rules;
mod session;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::{env, fs, iter, thread};

use link::{Answer, Link};
use rules::{Pattern, Rules};
use session::{Request, Session};

/// The number of sessions at a time. They wait most of the time; the real server has an `authlimit`
/// of 40.
const THREADS: usize = 8;

type Users = HashMap<String, String>;

fn main() -> ExitCode {
    match run() {
        Ok(others) => ExitCode::from(u8::from(others > 0)),
        Err(error) => {
            eprintln!("compare: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<usize, String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut addresses = Vec::new();
    let mut only = Vec::new();
    let mut differences = here.join("differences.tsv");
    let mut show = false;
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match &*argument {
            "--show" => show = true,
            "--differences" => differences = arguments.next().ok_or("--differences FILE")?.into(),
            _ if addresses.len() < 2 => addresses.push(argument),
            _ => only.push(Pattern::new(&argument)),
        }
    }
    let [asterisk_address, serve_address] = &addresses[..] else {
        return Err("ASTERISK SERVE: two addresses".into());
    };
    let mut rules = Rules::new(&read(&differences)?)?;
    let users = users(&read(&here.join("../asterisk/conf/manager.conf"))?);

    let mut folders = vec![here.join("sessions"), here.join("../data")];
    folders.extend(env::var_os("AMI_CAPTURES").map(PathBuf::from));
    let mut sessions: Vec<Session> = Vec::new();
    // The same recording may be in two of the folders.
    for folder in folders {
        let found =
            session::collect(&folder, &users).map_err(|error| format!("{}: {error}", folder.display()))?;
        if found.is_empty() {
            return Err(format!("no session in {}", folder.display()));
        }
        for session in found {
            if !sessions.iter().any(|other| other.name == session.name && other.requests == session.requests)
            {
                sessions.push(session);
            }
        }
    }
    sessions.retain(|session| {
        only.is_empty() || only.iter().any(|pattern| pattern.matches_scenario(&session.name))
    });

    let mut skipped: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    sessions.retain_mut(|session| {
        if let Some(reason) = rules.skips_session(&session.name) {
            skipped.entry(reason.to_string()).or_default().0 += 1;
            return false;
        }
        let Session { name, requests, .. } = session;
        requests.retain(|request| {
            let reason = rules.skips(name, &request.action);
            reason.inspect(|reason| skipped.entry(reason.to_string()).or_default().1 += 1).is_none()
        });
        true
    });

    let results = compare_all(&sessions, [asterisk_address, serve_address], &users)?;
    let (mut compared, mut same) = (0, 0);
    let mut others = BTreeMap::new();
    for (session, pairs) in sessions.iter().zip(results) {
        for Pair { action, answers: [asterisk, serve] } in pairs {
            compared += 1;
            if show {
                println!(
                    "{} {action}\n{}{}",
                    session.name,
                    asterisk.show("Asterisk"),
                    serve.show("ami serve")
                );
            }
            if rules.expects(&session.name, &action, &asterisk.text, &serve.text) {
                continue;
            }
            if asterisk.text == serve.text {
                same += 1;
                continue;
            }
            others.entry((action, asterisk.text, serve.text)).or_insert((0, &session.name)).0 += 1;
        }
    }
    for (reason, (sessions, requests)) in &skipped {
        println!("left out: {sessions} sessions, {requests} requests: {reason}");
    }
    let stale = rules.report(only.is_empty());
    for ((action, asterisk, serve), (times, first)) in &others {
        println!("other  {times} times: {action}, first in {first}");
        println!("       Asterisk:  {asterisk}\n       ami serve: {serve}");
    }
    let others = others.values().map(|(times, _)| times).sum();
    println!(
        "compared {compared} responses of {} sessions: {same} the same, {} known differences of {} kinds, {others} others{}",
        sessions.len(),
        compared - same - others,
        rules.kinds(),
        if stale > 0 { format!(", {stale} stale lines in differences.tsv") } else { String::new() },
    );
    Ok(others)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Returns the users of a manager.conf, in lower case since case does not matter, with their
/// secrets.
fn users(text: &str) -> Users {
    let mut users = Users::new();
    let mut user = "";
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            user = name;
        } else if let Some(secret) = line.strip_prefix("secret = ") {
            users.insert(user.to_lowercase(), secret.to_string());
        }
    }
    users
}

/// A request and the answers of the two servers.
struct Pair {
    action: String,
    answers: [Answer; 2],
}

/// Compares all sessions. Those that share state run one after another, the others several at a
/// time.
fn compare_all(sessions: &[Session], addresses: [&str; 2], users: &Users) -> Result<Vec<Vec<Pair>>, String> {
    let (sequential, parallel): (VecDeque<usize>, VecDeque<usize>) =
        (0..sessions.len()).partition(|&index| sessions[index].shares_state());
    let queues = [Mutex::new(sequential), Mutex::new(parallel)];
    let results = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let queue = &queues[usize::from(thread > 0)];
            let results = &results;
            scope.spawn(move || {
                loop {
                    let Some(index) = queue.lock().unwrap().pop_front() else { break };
                    let result = compare(&sessions[index], index, addresses, users);
                    results.lock().unwrap().insert(index, result);
                }
            });
        }
    });
    let results = results.into_inner().unwrap().into_iter();
    results
        .map(|(index, result)| result.map_err(|error| format!("{}: {error}", sessions[index].name)))
        .collect()
}

/// Runs a session with one server, then with the other, so that both may be the same server.
fn compare(session: &Session, index: usize, addresses: [&str; 2], users: &Users) -> io::Result<Vec<Pair>> {
    let [asterisk, serve] = [0, 1].map(|side| {
        let unique = format!("{}-{index}-{side}", std::process::id());
        clean_up(session, addresses[side], users)?;
        let answers = converse(session, addresses[side], users, &unique);
        clean_up(session, addresses[side], users)?;
        answers
    });
    let (asterisk, serve) = (asterisk?, serve?);
    if session.is_whole() {
        return Ok(align(asterisk, serve));
    }
    // After one connection has ended, there is nothing left to compare.
    let pairs = asterisk.into_iter().zip(serve);
    Ok(pairs.map(|((action, asterisk), (_, serve))| Pair { action, answers: [asterisk, serve] }).collect())
}

/// Pairs the answers of two servers to requests in one write: as many as possible with an equal
/// answer (their longest common subsequence), and those between in order.
fn align(asterisk: Vec<(String, Answer)>, serve: Vec<(String, Answer)>) -> Vec<Pair> {
    let same = |at: usize, other: usize| asterisk[at].1.text == serve[other].1.text;
    // The number of equal pairs possible from each position on.
    let mut most = vec![vec![0; serve.len() + 1]; asterisk.len() + 1];
    for at in (0..asterisk.len()).rev() {
        for other in (0..serve.len()).rev() {
            most[at][other] = match same(at, other) {
                true => most[at + 1][other + 1] + 1,
                false => most[at + 1][other].max(most[at][other + 1]),
            };
        }
    }
    let (mut at, mut other) = (0, 0);
    let mut places = Vec::new();
    while at < asterisk.len() && other < serve.len() {
        if same(at, other) {
            places.push((at, other));
            (at, other) = (at + 1, other + 1);
        } else if most[at + 1][other] >= most[at][other + 1] {
            at += 1;
        } else {
            other += 1;
        }
    }
    places.push((asterisk.len(), serve.len()));

    let pair = |asterisk: Option<(String, Answer)>, serve: Option<(String, Answer)>| {
        let action = asterisk.as_ref().or(serve.as_ref())?.0.clone();
        let answers =
            [asterisk, serve].map(|answer| answer.map_or_else(Answer::nothing, |(_, answer)| answer));
        Some(Pair { action, answers })
    };
    let (mut asterisk, mut serve) = (asterisk.into_iter(), serve.into_iter());
    let (mut at, mut other) = (0, 0);
    let mut pairs = Vec::new();
    for (next, next_other) in places {
        let between: Vec<_> = asterisk.by_ref().take(next - at).collect();
        let between_other: Vec<_> = serve.by_ref().take(next_other - other).collect();
        let (mut between, mut between_other) = (between.into_iter(), between_other.into_iter());
        pairs.extend(iter::from_fn(|| pair(between.next(), between_other.next())));
        pairs.extend(pair(asterisk.next(), serve.next()));
        (at, other) = (next + 1, next_other + 1);
    }
    pairs
}

/// Runs a session with one server. Returns its answers: first to the connection itself, then to
/// each request; the last one tells how the connection ended.
fn converse(
    session: &Session,
    address: &str,
    users: &Users,
    unique: &str,
) -> io::Result<Vec<(String, Answer)>> {
    let mut link = Link::connect(address, unique)?;
    link.compares_user_events = session.name.ends_with("/user_events");
    let mut answers = vec![("(connection)".to_string(), link.banner())];
    if session.name.ends_with("/auth_timeout") {
        answers.push(("(end)".to_string(), link.wait_for_end()));
    } else if session.is_whole() {
        let bytes: Vec<u8> = session.requests.iter().flat_map(|request| request.bytes.clone()).collect();
        for (id, answer) in link.ask_all(&bytes, session.requests.len()) {
            let request = session.requests.iter().find(|request| request.id.is_some() && request.id == id);
            answers.push((request.map_or("?", |request| &request.action).to_string(), answer));
        }
    } else {
        for request in &session.requests {
            let secret = request.user.as_ref().and_then(|user| users.get(user));
            let answer = link.ask(request, secret.map_or("", |secret| secret));
            answers.push((request.action.clone(), answer));
            if link.is_over() {
                break;
            }
        }
    }
    Ok(answers)
}

/// Removes what the session, or an earlier one, has left in queues or in the database.
fn clean_up(session: &Session, address: &str, users: &Users) -> io::Result<()> {
    let undo = session.undo();
    if undo.is_empty() {
        return Ok(());
    }
    let mut link = Link::connect(address, "cleanup")?;
    link.banner();
    let login =
        format!("Action: Login\r\nUsername: admin\r\nSecret: {}\r\nEvents: off\r\n\r\n", users["admin"]);
    link.ask(&Request::new(login.as_bytes()), "");
    for request in undo {
        link.ask(&request, "");
    }
    Ok(())
}
