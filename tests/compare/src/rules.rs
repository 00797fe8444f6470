//! differences.tsv: what is left out and which differences are known, each with its reason.

/// Words with `*` for anything, separated by `|`; those that begin with `!` are excepted. Case does not matter.
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

    /// With the folder, as in `22/login_plain`, or without.
    pub fn matches_scenario(&self, name: &str) -> bool {
        self.matches(name) || name.split_once('/').is_some_and(|(_, scenario)| self.matches(scenario))
    }
}

fn like(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, "")) => text.starts_with(start),
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| like(rest, &text[at..]))
        }),
    }
}

/// A line that begins with `skip`.
struct Skip {
    scenario: Pattern,
    action: Pattern,
    /// It is about whole sessions.
    all: bool,
    reason: String,
}

/// A line that begins with `known`.
struct Known {
    line: usize,
    scenario: Pattern,
    action: Pattern,
    asterisk: Pattern,
    serve: Pattern,
    reason: String,
    /// There was a request that it is about.
    met: bool,
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
                    met: false,
                    times: 0,
                    first: String::new(),
                }),
                [start, ..] if start.is_empty() || start.starts_with('#') => {}
                _ => return Err(format!("differences, line {number}: {} fields in {line:?}", fields.len())),
            }
        }
        Ok(rules)
    }

    /// Why the session is left out, if it is.
    pub fn skips_session(&self, scenario: &str) -> Option<&str> {
        let skip = self.skips.iter().find(|skip| skip.all && skip.scenario.matches_scenario(scenario))?;
        Some(&skip.reason)
    }

    /// Why a request of the session is, if it is.
    pub fn skips(&self, scenario: &str, action: &str) -> Option<&str> {
        let about = |skip: &&Skip| skip.scenario.matches_scenario(scenario) && skip.action.matches(action);
        Some(&self.skips.iter().find(about)?.reason)
    }

    /// Counts the request; whether the two answers are a known difference.
    pub fn expects(&mut self, scenario: &str, action: &str, asterisk: &str, serve: &str) -> bool {
        for known in &mut self.known {
            if known.scenario.matches_scenario(scenario)
                && known.action.matches(action)
                && known.asterisk.matches(asterisk)
            {
                known.met = true;
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

    /// The differences that occurred, and if `all` was compared, how many of the file should have but did not.
    pub fn report(&self, all: bool) -> usize {
        for known in self.known.iter().filter(|known| known.times > 0) {
            println!("known  {} times: {}\n       first {}", known.times, known.reason, known.first);
        }
        let stale = self.known.iter().filter(|known| all && known.met && known.times == 0);
        stale
            .inspect(|known| println!("stale  line {} occurs no longer: {}", known.line, known.reason))
            .count()
    }

    pub fn kinds(&self) -> usize {
        self.known.iter().filter(|known| known.times > 0).count()
    }
}
