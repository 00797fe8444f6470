//! A full session of the blocking client, and what it has observed.

use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use embedded_ami::action::Raw;
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::{Client, Error};
use embedded_ami::wire::OwnedMessage;

use crate::target::{SECRET, USER};

/// One wait of the transport, and the time by which a call may be late in addition.
pub const WAIT: Duration = Duration::from_millis(100);
pub const GRACE: Duration = Duration::from_millis(50);

/// The steps, in their order. `connect` and `event` send nothing.
pub const STEPS: [&str; 9] =
    ["connect", "login", "Filter", "Events", "QueueStatus", "UserEvent", "event", "Ping", "Logoff"];

/// The limits of a session.
#[derive(Clone, Copy)]
pub struct Limits {
    /// The time-out of each call.
    pub call: Duration,
    /// The time for which the login waits for `FullyBooted`.
    pub boot: Duration,
}

/// The record of a session.
#[derive(Default)]
pub struct Observed {
    /// The step that failed and its error, unless all succeeded. `event` fails with "none" if no
    /// event arrived in time.
    pub failure: Option<(&'static str, String)>,
    /// The messages that the client returned, as bytes, in this order.
    pub messages: Vec<Vec<u8>>,
    /// The number of entries of the list that the client returned.
    pub entries: usize,
    /// Calls that took longer than they may.
    pub late: Vec<String>,
    /// Calls that gave up before their limit although the connection was open.
    pub early: Vec<String>,
}

/// Runs a session through this port, up to the first error.
pub fn run(port: u16, limits: Limits, name: &str) -> Observed {
    let mut observed = Observed::default();
    let _ = steps(port, limits, name, &mut observed);
    observed
}

/// Returns a text for an error, with all that the test compares.
fn describe(error: &Error) -> String {
    match error {
        Error::Lost { reason, disconnect } => format!("lost {reason:?} {disconnect:?}"),
        Error::Disconnected(disconnect) => format!("{disconnect:?}"),
        Error::Silent { .. } => "Silent".into(),
        other => format!("other: {other}"),
    }
}

/// A failure that has been recorded.
struct Failed;

impl Observed {
    /// Records the time of a call, and its error.
    fn call<R>(
        &mut self,
        step: &'static str,
        limit: Duration,
        call: impl FnOnce() -> Result<R, Error>,
    ) -> Result<R, Failed> {
        let begin = Instant::now();
        let result = call();
        let took = begin.elapsed();
        if took > limit + WAIT + GRACE {
            self.late.push(format!("{step} took {took:?} with a limit of {limit:?}"));
        }
        result.map_err(|error| {
            let text = describe(&error);
            let is_time = ["TimedOut", "CutShort", "Silent"].iter().any(|word| text.contains(word));
            // The precision of deadlines is 1 ms.
            let is_early = took + Duration::from_millis(2) < limit;
            if is_time && !text.contains("Some") && is_early && !text.contains("Io(") {
                self.early.push(format!("{step} gave up after {took:?} with a limit of {limit:?}: {text}"));
            }
            self.failure = Some((step, text));
            Failed
        })
    }

    fn keep(&mut self, message: &OwnedMessage) {
        self.messages.push(message.message().as_bytes().to_vec());
    }
}

fn steps(port: u16, limits: Limits, name: &str, observed: &mut Observed) -> Result<(), Failed> {
    let settings =
        Client::builder().timeout(limits.call).boot_wait(limits.boot).keepalive(None).transport_wait(WAIT);
    let connect = || settings.connect((Ipv4Addr::LOCALHOST, port));
    let mut client = observed.call("connect", limits.call, connect)?;
    observed.messages.push(client.banner().as_bytes().to_vec());
    let result = logged_in(&mut client, limits, name, observed);
    // Logging off takes the client, so it is dropped only without.
    if result.is_ok() {
        return observed.call("Logoff", limits.call, || client.log_off());
    }
    let begin = Instant::now();
    drop(client);
    let took = begin.elapsed();
    if took > WAIT + GRACE {
        observed.late.push(format!("dropping the client took {took:?}"));
    }
    result
}

fn logged_in(
    client: &mut Client<TcpStream>,
    limits: Limits,
    name: &str,
    observed: &mut Observed,
) -> Result<(), Failed> {
    let time = limits.call;
    let credentials = Credentials::new(USER, SECRET).events("system");
    observed.call("login", time, || client.login(&credentials))?;
    // Only the event of this session arrives, so that the sessions do not disturb each other.
    let filter = format!("UserEvent: {name}");
    let send = [
        ("Filter", &[("Operation", "Add"), ("Filter", filter.as_str())][..]),
        ("Events", &[("EventMask", "system,user")][..]),
    ];
    for (action, headers) in send {
        let response = observed.call(action, time, || client.send(&Raw::new(action, headers)))?;
        observed.keep(&response);
    }

    let begin = Instant::now();
    let queue = Raw::new("QueueStatus", &[("Queue", "support")]);
    let mut list = observed.call("QueueStatus", time, || client.list(&queue))?;
    observed.messages.push(list.response().as_bytes().to_vec());
    loop {
        let left = time.saturating_sub(begin.elapsed());
        let entry = observed.call("QueueStatus", left, || list.next().transpose())?;
        let Some(entry) = entry else { break };
        observed.keep(&entry);
        observed.entries += 1;
    }
    if let Some(completion) = list.completion() {
        observed.messages.push(completion.as_bytes().to_vec());
    }
    drop(list);

    let headers = [("UserEvent", name), ("Number", "7")];
    let event = Raw::new("UserEvent", &headers);
    let response = observed.call("UserEvent", time, || client.send(&event))?;
    observed.keep(&response);
    let event = observed.call("event", time, || {
        let until = Instant::now() + time;
        loop {
            // Asterisk sends some events of the class system in addition.
            match client.next_event_until(until)? {
                Some(event) if event.message().get("UserEvent").is_some_and(|found| found == name) => {
                    return Ok(Some(event));
                }
                Some(_) => {}
                None => return Ok(None),
            }
        }
    })?;
    match event {
        Some(event) => observed.keep(&event),
        None => {
            observed.failure = Some(("event", "none".into()));
            return Err(Failed);
        }
    }
    let response = observed.call("Ping", time, || client.send(&Raw::without_headers("Ping")))?;
    observed.keep(&response);
    Ok(())
}
