//! The table of actions, and the service that checks permissions and runs them.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use embedded_ami::action;
use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::{ConnectionId, Events, Exchange, LoginFailure, Service};
use embedded_ami::server::{Account, Attempt, Request, Secret, SessionError};
use embedded_ami::wire::Value;

use crate::engine::{Engine, Refusal, Session};
use crate::filter;

/// The implementation of an action.
#[derive(Clone, Copy)]
enum Handler {
    /// The library handles the action itself.
    Library,
    /// A function that returns the text of the response, for Success or Error.
    Short(fn(&mut Engine, &Request<'_>, &mut Events) -> Result<&'static str, Refusal>),
    /// A function that answers the request itself.
    Long(fn(&mut Engine, &mut Exchange<'_>) -> Result<(), SessionError>),
}

use Handler::{Library, Long, Short};

/// The actions with their implementation and description, in the order of `ListCommands`.
const ACTIONS: &[(&str, Handler, &str)] = &[
    ("Challenge", Library, "Requests the challenge of an MD5 login"),
    ("Command", Long(Engine::command), "Runs a console command"),
    ("CoreSettings", Long(Engine::core_settings), "Shows the version and the settings"),
    ("CoreShowChannels", Long(Engine::core_show_channels), "Lists the channels"),
    ("CoreStatus", Long(Engine::core_status), "Shows the start time and the number of calls"),
    ("DBDel", Short(Engine::db_del), "Deletes a database entry"),
    (
        "DBDelTree",
        Short(Engine::db_del_tree),
        "Deletes the database entries of a family, or those below a key",
    ),
    ("DBGet", Long(Engine::db_get), "Reads a database entry"),
    (
        "DBGetTree",
        Long(Engine::db_get_tree),
        "Lists all database entries, those of a family, or those below a key",
    ),
    ("DBPut", Short(Engine::db_put), "Writes a database entry"),
    ("Events", Library, "Selects the classes of events to receive"),
    ("ExtensionState", Long(Engine::extension_state), "Shows the state of an extension"),
    ("Filter", Long(Engine::filter), "Adds a filter for the events to receive"),
    ("Getvar", Long(Engine::getvar), "Reads a variable"),
    ("Hangup", Long(Engine::hangup), "Hangs up channels"),
    ("ListCommands", Long(Engine::list_commands), "Lists these actions"),
    ("Login", Library, "Logs in"),
    ("Logoff", Library, "Ends the session"),
    ("MailboxCount", Long(Engine::mailbox_count), "Counts the messages of a mailbox"),
    ("MailboxStatus", Long(Engine::mailbox_status), "Shows whether a mailbox has messages"),
    ("Originate", Long(Engine::originate), "Makes a call"),
    ("Ping", Long(Engine::ping), "Checks that the PBX responds"),
    ("PJSIPShowEndpoints", Long(Engine::pjsip_show_endpoints), "Lists phones"),
    ("QueueAdd", Short(Engine::queue_add), "Adds a member to a queue"),
    ("QueuePause", Short(Engine::queue_pause), "Pauses or unpauses a queue member"),
    ("QueuePenalty", Short(Engine::queue_penalty), "Sets the penalty of a queue member"),
    ("QueueRemove", Short(Engine::queue_remove), "Removes a member from a queue"),
    ("QueueStatus", Long(Engine::queue_status), "Lists queues and their members"),
    ("QueueSummary", Long(Engine::queue_summary), "Shows a summary of each queue"),
    ("Redirect", Short(Engine::redirect), "Sends channels to an extension"),
    ("Reload", Short(Engine::reload), "Reloads nothing, and sends the events of a reload"),
    ("Setvar", Short(Engine::setvar), "Sets a variable"),
    ("Status", Long(Engine::status), "Lists channels with details and variables"),
    ("UserEvent", Short(Engine::user_event), "Sends a user-defined event"),
    ("WaitEvent", Long(Engine::wait_event), "Waits for an event"),
];

/// Returns the names of the actions.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ACTIONS.iter().map(|&(name, ..)| name)
}

/// Returns the permission classes of the actions, in the order of the table.
pub(crate) fn classes() -> Vec<Classes> {
    let classes = |name: &str| action::all().find(|info| info.name == name).map(|info| info.classes);
    // The library knows every action of the table, so the default is not used.
    ACTIONS.iter().map(|(name, ..)| classes(name).unwrap_or(Classes::SYSTEM)).collect()
}

impl Engine {
    /// Returns the actions that the user may run: name, description and classes.
    fn permitted<'e>(
        &'e self,
        exchange: &'e Exchange<'_>,
    ) -> impl Iterator<Item = (&'static str, &'static str, Classes)> + 'e {
        let actions =
            ACTIONS.iter().zip(&self.classes).map(|(&(name, _, about), &classes)| (name, about, classes));
        actions.filter(|&(_, _, classes)| exchange.permits(classes))
    }

    /// Answers an action that does not exist.
    fn unknown(&self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        match self.is_first_version {
            true => exchange.answer()?.error("Invalid/unknown command"),
            false => exchange.answer()?.unknown(),
        }
    }

    /// `ListCommands`: lists the actions that the user may run.
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
    fn connected(&mut self, connection: ConnectionId, peer: SocketAddr) -> bool {
        self.security.connected(connection, peer);
        true
    }

    fn accept_failed(&mut self, error: &io::Error) {
        let open = self.security.connections();
        eprintln!("embedded-ami-pbx: cannot accept more clients, {open} are connected: {error}");
    }

    fn account(&mut self, attempt: &Attempt<'_>) -> Option<Account<'_>> {
        let user = self.config.find(attempt.username())?;
        let user = self.config.users.get(user)?;
        if !user.permits(attempt.peer_addr().map(|peer| peer.ip())) {
            return None;
        }
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
        self.security.logged_in(connection, username, self.clock.now);
    }

    fn login_failed(&mut self, connection: ConnectionId, attempt: &Attempt<'_>, reason: LoginFailure) {
        let is_user = self.config.find(attempt.username()).is_some();
        self.security.login_failed(connection, attempt, reason, is_user);
    }

    fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        self.results.clear();
        let request = exchange.request();
        let known = ACTIONS.iter().zip(&self.classes).find(|((name, ..), _)| request.is(name));
        let Some((&(_, handler, _), &classes)) = known else {
            self.security.bad_format(exchange.connection(), &request);
            return self.unknown(exchange);
        };
        if !exchange.permits(classes) {
            self.security.not_allowed(exchange.connection(), &request);
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
        let filters = session.filters.iter().chain(user.into_iter().flat_map(|user| &user.filters));
        filter::passes(filters, event, &mut self.results)
    }

    fn tick(&mut self, now: Duration, events: &mut Events) {
        self.results.clear();
        let now = self.clock.pbx_time(now);
        self.report_security(events);
        self.advance(now, events);
    }

    fn closed(&mut self, connection: ConnectionId) {
        // The next filter may have the address of one that is dropped here.
        self.results.clear();
        self.sessions.remove(&connection);
        self.waiting.remove(&connection);
        self.lists.remove(&connection);
        self.security.closed(connection);
    }
}
