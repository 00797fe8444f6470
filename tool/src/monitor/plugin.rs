//! The result of a monitoring plug-in: its state, its line and its performance data.

use std::collections::BTreeSet;

use super::range::Threshold;
use crate::output::escape::escape;

/// The state of what was checked. Its number is the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    Ok = 0,
    Warning = 1,
    Critical = 2,
    Unknown = 3,
}

impl State {
    /// Returns the exit status.
    pub(crate) fn status(self) -> u8 {
        self as u8
    }

    fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warning => "WARNING",
            Self::Critical => "CRITICAL",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// A number that can have thresholds.
pub(crate) struct Figure {
    /// The name that thresholds use. Several figures may have it.
    pub(crate) name: &'static str,
    /// The queue that the figure belongs to.
    pub(crate) owner: Option<String>,
    pub(crate) value: f64,
    /// The unit in performance data: nothing, `s` for seconds or `c` for a counter.
    pub(crate) unit: &'static str,
}

impl Figure {
    pub(crate) fn new(name: &'static str, value: f64, unit: &'static str) -> Self {
        Self { name, owner: None, value, unit }
    }

    pub(crate) fn count(name: &'static str, value: usize) -> Self {
        Self::new(name, value as f64, "")
    }

    pub(crate) fn of(self, owner: &str) -> Self {
        Self { owner: Some(owner.into()), ..self }
    }
}

/// The thresholds of a check.
pub(crate) struct Thresholds<'a> {
    pub(crate) warning: &'a [Threshold],
    pub(crate) critical: &'a [Threshold],
    /// The figure that a threshold without a name is for.
    pub(crate) first: &'static str,
    /// The threshold for the first figure if it has none.
    pub(crate) default: Option<Threshold>,
}

impl Thresholds<'_> {
    /// Returns the thresholds of a figure: warning and critical.
    fn of(&self, figure: &Figure) -> (Option<&Threshold>, Option<&Threshold>) {
        let is_for =
            |threshold: &&Threshold| threshold.figure.as_deref().unwrap_or(self.first) == figure.name;
        // As with other options, the last one counts.
        let warning = self.warning.iter().rev().find(is_for);
        let critical = self.critical.iter().rev().find(is_for);
        let default = self.default.as_ref().filter(|_| warning.is_none() && figure.name == self.first);
        (warning, critical.or(default))
    }
}

/// The result of a check.
pub(crate) struct Report {
    pub(crate) state: State,
    line: String,
}

impl Report {
    /// Makes a report without figures.
    pub(crate) fn new(state: State, text: &str) -> Self {
        Self { state, line: format!("AMI {} - {}", state.name(), one_line(text)) }
    }

    /// Compares the figures with the thresholds. The problems precede the summary.
    pub(crate) fn judge(summary: &str, figures: &[Figure], thresholds: &Thresholds<'_>) -> Self {
        let mut state = State::Ok;
        let mut problems = Vec::new();
        let mut data = Vec::new();
        let mut labels = BTreeSet::new();
        for figure in figures {
            let (warning, critical) = thresholds.of(figure);
            let alerts = |threshold: Option<&Threshold>| {
                threshold.filter(|threshold| threshold.range.alerts(figure.value)).cloned()
            };
            let problem = match (alerts(critical), alerts(warning)) {
                (Some(threshold), _) => Some((State::Critical, "critical", threshold)),
                (None, Some(threshold)) => Some((State::Warning, "warning", threshold)),
                (None, None) => None,
            };
            let value = decimal(figure.value);
            if let Some((own, word, threshold)) = problem {
                state = state.max(own);
                let owner = figure.owner.as_ref().map(|owner| format!("{owner}: ")).unwrap_or_default();
                let unit = if figure.unit == "s" { " s" } else { "" };
                problems.push(format!(
                    "{owner}{} {value}{unit} ({word} threshold {})",
                    figure.name, threshold.range
                ));
            }
            let range = |threshold: Option<&Threshold>| {
                threshold.map(|threshold| threshold.range.to_string()).unwrap_or_default()
            };
            let label = label(figure, &mut labels);
            data.push(format!("'{label}'={value}{};{};{};0", figure.unit, range(warning), range(critical)));
        }
        problems.push(summary.into());
        let mut report = Self::new(state, &problems.join("; "));
        if !data.is_empty() {
            report.line.push_str(" | ");
            report.line.push_str(&data.join(" "));
        }
        report
    }

    /// Returns the line, without a line end.
    pub(crate) fn line(&self) -> &str {
        &self.line
    }
}

/// Returns the text with what could end it escaped: line ends, other control characters, and `|`,
/// at which the performance data begins.
fn one_line(text: &str) -> String {
    escape(text.as_bytes()).replace('|', "\\x7c")
}

/// Returns a label for performance data that no other figure has. Characters with a meaning there,
/// and those that programs which read it cannot use, are replaced by `_`.
fn label(figure: &Figure, taken: &mut BTreeSet<String>) -> String {
    let is_plain = |char: char| !char.is_whitespace() && !"'\"=|;`\\$".contains(char);
    let owner = figure.owner.as_deref().map(|owner| escape(owner.as_bytes()) + "_").unwrap_or_default();
    let plain = |char| if is_plain(char) { char } else { '_' };
    let first: String = owner.chars().map(plain).chain(figure.name.chars()).collect();
    let mut label = first.clone();
    let mut number = 1;
    while !taken.insert(label.clone()) {
        number += 1;
        label = format!("{first}_{number}");
    }
    label
}

/// Returns a number without an exponent and with at most six digits after the point.
fn decimal(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_plain_and_differ() {
        let mut taken = BTreeSet::new();
        let mut label = |owner: &str| label(&Figure::count("waiting", 0).of(owner), &mut taken);
        assert_eq!(label("a'b=c|d;e \n\\"), "a_b_c_d_e__n__waiting");
        assert_eq!(label("x=y"), "x_y_waiting");
        assert_eq!(label("x y"), "x_y_waiting_2");
        assert_eq!(label("Zürich"), "Zürich_waiting");
    }

    #[test]
    fn numbers_have_no_exponent() {
        for (value, text) in
            [(0.0, "0"), (10.0, "10"), (1e21, "1000000000000000000000"), (0.000_412, "0.000412")]
        {
            assert_eq!(decimal(value), text);
        }
    }

    #[test]
    fn the_worst_state_counts_and_the_last_threshold_of_a_name() {
        let parse =
            |texts: &[&str]| -> Vec<_> { texts.iter().map(|text| Threshold::parse(text).unwrap()).collect() };
        let (warning, critical) = (parse(&["1", "b=5", "2"]), parse(&["b=9"]));
        let thresholds = Thresholds { warning: &warning, critical: &critical, first: "a", default: None };
        for (a, b, state) in [
            (2.0, 5.0, State::Ok),
            (3.0, 5.0, State::Warning),
            (0.0, 6.0, State::Warning),
            (3.0, 10.0, State::Critical),
        ] {
            let figures = [Figure::new("a", a, ""), Figure::new("b", b, "s")];
            let report = Report::judge("all", &figures, &thresholds);
            assert_eq!(report.state, state, "{}", report.line());
            assert!(
                report.line().ends_with(&format!("all | 'a'={a};2;;0 'b'={b}s;5;9;0")),
                "{}",
                report.line()
            );
        }
    }
}
