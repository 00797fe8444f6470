//! The actions there are, and who may do them.

use std::time::Duration;

use embedded_ami::action;
use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::{ConnectionId, Events, Exchange, Service};
use embedded_ami::server::{Account, Attempt, Request, Secret, SessionError};
use embedded_ami::wire::Value;

use crate::engine::{Engine, Refusal, Session};
use crate::filter;

/// What does an action.
#[derive(Clone, Copy)]
enum Handler {
    /// The library: it does not come here.
    Library,
    /// The answer is a `Message`.
    Short(fn(&mut Engine, &Request<'_>, &mut Events) -> Result<&'static str, Refusal>),
    Long(fn(&mut Engine, &mut Exchange<'_>) -> Result<(), SessionError>),
}

use Handler::{Library, Long, Short};

/// The actions, in the order of ListCommands.
const ACTIONS: &[(&str, Handler, &str)] = &[
    ("Challenge", Library, "Asks for the challenge of an MD5 login"),
    ("Command", Long(Engine::command), "Runs a command of the console"),
    ("CoreSettings", Long(Engine::core_settings), "Tells version and settings"),
    ("CoreShowChannels", Long(Engine::core_show_channels), "Lists the channels"),
    ("CoreStatus", Long(Engine::core_status), "Tells since when the PBX runs, and how many calls there are"),
    ("DBDel", Short(Engine::db_del), "Deletes an entry of the database"),
    ("DBDelTree", Short(Engine::db_del_tree), "Deletes a family of the database, or what is below a key"),
    ("DBGet", Long(Engine::db_get), "Reads an entry of the database"),
    ("DBGetTree", Long(Engine::db_get_tree), "Lists the database, a family, or what is below a key"),
    ("DBPut", Short(Engine::db_put), "Writes an entry of the database"),
    ("Events", Library, "Chooses the classes of events to get"),
    ("ExtensionState", Long(Engine::extension_state), "Tells the state of an extension"),
    ("Filter", Long(Engine::filter), "Adds a filter for the events to get"),
    ("Getvar", Long(Engine::getvar), "Reads a variable"),
    ("Hangup", Long(Engine::hangup), "Hangs up channels"),
    ("ListCommands", Long(Engine::list_commands), "Lists these actions"),
    ("Login", Library, "Logs in"),
    ("Logoff", Library, "Ends the session"),
    ("MailboxCount", Long(Engine::mailbox_count), "Counts the messages of a mailbox"),
    ("MailboxStatus", Long(Engine::mailbox_status), "Tells whether there are messages in a mailbox"),
    ("Originate", Long(Engine::originate), "Makes a call"),
    ("Ping", Long(Engine::ping), "Tells that the PBX is alive"),
    ("QueueAdd", Short(Engine::queue_add), "Adds a member to a queue"),
    ("QueuePause", Short(Engine::queue_pause), "Pauses a member of a queue, or ends that"),
    ("QueuePenalty", Short(Engine::queue_penalty), "Sets the penalty of a member of a queue"),
    ("QueueRemove", Short(Engine::queue_remove), "Removes a member from a queue"),
    ("QueueStatus", Long(Engine::queue_status), "Lists queues and their members"),
    ("QueueSummary", Long(Engine::queue_summary), "Sums up queues"),
    ("Redirect", Short(Engine::redirect), "Sends channels to an extension"),
    ("Setvar", Short(Engine::setvar), "Sets a variable"),
    ("Status", Long(Engine::status), "Lists channels with details and variables"),
    ("UserEvent", Short(Engine::user_event), "Sends an event of one's own"),
    ("WaitEvent", Long(Engine::wait_event), "Waits for an event"),
];

/// The classes of the actions, in their order.
pub(crate) fn classes() -> Vec<Classes> {
    let classes = |name: &str| action::all().find(|info| info.name == name).map(|info| info.classes);
    // There is none that the library does not know.
    ACTIONS.iter().map(|(name, ..)| classes(name).unwrap_or(Classes::SYSTEM)).collect()
}

impl Engine {
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
        exchange.answer()?.success_with(|out| {
            actions.iter().try_for_each(|(name, about, classes)| {
                let labels: Vec<_> = classes.labels().collect();
                let labels = if labels.is_empty() { "<none>".into() } else { labels.join(",") + ",all" };
                out.header(name, format!("{about}  (Priv: {labels})"))
            })
        })
    }
}

impl Service for Engine {
    fn account(&mut self, attempt: &Attempt<'_>) -> Option<Account<'_>> {
        let user = self.config.find(attempt.username())?;
        let user = self.config.users.get(user)?;
        Some(Account::from_secret(Secret::Plain(user.secret.as_bytes())).read(user.read).write(user.write))
    }

    fn is_in_use(&mut self, username: Value<'_>) -> bool {
        let Some(user) = self.config.find(username) else { return false };
        !self.config.allows_multiple_logins(user)
            && self.sessions.values().any(|session| session.user == user)
    }

    fn logged_in(&mut self, connection: ConnectionId, username: Value<'_>) {
        if let Some(user) = self.config.find(username) {
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

    fn filter_event(&mut self, connection: ConnectionId, event: &[u8]) -> bool {
        let Some(session) = self.sessions.get(&connection) else { return false };
        let user = self.config.users.get(session.user);
        filter::passes(session.filters.iter().chain(user.into_iter().flat_map(|user| &user.filters)), event)
    }

    fn tick(&mut self, now: Duration, events: &mut Events) {
        let now = self.clock.pbx_time(now);
        self.advance(now, events);
    }

    fn closed(&mut self, connection: ConnectionId) {
        self.sessions.remove(&connection);
        self.waiting.remove(&connection);
    }
}
