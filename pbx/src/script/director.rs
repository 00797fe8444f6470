//! The rules at work.

use embedded_ami::server::Request;

use super::render::{Writer, fill};
use super::rule::{Rule, Verb};
use super::schedule::{Ready, Schedule};
use super::{Entry, RuleWarning, Script};
use crate::config_error::ConfigError;
use crate::plan::{Answer, Director, Link, Plan};

/// The rules of a PBX, with the number of requests that each has met.
#[derive(Default)]
pub(crate) struct Rules {
    rules: Vec<Active>,
    /// Whether the output of commands has the form of AMI 2.10 and earlier.
    is_old: bool,
    schedule: Schedule,
}

struct Active {
    entry: Entry,
    /// The number of requests that the conditions matched and that no earlier rule has taken.
    matched: u64,
}

impl Active {
    fn new(entry: Entry) -> Self {
        Self { entry, matched: 0 }
    }

    /// Returns the warning about a rule that was never used.
    fn unused(&self) -> Option<RuleWarning> {
        let Entry { on, rule, place } = &self.entry;
        let reason = match self.matched {
            0 => "nothing has matched it".into(),
            matched if matched <= rule.skip => {
                format!("it skips the first {}, and only {matched} matched", rule.skip)
            }
            _ => return None,
        };
        let reason = format!("the rule on {on} was never used: {reason}");
        Some(RuleWarning { place: place.clone(), action: on.clone(), reason })
    }
}

impl Rules {
    pub(crate) fn new(script: Script, ami_version: &str) -> Self {
        let rules = script.0.into_iter().map(Active::new).collect();
        let number = ami_version.split('.').next().and_then(|number| number.parse::<u64>().ok());
        Self { rules, is_old: number.is_some_and(|number| number < 3), ..Self::default() }
    }

    /// Adds a rule that comes before all others.
    pub(crate) fn add(&mut self, on: &str, rule: Rule) -> Result<(), ConfigError> {
        let script = Script::default().on(on, rule)?;
        self.rules.splice(..0, script.0.into_iter().map(Active::new));
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// Returns the rules that were never used, in their order.
    pub(crate) fn unused(&self) -> Vec<RuleWarning> {
        self.rules.iter().filter_map(Active::unused).collect()
    }

    pub(crate) fn schedule(&self) -> Schedule {
        self.schedule.clone()
    }

    /// Returns the plan for a request or, if there is none, a new connection.
    fn plan(&mut self, is_logged_in: bool, request: Option<&Request<'_>>) -> Plan {
        let action = request.and_then(|request| request.action());
        let is_open =
            |name: &str| ["Challenge", "Login", "Logoff"].iter().any(|own| own.eq_ignore_ascii_case(name));
        for active in &mut self.rules {
            let rule = &active.entry.rule;
            let applies = match (request, &*active.entry.on) {
                (None, on) => on.eq_ignore_ascii_case("connect"),
                (Some(_), "*") => is_logged_in && action.is_some(),
                (Some(request), on) => {
                    !on.eq_ignore_ascii_case("connect") && request.is(on) && (is_logged_in || is_open(on))
                }
            };
            if !applies || !request.is_none_or(|request| rule.matches(request)) {
                continue;
            }
            active.matched = active.matched.saturating_add(1);
            let used = active.matched.saturating_sub(rule.skip);
            if used > 0 && rule.times.is_none_or(|times| used <= times) {
                return rule.plan(request, self.is_old, &self.schedule);
            }
        }
        Plan::default()
    }
}

impl Director for Rules {
    fn connected(&mut self, _: &Link) -> Plan {
        self.plan(false, None)
    }

    fn request(&mut self, link: &Link, request: &Request<'_>) -> Plan {
        self.plan(link.is_logged_in(), Some(request))
    }
}

impl Rule {
    /// Returns whether the request meets all conditions.
    fn matches(&self, request: &Request<'_>) -> bool {
        self.conditions.iter().all(|(name, value)| match value.is_empty() {
            true => request.get(name).is_none(),
            false => request.get_all(name).any(|own| own == value.as_str()),
        })
    }

    fn plan(&self, request: Option<&Request<'_>>, is_old: bool, schedule: &Schedule) -> Plan {
        let answer = match (&self.verb, request) {
            (Verb::Pass, _) => Answer::Pass,
            (Verb::Raw(bytes), _) => Answer::Bytes(fill(bytes, request)),
            (_, Some(request)) => self.own_answer(request, is_old),
            (_, None) => Answer::Nothing,
        };
        let events: Vec<_> = self
            .events
            .iter()
            .map(|event| {
                let filled =
                    |(name, value): &(String, String)| (name.clone(), fill(value.as_bytes(), request));
                Ready { after: event.after, headers: event.headers.iter().map(filled).collect() }
            })
            .collect();
        let schedule = schedule.clone();
        Plan {
            delay: self.delay,
            answer,
            garble: self.garble.clone(),
            cut: self.cut,
            close: self.close || self.verb == Verb::Drop || self.refuses_login(request),
            done: (!events.is_empty()).then(|| Box::new(move || schedule.add(events)) as _),
        }
    }

    /// Returns whether the rule refuses a login, after which Asterisk closes the connection.
    fn refuses_login(&self, request: Option<&Request<'_>>) -> bool {
        let is_error =
            |(name, value): &(String, String)| name.eq_ignore_ascii_case("Response") && value == "Error";
        let is_refusal = matches!(&self.verb, Verb::Answer(headers) if headers.iter().any(is_error));
        is_refusal && request.is_some_and(|request| request.is("Login"))
    }

    /// Returns the answer to a request that does not come from the PBX.
    fn own_answer(&self, request: &Request<'_>, is_old: bool) -> Answer {
        let mut writer = Writer::new(request);
        match &self.verb {
            Verb::Answer(headers) => writer.answer(headers),
            Verb::List { response, entries } => writer.list(response, entries, self.complete.as_ref()),
            Verb::Output(lines) => writer.output(lines, is_old),
            Verb::Pass | Verb::Raw(_) | Verb::Silent | Verb::Drop => return Answer::Nothing,
        }
        Answer::Bytes(writer.finish())
    }
}
