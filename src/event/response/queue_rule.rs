//! The answer to `QueueRule`.

use super::views::QueueRule;
use crate::wire::{Headers, Value};

impl<'a> QueueRule<'a> {
    /// The lists of rules.
    ///
    /// `RuleList`, each with the `Rule`s that follow it
    pub fn lists(&self) -> RuleLists<'a> {
        RuleLists(self.message().headers())
    }
}

/// The iterator of [`QueueRule::lists`].
#[derive(Debug, Clone)]
pub struct RuleLists<'a>(Headers<'a>);

impl<'a> Iterator for RuleLists<'a> {
    type Item = RuleList<'a>;

    fn next(&mut self) -> Option<RuleList<'a>> {
        let header = self.0.find(|header| header.is("RuleList") && !header.is_cut())?;
        Some(RuleList { name: header.value(), rules: Rules(Some(self.0.clone())) })
    }
}

/// A list of rules, which is what the configuration of a queue calls a rule.
#[derive(Debug, Clone)]
pub struct RuleList<'a> {
    /// Its name.
    pub name: Value<'a>,
    /// The rules: seconds of waiting, then the greatest and the least penalty of the members that are called from then on,
    /// both absolute or, with a sign, relative, as in `30,+3,0`; new versions have more behind that.
    pub rules: Rules<'a>,
}

/// The rules of a [`RuleList`].
#[derive(Debug, Clone)]
pub struct Rules<'a>(Option<Headers<'a>>);

impl<'a> Iterator for Rules<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let headers = self.0.as_mut()?;
        let rule = headers
            .find(|header| header.is("RuleList") || header.is("Rule") && !header.is_cut())
            .filter(|header| header.is("Rule"));
        if rule.is_none() {
            self.0 = None;
        }
        rule.map(|header| header.value())
    }
}
