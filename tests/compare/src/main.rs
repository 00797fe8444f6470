//! Sends the same requests to a real Asterisk and to `ami serve` and holds the answers against each other: kind,
//! ActionID and Message of each response, how a list ends, and whether the connection stays open.
//!
//!     compare ASTERISK SERVE [--differences FILE] [--show] [SCENARIO]...
//!
//! ASTERISK and SERVE are addresses. The requests are those of the clients recorded in tests/data and below the folder
//! that `AMI_CAPTURES` names, if it does, and what nobody recorded, by hand in sessions/: there `@KEY@` stands for the
//! Key to the last challenge and `@RUN@` for something that no other session has. With scenarios only those, patterns
//! as in differences.tsv; `--show` prints every answer. Exit status: 0 no difference but known ones, 1 others, 2 it
//! could not be done.
//!
//! Values, such as those of variables, and items of lists are not compared: they depend on what else the server has
//! seen. Where that decides over kind or Message (a member that is in a queue already, an entry of the database) the
//! sessions are run one by one, and what each adds is taken away before and after. So another run against the same
//! real server at the same time may disturb.

mod link;
mod rules;
mod session;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::{env, fs, iter, thread};

use link::{Link, ResponseStatus};
use rules::{Pattern, Rules};
use session::{Request, Session};

/// Sessions at a time. They wait more than they work; the real server has an authlimit of 40.
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
    let [asterisk, serve] = &addresses[..] else { return Err("ASTERISK SERVE: two addresses".into()) };
    let mut rules = Rules::new(&read(&differences)?)?;
    let users = users(&read(&here.join("../asterisk/conf/manager.conf"))?);

    let mut folders = vec![here.join("sessions"), here.join("../data")];
    folders.extend(env::var_os("AMI_CAPTURES").map(PathBuf::from));
    let mut sessions: Vec<Session> = Vec::new();
    // A copy of a recording may be in two of them.
    for folder in folders {
        let found =
            session::collect(&folder, &users).map_err(|error| format!("{}: {error}", folder.display()))?;
        if found.is_empty() {
            return Err(format!("no session in {}", folder.display()));
        }
        for session in found {
            if !sessions.iter().any(|own| own.name == session.name && own.requests == session.requests) {
                sessions.push(session);
            }
        }
    }
    sessions.retain(|session| only.is_empty() || only.iter().any(|one| one.matches_scenario(&session.name)));

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

    let results = compare_all(&sessions, [asterisk, serve], &users)?;
    let (mut compared, mut same) = (0, 0);
    let mut others = BTreeMap::new();
    for (session, pairs) in sessions.iter().zip(results) {
        for Pair { action, answers: [real, own] } in pairs {
            compared += 1;
            if show {
                println!("{} {action}\n{}{}", session.name, real.show("Asterisk"), own.show("ami serve"));
            }
            if rules.expects(&session.name, &action, &real.text, &own.text) {
                continue;
            }
            if real.text == own.text {
                same += 1;
                continue;
            }
            others.entry((action, real.text, own.text)).or_insert((0, &session.name)).0 += 1;
        }
    }
    for (reason, (sessions, requests)) in &skipped {
        println!("left out: {sessions} sessions, {requests} requests: {reason}");
    }
    let stale = rules.report(only.is_empty());
    for ((action, real, own), (times, first)) in &others {
        println!("other  {times} times: {action}, first in {first}");
        println!("       Asterisk:  {real}\n       ami serve: {own}");
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

/// The users of a manager.conf, in lower case, since that does not matter, and their secrets.
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

/// A request and what each server answered.
struct Pair {
    action: String,
    answers: [ResponseStatus; 2],
}

/// The sessions that share state in a row; beside them the rest, several at a time.
fn compare_all(sessions: &[Session], addresses: [&str; 2], users: &Users) -> Result<Vec<Vec<Pair>>, String> {
    let (alone, beside): (VecDeque<usize>, VecDeque<usize>) =
        (0..sessions.len()).partition(|&index| sessions[index].shares_state());
    let queues = [Mutex::new(alone), Mutex::new(beside)];
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

/// One session with the one server, then with the other: so both may be the same one.
fn compare(session: &Session, index: usize, addresses: [&str; 2], users: &Users) -> io::Result<Vec<Pair>> {
    let [real, own] = [0, 1].map(|side| {
        let unique = format!("{}-{index}-{side}", std::process::id());
        tidy(session, addresses[side], users)?;
        let answers = converse(session, addresses[side], users, &unique);
        tidy(session, addresses[side], users)?;
        answers
    });
    let (real, own) = (real?, own?);
    if session.is_whole() {
        return Ok(align(real, own));
    }
    // Behind the end of one connection there is nothing to compare.
    let pairs = real.into_iter().zip(own);
    Ok(pairs.map(|((action, real), (_, own))| Pair { action, answers: [real, own] }).collect())
}

/// The answers to requests in one write: as many as can be are paired with the same, those between in their order.
fn align(real: Vec<(String, ResponseStatus)>, own: Vec<(String, ResponseStatus)>) -> Vec<Pair> {
    let same = |at: usize, other: usize| real[at].1.text == own[other].1.text;
    // How many can be paired from here on.
    let mut most = vec![vec![0; own.len() + 1]; real.len() + 1];
    for at in (0..real.len()).rev() {
        for other in (0..own.len()).rev() {
            most[at][other] = match same(at, other) {
                true => most[at + 1][other + 1] + 1,
                false => most[at + 1][other].max(most[at][other + 1]),
            };
        }
    }
    let (mut at, mut other) = (0, 0);
    let mut places = Vec::new();
    while at < real.len() && other < own.len() {
        if same(at, other) {
            places.push((at, other));
            (at, other) = (at + 1, other + 1);
        } else if most[at + 1][other] >= most[at][other + 1] {
            at += 1;
        } else {
            other += 1;
        }
    }
    places.push((real.len(), own.len()));

    let row = |real: Option<(String, ResponseStatus)>, own: Option<(String, ResponseStatus)>| {
        let action = real.as_ref().or(own.as_ref())?.0.clone();
        let answers = [real, own].map(|one| one.map_or_else(ResponseStatus::nothing, |(_, answer)| answer));
        Some(Pair { action, answers })
    };
    let (mut real, mut own) = (real.into_iter(), own.into_iter());
    let (mut at, mut other) = (0, 0);
    let mut pairs = Vec::new();
    for (next, next_other) in places {
        let between: Vec<_> = real.by_ref().take(next - at).collect();
        let between_own: Vec<_> = own.by_ref().take(next_other - other).collect();
        let (mut between, mut between_own) = (between.into_iter(), between_own.into_iter());
        pairs.extend(iter::from_fn(|| row(between.next(), between_own.next())));
        pairs.extend(row(real.next(), own.next()));
        (at, other) = (next + 1, next_other + 1);
    }
    pairs
}

/// What one server answers: to the connection itself, then to each request. The last answer tells its fate.
fn converse(
    session: &Session,
    address: &str,
    users: &Users,
    unique: &str,
) -> io::Result<Vec<(String, ResponseStatus)>> {
    let mut link = Link::connect(address, unique)?;
    let mut answers = vec![("(connection)".to_string(), link.banner())];
    if session.name.ends_with("/auth_timeout") {
        answers.push(("(end)".to_string(), link.wait_for_end()));
    } else if session.is_whole() {
        let bytes: Vec<u8> = session.requests.iter().flat_map(|request| request.bytes.clone()).collect();
        for (id, answer) in link.ask_all(&bytes, session.requests.len()) {
            let asked = session.requests.iter().find(|request| request.id.is_some() && request.id == id);
            answers.push((asked.map_or("?", |request| &request.action).to_string(), answer));
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

/// Takes back what the session, or one before it, leaves in a queue or in the database.
fn tidy(session: &Session, address: &str, users: &Users) -> io::Result<()> {
    let undo = session.undo();
    if undo.is_empty() {
        return Ok(());
    }
    let mut link = Link::connect(address, "tidy")?;
    link.banner();
    let login =
        format!("Action: Login\r\nUsername: admin\r\nSecret: {}\r\nEvents: off\r\n\r\n", users["admin"]);
    link.ask(&Request::new(login.as_bytes()), "");
    for request in undo {
        link.ask(&request, "");
    }
    Ok(())
}
