//! The rules of differences.tsv: requests that are left out and known differences, each with its
//! reason.

/// Alternatives separated by `|`, in which `*` matches any text. An alternative that starts with
/// `!` excludes what it matches. Case is ignored.
pub struct Pattern {
    wanted: Vec<String>,
    excepted: Vec<String>,
}

impl Pattern {
    pub fn new(text: &str) -> Self {
        let (excepted, wanted) =
            text.split('|').map(str::to_lowercase).partition(|word| word.starts_with('!'));
        Self { wanted, excepted }
    }

    fn matches(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let any = |words: &[String]| words.iter().any(|word| like(word.trim_start_matches('!'), &text));
        !any(&self.excepted) && (self.wanted.is_empty() || any(&self.wanted))
    }

    /// Returns whether a scenario matches, with its folder, as in `22/login_plain`, or without.
    pub fn matches_scenario(&self, name: &str) -> bool {
        self.matches(name) || name.split_once('/').is_some_and(|(_, scenario)| self.matches(scenario))
    }
}

/// Returns whether `text` matches a pattern with `*`.
fn like(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, "")) => text.starts_with(start),
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| like(rest, &text[at..]))
        }),
    }
}

/// A rule for requests that are left out: a line that begins with `skip`.
struct Skip {
    scenario: Pattern,
    action: Pattern,
    /// Whether whole sessions are left out.
    all: bool,
    reason: String,
}

/// A rule for a known difference: a line that begins with `known`.
struct Known {
    line: usize,
    scenario: Pattern,
    action: Pattern,
    asterisk: Pattern,
    serve: Pattern,
    reason: String,
    /// Whether the rule applied to any request.
    applied: bool,
    /// The number of differences, and the first of them.
    times: usize,
    first: String,
}

pub struct Rules {
    skips: Vec<Skip>,
    known: Vec<Known>,
}

impl Rules {
    pub fn new(text: &str) -> Result<Self, String> {
        let mut rules = Self { skips: Vec::new(), known: Vec::new() };
        for (number, line) in (1..).zip(text.lines()) {
            let fields: Vec<&str> = line.split('\t').collect();
            match fields[..] {
                ["skip", scenario, action, reason] => rules.skips.push(Skip {
                    scenario: Pattern::new(scenario),
                    action: Pattern::new(action),
                    all: action == "*",
                    reason: reason.to_string(),
                }),
                ["known", scenario, action, asterisk, serve, reason] => rules.known.push(Known {
                    line: number,
                    scenario: Pattern::new(scenario),
                    action: Pattern::new(action),
                    asterisk: Pattern::new(asterisk),
                    serve: Pattern::new(serve),
                    reason: reason.to_string(),
                    applied: false,
                    times: 0,
                    first: String::new(),
                }),
                [start, ..] if start.is_empty() || start.starts_with('#') => {}
                _ => return Err(format!("differences, line {number}: {} fields in {line:?}", fields.len())),
            }
        }
        Ok(rules)
    }

    /// Returns the reason if the whole session is left out.
    pub fn skips_session(&self, scenario: &str) -> Option<&str> {
        let skip = self.skips.iter().find(|skip| skip.all && skip.scenario.matches_scenario(scenario))?;
        Some(&skip.reason)
    }

    /// Returns the reason if a request of the session is left out.
    pub fn skips(&self, scenario: &str, action: &str) -> Option<&str> {
        let applies = |skip: &&Skip| skip.scenario.matches_scenario(scenario) && skip.action.matches(action);
        Some(&self.skips.iter().find(applies)?.reason)
    }

    /// Returns whether the two answers are a known difference, and counts it.
    pub fn expects(&mut self, scenario: &str, action: &str, asterisk: &str, serve: &str) -> bool {
        for known in &mut self.known {
            if known.scenario.matches_scenario(scenario)
                && known.action.matches(action)
                && known.asterisk.matches(asterisk)
            {
                known.applied = true;
                if asterisk != serve && known.serve.matches(serve) {
                    known.times += 1;
                    if known.times == 1 {
                        known.first = format!("{scenario} {action}: {asterisk} / {serve}");
                    }
                    return true;
                }
            }
        }
        false
    }

    /// Prints the known differences that occurred and, if `all` sessions were compared, the stale
    /// rules: those that applied to requests, but without a difference. Returns the number of stale
    /// rules.
    pub fn report(&self, all: bool) -> usize {
        for known in self.known.iter().filter(|known| known.times > 0) {
            println!("known  {} times: {}\n       first {}", known.times, known.reason, known.first);
        }
        let stale = self.known.iter().filter(|known| all && known.applied && known.times == 0);
        stale
            .inspect(|known| println!("stale  line {} occurs no longer: {}", known.line, known.reason))
            .count()
    }

    /// Returns the number of known differences that occurred.
    pub fn kinds(&self) -> usize {
        self.known.iter().filter(|known| known.times > 0).count()
    }
}
