//! The miniature PBX: what `ami serve` serves. Its data are in memory only.

mod call;
mod channel;
mod clock;
mod console;
mod control;
mod database;
mod dialplan;
pub(crate) mod filter;
mod originate;
mod queue;
mod show;
mod variables;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use embedded_ami::action;
use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::{ConnectionId, Events, Exchange, Service};
use embedded_ami::server::{Account, Attempt, Request, Secret, SessionError};
use embedded_ami::wire::{EncodeError, HeaderWriter, Value};

use crate::users::Users;
use channel::Channels;
use clock::Clock;
use database::Database;
use filter::Filter;
use originate::Dial;
use queue::Queue;
use variables::Variables;

pub(crate) use variables::assignments;

/// What it calls itself.
const VERSION: &str = concat!("22-embedded-ami-", env!("CARGO_PKG_VERSION"));

/// Text as it came: Asterisk does not ask for UTF-8 either.
pub(crate) type Bytes = Vec<u8>;

/// The `Message` of an Error.
struct Refusal(Cow<'static, [u8]>);

impl From<&'static str> for Refusal {
    fn from(text: &'static str) -> Self {
        Self(Cow::Borrowed(text.as_bytes()))
    }
}

impl From<Bytes> for Refusal {
    fn from(text: Bytes) -> Self {
        Self(Cow::Owned(text))
    }
}

impl AsRef<[u8]> for Refusal {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// What does an action.
#[derive(Clone, Copy)]
enum Handler {
    /// The library: it does not come here.
    Library,
    /// The answer is a `Message`.
    Short(fn(&mut Pbx, &Request<'_>, &mut Events) -> Result<&'static str, Refusal>),
    Long(fn(&mut Pbx, &mut Exchange<'_>) -> Result<(), SessionError>),
}

use Handler::{Library, Long, Short};

/// The actions, in the order of ListCommands.
const ACTIONS: &[(&str, Handler, &str)] = &[
    ("Challenge", Library, "Asks for the challenge of an MD5 login"),
    ("Command", Long(Pbx::command), "Runs a command of the console"),
    ("CoreSettings", Long(Pbx::core_settings), "Tells version and settings"),
    ("CoreShowChannels", Long(Pbx::core_show_channels), "Lists the channels"),
    ("CoreStatus", Long(Pbx::core_status), "Tells since when the PBX runs, and how many calls there are"),
    ("DBDel", Short(Pbx::db_del), "Deletes an entry of the database"),
    ("DBDelTree", Short(Pbx::db_del_tree), "Deletes a family of the database, or what is below a key"),
    ("DBGet", Long(Pbx::db_get), "Reads an entry of the database"),
    ("DBGetTree", Long(Pbx::db_get_tree), "Lists the database, a family, or what is below a key"),
    ("DBPut", Short(Pbx::db_put), "Writes an entry of the database"),
    ("Events", Library, "Chooses the classes of events to get"),
    ("ExtensionState", Long(Pbx::extension_state), "Tells the state of an extension"),
    ("Filter", Long(Pbx::filter), "Adds a filter for the events to get"),
    ("Getvar", Long(Pbx::getvar), "Reads a variable"),
    ("Hangup", Long(Pbx::hangup), "Hangs up channels"),
    ("ListCommands", Long(Pbx::list_commands), "Lists these actions"),
    ("Login", Library, "Logs in"),
    ("Logoff", Library, "Ends the session"),
    ("MailboxCount", Long(Pbx::mailbox_count), "Counts the messages of a mailbox"),
    ("MailboxStatus", Long(Pbx::mailbox_status), "Tells whether there are messages in a mailbox"),
    ("Originate", Long(Pbx::originate), "Makes a call"),
    ("Ping", Long(Pbx::ping), "Tells that the PBX is alive"),
    ("QueueAdd", Short(Pbx::queue_add), "Adds a member to a queue"),
    ("QueuePause", Short(Pbx::queue_pause), "Pauses a member of a queue, or ends that"),
    ("QueuePenalty", Short(Pbx::queue_penalty), "Sets the penalty of a member of a queue"),
    ("QueueRemove", Short(Pbx::queue_remove), "Removes a member from a queue"),
    ("QueueStatus", Long(Pbx::queue_status), "Lists queues and their members"),
    ("QueueSummary", Long(Pbx::queue_summary), "Sums up queues"),
    ("Redirect", Short(Pbx::redirect), "Sends channels to an extension"),
    ("Setvar", Short(Pbx::setvar), "Sets a variable"),
    ("Status", Long(Pbx::status), "Lists channels with details and variables"),
    ("UserEvent", Short(Pbx::user_event), "Sends an event of one's own"),
    ("WaitEvent", Long(Pbx::wait_event), "Waits for an event"),
];

/// Somebody who is logged in.
struct Session {
    /// Which of the users.
    user: usize,
    filters: Vec<Filter>,
}

pub(crate) struct Pbx {
    clock: Clock,
    users: Users,
    ami_version: &'static str,
    /// The classes of the actions, in their order.
    classes: Vec<Classes>,
    /// The variables that events of channels show.
    shown_variables: Vec<String>,
    sessions: BTreeMap<ConnectionId, Session>,
    channels: Channels,
    globals: Variables,
    database: Database,
    queues: Vec<Queue>,
    /// Calls that are about to be made.
    dials: VecDeque<Dial>,
    /// Connections that wait for the outcome of their call, which is whether it was answered.
    waiting: HashMap<ConnectionId, Option<bool>>,
    /// How many unique ids, Local channels, phones' channels and calls there have been.
    ids: u32,
    locals: u32,
    phones: u32,
    processed: u32,
}

impl Pbx {
    pub(crate) fn new(users: Users, ami_version: &'static str, speed: u32) -> Self {
        let clock = Clock::new(speed);
        let classes = |name: &str| action::all().find(|info| info.name == name).map(|info| info.classes);
        Self {
            // There is none that the library does not know.
            classes: ACTIONS.iter().map(|(name, ..)| classes(name).unwrap_or(Classes::SYSTEM)).collect(),
            shown_variables: users.shown_variables.clone(),
            queues: queue::configured(&clock),
            clock,
            users,
            ami_version,
            sessions: BTreeMap::new(),
            channels: Channels::default(),
            globals: Variables::default(),
            database: Database::default(),
            dials: VecDeque::new(),
            waiting: HashMap::new(),
            ids: 0,
            locals: 0,
            phones: 0,
            processed: 0,
        }
    }

    /// What is permitted, with its classes.
    fn permitted<'e>(
        &'e self,
        exchange: &'e Exchange<'_>,
    ) -> impl Iterator<Item = (&'static str, &'static str, Classes)> + 'e {
        let actions =
            ACTIONS.iter().zip(&self.classes).map(|(&(name, _, about), &classes)| (name, about, classes));
        actions.filter(|&(_, _, classes)| exchange.permits(classes))
    }

    fn list_commands(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let actions: Vec<_> = self.permitted(exchange).collect();
        exchange.answer()?.reply(|out| {
            actions.iter().try_for_each(|(name, about, classes)| {
                let labels: Vec<_> = classes.labels().collect();
                let labels = if labels.is_empty() { "<none>".into() } else { labels.join(",") + ",all" };
                out.header(name, format!("{about}  (Priv: {labels})"))
            })
        })
    }

    /// To everybody, with the headers of the request. A line that is none is left out.
    fn user_event(&mut self, request: &Request<'_>, events: &mut Events) -> Result<&'static str, Refusal> {
        let name = request.get("UserEvent").unwrap_or_default();
        let sent = events.send("UserEvent", Classes::USER, |out| {
            out.cleaned("UserEvent", &[name.as_bytes()])?;
            for header in
                request.message().headers().filter(|header| !header.is("Action") && !header.is("UserEvent"))
            {
                let is_plain =
                    |name: &&str| !name.is_empty() && !name.contains([' ', '\t', '\r', '\n', '\0', ':']);
                let name = header.name().and_then(|name| std::str::from_utf8(name).ok());
                let Some(name) = name.filter(is_plain) else { continue };
                // As the C strings that they are in Asterisk.
                let value = header.value().split(b'\0').next().unwrap_or_default();
                out.cleaned(name, &[value.as_bytes()])?;
            }
            Ok(())
        });
        sent.map_err(|_| "Event was not sent")?;
        Ok("Event Sent")
    }

    fn wait_event(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let timeout = exchange.request().get("Timeout").and_then(originate::number);
        let timeout = timeout.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs);
        let is_over = timeout.is_some_and(|timeout| self.clock.inside(exchange.waited()) >= timeout);
        if !is_over && !exchange.has_events() && !exchange.has_input() {
            return Ok(());
        }
        let id = exchange.request().action_id();
        exchange.answer()?.success("Waiting for Event completed.")?;
        Ok(exchange.end(|out| {
            out.header("Event", "WaitEventComplete")?;
            id.map_or(Ok(()), |id| out.cleaned("ActionID", &[id.as_bytes()]))
        })?)
    }
}

impl Service for Pbx {
    fn account(&mut self, attempt: &Attempt<'_>) -> Option<Account<'_>> {
        let user = self.users.find(attempt.username())?;
        let user = self.users.list.get(user)?;
        Some(Account { secret: Secret::Plain(user.secret.as_bytes()), read: user.read, write: user.write })
    }

    fn is_in_use(&mut self, username: Value<'_>) -> bool {
        let Some(user) = self.users.find(username) else { return false };
        !self.users.allows_more(user) && self.sessions.values().any(|session| session.user == user)
    }

    fn logged_in(&mut self, connection: ConnectionId, username: Value<'_>) {
        if let Some(user) = self.users.find(username) {
            self.sessions.insert(connection, Session { user, filters: Vec::new() });
        }
    }

    fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        let known = ACTIONS.iter().zip(&self.classes).find(|((name, ..), _)| request.is(name));
        let Some((&(_, handler, _), &classes)) = known else { return exchange.answer()?.unknown() };
        if !exchange.permits(classes) {
            return exchange.answer()?.denied();
        }
        match handler {
            Library => exchange.answer()?.unknown(),
            Long(run) => run(self, exchange),
            Short(run) => match run(self, &request, exchange.events) {
                Ok(text) => exchange.answer()?.success(text),
                Err(text) => exchange.answer()?.error(text),
            },
        }
    }

    fn passes(&mut self, connection: ConnectionId, event: &[u8]) -> bool {
        let Some(session) = self.sessions.get(&connection) else { return false };
        let user = self.users.list.get(session.user);
        filter::pass(session.filters.iter().chain(user.into_iter().flat_map(|user| &user.filters)), event)
    }

    fn tick(&mut self, now: Duration, events: &mut Events) {
        let now = self.clock.inside(now);
        self.advance(now, events);
    }

    fn closed(&mut self, connection: ConnectionId) {
        self.sessions.remove(&connection);
        self.waiting.remove(&connection);
    }
}

/// Answers with a list of these entries: name of the event, and what `put` writes.
///
/// What finds no room now is written when the PBX is asked again.
fn list<T>(
    exchange: &mut Exchange<'_>,
    text: &str,
    complete: &str,
    items: impl IntoIterator<Item = (&'static str, T)>,
    put: impl Fn(&T, &mut HeaderWriter<'_>) -> Result<(), EncodeError>,
) -> Result<(), SessionError> {
    let mut list = exchange.answer()?.list(text)?;
    let written = usize::try_from(list.items()).unwrap_or(usize::MAX);
    for (name, item) in items.into_iter().skip(written) {
        match list.entry(name, |out| put(&item, out)) {
            Err(EncodeError::Full) => return Ok(()),
            result => result?,
        }
    }
    let count = list.items();
    match list.complete(complete, |out| match complete {
        "StatusComplete" => out.number("Items", count.into()),
        _ => Ok(()),
    }) {
        Err(EncodeError::Full) => Ok(()),
        result => Ok(result?),
    }
}
