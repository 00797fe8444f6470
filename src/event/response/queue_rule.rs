//! The rules in the response to `QueueRule`.

use super::views::QueueRule;
use crate::wire::{Headers, Value};

impl<'a> QueueRule<'a> {
    /// Returns an iterator over the lists of rules: each header `RuleList` with the `Rule` headers
    /// that follow it.
    pub fn lists(&self) -> RuleLists<'a> {
        RuleLists(self.message().headers())
    }
}

/// An iterator over the lists of rules, from [`QueueRule::lists`].
#[derive(Debug, Clone)]
pub struct RuleLists<'a>(Headers<'a>);

impl<'a> Iterator for RuleLists<'a> {
    type Item = RuleList<'a>;

    fn next(&mut self) -> Option<RuleList<'a>> {
        let header = self.0.find(|header| header.is("RuleList") && !header.is_cut())?;
        Some(RuleList { name: header.value(), rules: Rules(Some(self.0.clone())) })
    }
}

/// A named list of rules. The configuration of a queue calls the whole list a rule.
#[derive(Debug, Clone)]
pub struct RuleList<'a> {
    /// The name of the list.
    pub name: Value<'a>,
    /// The rules, as in `30,+3,0`: the seconds that a caller has waited, then the maximum and the
    /// minimum penalty of the members that are called from then on. A penalty with a sign is
    /// relative, one without is absolute. New versions append more fields.
    pub rules: Rules<'a>,
}

/// An iterator over the rules of a [`RuleList`].
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
